"""Corcoran and Karels (1985), Fu and Lu (2010), Fu, Jiao and Lu (2015): costly entry into lotteries."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import cases, expected
from contests.entry_sets import Fields, stable_sets


def lottery(n, entry, prize=1.0, **parts):
    return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery(), entry=entry, **parts)


@pytest.mark.parametrize("case", cases("canon", model="tullock_entry_cost"))
def test_free_entry(case):
    p = case["parameters"]
    eq = ct.solve(lottery(12, ct.FreeEntry(cost=p["entry_cost"]), p["V"]))
    number = ct.PerEntrant(1.0)(eq)
    assert number == case["quantities"]["n_star"]
    profit = eq.payoff.max() if number else 0.0
    assert profit == pytest.approx(case["quantities"]["profit_at_n_star"], abs=1e-12)
    after = next(iter(eq.profile.after))
    joined = float(eq.game.payoff(after, eq.profile.after[after].efforts()[-1], eq.profile))
    assert joined == pytest.approx(case["quantities"]["profit_if_one_more"])


@pytest.mark.parametrize("root", [2, 7, 30])
def test_knife_edge_at_perfect_squares_all_indifferent_enter(root):
    eq = ct.solve(lottery(50, ct.FreeEntry(cost=1.0 / root**2)))
    assert ct.PerEntrant(1.0)(eq) == root
    assert eq.payoff == pytest.approx(np.zeros(50), abs=1e-15)


def test_a_million_potential_entrants():
    eq = ct.solve(lottery(10**6, ct.FreeEntry(cost=1e-6)))
    assert ct.PerEntrant(1.0)(eq) == 1000


@pytest.mark.parametrize("case", cases("canon", model="tullock_mixed_entry"))
@pytest.mark.parametrize("observed", [True, False])
def test_mixed_entry_is_the_same_whether_the_number_is_seen(case, observed):
    p = case["parameters"]
    entry = ct.FreeEntry(cost=p["entry_cost"], mixed=True, observed=observed)
    eq = ct.solve(lottery(p["N"], entry, p["V"]))
    assert eq.profile.probability == expected(case, "q_entry")
    assert eq.payoff[0] == expected(case, "payoff_net")
    assert ct.PerEntrant(1.0)(eq) == expected(case, "expected_entrants")
    assert eq.certificate.passed
    if not observed:
        assert eq.effort[0] == expected(case, "effort_if_number_unobserved")


def test_mixed_entry_with_a_wrong_probability_is_not_certified():
    game = lottery(5, ct.FreeEntry(cost=0.2, mixed=True, observed=False)).game()
    right = ct.solve(game).profile
    from contests.entry_random import MixedEntryProfile

    effort = ct.solve(lottery(5, ct.RandomEntry(stats.binom(4, 0.3)))).strategy(0)
    wrong = ct.certify(game, MixedEntryProfile(effort, 5, 0.3))
    assert ct.certify(game, right).passed
    assert not wrong.passed
    assert "stays out but would rather enter" in wrong.explain()


@pytest.mark.parametrize("case", cases("canon", model="contest_entry_fee_design"))
def test_fu_lu_two_entrants_and_a_fee_that_leaves_them_nothing(case):
    p, q = case["parameters"], case["quantities"]

    def build(fee, n):
        entry = ct.FreeEntry(cost=p["entry_cost"], fee=fee, refundable_to="winner")
        return lottery(n, entry, p["budget"])

    totals = {}
    for n in (2, 3):
        prize = n**2 * (p["budget"] - n * p["entry_cost"]) / (n**2 - n)  # V = G + n f, f = V/n^2 - c
        fee = prize / n**2 - p["entry_cost"]
        eq = ct.solve(build(fee, n))
        totals[n] = eq.total_effort
        assert eq.payoff == pytest.approx(np.zeros(n), abs=1e-12)
        assert eq.prizes_paid == pytest.approx(prize)
        assert ct.FeesCollected()(eq) == pytest.approx(n * fee)
        if n == q["n_star"]:
            assert (fee, prize) == (expected(case, "entry_fee"), expected(case, "prize"))
    assert totals[2] == expected(case, "total_effort")
    assert totals[3] == expected(case, "total_effort_n3")
    best = ct.design(build, ct.TotalEffort(), fee=np.linspace(0, 0.5, 11), n=[2, 3, 4])
    assert best.choice["n"] == 2
    assert best.choice["fee"] == pytest.approx(0.4)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_free_entry"))
def test_free_entry_into_an_ideation_contest(case):
    p = case["parameters"]
    shock = stats.gumbel_r(loc=-np.euler_gamma * p["mu"], scale=p["mu"])
    contest = ct.Contest(
        contestants=ct.Identical(25),
        prizes=p["prize"],
        technology=ct.Additive(shock, output=ct.Log(scale=p["delta"])),
        cost=ct.Linear(p["c"]),
        entry=ct.FreeEntry(cost=p["entry_cost"]),
    )
    eq = ct.solve(contest)
    assert ct.PerEntrant(1.0)(eq) == case["quantities"]["n_free_entry"]
    assert eq.payoff[0] == expected(case, "payoff_at_n")
    assert eq.effort[0] == expected(case, "effort")


def test_more_entrants_than_can_be_active():
    # With delta = 1.3 > mu = 1 at most four are active: the fifth would stay idle, so she does not pay.
    contest = ct.Contest(
        contestants=ct.Identical(10),
        prizes=1.3,
        technology=ct.Additive(stats.gumbel_r(loc=-np.euler_gamma), output=ct.Log(scale=1.3)),
        entry=ct.FreeEntry(cost=0.005),
    )
    eq = ct.solve(contest)
    assert ct.PerEntrant(1.0)(eq) == 4
    assert eq.certificate.passed
    assert eq.profile.after[4].efforts()[-1] == 0.0


def brute_force(contest, cost):
    """Stable sets by the closed form of the lottery, one subset at a time."""
    value = np.asarray(contest.contestants.value)
    n = value.size

    def payoffs(members):
        order = sorted(members, key=lambda i: -value[i])
        best = {}
        for k in range(len(order), 0, -1):
            y = (k - 1) / sum(1 / value[i] for i in order[:k])
            if k == 1 or value[order[k - 1]] > y:
                best = {i: value[i] * max(1 - y / value[i], 0) ** 2 for i in order[:k]}
                break
        return {i: best.get(i, 0.0) - cost for i in members}

    found = []
    for size in range(n + 1):
        for members in itertools.combinations(range(n), size):
            inside = payoffs(members) if members else {}
            if all(v >= 0 for v in inside.values()) and all(
                payoffs((*members, j))[j] <= 0 for j in range(n) if j not in members
            ):
                found.append((sum(inside.values()), members))
    return sorted(found, reverse=True)


@pytest.mark.parametrize("cost", [0.02, 0.06, 0.2])
def test_all_stable_sets_of_different_contestants_against_brute_force(cost):
    value = np.array([1.3, 1.25, 1.1, 1.0, 0.95, 0.9, 0.4])
    contest = ct.Contest(
        contestants=ct.Known(value=value), prizes=1.0, success=ct.Lottery(), entry=ct.FreeEntry(cost=cost)
    )
    found = ct.stable_entry(contest)
    brute = brute_force(contest, cost)
    assert [one.entrants for one in found] == [members for _, members in brute]
    assert [one.surplus for one in found] == pytest.approx([surplus for surplus, _ in brute])
    assert [one.surplus for one in found] == sorted((one.surplus for one in found), reverse=True)
    eq = ct.solve(contest)
    assert eq.profile.entrants == found[0].entrants
    # The same sets by solving and certifying every contest.
    from contests.entry_sets import _one_by_one

    solved, undecided = _one_by_one(Fields(contest.game()))
    assert {one.entrants for one in solved} == {one.entrants for one in found}
    assert undecided == 0


def test_beyond_twenty_contestants_they_come_in_one_after_the_other():
    value = np.linspace(1.0, 2.0, 25)
    contest = ct.Contest(
        contestants=ct.Known(value=value), prizes=1.0, success=ct.Lottery(), entry=ct.FreeEntry(cost=0.05)
    )
    with pytest.raises(ct.InvalidPartError, match="at most 20"):
        stable_sets(Fields(contest.game()))
    eq = ct.solve(contest)
    assert "one after the other" in eq.selection
    assert eq.certificate.passed
    assert eq.payoff.min() >= 0


def test_a_fee_for_alike_contestants_is_a_price_of_entry():
    eq = ct.solve(lottery(8, ct.Fee(0.05)))
    assert ct.PerEntrant(1.0)(eq) == 4
    assert ct.FeesCollected()(eq) == pytest.approx(0.2)
    to_winner = ct.solve(lottery(8, ct.Fee(0.05, refundable_to="winner")))
    # n enter: (1 + n f)/n^2 >= f, and the pot is the prize.
    assert ct.PerEntrant(1.0)(to_winner) == 5
    assert to_winner.prizes_paid == pytest.approx(1.25)


def test_units_of_money_do_not_matter():
    for scale in (1e-9, 1e9):
        contest = lottery(12, ct.FreeEntry(cost=0.03 * scale), scale, cost=ct.Linear(scale))
        eq = ct.solve(contest)
        assert ct.PerEntrant(1.0)(eq) == 5
        assert eq.effort[0] == pytest.approx(0.16)


def test_outcomes_of_entry_agree_with_simulation():
    shock = stats.norm(scale=0.5)
    contest = ct.Contest(
        contestants=ct.Identical(8),
        prizes=1.0,
        technology=ct.Additive(shock),
        cost=ct.Power(2),
        entry=ct.FreeEntry(cost=0.15),
    )
    eq = ct.solve(contest)
    drawn = eq.simulate(100_000, rng=np.random.default_rng(4))
    error = drawn.payoff[:, 0].std() / np.sqrt(100_000)
    assert eq.payoff[0] == pytest.approx(drawn.payoff[:, 0].mean(), abs=4.5 * error)
    assert eq.expected_best == pytest.approx(drawn.best.mean(), abs=0.01)
    assert eq.prizes_paid == 1.0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ct.FreeEntry(cost=-1), "FreeEntry.cost"),
        (lambda: ct.FreeEntry(cost=1, mixed=1), "FreeEntry.mixed"),
        (lambda: ct.FreeEntry(cost=1, mixed=True, refundable_to="winner"), "'sponsor' when entry is mixed"),
        (lambda: ct.FreeEntry(refundable_to="me"), "'sponsor' or 'winner'"),
        (lambda: ct.stable_entry(lottery(3, ct.AllEnter())), "ct.FreeEntry"),
    ],
)
def test_bad_input(call, words):
    with pytest.raises(ct.InvalidPartError, match=words):
        call()
