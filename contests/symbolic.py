"""Deriving closed forms: the one place that imports SymPy, and the tools that use it.

`solve_symmetric` turns a payoff into its first- and second-order conditions and
the effort that solves them; `comparative_static` differentiates a closed form and
proves the sign of the change where SymPy can.
"""

from __future__ import annotations

import importlib
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from contests.errors import UnsolvableError
from contests.validation import finite

__all__ = [
    "ComparativeStatic",
    "Expression",
    "Substitutions",
    "SymmetricSolution",
    "comparative_static",
    "exact",
    "sign_of",
    "solve_symmetric",
    "sympy",
]

Expression = Any  # a SymPy expression; SymPy ships no types
Substitutions = tuple[tuple[Expression, Expression], ...]

_WORDS = {1: "rises with", -1: "falls with", 0: "does not depend on", None: "may rise or fall with"}


def sympy() -> Any:
    """Return the SymPy module, imported at the first call.

    Examples
    --------
    >>> sympy().Symbol("x")
    x
    """
    return importlib.import_module("sympy")


@dataclass(frozen=True, kw_only=True)
class ComparativeStatic:
    """How a quantity changes with a parameter.

    Parameters
    ----------
    quantity, parameter : str
        Their names in the theory.
    expression : sympy.Expr
        The derivative, or for a whole number the change from one more.
    sign : int or None
        1, -1 or 0 throughout the region, as SymPy proved; None if it could not, which is so when
        the sign depends on the parameters.
    step : bool
        Whether `expression` is the change from one more rather than a derivative.

    Examples
    --------
    >>> x = sympy().Symbol("x", positive=True)
    >>> static = comparative_static("square", x**2, "x", x)
    >>> str(static), static.expression
    ('square rises with x', 2*x)
    """

    quantity: str
    parameter: str
    expression: Expression
    sign: int | None
    step: bool = False

    def __str__(self) -> str:
        return f"{self.quantity} {_WORDS[self.sign]} {self.parameter}"


class SymmetricSolution(NamedTuple):
    """What `solve_symmetric` derives.

    Attributes
    ----------
    first_order_condition, second_order_condition : Expression
        Derivatives of the payoff in own effort where all efforts are equal.
    effort, payoff : Expression
        Closed forms in equilibrium.
    """

    first_order_condition: Expression
    second_order_condition: Expression
    effort: Expression
    payoff: Expression


def solve_symmetric(payoff: Expression, own: Expression, rivals: Expression) -> SymmetricSolution:
    """Solve the first-order condition of identical contestants.

    Parameters
    ----------
    payoff : sympy.Expr
        A contestant's payoff at her own effort against rivals who all exert the same effort.
    own, rivals : sympy.Symbol
        The two efforts, declared positive.

    Returns
    -------
    SymmetricSolution
        The first-order condition at equal efforts (zero in equilibrium), the second derivative
        there (negative at a maximum), the effort and the payoff.

    Raises
    ------
    UnsolvableError
        If SymPy finds no solution or more than one: a theory states only what is unambiguous.

    Examples
    --------
    >>> from sympy import symbols
    >>> e, E, A, n = symbols("e E A n", positive=True)
    >>> solve_symmetric(A * e / (e + (n - 1) * E) - e, e, E).effort
    A*(n - 1)/n**2
    """
    sp = sympy()
    slope = sp.diff(payoff, own)
    condition = sp.factor(sp.powsimp(slope.subs(rivals, own)))
    solutions = sp.solve(condition, own)
    if len(solutions) != 1:
        raise UnsolvableError(
            f"SymPy found {len(solutions)} solutions of the symmetric first-order condition "
            f"{condition} = 0; state the theory without a closed-form effort."
        )
    effort = sp.factor(solutions[0])
    curvature = sp.powsimp(sp.diff(slope, own).subs(rivals, own)).subs(own, effort)
    return SymmetricSolution(
        condition, sp.factor(curvature), effort, sp.factor(payoff.subs(rivals, own).subs(own, effort))
    )


def sign_of(expression: Expression, inside: Substitutions = ()) -> int | None:
    """Return the sign of an expression throughout a region, if SymPy can prove it.

    Parameters
    ----------
    expression : sympy.Expr
        In symbols with declared signs; what stands under a logarithm is taken to be positive.
    inside : tuple of (symbol, expression), optional
        The region, written as substitutions made one after the other: for instance n = 2 + k with
        k declared non-negative says "at least two contestants".

    Returns
    -------
    int or None
        1, -1 or 0; None if undecided.

    Examples
    --------
    >>> from sympy import symbols
    >>> n, k = symbols("n", positive=True), symbols("k", nonnegative=True)
    >>> sign_of(n - 1), sign_of(n - 1, inside=((n, 2 + k),))
    (None, 1)
    """
    sp = sympy()
    for symbol, replacement in inside:
        expression = expression.subs(symbol, replacement)
    return _sign(sp.factor(expression)) if not expression.has(sp.log) else _sign_of_logs(expression)


def comparative_static(
    quantity: str,
    expression: Expression,
    parameter: str,
    symbol: Expression,
    inside: Substitutions = (),
    step: bool = False,
) -> ComparativeStatic:
    """Derive how a quantity changes with a parameter, and the sign of the change.

    Parameters
    ----------
    quantity : str
        Name of the quantity.
    expression : sympy.Expr
        The quantity.
    parameter : str
        Name of the parameter.
    symbol : sympy.Symbol
        Its symbol.
    inside : tuple of (symbol, expression), optional
        The region, as in `sign_of`.
    step : bool
        For a whole number: the change from one more, instead of the derivative.

    Returns
    -------
    ComparativeStatic
        With ``sign=None`` where SymPy cannot prove one.

    Examples
    --------
    >>> from sympy import symbols
    >>> n, k = symbols("n", positive=True), symbols("k", nonnegative=True)
    >>> str(comparative_static("effort", (n - 1) / n**2, "n", n, inside=((n, 2 + k),), step=True))
    'effort falls with n'
    """
    sp = sympy()
    change = expression.subs(symbol, symbol + 1) - expression if step else sp.diff(expression, symbol)
    return ComparativeStatic(
        quantity=quantity,
        parameter=parameter,
        expression=sp.factor(change),
        sign=sign_of(change, inside),
        step=step,
    )


def exact(value: float) -> Expression:
    """Return a number as the fraction the user wrote: 1.1 becomes 11/10.

    Knife edges (returns/shock equal to n/(n-1)) are then decided on what was
    written and not on the last binary digit.

    Parameters
    ----------
    value : float
        A finite number.

    Examples
    --------
    >>> exact(1.1)
    11/10
    """
    return sympy().Rational(repr(finite("Theory.values", value)))


def _sign_of_logs(expression: Expression) -> int | None:
    """The sign of a sum of logarithms: those with the same factor are joined, the joint ones signed."""
    sp = sympy()
    arguments: dict[Expression, Expression] = {}
    rest = sp.Integer(0)
    for term in sp.Add.make_args(sp.expand(sp.expand_log(expression, force=True))):
        factor, logarithm = term.as_independent(sp.log, as_Add=False)
        number, factor = factor.as_coeff_Mul()
        if not number.is_Integer:
            number, factor = sp.Integer(1), number * factor
        if isinstance(logarithm, sp.log):
            arguments[factor] = arguments.get(factor, sp.Integer(1)) * logarithm.args[0] ** number
        else:
            rest += term
    if rest.has(sp.log):
        return None
    signs = {_sign_product(_sign(sp.factor(factor)), _sign_log(x)) for factor, x in arguments.items()}
    signs = (signs | {_sign(sp.factor(rest))}) - {0}
    return signs.pop() if len(signs) == 1 else None if signs else 0


def _sign_log(argument: Expression) -> int | None:
    """The sign of the logarithm of a positive quantity: that of its numerator less its denominator."""
    sp = sympy()
    top, bottom = sp.fraction(sp.cancel(argument))
    return _sign_product(_sign(sp.factor(top - bottom)), _sign(sp.factor(bottom)))


def _sign_product(*signs: int | None) -> int | None:
    return None if None in signs else math.prod(sign for sign in signs if sign is not None)


def _sign(expression: Expression) -> int | None:
    """The sign of a factored expression without logarithms, factor by factor."""
    sp = sympy()
    if expression.is_zero:
        return 0
    if expression.is_Mul:
        return _sign_product(*(_sign(factor) for factor in expression.args))
    if expression.is_Pow and _sign(expression.base) == 1:
        return 1
    if expression.is_Add:
        expression = sp.expand(expression)
    return 1 if expression.is_positive else -1 if expression.is_negative else None
