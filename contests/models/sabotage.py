r"""Sabotage: contestants work, and spoil what their rivals do.

**Tournament** (Lazear 1989; Chen 2003). Output is effort less the sabotage received plus a shock;
the highest wins W. Effort costs c e^2/2 and sabotage s of each of the n - 1 rivals k s^2/2. With
b the slope of the chance to win in one's own output (see `LazearRosen`),

.. math:: e = bW/c, \qquad s = \frac{bW}{(n-1)k};

spoiling all rivals by one unit is as good as one more unit of output. Net output is e - (n-1)s.

**Lottery** (Konrad 2000, with the success function e/(1 + S), S the sabotage received). Effort costs
one, sabotage c a unit: e = (n-1)W/n^2, 1 + S = W/(c n^2), and no sabotage if c >= W/n^2. What
one rival is spoilt by helps all others too, so that sabotage matters among few.

The certificate checks deviations in effort and sabotage at once; a deviation spoils all rivals alike.

Sources: Lazear (1989), Journal of Political Economy 97, 561-580; Konrad (2000), Journal of Law,
Economics, and Organization 16, 155-165; Chen (2003), same journal 19, 119-140.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.contest import Contest
from contests.contestants import Identical
from contests.curves import Linear
from contests.game import Index
from contests.laws import law, normal
from contests.models._game_model import GameModel
from contests.plan import Plan, PlanGame
from contests.prizes import WinnerTakeAll
from contests.profile import Profile
from contests.solving import Candidate
from contests.technology import Additive
from contests.validation import count, positive

__all__ = ["LotterySabotage", "TournamentSabotage"]

Array = NDArray[np.float64]


class _Sabotage(PlanGame, GameModel):
    """What both games share: a plan is effort, and sabotage of each rival."""

    contestants: int
    prize: float

    @property
    def n(self) -> int:  # type: ignore[override]
        """How many contestants."""
        return self.contestants

    @property
    def stakes(self) -> float:
        """The prize."""
        return self.prize

    def _common(self, i: Index, profile: Any) -> tuple[float, float]:
        """What every rival of a contestant does."""
        effort, sabotage = self.own_plan(0 if int(np.asarray(i).flat[0]) else 1, profile).parts
        return effort, sabotage

    def _plan(self) -> tuple[float, float]:
        raise NotImplementedError

    @property
    def effort(self) -> float:
        """Equilibrium effort of each."""
        return self._plan()[0]

    @property
    def sabotage_per_rival(self) -> float:
        """Equilibrium sabotage of each rival by each contestant."""
        return self._plan()[1]

    @property
    def sabotage_received(self) -> float:
        """Equilibrium sabotage that everyone suffers from all rivals."""
        return (self.contestants - 1) * self._plan()[1]

    def candidate(self) -> Candidate:
        """Return the plan of all, see `contests.solving.Candidate`."""
        plan = self._plan()
        return Candidate(
            profile=Profile.symmetric(Plan(plan[0], parts=plan), self.n),
            selection="symmetric; others may exist",
            source="Lazear (1989); Konrad (2000); Chen (2003)",
        )

    def payoffs(self, profile: Profile) -> Array:
        """Return everyone's expected payoff under a common plan ``profile``, in money, shape (n,)."""
        plan = np.array(self.common_plan(profile).parts)
        return np.full(self.n, float(self.plan_payoff(0, plan, profile)))

    def chances(self, profile: Profile) -> Array:
        """Return equal chances under a common plan ``profile``, shape (n,)."""
        self.common_plan(profile)
        return np.full(self.n, 1.0 / self.n)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TournamentSabotage(_Sabotage):
    """A rank-order tournament with sabotage.

    Parameters
    ----------
    contestants : int
        How many, at least 2.
    prize : float
        Money by which winning exceeds losing, above zero.
    shock : SciPy distribution
        The law of each contestant's shock, in units of output; standard normal if absent.
    unit_cost : float
        c: effort e costs c e^2/2.
    sabotage_cost : float
        k: sabotage s of one rival costs k s^2/2.

    Examples
    --------
    >>> model = TournamentSabotage(sabotage_cost=2.0)
    >>> round(model.effort, 9), round(model.sabotage_per_rival, 9), round(model.net_output, 9)
    (0.282094792, 0.141047396, 0.141047396)
    """

    contestants: int = 2
    prize: float = 1.0
    shock: Any = field(default_factory=normal)
    unit_cost: float = 1.0
    sabotage_cost: float = 1.0

    def __post_init__(self) -> None:
        name = "TournamentSabotage"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        for part in ("prize", "unit_cost", "sabotage_cost"):
            object.__setattr__(self, part, positive(f"{name}.{part}", getattr(self, part)))
        object.__setattr__(self, "shock", law(self.shock, part=f"{name}.shock"))

    def _plan(self) -> tuple[float, float]:
        slope = self.prize * numerics.prize_slope(self.shock, self.contestants, [1.0])
        return slope / self.unit_cost, slope / ((self.contestants - 1) * self.sabotage_cost)

    @property
    def net_output(self) -> float:
        """Equilibrium effort less sabotage received."""
        return self.effort - self.sabotage_received

    @cached_property
    def _race(self) -> Contest:
        """The contest of outputs, with a free unit of output: for chances to win only."""
        return Contest(
            contestants=Identical(self.contestants),
            technology=Additive(self.shock),
            cost=Linear(self.prize),
            prizes=WinnerTakeAll(self.prize),
        )

    def plan_payoff(self, i: Index, plans: ArrayLike, profile: Any) -> Array:
        """Return expected payoffs of plans, see `PlanGame.plan_payoff`.

        Parameters
        ----------
        i, plans, profile
            As in `PlanGame.plan_payoff`.
        """
        chosen = np.asarray(plans, float)
        effort, sabotage = chosen[..., 0], chosen[..., 1]
        theirs = self._common(i, profile)
        # Of the sabotage by others the contestant gets one share more than each of her rivals.
        lead = effort - theirs[0] + sabotage - theirs[1]
        base = float(np.maximum(-lead.min(), 0.0))
        field = Profile.symmetric(Plan(base, parts=(base,)), self.n)
        won = self._race.payoff(0, base + lead, field) + self._race.effort_cost(0, base + lead)
        spoilt = (self.n - 1) * self.sabotage_cost * sabotage**2 / 2
        return np.asarray(won - self.unit_cost * effort**2 / 2 - spoilt)

    def largest_plan(self, i: Index) -> Array:
        """Return the effort and the sabotage that cost the prize (any ``i``)."""
        effort = np.sqrt(2 * self.prize / self.unit_cost)
        return np.array([effort, np.sqrt(2 * self.prize / (self.sabotage_cost * (self.n - 1)))])


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LotterySabotage(_Sabotage):
    """A lottery whose contestants divide their rivals' effort by one plus the sabotage.

    Parameters
    ----------
    contestants : int
        How many, at least 2.
    prize : float
        Money, above zero.
    sabotage_cost : float
        Money for a unit of sabotage of one rival.

    Examples
    --------
    >>> model = LotterySabotage(sabotage_cost=0.1)
    >>> model.effort, model.sabotage_received, round(float(model.solve().payoff[0]), 12)
    (0.25, 1.5, 0.1)
    """

    contestants: int = 2
    prize: float = 1.0
    sabotage_cost: float = 0.1

    def __post_init__(self) -> None:
        name = "LotterySabotage"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        for part in ("prize", "sabotage_cost"):
            object.__setattr__(self, part, positive(f"{name}.{part}", getattr(self, part)))

    def _plan(self) -> tuple[float, float]:
        n = self.contestants
        received = max(self.prize / (self.sabotage_cost * n**2) - 1.0, 0.0)
        return (n - 1) * self.prize / n**2, received / (n - 1)

    def plan_payoff(self, i: Index, plans: ArrayLike, profile: Any) -> Array:
        """Return expected payoffs of plans, see `PlanGame.plan_payoff`.

        Parameters
        ----------
        i, plans, profile
            As in `PlanGame.plan_payoff`.
        """
        chosen, n = np.asarray(plans, float), self.n
        effort, sabotage = chosen[..., 0], chosen[..., 1]
        theirs = self._common(i, profile)
        mine = effort / (1.0 + (n - 1) * theirs[1])
        rivals = (n - 1) * theirs[0] / (1.0 + (n - 2) * theirs[1] + sabotage)
        chance = np.divide(mine, mine + rivals, out=np.full(effort.shape, 1.0 / n), where=mine + rivals > 0)
        return np.asarray(self.prize * chance - effort - self.sabotage_cost * (n - 1) * sabotage)

    def largest_plan(self, i: Index) -> Array:
        """Return the effort and the sabotage that cost the prize (any ``i``)."""
        return np.array([self.prize, self.prize / (self.sabotage_cost * (self.n - 1))])
