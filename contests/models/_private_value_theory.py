"""Closed forms and propositions of contests with private values: the all-pay auction and the lottery.

All-pay: the type of value v expects the prize P(u(v)) = sum_k V_k C(n-1, k-1) u^(n-k) (1-u)^(k-1), u = F(v).
No type gains by imitating a neighbour if e'(v) = v dP/dv, so that with all types in e(v) = int_0^v t dP
and the payoff is int_0^v P (the envelope). The lottery has no closed form with a continuum of types;
its propositions are checked through the solver.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from contests.propositions import Parameters, Proposition
from contests.theory import Theory, sympy

__all__ = ["private_lottery_theory", "private_value_theory"]

_WEBER = "Weber (1985); Krishna and Morgan (1997)"
_LOTTERY = "Ryvkin (2010); Wasser (2013); comparison with the all-pay auction checked by solving"


def private_value_theory(model: Any) -> Theory:
    """Return the theory of a `PrivateValueAllPay` model: closed forms if its law is uniform and entry free.

    Parameters
    ----------
    model : PrivateValueAllPay
        The model.

    Returns
    -------
    Theory
    """
    sp = sympy()
    names = [f"prize_{rank}" for rank in range(1, model.prizes.size + 1)]
    symbols = {name: sp.Symbol(f"V{rank}", nonnegative=True) for rank, name in enumerate(names, 1)}
    values = {name: float(prize) for name, prize in zip(names, model.prizes, strict=True)}
    forms: dict[str, Any] = {}
    if model.value.name == "uniform" and model.reserve == 0 and model.fee == 0 and model.contestants > 1:
        low, high = model.value.support
        ends = {"low": "a", "high": "b"}
        symbols |= {name: sp.Symbol(letter, nonnegative=True) for name, letter in ends.items()}
        symbols["value"] = sp.Symbol("v", nonnegative=True)
        values |= {"low": low, "high": high}
        effort, payoff, mean = _derive(model.contestants, len(names))
        forms = {
            "effort": effort,
            "equilibrium_payoff": payoff,
            "quantities": {"mean_effort": mean, "total_effort": model.contestants * mean},
        }
    return Theory(
        name="All-pay auction with private values",
        source=_WEBER,
        symbols=symbols,
        values=values,
        propositions=_all_pay_propositions(),
        **forms,
    )


@lru_cache(maxsize=32)
def _derive(n: int, ranks: int) -> tuple[Any, Any, Any]:
    """Effort and payoff by value, and mean effort, for values uniform on [a, b]."""
    sp = sympy()
    a, b, v, t = (sp.Symbol(name, nonnegative=True) for name in "abvt")
    prizes = [sp.Symbol(f"V{rank}", nonnegative=True) for rank in range(1, ranks + 1)]
    u = (t - a) / (b - a)
    expected = sum(
        prize * sp.binomial(n - 1, rank) * u ** (n - 1 - rank) * (1 - u) ** rank
        for rank, prize in enumerate(prizes)
    )
    slope = sp.expand(t * sp.diff(expected, t))
    effort = sp.integrate(slope, (t, a, v))
    payoff = v * expected.subs(t, v) - effort
    mean = sp.integrate(sp.expand(slope * (b - t) / (b - a)), (t, a, b))
    return effort, payoff, mean


def _all_pay(point: Parameters, **changes: Any) -> Any:
    from contests.laws import uniform
    from contests.models.private_value_all_pay import PrivateValueAllPay

    given: dict[str, Any] = {"contestants": int(point["contestants"]), "value": uniform(0.0, point["high"])}
    return PrivateValueAllPay(**(given | changes))


def _second_value(point: Parameters) -> tuple[bool, str]:
    from contests.numerics import expected_order_statistic

    model = _all_pay(point)
    total = float(model.solve().total_effort)
    second = expected_order_statistic(model.value, model.contestants, 2)
    return abs(total - second) <= 1e-9 * second, f"total effort {total:.9g}, second value {second:.9g}"


def _best_reserve(point: Parameters) -> tuple[bool, str]:
    n, high = int(point["contestants"]), point["high"]
    # The weakest entrant v0 = R^(1/n) (high)^(1-1/n) should have virtual value 2 v0 - high = 0.
    best = (0.5 * high) ** n / high ** (n - 1)
    totals = [
        float(_all_pay(point, reserve=share * best).solve().total_effort) for share in (0.0, 0.9, 1.0, 1.1)
    ]
    holds = totals[2] > max(totals[0], totals[1], totals[3])
    return bool(holds), f"total effort {totals[2]:.9g} at the best reserve, {totals[0]:.9g} without"


@lru_cache(maxsize=1)
def _all_pay_propositions() -> tuple[Proposition, ...]:
    domain: dict[str, Any] = {"contestants": range(2, 7), "high": (0.5, 3.0)}
    return (
        Proposition(
            name="second value",
            statement="With one prize of one, free entry: total effort is the expected second value.",
            source="Myerson (1981), Weber (1985)",
            domain=domain,
            test=_second_value,
        ),
        Proposition(
            name="best reserve",
            statement="With values uniform on [0, b] the reserve that keeps out the lower half is best.",
            source="Myerson (1981)",
            domain=domain,
            test=_best_reserve,
        ),
    )


def private_lottery_theory(model: Any) -> Theory:
    """Return the theory of a `PrivateLottery` model: propositions, checked by solving.

    Parameters
    ----------
    model : PrivateLottery
        The model.

    Returns
    -------
    Theory
    """
    sp = sympy()
    symbols = {"prize": sp.Symbol("V", positive=True), "exponent": sp.Symbol("r", positive=True)}
    return Theory(
        name="Lottery with private types",
        source=_LOTTERY,
        symbols=symbols,
        values={"prize": model.prize, "exponent": model.exponent},
        propositions=_lottery_propositions(),
    )


def _lottery(point: Parameters) -> Any:
    from contests.laws import uniform
    from contests.models.private_lottery import PrivateLottery

    return PrivateLottery(
        contestants=int(point["contestants"]),
        value=uniform(1.0, 1.0 + point["spread"]),
        exponent=point["exponent"],
    )


def _increasing(point: Parameters) -> tuple[bool, str]:
    import numpy as np

    strategy = _lottery(point).solve().strategy(0)
    efforts = strategy(np.linspace(1.0, 1.0 + point["spread"], 30))
    return bool(np.all(np.diff(efforts) > 0)), f"efforts from {efforts[0]:.6g} to {efforts[-1]:.6g}"


def _less_than_all_pay(point: Parameters) -> tuple[bool, str]:
    from contests.models.private_value_all_pay import PrivateValueAllPay

    model = _lottery(point)
    total = float(model.solve().total_effort)
    other = PrivateValueAllPay(contestants=model.contestants, prizes=model.prize, value=model.value)
    most = float(other.solve().total_effort)
    return total < most, f"lottery {total:.6g}, all-pay {most:.6g}"


@lru_cache(maxsize=1)
def _lottery_propositions() -> tuple[Proposition, ...]:
    domain: dict[str, Any] = {"contestants": range(2, 4), "spread": (0.1, 0.8), "exponent": (0.4, 1.0)}
    return (
        Proposition(
            name="monotone",
            statement="Types who value the prize more do more.",
            source="Wasser (2013)",
            domain=domain,
            test=_increasing,
        ),
        Proposition(
            name="less than all-pay",
            statement="A lottery calls forth less effort than the all-pay auction with the same types.",
            source="checked by solving both",
            domain=domain,
            test=_less_than_all_pay,
        ),
    )
