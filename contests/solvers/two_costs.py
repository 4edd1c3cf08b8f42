"""Two contestants with costs of different shape: Siegel's construction.

With reach r_i (the effort that costs i the value of the prize) and T the lower one, contestant i earns
w_i = v_i - C_i(T), and each makes the other indifferent on [0, T]: F_j = (w_i + C_i) / v_i. The
distributions increase because costs do; whoever earns something leaves the other an atom at zero.
Exists for any increasing costs that reach the values; unique for two contestants (Siegel 2010).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contests.game import Game
from contests.mixing_known import PairMixed
from contests.profile import Profile
from contests.solving import Candidate
from contests.two_costs import TwoCosts

__all__ = ["SOLVER", "TwoCostsSolver"]


class TwoCostsSolver:
    """The mixed equilibrium of two contestants with cost curves of their own."""

    name = "two costs, no shock"
    source = "Siegel (2009, 2010)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, TwoCosts):
            return "takes two contestants with cost curves of their own (TwoCosts)"
        if np.isinf([float(c.inverse(v)) for c, v in zip(game.costs, game.values, strict=True)]).any():
            return "a cost of effort never reaches the value of the prize; a higher cost would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the equilibrium of ``game``."""
        both: TwoCosts = game
        reach = np.array([float(both.largest_effort(i)) for i in (0, 1)])
        top = float(reach.min())
        found = []
        for rival in (1, 0):
            value = float(both.values[rival])
            # Whose reach is the lower one earns exactly nothing.
            payoff = value - float(both.costs[rival](top)) if reach[rival] > top else 0.0
            found.append(PairMixed(value=value, payoff=max(payoff, 0.0), cost=both.costs[rival], top=top))
        return Candidate(profile=Profile.of(found), selection="unique (Siegel 2010)")


SOLVER = TwoCostsSolver()
