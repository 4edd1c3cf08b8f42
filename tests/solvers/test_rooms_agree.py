"""Where two rooms take the same contest, or one is the limit of the other, they say the same.

Solver against solver: no number here comes from a formula of either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.curve_capped import Capped

NORMAL = ct.Additive(stats.norm())


def contest(contestants: Any, **parts: Any) -> ct.Contest:
    return ct.Contest(contestants=contestants, **{"prizes": 1.0, **parts})


# --- A lottery is a race of Gumbel shocks on the log of effort (Luce 1959; Yellott 1977) ---


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.3])
@pytest.mark.parametrize("prizes", [[1.0], [1.0, 0.4]])
def test_alike_contestants_in_a_lottery_or_a_race(exponent: float, prizes: list[float]) -> None:
    lottery = ct.solve(contest(ct.Identical(3), prizes=prizes, success=ct.Lottery(exponent=exponent)))
    gumbel = ct.Additive(stats.gumbel_r(), output=ct.Log(scale=exponent))
    race = ct.solve(contest(ct.Identical(3), prizes=prizes, technology=gumbel))
    np.testing.assert_allclose(race.effort, lottery.effort, rtol=1e-12)
    np.testing.assert_allclose(race.payoff, lottery.payoff, rtol=1e-10)


def test_unlike_contestants_in_a_lottery_or_a_race() -> None:
    field = ct.Known(value=[1.0, 1.5, 2.0])
    lottery = ct.solve(contest(field, success=ct.Lottery()))
    race = ct.solve(contest(field, technology=ct.Additive(stats.gumbel_r(), output=ct.Log())))
    np.testing.assert_allclose(race.effort, lottery.effort, rtol=1e-10)


# --- As the shock vanishes luck does, and what is left is an all-pay contest ---


def test_types_of_a_vanishing_shock_are_those_without() -> None:
    """Private values 1 to 2, three contestants, quadratic cost: efforts by type approach the exact room's."""
    values = np.array([1.2, 1.5, 1.8])
    parts: dict[str, Any] = {"contestants": ct.Private(3, value=stats.uniform(1, 1)), "cost": ct.Power(2)}
    without = ct.solve(contest(**parts)).profile.strategy(0)(values)
    off = [
        ct.solve(contest(**parts, technology=ct.Additive(stats.norm(0, scale)))).profile.strategy(0)(values)
        - without
        for scale in (0.4, 0.2)
    ]
    assert np.abs(off[1]).max() < 0.5 * np.abs(off[0]).max()
    assert np.abs(off[1]).max() < 0.06


@pytest.mark.parametrize("field", [ct.Identical(2), ct.Known(value=[1.0, 0.6])])
def test_mixing_under_a_vanishing_shock_is_the_all_pay_contest(field: Any) -> None:
    """No sure efforts at a shock of 2 per cent: the general solver's payoffs approach the exact room's."""
    exact = ct.solve(contest(field))
    shocked = ct.solve(
        contest(field, technology=ct.Additive(stats.norm(0, 0.01))), solver="general", gain_tolerance=2e-3
    )
    np.testing.assert_allclose(shocked.payoff, exact.payoff, atol=0.03)
    np.testing.assert_allclose(shocked.effort, exact.effort, atol=0.03)


# --- Types that hardly differ are contestants who do not ---


def test_narrow_private_values_bid_like_alike_contestants() -> None:
    """Purification: over types, efforts are distributed as the mixed strategy of alike contestants."""
    for prizes in ([1.0], [1.0, 0.5]):
        types = ct.solve(contest(ct.Private(3, value=stats.uniform(1, 1e-6)), prizes=prizes))
        alike = ct.solve(contest(ct.Identical(3), prizes=prizes))
        levels = np.linspace(0.05, 0.95, 19)
        by_type = types.profile.strategy(0)(1 + 1e-6 * levels)
        np.testing.assert_allclose(by_type, alike.profile.strategy(0).ppf(levels), rtol=1e-5)


@pytest.mark.slow
def test_narrow_private_values_of_unlike_laws_are_known_differences() -> None:
    """Values near 1 and near 2: the pair of Hillman and Riley (1989), purified."""
    types = ct.solve(contest(ct.Private(value=[stats.uniform(1, 1e-3), stats.uniform(2, 1e-3)])))
    known = ct.solve(contest(ct.Known(value=[1.0, 2.0])))
    np.testing.assert_allclose(types.effort, known.effort, rtol=2e-3)
    np.testing.assert_allclose(types.payoff, known.payoff, atol=2e-3)


def test_narrow_private_values_under_a_shock_are_alike_contestants() -> None:
    parts: dict[str, Any] = {"technology": NORMAL, "cost": ct.Power(2), "prizes": [1.0, 0.5]}
    types = ct.solve(contest(ct.Private(3, value=stats.uniform(1, 1e-5)), **parts))
    alike = ct.solve(contest(ct.Identical(3), **parts))
    np.testing.assert_allclose(types.profile.strategy(0)([1 + 5e-6]), alike.effort[:1], rtol=1e-5)


def test_narrow_private_costs_in_a_lottery_are_alike_contestants() -> None:
    types = ct.solve(contest(ct.Private(3, cost=stats.uniform(1, 1e-5)), success=ct.Lottery()))
    alike = ct.solve(contest(ct.Identical(3), success=ct.Lottery()))
    np.testing.assert_allclose(types.profile.strategy(0)([1 + 5e-6]), alike.effort[:1], rtol=1e-5)


def test_a_lottery_of_large_exponent_is_nearly_the_all_pay_contest() -> None:
    """Payoffs agree at any exponent above 2 (Ewerhart 2017), distributions of effort as it grows."""
    field = ct.Known(value=[1.0, 0.6])
    lottery = ct.solve(contest(field, success=ct.Lottery(exponent=15)))
    exact = ct.solve(contest(field))
    np.testing.assert_allclose(lottery.payoff, exact.payoff, atol=1e-8)
    np.testing.assert_allclose(lottery.effort, exact.effort, rtol=1e-8)
    efforts = np.linspace(0.05, 0.55, 11)
    for i in (0, 1):
        distance = lottery.strategy(i).cdf(efforts) - exact.strategy(i).cdf(efforts)
        assert np.abs(distance).max() < 2 / 15


# --- The general solver, which knows payoffs only, on the others' examples ---


GENERAL = {
    "identical, no shock, two prizes": contest(ct.Identical(3), prizes=[1.0, 0.4]),
    "known differences, no shock, head start": contest(ct.Known(value=[1.0, 0.9], ability=[0.0, 0.2])),
    "known differences, no shock, cap": contest(ct.Identical(2), cost=Capped(ct.Linear(), at=0.6)),
    "identical, shock": contest(ct.Identical(3), prizes=[1.0, 0.4], technology=NORMAL, cost=ct.Power(2)),
    "known differences, shock": contest(ct.Known(cost=[1.0, 1.5]), technology=NORMAL, cost=ct.Power(2)),
    "known differences, lottery": contest(ct.Known(value=[1.0, 0.6, 0.5]), success=ct.Lottery()),
    "lottery, countably many atoms": contest(ct.Known(value=[1.0, 0.7]), success=ct.Lottery(exponent=4)),
    "lottery, semi-mixed": contest(ct.Known(value=[1.0, 0.4]), success=ct.Lottery(exponent=1.7)),
    "averse to risk": contest(
        ct.Known(value=[1.0, 1.5], utility=ct.CARA(1.0)), technology=NORMAL, cost=ct.Power(2)
    ),
}


@pytest.mark.parametrize("name", GENERAL)
def test_the_general_solver_on_the_examples_of_others(name: str) -> None:
    game = GENERAL[name]
    special = ct.solve(game)
    general = ct.solve(game, solver="general", gain_tolerance=2e-3)
    assert special.method != "general"
    np.testing.assert_allclose(general.payoff, special.payoff, atol=0.01)
    np.testing.assert_allclose(general.effort, special.effort, atol=0.02)


# --- Prizes and costs in other units of money ---


def _lottery(s: float, exponent: float, **parts: Any) -> ct.Contest:
    return contest(
        ct.Known(value=[1.0, 0.7]),
        prizes=s,
        cost=ct.Linear(s),
        success=ct.Lottery(exponent=exponent),
        **parts,
    )


MONEY: dict[str, Callable[[float], ct.Contest]] = {
    "identical, no shock": lambda s: contest(ct.Identical(3), prizes=[s, 0.4 * s], cost=ct.Linear(s)),
    "known differences, no shock": lambda s: contest(
        ct.Known(value=[1.0, 0.8], ability=[0.0, 0.1]), prizes=s, cost=ct.Linear(s)
    ),
    "identical, shock": lambda s: contest(
        ct.Identical(3), prizes=s, technology=NORMAL, cost=ct.Power(2, scale=s)
    ),
    "lottery": lambda s: _lottery(s, 1.0),
    "lottery, decisive": lambda s: _lottery(s, 1.8),
    "lottery, mixed": lambda s: _lottery(s, 3.0),
    "trials": lambda s: contest(
        ct.Identical(4), prizes=s, cost=ct.Linear(s / 50), technology=ct.Trials(stats.norm())
    ),
    "private types, no shock": lambda s: contest(
        ct.Private(3, value=stats.uniform(1, 1)), prizes=[s, 0.4 * s], cost=ct.Power(2, scale=s)
    ),
    "private types, two laws": lambda s: contest(
        ct.Private(value=[stats.uniform(1, 1), stats.uniform(1, 2)]), prizes=s, cost=ct.Linear(s)
    ),
    "private types, shock": lambda s: contest(
        ct.Private(3, ability=stats.uniform()), prizes=s, technology=NORMAL, cost=ct.Power(2, scale=s)
    ),
}


@pytest.mark.parametrize("name", MONEY)
def test_money_in_other_units_changes_nothing(name: str) -> None:
    one = ct.solve(MONEY[name](1.0))
    for scale in (1e9, 1e-9):
        other = ct.solve(MONEY[name](scale))
        np.testing.assert_allclose(other.effort, one.effort, rtol=1e-9)
        np.testing.assert_allclose(other.payoff / scale, one.payoff, rtol=1e-8, atol=1e-10)
