"""The entry fees that a winner gets: a pot as large as the number of those who came.

All fees go to the winner, her own included. Given her score s, the pot is hers if all who came stand
below s; each rival is then in with the probability that a rival below s is in. With F the chance that a
rival is below s or out, and o that she is out, m rivals alike leave, for each unit of the fee,

    F^m (1 + m (1 - o / F)) = (1 + m) F^m - m o F^(m-1),

and F^(m-1) is the chance to be first among them plus one m-th of that to be second: such a pot is
worth what two prizes are, (1 + m - m o) and -o.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contests.scores import Scores

if TYPE_CHECKING:
    from contests.rivals import Rivals

__all__ = ["fees_won", "marginal_fees"]

Array = NDArray[np.float64]


def fees_won(rivals: Rivals, i: int, location: Array) -> Array:
    """Return the entry fees that a contestant expects to win where she stands.

    Parameters
    ----------
    rivals : Rivals
        The field.
    i : int
        The contestant.
    location : ndarray, shape (m,)
        Where she stands.

    Returns
    -------
    ndarray, shape (m,)
        Money.
    """
    scores, counts = rivals.groups(i)
    fee = rivals.contest.entry.price
    if rivals.race.noise is None or not scores:
        wins = rivals.rank_probabilities(i, location, 1)[:, 0] if scores else np.ones(location.size)
        won = np.asarray(wins * _entrants_below(location, scores, counts))
        tied = np.isfinite(location) & (sum((s.tie(location) for s in scores), np.zeros(location.size)) > 0)
        if tied.any():
            won[tied] = _pot_of_tied(location[tied], scores, counts)
        return np.asarray(fee * won)
    result, bottom = np.zeros(location.size), np.isneginf(location)
    if len(scores) == 1:
        result[~bottom] = rivals._integrate(i, location[~bottom], _as_prizes(scores[0], counts[0]))
    else:
        for rows, x, w in rivals._own(location, scores, counts):
            result[rows] = np.sum(w * _pot(x, scores, counts), axis=1)
    if bottom.any():
        # At the bottom all who came share what there is: m of them, m fees, each wins one in m times.
        result[bottom] = np.prod([s.floor**c for s, c in zip(scores, counts, strict=True)])  # type: ignore[attr-defined]
    return np.asarray(fee * result)


def marginal_fees(rivals: Rivals, i: int, location: Array) -> Array:
    """Return the derivative of `fees_won` in one's own location, where there is noise.

    Parameters
    ----------
    rivals : Rivals
        The field.
    i : int
        The contestant.
    location : ndarray, shape (m,)
        Finite locations.
    """
    scores, counts = rivals.groups(i)
    result, fee = np.zeros(location.size), rivals.contest.entry.price
    if not scores:
        return result
    if len(scores) == 1:
        return np.asarray(fee * rivals.marginal(i, location, _as_prizes(scores[0], counts[0])))
    for rows, x, w in rivals._own(location, scores, counts):
        chance, entrants = np.ones(x.shape), _entrants_below(x, scores, counts)
        rise = np.zeros(x.shape)
        for rival, count in zip(scores, counts, strict=True):
            below, density = rival.below(x), rival.density(x)
            rate = np.divide(density, below, out=np.zeros(x.shape), where=below > 0)
            lost = np.divide(getattr(rival, "out", 0.0), below, out=np.zeros(x.shape), where=below > 0)
            chance, rise = chance * below**count, rise + count * rate * (entrants + lost)
        result[rows] = np.sum(w * chance * rise, axis=1)
    return np.asarray(fee * result)


def _pot_of_tied(x: Array, scores: list[Scores], counts: list[int]) -> Array:
    """The pot won at ``x``, in units of the fee, where ties with rivals who came fall to chance.

    Given the own tie-breaking number t, a rival is below with probability below + t tie.
    """
    nodes, weights = np.polynomial.legendre.leggauss(sum(counts) // 2 + 2)
    total = np.zeros(x.shape)
    for t, weight in zip((nodes + 1.0) / 2.0, weights / 2.0, strict=True):
        chance, entrants = np.ones(x.shape), np.ones(x.shape)
        for rival, count in zip(scores, counts, strict=True):
            below = rival.below(x) + t * rival.tie(x)
            out = float(getattr(rival, "out", 0.0))
            chance = chance * below**count
            inside = np.maximum(below - out, 0.0)
            entrants += count * np.divide(inside, below, out=np.zeros(x.shape), where=below > 0)
        total += weight * chance * entrants
    return total


def _as_prizes(rivals: Scores, count: int) -> Array:
    """The prizes that are worth the pot against ``count`` rivals alike, for each unit of the fee."""
    out = float(getattr(rivals, "out", 0.0))
    return np.array([1.0 + count * (1.0 - out), -out])


def _entrants_below(x: Array, scores: list[Scores], counts: list[int]) -> Array:
    """How many are expected to have come, herself included, if all rivals who came are below ``x``."""
    entrants = np.ones(np.shape(x))
    for rival, count in zip(scores, counts, strict=True):
        below = rival.below(x)
        inside = np.maximum(below - getattr(rival, "out", 0.0), 0.0)
        entrants += count * np.divide(inside, below, out=np.zeros(np.shape(x)), where=below > 0)
    return entrants


def _pot(x: Array, scores: list[Scores], counts: list[int]) -> Array:
    """The pot in units of the fee, if all are below ``x`` and nothing else."""
    chance = np.ones(np.shape(x))
    for rival, count in zip(scores, counts, strict=True):
        chance = chance * rival.below(x) ** count
    return np.asarray(chance * _entrants_below(x, scores, counts))
