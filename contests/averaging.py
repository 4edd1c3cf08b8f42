"""Payoffs against random efforts, for games that know payoffs against sure ones only.

A game of one's own may say what it pays for sure efforts and nothing else. Against
rivals who randomise, a contestant expects the average of that over what they may
do: :class:`Averaged` takes it, exactly where strategies have atoms only.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.profile import Profile
from contests.strategy import Mixed, Pure, Strategy

__all__ = ["Averaged", "random_profiles", "with_random_efforts"]

Array = NDArray[np.float64]
_MOST = 200_000


def random_profiles(profile: Profile, i: int) -> tuple[Array, Array]:
    """Return the sure efforts that a profile may lead to, and their probabilities.

    Parameters
    ----------
    profile : Profile
        What everyone does.
    i : int
        The contestant whose own entry does not matter; it is left at zero.

    Returns
    -------
    efforts : ndarray, shape (m, n)
        One row for each combination of the rivals' efforts.
    probabilities : ndarray, shape (m,)
        They sum to one.

    Raises
    ------
    InvalidPartError
        If there are too many combinations.
    """
    each = [(np.zeros(1), np.ones(1)) if j == i else profile.strategy(j).nodes() for j in range(profile.n)]
    number = float(np.prod([float(points.size) for points, _ in each]))
    if number > _MOST:
        raise InvalidPartError(
            "profile",
            f"random efforts of {profile.n} contestants with {number:.3g} combinations",
            f"one with at most {_MOST} combinations where payoffs are known for sure efforts only",
            "Give the success function a `race`, or let the game's payoff take ct.Mixed strategies.",
        )
    efforts = np.array(list(product(*(points for points, _ in each))), dtype=float)
    weights = np.array(list(product(*(masses for _, masses in each))), dtype=float).prod(axis=1)
    return efforts, weights


class Averaged(Game):
    """A game whose payoffs against random efforts are averages of payoffs against sure ones.

    Parameters
    ----------
    base : Game
        Known contestants; its payoffs take sure efforts.
    """

    def __init__(self, base: Game) -> None:
        self.base, self.n = base, base.n

    @property
    def stakes(self) -> float:
        """As in the game itself."""
        return self.base.stakes

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs, see `Game.payoff`.

        Parameters
        ----------
        i : int
            The contestant.
        effort : array_like
            Her efforts.
        profile : Profile or what stands for one
            What the others do, random or sure.
        type : array_like, optional
            As in the game itself.
        """
        profile = self.profile(profile)
        if profile.is_pure:
            return np.asarray(self.base.payoff(i, effort, profile, type))
        own = np.asarray(effort, float)
        total = np.zeros(np.broadcast_shapes(own.shape, np.shape(i)))
        for one in np.unique(i):
            here = np.broadcast_to(np.asarray(i) == one, total.shape)
            part = np.broadcast_to(own, total.shape)[here]
            for row, weight in zip(*random_profiles(profile, int(one)), strict=True):
                total[here] += weight * np.asarray(self.base.payoff(int(one), part, Profile.pure(row), type))
        return total

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the largest effort worth while of ``i`` (of ``type``), see `Game.largest_effort`."""
        return self.base.largest_effort(i, type)

    def outside_option(self, i: Index, type: ArrayLike | None = None) -> float:
        """Return the outside option of ``i`` (of ``type``), see `Game.outside_option`."""
        return self.base.outside_option(i, type)

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the classes under ``profile``, see `Game.classes`."""
        return self.base.classes(profile)

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return what the rivals of ``i`` (of ``type``) may do under ``profile``: payoffs may jump there."""
        rivals = [profile.strategy(j).atoms[0] for j in range(self.n) if j != i]
        return np.unique(np.concatenate(rivals)) if rivals else np.array([])

    def actions(self, i: int) -> Array | None:
        """Return the discrete efforts of ``i``, if they are, see `Game.actions`."""
        return self.base.actions(i)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array | None:
        """Return the cost of ``effort`` to ``i`` (of ``type``), see `Game.effort_cost`."""
        return self.base.effort_cost(i, effort, type)


def with_random_efforts(game: Game, profile: Profile) -> Game:
    """Return the game itself, or `Averaged` of it if its payoffs mistake random efforts.

    A payoff that takes random efforts is, in the strategy of one rival, the average of what it
    pays against each of her efforts. That is tested on the first rival who randomises.

    Parameters
    ----------
    game : Game
        The game.
    profile : Profile
        What everyone does.

    Returns
    -------
    Game
    """
    from contests.contest import Contest

    if profile.is_pure or isinstance(game, (Contest, Averaged)) or game.n < 2:
        return game
    random = [j for j in range(min(game.n, 20)) if type(profile.strategy(j)) is Mixed]
    if not random or any(game.type_nodes(j) is not None for j in range(min(game.n, 20))):
        return game
    j = random[0]
    i = 1 if j == 0 else 0
    low, high = profile.strategy(j).support
    if low == high:
        return game

    def against(strategy: Strategy) -> Array:
        everyone: list[Strategy] = [Pure(profile.strategy(k).mean()) for k in range(game.n)]
        everyone[j] = strategy
        tried = np.array([0.3, 0.7]) * float(np.asarray(game.largest_effort(i)))
        return np.asarray(game.payoff(i, tried, Profile.of(everyone)))

    apart = (against(Pure(low)) + against(Pure(high))) / 2
    try:
        taken = against(Mixed.on([low, high], [0.5, 0.5]))
    except (InvalidPartError, TypeError, AttributeError):
        return Averaged(game)
    return game if np.allclose(taken, apart, rtol=1e-7, atol=1e-9 * game.stakes) else Averaged(game)
