"""Designs of the literature that are models of their own: architecture, pooling, tariffs, auctions, risk."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import polygamma

import contests as ct
from cases import cases, expected
from contests.models import (
    ChawlaHartlineSivan,
    ContestArchitecture,
    LargeContest,
    LetinaLiuNetzer,
    OptimalTariff,
    PooledAllPay,
    ResearchAuction,
    SearchTournament,
)

# Moldovanu and Sela (2006)


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("canon", model="contest_architecture"))
def test_moldovanu_sela_architecture(case):
    p, q = case["parameters"], case["quantities"]
    model = ContestArchitecture(contestants=p["n"], divisions=p["divisions"])
    grand = model.grand().solve()
    assert grand.total_effort == expected(case, "grand_total")
    assert grand.expected_best == expected(case, "grand_highest")
    assert model.first_stage_effort() == expected(case, "split_stage1_total", stakes=1e-3)
    assert model.final_effort() == expected(case, "split_final_total")
    assert model.total_effort() == expected(case, "split_total")
    assert model.highest_final_effort() == expected(case, "split_highest_final_effort")
    better = model.highest_final_effort() > grand.expected_best * (1 + 1e-9)
    assert better == q["split_better_for_highest"]
    found = model.compare()
    assert found.values["divisions and a final"] == expected(case, "split_total")
    assert not found.failures


@pytest.mark.slow
def test_a_first_stage_with_other_efforts_is_no_equilibrium():
    division = ContestArchitecture().division()
    right = division.solve().strategy(0)
    wrong = ct.Monotone(types=right.types, function=lambda rent: 1.05 * right(rent))
    assert not ct.certify(division, wrong).passed


@pytest.mark.slow
def test_totals_agree_with_a_simulation_of_both_stages():
    law = stats.uniform(0.5, 1.0)
    model = ContestArchitecture(contestants=4, divisions=2, value=law)
    first, final = model.division().solve(), model.final().solve()
    rng = np.random.default_rng(3)
    value = 0.5 + rng.random((4_000, 2, 2))
    winners = value.max(axis=2)
    # The rent of a finalist: the integral of (t - 1/2)^2 from 1/2.
    effort = first.strategy(0)((value.ravel() - 0.5) ** 3 / 3).reshape(value.shape).sum(axis=(1, 2))
    assert model.first_stage_effort() == pytest.approx(effort.mean(), abs=4.5 * effort.std() / 63)
    last = final.strategy(0)(winners.ravel()).reshape(winners.shape)
    assert model.final_effort() == pytest.approx(last.sum(axis=1).mean(), abs=4.5 * last.std() * 2 / 63)


def test_divisions_that_do_not_come_out_even_are_refused():
    with pytest.raises(ct.InvalidPartError, match="divides the 4 contestants evenly"):
        ContestArchitecture(contestants=4, divisions=3)


# Chawla, Hartline and Sivan (2012, 2019)


def two_steps():
    """Density 0.9 on [0, 1] and 1/30 on [1, 4]."""
    return stats.rv_histogram((np.array([0.9, 0.1]), np.array([0.0, 1.0, 4.0])), density=False)()


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("canon", model="crowdsourcing_max_ironed"))
def test_pooling_raises_the_best_effort(case):
    p, q = case["parameters"], case["quantities"]
    best = PooledAllPay(contestants=p["n"], value=two_steps())
    assert best.reserve_level() == expected(case, "reserve_quantile")
    assert best.pools()[0] == expected(case, "pool_quantiles")
    assert best.expected_best() == expected(case, "optimal_expected_max")
    assert best.check() <= 1e-12
    plain = ChawlaHartlineSivan(contestants=p["n"], value=two_steps())
    assert plain.solve().expected_best == expected(case, "wta_expected_max")
    reserved = plain.replace(reserve=plain.best_reserve()).solve()
    assert reserved.expected_best == pytest.approx(q["reserve_only_expected_max"], rel=1e-8)


@pytest.mark.parametrize("n", [2, 5])
def test_without_pools_the_best_contest_is_a_reserve(n):
    """Uniform values: reserve 1/(n + 1), which the all-pay model solves and certifies."""
    best = PooledAllPay(contestants=n)
    assert best.pools() == []
    solved = ChawlaHartlineSivan(contestants=n, reserve=1 / (n + 1)).solve()
    assert best.expected_best() == pytest.approx(solved.expected_best, rel=1e-10)
    levels = np.linspace(0.0, 1.0, 21)
    assert best.effort(levels) == pytest.approx(solved.strategy(0)(levels), rel=1e-9, abs=1e-12)


def test_a_pool_that_is_moved_does_worse():
    best = PooledAllPay(value=two_steps())
    (a, b), reserve = best.pools()[0], best.reserve_level()

    def highest(reserve, a, b):
        """n = 2: twice the integral of the virtual value times the chance, by R on a fine grid."""
        u = np.unique(np.concatenate([np.linspace(reserve, 1, 200_001), [a, b]]))
        middle = (u[:-1] + u[1:]) / 2
        chance = np.where((middle > a) & (middle < b), (a + b) / 2, middle)
        return float(-np.sum(chance * np.diff(best.revenue(u))))

    top = highest(reserve, a, b)
    assert top == pytest.approx(best.expected_best(), rel=1e-8)
    rng = np.random.default_rng(2)
    for _ in range(20):
        dr, da, db = rng.normal(scale=0.02, size=3)
        assert highest(reserve + dr, a + da, min(b + db, 0.999)) < top + 1e-9


# Olszewski and Siegel (2016, 2020)


@pytest.mark.parametrize("case", cases("canon", model="large_contest_tariff"))
def test_large_contest_tariff(case):
    model = LargeContest()
    levels = np.linspace(0, 1, 11)
    assert model.performance(levels) == pytest.approx(levels**2 / 2, rel=1e-12, abs=1e-15)
    assert float(model.performance(1.0)) == expected(case, "performance_at_1")
    assert model.average_performance() == expected(case, "avg_performance")
    assert np.max(model.gain(levels[:, None], levels)) <= 1e-14


def test_the_tariff_is_the_limit_of_contests_among_many():
    model = LargeContest()
    gap = [model.average_performance() - model.finite(n).solve().total_effort / n for n in (10, 40)]
    # Uniform types and prizes: (1 - 1/n)/6 each.
    assert gap == pytest.approx([1 / 60, 1 / 240], rel=1e-6)


@pytest.mark.parametrize("case", cases("canon", model="large_contest_optimal_prizes"))
def test_large_contest_optimal_prizes(case):
    p, q = case["parameters"], case["quantities"]
    best = OptimalTariff(budget=p["budget_per_capita"], cost=ct.Power(2))
    assert best.average_performance() == expected(case, "avg_performance_optimal")
    assert float(best.prize(0.5)) == expected(case, "prize_at_0p5")
    assert float(best.performance(1.0)) == expected(case, "performance_at_1")
    # Linear prizes of the same budget, y = z: average performance of the tariff.
    linear = LargeContest(cost=ct.Power(2))
    assert linear.average_performance() == expected(case, "avg_performance_linear_prizes")
    assert linear.average_performance() < q["avg_performance_optimal"]


@pytest.mark.parametrize("law", [stats.uniform(), stats.uniform(1, 1), stats.beta(2, 1)])
def test_optimal_prizes_spend_the_budget_and_bear_mimicking(law):
    best = OptimalTariff(budget=0.7, types=law, cost=ct.Power(3, scale=2.0))
    x, w = np.polynomial.legendre.leggauss(60)
    assert (w / 2) @ best.prize((x + 1) / 2) == pytest.approx(0.7, rel=1e-6)
    levels = np.linspace(0.02, 1.0, 50)
    there = law.ppf(levels)[:, None] * best.prize(levels) - 2 * best.performance(levels) ** 3
    assert np.max(there - np.diag(there)[:, None]) <= 1e-9
    # No other schedule of the same budget does better: a mixture with an even tariff.
    u = (x + 1) / 2
    cost = 2 * best.performance(u) ** 3
    price = best.price(u)
    for power in (1.0, 2.0, 6.0):
        other = u**power
        other *= (w @ (price * cost)) / (w @ (price * other))
        assert w @ np.cbrt(other / 2) <= w @ best.performance(u) * (1 + 1e-9)


def test_what_large_contests_refuse():
    with pytest.raises(ct.InvalidPartError, match="strictly convex"):
        OptimalTariff(budget=1.0, cost=ct.Linear())
    with pytest.raises(ct.InvalidPartError, match="a largest type"):
        OptimalTariff(budget=1.0, types=stats.expon())
    with pytest.raises(ct.InvalidPartError, match=r"convex in the level"):
        OptimalTariff(budget=1.0, types=two_steps())


# Fullerton, Linster, McKee and Slate (2002)


@pytest.mark.parametrize("case", cases("canon", model="research_tournament_auction_prize"))
def test_research_auction(case):
    p = case["parameters"]
    eq = ResearchAuction(contestants=p["n"], cost_per_draw=p["cost_per_draw"]).solve()
    assert eq.certificate.passed
    assert eq.total_effort == expected(case, "total_draws")
    assert eq.effort[0] == expected(case, "draws_symmetric")
    assert eq.expected_best == expected(case, "expected_best")
    assert eq.prizes_paid == expected(case, "expected_payment_to_winner")
    assert (ct.BestQuality() - ct.PrizesPaid())(eq) == expected(case, "sponsor_net")


def test_only_the_total_of_draws_is_unique_and_it_is_the_best_for_all():
    model = ResearchAuction(cost_per_draw=0.01)
    for split in ([9.0, 0.0], [2.0, 7.0]):
        assert ct.certify(model, split).passed
    assert not ct.certify(model, [4.5, 5.0]).passed
    # Exponential worth: W(m) is the harmonic number, W' the trigamma function at m + 1.
    total = ResearchAuction(contestants=3, cost_per_draw=0.1, draw=stats.expon()).solve().total_effort
    assert polygamma(1, total + 1) == pytest.approx(0.1, rel=1e-9)


def test_the_payment_of_the_research_auction_by_simulation():
    eq = ResearchAuction(contestants=3, cost_per_draw=0.02).solve()
    rng = np.random.default_rng(4)
    best = np.sort(rng.random((200_000, 3)) ** (1 / eq.effort[0]), axis=1)
    lead = best[:, -1] - best[:, -2]
    assert eq.prizes_paid == pytest.approx(lead.mean(), abs=4.5 * lead.std() / 447)
    assert ResearchAuction(cost_per_draw=1.5).solve().total_effort == 0.0
    with pytest.raises(ct.InvalidPartError, match="a least worth"):
        ResearchAuction(draw=stats.norm())


# Taylor (1995)


def sponsor_with_fees(eq):
    """The best idea less the prize, with fees that take all the firms' expected payoffs."""
    return eq.game.expected_best() - eq.game.prize + eq.payoff.sum()


def taylor(periods, cost):
    def tournament(n, prize):
        return SearchTournament(contestants=n, periods=periods, prize=prize, cost_per_draw=cost)

    return tournament


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("canon", model="research_tournament_design"))
def test_taylor_two_firms_a_prize_and_a_fee(case):
    p, q = case["parameters"], case["quantities"]
    build = taylor(p["T"], p["cost_per_draw"])
    found = ct.design(build, sponsor_with_fees, n=[2, 4], prize=ct.Interval(0.05, 0.6), grid=7)
    assert found.choice["n"] == q["n_star"]
    assert found.value == expected(case, "sponsor_surplus")
    assert found.choice["prize"] == pytest.approx(q["prize"], rel=1e-4)
    assert found.equilibrium.payoff[0] == pytest.approx(q["entry_fee"], rel=1e-3)
    assert found.equilibrium.game.threshold() == pytest.approx(q["q_star"], rel=1e-4)
    # Four firms that draw for 0.05 would lose money.
    assert any("NoEquilibriumError" in trial.reason for trial in found.rejected)


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("canon", model="research_tournament_design"))
def test_taylor_surplus_by_number_of_firms(case):
    p, q = case["parameters"], case["quantities"]
    build = taylor(p["T"], p["cost_per_draw"])
    for n, surplus in zip(p["n_candidates"], q["surplus_by_n"], strict=True):
        found = ct.design(build, sponsor_with_fees, n=[n], prize=ct.Interval(0.05, 0.6))
        assert found.value == pytest.approx(surplus, rel=1e-8)


# Letina, Liu and Netzer (2023)


@pytest.mark.parametrize("case", cases("canon", model="optimal_contest_risk_averse"))
def test_optimal_contest_for_the_risk_averse(case):
    p, q = case["parameters"], case["quantities"]
    model = LetinaLiuNetzer(contestants=p["n"], worth=ct.Power(0.5), cost=ct.Power(2))
    assert model.effort() == expected(case, "effort")
    assert model.best_budget() == expected(case, "prize_budget")
    assert model.prizes() == pytest.approx([q["each_prize"]] * q["number_of_prizes"], rel=1e-9)
    assert model.sponsor_payoff() == expected(case, "designer_payoff")
    assert model.exponent() == expected(case, "tullock_r")
    for contest in (model.contest(), model.nested_tullock()):
        eq = contest.solve()
        assert eq.certificate.passed
        assert eq.effort == pytest.approx(np.full(p["n"], q["effort"]), rel=1e-9)
        assert eq.payoff == pytest.approx(np.full(p["n"], q["agent_payoff"]), abs=1e-9)


def test_no_other_prizes_bring_the_risk_averse_to_more():
    """Payoffs are not negative, so effort costs at most the mean worth of prizes, one of them zero."""
    model = LetinaLiuNetzer(contestants=5)
    rng = np.random.default_rng(8)
    best = -np.inf
    for _ in range(2000):
        prizes = rng.exponential(rng.uniform(0.01, 0.5), size=4) * (rng.random(4) < 0.8)
        effort = np.sqrt(np.sqrt(prizes).sum() / 5)
        best = max(best, 5 * effort - prizes.sum())
    assert best <= model.sponsor_payoff()
    assert best == pytest.approx(model.sponsor_payoff(), rel=0.02)


def test_risk_neutral_worth_and_bad_parts():
    model = LetinaLiuNetzer(contestants=3, worth=ct.Linear(), cost=ct.Power(2))
    # c(e) = W/3: e = sqrt(W/3), best at 3 e - 3 e^2: e = 1/2.
    assert model.effort() == pytest.approx(0.5)
    with pytest.raises(ct.InvalidPartError, match="none is best"):
        LetinaLiuNetzer(worth=ct.Linear(), cost=ct.Linear())
    with pytest.raises(ct.InvalidPartError, match="a concave curve"):
        LetinaLiuNetzer(worth=ct.Power(2))
