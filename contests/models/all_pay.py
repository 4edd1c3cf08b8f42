"""The all-pay contest of alike contestants (Hillman and Riley 1989; Barut and Kovenock 1998).

The highest effort wins for sure, everybody pays her own cost, prizes go by rank. No pure
equilibrium exists unless prizes are all equal or a cap is low: contestants mix, and the prize
expected at level F of the distribution of effort exceeds the last prize by exactly the cost of
the effort there. See `contests.solvers.all_pay_identical` for the conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Identical
from contests.curve_base import BaseCurve
from contests.curve_capped import Capped
from contests.curves import Linear, as_curve
from contests.errors import InvalidPartError
from contests.model import Model
from contests.prizes import as_prizes
from contests.validation import count, positive

if TYPE_CHECKING:
    from contests.theory import Theory

__all__ = ["AllPay"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AllPay(Model):
    """An all-pay contest of alike contestants with known values.

    Parameters
    ----------
    contestants : int
        How many, at least 1.
    prizes : sequence of float or float, shape (ranks,)
        Money by rank, best first, not increasing; at most as many as contestants.
    cost : curve
        Cost of effort in money.
    cap : float, optional
        The largest effort allowed.

    Examples
    --------
    >>> equilibrium = AllPay(contestants=3).solve()
    >>> round(equilibrium.total_effort, 9), round(equilibrium.expected_best, 9)
    (1.0, 0.6)
    """

    contestants: int = 3
    prizes: NDArray[np.float64] | Sequence[float] | float = (1.0,)
    cost: BaseCurve = field(default_factory=Linear)
    cap: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "contestants", count("AllPay.contestants", self.contestants))
        prizes = as_prizes(self.prizes, "AllPay.prizes").by_rank()
        if prizes.size > self.contestants:
            raise InvalidPartError(
                "AllPay.prizes",
                f"{prizes.size} prizes",
                f"at most as many as contestants, {self.contestants}",
                "Drop the last prizes or admit more contestants.",
            )
        object.__setattr__(self, "prizes", prizes)
        object.__setattr__(self, "cost", as_curve(self.cost, part="AllPay.cost"))
        if self.cap is not None:
            object.__setattr__(self, "cap", positive("AllPay.cap", self.cap))

    def contest(self) -> Contest:
        """Return the contest: certain qualities, the highest wins."""
        cost = self.cost if self.cap is None else Capped(self.cost, at=self.cap)
        return Contest(contestants=Identical(self.contestants), prizes=_by_rank(self.prizes), cost=cost)

    def theory(self) -> Theory:
        """Return the closed forms and propositions.

        Closed forms of effort are there for one prize and a linear or power cost, and for several
        prizes and a linear cost; they hold where a cap does not bind.
        """
        from contests.models._all_pay_theory import all_pay_theory

        return all_pay_theory(self)


def _by_rank(prizes: Any) -> Any:
    return float(prizes[0]) if len(prizes) == 1 else prizes
