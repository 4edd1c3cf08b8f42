"""The forces and rules of a tournament for ideas, each a part: judges, network, love, and the rules.

All are choices of this library that put Morgan and Wang's (2010) words into numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from contests.errors import InvalidPartError
from contests.laws import Law, averaged_error, law, sum_law
from contests.part import Part
from contests.validation import Column, at_least_zero, count, finite, fraction, vector

__all__ = ["Admit", "Finalists", "Handicaps", "Judges", "Love", "Network", "Rule", "Standard"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Judges(Part):
    """Who judges the ideas: the mean of m marks, each with an error of its own, and a shared bias.

    Parameters
    ----------
    number : int
        How many judges m, at least 1.
    error : SciPy distribution
        Law of one judge's error in the mark of one idea, in units of quality.
    bias : SciPy distribution, optional
        Law of an error in the mark of one idea that all judges share: no number averages it out.
    unit_cost : float
        What each judge costs the sponsor, in money.

    Examples
    --------
    >>> from contests.laws import normal
    >>> Judges(9, error=normal(3.0)).noise
    stats.norm()
    """

    number: int = field(default=1, kw_only=False)
    error: Any = None
    bias: Any = None
    unit_cost: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", count("Judges.number", self.number))
        if self.error is None:
            raise InvalidPartError(
                "Judges.error", None, "the law of a judge's error", "Judges without error: leave them out."
            )
        object.__setattr__(self, "error", law(self.error, part="Judges.error"))
        if self.bias is not None:
            object.__setattr__(self, "bias", law(self.bias, part="Judges.bias"))
        object.__setattr__(self, "unit_cost", at_least_zero("Judges.unit_cost", self.unit_cost))

    @cached_property
    def noise(self) -> Law:
        """Law of the error in the mean mark of one idea."""
        mean_error: Law = averaged_error(self.error, self.number)
        return mean_error if self.bias is None else sum_law(self.bias, mean_error)

    @property
    def cost(self) -> float:
        """What all judges cost, in money."""
        return self.number * self.unit_cost


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Network(Part):
    """Where contestants come from: domains of knowledge whose members share a part of their shock.

    Parameters
    ----------
    domains : int
        Number of domains d, at least 1; contestants are spread evenly over them.
    correlation : float
        Correlation of the shocks of two members of one domain, in [0, 1].

    Examples
    --------
    >>> Network(4, correlation=0.5)
    Network(4, correlation=0.5)
    """

    domains: int = field(kw_only=False)
    correlation: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "domains", count("Network.domains", self.domains))
        object.__setattr__(self, "correlation", fraction("Network.correlation", self.correlation))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Love(Part):
    """Love of the work: an intrinsic reward for each unit of effort, crowded out by the prizes.

    The reward is reward * exp(-crowding * all prizes): a modelling choice.

    Parameters
    ----------
    reward : float
        Reward of a unit of effort where nothing is paid, in money.
    crowding : float
        Relative fall of the reward for each unit of money in prizes, zero or more.

    Examples
    --------
    >>> round(Love(2.0, crowding=0.1).at(10.0), 6)
    0.735759
    """

    reward: float = field(kw_only=False)
    crowding: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "reward", at_least_zero("Love.reward", self.reward))
        object.__setattr__(self, "crowding", at_least_zero("Love.crowding", self.crowding))

    def at(self, prizes: float) -> float:
        """Return the reward of a unit of effort where ``prizes`` are paid in all, in money."""
        return float(self.reward * np.exp(-self.crowding * prizes))


class Rule(Part):
    """Base of the rules of a tournament for ideas."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Admit(Rule):
    """Only so many are admitted.

    Parameters
    ----------
    contestants : int
        How many, at least 1.

    Examples
    --------
    >>> Admit(3)
    Admit(3)
    """

    contestants: int = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "contestants", count("Admit.contestants", self.contestants))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Standard(Rule):
    """No award unless the mark reaches a standard (the final's, if there are two stages).

    Parameters
    ----------
    mark : float
        The least mark that can win a prize, in units of quality.

    Examples
    --------
    >>> Standard(1.5)
    Standard(1.5)
    """

    mark: float = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mark", finite("Standard.mark", self.mark))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Finalists(Rule):
    """Two stages: a preliminary round without prizes, then a final among the best.

    Parameters
    ----------
    number : int
        How many reach the final, at least 2; they start afresh there.

    Examples
    --------
    >>> Finalists(2)
    Finalists(2)
    """

    number: int = field(kw_only=False)

    def __post_init__(self) -> None:
        remedy = "A lone finalist would not exert herself."
        object.__setattr__(self, "number", count("Finalists.number", self.number, least=2, remedy=remedy))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Handicaps(Rule):
    """Points added to each contestant's mark.

    Parameters
    ----------
    marks : sequence of float, shape (n,)
        In units of quality; they do not change quality.

    Examples
    --------
    >>> Handicaps([0.5, 0.0])
    Handicaps([0.5, 0.0])
    """

    marks: Column = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "marks", vector("Handicaps.marks", self.marks))
