"""One period of a community: an unknown (Poisson) number of members compete and use the best idea.

A member with effort e against j rivals with effort E has the best idea with probability
exp(e/mu)/(exp(e/mu) + j exp(E/mu)), and the best quality is mu ln(exp(e/mu) + j exp(E/mu)) on average
(Gumbel shocks of scale mu and mean zero). She gets the prize if hers is best, b times the best quality,
w times her own, and bears effort's cost and a fixed one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.curves import Power
from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.part import Part
from contests.profile import Profile

__all__ = ["CommunityGame", "poisson_chances"]

Array = NDArray[np.float64]


def poisson_chances(mean: ArrayLike) -> tuple[Array, Array]:
    """Return numbers 0, 1, ... and their Poisson probabilities, shape (..., numbers).

    Parameters
    ----------
    mean : array_like
        Mean number, above zero.
    """
    from scipy.special import gammaln

    m = np.asarray(mean, dtype=float)
    top = float(m.max())
    j = np.arange(int(top + 14.0 * np.sqrt(top) + 40.0), dtype=float)
    return j, np.exp(j * np.log(m)[..., None] - m[..., None] - gammaln(j + 1.0))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CommunityGame(Part, Game):
    """Payoffs of a period from primitives.

    Parameters
    ----------
    mean : float
        Mean number of members.
    prize : float
        Money for the best idea.
    use_value, own_use : float
        Worth to a member of a unit of the best quality, and of her own.
    shock : float
        Gumbel scale of quality.
    cost : Power
        Cost of effort in money.
    fixed_cost : float
        Cost of taking part in a period, in money.
    """

    mean: float
    prize: float
    use_value: float
    own_use: float
    shock: float
    cost: Power
    fixed_cost: float

    is_symmetric = True

    @cached_property
    def _rivals(self) -> tuple[Array, Array]:
        j, chance = poisson_chances(self.mean)
        return j, chance / chance.sum()

    @property
    def n(self) -> int:  # type: ignore[override]
        """The largest number of members with any probability."""
        return int(self._rivals[0].size)

    @property
    def stakes(self) -> float:
        """The prize and what luck and own use are worth, in money."""
        alone = self.own_use + self.use_value
        own = float(self.cost.inverse(1.0)) if alone == 0 else self._effort(alone)
        return self.prize + self.use_value * self.shock + alone * own

    def _effort(self, slope: float) -> float:
        """Effort at which marginal cost is a slope."""
        power = self.cost.exponent
        return float((slope / (self.cost.scale * power)) ** (1.0 / (power - 1.0)))

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs of a period, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`; nobody has a type.
        """
        own = np.asarray(effort, float)
        gap, j, chance = self._gap(own, profile)
        log = self._log_sum(gap, j)
        win = np.exp(-log) @ chance
        best = own + self.shock * (log @ chance)
        fixed = self.cost(own) + self.fixed_cost
        return np.asarray(self.prize * win + self.use_value * best + self.own_use * own - fixed)

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array:
        """Return exact marginal payoffs, see `Game.marginal_payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `payoff`.
        """
        own = np.asarray(effort, float)
        gap, j, chance = self._gap(own, profile)
        win = np.exp(-self._log_sum(gap, j))
        steep = self.prize * ((win * (1.0 - win)) @ chance) / self.shock
        return np.asarray(steep + self.use_value * (win @ chance) + self.own_use - self.cost.derivative(own))

    def _gap(self, own: Array, profile: Any) -> tuple[Array, Array, Array]:
        chosen = self.profile(profile)
        if not chosen.is_symmetric:
            raise InvalidPartError("profile", profile, "one effort for all members in this game")
        j, chance = self._rivals
        return (own - float(chosen.efforts()[1])) / self.shock, j, chance

    def _log_sum(self, gap: Array, j: Array) -> Array:
        """ln(1 + j exp(-gap)), shape (..., numbers)."""
        with np.errstate(divide="ignore"):  # nobody else: the log of zero, that is, no rival
            log = np.log(j)
        return np.asarray(np.logaddexp(0.0, log - gap[..., None]))

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return an effort whose marginal cost exceeds all that a unit could bring (any ``i``, ``type``)."""
        return np.asarray(
            self._effort(self.prize / (4.0 * self.shock) + self.use_value + self.own_use) * 1.01
            + float(self.cost.inverse(self.prize))
        )

    def outside_option(self, i: Index, type: ArrayLike | None = None) -> float:
        """Minus infinity: coming and staying are decided between periods (any ``i``, ``type``)."""
        return float("-inf")

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one member: all do as ``profile`` says of the first."""
        return np.zeros(1, dtype=np.intp), np.full(1, self.n, dtype=np.intp)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs member ``i`` (any ``type``), in money."""
        return np.asarray(self.cost(np.asarray(effort, float)))

    def outcomes(self, profile: Profile) -> CommunityOutcomes:
        """Return exact expectations of what comes of ``profile``."""
        return CommunityOutcomes(self, profile)


class CommunityOutcomes:
    """Expectations of a period.

    Parameters
    ----------
    game : CommunityGame
        The period.
    profile : Profile
        The members' common effort.
    """

    def __init__(self, game: CommunityGame, profile: Profile) -> None:
        self.game, self.effort = game, float(profile.efforts()[0])
        self.profile = profile

    @cached_property
    def payoff(self) -> Array:
        """Expected payoff of a member, in money, shape (n,)."""
        return np.full(self.game.n, float(self.game.payoff(0, self.effort, self.profile)))

    @cached_property
    def win_probability(self) -> Array:
        """Chance of the best idea of a member, shape (n,)."""
        return np.full(self.game.n, float(-np.expm1(-self.game.mean) / self.game.mean))

    @property
    def total_effort(self) -> float:
        """Expected sum of efforts of a period."""
        return self.game.mean * self.effort

    @cached_property
    def expected_best(self) -> float:
        """Expected best quality of a period, zero where nobody is there."""
        j, chance = self.game._rivals
        held = float(-np.expm1(-self.game.mean))
        return held * self.effort + self.game.shock * float(chance @ np.log(np.maximum(j, 1.0)))

    @property
    def expected_average(self) -> float:
        """Expected quality of an idea."""
        return self.effort

    @property
    def prizes_paid(self) -> float:
        """Expected prize paid in a period, in money."""
        return float(-np.expm1(-self.game.mean)) * self.game.prize
