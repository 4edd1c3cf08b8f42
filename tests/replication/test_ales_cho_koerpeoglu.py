"""Ales, Cho and Korpeoglu (2017): how many prizes. Drugov and Ryvkin (2020): failure rates decide."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import cases, expected
from contests.numerics import rank_slopes


def rank_order(n, shock):
    return ct.Contest(
        contestants=ct.Identical(n),
        prizes=1.0,
        technology=ct.Additive(shock),
        cost=ct.Power(2, scale=0.5),
    )


@pytest.mark.parametrize(
    ("shock", "n"),
    [(stats.norm(scale=2), 10), (stats.gumbel_r(scale=2), 5), (stats.uniform(0, 4), 4), (stats.t(3), 10)],
)
def test_winner_takes_all_where_the_average_slope_is_largest_at_one(shock, n):
    slopes = np.cumsum(rank_slopes(ct.Additive(shock).noise, n)) / np.arange(1, n + 1)
    assert slopes[0] >= slopes[1:].max()
    found = ct.optimal_prizes(rank_order(n, shock), budget=1.0)
    assert found.choice["prizes"].tolist() == [1.0]
    assert found.evidence.startswith("exact linear programme")
    assert found.binding[0] == "budget"


@pytest.mark.parametrize(
    ("shock", "n", "number", "slope"),
    [
        (stats.pareto(2), 5, 4, 4 / 11),  # decreasing failure rate: equal prizes to all but the last
        (stats.t(3), 20, 3, 0.05114),
        (stats.cauchy(), 10, 3, 0.0623),
    ],
)
def test_several_prizes_where_the_failure_rate_falls_in_the_tail(shock, n, number, slope):
    found = ct.optimal_prizes(rank_order(n, shock), budget=1.0)
    assert found.choice["prizes"] == pytest.approx(np.full(number, 1 / number))
    assert found.equilibrium.effort[0] == pytest.approx(slope, rel=2e-4)
    # One prize is an equilibrium too, and worse by the published ratio of the slopes.
    alone = ct.solve(rank_order(n, shock))
    beta = rank_slopes(ct.Additive(shock).noise, n, number)
    assert alone.total_effort / found.value == pytest.approx(beta[0] / beta.mean())


def test_the_dual_is_the_incentive_of_a_unit_of_money():
    found = ct.optimal_prizes(rank_order(20, stats.t(3)), budget=2.0)
    (price,) = [value for name, value in found.duals.items() if name.startswith("budget")]
    assert price == pytest.approx(found.equilibrium.effort[0] / 2.0)  # e = S with cost e^2/2
    assert found.sensitivity["budget"].slope == pytest.approx(20 * price, rel=1e-6)


def test_constant_failure_rate_is_said_not_to_be_unique():
    found = ct.optimal_prizes(rank_order(6, stats.expon(scale=2)), budget=1.0)
    assert "not unique: 1 to 5 equal prizes" in found.evidence


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_units_of_money_do_not_matter(scale):
    contest = rank_order(5, stats.pareto(2)).replace(cost=ct.Power(2, scale=0.5 * scale))
    found = ct.optimal_prizes(contest, budget=scale)
    assert found.choice["prizes"] / scale == pytest.approx(np.full(4, 0.25))


@pytest.mark.slow
def test_sharing_restores_existence_where_one_prize_has_no_equilibrium():
    contest = rank_order(3, stats.norm(scale=0.1))
    with pytest.raises(ct.NotEquilibriumError):
        ct.solve(contest)
    found = ct.optimal_prizes(contest, budget=1.0)
    assert found.rejected
    assert found.evidence.startswith("certified local search")
    # Independent of the search: no schedule on a grid of the simplex that is certified does better.
    best = 0.0
    for first in np.linspace(1 / 3, 1, 13):
        for second in np.linspace((1 - first) / 2, min(first, 1 - first), 7):
            prizes = np.clip([first, second, 1 - first - second], 0, None)
            tried = ct.solve(contest.replace(prizes=np.sort(prizes)[::-1]), on_fail="return")
            if tried.certificate.passed:
                best = max(best, tried.total_effort)
    assert best > 0.9 * found.value
    assert best <= found.value * (1 + 1e-9)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="multiple_contributors"))
def test_the_award_for_several_contributors(case):
    p, q = case["parameters"], case["quantities"]
    noise = p["noise_parameters"]
    shock = (
        stats.norm(scale=noise["sigma"])
        if p["noise"] == "normal"
        else stats.uniform(noise["a"], noise["b"] - noise["a"])
    )
    contest = ct.Contest(
        contestants=ct.Identical(p["n"]),
        prizes=1.0,
        technology=ct.Additive(shock),
        cost=ct.Power(p["b"], scale=p["c"]),
    )
    objective = ct.TopQuality(p["contributors"]) - ct.PrizesPaid()
    found = ct.optimal_prizes(contest, budget=0.5, objective=objective)
    assert found.choice["prizes"] == pytest.approx([q["optimal_winner_award"]], rel=1e-3)
    assert found.value == expected(case, "organizer_profit")
    assert found.equilibrium.effort[0] == pytest.approx(q["effort"], rel=1e-3)


def test_an_objective_that_falls_in_prizes_pays_nothing_where_prizes_cost_more_than_they_bring():
    found = ct.optimal_prizes(rank_order(10, stats.norm()), 1.0, ct.BestQuality() - ct.PrizesPaid())
    assert found.choice["prizes"].tolist() == [0.0]
    assert found.sensitivity["budget"].position == "at the lower bound"


def test_bad_input():
    contest = rank_order(3, stats.norm())
    with pytest.raises(ct.InvalidPartError, match="budget must be a finite number above zero"):
        ct.optimal_prizes(contest, budget=0)
    with pytest.raises(ct.InvalidPartError, match="objective"):
        ct.optimal_prizes(contest, budget=1, objective="effort")
    with pytest.raises(ct.InvalidPartError, match="a contest made of parts"):
        ct.optimal_prizes(3, budget=1)
