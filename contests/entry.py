"""Who is in the contest.

``AllEnter`` and ``Invite(k)`` fix the field; the other rules, under which entry
is itself an equilibrium, are solved together with effort.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from contests.errors import InvalidPartError
from contests.part import Part
from contests.validation import at_least_zero, count, finite

if TYPE_CHECKING:
    from contests.contest import Contest
    from contests.game import Game

__all__ = ["AllEnter", "Entry", "Fee", "Invite", "Reserve"]


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
    k-th goes to the k-th best of those who reach it. Where quality is random anybody may reach it, so
    that nobody stays out unless there is a fee.

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

    def game(self, contest: Contest) -> Game:
        """Return the game that ``contest`` is: with a fee and known contestants one of entry, else itself."""
        return free_entry(contest) if self.fee and contest.contestants.private_trait is None else contest

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

    Contestants of private type enter from a threshold type on, without knowing how many others do;
    others see who entered before they exert effort.

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
        return contest if contest.contestants.private_trait is not None else free_entry(contest)

    @property
    def price(self) -> float:
        """The amount."""
        return self.amount

    @property
    def fees_to_winner(self) -> bool:
        """Whether the winner gets the fees."""
        return self.refundable_to == "winner"


def free_entry(contest: Contest) -> Game:
    """Return the game of entry at a price, then effort, that ``contest`` is."""
    from contests.entry_games import FreeEntryGame

    return FreeEntryGame(contest)


def _expected_entrants(equilibrium: Any) -> float:
    """The sum of the chances that each contestant is in, as the strategies say."""
    profile = equilibrium.profile
    return float(sum(profile.strategy(i).entry_probability() for i in range(profile.n)))
