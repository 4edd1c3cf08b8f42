"""What a score is worth: chances and prizes given one's own score, against the rivals' scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.scores import NoisyScores, Scores, TypeScores

__all__ = ["lottery_chance", "prize_at", "prize_slope_at", "ranks_at", "rivals_together"]

Array = NDArray[np.float64]


def lottery_chance(log_score: Array, log_rivals: Array, n: int) -> Array:
    """Return the chance of winning a lottery.

    Parameters
    ----------
    log_score : ndarray
        Log of one's own score.
    log_rivals : ndarray
        Log of the sum of the rivals' scores (and nature's), broadcast against it.
    n : int
        Number of contestants: if all scores are zero, chances are equal.

    Returns
    -------
    ndarray
    """
    own, rivals = np.broadcast_arrays(log_score, log_rivals)
    nobody = np.isneginf(own) & np.isneginf(rivals)
    with np.errstate(over="ignore", invalid="ignore"):  # inf - inf only where nobody scores
        chance = 1.0 / (1.0 + np.exp(rivals - own))
    return np.where(nobody, 1.0 / n, chance)


def rivals_together(location: Array, nature: float, unit: float) -> Array:
    """Return where the scores of each contestant's rivals and nature's together stand.

    Parameters
    ----------
    location : ndarray, shape (n,)
        Where each contestant stands; her score is exp(location / unit).
    nature : float
        Where the event that nobody wins stands; minus infinity if there is none.
    unit : float
        Scale of the Gumbel noise.

    Returns
    -------
    ndarray, shape (n,)
        Minus infinity where no rival has a score. Whoever has more than half of the total gets a
        sum of her own, so that nothing cancels.
    """
    peak = max(float(location.max()), nature)
    if np.isneginf(peak):
        return np.full(location.shape, -np.inf)
    score = np.exp((location - peak) / unit)
    rivals = score.sum() - score
    for k in np.flatnonzero(rivals < score):  # at most two: without them the difference is exact
        rivals[k] = score[:k].sum() + score[k + 1 :].sum()
    with np.errstate(divide="ignore"):  # no rival with a score: minus infinity
        return np.asarray(unit * np.log(rivals + np.exp((nature - peak) / unit)) + peak)


def ranks_at(x: Array, scores: list[Scores], counts: list[int], ranks: int) -> Array:
    """Return the probabilities of the first ranks given one's own score.

    Parameters
    ----------
    x : ndarray
        Own scores.
    scores : list of Scores
        Distributions of the rivals' scores.
    counts : list of int
        How many rivals follow each.
    ranks : int
        How many ranks.

    Returns
    -------
    ndarray, shape (..., ranks)
    """
    below, above = map(list, zip(*(_levels(s, x) for s in scores), strict=True))
    if any(s.has_ties for s in scores):
        tie = [s.tie(x) for s in scores]
        return np.asarray(numerics.rank_distribution_tied(above, tie, below, counts, ranks))
    return np.asarray(numerics.rank_distribution(above, below, counts, ranks))


def prize_at(x: Array, scores: list[Scores], counts: list[int], values: Array, n: int) -> Array:
    """Return the expected prize given one's own score.

    Parameters
    ----------
    x, scores, counts
        As in `ranks_at`.
    values : ndarray, shape (paid ranks,)
        Prizes by rank.
    n : int
        Number of contestants, herself included.

    Returns
    -------
    ndarray
    """
    if len(scores) == 1 and not scores[0].has_ties:
        only = scores[0]
        if values.size == 1 and isinstance(only, NoisyScores) and only.point is not None:
            return np.asarray(values[0] * np.exp((n - 1) * only.log_below(x)))
        return np.asarray(numerics.prize_of_level(values, n, *_levels(only, x)))
    return ranks_at(x, scores, counts, values.size) @ values


def prize_slope_at(x: Array, scores: list[Scores], counts: list[int], values: Array, n: int) -> Array:
    """Return the derivative of `prize_at` in the score (``x``, ``scores``, ``counts``, ``values``, ``n``)."""
    if len(scores) == 1:
        below, above, density = _near(scores[0], x)
        slope = numerics.prize_of_level_slope(values, n, below, above)
        return np.asarray(slope * density)
    every_below, every_above, every_density = zip(*(_near(s, x) for s in scores), strict=True)
    _, slopes = numerics.rank_distribution_slope(
        list(every_above), list(every_below), list(every_density), counts, values.size
    )
    return np.asarray(slopes @ values)


def _near(scores: Scores, x: Array) -> tuple[Array, Array, Array]:
    """The probabilities below and above ``x``, and the density there, as exactly as they go together."""
    if isinstance(scores, TypeScores):
        return scores.near(x)
    return *_levels(scores, x), scores.density(x)


def _levels(scores: Scores, x: Array) -> tuple[Array, Array]:
    """The probabilities below and above ``x``, from a table where the noise has one."""
    if isinstance(scores, (NoisyScores, TypeScores)):
        return scores.levels(x)
    return scores.below(x), scores.above(x)
