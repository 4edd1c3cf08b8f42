r"""Letina, Liu and Netzer's optimal contest for risk-averse contestants.

**Primitives.** n alike contestants; money w is worth u(w) to them (increasing, concave, u(0) = 0) and
effort e costs c(e) (increasing, convex, c(0) = 0): payoffs are u(w) - c(e). A sponsor who sees efforts
only roughly may choose the prizes, which sum to W, and any rule that gives them away; she gets
:math:`\sum e - W`.

**Result.** In equilibrium nobody pays more than prizes are worth, and one contestant at least must be
able to lose, so that no contest brings more effort than

.. math:: c(e) = \frac{n-1}{n}\, u\Big(\frac{W}{n-1}\Big)

each: n - 1 equal prizes and nothing for the last. It is reached by an all-pay contest with a cap on
effort at e, where everybody exerts the cap and lots decide, and by a nested Tullock contest (Clark and
Riis) of exponent :math:`(n-1)\,\varepsilon / (H_n - 1)`, with :math:`\varepsilon = e c'(e)/c(e)` and H_n
the harmonic sum. Both leave contestants nothing. Which W is best is one equation in one unknown.

**Limits.** Two contestants: one prize. With u linear the number of prizes does not matter to the sponsor.

The contest is made of parts with prizes in units of worth, u(w), in which contestants are risk-neutral.

Source: Letina, Liu and Netzer (2023), "Optimal contest design: tuning the heat", Journal of Economic
Theory 213, 105616.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Identical
from contests.curve_base import BaseCurve
from contests.curve_capped import Capped
from contests.curves import Power
from contests.errors import InvalidPartError
from contests.model import Model
from contests.prizes import ByRank
from contests.success import Lottery
from contests.validation import count, positive

__all__ = ["LetinaLiuNetzer"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LetinaLiuNetzer(Model):
    """The best contest among risk-averse contestants whose effort costs utility.

    Parameters
    ----------
    contestants : int
        Number of contestants n, at least 2.
    worth : curve
        What money is worth, u(w): increasing, concave, zero at zero.
    cost : curve
        Cost of effort in units of worth: increasing, convex, zero at zero.
    value_of_effort : float
        Money that a unit of effort is worth to the sponsor.

    Examples
    --------
    >>> from contests.curves import Power
    >>> model = LetinaLiuNetzer(contestants=2, worth=Power(0.5), cost=Power(2))
    >>> round(model.best_budget(), 9), round(model.effort(), 9), round(float(model.solve().effort[0]), 9)
    (0.25, 0.5, 0.5)
    """

    contestants: int = 2
    worth: BaseCurve = field(default_factory=lambda: Power(0.5))
    cost: BaseCurve = field(default_factory=lambda: Power(2))
    value_of_effort: float = 1.0

    def __post_init__(self) -> None:
        name = "LetinaLiuNetzer"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        object.__setattr__(self, "value_of_effort", positive(f"{name}.value_of_effort", self.value_of_effort))
        for part, shape in (("worth", "concave"), ("cost", "convex")):
            curve = getattr(self, part)
            zero = isinstance(curve, BaseCurve) and float(curve(0.0)) == 0.0
            if not zero or not getattr(curve, f"is_{shape}"):
                raise InvalidPartError(f"{name}.{part}", curve, f"a {shape} curve that is zero at zero")
        if self.worth.is_convex and self.cost.is_concave:
            raise InvalidPartError(
                f"{name}.cost",
                self.cost,
                "strictly convex, or worth strictly concave",
                "With both linear the sponsor's gain is linear in the budget: none is best.",
            )

    def effort_for(self, budget: float) -> float:
        """Return the largest effort that any contest brings at a budget.

        Parameters
        ----------
        budget : float
            Money for all prizes.

        Returns
        -------
        float
            Of each contestant.
        """
        rest = self.contestants - 1
        return float(self.cost.inverse(rest / self.contestants * float(self.worth(budget / rest))))

    @cached_property
    def _budget(self) -> float:
        from contests import numerics

        n, rest = self.contestants, self.contestants - 1

        def gain(log: float) -> float:
            """The log of what one more unit of money brings the sponsor."""
            prize = np.exp(log)
            effort = self.cost.inverse(rest / n * float(self.worth(prize)))
            slope = float(self.worth.derivative(prize)) / float(self.cost.derivative(effort))
            return float(np.log(self.value_of_effort) + np.log(slope))

        # A bracket by doubling: the slope falls in the budget.
        low, high = -1.0, 1.0
        for _ in range(10):
            if gain(low) > 0 and gain(high) < 0:
                return rest * float(np.exp(numerics.root(gain, low, high, what="the best budget")))
            low, high = 2 * low, 2 * high
            if high > 600:
                break
        raise InvalidPartError(
            "LetinaLiuNetzer.value_of_effort",
            self.value_of_effort,
            "one at which some budget is best",
            "Here the sponsor gains from every more, or from none: change worth or cost.",
        )

    def best_budget(self) -> float:
        """Return the sum of prizes that is best for the sponsor, in money."""
        return self._budget

    def prizes(self) -> Array:
        """Return the best prizes in money, by rank: n - 1 equal ones."""
        rest = self.contestants - 1
        return np.full(rest, self._budget / rest)

    def effort(self) -> float:
        """Return the effort that the best contest brings from each contestant."""
        return self.effort_for(self._budget)

    def sponsor_payoff(self) -> float:
        """Return what the sponsor gains, in money: the value of all effort less the prizes."""
        return self.value_of_effort * self.contestants * self.effort() - self._budget

    def exponent(self) -> float:
        """Return the exponent of the nested Tullock contest that brings the same effort."""
        n, effort = self.contestants, self.effort()
        elasticity = effort * float(self.cost.derivative(effort)) / float(self.cost(effort))
        return (n - 1) * elasticity / (float(np.sum(1.0 / np.arange(1, n + 1))) - 1.0)

    def contest(self) -> Contest:
        """Return the all-pay contest with a cap on effort, prizes in units of worth."""
        prizes = np.asarray(self.worth(self.prizes()))
        cap, mean = self.effort(), float(prizes.sum()) / self.contestants
        while float(self.cost(cap)) > mean:  # by rounding: then not everybody would exert the cap
            cap = float(np.nextafter(cap, 0.0))
        return Contest(
            contestants=Identical(self.contestants),
            prizes=ByRank(prizes),
            cost=Capped(self.cost, at=cap),
        )

    def nested_tullock(self) -> Contest:
        """Return the nested Tullock contest that brings the same effort, prizes in units of worth."""
        return Contest(
            contestants=Identical(self.contestants),
            prizes=ByRank(np.asarray(self.worth(self.prizes()))),
            success=Lottery(exponent=self.exponent()),
            cost=self.cost,
        )
