"""The distribution of a contestant's score, as her rivals face it.

The score is what gets ranked: location plus noise. Against a strategy it is a
mixture: over efforts if the strategy is mixed, over types if they are private.
Three cases: :class:`NoisyScores` (a mixture of shifted noise), :class:`ExactScores`
(no noise, a known contestant) and :class:`TypeScores` (no noise, a private type).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law
from contests.strategy import Mixed, Monotone, Pure, Strategy

__all__ = ["ExactScores", "NoisyScores", "Scores", "TypeScores"]

Array = NDArray[np.float64]


class Scores(Protocol):
    """What the ranking needs to know of a rival's score."""

    has_ties: bool

    def below(self, x: Array) -> Array:
        """Return the probability that the score is below ``x``."""
        ...

    def above(self, x: Array) -> Array:
        """Return the probability that the score is above ``x``."""
        ...

    def tie(self, x: Array) -> Array:
        """Return the probability that the score equals ``x``."""
        ...

    def density(self, x: Array) -> Array:
        """Return the density of the score at ``x``."""
        ...

    def kinks(self) -> Array:
        """Return the scores at which the distribution function is not smooth."""
        ...


class NoisyScores:
    """A mixture of shifted noise.

    Parameters
    ----------
    noise : Law
        Law of the noise.
    points, weights : ndarray, shape (m,)
        Locations (minus infinity allowed) and their probabilities.
    """

    has_ties = False

    def __init__(self, noise: Law, points: Array, weights: Array) -> None:
        self.noise, self.points, self.weights = noise, points, weights
        self.floor = float(weights[np.isneginf(points)].sum())
        kept = ~np.isneginf(points)
        self._points, self._weights = points[kept], weights[kept]
        self.point = float(points[0]) if points.size == 1 and kept[0] else None

    def levels(self, x: Array) -> tuple[Array, Array]:
        """Return the probabilities that the score is below and above ``x``."""
        if self.point is not None:
            return self.noise.levels(x - self.point)
        return self.below(x), self.above(x)

    def log_below(self, x: Array) -> Array:
        """Return the log of the probability that the score is below ``x``."""
        if self.point is not None and self.noise.shape.exact:
            return self.noise.logcdf(x - self.point)
        below, above = self.levels(x)
        with np.errstate(divide="ignore"):  # nothing below: minus infinity
            return np.where(above < 0.5, np.log1p(-np.minimum(above, 0.5)), np.log(below))

    def _mix(self, function: Callable[[Array], Array], x: Array) -> Array:
        if self._points.size == 0:
            return np.zeros(np.shape(x))
        if self._points.size == 1:
            return np.asarray(self._weights[0] * function(x - self._points[0]))
        return np.asarray(function(x[..., None] - self._points) @ self._weights)

    def below(self, x: Array) -> Array:
        """Return the probability that the score is below ``x``."""
        # Weights add to one but for rounding.
        return np.asarray(np.minimum(self.floor + self._mix(self.noise.cdf, x), 1.0))

    def above(self, x: Array) -> Array:
        """Return the probability that the score is above ``x``."""
        return np.asarray(np.minimum(self._mix(self.noise.sf, x), 1.0))

    def tie(self, x: Array) -> Array:
        """Return zero: with noise a tie at a finite ``x`` has probability zero."""
        return np.zeros(np.shape(x))

    def density(self, x: Array) -> Array:
        """Return the density of the score at ``x``."""
        return self._mix(self.noise.pdf, x)

    def kinks(self) -> Array:
        """Return the ends of the support of every shifted noise."""
        ends = np.array([end for end in self.noise.support if np.isfinite(end)])
        return np.asarray((self._points[:, None] + ends).ravel(), float)


class ExactScores:
    """The score of a known contestant without noise.

    Parameters
    ----------
    strategy : Strategy
        Her strategy.
    location : callable
        Her location as an increasing function of effort.
    effort : callable, optional
        Its inverse, the least effort that reaches a location; found by bisection if absent.
    """

    def __init__(
        self,
        strategy: Strategy,
        location: Callable[[Array], Array],
        effort: Callable[[Array], Array] | None = None,
    ) -> None:
        self.strategy = strategy
        self._points, self._masses = strategy.atoms
        self._atoms = location(self._points)
        self.has_ties = self._points.size > 0
        self.floor = float(self._masses[np.isneginf(self._atoms)].sum())
        self.location, self._inverse = location, effort
        self._sure = isinstance(strategy, Pure)
        self._last: tuple[Array, tuple[Array, Array]] | None = None

    def _effort(self, x: Array) -> Array:
        """The effort that reaches score x, in the support."""
        low, high = self.strategy.support
        if self._inverse is not None:
            return np.clip(self._inverse(x), low, high)
        lo, hi = np.full(np.shape(x), low), np.full(np.shape(x), high)
        for _ in range(80):
            middle = (lo + hi) / 2
            reached = self.location(middle) >= x
            lo, hi = np.where(reached, lo, middle), np.where(reached, middle, hi)
        return hi

    def _tails(self, x: Array) -> tuple[Array, Array]:
        """Probabilities of scores below and above ``x``."""
        # Neither is one less the other: the best of a million is decided by digits that this would lose.
        x = np.asarray(x, float)
        if self._sure:
            return np.where(x > self._atoms[0], 1.0, 0.0), np.where(x < self._atoms[0], 1.0, 0.0)
        if self._last is not None and self._last[0] is x:
            return self._last[1]
        ends = self.location(np.array(self.strategy.support))
        effort = self._effort(x)
        below, above = self.strategy.cdf(effort), self.strategy.above(effort)
        if self.has_ties:
            # Atoms are told apart by their scores: efforts are known to rounding only.
            gone, score = self._points <= effort[..., None], x[..., None]
            below = below + ((self._atoms < score) * 1.0 - gone) @ self._masses
            above = above + ((self._atoms > score) * 1.0 - ~gone) @ self._masses
        below = np.where(x <= ends[0], 0.0, np.where(x > ends[1], 1.0, np.clip(below, 0.0, 1.0)))
        above = np.where(x < ends[0], 1.0, np.where(x >= ends[1], 0.0, np.clip(above, 0.0, 1.0)))
        self._last = (x, (below, above))
        return below, above

    def below(self, x: Array) -> Array:
        """Return the probability that the score is below ``x``."""
        return self._tails(x)[0]

    def above(self, x: Array) -> Array:
        """Return the probability that the score is above ``x``."""
        return self._tails(x)[1]

    def tie(self, x: Array) -> Array:
        """Return the probability that the score equals ``x``."""
        if self._atoms.size == 0:
            return np.zeros(np.shape(x))
        return np.asarray((np.asarray(x)[..., None] == self._atoms) @ self._masses)

    def density(self, x: Array) -> Array:
        """Refuse: without noise expected prizes have no marginal in general (whatever ``x``)."""
        raise TypeError("without noise the score has no density")

    def kinks(self) -> Array:
        """Return the scores of the efforts at which the strategy's distribution jumps or bends."""
        return np.unique(np.concatenate([self.location(self.strategy.kinks), self._atoms]))


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
        self._lowest = self._boundary(lambda z: self._at(z) <= self._bottom)
        self.floor = float(_levels(np.array(self._lowest))[0])
        outside = self._boundary(lambda z: ~self.strategy.enters(self._types(z)))
        self.out = float(_levels(np.array(outside))[0])
        self.has_ties = self.floor > 1e-290

    def _types(self, z: Array) -> Array:
        law: Law = self.strategy.types
        u, v = _levels(z)
        below, above = (u, v) if self.strategy.scores_increase else (v, u)
        low, high = law.ppf(np.minimum(below, 0.5)), law.isf(np.minimum(above, 0.5))
        return np.where(below < 0.5, low, high)

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
        for _ in range(70):
            middle = (lo + hi) / 2
            lo, hi = (middle, hi) if bool(holds(np.array([middle]))[0]) else (lo, middle)
        return float(lo)

    def log_odds(self, x: Array) -> Array:
        """Return the log-odds of the probability that the score is below ``x``, infinite at the ends."""
        x = np.asarray(x, float)
        inside = (x > self._bottom) & (x <= self._top)
        result = np.where(x <= self._bottom, -np.inf, np.inf)
        goal = x[inside]
        if goal.size:
            place = np.clip(np.searchsorted(self._scores, goal), 1, self._grid.size - 1)
            low = np.maximum(self._grid[place - 1], self._lowest)
            result[inside] = _inverse(self._at, goal, low, np.maximum(self._grid[place], low))
        return result

    def below(self, x: Array) -> Array:
        """Return the probability that the score is below ``x``."""
        return _levels(self.log_odds(x))[0]

    def above(self, x: Array) -> Array:
        """Return the probability that the score is above ``x``."""
        above = _levels(self.log_odds(x))[1]
        return np.where(np.asarray(x) == self._bottom, above - self.floor, above)

    def tie(self, x: Array) -> Array:
        """Return the probability that the score equals ``x``: the types that stay at the bottom."""
        return np.where(np.asarray(x) == self._bottom, self.floor, 0.0)

    def density(self, x: Array) -> Array:
        """Return the density of the score at ``x``, from differences of the score in log-odds."""
        z = self.log_odds(x)
        known = np.isfinite(z)
        here = np.where(known, z, 0.0)
        step = 2e-3 * np.maximum(1.0, np.abs(here) / 20.0)
        if np.isfinite(self._lowest):
            # Beside the weakest active type the score may rise like a root.
            step = np.minimum(step, np.maximum(here - self._lowest, 1e-9) / 250.0)
        points = here[..., None] + step[..., None] * np.array([-2.0, -1.0, 1.0, 2.0])
        values = self._at(points)
        with np.errstate(invalid="ignore", divide="ignore"):  # at the bottom there is an atom instead
            slope = (values @ np.array([1.0, -8.0, 8.0, -1.0])) / (12.0 * step)
            u, v = _levels(here)
            found = u * v / slope
        return np.where(known & np.isfinite(found), found, 0.0)

    def kinks(self) -> Array:
        """Return the ends of the support of the score."""
        return np.array([self._bottom, self._top])


def _levels(z: Array) -> tuple[Array, Array]:
    """The level and one minus the level at log-odds ``z``."""
    with np.errstate(over="ignore", under="ignore"):  # infinite odds are certainty
        return 1.0 / (1.0 + np.exp(-z)), 1.0 / (1.0 + np.exp(z))


def _inverse(function: Callable[[Array], Array], goal: Array, low: Array, high: Array) -> Array:
    """Where an increasing function reaches each goal: interpolation guarded by bisection."""
    a, b = low.copy(), high.copy()
    fa, fb = function(a) - goal, function(b) - goal
    result = np.where(fb <= 0, b, a)
    last, side = np.full(goal.shape, np.inf), np.full(goal.shape, -1)
    todo = np.flatnonzero((fa < 0) & (fb > 0))
    for turn in range(90):
        if todo.size == 0:
            break
        x0, x1, f0, f1 = a[todo], b[todo], fa[todo], fb[todo]
        with np.errstate(invalid="ignore"):
            secant = x1 - f1 * (x1 - x0) / (f1 - f0)
        middle = (x0 + x1) / 2
        good = np.isfinite(secant) & (secant > x0) & (secant < x1) & (turn % 7 != 6)
        x = np.where(good, secant, middle)
        f = function(x) - goal[todo]
        under = f < 0
        # Illinois: an end that stays twice gets half its weight, so that it moves too.
        half = np.where(under == side[todo], 0.5, 1.0)
        side[todo] = under
        a[todo], fa[todo] = np.where(under, x, x0), np.where(under, f, half * f0)
        b[todo], fb[todo] = np.where(under, x1, x), np.where(under, half * f1, f)
        result[todo] = x
        tight = (x1 - x0) <= 4e-16 * np.maximum(np.abs(x0), 1.0)
        # The secant converges faster than linearly: when it has stopped moving it has arrived.
        still = good & (np.abs(x - last[todo]) <= 1e-14 * np.maximum(np.abs(x), 1.0))
        last[todo] = x
        todo = todo[~(tight | still | (f == 0))]
    return result


def scores_of(
    strategy: Strategy,
    noise: Law | None,
    location: Callable[[Array, Array], Array],
    trait: float,
    effort: Callable[[Array], Array] | None = None,
) -> Scores:
    """Return the distribution of the score of a contestant who plays ``strategy``.

    Parameters
    ----------
    strategy : Strategy
        What she does.
    noise : Law or None
        Law of the noise.
    location : callable
        ``location(effort, type)``; for a known contestant the type is ignored.
    trait : float
        The type to pass for a known contestant.
    effort : callable, optional
        The least effort that reaches a location, for a known contestant without noise.

    Returns
    -------
    Scores
    """
    if noise is None:
        if isinstance(strategy, Monotone):
            return TypeScores(strategy, location)
        return ExactScores(strategy, lambda e: location(e, np.asarray(trait)), effort)
    if isinstance(strategy, Monotone):
        types, weights = strategy.type_nodes()
        return NoisyScores(noise, location(strategy(types), types), weights)
    efforts, weights = strategy.nodes() if isinstance(strategy, Mixed) else strategy.atoms
    return NoisyScores(noise, location(efforts, np.full(efforts.shape, trait)), weights)
