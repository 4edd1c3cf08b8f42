"""Lotteries in which contestants move one after the other and see what was done before.

**Many periods** (Hinnosaar 2024): in period t, n_t alike contestants choose effort at once,
knowing the efforts of all earlier periods; e_i/X is the chance to win the prize V, X the total.
With efforts in units of V, best replies are inverted: f_T(X) = X, and the effort up to period
t - 1 that leads to the total X is f_{t-1}(X) = f_t(X) - n_t f_t'(X) X (1 - X). The total is the
largest root of f_0 in (0, 1], found in exact arithmetic; x_t = f_t'(X) X (1 - X). Earlier movers
do more, and moving one after the other raises the total. One period: X = (n - 1)/n.

**Two who differ** (Dixit 1987; Linster 1993): the leader of value V_1 exerts V_1^2/(4 V_2) if
V_1 < 2 V_2, else V_2, at which the follower gives up. Alike, order does not matter.

The payoff of a deviation counts the best replies of all who move later.

Sources: Dixit (1987), American Economic Review 77, 891-898; Linster (1993), Public Choice 77,
307-321; Hinnosaar (2024), Theoretical Economics 19, 207-244.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.game import Index
from contests.models._game_model import GameModel
from contests.numerics import root_vectorised
from contests.profile import Profile
from contests.solving import Candidate
from contests.validation import Column, count, positive, vector

__all__ = ["LeaderLottery", "SequentialLottery"]

Array = NDArray[np.float64]
_MOST_PERIODS = 20


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SequentialLottery(GameModel):
    """A lottery of alike contestants who move in periods.

    Parameters
    ----------
    periods : sequence of int
        How many move in each period, first period first; two contestants or more in all.
    prize : float
        Money, above zero.

    Examples
    --------
    >>> equilibrium = SequentialLottery(periods=(2, 1)).solve()
    >>> equilibrium.effort.tolist(), equilibrium.total_effort
    ([0.28125, 0.28125, 0.1875], 0.75)
    """

    periods: Sequence[int] = (1, 1)
    prize: float = 1.0

    def __post_init__(self) -> None:
        given = np.atleast_1d(np.asarray(self.periods, dtype=object))
        kept = tuple(count("SequentialLottery.periods", one) for one in given)
        if sum(kept) < 2 or len(kept) > _MOST_PERIODS:
            allowed = f"at most {_MOST_PERIODS} periods with two contestants or more in all"
            raise InvalidPartError("SequentialLottery.periods", self.periods, allowed)
        object.__setattr__(self, "periods", kept)
        object.__setattr__(self, "prize", positive("SequentialLottery.prize", self.prize))

    @property
    def n(self) -> int:  # type: ignore[override]
        """How many move in all periods."""
        return sum(self.periods)

    @property
    def stakes(self) -> float:
        """The prize."""
        return self.prize

    @cached_property
    def _period(self) -> NDArray[np.intp]:
        """The period, from 0, in which each contestant moves."""
        return np.repeat(np.arange(len(self.periods)), self.periods)

    @cached_property
    def _inverted(self) -> list[list[int]]:
        """Coefficients of f_T, ..., f_0 in what is left, y = 1 - X, lowest power first."""
        forms = [[1, -1]]
        for number in reversed(self.periods):
            last = forms[-1]
            slope = [k * c for k, c in enumerate(last)][1:]  # d/dy = -d/dX
            turn = [0, *slope, 0]
            turn = [turn[k] - (turn[k - 1] if k else 0) for k in range(len(turn))]  # times y (1 - y)
            size = max(len(last), len(turn))
            last = [*last, *[0] * (size - len(last))]
            forms.append(
                [a + number * b for a, b in zip(last, [*turn, *[0] * (size - len(turn))], strict=True)]
            )
        return forms

    @cached_property
    def _ends(self) -> list[float]:
        """For f_T, ..., f_0, the smallest root y: each lies between 0 and the one before."""
        roots = [1.0]
        for form in self._inverted[1:]:
            low, high = 0.0, roots[-1]
            while low < (middle := 0.5 * (low + high)) < high:
                low, high = (middle, high) if _value(form, Fraction(middle)) > 0 else (low, middle)
            roots.append(low)
        return roots

    def efforts_by_period(self) -> Array:
        """Return the equilibrium effort of each contestant in every period, shape (periods,)."""
        left = Fraction(self._ends[-1])
        slopes = [_value(_slope(form), left) for form in self._inverted[:-1]]  # of f_T, ..., f_1
        return self.prize * np.array([float(-s * left * (1 - left)) for s in reversed(slopes)])

    def candidate(self) -> Candidate:
        """Return the efforts at the largest root, see `contests.solving.Candidate`."""
        return Candidate(
            profile=Profile.pure(np.repeat(self.efforts_by_period(), self.periods)),
            selection="unique (Hinnosaar 2024)",
            source="Hinnosaar (2024): inverted best replies",
        )

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return payoffs when all who move later reply to what they see, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own = np.asarray(effort, float)
        who = int(np.asarray(i).flat[0])
        total, _ = self._total(who, own, profile)
        # If nobody exerts effort chances are equal; whoever moves later would then win for next to nothing.
        nothing = 0.0 if self._period[who] < len(self.periods) - 1 else 1.0 / self.n
        share = np.divide(own, total, out=np.full(own.shape, nothing), where=total > 0)
        return np.asarray(self.prize * share - own)

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array:
        """Return exact derivatives of `payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own = np.asarray(effort, float)
        total, moved = self._total(int(np.asarray(i).flat[0]), own, profile)
        safe = np.where(total > 0, total, 1.0)
        slope = self.prize * (1.0 - own / safe * moved) / safe - 1.0
        return np.where(total > 0, slope, np.inf)

    def _total(self, i: int, own: Array, profile: Any) -> tuple[Array, Array]:
        """The total that an effort leads to, and its derivative in that effort."""
        efforts = self.profile(profile).efforts()
        t = int(self._period[i])
        seen = float(efforts[self._period <= t].sum() - efforts[i])
        so_far = np.asarray((seen + own) / self.prize)
        later = len(self.periods) - 1 - t  # periods after this one
        if not later:
            return so_far * self.prize, np.ones(own.shape)
        form = np.array(self._inverted[later], dtype=float)[::-1]
        open_ = so_far < 1.0
        target = np.where(open_, so_far, 0.5)
        left = root_vectorised(
            lambda y, x: np.polyval(form, y) - x,
            np.zeros(own.shape),
            np.nextafter(self._ends[later], 2.0) * (1 + 1e-12),
            (target,),
            what="the replies of later contestants",
        )
        slope = -1.0 / np.polyval(np.polyder(form), left)
        return (
            np.where(open_, 1.0 - left, so_far) * self.prize,
            np.where(open_, slope, 1.0),
        )

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant of each period and strategy in ``profile``, see `Game.classes`."""
        key = self._period * self.n + profile.labels()
        _, first, counts = np.unique(key, return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)

    def payoffs(self, profile: Profile) -> Array:
        """Return everyone's expected payoff under ``profile``, in money, shape (n,)."""
        efforts, key = profile.efforts(), self._period * self.n + profile.labels()
        values = np.empty(self.n)
        for i in self.classes(profile)[0]:
            values[key == key[i]] = float(self.payoff(int(i), float(efforts[i]), profile))
        return values

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the prize (any ``i``, ``type``)."""
        return np.asarray(self.prize)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return ``effort`` itself, in money (any ``i``, ``type``)."""
        return np.asarray(effort, float)

    def chances(self, profile: Profile) -> Array:
        """Return shares in the total of ``profile``, shape (n,)."""
        return _shares(profile.efforts())


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LeaderLottery(GameModel):
    """A lottery of two who differ: the first moves, the second sees it.

    Parameters
    ----------
    values : sequence of float, shape (2,)
        What the prize is worth to the leader and to the follower, in money, above zero.

    Examples
    --------
    >>> LeaderLottery(values=(3.0, 1.0)).solve().effort.tolist()
    [1.0, 0.0]
    """

    values: Column = (1.0, 1.0)

    def __post_init__(self) -> None:
        values = vector("LeaderLottery.values", self.values, positive=True)
        if values.size != 2:
            raise InvalidPartError("LeaderLottery.values", self.values, "two values, leader first")
        object.__setattr__(self, "values", values)

    n = 2

    @property
    def stakes(self) -> float:
        """The larger value."""
        return float(self.values.max())

    def candidate(self) -> Candidate:
        """Return the leader's best effort and the reply to it, see `contests.solving.Candidate`."""
        first, second = (float(v) for v in self.values)
        leads = first * (first / second) / 4 if first < 2 * second else second
        return Candidate(
            profile=Profile.pure([leads, float(self.reply(leads))]),
            selection="unique subgame-perfect (Linster 1993)",
            source="Dixit (1987); Linster (1993)",
        )

    def reply(self, effort: ArrayLike) -> Array:
        """Return the follower's best reply.

        Parameters
        ----------
        effort : array_like
            What the leader does.
        """
        leads = np.asarray(effort, float)
        worth = float(self.values[1])
        return np.asarray(np.maximum(np.sqrt(leads) * (np.sqrt(worth) - np.sqrt(leads)), 0.0))

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return payoffs; the leader's when the follower replies to her, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own, who = np.asarray(effort, float), int(np.asarray(i).flat[0])
        other = np.asarray(self.profile(profile).efforts()[0]) if who else self.reply(own)
        total = own + other
        # To a leader who does nothing the follower replies with next to nothing, and wins.
        share = np.divide(own, total, out=np.full(own.shape, 0.5 * who), where=total > 0)
        return np.asarray(self.values[who] * share - own)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the value of contestant ``i`` (any ``type``)."""
        return np.asarray(self.values[i])

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return the effort at which the follower gives up (any ``i``, ``profile``, ``type``)."""
        return self.values[1:]

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return ``effort`` itself, in money (any ``i``, ``type``)."""
        return np.asarray(effort, float)

    def chances(self, profile: Profile) -> Array:
        """Return shares in the total of ``profile``, shape (2,)."""
        return _shares(profile.efforts())


def _shares(efforts: Array) -> Array:
    total = float(efforts.sum())
    return efforts / total if total > 0 else np.full(efforts.shape, 1.0 / efforts.size)


def _value(form: list[int], y: Fraction) -> Fraction:
    total = Fraction(0)
    for coefficient in reversed(form):
        total = total * y + coefficient
    return total


def _slope(form: list[int]) -> list[int]:
    return [k * c for k, c in enumerate(form)][1:]
