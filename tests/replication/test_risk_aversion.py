"""Lotteries of contestants averse to risk: closed forms for CARA, and Cornes and Hartley's multiplicity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import contests as ct
from contests.utility import Utility
from tests.cases import cases, expected


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Quadratic(Utility):
    """c - 0.45 c^2: risk aversion rises with wealth."""

    bend: float = 0.45

    def value(self, wealth):
        return wealth - self.bend * np.square(wealth)

    def slope(self, wealth):
        return 1 - 2 * self.bend * np.asarray(wealth)


@pytest.mark.parametrize("case", cases("canon", model="lottery_cara"))
def test_constant_absolute_risk_aversion(case):
    p = case["parameters"]
    attitudes = [ct.CARA(a) if a else None for a in p["cara"]]
    eq = ct.solve(
        ct.Contest(contestants=ct.Known(value=p["V"], utility=attitudes), prizes=1.0, success=ct.Lottery())
    )
    assert eq.effort == expected(case, "efforts")
    assert eq.payoff == expected(case, "certainty_equivalents")


def test_logarithmic_utility():
    (case,) = (c.values[0] for c in cases("canon", model="lottery_crra"))
    eq = ct.solve(
        ct.Contest(
            contestants=ct.Identical(2, utility=ct.CRRA(1.0), wealth=1.0), prizes=1.0, success=ct.Lottery()
        )
    )
    assert eq.effort[0] == expected(case, "effort")
    assert np.log(1.0 + eq.payoff[0]) == expected(case, "expected_utility")


def test_rising_risk_aversion_has_several_equilibria():
    (case,) = (c.values[0] for c in cases("published", ids=("cornes_hartley_ex1",)))
    contest = ct.Contest(contestants=ct.Identical(10, utility=Quadratic()), prizes=1.0, success=ct.Lottery())
    eq = ct.solve(contest)
    assert eq.effort[0] == expected(case, "symmetric_effort")
    assert "3, 4" in eq.selection and "active exist too" in eq.selection
    numbers = [case["published"][key] for key in ("active", "inactive")]
    few = contest.replace(contestants=ct.Identical(numbers[0], utility=Quadratic()))
    active = float(ct.solve(few).effort[0])
    assert active == expected(case, "asymmetric_active_effort")
    assert ct.certify(contest, np.repeat([active, 0.0], numbers)).passed


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_money_in_other_units_is_the_same_gamble(scale):
    base = ct.Contest(contestants=ct.Identical(3, utility=ct.CARA(2.0)), prizes=1.0, success=ct.Lottery())
    other = ct.Contest(
        contestants=ct.Identical(3, utility=ct.CARA(2.0 / scale)), prizes=scale, success=ct.Lottery()
    )
    assert ct.solve(other).effort[0] / scale == pytest.approx(ct.solve(base).effort[0], rel=1e-10)


def test_vanishing_aversion_is_risk_neutrality():
    values = [3.0, 2.0, 1.5]
    averse = ct.Contest(
        contestants=ct.Known(value=values, utility=ct.CARA(1e-8)), prizes=1.0, success=ct.Lottery()
    )
    neutral = ct.Contest(contestants=ct.Known(value=values), prizes=1.0, success=ct.Lottery())
    np.testing.assert_allclose(ct.solve(averse).effort, ct.solve(neutral).effort, rtol=1e-7)
