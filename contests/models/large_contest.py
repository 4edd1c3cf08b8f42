r"""Olszewski and Siegel's large contest: a continuum of contestants and of prizes.

**Primitives.** Types x, drawn from F, gain x y - c(t) from a prize worth y at performance t. There are so
many contestants that the type at level u (:math:`x = q(u)`) gets the prize at level u of the prizes y,
the better the prize the higher the performance.

**Equilibrium.** The limit of the equilibria of contests with n contestants and n prizes as n grows
(Olszewski and Siegel 2016): performance of level u solves

.. math:: c(t(u)) = \int_0^u q(s)\,dy(s),

so that no type gains by the performance of another. The lowest type performs nothing for the lowest prize.

**Optimal prizes** (Olszewski and Siegel 2020). With a budget B for each contestant and :math:`s = c(t)`
the sponsor maximises :math:`\int c^{-1}(s)\,du` subject to :math:`\int s\,k\,du = B`,
:math:`k(u) = -\frac{d}{du}\frac{1-u}{q(u)}`, over increasing s: with strictly convex cost

.. math:: c'(t(u)) = \frac{1}{\lambda k(u)},

many prizes that decline, where k falls in u (where it does not, this optimum would treat types alike and
is refused). With linear cost one would give the best few everything: no optimum within bounded prizes.

**Limits.** Uniform types with cost t^2: y = 4 B z^3 at level z, average performance sqrt(B/3).

Source: Olszewski and Siegel (2016), Econometrica 84, 835-854; (2020), Theoretical Economics 15, 57-88.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.contest import Contest
from contests.contestants import Private
from contests.curve_base import BaseCurve
from contests.curves import Linear, Power
from contests.errors import ConvergenceError, InvalidPartError
from contests.laws import Law, law, uniform
from contests.part import Part
from contests.prizes import ByRank
from contests.validation import count, positive

__all__ = ["LargeContest", "OptimalTariff"]

Array = NDArray[np.float64]
_GAUSS = np.polynomial.legendre.leggauss(48)
_STEPS = 0.25 ** np.arange(2, 14)
_EDGES = np.concatenate([[0.0], _STEPS[::-1], [0.25, 0.5, 0.75], 1.0 - _STEPS, [1.0]])


def _nodes() -> tuple[Array, Array]:
    """Gauss points on panels that crowd at both ends of the levels, and weights."""
    x, w = _GAUSS
    half = np.diff(_EDGES)[:, None] / 2
    return _EDGES[:-1, None] + half * (x + 1), half * w


def _starts_at_zero(cost: object) -> bool:
    return isinstance(cost, BaseCurve) and float(cost(0.0)) == 0.0


def _types(value: Any, name: str) -> Law:
    found = law(uniform() if value is None else value, part=f"{name}.types")
    if found.support[0] < 0:
        raise InvalidPartError(f"{name}.types", found, "a law on numbers of zero or more")
    return found


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LargeContest(Part):
    """A contest among so many that everybody knows where she will stand.

    Parameters
    ----------
    types : SciPy distribution
        The law of types, on numbers of zero or more; uniform on [0, 1] if absent.
    prizes : SciPy distribution
        The law of what prizes are worth, on numbers of zero or more; uniform on [0, 1] if absent.
    cost : curve
        Cost of performance: increasing, zero at zero.

    Examples
    --------
    >>> contest = LargeContest()
    >>> round(float(contest.performance(1.0)), 9), round(contest.average_performance(), 9)
    (0.5, 0.166666667)
    """

    types: Any = None
    prizes: Any = None
    cost: BaseCurve = field(default_factory=Linear)

    def __post_init__(self) -> None:
        name = "LargeContest"
        object.__setattr__(self, "types", _types(self.types, name))
        given = law(uniform() if self.prizes is None else self.prizes, part=f"{name}.prizes")
        if given.support[0] < 0:
            raise InvalidPartError(f"{name}.prizes", given, "a law on numbers of zero or more")
        object.__setattr__(self, "prizes", given)
        if not _starts_at_zero(self.cost):
            raise InvalidPartError(f"{name}.cost", self.cost, "a curve that is zero at zero")

    def prize(self, level: ArrayLike) -> Array:
        """Return what the prize of each ``level`` from 0 to 1 is worth."""
        return np.asarray(self.prizes.ppf(np.asarray(level, float)))

    def rent(self, level: ArrayLike) -> Array:
        """Return the payoff of each ``level``: the lowest type's, and the integral of prizes over types."""
        x, w = _GAUSS
        low = float(self.types.support[0])
        own = self.types.ppf(np.asarray(level, float))
        edges = low + (own - low)[..., None] * _EDGES
        half = np.diff(edges)[..., None] / 2
        at = edges[..., :-1, None] + half * (x + 1)
        found = (half * w * self.prizes.ppf(self.types.cdf(at))).sum(axis=(-2, -1))
        return np.asarray(low * self.prizes.ppf(0.0) + found)

    def performance(self, level: ArrayLike) -> Array:
        """Return the performance of each ``level`` from 0 to 1."""
        u = np.asarray(level, float)
        spent = self.types.ppf(u) * self.prize(u) - self.rent(u)
        return np.asarray(self.cost.inverse(np.maximum(spent, 0.0)))

    def gain(self, level: ArrayLike, other: ArrayLike) -> Array:
        """Return what a ``level`` would gain by the performance of an ``other`` one."""
        u, z = np.asarray(level, float), np.asarray(other, float)
        there = self.types.ppf(u) * self.prize(z) - np.asarray(self.cost(self.performance(z)))
        return np.asarray(there - self.rent(u))

    def average_performance(self) -> float:
        """Return the mean of performance over contestants."""
        u, w = _nodes()
        return float(np.sum(w * self.performance(u)))

    def finite(self, n: int) -> Contest:
        """Return the contest among ``n`` with private types that it is the limit of.

        Its prizes are those of n evenly spaced levels.

        Parameters
        ----------
        n : int
            Number of contestants.
        """
        size = count("LargeContest.finite", n, least=2)
        worth = self.prize((np.arange(size)[::-1] + 0.5) / size)
        return Contest(
            contestants=Private(size, value=self.types), prizes=ByRank(np.asarray(worth)), cost=self.cost
        )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class OptimalTariff(Part):
    """The prizes that maximise average performance in a large contest.

    Parameters
    ----------
    budget : float
        Worth of all prizes for each contestant.
    types : SciPy distribution
        The law of types, on numbers of zero or more; uniform on [0, 1] if absent.
    cost : curve
        Cost of performance: strictly convex, zero at zero.

    Examples
    --------
    >>> from contests.curves import Power
    >>> best = OptimalTariff(budget=0.5, cost=Power(2))
    >>> round(float(best.prize(0.5)), 9), round(best.average_performance(), 9)
    (0.25, 0.40824829)
    """

    budget: float
    types: Any = None
    cost: BaseCurve = field(default_factory=lambda: Power(2))

    def __post_init__(self) -> None:
        name = "OptimalTariff"
        object.__setattr__(self, "budget", positive(f"{name}.budget", self.budget))
        object.__setattr__(self, "types", _types(self.types, name))
        cost = self.cost
        if not _starts_at_zero(cost) or not cost.is_convex or cost.is_concave:
            raise InvalidPartError(
                f"{name}.cost",
                cost,
                "strictly convex and zero at zero",
                "With linear or concave cost the best few should get everything.",
            )
        if not np.isfinite(self.types.support[1]):
            raise InvalidPartError(f"{name}.types", self.types, "a law with a largest type")
        price = self.price(np.linspace(1e-3, 1.0 - 1e-3, 999))
        if np.any(np.diff(price) > 1e-9 * np.abs(price[1:])):
            raise InvalidPartError(
                f"{name}.types",
                self.types,
                "a law under which (1 - u)/q(u) is convex in the level u",
                "Elsewhere the best contest treats some types alike, which is not worked out.",
            )

    def price(self, level: ArrayLike) -> Array:
        """Return k(u): what a unit of cost of performance at ``level`` takes from the budget."""
        u = np.asarray(level, float)
        q = self.types.ppf(u)
        return np.asarray(1.0 / q + (1.0 - u) / (self.types.pdf(q) * q**2))

    @cached_property
    def _shadow(self) -> float:
        """The shadow value of the budget."""
        u, w = _nodes()
        k = self.price(u)

        def short(log: float) -> float:
            spent = np.asarray(self.cost(self._at(k, float(np.exp(log)))))
            return float(np.log(np.sum(w * k * spent)) - np.log(self.budget))

        low, high = -1.0, 1.0
        for _ in range(10):
            if short(low) > 0 > short(high):
                return float(np.exp(numerics.root(short, low, high, what="the shadow value of the budget")))
            low, high = 2 * low, 2 * high
        raise ConvergenceError("The shadow value of the budget was not found: change the budget's unit.")

    def _at(self, price: Array, shadow: float) -> Array:
        """Performance at which marginal cost is what the budget allows."""
        wanted = 1.0 / (shadow * price)
        low, high = np.full(wanted.shape, -320.0), np.full(wanted.shape, 320.0)
        least = float(self.cost.derivative(1e-300))
        for _ in range(70):
            middle = (low + high) / 2
            with np.errstate(over="ignore"):  # marginal cost of a huge performance
                enough = self.cost.derivative(np.exp(middle)) >= wanted
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        return np.where(wanted <= least, 0.0, np.exp((low + high) / 2))

    def performance(self, level: ArrayLike) -> Array:
        """Return the performance of each ``level`` from 0 to 1."""
        u = np.asarray(level, float)
        inside = u > 0
        k = self.price(np.where(inside, u, 0.5))
        return np.asarray(np.where(inside, self._at(k, self._shadow), 0.0))

    def prize(self, level: ArrayLike) -> Array:
        """Return what the prize of each ``level`` is worth: the integral of ds/q, s the cost."""
        u = np.asarray(level, float)
        x, w = _GAUSS
        # By parts: s/q plus the integral of s q'/q^2, over types: dq/q^2.
        low, own = float(self.types.support[0]), self.types.ppf(u)
        edges = low + (own - low)[..., None] * _EDGES
        half = np.diff(edges)[..., None] / 2
        at = edges[..., :-1, None] + half * (x + 1)
        spent = np.asarray(self.cost(self.performance(self.types.cdf(at))))
        rest = (half * w * spent / at**2).sum(axis=(-2, -1))
        with np.errstate(divide="ignore", invalid="ignore"):  # the lowest type may be zero
            first = np.where(own > 0, np.asarray(self.cost(self.performance(u))) / own, 0.0)
        return np.asarray(first + rest)

    def average_performance(self) -> float:
        """Return the mean of performance over contestants."""
        u, w = _nodes()
        return float(np.sum(w * self.performance(u)))
