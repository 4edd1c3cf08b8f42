"""Whether private abilities stand close enough to one another for a shock to rank them.

The law of rivals' scores is an average over nodes of the type. It is smooth as long as neighbouring nodes
stand a few standard deviations of the shock apart; in a heavy tail they do not, whatever their number, and
what a type there would do depends on rivals so rare that no rule of quadrature knows them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.errors import ConvergenceError

__all__ = ["check_spread"]

Array = NDArray[np.float64]
# Neighbours 10 standard deviations apart are still certified, 12 are not (lognormal, Pareto, Student).
_APART = 20.0


def check_spread(contest: Contest, contestant: int, types: Array) -> None:
    """Refuse abilities between which there are gaps that no shock bridges.

    Parameters
    ----------
    contest : Contest
        The parts; where success is random.
    contestant : int
        Whose types.
    types : ndarray, shape (k,)
        Her types at the nodes, increasing.

    Raises
    ------
    ConvergenceError
        If neighbouring types stand more than 20 standard deviations of the shock apart before any effort.
    """
    race, traits = contest.race, contest.contestants
    assert race is not None
    assert race.noise is not None
    ability = traits.trait("ability", contestant, types)
    place = np.broadcast_to(race.location(contestant, np.zeros(types.shape), ability), types.shape)
    if not np.all(np.isfinite(place)):
        return
    apart = float(np.max(np.abs(np.diff(place)))) / race.noise.std()
    if apart > _APART:
        raise ConvergenceError(
            f"Abilities are too unlike for this shock: the rarest types stand {apart:.0f} standard "
            "deviations of it from their neighbours, and what they would do is not known. A wider shock or "
            "a law of abilities with lighter tails would work."
        )
