"""What comes of contests among contestants who differ and take part by chance; and drawing such contests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.entry_outcomes import RandomEntryOutcomes
from contests.entry_rosters import Members, Rosters
from contests.errors import InvalidPartError
from contests.outcomes import Outcomes
from contests.profile import Profile

if TYPE_CHECKING:
    from contests.entry_unequal import UnequalEntryGame, UnequalEntryProfile

__all__ = ["UnequalEntryOutcomes", "play_rosters"]

Array = NDArray[np.float64]
_MOST = 2048  # rosters whose qualities are worked out one by one


class UnequalEntryOutcomes(RandomEntryOutcomes):
    """Exact expectations when contestants who differ take part by chance.

    Effort, payoff and winning probability are those of a contestant who takes part; totals are
    expectations over who does; qualities are given that somebody takes part.

    Parameters
    ----------
    game : UnequalEntryGame
        The game.
    profile : UnequalEntryProfile
        What is done, and how often each takes part.
    """

    def __init__(self, game: UnequalEntryGame, profile: UnequalEntryProfile) -> None:
        self.game, self.profile = game, profile
        self._kept: dict[int, Outcomes] = {}
        self._p = profile.probabilities
        self._price, self._fee = game.price, float(game.entry.price)
        rosters = game.rosters
        self._listed = rosters.number <= _MOST
        p = self._p[rosters.representatives]
        self._chances = rosters.chances(p) if self._listed else np.array([])
        self._sizes, self._inside = list(range(self._chances.size)), self._contest_of
        self._open = None if profile.by_roster is not None else Outcomes(game.field, profile)

    def _contest_of(self, roster: int) -> Outcomes:
        """What comes of the contest of one roster."""
        if roster not in self._kept:
            members = self.game.rosters.members(roster)
            self._kept[roster] = Outcomes(self.game.inner(members), self.game.played(self.profile, members))
        return self._kept[roster]

    def _overall(self, value: Callable[[Outcomes], float], *, given_some: bool = False) -> float:
        if not self._listed:
            raise InvalidPartError(
                "Contest.contestants",
                f"{self.game.n} contestants of {self.game.rosters.sizes.size} kinds",
                f"such that at most {_MOST} rosters differ, for expectations of qualities",
                "Efforts, payoffs, chances, fees and prizes paid are known for any number.",
            )
        return super()._overall(value, given_some=given_some)

    @cached_property
    def payoff(self) -> Array:
        """Expected payoff of each who takes part, net of the price of entry, shape (n,)."""
        return self.game.worth(self.profile)

    @cached_property
    def win_probability(self) -> Array:
        """Probability that each who takes part takes the first rank, shape (n,)."""
        if self._open is not None:
            return self._open.win_probability
        rosters = self.game.rosters
        p, total = self._p[rosters.representatives], np.zeros(rosters.sizes.size)
        for k in range(total.size):
            given = rosters.chances_given(k, p)
            for m in np.flatnonzero(given):
                total[k] += given[m] * self._inside(int(m)).win_probability[rosters.place(int(m), k)]
        return total[rosters.kind]

    @property
    def entrants(self) -> float:
        """Expected number of contestants."""
        return float(self._p.sum())

    @property
    def nobody(self) -> float:
        """Probability that nobody takes part."""
        return float(np.prod(1.0 - self._p))

    @property
    def contestant_surplus(self) -> float:
        """Expected sum of payoffs."""
        return float(self._p @ self.payoff)

    @cached_property
    def total_effort(self) -> float:
        """Expected sum of efforts."""
        if self._open is not None:
            return float(self._p @ self.profile.efforts())
        return self._overall(lambda o: float(o.profile.efforts().sum()))

    @cached_property
    def prizes_paid(self) -> float:
        """Expected money paid in prizes."""
        if self._open is None:
            return self._overall(lambda o: o.prizes_paid)
        game, contest, total = self.game, self.game.field, 0.0
        rosters, rivals = game.rosters, contest.against(self.profile)
        for i, size in zip(rosters.representatives, rosters.sizes, strict=True):
            points, weights = self.profile.strategy(int(i)).nodes()
            ability = contest.contestants.trait("ability", int(i))
            place = rivals.stand(int(i), points, ability)
            sure = (
                None if contest.technology.noise is not None else contest.technology.location(points, ability)
            )
            won = rivals.expected_prize(int(i), np.asarray(place), None if sure is None else np.asarray(sure))
            total += float(size * self._p[i] * (weights @ won))
        return total

    def effort_costs(self) -> float:
        """Return what efforts and entering are expected to cost, fees left out."""
        entering = (self._price - self._fee) * self.entrants
        if self._open is None:
            from contests import qualities

            return self._overall(qualities.effort_costs) + entering
        spent = 0.0
        for i in range(self.game.n):
            points, weights = self.profile.strategy(i).nodes()
            spent += float(self._p[i] * (weights @ self.game.effort_cost(i, points)))
        return spent + entering


def play_rosters(
    kinds: NDArray[np.intp],
    there: NDArray[np.bool_],
    stage: Callable[[Members], tuple[Contest, Profile]],
    price: float,
    rng: np.random.Generator,
) -> Any:
    """Return simulated contests, given who takes part in each.

    Parameters
    ----------
    kinds : ndarray of int, shape (n,)
        The kind of each contestant.
    there : ndarray of bool, shape (size, n)
        Who takes part.
    stage : callable
        From the members of a roster to their contest and what they do in it.
    price : float
        What taking part costs, in money.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    Outcome
        Zeros, and a quality of minus infinity, for the absent.
    """
    from contests.simulate import Outcome, play

    rosters, size = Rosters(kinds), there.shape[0]
    wide: dict[str, Any] = {name: np.zeros(there.shape) for name in ("effort", "prize", "payoff")}
    rank, quality = np.zeros(there.shape, dtype=np.intp), np.full(there.shape, -np.inf)
    counts = np.stack([there[:, rosters.kind == k].sum(axis=1) for k in range(rosters.sizes.size)], axis=1)
    # Those present first, kind by kind, as the members of a roster are listed.
    order = np.argsort(np.where(there, rosters.kind, rosters.sizes.size), axis=1, kind="stable")
    every, member = np.unique(counts, axis=0, return_inverse=True)
    for row, count in enumerate(every):
        if not count.any():
            continue
        contests = np.flatnonzero(member.reshape(size) == row)
        drawn = play(*stage(rosters.standing_for(count)), contests.size, rng=rng)
        at = (contests[:, None], order[contests, : int(count.sum())])
        wide["effort"][at], wide["prize"][at] = drawn.effort, drawn.prize
        wide["payoff"][at] = drawn.payoff - price
        rank[at], quality[at] = drawn.rank, drawn.quality
    return Outcome(quality=quality, rank=rank, enters=None if there.all() else there, **wide)
