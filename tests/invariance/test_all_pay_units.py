"""All-pay contests in other units, in other order, and at their limits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import contests as ct
from contests.curves import Linear, Power
from contests.models import AllPay, AllPayKnown

MONEY = [1e9, 1e-9]


@pytest.mark.parametrize("money", MONEY)
@pytest.mark.parametrize("prizes", [[1.0], [3.0, 2.0, 1.0], [1.0, 1.0]])
def test_money_of_alike_contestants(money: float, prizes: list[float]) -> None:
    cost = Power(2, scale=0.5)
    base = AllPay(contestants=4, prizes=prizes, cost=cost).solve()
    scaled = AllPay(contestants=4, prizes=np.array(prizes) * money, cost=cost.scaled(money)).solve()
    assert scaled.certificate.passed
    assert scaled.certificate.max_gain <= 1e-10
    assert scaled.effort == pytest.approx(base.effort, rel=1e-12)
    assert scaled.payoff == pytest.approx(base.payoff * money, rel=1e-9, abs=1e-14 * money)


@pytest.mark.parametrize("money", MONEY)
@pytest.mark.parametrize(
    "fields",
    [
        {"values": [3.0, 2.0, 1.0]},
        {"values": [3.0, 2.0, 1.0], "prizes": 2},
        {"values": [3.0, 2.0], "head_starts": [0.0, 0.4]},
        {"values": [3.0, 2.0], "cap": 1.5},
    ],
)
def test_money_and_effort_of_known_contestants(money: float, fields: dict[str, Any]) -> None:
    """With linear cost in money, effort is in units of money too."""
    base = AllPayKnown(**fields).solve()
    changed = {name: np.array(v) * money if name != "prizes" else v for name, v in fields.items()}
    if "cap" in changed:
        changed["cap"] = float(changed["cap"])
    scaled = AllPayKnown(**changed).solve()
    assert scaled.certificate.max_gain <= 1e-10
    assert scaled.effort == pytest.approx(base.effort * money, rel=1e-11)
    assert scaled.win_probability == pytest.approx(base.win_probability, abs=1e-12)


def test_contestants_keep_their_numbers() -> None:
    for order in ([2, 0, 1], [1, 2, 0]):
        values = np.array([3.0, 2.0, 1.0])
        base, moved = AllPayKnown(values=values, prizes=2), AllPayKnown(values=values[order], prizes=2)
        assert moved.solve().effort == pytest.approx(base.solve().effort[order], rel=1e-12)


def test_worth_is_value_over_cost() -> None:
    """A value of 6 at unit cost 2 competes like 3 at unit cost 1, and earns twice as much money."""
    plain = AllPayKnown(values=[3.0, 2.0]).solve()
    dear = AllPayKnown(values=[6.0, 2.0], costs=[2.0, 1.0]).solve()
    assert dear.effort == pytest.approx(plain.effort, rel=1e-12)
    assert dear.payoff == pytest.approx(plain.payoff * [2.0, 1.0], abs=1e-12)


def test_the_rooms_of_alike_and_of_known_contestants_meet() -> None:
    alike = AllPay(contestants=2, prizes=[1.0]).solve()
    known = AllPayKnown(values=[1.0, 1.0 - 1e-9]).solve()
    assert known.effort == pytest.approx(alike.effort, rel=1e-8)
    three = AllPay(contestants=3, prizes=[1.0, 1.0]).solve()
    siegel = AllPayKnown(values=[1.0, 1.0 - 1e-9, 1.0 - 2e-9], prizes=2).solve()
    assert siegel.effort == pytest.approx(three.effort, rel=1e-7)


def test_one_prize_of_siegel_is_the_pair() -> None:
    """m = 1 of the formula for m + 1 contestants, against Hillman and Riley's."""
    from contests.mixing_known import SiegelMixed

    equilibrium = AllPayKnown(values=[3.0, 2.0]).solve()
    grid = np.linspace(0.0, 2.0, 41)
    for i in (0, 1):
        formula = SiegelMixed(values=[3.0, 2.0], place=i)
        assert formula.cdf(grid) == pytest.approx(equilibrium.strategy(i).cdf(grid), abs=1e-14)


@pytest.mark.parametrize("n", [2, 3, 6])
def test_caps_join_their_regimes(n: int) -> None:
    """From everybody at the cap, through an atom there, to no cap: efforts are continuous."""
    free = AllPay(contestants=n).solve()
    low = AllPay(contestants=n, cap=(1 + 1e-9) / n).solve()
    high = AllPay(contestants=n, cap=1 - 1e-9).solve()
    assert low.effort[0] == pytest.approx(1 / n, rel=1e-8)
    assert high.expected_best == pytest.approx(free.expected_best, rel=1e-6)
    assert AllPay(contestants=n, cap=1.0).solve().strategy(0).atoms[0].size == 0
    for equilibrium in (low, high):
        assert equilibrium.certificate.max_gain <= 1e-10


@settings(max_examples=12)
@given(
    n=st.integers(2, 30),
    prizes=st.lists(st.floats(0.0, 10.0), min_size=1, max_size=6),
    exponent=st.floats(0.3, 4.0),
)
def test_payoffs_are_the_last_prize(n: int, prizes: list[float], exponent: float) -> None:
    """Barut and Kovenock (1998), for any prizes and power cost."""
    ranked = sorted(prizes, reverse=True)[:n]
    if ranked[0] < 1e-3:
        return
    equilibrium = AllPay(contestants=n, prizes=ranked, cost=Power(exponent)).solve()
    last = ranked[-1] if len(ranked) == n else 0.0
    assert equilibrium.certificate.max_gain <= 1e-10
    assert equilibrium.payoff[0] == pytest.approx(last, abs=1e-12 * ranked[0])


@settings(max_examples=12)
@given(
    values=st.lists(st.floats(0.1, 10.0), min_size=2, max_size=6, unique=True),
    prizes=st.integers(1, 5),
)
def test_payoffs_are_siegels(values: list[float], prizes: int) -> None:
    """Siegel (2009): what one is worth more than the (m + 1)-th, whatever the equilibrium."""
    m = min(prizes, len(values))
    equilibrium = AllPayKnown(values=values, prizes=m).solve()
    threshold = sorted(values, reverse=True)[m] if m < len(values) else 0.0
    assert equilibrium.certificate.max_gain <= 1e-10
    said = np.maximum(np.array(values) - threshold, 0.0)
    assert equilibrium.payoff == pytest.approx(said, abs=1e-10 * max(values))


@settings(max_examples=12)
@given(
    values=st.lists(st.floats(0.1, 10.0), min_size=2, max_size=2),
    starts=st.lists(st.floats(0.0, 5.0), min_size=2, max_size=2, unique=True),
)
def test_head_start_payoffs_are_siegels(values: list[float], starts: list[float]) -> None:
    """The reach of the second decides both payoffs."""
    equilibrium = AllPayKnown(values=values, head_starts=starts).solve()
    threshold = min(v + h for v, h in zip(values, starts, strict=True))
    scale = max(values)
    said = [min(max(v + h - threshold, 0.0), v) for v, h in zip(values, starts, strict=True)]
    assert equilibrium.certificate.max_gain <= 1e-10
    assert equilibrium.payoff == pytest.approx(said, abs=1e-9 * scale)


def test_a_sponsor_sees_exact_expectations() -> None:
    equilibrium = AllPayKnown(values=[10.0, 6.0, 3.0]).solve()
    objective = ct.BestQuality() - ct.PrizesPaid()
    assert objective(equilibrium) == pytest.approx(3.6 - 1.0, rel=1e-12)
    assert equilibrium.expected_average == pytest.approx(4.8 / 3, rel=1e-12)


def test_a_common_ability_only_moves_quality() -> None:
    base = ct.solve(ct.Contest(contestants=ct.Known(value=[3.0, 2.0]), prizes=1.0, cost=Linear()))
    moved = ct.solve(
        ct.Contest(contestants=ct.Known(value=[3.0, 2.0], ability=[7.0, 7.0]), prizes=1.0, cost=Linear())
    )
    assert moved.certificate.max_gain <= 1e-10
    assert moved.effort == pytest.approx(base.effort, rel=1e-12)
    assert moved.expected_best == pytest.approx(base.expected_best + 7.0, rel=1e-12)
