"""One contestant against rivals at known locations: the chance to be best, and the expected best.

The shocks are independent draws from one law. With own location L and rivals at L_j,

    Pr(best) = int f(z) prod_j F(L + z - L_j) dz,
    E max = E max of rivals + int prod_j F(x - L_j) (1 - F(x - L)) dx,

each by quadrature over the law's own quantiles. Where the own location is the higher one
the second integral is replaced by its mirror image around the own mean, so that no tail is
lost. The derivative of E max in L is Pr(best): the models' first-order conditions use that,
payoffs do not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.laws import Law
from contests.order_statistics import expected_maximum_shifted

__all__ = ["chance_of_best", "chance_slope", "expected_best"]

Array = NDArray[np.float64]
_CHUNK = 1_000_000


def _log_below(law: Law, x: Array, rivals: Array, counts: Array) -> Array:
    """Log of the chance that all rivals are below x; x of shape (m, nodes), rivals of shape (m, groups)."""
    total = np.zeros(x.shape)
    for k in range(counts.size):
        with np.errstate(invalid="ignore", divide="ignore"):  # rivals without an idea: surely below
            log = law.logcdf(x - rivals[:, k, None])
        total += counts[k] * np.where(np.isneginf(rivals[:, k, None]), 0.0, log)
    return total


def _rows(own: ArrayLike, rivals: ArrayLike) -> tuple[Array, Array]:
    mine = np.asarray(own, float).ravel()
    theirs = np.asarray(rivals, float)
    return mine, np.broadcast_to(theirs, (mine.size, theirs.shape[-1]))


def chance_of_best(law: Law, own: ArrayLike, rivals: ArrayLike, counts: ArrayLike) -> Array:
    """Return the probability of having the best idea.

    Parameters
    ----------
    law : Law
        The law of every shock.
    own : array_like, shape (m,)
        Own locations.
    rivals : array_like, shape (m, groups) or (groups,)
        Locations of groups of rivals.
    counts : array_like, shape (groups,)
        Their sizes.

    Returns
    -------
    ndarray, shape (m,)
    """
    mine, theirs = _rows(own, rivals)
    sizes = np.asarray(counts, float)
    grid = law.node_grid()
    result = np.zeros(mine.size)
    for start in range(0, mine.size, max(1, _CHUNK // grid.x.size)):
        rows = slice(start, start + max(1, _CHUNK // grid.x.size))
        here = np.isfinite(mine[rows])
        x = np.where(here, mine[rows], 0.0)[:, None] + grid.x
        chance = np.exp(_log_below(law, x, theirs[rows], sizes)) @ grid.w
        result[rows] = np.where(here, chance, 0.0)
    lost = np.isneginf(mine)
    if lost.any():  # nobody has an idea: chances are equal
        alone = lost & np.all(np.isneginf(theirs), axis=1)
        result[alone] = 1.0 / (1.0 + sizes.sum())
    return result


def chance_slope(law: Law, n: int, gap: ArrayLike) -> Array:
    """Return the derivative of the chance of the best idea in own location, against n - 1 alike rivals.

    Parameters
    ----------
    law : Law
        The law of every shock.
    n : int
        Number of contestants.
    gap : array_like, shape (m,)
        Own location less that of the rivals.
    """
    if n == 1:
        return np.zeros(np.shape(gap))
    grid = law.node_grid()
    x = np.asarray(gap, float).ravel()[:, None] + grid.x
    density = np.exp((n - 2) * law.logcdf(x)) * law.pdf(x)
    return np.asarray(((n - 1) * density @ grid.w).reshape(np.shape(gap)))


def expected_best(law: Law, own: ArrayLike, rivals: ArrayLike, counts: ArrayLike) -> Array:
    """Return the expected quality of the best idea; arguments as in `chance_of_best`.

    Parameters
    ----------
    law, own, rivals, counts
        As in `chance_of_best`.
    """
    mine, theirs = _rows(own, rivals)
    sizes = np.asarray(counts, float)
    if sizes.sum() == 0:
        return np.asarray(mine + law.mean())
    same = bool(np.all(theirs == theirs[:1]))
    base = np.array([_rivals_best(law, row, sizes) for row in (theirs[:1] if same else theirs)])
    base = np.broadcast_to(base, mine.shape)
    top = theirs.max(axis=1)
    grid = law.node_grid()
    span = grid.w / grid.density
    result = np.where(np.isneginf(top), mine + law.mean(), base)
    for k in range(mine.size):
        if np.isneginf(mine[k]) or np.isneginf(top[k]):
            continue
        row = theirs[k : k + 1]
        if mine[k] <= top[k]:
            x = top[k] + grid.x
            inside = np.exp(_log_below(law, x[None, :], row, sizes)[0]) * law.sf(x - mine[k])
            result[k] = base[k] + span @ inside
        else:
            x = mine[k] + grid.x
            inside = grid.u * -np.expm1(_log_below(law, x[None, :], row, sizes)[0])
            result[k] = mine[k] + law.mean() + span @ inside
    return result


def _rivals_best(law: Law, locations: Array, counts: Array) -> float:
    known = np.isfinite(locations)
    if not known.any():
        return float("-inf")
    return expected_maximum_shifted(law, locations[known], counts[known].astype(int))
