"""Ironing: where a function lies below the least concave function above it.

What a sponsor gains from serving the types above a level u is R(u); where R is not
concave the best monotone rule treats types alike (Myerson 1981; Bulow and Roberts
1989). The stretches are the straight pieces of the concave majorant, found on a grid
and polished: at an end inside, the line is tangent to R.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from contests import numerics

__all__ = ["pools"]

Array = NDArray[np.float64]
_POINTS = 4001
_ROUNDS = 60


def pools(
    function: Callable[[Array], Array], slope: Callable[[Array], Array], low: float = 0.0, high: float = 1.0
) -> list[tuple[float, float]]:
    """Return the stretches on which the concave majorant is a line above the function.

    Parameters
    ----------
    function : callable
        Continuous, vectorised, on [low, high].
    slope : callable
        Its derivative, which may jump.
    low, high : float
        Where.

    Returns
    -------
    list of (float, float)
        Ends of the stretches, in increasing order.

    Examples
    --------
    >>> bumps = pools(lambda u: np.cos(2 * np.pi * u), lambda u: -2 * np.pi * np.sin(2 * np.pi * u))
    >>> [(round(a, 9), round(b, 9)) for a, b in bumps]
    [(0.0, 1.0)]
    """
    # Angles: points crowd at both ends, where functions of levels are steep.
    grid = low + (high - low) * (1.0 - np.cos(np.linspace(0.0, np.pi, _POINTS))) / 2
    values = function(grid)
    corners = _hull(grid, values)
    size = float(np.ptp(values))
    found = []
    for a, b in itertools.pairwise(corners):
        if b - a < 2:
            continue
        inside = np.arange(a + 1, b)
        line = values[a] + (values[b] - values[a]) * (grid[inside] - grid[a]) / (grid[b] - grid[a])
        if np.max(line - values[inside]) > 1e-12 * size:
            found.append(_tangent(function, slope, grid, int(a), int(b)))
    return found


def _hull(x: Array, y: Array) -> NDArray[np.intp]:
    """Indices of the corners of the upper hull of points given from left to right."""
    kept: list[int] = []
    for i in range(x.size):
        while len(kept) > 1:
            j, k = kept[-2], kept[-1]
            if (y[k] - y[j]) * (x[i] - x[j]) > (y[i] - y[j]) * (x[k] - x[j]):
                break
            kept.pop()
        kept.append(i)
    return np.array(kept)


def _tangent(
    function: Callable[[Array], Array], slope: Callable[[Array], Array], grid: Array, a: int, b: int
) -> tuple[float, float]:
    """The ends of one stretch: in turn the left and the right end at which the line touches."""
    left, right = float(grid[a]), float(grid[b])

    def touch(end: float, k: int) -> float:
        def gap(x: float) -> float:
            at, other = np.array(x), np.array(end)
            return float(function(other) - function(at) - slope(at) * (end - x))

        lo, hi = grid[max(k - 1, 0)], grid[min(k + 1, grid.size - 1)]
        # At an end of the interval the line need not be tangent.
        if k in (0, grid.size - 1) or (gap(lo) > 0) == (gap(hi) > 0):
            return float(grid[k])
        return numerics.root(gap, float(lo), float(hi), what="the end of a pool")

    for _ in range(_ROUNDS):
        before = left, right
        left = touch(right, a)
        right = touch(left, b)
        if abs(left - before[0]) + abs(right - before[1]) <= 1e-15:
            break
    return left, right
