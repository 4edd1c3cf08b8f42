"""Tournaments for ideas in closed form, derived by SymPy: one prize, linear output, quadratic cost.

**Gumbel shocks** of scale mu, d domains of n/d contestants, correlation 1 - tau^2 within a domain: with
x = exp(a e/(mu tau)) and S = x + (n/d - 1) X, the chance of the best idea is the nested logit
(x/S) S^tau/(S^tau + (d-1) (n X/d)^tau), from which SymPy derives the condition and the effort.

**Normal shocks** of standard deviation sigma, m judges with error eps each and bias b: ranks are made
by noise of variance s^2 = sigma^2 + b^2 + eps^2/m, and the slope of the chance to win is M/(n s), M the
expected best of n standard normals. That slope is not derived by SymPy but taken from the order
statistics (one integration by parts); SymPy solves the condition and differentiates.

Love enters as lambda = l exp(-k A).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contests.curves import Linear, Power
from contests.errors import UnsolvableError
from contests.laws import gumbel, normal
from contests.models._morgan_wang_propositions import SOURCE, propositions
from contests.order_statistics import expected_order_statistic
from contests.theory import Theory, comparative_static, sympy

if TYPE_CHECKING:
    from contests.models.morgan_wang import MorganWang

__all__ = ["theory_of"]


def theory_of(model: MorganWang) -> Theory:
    """Return the closed forms of a Morgan-Wang ``model``."""
    from contests.models.morgan_wang_parts import Admit

    quadratic = isinstance(model.cost, Power) and model.cost.exponent == 2
    plain = isinstance(model.output, Linear) and quadratic and model.prizes.by_rank().size == 1
    rules = all(isinstance(rule, Admit) for rule in model.rules)
    if not plain or not rules or model.utility is not None:
        raise UnsolvableError(
            "Closed forms are known for one prize, linear output, quadratic cost, risk-neutral contestants "
            "and no rule other than Admit; use solve()."
        )
    if model.shock.shape == gumbel().shape and model.judges is None:
        return _gumbel(model)
    judged = model.judges is None or model.judges.noise.shape == normal().shape
    if model.shock.shape == normal().shape and judged and model.network is None:
        return _normal(model)
    raise UnsolvableError(
        "Closed forms are known for Gumbel shocks without judging error, and for normal shocks and errors "
        "without a network; use solve()."
    )


def _symbols() -> dict[str, Any]:
    sp = sympy()
    n, prize, returns, unit_cost = sp.symbols("n A a c", positive=True)
    love, crowding = sp.symbols("l k", nonnegative=True)
    return {
        "contestants": n,
        "prize": prize,
        "returns": returns,
        "unit_cost": unit_cost,
        "love": love,
        "crowding": crowding,
        "mean": sp.Symbol("q_0", real=True),
    }


def _values(model: MorganWang) -> dict[str, float]:
    common = 0.0 if model.common is None else model.common.mean()
    return {
        "contestants": float(model.admitted),
        "prize": model.budget,
        "returns": float(model.output.derivative(1.0)),
        "unit_cost": float(model.cost(1.0)) * 2.0,
        "love": 0.0 if model.love is None else model.love.reward,
        "crowding": 0.0 if model.love is None else model.love.crowding,
        "mean": model.shock.mean() + common,
    }


def _shared(sp: Any, s: dict[str, Any], effort: Any) -> dict[str, Any]:
    """Effort without a prize, and the prize at which effort stops falling."""
    change = sp.diff(effort, s["prize"])
    turning = sp.solve(sp.Eq(change, 0), s["prize"])
    return {
        "effort_without_prize": sp.simplify(effort.subs(s["prize"], 0)),
        "turning_prize": sp.simplify(turning[0]) if turning else None,
    }


def _gumbel(model: MorganWang) -> Theory:
    sp = sympy()
    s = _symbols()
    e, rivals, mu, tau, d = sp.symbols("e E mu tau d", positive=True)
    n, prize, a, c = s["contestants"], s["prize"], s["returns"], s["unit_cost"]
    members = n / d
    own, other = sp.exp(a * e / (mu * tau)), sp.exp(a * rivals / (mu * tau))
    inclusive = own + (members - 1) * other
    chance = own / inclusive * inclusive**tau / (inclusive**tau + (d - 1) * (members * other) ** tau)
    love = s["love"] * sp.exp(-s["crowding"] * prize)
    payoff = prize * chance + love * e - c * e**2 / 2
    slope = sp.simplify(sp.powsimp(sp.diff(payoff, e).subs(rivals, e), force=True))
    effort = sp.simplify(sp.solve(slope, e)[0])
    domains = float(model.admitted if model.network is None else model.network.domains)
    correlation = 0.0 if model.network is None else model.network.correlation
    independent = domains == model.admitted
    number = d * members**tau
    k = sp.Symbol("j", nonnegative=True)
    inside = ((n, 2 + k),)
    plain = effort.subs(d, n).subs(s["love"], 0)
    return Theory(
        name="MorganWang, Gumbel shocks",
        source=SOURCE,
        symbols={**s, "shock": mu, "dissimilarity": tau, "domains": d},
        values={
            **_values(model),
            "shock": model.shock.scale,
            "dissimilarity": 1.0 if independent else float((1.0 - correlation) ** 0.5),
            "domains": domains,
        },
        payoff=payoff,
        first_order_condition=slope,
        effort=effort,
        equilibrium_payoff=prize / n + love * effort - c * effort**2 / 2,
        quantities={
            **_shared(sp, s, effort),
            "effective_number": number,
            "expected_best": a * effort + s["mean"] + mu * sp.log(number),
        },
        comparative_statics=(
            comparative_static("effort", plain, "prize", prize, inside),
            comparative_static("effort", plain, "shock", mu, inside),
            comparative_static("effort", plain, "contestants", n, inside, step=True),
        ),
        propositions=propositions(),
    )


def _normal(model: MorganWang) -> Theory:
    sp = sympy()
    s = _symbols()
    e, sigma, best = sp.symbols("e sigma M", positive=True)
    error, bias, judges = sp.symbols("epsilon b m", positive=True)
    n, prize, a, c = s["contestants"], s["prize"], s["returns"], s["unit_cost"]
    love = s["love"] * sp.exp(-s["crowding"] * prize)
    spread = sp.sqrt(sigma**2 + bias**2 + error**2 / judges)
    slope = prize * best / (n * spread) * a + love - c * e
    effort = sp.solve(slope, e)[0]
    panel = model.judges
    values = {
        "shock": model.shock.std(),
        "best_of_standard": expected_order_statistic(normal(), model.admitted, 1),
        "error": 0.0 if panel is None else panel.error.std(),
        "bias": 0.0 if panel is None or panel.bias is None else panel.bias.std(),
        "judges": 1.0 if panel is None else float(panel.number),
    }
    plain = effort.subs(s["love"], 0)
    winner = a * effort + s["mean"] + sigma**2 / spread * best
    return Theory(
        name="MorganWang, normal shocks",
        source=f"{SOURCE}; Girotra, Terwiesch and Ulrich (2010) for the winner's quality",
        symbols={
            **s,
            "shock": sigma,
            "best_of_standard": best,
            "error": error,
            "bias": bias,
            "judges": judges,
        },
        values={**_values(model), **values},
        first_order_condition=slope,
        effort=effort,
        equilibrium_payoff=prize / n + love * effort - c * effort**2 / 2,
        quantities={
            **_shared(sp, s, effort),
            "expected_best": a * effort + s["mean"] + sigma * best,
            "winner_quality": winner,
            "winner_quality_of_crowd": sp.limit(winner, judges, sp.oo),
        },
        comparative_statics=(
            comparative_static("effort", plain, "judges", judges),
            comparative_static("effort", plain, "bias", bias),
            comparative_static("effort", plain, "prize", prize),
            comparative_static("winner_quality", winner.subs(s["love"], 0), "judges", judges),
        ),
        propositions=propositions(),
    )
