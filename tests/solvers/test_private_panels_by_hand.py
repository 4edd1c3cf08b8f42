"""Replies to marginal prizes on panels, and gaps between types that no shock bridges, by hand.

The marginal prize is given as a function with a closed form, so that its integral, a type's payoff, all
summits of it and the root of the first-order condition are known without the package: by SciPy's search.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats
from scipy.special import ndtr

import contests as ct
from contests.piecewise import Piecewise
from contests.solvers.private_panel_order import PanelOrder, integrated, value_and_slope, with_slopes
from contests.solvers.private_replies import NOTHING
from contests.solvers.private_spread import check_spread

Function = Callable[[Any], Any]


def series(function: Function, edges: np.ndarray) -> np.ndarray:
    """Chebyshev coefficients of a function on each panel."""
    return np.array(
        [
            np.polynomial.chebyshev.chebinterpolate(
                lambda t, a=a, b=b: function((a + b) / 2 + (b - a) / 2 * t), 15
            )
            for a, b in pairwise(edges)
        ]
    )


EDGES = np.array([-2.0, -1.3, -0.9, 0.0, 0.3, 1.5, 2.0])


# --- functions on panels ---------------------------------------------------------------------------------


def test_a_marginal_prize_its_slope_and_its_integral() -> None:
    """exp(x) sin(x) + 1, with panels of several lengths; constant beyond the ends."""

    def function(x: Any) -> Any:
        return np.exp(x) * np.sin(x) + 1.0

    pieces = with_slopes(EDGES, series(function, EDGES))
    assert isinstance(pieces, Piecewise) and pieces.coefficients.shape == (2, 6, 16)
    x = np.array([-2.0, -1.9, -1.3, -1.0, -0.2, 0.0, 0.1, 0.3, 1.2, 2.0])
    value, slope = value_and_slope(pieces, x)
    assert value == pytest.approx(function(x), rel=1e-12)
    assert slope == pytest.approx(np.exp(x) * (np.sin(x) + np.cos(x)), rel=1e-10)
    value, slope = value_and_slope(pieces, np.array([-2.5, 7.0]))
    assert value == pytest.approx(function(np.array([-2.0, 2.0])), rel=1e-12) and slope.tolist() == [0.0, 0.0]

    def whole(x: Any) -> Any:
        return np.exp(x) * (np.sin(x) - np.cos(x)) / 2 + x

    found = integrated(pieces).at(x, 0)
    assert found == pytest.approx(whole(x) - whole(-2.0), rel=1e-12, abs=1e-14)
    assert integrated(pieces).at(np.array([-9.0, 9.0]), 0) == pytest.approx(
        [0.0, whole(2.0) - whole(-2.0)], abs=1e-12
    )
    assert integrated(pieces).coefficients.shape[:2] == (1, 6)


def test_a_marginal_prize_is_never_below_zero() -> None:
    pieces = with_slopes(EDGES, series(lambda x: 0.0 * x - 0.5 + x, EDGES))
    value, slope = value_and_slope(pieces, np.array([-1.0, 0.4, 1.0]))
    assert value == pytest.approx([0.0, 0.0, 0.5], abs=1e-12)
    assert slope == pytest.approx([1.0] * 3, rel=1e-10)


# --- best replies by type --------------------------------------------------------------------------------

LOTTERY = ct.Contest(contestants=ct.Private(2, value=stats.uniform(0, 1)), prizes=1.0, success=ct.Lottery())
COSTS = LOTTERY.replace(contestants=ct.Private(2, cost=stats.uniform(0, 2)))
SHOCK = ct.Contest(
    contestants=ct.Private(2, value=stats.uniform(0, 1)),
    prizes=1.0,
    technology=ct.Additive(stats.norm()),
    cost=ct.Linear(0.1) + ct.Power(2),
)
BUMPS = ((0.15, -4.0, 0.3), (0.75, -0.7, 0.2))  # height, place, width


def marginal(x: Any) -> Any:
    return sum(a * np.exp(-(((x - m) / s) ** 2) / 2) / (s * np.sqrt(2 * np.pi)) for a, m, s in BUMPS)


def won(x: Any) -> Any:
    return sum(a * ndtr((x - m) / s) for a, m, s in BUMPS)


def order(
    contest: ct.Contest, function: Function, edges: np.ndarray, types: list[float], stays_out: bool
) -> PanelOrder:
    kinds = np.array(types)
    return PanelOrder(
        contest=contest,
        contestant=0,
        scores=edges,
        slopes=series(function, edges),
        types=kinds,
        logs=np.full(kinds.shape, -1.0),
        stays_out=stays_out,
    )


FINE = np.linspace(-24.0, 1.0, 126)


def highest(payoff: Function) -> tuple[float, float]:
    """The log effort that pays most, on a fine grid and then by SciPy, and what it pays."""
    logs = np.linspace(-9.0, 0.0, 4001)
    at = int(np.argmax(payoff(logs)))
    found = optimize.minimize_scalar(
        lambda x: -payoff(x), bounds=(logs[max(at - 1, 0)], logs[min(at + 1, 4000)]), method="bounded",
        options={"xatol": 1e-12},
    )  # fmt: skip
    return float(found.x), float(-found.fun)


def test_the_highest_of_several_summits_is_chosen() -> None:
    """Log effort is the score: at values near one the far summit pays, below it the near one, or nothing."""
    types = [0.05, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0]
    condition = order(LOTTERY, marginal, FINE, types, stays_out=False)
    kinds = np.array(types)
    logs, works = condition.solve(kinds), condition.works(kinds)
    seen = set()
    for v, found, active in zip(types, logs, works, strict=True):
        best, worth = highest(lambda x, v=v: v * won(x) - np.exp(x))
        seen.add("none" if worth <= 0 else "near" if best < -2 else "far")
        assert active == (worth > 0)
        if active:
            assert found == pytest.approx(best, abs=1e-5)
            assert v * marginal(found) == pytest.approx(np.exp(found), rel=1e-9)  # gain at the margin is cost
        else:
            assert found == pytest.approx(np.log(v * NOTHING), rel=1e-12)  # v is the largest effort
    assert seen == {"none", "near", "far"}


def test_costs_by_type() -> None:
    """Costs are factors of what is spent; a type whom effort costs nothing has no largest effort."""
    types = [0.0, 0.8, 1.0, 1.5]
    condition = order(COSTS, marginal, FINE, types, stays_out=False)
    assert condition.top(np.array(types)).tolist() == [np.inf, 1 / 0.8, 1.0, 1 / 1.5]
    assert condition.solve(np.array([0.0])).tolist() == [-np.inf]
    # Where zero effort is a choice like others one bound serves all: the largest that is finite.
    bounded = order(COSTS, marginal, FINE, types, stays_out=True)
    assert bounded.top(np.array(types[:3])).tolist() == [1 / 0.8] * 3
    for k, found in zip(types[1:], condition.solve(np.array(types[1:])), strict=True):
        best, _ = highest(lambda x, k=k: won(x) - k * np.exp(x))
        assert found == pytest.approx(best, abs=1e-5)
        assert marginal(found) == pytest.approx(k * np.exp(found), rel=1e-9)
    # What is won counts from the lowest panel on, in money of the type.
    assert condition.won(np.array([-0.7, 0.5]), np.array([0.5, 0.5])) == pytest.approx(
        won(np.array([-0.7, 0.5])), rel=1e-10
    )
    values = order(LOTTERY, marginal, FINE, [0.5, 1.0], stays_out=False)
    assert values.won(np.array([-0.7, -0.7]), np.array([0.5, 1.0])) == pytest.approx(
        np.array([0.5, 1.0]) * won(-0.7), rel=1e-10
    )


def test_where_nobody_values_anything_nobody_works() -> None:
    idle = order(LOTTERY, marginal, FINE, [0.0, 0.0], stays_out=False)
    assert idle.top(np.zeros(2)).tolist() == [0.0, 0.0]
    assert idle.solve(np.zeros(2)).tolist() == [-np.inf, -np.inf]
    assert idle.works(np.zeros(2)).tolist() == [False, False]


def test_where_no_effort_has_a_score_of_its_own() -> None:
    """v P'(e) = 0.1 + 2 e, and none for types whose gain at no effort is below 0.1."""
    edges = np.linspace(-1.0, 3.0, 9)

    def density(x: Any) -> Any:
        return 0.4 * np.exp(-((x - 0.2) ** 2) / 2)

    types = [0.1, 0.25, 0.26, 0.6, 1.0]
    condition = order(SHOCK, density, edges, types, stays_out=True)
    kinds = np.array(types)
    least = 0.1 / density(0.0)
    assert condition.works(kinds).tolist() == [v > least for v in types] == [False, False, True, True, True]
    logs = condition.solve(kinds)
    assert logs[:2].tolist() == [-np.inf, -np.inf]
    for v, found in zip(types[2:], logs[2:], strict=True):
        exact = optimize.brentq(lambda e, v=v: v * density(e) - 0.1 - 2 * e, 0.0, 1.0, xtol=1e-15)
        assert np.exp(found) == pytest.approx(exact, rel=1e-10)
    # One bound for all: that of the type of the highest value.
    assert condition.top(np.array([0.3, 0.2])) == pytest.approx(
        [float(np.asarray(SHOCK.largest_effort(0, np.array(1.0))))] * 2, rel=1e-12
    )


def test_roots_between_two_efforts() -> None:
    """Newton's method inside a bracket: a few conditions asked, and words where there is none."""
    condition = order(LOTTERY, marginal, FINE, [0.5, 1.0], stays_out=False)
    asked = []
    excess = PanelOrder.excess

    class Counted(PanelOrder):
        def excess(self, logs: Any, types: Any) -> Any:
            asked.append(logs.size)
            return excess(self, logs, types)

    fields = {
        name: getattr(condition, name)
        for name in ("contest", "contestant", "scores", "slopes", "types", "logs")
    }
    counted = Counted(**fields, stays_out=False)
    found = counted._between(np.array([-0.6, -0.5]), np.array([-0.2, -0.3]), np.array([0.9, 1.0]))
    assert np.array([0.9, 1.0]) * marginal(found) == pytest.approx(np.exp(found), rel=1e-10)
    assert len(asked) <= 12  # halving takes forty

    class Lost(PanelOrder):
        def excess(self, logs: Any, types: Any) -> Any:
            return np.full(logs.shape, np.nan), np.full(logs.shape, np.nan)

    class Flat(PanelOrder):
        def excess(self, logs: Any, types: Any) -> Any:
            return np.where(logs < -0.3125, 1.0, -1.0), np.zeros(logs.shape)

    assert Flat(**fields, stays_out=False)._between(
        np.array([-0.6]), np.array([-0.2]), np.array([1.0])
    ) == pytest.approx([-0.3125], abs=1e-11)  # by halving alone
    with np.errstate(invalid="ignore"), pytest.raises(ct.ConvergenceError) as caught:
        Lost(**fields, stays_out=False)._between(np.array([np.nan]), np.array([-0.2]), np.array([1.0]))
    assert str(caught.value) == "The effort of some type was not found from its first-order condition."


# --- gaps between types ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 1e-6, 1e6])
def test_gaps_that_no_shock_bridges(scale: float) -> None:
    """Twenty standard deviations are let pass, a little more is not, whichever way types are listed."""
    contest = ct.Contest(
        contestants=ct.Private(2, ability=stats.uniform(0, 1e9)),
        prizes=1.0,
        technology=ct.Additive(stats.norm(scale=scale)),
        cost=ct.Power(2),
    )
    for types in ([0.0, 20.0], [0.0, 3.0, 22.99, 42.9], [41.0, 21.5, 1.6], [5.0, 5.0]):
        assert check_spread(contest, 1, scale * np.array(types)) is None  # type: ignore[func-returns-value]
    for types, shown in (([0.0, 20.01], "20"), ([30.0, 3.0, 2.0], "27"), ([0.0, 1.0, 121.4], "120")):
        with pytest.raises(ct.ConvergenceError) as caught:
            check_spread(contest, 0, scale * np.array(types))
        assert str(caught.value) == (
            f"Abilities are too unlike for this shock: the rarest types stand {shown} standard deviations "
            "of it from their neighbours, and what they would do is not known. A wider shock or a law of "
            "abilities with lighter tails would work."
        )


def test_types_that_have_no_place_before_effort_are_not_compared() -> None:
    """With output in logarithms nobody stands anywhere without effort; values and costs move nobody."""
    logs = ct.Contest(
        contestants=ct.Private(2, ability=stats.uniform(0, 1e9)),
        prizes=1.0,
        technology=ct.Additive(stats.norm(), output=ct.Log()),
    )
    check_spread(logs, 0, np.array([0.0, 1e6]))
    values = ct.Contest(
        contestants=ct.Private(2, value=stats.uniform(0, 1e9)),
        prizes=1.0,
        technology=ct.Additive(stats.norm()),
        cost=ct.Power(2),
    )
    check_spread(values, 0, np.array([0.0, 1e6]))
    lottery = ct.Contest(
        contestants=ct.Private(2, value=stats.uniform(0, 1e9)), prizes=1.0, success=ct.Lottery()
    )
    check_spread(lottery, 0, np.array([0.0, 1e6]))
