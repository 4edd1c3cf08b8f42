"""Models that are games of their own: sequences, stages, groups, searches.

They are not made of the parts of a static contest, so they give payoffs themselves and bring a
candidate, which `contests.solve` certifies like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from contests.game import Game
from contests.model import Model
from contests.profile import Profile
from contests.solving import Candidate

__all__ = ["GameModel", "GameOutcomes"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class GameOutcomes:
    """Expectations of what comes of a profile.

    Parameters
    ----------
    payoff : ndarray, shape (n,)
        Expected payoffs, in money.
    win_probability : ndarray, shape (n,)
        Chances of winning.
    prizes_paid : float
        Expected money paid in prizes.
    """

    payoff: Array
    win_probability: Array
    prizes_paid: float

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"This game has no {name!r}: nobody's idea has a quality apart from effort.")


class GameModel(Game, Model):
    """Base of models that are games: give ``n``, ``stakes``, ``payoff``, ``candidate`` and ``chances``."""

    def contest(self) -> Self:
        """Return the model itself, which is the game."""
        return self

    def game(self) -> Self:
        """Return the model itself, which is the game."""
        return self

    def candidate(self) -> Candidate:
        """Return what solves the first-order conditions, for the certificate to check."""
        raise NotImplementedError

    def chances(self, profile: Profile) -> Array:
        """Return everyone's chance of winning under ``profile``, shape (n,)."""
        raise NotImplementedError

    @property
    def prize_money(self) -> float:
        """Money paid in prizes when somebody wins."""
        return self.stakes

    def payoffs(self, profile: Profile) -> Array:
        """Return everyone's expected payoff under ``profile``, in money, shape (n,)."""
        efforts = profile.efforts()
        return np.array([float(self.payoff(i, float(efforts[i]), profile)) for i in range(self.n)])

    def outcomes(self, profile: Profile) -> GameOutcomes:
        """Return expected payoffs and chances of winning under ``profile``."""
        chances = self.chances(profile)
        paid = self.prize_money * min(float(chances.sum()), 1.0)
        return GameOutcomes(payoff=self.payoffs(profile), win_probability=chances, prizes_paid=paid)
