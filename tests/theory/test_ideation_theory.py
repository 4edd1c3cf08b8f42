"""Closed forms of Terwiesch and Xu's ideation projects, and the propositions about them.

Independent routes: reference cases evaluated at 40 digits and verified by a global grid search
from primitives (`tests/data/terwiesch_xu.json`, each with its source); quadrature of the race
of Gumbel shocks; the harmonic-number formula of a rank's marginal probability; the library's
solver (the propositions).
"""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest
import sympy as sp
from scipy import integrate

from cases import Case, cases
from contests.errors import InvalidPartError, UnsolvableError
from contests.models._ideation_propositions import ideation_propositions
from contests.models._ideation_theory import ideation_theory, second_order_sign
from contests.propositions import Proposition
from contests.theory import Theory

FIXED = cases("terwiesch_xu", model=("ideation_fixed_award", "ideation_multi_prize"))
DESIGN = cases("terwiesch_xu", model="ideation_optimal_design")
NAMES = {
    "effort": "effort",
    "solver_payoff": "payoff",
    "total_effort": "total_effort",
    "E_best": "expected_best",
    "E_avg": "expected_average",
    "efficient_effort_rho1": "first_best_effort",
}


def theory_of(case: Case, **changes: Any) -> Theory:
    p = case["parameters"]
    arguments = {
        "returns": p["delta"],
        "shock": p["mu"],
        "baseline": p["kappa"],
        "unit_cost": p["c"],
        "solvers": p.get("n", p.get("n_fixed_for_award")),
        "prizes": p.get("prizes", p["delta"]),
    }
    return ideation_theory(**{**arguments, **changes})


@pytest.mark.parametrize("case", FIXED)
def test_reference_cases(case: Case) -> None:
    theory, expected = theory_of(case), case["quantities"]
    for quantity, readable in NAMES.items():
        assert theory.value(readable) == pytest.approx(expected[quantity], rel=1e-13, abs=1e-15), quantity
    for weight in (0.0, 0.5, 1.0):
        profit = theory_of(case, weight_best=weight).value("sponsor_profit")
        assert profit == pytest.approx(expected[f"seeker_profit_rho{weight:g}"], rel=1e-13)
    assert theory.holds() is expected["symmetric_pure_equilibrium_exists"]


@pytest.mark.parametrize("case", DESIGN)
def test_reference_designs(case: Case) -> None:
    expected = case["quantities"]
    theory = theory_of(case, weight_best=case["parameters"]["rho"])
    assert theory.value("best_award") == expected["optimal_award"]
    assert theory.value("sponsor_profit") == pytest.approx(expected["profit_at_nfix"], rel=1e-13)
    size = expected.get("n_star_continuous_unconstrained", math.inf)
    assert theory.value("best_size") == pytest.approx(size, rel=1e-13)
    largest = expected["n_max_with_nonnegative_payoff"]
    assert theory.value("largest_field") == (math.inf if largest == "unbounded" else largest)


def test_payoff_is_the_race_of_gumbel_shocks() -> None:
    """Quadrature of the density of the own shock times the chance that no rival's quality is above."""
    theory = ideation_theory(returns=0.8, shock=1.3, solvers=4, prizes=5.0, unit_cost=0.7)
    own, rivals = 1.7, 0.6
    lead = 0.8 * math.log(own / rivals)

    def integrand(x: float) -> float:
        z = x / 1.3 + np.euler_gamma
        return math.exp(-z - math.exp(-z)) / 1.3 * math.exp(-3 * math.exp(-(x + lead) / 1.3 - np.euler_gamma))

    wins, _ = integrate.quad(integrand, -8, 60, epsabs=1e-13, limit=200)
    symbols = theory.symbols
    at = {symbols["own_effort"]: sp.Rational(17, 10), symbols["rival_effort"]: sp.Rational(6, 10)}
    assert theory.value(theory.payoff.subs(at)) == pytest.approx(5 * wins - 0.7 * own, rel=1e-11)


@pytest.mark.parametrize("solvers", [3, 5, 40])
def test_expected_best_is_the_mean_of_the_highest_quality(solvers: int) -> None:
    """Quadrature of the highest of n mean-zero Gumbel shocks."""
    theory = ideation_theory(returns=0.5, shock=0.9, solvers=solvers, prizes=2.0, baseline=0.3)

    def survival(x: float) -> float:
        return -math.expm1(-solvers * math.exp(-x / 0.9 - np.euler_gamma))

    above, _ = integrate.quad(survival, 0, 60, epsabs=1e-13, limit=200)
    below, _ = integrate.quad(lambda x: 1 - survival(x), -8, 0, epsabs=1e-13, limit=200)
    assert theory.value("expected_best") - theory.value("expected_average") == pytest.approx(
        above - below, rel=1e-10
    )


@pytest.mark.parametrize(
    ("solvers", "prizes"), [(2, [3, 1]), (5, [6, 3, 1]), (4, [1, 1, 1]), (9, [5, 4, 3, 2, 1]), (3, [3, 2, 1])]
)
def test_several_prizes_follow_the_harmonic_formula(solvers: int, prizes: list[float]) -> None:
    """c e = delta * sum of v_k beta_k, beta_k = [1 - (H_n - H_{n-k})]/(n mu) (Ales, Cho, Korpeoglu 2017)."""
    theory = ideation_theory(returns=0.4, shock=1.7, solvers=solvers, prizes=prizes, unit_cost=0.6)
    harmonic = np.r_[0.0, np.cumsum(1 / np.arange(1, solvers + 1))]
    ranks = np.arange(1, len(prizes) + 1)
    marginal = (1 - (harmonic[solvers] - harmonic[solvers - ranks])) / (solvers * 1.7)
    effort = 0.4 / 0.6 * float(np.array(prizes) @ marginal)
    assert theory.value("effort") == pytest.approx(effort, rel=1e-13)
    assert theory.value("payoff") == pytest.approx(sum(prizes) / solvers - 0.6 * effort, rel=1e-12)
    assert theory.value("best_budget") == pytest.approx(0.4, rel=1e-15)


def test_second_order_condition_of_several_prizes_is_the_payoffs_second_derivative() -> None:
    theory = ideation_theory(returns=0.9, shock=1.0, solvers=5, prizes=[6, 3, 1])
    own, rivals = theory.symbols["own_effort"], theory.symbols["rival_effort"]
    bend = sp.diff(theory.payoff, own, 2).subs({own: sp.Rational(6, 5), rivals: sp.Rational(6, 5)})
    assert theory.value("effort") == pytest.approx(1.2, rel=1e-15)
    assert theory.value(theory.second_order_condition) == pytest.approx(theory.value(bend), rel=1e-13)
    assert theory.value(bend) < 0


def test_sharing_the_award_can_restore_the_equilibrium() -> None:
    """Four solvers: the bound on returns/shock is 4/3 with one award and 12/7 with two equal prizes."""
    one = ideation_theory(returns=1.6, shock=1.0, solvers=4, prizes=6)
    two = ideation_theory(returns=1.6, shock=1.0, solvers=4, prizes=[3, 3])
    assert not one.holds()
    assert two.holds()


def test_several_prizes_region_agrees_with_a_global_search() -> None:
    """Route: the payoff on a wide grid of deviations, drawn contests around the bound."""
    rng = np.random.default_rng(4)
    log_effort = np.linspace(-80, 8, 9001)
    for _ in range(12):
        solvers = int(rng.integers(3, 7))
        prizes = np.sort(rng.random(int(rng.integers(2, solvers + 1))))[::-1]
        theory = ideation_theory(returns=1.0, shock=1.0, solvers=solvers, prizes=prizes.tolist())
        last = prizes[-1] if len(prizes) == solvers else 0.0
        bound = (prizes.mean() * len(prizes) / solvers - last) / theory.value("effort")
        for factor in (0.99, 1.01):
            ratio = float(bound * factor)
            tested = ideation_theory(returns=ratio, shock=1.0, solvers=solvers, prizes=prizes.tolist())
            equilibrium = tested.value("payoff")
            grid = _payoffs(ratio, solvers, prizes, tested.value("effort"), log_effort)
            assert tested.holds() is bool(grid.max() <= equilibrium + 1e-9)


def _payoffs(ratio: float, solvers: int, prizes: Any, effort: float, log_ratio: Any) -> Any:
    speed, left, won = np.exp(ratio * log_ratio), 1.0, 0.0
    for rank, prize in enumerate(prizes, start=1):
        won = won + prize * left * speed / (solvers - rank + speed)
        left = left * (solvers - rank) / (solvers - rank + speed)
    return won - effort * np.exp(log_ratio)


SIGNS = {
    ("effort", "solvers"): -1,
    ("effort", "award"): 1,
    ("effort", "unit_cost"): -1,
    ("effort", "returns"): 1,
    ("effort", "shock"): -1,
    ("payoff", "solvers"): -1,
    ("payoff", "award"): 1,
    ("payoff", "unit_cost"): 0,
    ("payoff", "returns"): -1,
    ("payoff", "shock"): 1,
    ("total_effort", "solvers"): 1,
    ("expected_average", "solvers"): -1,
    ("expected_best", "solvers"): 1,
    ("expected_best", "shock"): None,
    ("sponsor_profit", "solvers"): None,
    ("sponsor_profit", "award"): None,
    ("best_size", "returns"): -1,
    ("best_size", "shock"): 1,
    ("best_size", "weight_best"): 1,
}


@pytest.mark.parametrize("pair", SIGNS)
def test_comparative_statics(pair: tuple[str, str]) -> None:
    theory = ideation_theory(returns=1.0, shock=2.0, solvers=20, prizes=10.0)
    assert theory.sign(*pair) == SIGNS[pair]


def test_proved_signs_agree_with_differences_of_values() -> None:
    """Route: the theory's numbers at two parameter points inside the region."""
    rng = np.random.default_rng(8)
    base = ideation_theory(returns=1.0, shock=2.0, solvers=20, prizes=10.0)
    for _ in range(4):
        n = int(rng.integers(2, 15))
        shock = float(rng.uniform(0.5, 3))
        point = {
            "award": float(rng.uniform(0.5, 9)),
            "unit_cost": float(rng.uniform(0.3, 3)),
            "returns": float(shock * rng.uniform(0.1, 0.99) * (n + 1) / n),
            "shock": shock,
            "solvers": n,
        }
        for (quantity, parameter), static in base.comparative_statics.items():
            if static.sign is None or quantity == "best_size":
                continue
            moved = {**point, parameter: n + 1 if parameter == "solvers" else point[parameter] * 1.001}
            change = _at(moved).value(quantity) - _at(point).value(quantity)
            assert (np.sign(change) if abs(change) > 1e-12 else 0) == static.sign, (quantity, parameter)


def _at(point: dict[str, Any]) -> Theory:
    arguments = {key: value for key, value in point.items() if key != "award"}
    return ideation_theory(prizes=point["award"], **arguments)


def test_candidate_is_a_local_maximum_throughout_the_region() -> None:
    assert second_order_sign() == -1


def test_exact_where_the_bound_binds() -> None:
    """returns/shock = n/(n-1): solvers earn nothing, and at the best award effort is first best."""
    theory = ideation_theory(returns=1.5, shock=1.0, solvers=3, prizes=1.5)
    assert theory.holds()
    assert theory.value("payoff") == 0.0
    assert theory.value("first_best_ratio") == 1.0


def test_lone_solver_is_outside_the_region_and_her_quality_is_refused() -> None:
    theory = ideation_theory(returns=1.0, shock=2.0, solvers=1, prizes=10.0)
    assert not theory.holds()
    assert theory.value("effort") == 0.0
    with pytest.raises(UnsolvableError, match="not a real number"):
        theory.value("expected_best")


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_units_of_money(scale: float) -> None:
    small = ideation_theory(returns=0.7, shock=1.1, solvers=7, prizes=3.0, unit_cost=2.0)
    large = ideation_theory(returns=0.7, shock=1.1, solvers=7, prizes=3.0 * scale, unit_cost=2.0 * scale)
    assert large.value("effort") == pytest.approx(small.value("effort"), rel=1e-14)
    assert large.value("payoff") == pytest.approx(small.value("payoff") * scale, rel=1e-14)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"prizes": [1, 2]}, "none above the one before"),
        ({"prizes": 0.0}, "positive"),
        ({"prizes": [1, -1]}, "positive"),
        ({"prizes": [3, 2, 1], "solvers": 2}, "at most as many as the 2 solvers"),
        ({"shock": 0.0}, "Ideation.shock must be a finite number above zero"),
        ({"returns": -1.0}, "Ideation.returns"),
        ({"solvers": 2.5}, "whole number"),
        ({"weight_best": 1.5}, "from 0 to 1"),
    ],
)
def test_bad_input(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidPartError, match=message):
        ideation_theory(**{**{"returns": 1.0, "shock": 2.0, "solvers": 3, "prizes": 5.0}, **changes})


def test_prizes_of_zero_at_the_end_change_nothing() -> None:
    padded = ideation_theory(returns=1.0, shock=2.0, solvers=3, prizes=[5.0, 0.0, 0.0])
    assert padded == ideation_theory(returns=1.0, shock=2.0, solvers=3, prizes=5.0)


def test_theory_pickles() -> None:
    theory = ideation_theory(returns=1.0, shock=2.0, solvers=3, prizes=5.0)
    assert pickle.loads(pickle.dumps(theory)) == theory


@pytest.mark.parametrize("claim", ideation_propositions(), ids=lambda claim: claim.name)
def test_propositions_through_the_solver(claim: Proposition) -> None:
    result = claim.check(size=8)
    assert result.passed, result.summary()
    assert result.tried == 8


@pytest.mark.parametrize(
    "name",
    ["effort falls with solvers", "best quality rises with solvers", "largest field", "best size"],
)
def test_propositions_fail_outside_their_conditions(name: str) -> None:
    claim = next(claim for claim in ideation_propositions() if claim.name == name)
    result = claim.check(size=8)
    assert result.fails_outside, result.summary()


def test_any_number_of_solvers_is_refuted() -> None:
    """Participation: five solvers at returns/shock 1.3 lose by taking part (bound 1.25)."""
    claim = next(claim for claim in ideation_propositions() if claim.claimed)
    result = claim.check(size=2)
    assert result.claim_refuted
    assert "Corrected:" in result.summary()
