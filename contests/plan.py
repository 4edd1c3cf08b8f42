"""Efforts in several dimensions: a plan, and games in which contestants choose one.

Exploit and explore; a first and a second stage. A :class:`Plan` is a sure strategy
with several efforts, whose ``mean`` is the total that counts as effort. A
:class:`PlanGame` gives the payoff of any plan from primitives, and the certificate
checks deviations in all dimensions at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.profile import Profile
from contests.strategy import Pure
from contests.validation import vector

__all__ = ["Plan", "PlanGame"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Plan(Pure):
    """Sure efforts in several dimensions.

    Parameters
    ----------
    effort : float
        The (expected) total effort that the plan amounts to.
    parts : sequence of float
        The efforts, each zero or more.

    Examples
    --------
    >>> Plan(0.75, parts=(0.5, 0.25)).mean()
    0.75
    """

    parts: tuple[float, ...] = field(default=())

    def __post_init__(self) -> None:
        super().__post_init__()
        kept = vector("Plan.parts", self.parts, at_least_zero=True)
        object.__setattr__(self, "parts", tuple(float(part) for part in kept))


class PlanGame(Game):
    """Base of games in which a contestant chooses a plan.

    Subclasses give ``plan_payoff`` and ``largest_plan`` besides ``n``, ``stakes`` and ``outcomes``.
    """

    #: Whether no deviation in several efforts gains unless one in a single effort does, as where a
    #: plan is for stages whose later worth does not depend on earlier efforts (one-shot deviations).
    one_at_a_time = False

    def plan_payoff(self, i: Index, plans: ArrayLike, profile: Any) -> Array:
        """Return the expected payoff of a contestant who carries out a plan.

        Parameters
        ----------
        i : int or integer array
            The contestant.
        plans : array_like, shape (..., dimensions)
            Her plans.
        profile : Profile
            What the others do; her own entry does not matter.

        Returns
        -------
        ndarray, shape (...)
            Money.
        """
        raise NotImplementedError

    def largest_plan(self, i: Index) -> Array:
        """Return, for each dimension, an effort of contestant ``i`` above which none is worth while."""
        raise NotImplementedError

    def own_plan(self, i: Index, profile: Any) -> Plan:
        """Return the plan of contestant ``i`` in ``profile``."""
        strategy = self.profile(profile).strategy(int(np.asarray(i).flat[0]))
        if not isinstance(strategy, Plan):
            raise InvalidPartError(
                "profile", strategy, "made of plans such as ct.Plan(0.75, parts=(0.5, 0.25)) in this game"
            )
        return strategy

    def common_plan(self, profile: Any) -> Plan:
        """Return the plan that all contestants have in ``profile``; refused if they differ."""
        chosen = self.profile(profile)
        if np.unique(chosen.labels()).size > 1:
            raise InvalidPartError("profile", chosen, "one plan for all contestants in this game")
        return self.own_plan(0, chosen)

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return payoffs of total efforts that keep the proportions of the own plan, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`; here the own entry of ``profile`` gives the proportions.
        """
        plan = self.own_plan(i, profile)
        total = np.asarray(effort, float)
        share = np.array(plan.parts) / plan.effort if plan.effort > 0 else np.zeros(len(plan.parts))
        return self.plan_payoff(i, total[..., None] * share, profile)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the sum of the largest efforts of contestant ``i`` (``type`` does not matter)."""
        return np.asarray(self.largest_plan(i).sum())

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant of each strategy in ``profile``, see `Game.classes`."""
        _, first, counts = np.unique(profile.labels(), return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)
