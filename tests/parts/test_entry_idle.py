"""Places in a lottery contest some of whose entrants do nothing (Fullerton and McAfee 1999).

Against the transform that holds where all are active, against integrals over the others' costs by SciPy,
and against auctions and contests drawn at random, whose efforts are those of `ct.solve` for known costs.
"""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import dblquad

import contests as ct
from contests.entry_active import Opponents, weights_at
from contests.entry_idle import IdleBidFunction
from contests.entry_places import BidFunction
from contests.laws import law

WIDE = law(stats.uniform(1, 4))  # costs from 1 to 5: of three entrants one may be idle


def auction(n: int, places: int, costs: object, **parts: object) -> ct.Contest:
    given = {
        "contestants": ct.Private(n, cost=costs),
        "prizes": 2.0,
        "success": ct.Lottery(),
        "entry": ct.EntryAuction(places),
        **parts,
    }
    return ct.Contest(**given)  # type: ignore[arg-type]


def test_weights_give_polynomials_back() -> None:
    nodes = (np.polynomial.legendre.leggauss(16)[0] + 1) / 2
    places = np.array([0.0, 0.31, nodes[4], 1.0])
    assert weights_at(places) @ nodes**15 == pytest.approx(places**15, abs=1e-14)


def test_chances_of_who_is_active_by_hand() -> None:
    """Uniform costs: one opponent is below theta with theta - C < x with chance min(x, theta - 1) / 4."""
    levels = np.array([0.1, 0.6])
    theta = 1 + 4 * levels
    found = Opponents(WIDE, levels, 2, 2)
    x = np.array([[0.05, 0.2, 0.3, 0.6, 0.9], [0.5, 1.3, 2.0, 3.0, 5.0]])
    reach = theta[:, None] - 1
    assert found.at(1, x) == pytest.approx(np.minimum(x, reach) / 4, rel=1e-13)
    # Two: the sum of two uniform distances, a triangle.
    both = np.where(x < reach, x**2 / 2, reach**2 - np.maximum(2 * reach - x, 0.0) ** 2 / 2) / 16
    assert found.at(2, x) == pytest.approx(both, rel=1e-12)
    assert found.at(slice(0, 3), x)[:, 1, 2] == pytest.approx([1.0, 2.0 / 4, both[1, 2]], rel=1e-12)
    assert found.at(2, -x).tolist() == [[0.0] * 5] * 2
    above = Opponents(WIDE, levels, 1, 2, floor=0.05)  # opponents no better than 1.2
    assert above.at(1, x) == pytest.approx(np.minimum(x, theta[:, None] - 1.2) / 4, rel=1e-12)


@pytest.mark.parametrize(("costs", "n", "places"), [((1, 1), 5, 3), ((1, 0.5), 4, 4)])
def test_where_all_are_active_it_is_the_transform(costs: tuple[float, float], n: int, places: int) -> None:
    cost_law = law(stats.uniform(*costs))
    known, found = BidFunction(cost_law, n, 2.0, places), IdleBidFunction(cost_law, n, 2.0, places)
    level = np.array([0.0, 0.3, 0.95])
    cost = cost_law.ppf(np.array([0.7, 0.03, 0.97]))
    assert found.worth(cost, level) == pytest.approx(known.worth(cost, level), rel=1e-10)
    assert found.below(cost, level) == pytest.approx(known.below(cost, level), abs=1e-12)
    assert found.slope(level) == pytest.approx(known.slope(level), abs=1e-12)
    assert found.at_level(level) == pytest.approx(known.at_level(level), abs=1e-12)
    assert found.mean_bid() == pytest.approx(known.mean_bid(), abs=1e-12)


@pytest.mark.slow
def test_efforts_where_all_are_active() -> None:
    cost_law = law(stats.uniform(1, 1))
    known, found = BidFunction(cost_law, 5, 2.0, 3), IdleBidFunction(cost_law, 5, 2.0, 3)
    assert found.total_effort() == pytest.approx(known.total_effort(), rel=1e-11)
    assert found.largest_effort() == pytest.approx(known.largest_effort(), rel=1e-11)
    assert found.mean_worth() == pytest.approx(known.mean_worth(), rel=1e-11)


def profit(cost: float, first: float, second: float) -> float:
    """Of a third of the prize pool's owners: who of three is active, by the rule for known costs."""
    one, two = sorted((first, second))
    if cost >= one + two:
        return 0.0
    others = one if two >= one + cost else one + two
    active = 1 if others == one else 2
    return (1 - active * cost / (cost + others)) ** 2


def test_three_places_against_integrals_over_both_opponents() -> None:
    bids = IdleBidFunction(WIDE, 5, 1.0, 3)
    for cost, level in ((2.0, 0.2), (3.0, 0.5), (3.5, 0.9)):
        high = 1 + 4 * level

        def inner(x: float, cost: float = cost, high: float = high) -> list[float]:
            """Second costs between which one formula holds."""
            cuts = {1.0, x, high, cost - x, x + cost, x - cost}
            return sorted(c for c in cuts if 1.0 <= c <= high)

        def whole(x: float, cost: float = cost) -> float:
            ends = inner(x)
            nodes, weights = np.polynomial.legendre.leggauss(12)
            total = 0.0
            for a, b in pairwise(ends):
                y = a + (b - a) * (nodes + 1) / 2
                total += (
                    (b - a) / 2 * sum(w * profit(cost, x, one) for w, one in zip(weights, y, strict=True))
                )
            return total

        marks = sorted(
            c for c in {1.0, high, cost - 1, high - cost, cost + 1, cost - high} if 1.0 <= c <= high
        )
        nodes, weights = np.polynomial.legendre.leggauss(12)
        by_hand = 0.0
        for a, b in pairwise(marks):
            x = a + (b - a) * (nodes + 1) / 2
            by_hand += (b - a) / 2 * sum(w * whole(float(one)) for w, one in zip(weights, x, strict=True))
        assert bids.below(np.array([cost]), np.array([level]))[0] == pytest.approx(by_hand / 16, rel=2e-8)


def test_the_marginal_entrant_is_worth_something_however_weak() -> None:
    """Bids fall everywhere: against opponents almost as weak as herself she is active."""
    bids = IdleBidFunction(WIDE, 4, 1.0, 3)
    level = np.array([0.3, 0.9])
    cost = 1 + 4 * level
    for c, v, found in zip(cost, level, bids.slope(level), strict=True):
        # Both opponents below c, and active is she where their costs add to more than hers.
        mean = dblquad(
            lambda y, x, c=c: (1 - 2 * c / (c + x + y)) ** 2,
            max(1, c - c),
            c,
            lambda x, c=c: max(1.0, c - x),
            c,
        )[0]
        density = 3.0  # 3! / (2! 0!) (1 - v)^0, times v^2 with the mean
        assert found == pytest.approx(density * mean / 16, rel=1e-8), v
    assert (np.diff(bids(np.linspace(1, 5, 200))) < 0).all()


def agrees(eq: ct.Equilibrium, size: int) -> None:
    """Every number of an auction against draws, within four standard errors."""
    places = eq.game.entry.k
    assert eq.certificate.passed
    drawn = eq.simulate(size, rng=np.random.default_rng(3))
    best, spent = drawn.quality.max(axis=1), (drawn.prize - drawn.payoff - drawn.effort).sum(axis=1)
    assert drawn.enters is not None
    assert ((drawn.quality > 0).sum(axis=1) < places).any()  # somebody is idle now and then
    compared = {
        eq.total_effort: drawn.quality.sum(axis=1),
        eq.expected_best: best,
        ct.FeesCollected()(eq): drawn.effort.sum(axis=1),
        ct.ContestantSurplus()(eq): drawn.payoff.sum(axis=1),
        ct.WinnerQuality()(eq): drawn.quality[drawn.rank == 1],
        ct.Surplus()(eq): best - spent,
    }
    for exact, sample in compared.items():
        assert exact == pytest.approx(sample.mean(), abs=4 * sample.std() / np.sqrt(sample.size) + 1e-12)
    assert ct.PrizesPaid()(eq) == drawn.prize.sum(axis=1).mean() == 2.0
    assert ct.PerEntrant(1.0)(eq) == places == drawn.enters.sum(axis=1).mean()
    assert ct.TopQuality(places)(eq) == eq.total_effort
    assert ct.TopQuality(1)(eq) == eq.expected_best


@pytest.fixture(scope="module")
def solved() -> ct.Equilibrium:
    return ct.solve(auction(5, 3, stats.uniform(1, 4), cost=ct.Linear(3.0)))


def test_an_auction_with_idle_entrants_against_draws(solved: ct.Equilibrium) -> None:
    drawn = solved.simulate(20_000, rng=np.random.default_rng(3))
    assert ((drawn.quality > 0).sum(axis=1) < 3).any()
    assert ct.FeesCollected()(solved) == pytest.approx(drawn.effort.sum(axis=1).mean(), rel=0.01)
    total = drawn.quality.sum(axis=1)
    assert solved.total_effort == pytest.approx(total.mean(), abs=4 * total.std() / np.sqrt(total.size))
    with pytest.raises(ct.InvalidPartError, match=r"TopQuality.k must be 1, or at least .* places, 3, under"):
        ct.TopQuality(2)(solved)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "places", "costs"),
    [
        (5, 3, stats.uniform(1, 4)),
        (6, 4, stats.expon(1)),
        (4, 4, stats.uniform(1, 2)),
        (9, 3, stats.gamma(2.5, loc=0.3)),
    ],
)
def test_auctions_with_idle_entrants_against_draws(n: int, places: int, costs: object) -> None:
    agrees(ct.solve(auction(n, places, costs)), 200_000)


def test_efforts_that_are_drawn_are_those_of_the_contest(solved: ct.Equilibrium) -> None:
    """Costs come back from bids; entrants do what the library solves for known costs."""
    drawn = solved.simulate(4, rng=np.random.default_rng(8))
    assert drawn.enters is not None
    for row in range(4):
        cost = WIDE.ppf(solved.game.bids.level_of(drawn.effort[row]))
        inside = drawn.enters[row]
        assert (cost[inside].max() < cost[~inside]).all()
        known = ct.solve(
            ct.Contest(
                contestants=ct.Known(cost=cost[inside]),
                prizes=2.0,
                success=ct.Lottery(),
                cost=ct.Linear(3.0),
            )
        )
        assert drawn.quality[row, inside] == pytest.approx(known.effort, rel=1e-6, abs=1e-12)
        assert (drawn.quality[row, ~inside] == 0).all()


def test_bids_of_another_height_are_no_equilibrium(solved: ct.Equilibrium) -> None:
    lower = auction(5, 3, stats.uniform(1, 4), prizes=1.6, cost=ct.Linear(3.0)).game()
    other = solved.profile.strategy(0).replace(function=lower.bids)
    assert not ct.certify(solved.game, ct.Profile.symmetric(other, 5)).passed


@pytest.mark.slow
def test_units_do_not_matter(solved: ct.Equilibrium) -> None:
    for scale in (1e-9, 1e9):
        eq = ct.solve(auction(5, 3, stats.uniform(1, 4), prizes=2.0 * scale, cost=ct.Linear(3 * scale)))
        assert ct.FeesCollected()(eq) / scale == pytest.approx(ct.FeesCollected()(solved), rel=1e-11)
        assert eq.total_effort == pytest.approx(solved.total_effort, rel=1e-11)


def test_two_places_with_thousands_of_bidders() -> None:
    """Costs 1 + 1/n and 1 + 2/n on average: efforts add to 1/2 - 3/(4n), and rents are bid away."""
    bids = BidFunction(law(stats.uniform(1, 1)), 5000, 1.0)
    assert bids.total_effort() == pytest.approx(0.5 - 0.75 / 5000, abs=2e-7)
    assert bids.largest_effort() == pytest.approx(0.25 - 0.25 / 5000, abs=1e-7)  # c2 / (c1 + c2)^2
    assert 5000 * bids.mean_bid() == pytest.approx(bids.total_effort(), abs=1e-5)


def test_what_does_not_settle_is_refused_in_words() -> None:
    with pytest.raises(ct.ConvergenceError) as refusal:
        ct.solve(auction(5, 3, stats.triang(0.5, loc=1, scale=4)))
    assert "some may do nothing, and what a place is worth does not settle" in str(refusal.value)
    assert "costs of which the largest is at most 2 times the least, or fewer places" in str(refusal.value)
    with pytest.raises(ct.ConvergenceError, match="at most 1\\.02632 times the least, or fewer places"):
        IdleBidFunction(WIDE, 60, 1.0, 40).slope(np.array([0.5]))


def test_bids_travel_without_their_tables() -> None:
    bids = IdleBidFunction(WIDE, 5, 1.0, 3)
    value = bids(2.5)
    moved = pickle.loads(pickle.dumps(bids))
    assert set(vars(moved)) == {"costs", "n", "prize", "places"}
    assert moved == bids and moved(2.5) == value
