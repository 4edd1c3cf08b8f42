"""DiPalantino and Vojnovic (2009): many contests, and the two-sided platform around them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import ManyContests, Platform
from contests.models._platform_checks import payoff_of_award
from contests.models.platform_market import poisson_field, surplus_below
from tests.cases import cases, expected


@pytest.mark.parametrize("case", cases("canon", ids=("B078", "B080")))
def test_reference_cases(case):
    given = case["parameters"]
    model = ManyContests(solvers=given["n"], awards=given["rewards"])
    equilibrium = model.solve()
    assert equilibrium.certificate.passed
    assert model.thresholds() == expected(case, "thresholds")
    assert model.shares[-1] == expected(case, "mix_probs_lowest_type")
    assert model.participants() == expected(case, "expected_participants")
    assert model.effort_per_contest() == expected(case, "expected_effort_per_contest")
    assert equilibrium.total_effort == expected(case, "total_effort")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("solvers", "awards", "skill"),
    [
        (5, (1.0, 0.8, 0.5, 0.01), stats.beta(2, 3)),
        (3, (1.0, 0.6), stats.uniform(0.5, 1.0)),
        (4, (3e9, 2e9), stats.expon()),
        (3, (3e-9, 1e-9), stats.uniform()),
    ],
)
def test_other_laws_and_units_are_certified_and_simulated(solvers, awards, skill):
    equilibrium = ManyContests(solvers=solvers, awards=awards, skill=skill).solve()
    assert equilibrium.certificate.passed
    drawn = equilibrium.simulate(40_000, rng=np.random.default_rng(1))
    error = drawn.payoff.std() / np.sqrt(drawn.payoff.size)
    assert abs(drawn.payoff.mean() - equilibrium.payoff[0]) < 5 * error
    best = drawn.effort.max(axis=1)
    assert abs(best.mean() - equilibrium.expected_best) < 5 * best.std() / np.sqrt(best.size)
    paid = drawn.prize.sum(axis=1)
    assert abs(paid.mean() - equilibrium.prizes_paid) < 5 * paid.std() / np.sqrt(paid.size)


def test_one_contest_is_the_all_pay_contest():
    """Uniform skills: effort (n-1)/n v^n."""
    equilibrium = ManyContests(solvers=3, awards=(1.0,)).solve()
    v = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(equilibrium.strategy(0)(v), 2 / 3 * v**3, rtol=1e-12)


def test_the_slope_and_the_inverse_are_those_of_effort():
    model = ManyContests(solvers=4, awards=(1.0, 0.9, 0.4), skill=stats.beta(2, 3))
    v = np.array([0.05, 0.2, 0.45, 0.7])
    step = 1e-6
    difference = (model.effort(v + step) - model.effort(v - step)) / (2 * step)
    np.testing.assert_allclose(model.effort.slope(v), difference, rtol=1e-7)
    np.testing.assert_allclose(model.effort.inverse(model.effort(v)), v, rtol=1e-11)


def test_the_certificate_tells_wrong_choices():
    """The same efforts, but all skills mix evenly: high skills gain by going to the high award."""
    model = ManyContests(solvers=3, awards=(1.0, 0.5))
    equilibrium = model.solve()
    right = equilibrium.strategy(0)
    wrong = right.replace(levels=(1.0,), shares=((0.5, 0.5),))
    assert not ct.certify(equilibrium.game, wrong).passed


def test_propositions_of_many_contests():
    for proposition in ManyContests(solvers=3, awards=(1.0, 0.8)).theory().propositions:
        assert proposition.check(size=3, rng=np.random.default_rng(2)).passed, proposition.name


def test_participation_in_closed_form():
    model = ManyContests(solvers=6, awards=(2.0, 1.5, 1.0))
    theory = model.theory()
    for k in range(3):
        assert theory.value(f"participants_{k + 1}") == pytest.approx(model.participants()[k], rel=1e-12)


@pytest.mark.parametrize("spread", ["random", "choice"])
def test_the_market_is_certified_and_numbers_fit(spread):
    platform = Platform(commission=0.2, spread=spread)
    market = platform.market()
    assert market.certificate.passed
    # Entry, from the laws of outside options themselves: uniform on [0, 4] and on [0, 1].
    assert market.seekers == pytest.approx(10 * market.seeker_payoff / 4, rel=1e-10)
    assert market.solvers == pytest.approx(40 * market.equilibrium.payoff[0], rel=1e-9)
    assert market.solvers == pytest.approx(market.seekers * market.solvers_per_contest, rel=1e-9)
    # Surplus of uniform outside options: M times payoff squared over twice the width.
    assert market.seekers_surplus == pytest.approx(10 * market.seeker_payoff**2 / 8, rel=1e-12)
    assert market.solvers_surplus == pytest.approx(40 * market.solver_payoff**2 / 2, rel=1e-12)
    # Effort, from the library's contest with a random number of rivals.
    assert market.effort == pytest.approx(market.equilibrium.effort[0], rel=1e-10)


@pytest.mark.parametrize("spread", ["random", "choice"])
def test_the_market_against_simulation(spread):
    """Contests drawn one by one: Poisson numbers, Gumbel shocks, the best idea wins."""
    rng = np.random.default_rng(5)
    platform = Platform(commission=0.2, spread=spread)
    market = platform.market()
    numbers = rng.poisson(market.solvers_per_contest, 200_000)
    most = int(numbers.max())
    shocks = rng.gumbel(-np.euler_gamma, 1.0, (numbers.size, most))
    shocks[np.arange(most) >= numbers[:, None]] = -np.inf
    best = shocks.max(axis=1)
    value = np.where(numbers > 0, 2.0 * (1.0 + market.effort + best) - market.award, 0.0)
    assert abs(value.mean() - market.seeker_payoff) < 5 * value.std() / np.sqrt(value.size)
    paid = 0.8 * market.award * (numbers > 0) - numbers * market.effort**3 / 3
    per_solver = paid.mean() / market.solvers_per_contest
    assert abs(per_solver - market.solver_payoff) < 0.01 * market.solver_payoff + 1e-3


@pytest.mark.parametrize("spread", ["random", "choice"])
def test_no_award_beats_the_seekers(spread):
    platform = Platform(commission=0.1, spread=spread, value=3.0)
    market = platform.market()
    around = market.award * np.array([0.5, 0.9, 0.99, 1.0, 1.01, 1.1, 2.0])
    values = payoff_of_award(platform, around, market)
    assert np.nanargmax(values) == 3


def test_a_wrong_award_is_not_certified():
    from contests.models._platform_checks import certify_market

    platform = Platform(spread="choice")
    fixed = platform.replace(award=1.0).market()
    found = certify_market(platform, fixed, fixed.equilibrium)
    assert not found.passed
    assert "another award" in found.explain() or "would rather offer" in found.explain()


def test_units_do_not_matter():
    plain = Platform(commission=0.3)
    for unit in (1e9, 1e-9):
        rich = plain.replace(
            seeker_outside=stats.uniform(0, 4 * unit),
            solver_outside=stats.uniform(0, unit),
            value=2 * unit,
            cost=ct.Power(3, scale=unit / 3),
        )
        assert rich.market().solvers == pytest.approx(plain.market().solvers, rel=1e-8)
        assert rich.market().welfare == pytest.approx(plain.market().welfare * unit, rel=1e-8)


def test_platform_closed_forms_and_propositions():
    model = Platform(commission=0.2)
    theory, market = model.theory(), model.market()
    assert theory.value("effort") == pytest.approx(market.effort, rel=1e-12)
    assert theory.value("seekers_award") == pytest.approx(market.award, rel=1e-12)
    assert theory.value("equilibrium_payoff") == pytest.approx(market.solver_payoff, rel=1e-12)
    for proposition in theory.propositions:
        size = 1 if "profit" in proposition.name else 3
        assert proposition.check(size=size, rng=np.random.default_rng(3)).passed, proposition.name


def test_expectations_over_poisson_numbers():
    field = poisson_field(2.5)
    j = np.arange(80)
    chance = stats.poisson.pmf(j, 2.5)
    assert field.slope == pytest.approx((chance * j / (j + 1) ** 2).sum(), rel=1e-12)
    up, down = poisson_field(2.5 + 1e-5), poisson_field(2.5 - 1e-5)
    for name, slope in zip(("held", "win", "slope", "luck"), field.slopes, strict=True):
        assert slope == pytest.approx((getattr(up, name) - getattr(down, name)) / 2e-5, rel=1e-7)
    from contests.laws import law

    expected_surplus = 0.5 * stats.norm.cdf(0.5) + stats.norm.pdf(0.5)
    assert surplus_below(law(stats.norm()), 0.5) == pytest.approx(expected_surplus, rel=1e-8)


def test_bad_input():
    with pytest.raises(ct.errors.InvalidPartError, match=r"commission must be from 0 to below 1.*nobody"):
        Platform(commission=1.0)
    with pytest.raises(ct.errors.InvalidPartError, match="exponent above 2"):
        Platform(cost=ct.Power(2))
    with pytest.raises(ct.errors.InvalidPartError, match="'random' or 'choice'"):
        Platform(spread="elsewhere")
    with pytest.raises(ct.errors.NoEquilibriumError, match="No market"):
        Platform(solver_outside=stats.uniform(50, 1)).market()
    with pytest.raises(ct.errors.UnsolvableError, match="No closed form"):
        Platform(spread="choice").theory()
    with pytest.raises(ct.errors.InvalidPartError, match="2 or more"):
        ManyContests(solvers=1, awards=(1.0,))
    with pytest.raises(ct.errors.InvalidPartError, match="zero or more"):
        ManyContests(solvers=2, awards=(1.0,), skill=stats.norm())
