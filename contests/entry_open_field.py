"""A field in which each contestant is there with a probability of her own.

Payoffs, marginal payoffs and rank probabilities are those of `contests.contest.Contest`,
against rivals whose score is that of nothing at all if they are absent.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.profile import Profile
from contests.rivals import Rivals
from contests.scores import NoisyScores, Scores

__all__ = ["OpenField"]

Array = NDArray[np.float64]


class _Perhaps(NoisyScores):
    """The score of somebody who is there with a probability, and else stands below everybody."""

    def __init__(self, there: NoisyScores, probability: float) -> None:
        absent = 1.0 - probability
        points, weights = np.append(there.points, -np.inf), np.append(probability * there.weights, absent)
        super().__init__(there.noise, points, weights)
        self.out = absent


class _Participants(Rivals):
    """Rivals who may be absent: with what probability stands in the profile."""

    def scores(self, k: int) -> Scores:
        """Return the distribution of the score of class ``k``: nothing at all if she is absent."""
        if k not in self._scores:
            there = super().scores(k)
            assert isinstance(there, NoisyScores)
            profile: Any = self.profile
            p = float(profile.probabilities[int(self.representatives[k])])
            self._scores[k] = _Perhaps(there, p)
        return self._scores[k]

    def lottery_rivals(self) -> Array | None:
        """Return None: who takes part is random, and so is the sum of their scores."""
        return None

    def _table(self, values: Array) -> None:
        """None: solving takes a few deviations from each of many profiles, for which no table pays."""
        return


class OpenField(Contest):
    """A contest whose contestants take part with the probabilities in the profile.

    Parameters
    ----------
    contestants, prizes, technology, cost, success, entry
        As in `Contest`.
    """

    def against(self, profile: Any) -> Rivals:
        """Return the field that a participant faces under ``profile``."""
        kept: tuple[Profile, Rivals] | None = self.__dict__.get("_against")
        if kept is None or kept[0] is not profile:
            assert self.race is not None
            kept = (profile, _Participants(self, self.race, profile))
            self.__dict__["_against"] = kept
        return kept[1]
