"""Terwiesch and Xu's (2008) expertise projects and Korpeoglu and Cho's (2018) correction.

Independent routes: the cases of `tests/data/terwiesch_xu.json` (closed forms and quadrature at 40 digits,
verified there by deviation matrices and Monte Carlo), closed forms evaluated here with SciPy, and
simulation (in `test_terwiesch_xu_2008.py`). The parts are composed by `TerwieschXu`; the room is that of
private types without shock.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

import contests as ct
from cases import Case, cases, expected
from contests.models import ContingentAward, Expertise, TerwieschXu
from contests.models.terwiesch_xu_design import candidate, searched_award
from contests.models.terwiesch_xu_size import quick_profit

LAWS = {
    "uniform": lambda q: stats.uniform(q.get("a", 0.0), q.get("b", 1.0) - q.get("a", 0.0)),
    "gumbel": lambda q: stats.gumbel_r(loc=q["loc"], scale=q["mu"]),
    "normal": lambda q: stats.norm(q.get("mean", 0.0), q["sigma"]),
}


def expertise(case: Case, **changes: Any) -> TerwieschXu:
    p = case["parameters"]
    law = LAWS[p["ability_distribution"]](p["ability_parameters"])
    given: dict[str, Any] = {
        "project": Expertise(ability=law, returns=p.get("delta", 1.0)),
        "solvers": p.get("n", 2),
        "award": p.get("prizes", p.get("A", 1.0)),
        "unit_cost": p["c"],
    }
    return TerwieschXu(**{**given, **changes})


@functools.cache
def efforts(model: TerwieschXu) -> Any:
    """The candidate effort function, not certified: certified where it matters."""
    return candidate(model.contest()).strategy(0)


FIXED = cases(
    "terwiesch_xu",
    ids=(
        "C01_expertise_uniform_n2_delta1",
        "C03_expertise_uniform_n20_delta3",
        "C05_expertise_gumbel_mu2_delta1_n3",
        "C07_expertise_normal_n6",
    ),
)


@pytest.mark.parametrize("case", FIXED)
def test_fixed_award(case: Case) -> None:
    values = case["quantities"]
    model = expertise(case)
    equilibrium = model.solve()
    types = np.array(values["betas"])
    award = case["parameters"]["A"]
    assert equilibrium.certificate.passed
    assert equilibrium.strategy(0)(types) == pytest.approx(values["effort"], rel=1e-9)
    payoff = equilibrium.contest.payoff(0, equilibrium.strategy(0)(types), equilibrium.profile, types)
    assert payoff == pytest.approx(values["interim_payoff"], rel=1e-8, abs=1e-10 * award)
    assert equilibrium.expected_best == expected(case, "E_best")
    assert equilibrium.expected_average == expected(case, "E_avg")
    if "E_total_effort" in values:
        assert equilibrium.total_effort == expected(case, "E_total_effort")
    assert equilibrium.expected_best == pytest.approx(model.distribution_of_best().mean(), rel=1e-9)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="expertise_multi_prize"))
def test_several_prizes(case: Case) -> None:
    values = case["quantities"]
    equilibrium = expertise(case).solve()
    assert equilibrium.certificate.passed
    assert equilibrium.strategy(0)(values["betas"]) == pytest.approx(values["effort"], rel=1e-9)
    assert equilibrium.total_effort == expected(case, "E_total_effort")


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("terwiesch_xu", model="expertise_reserve_and_fee"))
def test_minimum_quality_and_fee(case: Case) -> None:
    p, values = case["parameters"], case["quantities"]
    model = expertise(case, entry=ct.Reserve(p["reserve_quality"], fee=p["entry_fee"]), award=p["A"])
    equilibrium = model.solve()
    strategy = equilibrium.strategy(0)
    assert equilibrium.certificate.passed
    assert strategy(values["betas"]) == pytest.approx(values["effort"], rel=1e-9)
    threshold = values["threshold_type"]
    assert strategy(threshold + 1e-9) == pytest.approx(values["effort_at_threshold"], rel=1e-6)
    assert strategy(threshold - 1e-9) == 0.0
    best = model.distribution_of_best()
    assert best.chance_of_none == expected(case, "prob_no_entry")
    assert best.mean_if_any() == expected(case, "E_best_given_some_entry")


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("terwiesch_xu", model="expertise_performance_contingent"))
def test_contingent_award(case: Case) -> None:
    p, values = case["parameters"], case["quantities"]
    award = ContingentAward(base=p["a"], share=p["s"], floored=True)
    model = expertise(case, award=award)
    equilibrium = model.solve()
    types = np.array(values["betas"])
    effort = equilibrium.strategy(0)(types)
    assert equilibrium.certificate.passed
    assert effort == pytest.approx(values["effort"], rel=1e-9)
    assert model.distribution_of_best().chance_of_none == expected(case, "prob_no_submission")
    payoff = equilibrium.contest.payoff(0, effort, equilibrium.profile, types)
    assert payoff == pytest.approx(values["interim_payoff"], rel=1e-8)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="expertise_general_output_cost"))
def test_general_output_and_cost(case: Case) -> None:
    p, values = case["parameters"], case["quantities"]
    law = LAWS[p["ability_distribution"]](p["ability_parameters"])
    project = Expertise(ability=law, output=ct.Linear())
    model = TerwieschXu(
        project=project, solvers=p["n"], award=p["A"], unit_cost=p["c"], cost=ct.Power(2, scale=0.5)
    )
    equilibrium = model.solve()
    assert equilibrium.certificate.passed
    assert equilibrium.strategy(0)(values["betas"]) == pytest.approx(values["effort"], rel=1e-9)
    assert equilibrium.expected_best == expected(case, "E_best")
    assert equilibrium.expected_average == expected(case, "E_avg")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="expertise_competition_threshold"))
def test_entry_raises_the_effort_of_the_able(case: Case) -> None:
    """Korpeoglu and Cho (2018): efforts with n and n + 1 solvers cross exactly at the threshold."""
    p, values = case["parameters"], case["quantities"]
    few = efforts(expertise(case, solvers=p["n_from"], award=p["A"]))
    more = efforts(expertise(case, solvers=p["n_to"], award=p["A"]))
    threshold = values["threshold_type"]
    assert few(threshold) == pytest.approx(values["effort_at_threshold"], rel=1e-9)
    assert more(threshold) == pytest.approx(values["effort_at_threshold"], rel=1e-9)
    for at, key in ((values["low_type"], "low_type"), (values["high_type"], "high_type")):
        assert few(at) == pytest.approx(values[f"{key}_effort_n"], rel=1e-9)
        assert more(at) == pytest.approx(values[f"{key}_effort_n1"], rel=1e-9)
    law = LAWS[p["ability_distribution"]](p["ability_parameters"])
    types = law.ppf(np.linspace(0.01, 0.999, 400))
    ratio = more(types) / few(types)
    assert np.all(np.diff(ratio) > 0)
    assert np.count_nonzero(np.diff(np.sign(ratio - 1))) == 1


@pytest.mark.parametrize("case", cases("terwiesch_xu", ids=("C13_expertise_uniform_effort_vs_n",)))
def test_effort_against_the_number_of_solvers(case: Case) -> None:
    values = case["quantities"]
    found = [efforts(expertise(case, solvers=n)) for n in case["parameters"]["n_list"]]
    assert [float(f(1.0)) for f in found] == pytest.approx(values["effort_top_type"], rel=1e-9)
    assert [float(f(0.5)) for f in found] == pytest.approx(values["effort_median_type"], rel=1e-9, abs=1e-25)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="expertise_seeker_profile"))
def test_best_quality_against_the_number_of_solvers(case: Case) -> None:
    """May fall, rise, or fall and then rise: the search compares all sizes."""
    p, values = case["parameters"], case["quantities"]
    sizes = p.get("n_list", values.get("n_list"))
    profits = [quick_profit(expertise(case), n, 1.0) for n in sizes]
    best = [profit + p["A"] for profit in profits if profit is not None]
    assert best == pytest.approx(values["E_best"], rel=1e-9)
    largest = max(n for n in sizes if n <= 20)
    choice = expertise(case).best_size(largest=largest)
    assert choice.choice == (2 if values["best_n_in_list"] == 2 else largest)
    assert choice.equilibrium is not None
    assert choice.equilibrium.certificate.passed
    assert choice.value == pytest.approx(choice.equilibrium.expected_best - p["A"], rel=1e-9)


def test_best_award_is_the_returns() -> None:
    """Terwiesch and Xu (2008): closed form, and the search finds it."""
    model = TerwieschXu(project=Expertise(ability=stats.uniform(), returns=0.8), solvers=3, award=1.0)
    closed = model.best_award(weight_best=0.7)
    searched = searched_award(model, 0.7)
    assert closed.choice == 0.8
    assert searched.choice == pytest.approx(0.8, rel=1e-6)
    assert searched.value == pytest.approx(closed.value, rel=1e-9)


def test_internal_team() -> None:
    """Contractible effort is the same whatever the ability: E[ability] + delta ln(delta/c) - delta."""
    model = TerwieschXu(project=Expertise(ability=stats.uniform(), returns=0.8), solvers=3, award=1.0)
    team = model.internal(unit_cost=0.4)
    assert team.effort == pytest.approx(2.0, rel=1e-12)
    assert team.profit == pytest.approx(0.5 + 0.8 * np.log(2.0) - 0.8, rel=1e-12)


def test_free_entry() -> None:
    """An entrant's expected payoff with uniform abilities, by quadrature of the closed form."""
    model = TerwieschXu(project=Expertise(ability=stats.uniform()), solvers=2, award=1.0)
    x, w = np.polynomial.legendre.leggauss(200)
    b, w = (x + 1) / 2, w / 2

    def entrant(n: int) -> float:
        effort = np.exp(-b) * b ** (n - 1) * special.hyp1f1(n - 1, n, b)
        return float(w @ (b ** (n - 1) - effort))

    entry = model.free_entry(cost=0.05)
    assert entrant(entry.solvers) >= 0.05 > entrant(entry.solvers + 1)
    assert entry.payoff == pytest.approx(entrant(entry.solvers) - 0.05, rel=1e-8)
    assert entry.payoff_with_one_more == pytest.approx(entrant(entry.solvers + 1) - 0.05, rel=1e-8)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_units_of_money(scale: float) -> None:
    small = TerwieschXu(project=Expertise(ability=stats.norm()), solvers=3, award=2.0, unit_cost=0.5)
    large = small.replace(award=2.0 * scale, unit_cost=0.5 * scale)
    types = np.array([-1.0, 0.0, 2.0])
    assert efforts(large)(types) == pytest.approx(efforts(small)(types), rel=1e-11)
    assert large.solve().certificate.passed


def test_density_infinite_at_both_ends() -> None:
    """Arcsine abilities against 25-digit quadrature: quantiles that round to one used to be left out."""
    project = Expertise(ability=stats.beta(0.5, 0.5), returns=1.0)
    for n, average, best in (
        (2, 0.27545497858680595, 0.8790486111334581),
        (5, -2.563328103311615, 0.9831035057938131),
    ):
        found = TerwieschXu(project=project, solvers=n, award=2.0, unit_cost=0.7).solve()
        assert found.expected_average == pytest.approx(average, rel=1e-13)
        assert found.expected_best == pytest.approx(best, rel=1e-13)
