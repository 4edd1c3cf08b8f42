r"""Moldovanu and Sela's contest: private costs, several prizes by rank of effort.

**Primitives.** Contestant i exerts effort e at cost :math:`k_i\,c(e)`; the factor :math:`k_i > 0` is
hers alone to know, drawn from a law F. Efforts are ranked and rank j pays :math:`v_j`.

**Equilibrium.** With :math:`\Pi(u)=\sum_j v_j\binom{n-1}{j-1}u^{n-j}(1-u)^{j-1}` the expected prize of a
type whom a rival is above with probability :math:`1-u`, :math:`u = 1 - F(k)`, the only symmetric
equilibrium is :math:`c(e(k)) = \int_{\Pi(0)}^{\Pi(u)} d\Pi / k`: decreasing in the cost factor.

**Existence.** Atomless, independent, identical laws of positive costs; single crossing makes the local
condition global. **Limits.** A law that shrinks to a point approaches the complete-information
all-pay contest; with equal prizes for all nobody exerts effort.

Source: Moldovanu and Sela (2001), "The optimal allocation of prizes in contests".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.contest import Contest
from contests.contestants import Private
from contests.curves import Linear, as_curve, check_cost
from contests.errors import InvalidPartError
from contests.laws import law, uniform
from contests.model import Model
from contests.validation import count, vector

if TYPE_CHECKING:
    from contests.theory import Theory

__all__ = ["MoldovanuSela"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MoldovanuSela(Model):
    """A contest with private cost factors and prizes by rank.

    Parameters
    ----------
    contestants : int
        How many, at least as many as prizes.
    prizes : number or sequence of float
        Prizes by rank in money, none above the one before.
    unit_cost : SciPy distribution
        The law of the cost factor; uniform on [1/2, 1] if absent. Costs are above zero.
    cost : curve
        The common shape of the cost of effort; linear if absent.

    Examples
    --------
    >>> model = MoldovanuSela(contestants=3)
    >>> equilibrium = model.solve()
    >>> [round(float(e), 9) for e in equilibrium.strategy(0)([0.5, 0.75])]
    [1.545177444, 0.30145658]
    """

    contestants: int = 3
    prizes: Any = (1.0,)
    unit_cost: Any = None
    cost: Any = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "contestants", count("MoldovanuSela.contestants", self.contestants))
        given = [self.prizes] if np.ndim(self.prizes) == 0 else self.prizes
        object.__setattr__(self, "prizes", vector("MoldovanuSela.prizes", given, at_least_zero=True))
        chosen = uniform(0.5, 1.0) if self.unit_cost is None else self.unit_cost
        object.__setattr__(self, "unit_cost", law(chosen, part="MoldovanuSela.unit_cost"))
        if self.unit_cost.support[0] < 0:
            raise InvalidPartError("MoldovanuSela.unit_cost", self.unit_cost, "a law on positive numbers")
        curve = as_curve(self.cost, part="MoldovanuSela.cost")
        object.__setattr__(self, "cost", check_cost(curve, part="MoldovanuSela.cost"))
        self.contest()

    def contest(self) -> Contest:
        """Return the contest that the model stands for."""
        return Contest(
            contestants=Private(self.contestants, cost=self.unit_cost), cost=self.cost, prizes=self.prizes
        )

    def theory(self) -> Theory:
        """Return the closed forms and propositions.

        Returns
        -------
        Theory
            Effort as a function of the symbol ``unit_cost`` where the law is uniform and the cost a
            line, derived by SymPy; otherwise the propositions alone.
        """
        from contests.models._moldovanu_sela_theory import moldovanu_sela_theory

        return moldovanu_sela_theory(self)

    @property
    def has_closed_form(self) -> bool:
        """Whether SymPy integrates effort: a uniform law and a linear cost."""
        return isinstance(self.cost, Linear) and self.unit_cost.name == "uniform"
