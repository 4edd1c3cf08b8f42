"""The certificate where a contestant chooses several efforts at once.

A grid over all dimensions (zero efforts, steps to the largest effort worth while, a
crowd around the plan), zooms on the best places, and the best reply nearby by
Newton's method on the payoff itself. It imports no solver.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.deviations import Finding
from contests.plan import Plan, PlanGame
from contests.profile import Profile

__all__ = ["check_plan"]

Array = NDArray[np.float64]
_ZOOMS, _PLACES = 10, 4


def check_plan(game: PlanGame, profile: Profile, i: int, plan: Plan) -> tuple[list[Finding], int]:
    """Return what was found for one contestant's plan, and how many deviations were evaluated.

    Parameters
    ----------
    game : PlanGame
        Payoffs from primitives.
    profile : Profile
        What everyone does.
    i : int
        The contestant.
    plan : Plan
        Her plan.
    """
    own = np.array(plan.parts)
    checked = 0
    holes: list[bool] = []

    def payoff(points: Array) -> Array:
        nonlocal checked
        checked += points.size // own.size
        values = np.asarray(game.plan_payoff(i, points, profile))
        holes.append(bool(np.isnan(values).any()))
        return values

    value = float(payoff(own[None, :])[0])
    if any(holes):
        return [Finding(np.nan, 0.0, i, plan.effort, plan.effort, value, value, None)], checked
    top = np.maximum(np.broadcast_to(game.largest_plan(i), own.shape), own)
    axes = [_axis(float(t), float(o)) for t, o in zip(top, own, strict=True)]
    best, best_value = _along_each(payoff, own, axes) if game.one_at_a_time else _search(payoff, axes)
    near = own if any(holes) else _reply_nearby(payoff, own, game.stakes)
    near_value = float(payoff(near[None, :])[0])
    if near_value >= best_value:
        best, best_value = near, near_value
    gain, shown, gets = best_value - value, float(best.sum()), best_value
    outside = game.outside_option(i)
    if outside - value > gain:
        gain, shown, gets = outside - value, float("nan"), outside
    moved = np.abs(near - own)
    gap = float(np.max(np.divide(moved, own, out=np.zeros(own.shape), where=own > 0)))
    if gain > 1e-10 * game.stakes:  # a visibly better plan, wherever it lies
        size = float(own.sum())
        gap = max(gap, float(np.abs(best - own).sum()) / size if size > 0 else np.inf)
    # A payoff that is not a number may hide any gain.
    gain = np.nan if any(holes) else max(gain, 0.0)
    return [Finding(gain, gap, i, plan.effort, shown, value, gets, None)], checked


def _axis(top: float, own: float) -> Array:
    """Efforts to try in one dimension."""
    factors = 1.0 + np.concatenate([s * np.geomspace(1e-3, 0.5, 5) for s in (-1.0, 1.0)])
    steps = np.concatenate([np.linspace(0.0, 1.0, 17), np.geomspace(1e-8, 1.0, 9)])
    tried = np.concatenate([top * steps, own * factors, [own]])
    return np.unique(np.clip(tried, 0.0, top))


def _along_each(payoff: Any, own: Array, axes: list[Array]) -> tuple[Array, float]:
    """The best of the plans that differ in one effort."""
    best, best_value = own, -np.inf
    for d, axis in enumerate(axes):

        def with_other(points: Array, d: int = d) -> Array:
            plans = np.broadcast_to(own, (*points.shape[:-1], own.size)).copy()
            plans[..., d] = points[..., 0]
            return np.asarray(payoff(plans))

        found, value = _search(with_other, [axis])
        if value > best_value:
            best, best_value = own.copy(), value
            best[d] = found[0]
    return best, best_value


def _search(payoff: Any, axes: list[Array]) -> tuple[Array, float]:
    """The best of the grid, after zooming on its highest places."""
    mesh = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    values = payoff(mesh)
    values = np.where(np.isnan(values), -np.inf, values)  # no summit; `check_plan` takes note of it
    peak = np.ones(values.shape, dtype=bool)
    for axis in range(values.ndim):
        padded = np.pad(
            values, [(1, 1) if k == axis else (0, 0) for k in range(values.ndim)], constant_values=-np.inf
        )
        length = values.shape[axis]
        peak &= values >= np.take(padded, np.arange(length), axis=axis)
        peak &= values >= np.take(padded, np.arange(2, length + 2), axis=axis)
    places = np.argwhere(peak)
    heights = values[peak]
    best, best_value = mesh[tuple(places[np.argmax(heights)])], float(heights.max())
    for k in np.argsort(heights)[::-1][:_PLACES]:
        at = places[k]
        low = np.array([axes[d][max(int(at[d]) - 1, 0)] for d in range(len(axes))])
        high = np.array([axes[d][min(int(at[d]) + 1, axes[d].size - 1)] for d in range(len(axes))])
        point, found = _zoom(payoff, low, high)
        if found > best_value:
            best, best_value = point, found
    return best, best_value


def _zoom(payoff: Any, low: Array, high: Array) -> tuple[Array, float]:
    steps = np.linspace(0.0, 1.0, 7)
    point, value = low, -np.inf
    for _ in range(_ZOOMS):
        lines = [lo + (hi - lo) * steps for lo, hi in zip(low, high, strict=True)]
        mesh = np.stack(np.meshgrid(*lines, indexing="ij"), axis=-1)
        found = payoff(mesh)
        at = np.unravel_index(int(np.argmax(found)), found.shape)
        if float(found[at]) > value:
            point, value = mesh[at], float(found[at])
        low = np.array([lines[d][max(int(at[d]) - 1, 0)] for d in range(len(lines))])
        high = np.array([lines[d][min(int(at[d]) + 1, 6)] for d in range(len(lines))])
    return point, value


def _reply_nearby(payoff: Any, own: Array, stakes: float) -> Array:
    """The best reply around the plan in the efforts that are not zero, by Newton steps."""
    active = np.flatnonzero(own > 0)
    reply = own.copy()
    if not active.size:
        return reply
    step, stencil = 1e-3, np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    first = np.array([1.0, -8.0, 0.0, 8.0, -1.0]) / 12.0
    second = np.array([-1.0, 16.0, -30.0, 16.0, -1.0]) / 12.0
    for _ in range(3):
        around = {d: first @ payoff(_moved(reply, (d,), stencil * step)) / step for d in active}
        slope = np.array([around[d] for d in active])
        curve = np.empty((active.size, active.size))
        for (a, d), (b, f) in product(enumerate(active), enumerate(active)):
            if a == b:
                curve[a, a] = second @ payoff(_moved(reply, (d,), stencil * step)) / step**2
            else:
                points = np.stack(
                    [_moved(_scaled(reply, int(f), s * step), (d,), stencil * step) for s in stencil]
                )
                curve[a, b] = first @ payoff(points) @ first / step**2
        if np.isnan(curve).any() or np.linalg.eigvalsh(0.5 * (curve + curve.T)).max() >= -1e-14 * stakes:
            break  # no maximum here: the grid says where one is
        move = np.clip(np.linalg.solve(curve, -slope), -0.5, 0.5)
        reply[active] *= 1.0 + move
        if np.all(np.abs(move) < 1e-12):
            break
    return reply


def _scaled(point: Array, d: int, by: float) -> Array:
    changed = point.copy()
    changed[d] *= 1.0 + by
    return changed


def _moved(point: Array, which: tuple[Any, ...], by: Array) -> Array:
    """The point with one effort changed by each relative amount, one row each."""
    rows = np.repeat(point[None, :], by.size, axis=0)
    rows[:, list(which)] *= (1.0 + by)[:, None]
    return rows
