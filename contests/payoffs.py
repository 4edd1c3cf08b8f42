"""What a deviation is worth in a contest: payoffs and marginal payoffs from the parts.

The functions behind `contests.contest.Contest`: arrays in, arrays out. Expected
prizes come from :mod:`contests.rivals`; here they meet values, costs and attitudes
to risk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.entry_pots import fees_won, marginal_fees
from contests.errors import InvalidPartError
from contests.strategy import Monotone
from contests.technology import Trials

if TYPE_CHECKING:
    from contests.contest import Contest

__all__ = [
    "largest_effort",
    "lottery_exponent",
    "marginal_payoff",
    "payoff",
    "rank_chances",
    "share_is_smooth",
]

Array = NDArray[np.float64]
Index = int | NDArray[np.intp]


def payoff(contest: Contest, i: Index, effort: Array, profile: Any, types: Array | None) -> Array:
    """Return expected payoffs.

    ``contest`` first, then ``i``, ``effort``, ``profile`` and ``types`` as in `Contest.payoff`, as arrays.
    """
    if np.ndim(i) > 0:
        return _payoff_of_many(contest, np.asarray(i), effort, profile, types)
    shape = np.broadcast_shapes(effort.shape, () if types is None else types.shape)
    flat = np.broadcast_to(effort, shape).ravel()
    kinds = None if types is None else np.broadcast_to(types, shape).ravel()
    value = np.asarray(contest.contestants.trait("value", i, kinds), float)
    cost = np.asarray(contest.effort_cost(i, flat, kinds))
    if contest.contestants.utility_of(int(i)) is not None:
        result = _risky(contest, int(i), flat, profile, kinds, value, cost)
    else:
        result = value * _expected_prize(contest, int(i), flat, profile, kinds) - cost
        if contest.entry.price:
            result = result + _fees(contest, int(i), flat, profile, kinds)
    return np.asarray(result.reshape(shape))


def _fees(contest: Contest, i: int, effort: Array, profile: Any, types: Array | None) -> Array:
    """What an entrant wins of the entry fees, less her own."""
    if not contest.entry.fees_to_winner or contest.race is None:
        return np.full(effort.shape, -contest.entry.price)
    rivals = contest.against(profile)
    location = rivals.stand(i, effort, contest.contestants.trait("ability", i, types))
    return np.asarray(fees_won(rivals, i, location) - contest.entry.price)


def _expected_prize(contest: Contest, i: int, effort: Array, profile: Any, types: Array | None) -> Array:
    race = contest.race
    if race is None:
        return np.asarray(_direct(contest, i, effort, profile) * contest.prizes.by_rank()[0])
    ability = contest.contestants.trait("ability", i, types)
    location = contest.against(profile).stand(i, effort, ability)
    certain = None
    if contest.prizes.share and contest.technology.noise is None:
        certain = np.asarray(contest.technology.location(effort, ability))
    return contest.against(profile).expected_prize(i, location, certain)


def _risky(
    contest: Contest, i: int, effort: Array, profile: Any, types: Array | None, value: Array, cost: Array
) -> Array:
    """Certainty equivalents, net of wealth, of the gamble over ranks."""
    utility, wealth = contest.contestants.utility_of(i), contest.contestants.wealth
    assert utility is not None
    values = contest.prizes.by_rank()[: contest.n]
    chance = rank_chances(contest, i, effort, profile, types, values.size)
    won = np.multiply.outer(value + np.zeros(effort.size), values)
    outcomes = np.concatenate([won, np.zeros((effort.size, 1))], axis=1) + (wealth - cost)[:, None]
    rest = np.clip(1.0 - chance.sum(axis=1, keepdims=True), 0.0, 1.0)
    return utility.certainty_equivalent(outcomes, np.concatenate([chance, rest], axis=1)) - wealth


def rank_chances(
    contest: Contest, i: int, effort: Array, profile: Any, types: Array | None, ranks: int
) -> Array:
    """Return probabilities of the first ranks, shape (m, ranks).

    Parameters
    ----------
    contest : Contest
        The parts.
    i : int
        The contestant.
    effort : ndarray, shape (m,)
        Her efforts.
    profile : Profile or what stands for one
        What the others do.
    types : ndarray, optional
        Her types, broadcast against ``effort``.
    ranks : int
        How many ranks.

    Returns
    -------
    ndarray
    """
    race = contest.race
    if race is None:
        return _direct(contest, i, effort, profile)[:, None]
    rivals = contest.against(profile)
    location = rivals.stand(i, effort, contest.contestants.trait("ability", i, types))
    total = rivals.lottery_total() if ranks == 1 else None
    if total is not None:
        return rivals.lottery_chance(location, np.asarray(total[i]))[:, None]
    return rivals.rank_probabilities(i, location, ranks)


def _direct(contest: Contest, i: int, effort: Array, profile: Any) -> Array:
    """Chances of winning under a success function that is not a race; averages over random efforts."""
    from contests.averaging import random_profiles

    profile = contest.profile(profile)
    if any(isinstance(profile.strategy(j), Monotone) for j in range(contest.n) if j != i):
        raise InvalidPartError(
            "profile",
            "efforts by type",
            f"sure or random efforts under {type(contest.success).__name__}",
            "Give the success function a `race` to use private types.",
        )
    ability = contest.contestants.trait("ability", np.arange(contest.n))
    if profile.is_pure:
        rows, weights = profile.efforts()[None, :], np.ones(1)
    else:
        rows, weights = random_profiles(profile, i)
    total = np.zeros(effort.size)
    for row, weight in zip(rows, weights, strict=True):
        efforts = np.repeat(row[None, :], effort.size, axis=0)
        efforts[:, i] = effort
        chances = contest.success.win_probabilities(contest.technology.location(efforts, ability))
        total += weight * chances[:, i]
    return total


def _payoff_of_many(
    contest: Contest, i: NDArray[np.intp], effort: Array, profile: Any, types: Array | None
) -> Array:
    """Payoffs of several contestants: by formula in a lottery for one prize, else one by one."""
    shape = np.broadcast_shapes(i.shape, effort.shape, () if types is None else types.shape)
    race, traits = contest.race, contest.contestants
    if race is not None and traits.utility is None and _one_fixed_prize(contest):
        rivals = contest.against(profile)
        total = rivals.lottery_total()
        if total is not None:
            chance = rivals.lottery_chance(race.location(i, effort, traits.trait("ability", i)), total[i])
            worth = traits.trait("value", i) * contest.prizes.top
            return np.asarray(worth * chance - contest.effort_cost(i, effort))
    index, own = np.broadcast_to(i, shape), np.broadcast_to(effort, shape)
    kinds = None if types is None else np.broadcast_to(types, shape)
    result = np.empty(shape)
    for one in np.unique(index):
        here = index == one
        result[here] = payoff(contest, int(one), own[here], profile, None if kinds is None else kinds[here])
    return result


def _one_fixed_prize(contest: Contest) -> bool:
    return contest.prizes.by_rank().size == 1 and not contest.prizes.share


def share_is_smooth(contest: Contest) -> bool:
    """Return whether an award contingent on quality has an exact marginal in ``contest``."""
    race = contest.race
    return race is not None and race.scores_are_qualities and not isinstance(contest.technology, Trials)


def _has_density(contest: Contest, profile: Any) -> bool:
    """Whether scores without noise have a density: those of private types."""
    if contest.contestants.private_trait is None:
        return False
    chosen = contest.profile(profile)
    return all(isinstance(chosen.strategy(int(i)), Monotone) for i in contest.classes(chosen)[0])


def marginal_payoff(
    contest: Contest, i: Index, effort: Array, profile: Any, types: Array | None
) -> Array | None:
    """Return exact marginal payoffs or None.

    ``contest``, ``i``, ``effort``, ``profile`` and ``types`` are as in `payoff`.
    """
    race, traits, prizes = contest.race, contest.contestants, contest.prizes
    if race is None or traits.utility is not None:
        return None
    if race.noise is None and not _has_density(contest, profile):
        return None
    if prizes.share and not share_is_smooth(contest):
        return None
    shape = np.broadcast_shapes(effort.shape, np.shape(i), () if types is None else types.shape)
    own = np.broadcast_to(effort, shape)
    kinds = None if types is None else np.broadcast_to(types, shape)
    ability = traits.trait("ability", i, kinds)
    rivals = contest.against(profile)
    location = np.broadcast_to(rivals.stand(i, own, ability), shape)
    total = rivals.lottery_total() if _one_fixed_prize(contest) else None
    if total is not None:
        assert rivals.unit is not None
        chance = rivals.lottery_chance(location, total[i])
        lost = rivals.lottery_chance(np.broadcast_to(total[i], shape), location)
        prize_slope = prizes.top * chance * lost / rivals.unit
    elif np.ndim(i) > 0:
        index, prize_slope = np.broadcast_to(i, shape), np.empty(shape)
        for one in np.unique(index):
            here = index == one
            prize_slope[here] = rivals.marginal_prize(int(one), location[here])
    else:
        prize_slope = rivals.marginal_prize(int(i), location.ravel()).reshape(shape)
    gain = traits.trait("value", i, kinds) * prize_slope * race.slope(i, own, ability)
    if contest.entry.fees_to_winner:
        pot = marginal_fees(rivals, int(i), location.ravel()).reshape(shape)
        gain = gain + pot * race.slope(i, own, ability)
    return np.asarray(gain - traits.trait("cost", i, kinds) * contest.cost.derivative(own))


def largest_effort(contest: Contest, i: Index, types: Array | None) -> Array:
    """Return the effort whose cost is all that could be won.

    ``contest``, ``i`` and ``types`` are as in `payoff`.
    """
    traits, prizes = contest.contestants, contest.prizes
    value = np.asarray(traits.trait("value", i, types), float)
    factor = np.asarray(traits.trait("cost", i, types), float)
    values = prizes.by_rank()
    sure = values.size >= contest.n and np.isneginf(contest.entry.least_quality)
    least = values[-1] if sure else 0.0
    with np.errstate(divide="ignore"):  # a type without cost: bounded by the domain below
        budget = (value * max(float(values[0] - least), 0.0) + _largest_pot(contest)) / factor
    limit = np.asarray(contest.cost.inverse(budget), float)
    if prizes.share:
        limit = _limit_with_share(contest, np.maximum(limit, 0.0), value, factor, i, types)
    return np.asarray(np.minimum(limit, contest.cost.domain[1]))


def _largest_pot(contest: Contest) -> float:
    """The fees that a winner gets if all enter."""
    return contest.n * contest.entry.price if contest.entry.fees_to_winner else 0.0


def _limit_with_share(
    contest: Contest, limit: Array, value: Array, factor: Array, i: Index, types: Array | None
) -> Array:
    """Double the effort until its cost exceeds even a sure award for the best quality expected."""
    noise, technology = contest.technology.noise, contest.technology
    luck = 0.0 if noise is None else 40.0 * (noise.std() if np.isfinite(noise.std()) else 1.0)
    ability = contest.contestants.trait("ability", i, types)
    start = np.asarray(contest.cost.inverse(np.asarray(contest.stakes / factor)), float)
    effort = np.maximum(limit, start)
    for _ in range(200):
        quality = technology.quality_at(technology.location(effort, ability)) + luck
        worth = value * np.maximum(contest.prizes.to_winner(quality), 0.0)
        short = factor * contest.cost(effort) < worth
        if not np.any(short):
            return np.asarray(effort)
        effort = np.where(short, 2.0 * effort, effort)
    raise InvalidPartError(
        "Contest.prizes",
        contest.prizes,
        "a share of quality that the cost of effort outgrows in the end",
        "With this cost and output, effort would be unbounded.",
    )


def lottery_exponent(contest: Contest) -> float | None:
    """Return the exponent on effort of the lottery that ``contest`` is, or None if it is none.

    Log output with Gumbel noise of scale m is a lottery with exponent (scale of the output) / m; the
    best of several draws is one with exponent 1.
    """
    from contests.curves import Linear, Log
    from contests.success import Highest, Lottery

    technology, output = contest.technology, getattr(contest.technology, "output", None)
    if isinstance(contest.success, Lottery):
        return contest.success.exponent if output == Linear() else None
    if not isinstance(contest.success, Highest) or contest.success.error is not None:
        return None
    if isinstance(technology, Trials):
        return 1.0
    noise = technology.noise
    if noise is None or noise.name != "gumbel_r" or not isinstance(output, Log):
        return None
    return float(output.scale / noise.scale)
