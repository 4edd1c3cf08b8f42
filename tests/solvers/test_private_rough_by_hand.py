"""Private types under a shock with corners: the pieces of the method by marginal prizes of locations.

Types are uniform and efforts a share of them, so that places are uniform and the law of a score is the
integral of the law of the shock; expected prizes over all ranks are integrated here. The acceleration is
tried on maps whose fixed points are known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, stats

import contests as ct
from contests.piecewise import Piecewise, rule
from contests.solvers.private_replies import NOTHING, ReplyByType
from contests.solvers.private_rough import RoughField
from contests.strategy import Monotone

Array = NDArray[np.float64]
POINT, WEIGHT = np.polynomial.legendre.leggauss(24)
WEAK, STRONG = stats.uniform(0.5, 1), stats.uniform(1, 1)
LAWS: Any = [WEAK, STRONG, STRONG]


def whole(z: Array) -> Array:
    """The integral of the law of Laplace."""
    return np.where(z < 0, np.exp(np.minimum(z, 0)) / 2, z + np.exp(-np.maximum(z, 0)) / 2)


def game(trait: str = "value", laws: Any = LAWS, **parts: Any) -> ct.Contest:
    usual: dict[str, Any] = {
        "prizes": [2.0, 0.5], "cost": ct.Power(2), "technology": ct.Additive(stats.laplace()),
    }  # fmt: skip
    traits: dict[str, Any] = {trait: laws}
    return ct.Contest(contestants=ct.Private(**traits), **{**usual, **parts})


def fifth(types: Array) -> Array:
    return np.asarray(0.2 * types)


def shares(field: RoughField, increase: bool = True) -> RoughField:
    """All spend a fifth of their types."""
    field.strategies = [Monotone(types=law, function=fifth, scores_increase=increase) for law in field.laws]
    return field


def prizes_by_hand(
    ends: list[tuple[float, float]], sure: list[float], paid: list[float], places: Array
) -> tuple[Array, Array]:
    """Expected prizes and marginal ones against rivals each between two ends, or at sure places."""
    rows, noise = np.empty((2, places.size)), stats.laplace()
    reward = np.append(paid, np.zeros(len(ends) + len(sure) + 1))
    for k, place in enumerate(places):
        cuts = np.concatenate([np.ravel(ends), sure, [place], np.arange(-40.0, 40.0, 0.5)])
        cuts = np.unique(np.clip(cuts, place - 40, place + 40))
        half, middle = np.diff(cuts) / 2, (cuts[1:] + cuts[:-1]) / 2
        s = (middle[:, None] + half[:, None] * POINT).ravel()
        weight = (half[:, None] * WEIGHT).ravel() * noise.pdf(s - place)
        below = [(whole(s - a) - whole(s - b)) / (b - a) for a, b in ends] + [noise.cdf(s - a) for a in sure]
        rise = [(noise.cdf(s - a) - noise.cdf(s - b)) / (b - a) for a, b in ends]
        rise += [noise.pdf(s - a) for a in sure]
        value, margin = np.zeros(s.size), np.zeros(s.size)
        for up in product([False, True], repeat=len(below)):
            chances = [1 - b if u else b for b, u in zip(below, up, strict=True)]
            value += np.prod(chances, axis=0) * reward[sum(up)]
            for j, above in enumerate(up):
                if not above:  # the step from just below this rival to just above her
                    others = np.prod(
                        [c for i, c in enumerate(chances) if i != j] or [np.ones(s.size)], axis=0
                    )
                    margin += rise[j] * others * (reward[sum(up)] - reward[sum(up) + 1])
        rows[:, k] = weight @ value, weight @ margin
    return rows[0], rows[1]


# --- what is known before any reply -------------------------------------------------------------------


def test_classes_types_and_first_guesses() -> None:
    contest = game()
    field = RoughField(contest)
    assert field.first == [0, 1] and field.counts == [1, 2] and field.stays_out == [True, True]
    assert [law == contest.contestants.law_of(i) for law, i in zip(field.laws, (0, 1), strict=True)]  # type: ignore[attr-defined]
    levels = np.concatenate([[1e-9], np.arange(1, 65) / 65, [1 - 1e-9]])
    for types, reach, strategy, low in zip(
        field.types, field.reach, field.strategies, (0.5, 1.0), strict=True
    ):
        assert types == pytest.approx(low + levels, rel=1e-14)
        assert reach == pytest.approx((0.0, np.sqrt(2.0 * (low + 1.0))), abs=1e-8)
        assert strategy(types) == pytest.approx(0.2 * np.sqrt(2.0 * types), rel=1e-12)
        assert strategy.scores_increase is True
    assert [bent.size for bent in field._bent] == [0, 0]
    many = RoughField(game(laws=[WEAK] * 8, prizes=1.0))
    assert many.strategies[0](np.array([1.44])) == pytest.approx([1.2 / 8]) and many.counts == [8]
    cheap = RoughField(game("cost"))
    assert cheap.strategies[0].scores_increase is False
    assert cheap.strategies[0](np.array([0.25])) == pytest.approx([0.2 * np.sqrt(8.0)])
    # Types who cannot be told apart are one.
    assert RoughField(game(laws=[stats.uniform(1, 1e-15)] * 2)).types[0].size < 10


def test_where_types_might_stand() -> None:
    able = RoughField(game("ability"))
    assert able.reach[0] == pytest.approx((0.5, 1.5 + np.sqrt(2.0)), abs=1e-8)
    assert able._place(0, np.array([0.3, 0.4]), np.array([0.7, 1.0])).tolist() == [1.0, 1.4]
    scoreless = RoughField(game(technology=ct.Additive(stats.laplace(), output=ct.Log())))
    assert scoreless.stays_out == [False, False]
    low = np.log(NOTHING * np.sqrt(2.0 * 0.5))
    assert scoreless.reach[0] == pytest.approx((low, np.log(np.sqrt(3.0))), abs=1e-6)
    # With handicaps each class stands where its first contestant does.
    unlike = RoughField(game(success=ct.Highest(handicaps=[0.25, 0.5, 0.5])))
    assert unlike.first == [0, 1]
    for reach, ahead, high in zip(unlike.reach, (0.25, 0.5), (1.5, 2.0), strict=True):
        assert reach == pytest.approx((ahead, ahead + np.sqrt(2.0 * high)), abs=1e-8)
    shares(unlike)
    assert unlike.scores(1, 1e-9).reach == pytest.approx((0.7, 0.9), abs=1e-9)
    # Types whom effort costs nothing: as far as the others might go, or one if there are none.
    cheap = RoughField(game("cost", laws=[WEAK] * 2, prizes=1.0))
    with np.errstate(divide="ignore"):
        assert cheap._reach(0, np.array([0.0, 0.25, 1.0])) == pytest.approx((0.0, 2.0))
        assert cheap._reach(0, np.array([0.0])) == (0.0, 1.0)
    # Nobody has a place at no effort, but some may have one at next to none.
    assert scoreless._reach(0, np.array([1.0])) == pytest.approx(
        (np.log(NOTHING * np.sqrt(2)), np.log(2) / 2)
    )


def test_a_start_from_what_is_known_nearby() -> None:
    """The same types bend, at the levels that they have here; levels beyond one type in 10^9 are none."""
    field = RoughField(game())
    condition: Any = field._condition(0, [linear(1.0), linear(1.0)], np.zeros(66))
    known = [
        ReplyByType(types=field.laws[0], function=condition, breaks=[0.9, 0.25]),
        ReplyByType(types=field.laws[1], function=condition, breaks=[]),
    ]
    near = RoughField(game(laws=[stats.uniform(0.7, 0.6), STRONG, STRONG]), known)
    first, second = near.strategies
    assert isinstance(first, ReplyByType) and isinstance(second, ReplyByType)
    # Types 0.75 and 1.4: of a law from 0.7 to 1.3.
    assert first.breaks == pytest.approx([0.05 / 0.6], abs=1e-12) and second.breaks.size == 0
    assert first.function is condition and first.types == near.laws[0] and first.scores_increase is True
    wide = RoughField(game(laws=[stats.uniform(0.5, 2), STRONG, STRONG]), known).strategies[0]
    assert isinstance(wide, ReplyByType) and wide.breaks == pytest.approx([0.125, 0.45])
    costly = RoughField(game("cost"), known)
    assert costly.strategies[0].scores_increase is False
    for away, kept in ((0.9e-9, 0), (1.2e-9, 1)):  # of the types in the law here
        one = [replace(known[0], breaks=np.array([level])) for level in (away, 1 - away)]
        assert [RoughField(game(), [each]).strategies[0].breaks.size for each in one] == [kept, kept]  # type: ignore[attr-defined]


# --- scores and prizes --------------------------------------------------------------------------------


@pytest.mark.parametrize(("trait", "times"), [("value", 0.2), ("cost", 0.2), ("ability", 1.2)])
def test_laws_of_scores(trait: str, times: float) -> None:
    field = shares(RoughField(game(trait)), trait != "cost")
    x = np.array([-2.0, 0.15, 0.29, 1.0, 4.0])
    for k, (low, high) in enumerate([(0.5, 1.5), (1.0, 2.0)]):
        a, b = times * low, times * high
        scores = field.scores(k, 1e-12)
        assert scores.reach == pytest.approx((a, b), abs=1e-9)
        below, above, density = scores.exactly(x)
        exact = (whole(x - a) - whole(x - b)) / (b - a)
        assert below == pytest.approx(exact, abs=1e-12) and above == pytest.approx(1 - exact, abs=1e-12)
        rise = (stats.laplace.cdf(x - a) - stats.laplace.cdf(x - b)) / (b - a)
        assert density == pytest.approx(rise, abs=1e-11)


@pytest.mark.parametrize("nobody", [False, True])
def test_prizes_of_both_classes(nobody: bool) -> None:
    """Against one or two of the others; and where the first prize may be lost to nobody."""
    field = shares(RoughField(game()))
    sure = [0.4] if nobody else []
    if nobody:
        field.race = replace(field.race, nature=0.4)
    found = field.prizes(1e-12)
    places, ends = np.array([-0.3, 0.11, 0.25, 0.7]), [(0.1, 0.3), (0.2, 0.4)]
    tables = field._tables(found, 1e-11)
    for k, rivals in enumerate(([ends[1], ends[1]], [ends[0], ends[1]])):
        value, margin = prizes_by_hand(rivals, sure, [2.0, 0.5], places)
        assert found.exactly(k, places) == pytest.approx(np.array([value, margin]), abs=1e-10)
        table, (low, high) = tables[k], field.reach[k]
        assert table.coefficients.shape == (1, table.edges.size - 1, 16)
        assert table.edges[0] <= low and table.edges[-1] >= high + 0.99 * field.width
        assert table.at(places[1:], 0) == pytest.approx(margin[1:], abs=1e-9)
    # Where marginal prizes bend: a corner of one's own at one of a rival's, and where nobody stands.
    marks = np.array([0.1, 0.2, 0.3, 0.4])
    assert np.abs(found.corners[:, None] - marks).min(axis=0) == pytest.approx(np.zeros(4), abs=1e-9)


def test_prizes_are_asked_for_as_exactly_as_they_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    from contests.smeared_prizes import smeared_prizes
    from contests.smeared_scores import smeared_scores

    field, asked = shares(RoughField(game())), []

    def scores(*parts: Any, accuracy: float) -> Any:
        asked.append(accuracy)
        return smeared_scores(*parts, accuracy=accuracy)

    def prizes(*parts: Any, accuracy: float) -> Any:
        asked.append(accuracy)
        return smeared_prizes(*parts, accuracy=accuracy)

    monkeypatch.setattr("contests.solvers.private_rough.smeared_scores", scores)
    monkeypatch.setattr("contests.solvers.private_rough.smeared_prizes", prizes)
    found = field.prizes(1e-6)
    assert asked == [1e-6] * 3
    asked.clear()

    def table(k: int, low: float, high: float, *, accuracy: float) -> Piecewise:
        asked.append(accuracy)
        return Piecewise(
            np.array([low, high]), np.concatenate([linear(1.0).coefficients, linear(0.3).coefficients])
        )

    monkeypatch.setattr(found, "table", table)
    for made, (low, high) in zip(field._tables(found, 1e-5), field.reach, strict=True):
        assert made.edges.tolist() == [low, high + field.width]
        assert made.at(np.array([0.5]), 0)[0] == 0.3  # the derivative, the second of both
    assert asked == [1e-5] * 2


# --- replies ------------------------------------------------------------------------------------------


def linear(at_zero: float, slope: float = 0.0) -> Piecewise:
    """A marginal prize that is a line between the places 0 and 2, on one panel."""
    terms = np.zeros((1, 1, 16))
    terms[0, 0, :2] = at_zero + slope, slope
    return Piecewise(np.array([0.0, 2.0]), terms)


def test_replies_to_marginal_prizes_that_are_lines() -> None:
    """v (a - b e) = 2 e at e = a v / (2 + b v)."""
    field = shares(RoughField(game()))
    found = field._replies([linear(0.6, -0.2), linear(0.5, -0.1)])
    for strategy, (a, b), (low, high) in zip(
        found, ((0.6, 0.2), (0.5, 0.1)), ((0.5, 1.5), (1, 2)), strict=True
    ):
        types = np.array([low, 0.3 * low + 0.7 * high, high])
        assert strategy(types) == pytest.approx(a * types / (2 + b * types), rel=1e-12)
        assert strategy.breaks.size == 0 and strategy.scores_increase is True
    condition: Any = found[1].function
    assert condition.contestant == 1 and condition.logs == pytest.approx(np.log(fifth(field.types[1])))
    assert condition.types is field.types[1] and condition.stays_out
    # Of efforts before that were none the least there are.
    field.strategies = [Monotone(types=law, function=np.zeros_like) for law in field.laws]
    before: Any = field._replies([linear(0.6, -0.2), linear(0.5, -0.1)])[0].function
    top = np.sqrt(2.0 * field.types[0])
    assert before.logs == pytest.approx(np.log(NOTHING * top))
    # With a marginal cost at no effort: types above k / a begin.
    costly = shares(RoughField(game(cost=ct.Exponential(rate=1.0, scale=0.6))))
    first, second = costly._replies([linear(0.6), linear(0.5)])
    assert first.breaks == pytest.approx([0.5], abs=1e-12) and second.breaks == pytest.approx(
        [0.2], abs=1e-12
    )
    assert first(np.array([0.9, 1.0 - 1e-9])).tolist() == [0.0, 0.0] and first(np.array([1.01]))[0] > 0
    costs = shares(RoughField(game("cost")), False)._replies([linear(0.6), linear(0.5)])
    assert [one.scores_increase for one in costs] == [False, False]
    assert costs[0](np.array([0.5])) == pytest.approx([0.6])


def test_bends_are_kept_unless_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thresholds and bends in order, each once."""
    field = shares(RoughField(game(cost=ct.Exponential(rate=1.0, scale=0.6))))
    tables = [linear(0.6), linear(0.5)]
    asked: list[int] = []

    def bends(self: RoughField, k: int, condition: Any, law: Any) -> Array:
        asked.append(k)
        assert law == self.laws[k]
        return np.array([0.9, 0.2 + 0.3 * (1 - k) + 0.5e-9, 0.1, 0.1 + 1.1e-9])

    monkeypatch.setattr(RoughField, "_bends", bends)
    assert field._replies(tables)[0].breaks == pytest.approx([0.5]) and asked == []
    first, second = field._replies(tables, bends=True)
    assert asked == [0, 1]
    assert first.breaks == pytest.approx([0.1, 0.1, 0.5, 0.9], abs=2e-9)
    assert second.breaks == pytest.approx([0.1, 0.1, 0.2, 0.9], abs=2e-9)
    again = field._replies(tables)
    assert again[0].breaks.tolist() == first.breaks.tolist() and asked == [0, 1]


def test_nobody_works_at_marginal_prizes_this_small() -> None:
    contest = game(technology=ct.Additive(stats.laplace(), output=ct.Log()))
    terms = np.zeros((1, 1, 16))
    nothing = Piecewise(np.array([-200.0, 2.0]), terms)
    with pytest.raises(ct.ConvergenceError) as caught:
        shares(RoughField(contest))._replies([nothing, nothing])
    assert str(caught.value) == (
        "No type would exert effort: at zero its marginal cost exceeds what can be won."
    )
    # Where no effort has a score it is an answer.
    idle = shares(RoughField(game()))._replies([nothing, nothing])
    assert [one(np.array([1.0, 1.4])).tolist() for one in idle] == [[0.0, 0.0]] * 2


class Known:
    """A condition that is known: who works, and her effort."""

    def __init__(self, works: Callable[[Array], Any], effort: Callable[[Array], Any]) -> None:
        self.works, self.effort, self.asked = works, effort, 0

    def __call__(self, types: Array) -> Array:
        self.asked += 1
        return np.asarray(self.effort(types))


def test_levels_at_which_types_begin() -> None:
    field = RoughField(game())
    law = field.laws[0]  # level + 0.5
    for marks in ([0.3456], [0.1, 0.62, 0.98], [2e-9], [1 - 2e-9], []):

        def works(types: Array, ends: list[float] = marks) -> Any:
            return np.searchsorted(ends, types - 0.5) % 2 == 1

        condition: Any = Known(works, np.square)
        assert field._thresholds(condition, law) == pytest.approx(np.array(marks), abs=1e-12)


@pytest.mark.parametrize("effort", [np.square, np.exp, lambda t: 6.0 - t**4, lambda t: 1.5 + np.sin(6.0 * t)])
def test_levels_at_which_places_meet_corners(effort: Callable[[Any], Any]) -> None:
    """By SciPy's roots between 66 levels, within a few evaluations."""
    field = RoughField(game())
    field._corners = np.array([-0.4, 0.31, 0.5, 1.7, 9.0])
    condition: Any = Known(np.isfinite, effort)
    found = np.sort(field._bends(0, condition, field.laws[0]))
    levels = field._levels
    exact = []
    for mark in field._corners:
        place = effort(0.5 + levels) - mark
        for cell in np.flatnonzero(place[1:] * place[:-1] < 0):
            ends = levels[cell], levels[cell + 1]
            exact.append(optimize.brentq(lambda u, mark=mark: effort(0.5 + u) - mark, *ends, xtol=1e-15))
    assert len(exact) >= 1 and found == pytest.approx(np.sort(exact), abs=1e-12)
    assert condition.asked <= 15
    field._corners = np.array([50.0])
    condition.asked = 0
    assert field._bends(0, condition, field.laws[0]).size == 0 and condition.asked == 1


def test_corners_met_by_ability_and_effort() -> None:
    field = RoughField(game("ability"))
    field._corners = np.array([2.0])
    condition: Any = Known(np.isfinite, np.square)  # t + t^2 = 2 at t = 1
    assert field._bends(0, condition, field.laws[0]) == pytest.approx([0.5], abs=1e-13)


def test_corners_where_some_have_no_place() -> None:
    """Efforts of nothing in logs are at minus infinity; the level at which they leap from there is none."""
    field = RoughField(game(technology=ct.Additive(stats.laplace(), output=ct.Log())))
    field._corners = np.array([-1.0, 0.1])
    condition: Any = Known(np.isfinite, lambda t: np.where(t > 0.8, t, 0.0))
    with np.errstate(divide="ignore"):
        found = np.sort(field._bends(0, condition, field.laws[0]))
    assert found[-1] == pytest.approx(np.exp(0.1) - 0.5, abs=1e-12)
    assert found[0] == pytest.approx(0.3, abs=0.02) and found.size == 2


# --- acceleration -------------------------------------------------------------------------------------


class Mapped(RoughField):
    """A field whose marginal prizes are moved towards known ones by factors of their own."""

    def __init__(self, factors: Array, goal: tuple[float, float] = (1.0, 1e-6)) -> None:
        super().__init__(game())
        self.factors, self.goal, self.rounds = factors, goal, 0
        self.bent: list[bool] = []
        self.corners = np.array([0.7])

    def _replies(self, tables: list[Piecewise], *, bends: bool = False) -> list[ReplyByType]:
        self.made, self.rounds = tables, self.rounds + 1
        self.bent.append(bends)
        return []

    def prizes(self, accuracy: float) -> Any:
        self.asked = accuracy
        return self

    def exactly(self, k: int, location: Array) -> Array:
        points = rule()[0]
        exact = self.goal[k] * (2.0 + points)
        factors = np.resize(self.factors, points.size)
        now = self.made[k].at(location, 0)
        return np.array([np.full(points.size, np.nan), exact + factors * (now - exact)])


def settled(
    field: Mapped, accuracy: float = 1e-12, goal: float = 1e-10, start: float = 1.3
) -> list[Piecewise]:
    tables = [linear(start * field.goal[0]), linear(start * field.goal[1])]
    return field._settle(tables, field, accuracy, goal)  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1, 2, 4])
def test_acceleration_of_lines(size: int) -> None:
    """With so many factors the fixed point is met after as many changes: also where plain rounds diverge."""
    field = Mapped(np.array([0.5, -0.8, 0.9, -1.6])[:size])
    tables = settled(field)
    assert field.rounds <= size + 3 and field.asked == 1e-12
    for table, goal in zip(tables, field.goal, strict=True):
        assert table.at(np.array([0.0, 0.5, 2.0]), 0) == pytest.approx(
            goal * np.array([1.0, 1.5, 3.0]), rel=1e-9
        )
        assert table.edges.tolist() == [0.0, 2.0] and table.coefficients.shape == (1, 1, 16)
    assert field.bent == [True] + [False] * (field.rounds - 1) and field._corners is field.corners
    rough = Mapped(np.array([0.5]))
    settled(rough, 1e-7)
    assert not any(rough.bent)


def test_how_many_changes_are_remembered() -> None:
    """Six are enough for as many factors; of ten the rest die out by themselves."""
    few = Mapped(np.array([0.5, -0.5, 0.3, -0.3, 0.1, -0.1]))
    settled(few)
    assert few.rounds <= 10  # with five, 16
    many = Mapped(np.linspace(-0.6, 0.6, 16))
    settled(many)
    assert 20 < many.rounds < 30
    # A contraction within the goal needs one round.
    near = Mapped(np.array([0.5]))
    settled(near, goal=2.0)
    assert near.rounds == 1


def test_moves_are_relative_to_the_largest_marginal_prize() -> None:
    for k in range(2):
        goal = [1.0, 1e-6]
        goal[1 - k] = 0.0  # alone off: the other is where it should be
        field = Mapped(np.array([0.0]), (goal[0], goal[1]))
        tables = [linear(field.goal[0], field.goal[0]), linear(field.goal[1], field.goal[1])]
        tables[k] = linear(1.01 * field.goal[k], 1.01 * field.goal[k])
        for limit, rounds in ((0.0102, 1), (0.0098, 2)):
            field.rounds = 0
            field._settle(tables, field, 1e-7, limit)  # type: ignore[arg-type]
            assert field.rounds == rounds


WORDS = (
    "The best replies of the types to one another did not settle (they moved by {} in the last round). With "
    "a small shock there may be no equilibrium in which effort is a function of the type."
)


class Leaping(Mapped):
    """A map without a fixed point: each round moves all by a share of the largest."""

    def exactly(self, k: int, location: Array) -> Array:
        now = self.made[k].at(location, 0)
        wiggle = np.random.default_rng(self.rounds).choice([-1.0, 1.0], now.size)
        return np.array([now, now + self.factors[0] * self.goal[k] * wiggle])


def test_replies_that_do_not_settle() -> None:
    """Far off after ten rounds is given up, nearer after fifty."""
    for size, rounds in ((0.11, 11), (0.09, 50)):
        field = Leaping(np.array([size]))
        with pytest.raises(ct.ConvergenceError) as caught:
            settled(field, start=1.0)
        assert str(caught.value) == WORDS.format(f"{size:.1e}") and field.rounds == rounds


class Rounds(Mapped):
    """A field whose panels move by known amounts from time to time."""

    def __init__(self, moves: list[float]) -> None:
        super().__init__(np.array([0.5]))
        self.moves = moves
        self.seen: list[tuple[Any, ...]] = []

    def _tables(self, prizes: Any, accuracy: float) -> list[Piecewise]:
        self.seen.append(("tables", self.asked, accuracy))
        self.fresh = [linear(1.0), linear(1e-6)]
        return self.fresh

    def _settle(self, tables: Any, prizes: Any, accuracy: float, goal: float) -> Any:
        assert tables is self.fresh
        self.seen.append(("settle", accuracy, goal))
        return tables

    def _moved(self, tables: Any) -> float:
        self.strategies = [ReplyByType(types=self.laws[0], function=np.square), self.strategies[1]]
        return self.moves.pop(0)


def test_coarse_panels_first_and_fine_ones_until_they_stay() -> None:
    field = Rounds([1.0, 1.1e-9, 0.9e-9])
    (found,) = field.solve()
    assert isinstance(found, ReplyByType)
    coarse = [("tables", 1e-7, 1e-7), ("settle", 1e-7, 1e-5)]
    fine = [("tables", 1e-12, 1e-11), ("settle", 1e-12, 1e-10)]
    assert field.seen == coarse + 3 * fine
    field = Rounds([1.1e-9] * 9)
    with pytest.raises(ct.ConvergenceError) as caught:
        field.solve()
    assert str(caught.value) == (
        "The marginal prizes did not settle: their panels go on moving with the types who work."
    )
    assert len(field.moves) == 1


@pytest.mark.parametrize("which", [0, 1])
def test_how_far_marginal_prizes_are_from_those_that_follow(which: int) -> None:
    """Of types who stand still the worst, relative to the largest of their class."""
    field = shares(RoughField(game()))
    found = field.prizes(1e-12)
    field._corners, tables = found.corners, [linear(0.6, -0.2), linear(0.5, -0.1)]
    tables[which] = linear(0.9, -0.3)
    field._bent = [np.array([0.123]), np.array([0.123])]
    moved = field._moved(tables)
    # Replies a v / (2 + b v): their law of places, by nodes.
    lines = [(0.6, 0.2), (0.5, 0.1)]
    lines[which] = (0.9, 0.3)
    x, w = 1.0 + POINT / 2, WEIGHT / 2
    kinds = [x, x + 0.5]
    s = np.linspace(-20.0, 21.0, 2051)
    noise = stats.laplace()
    rivals = [a * t / (2 + b * t) for (a, b), t in zip(lines, kinds, strict=True)]
    below = [noise.cdf(s[:, None] - place) @ w for place in rivals]
    rise = [noise.pdf(s[:, None] - place) @ w for place in rivals]
    worst = 0.0
    for k, others in enumerate(((1, 1), (0, 1))):
        margin = np.zeros(s.size)
        for j, i in (others, others[::-1]):
            margin += rise[j] * (below[i] * 1.5 + (1 - below[i]) * 0.5)
        a, b = lines[k]
        place = a * field.types[k] / (2 + b * field.types[k])
        now = noise.pdf(s - place[:, None]) @ margin * (s[1] - s[0])
        worst = max(worst, float(np.abs(a - b * place - now).max() / now.max()))
    assert moved == pytest.approx(worst, rel=1e-3)
    for strategy in field.strategies:  # whose bends are looked for anew
        assert isinstance(strategy, ReplyByType) and not np.any(np.abs(strategy.breaks - 0.123) < 1e-6)
