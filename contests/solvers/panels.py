"""Linear equations y' = a (w - y) and y' = g over log-odds of a quantile, to 14 digits.

What a contestant of quantile u bids is an average, over the quantiles below u, of what those bid: with
Pi(u) the expected prize and w a weight of type, the bid is Pi(u) M with M' = (Pi'/Pi)(w - M). In the
log-odds z = log(u / (1 - u)) M is smooth on every scale, from the middle types to quantiles of 1e-300,
while Pi itself may fall by hundreds of orders of magnitude; so M is what is computed, and the smallest
bids are as exact, relatively, as the largest.

Method: polynomial collocation at Radau points (stiffly stable, so that a panel may be far wider than the
layer in which the average forgets its start), on panels that are halved until the coefficients die out.
All panels are solved at once; they are then joined from left to right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import ConvergenceError
from contests.part import Part

__all__ = ["FAR", "Panels", "average", "integral", "scheme"]

Array = NDArray[np.float64]

FAR = 690.0  # largest log-odds: quantiles of 1e-300
_ORDER = 15
_TOLERANCE = 2e-14
_MOST = 10_000  # panels beyond which more would not help
_DEEPEST = 45

_TAIL = (1.5, 3.5, 6.0, 9.0, 13.0, 18.0, 24.0, 32.0, 44.0, 64.0, 96.0, 150.0, 240.0, 400.0, 620.0, FAR)
_EDGES = np.array([*(-edge for edge in reversed(_TAIL)), 0.0, *_TAIL])


@lru_cache(maxsize=1)
def scheme() -> tuple[Array, Array, Array]:
    """Return the Radau points with the left end, differentiation at them, and Chebyshev coefficients.

    Returns
    -------
    points : ndarray, shape (16,)
        -1 and the 15 right Radau points in (-1, 1].
    derivative : ndarray, shape (15, 16)
        Derivatives at the Radau points from values at all points.
    coefficients : ndarray, shape (16, 16)
        Chebyshev coefficients from values at all points.
    """
    from scipy.special import roots_jacobi

    inner = roots_jacobi(_ORDER - 1, 1.0, 0.0)[0]
    points = np.concatenate([[-1.0], np.sort(inner), [1.0]])
    gaps = points[:, None] - points[None, :]
    np.fill_diagonal(gaps, 1.0)
    weight = 1.0 / gaps.prod(axis=1)
    matrix = weight[None, :] / weight[:, None] / gaps
    np.fill_diagonal(matrix, 0.0)
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    vandermonde = np.polynomial.chebyshev.chebvander(points, _ORDER)
    return points, matrix[1:], np.asarray(np.linalg.inv(vandermonde))


@dataclass(frozen=True, eq=False, repr=False)
class Panels(Part):
    """A positive function: on each panel exp(scale + growth x) times a Chebyshev polynomial in x.

    Here x runs from -1 to 1 over the panel.

    Attributes
    ----------
    edges : ndarray, shape (panels + 1,)
        Ends of the panels.
    scale : ndarray, shape (panels,)
        Logarithms of the scales.
    growth : ndarray, shape (panels,)
        Exponents, so that powers of a small quantile are no work for the polynomial.
    coefficients : ndarray, shape (order + 1, panels)
        Chebyshev coefficients of each panel.
    """

    edges: Array
    scale: Array
    growth: Array
    coefficients: Array

    def _parts(self, z: Array) -> tuple[Array, Array]:
        place = np.clip(np.searchsorted(self.edges, z, side="right") - 1, 0, self.scale.size - 1)
        left, right = self.edges[place], self.edges[place + 1]
        x = np.clip((2.0 * z - left - right) / (right - left), -1.0, 1.0)
        last = self.coefficients.shape[0] - 1
        above, here = np.zeros_like(x), np.take(self.coefficients[last], place)
        for k in range(last - 1, 0, -1):  # Clenshaw's recurrence
            above, here = here, np.take(self.coefficients[k], place) + 2.0 * x * here - above
        value = np.take(self.coefficients[0], place) + x * here - above
        return value, self.scale[place] + self.growth[place] * x

    def log(self, z: ArrayLike) -> Array:
        """Return the logarithm of the function at ``z``; beyond the ends, the value there."""
        value, scale = self._parts(np.asarray(z, float))
        with np.errstate(divide="ignore"):  # zero at the start of an integral
            return np.asarray(np.log(np.maximum(value, 0.0)) + scale)

    def __call__(self, z: ArrayLike) -> Array:
        """Return the function at ``z``; beyond the ends, the value there."""
        value, scale = self._parts(np.asarray(z, float))
        with np.errstate(over="ignore"):  # an infinite bid of the very best type
            return np.asarray(np.maximum(value, 0.0) * np.exp(scale))


def average(
    rate: Callable[[Array], Array], log_weight: Callable[[Array], Array], start: float, stop: float
) -> Panels:
    """Return the moving average M of a weight: M' = rate (weight - M), begun in the far past.

    Parameters
    ----------
    rate : callable
        How fast the past is forgotten, an array of positive numbers for an array of places.
    log_weight : callable
        Logarithm of the positive weight.
    start, stop : float
        Ends of the interval; at ``start`` the average has the growth of the weight.

    Returns
    -------
    Panels
    """
    ends = np.array([start, start + 1.0])
    log_w, forget = log_weight(ends), float(rate(ends[:1])[0])
    growth = float(log_w[1] - log_w[0])
    if not np.isfinite(log_w).all() or forget + growth <= 0:
        raise ConvergenceError(
            "The weight of types at the bottom grows too fast for an average over the types below."
        )
    first = float(log_w[0]) - np.log1p(growth / forget)

    def parts(z: Array) -> tuple[Array, Array]:
        return np.broadcast_to(rate(z), z.shape), log_weight(z)

    return _join(parts, start, stop, first, averaged=True)


def integral(log_slope: Callable[[Array], Array], start: float, stop: float, first: float = 0.0) -> Panels:
    """Return the integral of a positive slope from ``start`` on, as a function of its upper end.

    Parameters
    ----------
    log_slope : callable
        Logarithm of the slope.
    start, stop : float
        Ends of the interval.
    first : float
        Value at ``start``, zero or more.

    Returns
    -------
    Panels
    """

    def parts(z: Array) -> tuple[Array, Array]:
        return np.zeros(z.shape), log_slope(z)

    with np.errstate(divide="ignore"):  # begins at zero
        return _join(parts, start, stop, float(np.log(first)), averaged=False)


@dataclass
class _Piece:
    """One panel: its response to a unit start, its own part, the scale of the latter, and growth."""

    response: Array
    own: Array
    scale: float
    growth: float
    panel: tuple[float, float]


def _solve(
    parts: Callable[[Array], tuple[Array, Array]], low: Array, high: Array, averaged: bool
) -> list[_Piece]:
    points, derivative, _ = scheme()
    x, half = points[1:], (high - low)[:, None] / 2
    z = low[:, None] + half * (x + 1.0)
    rate, log_w = parts(z)
    if np.isnan(log_w).any() or np.isposinf(log_w).any():
        raise ConvergenceError("The weight of some types is not a finite number.")
    growth = _growth(x, rate, log_w, z, averaged)[:, None]
    log_w = log_w - growth * x
    top = log_w.max(axis=1, keepdims=True)
    scale = np.where(np.isneginf(top), 0.0, top)
    weight = np.exp(log_w - scale)
    # With y = exp(growth x) N: N' = rate (weight - N) - (growth / half) N.
    loss = (rate if averaged else 0.0) + growth / half + np.zeros(z.shape)
    matrix = derivative[None, :, 1:] / half[..., None] + loss[..., None] * np.eye(_ORDER)
    forced = rate * weight if averaged else weight
    begin = np.broadcast_to(-derivative[None, :, 0] / half, forced.shape)
    found = np.linalg.solve(matrix, np.stack([begin, forced], axis=2))
    return [
        _Piece(
            found[k, :, 0],
            found[k, :, 1],
            float(scale[k, 0]),
            float(growth[k, 0]),
            (float(low[k]), float(high[k])),
        )
        for k in range(low.size)
    ]


def _growth(x: Array, rate: Array, log_w: Array, z: Array, averaged: bool) -> Array:
    """The exponential growth of the solution to expect on each panel, in units of x.

    Where the past is forgotten the average follows the weight; where little is added (the best
    types) only an addition that grows makes the sum grow.
    """
    last, first = -1, 0
    run = x[last] - x[first]
    with np.errstate(invalid="ignore", divide="ignore"):  # weights of zero: no growth is taken out
        slope = (log_w[:, last] - log_w[:, first]) / run
        if averaged:
            added = slope + (np.log(rate[:, last]) - np.log(rate[:, first])) / run
            slope = np.where(z[:, last] <= 0, slope, np.maximum(added, 0.0))
        else:
            slope = np.maximum(slope, 0.0)
    return np.where(np.isfinite(slope), slope, 0.0)


def _join(
    parts: Callable[[Array], tuple[Array, Array]], start: float, stop: float, first: float, averaged: bool
) -> Panels:
    """Solve on panels, halve those whose coefficients have not died out, join the rest."""
    inner = _EDGES[(start < _EDGES - 1e-3) & (stop > _EDGES + 1e-3)]
    edges = np.concatenate([[start], inner, [stop]])
    pieces = _solve(parts, edges[:-1], edges[1:], averaged)
    for _ in range(_DEEPEST):
        scales, values = _chain(pieces, first)  # without the growth in each panel
        coefficients = values @ scheme()[2].T
        size = np.abs(coefficients)
        largest = size.max(axis=1)
        if not averaged:
            # Beside its start an integral of nothing is not known relative to itself, nor need it be.
            growth = np.array([abs(piece.growth) for piece in pieces])
            whole = scales[-1] + pieces[-1].growth + np.log(max(values[-1, -1], 1e-300))
            beside = np.minimum(whole - scales - growth, 600.0)
            largest = np.maximum(largest, 1e-3 * np.exp(beside))
        rough = size[:, -3:].max(axis=1) > _TOLERANCE * largest
        width = np.array([piece.panel[1] - piece.panel[0] for piece in pieces])
        middle = np.array([abs(piece.panel[0]) for piece in pieces])
        rough &= width > 1e-10 * np.maximum(middle, 1e-3)
        if not rough.any():
            ends = np.array([pieces[0].panel[0], *(piece.panel[1] for piece in pieces)])
            growth = np.array([piece.growth for piece in pieces])
            return Panels(ends, scales, growth, np.ascontiguousarray(coefficients.T))
        if len(pieces) + int(rough.sum()) > _MOST:
            break
        low = np.array([piece.panel[0] for piece in pieces])[rough]
        high = np.array([piece.panel[1] for piece in pieces])[rough]
        cut = (low + high) / 2
        fresh = iter(
            _solve(
                parts, np.ravel(np.column_stack([low, cut])), np.ravel(np.column_stack([cut, high])), averaged
            )
        )
        split: list[_Piece] = []
        for piece, halve in zip(pieces, rough, strict=True):
            split.extend([next(fresh), next(fresh)] if halve else [piece])
        pieces = split
    raise ConvergenceError(
        "The integral over types did not settle: the law of types is too rough, or its best types are too "
        "far above the rest (with log output the value of ability grows exponentially). Truncate the law."
    )


def _chain(pieces: list[_Piece], first: float) -> tuple[Array, Array]:
    """Values at the points of every panel, each starting where the one before ends."""
    scales, values = np.empty(len(pieces)), np.empty((len(pieces), _ORDER + 1))
    log_left = first
    for k, piece in enumerate(pieces):
        begin = log_left + piece.growth  # the left end has x = -1
        scale = max(piece.scale, begin)
        left = np.exp(begin - scale)
        row = piece.response * left + piece.own * np.exp(piece.scale - scale)
        values[k, 0], values[k, 1:], scales[k] = left, row, scale
        end = float(row[-1])
        if np.isnan(end):
            raise ConvergenceError("The integral over types is not a number.")
        if end <= 0:  # on a panel still too wide: it will be halved
            end = 1e-16 * float(np.abs(row).max())
        log_left = scale + piece.growth + (np.log(end) if end > 0 else -np.inf)
    return scales, values
