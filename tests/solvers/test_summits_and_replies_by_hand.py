"""Payoffs of types with several summits, and replies of types on a grid: against closed forms.

In a lottery against rivals at known efforts x_k, met with known chances, effort e of exponent r wins
sum of q_k e^r / (e^r + x_k^r), whose slopes are written out; and games whose best replies are formulas.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import contests as ct
from contests.solvers import private_summits, types_replies
from contests.solvers.actions import Clock
from contests.solvers.private_replies import NOTHING, FirstOrder
from contests.solvers.private_summits import SummitOrder, begins_convex
from contests.solvers.types_replies import law_of, refuse_replies

Array = np.ndarray[Any, np.dtype[np.float64]]

# --- summits ------------------------------------------------------------------------------------------


def against(
    rivals: list[tuple[float, float]],
    exponent: float,
    *,
    traits: Any = None,
    prize: float = 3.0,
    **parts: Any,
) -> SummitOrder:
    """The condition against one rival who does each effort of a list with a chance."""
    traits = traits or {"value": stats.uniform(1, 1)}
    contest = ct.Contest(
        contestants=ct.Private(2, **traits), prizes=prize, success=ct.Lottery(exponent=exponent),
        **{"cost": ct.Linear(), **parts},
    )  # fmt: skip
    step = 0.05
    scores = np.arange(-60.0, 45.0, step)
    slopes = sum(q * stats.gumbel_r(loc=exponent * np.log(x)).pdf(scores) for x, q in rivals)
    types = np.linspace(1.0, 2.0, 9)
    return SummitOrder(
        contest=contest, contestant=0, scores=scores, slopes=np.asarray(prize * slopes * step), types=types,
        logs=np.log(0.1 * types), stays_out=False,
    )  # fmt: skip


def shares(efforts: Any, rivals: list[tuple[float, float]], exponent: float) -> Array:
    return np.asarray(sum(q / (1 + (x / np.asarray(efforts)) ** exponent) for x, q in rivals))


TWO = [(0.01, 0.4), (1.0, 0.6)]


def test_the_higher_of_two_summits() -> None:
    """Rivals who do little, or much: a type passes the first alone up to a value, then both."""
    condition = against(TWO, 3.0)
    types = np.array([0.3, 0.9, 1.1, 1.6, 2.0])

    def payoff(e: float, v: float) -> float:
        return float(3.0 * v * shares(e, TWO, 3.0) - e)

    best, gains = [], []
    for v in types.tolist():
        low, high = (
            optimize.minimize_scalar(lambda e, v=v: -payoff(e, v), bounds=ends, options={"xatol": 1e-12})
            for ends in ((1e-3, 0.3), (0.5, 6.0))
        )
        one = low if low.fun < high.fun else high
        best.append(one.x)
        gains.append(-one.fun)
    assert best[0] < 0.2 and best[-1] > 0.8
    assert np.exp(condition.solve(types)) == pytest.approx(best, rel=1e-5)
    assert condition.at_nothing(types) == pytest.approx(gains, rel=1e-9)


def test_costs_and_other_units() -> None:
    """The same in money a billion times as dear, and with private costs: values are their inverse."""
    types = np.array([0.9, 1.6])
    usual = against(TWO, 3.0)
    dear = against(TWO, 3.0, traits={"cost": stats.uniform(0.5, 1)})
    assert np.exp(dear.solve(1 / types)) == pytest.approx(np.exp(usual.solve(types)), rel=1e-10)
    assert dear.at_nothing(1 / types) == pytest.approx(usual.at_nothing(types) / types, rel=1e-9)
    money = against(TWO, 3.0, prize=3e9, cost=ct.Linear(1e9))
    assert money.solve(types) == pytest.approx(usual.solve(types), abs=1e-11)
    assert money.at_nothing(types) == pytest.approx(1e9 * usual.at_nothing(types), rel=1e-9)
    assert not begins_convex(against(TWO, 3.0, traits={"cost": stats.uniform()}).replace(types=np.zeros(3)))


def test_who_gains_nothing_does_next_to_nothing() -> None:
    """Costs of nothing know no largest effort; values of nothing no effort at all."""
    condition = against([(5.0, 1.0)], 3.0)
    types = np.array([0.0, 0.5, 2.0])
    assert condition.solve(types)[0] == -np.inf
    assert np.exp(condition.solve(types)[1]) == pytest.approx(1.5 * NOTHING, rel=1e-9)
    assert condition.at_nothing(types)[0] == -np.inf
    free = against(TWO, 3.0, traits={"cost": stats.uniform()})
    assert free.solve(np.array([0.0, 0.7]))[0] == -np.inf and free.at_nothing(np.array([0.0]))[0] == -np.inf
    assert free.solve(np.array([0.0, 0.7]))[1] == free.solve(np.array([0.7]))[0]


def test_how_the_marginal_prize_rises_with_effort() -> None:
    """log of q (1 - q) in log e: r (1 - 2 q), and moves of r."""
    condition, types = against([(0.7, 1.0)], 1.4), np.array([1.0, 1.5, 2.0])
    logs = np.array([-3.0, -0.4, 0.5])
    share = shares(np.exp(logs), [(0.7, 1.0)], 1.4)
    rise = private_summits._rise_of_prize(condition, logs, types)
    assert rise == pytest.approx(1.4 * (1 - 2 * share), rel=1e-8)
    # Out of reach nothing is won at the margin, or so little that it has no slope: no rise, no warning.
    nothing = condition.replace(slopes=np.zeros(condition.slopes.size))
    assert private_summits._rise_of_prize(nothing, logs, types).tolist() == [0.0, 0.0, 0.0]


def test_no_rise_where_two_slopes_cancel(monkeypatch: pytest.MonkeyPatch) -> None:
    condition, types = against([(0.7, 1.0)], 1.4), np.array([1.0, 2.0])
    monkeypatch.setattr(
        SummitOrder, "marginal_prize", lambda self, place: (np.zeros(2), np.array([1.0, -1.0]))
    )
    found = private_summits._rise_of_prize(condition, np.zeros(2), types)
    assert found[0] > 1e300 and found[1] < -1e300


@pytest.mark.parametrize(("rise", "convex"), [(1e-5, True), (1e-7, False), (-1.0, False)])
def test_what_counts_as_convex(rise: float, convex: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the middle type, next to nothing; of more than rounding."""
    condition, asked = against([(0.7, 1.0)], 1.4), []

    def own(self: Any, logs: Array, types: Array) -> Any:
        asked.append((logs, types))
        return logs, logs, np.full(1, -0.25), logs

    monkeypatch.setattr(SummitOrder, "own", own)
    monkeypatch.setattr(private_summits, "_rise_of_prize", lambda found, logs, types: np.full(1, 0.25 + rise))
    assert begins_convex(condition) is convex
    assert asked[0][1].tolist() == [1.5]
    assert asked[0][0] == pytest.approx([np.log(4.5 * NOTHING)], rel=1e-14)


def test_payoffs_of_many_at_once() -> None:
    """More than fit into one block are those of each."""
    condition = against([(0.7, 1.0)], 1.4)
    rows = 4_000_000 // condition.scores.size
    logs, types = np.linspace(-4.0, 1.0, rows + 7), np.linspace(1.0, 2.0, rows + 7)
    exact = 3.0 * types * shares(np.exp(logs), [(0.7, 1.0)], 1.4) - np.exp(logs)
    assert condition._payoff(logs, types) == pytest.approx(exact, abs=1e-9)


def made_up(function: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, list[int]]:
    calls: list[int] = []

    def excess(self: Any, logs: Array, types: Array) -> Any:
        calls.append(logs.size)
        return function(logs, types)

    monkeypatch.setattr(SummitOrder, "excess", excess)
    return against([(0.7, 1.0)], 1.4), calls


def test_roots_between_two_efforts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newton's method where it leads inward, else halves; each type on her own."""

    def falls(logs: Array, types: Array) -> Any:
        return np.expm1(types - logs), -np.exp(types - logs)

    condition, calls = made_up(falls, monkeypatch)
    roots = np.array([0.3, -0.2, 1.7])
    found = condition._between(np.array([0.0, -1.0, 1.6]), np.array([1.0, 1.0, 9.0]), roots)
    assert found == pytest.approx(roots, abs=1e-12) and len(calls) < 16
    # Slopes that mislead, or none: halves.
    for slope in (5.0, 0.0, np.nan, -1e-9):
        wrong, calls = made_up(lambda x, t, s=slope: (np.sign(t - x), np.full(x.shape, s)), monkeypatch)
        assert wrong._between(np.zeros(1), np.ones(1), np.array([0.3]))[0] == pytest.approx(0.3, abs=2e-12)
        assert 30 < len(calls) < 50
    lost, calls = made_up(lambda x, t: (np.full(x.shape, np.nan), x), monkeypatch)
    with pytest.raises(ct.ConvergenceError) as raised:
        lost._between(np.zeros(1), np.full(1, 1e9), np.ones(1))
    assert str(raised.value) == ("The effort of some type was not found from its first-order condition.")
    assert len(calls) == 60


def test_summits_are_where_the_condition_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only falls count, not rises; and only of who has something to win."""
    condition, _ = made_up(lambda x, t: (np.sin(3 * x) + 0 * t, 3 * np.cos(3 * x)), monkeypatch)
    heights = {-np.pi: 0.3, -np.pi / 3: 0.8, np.pi / 3: 0.5}

    def payoff(self: Any, logs: Array, types: Array) -> Array:
        return np.asarray(sum(h * np.exp(-((logs - x) ** 2)) for x, h in heights.items()))

    monkeypatch.setattr(SummitOrder, "_payoff", payoff)
    logs, gain = condition._best(np.array([1.0, 0.0, 2.0]))
    assert logs == pytest.approx([-np.pi / 3, -np.inf, -np.pi / 3], abs=1e-11)
    assert (
        gain[0] == pytest.approx(payoff(None, np.array([-np.pi / 3]), np.zeros(1))[0]) and gain[1] == -np.inf
    )
    none, _ = made_up(lambda x, t: (np.full(x.shape, -1.0), np.zeros(x.shape)), monkeypatch)
    assert [one.tolist() for one in none._best(np.array([1.0]))] == [[-np.inf], [-np.inf]]
    assert none.solve(np.array([1.0])) == pytest.approx([np.log(3.0 * NOTHING)])


def test_a_condition_with_its_highest_summit_is_the_same_condition() -> None:
    plain = FirstOrder(**{name: getattr(against(TWO, 3.0), name) for name in FirstOrder.__dataclass_fields__})
    found = SummitOrder.like(plain)
    assert isinstance(found, SummitOrder)
    assert all(getattr(found, name) is getattr(plain, name) for name in FirstOrder.__dataclass_fields__)


# --- replies of types on a grid -----------------------------------------------------------------------


class Roots(ct.Game):
    """Types t in [1, 2] of two laws who get t e^(1/2) - e, whatever others do: a quarter of t^2."""

    n, stakes = 3, 1.0
    most = 2.0

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        return np.asarray(type) * np.sqrt(effort) - np.asarray(effort)

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.minimum(self.most, np.asarray(type) ** 2)

    def effort_cost(self, i: Any, effort: Any, type: Any = None) -> Any:
        return np.asarray(effort, float)

    def type_nodes(self, i: int) -> Any:
        return np.linspace(1.0, 2.0, 21)

    def type_law(self, i: int) -> Any:
        return stats.uniform(1, 1) if i else stats.uniform(1, 0.5)

    def kind_of(self) -> Any:
        return np.array([0, 1, 1])


def search(game: Any, size: int = 12) -> Any:
    return types_replies._Search(game, size, Clock(9.0))


def test_replies_of_types_by_formula() -> None:
    """A grid, four zooms and a parabola: to a millionth of the largest effort."""
    found = search(Roots())
    assert found.contestants == [0, 1] and found.members.tolist() == [0, 1, 1]
    replies, gain = found.replies([0.01 * top for top in found.tops])
    for c, types in enumerate(found.types):
        assert replies[c] == pytest.approx(types**2 / 4, abs=2e-6)
    worst = max(float((t**2 / 4 - (t * np.sqrt(0.01 * top) - 0.01 * top)).max())
                for t, top in zip(found.types, found.tops, strict=True))  # fmt: skip
    assert gain == pytest.approx(worst, rel=1e-9)
    # What already is the best reply gains nothing; what is near it is found from there.
    replies, gain = found.replies([types**2 / 4 for types in found.types])
    assert gain < 1e-9
    capped = Roots()
    capped.most = 0.4
    replies, _ = search(capped).replies([np.full(one.shape, 0.1) for one in found.types])
    assert replies[1] == pytest.approx(np.minimum(found.types[1] ** 2 / 4, 0.4), abs=2e-6)
    assert (replies[1][found.types[1] > 1.3] == 0.4).all()


def test_levels_of_a_fine_grid_keep_away_from_the_ends() -> None:
    """Of levels within 5e-4 of an end one alone is kept, as far from it on either side."""
    for size, lost in ((24, 0), (48, 1), (96, 1)):
        levels = search(Roots(), size).levels
        assert levels.size == size + 2 - 2 * lost
        assert levels + levels[::-1] == pytest.approx(np.ones(levels.size), rel=1e-14)
        assert levels[0] == 2e-4 and levels[1] > 5e-4


def test_settling_where_nothing_depends_on_others() -> None:
    found = search(Roots())
    start = found.start(None)
    assert [one == pytest.approx(0.2 * top) for one, top in zip(start, found.tops, strict=True)] == [
        True,
        True,
    ]
    efforts = found.settle(start, 1e-12)
    assert found.settled
    for types, effort in zip(found.types, efforts, strict=True):
        assert effort == pytest.approx(types**2 / 4, rel=1e-5)
    assert found.scale == pytest.approx([float(one.max()) for one in found.tops])


def test_next_to_nothing_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps that lead below nothing, or nearly there, end at nothing; and none above what pays at all."""
    found = search(Roots())
    seen: list[Any] = []
    ends = iter([5e-13, 2e-12, -1.0, 9.0, 0.5])

    def replies(efforts: Any) -> Any:
        seen.append([one.copy() for one in efforts])
        return efforts, 1.0

    monkeypatch.setattr(found, "replies", replies)
    monkeypatch.setattr(types_replies, "_ROUNDS", 5)
    shares = np.concatenate([top / scale for top, scale in zip(found.tops, found.scale, strict=True)])
    monkeypatch.setattr(types_replies, "_extrapolated", lambda past: next(ends) * shares)
    found.settle(found.start(None), 0.0)
    for turn, share in enumerate([0.2, 0.0, 2e-12, 0.0, 1.0]):
        for one, top in zip(seen[turn], found.tops, strict=True):
            assert one == pytest.approx(share * top, rel=1e-12, abs=0.0)


def test_profiles_of_grids_with_atoms() -> None:
    """Several levels of one type are one place of the table, at the mean of what they do."""
    game = Roots()
    found = search(game)
    found.types[0] = np.round(found.types[0], 1)
    efforts = [np.arange(one.size, dtype=float) / 10 for one in found.types]
    profile = found.profile(efforts)
    first: Any = profile.strategy(0)
    kinds = np.unique(found.types[0])
    means = [efforts[0][found.types[0] == kind].mean() for kind in kinds]
    assert first.function.types.tolist() == kinds.tolist() and first.function.efforts == pytest.approx(means)
    assert first.cuts == pytest.approx([0.0, *found.levels, 1.0]) and profile.n == 3
    assert profile.strategy(1) == profile.strategy(2) != first
    assert [profile.strategy(i).types for i in range(3)] == [found.laws[c] for c in (0, 1, 1)]


def test_laws_of_types() -> None:
    game = Roots()
    first, second = law_of(game, 0), law_of(game, 2)
    assert first is not None and first.support == (1.0, 1.5) and second is not None
    assert second.support == (1.0, 2.0)
    contest = ct.Contest(contestants=ct.Private(value=[stats.uniform(), stats.uniform(1, 1)]), prizes=1.0)
    found = law_of(contest, 1)
    assert found is not None and found.support == (1.0, 2.0)
    unknown: Any = SimpleNamespace(type_law=lambda i: None)
    assert law_of(unknown, 0) is None


class Whole(Roots):
    """As before; some contestant has no law, no types, or whole efforts."""

    n = 60
    silent: Any = None
    counted: Any = None

    def type_law(self, i: int) -> Any:
        return None if i == self.silent else stats.uniform(1, 1)

    def actions(self, i: int) -> Any:
        return np.arange(3.0) if i == self.counted else None


def test_who_is_refused_and_how_far_is_looked() -> None:
    """The first fifty speak for all."""
    for at, refused in ((0, True), (49, True), (50, False)):
        silent, counted = Whole(), Whole()
        silent.silent, counted.counted = at, at
        words = "the game does not say what law the types follow; a game with `type_law` would work"
        assert refuse_replies(silent) == (words if refused else None)
        words = "types are private and efforts come in whole numbers; real numbers would work"
        assert refuse_replies(counted) == (words if refused else None)
    parts: dict[str, Any] = {"contestants": ct.Private(2, value=stats.uniform()), "prizes": 1.0}
    trials = ct.Contest(**parts, technology=ct.Trials(stats.uniform(), whole=True))
    assert refuse_replies(trials) == (
        "types are private and efforts come in whole numbers; real numbers would work"
    )
    assert refuse_replies(trials.replace(technology=ct.Trials(stats.uniform()))) is None
    fee = ct.Contest(**parts, success=ct.Lottery(), entry=ct.Fee(0.1))
    assert refuse_replies(fee) == (
        "entry is Fee(0.1), types are private and success is random; ct.AllEnter() would work"
    )
    assert (
        refuse_replies(fee.replace(entry=ct.Invite(1)))
        is refuse_replies(fee.replace(entry=ct.AllEnter()))
        is None
    )
