"""An effort for each type, given at a table of levels: what the general solver says of private types.

A *level* is the share of weaker types. Between the levels of the table bids rise evenly, and jump where a
level stands twice (no noise); or efforts are smooth in the type (noise).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.laws import Law
from contests.strategy import Monotone

__all__ = ["BidByLevel", "EffortByType", "LevelStrategy"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class BidByLevel:
    """The effort of each type from a table of bids by level.

    Parameters
    ----------
    law : Law
        The law of the type.
    best_high : bool
        Whether high types are the strong ones (False for costs).
    levels, bids : ndarray, shape (knots,)
        Levels, not decreasing, from 0 to 1, and bids: efforts of a contestant of ability zero.
    contest : Contest, optional
        The contest, where a bid costs the types different efforts (abilities).
    contestant : int
        Whose types these are.
    """

    law: Law
    best_high: bool
    levels: Array
    bids: Array
    contest: Contest | None = None
    contestant: int = 0

    def __call__(self, types: ArrayLike) -> Array:
        """Return the efforts of ``types`` (array_like)."""
        own = np.asarray(types, float)
        level = self.law.cdf(own) if self.best_high else self.law.sf(own)
        bids = np.interp(level, self.levels, self.bids)
        if self.contest is None:
            return np.asarray(bids)
        race = self.contest.race
        assert race is not None
        assert race.effort is not None
        return np.asarray(race.effort(self.contestant, race.location(self.contestant, bids, 0.0), own))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BidByLevel):
            return NotImplemented
        same = self.law == other.law and self.best_high == other.best_high
        return same and np.array_equal(self.levels, other.levels) and np.array_equal(self.bids, other.bids)

    def __hash__(self) -> int:
        return hash((self.best_high, self.levels.tobytes(), self.bids.tobytes()))


@dataclass(frozen=True)
class EffortByType:
    """The effort of each type from a table: cubic between its types, never beyond neighbouring efforts.

    Parameters
    ----------
    types, efforts : ndarray, shape (m,)
        Types, increasing, and their efforts; types outside do what those at the ends do.
    """

    types: Array
    efforts: Array

    def __call__(self, types: ArrayLike) -> Array:
        """Return the efforts of ``types`` (array_like)."""
        from scipy.interpolate import PchipInterpolator

        own = np.clip(np.asarray(types, float), self.types[0], self.types[-1])
        if self.types.size < 2:
            return np.full(own.shape, self.efforts[0])
        efforts = PchipInterpolator(self.types, self.efforts)(own)
        return np.asarray(np.maximum(efforts, 0.0), float)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, EffortByType):
            return NotImplemented
        return np.array_equal(self.types, other.types) and np.array_equal(self.efforts, other.efforts)

    def __hash__(self) -> int:
        return hash((self.types.tobytes(), self.efforts.tobytes()))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LevelStrategy(Monotone):
    """A strategy given at a table of levels.

    Parameters
    ----------
    types : SciPy distribution
        The law of the type.
    function : callable
        Effort of each of an array of types.
    scores_increase : bool
        Whether a higher type is stronger.
    cuts : ndarray
        The levels of the table, between which the function is smooth.
    """

    cuts: Any = field(default=(0.0, 1.0))

    on_grid = True

    def type_nodes(self, size: int = 200) -> tuple[Array, Array]:
        """Return types and weights: a few Gauss points between the levels of the table.

        Parameters
        ----------
        size : int
            Where the table is short, about how many nodes there are.
        """
        cuts = np.unique(np.asarray(self.cuts, float))
        each = 4 if cuts.size > 12 else max(4, -(-size // (cuts.size - 1)))
        x, w = np.polynomial.legendre.leggauss(each)
        width = np.diff(cuts)[:, None]
        level = (cuts[:-1, None] + width * (x + 1) / 2).ravel()
        law: Law = self.types
        if not self.scores_increase:
            level = 1.0 - level
        return np.where(level < 0.5, law.ppf(level), law.isf(1.0 - level)), (width * w / 2).ravel()
