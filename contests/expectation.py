"""Expected maximum of independent qualities that follow different laws."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.scores import ExactScores, NoisyScores, Scores, TypeScores, bends_of
from contests.technology import Exact, Trials

__all__ = ["chance_of_nothing", "expected_maximum"]

_SINGULAR = 60  # pieces up to which each is taken to be singular at its ends

Array = NDArray[np.float64]


def expected_maximum(groups: list[tuple[Scores, int]], technology: Any) -> float:
    """Return the expected best quality.

    With G the product of the laws, E[max] = m + integral of (1 - G) above m - integral of G below
    m, for any m; the quality scale is entered through the technology's ``quality_at``.

    Parameters
    ----------
    groups : list of (Scores, int)
        Distributions of quality on the technology's location scale, and how many follow each.
    technology : Technology
        Turns locations into qualities.

    Returns
    -------
    float
        Minus infinity if with positive probability nobody has an idea; infinite if a shock's upper tail
        is so heavy that the best of as many draws has no finite expectation.
    """
    if all(isinstance(scores, ExactScores) for scores, _ in groups):
        return _of_exact(groups, technology)
    nobody = np.prod([chance_of_nothing(scores) ** count for scores, count in groups])
    lowest = float(technology.quality_at(np.array(-np.inf)))

    def level(x: Array) -> Array:
        total = np.zeros(np.shape(x))
        for scores, count in groups:
            with np.errstate(divide="ignore"):  # below the support: log of zero
                total = total + count * np.log(scores.below(x) + scores.tie(x))
        return np.exp(total)

    if nobody > 0 and np.isneginf(lowest):
        return -np.inf
    noise = next((s.noise for s, _ in groups if isinstance(s, NoisyScores)), None)
    if noise is not None and not isinstance(technology, Trials) and not np.isfinite(noise.mean()):
        from contests.order_statistics import expected_order_statistic

        best = expected_order_statistic(noise, sum(count for _, count in groups))
        if not np.isfinite(best):  # tails do not care who stands where
            return best
    low, high = _range(groups)
    if low > high:  # nobody has an idea, as a lone contestant who need not draw
        return -np.inf
    # The location of the maximum by its quantile: x(u) solves G(x) = u on the log-odds grid.
    from contests.quadrature import quantile_nodes

    bends = bends_of([scores for scores, _ in groups])
    u, v, w = quantile_nodes(level(bends) if bends.size else (), reach=40.0)
    lo, hi = np.full(u.shape, low), np.full(u.shape, high)
    for _ in range(90):
        middle = (lo + hi) / 2
        reached = np.where(u < 0.5, level(middle) >= u, -np.expm1(_log(level, middle)) <= v)
        lo, hi = np.where(reached, lo, middle), np.where(reached, middle, hi)
    return float(np.sum(w * technology.quality_at(hi)))


def chance_of_nothing(scores: Scores) -> float:
    """Return the probability that a contestant whose quality is distributed as ``scores`` has no idea.

    Her location is minus infinity then. The worst of private types may share a finite one: that is one.
    """
    worst = scores.kinks() if isinstance(scores, TypeScores) else np.array([])
    return 0.0 if worst.size and np.isfinite(worst).all() else float(getattr(scores, "floor", 0.0))


def _of_exact(groups: list[tuple[Scores, int]], technology: Any) -> float:
    """Without noise: the integral of 1 - G over the smooth pieces of G."""
    ends = [scores.kinks() for scores, _ in groups]
    low, top = max(float(e.min()) for e in ends), max(float(e.max()) for e in ends)
    if not np.isfinite(low) or not isinstance(technology, Exact):
        return _by_who_is_best(groups, technology)
    cuts = np.unique(np.concatenate([*ends, [low, top]]))
    cuts = cuts[(cuts >= low) & (cuts <= top)]
    if cuts.size == 1:
        return low  # somebody does so much for sure that nobody does more
    if cuts.size <= _SINGULAR:
        from contests.quadrature import quantile_nodes

        toward, away, weight = quantile_nodes(reach=40.0)
    else:
        x, w = np.polynomial.legendre.leggauss(16)
        toward, away, weight = (1 + x) / 2, (1 - x) / 2, w / 2
    left, right = cuts[:-1, None], cuts[1:, None]
    place = (left * away + right * toward).ravel()
    log = np.zeros(place.shape)
    with np.errstate(divide="ignore"):  # below the support of somebody: log of zero
        for scores, count in groups:
            log = log + count * np.log1p(-scores.above(place))
    missing = -np.expm1(log).reshape(cuts.size - 1, -1)
    return low + float(((right - left)[:, 0] * (missing @ weight)).sum())


def _by_who_is_best(groups: list[tuple[Scores, int]], technology: Any) -> float:
    """The sum over contestants of quality times the chance that it is the best (ties shared).

    Without noise each contestant's own distribution has known atoms and smooth pieces, at whose
    nodes this is exact; the distribution of the maximum need not be inverted.
    """
    from contests.worth import ranks_at

    total = 0.0
    for k, (scores, count) in enumerate(groups):
        assert isinstance(scores, ExactScores)
        efforts, weights = scores.strategy.nodes()
        place = scores.location(efforts)
        others = [(s, c - (j == k)) for j, (s, c) in enumerate(groups) if c > (j == k)]
        first = np.ones(place.size)
        if others:
            first = ranks_at(place, [s for s, _ in others], [c for _, c in others], 1)[..., 0]
        counted = weights * first > 0
        best = technology.quality_at(place[counted])
        total += count * float((weights * first)[counted] @ best)
    return total


def _log(level: Any, x: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(level(x)))


def _range(groups: list[tuple[Scores, int]]) -> tuple[float, float]:
    """Scores between which all but 1e-18 of the probability of every group lies."""
    low, high = np.inf, -np.inf
    for scores, _ in groups:
        points = getattr(scores, "_points", None)
        if points is None:
            ends = scores.kinks()
        else:
            noise = scores.noise  # type: ignore[attr-defined]
            if points.size == 0:
                continue
            ends = np.array([points.min() + noise.ppf(1e-18), points.max() + noise.isf(1e-20)])
        ends = ends[np.isfinite(ends)]
        if ends.size:
            low, high = min(low, float(ends.min())), max(high, float(ends.max()))
    return low, high
