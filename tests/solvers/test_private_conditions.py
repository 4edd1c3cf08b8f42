"""Private types where success is random: what marginal effort pays, by brute force over rivals' types.

Scores are log effort (or effort, or ability and effort) plus noise. Against rivals' types at many Gauss
points, a score wins each prize with a chance written out over all orders of the rivals; how that chance
rises is integrated over one's own noise on a fine grid. Nothing of the package is asked for but the
efforts, and marginal gain must be marginal cost at each of them; a type who does nothing must not gain.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import contests as ct
from contests.solvers import private_rough
from contests.solvers.private_field import PrivateField
from contests.solvers.private_panel_order import PanelOrder
from contests.solvers.private_rough import RoughField
from contests.solvers.private_shock import SOLVER
from contests.solvers.private_worth import WorthField

POINT, WEIGHT = np.polynomial.legendre.leggauss(48)
# Crowded at both ends, where laws may be thin.
SHARE, WEIGHT = (2 + 3 * POINT - POINT**3) / 4, 0.75 * (1 - POINT**2) * WEIGHT


def nodes(strategy: Any) -> tuple[np.ndarray, np.ndarray]:
    """Types at Gauss points between the levels at which the strategy bends, and their weights."""
    ends = np.concatenate([[0.0], np.sort(np.asarray(strategy.breaks)), [1.0]])
    levels = np.concatenate([low + (high - low) * SHARE for low, high in pairwise(ends)])
    return strategy.types.ppf(levels), np.concatenate([w * WEIGHT for w in np.diff(ends)])


def prize_slope(values: list[float], below: list[np.ndarray], density: list[np.ndarray]) -> np.ndarray:
    """How the expected prize rises with the score: each rival may be passed, whatever the others' ranks."""
    total = np.zeros(density[0].shape)
    paid = [*values, *[0.0] * len(below)]
    for passed in range(len(below)):
        others = [k for k in range(len(below)) if k != passed]
        for above in product([False, True], repeat=len(others)):
            chance = np.prod(
                [1 - below[k] if up else below[k] for k, up in zip(others, above, strict=True)], axis=0
            )
            total = total + density[passed] * chance * (paid[sum(above)] - paid[sum(above) + 1])
    return total


def marginal_prizes(
    noise: Any, values: list[float], rivals: list[tuple[np.ndarray, np.ndarray]], places: np.ndarray
) -> np.ndarray:
    """How the expected prize rises with the location, at each of ``places``, against rivals' locations."""
    inside = np.concatenate([places, *(place[np.isfinite(place)] for place, _ in rivals)])
    ends = inside.min() + noise.ppf(1e-17), inside.max() + noise.isf(1e-17)
    x = np.linspace(*ends, 900)
    below = [noise.cdf(x[:, None] - place) @ weight for place, weight in rivals]
    density = [noise.pdf(x[:, None] - place) @ weight for place, weight in rivals]
    return noise.pdf(x - places[:, None]) @ prize_slope(values, below, density) * (x[1] - x[0])


GUMBEL, NORMAL, LOGISTIC = stats.gumbel_r(), stats.norm(), stats.logistic(scale=0.7)
TWO = [stats.uniform(1, 1), stats.uniform(1, 2)]


def lottery(exponent: float = 1.0, **parts: Any) -> dict[str, Any]:
    return {"success": ct.Lottery(exponent=exponent, **parts)}


def shock(noise: Any) -> dict[str, Any]:
    return {"technology": ct.Additive(noise)}


# Traits, prizes, success and cost; the noise, the location of effort and type, and its slope.
CASES: dict[str, tuple[dict[str, Any], Any, Callable[..., Any], Callable[..., Any]]] = {
    "lottery": (
        {"contestants": ct.Private(3, value=stats.uniform(1, 1)), "prizes": 2.0, **lottery(0.7)},
        GUMBEL, lambda i, e, t: 0.7 * np.log(e), lambda i, e: 0.7 / e,
    ),
    "costs and two prizes": (
        {"contestants": ct.Private(4, cost=stats.beta(2, 2, 0.5, 1)), "prizes": [3.0, 1.0], **lottery()},
        GUMBEL, lambda i, e, t: np.log(e), lambda i, e: 1 / e,
    ),
    "two laws and weights": (
        {"contestants": ct.Private(value=TWO), "prizes": 1.0, "cost": ct.Power(1.5),
         **lottery(weights=[1.0, 0.4])},
        GUMBEL, lambda i, e, t: np.log(e) + [0.0, np.log(0.4)][i], lambda i, e: 1 / e,
    ),
    "a draw that nobody wins": (
        {"contestants": ct.Private(value=[*TWO, TWO[1]]), "prizes": 1.0, **lottery(draw=0.05)},
        GUMBEL, lambda i, e, t: np.log(e), lambda i, e: 1 / np.maximum(e, 1e-300),
    ),
    "head starts": (
        {"contestants": ct.Private(value=TWO), "prizes": 1.0, **lottery(head_starts=[0.05, 0.0])},
        GUMBEL, lambda i, e, t: np.log(e + [0.05, 0.0][i]), lambda i, e: 1 / (e + [0.05, 1e-300][i]),
    ),
    "normal": (
        {"contestants": ct.Private(3, value=stats.uniform(1, 1)), "prizes": [3.0, 2.0, 0.5],
         "cost": ct.Power(2), **shock(NORMAL)},
        NORMAL, lambda i, e, t: e, lambda i, e: 1.0,
    ),
    "logistic, two laws of cost": (
        {"contestants": ct.Private(cost=TWO), "prizes": 1.0, "cost": ct.Power(3), **shock(LOGISTIC)},
        LOGISTIC, lambda i, e, t: e, lambda i, e: 1.0,
    ),
    "abilities": (
        {"contestants": ct.Private(ability=[stats.uniform(), *TWO]), "prizes": [1.0, 0.4],
         "cost": ct.Power(2, scale=0.5), **shock(NORMAL)},
        NORMAL, lambda i, e, t: t + e, lambda i, e: 1.0,
    ),
    "some stay out": (
        {"contestants": ct.Private(2, value=stats.uniform(0.2, 1)), "prizes": 1.0,
         "cost": ct.Linear(0.15) + ct.Power(2), **shock(NORMAL)},
        NORMAL, lambda i, e, t: e, lambda i, e: 1.0,
    ),
}  # fmt: skip


def check(name: str, strategies: list[Any], rel: float) -> None:
    """Marginal gain is marginal cost at five types of each contestant, or less at no effort."""
    parts, noise, location, slope = CASES[name]
    contest = ct.Contest(**parts)
    field = contest.contestants
    rivals = []
    for j, strategy in enumerate(strategies):
        types, weights = nodes(strategy)
        with np.errstate(divide="ignore"):
            rivals.append((location(j, strategy(types), types), weights))
    draw = getattr(contest.success, "draw", 0.0)
    if draw > 0:
        rivals.append((np.log([draw]), np.ones(1)))
    values = contest.prizes.by_rank().tolist()
    for i in np.unique(contest.kind_of()[: contest.n], return_index=True)[1].tolist():
        types = np.asarray(field.law_of(i).ppf(np.array([1e-3, 0.2, 0.5, 0.9, 1.0 - 1e-9])))  # type: ignore[attr-defined]
        efforts = strategies[i](types)
        least = np.where(efforts > 0, efforts, 1e-9)
        gain = marginal_prizes(noise, values, rivals[:i] + rivals[i + 1 :], location(i, least, types))
        gain = gain * np.asarray(field.trait("value", i, types)) * slope(i, least)
        cost = np.asarray(field.trait("cost", i, types)) * contest.cost.derivative(least)
        works = efforts > 0
        assert gain[works] == pytest.approx(np.broadcast_to(cost, types.shape)[works], rel=rel)
        assert np.all(gain[~works] < np.broadcast_to(cost, types.shape)[~works])


def whole(contest: ct.Contest, found: list[Any]) -> list[Any]:
    """The strategies of all contestants from those of each class."""
    return [found[k] for k in np.unique(contest.kind_of()[: contest.n], return_inverse=True)[1].reshape(-1)]


@pytest.mark.parametrize("name", CASES)
def test_marginal_gain_is_marginal_cost(name: str) -> None:
    contest = ct.Contest(**CASES[name][0])
    assert SOLVER.refuses(contest) is None
    found = SOLVER.solve(contest)
    check(name, [found.profile.strategy(i) for i in range(contest.n)], 1e-9)
    unique = name in ("lottery", "two laws and weights", "a draw that nobody wins", "head starts")
    others = "symmetric; others may exist" if contest.is_symmetric else "one equilibrium; others may exist"
    assert found.selection == ("unique (Ewerhart 2014; Einy et al. 2015)" if unique else others)


@pytest.mark.parametrize("name", [name for name in CASES if name != "some stay out"])
def test_type_by_type(name: str) -> None:
    """The method that takes any trait; and Newton's method squares a small error in one step."""
    contest = ct.Contest(**CASES[name][0])
    field = PrivateField(contest)
    found = field.solve()
    check(name, whole(contest, found), 1e-9)
    for one in found:
        types, weights = one.type_nodes(200)
        assert weights.sum() == pytest.approx(1.0, abs=1e-13) and np.all(np.isfinite(types))
    working = [
        np.isfinite(one.logs) & works for one, works in zip(field.classes, field._working(), strict=True)
    ]
    error = 1e-3
    for _ in range(2):
        field.newton(working)
    right = [one.logs.copy() for one in field.classes]
    for one, works in zip(field.classes, working, strict=True):
        one.logs = one.logs + np.where(works, error * np.cos(3.0 * np.arange(works.size)), 0.0)
    assert field.newton(working) == pytest.approx(error, rel=0.01)
    for one, logs, works in zip(field.classes, right, working, strict=True):
        assert one.logs[works] == pytest.approx(logs[works], abs=3.0 * error**2)


COLLAPSE: dict[str, dict[str, Any]] = {
    "six": {"contestants": ct.Private(6, value=stats.uniform(1, 1)), "prizes": 1.0, **lottery()},
    "ten costs": {"contestants": ct.Private(10, cost=stats.uniform(0.5, 1.5)), "prizes": 1.0, **lottery()},
    "two kinds": {
        "contestants": ct.Private(value=[TWO[0], TWO[1], TWO[1]]), "prizes": [1.0, 0.1], **lottery(),
    },
    "next to nothing": {
        "contestants": ct.Private(2, value=stats.uniform()), "prizes": 1.0, "cost": ct.Power(2),
        **shock(NORMAL),
    },
}  # fmt: skip
UNORDERED = ("abilities", "some stay out")
ORDERED = {name: parts for name, (parts, *_) in CASES.items() if name not in UNORDERED}


@pytest.mark.parametrize("name", [*ORDERED, *COLLAPSE])
def test_by_location(name: str) -> None:
    """The method for values and costs; and Newton's method squares a small error in one step."""
    contest = ct.Contest(**{**ORDERED, **COLLAPSE}[name])
    field = WorthField(contest)
    found = field.solve()
    if name in CASES:
        check(name, whole(contest, found), 1e-9)
    for one in found:
        types, weights = one.type_nodes()
        assert weights.sum() == pytest.approx(1.0, abs=1e-9)
        # Averages over types by nodes and by the law itself.
        split = np.unique(np.concatenate([[0.0], one.breaks, [1.0]]))
        levels = np.concatenate([a + (b - a) * SHARE for a, b in pairwise(split)])
        sizes = np.concatenate([w * WEIGHT for w in np.diff(split)])
        assert weights @ types == pytest.approx(sizes @ one.types.ppf(levels), rel=1e-9)
        assert one.mean() == pytest.approx(sizes @ one(one.types.ppf(levels)), rel=1e-4)
    if name == "next to nothing":  # an error in log effort that nobody minds
        return
    error = 1e-3
    field.newton(0.5)
    right = [(band.inside, band.pins, band.edges) for band in field.bands]
    for band in field.bands:
        band.inside = band.inside + error * np.cos(3.0 * np.arange(band.inside.size))
        band.pins = np.where(band.free, band.pins, band.pins + error)
        band.edges = np.where(band.free, band.edges + error * np.sin(np.arange(band.edges.size)), band.edges)
    assert 0.5 * error < field.newton(0.5, everybody=True) < 2.0 * error
    for band, (inside, pins, edges) in zip(field.bands, right, strict=True):
        seen = float(edges[-1]) - 15.0 * field.unit  # who stands lower hardly competes
        near = band.nodes > seen
        assert band.inside[near] == pytest.approx(inside[near], abs=5.0 * error**2)
        near = band.edges > seen
        assert band.pins[near] == pytest.approx(pins[near], abs=5.0 * error**2)
        assert band.edges[near] == pytest.approx(edges[near], abs=5.0 * error**2)


@pytest.mark.parametrize("name", ["normal", pytest.param("abilities", marks=pytest.mark.slow)])
def test_by_panels_of_locations(name: str) -> None:
    """The method for shocks with corners or long tails takes others too."""
    contest = ct.Contest(**CASES[name][0])
    check(name, whole(contest, list(RoughField(contest).solve())), 1e-9)


# --- shocks with corners and long tails -----------------------------------------------------------------

# The density of the difference of two shocks, by hand: it bends at zero at most.
DIFFERENCE = {
    "uniform": (stats.uniform(-1, 2), lambda x: np.maximum(2 - np.abs(x), 0) / 4),
    "laplace": (stats.laplace(), lambda x: (1 + np.abs(x)) * np.exp(-np.abs(x)) / 4),
    "exponential": (stats.expon(), lambda x: np.exp(-np.abs(x)) / 2),
    "cauchy": (stats.cauchy(), lambda x: 2 / (np.pi * (4 + x * x))),
}
ROUGH: dict[str, tuple[str, dict[str, Any], Any]] = {
    "abilities, uniform": ("uniform", {"n": 2, "ability": stats.uniform()}, ct.Power(2)),
    "values, laplace": ("laplace", {"n": 2, "value": stats.beta(2, 3, 0.2, 1)}, ct.Power(2)),
    "two laws of cost, laplace": (
        "laplace",
        {"cost": [stats.uniform(1, 1), stats.uniform(2, 1)]},
        ct.Power(2),
    ),
    "some stay out, laplace": (
        "laplace",
        {"n": 2, "value": stats.uniform(0.2, 1)},
        ct.Linear(0.15) + ct.Power(2),
    ),
    "costs, exponential": ("exponential", {"n": 2, "cost": stats.uniform(0.5, 1)}, ct.Power(2)),
    "two laws, cauchy": ("cauchy", {"ability": [stats.uniform(), stats.beta(2, 2, 0.5, 1)]}, ct.Power(1.5)),
}
LONG = ("values, laplace", "costs, exponential", "two laws, cauchy")
ROUGHLY = [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in ROUGH]


@pytest.mark.parametrize("name", ROUGHLY)
def test_two_under_a_shock_with_corners_or_long_tails(name: str) -> None:
    """Marginal gain is the density of the difference of the shocks, averaged over the rival's types."""
    shape, traits, curve = ROUGH[name]
    noise, difference = DIFFERENCE[shape]
    contest = ct.Contest(contestants=ct.Private(**traits), prizes=1.0, cost=curve, **shock(noise))
    found = whole(contest, list(RoughField(contest).solve()))
    able = "ability" in traits
    for own, rival in [(found[0], found[1]), (found[1], found[0])][: len(set(map(id, found)))]:
        assert own.scores_increase is ("cost" not in traits)
        types = own.types.ppf(np.array([1e-6, 0.1, 0.45, 0.8, 1 - 1e-9]))
        efforts = own(types)
        for type, effort in zip(types, efforts, strict=True):
            place = effort + (type if able else 0.0)
            levels = np.linspace(0, 1, 101)
            kinds = rival.types.ppf(levels)
            ahead = rival(kinds) + (kinds if able else 0.0) - place
            cuts = levels[1:][np.sign(ahead[1:]) != np.sign(ahead[:-1])]
            for _ in range(12):  # to where the rival stands at the same place, by the secant
                at = rival.types.ppf(np.clip(cuts, 1e-12, 1 - 1e-12))
                gap = rival(at) + (at if able else 0.0) - place
                next_to = np.clip(cuts - 1e-6, 1e-12, 1.0)
                at = rival.types.ppf(next_to)
                slope = (gap - (rival(at) + (at if able else 0.0) - place)) / (cuts - next_to)
                with np.errstate(divide="ignore", invalid="ignore"):
                    step = np.where(np.abs(slope) > 0, gap / slope, 0.0)
                cuts = np.clip(cuts - np.clip(step, -0.01, 0.01), 0.0, 1.0)
            ends = np.unique(np.concatenate([[0.0], cuts, np.asarray(rival.breaks), [1.0]]))
            at = np.concatenate([low + (high - low) * SHARE for low, high in pairwise(ends)])
            sizes = np.concatenate([width * WEIGHT for width in np.diff(ends)])
            kinds = rival.types.ppf(at)
            gain = sizes @ difference(place - rival(kinds) - (kinds if able else 0.0))
            gain *= type if "value" in traits else 1.0
            cost = float(curve.derivative(effort)) * (type if "cost" in traits else 1.0)
            if effort > 0:
                assert gain == pytest.approx(cost, rel=2e-9)
            else:
                assert gain < cost
    stays = [float(np.mean(one(one.types.ppf(np.linspace(0.01, 0.99, 50))) == 0)) for one in found]
    assert all((0.1 < share < 0.9) == name.startswith("some stay") for share in stays)


def test_levels_at_which_strategies_begin_or_bend() -> None:
    """Who just begins to work, and who stands where marginal prizes bend, by SciPy's root finder."""
    _, traits, curve = ROUGH["some stay out, laplace"]
    field = RoughField(
        ct.Contest(contestants=ct.Private(**traits), prizes=1.0, cost=curve, **shock(stats.laplace()))
    )
    (found,) = field.solve()
    condition: Any = found.function
    law = found.types

    def margin(level: float) -> float:
        return float(law.ppf(level) * condition.marginal_prize(np.zeros(1))[0][0] - 0.15)

    first = optimize.brentq(margin, 0.01, 0.99, xtol=1e-14)
    assert field._thresholds(condition, law) == pytest.approx([first], abs=1e-12)
    assert np.abs(found.breaks - first).min() < 1e-12
    assert found(law.ppf(np.array([first - 1e-6, first + 1e-6])))[0] == 0.0 < found(law.ppf(first + 1e-6))
    # Corners of marginal prizes, here put among the places of the types.
    places = condition(law.ppf(np.array([0.55, 0.7, 0.9])))
    field._corners = np.array([-5.0, *places[:2], 0.5 * (places[1] + places[2]), 80.0])
    bends = np.sort(field._bends(0, condition, law))
    middle = optimize.brentq(
        lambda level: float(condition(law.ppf(np.array([level])))[0]) - field._corners[3],
        0.7,
        0.9,
        xtol=1e-13,
    )
    assert bends == pytest.approx([0.55, 0.7, middle], abs=1e-8)
    # A search for bends that starts anew finds all of them among the breaks.
    field._bent = [bends]
    assert field._thresholds(condition.replace(types=condition.types), law).size == 1


def test_what_replies_by_panels_cannot_do(monkeypatch: pytest.MonkeyPatch) -> None:
    _, traits, curve = ROUGH["abilities, uniform"]
    contest = ct.Contest(
        contestants=ct.Private(**traits), prizes=1.0, cost=curve, **shock(stats.uniform(-1, 2))
    )
    field = RoughField(contest)
    assert field.reach[0] == pytest.approx((0.0, 1.0 + np.sqrt(1.0)), abs=1e-6) and field.stays_out == [True]
    assert field.counts == [2] and field.first == [0]
    start = field.strategies[0](np.array([0.3]))
    assert start == pytest.approx([0.2], rel=1e-9)  # a fifth of what a prize of one is worth
    for name, words in (
        ("smeared_scores", "The efforts of the types leap, or lie too far apart in units of the shock"),
        ("smeared_prizes", "Expected prizes given the score could not be resolved by 3000 panels."),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(private_rough, name, lambda *parts, **options: None)
            with pytest.raises(ct.ConvergenceError) as caught:
                RoughField(contest).solve()
            assert str(caught.value).startswith(words)
    with monkeypatch.context() as patched:
        patched.setattr(private_rough, "_ROUNDS", 1)
        with pytest.raises(ct.ConvergenceError) as caught:
            RoughField(contest).solve()
    assert str(caught.value).startswith(
        "The best replies of the types to one another did not settle (they moved by "
    )
    assert str(caught.value).endswith(
        "in the last round). With a small shock there may be no equilibrium in which effort is a function of "
        "the type."
    )
    with monkeypatch.context() as patched:
        patched.setattr(RoughField, "_settle", lambda self, tables, *rest: tables)
        patched.setattr(RoughField, "_moved", lambda self, tables: 2e-9)
        with pytest.raises(ct.ConvergenceError) as caught:
            RoughField(contest).solve()
    assert str(caught.value) == (
        "The marginal prizes did not settle: their panels go on moving with the types who work."
    )
    logs = ct.Contest(
        contestants=ct.Private(2, value=stats.uniform(1, 1)), prizes=1.0,
        technology=ct.Additive(stats.laplace(), output=ct.Log()),
    )  # fmt: skip
    scoreless = RoughField(logs)
    assert scoreless.stays_out == [False]
    assert scoreless.reach[0] == pytest.approx((np.log(1e-36), np.log(2.0)), abs=1e-4)
    with monkeypatch.context() as patched:
        patched.setattr(PanelOrder, "works", lambda self, types: np.zeros(types.shape, dtype=bool))
        with pytest.raises(ct.ConvergenceError) as caught:
            scoreless.solve()
    assert str(caught.value) == (
        "No type would exert effort: at zero its marginal cost exceeds what can be won."
    )


def test_replies_are_accelerated() -> None:
    """Anderson (1965): a handful of rounds on each of two sets of panels; plain replies would take dozens."""
    _, traits, curve = ROUGH["values, laplace"]
    field = RoughField(
        ct.Contest(contestants=ct.Private(**traits), prizes=1.0, cost=curve, **shock(stats.laplace()))
    )
    asked: list[float] = []
    plain = field.prizes

    def counted(accuracy: float) -> Any:
        asked.append(accuracy)
        return plain(accuracy)

    field.prizes = counted  # type: ignore[method-assign]
    (found,) = field.solve()
    assert set(asked) == {1e-7, 1e-12} and len(asked) <= 18
    assert np.all(np.diff(found.breaks) > 1e-9)
