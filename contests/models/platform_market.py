"""The market on a platform: what contests with a Poisson number of solvers pay, and the entry certificate.

With lambda solvers per contest, each in a contest of her own drawing or mixed choice, the numbers in
contests are Poisson, and so are the rivals of each solver. Everything that the market needs is an
expectation of a function of that number; its derivative in lambda is the expectation of the function's
step. Nothing here knows who enters the platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.laws import Law
from contests.part import Part

if TYPE_CHECKING:
    from contests.certificate import Certificate
    from contests.equilibrium import Equilibrium

__all__ = ["Field", "MarketCertificate", "PlatformMarket", "poisson_field", "surplus_below"]

Array = NDArray[np.float64]
TOLERANCE = 1e-8
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)


@dataclass(frozen=True)
class Field:
    """Expectations over a Poisson number of solvers in a contest, with their slopes in its mean.

    Attributes
    ----------
    held : ndarray
        Probability that somebody comes.
    win : ndarray
        Chance of a solver to win: E 1/(j+1) over her rivals j.
    slope : ndarray
        Slope of that chance in own quality for a Gumbel shock of scale 1: E j/(j+1)^2.
    luck : ndarray
        Expected best of the shocks, E ln n where somebody comes, for scale 1.
    slopes : tuple of ndarray
        Derivatives of the four in the mean number of solvers.
    """

    held: Array
    win: Array
    slope: Array
    luck: Array
    slopes: tuple[Array, Array, Array, Array]


def poisson_field(mean: ArrayLike) -> Field:
    """Return the expectations for Poisson numbers of solvers.

    Parameters
    ----------
    mean : array_like
        Mean number of solvers in a contest, above zero.

    Examples
    --------
    >>> round(float(poisson_field(2.0).win), 12)  # (1 - exp(-2))/2
    0.432332358382
    """
    from scipy.special import gammaln

    m = np.asarray(mean, dtype=float)
    top = float(m.max())
    j = np.arange(int(top + 14.0 * np.sqrt(top) + 40.0))
    chance = np.exp(j * np.log(m)[..., None] - m[..., None] - gammaln(j + 1.0))

    def both(values: Array) -> tuple[Array, Array]:
        return np.asarray(chance[..., :-1] @ values[:-1]), np.asarray(chance[..., :-1] @ np.diff(values))

    win, win_slope = both(np.asarray(1.0 / (j + 1.0)))
    slope, slope_slope = both(j / (j + 1.0) ** 2)
    luck, luck_slope = both(np.log(np.maximum(j, 1)))
    held, held_slope = -np.expm1(-m), np.exp(-m)
    return Field(held, win, slope, luck, (held_slope, win_slope, slope_slope, luck_slope))


def surplus_below(law: Law, value: float) -> float:
    """Return E max(value - x, 0) for an outside option x drawn from a law.

    Parameters
    ----------
    law : Law
        Law of outside options, in money.
    value : float
        What taking part is worth, in money.

    Examples
    --------
    >>> from contests.laws import uniform
    >>> round(surplus_below(uniform(0.0, 1.0), 0.5), 12)
    0.125
    """
    share = float(law.cdf(value))
    if share <= 0.0:
        return 0.0
    t = 0.5 * (_NODES + 1.0)
    # The fourth power crowds nodes at the lower tail, where outside options may go to minus infinity.
    gains = value - law.ppf(share * t**4)
    return float(share * (0.5 * _WEIGHTS * 4.0 * t**3) @ gains)


@dataclass(frozen=True, kw_only=True)
class MarketCertificate:
    """How far a market is from an equilibrium: gains in units of the award, zero if exact.

    Attributes
    ----------
    seeker_gain : float
        Gain of the marginal seeker from coming in or staying out.
    solver_gain : float
        Gain of the marginal solver from coming in or staying out.
    award_gain : float
        Gain of a seeker from the best other award.
    best_award : float
        That award, in money.
    contest : Certificate
        Certificate of the effort in each contest.
    tolerance : float
        Largest gain allowed.
    """

    seeker_gain: float
    solver_gain: float
    award_gain: float
    best_award: float
    contest: Certificate
    tolerance: float = TOLERANCE

    @property
    def passed(self) -> bool:
        """Whether nobody gains more than the tolerance."""
        most = max(self.seeker_gain, self.solver_gain, self.award_gain)
        return bool(most <= self.tolerance and self.contest.passed)

    def explain(self) -> str:
        """Return in words who would rather do something else."""
        if self.passed:
            return "nobody outside wants in, nobody inside wants out, and no seeker wants another award"
        if not self.contest.passed:
            return self.contest.explain()
        gains = {
            "a seeker would rather enter or leave": self.seeker_gain,
            "a solver would rather enter or leave": self.solver_gain,
            f"a seeker would rather offer {self.best_award:.6g}": self.award_gain,
        }
        words = max(gains, key=lambda name: gains[name])
        return f"{words}, a gain of {gains[words]:.3g} of the award"


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PlatformMarket(Part):
    """What comes of a platform: who is there, at what award and effort, and what each party gains.

    Parameters
    ----------
    seekers, solvers : float
        Numbers on the platform.
    solvers_per_contest : float
        Mean number of solvers in a contest.
    award, effort : float
        What a seeker pays for the best idea, in money; each solver's effort.
    seeker_payoff, solver_payoff : float
        What being on the platform is worth, in money, before the outside option.
    profit : float
        The platform's commission income less its cost of contests, in money.
    seekers_surplus, solvers_surplus : float
        Sums of gains over outside options, in money.
    fields : tuple of float
        Solvers per contest in every equilibrium with trade that was found, this one among them.
    equilibrium : Equilibrium, optional
        The certified equilibrium of each contest.
    certificate : MarketCertificate, optional
        Nobody gains by entering, leaving or setting another award.
    """

    seekers: float
    solvers: float
    solvers_per_contest: float
    award: float
    effort: float
    seeker_payoff: float
    solver_payoff: float
    profit: float
    seekers_surplus: float
    solvers_surplus: float
    fields: tuple[float, ...] = ()
    equilibrium: Equilibrium | None = None
    certificate: MarketCertificate | None = None

    @property
    def welfare(self) -> float:
        """The three parties' surplus, in money."""
        return self.profit + self.seekers_surplus + self.solvers_surplus

    def to_dict(self) -> dict[str, Any]:
        """Return numbers of the market by name."""
        names = ("seekers", "solvers", "solvers_per_contest", "award", "effort", "seeker_payoff")
        more = ("solver_payoff", "profit", "seekers_surplus", "solvers_surplus", "welfare")
        return {name: float(getattr(self, name)) for name in names + more}
