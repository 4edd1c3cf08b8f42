"""A random number of rivals: the contest of fixed size that every participant thinks she is in.

A random number of rivals is worth the same as a fixed number and other prizes
(`contests.entry_random.equivalent_prizes`); any symmetric room solves that contest.

Mixed entry: each of n comes with probability p, and p makes taking part worth its
price; with the number unseen, the effort is that against binomial(n - 1, p) rivals,
with it seen, that of each contest.

Sources: Myerson and Warneryd (2006); Lim and Matros (2009); Fu, Jiao and Lu (2015);
Stouras, Hutchison-Krupat and Chao (2022).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.entry_random import MixedEntryProfile, RandomEntryGame
from contests.game import Game
from contests.numerics import root
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Strategy

__all__ = ["SOLVER", "RandomEntrySolver"]

Array = NDArray[np.float64]


class RandomEntrySolver:
    """Symmetric equilibria when the number of rivals is random."""

    name = "random entry"
    source = "Myerson and Warneryd (2006); Lim and Matros (2009); Fu, Jiao and Lu (2015)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, RandomEntryGame):
            return "takes contests whose entry is ct.RandomEntry(law) or ct.FreeEntry(mixed=True)"
        if game.contest.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        if getattr(game.contest.success, "draw", 0.0):
            return "nobody may win; a lottery without a draw would work"
        if game.contest.race is None:
            return f"{type(game.contest.success).__name__} is not a race; ct.Highest() would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the symmetric candidate of ``game``."""
        if not game.endogenous:
            _, chances = game.entry.rivals(game.n)
            strategy, words = _strategy(game, chances)
            return Candidate(profile=Profile.symmetric(strategy, game.n), selection=f"symmetric; {words}")
        return _seen(game) if game.entry.observed else _unseen(game)


def _strategy(game: RandomEntryGame, chances: Array) -> tuple[Strategy, str]:
    """What a participant does, by the room for the contest of fixed size."""
    from contests.solving import find_solver

    fixed = game.fixed_size(chances)
    room = find_solver(fixed)
    words = "always alone" if fixed.n == 1 else f"by '{room.name}' with prizes of equal worth"
    return room.solve(fixed).profile.strategy(0), words


def _unseen(game: RandomEntryGame) -> Candidate:
    """Entry and effort when entrants do not see how many they are."""

    def profile(p: float) -> MixedEntryProfile:
        trial = MixedEntryProfile(_nothing(), game.n, p)
        _, chances = game.rivals(trial)
        strategy, _ = _strategy(game, chances)
        return MixedEntryProfile(strategy, game.n, p)

    def worth(p: float) -> float:
        return float(game.outcomes(profile(p)).payoff[0])

    return _settle(worth, profile)


def _seen(game: RandomEntryGame) -> Candidate:
    """Entry when entrants see how many they are."""
    from contests.solving import solve

    by_number = {m: solve(game.inner(m)).profile for m in range(1, game.n + 1)}
    strategy = by_number[game.n].strategy(0)

    def profile(p: float) -> MixedEntryProfile:
        return MixedEntryProfile(strategy, game.n, p, by_number)

    gross = np.array([float(_outcomes(game, m, by_number[m]).payoff[0]) for m in range(1, game.n + 1)])

    def worth(p: float) -> float:
        _, chances = game.rivals(profile(p))
        return float(chances @ gross) - game.price

    return _settle(worth, profile)


def _settle(worth: Any, profile: Any) -> Candidate:
    """The probability at which taking part is worth its price, or a corner."""
    words = "symmetric in mixed strategies; asymmetric ones may exist"
    if worth(0.0) <= 0:
        return Candidate(profile=profile(0.0), selection=f"nobody enters; {words}")
    if worth(1.0) >= 0:
        return Candidate(profile=profile(1.0), selection=f"all enter; {words}")
    p = root(worth, 0.0, 1.0, what="the value of taking part")
    return Candidate(profile=profile(p), selection=words)


def _outcomes(game: RandomEntryGame, number: int, doing: Profile) -> Any:
    from contests.outcomes import Outcomes

    return Outcomes(game.inner(number), doing)


def _nothing() -> Strategy:
    from contests.strategy import Pure

    return Pure(0.0)


SOLVER = RandomEntrySolver()
