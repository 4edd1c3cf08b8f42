"""The search behind a design: enumerate, grid, polish; every value looked at is certified and kept.

Lists are enumerated. Intervals are put on a global grid for each combination of the
lists; then the most promising grid points are polished, by Brent's method in one
dimension and by Nelder and Mead's in several, with rejected candidates worth minus
infinity so that an optimum on the edge of what is feasible is found too. Along a single
interval the optimum is sharpened: values near a smooth summit differ by less than their
rounding within 1e-8 of it, but its slopes on either side tell it to about 1e-11; where the
value has a kink the lines from both sides are made to meet.
"""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.design_result import Sensitivity
from contests.levers import Levers
from contests.trials import Task, Trial, attempt, run

__all__ = ["Search"]

Array = NDArray[np.float64]
Shares = tuple[float, ...]
_STARTS = 3  # grid points polished
_STEP = 1e-4  # of an interval, for sensitivities
_SMOOTH, _KINK = 5e-4, 1e-5  # of an interval, for sharpening


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
        self._sharpened: list[int] = []
        self._combinations = levers.combinations()

    def best(self) -> int | None:
        """Return the position of the best trial, after searching, or None if all failed."""
        shares = self.levers.shares(self.grid)
        cells = [(k, s) for k in range(len(self._combinations)) for s in shares]
        points = [self.levers.point(self._combinations[k], s) for k, s in cells]
        self.trials.extend(run(self.task, points, self.executor))
        self._where.extend(cells)
        if self.levers.intervals:
            for start in self._starts():
                self._polish(*start)
        return self._top()

    def _top(self) -> int | None:
        values = [trial.value for trial in self.trials]
        place = int(np.argmax(values))
        if not np.isfinite(values[place]):
            return None
        # Of values that differ by rounding alone that of a sharpened place is meant.
        nearly = values[place] - 1e-13 * abs(values[place])
        return next((one for one in self._sharpened if values[one] >= nearly), place)

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
        trial = attempt(self.task, self.levers.point(self._combinations[k], at))
        self.trials.append(trial)
        self._where.append((k, at))
        return trial.value

    def _polish(self, k: int, start: Shares) -> None:
        from scipy.optimize import minimize, minimize_scalar

        worst = -min(t.value for t in self.trials if np.isfinite(t.value))

        def loss(shares: Any) -> float:
            value = self._try(k, shares)
            # Rejected candidates must compare as worst without infinities, which break parabolas.
            return -value if np.isfinite(value) else worst + 1.0 + abs(worst)

        step = 1.0 / (self.grid - 1)
        if len(start) == 1:
            low, high = max(start[0] - step, 0.0), min(start[0] + step, 1.0)
            minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-7})
            self._sharpen(k, low, high)
            return
        base = np.array(start)
        simplex = np.vstack(
            [base, *(base + step / 2 * row * np.where(base < 0.5, 1, -1) for row in np.eye(base.size))]
        )
        options: Any = {"initial_simplex": simplex, "xatol": 1e-8, "fatol": 0.0, "maxfev": 120 * base.size}
        minimize(loss, base, method="Nelder-Mead", bounds=[(0.0, 1.0)] * base.size, options=options)

    def _sharpen(self, k: int, low: float, high: float) -> None:
        """Go from the best point between two shares to the summit that the slopes around it tell."""
        inside = [
            (trial.value, shares[0])
            for trial, (where, shares) in zip(self.trials, self._where, strict=True)
            if where == k and low <= shares[0] <= high
        ]
        _, best = max(inside)
        for _ in range(2):
            if min(best - low, high - best) <= 2 * _SMOOTH:
                return  # at an end, or too near it to look at both sides
            y = np.array([self._try(k, best + j * _SMOOTH) for j in (-2, -1, 0, 1, 2)])
            near, far = 2 * y[2] - y[1] - y[3], 2 * y[2] - y[0] - y[4]
            if not np.isfinite(y).all() or near <= 1e-13 * abs(y[2]):
                return  # at the edge of what is feasible, or flat
            if far < 3 * near:  # a summit would have four times the fall at twice the distance, a kink twice
                best = self._kink(k, best)
                break
            slope = float(y @ [1.0, -8.0, 0.0, 8.0, -1.0]) / 12
            curve = float(y @ [-1.0, 16.0, -30.0, 16.0, -1.0]) / 12
            best += float(np.clip(-slope / curve if curve < 0 else 0.0, -1.0, 1.0)) * _SMOOTH
        self._try(k, best)
        self._sharpened.append(len(self.trials) - 1)

    def _kink(self, k: int, best: float) -> float:
        """Where the parabolas through values on either side of a kink meet."""
        steps = np.array([1.0, 2.0, 3.0])
        left, right = (
            np.polyfit(side * steps, [self._try(k, best + side * j * _KINK) for j in steps], 2)
            for side in (-1.0, 1.0)
        )
        gap = left - right
        if not np.isfinite(gap).all() or gap[1] == 0:
            return best
        # One Newton step from where the lines meet is enough: the parabolas are nearly lines.
        at = -gap[2] / gap[1]
        slope = 2 * gap[0] * at + gap[1]
        if slope == 0:
            return best
        at -= np.polyval(gap, at) / slope
        return best + float(at) * _KINK if abs(at) <= 1 else best

    def sensitivities(self, place: int) -> dict[str, Sensitivity]:
        """Return how the value moves with each lever around the trial at a ``place``."""
        k, shares = self._where[place]
        value, found = self.trials[place].value, {}
        for j, name in enumerate(self.levers.intervals):
            found[name] = self._along_interval(name, j, k, shares, value)
        for name in self.levers.lists:
            found[name] = self._along_list(name, k, shares, value)
        return found

    def _along_interval(self, name: str, j: int, k: int, shares: Shares, value: float) -> Sensitivity:
        interval, here = self.levers.intervals[name], shares[j]
        position = "interior"
        if here <= 1e-6 or here >= 1 - 1e-6:
            position = "at the lower bound" if here < 0.5 else "at the upper bound"
        low, high = max(here - _STEP, 0.0), min(here + _STEP, 1.0)

        def at(share: float) -> tuple[float, float]:
            moved = (*shares[:j], share, *shares[j + 1 :])
            return interval.at(share), (value if share == here else self._try(k, moved))

        (x0, y0), (x1, y1) = at(low), at(high)
        x, curvature = interval.at(here), None
        if not np.isfinite(y0):
            x0, y0, position = x, value, "at the edge of what is feasible"
        if not np.isfinite(y1):
            x1, y1, position = x, value, "at the edge of what is feasible"
        if x0 < x < x1:
            curvature = 2 * ((y1 - value) / (x1 - x) - (value - y0) / (x - x0)) / (x1 - x0)
        slope = (y1 - y0) / (x1 - x0) if x1 > x0 else None
        return Sensitivity(lever=name, position=position, slope=slope, curvature=curvature)

    def _along_list(self, name: str, k: int, shares: Shares, value: float) -> Sensitivity:
        values = self.levers.lists[name]
        combination = self._combinations[k]
        place = next(
            i for i, one in enumerate(values) if one is combination[name] or one == combination[name]
        )

        def step(to: int) -> float | None:
            if not 0 <= to < len(values):
                return None
            trial = attempt(self.task, self.levers.point({**combination, name: values[to]}, shares))
            return trial.value - value if np.isfinite(trial.value) else None

        ordered = all(isinstance(one, (int, float, np.number)) for one in values)
        position = "interior"
        if len(values) == 1:
            position = "only value"
        elif not ordered:
            position = "choice"
        elif place in (0, len(values) - 1):
            rising = values[-1] > values[0]
            position = "at the lower bound" if (place == 0) == rising else "at the upper bound"
        return Sensitivity(
            lever=name, position=position, to_previous=step(place - 1), to_next=step(place + 1)
        )
