"""The distribution of a contestant's score, as her rivals face it.

The score is what gets ranked: location plus noise. Against a strategy it is a
mixture: over efforts if the strategy is mixed, over types if they are private.
Three cases: :class:`NoisyScores` (a mixture of shifted noise), :class:`ExactScores`
(no noise, a known contestant) and :class:`TypeScores` (no noise, a private type). A private type under
noise with kinks or long tails is a mixture too fine for nodes: `contests.smeared_scores`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law
from contests.strategy import Mixed, Monotone, Pure, Strategy
from contests.type_scores import TypeScores

__all__ = ["ExactScores", "NoisyScores", "Scores", "TypeScores", "bends_of"]

Array = NDArray[np.float64]
_BLOCK = 200_000  # numbers evaluated at once
_MANY = 8  # points of a mixture beyond which its kinks are not told apart


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
    out : float, optional
        The part of what stands at minus infinity that takes no part at all.
    """

    has_ties = False

    def __init__(self, noise: Law, points: Array, weights: Array, out: float = 0.0) -> None:
        self.noise, self.points, self.weights, self.out = noise, points, weights, out
        self.floor = float(weights[np.isneginf(points)].sum())
        kept = ~np.isneginf(points)
        self._points, self._weights = points[kept], weights[kept]
        self.point = float(points[0]) if points.size == 1 and kept[0] else None

    def levels(self, x: Array) -> tuple[Array, Array]:
        """Return the probabilities that the score is below and above ``x``."""
        if self.point is not None:
            return self.noise.levels(x - self.point)
        if self._points.size == 0:
            return self.below(x), self.above(x)
        flat = np.ravel(x)
        below, above = np.empty(flat.size), np.empty(flat.size)
        for part in self._blocks(flat.size):
            u, v = self.noise.levels(flat[part, None] - self._points)
            below[part], above[part] = u @ self._weights, v @ self._weights
        # Weights add to one but for rounding.
        below, above = np.minimum(self.floor + below, 1.0), np.minimum(above, 1.0)
        return below.reshape(np.shape(x)), above.reshape(np.shape(x))

    def _blocks(self, size: int) -> list[slice]:
        """Slices of so many scores that a block times the points stays in the cache."""
        step = max(1, _BLOCK // self._points.size)
        return [slice(start, start + step) for start in range(0, size, step)]

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
        flat = np.ravel(x)
        blocks = self._blocks(flat.size)
        parts = [function(flat[part, None] - self._points) @ self._weights for part in blocks]
        return np.concatenate(parts).reshape(np.shape(x)) if parts else np.zeros(np.shape(x))

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

    def bends(self) -> Array:
        """Return the places inside the support at which a shifted noise has a kink or a jump.

        None for a mixture of many: each kink weighs so little that the mixture is smooth in effect.
        """
        if self._points.size > _MANY:
            return np.array([])
        return np.asarray((self._points[:, None] + self.noise.kinks).ravel(), float)

    def quantile_of_best(self, count: int, level: float) -> Array:
        """Return, for each location, where the best of ``count`` who all stand there is at a ``level``."""
        u, v = np.exp(np.log(level) / count), -np.expm1(np.log(level) / count)
        return np.asarray(self._points + self.noise.quantile(np.array(u), np.array(v)), float)


def bends_of(scores: Sequence[Scores]) -> Array:
    """Return the places at which the density of any of the ``scores`` has a kink or a jump, in order.

    Ends of support included, where they are finite; those of the first hundred scores.
    """
    noisy = [s for s in scores[:100] if isinstance(s, NoisyScores)]
    found = [place for s in noisy for place in (s.kinks(), s.bends())]
    return np.unique(np.concatenate(found)) if found else np.array([])


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
        smeared = _smeared(noise, strategy, location)
        if smeared is not None:
            return smeared
        types, weights = strategy.type_nodes()
        enters, places = strategy.enters(types), location(strategy(types), types)
        return NoisyScores(noise, np.where(enters, places, -np.inf), weights, float(weights[~enters].sum()))
    efforts, weights = strategy.nodes() if isinstance(strategy, Mixed) else strategy.atoms
    return NoisyScores(noise, location(efforts, np.full(efforts.shape, trait)), weights)


def _smeared(noise: Law, strategy: Monotone, location: Callable[[Array, Array], Array]) -> NoisyScores | None:
    """The law of the score where the kinks or tails of the noise need panels; None where nodes do."""
    from contests.prize_tables import score_grid
    from contests.smeared_scores import smeared_scores

    if not isinstance(strategy.types, Law) or score_grid(noise, np.zeros(1), 2) is not None:
        return None
    return smeared_scores(noise, strategy, location)
