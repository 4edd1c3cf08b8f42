"""Quantiles and levels of costly laws from tables: Chebyshev polynomials on panels of log-odds.

Many of SciPy's laws find a quantile by root search, one number at a time. Integrals
over one's own quantile need tens of thousands of them. In log-odds the quantile
function of a smooth law is analytic, so polynomials on panels of log-odds reproduce
it to rounding; so is its inverse on the same panels, which gives the distribution
function. Tables are made once for a shape and checked between their nodes and against
the law's own distribution function. A law that they cannot reproduce keeps SciPy's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from contests.laws_shape import Array, Shape

__all__ = ["LevelTable", "QuantileTable", "level_table", "quantile_table"]

_REACH = 42.0  # log-odds: probabilities down to 6e-19
_PANELS = 64
_ORDER = 16
_ACCURACY = 1e-13
_NEEDED = 27.0  # log-odds that the table must cover on either side: all but 2e-12


class QuantileTable:
    """Quantiles of one shape by log-odds.

    Parameters
    ----------
    shape : Shape
        The standard law.
    """

    def __init__(self, shape: Shape) -> None:
        self._nodes = np.cos(np.pi * (np.arange(_ORDER) + 0.5) / _ORDER)
        self._first, self._last = 0, _PANELS
        values = _quantiles(shape, self._log_odds(self._nodes))
        vander = np.polynomial.chebyshev.chebvander(self._nodes, _ORDER - 1)
        between = np.cos(np.pi * (np.arange(3) + 1.0) / 4.2)
        y = self._log_odds(between)
        right = _quantiles(shape, y)
        with np.errstate(invalid="ignore"):  # far out SciPy's quantiles may be infinite or NaN
            chebyshev = np.asarray(np.linalg.solve(vander, values.T), float)
            self._polynomial = _piecewise(chebyshev, np.arange(_PANELS + 1.0))
            error = np.abs(self.at(y) - right) / np.maximum(np.abs(right), 1.0)
        # An error of a quantile matters as much as the probability beyond it.
        weighed = np.asarray(np.nan_to_num(error, nan=np.inf) * np.exp(-np.abs(y)))
        good = np.asarray((weighed <= _ACCURACY).all(axis=1))
        middle = _PANELS // 2
        below, above = np.flatnonzero(~good[:middle]), np.flatnonzero(~good[middle:])
        self._first = int(below[-1]) + 1 if below.size else 0
        self._last = middle + int(above[0]) if above.size else _PANELS
        width = 2 * _REACH / _PANELS
        self.usable = min(middle - self._first, self._last - middle) * width >= _NEEDED

    @staticmethod
    def _log_odds(s: Array) -> Array:
        width = 2 * _REACH / _PANELS
        return -_REACH + width * (np.arange(_PANELS)[:, None] + (s + 1) / 2)

    def at(self, log_odds: Array) -> Array:
        """Return the standard quantiles at ``log_odds``, those beyond the table at its ends."""
        place = (log_odds + _REACH) * (_PANELS / (2 * _REACH))
        return np.asarray(self._polynomial(np.clip(place, float(self._first), self._last - 1e-9)), float)

    def edges(self) -> tuple[Array, Array]:
        """Return the ends of halves of the panels that are good, as log-odds and as quantiles.

        Under heavy tails quantiles grow threefold in a panel, too much for their inverse.
        """
        y = -_REACH + (_REACH / _PANELS) * np.arange(2 * self._first, 2 * self._last + 1)
        inside = np.clip(y, y[0] + 1e-12, y[-1] - 1e-12)
        return np.asarray(y, float), self.at(np.asarray(inside, float))


class LevelTable:
    """Probabilities below and above from the inverse of a table of quantiles.

    Parameters
    ----------
    shape : Shape
        The standard law.
    quantiles : QuantileTable
        Its quantiles.
    """

    def __init__(self, shape: Shape, quantiles: QuantileTable) -> None:
        y, edges = quantiles.edges()
        # Far out a law's quantiles may round to an end of the support, or be too rough to rise.
        middle = int(np.searchsorted(y, 0.0))
        rough = np.flatnonzero(~(np.diff(edges) > 0))
        first = int(rough[rough < middle].max(initial=-1)) + 1
        last = int(rough[rough >= middle].min(initial=edges.size - 1))
        y, self._edges = y[first : last + 1], edges[first : last + 1]
        self.usable = min(-y[0], y[-1]) >= _NEEDED
        if not self.usable:
            return
        nodes = np.cos(np.pi * (np.arange(_ORDER) + 0.5) / _ORDER)
        width = np.diff(self._edges)[:, None]
        z = self._edges[:-1, None] + width * (nodes + 1) / 2
        low, high = np.repeat(y[:-1, None], _ORDER, axis=1), np.repeat(y[1:, None], _ORDER, axis=1)
        for _ in range(60):  # bisection: quantiles rise with the log-odds
            half = (low + high) / 2
            reached = quantiles.at(half) >= z
            low, high = np.where(reached, low, half), np.where(reached, half, high)
        vander = np.polynomial.chebyshev.chebvander(nodes, _ORDER - 1)
        self._places = np.arange(self._edges.size, dtype=float)
        log_odds = np.asarray((low + high) / 2, float).T
        self._polynomial = _piecewise(np.asarray(np.linalg.solve(vander, log_odds), float), self._places)
        farthest = np.cos(np.pi * np.array([1, 5, 10, 15]) / _ORDER)  # from the nodes
        probe = (self._edges[:-1, None] + width * (farthest + 1) / 2).ravel()
        below, above = self.at(probe)
        level, rest = shape.cdf(probe), shape.sf(probe)
        error = np.maximum(np.abs(below - level), np.abs(above - rest))
        self.usable = bool(np.all(error <= 1e-9 * np.minimum(level, rest) + 3e-14))

    def at(self, z: Array) -> tuple[Array, Array]:
        """Return the probabilities below and above ``z``; beyond the table, zero and one."""
        # Panel and place in it at once: the edges are where the whole numbers are.
        place = np.interp(z, self._edges, self._places)
        y = np.asarray(self._polynomial(np.minimum(place, self._places[-1] - 1e-9)), float)
        tail = np.exp(-np.abs(y))
        small, large = tail / (1.0 + tail), 1.0 / (1.0 + tail)
        below = np.where(y < 0, small, large)
        above = np.where(y < 0, large, small)
        under, over = z < self._edges[0], z > self._edges[-1]
        below = np.where(under, 0.0, np.where(over, 1.0, below))
        return below, np.where(under, 1.0, np.where(over, 0.0, above))


def _piecewise(chebyshev: Array, edges: Array) -> Any:
    """Turn Chebyshev coefficients, shape (order, panels), on panels of length one into SciPy's polynomials.

    The coefficients fall so fast on these panels that powers lose nothing against Chebyshev sums.
    """
    from scipy.interpolate import PPoly

    order = chebyshev.shape[0]
    # Powers of t in [0, 1] of each Chebyshev polynomial of s = 2 t - 1.
    powers = np.zeros((order, order))
    line = np.polynomial.Polynomial([-1.0, 2.0])
    for k in range(order):
        composed = np.polynomial.Chebyshev.basis(k).convert(kind=np.polynomial.Polynomial)(line)
        powers[: k + 1, k] = composed.coef
    return PPoly((powers @ chebyshev)[::-1], edges)


def _quantiles(shape: Shape, log_odds: Array) -> Array:
    lower = log_odds < 0
    tail = np.exp(-np.abs(log_odds))
    tail = tail / (1.0 + tail)
    return np.where(lower, shape.ppf(np.where(lower, tail, 0.5)), shape.isf(np.where(lower, 0.5, tail)))


@lru_cache(maxsize=256)
def quantile_table(shape: Shape) -> QuantileTable | None:
    """Return the table of a shape, or None if it does not reproduce the quantiles.

    Parameters
    ----------
    shape : Shape
        The standard law.

    Returns
    -------
    QuantileTable or None
    """
    table = QuantileTable(shape)
    return table if table.usable else None


@lru_cache(maxsize=256)
def level_table(shape: Shape) -> LevelTable | None:
    """Return the table of levels of a shape, or None if it does not reproduce them.

    Parameters
    ----------
    shape : Shape
        The standard law.

    Returns
    -------
    LevelTable or None
    """
    quantiles = quantile_table(shape)
    if quantiles is None:
        return None
    table = LevelTable(shape, quantiles)
    return table if table.usable else None
