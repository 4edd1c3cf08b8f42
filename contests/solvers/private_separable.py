"""Private types whose advantage is a factor: the quantile formula of Moldovanu and Sela.

A type's cost of a submission is a common function of the submission divided by a strength a:

- private cost factor k: a = 1 / k, the common function is the cost of effort c(e);
- private value v: the same problem after dividing payoffs by v, with a = v;
- private ability b, output scale d and a cost of power p: reaching quality q costs
  c(e) = gamma(q) exp(-p b / d), so a = exp(p b / d) (Terwiesch and Xu 2008, expertise).

With Pi(u) the expected prize of the type of level u, no type gains by imitating a neighbour if
d gamma = a dPi, so that gamma(q(u)) = gamma_0 + integral of a dPi from the weakest entrant u_0. She is
indifferent: Pi(u_0) = gamma_0 / a + fee (for values: v Pi(u_0) = gamma_0 + fee), with gamma_0 the cost
of the reserve quality. Types with more strength imitate nobody: single crossing makes the local
condition global (Moldovanu and Sela 2001; Weber 1985 for the all-pay auction).

Limits: a degenerate law approaches the complete-information all-pay contest; with all prizes equal, or
a single contestant, nobody exceeds the reserve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.curve_base import BaseCurve
from contests.curves import Linear, Log, Power
from contests.part import Part
from contests.solvers.panels import FAR, Panels, average, integral
from contests.solvers.private_levels import PrizeLevels, TypeLevels, odds
from contests.solvers.private_strategy import TypeStrategy

__all__ = [
    "Advantage",
    "SeparableEffort",
    "advantage",
    "finite_range",
    "least_cost",
    "pot_slope",
    "room",
    "separable_strategy",
    "threshold_level",
]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Advantage:
    """How a private trait makes a submission cheaper.

    Attributes
    ----------
    trait : {"ability", "cost", "value"}
        What is private.
    rate : float
        For abilities p / d, the growth of the log of strength with ability.
    """

    trait: str
    rate: float = 1.0

    def log_strength(self, types: Array) -> Array:
        """Return the log of the strength of ``types``."""
        if self.trait == "ability":
            return self.rate * types
        with np.errstate(divide="ignore"):  # a value or cost of zero
            log = np.log(types)
        return log if self.trait == "value" else -log


def advantage(contest: Any) -> Advantage | None:
    """Return how the private trait of a contest works, or None if it is not a factor.

    Parameters
    ----------
    contest : Contest
        The parts.
    """
    trait = contest.contestants.private_trait
    if trait != "ability":
        return Advantage(trait)
    output, cost = contest.technology.output, contest.cost
    if not isinstance(output, Log):
        return None
    if isinstance(cost, Linear) and cost.intercept == 0:
        return Advantage(trait, 1.0 / output.scale)
    return Advantage(trait, cost.exponent / output.scale) if isinstance(cost, Power) else None


class Bids(Protocol):
    """What gives logs of bids by log-odds of levels."""

    def log(self, z: Array) -> Array:
        """Return logs of the bids of the levels of log-odds ``z``."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class SeparableEffort(Part):
    """Effort by type: the inverse cost of an integral of strength over prizes.

    Attributes
    ----------
    levels : TypeLevels
        Types and their levels.
    advantage : Advantage
        What the trait does.
    cost : BaseCurve
        Cost of effort.
    prizes : ndarray, shape (ranks,)
        Prizes by rank.
    n : int
        Number of contestants.
    start : float
        Log-odds of the weakest entrant, minus infinity if all enter.
    first : float
        Cost of her submission to a type of strength one.
    panels : Panels, or whatever has logs of bids, or None
        Strength averaged over the prizes below, or its integral; None if nobody exceeds the reserve.
    averaged : bool
        Which of the two.
    """

    levels: TypeLevels
    advantage: Advantage
    cost: BaseCurve
    prizes: Array
    n: int
    start: float
    first: float
    panels: Bids | None
    averaged: bool

    def __call__(self, types: ArrayLike) -> Array:
        """Return the efforts of ``types``; zero for those who stay out."""
        log_cost = self._log_cost(np.asarray(types, float))
        # Costs of zero and of infinity belong to the very worst and the very best type.
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(self.cost.inverse(np.exp(log_cost)))

    def log_effort(self, types: Array) -> Array | None:
        """Return logs of the efforts of ``types``, even too small for a float, for costs of a power."""
        log_cost = self._log_cost(types)
        if isinstance(self.cost, Power):
            return np.asarray((log_cost - np.log(self.cost.scale)) / self.cost.exponent)
        if isinstance(self.cost, Linear):
            return np.asarray(log_cost - np.log(self.cost.slope))
        return None

    def _log_cost(self, t: Array) -> Array:
        """Log of the money spent on effort, by type."""
        z = np.clip(self.levels.log_odds(t), -1e300, 1e300)
        with np.errstate(divide="ignore", invalid="ignore"):  # the ends of the support
            # Beside a root a rounding error would become its square root.
            beside = np.abs(z - self.start) <= room(self.start)
            log_bid = np.where(beside, np.log(self.first), self.log_bid(z))
            if self.advantage.trait == "ability":
                log_bid = log_bid - self.advantage.log_strength(t)
        return np.where(z >= self.start - room(self.start), log_bid, -np.inf)

    def log_bid(self, z: Array) -> Array:
        """Return the log of the common part of the cost at log-odds ``z``."""
        first = np.log(self.first) if self.first > 0 else -np.inf
        if self.panels is None:
            return np.full(np.shape(z), first)
        if not self.averaged:
            return self.panels.log(z)
        bid = PrizeLevels(self.prizes, self.n).log_rise(z) + self.panels.log(z)
        return np.logaddexp(first, bid) if self.first > 0 else bid


def room(start: float) -> float:
    """Return by how much a type may miss the threshold ``start`` in log-odds: rounding."""
    return 4e-15 * max(1.0, abs(start)) if np.isfinite(start) else 0.0


def least_cost(contest: Any, types: Array) -> Array:
    """Return what the least submission that can win costs ``types`` in ``contest``, in money."""
    if np.isneginf(contest.entry.least_quality):
        return np.zeros(np.shape(types))
    private = contest.contestants.private_trait
    ability = types if private == "ability" else 0.0
    goal = contest.entry.least_quality - ability + np.zeros(np.shape(types))
    effort = np.asarray(contest.technology.output.inverse(goal))
    factor = types if private == "cost" else 1.0
    with np.errstate(invalid="ignore", over="ignore"):  # a reserve out of reach costs infinity
        return np.asarray(factor * contest.cost(effort))


def threshold_level(contest: Any, levels: TypeLevels) -> float:
    """Return the log-odds of the weakest type to take part.

    She expects her prize when all weaker types stay out, less the cost of the reserve quality and
    the fee, to be zero.

    Parameters
    ----------
    contest : Contest
        Perhaps with a reserve or a fee.
    levels : TypeLevels
        Its types.

    Returns
    -------
    float
        Minus infinity if every type takes part, `FAR` if only the best could, infinity if none does.
    """
    entry, n = contest.entry, contest.n
    if entry.price == 0 and np.isneginf(entry.least_quality):
        return -np.inf
    prizes = PrizeLevels(contest.prizes.by_rank(), n)

    def surplus(z: float) -> float:
        types = levels.type_at(np.array([z]))
        value = types if contest.contestants.private_trait == "value" else 1.0
        own_fee = odds(z)[0] ** (n - 1) * entry.price if entry.fees_to_winner else 0.0
        left = value * prizes.expected(z) + own_fee - least_cost(contest, types) - entry.price
        return float(np.clip(left, -1e300, 1e300)[0])

    best = surplus(FAR)
    if best <= 0:  # the best type takes part if she loses nothing
        return np.inf if best < 0 else FAR
    if surplus(-FAR) >= 0:
        return -np.inf
    return numerics.root(surplus, -FAR, FAR, what="the participation threshold")


def separable_strategy(contest: Any, how: Advantage) -> TypeStrategy:
    """Return the symmetric equilibrium strategy.

    Parameters
    ----------
    contest : Contest
        Private types, no noise.
    how : Advantage
        What the private trait does, see `advantage`.

    Returns
    -------
    TypeStrategy
    """
    levels = TypeLevels(contest.contestants.law_of(0), how.trait != "cost")
    prizes = PrizeLevels(contest.prizes.by_rank(), contest.n)
    start = threshold_level(contest, levels)
    first = _first(contest, how, levels, start)
    panels, averaged = _bids(contest, how, levels, prizes, start, first)
    effort = SeparableEffort(
        levels=levels,
        advantage=how,
        cost=contest.cost,
        prizes=prizes.prizes,
        n=contest.n,
        start=start,
        first=first,
        panels=panels,
        averaged=averaged,
    )
    entry = contest.entry
    optional = entry.price > 0 or np.isfinite(entry.least_quality)
    return TypeStrategy(
        types=levels.law,
        function=effort,
        scores_increase=levels.best_high,
        start=start,
        stays_out=optional,
    )


def _first(contest: Any, how: Advantage, levels: TypeLevels, start: float) -> float:
    """The cost of the reserve quality to a type of strength one."""
    unit = {"ability": 0.0, "cost": 1.0, "value": 1.0}[how.trait]
    if start >= FAR:  # nobody but, at most, the best type of all
        unit_cost = least_cost(contest, levels.type_at(np.array([FAR])))
        strength = how.log_strength(levels.type_at(np.array([FAR]))) if how.trait != "value" else 0.0
        with np.errstate(over="ignore"):
            return float(np.min(np.nan_to_num(unit_cost * np.exp(strength), posinf=0.0)))
    return float(least_cost(contest, np.array([unit]))[0])


def _bids(
    contest: Any, how: Advantage, levels: TypeLevels, prizes: PrizeLevels, start: float, first: float
) -> tuple[Panels | None, bool]:
    pot = contest.entry.price if contest.entry.fees_to_winner and contest.n > 1 else 0.0
    if (prizes.is_flat and pot == 0) or start >= FAR:
        return None, False

    def log_strength(z: Array) -> Array:
        return how.log_strength(levels.type_at(z))

    low, high = finite_range(log_strength, how.trait)
    if np.isneginf(start) and pot == 0:
        return average(prizes.rate, log_strength, low, high), True

    def log_slope(z: Array) -> Array:
        slope = log_strength(z) + prizes.log_slope(z)
        if pot == 0:
            return slope
        # A value does not multiply the fees in the pot; other strengths do.
        factor = 0.0 if how.trait == "value" else log_strength(z)
        with np.errstate(divide="ignore"):
            return np.logaddexp(slope, factor + np.log(pot_slope(z, contest.n, pot, start)))

    return integral(log_slope, max(start, low), high, first), False


def pot_slope(z: Array, n: int, fee: float, start: float) -> Array:
    """Return the derivative in log-odds of the fees that a winner of level u expects to collect.

    Given that she wins, each rival is in with probability (u - u_0) / u.

    Parameters
    ----------
    z : ndarray
        Log-odds of levels u.
    n : int
        Number of contestants.
    fee : float
        What each entrant pays, in money.
    start : float
        Log-odds of the weakest entrant's level u_0.
    """
    u, v = odds(z)
    u0 = 0.0 if np.isneginf(start) else float(odds(start)[0])
    each = (n - 1) * (u ** (n - 2) + (n - 1) * u ** (n - 2) - (n - 2) * u0 * u ** max(n - 3, 0))
    return np.asarray(fee * u * v * each)


def finite_range(log_strength: Any, trait: str) -> tuple[float, float]:
    """Return the log-odds between which strengths are neither zero nor infinite in floating point.

    Parameters
    ----------
    log_strength : callable
        Log of strength by log-odds.
    trait : str
        What is private.

    Returns
    -------
    low, high : float
    """
    grid = np.linspace(-FAR, FAR, 1381)
    found = log_strength(grid)
    # Beyond 1e-300 a quantile near zero loses digits before it vanishes.
    bad = ~(np.isfinite(found) & (np.abs(found) <= FAR + 1e-6)) if trait != "ability" else ~np.isfinite(found)
    below, above = np.flatnonzero(bad & (grid < 0)), np.flatnonzero(bad & (grid > 0))
    low = grid[below[-1] + 1] if below.size else -FAR
    high = grid[above[0] - 1] if above.size else FAR
    return float(low), float(high)
