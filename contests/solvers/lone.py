"""A lone contestant and a fixed prize: stated, not guessed.

She wins whatever she does, so any effort is lost: she exerts none. With output ln e
her quality is then minus infinity, and a lone searcher makes no trial.
"""

from __future__ import annotations

import numpy as np

from contests.contest import Contest
from contests.entry import AllEnter, Invite
from contests.game import Game
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Pure

__all__ = ["SOLVER", "LoneSolver"]


class LoneSolver:
    """The sure effort of zero of a contestant without rivals."""

    name = "lone contestant"
    source = "Terwiesch and Xu (2008), by convention: a lone solver is paid whatever she hands in"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest) or game.n != 1:
            return "takes contests of one contestant"
        if game.contestants.private_trait is not None:
            return "her type is private; a known one would work"
        if game.prizes.share:
            return "the award depends on quality; a fixed prize would work"
        if game.race is None or np.isfinite(game.race.nature):
            return "the prize may go to nobody; ct.Highest() or a lottery without a draw would work"
        if type(game.entry) not in (AllEnter, Invite):
            return f"entry is {game.entry!r}; ct.AllEnter() would work"
        return None

    def solve(self, game: Game) -> Candidate:
        """Return no effort, and say why (``game`` has one contestant)."""
        return Candidate(
            profile=Profile.symmetric(Pure(0.0), 1),
            selection="unique: a lone contestant wins whatever she does, so she exerts no effort; where "
            "output at zero effort has no lower bound (ln e) neither has her quality",
        )


SOLVER = LoneSolver()
