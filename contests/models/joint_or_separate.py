"""One contest for the whole or one for each attribute (Hu and Wang 2021).

A product has two attributes; an agent exerts e_k on attribute k at cost c e_k^2/2,
and contributes e_k plus a shock to it. *Joint*: one contest on the sum with award A.
*Separate*: a contest on each attribute with award A/2, and the best of each combined.

*Equilibrium.* In the joint contest effort is split evenly, so the contest is one of
total effort E at cost c E^2/4 with the sum of the two shocks: e_J = A beta_1(sum)/c.
Separately e_S = A beta_1/(2 c). With normal shocks of standard deviation s and m_n the
expected highest of n standard normals, e_J = A m_n/(sqrt(2) n s c) and
e_S = A m_n/(2 n s c). The joint contest incites more; separate ones pick the best of
each. Joint is better if and only if A > sqrt(2) n c s^2.

Source: Hu and Wang (2021), Management Science 67, 2711-2728. Any shock law.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from contests.contest import Contest
from contests.contestants import Identical
from contests.curves import Power
from contests.laws import law, normal, sum_law
from contests.model import Model
from contests.prizes import WinnerTakeAll
from contests.technology import Additive
from contests.validation import count, positive

__all__ = ["JointOrSeparate"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class JointOrSeparate(Model):
    """A two-attribute innovation sought by one contest or by two.

    Parameters
    ----------
    contestants : int
        Number of agents n, at least 2.
    award : float
        Money in all.
    shock : SciPy distribution
        Law of the shock to each attribute.
    unit_cost : float
        c: effort e on an attribute costs c e^2/2.
    joint : bool
        Whether the award is for the sum of both attributes.

    Examples
    --------
    >>> together = JointOrSeparate(contestants=3, award=2.0)
    >>> round(together.effort_per_attribute(), 9), round(together.advantage_of_joint(), 6)
    (0.39894228, -0.262047)
    """

    contestants: int = 3
    award: float = 1.0
    shock: Any = field(default_factory=normal)
    unit_cost: float = 1.0
    joint: bool = True

    def __post_init__(self) -> None:
        name = "JointOrSeparate"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        object.__setattr__(self, "award", positive(f"{name}.award", self.award))
        object.__setattr__(self, "shock", law(self.shock, part=f"{name}.shock"))
        object.__setattr__(self, "unit_cost", positive(f"{name}.unit_cost", self.unit_cost))

    def contest(self) -> Contest:
        """Return the joint contest in total effort, or one of the two separate ones."""
        # Total effort E is cheapest split evenly: 2 c (E/2)^2 / 2 = c E^2 / 4.
        shock = sum_law(self.shock, self.shock) if self.joint else self.shock
        return Contest(
            contestants=Identical(self.contestants),
            technology=Additive(shock),
            cost=Power(2, scale=self.unit_cost / (4 if self.joint else 2)),
            prizes=WinnerTakeAll(self.award if self.joint else self.award / 2),
        )

    def effort_per_attribute(self) -> float:
        """Return equilibrium effort on each attribute."""
        return float(self.solve().effort[0]) / (2 if self.joint else 1)

    def payoff_each(self) -> float:
        """Return an agent's expected payoff in all, in money."""
        return float(self.solve().payoff[0]) * (1 if self.joint else 2)

    def expected_best(self) -> float:
        """Return the expected quality of the innovation: the best sum, or the sum of the bests."""
        return self.solve().expected_best * (1 if self.joint else 2)

    def advantage_of_joint(self) -> float:
        """Return by how much one joint contest beats two separate ones, in units of quality."""
        return self.replace(joint=True).expected_best() - self.replace(joint=False).expected_best()
