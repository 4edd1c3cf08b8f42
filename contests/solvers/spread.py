"""Mixed strategies with densities, where the slightest lead wins for certain.

Without a shock the payoff jumps at whatever a rival does for sure, and efforts on a
grid would tie. Here actions are even draws from short intervals, next to a few atoms
(zero, and the largest effort where a cap holds). The discretised game is solved as
usual; then intervals in which deviations pay are halved.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contests.certificate import certify
from contests.profile import Profile
from contests.solvers.actions import Actions, Discretised
from contests.solvers.discretised import fixed_point

__all__ = ["spread_out"]

Array = NDArray[np.float64]
_ROUNDS = 6
_MOST = 160


def spread_out(
    field: Discretised, tops: list[float], gain_tolerance: float, effort_tolerance: float
) -> Profile:
    """Return the best profile found of strategies that are piecewise even.

    Parameters
    ----------
    field : Discretised
        A game without noise.
    tops : list of float
        The largest effort worth while of each class.
    gain_tolerance, effort_tolerance : float
        When to stop, as in `contests.certify`.

    Returns
    -------
    Profile
    """
    game = field.game
    # Strategies bend where a rival's do: all share their knots, so that averages over intervals are exact.
    first = np.concatenate([np.linspace(0, 1, 17), np.geomspace(1e-4, 0.05, 12)])
    shared = np.unique(np.multiply.outer(tops, first))
    knots = [shared[shared <= top] for top in tops]
    best, least = None, np.inf
    for _ in range(_ROUNDS):
        actions = [Actions.between(k, np.array([0.0])) for k in knots]
        start = [np.full(a.size, 1.0 / a.size) for a in actions]
        weights = fixed_point(
            lambda x, a=actions: field.blocks(a, x),  # type: ignore[misc]
            field.counts,
            start,
            tolerance=max(0.01 * gain_tolerance, 1e-13) * game.stakes,
        )
        profile = field.mixture(actions, weights)
        certificate = certify(game, profile, gain_tolerance=gain_tolerance, effort_tolerance=effort_tolerance)
        if certificate.max_gain < least:
            best, least = profile, certificate.max_gain
        if certificate.passed:
            return profile
        shared = np.unique(np.concatenate([_halved(field, c, k, profile) for c, k in enumerate(knots)]))
        knots = [shared[shared <= top] for top in tops]
        if max(k.size for k in knots) > _MOST:
            break
    assert best is not None
    return best


def _halved(field: Discretised, c: int, knots: Array, profile: Profile) -> Array:
    """Knots with the intervals halved in which the payoff varies most."""
    i = field.representatives[c]
    middle = (knots[:-1] + knots[1:]) / 2
    points = np.concatenate([middle, knots[:-1], knots[1:]])
    pays = np.asarray(field.game.payoff(i, points, profile)).reshape(3, -1)
    value = float(np.max(pays))
    near = pays.max(axis=0) > value - 0.1 * field.game.stakes
    varies = np.where(near, pays.max(axis=0) - pays.min(axis=0), 0.0)
    worst = varies > 0.2 * varies.max(initial=0.0)
    return np.unique(np.concatenate([knots, middle[worst]]))
