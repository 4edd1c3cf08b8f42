"""A lone contestant: stated, not guessed.

*A fixed prize.* She wins whatever she does, so any effort is lost: she exerts none. With
output ln e her quality is then minus infinity, and a lone searcher makes no trial.

*A share of certain quality* (an internal team paid by results). She exerts the effort at
which share times marginal quality is marginal cost, or none if no effort pays.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.entry import AllEnter, Invite
from contests.game import Game
from contests.numerics import root
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Monotone, Pure, Strategy
from contests.technology import Exact

__all__ = ["SOLVER", "LoneSolver"]


def _nothing(types: ArrayLike) -> NDArray[np.float64]:
    """No effort, whatever the type."""
    return np.zeros(np.shape(types))


class LoneSolver:
    """The sure effort of a contestant without rivals: none for a fixed prize."""

    name = "lone contestant"
    source = "Terwiesch and Xu (2008), by convention: a lone solver is paid whatever she hands in"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest) or game.n != 1:
            return "takes contests of one contestant"
        plain = isinstance(game.technology, Exact) and game.contestants.utility is None
        if game.prizes.share and not (plain and game.contestants.private_trait is None):
            return "the award depends on quality; a fixed prize, or known traits and sure quality, would work"
        if game.race is None or np.isfinite(game.race.nature):
            return "the prize may go to nobody; ct.Highest() or a lottery without a draw would work"
        if type(game.entry) not in (AllEnter, Invite):
            return f"entry is {game.entry!r}; ct.AllEnter() would work"
        return None

    def solve(self, game: Game) -> Candidate:
        """Return no effort, and say why (``game`` has one contestant)."""
        contestants: Any = game.contestants  # type: ignore[attr-defined]
        if game.prizes.share:  # type: ignore[attr-defined]
            effort = _paid_by_quality(game)  # type: ignore[arg-type]
            return Candidate(
                profile=Profile.symmetric(Pure(effort), 1),
                selection="the best effort of a lone contestant who is paid by quality",
            )
        strategy: Strategy = Pure(0.0)
        if contestants.private_trait is not None:
            strategy = Monotone(types=contestants.law_of(0), function=_nothing)
        return Candidate(
            profile=Profile.symmetric(strategy, 1),
            selection="unique: a lone contestant wins whatever she does, so she exerts no effort; where "
            "output at zero effort has no lower bound (ln e) neither has her quality",
        )


def _paid_by_quality(contest: Contest) -> float:
    """The best of the efforts at which the marginal payoff falls through zero, and of none."""
    traits = contest.contestants
    ability, value, factor = (float(np.asarray(traits.trait(k, 0))) for k in ("ability", "value", "cost"))
    technology, prizes = contest.technology, contest.prizes

    def marginal(effort: NDArray[np.float64]) -> NDArray[np.float64]:
        gain = value * prizes.share * technology.location_slope(effort, ability)
        return np.asarray(gain - factor * contest.cost.derivative(effort))

    efforts = float(np.asarray(contest.largest_effort(0))) * np.geomspace(1e-18, 1.0, 400)
    slopes = marginal(efforts)
    falls = np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0))
    found = [0.0, efforts[-1]]
    for k in falls:
        found.append(root(lambda e: float(marginal(np.array([e]))[0]), efforts[k], efforts[k + 1]))
    tried = np.array(found)
    return float(tried[np.argmax(contest.payoff(0, tried, Profile.symmetric(Pure(0.0), 1)))])


SOLVER = LoneSolver()
