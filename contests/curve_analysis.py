"""What SymPy and careful arithmetic tell about a formula: where it ends, how it bends, its exact value.

Floats lose a formula in three ways: ``inf/inf`` where its parts overflow, ``0/0`` where they
vanish, and cancellation, where large parts leave a small difference. The error bound of
:mod:`contests.curve_rounding` finds the efforts at which that happened, and `precise_values`
computes there with as many digits as it takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contests.curve_base import symbol_of
from contests.curve_numerics import effort_grid
from contests.errors import ContestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

__all__ = [
    "bends",
    "cancels",
    "careful",
    "compile_numpy",
    "differentiated",
    "divides",
    "guards",
    "positive_roots",
    "precise_values",
]

LARGEST_DEGREE, LARGEST_FACTORED = 60, 150


def compile_numpy(formula: Any) -> Callable[[FloatArray], Any]:
    """NumPy function of a SymPy formula, with exp(x) - 1 and log(1 + x) kept exact near zero."""
    import sympy

    compiled: Callable[[FloatArray], Any] = sympy.lambdify(symbol_of(None), careful(formula), modules="numpy")
    return compiled


def guards(formula: Any) -> list[Any]:
    """Parts of ``formula`` whose zeros may end the curve: denominators, arguments of logs and roots."""
    import sympy

    found = []
    for part in sympy.preorder_traversal(formula):
        if isinstance(part, sympy.Pow) and not (part.exp.is_Integer and part.exp >= 0):
            found.append(part.base)
        elif isinstance(part, sympy.log):
            found.append(part.args[0])
    return [guard for guard in found if guard.free_symbols]


def positive_roots(guard: Any) -> list[float]:
    """Positive zeros of a guard: exact for polynomials, else by changes of sign on a grid."""
    import sympy

    e = symbol_of(None)
    if guard == e:
        return []
    numerator = sympy.fraction(sympy.together(guard))[0]
    if numerator.is_polynomial(e) and _degree(numerator) <= LARGEST_DEGREE:
        found = sympy.Poly(numerator, e).real_roots(multiple=False)
        return [float(root) for root, _ in found if root.is_positive]
    function = compile_numpy(guard)
    grid = effort_grid((0.0, np.inf), 4801)
    # Overflow and not being real count as changes of sign: the curve may end there.
    with np.errstate(all="ignore"):
        signs = np.sign(np.broadcast_to(np.asarray(function(grid), dtype=np.float64), grid.shape))
    changes = np.flatnonzero((signs[1:] != signs[:-1]) & ~np.isnan(signs[:-1]))
    return [_bisected(function, float(grid[i]), float(grid[i + 1])) for i in changes]


def _degree(formula: Any) -> float:
    """Bound on the degree of a polynomial (or fraction of them), without expanding it."""
    if formula.is_Add:
        return max(map(_degree, formula.args))
    if formula.is_Mul:
        return sum(map(_degree, formula.args))
    if formula.is_Pow:
        power = abs(float(formula.exp)) if formula.exp.is_number else 1.0
        return power * _degree(formula.base)
    return 1.0 if formula.is_Symbol else 0.0


def _bisected(function: Callable[[FloatArray], Any], low: float, high: float) -> float:
    """Effort between ``low`` and ``high`` from which the sign of ``function`` is another."""
    with np.errstate(all="ignore"):  # the far side may be a pole, or not real
        sign = np.sign(function(np.asarray(low)))
        for _ in range(200):
            middle = 0.5 * (low + high)
            if middle in (low, high):
                break
            if np.sign(function(np.asarray(middle))) == sign:
                low = middle
            else:
                high = middle
    return high


def differentiated(formula: Any) -> Any:
    """Derivative of the ``formula``, factored where that is quick: factors do not cancel in floats."""
    import sympy

    slope = formula.diff(symbol_of(None))
    if slope.count_ops() > LARGEST_FACTORED or _degree(slope) > LARGEST_DEGREE:
        return slope
    return sympy.factor(slope)


def precise_values(formula: Any, points: FloatArray) -> FloatArray:
    """Values of the ``formula`` at the efforts ``points`` with as many digits as they take.

    Sixty digits are tried against a hundred and twenty; where these disagree, 1300 settle every
    cancellation that floats as small as 1e-300 can cause (what is left over rounds to zero).
    """
    import mpmath
    import sympy

    e = symbol_of(None)
    function = sympy.lambdify(e, formula, modules="mpmath")
    distinct, places = np.unique(points, return_inverse=True)
    found = np.empty(distinct.shape)
    for index, point in enumerate(distinct):
        if np.isinf(point):
            found[index] = float(sympy.limit(formula, e, sympy.oo))
            continue
        tries = []
        for digits in (60, 120, 1300):
            with mpmath.workdps(digits):
                tries.append(_try(function, mpmath.mpf(float(point)), formula))
            if len(tries) == 2 and None not in tries and abs(tries[0] - tries[1]) < 1e-20 * abs(tries[1]):
                break
        if tries[-1] is None:
            # A hole such as that of (1 - e**2)/(1 - e) at one: the curve passes through its limit.
            tries = [sympy.limit(formula, e, sympy.Rational(float(point)), "-")]
            if not tries[0].is_extended_real:
                raise ContestError(f"{formula} cannot be computed at effort {point:g}, at any precision.")
        found[index] = float(tries[-1])
    return found[places]


def _try(function: Callable[[Any], Any], point: Any, formula: Any) -> Any:
    """The function at the point, or None where rounding makes it divide by zero or unreal."""
    try:
        value = function(point)
    except ZeroDivisionError:
        return None
    except (OverflowError, MemoryError) as error:
        raise ContestError(f"{formula} is beyond any number at effort {float(point):g}.") from error
    return value if getattr(value, "imag", 0) == 0 else None


def careful(formula: Any) -> Any:
    """The ``formula`` with exp(x) - 1 and log(1 + x) written so that they keep their digits near zero."""
    from sympy.codegen.rewriting import expm1_opt, log1p_opt, optimize

    return optimize(formula, [expm1_opt, log1p_opt])


def cancels(formula: Any) -> bool:
    """Whether the `careful` ``formula`` adds terms of different or unknown sign.

    Numbers and effort itself carry no rounding yet, so ``1 - e`` keeps its digits.
    """
    import sympy

    e = symbol_of(None)
    return any(
        not (all(t.is_nonnegative for t in node.args) or all(t.is_nonpositive for t in node.args))
        for node in sympy.preorder_traversal(formula)
        if node.is_Add and not all(t.is_Integer or t in (e, -e) for t in node.args)
    )


def divides(formula: Any, end: float) -> bool:
    """Whether ``formula`` divides by what overflows before the ``end`` or vanishes at zero effort."""
    import sympy

    e = symbol_of(None)
    return any(
        node.is_Pow
        and node.exp.is_negative
        and bool(node.base.free_symbols)
        and (np.isinf(end) or node.base.subs(e, 0) == 0)
        for node in sympy.preorder_traversal(formula)
    )


def bends(second: Any, end: float) -> tuple[bool | None, bool | None]:
    """Whether the ``second`` derivative is never negative and never positive before ``end``, by SymPy.

    None is an unknown answer, not a no.
    """
    import sympy

    e, t = symbol_of(None), sympy.Symbol("t", positive=True)
    # Efforts of a finite domain are the image of positive numbers, so that SymPy sees the sign.
    effort = t if np.isinf(end) else sympy.nsimplify(end, rational=True) * t / (1 + t)
    formula = second.subs(e, effort)
    if np.isfinite(end) and formula.is_rational_function(t) and _degree(formula) <= LARGEST_DEGREE:
        formula = sympy.factor(formula)
    return formula.is_nonnegative, formula.is_nonpositive
