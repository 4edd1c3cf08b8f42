"""Co-creation in closed form, derived by SymPy, and its propositions.

With Gumbel shocks of scale mu the chance of the best idea is a logit of locations and the expected
best their log-sum, so that SymPy derives effort from the payoff itself:

    payoff = A P + b mu ln(exp(r/mu) + (n-1) exp(R/mu)) + lambda e - c(e).

Two pairs of curves have an explicit solution: linear output with quadratic cost, and logarithmic
output with linear cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contests.curves import Linear, Log, Power
from contests.errors import UnsolvableError
from contests.propositions import Parameters, Proposition
from contests.theory import Theory, comparative_static, solve_symmetric, sympy

if TYPE_CHECKING:
    from contests.models.co_creation import CoCreation

__all__ = ["propositions", "theory_of"]

SOURCE = "derived for this library"


def theory_of(model: CoCreation) -> Theory:
    """Return the closed forms of a co-creation ``model`` with Gumbel shocks."""
    from contests.models.co_creation import is_gumbel

    linear = isinstance(model.output, Linear) and isinstance(model.cost, Power) and model.cost.exponent == 2
    logarithmic = isinstance(model.output, Log) and isinstance(model.cost, Linear)
    if not is_gumbel(model.shock) or model.spillover or not (linear or logarithmic):
        raise UnsolvableError(
            "Closed forms are known for Gumbel shocks without spillover, with linear output and quadratic "
            "cost or logarithmic output and linear cost; use solve()."
        )
    if model.contestants < 2:
        raise UnsolvableError("Closed forms are for two or more contestants; use solve().")
    return _derive(model, linear=linear)


def _derive(model: CoCreation, *, linear: bool) -> Theory:
    sp = sympy()
    e, rivals, n, mu, prize, worth = sp.symbols("e E n mu A W", positive=True)
    b, love = sp.symbols("b lambda", nonnegative=True)
    slope, unit = sp.symbols("delta c", positive=True)
    output: Any = (lambda x: slope * x) if linear else (lambda x: slope * sp.log(x))
    cost: Any = (lambda x: unit * x**2) if linear else (lambda x: unit * x)
    own, other = sp.exp(output(e) / mu), sp.exp(output(rivals) / mu)
    field = own + (n - 1) * other
    payoff = prize * own / field + b * mu * sp.log(field) + love * e - cost(e)
    solved = solve_symmetric(payoff, e, rivals)
    effort = sp.simplify(solved.effort)
    total = worth * (output(e) + mu * sp.log(n)) + n * (love * e - cost(e))
    efficient = sp.solve(sp.diff(total, e), e)[0]
    award = sp.factor(sp.solve(sp.Eq(effort, efficient), prize)[0])
    extra = sp.Symbol("k", nonnegative=True)
    inside = ((n, 2 + extra),)
    given = {"prize": prize, "use_value": b, "love": love}
    location = float(model.shock.mean())
    return Theory(
        name="CoCreation",
        source=SOURCE,
        symbols={
            "contestants": n,
            "prize": prize,
            "use_value": b,
            "love": love,
            "shock": mu,
            "total_value": worth,
            "returns": slope,
            "unit_cost": unit,
        },
        values={
            "contestants": float(model.contestants),
            "prize": model.prize,
            "use_value": model.use_value,
            "love": model.love,
            "shock": float(model.shock.scale),
            "total_value": model.total_value,
            "returns": _number(model.output),
            "unit_cost": float(model.cost(1.0)),
        },
        payoff=payoff,
        first_order_condition=solved.first_order_condition,
        second_order_condition=solved.second_order_condition,
        effort=effort,
        equilibrium_payoff=sp.simplify(payoff.subs(rivals, e).subs(e, effort)) + b * sp.Float(location),
        quantities={
            "efficient_effort": efficient,
            "efficient_award": award,
            "expected_best": output(effort) + mu * sp.log(n) + sp.Float(location),
            "free_riding_effort": effort.subs(prize, 0),
        },
        comparative_statics=tuple(
            comparative_static("effort", effort, name, symbol, inside) for name, symbol in given.items()
        ),
        propositions=propositions(),
    )


def _number(curve: Any) -> float:
    """Returns of a linear or logarithmic output: its value gained from 1 to 2, or by a factor of e."""
    return float(curve.derivative(1.0))


def _model(point: Parameters, **changes: Any) -> CoCreation:
    from contests.curves import Power as Cost
    from contests.laws import normal
    from contests.models.co_creation import CoCreation

    p = {**point, **changes}
    return CoCreation(
        contestants=int(p["contestants"]),
        prize=p.get("prize", 0.0),
        use_value=p["use_value"],
        love=p["love"],
        firm=p["firm"],
        shock=normal(p["shock"]),
        cost=Cost(2, scale=0.5 * p["unit_cost"]),
        spillover=p.get("spillover", 0.0),
    )


_DOMAIN: dict[str, Any] = {
    "contestants": [2, 3, 5, 8],
    "use_value": (0.1, 1.0),
    "love": (0.0, 1.0),
    "firm": (0.2, 3.0),
    "shock": (2.0, 6.0),
    "unit_cost": (1.0, 3.0),
}


def _free_riding(point: Parameters) -> tuple[bool, str]:
    few, model = _model(point), _model(point, contestants=2 * point["contestants"])
    one, two = float(few.solve().effort[0]), float(model.solve().effort[0])
    efficient = few.efficient_effort()
    return two < one < efficient, f"effort {one:.6g}, twice as many {two:.6g}, efficient {efficient:.6g}"


def _award_is_efficient(point: Parameters) -> tuple[bool, str]:
    model = _model(point)
    found = float(model.replace(prize=model.efficient_award()).solve().effort[0])
    wanted = model.efficient_effort()
    return abs(found - wanted) <= 1e-6 * wanted, f"effort {found:.9g}, efficient {wanted:.9g}"


def _spillover_ends_free_riding(point: Parameters) -> tuple[bool, str]:
    alone = float(_model(point).solve().effort[0])
    shared = _model(point, spillover=1.0)
    effort = float(shared.solve().effort[0])
    per_member = point["use_value"] + point["love"]
    expected = per_member / point["unit_cost"]
    held = effort > alone and abs(effort - expected) <= 1e-6 * expected
    return held, f"effort {alone:.6g} without, {effort:.6g} with full spillover"


def propositions() -> tuple[Proposition, ...]:
    """Return what the model says, as statements that can be checked."""
    return (
        Proposition(
            name="free riding",
            statement="Without a prize users do less than is efficient, and the less the more they are.",
            source=SOURCE,
            domain=_DOMAIN,
            test=_free_riding,
        ),
        Proposition(
            name="award implements efficiency",
            statement="The award (W - b)/(n B) makes effort efficient, for any law of the shock.",
            source=SOURCE,
            conditions="few contestants and shocks large against the award, so that an equilibrium exists",
            inside=_calm,
            domain=_DOMAIN,
            test=_award_is_efficient,
        ),
        Proposition(
            name="shared knowledge ends free riding",
            statement="With linear output and full spillover, effort without a prize solves "
            "b + lambda = c'(e) whatever the number of users, and is above effort without spillover.",
            source=SOURCE,
            domain=_DOMAIN,
            test=_spillover_ends_free_riding,
        ),
    )


def _calm(point: Parameters) -> bool:
    """Total worth W of a unit of quality at most the shock: awards then leave payoffs concave."""
    total = point["contestants"] * point["use_value"] + point["firm"]
    return bool(total <= point["shock"] and point["contestants"] <= 5)
