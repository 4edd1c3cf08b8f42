"""Picking an idea by a noisy evaluation, and how many ideas are different.

:class:`IdeaScreening` (Girotra, Terwiesch and Ulrich 2010): n ideas of normal quality
with mean m and standard deviation s are evaluated with a normal error of standard
deviation t; the idea with the highest mark is chosen. Its expected quality is
m + s^2/sqrt(s^2 + t^2) m_n, m_n the expected highest of n standard normals. Without
error that is the best idea; with an error that swamps quality, an idea at random.

:class:`IdeaRedundancy` (Kornish and Ulrich 2011): n ideas drawn from T equally likely
possibilities hold T (1 - (1 - 1/T)^n) different ones. From a count of different ones
the size of the space can be estimated, exactly or with the exponential approximation
(1/a)(1 - exp(-a n)), whose space is 1/a.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from contests.contest import Contest
from contests.contestants import Identical
from contests.errors import InvalidPartError
from contests.laws import normal
from contests.model import Model
from contests.numerics import expected_order_statistic, root
from contests.part import Part
from contests.prizes import WinnerTakeAll
from contests.success import Highest
from contests.technology import Additive
from contests.validation import at_least_zero, count, finite, positive

__all__ = ["IdeaRedundancy", "IdeaScreening"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class IdeaScreening(Model):
    """Choosing among normal ideas by a noisy mark.

    Parameters
    ----------
    ideas : int
        How many ideas n, at least 1.
    mean, spread : float
        Mean and standard deviation of quality.
    error : float
        Standard deviation of the evaluation's error, in units of quality.

    Examples
    --------
    >>> screening = IdeaScreening(ideas=20, mean=5.0, spread=1.0, error=0.8)
    >>> round(screening.selected_quality(), 9), round(screening.best_quality(), 9)
    (6.458253027, 6.86747506)
    """

    ideas: int = 10
    mean: float = 0.0
    spread: float = 1.0
    error: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "ideas", count("IdeaScreening.ideas", self.ideas))
        object.__setattr__(self, "mean", finite("IdeaScreening.mean", self.mean))
        object.__setattr__(self, "spread", positive("IdeaScreening.spread", self.spread))
        object.__setattr__(self, "error", at_least_zero("IdeaScreening.error", self.error))

    def contest(self) -> Contest:
        """Return the contest without prizes among the ideas, for simulation and objectives."""
        return Contest(
            contestants=Identical(self.ideas, ability=self.mean),
            technology=Additive(normal(self.spread)),
            success=Highest(error=normal(self.error)) if self.error else Highest(),
            prizes=WinnerTakeAll(0.0),
        )

    def selected_quality(self) -> float:
        """Return the expected true quality of the idea with the highest mark."""
        return float(self.mean + self.reliability() ** 0.5 * (self.best_quality() - self.mean))

    def best_quality(self) -> float:
        """Return the expected quality of the best idea."""
        return self.mean + expected_order_statistic(normal(self.spread), self.ideas)

    def reliability(self) -> float:
        """Return the share of the variance of marks that is quality's: s^2/(s^2 + t^2)."""
        return self.spread**2 / (self.spread**2 + self.error**2)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class IdeaRedundancy(Part):
    """How many of n ideas are different when T are possible.

    Parameters
    ----------
    possibilities : float
        Number T of equally likely ideas, above 1.
    ideas : int
        Number n of ideas drawn.

    Examples
    --------
    >>> round(IdeaRedundancy(possibilities=1500, ideas=1000).expected_unique(), 6)
    730.045518
    """

    possibilities: float
    ideas: int

    def __post_init__(self) -> None:
        size = positive("IdeaRedundancy.possibilities", self.possibilities)
        if size <= 1:
            raise InvalidPartError("IdeaRedundancy.possibilities", size, "more than one")
        object.__setattr__(self, "possibilities", size)
        object.__setattr__(self, "ideas", count("IdeaRedundancy.ideas", self.ideas))

    def expected_unique(self) -> float:
        """Return the expected number of different ideas."""
        size = self.possibilities
        return -size * math.expm1(self.ideas * math.log1p(-1.0 / size))

    def exponential_rate(self) -> float:
        """Return the rate a of the exponential model that has as many different ideas.

        Returns
        -------
        float
            a in (1/a)(1 - exp(-a n)); the model's number of possibilities is 1/a.
        """
        return _rate(self.ideas, self.expected_unique())

    @classmethod
    def from_count(cls, *, ideas: int, unique: float) -> IdeaRedundancy:
        """Return the redundancy whose expected number of different ideas is a count.

        Parameters
        ----------
        ideas : int
            Number of ideas drawn.
        unique : float
            Number of different ones among them, more than 1 and fewer than ``ideas``.

        Returns
        -------
        IdeaRedundancy

        Raises
        ------
        InvalidPartError
            If the count fits no finite number of possibilities.
        """
        n = count("IdeaRedundancy.ideas", ideas, least=2)
        seen = finite("IdeaRedundancy.unique", unique)
        if not 1 < seen < n:
            raise InvalidPartError("IdeaRedundancy.unique", seen, f"more than 1 and fewer than the {n} ideas")

        def excess(log_size: float) -> float:
            size = 1.0 + math.exp(log_size)
            return -size * math.expm1(n * math.log1p(-1.0 / size)) / seen - 1.0

        size = 1.0 + math.exp(root(excess, math.log(1e-12), math.log(n) * 2 + math.log(n / (n - seen))))
        return cls(possibilities=size, ideas=n)


def _rate(ideas: int, unique: float) -> float:
    """The root a of (1/a)(1 - exp(-a n)) = unique."""

    def excess(log_rate: float) -> float:
        rate = math.exp(log_rate)
        return -math.expm1(-rate * ideas) / (rate * unique) - 1.0

    return math.exp(root(excess, math.log(1e-15 / ideas), math.log(2.0 / unique)))
