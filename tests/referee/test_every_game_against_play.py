"""Exact expectations of many kinds of games against draws from their primitives.

`Equilibrium.simulate` draws efforts, qualities and ranks and adds up; it shares no integral with the
expectations it is compared with. Five standard errors are allowed, and rounding where nothing is random.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests import models

SIZE = 10_000
NOISY = {"technology": ct.Additive(stats.norm(), common=stats.norm(scale=0.3)), "cost": ct.Power(2)}
LOTTERY = {"success": ct.Lottery()}


def contest(contestants: Any = 3, prizes: Any = 1.0, **parts: Any) -> ct.Contest:
    if isinstance(contestants, int):
        contestants = ct.Identical(contestants)
    elif isinstance(contestants, list):
        contestants = ct.Known(value=contestants)
    return ct.Contest(contestants=contestants, prizes=prizes, **parts)


GAMES: dict[str, Any] = {
    "shock and a share of quality": lambda: contest(2, prizes=ct.QualityShare(base=1.0, share=0.2), **NOISY),
    "lottery and a share of quality": lambda: contest(
        2, prizes=ct.QualityShare(base=1.0, share=0.2), **LOTTERY
    ),
    "lottery with a draw": lambda: contest([3.0, 2.0], success=ct.Lottery(draw=0.3)),
    "judges who err": lambda: contest(success=ct.Highest(error=stats.norm(), judges=2), **NOISY),
    "known trials": lambda: contest(ct.Known(cost=[1.0, 1.5, 2.0]), technology=ct.Trials(stats.uniform())),
    "mixed lottery": lambda: contest([3.0, 2.0], success=ct.Lottery(exponent=4.0)),
    "mixed all-pay, unlike": lambda: contest([3.0, 2.0, 1.0]),
    "mixed all-pay, two prizes": lambda: contest(4, prizes=[2.0, 1.0]),
    "private values": lambda: contest(ct.Private(3, value=stats.uniform()), prizes=[2.0, 1.0]),
    "private values, reserve": lambda: contest(ct.Private(3, value=stats.uniform()), entry=ct.Reserve(0.125)),
    "private values, fee to the winner": lambda: contest(
        ct.Private(3, value=stats.uniform()), entry=ct.Fee(0.1, refundable_to="winner")
    ),
    "reserve with luck": lambda: contest(
        technology=ct.Additive(stats.norm()), cost=ct.Power(2), entry=ct.Reserve(0.2)
    ),
    "free entry": lambda: contest(6, entry=ct.FreeEntry(cost=0.1), **LOTTERY),
    "two finalists": lambda: models.MorganWang(
        contestants=4, prizes=1.0, rules=(models.Finalists(2),)
    ).game(),
    "several efforts": lambda: models.Ambidexterity(
        contestants=4, prizes=1.5, exploring=ct.Power(0.5, scale=0.5)
    ).game(),
}


def near(exact: float, drawn: Any) -> bool:
    """Within five standard errors of the mean of independent draws."""
    error = float(np.std(drawn)) / np.sqrt(len(drawn))
    return abs(float(np.mean(drawn)) - exact) <= 5 * error + 1e-9 * max(1.0, abs(exact))


@pytest.mark.parametrize("name", GAMES)
def test_expectations(name: str) -> None:
    found = ct.solve(GAMES[name]())
    drawn = found.simulate(SIZE, rng=np.random.default_rng(7))
    for i in range(found.game.n):
        assert near(float(found.payoff[i]), drawn.payoff[:, i]), i
        assert near(float(found.effort[i]), drawn.effort[:, i]), i
    assert near(found.prizes_paid, drawn.prize.sum(axis=1))
    assert near(found.total_effort, drawn.effort.sum(axis=1))


def test_a_standard_under_a_common_shock_is_refused() -> None:
    """All ideas pass it together, or none: taking each alone would certify a wrong number of prizes paid."""
    with pytest.raises(ct.UnsolvableError, match="own shocks alone would work"):
        ct.solve(contest(entry=ct.Reserve(0.2), **NOISY))


QUALITY = [
    "shock and a share of quality",
    "judges who err",
    "known trials",
    "mixed all-pay, unlike",
    "mixed all-pay, two prizes",
    pytest.param("private values", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("name", QUALITY)
def test_qualities(name: str) -> None:
    found = ct.solve(GAMES[name]())
    drawn = found.simulate(SIZE, rng=np.random.default_rng(8))
    best = drawn.quality.max(axis=1)
    assert near(found.expected_best, best)
    assert near(found.expected_average, drawn.quality.mean(axis=1))
    assert near(ct.TopQuality(2)(found), np.sort(drawn.quality, axis=1)[:, -2:].sum(axis=1))
    middle = float(np.median(best))
    assert near(ct.ProbabilityAbove(middle)(found), best >= middle)
    winner = drawn.quality[drawn.rank == 1]
    assert near(ct.WinnerQuality()(found), winner)
