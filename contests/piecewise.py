"""Functions as polynomials on panels, halved until the coefficients die out.

Where a shock has corners or long tails no even grid serves all scores. Here a function
is cut at the places where it bends, and each piece is halved until sixteen Gauss points
resolve it; products of two such functions are then integrated exactly by the same points.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["ORDER", "Piecewise", "chebyshev", "fitted", "rule", "spread_edges"]

Array = NDArray[np.float64]
ORDER = 16
_DEEPEST = 44


@lru_cache(maxsize=1)
def rule() -> tuple[Array, Array, Array]:
    """Return Gauss points on [-1, 1], their weights, and the map from values there to coefficients.

    Returns
    -------
    points, weights : ndarray, shape (16,)
    fit : ndarray, shape (16, 16)
        ``values @ fit`` are Chebyshev coefficients.
    """
    points, weights = np.polynomial.legendre.leggauss(ORDER)
    fit = np.linalg.inv(np.polynomial.chebyshev.chebvander(points, ORDER - 1)).T
    return np.asarray(points, float), np.asarray(weights, float), np.asarray(fit, float)


def chebyshev(coefficients: Array, t: Array) -> Array:
    """Return Chebyshev series at places of their own.

    Parameters
    ----------
    coefficients : ndarray, shape (..., orders)
        One series a row.
    t : ndarray, shape (..., k)
        Places in [-1, 1] for each row.

    Returns
    -------
    ndarray, shape (..., k)
    """
    twice = 2.0 * t
    high = np.zeros(t.shape)
    here = np.broadcast_to(coefficients[..., -1:], t.shape)
    for j in range(coefficients.shape[-1] - 2, 0, -1):
        high, here = here, coefficients[..., j : j + 1] + twice * here - high
    return np.asarray(coefficients[..., :1] + t * here - high)


class Piecewise:
    """Several functions on the same panels; beyond the ends they keep their last value.

    Parameters
    ----------
    edges : ndarray, shape (panels + 1,)
        Ends of the panels, increasing.
    coefficients : ndarray, shape (functions, panels, orders)
        Chebyshev coefficients.
    """

    def __init__(self, edges: Array, coefficients: Array) -> None:
        self.edges, self.coefficients = edges, coefficients
        self.middle, self.half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2

    def panel(self, x: Array) -> NDArray[np.intp]:
        """Return the panel in which each ``x`` lies."""
        found = np.searchsorted(self.edges, x, side="right") - 1
        return np.asarray(np.clip(found, 0, self.middle.size - 1), np.intp)

    def at(self, x: Array, which: int) -> Array:
        """Return function ``which`` at each ``x``, an array."""
        flat = np.clip(np.ravel(x), self.edges[0], self.edges[-1])
        panel = self.panel(flat)
        t = (flat - self.middle[panel]) / self.half[panel]
        return chebyshev(self.coefficients[which, panel], t[:, None])[:, 0].reshape(np.shape(x))


def fitted(
    function: Callable[[Array], Array],
    edges: Array,
    *,
    unit: float,
    accuracy: float = 1e-13,
    most: int = 3000,
) -> Piecewise | None:
    """Return polynomials through functions, on panels halved until they are resolved.

    Parameters
    ----------
    function : callable
        From places, shape (m,), to values, shape (functions, m).
    edges : ndarray
        Panels to start with: ends, and every place at which a function bends.
    unit : float
        Width below which an error matters the less the narrower the panel is.
    accuracy : float, optional
        Error allowed, relative to the largest value of each function.
    most : int, optional
        Panels beyond which to give up.

    Returns
    -------
    Piecewise or None
        None if so many panels do not resolve it.
    """
    points, _, fit = rule()
    low, high = edges[:-1], edges[1:]
    lows, kept = [], []
    largest: Array | None = None
    count = 0
    for depth in range(_DEEPEST):
        middle, half = (low + high) / 2, (high - low) / 2
        values = function((middle[:, None] + half[:, None] * points).ravel())
        values = values.reshape(values.shape[0], low.size, ORDER)
        top = np.abs(values).max(axis=(1, 2))
        largest = top if largest is None else np.maximum(largest, top)
        terms = values @ fit
        tail = np.abs(terms[..., -3:]).max(axis=2) * np.minimum(1.0, (high - low) / unit)
        done = np.all(tail <= accuracy * largest[:, None] + 1e-300, axis=0)
        if depth == _DEEPEST - 1:
            done[:] = True
        lows.append(low[done])
        kept.append(terms[:, done])
        count += int(done.sum())
        low, middle, high = low[~done], middle[~done], high[~done]
        if low.size == 0:
            break
        if count + 2 * low.size > most:
            return None
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    start = np.concatenate(lows)
    order = np.argsort(start)
    return Piecewise(np.append(start[order], edges[-1]), np.concatenate(kept, axis=1)[:, order])


def spread_edges(core: tuple[float, float], ends: tuple[float, float], breaks: Array, width: float) -> Array:
    """Return edges of panels: even ones in the core, ever wider ones beyond, and the breaks.

    Parameters
    ----------
    core : tuple of two floats
        Where everything happens.
    ends : tuple of two floats
        The first and the last edge.
    breaks : ndarray
        More edges; those outside ``ends`` are left out.
    width : float
        Width of the panels in the core, at most.

    Returns
    -------
    ndarray
        Increasing, no two nearer than 1e-11 of ``width``.
    """
    low, high = max(core[0], ends[0]), min(core[1], ends[1])
    number = int(np.clip(np.ceil((high - low) / width), 1, 400)) if high > low else 1
    even = np.linspace(low, max(high, low), number + 1)
    reach = max(ends[1] - high, low - ends[0], width)
    steps = width * 2.0 ** np.arange(int(np.ceil(np.log2(reach / width))) + 1)
    found = np.concatenate([even, low - steps, high + steps, breaks])
    found = found[(found > ends[0]) & (found < ends[1])]
    edges = np.unique(np.concatenate([[ends[0]], found, [ends[1]]]))
    apart = np.diff(edges) > 1e-11 * width + 4e-16 * np.abs(edges[1:])
    kept = edges[np.concatenate([[True], apart])]
    kept[-1] = ends[1]
    return np.asarray(kept)
