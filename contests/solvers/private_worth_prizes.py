"""Scores, noise and prizes as the solver of private values and costs needs them.

An even grid of scores no longer than its integrals need, densities on it, and what one rival more
below a score is worth: one product of powers where only the first place pays, else from the rank kernel.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.laws import Law
from contests.laws_known import GumbelRight
from contests.leave_one_out import conditional_prizes
from contests.prize_tables import score_grid

__all__ = ["densities", "even_scores", "worth_of_one_below"]

Array = NDArray[np.float64]
_TAIL = 1e-9  # beyond, both the noise and the prize at stake fall: what is left out is the square


def even_scores(noise: Law, locations: Array, n: int) -> tuple[Array, float]:
    """Return an even grid of scores on which marginal prizes converge, and its step.

    Marginal prizes are integrals of the density of one's own noise times that of the best rivals'
    scores: with Gumbel noise analytic within pi / 2 of the real line whatever their number, so that
    the trapezoid rule with a step of a quarter is exact to 1e-12.

    Parameters
    ----------
    noise : Law
        Law of the noise.
    locations : ndarray
        Finite locations of everybody.
    n : int
        How many contestants.

    Raises
    ------
    ConvergenceError
        If the locations lie too far apart.
    """
    gumbel = isinstance(noise.shape, GumbelRight)
    grid = score_grid(noise, locations, min(n, 3) if gumbel else n, margin=False)
    if grid is None:
        raise ConvergenceError(
            "The efforts of the types lie too far apart in units of the shock to be ranked on one grid. "
            "A larger shock, or types closer together, would work."
        )
    tail = _TAIL / np.sqrt(n)
    low = float(locations.min()) + float(noise.ppf(tail)) - grid.step
    high = float(locations.max()) + float(noise.isf(tail)) + grid.step
    return grid.x[(grid.x >= low) & (grid.x <= high)], grid.step


def densities(noise: Law, offset: Array) -> tuple[Array, Array]:
    """Return the density of the noise and its derivative at each ``offset``.

    Parameters
    ----------
    noise : Law
        Law of the noise.
    offset : ndarray
        Scores less locations.
    """
    if not isinstance(noise.shape, GumbelRight):
        return noise.pdf(offset), noise.slope(offset)
    # The exponential of both, once. Beyond exp(30) the density is nothing.
    odds = np.exp(np.minimum((noise.loc - offset) / noise.scale, 30.0))
    pdf = odds * np.exp(-odds) / noise.scale
    return pdf, pdf * (odds - 1.0) / noise.scale


def worth_of_one_below(
    above: Array, below: Array, counts: Sequence[int], values: Array, wanted: int
) -> Array:
    """Return by how much a class more below raises the expected prize of each class.

    Parameters
    ----------
    above, below : ndarray, shape (classes, m)
        For each class of contestants, the probability that one of them is above and below each of
        m scores.
    counts : sequence of int
        How many contestants each class has.
    values : ndarray, shape (ranks,)
        Prizes by rank from the first; later ranks pay nothing.
    wanted : int
        For how many classes, from the first, the answer is wanted.

    Returns
    -------
    worth : ndarray, shape (wanted, classes, m)
        Money for each unit of density of the score of one member of the second class, all her class
        alike, to a member of the first.

    Examples
    --------
    >>> half = np.array([[0.5]])
    >>> worth_of_one_below(half, half, [3], np.array([1.0]), 1).tolist()
    [[[1.0]]]
    """
    classes, size = below.shape
    worth = np.zeros((wanted, classes, size))
    if values.size > 1:
        for d in range(classes):
            only = np.zeros((classes, size))
            only[d] = 1.0
            worth[:, d] = conditional_prizes(above, below, only, counts, values, wanted)[1]
        return worth
    for k in range(wanted):
        rivals = np.array(counts)
        rivals[k] -= 1
        fewer = below ** np.maximum(rivals - 1, 0)[:, None]
        each = np.where(rivals[:, None] > 0, fewer * below, 1.0)
        ones = np.ones((1, size))
        before = np.cumprod(np.concatenate([ones, each[:-1]]), axis=0)
        after = np.cumprod(np.concatenate([ones, each[:0:-1]]), axis=0)[::-1]
        worth[k] = values[0] * rivals[:, None] * fewer * before * after
    return worth
