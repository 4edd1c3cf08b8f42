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
from contests.contest import Contest
from contests.profile import Profile
from contests.solvers.actions import Actions, Discretised
from contests.solvers.discretised import fixed_point

__all__ = ["spread_out"]

Array = NDArray[np.float64]
_ROUNDS = 12
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
    knots = _aligned(field, [top * first for top in tops], tops)
    # At a cap many may stand together: there, as at zero, an action is the effort itself.
    cap = game.cost.domain[1] if isinstance(game, Contest) else np.inf
    atoms = [np.array([0.0, top] if top >= cap else [0.0]) for top in tops]
    best, least = None, np.inf
    for _ in range(_ROUNDS):
        actions = [Actions.between(k, a) for k, a in zip(knots, atoms, strict=True)]
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
        knots = _aligned(field, [_halved(field, c, k, profile) for c, k in enumerate(knots)], tops)
        if max(k.size for k in knots) > _MOST:
            break
    assert best is not None
    return best


def _aligned(field: Discretised, knots: list[Array], tops: list[float]) -> list[Array]:
    """Knots of each class where any class has one, at the same score if there are head starts."""
    game = field.game
    reach = (
        getattr(game.race, "effort", None) if isinstance(game, Contest) and game.race is not None else None
    )
    if reach is None or not isinstance(game, Contest) or game.race is None:
        shared = np.unique(np.concatenate(knots))
        return [shared[shared <= top] for top in tops]
    every = field.representatives
    ability = [float(np.asarray(game.contestants.trait("ability", i))) for i in every]
    places = np.concatenate(
        [game.race.location(i, k, a) for i, k, a in zip(every, knots, ability, strict=True)]
    )
    found = []
    for i, own, a, top in zip(every, knots, ability, tops, strict=True):
        level = np.asarray(reach(i, np.unique(places), a))
        inside = np.sort(np.concatenate([own, level[(level > 0) & (level < top)]]))
        # The same effort by way of a score and back is known to rounding only.
        found.append(inside[np.append(True, np.diff(inside) > 1e-12 * max(top, 1e-300))])
    return found


def _halved(field: Discretised, c: int, knots: Array, profile: Profile) -> Array:
    """Knots with the intervals halved in which the payoff varies most."""
    i = field.representatives[c]
    middle = (knots[:-1] + knots[1:]) / 2
    # Just inside: at its ends an interval may meet an atom, where the payoff jumps.
    hair = 1e-9 * np.diff(knots)
    points = np.concatenate([middle, knots[:-1] + hair, knots[1:] - hair])
    pays = np.asarray(field.game.payoff(i, points, profile)).reshape(3, -1)
    value = float(np.max(pays))
    near = pays.max(axis=0) > value - 0.1 * field.game.stakes
    varies = np.where(near, pays.max(axis=0) - pays.min(axis=0), 0.0)
    worst = varies > 0.2 * varies.max(initial=0.0)
    return np.unique(np.concatenate([knots, middle[worst]]))
