"""Closed forms in SymPy: what a model's ``.theory()`` returns, and the tools to derive it.

A `Theory` holds a model's payoff, first- and second-order conditions, the effort
that solves them, the region in which that effort is an equilibrium, comparative
statics with their signs, and checkable propositions. Everything that SymPy can
derive is derived with the tools of `contests.symbolic`, not typed in; those that a
model's theory needs are re-exported here. SymPy is loaded at the first derivation.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contests.errors import InvalidPartError, UnsolvableError
from contests.propositions import Proposition, PropositionCheck, Table, Trial
from contests.symbolic import (
    ComparativeStatic,
    Expression,
    SymmetricSolution,
    comparative_static,
    exact,
    sign_of,
    solve_symmetric,
    sympy,
)

__all__ = [
    "ComparativeStatic",
    "Expression",
    "Proposition",
    "PropositionCheck",
    "SymmetricSolution",
    "Table",
    "Theory",
    "Trial",
    "comparative_static",
    "exact",
    "sign_of",
    "solve_symmetric",
    "sympy",
]


@dataclass(frozen=True, kw_only=True, repr=False)
class Theory:
    """A model's closed forms, the region in which they hold, and its propositions.

    Where a model has no closed form the field is None, and asking for its value is an
    `UnsolvableError`: solve the model instead.

    Parameters
    ----------
    name : str
        The model.
    source : str
        The paper.
    symbols : mapping of str to sympy.Symbol
        Readable name to symbol, with its assumptions.
    values : mapping of str to float
        The model's numbers, by the same names (efforts have none).
    payoff : sympy.Expr, optional
        A contestant's payoff at her own effort, with the rivals' common effort.
    first_order_condition : sympy.Expr, optional
        Zero in equilibrium: the slope of the payoff at equal efforts.
    second_order_condition : sympy.Expr, optional
        Negative at a local maximum: the payoff's second derivative there.
    effort, equilibrium_payoff : sympy.Expr, optional
        Each contestant's effort and payoff in the symmetric equilibrium.
    region : sympy.Boolean, optional
        Where that effort is an equilibrium.
    region_source : str
        Why: the paper, and whether the region is sufficient.
    quantities : mapping of str to sympy.Expr
        Further closed forms (expected best quality, the sponsor's profit, ...).
    comparative_statics : tuple of ComparativeStatic, or mapping
        Given as a tuple; kept as a mapping from (quantity, parameter).
    propositions : tuple of Proposition
        The paper's propositions, each with a numerical check.

    Raises
    ------
    InvalidPartError
        If values are given for names that have no symbol.

    Examples
    --------
    >>> from sympy import symbols
    >>> e, E, A, n = symbols("e E A n", positive=True)
    >>> solved = solve_symmetric(A * e / (e + (n - 1) * E) - e, e, E)
    >>> theory = Theory(
    ...     name="lottery",
    ...     source="Tullock (1980)",
    ...     symbols={"prize": A, "contestants": n},
    ...     values={"prize": 8.0, "contestants": 2},
    ...     effort=solved.effort,
    ... )
    >>> theory.effort, theory.value("effort"), theory.value(A / n)
    (A*(n - 1)/n**2, 2.0, 4.0)
    """

    name: str
    source: str
    symbols: Mapping[str, Expression]
    values: Mapping[str, float] = field(default_factory=dict)
    payoff: Expression = None
    first_order_condition: Expression = None
    second_order_condition: Expression = None
    effort: Expression = None
    equilibrium_payoff: Expression = None
    region: Expression = None
    region_source: str = ""
    quantities: Mapping[str, Expression] = field(default_factory=dict)
    comparative_statics: Any = ()
    propositions: tuple[Proposition, ...] = ()

    def __post_init__(self) -> None:
        unknown = set(self.values) - set(self.symbols)
        if unknown:
            raise InvalidPartError("Theory.values", sorted(unknown), f"among {sorted(self.symbols)}")
        statics = self.comparative_statics
        if not isinstance(statics, Mapping):
            statics = {(static.quantity, static.parameter): static for static in statics}
        object.__setattr__(self, "comparative_statics", Table(statics))
        for name in ("symbols", "values", "quantities"):
            object.__setattr__(self, name, Table(getattr(self, name)))
        object.__setattr__(self, "propositions", tuple(self.propositions))

    def __hash__(self) -> int:
        return hash((self.name, self.effort, self.values))

    def __repr__(self) -> str:
        return f"<Theory of {self.name}: effort = {self.effort}>"

    def expression(self, name: str) -> Expression:
        """Return the closed form of a quantity by name.

        Parameters
        ----------
        name : str
            ``"effort"``, ``"payoff"`` (in equilibrium), a quantity or a parameter.

        Returns
        -------
        sympy.Expr
            In the theory's symbols.

        Raises
        ------
        InvalidPartError
            If there is no such name.
        UnsolvableError
            If it has no closed form.

        Examples
        --------
        >>> x = sympy().Symbol("x")
        >>> Theory(name="toy", source="none", symbols={"x": x}, quantities={"twice": 2 * x}).expression(
        ...     "twice"
        ... )
        2*x
        """
        known = {
            **self.symbols,
            **self.quantities,
            "effort": self.effort,
            "payoff": self.equilibrium_payoff,
            "equilibrium_payoff": self.equilibrium_payoff,
        }
        if name not in known:
            raise InvalidPartError("Theory quantity", name, f"one of {sorted(known)}")
        if known[name] is None:
            raise UnsolvableError(
                f"{self.name} has no closed form of {name!r}; solve the model for its number."
            )
        return known[name]

    def value(self, quantity: str | Expression) -> float:
        """Return a quantity's number at the model's parameters.

        Parameters
        ----------
        quantity : str or sympy.Expr
            A name, as for `expression`, or any expression in the theory's symbols.

        Returns
        -------
        float
            May be infinite (a best size without bound).

        Raises
        ------
        InvalidPartError
            If the name is unknown, or the expression has a symbol without a number.
        UnsolvableError
            If the quantity has no closed form, or is not a real number at these parameters.

        Examples
        --------
        >>> x = sympy().Symbol("x")
        >>> Theory(name="toy", source="none", symbols={"x": x}, values={"x": 0.5}).value(2 * x)
        1.0
        """
        formula = self.expression(quantity) if isinstance(quantity, str) else sympy().sympify(quantity)
        number = self._substitute(formula).evalf(20)
        if number.free_symbols:
            missing = sorted(map(str, number.free_symbols))
            allowed = f"free of symbols without a number, such as {missing[0]}"
            raise InvalidPartError("Theory.value", quantity, allowed)
        result = complex(number) if not number.has(sympy().zoo, sympy().nan) else complex(math.nan)
        if math.isnan(result.real) or result.imag != 0.0:
            raise UnsolvableError(
                f"{quantity} is not a real number for {self.name} at {self.values}: {number}."
            )
        return result.real

    def holds(self) -> bool:
        """Return whether the model's parameters lie in the region of equilibrium.

        Returns
        -------
        bool
            False means that the closed forms solve first-order conditions only.

        Raises
        ------
        UnsolvableError
            If no region is known, or the model's numbers do not decide it.

        Examples
        --------
        >>> x = sympy().Symbol("x")
        >>> Theory(name="toy", source="none", symbols={"x": x}, values={"x": 0.5}, region=x <= 1).holds()
        True
        """
        if self.region is None:
            raise UnsolvableError(f"No region of equilibrium is known for {self.name}: certify a solution.")
        answer = self._substitute(self.region)
        if answer not in (sympy().true, sympy().false):
            raise UnsolvableError(f"The region of {self.name} is undecided at {self.values}: {answer}.")
        return bool(answer)

    def sign(self, quantity: str, parameter: str) -> int | None:
        """Return the sign of a quantity's change with a parameter, throughout the region.

        Parameters
        ----------
        quantity, parameter : str
            A pair among ``comparative_statics``.

        Returns
        -------
        int or None
            1, -1, 0, or None if it depends on the parameters or SymPy could not prove it.

        Raises
        ------
        InvalidPartError
            If the pair is not stated.

        Examples
        --------
        >>> x = sympy().Symbol("x", positive=True)
        >>> static = comparative_static("square", x**2, "x", x)
        >>> Theory(name="toy", source="none", symbols={"x": x}, comparative_statics=(static,)).sign(
        ...     "square", "x"
        ... )
        1
        """
        pair = (quantity, parameter)
        if pair not in self.comparative_statics:
            known = ", ".join(f"({q}, {p})" for q, p in self.comparative_statics)
            raise InvalidPartError("Theory.sign", pair, f"one of {known or 'none stated'}")
        sign: int | None = self.comparative_statics[pair].sign
        return sign

    def summary(self) -> str:
        """Return the theory as text: closed forms, region, signs, propositions.

        Returns
        -------
        str
            Several lines.

        Examples
        --------
        >>> x = sympy().Symbol("x")
        >>> print(Theory(name="toy", source="none", symbols={"x": x}, effort=2 * x).summary())
        toy [none]
          effort = 2*x
        """
        lines = [f"{self.name} [{self.source}]"]
        lines += [f"  {name} = {formula}" for name, formula in self._closed_forms()]
        if self.region is not None:
            where = f"  equilibrium where {self.region}"
            lines.append(where + (f" [{self.region_source}]" if self.region_source else ""))
        lines += [f"  {static}" for static in self.comparative_statics.values()]
        lines += [f"  proposition: {claim.statement} [{claim.source}]" for claim in self.propositions]
        return "\n".join(lines)

    def _closed_forms(self) -> list[tuple[str, Expression]]:
        first = [("effort", self.effort), ("payoff", self.equilibrium_payoff)]
        return [
            (name, formula) for name, formula in [*first, *self.quantities.items()] if formula is not None
        ]

    def _substitute(self, formula: Expression) -> Expression:
        return formula.xreplace({self.symbols[name]: exact(value) for name, value in self.values.items()})

    def _repr_latex_(self) -> str:
        latex = sympy().latex
        rows = [rf"\text{{{name.replace('_', ' ')}}} &= {latex(form)}" for name, form in self._closed_forms()]
        if self.region is not None:
            rows.append(rf"\text{{equilibrium where}} &\quad {latex(self.region)}")
        return r"$$\begin{aligned}" + r" \\ ".join(rows) + r"\end{aligned}$$"
