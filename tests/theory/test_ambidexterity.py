"""Ambidexterity: slopes of order statistics, closed forms, and what contingencies do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import contests as ct
from contests.laws import gumbel, normal
from contests.models import Ambidexterity
from contests.models.ambidexterity_game import winning_slopes


@pytest.mark.parametrize("n", [2, 3, 7, 40])
def test_normal_slopes_are_moments_of_the_best(n):
    """I_n = E[M]/n and J_n = (E[M^2] - 1)/n, moments by SciPy's quadrature."""

    def moment(power):
        return integrate.quad(
            lambda z: z**power * n * stats.norm.cdf(z) ** (n - 1) * stats.norm.pdf(z), -12, 12, epsabs=1e-13
        )[0]

    slopes = winning_slopes(normal(), n, [1.0])
    assert slopes.mean == pytest.approx(moment(1) / n, rel=1e-10)
    assert slopes.spread == pytest.approx((moment(2) - 1) / n, rel=1e-9, abs=1e-12)


def test_the_pull_rises_while_both_slopes_fall():
    slopes = [winning_slopes(normal(), n, [1.0]) for n in (5, 20, 100, 1000)]
    for few, many in itertools.pairwise(slopes):
        assert many.spread / many.mean > few.spread / few.mean
        assert many.mean < few.mean
        assert many.spread < few.spread


@pytest.mark.parametrize("breadth", [1, 3])
def test_slopes_are_derivatives_of_the_payoff(breadth):
    model = Ambidexterity(contestants=4, prizes=[2.0, 0.5], shock=gumbel(), breadth=breadth)
    game = model.game()
    step, prize = 1e-4, game._expected_prize
    in_mean = (prize(np.array([step]), np.ones(1)) - prize(np.array([-step]), np.ones(1))) / (2 * step)
    in_spread = (prize(np.zeros(1), np.exp([step])) - prize(np.zeros(1), np.exp([-step]))) / (2 * step)
    assert game.slopes.mean == pytest.approx(in_mean[0], rel=1e-6)
    assert game.slopes.spread == pytest.approx(in_spread[0], rel=1e-6)


def test_theory_meets_the_solver():
    model = Ambidexterity(contestants=8, prizes=2.0, exploring=ct.Power(0.5, scale=0.5), uncertainty=1.2)
    theory, mix = model.theory(), model.mix(model.solve())
    assert theory.holds()
    assert mix.exploit == pytest.approx(theory.value("exploit"), rel=1e-9)
    assert mix.explore == pytest.approx(theory.value("explore"), rel=1e-9)
    assert theory.sign("explore", "uncertainty") == 1
    assert theory.sign("explore", "prize") == 0


def test_sponsors_mix_is_the_best_split():
    model = Ambidexterity(contestants=5, output=ct.Log(scale=0.5), coordination=2)
    found = model.sponsor_mix(0.8)

    def loss(explore):
        return -(0.5 * np.log(0.8 - explore) + np.sqrt(explore) * model.sponsor_pull)

    best = optimize.minimize_scalar(loss, bounds=(0.0, 0.8), method="bounded", options={"xatol": 1e-10})
    assert found.explore == pytest.approx(best.x, rel=1e-5)


def test_prizes_move_the_mix_to_what_the_sponsor_wants():
    model = Ambidexterity(contestants=8, prizes=2.0, exploring=ct.Power(0.5, scale=0.5), coordination=4)
    prizes = model.prizes_for_mix()
    assert sum(prizes) == pytest.approx(2.0, rel=1e-12)
    moved = model.replace(prizes=prizes)
    equilibrium = moved.solve()
    mix = moved.mix(equilibrium)
    wanted = moved.sponsor_mix(mix.exploit + mix.explore)
    assert mix.explore == pytest.approx(wanted.explore, rel=1e-5)
    with pytest.raises(ct.UnsolvableError, match="pull towards exploring"):
        model.replace(coordination=1).prizes_for_mix()


def test_corner_without_exploring_is_the_tournament():
    model = Ambidexterity(contestants=2)
    equilibrium = model.solve()
    assert model.mix(equilibrium).explore == 0.0
    assert equilibrium.effort[0] == pytest.approx(1 / (2 * np.sqrt(np.pi)), rel=1e-9)


@pytest.mark.parametrize(
    "changes", [{}, {"breadth": 2}, {"imitation": 0.2}, {"prizes": [1.0, 0.5]}, {"shock": gumbel()}]
)
def test_outcomes_against_simulation(changes):
    model = Ambidexterity(contestants=6, exploring=ct.Power(0.5, scale=0.4)).replace(**changes)
    equilibrium = model.solve()
    drawn = ct.play(model, equilibrium.profile, 100_000, rng=np.random.default_rng(3))
    error = drawn.best.std() / np.sqrt(drawn.best.size)
    assert abs(drawn.best.mean() - equilibrium.expected_best) < 4 * error
    assert drawn.quality.mean() == pytest.approx(equilibrium.expected_average, abs=5 * error)
    assert drawn.payoff.mean() == pytest.approx(equilibrium.payoff[0], rel=1e-9)


@pytest.mark.parametrize("position", range(4))
def test_propositions(position):
    claim = Ambidexterity(contestants=3).theory().propositions[position]
    assert claim.check(size=3, rng=np.random.default_rng(7)).passed


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_units_of_money(factor):
    model = Ambidexterity(contestants=5, prizes=factor, cost=ct.Power(2, scale=0.5 * factor))
    base = Ambidexterity(contestants=5)
    assert model.solve().effort == pytest.approx(base.solve().effort, rel=1e-9)
