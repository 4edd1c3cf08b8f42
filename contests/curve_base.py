"""The interface of curves.

A curve is a function of effort on the half-line of efforts: a cost, or the output that effort
brings. :class:`BaseCurve` is what to subclass for a curve of one's own; the ready-made curves
are in :mod:`contests.curves`.
"""

from __future__ import annotations

import numbers
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.curve_numerics import (
    efforts,
    first_fall,
    least_effort,
    numerical_derivative,
    same_shape,
)
from contests.errors import ContestError, InvalidPartError
from contests.validation import count, positive

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

__all__ = ["BaseCurve"]


class BaseCurve(ABC):
    """A function of effort: what effort costs, or what it brings.

    Only ``__call__`` must be given by a subclass; it receives an array of efforts of any shape
    and returns the values in that shape. Everything else has a default that works from values
    alone: `derivative` to about ten digits (nine for the second order), `inverse` to the last
    bit. Write small differences so that floats can see them (``numpy.expm1(e)``, not
    ``numpy.exp(e) - 1``): the defaults see no more than the values show. A subclass may also set
    ``domain``, ``is_convex`` and ``is_concave``, and give `symbolic` for the theory.

    Curves add, and multiply by positive numbers.

    Examples
    --------
    >>> import numpy as np
    >>> class Quadratic(BaseCurve):
    ...     def __call__(self, effort):
    ...         return np.asarray(effort) ** 2 / 2
    >>> curve = Quadratic()
    >>> round(float(curve.derivative(3.0)), 9), round(float(curve.inverse(8.0)), 9)
    (3.0, 4.0)
    """

    # numpy numbers leave ``number * curve`` to the curve instead of making object arrays.
    __array_ufunc__ = None

    @abstractmethod
    def __call__(self, effort: ArrayLike) -> FloatArray:
        """Value of the curve at each effort.

        Parameters
        ----------
        effort : array_like of float, any shape
            Efforts, zero or more.

        Returns
        -------
        ndarray of float, same shape, or a numpy float for one effort
            Values; infinity beyond the end of the domain.
        """

    def derivative(self, effort: ArrayLike, order: int = 1) -> FloatArray:
        """Derivative of the curve with respect to effort.

        Parameters
        ----------
        effort : array_like of float, any shape
            Efforts, zero or more; at zero the derivative is the one from the right.
        order : int
            Order of the derivative, 1 or more.

        Returns
        -------
        ndarray of float, same shape, or a numpy float for one effort
            Derivatives, in units of value per unit of effort to the power ``order``.
        """
        times = count("derivative.order", order)
        return numerical_derivative(self._lower(times), efforts(effort), self.domain)

    def inverse(self, value: ArrayLike) -> FloatArray:
        """Least effort whose value is at least ``value``, for a curve that does not fall.

        Parameters
        ----------
        value : array_like of float, any shape
            Values of the curve.

        Returns
        -------
        ndarray of float, same shape, or a numpy float for one value
            Efforts: zero for values at or below the value at zero effort, infinity for values
            that no effort reaches.
        """
        return least_effort(self, value, self.domain)

    def elasticity(self, effort: ArrayLike) -> FloatArray:
        """Percent by which the value grows when effort grows by one percent, e c'(e) / c(e).

        Parameters
        ----------
        effort : array_like of float, any shape
            Efforts, zero or more; at zero the limit from the right, found numerically to about
            seven digits when it is not in closed form.

        Returns
        -------
        ndarray of float, same shape, or a numpy float for one effort
            Elasticities; infinity where the value itself overflows.
        """
        array = efforts(effort)
        ratio = np.array(_ratio(array, self.derivative(array), self(array)))
        lost = np.isnan(ratio) & ~np.isnan(array)
        if lost.any():
            ratio[lost] = np.inf
            at_zero = lost & (array == 0)
            if at_zero.any():
                ratio[at_zero] = self._elasticity_at_zero()
        return same_shape(ratio)

    @property
    def domain(self) -> tuple[float, float]:
        """Least and largest effort; the curve is infinite beyond the largest."""
        return (0.0, np.inf)

    @property
    def is_convex(self) -> bool | None:
        """Whether the curve is convex on its domain; None when it is not known."""
        return None

    @property
    def is_concave(self) -> bool | None:
        """Whether the curve is concave on its domain; None when it is not known."""
        return None

    def is_increasing(self) -> bool:
        """Whether the curve increases strictly on its domain (checked on a grid by default)."""
        return self.falls_near() is None

    def falls_near(self, *, strict: bool = True) -> float | None:
        """Effort near which the curve fails to increase, or None when it does increase.

        Parameters
        ----------
        strict : bool
            Whether a flat stretch is a failure too.

        Returns
        -------
        float or None
            An effort on a grid even in logarithm (24 decades): evidence, not proof, unless
            the curve knows its own shape.
        """
        return first_fall(self, self.domain, strict=strict)

    def symbolic(self, e: Any = None) -> Any:
        """SymPy expression of the curve.

        Parameters
        ----------
        e : sympy.Expr, optional
            Symbol (or expression) of effort; a non-negative symbol ``e`` when not given.

        Returns
        -------
        sympy.Expr
            The curve in that symbol, numbers exact where they are short.

        Raises
        ------
        ContestError
            When the curve has no symbolic form.
        """
        raise ContestError(
            f"{type(self).__name__} has no symbolic form: give it a method symbolic(e) that "
            "returns a SymPy expression, or write the curve as Curve('...')."
        )

    def latex(self) -> str:
        """LaTeX of the curve as a function of e."""
        import sympy

        return str(sympy.latex(self.symbolic(sympy.Symbol("e", nonnegative=True))))

    def __add__(self, other: object) -> BaseCurve:
        if not isinstance(other, BaseCurve):
            return NotImplemented
        from contests.curve_algebra import CurveSum  # it builds on this module

        return CurveSum.of(self, other)

    def __radd__(self, other: object) -> BaseCurve:
        # sum([...]) starts from the number zero.
        if isinstance(other, numbers.Real) and other == 0:
            return self
        return NotImplemented

    def __mul__(self, factor: object) -> BaseCurve:
        if isinstance(factor, BaseCurve) or not isinstance(factor, numbers.Real):
            return NotImplemented
        return self.scaled(positive("curve factor", factor))

    __rmul__ = __mul__

    def scaled(self, factor: float) -> BaseCurve:
        """Curve whose values are ``factor`` times as large.

        Parameters
        ----------
        factor : float
            A number above zero.

        Returns
        -------
        BaseCurve
            A curve of the same family where the family has a scale.
        """
        from contests.curve_algebra import ScaledCurve  # it builds on this module

        return self if factor == 1 else ScaledCurve(factor=factor, curve=self)

    def _lower(self, order: int) -> Callable[[FloatArray], FloatArray]:
        """The derivative of one order less, which numerical differences are taken of."""
        return self if order == 1 else lambda effort: self.derivative(effort, order - 1)

    def _elasticity_at_zero(self) -> float:
        """Limit at zero: the elasticity on ever smaller efforts, where it settles best."""
        grid = np.geomspace(1e-1, 1e-300, 300) * min(1.0, self.domain[1])
        ratio = _ratio(grid, self.derivative(grid), self(grid))
        # Differences that meet 0/0 below the resolution of the curve are no candidates.
        with np.errstate(invalid="ignore"):
            change = np.abs(np.diff(ratio))
        settled = np.isfinite(change) & (ratio[1:] != 0)
        if not settled.any():
            return 0.0
        change = np.where(settled, change, np.inf)
        return float(ratio[1:][np.flatnonzero(change == change.min())[-1]])


def _ratio(effort: FloatArray, slope: FloatArray, value: FloatArray) -> FloatArray:
    """Effort times slope over value, NaN where the three leave it open (0/0, or an overflow)."""
    # slope / value first: effort * slope would overflow where the elasticity is an ordinary number.
    with np.errstate(all="ignore"):
        ratio = np.asarray(slope / value * effort, dtype=np.float64)
    return np.where(np.isinf(value) & (effort > 0), np.nan, ratio)


def exact(value: float) -> Any:
    """SymPy number: a fraction when ``value`` is a short decimal, else the float."""
    import sympy

    fraction = sympy.Rational(repr(float(value)))
    return fraction if abs(fraction.q) <= 10**6 and abs(fraction.p) <= 10**9 else sympy.Float(value)


def symbol_of(e: Any) -> Any:
    """The symbol given as ``e``, or the usual non-negative symbol of effort."""
    import sympy

    if e is None:
        return sympy.Symbol("e", nonnegative=True)
    # Text is not turned into SymPy here: sympify would run it as code.
    if not isinstance(e, sympy.Expr):
        raise InvalidPartError("e", e, "a SymPy symbol or expression", "Write sympy.Symbol('e').")
    return e
