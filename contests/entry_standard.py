"""A minimum standard on random quality: no prize for an idea that falls short of it.

Contestants whose quality has a shock cannot be sure to reach a standard t. At a symmetric
profile that puts everybody at location L the marginal incentive is

    B = Pi(F(t - L)) f(t - L) + integral over x > t of Pi'(F(x - L)) f(x - L)^2 dx,

for one prize F(t - L)^(n-1) f(t - L) + (n - 1) integral of F^(n-2) f^2: the standard adds
the chance to pass it to the chance to pass a rival. It is best for effort at the mode of a
log-concave shock (Drugov, Ryvkin and Zhang 2024). Without a standard it is the usual contest;
with an unreachable one nobody exerts effort.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.entry import AllEnter
from contests.game import Game
from contests.outcomes import Outcomes
from contests.own_scores import own_scores
from contests.part import Part
from contests.profile import Profile, as_profile
from contests.worth import prize_at, prize_slope_at, ranks_at

__all__ = ["StandardGame"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class StandardGame(Part, Game):
    """A contest with a shock in which only ideas of a minimum quality can win.

    Parameters
    ----------
    contest : Contest
        Alike contestants, a shock, fixed prizes, and the rule `Reserve` without a fee.
    """

    contest: Contest = field(kw_only=False)

    @property
    def plain(self) -> Contest:
        """The contest without the standard."""
        kept: Contest | None = self.__dict__.get("_plain")
        if kept is None:
            kept = self.contest.replace(entry=AllEnter())
            self.__dict__["_plain"] = kept
        return kept

    @property
    def n(self) -> int:  # type: ignore[override]
        """How many contestants compete."""
        return self.contest.n

    @property
    def stakes(self) -> float:
        """The top prize."""
        return self.plain.stakes

    @property
    def standard(self) -> float:
        """The quality that an idea must reach."""
        return self.contest.entry.least_quality

    def __getattr__(self, name: str) -> Any:
        # The parts, which the referee reads: contestants, technology, cost, success, prizes, entry.
        if name in ("contestants", "technology", "cost", "success", "prizes", "entry"):
            return getattr(self.contest, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def profile(self, value: Any) -> Profile:
        """Return the profile that a user means by ``value``."""
        return as_profile(value, self.n)

    def integrate(self, location: Array, profile: Any, what: Any) -> Array:
        """Return the expectation over one's own shock of what a score is worth, where it passes.

        Parameters
        ----------
        location : ndarray, shape (m,)
            Where each deviation puts a contestant.
        profile : Profile
            What the rivals do.
        what : callable
            ``what(x, scores, counts)``: the worth of scores given the rivals'.

        Returns
        -------
        ndarray, shape (m,)
        """
        rivals = self.plain.against(profile)
        scores, counts = rivals.groups(0)
        noise = self.plain.race.noise  # type: ignore[union-attr]
        assert noise is not None
        middles = [s.points[np.isfinite(s.points)] + noise.ppf(0.5) for s in scores]  # type: ignore[attr-defined]
        kinks = [s.kinks() for s in scores]
        breaks = np.unique(np.concatenate([[self.standard], *middles, *kinks]))
        result = np.zeros(location.size)
        for rows, x, w in own_scores(noise, location, breaks[np.isfinite(breaks)]):
            worth = what(x, scores, counts)
            result[rows] = np.sum(w * np.where(x >= self.standard, worth, 0.0), axis=1)
        return result

    def payoff(self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs, see `Game.payoff`.

        Parameters
        ----------
        i : int
            The contestant.
        effort : array_like
            Her efforts.
        profile : Profile or what stands for one
            What the others do.
        type : array_like, optional
            Not used.
        """
        own, chosen = np.asarray(effort, float), self.profile(profile)
        values = self.plain.prizes.by_rank()[: self.n]
        prize = self.integrate(
            self._location(own.ravel()),
            chosen,
            lambda x, scores, counts: (
                prize_at(x, scores, counts, values, self.n) if scores else np.full(x.shape, values[0])
            ),
        )
        value = float(np.asarray(self.plain.contestants.trait("value", 0)))
        return np.asarray(value * prize.reshape(own.shape) - self.plain.effort_cost(0, own))

    def _location(self, effort: Array) -> Array:
        ability = self.plain.contestants.trait("ability", 0)
        return np.asarray(self.plain.technology.location(effort, ability) + np.zeros(effort.shape))

    def marginal_payoff(
        self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return exact marginal payoffs: passing the standard, and passing rivals.

        Parameters
        ----------
        i, effort, profile, type
            As in `payoff`; efforts above zero.
        """
        own, chosen = np.asarray(effort, float), self.profile(profile)
        location, noise = self._location(own.ravel()), self.plain.technology.noise
        values = self.plain.prizes.by_rank()[: self.n]
        assert noise is not None
        at = np.array([self.standard])
        scores, counts = self.plain.against(chosen).groups(0)
        there = float(prize_at(at, scores, counts, values, self.n)[0]) if scores else float(values[0])
        passing = there * noise.pdf(self.standard - location)
        beating = (
            self.integrate(location, chosen, lambda x, s, c: prize_slope_at(x, s, c, values, self.n))
            if scores
            else np.zeros(location.size)
        )
        value = float(np.asarray(self.plain.contestants.trait("value", 0)))
        factor = float(np.asarray(self.plain.contestants.trait("cost", 0)))
        output = self.plain.technology.location_slope(own.ravel(), 0.0)
        gain = value * (passing + beating) * output - factor * self.plain.cost.derivative(own.ravel())
        return np.asarray(gain.reshape(own.shape))

    def largest_effort(self, i: Any, type: ArrayLike | None = None) -> Array:
        """Return the effort whose cost is the first prize (``i``, ``type``): the last may be lost too."""
        top = self.plain.stakes / float(np.asarray(self.plain.contestants.trait("cost", 0)))
        limit = np.minimum(np.asarray(self.plain.cost.inverse(top), float), self.plain.cost.domain[1])
        return np.asarray(limit)

    def effort_cost(self, i: Any, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs contestant ``i`` (``type`` is not used), in money."""
        return np.asarray(self.plain.effort_cost(0, effort))

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant of each class under ``profile``."""
        return self.plain.classes(profile)

    def outcomes(self, profile: Profile) -> Any:
        """Return the exact expectations under ``profile``."""
        return StandardOutcomes(self, profile)


class StandardOutcomes(Outcomes):
    """Expectations under a standard: qualities as without it, prizes only for ideas that reach it.

    Parameters
    ----------
    game : StandardGame
        The game.
    profile : Profile
        What everyone does.
    """

    def __init__(self, game: StandardGame, profile: Profile) -> None:
        super().__init__(game.plain, profile)
        self.game = game
        self._ranks = game.plain.prizes.by_rank()[: game.n].size

    def _chances(self) -> Array:
        """Chances that each contestant is paid each rank (all do the same)."""
        location = self.game._location(self.profile.efforts()[:1])
        found = [
            self.game.integrate(
                location,
                self.profile,
                lambda x, scores, counts, k=k: (
                    ranks_at(x, scores, counts, self._ranks)[..., k]
                    if scores
                    else np.full(x.shape, float(k == 0))
                ),
            )[0]
            for k in range(self._ranks)
        ]
        return np.array(found)

    @property
    def payoff(self) -> Array:
        """Expected payoffs in money, shape (n,)."""
        each = float(self.game.payoff(0, self.profile.efforts()[0], self.profile))
        return np.full(self.game.n, each)

    @property
    def win_probability(self) -> Array:
        """Probabilities of winning the first prize, shape (n,)."""
        return np.full(self.game.n, self._chances()[0])

    @property
    def prizes_paid(self) -> float:
        """Expected money paid in prizes."""
        values = self.game.plain.prizes.by_rank()[: self.game.n]
        return float(self.game.n * (self._chances() @ values))
