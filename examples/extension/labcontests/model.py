"""A model of one's own: economics, no numerics."""

from __future__ import annotations

from dataclasses import dataclass

import sympy

import contests as ct
from contests.theory import Theory
from contests.validation import count, positive
from labcontests.parts import Fatigue, Margin, fatigue_in_symbols


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LabContest(ct.Model):
    """Researchers tire as they work, and the jury looks at margins.

    A researcher's payoff is prize * (1/n + s (e - mean effort of the others)) - L sinh(e / T). Where
    chances are interior the first-order condition is prize * s = (L / T) cosh(e / T), so that
    e = T arcosh(prize s T / L): effort does not depend on n. Below prize s T = L nobody works.

    Parameters
    ----------
    researchers : int
        How many, two or more.
    prize : float
        Money.
    sensitivity : float
        How much a unit of margin moves the chance of winning.
    scale, endurance : float
        Of `Fatigue`.
    """

    researchers: int = 2
    prize: float = 1.0
    sensitivity: float = 0.5
    scale: float = 0.4
    endurance: float = 1.0

    def __post_init__(self):
        object.__setattr__(self, "researchers", count("LabContest.researchers", self.researchers, least=2))
        for name in ("prize", "sensitivity", "scale", "endurance"):
            object.__setattr__(self, name, positive(f"LabContest.{name}", getattr(self, name)))

    def contest(self):
        return ct.Contest(
            contestants=ct.Identical(self.researchers),
            prizes=self.prize,
            cost=Fatigue(scale=self.scale, endurance=self.endurance),
            success=Margin(sensitivity=self.sensitivity),
        )

    def theory(self):
        own, others, prize, sensitivity, n = sympy.symbols("e E v s n", positive=True)
        cost, scale, endurance = fatigue_in_symbols(own)
        payoff = prize * (1 / n + sensitivity * (own - others)) - cost
        # Derived: the slope of the payoff at own = others, set to zero. SymPy solves it for exp(e/T)
        # with two branches, so the positive one is named here and checked by substitution.
        effort = endurance * sympy.acosh(prize * sensitivity * endurance / scale)
        slope = sympy.diff(payoff, own)
        assert sympy.simplify(slope.subs(own, effort)) == 0
        return Theory(
            name="LabContest",
            source="worked example; Che and Gale (2000) for difference-form success",
            symbols={
                "prize": prize,
                "sensitivity": sensitivity,
                "researchers": n,
                "scale": scale,
                "endurance": endurance,
            },
            values={
                "prize": self.prize,
                "sensitivity": self.sensitivity,
                "researchers": self.researchers,
                "scale": self.scale,
                "endurance": self.endurance,
            },
            payoff=payoff,
            first_order_condition=slope,
            effort=effort,
            equilibrium_payoff=prize / n - cost.subs(own, effort),
        )
