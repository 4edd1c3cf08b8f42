"""What a sponsor may want to know of the qualities under a profile, as exact expectations.

The best k ideas, the winner's idea where judges err, the chance that the best idea
passes a mark, and what the contestants' efforts cost them. Order statistics are
quantiles of Poisson-binomial counts; the winner's quality is an integral over
quality and judging error. Nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.expectation import chance_of_nothing
from contests.scores import ExactScores, NoisyScores, Scores, bends_of
from contests.strategy import Monotone
from contests.success import Highest
from contests.technology import Trials

if TYPE_CHECKING:
    from contests.contest import Contest
    from contests.laws import Law
    from contests.outcomes import Outcomes
    from contests.profile import Profile

__all__ = ["chance_above", "effort_costs", "nodes_of", "top_qualities", "winner_quality"]

Array = NDArray[np.float64]
_FEW = 4  # efforts for each of which the chances of all marks are worked out anew
_NO_WEIGHT = 1e-17
_ROUNDING = 1e-12


def top_qualities(outcomes: Outcomes, k: int) -> float:
    """Return the expected sum of the k best qualities.

    Parameters
    ----------
    outcomes : Outcomes
        What comes of a profile.
    k : int
        How many ideas; all of them if fewer compete.

    Returns
    -------
    float
        In units of quality.
    """
    contest, profile = outcomes.contest, outcomes.profile
    k = min(k, contest.n)
    if k == contest.n:
        return contest.n * outcomes.expected_average
    if k == 1:
        return outcomes.expected_best
    if outcomes._types is not None:
        return _best_types(outcomes, k)
    if (found := _best_ranked(outcomes, k)) is not None:
        return found
    noise = contest.technology.noise
    groups = outcomes.quality_groups()
    sure = profile.is_pure and contest.contestants.private_trait is None
    if sure and len(groups) == 1 and noise is not None and not isinstance(contest.technology, Trials):
        location = float(np.asarray(_locations(contest, profile))[0])
        above = sum(numerics.expected_order_statistic(noise, contest.n, j) for j in range(1, k + 1))
        return float(k * (location + outcomes._common()) + above)
    if sure and noise is None:
        return float(np.sort(_locations(contest, profile))[-k:].sum()) + float(k * outcomes._common())
    if all(isinstance(one, ExactScores) for one, _ in groups):
        return _best_exact(groups, contest.technology, k) + float(k * outcomes._common())
    found = sum(_order_statistic(groups, contest.technology, j) for j in range(1, k + 1))
    return float(found + k * outcomes._common())


def _best_types(outcomes: Outcomes, k: int) -> float:
    """The sum of the k best where types alone decide: each by her chance to be among them, else nothing."""
    assert outcomes._types is not None
    chances, qualities = np.array([one.among_best(k) for one in outcomes._types]).T
    missing = k - float(chances @ outcomes._count)
    found = float(qualities @ outcomes._count)
    # With as many entrants as places nothing is missing but for rounding.
    return found + missing * outcomes._types[0].nothing if missing > 1e-12 * k else found


def _best_ranked(outcomes: Outcomes, k: int) -> float | None:
    """The sum of the k best of alike contestants whose types alone order certain qualities, else None.

    Judges or lots may decide who wins: which ideas are the best depends on types only.
    """
    contest, strategy = outcomes.contest, outcomes.profile.strategy(0)
    alike = contest.is_symmetric and outcomes.profile.is_symmetric
    if not alike or contest.technology.noise is not None or not isinstance(strategy, Monotone):
        return None
    if strategy.entry_probability() < 1:
        return None
    efforts, types, weights = nodes_of(outcomes.profile, 0)
    ability = contest.contestants.trait("ability", 0, types)
    quality = np.broadcast_to(contest.technology.location(efforts, ability), weights.shape)
    below, above = strategy.types.cdf(types), strategy.types.sf(types)
    if not strategy.scores_increase:
        below, above = above, below
    among = numerics.rank_distribution([above], [below], [contest.n - 1], k).sum(axis=-1)
    return float(contest.n * (weights @ (among * quality)) + k * outcomes._common())


def _best_exact(groups: list[tuple[Scores, int]], technology: Any, k: int) -> float:
    """The sum of the k best certain qualities: each by her chance to be among them, ties shared."""
    from contests.worth import ranks_at

    total = 0.0
    for at, (scores, count) in enumerate(groups):
        assert isinstance(scores, ExactScores)
        efforts, weights = scores.strategy.nodes()
        place = scores.location(efforts)
        others = [(s, c - (j == at)) for j, (s, c) in enumerate(groups) if c > (j == at)]
        among = ranks_at(place, [s for s, _ in others], [c for _, c in others], k).sum(axis=-1)
        counted = weights * among > 0
        total += count * float((weights * among)[counted] @ technology.quality_at(place[counted]))
    return total


def winner_quality(outcomes: Outcomes) -> float:
    """Return the expected quality of the idea that wins.

    It is the best idea unless the winner is drawn by lot, judges err, or handicaps interfere.

    Parameters
    ----------
    outcomes : Outcomes
        What comes of a profile.

    Returns
    -------
    float
        In units of quality, per contest: nothing counts as zero where nobody wins.
    """
    contest = outcomes.contest
    success = contest.success
    if isinstance(success, Highest) and success.error is None and success.handicaps is None:
        return outcomes.expected_best
    first, member = outcomes._first, outcomes._count
    parts = [_quality_if_winning(contest, outcomes.profile, int(i)) for i in first]
    won = float(outcomes.win_probability.sum())
    return float(np.dot(parts, member)) + outcomes._common() * won


def chance_above(outcomes: Outcomes, quality: float) -> float:
    """Return the probability that the best idea is of at least a quality.

    Parameters
    ----------
    outcomes : Outcomes
        What comes of a profile.
    quality : float
        The mark to pass.

    Returns
    -------
    float
    """
    contest = outcomes.contest
    groups, technology = outcomes.quality_groups(), contest.technology
    common = getattr(technology, "common", None)
    marks, weights = np.array([quality]), np.ones(1)
    if common is not None:
        x, weights = common.nodes()
        marks = quality - x
    if isinstance(technology, Trials):
        # On the scale of scores the level G(q) of one draw stands at -log(-log G(q)).
        with np.errstate(divide="ignore"):  # outside the support: the ends of the scale
            marks = -np.log(-technology.draw.logcdf(marks))
    if technology.noise is None:
        marks = marks - _ROUNDING * np.abs(marks)  # who is to do exactly so much does so but for rounding
    log_none = np.zeros(marks.size)
    with np.errstate(divide="ignore"):  # sure to pass: the log of no chance of failing
        for scores, count in groups:
            log_none += count * np.log(scores.below(marks))
    return float(weights @ -np.expm1(log_none))


def effort_costs(outcomes: Outcomes) -> float:
    """Return what all efforts together are expected to cost.

    Parameters
    ----------
    outcomes : Outcomes
        What comes of a profile.

    Returns
    -------
    float
        Money.
    """
    contest, profile = outcomes.contest, outcomes.profile
    if profile.is_pure and contest.contestants.private_trait is None:
        cost = contest.effort_cost(np.arange(contest.n), profile.efforts())
        return float(np.sum(np.broadcast_to(cost, (contest.n,))))
    total = 0.0
    for i, count in zip(outcomes._first, outcomes._count, strict=True):
        efforts, types, weights = nodes_of(profile, int(i))
        total += float(count) * float(weights @ np.asarray(contest.effort_cost(int(i), efforts, types)))
    return total


def nodes_of(profile: Profile, i: int) -> tuple[Array, Array | None, Array]:
    """Return what stands for what a contestant does where she is in.

    Parameters
    ----------
    profile : Profile
        What everyone does.
    i : int
        The contestant.

    Returns
    -------
    efforts : ndarray
        Her efforts.
    types : ndarray or None
        Her types, None where they are known.
    weights : ndarray
        Their probabilities, zero for types that stay out.
    """
    strategy = profile.strategy(i)
    if isinstance(strategy, Monotone):
        types, weights = strategy.type_nodes()
        return strategy(types), types, np.where(strategy.enters(types), weights, 0.0)
    efforts, weights = strategy.nodes()
    return efforts, None, weights


def _locations(contest: Contest, profile: Profile) -> Array:
    ability = contest.contestants.trait("ability", np.arange(contest.n))
    location = contest.technology.location(profile.efforts(), ability)
    return np.broadcast_to(location, (contest.n,))


def _reach(scores: list[Scores]) -> tuple[float, float]:
    """Scores between which practically all probability lies."""
    ends = [np.array([])]
    for one in scores:
        if isinstance(one, NoisyScores):
            points = one.points[np.isfinite(one.points)]
            if points.size:
                ends.append(
                    np.array([points.min() + one.noise.ppf(1e-18), points.max() + one.noise.isf(1e-20)])
                )
        else:
            ends.append(one.kinks())
    found = np.concatenate(ends)
    found = found[np.isfinite(found)]
    return float(found.min()), float(found.max())


def _order_statistic(groups: list[tuple[Scores, int]], technology: Any, j: int) -> float:
    """Expected j-th best: its quantiles solve Pr(fewer than j above x) = u on the log-odds grid."""
    from contests.quadrature import quantile_nodes

    scores, counts = [s for s, _ in groups], [c for _, c in groups]
    sure = sum(count for one, count in groups if chance_of_nothing(one) == 0)
    if j > sure and np.isneginf(technology.quality_at(np.array(-np.inf))):
        return -np.inf  # with positive probability fewer than j have an idea
    low, high = _reach(scores)

    def level(x: Array) -> Array:
        """Probability that fewer than j are above."""
        above, below = [s.above(x) for s in scores], [s.below(x) + s.tie(x) for s in scores]
        return np.asarray(np.sum(numerics.rank_distribution(above, below, counts, j), axis=-1))

    bends = bends_of(scores)
    u, _, w = quantile_nodes(level(bends) if bends.size else (), reach=40.0)
    lo, hi = np.full(u.shape, low), np.full(u.shape, high)
    for _ in range(90):
        middle = (lo + hi) / 2
        reached = level(middle) >= u
        lo, hi = np.where(reached, lo, middle), np.where(reached, middle, hi)
    return float(np.sum(w * technology.quality_at(hi)))


def _quality_if_winning(contest: Contest, profile: Profile, i: int) -> float:
    """E[quality; win] of contestant i."""
    efforts, types, weights = nodes_of(profile, i)
    technology, success = contest.technology, contest.success
    ability = contest.contestants.trait("ability", i, types)
    place = np.broadcast_to(np.asarray(technology.location(efforts, ability), float), efforts.shape)
    if not isinstance(success, Highest):
        chance = contest.rank_probabilities(i, efforts, profile, types, ranks=1)[:, 0]
        return float(weights @ np.where(chance > 0, chance * place, 0.0))
    from contests.laws import averaged_error
    from contests.worth import ranks_at

    x, w = np.zeros(1), np.ones(1)
    error, v = np.zeros(1), np.ones(1)
    if technology.noise is not None:
        grid = technology.noise.node_grid()
        x, w = grid.x, grid.w
    if success.error is not None:
        grid = averaged_error(success.error, success.judges).node_grid()
        error, v = grid.x, grid.w
    handicap = 0.0 if success.handicaps is None else float(success.handicaps[i])
    scores, counts = contest.against(profile).groups(i)

    def winning(marks: Array) -> Array:
        return ranks_at(marks, scores, counts, 1)[..., 0] if scores else np.ones(marks.shape)

    if place.size > _FEW and contest.race is not None and contest.race.noise is not None:
        used = [w > _NO_WEIGHT * w.max(), v > _NO_WEIGHT * v.max()]
        x, w, error, v = x[used[0]], w[used[0]], error[used[1]], v[used[1]]
        reach = place[np.isfinite(place)][:, None] + handicap + [x.min() + error.min(), x.max() + error.max()]
        winning = _table(winning, place + handicap, reach, contest.race.noise) or winning
    total = 0.0
    for one, weight in zip(place, weights, strict=True):
        if np.isneginf(one):
            continue
        quality = one + x
        chance = winning(quality[:, None] + error + handicap)
        total += float(weight) * float((w * quality) @ (chance @ v))
    return total


def _table(winning: Callable[[Array], Array], place: Array, reach: Array, noise: Law) -> Any:
    """The chance that a mark wins, which depends on the mark only, as a spline; None if places are too wide.

    Its steps are fractions of the spread of a rival's mark among the places, and grow beyond them.
    """
    from scipy.interpolate import CubicSpline

    spread = float(noise.ppf(0.75) - noise.ppf(0.25))
    low, high = float(np.nanmin(place[np.isfinite(place)])), float(place.max())
    steps = (high - low) / spread * 60 + 600
    if not np.isfinite(steps) or steps > 20_000:
        return None
    inner = np.linspace(low - 5 * spread, high + 5 * spread, int(steps))
    beyond = 5 * spread * np.expm1(np.linspace(0.0, 35.0, 2000)[1:])
    below, above = inner[0] - beyond, inner[-1] + beyond
    knots = np.concatenate([below[below > reach.min()][::-1], inner, above[above < reach.max()]])
    knots = np.unique(np.append(knots, [reach.min(), reach.max()]))
    return CubicSpline(knots, winning(knots))
