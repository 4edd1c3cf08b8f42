"""The strategy of a contestant of private type who enters from a threshold type on, where luck matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.laws import Law
from contests.part import Part
from contests.strategy import Monotone

__all__ = ["EntryByType", "Inside"]

Array = NDArray[np.float64]
_SAME = 1e-6  # of a share of types


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Inside(Part):
    """Efforts of the types who enter, zero of the others.

    Parameters
    ----------
    inner : Monotone or None
        What those who enter do; None if nobody does.
    threshold : float
        The weakest type who enters.
    """

    inner: Any
    threshold: float

    def __call__(self, types: Array) -> Array:
        """Return the effort of each of ``types``."""
        kind = np.asarray(types, float)
        if self.inner is None:
            return np.zeros(kind.shape)
        up = self.inner.scores_increase
        there = kind >= self.threshold if up else kind <= self.threshold
        clipped = np.maximum(kind, self.threshold) if up else np.minimum(kind, self.threshold)
        return np.where(there, self.inner(clipped), 0.0)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EntryByType(Monotone):
    """Effort by type of those who enter, who are the types from a threshold on.

    Parameters
    ----------
    types, function, scores_increase
        As in `contests.strategy.Monotone`; the function is an `Inside`, whose inner strategy is one of the
        law of those who enter.
    share : float
        Probability of entering.

    Raises
    ------
    InvalidPartError
        If the inner strategy is one of types some of whom stay out: it would count them as entrants.
    """

    function: Any
    share: float

    def __post_init__(self) -> None:
        super().__post_init__()
        inner = self.function.inner
        if inner is None:
            return
        kind, (low, high) = self.types, inner.types.support
        out = float(kind.cdf(low) if self.scores_increase else kind.sf(high))
        if abs(out - (1.0 - self.share)) > _SAME:
            raise InvalidPartError(
                "EntryByType.function.inner.types",
                f"a law of which {out:.3g} of all types are outside",
                f"the law of the share {self.share:.3g} that enters",
                "contests.laws_truncated.tail_of makes it.",
            )

    @property
    def threshold(self) -> float:
        """The weakest type who enters."""
        return float(self.function.threshold)

    def enters(self, types: ArrayLike) -> NDArray[np.bool_]:
        """Return which of ``types`` (array_like) take part."""
        kind = np.asarray(types, float)
        if self.share == 0:
            return np.zeros(kind.shape, dtype=bool)
        return np.asarray(kind >= self.threshold if self.scores_increase else kind <= self.threshold)

    def entry_probability(self) -> float:
        """Return the probability of entering."""
        return self.share

    @property
    def breaks(self) -> Array:
        """Levels of the type at which the strategy jumps or bends: the threshold, and bends above it."""
        kind: Law = self.types
        found = np.asarray(self.threshold if 0 < self.share < 1 else [], float).ravel()
        inner = self.function.inner
        if inner is not None and np.size(getattr(inner, "breaks", ())):
            found = np.concatenate([found, inner.types.ppf(inner.breaks)])
        return np.asarray(kind.cdf(found), float)

    def type_nodes(self, size: int = 200) -> tuple[Array, Array]:
        """Return types and weights: those of who enters, and a few for who stays out.

        Parameters
        ----------
        size : int
            About how many for those who enter.

        Returns
        -------
        types, weights : ndarray
        """
        kind: Law = self.types
        if self.share == 1:
            found: tuple[Array, Array] = self.function.inner.type_nodes(size)
            return found
        x, w = np.polynomial.legendre.leggauss(8)
        level = (1.0 - self.share) * (x + 1) / 2
        outside = kind.ppf(level) if self.scores_increase else kind.isf(level)
        weights = (1.0 - self.share) * w / 2
        inner = self.function.inner
        if inner is None:
            return np.asarray(outside), weights
        types, shares = inner.type_nodes(size)
        return np.concatenate([outside, types]), np.concatenate([weights, self.share * shares])

    def marks(self) -> Array:
        """Return types next to the threshold, on both sides, and where the strategy bends."""
        kind: Law = self.types
        out = 1.0 - self.share
        levels = np.array(
            [out * (1 - 1e-2), out * (1 - 1e-6), out + 1e-6 * self.share, out + 1e-2 * self.share]
        )
        levels = levels[(levels > 0) & (levels < 1)]
        beside = kind.ppf(levels) if self.scores_increase else kind.isf(levels)
        inner = self.function.inner
        return np.asarray(beside) if inner is None else np.concatenate([beside, inner.marks()])
