"""Co-creation: free riding, the efficient award, and three degrees of participation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import contests as ct
from contests.laws import gumbel, normal
from contests.models import CoCreation
from contests.models._rivalry import chance_of_best, expected_best


@pytest.mark.parametrize("law", [normal(1.5), gumbel(0.7)])
@pytest.mark.parametrize("lead", [-6.0, -0.4, 0.0, 0.3, 6.0])
def test_expected_best_by_brute_force(law, lead):
    """Expected best and chance of three rivals and a leader, by SciPy's quadrature."""

    def above(x):
        return 1 - law.cdf(x - lead) * law.cdf(x) ** 3

    best = integrate.quad(above, 0, 60, limit=500, points=[1, 6])[0]
    best -= integrate.quad(lambda x: 1 - above(x), -60, 0, limit=500, points=[-6, -1])[0]
    assert expected_best(law, [lead], [0.0], [3])[0] == pytest.approx(best, abs=1e-9)
    chance = integrate.quad(lambda z: law.pdf(z) * law.cdf(lead + z) ** 3, -30, 30, limit=500, points=[0])[0]
    assert chance_of_best(law, [lead], [0.0], [3])[0] == pytest.approx(chance, abs=1e-9)


@pytest.mark.parametrize("law", [normal(2.0), gumbel(1.0), stats.logistic(scale=1.5)])
def test_first_order_condition_for_any_law(law):
    model = CoCreation(contestants=3, prize=1.0, use_value=0.6, love=0.2, shock=law)
    effort = float(model.solve().effort[0])
    density = integrate.quad(lambda z: 2 * law.cdf(z) * law.pdf(z) ** 2, -40, 40, points=[0])[0]
    assert effort == pytest.approx(density + 0.6 / 3 + 0.2, rel=1e-8)


@pytest.mark.slow
def test_theory_meets_solver_for_both_pairs_of_curves():
    for curves in (
        {"output": ct.Linear(1.3), "cost": ct.Power(2, scale=0.8)},
        {"output": ct.Log(scale=1.3), "cost": ct.Linear(1.1)},
    ):
        model = CoCreation(contestants=4, prize=3.0, use_value=0.5, love=0.25, shock=gumbel(3.0), **curves)
        equilibrium, theory = model.solve(), model.theory()
        assert equilibrium.effort[0] == pytest.approx(theory.value("effort"), rel=1e-9)
        assert equilibrium.payoff[0] == pytest.approx(theory.value("payoff"), rel=1e-9)
        assert equilibrium.expected_best == pytest.approx(theory.value("expected_best"), rel=1e-9)
        assert model.efficient_award() == pytest.approx(theory.value("efficient_award"), rel=1e-9)


def test_efficient_award_of_the_issue():
    """mu n (W - b)/(n - 1) with Gumbel shocks."""
    model = CoCreation(contestants=5, use_value=0.3, firm=1.0, others=0.4, shock=gumbel(2.0))
    award = 2.0 * 5 * (5 * 0.3 + 1.4 - 0.3) / 4
    assert model.efficient_award() == pytest.approx(award, rel=1e-9)
    effort = float(model.replace(prize=award).solve().effort[0])
    assert effort == pytest.approx(model.efficient_effort(), rel=1e-8)


def test_spillover_equilibrium_by_brute_force():
    """Best replies by SciPy on the payoff itself."""
    model = CoCreation(
        contestants=3,
        prize=1.0,
        use_value=0.8,
        spillover=0.4,
        output=ct.Log(),
        cost=ct.Linear(),
        shock=normal(2),
    )
    effort = float(model.solve().effort[0])
    game = model.game()
    found = optimize.minimize_scalar(
        lambda e: -float(game.payoff(0, e, effort)), bounds=(0.1 * effort, 5 * effort), method="bounded",
        options={"xatol": 1e-10},
    )  # fmt: skip
    assert found.x == pytest.approx(effort, rel=1e-6)


def test_degrees_of_participation():
    model = CoCreation(contestants=3, prize=2.0, use_value=0.4, love=0.2, firm=1.0, shock=normal(2.0))
    found = model.degrees_of_participation(spillover=1.0, team=2)
    assert found["community"].equilibrium.effort[0] == pytest.approx(0.4 + 0.2, rel=1e-8)
    assert found["team"].equilibrium.effort[0] == pytest.approx(0.5, rel=1e-8)
    assert found["contest"].equilibrium.effort[0] == pytest.approx(
        2.0 * model.winning_slope + 0.4 / 3 + 0.2, rel=1e-8
    )
    best = found["team"].equilibrium.expected_best
    assert found["team"].firm_profit == pytest.approx(best - 2 * 0.5**2 / 2, rel=1e-8)
    assert found["community"].firm_profit == pytest.approx(found["community"].equilibrium.expected_best)


def test_best_award_beats_its_neighbours():
    model = CoCreation(contestants=3, firm=2.0, shock=gumbel(1.0), output=ct.Log(), cost=ct.Linear())
    award = model.best_award()

    def profit(prize):
        return 2.0 * float(model.replace(prize=prize).solve().expected_best) - prize

    assert award == pytest.approx(2.0, rel=1e-4)  # firm x returns, as for Terwiesch and Xu's seeker
    assert profit(award) >= max(profit(0.9 * award), profit(1.1 * award))


def test_outcomes_against_simulation():
    model = CoCreation(contestants=4, prize=2.0, use_value=0.5, love=0.3, spillover=0.2, shock=normal(2.0))
    equilibrium = model.solve()
    drawn = ct.play(model, equilibrium.profile, 100_000, rng=np.random.default_rng(5))
    error = drawn.best.std() / np.sqrt(drawn.best.size)
    assert abs(drawn.best.mean() - equilibrium.expected_best) < 4 * error
    assert abs(drawn.payoff.mean() - equilibrium.payoff[0]) < 4 * 0.5 * error


def test_unequal_efforts_are_valued_too():
    """The certificate of a profile that is no equilibrium uses the rivals as they are."""
    model = CoCreation(contestants=3, prize=1.0, use_value=0.5, shock=gumbel(1.0))
    efforts = np.array([0.2, 0.5, 0.9])
    weights = np.exp(efforts)
    expected = weights[0] / weights.sum() + 0.5 * np.log(weights.sum()) - 0.2**2 / 2
    assert float(model.game().payoff(0, 0.2, efforts)) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("position", range(3))
def test_propositions(position):
    claim = CoCreation(contestants=3).theory().propositions[position]
    assert claim.check(size=3, rng=np.random.default_rng(7)).passed
