"""Places in a lottery contest some of whose entrants may do nothing, and bids for them.

Against the others' costs an entrant of cost c finds herself below a mark theta* at which an entrant would
be idle, or at it (`contests.entry_active`). What she expects of any reward S(c, theta*) that begins at
zero where she becomes active - her profit P (1 - c / theta)^2, her effort P (1 - c / theta) / theta - is
the integral of the chance that theta* lies above theta in dS(theta). For k - 1 opponents of levels below
v, with F the distribution function of costs and q the quantiles, that chance, times v^(k-1), is

    theta below q(v):  sum over i of (k - 1 choose i) (v - F(theta))^(k-1-i) K_i(c; theta),
    theta above q(v):  K_(k-1)(c - (k - 1) (theta - q(v)); q(v)), where all of them are active.

With every entrant always active this gives what `contests.entry_places` has by a transform.

Bids. The marginal entrant, at whose level one gains or loses a place, is the weakest of all. She is idle
against most opponents, but not against those nearly as weak as herself: a place is worth something to
her, bids fall in cost everywhere and nobody pools at zero. What a place is worth still falls in cost, so
these bids are an equilibrium for every number of places, as where all are active.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

from contests.entry_active import ORDER, Opponents, weights_at
from contests.entry_places import BidFunction, Panels
from contests.errors import ConvergenceError

__all__ = ["IdleBidFunction", "Reward"]

Array = NDArray[np.float64]
_X, _W = legendre.leggauss(ORDER)
_UNIT = (_X + 1) / 2
_DEGREE = np.arange(ORDER)
# Values at Gauss points to Legendre coefficients, to derivatives and to integrals from the left end.
_FIT = ((2 * _DEGREE + 1) / 2)[:, None] * legendre.legvander(_X, ORDER - 1).T * _W
_DERIVATIVE = np.array([legendre.legval(_X, legendre.legder(column)) for column in _FIT.T]).T
_PRIMITIVE = np.array([legendre.legval(_X, legendre.legint(column, lbnd=-1)) for column in _FIT.T]).T
_PIECES = (2, 4, 8)
_WRONG = 3e-8  # of the slope of bids that may be unresolved
_LEVELS = (0.0, 1e-9, 1e-6, 2e-4, 1e-3, 3e-3, 0.0125, 0.05, 0.2, 0.5)
#: Chances that the k-th best rival is below the edge of a panel.
_CHANCES = (1e-8, 1e-5, 1e-3, 0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98, 0.999, 1 - 1e-5, 1 - 1e-8)
_MOST = 2e7  # numbers in the tables of opponents


@dataclass(frozen=True)
class Reward:
    """What an entrant gets once she is active, by her cost and the mark theta.

    Attributes
    ----------
    value, slope : callable
        Of cost and theta, per unit of prize; the value is zero where theta is the cost.
    """

    value: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]


PROFIT = Reward(lambda c, mark: (1 - c / mark) ** 2, lambda c, mark: 2 * (1 - c / mark) * c / mark**2)
EFFORT = Reward(lambda c, mark: (1 - c / mark) / mark, lambda c, mark: (2 * c / mark - 1) / mark**2)
#: Effort times the chance to win.
WINNING = Reward(
    lambda c, mark: (1 - c / mark) ** 2 / mark,
    lambda c, mark: (1 - c / mark) * (3 * c / mark - 1) / mark**2,
)


def _all_active(cost: Any, opponents: Opponents, reward: Reward) -> Array:
    """What comes of marks above every opponent's cost, for each level that opponents are below."""
    q, step, k = opponents.theta, opponents.step, opponents.count + 1
    largest = np.maximum(np.where(q >= cost, cost, (k - 1) * q - (k - 2) * cost), 0.0)
    own, panels = np.reshape(cost, (-1, 1)), np.arange(opponents.values.shape[2])

    def worth(x: Array) -> Array:
        return reward.slope(own, q[:, None] + (own - x) / (k - 1)) / (2 * (k - 1))

    # Panels that end below the largest sum are summed at their own nodes, what is left of one anew.
    complete = np.minimum(np.floor(largest / step), panels.size)
    x = (step[:, None, None] * (panels[:, None] + _UNIT)).reshape(q.size, -1)
    chance = opponents.values[k - 1].reshape(q.size, -1) * worth(x)
    used = np.repeat(panels < complete[:, None], ORDER, axis=1)
    total = step * (np.where(used, chance, 0.0) @ np.tile(_W, panels.size))
    start = complete * step
    x = start[:, None] + (largest - start)[:, None] * _UNIT
    return np.asarray(total + (largest - start) * ((opponents.at(k - 1, x) * worth(x)) @ _W))


class _Entrant:
    """What an entrant of one cost expects against opponents below each level, and its sums over levels."""

    def __init__(self, bids: IdleBidFunction, cost: float, reward: Reward, floor: float = 0.0) -> None:
        self._floor, self._density = floor, bids.density
        self.panels = Panels(self._edges(bids, cost))
        levels = self.panels.nodes.ravel()
        if floor > 0:
            opponents = Opponents(bids.costs, levels, bids.places - 1, bids.opponents.pieces, floor)
        else:
            opponents = bids.opponents.moved(levels, bids.panels)
        level = float(bids.costs.cdf(cost))
        found = _all_active(cost, opponents, reward) + self._some_idle(cost, level, opponents, reward)
        self._values = found.reshape(self.panels.nodes.shape)

    def _edges(self, bids: IdleBidFunction, cost: float) -> Array:
        """Panels that end where the number of rivals who may be active changes."""
        low, k = bids.costs.support[0] if self._floor == 0 else cost, bids.places
        j = np.arange(1, k)
        marks = np.concatenate([[cost], low + cost / j, ((k - 2) * cost - (j - 1) * low) / (k - j)])
        fixed = bids.panels.edges if self._floor == 0 else self._floor + (1 - self._floor) * bids.coarse
        edges = np.concatenate([fixed, bids.costs.cdf(marks), [self._floor]])
        edges = np.unique(edges[edges >= self._floor])
        kept = edges[np.append(np.diff(edges) > 1e-13, False)]
        return np.append(kept, 1.0)

    def _some_idle(self, cost: float, level: float, opponents: Opponents, reward: Reward) -> Array:
        """What comes of marks at which some opponents below a level are idle."""
        from scipy.special import comb

        nodes, width = self.panels.nodes, np.diff(self.panels.edges)[:, None]
        shape, k = nodes.shape, opponents.count + 1
        counts = opponents.at(slice(0, k), np.full((opponents.levels.size, 1), cost))[..., 0]
        gained = reward.value(np.array(cost), opponents.theta).reshape(shape) @ _DERIVATIVE.T * 2 / width
        gained = np.where(nodes > level, gained, 0.0)
        whole = (self.panels.weights * gained).ravel()
        panel = np.repeat(np.arange(shape[0]), ORDER)
        power = (panel[:, None] > panel).astype(float)  # of the difference of levels: of how many are idle
        beyond = power * (nodes.reshape(-1, 1) - nodes.ravel())
        inside = np.ones((*shape, ORDER))
        here = nodes[:, :, None] - nodes[:, None, :]
        total = np.zeros(shape)
        for idle in range(k):
            chance = comb(k - 1, idle) * counts[k - 1 - idle]
            total += (power @ (whole * chance)).reshape(shape)
            within = inside * (gained * chance.reshape(shape))[:, None, :]
            total += np.einsum("ab,pab->pa", _PRIMITIVE, within) * width / 2
            power, inside = power * beyond, inside * here
        return total.ravel()

    def below(self, level: Array) -> Array:
        """What she expects against opponents up to each ``level``, times the chance that they are there."""
        panel, x = self.panels.locate(level)
        return np.asarray(np.sum(weights_at((x + 1) / 2) * self._values[panel], axis=-1))

    def standing(self, level: Array) -> Array:
        """What she expects of a bid that stands at each ``level``."""
        return self.panels.above(self._density(self.panels.nodes) * self._values, level)


@dataclass(frozen=True)
class IdleBidFunction(BidFunction):
    """Bids by private cost where some of those who enter may do nothing.

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

    @property
    def kinks(self) -> Array:
        """Levels of cost beyond which an entrant may be idle against 2, ..., k - 1 others of the least."""
        active = np.arange(2, self.places)
        return np.asarray(self.costs.cdf(self.costs.support[0] * active / (active - 1)))

    @cached_property
    def coarse(self) -> Array:
        """Edges of panels of levels above that of the best entrant, where one sum over them is asked."""
        from scipy.special import betaincinv

        chances = betaincinv(
            self.places - 1, max(self.n - self.places, 1), np.array([1e-3, 0.1, 0.5, 0.9, 0.999])
        )
        return np.unique(
            np.concatenate([[0.0, 0.02, 0.1, 0.3, 0.6, 0.9, 0.98, 0.998, 1 - 1e-4, 1 - 1e-7, 1.0], chances])
        )

    @cached_property
    def panels(self) -> Panels:
        """Panels that resolve where the k-th best rival may stand, tails, and who begins to be idle."""
        from scipy.special import betaincinv

        edges = betaincinv(self.places, max(self.n - self.places, 1), np.array(_CHANCES))
        edges = np.unique(np.concatenate([edges, self.kinks, _LEVELS, 1.0 - np.array(_LEVELS)]))
        return Panels(np.append(edges[:-1][np.diff(edges) > 1e-13], 1.0))

    @cached_property
    def _resolved(self) -> tuple[Opponents, Array]:
        """Who is active at the nodes of the panels, and the marginal profit there, if they settle."""
        found: list[tuple[Opponents, Array]] = []
        nodes = self.panels.nodes
        times = f"{(self.places - 1) / (self.places - 2):g} times the least"
        for pieces in _PIECES:
            if nodes.size * pieces * self.places**2 * ORDER > _MOST:
                break
            opponents = Opponents(self.costs, nodes.ravel(), self.places - 1, pieces)
            profit = _all_active(opponents.theta, opponents, PROFIT).reshape(nodes.shape)
            found.append((opponents, profit))
            allowed = _WRONG * float(profit.max())
            unresolved = float(np.abs((profit @ _FIT.T)[:, -2:]).max())
            change = float(np.abs(profit - found[-2][1]).max()) if len(found) > 1 else np.inf
            if max(change, unresolved) <= allowed:
                return found[-2] if change <= 1e-3 * allowed else found[-1]
        raise ConvergenceError(
            f"Among {self.places} entrants with costs from {self.costs!r} some may do nothing, and what a "
            "place is worth does not settle: the density leaps or has corners, or the places are too many. "
            f"A smooth density would work, costs of which the largest is at most {times}, or fewer places."
        )

    @property
    def opponents(self) -> Opponents:
        """The chances of who is active at the nodes of the panels.

        Raises
        ------
        ConvergenceError
            If the law's density is too rough, or the places are too many.
        """
        return self._resolved[0]

    @cached_property
    def _entrants(self) -> dict[float, _Entrant]:
        return {}

    def _entrant(self, cost: float) -> _Entrant:
        """What a cost expects of her profit, kept: a search for deviations asks often."""
        if cost not in self._entrants:
            self._entrants[cost] = _Entrant(self, cost, PROFIT)
        return self._entrants[cost]

    def below(self, own: Array, level: Array) -> Array:
        """Return the profit of costs ``own`` over all opponents up to a ``level``."""
        own, level = np.broadcast_arrays(np.asarray(own, float), np.asarray(level, float))
        each, member = np.unique(own, return_inverse=True)
        found, flat = np.empty(own.size), level.ravel()
        for j, cost in enumerate(each):
            here = member.ravel() == j
            found[here] = self._entrant(float(cost)).below(flat[here])
        return self.prize * found.reshape(own.shape)

    def slope(self, level: Array) -> Array:
        """Return minus the derivative of the bid in the ``level`` of cost."""
        level = np.asarray(level, float)
        if self.n == self.places:
            return np.zeros(level.shape)
        panel, x = self.panels.locate(level.ravel())
        profit = np.sum(weights_at((x + 1) / 2) * self._resolved[1][panel], axis=-1)
        return np.asarray(self.prize * self.density(level) * profit.reshape(level.shape))

    def standing(self, cost: float, level: Array) -> Array:
        """Return what one ``cost`` expects of bids at each ``level``, per unit of prize."""
        return self._entrant(cost).standing(level)

    def total_effort(self) -> float:
        """Return the expected effort of all entrants per unit of prize: the sum of what each level exerts."""
        return self._over_own_level(lambda cost, _: _Entrant(self, cost, EFFORT))

    def largest_effort(self) -> float:
        """Return the expected effort of the best entrant per unit of prize, all others' costs above hers."""
        # Nobody of the last millionth is best of three or more, but once in a million million million.
        return self._over_own_level(lambda cost, level: _Entrant(self, cost, EFFORT, level), 1 - 1e-6)

    def winner_effort(self) -> float:
        """Return the expected effort of the winner per unit of prize."""
        return self._over_own_level(lambda cost, _: _Entrant(self, cost, WINNING))

    def mean_worth(self) -> float:
        """Return the expected profit of one bidder, before the bid and before she learns her cost."""
        found = self._over_own_level(lambda cost, _: self._entrant(cost))
        return self.prize * found / self.n

    def _over_own_level(self, entrant: Callable[[float, float], _Entrant], last: float = 1.0) -> float:
        """The sum over bidders of what each expects before she learns her cost, of levels up to ``last``."""
        levels, weights = self.own_levels
        levels, weights = levels[levels <= last], weights[levels <= last]
        total = 0.0
        for cost, level, weight in zip(self.costs.ppf(levels), levels, weights, strict=True):
            one = entrant(float(cost), float(level))
            found = one.below(np.ones(1)) if self.n == self.places else one.standing(np.array([level]))
            total += float(weight) * float(found[0])
        return self.n * total
