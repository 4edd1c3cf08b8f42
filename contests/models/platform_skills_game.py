"""The game of choosing one of many contests and an effort there, told from strategies alone.

What a deviation expects in contest j is v R_j (chance that each rival is elsewhere or exerts less),
to the power n - 1: the rivals' strategy says who goes where and what each exerts. No equilibrium
formula enters, so that the certificate can tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.part import Part
from contests.profile import Profile
from contests.simulate import Outcome
from contests.strategy import Monotone

__all__ = ["ManyContestsGame", "Spread"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Spread(Monotone):
    """Where each type goes, and what effort it exerts there.

    Parameters
    ----------
    types : SciPy distribution
        Law of skills.
    function : callable
        Effort of a skill, increasing, with an ``inverse``.
    scores_increase : bool
        True: higher skills exert more.
    levels : array_like, shape (pieces,)
        Levels of the law of skills from 1 down: piece l is between level l+1 (or 0) and level l.
    shares : array_like, shape (pieces, contests)
        Probabilities of each contest for the skills of a piece.
    """

    levels: Any = field(default=(1.0,))
    shares: Any = field(default=((1.0,),))

    def piece(self, types: ArrayLike) -> NDArray[np.intp]:
        """Return the piece in which each of ``types`` (array_like) lies."""
        level = np.asarray(self.types.cdf(types))
        at = np.searchsorted(-np.asarray(self.levels), -level, side="right") - 1
        return np.asarray(np.clip(at, 0, len(self.levels) - 1), dtype=np.intp)

    def beyond(self, types: ArrayLike) -> Array:
        """Return the chance to be in each contest with a skill above each of ``types``.

        Parameters
        ----------
        types : array_like, shape (...)
            Skills.

        Returns
        -------
        ndarray, shape (..., contests)
        """
        higher = np.asarray(self.types.sf(types))[..., None]
        top = 1.0 - np.asarray(self.levels)
        bottom = np.append(top[1:], 1.0)
        return np.asarray(np.clip(higher - top, 0.0, bottom - top) @ np.asarray(self.shares))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ManyContestsGame(Part, Game):
    """Payoffs from primitives of going to one of many contests.

    Parameters
    ----------
    model : ManyContests
        Numbers, awards and the law of skills.
    """

    model: Any

    @property
    def n(self) -> int:  # type: ignore[override]
        """Number of solvers."""
        return int(self.model.solvers)

    @property
    def stakes(self) -> float:
        """The largest award."""
        return float(self.model.awards[0])

    @cached_property
    def _types(self) -> Array:
        nodes, _ = np.polynomial.legendre.leggauss(24)
        t = 0.5 * (nodes + 1.0)
        return np.asarray(self.model.skill.ppf(t * t * (3 - 2 * t)))

    def _strategy(self, profile: Any) -> Spread:
        strategy = self.profile(profile).strategy(1)
        if not isinstance(strategy, Spread):
            raise InvalidPartError("profile", strategy, "a Spread: who goes where, and what effort")
        return strategy

    def chances(self, effort: ArrayLike, profile: Any) -> Array:
        """Return the chance to win each contest with an effort.

        Parameters
        ----------
        effort : array_like, shape (...)
            Efforts.
        profile : Profile
            What the rivals do.

        Returns
        -------
        ndarray, shape (..., contests)
        """
        strategy = self._strategy(profile)
        given = np.asarray(effort, float)
        inverse: Any = strategy.function
        above = strategy.beyond(inverse.inverse(given.ravel()))
        won = (1.0 - above) ** (self.n - 1)
        return np.asarray(won.reshape(*given.shape, -1))

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs in the contest that is best for the effort, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        best = (self.chances(effort, profile) * np.array(self.model.awards)).max(axis=-1)
        return np.asarray(np.asarray(type) * best - np.asarray(effort, float))

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return exact marginal payoffs in the best contest, see `Game.marginal_payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        strategy = self._strategy(profile)
        function: Any = strategy.function
        if not hasattr(function, "slope"):
            return None
        given = np.asarray(effort, float)
        rivals = function.inverse(given.ravel())
        below = 1.0 - strategy.beyond(rivals)
        awards = np.array(self.model.awards)
        # Thin contests win with a chance of one: among equals the one where effort moves it counts.
        here = np.asarray(strategy.shares)[strategy.piece(rivals)]
        best = np.argmax(awards * below ** (self.n - 1) * (1.0 + 1e-12 * (here > 0)), axis=1)
        rows = np.arange(best.size)
        with np.errstate(divide="ignore", invalid="ignore"):  # no slope at the ends of the skills
            thick = here[rows, best] * strategy.types.pdf(rivals) / function.slope(rivals)
            win = awards[best] * (self.n - 1) * below[rows, best] ** (self.n - 2) * thick
        return np.asarray(np.asarray(type) * win.reshape(given.shape) - 1.0)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return what the largest award is worth to solver ``i`` of skill ``type``."""
        return np.asarray(self.stakes * np.asarray(type, float))

    def type_nodes(self, i: int) -> Array:
        """Return skills at which to check solver ``i``."""
        return self._types

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one solver: all do as ``profile`` says of the first."""
        if (profile.labels() != 0).any():
            raise InvalidPartError("profile", profile, "one strategy for all solvers in this game")
        return np.zeros(1, dtype=np.intp), np.full(1, self.n, dtype=np.intp)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs solver ``i`` (any ``type``): effort itself, in money."""
        return np.asarray(effort, dtype=float)

    def entry_findings(self, profile: Profile) -> Sequence[tuple[int, float, float, float, float]]:
        """Return what going to the best contest instead of one gone to would bring each type.

        Parameters
        ----------
        profile : Profile
            What everyone does.
        """
        strategy = self._strategy(profile)
        types = self._types
        own = strategy(types)
        worth = types[:, None] * np.array(self.model.awards) * self.chances(own, profile) - own[:, None]
        goes = np.asarray(strategy.shares)[strategy.piece(types)] > 0
        worst = np.where(goes, worth, np.inf).min(axis=1)
        best = worth.max(axis=1)
        return [(0, float(e), float(e), float(a), float(b)) for e, a, b in zip(own, worst, best, strict=True)]

    def outcomes(self, profile: Profile) -> ManyContestsOutcomes:
        """Return exact expectations of what comes of ``profile``."""
        return ManyContestsOutcomes(self, profile)

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Outcome:
        """Draw outcomes: skills, contests gone to, efforts, awards.

        Parameters
        ----------
        profile : Profile or what stands for one
            What everyone does.
        size : int
            How many draws.
        rng : numpy.random.Generator
            Source of randomness.
        """
        strategy = self._strategy(profile)
        types = strategy.types.rvs((size, self.n), rng=rng)
        effort = strategy(types)
        ladder = np.cumsum(np.asarray(strategy.shares), axis=1)[strategy.piece(types)]
        place = (rng.random((size, self.n, 1)) > ladder).sum(axis=-1)
        place = np.minimum(place, len(self.model.awards) - 1)
        same = place[:, :, None] == place[:, None, :]
        rank = 1 + (same & (effort[:, None, :] > effort[:, :, None])).sum(axis=-1)
        prize = np.where(rank == 1, np.array(self.model.awards)[place], 0.0)
        return Outcome(effort=effort, quality=effort, rank=rank, prize=prize, payoff=types * prize - effort)


class ManyContestsOutcomes:
    """Expectations of a common strategy; quality is effort.

    Parameters
    ----------
    game : ManyContestsGame
        The game.
    profile : Profile
        What everyone does.
    """

    def __init__(self, game: ManyContestsGame, profile: Profile) -> None:
        self.game = game
        self.strategy = game._strategy(profile)
        edges = np.append(np.asarray(self.strategy.levels), 0.0)
        nodes, weights = np.polynomial.legendre.leggauss(64)
        t = 0.5 * (nodes + 1.0)
        width = (edges[:-1] - edges[1:])[:, None]
        self.level = (edges[1:, None] + width * t * t * (3 - 2 * t)).ravel()
        self.mass = (width * 0.5 * weights * 6 * t * (1 - t)).ravel()
        self.types = np.asarray(self.strategy.types.ppf(self.level))
        self.efforts = self.strategy(self.types)
        self.places = np.asarray(self.strategy.shares).sum(axis=0) > 0
        self.chance = game.chances(self.efforts, profile)
        self.goes = np.asarray(self.strategy.shares)[self.strategy.piece(self.types)]

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs before skills are drawn, in money, shape (n,)."""
        won = (self.goes * self.chance * np.array(self.game.model.awards)).sum(axis=1)
        return np.full(self.game.n, float(self.mass @ (self.types * won - self.efforts)))

    @cached_property
    def win_probability(self) -> Array:
        """Probabilities of winning the contest gone to, shape (n,)."""
        return np.full(self.game.n, float(self.mass @ (self.goes * self.chance).sum(axis=1)))

    @property
    def total_effort(self) -> float:
        """Expected sum of efforts in all contests."""
        return float(self.game.n * (self.mass @ self.efforts))

    @property
    def expected_best(self) -> float:
        """Expected highest effort in all contests."""
        n = self.game.n
        return float(self.mass @ (n * self.level ** (n - 1) * self.efforts))

    @property
    def expected_average(self) -> float:
        """Expected effort of a solver."""
        return float(self.mass @ self.efforts)

    @property
    def prizes_paid(self) -> float:
        """Expected sum of awards paid, in money: a contest nobody goes to keeps its award."""
        sent = self.mass @ self.goes
        return float(np.array(self.game.model.awards) @ (1.0 - (1.0 - sent) ** self.game.n))
