"""Many lotteries certified in one pass: what comes out is what `solve` and `certify` say of each alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.lotteries_together import certify_lotteries
from contests.models import Ideation, TerwieschXu, TrialAndError, Tullock
from contests.solving_together import solve_together


def ideation(n, award=1.0, returns=0.9):
    project = Ideation(returns=returns, shock=1.0, baseline=4.0)
    return TerwieschXu(project=project, solvers=n, award=award, unit_cost=0.5)


def trials(n, award=3.0):
    return TerwieschXu(project=TrialAndError(draw=stats.norm()), solvers=n, award=award, unit_cost=0.01)


def lottery(n, prize=1.0, exponent=0.5):
    success = ct.Lottery(exponent=exponent)
    return ct.Contest(contestants=ct.Identical(n, value=2.0), prizes=prize, success=success, cost=ct.Power(2))


def tullock(n, prize=1.0):
    return Tullock(contestants=n, prize=prize)


SIZES = (2, 3, 7, 40, 500)


@pytest.mark.parametrize("build", [ideation, trials, lottery, tullock])
@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
def test_together_as_alone(build, money):
    models = [build(n, prize * money) for n in SIZES for prize in (1.0, 2.5)]
    for model, found in zip(models, solve_together(models), strict=True):
        alone = model.solve()
        assert found is not None
        assert found.effort == pytest.approx(alone.effort, rel=1e-13)
        assert (found.method, found.source, found.selection) == (alone.method, alone.source, alone.selection)
        assert found.contest == alone.contest
        assert found.certificate.passed
        assert abs(found.certificate.max_gain - alone.certificate.max_gain) < 1e-12
        assert found.certificate.effort_gap == pytest.approx(alone.certificate.effort_gap, abs=1e-10)


@pytest.mark.parametrize("times", [0.5, 0.99, 1.01, 3.0])
def test_what_is_no_equilibrium_fails_together_as_alone(times):
    contests = [ideation(n).contest() for n in SIZES]
    efforts = times * np.array([c.solve().effort[0] for c in contests])
    together = certify_lotteries(contests, efforts, gain_tolerance=1e-8, effort_tolerance=1e-6)
    for contest, effort, found in zip(contests, efforts, together, strict=True):
        alone = ct.certify(contest, effort)
        assert found is not None
        assert not found.passed
        # Alone a concave payoff is not zoomed in on: together a distant summit is found more exactly.
        assert found.max_gain >= alone.max_gain * (1 - 1e-9)
        near = abs(times - 1) < 0.1
        assert found.max_gain == pytest.approx(alone.max_gain, rel=1e-4 if near else 0.01)
        assert found.effort_gap == pytest.approx(alone.effort_gap, rel=0.05 if near else 0.3)
        assert found.payoff == pytest.approx(alone.payoff, rel=1e-12)
        assert found.type is None


def test_too_large_a_field_is_rejected_with_the_deviation_that_breaks_it():
    # Returns 1.2 over a shock of 1: an equilibrium if and only if 1.2 <= n/(n-1), so up to six solvers.
    found = ct.optimal_size(ideation(2, returns=1.2), range(2, 12))
    assert [trial.point["n"] for trial in found.rejected] == [7, 8, 9, 10, 11]
    with pytest.raises(ct.NotEquilibriumError) as alone:
        ideation(9, returns=1.2).solve()
    assert found.rejected[2].reason == f"NotEquilibriumError: {alone.value}"


def test_efforts_of_very_different_contests_are_left_to_one_by_one():
    contests = [lottery(3, prize) for prize in (1.0, 1e15)]
    efforts = np.array([c.solve().effort[0] for c in contests])
    small, large = certify_lotteries(contests, efforts, gain_tolerance=1e-8, effort_tolerance=1e-6)
    assert small is None
    assert large is not None and large.passed


def test_other_contests_and_models_with_a_solve_of_their_own_are_left_alone():
    class Stubborn(TerwieschXu):
        def solve(self, **options):
            raise ct.NoEquilibriumError("not today")

    project = Ideation(returns=0.9, shock=1.0)
    models = [
        lottery(3).replace(prizes=[1.0, 0.5]),
        lottery(3).replace(success=ct.Lottery(draw=1.0)),
        lottery(3).replace(success=ct.Lottery(weights=[1.0, 2.0, 3.0])),
        lottery(3).replace(contestants=ct.Identical(3, utility=ct.CARA(1.0))),
        lottery(3).replace(entry=ct.FreeEntry(cost=0.1)),
        lottery(1),
        ct.Contest(contestants=ct.Identical(3), prizes=1.0),
        Stubborn(project=project, solvers=3, award=1.0),
    ]
    assert solve_together(models) == [None] * len(models)
    with pytest.raises(ct.UnsolvableError, match="not today"):
        ct.optimal_size(models[-1], [2, 3])


def test_what_is_chosen_does_not_depend_on_who_is_looked_at_together():
    here = ct.optimal_size(ideation(2), range(2, 80))
    with ThreadPoolExecutor(2) as pool:
        there = ct.optimal_size(ideation(2), range(2, 80), executor=pool)
    assert [t.value for t in here.trials] == [t.value for t in there.trials]
    assert [t.total_effort for t in here.trials] == [t.total_effort for t in there.trials]
