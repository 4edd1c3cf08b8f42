"""Who is in the contest.

``AllEnter`` and ``Invite(k)`` fix the field; the other rules, under which entry
is itself an equilibrium, are solved together with effort.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from contests.errors import InvalidPartError
from contests.part import Part
from contests.validation import count

__all__ = ["AllEnter", "Entry", "Invite"]


class Entry(Part):
    """Base of entry rules."""

    def admitted(self, contestants: int) -> int:
        """Return how many of so many ``contestants`` may compete."""
        return contestants


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
