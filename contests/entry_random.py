"""A random number of rivals, not known when effort is chosen.

A participant faces k rivals with probability q_k (Myerson and Warneryd 2006); her
payoff is the mixture of the payoffs in the contests of k + 1. With k rivals drawn at
random out of N - 1 who would all do the same, whoever beats all but j - 1 of the N - 1
beats all but b of the k with hypergeometric probability. So a random number of rivals
is worth the same, whatever is done, as N - 1 certain rivals and the prizes

    w_j = sum over k of q_k E[v_(1 + b)],  b ~ hypergeometric(N - 1, j - 1, k)

(degree elevation of Bernstein polynomials): one contest instead of many. Binomial entry is the
case of n potential contestants who each come with probability p (Lim and Matros
2009); under :class:`~contests.entry_rules.FreeEntry` with ``mixed=True`` that probability
makes entering worth its price (Fu, Jiao and Lu 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.entry_base import EntryGame
from contests.entry_games import EntryFinding, field_of
from contests.errors import InvalidPartError
from contests.game import Game
from contests.prizes import ByRank
from contests.profile import Profile, as_profile
from contests.strategy import Strategy

__all__ = ["MixedEntryProfile", "RandomEntryGame", "equivalent_prizes"]

Array = NDArray[np.float64]


class MixedEntryProfile(Profile):
    """One strategy of all who take part, and the probability with which each does.

    Parameters
    ----------
    strategy : Strategy
        What a participant does (when she does not see the number of rivals).
    n : int
        Number of potential contestants.
    probability : float
        Probability with which each takes part.
    by_number : dict of int to Profile, optional
        What is played in a contest of so many, where the number is seen.
    """

    __slots__ = ("by_number", "probability")

    def __init__(
        self, strategy: Strategy, n: int, probability: float, by_number: dict[int, Profile] | None = None
    ) -> None:
        super().__init__(n, strategies=(strategy,))
        self.probability, self.by_number = probability, by_number

    def __repr__(self) -> str:
        return f"<MixedEntryProfile: each of {self.n} enters with probability {self.probability:.6g}>"


def equivalent_prizes(values: Array, chances: Array) -> Array:
    """Return the prizes of a contest with all rivals that is worth the same as with a random number.

    Parameters
    ----------
    values : ndarray, shape (ranks,)
        Prizes by rank; as many are awarded as there are contestants.
    chances : ndarray, shape (N,)
        Probabilities of 0, ..., N - 1 rivals.

    Returns
    -------
    ndarray, shape (N,)
        Not increasing.
    """
    from scipy.special import gammaln

    most = chances.size - 1
    better = np.arange(most + 1)[:, None]  # better rivals among all
    k = np.arange(most + 1)[None, :]  # rivals who take part
    total = np.zeros(most + 1)
    for b in range(min(values.size, most + 1)):
        # Impossible counts have a coefficient of zero: gammaln is infinite at 0, -1, -2, ...
        log = (
            _log_choose(gammaln, better, b)
            + _log_choose(gammaln, most - better, k - b)
            - _log_choose(gammaln, np.full_like(k, most), k)
        )
        total += values[b] * (np.exp(log) @ chances)
    return np.asarray(np.minimum.accumulate(total))


def _log_choose(gammaln: Any, n: Any, k: Any) -> Array:
    return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RandomEntryGame(EntryGame):
    """Alike contestants who do not know how many take part (`contests.entry_unequal` has others).

    Parameters
    ----------
    contest : Contest
        The contest, with its entry rule: `RandomEntry`, or `FreeEntry` in mixed strategies.
    """

    def __post_init__(self) -> None:
        if not self.contest.is_symmetric or self.contest.success.columns():
            raise InvalidPartError(
                "Contest.contestants",
                "different contestants",
                "alike when entry is random and types are private",
                "With types of different laws use ct.FreeEntry(cost=...) in pure strategies.",
            )

    @cached_property
    def stakes(self) -> float:
        """The top prize, see `Game.stakes`."""
        return self.inner(1).stakes

    def inner(self, number: int) -> Contest:
        """Return the contest of a ``number`` of contestants."""
        kept: dict[int, Contest] = self.__dict__.setdefault("_inner", {})
        if number not in kept:
            kept[number] = field_of(self.contest, [0] * number)
        return kept[number]

    def profile(self, value: Any) -> Profile:
        """Return the profile that a user means by ``value``: all who take part do the same."""
        found = value if isinstance(value, Profile) else as_profile(value, self.n)
        if found.n != self.n or (found.labels() != found.labels()[0]).any():
            raise InvalidPartError("profile", value, "one strategy for all when entry is random")
        return found

    def rivals(self, profile: Any) -> tuple[NDArray[np.intp], Array]:
        """Return the possible numbers of rivals under ``profile``, and their probabilities."""
        if self.endogenous:
            from contests.binomial import binomial

            if not isinstance(profile, MixedEntryProfile):
                raise InvalidPartError(
                    "profile", profile, "told the probability of entry; solve() returns one"
                )
            p = profile.probability
            k = np.arange(self.n)
            return k, np.asarray(binomial(k, self.n - 1, np.array([[p]]), np.array([[1.0 - p]]))[0])
        numbers, chances = self.entry.rivals(self.n)
        return numbers, chances

    def fixed_size(self, chances: Array) -> Contest:
        """Return the contest of fixed size that is worth the same, given ``chances`` of k rivals."""
        most = int(np.flatnonzero(chances > 0)[-1])
        if most == 0:
            return self.inner(1)
        prizes = equivalent_prizes(self.contest.prizes.by_rank(), chances[: most + 1])
        return field_of(self.contest.replace(prizes=prizes[0]), [0] * (most + 1)).replace(
            prizes=ByRank(prizes)
        )

    def _same(self, profile: Any) -> tuple[Contest, Profile]:
        """The contest of fixed size, and the profile in which all its contestants do the same."""
        chosen = self.profile(profile)
        _, chances = self.rivals(chosen)
        kept: Any = self.__dict__.get("_fixed")
        if kept is None or kept[0] is not chosen:
            contest = self.fixed_size(chances)
            kept = (chosen, contest, Profile.symmetric(chosen.strategy(0), contest.n))
            self.__dict__["_fixed"] = kept
        return kept[1], kept[2]

    def mixture(self, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return the expected payoff before the price of entry as the sum over numbers of rivals.

        It equals `payoff` plus the price; it is how the tests check the contest of fixed size.

        Parameters
        ----------
        effort : array_like
            Efforts.
        profile : Profile or what stands for one
            What the others do if they take part.
        type : array_like, optional
            The type, where private.
        """
        chosen = self.profile(profile)
        total = np.zeros(np.broadcast_shapes(np.shape(effort), np.shape(type) if type is not None else ()))
        for k, chance in zip(*self.rivals(chosen), strict=True):
            if chance > 0:
                doing = Profile.symmetric(chosen.strategy(0), int(k) + 1)
                total = total + chance * self.inner(int(k) + 1).payoff(0, effort, doing, type)
        return np.asarray(total)

    def payoff(self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return the expected payoff of taking part with an effort, net of the price of entry.

        Parameters
        ----------
        i : int
            The contestant.
        effort : array_like
            Her efforts.
        profile : Profile or what stands for one
            What the others do if they take part.
        type : array_like, optional
            Her type, where private.
        """
        contest, doing = self._same(profile)
        return np.asarray(contest.payoff(0, effort, doing, type) - self.price)

    def marginal_payoff(
        self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return the derivative of `payoff` in effort (``i``, ``effort``, ``profile``, ``type``)."""
        contest, doing = self._same(profile)
        return contest.marginal_payoff(0, effort, doing, type)

    def largest_effort(self, i: Any, type: ArrayLike | None = None) -> Array:
        """Return an effort above which none is worth while to ``i`` of ``type``."""
        return self.inner(max(self.n, 2)).largest_effort(0, type)

    def effort_cost(self, i: Any, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs contestant ``i`` of ``type``, in money."""
        return self.contest.effort_cost(0, effort, type)

    def outside_option(self, i: Any, type: ArrayLike | None = None) -> float:
        """Return what leaving is worth to ``i`` of ``type``: nothing, less a price already paid."""
        return -self.price

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant for all, or nobody where the number is seen under ``profile``."""
        if getattr(profile, "by_number", None) is not None:
            return np.array([], dtype=np.intp), np.array([], dtype=np.intp)
        return np.array([0], dtype=np.intp), np.array([self.n], dtype=np.intp)

    def type_nodes(self, i: int) -> Array | None:
        """Return the types of ``i`` at which to check."""
        return self.inner(2).type_nodes(0)

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return efforts at which the payoff of ``i`` (of ``type``) under ``profile`` may jump or bend."""
        return self.inner(2).landmarks(0, Profile.symmetric(profile.strategy(0), 2), type)

    def subgames(self, profile: Profile) -> list[tuple[Game, Profile]]:
        """Return the contests by number, where it is seen under ``profile``."""
        by_number = getattr(profile, "by_number", None) or {}
        return [(self.inner(number), played) for number, played in by_number.items()]

    def entry_findings(self, profile: Profile) -> list[EntryFinding]:
        """Return what taking part or staying out would gain, where entry is part of the equilibrium.

        Parameters
        ----------
        profile : MixedEntryProfile
            What is done, and how often each takes part.
        """
        if not self.endogenous or not isinstance(profile, MixedEntryProfile):
            return []
        value, effort = float(self.outcomes(profile).payoff[0]), float(profile.strategy(0).mean())
        found: list[EntryFinding] = []
        if profile.probability < 1:
            found.append((0, np.nan, effort, 0.0, value))
        if profile.probability > 0:
            found.append((0, effort, np.nan, value, 0.0))
        return found

    def sizes(self, profile: Profile) -> tuple[NDArray[np.intp], Array]:
        """Return the possible numbers of contestants (from 1) under ``profile``, and their probabilities."""
        k, seen = self.rivals(profile)
        if isinstance(profile, MixedEntryProfile) and self.endogenous:
            # m of n enter: n p / m times what a participant sees.
            return k + 1, np.asarray(self.n * profile.probability / (k + 1) * seen)
        # Whoever takes part sees large contests more often: undo that bias.
        raw = seen / (k + 1)
        return k + 1, np.asarray(raw / raw.sum() * (1.0 - self.entry.chance_of_nobody(self.n)))

    def outcomes(self, profile: Profile) -> Any:
        """Return the exact expectations under ``profile``."""
        from contests.entry_outcomes import RandomEntryOutcomes
        from contests.outcomes import Outcomes

        strategy, by_number = profile.strategy(0), getattr(profile, "by_number", None)
        kept: dict[int, Outcomes] = {}

        def inside(number: int) -> Outcomes:
            if number not in kept:
                doing = Profile.symmetric(strategy, number) if by_number is None else by_number[number]
                kept[number] = Outcomes(self.inner(number), doing)
            return kept[number]

        numbers, chances = self.sizes(profile)
        _, seen = self.rivals(profile)
        fee = float(self.entry.price)
        return RandomEntryOutcomes(self.n, numbers, chances, inside, seen, price=self.price, fee=fee)

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Any:
        """Draw how many take part and who, and their contests; zeros for the absent.

        Parameters
        ----------
        profile : Profile or what stands for one
            What is done, and how often each takes part.
        size : int
            How many contests to draw.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        Outcome
            As many columns as the largest contest drawn has contestants, and at least n.
        """
        from contests.entry_unequal_outcomes import play_rosters

        chosen = self.profile(profile)
        numbers, chances = self.sizes(chosen)
        some = float(chances.sum())
        drawn = rng.choice(np.append(0, numbers), size=size, p=np.append(max(1.0 - some, 0.0), chances))
        width = max(self.n, int(drawn.max()))
        # The first of a random order take part.
        there = rng.random((size, width)).argsort(axis=1) < drawn[:, None]
        by_number = getattr(chosen, "by_number", None)

        def stage(members: tuple[int, ...]) -> tuple[Contest, Profile]:
            number = len(members)
            doing = Profile.symmetric(chosen.strategy(0), number) if by_number is None else by_number[number]
            return self.inner(number), doing

        return play_rosters(np.zeros(width, dtype=np.intp), there, stage, self.price, rng)
