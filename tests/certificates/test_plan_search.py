"""What the search over plans finds in payoffs of several efforts whose summits are known by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.certificate_plan import _axis, _reply_nearby, _search, check_plan
from contests.plan import PlanGame


@dataclass
class Field(PlanGame):
    """A payoff over plans in two efforts."""

    value: Callable[[Any], Any]
    top: Any = (2.0, 3.0)
    unit: float = 1.0
    outside: float = 0.0
    one_at_a_time: bool = False
    tried: list[int] = field(default_factory=list)

    n = 2

    @property
    def stakes(self) -> float:
        return self.unit

    def plan_payoff(self, i: Any, plans: Any, profile: Any) -> Any:
        assert i == 1
        points = np.asarray(plans, float)
        self.tried.append(points.size // points.shape[-1])
        return self.value(points)

    def largest_plan(self, i: Any) -> Any:
        return np.array(self.top)

    def outside_option(self, i: Any, type: Any = None) -> float:
        return self.outside


def ridge(points: Any) -> Any:
    """A summit at (.5, 1.2), the two efforts far from independent."""
    a, b = points[..., 0] - 0.5, points[..., 1] - 1.2
    return 1.0 - a**2 - b**2 - 1.6 * a * b


def checked(game: Field, *parts: float) -> Any:
    plan = ct.Plan(sum(parts), parts=parts)
    profile = game.profile(plan)
    game.tried.clear()
    (found,), count = check_plan(game, profile, 1, plan)
    assert count == sum(game.tried)
    return found


def test_at_the_summit_nothing_is_found() -> None:
    found = checked(Field(ridge), 0.5, 1.2)
    assert found.gain <= 1e-15 and found.gap < 1e-9
    assert (found.contestant, found.effort, found.payoff, found.type) == (1, 1.7, 1.0, None)
    assert found.deviation_payoff == pytest.approx(1.0, rel=1e-14)
    assert found.deviation == pytest.approx(1.7, rel=1e-9)


@pytest.mark.parametrize("plan", [(0.5001, 1.2), (0.5, 1.2001), (0.501, 1.199)])
def test_beside_it_by_hand(plan: tuple[float, float]) -> None:
    found = checked(Field(ridge), *plan)
    here = float(ridge(np.array(plan)))
    assert found.payoff == pytest.approx(here, rel=1e-15)
    assert found.gain == pytest.approx(1 - here, rel=1e-6)
    moved = [abs(plan[0] - 0.5) / plan[0], abs(plan[1] - 1.2) / plan[1]]
    total = (abs(plan[0] - 0.5) + abs(plan[1] - 1.2)) / sum(plan)
    assert found.gap == pytest.approx(max(*moved, total), rel=1e-4)
    assert found.deviation == pytest.approx(1.7, rel=1e-8)


def two_hills(points: Any) -> Any:
    """A broad hill at (.5, 1.2) and a narrow higher one at (1.63, .41)."""
    a, b = points[..., 0], points[..., 1]
    narrow = ((a - 1.63) ** 2 + (b - 0.41) ** 2) / 0.02
    return np.exp(-((a - 0.5) ** 2) - (b - 1.2) ** 2 - a**4 / 50) + 1.5 * np.exp(-narrow)


def test_a_narrow_summit_far_away() -> None:
    found = checked(Field(two_hills), 0.5, 1.2)
    best = float(two_hills(np.array([1.63, 0.41])))
    assert found.deviation_payoff == pytest.approx(best, rel=1e-3) and found.deviation_payoff >= best
    assert found.deviation == pytest.approx(2.04, abs=0.01)
    assert found.gain == pytest.approx(found.deviation_payoff - found.payoff, rel=1e-14)
    assert found.gap == pytest.approx((1.13 + 0.79) / 1.7, abs=0.01)


def test_staying_out_and_no_effort() -> None:
    found = checked(Field(ridge, outside=1.25), 0.5, 1.2)
    assert math.isnan(found.deviation)
    assert (found.gain, found.deviation_payoff) == pytest.approx((0.25, 1.25), rel=1e-12)
    found = checked(Field(ridge), 0.0, 0.0)
    assert found.gap == math.inf and found.gain == pytest.approx(0.25 + 1.44 + 0.96, rel=1e-9)
    found = checked(Field(lambda p: 1.0 - p.sum(axis=-1)), 0.0, 0.0)
    assert (found.gain, found.gap, found.deviation) == (0.0, 0.0, 0.0)
    # One effort is zero and rightly so: the gap is that of the other.
    edge = Field(lambda p: 1.0 - p[..., 0] - (p[..., 1] - 1.0) ** 2)
    assert checked(edge, 0.0, 1.0).gap < 1e-9
    assert checked(edge, 0.0, 1.001).gap == pytest.approx(0.001 / 1.001, rel=1e-6)
    assert checked(edge, 0.0, 1.001).gain == pytest.approx(1e-6, rel=1e-6)


def test_a_gain_is_visible_by_the_stakes() -> None:
    """Of an effort that is zero: without a visible gain there is no gap, with one there is."""

    def slight(points: Any) -> Any:
        return 1.0 + 1e-9 * points[..., 0] - (points[..., 1] - 1.0) ** 2

    assert checked(Field(slight, unit=1e3), 0.0, 1.0).gap < 1e-6
    found = checked(Field(slight), 0.0, 1.0)
    assert found.gain == pytest.approx(2e-9, rel=1e-5)
    assert found.gap == pytest.approx(2.0, rel=1e-6)


def test_one_effort_at_a_time() -> None:
    """Of a roof whose ridge is at neither effort of the plan only single moves are looked for."""
    game = Field(ridge, one_at_a_time=True)
    found = checked(game, 0.5, 1.3)
    assert found.deviation_payoff == pytest.approx(1.0, rel=1e-12)  # Newton's method goes jointly
    kinked = Field(lambda p: 1 - abs(p[..., 0] - 0.7) - abs(p[..., 1] - 1.0), one_at_a_time=True)
    found = checked(kinked, 0.5, 1.3)
    assert found.payoff == pytest.approx(0.5, rel=1e-12)
    assert found.deviation_payoff == pytest.approx(0.8, rel=1e-8)
    assert found.deviation == pytest.approx(1.5, rel=1e-7)  # (.5, 1): the better of the two single moves
    found = checked(kinked, 0.2, 1.1)
    assert found.deviation_payoff == pytest.approx(0.9, rel=1e-5)
    assert found.deviation == pytest.approx(1.8, rel=1e-5)
    both = Field(lambda p: 1 - abs(p[..., 0] - 0.7) - abs(p[..., 1] - 1.0))
    assert checked(both, 0.5, 1.3).deviation_payoff == pytest.approx(1.0, rel=1e-5)


def test_where_plans_are_tried() -> None:
    crowd = [1e-3 * 500 ** (k / 4) for k in range(5)]
    geometric = [10.0 ** (k - 8) for k in range(9)]
    tried = [k / 16 * 2.0 for k in range(17)] + [2.0 * g for g in geometric]
    tried += [0.3 * (1 + s * c) for c in crowd for s in (1, -1)] + [0.3]
    np.testing.assert_allclose(_axis(2.0, 0.3), np.unique(tried), rtol=1e-12)
    assert _axis(2.0, 2.0).max() == 2.0


def test_the_highest_of_the_grid_and_its_neighbours() -> None:
    """Summits at the ends of a grid, negative ones among them, and between its places."""
    axis = np.array([0.0, 1.0, 2.0, 3.0])
    for top in (0.0, 0.4, 1.5, 2.6, 3.0):
        point, value = _search(lambda p, t=top: -1.0 - (p[..., 0] - t) ** 2, [axis])
        assert point == pytest.approx([top], abs=1e-5) and value == pytest.approx(-1.0, abs=1e-9)
    point, value = _search(lambda p: -2.0 + p[..., 0] - p[..., 1], [axis, axis])
    assert point.tolist() == [3.0, 0.0] and value == 1.0


def test_newton_steps_with_efforts_that_depend_on_each_other() -> None:
    def payoff(points: Any) -> Any:
        return ridge(points) + 0.05 * (points[..., 0] - 0.5) ** 3

    reply = _reply_nearby(payoff, np.array([0.55, 1.1]), 1.0)
    assert reply == pytest.approx([0.5, 1.2], rel=1e-9)
    # Steps are at most half of an effort, three are taken, and none where there is no maximum.
    far = _reply_nearby(lambda p: -((p - 100.0) ** 2).sum(axis=-1), np.array([1.0, 2.0]), 1.0)
    assert far == pytest.approx([1.5**3, 2 * 1.5**3], rel=1e-12)
    low = _reply_nearby(lambda p: -((p - 0.01) ** 2).sum(axis=-1), np.array([1.0, 2.0]), 1.0)
    assert low == pytest.approx([0.5**3, 2 * 0.5**3], rel=1e-9)
    saddle = _reply_nearby(
        lambda p: -((p[..., 0] - 2) ** 2) + (p[..., 1] - 1) ** 2, np.array([1.0, 2.0]), 1.0
    )
    assert saddle.tolist() == [1.0, 2.0]
    zero = _reply_nearby(lambda p: -((p[..., 1] - 1.1) ** 2), np.array([0.0, 1.0]), 1.0)
    assert zero == pytest.approx([0.0, 1.1], rel=1e-10)
    assert _reply_nearby(payoff, np.zeros(2), 1.0).tolist() == [0.0, 0.0]
    # A curvature of less than 1e-14 of the stakes is rounding.
    shallow = _reply_nearby(lambda p: -((p - 2.0) ** 2).sum(axis=-1), np.array([1.0, 1.0]), 1e15)
    assert shallow.tolist() == [1.0, 1.0]
    for stakes, moves in ((2.1e14, False), (1.9e14, True)):  # the curvature here is two
        reply = _reply_nearby(lambda p: -((p - 2.0) ** 2).sum(axis=-1), np.array([1.0, 1.0]), stakes)
        assert bool(reply[0] != 1.0) is moves


@pytest.mark.parametrize("one_at_a_time", [False, True])
@pytest.mark.parametrize("hole", [(1.9, 3.0), (0.5002, 0.5012), (-1.0, 3.0), (0.499999, 0.500001)], ids=str)
def test_a_payoff_that_is_not_a_number_is_no_evidence(hole: tuple[float, float], one_at_a_time: bool) -> None:
    """Far away, among the steps of Newton's method, everywhere, and at the plan itself."""

    def holed(points: Any) -> Any:
        return np.where((points[..., 0] > hole[0]) & (points[..., 0] < hole[1]), np.nan, ridge(points))

    found = checked(Field(holed, one_at_a_time=one_at_a_time), 0.5, 1.2)
    assert math.isnan(found.gain)
    assert (found.contestant, found.effort, found.type) == (1, 1.7, None)
    if hole[0] < 0.5 < hole[1]:  # nothing is known of her own payoff
        assert math.isnan(found.payoff) and math.isnan(found.deviation_payoff) and found.gap == 0.0
        assert found.deviation == 1.7
    whole = checked(Field(ridge, one_at_a_time=one_at_a_time), 0.5, 1.2)
    assert whole.gain <= 1e-15


def test_an_island_in_what_is_not_known() -> None:
    """Only the plan itself has a payoff: nothing around it is a summit, and nothing is known."""
    island = Field(lambda p: np.where((p == np.array([0.5, 1.2])).all(axis=-1), 1.0, np.nan))
    found = checked(island, 0.5, 1.2)
    assert math.isnan(found.gain) and found.payoff == 1.0
