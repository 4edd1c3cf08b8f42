"""A lone contestant and a fixed prize: stated, not guessed.

She wins whatever she does, so any effort is lost: she exerts none. With output ln e
her quality is then minus infinity, and a lone searcher makes no trial.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.entry import AllEnter, Invite
from contests.game import Game
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Monotone, Pure, Strategy

__all__ = ["SOLVER", "LoneSolver"]


def _nothing(types: ArrayLike) -> NDArray[np.float64]:
    """No effort, whatever the type."""
    return np.zeros(np.shape(types))


class LoneSolver:
    """The sure effort of zero of a contestant without rivals."""

    name = "lone contestant"
    source = "Terwiesch and Xu (2008), by convention: a lone solver is paid whatever she hands in"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest) or game.n != 1:
            return "takes contests of one contestant"
        if game.prizes.share:
            return "the award depends on quality; a fixed prize would work"
        if game.race is None or np.isfinite(game.race.nature):
            return "the prize may go to nobody; ct.Highest() or a lottery without a draw would work"
        if type(game.entry) not in (AllEnter, Invite):
            return f"entry is {game.entry!r}; ct.AllEnter() would work"
        return None

    def solve(self, game: Game) -> Candidate:
        """Return no effort, and say why (``game`` has one contestant)."""
        contestants: Any = game.contestants  # type: ignore[attr-defined]
        strategy: Strategy = Pure(0.0)
        if contestants.private_trait is not None:
            strategy = Monotone(types=contestants.law_of(0), function=_nothing)
        return Candidate(
            profile=Profile.symmetric(strategy, 1),
            selection="unique: a lone contestant wins whatever she does, so she exerts no effort; where "
            "output at zero effort has no lower bound (ln e) neither has her quality",
        )


SOLVER = LoneSolver()
