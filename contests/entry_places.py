"""Places in a lottery contest: what they are worth to contestants of private costs, and bids for them.

The k lowest of n costs meet in a lottery contest in which all costs are known
(Fullerton and McAfee 1999). With every entrant active the one of cost c earns

    P (1 - (k - 1) c / (c + S))^2,   S the sum of the other entrants' costs,

and every entrant is active whoever they are if the largest cost times k - 2 is at
most the least times k - 1. Quantiles of cost are levels t from the lowest, q is the
quantile function. A bid that stands at level u buys a place if the k-th best of the
n - 1 rivals stands beyond u, and then the opponents are the k - 1 best of them. So

    worth(c, u) = integral from u to 1 of f(v) G(c, v) dv,
    f(v) = (n - 1)! / ((k - 1)! (n - 1 - k)!) v^(k-1) (1 - v)^(n-1-k),

with f the density of the level of the k-th best rival and G(c, v) the mean profit
against k - 1 costs drawn below level v, and bids b(u) = worth(q(v), v) cumulated:

    b(u) = integral from u to 1 of f(v) G(q(v), v) dv.

G falls in c, so the payoff of standing at u rises up to one's own level and falls
beyond: bids are an equilibrium for every number of places. As 1/x = int exp(-s x) ds
and 1/x^2 = int s exp(-s x) ds, the mean over k - 1 independent costs is an integral
over s of powers of one mean, M(s, v) = int from 0 to v of exp(-s q(w)) dw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.laws import Law

__all__ = ["BidFunction", "Panels", "all_active"]

Array = NDArray[np.float64]
_GAUSS = np.polynomial.legendre.leggauss(60)
_LAGUERRE = np.polynomial.laguerre.laggauss(40)
_ROWS = 4096  # costs and levels worked on at once
#: Chances that the k-th best rival is below the edge of a panel.
_CHANCES = (1e-12, 1e-8, 1e-5, 1e-3, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 0.999, 1 - 1e-5, 1 - 1e-8)


def all_active(costs: Law, places: int) -> bool:
    """Return whether every entrant exerts effort, whoever gets the places.

    Parameters
    ----------
    costs : Law
        Law of the unit cost.
    places : int
        How many enter.

    Returns
    -------
    bool
        Always so with two places.
    """
    low, high = costs.support
    return places == 2 or high * (places - 2) <= low * (places - 1) * (1 + 1e-12)


class Panels:
    """Gauss points on panels over levels, and antiderivatives of what is known there.

    Parameters
    ----------
    edges : ndarray
        Ends of the panels, increasing from 0 to 1.
    """

    def __init__(self, edges: Array) -> None:
        x, w = np.polynomial.legendre.leggauss(16)
        self.edges, self._half = edges, np.diff(edges)[:, None] / 2
        self.nodes = edges[:-1, None] + self._half * (x + 1)
        self.weights = self._half * w
        # Values at Gauss points to Legendre coefficients.
        degree = np.arange(x.size)
        self._fit = ((2 * degree + 1) / 2)[:, None] * np.polynomial.legendre.legvander(x, x.size - 1).T * w

    def locate(self, level: Array) -> tuple[NDArray[np.intp], Array]:
        """Return the panel that each ``level`` is in, and its place there from -1 to 1."""
        panel = np.clip(np.searchsorted(self.edges, level, side="right") - 1, 0, self.nodes.shape[0] - 1)
        x = np.clip((level - self.edges[panel]) / self._half[panel, 0] - 1.0, -1.0, 1.0)
        return panel, x

    def above(self, values: Array, level: Array) -> Array:
        """Return the integrals of functions from each ``level`` to 1.

        Parameters
        ----------
        values : ndarray, shape (panels, nodes)
            Of the function at ``nodes``.
        level : ndarray, shape (m,)
            Where to begin.

        Returns
        -------
        ndarray, shape (m,)
        """
        return self.cumulated(values)(level)

    def cumulated(self, values: Array) -> Callable[[Array], Array]:
        """Return the function of the level that `above` has for ``values``, which are integrated once."""
        from numpy.polynomial.legendre import legint, legval

        whole = (values * self.weights).sum(axis=1)
        beyond = np.append(np.cumsum(whole[::-1])[::-1][1:], 0.0)
        primitive = legint(values @ self._fit.T, axis=1).T  # of each panel, on [-1, 1]
        at_end: Array = np.asarray(legval(np.ones(()), primitive), float)

        def above(level: Array) -> Array:
            panel, x = self.locate(level)
            part = at_end[panel] - legval(x, primitive[:, panel], tensor=False)
            return np.asarray(beyond[panel] + self._half[panel, 0] * part)

        return above


@dataclass(frozen=True)
class BidFunction:
    """Bids by private cost.

    Attributes
    ----------
    costs : Law
        Law of the unit cost.
    n : int
        Number of bidders.
    prize : float
        Prize of the contest that follows, in money.
    places : int
        How many bidders enter.
    """

    costs: Law
    n: int
    prize: float
    places: int = 2

    def below(self, own: Array, level: Array) -> Array:
        """Return v^(k-1) G(c, v): the profit of costs ``own`` over all opponents up to a ``level``."""
        own, level = np.broadcast_arrays(np.asarray(own, float), np.asarray(level, float))
        flat_own, flat_level, found = own.ravel(), level.ravel(), np.empty(own.size)
        for start in range(0, own.size, _ROWS):
            rows = slice(start, start + _ROWS)
            found[rows] = self._profit(flat_own[rows], flat_level[rows], self._mean(flat_level[rows]))
        return self.prize * found.reshape(own.shape)

    @cached_property
    def bends(self) -> Array:
        """Levels at which the density of costs has a corner or a leap: integrals are split there."""
        return np.asarray(self.costs.cdf(self.costs.kinks), float).ravel()

    def _between(self, low: Array, high: Array, rule: tuple[Array, Array] = _GAUSS) -> tuple[Array, Array]:
        """Gauss points and weights from each level ``low`` to ``high``, piece by piece between bends.

        They crowd at both ends, where quantiles may behave like a root or have no bound.
        """
        x, w = (rule[0] + 1) / 2, rule[1] / 2
        ends = np.broadcast_arrays(low, *(np.clip(bend, low, high) for bend in np.sort(self.bends)), high)
        shares, weights = [x] * (len(ends) - 1), [w] * (len(ends) - 1)
        shares[0], weights[0] = x**4, 4 * x**3 * w
        shares[-1], weights[-1] = 1 - (1 - x) ** 4, 4 * (1 - x) ** 3 * w
        if len(ends) == 2:
            shares, weights = [x**4 * (35 - 84 * x + 70 * x**2 - 20 * x**3)], [140 * (x * (1 - x)) ** 3 * w]
        lengths = [(high - low)[..., None] for low, high in pairwise(ends)]
        points = [low[..., None] + size * x for low, size, x in zip(ends, lengths, shares, strict=False)]
        return np.concatenate(points, axis=-1), np.concatenate(
            [size * w for size, w in zip(lengths, weights, strict=True)], axis=-1
        )

    def _mean(self, level: Array) -> Array:
        """For each level the opponent's costs below it if there is one opponent, else M(s, v) by s."""
        points, weight = self._between(np.zeros(level.shape), level)
        others = self.costs.ppf(points)
        if self.places == 2:
            return np.asarray(others)
        s, _ = self.transform
        return np.asarray(np.einsum("mws,mw->ms", np.exp(-s * others[..., None]), weight))

    def _profit(self, own: Array, level: Array, mean: Array) -> Array:
        """`below` for a unit of prize, with `_mean` of the levels."""
        own = own[:, None]
        if self.places == 2:
            _, weight = self._between(np.zeros(level.shape), level)
            return np.asarray(((mean / (own + mean)) ** 2 * weight).sum(axis=1))
        s, weight = self.transform
        rivals = self.places - 1
        common = weight * np.exp(-s * own) * mean**rivals
        lost = rivals * own[:, 0]
        return np.asarray(level**rivals - 2 * lost * common.sum(axis=1) + lost**2 * (common @ s))

    @cached_property
    def transform(self) -> tuple[Array, Array]:
        """Nodes and weights of integrals over s: the slowest decay is that of k lowest costs."""
        x, w = _LAGUERRE
        rate = self.places * float(self.costs.support[0])
        return x / rate, w * np.exp(x) / rate

    def density(self, level: Array) -> Array:
        """Return f(v) / v^(k-1) at ``level``: of the k-th best rival, without what `below` has."""
        from scipy.special import gammaln

        n, k = self.n, self.places
        scale = np.exp(gammaln(n) - gammaln(k) - gammaln(n - k))
        return np.asarray(scale * (1.0 - level) ** (n - 1 - k))

    def slope(self, level: Array) -> Array:
        """Return minus the derivative of the bid in the ``level`` of cost."""
        if self.n == self.places:
            return np.zeros(np.shape(level))
        return np.asarray(self.density(level) * self.below(self.costs.ppf(level), level))

    @cached_property
    def panels(self) -> Panels:
        """Panels that resolve where the k-th best rival may stand."""
        from scipy.special import betaincinv

        edges = betaincinv(self.places, max(self.n - self.places, 1), np.array(_CHANCES))
        fixed = [0.0, 1e-9, 1e-6, 1e-3, 0.03, 0.2, 0.5, 0.8, 0.97, 0.999, 1 - 1e-6, 1 - 1e-9, 1.0]
        return Panels(np.unique(np.concatenate([edges, fixed, self.bends])))

    def worth(self, cost: Array, level: Array) -> Array:
        """Return the expected profit of standing at a level, before the bid.

        Parameters
        ----------
        cost, level : ndarray
            Own costs, and levels at which bids stand; of one shape.

        Returns
        -------
        ndarray
        """
        if self.n == self.places:
            return self.below(cost, np.ones(np.shape(cost)))
        each, member = np.unique(cost, return_inverse=True)
        found, flat = np.empty(member.size), np.ravel(level)
        for j, one in enumerate(each):
            here = member.ravel() == j
            found[here] = self.standing(float(one), flat[here])
        return self.prize * found.reshape(np.shape(cost))

    def standing(self, cost: float, level: Array) -> Array:
        """Return what one ``cost`` expects of bids at each ``level``, per unit of prize."""
        density, mean = self._by_level
        nodes = self.panels.nodes
        values = density * self._profit(np.full(nodes.size, cost), nodes.ravel(), mean)
        return self.panels.above(values.reshape(nodes.shape), level)

    @cached_property
    def _by_level(self) -> tuple[Array, Array]:
        """The density of the k-th best rival and the mean over her opponents, at the nodes of the panels."""
        nodes = self.panels.nodes.ravel()
        return self.density(nodes), self._mean(nodes)

    def mean_worth(self) -> float:
        """Return the expected profit of one bidder, before the bid and before she learns her cost."""
        level, weight = self.own_levels
        return float(weight @ self.worth(self.costs.ppf(level), level))

    @cached_property
    def own_levels(self) -> tuple[Array, Array]:
        """Nodes and weights for a bidder's own level, dense where she may still get a place."""
        from scipy.special import betaincinv

        edges = np.array([0.0, 0.5, 1.0])
        if self.n > self.places:
            chances = np.array([0.02, 0.5, 0.98, 1 - 1e-5, 1 - 1e-10])
            edges = np.append([0.0, 1.0], betaincinv(self.places, self.n - self.places, chances))
        edges = np.unique(np.concatenate([edges, self.kinks, self.bends]))
        edges = np.append(edges[edges < 1 - 1e-6], 1.0)
        x, w = np.polynomial.legendre.leggauss(10)
        x, w, width = (x + 1) / 2, w / 2, np.diff(edges)[1:-1, None]
        # Levels crowd at both ends, near which quantiles may behave like a root or have no bound.
        levels = [
            edges[1] * x**3,
            (edges[1:-2, None] + width * x).ravel(),
            1 - (1 - edges[-2]) * (1 - x) ** 4,
        ]
        ends = 3 * edges[1] * w * x**2, 4 * (1 - edges[-2]) * w * (1 - x) ** 3
        return np.concatenate(levels), np.concatenate([ends[0], (width * w).ravel(), ends[1]])

    @property
    def kinks(self) -> Array:
        """Levels of cost beyond which more entrants may be idle."""
        return np.empty(0)

    def mean_bid(self) -> float:
        """Return the expected bid of one bidder before she learns her cost."""
        panels = self.panels
        return float(np.sum(panels.weights * self.at_level(panels.nodes)))

    def total_effort(self) -> float:
        """Return the expected effort of all entrants per unit of prize: (k - 1) / (sum of their costs)."""
        k = self.places
        if k == 2:
            return self._over_two_best(lambda low, high: 1.0 / (low + high))
        _, weight = self.transform
        return (k - 1) * self._over_rivals(lambda level: np.asarray(self._mean(level) ** k @ weight))

    def largest_effort(self) -> float:
        """Return the expected effort of the best entrant per unit of prize.

        With lowest cost c and sum S it is (k - 1) / S - (k - 1)^2 c / S^2.
        """
        k = self.places
        if k == 2:
            return self._over_two_best(lambda low, high: high / (low + high) ** 2)
        s, weight = self.transform
        rule = np.polynomial.legendre.leggauss(32)

        def lowest(level: Array) -> Array:
            """v^k E[c / S^2], S the sum of k costs below the level and c the lowest of them."""
            first, likely = self._between(np.zeros(level.shape), level, rule)
            others, often = self._between(first, np.broadcast_to(level[:, None], first.shape), rule)
            rest = np.einsum("mabs,mab->mas", np.exp(-s * self.costs.ppf(others)[..., None]), often)
            own = self.costs.ppf(first)[..., None]
            inside = np.einsum("mas,ma->ms", own * np.exp(-s * own) * rest ** (k - 1), likely)
            return np.asarray(k * (inside @ (s * weight)))

        return self.total_effort() - (k - 1) ** 2 * self._over_rivals(lowest)

    def winner_effort(self) -> float:
        """Return the expected effort of the winner per unit of prize.

        An entrant of cost c, whose rivals' costs add to S, has the share s = 1 - (k - 1) c / (c + S) and
        the effort s (k - 1) / (c + S).
        """
        if self.places == 2:
            return self._over_two_best(lambda low, high: (low**2 + high**2) / (low + high) ** 3)
        from contests.entry_idle import IdleBidFunction

        return IdleBidFunction(self.costs, self.n, self.prize, self.places).winner_effort()

    def _over_two_best(self, value: Any) -> float:
        """The expectation of a function of the lowest and the second-lowest cost."""
        n = self.n
        second, weight = self.panels.nodes.ravel(), self.panels.weights.ravel()
        first, likely = self._between(np.zeros(second.shape), second)
        density = n * (n - 1) * (1.0 - second) ** (n - 2)
        found = value(self.costs.ppf(first), self.costs.ppf(second)[:, None])
        return float((weight * density) @ (found * likely).sum(axis=1))

    def _over_rivals(self, what: Any) -> float:
        """The expectation over the level v of the best who stays out; v is 1 if all are in.

        ``what(v)`` is v^k times its mean over k independent costs below v.
        """
        n, k = self.n, self.places
        if n == k:
            return float(what(np.ones(1))[0])
        nodes, weights = self.panels.nodes, self.panels.weights
        # The (k + 1)-th best of n has n / k times the density of the k-th best of n - 1, and one more v.
        found = [what(row) for row in nodes]
        return float(np.sum(weights * n / k * self.density(nodes) * np.array(found)))

    @cached_property
    def _above(self) -> Callable[[Array], Array]:
        """Bids by level: the slope cumulated on the panels, which follow where bids fall."""
        return self.panels.cumulated(self.slope(self.panels.nodes))

    def __getstate__(self) -> dict[str, Any]:
        return {"costs": self.costs, "n": self.n, "prize": self.prize, "places": self.places}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def at_level(self, level: ArrayLike) -> Array:
        """Return the bid at a ``level`` of cost from 0 (the lowest) to 1."""
        return np.asarray(np.maximum(self._above(np.asarray(level, float)), 0.0))

    def __call__(self, cost: ArrayLike) -> Array:
        """Return the bids of ``cost``."""
        return self.at_level(self.costs.cdf(cost))

    def level_of(self, bid: ArrayLike) -> Array:
        """Return the level whose bid is ``bid``: 0 above the highest, 1 at zero; by bisection."""
        wanted = np.asarray(bid, float)
        low, high = np.zeros(wanted.shape), np.ones(wanted.shape)
        for _ in range(55):
            middle = (low + high) / 2
            more = self._above(middle) > wanted
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        return np.asarray((low + high) / 2)
