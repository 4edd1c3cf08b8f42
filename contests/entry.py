"""Who is in the contest.

``AllEnter`` and ``Invite(k)`` fix the field; the other rules, under which entry
is itself an equilibrium, are solved together with effort.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from contests.errors import InvalidPartError
from contests.part import Part
from contests.validation import at_least_zero, count, finite, fraction

if TYPE_CHECKING:
    from contests.contest import Contest
    from contests.game import Game

__all__ = ["AllEnter", "Entry", "EntryAuction", "Fee", "FreeEntry", "Invite", "RandomEntry", "Reserve"]


class Entry(Part):
    """Base of entry rules.

    Attributes
    ----------
    least_quality : float
        Quality below which a submission cannot win anything; minus infinity if there is none.
    price : float
        What a contestant pays on entering, in money.
    fees_to_winner : bool
        Whether the fees paid are added to the winner's prize; the sponsor keeps them if not.
    """

    @property
    def least_quality(self) -> float:
        """Quality below which a submission cannot win anything."""
        return float("-inf")

    @property
    def price(self) -> float:
        """What a contestant pays on entering, in money."""
        return 0.0

    @property
    def fees_to_winner(self) -> bool:
        """Whether the fees are added to the winner's prize."""
        return False

    def admitted(self, contestants: int) -> int:
        """Return how many of so many ``contestants`` may compete."""
        return contestants

    def game(self, contest: Contest) -> Game:
        """Return the game that ``contest`` is under this rule: the contest itself if all are in."""
        return contest

    def fees(self, equilibrium: Any) -> float:
        """Return the fees expected to be collected at ``equilibrium``, in money."""
        return 0.0

    def entrants(self, equilibrium: Any) -> float:
        """Return the expected number of entrants at ``equilibrium``."""
        return float(equilibrium.game.n)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AllEnter(Entry):
    """Every contestant competes.

    Examples
    --------
    >>> AllEnter()
    AllEnter()
    """


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Invite(Entry):
    """The sponsor admits the first ``k`` contestants.

    Parameters
    ----------
    k : int
        How many are admitted, at least 1.

    Examples
    --------
    >>> Invite(2)
    Invite(2)
    """

    k: int = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", count("Invite.k", self.k))

    def admitted(self, contestants: int) -> int:
        """Return the number invited, of so many ``contestants``."""
        if self.k > contestants:
            raise InvalidPartError("Invite.k", self.k, f"at most the number of contestants, {contestants}")
        return self.k


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Reserve(Entry):
    """A submission must reach a quality to win anything; who would fall short stays out.

    Staying out is worth zero. If nobody reaches the reserve no prize is paid; with several prizes the
    k-th goes to the k-th best of those who reach it.

    Parameters
    ----------
    quality : float
        The least quality that can win, in units of quality.
    fee : float
        Paid to the sponsor on entering, in money; zero or more.

    Examples
    --------
    >>> Reserve(0.125)
    Reserve(0.125)
    """

    quality: float = field(kw_only=False)
    fee: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "quality", finite("Reserve.quality", self.quality))
        object.__setattr__(self, "fee", at_least_zero("Reserve.fee", self.fee))

    def fees(self, equilibrium: Any) -> float:
        """Return the fees expected to be collected at ``equilibrium``, in money."""
        return self.fee * self.entrants(equilibrium)

    def entrants(self, equilibrium: Any) -> float:
        """Return the expected number of entrants at ``equilibrium``."""
        return _expected_entrants(equilibrium)

    @property
    def least_quality(self) -> float:
        """The reserve."""
        return self.quality

    @property
    def price(self) -> float:
        """The fee."""
        return self.fee


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Fee(Entry):
    """Entering costs money, whatever the effort; staying out is worth zero.

    Parameters
    ----------
    amount : float
        What every entrant pays, in money; zero or more.
    refundable_to : {"sponsor", "winner"}
        Who gets the fees: the sponsor keeps them, or all fees paid are added to the winner's prize
        (money that a private value does not multiply).

    Examples
    --------
    >>> Fee(0.1)
    Fee(0.1)
    """

    amount: float = field(kw_only=False)
    refundable_to: Literal["sponsor", "winner"] = "sponsor"

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", at_least_zero("Fee.amount", self.amount))
        if self.refundable_to not in ("sponsor", "winner"):
            raise InvalidPartError("Fee.refundable_to", self.refundable_to, "'sponsor' or 'winner'")

    def fees(self, equilibrium: Any) -> float:
        """Return the fees expected to be collected at ``equilibrium``, in money."""
        return self.amount * self.entrants(equilibrium)

    def entrants(self, equilibrium: Any) -> float:
        """Return the expected number of entrants at ``equilibrium``."""
        return _expected_entrants(equilibrium)

    def game(self, contest: Contest) -> Game:
        """Return the game of entry at the fee; with private types it is played in ``contest`` itself."""
        return contest if contest.contestants.private_trait is not None else _free_entry(contest)

    @property
    def price(self) -> float:
        """The amount."""
        return self.amount

    @property
    def fees_to_winner(self) -> bool:
        """Whether the winner gets the fees."""
        return self.refundable_to == "winner"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FreeEntry(Entry):
    """Whoever finds it worth her while enters, at a cost; then the contest is played.

    In pure strategies all see who entered: nobody outside wants in, nobody inside wants out. Of
    several stable sets of entrants the one with the largest surplus is solved
    (`contests.stable_entry` lists all). Contestants with private types learn them after entering.
    In mixed strategies alike contestants each enter with one probability.

    Parameters
    ----------
    cost : float
        What entering costs a contestant whatever her effort, in money; zero or more.
    fee : float
        Paid to the sponsor in addition; negative if the sponsor pays entrants.
    refundable_to : {"sponsor", "winner"}
        Who gets the fees.
    mixed : bool
        Whether entry is random: the symmetric equilibrium in mixed strategies.
    observed : bool
        With ``mixed``, whether entrants see how many they are before they exert effort.

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
            return _free_entry(contest)
        from contests.entry_random import RandomEntryGame

        return RandomEntryGame(contest)

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

    Whoever is alone wins. Contestants are alike (or have types of one law). Efforts, payoffs and
    winning probabilities are those of a contestant who takes part; totals are expectations.

    Parameters
    ----------
    rivals_law : SciPy discrete distribution, or sequence of float
        The law of the number of rivals that a participant faces: ``stats.binom(n - 1, p)`` if each of
        n potential contestants comes with probability p, ``stats.poisson(m)``, any other, or the
        probabilities of 0, 1, 2, ... rivals.
    nobody : float, optional
        Probability that nobody comes; by default that of binomial and Poisson entry, else zero.

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

    rivals_law: Any = field(kw_only=False)
    nobody: float | None = None

    def __post_init__(self) -> None:
        from contests.count_laws import count_law

        object.__setattr__(self, "rivals_law", count_law(self.rivals_law, "RandomEntry.rivals_law"))
        if self.nobody is not None:
            object.__setattr__(self, "nobody", fraction("RandomEntry.nobody", self.nobody))

    def admitted(self, contestants: int) -> int:
        """Return the number of potential contestants, if the law of rivals allows so many ``contestants``."""
        most = len(self.rivals_law.chances) - 1
        if self.rivals_law.bounded and most > contestants - 1:
            raise InvalidPartError(
                "RandomEntry.rivals_law",
                self.rivals_law,
                f"a law of at most {contestants - 1} rivals among {contestants} contestants",
                "For n potential contestants who come with probability p it is stats.binom(n - 1, p).",
            )
        return contestants

    def game(self, contest: Contest) -> Game:
        """Return the game of effort that ``contest`` is under this rule."""
        from contests.entry_random import RandomEntryGame

        return RandomEntryGame(contest)

    def rivals(self, n: int) -> tuple[Any, Any]:
        """Return the possible numbers of rivals among ``n`` contestants, and their probabilities."""
        import numpy as np

        chances = np.array(self.rivals_law.chances)
        return np.arange(chances.size), chances

    def chance_of_nobody(self, n: int) -> float:
        """Return the probability that none of ``n`` contestants comes."""
        return float(self.rivals_law.nobody if self.nobody is None else self.nobody)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EntryAuction(Entry):
    """All bid for a place and pay their bids; the highest bidders meet in the contest.

    The contestant selection auction of Fullerton and McAfee (1999), for lotteries with private
    costs. The game's effort is the bid; `TotalEffort` is that of the entrants, `FeesCollected` the
    bids.

    Parameters
    ----------
    k : int
        How many places: two, which Fullerton and McAfee show to be the best number.

    Examples
    --------
    >>> EntryAuction(2)
    EntryAuction(2)
    """

    k: int = field(default=2, kw_only=False)

    def __post_init__(self) -> None:
        if count("EntryAuction.k", self.k) != 2:
            raise InvalidPartError(
                "EntryAuction.k",
                self.k,
                "2",
                "With more places an entrant's profit depends on several opponents' costs: not yet solved. "
                "For fixed numbers of entrants use ct.Invite(k).",
            )

    def admitted(self, contestants: int) -> int:
        """Return the number of bidders, if there are at least two ``contestants``."""
        if contestants < 2:
            raise InvalidPartError(
                "EntryAuction", f"{contestants} contestant", "used with two bidders or more"
            )
        return contestants

    def game(self, contest: Contest) -> Game:
        """Return the game of bids that ``contest`` is under this rule."""
        from contests.entry_auction import AuctionGame

        return AuctionGame(contest)


def _free_entry(contest: Contest) -> Game:
    from contests.entry_games import FreeEntryGame

    return FreeEntryGame(contest)


def _expected_entrants(equilibrium: Any) -> float:
    """The sum of the chances that each contestant is in, as the strategies say."""
    profile = equilibrium.profile
    return float(sum(profile.strategy(i).entry_probability() for i in range(profile.n)))
