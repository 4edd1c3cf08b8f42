"""The search behind a design: enumerate, grid, polish; every value looked at is certified and kept.

Lists are enumerated. Intervals are put on a global grid for each combination of the
lists; then the most promising grid points are polished, by `contests.summits.climb` in
one dimension and by Nelder and Mead's method in several, with rejected candidates worth
minus infinity so that an optimum on the edge of what is feasible is found too. Along a
single interval a grid point is passed over where its neighbours, were the value concave
around it, leave no room for more than was found already.
"""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.design_result import Sensitivity
from contests.levers import Levers
from contests.summits import climb
from contests.trials import Task, Trial, attempt, run

__all__ = ["Search"]

Array = NDArray[np.float64]
Shares = tuple[float, ...]
_STARTS = 3  # grid points polished
_STEP = 1e-4  # of an interval, for sensitivities


class Search:
    """A search for the best candidate.

    Parameters
    ----------
    task : Task
        What each candidate is put through.
    levers : Levers
        Where to search.
    grid : int
        Points along each interval.
    executor : concurrent.futures.Executor, optional
        Where the grid is evaluated.
    """

    def __init__(self, task: Task, levers: Levers, grid: int, executor: Executor | None) -> None:
        self.task, self.levers, self.grid, self.executor = task, levers, grid, executor
        self.trials: list[Trial] = []
        self._where: list[tuple[int, Shares]] = []
        self._known: dict[tuple[int, Shares], int] = {}
        self._shapes: dict[int, str] = {}
        self._combinations = levers.combinations()
        self.polished = 0

    def best(self) -> int | None:
        """Return the position of the best trial, after searching, or None if all failed."""
        shares = self.levers.shares(self.grid)
        cells = [(k, s) for k in range(len(self._combinations)) for s in shares]
        points = [self.levers.point(self._combinations[k], s) for k, s in cells]
        self.trials.extend(run(self.task, points, self.executor))
        self._where.extend(cells)
        self._known.update((cell, place) for place, cell in enumerate(cells))
        if self.levers.intervals:
            for number, start in enumerate(self._starts()):
                self._polish(*start, first=number == 0)
        self.polished = len(self.trials) - len(cells)
        return self.top()

    def top(self) -> int | None:
        """Return the position of the best of the trials so far, or None if all failed."""
        values = [trial.value for trial in self.trials]
        place = int(np.argmax(values))
        if not np.isfinite(values[place]):
            return None
        # Of values that differ by rounding alone that of a summit told by its slopes is meant.
        nearly = values[place] - 1e-13 * abs(values[place])
        told = (one for one, shape in self._shapes.items() if shape in ("smooth", "kink"))
        return next((one for one in told if values[one] >= nearly), place)

    def _starts(self) -> list[tuple[int, Shares]]:
        """The best local maxima of the grid, one for each combination of lists first."""
        size = (self.grid,) * len(self.levers.intervals)
        tops: list[tuple[float, int, Shares]] = []
        number = self.grid ** len(size)
        for k in range(len(self._combinations)):
            values = np.array([t.value for t in self.trials[k * number : (k + 1) * number]]).reshape(size)
            padded = np.pad(values, 1, constant_values=-np.inf)
            summit = np.isfinite(values)
            for axis in range(values.ndim):
                for shift in (-1, 1):
                    moved = np.roll(padded, shift, axis=axis)[(slice(1, -1),) * values.ndim]
                    summit &= values >= moved
            for place in np.argwhere(summit):
                share = tuple(float(j) / (self.grid - 1) for j in place)
                tops.append((float(values[tuple(place)]), k, share))
        tops.sort(key=lambda top: -top[0])
        return [(k, share) for _, k, share in tops[:_STARTS]]

    def _try(self, k: int, shares: Any) -> float:
        at = tuple(float(np.clip(s, 0.0, 1.0)) for s in np.atleast_1d(shares))
        if (k, at) not in self._known:
            self._known[k, at] = len(self.trials)
            self.trials.append(attempt(self.task, self.levers.point(self._combinations[k], at)))
            self._where.append((k, at))
        return self.trials[self._known[k, at]].value

    def _polish(self, k: int, start: Shares, *, first: bool) -> None:
        if len(start) == 1:
            self._climb(k, start[0], first=first)
        else:
            self._descend(k, start)

    def _climb(self, k: int, top: float, *, first: bool) -> None:
        """Go from a point of the grid to the summit beside it, if that may be the highest."""
        j = round(top * (self.grid - 1))
        low, high = max(j - 1, 0) / (self.grid - 1), min(j + 1, self.grid - 1) / (self.grid - 1)
        y, beside = self._try(k, top), (self._try(k, low), self._try(k, high))
        best = max(trial.value for trial in self.trials)
        # Around a summit a concave function lies below the lines through its neighbours and itself.
        if not first and low < top < high and y + max(y - one for one in beside) <= best:
            return
        summit = climb(lambda share: self._try(k, share), low, top, high)
        self._shapes[self._known[k, (summit.place,)]] = summit.shape

    def _descend(self, k: int, start: Shares) -> None:
        """Go from a point of the grid to the summit around it by Nelder and Mead's method."""
        from scipy.optimize import minimize

        worst = -min(t.value for t in self.trials if np.isfinite(t.value))

        def loss(shares: Any) -> float:
            value = self._try(k, shares)
            # Rejected candidates must compare as worst without infinities, which break differences.
            return -value if np.isfinite(value) else worst + 1.0 + abs(worst)

        base, step = np.array(start), 0.5 / (self.grid - 1)
        simplex = np.vstack(
            [base, *(base + step * row * np.where(base < 0.5, 1, -1) for row in np.eye(base.size))]
        )
        options: Any = {
            "initial_simplex": simplex,
            "xatol": 1e-8,
            "fatol": 1e-14 * abs(self._try(k, start)),  # values that differ by rounding alone are the same
            "maxfev": 120 * base.size,
        }
        minimize(loss, base, method="Nelder-Mead", bounds=[(0.0, 1.0)] * base.size, options=options)

    def sensitivities(self, place: int) -> dict[str, Sensitivity]:
        """Return how the value moves with each lever around the trial at a ``place``."""
        k, shares = self._where[place]
        value, found = self.trials[place].value, {}
        for j, name in enumerate(self.levers.intervals):
            shape = self._shapes.get(place, "")
            found[name] = self._along_interval(name, j, k, shares, value, shape)
        for name in self.levers.lists:
            found[name] = self._along_list(name, k, shares, value)
        return found

    def _along_interval(
        self, name: str, j: int, k: int, shares: Shares, value: float, shape: str
    ) -> Sensitivity:
        interval, here = self.levers.intervals[name], shares[j]
        position = f"at a {shape}" if shape in ("kink", "jump") else "interior"
        if here <= 1e-6 or here >= 1 - 1e-6:
            position = "at the lower bound" if here < 0.5 else "at the upper bound"
        x, ends = interval.at(here), []
        for share in (max(here - _STEP, 0.0), min(here + _STEP, 1.0)):
            beside = value if share == here else self._try(k, (*shares[:j], share, *shares[j + 1 :]))
            if not np.isfinite(beside):
                position, share, beside = "at the edge of what is feasible", here, value
            ends.append((interval.at(share), beside))
        (x0, y0), (x1, y1) = ends
        if not x0 < x < x1:  # one side is all there is
            slope = (y1 - y0) / (x1 - x0) if x1 > x0 else None
            return Sensitivity(lever=name, position=position, slope=slope)
        below, above = (value - y0) / (x - x0), (y1 - value) / (x1 - x)
        if shape == "kink":
            return Sensitivity(lever=name, position=position, slope_below=below, slope_above=above)
        if shape == "jump":  # on its far side there is another branch of the value, and no slope
            falls = y1 < y0
            return Sensitivity(
                lever=name,
                position=position,
                slope_below=below if falls else None,
                slope_above=None if falls else above,
            )
        slope, curvature = (y1 - y0) / (x1 - x0), 2 * (above - below) / (x1 - x0)
        return Sensitivity(lever=name, position=position, slope=slope, curvature=curvature)

    def _along_list(self, name: str, k: int, shares: Shares, value: float) -> Sensitivity:
        sizes = {one: len(values) for one, values in self.levers.lists.items()}
        later = list(sizes)[list(sizes).index(name) + 1 :]
        stride = int(np.prod([sizes[one] for one in later], dtype=int))
        values, here = self.levers.lists[name], (k // stride) % sizes[name]
        ordered = all(
            isinstance(one, (int, float, np.number)) and not isinstance(one, bool) for one in values
        )
        # Neighbours are those in size, in whatever order the list is.
        order = sorted(range(len(values)), key=lambda place: values[place]) if ordered else range(len(values))
        place = list(order).index(here)

        def step(to: int) -> float | None:
            if not 0 <= to < len(values):
                return None
            moved = self._try(k + (order[to] - here) * stride, shares)
            return moved - value if np.isfinite(moved) else None

        position = "interior"
        if len(values) == 1:
            position = "only value"
        elif not ordered:
            position = "choice"
        elif place in (0, len(values) - 1):
            position = "at the lower bound" if place == 0 else "at the upper bound"
        return Sensitivity(
            lever=name, position=position, to_previous=step(place - 1), to_next=step(place + 1)
        )
