"""The questions sponsors ask by name, each a thin use of `contests.design`.

How large an award, how many contestants, which reserve, which entry fee, how much to
favour the weak, whether the award should depend on quality. Each takes a contest made
of parts (or a model with the field concerned) and returns a
:class:`~contests.design_result.Design`.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Known
from contests.design_result import Design
from contests.designing import design
from contests.entry import Fee, Invite, Reserve
from contests.entry_rules import FreeEntry
from contests.errors import InvalidPartError
from contests.levers import Interval
from contests.prizes import QualityShare, WinnerTakeAll
from contests.sponsor import BestQuality, FeesCollected, Objective, PrizesPaid, TotalEffort
from contests.trials import is_a_contest

__all__ = [
    "optimal_award",
    "optimal_contingency",
    "optimal_fee",
    "optimal_reserve",
    "optimal_size",
]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Change:
    """A build that changes one thing in a contest or model: picklable for executors.

    Parameters
    ----------
    base : Contest or Model
        What is changed.
    what : str
        Which of the changes below.
    """

    base: Any
    what: str

    def __call__(self, **levers: Any) -> Any:
        """Return the changed contest at ``levers``."""
        return getattr(self, f"_{self.what}")(**levers)

    def _award(self, award: float) -> Any:
        if isinstance(self.base, Contest):
            return self.base.replace(prizes=WinnerTakeAll(award))
        return self.base.replace(**{_field(self.base, "award", "prize"): award})

    def _size(self, n: int) -> Any:
        if not isinstance(self.base, Contest):
            return self.base.replace(**{_field(self.base, "solvers", "contestants", "n"): n})
        if isinstance(self.base.contestants, Known):
            return self.base.replace(entry=Invite(n))
        return self.base.replace(contestants=self.base.contestants.replace(n=n))

    def _reserve(self, quality: float) -> Any:
        return self.base.replace(entry=Reserve(quality))

    def _fee(self, fee: float) -> Any:
        entry = self.base.entry
        if isinstance(entry, (Reserve, FreeEntry)):
            return self.base.replace(entry=entry.replace(fee=fee))
        to = entry.refundable_to if isinstance(entry, Fee) else "sponsor"
        return self.base.replace(entry=Fee(fee, refundable_to=to))

    def _bias(self, bias: float) -> Any:
        return self.base.replace(success=self.base.success.replace(weights=np.array([1.0, bias])))

    def _weights(self, weights: Array) -> Any:
        return self.base.replace(success=self.base.success.replace(weights=np.asarray(weights)))

    def _contingency(self, base: float, share: float) -> Any:
        prizes = QualityShare(base=base, share=share) if share else WinnerTakeAll(base)
        if isinstance(self.base, Contest):
            return self.base.replace(prizes=prizes)
        from contests.models import ContingentAward

        award = ContingentAward(base=base, share=share) if share else base
        return self.base.replace(**{_field(self.base, "award", "prize"): award})


def _field(model: Any, *names: str) -> str:
    own = {one.name for one in fields(model)} if is_dataclass(model) else set()
    for name in names:
        if name in own:
            return name
    raise InvalidPartError(
        "optimal design",
        type(model).__name__,
        f"a contest made of parts, or a model with a field {names[0]!r}",
    )


def made_of_parts(value: Any, where: str) -> Contest:
    """Return the contest that ``value`` is or composes as a model, or say that ``where`` needs one."""
    own = getattr(value, "contest", None)
    contest = own() if callable(own) and not isinstance(value, (Contest, type)) else value
    if not isinstance(contest, Contest):
        raise InvalidPartError(
            f"{where}.contest", value, "a contest made of parts (ct.Contest) or a model of one"
        )
    return contest


def _best(
    contest: Any,
    what: str,
    goal: Objective,
    constraints: Any,
    executor: Executor | None,
    **levers: Any,
) -> Design:
    """The design in which one thing of a contest is chosen."""
    if not is_a_contest(contest):
        raise InvalidPartError(f"optimal_{what}.contest", contest, "a contest made of parts or a model")
    return design(Change(contest, what), goal, constraints, executor=executor, **levers)


def _profit(objective: Objective | None) -> Objective:
    """What is asked for, or the best idea less what it costs."""
    return BestQuality() - PrizesPaid() if objective is None else objective


def optimal_award(
    contest: Any,
    award: Interval | Iterable[float],
    objective: Objective | None = None,
    *,
    constraints: Any = (),
    executor: Executor | None = None,
) -> Design:
    """Return the best winner-take-all award.

    Parameters
    ----------
    contest : Contest or Model
        Its own prizes do not matter.
    award : Interval or iterable of float
        The awards to choose from, in money.
    objective : Objective, optional
        Best quality less prizes if absent.
    constraints : Constraint or sequence of Constraint
        Such as `Participation`.
    executor : concurrent.futures.Executor, optional
        Where candidates are evaluated.

    Returns
    -------
    Design
        ``choice["award"]``.

    Examples
    --------
    With value 2 for a unit of effort and cost e^2, four contestants: the award 3/2.

    >>> import contests as ct
    >>> contest = ct.Contest(
    ...     contestants=ct.Identical(4), prizes=1, success=ct.Lottery(), cost=ct.Power(2)
    ... )
    >>> best = ct.optimal_award(contest, ct.Interval(0, 10), 2 * ct.TotalEffort() - ct.PrizesPaid())
    >>> round(best.choice["award"], 5), round(best.value, 9)
    (1.5, 1.5)
    """
    return _best(contest, "award", _profit(objective), constraints, executor, award=award)


def optimal_size(
    contest: Any,
    n: Iterable[int],
    objective: Objective | None = None,
    *,
    constraints: Any = (),
    executor: Executor | None = None,
) -> Design:
    """Return the best number of contestants.

    Every number is tried: with private types the value may fall and rise again.

    Parameters
    ----------
    contest : Contest or Model
        With known differences the first n are invited.
    n : iterable of int
        The numbers to choose from.
    objective : Objective, optional
        Best quality less prizes if absent.
    constraints : Constraint or sequence of Constraint
        Such as `Participation`.
    executor : concurrent.futures.Executor, optional
        Where candidates are evaluated.

    Returns
    -------
    Design
        ``choice["n"]``; numbers without an equilibrium are among the rejected.

    Examples
    --------
    >>> import contests as ct
    >>> contest = ct.Contest(contestants=ct.Identical(2), prizes=1, success=ct.Lottery())
    >>> ct.optimal_size(contest, range(1, 20), ct.TotalEffort() - ct.PerEntrant(0.03)).choice
    {'n': 6}
    """
    return _best(contest, "size", _profit(objective), constraints, executor, n=n)


def optimal_reserve(
    contest: Any,
    quality: Interval | Iterable[float],
    objective: Objective | None = None,
    *,
    constraints: Any = (),
    executor: Executor | None = None,
) -> Design:
    """Return the best minimum quality of a submission.

    Parameters
    ----------
    contest : Contest or Model
        Its own entry rule does not matter.
    quality : Interval or iterable of float
        The reserves to choose from, in units of quality.
    objective : Objective, optional
        Total effort if absent.
    constraints : Constraint or sequence of Constraint
        Such as `Participation`.
    executor : concurrent.futures.Executor, optional
        Where candidates are evaluated.

    Returns
    -------
    Design
        ``choice["quality"]``.
    """
    goal = TotalEffort() if objective is None else objective
    game = made_of_parts(contest, "optimal_reserve")
    return _best(game, "reserve", goal, constraints, executor, quality=quality)


def optimal_fee(
    contest: Any,
    fee: Interval | Iterable[float],
    objective: Objective | None = None,
    *,
    constraints: Any = (),
    executor: Executor | None = None,
) -> Design:
    """Return the best entry fee.

    Parameters
    ----------
    contest : Contest or Model
        A reserve, a cost of entry, or a rule that fees go to the winner is kept.
    fee : Interval or iterable of float
        The fees to choose from, in money.
    objective : Objective, optional
        Total effort plus fees if absent.
    constraints : Constraint or sequence of Constraint
        Such as `Participation`.
    executor : concurrent.futures.Executor, optional
        Where candidates are evaluated.

    Returns
    -------
    Design
        ``choice["fee"]``.
    """
    goal = TotalEffort() + FeesCollected() if objective is None else objective
    game = made_of_parts(contest, "optimal_fee")
    return _best(game, "fee", goal, constraints, executor, fee=fee)


def optimal_contingency(
    contest: Any,
    base: Interval | Iterable[float],
    share: Interval | Iterable[float],
    objective: Objective | None = None,
    *,
    constraints: Any = (),
    executor: Executor | None = None,
) -> Design:
    """Return the best award that may depend on the winner's quality.

    Parameters
    ----------
    contest : Contest or Model
        Its own prizes do not matter.
    base : Interval or iterable of float
        What the winner gets in any case, in money.
    share : Interval or iterable of float
        What she gets for each unit of quality; ``[0]`` keeps the award fixed.
    objective : Objective, optional
        Best quality less prizes if absent.
    constraints : Constraint or sequence of Constraint
        Such as `Participation`.
    executor : concurrent.futures.Executor, optional
        Where candidates are evaluated.

    Returns
    -------
    Design
        ``choice["base"]`` and ``choice["share"]``.
    """
    return _best(contest, "contingency", _profit(objective), constraints, executor, base=base, share=share)
