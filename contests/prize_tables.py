"""Expected prizes of all deviations from one table, where the noise is analytic.

With normal, logistic or Gumbel noise the expected prize of standing at a location is
a smooth convolution: the conditional prizes on an even grid of scores, weighed with
the density of one's own noise. The trapezoid rule converges geometrically (Trefethen
and Weideman 2014), and between grid points the density, hence the expected prize, is
a polynomial to machine precision. So a table of polynomial coefficients, one cell a
step of the grid, answers any number of deviations of any contestant. Kinked or
heavy-tailed noise has no such table: against private types `contests.smeared_prizes` has one made of
panels, else `contests.rivals` integrates by quantiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law
from contests.laws_known import GumbelLeft, GumbelRight, Logistic, Normal
from contests.leave_one_out import conditional_prizes
from contests.scores import NoisyScores, Scores

__all__ = ["PrizeTable", "prize_table", "resolving_step", "score_grid"]

Array = NDArray[np.float64]
_NODES = 12
_TAIL = 1e-18  # probability that the grid leaves out at either end
_LARGEST = 40_000_000  # numbers held by a table
_ONE_THREAD = 250_000  # multiplications below which BLAS does not start threads


class ScoreGrid(NamedTuple):
    """An even grid of scores, and the reach of the noise on it."""

    x: Array
    step: float
    low: float  # own noise, least and largest
    high: float


def _share_of_width(count: Array) -> Array:
    """How many of its widths a step may have where the ``count``-th of many decides, for errors of 1e-12.

    The score of the k-th best has the Fourier transform of a log-gamma law with shape k: exponential
    decay for the first (a pole), Gaussian decay for those in the middle.
    """
    return np.asarray(0.33 + 0.42 * (1.0 - 1.0 / np.sqrt(count)))


def resolving_step(noise: Law, n: int, values: Array) -> float:
    """Return the largest step between scores that resolves who gets the last of several equal prizes.

    Among m contestants who stand alike, the score that separates the best k has a width of about
    sqrt(k (m - k) / m^3) / f(q), f(q) being the density where a share k / m is above. Any contestants may
    stand alike while others are ahead or behind for certain, so the narrowest of all such cases counts.

    Parameters
    ----------
    noise : Law
        Law of everybody's noise.
    n : int
        How many contestants.
    values : ndarray, shape (ranks,)
        Prizes by rank.

    Returns
    -------
    float
        Infinity where one prize is all there is: the grid of the best resolves it.
    """
    falls = np.flatnonzero(np.diff(np.append(values, 0.0)[: n + 1])) + 1
    falls = falls[(falls > 1) & (falls < n)]
    if falls.size == 0:
        return np.inf
    falls = falls[np.unique(np.linspace(0, falls.size - 1, 9).astype(int))].astype(float)
    shares = np.linspace(0.0, 1.0, 9)
    # So many of those who are paid, and of those who are not, stand alike.
    paid = np.maximum(1.0, np.round(falls[:, None] ** shares))[:, :, None]
    unpaid = np.maximum(1.0, np.round((n - falls)[:, None] ** shares))[:, None, :]
    alike = paid + unpaid
    density = noise.pdf(noise.isf(paid / alike))
    width = np.sqrt(paid * unpaid / alike**3) / density
    return float(np.min(_share_of_width(np.minimum(paid, unpaid)) * width))


def score_grid(
    noise: Law, locations: Array, n: int, *, margin: bool = True, values: Array | None = None
) -> ScoreGrid | None:
    """Return the grid on which integrals over scores converge, or None for other noise.

    Parameters
    ----------
    noise : Law
        Law of the noise.
    locations : ndarray
        Finite locations of everybody.
    n : int
        How many contestants: the more, the narrower the range in which the best is decided.
    margin : bool
        Whether to reach far enough for deviations to any location.
    values : ndarray, shape (ranks,), optional
        Prizes by rank; one prize if absent.

    Returns
    -------
    ScoreGrid or None
    """
    shape = noise.shape
    if not isinstance(shape, (Normal, GumbelRight, GumbelLeft, Logistic)):
        return None
    step = 0.25
    if isinstance(shape, Normal):
        # The best of n normals is nearly Gumbel with scale 1 / quantile: resolve that.
        step = min(0.2, 0.3 / max(float(shape.isf(np.asarray(1.0 / max(n, 3)))), 1.0))
    elif n > 3:
        step = 0.2
    step *= noise.scale
    if values is not None:
        step = min(step, resolving_step(noise, n, values))
    low, high = float(noise.ppf(_TAIL)), float(noise.isf(_TAIL))
    extra = (high - low) if margin else 0.0
    start = float(locations.min()) - extra + low - step
    number = int(np.ceil((float(locations.max()) + extra + high - start) / step)) + 3
    if not np.isfinite(start) or number > 20_000:
        return None
    return ScoreGrid(np.asarray(start + step * np.arange(number), float), step, low, high)


class PrizeTable:
    """Expected prizes and marginal prizes by class of contestants and location.

    Parameters
    ----------
    noise : Law
        Law of the noise.
    grid : ScoreGrid
        Grid of scores.
    prizes, slopes : ndarray, shape (classes, m)
        Conditional prizes on the grid and their derivatives.
    """

    def __init__(self, noise: Law, grid: ScoreGrid, prizes: Array, slopes: Array) -> None:
        self._grid = grid
        window = int(np.ceil((grid.high - grid.low) / grid.step)) + 2
        self._cells = grid.x.size - window
        # Chebyshev points in a cell, and the map from values there to coefficients.
        s = np.cos(np.pi * (np.arange(_NODES) + 0.5) / _NODES)
        share = (s + 1) / 2
        offsets = grid.low + (np.arange(window) - share[:, None]) * grid.step
        kernel = noise.pdf(offsets) * grid.step
        inverse = np.linalg.inv(np.vander(s, _NODES, increasing=True))
        fit = _flushed((inverse @ kernel).T)
        self._coefficients = tuple(self._fitted(table, fit, window) for table in (prizes, slopes))

    def _fitted(self, table: Array, fit: Array, window: int) -> Array:
        """Coefficients of every cell: each window of the table times the map, copied for BLAS."""
        # Products small enough for one thread: several cost more to set going than they save.
        size = max(1, _ONE_THREAD // fit.size)
        result = np.empty((table.shape[0], self._cells, fit.shape[1]))
        for row, cells in zip(_flushed(table), result, strict=True):
            windows = np.lib.stride_tricks.sliding_window_view(row, window)[: self._cells]
            for start in range(0, self._cells, size):
                part = np.ascontiguousarray(windows[start : start + size])
                np.matmul(part, fit, out=cells[start : start + size])
        return result

    def _at(self, which: int, k: int, location: Array) -> Array:
        grid = self._grid
        place = (location + grid.low - grid.x[0]) / grid.step
        # Beyond the ends everybody is beaten, or nobody: the last cell holds what stays constant.
        place = np.clip(place, 0.0, self._cells - 1e-9)
        cell = place.astype(np.intp)
        s = 2.0 * (place - cell) - 1.0
        rows = self._coefficients[which][k, cell]
        result = rows[:, -1]
        for j in range(_NODES - 2, -1, -1):
            result = result * s + rows[:, j]
        return np.asarray(result)

    def prize(self, k: int, location: Array) -> Array:
        """Return the expected prizes of a contestant of class ``k`` at each ``location``, shape (m,)."""
        return self._at(0, k, location)

    def slope(self, k: int, location: Array) -> Array:
        """Return the derivatives of `prize` in the location (class ``k``, ``location``, shape (m,))."""
        return self._at(1, k, location)


def _flushed(numbers: Array) -> Array:
    """The same without numbers so small that their products take processors a hundred times as long."""
    return np.where(np.abs(numbers) < 1e-150, 0.0, numbers)


def prize_table(
    noise: Law, scores: Sequence[Scores], counts: Sequence[int], values: Array, wanted: int
) -> PrizeTable | None:
    """Return the table of a field, or None where the noise has none.

    Parameters
    ----------
    noise : Law
        Law of everybody's noise.
    scores : sequence of Scores
        Distribution of the score of each class; nature's may come last.
    counts : sequence of int
        How many contestants each class has.
    values : ndarray, shape (ranks,)
        Prizes by rank.
    wanted : int
        For how many classes, from the first, the table is wanted.

    Returns
    -------
    PrizeTable or None
    """
    noisy = [s for s in scores if isinstance(s, NoisyScores)]
    if len(noisy) < len(scores):
        return None
    places = np.concatenate([s.points for s in noisy])
    places = places[np.isfinite(places)]
    if places.size == 0:
        return None
    grid = score_grid(noise, places, int(sum(counts)), values=values)
    if grid is None or len(scores) * grid.x.size * max(values.size, 2 * _NODES) > _LARGEST:
        return None
    above = np.array([s.above(grid.x) for s in noisy])
    below = np.array([s.below(grid.x) for s in noisy])
    density = np.array([s.density(grid.x) for s in noisy])
    prizes, slopes = conditional_prizes(above, below, density, counts, values, wanted)
    return PrizeTable(noise, grid, prizes, slopes)
