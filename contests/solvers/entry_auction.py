"""The contestant selection auction: bids for a place in the contest (Fullerton and McAfee 1999)."""

from __future__ import annotations

from typing import Any

from contests.entry_auction import AuctionGame
from contests.game import Game
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Monotone

__all__ = ["SOLVER", "EntryAuctionSolver"]


class EntryAuctionSolver:
    """Bids that fall in the private cost of effort."""

    name = "entry auction"
    source = "Fullerton and McAfee (1999)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, AuctionGame):
            return "takes contests whose entry is ct.EntryAuction(k)"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the symmetric bid function of ``game``."""
        strategy = Monotone(types=game.bids.costs, function=game.bids, scores_increase=False)
        return Candidate(
            profile=Profile.symmetric(strategy, game.n),
            selection="symmetric, in decreasing bids; others may exist",
        )


SOLVER = EntryAuctionSolver()
