"""Rules under which entry is part of the equilibrium: free, random, or by auction.

The games they make of a contest are in `contests.entry_games`, `contests.entry_random`,
`contests.entry_unequal` and `contests.entry_auction`; each has its own solver.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from contests.entry import Entry, free_entry
from contests.errors import InvalidPartError
from contests.validation import at_least_zero, count, finite, fraction, vector

if TYPE_CHECKING:
    from contests.contest import Contest
    from contests.game import Game

__all__ = ["EntryAuction", "FreeEntry", "RandomEntry"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FreeEntry(Entry):
    """Whoever finds it worth her while enters, at a cost; then the contest is played.

    In pure strategies all see who entered: nobody outside wants in, nobody inside wants out. Of
    several stable sets of entrants the one with the largest surplus is solved
    (`contests.stable_entry` lists all). Contestants with private types learn them after entering.
    In mixed strategies contestants enter with probabilities that make entering worth its price:
    one for all who are alike, one for each kind where they differ.

    Parameters
    ----------
    cost : float
        What entering costs a contestant whatever her effort, in money; zero or more.
    fee : float
        Paid to the sponsor in addition; negative if the sponsor pays entrants.
    refundable_to : {"sponsor", "winner"}
        Who gets the fees.
    mixed : bool
        Whether entry is random: the equilibrium in mixed strategies in which alike contestants do alike.
    observed : bool
        With ``mixed``, whether entrants see who else has entered before they exert effort.

    Examples
    --------
    >>> import contests as ct
    >>> entry = ct.FreeEntry(cost=0.03)
    >>> contest = ct.Contest(contestants=ct.Identical(20), prizes=1, success=ct.Lottery(), entry=entry)
    >>> ct.solve(contest).effort.nonzero()[0].size
    5
    """

    cost: float = 0.0
    fee: float = 0.0
    refundable_to: Literal["sponsor", "winner"] = "sponsor"
    mixed: bool = False
    observed: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", at_least_zero("FreeEntry.cost", self.cost))
        object.__setattr__(self, "fee", finite("FreeEntry.fee", self.fee))
        if self.refundable_to not in ("sponsor", "winner"):
            raise InvalidPartError("FreeEntry.refundable_to", self.refundable_to, "'sponsor' or 'winner'")
        for name in ("mixed", "observed"):
            if not isinstance(getattr(self, name), bool):
                raise InvalidPartError(f"FreeEntry.{name}", getattr(self, name), "True or False")
        if self.mixed and self.refundable_to == "winner":
            raise InvalidPartError(
                "FreeEntry.refundable_to", "winner", "'sponsor' when entry is mixed", "Or let entry be pure."
            )

    def game(self, contest: Contest) -> Game:
        """Return the game of entry and effort that ``contest`` is under this rule."""
        if not self.mixed:
            return free_entry(contest)
        if _alike(contest):
            from contests.entry_random import RandomEntryGame

            return RandomEntryGame(contest)
        from contests.entry_unequal import SeenEntryGame, UnequalEntryGame

        return SeenEntryGame(contest) if self.observed else UnequalEntryGame(contest)

    @property
    def price(self) -> float:
        """The fee."""
        return self.fee

    @property
    def fees_to_winner(self) -> bool:
        """Whether the winner gets the fees."""
        return self.refundable_to == "winner"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RandomEntry(Entry):
    """The number of rivals is random, and not known when effort is chosen.

    Whoever is alone wins. Efforts, payoffs and winning probabilities are those of a contestant who
    takes part; totals are expectations, and qualities are given that somebody comes. Contestants who
    differ come independently, each with a probability of her own.

    Parameters
    ----------
    distribution : SciPy discrete distribution, or sequence of float, optional
        The law of the number of rivals that a participant faces: ``stats.binom(n - 1, p)`` if each of
        n potential contestants comes with probability p, ``stats.poisson(m)``, any other, or the
        probabilities of 0, 1, 2, ... rivals. Where contestants differ it does not say who comes,
        unless each does with one probability: give ``each``.
    nobody : float, optional
        Probability that nobody comes; by default that of binomial and Poisson entry, else zero.
    each : sequence of float, shape (n,), optional
        The probability with which each contestant takes part, instead of ``distribution``.

    Examples
    --------
    >>> from scipy import stats
    >>> import contests as ct
    >>> contest = ct.Contest(
    ...     contestants=ct.Identical(2),
    ...     prizes=1.0,
    ...     success=ct.Lottery(),
    ...     entry=ct.RandomEntry(stats.binom(1, 0.5)),
    ... )
    >>> round(float(ct.solve(contest).effort[0]), 12)
    0.125
    """

    distribution: Any = field(default=None, kw_only=False)
    nobody: float | None = None
    each: Any = None

    def __post_init__(self) -> None:
        if self.each is not None:
            self._check_each()
            return
        from contests.count_laws import count_law

        object.__setattr__(self, "distribution", count_law(self.distribution, "RandomEntry.distribution"))
        if self.nobody is not None:
            object.__setattr__(self, "nobody", fraction("RandomEntry.nobody", self.nobody))

    def _check_each(self) -> None:
        for name in ("distribution", "nobody"):
            if getattr(self, name) is not None:
                raise InvalidPartError(
                    f"RandomEntry.{name}",
                    getattr(self, name),
                    "absent when ``each`` is given",
                    "It says all.",
                )
        chances = vector("RandomEntry.each", self.each, at_least_zero=True)
        if (chances > 1).any():
            raise InvalidPartError("RandomEntry.each", self.each, "probabilities, from 0 to 1")
        object.__setattr__(self, "each", chances)

    def admitted(self, contestants: int) -> int:
        """Return the number of potential contestants, if the law of rivals allows so many ``contestants``."""
        if self.each is not None:
            if self.each.size != contestants:
                raise InvalidPartError(
                    "RandomEntry.each", self.each, f"one probability for each of {contestants} contestants"
                )
            return contestants
        most = len(self.distribution.chances) - 1
        if self.distribution.bounded and most > contestants - 1:
            raise InvalidPartError(
                "RandomEntry.distribution",
                self.distribution,
                f"a law of at most {contestants - 1} rivals among {contestants} contestants",
                "For n potential contestants who come with probability p it is stats.binom(n - 1, p).",
            )
        return contestants

    def game(self, contest: Contest) -> Game:
        """Return the game of effort that ``contest`` is under this rule."""
        if self.each is None and (_alike(contest) or contest.contestants.private_trait is not None):
            from contests.entry_random import RandomEntryGame

            return RandomEntryGame(contest)
        from contests.entry_unequal import UnequalEntryGame

        self.probabilities(contest.n)  # refuses a law that does not say who comes
        return UnequalEntryGame(contest)

    def probabilities(self, n: int) -> Any:
        """Return the probability with which each of ``n`` contestants takes part, if the rule tells it.

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        InvalidPartError
            If the number of rivals is not that of contestants who come independently with one probability.
        """
        import numpy as np

        from contests.binomial import binomial

        if self.each is not None:
            return self.each
        chances = np.zeros(n)
        chances[: len(self.distribution.chances)] = self.distribution.chances[:n]
        p = float(chances @ np.arange(n)) / max(n - 1, 1)
        independent = binomial(np.arange(n), n - 1, np.array([[p]]), np.array([[1.0 - p]]))[0]
        if np.abs(chances - independent).max() > 1e-12:
            raise InvalidPartError(
                "RandomEntry.distribution",
                self.distribution,
                f"stats.binom({n - 1}, p) where contestants differ",
                "Another law says how many rivals come and not who: give each=[...] instead, the "
                "probability with which each contestant takes part.",
            )
        return np.full(n, p)

    def rivals(self, n: int) -> tuple[Any, Any]:
        """Return the possible numbers of rivals among ``n`` contestants, and their probabilities."""
        import numpy as np

        if self.each is not None:
            raise InvalidPartError(
                "RandomEntry.each", self.each, "absent: each contestant has another number of rivals"
            )
        chances = np.array(self.distribution.chances)
        return np.arange(chances.size), chances

    def chance_of_nobody(self, n: int) -> float:
        """Return the probability that none of ``n`` contestants comes."""
        if self.each is not None:
            return float((1.0 - self.each).prod())
        return float(self.distribution.nobody if self.nobody is None else self.nobody)


def _alike(contest: Contest) -> bool:
    """Whether contestants and the rules for them are the same for all."""
    return contest.is_symmetric and not contest.success.columns()


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EntryAuction(Entry):
    """All bid for a place and pay their bids; the highest bidders meet in the contest.

    The contestant selection auction of Fullerton and McAfee (1999), for lotteries with private
    costs, which the entrants learn of each other before they exert effort. The game's effort is the
    bid; `TotalEffort` is that of the entrants, `FeesCollected` the bids.

    Parameters
    ----------
    k : int
        How many places, at least two: two is what Fullerton and McAfee show to be the best number.
        With more, entrants whose costs are far above the others' may do nothing; a law that allows
        it (the largest cost above (k - 1)/(k - 2) times the least) has to have a smooth density.

    Examples
    --------
    >>> EntryAuction(2)
    EntryAuction(2)
    """

    k: int = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", count("EntryAuction.k", self.k, least=2))

    def admitted(self, contestants: int) -> int:
        """Return the number of bidders, if there are as many ``contestants`` as places."""
        if contestants < self.k:
            raise InvalidPartError("EntryAuction.k", self.k, f"at most the number of bidders, {contestants}")
        return contestants

    def game(self, contest: Contest) -> Game:
        """Return the game of bids that ``contest`` is under this rule."""
        from contests.entry_auction import AuctionGame

        return AuctionGame(contest)
