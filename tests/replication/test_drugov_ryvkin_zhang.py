"""Drugov, Ryvkin and Zhang (2024): a minimum standard on random quality."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import cases, expected


def contest(n=4, standard=0.0, sigma=1.0, prizes=1.0, cost=1.0):
    return ct.Contest(
        contestants=ct.Identical(n),
        prizes=prizes,
        technology=ct.Additive(stats.norm(scale=sigma)),
        cost=ct.Power(2, scale=cost / 2),
        entry=ct.Reserve(standard),
    )


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="tournament_with_standard"))
def test_effort_under_a_standard(case):
    p, q = case["parameters"], case["quantities"]
    eq = ct.solve(contest(p["n"], q["equilibrium_standard"], p["sigma"], p["prize"], p["c"]))
    assert eq.certificate.passed
    assert eq.effort[0] == expected(case, "effort")
    assert eq.payoff[0] == expected(case, "solver_payoff")
    assert eq.prizes_paid == pytest.approx(p["prize"] * q["award_probability"])


def test_the_mode_is_best_and_a_low_standard_changes_nothing():
    found = ct.optimal_reserve(contest(), np.array([-1.0, 0.1, 0.2614388788805877, 0.5, 0.8]))
    assert found.choice["quality"] == pytest.approx(0.2614388788805877)
    low, none = ct.solve(contest(standard=-30.0)), ct.solve(contest().replace(entry=ct.AllEnter()))
    assert low.effort[0] == pytest.approx(none.effort[0], rel=1e-9)
    assert low.payoff[0] == pytest.approx(none.payoff[0], rel=1e-9)


def test_several_prizes_agree_with_simulation():
    eq = ct.solve(contest(standard=0.3, prizes=[0.6, 0.4]))
    drawn = eq.simulate(200_000, rng=np.random.default_rng(8))
    error = drawn.payoff.std() / np.sqrt(800_000)
    assert eq.payoff[0] == pytest.approx(drawn.payoff.mean(), abs=4.5 * error)
    paid = drawn.prize.sum(axis=1)
    assert eq.prizes_paid == pytest.approx(paid.mean(), abs=4.5 * paid.std() / 447)
