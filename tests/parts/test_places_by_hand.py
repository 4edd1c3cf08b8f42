"""What a place in a lottery contest is worth, and bids for it, by quadrature over the costs of the others.

Fullerton and McAfee (1999): the k lowest of n costs meet, and cost c earns (1 - (k - 1) c / S)^2 of the
prize, S the sum of their costs. Here costs are uniform on [1, 2] and integrals are SciPy's.
"""

from __future__ import annotations

import itertools
import math
import pickle

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import dblquad, quad

import contests as ct
from contests.entry_auction import AuctionGame
from contests.entry_places import BidFunction, Panels, all_active
from contests.laws import law

COSTS = law(stats.uniform(1, 1))


def against_one(c: float, v: float) -> float:
    """v times the mean of (x / (c + x))^2 over x in [1, 1 + v], by its primitive."""

    def primitive(x: float) -> float:
        return x - 2 * c * math.log(c + x) - c * c / (c + x)

    return primitive(1 + v) - primitive(1.0)


def against_two(c: float, v: float) -> float:
    """v^2 times the mean of (1 - 2 c / (c + x + y))^2 over x and y in [1, 1 + v]."""
    return dblquad(lambda y, x: (1 - 2 * c / (c + x + y)) ** 2, 1, 1 + v, 1, 1 + v, epsabs=1e-12)[0]


def test_integrals_over_panels() -> None:
    panels = Panels(np.array([0.0, 0.3, 0.35, 1.0]))
    assert panels.nodes.shape == panels.weights.shape == (3, 16)
    assert (panels.nodes**5 * panels.weights).sum() == pytest.approx(1 / 6, rel=1e-14)
    level = np.array([0.0, 0.1, 0.3, 0.32, 0.35, 0.9, 1.0])
    assert panels.above(panels.nodes**5, level) == pytest.approx((1 - level**6) / 6, abs=1e-15)
    assert panels.above(np.exp(panels.nodes), level) == pytest.approx(math.e - np.exp(level), abs=1e-14)


def test_when_all_entrants_work() -> None:
    assert all_active(law(stats.expon(1)), 2)
    assert all_active(COSTS, 3)  # the largest cost is twice the least, (k - 1) / (k - 2) = 2
    assert not all_active(law(stats.uniform(1, 1.01)), 3)
    assert not all_active(COSTS, 4) and all_active(law(stats.uniform(1, 0.5)), 4)


@pytest.mark.parametrize("n", [3, 5])
def test_two_places(n: int) -> None:
    bids = BidFunction(COSTS, n, 2.0)

    def density(v: float) -> float:  # of the second of n - 1 rivals, less a factor v
        return (n - 1) * (n - 2) * (1 - v) ** (n - 3)

    level = np.array([0.1, 0.4, 0.8])
    assert bids.density(level) == pytest.approx([density(v) for v in level], rel=1e-13)
    assert bids.below(np.array([1.1, 1.5, 2.0]), level) == pytest.approx(
        [2 * against_one(c, v) for c, v in zip((1.1, 1.5, 2.0), level, strict=True)], rel=1e-12
    )
    assert bids.slope(level) == pytest.approx(
        [2 * density(v) * against_one(1 + v, v) for v in level], rel=1e-12
    )
    exact = [quad(lambda v: 2 * density(v) * against_one(1 + v, v), u, 1, epsabs=1e-13)[0] for u in level]
    assert bids.at_level(level) == pytest.approx(exact, rel=1e-10)
    assert bids(1 + level) == pytest.approx(exact, rel=1e-10)
    assert bids.level_of(bids.at_level(level)) == pytest.approx(level, abs=1e-12)
    assert bids.level_of(np.array([0.0, 9.0])) == pytest.approx([1.0, 0.0], abs=1e-9)  # flat at the end
    worth = [quad(lambda v: 2 * density(v) * against_one(1.3, v), u, 1, epsabs=1e-13)[0] for u in level]
    assert bids.worth(np.full(3, 1.3), level) == pytest.approx(worth, rel=1e-11)
    assert bids.worth(np.full((1, 3), 1.3), level[None, :]).shape == (1, 3)

    def both(f: object) -> float:  # the lowest at level a, the next at b
        inside = lambda a, b: n * (n - 1) * (1 - b) ** (n - 2) * f(1 + a, 1 + b)  # type: ignore[operator]  # noqa: E731
        return dblquad(inside, 0, 1, 0, lambda b: b, epsabs=1e-12)[0]

    assert bids.total_effort() == pytest.approx(both(lambda x, y: 1 / (x + y)), rel=1e-10)
    assert bids.largest_effort() == pytest.approx(both(lambda x, y: y / (x + y) ** 2), rel=1e-10)


@pytest.mark.parametrize("width", [1e-3, 1.0])
def test_bids_follow_the_best_of_a_thousand(width: float) -> None:
    """The second best of 999 rivals stands near .002: a place against costs alike is worth a quarter there.

    Bids were tabulated on knots that did not follow: 3e-8 off where costs differ by a thousandth, so that
    the auction was no equilibrium to its own certificate.
    """
    bids = BidFunction(law(stats.uniform(1, width)), 1000, 2.0)

    def mean(v: float) -> float:  # v times the mean of (x / (c + x))^2, c the cost of level v
        x, w = np.polynomial.legendre.leggauss(20)
        rival = 1 + width * v * (x + 1) / 2
        return v * float(w / 2 @ (rival / (1 + width * v + rival)) ** 2)

    for level in (1e-4, 1e-3, 4e-3, 1e-2):
        density = lambda v: 2 * 999 * 998 * (1 - v) ** 997 * mean(v)  # noqa: E731
        exact = sum(
            quad(density, a, b, epsabs=0, epsrel=1e-12)[0]
            for a, b in itertools.pairwise([level, level + 1e-3, level + 5e-3, level + 2e-2, level + 0.1])
        )
        assert bids.at_level(level) == pytest.approx(exact, rel=1e-11)


@pytest.mark.slow
def test_a_narrow_law_of_many_is_certified() -> None:
    narrow = ct.Private(1000, cost=stats.uniform(1, 1e-3))
    parts = {"prizes": 2.0, "success": ct.Lottery(), "entry": ct.EntryAuction(2)}
    eq = ct.solve(ct.Contest(contestants=narrow, **parts))
    assert eq.certificate.max_gain <= 1e-12


def test_costs_whose_density_has_a_corner() -> None:
    """Triangular costs: root-like quantiles at the least cost, and a corner at level .3."""
    d = stats.triang(0.3, 1, 1)
    bids = BidFunction(law(d), 5, 1.0)
    assert bids.bends == pytest.approx([0.3], abs=1e-9)
    for cost, level in ((1.2, 0.25), (1.3, 0.5), (1.8, 0.97)):
        top = float(d.ppf(level))
        halves = itertools.pairwise([1.0, *([1.3] if top > 1.3 else []), top])
        share = lambda x, c=cost: (x / (c + x)) ** 2 * d.pdf(x)  # noqa: E731
        exact = sum(quad(share, a, b, epsabs=1e-14)[0] for a, b in halves)
        assert bids.below(np.array([cost]), np.array([level]))[0] == pytest.approx(exact, rel=1e-10)
    slope = lambda v: float(bids.slope(np.array([v]))[0])  # noqa: E731
    exact = quad(slope, 0.1, 1, points=[0.3], epsabs=1e-14, limit=200)[0]
    assert bids.at_level(0.1) == pytest.approx(exact, rel=1e-9)
    three = BidFunction(law(d), 5, 1.0, 3)
    costs = np.sort(d.rvs((100_000, 5), random_state=np.random.default_rng(8)), axis=1)[:, :3]
    sums = costs.sum(axis=1)
    drawn = 2 / sums - 4 * costs[:, 0] / sums**2
    assert three.largest_effort() == pytest.approx(drawn.mean(), abs=4 * drawn.std() / math.sqrt(drawn.size))


def test_three_places() -> None:
    bids, n = BidFunction(COSTS, 5, 1.0, 3), 5
    level = np.array([0.3, 0.7])
    # (n - 1)! / ((k - 1)! (n - 1 - k)!) = 4! / (2! 1!) of the third of four rivals.
    assert bids.density(level) == pytest.approx(12 * (1 - level), rel=1e-13)
    assert bids.below(np.array([1.2, 1.9]), level) == pytest.approx(
        [against_two(1.2, 0.3), against_two(1.9, 0.7)], rel=1e-9
    )
    exact = quad(lambda v: 12 * (1 - v) * against_two(1 + v, v), 0.3, 1, epsabs=1e-8, limit=20)[0]
    assert bids.at_level(0.3) == pytest.approx(exact, rel=1e-7)
    draws = np.sort(1 + np.random.default_rng(3).random((200_000, n)), axis=1)[:, :3]
    total = 2 / draws.sum(axis=1)
    largest = total - 4 * draws[:, 0] / draws.sum(axis=1) ** 2
    for found, drawn in ((bids.total_effort(), total), (bids.largest_effort(), largest)):
        assert found == pytest.approx(drawn.mean(), abs=4 * drawn.std() / math.sqrt(drawn.size))


@pytest.mark.parametrize("places", [2, 3])
def test_as_many_places_as_bidders(places: int) -> None:
    """All are in: nobody bids, and a place is worth the contest of all."""
    bids = BidFunction(COSTS, places, 1.0, places)
    assert bids.slope(np.array([0.2, 0.9])).tolist() == [0.0, 0.0]
    assert bids(np.array([1.2, 1.9])).tolist() == [0.0, 0.0]
    against = against_one if places == 2 else against_two
    worth = bids.worth(np.array([1.2, 1.9]), np.array([0.1, 0.8]))
    assert worth == pytest.approx([against(1.2, 1.0), against(1.9, 1.0)], rel=1e-10)
    draws = np.sort(1 + np.random.default_rng(4).random((200_000, places)), axis=1)
    total = (places - 1) / draws.sum(axis=1)
    largest = total - (places - 1) ** 2 * draws[:, 0] / draws.sum(axis=1) ** 2
    for found, drawn in ((bids.total_effort(), total), (bids.largest_effort(), largest)):
        assert found == pytest.approx(drawn.mean(), abs=4 * drawn.std() / math.sqrt(drawn.size))


def test_efforts_of_four_entrants() -> None:
    """Costs uniform on [1, 1.5]: the total is 3 / S, and the largest effort 3 / S - 9 c / S^2."""
    bids = BidFunction(law(stats.uniform(1, 0.5)), 4, 1.0, 4)
    draws = np.sort(1 + 0.5 * np.random.default_rng(5).random((200_000, 4)), axis=1)
    total = 3 / draws.sum(axis=1)
    largest = total - 9 * draws[:, 0] / draws.sum(axis=1) ** 2
    for found, drawn in ((bids.total_effort(), total), (bids.largest_effort(), largest)):
        assert found == pytest.approx(drawn.mean(), abs=4 * drawn.std() / math.sqrt(drawn.size))


def test_bids_travel_without_what_they_have_worked_out() -> None:
    bids = BidFunction(COSTS, 4, 1.5)
    value = bids(1.4)
    moved = pickle.loads(pickle.dumps(bids))
    assert set(vars(moved)) == {"costs", "n", "prize", "places"}
    assert moved == bids and moved(1.4) == value


def auction(n: int = 4, places: int = 2, **parts: object) -> ct.Contest:
    given = {
        "contestants": ct.Private(n, cost=stats.uniform(1, 1)),
        "prizes": 2.0,
        "success": ct.Lottery(),
        "entry": ct.EntryAuction(places),
        **parts,
    }
    return ct.Contest(**given)  # type: ignore[arg-type]


def test_the_game_of_bids() -> None:
    game = auction().game()
    assert isinstance(game, AuctionGame) and (game.n, game.stakes) == (4, 2.0)
    profile = ct.solve(game).profile
    bids = game.bids
    cost, level = np.array([1.2, 1.6]), np.array([0.3, 0.6])
    bid = bids.at_level(level)
    assert game.payoff(0, bid, profile, cost) == pytest.approx(bids.worth(cost, level) - bid, rel=1e-9)
    # One's own bid is the best there is; below it more pays, above it less.
    own = bids(cost)
    assert game.marginal_payoff(0, own, profile, cost) == pytest.approx([0.0, 0.0], abs=1e-9)
    slopes = game.marginal_payoff(0, np.array([0.5, 1.5]) * own, profile, cost)
    assert slopes is not None and slopes[0] > 0 > slopes[1]
    assert game.marginal_payoff(0, np.array([5.0]), profile, cost[:1]) == pytest.approx([-1.0])
    assert game.largest_effort(0).tolist() == 2.0 and game.largest_effort(0, cost).tolist() == [2.0, 2.0]
    assert game.effort_cost(0, np.array([0.3]), cost[:1]).tolist() == [0.3]
    assert game.classes(profile)[1].tolist() == [4]
    nodes = game.type_nodes(0)
    assert nodes is not None and nodes[[0, 1, 2, -2, -1]] == pytest.approx([1.001, 1.01, 1.05, 1.99, 1.999])
    full = auction(3, 3).game()
    assert full.marginal_payoff(0, np.array([0.0, 0.1]), ct.solve(full).profile, cost).tolist() == [
        -1.0,
        -1.0,
    ]


def test_what_comes_of_the_auction() -> None:
    """Costs ten times as high, by the cost curve, make efforts a tenth and leave bids as they are."""
    found, dear = ct.solve(auction()), ct.solve(auction(cost=ct.Linear(10.0)))
    for one, scale in ((found, 1.0), (dear, 0.1)):
        assert one.total_effort == pytest.approx(2 * scale * one.game.bids.total_effort(), rel=1e-12)
        assert one.expected_best == pytest.approx(2 * scale * one.game.bids.largest_effort(), rel=1e-12)
        assert one.expected_average == pytest.approx(one.total_effort / 2, rel=1e-12)
        assert one.prizes_paid == 2.0 and one.win_probability == pytest.approx([0.25] * 4)
        assert ct.PerEntrant(1.0)(one) == 2.0
    fees = 4 * quad(lambda u: float(found.game.bids.at_level(u)), 0, 1, epsabs=1e-12)[0]
    assert ct.FeesCollected()(found) == pytest.approx(fees, rel=1e-9)
    # Prize, less the costs of effort, less bids, is what all bidders are left with.
    worth = quad(
        lambda u: float(found.game.bids.worth(np.array([1 + u]), np.array([u]))[0]), 0, 1, epsabs=1e-11
    )[0]
    assert found.payoff == pytest.approx([worth - fees / 4] * 4, rel=1e-8)


def test_words_about_auctions() -> None:
    plain = "Contest must be a plain lottery with linear cost, one prize and private costs of one law "
    for parts in (
        {"success": ct.Lottery(exponent=0.5)},
        {"cost": ct.Power(2)},
        {"contestants": ct.Private(4, value=stats.uniform())},
        {"contestants": ct.Identical(4)},
        {"prizes": [2.0, 1.0]},
        {"prizes": ct.QualityShare(base=1.0, share=0.1)},
        {"technology": ct.Exact(output=ct.Power(0.5))},
        {"contestants": ct.Private(2, cost=[stats.uniform(1, 1), stats.uniform(1, 2)])},
        {"contestants": ct.Private(4, cost=stats.uniform(1, 1), utility=ct.CARA(1.0))},
    ):
        with pytest.raises(ct.InvalidPartError) as caught:
            auction(**parts).game()
        assert str(caught.value).startswith(plain + "(ct.EntryAuction), not ")
        assert str(caught.value).endswith(" Elsewhere use ct.Fee or ct.FreeEntry.")
    with pytest.raises(
        ct.InvalidPartError, match=r"^Private\.cost must be a law above zero under ct\.EntryAuction"
    ):
        auction(contestants=ct.Private(4, cost=stats.uniform())).game()
    with pytest.raises(ct.InvalidPartError, match="profile must be one bid function for all; solve"):
        auction().game().profile(0.2)
