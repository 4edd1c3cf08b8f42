"""Terwiesch and Xu (2008): the sponsor's choices, found by search and not from the closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import cases, expected


def objective(rho):
    return rho * ct.BestQuality() + (1 - rho) * ct.AverageQuality() - ct.PrizesPaid()


def ideation(p, n=5, award=1.0):
    shock = stats.gumbel_r(loc=-np.euler_gamma * p["mu"], scale=p["mu"])
    return ct.Contest(
        contestants=ct.Identical(n),
        prizes=award,
        technology=ct.Additive(shock, output=ct.Log(scale=p["delta"], intercept=p["kappa"])),
        cost=ct.Linear(p["c"]),
    )


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_optimal_design"))
def test_optimal_award_is_the_returns_to_effort(case):
    p = case["parameters"]
    n = min(p["n_fixed_for_award"], 4)  # beyond four there is no equilibrium in the case delta > mu
    found = ct.optimal_award(ideation(p, n), ct.Interval(0.01, 10, log=True), objective(p["rho"]))
    assert found.choice["award"] == pytest.approx(case["quantities"]["optimal_award"], rel=1e-5)
    assert found.sensitivity["award"].position == "interior"
    assert abs(found.sensitivity["award"].slope) < 1e-4


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_optimal_design"))
def test_optimal_size(case):
    p, q = case["parameters"], case["quantities"]
    contest = ideation(p, award=q["optimal_award"])
    found = ct.optimal_size(contest, range(2, 9), objective(p["rho"]))
    if "n_star_integer_feasible" in q:
        assert found.choice["n"] == q["n_star_integer_feasible"]
        assert found.value == expected(case, "profit_at_n_star_feasible")
        # Larger contests have only equilibria in which somebody is idle: worth less, or rejected.
        assert found.sensitivity["n"].to_next is None or found.sensitivity["n"].to_next < 0
    elif q["n_star_integer_unconstrained"] == "infinite (profit increasing in n)":
        assert found.choice["n"] == 8
        assert found.sensitivity["n"].position == "at the upper bound"
        assert found.sensitivity["n"].to_previous < 0
    else:
        assert found.choice["n"] == q["n_star_integer_unconstrained"]
        assert found.value == expected(case, "profit_at_n_star_integer")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="trial_and_error_optimal_design"))
def test_trial_and_error(case):
    p, q = case["parameters"], case["quantities"]
    draw = stats.gumbel_r(loc=-np.euler_gamma * p["mu"], scale=p["mu"])

    def build(n, award):
        return ct.Contest(
            contestants=ct.Identical(n), prizes=award, technology=ct.Trials(draw), cost=ct.Linear(p["c"])
        )

    # Quality of the average solver counts: that of her best draw.
    found = ct.design(build, objective(p["rho"]), n=range(2, 9), award=ct.Interval(0.1, 10, log=True))
    assert found.choice["n"] == q["n_star_integer"]
    assert found.choice["award"] == pytest.approx(q["optimal_award"], rel=1e-4)
    assert found.value == expected(case, "profit_at_n_star")


@pytest.mark.parametrize(
    "case", cases("terwiesch_xu", ids=("B29_pca_optimal_royalty",), model="ideation_performance_contingent")
)
def test_optimal_royalty(case):
    p, q = case["parameters"], case["quantities"]
    contest = ideation(p, p["n"])
    royalty = ct.optimal_contingency(contest, base=[0.0], share=ct.Interval(0, 1))
    assert royalty.choice["share"] == pytest.approx(q["optimal_royalty"], rel=1e-4)
    assert royalty.value == expected(case, "seeker_profit_rho1")
    fixed = ct.optimal_contingency(contest, base=ct.Interval(0.01, 5), share=[0.0])
    assert fixed.value == expected(case, "fixed_award_profit_optA")
    assert royalty.value > fixed.value


@pytest.mark.parametrize("case", cases("terwiesch_xu", ids=("C14_expertise_uniform_delta3_restrict_entry",)))
def test_expertise_is_tried_at_every_size(case):
    p, q = case["parameters"], case["quantities"]
    contest = ct.Contest(
        contestants=ct.Private(2, ability=stats.uniform()),
        prizes=p["A"],
        technology=ct.Exact(output=ct.Log(scale=p["delta"])),
        cost=ct.Linear(p["c"]),
    )
    found = ct.optimal_size(contest, [2, 3, 4], ct.BestQuality())
    assert found.choice["n"] == q["best_n_in_list"]
    assert [t.value for t in found.trials[:3]] == pytest.approx(q["E_best"][:3], rel=1e-6)
