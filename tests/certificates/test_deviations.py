"""What the search for deviations finds in payoffs whose best replies are known by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.deviation_search import _is_flat, best_reply_nearby, effort_gap, grid_of, refine
from contests.deviations import _blur, bound_by_concavity, check_mixed, check_pure, check_types
from contests.profile import Profile
from contests.strategy import Monotone


@dataclass
class Made(ct.Game):
    """A payoff in own effort and type, and what else the search may be told of a game."""

    value: Callable[[Any, Any], Any]
    slope: Callable[[Any, Any], Any] | None = None
    top: float = 3.0
    unit: float = 1.0
    allowed: Any = None
    cost: float | None = None
    outside: float = 0.0
    places: tuple[float, ...] = ()
    proof: str | None = None
    nodes: Any = None

    n = 2

    @property
    def stakes(self) -> float:
        return self.unit

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        return self.value(np.asarray(effort, float), 1.0 if type is None else type) + 0.0 * np.asarray(effort)

    def marginal_payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        return None if self.slope is None else self.slope(np.asarray(effort), 1.0 if type is None else type)

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.asarray(self.top)

    def outside_option(self, i: Any, type: Any = None) -> float:
        return self.outside

    def landmarks(self, i: Any, profile: Any, type: Any = None) -> Any:
        return np.array(self.places)

    def actions(self, i: Any) -> Any:
        assert i == 0
        return self.allowed

    def effort_cost(self, i: Any, effort: Any, type: Any = None) -> Any:
        return None if self.cost is None else self.cost * np.asarray(effort)

    def is_concave(self) -> str | None:
        return self.proof

    def type_nodes(self, i: int) -> Any:
        return self.nodes


def hill(effort: Any, type: Any) -> Any:
    """One summit, at the type."""
    return 1.0 - (effort - type) ** 2 + 0.1 * (effort - type) ** 3


def hill_slope(effort: Any, type: Any) -> Any:
    return -2.0 * (effort - type) + 0.3 * (effort - type) ** 2


def spike(effort: Any, type: Any) -> Any:
    """A low summit at the type, and a narrow high one at twice the type plus .37."""
    return np.exp(-10 * (effort - type) ** 2) + 1.2 * np.exp(-(((effort - 2 * type - 0.37) / 0.05) ** 2))


def checked(game: Made, efforts: list[float], types: list[float] | None = None, enters: Any = None) -> Any:
    profile = game.profile(0.7)
    return check_pure(game, profile, 0, np.array(efforts), None if types is None else np.array(types), enters)


def test_where_deviations_are_tried() -> None:
    grid = grid_of(np.array([2.0, 4.0]), np.array([0.5, 6.0]), np.array([0.3, 50.0]))
    even, geometric = np.linspace(0.0, 1.0, 33), 10.0 ** np.linspace(-9.0, 0.0, 19)
    crowd = [1e-4 * 5000 ** (k / 5) for k in range(6)]
    factors = [
        *(1 - c for c in crowd),
        *(1 + c for c in crowd),
        *(2.0 ** (k * 12 / 18 - 6) for k in range(19)),
    ]
    for row, top, own in ((0, 2.0, 0.5), (1, 4.0, 6.0)):
        tried = [*(top * even), *(top * geometric), *(own * f for f in factors), 0.3, 50.0]
        np.testing.assert_allclose(grid[row], np.sort(np.clip(tried, 0.0, max(top, own))), rtol=1e-12)


@pytest.mark.parametrize("slope", [hill_slope, None])
@pytest.mark.parametrize("proof", [None, "by hand"])
def test_one_summit(slope: Any, proof: str | None) -> None:
    game = Made(hill, slope, proof=proof)
    (found,), count = checked(game, [1.1])
    loss = 0.01 - 0.1 * 0.001
    assert found.gain == pytest.approx(loss, rel=1e-9)
    assert found.gap == pytest.approx(0.1 / 1.1, rel=1e-8)
    assert (found.contestant, found.effort, found.type) == (0, 1.1, None)
    assert found.deviation == pytest.approx(1.0, rel=1e-8)
    assert found.payoff == pytest.approx(1 - loss, rel=1e-14)
    assert found.deviation_payoff == pytest.approx(1.0, rel=1e-14)
    assert count == 33 + 19 + 12 + 19 + 40
    (still,), _ = checked(game, [1.0])
    assert still.gain <= 1e-15 and still.gap < (1e-15 if slope else 1e-9)


@pytest.mark.parametrize("slope", [hill_slope, None])
def test_one_summit_for_each_type(slope: Any) -> None:
    found, count = checked(Made(hill, slope), [0.9, 1.1, 1.5], [0.8, 1.1, 1.6])
    assert [f.type for f in found] == [0.8, 1.1, 1.6]
    assert [f.effort for f in found] == [0.9, 1.1, 1.5]
    assert [f.gap for f in found] == pytest.approx([1 / 9, 0.0, 1 / 15], abs=1e-9)
    assert [f.gain for f in found] == pytest.approx([0.0099, 0.0, 0.0101], abs=1e-10)
    assert count == 3 * (33 + 19 + 12 + 19 + 40)


def test_a_narrow_summit_far_away() -> None:
    """Of three types two have theirs within reach; it is found to the seventh digit of the payoff."""
    types = [0.5, 1.0, 1.4]
    found, _ = checked(Made(spike), types, types)
    for f, t in zip(found, types, strict=True):
        top = 2 * t + 0.37
        if top <= 3.0:
            assert f.deviation == pytest.approx(top, abs=1e-3)
            assert f.deviation_payoff == pytest.approx(1.2 + math.exp(-10 * (top - t) ** 2), rel=1e-7)
            assert f.gain == pytest.approx(f.deviation_payoff - f.payoff, rel=1e-14)
            assert f.gap == pytest.approx(abs(f.deviation - t) / t, rel=1e-12)
        else:
            assert f.gap == pytest.approx(0.0, abs=1e-3)


def test_landmarks_are_tried() -> None:
    """A payoff at a single effort, which no grid meets."""

    def needle(effort: Any, type: Any) -> Any:
        return np.where(effort == 1.2345678, 1.0, 0.0)

    assert checked(Made(needle, top=2.0), [0.7])[0][0].gain == 0.0
    (found,), count = checked(Made(needle, top=2.0, places=(1.2345678,)), [0.7])
    assert (found.gain, found.deviation, count) == (1.0, 1.2345678, 33 + 19 + 12 + 19 + 1 + 40)
    assert found.gap == pytest.approx((1.2345678 - 0.7) / 0.7, rel=1e-12)


def test_discrete_efforts() -> None:
    """Gaps count from one where efforts are smaller; ties that rounding breaks are none."""
    worth = {0.0: 0.0, 0.5: 1.0, 2.0: 3.0, 4.0: 3.5}

    def table(effort: Any, type: Any) -> Any:
        return np.vectorize(worth.__getitem__)(effort)

    game = Made(table, allowed=np.array(list(worth)))
    (found,), count = checked(game, [2.0])
    assert (found.gain, found.gap, found.deviation, found.deviation_payoff, count) == (0.5, 1.0, 4.0, 3.5, 4)
    (found,), _ = checked(game, [0.5])
    assert (found.gain, found.gap, found.payoff) == (2.5, 3.5, 1.0)
    (found,), _ = checked(game, [4.0])
    assert (found.gain, found.gap, found.deviation) == (0.0, 0.0, 4.0)
    worth[2.0] = 3.5 - 1e-11
    (found,), _ = checked(game, [2.0])
    assert found.gap == 0.0 and found.gain == pytest.approx(1e-11, rel=1e-3)
    # A tie is a share of the stakes.
    (found,), _ = checked(Made(table, allowed=np.array(list(worth)), unit=0.01), [2.0])
    assert found.gap == 1.0
    worth[2.0] = 3.5 - 1e-8
    assert checked(Made(table, allowed=np.array(list(worth)), unit=1e4), [2.0])[0][0].gap == 0.0
    found, count = checked(game, [0.5, 4.0], [1.0, 1.0])
    assert [f.gap for f in found] == [3.5, 0.0] and count == 8


def test_staying_out() -> None:
    game = Made(hill, hill_slope, outside=1.3)
    (found,), _ = checked(game, [1.1])
    assert math.isnan(found.deviation)
    assert found.deviation_payoff == 1.3 and found.gain == pytest.approx(1.3 - hill(1.1, 1.0), rel=1e-14)
    # Those who are out already have that, and no effort beats it.
    found, _ = checked(game, [1.1, 0.0], [1.0, 1.0], np.array([True, False]))
    assert math.isnan(found[0].deviation) and found[0].gain > 0.3
    assert (found[1].payoff, found[1].gain) == (1.3, 0.0)
    # Where entering pays, the type that stays out gains that much.
    found, _ = checked(Made(hill, hill_slope, outside=0.4), [0.0], [1.0], np.array([False]))
    assert found[0].payoff == 0.4 and found[0].gain == pytest.approx(0.6, rel=1e-8)
    assert found[0].deviation == pytest.approx(1.0, abs=1e-3)


def test_no_effort() -> None:
    """Any other best reply is infinitely far from zero; where the payoff falls there is none."""
    (found,), _ = checked(Made(hill, hill_slope), [0.0])
    assert found.gap == math.inf and found.gain == pytest.approx(1.1, rel=1e-8)
    (found,), _ = checked(Made(lambda e, t: -e, lambda e, t: -1.0 + 0.0 * e), [0.0])
    assert (found.gain, found.gap) == (0.0, 0.0)


def test_a_kink_at_own_effort_is_a_best_reply() -> None:
    """Newton's method is led astray beside it, and its reply is not taken where the payoff falls."""

    def roof(effort: Any, type: Any) -> Any:
        return 1.0 - np.abs(effort - 1.0) - 0.3 * (effort - 1.0) - 0.5 * (effort - 1.0) ** 2

    def one_side(effort: Any, type: Any) -> Any:
        return 0.7 - (effort - 1.0)  # the slope to the left, wrongly continued

    (found,), _ = checked(Made(roof, one_side), [1.0])
    assert (found.gain, found.gap, found.deviation) == (0.0, 0.0, 1.0)


def test_flat_payoffs_have_no_gap() -> None:
    """Linear worth at linear cost: any effort is a best reply, also of who exerts none or much."""

    def flat(effort: Any, type: Any) -> Any:
        return 0.5 + 1e-10 * effort

    slope = lambda e, t: 1e-10 + 0.0 * e  # noqa: E731
    effort = np.array([1.0, 2.0])
    game = Made(flat, slope, cost=1.0)
    profile = game.profile(0.7)
    move, bend = np.array([1e-9, 1e-9]), np.array([0.5e-6, 0.5e-6])
    assert _is_flat(game, 0, effort, None, move, bend).tolist() == [True, True]
    assert _is_flat(game, 0, effort, None, np.array([1e-7, -1e-7]), bend).tolist() == [False, False]
    assert _is_flat(game, 0, effort, None, move, np.array([-1e-5, 3e-6])).tolist() == [False, False]
    assert _is_flat(Made(flat), 0, effort, None, move, bend).tolist() == [False, False]
    curved = Made(flat, lambda e, t: 1e-9 - 1e-9 * (e - 1.0), cost=1.0)
    assert best_reply_nearby(curved, profile, 0, effort, None, None).tolist() == [1.0, 2.0]
    # The same where the cost is not known, or small beside it: the payoff is worth climbing.
    for cost in (None, 1e-9):
        keen = Made(flat, lambda e, t: 1e-9 - 1e-9 * (e - 1.5), cost=cost)
        reply = best_reply_nearby(keen, profile, 0, effort, None, None)
        assert reply == pytest.approx([2.5, 2.5], rel=1e-6)


def test_the_reply_nearby_to_the_last_digits() -> None:
    profile = Made(hill).profile(0.7)
    types, own = np.array([0.8, 1.1, 2.0]), np.array([0.85, 1.1, 0.0])
    with_slope = best_reply_nearby(Made(hill, hill_slope), profile, 0, own, types, None)
    assert with_slope[:2] == pytest.approx([0.8, 1.1], rel=1e-14) and with_slope[2] == 0.0
    game = Made(hill)
    without = best_reply_nearby(
        game, profile, 0, own, types, lambda efforts: game.payoff(0, efforts, profile, types[:, None])
    )
    assert without == pytest.approx([0.8, 1.1, 0.0], rel=1e-9)
    # No step is longer than half, nor where the payoff bends upwards; three are taken.
    far = best_reply_nearby(Made(hill, lambda e, t: 1.0 - 1e-3 * e), profile, 0, np.array([1.0]), None, None)
    assert far == pytest.approx([1.5**3], rel=1e-12)
    low = best_reply_nearby(Made(hill, lambda e, t: -1 - 1e-3 * e), profile, 0, np.array([1.0]), None, None)
    assert low == pytest.approx([0.5**3], rel=1e-12)
    up = best_reply_nearby(Made(hill, lambda e, t: 1.0 + e), profile, 0, np.array([1.0]), None, None)
    assert up == pytest.approx([1.0], rel=1e-15)
    even = best_reply_nearby(Made(hill, lambda e, t: 1.0 + 0.0 * e), profile, 0, np.array([1.0]), None, None)
    assert even.tolist() == [1.0]  # neither does a straight slope say where its top is


def test_gaps_by_hand() -> None:
    values = np.array([[1.0, 2.0], [1.0, 2.0]])

    def gap(
        own: float, near: float, best: float, gain: float, stakes: float = 1.0, floor: float = 0.0
    ) -> float:
        rows = [np.array([x, x]) for x in (own, near, best, gain)]
        found = effort_gap(*rows, stakes, values, floor)
        assert found[0] == found[1]
        return float(found[0])

    assert gap(1.0, 1.1, 1.1, 1.0) == pytest.approx(0.1)
    assert gap(1.0, 1.1, 2.5, 1.0) == pytest.approx(1.5)  # visibly better, and distant
    assert gap(1.0, 1.1, 2.5, 0.9e-10) == pytest.approx(0.1)  # not visibly
    assert gap(1.0, 1.1, 2.5, 1.1e-10) == pytest.approx(1.5)
    assert gap(1.0, 1.1, 2.5, 1.5e-13, stakes=1e-6) == pytest.approx(0.1)  # less than 1e-13 of payoffs of 2
    assert gap(1.0, 1.1, 2.5, 2.5e-13, stakes=1e-6) == pytest.approx(1.5)
    assert gap(1.0, 1.1, 1.39, 1.0) == pytest.approx(0.1)
    assert gap(1.0, 1.1, 1.41, 1.0) == pytest.approx(0.41)
    assert gap(0.1, 0.2, 0.1, 0.0, floor=0.5) == pytest.approx(0.2)
    assert gap(0.1, 0.2, 0.3, 1.0, floor=0.5) == pytest.approx(0.4)
    assert gap(0.0, 0.0, 0.5, 1.0) == math.inf
    assert gap(0.0, 0.0, 0.5, 0.0) == 0.0


def test_small_efforts_beside_large_ones() -> None:
    """Efforts of types below 1e-9 of the largest are sums' rounding; of contestants, below 1e-12."""

    def narrow(effort: Any, type: Any) -> Any:
        return 1.0 - (effort / type - 1.0) ** 2

    def narrow_slope(effort: Any, type: Any) -> Any:
        return -2.0 * (effort / type - 1.0) / type

    game = Made(narrow, narrow_slope, top=2.0)
    found, _ = checked(game, [1.1e-10, 1.1e-6, 1.0], [1e-10, 1e-6, 1.0])
    assert found[0].gap == pytest.approx(0.1e-10 / 1e-9, rel=1e-6)
    assert found[1].gap == pytest.approx(0.1 / 1.1, rel=1e-6)
    alone = Made(lambda e, t: narrow(e, 1e-10), lambda e, t: narrow_slope(e, 1e-10), top=2.0)
    (one,), _ = checked(alone, [1.1e-10])
    assert one.gap == pytest.approx(0.1 / 1.1, rel=1e-6)
    giants = alone.profile([1.1e-10, 1e4])
    (one,), _ = check_pure(alone, giants, 0, np.array([1.1e-10]), None)
    assert one.gap == pytest.approx(0.1e-10 / 1e-8, rel=1e-6)


def test_zooming_in() -> None:
    """Three summits a row at most, the ends of the grid among them; plateaus count once."""
    grid = np.tile(np.linspace(0.0, 2.0, 21), (2, 1))
    tops = np.array([[0.53], [1.26]])

    def twice(efforts: Any) -> Any:
        low = 0.9 - (efforts - 0.03) ** 2
        return np.maximum(low, 1.0 - 3 * (efforts - tops) ** 2)

    best, value = refine(twice, grid, twice(grid))
    assert best == pytest.approx([0.53, 1.26], abs=1e-5)
    assert value == pytest.approx([1.0, 1.0], abs=1e-9)
    # At the ends of the grid.
    best, value = refine(lambda e: e, grid, grid)
    assert best.tolist() == [2.0, 2.0]
    best, value = refine(lambda e: -e, grid, -grid)
    assert best.tolist() == [0.0, 0.0]
    # Beside own effort nothing is zoomed in on.
    tried: list[float] = []

    def watched(efforts: Any) -> Any:
        tried.extend(np.ravel(efforts))
        return twice(efforts)

    best, value = refine(watched, grid, twice(grid), own=np.array([0.5, 1.3]))
    assert not any(0.61 < e < 1.0 for e in tried) and max(tried) < 0.11
    assert best == pytest.approx([0.5, 1.3])


def test_a_mixed_strategy_by_hand() -> None:
    """Two bidders for a prize of one, uniform on [0, .99]: .99 wins surely, and zero nothing."""
    contest = ct.Contest(contestants=ct.Identical(2), prizes=1.0)
    profile = contest.profile(ct.Mixed(efforts=[0.0, 0.99], levels=[0.0, 1.0]))
    (found,), count = check_mixed(contest, profile, 0)
    assert found.payoff == pytest.approx(0.005, rel=1e-9)
    assert found.deviation_payoff == pytest.approx(0.01, rel=1e-9)
    assert found.gain == pytest.approx(0.005, rel=1e-9)
    assert found.effort == pytest.approx(0.495, rel=1e-12)
    assert found.deviation == pytest.approx(0.99, rel=1e-9)
    assert found.gap == pytest.approx(0.01 / 0.495, rel=1e-3)  # the worst of the nodes is not quite zero
    assert (found.contestant, found.type) == (0, None)
    assert count > 33 + 19 + 12 + 19 + 63


def mixed(**parts: Any) -> tuple[Made, Any]:
    game = Made(**parts)
    return game, game.profile(ct.Mixed(efforts=[0.5, 1.0], levels=[0.0, 1.0]))


def test_a_mixed_strategy_against_a_made_payoff() -> None:
    """Worth 1 - (e - .75)^2 on average over [.5, 1]: the loss of the worst effort, over what is spent."""
    worth = lambda e, t: 1.0 - (e - 0.75) ** 2  # noqa: E731
    for cost, spent in ((None, 4.0), (2.0, 1.5), (0.0, 4.0)):
        (found,), _ = check_mixed(*mixed(value=worth, cost=cost, unit=4.0), 0)
        assert found.payoff == pytest.approx(1 - 1 / 48, rel=1e-12)
        assert found.gain == pytest.approx(1 / 48, rel=1e-9)
        assert found.gap == pytest.approx(0.0625 / spent, rel=1e-2)
    (found,), _ = check_mixed(*mixed(value=worth, outside=2.0), 0)
    assert math.isnan(found.deviation) and found.deviation_payoff == 2.0
    assert found.gain == pytest.approx(1 + 1 / 48, rel=1e-12)
    assert found.gap == pytest.approx(1.0625, rel=1e-2)
    (found,), _ = check_mixed(*mixed(value=lambda e, t: 1.0 + 0.0 * e), 0)
    assert (found.gain, found.gap) == (0.0, 0.0)


def test_a_narrow_summit_within_the_support_is_found() -> None:
    """No landmark says where: the quantiles played are among the deviations tried."""
    (found,), _ = check_mixed(*mixed(value=spike_at, top=300.0), 0)
    assert found.deviation == pytest.approx(0.7777, abs=1e-4)
    assert found.deviation_payoff == pytest.approx(1.0, rel=1e-6)


def spike_at(effort: Any, type: Any) -> Any:
    return np.exp(-(((effort - 0.7777) / 0.004) ** 2))


@dataclass
class Straight(Made):
    """Payoffs that differ among contestants: tops[i], as the bound asks for arrays of contestants."""

    tops: Any = None
    n = 4

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        return 5.0 - (np.asarray(effort) - self.tops[i]) ** 2

    def marginal_payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        return -2.0 * (np.asarray(effort) - self.tops[i])


def test_the_bound_from_concavity_by_hand() -> None:
    def bound(tops: list[float], efforts: list[float]) -> Any:
        game = Straight(hill, tops=np.array(tops))
        return bound_by_concavity(game, game.profile(efforts), np.arange(4))

    # At the summits: nothing to gain.
    found, count = bound([1.0, 1.2, 1.5, 2.0], [1.0, 1.2, 1.5, 2.0])
    assert (found.gain, found.gap, count) == (0.0, 0.0, 12)
    # Too low, and the payoff falls at twice the effort: the tangent up to there, 2 (.1) (1.1).
    found, _ = bound([1.0, 1.2, 1.5, 2.0], [1.0, 1.1, 1.5, 2.0])
    assert found.gain == pytest.approx(2 * 0.1 * 1.1, rel=1e-12)
    assert (found.contestant, found.effort, found.deviation, found.type) == (1, 1.1, 3.0, None)
    assert found.payoff == pytest.approx(4.99, rel=1e-12)
    assert found.deviation_payoff == pytest.approx(4.99 + 0.22, rel=1e-12)
    assert found.gap == pytest.approx(0.1 / 1.1, rel=1e-9)
    # Still rising at twice the effort: the tangent up to the largest effort, 2 (1.6) (3 - .4).
    found, _ = bound([1.0, 1.2, 1.5, 2.0], [1.0, 1.2, 1.5, 0.4])
    assert found.gain == pytest.approx(2 * 1.6 * 2.6, rel=1e-12) and found.contestant == 3
    # The same where it rises but little there: 2 (.2) at an effort of 1, own effort .5.
    found, _ = bound([1.2, 1.2, 1.5, 2.0], [0.5, 1.2, 1.5, 2.0])
    assert found.gain == pytest.approx(2 * 0.7 * 2.5, rel=1e-12)
    # Too high: the tangent back to zero, 2 (.3) (1.3).
    found, _ = bound([1.0, 1.2, 1.5, 2.0], [1.3, 1.2, 1.5, 2.0])
    assert found.gain == pytest.approx(2 * 0.3 * 1.3, rel=1e-12) and found.contestant == 0
    assert found.gap == pytest.approx(0.3 / 1.3, rel=1e-9)
    # Inactive where effort loses: no gap. Where it gains: infinitely far.
    found, _ = bound([-1.0, 1.2, 1.5, 2.0], [0.0, 1.2, 1.5, 2.0])
    assert (found.gain, found.gap) == (0.0, 0.0)
    found, _ = bound([1.0, 1.2, 1.5, 2.0], [0.0, 1.2, 1.5, 2.0])
    assert found.gap == math.inf and found.gain == pytest.approx(2 * 3.0, rel=1e-8)


def test_mixtures_of_discrete_efforts() -> None:
    """Only efforts allowed are tried, and one that is not allowed is no equilibrium whatever it pays."""
    allowed = np.array([0.0, 1.0, 2.0])
    game = Made(lambda e, t: 1.0 - (e - 1.4) ** 2, allowed=allowed)
    half = ct.Mixed(efforts=[1.0, 1.0, 2.0, 2.0], levels=[0.0, 0.5, 0.5, 1.0])
    (found,), count = check_mixed(game, game.profile(half), 0)
    # .84 at one, .64 at two: the mixture gives .74, the best allowed .84.
    assert found.payoff == pytest.approx(0.74) and found.deviation_payoff == pytest.approx(0.84)
    assert found.gain == pytest.approx(0.1) and found.deviation == 1.0 and count == 3
    assert found.gap == pytest.approx(0.2)
    between = ct.Mixed(efforts=[1.0, 1.0, 1.4, 1.4], levels=[0.0, 0.5, 0.5, 1.0])
    assert check_mixed(game, game.profile(between), 0)[0][0].gap == math.inf
    level = Made(lambda e, t: 1.0 + 0.0 * e, allowed=allowed)
    (found,), _ = check_mixed(level, level.profile(half), 0)
    assert (found.gain, found.gap) == (0.0, 0.0)


class Stepped(ct.Monotone):
    """Types below one half stay out; the threshold is a mark."""

    def enters(self, types: Any) -> Any:
        return np.asarray(types) >= 0.5

    def marks(self) -> Any:
        return np.array([0.45, 0.55])


def test_types_beside_a_threshold_are_looked_at_for_gains() -> None:
    game = Made(hill, hill_slope, nodes=np.array([0.2, 0.7, 0.9]), outside=0.3)
    own = Stepped(types=stats.uniform(), function=lambda t: np.where(np.asarray(t) >= 0.5, 1.01 * t, 0.0))
    found, count = check_types(game, game.profile(own), 0, own)
    assert [f.type for f in found] == [0.2, 0.7, 0.9, 0.45, 0.55]
    assert count == 5 * (33 + 19 + 12 + 19 + 40)
    # Who stays out has .3, and would rather enter.
    assert [f.payoff for f in found][::3] == [0.3, 0.3]
    assert found[3].gain == pytest.approx(0.7, rel=1e-6)
    assert [f.gap for f in found[1:3]] == pytest.approx([0.01 / 1.01] * 2, rel=1e-6)
    assert [f.gap for f in found[3:]] == [0.0, 0.0]
    assert found[4].gain == pytest.approx(0.0055**2, rel=1e-2)
    plain = ct.Monotone(types=stats.uniform(), function=lambda t: 1.0 * t)
    found, count = check_types(game, game.profile(plain), 0, plain)
    assert [f.type for f in found] == [0.2, 0.7, 0.9] and count == 3 * (33 + 19 + 12 + 19 + 40)
    assert all(f.gap < 1e-12 for f in found)


def test_types_that_differ_in_their_last_digits_blur_payoffs() -> None:
    """A gain of 2e-10 is visible where types are apart, and not where a float moves a level by as much."""
    rows = [np.array([x]) for x in (1.0, 1.0, 2.5, 2e-10)]
    values = np.array([[0.5, 1.0]])
    assert effort_gap(*rows, 1.0, values, 0.0) == pytest.approx([1.5])
    assert effort_gap(*rows, 1.0, values, 0.0, 3e-10) == pytest.approx([0.0])
    blurs = []
    for width in (1.0, 1e-6, 1e-12):
        contest = ct.Contest(contestants=ct.Private(3, value=stats.uniform(1, width)), prizes=2.0)
        strategy = Monotone(
            types=contest.contestants.law_of(0), function=lambda t: t - 1, scores_increase=True
        )
        profile = Profile.symmetric(strategy, 3)
        blurs.append(_blur(contest, profile, 0, np.array([1.0 + width / 2])))
    listed = SimpleNamespace(strategy=lambda i: SimpleNamespace(types=np.array([1.0, 1.0 + 1e-15])))
    assert _blur(contest, listed, 0, np.array([1.0])) == 0.0  # listed types are apart
    # Two rivals, a prize of 2, and floats 2^-52 apart above 1.
    assert blurs == pytest.approx([2 * 2 * 2 * 2.0**-52, 2 * 2 * 2 * 2.0**-52 * 1e6, 2e-8], rel=1e-3)
