"""Models whose answers are formulas of their own, against draws and identities by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import ExploreExploit, GamblingContest, InnovationAuction, ManyContests


@pytest.mark.parametrize("costs", [(1.0, 1.0), (1.0, 1.5), (0.2, 3.0)])
def test_quality_in_an_innovation_auction(costs: tuple[float, float]) -> None:
    """Quality maximises chance times quality less c q^2: its mean is half the chance to win over c."""
    auction = InnovationAuction(costs=costs)
    wins = auction.win_probability()
    assert auction.expected_quality(0) == pytest.approx(wins / (2 * costs[0]), rel=1e-9)
    assert auction.expected_quality(1) == pytest.approx((1 - wins) / (2 * costs[1]), rel=1e-6)
    surplus = np.linspace(1e-9, auction.highest_surplus, 50)
    best = [auction.profit_of(0, q, surplus).max() for q in np.linspace(0, 1 / costs[0], 60)]
    assert max(best) <= auction.payoff[0] + 1e-12
    with pytest.raises(ct.InvalidPartError, match="supplier 0 or 1"):
        auction.expected_quality(2)


@pytest.mark.parametrize("drift", [0.0, -0.3])
def test_values_of_gamblers_are_drawn_as_computed(drift: float) -> None:
    """Without drift stopping is a fair gamble; no rule of stopping wins more often than one in n."""
    model = GamblingContest(contestants=3, start=1.0, drift=drift, volatility=1.0)
    drawn = model.rvs(40_000, rng=np.random.default_rng(6))
    assert drawn.shape == (40_000, 3)

    def near(sample: np.ndarray, expected: float) -> bool:
        return bool(abs(sample.mean() - expected) < 5 * sample.std() / np.sqrt(sample.size))

    assert near(drawn.ravel(), model.expected_value())
    assert near(drawn.max(axis=1), model.expected_best())
    if drift == 0:
        assert model.expected_value() == pytest.approx(1.0, rel=1e-9)
    low, high = np.array([0.0, 0.3, 0.8]), np.array([1.0, 1.5, 4.0])
    assert (model.win_probability_of(low, high) <= 1 / 3 + 1e-9).all()
    with pytest.raises(ct.InvalidPartError, match="either side of the start"):
        model.win_probability_of(1.2, 2.0)


@pytest.mark.parametrize("cost", [1e-3, 1e-15, 1e-100])
def test_when_another_submission_does_not_pay(cost: float) -> None:
    """At the threshold the best of both just pays; so small a cost used to be an IndexError."""
    model = ExploreExploit(success=0.5, leap=3.0, rating=1.0, cost=cost)
    at = model.abandons_above()

    def gain(mu: float) -> float:
        return max(model.payoff("explore", mu), model.payoff("exploit", mu)) - model.payoff("abandon", mu)

    assert gain(0.9 * at) > 0 > gain(1.1 * at)
    assert ExploreExploit(success=0.5, leap=3.0, cost=0.0).abandons_above() == math.inf
    assert ExploreExploit(success=1e-9, leap=1.5).explores_above() == math.inf
    with pytest.raises(ct.NoEquilibriumError, match="pays at no competition"):
        model.replace(cost=0.5).abandons_above()
    with pytest.raises(ct.InvalidPartError, match="'explore', 'exploit' or 'abandon'"):
        model.payoff("wait", 1.0)  # type: ignore[arg-type]


def test_what_winning_is_worth_wherever_a_solver_goes() -> None:
    """DiPalantino and Vojnovic (2009): with one contest, the award times the chance to be ablest."""
    one = ManyContests(solvers=3, awards=[2.0], skill=stats.uniform())
    skills = np.array([0.1, 0.5, 1.0])
    assert one.worth_of_winning(skills) == pytest.approx(2.0 * skills**2)
    several = ManyContests(solvers=3, awards=[2.0, 1.0, 0.5], skill=stats.uniform())
    worth = several.worth_of_winning(np.linspace(0.01, 1, 60))
    assert (np.diff(worth) > 0).all()
    assert worth[-1] == pytest.approx(2.0)  # the ablest wins the largest award for sure
    levels = several.thresholds()
    beside = several.worth_of_winning(np.concatenate([levels[1:] - 1e-9, levels[1:] + 1e-9]))
    assert beside[: levels.size - 1] == pytest.approx(beside[levels.size - 1 :], rel=1e-6)  # no jump
