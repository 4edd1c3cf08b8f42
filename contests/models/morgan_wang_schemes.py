"""Tournament, piece rate or standard: the same technology under three ways of paying.

Quality of idea i is r(e_i) + shocks and is worth `value` a unit to the sponsor, who pays by rank, by a
rate per unit of measured quality, or by a bonus for measured quality above a threshold. Measured
quality contains the own shock, the common shock and the judging error; ranks do not contain the common
shock. A fixed payment (possibly negative) leaves contestants their outside option, zero, so that the
sponsor's profit for each contestant is value x E(quality) - c(e) - risk premium.

**Risk-neutral contestants** bear risk for nothing: each scheme implements the first best
value r'(e) = c'(e), and the three tie (Lazear and Rosen 1981).

**CARA contestants, coefficient a.** Write D = a c'(e)/r'(e), and y for marginal utilities relative to
their mean, so that mean y = 1, the pay is -ln(y)/a, and the premium -E ln(y)/a. The cheapest

- *tournament* has y_k = 1/(l + m n beta_k), l = 1 + m D, with m the positive root of mean y = 1
  (Holmstrom's 1979 condition over ranks; Green and Stokey 1983);
- *standard*, threshold t and p the chance to pass: y = 1 - (1-p) D/f for those who pass, 1 + p D/f for
  the others, f the density at the threshold. With normal noise there is no best one: rare and ruinous
  penalties come as close to the first best as one likes (Mirrlees 1974, 1999), so that the chance of
  failing is bounded from below;
- *piece rate* b = c'/r' has premium ln E exp(-a b (noise - mean))/a, a b^2 variance/2 for normal noise.

The effort is then chosen for profit. The tournament alone is immune to the common shock (Green and
Stokey 1983; Nalebuff and Stiglitz 1983).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.contest import Contest
from contests.contestants import Identical
from contests.curve_base import BaseCurve
from contests.errors import UnsolvableError
from contests.game import Game, Index
from contests.laws import Law, sum_law
from contests.models._maximise import maximise
from contests.part import Part
from contests.profile import Profile
from contests.solving import solve
from contests.success import Highest
from contests.technology import Additive
from contests.utility import CARA
from contests.validation import fraction, positive

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium
    from contests.models.morgan_wang import MorganWang

__all__ = ["PayGame", "Scheme", "best_schemes"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Scheme(Part):
    """The sponsor's best version of a way of paying.

    Parameters
    ----------
    name : str
        Tournament, piece rate or standard.
    effort : float
        Effort of each contestant.
    profit : float
        The sponsor's profit from all contestants, in money.
    risk_premium : float
        What each contestant is paid for bearing risk, in money.
    pay : tuple of float
        Prizes by rank; the rate; or the bonus. In money, without the fixed payment.
    fixed : float
        Fixed payment to each, in money; negative if contestants pay to take part.
    threshold : float or None
        Quality to pass for the bonus.
    equilibrium : Equilibrium
        The certified equilibrium.
    """

    name: str
    effort: float
    profit: float
    risk_premium: float
    pay: tuple[float, ...]
    fixed: float
    threshold: float | None
    equilibrium: Equilibrium


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PayGame(Part, Game):
    """Contestants paid for their own measured quality: a rate, or a bonus above a threshold.

    Parameters
    ----------
    n : int
        Number of contestants.
    noise : Law
        Law of measured quality around output.
    output, cost : curve
        Quality of effort; cost of effort in money.
    rate, bonus : float
        Money a unit of measured quality; money for passing.
    threshold : float
        Measured quality that passes.
    aversion : float
        CARA coefficient; zero if risk-neutral.
    """

    n: int
    noise: Law
    output: BaseCurve
    cost: BaseCurve
    rate: float = 0.0
    bonus: float = 0.0
    threshold: float = 0.0
    aversion: float = 0.0

    @property
    def is_symmetric(self) -> bool:
        """True: contestants are alike."""
        return True

    @property
    def stakes(self) -> float:
        """The bonus, or what luck is worth at the rate, in money."""
        return self.bonus + self.rate * self.noise.std()

    @cached_property
    def _premium(self) -> float:
        """Certainty equivalent of the rate on noise, in money."""
        return self.rate * self.noise.mean() - premium_of_rate(self.noise, self.rate, self.aversion)

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return certainty equivalents, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`; only the own ``effort`` matters.
        """
        own = np.asarray(effort, float)
        place = np.asarray(self.output(own))
        worth = self.rate * place + self._premium - np.asarray(self.cost(own))
        if self.bonus:
            passing = self.noise.sf(self.threshold - place)
            if self.aversion:
                loss = passing * -np.expm1(-self.aversion * self.bonus)
                worth = worth - np.log1p(-loss) / self.aversion
            else:
                worth = worth + self.bonus * passing
        return np.asarray(worth)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return an effort that costs more than rate and bonus could bring (``i``, ``type``)."""
        effort = max(float(self.cost.inverse(self.bonus + self.stakes)), 1e-300)
        while self.rate * float(self.output(effort) - self.output(0.5 * effort)) + self.bonus > float(
            self.cost(effort) - self.cost(0.5 * effort)
        ):
            effort *= 2.0
            if effort > 1e200:
                raise UnsolvableError("At this rate effort is unbounded: cost does not outgrow output.")
        return np.asarray(2.0 * effort)

    def outside_option(self, i: Index, type: ArrayLike | None = None) -> float:
        """Minus infinity: the fixed payment sees to it that taking part is worth while (``i``, ``type``)."""
        return float("-inf")

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the one class under ``profile``."""
        return np.array([0], dtype=np.intp), np.array([self.n], dtype=np.intp)


def premium_of_rate(noise: Law, rate: float, aversion: float) -> float:
    """Return what a rate on noise is worth less than its mean to a CARA contestant.

    Parameters
    ----------
    noise : Law
        Law of the noise.
    rate : float
        Money a unit.
    aversion : float
        CARA coefficient.
    """
    if not aversion or not rate:
        return 0.0
    found = []
    for reach in (45.0, 60.0):
        grid = noise.node_grid(reach=reach)
        exponent = -aversion * rate * (grid.x - noise.mean())
        top = float(exponent.max())
        if top < 1.0:
            log_mean = float(np.log1p(np.sum(grid.w * np.expm1(exponent))))
        else:
            log_mean = top + float(np.log(np.sum(grid.w * np.exp(exponent - top))))
        found.append(log_mean / aversion)
    if abs(found[1] - found[0]) > 1e-8 * abs(found[1]) + 1e-12 * rate * noise.std():
        raise UnsolvableError(
            f"A CARA contestant values a rate of {rate:g} on noise {noise!r} at minus infinity: the lower "
            "tail is too heavy. Use a law with thinner tails."
        )
    return found[1]


def best_schemes(model: MorganWang, value: float, least_failure: float) -> dict[str, Scheme]:
    """Return the sponsor's best version of each scheme.

    Parameters
    ----------
    model : MorganWang
        The technology, the contestants and the judges.
    value : float
        Worth of a unit of every idea's quality, in money.
    least_failure : float
        Least probability of failing a standard, strictly between 0 and 1.
    """
    positive("schemes.value", value)
    fraction("schemes.least_failure", least_failure, closed=False)
    for name in ("network", "love"):
        if getattr(model, name) is not None:
            raise UnsolvableError(f"The comparison of schemes is worked out without {name}.")
    if model.utility is not None and not isinstance(model.utility, CARA):
        raise UnsolvableError("The comparison of schemes is worked out for risk-neutral or CARA contestants.")
    task = _Task(model, value, least_failure)
    return {"tournament": task.tournament(), "piece rate": task.piece_rate(), "standard": task.standard()}


class _Task:
    """The technology and the value, and what each scheme makes of them."""

    def __init__(self, model: MorganWang, value: float, least_failure: float) -> None:
        self.model, self.value, self.n = model, value, model.admitted
        self.aversion = model.utility.aversion if isinstance(model.utility, CARA) else 0.0
        self.least_failure = least_failure
        ranked = model.shock if model.judges is None else sum_law(model.shock, model.judges.noise)
        self.ranked: Law = ranked
        self.measured: Law = ranked if model.common is None else sum_law(ranked, model.common)
        self.first_best = self._first_best()

    def price(self, effort: float) -> float:
        """Money a unit of quality that makes an effort worth while: c'/r'."""
        return float(self.model.cost.derivative(effort)) / float(self.model.output.derivative(effort))

    def _first_best(self) -> float:
        def gap(log: float) -> float:
            return self.value - self.price(float(np.exp(log)))

        high = 0.0
        while gap(high) > 0:
            high += 1.0
            if high > 600:
                raise UnsolvableError("First-best effort is unbounded: cost does not outgrow output.")
        return float(np.exp(numerics.root(gap, -200.0, high, what="first-best effort")))

    def profit(self, effort: float, premium: float) -> float:
        """Profit from one contestant."""
        common = 0.0 if self.model.common is None else float(self.model.common.mean())
        quality = float(self.model.output(effort)) + float(self.model.shock.mean()) + common
        return self.value * quality - float(self.model.cost(effort)) - premium

    def best_effort(self, premium: Callable[[float], float]) -> float:
        """Effort with the largest profit, given the premium that it takes."""
        if not self.aversion:
            return self.first_best
        return maximise(lambda e: self.profit(e, premium(e)), 1e-9 * self.first_best, self.first_best)

    def tournament(self) -> Scheme:
        """Return the best prizes by rank."""
        effort = self.best_effort(lambda e: self.cheapest_prizes(e)[1])
        prizes, premium = self.cheapest_prizes(effort)
        spread = prizes - prizes[-1]
        game = Contest(
            contestants=Identical(self.n, utility=self.model.utility),
            technology=Additive(self.model.shock, output=self.model.output, common=self.model.common),
            cost=self.model.cost,
            success=Highest(error=None if self.model.judges is None else self.model.judges.noise),
            prizes=spread,
        )
        return self._scheme("tournament", effort, premium, game, pay=spread, fixed=float(prizes[-1]))

    def cheapest_prizes(self, effort: float) -> tuple[Array, float]:
        """Prizes that implement an effort at the least cost, participation just met; and the premium."""
        slopes = numerics.rank_slopes(self.ranked, self.n)
        cost, price = float(self.model.cost(effort)), self.price(effort)
        if not self.aversion:
            winner = price / float(slopes[0])
            return np.concatenate([[winner], np.zeros(self.n - 1)]) + cost - winner / self.n, 0.0
        need = self.aversion * price
        lean = need + self.n * slopes
        if lean.min() >= 0:
            return np.full(self.n, np.nan), np.inf  # no prizes are steep enough
        most = -1.0 / float(lean.min())

        def excess(level: float) -> float:
            return float(np.mean(-level * lean / (1.0 + level * lean)))

        level = numerics.root(excess, 1e-12 * most, most * (1.0 - 1e-13), what="the cheapest prizes")
        utility = 1.0 / (1.0 + level * lean)
        premium = float(-np.mean(np.log(utility))) / self.aversion
        # Pay -ln(y)/a has a certainty equivalent of zero: the cost of effort is added to all prizes.
        return -np.log(utility) / self.aversion + cost, premium

    def piece_rate(self) -> Scheme:
        """Return the best rate."""
        noise, aversion = self.measured, self.aversion
        effort = self.best_effort(lambda e: premium_of_rate(noise, self.price(e), aversion))
        rate = self.price(effort)
        premium = premium_of_rate(noise, rate, aversion)
        game = PayGame(
            n=self.n,
            noise=noise,
            output=self.model.output,
            cost=self.model.cost,
            rate=rate,
            aversion=aversion,
        )
        fixed = -float(game.payoff(0, effort, effort))
        return self._scheme("piece rate", effort, premium, game, pay=(rate,), fixed=fixed)

    def cheapest_standard(self, effort: float) -> tuple[float, float, float]:
        """Threshold relative to output, bonus and premium that implement an effort at the least cost."""
        price, noise = self.price(effort), self.measured
        if not self.aversion:
            place = maximise(lambda u: float(noise.pdf(noise.ppf(u))), self.least_failure, 1.0 - 1e-3)
            at = float(noise.ppf(place))
            return at, price / float(noise.pdf(at)), 0.0

        def two(level: float) -> tuple[float, float]:
            at = float(noise.ppf(level))
            need = self.aversion * price / float(noise.pdf(at))
            return 1.0 - level * need, 1.0 + (1.0 - level) * need

        def premium(level: float) -> float:
            high, low = two(level)
            if high <= 0:
                return np.inf
            return float(-((1.0 - level) * np.log(high) + level * np.log(low)) / self.aversion)

        level = maximise(lambda u: -premium(u), self.least_failure, 1.0 - 1e-3 * (1.0 - self.least_failure))
        if not np.isfinite(premium(level)):
            return 0.0, np.nan, np.inf
        high, low = two(level)
        return float(noise.ppf(level)), float(np.log(low / high)) / self.aversion, premium(level)

    def standard(self) -> Scheme:
        """Return the best bonus and threshold."""
        effort = self.best_effort(lambda e: self.cheapest_standard(e)[2])
        at, bonus, premium = self.cheapest_standard(effort)
        threshold = float(self.model.output(effort)) + at
        game = PayGame(
            n=self.n,
            noise=self.measured,
            output=self.model.output,
            cost=self.model.cost,
            bonus=bonus,
            threshold=threshold,
            aversion=self.aversion,
        )
        fixed = -float(game.payoff(0, effort, effort))
        found = self._scheme("standard", effort, premium, game, pay=(bonus,), fixed=fixed)
        return found.replace(threshold=threshold)

    def _scheme(
        self, name: str, effort: float, premium: float, game: Any, *, pay: Any, fixed: float
    ) -> Scheme:
        """The scheme with its certified equilibrium, whose effort is what was to be implemented."""
        equilibrium = solve(game)
        found = float(equilibrium.effort[0])
        if abs(found - effort) > 1e-5 * effort:
            raise UnsolvableError(
                f"The best {name} was meant to implement effort {effort:.9g}, but contestants exert "
                f"{found:.9g}."
            )
        return Scheme(
            name=name,
            effort=found,
            profit=self.n * self.profit(found, premium),
            risk_premium=premium,
            pay=tuple(float(p) for p in pay),
            fixed=fixed,
            threshold=None,
            equilibrium=equilibrium,
        )
