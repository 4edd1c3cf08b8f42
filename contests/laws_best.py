"""Laws of contestants who have won: the type of the best of k, and what winning a place is worth to it.

The best of k draws from F has the law F^k. What a type v expects in an all-pay contest in
which the best rival has the law F^m is U(v) = integral of F^m from the lowest type to v:
the law of U(v), v drawn from F, is that of the prize of an earlier stage. In levels,

    U(q(u)) = u^m integral from 0 to 1 of (q(u) - q(u s)) m s^(m-1) ds,

a sum of positive terms, to full relative accuracy near the lowest type too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law, law
from contests.laws_shape import Array, Shape

__all__ = ["BestOf", "Rent", "best_of", "rent"]

_GAUSS = np.polynomial.legendre.leggauss(64)


def expit(y: Array) -> Array:
    """Return the level whose log-odds are ``y``."""
    from scipy import special

    return np.asarray(special.expit(y))


def _moved(text: str, loc: float, scale: float) -> str:
    """The words of a law, scaled and shifted."""
    text = text if scale == 1 else f"{text}.scaled({scale!r})"
    return text if loc == 0 else f"{text}.shifted({loc!r})"


@dataclass(frozen=True)
class BestOf(Shape):
    """The best of k independent draws from a law.

    Attributes
    ----------
    base : Law
        The law of a draw.
    k : float
        How many draws.
    """

    base: Law
    k: float

    name = "best of draws"

    def is_smooth(self) -> bool | None:
        """Whether the base is."""
        return self.base.shape.is_smooth()

    def pdf(self, z: Array) -> Array:
        return self.k * self.base.cdf(z) ** (self.k - 1) * self.base.pdf(z)

    def cdf(self, z: Array) -> Array:
        return np.exp(self.logcdf(z))

    def sf(self, z: Array) -> Array:
        return -np.expm1(self.logcdf(z))

    def logcdf(self, z: Array) -> Array:
        return self.k * self.base.logcdf(z)

    def ppf(self, u: Array) -> Array:
        return self._quantile(
            np.log(np.maximum(u, 0.0), out=np.full(np.shape(u), -np.inf), where=np.asarray(u) > 0)
        )

    def isf(self, v: Array) -> Array:
        v = np.asarray(v, float)
        return self._quantile(np.log1p(-v, out=np.full(v.shape, -np.inf), where=v < 1))

    def _quantile(self, log: Array) -> Array:
        """The base's quantile at the level whose log is log / k, from its nearer end."""
        level, above = np.exp(log / self.k), -np.expm1(log / self.k)
        return np.where(
            level < 0.5, self.base.ppf(np.minimum(level, 0.5)), self.base.isf(np.minimum(above, 0.5))
        )[()]

    @property
    def support(self) -> tuple[float, float]:
        return self.base.support

    def mean(self) -> float:
        from contests.quadrature import quantile_nodes

        u, v, w = quantile_nodes()
        return float(w @ np.where(u < 0.5, self.ppf(u), self.isf(v)))

    def std(self) -> float:
        from contests.quadrature import quantile_nodes

        u, v, w = quantile_nodes()
        x = np.where(u < 0.5, self.ppf(u), self.isf(v))
        return float(np.sqrt(w @ (x - w @ x) ** 2))

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return self.isf(rng.random(size))

    def expression(self, loc: float, scale: float, dialect: str) -> str:
        return _moved(f"best_of({self.base!r}, {self.k!r})", loc, scale)


@dataclass(frozen=True)
class Rent(Shape):
    """What types drawn from a law expect in an all-pay contest against the best of m such types.

    Attributes
    ----------
    base : Law
        The law of types.
    m : float
        How many rivals' draws the best of them is.
    """

    base: Law
    m: float

    name = "rent"

    def is_smooth(self) -> bool | None:
        """Whether the base is."""
        return self.base.shape.is_smooth()

    def _at(self, u: Array, v: Array) -> Array:
        x, w = _GAUSS
        share = (x + 1) / 2
        weight = self.m * share ** (self.m - 1) * w / 2
        # Without the location, which would cost digits of differences.
        free = Law(self.base.shape, 0.0, self.base.scale)
        own = free.quantile(u, v)
        lower = free.quantile(u[..., None] * share, v[..., None] + u[..., None] * (1.0 - share))
        return np.asarray(u**self.m * ((own[..., None] - lower) @ weight))

    def ppf(self, u: Array) -> Array:
        u = np.asarray(u, float)
        return self._at(u, 1.0 - u)[()]

    def isf(self, v: Array) -> Array:
        v = np.asarray(v, float)
        return self._at(1.0 - v, v)[()]

    @cached_property
    def _table(self) -> tuple[Array, Array]:
        """Log-odds of levels and the logs of rents there, increasing."""
        y = np.linspace(-36.0, 40.0, 3001)
        log = np.log(self._at(expit(y), expit(-y)))
        return y, np.maximum.accumulate(log)

    def _log_odds(self, z: Array) -> Array:
        """The log-odds of the level of a rent inside the support: from a table, then by Newton's method."""
        y, log = self._table
        wanted = np.log(z)
        # Below the table rents are a power of the level.
        steep = (log[1] - log[0]) / (y[1] - y[0])
        found = np.where(wanted < log[0], y[0] + (wanted - log[0]) / steep, np.interp(wanted, log, y))
        known = (wanted >= log[0]) & (wanted < log[-1])
        inner, goal = found[known], wanted[known]
        for _ in range(2):  # from 1e-4 to 1e-8 to rounding
            u, v = expit(inner), expit(-inner)
            value = self._at(u, v)
            own = self.base.quantile(u, v)
            slope = u ** (self.m + 1.0) * v / self.base.pdf(own) / value
            inner = inner - np.clip((np.log(value) - goal) / slope, -1.0, 1.0)
        found[known] = inner
        return found

    def _levels(self, z: Array) -> tuple[Array, Array, NDArray[np.bool_]]:
        """Levels from below and from above, and which rents are inside the support."""
        z = np.asarray(z, float)
        inside = (z > 0) & (z < self.support[1])
        u, v = np.where(z <= 0, 0.0, 1.0), np.where(z <= 0, 1.0, 0.0)
        if inside.any():
            found = self._log_odds(z[inside])
            u[inside], v[inside] = expit(found), expit(-found)
        return u, v, inside

    def pdf(self, z: Array) -> Array:
        u, v, inside = self._levels(z)
        value = self.base.quantile(u, v)
        with np.errstate(divide="ignore", over="ignore"):  # infinitely dense at the lowest rent
            density = self.base.pdf(value) / u**self.m
        return np.where(inside, density, 0.0)[()]

    def cdf(self, z: Array) -> Array:
        return self._levels(z)[0][()]

    def sf(self, z: Array) -> Array:
        return self._levels(z)[1][()]

    @cached_property
    def _top(self) -> float:
        return float(self._at(np.ones(1), np.zeros(1))[0]) if np.isfinite(self.base.support[1]) else np.inf

    @property
    def support(self) -> tuple[float, float]:
        return (0.0, self._top)

    def mean(self) -> float:
        from contests.quadrature import quantile_nodes

        u, v, w = quantile_nodes()
        return float(w @ self._at(u, v))

    def std(self) -> float:
        from contests.quadrature import quantile_nodes

        u, v, w = quantile_nodes()
        x = self._at(u, v)
        return float(np.sqrt(w @ (x - w @ x) ** 2))

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return self.ppf(rng.random(size))

    def expression(self, loc: float, scale: float, dialect: str) -> str:
        return _moved(f"rent({self.base!r}, {self.m!r})", loc, scale)


def best_of(base: Law, k: float) -> Law:
    """Return the law of the best of ``k`` draws from a ``base``.

    Examples
    --------
    >>> from contests.laws import uniform
    >>> float(best_of(uniform(), 2).cdf(0.5))
    0.25
    """
    base = law(base, part="best_of.base")
    return base if k == 1 else Law(BestOf(base, float(k)))


def rent(base: Law, m: float, prize: float = 1.0) -> Law:
    """Return the law of what a type expects in an all-pay contest for a ``prize``.

    ``base`` is the law of types, ``m`` the number of rivals' draws from it.

    Examples
    --------
    >>> from contests.laws import uniform
    >>> round(float(rent(uniform(), 2).isf(0.0)), 12)  # v^3 / 3 at v = 1
    0.333333333333
    """
    return Law(Rent(law(base, part="rent.base"), float(m)), 0.0, prize)
