"""Exact mixed strategies of contestants whose certain quality must reach a reserve.

- :class:`ReserveMixed`: alike contestants, prizes by rank;
- :class:`LeaderMixed`: the stronger of two who compete for one prize (the weaker one's is a
  `contests.mixing_known.PairMixed` whose least effort reaches the reserve).

Prizes are in units of the cost curve: money divided by the cost factor.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.mixing import RankMixed
from contests.mixing_known import PairMixed

__all__ = ["LeaderMixed", "ReserveMixed"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReserveMixed(RankMixed):
    """The symmetric mixed strategy of alike contestants under a reserve.

    With F the distribution of effort and P(F) the prize expected at level F, c(x(F)) = P(F) - u from
    the effort that just reaches the reserve on, where u is what that effort leaves of a prize for
    everybody, if anything; all below is one atom at no effort, so that whoever reaches the reserve
    breaks even (for one prize F = (c/v)^(1/(n-1)), cut off at the reserve).

    Parameters
    ----------
    n, prizes, cost, at_cap
        As in `contests.mixing.RankMixed`; no cap here.
    least : float
        The effort that just reaches the reserve.

    Examples
    --------
    >>> from contests.curves import Linear
    >>> strategy = ReserveMixed(n=3, prizes=[1.0], cost=Linear(), least=0.25)
    >>> float(strategy.cdf(0.0)), float(strategy.cdf(0.25)), round(strategy.mean(), 12)
    (0.5, 0.5, 0.291666666667)
    """

    least: float

    @cached_property
    def _spread(self) -> Array:
        if self.prizes.size < self.n:
            return self.prizes
        return np.asarray(self.prizes - max(float(self.prizes[-1]) - float(self.cost(self.least)), 0.0))

    @cached_property
    def _breaks(self) -> Array:
        top = np.array([0.0])
        return np.array([self.least, float(self._at_level(1.0 - top, top)[0])])

    @property
    def _bottom_atom(self) -> float:
        return float(self._lowest[0])

    @cached_property
    def _lowest(self) -> tuple[float, float]:
        """The level of the reserve, and one less it."""
        if self.prizes.size == self.n and self.prizes[-1] >= float(self.cost(self.least)):
            return 0.0, 1.0  # the last prize alone pays for the reserve: nobody gives up
        below, above = self._levels(np.array([self.least]))
        return float(below[0]), float(above[0])

    def _ends(self, effort: float, left_limit: bool = False) -> tuple[float, float]:
        return (1.0, 0.0) if left_limit else self._lowest


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LeaderMixed(PairMixed):
    """The mixed strategy of the stronger of two contestants under a reserve.

    Her rival stays out with positive probability, so she herself often does no more than the reserve
    asks: the atom that without a reserve nobody has stands there.

    Parameters
    ----------
    value, payoff, cost, output, start, rival_start, least, top, at_cap
        As in `contests.mixing_known.PairMixed`; ``least`` is the effort that just reaches the reserve.

    Examples
    --------
    >>> strong = LeaderMixed(value=1.0, payoff=0.0, least=0.2, top=1.0)
    >>> strong.atoms
    (array([0.2]), array([0.2]))
    """

    @property
    def atoms(self) -> tuple[Array, Array]:
        """The effort that just reaches the reserve, and its probability."""
        return np.array([self.least]), np.array([self._bottom_atom])

    @property
    def support(self) -> tuple[float, float]:
        """The least and the largest effort."""
        return self.least, float(self._breaks[-1])

    def _tails(self, x: Array) -> tuple[Array, Array]:
        at, above = super()._tails(x)
        return np.where(x < self.least, 0.0, at), np.where(x < self.least, 1.0, above)

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles of effort at levels ``u`` (array_like)."""
        return np.maximum(super().ppf(u), self.least)
