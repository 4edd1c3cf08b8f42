"""Sums and positive multiples of curves, which are curves themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.curve_base import BaseCurve, exact
from contests.curve_numerics import efforts, same_shape
from contests.errors import InvalidPartError
from contests.validation import positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

__all__ = ["CurveSum", "ScaledCurve"]


@dataclass(frozen=True, repr=False)
class CurveSum(BaseCurve):
    """Sum of curves, as ``Linear(2) + Power(2)`` makes it.

    Parameters
    ----------
    terms : tuple of BaseCurve
        The curves added, two or more.

    Examples
    --------
    >>> from contests.curves import Linear, Power
    >>> cost = Linear(2) + Power(2)
    >>> cost
    Linear(2.0) + Power(2.0)
    >>> float(cost(3.0)), float(cost.derivative(3.0)), float(cost.inverse(15.0))
    (15.0, 8.0, 3.0)
    """

    terms: tuple[BaseCurve, ...]

    def __post_init__(self) -> None:
        terms = tuple(self.terms)
        if len(terms) < 2 or not all(isinstance(term, BaseCurve) for term in terms):
            raise InvalidPartError("CurveSum.terms", self.terms, "two or more curves")
        object.__setattr__(self, "terms", terms)

    @classmethod
    def of(cls, *curves: BaseCurve) -> CurveSum:
        """Sum of ``curves``, with sums among them opened up."""
        terms: list[BaseCurve] = []
        for curve in curves:
            terms.extend(curve.terms if isinstance(curve, CurveSum) else [curve])
        return cls(terms=tuple(terms))

    def __call__(self, effort: ArrayLike) -> FloatArray:
        array = efforts(effort)
        return self._total(array, [np.asarray(term(array)) for term in self.terms], order=0)

    def derivative(self, effort: ArrayLike, order: int = 1) -> FloatArray:
        array = efforts(effort)
        parts = [np.asarray(term.derivative(array, order)) for term in self.terms]
        return self._total(array, parts, order=order)

    def _total(self, array: FloatArray, parts: list[FloatArray], *, order: int) -> FloatArray:
        """Sum of the parts; where they are inf - inf, the sign of the one that grows faster."""
        # Overflow to infinity is the value; inf - inf (at vanishing effort only) is settled below.
        with np.errstate(over="ignore", invalid="ignore"):
            total = np.asarray(np.sum(parts, axis=0), dtype=np.float64)
        lost = np.isnan(total) & ~np.isnan(array)
        total = np.where(array > self.domain[1], np.inf, total)
        if (lost & (array <= self.domain[1])).any():
            grid = np.geomspace(1e-300, 1e-1, 300)
            rows = [np.asarray(t.derivative(grid, order) if order else t(grid)) for t in self.terms]
            finite = np.all(np.isfinite(rows), axis=0)
            near = np.sum([row[finite] for row in rows], axis=0)[0]
            total = np.where(lost & (array <= self.domain[1]), np.copysign(np.inf, near), total)
        return same_shape(total)

    @property
    def domain(self) -> tuple[float, float]:
        """The efforts that every term allows."""
        ends = [term.domain for term in self.terms]
        return (max(low for low, _ in ends), min(high for _, high in ends))

    @property
    def is_convex(self) -> bool | None:
        """True when every term is convex, False when all are concave and one is not linear."""
        return _shape([t.is_convex for t in self.terms], [t.is_concave for t in self.terms])

    @property
    def is_concave(self) -> bool | None:
        """True when every term is concave, False when all are convex and one is not linear."""
        return _shape([t.is_concave for t in self.terms], [t.is_convex for t in self.terms])

    def falls_near(self, *, strict: bool = True) -> float | None:
        """None when no term falls (and, when ``strict``, one increases); else by the grid."""
        if all(term.falls_near(strict=False) is None for term in self.terms) and (
            not strict or any(term.is_increasing() for term in self.terms)
        ):
            return None
        return super().falls_near(strict=strict)

    def scaled(self, factor: float) -> BaseCurve:
        """The sum of the terms, each multiplied by ``factor``."""
        return CurveSum(terms=tuple(term.scaled(factor) for term in self.terms))

    def symbolic(self, e: Any = None) -> Any:
        """The sum of the terms' expressions in the symbol ``e``."""
        return sum(term.symbolic(e) for term in self.terms)

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.terms))


@dataclass(frozen=True, repr=False)
class ScaledCurve(BaseCurve):
    """A curve times a number, for curves whose family has no scale of its own.

    Parameters
    ----------
    factor : float
        A number above zero.
    curve : BaseCurve
        The curve multiplied.

    Examples
    --------
    >>> from contests.curves import Curve
    >>> 3 * Curve("e + e**2")
    3.0 * Curve('e + e**2')
    """

    factor: float
    curve: BaseCurve

    def __post_init__(self) -> None:
        if not isinstance(self.curve, BaseCurve):
            raise InvalidPartError("ScaledCurve.curve", self.curve, "a curve")
        object.__setattr__(self, "factor", positive("ScaledCurve.factor", self.factor))

    def __call__(self, effort: ArrayLike) -> FloatArray:
        return self._times(self.curve(effort))

    def derivative(self, effort: ArrayLike, order: int = 1) -> FloatArray:
        return self._times(self.curve.derivative(effort, order))

    def _times(self, values: FloatArray) -> FloatArray:
        # Overflow to infinity is the value; underflow to zero too.
        with np.errstate(over="ignore", under="ignore"):
            return same_shape(self.factor * values)

    def inverse(self, value: ArrayLike) -> FloatArray:
        # A value that overflows when divided by the factor is one that no float effort reaches.
        with np.errstate(over="ignore", under="ignore"):
            return self.curve.inverse(np.asarray(value, dtype=np.float64) / self.factor)

    def elasticity(self, effort: ArrayLike) -> FloatArray:
        return self.curve.elasticity(effort)

    @property
    def domain(self) -> tuple[float, float]:
        """The domain of the curve multiplied."""
        return self.curve.domain

    @property
    def is_convex(self) -> bool | None:
        """Whether the curve multiplied is convex."""
        return self.curve.is_convex

    @property
    def is_concave(self) -> bool | None:
        """Whether the curve multiplied is concave."""
        return self.curve.is_concave

    def falls_near(self, *, strict: bool = True) -> float | None:
        """Where the curve multiplied falls (or, when ``strict``, is flat)."""
        return self.curve.falls_near(strict=strict)

    def scaled(self, factor: float) -> BaseCurve:
        """The same curve with the product of the factors, ``factor`` times this one's."""
        return self.curve.scaled(positive("curve factor", self.factor * factor))

    def symbolic(self, e: Any = None) -> Any:
        """The factor times the curve's expression in the symbol ``e``."""
        return exact(self.factor) * self.curve.symbolic(e)

    def __repr__(self) -> str:
        return f"{self.factor!r} * {self.curve!r}"


def _shape(wanted: list[bool | None], opposite: list[bool | None]) -> bool | None:
    """Whether a sum has the shape, from whether each term has it and whether it has the opposite."""
    if all(shape is True for shape in wanted):
        return True
    if all(shape is True for shape in opposite) and any(shape is False for shape in wanted):
        return False
    return None
