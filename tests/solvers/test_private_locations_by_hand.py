"""Private values and costs by location: laws of worth, panels, replies, against formulas by hand.

A lottery with exponent r stands at r log e, so that with cost e^2 / 2 the marginal location buys
r / e for e: log r - 2 L / r at location L. Under a shock the location is the effort itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import contests as ct
from contests.laws import law
from contests.solvers.private_bands import Band, Shaper, panel_nodes
from contests.solvers.private_replies import NOTHING, FirstOrder, ReplyByType, level_nodes
from contests.solvers.private_summits import NOBODY, SummitOrder, begins_convex
from contests.solvers.private_worth import WorthField
from contests.solvers.private_worth_prizes import densities, even_scores, worth_of_one_below
from contests.solvers.private_worths import Worths, can_be_ordered


def lottery(exponent: float = 0.5, **traits: Any) -> ct.Contest:
    """Cost e^2 / 2, a prize of 3."""
    return ct.Contest(
        contestants=ct.Private(**{"n": 2, **traits}), prizes=3.0, cost=ct.Power(2, scale=0.5),
        success=ct.Lottery(exponent=exponent),
    )  # fmt: skip


def normal(**parts: Any) -> ct.Contest:
    """Effort and a normal shock."""
    usual = {"prizes": [3.0, 1.0], "cost": ct.Power(3), "technology": ct.Additive(stats.norm())}
    return ct.Contest(**{**usual, **parts})


# --- worths -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trait", ["value", "cost"])
def test_the_law_of_worth(trait: str) -> None:
    shape = stats.uniform(1, 3)
    worths = Worths(lottery(**{trait: shape}), 0)
    sign = 1.0 if trait == "value" else -1.0
    types = np.array([1.2, 2.0, 3.7])
    worth = sign * np.log(types)
    below, above, density = worths.level(worth)
    share = shape.cdf(types) if trait == "value" else shape.sf(types)
    assert below == pytest.approx(share, rel=1e-13) and above == pytest.approx(1 - share, rel=1e-13)
    assert density == pytest.approx(shape.pdf(types) * types, rel=1e-13)
    assert worths.types(worth) == pytest.approx(types, rel=1e-14)
    assert worths.at_level(np.array([0.25]))[0] == pytest.approx(1.75 if trait == "value" else 3.25)
    ends = sorted(sign * np.log(np.array([1.0, 4.0])))
    assert [worths.low, worths.high] == pytest.approx(ends, abs=1e-15)
    assert (
        worths.bulk == pytest.approx(ends, abs=4e-6) and worths.bulk[0] > ends[0] and worths.bulk[1] < ends[1]
    )
    assert worths.middle == pytest.approx(sign * np.log(1.75 if trait == "value" else 3.25))
    outside = worths.level(np.array([ends[0] - 50.0, ends[0], ends[1], ends[1] + 50.0]))
    assert [part.tolist() for part in outside] == [[0.0, 0.0, 1.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0] * 4]
    # The density is that of a uniform law: one panel on either side of the median is enough.
    assert worths.even and worths.bounded
    assert worths.pins == pytest.approx([ends[0], sign * np.log(2.5), ends[1]], abs=1e-14)


def test_where_laws_are_cut_into_panels() -> None:
    order = np.array([1e-3, 0.03, 0.25, 0.5, 0.75, 0.97, 1 - 1e-3, 1 - 1e-6, 1 - 1e-10])
    for trait, power, bounded in (
        ("value", 0.85, False),
        ("cost", 0.95, True),
        ("value", 9.5, True),
        ("cost", 10.5, False),
    ):
        shape = stats.beta(power, 1.5, 1, 1) if trait == "value" else stats.beta(1.5, power, 1, 1)
        worths = Worths(lottery(**{trait: shape}), 0)
        assert not worths.even and bool(worths.bounded) is bounded
        assert worths.order == pytest.approx(power, rel=2e-3)
        inner = np.log(shape.ppf(order)) if trait == "value" else -np.log(shape.isf(order))
        assert worths.pins[1:-1] == pytest.approx(inner, abs=1e-7)
        assert worths.pins[[0, -1]].tolist() == [worths.low, worths.high]
    endless = Worths(lottery(value=stats.lognorm(0.5)), 0)
    assert not endless.even and not endless.bounded and endless.order == 1.0
    assert endless.low == pytest.approx(0.5 * stats.norm.ppf(1e-17)) == -endless.high
    kinked = Worths(lottery(value=stats.triang(0.3, 1, 2)), 0)
    assert np.abs(kinked.pins - np.log(1.6)).min() < 1e-9 and kinked.pins.size == 12
    dear = Worths(lottery(cost=stats.triang(0.3, 1, 2)), 0)
    assert np.abs(dear.pins + np.log(1.6)).min() < 1e-9
    assert np.all(np.diff(dear.pins) > 1e-12)
    # From zero there is no worst worth: the distances are not those of a bounded law.
    assert not Worths(normal(contestants=ct.Private(2, value=stats.uniform())), 0).bounded


def test_which_traits_order_locations() -> None:
    yes = [("value", stats.uniform()), ("value", stats.expon()), ("cost", stats.uniform(0.5, 1))]
    for trait, shape in yes:
        assert can_be_ordered(lottery(**{trait: shape}), 0)
    assert not can_be_ordered(normal(contestants=ct.Private(2, ability=stats.uniform(1, 1))), 0)


@pytest.mark.parametrize("r", [0.5, 1.0])
def test_efforts_and_what_they_buy_in_a_lottery(r: float) -> None:
    worths = Worths(lottery(r, value=stats.uniform(1, 1)), 0)
    top = np.log(np.sqrt(12.0))  # e^2 / 2 = 2 * 3
    assert worths.reach == pytest.approx((r * (top + np.log(NOTHING)), r * top), rel=1e-13)
    assert worths.nothing == -np.inf
    place = r * np.array([-70.0, -9.3, -2.0, 0.5, 1.2])
    assert worths.log_effort(place) == pytest.approx(place / r, rel=1e-13)
    own, slope = worths.marginal(place)
    assert own == pytest.approx(np.log(r) - 2 * place / r, rel=1e-12)
    assert slope == pytest.approx(np.full(5, -2 / r), rel=1e-9)
    again = worths.marginal(place)
    assert again[0] is own  # kept as long as the places are the same
    assert worths.marginal(place + 0.1)[0] == pytest.approx(own - 0.2 / r, rel=1e-12)
    # Below the smallest effort, the smallest.
    assert worths.log_effort(np.array([-900.0]))[0] == pytest.approx(top + np.log(NOTHING))


def test_efforts_and_what_they_buy_under_a_shock() -> None:
    contest = normal(
        contestants=ct.Private(3, cost=stats.uniform(1, 1)), prizes=[3.0, 1.0],
        technology=ct.Additive(stats.norm(), output=ct.Power(0.5)),
    )  # fmt: skip
    worths = Worths(contest, 0)
    assert worths.nothing == pytest.approx(0.0)
    effort = np.array([1e-9, 1e-3, 0.4, 1.1])
    place = np.sqrt(effort)
    assert np.exp(worths.log_effort(place)) == pytest.approx(effort, rel=1e-6)
    own, slope = worths.marginal(place)
    assert own == pytest.approx(np.log(0.5 / np.sqrt(effort)) - np.log(3 * effort**2), rel=1e-9)
    assert slope == pytest.approx(-5 / np.sqrt(effort), rel=1e-9)


@pytest.mark.parametrize(("prizes", "least"), [([3.0], 0.0), ([3.0, 1.0], 0.0), ([3.0, 1.0, 0.5], 0.5)])
def test_first_guesses_spend_a_share_of_what_can_be_won(prizes: list[float], least: float) -> None:
    for n in (3, 7):
        paid = [*prizes, *[least] * (n - 3)] if least else prizes
        contest = normal(contestants=ct.Private(n, value=stats.uniform(1, 1)), prizes=paid)
        worths = Worths(contest, 0)
        place = np.array([0.05, 0.3, 0.9])
        share = min(0.2, 1 / n)
        assert np.exp(worths.guess(place)) * (3.0 - least) == pytest.approx((place / share) ** 3, rel=1e-9)


def test_a_cost_too_steep_for_floats_is_refused() -> None:
    contest = lottery(value=stats.uniform(1, 1)).replace(cost=ct.Power(50))
    worths = Worths(contest, 0)
    with pytest.raises(ct.ConvergenceError) as caught:
        worths.marginal(np.array([worths.reach[0]]))
    assert str(caught.value) == (
        "The marginal cost of efforts as small as 1e-36 is below the smallest float. Measure effort in a "
        "smaller unit, or take a cost that is less steep."
    )


# --- panels -------------------------------------------------------------------------------------------


def test_panels_have_as_many_points_as_their_width_asks_for() -> None:
    for width, digits in ((1e-9, 25.0), (0.5, 25.0), (3.5, 25.0), (3.5, 29.0), (5.0, 10.0), (20.0, 25.0)):
        x, w = panel_nodes(width, digits)
        axis = np.pi / 2 / (max(width, 1e-3) / 2)  # of Bernstein's ellipse through the nearest singularity
        number = int(np.ceil(digits / (2 * np.log(axis + np.sqrt(1 + axis**2)))))
        assert x.size == max(10, number)
        assert w.sum() == pytest.approx(1.0, rel=1e-13) and w @ x**7 == pytest.approx(1 / 8, rel=1e-12)
        exact = np.arctan(width / 2 / (np.pi / 2)) * 2 / (np.pi / 2)
        near = width * w @ (1 / ((width * (x - 0.5)) ** 2 + np.pi**2 / 4))
        assert near == pytest.approx(exact, abs=20 * np.exp(-digits) + 1e-13)


def band_of(edges: Any, worths: Any = None) -> Band:
    """A band with the given edges, all of whose places are known."""
    ends = np.asarray(edges, float)
    if worths is None:
        worths = Worths(lottery(value=stats.uniform(1, 1)), 0)
    return Band(worths, 2, ends, np.zeros(ends.size), np.zeros(ends.size, dtype=bool))


def test_nodes_of_a_band() -> None:
    band = band_of([-1.0, 0.5, 7.5])
    band.mesh(2.0, 1.0)
    assert band.panels.tolist() == [1, 4]
    assert band.weights.sum() == pytest.approx(8.5)
    assert np.all(np.diff(band.nodes) > 0) and -1.0 < band.nodes[0] and band.nodes[-1] < 7.5
    assert band.weights @ np.cos(band.nodes) == pytest.approx(np.sin(7.5) + np.sin(1.0), rel=1e-12)
    assert band.hats.sum(axis=1) == pytest.approx(np.ones(band.nodes.size))
    assert band.segment.tolist() == (band.nodes > 0.5).astype(int).tolist()
    first = band.nodes < 0.5
    assert band.nodes[first].size == panel_nodes(1.5)[0].size
    assert band.nodes[~first].size == 4 * panel_nodes(1.75)[0].size
    band.edges = np.array([-1.0, 1.5, 8.5])  # nodes move along
    assert band.weights[first].sum() == pytest.approx(2.5)
    assert band.nodes[first] == pytest.approx(-1.0 + 2.5 * panel_nodes(1.5)[0])


def test_worths_made_to_rise_where_they_do_not_matter() -> None:
    band = band_of([0.0, 4.0])
    band.mesh(4.0, 1.0)
    nodes = band.nodes
    band.inside, band.pins = np.sin(3 * nodes), np.array([0.7, 2.0])
    worths, source = band.sorted_worths(2.6)
    last = int(np.searchsorted(nodes, 2.6))
    assert source is not None and source.size == last + 1
    by_hand = [band.inside[k : last + 1].min() for k in range(last + 1)]
    assert worths[: last + 1] == pytest.approx(by_hand, abs=0.0)
    assert worths[last + 1 : nodes.size].tolist() == band.inside[last + 1 :].tolist()
    assert worths[nodes.size] == min(0.7, by_hand[0]) and worths[-1] == 2.0
    assert band.inside[source] == pytest.approx(by_hand, abs=0.0) and np.all(source >= np.arange(last + 1))
    band.inside = nodes.copy()
    same, source = band.sorted_worths(2.6)
    assert source is None and same.tolist() == [*nodes, 0.7, 2.0]


def test_when_panels_fit() -> None:
    shaper = Shaper(1.0, 3.5, 2, 40.0)
    worths = Worths(lottery(value=stats.uniform(1, 1)), 0)
    top = worths.reach[1]

    def shaped(low: float, pin: float = worths.low, free: bool = True) -> Band:
        band = band_of([low, top - 3.0, top], worths)
        band.mesh(3.5, 1.0)
        band.pins, band.free = np.array([pin, 0.5, worths.high]), np.array([free, True, True])
        band.inside = np.interp(band.nodes, band.edges, band.pins)
        return band

    assert shaper.is_whole(shaped(top - 38.9)) and not shaper.is_whole(shaped(top - 39.1))
    assert not shaper.is_whole(shaped(top - 5.0, pin=worths.low + 0.01))
    assert not shaper.is_misshapen(shaped(top - 40.9)) and shaper.is_misshapen(shaped(top - 41.1))
    assert not shaper.is_misshapen(shaped(top - 41.1, free=False))
    band = shaped(top - 5.0)
    band.edges = np.array([top - 3.0 - 1.59 * 3.5, top - 3.0, top])
    assert not shaper.is_misshapen(band)
    band.edges = np.array([top - 3.0 - 1.61 * 3.5, top - 3.0, top])
    assert shaper.is_misshapen(band)
    band.edges = np.array([top - 5.0, top - 3.0, top + 1e-9])
    assert shaper.is_misshapen(band)
    # Loose: a worth below all at an edge that is set, or above all where there is room below.
    assert not shaper.is_loose(shaped(top - 5.0), deep=False)
    assert shaper.is_loose(shaped(top - 5.0, pin=worths.low - 1e-3, free=False), deep=False)
    assert not shaper.is_loose(shaped(top - 5.0, pin=worths.low - 1e-3, free=False), deep=True)
    assert shaper.is_loose(shaped(top - 5.0, pin=worths.low + 1e-3, free=False), deep=False)
    assert not shaper.is_loose(shaped(top - 5.0, pin=worths.low, free=False), deep=False)
    assert not shaper.is_loose(shaped(top - 39.6, pin=worths.low + 1e-3, free=False), deep=False)
    assert shaper.is_loose(shaped(top - 39.4, pin=worths.low + 1e-3, free=False), deep=False)


@pytest.mark.parametrize("shape", [stats.uniform(1, 1), stats.beta(2, 3, 1, 1)])
def test_panels_end_where_quantiles_stand(shape: Any) -> None:
    """Who stands where is log worth = 0.05 (L - top) + high, so that places of quantiles are known."""
    worths = Worths(lottery(value=shape), 0)
    shaper = Shaper(1.0, 3.5, 2, 40.0)
    top = worths.reach[1] - 0.3
    stands = lambda place: worths.high + 0.15 * (place - top)  # noqa: E731
    band = band_of([top - 6.0, top + 0.2], worths)
    band.mesh(3.0, 1.0)
    band.inside, band.pins = stands(band.nodes), stands(band.edges)
    shaper.pin(band, deep=False)
    assert band.free.tolist() == [True] * band.edges.size
    kept = np.isin(np.round(worths.pins, 12), np.round(band.pins, 12))
    assert band.pins.size >= 3 and kept[0] and kept[-1]
    assert band.edges == pytest.approx(top + (band.pins - worths.high) / 0.15, abs=1e-9)
    assert band.inside == pytest.approx(stands(band.nodes), abs=1e-9)
    assert np.all(np.diff(band.edges) > 1e-3)


# --- prizes and replies -------------------------------------------------------------------------------


def test_scores_reach_as_far_as_prizes() -> None:
    for noise in (stats.norm(scale=2.0), stats.gumbel_r(), stats.logistic()):
        shape, n = law(noise), 5
        x, step = even_scores(shape, np.array([-1.0, 2.0]), n)
        tail = 1e-9 / np.sqrt(n)
        assert np.diff(x) == pytest.approx(np.full(x.size - 1, step))
        assert x[0] <= -1.0 + noise.ppf(tail) < x[0] + 2 * step
        assert x[-1] >= 2.0 + noise.isf(tail) > x[-1] - 2 * step
        offset = np.array([-3.0, 0.4, 2.0])
        pdf, slope = densities(shape, offset)
        assert pdf == pytest.approx(noise.pdf(offset), rel=1e-12)
        hair = 1e-5
        exact = (noise.pdf(offset + hair) - noise.pdf(offset - hair)) / (2 * hair)
        assert slope == pytest.approx(exact, rel=1e-6, abs=1e-9)
    with pytest.raises(ct.ConvergenceError, match="The efforts of the types lie too far apart"):
        even_scores(law(stats.norm()), np.array([0.0, 1e6]), 3)
    far = densities(law(stats.gumbel_r()), np.array([-40.0, 800.0]))
    assert far[0][0] == 0.0 and 0.0 <= far[0][1] < 1e-300


@pytest.mark.parametrize("values", [[2.0], [2.0, 0.5], [2.0, 0.5, 0.5]])
def test_what_one_rival_less_is_worth(values: list[float]) -> None:
    """By differences of the expected prize, in the chance that one kind of rival is below."""
    counts, prizes = [2, 1, 1], np.array(values)
    below = np.array([[0.3], [0.6], [0.8]])
    found = worth_of_one_below(1 - below, below, counts, prizes, 2)

    def expected(k: int, at: np.ndarray) -> float:
        rivals = [j for j, c in enumerate(counts) for _ in range(c - (j == k))]
        chances = np.array([1.0])
        for j in rivals:
            chances = np.convolve(chances, [at[j, 0], 1 - at[j, 0]])
        return float(chances[: prizes.size] @ prizes)

    for k in range(2):
        for j in range(3):
            moved = np.zeros(below.shape)
            moved[j] = 1e-5
            slope = (expected(k, below + moved) - expected(k, below - moved)) / 2e-5
            assert found[k, j, 0] == pytest.approx(slope, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("breaks", [[], [0.3], [0.2, 0.5, 0.51]])
def test_levels_crowd_at_the_ends_of_each_piece(breaks: list[float]) -> None:
    levels, rest, weights, piece = level_nodes(breaks, 100)
    assert levels + rest == pytest.approx(np.ones(levels.size), abs=1e-15)
    assert weights.sum() == pytest.approx(1.0, rel=1e-13) and weights @ levels**3 == pytest.approx(
        0.25, rel=1e-12
    )
    assert np.all(np.diff(levels) > 0) and levels[0] < 1e-3 and rest[-1] < 1e-3
    assert piece.tolist() == np.searchsorted(breaks, levels).tolist()
    lengths = np.diff([0.0, *breaks, 1.0])
    sizes = [max(24, int(100 * length)) for length in lengths]
    if len(breaks) > 2:  # next to where effort collapses
        sizes[0] = sizes[-1] = 144
    assert np.bincount(piece.astype(int)).tolist() == sizes
    # Each piece alone: a function that bends at its ends is no trouble. sqrt(u - a) too is smooth enough.
    for number, low in enumerate([0.0, *breaks]):
        inside = piece == number
        high = low + lengths[number]
        exact = lengths[number] ** 1.5 * 2 / 3
        assert weights[inside] @ np.sqrt(levels[inside] - low) == pytest.approx(exact, rel=1e-4)
        assert levels[inside].min() > low and levels[inside].max() < high


def test_first_order_conditions_in_a_lottery_of_two() -> None:
    """Against efforts x of the rival's types, P = E[e / (e + x)] and its derivatives in log e."""
    contest = lottery(1.0, value=stats.uniform(0.5, 0.5))
    strategy: Any = WorthField(contest).solve()[0]
    condition: FirstOrder = strategy.function
    types, weights = strategy.type_nodes()
    logs = np.array([-3.0, -1.2, -0.4, 0.3])
    share = 1 / (1 + strategy(types) * np.exp(-logs[:, None]))
    first, second = condition.marginal_prize(logs)
    assert first == pytest.approx(3.0 * (share * (1 - share)) @ weights, rel=1e-9)
    assert second == pytest.approx(
        3.0 * (share * (1 - share) * (1 - 2 * share)) @ weights, rel=1e-8, abs=1e-9
    )
    kinds = np.array([0.5, 0.65, 0.9, 1.0])
    value, slope = condition.excess(logs, kinds)
    exact = np.log(kinds) + np.log(3.0 * (share * (1 - share)) @ weights) - 2 * logs
    assert value == pytest.approx(exact, rel=1e-9, abs=1e-9)
    assert slope == pytest.approx(second / first - 2.0, rel=1e-7)
    place, ratio, bend, moved = condition.own(logs, kinds)
    assert place == pytest.approx(logs) and moved == pytest.approx(np.ones(4))
    assert ratio == pytest.approx(np.log(kinds) - 2 * logs) and bend == pytest.approx(np.full(4, -2.0))
    assert condition.top(kinds) == pytest.approx(np.sqrt(2 * 3.0 * kinds), rel=1e-9)
    # Solved for any type, the marginal gain is the marginal cost: also for types outside the law.
    kinds = np.array([0.25, 0.5, 0.885, 1.0, 1.5])
    found = condition.solve(kinds)
    assert condition.excess(found, kinds)[0] == pytest.approx(np.zeros(5), abs=1e-12)
    assert condition(kinds.reshape(5, 1)) == pytest.approx(np.exp(found).reshape(5, 1))
    assert np.all(condition.at_nothing(kinds) > 30.0)
    assert condition.at_nothing(np.array([0.0, 1.0]))[0] == -np.inf
    # Who is worth nothing does nothing at all, or next to nothing where that would win.
    quiet = condition.replace(stays_out=True)
    assert quiet.solve(np.array([0.0]))[0] == -np.inf and condition(np.array([0.0]))[0] == 0.0


def test_many_types_are_interpolated(monkeypatch: pytest.MonkeyPatch) -> None:
    from contests.solvers import private_replies

    strategy: Any = WorthField(lottery(value=stats.uniform(1, 1))).solve()[0]
    types = np.random.default_rng(3).uniform(1, 2, size=(30, 10))
    exact = strategy(types)
    monkeypatch.setattr(private_replies, "_ROWS", 2 * strategy.function.scores.size + 1)
    assert strategy(types[:2]) == pytest.approx(exact[:2], rel=1e-12)  # in parts of two rows
    monkeypatch.undo()
    monkeypatch.setattr(private_replies, "_MANY", 200)
    rough = strategy(types)
    assert rough.shape == types.shape and rough == pytest.approx(exact, rel=1e-5)
    assert np.abs(rough - exact).max() > 0.0
    assert strategy(np.full(300, 1.5)) == pytest.approx(np.full(300, strategy(1.5)), rel=1e-12)


def test_nodes_of_a_strategy_that_bends() -> None:
    condition = WorthField(lottery(value=stats.uniform(1, 1))).solve()[0].function
    bent = ReplyByType(types=law(stats.uniform(1, 1)), function=condition, breaks=[0.25, 0.5])
    types, weights = bent.type_nodes(100)
    levels = level_nodes([0.25, 0.5], 100)
    assert types == pytest.approx(1 + levels[0], rel=1e-14) and weights.tolist() == levels[2].tolist()
    assert bent.marks() == pytest.approx([1.24975, 1.4995, 1.25075, 1.5005])
    assert weights @ types == pytest.approx(1.5) and bent.type_nodes()[0].size > types.size
    plain = integrate.quad(lambda v: float(bent(v)), 1.0, 2.0, epsabs=1e-10)[0]
    assert weights @ bent(types) == pytest.approx(plain, rel=1e-9)


# --- summits ------------------------------------------------------------------------------------------


def against(rival: float, exponent: float, *, stays_out: bool = False, **parts: Any) -> FirstOrder:
    """The condition against one rival whose effort is known: P = e^r / (e^r + x^r), times 3."""
    one = lottery(exponent, value=stats.uniform(1, 1)).replace(**{"cost": ct.Linear(), **parts})
    step = 0.05
    scores = np.arange(-60.0, 45.0, step)
    noise = stats.gumbel_r(loc=exponent * np.log(rival))
    types = np.linspace(1.0, 2.0, 9)
    return FirstOrder(
        contest=one, contestant=0, scores=scores, slopes=3.0 * noise.pdf(scores) * step, types=types,
        logs=np.log(0.1 * types), stays_out=stays_out,
    )  # fmt: skip


def test_where_the_first_unit_does_not_pay() -> None:
    assert begins_convex(against(0.5, 1.3)) and not begins_convex(against(0.5, 1.3, stays_out=True))
    assert not begins_convex(against(0.5, 0.9)) and not begins_convex(against(0.5, 1.0))
    assert begins_convex(against(0.5, 1.6, cost=ct.Power(1.5)))
    assert not begins_convex(against(0.5, 1.4, cost=ct.Power(1.5)))
    assert begins_convex(against(0.005, 1.3, cost=ct.Linear(100.0)))  # whatever the unit of effort
    worthless = against(0.5, 1.3).replace(types=np.zeros(3))
    assert not begins_convex(worthless)


@pytest.mark.parametrize(("rival", "exponent"), [(0.4, 1.3), (1.5, 1.8), (1.1, 1.5)])
def test_the_highest_summit_by_search(rival: float, exponent: float) -> None:
    """By SciPy's search over efforts; types who would lose by their best effort do nothing."""
    condition = SummitOrder.like(against(rival, exponent))
    types = np.array([0.3, 0.8, 1.2, 1.7, 2.5])

    def payoff(e: float, v: float) -> float:
        return 3.0 * v * e**exponent / (e**exponent + rival**exponent) - e

    gains, logs = condition.at_nothing(types), condition.solve(types)
    top = condition.top(types)
    worked = 0
    for v, gain, log, most in zip(types, gains, logs, top, strict=True):
        starts = np.geomspace(1e-3, 1.0, 25) * 3 * v
        start = max(starts, key=lambda e, v=v: payoff(e, v))
        best = optimize.minimize_scalar(
            lambda e, v=v: -payoff(e, v), bounds=(0.6 * start, 1.6 * start), method="bounded",
            options={"xatol": 1e-11},
        )  # fmt: skip
        if -best.fun > 1e-6:
            assert gain == pytest.approx(-best.fun, rel=1e-9)
            assert np.exp(log) == pytest.approx(best.x, rel=1e-5)
            assert condition.excess(np.array([log]), np.array([v]))[0] == pytest.approx([0.0], abs=1e-10)
            worked += 1
        else:
            assert gain < 0 and log == pytest.approx(np.log(most * NOTHING))
    assert 2 <= worked < 5 or rival < 1
    assert condition.at_nothing(np.zeros(2)).tolist() == [-np.inf] * 2
    assert condition.solve(np.zeros(2)).tolist() == [-np.inf] * 2
    assert condition.at_nothing(np.array([0.0, 1.7]))[1] == pytest.approx(gains[3])


def test_payoffs_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    condition = SummitOrder.like(against(0.7, 1.4))
    logs, types = np.array([-2.0, -0.5, 0.4]), np.array([1.0, 1.4, 2.0])
    share = 1 / (1 + (0.7 * np.exp(-logs)) ** 1.4)
    assert condition._payoff(logs, types) == pytest.approx(3.0 * types * share - np.exp(logs), rel=1e-10)
    monkeypatch.setattr(SummitOrder, "excess", lambda self, logs, types: (np.full(1, np.nan),) * 2)
    with pytest.raises(ct.ConvergenceError, match="was not found from its first-order condition"):
        condition._between(np.zeros(1), np.full(1, 1e9), np.ones(1))
    assert NOBODY.startswith("Against rivals") and NOBODY.endswith("on_fail='mixed' would work.")


# --- the method by location ---------------------------------------------------------------------------


def test_who_is_missing_at_the_bottom() -> None:
    field = WorthField(lottery(1.0, value=stats.uniform(1, 1)))
    field.solve()
    (band,) = field.bands
    end = float(band.edges[-1])
    assert field._seen(band) == pytest.approx(end - 25 * field.unit)
    assert field.unit == pytest.approx(np.pi / np.sqrt(6) / 1.28) and field.panel == 3.5 * field.unit
    assert not field._ends(band) and not field._is_cut(band)
    band.lowest = band.worths.low - 2e-9
    assert field._is_cut(band)
    band.lowest = band.worths.low - 0.5e-9
    assert not field._is_cut(band)
    inside = band.inside.copy()
    for miss, ends in ((0.9e-3, False), (1.1e-3, True)):
        band.inside = inside.copy()
        band.inside[0] = band.worths.low - miss
        assert field._ends(band) is ends
    band.edges = np.array(
        [end - 40 * field.unit, end - 14.9 * field.unit, end]
    )  # the first node is far below
    band.mesh(field.panel, field.unit)
    band.inside = np.where(band.nodes < end - 15.1 * field.unit, -9.0, band.worths.middle)
    assert not field._ends(band)
    band.worths.bounded = False
    band.inside[-1] = -9.0
    assert not field._ends(band)


def test_worths_that_fall_are_no_strategy() -> None:
    field = WorthField(lottery(1.0, value=stats.uniform(1, 1)))
    field.solve()
    (band,) = field.bands
    right = band.inside.copy()
    band.inside = right.copy()
    band.inside[3] = right[5]  # of no account far below, but these are near
    with pytest.raises(ct.ConvergenceError) as caught:
        field._check()
    assert str(caught.value) == (
        "Efforts would jump with the type: in between, marginal prizes rise faster than marginal costs. With "
        "an exponent above 1 or a small shock there may be no equilibrium in which effort is a function of "
        "the type."
    )
    band.inside = right.copy()
    band.edges = band.edges - 100.0
    band.edges[-1] += 100.0  # now all but the best are far below
    band.inside[3] = right[5]
    field._check()
    assert band.inside[3] == right[4] and np.all(np.diff(band.inside) >= 0)


def test_first_guesses_by_location() -> None:
    """Even panels from the depth asked for up; worths as if a share were spent, flatter below the middle."""
    one = lottery(1.0, value=stats.uniform(1, 1))
    field = WorthField(one, 20.0)
    worths = field.worths[0]
    for slope in (0.5, 1.0):
        band = field._start(worths, 2, slope)
        high = worths.reach[1]
        assert band.edges == pytest.approx([high - 20 * field.unit, high]) and band.count == 2
        assert not band.free.any() and band.panels.tolist() == [4]
        place = np.append(band.nodes, band.edges)
        guess = worths.guess(place)
        flat = worths.middle + slope * (guess - worths.middle)
        whole = np.append(band.inside, band.pins)
        assert whole == pytest.approx(np.where(guess > worths.middle, guess, flat))
    usual = WorthField(one)  # odds of exp(-45) against the best
    assert usual._start(worths, 2, 1.0).edges[0] == pytest.approx(worths.reach[1] - 45 * usual.unit)
    shallow = WorthField(normal(contestants=ct.Private(2, value=stats.uniform(1, 1))))
    band = shallow._start(shallow.worths[0], 1, 1.0)
    assert band.inside.min() >= shallow.worths[0].low - 5.0 and band.edges[0] == shallow.worths[0].reach[0]


def test_steps_are_held_in_bounds() -> None:
    field = WorthField(lottery(1.0, value=stats.uniform(1, 1)))
    field.solve()
    (band,) = field.bands
    inside, pins, edges = band.inside.copy(), band.pins.copy(), band.edges.copy()
    size = inside.size + edges.size
    move = np.full(size, 0.4)
    assert field._move(move, 0.1, True) == pytest.approx(0.4, abs=0.3)
    assert band.inside == pytest.approx(inside + 0.1) and band.pins == pytest.approx(pins)
    assert band.edges == pytest.approx(edges + 0.4)  # all together: no segment shrinks
    band.inside, band.pins, band.edges = inside.copy(), pins.copy(), edges.copy()
    width = float(np.diff(edges)[0])
    move = np.zeros(size)
    move[inside.size] = 5.0 * width
    moved = field._move(move, 0.1, False)
    assert np.diff(band.edges)[0] == pytest.approx(0.33 * width) and moved == pytest.approx(
        min(5.0 * width, field.panel)
    )
    # Who does next to nothing does not count, unless everybody does.
    deep = band_of([edges[-1] - 60 * field.unit, edges[-1]], band.worths)
    deep.mesh(field.panel, field.unit)
    field.bands, deep.pins = [deep], np.full(2, band.worths.middle)
    for everybody, least in ((True, 0.2), (False, 0.0)):
        deep.inside = np.full(deep.nodes.size, band.worths.middle)
        move = np.zeros(deep.nodes.size + 2)
        move[0] = 0.2
        assert field._move(move, 0.5, everybody) == pytest.approx(least, abs=1e-8)
        assert deep.inside[0] == pytest.approx(band.worths.middle + 0.2)
    field.bands, band.edges = [band], edges.copy()
    with pytest.raises(ct.ConvergenceError, match="Newton's method on the locations of the types failed"):
        field._move(np.full(size, np.nan), 0.1, False)
    band.edges = np.full(edges.size, edges[0])
    with pytest.raises(ct.ConvergenceError, match=r"did not settle\. With an exponent above 1"):
        field._move(np.zeros(size), 0.1, False)
