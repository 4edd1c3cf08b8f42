"""What all games with an entry rule share: the contest among all, and what entering costs.

:mod:`contests.entry_games` (entry is seen, then the contest is played),
:mod:`contests.entry_random` and :mod:`contests.entry_unequal` (nobody knows who came) and
:mod:`contests.entry_auction` (places are sold) are games of this kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from contests.contest import Contest
from contests.game import Game
from contests.part import Part

__all__ = ["EntryGame"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EntryGame(Part, Game):
    """A contest that is entered before it is played.

    Parameters
    ----------
    contest : Contest
        The contest among all potential contestants, with its entry rule.
    """

    contest: Contest = field(kw_only=False)

    @property
    def entry(self) -> Any:
        """The entry rule."""
        return self.contest.entry

    @property
    def n(self) -> int:  # type: ignore[override]
        """Number of potential contestants."""
        return self.contest.contestants.n

    @property
    def price(self) -> float:
        """What entering costs a contestant: her own cost and the fee, in money."""
        return float(getattr(self.entry, "cost", 0.0) + self.entry.price)

    @property
    def endogenous(self) -> bool:
        """Whether the probability of taking part is itself an equilibrium."""
        return bool(getattr(self.entry, "mixed", False))
