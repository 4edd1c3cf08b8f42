"""Fullerton and McAfee (1999): who should enter a research tournament, and how places are sold."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import cases, expected


def auction(n=4, prize=1.0, places=2, **parts):
    return ct.Contest(
        contestants=ct.Private(n, cost=stats.uniform(1, 1)),
        prizes=prize,
        success=ct.Lottery(),
        entry=ct.EntryAuction(places),
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
    with pytest.raises(ct.InvalidPartError, match="2 or more"):
        ct.EntryAuction(1)
    with pytest.raises(ct.InvalidPartError, match="at most the number of bidders, 4"):
        auction(4, places=5).solve()
    contest = ct.Contest(contestants=ct.Identical(3), prizes=1.0, entry=ct.EntryAuction(2))
    with pytest.raises(ct.InvalidPartError, match="private costs of one law"):
        contest.solve()


def contest_of(costs):
    """The contest among entrants whose costs are known, solved by the library."""
    return ct.solve(ct.Contest(contestants=ct.Known(cost=costs), prizes=1.0, success=ct.Lottery()))


@pytest.mark.parametrize("n", [4, 7])
def test_three_places_agree_with_a_simulated_auction(n):
    eq = ct.solve(auction(n, places=3))
    assert eq.certificate.passed
    rng = np.random.default_rng(11)
    cost = np.sort(1 + rng.random((200_000, n)), axis=1)
    bids = eq.strategy(0)(cost.ravel()).reshape(cost.shape)
    assert np.all(np.diff(bids, axis=1) <= 1e-15)
    inside = cost[:, :3]
    # What the costs of entrants are worth to them is what the library's contest says.
    total = inside.sum(axis=1)
    effort = 2 / total[:, None] * (1 - 2 * inside / total[:, None])
    profit = (1 - 2 * inside / total[:, None]) ** 2
    for row in (0, 1, 2):
        known = contest_of(inside[row])
        assert known.effort == pytest.approx(effort[row], rel=1e-10)
        assert known.payoff == pytest.approx(profit[row], rel=1e-9)
    drawn = {
        ct.FeesCollected()(eq): bids.sum(axis=1),
        eq.total_effort: effort.sum(axis=1),
        eq.expected_best: effort[:, 0],
        eq.payoff[0] * n: profit.sum(axis=1) - bids.sum(axis=1),
    }
    for exact, sample in drawn.items():
        assert exact == pytest.approx(sample.mean(), abs=4.5 * sample.std() / np.sqrt(200_000))


def test_three_places_bids_solve_the_differential_equation():
    """b'(c) f against a double integral over the two opponents, by brute force."""
    bids = auction(5, places=3).game().bids
    x, w = np.polynomial.legendre.leggauss(80)
    for level in (0.15, 0.5, 0.9):
        own = 1 + level
        first, second = 1 + level * (x + 1) / 2, (1 + level * (x + 1) / 2)[:, None]
        profit = (1 - 2 * own / (own + first + second)) ** 2
        mean = (w / 2) @ profit @ (w / 2)
        # The third of four rivals stands at the level: 4!/(2! 1!) v^2 (1 - v).
        slope = 12 * level**2 * (1 - level) * mean
        step = 1e-5
        found = -(bids.at_level(level + step) - bids.at_level(level - step)) / (2 * step)
        assert found == pytest.approx(slope, rel=1e-7)
        assert bids.slope(np.array([level]))[0] == pytest.approx(slope, rel=1e-12)


def test_two_places_by_the_transform_of_three_and_more():
    """The general formula at k = 2 is the direct one."""
    from contests.entry_places import BidFunction

    class General(BidFunction):
        def _mean(self, level):
            s, _ = self.transform
            costs = self.costs.ppf(level[:, None] * (x + 1) / 2)
            return level[:, None] * np.einsum("mws,w->ms", np.exp(-s * costs[..., None]), w / 2)

        def _profit(self, own, level, mean):
            s, weight = self.transform
            common = weight * np.exp(-s * own[:, None]) * mean
            return level - 2 * own * common.sum(axis=1) + own**2 * (common @ s)

    x, w = np.polynomial.legendre.leggauss(60)
    law = auction().game().bids.costs
    levels = np.linspace(0.05, 1.0, 9)
    direct = BidFunction(law, 4, 1.0).below(law.ppf(levels), levels)
    assert General(law, 4, 1.0).below(law.ppf(levels), levels) == pytest.approx(direct, rel=1e-12)


def test_as_many_places_as_bidders_cost_nothing():
    eq = ct.solve(auction(3, places=3))
    assert ct.FeesCollected()(eq) == 0.0
    assert ct.PerEntrant(1.0)(eq) == 3.0
    assert eq.payoff[0] > ct.solve(auction(4, places=3)).payoff[0]


@pytest.mark.parametrize("n", [4, 8])
def test_two_places_are_the_cheapest_way_to_an_effort(n):
    """Fullerton and McAfee's result: for a target of total effort the prize less the bids is least at two."""
    found = [ct.solve(auction(n, places=k)) for k in (2, 3)]
    net = [(1.0 - ct.FeesCollected()(eq)) / eq.total_effort for eq in found]
    assert net[0] < net[1]


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
