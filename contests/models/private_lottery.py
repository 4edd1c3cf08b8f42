"""Lotteries with private information.

:class:`PrivateLottery`: n contestants draw values (or costs) from laws (Fey 2008; Ryvkin
2010; Wasser 2013). :class:`OneSidedLottery`: one contestant's value is known to all, the
other's only to herself (Hurley and Shogren 1998; Warneryd 2003). :class:`TwoTypeLottery`:
two contestants, each of low or high value, possibly correlated (Malueg and Yates 2004).

The equilibrium exists and is unique for exponents at most 1 (Einy et al. 2015; Ewerhart
2014). With one known value V and rival types v of probability p, both always active,

    sqrt(x) = V E[v^(-1/2)] / (1 + V E[1/v]),    x(v) = sqrt(v x) - x;

types with v <= x stay out and leave the expectations, so that the naive formula (which
would give them a negative effort) must be solved again without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.contest import Contest
from contests.contestants import Private
from contests.errors import InvalidPartError
from contests.finite_types import FiniteTypeLottery
from contests.laws import law
from contests.model import Model
from contests.prizes import WinnerTakeAll
from contests.success import Lottery
from contests.validation import count, fraction, positive, vector

if TYPE_CHECKING:
    from contests.theory import Theory

__all__ = ["OneSidedLottery", "PrivateLottery", "TwoTypeLottery"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PrivateLottery(Model):
    """A lottery whose contestants alone know their values or their costs.

    Parameters
    ----------
    contestants : int, optional
        How many; two if absent, or as many as laws given.
    prize : float
        Money (to be multiplied by the value, where values are private).
    value, cost : SciPy distribution, optional
        The law of everyone's value, or of everyone's cost of a unit of effort.
    values, costs : sequence of SciPy distributions, optional
        One law for each contestant. Exactly one of the four is given.
    exponent : float
        How decisive effort is.

    Examples
    --------
    >>> from scipy import stats
    >>> model = PrivateLottery(contestants=2, value=stats.uniform(1, 1))
    >>> round(model.solve().total_effort, 10)
    0.7356524629
    """

    contestants: int = 0
    prize: float = 1.0
    value: Any = None
    cost: Any = None
    values: Any = None
    costs: Any = None
    exponent: float = 1.0

    def __post_init__(self) -> None:
        given = [name for name in ("value", "cost", "values", "costs") if getattr(self, name) is not None]
        if len(given) != 1:
            raise InvalidPartError(
                "PrivateLottery", " and ".join(given) or "no law", "given one of value, cost, values or costs"
            )
        for name in ("value", "cost"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, law(getattr(self, name), part=f"PrivateLottery.{name}"))
        for name in ("values", "costs"):
            if isinstance(getattr(self, name), Sequence):
                laws = tuple(law(one, part=f"PrivateLottery.{name}") for one in getattr(self, name))
                object.__setattr__(self, name, laws)
        default = len(getattr(self, given[0])) if given[0] in ("values", "costs") else 2
        number = count("PrivateLottery.contestants", self.contestants or default, least=2)
        object.__setattr__(self, "contestants", number)
        object.__setattr__(self, "prize", positive("PrivateLottery.prize", self.prize))
        object.__setattr__(self, "exponent", positive("PrivateLottery.exponent", self.exponent))
        self.contest()

    def contest(self) -> Contest:
        """Return the contest: private values or costs, a lottery, one prize."""
        field = {"value": self.value if self.values is None else self.values}
        if field["value"] is None:
            field = {"cost": self.cost if self.costs is None else self.costs}
        return Contest(
            contestants=Private(self.contestants, **field),
            prizes=WinnerTakeAll(self.prize),
            success=Lottery(exponent=self.exponent),
        )

    def theory(self) -> Theory:
        """Return the closed forms and propositions.

        Returns
        -------
        Theory
            Propositions; with a continuum of types efforts have no closed form.
        """
        from contests.models._private_value_theory import private_lottery_theory

        return private_lottery_theory(self)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class OneSidedLottery(Model):
    """A lottery of two: the first contestant's value is known, the second's only to herself.

    Parameters
    ----------
    value : float
        The first contestant's value, in money.
    types : sequence of float
        The values that the second may have, in money, in increasing order.
    probabilities : sequence of float
        How likely each is.
    exponent : float
        How decisive effort is, at most one.

    Examples
    --------
    >>> eq = OneSidedLottery(value=1.0, types=[0.01, 1.0], probabilities=[0.5, 0.5]).solve()
    >>> eq.strategy(1)([0.01, 1.0]).round(6)
    array([0.      , 0.222222])
    """

    value: float = 1.0
    types: Any = (0.5, 1.5)
    probabilities: Any = (0.5, 0.5)
    exponent: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", positive("OneSidedLottery.value", self.value))
        for name in ("types", "probabilities"):
            object.__setattr__(
                self, name, vector(f"OneSidedLottery.{name}", getattr(self, name), positive=True)
            )
        self.contest()

    def contest(self) -> FiniteTypeLottery:
        """Return the game."""
        return FiniteTypeLottery(
            values_1=[self.value], values_2=self.types, joint=[self.probabilities], exponent=self.exponent
        )


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TwoTypeLottery(Model):
    """A lottery of two contestants, each of low or high value, alike before they learn it.

    Parameters
    ----------
    low, high : float
        The two values, in money.
    low_given_low : float
        The probability that the rival's value is low if one's own is.
    high_given_high : float
        The probability that the rival's value is high if one's own is.
    exponent : float
        How decisive effort is, at most one.

    Examples
    --------
    >>> eq = TwoTypeLottery(low=1.0, high=2.0, low_given_low=0.5, high_given_high=0.5).solve()
    >>> eq.strategy(0)([1.0, 2.0]).round(6)
    array([0.236111, 0.472222])
    """

    low: float = 1.0
    high: float = 2.0
    low_given_low: float = 0.5
    high_given_high: float = 0.5
    exponent: float = 1.0

    def __post_init__(self) -> None:
        for name in ("low", "high"):
            object.__setattr__(self, name, positive(f"TwoTypeLottery.{name}", getattr(self, name)))
        if self.high <= self.low:
            raise InvalidPartError("TwoTypeLottery.high", self.high, f"above low, {self.low}")
        for name in ("low_given_low", "high_given_high"):
            object.__setattr__(self, name, fraction(f"TwoTypeLottery.{name}", getattr(self, name)))
        if self.low_given_low == 1.0 and self.high_given_high == 1.0:
            raise InvalidPartError(
                "TwoTypeLottery", "two types who never meet", "given one conditional probability below 1",
                "How likely each type is would be left open.",
            )  # fmt: skip
        self.contest()

    def contest(self) -> FiniteTypeLottery:
        """Return the game; a prior that gives both conditional probabilities."""
        low_meets_high, high_meets_low = 1.0 - self.low_given_low, 1.0 - self.high_given_high
        # Symmetry of the joint law: P(low) P(high | low) = P(high) P(low | high).
        low = high_meets_low / (low_meets_high + high_meets_low)
        mixed = low * low_meets_high
        joint = np.array([[low * self.low_given_low, mixed], [mixed, (1.0 - low) * self.high_given_high]])
        return FiniteTypeLottery(
            values_1=[self.low, self.high],
            values_2=[self.low, self.high],
            joint=joint,
            exponent=self.exponent,
        )
