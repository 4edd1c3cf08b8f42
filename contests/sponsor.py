"""What the sponsor wants: objectives that add, subtract and scale.

An objective is a function of an equilibrium: ``(ct.BestQuality() -
ct.PrizesPaid())(eq)`` is a number. Expectations are exact, by order statistics
and quadrature, never simulated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from contests.errors import InvalidPartError
from contests.part import Part
from contests.validation import finite

__all__ = ["AverageQuality", "BestQuality", "Objective", "PrizesPaid", "Sum", "TotalEffort"]


class Objective(Part):
    """Base of objectives: callable on an equilibrium."""

    def __call__(self, equilibrium: Any) -> float:
        """Return the objective's value at ``equilibrium``."""
        raise NotImplementedError

    def __add__(self, other: Any) -> Objective:
        return Sum(terms=((1.0, self), (1.0, _objective(other))))

    def __sub__(self, other: Any) -> Objective:
        return Sum(terms=((1.0, self), (-1.0, _objective(other))))

    def __mul__(self, factor: Any) -> Objective:
        return Sum(terms=((finite("Objective factor", factor), self),))

    __rmul__ = __mul__

    def __truediv__(self, factor: Any) -> Objective:
        return self * (1.0 / finite("Objective divisor", factor))

    def __neg__(self) -> Objective:
        return self * -1.0


def _objective(value: Any) -> Objective:
    if not isinstance(value, Objective):
        raise InvalidPartError("Objective", value, "added to another objective such as ct.TotalEffort()")
    return value


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Sum(Objective):
    """A weighted sum of objectives.

    Parameters
    ----------
    terms : tuple of (float, Objective)
        Weights and objectives; nested sums are flattened.
    """

    terms: tuple[tuple[float, Objective], ...] = field(kw_only=False)

    def __post_init__(self) -> None:
        flat: list[tuple[float, Objective]] = []
        for weight, term in self.terms:
            inner = term.terms if isinstance(term, Sum) else ((1.0, term),)
            flat.extend((weight * factor, one) for factor, one in inner)
        object.__setattr__(self, "terms", tuple(flat))

    def __call__(self, equilibrium: Any) -> float:
        """Return the weighted sum at ``equilibrium``."""
        return float(sum(weight * term(equilibrium) for weight, term in self.terms if weight))

    def __repr__(self) -> str:
        parts = []
        for k, (weight, term) in enumerate(self.terms):
            sign = "-" if weight < 0 else "+" if k else ""
            size = "" if abs(weight) == 1 else f"{abs(weight):g} * "
            parts.append(f"{sign}{' ' if k else ''}{size}{term!r}")
        return " ".join(parts)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BestQuality(Objective):
    """Expected quality of the best idea."""

    def __call__(self, equilibrium: Any) -> float:
        """Return the expected best quality at ``equilibrium``."""
        return float(equilibrium.expected_best)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AverageQuality(Objective):
    """Expected quality of the average idea."""

    def __call__(self, equilibrium: Any) -> float:
        """Return the expected average quality at ``equilibrium``."""
        return float(equilibrium.expected_average)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TotalEffort(Objective):
    """Expected sum of efforts."""

    def __call__(self, equilibrium: Any) -> float:
        """Return total effort at ``equilibrium``."""
        return float(equilibrium.total_effort)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PrizesPaid(Objective):
    """Expected money paid in prizes."""

    def __call__(self, equilibrium: Any) -> float:
        """Return expected prizes at ``equilibrium``."""
        return float(equilibrium.prizes_paid)
