"""The mixed equilibrium of a two-contestant lottery with exponent above 2.

With values 1 and 1 there is no equilibrium in sure efforts; all equilibria pay zero
(Ewerhart 2015, Alcalde and Dahm 2010), and there is one whose efforts are countably
many atoms b_1 > b_2 > ... falling to zero, at each of which the payoff is zero and at
its maximum:

    sum_j q_j b_k^r / (b_k^r + b_j^r) = b_k,    and the derivatives in b_k agree.

Since chances add to one, the contest has constant sum once each contestant's payoff is
charged with the other's effort: an equilibrium on a grid of efforts is a linear
programme, which shows where the atoms are; Newton's method on the conditions polishes
them. Near zero the conditions are the same at every scale, so atoms and probabilities
end in geometric series.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError

__all__ = ["atoms"]

Array = NDArray[np.float64]
_GRID = 400


@lru_cache(maxsize=256)
def _atoms(exponent: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    unknown = _leading(exponent)
    size = unknown.size // 2
    log_bids, log_masses = _with_tail(unknown[:size], unknown[size:])
    masses = np.exp(log_masses)
    return tuple(np.exp(log_bids).tolist()), tuple((masses / masses.sum()).tolist())


def _leading(exponent: float) -> Array:
    """Logs of so many atoms that the geometric tail is exact to rounding, and of their probabilities."""
    for start in _starts(exponent):
        found = _newton(start, exponent)
        if found is not None:
            found = _grown(found, exponent, 1e-12)
            if _error(found, exponent) < 1e-9:
                return found
    raise _not_found(exponent)


def _starts(exponent: float) -> Iterator[Array]:
    """Where Newton's method may start, the likeliest first."""
    excess = exponent - 2.0
    if excess < 0.6:
        # Near 2 the k-th atom and its probability fall with the (k-1)-th power of the excess.
        for kept in (3, 4, 5, 6):
            ratios = np.log(excess * np.append(0.25, np.full(kept - 2, 0.45)))
            fall = np.concatenate([[0.0], np.cumsum(ratios)])
            yield np.concatenate([np.log(0.5 + 0.12 * excess) + fall, np.log1p(-0.24 * excess) + fall])
    bids, masses = _clusters(exponent)
    for kept in range(3, min(bids.size, 12) + 1):
        yield np.concatenate([np.log(bids[:kept]), np.log(masses[:kept])])


def _grown(unknown: Array, exponent: float, wanted: float) -> Array:
    """The solution with more and more of the tail's first atoms as unknowns of their own."""
    for _ in range(40):
        size = unknown.size // 2
        if _error(unknown, exponent) < wanted:
            break
        log_bids, log_masses = _with_tail(unknown[:size], unknown[size:])
        for more in (size + 6, size + 2):
            further = _newton(np.concatenate([log_bids[:more], log_masses[:more]]), exponent)
            if further is not None:
                break
        if further is None:
            break
        unknown = further
    return unknown


def _not_found(exponent: float) -> ConvergenceError:
    return ConvergenceError(
        f"The atoms of the mixed equilibrium with exponent {exponent:g} were not found; "
        "try solver='general', or success=ct.Highest() for a very large exponent."
    )


def _newton(unknown: Array, exponent: float) -> Array | None:
    """The solution of the conditions by Gauss and Newton, in money: the smallest atoms weigh least."""
    size, largest, least, waited = unknown.size // 2, np.inf, 1e-3, 0
    for _ in range(150):
        # Astray: above one, below all sense, or a tail that does not fall.
        falls = np.diff(unknown.reshape(2, size))[:, -1]
        if not unknown.max() < 1.0 or unknown.min() < -300.0 or not falls.max() < -1e-3:
            return None
        left, matrix = _conditions(unknown, exponent)
        weight = np.concatenate([np.tile(np.exp(unknown[:size]), 2), [1.0]])
        move = np.linalg.lstsq(matrix * weight[:, None], -left * weight, rcond=1e-14)[0]
        largest = float(np.abs(move).max())
        unknown = unknown + move * min(1.0, 0.3 / max(largest, 1e-300))
        # Rounding errors of small atoms may keep the moves above any fixed size: stop when they fall no more.
        least, waited = (largest, 0) if largest < 0.5 * least else (least, waited + (least < 1e-3))
        if largest < 1e-10 or waited > 5:
            break
    ordered = (np.diff(unknown[:size]) < 0).all() and (np.diff(unknown[size:])[-1:] < 0).all()
    return unknown if ordered and largest < 1e-3 else None


def atoms(exponent: float) -> tuple[Array, Array]:
    """Return the equilibrium efforts for a prize of one, and their probabilities.

    Parameters
    ----------
    exponent : float
        Above 2.

    Returns
    -------
    efforts, probabilities : ndarray
        In decreasing order of effort; the last stand for the tail.

    Raises
    ------
    ConvergenceError
        If they are not found.

    Examples
    --------
    >>> efforts, probabilities = atoms(4.0)
    >>> round(float(efforts[0]), 6), round(float(efforts @ probabilities), 9)
    (0.669652, 0.5)
    """
    efforts, probabilities = _atoms(float(exponent))
    return np.array(efforts), np.array(probabilities)


def _clusters(exponent: float) -> tuple[Array, Array]:
    """Where the atoms are, from the equilibrium on a geometric grid of efforts."""
    from scipy.optimize import linprog

    # The gaps between atoms shrink, in logs, as the exponent grows.
    span = 14.0 if exponent < 6 else 84.0 / exponent
    bids = np.exp(-span * np.arange(_GRID) / _GRID)
    chance = _chances(np.log(bids), np.log(bids), exponent)
    game = chance - bids[:, None] + bids - 0.5
    size = bids.size
    limits = np.hstack([game, -np.ones((size, 1))])
    answer = linprog(
        np.append(np.zeros(size), 1.0),
        A_ub=limits,
        b_ub=np.zeros(size),
        A_eq=np.append(np.ones(size), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * size + [(None, None)],
        method="highs",
    )
    if answer.x is None:
        raise _not_found(exponent)
    mass = np.where(answer.x[:-1] > 1e-9, answer.x[:-1], 0.0)
    edges = np.flatnonzero(np.diff(np.concatenate([[0.0], (mass > 0).astype(float), [0.0]])))
    found = [
        (mass[i:j] @ bids[i:j] / mass[i:j].sum(), mass[i:j].sum())
        for i, j in zip(edges[::2], edges[1::2], strict=True)
    ]
    # The lowest cluster stands for all that lies below the grid.
    places, masses = np.array(found[:-1] if len(found) > 3 else found).reshape(-1, 2).T
    return places, masses


def _chances(log_own: Array, log_other: Array, exponent: float) -> Array:
    gap = exponent * (log_other[None, :] - log_own[:, None])
    with np.errstate(over="ignore"):  # hopeless: chance zero
        return np.asarray(1.0 / (1.0 + np.exp(gap)))


def _with_tail(log_bids: Array, log_masses: Array) -> tuple[Array, Array]:
    """The atoms continued in geometric series until the rest is nothing."""
    steps = np.arange(1, _tail_size(log_bids, log_masses) + 1)
    return (
        np.concatenate([log_bids, log_bids[-1] + (log_bids[-1] - log_bids[-2]) * steps]),
        np.concatenate([log_masses, log_masses[-1] + (log_masses[-1] - log_masses[-2]) * steps]),
    )


def _tail_size(log_bids: Array, log_masses: Array) -> int:
    fall = max(log_masses[-1] - log_masses[-2], -50.0)
    left = 38.0 + min(log_masses[-1], 0.0)
    return int(np.clip(np.ceil(left / max(-fall, 0.01)), 1, 3000))


def _conditions(unknown: Array, exponent: float) -> tuple[Array, Array]:
    """Relative payoffs and marginal payoffs at the atoms and total probability less one; derivatives.

    With the tail that follows from the last two atoms there is one condition more than there are
    unknowns.
    """
    size = unknown.size // 2
    log_bids, log_masses = _with_tail(unknown[:size], unknown[size:])
    number = log_bids.size
    masses, own = np.exp(log_masses), np.exp(unknown[:size])
    chance = _chances(unknown[:size], log_bids, exponent)
    win = chance * masses / own[:, None]
    slope = exponent * (1.0 - chance) * win
    bend = exponent * (1.0 - 2.0 * chance) * slope
    left = np.concatenate([win.sum(axis=1) - 1.0, slope.sum(axis=1) - 1.0, [masses.sum() - 1.0]])
    # How every atom moves with the unknown ones: the tail continues the last two.
    follow = np.zeros((number, size))
    follow[:size] = np.eye(size)
    steps = np.arange(1, number - size + 1)
    follow[size:, -1], follow[size:, -2] = 1.0 + steps, -steps
    diagonal = np.eye(size)
    matrix = np.block(
        [
            [diagonal * (slope - win).sum(axis=1)[:, None] - slope @ follow, win @ follow],
            [diagonal * (bend - slope).sum(axis=1)[:, None] - bend @ follow, slope @ follow],
            [np.zeros((1, size)), (masses @ follow)[None, :]],
        ]
    )
    return left, matrix


def _error(unknown: Array, exponent: float) -> float:
    """The largest payoff or marginal payoff, in money, at any atom of the tail too."""
    size = unknown.size // 2
    log_bids, log_masses = _with_tail(unknown[:size], unknown[size:])
    bids, masses = np.exp(log_bids), np.exp(log_masses)
    chance = _chances(log_bids, log_bids, exponent)
    win, slope = chance @ masses, exponent * (chance * (1.0 - chance)) @ masses
    return float(max(np.abs(win - bids).max(), np.abs(slope - bids).max()))
