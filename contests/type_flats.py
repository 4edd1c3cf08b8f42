"""Where a function of the type is flat: types who do the same, and so meet.

A cap on effort is what makes private types meet above the bottom: all above some type stand at it
(Gavious, Moldovanu and Sela 2002). Such types are an atom of the score, and ties among them fall to
chance. Places are log-odds of the level, the probability of a worse type.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law

if TYPE_CHECKING:
    from contests.strategy import Monotone

__all__ = [
    "Flat",
    "ends_of_flats",
    "find_flats",
    "flats_of_effort",
    "levels",
    "nodes_between",
    "told_apart",
    "types_at",
]

Array = NDArray[np.float64]
_LEAST = 1e-9  # probability up to which types who do the same are told apart by rounding only
_MARKED = 16  # flat parts at whose ends types are looked at closely
_STEPS = np.linspace(0.0, 1.0, 65)


@dataclass(frozen=True)
class Flat:
    """An interval of types who share a value.

    Attributes
    ----------
    low, high : float
        Its ends, log-odds of the level; infinite where it has the worst or the best type.
    value : float
        What they share.
    width : float
        How far from ``value`` rounding may put it.
    outside : tuple of float
        The places next to its ends, outside it.
    before, after : float
        Values there; the value itself where there is no outside.
    sharp : bool
        Whether the function leaves the value at a kink or a jump. Where it levels off so smoothly that
        neighbours differ by less than rounding, types meet for the computer only.
    """

    low: float
    high: float
    value: float
    width: float
    outside: tuple[float, float]
    before: float
    after: float
    sharp: bool

    @property
    def mass(self) -> float:
        """Its probability."""
        below, above = levels(np.array([self.low, self.high]))
        return float(below[1] - below[0] if below[1] < 0.5 else above[0] - above[1])


def levels(z: Array) -> tuple[Array, Array]:
    """Return the level and one minus the level at log-odds ``z``."""
    with np.errstate(over="ignore", under="ignore"):  # infinite odds are certainty
        return 1.0 / (1.0 + np.exp(-z)), 1.0 / (1.0 + np.exp(z))


@lru_cache(maxsize=1)
def _grid() -> Array:
    """Log-odds at which a function is looked at: a thousand even levels, and far into both tails."""
    even = (np.arange(1024) + 0.5) / 1024
    tail = np.concatenate([np.arange(7.75, 44.0, 0.75), np.geomspace(45.0, 690.0, 20)])
    return np.concatenate([-tail[::-1], np.log(even / (1.0 - even)), tail])


def find_flats(function: Callable[[Array], Array]) -> list[Flat]:
    """Return the intervals on which a monotone function of the level has one value, in order.

    Values count as one if they differ by no more than a few roundings. The ends are found by bisection.

    Parameters
    ----------
    function : callable
        Values at an array of log-odds of levels; minus infinity for types who are out.

    Returns
    -------
    list of Flat
        Those at either end of the types are found however narrow down to a probability of 1e-9, others
        from a probability of two in a thousand.
    """
    grid = _grid()
    values = function(grid)
    usual = np.isfinite(values[:-1]) & np.isfinite(values[1:])
    step = np.abs(np.diff(np.where(np.isfinite(values), values, 0.0)))
    same = usual & (step <= 4.0 * np.spacing(np.abs(np.where(np.isfinite(values[1:]), values[1:], 0.0))))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(int)))
    found = []
    for start, end in edges.reshape(-1, 2):  # grid points start..end share a value
        low = grid[start - 1] if start > 0 else -np.inf
        high = grid[end + 1] if end + 1 < grid.size else np.inf
        below, above = levels(np.array([low, high]))
        if min(below[1] - below[0], above[0] - above[1]) > _LEAST:
            found.append(_refined(function, grid, values, int(start), int(end)))
    return [flat for flat in found if flat.mass > _LEAST]


def _refined(function: Callable[[Array], Array], grid: Array, values: Array, start: int, end: int) -> Flat:
    """The flat that grid points ``start`` to ``end`` belong to, with its ends by bisection."""
    middle = (start + end) // 2
    value = float(values[middle])
    width = 4.0 * float(np.spacing(abs(value)))
    low, under, before, high, over, after = -np.inf, -np.inf, value, np.inf, np.inf, value
    if start > 0:
        low, under, before = _end(function, float(grid[middle]), float(grid[start - 1]), value, width)
    if end + 1 < grid.size:
        high, over, after = _end(function, float(grid[middle]), float(grid[end + 1]), value, width)
    reach = min(high - low, 1.0) * 1e-3
    sharp = True
    for place in (low - reach, high + reach):
        if np.isfinite(place):
            sharp = sharp and not abs(float(function(np.array([place]))[0]) - value) <= 50.0 * width
    return Flat(low, high, value, width, (under, over), before, after, sharp)


def _end(
    function: Callable[[Array], Array], inside: float, outside: float, value: float, width: float
) -> tuple[float, float, float]:
    """The last place on the way from ``inside`` to ``outside`` with the ``value``, the next, its value."""
    for _ in range(40):
        places = inside + (outside - inside) * _STEPS
        places[-1] = outside
        shares = np.abs(function(places) - value) <= width
        first = int(np.argmin(shares[1:])) + 1 if not shares[1:].all() else places.size - 1
        inside, outside = float(places[first - 1]), float(places[first])
        if abs(outside - inside) <= np.spacing(max(abs(inside), 0.05)):
            break
    return inside, outside, float(function(np.array([outside]))[0])


def types_at(strategy: Monotone, z: Array) -> Array:
    """Return the types at log-odds ``z`` of the level, from those who stand lowest under ``strategy``."""
    below, above = levels(z)
    return _types(strategy, *((below, above) if strategy.scores_increase else (above, below)))


def _types(strategy: Monotone, below: Array, above: Array) -> Array:
    """The types that are higher than others with probabilities ``below``, and lower with ``above``."""
    law: Any = strategy.types
    low, high = law.ppf(np.minimum(below, 0.5)), law.isf(np.minimum(above, 0.5))
    return np.asarray(np.where(below < 0.5, low, high), float)


def flats_of_effort(strategy: Monotone) -> list[Flat]:
    """Return the intervals of types who exert the same effort and take part, by level.

    None for a ``strategy`` on a grid of efforts, which is flat nearly everywhere, or of a list of types.
    """
    if strategy.on_grid or not isinstance(strategy.types, Law):
        return []

    def effort(z: Array) -> Array:
        types = types_at(strategy, z)
        return np.where(strategy.enters(types), strategy(types), -np.inf)

    return [flat for flat in told_apart(strategy, find_flats(effort)) if flat.sharp]


def told_apart(strategy: Monotone, flats: list[Flat]) -> list[Flat]:
    """Return the ``flats`` of a ``strategy`` whose types differ: near infinite density many round to one."""
    kept = []
    for flat in flats:
        low, high = types_at(strategy, np.array([flat.low, flat.high]))
        if not abs(high - low) <= 256.0 * np.spacing(max(abs(low), abs(high))):
            kept.append(flat)
    return kept


def ends_of_flats(strategy: Monotone) -> Array:
    """Return the types on both sides of the ends of the first flat parts of ``strategy``."""
    ends = [(*flat.outside, flat.low, flat.high) for flat in strategy.flats[:_MARKED]]
    places = np.array(ends, float).ravel()
    return types_at(strategy, places[np.isfinite(places)]) if places.size else places


def nodes_between(strategy: Monotone, size: int) -> tuple[Array, Array]:
    """Return types and weights that stand for the law of the type, with no rule across the end of a flat.

    Parameters
    ----------
    strategy : Monotone
        Whose types they are.
    size : int
        About how many nodes.

    Returns
    -------
    types, weights : ndarray
    """
    ends = np.array([end for flat in strategy.flats for end in (flat.low, flat.high)], float)
    cuts = np.unique(ends[np.isfinite(ends)])
    pieces = cuts.size + 1
    x, w = np.polynomial.legendre.leggauss(max(size // pieces, min(size, 24)))
    # A cubic change of variable crowds nodes at both ends, where efforts may have infinite slope.
    t = (x + 1) / 2
    u, v, du = t * t * (3 - 2 * t), (1 - t) ** 2 * (1 + 2 * t), 6 * t * (1 - t)
    below, above = levels(np.concatenate([[-np.inf], cuts, [np.inf]]))
    if not strategy.scores_increase:
        below, above = above[::-1], below[::-1]
    length = np.where(below[1:] < 0.5, below[1:] - below[:-1], above[:-1] - above[1:])[:, None]
    every_below = (below[:-1, None] * v + below[1:, None] * u).ravel()
    every_above = (above[:-1, None] * v + above[1:, None] * u).ravel()
    return _types(strategy, every_below, every_above), (length * (w / 2 * du)).ravel()
