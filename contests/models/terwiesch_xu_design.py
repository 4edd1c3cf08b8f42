"""The seeker's profit and her best award in a Terwiesch-Xu contest.

With output ln e (or Gumbel trials) and cost of constant elasticity b, all efforts
are proportional to budget^(1/b) whatever the law of the shock or ability, the
number of solvers and their differences: payoffs are homogeneous. Profit is then
constant + (returns/b) ln(budget) - budget, best at budget = returns/b. Else the
profit is searched.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.curves import Log
from contests.entry import AllEnter
from contests.errors import NotEquilibriumError, UnsolvableError
from contests.models._maximise import polished
from contests.models.terwiesch_xu_projects import ContingentAward, TrialAndError
from contests.models.terwiesch_xu_results import Design
from contests.outcomes import Outcomes
from contests.quadrature import whole_weights
from contests.solving import available_solvers

if TYPE_CHECKING:
    from contests.contest import Contest
    from contests.equilibrium import Equilibrium
    from contests.models.terwiesch_xu import TerwieschXu
    from contests.profile import Profile

__all__ = [
    "best_award",
    "candidate",
    "candidate_profit",
    "closed_budget",
    "profit_at",
    "profit_of",
    "searched_award",
]

_OCTAVES = 24  # awards from 2^-24 to 2^24 times the spread of quality are searched


def profit_at(equilibrium: Equilibrium, weight: float) -> float:
    """Return the seeker's profit at an ``equilibrium`` with ``weight`` on the best quality."""
    best = weight * equilibrium.expected_best if weight else 0.0
    average = (1.0 - weight) * equilibrium.expected_average if weight < 1 else 0.0
    return float(best + average - equilibrium.prizes_paid)


def profit_of(contest: Contest, profile: Profile, weight: float) -> float:
    """Return the seeker's profit at a ``profile`` of a ``contest``, certified or not.

    Parameters
    ----------
    contest : Contest
        The parts.
    profile : Profile
        What everyone does.
    weight : float
        Weight on the best quality.

    Returns
    -------
    float
    """
    outcomes = Outcomes(contest, profile)
    best = weight * outcomes.expected_best if weight else 0.0
    average = (1.0 - weight) * outcomes.expected_average if weight < 1 else 0.0
    return float(best + average - outcomes.prizes_paid)


def candidate(contest: Contest) -> Profile:
    """Return the candidate of the first solver that accepts a ``contest``, not yet certified."""
    refusals: dict[str, str] = {}
    for solver in available_solvers():
        refusal = solver.refuses(contest)
        if refusal is None:
            return solver.solve(contest).profile
        refusals[solver.name] = refusal
    raise UnsolvableError("No solver accepts this contest:", refusals)


def candidate_profit(model: TerwieschXu, weight: float) -> float:
    """Return the seeker's profit at the candidate of a ``model``, with ``weight`` on the best quality.

    Not yet certified. Under expertise with fixed prizes that all can win, the best idea is the
    ablest solver's: one integral over her ability.
    """
    contest = model.contest()
    profile = candidate(contest)
    if model.project.private_ability is None or contest.prizes.share or model.entry != AllEnter():
        return profit_of(contest, profile, weight)
    return _profit_of_types(model, contest, profile.strategy(0), weight)


def _profit_of_types(model: TerwieschXu, contest: Contest, strategy: Any, weight: float) -> float:
    """Profit where quality rises with ability: expectations over a solver's and over the ablest's."""
    ability = model.project.private_ability
    assert ability is not None
    grid = ability.node_grid()  # fine where the law has kinks
    weights = whole_weights(grid.u, grid.v, grid.w)
    log_level = np.where(grid.u < 0.5, np.log(grid.u), np.log1p(-np.minimum(grid.v, 0.5)))
    output, log = contest.technology.output, None  # type: ignore[attr-defined]
    if isinstance(output, Log):
        log = getattr(strategy.function, "log_effort", lambda types: None)(grid.x)
    reached = output(strategy(grid.x)) if log is None else output.scale * log + output.intercept
    quality = grid.x + reached

    def mean(n: int) -> float:
        first = n * np.exp((n - 1) * log_level) * weights  # the ablest of n
        used = first > 0
        return float(np.sum(first[used] * quality[used]))

    best = weight * mean(model.solvers) if weight else 0.0
    average = (1.0 - weight) * mean(1) if weight < 1 else 0.0
    return best + average - float(contest.prizes.by_rank().sum())


def closed_budget(model: TerwieschXu) -> tuple[float, str] | None:
    """Return the best sum of prizes of a ``model`` and its evidence, where a closed form gives it."""
    b = model.cost_elasticity
    if b is None or isinstance(model.award, ContingentAward) or model.entry != AllEnter():
        return None
    if isinstance(model.project, TrialAndError):
        if model.luck is None or model.project.whole:
            return None
        return model.luck / b, "closed form: E[best of m Gumbel draws] rises with ln m, and m with the award"
    returns = model.project.log_returns
    if returns is None:
        return None
    return returns / b, "closed form: with output ln e efforts are proportional to the award (to the 1/b)"


def _scaled(model: TerwieschXu, budget: float) -> Any:
    """The award in its proportions, summing to ``budget``."""
    if not isinstance(model.award, tuple):
        return float(budget)
    return tuple(prize * (budget / sum(model.award)) for prize in model.award)


def best_award(model: TerwieschXu, weight: float) -> Design:
    """Return the best award of a ``model`` at a ``weight`` on the best quality."""
    closed = closed_budget(model)
    if closed is None:
        return searched_award(model, weight)
    choice = _scaled(model, closed[0])
    equilibrium = model.replace(award=choice).solve()
    return Design(
        choice=choice,
        value=profit_at(equilibrium, weight),
        equilibrium=equilibrium,
        where="interior",
        evidence=closed[1],
    )


def searched_award(model: TerwieschXu, weight: float) -> Design:
    """Return the best award by search, whatever the project, shock, output and cost.

    Parameters
    ----------
    model : TerwieschXu
        A contest with fixed prizes; several are scaled in proportion.
    weight : float
        Weight on the best quality.

    Returns
    -------
    Design
        The certified optimum, located to about 1e-9 (relative) where profit is smooth. Candidates are
        compared first; if the best is not an equilibrium, only certified awards are.

    Raises
    ------
    UnsolvableError
        If the award is contingent on quality, or no award searched has an equilibrium.
    """
    if isinstance(model.award, ContingentAward):
        reason = {"best_award": "use best_contingent_award()"}
        raise UnsolvableError("The award depends on quality:", reason)
    if isinstance(model.project, TrialAndError) and model.project.whole:
        reason = {"best_award": "compare profit() award by award, or let trials be real numbers"}
        raise UnsolvableError("With whole trials profit jumps with the award:", reason)
    scale = _spread(model)

    def quick(log: float) -> float:
        return candidate_profit(model.replace(award=_scaled(model, scale * 2.0**log)), weight)

    def certified(log: float) -> float:
        try:
            return profit_at(model.replace(award=_scaled(model, scale * 2.0**log)).solve(), weight)
        except NotEquilibriumError:
            return -math.inf  # not an equilibrium: never optimal

    for profit in (quick, certified):
        log, where = _climb(profit)
        if not math.isfinite(profit(log)):
            continue
        choice = _scaled(model, scale * 2.0**log)
        try:
            equilibrium = model.replace(award=choice).solve()
        except NotEquilibriumError:
            continue
        return Design(
            choice=choice,
            value=profit_at(equilibrium, weight),
            equilibrium=equilibrium,
            where=where,  # type: ignore[arg-type]
            evidence=f"search over sums of prizes from {scale * 2.0**-_OCTAVES:.3g} to "
            f"{scale * 2.0**_OCTAVES:.3g}; the optimum is certified",
        )
    raise UnsolvableError(
        "No award searched has an equilibrium in which all take part and a finite profit:",
        {"search": "fewer solvers, or an output that does not fall to minus infinity, would work"},
    )


def _spread(model: TerwieschXu) -> float:
    """A size of quality, in money: where to start searching."""
    technology = model.project.technology()
    law = model.project.private_ability or getattr(technology, "draw", None) or technology.noise
    spread = float(law.std()) if law is not None else 1.0
    if math.isfinite(spread) and spread > 0:
        return spread
    return float(law.isf(0.25) - law.ppf(0.25)) if law is not None else 1.0


def _climb(profit: Callable[[float], float]) -> tuple[float, str]:
    """The best point of a grid of octaves, refined between its neighbours."""
    from scipy import optimize

    grid = np.arange(-_OCTAVES, _OCTAVES + 1, dtype=float)
    values = [profit(float(log)) for log in grid]
    k = int(np.argmax(values))
    if k == 0:
        return float(grid[0]), "at the floor"
    if k == grid.size - 1:
        return float(grid[-1]), "at the cap"
    found = optimize.minimize_scalar(
        lambda log: -profit(float(log)),
        bounds=(grid[k - 1], grid[k + 1]),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return polished(lambda log: profit(float(log)), float(found.x), 0.1), "interior"
