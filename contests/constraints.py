"""What a design must respect: participation, a budget, and bounds on any objective."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from contests.errors import InvalidPartError
from contests.part import Part
from contests.sponsor import Objective
from contests.validation import at_least_zero, finite

__all__ = ["AtLeast", "AtMost", "Budget", "Constraint", "Participation", "violation"]

_ROUNDING = 1e-9
_BINDS = 1e-6  # relative distance from the bound within which a searched optimum has reached it


class Constraint(Part):
    """Base of constraints on an equilibrium."""

    def broken(self, equilibrium: Any) -> str | None:
        """Return how ``equilibrium`` breaks the constraint, in words, or None."""
        raise NotImplementedError

    def room(self, equilibrium: Any) -> tuple[float, float]:
        """Return how far ``equilibrium`` is from breaking the constraint, and the size of what is compared.

        A constraint that does not say it is never said to bind.
        """
        return np.inf, 1.0

    def binds(self, equilibrium: Any) -> bool:
        """Return whether ``equilibrium`` is at the edge of what the constraint allows."""
        room, scale = self.room(equilibrium)
        return room <= _BINDS * scale


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

    def room(self, equilibrium: Any) -> tuple[float, float]:
        """Return what the worst off expects at ``equilibrium`` beyond the least; and the stakes."""
        scale = max(abs(self.least), float(equilibrium.game.stakes))
        return float(np.min(equilibrium.payoff)) - self.least, scale


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class _Bound(Constraint):
    """An objective and the number it is held against."""

    objective: Objective = field(kw_only=False)
    bound: float = field(kw_only=False)

    def __post_init__(self) -> None:
        name = type(self).__name__
        if not isinstance(self.objective, Objective):
            raise InvalidPartError(
                f"{name}.objective", self.objective, "an objective such as ct.TotalEffort()"
            )
        object.__setattr__(self, "bound", finite(f"{name}.bound", self.bound))

    def _missed(self, equilibrium: Any, sign: float, words: str) -> str | None:
        """Say that the objective is on the wrong side of the bound, where more times ``sign`` is worse."""
        value = self.objective(equilibrium)
        if sign * (value - self.bound) <= _ROUNDING * max(abs(self.bound), abs(value)):
            return None
        return f"{self.objective!r} is {value:.6g}, {words} {self.bound:g}"

    def room(self, equilibrium: Any) -> tuple[float, float]:
        """Return how far the objective at ``equilibrium`` is from the bound; and the larger of the two."""
        value = float(self.objective(equilibrium))
        return abs(value - self.bound), max(abs(self.bound), abs(value))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AtMost(_Bound):
    """An objective may not exceed a bound.

    Parameters
    ----------
    objective : Objective
        What is bounded.
    bound : float
        The most it may be.
    """

    def broken(self, equilibrium: Any) -> str | None:
        """Return by how much ``equilibrium`` exceeds the bound, or None."""
        return self._missed(equilibrium, 1.0, "more than")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AtLeast(_Bound):
    """An objective may not fall short of a bound.

    Parameters
    ----------
    objective : Objective
        What is bounded.
    bound : float
        The least it may be.
    """

    def broken(self, equilibrium: Any) -> str | None:
        """Return by how much ``equilibrium`` falls short of the bound, or None."""
        return self._missed(equilibrium, -1.0, "less than")


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

    def room(self, equilibrium: Any) -> tuple[float, float]:
        """Return what is left of the budget at ``equilibrium``; and the budget."""
        return self.amount - float(equilibrium.prizes_paid), self.amount


def violation(constraints: tuple[Constraint, ...], equilibrium: Any) -> str | None:
    """Return the first of ``constraints`` that ``equilibrium`` breaks, in words, or None."""
    for constraint in constraints:
        words = constraint.broken(equilibrium)
        if words is not None:
            return f"{constraint!r}: {words}"
    return None


def read_constraints(constraints: Any) -> tuple[Constraint, ...]:
    """Return the constraints that a user means (one or a sequence of ``constraints``)."""
    several = isinstance(constraints, Iterable) and not isinstance(constraints, (str, Constraint))
    given = tuple(constraints) if several else (constraints,)
    for one in given:
        if not isinstance(one, Constraint):
            raise InvalidPartError(
                "design.constraints", one, "constraints such as ct.Participation() or ct.Budget(10)"
            )
    return given
