"""The tests of the extension: parts in order, three routes to one number, everything else for free."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from labcontests import Fatigue, LabContest, Learning, LogitDraw, Margin, MarginSolver

import contests as ct
from contests import plotting

MODEL = LabContest(researchers=3, prize=2.0, sensitivity=0.4, scale=1.1, endurance=1.5)


@pytest.mark.parametrize("part", [Fatigue(scale=0.3), Learning(gain=2.0), LogitDraw(), Margin(), MODEL])
def test_every_part_is_in_order(part):
    ct.check_part(part).raise_if_failed()


def test_the_solver_is_in_order():
    ct.check_part(MarginSolver(), games=[MODEL]).raise_if_failed()


def test_theory_the_librarys_solver_and_ones_own_agree():
    theory = MODEL.theory().value("effort")
    found, own = MODEL.solve(), MODEL.solve(solver=MarginSolver())
    assert found.method == "identical, chances given" and own.method == "margins, closed form"
    np.testing.assert_allclose(found.effort, theory, rtol=1e-9)
    np.testing.assert_allclose(own.effort, theory, rtol=1e-12)
    np.testing.assert_allclose(found.payoff, MODEL.theory().value("payoff"), rtol=1e-8)


def test_the_certificate_catches_a_wrong_solver():
    class Careless(MarginSolver):
        def solve(self, game):
            right = super().solve(game).profile.strategy(0).effort
            return ct.Candidate(profile=game.profile(1.1 * right), selection="none")

    with pytest.raises(ct.NotEquilibriumError, match=r"best reply|rather"):
        MODEL.solve(solver=Careless())
    report = ct.check_part(Careless(), games=[MODEL])
    assert [check.name for check in report.failed] == ["what it finds is certified"]


def test_decisive_margins_have_no_equilibrium_in_sure_efforts_and_it_is_said():
    with pytest.raises(ct.NotEquilibriumError, match="rather"):
        MODEL.replace(sensitivity=20.0).solve()


def test_own_technology_and_cost_work_with_the_librarys_success_and_prizes():
    contest = ct.Contest(
        contestants=ct.Identical(4),
        prizes=[3.0, 1.0],
        technology=Learning(gain=2.0, luck=1.0),
        cost=Fatigue(scale=0.5, endurance=2.0),
    )
    equilibrium = contest.solve()
    assert equilibrium.certificate.passed
    drawn = equilibrium.simulate(40_000, rng=np.random.default_rng(1))
    error = drawn.payoff.std() / np.sqrt(drawn.payoff.size / 4)
    assert abs(drawn.payoff.mean() - equilibrium.payoff[0]) < 5 * error


def test_a_race_of_ones_own_solves_with_several_prizes_and_simulates():
    contest = ct.Contest(
        contestants=ct.Identical(3), prizes=[2.0, 1.0], cost=Fatigue(scale=0.3), success=LogitDraw()
    )
    equilibrium = contest.solve()
    # The slopes of the logit's chances at equal efforts of three are 2/9 for the first rank and 1/18
    # for the second (Clark and Riis 1996), so that 0.3 cosh(e) = 2 * 2/9 + 1/18 = 1/2.
    np.testing.assert_allclose(equilibrium.effort, np.arccosh(0.5 / 0.3), rtol=1e-9)
    drawn = equilibrium.simulate(20_000, rng=np.random.default_rng(2))
    assert abs((drawn.rank[:, 0] == 1).mean() - 1 / 3) < 0.02


def test_figures_and_tables_come_for_free():
    equilibrium = MODEL.solve()
    line = plotting.plot_equilibrium(equilibrium).get_lines()[0]
    best = line.get_xdata()[np.argmax(line.get_ydata())]
    assert abs(best - equilibrium.effort[0]) < 0.02
    plotting.plot_certificate(equilibrium)
    plotting.plot_best_replies(MODEL, equilibrium=equilibrium, points=7)
    assert "Margin(sensitivity=0.4)" in equilibrium.summary()
    assert pickle.loads(pickle.dumps(equilibrium)) == equilibrium


def build(prize):
    return MODEL.replace(prize=prize)


def test_sweeps_and_designs_come_for_free():
    with ProcessPoolExecutor(1) as pool:
        table = ct.sweep(build, {"effort": ct.TotalEffort()}, executor=pool, prize=[1.9, 2.0, 2.1])
    expected = [3 * build(prize).theory().value("effort") for prize in (1.9, 2.0, 2.1)]
    np.testing.assert_allclose(table["effort"], expected, rtol=1e-9)
    best = ct.design(build, ct.TotalEffort() - ct.PrizesPaid(), prize=[1.9, 2.0, 2.1, 9.0])
    assert best.choice == {"prize": 2.1} and len(best.rejected) == 1  # no equilibrium at 9


def test_what_a_success_function_that_is_no_race_cannot_do_is_refused():
    with pytest.raises(ct.InvalidPartError, match="one fixed prize"):
        MODEL.contest().replace(prizes=[2.0, 1.0])
    with pytest.raises(ct.InvalidPartError, match="without shock"):
        MODEL.contest().replace(technology=Learning())
