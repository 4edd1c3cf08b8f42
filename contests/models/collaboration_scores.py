"""Who is chosen when skills, luck and judgement are normal and each seat goes to the best of several.

Given the skill x of a contestant, her score is normal around it with variance v^2 = luck^2 + error^2, and
quality is x + (luck/v)^2 (score - x) on average. Integrals over skills and scores are trapezoid sums, which
for normal densities are exact to rounding at the steps used. `ModeGame` pays the award for the best score.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.curve_base import BaseCurve
from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.part import Part
from contests.profile import Profile
from contests.simulate import Outcome

__all__ = ["ModeGame", "ModeOutcomes"]

Array = NDArray[np.float64]
_STEP, _REACH = 0.2, 9.0


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ModeGame(Part, Game):
    """Alike contestants whose best score takes the award.

    Parameters
    ----------
    contestants : int
        Number of contestants.
    best_of : int
        Each skill is ``spread`` times the best of so many standard normal draws.
    spread, luck, error : float
        Standard deviations of skill, luck, and the error in marks.
    award : float
        Money for the idea chosen.
    cost : curve
        Cost of effort in money.

    Examples
    --------
    >>> from contests.curves import Power
    >>> game = ModeGame(contestants=2, best_of=1, spread=0.0, luck=1.0, error=0.0, award=1.0, cost=Power(2))
    >>> round(game.slope, 10), round(game.chosen, 10)  # 1/(2 sqrt(pi)) and 1/sqrt(pi)
    (0.2820947918, 0.5641895835)
    """

    contestants: int
    best_of: int
    spread: float
    luck: float
    error: float
    award: float
    cost: BaseCurve

    is_symmetric = True

    @property
    def n(self) -> int:  # type: ignore[override]
        """Number of contestants."""
        return self.contestants

    @property
    def stakes(self) -> float:
        """The award, in money."""
        return self.award

    @property
    def _rest(self) -> float:
        return float(np.hypot(self.luck, self.error))

    @cached_property
    def _skills(self) -> tuple[Array, Array]:
        """Skills and their weights."""
        from scipy.special import log_ndtr

        if self.spread == 0:
            return np.zeros(1), np.ones(1)
        z = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
        log = -0.5 * z * z + (self.best_of - 1) * log_ndtr(z)
        mass = np.exp(log - log.max())
        return self.spread * z, mass / mass.sum()

    @cached_property
    def _scores(self) -> tuple[Array, Array, Array]:
        """Scores, their weights, and expected quality given each, at equal efforts of zero."""
        x, mass = self._skills
        reach, step = _REACH * self._rest, _STEP * self._rest
        t = np.arange(x.min() - reach, x.max() + reach + step / 2, step)
        z = (t[:, None] - x) / self._rest
        joint = np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi) * mass * _STEP
        density = joint.sum(axis=1)
        share = (self.luck / self._rest) ** 2
        quality = (joint * (x + share * (t[:, None] - x))).sum(axis=1)
        return t, density, quality

    def _below(self, scores: Array) -> Array:
        """Chance that a rival's score is below each."""
        from scipy.special import ndtr

        x, mass = self._skills
        total = np.zeros(scores.shape)
        for place, weight in zip(x, mass, strict=True):
            total += weight * ndtr((scores - place) / self._rest)
        return np.asarray(np.minimum(total, 1.0))

    @cached_property
    def slope(self) -> float:
        """Slope of the chance to be chosen in own quality, at equal efforts."""
        t, density, _ = self._scores
        per_unit = density / (_STEP * self._rest)
        return float((self.n - 1) * (density * per_unit) @ self._below(t) ** (self.n - 2))

    @cached_property
    def chosen(self) -> float:
        """Expected quality of the idea chosen, before effort."""
        t, _, quality = self._scores
        return float(self.n * quality @ self._below(t) ** (self.n - 1))

    def _gap(self, effort: ArrayLike, profile: Any) -> tuple[Array, Array]:
        chosen = self.profile(profile)
        if not chosen.is_symmetric:
            raise InvalidPartError("profile", profile, "one effort for all contestants in this game")
        own = np.asarray(effort, float)
        return own, own - float(chosen.efforts()[1])

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs from the law of scores, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`; nobody has a type that she knows.
        """
        own, gap = self._gap(effort, profile)
        t, density, _ = self._scores
        chance = self._below(t + gap[..., None]) ** (self.n - 1) @ density
        return np.asarray(self.award * chance - self.cost(own))

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the effort that costs the whole award (any ``i``, ``type``)."""
        return np.asarray(float(self.cost.inverse(self.award)))

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant: all do as ``profile`` says of the first."""
        return np.zeros(1, dtype=np.intp), np.full(1, self.n, dtype=np.intp)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs contestant ``i`` (any ``type``), in money."""
        return np.asarray(self.cost(np.asarray(effort, float)))

    def outcomes(self, profile: Profile) -> ModeOutcomes:
        """Return exact expectations of what comes of ``profile``."""
        return ModeOutcomes(self, profile)

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Outcome:
        """Draw outcomes: skills, luck, marks, the idea chosen.

        Parameters
        ----------
        profile : Profile or what stands for one
            What everyone does.
        size : int
            How many draws.
        rng : numpy.random.Generator
            Source of randomness.
        """
        effort = np.broadcast_to(self.profile(profile).efforts(), (size, self.n))
        skill = self.spread * rng.standard_normal((size, self.n, self.best_of)).max(axis=-1)
        quality = effort + skill + self.luck * rng.standard_normal((size, self.n))
        marks = quality + self.error * rng.standard_normal((size, self.n))
        rank = np.argsort(np.argsort(-marks, axis=1), axis=1) + 1
        prize = np.where(rank == 1, self.award, 0.0)
        return Outcome(
            effort=effort,
            quality=quality,
            rank=rank,
            prize=prize,
            payoff=prize - np.asarray(self.cost(effort)),
        )


class ModeOutcomes:
    """Expectations at a common effort; the best idea is the one chosen.

    Parameters
    ----------
    game : ModeGame
        The game.
    profile : Profile
        What everyone does.
    """

    def __init__(self, game: ModeGame, profile: Profile) -> None:
        self.game, self.profile = game, profile
        self.effort = float(profile.efforts()[0])

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs in money, shape (n,)."""
        return np.full(self.game.n, float(self.game.payoff(0, self.effort, self.profile)))

    @property
    def win_probability(self) -> Array:
        """Chances to be chosen, shape (n,)."""
        return np.full(self.game.n, 1.0 / self.game.n)

    @property
    def expected_best(self) -> float:
        """Expected quality of the idea that is chosen."""
        return self.effort + self.game.chosen

    @cached_property
    def expected_average(self) -> float:
        """Expected quality of an idea."""
        x, mass = self.game._skills
        return self.effort + float(mass @ x)

    @property
    def prizes_paid(self) -> float:
        """The award: some idea is chosen."""
        return self.game.award
