"""A maximum of one variable: a global grid, then Brent's method between the neighbours of its best point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["maximise", "polished"]


def maximise(f: Callable[[float], float], low: float, high: float, *, grid: int = 41) -> float:
    """Return where a function is largest on an interval.

    Parameters
    ----------
    f : callable
        Function of one number; minus infinity where a choice is not allowed.
    low, high : float
        Ends of the interval, with low < high.
    grid : int
        Points of the even grid, to which half as many geometric ones near ``low`` are added.

    Returns
    -------
    float
        To about 1e-8 of the interval, as flat tops allow; an end if that is best.

    Examples
    --------
    >>> round(maximise(lambda x: -((x - 0.3) ** 2), 0.0, 1.0), 6)
    0.3
    """
    from scipy.optimize import minimize_scalar

    span = high - low
    points = np.unique(
        np.concatenate([np.linspace(low, high, grid), low + span * np.geomspace(1e-6, 0.02, grid // 2)])
    )
    values = np.array([f(float(x)) for x in points])
    k = int(np.argmax(values))
    left, right = float(points[max(k - 1, 0)]), float(points[min(k + 1, points.size - 1)])
    found = minimize_scalar(
        lambda x: -f(float(x)),
        bounds=(left, right),
        method="bounded",
        options={"xatol": 1e-10 * (right - left)},
    )
    return float(found.x) if -float(found.fun) > values[k] else float(points[k])


def polished(f: Callable[[float], float], x: float, width: float) -> float:
    """Return a maximum to about 1e-12, where comparing values alone gives 1e-8.

    A Chebyshev polynomial through values around the maximum; the root of its derivative.

    Parameters
    ----------
    f : callable
        Function of one number, smooth within ``width`` of its maximum.
    x : float
        The maximum, to about 1e-6.
    width : float
        How far to look on either side, above zero.

    Returns
    -------
    float
        ``x`` itself if the function is not smooth there, or no maximum is found next to it.

    Examples
    --------
    >>> import math
    >>> abs(polished(lambda x: math.log(x) - x, 1.0000001, 0.1) - 1.0) < 1e-12
    True
    """
    from numpy.polynomial import Chebyshev

    nodes = np.cos(np.pi * (np.arange(17) + 0.5) / 17)
    values = np.array([f(x + width * float(node)) for node in nodes])
    if not np.isfinite(values).all():
        return x
    curve = Chebyshev.fit(nodes, values - values.max(), 12, domain=[-1, 1])
    missed = float(np.abs(curve(nodes) - (values - values.max())).max())
    turns = curve.deriv().roots()
    near = turns[(np.abs(turns.imag) < 1e-12) & (np.abs(turns.real) < 1e-4)].real
    if missed > 1e-10 * float(np.ptp(values)) or near.size != 1:
        return x
    return x + width * float(near[0])
