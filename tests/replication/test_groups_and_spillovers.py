"""Groups, sabotage, public goods, spillovers, auctions for innovations, shares of an uncertain prize."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import Case, cases, expected
from contests.models import (
    AllPay,
    AllPayKnown,
    ApproachChoice,
    BudgetedAllPay,
    GroupContest,
    InnovationAuction,
    LazearRosen,
    LotterySabotage,
    PublicGoodLottery,
    ResearchSpillovers,
    SharedPrize,
    TournamentSabotage,
    Tullock,
)

HALF_SQUARE = ct.Power(2, scale=0.5)


@pytest.mark.parametrize("case", cases("canon", model="group_contest_public_prize"))
def test_katz_nitzan_rosenberg_1990(case: Case) -> None:
    p = case["parameters"]
    model = GroupContest(sizes=p["group_sizes"], values=p["member_values"])
    equilibrium = model.solve()
    assert model.group_efforts() == expected(case, "group_totals")
    assert model.group_chances() == expected(case, "group_win_probs")
    assert equilibrium.total_effort == expected(case, "total_effort")
    assert ("members' are not" not in equilibrium.selection) == expected(case, "individual_unique")


def test_the_split_within_a_group_does_not_matter() -> None:
    model = GroupContest(sizes=(3, 2))
    assert ct.certify(model, [0.25, 0.0, 0.0, 0.05, 0.2]).passed
    assert not ct.certify(model, [0.25, 0.05, 0.0, 0.05, 0.2]).passed


@pytest.mark.parametrize("case", cases("canon", model="group_contest_convex"))
def test_esteban_and_ray_2001(case: Case) -> None:
    p = case["parameters"]
    model = GroupContest(sizes=p["group_sizes"], values=p["v"], cost=HALF_SQUARE)
    equilibrium = model.solve()
    assert equilibrium.effort[0] == expected(case, "x1") and equilibrium.effort[-1] == expected(case, "x2")
    assert model.group_efforts()[0] == expected(case, "X1")
    assert model.group_efforts()[1] == expected(case, "X2")
    assert equilibrium.win_probability[0] == expected(case, "p1")


@pytest.mark.parametrize("case", cases("canon", model="group_contest_mixed_prize"))
def test_esteban_and_ray_2001_private_prize(case: Case) -> None:
    p = case["parameters"]
    public, private = p["public_fraction"], p["private_total"]
    model = GroupContest(
        sizes=p["group_sizes"], values=public, shared=(1 - public) * private, cost=HALF_SQUARE
    )
    equilibrium = model.solve()
    assert equilibrium.effort[0] == expected(case, "x1") and equilibrium.effort[-1] == expected(case, "x2")
    assert model.group_chances()[0] == expected(case, "p1")


@pytest.mark.parametrize("case", cases("canon", model="group_contest_sharing_rule"))
def test_nitzan_1991(case: Case) -> None:
    p = case["parameters"]
    model = GroupContest(
        sizes=(int(p["n1"]), int(p["n2"])), values=0.0, shared=p["V"], by_effort=p["share_by_effort"]
    )
    assert model.solve().total_effort == expected(case, "total")
    assert model.group_efforts()[0] == expected(case, "X1")
    assert model.group_efforts()[1] == expected(case, "X2")


@pytest.mark.parametrize("case", cases("canon", model="alliance"))
def test_konrad_2009_alliances(case: Case) -> None:
    """The alliance's prize is what the fight among its members leaves."""
    value = case["parameters"]["V"]
    left = Tullock(contestants=2, prize=value).solve().payoff[0]
    model = GroupContest(sizes=(2, 1), values=(left, value))
    equilibrium = model.solve()
    assert model.group_efforts()[0] == expected(case, "alliance_total")
    assert equilibrium.effort[2] == expected(case, "outsider_effort")
    assert model.group_chances()[0] == expected(case, "alliance_win_prob")
    assert equilibrium.payoff[0] == expected(case, "member_payoff_equal_split")
    alone = Tullock(contestants=3, prize=value).solve().payoff[0]
    assert alone == expected(case, "no_alliance_payoff")
    assert (equilibrium.payoff[0] > alone) == expected(case, "alliance_profitable")


@pytest.mark.parametrize("case", cases("published", ids=("abbink2010_groups",)))
def test_abbink_and_others_2010(case: Case) -> None:
    p = case["parameters"]
    model = GroupContest(sizes=(p["size"],) * p["groups"], values=p["prize_per_member"])
    assert model.solve().effort[0] == expected(case, "per_member")
    assert model.group_efforts()[0] == expected(case, "group_total")


def test_groups_of_one_are_contestants() -> None:
    values = (3e9, 2e9, 1e9, 1.9e9)
    groups, lottery = GroupContest(sizes=(1,) * 4, values=values).solve(), Tullock(values=values).solve()
    np.testing.assert_allclose(groups.effort, lottery.effort, rtol=1e-12)
    np.testing.assert_allclose(groups.payoff, lottery.payoff, rtol=1e-9, atol=1e-3)


def test_members_who_share_by_effort_are_contestants() -> None:
    shared = GroupContest(sizes=(100, 60, 40), values=0.0, shared=1.0, by_effort=1.0).solve()
    np.testing.assert_allclose(shared.effort, 199 / 200**2, rtol=1e-12)


@pytest.mark.parametrize("case", cases("canon", model="tournament_sabotage"))
def test_lazear_1989(case: Case) -> None:
    model = TournamentSabotage(contestants=case["parameters"]["n"], sabotage_cost=2.0)
    assert model.effort == expected(case, "effort")
    assert model.sabotage_per_rival == expected(case, "sabotage_per_target")
    assert model.net_output == expected(case, "net_output")
    assert model.solve().payoff[0] == expected(case, "payoff")


def test_sabotage_in_a_tournament_by_simulation() -> None:
    """A deviation in both, from drawn shocks; four contestants."""
    model = TournamentSabotage(contestants=4, shock=stats.gumbel_r())
    e, s = model.effort, model.sabotage_per_rival
    profile = model.solve().profile
    rng = np.random.default_rng(4)
    noise = stats.gumbel_r().rvs((400_000, 4), random_state=rng)
    output = noise + np.array([1.2 * e - 3 * s, *[e - 2 * s - 0.5 * s] * 3])
    won = (output.argmax(axis=1) == 0).mean() - (1.2 * e) ** 2 / 2 - 3 * (0.5 * s) ** 2 / 2
    given = float(model.plan_payoff(0, [1.2 * e, 0.5 * s], profile))
    assert given == pytest.approx(won, abs=5 * 0.45 / 632)


@pytest.mark.parametrize("case", cases("canon", model="lottery_sabotage"))
def test_konrad_2000(case: Case) -> None:
    p = case["parameters"]
    model = LotterySabotage(contestants=p["n"], prize=p["V"], sabotage_cost=p["sabotage_unit_cost"])
    assert model.effort == expected(case, "effort")
    assert model.sabotage_received == expected(case, "sabotage_received")
    assert model.sabotage_per_rival == expected(case, "sabotage_per_rival")
    assert model.solve().payoff[0] == expected(case, "payoff")


def test_cheap_sabotage_leaves_no_equilibrium_in_sure_plans() -> None:
    with pytest.raises(ct.NotEquilibriumError, match="would rather"):
        LotterySabotage(contestants=10, sabotage_cost=1e-4).solve()


@pytest.mark.parametrize("case", cases("canon", model="rnd_spillovers"))
def test_d_aspremont_and_jacquemin_1988(case: Case) -> None:
    p = case["parameters"]
    model = ResearchSpillovers(
        margin=p["a_minus_A"], slope=p["b"], research_cost=p["gamma"], spillover=p["spillover"]
    )
    equilibrium = model.solve()
    assert equilibrium.effort[0] == expected(case, "x_noncoop")
    assert equilibrium.payoff[0] == expected(case, "profit_noncoop")
    assert model.joint_research() == expected(case, "x_coop")
    assert model.joint_profit() == expected(case, "profit_coop")
    more = model.joint_research() > equilibrium.effort[0] * (1 + 1e-12)
    assert more == expected(case, "coop_higher")


@pytest.mark.parametrize("case", cases("canon", model="lottery_public_good"))
def test_morgan_2000(case: Case) -> None:
    p = case["parameters"]
    model = PublicGoodLottery(contestants=p["n"], prize=p["prize"], benefit=ct.Power(0.5))
    equilibrium = model.solve()
    assert equilibrium.total_effort == expected(case, "total_bets")
    assert equilibrium.effort[0] == expected(case, "bet_each")
    assert model.public_good() == expected(case, "public_good")
    assert model.voluntary() == expected(case, "voluntary_contribution_G")
    assert model.efficient() == expected(case, "efficient_G")


@pytest.mark.parametrize("case", cases("canon", model="lottery_with_public_benefit"))
def test_chung_1996(case: Case) -> None:
    p = case["parameters"]
    equilibrium = PublicGoodLottery(
        contestants=p["n"],
        prize=p["V"],
        benefit=ct.Linear(p["marginal_public_benefit"]),
        unit_cost=p["unit_cost"],
        prize_from_bets=False,
    ).solve()
    assert equilibrium.effort[0] == expected(case, "effort")
    assert equilibrium.total_effort == expected(case, "total")
    assert equilibrium.payoff[0] == expected(case, "payoff")


@pytest.mark.parametrize("case", cases("canon", model="lottery_with_public_benefit_no_eq"))
def test_effort_worth_more_than_it_costs_grows_without_bound(case: Case) -> None:
    benefit = ct.Linear(case["parameters"]["marginal_public_benefit"])
    with pytest.raises(ct.NoEquilibriumError, match="without bound"):
        PublicGoodLottery(contestants=4, benefit=benefit, prize_from_bets=False).solve()


@pytest.mark.parametrize("case", cases("canon", model="innovation_first_price_contest"))
def test_che_and_gale_2003(case: Case) -> None:
    model = InnovationAuction(costs=case["parameters"]["gammas"])
    assert model.highest_surplus == expected(case, "threshold_surplus")
    assert model.payoff[0] == expected(case, "profit1") and model.payoff[1] == expected(case, "profit2")
    assert model.buyer_surplus() == expected(case, "buyer_surplus")
    assert model.win_probability() == expected(case, "p1_win")
    assert model.atom(1) == expected(case, "atom2_at_zero")


@pytest.mark.parametrize("costs", [(1.0, 1.0), (1.0, 2.0), (1e-9, 1e9), (0.5, 0.500001)])
def test_no_offer_beats_those_made_in_the_innovation_auction(costs: tuple[float, float]) -> None:
    model = InnovationAuction(costs=costs)
    surplus = np.linspace(-0.1, 1.5, 161) * model.highest_surplus
    for i in (0, 1):
        quality = np.linspace(0, 2, 201)[:, None] / costs[i]
        best = model.profit_of(i, quality, surplus).max()
        assert best <= model.payoff[i] + 1e-12 * max(model.payoff[0], model.highest_surplus)
    # Offers made earn the payoff, and the buyer's surplus is what is left of what is produced.
    s = np.linspace(1e-6, 1.0, 9) * model.highest_surplus
    for i in (0, 1):
        chosen = model.cdf(1 - i, s) / (2 * costs[i])
        scale = max(model.payoff[0], model.highest_surplus)
        assert model.profit_of(i, chosen, s) == pytest.approx(np.full(9, model.payoff[i]), abs=1e-9 * scale)


@pytest.mark.parametrize("case", cases("canon", model="innovation_fixed_prize"))
def test_a_fixed_prize_serves_the_buyer_less(case: Case) -> None:
    p = case["parameters"]
    equilibrium = AllPay(contestants=p["n"], prizes=p["prize"], cost=ct.Power(2, scale=p["gamma"])).solve()
    assert equilibrium.strategy(0).support[1] == expected(case, "top")
    assert equilibrium.expected_best == expected(case, "expected_best_quality")
    assert (ct.BestQuality() - ct.PrizesPaid())(equilibrium) == expected(case, "buyer_surplus")
    assert equilibrium.payoff[0] == expected(case, "payoff")
    assert InnovationAuction().buyer_surplus() > 0.16 > case["quantities"]["buyer_surplus"]


@pytest.mark.parametrize("case", cases("canon", model="patent_race_loury"))
def test_loury_1979(case: Case) -> None:
    """A race of exponential dates: a lottery whose draw has the weight of the interest rate."""
    p = case["parameters"]
    equilibrium = Tullock(contestants=p["n"], prize=p["V"], draw=p["discount"]).solve()
    assert equilibrium.effort[0] == expected(case, "investment")
    assert equilibrium.win_probability[0] == expected(case, "expected_discounted_win")
    assert equilibrium.payoff[0] == expected(case, "payoff")
    assert 1 / equilibrium.total_effort == expected(case, "expected_date")


@pytest.mark.parametrize("case", cases("canon", model="research_tournament_draws"))
def test_fullerton_and_mcafee_1999(case: Case) -> None:
    p = case["parameters"]
    contest = ct.Contest(
        contestants=ct.Known(cost=p["unit_costs"]),
        prizes=p["prize"],
        technology=ct.Trials(stats.uniform()),
    )
    equilibrium = ct.solve(contest)
    active = equilibrium.effort > 0
    assert equilibrium.total_effort == expected(case, "total_draws")
    assert equilibrium.effort[active] == expected(case, "draws")
    assert equilibrium.payoff[active] == expected(case, "profits")
    assert int(active.sum()) == expected(case, "active")
    assert equilibrium.win_probability[active] == expected(case, "win_probs")
    assert equilibrium.expected_best == expected(case, "expected_best_uniform")


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_two_hundred_firms_draw(scale: float) -> None:
    """The closed form for the active ones: M = (k-1) P/sum of costs, m_i = M (1 - c_i M/P)."""
    costs = np.sort(np.exp(0.02 * np.random.default_rng(3).normal(size=200))) * scale
    contest = ct.Contest(
        contestants=ct.Known(cost=costs), prizes=10 * scale, technology=ct.Trials(stats.uniform())
    )
    equilibrium = ct.solve(contest)
    active = max(k for k in range(2, 201) if costs[k - 1] * (k - 1) < costs[:k].sum())
    total = (active - 1) * 10 * scale / costs[:active].sum()
    by_hand = np.maximum(total * (1 - costs * total / (10 * scale)), 0.0)
    np.testing.assert_allclose(equilibrium.effort, by_hand, rtol=1e-9, atol=1e-12 * total)
    assert equilibrium.expected_best == pytest.approx(total / (total + 1), rel=1e-10)


@pytest.mark.parametrize("case", cases("published", ids=("fm1999_lemma1_bound",)))
def test_fullerton_and_mcafee_1999_lemma_1(case: Case) -> None:
    """A firm left out may be more efficient than those inside, but by no more than this.

    The bound is met if all m inside have the cost c_k: at an entry cost that leaves them nothing they
    are a stable set if and only if the one outside has at least the bound times c_k.
    """
    for m, bound in zip(case["parameters"]["m"], case["published"]["bound"], strict=True):
        assert (m**2 - m) / (m**2 - m + 1) == pytest.approx(bound, rel=1e-15)
        for factor, stable in ((1 + 1e-6, True), (1 - 1e-6, False)):
            contest = ct.Contest(
                contestants=ct.Known(cost=[1.0] * m + [bound * factor]),
                prizes=1.0,
                success=ct.Lottery(),
                entry=ct.FreeEntry(cost=1 / m**2 * (1 - 1e-9)),
            )
            sets = [tuple(one.entrants) for one in ct.stable_entry(contest)]
            assert (tuple(range(m)) in sets) == stable


@pytest.mark.parametrize("case", cases("canon", model="innovation_variety"))
def test_letina_and_schmutzler_2019(case: Case) -> None:
    auction, fixed = ApproachChoice(reward="auction"), ApproachChoice(reward="fixed prize")
    assert auction.approaches() == expected(case, "auction_approaches")
    assert fixed.approaches() == expected(case, "fixed_prize_approaches")
    assert auction.expected_loss() == expected(case, "auction_expected_loss")
    assert fixed.expected_loss() == expected(case, "fixed_prize_expected_loss")
    assert auction.solve().payoff[0] == expected(case, "auction_revenue_each")


@pytest.mark.parametrize("case", cases("canon", model="nested_lottery_gumbel_equivalence"))
def test_jia_2008_and_fu_and_lu_2012(case: Case) -> None:
    efforts = np.array(case["parameters"]["x"], float)
    contest = ct.Contest(
        contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery(exponent=case["parameters"]["r"])
    )
    chances = np.array([contest.rank_probabilities(i, efforts[i], efforts) for i in range(3)])
    assert chances[:, 0] == expected(case, "p_first")
    assert chances[:, 1] == expected(case, "p_second")


@pytest.mark.parametrize("case", cases("canon", model="tournament_reserve"))
def test_drugov_ryvkin_zhang_2022(case: Case) -> None:
    contest = ct.Contest(
        contestants=ct.Identical(2),
        prizes=1.0,
        technology=ct.Additive(stats.norm()),
        cost=HALF_SQUARE,
        entry=ct.Reserve(case["quantities"]["reserve"]),
    )
    equilibrium = ct.solve(contest)
    assert equilibrium.effort[0] == expected(case, "effort")
    above = case["parameters"]["reserve_minus_effort"]
    assert equilibrium.effort[0] + above == expected(case, "reserve")
    assert equilibrium.prizes_paid == expected(case, "prob_prize_awarded")


def test_heavy_tails_share_the_prize() -> None:
    (case,) = (c.values[0] for c in cases("canon", ids=("C011",)))
    p = case["parameters"]
    model = LazearRosen(contestants=p["n"], prizes=p["prizes"], shock=stats.pareto(2))
    equilibrium = model.solve()
    assert equilibrium.effort[0] == expected(case, "effort")
    assert equilibrium.payoff[0] == expected(case, "payoff")
    assert model.replace(prizes=(1.0,)).theory().value("effort") == expected(case, "beta1")


def test_small_luck_has_the_gain_the_case_says() -> None:
    (case,) = (c.values[0] for c in cases("canon", ids=("C014",)))
    found = LazearRosen(shock=stats.norm(scale=0.1)).solve(on_fail="return")
    assert found.effort[0] == expected(case, "foc_effort")
    assert found.payoff[0] == expected(case, "foc_payoff")
    assert found.certificate.max_gain == expected(case, "max_deviation_gain")


DECK = [p for p in cases("published") if p.id.startswith("deck2020")]


@pytest.mark.parametrize("case", DECK)
def test_deck_and_others_2020(case: Case) -> None:
    p = case["parameters"]
    model = SharedPrize(contestants=p["n"], wealth=float(p["endowment"]), aversion=float(p["crra"]))
    treatment = {
        1: {"prize": 120.0},
        2: {},
        3: {"target": 120.0},
        4: {"rule": "priority", "target": 240.0},
        5: {"rule": "priority", "target": 120.0},
        6: {"rule": "priority, rest to last", "target": 120.0},
    }[p["treatment"]]
    assert model.replace(**treatment).solve().effort == expected(case, "efforts_ABC")


def test_shares_by_simulation() -> None:
    """The resource drawn, claims paid in order of priority."""
    model = SharedPrize(rule="priority, rest to last", target=120.0, prize=stats.beta(2, 3, scale=200))
    efforts = np.array([20.0, 15.0, 10.0])
    drawn = stats.beta(2, 3, scale=200).rvs(400_000, random_state=np.random.default_rng(1))
    claims = 120 * efforts / efforts.sum()
    first = np.minimum(drawn, claims[0])
    second = np.minimum(drawn - first, claims[1])
    for i, paid in enumerate((first, second, drawn - first - second)):
        given = float(model.payoff(i, efforts[i], efforts))
        assert given == pytest.approx(paid.mean() - efforts[i], abs=5 * paid.std() / 632)


@pytest.mark.parametrize("case", cases("published", ids=("che_gale_1997_prop1",)))
def test_che_and_gale_1997(case: Case) -> None:
    p = case["parameters"]
    equilibrium = BudgetedAllPay(value=p["v"], budgets=p["w"]).solve()
    assert equilibrium.total_effort == expected(case, "total")
    free = BudgetedAllPay(value=5.0, budgets=(8.0, 6.0)).solve()
    assert free.total_effort == pytest.approx(AllPay(contestants=2, prizes=5.0).solve().total_effort)


@pytest.mark.parametrize("case", cases("published", ids=("dm_allpay_alpha0.25",)))
def test_dechenaux_and_mago(case: Case) -> None:
    """With probability alpha the first sees the second's bid and matches it: to the second, bidding is
    worth (1 - alpha) of the prize; the first, when she does not see it, bids as against that value."""
    p = case["parameters"]
    prize = p["prize"]
    equilibrium = AllPayKnown(values=(prize, (1 - p["alpha"]) * prize)).solve()
    first, second = equilibrium.strategy(0), equilibrium.strategy(1)
    assert equilibrium.effort[0] == expected(case, "mean_x_A1")
    assert equilibrium.effort[1] == expected(case, "mean_x_B")
    assert second.mean() == expected(case, "mean_x_A2")  # a match costs what the second bids
    assert first.support[1] == expected(case, "support_upper")
    assert float(first.cdf(5.0)) == expected(case, "P_A_below_5")
    assert float(second.cdf(5.0)) == expected(case, "P_B_below_5")


@pytest.mark.parametrize("case", cases("published", ids=("camb2014_p39_q4",)))
def test_prizes_given_away_one_after_the_other(case: Case) -> None:
    """Clark and Riis's sequence of m all-pay contests, each for one prize, without discounting.

    Whoever is among the m strongest loses no more than the value of the strongest outsider by not
    winning now: the two strongest left fight over that. The last prize is fought for with the outsider.
    """
    values, prizes = case["parameters"]["values"], case["parameters"]["prizes"]
    outsider = values[prizes]
    still_in = np.zeros(len(values))  # chance to be the one who has lost all fights so far
    still_in[0] = 1.0
    wins = np.zeros(len(values))
    for k in range(1, prizes):
        even = AllPayKnown(values=(outsider, outsider)).solve().win_probability[1]
        wins[:k] += still_in[:k] * even
        wins[k] += 1 - even
        still_in[:k] *= 1 - even
        still_in[k] = even
    for i in range(prizes):
        upset = AllPayKnown(values=(values[i], outsider)).solve().win_probability[1]
        wins[i] += still_in[i] * (1 - upset)
        wins[prizes] += still_in[i] * upset
    assert wins == expected(case, "x")


@pytest.mark.parametrize("case", cases("published", ids=("camb2014_p39_q2_prizecount",)))
def test_the_best_number_of_equal_prizes(case: Case) -> None:
    """Prizes worth x^-a where x is the share of contestants who get one, in a tournament of logistic luck."""
    cost = ct.Power(2, scale=50.0)

    def total(n: int, k: int, a: float) -> float:
        prizes = np.full(k, (k / n) ** -a)
        return (
            LazearRosen(contestants=n, prizes=prizes, shock=stats.logistic(), cost=cost)
            .theory()
            .value("effort")
        )

    for n in case["parameters"]["n"][:3]:
        for a in case["parameters"]["alphas"]:
            best = 1 + int(np.argmax([total(n, k, a) for k in range(1, n)]))
            if a >= 1:
                holds = best == 1
            else:
                share = n * (1 - a) / (2 - a)
                holds = best in (max(int(share), 1), int(share) + 1)
            assert holds == expected(case, "rule_holds"), (n, a, best)


@pytest.mark.parametrize("case", cases("published", ids=("thomas_rbar_lambertW",)))
def test_thomas_2021_largest_exponent_by_lambert_w(case: Case) -> None:
    """r = 1 + k^r for a ratio k of strengths: r = 1 - W(-k ln k)/ln k."""
    from scipy.special import lambertw

    for ratio in (case["parameters"]["delta_over_k"], 0.1, 0.9):
        bound = 1 - float(lambertw(-ratio * np.log(ratio)).real) / np.log(ratio)
        inside = Tullock(values=(1.0, ratio), exponent=bound * (1 - 1e-9))
        outside = Tullock(values=(1.0, ratio), exponent=bound * (1 + 1e-9))
        found = inside.theory().holds() and not outside.theory().holds()
        assert found == expected(case, "identity")
        assert inside.solve().profile.is_pure and not outside.solve().profile.is_pure


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: GroupContest(sizes=(3,)), "two groups or more"),
        (lambda: GroupContest(sizes=(3, 2), values=(1.0, 2.0, 3.0)), "one for each of 2 groups"),
        (lambda: GroupContest(values=0.0), "two or more"),
        (lambda: GroupContest(cost=ct.Power(0.5)), "exponent of one or more"),
        (lambda: PublicGoodLottery(benefit=ct.Power(2)), "concave"),
        (lambda: PublicGoodLottery(unit_cost=2.0), "one where bets are money"),
        (lambda: ResearchSpillovers(research_cost=0.5), "above 0.888889"),
        (lambda: InnovationAuction(costs=(2.0, 1.0)), "not decreasing"),
        (lambda: InnovationAuction().cdf(2, 0.1), "supplier 0 or 1"),
        (lambda: ApproachChoice(reward="lottery"), "'auction' or 'fixed prize'"),
        (lambda: SharedPrize(prize=stats.norm()), "between zero and a finite amount"),
        (lambda: SharedPrize(rule="equal"), "'proportion', 'priority'"),
        (lambda: BudgetedAllPay(budgets=(1.0, 1.0)), "AllPay"),
        (lambda: TournamentSabotage(sabotage_cost=0.0), "above zero"),
    ],
)
def test_bad_input(make, words: str) -> None:
    with pytest.raises(ct.InvalidPartError, match=words):
        make()
