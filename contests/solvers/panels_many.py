"""Many moving averages at once: M' = a (w - M) with one weight w and many rates a.

What `panels.average` does for one contest, for contests of every size together: the weights of types
are the same, only how fast the past is forgotten depends on the number of contestants. The panels are
common to all, halved until the coefficients of every average have died out; so each is as exact as
if it were solved alone.

Sources: collocation at Radau points as in `contests.solvers.panels`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.part import Part
from contests.solvers.panels import _DEEPEST, _EDGES, _MOST, _ORDER, _TOLERANCE, scheme

__all__ = ["ManyAverages", "many_averages"]

Array = NDArray[np.float64]
_ROWS = 64  # averages solved together, so that their equations stay in the cache
_NODES = 20  # of Gauss and Legendre in each panel, for integrals of the averages


@dataclass(frozen=True, eq=False, repr=False)
class ManyAverages(Part):
    """Logs of many averages at the nodes of one quadrature in log-odds.

    Attributes
    ----------
    z : ndarray, shape (nodes,)
        Log-odds.
    w : ndarray, shape (nodes,)
        Weights of an integral over log-odds.
    log : ndarray, shape (averages, nodes)
        Logs of the averages.
    """

    z: Array
    w: Array
    log: Array


@dataclass
class _Panel:
    """One panel of all averages: responses to a unit start, own parts, scales and growths."""

    low: float
    high: float
    response: Array
    own: Array
    scale: Array
    growth: Array


def many_averages(
    rate: Callable[[Array], Array], log_weight: Callable[[Array], Array], start: float, stop: float
) -> ManyAverages:
    """Return many moving averages of one weight, begun in the far past.

    Parameters
    ----------
    rate : callable
        How fast each average forgets: from places of shape (places,) to numbers above zero of shape
        (averages, places).
    log_weight : callable
        Logarithm of the positive weight.
    start, stop : float
        Ends of the interval in log-odds; at ``start`` an average has the growth of the weight.

    Returns
    -------
    ManyAverages

    Raises
    ------
    ConvergenceError
        If the weight is too rough, or grows too fast at the bottom.
    """
    ends = np.array([start, start + 1.0])
    log_w, forget = log_weight(ends), rate(ends[:1])[:, 0]
    growth = float(log_w[1] - log_w[0])
    if not np.isfinite(log_w).all() or np.any(forget + growth <= 0):
        raise ConvergenceError(
            "The weight of types at the bottom grows too fast for an average over the types below."
        )
    first = log_w[0] - np.log1p(growth / forget)
    inner = _EDGES[(start < _EDGES - 1e-3) & (stop > _EDGES + 1e-3)]
    edges = np.concatenate([[start], inner, [stop]])
    panels = _solve(rate, log_weight, edges[:-1], edges[1:])
    for _ in range(_DEEPEST):
        scales, values = _chain(panels, first)
        rough = _rough(panels, values)
        if not rough.any():
            return _at_nodes(panels, scales, values)
        if len(panels) + int(rough.sum()) > _MOST // 10:
            break
        halves = [(p.low, (p.low + p.high) / 2, p.high) for p, cut in zip(panels, rough, strict=True) if cut]
        low, high = np.ravel([h[:2] for h in halves]), np.ravel([h[1:] for h in halves])
        fresh = iter(_solve(rate, log_weight, low, high))
        panels = [
            part
            for panel, cut in zip(panels, rough, strict=True)
            for part in ([next(fresh), next(fresh)] if cut else [panel])
        ]
    raise ConvergenceError(
        "The integrals over types did not settle: the law of types is too rough, or its best types are too "
        "far above the rest (with log output the value of ability grows exponentially). Truncate the law."
    )


def _solve(
    rate: Callable[[Array], Array], log_weight: Callable[[Array], Array], low: Array, high: Array
) -> list[_Panel]:
    """Solve every average on every panel, as if each began at zero, and its response to its start."""
    points, derivative, _ = scheme()
    x = points[1:]
    half = (high - low)[:, None] / 2
    z = low[:, None] + half * (x + 1.0)
    log_w = log_weight(z)
    if np.isnan(log_w).any() or np.isposinf(log_w).any():
        raise ConvergenceError("The weight of some types is not a finite number.")
    rates = rate(z.ravel()).reshape(-1, *z.shape)
    growth = _growth(x, rates, log_w, z)
    log_w = log_w - growth[..., None] * x
    top = log_w.max(axis=2, keepdims=True)
    scale = np.where(np.isneginf(top), 0.0, top)
    forced = rates * np.exp(log_w - scale)
    begin = np.broadcast_to(-derivative[None, :, 0] / half, z.shape)
    base = derivative[None, :, 1:] / half[..., None]
    found = np.empty((*rates.shape, 2))
    diagonal = np.arange(_ORDER)
    for row in range(0, rates.shape[0], _ROWS):
        rows = slice(row, row + _ROWS)
        matrix = np.repeat(base[None], rates[rows].shape[0], axis=0)
        matrix[..., diagonal, diagonal] += rates[rows] + (growth[rows] / half[:, 0])[..., None]
        right = np.stack([np.broadcast_to(begin, rates[rows].shape), forced[rows]], axis=-1)
        found[rows] = np.linalg.solve(matrix, right)
    return [
        _Panel(
            float(low[k]),
            float(high[k]),
            found[:, k, :, 0],
            found[:, k, :, 1],
            scale[:, k, 0],
            growth[:, k],
        )
        for k in range(low.size)
    ]


def _growth(x: Array, rates: Array, log_w: Array, z: Array) -> Array:
    """The exponential growth of each average to expect on each panel: see `panels._growth`."""
    run = x[-1] - x[0]
    with np.errstate(invalid="ignore", divide="ignore"):  # weights of zero: no growth is taken out
        slope = (log_w[:, -1] - log_w[:, 0]) / run
        added = slope + (np.log(rates[..., -1]) - np.log(rates[..., 0])) / run
        chosen = np.where(z[:, -1] <= 0, slope, np.maximum(added, 0.0))
    return np.where(np.isfinite(chosen), chosen, 0.0)


def _chain(panels: list[_Panel], first: Array) -> tuple[list[Array], list[Array]]:
    """Scales and values of all averages on every panel, each starting where the one before ends."""
    scales, values = [], []
    log_left = first
    for panel in panels:
        begin = log_left + panel.growth  # the left end has x = -1
        scale = np.maximum(panel.scale, begin)
        left = np.exp(begin - scale)
        own = np.exp(panel.scale - scale)
        row = panel.response * left[:, None] + panel.own * own[:, None]
        if np.isnan(row).any():
            raise ConvergenceError("The integral over types is not a number.")
        end = row[:, -1]
        # On a panel still too wide an end may be negative: it will be halved.
        end = np.where(end > 0, end, 1e-16 * np.abs(row).max(axis=1))
        values.append(np.column_stack([left, row]))
        scales.append(scale)
        with np.errstate(divide="ignore"):  # likewise
            log_left = scale + panel.growth + np.log(end)
    return scales, values


def _rough(panels: list[_Panel], values: list[Array]) -> NDArray[np.bool_]:
    """Which panels must be halved: those on which the coefficients of some average have not died out."""
    transform = scheme()[2].T
    rough = np.zeros(len(panels), dtype=bool)
    for k, (panel, value) in enumerate(zip(panels, values, strict=True)):
        size = np.abs(value @ transform)
        width = panel.high - panel.low
        wide = width > 1e-10 * max(abs(panel.low), 1e-3)
        rough[k] = wide and bool(np.any(size[:, -3:].max(axis=1) > _TOLERANCE * size.max(axis=1)))
    return rough


def _at_nodes(panels: list[_Panel], scales: list[Array], values: list[Array]) -> ManyAverages:
    """The averages at Gauss and Legendre's nodes of both halves of every panel."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    x = np.concatenate([nodes - 1.0, nodes + 1.0]) / 2
    reached = np.polynomial.chebyshev.chebvander(x, _ORDER) @ scheme()[2]
    places, lengths, logs = [], [], []
    for panel, scale, value in zip(panels, scales, values, strict=True):
        half = (panel.high - panel.low) / 2
        places.append(panel.low + half * (x + 1.0))
        lengths.append(half * np.concatenate([weights, weights]) / 2)
        with np.errstate(divide="ignore"):  # an average of nothing but zeros
            inside = np.log(np.maximum(value @ reached.T, 0.0))
        logs.append(inside + scale[:, None] + panel.growth[:, None] * x)
    return ManyAverages(z=np.concatenate(places), w=np.concatenate(lengths), log=np.concatenate(logs, axis=1))
