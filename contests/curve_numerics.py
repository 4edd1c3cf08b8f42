"""What a curve can do when nothing but its values is known: derivatives, inverses, a search for falls.

These serve curves that users write themselves, sums of curves, and expressions without a
closed-form inverse. They know nothing of economics; :mod:`contests.curve_base` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]
    Function = Callable[[FloatArray], FloatArray]

__all__ = [
    "effort_grid",
    "efforts",
    "first_fall",
    "least_effort",
    "numerical_derivative",
    "same_shape",
    "times_power",
]

LARGEST = float(np.finfo(np.float64).max)
SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)
EPSILON = float(np.finfo(np.float64).eps)


def efforts(effort: ArrayLike) -> FloatArray:
    """Return ``effort`` as a float array; efforts below zero are refused in words."""
    array = np.asarray(effort, dtype=np.float64)
    if (array < 0).any():
        from contests.errors import InvalidPartError

        raise InvalidPartError("effort", effort, "zero or more", "A curve begins at zero effort.")
    return array


def same_shape(values: ArrayLike) -> FloatArray:
    """Return ``values`` as an array, or as a numpy float when they are one number."""
    return np.asarray(values, dtype=np.float64)[()]


def least_effort(function: Function, values: ArrayLike, domain: tuple[float, float]) -> FloatArray:
    """Least effort at which a non-decreasing ``function`` is at least ``values``.

    Bisection on the bit patterns of floats, whose order as integers is their order as numbers:
    after 64 halvings the answer is exact to the last bit whether it is 1e-300 or 1e300, flat
    stretches and infinite values included, and no tolerance has units.

    ``domain`` holds the ends of the efforts; a value that no effort reaches gives infinity.
    """
    goal = np.asarray(values, dtype=np.float64)
    low_end, high_end = domain
    last = LARGEST if np.isinf(high_end) else float(np.nextafter(high_end, 0.0))
    start = np.full(goal.shape, low_end)
    low = start.view(np.int64)
    high = np.full(goal.shape, last).view(np.int64)
    # The search visits the largest floats, where curves overflow: an infinite value is enough.
    with np.errstate(all="ignore"):
        at_start = function(start) >= goal
        reached = function(np.full(goal.shape, last)) >= goal
        while (high - low > 1).any():
            middle = low + (high - low) // 2
            enough = function(middle.view(np.float64)) >= goal
            high = np.where(enough, middle, high)
            low = np.where(enough, low, middle)
        beyond = np.full(goal.shape, np.inf)
        if np.isfinite(high_end):
            at_end = function(np.full(goal.shape, high_end)) >= goal
            beyond = np.where(at_end, high_end, np.inf)
    found = np.asarray(high).view(np.float64)
    found = np.where(reached & (goal < np.inf), found, beyond)
    found = np.where(at_start, low_end, found)
    return same_shape(np.where(np.isnan(goal), np.nan, found))


def numerical_derivative(function: Function, effort: FloatArray, domain: tuple[float, float]) -> FloatArray:
    """First derivative of ``function`` at ``effort``, from its values alone.

    Inside the ``domain`` central differences of order eight, whose step is a share of the effort
    and is quartered until they settle, or forward differences with longer steps where rounding hides
    the short ones. At zero effort forward differences over many scales, and infinity where the
    secants grow without bound.
    """
    flat = np.ravel(effort).astype(np.float64)
    result = np.full(flat.shape, np.nan)
    high_end = domain[1] if np.isfinite(domain[1]) else LARGEST
    # Infinite values (overflow, a pole) make inf - inf in the differences; they are replaced below.
    with np.errstate(all="ignore"):
        inside = np.flatnonzero((flat > 0) & (flat < high_end))
        # In portions, because each effort needs a hundred values, and second derivatives the square.
        for portion in np.array_split(inside, inside.size // _PORTION + 1):
            if portion.size:
                result[portion] = _inside(function, flat[portion], high_end)
        at_zero = flat == 0
        if at_zero.any():
            result[at_zero] = _at_zero(function, high_end)
    lost = np.isnan(result) & ~np.isnan(flat)
    result[lost] = np.inf  # at or beyond the end of the domain, or where the value has overflowed
    return same_shape(result.reshape(np.shape(effort)))


def _inside(function: Function, effort: FloatArray, high_end: float) -> FloatArray:
    """Derivatives at efforts strictly inside the domain."""
    longest = np.minimum(effort, 2 * (high_end - effort)) / 16
    steps = longest * 0.25 ** np.arange(13.0)[:, None]
    slopes, doubts, noise = _differences(function, effort, steps, _CENTRAL)
    # Relative doubt, or steps across a pole would win by their small values; relative to the secant
    # from zero too, or rounding would win where the slope is zero.
    size = np.abs(slopes) + np.abs(function(effort)) / effort
    relative = np.where(size == 0, 0.0, doubts / size)
    relative[~np.isfinite(relative)] = np.inf
    rows, columns = np.argmin(relative, axis=0), np.arange(effort.size)
    best: FloatArray = slopes[rows, columns]
    doubt, noise = doubts[rows, columns], noise[rows, columns]
    poor = (noise > _GOOD * np.abs(best)) & (effort < 1e-2 * high_end)
    if poor.any():
        best[poor] = [
            _longer(function, *triple) for triple in zip(effort[poor], best[poor], doubt[poor], strict=True)
        ]
    return best


def _longer(function: Function, effort: float, slope: float, doubt: float) -> float:
    """Derivative by steps longer than the effort, for a curve whose values hide short steps in rounding.

    The steps lengthen until the slope settles, and not beyond a step at which it visibly changes:
    the curve bends there, and longer steps tell of another stretch of it.
    """
    steps = effort * 10.0 ** np.arange(-1.0, 60.0)
    slopes, doubts, noise = _differences(function, np.full(1, effort), steps[:, None], _FORWARD)
    slopes, doubts, noise = slopes[:, 0], doubts[:, 0], noise[:, 0]
    bent = (noise < 1e-3 * np.abs(slopes)) & ~(doubts <= 1e-2 * np.abs(slopes))
    stop = int(np.argmax(bent)) if bent.any() else slopes.size
    for candidate, its_doubt in zip(slopes[:stop], doubts[:stop], strict=True):
        if not its_doubt >= doubt:
            slope, doubt = candidate, its_doubt
        if doubt <= _GOOD * abs(slope):
            break
    return float(slope)


# Offsets in steps and weights of differences of order eight.
_CENTRAL = (
    np.array([-4.0, -3.0, -2.0, -1.0, 1.0, 2.0, 3.0, 4.0]),
    np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 4 / 5, -1 / 5, 4 / 105, -1 / 280]),
)
_FORWARD = (
    np.arange(9.0),
    np.array([-761 / 280, 8, -14, 56 / 3, -35 / 2, 56 / 5, -14 / 3, 8 / 7, -1 / 8]),
)
_GOOD = 1e-9
_PORTION = 4096


def _differences(
    function: Function, effort: FloatArray, steps: FloatArray, rule: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Slopes at ``effort`` for each row of ``steps``, with their doubt, and the part of it that is rounding.

    The doubt is the change from the row before (the neighbouring step) plus the rounding.
    """
    offsets, weights = rule
    points = effort[:, None] + steps[..., None] * offsets
    values = np.asarray(function(points), dtype=np.float64)
    slopes = (values * weights).sum(axis=-1) / steps
    noise = EPSILON * np.abs(values * weights).max(axis=-1) / steps
    change = np.full(slopes.shape, np.inf)
    change[1:] = np.abs(np.diff(slopes, axis=0))
    doubts = change + noise
    return slopes, np.where(np.isfinite(doubts), doubts, np.inf), noise


def _at_zero(function: Function, high_end: float) -> float:
    """Right derivative at zero effort."""
    start = float(function(np.zeros(1))[0])
    if not np.isfinite(start):
        return -start
    steps = np.geomspace(1e-30, 1e6, 73)
    steps = steps[steps < high_end / 16]
    rises = function(steps) - start
    # A rise of exactly zero below some scale is the rounding of the function, not its slope.
    seen = np.isfinite(rises) & (rises != 0)
    if not seen.any():
        return 0.0
    steps, rises = steps[seen], rises[seen]
    slopes, doubts, _ = _differences(function, np.zeros(1), steps[:, None], _FORWARD)
    row = int(np.argmin(doubts[:, 0]))
    best, doubt = float(slopes[row, 0]), float(doubts[row, 0])
    if doubt <= 1e-6 * abs(best):
        return best
    # No step settles the slope: it grows or falls like a power of the effort.
    secants = (rises / steps)[np.abs(rises) > 1e3 * EPSILON * abs(start)]
    if secants.size >= 3:
        few = np.abs(secants[:3])
        if few[0] > 1.2 * few[1] > 1.44 * few[2]:
            return float(np.copysign(np.inf, secants[0]))
        if few[0] < few[1] < few[2]:
            return float(secants[0])
    return best


def effort_grid(domain: tuple[float, float], size: int = 2401) -> FloatArray:
    """Efforts spread evenly in logarithm over 24 decades, and towards the end of a finite ``domain``.

    ``size`` is the number of efforts.
    """
    high_end = domain[1]
    if np.isinf(high_end):
        return np.geomspace(1e-12, 1e12, size)
    odds = np.geomspace(1e-12, 1e12, size)
    return np.asarray(high_end * odds / (1 + odds), dtype=np.float64)


def first_fall(function: Function, domain: tuple[float, float], *, strict: bool) -> float | None:
    """Effort near which ``function`` falls (or, when ``strict``, stays flat), or None.

    The check is made on `effort_grid` of ``domain``. What floats cannot tell from flat is not
    counted: efforts below 1e-6 before the first rise, and the slow approach to a bound.
    """
    grid = effort_grid(domain)
    # The grid reaches efforts so large that curves overflow; infinite values are left out.
    with np.errstate(over="ignore", invalid="ignore"):
        values = function(grid)
    keep = values < np.inf
    grid, values = grid[keep], values[keep]
    if grid.size < 2:
        return float(grid[0]) if grid.size else 0.0
    # A start at -inf (a logarithm) would give inf - inf here; the grid excludes zero effort.
    with np.errstate(invalid="ignore"):
        rise = np.diff(values)
    noise = 1e-12 * np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
    falls = ~(rise >= -noise)
    if falls.any():
        return float(grid[int(np.argmax(falls))])
    if not strict:
        return None
    flat = rise <= 0
    if flat.all():
        return float(grid[0])
    rising = np.flatnonzero(~flat)
    first, last = int(rising[0]), int(rising[-1])
    start = 0 if grid[first] > 1e-6 else int(np.searchsorted(grid, 1e-6))
    stop = rise.size
    if last < rise.size - 1 and rise[last] <= 1e-9 * abs(values[-1]):
        # The flat tail begins where growth has died out smoothly: rounding, not a kink. Growth is
        # lost in rounding over a stretch, not at one step, so the stretch is left out as a whole.
        stop = int(np.argmax(np.abs(values - values[-1]) <= 1e-9 * abs(values[-1])))
    intercept = int(np.argmax(np.abs(values - values[0]) > 1e-9 * abs(values[0])))
    if values[0] != 0 and rise[max(intercept - 1, 0)] <= 1e-6 * abs(values[0]):
        start = max(start, intercept)  # growth from a positive start, below the resolution of floats
    flat = flat[start:stop]
    return float(grid[start + int(np.argmax(flat))]) if flat.any() else None


def _plain(values: FloatArray) -> bool:
    """Whether all numbers are inside the range of floats (and none is NaN)."""
    return bool(values.min() >= SMALLEST_NORMAL and values.max() <= LARGEST)


def times_power(scale: float, effort: FloatArray, exponent: float, factor: float = 1.0) -> FloatArray:
    """Product ``factor * scale * effort**exponent`` of positive numbers.

    Where the power or the product leaves the range of floats it is taken in logarithms.
    """
    # Overflow to infinity and underflow to zero are what the product is then, and 0 to a negative
    # power is infinite: none of them deserves a warning.
    with np.errstate(over="ignore", under="ignore", divide="ignore"):
        power = np.where(np.isnan(effort), np.nan, 1.0) if exponent == 0 else np.asarray(effort**exponent)
        product = np.array(factor * (scale * power))
        if product.size and _plain(power) and _plain(product):
            return product
        in_range = (power >= SMALLEST_NORMAL) & (power <= LARGEST)
        in_range &= (product >= SMALLEST_NORMAL) & (product <= LARGEST)
        out = (effort > 0) & (effort <= LARGEST) & ~in_range
        if out.any():
            logarithm = np.log(factor) + np.log(scale) + exponent * np.log(effort[out])
            product[out] = np.exp(logarithm)
    return product
