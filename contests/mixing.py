"""Mixed strategies that carry their formula: the exact distribution of effort, not a table of it.

In an all-pay contest each contestant mixes so that her *rivals* do not care how hard they
try; her distribution function is the rivals' indifference condition. :class:`FormulaMixed` is
the base of strategies that are such conditions, :class:`RankMixed` the one of alike contestants
and any prizes by rank; contestants who differ have theirs in `contests.mixing_known`.

Prizes are in units of the cost curve: money divided by the contestants' cost factor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.curve_base import BaseCurve
from contests.curves import Linear
from contests.strategy import Mixed

__all__ = ["FormulaMixed", "RankMixed"]

Array = NDArray[np.float64]

_GAUSS = np.polynomial.legendre.leggauss(24)
_KNOTS = np.linspace(0.0, 1.0, 129)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FormulaMixed(Mixed):
    """Base of mixed strategies with an exact distribution function.

    Subclasses give ``_levels`` (probabilities of at most and of more than an effort, inside the
    support), ``_breaks`` (efforts between which it is smooth) and ``_at_level`` (the effort at a
    level); ``_atom`` is the mass at the least effort. ``efforts`` and ``levels`` are quantiles for
    whoever wants a table; nothing is computed from them.
    """

    efforts: Array = field(init=False)
    levels: Array = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", _KNOTS)
        object.__setattr__(self, "efforts", self.ppf(_KNOTS))

    def __setstate__(self, state: dict[str, object]) -> None:
        super().__setstate__(state)
        FormulaMixed.__post_init__(self)

    def _levels(self, effort: Array) -> tuple[Array, Array]:
        """Probabilities of an effort of at most and of more than ``effort``, inside the support."""
        raise NotImplementedError

    def _at_level(self, below: Array, above: Array) -> Array:
        """The effort at levels of the continuous part, by bisection unless a subclass knows it."""
        ends = self._breaks
        low, high = np.full(below.shape, ends[0]), np.full(below.shape, ends[-1])
        for _ in range(100):
            middle = (low + high) / 2
            at, over = self._levels(middle)
            reached = np.where(below < 0.5, at >= below, over <= above)
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        return high

    @property
    def _breaks(self) -> Array:
        """Efforts, increasing, between which the distribution is smooth: the continuous support."""
        raise NotImplementedError

    def _inside(self, left: float, right: float, toward: Array, away: Array) -> Array:
        """Efforts at fractions ``toward`` (= 1 - ``away``) of the probability between two breaks."""
        (at, at_above), (to, to_above) = self._ends(left), self._ends(right, left_limit=True)
        below, above = at * away + to * toward, at_above * away + to_above * toward
        return self._at_level(
            np.minimum(below, 1.0), np.minimum(above, 1.0)
        )  # fractions add to one and a bit

    def _ends(self, effort: float, left_limit: bool = False) -> tuple[float, float]:
        """Levels of the continuous part at a break."""
        at, above = self._levels(np.array([effort]))
        if left_limit and self._top_atom and effort == self._breaks[-1]:
            return 1.0 - self._top_atom, self._top_atom
        return float(at[0]), float(above[0])

    @property
    def _bottom_atom(self) -> float:
        """Probability of no effort."""
        return 0.0

    @property
    def _top_atom(self) -> float:
        """Probability of the cap."""
        return 0.0

    @property
    def _cap(self) -> float:
        """The effort of the upper atom."""
        return float(self._breaks[-1])

    def _margin(self, effort: float) -> float:
        """The least effort that visibly beats ``effort``: rivals may have an atom there."""
        return effort

    @property
    def atoms(self) -> tuple[Array, Array]:
        """Efforts with positive probability, and those probabilities."""
        points, masses = np.array([0.0, self._cap]), np.array([self._bottom_atom, self._top_atom])
        return points[masses > 0], masses[masses > 0]

    @property
    def kinks(self) -> Array:
        """The ends of the smooth pieces, and the atoms."""
        return np.unique(np.concatenate([self._breaks, self.atoms[0]]))

    @property
    def support(self) -> tuple[float, float]:
        """The least and the largest effort."""
        ends = self._breaks
        low = 0.0 if self._bottom_atom > 0 else float(ends[0])
        return low, self._cap if self._top_atom > 0 else float(ends[-1])

    def cdf(self, effort: ArrayLike) -> Array:
        """Return the probability of an effort of at most ``effort`` (array_like)."""
        return self._tails(np.asarray(effort, float))[0]

    def above(self, effort: ArrayLike) -> Array:
        """Return the probability of an effort above ``effort`` (array_like), small ones exactly too."""
        return self._tails(np.asarray(effort, float))[1]

    def below(self, effort: ArrayLike) -> Array:
        """Return the probability of an effort strictly below ``effort`` (array_like)."""
        x = np.asarray(effort, float)
        points, masses = self.atoms
        if not points.size:
            return self.cdf(x)
        return np.asarray(np.clip(self.cdf(x) - (x[..., None] == points) @ masses, 0.0, 1.0))

    def _tails(self, x: Array) -> tuple[Array, Array]:
        low, high = float(self._breaks[0]), float(self._breaks[-1])
        at, above = self._levels(np.clip(x, low, high))
        bottom, top = self._bottom_atom, self._top_atom
        capped = (x >= self._cap) if top > 0 else (x >= high)
        at, above = np.where(x < low, bottom, at), np.where(x < low, 1.0 - bottom, above)
        at, above = np.where(x > high, 1.0 - top, at), np.where(x > high, top, above)
        at, above = np.where(capped, 1.0, at), np.where(capped, 0.0, above)
        return np.where(x < 0, 0.0, at), np.where(x < 0, 1.0, above)

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles of effort at levels ``u`` (array_like)."""
        level = np.asarray(u, float)
        bottom, top = self._bottom_atom, self._top_atom
        inner = np.clip(level, bottom, 1.0 - top)
        effort = np.clip(self._at_level(inner, 1.0 - inner), self._breaks[0], self._breaks[-1])
        effort = np.where((level <= bottom) & (bottom > 0), 0.0, effort)
        return np.where((level > 1.0 - top) & (top > 0), self._cap, effort)

    def mean(self) -> float:
        """Return expected effort, by quadrature in the quantile."""
        points, weights = self.nodes()
        return float(weights @ points)

    def nodes(self, size: int = 64) -> tuple[Array, Array]:
        """Return efforts and weights: the atoms, and nodes within each smooth piece.

        Parameters
        ----------
        size : int
            Not used: the pieces have the nodes that make expectations exact to about 13 digits.

        Returns
        -------
        efforts, weights : ndarray
        """
        ends = self._breaks
        points, masses = self.atoms
        efforts, weights = [points], [masses]
        for k, (left, right) in enumerate(pairwise(ends)):
            (at, at_above), (to, to_above) = self._ends(left), self._ends(right, left_limit=True)
            mass = to - at if to < 0.5 else at_above - to_above
            if mass > 0:
                # Only the outer pieces end where the distribution may be singular.
                toward, away, share = self._fractions(smooth=0 < k < ends.size - 2)
                found = self._inside(float(left), float(right), toward, away)
                efforts.append(np.clip(found, min(self._margin(float(left)), right), right))
                weights.append(mass * share)
        return np.concatenate(efforts), np.concatenate(weights)

    def _fractions(self, smooth: bool) -> tuple[Array, Array, Array]:
        """Nodes on (0, 1), one less those, and weights: Gauss points if ``smooth``, else by log-odds."""
        if smooth:
            x, w = _GAUSS
            return (1 + x) / 2, (1 - x) / 2, w / 2
        half = int(np.ceil(self._reach / self._step))
        log_odds = self._step * np.arange(-half, half + 1)
        toward, away = 1.0 / (1.0 + np.exp(-log_odds)), 1.0 / (1.0 + np.exp(log_odds))
        share = toward * away * self._step
        return toward, away, share / share.sum()

    @property
    def _step(self) -> float:
        return 0.25

    @property
    def _reach(self) -> float:
        return 38.0


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RankMixed(FormulaMixed):
    """The symmetric mixed strategy of alike contestants who compete for prizes by rank.

    With F the distribution of effort, a contestant at level F expects the prize
    sum over k of v_k C(n-1, k-1) F^(n-k) (1-F)^(k-1), and mixes because this rises with effort
    exactly as cost does: c(x(F)) = expected prize at F - prize of the last (Barut and Kovenock 1998;
    for one prize F = (c/v)^(1/(n-1)), Hillman and Riley 1989). Under a cap too low for the top of
    that support, an atom at the cap takes the place of the highest efforts.

    Parameters
    ----------
    n : int
        Number of contestants, two or more.
    prizes : sequence of float, shape (ranks,), ranks <= n
        Prizes by rank, not all n equal, in units of ``cost``.
    cost : BaseCurve
        Cost of effort.
    at_cap : float
        Probability of the cap; zero if it does not bind.

    Examples
    --------
    >>> from contests.curves import Linear
    >>> strategy = RankMixed(n=3, prizes=[1.0], cost=Linear())
    >>> float(strategy.cdf(0.25)), round(strategy.mean(), 12)
    (0.5, 0.333333333333)
    """

    n: int
    prizes: Array
    cost: BaseCurve = field(default_factory=Linear)
    at_cap: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "prizes", np.asarray(self.prizes, float))
        super().__post_init__()

    @cached_property
    def _spread(self) -> Array:
        """Prizes less the last one, which everybody is sure of."""
        return np.asarray(self.prizes - self.prizes[-1] if self.prizes.size == self.n else self.prizes)

    @cached_property
    def _breaks(self) -> Array:
        top = np.array([self.at_cap])
        return np.array([0.0, float(self._at_level(1.0 - top, top)[0])])

    @property
    def _top_atom(self) -> float:
        return self.at_cap

    @property
    def _cap(self) -> float:
        return float(self.cost.domain[1] if self.at_cap > 0 else self._breaks[1])

    def _ends(self, effort: float, left_limit: bool = False) -> tuple[float, float]:
        # Not from the effort: where the first prizes are equal its digits lose half of the level's.
        return (1.0 - self.at_cap, self.at_cap) if left_limit else (0.0, 1.0)

    @property
    def _step(self) -> float:
        # The ranks near the last prize move within about 1/sqrt(k) of log-odds.
        ranks = self._spread.size
        return float(min(0.25, 0.6 / np.sqrt(min(ranks, self.n - ranks + 1))))

    @property
    def _reach(self) -> float:
        return float(38.0 + np.log(self.n))  # the best of n live where a share 1/n is left

    def _at_level(self, below: Array, above: Array) -> Array:
        return np.asarray(self.cost.inverse(numerics.prize_of_level(self._spread, self.n, below, above)))

    @cached_property
    def _table(self) -> tuple[Array, Array]:
        """Log-odds of the level, and the log of the expected prize there, increasing."""
        far = np.arange(50.0, 701.0)
        log_odds = np.concatenate([-far[::-1], np.arange(-49.95, 50.0, 0.05), far])
        values = self._prize(log_odds)
        with np.errstate(divide="ignore"):  # an expected prize of zero, far below
            return log_odds, np.maximum.accumulate(np.log(values))

    def _prize(self, log_odds: Array) -> Array:
        from scipy.special import expit

        return numerics.prize_of_level(self._spread, self.n, expit(log_odds), expit(-log_odds))

    def _levels(self, effort: Array) -> tuple[Array, Array]:
        budget = np.asarray(self.cost(effort))
        top = float(self._spread[0])
        if self._spread.size == 1:
            with np.errstate(divide="ignore"):  # no effort: level zero
                log = np.log(np.minimum(budget / top, 1.0)) / (self.n - 1)
            return np.exp(log), -np.expm1(log)
        return self._invert(budget)

    def _invert(self, budget: Array) -> tuple[Array, Array]:
        """The level at which the expected prize exceeds the last one by ``budget``."""
        from scipy.special import expit

        log_odds, table = self._table
        with np.errstate(divide="ignore"):  # no effort: level zero
            goal = np.log(budget.ravel())
        place = np.searchsorted(table, goal, side="left")
        inner = (place > 0) & (place < table.size)
        found = np.where(place == 0, -np.inf, np.inf)
        if inner.any():
            k = place[inner]
            low, high = table[k - 1], table[k]
            with np.errstate(invalid="ignore"):  # below the least expected prize that a float can tell
                share = np.where(np.isneginf(low), 0.5, (goal[inner] - low) / (high - low))
            start = log_odds[k - 1] + share * (log_odds[k] - log_odds[k - 1])
            found[inner] = self._newton(goal[inner], start, log_odds[k - 1], log_odds[k])
        found = found.reshape(budget.shape)
        return expit(found), expit(-found)

    def _newton(self, goal: Array, start: Array, low: Array, high: Array) -> Array:
        """Newton's method on the log of the expected prize, kept inside its bracket by bisection."""
        from scipy.special import expit

        found = start.copy()
        left = np.arange(goal.size)
        for _ in range(60):
            x = found[left]
            u, v = expit(x), expit(-x)
            with np.errstate(divide="ignore", invalid="ignore"):  # flat ends: bisection takes over
                value = numerics.prize_of_level(self._spread, self.n, u, v)
                slope = numerics.prize_of_level_slope(self._spread, self.n, u, v) * u * v / value
                miss = np.log(value) - goal[left]
                move = x - miss / slope
            low[left], high[left] = np.where(miss < 0, x, low[left]), np.where(miss < 0, high[left], x)
            inside = (move >= low[left]) & (move <= high[left])
            found[left] = np.where(inside, move, (low[left] + high[left]) / 2)
            near = np.abs(found[left] - x) <= 1e-15 * np.maximum(np.abs(x), 1.0)
            # A log is known to a few units in its last place: no nearer level can be told.
            left = left[~(near | (np.abs(miss) <= 5e-16 * (1.0 + np.abs(goal[left]))))]
            if not left.size:
                break
        return found
