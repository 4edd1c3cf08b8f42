"""Follow-ups to Terwiesch and Xu (2008): reference cases of models.md, section 3, each with its paper.

The cases were computed at high precision and checked by brute-force deviation grids and Monte
Carlo (see ``verified_by`` in the data); nothing here shares code with them.
"""

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import cases, expected
from contests.models import (
    AlesChoKorpeoglu,
    Feedback,
    IdeaRedundancy,
    IdeaScreening,
    JointOrSeparate,
    ParallelContests,
    ParallelTests,
    SalvageValue,
    UncertainParticipation,
)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="multiple_contributors"))
def test_ales_cho_korpeoglu_2017(case):
    p = case["parameters"]
    shock = stats.norm() if p["noise"] == "normal" else stats.uniform(-1.0, 2.0)
    model = AlesChoKorpeoglu(
        contestants=p["n"],
        contributors=p["contributors"],
        shock=shock,
        cost=ct.Power(p["b"], scale=p["c"]),
    )
    award = model.best_award()
    assert award == expected(case, "optimal_winner_award")
    best = model.replace(prizes=award)
    assert best.solve().effort[0] == expected(case, "effort")
    assert best.solve().payoff[0] == expected(case, "solver_payoff")
    assert best.profit() == expected(case, "organizer_profit")
    for other in (0.98, 1.02):  # the formula's award is a maximum of the certified profit
        assert model.replace(prizes=award * other).profit() < best.profit()


def test_ales_cho_korpeoglu_number_of_prizes():
    """Heavy tails call for several prizes: Pareto(2) n=5, t(3) n=20, Cauchy n=10; light ones do not."""
    cost = ct.Power(2, scale=0.5)

    def number(shock, n):
        return AlesChoKorpeoglu(contestants=n, shock=shock, cost=cost).best_number_of_prizes()

    assert number(stats.pareto(2), 5) == 4
    assert number(stats.t(3), 20) == 3
    assert number(stats.t(3), 10) == 1
    assert number(stats.cauchy(), 10) == 3
    assert number(stats.norm(), 20) == 1
    assert number(stats.expon(), 6) == 1  # constant failure rate: all B_L tie, and ties go to fewer


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="parallel_contests"))
def test_korpeoglu_korpeoglu_hafalir_2022(case):
    p = case["parameters"]
    open_entry = ParallelContests(
        contests=p["contests"],
        agents=p["agents"],
        award=p["prize_per_contest"],
        returns=p["delta"],
        shock=p["mu"],
        cost=ct.Power(p["b"], scale=p["c"]),
    )
    exclusive = open_entry.replace(exclusive=True)
    assert open_entry.effort_per_contest() == expected(case, "effort_per_contest_nonexclusive")
    assert exclusive.effort_per_contest() == expected(case, "effort_exclusive")
    assert exclusive.solve().payoff[0] == expected(case, "payoff_exclusive")
    assert open_entry.expected_best() == expected(case, "E_best_nonexclusive")
    assert exclusive.expected_best() == expected(case, "E_best_exclusive")
    assert open_entry.openness_pays() == expected(case, "nonexclusive_advantage")
    equilibrium = open_entry.solve()
    game = equilibrium.game
    both = game.plan_payoff(0, np.array(equilibrium.strategy(0).parts), equilibrium.profile)
    assert both == expected(case, "payoff_nonexclusive")


def test_dropping_a_contest_breaks_open_entry():
    """Nearly linear returns, strongly convex cost: an agent would rather enter one contest only."""
    tight = ParallelContests(
        contests=2, agents=8, award=4.0, returns=1.14, shock=1.0, cost=ct.Power(1.01), exclusive=False
    )
    with pytest.raises(ct.NotEquilibriumError, match="would rather"):
        tight.replace(returns=1.3).solve()


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_binomial_entry"))
def test_stouras_hutchison_krupat_chao_2022(case):
    p = case["parameters"]
    model = UncertainParticipation(
        potential=p["potential"],
        probability=case["quantities"]["entry_probability"],
        prizes=p["prize"],
        returns=p["delta"],
        shock=p["mu"],
        unit_cost=p["c"],
    )
    equilibrium = model.solve()
    assert equilibrium.certificate.passed
    assert equilibrium.effort[0] == expected(case, "effort")
    assert equilibrium.payoff[0] == expected(case, "entrant_payoff_gross")
    assert model.probability_of_nobody() == expected(case, "prob_no_entry")
    assert model.expected_participants() == expected(case, "expected_entrants")
    assert model.best_given_entry() == expected(case, "E_best_given_entry")


def test_free_entry_makes_participation_worth_its_cost():
    model = UncertainParticipation(potential=10, prizes=5.0, returns=0.6).free_entry(0.8)
    assert model.solve().payoff[0] == pytest.approx(0.8, rel=1e-9)
    split = model.replace(prizes=[2.5, 2.5])
    assert split.free_entry(0.8).probability > model.probability  # several prizes fill the contest


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_salvage"))
def test_clemons_pac_savin_2010(case):
    p = case["parameters"]
    model = SalvageValue(
        solvers=p["n"],
        award=p["prize"],
        extra=p["winner_extra"],
        salvage=p["loser_fraction"],
        returns=p["delta"],
        shock=p["mu"],
        baseline=p["kappa"],
        unit_cost=p["c"],
    )
    equilibrium = model.solve()
    assert equilibrium.certificate.passed
    assert equilibrium.effort[0] == expected(case, "effort")
    assert equilibrium.payoff[0] == expected(case, "solver_payoff")
    assert equilibrium.expected_best == expected(case, "E_best")
    assert equilibrium.expected_best - p["prize"] == expected(case, "seeker_profit_rho1")
    assert model.effort_in_a_crowd() == expected(case, "effort_limit_n_infinity")


def test_without_salvage_it_is_ideation():
    """A delta (n-1)/(c mu n^2), Terwiesch and Xu (2008)."""
    plain = SalvageValue(solvers=5, award=10.0, returns=1.0, shock=2.0)
    assert plain.solve().effort[0] == pytest.approx(10 * 4 / (2 * 25), rel=1e-9)


def test_salvage_by_simulation():
    """Payoff of the game against drawn qualities, within four standard errors."""
    model = SalvageValue(solvers=4, award=3.0, salvage=0.3, returns=0.8, baseline=2.0)
    game, equilibrium = model.contest(), model.solve()
    rng = np.random.default_rng(5)
    quality = game.money.technology.sample(np.broadcast_to(equilibrium.effort, (200_000, 4)), 0.0, rng=rng)
    won = quality[:, 0] >= quality.max(axis=1)
    drawn = np.where(won, 3.0, 0.3 * quality[:, 0]) - equilibrium.effort[0]
    error = drawn.std() / np.sqrt(drawn.size)
    assert abs(drawn.mean() - equilibrium.payoff[0]) < 4 * error


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="joint_vs_separate"))
def test_hu_wang_2021(case):
    p = case["parameters"]
    joint = JointOrSeparate(
        contestants=p["n"], award=p["prize"], shock=stats.norm(scale=p["sigma"]), unit_cost=p["c"]
    )
    separate = joint.replace(joint=False)
    assert joint.effort_per_attribute() == expected(case, "effort_per_attribute_joint")
    assert separate.effort_per_attribute() == expected(case, "effort_per_attribute_separate")
    assert joint.expected_best() == expected(case, "best_joint")
    assert separate.expected_best() == expected(case, "best_separate")
    assert joint.payoff_each() == expected(case, "payoff_joint")
    assert separate.payoff_each() == expected(case, "payoff_separate")
    threshold = case["quantities"]["award_threshold_joint_better"]
    assert joint.replace(award=0.99 * threshold).advantage_of_joint() < 0
    assert joint.replace(award=1.01 * threshold).advantage_of_joint() > 0


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="parallel_testing"))
def test_dahan_mendelson_2001(case):
    p = case["parameters"]
    if p["law"] == "gumbel":
        profits = stats.gumbel_r(loc=p["location"] - p["scale"] * np.euler_gamma, scale=p["scale"])
        if ParallelTests(profit_law=profits, unit_cost=p["cost_per_test"]).best().profit != expected(
            case, "profit_at_integer"
        ):
            profits = stats.gumbel_r(loc=p["location"], scale=p["scale"])
    else:
        profits = stats.weibull_max(p["tail_alpha"], loc=p["location"], scale=p["scale"])
    best = ParallelTests(profit_law=profits, unit_cost=p["cost_per_test"]).best()
    assert best.tests == case["quantities"]["n_star_integer"]
    assert best.profit == expected(case, "profit_at_integer")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="idea_screening"))
def test_girotra_terwiesch_ulrich_2010(case):
    p = case["parameters"]
    screening = IdeaScreening(
        ideas=p["n"], mean=p["mean"], spread=p["sigma_quality"], error=p["sigma_evaluation"]
    )
    assert screening.selected_quality() == expected(case, "expected_true_quality_of_selected")
    assert screening.best_quality() == expected(case, "expected_best_true_quality")


def test_screening_by_the_parts():
    """The same number from the objective that integrates over judging error, and from simulation."""
    screening = IdeaScreening(ideas=6, mean=1.0, spread=2.0, error=1.5)
    outcome = ct.play(screening, 0.0, 100_000, rng=np.random.default_rng(2))
    chosen = outcome.quality[outcome.rank == 1]
    assert abs(chosen.mean() - screening.selected_quality()) < 4 * chosen.std() / np.sqrt(chosen.size)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="idea_redundancy"))
def test_kornish_ulrich_2011(case):
    p = case["parameters"]
    redundancy = IdeaRedundancy(possibilities=p["opportunity_space"], ideas=p["ideas"])
    unique = redundancy.expected_unique()
    assert unique == expected(case, "expected_unique")
    assert redundancy.exponential_rate() == expected(case, "fitted_a_exponential_model")
    assert 1 / redundancy.exponential_rate() == expected(case, "extrapolated_total_1_over_a")
    again = IdeaRedundancy.from_count(ideas=p["ideas"], unique=unique)
    assert again.possibilities == pytest.approx(p["opportunity_space"], rel=1e-9)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="two_round_feedback"))
def test_mihm_schlapp_2019_none_and_public(case):
    p = case["parameters"]
    shock = stats.uniform(-p["a"] / 2, p["a"])
    none = Feedback(policy="none", shock=shock, award=p["prize"], productivity=p["k"], unit_cost=p["c"])
    public = none.replace(policy="public")
    assert none.first_effort() == expected(case, "effort_round1_none")
    assert public.first_effort() == expected(case, "effort_round1_public")
    assert float(public.second_effort(0.0)) == expected(case, "effort_round2_public_tied")
    assert float(public.second_effort(p["a"] / 2)) == expected(case, "effort_round2_public_gap_half_a")
    assert none.payoff_each() == expected(case, "payoff_none")
    assert public.payoff_each() == expected(case, "payoff_public")
    # The closed second round against the certified contest with a head start.
    assert public.second_round(0.5).effort == pytest.approx([float(public.second_effort(0.5))] * 2, rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("terwiesch_xu", model="two_round_feedback_private"))
def test_mihm_schlapp_2019_private(case):
    p = case["parameters"]
    private = Feedback(
        policy="private",
        shock=stats.norm(scale=p["sigma"]),
        award=p["prize"],
        productivity=p["k"],
        unit_cost=p["c"],
    )
    second = private.second_round()
    assert second.certificate.passed
    assert second.strategy(0)(np.array([0.0, p["sigma"], -p["sigma"]])) == pytest.approx(
        [
            case["quantities"]["effort_round2_at_shock_0"],
            case["quantities"]["effort_round2_at_shock_plus_sigma"],
            case["quantities"]["effort_round2_at_shock_minus_sigma"],
        ],
        rel=1e-7,
    )
    assert second.effort[0] == expected(case, "expected_effort_round2_private")
    assert private.first_effort() == pytest.approx(second.effort[0], rel=1e-6)  # envelope theorem


def test_bad_input_is_said():
    with pytest.raises(ct.InvalidPartError, match="multiple of the 3 contests"):
        ParallelContests(contests=3, agents=8, exclusive=True)
    with pytest.raises(ct.InvalidPartError, match="finite mean"):
        ParallelTests(profit_law=stats.cauchy(), unit_cost=1.0)
    with pytest.raises(ct.InvalidPartError, match="fewer than the 10 ideas"):
        IdeaRedundancy.from_count(ideas=10, unique=10)
    with pytest.raises(ct.InvalidPartError, match="'none', 'public' or 'private'"):
        Feedback(policy="gossip")
    with pytest.raises(ct.InvalidPartError, match="below the first prize"):
        UncertainParticipation(prizes=1.0).free_entry(2.0)


def test_payoff_of_entering_all_contests():
    """Korpeoglu, Korpeoglu and Hafalir (2022): M A/N - c (M e)^b, nine agents in three contests."""
    model = ParallelContests(
        contests=3, agents=9, award=2.0, returns=0.8, shock=1.5, cost=ct.Power(2.5, scale=0.6)
    )
    found = model.solve()
    assert found.payoff == pytest.approx(np.full(9, 3 * 2 / 9 - 0.6 * found.effort[0] ** 2.5), rel=1e-12)
    assert found.prizes_paid == 6.0


def test_several_prizes_with_unknown_numbers():
    """Binomial numbers times Plackett-Luce slopes of three prizes, in exact fractions (R = 7/12)."""
    from fractions import Fraction
    from math import comb

    prizes, q, n = (3, 1, Fraction(1, 2)), Fraction(7, 20), 6

    def slope(k):
        harmonic = [sum(Fraction(1, i) for i in range(1, j + 1)) for j in range(k + 1)]
        gained = (v * (1 - harmonic[k] + harmonic[k - r]) for r, v in enumerate(prizes[:k], 1))
        return sum(gained) / k if k > 1 else Fraction(0)

    chances = [comb(n - 1, j) * q**j * (1 - q) ** (n - 1 - j) for j in range(n)]
    effort = Fraction(7, 12) / Fraction(9, 10) * sum(p * slope(j + 1) for j, p in enumerate(chances))
    paid = sum(p * sum(prizes[: j + 1]) / (j + 1) for j, p in enumerate(chances))
    model = UncertainParticipation(
        potential=n, probability=0.35, prizes=(3.0, 1.0, 0.5), returns=0.7, shock=1.2, unit_cost=0.9
    )
    found = model.solve()
    assert found.effort[0] == pytest.approx(float(effort), rel=1e-12)
    assert found.payoff[0] == pytest.approx(float(paid - Fraction(9, 10) * effort), rel=1e-12)
