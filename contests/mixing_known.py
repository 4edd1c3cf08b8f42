"""Exact mixed strategies of contestants with known differences.

Each class is an indifference condition of an all-pay contest, written in the cost of effort
y = c(e), in which it has a closed form:

- :class:`PairMixed`: one of two who compete for one prize, with head starts or a cap;
- :class:`SharedMixed`: several alike contestants share the part of the weaker one;
- :class:`SiegelMixed`: m + 1 contestants, m identical prizes.

Values and payoffs are in units of the cost curve: money divided by the cost factor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contests.curve_base import BaseCurve
from contests.curves import Linear
from contests.errors import InvalidPartError
from contests.mixing import FormulaMixed
from contests.profile import Profile
from contests.strategy import Pure

__all__ = ["PairMixed", "SharedMixed", "SiegelMixed", "first_places"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PairMixed(FormulaMixed):
    """The mixed strategy of one of two contestants who compete for one prize.

    She keeps her rival indifferent: F(e) = (payoff + c(effort that draws level with e)) / value, where
    value and payoff are the *rival's* (Hillman and Riley 1989; with head starts Siegel 2014; with a
    cap Che and Gale 1998).

    Parameters
    ----------
    value, payoff : float
        The rival's value of the prize and equilibrium payoff, in units of ``cost``.
    cost : BaseCurve
        Cost of effort.
    output : BaseCurve
        Output of effort in units of quality; matters if the two have different head starts.
    start, rival_start : float
        Own and rival's quality without effort.
    least : float
        Least positive effort; from zero to there nothing is won.
    top : float
        Largest effort below the cap.
    at_cap : float
        Probability of the cap.

    Examples
    --------
    >>> from contests.curves import Linear
    >>> weak = PairMixed(value=1.0, payoff=0.4, cost=Linear(), top=0.6)
    >>> float(weak.cdf(0.0)), float(weak.cdf(0.3)), round(weak.mean(), 12)
    (0.4, 0.7, 0.18)
    """

    value: float
    payoff: float
    cost: BaseCurve = field(default_factory=Linear)
    output: BaseCurve = field(default_factory=Linear)
    start: float = 0.0
    rival_start: float = 0.0
    least: float = 0.0
    top: float
    at_cap: float = 0.0

    def __post_init__(self) -> None:
        reached = (self.payoff + float(self._match(np.array(self.top)))) / self.value
        if not abs(reached - (1.0 - self.at_cap)) <= 1e-9:
            raise InvalidPartError(
                "PairMixed.top",
                self.top,
                f"the effort at which the distribution reaches {1.0 - self.at_cap:g}",
                f"It is {reached:g} there: top, value, payoff, starts and at_cap belong together.",
            )
        super().__post_init__()

    @property
    def _breaks(self) -> Array:
        return np.array([self.least, self.top])

    @property
    def _bottom_atom(self) -> float:
        return float(self._levels(np.array([self.least]))[0][0])

    @property
    def _top_atom(self) -> float:
        return self.at_cap

    @property
    def _cap(self) -> float:
        return float(self.cost.domain[1]) if self.at_cap > 0 else self.top

    def _margin(self, effort: float) -> float:
        return _visible(effort, self.start, self.output, float(self._breaks[-1]))

    def _match(self, effort: Array) -> Array:
        """What it costs the rival to draw level with ``effort``."""
        if self.start == self.rival_start:
            return np.asarray(self.cost(effort))
        quality = self.output(effort) + (self.start - self.rival_start)
        return np.asarray(self.cost(np.maximum(self.output.inverse(quality), 0.0)))

    def _levels(self, effort: Array) -> tuple[Array, Array]:
        cost = self._match(effort)
        at, above = (self.payoff + cost) / self.value, (self.value - self.payoff - cost) / self.value
        return np.clip(at, 0.0, 1.0), np.clip(above, 0.0, 1.0)

    def _at_cost(self, cost: Array) -> Array:
        """The effort that the rival could match at ``cost``."""
        rival = np.asarray(self.cost.inverse(np.maximum(cost, 0.0)))
        if self.start == self.rival_start:
            return rival
        quality = self.output(rival) + (self.rival_start - self.start)
        return np.maximum(self.output.inverse(quality), 0.0)

    def _at_level(self, below: Array, above: Array) -> Array:
        low = below * self.value - self.payoff
        return self._at_cost(np.where(below < 0.5, low, self.value - self.payoff - above * self.value))

    def _inside(self, left: float, right: float, toward: Array, away: Array) -> Array:
        # The distribution is linear in the rival's cost: no cancellation, however rarely she competes.
        at, to = self._match(np.array([left, right]))
        return self._at_cost(at * away + to * toward)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SharedMixed(FormulaMixed):
    """Mixed strategies when several alike contestants share the part of the weaker of two.

    One contestant of value V faces k alike ones of value v <= V, one prize. With H(y) = (V - v + y) / V
    the weak ones mix by H^(1/k) and the strong one by (y / v) H^(-(k-1)/k): the equilibrium among the
    continuum of Baye, Kovenock and de Vries (1996) in which alike contestants do alike.

    Parameters
    ----------
    strong, weak : float
        Values of the prize, in units of ``cost``.
    sharers : int
        How many weak contestants mix.
    leads : bool
        Whether this is the strong contestant's strategy.
    cost : BaseCurve
        Cost of effort.
    output : BaseCurve
        Output of effort.
    start : float
        Everybody's quality without effort.

    Examples
    --------
    >>> strong = SharedMixed(strong=2.0, weak=1.0, sharers=2, leads=True)
    >>> round(strong.mean(), 12)
    0.447715250169
    """

    strong: float
    weak: float
    sharers: int
    leads: bool = False
    cost: BaseCurve = field(default_factory=Linear)
    output: BaseCurve = field(default_factory=Linear)
    start: float = 0.0

    @cached_property
    def _breaks(self) -> Array:
        return np.array([0.0, float(self.cost.inverse(self.weak))])

    @property
    def _bottom_atom(self) -> float:
        return 0.0 if self.leads else float((1.0 - self.weak / self.strong) ** (1.0 / self.sharers))

    def _margin(self, effort: float) -> float:
        return _visible(effort, self.start, self.output, float(self._breaks[-1]))

    def _levels(self, effort: Array) -> tuple[Array, Array]:
        cost = np.asarray(self.cost(effort))
        left = np.maximum(self.weak - cost, 0.0)
        with np.errstate(divide="ignore"):  # equal values and no effort: level zero
            both = np.log1p(-np.minimum(left / self.strong, 1.0))
            if self.leads:
                own = np.log1p(-np.minimum(left / self.weak, 1.0))
                both = own - np.where(np.isneginf(own), 0.0, both) * (self.sharers - 1) / self.sharers
            else:
                both = both / self.sharers
        return np.exp(both), -np.expm1(both)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SiegelMixed(FormulaMixed):
    """The mixed strategy of one of m + 1 contestants who compete for m identical prizes.

    With T the lowest value and G_j(y) the probability that j spends more than y, contestant i is
    indifferent where the product of G_j over j other than i is (T - y) / V_i. Among those active at y
    (the stronger join at higher efforts) this gives G_i = V_i ((T - y) / product of V)^(1/(a-1)), a of
    them being active (Siegel 2009, 2010; for values that differ in one step Clark and Riis 1998).

    A cap of cost K takes the place of all efforts that cost more than (m + 1) K - m T: ties at the
    cap are then worth what these efforts were (Che and Gale 1998 for one prize).

    Parameters
    ----------
    values : sequence of float, shape (m + 1,)
        Values of a prize, not increasing, in units of ``cost``.
    place : int
        Whose strategy it is, from 0 for the strongest.
    cost : BaseCurve
        Cost of effort.
    output : BaseCurve
        Output of effort.
    start : float
        Everybody's quality without effort.
    below_cap : float, optional
        What the largest effort below the cap costs; None without a cap that binds.

    Examples
    --------
    >>> last = SiegelMixed(values=[3.0, 2.0, 1.0], place=2)
    >>> float(last.cdf(0.0)), round(last.mean(), 12)
    (0.5, 0.287037037037)
    """

    values: Array
    place: int
    cost: BaseCurve = field(default_factory=Linear)
    output: BaseCurve = field(default_factory=Linear)
    start: float = 0.0
    below_cap: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", np.asarray(self.values, float))
        super().__post_init__()

    def takes_cap(self) -> bool:
        """Return whether all m + 1 are active where the gap below the cap begins."""
        return self.below_cap is None or self.below_cap >= self._joins[0]

    @cached_property
    def _log_products(self) -> Array:
        """Log of the product of the values from each place on."""
        return np.asarray(np.cumsum(np.log(self.values)[::-1])[::-1])

    @cached_property
    def _joins(self) -> Array:
        """The cost at which each contestant's support starts."""
        size = self.values.size
        others = size - np.arange(size) - 1.0
        log_left = self._log_products - others * np.log(self.values)
        joins = np.maximum(self.values[-1] - np.exp(log_left), 0.0)
        # Rounding must not let the last two, who are active from the start, join late.
        joins[joins <= 1e-14 * self.values[-1]] = 0.0
        joins[-2:] = 0.0
        return np.asarray(joins)

    @cached_property
    def _breaks(self) -> Array:
        starts = np.unique(self._joins[: self.place + 1])
        top = self.values[-1] if self.below_cap is None else self.below_cap
        costs = np.append(starts[starts >= self._joins[self.place]], top)
        return np.asarray(self.cost.inverse(costs), float)

    @property
    def _top_atom(self) -> float:
        return 0.0 if self.below_cap is None else float(self._levels(self._breaks[-1:])[1][0])

    @property
    def _cap(self) -> float:
        return float(self._breaks[-1] if self.below_cap is None else self.cost.domain[1])

    @property
    def _bottom_atom(self) -> float:
        # Only the last earns nothing and may stay out; of the others' formula rounding is left at zero.
        last = self.place == self.values.size - 1
        return float(1.0 - self.values[-1] / self.values[-2]) if last else 0.0

    def first_place(self) -> float:
        """Return the probability of the highest effort, against the others of the m + 1.

        All are active when it is decided: with g = ((T - y) / product of V)^(1/m) it is the integral of
        V_i times the product of 1 - V_j g over the others, up to g = 1 / V_1. Efforts themselves are too
        close to the top, T, for this to be read off their distributions.

        Returns
        -------
        float
        """
        shares = self.values / self.values[0]
        x, w = np.polynomial.legendre.leggauss(shares.size // 2 + 1)
        others = np.delete(shares, self.place)
        chance = np.prod(1.0 - np.multiply.outer((1 + x) / 2, others), axis=1)
        return float(shares[self.place] * (w @ chance) / 2)

    def _margin(self, effort: float) -> float:
        return _visible(effort, self.start, self.output, float(self._breaks[-1]))

    def _first(self, cost: Array) -> NDArray[np.intp]:
        """The strongest contestant who is active at ``cost``."""
        # Starts fall with the place, so that those active are a tail of the contestants.
        return np.asarray(np.searchsorted(-self._joins, -cost, side="left"), dtype=np.intp)

    def _levels(self, effort: Array) -> tuple[Array, Array]:
        cost = np.asarray(self.cost(effort))
        first = np.minimum(self._first(cost), self.values.size - 2)
        others = self.values.size - first - 1.0
        with np.errstate(divide="ignore"):  # the top of the support: nobody spends more
            left = np.log(np.maximum(self.values[-1] - cost, 0.0))
        log = np.log(self.values[self.place]) + (left - self._log_products[first]) / others
        log = np.minimum(log, 0.0)
        return -np.expm1(log), np.exp(log)

    def _inside(self, left: float, right: float, toward: Array, away: Array) -> Array:
        # Between two breaks the same contestants are active, and the formula is inverted exactly.
        over, to_over = self._ends(left)[1], self._ends(right)[1]
        # At the break itself a stronger one joins with the same level: those of the left stay.
        first = min(
            int(self._first(np.asarray(self.cost(np.array([left]))) * (1 + 1e-12))[0]), self.values.size - 2
        )
        others = self.values.size - first - 1.0
        above = np.log(over * away + to_over * toward) - np.log(self.values[self.place])
        left_over = np.exp(others * above + self._log_products[first])
        return np.asarray(self.cost.inverse(np.maximum(self.values[-1] - left_over, 0.0)))


def _visible(effort: float, start: float, output: BaseCurve, top: float) -> float:
    """The least effort of higher quality than ``effort`` in floating point (``top`` is the scale)."""
    level = float(output(effort))
    if (start == 0.0 and level == 0.0) or not np.isfinite(level):
        return effort + 1e-18 * top
    quality = start + level
    higher = quality + 4.0 * np.spacing(max(abs(quality), abs(start)))
    return max(float(output.inverse(higher - start)), effort)


def first_places(profile: Profile) -> Array | None:
    """Return everybody's chance of the first rank where Siegel's m + 1 contestants compete alone.

    Parameters
    ----------
    profile : Profile
        What everyone does; nobody has a head start.

    Returns
    -------
    ndarray, shape (n,), or None
        None unless each place is taken once and all others exert nothing.
    """
    labels = profile.labels()
    _, first, counts = np.unique(labels, return_index=True, return_counts=True)
    chances, places = np.zeros(profile.n), []
    values = None
    for i, number in zip(first, counts, strict=True):
        strategy = profile.strategy(int(i))
        if isinstance(strategy, SiegelMixed):
            if strategy.below_cap is not None:
                return None
            values = strategy.values if values is None else values
            if number > 1 or not np.array_equal(strategy.values, values):
                return None
            places.append(strategy.place)
            chances[i] = strategy.first_place()
        elif strategy != Pure(0.0):
            return None
    complete = values is not None and sorted(places) == list(range(values.size))
    return chances if complete else None
