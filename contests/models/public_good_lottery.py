r"""Lotteries whose bets are good for all: paying for a public good, effort of public use.

n alike contestants bet x_i; i wins the prize R with probability x_i/X, X the sum of bets. All enjoy
h(G): with G = X - R where the prize is paid from the bets (Morgan 2000), or G = X where effort
itself is useful and the prize comes from elsewhere (productive rent seeking, Chung 1996).

**Equilibrium.** :math:`R(n-1)/(nX) + h'(G) = c`, with a concave benefit h. Voluntary giving would
stop at h'(G) = c, the lottery always provides more, the efficient amount has n h'(G) = c.
With a benefit b X of constant slope X = (n-1)R/(n(c-b)); at b >= c bets would grow for ever.

If the bets do not pay for the prize the lottery is called off and bets are returned (Morgan 2000).

Sources: Morgan (2000), Review of Economic Studies 67, 761-784; Chung (1996), Public Choice 87,
55-66.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.curves import Linear, Power
from contests.errors import InvalidPartError, NoEquilibriumError
from contests.game import Index
from contests.models._game_model import GameModel
from contests.numerics import root
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Pure
from contests.validation import count, positive

__all__ = ["PublicGoodLottery"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PublicGoodLottery(GameModel):
    """A lottery whose bets are of public use.

    Parameters
    ----------
    contestants : int
        How many, at least 2.
    prize : float
        Money, above zero.
    benefit : Power or Linear
        What a public good of an amount is worth to each, in money; an exponent of at most one.
    prize_from_bets : bool
        Whether the prize is paid from the bets, so that only the rest is of use.
    unit_cost : float
        What a unit of bet costs, in money; one if bets are money.

    Examples
    --------
    >>> lottery = PublicGoodLottery(contestants=3, benefit=Power(0.5))
    >>> round(lottery.public_good(), 9), lottery.voluntary(), lottery.efficient()
    (0.684659705, 0.25, 2.25)
    """

    contestants: int = 3
    prize: float = 1.0
    benefit: Power | Linear = Power(0.5)  # noqa: RUF009 - frozen
    prize_from_bets: bool = True
    unit_cost: float = 1.0

    def __post_init__(self) -> None:
        name = "PublicGoodLottery"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        object.__setattr__(self, "prize", positive(f"{name}.prize", self.prize))
        object.__setattr__(self, "unit_cost", positive(f"{name}.unit_cost", self.unit_cost))
        given: Any = self.benefit
        if not isinstance(given, (Power, Linear)) or getattr(given, "exponent", 1.0) > 1:
            allowed = "a ct.Linear, or a ct.Power with an exponent of at most one: benefits are concave"
            raise InvalidPartError(f"{name}.benefit", self.benefit, allowed)
        if self.prize_from_bets and self.unit_cost != 1.0:
            raise InvalidPartError(
                f"{name}.unit_cost", self.unit_cost, "one where bets are money that pays the prize"
            )

    @property
    def n(self) -> int:  # type: ignore[override]
        """How many contestants."""
        return self.contestants

    @property
    def stakes(self) -> float:
        """The prize."""
        return self.prize

    @property
    def _kept(self) -> float:
        """What of the bets is of no public use."""
        return self.prize if self.prize_from_bets else 0.0

    def _slope(self, amount: float) -> float:
        return float(self.benefit.derivative(amount))

    @cached_property
    def _total(self) -> float:
        """Equilibrium bets of all."""
        n, cost = self.contestants, self.unit_cost
        share = self.prize * (n - 1) / n
        if isinstance(self.benefit, Linear) or self.benefit.exponent == 1:
            slope = self._slope(1.0)
            if slope >= cost:
                raise NoEquilibriumError(
                    f"A unit of effort costs {cost:.6g} and is worth {slope:.6g} to whoever exerts it, "
                    "whatever the others do: efforts grow without bound. The benefit must rise by less."
                )
            total = share / (cost - slope)
            if total < self._kept:
                raise NoEquilibriumError(
                    "The bets do not pay for the prize: with a benefit of constant slope it must come from "
                    "elsewhere (prize_from_bets=False)."
                )
            return total
        # The left side of the first-order condition falls in the good, from infinity to below the cost.
        return self._kept + _falling(lambda g: share / (self._kept + g) + self._slope(g) - cost, self.prize)

    def public_good(self) -> float:
        """Return the equilibrium amount of the public good."""
        return self._total - self._kept

    def voluntary(self) -> float:
        """Return the amount that would be given without a prize: that of one who values it."""
        return self._amount_at(self.unit_cost)

    def efficient(self) -> float:
        """Return the amount at which its worth to all rises by its cost."""
        return self._amount_at(self.unit_cost / self.contestants)

    def _amount_at(self, slope: float) -> float:
        if isinstance(self.benefit, Linear) or self.benefit.exponent == 1:
            return 0.0 if self._slope(1.0) <= slope else math.inf
        power = self.benefit.exponent
        return float((self.benefit.scale * power / slope) ** (1.0 / (1.0 - power)))

    def candidate(self) -> Candidate:
        """Return the symmetric bets, see `contests.solving.Candidate`."""
        return Candidate(
            profile=Profile.symmetric(Pure(self._total / self.contestants), self.contestants),
            selection="unique (Morgan 2000)" if self.prize_from_bets else "symmetric; others may exist",
            source="Morgan (2000)" if self.prize_from_bets else "Chung (1996)",
        )

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own = np.asarray(effort, float)
        others = self.profile(profile).efforts()
        total = own + float(others.sum() - others[int(np.asarray(i).flat[0])])
        chance = np.divide(own, total, out=np.full(own.shape, 1.0 / self.n), where=total > 0)
        worth = self.benefit(np.maximum(total - self._kept, 0.0))
        return np.where(total >= self._kept, self.prize * chance + worth - self.unit_cost * own, 0.0)

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array:
        """Return exact derivatives of `payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own = np.asarray(effort, float)
        others = self.profile(profile).efforts()
        rest = float(others.sum() - others[int(np.asarray(i).flat[0])])
        good = own + rest - self._kept
        with np.errstate(divide="ignore"):  # the first unit of the good may be worth infinitely much
            slope = self.prize * rest / (own + rest) ** 2 + self.benefit.derivative(np.maximum(good, 0.0))
        return np.where(good >= 0, slope - self.unit_cost, 0.0)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the prize and twice what one alone would give, in units of bets (any ``i``, ``type``)."""
        alone = self.voluntary()
        return np.asarray(self.prize / self.unit_cost + 2 * alone + self._total)

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return the bet of ``i`` that just pays for the prize under ``profile`` (any ``type``)."""
        efforts = profile.efforts()
        return np.array([max(self._kept - float(efforts.sum() - efforts[i]), 0.0)])

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant of each strategy in ``profile``, see `Game.classes`."""
        _, first, counts = np.unique(profile.labels(), return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)

    def outside_option(self, i: Index, type: ArrayLike | None = None) -> float:
        """Minus infinity: who bets nothing still has the good (any ``i``, ``type``)."""
        return float("-inf")

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs (any ``i``, ``type``), in money."""
        return self.unit_cost * np.asarray(effort, float)

    def chances(self, profile: Profile) -> Array:
        """Return shares in the bets of ``profile``, shape (n,)."""
        efforts = profile.efforts()
        total = float(efforts.sum())
        return np.asarray(efforts / total if total > 0 else np.full(self.n, 1.0 / self.n))


def _falling(f: Callable[[float], float], scale: float) -> float:
    """The positive root of a function that falls from above zero to below it."""
    low, high = scale, scale
    while f(low) <= 0:
        low /= 16.0
    while f(high) >= 0:
        high *= 16.0
    return math.exp(root(lambda x: f(math.exp(x)), math.log(low), math.log(high), what="the public good"))
