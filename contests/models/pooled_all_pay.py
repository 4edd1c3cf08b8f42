r"""The all-pay contest that maximises the expected highest effort: a reserve, and efforts that tie.

**Primitives.** n contestants with private values v drawn from F, one prize, effort costs its amount; the
sponsor wants the highest effort. In levels u = F(v), v = q(u), any monotone contest gives level u the
prize with a chance y(u), and contestants the effort :math:`e(u) = q(u) y(u) - \int^u y\,dq` each.

**Result.** The expected highest effort is the integral of :math:`-y\,dR` with
:math:`R(u) = q(u)(1 - u^n)`, whatever y rises: its derivative is minus n times the virtual value for the
maximum of Chawla, Hartline and Sivan. The best y is zero below the level that maximises R, the chance
:math:`u^{n-1}` that all rivals are below where R is concave, and constant on each stretch where the
concave majorant of R is a straight line: there types exert the same effort, and ties are drawn by lot.

**Implementation.** Efforts on the menu are those of the levels outside the stretches, and one for each
stretch. Nobody gains by what another level does: `gain` tells, and the tests and `check` look at all.

Source: Chawla, Hartline and Sivan (2019), Games and Economic Behavior 113, 80-96; the closed form of R is
derived here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.errors import InvalidPartError
from contests.ironing import pools
from contests.laws import law, uniform
from contests.part import Part
from contests.validation import count, positive

__all__ = ["PooledAllPay"]

Array = NDArray[np.float64]
_GAUSS = np.polynomial.legendre.leggauss(32)
_PIECES = 200


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PooledAllPay(Part):
    """The contest with the highest expected best effort among all monotone ones.

    Parameters
    ----------
    contestants : int
        Number of contestants n, at least 2.
    prize : float
        Money.
    value : SciPy distribution
        The law of the value factor, on numbers of zero or more; uniform on [0, 1] if absent.

    Examples
    --------
    With uniform values nothing is pooled: a reserve effort of 1/(n + 1) is best.

    >>> model = PooledAllPay(contestants=2)
    >>> model.pools(), round(model.reserve_level() ** 2, 9), round(model.expected_best(), 9)
    ([], 0.333333333, 0.333333333)
    """

    contestants: int = 2
    prize: float = 1.0
    value: Any = None

    def __post_init__(self) -> None:
        name = "PooledAllPay"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        object.__setattr__(self, "prize", positive(f"{name}.prize", self.prize))
        chosen = uniform() if self.value is None else self.value
        object.__setattr__(self, "value", law(chosen, part=f"{name}.value"))
        low, high = self.value.support
        if low < 0 or not np.isfinite(high):
            raise InvalidPartError(f"{name}.value", self.value, "a law on numbers from zero to a largest one")

    def revenue(self, level: ArrayLike) -> Array:
        """Return R(u) = q(u) (1 - u^n) at a ``level``: n times what serving those above brings."""
        u = np.asarray(level, float)
        return np.asarray(self.value.ppf(u) * -np.expm1(self.contestants * np.log(np.maximum(u, 1e-300))))

    def _slope(self, level: Array) -> Array:
        u, n = np.asarray(level, float), self.contestants
        value = self.value.ppf(u)
        with np.errstate(divide="ignore"):  # a density of zero: infinitely steep
            return np.asarray((1.0 - u**n) / self.value.pdf(value) - n * value * u ** (n - 1))

    @cached_property
    def _reserve(self) -> float:
        grid = np.linspace(0.0, 1.0, 4001)
        k = int(np.argmax(self.revenue(grid)))
        low, high = float(grid[max(k - 1, 0)]), float(grid[min(k + 1, grid.size - 1)])
        if k == 0:
            return 0.0
        low = max(low, 1e-12)
        if float(self._slope(np.array(low))) <= 0 or float(self._slope(np.array(high))) >= 0:
            return float(grid[k])
        return numerics.root(lambda u: float(self._slope(np.array(u))), low, high, what="the reserve")

    @cached_property
    def _pools(self) -> list[tuple[float, float]]:
        found = pools(self.revenue, self._slope, 0.0, 1.0)
        return [(a, b) for a, b in found if b > self._reserve * (1 + 1e-12)]

    def reserve_level(self) -> float:
        """Return the lowest level that competes."""
        return self._reserve

    def pools(self) -> list[tuple[float, float]]:
        """Return the stretches of levels that exert the same effort and tie."""
        return list(self._pools)

    def win_chance(self, level: ArrayLike) -> Array:
        """Return the chance of the prize at a ``level``: constant on pools, zero below the reserve."""
        u, n = np.asarray(level, float), self.contestants
        chance = np.where(u >= self._reserve, u ** (n - 1), 0.0)
        for a, b in self._pools:
            chance = np.where((u > a) & (u < b), (b**n - a**n) / (n * (b - a)), chance)
        return np.asarray(chance)

    @cached_property
    def _edges(self) -> tuple[Array, NDArray[np.bool_]]:
        """Ends of pieces of levels from the reserve to 1, and which pieces are pooled."""
        ends = [self._reserve, *(x for pool in self._pools for x in pool), 1.0]
        edges = np.unique(np.concatenate([np.linspace(self._reserve, 1.0, _PIECES + 1), ends]))
        middle = (edges[:-1] + edges[1:]) / 2
        pooled = np.zeros(middle.size, dtype=bool)
        for a, b in self._pools:
            pooled |= (middle > a) & (middle < b)
        return edges, pooled

    def _rents(self, k: NDArray[np.intp], level: Array) -> Array:
        """The integral of y dq over piece k from its start to a level in it.

        By parts: [y q] less the integral of q dy, so that the density of values is not needed.
        """
        edges, pooled = self._edges
        x, w = _GAUSS
        n, start = self.contestants, edges[k]
        half = np.maximum(level - start, 0.0) / 2
        at = start[..., None] + half[..., None] * (x + 1)
        moving = (n - 1) * half * ((self.value.ppf(at) * at ** max(n - 2, 0)) @ w)
        low, high = self.value.ppf(start), self.value.ppf(level)
        flat = self.win_chance((edges[k] + edges[k + 1]) / 2) * (high - low)
        sloping = level ** (n - 1) * high - start ** (n - 1) * low - moving
        return np.asarray(np.where(pooled[k], flat, sloping), float)

    @cached_property
    def _collected(self) -> Array:
        """Rents up to each end of a piece, for a unit of prize."""
        edges, pooled = self._edges
        return np.concatenate([[0.0], np.cumsum(self._rents(np.arange(pooled.size), edges[1:]))])

    def rent(self, level: ArrayLike) -> Array:
        """Return the expected payoff of each ``level``, in money."""
        u = np.asarray(level, float)
        edges, pooled = self._edges
        k = np.clip(np.searchsorted(edges, u, side="right") - 1, 0, pooled.size - 1)
        found = self._collected[k] + self._rents(k, np.maximum(u, self._reserve))
        return np.asarray(self.prize * np.where(u >= self._reserve, found, 0.0))

    def effort(self, level: ArrayLike) -> Array:
        """Return the effort of each ``level``: constant on pools, zero below the reserve."""
        u = np.asarray(level, float)
        worth = self.prize * self.value.ppf(u) * self.win_chance(u)
        return np.asarray(np.where(u >= self._reserve, worth - self.rent(u), 0.0))

    def gain(self, level: ArrayLike, other: ArrayLike) -> Array:
        """Return what a ``level`` would gain by exerting the effort of an ``other`` one, in money."""
        u, w = np.asarray(level, float), np.asarray(other, float)
        value = self.prize * self.value.ppf(u)
        there = value * self.win_chance(w) - self.effort(w)
        return np.asarray(np.maximum(there, 0.0) - self.rent(u))

    def check(self, size: int = 201) -> float:
        """Return the largest gain of any level from the effort of any other, on a grid.

        Parameters
        ----------
        size : int
            Levels on the grid, beside the ends of the pools.

        Returns
        -------
        float
            In units of the prize; rounding if the contest is an equilibrium.
        """
        ends = [x + d for pool in self._pools for x in pool for d in (-1e-9, 1e-9)]
        grid = np.unique(np.concatenate([np.linspace(0.0, 1.0, size), [self._reserve], ends]))
        return float(np.max(self.gain(grid[:, None], grid))) / self.prize

    def expected_best(self) -> float:
        """Return the expected highest effort."""
        n = self.contestants
        edges, _ = self._edges
        x, w = _GAUSS
        half = np.diff(edges)[:, None] / 2
        u = edges[:-1, None] + half * (x + 1)
        best = n * u ** (n - 1) * self.effort(u)
        return float(np.sum(half * w * best))
