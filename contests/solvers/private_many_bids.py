"""Bids and strategies by type of contestants whose types follow different laws.

What `contests.solvers.private_many_laws` found along the product of all levels, as a function of each
contestant's own level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.part import Part
from contests.solvers.march import Path
from contests.solvers.panels import FAR, scheme
from contests.solvers.private_many_field import Field
from contests.solvers.private_many_laws import Way, descend
from contests.solvers.private_separable import SeparableEffort
from contests.solvers.private_strategy import TypeStrategy

__all__ = ["TiedBids", "many_law_strategies"]

Array = NDArray[np.float64]
_FIT = 20  # points on a panel


@dataclass(frozen=True, eq=False, repr=False)
class TiedBids(Part):
    """The bid of each level of one contestant, in money spent by a type of strength one.

    Attributes
    ----------
    edges : ndarray, shape (panels + 1,)
        Ends of the panels, in log-odds of her level or, if her best type bids less than others',
        minus the root of minus the log of her level.
    coefficients : ndarray, shape (order + 1, panels)
        Chebyshev coefficients of the log of the bid.
    joins : bool
        Whether her best type bids less than others'.
    """

    edges: Array
    coefficients: Array
    joins: bool

    def log(self, z: Array) -> Array:
        """Return logs of the bids of the levels of log-odds ``z``; beyond the ends, the bid there."""
        from scipy.special import log_expit

        place = np.asarray(z, float)
        return Path(self.edges, self.coefficients)(-np.sqrt(-log_expit(place)) if self.joins else place)


def _invert(coefficients: Array, goal: Array) -> Array:
    """Where in [-1, 1] increasing Chebyshev series reach their goals: Newton's method within bisection."""
    cheb = np.polynomial.chebyshev
    slopes = cheb.chebder(coefficients, axis=0)
    low, high = np.full(goal.shape, -1.0), np.ones(goal.shape)
    x = np.zeros(goal.shape)
    for _ in range(70):
        miss = cheb.chebval(x, coefficients, tensor=False) - goal
        low, high = np.where(miss < 0, x, low), np.where(miss < 0, high, x)
        with np.errstate(divide="ignore", invalid="ignore"):  # flat where she has just joined
            step = x - miss / cheb.chebval(x, slopes, tensor=False)
        fresh = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        moved = float(np.abs(fresh - x).max(initial=0.0))
        x = fresh
        if moved <= 4e-16:
            break
    return x


def many_law_strategies(contest: Any) -> list[TypeStrategy]:
    """Return the strategies of contestants whose types follow different laws.

    Parameters
    ----------
    contest : Contest
        Private types, no noise, one prize.

    Returns
    -------
    list of TypeStrategy
        One for each contestant.

    Raises
    ------
    ConvergenceError
        If the laws differ too much, or the equilibrium is not of the form described above.
    """
    field = Field(contest)
    found = descend(field)
    strategies = [_strategy(contest, field, found, k) for k in range(len(field.levels))]
    _, member = np.unique(contest.kind_of(), return_inverse=True)
    return [strategies[k] for k in member.reshape(-1)]


def _tied_bids(field: Field, panels: Way, kind: int, chosen: slice, edges: Array) -> TiedBids:
    """Bids as functions of the level itself, on the panels in which a kind is active."""
    from scipy.special import log_expit

    transform = scheme()[2]
    levels = np.ascontiguousarray((panels.log_levels[kind, chosen] @ transform.T).T)
    ratios = np.ascontiguousarray((panels.log_ratio[chosen] @ transform.T).T)
    x = panels.log_levels[kind, chosen]
    joins = bool(x[-1, -1] == 0.0)
    ends = np.append(x[:, 0], x[-1, -1])
    ends = -np.sqrt(-ends) if joins else ends - np.log(-np.expm1(ends))
    nodes = np.cos(np.pi * (np.arange(_FIT) + 0.5) / _FIT)
    places = ends[:-1] + np.diff(ends) * (nodes[:, None] + 1) / 2
    t = _invert(levels, -(places**2) if joins else log_expit(places))
    product = edges[:-1] + np.diff(edges) * (t + 1) / 2
    bids = np.log(field.prize) + np.polynomial.chebyshev.chebval(t, ratios, tensor=False) + log_expit(product)
    fit = np.linalg.inv(np.polynomial.chebyshev.chebvander(nodes, _FIT - 1))
    return TiedBids(edges=ends, coefficients=np.ascontiguousarray(fit @ bids), joins=joins)


def _strategy(contest: Any, field: Field, panels: Way, kind: int) -> TypeStrategy:
    used = np.flatnonzero(panels.active[kind])
    bids, start, threshold = None, -np.inf, FAR
    if used.size:
        chosen = slice(used[0], used[-1] + 1)
        bids = _tied_bids(field, panels, kind, chosen, panels.edges[used[0] : used[-1] + 2])
        last = float(panels.log_levels[kind, used[0], 0])
        # Whose level vanishes first wins for next to nothing against the others' idle types: she never idles.
        threshold = -np.inf
        if used[0] > 0 or last > panels.log_levels[:, 0, 0].min():
            start = threshold = last - float(np.log(-np.expm1(last)))
    levels = field.levels[kind]
    effort = SeparableEffort(
        levels=levels,
        advantage=field.how,
        cost=contest.cost,
        prizes=np.array([field.prize]),
        n=contest.n,
        start=start,
        first=0.0,
        panels=bids,
        averaged=False,
    )
    return TypeStrategy(types=levels.law, function=effort, scores_increase=levels.best_high, start=threshold)
