"""The power of the network: contestants from several domains whose members share a part of their shock.

n contestants are spread evenly over d domains, m = n/d in each. Two laws have an exact form:

- **Normal** shocks of standard deviation sigma, correlation rho within a domain: a shock is
  sqrt(rho) sigma (domain) + sqrt(1-rho) sigma (own). Given her own part, a contestant beats her
  domain with a normal probability to the power m - 1, and other domains with H(x)^(d-1), H the law
  of a domain's best; two integrals remain. Judges' (normal) error adds to the own part of a mark.
- **Gumbel** shocks of scale mu, correlation rho = 1 - tau^2 within a domain (McFadden's 1978 nested
  logit): all in closed form. The best of d domains of m is worth d m^tau independent ideas.

The effective number of independent ideas is the (real) number of independent draws whose expected
best is that of the n correlated ones: n at rho = 0, d at rho = 1.

Limits: one contestant in each domain, or rho = 0: the tournament of independent shocks. At rho = 1
without judging error effort alone decides within a domain, and there is no equilibrium in sure
efforts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.curve_base import BaseCurve
from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.laws import Law, gumbel, normal
from contests.models.morgan_wang_contest import _bliss
from contests.models.morgan_wang_field import Field, GumbelField, NormalField
from contests.part import Part
from contests.profile import Profile
from contests.simulate import Outcome

__all__ = ["NetworkGame", "effective_number"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class NetworkGame(Part, Game):
    """A winner-take-all tournament among contestants from domains.

    Parameters
    ----------
    n, domains : int
        Contestants and domains; n is a multiple of the domains.
    correlation : float
        Of the shocks within a domain, in [0, 1].
    prize : float
        Money for the best idea.
    shock : Law
        Normal or Gumbel.
    output, cost : curve
        Quality of effort; cost of effort in money.
    error : float
        Standard deviation of the (normal) error in an idea's mark; zero if judges do not err.
    love : float
        Intrinsic reward of a unit of effort, in money.
    common : float
        Mean of the shock common to all.
    """

    n: int
    domains: int
    correlation: float
    prize: float
    shock: Law
    output: BaseCurve
    cost: BaseCurve
    error: float = 0.0
    love: float = 0.0
    common: float = 0.0

    @property
    def is_symmetric(self) -> bool:
        """True: contestants are alike, whatever their domain."""
        return True

    @cached_property
    def stakes(self) -> float:
        """The prize, and what the work alone is worth at the effort that love would choose."""
        return self.prize + self.love * _bliss(self.love, self.cost)

    @cached_property
    def field(self) -> Field:
        """The field of rivals, from which chances and expected qualities come."""
        members = self.n // self.domains
        if self.shock.shape == gumbel().shape:
            return GumbelField(self.domains, members, self.correlation, self.shock.scale)
        return NormalField(self.domains, members, self.correlation, self.shock.std(), self.error)

    def _gap(self, effort: ArrayLike, profile: Any) -> tuple[Array, Array]:
        efforts = self.profile(profile).efforts()
        if np.ptp(efforts) > 0:
            raise InvalidPartError("profile", efforts, "one effort for all in a network of domains")
        own = np.asarray(effort, float)
        return own, np.asarray(self.output(own)) - float(self.output(efforts[0]))

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs from the primitives, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`; there are no types.
        """
        own, gap = self._gap(effort, profile)
        chance = self.field.chance(gap.ravel()).reshape(own.shape)
        return np.asarray(self.prize * chance + self.love * own - self.cost(own))

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return exact marginal payoffs, see `Game.marginal_payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `payoff`.
        """
        own, gap = self._gap(effort, profile)
        slope = self.field.slope(gap.ravel()).reshape(own.shape)
        rise = np.asarray(self.output.derivative(own))
        return np.asarray(self.prize * slope * rise + self.love - self.cost.derivative(own))

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the effort that costs, less love, all that could be won (``i``, ``type``)."""
        effort = max(_bliss(self.love, self.cost), float(self.cost.inverse(self.prize)))
        limit = self.cost.domain[1]
        while effort < limit and float(self.cost(effort)) - self.love * effort < self.prize:
            effort *= 1.25
        return np.asarray(min(effort, limit) + np.zeros(np.shape(i)))

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the one class of alike contestants under ``profile``."""
        return np.array([0], dtype=np.intp), np.array([self.n], dtype=np.intp)

    def outcomes(self, profile: Profile) -> NetworkOutcomes:
        """Return exact expectations of what comes of ``profile``."""
        return NetworkOutcomes(self, profile)

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Outcome:
        """Draw outcomes from the primitives.

        Parameters
        ----------
        profile : Profile or what stands for one
            What everyone does.
        size : int
            How many contests.
        rng : numpy.random.Generator
            Source of randomness.
        """
        effort = np.broadcast_to(self.profile(profile).efforts(), (size, self.n))
        shock = self.field.draw(size, rng).reshape(size, self.n) + self.shock.mean()
        quality = np.asarray(self.output(effort)) + shock + self.common
        marks = quality + self.error * rng.standard_normal(quality.shape) if self.error else quality
        rank = np.argsort(np.argsort(-marks, axis=1), axis=1) + 1
        prize = np.where(rank == 1, self.prize, 0.0)
        payoff = prize + self.love * effort - np.asarray(self.cost(effort))
        return Outcome(effort=effort, quality=quality, rank=rank, prize=prize, payoff=payoff)


class NetworkOutcomes:
    """Exact expectations of a profile of equal sure efforts.

    Parameters
    ----------
    game : NetworkGame
        The game.
    profile : Profile
        What everyone does.
    """

    def __init__(self, game: NetworkGame, profile: Profile) -> None:
        self.game, self.profile = game, profile
        self._effort = float(profile.efforts()[0])
        location = float(game.output(self._effort))
        self._place = location + game.shock.mean() + game.common

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs in money, shape (n,)."""
        return np.full(self.game.n, float(self.game.payoff(0, self._effort, self.profile)))

    @property
    def win_probability(self) -> Array:
        """Equal chances, shape (n,)."""
        return np.full(self.game.n, 1.0 / self.game.n)

    @cached_property
    def expected_best(self) -> float:
        """Expected quality of the best idea, whether or not the judges see it."""
        return self._place + self.game.field.best()

    @property
    def expected_average(self) -> float:
        """Expected quality of the average idea."""
        return self._place

    @property
    def prizes_paid(self) -> float:
        """The prize: somebody wins it."""
        return self.game.prize

    def winner_quality(self) -> float:
        """Return the expected quality of the idea that wins."""
        return self._place + self.game.field.winner()

    def effort_costs(self) -> float:
        """Return what all efforts cost, less love, in money."""
        effort = self._effort
        return self.game.n * (float(self.game.cost(effort)) - self.game.love * effort)


def effective_number(game: NetworkGame) -> float:
    """Return how many independent ideas are worth as much as those of a network.

    Parameters
    ----------
    game : NetworkGame
        The tournament; effort does not matter.

    Returns
    -------
    float
        From the number of domains to the number of contestants.
    """
    field = game.field
    if isinstance(field, GumbelField):
        return float(field.domains * field.members**field.dissimilarity)
    target = field.best()
    if game.n == 1 or target <= 0:
        return 1.0
    grid = normal(game.shock.std()).node_grid()

    def excess(log: float) -> float:
        number = float(np.exp(log))
        return float(np.sum(grid.w * grid.x * number * np.exp((number - 1.0) * np.log(grid.u)))) - target

    return float(
        np.exp(numerics.root(excess, 0.0, float(np.log(1.01 * game.n)), what="the effective number"))
    )
