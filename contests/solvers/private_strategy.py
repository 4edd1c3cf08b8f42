"""The strategy of a contestant with a private type: effort by type, and which types stay out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.profile import Profile
from contests.quadrature import quantile_nodes, whole_weights
from contests.solvers.panels import FAR
from contests.solvers.private_levels import TypeLevels, odds
from contests.strategy import Monotone

__all__ = ["TypeStrategy", "idle_profile"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TypeStrategy(Monotone):
    """Effort by type from an exact formula, with a threshold below which types stay out or idle.

    Parameters
    ----------
    types : SciPy distribution
        The law of the type.
    function : callable
        Effort of each of an array of types.
    scores_increase : bool
        Whether a higher type is stronger.
    start : float
        Log-odds of the weakest active level (the share of weaker types); minus infinity if all are active.
    stays_out : bool
        Whether the types below the threshold stay out; otherwise they are in, without effort.
    """

    function: Callable[[Array], ArrayLike]
    start: float = -np.inf
    stays_out: bool = False

    @property
    def levels(self) -> TypeLevels:
        """The map between types and log-odds of levels."""
        return TypeLevels(self.types, self.scores_increase)

    @property
    def is_empty(self) -> bool:
        """Whether nobody takes part: the threshold lies beyond all types."""
        return bool(self.stays_out and self.start > FAR)

    def __call__(self, types: ArrayLike) -> Array:
        """Return the effort of each of ``types`` (array_like)."""
        return np.zeros(np.shape(types)) if self.is_empty else super().__call__(types)

    def active(self, types: ArrayLike) -> NDArray[np.bool_]:
        """Return which of ``types`` (array_like) are at or above the threshold."""
        if np.isneginf(self.start):
            return np.ones(np.shape(types), dtype=bool)
        if self.is_empty:
            return np.zeros(np.shape(types), dtype=bool)
        # A rounding error's worth of tolerance: the threshold type herself is in.
        room = 4e-15 * max(1.0, abs(self.start))
        return np.asarray(self.levels.log_odds(types) >= self.start - room)

    def enters(self, types: ArrayLike) -> NDArray[np.bool_]:
        """Return which of ``types`` (array_like) take part."""
        return self.active(types) if self.stays_out else np.ones(np.shape(types), dtype=bool)

    def entry_probability(self) -> float:
        """Return the probability that the type takes part."""
        if not self.stays_out or np.isneginf(self.start):
            return 1.0
        return 0.0 if self.start >= FAR else float(odds(self.start)[1])

    def log_effort(self, types: ArrayLike) -> Array | None:
        """Return logs of the efforts of ``types`` where the formula gives them, else None."""
        formula = getattr(self.function, "log_effort", None)
        return None if formula is None else formula(np.asarray(types, float))

    @property
    def weakest(self) -> float:
        """The weakest active type."""
        place = np.clip(self.start, -FAR, FAR)
        return float(self.levels.type_at(place))

    @property
    def threshold(self) -> float:
        """The weakest active type, as strategies with luck call it."""
        return self.weakest

    def marks(self) -> Array:
        """Return types near which the strategy changes its rule: just inside and outside the threshold."""
        if not np.isfinite(self.start) or abs(self.start) >= FAR:
            return np.array([])
        return self.levels.type_at(self.start + np.array([-1e-2, -1e-6, 1e-6, 1e-2]))

    def type_nodes(self, size: int = 200) -> tuple[Array, Array]:
        """Return types and weights that stand for the law of the type.

        Parameters
        ----------
        size : int
            Not used: the nodes are those that integrate to rounding.

        Returns
        -------
        types, weights : ndarray
        """
        if not np.isfinite(self.start) or abs(self.start) >= FAR:
            grid = self.types.node_grid()
            return grid.x, whole_weights(grid.u, grid.v, grid.w)
        u0, v0 = odds(self.start)
        kinks = self.types.kinks  # of the law of types, where efforts bend too
        below, above = self.types.cdf(kinks), self.types.sf(kinks)
        if not self.scores_increase:  # levels count the weaker types, who are the higher ones
            below, above = above, below
        u, v, w = quantile_nodes(np.append(below, u0), breaks_above=np.append(above, v0))
        with np.errstate(divide="ignore"):  # the ends of a break: levels of exactly 0 or 1 weigh nothing
            z = np.log(u) - np.log(v)
        return self.levels.type_at(z), w


def idle_profile(contest: Contest) -> Profile:
    """Return the profile without effort by any type: what everybody does where every rank wins the same.

    Parameters
    ----------
    contest : Contest
        Contestants with private types.

    Returns
    -------
    Profile
    """
    increase = contest.contestants.private_trait != "cost"

    def idle(i: int) -> Monotone:
        types = contest.contestants.law_of(i)  # type: ignore[attr-defined]
        return Monotone(types=types, function=np.zeros_like, scores_increase=increase)

    if contest.is_symmetric:
        return Profile.symmetric(idle(0), contest.n)
    return Profile.of([idle(i) for i in range(contest.n)])
