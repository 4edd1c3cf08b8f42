"""Own scores and weights: the integral over one's own noise, for many deviations at once.

The variable is the quantile of one's own noise, in log-odds (see
`contests.quadrature`). Where a deviation may put one's own quantiles far from where the
rivals stand, or where expected prizes bend, the integral is split there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law
from contests.prizes import Prizes
from contests.quadrature import split_nodes
from contests.scores import NoisyScores, Scores, bends_of
from contests.technology import Technology, Trials

__all__ = ["floor_score", "node_step", "own_scores", "score_of_quality", "splits"]

Array = NDArray[np.float64]
_CHUNK = 60_000  # numbers evaluated at once: they fit in the cache
_RESOLVED = ("gumbel_r", "logistic")
_POLYNOMIAL = ("uniform", "expon")


def own_scores(
    noise: Law | None, location: Array, breaks: Array, *, plain: bool = False, step: float = 0.3
) -> Iterator[tuple[NDArray[np.intp], Array, Array]]:
    """Yield chunks of deviations with their scores and weights.

    Parameters
    ----------
    noise : Law or None
        Law of the own noise.
    location : ndarray, shape (m,)
        Where each deviation puts her; minus infinity is left out.
    breaks : ndarray
        Scores at which to split the integral, as `splits` gives them.
    plain : bool
        Whether only the ranks among fewer than 60 matter: against uniform or exponential noise these
        are polynomials of the quantile between the breaks, which a few Gauss points integrate exactly.
    step : float, optional
        Distance of the nodes in log-odds, as `node_step` gives it.

    Yields
    ------
    rows : ndarray of int, shape (k,)
        Which deviations.
    scores : ndarray, shape (k, nodes)
        Own scores.
    weights : ndarray, shape (k, nodes) or (1, nodes)
        Their weights, which sum to one in each row.
    """
    finite = np.flatnonzero(~np.isneginf(location))
    if noise is None:
        yield finite, location[finite, None], np.ones((1, 1))
        return
    if breaks.size == 0:
        exact = noise.shape.exact
        grid = (
            noise.node_grid(step=min(step, 0.35), reach=42.0) if exact else noise.node_grid(min(step, 0.25))
        )
        rows = max(1, _CHUNK // grid.x.size)
        for start in range(0, finite.size, rows):
            part = finite[start : start + rows]
            yield part, location[part, None] + grid.x, grid.w[None, :]
        return
    rows = max(1, int(_CHUNK // (90 / min(step, 0.3) * (breaks.size + 1))))
    polynomial = plain and noise.name in _POLYNOMIAL
    own_below, own_above = noise.cdf(noise.kinks), noise.sf(noise.kinks)
    for start in range(0, finite.size, rows):
        part = finite[start : start + rows]
        here = location[part, None]
        below, above = noise.cdf(breaks - here), noise.sf(breaks - here)
        if own_below.size:
            below = np.hstack([below, np.broadcast_to(own_below, (part.size, own_below.size))])
            above = np.hstack([above, np.broadcast_to(own_above, (part.size, own_above.size))])
        u, v, w = _gauss(below, above) if polynomial else split_nodes(below, above, step=step, reach=39.0)
        # Between breaks that own noise cannot reach quantiles are infinite and weigh nothing: an award
        # for quality would make no number of them.
        yield part, np.where(w > 0, here + noise.quantile(u, v), here), w


def node_step(rivals: int, values: Array, *, plain: bool = False) -> float:
    """Return the distance of the nodes in log-odds that resolves who gets which prize.

    Next to the last of L prizes the level at which it is won has the law of an order statistic: in
    log-odds its spread is about sqrt(n / (L (n - L))). Steps of 0.7 of it leave errors of 1e-16 where one's
    own noise is as wide as there (the trapezoid rule, Trefethen and Weideman 2014), and small ones elsewhere.

    Parameters
    ----------
    rivals : int
        How many.
    values : ndarray, shape (ranks,)
        Prizes by rank.
    plain : bool
        As in `own_scores`.

    Returns
    -------
    float
    """
    # One prize among few is the smoothest.
    step = 0.4 if plain and not values[1:].any() else 0.3 if rivals < 1000 else 0.2
    falls = np.flatnonzero(np.diff(np.append(values, 0.0))) + 1.0
    falls = falls[falls <= rivals]
    if falls.size == 0:
        return step
    spread = np.sqrt((rivals + 1.0) / (falls * (rivals + 1.0 - falls)))
    return min(step, 0.7 * float(spread.min()))


@lru_cache(maxsize=1)
def _points() -> tuple[Array, Array]:
    """Gauss points and weights on [-1, 1], worked out once."""
    x, weight = np.polynomial.legendre.leggauss(32)
    return np.asarray(x, float), np.asarray(weight, float)


def _gauss(below: Array, above: Array) -> tuple[Array, Array, Array]:
    """Gauss points between the breaks of each row: exact for polynomials of degree up to 63."""
    x, weight = _points()
    rows = below.shape[0]
    below, above = np.sort(below, axis=1), -np.sort(-above, axis=1)
    zero, one = np.zeros((rows, 1)), np.ones((rows, 1))
    left, right = np.hstack([zero, below])[..., None], np.hstack([below, one])[..., None]
    left_above, right_above = np.hstack([one, above])[..., None], np.hstack([above, zero])[..., None]
    share = (x + 1) / 2
    u = left * (1 - share) + right * share
    v = left_above * (1 - share) + right_above * share
    length = np.where(right < 0.5, right - left, left_above - right_above)
    w = length * weight / 2
    return u.reshape(rows, -1), v.reshape(rows, -1), w.reshape(rows, -1)


def splits(noise: Law | None, scores: list[Scores], counts: list[int], *, plain: bool = False) -> Array:
    """Return the scores at which to split the integral over one's own quantile.

    The ends of the rivals' support and the kinks of their densities, where expected prizes bend;
    and, because a deviation may put one's own quantiles far from where the rivals stand, the
    medians of the best rival and of the middle one. Gumbel and logistic noise, and normal noise
    among few, need no split: their tails are such that quantiles of one's own resolve the rivals' too.

    Parameters
    ----------
    noise : Law or None
        Law of the own noise.
    scores : list of Scores
        Distributions of the rivals' scores.
    counts : list of int
        How many rivals follow each.
    plain : bool
        As in `own_scores`.

    Returns
    -------
    ndarray
    """
    if noise is None or not scores:
        return np.array([])
    resolved = noise.name in _RESOLVED or (noise.name == "norm" and sum(counts) < 50)
    kinks = np.unique(np.concatenate([*(s.kinks() for s in scores), bends_of(scores)]))
    if (resolved and kinks.size == 0) or (plain and noise.name in _POLYNOMIAL):
        return kinks
    return np.unique(np.concatenate([kinks, _where_rivals_stand(scores, counts, noise)]))


def score_of_quality(technology: Technology, quality: float) -> float:
    """Return the score that an idea of a known quality has where ranks tell the quality.

    Parameters
    ----------
    technology : Technology
        From effort to quality.
    quality : float
        The quality.

    Returns
    -------
    float
        For the best of several draws infinite outside the support of a draw.
    """
    if not isinstance(technology, Trials):
        return quality
    with np.errstate(divide="ignore"):  # outside the support of the draw: the ends of the scale
        return float(-np.log(-technology.draw.logcdf(np.asarray(quality))))


def floor_score(prizes: Prizes, technology: Technology) -> Array:
    """Return the score above which an award with a floor at zero rises with quality.

    Parameters
    ----------
    prizes : Prizes
        What is paid.
    technology : Technology
        From effort to quality.

    Returns
    -------
    ndarray, shape (1,) or (0,)
        Empty without such a floor, and where no score is there.
    """
    if not prizes.share or not getattr(prizes, "floored", False):
        return np.zeros(0)
    found = np.array([score_of_quality(technology, -float(prizes.by_rank()[0]) / prizes.share)])
    return np.asarray(found[np.isfinite(found)], float)


def _where_rivals_stand(scores: list[Scores], counts: list[int], noise: Law) -> Array:
    """Medians of the best and of the middle rival: of each class, and of as many as there are in all."""
    noisy = [(s, c) for s, c in zip(scores, counts, strict=True) if isinstance(s, NoisyScores)]
    total = sum(counts)
    places = [s.quantile_of_best(number, 0.5) for s, c in noisy for number in {1, c, total}]
    found = np.sort(np.concatenate(places)) if places else np.array([])
    # Places much nearer to each other than the noise is wide are one place.
    room = 0.25 * float(noise.isf(0.25) - noise.ppf(0.25))
    cells = np.floor(found / room)
    return found[np.concatenate([[True], np.diff(cells) > 0])] if found.size else found
