"""Types at nodes under a smooth shock or in a lottery: the equations of their efforts, piece by piece.

What a place is worth is written out over all orders of rivals at the nodes, each with the law of her
score, and averaged over one's own noise on a fine grid. What the rounds of the method do is seen by
giving them steps whose sizes are known.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, stats

import contests as ct
from contests.solvers.private_field import PrivateField
from contests.solvers.private_replies import NOTHING, FirstOrder, level_nodes
from contests.solvers.private_summits import NOBODY, SummitOrder

Array = NDArray[np.float64]
WEAK, STRONG = stats.uniform(0.5, 1), stats.uniform(1, 1)
NORMAL: dict[str, Any] = {
    "contestants": ct.Private(value=[WEAK, STRONG, STRONG]), "prizes": [2.0, 0.5], "cost": ct.Power(2),
    "technology": ct.Additive(stats.norm(scale=0.8)),
}  # fmt: skip
ABLE: dict[str, Any] = {
    "contestants": ct.Private(ability=[WEAK, STRONG, STRONG]), "prizes": [2.0, 1.2, 0.2], "cost": ct.Power(2),
    "technology": ct.Additive(stats.logistic(scale=0.5)),
}  # fmt: skip
DRAW: dict[str, Any] = {
    "contestants": ct.Private(cost=[STRONG, WEAK, STRONG]), "prizes": 1.0,
    "success": ct.Lottery(exponent=0.8, draw=0.3),
}  # fmt: skip
IDLE: dict[str, Any] = {  # a few work though nobody would against hard-working rivals
    "contestants": ct.Private(3, ability=stats.uniform(0.1, 1.0)), "prizes": 1.3, "success": ct.Lottery(),
}  # fmt: skip
Place = Callable[[Array, Array], Array]
CASES: dict[str, tuple[dict[str, Any], Any, Place]] = {
    "normal": (NORMAL, stats.norm(scale=0.8), lambda e, t: e),
    "able": (ABLE, stats.logistic(scale=0.5), lambda e, t: e + t),
    "draw": (DRAW, stats.gumbel_r(), lambda e, t: 0.8 * np.log(e)),
}


def field_of(name: str) -> PrivateField:
    """All nodes of a class at an effort of their own."""
    field = PrivateField(ct.Contest(**CASES[name][0]))
    for k, one in enumerate(field.classes):
        one.logs = np.log(0.15 + 0.1 * k + 0.05 * one.types)
    return field


def everybody(field: PrivateField) -> list[NDArray[np.bool_]]:
    return [np.ones(one.types.size, dtype=bool) for one in field.classes]


def marginal(name: str, field: PrivateField, k: int, places: Array) -> Array:
    """How the expected prize of one of class k rises with her place, over all orders of her rivals."""
    parts, noise, place = CASES[name]
    x = np.linspace(-9.0, 24.0, 500)
    kinds = [j for j, one in enumerate(field.classes) for _ in range(one.count - (j == k))]
    below, density = [], []
    for j in kinds:
        one = field.classes[j]
        at = x[:, None] - place(np.exp(one.logs), one.types)
        below.append(noise.cdf(at) @ one.weights)
        density.append(noise.pdf(at) @ one.weights)
    if "success" in parts:  # the event that nobody wins
        below.append(noise.cdf(x - np.log(0.3)))
        density.append(noise.pdf(x - np.log(0.3)))
    paid = np.append(field.contest.prizes.by_rank(), np.zeros(4))
    rise = np.zeros(x.size)
    for j, others in enumerate([[i for i in range(len(below)) if i != j] for j in range(len(below))]):
        for up in product([False, True], repeat=len(others)):
            chance = np.prod(
                [1 - below[i] if u else below[i] for i, u in zip(others, up, strict=True)], axis=0
            )
            rise += density[j] * chance * (paid[sum(up)] - paid[sum(up) + 1])
    return np.asarray(noise.pdf(x - places[:, None]) @ rise * (x[1] - x[0]))


# --- what is known before any equation -----------------------------------------------------------------


def test_classes_and_first_guesses() -> None:
    field = PrivateField(ct.Contest(**NORMAL))
    assert [(one.contestant, one.count) for one in field.classes] == [(0, 1), (1, 2)]
    one = field.classes[0]
    levels, _, weights, _ = level_nodes([], 64)
    assert one.types == pytest.approx(0.5 + levels, rel=1e-14) and one.weights.tolist() == weights.tolist()
    assert one.breaks.size == 0 and one.stays_out and one.layer is None
    assert np.exp(one.logs) == pytest.approx(0.2 * np.sqrt(2.0 * one.types), rel=1e-12)
    many = PrivateField(ct.Contest(**{**NORMAL, "contestants": ct.Private(8, value=WEAK)}))
    assert many.classes[0].count == 8
    assert np.exp(many.classes[0].logs) == pytest.approx(np.sqrt(2.0 * one.types) / 8, rel=1e-12)
    # Types next to worthless ones need many nodes; of costs next to nothing there is no such trouble.
    for types, number in (
        (ct.Private(2, value=stats.uniform()), 240),
        (ct.Private(2, cost=stats.uniform()), 64),
    ):
        near = PrivateField(ct.Contest(**{**NORMAL, "contestants": types}))
        assert near.classes[0].types.size == number
    for law, number in ((stats.uniform(0.0085, 1), 240), (stats.uniform(0.0105, 1), 64)):
        near = PrivateField(ct.Contest(**{**NORMAL, "contestants": ct.Private(2, value=law)}))
        assert near.classes[0].types.size == number  # 0.02 of the median
    assert not PrivateField(ct.Contest(**DRAW)).classes[0].stays_out
    assert PrivateField(ct.Contest(**IDLE)).classes[0].stays_out
    # The best of a law without bound, from above: no rounding of one less a level.
    tail = PrivateField(ct.Contest(**{**NORMAL, "contestants": ct.Private(2, value=stats.expon())}))
    _, rest, weights, _ = level_nodes([], 240)
    assert tail.classes[0].types == pytest.approx(-np.log(np.sort(rest)[::-1]), rel=1e-9)
    assert tail.classes[0].weights == pytest.approx(weights)


def test_costs_are_put_in_order() -> None:
    """Types increase from node to node whatever the trait; efforts and weights go with them."""
    costs = PrivateField(ct.Contest(**{**DRAW, "cost": ct.Power(2)})).classes[0]
    assert np.all(np.diff(costs.types) > 0)
    assert np.exp(costs.logs) == pytest.approx(0.2 / np.sqrt(costs.types), rel=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_where_types_stand(name: str) -> None:
    """Who does not work stands where no effort puts her; where that is no score, next to it."""
    field = field_of(name)
    for one, place, works in zip(
        field.classes, field.places(everybody(field)), everybody(field), strict=True
    ):
        assert place.dtype == float and place.shape == one.types.shape
        assert place == pytest.approx(CASES[name][2](np.exp(one.logs), one.types), rel=1e-13)
        works[::2] = False
        some = field.places(
            [works if other is one else np.ones(other.types.size, bool) for other in field.classes]
        )
        mine = some[field.classes.index(one)]
        assert mine[1::2].tolist() == place[1::2].tolist()
        top = field.contest.largest_effort(one.contestant, one.types)
        least = (
            0.8 * np.log(NOTHING * top) if name == "draw" else 0.0 + (one.types if name == "able" else 0.0)
        )
        assert mine[::2] == pytest.approx(np.broadcast_to(least, one.types.shape)[::2], rel=1e-13)


def test_worthless_types_have_no_place() -> None:
    """A value of nothing in a lottery: minus infinity, and no warning."""
    field = PrivateField(ct.Contest(**{**DRAW, "contestants": ct.Private(2, value=STRONG)}))
    (one,) = field.classes
    one.types = np.append(0.0, one.types[1:])
    (place,) = field.places([np.zeros(one.types.size, dtype=bool)])
    assert place[0] == -np.inf and np.all(np.isfinite(place[1:]))
    # They are below every score, at none.
    x, (density,), _ = field.conditions([np.zeros(one.types.size, dtype=bool)])[2]
    assert (
        np.all(density[:, 0] == 0.0) and np.all(density[:, 1:].max(axis=0) > 0.1) and np.all(np.isfinite(x))
    )


# --- equations ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_conditions_over_all_orders_of_rivals(name: str) -> None:
    field = field_of(name)
    found, places, (x, densities, moved) = field.conditions(everybody(field))
    # The grid holds all noise at the places there are, to 1e-18, and no more.
    noise, every = CASES[name][1], np.concatenate([*places, [np.log(0.3)] * (name == "draw")])
    assert x[0] == pytest.approx(every.min() + noise.ppf(1e-18) - (x[1] - x[0]), abs=1e-6)
    assert 0 < x[-1] - every.max() - noise.isf(1e-18) < 4 * (x[1] - x[0])
    for k, (one, condition) in enumerate(zip(field.classes, found, strict=True)):
        assert type(condition) is FirstOrder and condition.contestant == one.contestant
        assert condition.types is one.types and condition.logs is one.logs
        assert condition.stays_out == (name != "draw")
        some = places[k][[0, 20, 40, -1]]
        first, second = condition.marginal_prize(some)
        assert first == pytest.approx(marginal(name, field, k, some), rel=1e-9)
        h = 1e-4
        slope = (marginal(name, field, k, some + h) - marginal(name, field, k, some - h)) / (2 * h)
        assert second == pytest.approx(slope, rel=1e-5, abs=1e-8)
        # All of a class moved together, the worth of a place changes by what `moved` says.
        for d, other in enumerate(field.classes):
            assert densities[d].shape == (x.size, other.types.size)
            before, shift = other.logs, 1e-5
            place = CASES[name][2]
            gains = []
            for sign in (1.0, -1.0):
                goal = place(np.exp(before), other.types) + sign * shift
                effort = (
                    np.exp(goal / 0.8) if name == "draw" else goal - (other.types if name == "able" else 0)
                )
                other.logs = np.log(effort)
                gains.append(marginal(name, field, k, some))
            other.logs = before
            slope = field.noise.slope(x - some[:, None])
            exact = -(gains[0] - gains[1]) / (2 * shift)
            assert -(slope * moved[k][d]) @ (densities[d] @ other.weights) == pytest.approx(
                exact, rel=1e-5, abs=1e-7
            )
    assert not field.begins_convex()


def test_efforts_too_far_apart_for_one_grid() -> None:
    field = field_of("normal")
    far = field.contest.replace(technology=ct.Additive(stats.norm(scale=1e-6)))
    with pytest.raises(ct.ConvergenceError) as caught:
        PrivateField(far).conditions(everybody(field))
    assert str(caught.value) == (
        "The efforts of the types lie too far apart in units of the shock to be ranked on one grid. A larger "
        "shock, or types closer together, would work."
    )


def test_nobody_wins_far_from_the_rest() -> None:
    """The grid reaches to the event that nobody wins, wherever that is."""
    for draw in (1e-9, 1e9):
        field = PrivateField(ct.Contest(**{**DRAW, "success": ct.Lottery(exponent=0.8, draw=draw)}))
        x = field.conditions(everybody(field))[2][0]
        assert x[0] < np.log(draw) - 3 and x[-1] > np.log(draw) + 30


@pytest.mark.parametrize("name", CASES)
def test_newton_squares_a_small_error(name: str) -> None:
    """Whoever works: all, or all but some of each class who do nothing."""
    field = field_of(name)
    for works in (everybody(field), [np.arange(one.types.size) % 3 > 0 for one in field.classes]):
        for _ in range(9):
            field.newton(works)
        right, error = [one.logs.copy() for one in field.classes], 1e-3
        for one, logs in zip(field.classes, right, strict=True):
            one.logs = logs + error * np.cos(3.0 * np.arange(logs.size))
        wrong = [one.logs.copy() for one in field.classes]
        assert field.newton(works) == pytest.approx(error, rel=0.01)
        for one, logs, before, w in zip(field.classes, right, wrong, works, strict=True):
            assert one.logs[w] == pytest.approx(logs[w], abs=4.0 * error**2)
            assert one.logs[~w].tolist() == before[~w].tolist()


@pytest.mark.parametrize("name", CASES)
def test_the_jacobian_by_differences(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How the log of marginal gain over cost moves with each effort: that of a class, and of one's own."""
    field = field_of(name)
    works = [np.arange(one.types.size) % 3 > 0 for one in field.classes]
    asked: list[Any] = []

    def solve(matrix: Array, right: Array) -> Array:
        asked.extend([matrix, right])
        return np.zeros(right.size)

    with monkeypatch.context() as patched:
        patched.setattr(np.linalg, "solve", solve)
        assert field.newton(works) == 0.0
    matrix, right = asked

    def excess() -> Array:
        found, _, _ = field.conditions(works)
        sides = zip(found, field.classes, works, strict=True)
        return np.concatenate([f.excess(one.logs[w], one.types[w])[0] for f, one, w in sides])

    assert right == pytest.approx(-excess(), abs=1e-12)
    start, h = 0, 1e-4
    for one, w in zip(field.classes, works, strict=True):
        for column in (1, 20, int(w.sum()) - 2):
            before, node, sides = one.logs, np.flatnonzero(w)[column], []
            for sign in (h, -h):
                one.logs = before.copy()
                one.logs[node] += sign
                sides.append(excess())
            one.logs = before
            exact = (sides[0] - sides[1]) / (2 * h)
            assert np.abs(exact).max() > 0.1  # one's own
            assert matrix[:, start + column] == pytest.approx(exact, rel=1e-5, abs=3e-8)
        start += int(w.sum())
    assert matrix.shape == (start, start)


def test_handicaps_move_places() -> None:
    field = PrivateField(ct.Contest(**{**NORMAL, "success": ct.Highest(handicaps=[0.3, -0.2, -0.2])}))
    assert [one.count for one in field.classes] == [1, 2]
    for one, place, ahead in zip(field.classes, field.places(everybody(field)), (0.3, -0.2), strict=True):
        assert place == pytest.approx(np.exp(one.logs) + ahead, rel=1e-13)


def test_newton_is_held_in_bounds_and_fails_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    field = field_of("normal")
    works, before = everybody(field), [one.logs.copy() for one in field.classes]
    sizes = [one.types.size for one in field.classes]
    wanted = np.concatenate([np.linspace(-9.0, 3.0, sizes[0]), np.linspace(-2.0, 7.0, sizes[1])])
    with monkeypatch.context() as patched:
        patched.setattr(np.linalg, "solve", lambda matrix, right: wanted)
        assert field.newton(works) == 9.0
    for one, logs, move in zip(field.classes, before, np.split(wanted, sizes[:1]), strict=True):
        assert one.logs == pytest.approx(logs + np.clip(move, -4.0, 4.0), abs=1e-12)

    def singular(matrix: Any, right: Any) -> Any:
        raise np.linalg.LinAlgError

    for broken in (singular, lambda matrix, right: np.append(np.inf, np.zeros(right.size - 1))):
        field = field_of("normal")
        with monkeypatch.context() as patched:
            patched.setattr(np.linalg, "solve", broken)
            with pytest.raises(ct.ConvergenceError) as caught:
                field.newton(works)
        assert str(caught.value) == "Newton's method on the efforts of the types failed."


# --- rounds -------------------------------------------------------------------------------------------


class Steps(PrivateField):
    """A field whose Newton steps have known sizes, and in which replies are counted."""

    def __init__(self, sizes: list[float], joins: int = 0) -> None:
        super().__init__(ct.Contest(**NORMAL))
        self.sizes, self.asked, self.joins = sizes, 0, joins
        self.replied: list[int] = []
        self.patient: list[bool] = []

    def newton(self, active: list[NDArray[np.bool_]]) -> float:
        size = self.sizes[min(self.asked, len(self.sizes) - 1)]
        self.asked += 1
        return size

    def _reply(self, *, patient: bool = False) -> None:
        self.replied.append(self.asked)
        self.patient.append(patient)
        works = everybody(self)
        if len(self.replied) <= self.joins:
            works[0][0] = False
        self._active = works
        for one in self.classes:
            one.logs = one.logs + 1.0


def test_rounds_end_where_steps_are_small_and_nobody_joins() -> None:
    field = Steps([0.2, 0.1, 1e-5, 0.9e-8])
    before = [one.logs.copy() for one in field.classes]
    field._settle()
    assert field.asked == 4 and field.replied == [4] and field.patient == [False]
    assert [one.logs.tolist() for one in field.classes] == [logs.tolist() for logs in before]  # no reply
    assert field._active is not None and all(works.all() for works in field._active)
    # Where somebody leaves the rounds go on, with the others.
    field = Steps([1e-9], joins=1)
    field._settle()
    assert field.asked == 3 and field.replied == [1, 2, 3]
    # Who does next to nothing may come and go.
    field = Steps([1e-9], joins=1)
    field.classes[0].logs[0] = -46.0 + field.classes[0].logs.max()
    field._settle()
    assert field.asked == 1
    field = Steps([1e-9], joins=1)
    field.classes[0].logs[0] = -44.0 + field.classes[0].logs.max()
    field._settle()
    assert field.asked == 3


def test_rounds_in_which_all_reply_anew() -> None:
    """Every fourth, while steps are large; after forty rounds small steps are small enough."""
    words = (
        "Newton's method on the efforts of the types did not settle. With an exponent above 1 or a small "
        "shock there may be no equilibrium in which effort is a function of the type."
    )
    for size, replies in ((0.31, list(range(4, 41, 4))), (0.29, []), (1.1e-6, [])):
        field = Steps([size])
        with pytest.raises(ct.ConvergenceError) as caught:
            field._settle()
        assert str(caught.value) == words
        assert field.asked == 40 and field.replied == replies and all(field.patient)
    field = Steps([0.9e-6])
    field._settle()
    assert field.asked == 40 and field.replied == []
    idle = Steps([1.0])
    idle._active = [~works for works in everybody(idle)]
    idle._settle()
    assert idle.asked == 0


def test_who_replies_and_that_nobody_does(monkeypatch: pytest.MonkeyPatch) -> None:
    field = field_of("normal")
    found, _, _ = field.conditions(everybody(field))
    best = [condition.solve(one.types) for condition, one in zip(found, field.classes, strict=True)]
    field._reply()
    for one, logs in zip(field.classes, best, strict=True):
        assert one.logs.tolist() == logs.tolist()
    assert field._active is not None and all(works.all() for works in field._active)
    dear = field.contest.replace(cost=ct.Exponential(rate=2.0, scale=0.225))
    some = PrivateField(dear)
    before = [one.logs.copy() for one in some.classes]
    found, _, _ = some.conditions(everybody(some))
    some._reply()
    assert some._active is not None
    shares = []
    for one, works, logs, condition in zip(some.classes, some._active, before, found, strict=True):
        gain = one.types * condition.marginal_prize(np.zeros(1))[0][0]
        assert works.tolist() == (gain > 0.45).tolist()  # marginal gain and cost at no effort
        assert one.logs[~works].tolist() == logs[~works].tolist()
        shares.append(works.mean())
    assert 0 < shares[0] < 1
    costly = PrivateField(field.contest.replace(cost=ct.Exponential(rate=9.0, scale=1.0)))
    before = [one.logs.copy() for one in costly.classes]
    costly._reply(patient=True)  # nobody would work, for now: all go on as they are
    assert [one.logs.tolist() for one in costly.classes] == [logs.tolist() for logs in before]
    assert costly._active is not None and all(works.all() for works in costly._active)
    with pytest.raises(ct.ConvergenceError) as caught:
        costly._reply()
    assert str(caught.value) == (
        "No type would exert effort: at zero its marginal cost exceeds what can be won."
    )
    convex = PrivateField(
        ct.Contest(
            **{**IDLE, "contestants": ct.Private(2, value=STRONG), "success": ct.Lottery(exponent=1.5)}
        )
    )
    assert convex.begins_convex() and isinstance(convex.conditions(everybody(convex))[0][0], SummitOrder)
    monkeypatch.setattr(SummitOrder, "at_nothing", lambda self, types: np.zeros(types.shape))
    with pytest.raises(ct.ConvergenceError) as caught:
        convex._reply()
    assert str(caught.value) == NOBODY


def test_who_works_at_first() -> None:
    field = field_of("normal")
    field.classes[1].logs[3] = -np.inf
    (first, second) = field._working()
    assert first.all() and np.flatnonzero(~second).tolist() == [3]
    assert field._working()[1] is second  # from then on as found


@pytest.mark.parametrize("always", list(product([False, True], repeat=3)))
def test_types_stay_out_against_somebody_who_always_works(always: tuple[bool, ...]) -> None:
    """In a lottery of one, one and two: whoever of a class may idle does so if any rival never does."""
    laws = [WEAK, STRONG, stats.uniform(2, 1), stats.uniform(2, 1)]
    field = PrivateField(ct.Contest(**{**DRAW, "contestants": ct.Private(value=laws)}))
    field._active = everybody(field)
    for works, whole in zip(field._active, always, strict=True):
        works[0] = whole
    members = [0, 1, 2, 2]
    expected = [
        not always[k] and any(always[d] for j, d in enumerate(members) if j != members.index(k))
        for k in range(3)
    ]
    assert field._who_stays_out() is any(expected)
    assert [one.stays_out for one in field.classes] == expected
    assert field._who_stays_out() is False  # nothing new


# --- a start from idle rivals -------------------------------------------------------------------------


def test_replies_to_idle_rivals() -> None:
    """In a lottery over ability and effort, against two who do nothing: by SciPy's search."""
    field = PrivateField(ct.Contest(**IDLE))
    assert field._from_idle() is True
    (one,) = field.classes
    assert field._active is not None
    (works,) = field._active
    x, w = np.polynomial.legendre.leggauss(40)
    rivals, weight = (0.1 + (x[:, None] + 1) / 2) + (0.1 + (x + 1) / 2), np.outer(w, w) / 4

    def margin(effort: float, ability: float) -> float:
        return float(1.3 * np.sum(weight * rivals / (ability + effort + rivals) ** 2)) - 1.0

    assert works.tolist() == [margin(0.0, kind) > 0 for kind in one.types]
    assert 0.02 < works.mean() < 0.5
    start = 0.2 * field.contest.largest_effort(0, one.types)
    for k in (0, 3, int(works.sum()) - 1):
        best = optimize.brentq(margin, 0.0, 1.0, args=(one.types[k],), xtol=1e-14)
        assert one.logs[k] == pytest.approx(np.log(best) - 2.0, abs=1e-6)
    assert np.exp(one.logs[~works]) == pytest.approx(np.broadcast_to(start, works.shape)[~works])
    assert PrivateField(ct.Contest(**DRAW))._from_idle() is False


def test_a_second_try_starts_from_idle_rivals(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []

    def solved(self: PrivateField) -> list[Any]:
        tried.append(self._active)
        if len(tried) == 1:
            raise ct.ConvergenceError("first")
        return [len(tried)]

    monkeypatch.setattr(PrivateField, "_solved", solved)
    assert PrivateField(ct.Contest(**IDLE)).solve() == [2]
    assert tried[0] is None and tried[1] is not None
    tried.clear()
    with pytest.raises(ct.ConvergenceError, match=r"^first$"):
        PrivateField(ct.Contest(**DRAW)).solve()
    assert len(tried) == 1


# --- whole solutions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CASES)
def test_solutions_are_best_replies(name: str) -> None:
    field = PrivateField(ct.Contest(**CASES[name][0]))
    found = field.solve()
    for k, (one, strategy) in enumerate(zip(field.classes, found, strict=True)):
        assert strategy.scores_increase is (name != "draw") and strategy.types == one_law(field, k)
        assert strategy(one.types) == pytest.approx(np.exp(one.logs), rel=1e-9)
        some = np.array([0, 20, 40, -1])
        types, efforts = one.types[some], np.exp(one.logs[some])
        gain = marginal(name, field, k, CASES[name][2](efforts, types))
        if name == "normal":
            gain = gain * types
        cost = types * efforts / 0.8 if name == "draw" else 2 * efforts
        assert gain == pytest.approx(cost, rel=1e-8)


def one_law(field: PrivateField, k: int) -> Any:
    return field.contest.contestants.law_of(field.classes[k].contestant)  # type: ignore[attr-defined]


def test_nodes_are_split_where_types_begin_to_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contests.solvers.private_field._NODES", 24)
    contest = ct.Contest(
        contestants=ct.Private(2, value=stats.uniform(0.2, 1)), prizes=ct.WinnerTakeAll(1.0),
        cost=ct.Exponential(rate=2.0, scale=0.08), technology=ct.Additive(stats.norm()),
    )  # fmt: skip
    field = PrivateField(contest)
    (found,) = field.solve()
    (one,) = field.classes
    assert found.breaks.size == 1 and one.breaks.tolist() == found.breaks.tolist()
    (level,) = found.breaks
    condition: Any = found.function
    at_no_effort = condition.marginal_prize(np.zeros(1))[0][0]
    assert (0.2 + level) * at_no_effort == pytest.approx(0.16, rel=1e-8)
    nodes = level_nodes([level], 24)
    assert one.types == pytest.approx(0.2 + nodes[0], rel=1e-13) and one.weights == pytest.approx(nodes[2])
    assert field._active is not None
    assert field._active[0].tolist() == (nodes[0] > level).tolist()
    # Cut anew: replies at the new nodes, and what is known of the class is kept.
    one.layer, one.stays_out = np.array([0.5]), False
    field._cut([np.array([0.3])], [condition])
    (new,) = field.classes
    nodes = level_nodes([0.3], 24)
    assert new.types == pytest.approx(0.2 + nodes[0], rel=1e-13) and new.breaks.tolist() == [0.3]
    assert new.layer is one.layer and new.stays_out is False and new.count == 2
    works = nodes[0] > level
    assert field._active[0].tolist() == works.tolist()
    assert np.exp(new.logs[works]) == pytest.approx(found(new.types[works]), rel=1e-12)
    assert np.all(np.isfinite(new.logs))
