"""How much rounding can have done to a formula: a running bound on its error.

The tree of the formula is evaluated a second time, every step passing on a value and a bound on its
error in floats. A formula such as ``(exp(e) - 1 - e)/e**2`` is wrong in its first digit at small
efforts; the bound says so without knowing the true value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contests.curve_numerics import EPSILON

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Bounded = tuple[FloatArray, FloatArray]

__all__ = ["rounding_suspects"]

_SMALLEST = 5e-324  # what underflow can take from a product
_TOLERATED = 1e-10

# Name in SymPy: the function and (up to sign) its slope.
_FUNCTIONS: dict[str, tuple[Callable[[FloatArray], FloatArray], Callable[[FloatArray], FloatArray]]] = {
    "exp": (np.exp, np.exp),
    "expm1": (np.expm1, np.exp),
    "log": (np.log, lambda x: 1 / x),
    "log1p": (np.log1p, lambda x: 1 / (1 + x)),
    "sinh": (np.sinh, np.cosh),
    "cosh": (np.cosh, np.sinh),
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2),
    "sin": (np.sin, np.cos),
    "cos": (np.cos, np.sin),
    "atan": (np.arctan, lambda x: 1 / (1 + x**2)),
    "asinh": (np.arcsinh, lambda x: 1 / np.sqrt(1 + x**2)),
}


def rounding_suspects(formula: Any, effort: FloatArray) -> NDArray[np.bool_]:
    """Mask of each ``effort`` at which rounding, overflow or underflow may have spoiled the ``formula``."""
    # What overflows or is 0/0 has no finite bound, and is suspect for that.
    with np.errstate(all="ignore"):
        value, error = _bounded(formula, effort)
        sound = np.isfinite(value) & (error <= _TOLERATED * np.abs(value))
    return (effort > 0) & np.isfinite(effort) & ~np.broadcast_to(sound, effort.shape)


def _bounded(node: Any, effort: FloatArray) -> Bounded:
    """Value of one node of the tree, and a bound on its error."""
    if node.is_Symbol:
        return effort, np.zeros_like(effort)
    if node.is_number:
        number = np.float64(node)
        exact = node.is_Integer and abs(int(node)) < 2**53
        return np.asarray(number), np.asarray(0.0 if exact else EPSILON * abs(number))
    parts = [_bounded(child, effort) for child in node.args]
    if node.is_Add:
        total, error = parts[0]
        for value, more in parts[1:]:
            total = total + value
            error = error + more + EPSILON * np.abs(total)
        return total, error
    if node.is_Mul:
        product, error = parts[0]
        for value, more in parts[1:]:
            error = error * np.abs(value) + more * np.abs(product)
            product = product * value
            error = error + EPSILON * np.abs(product) + _SMALLEST
        return product, error
    if node.is_Pow:
        return _power(*parts)
    function, slope = _FUNCTIONS[type(node).__name__]
    value = function(parts[0][0])
    return value, np.abs(slope(parts[0][0])) * parts[0][1] + 2 * EPSILON * np.abs(value)


def _power(base: Bounded, exponent: Bounded) -> Bounded:
    value = base[0] ** exponent[0]
    relative = np.where(base[1] == 0, 0.0, np.abs(exponent[0]) * base[1] / np.abs(base[0]))
    relative = relative + np.where(exponent[1] == 0, 0.0, np.abs(np.log(base[0])) * exponent[1])
    return value, np.abs(value) * (relative + EPSILON) + _SMALLEST
