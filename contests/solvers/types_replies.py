"""Private types with noise, and games of one's own with types, in the general solver.

The unknowns are the efforts of each class at a grid of types; between them efforts are cubic in
the type. Every round all types reply best to what all do, by payoffs from the
primitives alone, and the next profile is extrapolated from the last few rounds (Anderson 1965), which
settles in a few rounds where plain replies would circle. The grid is refined until no type gains more
than asked, in between too. A gain is of second order in an error of effort, so that coarse grids do.

Where replies do not settle (a lottery with a large exponent, a shock so small that the contest is nearly
an all-pay auction) the best of what was found is handed on, and the certificate says how good it is.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.entry import AllEnter, Invite
from contests.errors import ConvergenceError
from contests.game import Game
from contests.laws import Law, law
from contests.profile import Profile
from contests.solvers.actions import Clock, OutOfTimeError
from contests.solvers.level_strategy import EffortByType, LevelStrategy
from contests.solvers.types_bids import deviations
from contests.strategy import Monotone
from contests.technology import Trials

__all__ = ["law_of", "refuse_replies", "replies_by_type"]

Array = NDArray[np.float64]
_SIZES = (24, 48, 96)  # types of each class
_ROUNDS = 40  # of replies on one grid
_WINDOW = 6
_SHARES = np.concatenate([[0.0], np.geomspace(1e-4, 0.05, 7), np.linspace(0.08, 1.0, 14)])
_STEPS = np.linspace(0.0, 1.0, 7)


def law_of(game: Game, i: int) -> Law | None:
    """Return the law of the private type of contestant ``i`` of ``game``, None if it does not say."""
    if isinstance(game, Contest):
        found: Law = game.contestants.law_of(i)  # type: ignore[attr-defined]
        return found
    given = game.type_law(i)
    return None if given is None else law(given, part="Game.type_law")


def refuse_replies(game: Game) -> str | None:
    """Return why ``game``, whose contestants have private types, is not for this method, or None."""
    if any(game.type_nodes(i) is None or law_of(game, i) is None for i in range(min(game.n, 50))):
        return "the game does not say what law the types follow; a game with `type_law` would work"
    whole = (
        isinstance(game.technology, Trials) and game.technology.whole
        if isinstance(game, Contest)
        else any(game.actions(i) is not None for i in range(min(game.n, 50)))
    )
    if whole:
        return "types are private and efforts come in whole numbers; real numbers would work"
    if isinstance(game, Contest) and not isinstance(game.entry, (AllEnter, Invite)):
        return f"entry is {game.entry!r}, types are private and success is random; ct.AllEnter() would work"
    return None


def replies_by_type(game: Game, gain_tolerance: float, effort_tolerance: float, clock: Clock) -> Profile:
    """Return the best profile found.

    Parameters
    ----------
    game : Game
        Private types.
    gain_tolerance, effort_tolerance : float
        When to stop, as in `contests.certify`.
    clock : Clock
        The time allowed.
    """
    best, least = None, np.inf
    try:
        for size in _SIZES:
            search = _Search(game, size, clock)
            efforts = search.settle(search.start(best), 0.3 * gain_tolerance * game.stakes)
            profile = search.profile(efforts)
            findings = deviations(game, profile, search.contestants, clock)
            gain, gap = max(one.gain for one in findings), max(one.gap for one in findings)
            if gain < least:
                best, least = profile, gain
            if gain <= gain_tolerance * game.stakes and gap <= effort_tolerance:
                break
            if not search.settled:
                break  # a finer grid would not settle either
    except OutOfTimeError:
        if best is None:
            raise
    if best is None:
        raise ConvergenceError("No efforts by type were found from which to go on; other parts would work.")
    return best


class _Search:
    """Replies on one grid of types."""

    def __init__(self, game: Game, size: int, clock: Clock) -> None:
        self.game, self.clock, self.settled = game, clock, False
        members = getattr(game, "kind_of", lambda: np.arange(game.n))()[: game.n]
        _, first, self.members = np.unique(members, return_index=True, return_inverse=True)
        self.members = self.members.reshape(-1)
        self.contestants = [int(i) for i in first]
        self.laws: list[Law] = []
        for i in self.contestants:
            found = law_of(game, i)
            assert found is not None
            self.laws.append(found)
        self.best_high = getattr(getattr(game, "contestants", None), "private_trait", "") != "cost"
        # Crowded at both ends, where the law may be thin.
        inside = (1.0 - np.cos(np.pi * (np.arange(size) + 0.5) / size)) / 2
        self.levels = np.concatenate([[2e-4], inside[(inside > 5e-4) & (inside < 1 - 5e-4)], [1 - 2e-4]])
        self.types = [one.ppf(self.levels) if self.best_high else one.isf(self.levels) for one in self.laws]
        pairs = zip(self.contestants, self.types, strict=True)
        self.tops = [np.asarray(game.largest_effort(i, t) + np.zeros(t.size), float) for i, t in pairs]
        self.scale = [max(float(top.max()), 1e-300) for top in self.tops]

    def start(self, known: Profile | None) -> list[Array]:
        """Return efforts to begin with: those of a coarser grid, or a fifth of what would be too much."""
        if known is None:
            return [0.2 * top for top in self.tops]
        found = []
        for i, types in zip(self.contestants, self.types, strict=True):
            strategy = known.strategy(i)
            assert isinstance(strategy, Monotone)
            found.append(strategy(types))
        return found

    def profile(self, efforts: list[Array]) -> Profile:
        """Return the profile of ``efforts`` of the grid types, one array of each class."""
        strategies = []
        for one, types, values in zip(self.laws, self.types, efforts, strict=True):
            # Where the law has an atom several levels are one type.
            kept, place, count = np.unique(types, return_inverse=True, return_counts=True)
            mean = np.bincount(place.reshape(-1), weights=values) / count
            strategies.append(
                LevelStrategy(
                    types=one,
                    function=EffortByType(kept, mean),
                    scores_increase=self.best_high,
                    cuts=np.concatenate([[0.0], self.levels, [1.0]]),
                )
            )
        if len(strategies) == 1:
            return Profile.symmetric(strategies[0], self.game.n)
        return Profile(self.game.n, strategies=strategies, members=self.members.astype(np.intp))

    def settle(self, efforts: list[Array], enough: float) -> list[Array]:
        """Return the efforts with the least gain, after rounds of replies until it is ``enough``."""
        best, least = efforts, np.inf
        past: list[tuple[Array, Array]] = []
        ends = np.cumsum([e.size for e in efforts])[:-1]
        since = 0
        for _ in range(_ROUNDS):
            replies, gain = self.replies(efforts)
            if gain < least:
                since = 0 if gain < 0.7 * least else since + 1
                best, least = efforts, gain
            else:
                since += 1
            if gain <= enough:
                self.settled = True
                break
            if since > 12:
                break
            now = np.concatenate([e / s for e, s in zip(efforts, self.scale, strict=True)])
            goal = np.concatenate([r / s for r, s in zip(replies, self.scale, strict=True)])
            past = [*past[-_WINDOW + 1 :], (now, goal - now)]
            ahead = np.split(_extrapolated(past), ends)
            clipped = [
                np.clip(x * s, 0.0, top) for x, s, top in zip(ahead, self.scale, self.tops, strict=True)
            ]
            # What is left on the way to nothing is nothing.
            efforts = [np.where(e > 1e-12 * top, e, 0.0) for e, top in zip(clipped, self.tops, strict=True)]
        return best

    def replies(self, efforts: list[Array]) -> tuple[list[Array], float]:
        """Return best replies of all grid types to ``efforts``, and the largest gain."""
        profile = self.profile(efforts)
        found, worst = [], 0.0
        for c in range(len(self.contestants)):
            self.clock.check()
            reply, gain = self._reply(c, efforts[c], profile)
            found.append(reply)
            worst = max(worst, float(gain.max()))
        return found, worst

    def _reply(self, c: int, own: Array, profile: Profile) -> tuple[Array, Array]:
        """Best replies of the types of class ``c`` and what they gain: a grid, zooms, a parabola."""
        i, types, top = self.contestants[c], self.types[c][:, None], self.tops[c]

        def payoff(points: Array) -> Array:
            return np.asarray(self.game.payoff(i, points, profile, types), float)

        rows = np.arange(own.size)
        near = own[:, None] * np.array([0.7, 0.9, 0.97, 1.0, 1.03, 1.1, 1.3])
        points = np.sort(np.minimum(np.hstack([top[:, None] * _SHARES, near]), top[:, None]))
        values = payoff(points)
        for _ in range(4):
            at = np.argmax(values, axis=1)
            low = points[rows, np.maximum(at - 1, 0)]
            high = points[rows, np.minimum(at + 1, points.shape[1] - 1)]
            points = low[:, None] + (high - low)[:, None] * _STEPS
            values = payoff(points)
        highest, last = np.argmax(values, axis=1), points.shape[1] - 1
        at = np.clip(highest, 1, last - 1)
        left, middle, right = values[rows, at - 1], values[rows, at], values[rows, at + 1]
        step = points[rows, 1] - points[rows, 0]
        bend = left - 2 * middle + right
        with np.errstate(divide="ignore", invalid="ignore"):  # flat: the middle is as good
            shift = 0.5 * (left - right) / bend
        shift = np.where((bend < 0) & (np.abs(shift) <= 1), shift, 0.0)
        end = (highest == 0) | (highest == last)  # nothing, or all that is allowed
        best = np.where(end, points[rows, highest], points[rows, at] + shift * step)
        best = np.minimum(best, top)  # which is exceeded by rounding only
        pays = payoff(np.column_stack([own, best]))
        return best, np.maximum(pays[:, 1] - pays[:, 0], 0.0)


def _extrapolated(past: list[tuple[Array, Array]]) -> Array:
    """The next point of a fixed-point iteration from the last points and their steps (Anderson 1965)."""
    now, step = past[-1]
    share = 0.6
    if len(past) < 2:
        return now + share * step
    moves = np.column_stack([b[0] - a[0] for a, b in pairwise(past)])
    bends = np.column_stack([b[1] - a[1] for a, b in pairwise(past)])
    weights = np.linalg.lstsq(bends, step, rcond=1e-6)[0]
    change = share * step - (moves + share * bends) @ weights
    largest = max(float(np.abs(step).max()), 1e-300)
    # Extrapolation may lead far astray: no further than a few replies.
    return np.asarray(now + change * min(1.0, 4.0 * largest / max(float(np.abs(change).max()), 1e-300)))
