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

    def _mix(self, function: Callable[[Array], Array], x: Array) -> Array:
        if self._points.size == 0:
            return np.zeros(np.shape(x))
        if self._points.size == 1:
            return np.asarray(self._weights[0] * function(x - self._points[0]))
        return np.asarray(function(x[..., None] - self._points) @ self._weights)

    def below(self, x: Array) -> Array:
        """Return the probability that the score is below ``x``."""
        return self.floor + self._mix(self.noise.cdf, x)

    def above(self, x: Array) -> Array:
        """Return the probability that the score is above ``x``."""
        return self._mix(self.noise.sf, x)

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
    """

    def __init__(self, strategy: Strategy, location: Callable[[Array], Array]) -> None:
        self.strategy = strategy
        points, self._masses = strategy.atoms
        self._atoms = location(points)
        self.has_ties = points.size > 0
        self.floor = float(self._masses[np.isneginf(self._atoms)].sum())
        self._location = location
        self._sure = isinstance(strategy, Pure)

    def _effort(self, x: Array) -> Array:
        """The effort that reaches score x, by bisection on the support (scores rise with effort)."""
        low, high = self.strategy.support
        lo, hi = np.full(np.shape(x), low), np.full(np.shape(x), high)
        for _ in range(80):
            middle = (lo + hi) / 2
            reached = self._location(middle) >= x
            lo, hi = np.where(reached, lo, middle), np.where(reached, middle, hi)
        return hi

    def below(self, x: Array) -> Array:
        """Return the probability that the score is below ``x``."""
        x = np.asarray(x, float)
        if self._sure:
            return np.where(x > self._atoms[0], 1.0, 0.0)
        ends = self._location(np.array(self.strategy.support))
        inside = self.strategy.cdf(self._effort(x)) - self.tie(x)
        return np.where(x <= ends[0], 0.0, np.where(x > ends[1], 1.0, np.clip(inside, 0.0, 1.0)))

    def above(self, x: Array) -> Array:
        """Return the probability that the score is above ``x``."""
        return np.clip(1.0 - self.below(x) - self.tie(x), 0.0, 1.0)

    def tie(self, x: Array) -> Array:
        """Return the probability that the score equals ``x``."""
        if self._atoms.size == 0:
            return np.zeros(np.shape(x))
        return np.asarray((np.asarray(x)[..., None] == self._atoms) @ self._masses)

    def density(self, x: Array) -> Array:
        """Refuse: without noise expected prizes have no marginal in general (whatever ``x``)."""
        raise TypeError("without noise the score has no density")

    def kinks(self) -> Array:
        """Return the ends of the support and the atoms."""
        ends = self._location(np.array(self.strategy.support))
        return np.unique(np.concatenate([ends, self._atoms]))


class TypeScores:
    """The score of a contestant with a private type and no noise.

    Parameters
    ----------
    strategy : Monotone
        Effort by type.
    score : callable
        ``score(effort, type)``: monotone along the strategy in the direction it says.
    """

    def __init__(self, strategy: Monotone, score: Callable[[Array, Array], Array]) -> None:
        self.strategy, self._score = strategy, score
        law: Law = strategy.types
        # Types that do not compete stand at the bottom together: an atom of the score.
        levels = np.linspace(0.0, 1.0, 513)
        scores = self._at(levels)
        bottom = scores[0]
        flat = int(np.searchsorted(scores, bottom, side="right"))
        self._bottom, self._top = float(bottom), float(scores[-1])
        self.floor = 0.0
        if flat > 1:
            lo, hi = np.array([levels[flat - 1]]), np.array([levels[min(flat, 512)]])
            for _ in range(60):
                middle = (lo + hi) / 2
                still = self._at(middle) <= bottom
                lo, hi = np.where(still, middle, lo), np.where(still, hi, middle)
            self.floor = float(hi[0]) if flat <= 512 else 1.0
        self.has_ties = self.floor > 0
        self._law = law

    def _at(self, level: Array) -> Array:
        law: Law = self.strategy.types
        types = law.ppf(level) if self.strategy.scores_increase else law.isf(level)
        return self._score(self.strategy(types), types)

    def below(self, x: Array) -> Array:
        """Return the probability that the score is below ``x``."""
        x = np.asarray(x, float)
        lo, hi = np.full(x.shape, self.floor), np.ones(x.shape)
        for _ in range(60):
            middle = (lo + hi) / 2
            reached = self._at(middle) >= x
            lo, hi = np.where(reached, lo, middle), np.where(reached, middle, hi)
        return np.where(x <= self._bottom, 0.0, np.where(x > self._top, 1.0, (lo + hi) / 2))

    def above(self, x: Array) -> Array:
        """Return the probability that the score is above ``x``."""
        return np.clip(1.0 - self.below(x) - self.tie(x), 0.0, 1.0)

    def tie(self, x: Array) -> Array:
        """Return the probability that the score equals ``x``: the types that stay at the bottom."""
        return np.where(np.asarray(x) == self._bottom, self.floor, 0.0)

    def density(self, x: Array) -> Array:
        """Refuse: the density is not needed without noise (whatever ``x``)."""
        raise TypeError("without noise the score has no density")

    def kinks(self) -> Array:
        """Return the ends of the support of the score."""
        return np.array([self._bottom, self._top])


def scores_of(
    strategy: Strategy, noise: Law | None, location: Callable[[Array, Array], Array], trait: float
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

    Returns
    -------
    Scores
    """
    if noise is None:
        if isinstance(strategy, Monotone):
            return TypeScores(strategy, location)
        return ExactScores(strategy, lambda effort: location(effort, np.asarray(trait)))
    if isinstance(strategy, Monotone):
        types, weights = strategy.type_nodes()
        return NoisyScores(noise, location(strategy(types), types), weights)
    efforts, weights = strategy.nodes() if isinstance(strategy, Mixed) else strategy.atoms
    return NoisyScores(noise, location(efforts, np.full(efforts.shape, trait)), weights)
