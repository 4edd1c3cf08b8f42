r"""Contests for experimentation (Halac, Kartik and Liu 2017): who finds out whether it can be done.

N agents do not know whether an innovation is feasible: it is with probability p_0. While an agent
works, at a flow cost c, she succeeds at rate lambda if it is. The prize w goes, in a *public* contest
for the first, to whoever succeeds first, seen by all; in a *hidden* contest with equal shares it is
split at the end among all who have succeeded, and nobody sees the others' success.

**Equilibrium** in stopping times.

- Public, winner takes all: all stop when the common belief is c/(lambda w),
  :math:`T = \ln\frac{p_0(1-p_b)}{(1-p_0)p_b}/(N\lambda)`: others' failure is bad news.
- Hidden, equal shares: all stop when :math:`p_1(T)\,\lambda w\,E[\text{share}] = c`, with p_1 the belief of
  one who has failed alone, and the expected share
  :math:`(1-e^{-N\lambda T})/(N(1-e^{-\lambda T}))`.

The innovation is found with probability p_0 (1 - exp(-N lambda T)). Hidden equal shares are
better if and only if they let agents work longer: hiding keeps hope, sharing costs incentives.
Here *effort* is the time after which an agent who has seen no success stops.

Source: Halac, Kartik and Liu (2017), Journal of Political Economy 125, 1523-1569.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.game import Index
from contests.models._game_model import GameModel
from contests.numerics import root
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Pure
from contests.validation import count, fraction, positive

__all__ = ["ExperimentationContest"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ExperimentationContest(GameModel):
    """A contest for finding out whether an innovation is feasible.

    Parameters
    ----------
    contestants : int
        Number of agents N, at least 2.
    prior : float
        Probability p_0 that the innovation is feasible, between 0 and 1.
    rate : float
        lambda: successes for each unit of time of an agent's work, if it is feasible.
    flow_cost : float
        c: money for each unit of time of work.
    prize : float
        w, in money.
    policy : {"public", "hidden"}
        Public success and all for the first, or hidden success and equal shares.

    Examples
    --------
    >>> hidden = ExperimentationContest(flow_cost=0.2, policy="hidden")
    >>> round(hidden.stopping_time(), 9), round(hidden.success_probability(), 9)
    (0.916290732, 0.42)
    """

    contestants: int = 2
    prior: float = 0.5
    rate: float = 1.0
    flow_cost: float = 0.2
    prize: float = 1.0
    policy: Literal["public", "hidden"] = "public"

    def __post_init__(self) -> None:
        name = "ExperimentationContest"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        object.__setattr__(self, "prior", fraction(f"{name}.prior", self.prior, closed=False))
        for part in ("rate", "flow_cost", "prize"):
            object.__setattr__(self, part, positive(f"{name}.{part}", getattr(self, part)))
        if self.policy not in ("public", "hidden"):
            raise InvalidPartError(f"{name}.policy", self.policy, "'public' or 'hidden'")

    @property
    def n(self) -> int:  # type: ignore[override]
        """Number of agents."""
        return self.contestants

    @property
    def stakes(self) -> float:
        """The prize."""
        return self.prize

    @property
    def _bar(self) -> float:
        """The belief at which work for the whole prize just pays."""
        return self.flow_cost / (self.rate * self.prize)

    @cached_property
    def _time(self) -> float:
        if self._bar >= self.prior:
            return 0.0
        odds = math.log(self.prior / (1 - self.prior)) - math.log(self._bar / (1 - self._bar))
        if self.policy == "public":
            return odds / (self.contestants * self.rate)
        # Alone for the whole prize an agent would stop at odds/rate; shares make it sooner.
        top = odds / self.rate

        def excess(time: float) -> float:
            failed = self.prior * math.exp(-self.rate * time)
            belief = failed / (failed + 1 - self.prior)
            return belief * self.expected_share(time) - self._bar

        return top if excess(top) >= 0 else root(excess, 0.0, top, what="the stopping time")

    def expected_share(self, time: float | None = None) -> float:
        """Return the share of the prize that one who succeeds expects when the others stop at a time.

        Parameters
        ----------
        time : float, optional
            When they stop; the equilibrium's if absent.
        """
        stop = self.stopping_time() if time is None else time
        if stop == 0:
            return 1.0
        n, passed = self.contestants, self.rate * stop
        return math.expm1(-n * passed) / (n * math.expm1(-passed))

    def stopping_time(self) -> float:
        """Return how long agents work who see no success."""
        return self._time

    def success_probability(self) -> float:
        """Return the probability that the innovation is found."""
        return -self.prior * math.expm1(-self.contestants * self.rate * self.stopping_time())

    def candidate(self) -> Candidate:
        """Return the common stopping time, see `contests.solving.Candidate`."""
        return Candidate(
            profile=Profile.symmetric(Pure(self.stopping_time()), self.contestants),
            selection="unique symmetric in stopping times",
            source="Halac, Kartik and Liu (2017)",
        )

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return payoffs of stopping times, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`; the others stop at one time.
        """
        own = np.asarray(effort, float)
        others = np.delete(self.profile(profile).efforts(), int(np.asarray(i).flat[0]))
        if np.ptp(others) > 0:
            raise InvalidPartError("profile", profile, "one stopping time for all others in this game")
        stop = float(others[0])
        p, rate, cost = self.prior, self.rate, self.flow_cost
        if self.policy == "hidden":
            found = -np.expm1(-rate * own)
            return np.asarray(
                p * found * (self.prize * self.expected_share(stop) - cost / rate) - (1 - p) * cost * own
            )
        # While all work the first success comes at rate N lambda; after the others stop at her own.
        together = np.minimum(own, stop)
        alone = np.maximum(own - stop, 0.0)
        first = -np.expm1(-self.n * rate * together) / self.n
        later = -np.exp(-self.n * rate * stop) * np.expm1(-rate * alone)
        return np.asarray(p * (first + later) * (self.prize - cost / rate) - (1 - p) * cost * own)

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array:
        """Return exact derivatives of `payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `payoff`.
        """
        own = np.asarray(effort, float)
        others = np.delete(self.profile(profile).efforts(), int(np.asarray(i).flat[0]))
        stop, p, rate, cost = float(others[0]), self.prior, self.rate, self.flow_cost
        if self.policy == "hidden":
            hope, worth = p * np.exp(-rate * own), self.prize * self.expected_share(stop)
        else:
            others_failed = np.exp(-(self.n - 1) * rate * np.minimum(own, stop))
            hope, worth = p * np.exp(-rate * own) * others_failed, self.prize
        return np.asarray(hope * (rate * worth - cost) - (1 - p) * cost)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the time at which work has cost the prize if it leads nowhere (any ``i``, ``type``)."""
        return np.asarray(self.prize / ((1 - self.prior) * self.flow_cost) + self.stopping_time())

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one agent of each strategy in ``profile``, see `Game.classes`."""
        _, first, counts = np.unique(profile.labels(), return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)

    def chances(self, profile: Profile) -> Array:
        """Return each agent's expected share of the prize if all stop at the time of ``profile``."""
        stop = float(profile.efforts()[0])
        if np.ptp(profile.efforts()) > 0:
            raise InvalidPartError("profile", profile, "one stopping time for all in this game")
        return np.full(self.n, -self.prior * math.expm1(-self.n * self.rate * stop) / self.n)
