"""Games that bring their own candidate: several efforts, stages, groups; conditions of their own."""

from __future__ import annotations

from typing import Any

from contests.game import Game
from contests.solving import Candidate

__all__ = ["SOLVER", "PlanSolver"]


class PlanSolver:
    """Asks the game for its candidate; the certificate checks it, in all dimensions if there are several."""

    name = "candidate of the game itself"
    source = "the first-order conditions that the model states"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if getattr(game, "candidate", None) is None:
            return f"{type(game).__name__} brings no candidate of its own"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate that ``game`` brings."""
        found: Candidate = game.candidate()
        return found


SOLVER = PlanSolver()
