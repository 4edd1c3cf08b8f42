"""An all-pay auction for the right to compete: the contestant selection auction.

n contestants with private unit costs bid; all pay, the k highest bidders meet in a
lottery contest (Fullerton and McAfee 1999). Bids fall in cost, so they reveal it, and
what a place is worth depends on who gets the others: `contests.entry_places` has the
formulas, `contests.entry_idle` those where some entrants may do nothing. Whoever is no
better than the k-th best rival stays out and loses her bid; where there are as many
places as bidders all are in and nobody bids.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contestants import Private
from contests.curves import Linear
from contests.entry_base import EntryGame
from contests.entry_idle import IdleBidFunction
from contests.entry_places import BidFunction, all_active
from contests.errors import InvalidPartError
from contests.laws import Law
from contests.profile import Profile, as_profile
from contests.simulate import Outcome
from contests.success import Lottery
from contests.technology import Exact
from contests.validation import count

__all__ = ["AuctionGame", "BidFunction"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AuctionGame(EntryGame):
    """Bidding for places in a lottery contest; what is chosen is the bid, in money.

    Parameters
    ----------
    contest : Contest
        A lottery with exponent 1, linear cost and output, one prize, private costs of one law, and
        the rule `EntryAuction`.
    """

    def __post_init__(self) -> None:
        contest = self.contest
        traits, success = contest.contestants, contest.success
        lottery = isinstance(success, Lottery) and success == Lottery()
        linear = isinstance(contest.cost, Linear) and contest.technology == Exact()
        private = isinstance(traits, Private) and traits.private_trait == "cost" and traits.utility is None
        one = contest.prizes.by_rank().size == 1 and not contest.prizes.share
        if not (lottery and linear and private and one and contest.is_symmetric):
            raise InvalidPartError(
                "Contest",
                "other parts",
                "a plain lottery with linear cost, one prize and private costs of one law (ct.EntryAuction)",
                "Elsewhere use ct.Fee or ct.FreeEntry.",
            )
        costs: Law = traits.law_of(0)  # type: ignore[attr-defined]
        if costs.support[0] <= 0:
            raise InvalidPartError("Private.cost", traits, "a law above zero under ct.EntryAuction")

    @property
    def stakes(self) -> float:
        """The prize."""
        return self.contest.prizes.top

    @cached_property
    def bids(self) -> BidFunction:
        """The equilibrium bid function."""
        law: Law = self.contest.contestants.law_of(0)  # type: ignore[attr-defined]
        # The slope of the common cost curve scales all costs alike and leaves shares as they are.
        kind = BidFunction if all_active(law, self.entry.k) else IdleBidFunction
        return kind(law, self.n, self.contest.prizes.top, self.entry.k)

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
        return np.asarray(bids.worth(cost, strategy.function.level_of(bid)) - bid)

    def marginal_payoff(
        self, i: Any, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return the derivative of `payoff` in the bid (``i``, ``effort``, ``profile``, ``type``)."""
        strategy: Any = self.profile(profile).strategy(0)
        bids: BidFunction = strategy.function
        bid, cost = np.broadcast_arrays(np.asarray(effort, float), np.asarray(type, float))
        level = bids.level_of(bid)
        if self.n == self.entry.k:
            return np.full(bid.shape, -1.0)
        with np.errstate(divide="ignore", invalid="ignore"):  # above the highest bid nothing is gained
            gain = self.bids.density(level) * self.bids.below(cost, level) / bids.slope(level)
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

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Outcome:
        """Draw auctions and the contests that follow, in which costs are known.

        Parameters
        ----------
        profile : Profile
            The bid function.
        size : int
            How many to draw.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        Outcome
            Efforts are bids, qualities the efforts of those who get a place; rank 0 has none.
        """
        size, k = count("play.size", size), self.entry.k
        strategy: Any = self.profile(profile).strategy(0)
        cost = self.bids.costs.rvs((size, self.n), rng=rng)
        bid = strategy.function(cost)
        place = np.argsort(np.argsort(-bid, axis=1), axis=1)  # equal bids: only where all are in
        slope = float(self.contest.cost.derivative(np.array(1.0)))
        unit = np.where(place < k, cost * slope, np.inf)
        # Active is whose cost is below the sum of the m up to hers over m - 1: who is lower is too.
        lowest = np.sort(unit, axis=1)[:, :k]
        number = np.sum(np.arange(k) * lowest < np.cumsum(lowest, axis=1), axis=1)
        mark = np.take_along_axis(np.cumsum(lowest, axis=1), number[:, None] - 1, axis=1) / (
            number[:, None] - 1
        )
        share = np.maximum(1.0 - unit / mark, 0.0)
        effort = self.stakes * share / mark
        first = np.argmax(
            rng.random((size, 1)) * share.sum(axis=1, keepdims=True) < share.cumsum(axis=1), axis=1
        )
        rank = np.where(place < k, 2, 0)
        rank[np.arange(size), first] = 1
        prize = np.where(rank == 1, self.stakes, 0.0)
        spent = np.where(effort > 0, cost * slope * effort, 0.0)
        return Outcome(
            effort=bid, quality=effort, rank=rank, prize=prize, payoff=prize - spent - bid, enters=place < k
        )


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
        # What a prize buys: the slope of the common cost curve scales all costs alike.
        self._scale = game.stakes / float(game.contest.cost.derivative(np.array(1.0)))

    @cached_property
    def fees_collected(self) -> float:
        """Expected sum of bids, in money."""
        return self.game.n * self._bids.mean_bid()

    @cached_property
    def _worth(self) -> float:
        """Expected profit of a bidder before costs are learned and bids are paid, in money."""
        return self.game.bids.mean_worth()

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs before costs are learned, net of bids, shape (n,)."""
        return np.full(self.game.n, self._worth - self.fees_collected / self.game.n)

    @property
    def win_probability(self) -> Array:
        """Equal chances, shape (n,)."""
        return np.full(self.game.n, 1.0 / self.game.n)

    @cached_property
    def total_effort(self) -> float:
        """Expected effort of the entrants together: P (m - 1) / (sum of the costs of the m active ones)."""
        return self._scale * self.game.bids.total_effort()

    @cached_property
    def expected_best(self) -> float:
        """Expected largest effort: that of the entrant with the lowest cost."""
        return self._scale * self.game.bids.largest_effort()

    @property
    def expected_average(self) -> float:
        """Expected average effort of the entrants."""
        return self.total_effort / self.entrants

    def winner_quality(self) -> float:
        """Return the expected effort of the entrant who wins."""
        return self._scale * self.game.bids.winner_effort()

    def top_qualities(self, k: int) -> float:
        """Return the expected sum of the ``k`` largest efforts: of one, or of all entrants."""
        if k == 1:
            return self.expected_best
        if k >= self.entrants:
            return self.total_effort
        raise InvalidPartError(
            "TopQuality.k",
            k,
            f"1, or at least the number of places, {self.entrants:g}, under ct.EntryAuction",
            "ct.BestQuality() and ct.TotalEffort() are these two.",
        )

    def effort_costs(self) -> float:
        """Return what the entrants' efforts cost: what the prize is worth less their profits."""
        return self.game.stakes - self.game.n * self._worth

    @property
    def prizes_paid(self) -> float:
        """The prize."""
        return self.game.stakes

    @property
    def entrants(self) -> float:
        """As many as there are places."""
        return float(self.game.entry.k)
