"""Share functions of lotteries against rational arithmetic, SciPy's roots and marginal payoffs written out.

With exponent 1 and everything linear the active are known once the aggregate is, and all of it is rational:
`fractions` gives every digit. With decreasing returns a marginal payoff is zero, or at zero no more.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import optimize, stats

import contests as ct
from contests.solvers.lottery import (
    SOLVER,
    _aggregate,
    _aggregate_of_positive,
    _columns,
    _concave,
    _efforts_of,
    _is_race_of_trials,
    _linear,
)

Array = NDArray[np.float64]


def lottery(
    traits: dict[str, Any], prize: Any = 1.0, success: dict[str, Any] | None = None, **parts: Any
) -> Any:
    given = ct.Lottery(**{k: np.array(v) if isinstance(v, list) else v for k, v in (success or {}).items()})
    return ct.Contest(contestants=ct.Known(**traits), prizes=prize, success=given, **parts)


def exactly(inverse: list[Fraction]) -> list[Fraction]:
    """Impacts of contestants whose worths have these inverses: of the strongest k, k as it fits."""
    order = sorted(range(len(inverse)), key=lambda i: inverse[i])
    aggregate = Fraction(0)
    for k in range(2, len(inverse) + 1):
        trial = (k - 1) / sum((inverse[i] for i in order[:k]), Fraction(0))
        if inverse[order[k - 1]] * trial < 1:
            aggregate = trial
    return [max(aggregate * (1 - aggregate * one), Fraction(0)) for one in inverse]


FIELDS = {
    "alike": [1.0] * 4,
    "two": [3.0, 1.0],
    "three, one out": [1.0, 0.9, 0.3],
    "near equals": [1.0, 1.0 + 2.0**-40, 1.0 - 2.0**-42],
    "at the edge": [1.0, 1.0, 0.5],
    "a hair inside": [1.0, 1.0, 0.5 + 2.0**-45],
    "one far ahead": [2.0**40, 1.0, 1.5],
    "the one far ahead comes last": [1.5, 1.0, 2.0**40],
    "two far ahead": [2.0**40, 2.0**39, 1.0],
    "nearly all": [1.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 1.7, 1.8],
    "spread": [5.0, 4.0, 4.5, 3.9, 1.0, 0.1],
}


@pytest.mark.parametrize("money", [1.0, 2.0**30, 2.0**-30])
@pytest.mark.parametrize("values", FIELDS.values(), ids=FIELDS.keys())
def test_every_digit_of_a_linear_lottery(values: list[float], money: float) -> None:
    exact = exactly([1 / Fraction(v) for v in values])
    found = _linear(lottery({"value": np.array(values)}, money))
    assert found == pytest.approx([float(e) * money for e in exact], rel=1e-13, abs=0.0)
    assert SOLVER.solve(lottery({"value": np.array(values)}, money)).profile.efforts() == pytest.approx(found)


def test_costs_weights_slopes_and_prizes_in_a_linear_lottery() -> None:
    """w = a v V q' / (k c'), and an impact y of weight a and output q' e costs y / (a q') of effort."""
    value, cost, weight = [3.0, 2.0, 4.0, 0.5], [1.0, 0.5, 4.0, 1.0], [1.0, 2.0, 0.5, 1.0]
    worth = [Fraction(a) * Fraction(v) * 8 * 4 / (Fraction(k) * 2)
             for v, k, a in zip(value, cost, weight, strict=True)]  # fmt: skip
    exact = exactly([1 / one for one in worth])
    given = lottery(
        {"value": np.array(value), "cost": np.array(cost)},
        8.0,
        {"weights": weight},
        technology=ct.Exact(output=ct.Linear(4.0)),
        cost=ct.Linear(2.0),
    )
    expected = [float(e) / (a * 4.0) for e, a in zip(exact, weight, strict=True)]
    assert _linear(given) == pytest.approx(expected, rel=1e-14)


def aggregate_by_root(worth: Array, start: Array, draw: float) -> float:
    """Where the shares max(start / Y, 1 - Y / w) and the draw's add to one."""
    least = float(start.sum() + draw)

    def excess(log: float) -> float:
        total = float(np.exp(log))
        return float(np.maximum(start / total, 1.0 - total / worth).sum() + draw / total - 1.0)

    if excess(np.log(least)) <= 1e-15:
        return least
    return float(np.exp(optimize.brentq(excess, np.log(least), np.log(worth.sum() + least), xtol=1e-15)))


STARTS = [
    ([0.3, 0.0, 0.0], 0.0),
    ([0.0, 0.0, 0.0], 0.2),
    ([0.05, 0.1, 0.0], 0.1),
    ([0.0, 0.0, 2.0], 0.0),
    ([0.0, 0.0, 0.02], 0.01),
    ([0.4, 0.4, 0.4], 0.0),
    ([0.0, 0.0, 0.0], 1e-9),
    ([1e-12, 0.0, 0.0], 0.0),
]


@pytest.mark.parametrize("worth", [[1.0, 0.9, 0.3], [1.0, 1.0, 1.0], [4.0, 1.0, 0.2]])
@pytest.mark.parametrize(("start", "draw"), STARTS)
def test_head_starts_and_draws(worth: list[float], start: list[float], draw: float) -> None:
    """Konrad 2002: an active contestant's impact, her head start included, is Y - Y^2 / w."""
    given = lottery({"value": np.array(worth)}, 1.0, {"head_starts": start, "draw": draw})
    total = aggregate_by_root(np.array(worth), np.array(start), draw)
    expected = np.maximum(total - total**2 / np.array(worth) - np.array(start), 0.0)
    expected = np.where(total < np.array(worth), expected, 0.0)
    found = _linear(given)
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert found.sum() + sum(start) + draw == pytest.approx(total, rel=1e-12)
    inverse, heads = 1.0 / np.array(worth), np.array(start)
    assert _aggregate(inverse, heads, draw) == pytest.approx(total, rel=1e-13)
    assert SOLVER.solve(given).profile.efforts() == pytest.approx(found)


def test_a_head_start_is_weighed_and_comes_of_ability_head_start_and_output() -> None:
    traits = {"value": np.array([3.0, 2.0]), "ability": np.array([0.1, 0.0]), "cost": np.array([2.0, 1.0])}
    success = {"weights": [2.0, 0.5], "head_starts": [0.05, 0.2]}
    output = ct.Linear(2.0, intercept=0.3)
    given = lottery(traits, 4.0, success, technology=ct.Exact(output=output), cost=ct.Linear(0.5))
    value, cost, weight, start = _columns(given)
    assert value.tolist() == [12.0, 8.0] and cost.tolist() == [2.0, 1.0] and weight.tolist() == [2.0, 0.5]
    assert start == pytest.approx([0.15, 0.2])
    efforts = _linear(given)
    score = np.array([2.0, 0.5]) * (np.array([0.45, 0.5]) + 2.0 * efforts)
    gain = value * np.array([2.0, 0.5]) * 2.0 * score[::-1] / score.sum() ** 2
    assert gain[efforts > 0] == pytest.approx((cost * 0.5)[efforts > 0], rel=1e-12)
    assert (gain[efforts == 0] <= (cost * 0.5)[efforts == 0]).all() and efforts.max() > 0
    plain = ct.Contest(contestants=ct.Identical(3), prizes=2.0, success=ct.Lottery())
    assert [np.ndim(c) for c in _columns(plain)] == [0, 0, 0, 0]
    invited = ct.Contest(
        contestants=ct.Known(value=np.array([1.0, 2.0, 5.0])),
        prizes=1.0,
        success=ct.Lottery(),
        entry=ct.Invite(2),
    )
    assert [np.size(c) for c in _columns(invited)] == [2, 1, 1, 1]


def test_alike_contestants_of_whom_nobody_may_win() -> None:
    """n alike with a draw z: shares n (1 - Y / v) + z / Y = 1, and nobody tries where z is v or more."""
    for draw, pays in ((0.5, True), (0.999, True), (1.0, False), (3.0, False)):
        given = ct.Contest(contestants=ct.Identical(4), prizes=1.0, success=ct.Lottery(draw=draw))
        total = (3.0 + np.sqrt(9.0 + 16.0 * draw)) / 8.0 if pays else draw
        efforts = SOLVER.solve(given).profile.efforts()
        assert efforts == pytest.approx([(total - draw) / 4] * 4, rel=1e-12, abs=1e-16)
        assert (efforts > 0).all() == pays


def test_nothing_to_win() -> None:
    for output in (ct.Linear(), ct.Power(0.5)):
        given = lottery({"value": np.array([2.0, 1.0])}, 0.0, technology=ct.Exact(output=output))
        assert SOLVER.solve(given).profile.efforts().tolist() == [0.0, 0.0]
        assert (_linear if isinstance(output, ct.Linear) else _concave)(given).shape == (2,)


def test_aggregates_of_those_who_start_with_nothing() -> None:
    assert _aggregate_of_positive(np.array([2.0])) == 0.0
    assert _aggregate_of_positive(np.array([2.0, 2.0])) == pytest.approx(0.25)
    assert _aggregate_of_positive(np.array([1.0, 1.0, 2.0])) == pytest.approx(0.5)  # the third at the edge
    assert _aggregate_of_positive(np.array([9.0, 1.0, 1.0])) == pytest.approx(0.5)
    many = np.concatenate([np.full(200_000, 1.0), np.full(100_001, 1.00001)])
    assert _aggregate_of_positive(many) == pytest.approx(199_999 / 200_000, rel=1e-14)
    assert _aggregate(np.array([1.0, 1.0]), np.zeros(2), 2.0) == 2.0  # more than anybody would pay for


@pytest.mark.parametrize("start", [0.0, 0.1])
def test_impacts_of_the_active(start: float) -> None:
    """Y - Y^2 / w, less the head start; those who are not active have none."""
    inverse, active = np.array([1.0, 0.8, 1.1, 5.0]), np.array([True, True, True, False])
    total = 2.0 / 2.9
    heads = np.array([start, 0.0, 0.0, 0.0])
    exact = np.where(active, total - total**2 * inverse - heads, 0.0)
    assert _efforts_of(total, active, inverse, heads, 0.0) == pytest.approx(exact, rel=1e-13)
    for least in (
        0.1,
        0.999,
    ):  # unlike, and nearly alike: from the sum of the others, or relative to the strongest
        own = np.array([least, 1.0, 1.0 + 1e-9])
        whole = 2.0 / own.sum()
        found = _efforts_of(whole, np.ones(3, dtype=bool), own, np.zeros(1), 0.0)
        share = [1 - 2 * Fraction(o) / sum(map(Fraction, own)) for o in own]
        assert found == pytest.approx([max(float(s), 0.0) * whole for s in share], rel=1e-13, abs=1e-16)
    lone = np.array([False, True, False])
    assert _efforts_of(0.7, lone, np.full(3, 0.5), np.zeros(3), 0.3)[1] == pytest.approx(0.7 - 0.49 / 2)


CURVED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "exponent": ({"value": [1.0, 0.6, 2.0]}, {"exponent": 0.5}, {}),
    "cost": ({"value": [1.0, 0.6, 2.0], "cost": [1.0, 2.0, 9.0]}, {}, {"cost": ct.Power(2)}),
    "output": ({"value": [1.0, 0.6]}, {}, {"technology": ct.Exact(output=ct.Power(0.5, scale=2.0))}),
    "weights": ({"value": [1.0, 0.6]}, {"exponent": 0.8, "weights": [0.3, 2.0]}, {"cost": ct.Power(1.5)}),
    "head starts": (
        {"value": [1.0, 0.6, 0.1], "ability": [0.0, 0.02, 0.5]},
        {"exponent": 0.8, "head_starts": [0.01, 0.0, 0.1]},
        {},
    ),
    "a draw": ({"value": [1.0, 0.6]}, {"exponent": 0.7, "draw": 0.3}, {"cost": ct.Power(1.2)}),
    "exponential cost": ({"value": [5.0, 1.0, 0.9]}, {"exponent": 1.0}, {"cost": ct.Exponential()}),
}


@pytest.mark.parametrize("name", CURVED)
def test_marginal_payoffs_of_curved_lotteries(name: str) -> None:
    """v (Y - s) / Y^2 s' = k c' where effort is exerted, and no more than k c' where none is."""
    traits, success, parts = CURVED[name]
    traits = {k: np.array(v) for k, v in traits.items()}
    prize = 1.0 if "cost" in parts else 1e6
    given = lottery(traits, prize, success, **parts)
    assert SOLVER.refuses(given) is None
    efforts = _concave(given)
    n, output = given.n, given.technology.output
    quality = traits.get("ability", np.zeros(n)) + np.array(success.get("head_starts", np.zeros(n)))
    weight, exponent = np.array(success.get("weights", np.ones(n))), success.get("exponent", 1.0)

    def scores(at: Array) -> Array:
        return np.asarray(weight * (quality + output(at)) ** exponent)

    total = scores(efforts).sum() + success.get("draw", 0.0)
    tried = np.where(efforts > 0, efforts, 1e-12 * given.largest_effort(np.arange(n)))
    slope = exponent * weight * (quality + output(tried)) ** (exponent - 1.0) * output.derivative(tried)
    gain = traits["value"] * prize * (total - scores(tried)) / total**2 * slope
    pain = traits.get("cost", np.ones(n)) * given.cost.derivative(tried)
    active = efforts > 0
    assert active.sum() >= 2 or name in ("head starts", "exponential cost", "a draw")
    assert gain[active] == pytest.approx(pain[active], rel=1e-9)
    assert (gain[~active] <= pain[~active] * (1 + 1e-9)).all()


def test_curved_and_linear_lotteries_meet() -> None:
    """A Power(1) is linear, and is solved as a curve."""
    for success in ({}, {"head_starts": [0.1, 0.0, 0.02], "draw": 0.05}):
        values = np.array([1.0, 0.9, 0.3])
        curved = lottery({"value": values}, 1.0, success, cost=ct.Power(1))
        straight = lottery({"value": values}, 1.0, success)
        assert SOLVER.solve(curved).profile.efforts() == pytest.approx(_linear(straight), rel=1e-9, abs=1e-12)


def test_nobody_answers_what_is_given_away() -> None:
    for draw, pays in ((0.99, True), (1.0, False), (1.5, False)):
        given = lottery({"value": np.array([1.0, 0.5])}, 1.0, {"draw": draw}, cost=ct.Power(1))
        assert (_concave(given).max() > 0) == pays and _concave(given).shape == (2,)


# --- who is refused, and in what words ----------------------------------------------------------------

UNIQUE = "unique (Szidarovszky and Okuguchi (1997); Cornes and Hartley (2005))"
SEVERAL = "symmetric; others may exist"
PAIR = {"value": np.array([1.0, 0.5])}
FEE = ct.Fee(0.1)
TAKES = "takes contests whose success is ct.Lottery, and known differences with ct.Trials"
TRIALS = ct.Trials(stats.norm())


def race(technology: Any = TRIALS, **parts: Any) -> ct.Contest:
    return ct.Contest(**{"contestants": ct.Known(**PAIR), "prizes": 1.0, "technology": technology, **parts})


class Plain(ct.Game):
    """A game without parts."""

    n = 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Plain(), TAKES),
        (race(), None),
        (race(entry=ct.Invite(2)), None),
        (race(entry=FEE), TAKES),
        (race(ct.Trials(stats.norm(), whole=True)), TAKES),
        (race(ct.Additive(stats.norm())), TAKES),
        (race(contestants=ct.Identical(2)), TAKES),
        (race(ct.Exact()), TAKES),
        (race(ct.Exact(), success=ct.Highest(error=stats.norm())), TAKES),
        (
            race(prizes=[1.0, 0.5]),
            "contestants differ and there are several prizes; one prize would work",
        ),
        (
            ct.Contest(
                contestants=ct.Private(2, value=stats.uniform(1, 1)), prizes=1.0, success=ct.Lottery()
            ),
            "contestants have private types; known or identical ones would work",
        ),
        (
            lottery({**PAIR, "utility": ct.CARA(1.0)}),
            "contestants are averse to risk; risk-neutral ones would work",
        ),
        (lottery(PAIR, entry=FEE), f"entry is {FEE!r}; ct.AllEnter() or ct.Invite(k) would work"),
        (lottery(PAIR, entry=ct.Invite(2)), None),
        (
            lottery(PAIR, ct.QualityShare(base=1.0, share=0.1)),
            "the award depends on quality; fixed prizes would work",
        ),
        (
            lottery(PAIR, [1.0, 0.5]),
            "contestants differ and there are several prizes; one prize would work",
        ),
        (lottery(PAIR, 1.0, {"exponent": 1.0}), None),
        (
            lottery(PAIR, 1.0, {"exponent": 1.25}),
            "contestants differ and the exponent 1.25 is above 1; at most 1 would work",
        ),
        (
            lottery(PAIR, technology=ct.Exact(output=ct.Power(1.1))),
            "the output is not known to be concave; ct.Linear() or a ct.Power of at most 1 would work",
        ),
        (lottery(PAIR, technology=ct.Exact(output=ct.Power(0.9))), None),
        (
            lottery(PAIR, cost=ct.Power(0.9)),
            "the cost is not known to be convex; ct.Linear() or a ct.Power of at least 1 would work",
        ),
        (lottery(PAIR, cost=ct.Power(1.1)), None),
        (ct.Contest(contestants=ct.Identical(3), prizes=[2.0, 1.0], success=ct.Lottery(exponent=2.0)), None),
    ],
)
def test_whom_the_room_takes(given: Any, words: str | None) -> None:
    assert SOLVER.refuses(given) == words


def test_what_is_a_race_of_trials() -> None:
    assert _is_race_of_trials(race())
    alike = race(contestants=ct.Identical(2))
    assert not _is_race_of_trials(alike)
    assert not _is_race_of_trials(race(ct.Trials(stats.norm(), whole=True)))
    assert not _is_race_of_trials(race(ct.Exact(), success=ct.Lottery()))
    private = race(contestants=ct.Private(2, cost=stats.uniform(1, 1)))
    assert not _is_race_of_trials(private) and not _is_race_of_trials(race(entry=FEE))
    # Values 3 and 1, costs 1 and 2: w = 3 and 1/2, so that the second has a seventh of the aggregate 3/7.
    traits = {"value": np.array([3.0, 1.0]), "cost": np.array([1.0, 2.0])}
    found = SOLVER.solve(race(contestants=ct.Known(**traits)))
    assert found.profile.efforts() == pytest.approx([18 / 49, 3 / 49], rel=1e-13)
    assert found.selection == UNIQUE


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, UNIQUE),
        ({"success": ct.Lottery(exponent=1.0 + 1e-9)}, SEVERAL),
        ({"prizes": [1.0, 0.1]}, SEVERAL),
        ({"cost": ct.Power(0.95)}, SEVERAL),
        ({"success": ct.Lottery(draw=0.1)}, UNIQUE),
        ({"success": ct.Lottery(draw=0.1, exponent=1.1)}, SEVERAL),
    ],
)
def test_which_equilibrium_of_the_alike(parts: dict[str, Any], words: str) -> None:
    given = ct.Contest(**{"contestants": ct.Identical(3), "prizes": 1.0, "success": ct.Lottery(), **parts})
    found = SOLVER.solve(given)
    assert found.selection == words
    efforts = found.profile.efforts()
    assert efforts[0] > 0 and efforts == pytest.approx([efforts[0]] * 3, rel=1e-14)
    if not isinstance(parts.get("success"), ct.Lottery) or not parts["success"].draw:
        (together,) = SOLVER.solve_together([given]) or [found]
        assert together.selection == words and together.profile.efforts() == pytest.approx(efforts, rel=1e-11)
