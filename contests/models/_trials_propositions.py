"""What Terwiesch and Xu (2008) and later papers say about trial-and-error projects, as checkable statements.

Each test solves the contest with the library, certified, and looks at the equilibrium; none evaluates
the formula that the statement was derived with. The paper's numbering is not cited: we could not see it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from contests.laws import gumbel, normal, uniform
from contests.propositions import Parameters, Proposition

__all__ = ["SOURCE", "trials_propositions"]

SOURCE = "Terwiesch and Xu (2008), trial-and-error projects"
_LAW_FREE = "Fullerton and McAfee (1999)"
_DERIVED = "derived for this library"
_DOMAIN: dict[str, Any] = {"award": (0.5, 20.0), "unit_cost": (0.05, 2.0), "solvers": range(2, 12)}
_SPREADS: dict[str, Any] = {**_DOMAIN, "spread": (0.2, 3.0)}


def _model(point: Parameters, draw: Any = None, whole: bool = False, **changes: Any) -> Any:
    """The model at a point; loaded here, when a check first runs."""
    from contests.models import TerwieschXu, TrialAndError

    p = {**point, **changes}
    project = TrialAndError(draw=gumbel(p.get("spread", 1.0)) if draw is None else draw, whole=whole)
    return TerwieschXu(project=project, solvers=int(p["solvers"]), award=p["award"], unit_cost=p["unit_cost"])


def _several(point: Parameters) -> bool:
    return bool(point["solvers"] >= 2)


def _any_field(point: Parameters) -> tuple[bool, str]:
    payoff = float(_model(point).solve().payoff[0])
    return payoff > 0, f"certified, payoff {payoff:.6g}"


def _law_free(point: Parameters) -> tuple[bool, str]:
    efforts = [float(_model(point, law).solve().effort[0]) for law in (gumbel(2.0), normal(0.3), uniform())]
    spread = max(efforts) - min(efforts)
    return max(efforts) > 0 and spread <= 1e-9 * max(efforts), f"trials differ by {spread:.1e} across laws"


def _entry(point: Parameters) -> tuple[bool, str]:
    few, more = _model(point).solve(), _model(point, solvers=point["solvers"] + 1).solve()
    held = more.effort[0] < few.effort[0] and more.total_effort > few.total_effort
    each = f"each {few.effort[0]:.6g} -> {more.effort[0]:.6g}"
    return bool(held), f"{each}, all {few.total_effort:.6g} -> {more.total_effort:.6g}"


def _loss(point: Parameters) -> tuple[bool, str]:
    n, spread = point["solvers"], point["spread"]
    model = _model(point, award=spread)
    loss = float(model.internal().profit - model.profit())
    predicted = spread * math.log(n / (n - 1))
    return abs(loss - predicted) <= 1e-9 * spread, f"loss {loss:.10g}, mu ln(n/(n-1)) {predicted:.10g}"


def _award(point: Parameters) -> tuple[bool, str]:
    spread, weight = point["spread"], point["weight_best"]
    best = _model(point, award=spread).profit(weight)
    better = [f for f in (0.3, 0.98, 1.02, 3.0) if _model(point, award=f * spread).profit(weight) >= best]
    return not better, f"awards better than the spread: {better}" if better else "no award tried is better"


def _size(point: Parameters) -> tuple[bool, str]:
    weight = point["weight_best"]
    formula = (2 - weight) / (1 - weight)
    sizes = range(2, math.ceil(formula) + 4)
    profits = {n: _model(point, solvers=n).profit(weight) for n in sizes}
    best = max(profits, key=lambda n: profits[n])
    return best in (math.floor(formula), math.ceil(formula)), f"best size {best}, formula {formula:.6g}"


def _whole_has_equilibrium(point: Parameters) -> tuple[bool, str]:
    found = _model(point, whole=True).pure_equilibria()
    return bool(found.profiles), found.statement


def _whole_symmetric(point: Parameters) -> tuple[bool, str]:
    found = _model(point, whole=True).pure_equilibria()
    return bool(found.symmetric), found.statement


def _moderate_weight(point: Parameters) -> bool:
    return bool(point["weight_best"] <= 0.85)


def _worth_one_trial(point: Parameters) -> bool:
    return bool(point["unit_cost"] <= point["award"])


def _on_fields() -> tuple[Proposition, ...]:
    """On fields of solvers: who takes part and how many trials they make."""
    return (
        Proposition(
            name="any number of solvers",
            statement="Every field takes part, each solver at a positive payoff, if trials are real numbers.",
            source=SOURCE,
            domain=_DOMAIN,
            test=_any_field,
        ),
        Proposition(
            name="the law of a trial does not matter",
            statement="The number of trials is the same for every continuous law of a draw.",
            source=_LAW_FREE,
            domain=_DOMAIN,
            test=_law_free,
        ),
        Proposition(
            name="entry and trials",
            statement="One more solver lowers each solver's trials and raises all trials together.",
            source=SOURCE,
            conditions="at least two solvers (a lone one makes no trial)",
            inside=_several,
            domain={**_DOMAIN, "solvers": range(1, 12)},
            test=_entry,
        ),
    )


def _on_the_seeker() -> tuple[Proposition, ...]:
    """On what the seeker can choose: the award, the field, an internal team."""
    return (
        Proposition(
            name="loss against the internal team",
            statement="At equal cost, for the best quality only and with Gumbel draws of spread mu, the "
            "contest with its best award is below the internal team by exactly mu ln(n/(n-1)).",
            source=f"{SOURCE}; {_DERIVED} (the amount)",
            domain=_SPREADS,
            test=_loss,
        ),
        Proposition(
            name="best award",
            statement="With Gumbel draws the best award equals their spread, whatever the number of solvers "
            "and the weight on the best quality.",
            source=SOURCE,
            domain={**_SPREADS, "weight_best": (0.0, 1.0)},
            test=_award,
        ),
        Proposition(
            name="best size",
            statement="With Gumbel draws the best number of solvers is next to (2 - w)/(1 - w), w being the "
            "weight on the best quality.",
            source=SOURCE,
            conditions="w at most .85 in the draws (at one, profit rises with every solver)",
            inside=_moderate_weight,
            domain={**_SPREADS, "weight_best": (0.0, 0.85)},
            test=_size,
        ),
    )


def _on_whole_trials() -> tuple[Proposition, ...]:
    """On trials that come whole."""
    return (
        Proposition(
            name="whole trials",
            statement="With whole trials there is an equilibrium in pure strategies, though perhaps none in "
            "which all solvers do the same.",
            source=f"{_DERIVED}, by enumeration",
            conditions="one trial costs at most the award",
            inside=_worth_one_trial,
            domain={"award": (1.0, 12.0), "unit_cost": (0.4, 2.0), "solvers": range(2, 5)},
            test=_whole_has_equilibrium,
            claimed="Solvers who are alike make the same number of trials, whole or not.",
            correction="Three solvers, an award of 7 and cost 1: only (1, 2, 2) trials are in equilibrium.",
            claim_test=_whole_symmetric,
            counterexample={"award": 7.0, "unit_cost": 1.0, "solvers": 3},
        ),
    )


@lru_cache(maxsize=1)
def trials_propositions() -> tuple[Proposition, ...]:
    """Return the propositions on trial-and-error projects.

    Returns
    -------
    tuple of Proposition

    Examples
    --------
    >>> trials_propositions()[0].name
    'any number of solvers'
    """
    return (*_on_fields(), *_on_the_seeker(), *_on_whole_trials())
