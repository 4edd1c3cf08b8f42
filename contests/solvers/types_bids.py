"""Private types without noise in the general solver: any laws, any prizes, to the gain asked for.

The discretised game of `contests.solvers.threshold_game` is solved on a coarse grid of bids and again on
finer ones, each time from the path of the one before, until no type gains more than asked in the contest
itself. What comes out is certified there: the discretisation decides nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.deviations import Finding, check_types
from contests.entry import AllEnter, Invite, Reserve
from contests.errors import ConvergenceError
from contests.game import Game
from contests.profile import Profile
from contests.solvers.actions import Clock, OutOfTimeError
from contests.solvers.level_strategy import BidByLevel, LevelStrategy
from contests.solvers.private_strategy import idle_profile
from contests.solvers.threshold_game import ThresholdGame
from contests.solvers.threshold_path import Found, follow
from contests.strategy import Monotone
from contests.technology import Exact

__all__ = ["bids_by_level", "refuse_bids"]

Array = NDArray[np.float64]
_FIRST, _ROUNDS, _MOST = 24, 14, 900
_ENOUGH = 60  # bids from which on it is worth while to look at deviations
_CLASSES = 12
_LOST = 0.9  # a path left so near to its start leads nowhere


def refuse_bids(contest: Contest) -> str | None:
    """Return why a contest without noise between private types is not for this method, or None.

    Parameters
    ----------
    contest : Contest
        Private types, no noise.
    """
    technology, trait = contest.technology, contest.contestants.private_trait
    if not isinstance(contest.entry, (AllEnter, Invite, Reserve)):
        return f"entry is {contest.entry!r}; ct.AllEnter() or ct.Reserve(quality) would work"
    if not isinstance(technology, Exact) or contest.success.columns():
        return "private types, no noise and head starts; ct.Exact() and ct.Highest() would work"
    if not technology.output.is_increasing():
        return f"output {technology.output!r} has flat stretches; one that strictly increases would work"
    if np.isfinite(contest.cost.domain[1]):
        return "types who are private may meet at the cap on effort; a cost without a cap would work"
    if trait == "ability" and np.isfinite(technology.location(0.0, 0.0)):
        return "abilities give a head start without effort; output ct.Log() or private values would work"
    if contest.prizes.share and not np.isfinite(technology.location(0.0, 0.0)):
        return "the award depends on a quality that is infinitely bad without effort; fixed prizes would work"
    if np.unique(contest.kind_of()[: contest.n]).size > _CLASSES:
        return f"types follow more than {_CLASSES} laws; fewer laws would work"
    return None


def bids_by_level(contest: Contest, gain_tolerance: float, effort_tolerance: float, clock: Clock) -> Profile:
    """Return the best profile found.

    Parameters
    ----------
    contest : Contest
        Private types, no noise.
    gain_tolerance, effort_tolerance : float
        When to stop, as in `contests.certify`.
    clock : Clock
        The time allowed.
    """
    prizes = np.zeros(contest.n)
    ranks = contest.prizes.by_rank()[: contest.n]
    prizes[: ranks.size] = ranks
    if np.ptp(prizes) == 0 and not contest.prizes.share and not np.isfinite(contest.entry.least_quality):
        return idle_profile(contest)
    search = _Search(contest, clock)
    if search.out_of_reach:
        return idle_profile(contest)
    best, least = None, np.inf
    try:
        for _ in range(_ROUNDS):
            profile = search.round()
            if profile is None:
                continue
            findings = deviations(contest, profile, search.contestants, clock)
            gain = max(one.gain for one in findings)
            if gain < least:
                best, least = profile, gain
            gap = max(one.gap for one in findings)
            if gain <= gain_tolerance * contest.stakes and gap <= effort_tolerance:
                break
            if not search.refine(findings):
                break
    except OutOfTimeError:
        if best is None:
            raise
    if best is None:
        raise ConvergenceError("No equilibrium of the discretised game was found; other parts would work.")
    return best


def deviations(game: Game, profile: Profile, contestants: list[int], clock: Clock) -> list[Finding]:
    """Return what the certificate finds for each type it looks at.

    Parameters
    ----------
    game : Game
        Private types.
    profile : Profile
        What everyone does.
    contestants : list of int
        One of each class.
    clock : Clock
        The time allowed.
    """
    found = []
    for i in contestants:
        clock.check()
        strategy = profile.strategy(i)
        assert isinstance(strategy, Monotone)
        found.extend(check_types(game, profile, i, strategy)[0])
    return found


class _Search:
    """Grids of bids, each finer than the one before."""

    def __init__(self, contest: Contest, clock: Clock) -> None:
        self.contest, self.clock = contest, clock
        self.low = 0.0
        if np.isfinite(contest.entry.least_quality):
            assert isinstance(contest.technology, Exact)
            self.low = float(contest.technology.effort_for(contest.entry.least_quality, 0.0))
        top = ThresholdGame(contest, np.array([0.0, 1.0])).reach()
        self.out_of_reach = top <= self.low  # the reserve is worth while to nobody
        self.bids = np.linspace(self.low, max(top, 1.01 * self.low), _FIRST + 1)
        self._levels: list[tuple[Array, Array]] | None = None
        self._lost, self._plain = False, self.bids
        kinds = contest.kind_of()[: contest.n]
        self.contestants = [int(i) for i in np.unique(kinds, return_index=True)[1]]

    def round(self) -> Profile | None:
        """Solve on the present bids and refine them; None while they are too few to be worth a look."""
        game, found = self._follow()
        if found.place > _LOST and self._plain.size < self.bids.size:
            self.bids = self._plain
            game, found = self._follow()
        self._lost = found.place > _LOST
        rough, fine = np.cumsum(found.rough, axis=1), np.cumsum(found.steps, axis=1)
        self._levels = [(game.bids, row) for row in rough]
        enough = game.bids.size > _ENOUGH
        self._cut(fine, halve=not enough)
        return _profile(game, fine) if enough else None

    def _follow(self) -> tuple[ThresholdGame, Found]:
        """The discretised game on the present bids, and its thresholds from those known so far."""
        game = ThresholdGame(self.contest, self.bids)
        edge = np.zeros((len(game.counts), 1))
        weight = 0.3
        if self._levels is None:
            guess = np.sqrt((np.arange(game.actions) + 0.5) / (game.actions - 0.5))
            levels, weight = np.tile(guess, (edge.size, 1)), 1.0
        else:
            levels = np.array([np.interp(game.bids, *known) for known in self._levels])
        start = np.diff(np.hstack([edge, levels]))
        found = follow(game, start, weight=weight, check=self.clock.check)
        if found.place > _LOST and weight < 1.0:  # a poor guess after all
            found = follow(game, start, weight=1.0, check=self.clock.check)
        return game, found

    def _cut(self, levels: Array, *, halve: bool) -> None:
        """Leave out bids that all leave out at the top; halve the others, and most of all the lowest."""
        bids = self.bids
        left = np.flatnonzero((1.0 - levels).max(axis=0) > 1e-3)
        last = min(int(left[-1]) + 2, bids.size - 1) if left.size else 1
        if halve and last < 0.5 * bids.size:
            self.bids = np.linspace(bids[0], bids[last], _FIRST + 1)
            return
        self.bids = bids[: last + 1]
        if halve:
            self._halve(np.ones(last, dtype=bool))

    def refine(self, findings: list[Finding]) -> bool:
        """Halve the intervals between which deviations pay; whether more bids would help."""
        if self._lost or self.bids.size > _MOST:
            return False
        worst = max(one.gain for one in findings)
        chosen = np.zeros(self.bids.size - 1, dtype=bool)
        for one in findings:
            if one.gain < 0.1 * worst:
                continue
            pair = [x for x in (one.effort, one.deviation) if np.isfinite(x)]
            if self.contest.contestants.private_trait == "ability":
                pair = [self._bid(x, one) for x in pair]
            place = np.clip(np.searchsorted(self.bids, [min(pair), max(pair)]) - 1, 0, chosen.size - 1)
            chosen[max(place[0] - 2, 0) : place[1] + 3] = True
        self._halve(chosen)
        return True

    def _halve(self, chosen: NDArray[np.bool_]) -> None:
        """Halve the chosen intervals; the lowest, where levels may begin like a root, in steps of cost."""
        bids = self.bids
        middle = ((bids[1:] + bids[:-1]) / 2)[chosen]
        self._plain = np.unique(np.append(bids, middle))
        if chosen[0]:
            ends = self.contest.cost(bids[:2])
            cost = ends[0] + np.diff(ends) * np.array([1 / 16, 1 / 8, 1 / 4])
            middle = np.append(middle, np.clip(self.contest.cost.inverse(cost), bids[0], bids[1]))
        self.bids = np.unique(np.append(bids, middle))

    def _bid(self, effort: float, one: Finding) -> float:
        """The effort of ability zero that scores the same."""
        race = self.contest.race
        assert race is not None
        assert race.effort is not None
        assert one.type is not None
        return float(race.effort(0, race.location(0, effort, one.type), 0.0))


def _profile(game: ThresholdGame, levels: Array) -> Profile:
    """The strategies that thresholds stand for: through the middles of the intervals, free of wiggles."""
    tables = [_table(game, row) for row in levels]
    # Nobody bids more than the best of the others do.
    tops = np.array([bids[-1] for _, bids in tables])
    strategies = []
    for c, (table, bids) in enumerate(tables):
        others = [tops[d] for d in range(tops.size) if d != c or game.counts[c] > 1]
        law, best_high = game.levels[c].law, game.levels[c].best_high
        function = BidByLevel(
            law,
            best_high,
            table,
            np.minimum(bids, max(others)),
            game.contest if game.trait == "ability" else None,
            game.first[c],
        )
        strategies.append(LevelStrategy(types=law, function=function, scores_increase=best_high, cuts=table))
    kinds = np.unique(game.contest.kind_of()[: game.contest.n], return_inverse=True)[1].reshape(-1)
    if len(strategies) == 1:
        return Profile.symmetric(strategies[0], game.contest.n)
    return Profile(game.contest.n, strategies=strategies, members=kinds.astype(np.intp))


def _table(game: ThresholdGame, levels: Array) -> tuple[Array, Array]:
    """Levels and bids of one class, neither decreasing."""
    bids, row = game.bids, levels
    middle, level = (bids[1:] + bids[:-1]) / 2, (row[1:] + row[:-1]) / 2
    used = np.flatnonzero(np.diff(row) > 0)
    if used.size < 3:
        table, places = np.concatenate([[0.0, row[0]], row]), np.concatenate([[0.0, 0.0], bids])
    else:
        last = int(used[-1])
        slope = (level[last - 1] - level[last - 2]) / (middle[last - 1] - middle[last - 2])
        rest = (1.0 - level[last - 1]) / slope if slope > 0 else np.inf
        top = float(np.clip(middle[last - 1] + rest, bids[last], bids[last + 1]))
        table = np.concatenate([[0.0, row[0], row[0]], level[:last], [1.0]])
        places = np.concatenate([[0.0, 0.0, bids[0]], middle[:last], [top]])
    table = np.maximum.accumulate(np.minimum(table, 1.0))
    table[-1] = 1.0
    return table, places
