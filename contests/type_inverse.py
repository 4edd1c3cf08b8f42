"""Where a score is reached: the inverse of an increasing function of the level, quickly and exactly.

A certificate asks for the levels of tens of thousands of scores. The function is put on a fine grid
once; polynomials through neighbouring points, the values taken as arguments, guess the place of each
score to about nine digits, and one or two secant steps with the function itself make that exact. What
they do not settle (kinks, jumps, scores known to rounding only) is left to interpolation guarded by
bisection. Nothing is read off the grid without asking the function: a kink costs time and no digits.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["Inverse", "inverse_between"]

Array = NDArray[np.float64]
_FINER = 4  # points of the fine grid to one of the coarse
_ORDER = 6  # points of a polynomial
_TURNS = 5  # steps before bisection is called
_NEAR = np.geomspace(1e-13, 0.25, 160)  # beside the weakest active type a score may rise like a root


class Inverse:
    """The inverse of an increasing function on a grid.

    Parameters
    ----------
    function : callable
        Values at an array of places; minus infinity where there is none.
    grid : ndarray, shape (points,)
        Places in order; all jumps of the function beyond ``start`` lie between neighbours.
    start : float
        The last place at which the function has its least value, or minus infinity.
    """

    def __init__(self, function: Callable[[Array], Array], grid: Array, start: float) -> None:
        self._function = function
        steps = np.arange(_FINER) / _FINER
        fine = (grid[:-1, None] + np.diff(grid)[:, None] * steps).ravel()
        fine = np.append(fine, grid[-1])
        if np.isfinite(start):
            beside = start + _NEAR * max(1.0, abs(start))
            extra = [start, np.nextafter(start, np.inf), *beside[beside < grid[-1]]]
            fine = np.unique(np.concatenate([fine[fine > start], extra]))
        self._places = fine
        self._values = np.maximum.accumulate(function(fine))
        self._differences = _divided(self._values, self._places)

    def __call__(self, goal: Array) -> Array:
        """Return where the function reaches each ``goal``, above its least value and up to its largest."""
        place = np.clip(np.searchsorted(self._values, goal), 1, self._places.size - 1)
        low, high = self._places[place - 1], self._places[place]
        # What is reached at a point of the grid, or between two places next to each other, is known.
        result = high.copy()
        todo = np.flatnonzero((self._values[place] > goal) & (high > np.nextafter(low, np.inf)))
        if not todo.size:
            return result
        goal, low, high = goal[todo], low[todo], high[todo]
        result[todo] = self._between(goal, *self._guess(goal, place[todo], low, high), place[todo])
        return result

    def _between(self, goal: Array, x: Array, slope: Array, place: NDArray[np.intp]) -> Array:
        """Where each goal is reached, from ``x`` near there and the inverse's slopes, below a ``place``."""
        low, high = self._places[place - 1], self._places[place]
        width, rise = high - low, self._values[place] - self._values[place - 1]
        result, left = x.copy(), np.ones(goal.shape, dtype=bool)
        todo = np.arange(goal.size)
        old, before = np.full(goal.shape, np.nan), np.full(goal.shape, np.nan)
        for turn in range(_TURNS):
            f = self._function(x) - goal[todo]
            low[todo], high[todo] = np.where(f < 0, x, low[todo]), np.where(f < 0, high[todo], x)
            size, moved = np.maximum(np.abs(x), 1.0), np.abs(x - old)
            with np.errstate(invalid="ignore", divide="ignore", over="ignore"):  # no change at all: no slope
                # Of steps so small that values differ by little but rounding the slope is not learnt.
                learnt = (moved > 1e-8 * width[todo]) & (moved > 1e-12 * size)
                slope = np.where(learnt, (x - old) / (f - before), slope)
                new = x - f * slope
            inside = (new >= low[todo]) & (new <= high[todo]) & (slope > 0)
            # Closer than two roundings the function itself is not known, nor the place than to one.
            here = (np.abs(f) <= 4.5e-16 * np.abs(goal[todo])) | (high[todo] - low[todo] <= 1e-15 * size)
            there = inside & (np.abs(new - x) <= 1e-14 * size) & (turn > 0)
            # A tiny step that should have brought the goal much nearer and has not: the rest is rounding.
            stuck = (np.abs(f) >= 0.05 * np.abs(before)) & (np.abs(f) <= 1e-9 * rise[todo])
            here |= (moved <= 1e-13 * size) & stuck
            result[todo] = np.where(there & ~here, new, x)
            left[todo] = ~here & ~there
            on = left[todo] & inside
            if not on.any():
                break
            todo, old, before = todo[on], x[on], f[on]
            x, slope = new[on], slope[on]
        if left.any():
            result[left] = inverse_between(self._function, goal[left], low[left], high[left])
        return result

    def _guess(self, goal: Array, place: NDArray[np.intp], low: Array, high: Array) -> tuple[Array, Array]:
        """About where each goal is reached, and the slope of the inverse there."""
        first = np.clip(place - _ORDER // 2, 0, self._places.size - _ORDER)
        x, slope = np.zeros(goal.shape), np.zeros(goal.shape)
        with np.errstate(invalid="ignore", over="ignore"):  # equal or infinite values: no polynomial
            for order in range(_ORDER - 1, -1, -1):
                step = goal - self._values[first + order]
                slope = x + step * slope
                x = self._differences[order][first] + step * x
        # Between values that are almost zero the slope may exceed all numbers: then it is halved instead.
        with np.errstate(invalid="ignore", over="ignore"):
            straight = (high - low) / (self._values[place] - self._values[place - 1])
            chord = low + (goal - self._values[place - 1]) * straight
        good = (x > low) & (x < high) & (slope > 0)
        x, slope = np.where(good, x, chord), np.where(good, slope, straight)
        inside = (x > low) & (x < high)
        return np.where(inside, x, (low + high) / 2), slope


def _divided(values: Array, places: Array) -> list[Array]:
    """Divided differences of ``places`` by ``values`` up to the order used, by their first point."""
    found = [places]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):  # equal or infinite values
        for order in range(1, _ORDER):
            last = found[-1]
            found.append((last[1:] - last[:-1]) / (values[order:] - values[:-order]))
    return found


def inverse_between(function: Callable[[Array], Array], goal: Array, low: Array, high: Array) -> Array:
    """Return where an increasing function reaches each goal: interpolation guarded by bisection.

    Parameters
    ----------
    function : callable
        Values at an array of places.
    goal, low, high : ndarray
        Values looked for, and between which places.

    Returns
    -------
    ndarray, shape of ``goal``
    """
    a, b = low.copy(), high.copy()
    fa, fb = function(a) - goal, function(b) - goal
    result = np.where(fb <= 0, b, a)
    last, side, slow = np.full(goal.shape, np.inf), np.full(goal.shape, -1), np.zeros(goal.shape, dtype=bool)
    todo = np.flatnonzero((fa < 0) & (fb > 0))
    for _ in range(90):
        if todo.size == 0:
            break
        x0, x1, f0, f1 = a[todo], b[todo], fa[todo], fb[todo]
        with np.errstate(invalid="ignore"):
            secant = x1 - f1 * (x1 - x0) / (f1 - f0)
        middle = (x0 + x1) / 2
        good = np.isfinite(secant) & (secant > x0) & (secant < x1) & ~slow[todo]
        x = np.where(good, secant, middle)
        f = function(x) - goal[todo]
        under = f < 0
        # Illinois: an end that stays twice gets half its weight, so that it moves too.
        half = np.where(under == side[todo], 0.5, 1.0)
        side[todo] = under
        a[todo], fa[todo] = np.where(under, x, x0), np.where(under, f, half * f0)
        b[todo], fb[todo] = np.where(under, x1, x), np.where(under, half * f1, f)
        result[todo] = x
        slow[todo] = b[todo] - a[todo] > 0.5 * (x1 - x0)  # the next is the middle
        tight = (x1 - x0) <= 4e-16 * np.maximum(np.abs(x0), 1.0)
        # The secant converges faster than linearly: when it has stopped moving it has arrived.
        still = good & (np.abs(x - last[todo]) <= 1e-14 * np.maximum(np.abs(x), 1.0))
        last[todo] = x
        # Closer than two roundings of the goal the function itself is not known.
        todo = todo[~(tight | still | (np.abs(f) <= 4.5e-16 * np.abs(goal[todo])))]
    return result
