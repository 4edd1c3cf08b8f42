"""Participation by chance among contestants who differ.

Contestant i takes part with probability p_i, independently of the others. Two things
may be known when effort is chosen:

- *nothing but the probabilities* (:class:`UnequalEntryGame`): a participant of effort e
  meets each rival with that rival's probability. Absent rivals rank below everybody who
  is there, so the ranks are those of a race in which rival j's score is her location plus
  noise with probability p_j and minus infinity with 1 - p_j: one Poisson-binomial law
  under one integral, no enumeration of who may come. For two in a plain lottery, with
  prizes worth V_i, effort is e_i = (p_j V_i)^2 p_i V_j / (p_j V_i + p_i V_j)^2, as if
  each had the value p_j V_i;
- *who came* (:class:`SeenEntryGame`): each possible roster is a contest of its own, and
  participation is worth the mean over rosters.

Probabilities are given (`RandomEntry(each=...)`), or part of the equilibrium
(`FreeEntry(mixed=True)`): whoever enters with a probability between 0 and 1 is
indifferent between paying the price of entry and staying out, whoever surely enters
does not lose, whoever surely stays out would not gain. Contestants of one kind do the
same. Whoever is alone wins.

Sources: Fu, Lu and Zhang (2016) for asymmetric stochastic entry and its disclosure;
Fu, Jiao and Lu (2015) for mixed entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.entry import AllEnter
from contests.entry_base import EntryGame
from contests.entry_games import EntryFinding, field_of
from contests.entry_open_field import OpenField
from contests.entry_rosters import Members, Rosters
from contests.errors import InvalidPartError
from contests.game import Game
from contests.profile import Profile, as_profile
from contests.strategy import Strategy
from contests.validation import vector

__all__ = ["SeenEntryGame", "UnequalEntryGame", "UnequalEntryProfile"]

Array = NDArray[np.float64]


class UnequalEntryProfile(Profile):
    """What each contestant does if she takes part, and the probability that she does.

    Parameters
    ----------
    strategies : sequence of Strategy, length n
        What each does once in; where it is seen who came, if all came.
    probabilities : sequence of float, shape (n,)
        Probability with which each takes part.
    by_roster : dict of tuple of int to Profile, optional
        What is played by those who came, where it is seen who did.
    """

    __slots__ = ("by_roster", "probabilities")

    def __init__(
        self,
        strategies: Sequence[Strategy],
        probabilities: ArrayLike,
        by_roster: dict[Members, Profile] | None = None,
    ) -> None:
        self.probabilities = vector("UnequalEntryProfile.probabilities", probabilities, at_least_zero=True)
        if (self.probabilities > 1).any() or self.probabilities.size != len(strategies):
            raise InvalidPartError(
                "UnequalEntryProfile.probabilities", probabilities, "a probability for each contestant"
            )
        self.by_roster = by_roster
        pairs = list(zip(strategies, self.probabilities.tolist(), strict=True))
        distinct = list(dict.fromkeys(pairs))
        members = np.array([distinct.index(pair) for pair in pairs], dtype=np.intp)
        super().__init__(len(pairs), strategies=[strategy for strategy, _ in distinct], members=members)

    def __repr__(self) -> str:
        shown = np.array2string(self.probabilities, precision=6, separator=", ", threshold=20)
        return f"<UnequalEntryProfile: {self.n} enter with probabilities {shown}>"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class UnequalEntryGame(EntryGame):
    """Contestants who differ and do not know who takes part.

    Parameters
    ----------
    contest : Contest
        The contest, with its entry rule: `RandomEntry`, or `FreeEntry` in mixed strategies.
    """

    def __post_init__(self) -> None:
        if self.contest.contestants.private_trait is not None:
            raise InvalidPartError(
                "Contest.contestants",
                self.contest.contestants,
                "alike, or different in what all know, when entry is random",
                "Types of one law work with ct.RandomEntry(stats.binom(n - 1, p)); with different laws "
                "use ct.FreeEntry(cost=...) in pure strategies.",
            )

    @property
    def stakes(self) -> float:
        """The top prize, see `Game.stakes`."""
        return self.contest.stakes

    @cached_property
    def field(self) -> OpenField:
        """The contest among those who take part."""
        c = self.contest
        return OpenField(
            contestants=c.contestants,
            prizes=c.prizes,
            technology=c.technology,
            cost=c.cost,
            success=c.success,
            entry=AllEnter(),
        )

    @cached_property
    def rosters(self) -> Rosters:
        """Kinds of contestants, and who may turn out to take part."""
        kinds = self.contest.kind_of()
        if not self.endogenous:
            labels = np.unique(self.entry.probabilities(self.n), return_inverse=True)[1].reshape(-1)
            kinds = kinds * (int(labels.max()) + 1) + labels
        return Rosters(kinds)

    def inner(self, members: Iterable[int]) -> Contest:
        """Return the contest among ``members``."""
        who = tuple(members)
        kept: dict[Members, Contest] = self.__dict__.setdefault("_inner", {})
        if who not in kept:
            kept[who] = field_of(self.contest, who)
        return kept[who]

    def profile(self, value: Any) -> UnequalEntryProfile:
        """Return the profile that a user means by ``value``: contestants of one kind do the same."""
        if isinstance(value, UnequalEntryProfile):
            found = value
        elif self.endogenous:
            raise InvalidPartError(
                "profile", value, "told the probabilities of entry; solve() returns such a profile"
            )
        else:
            strategies = as_profile(value, self.n)
            every = [strategies.strategy(i) for i in range(self.n)]
            found = UnequalEntryProfile(every, self.entry.probabilities(self.n))
        if found.n != self.n:
            raise InvalidPartError("profile", value, f"one strategy for each of the {self.n} contestants")
        if not self.endogenous and not np.array_equal(found.probabilities, self.entry.probabilities(self.n)):
            raise InvalidPartError("profile", value, "one with the probabilities of the entry rule")
        labels, rosters = found.labels(), self.rosters
        if (labels != labels[rosters.representatives][rosters.kind]).any():
            raise InvalidPartError("profile", value, "one strategy for all contestants of a kind")
        return found

    def payoff(self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return the expected payoff of taking part with an effort, net of the price of entry.

        Parameters
        ----------
        i : int
            The contestant.
        effort : array_like
            Her efforts.
        profile : UnequalEntryProfile or what stands for one
            What the others do, and how often they take part.
        type : array_like, optional
            Not used: there are no private types.
        """
        return np.asarray(self.field.payoff(i, effort, self.profile(profile)) - self.price)

    def marginal_payoff(
        self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return the derivative of `payoff` in effort (``i``, ``effort``, ``profile``, ``type``)."""
        return self.field.marginal_payoff(i, effort, self.profile(profile))

    def largest_effort(self, i: Any, type: ArrayLike | None = None) -> Array:
        """Return an effort above which none is worth while to ``i`` (of ``type``)."""
        return self.field.largest_effort(i)

    def effort_cost(self, i: Any, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs contestant ``i`` (of ``type``), in money."""
        return self.field.effort_cost(i, effort)

    def outside_option(self, i: Any, type: ArrayLike | None = None) -> float:
        """Return what leaving is worth to ``i`` (of ``type``): nothing, less a price already paid."""
        return -self.price

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant of each kind (``profile``)."""
        return self.rosters.representatives, self.rosters.sizes

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return what others do under ``profile``: the payoff of ``i`` (of ``type``) may bend there."""
        return self.field.landmarks(i, self.profile(profile))

    def is_concave(self) -> str | None:
        """Return why payoffs are concave in own effort: a mean of concave payoffs is."""
        return self.field.is_concave()

    def worth(self, profile: Any) -> Array:
        """Return what taking part is worth to each contestant, net of its price, shape (n,).

        Parameters
        ----------
        profile : UnequalEntryProfile or what stands for one
            What is done, and how often each takes part.
        """
        chosen, found = self.profile(profile), []
        for i in self.rosters.representatives:
            points, weights = chosen.strategy(int(i)).nodes()
            found.append(float(weights @ self.payoff(int(i), points, chosen)))
        return np.array(found)[self.rosters.kind]

    def entry_findings(self, profile: Profile) -> list[EntryFinding]:
        """Return what taking part or staying out would gain each kind, where entry is chosen.

        Parameters
        ----------
        profile : UnequalEntryProfile
            What is done, and how often each takes part.
        """
        if not self.endogenous:
            return []
        chosen, found = self.profile(profile), list[EntryFinding]()
        values, efforts = self.worth(chosen), chosen.efforts()
        for i in map(int, self.rosters.representatives):
            value, effort, p = float(values[i]), float(efforts[i]), chosen.probabilities[i]
            if p < 1:
                found.append((i, np.nan, effort, 0.0, value))
            if p > 0:
                found.append((i, effort, np.nan, value, 0.0))
        return found

    def played(self, profile: Any, members: Members) -> Profile:
        """Return what ``members`` do among themselves under ``profile``."""
        return Profile.of([profile.strategy(i) for i in members])

    def outcomes(self, profile: Profile) -> Any:
        """Return the exact expectations under ``profile``."""
        from contests.entry_unequal_outcomes import UnequalEntryOutcomes

        return UnequalEntryOutcomes(self, self.profile(profile))

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Any:
        """Draw who takes part, and their contests; zeros for the absent.

        Parameters
        ----------
        profile : UnequalEntryProfile or what stands for one
            What is done, and how often each takes part.
        size : int
            How many contests to draw.
        rng : numpy.random.Generator
            Source of randomness.
        """
        from contests.entry_unequal_outcomes import play_rosters

        chosen = self.profile(profile)
        there = rng.random((size, self.n)) < chosen.probabilities

        def stage(members: Members) -> tuple[Contest, Profile]:
            return self.inner(members), self.played(chosen, members)

        return play_rosters(self.rosters.kind, there, stage, self.price, rng)


class SeenEntryGame(UnequalEntryGame):
    """Contestants who differ and see who entered before they exert effort.

    Parameters
    ----------
    contest : Contest
        The contest, with `FreeEntry` in mixed strategies.
    """

    def profile(self, value: Any) -> UnequalEntryProfile:
        """Return the profile ``value``, which says what each possible roster plays."""
        found = super().profile(value)
        if found.by_roster is None:
            raise InvalidPartError("profile", value, "told what each roster plays; solve() returns one")
        return found

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return nobody: efforts under ``profile`` are checked in the contests of the rosters."""
        return np.array([], dtype=np.intp), np.array([], dtype=np.intp)

    def subgames(self, profile: Profile) -> list[tuple[Game, Profile]]:
        """Return the contests of all rosters, with what ``profile`` says is played there."""
        by_roster = self.profile(profile).by_roster or {}
        missing = [
            m for m in map(self.rosters.members, range(len(self.rosters.counts))) if m not in by_roster
        ]
        if missing:
            raise InvalidPartError("profile", profile, f"told what the roster {missing[0]} plays")
        return [(self.inner(members), played) for members, played in by_roster.items()]

    def played(self, profile: Any, members: Members) -> Profile:
        """Return what ``members`` do among themselves under ``profile``."""
        found: Profile = profile.by_roster[members]
        return found

    def payoff(self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Refuse: an effort is chosen for each roster (``i``, ``effort``, ``profile``, ``type``)."""
        raise InvalidPartError(
            "effort",
            effort,
            "chosen for each roster",
            "game.inner(members).payoff(...) tells what it is worth.",
        )

    def worth(self, profile: Any) -> Array:
        """Return what taking part is worth to each contestant under ``profile``, net of its price."""
        from contests.outcomes import Outcomes

        chosen, rosters = self.profile(profile), self.rosters
        p = chosen.probabilities[rosters.representatives]
        total = np.zeros(rosters.sizes.size)
        given = [rosters.chances_given(k, p) for k in range(total.size)]
        for roster, count in enumerate(rosters.counts):
            if not any(chances[roster] for chances in given):
                continue
            members = rosters.members(roster)
            payoff = Outcomes(self.inner(members), self.played(chosen, members)).payoff
            for k in np.flatnonzero(count):
                total[k] += given[k][roster] * payoff[rosters.place(roster, int(k))]
        return (total - self.price)[rosters.kind]
