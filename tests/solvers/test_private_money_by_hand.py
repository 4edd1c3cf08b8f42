"""Private values and money that the winner gets: what a place is worth, written out and integrated here.

Rivals of value t do c t, with t uniform from 0.5 to 1.5 (or log t uniform, in a lottery), so that where they
stand is uniform between two places and the law of a rival's score is the integral of the law of the noise.
A place L is worth v P(L) + M(L): both are the expected prize given the score, a polynomial in that law,
averaged over one's own noise. Marginal worths are the same with the polynomial's derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from math import comb
from typing import Any

import numpy as np
import pytest
from numpy.polynomial import Polynomial
from numpy.typing import NDArray
from scipy import special, stats

import contests as ct
from contests.prize_tables import resolving_step
from contests.profile import Profile
from contests.smeared_prizes import smeared_prizes
from contests.solvers.private_field import PrivateField
from contests.solvers.private_money import (
    MoneyContest,
    MoneyOrder,
    MoneyPanels,
    MoneySummits,
    RoughMoneyField,
    _MoneyField,
    money_strategy,
)
from contests.solvers.private_rough import RoughField
from contests.solvers.private_summits import SummitOrder

Array = NDArray[np.float64]
POINT, WEIGHT = np.polynomial.legendre.leggauss(32)
PRIZES, MONEY = [1.0, 0.3], [0.4, 0.25, 0.05]

#: The noise, its density's corners, and the integral of its law.
NOISES: dict[str, tuple[Any, list[float], Callable[[Array], Array]]] = {
    "normal": (stats.norm(), [], lambda z: z * stats.norm.cdf(z) + stats.norm.pdf(z)),
    "gumbel": (stats.gumbel_r(), [], lambda z: special.exp1(np.exp(-np.clip(z, -6.5, 700.0)))),
    "laplace": (
        stats.laplace(),
        [0.0],
        lambda z: np.where(z < 0, np.exp(np.minimum(z, 0)) / 2, z + np.exp(-np.maximum(z, 0)) / 2),
    ),
    "uniform": (
        stats.uniform(-1, 2),
        [-1.0, 1.0],
        lambda z: np.where(z > 1, z, np.maximum(np.minimum(z, 1) + 1, 0) ** 2 / 4),
    ),
}


def worths(
    name: str, prizes: list[float], n: int, ends: tuple[float, float], places: Array
) -> tuple[Array, Array, Array]:
    """Expected prize and its first two derivatives at ``places``, n - 1 rivals being between two ``ends``."""
    noise, corners, whole = NOISES[name]
    low, high = ends
    paid = np.append(prizes, np.zeros(n))[:n]
    u = Polynomial([0.0, 1.0])
    given = sum(
        (paid[j] * comb(n - 1, j) * (1 - u) ** j * u ** (n - 1 - j) for j in range(n)), Polynomial([0.0])
    )
    found = np.empty((3, places.size))
    for k, place in enumerate(places):
        support = np.array([float(noise.ppf(1e-17)), float(noise.isf(1e-17))])
        cuts = np.concatenate(
            [place + support, place + corners, low + np.array(corners), high + np.array(corners)]
        )
        cuts = np.clip(np.concatenate([cuts, np.arange(-60.0, 60.0, 0.5)]), *(place + support))
        cuts = np.unique(cuts)
        half, middle = np.diff(cuts) / 2, (cuts[1:] + cuts[:-1]) / 2
        s = (middle[:, None] + half[:, None] * POINT).ravel()
        weight = (half[:, None] * WEIGHT).ravel() * noise.pdf(s - place)
        below = (whole(s - low) - whole(s - high)) / (high - low)
        rise = (noise.cdf(s - low) - noise.cdf(s - high)) / (high - low)
        bend = (noise.pdf(s - low) - noise.pdf(s - high)) / (high - low)
        first, second = given.deriv(1)(below), given.deriv(2)(below)
        found[:, k] = [
            weight @ given(below),
            weight @ (first * rise),
            weight @ (second * rise**2 + first * bend),
        ]
    return found[0], found[1], found[2]


SHARE = 0.3  # rivals' efforts, for each unit of value


def share_of_value(types: Array) -> Array:
    return SHARE * types


class Case:
    """A contest with money, rivals who spend a share of their values, and where efforts stand.

    ``exponent`` is that of the lottery, where the noise is Gumbel on logs of effort.
    """

    def __init__(self, name: str, n: int = 3, exponent: float = 0.8, **parts: Any) -> None:
        self.name, self.exponent, self.lottery = name, exponent, name == "gumbel"
        law = stats.loguniform(0.5, 1.5) if self.lottery else stats.uniform(0.5, 1)
        luck: dict[str, Any] = {"technology": ct.Additive(NOISES[name][0])}
        if self.lottery:
            luck = {"success": ct.Lottery(exponent=exponent)}
        usual = {"prizes": PRIZES[: n - 1], "money": np.array(MONEY[3 - n :]), "cost": ct.Power(2), **luck}
        self.contest = MoneyContest(contestants=ct.Private(n, value=law), **{**usual, **parts})
        self.strategy = ct.Monotone(types=law, function=share_of_value)
        self.profile = Profile.symmetric(self.strategy, n)
        low, high = self.place(SHARE * np.array([0.5, 1.5])).tolist()
        self.ends = low, high

    def place(self, efforts: Array) -> Array:
        return self.exponent * np.log(efforts) if self.lottery else efforts

    def moved(self, efforts: Array) -> Array:
        """How the place moves with effort."""
        return self.exponent / efforts if self.lottery else np.ones(efforts.shape)

    def worths(self, values: Any, places: Array) -> tuple[Array, Array, Array]:
        return worths(self.name, list(values), self.contest.n, self.ends, places)

    def excess(self, logs: Array, types: Array) -> Array:
        """The log of marginal gain over marginal cost."""
        efforts = np.exp(logs)
        prize, money = (
            self.worths(v, self.place(efforts))[1]
            for v in (self.contest.prizes.by_rank(), self.contest.money)
        )
        cost = np.asarray(self.contest.cost.derivative(efforts))
        return np.asarray(np.log((types * prize + money) * self.moved(efforts) / cost))


# --- what the contest says of itself -------------------------------------------------------------------


@pytest.mark.parametrize("name", NOISES)
def test_payoffs_are_value_times_prize_and_money_less_cost(name: str) -> None:
    case = Case(name)
    contest, efforts, types = case.contest, np.array([0.07, 0.3, 0.9]), np.array([[0.6], [1.3]])
    prize, money = (case.worths(v, case.place(efforts)) for v in (PRIZES, MONEY))
    payoff = contest.payoff(0, efforts, case.profile, types)
    assert payoff.shape == (2, 3)
    assert payoff == pytest.approx(types * prize[0] + money[0] - efforts**2, abs=1e-9)
    margin = contest.marginal_payoff(1, efforts, case.profile, types)
    assert margin is not None
    assert margin.shape == (2, 3)
    assert margin == pytest.approx(
        (types * prize[1] + money[1]) * case.moved(efforts) - 2 * efforts, abs=1e-8
    )
    one = contest.payoff(2, 0.3, case.profile, 1.3)
    assert one.shape == () and float(one) == pytest.approx(payoff[1, 1], abs=1e-12)
    slope = contest.marginal_payoff(2, 0.3, case.profile, 1.3)
    assert slope is not None
    assert slope.shape == () and float(slope) == pytest.approx(margin[1, 1], abs=1e-12)


def test_where_there_is_no_margin_and_what_can_be_won_at_most() -> None:
    case = Case("normal")
    contest, types = case.contest, np.array([0.6, 1.3])
    assert contest.ranks.tolist() == [1.0, 0.3, 0.0]
    assert Case("normal", prizes=[1.0, 0.5, 0.2]).contest.ranks.tolist() == [1.0, 0.5, 0.2]
    assert contest.largest_effort(0, types) == pytest.approx(np.sqrt(types * 1.0 + 0.35), rel=1e-14)
    last = Case("normal", prizes=[1.0, 0.5, 0.2]).contest
    assert last.largest_effort(0, types) == pytest.approx(np.sqrt(types * 0.8 + 0.35), rel=1e-14)
    steep = ct.Power(2, scale=4.0)
    assert contest.replace(cost=steep).largest_effort(0, types) == pytest.approx(
        np.sqrt((types + 0.35) / 4), rel=1e-14
    )
    capped = ct.Contest(**{f.name: getattr(contest, f.name) for f in fields(ct.Contest)})
    assert capped.largest_effort(0, types) == pytest.approx(np.sqrt(types), rel=1e-14)
    averse = contest.replace(contestants=ct.Private(3, value=stats.uniform(0.5, 1), utility=ct.CARA(1.0)))
    assert averse.marginal_payoff(0, 0.3, case.profile, 1.0) is None


# --- the first-order condition ------------------------------------------------------------------------


def by_nodes(case: Case) -> tuple[Any, Any, Any]:
    """The field on an even grid with efforts as given, its first-order condition, and the grid's parts."""
    field = _MoneyField(case.contest)
    (one,) = field.classes
    one.logs = np.log(SHARE * one.types)
    (found,), (place,), parts = field.conditions([np.ones(one.types.size, dtype=bool)])
    assert place == pytest.approx(case.place(SHARE * one.types), rel=1e-13)
    return field, found, parts


@pytest.mark.parametrize(("name", "n"), [("normal", 3), ("normal", 2), ("gumbel", 3)])
def test_marginal_gains_on_a_grid(name: str, n: int) -> None:
    case = Case(name, n)
    field, found, (x, density, worth) = by_nodes(case)
    assert type(found) is MoneyOrder
    logs, types = np.log([0.05, 0.2, 0.6, 1.4]), np.array([0.5, 0.8, 1.5, 1.1])
    places = case.place(np.exp(logs))
    prize, money = (case.worths(v, places) for v in (case.contest.prizes.by_rank(), case.contest.money))
    for exact, (first, second) in (
        (prize, found.marginal_prize(places)),
        (money, found.marginal_money(places)),
        ([0, types * prize[1] + money[1], types * prize[2] + money[2]], found.gain(places, types)),
    ):
        assert first == pytest.approx(exact[1], rel=1e-9)
        assert second == pytest.approx(exact[2], rel=1e-8, abs=1e-10)
    value, slope = found.excess(logs, types)
    assert value == pytest.approx(case.excess(logs, types), rel=1e-9, abs=1e-9)
    h = 1e-4
    assert slope == pytest.approx(
        (case.excess(logs + h, types) - case.excess(logs - h, types)) / (2 * h), rel=1e-6
    )
    # What one rival more below is worth, on the grid: the derivative of the polynomial in the law.
    _, (one,) = density, field.classes
    assert density.shape == (x.size, one.types.size)
    low, high = case.ends
    rise = (NOISES[name][0].cdf(x - low) - NOISES[name][0].cdf(x - high)) / (high - low)
    assert density @ one.weights == pytest.approx(rise, abs=1e-12)
    for each, slopes in zip(worth, (found.slopes, found.money), strict=True):
        assert each * rise == pytest.approx(slopes, abs=1e-13)


def test_grids_of_scores() -> None:
    """As fine as prizes and money together ask for, as wide as the noise; worthless types have no density."""
    many = Case("normal", 3, prizes=[1.0, 1.0], money=np.array([0.2, 0.2, 0.0]))
    _, _, (x, _, _) = by_nodes(many)
    noise: Any = many.contest.race.noise if many.contest.race is not None else None
    assert x[0] == pytest.approx(many.ends[0] + stats.norm.ppf(1e-18) - (x[1] - x[0]), abs=0.01)
    crowd = MoneyContest(
        contestants=ct.Private(60, value=stats.uniform(0.5, 1)), prizes=ct.ByRank([1.0] * 30),
        cost=ct.Power(2), technology=ct.Additive(stats.norm()),
        money=np.append(np.full(30, 0.2), np.zeros(30)),
    )  # fmt: skip
    field = _MoneyField(crowd)
    x = field.conditions([np.ones(field.classes[0].types.size, dtype=bool)])[2][0]
    step = resolving_step(noise, 60, np.append(np.full(30, 1.2), np.zeros(30)))
    assert x[1] - x[0] == pytest.approx(step) and step < 0.13
    lottery = _MoneyField(Case("gumbel").contest)
    (one,) = lottery.classes
    one.types = np.append(0.0, one.types[1:])
    lottery.contest = lottery.contest.replace(money=np.zeros(3))
    _, (place,), (_, density, _) = lottery.conditions([np.zeros(one.types.size, dtype=bool)])
    assert place[0] == -np.inf and np.all(density[:, 0] == 0.0) and np.all(density[:, 1:].max(axis=0) > 0.1)


def test_nothing_to_win_at_the_margin() -> None:
    """Far from all rivals the density is nothing: minus infinity, and no warning."""
    _, found, _ = by_nodes(Case("normal"))
    value, _ = found.excess(np.log([1e3, 0.2]), np.array([1.0, 1.0]))
    assert value[0] == -np.inf and np.isfinite(value[1])
    assert found.marginal_money(np.array([1e3]))[0] == 0.0


@pytest.mark.parametrize("name", ["normal", "gumbel"])
def test_newton_squares_a_small_error(name: str) -> None:
    """Which finds wrong derivatives: those would only be slow."""
    field = _MoneyField(Case(name).contest)
    field.solve()
    (one,) = field.classes
    working = [np.ones(one.types.size, dtype=bool)]
    field.newton(working)
    right, error = one.logs.copy(), 1e-3
    one.logs = right + error * np.cos(3.0 * np.arange(right.size))
    assert field.newton(working) == pytest.approx(error, rel=0.01)
    assert one.logs == pytest.approx(right, abs=3.0 * error**2)
    # Where every second type does nothing.
    half = [np.arange(right.size) % 2 == 0]
    for _ in range(7):
        field.newton(half)
    settled = one.logs.copy()
    one.logs = settled + np.where(half[0], error * np.cos(3.0 * np.arange(right.size)), 0.0)
    assert field.newton(half) == pytest.approx(error, rel=0.01)
    assert one.logs == pytest.approx(settled, abs=3.0 * error**2)


@pytest.mark.parametrize("name", ["normal", "gumbel"])
def test_the_jacobian_by_differences(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How the log of marginal gain over cost moves with the effort of each type, one's own and rivals'."""
    field, _, _ = by_nodes(Case(name))
    (one,) = field.classes
    works = np.arange(one.types.size) % 3 > 0
    asked: list[Any] = []

    def solve(matrix: Array, right: Array) -> Array:
        asked.extend([matrix, right])
        return np.zeros(right.size)

    with monkeypatch.context() as patched:
        patched.setattr(np.linalg, "solve", solve)
        assert field.newton([works]) == 0.0
    matrix, right = asked

    def excess(logs: Array) -> Any:
        one.logs = logs
        return field.conditions([works])[0][0].excess(logs[works], one.types[works])[0]

    before, h = one.logs, 1e-4
    assert right == pytest.approx(-excess(before), abs=1e-12)
    for column in (0, 17, int(works.sum()) - 1):
        step = h * (np.arange(works.size) == np.flatnonzero(works)[column])
        exact = (excess(before + step) - excess(before - step)) / (2 * h)
        assert matrix[:, column] == pytest.approx(exact, rel=1e-5, abs=3e-8)


def test_newton_is_held_in_bounds_and_fails_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    field = _MoneyField(Case("normal").contest)
    (one,) = field.classes
    working, before = [np.ones(one.types.size, dtype=bool)], one.logs.copy()
    for far in (9.0, -9.0):
        one.logs = before.copy()
        with monkeypatch.context() as patched:
            patched.setattr(np.linalg, "solve", lambda matrix, right, far=far: np.full(right.size, far))
            assert field.newton(working) == 9.0
        assert one.logs == pytest.approx(before + 4.0 * np.sign(far), abs=1e-12)

    def singular(matrix: Any, right: Any) -> Any:
        raise np.linalg.LinAlgError

    def unknown(matrix: Any, right: Any) -> Any:
        return np.append(np.zeros(right.size - 1), np.inf)

    for broken in (singular, unknown):
        one.logs = before.copy()
        with monkeypatch.context() as patched:
            patched.setattr(np.linalg, "solve", broken)
            with pytest.raises(ct.ConvergenceError) as caught:
                field.newton(working)
        assert str(caught.value) == "Newton's method on the efforts of the types failed."
        assert one.logs.tolist() == before.tolist()


@pytest.mark.parametrize(("scale", "refused"), [(1e-5, True), (1e-2, False)])
def test_too_little_luck_for_one_grid(scale: float, refused: bool) -> None:
    case = Case("normal")
    contest = case.contest.replace(technology=ct.Additive(stats.norm(scale=scale)))
    field = _MoneyField(contest)
    working = [np.ones(field.classes[0].types.size, dtype=bool)]
    if not refused:
        assert field.conditions(working)[0][0].slopes.size > 100
        return
    with pytest.raises(ct.ConvergenceError) as caught:
        field.conditions(working)
    assert str(caught.value) == (
        "The efforts of the types lie too far apart to be ranked on one grid. "
        "More luck, or types closer together, would work."
    )


@pytest.mark.parametrize(("name", "n"), [("normal", 3), ("gumbel", 2), ("gumbel", 3)])
def test_the_solution_is_its_own_best_reply(name: str, n: int) -> None:
    """Marginal gain is marginal cost against rivals at Gauss points of their law; and in other money."""
    case = Case(name, n)
    strategy = money_strategy(case.contest)
    types, weights = case.contest.contestants.law_of(0).ppf((POINT + 1) / 2), WEIGHT / 2  # type: ignore[attr-defined]
    rivals, kinds = case.place(strategy(types)), np.array([0.5, 0.9, 1.5])
    efforts, noise = strategy(kinds), NOISES[name][0]
    x = np.linspace(-14.0, 45.0, 1500) if case.lottery else np.linspace(-9.0, 10.0, 900)
    below = noise.cdf(x[:, None] - rivals) @ weights
    rise = noise.pdf(x[:, None] - rivals) @ weights
    own = noise.pdf(x - case.place(efforts)[:, None])
    gain = np.zeros(3)
    for values, factor in ((case.contest.ranks, kinds), (case.contest.money, 1.0)):
        # A rival passed is worth a step between two ranks, whoever else is above.
        passed = sum(
            (n - 1) * comb(n - 2, j) * (1 - below) ** j * below ** (n - 2 - j) * (values[j] - values[j + 1])
            for j in range(n - 1)
        )
        gain = gain + factor * (own @ (passed * rise)) * (x[1] - x[0])
    assert gain * case.moved(efforts) == pytest.approx(2 * efforts, rel=1e-9)
    dear = case.contest.replace(
        prizes=1e9 * case.contest.prizes.by_rank(),
        money=1e9 * case.contest.money,
        cost=ct.Power(2, scale=1e9),
    )
    assert money_strategy(dear)(kinds) == pytest.approx(efforts, rel=1e-9)


# --- where more than one effort may be best -------------------------------------------------------------


def test_payoffs_where_the_first_unit_does_not_pay() -> None:
    """A lottery with an exponent above that of the cost: what a summit pays, to the money."""
    case = Case("gumbel", 2, exponent=1.4, cost=ct.Linear())
    _, found, _ = by_nodes(case)
    assert type(found) is MoneySummits and isinstance(found, SummitOrder)
    logs, types = np.log([0.1, 0.4, 1.2]), np.array([0.6, 1.0, 1.5])
    efforts = np.exp(logs)
    prize, money = (
        case.worths(v, case.place(efforts))[0] for v in (case.contest.prizes.by_rank(), case.contest.money)
    )
    bottom = case.contest.money[-1]  # owed to whoever comes last: no effort wins it
    assert found._payoff(logs, types) == pytest.approx(types * prize + money - bottom - efforts, abs=1e-9)
    assert found.excess(logs, types)[0] == pytest.approx(case.excess(logs, types), abs=1e-8)
    # Many efforts are dealt with in parts.
    many = 4_000_000 // found.scores.size + 2
    whole = found._payoff(np.linspace(-2.0, 0.0, many), np.ones(many))
    assert whole[[0, -1]] == pytest.approx(found._payoff(np.array([-2.0, 0.0]), np.ones(2)), abs=1e-12)
    gain, best = found.at_nothing(types), found.solve(types)
    grid = np.linspace(-4.0, 0.7, 801)
    for k, kind in enumerate(types):
        payoffs = found._payoff(grid, np.full(grid.size, kind))
        assert gain[k] == pytest.approx(payoffs.max(), abs=2e-5) and gain[k] > 0
        assert best[k] == pytest.approx(grid[np.argmax(payoffs)], abs=4e-3)


def test_among_two_money_adds_to_every_value_where_payoffs_begin_convex() -> None:
    case = Case("gumbel", 2, exponent=1.3, cost=ct.Linear())
    case.contest = case.contest.replace(contestants=ct.Private(2, value=stats.uniform(0.5, 1)))
    strategy, step = money_strategy(case.contest), float(case.contest.money[0] - case.contest.money[1])
    known = {f.name: getattr(case.contest, f.name) for f in fields(ct.Contest)}
    plain = ct.Contest(**{**known, "contestants": ct.Private(2, value=stats.uniform(0.5 + step, 1))})
    other = PrivateField(plain).solve()[0]
    types = np.array([0.5, 0.9, 1.5])
    assert isinstance(strategy.function, MoneySummits)
    assert strategy(types) == pytest.approx(other(types + step), rel=1e-8)


# --- shocks with corners ------------------------------------------------------------------------------


def rough(case: Case) -> RoughMoneyField:
    """The field on panels, all spending their shares."""
    field = RoughMoneyField(case.contest)
    field.strategies = [case.strategy]
    return field


@pytest.mark.parametrize("name", ["laplace", "uniform"])
def test_marginal_gains_on_panels(name: str) -> None:
    case = Case(name)
    field = rough(case)
    top = float(np.sqrt(1.5 + 0.35))
    assert field.reach == [pytest.approx((0.0, top), abs=1e-6)] * 2
    assert field.stays_out == [True] and field.counts == [3]
    both = field.prizes(1e-12)
    places = np.array([0.02, 0.2, 0.31, 0.6, 1.4])
    prize, money = (case.worths(v, places) for v in (PRIZES, MONEY))
    for k, exact in enumerate((prize, money)):
        assert both.exactly(k, places) == pytest.approx(np.array(exact[:2]), abs=1e-11)
        table = both.table(k, -0.1, 2.0, accuracy=1e-11)
        assert table.edges[0] <= -0.1 and table.edges[-1] >= 2.0
        assert table.at(places, 0) == pytest.approx(exact[0], abs=1e-10)
        assert table.at(places, 1) == pytest.approx(exact[1], abs=1e-10)
    corners = NOISES[name][1]
    meet = [end + a - b for end in case.ends for a in corners for b in corners]
    for mark in meet:
        assert np.abs(both.corners - mark).min() < 1e-6
    tables = field._tables(both, 1e-11)
    assert len(tables) == 2 and tables[0].edges[-1] >= top + field.width - 1e-9
    condition: Any = field._condition(0, tables, np.log(SHARE * field.types[0]))
    assert type(condition) is MoneyPanels and condition.stays_out
    types = np.array([0.5, 0.7, 1.1, 1.3, 1.5])
    first, second = condition.marginal_money(places)
    assert first == pytest.approx(money[1], rel=1e-9)
    assert second == pytest.approx(money[2], rel=1e-6, abs=1e-7)
    first, second = condition.gain(places, types)
    assert first == pytest.approx(types * prize[1] + money[1], rel=1e-9)
    assert second == pytest.approx(types * prize[2] + money[2], rel=1e-6, abs=1e-7)
    logs = np.log(places)
    assert condition.excess(logs, types)[0] == pytest.approx(case.excess(logs, types), abs=1e-8)
    low = [
        case.worths(v, np.array([edge]))[0]
        for v, edge in ((PRIZES, tables[0].edges[0]), (MONEY, tables[1].edges[0]))
    ]
    assert condition.won(places, types) == pytest.approx(
        types * (prize[0] - low[0]) + money[0] - low[1], abs=1e-10
    )
    assert condition.logs == pytest.approx(np.log(SHARE * field.types[0])) and condition.contestant == 0
    # The best effort is where marginal gain is marginal cost.
    best = condition.solve(types)
    assert case.excess(best, types) == pytest.approx(np.zeros(5), abs=1e-8)


@pytest.mark.parametrize(("wrong", "off"), [((1.0, 1.3), 0.3), ((1.2, 1.0), 0.2)])
def test_how_far_marginal_gains_are_from_those_that_follow(wrong: tuple[float, float], off: float) -> None:
    """Replies to tables that are wrong by a factor, and what follows from these replies, integrated here."""
    case = Case("laplace", 2)
    field = rough(case)
    both = field.prizes(1e-12)
    field._corners, tables = both.corners, field._tables(both, 1e-11)
    for table, factor in zip(tables, wrong, strict=True):
        table.coefficients = table.coefficients * factor
    field._bent = [np.array([0.123])]
    moved = field._moved(tables)
    replies: Any = field.strategies[0]
    assert not np.any(np.abs(replies.breaks - 0.123) < 1e-6)  # bends are looked for anew
    types = field.types[0]
    places = replies(types)
    nodes, weights = 1.0 + POINT / 2, WEIGHT / 2
    # The difference of two shocks: of two contestants, whose prize is a step.
    apart = np.abs(places[:, None] - replies(nodes))
    density = ((1 + apart) * np.exp(-apart) / 4) @ weights
    expected = []
    for table, values in zip(tables, (case.contest.ranks, case.contest.money), strict=True):
        now = (values[0] - values[1]) * density
        expected.append(np.abs(table.at(places, 0) - now).max() / now.max())
    assert moved == pytest.approx(max(expected), rel=1e-4) and moved == pytest.approx(off, rel=0.3)


def test_solved_under_a_shock_with_a_corner() -> None:
    """Three, by hand: marginal gain is marginal cost; in other money, from what is known of this."""
    case = Case("laplace")
    found, types = money_strategy(case.contest), np.array([0.5, 0.8, 1.5])
    assert isinstance(found.function, MoneyPanels)
    efforts = found(types)
    noise, kinds, weights = NOISES["laplace"][0], 1.0 + POINT / 2, WEIGHT / 2
    rivals = found(kinds)
    for kind, effort in zip(types, efforts, strict=True):
        cuts = np.unique(np.concatenate([rivals, [effort], np.linspace(-40.0, 40.0, 161)]))
        half, middle = np.diff(cuts) / 2, (cuts[1:] + cuts[:-1]) / 2
        s = (middle[:, None] + half[:, None] * POINT[::1]).ravel()
        below, rise = noise.cdf(s[:, None] - rivals) @ weights, noise.pdf(s[:, None] - rivals) @ weights
        own = (half[:, None] * WEIGHT).ravel() * noise.pdf(s - effort) * rise
        steps = [
            2 * (kind * np.diff(-case.contest.ranks) + np.diff(-case.contest.money))[j] for j in range(2)
        ]
        gain = own @ (steps[0] * below + steps[1] * (1 - below))
        assert gain == pytest.approx(2 * effort, rel=1e-6)
    dear = case.contest.replace(
        prizes=1e9 * case.contest.prizes.by_rank(),
        money=1e9 * case.contest.money,
        cost=ct.Power(2, scale=1e9),
    )
    assert RoughMoneyField(dear, [found]).solve()[0](types) == pytest.approx(efforts, rel=1e-9)


def test_money_that_all_get_moves_nobody() -> None:
    """Whatever the prizes; and nothing is to be won at any margin of the money."""
    for name, types in (("normal", np.array([0.5, 0.9, 1.5])), ("laplace", np.array([0.6, 1.4]))):
        case = Case(name, 2, money=np.full(2, 0.7))
        plain = ct.Contest(**{f.name: getattr(case.contest, f.name) for f in fields(ct.Contest)})
        if name == "normal":
            (other,), found = PrivateField(plain).solve(), money_strategy(case.contest)
        else:
            (other,) = RoughField(plain).solve()
            (found,) = RoughMoneyField(case.contest, [other]).solve()
        assert found(types) == pytest.approx(other(types), rel=1e-9)
        assert case.contest.payoff(0, 0.2, case.profile, 1.0) == pytest.approx(
            plain.payoff(0, 0.2, case.profile, 1.0) + 0.7, rel=1e-12
        )


@pytest.mark.parametrize("which", [0, 1])
def test_prizes_and_money_that_panels_do_not_resolve(which: int, monkeypatch: pytest.MonkeyPatch) -> None:
    field = rough(Case("laplace"))
    asked = []

    def broken(*parts: Any, **options: Any) -> Any:
        asked.append(options["accuracy"])
        return None if len(asked) == which + 1 else smeared_prizes(*parts, **options)

    monkeypatch.setattr("contests.solvers.private_money.smeared_prizes", broken)
    with pytest.raises(ct.ConvergenceError) as caught:
        field.prizes(1e-7)
    assert str(caught.value) == "Expected prizes given the score could not be resolved by 3000 panels."
    assert asked == [1e-7, 1e-7]
