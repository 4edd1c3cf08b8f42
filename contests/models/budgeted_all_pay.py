r"""The all-pay contest of two whose budgets differ (Che and Gale 1997).

Both value the prize at v; contestant i cannot spend more than w_i, w_1 > w_2. The richer wins ties: she
could always add the least amount.

**Equilibrium.** If w_2 >= v budgets do not bind. Otherwise the poorer earns nothing and the richer v - w_2:
the richer mixes evenly on (0, w_2) with density 1/v and spends w_2 with the rest; the poorer stays out
with probability 1 - w_2/v, else mixes evenly. Both spend min(v, w_2) on average in all: among equal values
a tighter budget of the poorer lowers spending, unlike a common cap.

Source: Che and Gale (1997), Public Choice 92, 109-126, Proposition 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.game import Index
from contests.models._game_model import GameModel
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Mixed
from contests.validation import Column, positive, vector

__all__ = ["BudgetedAllPay"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BudgetedAllPay(GameModel):
    """An all-pay contest of two with one value and different budgets.

    Parameters
    ----------
    value : float
        What the prize is worth to either, in money, above zero.
    budgets : sequence of float, shape (2,)
        The most that each can spend, above zero, the larger first; for equal ones use `AllPay` with a cap.

    Examples
    --------
    >>> equilibrium = BudgetedAllPay(value=10.0, budgets=(8.0, 6.0)).solve()
    >>> equilibrium.effort.round(9).tolist(), round(equilibrium.total_effort, 9)
    ([4.2, 1.8], 6.0)
    """

    value: float = 1.0
    budgets: Column = (1.0, 0.5)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", positive("BudgetedAllPay.value", self.value))
        budgets = vector("BudgetedAllPay.budgets", self.budgets, positive=True)
        if budgets.size != 2 or budgets[0] <= budgets[1]:
            remedy = "For equal budgets use AllPay(contestants=2, prizes=value, cap=budget)."
            raise InvalidPartError(
                "BudgetedAllPay.budgets", self.budgets, "two budgets, the larger first", remedy
            )
        object.__setattr__(self, "budgets", budgets)

    n = 2

    @property
    def stakes(self) -> float:
        """The value."""
        return self.value

    def candidate(self) -> Candidate:
        """Return the mixed strategies, see `contests.solving.Candidate`."""
        top = min(float(self.budgets[1]), self.value)
        share = top / self.value
        rich = Mixed(efforts=[0.0, top, top], levels=[0.0, share, 1.0])
        poor = Mixed(efforts=[0.0, top], levels=[1.0 - share, 1.0])
        return Candidate(
            profile=Profile.of([rich if share < 1 else Mixed(efforts=[0.0, top], levels=[0.0, 1.0]), poor]),
            selection="unique (Che and Gale 1997)",
            source="Che and Gale (1997)",
        )

    def _chance(self, i: int, effort: Array, profile: Profile) -> Array:
        rival = profile.strategy(1 - i)
        # The richer wins ties, but for nothing spent by both, which falls to chance.
        points, masses = rival.atoms
        tied = ((effort[..., None] == points) * np.where(points > 0, 1.0 - i, 0.5)) @ masses
        return np.asarray(rival.below(effort) + tied)

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs, see `Game.payoff`; beyond the budget the prize is not paid out.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own, who = np.asarray(effort, float), int(np.asarray(i).flat[0])
        chance = self._chance(who, own, self.profile(profile))
        return np.asarray(np.where(own <= self.budgets[who], self.value * chance, 0.0) - own)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the budget of ``i`` or the value, whichever is less (any ``type``)."""
        return np.asarray(min(self.value, float(self.budgets[int(np.asarray(i).flat[0])])))

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return where the rival of ``i`` jumps in ``profile``, and just above (any ``type``)."""
        rival = profile.strategy(1 - i)
        points = np.concatenate([rival.atoms[0], rival.kinks])
        return np.unique(np.concatenate([points, points * (1 + 1e-12), [1e-12 * self.value]]))

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return ``effort`` itself, in money (any ``i``, ``type``)."""
        return np.asarray(effort, float)

    def payoffs(self, profile: Profile) -> Array:
        """Return expected payoffs under ``profile``, in money, shape (2,)."""
        nodes = [profile.strategy(i).nodes() for i in (0, 1)]
        return np.array([float(w @ self.payoff(i, e, profile)) for i, (e, w) in enumerate(nodes)])

    def chances(self, profile: Profile) -> Array:
        """Return chances of winning under ``profile``, shape (2,)."""
        nodes = [profile.strategy(i).nodes() for i in (0, 1)]
        return np.array([float(w @ self._chance(i, e, profile)) for i, (e, w) in enumerate(nodes)])
