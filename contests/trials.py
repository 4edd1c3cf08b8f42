"""One candidate of a design: build it, solve it, certify it, value it; failures keep their words.

What crosses to another process is small: the task goes in, a :class:`Trial` comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from contests.constraints import Constraint, violation
from contests.errors import ContestError, InvalidPartError

__all__ = ["NotANumber", "Task", "Trial", "attempt", "is_a_contest", "one_number", "read_objective", "run"]

Point = dict[str, Any]
Criterion = Literal["mean", "worst", "regret"]
_TOGETHER, _APART = 64, 4  # candidates looked at together: here, and by one worker of an executor


@dataclass(frozen=True, kw_only=True)
class Task:
    """What every candidate is put through.

    Attributes
    ----------
    build : callable
        From levers to a contest.
    objective : callable
        From an equilibrium to a number.
    constraints : tuple of Constraint
        What must hold.
    scenarios : tuple of (dict, float)
        What the sponsor does not know, with probabilities.
    criterion : {"mean", "worst", "regret"}
        How values over scenarios become one.
    best : tuple of float
        The best value in each scenario, for regret.
    """

    build: Callable[..., Any]
    objective: Callable[[Any], float]
    constraints: tuple[Constraint, ...] = ()
    scenarios: tuple[tuple[Point, float], ...] = (({}, 1.0),)
    criterion: Criterion = "mean"
    best: tuple[float, ...] = ()

    def judge(self, values: tuple[float, ...]) -> float:
        """Return the one number to maximise from the ``values`` in each scenario."""
        if len(values) == 1 and self.criterion != "regret":
            return values[0]
        if self.criterion == "worst":
            return min(values)
        if self.criterion == "regret":
            return 0.0 - max(top - value for top, value in zip(self.best, values, strict=True))
        return float(sum(w * v for (_, w), v in zip(self.scenarios, values, strict=True)))

    def game(self, point: Point, scenario: Point) -> Any:
        """Return the contest at a ``point`` in a ``scenario``."""
        try:
            game = self.build(**point, **scenario)
        except ContestError:
            raise
        except (ValueError, ArithmeticError) as error:
            # Values that her own parts refuse are a candidate that fails; any other error is a mistake.
            raise _RefusedByBuild(f"the build raised {type(error).__name__}: {error}") from error
        if not is_a_contest(game):
            raise _NotAContest(point, game)
        return game

    def equilibrium(self, point: Point, scenario: Point) -> Any:
        """Return the certified equilibrium at a ``point`` in a ``scenario``."""
        return self.game(point, scenario).solve()


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A candidate design.

    Attributes
    ----------
    point : dict
        The levers.
    value : float
        What it is worth to the sponsor; minus infinity if rejected.
    values : tuple of float
        The value in each scenario.
    reason : str or None
        Why it was rejected, or None.
    total_effort, max_gain : float
        Of its equilibrium (the first scenario's effort; the worst gain from deviating); NaN if rejected.
    """

    point: Point
    value: float
    values: tuple[float, ...] = ()
    reason: str | None = None
    total_effort: float = float("nan")
    max_gain: float = float("nan")

    @property
    def rejected(self) -> bool:
        """Whether the candidate can not be chosen."""
        return self.reason is not None


class _NotAContest(Exception):
    """The build returned something that is no contest: a mistake in the call, not in a candidate."""

    def __init__(self, point: Point, found: Any) -> None:
        self.point, self.found = point, found
        super().__init__(point, repr(found))


class _RefusedByBuild(ContestError):
    """The build itself refuses the values of a candidate."""


def is_a_contest(value: Any) -> bool:
    """Return whether ``value`` is a contest, a game or a model, and not the class of one."""
    return callable(getattr(value, "game", None)) and not isinstance(value, type)


def read_objective(objective: Any, where: str) -> Any:
    """Return an ``objective`` that can be asked, or say that ``where`` needs one.

    Parameters
    ----------
    objective : Objective or callable
        From an equilibrium to a number.
    where : str
        The function it was given to.

    Raises
    ------
    InvalidPartError
        If it cannot be called, or is the class of an objective.
    """
    allowed = "an objective such as ct.TotalEffort()"
    if not callable(objective):
        raise InvalidPartError(f"{where}.objective", objective, allowed)
    if isinstance(objective, type):
        found = f"the class {objective.__name__}"
        raise InvalidPartError(f"{where}.objective", found, allowed, "Call the class to make one.")
    return objective


def one_number(value: Any) -> float:
    """Return the ``value`` of an objective as a float; raise `NotANumber` if it is not one number."""
    if np.ndim(value) == 0 and isinstance(value, (int, float, np.number, np.ndarray)):
        return float(value)
    raise NotANumber(value)


class NotANumber(Exception):
    """The objective returned something that is no number: a mistake in the call too."""

    def __init__(self, found: Any) -> None:
        self.found = found
        super().__init__(repr(found))

    def said(self, where: str) -> InvalidPartError:
        """Return the error in words, of the function (``where``) that the objective was given to."""
        return InvalidPartError(
            f"{where}.objective", self.found, "a function from an equilibrium to one number"
        )


def attempt(task: Task, point: Point, solve: Callable[[Point, Point], Any] | None = None) -> Trial:
    """Return the trial of one candidate.

    Parameters
    ----------
    task : Task
        What to do.
    point : dict
        The levers.
    solve : callable, optional
        From the point and a scenario to the certified equilibrium, where it is known already.

    Returns
    -------
    Trial
        With the reason if anything in it failed: no equilibrium, a part refused, a constraint broken.
    """
    solve = solve or task.equilibrium
    values, effort, gain = [], float("nan"), 0.0
    try:
        for scenario, _ in task.scenarios:
            equilibrium = solve(point, scenario)
            broken = violation(task.constraints, equilibrium)
            if broken is not None:
                return Trial(point=point, value=-np.inf, reason=broken)
            value = one_number(task.objective(equilibrium))
            if not np.isfinite(value):
                return Trial(point=point, value=-np.inf, reason=f"the objective is {value}")
            values.append(value)
            gain = max(gain, equilibrium.certificate.max_gain)
            effort = equilibrium.total_effort if len(values) == 1 else effort
    except ContestError as error:
        said = str(error) if isinstance(error, _RefusedByBuild) else f"{type(error).__name__}: {error}"
        return Trial(point=point, value=-np.inf, reason=said)
    except _NotAContest as error:
        raise InvalidPartError(
            "design.build", f"{error.found!r} at {error.point}", "a function that returns a contest"
        ) from None
    except NotANumber as error:
        raise error.said("design") from None
    judged = task.judge(tuple(values))
    return Trial(point=point, value=judged, values=tuple(values), total_effort=effort, max_gain=gain)


class _Attempts:
    """`attempt` for a block of points with its task, picklable for executors."""

    def __init__(self, task: Task) -> None:
        self.task = task

    def __call__(self, points: Sequence[Point]) -> list[Trial]:
        if len(self.task.scenarios) > 1:
            return [attempt(self.task, point) for point in points]
        from contests.solving_together import solve_together

        games = [self._built(point) for point in points]
        built = [place for place, game in enumerate(games) if not isinstance(game, Exception)]
        found = dict(zip(built, solve_together([games[place] for place in built]), strict=True))
        return [
            attempt(self.task, point, _Known(games[place], found.get(place)))
            for place, point in enumerate(points)
        ]

    def _built(self, point: Point) -> Any:
        """The contest at a point, or why there is none, to be said in its turn."""
        try:
            return self.task.game(point, self.task.scenarios[0][0])
        except (ContestError, _NotAContest) as error:
            return error


class _Known:
    """The equilibrium of a contest that is built already, and perhaps solved."""

    def __init__(self, game: Any, equilibrium: Any) -> None:
        self.game, self.found = game, equilibrium

    def __call__(self, point: Point, scenario: Point) -> Any:
        if isinstance(self.game, Exception):
            raise self.game
        return self.game.solve() if self.found is None else self.found


def run(task: Task, points: Iterable[Point], executor: Executor | None = None) -> list[Trial]:
    """Return the trials of many candidates, in their order.

    Parameters
    ----------
    task : Task
        What to do with each.
    points : iterable of dict
        The levers of each.
    executor : concurrent.futures.Executor, optional
        Where to do it; here if absent. The results do not depend on it.

    Returns
    -------
    list of Trial
    """
    wanted, size = list(points), _TOGETHER if executor is None else _APART
    blocks = [wanted[start : start + size] for start in range(0, len(wanted), size)]
    work = _Attempts(task)
    done = map(work, blocks) if executor is None else executor.map(work, blocks)
    return [trial for block in done for trial in block]
