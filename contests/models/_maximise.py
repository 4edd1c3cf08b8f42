"""A maximum of one variable: a global grid, then Brent's method between the neighbours of its best point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

__all__ = ["maximise"]


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
