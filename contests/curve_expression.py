"""Curves written as formulas, such as ``Curve("c*e**2/(1-e)", c=1)``.

The text is read by a small grammar of its own (:mod:`contests.curve_grammar`), never run as
Python and never given to ``sympify``. SymPy differentiates it and finds where it ends; NumPy
evaluates it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.curve_analysis import (
    bends,
    cancels,
    careful,
    compile_numpy,
    differentiated,
    divides,
    guards,
    positive_roots,
    precise_values,
)
from contests.curve_base import BaseCurve, symbol_of
from contests.curve_grammar import check_parameters, parse
from contests.curve_numerics import LARGEST, effort_grid, efforts, same_shape
from contests.curve_rounding import rounding_suspects
from contests.errors import InvalidPartError
from contests.validation import count

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

__all__ = ["Curve"]


class Curve(BaseCurve):
    """A curve given by a formula in the effort ``e`` and named parameters.

    Derivatives are exact (SymPy); the inverse is found by bisection to the last bit. The curve
    ends where the formula has a pole or stops being real: ``c*e**2/(1-e)`` ends at effort one,
    and is infinite beyond.

    Parameters
    ----------
    expression : str
        Formula with ``+ - * / **``, parentheses, numbers, ``e``, ``pi``, the parameters and the
        functions ``exp log ln sqrt sinh cosh tanh sin cos atan asinh expm1 log1p``.
    **parameters : float
        Value of each parameter named in the formula.

    Raises
    ------
    InvalidPartError
        For an unknown name or a formula that cannot be read, a parameter that does not occur,
        and a formula that is not real just above zero effort.

    Examples
    --------
    >>> cost = Curve("c*e**2/(1-e)", c=1)
    >>> cost
    Curve('c*e**2/(1-e)', c=1)
    >>> cost.domain
    (0.0, 1.0)
    >>> float(cost(0.5)), float(cost.derivative(0.5)), float(cost.inverse(0.5)), float(cost(2))
    (0.5, 3.0, 0.5, inf)
    >>> Curve("c*x**2", c=1)
    Traceback (most recent call last):
    ...
    contests.errors.InvalidPartError: Curve.expression must be a formula in e and the given \
parameters, not 'c*x**2'. It uses the unknown name x: give its value, as in Curve('c*x**2', c=1, x=1.0).
    """

    expression: str
    _pairs: tuple[tuple[str, float], ...]

    def __init__(self, expression: Any, /, **parameters: float) -> None:
        # A SymPy expression is taken by its text, so that there is one way in.
        text = (expression if isinstance(expression, str) else _text(expression)).strip()
        self.__dict__.update(expression=text, _pairs=check_parameters(text, parameters))
        self._check_start()

    @property
    def parameters(self) -> dict[str, float]:
        """Parameters and their values."""
        return dict(self._pairs)

    def __call__(self, effort: ArrayLike) -> FloatArray:
        return self._evaluate(efforts(effort), 0)

    def derivative(self, effort: ArrayLike, order: int = 1) -> FloatArray:
        return self._evaluate(efforts(effort), count("derivative.order", order))

    def elasticity(self, effort: ArrayLike) -> FloatArray:
        array = efforts(effort)
        ratio = np.array(super().elasticity(array))
        # Where value or slope leave the range of floats their ratio may still be ordinary.
        over = (np.isinf(ratio) | (ratio == 0)) & (array > 0) & (array < min(self.domain[1], LARGEST))
        if over.any() and self._exact.free_symbols:
            e = symbol_of(None)
            ratio[over] = precise_values(e * self._derived(1) / self._exact, array[over])
        return same_shape(ratio)

    @property
    def domain(self) -> tuple[float, float]:
        """Zero, and the effort where the formula has a pole or stops being real."""
        return (0.0, self._end)

    @property
    def is_convex(self) -> bool | None:
        """Whether the second derivative is never negative: by SymPy, or refuted on a grid."""
        return self._curvature[0]

    @property
    def is_concave(self) -> bool | None:
        """Whether the second derivative is never positive: by SymPy, or refuted on a grid."""
        return self._curvature[1]

    def falls_near(self, *, strict: bool = True) -> float | None:
        """Effort near which the exact derivative is negative on a grid, or None.

        A formula in these functions is flat on a stretch only when it is constant, which is a
        failure when ``strict``.
        """
        if not self._exact.free_symbols:
            return 0.0 if strict else None
        grid = effort_grid(self.domain)[::3]
        slope, value = np.asarray(self.derivative(grid)), np.asarray(self(grid))
        # A negative slope within the rounding of the value (elasticity above -1e-10) is no fall;
        # infinite values (overflow) have no slope to judge.
        known = np.isfinite(value) & np.isfinite(slope)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            falls = known & (slope * grid < -1e-10 * np.abs(value))
        return float(grid[int(np.argmax(falls))]) if falls.any() else None

    def symbolic(self, e: Any = None) -> Any:
        """SymPy expression with the parameters' values, in the symbol ``e``."""
        return self._exact.subs(symbol_of(None), symbol_of(e))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Curve) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[str, tuple[tuple[str, float], ...]]:
        return ("".join(self.expression.split()), tuple(sorted(self._pairs)))

    def __repr__(self) -> str:
        shown = [repr(self.expression), *(f"{name}={value!r}" for name, value in self._pairs)]
        return f"Curve({', '.join(shown)})"

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Curve is frozen: make a new one instead of setting {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"Curve is frozen: {name} cannot be deleted")

    def __reduce__(self) -> tuple[Any, ...]:
        # Compiled functions do not travel; they are rebuilt when the copy is first evaluated.
        return (_rebuild, (self.expression, dict(self._pairs)))

    @cached_property
    def _exact(self) -> Any:
        """The formula in SymPy, with the values of the parameters."""
        return parse(self.expression, dict(self._pairs))

    @cached_property
    def _compiled(self) -> dict[int, Callable[[FloatArray], Any]]:
        return {}

    @cached_property
    def _risky(self) -> dict[int, Any]:
        """By order of derivative, the formula whose rounding must be watched, or None."""
        return {}

    @cached_property
    def _formulas(self) -> dict[int, Any]:
        return {}

    def _derived(self, order: int) -> Any:
        """SymPy derivative of the order."""
        if order == 0:
            return self._exact
        if order not in self._formulas:
            self._formulas[order] = differentiated(self._derived(order - 1))
        return self._formulas[order]

    def _raw(self, array: FloatArray, order: int) -> FloatArray:
        """The formula as NumPy gives it: NaN where it is not real or runs into inf - inf."""
        if order not in self._compiled:
            self._compiled[order] = compile_numpy(self._derived(order))
        # Poles, overflow and efforts beyond the domain; every caller deals with what is not finite.
        with np.errstate(all="ignore"):
            values = np.asarray(self._compiled[order](array), dtype=np.float64)
        return np.array(np.broadcast_to(values, array.shape))

    def _evaluate(self, array: FloatArray, order: int) -> FloatArray:
        values = self._raw(array, order)
        end = self._end
        if np.isfinite(end):
            at_end = (array == end) & ~np.isfinite(values)
            if at_end.any():
                before = self._raw(np.asarray(np.nextafter(end, 0.0)), order)
                values = np.where(at_end, np.copysign(np.inf, before), values)
            values = np.where(array > end, np.inf, values)
        zero = (array == 0) & ~np.isfinite(values)
        if zero.any():
            values = np.where(zero, self._limit_at_zero(order), values)
        lost = np.isnan(values) & ~np.isnan(array)
        if order not in self._risky:
            shape = careful(self._derived(order))
            self._risky[order] = shape if cancels(shape) or divides(shape, end) else None
        if self._risky[order] is not None:
            lost |= rounding_suspects(self._risky[order], array) & (array < end)
        if lost.any():
            values = np.array(values)
            values[lost] = precise_values(self._derived(order), array[lost])
        return same_shape(values)

    def _limit_at_zero(self, order: int) -> float:
        """Limit from the right at zero effort, by SymPy."""
        import sympy

        limit = sympy.limit(self._derived(order), symbol_of(None), 0, "+")
        return float(limit) if limit.is_extended_real else float(self._raw(np.asarray(1e-300), order))

    @cached_property
    def _end(self) -> float:
        """Least positive effort where a denominator, logarithm or root ends the curve."""
        ends = [
            root for guard in guards(self._exact) for root in positive_roots(guard) if not self._passes(root)
        ]
        return min(ends, default=np.inf)

    def _passes(self, root: float) -> bool:
        """Whether the curve goes on, real and continuous, at a root of a denominator or the like."""
        sides = root * np.array([1 - 1e-6, 1 - 1e-9, 1 + 1e-9, 1 + 1e-6])
        values = self._raw(sides, 0)
        if not np.isfinite(values).all():
            return False
        return bool(np.ptp(values) <= 1e-3 * np.abs(values).max())

    @cached_property
    def _curvature(self) -> tuple[bool | None, bool | None]:
        """Whether convex and whether concave, from the sign of the second derivative."""
        convex, concave = bends(self._derived(2), self._end)
        grid = effort_grid(self.domain)[::8]
        slope, second = np.asarray(self.derivative(grid)), np.asarray(self.derivative(grid, 2))
        known = np.isfinite(second) & np.isfinite(slope)
        level = 1e-10 * np.abs(slope) / grid
        if convex is None and (known & (second < -level)).any():
            convex = False
        if concave is None and (known & (second > level)).any():
            concave = False
        return convex, concave

    def _check_start(self) -> None:
        """Refuse a formula that is not real, or nowhere finite, just above zero effort."""
        grid = effort_grid(self.domain)
        if not np.isfinite(self._raw(grid, 0)).any():
            where = (
                f"at efforts below {self._end:g}" if np.isfinite(self._end) else "at any effort above zero"
            )
            remedy = f"It is not a real number {where}."
            raise InvalidPartError("Curve.expression", self.expression, _ALLOWED, remedy)
        first = self._raw(grid[:1], 0)
        if np.isnan(first).any() and np.isnan(self._raw(grid[:1] * 2, 0)).any():
            remedy = "It is not a real number for small efforts."
            raise InvalidPartError("Curve.expression", self.expression, _ALLOWED, remedy)


_ALLOWED = "a formula that is a real number from zero effort on"


def _rebuild(expression: str, parameters: dict[str, float]) -> Curve:
    """The curve as it was checked when it was first made; SymPy is loaded when it is used."""
    curve = Curve.__new__(Curve)
    curve.__dict__.update(expression=expression, _pairs=tuple(parameters.items()))
    return curve


def _text(expression: object) -> str:
    """Text of a SymPy expression; anything else is refused."""
    import sympy

    if isinstance(expression, sympy.Expr):
        return str(expression)
    remedy = "Write it as text, as in Curve('c*e**2/(1-e)', c=1)."
    raise InvalidPartError("Curve.expression", expression, "a formula as text", remedy)
