"""Feedback between two rounds of an innovation contest (Mihm and Schlapp 2019).

Two solvers; the quality of solver i is k (e_1 + e_2) + z_1 + z_2, cost c e^2 in each
round, award A for the better. Between the rounds the firm tells nothing, tells both
the gap (*public* feedback), or tells each her own shock only (*private*). Let g be the
density of the difference of two shocks and g*g that of the sum of two differences.

- none: e_1 = e_2 = (A k/2c) g*g(0);
- public: e_2(D) = (A k/2c) g(D) at a lead D, the same for both, and
  e_1 = (A k/2c) E g(D): mean effort as without feedback, but risky, so payoffs are lower;
- private: the second round is a contest with private abilities z,
  e_2(z) = (A k/2c) E g(z + k e_2(z) - y - k e_2(y)), and e_1 = E e_2 by the envelope theorem.

Existence is for the certificate, in each round. Here no feedback is a contest in the
total effort, the second round with private feedback one with private types, and the
first round with feedback a game with the value of the second.

Source: Mihm and Schlapp (2019), Management Science 65, 559-576.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.contestants import Identical, Private
from contests.curves import Linear, Power
from contests.equilibrium import Equilibrium
from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.laws import Law, law, normal, sum_law
from contests.model import Model
from contests.prizes import WinnerTakeAll
from contests.profile import Profile
from contests.success import Highest
from contests.technology import Additive
from contests.validation import positive

__all__ = ["Feedback", "FirstRound"]

Array = NDArray[np.float64]


class FirstRound(Game):
    """Effort in the first round, given what the second round is worth at each position.

    Parameters
    ----------
    value : callable
        Value of the second round, in money, as a function of an array of positions.
    position : Law
        Law of the position when both exert the same effort.
    productivity : float
        By how much a unit of effort above the rival's expected one moves the position.
    cost : curve
        Cost of effort in money.
    award : float
        Money; the stakes.
    """

    n = 2
    is_symmetric = True

    def __init__(
        self, value: Callable[[Array], Array], position: Law, productivity: float, cost: Power, award: float
    ) -> None:
        self.value, self.productivity, self.cost, self.award = value, productivity, cost, award
        grid = position.node_grid()
        self._x, self._w = grid.x, grid.w

    @property
    def stakes(self) -> float:
        """The award."""
        return self.award

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs of first-round efforts followed by best play.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own = np.asarray(effort, float)
        rival = float(self.profile(profile).efforts()[1 - int(np.asarray(i).flat[0])])
        shift = self.productivity * (own - rival)
        return np.asarray(self.value(shift[..., None] + self._x) @ self._w - self.cost(own))

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the effort that costs the award (any ``i``, ``type``)."""
        return np.asarray(self.cost.inverse(self.award))

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one solver of each strategy in ``profile``, see `Game.classes`."""
        _, first, counts = np.unique(profile.labels(), return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs (any ``i``, ``type``)."""
        return np.asarray(self.cost(np.asarray(effort, float)))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Feedback(Model):
    """A two-round contest of two solvers with a policy of feedback.

    Parameters
    ----------
    policy : {"none", "public", "private"}
        What the firm tells between the rounds.
    shock : SciPy distribution
        Law of the shock in each round, in units of quality.
    award : float
        Money for the better.
    productivity : float
        k: quality for each unit of effort.
    unit_cost : float
        c: effort e costs c e^2.

    Examples
    --------
    >>> from scipy import stats
    >>> told = Feedback(policy="public", shock=stats.uniform(-1, 2))
    >>> round(told.first_effort(), 9), round(float(told.second_effort(0.0)), 9)
    (0.166666667, 0.25)
    """

    policy: Literal["none", "public", "private"] = "none"
    shock: Any = field(default_factory=normal)
    award: float = 1.0
    productivity: float = 1.0
    unit_cost: float = 1.0

    def __post_init__(self) -> None:
        if self.policy not in ("none", "public", "private"):
            raise InvalidPartError("Feedback.policy", self.policy, "'none', 'public' or 'private'")
        object.__setattr__(self, "shock", law(self.shock, part="Feedback.shock"))
        for name in ("award", "productivity", "unit_cost"):
            object.__setattr__(self, name, positive(f"Feedback.{name}", getattr(self, name)))

    @property
    def _cost(self) -> Power:
        return Power(2, scale=self.unit_cost)

    def _gap(self) -> Law:
        """The law of the difference of two shocks."""
        shock: Law = self.shock
        return sum_law(shock, shock.mirrored())

    def contest(self) -> Any:
        """Return the contest in total effort (no feedback) or the game of the first round."""
        if self.policy == "none":
            # Total effort E is cheapest split evenly: 2 c (E/2)^2.
            return Contest(
                contestants=Identical(2),
                technology=Additive(sum_law(self.shock, self.shock), output=Linear(self.productivity)),
                cost=Power(2, scale=self.unit_cost / 2),
                prizes=WinnerTakeAll(self.award),
            )
        if self.policy == "public":
            return FirstRound(self._public_value, self._gap(), self.productivity, self._cost, self.award)
        second = self.second_round()
        strategy, contest = second.strategy(0), second.contest

        def value(types: Array) -> Array:
            efforts = strategy(types.ravel())  # type: ignore[operator]
            worth = contest.payoff(0, efforts, second.profile, types.ravel())
            return np.asarray(worth.reshape(types.shape))

        return FirstRound(value, self.shock, self.productivity, self._cost, self.award)

    def _public_value(self, lead: Array) -> Array:
        """What the second round is worth at a lead, when both play its equilibrium."""
        return np.asarray(self.award * self._gap().cdf(lead) - self._cost(self.second_effort(lead)))

    def second_effort(self, state: ArrayLike) -> Array:
        """Return equilibrium effort in the second round.

        Parameters
        ----------
        state : array_like
            The lead (public feedback) or the own first shock (private); ignored without feedback.

        Returns
        -------
        ndarray
        """
        at = np.asarray(state, float)
        if self.policy == "public":
            return np.asarray(self.award * self.productivity / (2 * self.unit_cost) * self._gap().pdf(at))
        if self.policy == "private":
            return np.asarray(self.second_round().strategy(0)(at))  # type: ignore[operator]
        return np.full(at.shape, self.first_effort())

    def second_round(self, lead: float = 0.0) -> Equilibrium:
        """Return the certified equilibrium of the second round.

        Parameters
        ----------
        lead : float
            By how much the first solver leads, under public feedback.

        Returns
        -------
        Equilibrium

        Raises
        ------
        NotEquilibriumError
            If the second round has no equilibrium in sure efforts (small shocks).
        """
        from contests.solving import solve

        if self.policy == "none":
            raise InvalidPartError(
                "Feedback.policy",
                "none",
                "'public' or 'private' for a second round of its own",
                "Without feedback the contest is one choice of total effort: use solve().",
            )
        contest = Contest(
            contestants=Private(2, ability=self.shock) if self.policy == "private" else Identical(2),
            technology=Additive(self.shock, output=Linear(self.productivity)),
            cost=self._cost,
            prizes=WinnerTakeAll(self.award),
        )
        if self.policy == "public" and lead != 0.0:
            contest = contest.replace(success=Highest(handicaps=np.array([lead, 0.0])))
        return solve(contest)

    def first_effort(self) -> float:
        """Return equilibrium effort in the first round."""
        effort = float(self.solve().effort[0])
        return effort / 2 if self.policy == "none" else effort

    def payoff_each(self) -> float:
        """Return a solver's expected payoff over both rounds, in money."""
        equilibrium = self.solve()
        if self.policy == "none":
            return float(equilibrium.payoff[0])
        game: Any = equilibrium.game
        return float(game.payoff(0, equilibrium.effort[0], equilibrium.profile))
