"""The certificate of a market: marginal seekers and solvers, and every other award a seeker may set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contests.models.platform_market import MarketCertificate, PlatformMarket, poisson_field

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium
    from contests.laws import Law
    from contests.models.platform import Platform

__all__ = ["certify_market", "payoff_of_award"]

Array = NDArray[np.float64]


def certify_market(platform: Platform, market: PlatformMarket, equilibrium: Equilibrium) -> MarketCertificate:
    """Return the certificate of a market whose contests play ``equilibrium``."""
    stakes = market.award
    award_gain, best_award = 0.0, market.award
    crowd = poisson_field(market.solvers_per_contest)
    value = float(platform.seeker_payoff(market.award, crowd))
    # What the solver expects is taken from the certified contest, not from the market's formula.
    gets = float(equilibrium.payoff[0])
    if platform.award is None:
        factors = np.concatenate([np.geomspace(1e-3, 10.0, 241), 1.0 + np.linspace(-0.02, 0.02, 41)])
        awards = market.award * factors
        values = payoff_of_award(platform, awards, market)
        k = int(np.nanargmax(values))
        award_gain, best_award = max(float(values[k]) - value, 0.0) / stakes, float(awards[k])
    return MarketCertificate(
        seeker_gain=_marginal(platform.seeker_outside, value, market.seekers / platform.seekers) / stakes,
        solver_gain=_marginal(platform.solver_outside, gets, _solver_share(platform, market)) / stakes,
        award_gain=award_gain,
        best_award=best_award,
        contest=equilibrium.certificate,
    )


def _solver_share(platform: Platform, market: PlatformMarket) -> float:
    """The share of solvers that the contests hold: numbers on both sides must fit each other."""
    return market.solvers_per_contest * market.seekers / platform.solvers


def _marginal(law: Law, value: float, share: float) -> float:
    """What the last who is in, or the first who is out, would gain by changing sides."""
    if share > 1.0 + 1e-9:
        return float("inf")
    edge = float(law.ppf(min(share, 1.0)))
    if share >= 1.0 - 1e-12:
        return max(edge - value, 0.0)
    return abs(edge - value)


def payoff_of_award(platform: Platform, awards: Array, market: PlatformMarket) -> Array:
    """What a seeker expects who alone offers other awards; NaN where too many solvers would come."""
    if platform.spread == "random":
        return platform.seeker_payoff(awards, poisson_field(market.solvers_per_contest))
    offered = market.solver_payoff
    most = 20.0 * market.solvers_per_contest + 40.0
    low, high = np.full(awards.shape, 1e-9), np.full(awards.shape, most)
    nobody = platform.solver_payoff(awards, poisson_field(low)) <= offered
    crowded = platform.solver_payoff(awards, poisson_field(high)) > offered
    for _ in range(50):
        middle = 0.5 * (low + high)
        more = platform.solver_payoff(awards, poisson_field(middle)) > offered
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    values = platform.seeker_payoff(awards, poisson_field(0.5 * (low + high)))
    return np.where(nobody, 0.0, np.where(crowded, np.nan, values))
