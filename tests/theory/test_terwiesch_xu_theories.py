"""Closed forms and propositions of trials, expertise and contingent awards.

Independent routes: reference cases at 40 digits (`tests/data/terwiesch_xu.json`), quadrature by SciPy,
and the library's solver (the propositions).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

import contests as ct
from cases import Case, cases, expected
from contests.errors import UnsolvableError
from contests.models import ContingentAward, Expertise, Ideation, TerwieschXu, TrialAndError
from contests.models._contingent_propositions import contingent_propositions
from contests.models._expertise_propositions import expertise_propositions
from contests.models._trials_propositions import trials_propositions
from contests.propositions import Proposition

LAWS = {
    "uniform": lambda q: stats.uniform(q["a"], q["b"] - q["a"]),
    "gumbel": lambda q: stats.gumbel_r(loc=q["loc"], scale=q["mu"]),
}


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="trial_and_error"))
def test_trials(case: Case) -> None:
    p = case["parameters"]
    if p["draw_distribution"] not in LAWS:
        pytest.skip("quality has no closed form for this law; the solver is tested on it")
    draw = LAWS[p["draw_distribution"]](p["distribution_parameters"])
    model = TerwieschXu(project=TrialAndError(draw=draw), solvers=p["n"], award=p["prize"], unit_cost=p["c"])
    theory = model.theory()
    assert theory.value("effort") == expected(case, "trials_per_solver")
    assert theory.value("payoff") == expected(case, "solver_payoff")
    assert theory.value("expected_best") == expected(case, "E_best")
    assert theory.value("expected_average") == expected(case, "E_avg_of_solver_bests")
    assert theory.holds()


def test_trials_signs_and_internal_team() -> None:
    theory = TerwieschXu(project=TrialAndError(draw=stats.gumbel_r()), solvers=4, award=3.0).theory()
    assert theory.sign("effort", "solvers") == -1
    assert theory.sign("total_effort", "solvers") == 1
    assert theory.sign("payoff", "unit_cost") == 0
    assert theory.value("loss_against_internal") == pytest.approx(np.log(4 / 3), rel=1e-14)
    assert theory.value("best_award") == 1.0
    assert theory.value("best_size") == np.inf


@pytest.mark.parametrize(
    "case",
    cases(
        "terwiesch_xu",
        ids=(
            "C01_expertise_uniform_n2_delta1",
            "C03_expertise_uniform_n20_delta3",
            "C05_expertise_gumbel_mu2_delta1_n3",
        ),
    ),
)
def test_expertise_effort(case: Case) -> None:
    p, values = case["parameters"], case["quantities"]
    law = LAWS[p["ability_distribution"]](p["ability_parameters"])
    project = Expertise(ability=law, returns=p["delta"])
    theory = TerwieschXu(project=project, solvers=p["n"], award=p["A"], unit_cost=p["c"]).theory()
    for ability, effort in zip(values["betas"], values["effort"], strict=True):
        at = theory.effort.subs(theory.symbols["ability"], ability)
        assert theory.value(at) == pytest.approx(effort, rel=1e-11)


def test_expertise_effort_on_another_interval_by_quadrature() -> None:
    law = stats.uniform(-1.0, 3.0)
    theory = TerwieschXu(
        project=Expertise(ability=law, returns=0.6), solvers=4, award=2.0, unit_cost=0.5
    ).theory()
    for ability in (-0.5, 0.4, 1.9):
        value, _ = integrate.quad(
            lambda x, b=ability: np.exp((x - b) / 0.6) * 3 * law.cdf(x) ** 2 * law.pdf(x),
            -1.0,
            ability,
            epsabs=1e-14,
        )
        at = theory.effort.subs(theory.symbols["ability"], ability)
        assert theory.value(at) == pytest.approx(4.0 * value, rel=1e-10)


@pytest.mark.parametrize(
    ("model", "obstacle"),
    [
        (TerwieschXu(project=Ideation(shock=stats.norm()), solvers=3, award=1.0), "not Gumbel"),
        (TerwieschXu(project=Ideation(output=ct.Linear()), solvers=3, award=1.0), "not a logarithm"),
        (TerwieschXu(project=Ideation(), solvers=3, award=1.0, cost=ct.Power(2)), "not linear"),
        (TerwieschXu(project=Ideation(), solvers=2, award=1.0, unit_cost=[1, 2]), "one by one"),
        (TerwieschXu(project=Ideation(), solvers=2, award=ContingentAward(base=1)), "depends on quality"),
        (TerwieschXu(project=TrialAndError(draw=stats.norm(), whole=True), solvers=2, award=3.0), "whole"),
        (TerwieschXu(project=Expertise(ability=stats.norm()), solvers=3, award=[2, 1]), "several prizes"),
    ],
)
def test_models_without_closed_forms_say_why(model: TerwieschXu, obstacle: str) -> None:
    with pytest.raises(UnsolvableError, match=obstacle):
        model.theory()


@pytest.mark.parametrize(
    "claim", [*trials_propositions(), *contingent_propositions()], ids=lambda claim: claim.name
)
def test_propositions_through_the_solver(claim: Proposition) -> None:
    result = claim.check(size=5)
    assert result.passed, result.summary()
    assert result.tried == 5


EXPERTISE = [
    pytest.param(claim, size, id=f"{claim.name}, {size}", marks=[pytest.mark.slow] if size > 1 else [])
    for claim in expertise_propositions()
    for size in (1, 4)
]


@pytest.mark.parametrize(("claim", "size"), EXPERTISE)
def test_expertise_propositions_through_the_solver(claim: Proposition, size: int) -> None:
    result = claim.check(size=size)
    assert result.passed, result.summary()
    assert result.tried == size


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("entry and effort", "most able exert 1.1638"),  # C01 and C13 of the reference: .73576/.63212
        ("whole trials", "no symmetric pure equilibrium"),
        ("no full extraction", "would rather exert effort"),
    ],
)
def test_corrected_claims_show_their_counterexample(name: str, words: str) -> None:
    every = (*trials_propositions(), *expertise_propositions(), *contingent_propositions())
    claim = next(claim for claim in every if claim.name == name)
    assert claim.counterexample is not None
    trial = replace(claim, test=claim.claim_test).holds_at(claim.counterexample)
    assert not trial.held
    assert words in trial.detail


def test_each_theory_carries_its_propositions() -> None:
    ideation = TerwieschXu(project=Ideation(), solvers=3, award=1.0).theory()
    names = [claim.name for claim in ideation.propositions]
    assert {"effort falls with solvers", "contingent award raises effort"} <= set(names)
    assert len(names) == len(set(names))
