"""Rank-order contests with additive noise: effort, payoff and refusals (betas by 40-digit quadrature)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import LazearRosen
from tests.cases import cases, expected

MODEL = "additive_noise_tournament"


def _shock(name, p):
    return {
        "normal": lambda: stats.norm(p["m"], p["sigma"]),
        "gumbel": lambda: stats.gumbel_r(p["loc"], p["mu"]),
        "uniform": lambda: stats.uniform(p["a"], p["b"] - p["a"]),
        "reverse_exponential": lambda: stats.gamma(1.0, scale=p["s"]),
        "laplace": lambda: stats.laplace(scale=p["s"]),
        "student3": lambda: stats.t(3, scale=p["s"]),
        "pareto": lambda: stats.pareto(p["alpha"]),
        "genlogistic1": lambda: stats.genlogistic(p["a"]),
        "cauchy": lambda: stats.cauchy(scale=p["s"]),
    }[name]()


def _model(case):
    p = case["parameters"]
    law = ct.Additive(_shock(p["noise"], p["noise_parameters"])).shock
    power = 1.5 if "1.5" in p["cost"] else 2.0
    scale = p["c"] if power == 1.5 else p["c"] / 2
    return LazearRosen(
        contestants=p["n"],
        prizes=p["prizes"],
        shock=law.mirrored() if p["noise"] == "reverse_exponential" else law,
        cost=ct.Power(power, scale=scale),
    )


@pytest.mark.parametrize("case", cases("terwiesch_xu", model=MODEL, refused=False))
def test_equilibria(case):
    model = _model(case)
    eq = model.solve()
    assert eq.effort[0] == expected(case, "effort")
    assert eq.payoff[0] == expected(case, "solver_payoff")
    assert model.theory().value("effort") == expected(case, "effort")
    if "E_best" in case["quantities"] and np.isfinite(case["quantities"]["E_best"]):
        assert eq.expected_best == expected(case, "E_best")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model=MODEL, refused=True))
def test_candidates_that_are_refused(case):
    with pytest.raises(ct.NotEquilibriumError, match="would rather") as caught:
        _model(case).solve()
    certificate = caught.value.candidate.certificate
    stakes = case["parameters"]["prizes"][0]
    assert certificate.max_gain * stakes == pytest.approx(case["quantities"]["deviation_gain"], rel=1e-6)
