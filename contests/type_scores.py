"""The score of a contestant whose type is private and whose quality is certain.

The score of a type is exact, so its law is that of the type pushed through her strategy:
the level (the probability of a worse type) at which a score is reached comes from inverting
the strategy, the density of the score from its slope. Slopes are those of polynomials
through the strategy's own values around the level, so that a marginal payoff is known to
about 1e-13 even where payoffs hardly vary with effort, and knows nothing of any solver.

Types who stand at one score, where the strategy is flat, are an atom of it: see `contests.type_flats`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law
from contests.strategy import Monotone
from contests.type_flats import Flat, find_flats, told_apart, types_at
from contests.type_flats import levels as _levels
from contests.type_inverse import Inverse

__all__ = ["TypeScores"]

Array = NDArray[np.float64]
_POINTS, _DEGREE = 16, 11
_STEPS = np.linspace(0.0, 1.0, 65)[1:-1]
_WIDTHS = (0.5, 0.1, 0.02, 0.002)


class TypeScores:
    """The score of a contestant with a private type and no noise.

    Levels (the probability of a worse type) are kept as log-odds, so that the chances of the very
    worst and the very best scores keep all their digits.

    Parameters
    ----------
    strategy : Monotone
        Effort by type, and which types stay out.
    score : callable
        ``score(effort, type)``: monotone along the strategy in the direction it says.
    """

    def __init__(self, strategy: Monotone, score: Callable[[Array, Array], Array]) -> None:
        self.strategy, self._score = strategy, score
        tail = np.geomspace(45.0, 690.0, 60)
        self._grid = np.concatenate([-tail[::-1], np.linspace(-44.0, 44.0, 353), tail])
        self._scores = np.maximum.accumulate(self._at(self._grid))
        self._bottom, self._top = float(self._scores[0]), float(self._scores[-1])
        # Types that do not compete stand at the bottom together: an atom of the score.
        self.lowest = self._boundary(lambda z: self._at(z) <= self._bottom)
        self.floor = float(_levels(np.array(self.lowest))[0])
        outside = self._boundary(lambda z: ~self.strategy.enters(self._types(z)))
        self.out = float(_levels(np.array(outside))[0])
        # Those who meet above the bottom, which has its own way, are atoms too.
        found = told_apart(strategy, find_flats(self._at)) if self.floor < 1.0 else []
        self.flats: list[Flat] = [flat for flat in found if flat.value - flat.width > self._bottom]
        self.has_ties = self.floor > 1e-290 or bool(self.flats)
        self._add_edges()
        self._inverse: Inverse | None = None

    def _add_edges(self) -> None:
        """Put both sides of the ends of every atom on the grid, so that no search crosses one."""
        if not self.flats:
            return
        edges = np.array([[flat.low, flat.high, *flat.outside] for flat in self.flats]).ravel()
        self._grid = np.unique(np.concatenate([self._grid, edges[np.isfinite(edges)]]))
        self._scores = np.maximum.accumulate(self._at(self._grid))

    def _met(self, x: Array) -> list[tuple[Flat, NDArray[np.bool_]]]:
        """The atoms above the bottom, and which of the scores ``x`` are theirs."""
        return [(flat, np.abs(x - flat.value) <= flat.width) for flat in self.flats]

    def _types(self, z: Array) -> Array:
        return types_at(self.strategy, z)

    def _at(self, z: Array) -> Array:
        types = self._types(z)
        scores = self._score(self.strategy(types), types)
        return np.where(self.strategy.enters(types), scores, -np.inf)

    def _boundary(self, holds: Callable[[Array], NDArray[np.bool_]]) -> float:
        """The log-odds up to which something holds of the weakest types."""
        held = holds(self._grid)
        number = int(np.argmin(held)) if not held.all() else held.size
        if number == 0:
            return -np.inf
        if number == held.size:
            return np.inf
        lo, hi = self._grid[number - 1], self._grid[number]
        if number == 1 and self._grid[0] == lo:  # the very worst type alone
            return -np.inf
        for _ in range(20):
            between = lo + (hi - lo) * _STEPS
            number = int(np.argmin(np.append(holds(between), False)))
            lo, hi = (between[number - 1] if number else lo), (between[number] if number < 63 else hi)
            if hi <= np.nextafter(lo, np.inf):
                break
        return float(lo)

    def log_odds(self, x: Array) -> Array:
        """Return the log-odds of the probability that the score is below ``x``, infinite at the ends."""
        x = np.asarray(x, float)
        inside = (x > self._bottom) & (x <= self._top)
        result = np.where(x <= self._bottom, -np.inf, np.inf)
        goal = x[inside]
        if goal.size:
            if self._inverse is None:
                self._inverse = Inverse(self._at, self._grid, self.lowest)
            result[inside] = self._inverse(goal)
        for flat, met in self._met(x):
            result[met] = flat.low
        return result

    def below(self, x: Array) -> Array:
        """Return the probability that the score is below ``x``."""
        return self.levels(x)[0]

    def above(self, x: Array) -> Array:
        """Return the probability that the score is above ``x``."""
        return self.levels(x)[1]

    def levels(self, x: Array) -> tuple[Array, Array]:
        """Return the probabilities that the score is below and above ``x``: one search for both."""
        x = np.asarray(x, float)
        z = self.log_odds(x)
        below, above = _levels(z)
        for flat, met in self._met(x):
            above[met] = _levels(np.array([flat.high]))[1]
        return below, np.where(x == self._bottom, above - self.floor, above)

    def tie(self, x: Array) -> Array:
        """Return the probability that the score equals ``x``: that of the types who do the same."""
        x = np.asarray(x, float)
        tie = np.where(x == self._bottom, self.floor, 0.0)
        for flat, met in self._met(x):
            tie[met] = flat.mass
        return tie

    def density(self, x: Array) -> Array:
        """Return the density of the score at ``x``, see `near`."""
        return self.near(x)[2]

    def near(self, x: Array) -> tuple[Array, Array, Array]:
        """Return the probabilities that the score is below and above ``x``, and its density there.

        All three from one polynomial in the log-odds of the level, through the scores of types around
        the one who reaches ``x``: the widest that resolves them, narrower ones beside kinks. Types are
        rounded, but what their levels are after rounding is known.

        At an atom there is no density: what is given is zero, that of the scores beside it left out.

        Parameters
        ----------
        x : ndarray
            Scores.

        Returns
        -------
        below, above, density : ndarray, shape of ``x``
        """
        x = np.asarray(x, float)
        z = self.log_odds(x)
        below, above = _levels(z)
        above, density = np.where(x == self._bottom, above - self.floor, above), np.zeros(x.shape)
        known = np.isfinite(z)
        if known.any():
            place, slope = self._fitted(z[known], x[known])
            u, v = _levels(place)
            with np.errstate(invalid="ignore", divide="ignore"):  # at the bottom there is an atom instead
                found = u * v / slope
            below[known], above[known] = u, v
            density[known] = np.where(np.isfinite(found), found, 0.0)
        for flat, met in self._met(x):
            if flat.sharp:
                below[met], above[met], density[met] = *_levels_at(flat), 0.0
                under, over = _gaps(flat, x)
                density[under | over] = 0.0
                below[under], above[under] = _ends(flat.low)
                below[over], above[over] = _ends(flat.high)
        return below, above, density

    def _fitted(self, z: Array, x: Array) -> tuple[Array, Array]:
        """The log-odds at which scores ``x`` are reached, near ``z``, and the slope of the score there."""
        left, right = self._edges_of(z)
        # Beside the weakest active type, and beside an atom, the score may rise like a root.
        room = np.minimum(z - left, right - z)
        place, slope, doubt = z.copy(), np.full(z.shape, np.nan), np.full(z.shape, np.inf)
        for beside, width in [(False, width) for width in _WIDTHS] + [(True, width) for width in _WIDTHS]:
            todo = np.flatnonzero(~(doubt <= 1e-13) & (np.isfinite(room) if beside else True))
            if todo.size == 0:
                continue
            half = width * np.maximum(1.0, np.abs(z[todo]) / 20.0)
            if beside:  # where it does not, a window up to the edge tells more than a narrow one
                half = np.minimum(half, (right - left)[todo] / 2.0)
                middle = np.clip(z[todo], left[todo] + half, right[todo] - half)
            else:
                half, middle = np.minimum(half, np.maximum(room[todo], 1e-9) / 8.0), z[todo]
            at, rise, error = self._polynomial(middle, half, z[todo], x[todo])
            better = error < doubt[todo]
            chosen = todo[better]
            place[chosen], slope[chosen], doubt[chosen] = at[better], rise[better], error[better]
        return place, slope

    def _edges_of(self, z: Array) -> tuple[Array, Array]:
        """The nearest places below and above ``z`` at which the score may bend: ends of atoms."""
        ends = np.array([end for flat in self.flats if flat.sharp for end in (flat.low, flat.high)], float)
        ends = np.unique(np.concatenate([[-np.inf, self.lowest], ends, [np.inf]]))
        after = np.clip(np.searchsorted(ends, z, side="right"), 1, ends.size - 1)
        return ends[after - 1], ends[after]

    def _polynomial(self, middle: Array, half: Array, z: Array, x: Array) -> tuple[Array, Array, Array]:
        """Where a polynomial around ``middle`` reaches ``x``, near ``z``, its slope, and the doubt in it."""
        from numpy.polynomial.chebyshev import chebder, chebval

        nodes, fit, slopes = _chebyshev()
        even = middle[:, None] + half[:, None] * nodes
        types = self._types(even)
        scores = self._score(self.strategy(types), types)
        with np.errstate(invalid="ignore", over="ignore"):  # scores of minus infinity: no slope
            moved = self._log_odds_of(types) - even
            moved = np.where(np.abs(moved) < 0.1 * half[:, None], moved, 0.0)
            scores = scores - (scores @ slopes) / half[:, None] * moved
            terms = scores @ fit
            doubt = np.abs(terms[:, _DEGREE - 2 :]).max(axis=1) / np.abs(terms[:, 1])
            terms = terms[:, : _DEGREE + 1].T
            change = chebder(terms)
            first = step = (z - middle) / half
            for _ in range(2):
                rise = chebval(step, change, tensor=False)
                step = step - (chebval(step, terms, tensor=False) - x) / rise
                step = np.where(np.abs(step - first) < 0.2, step, first)
            rise = chebval(step, change, tensor=False) / half
        doubt = np.where(np.isfinite(doubt) & np.isfinite(rise), doubt, np.inf)
        return middle + half * step, rise, doubt

    def _log_odds_of(self, types: Array) -> Array:
        """The log-odds of the levels of ``types``."""
        law: Law = self.strategy.types
        with np.errstate(divide="ignore"):  # the ends of the support
            z = np.log(law.cdf(types)) - np.log(law.sf(types))
        return z if self.strategy.scores_increase else -z

    def edges(self) -> Array:
        """Return the log-odds of the levels at which an atom above the bottom begins or ends."""
        return np.array([end for flat in self.flats for end in (flat.low, flat.high)])

    def kinks(self) -> Array:
        """Return the ends of the support of the score."""
        return np.array([self._bottom, self._top])


def _levels_at(flat: Flat) -> tuple[float, float]:
    """The probabilities of a score below and above that of an atom."""
    return _ends(flat.low)[0], _ends(flat.high)[1]


def _ends(z: float) -> tuple[float, float]:
    """The level and one minus the level at one place."""
    below, above = _levels(np.array([z]))
    return float(below[0]), float(above[0])


def _gaps(flat: Flat, x: Array) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which of the scores ``x`` nobody has, because the strategy jumps to an atom or from it."""
    room = 4.0 * flat.width
    under = (x > flat.before + room) & (x < flat.value - flat.width)
    return under, (x > flat.value + flat.width) & (x < flat.after - room)


@lru_cache(maxsize=1)
def _chebyshev() -> tuple[Array, Array, Array]:
    """Points on [-1, 1], the map from values there to coefficients, and that to slopes at the points."""
    from numpy.polynomial.chebyshev import chebder, chebval

    order = np.arange(_POINTS)
    angle = np.pi * (order + 0.5) / _POINTS
    fit = 2.0 / _POINTS * np.cos(np.multiply.outer(angle, order))
    fit[:, 0] /= 2.0
    smooth = fit[:, : _DEGREE + 1].T
    return np.cos(angle), fit, np.asarray(chebval(np.cos(angle), chebder(smooth)), float)
