"""The platform's closed forms given solvers per contest, and its propositions, checked by solving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contests.propositions import Parameters, Proposition
from contests.theory import Theory, sympy

if TYPE_CHECKING:
    from contests.models.platform import Platform

__all__ = ["propositions", "theory_of"]

_SOURCE = "derived for this library; directed search as in Burdett, Shi and Wright (2001)"
_DOMAIN: dict[str, Any] = {"value": (1.5, 3.0), "solvers": (20.0, 80.0), "commission": (0.05, 0.5)}


def theory_of(model: Platform) -> Theory:
    """Return the closed forms at the market's number of solvers per contest."""
    sp = sympy()
    names = "value award exponent scale shock commission slope winning solvers_per_contest"
    v, a, gamma, s, mu, kappa, b, w, mean = sp.symbols(names, positive=True)
    from contests.models.platform_market import poisson_field

    market = model._busiest
    crowd = poisson_field(market.solvers_per_contest)
    effort = ((1 - kappa) * a * b / (mu * s * gamma)) ** (1 / (gamma - 1))
    g = 1 / (gamma - 1)
    unit = ((1 - kappa) * b / (mu * s * gamma)) ** g
    return Theory(
        name="Platform",
        source=_SOURCE,
        symbols=dict(zip(names.split(), (v, a, gamma, s, mu, kappa, b, w, mean), strict=True)),
        values={
            "value": model.value,
            "award": market.award,
            "exponent": model.cost.exponent,
            "scale": model.cost.scale,
            "shock": model.shock,
            "commission": model.commission,
            "slope": float(crowd.slope),
            "winning": float(crowd.win),
            "solvers_per_contest": market.solvers_per_contest,
        },
        effort=effort,
        equilibrium_payoff=(1 - kappa) * a * w - s * effort**gamma,
        quantities={
            "seekers_award": (v * g * unit) ** (1 / (1 - g)),
            "chance_somebody_comes": 1 - sp.exp(-mean),
            "winning": (1 - sp.exp(-mean)) / mean,
        },
        propositions=propositions(),
    )


def _platform(point: Parameters, **changes: Any) -> Platform:
    from contests.models.platform import Platform

    given = {name: point[name] for name in ("value", "solvers", "commission")}
    return Platform(**{**given, **changes})


def _competition(point: Parameters) -> tuple[bool, str]:
    import numpy as np

    mean = np.array([point["mean"]])
    random = float(_platform(point).seekers_award(mean)[0])
    choice = float(_platform(point, spread="choice").seekers_award(mean)[0])
    return choice > random, f"award {random:.6g} at random, {choice:.6g} by choice"


def _keeps_too_much(point: Parameters) -> tuple[bool, str]:
    model = _platform(point)
    profit, welfare = model.best_commission("profit"), model.best_commission("welfare")
    return profit > welfare, f"commission {profit:.4g} for profit, {welfare:.4g} for welfare"


def _commission_keeps_away(point: Parameters) -> tuple[bool, str]:
    free, dear = _platform(point, commission=0.0).market(), _platform(point).market()
    held = dear.solvers < free.solvers and dear.award < free.award and dear.welfare < free.welfare
    return (
        held,
        f"solvers {free.solvers:.6g} -> {dear.solvers:.6g}, award {free.award:.6g} -> {dear.award:.6g}",
    )


def propositions() -> tuple[Proposition, ...]:
    """Return three statements about platforms."""
    return (
        Proposition(
            name="competition for solvers",
            statement="At the same number of solvers per contest seekers pay more where solvers choose.",
            source=_SOURCE,
            domain={**_DOMAIN, "mean": (0.5, 6.0)},
            test=_competition,
        ),
        Proposition(
            name="profit takes more than welfare",
            statement="The commission that is best for the platform is above the one best for all three.",
            source=_SOURCE,
            domain=_DOMAIN,
            test=_keeps_too_much,
        ),
        Proposition(
            name="commission keeps away",
            statement="With solvers at random, a commission lowers award, solvers who come and welfare.",
            source=_SOURCE,
            domain=_DOMAIN,
            test=_commission_keeps_away,
        ),
    )
