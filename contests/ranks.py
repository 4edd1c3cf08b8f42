"""Probabilities of ranks: how many rivals end above a contestant at a given position.

The number of rivals above is Poisson-binomial: independent, each above with her own probability. Rivals
come in groups of identical ones, whose numbers above are binomial; groups are convolved, keeping only
the ranks asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, reduce

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.binomial import binomial, log_power
from contests.errors import InvalidPartError
from contests.validation import count as a_count
from contests.working_time import go_on

__all__ = ["rank_distribution", "rank_distribution_slope", "rank_distribution_tied"]

Array = NDArray[np.float64]

_AT_ONCE = 1_000_000  # numbers held at once when averaging over tie-breaking numbers


def _groups(
    name: str, arrays: Sequence[Sequence[ArrayLike]], counts: Sequence[int], ranks: int
) -> tuple[list[list[Array]], list[int], tuple[int, ...]]:
    """Validated groups as broadcast arrays, their counts and the common shape; empty groups dropped."""
    a_count(f"{name}.ranks", ranks)
    sizes = [a_count(f"{name}.counts", size, least=0) for size in counts]
    if any(len(entry) != len(sizes) for entry in arrays):
        raise InvalidPartError(f"{name}.counts", list(counts), "one whole number for each group of rivals")
    columns = [[np.asarray(x, dtype=float) for x in entry] for entry in arrays]
    shape = np.broadcast_shapes(*(x.shape for column in columns for x in column))
    rows = [list(row) for row in zip(*columns, strict=True)]
    kept = [i for i, size in enumerate(sizes) if size > 0]
    return [rows[i] for i in kept], [sizes[i] for i in kept], shape


def _start(shape: tuple[int, ...], ranks: int) -> Array:
    start = np.zeros((*shape, ranks))
    start[..., 0] = 1.0
    return start


def _down(x: Array) -> Array:
    """Everybody one rank lower: what happens when one more rival is above."""
    moved = np.zeros_like(x)
    moved[..., 1:] = x[..., :-1]
    return moved


def _convolve(first: Array, second: Array) -> Array:
    """The distribution of a sum of two counts, truncated at the ranks of ``first``."""
    shape = np.broadcast_shapes(first.shape[:-1], second.shape[:-1])
    result = np.zeros((*shape, first.shape[-1]))
    columns = min(second.shape[-1], first.shape[-1])
    if not first[..., 1:].any():  # nobody is above yet, as before the first group
        result[..., :columns] = first[..., :1] * second[..., :columns]
        return result
    for j in range(columns):
        result[..., j:] += second[..., j : j + 1] * first[..., : first.shape[-1] - j]
    return result


def rank_distribution(
    above: Sequence[ArrayLike], below: Sequence[ArrayLike], counts: Sequence[int], ranks: int
) -> Array:
    """Return the probabilities that exactly 0, 1, ..., ranks - 1 rivals are above.

    Parameters
    ----------
    above, below : sequence of array_like
        For each group of identical rivals, the probability that one of them is above and below;
        they add to one, each to full relative accuracy. The shapes broadcast.
    counts : sequence of int
        Number of rivals in each group.
    ranks : int
        Number of ranks wanted; rank k is at index k - 1.

    Returns
    -------
    ndarray, shape (..., ranks)

    Examples
    --------
    >>> rank_distribution([0.5], [0.5], [2], 3).tolist()
    [0.25, 0.5, 0.25]
    """
    rows, sizes, shape = _groups("rank_distribution", (above, below), counts, ranks)
    result = _start(shape, ranks)
    for (a, b), size in zip(rows, sizes, strict=True):
        if size == 1:
            result = result * b[..., None] + _down(result) * a[..., None]
        else:
            successes = np.arange(min(ranks, size + 1))
            result = _convolve(result, binomial(successes, size, a[..., None], b[..., None]))
    return result


def rank_distribution_slope(
    above: Sequence[ArrayLike],
    below: Sequence[ArrayLike],
    density: Sequence[ArrayLike],
    counts: Sequence[int],
    ranks: int,
) -> tuple[Array, Array]:
    """Return rank probabilities and their derivatives in the contestant's own position.

    Parameters
    ----------
    above, below, counts, ranks
        As in `rank_distribution`.
    density : sequence of array_like
        For each group, the density of one rival at the contestant's position: moving up by dx turns
        ``density * dx`` of above into below.

    Returns
    -------
    probabilities, slopes : ndarray, shape (..., ranks)

    Examples
    --------
    >>> rank_distribution_slope([0.5], [0.5], [1.0], [2], 3)[1].tolist()
    [1.0, 0.0, -1.0]
    """
    rows, sizes, shape = _groups("rank_distribution_slope", (above, below, density), counts, ranks)
    result, slope = _start(shape, ranks), np.zeros((*shape, ranks))
    for (a, b, f), size in zip(rows, sizes, strict=True):
        p, q, d = a[..., None], b[..., None], f[..., None]
        if size == 1:
            slope = slope * q + _down(slope) * p + d * (result - _down(result))
            result = result * q + _down(result) * p
        else:
            successes = np.arange(min(ranks, size + 1))
            group = binomial(successes, size, p, q)
            rest = binomial(successes, size - 1, p, q)
            group_slope = size * d * (rest - _down(rest))
            slope = _convolve(slope, group) + _convolve(result, group_slope)
            result = _convolve(result, group)
    return result, slope


def rank_distribution_tied(
    above: Sequence[ArrayLike],
    tie: Sequence[ArrayLike],
    below: Sequence[ArrayLike],
    counts: Sequence[int],
    ranks: int,
) -> Array:
    """Return rank probabilities when ties are broken uniformly at random.

    Every tied contestant draws a uniform number and the highest goes first: given the own number t, a
    rival is above with probability above + (1 - t) tie, independently; so the ranks are an integral
    over t of `rank_distribution`.

    Parameters
    ----------
    above, tie, below : sequence of array_like
        For each group, the probability that one rival is above, at the same place, and below; they add
        to one.
    counts, ranks
        As in `rank_distribution`.

    Returns
    -------
    ndarray, shape (..., ranks)

    Examples
    --------
    >>> bool(np.allclose(rank_distribution_tied([0.0], [1.0], [0.0], [3], 4), 0.25, rtol=1e-14))
    True
    """
    rows, sizes, shape = _groups("rank_distribution_tied", (above, tie, below), counts, ranks)
    if not any((t > 0).any() for _, t, _ in rows):
        return rank_distribution([a for a, _, _ in rows], [b for _, _, b in rows], sizes, ranks) + np.zeros(
            (*shape, ranks)
        )
    if ranks == 1 and len(rows) == 1:
        return _first_of_tied(rows[0][0], rows[0][1], rows[0][2], sizes[0])[..., None]
    # Most positions are shared with nobody: ties are rare, and dear.
    tied = np.zeros(shape, dtype=bool)
    for _, t, _ in rows:
        tied |= np.broadcast_to(t > 0, shape)
    wide = [[np.broadcast_to(x, shape) for x in row] for row in rows]
    alone = [[x[~tied] for x in row] for row in wide]
    result = np.empty((*shape, ranks))
    result[~tied] = rank_distribution([a for a, _, _ in alone], [b for _, _, b in alone], sizes, ranks)
    result[tied] = _shared([[x[tied] for x in row] for row in wide], sizes, ranks)
    return result


def _shared(rows: list[list[Array]], sizes: list[int], ranks: int) -> Array:
    """Rank probabilities averaged over the own tie-breaking number."""
    u, v, w = _tie_breakers(sum(sizes), ranks)
    if u.size * rows[0][0].size * ranks <= _AT_ONCE:
        higher = [a + np.multiply.outer(v, t) for a, t, _ in rows]
        lower = [b + np.multiply.outer(u, t) for _, t, b in rows]
        return np.asarray(np.tensordot(w, rank_distribution(higher, lower, sizes, ranks), axes=1))

    def at(i: int) -> Array:
        go_on()
        higher = [a + v[i] * t for a, t, _ in rows]
        lower = [b + u[i] * t for _, t, b in rows]
        return np.asarray(w[i] * rank_distribution(higher, lower, sizes, ranks))

    return reduce(np.add, (at(i) for i in range(u.size)))


def _first_of_tied(above: Array, tie: Array, below: Array, size: int) -> Array:
    """Probability of no rival above: ((below + tie)^n - below^n) / (n tie), n = size + 1."""
    below, tie, above = np.broadcast_arrays(below, tie, above)
    n = size + 1
    with np.errstate(divide="ignore"):  # nobody below: the ratio is infinite and its term one
        ratio = np.divide(tie, below, out=np.full(tie.shape, np.inf), where=below > 0)
    top = np.exp(log_power(below + tie, above, n))
    tied = top * -np.expm1(-n * np.log1p(ratio))
    alone = np.exp(log_power(below, above + tie, size))
    result: Array = np.divide(tied, n * tie, out=np.array(alone), where=(ratio > 0) & (tie > 0))
    return result


@cache
def _tie_breakers(rivals: int, ranks: int) -> tuple[Array, Array, Array]:
    """Nodes for the own tie-breaking number: exact for few rivals, by log-odds for many."""
    if rivals <= 200:
        x, w = np.polynomial.legendre.leggauss(rivals // 2 + 1)
        return 0.5 * (1 + x), 0.5 * (1 - x), 0.5 * w
    from contests.quadrature import quantile_nodes

    # A rank k has width about 1 / sqrt(k) in log-odds of the number, whatever the rivals.
    return quantile_nodes(step=min(0.25, 0.6 / np.sqrt(min(ranks, rivals))), reach=40.0)
