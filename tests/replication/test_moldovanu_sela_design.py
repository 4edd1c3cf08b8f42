"""Moldovanu and Sela (2001, 2006): the allocation of prizes and the architecture of contests."""

from __future__ import annotations

import pytest
from scipy import stats

import contests as ct
from cases import cases, expected


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="private_ability_optimal_split"))
def test_split_of_the_budget(case):
    p, q = case["parameters"], case["quantities"]
    # Cost x^b / a with private a: dividing payoffs by 1/a, the prize is worth a times as much.
    power = 2.0 if "x^2" in p["cost"] else 1.0
    cost = ct.Power(2) if power == 2.0 else ct.Linear()
    contest = ct.Contest(contestants=ct.Private(p["n"], value=stats.uniform(0.5, 0.5)), prizes=1.0, cost=cost)
    found = ct.optimal_prizes(contest, budget=p["budget"])
    assert found.choice["prizes"][0] == pytest.approx(q["optimal_first_prize_share"], abs=1e-5)
    assert found.value == pytest.approx(q["total_effort_at_optimum"], rel=1e-8)
    kind = "concave programme" if power == 2.0 else "exact linear programme"
    assert found.evidence.startswith(kind)


def test_one_prize_with_linear_cost_and_the_dual_is_effort_for_each_unit_of_money():
    contest = ct.Contest(contestants=ct.Private(3, cost=stats.uniform(0.5, 0.5)), prizes=1.0)
    found = ct.optimal_prizes(contest, budget=2.0)
    assert found.choice["prizes"].tolist() == [2.0]
    (price,) = [value for name, value in found.duals.items() if name.startswith("budget")]
    assert found.value == pytest.approx(2.0 * price)
    assert found.value == pytest.approx(2.0 * 1.3644676665612938)  # case B046


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("canon", model="moldovanu_sela_optimal_split"))
def test_five_contestants_with_quadratic_cost_want_the_second_prize_as_large_as_the_first(case):
    p = case["parameters"]
    contest = ct.Contest(
        contestants=ct.Private(p["k"], cost=stats.uniform(0.5, 0.5)), prizes=1.0, cost=ct.Power(2)
    )
    found = ct.optimal_prizes(contest, budget=1.0, most=2)
    assert found.choice["prizes"] == pytest.approx([0.5, 0.5], abs=1e-9)
    assert found.value == expected(case, "total_effort")
    # Without the limit to two prizes more than two are better still.
    free = ct.optimal_prizes(contest, budget=1.0)
    assert free.value > found.value
    assert free.choice["prizes"].size > 2


def test_one_prize_with_concave_cost():
    contest = ct.Contest(
        contestants=ct.Private(3, cost=stats.uniform(0.5, 0.5)), prizes=1.0, cost=ct.Power(0.5)
    )
    found = ct.optimal_prizes(contest, budget=1.0)
    assert found.choice["prizes"].tolist() == [1.0]
    assert "corners" in found.evidence


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("canon", model="crowdsourcing_max_optimal"))
def test_reserve_that_is_best_for_the_highest_effort(case):
    p, q = case["parameters"], case["quantities"]
    contest = ct.Contest(contestants=ct.Private(p["n"], value=stats.uniform()), prizes=1.0)
    best = q["reserve_effort"]
    found = ct.optimal_reserve(contest, [0.8 * best, best, 1.2 * best], ct.BestQuality())
    assert found.choice["quality"] == best
    assert found.value == expected(case, "optimal_expected_max")


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("canon", model="allpay_optimal_reserve"))
def test_reserve_that_is_best_for_total_effort(case):
    p, q = case["parameters"], case["quantities"]
    contest = ct.Contest(contestants=ct.Private(p["n"], value=stats.expon()), prizes=1.0)
    best = q["reserve_effort"]
    found = ct.optimal_reserve(contest, [0.7 * best, best, 1.4 * best])
    assert found.choice["quality"] == best
    assert found.value == pytest.approx(q["expected_total"], rel=1e-8)
    none = ct.solve(contest).total_effort
    assert none == pytest.approx(q["expected_total_no_reserve"], rel=1e-8)


@pytest.mark.slow
def test_a_fee_brings_a_sponsor_who_cares_for_effort_and_money_as_much_as_a_reserve():
    # Two uniform values: the threshold 1/2 is best whether it is set by a reserve or a fee of 1/4.
    contest = ct.Contest(contestants=ct.Private(2, value=stats.uniform()), prizes=1.0)
    found = ct.optimal_fee(contest, [0.2, 0.25, 0.3])
    assert found.choice["fee"] == 0.25
    assert found.value == pytest.approx(5 / 12, rel=1e-8)


@pytest.mark.parametrize("n", [2, 5])
def test_highest_submission_is_at_least_half_of_all_effort(n):
    # Chawla, Hartline and Sivan (2012): (n + 1) / (2 n) with uniform values.
    eq = ct.solve(ct.Contest(contestants=ct.Private(n, value=stats.uniform()), prizes=1.0))
    assert eq.expected_best / eq.total_effort == pytest.approx((n + 1) / (2 * n), rel=1e-8)


def test_a_budget_too_small_for_the_reserve_is_refused():
    contest = ct.Contest(contestants=ct.Private(2, value=stats.uniform()), prizes=1.0, entry=ct.Reserve(3.0))
    with pytest.raises(ct.InvalidPartError, match="costs at least 3"):
        ct.optimal_prizes(contest, budget=2.0)


def test_one_prize_for_the_highest_submission():
    contest = ct.Contest(contestants=ct.Private(6, value=stats.uniform()), prizes=1.0)
    found = ct.optimal_prizes(contest, budget=1.0, objective=ct.BestQuality())
    assert found.choice["prizes"].tolist() == [1.0]
