"""Two contestants whose costs of effort differ in shape, one prize, the highest effort wins.

A `Contest` has one cost curve, scaled for each contestant; this game gives each of two her own.
The general all-pay contest of Siegel (2009) with two contestants: cost curves may cross.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.curve_base import BaseCurve
from contests.curves import as_curve, check_cost
from contests.errors import InvalidPartError
from contests.expectation import expected_maximum
from contests.game import Game, Index
from contests.part import Part
from contests.profile import Profile
from contests.scores import ExactScores
from contests.simulate import Outcome
from contests.technology import Exact
from contests.validation import count, vector

__all__ = ["TwoCosts", "TwoCostsOutcomes"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TwoCosts(Part, Game):
    """An all-pay contest of two contestants, each with her own cost curve.

    Parameters
    ----------
    values : sequence of float, shape (2,)
        What the prize is worth to each, in money, above zero.
    costs : sequence of two curves
        Cost of effort of each, in money.

    Examples
    --------
    >>> import contests as ct
    >>> ct.solve(TwoCosts(values=[1, 1], costs=[ct.Power(2), ct.Linear()])).effort.round(9).tolist()
    [0.5, 0.666666667]
    """

    values: Array
    costs: tuple[BaseCurve, BaseCurve]

    def __post_init__(self) -> None:
        values = vector("TwoCosts.values", self.values, positive=True)
        costs = tuple(as_curve(one, part="TwoCosts.costs") for one in self.costs)
        if values.size != 2 or len(costs) != 2:
            raise InvalidPartError(
                "TwoCosts", f"{values.size} values and {len(costs)} costs", "given two of each"
            )
        for one in costs:
            check_cost(one, part="TwoCosts.costs")
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "costs", costs)

    @property
    def n(self) -> int:  # type: ignore[override]
        """Two."""
        return 2

    @property
    def stakes(self) -> float:
        """The larger value."""
        return float(self.values.max())

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs contestant ``i`` in money; there are no types (``type``)."""
        who, own = np.broadcast_arrays(np.asarray(i), np.asarray(effort, float))
        return np.where(who == 0, self.costs[0](own), self.costs[1](own))

    def chance(self, i: int, effort: ArrayLike, profile: Profile) -> Array:
        """Return the probability that contestant ``i`` wins with ``effort``; a tie is decided by lot.

        Parameters
        ----------
        i : int
            The contestant.
        effort : array_like
            Her efforts.
        profile : Profile
            What the other does.

        Returns
        -------
        ndarray
        """
        own, rival = np.asarray(effort, float), profile.strategy(1 - i)
        points, masses = rival.atoms
        return np.asarray(rival.below(own) + (own[..., None] == points) @ masses / 2)

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs, see `Game.payoff` (``i``, ``effort``, ``profile``; no ``type``)."""
        profile = self.profile(profile)
        who, own = np.broadcast_arrays(np.asarray(i), np.asarray(effort, float))
        chances = np.where(who == 0, self.chance(0, own, profile), self.chance(1, own, profile))
        return np.asarray(self.values[who] * chances - self.effort_cost(who, own))

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the effort that costs contestant ``i`` the value of the prize (no ``type``)."""
        reach = [min(float(c.inverse(v)), c.domain[1]) for c, v in zip(self.costs, self.values, strict=True)]
        return np.asarray(np.array(reach)[np.asarray(i)])

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return where the strategy of the rival of ``i`` in ``profile`` jumps or bends (no ``type``)."""
        rival = profile.strategy(1 - i)
        return np.unique(np.concatenate([rival.kinks, rival.atoms[0] * (1 + 1e-12)]))

    def outcomes(self, profile: Profile) -> TwoCostsOutcomes:
        """Return exact expectations of what comes of ``profile``."""
        return TwoCostsOutcomes(self, profile)

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Outcome:
        """Draw outcomes.

        Parameters
        ----------
        profile : Profile or what stands for one
            What both do.
        size : int
            How many contests to draw.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        Outcome
        """
        profile, size = self.profile(profile), count("play.size", size)
        effort = np.column_stack([profile.strategy(i).rvs(size, rng=rng) for i in (0, 1)])
        ahead = effort[:, 0] - effort[:, 1]
        first = np.where(ahead == 0, rng.random(size) < 0.5, ahead > 0)
        rank = np.column_stack([np.where(first, 1, 2), np.where(first, 2, 1)])
        prize = (rank == 1) * 1.0
        cost = np.column_stack([self.effort_cost(i, effort[:, i]) for i in (0, 1)])
        return Outcome(
            effort=effort, quality=effort, rank=rank, prize=prize, payoff=self.values * prize - cost
        )


class TwoCostsOutcomes:
    """Exact expectations of what comes of a profile.

    Parameters
    ----------
    game : TwoCosts
        The game.
    profile : Profile
        What both do.
    """

    #: One prize is paid.
    prizes_paid = 1.0

    def __init__(self, game: TwoCosts, profile: Profile) -> None:
        self.game, self.profile = game, profile

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs in money, shape (2,)."""
        nodes = [self.profile.strategy(i).nodes() for i in (0, 1)]
        return np.array([float(w @ self.game.payoff(i, e, self.profile)) for i, (e, w) in enumerate(nodes)])

    @cached_property
    def win_probability(self) -> Array:
        """Chances of winning, shape (2,)."""
        nodes = [self.profile.strategy(i).nodes() for i in (0, 1)]
        return np.array([float(w @ self.game.chance(i, e, self.profile)) for i, (e, w) in enumerate(nodes)])

    @cached_property
    def expected_best(self) -> float:
        """Expected larger effort."""
        scores = [ExactScores(self.profile.strategy(i), lambda effort: effort) for i in (0, 1)]
        return expected_maximum([(one, 1) for one in scores], Exact())

    @cached_property
    def expected_average(self) -> float:
        """Expected mean effort."""
        return float(self.profile.efforts().mean())
