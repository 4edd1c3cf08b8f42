"""The numerical kernel: rank probabilities, their derivatives in one's own quality, and brackets.

What every solver of a ranked contest needs: how much a little more quality changes the chance of each
rank (`rank_slopes`), what a quantile is worth (`prize_of_level`), and roots at full precision. The
pieces live in `contests.quadrature`, `contests.order_statistics`, `contests.ranks` and are all offered
here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.binomial import binomial, log_power
from contests.errors import ConvergenceError, InvalidPartError
from contests.laws import Law
from contests.level_table import level_table, prize_slope_by_levels
from contests.order_statistics import (
    expected_densities,
    expected_maximum,
    expected_maximum_shifted,
    expected_order_statistic,
)
from contests.quadrature import expectation, integrate, quantile_nodes
from contests.ranks import rank_distribution, rank_distribution_slope, rank_distribution_tied
from contests.validation import count as a_count
from contests.validation import vector
from contests.working_time import go_on

__all__ = [
    "binomial",
    "expectation",
    "expected_densities",
    "expected_maximum",
    "expected_maximum_shifted",
    "expected_order_statistic",
    "integrate",
    "prize_of_level",
    "prize_of_level_slope",
    "prize_slope",
    "quantile_nodes",
    "rank_distribution",
    "rank_distribution_slope",
    "rank_distribution_tied",
    "rank_slopes",
    "root",
    "root_vectorised",
]

Array = NDArray[np.float64]

_HORNER = 300  # trials up to which powers of two odds neither overflow nor vanish
_RUN = 8  # equal values in a row, on average, from which sums of binomial tails are quicker
_CHUNK = 2_000_000  # numbers held at once
_MANY = 200  # different prizes from which one integral over levels is quicker than one for each rank
_TABLE = 3_000_000  # binomial probabilities from which a table made once is quicker


def rank_slopes(law: Law, n: int, ranks: int | None = None) -> Array:
    """Return the derivative of the probability of each rank in one's own quality, at symmetry.

    With i.i.d. shocks added to equal qualities, beta_k = g_k - g_(k-1), where g_k is the expected
    density at the k-th highest of the n - 1 rivals' shocks and g_0 = g_n = 0: she gains rank k from
    the rival there and loses it to rank k - 1. Identical to C(n-1,k-1) int F^(n-k-1) (1-F)^(k-2)
    [(n-k)(1-F) - (k-1)F] f^2, without its cancelling terms.

    Parameters
    ----------
    law : Law
        The law of a shock.
    n : int
        Number of contestants.
    ranks : int, optional
        Number of ranks from the top; all n by default.

    Returns
    -------
    ndarray, shape (ranks,)
        Per unit of quality; the n slopes add to zero.

    Raises
    ------
    ConvergenceError
        When the slope of a rank is infinite (a density unbounded at its end).

    Examples
    --------
    >>> from contests.laws import uniform
    >>> np.round(rank_slopes(uniform(-1, 1), 4), 12).tolist()
    [0.5, 0.0, 0.0, -0.5]
    """
    n = a_count("rank_slopes.n", n)
    k = n if ranks is None else a_count("rank_slopes.ranks", ranks)
    if k > n:
        raise InvalidPartError("rank_slopes.ranks", ranks, f"at most n = {n}")
    if n == 1:
        return np.zeros(1)
    rates = expected_densities(law, n, np.arange(1, min(k, n - 1) + 1))
    slopes = np.diff(rates, prepend=0.0)
    return slopes if k < n else np.append(slopes, -rates[-1])


def prize_slope(law: Law, n: int, prizes: ArrayLike) -> float:
    """Return the derivative of the expected prize in one's own quality, at symmetry.

    Summed by parts, sum over k of (v_k - v_(k+1)) g_k with g of `rank_slopes`: only where prizes differ
    does rank matter, so equal prizes for everybody give exactly zero.

    Parameters
    ----------
    law : Law
        The law of a shock.
    n : int
        Number of contestants.
    prizes : array_like, shape (ranks,), ranks <= n
        Prize of each rank from the top; ranks beyond pay zero.

    Returns
    -------
    float
        Money per unit of quality.

    Examples
    --------
    >>> from contests.laws import gumbel
    >>> round(prize_slope(gumbel(2.0), 10, [50.0]), 12)
    2.25
    >>> prize_slope(gumbel(2.0), 3, [7.0, 7.0, 7.0])
    0.0
    """
    n = a_count("prize_slope.n", n)
    steps = _prize_steps("prize_slope", prizes, n)
    where = np.flatnonzero(steps)
    if not where.size:
        return 0.0
    if where.size > _MANY:
        return prize_slope_by_levels(law, n, steps)
    return float(steps[where] @ expected_densities(law, n, where + 1))


def _prizes(name: str, prizes: ArrayLike, n: int) -> Array:
    v = vector(f"{name}.prizes", prizes)
    if v.size > n:
        raise InvalidPartError(f"{name}.prizes", f"{v.size} prizes", f"at most n = {n} prizes")
    return v


def _prize_steps(name: str, prizes: ArrayLike, n: int) -> Array:
    """What one gains by overtaking the k-th of the n - 1 rivals, k = 1, 2, ..."""
    v = _prizes(name, prizes, n)
    if v.size < n:
        v = np.append(v, 0.0)
    steps: Array = v[:-1] - v[1:]
    return steps


def prize_of_level(prizes: ArrayLike, n: int, below: ArrayLike, above: ArrayLike | None = None) -> Array:
    """Return the expected prize of a contestant whom each of n - 1 rivals is below with probability u.

    Pi(u) = sum over k of v_k C(n-1, k-1) u^(n-k) (1-u)^(k-1).

    Parameters
    ----------
    prizes : array_like, shape (ranks,), ranks <= n
        Prize of each rank from the top; ranks beyond pay zero.
    n : int
        Number of contestants, to 10**7.
    below : array_like
        u, the probability that one rival is below.
    above : array_like, optional
        1 - u; give it where ``1 - below`` would cancel.

    Returns
    -------
    ndarray, shape of ``below``

    Examples
    --------
    >>> prize_of_level([6.0, 3.0, 1.0], 3, [0.0, 0.5, 1.0]).tolist()
    [1.0, 3.25, 6.0]
    """
    n = a_count("prize_of_level.n", n)
    v = _prizes("prize_of_level", prizes, n)
    return _bernstein(v, n - 1, below, above)


def prize_of_level_slope(
    prizes: ArrayLike, n: int, below: ArrayLike, above: ArrayLike | None = None
) -> Array:
    """Return the derivative of `prize_of_level` in u.

    Parameters
    ----------
    prizes, n, below, above
        As in `prize_of_level`.

    Returns
    -------
    ndarray, shape of ``below``

    Examples
    --------
    >>> prize_of_level_slope([1.0], 3, [0.25]).tolist()
    [0.5]
    """
    n = a_count("prize_of_level_slope.n", n)
    steps = _prize_steps("prize_of_level_slope", prizes, n)
    return (n - 1) * _bernstein(steps, n - 2, below, above)


def _bernstein(values: Array, trials: int, below: ArrayLike, above: ArrayLike | None) -> Array:
    """Sum of values[j] times the probability of j among ``trials`` above."""
    u = np.asarray(below, dtype=float)
    v = 1.0 - u if above is None else np.asarray(above, dtype=float)
    u, v = np.broadcast_arrays(u, v)
    if ((u < 0) | (v < 0) | (u > 1) | (v > 1)).any() or np.isnan(u).any() or np.isnan(v).any():
        raise InvalidPartError("prize_of_level.below", below, "probabilities from 0 to 1")
    where = np.flatnonzero(values)
    if not where.size:
        return np.zeros(u.shape)
    if where.size == 1 and where[0] == 0:
        return np.asarray(values[0] * np.exp(log_power(u, v, trials)))
    if trials <= _HORNER:
        return _horner(values, trials, u, v)
    if np.count_nonzero(np.diff(values)) * _RUN <= where.size:
        return _by_runs(values, trials, u, v)
    if u.size * where.size > _TABLE:
        return level_table(values, trials)(u, v)
    flat_u, flat_v = u.ravel()[:, None], v.ravel()[:, None]
    room = max(1, _CHUNK // where.size)
    parts = []
    for i in range(0, flat_u.shape[0], room):
        go_on()
        rows = slice(i, i + room)
        parts.append(binomial(where, trials, flat_v[rows], flat_u[rows]) @ values[where])
    return np.concatenate(parts).reshape(u.shape) if parts else np.zeros(u.shape)


def _by_runs(values: Array, trials: int, u: Array, v: Array) -> Array:
    """The same where many values in a row are equal: a fall after place j is had if at most j are above."""
    from scipy.special import betainc, betaincc

    everybody = values[-1] if values.size > trials else 0.0
    falls = values - np.append(values[1:], everybody)
    total = np.full(u.shape, everybody)
    few = u < 0.5
    for j in np.flatnonzero(falls):
        # From the smaller of u and v, so that nothing cancels.
        a, b = trials - float(j), j + 1.0
        total[few] += falls[j] * betainc(a, b, u[few])
        total[~few] += falls[j] * betaincc(b, a, v[~few])
    return total


def _horner(values: Array, trials: int, u: Array, v: Array) -> Array:
    """The same for few trials: a polynomial in the smaller of u/v and v/u, all of whose terms count."""
    j = np.arange(values.size)
    ratios = (trials - j[1:] + 1.0) / j[1:]
    weighted = values * np.concatenate([[1.0], np.cumprod(ratios)])
    many_below = u >= v
    ratio = np.where(many_below, v, u) / np.where(many_below, u, v)
    total_down, total_up = np.zeros(u.shape), np.zeros(u.shape)
    for k in range(values.size):
        total_up = total_up * ratio + weighted[k]
        total_down = total_down * ratio + weighted[-1 - k]
    power = np.exp(log_power(np.where(many_below, u, v), np.where(many_below, v, u), trials))
    return np.asarray(power * np.where(many_below, total_down, total_up * ratio ** (trials - j[-1])))


def root(f: Callable[[float], float], lo: float, hi: float, *, what: str = "the equation") -> float:
    """Return the root of ``f`` between ``lo`` and ``hi`` to the last digits.

    Parameters
    ----------
    f : callable
        Continuous function of one number.
    lo, hi : float
        Ends at which ``f`` has opposite signs.
    what : str, optional
        What is being solved, for the error.

    Returns
    -------
    float

    Raises
    ------
    ConvergenceError
        Without a change of sign, or when ``f`` is not finite.

    Examples
    --------
    >>> bool(abs(root(lambda x: x * x - 2, 0, 2) - np.sqrt(2)) < 5e-16)
    True
    """
    from scipy.optimize import brentq

    known: dict[float, float] = {}

    def once(x: float) -> float:
        """The function, never evaluated twice at a place: Brent's method begins at the ends again."""
        if x not in known:
            known[x] = float(f(x))
        return known[x]

    lo, hi = float(lo), float(hi)
    at_lo, at_hi = once(lo), once(hi)
    if at_lo == 0 or at_hi == 0:
        return float(lo if at_lo == 0 else hi)
    if not np.isfinite([lo, hi]).all() or np.isnan([at_lo, at_hi]).any() or (at_lo > 0) == (at_hi > 0):
        raise ConvergenceError(
            f"No change of sign of {what} between {lo:.6g} (value {at_lo:.6g}) and {hi:.6g} (value "
            f"{at_hi:.6g}): there may be no solution there, or the bracket is too narrow."
        )

    def number(x: float) -> float:
        if np.isnan(once(x)):  # SciPy would end in an error of its own
            raise ConvergenceError(
                f"The root of {what} between {lo:.6g} and {hi:.6g} was not found: no value at {x:.6g}."
            )
        return known[x]

    # Relative to the root SciPy's tolerance is four times the spacing of floats already.
    found, report = brentq(number, lo, hi, xtol=1e-300, maxiter=1000, full_output=True, disp=False)
    if not report.converged or np.isinf(once(found)):
        raise ConvergenceError(f"The root of {what} between {lo:.6g} and {hi:.6g} was not found.", found)
    return float(found)


def root_vectorised(
    f: Callable[..., Any],
    lo: ArrayLike,
    hi: ArrayLike,
    args: tuple[ArrayLike, ...] = (),
    *,
    within: float | None = None,
    what: str = "the equation",
) -> Array:
    """Return the roots of many scalar equations at once, to the last digits.

    Parameters
    ----------
    f : callable
        ``f(x, *args)``, elementwise: equations that are done drop out, so everything that differs
        between equations goes through ``args``.
    lo, hi : array_like
        Ends at which ``f`` has opposite signs, broadcast with ``args``.
    args : tuple of array_like, optional
        Parameters of each equation.
    within : float, optional
        Absolute accuracy that is enough; full relative precision by default.
    what : str, optional
        What is being solved, for the error.

    Returns
    -------
    ndarray

    Raises
    ------
    ConvergenceError
        When any equation has no change of sign or does not converge; the candidates are in ``best``.

    Examples
    --------
    >>> root_vectorised(lambda x, a: x * x - a, 0.0, 3.0, (np.array([1.0, 4.0]),)).tolist()
    [1.0, 2.0]
    """
    from scipy.optimize.elementwise import find_root

    start, end = np.asarray(lo, dtype=float), np.asarray(hi, dtype=float)
    given: Any = tuple(np.asarray(a, dtype=float) for a in args)
    tolerances: Any = None if within is None else {"xatol": within}
    found = find_root(f, (start, end), args=given, tolerances=tolerances)
    x = np.asarray(found.x, dtype=float)
    failed = ~np.asarray(found.success, dtype=bool)
    if failed.any():
        first = tuple(int(i) for i in np.argwhere(failed)[0])
        left = np.broadcast_to(start, x.shape)[first]
        right = np.broadcast_to(end, x.shape)[first]
        raise ConvergenceError(
            f"{int(failed.sum())} of {x.size} roots of {what} were not found; the first has the bracket "
            f"{left:.6g} to {right:.6g}, without a change of sign or a finite value.",
            x,
        )
    return x
