"""Best replies by type to a reserve on certain quality, with luck in the choice of the winner.

Against a field in which some stay out, a type who takes part does at least what the reserve asks:

    max over e >= e(a) of v P(L(e, a)) - k c(e),

with P(L) the expected prize of standing at L. Where the first-order condition wants less than e(a) she does
exactly that: such types are a band who all stand at the reserve. Payoffs may have several summits (a lottery
with a large exponent), so the cell of a grid of efforts with the best payoff is found first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.solvers.private_replies import NOTHING, FirstOrder
from contests.solvers.private_reserve import falls_between

__all__ = ["LeastReply", "least_efforts"]

Array = NDArray[np.float64]
_GRID = np.concatenate([[0.0], np.geomspace(1e-6, 1e-2, 13)[:-1], np.geomspace(1e-2, 1.0, 40)])
_BLOCK = 400_000
_MANY = 5000
#: Efforts nearer to what the reserve asks than this, relative to it, count as exactly that.
_AT_THE_RESERVE = 1e-12


def least_efforts(contest: Any, types: Array) -> Array:
    """Return the effort with which each type just reaches the reserve of a contest.

    Parameters
    ----------
    contest : Contest
        Certain quality (`Exact`) and a reserve.
    types : ndarray
        Private types.

    Returns
    -------
    ndarray, shape of ``types``
        Zero for whom no effort is enough; infinite where none is.
    """
    ability = contest.contestants.trait("ability", 0, types)
    found = contest.technology.effort_for(contest.entry.least_quality, ability)
    return np.broadcast_to(np.asarray(found, float), np.shape(types)).copy()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LeastReply(FirstOrder):
    """The best reply of each type who takes part, to a field.

    Parameters
    ----------
    contest, contestant, scores, slopes, types, logs, stays_out
        As in `contests.solvers.private_replies.FirstOrder`; who does not take part is among the rivals,
        below all scores.
    base : float
        The prize of a score that is above those who do not take part and nobody else.
    """

    base: float = 0.0

    def _in_blocks(self, location: Array, what: Any) -> Array:
        flat = location.ravel()
        step = max(1, _BLOCK // max(self.scores.size, 1))
        parts = [what(flat[k : k + step]) for k in range(0, flat.size, step)]
        return np.concatenate(parts).reshape(location.shape) if parts else np.zeros(location.shape)

    def prize(self, location: Array) -> Array:
        """Return the expected prize at each ``location``, of any shape."""
        race = self.contest.race
        assert race is not None
        assert race.noise is not None
        noise = race.noise
        return self.base + self._in_blocks(
            location, lambda place: noise.sf(self.scores - place[:, None]) @ self.slopes
        )

    @cached_property
    def _table(self) -> Any:
        """The prize between the ends of the scores: to tell summits apart, not to climb them."""
        from scipy.interpolate import CubicSpline

        race = self.contest.race
        assert race is not None
        assert race.noise is not None
        low, high, width = float(self.scores[0]), float(self.scores[-1]), race.noise.scale
        number = int(np.clip(6 * (high - low) / width, 60, 4000))
        grid = np.linspace(low, high, number)
        return CubicSpline(grid, self.prize(grid))

    def _rough_prize(self, location: Array) -> Array:
        if self.scores.size < 2:
            return self.prize(location)
        return np.asarray(self._table(np.clip(location, self.scores[0], self.scores[-1])), float)

    def _traits(self, types: Array) -> tuple[Array, Array, Array]:
        """Ability, value and cost factor of each of ``types``."""
        traits = self.contest.contestants
        found = (np.asarray(traits.trait(name, 0, types), float) for name in ("ability", "value", "cost"))
        ability, value, cost = (np.broadcast_to(one, types.shape) for one in found)
        return ability, value, cost

    def efforts(self, types: Array) -> Array:
        """Return the effort of each of ``types``, shape (k,), if she takes part."""
        least, top = least_efforts(self.contest, types), self.top(types)
        result = least.copy()
        able = np.flatnonzero((top > least) & np.isfinite(top))
        if able.size:
            kinds = types[able]
            low, high, more = self._cell(kinds, least[able], top[able])
            able, kinds = able[more], kinds[more]
            if able.size:
                found = falls_between(lambda logs: self._rise(logs, kinds), low[more], high[more])
                result[able] = np.exp(found)
        near = result <= least * (1.0 + _AT_THE_RESERVE)
        return np.where(near, least, result)

    def works(self, types: Array) -> NDArray[np.bool_]:
        """Return which of ``types``, an array, would do more than the reserve asks."""
        least, top = least_efforts(self.contest, types), self.top(types)
        able = (top > least) & np.isfinite(top)
        result = np.zeros(types.shape, dtype=bool)
        if able.any():
            result[able] = self._cell(types[able], least[able], top[able])[2]
        return result

    def rises(self, types: Array) -> Array:
        """Return the log of marginal gain over marginal cost at the reserve, for each of ``types``."""
        least = np.maximum(least_efforts(self.contest, types), NOTHING * self.top(types))
        return self._rise(np.log(least), types)

    def _cell(self, types: Array, least: Array, top: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
        """Logs of efforts around the best one, and whether that is more than the reserve asks."""
        race = self.contest.race
        assert race is not None
        ability, value, cost = self._traits(types)
        grid = least[:, None] + (top - least)[:, None] * _GRID
        # Next to nothing, where no effort is asked for.
        grid[:, 0] = np.maximum(least, NOTHING * top)
        places = np.asarray(race.location(0, grid, ability[:, None]), float)
        worth = value[:, None] * self._rough_prize(places) - cost[:, None] * self.contest.cost(grid)
        rows, last = np.arange(types.size), _GRID.size - 1
        low = high = np.argmax(worth, axis=1)
        for _ in range(last):
            # On which side the summit is, and by how many cells the table is out: the marginal payoff tells.
            rise = self._rise(np.log(grid[rows, low]), types)
            falls = (rise <= 0) & (low > 0)
            if not falls.any():
                break
            low = low - falls
        for _ in range(last):
            rises = (high < last) & (self._rise(np.log(grid[rows, high]), types) > 0)
            if not rises.any():
                break
            high = high + rises
        return np.log(grid[rows, low]), np.log(grid[rows, high]), rise > 0

    def _rise(self, logs: Array, types: Array) -> Array:
        """The log of marginal gain over marginal cost: above zero where more effort pays."""
        race, contest = self.contest.race, self.contest
        assert race is not None
        assert race.noise is not None
        noise, effort = race.noise, np.exp(logs)
        ability, value, cost = self._traits(types)
        place = np.broadcast_to(np.asarray(race.location(0, effort, ability), float), logs.shape)
        slope = self._in_blocks(place, lambda x: noise.pdf(self.scores - x[:, None]) @ self.slopes)
        with np.errstate(divide="ignore"):  # nothing to win at the margin: minus infinity
            gain = np.log(value * slope * race.slope(0, effort, ability))
            return np.asarray(gain - np.log(cost * contest.cost.derivative(effort)))

    def solve(self, types: Array) -> Array:
        """Return the log effort of each of ``types``, an array; minus infinity for none."""
        with np.errstate(divide="ignore"):  # abilities that reach the reserve without effort
            return np.log(self.efforts(types))

    def payoff(self, types: Array) -> Array:
        """Return what the best effort at or above the reserve pays each of ``types``, shape (k,)."""
        race = self.contest.race
        assert race is not None
        efforts, (ability, value, _) = self.efforts(types), self._traits(types)
        place = np.broadcast_to(np.asarray(race.location(0, efforts, ability), float), types.shape)
        return np.asarray(value * self.prize(place) - self.contest.effort_cost(0, efforts, types))

    def __call__(self, types: Array) -> Array:
        """Return the effort of each of ``types``, of any shape; beyond 5000 interpolated between 2000."""
        flat = np.asarray(types, float).ravel()
        if flat.size > _MANY:
            # Simulations: at the end of the band of types at the reserve the kink is rounded.
            from scipy.interpolate import PchipInterpolator

            grid = np.unique(np.quantile(flat, np.sin(np.linspace(0, np.pi / 2, 2000)) ** 2))
            if grid.size > 1:
                found = PchipInterpolator(grid, self.efforts(grid))(flat)
                found = np.maximum(found, least_efforts(self.contest, flat))
                return np.asarray(found.reshape(np.shape(types)), float)
        return np.asarray(self.efforts(flat).reshape(np.shape(types)))
