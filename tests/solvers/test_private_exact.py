"""Private types without a shock: reference cases, closed forms, brute force, simulation, refusals."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest
from scipy import integrate, special, stats

import contests as ct
from contests.solvers.private_exact import SOLVER
from tests.cases import cases, expected

LAWS = {
    "uniform": lambda p: stats.uniform(p.get("a", 0.0), p.get("b", 1.0) - p.get("a", 0.0)),
    "gumbel": lambda p: stats.gumbel_r(loc=p["loc"], scale=p["mu"]),
    "normal": lambda p: stats.norm(p["mean"], p["sigma"]),
}


def expertise(n, law, returns=1.0, prizes=1.0, cost=1.0, **parts):
    """Ability plus the log of effort."""
    return ct.Contest(
        contestants=ct.Private(n, ability=law),
        technology=ct.Exact(output=ct.Log(scale=returns)),
        cost=cost,
        prizes=prizes,
        **parts,
    )


def strategy_of(contest):
    """The solver's strategy, before its certificate."""
    return SOLVER.solve(contest).profile.strategy(0)


def from_case(p):
    law = LAWS[p["ability_distribution"]](p["ability_parameters"])
    return expertise(p["n"], law, p["delta"], p.get("prizes", p.get("A")), p["c"])


@pytest.mark.parametrize("case", cases("terwiesch_xu", ids=("C01_expertise_uniform_n2_delta1",
                         "C03_expertise_uniform_n20_delta3", "C05_expertise_gumbel_mu2_delta1_n3",
                         "C07_expertise_normal_n6", "C19_expertise_two_prizes_n4")))  # fmt: skip
def test_expertise(case):
    contest = from_case(case["parameters"])
    equilibrium = ct.solve(contest, gain_tolerance=1e-10)
    strategy = equilibrium.strategy(0)
    types = np.array(case["quantities"]["betas"])
    # Relatively, however small: effort 1e-19 of the weakest of twenty.
    effort = np.array(case["quantities"]["effort"])
    np.testing.assert_allclose(strategy(types), effort, rtol=1e-9)
    payoff = contest.payoff(0, strategy(types), equilibrium.profile, types)
    assert payoff == expected(case, "interim_payoff")
    for quantity, found in (
        ("E_best", equilibrium.expected_best),
        ("E_avg", equilibrium.expected_average),
        ("E_total_effort", equilibrium.total_effort),
    ):
        if quantity in case["quantities"]:
            assert found == expected(case, quantity)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="expertise_competition_threshold"))
def test_the_able_work_more_when_rivals_enter(case):
    p, q = case["parameters"], case["quantities"]
    law = LAWS[p["ability_distribution"]](p["ability_parameters"])
    few, more = (strategy_of(expertise(n, law, p["delta"])) for n in (p["n_from"], p["n_to"]))
    at, low, high = (np.array(q[name]) for name in ("threshold_type", "low_type", "high_type"))
    assert float(few(at)) == expected(case, "effort_at_threshold")
    assert float(more(at)) == expected(case, "effort_at_threshold")
    assert float(few(low)) == expected(case, "low_type_effort_n")
    assert float(more(low)) == expected(case, "low_type_effort_n1")
    assert float(few(high)) == expected(case, "high_type_effort_n")
    assert float(more(high)) == expected(case, "high_type_effort_n1")


def test_effort_against_the_number_of_rivals():
    (case,) = (c.values[0] for c in cases("terwiesch_xu", ids=("C13_expertise_uniform_effort_vs_n",)))
    q = case["quantities"]
    for n, top, median in zip(
        case["parameters"]["n_list"], q["effort_top_type"], q["effort_median_type"], strict=True
    ):
        strategy = strategy_of(expertise(n, stats.uniform()))
        assert float(strategy(1.0)) == pytest.approx(top, rel=1e-9)
        if n == 200:  # the case gives zero; Kummer's function gives 2.5e-61
            median = np.exp(-0.5) * 0.5**199 * special.hyp1f1(199, 200, 0.5)
        assert float(strategy(0.5)) == pytest.approx(median, rel=1e-9)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="expertise_seeker_profile"))
def test_expected_best_is_not_monotone_in_the_field(case):
    from contests.outcomes import Outcomes

    p, q = case["parameters"], case["quantities"]
    for n, best in zip(q["n_list"], q["E_best"], strict=True):
        contest = expertise(n, stats.uniform(), p["delta"], p["A"], p["c"])
        outcomes = Outcomes(contest, SOLVER.solve(contest).profile)
        assert outcomes.expected_best == pytest.approx(best, rel=1e-9)


def test_reserve_quality():
    (case,) = (c.values[0] for c in cases("terwiesch_xu", ids=("C21_expertise_reserve_n4",)))
    q = case["quantities"]
    contest = expertise(4, stats.uniform(), prizes=2.0, entry=ct.Reserve(0.2))
    equilibrium = ct.solve(contest, gain_tolerance=1e-10)
    strategy, outcomes = equilibrium.strategy(0), equilibrium._outcomes
    types = np.array(q["betas"])
    assert strategy.threshold == strategy.weakest == expected(case, "threshold_type")
    assert strategy.entry_probability() == expected(case, "entry_probability")
    assert float(strategy(strategy.weakest)) == expected(case, "effort_at_threshold")
    assert strategy(types) == expected(case, "effort")
    payoff = contest.payoff(0, strategy(types), equilibrium.profile, types)
    assert payoff == expected(case, "interim_payoff")
    assert outcomes.nobody_enters == expected(case, "prob_no_entry")
    assert outcomes.entrants == expected(case, "expected_entrants")
    assert outcomes.expected_best_if_any == expected(case, "E_best_given_some_entry")
    assert equilibrium.prizes_paid == pytest.approx(2.0 * (1 - q["prob_no_entry"]), rel=1e-9)


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="private_ability_all_pay"))
def test_cost_divided_by_ability(case):
    """A cost of x^p / a is ct's private cost factor 1 / a, and after units private value a."""
    p, q = case["parameters"], case["quantities"]
    low, high = (float(x) for x in p["ability"].removeprefix("uniform[").removesuffix("]").split(","))
    exponent = float(p["cost"].removeprefix("x^").removesuffix("/a"))
    contest = ct.Contest(
        contestants=ct.Private(p["n"], value=stats.uniform(low, high - low)),
        cost=ct.Power(exponent),
        prizes=p["prizes"],
    )
    equilibrium = ct.solve(contest, gain_tolerance=1e-10)
    strategy, types = equilibrium.strategy(0), np.array(q["abilities"])
    assert strategy(types) == expected(case, "bids")
    payoff = contest.payoff(0, strategy(types), equilibrium.profile, types) / types
    assert payoff == expected(case, "interim_payoff")
    assert equilibrium.total_effort == expected(case, "E_total_bid")
    assert equilibrium.expected_best == expected(case, "E_max_bid")


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="private_ability_optimal_split"))
def test_best_split_of_two_prizes(case):
    p, q = case["parameters"], case["quantities"]
    exponent = float(p["cost"].removeprefix("x^").removesuffix("/a"))

    def total(first):
        contest = ct.Contest(
            contestants=ct.Private(p["n"], value=stats.uniform(0.5, 0.5)),
            cost=ct.Power(exponent),
            prizes=[first, 1 - first],
        )
        return p["n"] * strategy_of(contest).mean()

    best = q["optimal_first_prize_share"]
    assert total(best) == expected(case, "total_effort_at_optimum")
    assert total(1.0) == expected(case, "total_effort_WTA")
    assert total(0.5) == expected(case, "total_effort_equal_split")
    assert all(total(a) <= total(best) for a in (best - 1e-3, min(best + 1e-3, 1.0)))


def test_contingent_award():
    (case,) = (c.values[0] for c in cases("terwiesch_xu", ids=("C31_expertise_pca_n3",)))
    q = case["quantities"]
    contest = expertise(
        3, stats.uniform(), prizes=ct.QualityShare(base=0.4, share=0.6, floored=True), cost=0.5
    )
    equilibrium = ct.solve(contest, gain_tolerance=1e-10)
    strategy, types = equilibrium.strategy(0), np.array(q["betas"])
    assert strategy.weakest == expected(case, "threshold_type")
    assert strategy(types) == expected(case, "effort")
    assert types + np.log(strategy(types)) == expected(case, "output")
    payoff = contest.payoff(0, strategy(types), equilibrium.profile, types)
    assert payoff == expected(case, "interim_payoff")
    weakest = strategy.weakest + np.log(float(strategy(strategy.weakest)))
    assert weakest == pytest.approx(q["v_at_threshold"], rel=1e-9)
    outcome = equilibrium.simulate(100_000, rng=np.random.default_rng(3))
    assert outcome.prize.sum(axis=1).mean() == pytest.approx(equilibrium.prizes_paid, abs=0.01)


def additive(n, law, prizes, cost, output=1.0, **parts):
    """Ability plus any output of effort."""
    return ct.Contest(
        contestants=ct.Private(n, ability=law),
        technology=ct.Exact(output=output),
        cost=cost,
        prizes=prizes,
        **parts,
    )


def test_linear_output_and_quadratic_cost():
    (case,) = (c.values[0] for c in cases("terwiesch_xu", ids=("C33_expertise_linear_quadratic_n2",)))
    contest = additive(2, stats.uniform(), 2.0, ct.Power(2, scale=0.5))
    equilibrium = ct.solve(contest, gain_tolerance=1e-10)
    strategy, types = equilibrium.strategy(0), np.array(case["quantities"]["betas"])
    assert strategy(types) == expected(case, "effort")
    assert contest.payoff(0, strategy(types), equilibrium.profile, types) == expected(case, "interim_payoff")
    assert equilibrium.expected_best == expected(case, "E_best")
    assert equilibrium.expected_average == expected(case, "E_avg")
    # The weakest types too, by Lambert's function in a form that does not cancel.
    small = 1e-6
    w = special.lambertw(-np.exp(-1 - small / 2)).real
    assert float(strategy(small)) == pytest.approx(2 * (1 + w), rel=1e-5)


def test_three_contestants_have_effort_in_proportion_to_ability():
    """n = 3, uniform: e = b (sqrt(1 + 8 k) - 1) / 2 from 1e-200 to 1."""
    strategy = strategy_of(additive(3, stats.uniform(), 2.0, ct.Power(2, scale=0.5)))
    types = np.array([1e-200, 1e-20, 1e-3, 0.5, 1.0])
    np.testing.assert_allclose(strategy(types), types * (np.sqrt(17) - 1) / 2, rtol=1e-9)
    np.testing.assert_allclose(strategy(types[1:]), types[1:] * (np.sqrt(17) - 1) / 2, rtol=1e-11)


def test_the_equation_and_the_quadrature_agree():
    """Log output at a cost that the quadrature does not recognise as linear, with and without reserve."""
    types = np.linspace(0.05, 1, 40)
    for entry in (ct.AllEnter(), ct.Reserve(0.2), ct.Fee(0.05)):
        parts = {"returns": 1.0, "prizes": 2.0, "entry": entry}
        one = strategy_of(expertise(4, stats.uniform(), cost=1.0, **parts))
        other = strategy_of(expertise(4, stats.uniform(), cost=ct.Linear(0.5) + ct.Linear(0.5), **parts))
        np.testing.assert_allclose(other(types), one(types), rtol=1e-10, atol=1e-13)


def test_linear_output_at_linear_cost_leaves_some_types_idle():
    """C = max over s of [Pi(b) - c b] - [Pi(s) - c s]: the running minimum, by hand."""
    contest = additive(3, stats.beta(2, 3), 5.0, 1.0)
    strategy = ct.solve(contest, gain_tolerance=1e-10).strategy(0)
    types = np.linspace(0, 1, 200_001)
    surplus = 5.0 * stats.beta(2, 3).cdf(types) ** 2 - types
    by_hand = surplus - np.minimum.accumulate(surplus)
    shown = slice(None, None, 2000)
    np.testing.assert_allclose(strategy(types[shown]), by_hand[shown], atol=1e-9)
    assert (strategy(types[shown]) == 0).sum() > 3


@pytest.mark.parametrize(
    "contest",
    [
        additive(4, stats.norm(), 2.0, ct.Power(2, scale=0.5)),
        additive(3, stats.norm(), 2.0, ct.Linear(1.0) + ct.Power(2), ct.Power(0.5)),
        additive(3, stats.uniform(), [2.0, 1.0, 0.5], ct.Power(2), entry=ct.Reserve(0.5)),
        ct.Contest(contestants=ct.Private(3, value=stats.expon()), prizes=1.0,
                   entry=ct.Fee(0.1, refundable_to="winner")),
        ct.Contest(contestants=ct.Private(3, value=stats.expon()), prizes=[0.7, 0.3],
                   entry=ct.Reserve(0.1, fee=0.1)),
        expertise(4, stats.norm(), prizes=2.0, entry=ct.Fee(0.1)),
        ct.Contest(contestants=ct.Private(3, cost=stats.uniform(0.5, 0.5)), cost=ct.Power(2),
                   prizes=ct.QualityShare(base=-0.1, share=2.0, floored=True)),
    ],
    ids=["additive", "any-curves", "reserve-three-prizes", "fee-to-winner", "reserve-and-fee", "fee",
         "contingent-costs"],
)  # fmt: skip
def test_certified_at_tight_tolerances(contest):
    certificate = ct.certify(contest, SOLVER.solve(contest).profile)
    assert certificate.passed
    assert certificate.max_gain <= 1e-10


def test_the_certificate_sees_wrong_thresholds():
    """Somebody outside wants in, or somebody inside wants out, when the threshold is off by a per cent."""
    contest = ct.Contest(
        contestants=ct.Private(3, value=stats.uniform()), prizes=1.0, entry=ct.Reserve(0.125)
    )
    strategy = strategy_of(contest)
    assert ct.certify(contest, strategy).passed
    for shift in (-0.02, 0.02):
        start = strategy.start + shift
        formula = dataclasses.replace(strategy.function, start=start)
        moved = strategy.replace(start=start, function=formula)
        certificate = ct.certify(contest, moved)
        assert certificate.max_gain > 1e-6


@pytest.mark.slow
def test_simulation_agrees_with_expectations():
    contest = ct.Contest(
        contestants=ct.Private(3, value=stats.expon()), prizes=1.0, entry=ct.Fee(0.1, refundable_to="winner")
    )
    equilibrium = ct.solve(contest)
    outcome = equilibrium.simulate(200_000, rng=np.random.default_rng(1))
    error = outcome.payoff.std() / np.sqrt(200_000)
    assert outcome.payoff.mean(axis=0) == pytest.approx(equilibrium.payoff, abs=5 * error)
    assert outcome.effort.sum(axis=1).mean() == pytest.approx(equilibrium.total_effort, rel=0.02)
    assert outcome.prize.sum(axis=1).mean() == pytest.approx(equilibrium.prizes_paid, rel=0.02)
    assert outcome.best.mean() == pytest.approx(equilibrium.expected_best, rel=0.02)
    assert ct.FeesCollected()(equilibrium) == pytest.approx(0.1 * equilibrium._outcomes.entrants)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_units_of_money(scale):
    small = strategy_of(expertise(4, stats.norm(), 1.5, [0.7, 0.3], 1.0, entry=ct.Reserve(0.2)))
    large = strategy_of(
        expertise(4, stats.norm(), 1.5, [0.7 * scale, 0.3 * scale], scale, entry=ct.Reserve(0.2))
    )
    types = np.linspace(-2, 4, 50)
    np.testing.assert_allclose(large(types), small(types), rtol=1e-11)


def test_degenerate_limits():
    """Equal prizes: no effort. A lone contestant: no effort, or the reserve."""
    law = stats.uniform(0.5, 0.5)
    equal = ct.Contest(contestants=ct.Private(3, value=law), prizes=[1.0, 1.0, 1.0])
    assert ct.solve(equal).total_effort == 0
    lone = ct.Contest(contestants=ct.Private(1, value=law), prizes=1.0, entry=ct.Reserve(0.75))
    strategy = ct.solve(lone).strategy(0)
    assert strategy.weakest == pytest.approx(0.75)
    assert strategy(np.array([0.7, 0.8])).tolist() == [0.0, 0.75]


def test_a_law_with_a_kink():
    """A triangular density: efforts by direct integration of t f(t), below and above the kink."""
    strategy = strategy_of(ct.Contest(contestants=ct.Private(2, value=stats.triang(0.5)), prizes=1.0))
    assert float(strategy(0.25)) == pytest.approx(4 / 3 / 64, rel=1e-10)
    above = (2 * 0.75**2 - 4 / 3 * 0.75**3) - (0.5 - 1 / 6)
    assert float(strategy(0.75)) == pytest.approx(1 / 6 + above, rel=1e-10)


def test_quadrature_oracle():
    """Any law, several prizes, convex cost, against SciPy's adaptive quadrature."""
    law, prizes, n = stats.gamma(3.0), np.array([0.6, 0.3, 0.1]), 5
    contest = ct.Contest(contestants=ct.Private(n, value=law), cost=ct.Power(1.5), prizes=prizes)
    strategy = strategy_of(contest)

    def slope(t):
        u = law.cdf(t)
        steps = prizes - np.append(prizes[1:], 0.0)
        each = [s * special.comb(n - 2, j) * u ** (n - 2 - j) * (1 - u) ** j for j, s in enumerate(steps)]
        return t * (n - 1) * sum(each) * law.pdf(t)

    for value in (0.3, 2.0, 7.0):
        money = integrate.quad(slope, 0, value, epsabs=0, epsrel=1e-12)[0]
        assert float(strategy(value)) == pytest.approx(money ** (1 / 1.5), rel=1e-10)


def test_strategies_can_be_sent_to_other_processes():
    for contest in (
        expertise(3, stats.norm()),
        additive(3, stats.norm(), 2.0, ct.Power(2)),
        expertise(3, stats.norm(), prizes=ct.QualityShare(base=0.4, share=0.6, floored=True)),
    ):
        strategy = strategy_of(contest)
        copy = pickle.loads(pickle.dumps(strategy))
        assert float(copy(0.5)) == float(strategy(0.5))


@pytest.mark.parametrize(
    ("contest", "words"),
    [
        (ct.Contest(contestants=ct.Identical(3), prizes=1.0), "ct.Private"),
        (
            ct.Contest(contestants=ct.Private(3, value=stats.uniform()), prizes=1.0, success=ct.Lottery()),
            "random",
        ),
        (
            ct.Contest(
                contestants=ct.Private(value=[stats.uniform(), stats.expon(), stats.expon()]),
                prizes=[2.0, 1.0],
            ),
            "one prize",
        ),
        (expertise(3, stats.norm(), prizes=ct.QualityShare(base=0.4, share=0.6)), "floored=True"),
    ],
)
def test_refusals_name_what_would_work(contest, words):
    assert words in SOLVER.refuses(contest)


def test_bad_entry_rules():
    for make in (lambda: ct.Fee(-1), lambda: ct.Fee(1, refundable_to="me"), lambda: ct.Reserve(np.nan)):
        with pytest.raises(ct.InvalidPartError):
            make()


def test_a_law_beyond_reach_is_refused_in_words_and_soon():
    """Log-normal ability with log output: the value of ability is doubly exponential."""
    contest = ct.Contest(
        contestants=ct.Private(5, ability=stats.lognorm(1)),
        prizes=1.0,
        technology=ct.Exact(output=ct.Log()),
    )
    with pytest.raises(ct.ConvergenceError, match="Truncate the law"):
        ct.solve(contest)


def test_a_cap_that_binds_where_it_is_not_solved_is_refused_in_words():
    parts = {"contestants": ct.Private(2, ability=stats.uniform()), "prizes": 1.0}
    capped = ct.Contest(**parts, cost=ct.Capped(ct.Power(2, scale=0.5), at=0.05))
    words = "the cap on effort binds and ability is private; a private value or cost, or no cap, would work"
    with pytest.raises(ct.UnsolvableError) as raised:
        SOLVER.solve(capped)
    assert str(raised.value) == f"No solver accepts this contest:\n  private types, no shock: {words}"


WIDE, NARROW = stats.uniform(1, 2), stats.uniform(1, 1)


@pytest.mark.parametrize(
    ("contestants", "parts", "method", "selection", "source"),
    [
        (ct.Private(value=[NARROW, WIDE]), {}, "two_law_strategies",
         "unique (Amann and Leininger 1996)", "Amann and Leininger (1996)"),
        (ct.Private(value=[NARROW, WIDE, NARROW]), {}, "many_law_strategies",
         "alike contestants do the same; others may exist",
         "Parreiras and Rubinchik (2010); equations of this library"),
        (ct.Private(3, ability=NARROW), {"prizes": ct.QualityShare(base=1.0, share=0.1)},
         "contingent_strategy", "the only symmetric equilibrium in increasing strategies; others may exist",
         "Terwiesch and Xu (2008), contingent award; equation derived for this library"),
        (ct.Private(3, ability=NARROW), {}, "additive_strategy",
         "the only symmetric equilibrium in increasing strategies; others may exist", ""),
        (ct.Private(3, value=NARROW), {}, "separable_strategy",
         "the only symmetric equilibrium in increasing strategies; others may exist", ""),
        (ct.Private(value=[NARROW, WIDE, NARROW]), {"prizes": [1.0, 1.0, 1.0]}, "idle_profile",
         "the prizes are equal: nobody works", ""),
    ],
)  # fmt: skip
def test_each_contest_has_its_method(monkeypatch, contestants, parts, method, selection, source):
    """Which method is asked, for how many contestants, and whom the answer cites."""
    from contests.profile import Profile
    from contests.solvers import private_exact
    from contests.strategy import Pure

    contest = ct.Contest(**{"contestants": contestants, "prizes": 1.0, **parts})
    made = {
        "two_law_strategies": [Pure(0.1), Pure(0.2)],
        "many_law_strategies": [Pure(0.1), Pure(0.2), Pure(0.1)],
        "idle_profile": Profile.symmetric(Pure(0.3), 3),
    }
    asked = []

    def answer(name):
        def ask(*given):
            asked.append((name, given[0]))
            return made.get(name, Pure(0.3))

        return ask

    for name in ("two_law_strategies", "many_law_strategies", "contingent_strategy", "additive_strategy",
                 "separable_strategy", "idle_profile"):  # fmt: skip
        monkeypatch.setattr(private_exact, name, answer(name))
    found = SOLVER.solve(contest)
    assert asked == [(method, contest)]
    assert (found.selection, found.source, found.profile.n) == (selection, source, contest.n)
    expected = {"two_law_strategies": [0.1, 0.2], "many_law_strategies": [0.1, 0.2, 0.1]}
    efforts = [found.profile.strategy(i).effort for i in range(contest.n)]
    assert efforts == expected.get(method, [0.3, 0.3, 0.3])


def test_caps_that_bind_and_caps_that_do_not():
    """Two values uniform on [0, 1] bid up to 1/2 (Weber 1985)."""
    parts = {"contestants": ct.Private(2, value=stats.uniform()), "prizes": 1.0}
    free = SOLVER.solve(ct.Contest(**parts))
    loose = SOLVER.solve(ct.Contest(**parts, cost=ct.Capped(ct.Linear(), at=0.51)))
    assert loose.selection == free.selection and loose.source == ""
    assert loose.profile.strategy(0)(0.8) == pytest.approx(0.32, rel=1e-9)
    tight = SOLVER.solve(ct.Contest(**parts, cost=ct.Capped(ct.Linear(), at=0.3)))
    assert tight.selection == "the only symmetric equilibrium with efforts that never fall in strength"
    assert tight.source == "Gavious, Moldovanu and Sela (2002)"
    # The first at the cap: v (v + (1 - v) / 2) - 0.3 is what v^2 / 2 earns, v^2 / 2, at v = 0.6.
    assert tight.profile.strategy(0)(np.array([0.59, 0.61])) == pytest.approx([0.59**2 / 2, 0.3], rel=1e-9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contestants": ct.Identical(2)}, "types are known to all; ct.Private(n, value=law) would work"),
        ({"success": ct.Lottery()},
         "quality or success is random (Exact, Lottery); ct.Exact() and ct.Highest() would work"),
        ({"technology": ct.Additive(stats.norm())},
         "quality or success is random (Additive, Highest); ct.Exact() and ct.Highest() would work"),
        ({"success": ct.Highest(error=stats.norm())},
         "judges err or handicap; ct.Highest() without them would work"),
        ({"contestants": ct.Private(2, value=NARROW, utility=ct.CARA(1.0))},
         "contestants are averse to risk; risk-neutral ones would work"),
    ],
)  # fmt: skip
def test_refusals_word_for_word(change, words):
    contest = ct.Contest(**{"contestants": ct.Private(2, value=NARROW), "prizes": 1.0, **change})
    assert SOLVER.refuses(contest) == words
