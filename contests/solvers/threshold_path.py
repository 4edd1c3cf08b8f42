"""Thresholds between bids by following a path: an interior-point method with derivatives.

The thresholds g of `contests.solvers.threshold_game` solve a complementarity problem on the cone of
increasing thresholds, with a multiplier for each action's share d_k = g_k - g_(k-1) of types:

    F_k = m_k - m_(k+1),    d_k >= 0,    m_k >= 0,    d_k m_k = 0

(sums of F over actions that nobody takes are at most zero: skipping pays). The path has d_k m_k = t b_k
with weights b_k in money, and the violation of the first condition shrunk by t, from t = 1, where
the start lies on it, to nearly zero. Each step of Newton's method is a banded linear system.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contests.solvers.threshold_game import ThresholdGame

__all__ = ["Found", "follow"]

Array = NDArray[np.float64]
_STEPS = 10  # of Newton's method at one place of the path
_MOST = 260
_ROUGH, _END = 0.05, 1e-4  # places on the path, from one to zero


@dataclass(frozen=True)
class Found:
    """How far the path was followed.

    Attributes
    ----------
    steps : ndarray, shape (classes, actions)
        Shares of types that take each action.
    rough : ndarray, shape (classes, actions)
        The same at an earlier place of the path, where all are above zero: a guess for a finer grid.
    place : float
        Where the path was left: one at its start, zero at its end.
    """

    steps: Array
    rough: Array
    place: float


@dataclass(frozen=True)
class _Place:
    """Shares of types by action, multipliers, and how they miss the conditions."""

    steps: Array
    multipliers: Array
    moved: float = 1.0
    missed: float = np.inf


def follow(game: ThresholdGame, steps: Array, *, weight: float, check: Callable[[], None]) -> Found:
    """Return the shares of types that take each action in equilibrium, or as near as the path led.

    Parameters
    ----------
    game : ThresholdGame
        The discretised game.
    steps : ndarray, shape (classes, actions)
        A guess of the shares, all above zero.
    weight : float
        How far from the guess the path may go: 1 for a poor one, less for a good one.
    check : callable
        Called in every step; raises when the time is used up.
    """
    # Whatever the guess, no share is so small that money in the multipliers would outweigh the game.
    least = 1e-4 * np.append(game.scale[0], game.scale) / game.worth[-1]
    steps = np.maximum(steps, least)
    steps = steps / steps.sum(axis=1, keepdims=True)
    barrier = weight * steps * game.worth
    place = _Place(steps, np.broadcast_to(weight * game.worth, steps.shape).copy())
    start = _violation(game, place)
    large = max(1.0, float(np.abs(start / game.scale).max()))
    t, ratio, count, early = 1.0, 0.5, 0, steps
    while t > _END:
        goal = t * ratio
        trial, turns = _settled(
            game, place, (goal * barrier, goal * start, 0.1 * goal * large + 1e-12), check
        )
        count += turns
        if trial is not None:
            place, t = trial, goal
            early = place.steps if t >= _ROUGH else early
            ratio = max(ratio**1.5, 0.03) if turns <= 5 else ratio
            continue
        ratio = float(np.sqrt(ratio))
        if ratio > 0.99 or count > _MOST:
            break
    # Of a share and its multiplier one vanishes at the end of the path: the smaller, each in its unit.
    used = place.steps / steps > place.multipliers / (weight * game.worth)
    kept = np.where(used | ~used.any(axis=1, keepdims=True), place.steps, 0.0)
    return Found(kept / kept.sum(axis=1, keepdims=True), early, t)


def _settled(
    game: ThresholdGame, place: _Place, goals: tuple[Array, Array, float], check: Callable[[], None]
) -> tuple[_Place | None, int]:
    """Newton's method from ``place`` to another place of the path, and how many steps it took.

    ``goals`` are the products of shares and multipliers there, the violation, and what may be missed.
    """
    barrier, violation, enough = goals
    for turn in range(1, _STEPS + 1):
        check()
        place = _newton(game, place, barrier, violation)
        if not np.isfinite(place.missed):
            return None, turn
        if place.moved > 0.9 and place.missed < enough:
            return place, turn
    return None, _STEPS


def _violation(game: ThresholdGame, place: _Place) -> Array:
    m = place.multipliers
    return np.asarray(game.bands(place.steps).gain - m[:, :-1] + m[:, 1:])


def _newton(game: ThresholdGame, place: _Place, barrier: Array, goal: Array) -> _Place:
    """One step towards shares times multipliers equal to ``barrier``, and the violation to ``goal``."""
    from scipy.linalg import solve_banded

    bands, steps, m = game.bands(place.steps), place.steps, place.multipliers
    classes, number = bands.gain.shape
    violation = bands.gain - m[:, :-1] + m[:, 1:] - goal
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # a lost path is given up below
        wanted, stiff = barrier / steps - m, m / steps
    right = -(violation - wanted[:, :-1] + wanted[:, 1:])
    own = np.arange(classes)
    before, same, after = bands.before.copy(), bands.same.copy(), bands.after.copy()
    same[own, own] += stiff[:, :-1] + stiff[:, 1:]
    before[own, own] -= stiff[:, :-1]
    after[own, own] -= stiff[:, 1:]
    width = 2 * classes - 1
    matrix = np.zeros((2 * width + 1, classes * number))
    for block, shift in ((before, -1), (same, 0), (after, 1)):
        k = np.arange(max(0, -shift), number - max(0, shift))
        for c in range(classes):
            for d in range(classes):
                row, column = k * classes + c, (k + shift) * classes + d
                matrix[width + row - column, column] = block[c, d, k] / game.scale[k]
    vector = (right / game.scale).T.ravel()
    if not (np.all(np.isfinite(matrix)) and np.all(np.isfinite(vector))):
        return _Place(steps, m)
    try:
        move = solve_banded((width, width), matrix, vector).reshape(number, classes).T
    except np.linalg.LinAlgError:  # a singular matrix: no way on from here
        return _Place(steps, m)
    edge = np.zeros((classes, 1))
    change = np.diff(np.hstack([edge, move, edge]), axis=1)
    shift_m = wanted - stiff * change
    share = min(1.0, 0.95 * min(_room(steps, change), _room(m, shift_m)))
    missed = float(np.abs((violation) / game.scale).max())
    fresh = steps + share * change
    return _Place(fresh, m + share * shift_m, share, missed)


def _room(values: Array, change: Array) -> float:
    """How much of a change leaves all values above zero."""
    falling = change < 0
    return float(np.min(-values[falling] / change[falling], initial=np.inf))
