"""How much to favour the weak: the weights of a lottery that are best for the sponsor."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.curves import Linear
from contests.design_result import Design
from contests.design_uses import Change, made_of_parts
from contests.designing import design
from contests.errors import InvalidPartError
from contests.levers import Interval
from contests.sponsor import Objective, TotalEffort
from contests.success import Lottery

__all__ = ["optimal_bias"]

Array = NDArray[np.float64]


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
    contest : Contest or Model
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
    game = made_of_parts(contest, "optimal_bias")
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
