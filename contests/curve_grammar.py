"""The grammar of formulas: arithmetic, a few functions, effort, and named parameters.

Python's own parser makes the tree, and only the nodes listed here are turned into SymPy, one by
one; nothing is evaluated as code, so a formula from a stranger's file is safe to read.
"""

from __future__ import annotations

import ast
import math
import numbers
from typing import TYPE_CHECKING, Any, NoReturn

from contests.curve_base import exact, symbol_of
from contests.errors import InvalidPartError
from contests.validation import finite

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FUNCTIONS", "check_parameters", "parse"]

FUNCTIONS = (
    "exp", "log", "ln", "sqrt", "sinh", "cosh", "tanh", "sin", "cos", "atan", "asinh", "expm1", "log1p",
)  # fmt: skip

_ALLOWED = "a formula in e and the given parameters"
_LONGEST, _DEEPEST = 2000, 60


def check_parameters(text: str, parameters: Mapping[str, object]) -> tuple[tuple[str, float], ...]:
    """Return the ``parameters`` of the formula ``text`` as finite numbers, in the order given."""
    pairs = []
    for name, value in parameters.items():
        if name == "e" or name == "pi" or name in FUNCTIONS:
            remedy = f"{name} has a meaning in formulas; choose another name for the parameter."
            raise InvalidPartError("Curve.parameters", name, "new names", remedy)
        number = finite(f"Curve.{name}", value)
        whole = isinstance(value, numbers.Integral)
        pairs.append((name, int(number) if whole else number))
    tree = _tree(text)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for name, _ in pairs:
        if name not in used:
            remedy = f"The formula {text} does not use it."
            raise InvalidPartError("Curve.parameters", name, "names that occur in the formula", remedy)
    unknown = sorted(used - {"e", "pi", *FUNCTIONS, *dict(pairs)})
    if unknown:
        given = ", ".join([repr(text), *(f"{n}={v!r}" for n, v in pairs), *(f"{n}=1.0" for n in unknown)])
        names = "name " + unknown[0] if len(unknown) == 1 else "names " + ", ".join(unknown)
        example = "its value" if len(unknown) == 1 else "their values"
        remedy = f"It uses the unknown {names}: give {example}, as in Curve({given})."
        if all(n.isidentifier() and not n.startswith("_") for n in unknown):
            raise InvalidPartError("Curve.expression", text, _ALLOWED, remedy)
        _refuse(text, f"It uses the unknown {names}")
    return tuple(pairs)


def parse(text: str, parameters: Mapping[str, float]) -> Any:
    """SymPy expression of the formula ``text`` with the values of the ``parameters`` put in."""
    values = {name: exact(value) for name, value in parameters.items()}
    formula = _convert(_tree(text).body, text, values, 0)
    import sympy

    if formula.has(sympy.zoo, sympy.nan, sympy.oo, -sympy.oo) or formula.has(sympy.I):
        _refuse(text, "It divides by zero or is not a real number")
    return formula


def _tree(text: str) -> ast.Expression:
    if len(text) > _LONGEST:
        _refuse(text, f"It is longer than {_LONGEST} characters")
    try:
        return ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        _refuse(text, "It cannot be read: write it as in 'c*e**2/(1-e)', with * for every product")


def _refuse(text: str, reason: str) -> NoReturn:
    raise InvalidPartError("Curve.expression", text, _ALLOWED, f"{reason}.")


def _convert(node: ast.expr, text: str, values: Mapping[str, Any], depth: int) -> Any:
    """SymPy expression of one node of the tree."""
    import sympy

    if depth > _DEEPEST:
        _refuse(text, "It is nested too deeply")
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
            _refuse(text, f"{node.value!r} is not a real number")
        if not math.isfinite(node.value) or abs(node.value) > 1e300:
            _refuse(text, "It holds a number beyond the range of floats")
        return sympy.Integer(node.value) if isinstance(node.value, int) else exact(node.value)
    if isinstance(node, ast.Name):
        if node.id in FUNCTIONS:
            _refuse(text, f"The function {node.id} needs its argument, as in {node.id}(e)")
        if node.id == "pi":
            return sympy.pi
        return symbol_of(None) if node.id == "e" else values[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.UAdd, ast.USub)):
        inner = _convert(node.operand, text, values, depth + 1)
        return -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp):
        left = _convert(node.left, text, values, depth + 1)
        right = _convert(node.right, text, values, depth + 1)
        return _combine(node.op, left, right, text)
    if isinstance(node, ast.Call):
        return _call(node, text, values, depth)
    _refuse(text, f"It contains what is not arithmetic ({ast.unparse(node)[:40]})")


def _combine(operator: ast.operator, left: Any, right: Any, text: str) -> Any:
    """SymPy expression of an operation, refused when it is a number beyond the range of floats."""
    if isinstance(operator, ast.Add):
        return left + right
    if isinstance(operator, ast.Sub):
        return left - right
    if isinstance(operator, ast.Mult):
        return left * right
    if isinstance(operator, ast.Div):
        if right == 0:
            _refuse(text, "It divides by zero")
        return left / right
    if isinstance(operator, ast.Pow):
        # Checked before SymPy computes it: 9**9**9 would take all memory.
        if right.is_number and not (right.is_real and abs(float(right)) <= 1000):
            _refuse(text, "It has an exponent that is not a real number of at most 1000")
        if left.is_number and left != 0:
            size = math.log(abs(float(left))) if left.is_real else math.inf
            if right.is_number and not abs(float(right) * size) <= 690:
                _refuse(text, "It holds a number beyond the range of floats")
        return left**right
    if isinstance(operator, ast.BitXor):
        _refuse(text, "Write ** for a power instead of ^")
    _refuse(text, "Only the operators + - * / ** are known")


def _call(node: ast.Call, text: str, values: Mapping[str, Any], depth: int) -> Any:
    """SymPy expression of a function and its argument."""
    import sympy

    known = f"the known functions are {', '.join(FUNCTIONS)}"
    if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS:
        _refuse(text, f"{ast.unparse(node.func)[:40]} is not a known function: {known}")
    if len(node.args) != 1 or node.keywords:
        _refuse(text, f"The function {node.func.id} takes one argument")
    argument = _convert(node.args[0], text, values, depth + 1)
    name = node.func.id
    if argument.is_number and not (argument.is_real and abs(float(argument)) <= 690):
        _refuse(text, f"The argument of {name} is not a real number of ordinary size")
    if name == "expm1":
        return sympy.exp(argument) - 1
    if name == "log1p":
        return sympy.log(1 + argument)
    return getattr(sympy, "log" if name == "ln" else name)(argument)
