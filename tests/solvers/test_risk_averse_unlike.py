"""Contestants averse to risk who differ, with a shock: limits, units, other routes to the same number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct

NORMAL = ct.Additive(stats.norm())


def contest(contestants: Any, **parts: Any) -> ct.Contest:
    return ct.Contest(
        contestants=contestants,
        **{"prizes": [1.0, 0.5], "technology": NORMAL, "cost": ct.Power(2), **parts},
    )


def test_those_who_hardly_differ_are_alike() -> None:
    """Newton on all conditions against the one equation of alike contestants."""
    alike = ct.solve(contest(ct.Identical(3, utility=ct.CRRA(2.0), wealth=3.0)))
    nearly = ct.solve(contest(ct.Known(value=[1, 1, 1 + 1e-10], utility=ct.CRRA(2.0), wealth=3.0)))
    np.testing.assert_allclose(nearly.effort, alike.effort, rtol=1e-9)


@pytest.mark.parametrize(
    "technology",
    [NORMAL, ct.Additive(stats.uniform(-2, 4)), ct.Additive(stats.t(4))],
    ids=["norm", "uniform", "t"],
)
def test_no_aversion_is_risk_neutral(technology: ct.Technology) -> None:
    """The limit of vanishing aversion is the room of risk-neutral contestants."""
    neutral = ct.solve(contest(ct.Known(cost=[1, 1.5, 2]), technology=technology))
    nearly = ct.solve(contest(ct.Known(cost=[1, 1.5, 2], utility=ct.CARA(1e-9)), technology=technology))
    np.testing.assert_allclose(nearly.effort, neutral.effort, rtol=1e-7)
    assert nearly.certificate.max_gain <= 1e-10


def test_a_lottery_by_shares_is_a_race_of_gumbel_shocks() -> None:
    """Two routes: the aggregate of scores (Cornes and Hartley 2003), and Newton on the rank kernel."""
    attitudes = [ct.CARA(1.0), None, ct.CRRA(2.0)]
    field = ct.Known(value=[1, 1.5, 1.2], utility=attitudes, wealth=4.0)
    shares = ct.solve(ct.Contest(contestants=field, prizes=1.0, success=ct.Lottery()))
    race = ct.solve(
        ct.Contest(contestants=field, prizes=1.0, technology=ct.Additive(stats.gumbel_r(), output=ct.Log()))
    )
    np.testing.assert_allclose(race.effort, shares.effort, rtol=1e-9)


@pytest.mark.parametrize("scale", [1e9, 1e-9])
def test_money_in_other_units(scale: float) -> None:
    one = ct.solve(contest(ct.Known(value=[1, 1.5, 2], utility=ct.CARA(1.0))))
    other = ct.solve(
        contest(
            ct.Known(value=[1, 1.5, 2], utility=ct.CARA(1.0 / scale)),
            prizes=[scale, 0.5 * scale],
            cost=ct.Power(2, scale=scale),
        )
    )
    np.testing.assert_allclose(other.effort, one.effort, rtol=1e-9)


def test_attitudes_alone_make_contestants_differ() -> None:
    """Two of equal means: with a constant marginal prize at the top, the averse one still works less."""
    pair = contest(ct.Known(value=[1, 1, 1], utility=[None, ct.CARA(1.0), ct.CARA(3.0)]), prizes=1.0)
    equilibrium = ct.solve(pair)
    # A prize that is seldom won is a gamble: the more averse, the less she stakes (Skaperdas and Gan 1995).
    assert equilibrium.effort[0] > equilibrium.effort[1] > equilibrium.effort[2] > 0
    assert equilibrium.certificate.max_gain <= 1e-10


def test_the_worthless_are_idle_and_alike_with_a_draw_are_solved() -> None:
    weak = ct.solve(
        ct.Contest(
            contestants=ct.Known(value=[1, 1.5, 0.01], utility=ct.CARA(1.0)),
            prizes=[1.0, 0.2],
            success=ct.Lottery(exponent=0.9999, draw=0.1),
        )
    )
    assert weak.certificate.passed
    # With a draw contestants who are alike are solved as those who differ, and do the same.
    drawn = ct.solve(
        ct.Contest(
            contestants=ct.Identical(3, utility=ct.CARA(1.0)), prizes=[1.0, 0.5], success=ct.Lottery(draw=0.3)
        )
    )
    assert np.ptp(drawn.effort) <= 1e-12
    more = ct.solve(
        ct.Contest(
            contestants=ct.Identical(3, utility=ct.CARA(1.0)),
            prizes=[1.0, 0.5],
            success=ct.Lottery(draw=1e-9),
        )
    )
    without = ct.solve(
        ct.Contest(contestants=ct.Identical(3, utility=ct.CARA(1.0)), prizes=[1.0, 0.5], success=ct.Lottery())
    )
    np.testing.assert_allclose(more.effort, without.effort, rtol=1e-6)


def test_too_strong_an_exponent_is_refused_with_the_deviation() -> None:
    eager = ct.Contest(
        contestants=ct.Known(value=[1, 1.5, 2], utility=ct.CARA(1.0)),
        prizes=[1.0, 0.5],
        success=ct.Lottery(exponent=1.3),
    )
    with pytest.raises(ct.NotEquilibriumError, match="would rather exert effort 0"):
        ct.solve(eager)
