r"""Contests in stages: some survive each, the last one takes the prize.

In every stage the contestants who are left meet in groups of k; a lottery with exponent r lets s
of each group survive (the nested lottery of Clark and Riis: survivors are drawn one after the
other). Who leaves in the last stage gets the second prize, and so on.

**Equilibrium**, from the last stage to the first: surviving is worth W (the value of the next
stage, in the end the first prize), leaving L (the prize for leaving here). At equal efforts

.. math:: e = r \frac{k-s}{k} \sum_{j<s} \frac{1}{k-j}\,(W - L), \qquad
          \text{value} = L + \frac{s}{k}(W - L) - e.

Pairs: e = r (W - L)/4. One leaves at a time (k to k - 1, Fu and Lu 2012): total effort exceeds
that of one grand contest. With exponent one, pairs of four bring as much as the grand contest,
with a smaller one more (Gradstein and Konrad 1999). Efforts are alike in all stages only if the
last gap between prizes is the largest (Rosen 1986): see `constant_effort_prizes`.

The certificate checks deviations in each stage: what surviving is worth does not depend on earlier
efforts, so that nothing more is gained by deviating in several.

Sources: Rosen (1986), American Economic Review 76, 701-715; Gradstein and Konrad (1999),
Economic Journal 109, 536-545; Fu and Lu (2012), Economic Theory 51, 351-382.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError, NoEquilibriumError
from contests.game import Index
from contests.models._game_model import GameModel
from contests.plan import Plan, PlanGame
from contests.profile import Profile
from contests.solving import Candidate
from contests.validation import Column, count, positive, vector

__all__ = ["EliminationContest"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EliminationContest(PlanGame, GameModel):
    """Alike contestants in stages of lotteries.

    Parameters
    ----------
    stages : sequence of pairs of int
        Size of a group and how many of it survive, first stage first; the last leaves one contestant.
    prizes : sequence of float
        Money for the winner, for those who leave in the last stage, in the one before, and so on; not
        increasing. Missing ones are zero.
    exponent : float
        How decisive effort is, above zero.

    Examples
    --------
    >>> pairs = EliminationContest(stages=[(2, 1), (2, 1)])
    >>> pairs.n, pairs.stage_efforts().tolist(), pairs.total_effort()
    (4, [0.0625, 0.25], 0.75)
    >>> EliminationContest.one_by_one(4).stage_efforts().round(6).tolist()
    [0.026331, 0.069444, 0.25]
    """

    stages: Sequence[tuple[int, int]] = ((2, 1), (2, 1))
    prizes: Column = (1.0,)
    exponent: float = 1.0

    def __post_init__(self) -> None:
        where = "EliminationContest"
        allowed = "a non-empty sequence of pairs: size of a group, and how many of it survive"
        given: Any = self.stages
        if not isinstance(given, Sequence) or not given:
            raise InvalidPartError(f"{where}.stages", self.stages, allowed)
        kept = []
        for pair in given:
            if not isinstance(pair, Sequence) or len(pair) != 2:
                raise InvalidPartError(f"{where}.stages", pair, allowed)
            group = count(f"{where}.stages", pair[0], least=2)
            survive = count(f"{where}.stages", pair[1])
            if survive >= group:
                raise InvalidPartError(f"{where}.stages", pair, "fewer survivors than members of a group")
            kept.append((group, survive))
        object.__setattr__(self, "stages", tuple(kept))
        left = 1
        for group, survive in reversed(kept):
            if left % survive:
                allowed = "stages that fit: survivors of a stage fill the groups of the next, one is left"
                raise InvalidPartError(f"{where}.stages", self.stages, allowed)
            left = left // survive * group
        prizes = vector(f"{where}.prizes", self.prizes, at_least_zero=True)
        if prizes.size > len(kept) + 1 or np.any(np.diff(prizes) > 0):
            allowed = f"at most {len(kept) + 1} prizes, not increasing: one a stage, and the winner's"
            raise InvalidPartError(f"{where}.prizes", self.prizes, allowed)
        if not prizes[0] > 0:
            raise InvalidPartError(f"{where}.prizes", self.prizes, "a first prize above zero")
        object.__setattr__(self, "prizes", prizes)
        object.__setattr__(self, "exponent", positive(f"{where}.exponent", self.exponent))

    @classmethod
    def one_by_one(cls, contestants: int, **fields: Any) -> EliminationContest:
        """Return the contest in which one contestant leaves at a time.

        Parameters
        ----------
        contestants : int
            How many start, at least 2.
        **fields
            Other fields.
        """
        number = count("EliminationContest.one_by_one", contestants, least=2)
        return cls(stages=tuple((k, k - 1) for k in range(number, 1, -1)), **fields)

    @classmethod
    def constant_effort_prizes(cls, stages: int, *, exponent: float = 1.0, top: float = 1.0) -> Array:
        """Return the prizes at which effort in pairs is the same in all stages (Rosen 1986).

        Parameters
        ----------
        stages : int
            How many stages of pairs, at least 1.
        exponent : float
            How decisive effort is, below 2.
        top : float
            The first prize, in money; the lowest is zero.

        Returns
        -------
        ndarray, shape (stages + 1,)
            Best first.

        Examples
        --------
        >>> EliminationContest.constant_effort_prizes(3).round(9).tolist()
        [1.0, 0.6, 0.3, 0.0]
        """
        number = count("constant_effort_prizes.stages", stages)
        r = positive("constant_effort_prizes.exponent", exponent)
        if r >= 2:
            raise InvalidPartError("constant_effort_prizes.exponent", exponent, "below 2")
        # Surviving an earlier stage is worth the next gap times 1/2 - r/4 more than its own prize.
        gaps = np.array([*[0.5 + r / 4] * (number - 1), 1.0])
        steps = np.concatenate([[0.0], np.cumsum(gaps)])[::-1]
        return np.asarray(positive("constant_effort_prizes.top", top) * steps / gaps.sum())

    one_at_a_time = True

    @property
    def n(self) -> int:  # type: ignore[override]
        """How many contestants start."""
        left = 1
        for group, survive in reversed(self.stages):
            left = left // survive * group
        return left

    @property
    def stakes(self) -> float:
        """The first prize."""
        return float(self.prizes[0])

    def _leaving(self) -> Array:
        """What leaving is worth, first stage first."""
        padded = np.zeros(len(self.stages))
        padded[: self.prizes.size - 1] = self.prizes[1:]
        return padded[::-1]

    def _solved(self) -> tuple[Array, Array]:
        """Efforts, first stage first, and what it is worth to be in each stage."""
        worth, efforts, values = self.stakes, [], []
        for (group, survive), leaving in zip(self.stages[::-1], self._leaving()[::-1], strict=True):
            gap = worth - leaving
            slope = (group - survive) / group * math.fsum(1.0 / (group - j) for j in range(survive))
            effort = self.exponent * slope * gap
            if effort > survive / group * gap * (1 + 1e-12):
                raise NoEquilibriumError(
                    f"In a stage in which {survive} of {group} survive, effort at an exponent of "
                    f"{self.exponent:.6g} would cost more than surviving is worth: the exponent may be "
                    f"{survive / group / slope:.6g} at most."
                )
            efforts.append(effort)
            worth = leaving + survive / group * gap - efforts[-1]
            values.append(worth)
        return np.array(efforts[::-1]), np.array(values[::-1])

    def stage_efforts(self) -> Array:
        """Return the equilibrium effort of a contestant in each stage, first stage first."""
        return self._solved()[0]

    def values(self) -> Array:
        """Return what it is worth to be in each stage, in money, first stage first."""
        return self._solved()[1]

    def contestants_by_stage(self) -> NDArray[np.intp]:
        """Return how many contestants are in each stage, first stage first."""
        left = [self.n]
        for group, survive in self.stages[:-1]:
            left.append(left[-1] // group * survive)
        return np.array(left, dtype=np.intp)

    def total_effort(self) -> float:
        """Return the effort of all contestants in all stages."""
        return float(self.contestants_by_stage() @ self.stage_efforts())

    def candidate(self) -> Candidate:
        """Return the plan of all contestants, see `contests.solving.Candidate`."""
        efforts = self.stage_efforts()
        plan = Plan(self.total_effort() / self.n, parts=tuple(efforts.tolist()))
        return Candidate(
            profile=Profile.symmetric(plan, self.n),
            selection="symmetric, stage by stage",
            source="Rosen (1986); Gradstein and Konrad (1999); Fu and Lu (2012)",
        )

    def plan_payoff(self, i: Index, plans: ArrayLike, profile: Any) -> Array:
        """Return expected payoffs of plans, see `PlanGame.plan_payoff`.

        Parameters
        ----------
        i, plans, profile
            As in `PlanGame.plan_payoff`.
        """
        efforts = np.asarray(plans, float)
        rival = self.own_plan(0 if int(np.asarray(i).flat[0]) else 1, profile)
        stages = list(zip(self.stages, self._leaving(), rival.parts, strict=True))
        worth: Array = np.full(efforts.shape[:-1], self.stakes)
        for t, ((group, survive), leaving, theirs) in reversed(list(enumerate(stages))):
            stays = self._survives(efforts[..., t], theirs, group, survive)
            worth = leaving + stays * (worth - leaving) - efforts[..., t]
        return worth

    def _survives(self, own: Array, theirs: float, group: int, survive: int) -> Array:
        """Chance to survive a stage against rivals who all exert the same effort."""
        if theirs == 0:
            return np.where(own > 0, 1.0, survive / group)
        ratio = (own / theirs) ** self.exponent
        out = np.ones(own.shape)
        for j in range(survive):
            out *= (group - 1 - j) / (ratio + (group - 1 - j))
        return 1.0 - out

    def largest_plan(self, i: Index) -> Array:
        """Return the first prize in every stage (any ``i``)."""
        return np.full(len(self.stages), self.stakes)

    def certified_stages(self) -> tuple[Any, ...]:
        """Return the certified equilibrium of one group of each stage, first stage first.

        Returns
        -------
        tuple of Equilibrium
            Contests for surviving, which is worth the prize; any number of stages.
        """
        from contests.models.clark_riis import ClarkRiis

        worth = [*self.values()[1:], self.stakes]
        gaps = [w - leaving for w, leaving in zip(worth, self._leaving(), strict=True)]
        return tuple(
            ClarkRiis(contestants=group, prizes=np.full(survive, gap), exponent=self.exponent).solve()
            for (group, survive), gap in zip(self.stages, gaps, strict=True)
        )

    def payoffs(self, profile: Profile) -> Array:
        """Return everyone's expected payoff under a common plan ``profile``, shape (n,)."""
        plan = np.array(self.common_plan(profile).parts)
        return np.full(self.n, float(self.plan_payoff(0, plan, profile)))

    def chances(self, profile: Profile) -> Array:
        """Return equal chances: all follow one plan ``profile``, shape (n,)."""
        self.common_plan(profile)
        return np.full(self.n, 1.0 / self.n)

    @property
    def prize_money(self) -> float:
        """All prizes paid, in money."""
        left = self.contestants_by_stage()
        leavers = left - np.append(left[1:], 1)
        return float(self.stakes + leavers @ self._leaving())
