r"""Tullock's lottery contest: chances in proportion to a power of effort.

**Primitives.** Contestant i values the prize at v_i A, exerts effort e_i at cost c_i e_i and
wins with probability :math:`w_i (e_i + h_i)^r / (z + \sum_j w_j (e_j + h_j)^r)`: r is the
exponent, w weights, h head starts, z the weight of the event that nobody wins.

**Equilibrium.** Alike contestants: :math:`e = r(n-1)A/(n^2 c)`, the only symmetric
candidate; an equilibrium if and only if :math:`r \le n/(n-1)` (Perez-Castrillo and Verdier
1992). Two of values :math:`V_1 \ge V_2`: :math:`p_1 = V_1^r/(V_1^r+V_2^r)`,
:math:`e_i = r V_i p_1 p_2`, if and only if :math:`r \le 1 + (V_2/V_1)^r` (Nti 1999); above,
the weak one and, from 2 on, both mix (Ewerhart 2015, 2017).

**Conventions.** If nobody exerts effort (and nothing is given away) chances are equal: a lone
contestant wins for nothing, and a prize of zero is worth no effort.

Source: Tullock (1980), "Efficient rent seeking".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.contest import Contest
from contests.contestants import Contestants, Identical, Known
from contests.errors import InvalidPartError, UnsolvableError
from contests.model import Model
from contests.prizes import WinnerTakeAll
from contests.success import Lottery
from contests.validation import Column, at_least_zero, count, positive, vector

if TYPE_CHECKING:
    from contests.theory import Theory

__all__ = ["Tullock"]

_DEFAULT_SIZE = 4


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Tullock(Model):
    """A lottery contest for one prize.

    Parameters
    ----------
    contestants : int
        How many; where a sequence is given, its length counts.
    prize : float
        The prize in money, zero or more.
    exponent : float
        How decisive effort is, above zero.
    values, costs : sequence of float, shape (n,), optional
        Factors of the prize and of the cost of effort, above zero; one if absent.
    weights : sequence of float, shape (n,), optional
        Biases, above zero; one if absent.
    head_starts : sequence of float, shape (n,), optional
        Effort granted for nothing, zero or more; none if absent.
    draw : float
        Weight of the event that nobody wins, zero or more.

    Raises
    ------
    InvalidPartError
        If a field is out of range, or sequences differ in length.

    Examples
    --------
    >>> Tullock(contestants=4, prize=160, exponent=0.5).solve().effort.tolist()
    [15.0, 15.0, 15.0, 15.0]
    >>> Tullock(values=(80, 20)).solve().effort.round(9).tolist()
    [12.8, 3.2]
    """

    contestants: int = _DEFAULT_SIZE
    prize: float = 1.0
    exponent: float = 1.0
    values: Column | None = None
    costs: Column | None = None
    weights: Column | None = None
    head_starts: Column | None = None
    draw: float = 0.0

    def __post_init__(self) -> None:
        number = count("Tullock.contestants", self.contestants)
        sizes = set()
        for name in ("values", "costs", "weights", "head_starts"):
            given = getattr(self, name)
            if given is None:
                continue
            start = name == "head_starts"
            column = vector(f"Tullock.{name}", given, positive=not start, at_least_zero=start)
            sizes.add(column.size)
            object.__setattr__(self, name, column)
        if len(sizes) > 1 or (sizes and number != _DEFAULT_SIZE and number not in sizes):
            raise InvalidPartError(
                "Tullock",
                f"{number} contestants and sequences of length {sorted(sizes)}",
                "given sequences of one length, one entry a contestant",
            )
        object.__setattr__(self, "contestants", sizes.pop() if sizes else number)
        object.__setattr__(self, "prize", at_least_zero("Tullock.prize", self.prize))
        object.__setattr__(self, "exponent", positive("Tullock.exponent", self.exponent))
        object.__setattr__(self, "draw", at_least_zero("Tullock.draw", self.draw))

    def contest(self) -> Contest:
        """Return the contest that the model stands for."""
        field: Contestants = Identical(self.contestants)
        if self.values is not None or self.costs is not None:
            ones = np.ones(self.contestants)
            field = Known(
                value=ones if self.values is None else self.values,
                cost=ones if self.costs is None else self.costs,
            )
        success = Lottery(
            exponent=self.exponent, weights=self.weights, head_starts=self.head_starts, draw=self.draw
        )
        return Contest(contestants=field, prizes=WinnerTakeAll(self.prize), success=success)

    def theory(self) -> Theory:
        """Return the closed forms and propositions, derived by SymPy.

        Returns
        -------
        Theory
            Of alike contestants: ``effort``, ``payoff`` and the quantities ``total_effort`` and
            ``dissipation``. Of two who differ: ``effort_1``, ``effort_2``, ``win_probability_1``,
            ``payoff_1``, ``payoff_2``, ``total_effort``.

        Raises
        ------
        UnsolvableError
            With head starts, a draw, no prize, one contestant, or three or more who differ.

        Examples
        --------
        >>> theory = Tullock(contestants=4, prize=160, exponent=0.5).theory()
        >>> theory.effort, theory.value("effort"), theory.holds()
        (A*r*(n - 1)/(c*n**2), 15.0, True)
        """
        plain = not self.draw and (self.head_starts is None or not self.head_starts.any())
        columns = [c for c in (self.values, self.costs, self.weights) if c is not None]
        alike = all(bool((column == column[0]).all()) for column in columns)
        if not plain or not self.prize or self.contestants < 2 or not (alike or self.contestants == 2):
            raise UnsolvableError(
                "Tullock has closed forms of alike contestants and of any two, without head starts and "
                "draw and with a prize; use solve()."
            )
        return _alike(self) if alike else _two(self)


def _alike(model: Tullock) -> Theory:
    """The closed forms of alike contestants, at the model's numbers."""
    from contests.theory import Theory

    value = 1.0 if model.values is None else float(model.values[0])
    return Theory(
        name="Tullock",
        source="Tullock (1980)",
        values={
            "contestants": float(model.contestants),
            "prize": model.prize * value,
            "exponent": model.exponent,
            "unit_cost": 1.0 if model.costs is None else float(model.costs[0]),
        },
        region_source="necessary and sufficient: Perez-Castrillo and Verdier (1992)",
        propositions=_propositions(),
        **_symmetric(),
    )


@lru_cache(maxsize=1)
def _symmetric() -> dict[str, Any]:
    """Solve the first-order condition of alike contestants, once."""
    from contests.theory import comparative_static, solve_symmetric, sympy

    sp = sympy()
    e, rival, A, r, c = sp.symbols("e E A r c", positive=True)
    n = sp.Symbol("n", positive=True, integer=True)
    payoff = A / (1 + (n - 1) * (rival / e) ** r) - c * e
    solved = solve_symmetric(payoff, e, rival)
    total = n * solved.effort
    (highest,) = sp.solve(solved.payoff, r)
    top, bottom = sp.fraction(highest)
    inside = ((n, 2 + sp.Symbol("k", nonnegative=True, integer=True)),)
    statics = [
        comparative_static(name, form, parameter, symbol, inside)
        for name, form in (("effort", solved.effort), ("total_effort", total))
        for parameter, symbol in (("prize", A), ("exponent", r), ("unit_cost", c))
    ]
    statics.append(comparative_static("total_effort", total, "contestants", n, inside, step=True))
    statics.append(comparative_static("effort", solved.effort, "contestants", n, inside, step=True))
    return {
        "symbols": {
            "own_effort": e,
            "rival_effort": rival,
            "contestants": n,
            "prize": A,
            "exponent": r,
            "unit_cost": c,
        },
        "payoff": payoff,
        "first_order_condition": solved.first_order_condition,
        "second_order_condition": solved.second_order_condition,
        "effort": solved.effort,
        "equilibrium_payoff": solved.payoff,
        "region": sp.And(n >= 2, r * bottom <= top),
        "quantities": {"total_effort": total, "dissipation": sp.cancel(c * total / A)},
        "comparative_statics": tuple(statics),
    }


def _two(model: Tullock) -> Theory:
    """The closed forms of two contestants who differ, at the model's numbers."""
    from contests.theory import Theory

    ones = np.ones(2)
    value = model.prize * (ones if model.values is None else model.values)
    cost = ones if model.costs is None else model.costs
    weight = ones if model.weights is None else model.weights
    numbers = {"exponent": model.exponent}
    for k in (0, 1):
        numbers |= {
            f"value_{k + 1}": float(value[k]),
            f"cost_{k + 1}": float(cost[k]),
            f"weight_{k + 1}": float(weight[k]),
        }
    return Theory(
        name="Tullock, two contestants",
        source="Nti (1999)",
        values=numbers,
        region_source="necessary and sufficient for sure efforts: Nti (1999)",
        propositions=_propositions(),
        **_pair(),
    )


@lru_cache(maxsize=1)
def _pair() -> dict[str, Any]:
    """Solve the two first-order conditions, once: by their ratio c_1 e_1 / V_1 = c_2 e_2 / V_2."""
    from contests.theory import sympy

    sp = sympy()
    x, y, r = sp.symbols("e_1 e_2 r", positive=True)
    v1, v2, c1, c2, w1, w2 = sp.symbols("V_1 V_2 c_1 c_2 w_1 w_2", positive=True)
    chance = 1 / (1 + w2 / w1 * (y / x) ** r)
    benefits = v1 * sp.diff(chance, x), -v2 * sp.diff(chance, y)
    ratio = sp.simplify(benefits[0] / benefits[1])
    (other,) = sp.solve(sp.Eq(ratio, c1 / c2), y)
    share = sp.simplify(chance.subs(y, other))
    # x dp/dx does not depend on x once y is in proportion to x: the condition is linear in 1/x.
    first = sp.simplify((x * benefits[0]).subs(y, other)) / c1
    second = sp.simplify(other.subs(x, first))
    strengths = v1 / c1 * w1 ** (1 / r), v2 / c2 * w2 ** (1 / r)
    return {
        "symbols": {
            "exponent": r,
            "value_1": v1,
            "value_2": v2,
            "cost_1": c1,
            "cost_2": c2,
            "weight_1": w1,
            "weight_2": w2,
        },
        "region": r <= 1 + (sp.Min(*strengths) / sp.Max(*strengths)) ** r,
        "quantities": {
            "effort_1": first,
            "effort_2": second,
            "win_probability_1": share,
            "payoff_1": v1 * share - c1 * first,
            "payoff_2": v2 * (1 - share) - c2 * second,
            "total_effort": first + second,
        },
    }


def _propositions() -> tuple[Any, ...]:
    from contests.models._tullock_propositions import tullock_propositions

    return tullock_propositions()
