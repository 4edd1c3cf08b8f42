"""Choose the contest: any function from levers to a contest, searched, certified, reported.

:func:`design` maximises an objective over levers. Lists are enumerated, intervals
searched on a global grid and polished; every candidate is solved and certified, and
one that fails keeps its place among the rejected and is never chosen. What the
sponsor does not know enters as scenarios, judged by mean, worst case or regret.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import numpy as np

from contests.constraints import read_constraints
from contests.design_result import Design
from contests.errors import InvalidPartError, UnsolvableError
from contests.levers import Levers, check_names, point_in_words, read_levers, read_scenarios
from contests.searching import Search
from contests.sponsor import Objective
from contests.trials import Criterion, Task, Trial, read_objective
from contests.validation import count

__all__ = ["design"]

_AGAIN = 3  # times the optimum may move to what is found beside it
_SHOWN = 20  # failures listed in an error


def design(
    build: Callable[..., Any],
    objective: Objective,
    constraints: Any = (),
    *,
    uncertain: Mapping[str, Any] | None = None,
    criterion: Criterion = "mean",
    grid: int | None = None,
    executor: Executor | None = None,
    **levers: Any,
) -> Design:
    """Return the contest that is best for the sponsor among those the levers can make.

    Parameters
    ----------
    build : callable
        ``build(**levers)`` returns a contest, game or model. For executors over processes it must be
        a module-level function.
    objective : Objective or callable
        What is maximised: an objective, or any function from an equilibrium to a number.
    constraints : Constraint or sequence of Constraint
        Such as `Participation` and `Budget`; they hold in every scenario.
    uncertain : mapping, optional
        What the sponsor does not know: names (further arguments of ``build``) to a SciPy
        distribution, a mapping from values to probabilities, or equally likely values.
    criterion : {"mean", "worst", "regret"}
        Over scenarios: the expected value, the worst value, or the largest shortfall from what could
        have been had in each scenario (its minus is maximised).
    grid : int, optional
        Points along each interval; by default 25 for one interval alone and fewer with more levers.
    executor : concurrent.futures.Executor, optional
        Where the grid is evaluated; the result does not depend on it.
    **levers
        Iterables of values or `Interval`, by the names that ``build`` takes; names of the arguments above
        are not free for levers.

    Returns
    -------
    Design
        The choice, its value and equilibrium, sensitivities, evidence, and every candidate.

    Raises
    ------
    InvalidPartError
        If a lever is empty, reversed or missing, or the build returns no contest.
    UnsolvableError
        If every candidate fails; the message is the table of failures.

    Examples
    --------
    >>> import contests as ct
    >>> def lottery(n, prize):
    ...     return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery())
    >>> best = ct.design(lottery, ct.TotalEffort() - ct.PerEntrant(0.03), n=range(2, 12), prize=[1.0])
    >>> best.choice["n"], round(best.value, 12)
    (6, 0.653333333333)
    """
    task = _task(build, objective, constraints, uncertain, criterion)
    if executor is not None and not callable(getattr(executor, "map", None)):
        raise InvalidPartError(
            "design.executor",
            executor,
            "None or an executor such as concurrent.futures.ProcessPoolExecutor()",
        )
    found = read_levers(levers)
    check_names(build, levers, uncertain or {})
    points = _grid_size(found) if grid is None else count("design.grid", grid, least=3)
    if criterion == "regret":
        task = replace(task, best=_best_in_each(task, found, points, executor))
    search = Search(task, found, points, executor)
    place = search.best()
    if place is None:
        raise _nothing(search.trials, "of the design")
    return _chosen(search, place)


def _task(build: Any, objective: Any, constraints: Any, uncertain: Any, criterion: Any) -> Task:
    """What every candidate is put through, after a look at what was given."""
    if not callable(build):
        raise InvalidPartError("design.build", build, "a function from levers to a contest")
    if criterion not in ("mean", "worst", "regret"):
        raise InvalidPartError("design.criterion", criterion, "'mean', 'worst' or 'regret'")
    return Task(
        build=build,
        objective=read_objective(objective, "design"),
        constraints=read_constraints(constraints),
        scenarios=tuple(read_scenarios(uncertain)),
        criterion=criterion,
    )


def _chosen(search: Search, place: int) -> Design:
    """The result of a search that found its best trial at a ``place``."""
    sensitivity = search.sensitivities(place)
    for _ in range(_AGAIN):  # what is looked at beside the optimum may turn out to be better
        better = search.top()
        if better is None or search.trials[better].value <= search.trials[place].value * (1 + 1e-12):
            break
        place, sensitivity = better, search.sensitivities(better)
    task, chosen = search.task, search.trials[place]
    equilibria = tuple(task.equilibrium(chosen.point, scenario) for scenario, _ in task.scenarios)
    return Design(
        choice=chosen.point,
        value=chosen.value,
        equilibrium=equilibria[0],
        equilibria=equilibria,
        objective=task.objective,
        evidence=_evidence(search, len(task.scenarios)),
        sensitivity=sensitivity,
        trials=tuple(search.trials),
        duals={},
        binding=tuple(repr(one) for one in task.constraints if one.binds(equilibria[0])),
    )


def _grid_size(levers: Levers) -> int:
    """Points along each interval: many where there is one, few where combinations multiply."""
    number = len(levers.intervals)
    combinations = int(np.prod([len(values) for values in levers.lists.values()], dtype=float))
    if number <= 1:
        return 25 if combinations <= 4 else 9
    return (13 if combinations <= 2 else 7) if number == 2 else 5


def _best_in_each(task: Task, levers: Levers, points: int, executor: Executor | None) -> tuple[float, ...]:
    """The best value that could be had in each scenario, if it were known."""
    best = []
    for scenario in task.scenarios:
        alone = replace(task, scenarios=((scenario[0], 1.0),), criterion="mean")
        search = Search(alone, levers, points, executor)
        place = search.best()
        if place is None:
            raise _nothing(search.trials, f"in the scenario {point_in_words(scenario[0])}")
        best.append(search.trials[place].value)
    return tuple(best)


def _nothing(trials: list[Trial], where: str) -> UnsolvableError:
    """The error of a search in which every candidate failed: the table of failures."""
    shown = {point_in_words(trial.point): str(trial.reason) for trial in trials[:_SHOWN]}
    kinds = Counter(str(trial.reason).split(":", maxsplit=1)[0] for trial in trials[_SHOWN:])
    if kinds:
        rest = ", ".join(f"{kind} ({times})" for kind, times in kinds.most_common())
        shown[f"... and {len(trials) - _SHOWN} more"] = rest
    number = "The only candidate" if len(trials) == 1 else f"All {len(trials)} candidates"
    return UnsolvableError(f"{number} {where} {'fails' if len(trials) == 1 else 'fail'}:", shown)


def _evidence(search: Search, scenarios: int) -> str:
    tail = f", in each of {scenarios} scenarios" if scenarios > 1 else ""
    levers, number = search.levers, len(search.trials)
    cells = len(levers.combinations()) * search.grid ** len(levers.intervals)
    failed = sum(trial.reason is not None for trial in search.trials)
    certified = f"{failed} failed, the others certified" if failed else "all certified"
    if not levers.intervals:
        return f"enumeration of {cells} candidates, {certified}{tail}"
    beside = number - cells - search.polished
    looked = f"global grid of {cells} candidates, then {search.polished} in polishing"
    return f"{looked} and {beside} beside the optimum, {certified}{tail}"
