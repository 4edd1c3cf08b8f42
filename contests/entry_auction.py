"""An all-pay auction for the right to compete: the contestant selection auction.

n contestants with private unit costs bid; all pay, the two highest bidders meet in a
lottery contest (Fullerton and McAfee 1999). Bids fall in cost, so they reveal it; the
entrant of cost c who meets cost o wins with probability o / (c + o) and earns
P (o / (c + o))^2. In quantiles t of cost, from the lowest, with q the quantile function
and pi the profit, the bid of level u is

    b(u) = (n - 1)(n - 2) integral from u to 1 of (1 - t)^(n - 3) H(t) dt,
    H(t) = integral from 0 to t of pi(q(t), q(w)) dw:

what a little more buys is the place of the second-best rival, then at t, against the
best, who is below t. For n = 2 all are in and nobody bids; the highest type bids zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.contestants import Private
from contests.curves import Linear
from contests.errors import InvalidPartError
from contests.game import Game
from contests.laws import Law
from contests.part import Part
from contests.profile import Profile, as_profile
from contests.success import Lottery

__all__ = ["AuctionGame", "BidFunction"]

Array = NDArray[np.float64]
_GAUSS = np.polynomial.legendre.leggauss(60)
_KNOTS = 801


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
    """

    costs: Law
    n: int
    prize: float

    def profit(self, own: Array, other: Array) -> Array:
        """Return what an entrant of cost ``own`` earns against cost ``other``."""
        return np.asarray(self.prize * (other / (own + other)) ** 2)

    def below(self, own: Array, level: Array) -> Array:
        """Return the integral of the profit of cost ``own`` over opponents up to a ``level``."""
        x, w = _GAUSS
        share = (x + 1) / 2
        inside = self.costs.ppf(level[..., None] * share)
        return np.asarray(level * (self.profit(own[..., None], inside) @ (w / 2)))

    def slope(self, level: Array) -> Array:
        """Return minus the derivative of the bid in the ``level`` of cost."""
        factor = (self.n - 1.0) * (self.n - 2.0) * (1.0 - level) ** max(self.n - 3, 0)
        return np.asarray(factor * self.below(self.costs.ppf(level), level))

    @cached_property
    def _spline(self) -> Any:
        from scipy.interpolate import CubicHermiteSpline

        # Chebyshev-like knots: levels crowd at both ends; each step is integrated exactly to rounding.
        knots = (1.0 - np.cos(np.linspace(0.0, np.pi, _KNOTS))) / 2
        x, w = np.polynomial.legendre.leggauss(8)
        width = np.diff(knots)
        inside = knots[:-1, None] + width[:, None] * (x + 1) / 2
        steps = width * (self.slope(inside) @ (w / 2))
        values = np.concatenate([np.cumsum(steps[::-1])[::-1], [0.0]])
        return CubicHermiteSpline(knots, values, -self.slope(knots))

    def __getstate__(self) -> dict[str, Any]:
        return {"costs": self.costs, "n": self.n, "prize": self.prize}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def at_level(self, level: ArrayLike) -> Array:
        """Return the bid at a ``level`` of cost from 0 (the lowest) to 1."""
        return np.asarray(np.maximum(self._spline(np.asarray(level, float)), 0.0))

    def __call__(self, cost: ArrayLike) -> Array:
        """Return the bids of ``cost``."""
        return self.at_level(self.costs.cdf(cost))

    def level_of(self, bid: ArrayLike) -> Array:
        """Return the level whose bid is ``bid``: 0 above the highest, 1 at zero; by bisection."""
        wanted = np.asarray(bid, float)
        low, high = np.zeros(wanted.shape), np.ones(wanted.shape)
        for _ in range(55):
            middle = (low + high) / 2
            more = self._spline(middle) > wanted
            low, high = np.where(more, middle, low), np.where(more, high, middle)
        return np.asarray((low + high) / 2)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AuctionGame(Part, Game):
    """Bidding for two places in a lottery contest; what is chosen is the bid, in money.

    Parameters
    ----------
    contest : Contest
        A lottery with exponent 1, linear cost and output, one prize, private costs of one law, and
        the rule `EntryAuction`.
    """

    contest: Contest = field(kw_only=False)

    def __post_init__(self) -> None:
        contest = self.contest
        traits, success = contest.contestants, contest.success
        lottery = isinstance(success, Lottery) and success == Lottery()
        linear = isinstance(contest.cost, Linear) and getattr(contest.technology, "output", None) == Linear()
        private = isinstance(traits, Private) and traits.private_trait == "cost" and traits.utility is None
        one = contest.prizes.by_rank().size == 1 and not contest.prizes.share
        if not (lottery and linear and private and one and contest.is_symmetric):
            raise InvalidPartError(
                "Contest",
                "other parts",
                "a plain lottery with linear cost, one prize and private costs of one law (ct.EntryAuction)",
                "Elsewhere use ct.Fee or ct.FreeEntry.",
            )
        if traits.law_of(0).support[0] <= 0:  # type: ignore[attr-defined]
            raise InvalidPartError("Private.cost", traits, "a law above zero under ct.EntryAuction")

    @property
    def entry(self) -> Any:
        """The entry rule."""
        return self.contest.entry

    @property
    def n(self) -> int:  # type: ignore[override]
        """Number of bidders."""
        return self.contest.contestants.n

    @property
    def stakes(self) -> float:
        """The prize."""
        return self.contest.prizes.top

    @cached_property
    def bids(self) -> BidFunction:
        """The equilibrium bid function."""
        law: Law = self.contest.contestants.law_of(0)  # type: ignore[attr-defined]
        # The slope of the common cost curve scales all costs alike and leaves shares as they are.
        return BidFunction(law, self.n, self.contest.prizes.top)

    def profile(self, value: Any) -> Profile:
        """Return the profile that a user means by ``value``: one bid function for all."""
        found = as_profile(value, self.n)
        if not isinstance(getattr(found.strategy(0), "function", None), BidFunction):
            raise InvalidPartError("profile", value, "one bid function for all; solve() returns it")
        return found

    def payoff(self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs of bids, see `Game.payoff`.

        Parameters
        ----------
        i : int
            The contestant.
        effort : array_like
            Her bids, in money.
        profile : Profile
            The bid function of the others.
        type : array_like
            Her unit cost.
        """
        strategy: Any = self.profile(profile).strategy(0)
        bids = self.bids  # what entrants earn is the game's, whatever the others bid
        bid, cost = np.broadcast_arrays(np.asarray(effort, float), np.asarray(type, float))
        level = strategy.function.level_of(bid)
        if self.n == 2:
            return np.asarray(bids.below(cost, np.ones(cost.shape)) - bid)
        # The best rival at level w; no other of the n - 2 may be below max(w, level).
        x, w = _GAUSS
        better = (1.0 - level) ** (self.n - 2) * bids.below(cost, level)
        place = level[..., None] + (1.0 - level)[..., None] * (x + 1) / 2
        worse = bids.profit(cost[..., None], bids.costs.ppf(place)) * (1.0 - place) ** (self.n - 2)
        rest = (1.0 - level) * (worse @ (w / 2))
        return np.asarray((self.n - 1) * (better + rest) - bid)

    def marginal_payoff(
        self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return the derivative of `payoff` in the bid (``i``, ``effort``, ``profile``, ``type``)."""
        strategy: Any = self.profile(profile).strategy(0)
        bids: BidFunction = strategy.function
        bid, cost = np.broadcast_arrays(np.asarray(effort, float), np.asarray(type, float))
        level = bids.level_of(bid)
        factor = (self.n - 1.0) * (self.n - 2.0) * (1.0 - level) ** max(self.n - 3, 0)
        with np.errstate(divide="ignore", invalid="ignore"):  # above the highest bid nothing is gained
            gain = factor * self.bids.below(cost, level) / bids.slope(level)
        inside = (bid < bids.at_level(0.0)) & (level > 0)
        return np.asarray(np.where(inside, gain, 0.0) - 1.0)

    def largest_effort(self, i: Any, type: ArrayLike | None = None) -> Array:
        """Return the prize: nobody bids more (``i``, ``type``)."""
        return np.full(np.shape(type) if type is not None else (), self.stakes)

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one bidder for all, see `Game.classes` (``profile``)."""
        return np.array([0], dtype=np.intp), np.array([self.n], dtype=np.intp)

    def type_nodes(self, i: int) -> Array | None:
        """Return quantiles of the cost of bidder ``i``."""
        levels = np.concatenate([[1e-3, 1e-2], np.linspace(0.05, 0.95, 19), [0.99, 0.999]])
        return self.bids.costs.ppf(levels)

    def effort_cost(self, i: Any, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return the bid, which is money (``i``, ``effort``, ``type``)."""
        return np.asarray(effort, float)

    def outcomes(self, profile: Profile) -> Any:
        """Return the exact expectations under ``profile``."""
        return AuctionOutcomes(self, self.profile(profile))


class AuctionOutcomes:
    """Exact expectations of the auction and the contest that follows.

    Parameters
    ----------
    game : AuctionGame
        The game.
    profile : Profile
        The bid function.
    """

    def __init__(self, game: AuctionGame, profile: Profile) -> None:
        self.game = game
        strategy: Any = profile.strategy(0)
        self._bids: BidFunction = strategy.function
        self._prize = game.contest.prizes.top

    def _over_two_best(self, value: Any) -> float:
        """The expectation of a function of the lowest and the second-lowest cost."""
        n = self.game.n
        x, w = _GAUSS
        second = (x + 1) / 2
        first = second[:, None] * (x + 1) / 2
        density = n * (n - 1) * (1.0 - second) ** (n - 2) * second
        costs = self._bids.costs
        found = value(costs.ppf(first), costs.ppf(second)[:, None])
        return float((w / 2 * density) @ (found @ (w / 2)))

    @cached_property
    def fees_collected(self) -> float:
        """Expected sum of bids, in money."""
        x, w = _GAUSS
        return float(self.game.n * (w / 2) @ self._bids.at_level((x + 1) / 2))

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs before costs are learned, net of bids, shape (n,)."""
        prize = self._prize
        earned = self._over_two_best(lambda a, b: prize * (a**2 + b**2) / (a + b) ** 2)
        return np.full(self.game.n, (earned - self.fees_collected) / self.game.n)

    @property
    def win_probability(self) -> Array:
        """Equal chances, shape (n,)."""
        return np.full(self.game.n, 1.0 / self.game.n)

    @cached_property
    def total_effort(self) -> float:
        """Expected effort of the two entrants together."""
        slope = float(self.game.contest.cost.derivative(np.array(1.0)))
        return self._over_two_best(lambda a, b: self._prize / (a + b)) / slope

    @cached_property
    def expected_best(self) -> float:
        """Expected larger effort: that of the entrant with the lower cost."""
        slope = float(self.game.contest.cost.derivative(np.array(1.0)))
        return self._over_two_best(lambda a, b: self._prize * b / (a + b) ** 2) / slope

    @property
    def expected_average(self) -> float:
        """Expected average effort of the two entrants."""
        return self.total_effort / 2

    @property
    def prizes_paid(self) -> float:
        """The prize."""
        return self.game.stakes

    @property
    def entrants(self) -> float:
        """Two."""
        return 2.0
