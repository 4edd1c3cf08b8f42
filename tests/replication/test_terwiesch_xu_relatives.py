"""Four cases beside Terwiesch and Xu (2008), each expressed in the library's own parts and models.

Critical luck (the exact edge of existence), an award contingent on quality under normal luck, the
length of a contest (Körpeoglu, Körpeoglu and Tunc 2021, in stylised form), and search without a deadline
(Özdenoren and Erkurt 2026; Taylor 1995).
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import optimize, stats

import contests as ct
from cases import Case, cases, expected
from contests.models import ContingentAward, Ideation, SearchTournament, TerwieschXu


def rank_order(prize: float, sigma: float = 1.0, unit: float = 1.0) -> ct.Contest:
    """Two contestants, e + normal shock, cost unit e^2/2."""
    return ct.Contest(
        contestants=ct.Identical(2),
        technology=ct.Additive(stats.norm(scale=sigma), output=ct.Linear()),
        cost=ct.Power(2, scale=unit / 2),
        prizes=prize,
    )


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="existence_threshold"))
def test_critical_luck(case: Case) -> None:
    """Below the critical prize over c sigma^2 a pure equilibrium, above it a named deviation."""
    values = case["quantities"]
    critical = values["critical_prize_over_c_sigma2"]
    below = rank_order(critical * (1 - 1e-9)).solve()
    assert below.effort[0] == pytest.approx(values["foc_effort_over_sigma_at_critical"], rel=2e-9)
    payoff = below.payoff[0] / critical
    assert payoff == pytest.approx(values["payoff_over_prize_at_critical"], rel=1e-7)
    with pytest.raises(ct.NotEquilibriumError) as refused:
        rank_order(critical * (1 + 1e-5)).solve()
    assert refused.value.candidate.certificate.deviation == pytest.approx(
        values["competing_deviation_effort_over_sigma"], rel=1e-3
    )
    # The threshold is one of prize / (c sigma^2): other units, the same edge.
    assert rank_order(critical * (1 - 1e-6) * 6.0, sigma=2.0, unit=1.5).solve().certificate.passed
    with pytest.raises(ct.NotEquilibriumError):
        rank_order(critical * (1 + 1e-5) * 6.0, sigma=2.0, unit=1.5).solve()


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="additive_noise_performance_contingent"))
def test_contingent_award_under_normal_luck(case: Case) -> None:
    p = case["parameters"]
    model = TerwieschXu(
        project=Ideation(returns=1.0, shock=stats.norm(scale=p["sigma"]), output=ct.Linear()),
        solvers=p["n"],
        award=ContingentAward(base=p["a"], share=p["s"]),
        unit_cost=p["c"],
        cost=ct.Power(2, scale=0.5),
    )
    found = model.solve()
    assert found.effort[0] == expected(case, "effort")
    assert found.expected_best == expected(case, "E_best")
    assert found.prizes_paid == expected(case, "expected_award")
    assert found.payoff[0] == expected(case, "solver_payoff")
    assert ct.numerics.rank_slopes(ct.laws.normal(p["sigma"]), p["n"])[0] == expected(case, "beta_1")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="contest_duration_stylised"))
def test_length_of_a_contest(case: Case) -> None:
    """Effort at rate e_t with productivity exp(g t): output y costs least at c y^2 / (2 int exp(2 g t))."""
    p = case["parameters"]
    g, prize, unit = p["g"], p["prize"], p["c"]

    def productive(length: float) -> float:
        return math.expm1(2 * g * length) / (2 * g)

    def contest(length: float) -> ct.Contest:
        return ct.Contest(
            contestants=ct.Identical(p["n"]),
            technology=ct.Additive(stats.norm(scale=p["sigma"]), output=ct.Linear()),
            cost=ct.Power(2, scale=unit / (2 * productive(length))),
            prizes=prize,
        )

    def profit(length: float) -> float:
        found = contest(length).solve()
        return float(found.expected_best - found.prizes_paid - p["delay_cost_rate"] * length)

    best = optimize.minimize_scalar(
        lambda length: -profit(length), bounds=(1.0, 6.0), method="bounded", options={"xatol": 1e-7}
    )
    length = case["quantities"]["optimal_duration"]
    assert float(best.x) == pytest.approx(length, rel=1e-6)  # a flat top
    found = contest(length).solve()
    assert profit(length) == expected(case, "organizer_profit")
    assert found.effort[0] == expected(case, "quality_from_effort")
    assert found.payoff[0] == expected(case, "solver_payoff")
    rate = found.effort[0] / productive(length)  # the cheapest path follows productivity
    assert rate == expected(case, "effort_rate_start")
    assert rate * math.exp(g * length) == expected(case, "effort_rate_end")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="sequential_search_contest"))
@pytest.mark.parametrize("draw", [stats.uniform(), stats.norm()])
def test_search_without_a_deadline(case: Case, draw: object) -> None:
    """The whole prize is spent, whatever the law of a draw."""
    p = case["parameters"]
    model = SearchTournament(
        contestants=p["n"], periods=math.inf, prize=p["prize"], cost_per_draw=p["cost_per_draw"], draw=draw
    )
    found = model.solve()
    assert 1 - model.threshold() == expected(case, "acceptance_probability")
    assert found.effort == pytest.approx(
        np.full(p["n"], case["quantities"]["expected_draws_per_player"]), rel=1e-9
    )
    assert p["cost_per_draw"] * found.total_effort == expected(case, "total_expected_spend")
    assert found.payoff[0] == expected(case, "player_payoff", stakes=p["prize"])
    if model.draw == ct.laws.uniform():
        assert model.expected_best() == expected(case, "mean_quantile_of_winner")
