"""What deviations are asked of a game, of whom, and of which type: a game that answers no other question.

Every method checks whom it is asked about, under which profile, and of which types; payoffs are made so
that largest efforts, efforts asked by a reserve, costs and outside options each decide a finding by hand.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.deviation_search import _is_flat, best_reply_nearby, effort_gap, grid_of, refine
from contests.deviations import bound_by_concavity, check_mixed, check_pure, check_types
from contests.game import Game
from contests.profile import Profile

TRIED = 33 + 19 + 12 + 19  # from one effort, besides landmarks; forty more for the search nearby


class Strict(Game):
    """Only the second of three is asked about, under the one profile, with her types if she has any."""

    n = 3

    def __init__(self, value: Any, types: Any = None, **said: Any) -> None:
        self.value, self.types, self.said, self.calls = value, types, said, 0
        self.given: Any = None

    def asked(self, i: Any, types: Any, profile: Any = "none") -> None:
        assert i == 1
        assert profile == "none" or profile is self.given
        if self.types is None:
            assert types is None
        else:
            assert np.isin(np.ravel(types), self.types).all()

    @property
    def stakes(self) -> float:
        return float(self.said.get("stakes", 1.0))

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        self.asked(i, type, profile)
        if type is not None:
            assert np.shape(type) == (np.shape(effort)[0], 1)
        self.calls += 1
        return self.value(np.asarray(effort, float), 1.0 if type is None else type)

    def marginal_payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        self.asked(i, type, profile)
        slope = self.said.get("slope")
        return None if slope is None else slope(np.asarray(effort, float), 1.0 if type is None else type)

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        self.asked(i, type)
        return self.said.get("top", lambda t: 3.0)(1.0 if type is None else type)

    def outside_option(self, i: Any, type: Any = None) -> float:
        self.asked(i, type)
        return float(self.said.get("outside", lambda t: -9.0)(1.0 if type is None else type))

    def landmarks(self, i: Any, profile: Any, type: Any = None) -> Any:
        assert i == 1 and profile is self.given and type is None
        return np.array(self.said.get("places", ()))

    def asked_effort(self, i: Any, type: Any = None) -> Any:
        self.asked(i, type)
        reach = self.said.get("reach")
        return None if reach is None else reach(1.0 if type is None else type)

    def actions(self, i: Any) -> Any:
        assert i == 1
        return self.said.get("allowed")

    def effort_cost(self, i: Any, effort: Any, type: Any = None) -> Any:
        if self.types is None:
            assert i == 1 and type is None
        else:  # also asked of the types that an expectation is taken over
            assert i == 1 and np.shape(type) == np.shape(effort)
        cost = self.said.get("cost")
        return None if cost is None else cost(np.asarray(effort, float))

    def is_concave(self) -> str | None:
        return self.said.get("proof")

    def type_nodes(self, i: int) -> Any:
        assert i == 1
        return None if self.types is None else np.array(self.types)

    def under(self, strategy: Any) -> Any:
        self.given = Profile.of([ct.Pure(0.1), strategy, ct.Pure(0.2)])
        return self.given


def checked(game: Strict, efforts: list[float], enters: Any = None) -> Any:
    profile = game.under(ct.Pure(0.5))
    types = None if game.types is None else np.array(game.types)
    return check_pure(game, profile, 1, np.array(efforts), types, enters)


def test_efforts_go_up_to_each_types_largest() -> None:
    """More effort is always better: each does all that is worth while to her."""
    types = [0.5, 1.0, 1.5]
    game = Strict(lambda e, t: t * e, types, top=lambda t: 2.0 * t, slope=lambda e, t: t + 0.0 * e)
    found, count = checked(game, [0.25, 0.25, 0.25])
    assert [f.deviation for f in found] == pytest.approx([1.0, 2.0, 3.0], rel=1e-12)
    assert [f.payoff for f in found] == pytest.approx([0.125, 0.25, 0.375], rel=1e-14)
    assert [f.gain for f in found] == pytest.approx([0.375, 1.75, 4.125], rel=1e-12)
    assert [f.contestant for f in found] == [1, 1, 1] and [f.type for f in found] == types
    assert count == 3 * (TRIED + 40)
    (one,), count = checked(
        Strict(lambda e, t: e, top=lambda t: 2.5, slope=lambda e, t: 1.0 + 0.0 * e), [0.25]
    )
    assert one.deviation == pytest.approx(2.5, rel=1e-12) and count == TRIED + 40


def test_the_effort_that_just_reaches_a_reserve_is_tried() -> None:
    """A prize at one effort alone, another for each type, or the same for all; and landmarks with it."""

    def needle(effort: Any, type: Any) -> Any:
        return np.where(effort == 0.71 + 0.1 * type, 1.0, np.where(effort == 1.2345678, 0.5, 0.0))

    types = [0.5, 1.0]
    found, count = checked(
        Strict(needle, types, reach=lambda t: 0.71 + 0.1 * np.asarray(t), places=(1.2345678,)), [0.4, 0.4]
    )
    assert [f.deviation for f in found] == [0.71 + 0.1 * 0.5, 0.71 + 0.1] and count == 2 * (TRIED + 2 + 40)
    found, _ = checked(Strict(needle, types, places=(1.2345678,)), [0.4, 0.4])
    assert [f.gain for f in found] == [0.5, 0.5]
    (one,), count = checked(Strict(needle, reach=lambda t: 0.71 + 0.1), [0.4])
    assert one.gain == 1.0 and one.deviation == 0.71 + 0.1 and count == TRIED + 1 + 40


def test_staying_out_by_type() -> None:
    """Who is out has the outside option; to leave for as much as the best effort gives is no better."""
    types = [0.5, 1.0, 1.5]
    game = Strict(lambda e, t: t - (e - t) ** 2, types, outside=lambda t: 1.2 * t if t < 1.2 else 0.1)
    found, _ = checked(game, [0.5, 1.0, 0.0], np.array([True, False, False]))
    assert math.isnan(found[0].deviation) and found[0].gain == pytest.approx(0.1, rel=1e-9)
    assert found[0].deviation_payoff == 0.6
    assert (found[1].payoff, found[1].gain) == (1.2, 0.0)
    assert found[2].payoff == pytest.approx(0.1) and found[2].gain == pytest.approx(1.4, rel=1e-9)
    level = Strict(lambda e, t: 1.0 + 0.0 * e, outside=lambda t: 1.0)
    (one,), _ = checked(level, [0.5])
    assert one.gain == 0.0 and not math.isnan(one.deviation)
    all_in = Strict(lambda e, t: t + 0.0 * e, types, outside=lambda t: 9.0)
    found, _ = checked(all_in, [0.1, 0.1, 0.1], np.array([True, True, True]))
    assert [f.payoff for f in found] == types


def test_one_summit_is_climbed_and_not_searched() -> None:
    """Where concavity is proved the grid is looked at once: no zooms on its summits."""

    def roof(effort: Any, type: Any) -> Any:
        return 1.0 - np.abs(effort - 1.3)

    calls = []
    for proof in (None, "by hand"):
        game = Strict(roof, proof=proof, slope=lambda e, t: np.where(e < 1.3, 1.0, -1.0))
        (found,), _ = checked(game, [0.5])
        assert found.gain > 0.7
        calls.append(game.calls)
    assert calls == [9, 1]  # the grid, eight zooms; Newton's method has nothing to climb
    # Of types it is not used: payoffs of each are searched.
    game = Strict(roof, [1.0], proof="by hand", slope=lambda e, t: np.where(e < 1.3, 1.0, -1.0))
    checked(game, [0.5])
    assert game.calls == 9


def test_a_visible_fall_where_newtons_method_leads() -> None:
    """Beside a jump at own effort the reply that the slope promises pays less: own effort is the reply."""

    def cliff(effort: Any, type: Any) -> Any:
        return np.where(effort <= 1.0, 0.5 + 0.1 * effort, 0.1 * effort)

    def slope(effort: Any, type: Any) -> Any:
        return 0.1 - 0.5 * (effort - 1.0)

    (found,), _ = checked(Strict(cliff, slope=slope), [1.0])
    assert (found.gain, found.gap, found.deviation_payoff) == (0.0, 0.0, 0.6)


@pytest.mark.parametrize(("width", "visible"), [(1.0, True), (1e-7, False)])
def test_types_that_floats_hardly_tell_apart(width: float, visible: bool) -> None:
    """A distant effort that gains 1e-9: rounding where types are a float or two apart."""

    def needle(effort: Any, type: Any) -> Any:
        return np.where(effort == 2.5, 1.0 + 1e-9, 1.0 - (effort - 1.0) ** 2)

    middle = 1.0 + width / 2
    game = Strict(needle, [middle], places=(2.5,))
    own = ct.Monotone(types=stats.uniform(1.0, width), function=lambda t: np.ones(np.shape(t)))
    (found,), _ = check_pure(game, game.under(own), 1, np.ones(1), np.array([middle]))
    assert found.gain == pytest.approx(1e-9, rel=1e-6)
    assert found.gap == (pytest.approx(1.5, rel=1e-6) if visible else pytest.approx(0.0, abs=1e-6))


class Gridded(ct.Monotone):
    """A strategy met in payoff only."""

    on_grid = True


@pytest.mark.parametrize(("cost", "scale"), [(lambda e: 2.0 * e, 1.0), (lambda e: 0.0 * e, 4.0), (None, 4.0)])
def test_strategies_on_a_grid_lose_relative_to_what_is_spent(cost: Any, scale: float) -> None:
    """Types uniform on [0, 1] exert their type at a cost of two: one is expected, else the stakes."""
    types = [0.3, 0.6]
    game = Strict(lambda e, t: 1.0 - (e - t - 0.1) ** 2, types, cost=cost, stakes=4.0)
    own = Gridded(types=stats.uniform(), function=lambda t: np.asarray(t, float))
    found, count = check_types(game, game.under(own), 1, own)
    assert [f.gain for f in found] == pytest.approx([0.01, 0.01], rel=1e-8)
    assert [f.gap for f in found] == pytest.approx([0.01 / scale] * 2, rel=1e-8)
    assert [f.type for f in found] == types and count == 2 * (TRIED + 40)
    plain = ct.Monotone(types=stats.uniform(), function=lambda t: np.asarray(t, float))
    found, _ = check_types(game, game.under(plain), 1, plain)
    assert [f.gap for f in found] == pytest.approx([0.1 / 0.3, 0.1 / 0.6], rel=1e-6)


def test_a_mixture_of_the_second_contestant() -> None:
    """Uniform on [.5, 1]: 64 nodes and 63 quantiles are tried, and landmarks; what is spent on average."""
    mixed = ct.Mixed(efforts=[0.5, 1.0], levels=[0.0, 1.0])
    game = Strict(
        lambda e, t: 1.0 - (e - 0.75) ** 2, cost=lambda e: e**2, places=(2.2,), outside=lambda t: 0.99
    )
    (found,), count = check_mixed(game, game.under(mixed), 1)
    inside = mixed.ppf(np.arange(1, 64) / 64)
    extra = np.unique(np.concatenate([[2.2], mixed.nodes()[0], inside])).size
    assert count == TRIED + extra and extra > 120
    assert found.contestant == 1 and found.effort == pytest.approx(0.75)
    assert found.payoff == pytest.approx(1 - 1 / 48, rel=1e-12) and found.gain == pytest.approx(1 / 48)
    spent = 0.75**2 + 0.25 / 12
    worst = float(np.min(1.0 - (mixed.nodes()[0] - 0.75) ** 2))
    assert found.gap == pytest.approx((1 - worst) / spent, rel=1e-9)
    # An outside option as good as the best effort is no reason to leave.
    level = Strict(lambda e, t: 1.0 + 0.0 * e, outside=lambda t: 1.0)
    (found,), _ = check_mixed(level, level.under(mixed), 1)
    assert (found.gain, found.gap) == (0.0, 0.0) and not math.isnan(found.deviation)


def test_discrete_mixtures_of_the_second_contestant() -> None:
    half = ct.Mixed(efforts=[1.0, 1.0, 2.0, 2.0], levels=[0.0, 0.5, 0.5, 1.0])
    game = Strict(lambda e, t: e * (2.5 - e), allowed=np.array([0.0, 1.0, 2.0]))
    (found,), count = check_mixed(game, game.under(half), 1)
    assert (found.payoff, found.deviation, found.deviation_payoff, count) == (1.25, 1.0, 1.5, 3)


class Tangents(Game):
    """A concave payoff of each contestant; whoever is asked about is an array of contestants."""

    n = 5

    def __init__(self, tops: list[float], bend: float = 1.0) -> None:
        self.tops, self.bend, self.given = np.array(tops), bend, None

    @property
    def stakes(self) -> float:
        return 1.0

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        assert profile is self.given and type is None
        return 2.0 - self.bend * (np.asarray(effort) - self.tops[i]) ** 2

    def marginal_payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        assert profile is self.given and type is None and np.ndim(i) == 1
        return -2.0 * self.bend * (np.asarray(effort) - self.tops[i])

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        assert np.ndim(i) == 1
        return 2.0 + 0.5 * np.asarray(i)

    def bound(self, efforts: list[float], who: list[int]) -> Any:
        self.given = self.profile(efforts)
        return bound_by_concavity(self, self.given, np.array(who))


def test_the_bound_of_some_contestants() -> None:
    """Only those asked about: the third is off by .2, and the fifth, who is not asked about, by more."""
    game = Tangents([0.5, 0.6, 0.7, 0.8, 0.9])
    found, count = game.bound([0.5, 0.6, 0.9, 0.8, 2.0], [1, 2, 3])
    assert count == 9 and found.contestant == 2 and found.type is None
    assert found.gain == pytest.approx(2 * 0.2 * 0.9, rel=1e-12)  # the tangent back to zero
    assert found.gap == pytest.approx(0.2 / 0.9, rel=1e-9)
    assert (found.effort, found.deviation) == (0.9, 3.0)
    assert found.payoff == pytest.approx(2 - 0.04) and found.deviation_payoff == pytest.approx(
        2 - 0.04 + 2 * 0.2 * 0.9
    )
    # Still rising at twice her effort: the tangent to her own largest effort, 2 (.6) (4 - .2).
    found, _ = game.bound([0.5, 0.6, 0.7, 0.8, 0.2], [0, 4])
    assert found.contestant == 4 and found.gain == pytest.approx(2 * 0.7 * (4.0 - 0.2), rel=1e-12)
    # Level at twice her effort: it falls from there, so the tangent counts up to there only.
    found, _ = game.bound([0.25, 0.6, 0.7, 0.8, 0.9], [0, 1])
    assert found.contestant == 0 and found.gain == pytest.approx(2 * 0.25 * 0.25, rel=1e-9)


def test_payoffs_without_a_bend_have_a_gap_only_where_they_rise() -> None:
    flat = Tangents([0.5, 0.6, 0.7, 0.8, 0.9], bend=0.0)
    found, _ = flat.bound([0.5, 0.0, 0.7, 0.8, 0.9], [0, 1, 2])
    assert (found.gain, found.gap) == (0.0, 0.0)


def test_gaps_at_their_boundaries() -> None:
    """A deviation .4 of own effort away is near; one a little farther is distant; a blur hides a gain."""
    values = np.array([[1.0]])

    def gap(best: float, gain: float, **more: Any) -> float:
        rows = [np.array([x]) for x in (1.0, 1.1, best, gain)]
        return float(effort_gap(*rows, 1.0, values, 0.0, **more)[0])

    assert gap(1.4, 1.0) == pytest.approx(0.1) and gap(1.4 + 1e-9, 1.0) == pytest.approx(0.4)
    assert gap(0.6, 1.0) == pytest.approx(0.1) and gap(0.6 - 1e-9, 1.0) == pytest.approx(0.4)
    assert gap(2.0, 1e-9, blur=2e-9) == pytest.approx(0.1) and gap(2.0, 3e-9, blur=2e-9) == pytest.approx(1)
    # The reply nearby may be farther than the distant deviation.
    rows = [np.array([x]) for x in (1.0, 1.5, 1.45, 1.0)]
    assert effort_gap(*rows, 1.0, values, 0.0) == pytest.approx([0.5])


def test_the_three_highest_summits_are_zoomed_in_on() -> None:
    """Of five summits the best between grid points is the third highest on the grid: it is found."""
    grid = np.arange(0.0, 10.5, 0.5)[None, :]
    tops = {1.5: 1.00, 3.5: 0.9, 5.5: 0.8, 7.5: 0.70, 9.25: 0.95}

    def value(efforts: Any) -> Any:
        peaks = [h * np.exp(-(((efforts - top) / 0.15) ** 2)) for top, h in tops.items()]
        return np.sum(peaks, axis=0)

    # At 9.25 the grid sees .95 exp(-(.25 / .15)^2) = .06 only: the fifth, which is not looked at.
    best, height = refine(value, grid, value(grid))
    assert best == pytest.approx([1.5]) and height == pytest.approx([1.0])
    tops[5.5], tops[5.6] = 0.0, 1.3  # seen as .83 beside 1 and .9: the third
    best, height = refine(value, grid, value(grid))
    assert best == pytest.approx([5.6], abs=1e-4) and height == pytest.approx([1.3], rel=1e-6)
    tops[5.6], tops[7.5], tops[7.62] = 0.95, 0.0, 1.3  # .69 at 7.5: beside .61 at 5.5 still the third
    best, height = refine(value, grid, value(grid))
    assert best == pytest.approx([7.62], abs=1e-4)


def test_summits_beside_the_ends_of_the_grid() -> None:
    """Seen best from the second place and from the last but one, they lie between these and the ends."""
    grid = np.array([[0.0, 0.5, 1.0, 1.5, 2.0]])
    for top in (0.28, 0.71, 1.28, 1.72):
        best, height = refine(lambda e, t=top: 1 - (e - t) ** 2, grid, 1 - (grid - top) ** 2)
        assert best == pytest.approx([top], abs=1e-4) and height == pytest.approx([1.0], abs=1e-8)
    for top, end in ((-0.3, 0.0), (2.3, 2.0)):
        best, _ = refine(lambda e, t=top: 1 - (e - t) ** 2, grid, 1 - (grid - top) ** 2)
        assert best.tolist() == [end]


def test_a_summit_a_fifth_of_own_effort_away_is_left_to_newton() -> None:
    grid = np.arange(1.0, 10.0)[None, :]
    for top, zooms in ((6.0, 0), (7.0, 8)):
        calls: list[int] = []

        def hill(efforts: Any, t: float = top, seen: list[int] = calls) -> Any:
            seen.append(efforts.size)
            return 1 - (efforts - t) ** 2

        best, _ = refine(hill, grid, 1 - (grid - top) ** 2, own=np.array([5.0]))
        assert best == pytest.approx([top]) and len(calls) == zooms
        assert all(size == 7 for size in calls)


def test_no_effort_below_zero_is_tried() -> None:
    """Where rivals stand may be reached by no effort: such a landmark counts as none."""
    grid = grid_of(np.array([2.0]), np.array([0.5]), np.array([-3.0, 1.23, 9.0]))
    assert grid.min() == 0.0 and grid.max() == 2.0 and (np.diff(grid) >= 0).all() and 1.23 in grid
    assert np.count_nonzero(grid == 2.0) == 2 + 1 + np.count_nonzero(0.5 * 2.0 ** np.linspace(-6, 6, 19) >= 2)


@pytest.mark.parametrize("cost", [1e-3, 1.0, 1e3])
def test_flat_is_relative_to_the_cost_of_effort(cost: float) -> None:
    """A slope of 1e-8 of the cost, and a bend of 1e-6 of it, are rounding; anything more is not."""
    game = Strict(lambda e, t: 1.0 + 0.0 * e, cost=lambda e: cost * e)
    effort = np.array([1.0, 2.0])

    def flat(first: float, second: float) -> list[bool]:
        size = cost * effort
        return [bool(x) for x in _is_flat(game, 1, effort, None, first * size, second * size)]

    for sign in (1.0, -1.0):
        assert flat(sign * 0.99e-8, sign * 0.99e-6) == [True, True]
        assert flat(sign * 1.01e-8, 0.0) == [False, False]
        assert flat(0.0, sign * 1.01e-6) == [False, False]


def test_replies_nearby_of_several_types_step_by_step() -> None:
    """Three steps of at most a half; a quadratic is met in one; zero effort and flat types are left alone."""
    types = np.array([0.4, 0.8, 1.6, 0.7])
    own = np.array([0.5, 0.8, 0.0, 0.1])

    def value(effort: Any, type: Any) -> Any:
        return 1.0 - (effort - type) ** 2

    for slope in (lambda e, t: -2.0 * (e - t), None):
        game = Strict(value, types.tolist(), slope=slope)
        profile = game.under(ct.Pure(0.5))

        def payoff(efforts: Any, game: Any = game, profile: Any = profile) -> Any:
            return game.payoff(1, efforts, profile, types[:, None])

        found = best_reply_nearby(game, profile, 1, own, types, payoff)
        assert found[:3] == pytest.approx([0.4, 0.8, 0.0], rel=1e-9)
        assert found[3] == pytest.approx(0.1 * 1.5**3, rel=1e-9)  # bends up or too far: half more each time
        assert own.tolist() == [0.5, 0.8, 0.0, 0.1]
