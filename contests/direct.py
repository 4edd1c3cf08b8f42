"""Success functions that are not races: what can be asked of them, and how their outcomes are drawn.

A success function of one's own that gives ``win_probabilities`` of certain qualities
(and no race) is evaluated at sure efforts of known contestants for one prize. What it
cannot be asked is refused when the contest is made, not answered wrongly.

A race of one's own is drawn from its definition: score is location plus noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError, UnsolvableError

if TYPE_CHECKING:
    from contests.contest import Contest

__all__ = ["check_direct", "draw_ranks"]

Array = NDArray[np.float64]


def check_direct(contest: Contest) -> None:
    """Refuse parts that a success function without a race does not go together with.

    Parameters
    ----------
    contest : Contest
        Whose success function is not a race.

    Raises
    ------
    InvalidPartError
        If quality is random, types are private, or there is more than one fixed prize.
    """
    name = type(contest.success).__name__
    remedy = f"Give {name} a `race`, or change the part."
    if contest.technology.noise is not None:
        allowed = f"without shock under {name}, whose win_probabilities are of certain qualities"
        raise InvalidPartError("Contest.technology", contest.technology, allowed, remedy)
    if contest.contestants.private_trait is not None:
        raise InvalidPartError(
            "Contest.contestants",
            contest.contestants,
            f"known to all under {name}, which is not a race",
            remedy,
        )
    if contest.prizes.by_rank().size > 1 or contest.prizes.share:
        raise InvalidPartError(
            "Contest.prizes",
            contest.prizes,
            f"one fixed prize under {name}, which tells only who wins",
            remedy,
        )


def draw_ranks(contest: Any, effort: Array, ability: Any, quality: Array, rng: np.random.Generator) -> Any:
    """Draw ranks under a success function of one's own.

    Parameters
    ----------
    contest : Contest
        The parts.
    effort, quality : ndarray, shape (size, n)
        What was done and what came of it.
    ability : array_like
        Abilities, broadcast against ``effort``.
    rng : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray of int, shape (size, n)
        From 1; without a race 1 for the winner and 0 for the others.

    Raises
    ------
    UnsolvableError
        If marks differ from random qualities: the success function does not say how the two go
        together.
    """
    race = contest.race
    if race is None:
        chances = contest.success.win_probabilities(quality)
        drawn = rng.random((quality.shape[0], 1)) < np.cumsum(chances, axis=1)
        winner = np.where(drawn.any(axis=1), drawn.argmax(axis=1), -1)
        return np.asarray(np.arange(quality.shape[1]) == winner[:, None], dtype=np.intp)
    if race.scores_are_qualities:
        marks = quality
    elif contest.technology.noise is None:
        who = np.broadcast_to(np.arange(contest.n), effort.shape)
        marks = np.asarray(race.location(who, effort, ability), float)
        if race.noise is not None:
            marks = marks + race.noise.rvs(effort.shape, rng=rng)
    else:
        raise UnsolvableError(
            f"{type(contest.success).__name__} ranks marks that are not qualities, of random qualities: how "
            "the two are drawn together is not known. Use ct.Highest(error=...), or give a `play` method."
        )
    if np.isfinite(race.nature):
        raise UnsolvableError(
            "A race with a phantom contestant of one's own is not simulated; use ct.Lottery."
        )
    # Ties fall to chance: sort by a random key within equal marks.
    order = np.lexsort((rng.random(marks.shape), -marks), axis=1)
    rank = np.empty(marks.shape, dtype=np.intp)
    np.put_along_axis(rank, order, np.arange(1, marks.shape[1] + 1)[None, :], axis=1)
    return rank
