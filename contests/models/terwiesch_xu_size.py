"""How many solvers: the best size, the largest field that takes part, and free entry.

With Gumbel luck of scale mu, output ln e and cost of elasticity b, let d be the
returns over b (mu/b for trials). Effort^b is proportional to (n-1)/n^2, so profit is
constant + d ln((n-1)/n^2) + w mu ln n, w being the weight on the best quality. It is
single-peaked in n with the peak at (2d - w mu)/(d - w mu) if d > w mu, and rises with
every solver otherwise. All take part if and only if d (n-1) <= mu n.

Otherwise sizes are compared, see `contests.models.terwiesch_xu_searched`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from contests.errors import NotEquilibriumError, UnsolvableError
from contests.models.terwiesch_xu_design import candidate, profit_at
from contests.models.terwiesch_xu_projects import ContingentAward, Ideation, TrialAndError
from contests.models.terwiesch_xu_results import Design, FreeEntry
from contests.models.terwiesch_xu_searched import effort_of_scale, quick_profit, searched_size

if TYPE_CHECKING:
    from contests.models.terwiesch_xu import TerwieschXu

__all__ = [
    "best_size",
    "closed_field",
    "closed_size",
    "free_entry",
    "largest_field",
    "quick_profit",
    "searched_size",
]

_MOST = 500  # fields of entrants that are all compared; beyond, bisection
_FAR = 2**20  # fields tried in the search for the largest
_ENOUGH = 2**10  # the same, where a bound proves that effort never costs too much
_SLACK = 1e-12  # relative: participation that binds exactly counts as taking part


def _gumbel_case(model: TerwieschXu) -> tuple[float, float] | None:
    """Returns over cost elasticity, and the scale of luck, where the closed forms of a field hold."""
    whole = isinstance(model.project, TrialAndError) and model.project.whole
    known = model.lottery_returns is not None and model.luck is not None
    if not known or whole or not model.is_symmetric or not isinstance(model.award, float):
        return None
    assert model.lottery_returns is not None
    assert model.luck is not None
    return model.lottery_returns, model.luck


def closed_field(model: TerwieschXu) -> float | None:
    """Return the largest field of a ``model`` by formula: d (n-1) <= mu n; None where it does not hold."""
    if isinstance(model.project, TrialAndError):
        # A lottery over trials with exponent one, whatever the law of a draw, and convex cost:
        # payoffs are concave and, at zero cost of nothing, never negative.
        general = not model.project.whole and isinstance(model.award, float) and model.cost.is_convex
        return math.inf if general else None
    case = _gumbel_case(model)
    if case is None:
        return None
    returns, luck = case
    if returns <= luck * (1 + _SLACK):
        return math.inf
    largest = math.floor(returns / (returns - luck))
    fits = returns * largest <= luck * (largest + 1) * (1 + _SLACK)  # the next one, if rounding hid it
    return largest + 1 if fits else largest


def largest_field(model: TerwieschXu) -> float:
    """Return the largest number of solvers of a ``model`` who all take part; see the model's method."""
    closed = closed_field(model)
    if closed is not None:
        return closed
    _same_for_all(model, "largest_field")
    _real_trials(model, "largest_field")
    if model.project.private_ability is not None:
        return math.inf  # an entrant of low ability exerts next to nothing: nobody loses by taking part
    least = 2 if not isinstance(model.award, tuple) else max(2, len(model.award))
    if not _takes_part(model, least):
        return 1
    bounded = not _cheap_effort(model)
    reach = _FAR if bounded else _ENOUGH
    few, many = least, 2 * least
    while many <= reach and _takes_part(model, many):
        few, many = many, 2 * many
    if many > reach:
        if not bounded:
            return math.inf
        reason = {"largest_field": "ask best_size(largest=...) for the sizes that matter"}
        raise UnsolvableError(f"All of {_FAR} solvers take part, and no bound is known:", reason)
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (middle, many) if _takes_part(model, middle) else (few, middle)
    return few


def _cheap_effort(model: TerwieschXu) -> bool:
    """Whether effort costs less than the equal share of the prizes in every field, however large.

    The slopes of the chances of the first L ranks sum to L/n times the mean failure rate at a shock in
    between (Ales, Cho and Korpeoglu 2017), so the cost of effort is at most the prizes over n if
    returns/b times the highest failure rate is at most one.
    """
    b, returns = model.cost_elasticity, model.project.log_returns
    if not isinstance(model.project, Ideation) or b is None or returns is None:
        return False
    if isinstance(model.award, ContingentAward):
        return False
    scale = model.project.gumbel_scale
    if scale is not None:
        return returns / b <= scale * (1 + _SLACK)  # its failure rate rises to one over its scale
    law = model.project.law
    body = np.linspace(0.001, 0.999, 999)
    x = np.concatenate([law.ppf(body), law.isf(np.geomspace(1e-3, 1e-300, 60))])
    x = x[(law.sf(x) > 0) & np.isfinite(x)]  # not quantiles beyond those that the law knows
    failure = float(np.max(law.pdf(x) / law.sf(x)))
    return returns / b * failure <= 1 + 1e-9


def _real_trials(model: TerwieschXu, method: str) -> None:
    if isinstance(model.project, TrialAndError) and model.project.whole:
        reason = {method: "pure_equilibria() lists what a field does; or let trials be real numbers"}
        raise UnsolvableError("With whole trials some make none while others try:", reason)


def _takes_part(model: TerwieschXu, n: int) -> bool:
    try:
        return bool(model.replace(solvers=n).solve().certificate.passed)
    except NotEquilibriumError:
        return False


def _same_for_all(model: TerwieschXu, method: str) -> None:
    if not model.is_symmetric:
        reason = {method: "give one unit cost and one baseline for all"}
        raise UnsolvableError("Solvers differ, so that a number of them says too little:", reason)


def closed_size(model: TerwieschXu, weight: float) -> float | None:
    """Return the best size of a ``model`` as a real number at a ``weight`` on the best quality.

    Infinite if the profit rises with every solver; None where the formula does not hold.
    """
    case = _gumbel_case(model)
    if case is None:
        return None
    returns, luck = case
    if returns <= weight * luck * (1 + _SLACK):
        return math.inf
    return (2 * returns - weight * luck) / (returns - weight * luck)


def best_size(model: TerwieschXu, weight: float, largest: int | None) -> Design:
    """Return the best size of a ``model`` at a ``weight`` on the best, up to ``largest`` solvers."""
    _same_for_all(model, "best_size")
    peak = closed_size(model, weight)
    if peak is None:
        return searched_size(model, weight, largest)
    field = closed_field(model)
    assert field is not None
    cap = min(field, math.inf if largest is None else largest)
    why = "closed form: profit is single-peaked in the number of solvers"
    if math.isinf(peak) and math.isinf(cap):
        return _infinite(model, weight)
    if cap < 2:  # not even two take part: the first-order candidate of two says why
        cap = 2 if largest is None or largest >= 2 else 1
    low = max(2, math.floor(min(peak, cap))) if cap >= 2 else 1
    sizes = sorted({low, int(min(low + 1, cap))} if cap >= 2 else {1})
    found = [model.replace(solvers=n).solve() for n in sizes]
    values = [profit_at(equilibrium, weight) for equilibrium in found]
    # Equal profits at two sizes (a peak half way) differ by rounding: take the smaller field.
    k = max(range(len(values)), key=lambda j: (round(values[j], 12), -j))
    capped = sizes[k] == cap and peak > cap
    if capped:
        why += "; the cap on entry binds" if cap == largest else "; the largest field that takes part binds"
    return Design(
        choice=sizes[k],
        value=values[k],
        equilibrium=found[k],
        where="at the cap" if capped else "interior",
        evidence=why,
        continuous=None if math.isinf(peak) else peak,
    )


def _infinite(model: TerwieschXu, weight: float) -> Design:
    """Profit rises with every solver: without bound, or to a limit if d equals w mu."""
    case = _gumbel_case(model)
    assert case is not None
    returns, luck = case
    value = math.inf
    if abs(returns - weight * luck) <= _SLACK * returns:
        # d ln((n-1)/n^2) + d ln n tends to zero: two solvers' profit less their own term is the limit.
        value = model.replace(solvers=2).profit(weight) + returns * math.log(2.0)
    return Design(
        choice=math.inf,
        value=value,
        equilibrium=None,
        where="infinite",
        evidence="closed form: profit rises with every solver; any cap on entry would bind",
    )


def free_entry(model: TerwieschXu, cost: float) -> FreeEntry:
    """Return how many solvers of a ``model`` enter at a ``cost`` of entry; see the model's method."""
    _same_for_all(model, "free_entry")
    _real_trials(model, "free_entry")
    if not isinstance(model.award, float):
        reason = {"free_entry": "give one award"}
        raise UnsolvableError("Entry is solved for one fixed award:", reason)
    if cost > model.award:
        return FreeEntry(
            solvers=0,
            payoff=0.0,
            payoff_with_one_more=model.award - cost,
            equilibrium=None,
            evidence="even a lone entrant would lose",
        )
    most = int(min(model.award / cost * (1 + _SLACK), _FAR))  # an entrant gets at most her share
    n = _last_entrant(model, cost, most)
    equilibrium = model.replace(solvers=n).solve()
    return FreeEntry(
        solvers=n,
        payoff=float(equilibrium.payoff.mean()) - cost,
        payoff_with_one_more=_entrant_payoff(model, n + 1) - cost,
        equilibrium=equilibrium,
        evidence=f"the largest of the fields from 1 to {most} in which nobody loses, certified"
        + ("" if most <= _MOST else "; found by bisection, payoffs falling with the field"),
    )


def _last_entrant(model: TerwieschXu, cost: float, most: int) -> int:
    """The largest field in which an entrant does not lose: all fields compared if they are few."""
    allowed = cost * (1 - _SLACK)
    if most <= _MOST:
        for n in range(most, 1, -1):
            if _entrant_payoff(model, n) >= allowed and _takes_part(model, n):
                return n
        return 1
    few, many = 1, most + 1
    while many - few > 1:
        middle = (few + many) // 2
        enters = _entrant_payoff(model, middle) >= allowed and _takes_part(model, middle)
        few, many = (middle, many) if enters else (few, middle)
    return few


def _entrant_payoff(model: TerwieschXu, n: int) -> float:
    """Payoff, before the cost of entry, at the first-order candidate of n solvers."""
    if n == 1:
        return float(model.award)
    contest = model.replace(solvers=n).contest()
    known = effort_of_scale(model, n)
    profile = candidate(contest) if known is None else contest.profile(known)
    if model.project.private_ability is None:
        return float(model.award) / n - float(np.asarray(contest.effort_cost(0, profile.efforts()[0])))
    from contests.outcomes import Outcomes

    return float(Outcomes(contest, profile).payoff[0])
