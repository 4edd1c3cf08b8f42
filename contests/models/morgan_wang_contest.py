"""A contest made of parts whose contestants love the work, or who must reach a standard.

Both are small additions to `contests.contest.Contest`: love is subtracted from the cost of
effort; a standard is a mark below which no prize is paid, so that with shock law F, location
L, rivals' location R, and the standard t the expected prize is

    int_{z >= t - L} Pi(F(z + L - R)) f(z) dz,

Pi the expected prize of a level. Its slope at L = R in the winner-take-all case is
F(t-L)^(n-1) f(t-L) + (n-1) int_{t-L}^inf F^(n-2) f^2 (Drugov, Ryvkin and Zhang 2022). A common
shock does hit the standard: then the chance of passing replaces the limit of the integral.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.contest import Contest
from contests.errors import InvalidPartError
from contests.game import Index
from contests.outcomes import Outcomes
from contests.profile import Profile
from contests.simulate import Outcome, play

__all__ = ["IdeaContest"]

Array = NDArray[np.float64]
_CHUNK = 400_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class IdeaContest(Contest):
    """A contest with love of the work and a standard.

    Parameters
    ----------
    contestants, prizes, technology, cost, success, entry
        As in `contests.Contest`; the technology is additive.
    love : float
        Intrinsic reward of a unit of effort, in money.
    standard : float, optional
        Mark below which no prize is paid, in units of quality; none if absent.
    """

    love: float = 0.0
    standard: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.standard is not None and (self.contestants.utility is not None or not self.is_symmetric):
            raise InvalidPartError(
                "IdeaContest.standard", self.standard, "used with alike, risk-neutral contestants"
            )

    @cached_property
    def stakes(self) -> float:
        """The top prize, and what the work alone is worth at the effort that love would choose."""
        alone = _bliss(self.love, self.cost)
        return float(self.prizes.top + self.love * alone)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return the cost of ``effort`` to contestant ``i`` (of ``type``) less her love, in money."""
        return np.asarray(super().effort_cost(i, effort, type) - self.love * np.asarray(effort, float))

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs from the primitives, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        if self.standard is None:
            return super().payoff(i, effort, profile, type)
        own = np.asarray(effort, float)
        location, rival = self._locations(own, profile)
        prize = self._by_rows(self._prize, location, rival)
        return np.asarray(prize.reshape(own.shape) - self.effort_cost(i, own))

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return exact marginal payoffs or None, see `Game.marginal_payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `payoff`.
        """
        if self.standard is None:
            found = super().marginal_payoff(i, effort, profile, type)
            return None if found is None else found + self.love
        own = np.asarray(effort, float)
        location, rival = self._locations(own, profile)
        slope = self._by_rows(self._slope, location, rival).reshape(own.shape)
        rise = self.technology.location_slope(own)
        return np.asarray(slope * rise + self.love - self.cost.derivative(own))

    def _locations(self, own: Array, profile: Any) -> tuple[Array, float]:
        efforts = self.profile(profile).efforts()
        if np.ptp(efforts) > 0:
            raise InvalidPartError("profile", efforts, "one effort for all where there is a standard")
        return self.technology.location(own).ravel(), float(self.technology.location(efforts[0]))

    def _by_rows(self, what: Any, location: Array, rival: float) -> Array:
        room = _CHUNK // 500
        parts = [what(location[k : k + room], rival) for k in range(0, location.size, room)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _passing(self, location: Array) -> tuple[Array, Array, Array]:
        """Own shocks that pass, their weights, and the density at the standard, by rows."""
        race = self.race
        assert race is not None
        assert race.noise is not None
        assert self.standard is not None
        noise, common = race.noise, getattr(self.technology, "common", None)
        short = self.standard - location[:, None]
        if common is not None:
            grid = noise.node_grid()
            return (
                np.broadcast_to(grid.x, (location.size, grid.x.size)),
                grid.w * common.sf(short - grid.x),
                short,
            )
        u, v, w = numerics.quantile_nodes()
        passed, failed = noise.sf(short), noise.cdf(short)
        above, below = passed * u, failed + passed * v
        z = np.where(below < 0.5, noise.ppf(np.minimum(below, 0.5)), noise.isf(np.minimum(above, 0.5)))
        return z, passed * w, short

    def _prize(self, location: Array, rival: float) -> Array:
        """Expected prizes of the locations (m,)."""
        assert self.race is not None
        assert self.race.noise is not None
        z, w, _ = self._passing(location)
        x = z + (location - rival)[:, None]
        level = self._level(self.race.noise.cdf(x), self.race.noise.sf(x))
        return np.asarray(np.sum(w * level, axis=1))

    def _level(self, below: Array, above: Array) -> Array:
        return numerics.prize_of_level(self.prizes.by_rank()[: self.n], self.n, below, above)

    def _slope(self, location: Array, rival: float) -> Array:
        """Derivatives of the expected prizes in the location."""
        assert self.race is not None
        noise = self.race.noise
        assert noise is not None
        z, w, short = self._passing(location)
        x = z + (location - rival)[:, None]
        below, above = noise.cdf(x), noise.sf(x)
        rising = numerics.prize_of_level_slope(self.prizes.by_rank()[: self.n], self.n, below, above)
        inner = np.sum(w * rising * noise.pdf(x), axis=1)
        common = getattr(self.technology, "common", None)
        if common is None:
            edge = short[:, 0] + location - rival
            return np.asarray(inner + noise.pdf(short[:, 0]) * self._level(noise.cdf(edge), noise.sf(edge)))
        grid = noise.node_grid()
        return np.asarray(
            inner + np.sum(grid.w * common.pdf(short - grid.x) * self._level(below, above), axis=1)
        )

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the effort that costs, less love, all that could be won (``i``, ``type``)."""
        if not self.love:
            return super().largest_effort(i, type)
        bliss = _bliss(self.love, self.cost)
        effort = max(bliss, float(super().largest_effort(0)))
        limit = self.cost.domain[1]
        while effort < limit and float(self.cost(effort)) - self.love * effort < self.prizes.top:
            effort *= 1.25
        return np.asarray(min(effort, limit) + np.zeros(np.shape(i)))

    def outcomes(self, profile: Profile) -> Any:
        """Return exact expectations of what comes of ``profile``."""
        return Outcomes(self, profile) if self.standard is None else StandardOutcomes(self, profile)

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
        names = ("contestants", "prizes", "technology", "cost", "success", "entry")
        plain = Contest(**{name: getattr(self, name) for name in names})
        if self.standard is None:
            outcome = play(plain, profile, size, rng=rng)
            rank, prize, quality = outcome.rank, outcome.prize, outcome.quality
            effort = outcome.effort
        else:
            effort = np.broadcast_to(self.profile(profile).efforts(), (size, self.n))
            quality = self.technology.sample(effort, 0.0, rng=rng)
            error = getattr(self.success, "error", None)
            marks = quality.copy()
            if error is not None:
                judges = self.success.judges  # type: ignore[attr-defined]
                marks += error.rvs((judges, size, self.n), rng=rng).mean(axis=0)
            rank = np.argsort(np.argsort(-marks, axis=1), axis=1) + 1
            rank = np.where(marks >= self.standard, rank, 0)
            values = np.concatenate([self.prizes.by_rank()[: self.n], np.zeros(self.n)])
            prize = np.where(rank > 0, values[np.maximum(rank - 1, 0)], 0.0)
        payoff = prize - np.asarray(self.effort_cost(0, effort))
        return Outcome(effort=effort, quality=quality, rank=rank, prize=prize, payoff=payoff)


class StandardOutcomes(Outcomes):
    """Outcomes where a prize is paid only for marks that reach the standard."""

    @property
    def _each(self) -> tuple[float, float]:
        """Expected prize and chance of the first prize of one contestant."""
        contest = self.contest
        assert isinstance(contest, IdeaContest)
        location, rival = contest._locations(self.profile.efforts()[:1], self.profile)
        first = contest.replace(prizes=1.0)
        return float(contest._prize(location, rival)[0]), float(first._prize(location, rival)[0])

    @cached_property
    def win_probability(self) -> Array:
        """Probabilities of winning the first prize, shape (n,)."""
        return np.full(self.contest.n, self._each[1])

    @cached_property
    def prizes_paid(self) -> float:
        """Expected money paid in prizes."""
        return self.contest.n * self._each[0]


def _bliss(love: float, cost: Any) -> float:
    """The effort that love alone would choose, to a factor of two from above."""
    if not love:
        return 0.0
    effort = 1.0
    while effort < cost.domain[1] and float(cost.derivative(effort)) <= love:
        effort *= 2.0
    while effort > 1e-200 and float(cost.derivative(0.5 * effort)) > love:
        effort *= 0.5
    return float(min(effort, cost.domain[1]))
