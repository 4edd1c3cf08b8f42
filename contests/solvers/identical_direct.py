"""Alike contestants under a success function that is not a race: the symmetric first-order condition.

The success function tells only the probabilities of winning at certain qualities
(Skaperdas 1996 lists what makes such a function a contest: probabilities, rising in
one's own quality, the same for those who do the same). At equal efforts e of all, with
p the own chance of winning,

    v V dp/dq q'(e) = k c'(e);

the derivative is taken from the contest's own payoffs by differences. The candidate is
the largest such effort at which the marginal payoff falls through zero; whether it is
an equilibrium is for the certificate to say: a difference-form success (Hirshleifer
1989; Che and Gale 2000) has none in sure efforts when it is decisive.
"""

from __future__ import annotations

from typing import Any

from contests.contest import Contest
from contests.game import Game
from contests.profile import Profile
from contests.solvers.symmetric_any import symmetric_efforts
from contests.solving import Candidate
from contests.strategy import Pure

__all__ = ["SOLVER", "IdenticalDirectSolver"]


class IdenticalDirectSolver:
    """Sure efforts of alike contestants whose chances of winning are given directly."""

    name = "identical, chances given"
    source = "first-order condition at equal efforts; Skaperdas (1996) for success functions"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest):
            return "takes contests made of parts (ct.Contest)"
        if game.race is not None:
            return "success is a race, which has rooms of its own"
        if not game.is_symmetric:
            return "contestants differ; identical ones would work"
        if type(game.entry).__name__ not in ("AllEnter", "Invite"):
            return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the symmetric candidate of ``game``."""
        found = symmetric_efforts(game)
        effort = found[-1] if found else 0.0
        return Candidate(
            profile=Profile.symmetric(Pure(effort), game.n), selection="symmetric; others may exist"
        )


SOLVER = IdenticalDirectSolver()
