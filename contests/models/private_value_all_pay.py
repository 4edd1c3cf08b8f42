r"""The all-pay auction with private values, a reserve and an entry fee (Weber 1985).

**Primitives.** Contestant i values money prizes at the factor :math:`v_i`, her secret, drawn from F;
effort costs its amount. Efforts below the reserve R win nothing; entering costs the fee f.

**Equilibrium.** One prize V: the weakest entrant has :math:`v_0 V F(v_0)^{n-1} = R + f` and
:math:`e(v) = R + V\int_{v_0}^v t\,dF(t)^{n-1}`; with several prizes :math:`V F^{n-1}` is the expected
prize by rank. Unique among symmetric equilibria; Krishna and Morgan (1997) compare it with the
war of attrition.

**Limits.** No reserve, no fee: all take part. A reserve above the top value: nobody does. A lone
contestant takes the reserve or leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.contest import Contest
from contests.contestants import Private
from contests.entry import AllEnter, Reserve
from contests.errors import InvalidPartError
from contests.laws import law, uniform
from contests.model import Model
from contests.validation import at_least_zero, count, vector

if TYPE_CHECKING:
    from contests.theory import Theory

__all__ = ["PrivateValueAllPay"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PrivateValueAllPay(Model):
    """An all-pay contest with private values.

    Parameters
    ----------
    contestants : int
        How many.
    prizes : number or sequence of float
        Prizes by rank in money.
    value : SciPy distribution
        The law of the value factor, on numbers of zero or more; uniform on [0, 1] if absent.
    reserve : float
        Least effort that can win; zero for none.
    fee : float
        Paid to the sponsor on entering, in money.

    Examples
    --------
    >>> model = PrivateValueAllPay(contestants=3, reserve=0.125)
    >>> equilibrium = model.solve()
    >>> round(equilibrium.total_effort, 9), round(equilibrium.strategy(0).weakest, 9)
    (0.53125, 0.5)
    """

    contestants: int = 3
    prizes: Any = (1.0,)
    value: Any = None
    reserve: float = 0.0
    fee: float = 0.0

    def __post_init__(self) -> None:
        name = type(self).__name__
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants))
        given = [self.prizes] if np.ndim(self.prizes) == 0 else self.prizes
        object.__setattr__(self, "prizes", vector(f"{name}.prizes", given, at_least_zero=True))
        chosen = uniform() if self.value is None else self.value
        object.__setattr__(self, "value", law(chosen, part=f"{name}.value"))
        if self.value.support[0] < 0:
            raise InvalidPartError(f"{name}.value", self.value, "a law on numbers of zero or more")
        object.__setattr__(self, "reserve", at_least_zero(f"{name}.reserve", self.reserve))
        object.__setattr__(self, "fee", at_least_zero(f"{name}.fee", self.fee))
        self.contest()

    def contest(self) -> Contest:
        """Return the contest that the model stands for."""
        free = self.reserve == 0 and self.fee == 0
        return Contest(
            contestants=Private(self.contestants, value=self.value),
            prizes=self.prizes,
            entry=AllEnter() if free else Reserve(self.reserve, fee=self.fee),
        )

    def theory(self) -> Theory:
        """Return the closed forms and propositions.

        Returns
        -------
        Theory
            Effort and payoff as functions of the symbol ``value`` where the law is uniform and entry
            free, derived by SymPy; otherwise the propositions alone.
        """
        from contests.models._private_value_theory import private_value_theory

        return private_value_theory(self)
