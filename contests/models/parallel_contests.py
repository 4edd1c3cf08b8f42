"""Several contests at once, exclusive or not (Korpeoglu, Korpeoglu and Hafalir 2022).

M contests with award A each, N agents, quality delta ln e plus a Gumbel shock of
scale mu in each contest, cost c (sum of efforts)^b.

*Exclusive*: each agent enters one contest, n = N/M in each:
e^b = A delta (n-1)/(c b mu n^2). *Not exclusive*: each enters all and exerts e in each:
(M e)^b = A M delta (N-1)/(c b mu N^2). Best ideas are better without exclusivity if and
only if delta ln(e_all/e_one) + mu ln M > 0.

*Existence*: participation is not enough. Without exclusivity an agent may drop some
contests and save the cost that efforts share; the certificate checks deviations in all
M efforts at once, zero included.

Source: Korpeoglu, Korpeoglu and Hafalir (2022), Operations Research.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.contestants import Identical
from contests.curves import Log, Power
from contests.equilibrium import Equilibrium
from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.laws import gumbel
from contests.model import Model
from contests.models._game_model import GameOutcomes
from contests.plan import Plan, PlanGame
from contests.prizes import WinnerTakeAll
from contests.profile import Profile
from contests.solvers.symmetric import first_order_effort
from contests.solving import Candidate
from contests.strategy import Pure
from contests.technology import Additive
from contests.validation import count, finite, positive

__all__ = ["ParallelContests", "SeveralContests"]

Array = NDArray[np.float64]


class SeveralContests(PlanGame):
    """Alike agents who take part in several alike contests and pay for the sum of their efforts.

    Parameters
    ----------
    one : Contest
        Each of the contests; its own cost is not used.
    contests : int
        How many.
    cost : curve
        Cost of the sum of efforts, in money.
    """

    is_symmetric = True

    def __init__(self, one: Contest, contests: int, cost: Power) -> None:
        self.one, self.contests, self.cost = one, contests, cost
        self.n = one.n

    @property
    def stakes(self) -> float:
        """The sum of the awards."""
        return self.contests * self.one.stakes

    def plan_payoff(self, i: Index, plans: ArrayLike, profile: Any) -> Array:
        """Return expected payoffs of plans, see `PlanGame.plan_payoff`.

        Parameters
        ----------
        i, plans, profile
            As in `PlanGame.plan_payoff`.
        """
        efforts = np.asarray(plans, float)
        rival = self.own_plan(0 if int(np.asarray(i).flat[0]) else 1, profile)
        total = -self.cost(efforts.sum(axis=-1))
        for m, theirs in enumerate(rival.parts):
            field = Profile.symmetric(Pure(theirs), self.n)
            won = self.one.payoff(0, efforts[..., m], field) + self.one.effort_cost(0, efforts[..., m])
            total = total + won
        return np.asarray(total)

    def outcomes(self, profile: Profile) -> GameOutcomes:
        """Return what comes of ``profile``: payoffs over all contests, and all awards; one plan for all."""
        plan = self.common_plan(profile)
        each = float(self.plan_payoff(0, np.asarray(plan.parts), profile))
        return GameOutcomes(
            payoff=np.full(self.n, each),
            win_probability=np.full(self.n, 1.0 / self.n),
            prizes_paid=self.stakes,
        )

    def largest_plan(self, i: Index) -> Array:
        """Return the efforts whose cost alone is all that could be won (any ``i``)."""
        return np.full(self.contests, float(self.cost.inverse(self.stakes)))


class _EqualEfforts:
    """The same effort in each contest: one ideation contest whose marginal cost is that of the sum."""

    name = "several contests, equal efforts"
    source = "Korpeoglu, Korpeoglu and Hafalir (2022)"

    def refuses(self, game: Game) -> str | None:
        return None if isinstance(game, SeveralContests) else "takes agents who enter several alike contests"

    def solve(self, game: Any) -> Candidate:
        shared = Power(game.cost.exponent, scale=game.cost.scale * game.contests ** (game.cost.exponent - 1))
        effort = first_order_effort(game.one.replace(cost=shared))
        plan = Plan(effort * game.contests, parts=(effort,) * game.contests)
        return Candidate(profile=Profile.symmetric(plan, game.n), selection="symmetric; others may exist")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ParallelContests(Model):
    """Several ideation contests that share the agents.

    Parameters
    ----------
    contests : int
        Number of contests M, at least 1.
    agents : int
        Number of agents N, at least 2 in each contest.
    award : float
        Money for the winner of each contest.
    returns, shock : float
        Returns delta to log effort and Gumbel scale mu, in units of quality.
    cost : Power
        Cost of the sum of an agent's efforts.
    exclusive : bool
        Whether an agent may enter only one contest; then N must be a multiple of M.

    Examples
    --------
    >>> model = ParallelContests(contests=2, agents=8, award=4.0, returns=1.0, shock=2.0)
    >>> round(model.effort_per_contest(), 10), round(model.expected_best(), 10)
    (0.2338535867, 2.7058230259)
    """

    contests: int = 2
    agents: int = 8
    award: float = 1.0
    returns: float = 1.0
    shock: float = 1.0
    cost: Power = Power(2)  # noqa: RUF009 - frozen
    exclusive: bool = False

    def __post_init__(self) -> None:
        name = "ParallelContests"
        object.__setattr__(self, "contests", count(f"{name}.contests", self.contests))
        object.__setattr__(self, "agents", count(f"{name}.agents", self.agents, least=2))
        for field in ("award", "returns", "shock"):
            object.__setattr__(self, field, positive(f"{name}.{field}", getattr(self, field)))
        if not isinstance(self.cost, Power):
            raise InvalidPartError(f"{name}.cost", self.cost, "a ct.Power of the sum of efforts")
        if self.exclusive and (self.agents % self.contests or self.agents // self.contests < 2):
            raise InvalidPartError(
                f"{name}.agents",
                self.agents,
                f"a multiple of the {self.contests} contests with at least 2 in each when entry is exclusive",
            )
        finite(f"{name}.cost", self.cost.scale)

    def _one(self, n: int, cost: Power) -> Contest:
        return Contest(
            contestants=Identical(n),
            technology=Additive(gumbel(self.shock), output=Log(scale=self.returns)),
            cost=cost,
            prizes=WinnerTakeAll(self.award),
        )

    def contest(self) -> Any:
        """Return one of the exclusive contests, or the game of entering all."""
        if self.exclusive:
            return self._one(self.agents // self.contests, self.cost)
        return SeveralContests(self._one(self.agents, self.cost), self.contests, self.cost)

    def solve(self, **options: Any) -> Equilibrium:
        """Return the certified equilibrium; in the game of entering all, efforts are totals.

        Parameters
        ----------
        **options
            As in `contests.solve`.
        """
        from contests.solving import solve

        return (
            solve(self, **options)
            if self.exclusive
            else solve(self, **{"solver": _EqualEfforts(), **options})
        )

    def effort_per_contest(self) -> float:
        """Return equilibrium effort in each contest that an agent enters."""
        total = float(self.solve().effort[0])
        return total if self.exclusive else total / self.contests

    def expected_best(self) -> float:
        """Return the expected quality of the best idea in each contest."""
        n = self.agents // self.contests if self.exclusive else self.agents
        return self.returns * math.log(self.effort_per_contest()) + self.shock * math.log(n)

    def openness_pays(self) -> float:
        """Return by how much non-exclusive entry betters the best idea of each contest.

        Returns
        -------
        float
            In units of quality; negative if exclusive entry is better.
        """
        return self.replace(exclusive=False).expected_best() - self.replace(exclusive=True).expected_best()
