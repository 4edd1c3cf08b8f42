"""Certificates of many lotteries of alike contestants, in one pass.

A search for the best number of contestants, or the best award, certifies hundreds of
contests that differ in those numbers alone. Each is small work for NumPy and the calls
are what takes the time; here the contests are the rows of arrays, and
`contests.deviations` searches the deviations of all of them as it searches those of all
types of one contestant: the same grid, summits and best replies nearby. Payoffs are the
primitives' (locations from the race, chances of winning from their ratios), in units
of each contest's prize. It imports no solver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.certificate import Certificate, gathered
from contests.contest import Contest
from contests.contestants import Identical
from contests.deviations import check_pure
from contests.game import Game, Index
from contests.profile import Profile
from contests.worth import lottery_chance

__all__ = ["LotteriesTogether", "certify_lotteries", "is_plain_lottery", "same_but_for_numbers"]

Array = NDArray[np.float64]
_SPAN = 1e6  # efforts of all contests lie within this ratio, so that none is rounding beside another


def is_plain_lottery(game: object) -> bool:
    """Return whether a game is a lottery for one fixed prize among two or more alike contestants.

    Any race of Gumbel noise is one, on whatever scale, if nothing else can win or keep anybody out.

    Parameters
    ----------
    game : object
        Anything.
    """
    if not isinstance(game, Contest) or type(game.contestants) is not Identical:
        return False
    race, prizes = game.race, game.prizes
    if race is None or race.noise is None or race.noise.name != "gumbel_r" or np.isfinite(race.nature):
        return False
    return (
        game.n >= 2
        and game.contestants.utility is None
        and type(game.entry).__name__ in ("AllEnter", "Invite")
        and not prizes.share
        and prizes.by_rank().size == 1
        and prizes.top > 0
        and not game.success.columns()
        and not getattr(game.technology, "whole", False)
    )


def same_but_for_numbers(one: Contest, other: Contest) -> bool:
    """Return whether two plain lotteries differ in nothing but contestants' number and the prize.

    Parameters
    ----------
    one, other : Contest
        Plain lotteries.
    """
    mine, hers = one.contestants, other.contestants
    return (
        all(mine.trait(name, 0) == hers.trait(name, 0) for name in ("ability", "cost", "value"))
        and one.technology == other.technology
        and one.cost == other.cost
        and one.success == other.success
    )


class LotteriesTogether(Game):
    """Plain lotteries that differ in number and prize alone, one a row; money is in units of each prize.

    The row takes the place of the type: contestant 0 of row k faces ``numbers[k] - 1`` rivals who
    exert ``efforts[k]``.

    Parameters
    ----------
    contests : sequence of Contest
        Plain lotteries, the same but for numbers.
    efforts : ndarray, shape (rows,)
        What everyone does in each, above zero.
    """

    def __init__(self, contests: Sequence[Contest], efforts: Array) -> None:
        first = contests[0]
        race, traits = first.race, first.contestants
        assert race is not None
        assert race.noise is not None
        self.n = len(contests)
        self._first, self._race, self._unit = first, race, float(race.noise.scale)
        self._ability, self._factor = (float(traits.trait(name, 0)) for name in ("ability", "cost"))
        self.prizes = np.array([c.prizes.top for c in contests]) * float(traits.trait("value", 0))
        self._efforts, self._numbers = np.asarray(efforts, float), np.array([float(c.n) for c in contests])
        with np.errstate(divide="ignore"):  # a score of zero stands at minus infinity
            self._stand = self._location(self._efforts) + np.log(self._numbers - 1.0)

    @property
    def stakes(self) -> float:
        """One: money is in units of each contest's prize."""
        return 1.0

    def _location(self, effort: Array) -> Array:
        """Where efforts stand, in units of the noise."""
        return np.asarray(self._race.location(0, effort, self._ability)) / self._unit

    def _rows(self, effort: Array, type: ArrayLike | None) -> NDArray[np.intp]:
        assert type is not None
        return np.broadcast_to(np.asarray(type, dtype=np.intp), effort.shape)

    def _chances(self, effort: Array, row: NDArray[np.intp]) -> Array:
        own, rivals = self._location(effort), self._stand[row]
        # Nobody with a score is left out: efforts of the rivals are above zero.
        return lottery_chance(own, rivals, 2)

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs, see `Game.payoff`.

        Parameters
        ----------
        i, profile
            Not used: contestants are alike.
        effort : array_like
            Efforts.
        type : array_like
            The row of each, broadcast against ``effort``.
        """
        effort = np.asarray(effort, float)
        row = self._rows(effort, type)
        return np.asarray(self._chances(effort, row) - self._cost(effort, row))

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array:
        """Return the derivative of `payoff` in effort (``i``, ``effort``, ``profile``, ``type``)."""
        effort = np.asarray(effort, float)
        row = self._rows(effort, type)
        own, rivals = self._location(effort), self._stand[row]
        chance, lost = lottery_chance(own, rivals, 2), lottery_chance(rivals, own, 2)
        slope = self._race.slope(0, effort, self._ability)
        pain = self._factor * self._first.cost.derivative(effort) / self.prizes[row]
        return np.asarray(chance * lost / self._unit * slope - pain)

    def _cost(self, effort: Array, row: NDArray[np.intp]) -> Array:
        return np.asarray(self._factor * self._first.cost(effort) / self.prizes[row])

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs ``i`` in the row ``type``, in units of the prize."""
        effort = np.asarray(effort, float)
        return self._cost(effort, self._rows(effort, type))

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the effort that costs the prize (``i``), in each row of ``type``."""
        assert type is not None
        budget = self.prizes[np.asarray(type, dtype=np.intp)] / self._factor
        return np.minimum(self._first.cost.inverse(budget), self._first.cost.domain[1])


def certify_lotteries(
    contests: Sequence[Contest], efforts: Array, *, gain_tolerance: float, effort_tolerance: float
) -> list[Certificate | None]:
    """Return the certificate of each contest, in which everyone exerts one effort.

    Parameters
    ----------
    contests : sequence of Contest
        Plain lotteries, the same but for numbers.
    efforts : ndarray, shape (contests,)
        What everyone does in each.
    gain_tolerance, effort_tolerance : float
        As in `contests.certify`.

    Returns
    -------
    list of Certificate or None
        None where the effort is zero, or so small beside that of others that only `contests.certify`
        can tell how far it is from the best reply.
    """
    efforts = np.asarray(efforts, float)
    kept = np.flatnonzero(efforts * _SPAN > efforts.max(initial=0.0))
    result: list[Certificate | None] = [None] * len(contests)
    if not kept.size:
        return result
    here = [contests[int(k)] for k in kept]
    game = LotteriesTogether(here, efforts[kept])
    rows = np.arange(kept.size, dtype=float)
    # The profile says who does what elsewhere; here the rows do.
    findings, checked = check_pure(game, Profile.pure(efforts[kept]), 0, efforts[kept], rows)
    each = checked // kept.size
    for k, contest, found in zip(kept, here, findings, strict=True):
        money = game.prizes[int(found.type or 0)]
        in_money = replace(
            found,
            gain=float(found.gain * money),
            payoff=float(found.payoff * money),
            deviation_payoff=float(found.deviation_payoff * money),
            type=None,
        )
        result[k] = gathered(
            [in_money],
            each,
            "global grid of deviations with local refinement",
            contest.stakes,
            gain_tolerance=gain_tolerance,
            effort_tolerance=effort_tolerance,
        )
    return result
