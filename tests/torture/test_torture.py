"""Hostile inputs: a certified answer or one of the library's errors, in bounded time; never a wrong number.

Every case runs with warnings as errors. Where a closed form exists it is what the number is held to; a
refusal must be of the kind named. Time is the processor's, so that a busy machine fails nothing.
"""

from __future__ import annotations

import math
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import contests as ct

SECONDS = 20.0  # of processor time, all threads together: twice the bound, for machines half as fast
LAWS = {
    "gumbel": stats.gumbel_r,
    "normal": stats.norm,
    "uniform": stats.uniform,
    "exponential": stats.expon,
    "cauchy": stats.cauchy,
    "pareto": lambda scale: stats.pareto(1.5, scale=scale),
    "lognormal": lambda scale: stats.lognorm(1, scale=scale),
    "lognormal of great spread": lambda scale: stats.lognorm(5, scale=scale),
    "arcsine": lambda scale: stats.beta(0.5, 0.5, scale=scale),
    "density zero at both ends": lambda scale: stats.beta(5, 5, scale=scale),
    "density infinite at zero": lambda scale: stats.gamma(0.2, scale=scale),
    "weibull": lambda scale: stats.weibull_min(0.5, scale=scale),
}


def judged(make: Any) -> ct.Equilibrium | ct.ContestError:
    """What the library says, after checks that hold whatever it says."""
    started = time.process_time()
    try:
        found = make()
    except ct.ContestError as refusal:
        found = refusal
    assert time.process_time() - started < SECONDS
    if isinstance(found, ct.ContestError):
        assert len(str(found)) > 20  # it says something
    if isinstance(found, ct.Equilibrium):
        assert found.certificate.passed
        for number in (found.effort, found.payoff, found.win_probability):
            assert not np.isnan(number).any()
        assert np.all(found.effort >= 0) and np.all(np.abs(found.win_probability - 0.5) <= 0.5 + 1e-9)
    return found


def tournament(n: int, shock: Any, prize: Any = 1.0, exponent: float = 2.0) -> ct.Contest:
    return ct.Contest(
        contestants=ct.Identical(n), technology=ct.Additive(shock), cost=ct.Power(exponent), prizes=prize
    )


# Effort times scale at quadratic cost and a prize of one: half the expected density of the best rival.
CLOSED = {
    "gumbel": lambda n: (n - 1) / n**2 / 2,
    "exponential": lambda n: 1 / n / 2,
    "uniform": lambda n: 0.5,
}


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("n", [2, 1000, 10**6])
@pytest.mark.parametrize("name", LAWS)
def test_shocks_of_any_size_and_law(name: str, n: int, scale: float) -> None:
    found = judged(lambda: ct.solve(tournament(n, LAWS[name](scale=scale))))
    if isinstance(found, ct.Equilibrium) and name in CLOSED:
        assert found.effort[0] * scale == pytest.approx(CLOSED[name](n), rel=1e-9)
    if scale == 1e-6 and name in CLOSED:  # so little luck that no sure effort is an equilibrium
        assert isinstance(found, ct.NotEquilibriumError)
    if scale == 1e6 and name in CLOSED:
        assert isinstance(found, ct.Equilibrium)
    if name == "arcsine" and n == 2:  # the marginal prize is infinite
        assert isinstance(found, ct.ConvergenceError)


@pytest.mark.parametrize("prize", [1e-12, 1e12])
@pytest.mark.parametrize(
    ("contest", "share"),
    [
        (
            ct.Contest(contestants=ct.Known(value=[1, 2, 3]), prizes=1.0, success=ct.Lottery()),
            [0, 0.48, 0.72],
        ),
        (ct.Contest(contestants=ct.Identical(4), prizes=1.0, success=ct.Lottery()), [3 / 16] * 4),
        (ct.Contest(contestants=ct.Known(value=[1, 2, 3]), prizes=1.0), [0, 2 / 3, 1]),
        (ct.Contest(contestants=ct.Identical(5), prizes=1.0), [0.2] * 5),
        (ct.Contest(contestants=ct.Private(3, value=stats.uniform()), prizes=1.0), [1 / 6] * 3),
    ],
    ids=["lottery", "alike lottery", "all-pay", "alike all-pay", "private values"],
)
def test_prizes_of_any_size(contest: ct.Contest, share: list[float], prize: float) -> None:
    found = judged(lambda: ct.solve(contest.replace(prizes=prize)))
    assert isinstance(found, ct.Equilibrium)
    assert found.effort / prize == pytest.approx(np.array(share), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("exponent", [1.0001, 1.01, 5.0, 50.0])
def test_costs_of_any_curvature(exponent: float) -> None:
    """A lottery of n pays k c e^k = (n - 1)/n^2; the all-pay contest of two spends half the prize each."""
    lottery = ct.Contest(
        contestants=ct.Identical(5), prizes=1.0, success=ct.Lottery(), cost=ct.Power(exponent)
    )
    assert judged(lambda: ct.solve(lottery)).effort[0] == pytest.approx(
        (4 / 25 / exponent) ** (1 / exponent), rel=1e-9
    )
    all_pay = ct.Contest(contestants=ct.Known(value=[3, 2, 1]), prizes=1.0, cost=ct.Power(exponent))
    found = judged(lambda: ct.solve(all_pay))
    assert found.payoff == pytest.approx([1, 0, 0], abs=1e-9)
    # Effort with costs uniform on [0, 2]: the expectation of c^(1/k).
    assert found.effort[0] == pytest.approx(2 ** (1 / exponent) / (1 + 1 / exponent), rel=1e-6)
    race = judged(lambda: ct.solve(tournament(5, stats.norm(scale=0.001), exponent=exponent)))
    assert isinstance(race, ct.NotEquilibriumError)


@pytest.mark.parametrize("ratio", [1e-9, 1 - 1e-9, 1 + 1e-12, 1e9])
def test_contestants_nearly_alike_and_worlds_apart(ratio: float) -> None:
    def solve(**parts: Any) -> Any:
        return judged(lambda: ct.solve(ct.Contest(prizes=1.0, **parts)))

    two = ct.Known(value=[1.0, ratio])
    lottery = solve(contestants=two, success=ct.Lottery())
    assert lottery.effort == pytest.approx(ratio / (1 + ratio) ** 2 * np.array([1, ratio]), rel=1e-9)
    low, high = sorted([1.0, ratio])
    all_pay = solve(contestants=two)
    assert np.sort(all_pay.payoff) == pytest.approx([0, high - low], rel=1e-6, abs=1e-12 * high)
    assert np.sort(all_pay.effort) == pytest.approx([low**2 / high / 2, low / 2], rel=1e-6)
    shock = ct.Additive(stats.norm())
    for contestants in (two, ct.Known(ability=[1.0, ratio, 0.0]), ct.Known(cost=[1.0, ratio])):
        solve(contestants=contestants, technology=shock, cost=ct.Power(2))
    for exponent in (0.01, 1.5, 5.0, 300.0):
        solve(contestants=two, success=ct.Lottery(exponent=exponent))


@pytest.mark.parametrize(
    "trait",
    [
        "cost",
        pytest.param("ability", marks=pytest.mark.slow),
        pytest.param("value", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("name", LAWS)
def test_types_of_any_law(name: str, trait: str) -> None:
    def solve() -> Any:
        return ct.solve(ct.Contest(contestants=ct.Private(3, **{trait: LAWS[name](scale=1.0)}), prizes=1.0))

    judged(solve)


@pytest.mark.parametrize(
    ("traits", "payoff"),
    [
        ({"cost": stats.beta(0.5, 0.5)}, False),
        ({"cost": stats.gamma(0.2)}, False),
        ({"cost": stats.weibull_min(0.5)}, False),
        ({"value": stats.pareto(0.5)}, True),
    ],
    ids=["arcsine cost", "gamma cost", "weibull cost", "pareto value"],
)
def test_expectations_that_do_not_exist_are_infinite(traits: dict[str, Any], payoff: bool) -> None:
    """Types next to zero cost do so much that effort, like the inverse of their probability, has no mean."""
    found = judged(lambda: ct.solve(ct.Contest(contestants=ct.Private(3, **traits), prizes=1.0)))
    assert np.all(np.isposinf(found.effort)) and found.total_effort == math.inf
    assert found.expected_best == math.inf
    assert np.isinf(found.payoff).all() == payoff
    assert np.isfinite(found.strategy(0)(found.strategy(0).types.ppf(0.5)))


def test_heavy_tails_with_a_mean_stay_finite() -> None:
    """Cost drawn from gamma(0.6): E[e] is the integral of 2 F(1 - F) f / c, done in logs."""
    found = ct.solve(ct.Contest(contestants=ct.Private(3, cost=stats.gamma(0.6)), prizes=1.0))
    law, z = stats.gamma(0.6), np.linspace(-160, 6, 400_001)
    c = np.exp(z)
    integral = np.trapezoid(2 * law.sf(c) * law.pdf(c) * law.cdf(c), z)
    assert found.effort[0] == pytest.approx(integral, rel=1e-7)


MILLION = 10**6


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ({"contestants": ct.Identical(MILLION)}, ct.Equilibrium),
        ({"contestants": ct.Identical(MILLION), "success": ct.Lottery()}, ct.Equilibrium),
        (
            {"contestants": ct.Identical(MILLION), "success": ct.Lottery(exponent=1.0001)},
            ct.NotEquilibriumError,
        ),
        ({"contestants": ct.Identical(MILLION), "technology": ct.Trials(stats.uniform())}, ct.Equilibrium),
        ({"contestants": ct.Private(MILLION, value=stats.uniform())}, ct.Equilibrium),
        (
            {"contestants": ct.Private(MILLION, value=stats.uniform(1, 1)), "success": ct.Lottery()},
            ct.Equilibrium,
        ),
        (
            {"contestants": ct.Known(value=np.linspace(1, 2, MILLION)), "success": ct.Lottery()},
            ct.Equilibrium,
        ),
        ({"contestants": ct.Known(value=np.linspace(1, 2, MILLION))}, ct.UnsolvableError),
    ],
    ids=[
        "all-pay",
        "lottery",
        "exponent 1.0001",
        "trials",
        "private",
        "private lottery",
        "known lottery",
        "known",
    ],
)
def test_a_million_contestants(parts: dict[str, Any], kind: type) -> None:
    assert isinstance(judged(lambda: ct.solve(ct.Contest(prizes=1.0, **parts))), kind)


DIFFERENT = np.linspace(2.0, 1.0, MILLION)


@pytest.mark.parametrize(
    "parts",
    [
        {"technology": ct.Additive(stats.gumbel_r()), "cost": ct.Power(2)},
        {"technology": ct.Additive(stats.norm()), "cost": ct.Power(2)},
        {"success": ct.Lottery()},
        {},
        {"contestants": ct.Private(MILLION, value=stats.uniform())},
    ],
    ids=["Gumbel", "normal", "lottery", "all-pay", "private"],
)
def test_a_million_different_prizes(parts: dict[str, Any]) -> None:
    contest = ct.Contest(**{"contestants": ct.Identical(MILLION), "prizes": DIFFERENT, **parts})
    said = judged(lambda: ct.solve(contest))
    assert isinstance(said, ct.ConvergenceError) and "take too long to weigh" in str(said)


@pytest.mark.slow
def test_a_thousand_different_prizes() -> None:
    """Prizes linear in rank make each rank overtaken worth the same: effort is half E f(rival's shock)."""
    n = 1000
    found = judged(lambda: ct.solve(tournament(n, stats.gumbel_r(), prize=np.linspace(n - 1.0, 0.0, n) / n)))
    assert found.effort[0] == pytest.approx((n - 1) / n / 4 / 2, rel=1e-11)


@pytest.mark.parametrize("law", ["gumbel", "normal"])
def test_prizes_of_a_million_to_choose(law: str) -> None:
    contest = tournament(MILLION, LAWS[law](scale=1.0))
    said = judged(lambda: ct.optimal_prizes(contest, budget=1.0))
    assert isinstance(said, ct.InvalidPartError) and "say how many ranks" in str(said)


@pytest.mark.slow
@pytest.mark.parametrize(
    "contest",
    [
        tournament(3, stats.norm(scale=1e-3)),
        tournament(MILLION, stats.norm(scale=1e-3)),
        ct.Contest(
            contestants=ct.Identical(3),
            technology=ct.Additive(stats.gumbel_r(), output=ct.Log(scale=3.0)),
            prizes=1.0,
        ),
    ],
    ids=["tiny shock", "a million", "returns above the bound"],
)
def test_the_general_solver_stops(contest: ct.Contest) -> None:
    started = time.thread_time()
    with pytest.raises(ct.ConvergenceError):
        ct.solve(contest, on_fail="mixed")
    assert time.thread_time() - started < 20


def test_the_general_solver_says_when_time_is_up() -> None:
    from contests.solvers.general import GeneralSolver

    with pytest.raises(ct.ConvergenceError, match="seconds"):
        ct.solve(tournament(3, stats.norm(scale=0.01)), solver=GeneralSolver(seconds=1e-3))


MONEY = st.floats(-12, 12).map(lambda power: 10.0**power)


@settings(max_examples=25)
@given(st.integers(2, 10**6), MONEY, st.floats(-6, 6).map(lambda p: 10.0**p), st.floats(1.0001, 50))
def test_any_tournament(n: int, prize: float, scale: float, exponent: float) -> None:
    """Gumbel luck: at an answer marginal cost is the prize times (n - 1)/n^2 over the scale."""
    contest = tournament(n, stats.gumbel_r(scale=scale), prize, exponent)
    found = judged(lambda: ct.solve(contest))
    if isinstance(found, ct.Equilibrium) and found.effort[0] > 0:
        cost = float(contest.cost.derivative(found.effort[0]))
        assert cost == pytest.approx(prize * (n - 1) / n**2 / scale, rel=1e-7)


VALUES = st.lists(st.floats(-9, 9).map(lambda p: 10.0**p), min_size=2, max_size=6)


@settings(max_examples=12)
@given(VALUES, st.floats(0.01, 2), MONEY)
def test_any_lottery(values: list[float], exponent: float, prize: float) -> None:
    check_lottery(values, exponent, prize)


@pytest.mark.slow
@settings(max_examples=25)
@given(VALUES, st.floats(2, 30), MONEY)
def test_any_decisive_lottery(values: list[float], exponent: float, prize: float) -> None:
    check_lottery(values, exponent, prize)


def check_lottery(values: list[float], exponent: float, prize: float) -> None:
    contest = ct.Contest(
        contestants=ct.Known(value=values), prizes=prize, success=ct.Lottery(exponent=exponent)
    )
    found = judged(lambda: ct.solve(contest))
    if isinstance(found, ct.Equilibrium):
        assert found.win_probability.sum() == pytest.approx(1.0, rel=1e-9)
        assert np.all(found.effort <= prize * np.array(values))  # nobody spends more than there is to win
