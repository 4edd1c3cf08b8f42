"""The families of curves in the literature: linear, power, logarithmic and exponential.

Each has exact derivatives of every order, an exact inverse, and survives efforts and values from
1e-300 to 1e300: a product whose factors leave the range of floats is taken in logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.curve_base import BaseCurve, exact, symbol_of
from contests.curve_numerics import LARGEST, SMALLEST_NORMAL, efforts, same_shape, times_power
from contests.errors import InvalidPartError
from contests.part import Part
from contests.validation import at_least_zero, count, finite, positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

__all__ = ["Exponential", "Linear", "Log", "Power"]


@dataclass(frozen=True, eq=False, repr=False)
class Linear(Part, BaseCurve):
    """The line intercept + slope e: a constant marginal cost, or constant returns.

    Parameters
    ----------
    slope : float
        Value per unit of effort, zero or more.
    intercept : float
        Value at zero effort.

    Examples
    --------
    >>> cost = Linear(2)
    >>> cost
    Linear(2.0)
    >>> float(cost(3)), float(cost.inverse(6))
    (6.0, 3.0)
    """

    slope: float = 1.0
    intercept: float = field(default=0.0, kw_only=True)

    def __post_init__(self) -> None:
        remedy = "Write a curve that falls as an expression: Curve('10 - 2*e')."
        object.__setattr__(self, "slope", at_least_zero("Linear.slope", self.slope, remedy))
        object.__setattr__(self, "intercept", finite("Linear.intercept", self.intercept))

    def __call__(self, effort: ArrayLike) -> FloatArray:
        array = efforts(effort)
        if self.slope == 0:  # zero times infinite effort is zero here
            return same_shape(np.where(np.isnan(array), np.nan, self.intercept))
        # Values beyond the largest float are infinite, below the smallest zero: no warning.
        with np.errstate(over="ignore", under="ignore"):
            return same_shape(self.intercept + self.slope * array)

    def derivative(self, effort: ArrayLike, order: int = 1) -> FloatArray:
        array = efforts(effort)
        slope = self.slope if count("derivative.order", order) == 1 else 0.0
        return same_shape(np.where(np.isnan(array), np.nan, slope))

    def inverse(self, value: ArrayLike) -> FloatArray:
        goal = np.asarray(value, dtype=np.float64)
        if self.slope == 0:
            reached = np.where(goal <= self.intercept, 0.0, np.inf)
            return same_shape(np.where(np.isnan(goal), np.nan, reached))
        # A value that needs more than the largest float of effort needs infinite effort.
        with np.errstate(over="ignore", under="ignore"):
            return same_shape(np.maximum((goal - self.intercept) / self.slope, 0.0))

    def elasticity(self, effort: ArrayLike) -> FloatArray:
        array = efforts(effort)
        if self.slope == 0 or self.intercept == 0:
            constant = 0.0 if self.slope == 0 else 1.0
            return same_shape(np.where(np.isnan(array), np.nan, constant))
        # At zero effort intercept / 0 is infinite and the elasticity zero; where the line crosses
        # zero the elasticity is infinite.
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            return same_shape(1.0 / (1.0 + self.intercept / (self.slope * array)))

    @property
    def is_convex(self) -> bool:
        """True: a line is both convex and concave."""
        return True

    @property
    def is_concave(self) -> bool:
        """True: a line is both convex and concave."""
        return True

    def falls_near(self, *, strict: bool = True) -> float | None:
        """None, unless ``strict`` and the slope is zero (flat from zero effort on)."""
        return 0.0 if strict and self.slope == 0 else None

    def scaled(self, factor: float) -> Linear:
        """The line with slope and intercept times ``factor``."""
        return Linear(factor * self.slope, intercept=factor * self.intercept)

    def symbolic(self, e: Any = None) -> Any:
        """SymPy expression of the line in the symbol ``e``."""
        return exact(self.intercept) + exact(self.slope) * symbol_of(e)


@dataclass(frozen=True, eq=False, repr=False)
class Power(Part, BaseCurve):
    """The power curve scale * e**exponent: cost of constant elasticity, the literature's usual one.

    Parameters
    ----------
    exponent : float
        Elasticity of the value in effort, above zero; 2 is quadratic.
    scale : float
        Value at effort one, above zero.

    Examples
    --------
    >>> cost = Power(2, scale=0.5)
    >>> float(cost(3)), float(cost.derivative(3)), float(cost.inverse(4.5))
    (4.5, 3.0, 3.0)
    """

    exponent: float
    scale: float = field(default=1.0, kw_only=True)

    def __post_init__(self) -> None:
        remedy = "For a curve that does not depend on effort, use Linear(0, intercept=...)."
        object.__setattr__(self, "exponent", positive("Power.exponent", self.exponent, remedy))
        object.__setattr__(self, "scale", positive("Power.scale", self.scale))

    def __call__(self, effort: ArrayLike) -> FloatArray:
        return same_shape(times_power(self.scale, efforts(effort), self.exponent))

    def derivative(self, effort: ArrayLike, order: int = 1) -> FloatArray:
        array, times = efforts(effort), count("derivative.order", order)
        factor = 1.0
        for lower in range(times):
            factor *= self.exponent - lower
        if factor == 0:
            return same_shape(np.where(np.isnan(array), np.nan, 0.0))
        slope = times_power(self.scale, array, self.exponent - times, abs(factor))
        return same_shape(np.copysign(slope, factor))

    def inverse(self, value: ArrayLike) -> FloatArray:
        goal = np.maximum(np.asarray(value, dtype=np.float64), 0.0)
        # The ratio of a large value and a small scale may overflow, and the power too: then the
        # logarithm of the answer is used, which may still be an infinite effort.
        with np.errstate(over="ignore", under="ignore", divide="ignore"):
            ratio = goal / self.scale
            effort = ratio ** (1.0 / self.exponent)
            out = (goal > 0) & ((ratio < SMALLEST_NORMAL) | (ratio > LARGEST))
            if out.any():
                logarithm = (np.log(goal) - np.log(self.scale)) / self.exponent
                effort = np.where(out, np.exp(logarithm), effort)
        return same_shape(effort)

    def elasticity(self, effort: ArrayLike) -> FloatArray:
        return same_shape(np.where(np.isnan(efforts(effort)), np.nan, self.exponent))

    @property
    def is_convex(self) -> bool:
        """Whether the exponent is at least one."""
        return self.exponent >= 1

    @property
    def is_concave(self) -> bool:
        """Whether the exponent is at most one."""
        return self.exponent <= 1

    def falls_near(self, *, strict: bool = True) -> float | None:
        """None: a power with positive exponent increases, ``strict`` or not."""
        return None

    def scaled(self, factor: float) -> Power:
        """The power curve with ``factor`` times the scale."""
        return Power(self.exponent, scale=factor * self.scale)

    def symbolic(self, e: Any = None) -> Any:
        """SymPy expression of the power in the symbol ``e``."""
        return exact(self.scale) * symbol_of(e) ** exact(self.exponent)


@dataclass(frozen=True, eq=False, repr=False)
class Log(Part, BaseCurve):
    """The logarithm intercept + scale ln e: output with decreasing returns (Terwiesch and Xu 2008).

    The value at zero effort is minus infinity, so it is an output and never a cost.

    Parameters
    ----------
    scale : float
        Returns to effort, above zero: the output of one more log unit of effort.
    intercept : float
        Value at effort one.

    Examples
    --------
    >>> output = Log(scale=2)
    >>> float(output(1)), float(output(0)), float(output.derivative(4)), float(output.inverse(0))
    (0.0, -inf, 0.5, 1.0)
    """

    scale: float = field(default=1.0, kw_only=True)
    intercept: float = field(default=0.0, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "scale", positive("Log.scale", self.scale))
        object.__setattr__(self, "intercept", finite("Log.intercept", self.intercept))

    def __call__(self, effort: ArrayLike) -> FloatArray:
        # ln 0 is minus infinity, as it should be; a huge scale may overflow to infinity.
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            array = np.log(efforts(effort))
            return same_shape(np.where(array == 0, 0.0, self.scale * array) + self.intercept)

    def derivative(self, effort: ArrayLike, order: int = 1) -> FloatArray:
        array, times = efforts(effort), count("derivative.order", order)
        factor = float(np.prod(np.arange(1.0, times)))
        slope = times_power(self.scale, array, -float(times), factor)
        return same_shape(slope if times % 2 else -slope)

    def inverse(self, value: ArrayLike) -> FloatArray:
        goal = np.asarray(value, dtype=np.float64)
        # Efforts beyond the largest float are infinite, below the smallest zero.
        with np.errstate(over="ignore", under="ignore"):
            return same_shape(np.exp((goal - self.intercept) / self.scale))

    def elasticity(self, effort: ArrayLike) -> FloatArray:
        # Where the value crosses zero the elasticity is infinite.
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            return same_shape(self.scale / np.asarray(self(effort)))

    @property
    def is_convex(self) -> bool:
        """False."""
        return False

    @property
    def is_concave(self) -> bool:
        """True."""
        return True

    def falls_near(self, *, strict: bool = True) -> float | None:
        """None: a logarithm increases, ``strict`` or not."""
        return None

    def scaled(self, factor: float) -> Log:
        """The logarithm with scale and intercept times ``factor``."""
        return Log(scale=factor * self.scale, intercept=factor * self.intercept)

    def symbolic(self, e: Any = None) -> Any:
        """SymPy expression of the logarithm in the symbol ``e``."""
        import sympy

        return exact(self.intercept) + exact(self.scale) * sympy.log(symbol_of(e))


@dataclass(frozen=True, eq=False, repr=False)
class Exponential(Part, BaseCurve):
    """The exponential scale * (exp(rate e) - 1): marginal cost that grows at a constant rate.

    With both parameters negative it is the bounded output ``|scale| (1 - exp(-|rate| e))``, whose
    marginal returns fall at a constant rate.

    Parameters
    ----------
    rate : float
        Growth of the marginal value per unit of effort; not zero.
    scale : float
        Height, of the same sign as the rate.

    Examples
    --------
    >>> cost = Exponential(rate=2)
    >>> round(float(cost(1)), 6), float(cost.derivative(0)), float(cost(1e-20))
    (6.389056, 2.0, 2e-20)
    >>> float(Exponential(rate=-1, scale=-5).inverse(5))
    inf
    """

    rate: float = field(default=1.0, kw_only=True)
    scale: float = field(default=1.0, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("rate", "scale"):
            number = finite(f"Exponential.{name}", getattr(self, name))
            if number == 0:
                raise InvalidPartError(f"Exponential.{name}", number, "a number other than zero")
            object.__setattr__(self, name, number)
        if (self.rate > 0) != (self.scale > 0):
            remedy = "With opposite signs the curve would fall with effort."
            raise InvalidPartError("Exponential.scale", self.scale, "of the sign of the rate", remedy)

    def __call__(self, effort: ArrayLike) -> FloatArray:
        array = efforts(effort)
        # Overflow to infinity is the value; what a tiny scale brings back is found from logarithms.
        with np.errstate(over="ignore", under="ignore"):
            growth = np.expm1(self.rate * array)
            values = np.asarray(self.scale * growth)
            out = np.isinf(growth)
            if out.any():
                values = np.where(out, np.exp(self.rate * array + np.log(abs(self.scale))), values)
        return same_shape(values)

    def derivative(self, effort: ArrayLike, order: int = 1) -> FloatArray:
        array, times = efforts(effort), count("derivative.order", order)
        # The product is taken in logarithms only where a factor leaves the range of floats.
        with np.errstate(over="ignore", under="ignore"):
            exponent = self.rate * array
            growth = np.exp(exponent)
            factor = np.float64(abs(self.scale)) * np.float64(abs(self.rate)) ** times
            logarithm = exponent + np.log(abs(self.scale)) + times * np.log(abs(self.rate))
            inside = (growth > SMALLEST_NORMAL) & (growth <= LARGEST)
            inside &= SMALLEST_NORMAL < factor <= LARGEST
            slope = np.where(inside, np.where(inside, growth, 0.0) * min(factor, LARGEST), np.exp(logarithm))
        return same_shape(slope if self.rate > 0 or times % 2 else -slope)

    def inverse(self, value: ArrayLike) -> FloatArray:
        goal = np.maximum(np.asarray(value, dtype=np.float64), 0.0)
        # A value at or above the bound of a bounded curve needs infinite effort (log 0, log of a
        # negative number); the ratio of a large value and a small scale may overflow.
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            ratio = goal / self.scale
            effort = np.log1p(ratio) / self.rate
            if self.rate > 0:
                large = (np.log(goal) - np.log(self.scale)) / self.rate
                effort = np.where(np.isinf(ratio), large, effort)
            else:
                effort = np.where(ratio <= -1, np.inf, effort)
        return same_shape(effort)

    def elasticity(self, effort: ArrayLike) -> FloatArray:
        array = efforts(effort)
        # 0/0 at zero effort (the limit is one) and inf/inf at infinite effort are set below.
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            exponent = self.rate * array
            ratio = exponent / -np.expm1(-exponent)
        return same_shape(np.where(exponent == 0, 1.0, np.where(exponent == -np.inf, 0.0, ratio)))

    @property
    def is_convex(self) -> bool:
        """Whether the rate is positive."""
        return self.rate > 0

    @property
    def is_concave(self) -> bool:
        """Whether the rate is negative."""
        return self.rate < 0

    def falls_near(self, *, strict: bool = True) -> float | None:
        """None: it increases, ``strict`` or not."""
        return None

    def scaled(self, factor: float) -> Exponential:
        """The exponential with ``factor`` times the scale."""
        return Exponential(rate=self.rate, scale=factor * self.scale)

    def symbolic(self, e: Any = None) -> Any:
        """SymPy expression of the exponential in the symbol ``e``."""
        import sympy

        return exact(self.scale) * (sympy.exp(exact(self.rate) * symbol_of(e)) - 1)
