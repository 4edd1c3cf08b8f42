r"""The research tournament of Taylor (1995): draw ideas, one a period, and submit the best.

n firms may each draw once in each of T periods, at C a draw, from a continuous law F; the best
idea at the end wins P. A firm that has seen nothing of the others stops at its first draw of at
least z. Everything is in quantiles q = F(z): what the law is does not matter for behaviour.

**Equilibrium** (unique threshold, Taylor 1995). With :math:`a = q^T` the chance that a firm never
reaches the threshold,

.. math:: \frac{C}{P} = (1-q)\Big[\frac{1-a^n}{n(1-a)} - a^{n-1}\Big].

The right side falls from 1/n to 0 (two periods or more), so that there is such an equilibrium if
and only if C < P/n; at a higher cost nobody drawing would invite a deviation, and all drawing
loses money. A firm draws (1 - a)/(1 - q) times on average, expects P/n - C(1 - a)/(1 - q), and
that is the largest entry fee. Without a deadline 1 - q = nC/P and all of the prize is dissipated.

Here *effort* is the expected number of draws, which stands for the threshold one to one. A firm
with best idea u gains from one more draw an amount that falls in u and does not depend on time,
so that no rule of stopping is better than some threshold: the certificate checks thresholds.

Source: Taylor (1995), American Economic Review 85, 872-890.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import NoEquilibriumError
from contests.game import Index
from contests.laws import Law, law, uniform
from contests.models._game_model import GameModel
from contests.numerics import root, root_vectorised
from contests.profile import Profile
from contests.quadrature import quantile_nodes
from contests.solving import Candidate
from contests.strategy import Pure
from contests.validation import count, positive

__all__ = ["SearchTournament"]

Array = NDArray[np.float64]
_PANELS, _ORDER = 9, 24


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SearchTournament(GameModel):
    """A tournament for the best idea found by sequential search.

    Parameters
    ----------
    contestants : int
        Number of firms n, at least 2.
    periods : int or infinity
        Number of periods T, at least 2; ``math.inf`` without a deadline.
    prize : float
        Money for the best idea.
    cost_per_draw : float
        Money for each draw.
    draw : SciPy distribution
        Law of the quality of a draw; uniform on (0, 1) if absent.

    Examples
    --------
    >>> tournament = SearchTournament(contestants=2, periods=5, prize=1.0, cost_per_draw=0.1)
    >>> round(tournament.threshold(), 9), round(float(tournament.solve().effort[0]), 9)
    (0.741975802, 3.004063593)
    """

    contestants: int = 2
    periods: float = 5
    prize: float = 1.0
    cost_per_draw: float = 0.1
    draw: Any = field(default_factory=lambda: uniform(0.0, 1.0))

    def __post_init__(self) -> None:
        name = "SearchTournament"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        if self.periods != math.inf:
            object.__setattr__(self, "periods", count(f"{name}.periods", self.periods, least=2))
        object.__setattr__(self, "prize", positive(f"{name}.prize", self.prize))
        object.__setattr__(self, "cost_per_draw", positive(f"{name}.cost_per_draw", self.cost_per_draw))
        object.__setattr__(self, "draw", law(self.draw, part=f"{name}.draw"))

    @property
    def n(self) -> int:  # type: ignore[override]
        """Number of firms."""
        return self.contestants

    @property
    def stakes(self) -> float:
        """The prize."""
        return self.prize

    @cached_property
    def _stops(self) -> float:
        """The equilibrium chance p = 1 - q that a draw reaches the threshold."""
        n, share = self.contestants, self.cost_per_draw / self.prize
        if share * n >= 1:
            raise NoEquilibriumError(
                f"At {self.cost_per_draw:.6g} a draw, {n} firms that all draw lose money on a prize of "
                f"{self.prize:.6g}, and if nobody draws one firm gains by drawing once: no symmetric "
                f"equilibrium in thresholds. Draws must cost less than the prize over {n}."
            )
        if self.periods == math.inf:
            return n * share
        return math.exp(root(lambda x: self._gain(math.exp(x)) - share, math.log(share) - 60.0, -1e-15))

    def _gain(self, p: float) -> float:
        """What one more draw adds to the chance to win, for a firm at the common threshold 1 - p."""
        n = self.contestants
        log = self.periods * math.log1p(-p)  # of a
        if -(n - 1) * log > 30.0:  # a is small: nothing cancels
            return p * (math.expm1(n * log) / (n * math.expm1(log)) - math.exp((n - 1) * log))
        # The mean over k < n of a^k - a^(n-1), term by term so that nothing cancels as a nears one.
        lead = float(np.expm1(-np.arange(1, n) * log).sum()) / n
        return p * math.exp((n - 1) * log) * lead

    def threshold(self) -> float:
        """Return the quantile q of the quality at which firms stop."""
        return 1.0 - self._stops

    def threshold_quality(self) -> float:
        """Return the quality at which firms stop."""
        drawn: Law = self.draw
        return float(drawn.isf(self._stops))

    def draws(self, threshold: ArrayLike) -> Array:
        """Return the expected number of draws at a threshold.

        Parameters
        ----------
        threshold : array_like
            Quantile q, from 0 to below 1 (to 1 with a deadline).
        """
        return np.asarray(_expected_draws(1.0 - np.asarray(threshold, float), self.periods))

    def candidate(self) -> Candidate:
        """Return the expected number of draws of all firms, see `contests.solving.Candidate`."""
        draws = float(_expected_draws(np.asarray(self._stops), self.periods))
        return Candidate(
            profile=Profile.symmetric(Pure(draws), self.contestants),
            selection="unique symmetric threshold (Taylor 1995)",
            source="Taylor (1995)",
        )

    def entry_fee(self) -> float:
        """Return the largest fee at which all firms still enter, in money: their expected payoff."""
        return float(self.solve().payoff[0])

    def expected_best(self) -> float:
        """Return the expected quality of the best idea of all firms.

        Returns
        -------
        float
        """
        n, p = self.contestants, self._stops
        log = self.periods * math.log1p(-p) if self.periods != math.inf else -math.inf
        never = math.exp(log)
        breaks = [math.exp(n * log)] if never > 0 else []
        u, v, w = quantile_nodes(breaks, breaks_above=[-math.expm1(n * log)] if never > 0 else [])
        root_log = np.where(v < 0.5, np.log1p(-np.minimum(v, 0.5)), np.log(u)) / n
        above = -np.expm1(root_log)  # chance that one firm's best is above the node
        drawn: Law = self.draw
        found = above < 1.0 - never  # by a draw above the threshold
        quality = np.asarray(drawn.isf(np.where(found, above * p / (1.0 - never), p)))
        if not found.all():
            failed = np.asarray(drawn.ppf(np.exp(np.where(found, 0.0, root_log) / self.periods)))
            quality = np.where(found, quality, failed)
        return float(w @ quality)

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return payoffs of expected numbers of draws, see `Game.payoff`.

        Below one draw on average a firm draws once with that probability, or not at all.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own = np.asarray(effort, float)
        mine = _stops_at(own.ravel(), self.periods)
        chance = self._win(mine, self._rivals(i, profile)).reshape(own.shape)
        return np.asarray(np.minimum(own, 1.0) * self.prize * chance - self.cost_per_draw * own)

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array:
        """Return what one more draw brings a firm whose best is at the threshold, less its cost.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.marginal_payoff`.
        """
        own, rivals = np.asarray(effort, float), self._rivals(i, profile)
        mine = _stops_at(own.ravel(), self.periods)[:, None]
        x, weight = np.polynomial.legendre.leggauss(_ORDER)
        low, high = (np.maximum(ends, 1.0 - mine) for ends in self._panels(rivals))
        half = 0.5 * (high - low)[..., None]
        beaten = self._beaten(0.5 * (high + low)[..., None] + half * x, rivals)
        here = self._beaten(1.0 - mine, rivals)[..., None]
        better = ((beaten - here) * half * weight).sum(axis=(1, 2))
        # The first draw is better than nothing, not better than the threshold.
        gain = np.where(own.ravel() < 1.0, self._win(np.ones(own.size), rivals), better)
        return np.asarray((self.prize * gain - self.cost_per_draw).reshape(own.shape))

    def _rivals(self, i: Index, profile: Any) -> tuple[Array, Array, Array]:
        """Rivals' chances to stop at a draw, how many have each, and whether they draw at all."""
        others = np.delete(self.profile(profile).efforts(), int(np.asarray(i).flat[0]))
        kinds, members = np.unique(others, return_counts=True)
        return _stops_at(kinds, self.periods), members.astype(float), np.minimum(kinds, 1.0)

    def _panels(self, rivals: tuple[Array, Array, Array]) -> tuple[Array, Array]:
        return _refined(np.unique(np.concatenate([[0.0, 1.0], 1.0 - rivals[0]])))

    def _win(self, mine: Array, rivals: tuple[Array, Array, Array]) -> Array:
        """Chance that the best idea of a firm beats those of rivals, for each of its thresholds."""
        x, weight = np.polynomial.legendre.leggauss(_ORDER)
        low, high = self._panels(rivals)
        # Integrate over quantiles v below 1 - mine[k] with the law of failed searches, above it evenly.
        total = np.zeros(mine.shape)
        edge = 1.0 - mine[:, None]
        for above in (False, True):
            left = np.maximum(low, edge) if above else np.minimum(low, edge)
            right = np.maximum(high, edge) if above else np.minimum(high, edge)
            half = 0.5 * (right - left)[..., None]
            u = 0.5 * (right + left)[..., None] + half * x
            beaten = self._beaten(u, rivals)
            if above:
                never = _never(mine, self.periods)
                density: Array = ((1.0 - never) / mine)[:, None, None] * np.ones(u.shape)
            elif self.periods == math.inf:
                continue
            else:
                density = self.periods * u ** (self.periods - 1)
            total += (density * beaten * half * weight).sum(axis=(1, 2))
        return total

    def _beaten(self, u: Array, rivals: tuple[Array, Array, Array]) -> Array:
        """Chance that nobody else's best idea is above a quantile."""
        level = np.ones(u.shape)
        for p, number, drawn in zip(*rivals, strict=True):
            never = float(_never(np.asarray(p), self.periods))
            low = np.zeros(u.shape) if self.periods == math.inf else np.maximum(u, 0.0) ** self.periods
            own = np.where(u <= 1.0 - p, low, never + (1.0 - never) * (1.0 - (1.0 - u) / p))
            level *= (1.0 - drawn + drawn * own) ** number
        return level

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the number of draws whose cost is the prize, or all of them (any ``i``, ``type``)."""
        return np.asarray(min(self.prize / self.cost_per_draw, self.periods))

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return one draw (any ``i``, ``profile``, ``type``)."""
        return np.array([1.0])

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one firm of each strategy in ``profile``, see `Game.classes`."""
        _, first, counts = np.unique(profile.labels(), return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` draws cost (any ``i``, ``type``), in money."""
        return self.cost_per_draw * np.asarray(effort, float)

    def payoffs(self, profile: Profile) -> Array:
        """Return everyone's expected payoff under ``profile``, in money, shape (n,)."""
        firsts, _ = self.classes(profile)
        labels, efforts = profile.labels(), profile.efforts()
        values = np.empty(self.n)
        for i in firsts:
            values[labels == labels[i]] = float(self.payoff(int(i), float(efforts[i]), profile))
        return values

    def chances(self, profile: Profile) -> Array:
        """Return everyone's chance of winning under ``profile``, shape (n,)."""
        return (self.payoffs(profile) + self.cost_per_draw * profile.efforts()) / self.prize


def _never(stops: Array, periods: float) -> Array:
    """Chance never to reach a threshold that a draw reaches with probability ``stops``."""
    with np.errstate(divide="ignore"):  # every draw reaches it: the log of zero
        return np.asarray(
            np.exp(periods * np.log1p(-stops)) if periods != math.inf else np.zeros(stops.shape)
        )


def _expected_draws(stops: Array, periods: float) -> Array:
    if periods == math.inf:
        return 1.0 / stops
    with np.errstate(divide="ignore", invalid="ignore"):  # nobody ever stops: all periods
        draws = -np.expm1(periods * np.log1p(-stops)) / stops
    return np.where(stops > 0, draws, periods)


def _stops_at(draws: Array, periods: float) -> Array:
    """The chance to stop at a draw that gives an expected number of draws of one or more."""
    wanted = np.maximum(draws, 1.0)
    if periods == math.inf:
        return 1.0 / wanted
    wanted = np.minimum(wanted, periods * (1.0 - 1e-15))
    found = root_vectorised(
        lambda x, d: _expected_draws(np.exp(x), periods) - d, -60.0, 0.0, (wanted,), what="the threshold"
    )
    return np.exp(found)


def _refined(ends: Array) -> tuple[Array, Array]:
    """Panels between the ends, narrower towards the upper end of each."""
    steps = np.concatenate([1.0 - 0.25 ** np.arange(_PANELS), [1.0]])
    edges = np.unique(np.concatenate([a + (b - a) * steps for a, b in itertools.pairwise(ends)]))
    return edges[:-1], edges[1:]
