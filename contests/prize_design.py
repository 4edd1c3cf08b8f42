"""Optimal prizes: the whole schedule, with the kind of proof the contest allows.

*Alike contestants with a shock.* Effort rises in the marginal incentive, which is
linear in the prizes: a linear programme, solved with its duals. One prize is best if
and only if the average incentive B_L of L equal prizes is largest at L = 1 (Ales, Cho
and Korpeoglu 2017); an increasing failure rate suffices, a decreasing one calls for
equal prizes to all but the last (Drugov and Ryvkin 2020).

*Private costs or values.* The cost of effort is linear in prizes: a linear programme
with linear cost, a concave programme with convex cost, and a corner with concave cost
(Moldovanu and Sela 2001).

Elsewhere: certified local search from several starts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.constraints import read_constraints
from contests.contest import Contest
from contests.curves import Linear
from contests.design_result import Design, Sensitivity
from contests.design_uses import made_of_parts
from contests.errors import InvalidPartError, UnsolvableError
from contests.prize_programmes import (
    Programme,
    concave_programme,
    linear_programme,
    pattern_search,
    prizes_of,
)
from contests.prize_weights import PrivateMap, private_map, shock_steps
from contests.prizes import ByRank, WinnerTakeAll
from contests.sponsor import (
    AverageQuality,
    BestQuality,
    Objective,
    PrizesPaid,
    ProbabilityAbove,
    Sum,
    TopQuality,
    TotalEffort,
    WinnerQuality,
)
from contests.trials import Point, Task, Trial, attempt
from contests.validation import count, positive

__all__ = ["optimal_prizes"]

Array = NDArray[np.float64]
#: Objectives that rise in the common effort of alike contestants, whatever the prizes.
_RISING = (TotalEffort, BestQuality, AverageQuality, TopQuality, WinnerQuality, ProbabilityAbove)
_SEARCHED = 6  # ranks that local search considers unless told otherwise
_SECONDS = 4.0  # of processor time for a search around a programme's refused answer


def optimal_prizes(
    contest: Any,
    budget: float,
    objective: Objective | None = None,
    *,
    most: int | None = None,
    constraints: Any = (),
) -> Design:
    """Return the prizes by rank that are best for the sponsor.

    Parameters
    ----------
    contest : Contest or Model
        The contest; its own prizes do not matter.
    budget : float
        Money for all prizes, above zero; it need not be used up.
    objective : Objective, optional
        What is maximised; total effort if absent.
    most : int, optional
        The largest number of prizes, up to 2000; every contestant may get one if absent (the first
        six in a local search).
    constraints : Constraint or sequence of Constraint
        Such as `Participation`.

    Returns
    -------
    Design
        ``choice["prizes"]``, its certified equilibrium, duals and binding constraints, and of what
        kind the proof of optimality is.

    Raises
    ------
    InvalidPartError
        If the budget is not above zero or too small for anybody to reach the reserve, or if more than
        2000 ranks may be paid.
    UnsolvableError
        If no schedule of prizes has an equilibrium that can be certified.

    Examples
    --------
    >>> import contests as ct
    >>> contest = ct.Contest(contestants=ct.Identical(5), prizes=1.0, success=ct.Lottery())
    >>> ct.optimal_prizes(contest, budget=10).choice["prizes"].tolist()
    [10.0]
    """
    game = made_of_parts(contest, "optimal_prizes")
    budget = positive("optimal_prizes.budget", budget)
    goal = TotalEffort() if objective is None else objective
    if not isinstance(goal, Objective):
        raise InvalidPartError("optimal_prizes.objective", goal, "an objective such as ct.TotalEffort()")
    ranks = game.n if most is None else min(count("optimal_prizes.most", most), game.n)
    _check_reserve(game, budget)
    search = _Search(game.replace(prizes=WinnerTakeAll(budget)), budget, goal, read_constraints(constraints))
    if not game.prizes.share and type(game.entry).__name__ in ("AllEnter", "Invite"):
        found = _exact(search, ranks)
        if found is not None:
            return found
    return _searched(search, ranks, among=None if most is not None else min(ranks, _SEARCHED))


def _check_reserve(contest: Contest, budget: float) -> None:
    """Refuse a budget for which even the best contestant would not reach the reserve."""
    reserve = float(getattr(contest.entry, "least_quality", -np.inf))
    output = getattr(contest.technology, "output", None)
    if not np.isfinite(reserve) or contest.technology.noise is not None or output is None:
        return
    traits: Any = contest.contestants
    ends = {}
    for name in ("ability", "value", "cost"):
        private = traits.private_trait == name
        known = (
            traits.law_of(0).support if private else np.atleast_1d(traits.trait(name, np.arange(contest.n)))
        )
        ends[name] = float(np.min(known) if name == "cost" else np.max(known))
    if not np.isfinite(ends["ability"]) or reserve <= ends["ability"]:
        return
    needed = ends["cost"] * float(contest.cost(output.inverse(reserve - ends["ability"])))
    if ends["value"] * budget < needed:
        raise InvalidPartError(
            "optimal_prizes.budget",
            budget,
            f"enough for somebody to reach the reserve of {reserve:g}, which costs at least {needed:.6g}",
        )


class _Search:
    """Schedules of prizes put through the contest; all trials kept."""

    def __init__(
        self, contest: Contest, budget: float, objective: Objective, constraints: tuple[Any, ...]
    ) -> None:
        self.contest, self.budget, self.objective = contest, budget, objective
        self.task = Task(build=_with_prizes(contest), objective=objective, constraints=constraints)
        self.trials: list[Trial] = []
        #: The equilibrium that was solved last.
        self.last: Any = None
        #: A schedule that a programme found and that has no certified equilibrium, and why.
        self.refused: tuple[Array, str] | None = None

    def value(self, weights: Array, spend: float = 1.0) -> float:
        """Return the objective with the given mixture of schedules and share of the budget spent."""
        prizes = trimmed(prizes_of(weights, self.budget * spend))
        trial = attempt(self.task, {"prizes": prizes}, self._solved)
        self.trials.append(trial)
        return trial.value

    def _solved(self, point: Point, scenario: Point) -> Any:
        """The certified equilibrium at a point, kept until the next is asked for."""
        self.last = self.task.equilibrium(point, scenario)
        return self.last

    def result(
        self, weights: Array, evidence: str, duals: dict[str, float], spend: float = 1.0
    ) -> Design | None:
        """Return the design with the given mixture, or None if it is rejected."""
        value = self.value(weights, spend)
        if not np.isfinite(value):
            self.refused = weights, str(self.trials[-1].reason)
            return None
        chosen = self.trials[-1]
        equilibrium = self.last
        step = 1e-4
        # In prize money: what a little more of the budget would add, prizes in the same proportions.
        more = self.value(weights, spend * (1 + step)) if spend > 0 else -np.inf
        slope = (more - value) / (step * spend * self.budget) if np.isfinite(more) else None
        position = (
            "interior" if 0.0 < spend < 1.0 else "at the upper bound" if spend else "at the lower bound"
        )
        return Design(
            choice=chosen.point,
            value=value,
            equilibrium=equilibrium,
            equilibria=(equilibrium,),
            objective=self.objective,
            evidence=evidence,
            sensitivity={"budget": Sensitivity(lever="budget", position=position, slope=slope)},
            trials=tuple(self.trials),
            duals=duals,
            binding=_binding(chosen.point["prizes"], spend == 1.0, self.contest.n),
        )


def _with_prizes(contest: Contest) -> Callable[..., Contest]:
    class Build:
        def __call__(self, prizes: Array) -> Contest:
            return contest.replace(prizes=ByRank(prizes))

    return Build()


def trimmed(prizes: Array) -> Array:
    """Return ``prizes`` without the zeros at the end (but with one entry at least)."""
    paid = np.flatnonzero(prizes > 0)
    return np.asarray(prizes[: paid[-1] + 1 if paid.size else 1])


def _binding(prizes: Array, spent: bool, n: int) -> tuple[str, ...]:
    """Which constraints hold with equality, in words."""
    found = ["budget"] if spent else []
    same = np.abs(np.diff(prizes)) <= 1e-9 * prizes[0]
    edges = np.flatnonzero(~same)
    starts, ends = np.concatenate([[0], edges + 1]), np.concatenate([edges, [prizes.size - 1]])
    found += [f"prizes {a + 1} to {b + 1} equal" for a, b in zip(starts, ends, strict=True) if b > a]
    if prizes.size < n:
        found.append(f"no prize beyond rank {prizes.size}")
    return tuple(found)


def _terms(objective: Objective) -> tuple[list[tuple[float, Objective]], float]:
    """The terms of an objective other than prizes paid, and minus the weight of prizes paid."""
    terms = objective.terms if isinstance(objective, Sum) else ((1.0, objective),)
    others = [(weight, term) for weight, term in terms if not isinstance(term, PrizesPaid)]
    return others, -sum(weight for weight, term in terms if isinstance(term, PrizesPaid))


def _exact(search: _Search, ranks: int) -> Design | None:
    """The answer by a linear or concave programme, or None where theory offers none."""
    others, price = _terms(search.objective)
    steps = shock_steps(search.contest, ranks)
    if steps is not None:
        rising = all(weight >= 0 and isinstance(term, _RISING) for weight, term in others)
        return _by_incentive(search, steps, price) if rising and others and price >= 0 else None
    private = private_map(search.contest, ranks)
    if private is None or not others or price < 0:
        return None
    n = search.contest.n
    weights = np.zeros(private.level.size)
    for weight, term in others:
        if weight < 0 or not isinstance(term, (TotalEffort, BestQuality, AverageQuality)):
            return None
        mean = private.mean_weights(n) / (n if isinstance(term, AverageQuality) else 1)
        weights += weight * (private.best_weights(n) if isinstance(term, BestQuality) else mean)
    return _by_type(search, private, weights, price)


def _by_incentive(search: _Search, steps: Array, price: float) -> Design | None:
    """Alike contestants: the linear programme gives the direction, a line search how much to spend."""
    solution = linear_programme(steps, search.budget)
    evidence = "exact linear programme: effort rises in the marginal incentive, which is linear in prizes"
    average = steps / np.arange(1, steps.size + 1)
    tied = np.flatnonzero(average >= average.max() * (1 - 1e-12)) + 1
    if tied.size > 1:
        evidence += f"; not unique: {tied[0]} to {tied[-1]} equal prizes give the same incentive"
    spend = 1.0 if price == 0 else _spend(search, solution.weights)
    if spend is None:
        return None
    if price > 0:
        evidence += "; the share of the budget spent by a grid and Brent's method"
    duals = {"budget (incentive for each unit of money)": solution.price}
    duals.update(_reduced(solution))
    return search.result(solution.weights, evidence, duals, spend)


def _reduced(solution: Programme) -> dict[str, float]:
    """Reduced costs of the first unused schedules."""
    lost = solution.reduced
    return {f"{k + 1} equal prizes instead": -float(lost[k]) for k in range(min(lost.size, 5)) if lost[k] > 0}


def _spend(search: _Search, weights: Array) -> float | None:
    """The share of the budget that is best spent: a grid in logs, then Brent's method."""
    from scipy.optimize import minimize_scalar

    grid = np.concatenate([[0.0], np.geomspace(1e-6, 1e-1, 11), np.linspace(0.15, 1.0, 18)])
    values = np.array([search.value(weights, float(share)) for share in grid])
    best = int(np.argmax(values))
    if not np.isfinite(values[best]):
        return None
    if best == 0 or (best == grid.size - 1 and search.value(weights, 1 - 1e-6) <= values[best]):
        return float(grid[best])
    floor = float(values[np.isfinite(values)].min()) - 1.0

    def loss(share: float) -> float:
        value = search.value(weights, float(share))
        return -value if np.isfinite(value) else -floor

    low, high = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-9 * high})
    return float(found.x) if -found.fun >= values[best] else float(grid[best])


def _by_type(search: _Search, private: PrivateMap, weights: Array, price: float) -> Design | None:
    """Private types: linear, concave or convex in prizes with linear, convex or concave cost."""
    cost, budget = search.contest.cost, search.budget
    ranks = private.paid.shape[1]
    if isinstance(cost, Linear):
        steps = np.asarray(weights @ private.paid) / cost.slope
        solution = linear_programme(steps, budget)
        spend = 1.0 if solution.price > price else 0.0
        duals = {"budget (objective for each unit of money)": solution.price - price, **_reduced(solution)}
        evidence = "exact linear programme: effort is linear in prizes"
        return search.result(solution.weights, evidence, duals, spend)
    if price > 0:
        return None
    share = private.paid / np.arange(1, ranks + 1) * budget

    def effort(mix: Array) -> Array:
        return np.asarray(cost.inverse(np.maximum(share @ mix, 0.0)))

    def value(mix: Array) -> float:
        return float(weights @ effort(mix))

    if cost.is_convex:

        def gradient(mix: Array) -> Array:
            slope = np.asarray(cost.derivative(np.maximum(effort(mix), 1e-300)))
            return np.asarray((weights / np.maximum(slope, 1e-300)) @ share)

        solution = concave_programme(value, gradient, ranks)
        evidence = f"concave programme: no other prizes add more than {solution.gap:.1e} (relative)"
        duals = {"budget (objective for each unit of money)": solution.price / budget}
        return search.result(solution.weights, evidence, duals)
    if cost.is_concave:
        corner = int(np.argmax([value(row) for row in np.eye(ranks)]))
        evidence = "enumeration of the corners: the objective is convex in prizes, so a corner is best"
        return search.result(np.eye(ranks)[corner], evidence, {})
    return None


def _searched(search: _Search, ranks: int, among: int | None) -> Design:
    """Certified local search from several starts, among the first schedules and what a programme found."""
    numbers = set(range(1, (ranks if among is None else among) + 1))
    evidence = (
        f"certified local search from several starts over up to {max(numbers)} equal prizes and mixtures"
    )
    if search.refused is not None:
        weights, reason = search.refused
        found_best = [int(k) + 1 for k in np.flatnonzero(weights > 0)]
        numbers |= {near for k in found_best for near in (k, (k + 1) // 2, min(2 * k, ranks))}
        numbers.add(max(ranks - 1, 1))  # the least that can be won by leaping ahead
        reason = reason.split(". ", maxsplit=1)[0]
        plural = "s" if found_best[0] > 1 else ""
        evidence += f", and around the programme's {found_best[0]} equal prize{plural}, refused: {reason}"
    end = np.inf if search.refused is None else time.thread_time() + _SECONDS
    heights: dict[bytes, float] = {}

    def value(weights: Array) -> float:
        key = weights.tobytes()
        if key not in heights:
            heights[key] = search.value(weights) if time.thread_time() <= end else -np.inf
        return heights[key]

    # More prizes tempt less to leap ahead: they come first, in case time runs out.
    for number in sorted(numbers, reverse=True):
        value(np.eye(1, ranks, number - 1)[0])
    found = pattern_search(value, ranks, among=sorted(numbers))
    if time.thread_time() > end:
        evidence += f"; the search was stopped after {_SECONDS:g} s of processor time"
    if found is not None:
        design = search.result(found, evidence, {})
        if design is not None:
            return design
    failures = {str(t.point["prizes"].tolist()): str(t.reason) for t in search.trials[:10]}
    tried = "No schedule of prizes has an equilibrium that can be certified"
    if search.refused is not None:
        tried += f" among the {len(search.trials)} tried; larger shocks or a smaller budget would help"
    raise UnsolvableError(f"{tried}:", failures)
