"""A solver of one's own: any object with ``name``, ``source``, ``refuses`` and ``solve``.

It need not prove anything: what it finds is certified from payoffs by `ct.solve`.
"""

from __future__ import annotations

import numpy as np

import contests as ct
from labcontests.parts import Fatigue, Margin


class MarginSolver:
    """The closed form for alike contestants who tire, judged by margins."""

    name = "margins, closed form"
    source = "worked example in docs/extending.md"

    def refuses(self, game):
        """Say why the game is not for this solver and what would work, or None."""
        if not isinstance(game, ct.Contest) or not isinstance(game.success, Margin):
            return "takes contests whose success is labcontests.Margin"
        if not isinstance(game.cost, Fatigue):
            return "takes the cost labcontests.Fatigue"
        if not game.is_symmetric:
            return "contestants differ; ct.Identical(n) would work"
        if game.technology != ct.Exact():
            return "quality must be effort; ct.Exact() would work"
        return None

    def solve(self, game):
        """Return the candidate."""
        cost = game.cost
        reward = game.contestants.value * game.prizes.top * game.success.sensitivity
        ratio = reward * cost.endurance / (cost.scale * game.contestants.cost)
        effort = cost.endurance * np.arccosh(ratio) if ratio > 1 else 0.0
        return ct.Candidate(
            profile=ct.Profile.symmetric(ct.Pure(effort), game.n), selection="the only symmetric one"
        )
