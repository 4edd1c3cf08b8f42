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
from contests.curves import Linear
from contests.design_result import Design
from contests.designing import design
from contests.entry import Fee, FreeEntry, Invite, Reserve
from contests.errors import InvalidPartError
from contests.levers import Interval
from contests.prizes import QualityShare, WinnerTakeAll
from contests.sponsor import BestQuality, FeesCollected, Objective, PrizesPaid, TotalEffort
from contests.success import Lottery

__all__ = [
    "optimal_award",
    "optimal_bias",
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
            return self.base.replace(**{_field(self.base, "solvers", "contestants", "n"): int(n)})
        if isinstance(self.base.contestants, Known):
            return self.base.replace(entry=Invite(int(n)))
        return self.base.replace(contestants=self.base.contestants.replace(n=int(n)))

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


def _contest(value: Any, where: str) -> Contest:
    if not isinstance(value, Contest):
        raise InvalidPartError(f"{where}.contest", value, "a contest made of parts (ct.Contest)")
    return value


def _default(objective: Objective | None) -> Objective:
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
    build = Change(contest, "award")
    return design(build, _default(objective), constraints, executor=executor, award=award)


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
    build = Change(contest, "size")
    return design(build, _default(objective), constraints, executor=executor, n=n)


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
    contest : Contest
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
    build = Change(_contest(contest, "optimal_reserve"), "reserve")
    return design(build, goal, constraints, executor=executor, quality=quality)


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
    contest : Contest
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
    build = Change(_contest(contest, "optimal_fee"), "fee")
    return design(build, goal, constraints, executor=executor, fee=fee)


def optimal_bias(
    contest: Any,
    objective: Objective | None = None,
    *,
    bias: Interval | None = None,
    executor: Executor | None = None,
) -> Design:
    """Return the weights of a lottery that are best for the sponsor.

    Two contestants: the weight of the second relative to the first is searched. More contestants
    with exponent 1, linear cost and total effort as objective: the weights of Franke, Kanzow,
    Leininger and Schwartz (2013), who show that at least three are active and the field is not
    levelled fully; a search around them is the check.

    Parameters
    ----------
    contest : Contest
        A lottery among contestants with known differences.
    objective : Objective, optional
        Total effort if absent.
    bias : Interval, optional
        For two contestants, where the relative weight is searched; by ratio from 1/1000 to 1000
        times the ratio of values if absent.
    executor : concurrent.futures.Executor, optional
        Where candidates are evaluated.

    Returns
    -------
    Design
        ``choice["bias"]`` for two, ``choice["weights"]`` for more.

    Raises
    ------
    InvalidPartError
        If the contest is no lottery, or more than two contestants meet without exponent 1, linear
        cost and total effort as objective.

    Examples
    --------
    >>> import contests as ct
    >>> contest = ct.Contest(contestants=ct.Known(value=[2, 1]), prizes=1, success=ct.Lottery())
    >>> best = ct.optimal_bias(contest)
    >>> round(best.choice["bias"], 5), round(best.value, 9)
    (2.0, 0.75)
    """
    game = _contest(contest, "optimal_bias")
    goal = TotalEffort() if objective is None else objective
    if not isinstance(game.success, Lottery):
        raise InvalidPartError("optimal_bias.contest", game.success, "a contest whose success is ct.Lottery")
    if game.n == 2:
        everyone = np.arange(2)
        worth = np.broadcast_to(game.contestants.trait("value", everyone), (2,))
        cost = np.broadcast_to(game.contestants.trait("cost", everyone), (2,))
        ratio = float((worth[0] / cost[0]) / (worth[1] / cost[1])) ** game.success.exponent
        where = Interval(ratio / 1000, ratio * 1000, log=True) if bias is None else bias
        return design(Change(game, "bias"), goal, executor=executor, bias=where)
    linear = isinstance(game.cost, Linear) and getattr(game.technology, "output", None) == Linear()
    if game.success.exponent != 1.0 or not linear or goal != TotalEffort():
        raise InvalidPartError(
            "optimal_bias.contest",
            f"{game.n} contestants",
            "two, unless the exponent is 1, cost and output are linear and the objective is ct.TotalEffort()",
            "With more contestants use ct.design with weights as levers.",
        )
    return _franke(game, goal)


def _franke(game: Contest, goal: Objective) -> Design:
    """The optimal weights of a linear lottery, with a certified search around them as evidence."""
    everyone = np.arange(game.n)
    value = np.broadcast_to(game.contestants.trait("value", everyone), (game.n,)) * game.prizes.top
    worth = np.asarray(value / np.broadcast_to(game.contestants.trait("cost", everyone), (game.n,)), float)
    share = _optimal_shares(worth)
    active = share > 0
    weights = np.zeros(game.n)
    weights[active] = 1.0 / (worth[active] * (1.0 - share[active]))
    # Who stays out at the optimum gets a weight with which she prefers to.
    weights[~active] = 0.5 * weights[active].min() * worth[active].min() / worth[~active]
    weights /= weights[np.argmax(worth)]
    candidates = [weights]
    for i in np.flatnonzero(active):
        for factor in (0.9, 0.99, 1.01, 1.1):
            moved = weights.copy()
            moved[i] *= factor
            candidates.append(moved)
    found = design(Change(game, "weights"), goal, weights=_Listed(candidates))
    return found.replace(
        evidence="closed form (Franke, Kanzow, Leininger and Schwartz 2013); " + found.evidence
    )


class _Listed:
    """Arrays as a lever: iterable, but not taken for a grid of numbers."""

    def __init__(self, arrays: list[Array]) -> None:
        self._arrays = arrays

    def __iter__(self) -> Any:
        return iter(tuple(tuple(float(x) for x in array) for array in self._arrays))


def _optimal_shares(worth: Array) -> Array:
    """Winning probabilities p_i = (1 - lam / V_i) / 2, lam = (k - 2) / sum of 1/V, over the best k active."""
    order = np.argsort(-worth, kind="stable")
    share = np.zeros(worth.size)
    best, number = -np.inf, 2
    for k in range(2, worth.size + 1):
        top = worth[order[:k]]
        lam = (k - 2) / np.sum(1.0 / top)
        total = float(np.sum(top) - (k - 2) ** 2 / np.sum(1.0 / top)) / 4
        if top[-1] > lam and total > best:
            best, number = total, k
    top = worth[order[:number]]
    lam = (number - 2) / np.sum(1.0 / top)
    share[order[:number]] = (1.0 - lam / top) / 2
    return share


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
    build = Change(contest, "contingency")
    return design(build, _default(objective), constraints, executor=executor, base=base, share=share)
