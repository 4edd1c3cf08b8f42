"""Alike contestants with a shock: the symmetric first-order condition.

Rank-order contests with any shock, prizes, cost and output (Lazear and Rosen 1981;
Ales, Cho and Korpeoglu 2017), the best of several trials (Fullerton and McAfee
1999), awards contingent on quality (Terwiesch and Xu 2008).

With additive shock and prizes v_k the effort solves r'(e) sum v_k beta_k = c'(e),
beta_k the slope of the probability of rank k in one's own shift. Sufficient for
existence with r(e) = e: c'' at least the supremum of the second derivative of the
expected prize in one's own shift; small shocks break it, and then the certificate
names the deviation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contests.contest import Contest
from contests.contestants import Private
from contests.game import Game
from contests.profile import Profile
from contests.solvers.symmetric import first_order_effort, first_order_together
from contests.solving import Candidate
from contests.strategy import Pure
from contests.technology import Trials

__all__ = ["SOLVER", "IdenticalShockSolver"]


class IdenticalShockSolver:
    """Sure efforts of alike contestants whose quality or judgement is random."""

    name = "identical, shock"
    source = "Lazear and Rosen (1981); Ales, Cho and Korpeoglu (2017)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest):
            return "takes contests made of parts (ct.Contest)"
        if isinstance(game.contestants, Private):
            return "contestants have private types; identical ones would work"
        if not game.is_symmetric:
            return "contestants differ; identical ones would work"
        if game.race is None:
            return f"{type(game.success).__name__} is not a race; ct.Highest() would work"
        if game.race.noise is None:
            return "quality is certain; a shock (ct.Additive) or judging error would work"
        if game.contestants.utility is not None:
            return "contestants are averse to risk; risk-neutral ones would work"
        if type(game.entry).__name__ not in ("AllEnter", "Invite"):
            return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
        if isinstance(game.technology, Trials) and game.technology.whole:
            return "trials come in whole numbers; ct.Trials(draw) with real numbers would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the symmetric candidate of ``game``."""
        contest: Contest = game
        return _symmetric(contest, first_order_effort(contest))

    def solve_together(self, games: Sequence[Any]) -> list[Candidate] | None:
        """Return the candidates of plain lotteries, the same but for number and prize (``games``)."""
        efforts = first_order_together(games)
        if efforts is None:
            return None
        return [_symmetric(game, float(effort)) for game, effort in zip(games, efforts, strict=True)]


def _symmetric(contest: Contest, effort: float) -> Candidate:
    profile = Profile.symmetric(Pure(effort), contest.n)
    return Candidate(profile=profile, selection="symmetric; others may exist")


SOLVER = IdenticalShockSolver()
