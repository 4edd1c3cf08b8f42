r"""The all-pay contest of two contestants of different worth in closed form, derived by SymPy.

With worths :math:`V \ge v` (value over unit cost) the weaker earns nothing and the stronger V - v. The
weaker is indifferent, :math:`v F_s(x) - x = 0`, and so is the stronger, :math:`V F_w(x) - x = V - v`;
both distributions are solved for and integrated over [0, v]. Everything below follows from them.

*Region.* One prize, linear costs, no head starts, the third worth at most v, a cap of at least v if
any. *Limits.* V = v: half the value each; V without bound: the weaker gives up, v/2 and 0.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.errors import UnsolvableError
from contests.propositions import Parameters, Proposition
from contests.theory import Expression, Theory, comparative_static, sympy

if TYPE_CHECKING:
    from contests.models.all_pay_known import AllPayKnown

__all__ = ["all_pay_known_propositions", "all_pay_known_theory"]

_SOURCE = "Hillman and Riley (1989); Baye, Kovenock and de Vries (1996)"


def all_pay_known_theory(model: AllPayKnown) -> Theory:
    """Return the closed forms of an all-pay contest of contestants with known differences.

    Parameters
    ----------
    model : AllPayKnown
        One prize, unit costs, no head starts, two contestants or more.

    Returns
    -------
    Theory
        With the quantities ``effort_strong``, ``effort_weak``, ``total_effort``, ``payoff_strong`` and
        ``win_strong``, ``idle_weak`` (the probability of no effort), ``expected_best`` and
        ``total_at_cap`` (total effort if a cap is at most half the second worth).

    Raises
    ------
    UnsolvableError
        If the model has several prizes, head starts or cost curves, or a single contestant.
    """
    plain = model.prizes == 1 and model.head_starts is None and not isinstance(model.costs, tuple)
    if not plain or len(model.values) < 2:
        raise UnsolvableError(
            "Closed forms are for two contestants or more, one prize and unit costs without head starts; "
            "solve the model instead."
        )
    costs = np.ones(len(model.values)) if model.costs is None else np.asarray(model.costs, float)
    worth = np.asarray(model.values) / costs
    first, second = (int(i) for i in np.argsort(-worth, kind="stable")[:2])
    symbols, quantities, payoff = _derive()
    values = {"strong": worth[first], "weak": worth[second], "unit_cost": costs[first]}
    region = symbols["strong"] >= symbols["weak"]
    if model.cap is not None:
        values["cap"] = model.cap
        region = sympy().And(region, symbols["cap"] >= symbols["weak"])
    return Theory(
        name="all-pay contest with known differences",
        source=_SOURCE,
        symbols=symbols,
        values={name: float(value) for name, value in values.items()},
        payoff=payoff,
        region=region,
        region_source="by construction; the only equilibrium if the third worth is below the second",
        quantities=quantities,
        comparative_statics=_statics(),
        propositions=all_pay_known_propositions(),
    )


@lru_cache(maxsize=1)
def _derive() -> tuple[dict[str, Expression], dict[str, Expression], Expression]:
    """Symbols, quantities, and the stronger's payoff at her own effort."""
    sp = sympy()
    strong, weak, x, unit, cap = sp.symbols("V v x c m", positive=True)
    level = sp.Symbol("F", positive=True)
    ahead = strong - weak  # what the stronger is sure of: she could always exert v
    (first,) = sp.solve(sp.Eq(weak * level - x, 0), level)
    (second,) = sp.solve(sp.Eq(strong * level - x, ahead), level)
    efforts = [sp.integrate(1 - f, (x, 0, weak)) for f in (first, second)]
    chance = sp.integrate(second * sp.diff(first, x), (x, 0, weak))
    quantities = {
        "effort_strong": sp.factor(efforts[0]),
        "effort_weak": sp.factor(efforts[1]),
        "total_effort": sp.factor(sum(efforts)),
        "payoff_strong": unit * ahead,
        "win_strong": sp.factor(chance),
        "idle_weak": sp.factor(second.subs(x, 0)),
        "expected_best": sp.factor(sp.integrate(1 - first * second, (x, 0, weak))),
        "total_at_cap": 2 * cap,
    }
    symbols = {"own_effort": x, "strong": strong, "weak": weak, "unit_cost": unit, "cap": cap}
    return symbols, quantities, unit * (strong * second - x)


@lru_cache(maxsize=1)
def _statics() -> tuple[Any, ...]:
    sp = sympy()
    symbols, quantities, _ = _derive()
    more = sp.Symbol("d", positive=True)
    inside = ((symbols["strong"], symbols["weak"] + more),)
    return tuple(
        comparative_static(name, quantities[name], by, symbols[by], inside)
        for name in ("effort_strong", "effort_weak", "total_effort", "win_strong", "expected_best")
        for by in ("strong", "weak")
    )


_WORTHS = {"first": (1.0, 10.0), "second": (1.0, 10.0), "third": (1.0, 10.0)}


def _ordered(point: Parameters) -> list[float]:
    return sorted((point["first"], point["second"], point["third"]), reverse=True)


def _solve(values: list[float], **fields: Any) -> Any:
    from contests.models.all_pay_known import AllPayKnown

    return AllPayKnown(values=values, **fields).solve()


def _two_compete(point: Parameters) -> tuple[bool, str]:
    values = _ordered(point)
    found = _solve(values)
    error = abs(found.payoff - np.array([values[0] - values[1], 0.0, 0.0])).max() / values[0]
    return bool(error <= 1e-10 and found.effort[2] == 0.0), f"payoffs off by {error:.1e}"


def _exclusion(point: Parameters) -> tuple[bool, str]:
    first, second, third = _ordered(point)
    everyone, without = _solve([first, second, third]).total_effort, _solve([second, third]).total_effort
    # From T(i, j) = v_j (1 + v_j / v_i) / 2, with i the stronger of two.
    predicted = second + second**2 / first < third + third**2 / second
    return bool(
        (without > everyone) == predicted
    ), f"with the strongest {everyone:.9g}, without {without:.9g}"


def _cap_raises(point: Parameters) -> tuple[bool, str]:
    first, second, _ = _ordered(point)
    cap = point["share"] * second
    free, capped = _solve([first, second]).total_effort, _solve([first, second], cap=cap).total_effort
    predicted = cap > second * (1 + second / first) / 4 if cap < second / 2 else False
    rises = capped > free * (1 + 1e-12)
    return rises == predicted, f"capped {capped:.9g}, free {free:.9g}"


def _not_half(point: Parameters) -> bool:
    return bool(abs(point["share"] - 0.5) > 1e-6)


def _head_start_raises(point: Parameters) -> tuple[bool, str]:
    first, second, _ = _ordered(point)
    starts = [h * (first - second) for h in (0.0, point["share"], 1.0)]
    totals = [_solve([first, second], head_starts=[0.0, h]).total_effort for h in starts]
    rising = totals[0] <= totals[1] * (1 + 1e-12) and totals[1] <= totals[2] * (1 + 1e-12)
    return rising, "total effort " + ", ".join(f"{total:.6g}" for total in totals)


def _siegel_payoffs(point: Parameters) -> tuple[bool, str]:
    values = [*_ordered(point), 0.5]
    found = _solve(values, prizes=2)
    said = np.maximum(np.array(values) - values[2], 0.0)
    error = abs(found.payoff - said).max() / values[0]
    return bool(error <= 1e-10), f"payoffs off by {error:.1e}"


@lru_cache(maxsize=1)
def all_pay_known_propositions() -> tuple[Proposition, ...]:
    """Return the propositions on all-pay contests of contestants with known differences.

    Returns
    -------
    tuple of Proposition
        Each checked through the solver.
    """
    shares = {**_WORTHS, "share": (0.05, 1.4)}
    return (
        Proposition(
            name="two compete",
            statement="Only the two contestants of highest worth compete, and only the first earns anything: "
            "what she is worth more than the second.",
            source=_SOURCE,
            domain=_WORTHS,
            test=_two_compete,
        ),
        Proposition(
            name="exclusion principle",
            statement="Keeping out the contestant of highest worth raises total effort if and only if "
            "v2 (1 + v2/v1) < v3 (1 + v3/v2).",
            source="Baye, Kovenock and de Vries (1993)",
            domain=_WORTHS,
            test=_exclusion,
        ),
        Proposition(
            name="caps can raise effort",
            statement="A cap raises total effort if and only if it lies between v2 (1 + v2/v1)/4 and v2/2; "
            "from v2/2 to v2 it changes nothing, although it binds.",
            source="Che and Gale (1998)",
            conditions="linear cost, and a cap other than v2/2 exactly, where equilibria are several",
            inside=_not_half,
            domain=shares,
            test=_cap_raises,
        ),
        Proposition(
            name="head start for the weaker",
            statement="A head start for the weaker raises total effort until it makes up for the whole "
            "difference in worth.",
            source="Li and Yu (2012)",
            conditions="a head start of at most the difference in worth",
            inside=lambda p: p["share"] <= 1.0,
            domain=shares,
            test=_head_start_raises,
        ),
        Proposition(
            name="payoffs with several prizes",
            statement="With m identical prizes each contestant earns what she is worth more than the "
            "(m + 1)-th, or nothing.",
            source="Siegel (2009)",
            domain=_WORTHS,
            test=_siegel_payoffs,
        ),
    )
