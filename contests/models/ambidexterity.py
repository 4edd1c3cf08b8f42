"""Ambidexterity: contestants who split their effort between exploiting and exploring.

Exploiting, x, raises the mean of quality, exploring, y, its spread: quality = r(x) + sigma(y) xi, at
cost c(x + y). The best idea gets the prize A (or rank k the prize v_k).

**Equilibrium.** With standard shock law F, a little more mean (in units of the spread) raises the
chance to win by I_n = (n-1) int F^(n-2) f^2, and a little more log spread by J_n = (n-1) int z F^(n-2)
f^2 dz. Alike contestants choose

    A I_n r'(x)/sigma(y) = c'(x + y),    A J_n sigma'(y)/sigma(y) = c'(x + y),

or y = 0 where the second is negative. So r'(x)/sigma'(y) = J_n/I_n. For two contestants with a symmetric
shock J_2 = 0: neither explores. For normal shocks I_n = E[M]/n and J_n = (E[M^2] - 1)/n, M the best of n:
the pull towards exploring rises with n, although both slopes fall in the end.

**The sponsor** who uses the mean of the best k ideas wants r'(x)/sigma'(y) = m_k, the mean of the k
best shocks. With normal shocks, one prize and k = 1 contestants explore too little, since
J_n/I_n = (E[M^2] - 1)/E[M] < E[M].

**Existence.** Both conditions are necessary; the certificate checks deviations in both dimensions at
once. Very productive exploring (a spread that grows fast at little cost) breaks the equilibrium: see
Hvide (2002) on tournaments in which risk is free.

**Contingencies**, all choices of this library: market uncertainty multiplies the spread; imitation lets
a part of the winner's prize leak to the others, in equal parts; breadth of customer knowledge is the
number of independent draws of which each contestant keeps the best; coordination is the number k of ideas
that the sponsor can combine. The literature on ambidexterity (March 1991; Tushman and O'Reilly 1996)
gives them in words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.curves import BaseCurve, Linear, Power, as_curve, check_cost, check_output
from contests.errors import InvalidPartError, UnsolvableError
from contests.laws import law, normal
from contests.model import Model
from contests.models._maximise import maximise
from contests.models.ambidexterity_game import (
    AmbidexterityGame,
    Slopes,
    Spread,
    top_draws,
    winning_slopes,
)
from contests.part import Part
from contests.prizes import Prizes, as_prizes
from contests.validation import count, fraction, positive

__all__ = ["Ambidexterity", "Mix"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Mix(Part):
    """A split of effort.

    Parameters
    ----------
    exploit, explore : float
        Efforts.

    Examples
    --------
    >>> Mix(exploit=3.0, explore=1.0).share
    0.25
    """

    exploit: float
    explore: float

    @property
    def share(self) -> float:
        """Share of exploring in the total; zero without effort."""
        total = self.exploit + self.explore
        return self.explore / total if total > 0 else 0.0


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Ambidexterity(Model):
    """A contest in which contestants exploit and explore.

    Parameters
    ----------
    contestants : int
        Number of contestants n, at least 2.
    prizes : float, sequence of float or Prizes
        Money for the best, or for each rank, the best first.
    shock : SciPy distribution
        Law of the standard shock; standard normal if absent.
    output : curve
        Mean quality of exploiting (r); linear if absent.
    exploring : curve
        What exploring adds to the spread, zero at zero effort; its square root if absent.
    base_spread : float
        Spread without exploring, above zero.
    cost : curve
        Cost of total effort in money; e^2/2 if absent.
    uncertainty : float
        Market uncertainty: multiplies the spread, above zero.
    imitation : float
        Part of the first prize that leaks to the others in equal parts, in [0, 1).
    breadth : int
        Independent draws of which each contestant keeps the best.
    coordination : int
        How many of the best ideas the sponsor combines (the mean of their qualities counts).

    Raises
    ------
    InvalidPartError
        If a number is out of its range, or so much leaks that winning is not worth while.

    Examples
    --------
    >>> model = Ambidexterity(contestants=8, prizes=2.0, exploring=Power(0.5, scale=0.5))
    >>> equilibrium = model.solve()
    >>> equilibrium.certificate.passed
    True
    >>> mix = model.mix(equilibrium)
    >>> round(mix.exploit, 6), round(mix.explore, 6)  # explore = (scale J/(2 I))^2
    (0.256546, 0.060405)
    """

    contestants: int
    prizes: Any = 1.0
    shock: Any = field(default_factory=normal)
    output: BaseCurve = field(default_factory=Linear)
    exploring: BaseCurve = field(default_factory=lambda: Power(0.5))
    base_spread: float = 1.0
    cost: BaseCurve = field(default_factory=lambda: Power(2, scale=0.5))
    uncertainty: float = 1.0
    imitation: float = 0.0
    breadth: int = 1
    coordination: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "contestants", count("Ambidexterity.contestants", self.contestants, least=2))
        object.__setattr__(self, "prizes", as_prizes(self.prizes, part="Ambidexterity.prizes"))
        object.__setattr__(self, "shock", law(self.shock, part="Ambidexterity.shock"))
        for name in ("output", "exploring", "cost"):
            object.__setattr__(self, name, as_curve(getattr(self, name), part=f"Ambidexterity.{name}"))
        check_output(self.output, part="Ambidexterity.output")
        check_output(self.exploring, part="Ambidexterity.exploring")
        check_cost(self.cost, part="Ambidexterity.cost")
        if float(self.exploring(0.0)) != 0.0:
            raise InvalidPartError(
                "Ambidexterity.exploring",
                self.exploring,
                "zero at zero effort",
                "Put the rest in base_spread.",
            )
        for name in ("base_spread", "uncertainty"):
            object.__setattr__(self, name, positive(f"Ambidexterity.{name}", getattr(self, name)))
        object.__setattr__(self, "imitation", fraction("Ambidexterity.imitation", self.imitation))
        for name in ("breadth", "coordination"):
            object.__setattr__(self, name, count(f"Ambidexterity.{name}", getattr(self, name)))
        if self.coordination > self.contestants:
            allowed = f"at most the number of contestants, {self.contestants}"
            raise InvalidPartError("Ambidexterity.coordination", self.coordination, allowed)
        self._check_prizes()

    def _check_prizes(self) -> None:
        prizes: Prizes = self.prizes
        if prizes.share or prizes.by_rank().size > self.contestants:
            raise InvalidPartError(
                "Ambidexterity.prizes", prizes, f"fixed money for at most {self.contestants} ranks"
            )
        kept = self.kept_prizes
        if self.imitation and (np.diff(kept) > 0).any():
            raise InvalidPartError(
                "Ambidexterity.imitation",
                self.imitation,
                "so small that the winner keeps most",
                f"After imitation the winner has {kept[0]:g} and the next {kept[1:].max():g}: nobody would "
                "want to win.",
            )

    @cached_property
    def kept_prizes(self) -> Array:
        """Prizes by rank after imitation, shape (n,) if something leaks."""
        given = self.prizes.by_rank()
        if not self.imitation:
            return np.asarray(given)
        full = np.zeros(self.contestants)
        full[: given.size] = given
        leak = self.imitation * full[0]
        full[0] -= leak
        full[1:] += leak / (self.contestants - 1)
        return full

    @property
    def spread(self) -> Spread:
        """The spread of quality as a curve of exploring effort."""
        return Spread(self.exploring, base=self.base_spread, scale=self.uncertainty)

    def contest(self) -> AmbidexterityGame:
        """Return the game of payoffs from primitives, in two dimensions."""
        return AmbidexterityGame(
            n=self.contestants,
            prizes=self.kept_prizes,
            shock=self.shock,
            breadth=self.breadth,
            output=self.output,
            spread=self.spread,
            cost=self.cost,
        )

    def theory(self) -> Any:
        """Return closed forms (linear output, square-root exploring, quadratic cost) and propositions.

        Raises
        ------
        UnsolvableError
            If no closed form is known.
        """
        from contests.models._ambidexterity_theory import theory_of

        return theory_of(self)

    @property
    def slopes(self) -> Slopes:
        """Slopes of the expected prize in own mean and log spread at symmetry, in money."""
        return winning_slopes(self.shock, self.contestants, self.kept_prizes, self.breadth)

    @property
    def pull(self) -> float:
        """Pull towards exploring, J/I: the ratio r'(x)/sigma'(y) that contestants choose."""
        slopes = self.slopes
        return slopes.spread / slopes.mean

    @property
    def sponsor_pull(self) -> float:
        """The ratio r'(x)/sigma'(y) that the sponsor wants: the mean of the k best shocks."""
        k = self.coordination
        return top_draws(self.shock, self.contestants, k, self.breadth) / k

    def mix(self, equilibrium: Any) -> Mix:
        """Return the split of effort in an ``equilibrium``."""
        exploit, explore = equilibrium.strategy(0).parts
        return Mix(exploit=exploit, explore=explore)

    def sponsor_mix(self, total: float) -> Mix:
        """Return the split of a total effort that is best for the sponsor.

        Parameters
        ----------
        total : float
            Effort of each contestant, above zero.

        Returns
        -------
        Mix
            Maximises r(x) + sigma(y) m_k over x + y = total, globally.
        """
        effort, pull = positive("sponsor_mix.total", total), self.sponsor_pull

        def quality(explore: float) -> float:
            return float(self.output(effort - explore)) + float(self.spread(explore)) * pull

        explore = maximise(quality, 0.0, effort, grid=201)
        return Mix(exploit=effort - explore, explore=explore)

    def prizes_for_mix(self) -> tuple[float, ...]:
        """Return prizes of the same budget that make contestants split as the sponsor would.

        Contestants' pull J/I is a ratio of averages over "equal prizes to the best L"; the pull of any
        prizes lies between the smallest and the largest of those, and two of them are mixed.

        Returns
        -------
        tuple of float
            Prizes by rank.

        Raises
        ------
        UnsolvableError
            If no prizes reach the sponsor's pull; the message gives the range.
        """
        n, budget = self.contestants, float(self.prizes.by_rank().sum())
        if self.imitation:
            raise UnsolvableError("Prizes for a mix are worked out without imitation.")
        slopes = [winning_slopes(self.shock, n, np.ones(k), self.breadth) for k in range(1, n)]
        pulls = np.array([one.spread / one.mean for one in slopes])
        target = self.sponsor_pull
        if not pulls.min() <= target <= pulls.max():
            raise UnsolvableError(
                f"The sponsor wants a pull towards exploring of {target:.6g}; prizes by rank reach from "
                f"{pulls.min():.6g} (best {int(pulls.argmin()) + 1} alike) to {pulls.max():.6g} (best "
                f"{int(pulls.argmax()) + 1} alike). Change the number of contestants or combine more ideas."
            )
        above, below = int(pulls.argmax()), int(pulls.argmin())
        # excess_L = J_L - target I_L is linear in prizes: a mixture in which it vanishes.
        excess = [slopes[k].spread - target * slopes[k].mean for k in (above, below)]
        weights = np.array([-excess[1], excess[0]])
        weights = weights / np.array([above + 1.0, below + 1.0]) if weights.sum() else np.array([1.0, 0.0])
        prizes = np.zeros(max(above, below) + 1)
        for level, weight in zip((above, below), weights * np.array([above + 1.0, below + 1.0]), strict=True):
            prizes[: level + 1] += weight
        return tuple(float(prize) for prize in budget * prizes / prizes.sum())
