"""The expected best of any number of draws, a fraction of one included.

The best of m draws from G has the law G^m, for real m as well: trial-and-error projects whose trials are
real numbers ask for a hundredth of a draw as readily as for a million. Its mean is the integral over U of
the quantile of G at the level U^(1/m). With few draws those levels are far below the smallest float, so
they are kept as logarithms; quantiles at log levels are closed forms for the common laws, and the ends of
the support for bounded ones.

Limits: one draw gives the mean of G; m near zero, the lower end of the support. A law with a lower tail
like |x|^(-a) has no finite mean of the best of 1/a draws or fewer: minus infinity, or none at all
where the upper tail has no mean either (Cauchy's law and one draw or less).
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import ConvergenceError
from contests.laws import Law, NodeGrid, worked_out
from contests.order_statistics import REACHES, decays, total_of
from contests.quadrature import quantile_nodes

__all__ = ["average_best_of_draws", "best_of_draws"]

Array = NDArray[np.float64]
_FLOAT = -700.0  # logs of levels that a float can hold
_TABLE = -30.0  # above this log level quantiles are good, even from a table
_LOST = 1e-10  # of the expected absolute value, that unknown quantiles may make up
_DEEP = 1e-12  # a tail that has not begun to fall at this level never will
_HUNDREDS = 6.0  # log of a number of draws of which the best has no lower tail to speak of
_MANY = 8  # numbers of draws from which a table is worth it
_STEP = 0.25  # of the nodes of a law
_EACH = 64  # numbers of draws up to which each has its own integral
_ORDER = 32  # of the polynomials in the log of the number of draws, beyond


def best_of_draws(draw: Law, log_draws: ArrayLike, *, refuse: bool = True) -> Array:
    """Return the expected best of each of many numbers of draws.

    Parameters
    ----------
    draw : Law
        The law of one draw.
    log_draws : array_like
        Logs of the numbers of draws; minus infinity for none.
    refuse : bool, optional
        Whether to raise where the expectation cannot be computed; else it is NaN.

    Returns
    -------
    ndarray
        In the units of the draw; infinite where a tail is too heavy, minus infinity without draws.

    Raises
    ------
    ConvergenceError
        If the law's quantiles are not known far enough down, or both tails are too heavy.

    Examples
    --------
    >>> from contests.laws import gumbel, uniform
    >>> best_of_draws(uniform(), np.log([1.0, 3.0, 0.01])).round(12).tolist()
    [0.5, 0.75, 0.009900990099]
    >>> bool(abs(best_of_draws(gumbel(2.0), np.log(1e-4)) - 2 * np.log(1e-4)) < 1e-11)
    True
    """
    logs = np.asarray(log_draws, float)
    smooth = draw._smooth()
    fast = logs.size >= _MANY
    found = np.full(logs.size, -np.inf)
    for k, log in enumerate(logs.ravel()):
        if np.isneginf(log):
            continue
        try:
            found[k] = _one(draw, float(log), smooth, fast)
        except ConvergenceError:
            if refuse:
                raise
            found[k] = np.nan
    return found.reshape(logs.shape)


def average_best_of_draws(draw: Law, log_draws: Array) -> float:
    """Return the average of the expected bests of many contestants, each with draws of her own.

    The expected best is a smooth function of the log of the number of draws: beyond 64 different numbers
    it is interpolated, on pieces so short that Chebyshev's coefficients die out.

    Parameters
    ----------
    draw : Law
        The law of one draw.
    log_draws : ndarray, shape (n,)
        Logs of the numbers of draws; minus infinity for none.

    Returns
    -------
    float
        In the units of the draw; minus infinity if somebody draws nothing.

    Raises
    ------
    ConvergenceError
        As `best_of_draws`.

    Examples
    --------
    >>> from contests.laws import uniform
    >>> draws = np.linspace(1.0, 2.0, 5000)
    >>> bool(abs(average_best_of_draws(uniform(), np.log(draws)) - np.mean(draws / (draws + 1))) < 1e-12)
    True
    """
    logs, counts = np.unique(log_draws, return_counts=True)
    if logs.size <= _EACH or np.isneginf(logs[0]):
        return float(counts @ best_of_draws(draw, logs) / log_draws.size)
    least = float(best_of_draws(draw, logs[:1])[0])
    if not np.isfinite(least):  # a tail too heavy: with more draws too if it is the upper one
        return least
    pieces, total = [(float(logs[0]), float(logs[-1]))], 0.0
    while pieces:
        left, right = pieces.pop()
        here = (logs >= left) & ((logs < right) | (right == logs[-1]))
        at, weight = logs[here], counts[here]
        if at.size > _ORDER:
            chebyshev = np.polynomial.chebyshev.Chebyshev
            found = chebyshev.interpolate(lambda x: best_of_draws(draw, x), _ORDER, domain=[left, right])
            if float(np.abs(found.coef[-3:]).max()) > 1e-13 * float(np.abs(found.coef).max()):
                middle = (left + right) / 2
                pieces += [(left, middle), (middle, right)]
                continue
            values = found(at)
        else:
            values = best_of_draws(draw, at)
        total += float(weight @ values)
    return total / log_draws.size


def _one(draw: Law, log: float, smooth: bool, fast: bool) -> float:
    """The mean of G^m, with nodes as far out as its tails ask for."""
    for reach in REACHES:
        grid = _smooth_nodes(draw, log, reach, fast) if smooth else _panel_nodes(draw, log, reach)
        known = np.isfinite(grid.z)
        low = float(draw.shape.support[0])
        lost = float(grid.w[~known & (grid.u < 0.5)].sum()) if np.isinf(low) else float(grid.w[~known].sum())
        if np.isfinite(low):  # quantiles not known lie between the end and the lowest that is
            room = float(draw.shape.ppf(np.asarray(np.exp(_depth(draw.shape))))) - low if lost else 0.0
            grid = grid._replace(z=np.where(known, grid.z, low))
        elif known.any():
            grid = NodeGrid(*(array[known] for array in grid))
            room = abs(float(grid.z[0]))
        else:
            raise ConvergenceError(_unknown(draw, log))
        terms = grid.w * grid.z
        if lost * room > _LOST * float(np.abs(terms).sum()):
            if np.isinf(low) and grid.u[0] < _DEEP and not decays(grid, terms, 0):
                return _endless_below(draw, log, smooth, fast)
            raise ConvergenceError(_unknown(draw, log))
        if np.isinf(low):
            terms[0] += lost * grid.z[0]
        value = total_of(draw, grid, terms, last=reach == REACHES[-1], far=reach > REACHES[0])
        if not np.isnan(value):
            break
    if np.isneginf(value):
        return _endless_below(draw, log, smooth, fast)
    return draw.loc + draw.scale * value


def _endless_below(draw: Law, log: float, smooth: bool, fast: bool) -> float:
    """Minus infinity, unless the upper tail is too heavy as well: the best of many draws has it too."""
    if log >= _HUNDREDS or np.isfinite(_one(draw, _HUNDREDS, smooth, fast)):
        return -np.inf
    raise ConvergenceError(
        f"The expected best of {np.exp(log):.3g} draws from {draw!r} does not exist: both tails are too "
        "heavy. More than one draw, or a law with lighter tails, would work."
    )


def _grid(u: Array, v: Array, w: Array, z: Array) -> NodeGrid:
    return NodeGrid(u, v, w, z, w, z)  # the density is not needed


def _smooth_nodes(draw: Law, log: float, reach: float, fast: bool) -> NodeGrid:
    """Nodes in the levels of G^m."""
    u, v, w = quantile_nodes(reach=reach)
    level = np.where(u < 0.5, np.log(u), np.log1p(-np.minimum(v, 0.5))) * np.exp(-log)
    return _grid(u, v, w, _standard_quantile(draw, level, fast))


def _panel_nodes(draw: Law, log: float, reach: float) -> NodeGrid:
    """Nodes in the levels of G, fine at its kinks; below them those of a smooth tail, in levels of G^m."""
    found, key = worked_out(draw.shape), ("grid", _STEP, reach)
    if key not in found:
        Law(draw.shape, 0.0, 1.0, draw.dialect).node_grid(_STEP, reach)
    # Not the grid itself: it leaves out quantiles that round to an end where the density is infinite.
    (high, v, weight, x), m = found[key], np.exp(log)
    log_u = np.where(high < 0.5, np.log(high), np.log1p(-np.minimum(v, 0.5)))
    inside = np.exp((m - 1.0) * log_u)
    parts = [(inside * high, -np.expm1(m * log_u), m * inside * weight, x)]
    below = np.exp(-m * reach)  # the chance of a level of G below exp(-reach)
    if below > 1e-20:
        u, _, w = quantile_nodes()
        z = _standard_quantile(draw, np.log(u) / m - reach, False)
        parts.insert(0, (below * u, 1.0 - below * u, below * w, z))
    u, v, w, z = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    # With many draws the lowest levels of G are beyond every float in those of G^m.
    kept = (u > 0) & np.isfinite(z)
    return _grid(u[kept], v[kept], w[kept], z[kept])


def _standard_quantile(draw: Law, level: Array, fast: bool) -> Array:
    """Quantiles of the standard law at logs of levels; NaN where they are not known."""
    shape = draw.shape
    z = np.full(level.shape, np.nan)
    body = level > _TABLE
    u, v = np.exp(level[body]), -np.expm1(level[body])
    z[body] = (draw.quantile(u, v) - draw.loc) / draw.scale if fast else draw._quantiles(u, v)
    low = ~body & (level > max(_depth(shape), _FLOAT))
    if low.any():
        z[low] = _checked(shape, level[low])
    deep = level <= _FLOAT
    if deep.any():
        z[deep] = _far_below(shape, level[deep])
    return z


@lru_cache(maxsize=256)
def _depth(shape: Any) -> float:
    """The log level down to which the law's quantiles can be relied on."""
    levels = np.array([-30.0, -45.0, -70.0, -110.0, -170.0, -260.0, -400.0, -550.0, _FLOAT])
    wrong = np.isnan(_checked(shape, levels))
    return float(levels[max(int(np.argmax(wrong)) - 1, 0)]) if wrong.any() else _FLOAT


def _checked(shape: Any, level: Array) -> Array:
    """Quantiles at small levels, NaN where the law's own cdf does not confirm them."""
    with warnings.catch_warnings():
        # Root finders of some families give up far out, and say so; what they return is checked here.
        warnings.simplefilter("ignore", RuntimeWarning)
        z: Array = np.asarray(shape.ppf(np.exp(level)), dtype=float)
        reached: Array = np.asarray(shape.logcdf(z), dtype=float)
    with np.errstate(invalid="ignore"):  # infinite minus infinite: not confirmed
        z[~(np.abs(reached - level) <= 1e-7)] = np.nan
    return z


def _far_below(shape: Any, level: Array) -> Array:
    """Quantiles at levels below every float, by their asymptotic forms, exact there to rounding."""
    z = np.full(level.shape, np.nan)
    if shape.name == "norm":
        from scipy.special import ndtri_exp

        z[...] = ndtri_exp(level)
    elif shape.name == "gumbel_r":
        z[...] = -np.log(-level)
    elif shape.name in ("logistic", "gumbel_l"):
        z[...] = level
    elif shape.name == "laplace":
        z[...] = level + np.log(2.0)
    return z


def _unknown(draw: Law, log: float) -> str:
    depth = np.exp(_depth(draw.shape))
    return (
        f"The expected best of {np.exp(log):.3g} draws from {draw!r} needs quantiles lower than known for "
        f"this law (below the level {depth:.1e}). More draws, a law bounded below, or a normal, Gumbel, "
        "logistic or exponential law would work."
    )
