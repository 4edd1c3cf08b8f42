r"""The all-pay contest of alike contestants in closed form, derived by SymPy.

With cost :math:`s e^k` and prizes v_1 >= ... >= v_n, a contestant whose effort has level F earns
:math:`\sum_j v_j C(n-1, j-1) F^{n-j} (1-F)^{j-1} - s e^k`, the same at every level of a mixed
strategy, and v_n at level 0. Solving for the effort at level F and integrating over F gives
expected effort; over :math:`F^n`, the expected best.

*Region.* Every n >= 2 (for n = 1 there is no effort); with a cap, where it exceeds the top of the
support. *Limits.* k -> 0: effort vanishes below the top; n -> infinity with one prize: the best
effort costs V/2 in expectation under linear cost, the others next to nothing.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from contests.curves import Linear, Power
from contests.errors import UnsolvableError
from contests.propositions import Parameters, Proposition
from contests.theory import ComparativeStatic, Expression, Theory, comparative_static, sympy

if TYPE_CHECKING:
    from contests.models.all_pay import AllPay

__all__ = ["all_pay_propositions", "all_pay_theory"]

_ONE = "Hillman and Riley (1989); Baye, Kovenock and de Vries (1996)"
_SEVERAL = "Barut and Kovenock (1998)"
_LARGEST = 40  # contestants up to which the polynomial of several prizes is expanded


def all_pay_theory(model: AllPay) -> Theory:
    """Return the closed forms of an all-pay contest of alike contestants.

    Parameters
    ----------
    model : AllPay
        The model.

    Returns
    -------
    Theory
        With the quantities ``total_effort``, ``expected_best`` and ``top_of_support`` where they have
        a closed form.

    Raises
    ------
    UnsolvableError
        If the cost is neither linear nor a power.
    """
    scale, exponent = _shape(model.cost)
    prizes = [float(v) for v in model.prizes]  # type: ignore[union-attr]
    names = ["prize"] if len(prizes) == 1 else [f"prize_{j}" for j in range(1, len(prizes) + 1)]
    values = dict(zip(names, prizes, strict=True))
    values |= {"contestants": float(model.contestants), "unit_cost": scale, "elasticity": exponent}
    if model.cap is not None:
        values["cap"] = model.cap
    derived = _one_prize() if len(prizes) == 1 else _several(len(prizes), model.contestants, exponent)
    symbols = derived["symbols"]
    top = derived["quantities"]["top_of_support"]
    region = symbols["contestants"] >= 2
    if model.cap is not None:
        region = sympy().And(region, top <= symbols["cap"])
    return Theory(
        name="all-pay contest",
        source=_ONE if len(prizes) == 1 else _SEVERAL,
        symbols=symbols,
        values=values,
        payoff=derived["payoff"],
        effort=derived["effort"],
        equilibrium_payoff=derived["last"],
        region=region,
        region_source="two or more contestants, and a cap, if any, that does not bind",
        quantities=derived["quantities"],
        comparative_statics=derived["statics"],
        propositions=all_pay_propositions(),
    )


def _shape(cost: Any) -> tuple[float, float]:
    if isinstance(cost, Linear):
        return cost.slope, 1.0
    if isinstance(cost, Power):
        return cost.scale, cost.exponent
    raise UnsolvableError(f"There are no closed forms with the cost {cost!r}; solve the model instead.")


def _symbols(names: list[str]) -> dict[str, Expression]:
    sp = sympy()

    def positive(letter: str) -> Expression:
        return sp.Symbol(letter, positive=True)

    letters = ["V"] if len(names) == 1 else [f"v{j}" for j in range(1, len(names) + 1)]
    return {
        "own_effort": positive("e"),
        **{name: positive(letter) for name, letter in zip(names, letters, strict=True)},
        "contestants": sp.Symbol("n", positive=True, integer=True),
        "unit_cost": positive("s"),
        "elasticity": positive("k"),
        "cap": positive("m"),
    }


@lru_cache(maxsize=1)
def _one_prize() -> dict[str, Any]:
    """Everything about one prize, for any number of contestants and elasticity of cost."""
    sp = sympy()
    symbols = _symbols(["prize"])
    e, v, n = symbols["own_effort"], symbols["prize"], symbols["contestants"]
    s, k = symbols["unit_cost"], symbols["elasticity"]
    level = sp.Symbol("F", positive=True)
    payoff = v * level ** (n - 1) - s * e**k
    spent = sp.Symbol("y", positive=True)
    (budget,) = sp.solve(sp.Eq(v * level ** (n - 1), spent), spent)  # nothing is earned at zero effort
    at_level = sp.powsimp(sp.powdenest((budget / s) ** (1 / k), force=True))
    top = at_level.subs(level, 1)
    shape = sp.powsimp(sp.powdenest(sp.simplify(at_level / top), force=True))

    def mean(power: Expression) -> Expression:
        """The mean of F^power, by the antiderivative."""
        return 1 / (power + 1)

    exponent = sp.simplify(sp.diff(sp.log(shape), level) * level)  # shape is F to this power
    effort = sp.factor(top * mean(exponent))
    best = sp.factor(top * n * mean(exponent + n - 1))
    quantities = {"total_effort": sp.factor(n * effort), "expected_best": best, "top_of_support": top}
    quantities["expected_cost"] = sp.factor(v * mean(n - 1))
    return {
        "symbols": symbols,
        "payoff": payoff,
        "effort": effort,
        "last": sp.Integer(0),
        "quantities": quantities,
        "statics": _statics(symbols, effort, quantities),
    }


def _statics(
    symbols: dict[str, Expression], effort: Expression, quantities: dict[str, Expression]
) -> tuple[ComparativeStatic, ...]:
    sp = sympy()
    more = sp.Symbol("j", nonnegative=True, integer=True)
    inside = ((symbols["contestants"], 2 + more),)
    forms = {"effort": effort, **{q: quantities[q] for q in ("total_effort", "expected_best")}}
    found = []
    for name, form in forms.items():
        found.append(comparative_static(name, form, "contestants", symbols["contestants"], inside, step=True))
        found += [comparative_static(name, form, p, symbols[p], inside) for p in ("prize", "unit_cost")]
    return tuple(found)


@lru_cache(maxsize=32)
def _several(number: int, n: int, exponent: float) -> dict[str, Any]:
    """Several prizes among ``n`` contestants: efforts in closed form if the cost is linear."""
    sp = sympy()
    symbols = _symbols([f"prize_{j}" for j in range(1, number + 1)])
    prizes = [symbols[f"prize_{j}"] for j in range(1, number + 1)]
    last = prizes[-1] if number == n else sp.Integer(0)
    level, e, s, k = (
        sp.Symbol("F", positive=True),
        *(symbols[name] for name in ("own_effort", "unit_cost", "elasticity")),
    )
    quantities = {"top_of_support": ((prizes[0] - last) / s) ** (1 / k)}
    if n > _LARGEST:
        return {
            "symbols": symbols,
            "payoff": None,
            "effort": (sum(prizes) / n - last) / s if exponent == 1.0 else None,
            "last": last,
            "quantities": quantities,
            "statics": (),
        }
    won = sum(
        v * sp.binomial(n - 1, j) * level ** (n - 1 - j) * (1 - level) ** j for j, v in enumerate(prizes)
    )
    effort = None
    if exponent == 1.0:
        at_level = sp.expand(won - last)
        effort = sp.factor(sp.integrate(at_level, (level, 0, 1)) / s)
        best = sp.integrate(sp.expand(at_level * n * level ** (n - 1)), (level, 0, 1)) / s
        quantities |= {"total_effort": sp.factor(n * effort), "expected_best": sp.factor(best)}
    return {
        "symbols": symbols,
        "payoff": won - s * e**k,
        "effort": effort,
        "last": last,
        "quantities": quantities,
        "statics": (),
    }


_DOMAIN = {"contestants": range(2, 9), "prize": (0.5, 20.0), "elasticity": (0.4, 3.0), "share": (0.1, 1.5)}


def _solve(point: Parameters, **changes: Any) -> Any:
    from contests.models.all_pay import AllPay

    fields = {
        "contestants": int(point["contestants"]),
        "prizes": (point["prize"],),
        "cost": Power(point["elasticity"]),
        **changes,
    }
    return AllPay(**fields).solve()


def _near(found: float, predicted: float) -> tuple[bool, str]:
    return abs(found - predicted) <= 1e-9 * max(abs(predicted), 1e-300), f"{found:.9g}, said {predicted:.9g}"


def _full_dissipation(point: Parameters) -> tuple[bool, str]:
    import numpy as np

    equilibrium = _solve(point)
    efforts, weights = equilibrium.strategy(0).nodes()
    spent = point["contestants"] * float(weights @ np.asarray(equilibrium.game.effort_cost(0, efforts)))
    return _near(spent, point["prize"])


def _prizes_do_not_matter(point: Parameters) -> tuple[bool, str]:
    n, budget = int(point["contestants"]), point["prize"]
    cost = Power(point["elasticity"])
    one = _solve(point, cost=cost).total_effort
    split = _solve(point, cost=cost, prizes=_declining(n, budget)).total_effort
    return _near(split, one)


def _declining(n: int, budget: float) -> list[float]:
    """Prizes that fall by equal steps to zero for the last."""
    shares = [n - 1.0 - j for j in range(n)]
    return [budget * share / sum(shares) for share in shares]


def _equal_prizes_raise(point: Parameters) -> tuple[bool, str]:
    n, budget = int(point["contestants"]), point["prize"]
    one = _solve(point).total_effort
    equal = _solve(point, prizes=[budget / (n - 1)] * (n - 1)).total_effort
    return equal > one * (1 + 1e-12), f"equal prizes {equal:.9g}, one prize {one:.9g}"


def _caps_do_not_matter(point: Parameters) -> tuple[bool, str]:
    n, prize = int(point["contestants"]), point["prize"]
    capped = _solve(point, cost=Linear(), cap=point["share"] * prize).total_effort
    return _near(capped, prize if n > 1 else 0.0)


@lru_cache(maxsize=1)
def all_pay_propositions() -> tuple[Proposition, ...]:
    """Return the propositions on all-pay contests of alike contestants.

    Returns
    -------
    tuple of Proposition
        Each checked through the solver.
    """
    domain = {name: _DOMAIN[name] for name in ("contestants", "prize", "elasticity")}
    linear = {**domain, "elasticity": [1.0, 1.0, 0.6, 2.0]}
    return (
        Proposition(
            name="full dissipation",
            statement="With one prize the expected costs of effort add up to the prize, whatever the number "
            "of contestants and the cost.",
            source=_ONE,
            domain=domain,
            test=_full_dissipation,
        ),
        Proposition(
            name="revenue equivalence",
            statement="Total effort depends on the budget and not on how it is split, as long as the last "
            "gets nothing.",
            source=_SEVERAL,
            conditions="linear cost",
            inside=lambda p: p["elasticity"] == 1.0 or p["contestants"] == 2,
            domain=linear,
            test=_prizes_do_not_matter,
        ),
        Proposition(
            name="convex costs share prizes",
            statement="Equal prizes for all but the last raise total effort above that of one prize.",
            source="Fang, Noe and Strack (2020)",
            conditions="strictly convex cost and at least three contestants",
            inside=lambda p: p["elasticity"] > 1.0 and p["contestants"] >= 3,
            domain=domain,
            test=_equal_prizes_raise,
        ),
        Proposition(
            name="caps that leave some room",
            statement="A cap does not change total effort under linear cost.",
            source="Che and Gale (1998) for two contestants; derived for this library for more",
            conditions="one prize, linear cost, and a cap of at least prize / contestants",
            inside=lambda p: p["share"] * p["contestants"] >= 1.0,
            domain={
                "contestants": range(2, 9),
                "prize": (0.5, 20.0),
                "share": (0.1, 1.5),
                "elasticity": [1.0],
            },
            test=_caps_do_not_matter,
        ),
    )
