"""Closed forms of Moldovanu and Sela (2001) and its propositions, checked through the solver."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from contests.propositions import Parameters, Proposition
from contests.theory import Theory, sympy

__all__ = ["moldovanu_sela_theory"]

SOURCE = "Moldovanu and Sela (2001)"


def moldovanu_sela_theory(model: Any) -> Theory:
    """Return the theory of a `MoldovanuSela` model.

    Parameters
    ----------
    model : MoldovanuSela
        The model.

    Returns
    -------
    Theory
    """
    sp = sympy()
    names = [f"prize_{rank}" for rank in range(1, model.prizes.size + 1)]
    symbols = {name: sp.Symbol(f"v{rank}", nonnegative=True) for rank, name in enumerate(names, 1)}
    values = {name: float(prize) for name, prize in zip(names, model.prizes, strict=True)}
    forms: dict[str, Any] = {}
    if model.has_closed_form:
        low, high = model.unit_cost.support
        symbols |= {
            "unit_cost": sp.Symbol("k", positive=True),
            "least_cost": sp.Symbol("a", positive=True),
            "most_cost": sp.Symbol("b", positive=True),
            "slope": sp.Symbol("s", positive=True),
        }
        values |= {"least_cost": low, "most_cost": high, "slope": model.cost.slope}
        effort, payoff, mean = _derive(model.contestants, len(names))
        forms = {"effort": effort, "equilibrium_payoff": payoff, "quantities": {"mean_effort": mean}}
    return Theory(
        name="Moldovanu-Sela",
        source=SOURCE,
        symbols=symbols,
        values=values,
        propositions=_propositions(),
        **forms,
    )


@lru_cache(maxsize=32)
def _derive(n: int, ranks: int) -> tuple[Any, Any, Any]:
    """Effort and payoff by cost factor, and mean effort, for costs uniform on [a, b]."""
    sp = sympy()
    k, a, b, s = (sp.Symbol(name, positive=True) for name in "kabs")
    t = sp.Symbol("t", positive=True)
    prizes = [sp.Symbol(f"v{rank}", nonnegative=True) for rank in range(1, ranks + 1)]
    u = (b - t) / (b - a)  # the chance that a rival has higher costs

    def expected(v: Any) -> Any:
        return sum(
            prize * sp.binomial(n - 1, rank) * v ** (n - 1 - rank) * (1 - v) ** rank
            for rank, prize in enumerate(prizes)
        )

    slope = sp.expand(-sp.diff(expected(u), t) / t)
    antiderivative = sp.integrate(slope, t)
    effort = (antiderivative.subs(t, b) - antiderivative.subs(t, k)) / s
    payoff = expected(u).subs(t, k) - k * s * effort
    # Each type above k adds her share: the mean of effort is the integral of F(t) times the slope.
    mean = sp.integrate(sp.expand(slope * (t - a) / (b - a)), (t, a, b)) / s
    return effort, payoff, mean


def _total(point: Parameters, prizes: tuple[float, ...], exponent: float) -> float:
    from contests.curves import Power
    from contests.laws import uniform
    from contests.models.moldovanu_sela import MoldovanuSela

    model = MoldovanuSela(
        contestants=int(point["contestants"]),
        prizes=prizes,
        unit_cost=uniform(point["least_cost"], 1.0),
        cost=Power(exponent),
    )
    return float(model.solve().total_effort)


def _one_prize(point: Parameters) -> tuple[bool, str]:
    alone = _total(point, (1.0,), point["exponent"])
    share = point["second_share"]
    split = _total(point, (1.0 - share, share), point["exponent"])
    return bool(alone >= split * (1 - 1e-10)), f"one prize {alone:.6g}, two prizes {split:.6g}"


def _not_convex(point: Parameters) -> bool:
    return bool(point["exponent"] <= 1.0)


def _two_prizes(point: Parameters) -> tuple[bool, str]:
    alone, split = _total(point, (1.0,), 2.0), _total(point, (0.6, 0.4), 2.0)
    return bool(split > alone), f"one prize {alone:.6g}, two prizes {split:.6g}"


def _few_strong(point: Parameters) -> bool:
    return bool(point["least_cost"] >= 0.5)


@lru_cache(maxsize=1)
def _propositions() -> tuple[Proposition, ...]:
    field: dict[str, Any] = {"contestants": range(3, 6), "least_cost": (0.3, 0.8)}
    return (
        Proposition(
            name="one prize",
            statement="With linear or concave cost one prize calls forth the most total effort.",
            source=SOURCE,
            domain={**field, "exponent": (0.5, 1.6), "second_share": (0.1, 0.5)},
            test=_one_prize,
            conditions="cost exponent at most 1",
            inside=_not_convex,
        ),
        Proposition(
            name="two prizes",
            statement="With convex cost several prizes may call forth more effort than one.",
            source=SOURCE,
            domain=field,
            test=_two_prizes,
            conditions="quadratic cost, costs uniform on [a, 1] with a at least 1/2, prizes .6 and .4",
            inside=_few_strong,
        ),
    )
