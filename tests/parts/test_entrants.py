"""Who counts as an entrant (`PerEntrant`), room by room, by hand and as the referee draws it.

Who pays the price of entry or holds a place is in, whatever she does; under a reserve that costs
nothing, who submits an idea that reaches it or, where quality is random, may.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct

NOISY = {"technology": ct.Additive(stats.norm()), "cost": ct.Power(2)}
TRIALS = {"technology": ct.Trials(stats.uniform()), "cost": ct.Linear(0.5), "prizes": 9.0}
LOTTERY = {"success": ct.Lottery()}
VALUES = ct.Private(3, value=stats.uniform())
COSTS = ct.Known(cost=[1.0, 1.2, 1.5])


def contest(contestants: Any, entry: ct.Entry, **parts: Any) -> ct.Contest:
    if isinstance(contestants, int):
        contestants = ct.Identical(contestants)
    elif isinstance(contestants, list):
        contestants = ct.Known(value=contestants)
    return ct.Contest(**{"contestants": contestants, "prizes": 1.0, "entry": entry, **parts})


@pytest.mark.parametrize(
    ("given", "number"),
    [
        # All-pay: idle with the chance that leaves nothing to gain from the reserve, p^2 = 0.2.
        (contest(3, ct.Reserve(0.2)), 3 * (1 - np.sqrt(0.2))),
        # The strong one is sure of 0.2, so the weak one is idle with chance 0.2 + 0.3.
        (contest([1.0, 0.8], ct.Reserve(0.3)), 1.5),
        (contest(3, ct.Reserve(-1.0)), 3.0),  # no effort at all reaches it
        # A reserve of 0.3 feeds three of five: shares of a third are above it, of a quarter below.
        (contest(5, ct.Reserve(0.3), **LOTTERY), 3.0),
        (contest([1.0, 0.8, 0.5], ct.Reserve(0.2), **LOTTERY), 2.0),
        (contest(3, ct.Reserve(0.3), **NOISY), 3.0),  # anybody may reach it
        (contest(ct.Known(cost=[1.0, 1.2, 3.0]), ct.Reserve(0.5), **TRIALS), 2.0),  # no trial, no idea
        (contest(VALUES, ct.Reserve(0.125)), 1.5),  # values above 0.125^(1/3) = 0.5
        (contest(VALUES, ct.Fee(0.125)), 1.5),
        (contest(4, ct.Reserve(0.1, fee=0.05)), 1.0),  # who paid and is alone
        (contest(5, ct.Invite(3)), 3.0),  # idle or not
        (contest(4, ct.RandomEntry(stats.binom(3, 0.5)), **LOTTERY), 2.0),
        (contest(6, ct.FreeEntry(cost=0.1), **LOTTERY), 3.0),
    ],
)
def test_entrants_by_hand(given: ct.Contest, number: float) -> None:
    eq = ct.solve(given)
    assert ct.PerEntrant(2.0)(eq) == pytest.approx(2 * number, rel=1e-9)
    drawn = eq.simulate(4000, rng=np.random.default_rng(2))
    inside = np.ones(drawn.effort.shape, bool) if drawn.enters is None else drawn.enters
    each = inside.sum(axis=1)
    assert number == pytest.approx(each.mean(), abs=4 * each.std() / np.sqrt(each.size) + 1e-12)


@pytest.mark.parametrize(
    "given",
    [
        contest(4, ct.Reserve(0.1), prizes=[1.0, 0.5]),
        contest([1.0, 0.8, 0.5], ct.Reserve(0.1)),
        contest(5, ct.FreeEntry(cost=0.1, fee=0.03, mixed=True, observed=False), **LOTTERY),
        contest(COSTS, ct.RandomEntry(each=[0.9, 0.5, 0.7]), **LOTTERY),
        contest(COSTS, ct.Fee(0.06), **LOTTERY),
        pytest.param(contest(VALUES, ct.Fee(0.1), **LOTTERY), marks=pytest.mark.slow),
        pytest.param(
            contest(ct.Private(3, ability=stats.uniform()), ct.Reserve(0.3, fee=0.2), **NOISY),
            marks=pytest.mark.slow,
        ),
    ],
)
def test_entrants_and_fees_against_draws(given: ct.Contest) -> None:
    eq = ct.solve(given)
    drawn = eq.simulate(20_000, rng=np.random.default_rng(2))
    assert drawn.enters is not None
    each = drawn.enters.sum(axis=1)
    allowed = 4 * each.std() / np.sqrt(each.size) + 1e-12
    assert ct.PerEntrant(1.0)(eq) == pytest.approx(each.mean(), abs=allowed)
    price = given.entry.price
    assert ct.FeesCollected()(eq) == pytest.approx(price * each.mean(), abs=price * allowed)


@pytest.mark.parametrize(
    "given",
    [
        # Judges or lots decide who wins, types alone which ideas are best.
        contest(ct.Private(3, value=stats.uniform(1, 1)), ct.AllEnter(), **LOTTERY),
        contest(
            ct.Private(3, cost=stats.uniform(1, 1)),
            ct.AllEnter(),
            cost=ct.Power(2),
            success=ct.Highest(error=stats.norm()),
        ),
    ],
)
def test_the_two_best_where_types_alone_decide(given: ct.Contest) -> None:
    eq = ct.solve(given)
    drawn = eq.simulate(20_000, rng=np.random.default_rng(2))
    best = np.sort(drawn.quality, axis=1)[:, 1:].sum(axis=1)
    assert ct.TopQuality(2)(eq) == pytest.approx(best.mean(), abs=4 * best.std() / np.sqrt(best.size))
    # All but the worst: three less the expected lowest of three, by Gauss points over levels.
    x, w = np.polynomial.legendre.leggauss(200)
    level = (x + 1) / 2
    strategy: Any = eq.strategy(0)
    rank = level if strategy.scores_increase else 1 - level
    effort = strategy(strategy.types.ppf(level))
    by_hand = float((w / 2) @ (3 * effort * (1 - (1 - rank) ** 2)))
    assert ct.TopQuality(2)(eq) == pytest.approx(by_hand, rel=1e-5)
