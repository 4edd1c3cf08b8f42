"""Short results of the design literature: bias, exclusion, splitting, the exponent, numbers of entrants."""

from __future__ import annotations

import numpy as np
import pytest

import contests as ct
from cases import cases, expected
from contests.curve_capped import Capped


def lottery(n, prize=1.0, **parts):
    return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery(), **parts)


@pytest.mark.parametrize("case", cases("canon", model="lottery_optimal_bias"))
def test_franke_et_al_weights_activate_at_least_three(case):
    p, q = case["parameters"], case["quantities"]
    contest = ct.Contest(contestants=ct.Known(value=p["V"]), prizes=1.0, success=ct.Lottery())
    assert ct.solve(contest).total_effort == expected(case, "total_effort_unbiased")
    found = ct.optimal_bias(contest)
    assert found.value == expected(case, "total_effort")
    assert (found.equilibrium.effort > 0).sum() == q["n_active"]
    assert found.equilibrium.effort == expected(case, "efforts")
    assert found.equilibrium.win_probability == expected(case, "win_probs")
    weights = np.array(found.choice["weights"])[: q["n_active"]]
    assert weights == pytest.approx(q["bias_normalised"])
    # No weights among many drawn at random do better.
    rng = np.random.default_rng(1)
    for _ in range(40):
        tried = contest.replace(success=ct.Lottery(weights=np.exp(rng.normal(size=contest.n))))
        assert ct.solve(tried).total_effort <= found.value * (1 + 1e-12)


@pytest.mark.parametrize("case", cases("canon", model="tullock_2p_optimal_bias"))
def test_nti_levels_the_field_of_two(case):
    p, q = case["parameters"], case["quantities"]
    contest = ct.Contest(contestants=ct.Known(value=p["V"]), prizes=1.0, success=ct.Lottery(exponent=p["r"]))
    found = ct.optimal_bias(contest)
    assert found.choice["bias"] == pytest.approx(q["bias_weak"], rel=1e-4)
    assert found.value == pytest.approx(q["total_effort"])
    assert found.equilibrium.payoff == pytest.approx(q["payoffs"], rel=1e-4)


@pytest.mark.parametrize("case", cases("canon", model="optimal_prize"))
def test_optimal_prize_with_quadratic_cost(case):
    p = case["parameters"]
    goal = p["value_per_unit_effort"] * ct.TotalEffort() - ct.PrizesPaid()
    found = ct.optimal_award(lottery(p["n"], cost=ct.Power(2)), ct.Interval(0, 10), goal)
    assert found.choice["award"] == expected(case, "prize")
    assert found.value == expected(case, "designer_payoff")
    assert found.equilibrium.effort[0] == expected(case, "effort")


@pytest.mark.parametrize("case", cases("canon", model="optimal_entrants"))
def test_number_of_entrants_when_each_costs_the_sponsor(case):
    p, q = case["parameters"], case["quantities"]
    goal = ct.TotalEffort() - ct.PerEntrant(p["cost_per_entrant"])
    found = ct.optimal_size(lottery(2, p["V"]), range(1, 30), goal)
    assert found.choice["n"] == q["n_star"]
    assert found.value == expected(case, "objective")
    assert found.evidence == "enumeration of 29 candidates, all certified"


@pytest.mark.parametrize("case", cases("canon", model="optimal_prize_allocation"))
def test_clark_riis_one_prize(case):
    p, q = case["parameters"], case["quantities"]
    found = ct.optimal_prizes(lottery(p["n"]), budget=p["budget"])
    assert found.choice["prizes"].size == 1
    assert found.equilibrium.effort[0] == expected(case, "effort_wta")
    assert q["best_second_prize_share"] == 0


@pytest.mark.parametrize("case", cases("canon", model="grand_vs_split"))
def test_one_grand_contest_beats_divisions(case):
    p = case["parameters"]
    formats = {f"{k} divisions": [lottery(p["n"] // k, p["budget"] / k)] * k for k in p["splits"]}
    found = ct.compare(formats, ct.TotalEffort())
    assert list(found.values.values()) == expected(case, "total_effort")
    assert found.best == "1 divisions"


@pytest.mark.parametrize("case", cases("canon", model="exclusion_principle"))
def test_baye_kovenock_de_vries_exclude_the_strongest(case):
    values = case["parameters"]["V"]

    def field_of(excluded):
        left = [v for i, v in enumerate(values) if i != excluded]
        return ct.Contest(contestants=ct.Known(value=left), prizes=1.0)

    alone = ct.design(field_of, ct.TotalEffort(), excluded=[0, 1, 2])
    assert alone.choice["excluded"] == 0
    assert alone.value == expected(case, "total_excluding_top")
    pair = ct.solve(ct.Contest(contestants=ct.Known(value=values[:2]), prizes=1.0))
    assert pair.total_effort == expected(case, "total_including_all")


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("canon", model="tullock_optimal_r"))
def test_optimal_exponent_among_pure_equilibria(case):
    p = case["parameters"]

    def build(exponent):
        return ct.Contest(
            contestants=ct.Known(value=p["V"]), prizes=1.0, success=ct.Lottery(exponent=exponent)
        )

    found = ct.design(build, ct.TotalEffort(), exponent=ct.Interval(0.2, 2.0))
    # The value has a kink there: beyond it the weaker contestant mixes.
    assert found.choice["exponent"] == expected(case, "r_opt")
    assert found.value == expected(case, "total_effort")


@pytest.mark.parametrize("case", cases("canon", model="allpay_optimal_cap"))
def test_che_gale_a_cap_raises_effort(case):
    q = case["quantities"]
    high, low = case["parameters"]["V"]

    def build(cap):
        return ct.Contest(
            contestants=ct.Known(value=[high, low]), prizes=1.0, cost=Capped(ct.Linear(), at=cap)
        )

    found = ct.design(build, ct.TotalEffort(), cap=[0.3, q["cap_sup"], 0.6, 2.0])
    assert found.choice["cap"] == q["cap_sup"]
    assert found.value == expected(case, "total_effort_sup")
