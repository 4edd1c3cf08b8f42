"""Alike contestants under a minimum standard on random quality: the symmetric first-order condition.

The incentive B depends on the common effort through its distance to the standard, so the
condition r'(e) B(e) = c'(e) may have several solutions; candidates are tried from the
largest, and the first that the certificate accepts is kept.

Source: Drugov, Ryvkin and Zhang (2024).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contests.entry_standard import StandardGame
from contests.game import Game
from contests.numerics import root
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Pure

__all__ = ["SOLVER", "StandardSolver"]


class StandardSolver:
    """Sure efforts of alike contestants who must reach a standard."""

    name = "identical, standard"
    source = "Drugov, Ryvkin and Zhang (2024)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, StandardGame):
            return (
                "takes contests with ct.Reserve, alike contestants and a shock of their own, none in common"
            )
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the symmetric candidate of ``game``."""
        from contests.certificate import certify

        top = float(game.largest_effort(0))

        def marginal(log: float) -> float:
            effort = float(np.exp(log))
            profile = Profile.symmetric(Pure(effort), game.n)
            return float(game.marginal_payoff(0, effort, profile))

        grid = np.log(top) + np.concatenate([np.linspace(-40.0, -6.0, 9), np.linspace(-5.0, 2.0, 43)])
        grid = grid[np.exp(grid) <= game.cost.domain[1]]
        values = np.array([marginal(float(log)) for log in grid])
        falls = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
        efforts = [float(np.exp(root(marginal, float(grid[k]), float(grid[k + 1])))) for k in falls]
        candidates = [*reversed(efforts), 0.0]
        words = (
            "symmetric; others may exist"
            if len(efforts) < 2
            else f"the largest of {len(efforts)} symmetric ones"
        )
        for effort in candidates:
            profile = Profile.symmetric(Pure(effort), game.n)
            if certify(game, profile).passed:
                return Candidate(profile=profile, selection=words)
        return Candidate(profile=Profile.symmetric(Pure(candidates[0]), game.n), selection=words)


SOLVER = StandardSolver()
