"""Free entry in pure strategies: who enters, solved together with what entrants do.

Every contest that may follow entry is solved by the room that is made for it and
certified; a set of entrants is stable if nobody inside would rather be out and
nobody outside would rather be in, given the equilibrium that would then be played.
Of several stable sets the one with the largest surplus is chosen. Alike contestants
enter in the largest number at which entry still pays. Different contestants beyond
what can be enumerated come in one after the other, whoever gains most first, and
leave if they lose.

Sources: Corcoran and Karels (1985) for free entry into lotteries; Morgan, Orzen and
Sefton (2012) for stable sets; Fu and Lu (2010) for fees and subsidies.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.entry_games import EntryProfile, FreeEntryGame
from contests.entry_sets import Fields, Members, stable_sets
from contests.errors import InvalidPartError, NoEquilibriumError, UnsolvableError
from contests.game import Game
from contests.solving import Candidate

__all__ = ["SOLVER", "FreeEntrySolver"]

_SCANNED = 40  # numbers of alike entrants tried one by one before bisection


class FreeEntrySolver:
    """Stable entry at a cost, with the contest among the entrants."""

    name = "free entry"
    source = "Corcoran and Karels (1985); Morgan, Orzen and Sefton (2012)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, FreeEntryGame):
            return "takes contests whose entry is ct.FreeEntry(cost=...) or ct.Fee(...)"
        if game.contest.contestants.private_trait is not None and not game.contest.is_symmetric:
            return "contestants differ in the law of their types; one law for all would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the stable set of entrants of ``game`` with the largest surplus."""
        fields = Fields(game)
        if game.contest.is_symmetric:
            members, words = _alike(fields)
        else:
            members, words = _different(fields)
        return Candidate(profile=_profile(fields, members), selection=words)


def _profile(fields: Fields, members: Members) -> EntryProfile:
    """The profile with these entrants, and what follows if one of each kind of outsider came in."""
    game = fields.game
    kinds = game.contest.kind_of()
    after = {}
    for j in _first_outside(kinds, members):
        found = fields.equilibrium((*members, j))
        if found is None:
            raise UnsolvableError(
                f"With {len(members)} entrants, whether one more would enter is not known: the contest of "
                f"{len(members) + 1} was not solved. {fields.failed[(*members, j)]}"
            )
        after[j] = found.profile
    inside = fields.equilibrium(members).profile if members else None
    return EntryProfile(game.n, entrants=members, inside=inside, after=after)


def _first_outside(kinds: NDArray[np.intp], members: Members) -> list[int]:
    """The first contestant of each kind who is not among the members."""
    out = np.ones(kinds.size, dtype=bool)
    out[list(members)] = False
    places = np.flatnonzero(out)
    _, first = np.unique(kinds[places], return_index=True)
    return [int(j) for j in np.sort(places[first])]


def _alike(fields: Fields) -> tuple[Members, str]:
    """The largest number at which entry still pays."""
    n = fields.game.n

    def pays(number: int) -> bool:
        return fields.holds(tuple(range(number)))

    if n <= _SCANNED and fields.game.contest.contestants.private_trait is None:
        verdicts = [_is_stable(fields, m) for m in range(n + 1)]
        numbers = [m for m, stable in enumerate(verdicts) if stable]
        unknown = [m for m, stable in enumerate(verdicts) if stable is None]
        if not numbers and unknown:
            raise fields.unknown(f"Whether {_listed(unknown)} entrants are stable")
        if not numbers:
            raise NoEquilibriumError(f"No number of entrants up to {n} is stable in pure strategies.")
        number, how = numbers[-1], "all numbers tried"
        others = f"; {numbers[:-1]} are stable too" if len(numbers) > 1 else ""
        others += f"; whether {_listed(unknown)} are is not known" if unknown else ""
    else:
        low, high = 0, 1
        while high < n and pays(high):
            low, high = high, min(2 * high, n)
        if pays(high):
            low = high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if pays(middle) else (low, middle)
        number, how, others = low, "found by bisection", ""
    who = "" if number in (0, n) else "; which of the alike contestants enter is not determined"
    return tuple(range(number)), f"the largest number of entrants at which entry pays ({how}){others}{who}"


def _is_stable(fields: Fields, number: int) -> bool | None:
    return fields.is_stable(tuple(range(number)), [number] if number < fields.game.n else [])


def _listed(numbers: list[int]) -> str:
    """Numbers in words; a long list by its ends."""
    if len(numbers) > 3:
        return f"{len(numbers)} numbers from {numbers[0]} to {numbers[-1]}"
    return " or ".join(map(str, numbers))


def _different(fields: Fields) -> tuple[Members, str]:
    try:
        found, undecided = stable_sets(fields)
    except InvalidPartError:
        return _sequential(fields), "entrants come in one after the other; other stable sets may exist"
    if not found and undecided:
        raise fields.unknown("Which set of entrants is stable")
    if not found:
        raise NoEquilibriumError("No set of entrants is stable in pure strategies.")
    number = sum(one.copies for one in found)
    words = "the only stable set of entrants" if number == 1 else f"largest surplus of {number} stable sets"
    if undecided:
        words = "a stable set of entrants" if number == 1 else words
        words += f"; whether {undecided} other sets are is not known"
    return found[0].entrants, words


def _sequential(fields: Fields) -> Members:
    """Contestants come in one after the other, whoever gains most first; losers leave."""
    kinds = fields.game.contest.kind_of()
    members: Members = ()
    seen: set[Members] = set()
    while members not in seen:
        seen.add(members)
        best, gain = None, fields.room
        for j in _first_outside(kinds, members):
            payoff = fields.payoff((*members, j))
            if payoff is not None and payoff[-1] > gain:
                best, gain = j, float(payoff[-1])
        if best is None:
            return members
        members = (*members, best)
        payoff = fields.payoff(members)
        while payoff is not None and payoff.size and payoff.min() < -fields.room:
            members = tuple(i for k, i in enumerate(members) if k != int(np.argmin(payoff)))
            payoff = fields.payoff(members) if members else np.array([])
    raise NoEquilibriumError("Sequential entry returns to a set of entrants it has left: it never settles.")


SOLVER = FreeEntrySolver()
