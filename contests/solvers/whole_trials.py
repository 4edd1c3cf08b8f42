"""Whole numbers of trials: every pure equilibrium, by exact enumeration.

The best of m_i draws wins with chance m_i / M, M being all trials together
(Fullerton and McAfee 1999), whatever the law of a draw. With S the rivals' trials,
one more trial adds A S / (M (M + 1)) to the expected prize, which falls in one's
own trials: with linear cost c_i, m_i is a best reply if and only if one more costs
more than it adds, and one fewer saves no more than it loses,

    A S / (M (M + 1)) <= c_i   and, if m_i > 0,   A S / (M (M - 1)) >= c_i.

Given M that is a short window of numbers m_i for each contestant. All totals M up
to the largest worth while are tried, in rational arithmetic with the numbers as
they are written (0.1 is one tenth). Nobody trying is an equilibrium when one trial
costs more than it adds to an equal chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np

from contests.contest import Contest
from contests.curves import Linear
from contests.errors import NoEquilibriumError, UnsolvableError
from contests.game import Game
from contests.profile import Profile
from contests.solving import Candidate
from contests.technology import Trials

__all__ = ["SOLVER", "Fixed", "WholeTrialsSolver", "pure_profiles", "refusal", "statement"]

_SOURCE = "Fullerton and McAfee (1999) for the chances; enumeration in rational arithmetic"
_MOST = 20_000  # profiles listed


def refusal(game: Game) -> str | None:
    """Return why all pure equilibria of ``game`` cannot be enumerated, or None."""
    if not isinstance(game, Contest) or not isinstance(game.technology, Trials):
        return "takes contests whose technology is ct.Trials"
    if not game.technology.whole:
        return "trials are real numbers; ct.Trials(draw, whole=True) would work"
    if game.contestants.utility is not None:
        return "contestants are averse to risk; risk-neutral ones would work"
    if game.prizes.share or game.prizes.by_rank().size > 1:
        return "there are several prizes or an award by quality; one prize would work"
    if not isinstance(game.cost, Linear):
        return "trials do not cost the same each; a linear cost would work"
    if type(game.entry).__name__ not in ("AllEnter", "Invite"):
        return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
    return None


def pure_profiles(contest: Contest) -> list[tuple[int, ...]]:
    """Return every pure equilibrium of a contest of whole trials.

    Parameters
    ----------
    contest : Contest
        One that `refusal` does not refuse.

    Returns
    -------
    list of tuple of int
        Trials of each contestant, one profile for all that differ only in the names of contestants
        alike: those are sorted.

    Raises
    ------
    UnsolvableError
        If there are more than 20,000.
    """
    everyone = np.arange(contest.n)
    slope = _exact(contest.cost.slope)  # type: ignore[union-attr]
    factor = np.broadcast_to(contest.contestants.trait("cost", everyone), (contest.n,))
    value = np.broadcast_to(contest.contestants.trait("value", everyone), (contest.n,))
    prize = _exact(contest.prizes.top)
    costs = [_exact(k) * slope / (_exact(v) * prize) for k, v in zip(factor, value, strict=True)]
    order = sorted(range(contest.n), key=lambda i: (costs[i], i))
    ranked = [costs[i] for i in order]
    found: list[tuple[int, ...]] = []
    for profile in _all(ranked):
        placed = [0] * contest.n
        for place, trials in zip(order, profile, strict=True):
            placed[place] = trials
        found.append(tuple(placed))
        if len(found) > _MOST:
            reason = {"whole trials": "fewer contestants or a smaller prize would work"}
            raise UnsolvableError(f"There are more than {_MOST} pure equilibria:", reason)
    return sorted(found)


def _exact(number: Any) -> Fraction:
    """The number as it is written."""
    return Fraction(repr(float(number)))


def _all(costs: list[Fraction]) -> Iterator[tuple[int, ...]]:
    """Equilibria of contestants sorted by cost (a trial's cost over the prize)."""
    n = len(costs)
    if n == 1:
        yield (0,)
        return
    if all(cost >= 1 - Fraction(1, n) for cost in costs):
        yield (0,) * n
    # The cheapest would make one trial less as soon as (M - 1) c > 1.
    for total in range(1, int(1 / costs[0]) + 2):
        windows = [_window(cost, total, n) for cost in costs]
        if all(windows):
            yield from _fill(costs, windows, total)


def _window(cost: Fraction, total: int, n: int) -> list[int]:
    """Trials that are best replies when all trials together are ``total``."""
    if total == 1 and cost > 1 - Fraction(1, n):
        return [0]  # alone in trying, she would rather leave it to chance; nor does a second one try
    least = total - cost * total * (total + 1)  # rivals' trials at most c M (M + 1)
    most = total - cost * total * (total - 1)  # and, if one tries, at least c M (M - 1)
    low = max(1, -int(-least // 1))
    window = list(range(low, min(total, int(most // 1)) + 1))
    return [0, *window] if least <= 0 else window


def _fill(costs: list[Fraction], windows: list[list[int]], total: int) -> Iterator[tuple[int, ...]]:
    """Choices from the windows that sum to the total, sorted among contestants of the same cost."""
    n = len(costs)
    lowest, highest = (
        [*accumulate((window[end] for window in reversed(windows)), initial=0)][::-1] for end in (0, -1)
    )

    def extend(chosen: tuple[int, ...], left: int) -> Iterator[tuple[int, ...]]:
        i = len(chosen)
        if i == n:
            if left == 0:
                yield chosen
            return
        for trials in windows[i]:
            if i and costs[i] == costs[i - 1] and trials < chosen[-1]:
                continue
            if lowest[i + 1] <= left - trials <= highest[i + 1]:
                yield from extend((*chosen, trials), left - trials)

    yield from extend((), total)


def statement(profiles: list[tuple[int, ...]]) -> str:
    """Return, in words, which of the ``profiles`` are symmetric."""
    same = [profile for profile in profiles if len(set(profile)) == 1]
    differ = [profile for profile in profiles if len(set(profile)) > 1]

    def listed(some: list[tuple[int, ...]]) -> str:
        shown = ", ".join(map(str, some[:4]))
        return shown + (", ..." if len(some) > 4 else "")

    first = f"{len(same)} symmetric: {listed(same)}" if same else "no symmetric pure equilibrium"
    second = (
        f"{len(differ)} in which solvers differ: {listed(differ)}" if differ else "none in which they differ"
    )
    return f"{first}; {second}"


class WholeTrialsSolver:
    """All pure equilibria of whole trials; the symmetric one with most trials if there is one."""

    name = "whole trials"
    source = _SOURCE

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        return refusal(game)

    def solve(self, game: Any) -> Candidate:
        """Return one equilibrium of ``game``; ``selection`` counts and lists all."""
        profiles = pure_profiles(game)
        if not profiles:
            raise NoEquilibriumError("No whole numbers of trials are an equilibrium in pure strategies.")
        symmetric = [profile for profile in profiles if len(set(profile)) == 1]
        chosen = max(symmetric or profiles)
        only = "unique (up to names): " if len(profiles) == 1 else "chosen among all pure equilibria: "
        return Candidate(profile=Profile.pure(np.array(chosen, float)), selection=only + statement(profiles))


class Fixed:
    """A solver that proposes a given profile of trials, to have it certified.

    Parameters
    ----------
    profile : sequence of int
        Trials of each contestant.
    """

    name = "whole trials"
    source = _SOURCE

    def __init__(self, profile: tuple[int, ...]) -> None:
        self.profile = profile

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        return refusal(game)

    def solve(self, game: Any) -> Candidate:
        """Return the given profile (of ``game``)."""
        kind = "symmetric" if len(set(self.profile)) == 1 else "solvers differ"
        return Candidate(
            profile=Profile.pure(np.array(self.profile, float)),
            selection=f"one of all pure equilibria: {kind}",
        )


SOLVER = WholeTrialsSolver()
