"""A reserve on random quality and private types: the pieces against integrals over one's own score by hand.

A score x above the reserve t wins the prize of its rank; so many of n - 1 rivals are above it with binomial
chances, each with the average over her types of the chance that her score is. What a location wins is the
integral of that over one's own scores from t on, by Gauss points written down here, and effort pays at the
margin what it costs. Roots, fixed points and bends are tried on functions whose answers are known.
"""

from __future__ import annotations

from itertools import pairwise
from math import comb
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import contests as ct
from contests.errors import ConvergenceError
from contests.laws import law
from contests.solvers import private_reserve
from contests.solvers.private_reserve import SOLVER, ReserveReply, _extrapolated, _Field, falls_between

Array = np.ndarray[Any, np.dtype[np.float64]]
UNIFORM = stats.uniform(0.5, 1.0)
SQUARE = ct.Power(2)


def contest(reserve: float, contestants: Any, noise: Any, **parts: Any) -> ct.Contest:
    given: dict[str, Any] = {
        "contestants": contestants, "prizes": 1.0, "technology": ct.Additive(noise), "cost": SQUARE, **parts,
    }  # fmt: skip
    return ct.Contest(**given, entry=ct.Reserve(reserve))


CASES: dict[str, ct.Contest] = {
    "values": contest(0.4, ct.Private(3, value=UNIFORM), stats.norm(), prizes=[0.7, 0.3]),
    "costs": contest(-0.3, ct.Private(4, cost=UNIFORM), stats.logistic(scale=0.4), cost=ct.Power(3)),
    "abilities": contest(0.6, ct.Private(2, ability=UNIFORM), stats.gumbel_r(scale=0.5), prizes=2.0),
    "least gains": contest(0.8, ct.Private(2, value=UNIFORM), stats.gumbel_l(scale=0.5)),
    "far below": contest(-40.0, ct.Private(3, value=UNIFORM), stats.norm(scale=0.7), prizes=[1.0, 0.2]),
    "far above": contest(1.6, ct.Private(2, value=stats.uniform(1.0, 4.0)), stats.norm(scale=0.3)),
}
ALL = pytest.mark.parametrize("name", list(CASES))
WEIGHTS, EFFORTS = np.array([0.5, 0.2, 0.3]), np.array([0.1, 0.35, 0.6])


class Hand:
    """Prizes of locations against a field of a few types."""

    def __init__(self, name: str) -> None:
        self.contest = CASES[name]
        self.noise = NOISES[name]
        self.reserve = self.contest.entry.least_quality
        self.types = np.asarray(self.contest.contestants.law_of(0).ppf(np.array([0.2, 0.5, 0.9])))  # type: ignore[attr-defined]
        self.places, self.weights = EFFORTS + self.trait("ability", self.types), WEIGHTS

    def trait(self, name: str, types: Any) -> Array:
        found = np.asarray(self.contest.contestants.trait(name, 0, np.asarray(types)), float)
        return np.broadcast_to(found, np.shape(types))

    def nodes(self, places: Array) -> tuple[Array, Array]:
        """Gauss points of scores from the reserve up."""
        low = max(self.reserve, float(min(places.min(), self.places.min())) + float(self.noise.ppf(1e-17)))
        high = max(float(max(places.max(), self.places.max())) + float(self.noise.isf(1e-17)), low + 1e-9)
        x, w = np.polynomial.legendre.leggauss(14)
        edges = np.linspace(low, high, 16)
        points = np.concatenate([a + (b - a) * (x + 1) / 2 for a, b in pairwise(edges)])
        return points, np.concatenate([(b - a) * w / 2 for a, b in pairwise(edges)])

    def given(self, score: Array) -> Array:
        above = self.noise.sf(score[:, None] - self.places) @ self.weights
        n, paid = self.contest.n, [*self.contest.prizes.by_rank().tolist(), 0.0, 0.0, 0.0]
        each = [comb(n - 1, k) * above**k * (1 - above) ** (n - 1 - k) * paid[k] for k in range(n)]
        return np.asarray(np.sum(each, axis=0))

    def prize(self, places: Any) -> Array:
        at = np.asarray(places)
        score, mass = self.nodes(at)
        return np.asarray(self.noise.pdf(score - at[..., None]) @ (mass * self.given(score)))

    def slope(self, places: Any) -> Array:
        h, at = 2e-3 * float(self.noise.std()), np.asarray(places)
        two, one = (self.prize(at + k * h) - self.prize(at - k * h) for k in (2, 1))
        return np.asarray((8 * one - two) / (12 * h))

    def payoff(self, efforts: Any, type: float) -> Array:
        won = self.trait("value", type) * self.prize(efforts + self.trait("ability", type))
        return np.asarray(won - self.trait("cost", type) * self.contest.cost(np.asarray(efforts)))

    def margin(self, effort: Any, type: Any) -> tuple[Array, Array]:
        gain = self.trait("value", type) * self.slope(effort + self.trait("ability", type))
        return gain, self.trait("cost", type) * self.contest.cost.derivative(np.asarray(effort))

    def best(self, type: float) -> float:
        grid = np.linspace(0.0, 2.5, 72)
        at = int(np.argmax(self.payoff(grid, type)))
        if at == 0:
            return 0.0

        def excess(effort: float) -> float:
            gain, cost = self.margin(np.array([effort]), type)
            return float(gain[0] - cost[0])

        return float(optimize.brentq(excess, grid[at - 1], grid[at + 1], xtol=1e-12))

    def reply(self) -> ReserveReply:
        field = _Field(self.contest)
        field.types, field.weights = self.types, self.weights
        return field.reply(EFFORTS)


NOISES: dict[str, Any] = {
    "values": stats.norm(), "costs": stats.logistic(scale=0.4), "abilities": stats.gumbel_r(scale=0.5),
    "least gains": stats.gumbel_l(scale=0.5), "far below": stats.norm(scale=0.7),
    "far above": stats.norm(scale=0.3),
}  # fmt: skip


@ALL
def test_prizes_of_those_who_pass(name: str) -> None:
    hand = Hand(name)
    reply = hand.reply()
    places = np.array([[-0.5, 0.2], [0.9, 2.2]])
    assert reply.prize(places) == pytest.approx(hand.prize(places), rel=1e-10, abs=1e-14)
    first, second = reply.marginal(places)
    assert first == pytest.approx(hand.slope(places), rel=1e-7, abs=1e-10)
    h = 1e-4
    up, down = reply.marginal(places + h)[0], reply.marginal(places - h)[0]
    assert second == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-8)
    assert [one.shape for one in reply.marginal(np.zeros(0))] == [(0,), (0,)]
    # The table tells summits apart: what is nowhere wins nothing.
    assert reply._rough_prize(places) == pytest.approx(hand.prize(places), abs=1e-4)
    assert reply._rough_prize(np.array([-np.inf, 0.2, 0.2]))[0] == 0.0
    wide = np.linspace(-5.0, 9.0, 12)
    assert reply._rough_prize(wide) == pytest.approx(hand.prize(wide), abs=3e-4)


@ALL
def test_efforts_are_the_best_there_are(name: str) -> None:
    hand = Hand(name)
    reply = hand.reply()
    types = np.asarray(hand.contest.contestants.law_of(0).ppf(np.array([0.03, 0.55, 0.97, 0.3])))  # type: ignore[attr-defined]
    best = [hand.best(type) for type in types.tolist()]
    # Next to nothing the grid by hand does not tell.
    assert reply.solve(types) == pytest.approx(best, rel=1e-8, abs=3e-6 if name == "far above" else 1e-12)
    assert np.array_equal(reply(types.reshape(2, 2)), reply.solve(types).reshape(2, 2))


def test_some_try_for_the_reserve_and_some_do_not() -> None:
    """Between no effort and nearly two there is nothing: what is best jumps at one type."""
    hand = Hand("far above")
    reply = hand.reply()

    def gain(type: float) -> float:
        top = optimize.minimize_scalar(lambda e: -hand.payoff(np.array([e]), type)[0], bounds=(1.6, 2.5))
        low = optimize.minimize_scalar(lambda e: -hand.payoff(np.array([e]), type)[0], bounds=(0.0, 0.8))
        return float(low.fun - top.fun)

    turn = optimize.brentq(gain, 3.0, 5.0, xtol=1e-6)
    below, above = reply.solve(np.array([turn - 0.05, turn + 0.05]))
    assert below < 0.5 < 1.2 < above


def test_nobody_tries_for_nothing() -> None:
    reply = Hand("values").reply()
    assert reply.solve(np.zeros(3)).tolist() == [0.0, 0.0, 0.0]  # values of nothing
    assert reply.solve(np.array([0.0, 0.7]))[1] == reply.solve(np.array([0.7]))[0] > 0
    dear = Hand("costs").reply()
    assert dear.solve(np.array([0.0, np.inf, 0.7]))[:2].tolist() == [0.0, 0.0]


def test_blocks_and_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = Hand("values").reply()
    places = np.linspace(-1.0, 2.0, 14).reshape(2, 7)
    whole = reply.prize(places), reply.marginal(places)
    monkeypatch.setattr(private_reserve, "_BLOCK", 3 * reply.scores.size + 1)
    sizes: list[int] = []

    def counted(place: Array) -> Array:
        sizes.append(place.size)
        return np.exp(place)

    assert reply._in_blocks(places, counted) == pytest.approx(np.exp(places))
    assert sizes == [3, 3, 3, 3, 2]
    monkeypatch.setattr(private_reserve, "_BLOCK", 1)
    assert reply.prize(places) == pytest.approx(whole[0], rel=1e-14)
    assert reply.marginal(places)[1] == pytest.approx(whole[1][1], rel=1e-12)


def test_many_types_are_looked_up_in_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    reply, asked = Hand("values").reply(), []

    def efforts(self: Any, types: Array) -> Array:
        asked.append(types)
        return np.asarray(np.where(types > 0.9, types**2, 0.0) - 1e-9 * (types < 0.7))

    monkeypatch.setattr(type(reply), "solve", efforts)
    reply(np.linspace(0.5, 1.5, 5000).reshape(50, 100))
    many = np.linspace(0.5, 1.5, 5001).reshape(3, 1667)
    table = reply(many)
    assert [one.size for one in asked] == [5000, 1000] and table.shape == (3, 1667)
    shares = np.sin(np.linspace(0.0, np.pi / 2, 1000)) ** 2
    assert asked[-1] == pytest.approx(0.5 + shares, rel=1e-12)
    away = np.abs(many - 0.9) > 3e-3
    assert table[away] == pytest.approx(np.where(many > 0.9, many**2, 0.0)[away], abs=1e-6)
    assert table.min() == 0.0
    assert reply(np.full(6000, 1.2)) == pytest.approx(np.full(6000, 1.44)) and asked[-1].size == 6000


# --- roots, fixed points, bends -----------------------------------------------------------------------


FALLS: list[tuple[Any, float, int]] = [
    (lambda x: 0.3 - x, 0.3, 4), (lambda x: -x, 0.0, 3), (lambda x: np.expm1(0.4 - x), 0.4, 12),
    # One end would stay for long, but for the half weight that it gets.
    (lambda x: 0.7**9 - x**9, 0.7, 22), (lambda x: (1 - x) ** 9 - 0.3**9, 0.7, 30),
    # An end at minus or plus infinity: halves until both are finite.
    (lambda x: np.log(np.maximum(1 - x, 0.0)) - np.log(0.1), 0.9, 15),
    (lambda x: np.log(0.1) - np.log(x), 0.1, 18),
]  # fmt: skip


@pytest.mark.parametrize(("function", "root", "most"), FALLS)
def test_where_a_function_falls_through_zero(function: Any, root: float, most: int) -> None:
    calls: list[int] = []

    def falls(x: Array) -> Array:
        calls.append(x.size)
        with np.errstate(divide="ignore"):
            return np.asarray(function(x))

    assert falls_between(falls, np.zeros(1), np.ones(1)) == pytest.approx([root], abs=2e-14)
    assert len(calls) <= most


def test_where_several_fall_through_zero() -> None:
    """Each by itself, whatever the others need; where one does not fall the end that says so."""

    def falls(x: Array) -> Array:
        curve, step = 0.7**9 - x[5] ** 9, 0.4 * (x[7] < 0.6) - 0.1
        return np.array([-1.0, 1.0, 0.0, 0.5 - x[3], 0.2 - x[4], curve, -np.inf, step])

    low = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.2])
    high = np.array([1.0, 1.0, 1.0, 0.5, 0.9, 1.0, 0.8, 0.7])
    kept = low.copy(), high.copy()
    found = falls_between(falls, low, high)
    assert found == pytest.approx([0.0, 1.0, 0.0, 0.5, 0.2, 0.7, 0.1, 0.6], abs=1e-13)
    assert np.array_equal(low, kept[0]) and np.array_equal(high, kept[1])
    assert falls_between(lambda x: x, np.zeros(0), np.zeros(0)).shape == (0,)


class Made:
    """Replies by types to their efforts, made up."""

    def __init__(self, function: Any) -> None:
        self.function, self.calls = function, 0

    def __call__(self, efforts: Array) -> Any:
        self.calls += 1
        return SimpleNamespace(solve=lambda types: self.function(efforts))


def field(function: Any = None) -> Any:
    found: Any = _Field(CASES["values"])
    if function is not None:
        found.reply = Made(function)
    return found


def test_replies_that_are_affine_in_logs_settle_where_they_meet() -> None:
    rng, logs = np.random.default_rng(3), np.array([-1.0, 0.3, 0.5])
    for pull in (0.5, -2.0, 0.97):
        matrix = pull * np.array([[1.0, 0.2, 0.0], [0.1, 0.8, 0.1], [0.0, 0.3, 0.9]])
        made = field(lambda e, m=matrix: np.exp(logs + m @ (np.log(e) - logs)))
        found = made._settle(np.exp(logs + 0.3 * rng.standard_normal(3)))
        assert np.log(found) == pytest.approx(logs, abs=3e-10)
        assert made.reply.calls < 15


def test_who_stops_working_starts_anew() -> None:
    """The weakest gives up once the others work enough; what is left settles without her."""

    def replies(efforts: Array) -> Array:
        strong = 0.5 * np.exp(-0.3 * efforts[2]) * np.array([0.0, 1.0, 2.0])
        weak = 0.2 if efforts[1] + efforts[2] < 0.9 else 0.0
        return np.asarray(strong + np.array([weak, 0.0, 0.0]))

    found = field(replies)._settle(np.array([0.1, 0.1, 0.1]))
    top = optimize.brentq(lambda x: np.exp(-0.3 * x) - x, 0.0, 1.0, xtol=1e-15)
    assert found == pytest.approx([0.0, top / 2, top], rel=1e-10)
    back = field(lambda e: np.array([0.3, 0.4 + 0.1 * e[0]]))._settle(np.array([0.0, 0.2]))
    assert back == pytest.approx([0.3, 0.43], rel=1e-10)
    none = field(lambda e: np.zeros(2))
    assert none._settle(np.zeros(2)).tolist() == [0.0, 0.0] and none.reply.calls == 1


@pytest.mark.parametrize("goal", [-10.0, 10.0])
def test_no_step_is_larger_than_a_factor_of_e(goal: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Halfway to the first reply in logs, then no further than one at a time, with seven points in mind."""
    seen: list[float] = []
    numbers: list[int] = []

    def reply(efforts: Array) -> Array:
        seen.append(float(np.log(efforts[0])))
        return np.full(1, np.exp(goal))

    def counted(past: Any) -> Array:
        numbers.append(len(past))
        return _extrapolated(past)

    def stay(past: Any) -> Array:
        numbers.append(len(past))
        return np.asarray(past[-1][0])

    monkeypatch.setattr(private_reserve, "_extrapolated", counted)
    assert np.log(field(reply)._settle(np.ones(1))) == pytest.approx([goal], rel=1e-12)
    way = np.sign(goal) * np.array([0.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0])
    assert seen == pytest.approx(way, abs=1e-12) and numbers == [1, 2, 3, 4, 5]
    monkeypatch.setattr(private_reserve, "_extrapolated", stay)
    with pytest.raises(ConvergenceError):
        field(lambda efforts: np.full(1, 2.0))._settle(np.ones(1))
    assert numbers[5:14] == [1, 2, 3, 4, 5, 6, 7, 7, 7] and len(numbers) == 5 + 59


def test_replies_in_circles_are_an_error_in_words() -> None:
    circle = field(lambda e: np.where(e > 0, 0.0, 1.0))
    with pytest.raises(ConvergenceError) as raised:
        circle._settle(np.ones(2))
    assert str(raised.value) == (
        "Best replies of the types under the reserve do not settle. There may be no equilibrium in which "
        "effort is a function of the type: a lower reserve or a larger shock would work."
    )
    assert circle.reply.calls == 60


def test_extrapolation_ends_where_an_affine_map_does() -> None:
    matrix, goal = np.array([[0.5, 0.4], [-0.3, -0.8]]), np.array([2.0, -1.0])

    def residual(x: Array) -> Array:
        return np.asarray(matrix @ (x - goal) + goal - x)

    points = [np.array([0.0, 0.0]), np.array([1.0, 0.2]), np.array([0.3, 1.0])]
    past = [(x, residual(x)) for x in points]
    assert _extrapolated(past[:1]) == pytest.approx(0.7 * residual(points[0]), rel=1e-15)
    assert _extrapolated(past) == pytest.approx(goal, rel=1e-12)
    # Two points in one dimension are a secant.
    line = [(np.array([x]), np.array([0.4 * (3.0 - x)])) for x in (0.0, 1.0)]
    assert _extrapolated(line) == pytest.approx([3.0], rel=1e-14)


def test_levels_where_types_begin_or_cease_to_work() -> None:
    made = field()
    made.law = law(stats.beta(2, 1), part="law")
    for inside in ((0.3, 2.0), (-1.0, 0.8), (0.2, 0.9)):

        def solve(types: Array, ends: Any = inside) -> Array:
            return np.where((types > ends[0]) & (types < ends[1]), 0.4, 0.0)

        levels = [end**2 for end in inside if 0 < end < 1]
        assert made._bends(SimpleNamespace(solve=solve)) == pytest.approx(levels, rel=1e-13)
    assert made._bends(SimpleNamespace(solve=lambda types: np.ones(types.shape))).size == 0
    for level in (1e-7, 1 - 1e-7):
        near = SimpleNamespace(solve=lambda types, level=level: np.maximum(types - np.sqrt(level), 0.0))
        assert made._bends(near) == pytest.approx([level], abs=1e-13)
    rare = SimpleNamespace(solve=lambda types: np.maximum(types - np.sqrt(1e-10), 0.0))
    assert made._bends(rare).size == 0


def test_where_to_start() -> None:
    made = field()
    assert made.types.size == 64 and made.weights.sum() == pytest.approx(1.0, rel=1e-14)
    # Effort whose cost is the value times the prizes a rank can win: e^2 = 0.7 v.
    assert made._start() == pytest.approx(0.2 * np.sqrt(0.7 * made.types), rel=1e-12)
    free = field()
    free.contest = contest(0.4, ct.Private(3, cost=stats.uniform()), stats.norm())
    free.types = np.array([0.0, 1.0])
    assert free._start() == pytest.approx([0.0, 0.2], rel=1e-12)
    made._cut(np.array([0.25]))
    assert made.breaks.tolist() == [0.25] and made.types.size == 24 + 48
    assert made.weights[:24].sum() == pytest.approx(0.25, rel=1e-13)
    assert (made.types[:24] < 0.75).all() and (made.types[24:] > 0.75).all()


IDLE = contest(0.3, ct.Private(2, value=stats.uniform(0.2, 1.0)), stats.norm(), cost=ct.Linear(0.2) + SQUARE)


@pytest.mark.parametrize("name", ["values", "abilities", pytest.param("idle types", marks=pytest.mark.slow)])
def test_what_all_do_is_best_against_what_all_do(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the last, low values do nothing: up to the value for whom the first unit pays what it costs."""
    monkeypatch.setattr(private_reserve, "_NODES", 24)
    monkeypatch.setitem(CASES, "idle types", IDLE)
    monkeypatch.setitem(NOISES, "idle types", stats.norm())
    found = SOLVER.solve(CASES[name])
    strategy: Any = found.profile.strategy(0)
    hand, kind = Hand(name), strategy.types
    x, w = np.polynomial.legendre.leggauss(24)
    ends = np.concatenate([[0.0], strategy.breaks, [1.0]])
    hand.types = kind.ppf(np.concatenate([a + (b - a) * (x + 1) / 2 for a, b in pairwise(ends)]))
    hand.weights = np.concatenate([(b - a) * w / 2 for a, b in pairwise(ends)])
    hand.places = strategy(hand.types) + hand.trait("ability", hand.types)
    types = kind.ppf(np.append(strategy.breaks, [0.5, 0.8, 1.0]))
    efforts = strategy(types)
    gain, cost = hand.margin(efforts, types)
    assert (efforts[-3:] > 1e-3).all() and gain == pytest.approx(cost, rel=1e-7)
    assert found.selection == "symmetric; others may exist" and found.profile.n == hand.contest.n
    assert strategy.scores_increase and strategy.breaks.size == (name == "idle types")
    assert (strategy(kind.ppf(strategy.breaks * np.array([[0.1], [0.99]]))) == 0).all()


# --- refusals -----------------------------------------------------------------------------------------

PRIVATE = ct.Private(2, value=UNIFORM)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contestants": ct.Identical(2)}, "types are known to all; ct.Private(n, value=law) would work"),
        ({"contestants": ct.Private(value=[UNIFORM, stats.uniform()])},
         "contestants differ in the law of their types; one law for all would work"),
        ({"contestants": ct.Private(1, value=UNIFORM)},
         "there is no one to compete with; two contestants would work"),
        ({"technology": ct.Additive(stats.uniform())},
         "the noise stats.uniform() has kinks or heavy tails; a normal, logistic or Gumbel one would work"),
        ({"entry": ct.Reserve(0.1, fee=0.2)},
         "entry is Reserve(0.1, fee=0.2); ct.Reserve(quality) would work"),
        ({"technology": ct.Trials(stats.uniform())},
         "quality is the best of trials; ct.Additive with a shock would work"),
        ({"entry": ct.AllEnter()},
         "takes contests with ct.Reserve(quality) and a shock of each contestant's own"),
        ({"prizes": ct.QualityShare(base=1.0, share=0.1)},
         "the award depends on quality; fixed prizes would work"),
    ],
)  # fmt: skip
def test_refusals(change: dict[str, Any], words: str) -> None:
    parts: dict[str, Any] = {
        "contestants": PRIVATE, "prizes": 1.0, "technology": ct.Additive(stats.norm()), "cost": SQUARE,
        "entry": ct.Reserve(0.1), **change,
    }  # fmt: skip
    assert SOLVER.refuses(ct.Contest(**parts)) == words


@ALL
def test_who_is_not_refused(name: str) -> None:
    assert SOLVER.refuses(CASES[name]) is None


def test_types_too_far_apart_and_types_that_do_not_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = _Field(contest(0.1, ct.Private(2, ability=stats.uniform(0.0, 1000.0)), stats.norm()))
    with pytest.raises(ConvergenceError) as raised:
        apart.reply(apart._start())
    assert str(raised.value) == (
        "The efforts of the types lie too far apart, in units of the shock. A larger shock, or types closer "
        "together, would work."
    )
    made = field(lambda e: np.ones(64))
    turns = iter(np.linspace(0.1, 0.9, 20))
    monkeypatch.setattr(made, "_settle", lambda efforts: efforts)
    monkeypatch.setattr(made, "_bends", lambda found: np.array([next(turns)]))
    with pytest.raises(ConvergenceError) as raised:
        made.solve()
    assert str(raised.value) == "The type from whom on effort is exerted does not settle."
    assert next(turns) == pytest.approx(0.1 + 0.8 * 8 / 19)
