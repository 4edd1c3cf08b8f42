"""What the seeker of a Terwiesch-Xu contest can choose: award, size, entry, or no contest at all.

The methods of `TerwieschXu` that design a contest; each is carried out in its own
file and returns a small frozen result with the certified equilibrium at the choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from contests.entry import AllEnter, Reserve
from contests.errors import InvalidPartError, UnsolvableError
from contests.model import Model
from contests.validation import count, fraction, positive

if TYPE_CHECKING:
    from contests.models.terwiesch_xu import TerwieschXu
    from contests.models.terwiesch_xu_results import (
        BestOfMany,
        Design,
        Efforts,
        FreeEntry,
        Internal,
        PureEquilibria,
    )

__all__ = ["SeekersChoices"]


class SeekersChoices(Model):
    """The design methods of `TerwieschXu`."""

    unit_cost: Any

    def _named(self) -> TerwieschXu:
        return self  # type: ignore[return-value]

    def _everybody(self, method: str) -> TerwieschXu:
        """The model, if all who are asked take part, or those whose private ability reaches a reserve."""
        model = self._named()
        rules = (AllEnter,) if model.project.private_ability is None else (AllEnter, Reserve)
        if type(model.entry) not in rules:
            reason = {method: "leave out entry=, or compare such contests with ct.design(...)"}
            raise UnsolvableError(f"Who takes part is up to the rule of entry, {model.entry!r}:", reason)
        return model

    def profit(self, weight_best: float = 1.0) -> float:
        """Return the seeker's expected profit at the certified equilibrium.

        Parameters
        ----------
        weight_best : float
            Weight on the best quality, from 0 to 1; the rest is on the average quality.

        Returns
        -------
        float
            weight_best E[best] + (1 - weight_best) E[average] - E[award paid], in units of quality,
            which are those of money. Minus infinity for a lone solver with log output.

        Raises
        ------
        NotEquilibriumError
            If the contest has no equilibrium in which all take part.

        Examples
        --------
        >>> from contests.models import Ideation, TerwieschXu
        >>> round(TerwieschXu(project=Ideation(shock=2.0), solvers=2, award=10.0).profit(), 6)
        -8.390562
        """
        from contests.models.terwiesch_xu_design import profit_at

        return profit_at(self.solve(), fraction("TerwieschXu.profit weight_best", weight_best))

    def best_award(self, weight_best: float = 1.0) -> Design:
        """Return the seeker's best award for the given number of solvers.

        Several prizes are scaled in their proportions.

        Parameters
        ----------
        weight_best : float
            Weight on the best quality, from 0 to 1.

        Returns
        -------
        Design
            The award, the profit, and the certified equilibrium there.

        Raises
        ------
        NotEquilibriumError
            If at the best award the contest has no equilibrium in which all take part.

        Examples
        --------
        >>> from contests.models import Ideation, TerwieschXu
        >>> TerwieschXu(project=Ideation(returns=0.7), solvers=3, award=1.0).best_award().choice
        0.7
        """
        from contests.models.terwiesch_xu_design import best_award

        return best_award(self._named(), fraction("TerwieschXu.best_award weight_best", weight_best))

    def best_size(self, weight_best: float = 1.0, largest: int | None = None) -> Design:
        """Return the seeker's best number of solvers, at the model's award.

        Parameters
        ----------
        weight_best : float
            Weight on the best quality, from 0 to 1.
        largest : int, optional
            Most solvers that may enter. If absent: without bound where theory tells the profit of
            every size, else 500.

        Returns
        -------
        Design
            ``choice`` is infinite if the profit rises with every solver.

        Raises
        ------
        UnsolvableError
            If a rule of entry decides how many of the solvers take part, or solvers differ.

        Examples
        --------
        >>> from contests.models import Ideation, TerwieschXu
        >>> model = TerwieschXu(project=Ideation(returns=0.9), solvers=5, award=0.9, unit_cost=0.5)
        >>> model.best_size(weight_best=0.5).choice
        3
        """
        from contests.models.terwiesch_xu_size import best_size

        cap = None if largest is None else count("TerwieschXu.best_size largest", largest)
        return best_size(
            self._everybody("best_size"), fraction("TerwieschXu.best_size weight_best", weight_best), cap
        )

    def best_contingent_award(
        self, weight_best: float = 1.0, *, base: float | None = None, largest_share: float = 1.0
    ) -> Design:
        """Return the seeker's best award of a base plus a share of quality.

        Parameters
        ----------
        weight_best : float
            Weight on the best quality, from 0 to 1.
        base : float, optional
            Fix the base and choose the share only (0: a royalty).
        largest_share : float
            Shares from 0 to this are searched.

        Returns
        -------
        Design
            ``choice`` is a `ContingentAward`.

        Raises
        ------
        UnsolvableError
            If the project is not ideation with identical solvers who all take part.
        """
        from contests.models.terwiesch_xu_contingent import best_contingent_award

        weight = fraction("TerwieschXu.best_contingent_award weight_best", weight_best)
        share = positive("TerwieschXu.best_contingent_award largest_share", largest_share)
        return best_contingent_award(self._everybody("best_contingent_award"), weight, base, share)

    def free_entry(self, *, cost: float) -> FreeEntry:
        """Return how many solvers enter when each pays a cost to enter.

        Parameters
        ----------
        cost : float
            Money lost by entering, above zero.

        Returns
        -------
        FreeEntry
            The number of solvers, and payoffs net of the entry cost with them and with one more.

        Raises
        ------
        UnsolvableError
            If the model has a rule of entry already, several prizes, or solvers who differ.

        Examples
        --------
        >>> from contests.models import Ideation, TerwieschXu
        >>> TerwieschXu(project=Ideation(shock=2.0), solvers=2, award=10.0).free_entry(cost=0.3).solvers
        17
        """
        from contests.models.terwiesch_xu_size import free_entry

        return free_entry(self._everybody("free_entry"), positive("TerwieschXu.free_entry cost", cost))

    def largest_field(self) -> float:
        """Return the largest number of solvers who all take part in equilibrium.

        Returns
        -------
        int or float
            ``math.inf`` if every number does; 1 if not even two do.

        Raises
        ------
        UnsolvableError
            If neither theory nor search gives a bound, or a rule of entry decides who takes part.

        Examples
        --------
        >>> from contests.models import Ideation, TerwieschXu
        >>> TerwieschXu(project=Ideation(returns=1.3, shock=1.0), solvers=3, award=1.0).largest_field()
        4
        """
        from contests.models.terwiesch_xu_size import largest_field

        return largest_field(self._everybody("largest_field"))

    def internal(self, unit_cost: float | None = None) -> Internal:
        """Return what one in-house solver with contractible effort achieves.

        Parameters
        ----------
        unit_cost : float, optional
            Her cost of a unit of effort; the model's if absent.

        Returns
        -------
        Internal
            Effort (or trials), expected quality, and profit: quality less the cost of effort.

        Examples
        --------
        >>> from contests.models import Ideation, TerwieschXu
        >>> TerwieschXu(project=Ideation(shock=2.0), solvers=2, award=1.0).internal().profit
        -1.0
        """
        from contests.models.terwiesch_xu_internal import internal

        if unit_cost is None and isinstance(self.unit_cost, np.ndarray):
            raise InvalidPartError(
                "TerwieschXu.internal unit_cost", None, "given when solvers differ in cost"
            )
        given = self.unit_cost if unit_cost is None else unit_cost
        return internal(self._named(), positive("TerwieschXu.internal unit_cost", given))

    def distribution_of_best(self) -> BestOfMany:
        """Return the exact distribution of the best quality at the certified equilibrium.

        Returns
        -------
        BestOfMany
            With ``cdf``, ``sf``, ``ppf`` and ``mean``.

        Raises
        ------
        UnsolvableError
            If the number of those who take part is random.
        """
        from contests.models.terwiesch_xu_results import BestOfMany

        return BestOfMany(equilibrium=self.solve())

    def pure_equilibria(self) -> PureEquilibria:
        """Return all pure equilibria of a contest of whole trials, each certified.

        Returns
        -------
        PureEquilibria
            Profiles up to the names of solvers alike, and a statement about symmetric ones.

        Raises
        ------
        UnsolvableError
            If trials are not whole.

        Examples
        --------
        >>> from scipy import stats
        >>> from contests.models import TerwieschXu, TrialAndError
        >>> project = TrialAndError(draw=stats.uniform(), whole=True)
        >>> TerwieschXu(project=project, solvers=2, award=10.0).pure_equilibria().profiles
        ((2, 2), (2, 3), (3, 3))
        """
        from contests.models.terwiesch_xu_results import PureEquilibria
        from contests.solvers.whole_trials import pure_profiles, refusal

        contest = self.contest()
        refused = refusal(contest)
        if refused:
            raise UnsolvableError("All pure equilibria are found for whole trials only:", {"here": refused})
        return PureEquilibria.of(self._named(), pure_profiles(contest))

    @staticmethod
    def efforts(
        *,
        award: ArrayLike,
        unit_cost: ArrayLike = 1.0,
        returns: ArrayLike = 1.0,
        shock: ArrayLike = 1.0,
        solvers: ArrayLike = 2,
        on_fail: Literal["raise", "return"] = "return",
    ) -> Efforts:
        """Return the efforts of many ideation contests at once, each with its certificate.

        Gumbel shocks, output ln e, linear cost, one award: what `solve` finds one by one.

        Parameters
        ----------
        award, unit_cost, returns, shock : array_like
            As in the model, broadcast against each other.
        solvers : array_like of int
            Numbers of solvers, at least 2, broadcast with the rest.
        on_fail : {"raise", "return"}
            Raise if a point is not an equilibrium, or return all with their certificates.

        Returns
        -------
        Efforts
            Arrays of one shape: effort, payoff, max_gain, effort_gap, passed.

        Raises
        ------
        NotEquilibriumError
            If ``on_fail="raise"`` and some point is not an equilibrium.
        """
        from contests.models.terwiesch_xu_efforts import ideation_efforts

        return ideation_efforts(award, unit_cost, returns, shock, solvers, on_fail)
