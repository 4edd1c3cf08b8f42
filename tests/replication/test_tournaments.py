"""Rank-order tournaments of contestants who differ, or with handicaps: reference cases and papers."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import LazearRosen
from tests.cases import cases, expected

SHOCKS = {"normal": stats.norm, "gumbel": stats.gumbel_r, "exponential": stats.expon, "cauchy": stats.cauchy}


def _one(file, name):
    (case,) = (c.values[0] for c in cases(file, ids=(name,)))
    return case


ALIKE = ("C001", "C003", "C005", "C007", "C009", "C013")


@pytest.mark.parametrize("case", cases("canon", ids=ALIKE))
def test_alike_contestants(case):
    p = case["parameters"]
    model = LazearRosen(contestants=p["n"], prizes=p["prizes"], shock=SHOCKS[p["noise"]]())
    eq = model.solve()
    assert eq.effort[0] == expected(case, "effort") and eq.payoff[0] == expected(case, "payoff")
    assert model.theory().value("effort") == expected(case, "effort")


def test_small_luck_is_refused():
    with pytest.raises(ct.NotEquilibriumError, match="would rather"):
        LazearRosen(shock=stats.norm(scale=0.1)).solve()


@pytest.mark.parametrize("name", ["C023", "C024"])
def test_two_contestants_of_different_costs(name):
    case = _one("canon", name)
    handicap = case["quantities"].get("optimal_handicap", 0.0)
    eq = ct.solve(
        ct.Contest(
            contestants=ct.Known(cost=[1, 2]),
            prizes=1.0,
            technology=ct.Additive(stats.norm()),
            cost=ct.Power(2, scale=0.5),
            success=ct.Highest(handicaps=[handicap, 0.0]),
        )
    )
    assert eq.effort[0] == expected(case, "e1") and eq.effort[1] == expected(case, "e2")
    assert eq.win_probability[0] == expected(case, "p1")


def test_first_best_by_a_tournament():
    """C025: the spread and mean prize at which the tournament does what the piece rate does."""
    case = _one("canon", "C025")
    same = LazearRosen(cost=ct.Power(2, scale=1.0)).piece_rate(1.0)
    assert same.effort == expected(case, "first_best_effort")
    assert same.spread == expected(case, "prize_spread")
    assert same.mean_prize == expected(case, "mean_prize_zero_profit")
    assert same.tournament.solve().effort[0] == expected(case, "first_best_effort")


def test_asymmetric_ideation():
    case = _one("terwiesch_xu", "E20_asymmetric_n4")
    p = case["parameters"]
    eq = ct.solve(
        ct.Contest(
            contestants=ct.Known(ability=p["abilities"], cost=p["costs"]),
            prizes=p["prize"],
            technology=ct.Additive(stats.gumbel_r(scale=p["mu"]), output=ct.Log(scale=p["delta"])),
        )
    )
    assert eq.effort == expected(case, "efforts")
    assert eq.win_probability == expected(case, "win_probs")
    assert eq.payoff == expected(case, "payoffs")


def test_asymmetric_ideation_of_two():
    case = _one("terwiesch_xu", "E18_asymmetric_n2")
    p = case["parameters"]
    eq = ct.solve(
        ct.Contest(
            contestants=ct.Known(ability=p["abilities"]),
            prizes=p["prize"],
            technology=ct.Additive(stats.gumbel_r(scale=p["mu"]), output=ct.Log(scale=p["delta"])),
        )
    )
    assert eq.effort[0] == expected(case, "effort_1") and eq.effort[1] == expected(case, "effort_2")
    assert eq.win_probability[0] == expected(case, "win_prob_1")


def test_head_start_with_normal_shocks():
    case = _one("terwiesch_xu", "E21_head_start_normal")
    p = case["parameters"]
    eq = LazearRosen(
        prizes=(p["prize"],), shock=stats.norm(scale=p["sigma"]), handicaps=(p["head_start"], 0.0)
    ).solve()
    assert eq.effort[0] == expected(case, "effort_both") and eq.effort[1] == expected(case, "effort_both")
    assert eq.payoff[0] == expected(case, "payoff_leader")
    assert eq.payoff[1] == expected(case, "payoff_laggard")


@pytest.mark.parametrize("name", ["sw1992_fair", "sw1992_unfair45"])
def test_schotter_and_weigelt(name):
    case = _one("published", name)
    p = case["parameters"]
    eq = LazearRosen(
        prizes=(p["S"],),
        shock=stats.uniform(-p["a"], 2 * p["a"]),
        cost=ct.Power(2, scale=1 / p["c"]),
        handicaps=(p.get("k", 0.0), 0.0),
    ).solve()
    np.testing.assert_array_equal(eq.effort[0], pytest.approx(eq.effort[1], rel=1e-9))
    assert eq.effort[0] == expected(case, "effort")


def test_kuhns_piece_rate():
    """Kuhn (2018), table 20.1: output d e, paid a + b times output, effort costs e^2/2."""
    case = _one("published", "kuhn_piece_rate")
    a, b, d = (case["parameters"][name] for name in "abd")
    cost = ct.Power(2, scale=0.5)
    effort = LazearRosen(cost=cost).piece_rate(b * d).effort
    assert effort == expected(case, "effort")
    assert d * effort == expected(case, "output")
    assert a + b * d * effort == expected(case, "income")
    assert a + b * d * effort - cost(effort) == expected(case, "utility")
    assert d * effort - (a + b * d * effort) == expected(case, "profit")


@pytest.mark.parametrize(("factor", "exists"), [(1.001, True), (0.999, False)])
def test_the_least_luck_of_an_equilibrium(factor, exists):
    """C022: the standard deviation at which a far smaller effort begins to pay."""
    sigma = factor * _one("canon", "C022")["quantities"]["sigma_min"]
    assert LazearRosen(shock=stats.norm(scale=sigma)).solve(on_fail="return").certificate.passed == exists


def test_a_common_shock_changes_no_effort():
    case = _one("canon", "C026")
    contest = ct.Contest(
        contestants=ct.Identical(2),
        prizes=1.0,
        technology=ct.Additive(stats.norm(), common=stats.norm(scale=5)),
        cost=ct.Power(2, scale=0.5),
    )
    eq = ct.solve(contest)
    assert eq.effort[0] == expected(case, "effort")
    moved = float(eq.effort[0]) + case["parameters"]["deviation"]
    chance = contest.rank_probabilities(0, moved, eq.profile, ranks=1)[0]
    assert chance == expected(case, "win_prob_after_deviation")


def test_a_million_contestants():
    case = _one("canon", "C017")
    eq = LazearRosen(contestants=10**6, prizes=(1.0,)).solve()
    assert eq.effort[0] == expected(case, "effort")


@pytest.mark.parametrize("name", ["C018", "C020"])
def test_how_many_equal_prizes(name):
    case = _one("canon", name)
    shock = SHOCKS[case["parameters"]["noise"]]()
    n = case["parameters"]["n"]
    efforts = [
        LazearRosen(contestants=n, prizes=[1 / r] * r, shock=shock).solve().effort[0] for r in range(1, n)
    ]
    assert np.array(efforts) == expected(case, "marginal_by_r")
    assert 1 + int(np.argmax(efforts)) == case["quantities"]["best_number_of_equal_prizes"]
