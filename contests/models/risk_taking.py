r"""Risk and effort in a tournament of two (Hvide 2002): risk first, or both at once.

Output is effort e_i plus a normal shock whose standard deviation sigma_i the contestant chooses
between two bounds; the higher wins W; effort costs c e^2/2.

**Risk first, seen by both** (Hvide 2002): effort is then
:math:`e = W/(c\sqrt{2\pi(\sigma_1^2+\sigma_2^2)})`, alike for both, so that chances stay even and
everyone would rather work less: both take the largest risk. Risky and lazy.

**Both at once**: no symmetric equilibrium in sure choices. At equal effort risk does not change
the chance to win, but whoever works a little more gains by less risk, and whoever works less by
more; at least one of them always gains (`gain_at`).

Source: Hvide (2002), Journal of Labor Economics 20, 877-898.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.certificate import Certificate, certify
from contests.equilibrium import Equilibrium
from contests.errors import InvalidPartError, NoEquilibriumError
from contests.game import Index
from contests.laws import normal
from contests.part import Part
from contests.plan import Plan, PlanGame
from contests.validation import positive

__all__ = ["RiskTaking"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RiskTaking(Part):
    """A tournament of two who choose risk and effort.

    Parameters
    ----------
    lowest, highest : float
        Bounds of the standard deviation, in units of output, above zero.
    prize : float
        Money by which winning exceeds losing, above zero.
    unit_cost : float
        c: effort e costs c e^2/2.

    Examples
    --------
    >>> model = RiskTaking(lowest=0.5, highest=2.0)
    >>> model.equilibrium_risk, round(model.effort_at(2.0, 2.0), 9)
    (2.0, 0.141047396)
    """

    lowest: float = 0.5
    highest: float = 2.0
    prize: float = 1.0
    unit_cost: float = 1.0

    def __post_init__(self) -> None:
        for part in ("lowest", "highest", "prize", "unit_cost"):
            object.__setattr__(self, part, positive(f"RiskTaking.{part}", getattr(self, part)))
        if self.highest < self.lowest:
            raise InvalidPartError(
                "RiskTaking.highest", self.highest, f"at least the lowest risk, {self.lowest}"
            )

    @property
    def equilibrium_risk(self) -> float:
        """The risk that both take when risk is chosen first: the largest."""
        return self.highest

    def effort_at(self, risk: float, rival_risk: float) -> float:
        """Return the effort of both once risks are seen.

        Parameters
        ----------
        risk, rival_risk : float
            Standard deviations.
        """
        spread = math.hypot(self._allowed(risk), self._allowed(rival_risk))
        return self.prize / (self.unit_cost * math.sqrt(2 * math.pi) * spread)

    def payoff_at(self, risk: float, rival_risk: float) -> float:
        """Return the payoff of both at given risks and the efforts that follow, in money.

        Parameters
        ----------
        risk, rival_risk : float
            Standard deviations.
        """
        return self.prize / 2 - self.unit_cost * self.effort_at(risk, rival_risk) ** 2 / 2

    def second_stage(self, risk: float, rival_risk: float) -> Equilibrium:
        """Return the certified tournament once risks are seen.

        Parameters
        ----------
        risk, rival_risk : float
            Standard deviations; only the law of the difference matters, so that both may have the same.
        """
        from contests.curves import Power
        from contests.models.lazear_rosen import LazearRosen

        each = math.hypot(self._allowed(risk), self._allowed(rival_risk)) / math.sqrt(2)
        return LazearRosen(
            prizes=np.array([self.prize]), shock=normal(each), cost=Power(2, scale=self.unit_cost / 2)
        ).solve()

    def solve(self) -> Equilibrium:
        """Return the certified tournament at the risks that both take when risk is chosen first."""
        return self.second_stage(self.highest, self.highest)

    def simultaneous_equilibrium(self) -> None:
        """Refuse: if risk and effort are chosen at once there is no symmetric equilibrium in sure choices.

        Raises
        ------
        NoEquilibriumError
            Always, with the gain from deviating at three common risks.
        """
        tried = (self.lowest, math.sqrt(self.lowest * self.highest), self.highest)
        gains = ", ".join(f"{self.gain_at(risk):.2g} at {risk:.4g}" for risk in tried)
        raise NoEquilibriumError(
            "Chosen at once, no common effort and risk is an equilibrium: more effort with less risk, or "
            f"less with more, gains (in units of the prize) {gains}. Let risk be chosen first."
        )

    def gain_at(self, risk: float) -> float:
        """Return what deviating in both gains at a common risk and the effort that goes with it.

        Parameters
        ----------
        risk : float
            The common standard deviation.

        Returns
        -------
        float
            In units of the prize.
        """
        return self.certificate_at(risk).max_gain

    def certificate_at(self, risk: float) -> Certificate:
        """Return the certificate of a common risk and the effort that goes with it, chosen at once.

        Parameters
        ----------
        risk : float
            The common standard deviation.
        """
        effort = self.effort_at(risk, risk)
        return certify(_AtOnce(self), Plan(effort, parts=(effort, risk - self.lowest)))

    def _allowed(self, risk: float) -> float:
        if not self.lowest <= risk <= self.highest:
            raise InvalidPartError("RiskTaking risk", risk, f"from {self.lowest} to {self.highest}")
        return risk


class _AtOnce(PlanGame):
    """Effort, and risk above the lowest, chosen at once."""

    n = 2

    def __init__(self, model: RiskTaking) -> None:
        self.model = model

    @property
    def stakes(self) -> float:
        return self.model.prize

    def plan_payoff(self, i: Index, plans: ArrayLike, profile: Any) -> Array:
        from scipy.special import ndtr

        model, chosen = self.model, np.asarray(plans, float)
        effort, risk = self.own_plan(1 - int(np.asarray(i).flat[0]), profile).parts
        spread = np.hypot(model.lowest + chosen[..., 1], model.lowest + risk)
        chance = ndtr((chosen[..., 0] - effort) / spread)
        return np.asarray(model.prize * chance - model.unit_cost * chosen[..., 0] ** 2 / 2)

    def largest_plan(self, i: Index) -> Array:
        model = self.model
        return np.array([math.sqrt(2 * model.prize / model.unit_cost), model.highest - model.lowest])
