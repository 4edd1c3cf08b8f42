"""Stable sets of entrants: nobody inside wants out, nobody outside wants in.

Alike contestants need only a number; different ones are enumerated kind by kind, in
a lottery with linear cost by formula over all subsets of up to twenty, elsewhere by
solving each contest; beyond that, one set is found by letting contestants come in
one after the other.
"""

from __future__ import annotations

import contextlib
import itertools
from dataclasses import dataclass
from math import comb
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Known
from contests.curves import Linear
from contests.entry_games import FreeEntryGame
from contests.errors import ContestError, InvalidPartError, UnsolvableError
from contests.success import Lottery
from contests.technology import Exact

__all__ = ["StableSet", "stable_entry"]

Array = NDArray[np.float64]
Members = tuple[int, ...]
_SETS = 4096  # fields solved one by one
_POTENTIAL = 20  # contestants whose subsets are enumerated by formula
_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class StableSet:
    """A set of entrants from which nobody wants to leave and which nobody wants to join.

    Attributes
    ----------
    entrants : tuple of int
        Who enters; contestants of one kind are interchangeable.
    surplus : float
        Sum of their payoffs net of the price of entry, in money.
    copies : int
        How many sets there are that differ only in who of each kind enters.
    """

    entrants: Members
    surplus: float
    copies: int = 1


class Fields:
    """Payoffs of the contests among subsets, each solved once.

    Parameters
    ----------
    game : FreeEntryGame
        Entry at a cost.
    """

    def __init__(self, game: FreeEntryGame) -> None:
        self.game = game
        self.solved: dict[Members, Any] = {}
        self.failed: dict[Members, str] = {}
        self.room = _ROUNDING * max(game.stakes, game.price)

    def equilibrium(self, members: Members) -> Any:
        """Return the certified equilibrium of the contest among ``members``, or None if it fails."""
        if members not in self.solved and members not in self.failed:
            from contests.solving import solve

            try:
                self.solved[members] = solve(self.game.inner(members))
            except ContestError as error:
                self.failed[members] = f"{type(error).__name__}: {error}"
                # Too many for all to be active: the last to come, if anybody, stays idle.
                with contextlib.suppress(ContestError):
                    self.solved[members] = solve(self.game.inner(members), solver="partially active")
                    del self.failed[members]
        return self.solved.get(members)

    def payoff(self, members: Members) -> Array | None:
        """Return payoffs of ``members`` net of the price of entry, or None if the contest fails."""
        # In whatever order they came, it is one contest.
        order = sorted(range(len(members)), key=lambda place: members[place])
        found = self.equilibrium(tuple(members[place] for place in order))
        if found is None:
            return None
        worth = np.empty(len(members))
        worth[order] = np.asarray(found.payoff)
        return worth - self.game.price

    def holds(self, members: Members) -> bool:
        """Return whether nobody among ``members`` wants out."""
        if not members:
            return True
        payoff = self.payoff(members)
        return payoff is not None and bool((payoff >= -self.room).all())

    def attracts(self, members: Members, j: int) -> bool | None:
        """Return whether ``j`` outside ``members`` gains by coming in; None if that contest fails."""
        payoff = self.payoff((*members, j))
        return None if payoff is None else bool(payoff[-1] > self.room)

    def is_stable(self, members: Members, newcomers: list[int]) -> bool | None:
        """Return whether ``members`` stay and none of ``newcomers`` comes; None if a contest fails first."""
        if members and self.payoff(members) is None:
            return None
        if not self.holds(members):
            return False
        known = True
        for j in newcomers:
            wanted = self.attracts(members, j)
            if wanted:
                return False
            known &= wanted is not None
        return True if known else None

    def unknown(self, what: str) -> UnsolvableError:
        """Return the error that says that ``what`` depends on contests that were not solved."""
        members, words = next(iter(self.failed.items()))
        others = len({frozenset(one) for one in self.failed}) - 1  # whoever comes last
        more = f", nor were those of {others} other sets" if others > 1 else ""
        more = ", nor was that of one other set" if others == 1 else more
        return UnsolvableError(
            f"{what} is not known: the contest of the entrants {list(members)} was not solved{more}. {words}"
        )


def stable_entry(contest: Contest, *, undecided: Literal["raise", "omit"] = "raise") -> list[StableSet]:
    """Return all stable sets of entrants of a contest with free entry, largest surplus first.

    Parameters
    ----------
    contest : Contest
        With ``entry=ct.FreeEntry(cost=...)`` or ``ct.Fee(...)``.
    undecided : {"raise", "omit"}, optional
        What to do where a set may or may not be stable, as the contest among its members, or with one
        more, could not be solved: raise an error, or leave the set out.

    Returns
    -------
    list of StableSet
        Sets that differ only in who of several alike contestants enters are given once, with
        their number.

    Raises
    ------
    InvalidPartError
        If entry is not free, or there are too many different contestants to enumerate.
    UnsolvableError
        If it is not known of some set whether it is stable, unless ``undecided="omit"``.

    Examples
    --------
    >>> import contests as ct
    >>> contest = ct.Contest(
    ...     contestants=ct.Identical(6), prizes=50, success=ct.Lottery(), entry=ct.FreeEntry(cost=10)
    ... )
    >>> [(len(s.entrants), s.copies) for s in ct.stable_entry(contest)]
    [(2, 15)]
    """
    if undecided not in ("raise", "omit"):
        raise InvalidPartError("undecided", undecided, "'raise' or 'omit'")
    game = contest.game()
    if not isinstance(game, FreeEntryGame):
        raise InvalidPartError("Contest.entry", contest.entry, "ct.FreeEntry(cost=...) in pure strategies")
    fields = Fields(game)
    found, open_sets = stable_sets(fields)
    if open_sets and undecided == "raise":
        raise fields.unknown(f"Whether {open_sets} more sets of entrants are stable, beside {len(found)},")
    return found


def stable_sets(fields: Fields) -> tuple[list[StableSet], int]:
    """Return all stable sets (see `stable_entry`), and how many sets could not be decided.

    The contests solved are kept in ``fields``.
    """
    game = fields.game
    if _is_linear_lottery(game):
        if game.n <= _POTENTIAL:
            return _by_formula(fields)
    elif _number_of_sets(game) <= _SETS:
        return _one_by_one(fields)
    raise InvalidPartError(
        "Contest.contestants",
        f"{game.n} contestants of {np.unique(game.contest.kind_of()).size} kinds",
        f"at most {_POTENTIAL} in a lottery with linear cost, or at most {_SETS} different sets elsewhere",
        "solve() finds one stable set by letting contestants come in one after the other.",
    )


def _number_of_sets(game: FreeEntryGame) -> float:
    _, counts = np.unique(game.contest.kind_of(), return_counts=True)
    return float(np.prod(counts + 1.0))


def _is_linear_lottery(game: FreeEntryGame) -> bool:
    contest = game.contest
    success, traits = contest.success, contest.contestants
    if contest.is_symmetric or not isinstance(success, Lottery) or not isinstance(traits, Known):
        return False
    plain = success.exponent == 1.0 and success.draw == 0.0 and success.head_starts is None
    linear = isinstance(contest.cost, Linear) and contest.technology == Exact()
    one = contest.prizes.by_rank().size == 1 and not contest.prizes.share and traits.utility is None
    no_start = not np.any(np.asarray(traits.ability))
    return plain and linear and one and no_start and not game.entry.fees_to_winner and game.price > 0


def _one_by_one(fields: Fields) -> tuple[list[StableSet], int]:
    """Every combination of how many of each kind enter, each contest solved."""
    kinds = fields.game.contest.kind_of()
    groups = [np.flatnonzero(kinds == kind) for kind in np.unique(kinds)]
    found, undecided = [], 0
    for numbers in itertools.product(*(range(group.size + 1) for group in groups)):
        pairs = list(zip(groups, numbers, strict=True))
        members = tuple(sorted(int(i) for group, number in pairs for i in group[:number]))
        newcomers = [int(group[number]) for group, number in pairs if number < group.size]
        stable = fields.is_stable(members, newcomers)
        copies = int(np.prod([comb(group.size, number) for group, number in pairs]))
        if stable is None:
            undecided += copies
        elif stable:
            payoff = fields.payoff(members) if members else None
            surplus = 0.0 if payoff is None else float(payoff.sum())
            found.append(StableSet(entrants=members, surplus=surplus, copies=copies))
    return sorted(found, key=lambda one: -one.surplus), undecided


def _by_formula(fields: Fields) -> tuple[list[StableSet], int]:
    """All subsets at once: with all of k active, Y = (k - 1) / sum of 1/w and payoff V (1 - Y/w)^2."""
    game = fields.game
    contest, n, price = game.contest, game.n, game.price
    everyone = np.arange(n)
    traits, success = contest.contestants, contest.success
    value = np.broadcast_to(traits.trait("value", everyone) * contest.prizes.top, (n,)).astype(float)
    cost = np.broadcast_to(traits.trait("cost", everyone), (n,)) * float(
        contest.cost.derivative(np.array(1.0))
    )
    weight = 1.0 if success.weights is None else np.asarray(success.weights)  # type: ignore[attr-defined]
    strength = value * weight / cost
    mask = np.arange(1 << n, dtype=np.int64)
    inverse, number = np.zeros(mask.size), np.zeros(mask.size)
    for i in range(n):
        inside = (mask >> i) & 1
        inverse += inside / strength[i]
        number += inside
    room = fields.room
    stable = np.ones(mask.size, dtype=bool)
    doubtful = np.zeros(mask.size, dtype=bool)
    with np.errstate(divide="ignore"):  # the empty set, replaced below
        aggregate = np.where(number > 0, (number - 1) / inverse, 0.0)
    for i in range(n):
        inside = ((mask >> i) & 1).astype(bool)
        share = np.maximum(1.0 - aggregate / strength[i], 0.0)
        stable &= ~inside | (value[i] * share**2 >= price - room)
    least = _weakest(strength, mask)
    for j in range(n):
        outside = ~((mask >> j) & 1).astype(bool)
        joined = number / (inverse + 1.0 / strength[j])
        # Where somebody would cease to be active the formula for Y does not hold: solve those.
        weakest = np.where(outside, np.minimum(least, strength[j]), np.inf)
        doubtful |= outside & (weakest <= joined * (1 + 1e-12))
        share = np.maximum(1.0 - joined / strength[j], 0.0)
        stable &= ~(outside & (weakest > joined * (1 + 1e-12)) & (value[j] * share**2 > price + room))
    found, undecided = [], 0
    for code in np.flatnonzero(stable):
        members = tuple(i for i in range(n) if (int(code) >> i) & 1)
        if doubtful[code]:
            rest = [j for j in range(n) if j not in members]
            wanted = [fields.attracts(members, j) for j in rest]
            if any(wanted) or None in wanted:
                undecided += not any(wanted)
                continue
        y = aggregate[code]
        surplus = sum(float(value[i] * (1 - y / strength[i]) ** 2) - price for i in members)
        found.append(StableSet(entrants=members, surplus=surplus))
    return sorted(found, key=lambda one: -one.surplus), undecided


def _weakest(strength: Array, mask: NDArray[np.int64]) -> Array:
    """The least strength in each subset."""
    least = np.full(mask.size, np.inf)
    for i, one in enumerate(strength):
        least = np.where((mask >> i) & 1, np.minimum(least, one), least)
    return np.asarray(least)
