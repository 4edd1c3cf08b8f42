"""The search behind the certificate: where deviations are tried, and the best reply near own effort.

Zero, even and geometric steps to the largest effort worth while, a crowd around own effort, landmarks;
zooms on the summits among these; and Newton's method on the marginal payoff. Payoffs come from the game.
`contests.deviations` says with it what each contestant would rather do.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from contests.game import Game
    from contests.profile import Profile

__all__ = ["best_on", "best_reply_nearby", "effort_gap", "grid_of", "refine"]

Array = NDArray[np.float64]


@lru_cache(maxsize=1)
def _shares() -> tuple[Array, Array]:
    """Deviations as shares of the largest effort, and as multiples of own effort."""
    steps = np.concatenate([np.linspace(0.0, 1.0, 33), np.geomspace(1e-9, 1.0, 19)])
    factors = 1.0 + np.concatenate([s * np.geomspace(1e-4, 0.5, 6) for s in (-1.0, 1.0)])
    return steps, np.concatenate([factors, np.geomspace(1.0 / 64, 64.0, 19)])


def grid_of(top: Array, own: Array, landmarks: Array) -> Array:
    """Return the deviations to try: zero, even and geometric steps to the top, a crowd around own effort.

    Parameters
    ----------
    top, own : ndarray, shape (rows,)
        The largest effort worth while, and own effort.
    landmarks : ndarray, shape (m,) or (rows, m)
        Efforts at which the payoff may jump or bend.

    Returns
    -------
    ndarray, shape (rows, columns)
        Rising.
    """
    steps, crowd = _shares()
    grid = np.concatenate(
        [
            top[:, None] * steps,
            own[:, None] * crowd,
            np.broadcast_to(landmarks, (own.size, landmarks.shape[-1])),
        ],
        axis=1,
    )
    return np.asarray(np.sort(np.clip(grid, 0.0, np.maximum(top, own)[:, None]), axis=1))


def best_on(grid: Array, values: Array) -> tuple[Array, Array]:
    """Return the best of the efforts of each row of ``grid``, and its entry in ``values``."""
    rows = np.arange(grid.shape[0])
    place = np.argmax(values, axis=1)
    return grid[rows, place], values[rows, place]


def refine(payoff: Any, grid: Array, values: Array, own: Array | None = None) -> tuple[Array, Array]:
    """Zoom in on the highest local maxima of the grid, up to three in each row.

    Parameters
    ----------
    payoff : callable
        Payoffs of an array of efforts, row by row.
    grid, values : ndarray, shape (rows, columns)
        Efforts that rise, and their payoffs.
    own : ndarray, shape (rows,), optional
        Own effort: maxima in the crowd around it are left to `best_reply_nearby`.

    Returns
    -------
    best, best_value : ndarray, shape (rows,)
        The best effort found, and what it gives.
    """
    best, best_value = best_on(grid, values)
    rows, columns = np.arange(grid.shape[0])[:, None], grid.shape[1]
    padded = np.pad(values, ((0, 0), (1, 1)), constant_values=-np.inf)
    # Strictly above what is to the left: a plateau, or one effort tried twice, counts once.
    summit = (values > padded[:, :-2]) & (values >= padded[:, 2:])
    if own is not None:
        summit &= np.abs(grid - own[:, None]) > 0.2 * own[:, None]
    height = np.where(summit, values, -np.inf)
    number = min(3, int(summit.sum(axis=1).max()))
    if number == 0:
        return best, best_value
    peak = np.argsort(height, axis=1)[:, -number:]
    low, high = grid[rows, np.maximum(peak - 1, 0)], grid[rows, np.minimum(peak + 1, columns - 1)]
    steps = np.linspace(0.0, 1.0, 7)
    for _ in range(8):
        points = (low[..., None] + (high - low)[..., None] * steps).reshape(grid.shape[0], -1)
        found = payoff(points)
        here, here_value = best_on(points, found)
        better = here_value > best_value
        best, best_value = np.where(better, here, best), np.where(better, here_value, best_value)
        blocks, at = points.reshape(*low.shape, 7), np.argmax(found.reshape(*low.shape, 7), axis=2)
        low = np.take_along_axis(blocks, np.maximum(at - 1, 0)[..., None], axis=2)[..., 0]
        high = np.take_along_axis(blocks, np.minimum(at + 1, 6)[..., None], axis=2)[..., 0]
    return best, best_value


def best_reply_nearby(
    game: Game, profile: Profile, i: int, own: Array, types: Array | None, payoff: Any
) -> Array:
    """Return the best reply in the neighbourhood of own effort, by Newton steps on the marginal payoff.

    Parameters
    ----------
    game : Game
        Payoffs from primitives.
    profile : Profile
        What everyone does.
    i : int
        The contestant.
    own : ndarray, shape (rows,)
        Her efforts.
    types : ndarray, shape (rows,), or None
        Her types.
    payoff : callable
        Payoffs of an array of efforts, row by row; used where marginal payoffs are not known.
    """
    reply = own.copy()
    column = None if types is None else types[:, None]
    step = 1e-3
    stencil = 1.0 + step * np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    for _ in range(3):
        points = reply[:, None] * stencil
        active = reply > 0
        with np.errstate(divide="ignore", invalid="ignore"):  # rows of zero effort are left alone
            slope = game.marginal_payoff(i, np.where(active[:, None], points, 1.0), profile, column)
            if slope is None:
                u = payoff(points)
                first = (u[:, 0] - 8 * u[:, 1] + 8 * u[:, 3] - u[:, 4]) / (12 * step)
                second = (-u[:, 0] + 16 * u[:, 1] - 30 * u[:, 2] + 16 * u[:, 3] - u[:, 4]) / (12 * step**2)
            else:
                # For each relative change of effort, in money: as above, and comparable with the cost.
                slope = np.where(active[:, None], slope * reply[:, None], 0.0)
                first = slope[:, 2]
                second = (slope[:, 0] - 8 * slope[:, 1] + 8 * slope[:, 3] - slope[:, 4]) / (12 * step)
            move = np.where(second < 0, -first / second, 0.0)
            move = np.where(_is_flat(game, i, reply, types, first, second), 0.0, move)
        move = np.where(active & np.isfinite(move), np.clip(move, -0.5, 0.5), 0.0)
        reply = reply * (1.0 + move)
        if np.all(np.abs(move) < 1e-13):
            break
    return reply


def _is_flat(
    game: Game, i: int, effort: Array, types: Array | None, first: Array, second: Array
) -> NDArray[np.bool_]:
    """Whether the payoff neither rises nor bends: every effort around is a best reply too.

    For instance types for whom linear output at linear cost is worth exactly what it costs.
    """
    cost = game.effort_cost(i, effort, types)
    if cost is None:
        return np.zeros(effort.shape, dtype=bool)
    return (np.abs(second) <= 1e-6 * cost) & (np.abs(first) <= 1e-8 * cost)


def effort_gap(
    own: Array,
    near: Array,
    best: Array,
    gain: Array,
    stakes: float,
    values: Array,
    floor: float,
    blur: float = 0.0,
) -> Array:
    """Return the relative distance from effort to best reply.

    The best reply nearby, unless a distant deviation is visibly better. For zero effort the scale
    is that of the best reply itself: any other best reply is infinitely far.

    Parameters
    ----------
    own, near, best : ndarray, shape (rows,)
        Own effort, the best reply nearby, and the best deviation anywhere.
    gain : ndarray, shape (rows,)
        What the best deviation adds, in money.
    stakes : float
        The money that gains are measured against.
    values : ndarray, shape (rows, columns)
        Payoffs of the deviations tried: their size tells what is rounding.
    floor : float
        Efforts below it are compared on its scale.
    blur : float
        Money by which payoffs are unsure, as types are known to their last digit only.
    """
    scale = np.where(own > 0, np.maximum(own, floor), 1.0)
    nearby = np.abs(near - own) / scale
    noise = 1e-13 * np.maximum(np.max(np.abs(values), axis=1), 0.0)
    distant = (gain > np.maximum(noise, max(1e-10 * stakes, blur))) & (np.abs(best - own) > 0.4 * own)
    far = np.where(own > 0, np.abs(best - own) / scale, np.inf)
    return np.where(distant, np.maximum(far, nearby), nearby)
