"""Expectations over order statistics: of the shock itself, and of the density that drives effort.

Weights are normalised sums, so that no binomial coefficient is ever formed: the weight of a quantile u in
the law of the k-th highest of n is proportional to u^(n-k) (1-u)^(k-1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.binomial import log_power
from contests.errors import ConvergenceError, InvalidPartError
from contests.laws import Law, NodeGrid
from contests.laws_known import GumbelRight
from contests.validation import count as a_count
from contests.validation import vector

__all__ = [
    "expected_densities",
    "expected_maximum",
    "expected_maximum_shifted",
    "expected_order_statistic",
]

Array = NDArray[np.float64]

REACHES = (60.0, 160.0, 400.0, 700.0)
_CHUNK = 4_000_000  # numbers held at once


def expected_order_statistic(law: Law, n: int, k: int = 1) -> float:
    """Return the expected ``k``-th highest of ``n`` independent draws.

    Parameters
    ----------
    law : Law
        The law of a draw.
    n : int
        Number of draws, to 10**7 and beyond.
    k : int, optional
        Rank from the top, 1 for the maximum.

    Returns
    -------
    float
        ``inf`` or ``-inf`` when one tail is so heavy that the expectation is infinite.

    Raises
    ------
    ConvergenceError
        When both tails are, so that the expectation does not exist, or when the accuracy is not reached.

    Examples
    --------
    >>> from contests.laws import gumbel
    >>> bool(abs(expected_order_statistic(gumbel(2.0), 1000) - 2 * np.log(1000)) < 1e-12)
    True
    """
    n, k = a_count("expected_order_statistic.n", n), a_count("expected_order_statistic.k", k)
    if k > n:
        raise InvalidPartError("expected_order_statistic.k", k, f"at most n = {n}")
    if k == 1 and law.shape == GumbelRight():
        return law.mean() + law.scale * float(np.log(n))  # the maximum is Gumbel too
    value = _order_expectations(law, n, np.array([k]), lambda grid: grid.z)[0]
    return law.loc + law.scale * float(value)


def expected_densities(law: Law, n: int, ranks: ArrayLike) -> Array:
    """Return the expected density at the k-th highest of n - 1 rivals' shocks, for each k in ``ranks``.

    These are the building blocks of marginal rank probabilities: a contestant who is a little better
    overtakes the rival who is k-th among her n - 1 rivals at this rate (Drugov and Ryvkin 2020).

    Parameters
    ----------
    law : Law
        The law of a shock.
    n : int
        Number of contestants, at least 2.
    ranks : array_like of int
        Ranks among the n - 1 rivals, from 1 to n - 1.

    Returns
    -------
    ndarray, same length as ``ranks``
        In units of one over the law's scale.

    Raises
    ------
    ConvergenceError
        When the density is so concentrated at an end of the support that the expectation is infinite.

    Examples
    --------
    >>> from contests.laws import uniform
    >>> bool(np.allclose(expected_densities(uniform(0, 4), 3, [1, 2]), 0.25, rtol=1e-13))
    True
    """
    n = a_count("expected_densities.n", n, least=2)
    chosen = np.atleast_1d(np.asarray(ranks, dtype=int))
    if chosen.size and (chosen.min() < 1 or chosen.max() > n - 1):
        raise InvalidPartError("expected_densities.ranks", ranks, f"ranks from 1 to n - 1 = {n - 1}")
    if law.shape == GumbelRight() and (chosen == 1).all():
        # The integral of (n - 1) u^(n - 2) times the density -u log u at the quantile u.
        return np.full(chosen.size, (n - 1.0) / n**2 / law.scale)
    values = _order_expectations(law, n - 1, chosen, lambda grid: grid.density * law.scale) / law.scale
    if not np.isfinite(values).all():
        bad = int(chosen[~np.isfinite(values)][0])
        raise ConvergenceError(
            f"Under {law!r} the expected density at the {bad}-th highest of {n - 1} is infinite: the "
            "density is unbounded at an end of its support, so efforts there have no marginal return."
        )
    return values


def _order_expectations(law: Law, n: int, ks: Array, values: Callable[[NodeGrid], Array]) -> Array:
    """E value(X_(k of n)) for each k, with as many nodes and as far a reach as it takes."""
    result = np.empty(ks.size)
    # A few ranks at a time keeps the arrays small, and the first ranks need few nodes.
    position = 0
    while position < ks.size:
        step = rank_step(n, ks[position : position + 1])
        room = max(1, int(_CHUNK * step / 130))
        block = ks[position : position + room]
        result[position : position + block.size] = _block(law, n, block, values)
        position += block.size
    return result


def rank_step(n: int, ks: Array) -> float:
    """Step in log-odds that resolves the weights of the ranks ``ks`` of ``n``: their spread, by trigamma."""
    from scipy.special import polygamma

    spread = np.sqrt(polygamma(1, n - ks + 1.0) + polygamma(1, ks.astype(float)))
    # Powers of two, so that a law's cached nodes serve many n.
    return float(2.0 ** np.floor(np.log2(min(0.25, 0.7 * float(spread.min())))))


def order_weights(grid: NodeGrid, n: int, ks: Array) -> Array:
    """Normalised weights on ``grid``, shape (nodes, ranks), of the k-th highest of ``n``, k in ``ks``."""
    a, b = (n - ks).astype(float), (ks - 1).astype(float)
    mode, other = a / np.maximum(a + b, 1), b / np.maximum(a + b, 1)
    u, v = grid.u[:, None], grid.v[:, None]
    # Relative to the mode: the logs are small where the weights are not.
    gap = np.where(u < 0.5, u - mode, other - v)
    log = _log_ratio(u, v, mode, gap, a) + _log_ratio(v, u, other, -gap, b)
    weights = np.exp(log) * grid.w[:, None]
    result: Array = weights / weights.sum(axis=0)
    return result


def _log_ratio(base: Array, complement: Array, mode: Array, gap: Array, exponent: Array) -> Array:
    """Return exponent * log(base / mode), with base - mode = gap."""
    safe = np.where(mode > 0, mode, 1.0)
    relative = gap / safe
    near = np.abs(relative) < 0.5
    close = exponent * np.log1p(np.where(near, relative, 0.0))
    far = log_power(base, complement, exponent) - exponent * np.log(safe)
    return np.where(exponent == 0, 0.0, np.where(near, close, far))


def _block(law: Law, n: int, ks: Array, values: Callable[[NodeGrid], Array]) -> Array:
    step = rank_step(n, ks)
    result = np.full(ks.size, np.nan)
    for reach in REACHES:
        left_to_do = np.isnan(result)
        grid = law.node_grid(step=step, reach=reach)
        with np.errstate(under="ignore"):  # weights far from the ranks underflow to zero
            terms = order_weights(grid, n, ks[left_to_do]) * values(grid)[:, None]
        last = reach == REACHES[-1]
        result[left_to_do] = [total_of(law, grid, column, last=last, far=reach > 60) for column in terms.T]
        if not np.isnan(result).any():
            break
    return result


def total_of(law: Law, grid: NodeGrid, terms: Array, *, last: bool, far: bool) -> float:
    """Return the sum of the ``terms`` on a ``grid`` of a ``law``; NaN for "look further".

    Infinite when the terms of one end do not decay, which is asked where the grid reaches ``far``; the
    ``last`` grid is the one after which nobody looks further.
    """
    size = float(np.abs(terms).sum())
    tolerance = 1e-13 if last else 1e-16
    low = float(np.abs(terms[:16]).max()) > tolerance * size
    high = float(np.abs(terms[-16:]).max()) > tolerance * size
    if not low and not high:
        return float(terms.sum())
    endless_low = low and far and not decays(grid, terms, 0)
    endless_high = high and far and not decays(grid, terms, -1)
    if endless_low != endless_high:
        return float(np.sign(terms[0])) * np.inf if endless_low else float(np.sign(terms[-1])) * np.inf
    if not last and not endless_low:
        return np.nan
    reason = "both tails are too heavy" if endless_low else "a tail decays too slowly for the quadrature"
    raise ConvergenceError(
        f"The expectation over this order statistic of {law!r} cannot be computed: {reason}. "
        "Use a law with lighter tails, or give the law its own isf method."
    )


def decays(grid: NodeGrid, terms: Array, edge: int) -> bool:
    """Whether ``terms`` on a ``grid`` fall towards an ``edge`` (0 or -1): 1e-5 or more a unit of log-odds."""
    y = np.log(grid.u) - np.log(grid.v)
    inner = int(np.argmin(np.abs(y - 0.8 * y[edge])))
    if terms[edge] == 0 or terms[inner] == 0:
        return True
    # Logs: the integrand per unit of probability may exceed the largest number.
    log = [
        np.log(abs(terms[i])) - np.log(grid.w[i]) + np.log(grid.u[i]) + np.log(grid.v[i])
        for i in (edge, inner)
    ]
    return bool(log[1] - log[0] > 1e-5 * abs(y[edge] - y[inner]))


def expected_maximum(laws: Sequence[Law], counts: ArrayLike | None = None) -> float:
    """Return the expected maximum of independent draws from different laws.

    Parameters
    ----------
    laws : sequence of Law
        One law for each group of identical contestants.
    counts : array_like of int, optional
        Size of each group; all one by default.

    Returns
    -------
    float

    Raises
    ------
    ConvergenceError
        When it is infinite or the accuracy (1e-11 of the spread) is not reached.

    Examples
    --------
    >>> from contests.laws import normal
    >>> bool(abs(expected_maximum([normal(1.0), normal(2.0)]) - np.sqrt(5 / (2 * np.pi))) < 1e-12)
    True
    """
    given = np.ones(len(laws)) if counts is None else vector("expected_maximum.counts", counts)
    sizes = [int(c) for c in given]
    if not laws or len(sizes) != len(laws) or min(sizes) < 0 or sum(sizes) == 0 or (given % 1).any():
        raise InvalidPartError("expected_maximum.counts", counts, "one whole number for each law, not all 0")
    groups: dict[Law, int] = {}
    for law, size in zip(laws, sizes, strict=True):
        if size:
            groups[law] = groups.get(law, 0) + size
    if len(groups) == 1:
        ((only, total),) = groups.items()
        return expected_order_statistic(only, total)
    reference = max(float(law.ppf(0.5)) for law in groups)
    coarse = np.full(3, np.inf)
    for step in (0.25, 0.125, 0.0625, 0.03125, 0.015625):
        fine = np.sum([_maximum_part(law, groups, reference, step) for law in groups], axis=0)
        mass, value, size = fine
        known = np.isfinite(value) and np.isfinite(coarse[1])
        if known and abs(mass - 1) <= 1e-11 and abs(value - coarse[1]) <= 1e-11 * size:
            return float(reference + value / mass)
        coarse = fine
    raise ConvergenceError(
        f"The expected maximum of {len(groups)} groups did not settle (total probability {mass:.12g}): "
        "some tail is too heavy, or a density has kinks inside its support."
    )


def _maximum_part(law: Law, groups: dict[Law, int], reference: float, step: float) -> Array:
    """Probability, expected excess over the reference and its size, when this group has the maximum."""
    edges = np.array([e for other in groups for e in (*other.support, *other.kinks) if np.isfinite(e)])
    x, w = law.nodes(law.cdf(edges), breaks_above=law.sf(edges), step=step)
    log = (groups[law] - 1) * law.logcdf(x) if groups[law] > 1 else np.zeros(x.shape)
    for other, size in groups.items():
        if other is not law:
            log = log + size * other.logcdf(x)
    density = groups[law] * np.exp(log) * w
    excess = (x - reference) * density
    if max(abs(excess[0]), abs(excess[-1])) > 1e-12 * np.abs(excess).sum() + 1e-12 * law.scale:
        return np.array([density.sum(), np.inf, np.inf])
    return np.array([density.sum(), excess.sum(), np.abs(excess).sum() + law.scale * density.sum()])


def expected_maximum_shifted(law: Law, shifts: ArrayLike, counts: ArrayLike | None = None) -> float:
    """Return the expected maximum of shift_j + draw, for independent draws from one law.

    Parameters
    ----------
    law : Law
        The law of every draw.
    shifts : array_like, shape (groups,)
        Shift of each group.
    counts : array_like of int, optional
        Size of each group; all one by default.

    Returns
    -------
    float

    Raises
    ------
    ConvergenceError
        As in `expected_maximum`.

    Examples
    --------
    >>> from contests.laws import gumbel
    >>> bool(np.isclose(expected_maximum_shifted(gumbel(1.0), [0.0, 1.0]), np.log(1 + np.e), rtol=1e-14))
    True
    """
    places = vector("expected_maximum_shifted.shifts", shifts)
    sizes: Array = (
        np.ones(places.size) if counts is None else vector("expected_maximum_shifted.counts", counts)
    )
    if sizes.shape != places.shape or (sizes < 0).any() or sizes.sum() == 0 or (sizes % 1).any():
        raise InvalidPartError("expected_maximum_shifted.counts", counts, "one whole number for each shift")
    places, sizes = places[sizes > 0], sizes[sizes > 0]
    top = float(places.max())
    if law.shape == GumbelRight():
        inside = float(np.sum(sizes * np.exp((places - top) / law.scale)))
        return law.mean() + top + law.scale * float(np.log(inside))
    distinct, where = np.unique(places, return_inverse=True)
    numbers: Array = np.bincount(where.ravel(), weights=sizes).astype(float)
    low, high = law.support
    if distinct.size > 8 and np.isinf(low) and np.isinf(high) and law._smooth():
        return _shifted_by_layers(law, distinct, numbers)
    return expected_maximum([law.shifted(float(s)) for s in distinct], numbers)


def _shifted_by_layers(law: Law, places: Array, sizes: Array) -> float:
    """E max = x0 + integral of 1 - G above x0 - integral of G below, over the top group's quantiles.

    One pass over the groups, where the general formula takes one for each pair of groups.
    """
    top = float(places.max())
    previous = np.inf
    for step in (0.25, 0.125, 0.0625, 0.03125, 0.015625):
        grid: Any = law.node_grid(step=step)
        log = np.zeros(grid.x.shape)
        for place, size in zip(places, sizes, strict=True):
            log += size * law.logcdf(grid.x + (top - place))
        # x = x0 + integral of dx: the mean of a law with cdf G, written with the top group's cdf u:
        # E max - E top = integral of (u - G) dx, which vanishes at both ends.
        gap = np.where(grid.u < 0.5, grid.u - np.exp(log), -np.expm1(log) - grid.v)
        stretch = np.zeros(grid.x.shape)
        np.divide(grid.w, grid.density, out=stretch, where=grid.density > 0)
        value = float(np.sum(gap * stretch))
        ends = float(max(abs(gap[0] * stretch[0]), abs(gap[-1] * stretch[-1])))
        if abs(value - previous) <= 1e-12 * (abs(value) + law.scale) and ends <= 1e-12 * law.scale:
            return top + law.mean() + value
        previous = value
    raise ConvergenceError(
        f"The expected maximum under {law!r} did not settle: its tails are too heavy for the quadrature."
    )
