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


def test_many_equal_prizes_under_a_cauchy_shock_are_certified():
    """Heavy tails: 37 of 100 share the budget; the certificate resolves ranks in the middle of the field."""
    contest = ct.Contest(
        contestants=ct.Identical(100),
        prizes=1.0,
        technology=ct.Additive(stats.cauchy(scale=20.0)),
        cost=ct.Power(2),
    )
    found = ct.optimal_prizes(contest, budget=1.0)
    assert found.choice["prizes"] == pytest.approx(np.full(37, 1 / 37))
    assert found.evidence.startswith("exact linear programme")
    # h(u) = sin(pi u)^2/(pi s) is best shared where u^(n-1-L) (1-u)^(L-1) h averages most over L.
    x, w = np.polynomial.legendre.leggauss(400)
    u = (x + 1) / 2
    share = [
        np.sum(w / 2 * stats.binom.pmf(k - 1, 98, 1 - u) * 99 * np.sin(np.pi * u) ** 2) / k
        for k in range(1, 99)
    ]
    assert int(np.argmax(share)) + 1 == 37


def test_where_the_programme_has_no_equilibrium_the_search_says_so():
    contest = ct.Contest(
        contestants=ct.Identical(3),
        prizes=1.0,
        technology=ct.Additive(stats.norm(scale=0.1)),
        cost=ct.Power(2),
    )
    found = ct.optimal_prizes(contest, budget=1.0)
    assert "local search" in found.evidence
    assert "the programme's 1 equal prize, refused: NotEquilibriumError" in found.evidence
    assert found.choice["prizes"].size > 1
    assert found.equilibrium.certificate.passed
