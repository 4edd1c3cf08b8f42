"""A preliminary round, then a final among the best: efforts in both, solved backwards.

n contestants exert preliminary effort e1; the k best of the marks reach the final, where they start
afresh with effort e2, new shocks and the prizes. With u the payoff of a finalist, the preliminary
round is a contest for k equal prizes u, so that its effort solves r'(e1) u (beta_1 + ... + beta_k) =
c'(e1). The certificate looks at plans (e1, e2) as a whole, and at the final by itself.

That the final starts afresh (nothing but the right to take part is carried over) is a modelling
choice; with lotteries instead of shocks it is Rosen's (1986) and Gradstein and Konrad's (1999)
elimination contest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.errors import NoEquilibriumError
from contests.game import Game, Index
from contests.part import Part
from contests.plan import Plan, PlanGame
from contests.profile import Profile
from contests.simulate import Outcome

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium
    from contests.solving import Candidate

__all__ = ["TwoStageGame"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TwoStageGame(Part, PlanGame):
    """A tournament of two stages.

    Parameters
    ----------
    preliminary : Contest
        The first stage: n contestants, and one unit for each of those who reach the final.
    final : Contest
        The second stage: the finalists, and the prizes.
    """

    preliminary: Contest
    final: Contest

    @property
    def n(self) -> int:  # type: ignore[override]
        """How many contestants start."""
        return self.preliminary.n

    @property
    def finalists(self) -> int:
        """How many reach the final."""
        return self.final.n

    @property
    def stakes(self) -> float:
        """The stakes of the final, in money."""
        return float(self.final.stakes)

    @cached_property
    def final_equilibrium(self) -> Equilibrium:
        """The certified equilibrium of the final."""
        return self.final.solve()

    def _both(self, profile: Any) -> tuple[float, float]:
        first, second = self.common_plan(profile).parts
        return first, second

    def plan_payoff(self, i: Index, plans: ArrayLike, profile: Any) -> Array:
        """Return expected payoffs of plans (e1, e2), see `PlanGame.plan_payoff`.

        Parameters
        ----------
        i, plans, profile
            As in `PlanGame.plan_payoff`; all rivals play one plan.
        """
        chosen = np.asarray(plans, float)
        first, second = self._both(profile)
        # Stages are separable: each effort is valued once, however many plans share it.
        reach = self._on_distinct(self._reach, chosen[..., 0], first)
        worth = self._on_distinct(self._final_payoff, chosen[..., 1], second)
        return np.asarray(reach * worth - self.preliminary.effort_cost(0, chosen[..., 0]))

    @staticmethod
    def _on_distinct(value: Any, efforts: Array, rivals: float) -> Array:
        distinct, where = np.unique(efforts, return_inverse=True)
        return np.asarray(value(distinct, rivals)[where.reshape(efforts.shape)])

    def _reach(self, efforts: Array, rivals: float) -> Array:
        payoff = self.preliminary.payoff(0, efforts, rivals)
        return np.asarray(payoff + self.preliminary.effort_cost(0, efforts))

    def _final_payoff(self, efforts: Array, rivals: float) -> Array:
        return np.asarray(self.final.payoff(0, efforts, rivals))

    def largest_plan(self, i: Index) -> Array:
        """Return efforts above which none is worth while in each stage (``i``)."""
        first = self.preliminary.replace(prizes=self.stakes).largest_effort(0)
        return np.array([float(first), float(self.final.largest_effort(0))])

    def candidate(self) -> Candidate:
        """Return the plan found backwards: the final, then the round for its payoff."""
        from contests.solving import Candidate

        ending = self.final_equilibrium
        worth = float(ending.payoff[0])
        if worth <= 0:
            raise NoEquilibriumError(
                f"A finalist expects {worth:.6g}: nobody would strive for the final. Raise the prizes."
            )
        start = self.preliminary.replace(prizes=np.full(self.finalists, worth)).solve()
        first, second = float(start.effort[0]), float(ending.effort[0])
        plan = Plan(first + second * self.finalists / self.n, parts=(first, second))
        return Candidate(
            profile=Profile.symmetric(plan, self.n),
            selection="symmetric; others may exist",
            source="backward induction; Rosen (1986) for elimination",
        )

    def subgames(self, profile: Profile) -> Sequence[tuple[Game, Profile]]:
        """Return the final, and what ``profile`` says is played there: it must be in equilibrium too."""
        return [(self.final, self.final.profile(self._both(profile)[1]))]

    def outcomes(self, profile: Profile) -> TwoStageOutcomes:
        """Return exact expectations of what comes of ``profile``."""
        return TwoStageOutcomes(self, profile)

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Outcome:
        """Draw outcomes from the primitives; the ideas of those who miss the final count as minus infinity.

        Parameters
        ----------
        profile : Profile
            What everyone does.
        size : int
            How many tournaments.
        rng : numpy.random.Generator
            Source of randomness.
        """
        from contests.simulate import play

        first, second = self._both(profile)
        start = play(self.preliminary, first, size, rng=rng)
        ending = play(self.final, second, size, rng=rng)
        rows = np.arange(size)[:, None]
        through = np.argsort(start.rank, axis=1)[:, : self.finalists]
        quality, prize = np.full((size, self.n), -np.inf), np.zeros((size, self.n))
        rank, effort = np.zeros((size, self.n), dtype=np.intp), np.full((size, self.n), first)
        payoff = np.broadcast_to(-np.asarray(self.preliminary.effort_cost(0, first)), (size, self.n)).copy()
        quality[rows, through], prize[rows, through] = ending.quality, ending.prize
        rank[rows, through] = ending.rank
        effort[rows, through] += second
        payoff[rows, through] += ending.payoff
        return Outcome(effort=effort, quality=quality, rank=rank, prize=prize, payoff=payoff)


class TwoStageOutcomes:
    """Exact expectations of a common plan: qualities and prizes are the final's.

    Parameters
    ----------
    game : TwoStageGame
        The game.
    profile : Profile
        What everyone does.
    """

    def __init__(self, game: TwoStageGame, profile: Profile) -> None:
        self.game, self.profile = game, profile
        self._parts = game.common_plan(profile).parts
        self._final = game.final.outcomes(game.final.profile(self._parts[1]))

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs in money, shape (n,)."""
        each = float(self.game.plan_payoff(0, np.array([self._parts]), self.profile)[0])
        return np.full(self.game.n, each)

    @cached_property
    def win_probability(self) -> Array:
        """Probabilities of the first prize, shape (n,)."""
        reached = self.game.finalists / self.game.n
        return np.full(self.game.n, float(self._final.win_probability[0]) * reached)

    @cached_property
    def expected_best(self) -> float:
        """Expected quality of the best idea of the final."""
        return float(self._final.expected_best)

    @cached_property
    def expected_average(self) -> float:
        """Expected quality of the average idea of the final."""
        return float(self._final.expected_average)

    @cached_property
    def prizes_paid(self) -> float:
        """Expected money paid in prizes."""
        return float(self._final.prizes_paid)

    def winner_quality(self) -> float:
        """Return the expected quality of the idea that wins the final."""
        from contests.qualities import winner_quality

        return winner_quality(self._final)

    def effort_costs(self) -> float:
        """Return what all efforts cost, less love, in money."""
        first = float(self.game.preliminary.effort_cost(0, self._parts[0]))
        second = float(self.game.final.effort_cost(0, self._parts[1]))
        return self.game.n * first + self.game.finalists * second
