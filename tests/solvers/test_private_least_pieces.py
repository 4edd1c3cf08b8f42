"""A reserve on certain quality, luck and private types: where efforts bend, and what is looked up how.

Ends of the band at the reserve are found for replies made up here, whose bends are known; secants for
a straight line; tails of laws by their quantiles; blocks and tables against doing it all at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.errors import ConvergenceError
from contests.laws import law
from contests.solvers import private_least, private_least_field
from contests.solvers.private_least_field import LeastField, _ends_of_band, _heading, _jump, _same

SQUARE = law(stats.beta(2, 1), part="law")  # a share t^2 of the types is below t


class Replies:
    """Types in some intervals do more than the reserve asks, by how much says a function of the type."""

    def __init__(self, *inside: tuple[float, float], rise: Any = None) -> None:
        self.inside, self.rise = inside, rise

    def works(self, types: Any) -> Any:
        return np.any([(types > low) & (types < high) for low, high in self.inside], axis=0)

    def rises(self, types: Any) -> Any:
        return self.rise(types)


@pytest.mark.parametrize("low", [0.2, 0.717])
def test_where_a_band_ends_smoothly(low: float) -> None:
    """The condition at the reserve passes through zero: the type where it does, to its last digits."""
    above: Any = Replies((low, 2.0), rise=lambda t: np.expm1(3 * (t - low)))
    assert _ends_of_band(above, SQUARE) == pytest.approx([low**2], rel=1e-12)
    below: Any = Replies((-1.0, low), rise=lambda t: np.expm1(3 * (low - t)))
    assert _ends_of_band(below, SQUARE) == pytest.approx([low**2], rel=1e-12)
    # What counts is the condition, not who is said to do more by a table that is a little out.
    nearly: Any = Replies((low, 2.0), rise=lambda t: t - 1.002 * low)
    assert _ends_of_band(nearly, SQUARE) == pytest.approx([(1.002 * low) ** 2], rel=1e-12)


def test_where_efforts_jump_to_or_from_the_reserve() -> None:
    """The condition at the reserve says nothing there: only who works does."""
    found: Any = Replies((0.3, 0.8), rise=lambda t: np.full(t.shape, -1.0))
    assert _ends_of_band(found, SQUARE) == pytest.approx([0.09, 0.64], rel=1e-13)
    up: Any = Replies((0.3, 0.8), rise=lambda t: np.ones(t.shape))
    assert _ends_of_band(up, SQUARE) == pytest.approx([0.09, 0.64], rel=1e-13)
    for first, at in ((False, 0.3**2), (True, 0.8**2)):
        for before, behind in ((0.013, 0.002), (1e-4, 0.01), (0.01, 1e-4)):
            ends = np.array([at - before]), np.array([at + behind])
            assert _jump(found, SQUARE, ends, first) == pytest.approx([at], rel=1e-13)
    none: Any = Replies((2.0, 3.0))
    assert _ends_of_band(none, SQUARE).size == 0


def test_bends_next_to_the_ends_of_the_law() -> None:
    """Bends between the first level looked at and the next, and of types who hardly exist."""
    for level in (1e-6, 0.01, 1 - 0.01, 1 - 1e-6):
        t = float(np.sqrt(level))
        found: Any = Replies((t, 2.0), rise=lambda x, t=t: x - t)
        assert _ends_of_band(found, SQUARE) == pytest.approx([level], abs=1e-12)
    for level in (1e-10, 1 - 1e-11):
        found = Replies((float(np.sqrt(level)), 2.0), rise=lambda x: x)
        assert _ends_of_band(found, SQUARE).size == 0


def test_secants_lead_where_replies_settle_slowly() -> None:
    def replies(breaks: Any, slope: float) -> Any:
        return np.array([0.3, 0.6]) + slope * (breaks - np.array([0.3, 0.6]))

    first = np.array([0.35, 0.66])
    for slope in (0.7, -0.5):
        fresh = replies(first, slope)
        second = first + 0.5 * (fresh - first)
        again = replies(second, slope)
        guess = _heading(second, again, (first, fresh - first))
        assert guess == pytest.approx([0.3, 0.6], rel=1e-12)
    # A tenth of the way left is quick enough; more than five times the way is too far.
    fresh = replies(first, 0.05)
    quick = replies(fresh, 0.05)
    assert np.array_equal(_heading(fresh, quick, (first, fresh - first)), quick)
    fresh = replies(first, 0.85)
    assert np.array_equal(_heading(fresh, replies(fresh, 0.85), (first, fresh - first)), replies(fresh, 0.85))
    near = replies(first, 0.78)
    assert _heading(near, replies(near, 0.78), (first, near - first)) == pytest.approx([0.3, 0.6], rel=1e-11)


def test_no_secant_where_there_is_none() -> None:
    here, fresh = np.array([0.3]), np.array([0.4])
    assert _heading(here, fresh, None) is fresh
    assert _heading(np.array([]), fresh, (here, here)) is fresh
    assert _heading(here, fresh, (np.array([0.1, 0.2]), np.array([0.1, 0.1]))) is fresh
    # The same miss twice, or a secant out of the levels or out of order.
    assert _heading(here, fresh, (np.array([0.2]), np.array([0.1]))).tolist() == [0.4]
    for place in (0.32, 0.28):
        step = -0.1 * (0.3 - place) / (0.1 - 0.15)
        guess = _heading(here, fresh, (np.array([place]), np.array([0.15])))
        assert guess == pytest.approx([0.3 + step], rel=1e-12)
    last = np.array([0.9])
    assert _heading(last, np.array([0.95]), (np.array([0.8]), np.array([0.09]))).tolist() == [0.95]
    first = np.array([0.1])
    assert _heading(first, np.array([0.05]), (np.array([0.2]), np.array([-0.09]))).tolist() == [0.05]
    two, then, before = np.array([0.3, 0.36]), np.array([0.35, 0.37]), np.array([0.25, 0.35])
    assert _heading(two, then, (before, np.array([0.075, 0.02]))).tolist() == [0.35, 0.37]


def test_bends_that_stay() -> None:
    here = np.array([0.2, 0.7])
    assert _same(here, here + 9e-9) and _same(np.array([]), np.array([]))
    assert not _same(here, here + np.array([0.0, 1.1e-8])) and not _same(here, here[:1])
    assert not _same(here, here - np.array([0.0, 1.1e-8]))


def contest(n: int = 3, reserve: float = 0.1, **parts: Any) -> ct.Contest:
    given: dict[str, Any] = {
        "contestants": ct.Private(n, value=stats.uniform(0.2, 1.0)), "prizes": 1.0, "success": ct.Lottery(),
        **parts,
    }  # fmt: skip
    return ct.Contest(**given, entry=ct.Reserve(reserve))


@pytest.mark.parametrize("rest", [1e-20, 1e-3, 0.5, 0.9, 1 - 1e-12])
def test_the_type_who_has_a_share_above_her(rest: float) -> None:
    expon = stats.expon(scale=2.0)
    high = LeastField(contest(contestants=ct.Private(2, value=expon)), 24)
    assert high.up and high.type_at(rest) == pytest.approx(-2 * np.log(rest), rel=1e-12)
    low = LeastField(contest(contestants=ct.Private(2, cost=expon)), 24)
    assert not low.up and low.type_at(rest) == pytest.approx(-2 * np.log1p(-rest), rel=1e-4)
    if rest in (1e-20, 1e-3, 0.5, 0.9):
        assert low.type_at(rest) == pytest.approx(-2 * np.log1p(-rest), rel=1e-12)
    # Those who come are above her, or below.
    levels = np.array([0.1, 0.6, 0.95])
    if rest < 1e-10:
        return
    assert high.tail(rest).sf(-2 * np.log(rest * (1 - levels))) == pytest.approx(1 - levels, rel=1e-9)
    assert low.tail(rest).cdf(-2 * np.log1p(-rest * levels)) == pytest.approx(levels, rel=1e-9)


def test_all_who_come_have_the_law_of_all() -> None:
    field = LeastField(contest(), 24)
    assert field.tail(1.0) is field.law
    assert field._last is None and field._moved(field.law).size == 0


def test_what_is_known_of_another_share_is_where_to_start() -> None:
    field = LeastField(contest(contestants=ct.Private(3, value=stats.uniform())), 24)
    types = np.array([0.01, 0.2, 0.7, 1.0])
    # A third of the largest effort worth while (a fifth of it at most), if the reserve does not ask for more.
    assert field._start(types) == pytest.approx([0.1, 0.1, 0.14, 0.2], rel=1e-14)
    many = LeastField(contest(contestants=ct.Private(10, value=stats.uniform())), 24)
    assert many._start(types) == pytest.approx([0.1, 0.1, 0.1, 0.1], rel=1e-14)
    assert many._start(4 * types) == pytest.approx([0.1, 0.1, 0.28, 0.4], rel=1e-14)
    found, breaks = field.solve(0.7)
    assert breaks.size == 1
    assert np.array_equal(field._start(types), found.efforts(types))
    bend = 0.3 + 0.7 * breaks[0]
    assert field._moved(field.tail(0.8)) == pytest.approx([(bend - 0.2) / 0.8], rel=1e-12)
    assert field._moved(field.tail(0.99 * (1 - bend))).size == 0
    again, same = field.solve(0.7)
    assert same == pytest.approx(breaks, abs=1e-8)
    assert again.efforts(types) == pytest.approx(found.efforts(types), rel=1e-9)


def test_distances_are_in_units_of_the_luck() -> None:
    types, one, other = np.array([1.0, 2.0]), np.array([0.2, 0.5]), np.array([0.3, 0.4])
    assert LeastField(contest(), 24)._distance(types, one, other) == pytest.approx(np.log(1.5), rel=1e-14)
    judges = contest(
        contestants=ct.Private(2, ability=stats.uniform()), success=ct.Highest(error=stats.norm(scale=0.25))
    )
    assert LeastField(judges, 24)._distance(types, one, other) == pytest.approx(0.4, rel=1e-14)
    assert LeastField(judges, 24)._distance(types[:0], one[:0], other[:0]) == 0.0


def test_abilities_bend_where_the_reserve_asks_for_nothing() -> None:
    """Abilities from [0, 2] and a reserve of 1/2: a quarter of the types pass it only by effort."""
    field = LeastField(contest(2, 0.5, contestants=ct.Private(2, ability=stats.uniform(0.0, 2.0))), 24)
    idle: Any = Replies((3.0, 4.0))
    assert field._bends(idle, field.law) == pytest.approx([0.25], rel=1e-14)
    some: Any = Replies((-1.0, 0.3), rise=lambda t: 0.3 - t)
    assert field._bends(some, field.law) == pytest.approx([0.15, 0.25], rel=1e-12)
    above = field.tail(0.7)
    assert field._bends(idle, above).size == 0  # all of those who come pass without effort
    values = LeastField(contest(2, 0.5, contestants=ct.Private(2, value=stats.uniform())), 24)
    assert values._bends(idle, values.law).size == 0


def test_in_blocks_as_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = LeastField(contest(), 24).solve(0.7)
    places, types = np.linspace(-3, 1, 14).reshape(2, 7), np.linspace(0.2, 1.2, 9)
    whole = found.prize(places), found.efforts(types)
    monkeypatch.setattr(private_least, "_BLOCK", 3 * found.scores.size + 1)
    sizes: list[int] = []

    def counted(place: Any) -> Any:
        sizes.append(place.size)
        return np.exp(place)

    assert found._in_blocks(places, counted) == pytest.approx(np.exp(places))
    assert sizes == [3, 3, 3, 3, 2]
    assert found.prize(places) == pytest.approx(whole[0], rel=1e-14)
    assert found.efforts(types) == pytest.approx(whole[1], rel=1e-12)
    monkeypatch.setattr(private_least, "_BLOCK", 1)
    assert found.prize(places) == pytest.approx(whole[0], rel=1e-14)


def test_many_types_are_looked_up_in_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to 5000 types are asked one by one; of more, two thousand, crowded where they are many."""
    found = LeastField(contest(), 24).alone()
    asked: list[Any] = []

    def efforts(self: Any, types: Any) -> Any:
        asked.append(types)
        return np.maximum(0.1, types**2 - 0.3) - 1e-9 * (types == types.max())

    monkeypatch.setattr(type(found), "efforts", efforts)
    few, many = np.linspace(0.2, 1.2, 5000), np.linspace(0.2, 1.2, 5001).reshape(3, 1667)
    exact = found(few.reshape(50, 100))
    assert [one.size for one in asked] == [5000] and exact.shape == (50, 100)
    table = found(many)
    assert [one.size for one in asked] == [5000, 2000] and table.shape == (3, 1667)
    away = np.abs(many - np.sqrt(0.4)) > 2e-3
    assert table[away] == pytest.approx(np.maximum(0.1, many**2 - 0.3)[away], abs=1e-7)
    assert (table >= 0.1).all() and table[0, 0] == 0.1 and table[-1, -1] == pytest.approx(1.14, rel=1e-8)
    shares = np.sin(np.linspace(0.0, np.pi / 2, 2000)) ** 2
    assert asked[-1] == pytest.approx(0.2 + shares, rel=1e-12)
    alike = found(np.full(6000, 1.1))
    assert alike == pytest.approx(np.full(6000, 0.91), rel=1e-8) and asked[-1].size == 6000
    # What the reserve asks is the least there is.
    monkeypatch.setattr(type(found), "efforts", lambda self, types: types * 0.0)
    assert np.array_equal(found(many), np.full((3, 1667), 0.1))


def test_what_does_not_settle_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    far = contest(2, 1e-6, contestants=ct.Private(2, ability=stats.uniform(0.0, 9000.0)),
                  success=ct.Highest(error=stats.norm(scale=1e-3)))  # fmt: skip
    with pytest.raises(ConvergenceError) as raised:
        LeastField(far, 24).solve(1.0)
    assert str(raised.value) == (
        "The efforts of the types lie too far apart to be ranked on one grid. More luck, or types closer "
        "together, would work."
    )
    monkeypatch.setattr(private_least_field, "_CUTS", 1)
    with pytest.raises(ConvergenceError) as raised:
        LeastField(contest(), 24).solve(0.7)
    assert str(raised.value) == (
        "Best replies of the types under the reserve do not settle. There may be several equilibria, or "
        "efforts may jump from type to type: a smaller exponent or a larger error would work."
    )
