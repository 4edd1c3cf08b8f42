"""Fullerton and McAfee (1999): who should enter a research tournament, and how places are sold."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import cases, expected


def auction(n=4, prize=1.0, **parts):
    return ct.Contest(
        contestants=ct.Private(n, cost=stats.uniform(1, 1)),
        prizes=prize,
        success=ct.Lottery(),
        entry=ct.EntryAuction(2),
        **parts,
    )


@pytest.mark.parametrize("case", cases("canon", model="contestant_selection_auction"))
def test_bids_for_two_places(case):
    p = case["parameters"]
    eq = ct.solve(auction(p["n"], p["prize"]))
    assert eq.certificate.passed
    bids = eq.strategy(0)([1.0, 1.5, 2.0])
    assert bids[0] == expected(case, "bid_at_1")
    assert bids[1] == expected(case, "bid_at_1p5")
    assert bids[2] == pytest.approx(0.0, abs=1e-12)
    assert ct.FeesCollected()(eq) == expected(case, "expected_entry_revenue")
    best = float(eq.game.payoff(0, bids[0], eq.profile, 1.0))
    assert best == expected(case, "value_best_type")


def test_the_auction_agrees_with_a_simulated_one():
    eq = ct.solve(auction(5))
    rng = np.random.default_rng(6)
    cost = np.sort(1 + rng.random((300_000, 5)), axis=1)
    bids = eq.strategy(0)(cost.ravel()).reshape(cost.shape).sum(axis=1)
    effort = 1 / (cost[:, 0] + cost[:, 1])
    assert ct.FeesCollected()(eq) == pytest.approx(bids.mean(), abs=4.5 * bids.std() / 550)
    assert eq.total_effort == pytest.approx(effort.mean(), abs=4.5 * effort.std() / 550)
    profit = ((cost[:, 1] ** 2 + cost[:, 0] ** 2) / (cost[:, 0] + cost[:, 1]) ** 2 - bids) / 5
    assert eq.payoff[0] == pytest.approx(profit.mean(), abs=4.5 * profit.std() / 550)


def test_a_bid_function_of_the_wrong_height_is_not_an_equilibrium():
    game = auction().game()
    other = auction(4, 1.3).game()
    right, wrong = ct.solve(game).profile, ct.solve(other).profile
    assert ct.certify(game, right).passed
    assert not ct.certify(game, wrong).passed


def test_two_bidders_are_in_for_nothing():
    eq = ct.solve(auction(2))
    assert ct.FeesCollected()(eq) == pytest.approx(0.0, abs=1e-12)


def test_units_do_not_matter():
    for scale in (1e-9, 1e9):
        eq = ct.solve(auction(4, scale, cost=ct.Linear(scale)))
        assert ct.FeesCollected()(eq) / scale == pytest.approx(0.4032561081060825)
        assert eq.total_effort == pytest.approx(ct.solve(auction(4)).total_effort)


def test_what_the_auction_does_not_cover_is_refused_in_words():
    with pytest.raises(ct.InvalidPartError, match="not yet solved"):
        ct.EntryAuction(3)
    contest = ct.Contest(contestants=ct.Identical(3), prizes=1.0, entry=ct.EntryAuction(2))
    with pytest.raises(ct.InvalidPartError, match="private costs of one law"):
        contest.solve()


@pytest.mark.parametrize("case", cases("canon", model="research_tournament_optimal_entrants"))
def test_two_finalists_cost_least(case):
    """For a target of total draws: the prize it takes, less fees that leave the marginal entrant nothing."""
    p, q = case["parameters"], case["quantities"]
    costs, target = p["unit_costs"], p["total_draws_target"]

    def net_cost(n):
        def build(prize):
            return ct.Contest(
                contestants=ct.Known(cost=costs[:n]),
                prizes=prize,
                technology=ct.Trials(stats.uniform()),
            )

        enough = ct.AtLeast(ct.TotalEffort(), target)
        found = ct.design(build, -1 * ct.PrizesPaid(), enough, prize=ct.Interval(1.0, 40.0))
        fee = found.equilibrium.payoff[n - 1] - p["fixed_cost"]
        return found.prizes[0] - n * fee

    nets = [net_cost(n) for n in (2, 3, 4)]
    assert nets == pytest.approx(q["net_cost_by_n"], rel=1e-5)
    assert int(np.argmin(nets)) + 2 == q["optimal_n"]
