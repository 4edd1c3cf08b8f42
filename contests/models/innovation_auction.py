r"""The first-price innovation contest of Che and Gale (2003): suppliers choose quality and price.

Two suppliers choose a quality x at the sunk cost gamma_i x^2 and a price; the buyer takes the larger
surplus s = x - price and pays that price. No fixed prize: the supplier asks for the reward.

**Equilibrium** (mixed), gamma_1 <= gamma_2. Offering s against a rival law F a supplier wins with
probability F(s), chooses x = F(s)/(2 gamma), and earns F^2/(4 gamma) - F s. The weaker earns nothing,
which fixes the highest surplus :math:`T = 1/(4\gamma_2)` and the stronger's law; the stronger
earns :math:`\pi_1 = 1/(4\gamma_1) - 1/(4\gamma_2)`:

.. math:: F_1 = 4\gamma_2 s, \qquad F_2 = 2\gamma_1 s + \sqrt{4\gamma_1^2 s^2 + 4\gamma_1\pi_1}.

Among alike suppliers the buyer's surplus 1/(6 gamma) exceeds what any fixed prize gives (at best
0.16/gamma): two suppliers, and an auction for the prize.

Source: Che and Gale (2003), American Economic Review 93, 646-671.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.part import Part
from contests.quadrature import quantile_nodes
from contests.validation import Column, vector

__all__ = ["InnovationAuction"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class InnovationAuction(Part):
    """Two suppliers' first-price contest in surplus.

    Parameters
    ----------
    costs : sequence of float, shape (2,)
        gamma: quality x costs gamma x^2, the more efficient supplier first.

    Examples
    --------
    >>> auction = InnovationAuction(costs=(1.0, 1.0))
    >>> auction.highest_surplus, round(auction.buyer_surplus(), 9), round(auction.win_probability(), 9)
    (0.25, 0.166666667, 0.5)
    """

    costs: Column = (1.0, 1.0)

    def __post_init__(self) -> None:
        costs = vector("InnovationAuction.costs", self.costs, positive=True)
        if costs.size != 2 or costs[0] > costs[1]:
            raise InvalidPartError("InnovationAuction.costs", self.costs, "two costs, not decreasing")
        object.__setattr__(self, "costs", costs)

    @property
    def highest_surplus(self) -> float:
        """The highest surplus that either offers."""
        return float(1.0 / (4.0 * self.costs[1]))

    @property
    def payoff(self) -> Array:
        """Expected profits in money, shape (2,)."""
        return np.array([(self.costs[1] - self.costs[0]) / (4 * self.costs[0] * self.costs[1]), 0.0])

    def cdf(self, i: int, surplus: ArrayLike) -> Array:
        """Return the law of the surplus that a supplier offers.

        Parameters
        ----------
        i : int
            0 for the more efficient supplier, 1 for the other.
        surplus : array_like
            In money.
        """
        s = np.clip(np.asarray(surplus, float), 0.0, self.highest_surplus)
        if self._which(i) == 0:
            level = 4 * self.costs[1] * s
        else:
            first = self.costs[0]
            level = 2 * first * s + np.sqrt(4 * first**2 * s**2 + 4 * first * self.payoff[0])
        return np.where(np.asarray(surplus) < 0, 0.0, np.minimum(level, 1.0))

    def atom(self, i: int) -> float:
        """Return the probability that supplier ``i`` offers nothing."""
        return float(self.cdf(i, 0.0))

    def _which(self, i: int) -> int:
        if i not in (0, 1):
            raise InvalidPartError("InnovationAuction", i, "supplier 0 or 1")
        return i

    def _surplus(self, i: int, level: Array) -> Array:
        """The quantile function of what a supplier offers."""
        if i == 0:
            return np.asarray(level / (4 * self.costs[1]))
        first, gain = self.costs[0], self.payoff[0]
        inside = np.maximum(level, self.atom(1))
        # From F^2 - 4 gamma F s - 4 gamma pi = 0.
        return np.asarray(
            np.maximum((inside - 4 * first * gain / inside) / (4 * first), 0.0)
            if gain > 0
            else inside / (4 * first)
        )

    def win_probability(self) -> float:
        """Return the chance that the more efficient supplier wins (she wins ties at nothing)."""
        u, _, w = quantile_nodes()
        return float(w @ self.cdf(1, self._surplus(0, u)))

    def buyer_surplus(self) -> float:
        """Return the expected larger surplus, in money."""
        # The integral of 1 - F_1 F_2 over surpluses from 0 to the highest.
        u, _, w = quantile_nodes()
        s = u * self.highest_surplus
        return float(self.highest_surplus * (1.0 - w @ (self.cdf(0, s) * self.cdf(1, s))))

    def expected_quality(self, i: int) -> float:
        """Return the expected quality of supplier ``i``: half her chance to win over her cost."""
        u, _, w = quantile_nodes([self.atom(1)] if i == 1 and self.atom(1) > 0 else ())
        offered = self._surplus(self._which(i), u)
        chance = self.cdf(1 - i, offered)
        return float(w @ chance / (2 * self.costs[i]))

    def profit_of(self, i: int, quality: ArrayLike, surplus: ArrayLike) -> Array:
        """Return the profit of any quality and surplus against the rival's equilibrium law.

        Parameters
        ----------
        i : int
            The supplier.
        quality, surplus : array_like
            What she offers; the price is the difference.

        Returns
        -------
        ndarray
            Money; never more than `payoff`.
        """
        x, s = np.asarray(quality, float), np.asarray(surplus, float)
        return np.asarray(self.cdf(1 - self._which(i), s) * (x - s) - self.costs[i] * x**2)
