"""Alike contestants of whom only some compete: for fields in which not all can.

In a lottery with exponent R > n/(n-1) the symmetric first-order effort loses money,
and there is no equilibrium in which all compete. With m = floor(R/(R-1)) of them
competing and the rest idle there may be one: the m earn what m alone would, and an
idle contestant would lose by joining them (Perez-Castrillo and Verdier 1992 for the
lottery). The same holds of any race with a shock in which effort costs too much.

The room is asked for by name, never chosen: which contestants compete is arbitrary,
and for some exponents fields of several sizes are equilibria (with n = 3 the pair is
one from R = 1.3505 on, while all three are up to 1.5).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contests.contest import Contest
from contests.contestants import Identical
from contests.errors import NoEquilibriumError
from contests.game import Game
from contests.prizes import ByRank
from contests.profile import Profile
from contests.solvers.identical_shock import SOLVER as EVERYBODY
from contests.solvers.symmetric import first_order_effort
from contests.solving import Candidate

__all__ = ["SOLVER", "PartiallyActiveSolver"]

_SLACK = 1e-12


class PartiallyActiveSolver:
    """Sure efforts of the largest number of alike contestants who do not lose; the rest are idle.

    Parameters
    ----------
    active : int, optional
        How many compete; the largest number who do not lose if absent.
    """

    name = "partially active"
    source = "Perez-Castrillo and Verdier (1992), for lotteries; any shock by the same construction"

    def __init__(self, active: int | None = None) -> None:
        self.active = active

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        refusal = EVERYBODY.refuses(game)
        if refusal is not None:
            return refusal
        assert isinstance(game, Contest)
        if not isinstance(game.contestants, Identical):
            return "takes contestants who are alike; ct.Identical(n) would work"
        if game.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        if game.n < 2:
            return "there is one contestant; two or more would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the profile in which the first m contestants of ``game`` compete.

        Raises
        ------
        NoEquilibriumError
            If not even two compete without losing.
        """
        m = _largest(game) if self.active is None else self.active
        if m < 2:
            raise NoEquilibriumError(
                "Not even two contestants compete without losing, so that there is no equilibrium in sure "
                "efforts. Ask for on_fail='mixed', or make luck matter more."
            )
        efforts = np.zeros(game.n)
        efforts[:m] = first_order_effort(_alone(game, m))
        everyone = "all compete" if m == game.n else f"{m} of {game.n} compete and the others exert nothing"
        return Candidate(
            profile=Profile.pure(efforts),
            selection=f"{everyone}; which of them is arbitrary, and fields of another size may be equilibria",
        )


def _alone(contest: Contest, m: int) -> Contest:
    """The contest among ``m`` of the contestants, for the prizes that they compete for."""
    values = contest.prizes.by_rank()[:m]
    return contest.replace(contestants=contest.contestants.replace(n=m), prizes=ByRank(values))


def _worth_while(contest: Contest, m: int) -> bool:
    """Whether none of ``m`` competitors would rather be idle, and take what is left at the bottom."""
    values = np.zeros(contest.n)
    paid = contest.prizes.by_rank()[: contest.n]
    values[: paid.size] = paid
    effort = first_order_effort(_alone(contest, m))
    worth = float(np.asarray(contest.contestants.trait("value", 0)))
    mine = worth * values[:m].mean() - float(np.asarray(contest.effort_cost(0, effort)))
    idle = worth * values[m - 1 :].mean()
    return bool(mine >= idle - _SLACK * worth * values[0])


def _largest(contest: Contest) -> int:
    """The largest number of competitors who do not lose (bisection beyond 200: payoffs fall with m)."""
    if contest.n <= 200:
        return next((m for m in range(contest.n, 1, -1) if _worth_while(contest, m)), 1)
    few, many = 1, contest.n + 1
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (middle, many) if _worth_while(contest, middle) else (few, middle)
    return few


SOLVER = PartiallyActiveSolver()
