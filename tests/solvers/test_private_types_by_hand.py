"""Private types without a shock by hand: levels, prizes by level, thresholds, and efforts in closed form.

With values uniform on [0, 1] the bid of value v against n - 1 rivals is (n - 1) v^n / n (Weber 1985); with a
reserve r or a fee f types below the n-th root of it stay out; a fee leaves (n - 1)(v^n - v_0^n) / n.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.laws import law
from contests.solvers.panels import FAR
from contests.solvers.private_exact import SOLVER
from contests.solvers.private_levels import PrizeLevels, TypeLevels, odds
from contests.solvers.private_separable import (
    Advantage,
    advantage,
    finite_range,
    least_cost,
    pot_slope,
    room,
    threshold_level,
)

UNIFORM = stats.uniform()


def auction(n: int = 3, prizes: Any = 1.0, **parts: Any) -> ct.Contest:
    return ct.Contest(
        contestants=parts.pop("contestants", ct.Private(n, value=UNIFORM)), prizes=prizes, **parts
    )


def strategy_of(contest: ct.Contest, i: int = 0) -> Any:
    return SOLVER.solve(contest).profile.strategy(i)


# --- levels -------------------------------------------------------------------------------------------


def test_odds() -> None:
    u, v = odds([0.0, math.log(3.0), -700.0])
    assert u == pytest.approx([0.5, 0.75, math.exp(-700.0)], rel=1e-14)
    assert v == pytest.approx([0.5, 0.25, 1.0], rel=1e-14)


@pytest.mark.parametrize("best_high", [True, False])
def test_types_and_their_levels(best_high: bool) -> None:
    """Of an exponential law both tails keep their digits."""
    levels = TypeLevels(law(stats.expon()), best_high)
    types = np.array([1e-200, 0.3, 2.0, 300.0])
    below, above = -np.expm1(-types), -types  # the latter in logs
    z = np.log(below) - above
    assert levels.log_odds(types) == pytest.approx(z if best_high else -z, rel=1e-13)
    assert levels.type_at(levels.log_odds(types)) == pytest.approx(types, rel=1e-12)
    assert levels.log_odds([-1.0])[0] == (-np.inf if best_high else np.inf)
    assert levels.density(types) == pytest.approx(np.exp(-types), rel=1e-13)
    bounded = TypeLevels(law(UNIFORM), best_high)
    assert bounded.log_odds([2.0])[0] == (np.inf if best_high else -np.inf)


@pytest.mark.parametrize(
    "prizes", [[1.0], [3.0, 2.0], [3.0, 2.0, 2.0, 1.0], [2.0, 2.0, 1.0], [5.0, 4.0, 3.0, 2.0, 1.0]]
)
@pytest.mark.parametrize("n", [2, 4, 5])
def test_prizes_by_level_are_binomial_sums(prizes: list[float], n: int) -> None:
    if len(set(([*prizes, *[0.0] * n])[:n])) == 1:
        n += 1
    levels = PrizeLevels(np.array(prizes), n)
    paid = (prizes + [0.0] * n)[:n]

    def expected(u: float) -> float:
        return sum(v * math.comb(n - 1, k) * u ** (n - 1 - k) * (1 - u) ** k for k, v in enumerate(paid))

    def slope(u: float) -> float:
        steps = [a - b for a, b in pairwise(paid)]
        return (n - 1) * sum(
            s * math.comb(n - 2, k) * u ** (n - 2 - k) * (1 - u) ** k for k, s in enumerate(steps)
        )

    assert levels.last == paid[-1] and not levels.is_flat and levels.n == n
    z = np.array([-5.0, -0.4, 0.0, 2.0])
    u, v = odds(z)
    assert levels.expected(z) == pytest.approx([expected(one) for one in u], rel=1e-12)
    assert np.exp(levels.log_rise(z)) == pytest.approx([expected(one) - paid[-1] for one in u], rel=1e-12)
    exact = np.array([slope(one) for one in u]) * u * v
    assert np.exp(levels.log_slope(z)) == pytest.approx(exact, rel=1e-12)
    assert levels.rate(z) == pytest.approx(exact / np.exp(levels.log_rise(z)), rel=1e-12)
    # The weakest by far: the rise of the last rank k above the bottom, times C(n - 1, k) u^(n - 1 - k).
    k = max(j for j, value in enumerate(paid) if value > paid[-1])
    power = math.log((paid[k] - paid[-1]) * math.comb(n - 1, k)) - 600.0 * (n - 1 - k)
    assert levels.log_rise(np.array([-600.0]))[0] == pytest.approx(power, rel=1e-13)


def test_prizes_that_tell_nobody_apart() -> None:
    for prizes, n in (([1.0], 1), ([2.0, 2.0, 2.0], 3), ([2.0, 2.0, 1.0], 2), ([0.0], 4)):
        assert PrizeLevels(np.array(prizes), n).is_flat
    z = np.array([-3.0, 0.0, 50.0])
    for flat in (PrizeLevels(np.array([2.0, 2.0, 2.0]), 3), PrizeLevels(np.array([0.0]), 4)):
        assert flat.log_rise(z).tolist() == flat.log_slope(z).tolist() == [-np.inf] * 3
    assert PrizeLevels(np.array([2.0, 1.0, 1.0]), 3).last == 1.0
    assert PrizeLevels(np.array([2.0, 1.0]), 3).last == 0.0
    with pytest.raises(ct.ConvergenceError) as caught:
        PrizeLevels(np.linspace(2.0, 1.0, 3002), 3002)
    assert str(caught.value) == (
        "So many ranks above the last prize (3001) take too long to weigh against private types: pay at most "
        "3000 ranks."
    )
    assert not PrizeLevels(np.linspace(2.0, 1.0, 3001), 3001).is_flat


# --- strengths ----------------------------------------------------------------------------------------


def test_what_a_trait_does() -> None:
    types = np.array([0.5, 2.0])
    assert Advantage("value").log_strength(types) == pytest.approx(np.log(types))
    assert Advantage("cost").log_strength(types) == pytest.approx(-np.log(types))
    assert Advantage("ability", 3.0).log_strength(types) == pytest.approx(3.0 * types)
    assert Advantage("value").log_strength(np.zeros(1))[0] == -np.inf
    able = ct.Private(3, ability=UNIFORM)
    assert advantage(auction()) == Advantage("value", 1.0)
    assert advantage(auction(contestants=ct.Private(3, cost=stats.uniform(1, 1)))) == Advantage("cost", 1.0)
    assert advantage(auction(contestants=able)) is None
    logs = auction(contestants=able, technology=ct.Exact(output=ct.Log(scale=0.5)))
    assert advantage(logs.replace(cost=ct.Linear(3.0))) == Advantage("ability", 2.0)
    assert advantage(logs.replace(cost=ct.Power(3))) == Advantage("ability", 6.0)
    assert advantage(logs.replace(cost=ct.Exponential())) is None


def test_the_range_of_strengths() -> None:
    assert finite_range(lambda z: 0.0 * z, "value") == (-FAR, FAR)
    low, high = finite_range(lambda z: np.where(z < -100.25, -np.inf, np.where(z > 50.0, np.nan, z)), "value")
    assert (low, high) == (-100.0, 50.0)
    steep = lambda z: 10.0 * z  # noqa: E731
    low, high = finite_range(steep, "value")
    assert high == pytest.approx(FAR / 10, abs=1.0) and low == pytest.approx(-FAR / 10, abs=1.0)
    assert finite_range(steep, "ability") == (-FAR, FAR)
    assert room(-np.inf) == 0.0 and room(0.5) == 4e-15 and room(-100.0) == pytest.approx(4e-13)


# --- reserves and fees --------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [2, 3, 6])
def test_bids_without_and_with_a_reserve(n: int) -> None:
    values = np.array([0.2, 0.5, 0.8, 1.0])
    plain = strategy_of(auction(n, prizes=2.0))
    assert plain(values) == pytest.approx(2 * (n - 1) / n * values**n, rel=1e-12)
    reserve = 0.1
    first = reserve ** (1 / n)
    contest = auction(n, entry=ct.Reserve(reserve))
    held = strategy_of(contest)
    exact = reserve + (n - 1) / n * (values**n - reserve)
    assert held(values) == pytest.approx(np.where(values >= first, exact, 0.0), rel=1e-12)
    assert held.enters(np.array([first * 0.999, first * 1.001])).tolist() == [False, True]
    z = math.log(first / (1 - first))
    assert threshold_level(contest, TypeLevels(law(UNIFORM), True)) == pytest.approx(z, rel=1e-10)


@pytest.mark.parametrize("n", [2, 4])
def test_bids_with_a_fee(n: int) -> None:
    values, fee = np.array([0.3, 0.7, 0.9, 1.0]), 0.2
    first = fee ** (1 / n)
    kept = strategy_of(auction(n, entry=ct.Fee(fee)))
    exact = (n - 1) / n * (values**n - first**n)
    assert kept(values) == pytest.approx(np.where(values >= first, exact, 0.0), rel=1e-12)
    assert kept.enters(np.array([first * 0.999, first * 1.001])).tolist() == [False, True]
    both = strategy_of(auction(n, entry=ct.Reserve(0.1, fee=fee)))
    first = 0.3 ** (1 / n)  # v v^(n-1) pays for the reserve and the fee
    exact = 0.1 + (n - 1) / n * (values**n - 0.3)
    assert both(values) == pytest.approx(np.where(values >= first, exact, 0.0), rel=1e-12)


def test_a_fee_that_goes_to_the_winner() -> None:
    """Two, values uniform: the first to come has v_0^2 + v_0 f = f, and wins f (1 + u - v_0) at level u."""
    fee = 0.2
    contest = auction(2, entry=ct.Fee(fee, refundable_to="winner"))
    first = (-fee + math.sqrt(fee * fee + 4 * fee)) / 2
    strategy = strategy_of(contest)
    assert strategy.enters(np.array([first * 0.999, first * 1.001])).tolist() == [False, True]
    values = np.array([0.5, 0.8, 1.0])
    # The pot of the winner at level u: u f + (u - v_0) f, with the slope 2 f; the prize v^2 / 2 as ever.
    exact = (values**2 - first**2) / 2 + 2 * fee * (values - first)
    assert strategy(values) == pytest.approx(exact, rel=1e-10)
    z = np.array([0.3, 1.5])
    u, v = odds(z)
    assert pot_slope(z, 2, fee, -0.2) == pytest.approx(2 * fee * u * v, rel=1e-13)
    # Four: u^3 times f (1 + 3 (u - u_0) / u), differentiated.
    below = float(odds(-0.2)[0])
    exact = fee * (3 * u**2 + 9 * u**2 - 6 * below * u) * u * v
    assert pot_slope(z, 4, fee, -0.2) == pytest.approx(exact, rel=1e-13)
    assert pot_slope(z, 3, fee, -0.2) == pytest.approx(fee * 2 * (3 * u - below) * u * v, rel=1e-13)
    assert pot_slope(z, 4, fee, -np.inf) == pytest.approx(fee * 12 * u**3 * v, rel=1e-13)


def test_nobody_or_everybody_comes() -> None:
    levels = TypeLevels(law(UNIFORM), True)
    assert threshold_level(auction(), levels) == -np.inf
    assert threshold_level(auction(entry=ct.Fee(1.5)), levels) == np.inf
    assert threshold_level(auction(entry=ct.Fee(1.0)), levels) == FAR  # the best type of all, and nobody else
    assert strategy_of(auction(entry=ct.Fee(1.5)))(np.array([0.5, 0.99])).tolist() == [0.0, 0.0]
    rich = auction(contestants=ct.Private(3, value=stats.uniform(1, 1)), prizes=[3.0, 2.0, 1.0])
    high = TypeLevels(law(stats.uniform(1, 1)), True)
    assert threshold_level(rich.replace(entry=ct.Fee(0.9)), high) == -np.inf  # the last prize pays for it
    assert strategy_of(rich.replace(prizes=[1.0, 1.0, 1.0]))(np.array([1.2, 1.9])).tolist() == [0.0, 0.0]


def test_only_the_best_type_of_all_meets_the_reserve() -> None:
    """She wins one for sure and pays one: values and costs up to one, abilities up to one under logs."""
    only = np.array([0.5, 1.0])
    values = strategy_of(auction(entry=ct.Reserve(1.0)))
    assert values(only).tolist() == [0.0, 1.0]
    half = strategy_of(auction(entry=ct.Reserve(0.5), cost=ct.Power(2, scale=4.0)))
    assert half(only).tolist() == [0.0, 0.5]
    dear = strategy_of(auction(contestants=ct.Private(3, cost=stats.uniform(1, 1)), entry=ct.Reserve(1.0)))
    assert dear(np.array([1.0, 1.5])).tolist() == [1.0, 0.0]
    able = auction(contestants=ct.Private(3, ability=UNIFORM), technology=ct.Exact(output=ct.Log()))
    assert strategy_of(able.replace(entry=ct.Reserve(1.0)))(only) == pytest.approx([0.0, 1.0], rel=1e-12)


def test_what_the_reserve_costs() -> None:
    types = np.array([0.5, 2.0])
    contest = auction(entry=ct.Reserve(3.0), cost=ct.Power(2), technology=ct.Exact(output=ct.Linear(2.0)))
    assert least_cost(contest, types) == pytest.approx([2.25, 2.25])
    dear = contest.replace(contestants=ct.Private(3, cost=stats.uniform(1, 1)))
    assert least_cost(dear, types) == pytest.approx([1.125, 4.5])
    able = contest.replace(contestants=ct.Private(3, ability=UNIFORM))
    assert least_cost(able, types) == pytest.approx([1.25**2, 0.5**2])
    assert least_cost(auction(), types).tolist() == [0.0, 0.0]


# --- efforts ------------------------------------------------------------------------------------------


def test_efforts_too_small_for_a_float_have_logs() -> None:
    """(n - 1) v^n / n at v = 1e-200 and n = 3: e^2 / 2 of it, 3 times it, a curve of another kind."""
    small, log = np.array([1e-200]), math.log(2 / 3) + 3 * math.log(1e-200)
    power = strategy_of(auction(cost=ct.Power(2, scale=0.5))).function
    assert power.log_effort(small)[0] == pytest.approx((log - math.log(0.5)) / 2, rel=1e-12)
    linear = strategy_of(auction(cost=ct.Linear(3.0))).function
    assert linear.log_effort(small)[0] == pytest.approx(log - math.log(3.0), rel=1e-12)
    assert strategy_of(auction(cost=ct.Exponential())).function.log_effort(small) is None


def test_costs_and_abilities_in_closed_form() -> None:
    """Cost factor uniform on [1, 2], two: e = ln(2 / k). Ability with log output: 1 - exp(-a)."""
    factors = np.array([1.0, 1.3, 1.9])
    dear = strategy_of(auction(contestants=ct.Private(2, cost=stats.uniform(1, 1))))
    assert dear(factors) == pytest.approx(np.log(2 / factors), rel=1e-12)
    able = auction(contestants=ct.Private(2, ability=UNIFORM), technology=ct.Exact(output=ct.Log()))
    ability = np.array([0.1, 0.6, 1.0])
    assert strategy_of(able)(ability) == pytest.approx(1 - np.exp(-ability), rel=1e-12)


def test_two_unlike_laws_by_hand() -> None:
    """Values uniform on [0, 1] and on [1, 2]: the first is idle below 1/2, then bids v^2 - 1/4."""
    contest = auction(contestants=ct.Private(2, value=[UNIFORM, stats.uniform(1, 1)]))
    found = SOLVER.solve(contest)
    first, second = found.profile.strategy(0), found.profile.strategy(1)
    values = np.array([0.3, 0.6, 0.9, 1.0])
    assert first(values) == pytest.approx(np.maximum(values**2 - 0.25, 0.0), abs=1e-12)
    level = np.array([0.1, 0.5, 1.0])
    assert second(1 + level) == pytest.approx(level / 2 + level**2 / 4, rel=1e-10)
    assert first.start == pytest.approx(0.0, abs=1e-9)  # the log-odds of one half
    assert second.start == -np.inf
    assert found.selection == "unique (Amann and Leininger 1996)"
    assert found.source == "Amann and Leininger (1996)"
    two = SOLVER.solve(contest.replace(prizes=[3.0, 1.0]))  # what is won is the difference
    assert two.profile.strategy(0)(values) == pytest.approx(2 * first(values), abs=1e-11)


@pytest.mark.parametrize(
    ("contest", "selection", "source"),
    [
        (
            auction(),
            "the only symmetric equilibrium in increasing strategies; others may exist",
            "Moldovanu and Sela (2001); Weber (1985); Terwiesch and Xu (2008)",
        ),
        (
            auction(prizes=[1.0, 1.0], contestants=ct.Private(2, value=[UNIFORM, stats.uniform(1, 1)])),
            "the prizes are equal: nobody works",
            "Moldovanu and Sela (2001); Weber (1985); Terwiesch and Xu (2008)",
        ),
        (
            auction(
                contestants=ct.Private(3, cost=stats.uniform(0.5, 0.5)),
                cost=ct.Power(2),
                prizes=ct.QualityShare(base=-0.1, share=2.0, floored=True),
            ),
            "the only symmetric equilibrium in increasing strategies; others may exist",
            "Terwiesch and Xu (2008), contingent award; equation derived for this library",
        ),
    ],
)
def test_which_equilibrium_and_whose(contest: ct.Contest, selection: str, source: str) -> None:
    found = SOLVER.solve(contest)
    assert found.selection == selection
    assert (found.source or SOLVER.source) == source
