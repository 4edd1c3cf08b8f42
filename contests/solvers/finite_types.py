"""Two-contestant lotteries in which types come from a list: first-order conditions, type by type.

A type of value v who meets rival types of efforts y_j with probabilities p_j exerts x with

    v sum_j p_j r x^(r-1) y_j^r / (x^r + y_j^r)^2 = 1,

or nothing if the left side is below one at zero (possible for r = 1 only). Payoffs are
concave in own effort for r <= 1 and the contest has one equilibrium (Ewerhart 2014; Einy
et al. 2015). With one contestant's value known and r = 1 the solution is closed
(Hurley and Shogren 1998; Warneryd 2003); here all cases take the same few Newton steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.finite_types import ByType, FiniteTypeLottery
from contests.game import Game
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Pure, Strategy

__all__ = ["SOLVER", "FiniteTypesSolver"]

Array = NDArray[np.float64]


class FiniteTypesSolver:
    """Efforts of each type in a lottery of two whose types come from a list."""

    name = "lottery, listed types"
    source = "Hurley and Shogren (1998); Malueg and Yates (2004); Einy et al. (2015)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, FiniteTypeLottery):
            return "takes two-contestant lotteries with listed types (OneSidedLottery, TwoTypeLottery)"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate equilibrium of ``game``."""
        lottery: FiniteTypeLottery = game
        efforts = _efforts(lottery)
        strategies: list[Strategy] = [
            Pure(float(x[0])) if x.size == 1 else ByType(types=v, efforts=x, probabilities=p)
            for x, v, p in zip(efforts, lottery.values, lottery.marginals, strict=True)
        ]
        return Candidate(profile=Profile.of(strategies), selection=f"unique ({self.source})")


def _efforts(game: FiniteTypeLottery) -> list[Array]:
    x = [0.25 * v * game.exponent for v in game.values]
    active = [np.ones(v.size, dtype=bool) for v in game.values]
    for _ in range(200):
        step, rows = _newton(game, x, active)
        x = [
            np.where(a, e * np.exp(np.clip(s, -1.0, 1.0)), 0.0)
            for e, s, a in zip(x, step, active, strict=True)
        ]
        before = [a.copy() for a in active]
        if rows < 1e-3:
            # With r = 1 a type works if a first small effort is worth more than it costs.
            for i in (0, 1):
                eager = game.marginal_at_zero(i, x[1 - i]) > 1.0
                back = eager & ~active[i]
                x[i] = np.where(back, 1e-3 * game.values[i], x[i])
                active[i] = eager
        if rows < 1e-14 and all(np.array_equal(a, b) for a, b in zip(active, before, strict=True)):
            return x
        for i in (0, 1):  # efforts that fall towards zero: see whether they should be zero
            gone = active[i] & (x[i] < 1e-9 * x[i].max()) & (game.marginal_at_zero(i, x[1 - i]) <= 1.0)
            active[i] = active[i] & ~gone
            x[i] = np.where(active[i], x[i], 0.0)
    if rows < 1e-11:
        return x
    raise ConvergenceError("The efforts of the listed types were not found.")


def _newton(
    game: FiniteTypeLottery, x: list[Array], active: list[NDArray[np.bool_]]
) -> tuple[list[Array], float]:
    """The Newton step in log efforts of active types, and the largest violation of their conditions."""
    sizes = [v.size for v in game.values]
    r = game.exponent
    matrix, rows = np.eye(sum(sizes)), np.zeros(sum(sizes))
    places = np.split(np.arange(sum(sizes)), sizes[:1])
    for i in (0, 1):
        own, rival, p = x[i], x[1 - i], game.conditional(i)
        a = np.where(own > 0, own, 1.0)[:, None] ** r
        b = rival[None, :] ** r
        share = a / (a + b)
        marginal = (
            game.values[i][:, None] * p * r * share * (1 - share) / np.where(own > 0, own, 1.0)[:, None]
        )
        total = marginal.sum(axis=1)
        here, there = places[i], places[1 - i]
        work = active[i]
        safe = np.where(work & (total > 0), total, 1.0)
        rows[here] = np.where(work, np.log(safe), 0.0)
        own_slope = (marginal * (r * (1 - 2 * share) - 1)).sum(axis=1) / safe
        cross = -marginal * r * (1 - 2 * share) / safe[:, None]
        matrix[np.ix_(here, there)] = np.where(work[:, None] & active[1 - i], cross, 0.0)
        matrix[here, here] = np.where(work, own_slope, 1.0)
    step = np.asarray(np.linalg.solve(matrix, -rows), float)
    return [step[place] for place in places], float(np.abs(rows).max())


SOLVER = FiniteTypesSolver()
