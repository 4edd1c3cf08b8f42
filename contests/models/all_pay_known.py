"""The all-pay contest of contestants whose differences are known.

Different values, unit costs and head starts (Hillman and Riley 1989; Baye, Kovenock and de Vries
1996; Siegel 2009), a cap on effort (Che and Gale 1998), one or several identical prizes (Clark and
Riis 1998; Siegel 2010), two contestants with costs of different shape (Siegel 2009). See
`contests.solvers.all_pay_known` for the conditions and `contests.two_costs` for the last case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Known
from contests.curve_base import BaseCurve
from contests.curve_capped import Capped
from contests.curves import Linear
from contests.errors import InvalidPartError
from contests.model import Model
from contests.validation import count, positive, vector

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium
    from contests.theory import Theory

__all__ = ["AllPayKnown"]

Column = NDArray[np.float64] | Sequence[float]
_LEAST = float(np.finfo(float).tiny)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AllPayKnown(Model):
    """An all-pay contest of contestants with known differences.

    Parameters
    ----------
    values : sequence of float, shape (n,)
        What a prize is worth to each contestant, in money, zero or more.
    prizes : int
        How many identical prizes there are, at most n.
    costs : sequence of float or of two curves, shape (n,), optional
        Unit costs, above zero; one for all if absent. Two contestants may have cost curves.
    head_starts : sequence of float, shape (n,), optional
        Quality without effort; none if absent.
    cap : float, optional
        The largest effort allowed.

    Examples
    --------
    >>> equilibrium = AllPayKnown(values=[3, 2, 1]).solve()
    >>> equilibrium.effort.round(9).tolist(), equilibrium.payoff.round(9).tolist()
    ([1.0, 0.666666667, 0.0], [1.0, 0.0, 0.0])
    """

    values: Column = (1.0, 0.6)
    prizes: int = 1
    costs: Column | Sequence[BaseCurve] | None = None
    head_starts: Column | None = None
    cap: float | None = None

    def __post_init__(self) -> None:
        values = vector("AllPayKnown.values", self.values, at_least_zero=True)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "prizes", count("AllPayKnown.prizes", self.prizes))
        if self.prizes > values.size:
            raise InvalidPartError(
                "AllPayKnown.prizes", self.prizes, f"at most the {values.size} contestants"
            )
        if self.costs is not None:
            object.__setattr__(self, "costs", self._checked_costs(self.costs))
        if self.head_starts is not None:
            object.__setattr__(self, "head_starts", vector("AllPayKnown.head_starts", self.head_starts))
        for name in ("costs", "head_starts"):
            column = getattr(self, name)
            if column is not None and len(column) != values.size:
                allowed = f"given one entry for each of the {values.size} values"
                raise InvalidPartError(f"AllPayKnown.{name}", f"{len(column)} entries", allowed)
        if self.cap is not None:
            object.__setattr__(self, "cap", positive("AllPayKnown.cap", self.cap))

    def _checked_costs(self, costs: Any) -> Any:
        curves = [isinstance(one, BaseCurve) for one in costs]
        if not any(curves):
            return vector("AllPayKnown.costs", costs, positive=True)
        simple = len(curves) == 2 and self.prizes == 1 and self.cap is None and self.head_starts is None
        if not all(curves) or not simple:
            raise InvalidPartError(
                "AllPayKnown.costs",
                list(costs),
                "unit costs, or curves of two contestants for one prize without head starts and cap",
                "For one curve and different unit costs compose ct.Contest(cost=curve, ...).",
            )
        return tuple(costs)

    def contest(self) -> Any:
        """Return the contest: certain qualities, the highest win.

        A value of zero stands in it as the least positive number.
        """
        values = np.maximum(np.asarray(self.values), _LEAST)
        if isinstance(self.costs, tuple):
            from contests.two_costs import TwoCosts

            return TwoCosts(values=values, costs=self.costs)
        cost: BaseCurve = Linear() if self.cap is None else Capped(Linear(), at=self.cap)
        field = Known(
            value=values,
            cost=1.0 if self.costs is None else self.costs,
            ability=0.0 if self.head_starts is None else self.head_starts,
        )
        prizes = 1.0 if self.prizes == 1 else [1.0] * self.prizes
        return Contest(contestants=field, prizes=prizes, cost=cost)

    def solve(self, *, alike: bool = False, **options: Any) -> Equilibrium:
        """Return the certified equilibrium.

        Parameters
        ----------
        alike : bool
            Where several contestants tie for the second place: whether all of them mix alike, rather
            than one of them alone (there is a continuum of equilibria).
        **options
            As in `contests.solve`.

        Returns
        -------
        Equilibrium
        """
        from contests.solving import solve

        if alike:
            from contests.solvers.all_pay_known import AllPayKnownSolver

            options["solver"] = AllPayKnownSolver(alike=True)
        return solve(self, **options)

    def theory(self) -> Theory:
        """Return the closed forms of one prize without head starts, and the propositions."""
        from contests.models._all_pay_known_theory import all_pay_known_theory

        return all_pay_known_theory(self)
