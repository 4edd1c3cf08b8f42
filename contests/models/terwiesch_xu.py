"""Innovation contests after Terwiesch and Xu (2008), in full.

A seeker offers an award to n solvers. Solver i exerts effort e at cost c e; how
effort becomes quality is the project: `Ideation` (output ln e plus luck),
`Expertise` (plus private ability, without luck) or `TrialAndError` (the best of e
draws). The best idea wins. The seeker gets the weighted mean of the best and the
average quality, less the award paid.

**Ideation** with a Gumbel shock of scale mu and returns delta is a lottery with
exponent R = delta/mu: e = A delta (n-1)/(c mu n^2), an equilibrium if and only if
R <= n/(n-1). **Trials** are a lottery with exponent one over trials, whatever the
law of a draw. **Expertise** is an all-pay contest with private ability exp(b/delta)
(Moldovanu and Sela 2001): e(b) = (A/c) times the integral of exp((x-b)/delta)
dF(x)^(n-1) from the lowest ability to b.

Limits: effort vanishes with the returns; without a shock ideation has no pure
equilibrium; a lone solver wins whatever she does, and exerts no effort.

Sources: Terwiesch and Xu (2008); Perez-Castrillo and Verdier (1992) for existence;
Fullerton and McAfee (1999) for trials; Korpeoglu and Cho (2018) for the effect of
entry on effort under expertise.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Contestants, Identical, Known, Private
from contests.curves import BaseCurve, Linear, Power, as_curve, check_cost
from contests.entry import AllEnter, Entry
from contests.errors import InvalidPartError
from contests.models.terwiesch_xu_choices import SeekersChoices
from contests.models.terwiesch_xu_projects import (
    ContingentAward,
    Expertise,
    Ideation,
    TrialAndError,
)
from contests.prizes import Prizes, as_prizes
from contests.validation import count, positive, vector

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium

__all__ = ["TerwieschXu"]

Array = NDArray[np.float64]
_LINEAR = Linear()
_EVERYBODY = AllEnter()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TerwieschXu(SeekersChoices):
    """An innovation contest of Terwiesch and Xu (2008).

    Parameters
    ----------
    project : Ideation, Expertise or TrialAndError
        How effort becomes quality.
    solvers : int
        Number of solvers n, at least 1.
    award : float, sequence of float or ContingentAward
        Money for the best; for each rank, the best first; or a base plus a share of the quality.
    unit_cost : float or sequence of float, shape (n,)
        Cost of one unit of effort (of one trial), for all or for each solver; above zero.
    cost : curve, optional
        The shape of the cost if it is not linear: effort e costs unit_cost times cost(e).
    entry : Entry, optional
        Who is in; all if absent. ``ct.Reserve(quality, fee=...)`` asks for a minimum quality and a fee.

    Raises
    ------
    InvalidPartError
        If a number is out of its range, shapes disagree, or the parts do not go together.

    Examples
    --------
    >>> model = TerwieschXu(project=Ideation(returns=1.0, shock=2.0), solvers=20, award=10.0)
    >>> equilibrium = model.solve()
    >>> round(float(equilibrium.effort[0]), 10), equilibrium.certificate.passed
    (0.2375, True)
    >>> model.best_award().choice
    1.0
    """

    project: Ideation | Expertise | TrialAndError
    solvers: int
    award: Any
    unit_cost: Any = 1.0
    cost: BaseCurve = _LINEAR
    entry: Entry = _EVERYBODY

    def __post_init__(self) -> None:
        given: object = self.project
        if not isinstance(given, (Ideation, Expertise, TrialAndError)):
            allowed = "Ideation(...), Expertise(...) or TrialAndError(...)"
            raise InvalidPartError("TerwieschXu.project", self.project, allowed)
        object.__setattr__(self, "solvers", count("TerwieschXu.solvers", self.solvers))
        object.__setattr__(self, "award", _award(self.award))
        object.__setattr__(self, "cost", as_curve(self.cost, part="TerwieschXu.cost"))
        check_cost(self.cost, part="TerwieschXu.cost")
        if np.ndim(self.unit_cost) == 0:
            object.__setattr__(self, "unit_cost", positive("TerwieschXu.unit_cost", self.unit_cost))
        else:
            costs = vector("TerwieschXu.unit_cost", self.unit_cost, positive=True)
            object.__setattr__(self, "unit_cost", costs)
        self._check_fit()

    def _check_fit(self) -> None:
        """Refuse parts that do not go together, in words."""
        abilities = self.project.abilities
        for name, given in (("unit_cost", self.unit_cost), ("project.baseline", abilities)):
            if isinstance(given, np.ndarray) and given.size != self.solvers:
                allowed = f"one number for each of the {self.solvers} solvers, or one for all"
                raise InvalidPartError(f"TerwieschXu.{name}", f"{given.size} numbers", allowed)
        if isinstance(self.project, Expertise) and isinstance(self.unit_cost, np.ndarray):
            raise InvalidPartError(
                "TerwieschXu.unit_cost",
                self.unit_cost,
                "one number when ability is private",
                "Solvers who differ in cost as well are outside the model.",
            )
        if isinstance(self.award, tuple) and len(self.award) > self.solvers:
            allowed = f"at most as many as the {self.solvers} solvers"
            raise InvalidPartError("TerwieschXu.award", f"{len(self.award)} prizes", allowed)
        if isinstance(self.award, ContingentAward):
            self._check_share(self.award)
        if isinstance(self.project, TrialAndError) and self.project.whole:
            least = float(np.min(self.unit_cost)) * float(self.cost(1.0))
            top = self.prizes().top
            if least > top and not isinstance(self.award, ContingentAward):
                raise InvalidPartError(
                    "TerwieschXu.unit_cost",
                    self.unit_cost,
                    f"at most the award, {top:g}, when trials come whole",
                    "One trial would cost more than could be won: nobody tries. Raise the award.",
                )

    def _check_share(self, award: ContingentAward) -> None:
        """Refuse an award that a solver who knows her quality would rather not claim."""
        if award.share == 0.0 and award.base <= 0:
            remedy = "Give a share of quality, or a base above zero."
            raise InvalidPartError("TerwieschXu.award", award, "worth winning", remedy)
        if award.floored or award.share == 0.0 or isinstance(self.project, Ideation):
            return
        if isinstance(self.project, TrialAndError):
            lowest = float(self.project.draw.support[0])
        else:
            lowest = float(self.project.technology().location(0.0, self.project.private_ability.support[0]))
        if award.base + award.share * lowest < 0:
            raise InvalidPartError(
                "TerwieschXu.award",
                award,
                "zero or more at every possible quality",
                f"The lowest quality is {lowest:g}, and solvers know theirs before they hand it in. Pay "
                "an award below zero as zero: ContingentAward(..., floored=True).",
            )

    def prizes(self) -> Prizes:
        """Return the prize rule that the award stands for."""
        if isinstance(self.award, ContingentAward):
            return self.award.prizes()
        return as_prizes(self.award, part="TerwieschXu.award")

    def contest(self) -> Contest:
        """Return the contest made of parts.

        Returns
        -------
        Contest
            Highest quality wins; the contestants are `Private` under expertise, `Known` if solvers
            differ in cost or ability, else `Identical`.
        """
        abilities, costs = self.project.abilities, self.unit_cost
        ability = self.project.private_ability
        field_of: Contestants
        curve = self.cost
        if ability is not None:
            field_of = Private(self.solvers, ability=ability)
        elif abilities is not None or isinstance(costs, np.ndarray):
            field_of = Known(
                ability=0.0 if abilities is None else abilities,
                cost=costs if isinstance(costs, np.ndarray) else np.ones(self.solvers),
            )
        else:
            field_of = Identical(self.solvers)
        if not isinstance(costs, np.ndarray):
            curve = curve.scaled(costs)
        return Contest(
            contestants=field_of,
            technology=self.project.technology(),
            cost=curve,
            prizes=self.prizes(),
            entry=self.entry,
        )

    def solve(self, **options: Any) -> Equilibrium:
        """Return the certified equilibrium in which every solver takes part.

        Where the field is larger than `largest_field` there is none, and the error says which
        deviation breaks it; ``solver="partially active"`` then finds the equilibrium in which only
        some take part.

        Parameters
        ----------
        **options
            As in `contests.solve`.

        Returns
        -------
        Equilibrium
            With one solver and a fixed award: no effort, which `selection` states.

        Raises
        ------
        NotEquilibriumError
            If the first-order candidate is not an equilibrium.
        """
        found: Equilibrium = super().solve(**options)
        return self.described(found, chosen="solver" in options)

    def described(self, found: Equilibrium, *, chosen: bool = False) -> Equilibrium:
        """Return an equilibrium of this contest with what the literature says of it.

        Parameters
        ----------
        found : Equilibrium
            As the solver describes it.
        chosen : bool
            Whether the solver was asked for: it need not have looked for the only equilibrium.

        Returns
        -------
        Equilibrium
        """
        changes = {"source": f"Terwiesch and Xu (2008); {found.source}"}
        if self.solvers == 1 and self.project.private_ability is not None and isinstance(self.award, float):
            changes["selection"] = (
                "unique: a lone solver wins whatever she does, so she exerts no effort; where output at zero "
                "effort has no lower bound (ln e) neither has her quality"
            )
        if not chosen and self.solvers > 1 and self._is_unique_lottery():
            changes["selection"] = (
                "unique (a lottery with exponent at most 1: Szidarovszky and Okuguchi 1997)"
            )
        return found.replace(**changes)

    def many(self, columns: Any, measures: Any) -> Any:
        """Return ``measures`` at many points at once, see `contests.models.terwiesch_xu_many.many`.

        ``columns`` are the parameters' values by dotted name; the result is None where only solving
        one by one will do.
        """
        from contests.models.terwiesch_xu_many import many

        return many(self, columns, measures) if type(self) is TerwieschXu else None

    def _is_unique_lottery(self) -> bool:
        """Whether the contest is a lottery, in the cost of effort, with exponent at most one."""
        whole = isinstance(self.project, TrialAndError) and self.project.whole
        plain = isinstance(self.award, float) and type(self.entry) is AllEnter and not whole
        returns, luck = self.lottery_returns, self.luck
        return plain and returns is not None and luck is not None and returns <= luck

    def theory(self) -> Any:
        """Return closed forms and propositions of the project, in SymPy.

        Returns
        -------
        Theory

        Raises
        ------
        UnsolvableError
            If no closed form is known (another shock than Gumbel, another output than the logarithm,
            a cost that is not linear, differing solvers, a contingent award).
        """
        from contests.models.terwiesch_xu_theory import theory_of

        return theory_of(self)

    @property
    def cost_elasticity(self) -> float | None:
        """Percent by which the cost rises when effort rises by one percent, if constant; else None."""
        if isinstance(self.cost, Linear):
            return 1.0
        return float(self.cost.exponent) if isinstance(self.cost, Power) else None

    @property
    def is_symmetric(self) -> bool:
        """Whether solvers do not differ before they learn private abilities."""
        abilities, costs = self.project.abilities, self.unit_cost
        same_cost = not isinstance(costs, np.ndarray) or bool(np.all(costs == costs[0]))
        return same_cost and (abilities is None or bool(np.all(abilities == abilities[0])))

    @property
    def lottery_returns(self) -> float | None:
        """Returns per unit of cost elasticity in a contest with Gumbel luck, or None.

        With cost of elasticity b, effort e is effort e^b at linear cost: returns become returns / b.
        """
        b, scale = self.cost_elasticity, self.luck
        if b is None or scale is None:
            return None
        if isinstance(self.project, TrialAndError):
            return scale / b
        returns = self.project.log_returns
        return None if returns is None else returns / b

    @property
    def luck(self) -> float | None:
        """Scale of the Gumbel shock or draw, or None if it is not Gumbel."""
        scale = getattr(self.project, "gumbel_scale", None)
        return None if scale is None or not math.isfinite(scale) else float(scale)


def _award(value: object) -> Any:
    """The award as the model keeps it: a number, a tuple of prizes, or a contingent award."""
    if isinstance(value, ContingentAward):
        return value
    if isinstance(value, Prizes) or value is None or isinstance(value, (str, bool)):
        allowed = "a number, a sequence of prizes by rank, or ContingentAward(base, share)"
        raise InvalidPartError("TerwieschXu.award", value, allowed)
    if isinstance(value, Iterable) and np.ndim(value) > 0:  # type: ignore[arg-type]
        numbers = vector("TerwieschXu.award", value, at_least_zero=True)
        as_prizes(numbers, part="TerwieschXu.award")
        if not numbers[0] > 0:
            raise InvalidPartError("TerwieschXu.award", value, "above zero for the best")
        return tuple(float(prize) for prize in numbers) if np.any(numbers[1:]) else float(numbers[0])
    return positive("TerwieschXu.award", value)
