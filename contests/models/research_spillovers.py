r"""Research that lowers costs, and spills over to the rival (d'Aspremont and Jacquemin 1988).

Two firms choose research x_i at cost gamma x_i^2/2, which lowers their unit cost by x_i and the
rival's by beta x_i; then they compete in quantities at the price a - b Q. With the margin
m = a - c before research, profit is

.. math:: \frac{(m + (2-\beta)x_i + (2\beta-1)x_j)^2}{9b} - \frac{\gamma x_i^2}{2}.

**Equilibrium** :math:`x = m(2-\beta)/(4.5\,b\gamma - (2-\beta)(1+\beta))`; **jointly**
:math:`x = m(1+\beta)/(4.5\,b\gamma - (1+\beta)^2)`. Firms that choose research together do more if
and only if beta > 1/2. No prize: the benchmark in which the market pays.

Source: d'Aspremont and Jacquemin (1988), American Economic Review 78, 1133-1137.
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
from contests.strategy import Pure
from contests.validation import fraction, positive

__all__ = ["ResearchSpillovers"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ResearchSpillovers(GameModel):
    """Two rivals' research with spillovers, before they compete in quantities.

    Parameters
    ----------
    margin : float
        m: the price at which nothing is bought less the unit cost without research, in money.
    slope : float
        b: by how much a unit sold lowers the price.
    research_cost : float
        gamma: research x costs gamma x^2/2.
    spillover : float
        beta: the part of research that lowers the rival's cost too, from 0 to 1.

    Examples
    --------
    >>> rivals = ResearchSpillovers(research_cost=2.0, spillover=0.2)
    >>> round(float(rivals.solve().effort[0]), 9), round(rivals.joint_research(), 9)
    (0.263157895, 0.158730159)
    """

    margin: float = 1.0
    slope: float = 1.0
    research_cost: float = 2.0
    spillover: float = 0.0

    def __post_init__(self) -> None:
        name = "ResearchSpillovers"
        for part in ("margin", "slope", "research_cost"):
            object.__setattr__(self, part, positive(f"{name}.{part}", getattr(self, part)))
        object.__setattr__(self, "spillover", fraction(f"{name}.spillover", self.spillover))
        if 4.5 * self.slope * self.research_cost <= max(2 - self.spillover, 1 + self.spillover) ** 2:
            least = max(2 - self.spillover, 1 + self.spillover) ** 2 / (4.5 * self.slope)
            raise InvalidPartError(
                f"{name}.research_cost",
                self.research_cost,
                f"above {least:.6g}",
                "Research would grow without bound.",
            )

    n = 2

    @property
    def stakes(self) -> float:
        """Profit without research."""
        return self.margin**2 / (9 * self.slope)

    def candidate(self) -> Candidate:
        """Return the symmetric research, see `contests.solving.Candidate`."""
        own = 2 - self.spillover
        x = self.margin * own / (4.5 * self.slope * self.research_cost - own * (1 + self.spillover))
        return Candidate(
            profile=Profile.symmetric(Pure(x), 2),
            selection="unique symmetric",
            source="d'Aspremont and Jacquemin (1988)",
        )

    def joint_research(self) -> float:
        """Return each firm's research if both choose together (and compete in quantities all the same)."""
        both = 1 + self.spillover
        return self.margin * both / (4.5 * self.slope * self.research_cost - both**2)

    def joint_profit(self) -> float:
        """Return each firm's profit if both choose research together, in money."""
        x = self.joint_research()
        return float(self.payoff(0, x, x))

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return profits after research, in the Cournot equilibrium that follows, see `Game.payoff`.

        A rival who is priced out leaves a monopoly.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own = np.asarray(effort, float)
        rival = float(self.profile(profile).efforts()[1 - int(np.asarray(i).flat[0])])
        mine = self.margin + own + self.spillover * rival
        theirs = self.margin + rival + self.spillover * own
        duopoly = np.maximum(2 * mine - theirs, 0.0) ** 2 / 9
        earned = np.where(2 * theirs > mine, duopoly, mine**2 / 4) / self.slope
        return np.asarray(earned - self.research_cost * own**2 / 2)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return an amount of research that costs more than a monopoly earns (any ``i``, ``type``)."""
        x = float(self.candidate().profile.efforts()[0])
        return np.asarray(20.0 * x + 4.0 * self.margin / np.sqrt(self.slope * self.research_cost))

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what research of ``effort`` costs (any ``i``, ``type``), in money."""
        return self.research_cost * np.asarray(effort, float) ** 2 / 2

    def chances(self, profile: Profile) -> Array:
        """Return shares in the market under ``profile``, shape (2,)."""
        x = profile.efforts()
        gains = self.margin + x + self.spillover * x[::-1]
        sold = np.maximum(2 * gains - gains[::-1], 0.0)
        return np.asarray(sold / sold.sum())

    @property
    def prize_money(self) -> float:
        """Nothing: the market pays."""
        return 0.0
