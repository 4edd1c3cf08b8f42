"""Predictions printed in papers on experiments with lotteries and all-pay contests, one test a paper.

Stages are solved from the last to the first: what a stage is worth is the payoff of the next one.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import Case, cases, expected
from contests.models import AllPay, PrivateValueAllPay, Tullock


@pytest.mark.parametrize("case", cases("published", ids=("davis_reilly1998",)))
def test_davis_and_reilly_1998(case: Case) -> None:
    p = case["parameters"]
    lottery = Tullock(contestants=p["n"], prize=p["prize"]).solve()
    assert lottery.total_effort == expected(case, "lottery_total")
    all_pay = AllPay(contestants=p["n"], prizes=[p["prize"]]).solve()
    assert all_pay.total_effort == expected(case, "allpay_total")


@pytest.mark.parametrize("case", cases("published", ids=("cst2014_convex",)))
def test_chowdhury_sheremeta_turocy_2014(case: Case) -> None:
    """Convex cost: effort squared over 30."""
    p = case["parameters"]
    contest = ct.Contest(
        contestants=ct.Identical(p["n"]),
        prizes=p["prize"],
        success=ct.Lottery(exponent=p["r"]),
        cost=ct.Power(2, scale=1 / 30),
    )
    assert ct.solve(contest).effort[0] == expected(case, "effort")


@pytest.mark.parametrize("case", cases("published", ids=("noussair_silver2006",)))
def test_noussair_and_silver_2006(case: Case) -> None:
    value = stats.uniform(0, 1000)
    equilibrium = PrivateValueAllPay(contestants=case["parameters"]["n"], value=value).solve()
    assert float(equilibrium.strategy(0)(np.array([1000.0]))[0]) == expected(case, "bid_at_1000")
    assert equilibrium.total_effort == expected(case, "revenue")


@pytest.mark.parametrize("case", cases("published", ids=("goeree_holt1999",)))
def test_goeree_and_holt_1999(case: Case) -> None:
    p = case["parameters"]
    equilibrium = Tullock(contestants=p["n"], prize=p["prize"], costs=[p["unit_cost"]] * p["n"]).solve()
    assert equilibrium.effort[0] == expected(case, "units_each")
    assert p["unit_cost"] * equilibrium.total_effort == expected(case, "total_cost")


@pytest.mark.parametrize("case", cases("published", ids=("sheremeta2010_twostage",)))
def test_sheremeta_2010(case: Case) -> None:
    """Two pairs, and the winners meet; as much is spent as in one stage of all four."""
    p = case["parameters"]
    final = Tullock(contestants=2, prize=p["prize"]).solve()
    first = Tullock(contestants=2, prize=final.payoff[0]).solve()
    assert final.effort[0] == expected(case, "stage2")
    assert first.effort[0] == expected(case, "stage1")
    assert 2 * first.total_effort + final.total_effort == expected(case, "total_two")
    assert Tullock(contestants=p["n"], prize=p["prize"]).solve().total_effort == expected(case, "total_one")


@pytest.mark.parametrize("case", cases("published", ids=("stracke2014",)))
def test_stracke_and_others_2014(case: Case) -> None:
    """Single: first stage 15, final 60; with a second prize 24 and 24."""
    for prizes, key in (([case["parameters"]["purse"]], "single"), ([168.0, 72.0], "multi")):
        final = ct.solve(ct.Contest(contestants=ct.Identical(2), prizes=prizes, success=ct.Lottery()))
        first = Tullock(contestants=2, prize=final.payoff[0]).solve()
        assert [first.effort[0], final.effort[0]] == expected(case, key)


@pytest.mark.parametrize("case", cases("published", ids=("mago2013_bestof3",)))
def test_mago_sheremeta_yates_2013(case: Case) -> None:
    """Best of three: the leader has three times as much at stake as the follower."""
    prize = case["parameters"]["prize"]
    tied = Tullock(contestants=2, prize=prize).solve()
    leader_wins, leader_loses = prize, tied.payoff[0]
    second = Tullock(values=(leader_wins - leader_loses, tied.payoff[1])).solve()
    worth = leader_loses + second.payoff[0] - second.payoff[1]
    first = Tullock(contestants=2, prize=worth).solve()
    assert tied.effort[0] == expected(case, "tied")
    assert second.effort[0] == expected(case, "leader")
    assert second.effort[1] == expected(case, "follower")
    assert first.effort[0] == expected(case, "battle1")


@pytest.mark.parametrize("case", cases("published", ids=("deck2020_T1_crra0", "deck2020_T2_crra0")))
def test_deck_and_others_2020_risk_neutral(case: Case) -> None:
    """Shares of 120, known (T1) or uniform on 0 to 240 (T2): to the risk-neutral a share is a chance and a
    random prize its mean. All treatments are those of `SharedPrize` (test_groups_and_spillovers.py)."""
    assert case["parameters"]["H_max"] / 2 == 120.0
    equilibrium = Tullock(contestants=case["parameters"]["n"], prize=120.0).solve()
    assert equilibrium.effort == expected(case, "efforts_ABC")
