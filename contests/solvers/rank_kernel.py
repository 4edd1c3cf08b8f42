"""Marginal expected prizes of a whole field and their exact derivatives in all locations.

M_k = d E[prize_k] / d L_k and d M_k / d L_l, for kinds of contestants with counts.
With f the density of the noise and D_kl(x) the expected loss of one more rank given
that k and l are at x and all others draw,

    M_k = sum over l of int f(x - L_k) f(x - L_l) D_kl(x) dx,
    d M_k / d L_l = int f'(x - L_k) f(x - L_l) D_kl(x) dx   (one rival l),

and the rows of derivatives add to zero since only distances matter.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from contests.binomial import binomial
from contests.laws import Law, NodeGrid
from contests.leave_one_out import conditional_prizes
from contests.prize_tables import score_grid
from contests.ranks import rank_distribution_slope

__all__ = ["Field", "derivatives", "marginal_prizes", "rank_chances"]

Array = NDArray[np.float64]
_ROOM = 4_000_000


class Field(NamedTuple):
    """Kinds of contestants in a race.

    Parameters
    ----------
    noise : Law
        Law of everybody's noise.
    counts : ndarray of int, shape (kinds,)
        How many contestants of each kind.
    values : ndarray, shape (ranks,)
        Prizes by rank from the first.
    nature : float
        Location of the event that nobody wins; minus infinity if there is none.
    """

    noise: Law
    counts: NDArray[np.intp]
    values: Array
    nature: float


def _rivals(field: Field, place: Array) -> tuple[Array, list[int]]:
    """Locations and counts with nature as the last kind, if it plays."""
    counts = [int(count) for count in field.counts]
    if np.isfinite(field.nature):
        return np.append(place, field.nature), [*counts, 1]
    return place, counts


def marginal_prizes(field: Field, place: Array, own: Array) -> Array:
    """Return each kind's derivative of the expected prize in her own location.

    Parameters
    ----------
    field : Field
        Who competes.
    place : ndarray, shape (kinds,)
        Where each kind stands as rivals; minus infinity for those certain to be last.
    own : ndarray, shape (kinds,)
        Where the contestant herself stands: finite.

    Returns
    -------
    ndarray, shape (kinds,)
    """
    places, counts = _rivals(field, place)
    noise, kinds = field.noise, place.size
    finite = np.concatenate([places[np.isfinite(places)], own])
    grid = score_grid(noise, finite, sum(counts), margin=False, values=field.values)
    if grid is None:
        return np.array([_one(field, places, counts, k, float(own[k])) for k in range(kinds)])
    offset = grid.x - places[:, None]  # who stands at minus infinity is certainly below
    above, below, density = _law_at(noise, offset)
    _, slopes = conditional_prizes(above, below, density, counts, field.values, kinds)
    weight = noise.pdf(grid.x - own[:, None]) * grid.step
    return np.asarray(np.sum(weight * slopes, axis=1))


def rank_chances(field: Field, place: Array, own: Array) -> tuple[Array, Array]:
    """Return each kind's chances of the paid ranks and their derivatives in her own location.

    Parameters
    ----------
    field : Field
        Who competes.
    place, own : ndarray, shape (kinds,)
        As in `marginal_prizes`.

    Returns
    -------
    chances, slopes : ndarray, shape (kinds, ranks)
    """
    places, counts = _rivals(field, place)
    noise, kinds, ranks = field.noise, place.size, field.values.size
    finite = np.concatenate([places[np.isfinite(places)], own])
    every = np.arange(ranks, 0.0, -1.0)  # each rank counts
    grid = score_grid(noise, finite, sum(counts), margin=False, values=every)
    if grid is None:
        found = [_ranks_of_one(field, places, counts, k, float(own[k])) for k in range(kinds)]
        return np.array([one for one, _ in found]), np.array([slope for _, slope in found])
    offset = grid.x - places[:, None]  # who stands at minus infinity is certainly below
    above, below, density = _law_at(noise, offset)
    weight = noise.pdf(grid.x - own[:, None]) * grid.step
    # A prize for all of the first k ranks is worth the chance of being among them.
    first = [conditional_prizes(above, below, density, counts, np.ones(k + 1), kinds) for k in range(ranks)]
    among = np.array([np.sum(weight * chance, axis=1) for chance, _ in first]).T
    slopes = np.array([np.sum(weight * slope, axis=1) for _, slope in first]).T
    return np.diff(among, axis=1, prepend=0.0), np.diff(slopes, axis=1, prepend=0.0)


def _law_at(noise: Law, offset: Array) -> tuple[Array, Array, Array]:
    density = np.where(np.isposinf(offset), 0.0, noise.pdf(offset))
    # A node that rounding puts where the density is infinite stands for no interval: it weighs nothing.
    return noise.sf(offset), noise.cdf(offset), np.where(np.isposinf(density), 0.0, density)


def _one(field: Field, places: Array, counts: list[int], k: int, own: float) -> float:
    """The marginal prize of one kind."""
    return float(_ranks_of_one(field, places, counts, k, own)[1] @ field.values)


def _ranks_of_one(field: Field, places: Array, counts: list[int], k: int, own: float) -> tuple[Array, Array]:
    """Chances of ranks and their slopes, by quantiles of her own noise, split where rivals' laws bend."""
    noise = field.noise
    rest = list(counts)
    rest[k] -= 1
    ends = np.array([end for end in noise.support if np.isfinite(end)])
    kept = np.isfinite(places)
    bends = np.concatenate([ends, noise.kinks, [noise.ppf(0.5)]])
    breaks = np.unique(np.append((places[kept, None] + bends).ravel() - own, noise.kinks))
    x, w = noise.nodes(noise.cdf(breaks), breaks_above=noise.sf(breaks))
    above, below, density = _law_at(noise, own + x - places[:, None])
    found = rank_distribution_slope(list(above), list(below), list(density), rest, field.values.size)
    return w @ found[0], w @ found[1]


def derivatives(field: Field, place: Array, own: Array, step: float = 1.0) -> tuple[Array, Array]:
    """Return marginal prizes and their derivatives in all locations.

    Parameters
    ----------
    field : Field
        Who competes.
    place, own : ndarray, shape (kinds,)
        As in `marginal_prizes`.
    step : float
        Step of the quadrature in log-odds: at 1 three or four digits, enough for the matrix of
        Newton's method; at 0.25 twelve.

    Returns
    -------
    marginal : ndarray, shape (kinds,)
    matrix : ndarray, shape (kinds, kinds)
        Of each kind's marginal prize in the location of each kind, all of whom move together.
    """
    low, high = field.noise.support
    if np.isfinite(low) or np.isfinite(high) or not field.noise.shape.exact:
        # A density that jumps at an end adds terms of its own: difference the marginal prizes.
        return _differenced(field, place, own)
    places, counts = _rivals(field, place)
    kinds = place.size
    grid = field.noise.node_grid(step=step, reach=24.0)
    ranks = min(field.values.size, sum(counts) - 1)
    marginal, matrix = np.zeros(kinds), np.zeros((kinds, kinds))
    rows = max(1, _ROOM // (grid.x.size * ranks * len(counts)))
    for start in range(0, kinds, rows):
        part = np.arange(start, min(start + rows, kinds))
        gains, crosses = _pairs(field, places, counts, part, own[part], grid)
        marginal[part] = gains.sum(axis=1)
        crosses[np.arange(part.size), part] -= crosses.sum(axis=1)
        matrix[part] = crosses[:, :kinds]
    return marginal, matrix


def _pairs(
    field: Field, places: Array, counts: list[int], part: NDArray[np.intp], own: Array, grid: NodeGrid
) -> tuple[Array, Array]:
    """For each of some kinds, what she gains from each kind, and how that changes with their location."""
    noise = field.noise
    n = sum(counts)
    values = np.append(field.values, 0.0)[:n] if field.values.size < n else field.values
    steps = values[:-1] - values[1:]
    steps = steps[: int(np.flatnonzero(steps)[-1]) + 1] if steps.any() else steps[:1]
    ranks, size, kinds = steps.size, grid.x.size, len(counts)
    score = noise.slope(grid.x) / grid.density
    x = own[:, None] + grid.x
    own_kind = part[:, None] == np.arange(kinds)
    numbers = np.array(counts) - own_kind

    laws = [_law_at(noise, x - places[kind]) for kind in range(kinds)]
    worth = [np.broadcast_to(steps, (part.size, size, ranks))]
    for kind in range(kinds - 1, 0, -1):
        worth.append(_before(worth[-1], laws[kind], numbers[:, kind]))
    worth.reverse()
    chance = np.zeros((part.size, size, ranks))
    chance[..., 0] = 1.0
    gains, crosses = np.zeros((part.size, kinds)), np.zeros((part.size, kinds))
    for kind in range(kinds):
        number = numbers[:, kind]
        rest = _before(worth[kind], laws[kind], np.maximum(number - 1, 0))
        loss = np.einsum("kmr,kmr->km", chance, rest) * laws[kind][2] * grid.w * number[:, None]
        gains[:, kind], crosses[:, kind] = loss.sum(axis=1), loss @ score
        chance = _after(chance, laws[kind], number)
    return gains, crosses


def _before(worth: Array, law: tuple[Array, Array, Array], numbers: NDArray[np.intp]) -> Array:
    """The value of so many above before a kind is drawn, ``numbers`` of it for each contestant."""
    if numbers.max() <= 1:
        present = numbers[:, None] > 0
        above, below = np.where(present, law[0], 0.0), np.where(present, law[1], 1.0)
        result = below[..., None] * worth
        result[..., :-1] += above[..., None] * worth[..., 1:]
        return result
    result = np.array(worth)
    for number in np.unique(numbers[numbers > 0]):
        rows = numbers == number
        chances = _binomials(law, rows, int(number), worth.shape[-1])
        here = worth[rows]
        total = chances[..., :1] * here
        for j in range(1, chances.shape[-1]):
            total[..., :-j] += chances[..., j : j + 1] * here[..., j:]
        result[rows] = total
    return result


def _after(chance: Array, law: tuple[Array, Array, Array], numbers: NDArray[np.intp]) -> Array:
    """The chances of so many above after a kind is drawn."""
    if numbers.max() <= 1:
        present = numbers[:, None] > 0
        above, below = np.where(present, law[0], 0.0), np.where(present, law[1], 1.0)
        result = below[..., None] * chance
        result[..., 1:] += above[..., None] * chance[..., :-1]
        return result
    result = np.array(chance)
    for number in np.unique(numbers[numbers > 0]):
        rows = numbers == number
        chances = _binomials(law, rows, int(number), chance.shape[-1])
        here = chance[rows]
        total = chances[..., :1] * here
        for j in range(1, chances.shape[-1]):
            total[..., j:] += chances[..., j : j + 1] * here[..., :-j]
        result[rows] = total
    return result


def _binomials(law: tuple[Array, Array, Array], rows: NDArray[np.bool_], number: int, ranks: int) -> Array:
    successes = np.arange(min(ranks, number + 1))
    return binomial(successes, number, law[0][rows, :, None], law[1][rows, :, None])


def _differenced(field: Field, place: Array, own: Array) -> tuple[Array, Array]:
    marginal = marginal_prizes(field, place, own)
    matrix = np.zeros((place.size, place.size))
    step = 1e-4 * field.noise.scale
    for kind in range(place.size):
        sides = []
        for sign in (1.0, -1.0):
            moved, self_moved = place.copy(), own.copy()
            moved[kind] += sign * step
            self_moved[kind] += sign * step
            sides.append(marginal_prizes(field, moved, self_moved))
        matrix[:, kind] = (sides[0] - sides[1]) / (2 * step)
    return marginal, matrix
