"""Innovation contests in which the organiser uses several ideas (Ales, Cho and Korpeoglu 2017, 2021).

n agents exert effort e at cost c(e); output is r(e) plus a shock. The organiser
pays prizes by rank and gains the sum of the best K outputs, her *contributors*:

    K r(e) + sum of the K highest expected shocks - prizes.

*Equilibrium*: r'(e) sum v_k beta_k = c'(e), beta_k the slope of the probability of
rank k in one's own shift (Lazear and Rosen 1981).

*How many prizes?* With a fixed budget and risk-neutral agents, one prize is optimal if
and only if B_1 >= B_L for all L < n, where B_L = (beta_1 + ... + beta_L)/L is the slope
of L equal prizes: always with an increasing failure rate of the shock, never with a
decreasing one. *Which award?* With r(e) = e and cost c e^b, b > 2, the organiser's best
single award is [K/(b-1) (beta_1/(c b))^(1/(b-1))]^((b-1)/(b-2)).

*Existence* is for the certificate: a small shock breaks it.

Sources: Ales, Cho and Korpeoglu (2017), Operations Research 65, 693-702; (2021)
Production and Operations Management, for entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Identical
from contests.curves import BaseCurve, Linear, Power, as_curve
from contests.errors import InvalidPartError
from contests.laws import Law, law, normal
from contests.model import Model
from contests.numerics import expected_order_statistic, rank_slopes
from contests.prizes import as_prizes
from contests.technology import Additive
from contests.validation import count

__all__ = ["AlesChoKorpeoglu"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AlesChoKorpeoglu(Model):
    """A contest whose organiser sums the best K outputs.

    Parameters
    ----------
    contestants : int
        Number of agents n, at least 2.
    contributors : int
        How many of the best outputs count, from 1 to n.
    prizes : float or sequence of float
        Money by rank.
    shock : SciPy distribution
        Law of the shock to output.
    cost : curve
        Cost of effort in money.
    output : curve
        Output of effort.

    Examples
    --------
    >>> model = AlesChoKorpeoglu(contestants=10, prizes=0.0128229394, cost=Power(3))
    >>> round(float(model.solve().effort[0]), 7)
    0.0256459
    >>> model.best_number_of_prizes()
    1
    """

    contestants: int = 10
    contributors: int = 1
    prizes: Any = 1.0
    shock: Any = field(default_factory=normal)
    cost: BaseCurve = field(default_factory=lambda: Power(2, scale=0.5))
    output: BaseCurve = field(default_factory=Linear)

    def __post_init__(self) -> None:
        n = count("AlesChoKorpeoglu.contestants", self.contestants, least=2)
        object.__setattr__(self, "contestants", n)
        k = count("AlesChoKorpeoglu.contributors", self.contributors)
        if k > n:
            raise InvalidPartError("AlesChoKorpeoglu.contributors", k, f"at most the number of agents, {n}")
        object.__setattr__(self, "contributors", k)
        object.__setattr__(self, "prizes", as_prizes(self.prizes, part="AlesChoKorpeoglu.prizes"))
        object.__setattr__(self, "shock", law(self.shock, part="AlesChoKorpeoglu.shock"))
        object.__setattr__(self, "cost", as_curve(self.cost, part="AlesChoKorpeoglu.cost"))
        object.__setattr__(self, "output", as_curve(self.output, part="AlesChoKorpeoglu.output"))

    def contest(self) -> Contest:
        """Return the rank-order contest of alike agents."""
        return Contest(
            contestants=Identical(self.contestants),
            technology=Additive(self.shock, output=self.output),
            cost=self.cost,
            prizes=self.prizes,
        )

    def profit(self) -> float:
        """Return the organiser's profit at the certified equilibrium, in units of output.

        Raises
        ------
        NotEquilibriumError
            If the contest has no equilibrium in sure efforts.
        """
        equilibrium = self.solve()
        effort = float(equilibrium.effort[0])
        best = sum(self._top(k) for k in range(1, self.contributors + 1))
        return self.contributors * float(self.output(effort)) + best - equilibrium.prizes_paid

    def _top(self, k: int) -> float:
        shock: Law = self.shock
        return expected_order_statistic(shock, self.contestants, k)

    def equal_prize_slopes(self) -> Array:
        """Return B_L, the marginal incentive of a unit of money split over the best L, L = 1, ..., n - 1.

        Returns
        -------
        ndarray, shape (n - 1,)
            Per unit of output.
        """
        slopes = rank_slopes(self.shock, self.contestants, self.contestants - 1)
        return np.asarray(np.cumsum(slopes) / np.arange(1, self.contestants))

    def best_number_of_prizes(self) -> int:
        """Return how many equal prizes make a fixed budget most effective; ties go to fewer."""
        slopes = self.equal_prize_slopes()
        return int(np.flatnonzero(slopes >= slopes.max() * (1 - 1e-12))[0]) + 1

    def winner_take_all_is_optimal(self) -> bool:
        """Return whether one prize maximises effort for every fixed budget."""
        return self.best_number_of_prizes() == 1

    def best_award(self) -> float:
        """Return the organiser's best single award, by formula.

        Returns
        -------
        float
            Money.

        Raises
        ------
        InvalidPartError
            Unless output is linear and the cost a power above two: otherwise the best award is zero,
            unbounded or without formula; use ``ct.optimal_award``.
        """
        cost = self.cost
        if not isinstance(cost, Power) or cost.exponent <= 2 or not isinstance(self.output, Linear):
            raise InvalidPartError(
                "AlesChoKorpeoglu.cost",
                cost,
                "ct.Power with an exponent above 2 (and linear output) for a best award by formula",
                "Use ct.optimal_award for any other cost.",
            )
        b, slope = cost.exponent, float(self.output.slope)
        first = float(rank_slopes(self.shock, self.contestants, 1)[0]) * slope
        base = self.contributors * slope / (b - 1) * (first / (cost.scale * b)) ** (1 / (b - 1))
        return float(base ** ((b - 1) / (b - 2)))
