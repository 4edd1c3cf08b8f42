"""Games of plans that bring their own candidate: several efforts, first-order conditions of their own."""

from __future__ import annotations

from typing import Any

from contests.game import Game
from contests.plan import PlanGame
from contests.solving import Candidate

__all__ = ["SOLVER", "PlanSolver"]


class PlanSolver:
    """Asks the game for its candidate; the certificate checks it in all dimensions."""

    name = "plans of several efforts"
    source = "first-order conditions in each effort"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, PlanGame):
            return "contestants choose one effort"
        if getattr(game, "candidate", None) is None:
            return f"{type(game).__name__} gives no candidate"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate that ``game`` brings."""
        found: Candidate = game.candidate()
        return found


SOLVER = PlanSolver()
