"""The referee: draw outcomes of a profile from the primitives.

Nothing here uses a formula of an equilibrium, a rank probability or an order
statistic: types and efforts are drawn from the strategies, qualities from the
technology, marks and lots from the success function, and prizes follow ranks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contestants import Private
from contests.direct import draw_ranks
from contests.profile import Profile
from contests.strategy import Monotone
from contests.success import Highest, Lottery
from contests.technology import once
from contests.validation import count

__all__ = ["Outcome", "play"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """Simulated contests; row by row, arrays of shape (size, n).

    Attributes
    ----------
    effort, quality : ndarray
        What was done and what came of it.
    rank : ndarray of int
        Rank of each contestant, from 1; contestants beyond the paid ranks of a lottery share the
        next rank; 0 if nobody won.
    prize : ndarray
        Money received.
    payoff : ndarray
        Value of the prize less the cost of effort and any fee, in money.
    enters : ndarray of bool, optional
        Who took part, where somebody may stay out; who did not has the quality of nothing. Under a
        reserve without a fee they are those whose ideas reach it or, where quality is random, may.
    """

    effort: Array
    quality: Array
    rank: NDArray[np.intp]
    prize: Array
    payoff: Array
    enters: NDArray[np.bool_] | None = None

    @property
    def best(self) -> Array:
        """Quality of the best idea in each contest, of nothing where nobody came, shape (size,)."""
        if self.enters is None:
            return np.asarray(self.quality.max(axis=1))
        best = np.where(self.enters, self.quality, -np.inf).max(axis=1)
        return np.asarray(np.where(self.enters.any(axis=1), best, self.quality.max(axis=1)), float)


class _Unranked(Outcome):
    """An outcome whose ranks are worked out when they are asked for: one prize needs the best only."""

    def __init__(self, *, ranks: Callable[[], NDArray[np.intp]], **known: Array) -> None:
        for name, value in {"_ranks": ranks, **known}.items():
            object.__setattr__(self, name, value)

    @cached_property
    def rank(self) -> NDArray[np.intp]:
        ranks: NDArray[np.intp] = self.__dict__["_ranks"]()
        return ranks


def play(contest: Any, profile: Any, size: int, *, rng: np.random.Generator) -> Outcome:
    """Draw outcomes of a profile.

    Parameters
    ----------
    contest : Contest or Model
        The parts.
    profile : Profile or what stands for one
        What everyone does.
    size : int
        How many contests to draw.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> import numpy as np
    >>> import contests as ct
    >>> lottery = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
    >>> outcome = ct.play(lottery, 0.25, 1000, rng=np.random.default_rng(1))
    >>> bool(abs(outcome.payoff.mean() - 0.25) < 0.05)
    True
    """
    game = contest.game()
    referee = getattr(game, "play", None)
    if referee is not None:
        found: Outcome = referee(profile, size, rng=rng)
        return found
    size = count("play.size", size)
    chosen: Profile = game.profile(profile)
    effort, types, enters = _draw_efforts(game, chosen, size, rng)
    everyone = np.arange(game.n)
    traits = game.contestants
    ability = types if traits.private_trait == "ability" else traits.trait("ability", everyone, types)
    quality = game.technology.sample(effort, ability, rng=rng)
    # Who stays out has no idea: it is worth what no effort at ability zero would bring.
    quality = np.where(enters, quality, game.technology.location(0.0, 0.0)) if not enters.all() else quality
    submitted = enters & (quality >= _mark(game, ability))
    if _is_for_one_prize(game) and submitted.all():
        marks = _marks(game, quality, rng)
        first, top = marks.argmax(axis=1)[:, None], marks.max(axis=1, keepdims=True)
        if np.count_nonzero(marks == top) == size:  # ties at the top are for the general way
            prize = np.zeros(quality.shape)
            np.put_along_axis(prize, first, game.prizes.by_rank()[0], axis=1)
            payoff = _payoff(game, effort, types, prize)
            later = partial(_ranks, marks, np.random.default_rng(rng.integers(2**63)))
            return _Unranked(effort=effort, quality=quality, ranks=later, prize=prize, payoff=payoff)
    rank, prize = _ranked(game, effort, ability, quality, submitted, rng=rng)
    payoff = _payoff(game, effort, types, prize)
    if game.entry.price:
        prize, payoff = _after_fees(game, rank, prize, payoff, enters)
    elif np.isfinite(game.entry.least_quality):
        # Free to enter: who is sure to fall short has not submitted anything.
        enters = enters & (submitted if game.technology.noise is None else np.isfinite(quality))
    known = {"effort": effort, "quality": quality, "prize": prize, "payoff": payoff}
    return Outcome(rank=rank, enters=None if enters.all() else enters, **known)


def _after_fees(
    game: Any, rank: NDArray[np.intp], prize: Array, payoff: Array, enters: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Prizes and payoffs once those who came have paid, and the winner has the fees if they are hers."""
    fee = game.entry.price
    payoff = payoff - fee * enters
    if not game.entry.fees_to_winner:
        return prize, payoff
    pot = np.where(rank == 1, fee * enters.sum(axis=1, keepdims=True), 0.0)
    return prize + pot, payoff + pot


def _ranked(
    game: Any,
    effort: Array,
    ability: Any,
    quality: Array,
    submitted: NDArray[np.bool_],
    *,
    rng: np.random.Generator,
) -> tuple[NDArray[np.intp], Array]:
    """Ranks of what was submitted, zero for what was not, and the prizes for them."""
    shown = np.where(submitted, quality, -np.inf)
    if isinstance(game.success, (Highest, Lottery)):
        rank = _rank(game, shown, rng)
    else:
        rank = draw_ranks(game, effort, ability, shown, rng)
    rank = np.where(submitted, rank, 0)
    values = np.concatenate([game.prizes.by_rank()[: game.n], np.zeros(game.n + 1)])
    prize = np.where(rank > 0, values[np.maximum(rank - 1, 0)], 0.0)
    if game.prizes.share:
        prize = np.where(rank == 1, game.prizes.to_winner(np.where(rank == 1, quality, 0.0)), prize)
    return rank, prize


def _payoff(game: Any, effort: Array, types: Array | None, prize: Array) -> Array:
    everyone = np.arange(game.n)
    value, cost = (game.contestants.trait(name, everyone, types) for name in ("value", "cost"))
    return np.asarray(value * prize - cost * game.cost(once(effort)))


def _is_for_one_prize(game: Any) -> bool:
    """Whether the one with the highest mark gets a given prize and nobody else anything."""
    alone = game.prizes.by_rank().size == 1 and not game.prizes.share
    return alone and type(game.success) is Highest and not game.entry.price


def _mark(game: Any, ability: Any) -> Any:
    """The quality that a submission must reach, less a rounding error for those who aim at it exactly."""
    reserve = game.entry.least_quality
    if np.isneginf(reserve):
        return reserve
    return reserve - 1e-13 * np.maximum(abs(reserve), np.abs(ability))


def _draw_efforts(
    game: Any, profile: Profile, size: int, rng: np.random.Generator
) -> tuple[Array, Array | None, NDArray[np.bool_]]:
    n = game.n
    enters = np.ones((size, n), dtype=bool)
    private = isinstance(game.contestants, Private)
    types = np.empty((size, n)) if private else None
    if profile.is_pure:
        effort = np.broadcast_to(profile.efforts(), (size, n))
        if types is not None:
            for i in range(n):
                types[:, i] = game.contestants.law_of(i).rvs(size, rng=rng)
        return effort, types, enters
    effort = np.empty((size, n))
    for i in range(n):
        strategy = profile.strategy(i)
        if types is not None and isinstance(strategy, Monotone):
            types[:, i] = strategy.types.rvs(size, rng=rng)
            effort[:, i] = strategy(types[:, i])
            enters[:, i] = strategy.enters(types[:, i])
        else:
            effort[:, i] = strategy.rvs(size, rng=rng)
    return effort, types, enters


def _rank(game: Any, quality: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    success = game.success
    if isinstance(success, Lottery):
        return _draw_lots(success, quality, game.prizes.by_rank().size, rng)
    return _ranks(_marks(game, quality, rng), rng)


def _marks(game: Any, quality: Array, rng: np.random.Generator) -> Array:
    success, marks = game.success, quality
    if success.error is not None:
        errors = sum(success.error.rvs(quality.shape, rng=rng) for _ in range(success.judges))
        marks = marks + errors / success.judges
    if success.handicaps is not None:
        marks = marks + success.handicaps[: quality.shape[1]]
    return marks


def _ranks(marks: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    # Ties fall to chance: sort by a random key within equal marks.
    order = np.lexsort((rng.random(marks.shape), -marks), axis=1)
    rank = np.empty(marks.shape, dtype=np.intp)
    np.put_along_axis(rank, order, np.arange(1, marks.shape[1] + 1)[None, :], axis=1)
    return rank


def _draw_lots(success: Lottery, quality: Array, prizes: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw prize after prize among those who have none, with chances by score.

    Whoever has no idea that counts has quality minus infinity and takes no part.
    """
    size, n = quality.shape
    there = ~np.isneginf(quality)
    log = np.where(there, success.log_score(np.arange(n), np.where(there, quality, 0.0)), -np.inf)
    score = np.exp(log - np.maximum(log.max(axis=1, keepdims=True), -700.0))
    equal = 1.0 * there if success.draw == 0 else np.zeros((size, n))
    score = np.where(score.sum(axis=1, keepdims=True) > 0, score, equal)
    nature = np.zeros((size, 1))
    if success.draw:
        score = np.exp(log)
        nature = np.full((size, 1), success.draw)
    pot = np.concatenate([score, nature], axis=1)
    rank = np.full((size, n + 1), 0, dtype=np.intp)
    rows = np.arange(size)
    for k in range(1, min(prizes, n) + 1):
        empty = pot.sum(axis=1) == 0
        if empty.any():  # only zero scores are left: equal chances among those still without a prize
            left = rank[empty] == 0
            left[:, n] = False
            left[:, :n] &= there[empty]
            pot[empty] = left
        drawn = rng.random((size, 1)) * pot.sum(axis=1, keepdims=True) < np.cumsum(pot, axis=1)
        winner, any_left = drawn.argmax(axis=1), drawn.any(axis=1)
        rank[rows[any_left], winner[any_left]] = k
        pot[rows, winner] = 0.0
    return np.where(rank[:, :n] == 0, 0 if success.draw else min(prizes, n) + 1, rank[:, :n])
