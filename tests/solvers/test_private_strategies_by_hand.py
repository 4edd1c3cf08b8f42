"""Strategies of private types: bids by level from panels, thresholds, and tables, on functions known here.

Levels and bids that are powers of the product of all levels, so that the bid of a level is known whatever
the panels; laws whose thresholds and averages are integrals of one line; tables read off by hand.
"""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import contests as ct
from contests.laws import law
from contests.solvers import private_many_bids
from contests.solvers.level_strategy import BidByLevel, EffortByType, LevelStrategy
from contests.solvers.panels import FAR, scheme
from contests.solvers.private_levels import TypeLevels
from contests.solvers.private_many_bids import _invert, _strategy, _tied_bids, many_law_strategies
from contests.solvers.private_many_laws import Way
from contests.solvers.private_strategy import TypeStrategy, idle_profile

Array = np.ndarray[Any, np.dtype[np.float64]]
UNIFORM, SQUARE = law(stats.uniform(), part="law"), law(stats.beta(2, 1), part="law")

# --- bids of contestants of different laws --------------------------------------------------------------


def chebyshev(function: Any, size: int = 24) -> Array:
    return np.asarray(np.polynomial.chebyshev.chebinterpolate(function, size - 1))


def test_where_increasing_series_reach_their_goals(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line, a sine, an exponential; Newton's method is there in a few turns."""
    series = np.column_stack([chebyshev(f) for f in (lambda x: 2 * x + 1, np.sin, lambda x: np.expm1(3 * x))])
    x = np.array([[-1.0, -0.9, -0.4], [-0.2, 0.3, 0.0], [0.7, 0.95, 1.0]])
    goal = np.column_stack([2 * x[:, 0] + 1, np.sin(x[:, 1]), np.expm1(3 * x[:, 2])])
    calls: list[int] = []
    real = np.polynomial.chebyshev.chebval

    def counted(at: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        return real(at, *args, **kwargs)

    monkeypatch.setattr(np.polynomial.chebyshev, "chebval", counted)
    assert _invert(series, goal) == pytest.approx(x, abs=1e-10)
    line = np.array([[1.0], [2.0]])
    assert _invert(line, goal[:, :1]) == pytest.approx(x[:, :1], abs=4e-16)
    calls.clear()
    assert _invert(series[:, 1:2], goal[1:2, 1:2]) == pytest.approx(x[1:2, 1:2], abs=1e-12)
    assert len(calls) <= 16
    # Flat at the left end, as where a contestant has just joined; and nothing asked.
    square = chebyshev(lambda x: (x + 1) ** 2)[:, None]
    roots = np.array([[-1.0], [-0.99], [0.5], [1.0]])
    assert _invert(square, (roots + 1) ** 2) == pytest.approx(roots, abs=1e-7)
    cube = np.array([[0.0], [0.75], [0.0], [0.25]])  # in the middle too
    assert _invert(cube, np.array([[-0.125], [0.343]]))[:, 0] == pytest.approx([-0.5, 0.7], abs=1e-14)
    assert _invert(cube, np.zeros((1, 1)))[0, 0] == pytest.approx(0.0, abs=1e-5)
    assert _invert(series, np.zeros((0, 3))).shape == (0, 3)


def log_product(z: Any) -> Array:
    return np.asarray(-np.log1p(np.exp(-np.asarray(z))))


EDGES = np.array([-3.0, -1.0, 0.5, 2.5])


def ways(log_levels: list[Any], active: list[list[bool]]) -> Way:
    """Levels that are given functions of the log of the product; C / (V P) is 0.3 P^0.5."""
    points, _, _ = scheme()
    z = EDGES[:-1, None] + np.diff(EDGES)[:, None] * (points + 1) / 2
    levels = np.array([np.broadcast_to(f(log_product(z)), z.shape) for f in log_levels])
    return Way(EDGES, levels, np.array(active), np.log(0.3) + 0.5 * log_product(z))


TOP = float(log_product(2.5))
FIELD: Any = SimpleNamespace(prize=2.0)


def test_bids_are_functions_of_the_level() -> None:
    """U = P^0.4: the bid of U is V 0.3 P^1.5 with P = U^2.5, on all panels or on some of them."""
    panels = ways([lambda p: 0.4 * p], [[True] * 3])
    for first, last in ((0, 3), (1, 2), (1, 3)):
        found = _tied_bids(FIELD, panels, 0, slice(first, last), EDGES[first : last + 1])
        assert not found.joins
        log_levels = 0.4 * log_product(np.linspace(EDGES[first], EDGES[last], 23))
        z = log_levels - np.log(-np.expm1(log_levels))
        assert found.edges[[0, -1]] == pytest.approx(z[[0, -1]], rel=1e-13)
        assert found.log(z) == pytest.approx(np.log(0.6) + 1.5 * 2.5 * log_levels, abs=1e-9)
        ends = np.log(0.6) + 1.5 * log_product(EDGES[[first, last]])
        assert found.log(np.array([-50.0, 80.0])) == pytest.approx(ends, abs=1e-9)
        assert found.coefficients.shape == (20, last - first) and found.edges.shape == (last - first + 1,)


def test_bids_of_who_joins_further_down() -> None:
    """Her best type bids less than the others': log U = -0.4 (log P - log P1)^2 begins flat."""
    panels = ways([lambda p: np.where(p == TOP, 0.0, -0.4 * (p - TOP) ** 2)], [[True] * 3])
    assert panels.log_levels[0, -1, -1] == 0.0
    found = _tied_bids(FIELD, panels, 0, slice(0, 3), EDGES)
    assert found.joins
    product = log_product(np.linspace(-3.0, 2.499, 21))
    log_levels = -0.4 * (product - TOP) ** 2
    z = log_levels - np.log(-np.expm1(log_levels))
    assert found.log(z) == pytest.approx(np.log(0.6) + 1.5 * product, abs=1e-7)
    assert found.log(np.array([np.inf]))[0] == pytest.approx(np.log(0.6) + 1.5 * TOP, abs=1e-9)
    # On panels below she is like the others.
    below = _tied_bids(FIELD, panels, 0, slice(0, 2), EDGES[:3])
    assert not below.joins
    inside = product < log_product(0.5)
    assert below.log(z[inside]) == pytest.approx(np.log(0.6) + 1.5 * product[inside], abs=1e-9)


def test_who_idles_and_from_which_type_on() -> None:
    """The level that vanishes first has no threshold; what others have left at the bottom idles."""
    contest = ct.Contest(contestants=ct.Private(value=[stats.uniform()] * 5), prizes=2.0)
    levels = [TypeLevels(UNIFORM, True), TypeLevels(SQUARE, False), *[TypeLevels(UNIFORM, True)] * 3]
    how = private_many_bids_how(contest)
    field: Any = SimpleNamespace(prize=2.0, levels=levels, how=how)
    active = [[True] * 3, [True] * 3, [False, True, True], [False] * 3, [False, True, False]]
    panels = ways(
        [lambda p: p, lambda p: 0.5 * p, lambda p: 0.4 * p, lambda p: 0.0 * p, lambda p: 0.2 * p], active
    )
    bottom = [0.5 * log_product(-3.0), 0.4 * log_product(-1.0), 0.2 * log_product(-1.0)]
    starts = [-np.inf, *(float(one - np.log(-np.expm1(one))) for one in bottom)]
    for kind, start in zip((0, 1, 2, 4), starts, strict=True):
        found: Any = _strategy(contest, field, panels, kind)
        assert found.start == pytest.approx(start, rel=1e-12)
        assert found.function.start == found.start and found.function.first == 0.0
        assert (found.function.prizes.tolist(), found.function.n) == ([2.0], 5)
        assert (found.types, found.scores_increase) == (levels[kind].law, levels[kind].best_high)
        assert found.function.levels is levels[kind] and not found.stays_out
        assert found.function.advantage is how and found.function.cost is contest.cost
        assert found.function.averaged is False
    middle: Any = _strategy(contest, field, panels, 4)
    assert middle.function.panels.edges.size == 2
    z = 0.2 * log_product(0.0)
    place = float(z - np.log(-np.expm1(z)))
    assert middle.function.panels.log(np.array([place])) == pytest.approx(
        np.log(0.6) + 1.5 * log_product(0.0)
    )
    idle: Any = _strategy(contest, field, panels, 3)
    assert (idle.start, idle.function.start, idle.function.panels) == (FAR, -np.inf, None)
    # Two levels that vanish together: neither has a threshold.
    both = ways([lambda p: p, lambda p: p], [[True] * 3] * 2)
    assert [_strategy(contest, field, both, k).start for k in (0, 1)] == [-np.inf, -np.inf]


def private_many_bids_how(contest: ct.Contest) -> Any:
    from contests.solvers.private_separable import advantage

    return advantage(contest)


def test_contestants_of_one_law_do_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = stats.uniform(1, 1), stats.uniform(1, 2)
    contest = ct.Contest(contestants=ct.Private(value=[second, first, second, first]), prizes=1.0)
    monkeypatch.setattr(private_many_bids, "Field", lambda game: SimpleNamespace(levels=[0, 1], game=game))
    monkeypatch.setattr(private_many_bids, "descend", lambda field: ("way", field.game))
    monkeypatch.setattr(
        private_many_bids, "_strategy", lambda game, field, way, kind: (game, field.levels, way, kind)
    )
    found: Any = many_law_strategies(contest)
    assert [one[3] for one in found] == list(np.unique(contest.kind_of(), return_inverse=True)[1])
    assert all(one[:3] == (contest, [0, 1], ("way", contest)) for one in found)


# --- thresholds ---------------------------------------------------------------------------------------


def typed(start: float = -np.inf, types: Any = None, **parts: Any) -> TypeStrategy:
    function = parts.pop("function", lambda t: 0.3 * np.asarray(t))
    return TypeStrategy(types=types or stats.uniform(), function=function, start=start, **parts)


def log_odds(level: float) -> float:
    return float(np.log(level) - np.log1p(-level))


def test_who_is_active_and_who_takes_part() -> None:
    types = np.array([[0.1, 0.4 - 1e-12], [0.4, 0.9]])
    some = typed(log_odds(0.4))
    assert some.active(types).tolist() == [[False, False], [True, True]]
    assert some.enters(types).all() and some.entry_probability() == 1.0
    out = typed(log_odds(0.4), stays_out=True)
    assert out.enters(types).tolist() == [[False, False], [True, True]]
    assert out.entry_probability() == pytest.approx(0.6, rel=1e-14)
    assert out.weakest == pytest.approx(0.4, rel=1e-14) and out.threshold == out.weakest
    assert out.levels == TypeLevels(out.types, True)
    dear = typed(log_odds(0.4), stays_out=True, scores_increase=False)
    assert dear.enters(np.array([0.59, 0.61])).tolist() == [True, False]
    assert dear.weakest == pytest.approx(0.6, rel=1e-14)
    # The threshold type herself is in, up to rounding of her log-odds, and nobody next to her.
    for level in (0.4, 1e-9):
        near = typed(log_odds(level), stays_out=True)
        assert near.active(np.array([near.weakest])).tolist() == [True]
        below = near.levels.type_at(near.start - 1e-13 * max(1.0, abs(near.start)))
        assert near.active(np.array([below])).tolist() == [False]
    beside = typed(0.0, types=stats.expon(), stays_out=True)
    assert beside.active(np.array([np.log(2) - 3e-16, np.log(2) - 2e-14])).tolist() == [True, False]


def test_all_or_nobody() -> None:
    types = np.array([[0.1], [0.9]])
    for stays_out in (True, False):
        everybody = typed(stays_out=stays_out)
        assert everybody.active(types).tolist() == everybody.enters(types).tolist() == [[True], [True]]
        assert everybody.entry_probability() == 1.0 and not everybody.is_empty
        assert everybody(types) == pytest.approx(0.3 * types) and everybody.marks().size == 0
    nobody = typed(np.inf, stays_out=True)
    assert nobody.is_empty and nobody.entry_probability() == 0.0
    assert nobody.active(types).tolist() == nobody.enters(types).tolist() == [[False], [False]]
    assert nobody(types).tolist() == [[0.0], [0.0]] and nobody(0.5).shape == ()
    idle = typed(FAR)
    assert not idle.is_empty and idle.enters(types).all() and not idle.active(types).any()
    last = typed(FAR, stays_out=True)
    assert not last.is_empty and last.entry_probability() == 0.0
    assert typed(FAR - 1.0, types=stats.expon(), stays_out=True).entry_probability() == pytest.approx(
        np.exp(1.0 - FAR)
    )
    assert typed(-np.inf).weakest == pytest.approx(0.0, abs=1e-290) and typed(np.inf).weakest == 1.0


def test_marks_on_both_sides_of_the_threshold() -> None:
    some = typed(log_odds(0.4))
    odds = 0.4 / 0.6 * np.exp(np.array([-1e-2, -1e-6, 1e-6, 1e-2]))
    assert some.marks() == pytest.approx(odds / (1 + odds), rel=1e-13)
    assert typed(FAR).marks().size == typed(-FAR).marks().size == typed(np.inf).marks().size == 0
    assert typed(FAR - 1.0).marks().size == 4


@pytest.mark.parametrize("level", [0.4, 1e-4])
@pytest.mark.parametrize("up", [True, False])
def test_averages_over_types_split_at_the_threshold(level: float, up: bool) -> None:
    """Smooth on either side, with a jump at the threshold, and a law with a kink."""
    triangle = stats.triang(0.3, 1, 2)
    some = typed(log_odds(level), types=triangle, scores_increase=up)
    types, weights = some.type_nodes()
    cut = float(triangle.ppf(level) if up else triangle.isf(level))
    assert some.weakest == pytest.approx(cut, rel=1e-12)

    def jump(t: Any) -> Any:
        return np.where((t >= cut) == up, np.exp(t), 5.0 + t)

    ends = sorted([1.0, 1.6, cut, 3.0])
    parts = [
        integrate.quad(lambda t: triangle.pdf(t) * jump(t), a, b, epsabs=1e-13)[0] for a, b in pairwise(ends)
    ]
    assert weights @ jump(types) == pytest.approx(sum(parts), rel=1e-11)
    assert weights.sum() == pytest.approx(1.0, rel=1e-13)


def test_averages_over_types_without_a_threshold() -> None:
    for some in (
        typed(types=stats.expon()),
        typed(FAR, types=stats.expon()),
        typed(-FAR, types=stats.expon()),
    ):
        types, weights = some.type_nodes()
        assert weights @ types**2 == pytest.approx(2.0, rel=1e-12) and weights.sum() == pytest.approx(1.0)
    thin = typed(FAR - 1.0, types=stats.uniform())
    types, weights = thin.type_nodes()
    assert weights @ types == pytest.approx(0.5, rel=1e-12)


def test_logs_of_efforts_where_the_formula_gives_them() -> None:
    class Formula:
        def __call__(self, types: Any) -> Any:
            return np.exp(types)

        def log_effort(self, types: Array) -> Array:
            assert types.dtype == float
            return types - 1000.0

    assert typed().log_effort(np.array([1.0])) is None
    found = typed(function=Formula()).log_effort([1, 2])
    assert found is not None and found.tolist() == [-999.0, -998.0]


def test_profiles_without_effort() -> None:
    alike = idle_profile(ct.Contest(contestants=ct.Private(3, cost=stats.uniform(1, 1)), prizes=1.0))
    assert alike.n == 3 and alike.is_symmetric
    strategy: Any = alike.strategy(2)
    assert strategy(np.array([1.2, 1.9])).tolist() == [0.0, 0.0] and not strategy.scores_increase
    listed = idle_profile(ct.Contest(contestants=ct.Private(value=[stats.uniform(1, 1)] * 2), prizes=1.0))
    assert listed.is_symmetric and listed.n == 2
    laws = [stats.uniform(1, 1), stats.uniform(1, 2)]
    unlike = idle_profile(ct.Contest(contestants=ct.Private(value=laws), prizes=1.0))
    assert unlike.n == 2 and not unlike.is_symmetric
    for i in range(2):
        one: Any = unlike.strategy(i)
        assert one.types == law(laws[i], part="law") and one.scores_increase
        assert one(np.array([1.5])).tolist() == [0.0]


# --- tables -------------------------------------------------------------------------------------------

LEVELS, BIDS = np.array([0.0, 0.5, 0.5, 1.0]), np.array([0.0, 0.2, 0.6, 1.0])


def test_bids_read_off_a_table_by_level() -> None:
    high = BidByLevel(SQUARE, True, LEVELS, BIDS)
    types = np.array([[0.0, 0.5], [0.8, 1.0]])
    assert high(types) == pytest.approx(np.array([[0.0, 0.1], [0.6 + 0.8 * 0.14, 1.0]]), rel=1e-13)
    low = BidByLevel(SQUARE, False, LEVELS, BIDS)
    assert low(0.5) == pytest.approx(0.6 + 0.8 * 0.25, rel=1e-13)
    assert low(np.array([0.9])) == pytest.approx([0.4 * 0.19], rel=1e-12)
    contest = ct.Contest(
        contestants=ct.Private(ability=[stats.beta(2, 1), stats.uniform()]), prizes=1.0,
        technology=ct.Exact(output=ct.Log()),
    )  # fmt: skip
    # A bid of b at ability zero is b e^-a at ability a.
    able = BidByLevel(SQUARE, True, LEVELS, BIDS, contest, 1)
    assert able(np.array([0.5, 1.0])) == pytest.approx([0.1 * np.exp(-0.5), np.exp(-1.0)], rel=1e-12)


def test_whose_place_a_bid_is() -> None:
    """Under handicaps the contestants stand at different places for the same bid."""
    race = SimpleNamespace(
        effort=lambda i, place, types: place - 10.0 * i - types,
        location=lambda i, bids, ability: bids + 100.0 * i,
    )
    contest: Any = SimpleNamespace(race=race)
    able = BidByLevel(SQUARE, True, LEVELS, BIDS, contest, 1)
    assert able(np.array([0.5])) == pytest.approx([0.1 + 90.0 - 0.5])
    assert BidByLevel(SQUARE, True, LEVELS, BIDS, contest)(np.array([0.5])) == pytest.approx([0.1 - 0.5])


def test_tables_are_equal_if_all_in_them_is() -> None:
    one = BidByLevel(SQUARE, True, LEVELS, BIDS)
    same = BidByLevel(law(stats.beta(2, 1), part="law"), True, LEVELS.copy(), BIDS.copy())
    assert one == same and hash(one) == hash(same)
    others = [
        BidByLevel(UNIFORM, True, LEVELS, BIDS), BidByLevel(SQUARE, False, LEVELS, BIDS),
        BidByLevel(SQUARE, True, LEVELS + 0.1, BIDS), BidByLevel(SQUARE, True, LEVELS, 2 * BIDS),
    ]  # fmt: skip
    assert all(one != other for other in others)
    assert len({one, same, *others}) == 5
    assert one.__eq__(3) is NotImplemented and one != "table"
    assert hash(others[1]) != hash(one) != hash(others[2]) and hash(others[3]) != hash(one)
    types, efforts = np.array([1.0, 2.0]), np.array([0.1, 0.3])
    first, again = EffortByType(types, efforts), EffortByType(types.copy(), efforts.copy())
    assert first == again and hash(first) == hash(again) and first.__eq__(3) is NotImplemented
    more = [EffortByType(types + 1, efforts), EffortByType(types, 2 * efforts)]
    assert all(first != other and hash(first) != hash(other) for other in more)


def test_efforts_between_the_types_of_a_table() -> None:
    types, efforts = np.array([1.0, 1.5, 2.0, 3.0]), np.array([0.0, 0.0, 0.4, 0.5])
    table = EffortByType(types, efforts)
    assert table(types[:, None]) == pytest.approx(efforts[:, None], abs=1e-15)
    assert table(np.array([0.2, 3.7, 1.2])) == pytest.approx([0.0, 0.5, 0.0], abs=1e-15)
    inside = table(np.linspace(1.5, 3.0, 40))
    assert (np.diff(inside) >= 0).all() and inside.min() >= 0 and inside.max() <= 0.5
    line = EffortByType(np.array([1.0, 2.0]), np.array([0.3, -0.3]))
    assert line(np.array([1.25, 1.9])) == pytest.approx([0.15, 0.0], abs=1e-15)
    one = EffortByType(np.array([1.0]), np.array([0.7]))
    assert one(np.array([[0.0, 1.0, 5.0]])).tolist() == [[0.7, 0.7, 0.7]] and one(2.0).shape == ()


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize(("number", "each"), [(2, 200), (3, 100), (8, 29), (12, 19), (13, 4), (40, 4)])
def test_gauss_points_between_the_levels_of_a_table(number: int, each: int, up: bool) -> None:
    cuts = np.linspace(0.0, 1.0, number)
    strategy = LevelStrategy(
        types=stats.expon(), function=np.sqrt, scores_increase=up, cuts=np.concatenate([cuts, cuts[1:]])
    )
    types, weights = strategy.type_nodes()
    assert types.size == weights.size == each * (number - 1)
    level = stats.expon.cdf(types) if up else stats.expon.sf(types)
    assert (np.histogram(level, bins=cuts)[0] == each).all()
    assert np.add.reduceat(weights, np.arange(0, types.size, each)) == pytest.approx(np.diff(cuts), rel=1e-12)
    power = 7 if each == 4 else 15
    assert weights @ level**power == pytest.approx(1 / (power + 1), rel=1e-12)
    assert (np.diff(level) > 0).all()
    if number == 3:
        assert strategy.type_nodes(5)[0].size == 8 and strategy.type_nodes(60)[0].size == 60
        assert strategy.type_nodes(61)[0].size == 62
    plain = LevelStrategy(types=stats.expon(), function=np.sqrt)
    assert plain.type_nodes(10)[0].size == 10 and strategy.on_grid
