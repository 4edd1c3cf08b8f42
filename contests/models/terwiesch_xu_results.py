"""What the design methods of a Terwiesch-Xu contest return: small frozen results.

Each carries the choice, the value, the certified equilibrium at the choice, and
of what kind the evidence is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.errors import UnsolvableError
from contests.part import Part

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium

__all__ = ["BestOfMany", "Design", "Efforts", "FreeEntry", "Internal", "PureEquilibria"]

Array = NDArray[np.float64]
Where = Literal["interior", "at the cap", "at the floor", "infinite"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Design(Part):
    """A choice of the seeker.

    Parameters
    ----------
    choice : object
        The award, the number of solvers (possibly infinite) or the contingent award.
    value : float
        Her profit there; the limit if the choice is infinite.
    equilibrium : Equilibrium or None
        The certified equilibrium at the choice; None if the choice is infinite.
    where : {"interior", "at the cap", "at the floor", "infinite"}
        Where the choice lies in what was allowed.
    evidence : str
        Closed form or search, and what was searched.
    continuous : float or None
        The best size as a real number, where a formula gives it.

    Examples
    --------
    >>> Design(choice=3, value=1.5, equilibrium=None, where="interior", evidence="an example").choice
    3
    """

    choice: Any
    value: float
    equilibrium: Equilibrium | None
    where: Where
    evidence: str
    continuous: float | None = None

    @property
    def is_infinite(self) -> bool:
        """Whether no finite choice is best."""
        return self.where == "infinite"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FreeEntry(Part):
    """How many solvers enter at a cost.

    Parameters
    ----------
    solvers : int
        The largest number who do not lose by entering.
    payoff : float
        Each entrant's payoff net of the entry cost (of staying out, zero, if nobody enters).
    payoff_with_one_more : float
        The same if one more entered: below zero.
    equilibrium : Equilibrium or None
        The certified equilibrium among the entrants; None if nobody enters.
    evidence : str
        How the number was found.

    Examples
    --------
    >>> FreeEntry(solvers=0, payoff=0.0, payoff_with_one_more=-1.0, equilibrium=None, evidence="").solvers
    0
    """

    solvers: int
    payoff: float
    payoff_with_one_more: float
    equilibrium: Equilibrium | None
    evidence: str


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Internal(Part):
    """One in-house solver whose effort is contractible.

    Parameters
    ----------
    effort : float
        Her effort (number of trials).
    quality : float
        Expected quality.
    profit : float
        Expected quality less the cost of effort.
    evidence : str
        Closed form or search.

    Examples
    --------
    >>> Internal(effort=1.0, quality=0.0, profit=-1.0, evidence="an example").profit
    -1.0
    """

    effort: float
    quality: float
    profit: float
    evidence: str


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PureEquilibria(Part):
    """All pure equilibria of a contest of whole trials.

    Parameters
    ----------
    profiles : tuple of tuple of int
        Trials of each solver; solvers who are alike are sorted by trials.
    symmetric : tuple of int
        Trials of each solver in the equilibria in which all do the same.
    equilibria : tuple of Equilibrium
        The certified equilibrium of each profile, in the same order.

    Examples
    --------
    >>> PureEquilibria(profiles=((1, 2, 2),), symmetric=(), equilibria=()).statement
    'no symmetric pure equilibrium; 1 in which solvers differ: (1, 2, 2)'
    """

    profiles: tuple[tuple[int, ...], ...]
    symmetric: tuple[int, ...]
    equilibria: tuple[Equilibrium, ...]

    @classmethod
    def of(cls, model: Any, profiles: list[tuple[int, ...]]) -> PureEquilibria:
        """Return the ``profiles`` of a ``model`` with the certified equilibrium of each."""
        from contests.solvers.whole_trials import Fixed

        return cls(
            profiles=tuple(profiles),
            symmetric=tuple(sorted({p[0] for p in profiles if len(set(p)) == 1})),
            equilibria=tuple(model.solve(solver=Fixed(profile)) for profile in profiles),
        )

    @property
    def statement(self) -> str:
        """Whether there is a symmetric equilibrium, in words."""
        from contests.solvers.whole_trials import statement

        return statement(list(self.profiles))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BestOfMany(Part):
    """The distribution of the best quality at an equilibrium.

    The product of the solvers' distributions of quality; for trials, the law of a draw to the power
    of all trials together.

    Parameters
    ----------
    equilibrium : Equilibrium
        A certified equilibrium of a contest of parts.
    """

    equilibrium: Equilibrium

    def __post_init__(self) -> None:
        contest = self.equilibrium.contest
        if not isinstance(contest, Contest):
            reason = {
                "distribution_of_best": "entry=ct.AllEnter(), ct.Invite(k) or ct.Reserve(...) would work"
            }
            raise UnsolvableError("Entry leaves the number of contestants to chance:", reason)

    @cached_property
    def _groups(self) -> list[tuple[Any, int]]:
        from contests.outcomes import Outcomes

        return Outcomes(self.equilibrium.contest, self.equilibrium.profile).quality_groups()

    def log_cdf(self, quality: ArrayLike) -> Array:
        """Return the log of the probability that the best is at most ``quality`` (array_like)."""
        from contests.technology import Trials

        x = np.asarray(quality, float)
        technology = self.equilibrium.contest.technology
        if isinstance(technology, Trials):
            draw: Any = technology.draw
            return np.asarray(self.equilibrium.total_effort * draw.logcdf(x))
        total = np.zeros(x.shape)
        for scores, number in self._groups:
            with np.errstate(divide="ignore"):  # below the support: log of zero
                total = total + number * np.log(scores.below(x) + scores.tie(x))
        return total

    def cdf(self, quality: ArrayLike) -> Array:
        """Return the probability that the best is at most ``quality`` (array_like)."""
        return np.asarray(np.exp(self.log_cdf(quality)))

    def sf(self, quality: ArrayLike) -> Array:
        """Return the probability that the best is above ``quality`` (array_like)."""
        from contests.technology import Trials

        x = np.asarray(quality, float)
        technology = self.equilibrium.contest.technology
        if isinstance(technology, Trials):
            return np.asarray(-np.expm1(self.log_cdf(x)))
        total = np.zeros(x.shape)
        for scores, number in self._groups:
            with np.errstate(divide="ignore"):  # above all others with certainty
                total = total + number * np.log1p(-scores.above(x))
        return np.asarray(-np.expm1(total))

    def ppf(self, level: ArrayLike) -> Array:
        """Return quantiles of the best quality at ``level`` (array_like, in (0, 1)), by bisection."""
        from contests.technology import Trials

        u = np.asarray(level, float)
        technology = self.equilibrium.contest.technology
        if isinstance(technology, Trials):
            each = np.log(u) / self.equilibrium.total_effort
            low, rest = np.exp(each), -np.expm1(each)
            draw: Any = technology.draw
            return np.asarray(np.where(low < 0.5, draw.ppf(low), draw.isf(rest)))
        reach = max(1.0, abs(self.equilibrium.expected_best) if math.isfinite(self.mean()) else 1.0)
        lo, hi = np.full(u.shape, -reach), np.full(u.shape, reach)
        for _ in range(200):
            short, over = self.cdf(hi) < u, self.cdf(lo) >= u
            if not (short.any() or over.any()):
                break
            lo, hi = np.where(over, 2 * lo, lo), np.where(short, 2 * hi, hi)
        for _ in range(100):
            middle = (lo + hi) / 2
            reached = self.cdf(middle) >= u
            lo, hi = np.where(reached, lo, middle), np.where(reached, middle, hi)
        return hi

    @property
    def chance_of_none(self) -> float:
        """Probability that nobody hands in an idea (with a minimum quality or a fee)."""
        chance = 1.0
        for scores, number in self._groups:
            chance *= float(getattr(scores, "floor", 0.0)) ** number
        return chance

    def mean_if_any(self) -> float:
        """Return the expected best quality, given that somebody hands in an idea."""
        from contests.quadrature import quantile_nodes

        none = self.chance_of_none
        u, _, w = quantile_nodes()
        inside = (u > 1e-14) & (u < 1 - 1e-14)  # the ends weigh less than rounding
        levels = none + (1.0 - none) * u[inside]
        return float(np.sum(w[inside] * self.ppf(levels)) / np.sum(w[inside]))

    def mean(self) -> float:
        """Return the expected best quality."""
        return float(self.equilibrium.expected_best)


@dataclass(frozen=True, kw_only=True, eq=False)
class Efforts:
    """Efforts of many ideation contests, each with its certificate; arrays of one shape.

    Attributes
    ----------
    effort, payoff : ndarray
        First-order effort and each solver's payoff.
    max_gain : ndarray
        Largest gain from any deviation, in units of the award.
    effort_gap : ndarray
        Relative distance from effort to best reply; 1 where staying out is better.
    passed : ndarray of bool
        Whether the effort is an equilibrium.
    """

    effort: Array
    payoff: Array
    max_gain: Array
    effort_gap: Array
    passed: NDArray[np.bool_]
