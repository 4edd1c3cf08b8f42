"""Expected prizes of a level where many prizes differ: polynomials between many levels, made once.

The expected prize of a contestant whom each rival is below with probability u is a Bernstein polynomial
in u. With u = sin^2 t it changes on the scale 1 / (2 sqrt(n)) in t, the standard deviation of the share of
rivals below, whatever the prizes: sixteen Chebyshev points on each stretch of that length give it to
rounding. At each point only the ranks within nine standard deviations (and forty) of the mean count.
A thousand different prizes among a thousand contestants are weighed a hundred times faster than rank by
rank.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from contests.binomial import binomial
from contests.errors import ConvergenceError
from contests.laws import Law
from contests.order_statistics import REACHES, rank_step, total_of

__all__ = ["LevelTable", "level_table", "prize_slope_by_levels"]

Array = NDArray[np.float64]

_POINTS = 16
_MOST = 1.2e7  # binomial probabilities that a table may take: three seconds


class LevelTable:
    """The sum of values[j] times the probability of j among ``trials`` above, for any level.

    Parameters
    ----------
    values : ndarray, shape (ranks,)
        Money, or differences of it.
    trials : int
        How many others there are.
    """

    def __init__(self, values: Array, trials: int) -> None:
        where = np.flatnonzero(values)
        self._panels = max(1, int(np.ceil(np.pi * np.sqrt(trials))))
        self._width = np.pi / 2 / self._panels
        spots = np.cos(np.pi * (np.arange(_POINTS) + 0.5) / _POINTS)
        angles = (np.arange(self._panels)[:, None] + (spots + 1) / 2) * self._width
        below, above = np.sin(angles) ** 2, np.cos(angles) ** 2
        mean = trials * above
        reach = 9.0 * np.sqrt(mean * below) + 40.0
        first = np.searchsorted(where, (mean - reach).min(axis=1))
        last = np.searchsorted(where, (mean + reach).max(axis=1), side="right")
        if _POINTS * float(np.sum(last - first)) > _MOST:
            raise ConvergenceError(
                f"So many different prizes (some {where.size}) take too long to weigh: give equal prizes to "
                "long runs of ranks, or fewer prizes."
            )
        at = np.zeros(angles.shape)
        for k in range(self._panels):
            ranks = where[first[k] : last[k]]
            if ranks.size:
                at[k] = binomial(ranks, trials, above[k][:, None], below[k][:, None]) @ values[ranks]
        # Coefficients of the Chebyshev polynomials, by the discrete cosine transform written out.
        order = np.arange(_POINTS)
        transform = 2 / _POINTS * np.cos(np.pi * order * (order[:, None] + 0.5) / _POINTS)
        transform[:, 0] /= 2
        self._coefficients = at @ transform

    def __call__(self, below: Array, above: Array) -> Array:
        """Return the sums at the probabilities that one other is ``below`` and ``above``."""
        angle = np.arctan2(np.sqrt(below), np.sqrt(above)) / self._width
        panel = np.minimum(angle.astype(np.intp), self._panels - 1)
        x = 2 * (angle - panel) - 1
        # Clenshaw's recurrence.
        later, next_ = np.zeros(x.shape), np.zeros(x.shape)
        for order in range(_POINTS - 1, 0, -1):
            later, next_ = next_, 2 * x * next_ - later + self._coefficients[panel, order]
        return np.asarray(x * next_ - later + self._coefficients[panel, 0])


def prize_slope_by_levels(law: Law, n: int, steps: Array) -> float:
    """Return the derivative of the expected prize in one's own quality, at symmetry, over the levels.

    The integral of the density at the quantile u times the derivative of the expected prize in u: one
    integral for all ranks together.

    Parameters
    ----------
    law : Law
        The law of a shock.
    n : int
        Number of contestants.
    steps : ndarray, shape (ranks,)
        What one gains by overtaking the k-th of the n - 1 rivals.
    """
    table = level_table(steps, n - 2)
    paid = np.flatnonzero(steps) + 1.0
    middle = paid[[np.argmin(np.abs(paid - n / 2))]]  # of the ranks that pay, the narrowest
    total = np.nan
    for reach in REACHES:
        grid = law.node_grid(step=rank_step(n - 1, np.asarray(middle, float)), reach=reach)
        terms = (n - 1) * table(grid.u, grid.v) * grid.density * grid.w
        total = total_of(law, grid, terms, last=reach == REACHES[-1], far=reach > 60)
        if not np.isnan(total):
            break
    if not np.isfinite(total):
        raise ConvergenceError(
            f"Under {law!r} the expected prize has an infinite slope in quality: the density is unbounded at "
            "an end of its support, so efforts there have no marginal return."
        )
    return total


def level_table(values: Array, trials: int) -> LevelTable:
    """Return the table of some ``values`` and ``trials``; the last few are kept."""
    return _kept(values.tobytes(), trials)


@lru_cache(maxsize=4)
def _kept(values: bytes, trials: int) -> LevelTable:
    return LevelTable(np.frombuffer(values), trials)
