"""One ordinary differential equation, marched by stiff collocation to 13 digits.

The same Radau points and panels as `contests.solvers.panels`, for equations that are not linear: each
panel is solved by Newton's method and its length follows from how fast its Chebyshev coefficients die
out. Fifteenth order and stiffly stable: equations of effort by type are stiff where effort is small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import ConvergenceError
from contests.solvers.panels import scheme

__all__ = ["Path", "march"]

Array = NDArray[np.float64]

_TOLERANCE = 3e-14
_NEWTON = 25
_PANELS = 4000


@dataclass(frozen=True, eq=False)
class Path:
    """A function that is a Chebyshev polynomial on each panel.

    Attributes
    ----------
    edges : ndarray, shape (panels + 1,)
        Ends of the panels.
    coefficients : ndarray, shape (order + 1, panels)
        Chebyshev coefficients of each panel.
    """

    edges: Array
    coefficients: Array

    def __call__(self, x: ArrayLike) -> Array:
        """Return the function at ``x``; beyond the ends, the value there."""
        at = np.asarray(x, float)
        place = np.clip(np.searchsorted(self.edges, at, side="right") - 1, 0, self.edges.size - 2)
        left, right = self.edges[place], self.edges[place + 1]
        t = np.clip((2.0 * at - left - right) / (right - left), -1.0, 1.0)
        last = self.coefficients.shape[0] - 1
        above, here = np.zeros_like(t), np.take(self.coefficients[last], place)
        for k in range(last - 1, 0, -1):  # Clenshaw's recurrence
            above, here = here, np.take(self.coefficients[k], place) + 2.0 * t * here - above
        return np.asarray(np.take(self.coefficients[0], place) + t * here - above)

    @property
    def end(self) -> float:
        """The last place."""
        return float(self.edges[-1])


def march(
    slope: Callable[[Array, Array], tuple[Array, Array]],
    start: float,
    first: float,
    stop: float,
    *,
    guess: float = 0.0,
    step: float = 0.1,
    floor: float | None = None,
    scale: float = 0.0,
) -> Path:
    """Return the solution of y' = slope(x, y), or of denominator y' = numerator.

    Parameters
    ----------
    slope : callable
        Numerator and denominator of the slope at arrays of places and values; NaN where it has none.
        The denominator may vanish at the start, and nearly elsewhere.
    start, first : float
        Where the solution starts, and its value there (where the slope itself is never asked for).
    stop : float
        Where to end.
    guess : float
        Slope of the first guess at the start.
    step : float
        Length of the first panel.
    floor : float, optional
        End also where the solution falls to this value.
    scale : float
        Size below which values need no relative accuracy.

    Returns
    -------
    Path

    Raises
    ------
    ConvergenceError
        When panels would have to be shorter than rounding allows.
    """
    points, _, transform = scheme()
    edges: list[float] = [start]
    rows: list[Array] = []
    x, y, length = start, first, min(step, stop - start)
    previous: Array | None = None
    while x < stop:
        length = min(length, stop - x)
        if length < 1e-12 * max(abs(x), 1e-3) or len(rows) > _PANELS:
            raise ConvergenceError(f"The equation of effort by type could not be followed beyond {x:.6g}.")
        places = x + (points[1:] + 1.0) * (length / 2)
        begin = _extrapolate(previous, edges, places) if previous is not None else y + guess * (places - x)
        found = _panel(slope, places, y, begin, length)
        if found is None:
            length /= 3.0
            continue
        values = np.concatenate([[y], found])
        coefficients = transform @ values
        size = max(float(np.abs(coefficients).max()), scale)
        tail = float(np.abs(coefficients[-3:]).max()) / size if size > 0 else 0.0
        if tail > _TOLERANCE:
            length /= 1.5 if tail < 1e-11 else 2.5
            continue
        edges.append(x + length)
        rows.append(coefficients)
        if floor is not None and found.min() < floor:
            edges[-1] = _fall(coefficients, x, length, floor)
            rows[-1] = _cut(coefficients, x, length, edges[-1])
            break
        x, y, previous = x + length, float(found[-1]), coefficients
        length *= 2.0 if tail < 1e-17 else 1.3 if tail < 0.1 * _TOLERANCE else 1.0
    return Path(np.array(edges), np.array(rows).T)


def _extrapolate(coefficients: Array, edges: list[float], places: Array) -> Array:
    """The last panel's first two terms, continued: a guess, not more."""
    left, right = edges[-2], edges[-1]
    ends = np.polynomial.chebyshev.chebval([0.8, 1.0], coefficients)
    slope = (ends[1] - ends[0]) / (0.1 * (right - left))
    return np.asarray(ends[1] + slope * (places - right))


def _panel(
    slope: Callable[[Array, Array], tuple[Array, Array]], places: Array, y: float, guess: Array, length: float
) -> Array | None:
    """Newton's method at the Radau points of a panel; None if it fails."""
    _, derivative, _ = scheme()
    matrix, begin = derivative[:, 1:] * (2 / length), derivative[:, 0] * (2 / length) * y
    values = guess.copy()
    best = np.inf
    with np.errstate(all="ignore"):  # a failed guess may leave the domain; it is checked for below
        for _ in range(_NEWTON):
            top, bottom = slope(places, values)
            small = 1e-7 * np.maximum(np.abs(values), 1e-30)
            top_moved, bottom_moved = slope(places, values + small)
            rise = matrix @ values + begin
            residual = bottom * rise - top
            bend = ((bottom_moved - bottom) * rise - (top_moved - top)) / small
            jacobian = bottom[:, None] * matrix + np.diag(bend)
            if not np.isfinite(jacobian).all():  # which it is not either where the residual is not
                return None
            size = np.abs(jacobian).max(axis=1)
            if not (size > 0).all():
                return None
            # Rows differ by orders of magnitude where the denominator does.
            move = np.linalg.solve(jacobian / size[:, None], residual / size)
            values = values - move
            change = float(np.abs(move).max())
            largest = float(np.abs(values).max())
            if not np.isfinite(change):
                return None
            if change <= 1e-15 * largest or (change <= 3e-14 * largest and change >= 0.3 * best):
                return values if np.isfinite(slope(places, values)).all() else None
            best = min(best, change)
    return None


def _fall(coefficients: Array, x: float, length: float, floor: float) -> float:
    """Where the polynomial of a panel first falls to the floor."""
    t = np.linspace(-1.0, 1.0, 2001)
    values = np.polynomial.chebyshev.chebval(t, coefficients) - floor
    first = int(np.argmax((values <= 0) & (t > -1.0)))
    lo, hi = t[max(first - 1, 0)], t[first]
    for _ in range(60):
        middle = (lo + hi) / 2
        below = np.polynomial.chebyshev.chebval(middle, coefficients) <= floor
        lo, hi = (lo, middle) if below else (middle, hi)
    return float(x + (hi + 1.0) * length / 2)


def _cut(coefficients: Array, x: float, length: float, end: float) -> Array:
    """The same polynomial on the panel cut at ``end``."""
    points, _, transform = scheme()
    places = x + (points + 1.0) * (end - x) / 2
    return np.asarray(
        transform @ np.polynomial.chebyshev.chebval(2 * (places - x) / length - 1.0, coefficients)
    )
