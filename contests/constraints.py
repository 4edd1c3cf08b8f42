"""What a design must respect: participation, a budget, and bounds on any objective."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from contests.errors import InvalidPartError
from contests.part import Part
from contests.sponsor import Objective
from contests.validation import at_least_zero, finite

__all__ = ["AtLeast", "AtMost", "Budget", "Constraint", "Participation", "violation"]

_ROUNDING = 1e-9


class Constraint(Part):
    """Base of constraints on an equilibrium."""

    def broken(self, equilibrium: Any) -> str | None:
        """Return how ``equilibrium`` breaks the constraint, in words, or None."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Participation(Constraint):
    """Every contestant expects at least what she gets elsewhere.

    Parameters
    ----------
    least : float
        What she gets elsewhere, in money.

    Examples
    --------
    >>> Participation(0.5)
    Participation(0.5)
    """

    least: float = field(default=0.0, kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "least", finite("Participation.least", self.least))

    def broken(self, equilibrium: Any) -> str | None:
        """Return whose payoff at ``equilibrium`` is too small, or None."""
        payoff = np.asarray(equilibrium.payoff)
        worst = int(np.argmin(payoff))
        scale = max(abs(self.least), float(equilibrium.game.stakes))
        if payoff[worst] >= self.least - _ROUNDING * scale:
            return None
        return f"contestant {worst} expects {payoff[worst]:.6g}, less than {self.least:g} elsewhere"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AtMost(Constraint):
    """An objective may not exceed a bound.

    Parameters
    ----------
    objective : Objective
        What is bounded.
    bound : float
        The most it may be.
    """

    objective: Objective = field(kw_only=False)
    bound: float = field(kw_only=False)

    def __post_init__(self) -> None:
        _check_objective(type(self).__name__, self.objective)
        object.__setattr__(self, "bound", finite(f"{type(self).__name__}.bound", self.bound))

    def broken(self, equilibrium: Any) -> str | None:
        """Return by how much ``equilibrium`` exceeds the bound, or None."""
        value = self.objective(equilibrium)
        if value <= self.bound + _ROUNDING * max(abs(self.bound), abs(value)):
            return None
        return f"{self.objective!r} is {value:.6g}, more than {self.bound:g}"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AtLeast(Constraint):
    """An objective may not fall short of a bound.

    Parameters
    ----------
    objective : Objective
        What is bounded.
    bound : float
        The least it may be.
    """

    objective: Objective = field(kw_only=False)
    bound: float = field(kw_only=False)

    def __post_init__(self) -> None:
        _check_objective(type(self).__name__, self.objective)
        object.__setattr__(self, "bound", finite(f"{type(self).__name__}.bound", self.bound))

    def broken(self, equilibrium: Any) -> str | None:
        """Return by how much ``equilibrium`` falls short of the bound, or None."""
        value = self.objective(equilibrium)
        if value >= self.bound - _ROUNDING * max(abs(self.bound), abs(value)):
            return None
        return f"{self.objective!r} is {value:.6g}, less than {self.bound:g}"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Budget(Constraint):
    """Prizes may not cost more than a sum of money, in expectation.

    Parameters
    ----------
    amount : float
        Money; zero or more.

    Examples
    --------
    >>> Budget(10)
    Budget(10.0)
    """

    amount: float = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", at_least_zero("Budget.amount", self.amount))

    def broken(self, equilibrium: Any) -> str | None:
        """Return by how much the prizes paid at ``equilibrium`` exceed the budget, or None."""
        paid = float(equilibrium.prizes_paid)
        if paid <= self.amount * (1 + _ROUNDING):
            return None
        return f"prizes of {paid:.6g} exceed the budget of {self.amount:g}"


def violation(constraints: tuple[Constraint, ...], equilibrium: Any) -> str | None:
    """Return the first of ``constraints`` that ``equilibrium`` breaks, in words, or None."""
    for constraint in constraints:
        words = constraint.broken(equilibrium)
        if words is not None:
            return f"{constraint!r}: {words}"
    return None


def read_constraints(constraints: Any) -> tuple[Constraint, ...]:
    """Return the constraints that a user means (one or a sequence of ``constraints``)."""
    given = (constraints,) if isinstance(constraints, Constraint) else tuple(constraints)
    for one in given:
        if not isinstance(one, Constraint):
            raise InvalidPartError(
                "design.constraints", one, "constraints such as ct.Participation() or ct.Budget(10)"
            )
    return given


def _check_objective(part: str, objective: object) -> None:
    if not isinstance(objective, Objective):
        raise InvalidPartError(f"{part}.objective", objective, "an objective such as ct.TotalEffort()")
