"""The actions of a discretised game: efforts, or intervals of effort drawn evenly.

Where payoffs are continuous an action is an effort. Where the slightest lead wins
for certain (no shock), efforts on a grid would tie; there an action is a draw from
a short interval, so that a mixture has a density and ties have no weight.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.game import Game
from contests.profile import Profile
from contests.strategy import Mixed, Pure, Strategy

__all__ = ["Actions", "Clock", "Discretised", "OutOfTimeError"]

Array = NDArray[np.float64]
_X, _W = np.polynomial.legendre.leggauss(5)


@dataclass(frozen=True)
class Actions:
    """The actions of one class: even draws from [left, right], or an effort where the two agree.

    Parameters
    ----------
    left, right : ndarray, shape (m,)
        Ends, sorted by left and then right; intervals do not overlap.
    """

    left: Array
    right: Array

    @classmethod
    def at(cls, efforts: Array) -> Actions:
        """Return the actions that are the given ``efforts``."""
        points = np.unique(efforts)
        return cls(points, points)

    @classmethod
    def between(cls, knots: Array, atoms: Array) -> Actions:
        """Return the intervals between ``knots``, and the efforts ``atoms``."""
        cut = np.unique(knots)
        left, right = np.concatenate([atoms, cut[:-1]]), np.concatenate([atoms, cut[1:]])
        order = np.lexsort((right, left))
        return cls(left[order], right[order])

    @property
    def size(self) -> int:
        """How many."""
        return int(self.left.size)

    def strategy(self, weights: Array) -> Strategy:
        """Return the mixture of the actions with the given ``weights``."""
        used = weights > 1e-14
        left, right, mass = self.left[used], self.right[used], weights[used] / weights[used].sum()
        if mass.size == 1 and left[0] == right[0]:
            return Pure(float(left[0]))
        top = np.cumsum(mass)
        top[-1] = 1.0
        bottom = np.concatenate([[0.0], top[:-1]])
        return Mixed(
            efforts=np.column_stack([left, right]).ravel(), levels=np.column_stack([bottom, top]).ravel()
        )

    def single(self, k: int) -> Strategy:
        """Return action ``k`` as a strategy."""
        if self.left[k] == self.right[k]:
            return Pure(float(self.left[k]))
        return Mixed(efforts=[self.left[k], self.right[k]], levels=[0.0, 1.0])

    def nodes(self) -> tuple[Array, Array]:
        """Return efforts, shape (m, nodes), and weights, shape (nodes,), for averages over each action."""
        if np.array_equal(self.left, self.right):
            return self.left[:, None], np.ones(1)
        middle, half = (self.left + self.right) / 2, (self.right - self.left) / 2
        return middle[:, None] + half[:, None] * _X, _W / 2


class OutOfTimeError(ConvergenceError):
    """The time allowed is used up."""


class Clock:
    """The time left, in seconds of this thread's own work, so that a busy machine changes no answer.

    Parameters
    ----------
    seconds : float
        The time allowed.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.thread_time() + seconds

    def check(self) -> None:
        """Raise `OutOfTimeError` if the time is used up."""
        if time.thread_time() > self._end:
            raise OutOfTimeError(
                f"No equilibrium was found in {self.seconds:g} seconds of work. Allow more with "
                "solver=contests.solvers.general.GeneralSolver(seconds=...), or change the parts."
            )


@dataclass
class Discretised:
    """A game whose classes of contestants choose among finitely many actions.

    Parameters
    ----------
    game : Game
        Payoffs.
    members : ndarray of int, shape (n,)
        The class of each contestant.
    clock : Clock, optional
        What stops the work; nothing if absent.
    """

    game: Game
    members: NDArray[np.intp]
    clock: Clock | None = None

    def __post_init__(self) -> None:
        self.classes, first, number = np.unique(self.members, return_index=True, return_counts=True)
        self.representatives = [int(i) for i in first]
        self.counts = [int(k) for k in number]

    def profile(self, strategies: Sequence[Strategy]) -> Profile:
        """Return the profile in which each class plays one of ``strategies``."""
        if len(strategies) == 1:
            return Profile.symmetric(strategies[0], self.game.n)
        if all(isinstance(s, Pure) for s in strategies):
            return Profile.pure(np.array([s.mean() for s in strategies])[self.members])
        return Profile(self.game.n, strategies=list(strategies), members=self.members)

    def mixture(self, actions: Sequence[Actions], weights: Sequence[Array]) -> Profile:
        """Return the profile of mixtures of ``actions`` with ``weights``, one of each for a class."""
        return self.profile([a.strategy(x) for a, x in zip(actions, weights, strict=True)])

    def blocks(self, actions: Sequence[Actions], weights: Sequence[Array]) -> list[list[Array | None]]:
        """Return payoffs for each action against each action of one rival, the others playing ``weights``.

        Parameters
        ----------
        actions : sequence of Actions
            One for each class.
        weights : sequence of ndarray
            Their probabilities.

        Returns
        -------
        list of list of ndarray or None
            As in `contests.solvers.discretised`.
        """
        base = [a.strategy(x) for a, x in zip(actions, weights, strict=True)]
        return [
            [self._block(c, d, actions, base) for d in range(len(self.counts))]
            for c in range(len(self.counts))
        ]

    def _block(self, c: int, d: int, actions: Sequence[Actions], base: list[Strategy]) -> Array | None:
        points, w = actions[c].nodes()
        columns = self.columns(c, d, points, [actions[d].single(k) for k in range(actions[d].size)], base)
        return None if columns is None else np.einsum("mwk,w->mk", columns[0], w)

    def columns(
        self,
        c: int,
        d: int,
        efforts: Array,
        singles: Sequence[Strategy],
        base: Sequence[Strategy],
        *,
        marginal: bool = False,
    ) -> tuple[Array, Array | None] | None:
        """Return what efforts pay against each of several strategies of one rival.

        Parameters
        ----------
        c, d : int
            Own class and the rival's.
        efforts : ndarray
            Own efforts, of any shape.
        singles : sequence of Strategy
            What the one rival does, one column each.
        base : sequence of Strategy
            What all others do, one for each class.
        marginal : bool
            Whether marginal payoffs are wanted too.

        Returns
        -------
        payoffs, marginals : ndarray, shape (*efforts.shape, len(singles))
            Marginals are None if not wanted or not known. None in all if there is no such rival.
        """
        i = self.representatives[c]
        rivals = np.flatnonzero((self.members == d) & (np.arange(self.game.n) != i))
        if rivals.size == 0:
            return None
        members = self.members.copy()
        members[rivals[0]] = len(base)
        members[i] = len(base) + 1  # her own entry does not matter
        pays, slopes = [], []
        for one in singles:
            if self.clock is not None:
                self.clock.check()
            profile = Profile(self.game.n, strategies=[*base, one, Pure(0.0)], members=members)
            if self.game.n == 2 and isinstance(one, Pure):
                profile = Profile.pure(profile.efforts())
            pays.append(np.asarray(self.game.payoff(i, efforts, profile)))
            if marginal:
                slopes.append(self.game.marginal_payoff(i, efforts, profile))
        known = marginal and all(slope is not None for slope in slopes)
        return np.stack(pays, axis=-1), np.stack(slopes, axis=-1) if known else None  # type: ignore[arg-type]
