"""The programmes behind optimal prizes: linear, concave, and certified local search.

Feasible prizes v_1 >= ... >= v_R >= 0 that cost at most the budget are mixtures of
the schedules "L equal prizes that use the budget up" (and of paying nothing). In
those weights the feasible set is a simplex, and the three programmes share it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Programme", "concave_programme", "linear_programme", "pattern_search", "prizes_of"]

Array = NDArray[np.float64]
_GAP = 1e-11


@dataclass(frozen=True, kw_only=True)
class Programme:
    """The solution of a programme.

    Attributes
    ----------
    weights : ndarray, shape (ranks,)
        Share of the budget paid as L equal prizes.
    price : float
        Shadow value of a unit of the budget, in units of what is maximised.
    reduced : ndarray, shape (ranks,)
        What is lost by each unit of budget paid as L equal prizes instead: zero where used.
    gap : float
        Bound on what any other schedule could add, relative.
    """

    weights: Array
    price: float
    reduced: Array
    gap: float = 0.0


def prizes_of(weights: Array, budget: float) -> Array:
    """Return prizes by rank of a mixture.

    Parameters
    ----------
    weights : ndarray, shape (ranks,)
        Share of the budget paid as L equal prizes.
    budget : float
        Money.

    Returns
    -------
    ndarray, shape (ranks,)
    """
    steps = weights / np.arange(1, weights.size + 1)
    return np.asarray(budget * np.cumsum(steps[::-1])[::-1])


def linear_programme(steps: Array, budget: float) -> Programme:
    """Return the prizes that maximise a linear incentive, by HiGHS, with duals.

    Maximise sum of steps_L s_L over s >= 0 with sum of L s_L <= budget; s_L is the step from prize
    L to prize L + 1.

    Parameters
    ----------
    steps : ndarray, shape (ranks,)
        Incentive of a unit step at each rank.
    budget : float
        Money.

    Returns
    -------
    Programme
        Among equally good schedules the one with the fewest prizes.
    """
    from scipy.optimize import linprog

    ranks = np.arange(1, steps.size + 1)
    average = steps / ranks
    unit = float(np.max(np.abs(average))) or 1.0
    # In budget shares and units of the best average the programme does not depend on the units of money.
    found = linprog(-average / unit, A_ub=np.ones((1, steps.size)), b_ub=[1.0], method="highs")
    price = -float(found.ineqlin.marginals[0]) * unit
    top = float(average.max())
    weights = np.zeros(steps.size)
    if top > 0:
        # A vertex: where several tie to rounding, the one with the fewest prizes.
        weights[int(np.flatnonzero(average >= top - 1e-12 * unit)[0])] = 1.0
    gap = abs(price - max(top, 0.0)) / unit
    return Programme(weights=weights, price=price, reduced=np.asarray(max(top, 0.0) - average), gap=gap)


def concave_programme(
    value: Callable[[Array], float], gradient: Callable[[Array], Array], ranks: int
) -> Programme:
    """Return the mixture that maximises a concave function, with a duality gap.

    Pairwise Frank–Wolfe steps: the gradient at a mixture bounds, over the whole simplex, what any
    other could add.

    Parameters
    ----------
    value, gradient : callable
        Of weights, shape (ranks,).
    ranks : int
        How many ranks may be paid.

    Returns
    -------
    Programme
    """
    from scipy.optimize import minimize_scalar

    weights = np.zeros(ranks)
    weights[0] = 1.0
    slope, here = gradient(weights), value(weights)
    for _ in range(2000):
        up = int(np.argmax(slope))
        used = np.flatnonzero(weights > 0)
        down = int(used[np.argmin(slope[used])])
        gap = float(slope[up] - slope @ weights)
        if gap <= _GAP * abs(here) or up == down:
            break
        room = float(weights[down])

        def loss(share: float, up: int = up, down: int = down, room: float = room) -> float:
            moved = weights.copy()
            moved[up] += share * room
            moved[down] -= share * room
            return -value(moved)

        found = minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-12})
        share = 1.0 if loss(1.0) <= found.fun else float(found.x)
        if -loss(share) <= here:
            break
        weights[up] += share * room
        weights[down] = 0.0 if share == 1.0 else weights[down] - share * room
        slope, here = gradient(weights), value(weights)
    gap = float(slope.max() - slope @ weights)
    return Programme(
        weights=weights,
        price=float(slope @ weights),
        reduced=np.asarray(slope.max() - slope),
        gap=gap / abs(here) if here else 0.0,
    )


def pattern_search(
    value: Callable[[Array], float], ranks: int, *, among: list[int] | None = None, smallest: float = 1e-5
) -> Array | None:
    """Return the best mixture found by moving budget between schedules, from several starts.

    Parameters
    ----------
    value : callable
        Of weights, shape (ranks,); minus infinity where there is no equilibrium.
    ranks : int
        How many ranks may be paid.
    among : list of int, optional
        Numbers of equal prizes, from 1, whose schedules are mixed; all up to ``ranks`` if absent.
    smallest : float
        Smallest share of the budget moved.

    Returns
    -------
    ndarray or None
        None if no start has an equilibrium.
    """
    used = np.arange(ranks) if among is None else np.array(sorted(among)) - 1
    corners = np.eye(ranks)[used]
    even = corners.mean(axis=0)
    starts = [*corners, even, *((even + row) / 2 for row in corners)]
    scored = sorted(((value(start), k) for k, start in enumerate(starts)), reverse=True)
    best, best_value = None, -np.inf
    for start_value, k in scored[:3]:
        if not np.isfinite(start_value):
            break
        found, found_value = _climb(value, starts[k], start_value, used, smallest)
        if found_value > best_value:
            best, best_value = found, found_value
    return best


def _climb(
    value: Callable[[Array], float], start: Array, height: float, used: NDArray[np.intp], smallest: float
) -> tuple[Array, float]:
    """Move a share of the budget between any two schedules while it helps, then smaller shares."""
    weights, step = start.copy(), 0.25
    while step >= smallest:
        moves = []
        for down in np.flatnonzero(weights > 0):
            for up in used:
                if up != down:
                    moved = weights.copy()
                    share = min(step, float(weights[down]))
                    moved[down] -= share
                    moved[up] += share
                    moves.append((value(moved), moved))
        top, moved = max(moves, key=lambda move: move[0]) if moves else (-np.inf, weights)
        if top > height:
            weights, height = moved, top
        else:
            step /= 2
    return weights, height
