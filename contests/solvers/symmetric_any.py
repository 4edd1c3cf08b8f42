"""Alike contestants in any game: the symmetric first-order condition, taken from payoffs.

For games that are not the plain rank-order contest of the other rooms: contestants
who love the work, value the result, dislike risk, face a standard, or share shocks.
At a symmetric profile of effort e the marginal payoff is the game's own, or the
derivative of its payoff by differences; the candidate is the largest effort at
which it falls through zero. Whether that is an equilibrium is for the certificate
to say.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contests import numerics
from contests.contest import Contest
from contests.contestants import Private
from contests.game import Game
from contests.plan import PlanGame
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Pure

__all__ = ["SOLVER", "SymmetricSolver", "symmetric_efforts"]


class SymmetricSolver:
    """Sure efforts of alike contestants in a game that tells its payoffs."""

    name = "symmetric, any game"
    source = "first-order condition at equal efforts; Lazear and Rosen (1981) for the method"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not getattr(game, "is_symmetric", False):
            return "contestants differ, or the game does not say that they are alike"
        if isinstance(game, PlanGame):
            return "contestants choose several efforts at once"
        if isinstance(game, Contest):
            if isinstance(game.contestants, Private):
                return "contestants have private types; identical ones would work"
            if game.race is None or game.race.noise is None:
                return "ranks are certain; a shock or judging error would work"
            if type(game.entry).__name__ not in ("AllEnter", "Invite"):
                return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
            if type(game) is Contest and game.contestants.utility is None:
                return "a plain contest of risk-neutral contestants has a room of its own"
        if game.actions(0) is not None:
            return "efforts are discrete"
        return None

    def solve(self, game: Game) -> Candidate:
        """Return the symmetric candidate of ``game``."""
        found = symmetric_efforts(game)
        effort = found[-1] if found else 0.0
        return Candidate(
            profile=Profile.symmetric(Pure(effort), game.n), selection="symmetric; others may exist"
        )


def symmetric_efforts(game: Game) -> list[float]:
    """Return the efforts at which the marginal payoff of a symmetric profile falls through zero.

    Parameters
    ----------
    game : Game
        A game of alike contestants.

    Returns
    -------
    list of float
        In increasing order; the largest effort worth while is among them if it still pays there.
    """
    top = float(game.largest_effort(0))
    if top <= 0:
        return []

    def marginal(log: float) -> float:
        effort = float(np.exp(log))
        profile = Profile.symmetric(Pure(effort), game.n)
        slope: Any = game.marginal_payoff(0, np.array(effort), profile)
        if slope is None:
            step = 1e-3
            u = game.payoff(0, effort * (1 + step * np.array([-2.0, -1.0, 1.0, 2.0])), profile)
            slope = u[0] - 8 * u[1] + 8 * u[2] - u[3]  # times 12 steps: its sign is what counts
            # What rounding may have made of no difference is none: next to no effort all pay the same.
            slope = slope if abs(slope) > 1e-13 * np.abs(u).max() else 0.0
        return float(slope)

    # Fine steps near the top, where equilibria mostly are, and coarse ones far below.
    grid = np.log(top) + np.concatenate([np.linspace(-40, -7, 23)[:-1], np.linspace(-7.0, 0.7, 45)])
    values = np.array([marginal(float(log)) for log in grid])
    falls = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
    found = [numerics.root(marginal, float(grid[k]), float(grid[k + 1])) for k in falls]
    efforts = [float(np.exp(log)) for log in found]
    return [*efforts, top] if values[-1] > 0 else efforts


SOLVER = SymmetricSolver()
