"""Integrals over a contestant's own quantile u, the probability that a rival's shock is below hers.

All expectations about ranks are integrals over u in (0, 1) of powers of u and 1 - u with the number of
rivals n as exponent. In the log-odds y = log(u / (1 - u)) such integrands are analytic in a strip whose
half-width, about pi/2, does not shrink with n: u^n = exp(-n log(1 + exp(-y))) only moves to the right as
n grows. The trapezoid rule in y therefore converges geometrically, with the same step for n = 2 and
n = 10^7 (Trefethen and Weideman, SIAM Review 56, 2014), and keeps u and 1 - u both to full relative
accuracy. Shocks with kinks get panels of Gauss-Legendre nodes that are refined at the kinks instead.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import ConvergenceError, InvalidPartError

if TYPE_CHECKING:
    from contests.laws import Law

__all__ = [
    "expectation",
    "integrate",
    "panel_nodes",
    "quantile_nodes",
    "rough_places",
    "split_nodes",
    "whole_weights",
]

Array = NDArray[np.float64]

_PANEL_ORDER = 16
_MOST_PANELS = 1000
_DEEPEST = 48  # halvings: a panel of length 1 around a jump shrinks to 4e-15


def quantile_nodes(
    breaks: ArrayLike = (),
    *,
    breaks_above: ArrayLike | None = None,
    step: float = 0.25,
    reach: float = 60.0,
) -> tuple[Array, Array, Array]:
    """Return nodes and weights for integrals over u in (0, 1).

    Each interval between breaks is mapped to the real line by its own log-odds and integrated by the
    trapezoid rule, so that singular behaviour at the ends and at the breaks costs no accuracy.

    Parameters
    ----------
    breaks : array_like, shape (b,), optional
        Interior points of (0, 1) where the integrand is not smooth, as probabilities from below.
        Points outside (0, 1) are ignored.
    breaks_above : array_like, shape (b,), optional
        The same points as probabilities from above, for breaks so near one that ``1 - breaks`` cancels.
    step : float, optional
        Step of the trapezoid rule in log-odds. 0.25 gives 13 digits for the first ranks; the rank
        with a rivals above and b below needs about 0.7 * sqrt(1/(a+1) + 1/(b+1)).
    reach : float, optional
        Largest log-odds, at most 700: the nodes leave out a probability exp(-reach) at each end.

    Returns
    -------
    u, v, w : ndarray, shape (nodes,)
        Probability from below, probability from above (u + v = 1, each to full relative accuracy)
        and weight.

    Examples
    --------
    >>> u, v, w = quantile_nodes()
    >>> n, near = 10**7, v < 0.5  # below one half, u^(n-2) is zero
    >>> bool(abs(((n - 1) * np.exp((n - 2) * np.log1p(-v[near])) * w[near]).sum() - 1) < 1e-13)
    True
    """
    if not 0 < step <= 1:
        raise InvalidPartError("quantile_nodes.step", step, "a number above 0 and at most 1")
    if not 1 <= reach <= 700:
        raise InvalidPartError("quantile_nodes.reach", reach, "a number from 1 to 700")
    below = np.atleast_1d(np.asarray(breaks, dtype=float))
    above = 1.0 - below if breaks_above is None else np.atleast_1d(np.asarray(breaks_above, dtype=float))
    kept = (below > 0) & (above > 0)
    u, v, w = split_nodes(below[None, kept], above[None, kept], step=step, reach=reach)
    return u[0], v[0], w[0]


def whole_weights(u: Array, v: Array, w: Array) -> Array:
    """Return weights that add to one: what nodes left out at the ends weigh goes to the end nodes.

    Quantiles that round to an end where the density is infinite have no node of their own in a law's
    grid; for the arcsine law that is a probability of 1e-8, in which a continuous function changes by
    less than rounding.

    Parameters
    ----------
    u, v, w : ndarray, shape (nodes,)
        Probabilities from below and from above, and weights, as of `quantile_nodes`.

    Returns
    -------
    ndarray, shape (nodes,)

    Examples
    --------
    >>> u, v, w = quantile_nodes()
    >>> cut = v > 1e-6
    >>> bool(abs(whole_weights(u[cut], v[cut], w[cut]).sum() - 1) < 1e-15)
    True
    """
    missing = 1.0 - float(w.sum())
    if missing < 1e-14:  # rounding
        return w
    filled = w.copy()
    low = float(u[0] / (u[0] + v[-1]))
    filled[0] += missing * low
    filled[-1] += missing * (1.0 - low)
    return filled


def split_nodes(
    below: Array, above: Array, *, step: float = 0.25, reach: float = 60.0
) -> tuple[Array, Array, Array]:
    """Return quantile nodes for many integrals at once, each with its own breaks.

    Parameters
    ----------
    below, above : ndarray, shape (rows, breaks)
        The breaks of each integral as probabilities from below and from above. Breaks at 0 or 1 leave
        intervals of length zero, whose nodes weigh nothing.
    step, reach : float, optional
        As in `quantile_nodes`.

    Returns
    -------
    u, v, w : ndarray, shape (rows, nodes)

    Examples
    --------
    >>> u, v, w = split_nodes(np.array([[0.0], [0.25]]), np.array([[1.0], [0.75]]))
    >>> np.round((w * np.minimum(u, 0.25)).sum(axis=1)[1], 12) == 0.25**2 / 2 + 0.25 * 0.75
    np.True_
    """
    from scipy.special import expit

    rows = below.shape[0]
    order = np.argsort(below - above, axis=1, kind="stable")
    below, above = np.take_along_axis(below, order, axis=1), np.take_along_axis(above, order, axis=1)
    zero, one = np.zeros((rows, 1)), np.ones((rows, 1))
    left, left_above = np.hstack([zero, below])[..., None], np.hstack([one, above])[..., None]
    right, right_above = np.hstack([below, one])[..., None], np.hstack([above, zero])[..., None]
    half = int(np.ceil(reach / step))
    y = step * np.arange(-half, half + 1)
    toward, away = expit(y), expit(-y)
    # Convex combinations of positive numbers: neither u nor v ever cancels.
    u = left * away + right * toward
    v = left_above * away + right_above * toward
    length = np.where(right < 0.5, right - left, left_above - right_above)
    w = length * toward * away * step
    return u.reshape(rows, -1), v.reshape(rows, -1), w.reshape(rows, -1)


def panel_nodes(
    density: Callable[[Array, Array], tuple[Array, Array]], *, step: float = 0.25, reach: float = 60.0
) -> tuple[Array, Array, Array]:
    """Return nodes for a function of u with kinks or jumps at unknown places.

    Gauss-Legendre panels in log-odds, halved where the two halves of a panel disagree with the whole by
    more than rounding; jumps and kinks end in panels too short to matter.

    Parameters
    ----------
    density : callable
        Takes u and v = 1 - u, arrays of one shape, and returns the function to resolve and the size of
        its rounding errors.
    step, reach : float, optional
        As in `quantile_nodes`; no panel is longer than four steps.

    Returns
    -------
    u, v, w : ndarray, shape (nodes,)
        As in `quantile_nodes`.

    Raises
    ------
    ConvergenceError
        When more than a few hundred kinks seem to be there.
    """
    count = 2 * int(np.ceil(reach / min(1.0, 4 * step)))  # even: a panel edge falls on the median
    low, high = _refined(density, np.linspace(-reach, reach, count + 1))
    u, v, w = (part.ravel() for part in _panels(low, high))
    return u, v, w


def rough_places(density: Callable[[Array, Array], tuple[Array, Array]], *, reach: float = 40.0) -> Array:
    """Return where a function of u has kinks or jumps, in log-odds.

    Parameters
    ----------
    density : callable
        As for `panel_nodes`.
    reach : float, optional
        Log-odds at which to stop at either end.

    Returns
    -------
    ndarray
        In increasing order; a kink is known to about 1e-6 and a jump to rounding.

    Raises
    ------
    ConvergenceError
        As `panel_nodes`.
    """
    # Panels that are not symmetric: a kink at the median is inside one, so that it shows.
    low, high = _refined(density, np.linspace(-reach, 1.0173 * reach, 2 * int(np.ceil(reach)) + 1))
    width = high - low
    fine = np.concatenate([[False], width < width.max() / 256, [False]])
    starts, stops = np.flatnonzero(fine[1:] & ~fine[:-1]), np.flatnonzero(fine[:-1] & ~fine[1:])
    narrowest = [start + int(np.argmin(width[start:stop])) for start, stop in zip(starts, stops, strict=True)]
    return np.array([0.5 * (low[k] + high[k]) for k in narrowest], dtype=float)


def _refined(density: Callable[[Array, Array], tuple[Array, Array]], edges: Array) -> tuple[Array, Array]:
    """The ends, in log-odds and in order, of panels that resolve a function of u."""
    low, high = edges[:-1], edges[1:]
    done: list[tuple[Array, Array]] = []
    for _ in range(_DEEPEST):
        middle = 0.5 * (low + high)
        whole, noise = _panel_sums(density, low, high)
        first, noise_first = _panel_sums(density, low, middle)
        second, noise_second = _panel_sums(density, middle, high)
        # Relative in the panel, so that ranks far in the tail are resolved as well as the middle.
        floor = 1e-13 * np.abs(first + second) + noise + noise_first + noise_second
        rough = np.abs(whole - first - second) > floor
        done.append((low[~rough], high[~rough]))
        low, high = np.append(low[rough], middle[rough]), np.append(middle[rough], high[rough])
        if low.size > _MOST_PANELS + edges.size:
            raise ConvergenceError(
                "The density of this law, as a function of its quantile, has too many kinks or is too noisy "
                "to integrate. Use a smoother law, or give it accurate ppf and isf methods."
            )
        if not low.size:
            break
    done.append((low, high))  # the panels around jumps, too short to matter
    low, high = (np.concatenate(ends) for ends in zip(*done, strict=True))
    order = np.argsort(low, kind="stable")
    return low[order], high[order]


def _panels(low: Array, high: Array) -> tuple[Array, Array, Array]:
    """Gauss-Legendre nodes of panels in log-odds, shape (panels, order)."""
    from scipy.special import expit

    x, weight = np.polynomial.legendre.leggauss(_PANEL_ORDER)
    half = 0.5 * (high - low)[:, None]
    y = 0.5 * (high + low)[:, None] + half * x
    u, v = np.asarray(expit(y)), np.asarray(expit(-y))
    return u, v, half * weight * u * v


def _panel_sums(
    density: Callable[[Array, Array], tuple[Array, Array]], low: Array, high: Array
) -> tuple[Array, Array]:
    u, v, w = _panels(low, high)
    values, noise = density(u, v)
    return (values * w).sum(axis=1), (noise * w).sum(axis=1)


def expectation(
    law: Law, f: Callable[[Array], Array], *, breaks: ArrayLike = (), accuracy: float = 1e-11
) -> float:
    """Return the expected value of ``f`` of a draw.

    Parameters
    ----------
    law : Law
        The law of the draw.
    f : callable
        Vectorised function of the draw.
    breaks : array_like, optional
        Draws at which ``f`` is not smooth.
    accuracy : float, optional
        Largest difference, relative to the expected absolute value, between two resolutions.

    Returns
    -------
    float

    Raises
    ------
    ConvergenceError
        When the accuracy is not reached, for instance because the expectation is infinite.

    Examples
    --------
    >>> from contests.laws import normal
    >>> round(expectation(normal(2.0), np.square), 12)
    4.0
    """
    points = np.atleast_1d(np.asarray(breaks, dtype=float))
    coarse = np.inf
    gap = np.inf
    for step in (0.25, 0.125, 0.0625, 0.03125, 0.015625):
        x, w = law.nodes(law.cdf(points), breaks_above=law.sf(points), step=step)
        values = np.asarray(f(x), dtype=float)
        fine = float(np.sum(values * w))
        size = float(np.sum(np.abs(values) * w))
        if not np.isfinite(size):
            break
        gap = abs(fine - coarse)
        ends = abs(values[0] * w[0]) + abs(values[-1] * w[-1])  # what lies beyond the nodes
        if gap <= accuracy * size and ends <= accuracy * size:
            return fine
        coarse = fine
    raise ConvergenceError(
        f"The expectation under {law!r} did not settle (last change {gap:.2g}): it is infinite, or the "
        "function has kinks. Pass the draws where it has kinks as breaks=."
    )


def integrate(
    f: Callable[[Any], Any],
    lo: float,
    hi: float,
    points: Sequence[float] = (),
    *,
    accuracy: float = 1e-10,
) -> float:
    """Return the integral of ``f`` from ``lo`` to ``hi``, or an error.

    Double-exponential quadrature between the points first (it does not mind singular ends), adaptive
    Gauss-Kronrod where that fails.

    Parameters
    ----------
    f : callable
        Vectorised: takes an array and returns an array of its shape.
    lo, hi : float
        Ends, possibly infinite.
    points : sequence of float, optional
        Interior points where ``f`` has kinks, jumps or narrow peaks.
    accuracy : float, optional
        Largest error relative to the integral of the absolute value of ``f``.

    Returns
    -------
    float

    Raises
    ------
    ConvergenceError
        When the accuracy is not reached.

    Examples
    --------
    >>> round(integrate(lambda x: 1 / np.sqrt(x), 0, 1), 12)
    2.0
    """
    if lo == hi:
        return 0.0
    if lo > hi:
        return -integrate(f, hi, lo, points, accuracy=accuracy)
    edges = np.array([lo, *sorted(p for p in points if lo < p < hi), hi])
    value, error, size = _pieces(f, edges, accuracy)
    if np.isfinite(value) and error <= accuracy * size:
        return value
    raise ConvergenceError(
        f"The integral from {lo:g} to {hi:g} reached {value:.6g} with an estimated error of {error:.2g}, not "
        f"the relative accuracy {accuracy:g}. Pass the places of kinks or narrow peaks as points=, or check "
        "that the integral is finite."
    )


def _pieces(f: Callable[[Any], Any], edges: Array, accuracy: float) -> tuple[float, float, float]:
    """The integral over all pieces, its error, and the size it is judged against."""
    from scipy.integrate import quad_vec, tanhsinh

    first = tanhsinh(f, edges[:-1], edges[1:], rtol=1e-13, atol=0.0)
    value, error = np.asarray(first.integral, dtype=float), np.asarray(first.error, dtype=float)
    good = np.isfinite(value) & (error <= 0.1 * accuracy * np.abs(value))
    for i in np.flatnonzero(~good):
        size = float(np.abs(value[np.isfinite(value)]).sum())
        value[i], error[i] = quad_vec(
            f, edges[i], edges[i + 1], epsabs=0.01 * accuracy * size, epsrel=1e-13, limit=2000
        )[:2]
    size = float(np.abs(value).sum())
    if error.sum() > accuracy * size:
        # Cancelling parts: judge the error against the integral of the absolute value.

        def absolute(x: Any) -> Any:
            return np.abs(f(x))

        size = float(np.sum(tanhsinh(absolute, edges[:-1], edges[1:], rtol=1e-3).integral))
    return float(value.sum()), float(error.sum()), size
