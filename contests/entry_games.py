"""Contests in which entry is part of the equilibrium, as games.

Under :class:`~contests.entry_rules.FreeEntry` (and a fee for contestants without private
types) entering comes first and costs money; who entered is seen, then the contest is
played. A profile says who enters, what they do, and what would be played if one more
came in, so that entry can be checked both ways: nobody outside wants in, nobody inside
wants out. Under random participation, :mod:`contests.entry_random`, the number of
rivals is not known when effort is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.contestants import Contestants, Identical, Known, Private
from contests.entry import AllEnter, Entry, Reserve
from contests.entry_base import EntryGame
from contests.errors import InvalidPartError
from contests.game import Game
from contests.prizes import ByRank, QualityShare, WinnerTakeAll
from contests.profile import Profile
from contests.strategy import Pure, Strategy

__all__ = ["EntryProfile", "FreeEntryGame", "field_of"]

Array = NDArray[np.float64]
Members = tuple[int, ...]
EntryFinding = tuple[int, float, float, float, float]


class EntryProfile(Profile):
    """Who enters, what entrants do, and what would be played if one more came in.

    Parameters
    ----------
    n : int
        Number of potential contestants.
    entrants : sequence of int
        Who enters, in the order in which ``inside`` lists them.
    inside : Profile or None
        What entrants do; None if nobody enters.
    after : dict of int to Profile
        What would be played if that contestant came in too, herself last.
    """

    __slots__ = ("after", "entrants", "inside")

    def __init__(
        self, n: int, *, entrants: Sequence[int], inside: Profile | None, after: dict[int, Profile]
    ) -> None:
        self.entrants: Members = tuple(int(i) for i in entrants)
        self.inside, self.after = inside, dict(after)
        # Position 0 is staying out; the entrants' distinct strategies follow.
        distinct: list[Strategy] = [Pure(0.0)]
        members = np.zeros(n, dtype=np.intp)
        if inside is not None:
            labels = inside.labels()
            for label in np.unique(labels):
                places = np.flatnonzero(labels == label)
                members[np.asarray(self.entrants)[places]] = len(distinct)
                distinct.append(inside.strategy(int(places[0])))
        super().__init__(n, strategies=distinct, members=members)

    @property
    def outside(self) -> NDArray[np.intp]:
        """Who stays out."""
        assert self._members is not None
        return np.flatnonzero(self._members == 0)

    def __repr__(self) -> str:
        return f"<EntryProfile: {len(self.entrants)} of {self.n} enter, {self.inside!r}>"


def field_of(contest: Contest, members: Iterable[int], *, pot: float = 0.0) -> Contest:
    """Return the contest among some of the contestants, all of whom are in.

    Parameters
    ----------
    contest : Contest
        The contest among all.
    members : iterable of int
        Who is in, in that order.
    pot : float
        Money added to the winner's prize.

    Returns
    -------
    Contest
        Prizes for which there is no contestant are not paid.
    """
    order = np.array(list(members), dtype=np.intp)
    changes: dict[str, Any] = {}
    for name in ("weights", "head_starts", "handicaps"):
        column = getattr(contest.success, name, None)
        if column is not None:
            changes[name] = np.asarray(column)[order]
    success = contest.success.replace(**changes) if changes else contest.success
    return contest.replace(
        contestants=_select(contest.contestants, order),
        success=success,
        prizes=_awarded(contest, order.size, pot),
        entry=_once_in(contest),
    )


def _once_in(contest: Contest) -> Entry:
    """The rule among those who have paid: a reserve stays."""
    least = contest.entry.least_quality
    return Reserve(least) if np.isfinite(least) else AllEnter()


def _select(contestants: Contestants, order: NDArray[np.intp]) -> Contestants:
    if isinstance(contestants, Identical):
        return contestants.replace(n=order.size)
    if isinstance(contestants, Known):
        columns = {name: getattr(contestants, name) for name in ("ability", "cost", "value")}
        return contestants.replace(
            **{name: column[order] for name, column in columns.items() if isinstance(column, np.ndarray)}
        )
    if isinstance(contestants, Private):
        laws = getattr(contestants, contestants.private_trait)
        if not isinstance(laws, tuple):
            return contestants.replace(n=order.size)
        return contestants.replace(n=order.size, **{contestants.private_trait: [laws[i] for i in order]})
    raise InvalidPartError(
        "Contest.contestants",
        contestants,
        "ct.Identical, ct.Known or ct.Private when entry is part of the equilibrium",
    )


def _awarded(contest: Contest, number: int, pot: float) -> Any:
    prizes = contest.prizes
    if isinstance(prizes, QualityShare):
        return prizes.replace(base=prizes.base + pot) if pot else prizes
    values = prizes.by_rank()[:number].copy()
    values[0] += pot
    return WinnerTakeAll(values[0]) if values.size == 1 else ByRank(values)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FreeEntryGame(EntryGame):
    """Entry at a cost, seen by all, then the contest.

    Parameters
    ----------
    contest : Contest
        The contest among all potential contestants, with its entry rule.
    """

    @cached_property
    def stakes(self) -> float:
        """The top prize if all enter, see `Game.stakes`."""
        pot = self.n * self.entry.price if self.entry.fees_to_winner else 0.0
        return float(self.contest.stakes + pot)

    def inner(self, members: Iterable[int]) -> Contest:
        """Return the contest among ``members``, entry fees in the winner's prize if they go there."""
        who = tuple(members)
        pot = self.entry.price * len(who) if self.entry.fees_to_winner else 0.0
        key = (who, pot)
        kept: dict[Any, Contest] = self.__dict__.setdefault("_inner", {})
        if key not in kept:
            kept[key] = field_of(self.contest, who, pot=pot)
        return kept[key]

    def profile(self, value: Any) -> EntryProfile:
        """Return the profile ``value``, which must be an `EntryProfile`."""
        if not isinstance(value, EntryProfile) or value.n != self.n:
            raise InvalidPartError(
                "profile", value, f"an EntryProfile of {self.n} contestants", "solve() returns one."
            )
        return value

    def _stage(self, i: int, profile: Any) -> tuple[Contest, int, Profile]:
        """The contest that contestant i plays once she is in, her place there, and what is done there."""
        chosen = self.profile(profile)
        if i in chosen.entrants:
            assert chosen.inside is not None
            return self.inner(chosen.entrants), chosen.entrants.index(i), chosen.inside
        if i not in chosen.after:
            raise InvalidPartError("profile", chosen, f"told what is played if contestant {i} comes in")
        return self.inner((*chosen.entrants, i)), len(chosen.entrants), chosen.after[i]

    def payoff(self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return what entering and an effort are worth, net of the price of entry, see `Game.payoff`.

        Parameters
        ----------
        i : int
            The contestant, inside or outside.
        effort : array_like
            Her efforts once in.
        profile : EntryProfile
            What the others do.
        type : array_like, optional
            Her type, where private.
        """
        contest, place, doing = self._stage(int(i), profile)
        return np.asarray(contest.payoff(place, effort, doing, type) - self.price)

    def marginal_payoff(
        self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return the derivative of `payoff` in effort (``i``, ``effort``, ``profile``, ``type``)."""
        contest, place, doing = self._stage(int(i), profile)
        return contest.marginal_payoff(place, effort, doing, type)

    def largest_effort(self, i: Any, type: ArrayLike | None = None) -> Array:
        """Return an effort above which none is worth while to ``i`` of ``type``."""
        return self.contest.largest_effort(i, type)

    def effort_cost(self, i: Any, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs contestant ``i`` of ``type``, in money."""
        return np.asarray(self.contest.effort_cost(i, effort, type))

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return nobody: efforts under ``profile`` are checked in the subgames."""
        return np.array([], dtype=np.intp), np.array([], dtype=np.intp)

    def subgames(self, profile: Profile) -> list[tuple[Game, Profile]]:
        """Return the contests after entry, on the path of ``profile`` and one entrant beside it."""
        chosen = self.profile(profile)
        found: list[tuple[Game, Profile]] = []
        if chosen.inside is not None:
            found.append((self.inner(chosen.entrants), chosen.inside))
        found += [(self.inner((*chosen.entrants, j)), doing) for j, doing in chosen.after.items()]
        return found

    def entry_findings(self, profile: Profile) -> list[EntryFinding]:
        """Return what each kind of contestant would gain by going in or out, see `Game.entry_findings`.

        Parameters
        ----------
        profile : EntryProfile
            Who enters and what is done.
        """
        chosen = self.profile(profile)
        found: list[EntryFinding] = []
        if chosen.inside is not None:
            values = self.outcomes(chosen).payoff
            worst = min(chosen.entrants, key=lambda i: values[i])
            effort = float(chosen.strategy(worst).mean())
            found.append((worst, effort, np.nan, float(values[worst]), 0.0))
        kinds = self.contest.kind_of()
        missing = set(np.unique(kinds[chosen.outside])) - {kinds[j] for j in chosen.after}
        if missing:
            raise InvalidPartError("profile", chosen, "told what is played if each kind of outsider comes in")
        from contests.outcomes_entry import outcomes_of

        for j, doing in chosen.after.items():
            gets = float(outcomes_of(self.inner((*chosen.entrants, j)), doing).payoff[-1]) - self.price
            found.append((j, np.nan, float(doing.strategy(doing.n - 1).mean()), 0.0, gets))
        return found

    def outcomes(self, profile: Profile) -> Any:
        """Return the exact expectations under ``profile``."""
        from contests.entry_outcomes import FreeEntryOutcomes

        return FreeEntryOutcomes(self, self.profile(profile))

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Any:
        """Draw outcomes: the entrants' contest, zeros for those outside.

        Parameters
        ----------
        profile : EntryProfile
            Who enters and what is done.
        size : int
            How many contests to draw.
        rng : numpy.random.Generator
            Source of randomness.
        """
        from contests.simulate import Outcome, play

        chosen = self.profile(profile)
        who = list(chosen.entrants)
        wide: dict[str, Any] = {name: np.zeros((size, self.n)) for name in ("effort", "prize", "payoff")}
        rank = np.zeros((size, self.n), dtype=np.intp)
        quality = np.full((size, self.n), -np.inf)
        if chosen.inside is not None:
            drawn = play(self.inner(who), chosen.inside, size, rng=rng)
            wide["effort"][:, who], wide["prize"][:, who] = drawn.effort, drawn.prize
            wide["payoff"][:, who] = drawn.payoff - self.price
            rank[:, who], quality[:, who] = drawn.rank, drawn.quality
        inside = np.isin(np.arange(self.n), who)
        enters = None if inside.all() else np.broadcast_to(inside, quality.shape)
        return Outcome(quality=quality, rank=rank, enters=enters, **wide)
