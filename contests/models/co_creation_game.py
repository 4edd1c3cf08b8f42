"""The game of contestants who also use the best result.

With effort e_i, and knowledge K_i = e_i + s times the others' efforts, contestant i's idea
has quality r(K_i) + shock. She gets the prize if hers is best, b times the best quality
whoever's it is, and love of the work for each unit of effort, and bears the cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.curve_base import BaseCurve
from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.laws import Law
from contests.models._rivalry import chance_of_best, chance_slope, expected_best
from contests.order_statistics import expected_maximum_shifted
from contests.part import Part
from contests.profile import Profile
from contests.simulate import Outcome

__all__ = ["CoCreationGame", "check_love"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CoCreationGame(Part, Game):
    """Payoffs from primitives of a contest among users.

    Parameters
    ----------
    n : int
        Number of contestants.
    prize : float
        Money for the best idea.
    use_value : float
        What a unit of the best quality is worth to each contestant.
    love : float
        Intrinsic reward of a unit of effort, in money.
    spillover : float
        Part of everyone's effort that adds to each other's knowledge, in [0, 1].
    shock : Law
        Law of the own shocks.
    output, cost : curve
        Quality of knowledge; cost of effort in money.
    """

    n: int
    prize: float
    use_value: float
    love: float
    spillover: float
    shock: Law
    output: BaseCurve
    cost: BaseCurve

    @property
    def is_symmetric(self) -> bool:
        """True: contestants are alike."""
        return True

    @cached_property
    def stakes(self) -> float:
        """The prize, and what the luck of the best idea is worth to a user, in money."""
        spread = self.shock.std()
        luck = spread if np.isfinite(spread) else self.shock.scale
        return self.prize + self.use_value * luck + self._joy

    @cached_property
    def _joy(self) -> float:
        """What the work alone is worth at the effort that love alone would choose."""
        if not self.love:
            return 0.0
        effort = _falls(lambda e: float(self.love - self.cost.derivative(e)), 1.0, self.cost)
        return float(self.love * effort)

    def _locations(self, own: Array, others: Array) -> tuple[Array, Array]:
        """Locations of the own idea, shape (m,), and of the rivals', shape (m, groups)."""
        total = float(others.sum())
        mine = np.asarray(self.output(own + self.spillover * total))
        pooled = self.spillover * (own[:, None] + total - others[None, :])
        return mine, np.asarray(self.output(others[None, :] + pooled))

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs from the primitives, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`; there are no types.
        """
        own, shape, others, counts = self._split(i, effort, profile)
        if self.spillover == 0.0:
            mine = np.asarray(self.output(own))
            rivals = np.asarray(self.output(others))[None, :] if others.size else np.zeros((1, 0))
        else:
            full = np.repeat(others, counts)
            mine, rivals = self._locations(own, full)
            rivals = rivals[:, np.cumsum(counts) - counts] if counts.size else rivals
        worth = np.zeros(own.size)
        if self.prize:
            worth = worth + self.prize * chance_of_best(self.shock, mine, rivals, counts)
        if self.use_value:
            worth = worth + self.use_value * expected_best(self.shock, mine, rivals, counts)
        return np.asarray((worth + self.love * own - self.cost(own)).reshape(shape))

    def _split(
        self, i: Index, effort: ArrayLike, profile: Any
    ) -> tuple[Array, tuple[int, ...], Array, NDArray[np.intp]]:
        """Own efforts, their shape, and the distinct efforts of the rivals with their numbers."""
        who = np.unique(np.asarray(i))
        if who.size != 1:
            raise InvalidPartError("CoCreation payoff", i, "one contestant at a time")
        given = np.asarray(effort, float)
        efforts = np.delete(self.profile(profile).efforts(), int(who[0]))
        others, counts = np.unique(efforts, return_counts=True)
        return given.ravel(), given.shape, others, counts

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return exact marginal payoffs against alike rivals, see `Game.marginal_payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `payoff`.
        """
        own, shape, others, counts = self._split(i, effort, profile)
        if others.size > 1:
            return None
        rival = np.zeros(own.size)
        mine, theirs = np.asarray(self.output(own)), np.zeros(own.size)
        knowledge = own
        if others.size:
            m = int(counts[0])
            knowledge = own + self.spillover * m * others[0]
            rival = others[0] + self.spillover * (own + (m - 1) * others[0])
            mine, theirs = np.asarray(self.output(knowledge)), np.asarray(self.output(rival))
        chance = (
            chance_of_best(self.shock, mine, theirs[:, None], counts) if others.size else np.ones(own.size)
        )
        slope = self.prize * chance_slope(self.shock, self.n, mine - theirs)
        result = np.asarray(self.output.derivative(knowledge)) * (slope + self.use_value * chance)
        if self.spillover and others.size:
            lost = self.use_value * (1.0 - chance) - slope
            result = result + self.spillover * np.asarray(self.output.derivative(rival)) * lost
        return np.asarray((result + self.love - self.cost.derivative(own)).reshape(shape))

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return an effort beyond which cost outgrows all that effort could bring (``i``, ``type``)."""

        def slope(effort: float) -> float:
            gain = self.use_value * (1.0 + self.spillover * (self.n - 1)) * self.output.derivative(effort)
            return float(gain + self.love - self.cost.derivative(effort))

        turn = _falls(slope, 1.0, self.cost)
        effort = max(turn, float(np.minimum(self.cost.inverse(self.prize), self.cost.domain[1])))
        limit = self.cost.domain[1]
        for _ in range(2000):
            if effort >= limit:
                return np.asarray(limit)
            # Beyond the turn every further unit loses: stop when the loss exceeds the prize.
            loss = self.cost(effort) - self.cost(turn) - self.love * (effort - turn)
            steep = float(self.use_value * (1 + self.spillover * (self.n - 1)))
            gain = steep * (self.output(effort) - self.output(turn)) if steep else 0.0
            if loss - gain > self.prize:
                return np.asarray(effort)
            effort = effort * 1.3
        raise InvalidPartError("CoCreation.cost", self.cost, "a cost that outgrows use value and love")

    def outside_option(self, i: Index, type: ArrayLike | None = None) -> float:
        """Minus infinity: users are there anyway, and doing nothing is an effort (``i``, ``type``)."""
        return float("-inf")

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant of each effort in ``profile``, see `Game.classes`."""
        _, first, counts = np.unique(profile.labels(), return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs contestant ``i`` (of no ``type``), before love, in money."""
        return np.asarray(self.cost(np.asarray(effort, float)))

    def outcomes(self, profile: Profile) -> CoCreationOutcomes:
        """Return exact expectations of what comes of ``profile``."""
        return CoCreationOutcomes(self, profile)

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Outcome:
        """Draw outcomes from the primitives.

        Parameters
        ----------
        profile : Profile or what stands for one
            What everyone does.
        size : int
            How many contests.
        rng : numpy.random.Generator
            Source of randomness.
        """
        efforts = np.broadcast_to(self.profile(profile).efforts(), (size, self.n))
        knowledge = efforts + self.spillover * (efforts.sum(axis=1, keepdims=True) - efforts)
        quality = np.asarray(self.output(knowledge)) + self.shock.rvs((size, self.n), rng=rng)
        rank = np.argsort(np.argsort(-quality, axis=1), axis=1) + 1
        prize = np.where(rank == 1, self.prize, 0.0)
        use = self.use_value * quality.max(axis=1, keepdims=True)
        payoff = prize + use + self.love * efforts - np.asarray(self.cost(efforts))
        return Outcome(effort=efforts, quality=quality, rank=rank, prize=prize, payoff=payoff)


class CoCreationOutcomes:
    """Exact expectations of a profile of sure efforts.

    Parameters
    ----------
    game : CoCreationGame
        The game.
    profile : Profile
        What everyone does.
    """

    def __init__(self, game: CoCreationGame, profile: Profile) -> None:
        self.game, self.profile = game, profile
        efforts = profile.efforts()
        self._efforts = efforts
        self._location = np.asarray(game.output(efforts + game.spillover * (efforts.sum() - efforts)))

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs in money, shape (n,)."""
        first, _ = self.game.classes(self.profile)
        labels = self.profile.labels()
        each = {
            int(labels[i]): float(self.game.payoff(int(i), self._efforts[i], self.profile)) for i in first
        }
        return np.array([each[int(label)] for label in labels])

    @cached_property
    def win_probability(self) -> Array:
        """Probabilities of the best idea, shape (n,)."""
        if self.profile.is_symmetric:
            return np.full(self.game.n, 1.0 / self.game.n)
        ones = np.ones(self.game.n - 1)
        chances = [
            chance_of_best(self.game.shock, [self._location[i]], np.delete(self._location, i), ones)[0]
            for i in range(self.game.n)
        ]
        return np.array(chances)

    @cached_property
    def expected_best(self) -> float:
        """Expected quality of the best idea."""
        if self.profile.is_symmetric:
            return expected_maximum_shifted(self.game.shock, self._location[:1], [self.game.n])
        return expected_maximum_shifted(self.game.shock, self._location)

    @cached_property
    def expected_average(self) -> float:
        """Expected quality of the average idea."""
        return float(self._location.mean() + self.game.shock.mean())

    @property
    def prizes_paid(self) -> float:
        """The prize: somebody is best."""
        return self.game.prize

    def effort_costs(self) -> float:
        """Return what all efforts cost, less love, in money."""
        net = self.game.cost(self._efforts) - self.game.love * self._efforts
        return float(np.sum(net))


def check_love(part: str, love: float, cost: BaseCurve) -> None:
    """Refuse a love of the work that no cost holds back.

    Parameters
    ----------
    part : str
        The field's dotted name.
    love : float
        Intrinsic reward of a unit of effort, in money.
    cost : curve
        Cost of effort.
    """
    if love <= 0 or np.isfinite(cost.domain[1]):
        return
    far = np.array([1e12, 1e15])
    with np.errstate(over="ignore"):  # a cost beyond all numbers holds back any love
        slopes = np.asarray(cost.derivative(far))
    if not slopes[-1] > love:
        raise InvalidPartError(
            part,
            love,
            f"below the marginal cost of large efforts, {float(slopes[-1]):g}",
            "Love of the work would outweigh its cost at every effort: effort would be unbounded. Lower "
            "it, or let marginal cost rise with effort, such as ct.Power(2).",
        )


def _falls(slope: Any, start: float, cost: BaseCurve) -> float:
    """An effort beyond which a slope stays below zero, to a factor of two."""
    limit = cost.domain[1]
    effort = min(start, 0.5 * limit) if np.isfinite(limit) else start
    for _ in range(400):
        if slope(effort) <= 0 and slope(0.5 * effort) > 0:
            return effort
        if slope(effort) <= 0:
            effort *= 0.5
            if effort < 1e-100:
                return effort
        else:
            effort *= 2.0
            if effort >= limit:
                return float(limit)
    return effort
