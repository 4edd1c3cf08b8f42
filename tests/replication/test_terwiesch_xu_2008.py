"""Terwiesch and Xu (2008): every reference case on ideation, trials, awards, size, entry and internal teams.

Independent routes: the cases of `tests/data/terwiesch_xu.json` (closed forms at 40 digits, verified
there by a global grid search from primitives and by Monte Carlo); SciPy's optimisers against the
closed forms of designs; brute force over all whole-number profiles; simulation.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import Case, cases, expected
from contests.errors import InvalidPartError, NoEquilibriumError, NotEquilibriumError, UnsolvableError
from contests.models import ContingentAward, Expertise, Ideation, TerwieschXu, TrialAndError
from contests.models.terwiesch_xu_design import best_award, searched_award
from contests.models.terwiesch_xu_internal import searched_internal
from contests.models.terwiesch_xu_size import searched_size
from contests.solvers.partially_active import PartiallyActiveSolver


def ideation(case: Case, **changes: Any) -> TerwieschXu:
    p = case["parameters"]
    project = Ideation(returns=p["delta"], shock=p["mu"], baseline=p.get("kappa", 0.0))
    award = p["prizes"] if "prizes" in p else p.get("prize", p["delta"])
    if isinstance(award, list):
        award = award[0] if len(award) == 1 else award
    given: dict[str, Any] = {
        "project": project,
        "solvers": p.get("n", p.get("n_fixed_for_award", p.get("n_potential", 2))),
        "award": award,
        "unit_cost": p["c"],
    }
    return TerwieschXu(**{**given, **changes})


IDEATION = cases("terwiesch_xu", model=("ideation_fixed_award", "ideation_multi_prize"), refused=False)
REFUSED = cases("terwiesch_xu", model="ideation_fixed_award", refused=True)


@pytest.mark.parametrize("case", IDEATION)
def test_ideation(case: Case) -> None:
    model = ideation(case)
    equilibrium = model.solve()
    award = max(case["parameters"]["prizes"])
    assert equilibrium.certificate.passed
    assert equilibrium.effort[0] == expected(case, "effort")
    assert equilibrium.payoff[0] == expected(case, "solver_payoff", stakes=award)
    assert equilibrium.total_effort == expected(case, "total_effort")
    assert equilibrium.expected_best == expected(case, "E_best")
    assert equilibrium.expected_average == expected(case, "E_avg")
    for weight in (0.0, 0.5, 1.0):
        assert model.profit(weight_best=weight) == expected(case, f"seeker_profit_rho{weight:g}")


@pytest.mark.parametrize("case", REFUSED)
def test_first_order_effort_that_is_no_equilibrium(case: Case) -> None:
    model = ideation(case)
    with pytest.raises(NotEquilibriumError, match="would rather exert effort"):
        model.solve()
    candidate = model.solve(on_fail="return")
    assert not candidate.certificate.passed
    assert candidate.effort[0] == expected(case, "effort")
    assert candidate.payoff[0] == expected(case, "solver_payoff")
    assert candidate.expected_best == expected(case, "E_best")
    award = case["parameters"]["prizes"][0]
    assert candidate.certificate.max_gain >= case["quantities"]["deviation_to_zero_gain"] / award * (1 - 1e-9)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_asymmetric_equilibrium"))
def test_partially_active(case: Case) -> None:
    model = ideation(case)
    with pytest.raises(NotEquilibriumError):
        model.solve()
    equilibrium = model.solve(solver="partially active")
    efforts = np.sort(equilibrium.effort)[::-1]
    active = case["quantities"]["n_active"]
    assert equilibrium.certificate.passed
    assert np.count_nonzero(efforts) == active
    assert efforts[0] == expected(case, "effort_active")
    assert efforts[-1] == 0.0
    assert np.max(np.abs(equilibrium.payoff)) <= 1e-9 * case["parameters"]["prize"]
    assert f"{active} of 10 compete" in equilibrium.selection


@pytest.mark.parametrize(("ratio", "exists"), [(1.34, False), (1.3505, True), (1.5, True)])
def test_pair_in_a_field_of_three(ratio: float, exists: bool) -> None:
    """The pair keeps the third out from 1.3504987 on (reference canon A040)."""
    model = TerwieschXu(project=Ideation(returns=ratio), solvers=3, award=6.0)
    found = model.solve(solver=PartiallyActiveSolver(active=2), on_fail="return")
    assert found.certificate.passed is exists
    assert model.solve().certificate.passed  # all three are an equilibrium up to 3/2 as well


def test_no_pure_equilibrium_beyond_exponent_two() -> None:
    """Baye, Kovenock and de Vries (1994): with exponent above 2 not even two contestants."""
    model = TerwieschXu(project=Ideation(returns=2.5), solvers=4, award=1.0)
    with pytest.raises(NoEquilibriumError, match="Not even two"):
        model.solve(solver="partially active")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_asymmetric_abilities"))
def test_known_abilities(case: Case) -> None:
    p, values = case["parameters"], case["quantities"]
    project = Ideation(returns=p["delta"], shock=p["mu"], baseline=p["abilities"])
    model = TerwieschXu(project=project, solvers=len(p["abilities"]), award=p["prize"], unit_cost=p["costs"])
    equilibrium = model.solve()
    efforts = values.get("efforts") or [values["effort_1"], values["effort_2"]]
    payoffs = values.get("payoffs") or [values["payoff_1"], values["payoff_2"]]
    assert equilibrium.effort == pytest.approx(efforts, rel=1e-9)
    assert equilibrium.payoff == pytest.approx(payoffs, rel=1e-9)
    chance = values.get("win_probs", [values.get("win_prob_1")])[0]
    assert equilibrium.win_probability[0] == pytest.approx(chance, rel=1e-9)
    assert equilibrium.expected_best == expected(case, "E_best")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_optimal_design"))
def test_best_award_and_size(case: Case) -> None:
    p, values = case["parameters"], case["quantities"]
    weight = p["rho"]
    model = ideation(case)
    award = model.best_award(weight_best=weight) if model.largest_field() >= model.solvers else None
    if award is not None:
        assert award.choice == expected(case, "optimal_award")
        assert award.value == expected(case, "profit_at_nfix")
        assert award.equilibrium is not None
        assert award.equilibrium.certificate.passed
    else:  # five solvers do not all take part: the best award for them is no equilibrium
        with pytest.raises(NotEquilibriumError):
            model.best_award(weight_best=weight)
    field = values["n_max_with_nonnegative_payoff"]
    assert model.largest_field() == (math.inf if field == "unbounded" else field)
    size = model.best_size(weight_best=weight)
    if "infinite" in str(values["n_star_integer_unconstrained"]):
        assert size.is_infinite
        assert size.choice == math.inf
        assert model.best_size(weight_best=weight, largest=40).choice == 40
        return
    assert size.continuous == expected(case, "n_star_continuous_unconstrained")
    best = values.get("n_star_integer_feasible", values["n_star_integer_unconstrained"])
    profit = values.get("profit_at_n_star_feasible", values["profit_at_n_star_integer"])
    assert size.choice == best
    assert size.value == pytest.approx(profit, rel=1e-9)
    assert size.equilibrium is not None
    assert size.equilibrium.certificate.passed


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_free_entry"))
def test_free_entry(case: Case) -> None:
    p = case["parameters"]
    entry = ideation(case).free_entry(cost=p["entry_cost"])
    assert entry.solvers == case["quantities"]["n_free_entry"]
    assert entry.payoff == expected(case, "payoff_at_n", stakes=p["prize"])
    assert entry.payoff_with_one_more == expected(case, "payoff_at_n_plus_1", stakes=p["prize"])
    assert entry.equilibrium is not None
    assert entry.equilibrium.effort[0] == expected(case, "effort")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="contest_vs_internal"))
def test_internal_team(case: Case) -> None:
    p = case["parameters"]
    model = ideation(case, award=p["delta"])
    team = model.internal(unit_cost=p["c_internal"])
    assert team.effort == expected(case, "ideation_internal_effort")
    assert team.profit == expected(case, "ideation_internal_profit")
    assert model.best_award().value == expected(case, "ideation_contest_profit_optA")
    draw = stats.gumbel_r(loc=-np.euler_gamma * p["mu"], scale=p["mu"])
    trials = model.replace(project=TrialAndError(draw=draw), award=p["mu"])
    assert trials.internal(unit_cost=p["c_internal"]).effort == expected(case, "trial_internal_trials")
    assert trials.internal(unit_cost=p["c_internal"]).profit == expected(case, "trial_internal_profit")
    assert trials.best_award().value == expected(case, "trial_contest_profit_optA")
    gap = trials.internal(unit_cost=p["c_internal"]).profit - trials.best_award().value
    assert gap == expected(case, "trial_gap_internal_minus_contest")


# --- awards contingent on quality -------------------------------------------------------------------


def contingent(case: Case) -> TerwieschXu:
    p = case["parameters"]
    return ideation(case, award=ContingentAward(base=p["a"], share=p["s"]))


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_performance_contingent"))
def test_contingent_award(case: Case) -> None:
    model = contingent(case)
    equilibrium = model.solve()
    assert equilibrium.certificate.passed
    assert equilibrium.effort[0] == expected(case, "effort")
    assert equilibrium.payoff[0] == expected(case, "solver_payoff")
    assert equilibrium.expected_best == expected(case, "expected_best")
    assert equilibrium.prizes_paid == expected(case, "expected_award")
    assert model.profit() == expected(case, "seeker_profit_rho1")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_performance_contingent"))
def test_smaller_root_is_refused_with_the_deviation(case: Case) -> None:
    model = contingent(case)
    certificate = ct.certify(model, case["quantities"]["smaller_FOC_root_not_equilibrium"])
    assert not certificate.passed
    assert certificate.payoff < 0
    assert "would rather exert effort" in certificate.explain()


def test_full_extraction_is_refused_with_the_deviation() -> None:
    """First-best effort without rent solves the first-order condition (models.md section 1), but while
    the award with one rival fewer is positive a solver gains by exerting very little."""
    n, mu, delta, cost, kappa = 4, 1.0, 0.8, 1.0, 5.0
    share, effort = n - (n - 1) * delta / mu, delta / (cost * n)
    assert share < delta / (mu * math.log(n / (n - 1)))
    base = delta - share * (kappa + delta * math.log(effort) + mu * math.log(n))
    model = TerwieschXu(
        project=Ideation(returns=delta, shock=mu, baseline=kappa),
        solvers=n,
        award=ContingentAward(base=base, share=share),
        unit_cost=cost,
    )
    candidate = model.solve(on_fail="return")
    assert candidate.effort[0] == pytest.approx(effort, rel=1e-9)
    assert abs(candidate.payoff[0]) <= 1e-9
    assert not candidate.certificate.passed
    assert 0 < candidate.certificate.deviation < effort / 10
    with pytest.raises(NotEquilibriumError, match="would rather exert effort"):
        model.solve()


def test_share_one_with_expected_award_mu_is_first_best() -> None:
    """Effort delta/(cn), and the certificate passes (reference B27)."""
    model = TerwieschXu(
        project=Ideation(returns=1.0, shock=1.5, baseline=5.0),
        solvers=4,
        award=ContingentAward(base=-4.193147180559945, share=1.0),
    )
    equilibrium = model.solve()
    assert equilibrium.effort[0] == pytest.approx(1.0 / 4, rel=1e-12)
    assert equilibrium.prizes_paid == pytest.approx(1.5, rel=1e-12)


def test_best_royalty() -> None:
    """Reference B29: the share that maximises (1 - share) E[best], base zero."""
    model = TerwieschXu(project=Ideation(returns=0.8, shock=1.0, baseline=5.0), solvers=4, award=1.0)
    found = model.best_contingent_award(base=0.0)
    assert found.choice.share == pytest.approx(0.16707496324540877, rel=1e-6)  # an optimum: flat
    assert found.value == pytest.approx(3.944451777558737, rel=1e-9)
    assert found.equilibrium is not None
    assert found.equilibrium.certificate.passed


@pytest.mark.parametrize("returns", [0.3, 1.2])
def test_best_contingent_award_against_neighbours(returns: float) -> None:
    """Route: certified profits of awards around the choice; none is better, and it beats fixed awards.

    Where the constraint is slack, profit exceeds the best fixed award's by share mu/(n-1).
    """
    model = TerwieschXu(project=Ideation(returns=returns, baseline=5.0), solvers=4, award=1.0)
    found = model.best_contingent_award()
    assert found.equilibrium is not None
    assert found.equilibrium.certificate.passed
    award = found.choice
    for base, share in itertools.product((-0.02, 0.0, 0.02), (0.9, 0.98, 1.0)):
        other = ContingentAward(base=award.base + base, share=award.share * share)
        near = model.replace(award=other).solve(on_fail="return")
        if near.certificate.passed and near.effort[0] > 0:
            assert near.expected_best - near.prizes_paid <= found.value + 1e-6
    fixed = model.best_award()
    assert found.value > fixed.value
    assert found.value <= fixed.value + award.share / 3 + 1e-6


def test_contingent_gain_over_a_fixed_award_where_nothing_binds() -> None:
    """Profit rises by mu/(n-1) for each unit of the share, at the same effort (derived)."""
    model = TerwieschXu(project=Ideation(returns=0.8, baseline=5.0), solvers=4, award=1.0)
    fixed = model.best_award()
    found = model.best_contingent_award(largest_share=0.2)
    assert found.where == "at the cap"
    assert found.equilibrium is not None
    assert fixed.equilibrium is not None
    assert found.equilibrium.effort[0] == pytest.approx(fixed.equilibrium.effort[0], rel=1e-6)
    assert found.value == pytest.approx(fixed.value + 0.2 / 3, rel=1e-9)


# --- trial-and-error --------------------------------------------------------------------------------

LAWS = {
    "gumbel": lambda q: stats.gumbel_r(loc=q["loc"], scale=q["mu"]),
    "uniform": lambda q: stats.uniform(q["a"], q["b"] - q["a"]),
    "normal": lambda q: stats.norm(q.get("mean", q.get("m", 0.0)), q.get("sigma", 1.0)),
    "exponential": lambda q: stats.expon(scale=q.get("mean", q.get("scale", 1.0))),
}


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="trial_and_error"))
def test_trials(case: Case) -> None:
    p = case["parameters"]
    draw = LAWS[p["draw_distribution"]](p["distribution_parameters"])
    model = TerwieschXu(project=TrialAndError(draw=draw), solvers=p["n"], award=p["prize"], unit_cost=p["c"])
    equilibrium = model.solve()
    assert equilibrium.effort[0] == expected(case, "trials_per_solver")
    assert equilibrium.total_effort == expected(case, "total_trials")
    assert equilibrium.payoff[0] == expected(case, "solver_payoff")
    assert equilibrium.expected_best == expected(case, "E_best")
    assert equilibrium.expected_average == expected(case, "E_avg_of_solver_bests")
    assert model.largest_field() == math.inf


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="trial_and_error_optimal_design"))
def test_trials_design(case: Case) -> None:
    p = case["parameters"]
    draw = stats.gumbel_r(loc=-np.euler_gamma * p["mu"], scale=p["mu"])
    size = case["quantities"]["n_star_integer"]
    model = TerwieschXu(project=TrialAndError(draw=draw), solvers=size, award=1.0, unit_cost=p["c"])
    award = model.best_award(weight_best=p["rho"])
    assert award.choice == expected(case, "optimal_award")
    best = model.replace(award=award.choice).best_size(weight_best=p["rho"])
    assert best.choice == size
    assert best.continuous == expected(case, "n_star_continuous")
    assert best.value == expected(case, "profit_at_n_star")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="trial_and_error_asymmetric"))
def test_trials_at_different_costs(case: Case) -> None:
    p = case["parameters"]
    model = TerwieschXu(
        project=TrialAndError(draw=stats.norm()), solvers=2, award=p["prize"], unit_cost=p["costs"]
    )
    equilibrium = model.solve()
    assert equilibrium.effort == expected(case, "trials")
    assert equilibrium.payoff == expected(case, "payoffs")
    assert equilibrium.win_probability[0] == expected(case, "win_prob_1")


def whole(n: int, award: float, cost: Any = 1.0) -> TerwieschXu:
    project = TrialAndError(draw=stats.uniform(), whole=True)
    return TerwieschXu(project=project, solvers=n, award=award, unit_cost=cost)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="trial_and_error_integer"))
def test_whole_trials(case: Case) -> None:
    p, values = case["parameters"], case["quantities"]
    found = whole(p["n"], p["prize"], p["c"]).pure_equilibria()
    assert [list(profile) for profile in found.profiles] == values["all_pure_equilibria_sorted_profiles"]
    assert list(found.symmetric) == values["symmetric_integer_equilibria"]
    assert all(equilibrium.certificate.passed for equilibrium in found.equilibria)


def test_three_solvers_award_seven_has_no_symmetric_equilibrium() -> None:
    found = whole(3, 7.0).pure_equilibria()
    assert found.profiles == ((1, 2, 2),)
    assert found.statement.startswith("no symmetric pure equilibrium")
    assert "no symmetric pure equilibrium" in whole(3, 7.0).solve().selection


def _brute_force(n: int, award: float, costs: list[float]) -> set[tuple[int, ...]]:
    """Every profile of whole trials from which nobody gains by any other number: from primitives."""
    most = int(award / min(costs)) + 1

    def payoff(own: int, rivals: int, cost: float) -> float:
        total = own + rivals
        return award * (own / total if total else 1 / n) - cost * own

    found = set()
    for profile in itertools.product(range(most + 1), repeat=n):
        rivals = [sum(profile) - own for own in profile]
        if all(
            payoff(own, other, cost) >= max(payoff(m, other, cost) for m in range(most + 1)) - 1e-12
            for own, other, cost in zip(profile, rivals, costs, strict=True)
        ):
            found.add(profile)
    return found


@pytest.mark.parametrize(
    ("n", "award", "costs"),
    [(2, 10.0, 1.0), (2, 7.3, 1.1), (3, 7.0, 1.0), (3, 5.0, 0.7), (2, 0.8, 0.1), (2, 1.5, 1.0)],
)
def test_whole_trials_against_brute_force(n: int, award: float, costs: float) -> None:
    found = whole(n, award, costs).pure_equilibria()
    assert set(found.profiles) == {tuple(sorted(p)) for p in _brute_force(n, award, [costs] * n)}


@pytest.mark.parametrize("costs", [[1.0, 1.7], [0.5, 2.0], [1.0, 1.0, 1.4]])
def test_whole_trials_at_different_costs_against_brute_force(costs: list[float]) -> None:
    found = whole(len(costs), 6.0, costs).pure_equilibria()
    brute = _brute_force(len(costs), 6.0, costs)
    alike = [i for i, cost in enumerate(costs) if cost == costs[0]]

    def named(profile: tuple[int, ...]) -> tuple[int, ...]:
        rest = [trials for i, trials in enumerate(profile) if i not in alike]
        return (*sorted(profile[i] for i in alike), *rest)

    assert set(found.profiles) == {named(profile) for profile in brute}
    assert all(equilibrium.certificate.passed for equilibrium in found.equilibria)


def test_distribution_of_the_best_trial() -> None:
    """The law of a draw to the power of all trials; and its mean by quadrature of ppf."""
    model = TerwieschXu(project=TrialAndError(draw=stats.norm()), solvers=3, award=9.0)
    best = model.distribution_of_best()
    total = model.solve().total_effort
    x = np.array([-1.0, 0.5, 2.0, 6.0])
    assert best.cdf(x) == pytest.approx(stats.norm.cdf(x) ** total, rel=1e-12)
    assert best.sf(x)[-1] == pytest.approx(total * stats.norm.sf(6.0), rel=1e-6)
    assert best.ppf(best.cdf(x[:3])) == pytest.approx(x[:3], rel=1e-9)
    nodes, weights = np.polynomial.legendre.leggauss(400)
    assert weights / 2 @ best.ppf((nodes + 1) / 2) == pytest.approx(best.mean(), abs=1e-4)


@pytest.mark.parametrize(
    "model",
    [
        TerwieschXu(project=Ideation(returns=0.8, shock=stats.norm()), solvers=4, award=3.0),
        TerwieschXu(project=Expertise(ability=stats.uniform()), solvers=3, award=2.0),
        TerwieschXu(project=TrialAndError(draw=stats.uniform()), solvers=3, award=7.0),
    ],
    ids=["ideation", "expertise", "trials"],
)
def test_distribution_of_the_best_against_simulation(model: TerwieschXu) -> None:
    """Route: outcomes drawn from primitives (Kolmogorov distance within 4 standard errors)."""
    best = model.distribution_of_best()
    size = 20_000
    drawn = np.sort(best.equilibrium.simulate(size, rng=np.random.default_rng(5)).best)
    distance = np.max(np.abs(best.cdf(drawn) - (np.arange(size) + 0.5) / size))
    assert distance < 2.0 / math.sqrt(size)
    assert drawn.mean() == pytest.approx(best.mean(), abs=5 * drawn.std() / math.sqrt(size))
    assert best.cdf(best.ppf([0.1, 0.5, 0.99])) == pytest.approx([0.1, 0.5, 0.99], rel=1e-9)
    assert best.sf(best.ppf(0.99)) == pytest.approx(0.01, rel=1e-7)


# --- closed forms against searches, and beyond the paper's own forms ------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        TerwieschXu(project=Ideation(returns=0.7, shock=1.0), solvers=4, award=1.0),
        TerwieschXu(project=Ideation(returns=0.7, shock=1.0), solvers=4, award=[2.0, 1.0]),
        TerwieschXu(
            project=Ideation(returns=0.5, shock=stats.norm()), solvers=3, award=1.0, cost=ct.Power(2)
        ),
        TerwieschXu(project=TrialAndError(draw=stats.gumbel_r(scale=0.6)), solvers=3, award=1.0),
    ],
    ids=["one award", "two prizes", "normal shock, quadratic cost", "Gumbel trials"],
)
def test_searched_award_finds_the_closed_form(model: TerwieschXu) -> None:
    closed, searched = best_award(model, 0.5), searched_award(model, 0.5)
    assert np.sum(searched.choice) == pytest.approx(np.sum(closed.choice), rel=1e-6)
    assert searched.value == pytest.approx(closed.value, rel=1e-10)


@pytest.mark.parametrize(("returns", "weight"), [(0.9, 0.5), (1.3, 1.0), (1.2, 0.6), (0.7, 0.0)])
def test_searched_size_finds_the_closed_form(returns: float, weight: float) -> None:
    model = TerwieschXu(project=Ideation(returns=returns), solvers=3, award=1.0)
    closed, searched = model.best_size(weight), searched_size(model, weight, 30)
    assert searched.choice == closed.choice
    assert searched.value == pytest.approx(closed.value, rel=1e-10)


@pytest.mark.parametrize("project", [Ideation(returns=0.7), TrialAndError(draw=stats.gumbel_r(scale=2.0))])
def test_searched_internal_finds_the_closed_form(project: Any) -> None:
    model = TerwieschXu(project=project, solvers=2, award=1.0, cost=ct.Power(1.5, scale=0.4))
    closed, searched = model.internal(unit_cost=0.3), searched_internal(model, 0.3)
    assert searched.effort == pytest.approx(closed.effort, rel=1e-6)
    assert searched.profit == pytest.approx(closed.profit, rel=1e-12)


@pytest.mark.parametrize(
    ("returns", "largest"), [(1.1, 11), (1.25, 5), (1.5, 3), (1.3, 4), (2.0, 2), (2.1, 1)]
)
def test_largest_field_at_knife_edges(returns: float, largest: int) -> None:
    """All take part up to returns/shock = n/(n-1) exactly, whatever rounding does to the quotient."""
    model = TerwieschXu(project=Ideation(returns=returns), solvers=2, award=1.0)
    assert model.largest_field() == largest
    if largest > 1:
        assert model.replace(solvers=largest).solve().certificate.passed
    with pytest.raises(NotEquilibriumError):
        model.replace(solvers=largest + 1).solve()


def test_largest_field_with_other_shocks() -> None:
    """Searched; for a logistic shock of scale s the cost share is returns (n-1)/((n+1) s) (models.md)."""
    logistic = TerwieschXu(project=Ideation(returns=1.5, shock=stats.logistic()), solvers=2, award=1.0)
    assert logistic.largest_field() == 5
    assert logistic.replace(project=Ideation(returns=1.0, shock=stats.logistic())).largest_field() == math.inf


def test_largest_field_with_several_prizes() -> None:
    """All take part if returns/shock is at most one; above, sharing admits more than one award does."""
    two = TerwieschXu(project=Ideation(returns=1.0), solvers=2, award=[5.0, 1.0])
    assert two.largest_field() == math.inf
    steep = two.replace(project=Ideation(returns=1.3), award=[3.0, 3.0])
    largest = steep.largest_field()
    assert largest > steep.replace(award=6.0).largest_field() == 4
    # By hand: A(1.3/n)(1 - 1/n + 1 - 1/n - 1/(n-1))/2 <= A/n.
    assert largest == max(n for n in range(3, 50) if 1.3 * (1 - 1 / n - 0.5 / (n - 1)) <= 1)


def test_whole_internal_trials() -> None:
    """The best of m uniform draws has mean m/(m+1): the best m is next to sqrt(1/c) - 1."""
    team = whole(2, 10.0).internal(unit_cost=0.01)
    assert team.effort == 9
    assert team.profit == pytest.approx(0.9 - 0.09, rel=1e-12)


def test_general_output_and_cost() -> None:
    """Quality 2 sqrt(e) + logistic shock, cost e^1.5/3: r'(e) A (n-1)/(n(n+1)s) = c'(e) by hand."""
    project = Ideation(returns=2.0, shock=stats.logistic(scale=2.0), output=ct.Power(0.5))
    model = TerwieschXu(project=project, solvers=4, award=5.0, cost=ct.Power(1.5, scale=1 / 3))
    slope = 5.0 * 3 / (4 * 5 * 2.0)
    effort = 2 * slope  # e^-1/2 slope = e^1/2 / 2
    equilibrium = model.solve()
    assert equilibrium.effort[0] == pytest.approx(effort, rel=1e-12)
    assert equilibrium.certificate.passed


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_units_of_money(scale: float) -> None:
    small = TerwieschXu(project=Ideation(returns=0.7, shock=1.1), solvers=7, award=3.0, unit_cost=2.0)
    large = small.replace(award=3.0 * scale, unit_cost=2.0 * scale)
    assert large.solve().effort[0] == pytest.approx(small.solve().effort[0], rel=1e-12)
    assert large.solve().certificate.passed


def test_lone_solver_is_stated() -> None:
    model = TerwieschXu(project=Ideation(), solvers=1, award=3.0)
    equilibrium = model.solve()
    assert equilibrium.effort[0] == 0.0
    assert equilibrium.payoff[0] == 3.0
    assert equilibrium.expected_best == -math.inf
    assert "lone contestant wins whatever she does" in equilibrium.selection
    assert ct.solve(model).selection == equilibrium.selection
    for project in (TrialAndError(draw=UNIFORM), TrialAndError(draw=UNIFORM, whole=True)):
        assert model.replace(project=project).solve().effort[0] == 0.0
    assert model.profit() == -math.inf
    royalty = model.replace(award=ContingentAward(base=1.0, share=0.5)).solve()
    assert royalty.effort[0] == pytest.approx(0.5, rel=1e-12)  # share returns / cost: she keeps a share


def test_theory_agrees_with_the_solver() -> None:
    model = TerwieschXu(project=Ideation(returns=0.8, baseline=0.4), solvers=4, award=2.0, unit_cost=0.5)
    theory, equilibrium = model.theory(), model.solve()
    assert theory.holds()
    assert theory.value("effort") == pytest.approx(equilibrium.effort[0], rel=1e-12)
    assert theory.value("expected_best") == pytest.approx(equilibrium.expected_best, rel=1e-12)
    assert theory.value("best_award") == model.best_award().choice


# --- bad input ---------------------------------------------------------------------------------------

UNIFORM = stats.uniform()
PROJECT = Ideation()
BAD: list[tuple[Any, str]] = [
    (lambda: TerwieschXu(project=PROJECT, solvers=0, award=1), "TerwieschXu.solvers must be a whole number"),
    (lambda: TerwieschXu(project=PROJECT, solvers=2.5, award=1), "TerwieschXu.solvers"),
    (lambda: TerwieschXu(project="ideation", solvers=2, award=1), "TerwieschXu.project must be Ideation"),
    (lambda: TerwieschXu(project=PROJECT, solvers=2, award=-1), "TerwieschXu.award must be a finite number"),
    (lambda: TerwieschXu(project=PROJECT, solvers=2, award=[1, 2]), "not increasing in rank"),
    (lambda: TerwieschXu(project=PROJECT, solvers=2, award=[3, 2, 1]), "at most as many as the 2 solvers"),
    (lambda: TerwieschXu(project=PROJECT, solvers=3, award=1, unit_cost=[1, 2]), "each of the 3 solvers"),
    (lambda: TerwieschXu(project=PROJECT, solvers=3, award=1, unit_cost=0), "TerwieschXu.unit_cost"),
    (lambda: TerwieschXu(project=PROJECT, solvers=2, award=[0.0, 0.0]), "above zero for the best"),
    (lambda: TerwieschXu(project=PROJECT, solvers=2, award=ContingentAward(base=-1)), "worth winning"),
    (lambda: Ideation(returns=0), "Ideation.returns must be a finite number above zero"),
    (lambda: Ideation(shock=0), "Ideation.shock must be a finite number above zero"),
    (lambda: Ideation(shock=-1.0), "Ideation.shock"),
    (lambda: Expertise(ability=stats.poisson(3)), "Expertise.ability"),
    (lambda: Expertise(ability=UNIFORM, returns=-1), "Expertise.returns"),
    (lambda: TrialAndError(draw=stats.binom(3, 0.5)), "TrialAndError.draw"),
    (lambda: TrialAndError(draw=UNIFORM, whole="yes"), "TrialAndError.whole"),
    (lambda: ContingentAward(base=1, share=-0.5), "ContingentAward.share"),
    (lambda: whole(3, 1.0, 2.0), "at most the award, 1, when trials come whole"),
    (
        lambda: TerwieschXu(
            project=Expertise(ability=UNIFORM), solvers=3, award=ContingentAward(base=1, share=0.5)
        ),
        "zero or more at every possible quality",
    ),
    (
        lambda: TerwieschXu(
            project=TrialAndError(draw=stats.norm()), solvers=3, award=ContingentAward(base=1, share=0.5)
        ),
        r"floored=True",
    ),
]


@pytest.mark.parametrize(("make", "message"), BAD)
def test_bad_input(make: Any, message: str) -> None:
    with pytest.raises(InvalidPartError, match=message):
        make()


def test_designs_that_do_not_apply_are_refused_in_words() -> None:
    differ = TerwieschXu(project=Ideation(baseline=[0.0, 1.0]), solvers=2, award=1.0)
    with pytest.raises(UnsolvableError, match="Solvers differ"):
        differ.best_size()
    with pytest.raises(UnsolvableError, match="Solvers differ"):
        differ.internal()
    with pytest.raises(UnsolvableError, match="ideation only"):
        TerwieschXu(project=TrialAndError(draw=UNIFORM), solvers=2, award=1.0).best_contingent_award()
    with pytest.raises(UnsolvableError, match="depends on quality"):
        TerwieschXu(project=PROJECT, solvers=2, award=ContingentAward(base=1, share=0.1)).best_award()
    for method in (lambda m: m.largest_field(), lambda m: m.free_entry(cost=0.1)):
        with pytest.raises(UnsolvableError, match="With whole trials some make none"):
            method(whole(3, 7.0))
    with pytest.raises(UnsolvableError, match="whole trials"):
        TerwieschXu(project=PROJECT, solvers=2, award=1.0).pure_equilibria()
    with pytest.raises(InvalidPartError, match="given when solvers differ in cost"):
        TerwieschXu(project=PROJECT, solvers=2, award=1.0, unit_cost=[1, 2]).internal()


def test_internal_team_to_ten_digits() -> None:
    """Where no formula holds: r'(e) = c'(e), and trigamma(m + 1) = c'(m) for exponential draws (mpmath)."""
    project = Ideation(returns=1.5, shock=stats.expon(scale=2), output=ct.Power(0.5))
    model = TerwieschXu(project=project, solvers=4, award=3.0, unit_cost=0.5, cost=ct.Power(2))
    assert model.internal().effort == pytest.approx(0.75 ** (2 / 3), rel=1e-11)
    trials = TerwieschXu(
        project=TrialAndError(draw=stats.expon()), solvers=5, award=8.0, unit_cost=0.3, cost=ct.Power(1.5)
    )
    assert trials.internal().effort == pytest.approx(1.3621323672475263, rel=1e-11)
    heavy = TerwieschXu(project=TrialAndError(draw=stats.t(3)), solvers=2, award=1.0, unit_cost=0.2)
    assert heavy.internal().effort > 1  # quality of very few draws cannot be computed, nor need it be


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9])
def test_searched_award_to_nine_digits_in_any_unit(scale: float) -> None:
    """Normal trials, weight .7: the root of the derivative of the profit, by 18-digit quadrature."""
    project = TrialAndError(draw=stats.norm(scale=scale))
    model = TerwieschXu(project=project, solvers=4, award=scale, unit_cost=0.3 * scale)
    assert model.best_award(0.7).choice / scale == pytest.approx(0.8432556623, rel=3e-10)


def test_lone_expert_is_stated() -> None:
    """One solver with a private ability: no effort, and the selection says why."""
    found = TerwieschXu(project=Expertise(ability=stats.norm()), solvers=1, award=3.0).solve()
    assert found.effort[0] == 0
    assert "a lone solver wins whatever she does" in found.selection


@pytest.mark.slow
def test_designs_without_a_best_choice_say_so() -> None:
    """No foreign error, no warning and no profit of minus infinity sold as the best."""
    falling = TerwieschXu(
        project=Ideation(returns=0.9, shock=3.0, output=ct.Power(0.5)), solvers=4, award=1.0
    )
    with pytest.raises(UnsolvableError, match="Profit falls with every incentive"):
        falling.best_contingent_award()
    reserve = TerwieschXu(
        project=Expertise(ability=stats.uniform()), solvers=3, award=3.0, entry=ct.Reserve(-0.2, fee=0.1)
    )
    with pytest.raises(UnsolvableError, match="finite profit"):
        reserve.best_award()
    with pytest.raises(UnsolvableError, match="No size up to 4 has a finite profit"):
        reserve.best_size(largest=4)
    with pytest.raises(UnsolvableError, match="profit jumps with the award"):
        whole(3, 12.0).best_award()


def test_largest_field_under_heavy_tails() -> None:
    """Student's failure rate is at most 1.2: with returns of one half effort never costs too much."""
    heavy = TerwieschXu(project=Ideation(returns=0.5, shock=stats.t(5)), solvers=4, award=1.0)
    x = np.linspace(-5, 50, 5501)
    assert 0.5 * np.max(stats.t(5).pdf(x) / stats.t(5).sf(x)) < 1
    assert heavy.largest_field() == math.inf


def test_best_royalty_to_ten_digits() -> None:
    """Base zero, three solvers: the root of the derivative of (1 - s) M(s), by mpmath."""
    project = Ideation(returns=0.8, shock=1.5, baseline=2.5)
    model = TerwieschXu(project=project, solvers=3, award=1.0, unit_cost=0.6)
    found = model.best_contingent_award(base=0.0)
    assert found.choice.share == pytest.approx(0.2682072026393527, rel=1e-10)
    assert found.value == pytest.approx(2.0595862522434247, rel=1e-12)
