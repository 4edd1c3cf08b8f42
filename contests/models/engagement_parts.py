"""Degrees of participation in a community, and what comes of a stationary one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contests.part import Part
from contests.validation import at_least_zero, positive

if TYPE_CHECKING:
    from contests.certificate import Certificate
    from contests.equilibrium import Equilibrium

__all__ = ["MODES", "Community", "Mode"]

_BALANCE = 1e-8


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Mode(Part):
    """A degree of participation.

    Parameters
    ----------
    name : str
        What it is called.
    own_use : float
        Worth to a member of a unit of her own quality (w), zero or more.
    cost_factor : float
        Cost of effort relative to the model's.
    fixed_cost : float
        Cost of taking part in a period, in money.
    """

    name: str
    own_use: float
    cost_factor: float
    fixed_cost: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "own_use", at_least_zero("Mode.own_use", self.own_use))
        object.__setattr__(self, "cost_factor", positive("Mode.cost_factor", self.cost_factor))
        object.__setattr__(self, "fixed_cost", at_least_zero("Mode.fixed_cost", self.fixed_cost))


#: Choosing among modules, co-design, exclusive design: examples of rising own use and cost.
MODES = (
    Mode(name="modules", own_use=0.1, cost_factor=0.8, fixed_cost=0.0),
    Mode(name="co-design", own_use=0.5, cost_factor=1.0, fixed_cost=0.05),
    Mode(name="exclusive design", own_use=1.0, cost_factor=1.3, fixed_cost=0.2),
)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Community(Part):
    """A stationary community.

    Parameters
    ----------
    members : float
        Mean number of members.
    trial_rate, retention : float
        Shares of arrivals who try, and of members who stay.
    payoff : float
        A member's payoff of a period, in money.
    effort, best_idea : float
        Each member's effort; expected best quality of a period.
    trials : float
        First trials in a period.
    spending : float
        Prize and subsidies paid in a period, in money.
    sizes : tuple of float
        All sizes at which in- and outflow balance, stable and unstable in turn.
    equilibrium : Equilibrium
        The certified equilibrium of the period.
    balance : float
        Gap between next period's and this period's members, relative to these.
    """

    members: float
    trial_rate: float
    retention: float
    payoff: float
    effort: float
    best_idea: float
    trials: float
    spending: float
    sizes: tuple[float, ...]
    equilibrium: Equilibrium
    balance: float

    @property
    def certificate(self) -> Certificate:
        """Certificate of the effort in each period."""
        return self.equilibrium.certificate

    @property
    def passed(self) -> bool:
        """Whether effort is certified and in- and outflow balance to 1e-8."""
        return bool(self.certificate.passed and self.balance <= _BALANCE)
