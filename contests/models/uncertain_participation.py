"""Contests that may stay empty (Stouras, Hutchison-Krupat and Chao 2022).

Each of N potential solvers takes part with probability q, and nobody sees how many do.
Quality is delta ln e plus a Gumbel shock of scale mu, cost c e, prizes by rank. With one
award A and R = delta/mu

    c e = A R sum_j Bin(N-1, q)(j) j/(j+1)^2,

a participant expects A sum_j Bin(N-1, q)(j)/(j+1) - c e, nobody comes with probability
(1-q)^N, and with free entry at cost k the probability q makes that payoff k. Alone, a
participant wins whatever she does.

*Several prizes* make coming more attractive and effort lower: the sponsor who fears an
empty contest splits the award. With private abilities the same force works through the
lowest ability that enters: ``TerwieschXu(project=Expertise(...), entry=ct.Reserve(...,
fee=...))``, whose threshold a second prize lowers.

Limits: q = 1 is the ideation project of Terwiesch and Xu (2008); q -> 0 leaves no effort.
Existence is for the certificate.

Source: Stouras, Hutchison-Krupat and Chao (2022), Management Science 68, 4135 ff.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.binomial import binomial
from contests.contest import Contest
from contests.contestants import Identical
from contests.curves import Linear, Log
from contests.entry_rules import RandomEntry
from contests.errors import InvalidPartError
from contests.laws import gumbel
from contests.model import Model
from contests.numerics import root
from contests.prizes import as_prizes
from contests.technology import Additive
from contests.validation import count, fraction, positive

__all__ = ["UncertainParticipation"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class UncertainParticipation(Model):
    """An ideation contest with an unknown number of participants.

    Parameters
    ----------
    potential : int
        Number N of potential solvers, at least 2.
    probability : float
        Probability q with which each takes part, above 0 and at most 1.
    prizes : float or sequence of float
        Money by rank.
    returns, shock : float
        delta and mu (Gumbel scale), in units of quality.
    unit_cost : float
        Cost of a unit of effort, in money.

    Examples
    --------
    >>> model = UncertainParticipation(potential=10, probability=0.3, prizes=5.0, returns=0.6)
    >>> round(float(model.solve().effort[0]), 9), round(model.probability_of_nobody(), 9)
    (0.566788839, 0.028247525)
    """

    potential: int = 10
    probability: float = 0.5
    prizes: Any = 1.0
    returns: float = 1.0
    shock: float = 1.0
    unit_cost: float = 1.0

    def __post_init__(self) -> None:
        name = "UncertainParticipation"
        object.__setattr__(self, "potential", count(f"{name}.potential", self.potential, least=2))
        object.__setattr__(self, "probability", fraction(f"{name}.probability", self.probability))
        if self.probability == 0:
            raise InvalidPartError(f"{name}.probability", 0.0, "above 0", "Nobody would ever take part.")
        object.__setattr__(self, "prizes", as_prizes(self.prizes, part=f"{name}.prizes"))
        for field in ("returns", "shock", "unit_cost"):
            object.__setattr__(self, field, positive(f"{name}.{field}", getattr(self, field)))

    def _numbers(self, trials: int) -> Array:
        """Probabilities of 0, 1, ..., ``trials`` participants out of so many."""
        k = np.arange(trials + 1)
        q = np.full(k.shape, self.probability)
        return np.asarray(binomial(k, trials, q, 1.0 - q))

    def contest(self) -> Contest:
        """Return the contest with a binomial number of rivals."""
        return Contest(
            contestants=Identical(self.potential),
            technology=Additive(gumbel(self.shock), output=Log(scale=self.returns)),
            cost=Linear(self.unit_cost),
            prizes=self.prizes,
            entry=RandomEntry(self._numbers(self.potential - 1), nobody=self.probability_of_nobody()),
        )

    def probability_of_nobody(self) -> float:
        """Return the probability that the contest stays empty."""
        return float((1.0 - self.probability) ** self.potential)

    def expected_participants(self) -> float:
        """Return the expected number of participants."""
        return self.potential * self.probability

    def best_given_entry(self) -> float:
        """Return the expected best quality, given that somebody takes part."""
        effort = float(self.solve().effort[0])
        chances = self._numbers(self.potential)[1:]
        best = self.returns * np.log(effort) + self.shock * np.log(np.arange(1, self.potential + 1))
        return float(chances @ best / chances.sum())

    def free_entry(self, cost: float) -> UncertainParticipation:
        """Return the model in which taking part is worth exactly its cost.

        Parameters
        ----------
        cost : float
            Cost of taking part, in money, above zero.

        Returns
        -------
        UncertainParticipation
            With ``probability`` one if everybody gains by coming.

        Raises
        ------
        InvalidPartError
            If not even a lone participant would come.
        """
        price = positive("UncertainParticipation.free_entry", cost)
        if self.prizes.by_rank()[0] <= price:
            raise InvalidPartError(
                "UncertainParticipation.free_entry", price, f"below the first prize, {self.prizes.top:g}"
            )

        def gain(q: float) -> float:
            return float(self.replace(probability=q).solve().payoff[0]) / price - 1.0

        if gain(1.0) >= 0:
            return self.replace(probability=1.0)
        return self.replace(probability=root(gain, 1e-9, 1.0, what="the probability of taking part"))
