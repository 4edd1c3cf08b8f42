"""Numbers printed on all-pay contests with complete information."""

from __future__ import annotations

import numpy as np
import pytest

from cases import Case, cases, expected
from contests.curves import Linear, Power
from contests.models import AllPay, AllPayKnown


@pytest.mark.parametrize("case", cases("published", ids=("allpay_two_player_probs",)))
def test_hillman_riley_1989(case: Case) -> None:
    equilibrium = AllPayKnown(values=case["parameters"]["values"]).solve()
    assert equilibrium.win_probability[0] == expected(case, "p1")
    assert equilibrium.win_probability[1] == expected(case, "p2")
    assert equilibrium.payoff == expected(case, "payoffs", stakes=10.0)
    assert equilibrium.effort == expected(case, "mean_efforts")


@pytest.mark.parametrize("case", cases("published", ids=("gneezy_smorodinsky_n8",)))
def test_gneezy_smorodinsky_2006(case: Case) -> None:
    p = case["parameters"]
    equilibrium = AllPay(contestants=p["n"], prizes=[p["prize"]]).solve()
    assert equilibrium.effort[0] == expected(case, "mean_bid")
    assert equilibrium.total_effort == expected(case, "total")


@pytest.mark.parametrize("case", cases("published", ids=("betto_thomas_fixed_value",)))
def test_betto_thomas_example_2(case: Case) -> None:
    prize = case["parameters"]["prize"]
    equilibrium = AllPayKnown(values=[prize, prize], costs=[Power(2), Linear(1.0)]).solve()
    first, second = equilibrium.strategy(0), equilibrium.strategy(1)
    slope = np.diff(first.cdf(np.array([0.2, 0.6])))[0] / 0.4
    top, bottom = case["published"]["G1_slope"].split("/")
    assert slope == pytest.approx(int(top) / int(bottom), rel=1e-12)
    assert float(second.cdf(0.0)) == expected(case, "G2_at_zero")
    # What the contestants spend: the prize less the rent of the one whose cost is lower at the top.
    spent = prize - equilibrium.payoff.sum()
    assert spent == expected(case, "expected_output")
