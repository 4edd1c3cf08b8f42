"""What a score is worth to each contestant, for all contestants at once.

On a grid of scores, the conditional prize of contestant k is the expected prize of
a score when all others draw theirs. Rivals come in classes; going through them
forwards gives the probabilities of so many above so far, going backwards the value
of so many above so far, and each contestant's own class is left out by joining the
two on either side of her: two sums of products of positive numbers, no division,
and the whole field costs no more than a few contestants one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from contests.binomial import binomial
from contests.working_time import go_on

__all__ = ["conditional_prizes"]

Array = NDArray[np.float64]
Pair = tuple[Array, Array]


def conditional_prizes(
    above: Array, below: Array, density: Array, counts: Sequence[int], values: Array, wanted: int
) -> Pair:
    """Return expected prizes given the score, and their derivatives in it.

    Parameters
    ----------
    above, below, density : ndarray, shape (classes, m)
        For each class of contestants, the probability that one of them is above and below each of
        m scores, and the density of her score there.
    counts : sequence of int
        How many contestants each class has.
    values : ndarray, shape (ranks,)
        Prizes by rank from the first; later ranks pay nothing.
    wanted : int
        For how many classes, from the first, the answer is wanted (nature's is not).

    Returns
    -------
    prizes, slopes : ndarray, shape (wanted, m)
        Money, and money for each unit of score.

    Examples
    --------
    >>> half = np.array([[0.5]])
    >>> prize, slope = conditional_prizes(half, half, np.array([[1.0]]), [3], np.array([1.0]), 1)
    >>> prize.tolist(), slope.tolist()
    ([[0.25]], [[1.0]])
    """
    classes, size = above.shape
    ranks = values.size
    # Backwards: what it is worth to have so many above among the classes before.
    worth: list[Pair] = [(np.broadcast_to(values, (size, ranks)), np.zeros((size, ranks)))]
    for k in range(classes - 1, 0, -1):
        worth.append(_back(worth[-1], above[k], below[k], density[k], counts[k]))
    worth.reverse()
    prizes, slopes = np.empty((wanted, size)), np.empty((wanted, size))
    chance, change = np.zeros((size, ranks)), np.zeros((size, ranks))
    chance[:, 0] = 1.0
    for k in range(wanted):
        rest = _back(worth[k], above[k], below[k], density[k], counts[k] - 1)
        prizes[k] = np.einsum("mr,mr->m", chance, rest[0])
        slopes[k] = np.einsum("mr,mr->m", change, rest[0]) + np.einsum("mr,mr->m", chance, rest[1])
        chance, change = _forth((chance, change), above[k], below[k], density[k], counts[k])
    return prizes, slopes


def _up(worth: Array) -> Array:
    """What it is worth when one more is above."""
    moved = np.zeros_like(worth)
    moved[:, :-1] = worth[:, 1:]
    return moved


def _down(chance: Array) -> Array:
    """The chances of so many above when one more is."""
    moved = np.zeros_like(chance)
    moved[:, 1:] = chance[:, :-1]
    return moved


def _back(pair: Pair, above: Array, below: Array, density: Array, count: int) -> Pair:
    """The value of so many above before a class of ``count`` is drawn, from that after."""
    worth, slope = pair
    if count == 0:
        return pair
    a, b, d = above[:, None], below[:, None], density[:, None]
    if count == 1:
        lost = _up(worth)
        return b * worth + a * lost, b * slope + a * _up(slope) + d * (worth - lost)
    number = np.arange(min(worth.shape[1], count + 1))
    full, fewer = binomial(number, count, a, b), binomial(number, count - 1, a, b)
    value, change = np.zeros(worth.shape), np.zeros(worth.shape)
    here, here_slope = worth, slope
    for j in range(number.size):
        go_on()
        further = _up(here)
        value = value + full[:, j : j + 1] * here
        change = change + full[:, j : j + 1] * here_slope
        change = change + count * d * fewer[:, j : j + 1] * (here - further)
        here, here_slope = further, _up(here_slope)
    return value, change


def _forth(pair: Pair, above: Array, below: Array, density: Array, count: int) -> Pair:
    """The chances of so many above after a class of ``count`` is drawn, from those before."""
    chance, slope = pair
    a, b, d = above[:, None], below[:, None], density[:, None]
    if count == 1:
        lower = _down(chance)
        return b * chance + a * lower, b * slope + a * _down(slope) + d * (chance - lower)
    number = np.arange(min(chance.shape[1], count + 1))
    full, fewer = binomial(number, count, a, b), binomial(number, count - 1, a, b)
    value, change = np.zeros(chance.shape), np.zeros(chance.shape)
    here, here_slope = chance, slope
    for j in range(number.size):
        go_on()
        further = _down(here)
        value = value + full[:, j : j + 1] * here
        change = change + full[:, j : j + 1] * here_slope
        change = change + count * d * fewer[:, j : j + 1] * (here - further)
        here, here_slope = further, _down(here_slope)
    return value, change
