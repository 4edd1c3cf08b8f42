"""What Terwiesch and Xu (2008) and later papers say about ideation projects, as checkable statements.

Each test solves the contest with the library (`TerwieschXu.solve`, certified) and looks at the
equilibrium; none evaluates the formula that the statement was derived with. Where the sponsor or a
planner chooses, the comparison is with SciPy's optimum or with a scan. The paper's own numbering
is not cited, because we could not see it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from contests.errors import NotEquilibriumError
from contests.propositions import Parameters, Proposition

__all__ = ["SOURCE", "ideation_propositions"]

SOURCE = "Terwiesch and Xu (2008), ideation projects"
_LOTTERY = "Perez-Castrillo and Verdier (1992) for the equivalent lottery"
_DERIVED = "derived for this library"

_DOMAIN: dict[str, Any] = {
    "returns": (0.2, 3.0),
    "shock": (0.3, 3.0),
    "award": (0.5, 20.0),
    "unit_cost": (0.2, 5.0),
}


def _solve(point: Parameters, **changes: Any) -> Any:
    """The certified equilibrium at a point; the model is loaded here, when a check first runs."""
    from contests.models import Ideation, TerwieschXu

    p = {**point, **changes}
    project = Ideation(returns=p["returns"], shock=p["shock"], baseline=0.0)
    contest = TerwieschXu(
        project=project, solvers=int(p["solvers"]), award=p["award"], unit_cost=p["unit_cost"]
    )
    return contest.solve()


def _symmetric(point: Parameters, **changes: Any) -> bool:
    """Whether everybody active is an equilibrium (a partly active one does not count)."""
    try:
        return bool(_solve(point, **changes).effort.min() > 0)
    except NotEquilibriumError:
        return False


def _ratio(point: Parameters) -> float:
    return float(point["returns"] / point["shock"])


def _feasible(point: Parameters, solvers: int) -> bool:
    return solvers >= 2 and _ratio(point) <= solvers / (solvers - 1)


def _profit(point: Parameters, weight: float, **changes: Any) -> float:
    """The seeker's profit from the solved qualities and the award paid."""
    award = {**point, **changes}["award"]
    equilibrium = _solve(point, **changes)
    quality = weight * equilibrium.expected_best + (1 - weight) * equilibrium.expected_average
    return float(quality - award)


def _one_more_feasible(point: Parameters) -> bool:
    return point["solvers"] >= 2 and _feasible(point, point["solvers"] + 1)


def _effort_falls(point: Parameters) -> tuple[bool, str]:
    few = float(_solve(point).effort[0])
    more = float(_solve(point, solvers=point["solvers"] + 1).effort[0])
    return more < few, f"effort {few:.6g}, with one more solver {more:.6g}"


def _best_rises(point: Parameters) -> tuple[bool, str]:
    few, more = _solve(point), _solve(point, solvers=point["solvers"] + 1)
    change = float(more.expected_best - few.expected_best)
    average = float(more.expected_average - few.expected_average)
    return change > 0 > average, f"best changes by {change:.3g}, average by {average:.3g}"


def _bounded(point: Parameters) -> tuple[bool, str]:
    excess = point["returns"] - point["shock"]
    largest = math.floor(point["returns"] / excess) if excess > 0 else 200
    within = largest >= 2 and _symmetric(point, solvers=largest)
    beyond = _symmetric(point, solvers=largest + 1)
    return within and not beyond, f"{largest} solvers: {within}; {largest + 1} solvers: {beyond}"


def _any_number(point: Parameters) -> tuple[bool, str]:
    takes_part = _symmetric(point)
    return takes_part, "all take part" if takes_part else "some solver would rather stay out"


def _award_is_returns(point: Parameters) -> tuple[bool, str]:
    delta, weight = point["returns"], point["weight_best"]
    at_returns = _profit(point, weight, award=delta)
    others = {factor: _profit(point, weight, award=factor * delta) for factor in (0.3, 0.98, 1.02, 3.0)}
    better = [factor for factor, profit in others.items() if profit >= at_returns]
    return not better, f"awards better than the returns: {better}" if better else "no award tried is better"


def _finite_size(point: Parameters) -> bool:
    return bool(point["returns"] > 1.1 * point["weight_best"] * point["shock"]) and _feasible(point, 2)


def _size_formula(point: Parameters) -> tuple[bool, str]:
    delta, target = point["returns"], point["weight_best"] * point["shock"]
    formula = (2 * delta - target) / (delta - target)
    reach = max(2, min(60, math.ceil(formula) + 3)) if formula > 0 else 60
    sizes = [n for n in range(2, reach + 1) if _feasible(point, n)]
    if not sizes:
        return False, "not even two solvers take part"
    profits = {n: _profit(point, point["weight_best"], solvers=n) for n in sizes}
    best = max(profits, key=lambda n: profits[n])
    predicted = {min(math.floor(formula), sizes[-1]), min(math.ceil(formula), sizes[-1])}
    return best in predicted, f"best size {best}, formula {formula:.6g}, largest tried {sizes[-1]}"


def _beats_internal(point: Parameters) -> tuple[bool, str]:
    alone = _internal_profit(point)
    sizes = [n for n in (2, 3, *(2**k for k in range(2, 13))) if _feasible(point, n)]
    gains = [_profit(point, 1.0, solvers=n, award=point["returns"]) - alone for n in sizes]
    beaten = bool(gains) and max(gains) > 0
    best = f"best gain {max(gains):.6g}" if gains else "no feasible field"
    return beaten == (point["returns"] < point["shock"]), f"{best}, returns/shock {_ratio(point):.6g}"


def _planned_effort(point: Parameters, unit_cost: float) -> float:
    """The log of the effort that maximises quality less cost, by SciPy.

    The shock is added whatever the effort, and does not matter.
    """
    from scipy import optimize

    delta = point["returns"]
    found = optimize.minimize_scalar(
        lambda y: unit_cost * math.exp(y) - delta * y,
        bounds=(-30.0, 30.0),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(found.x)


def _internal_profit(point: Parameters) -> float:
    """The in-house solver's expected quality net of her effort's cost, at her best effort."""
    log_effort = _planned_effort(point, point["unit_cost"])
    return float(point["returns"] * log_effort - point["unit_cost"] * math.exp(log_effort))


def _first_best(point: Parameters) -> tuple[bool, str]:
    n = point["solvers"]
    planned = math.exp(_planned_effort(point, n * point["unit_cost"]))
    ratio = float(_solve(point, award=point["returns"]).effort[0]) / planned
    predicted = _ratio(point) * (n - 1) / n
    # A minimum is located to the square root of the rounding error of the objective.
    close = abs(ratio - predicted) <= 1e-6 * predicted
    return close and ratio <= 1 + 1e-6, f"effort/first best {ratio:.8g}, predicted {predicted:.8g}"


def _takes_part(point: Parameters) -> bool:
    return _feasible(point, point["solvers"])


def _between_shock_and_twice(point: Parameters) -> bool:
    return 1.02 < _ratio(point) < 2


def _away_from_equal(point: Parameters) -> bool:
    return abs(_ratio(point) - 1) > 0.01


@lru_cache(maxsize=1)
def ideation_propositions() -> tuple[Proposition, ...]:
    """Return the propositions on ideation projects.

    Returns
    -------
    tuple of Proposition
        Each with a numerical check through the solver.

    Examples
    --------
    >>> [claim.name for claim in ideation_propositions()][:2]
    ['effort falls with solvers', 'best quality rises with solvers']
    """
    return (*_about_solvers(), *_about_sponsor())


def _about_solvers() -> tuple[Proposition, ...]:
    domain = {**_DOMAIN, "solvers": range(1, 12)}
    one_more = "at least two solvers, and returns/shock at most (n + 1)/n, so that one more takes part"
    return (
        Proposition(
            name="effort falls with solvers",
            statement="One more solver lowers each solver's effort.",
            source=SOURCE,
            conditions=one_more,
            inside=_one_more_feasible,
            domain=domain,
            test=_effort_falls,
        ),
        Proposition(
            name="best quality rises with solvers",
            statement="One more solver raises the expected best quality although the average falls, "
            "in every field that still takes part.",
            source=f"{SOURCE} (that it can); {_DERIVED} (that it does in every such field)",
            conditions=one_more,
            inside=_one_more_feasible,
            domain={**_DOMAIN, "solvers": range(2, 12)},
            test=_best_rises,
        ),
        Proposition(
            name="largest field",
            statement="When the returns exceed the shock, floor(returns/(returns - shock)) solvers take "
            "part and one more does not.",
            source=f"{_LOTTERY}; {_DERIVED} (in terms of the ideation project)",
            conditions="shock < returns < 2 shock; below, any number takes part, above, not even two",
            inside=_between_shock_and_twice,
            domain=_DOMAIN,
            test=_bounded,
            claimed="An ideation contest can be open to any number of solvers, as one of trials can.",
            correction=f"Only if returns do not exceed the shock ({_LOTTERY}); else fields are bounded.",
            claim_test=_any_number,
            counterexample={"returns": 1.3, "shock": 1.0, "award": 1.3, "unit_cost": 1.0, "solvers": 5},
        ),
    )


def _about_sponsor() -> tuple[Proposition, ...]:
    several = {**_DOMAIN, "solvers": range(2, 12)}
    return (
        Proposition(
            name="best award",
            statement="The best award equals the returns, whatever the number of solvers and the weight on "
            "the best quality.",
            source=SOURCE,
            conditions="returns/shock at most n/(n - 1)",
            inside=_takes_part,
            domain={**several, "weight_best": (0.0, 1.0)},
            test=_award_is_returns,
        ),
        Proposition(
            name="best size",
            statement="The best number of solvers is next to (2 returns - w shock)/(returns - w shock), w "
            "being the weight on the best quality, or the largest field if that is smaller.",
            source=f"{SOURCE}; {_DERIVED} (the largest field)",
            conditions="returns above w times the shock (in the draws by 10 %) and at most twice the shock; "
            "below, the seeker's profit rises with every solver",
            inside=_finite_size,
            domain={**_DOMAIN, "weight_best": (0.0, 1.0)},
            test=_size_formula,
        ),
        Proposition(
            name="contest against internal team",
            statement="At equal cost, and for the best quality only, the contest with its best award beats "
            "the internal team for some feasible number of solvers if and only if the returns are below the "
            "shock.",
            source=f"{SOURCE}; {_DERIVED} (the threshold)",
            conditions="|returns/shock - 1| above .01 in the draws (nearer, the number needed is too large)",
            inside=_away_from_equal,
            domain=_DOMAIN,
            test=_beats_internal,
        ),
        Proposition(
            name="first-best ratio",
            statement="At the best award, effort is returns/shock times (n - 1)/n of the first-best effort, "
            "and so never above it.",
            source=f"{SOURCE} (underinvestment); {_DERIVED} (the ratio)",
            conditions="returns/shock at most n/(n - 1)",
            inside=_takes_part,
            domain=several,
            test=_first_best,
        ),
    )
