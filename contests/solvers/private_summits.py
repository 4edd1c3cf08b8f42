"""Best replies by type where the first unit of effort does not pay but more of it may.

In a lottery with an exponent above that of the cost, the chance of winning is convex in effort near
none: the first-order condition of every type fails there, whatever the prize, and holds at two efforts
further up, of which the larger is a summit of the payoff. A type works if that summit pays more than
doing nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.solvers.private_replies import NOTHING, FirstOrder

__all__ = ["NOBODY", "SummitOrder", "begins_convex"]

Array = NDArray[np.float64]
_LOWEST, _STEPS = -14.0, 57  # log efforts tried, below the largest worth while
NOBODY = (
    "Against rivals who do what their first-order conditions ask, no type gains by any effort: the exponent "
    "is too large for an equilibrium in which effort is a function of the type. A smaller exponent or "
    "on_fail='mixed' would work."
)


def begins_convex(condition: FirstOrder) -> bool:
    """Return whether payoffs are convex next to zero effort, which then has no score.

    Parameters
    ----------
    condition : FirstOrder
        Of one class of contestants.
    """
    if condition.stays_out:
        return False
    types = condition.types[condition.types.size // 2 :][:1]
    top = condition.top(types)
    if not (np.all(top > 0) and np.all(np.isfinite(top))):
        return False
    least = np.log(top * NOTHING)
    return bool(np.all(condition.own(least, types)[2] + _rise_of_prize(condition, least, types) > 1e-6))


def _rise_of_prize(condition: FirstOrder, logs: Array, types: Array) -> Array:
    """How the log of the marginal prize rises with log effort."""
    place, _, _, moved = condition.own(logs, types)
    first, second = condition.marginal_prize(place)
    with np.errstate(divide="ignore", invalid="ignore"):  # out of reach: not a number, which is no rise
        return np.asarray(np.nan_to_num(second / first * moved, nan=0.0))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SummitOrder(FirstOrder):
    """The first-order condition of one contestant, by type, at the highest summit of her payoff.

    Parameters
    ----------
    contest, contestant, scores, slopes, types, logs, stays_out
        As in `contests.solvers.private_replies.FirstOrder`.
    """

    @classmethod
    def like(cls, condition: FirstOrder) -> SummitOrder:
        """Return the same ``condition``, a `FirstOrder`, with its highest summit."""
        return cls(**{name: getattr(condition, name) for name in condition.__dataclass_fields__})

    def at_nothing(self, types: Array) -> Array:
        """Return what the best effort pays beyond doing nothing.

        Parameters
        ----------
        types : ndarray, shape (k,)
            Types; those below zero do nothing.
        """
        return self._best(types)[1]

    def solve(self, types: Array) -> Array:
        """Return the log effort of each of ``types``, an array; next to nothing for who does not work."""
        logs, gain = self._best(types)
        top = self.top(types)
        with np.errstate(divide="ignore"):  # no value: no effort
            least = np.log(np.where(np.isfinite(top), top, 0.0) * NOTHING)
        return np.where(gain > 0, logs, least)

    def _best(self, types: Array) -> tuple[Array, Array]:
        """The log effort at the highest summit, and its payoff beyond that of doing nothing."""
        top = self.top(types)
        logs, gain = np.full(types.shape, -np.inf), np.full(types.shape, -np.inf)
        able = np.flatnonzero((top > 0) & np.isfinite(top))
        if not able.size:
            return logs, gain
        kinds = types[able]
        grid = np.log(top[able])[:, None] + np.linspace(_LOWEST, 0.0, _STEPS)
        every = np.repeat(kinds, _STEPS)
        rises = self.excess(grid.ravel(), every)[0].reshape(grid.shape) > 0
        summit = rises[:, :-1] & ~rises[:, 1:]
        payoff = self._payoff(grid.ravel(), every).reshape(grid.shape)
        height = np.where(summit, np.maximum(payoff[:, :-1], payoff[:, 1:]), -np.inf)
        best, row = np.argmax(height, axis=1), np.arange(able.size)
        there = summit.any(axis=1)
        low, high = grid[row, best][there], grid[row, best + 1][there]
        logs[able[there]] = self._between(low, high, kinds[there])
        gain[able[there]] = self._payoff(logs[able[there]], kinds[there])
        return logs, gain

    def _between(self, low: Array, high: Array, types: Array) -> Array:
        """The root of the first-order condition between two log efforts."""
        logs = (low + high) / 2
        for _ in range(60):
            value, slope = self.excess(logs, types)
            low, high = np.where(value > 0, logs, low), np.where(value > 0, high, logs)
            with np.errstate(divide="ignore", invalid="ignore"):  # flat: the bracket takes over
                step = logs - value / slope
            new = np.where((step >= low) & (step <= high) & (slope < 0), step, (low + high) / 2)
            moved, logs = np.abs(new - logs).max(initial=0.0), new
            if moved < 1e-12:
                return np.asarray(logs, float)
        raise ConvergenceError("The effort of some type was not found from its first-order condition.")

    def _payoff(self, logs: Array, types: Array) -> Array:
        """Value of the expected prize, beyond what nobody's score would win, less cost."""
        race, i = self.contest.race, self.contestant
        assert race is not None
        assert race.noise is not None
        won = np.empty(logs.size)
        place, rows = self.own(logs, types)[0], max(1, 4_000_000 // self.scores.size)
        for start in range(0, logs.size, rows):
            part = slice(start, start + rows)
            won[part] = race.noise.sf(self.scores - place[part, None]) @ self.slopes
        value = self.contest.contestants.trait("value", i, types)
        return np.asarray(value * won - self.contest.effort_cost(i, np.exp(logs), types))
