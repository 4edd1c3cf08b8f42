"""Terwiesch-Xu contests: parts paste back and pickle; arrays agree with one-by-one solving; three routes.

Independent routes: the scalar solver and its certificate for the vectorised efforts; the exact bound
returns/shock <= n/(n-1) (Perez-Castrillo and Verdier 1992); simulation from primitives.
"""

from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.errors import InvalidPartError, NotEquilibriumError
from contests.models import ContingentAward, Expertise, Ideation, TerwieschXu, TrialAndError

MODELS = [
    TerwieschXu(project=Ideation(returns=0.7, shock=1.2, baseline=0.3), solvers=4, award=3.0),
    TerwieschXu(project=Ideation(shock=stats.norm(scale=2.0)), solvers=3, award=[2.0, 1.0], unit_cost=0.5),
    TerwieschXu(project=Ideation(baseline=[1.0, 0.0]), solvers=2, award=3.0, unit_cost=[1.0, 2.0]),
    TerwieschXu(project=TrialAndError(draw=stats.uniform()), solvers=3, award=7.0),
    TerwieschXu(
        project=Ideation(shock=1.5, baseline=2.0), solvers=4, award=ContingentAward(base=5, share=0.5)
    ),
    TerwieschXu(project=Expertise(ability=stats.uniform()), solvers=3, award=2.0, entry=ct.Reserve(0.1)),
]
NAMES = ["ideation", "two prizes", "different", "trials", "contingent", "expertise"]


@pytest.mark.parametrize("model", MODELS, ids=NAMES)
def test_repr_pastes_back_and_pickles(model: TerwieschXu) -> None:
    names: dict[str, Any] = {"stats": stats, "ct": ct, **vars(ct)}
    for name in ("Reserve", "AllEnter", "Linear"):
        names[name] = getattr(ct, name)
    for part in (ContingentAward, Expertise, Ideation, TerwieschXu, TrialAndError):
        names[part.__name__] = part
    assert eval(repr(model), names) == model
    assert pickle.loads(pickle.dumps(model)) == model
    assert hash(pickle.loads(pickle.dumps(model))) == hash(model)
    assert model.replace(solvers=model.solvers) == model


@pytest.mark.parametrize("model", MODELS[:4], ids=NAMES[:4])
def test_solver_and_simulation_agree(model: TerwieschXu) -> None:
    """Third route: outcomes drawn from primitives, within five standard errors."""
    equilibrium = model.solve()
    size = 40_000
    drawn = equilibrium.simulate(size, rng=np.random.default_rng(11))
    error = drawn.payoff.std(axis=0) / math.sqrt(size)
    assert np.all(np.abs(drawn.payoff.mean(axis=0) - equilibrium.payoff) <= 5 * error)
    best_error = drawn.best.std() / math.sqrt(size)
    assert abs(drawn.best.mean() - equilibrium.expected_best) <= 5 * best_error
    won = (drawn.rank == 1).mean(axis=0)
    assert np.all(np.abs(won - equilibrium.win_probability) <= 5 * np.sqrt(0.25 / size))


def test_efforts_of_many_contests_agree_with_one_by_one() -> None:
    rng = np.random.default_rng(2)
    size = 40
    points: dict[str, Any] = {
        "award": rng.uniform(0.1, 50, size),
        "unit_cost": rng.uniform(0.1, 5, size),
        "returns": rng.uniform(0.1, 2, size),
        "shock": rng.uniform(0.3, 3, size),
        "solvers": rng.integers(2, 60, size),
    }
    many = TerwieschXu.efforts(**points)
    for k in range(size):
        project = Ideation(returns=points["returns"][k], shock=points["shock"][k])
        model = TerwieschXu(
            project=project,
            solvers=int(points["solvers"][k]),
            award=points["award"][k],
            unit_cost=points["unit_cost"][k],
        )
        one = model.solve(on_fail="return")
        assert many.effort[k] == pytest.approx(one.effort[0], rel=1e-13)
        assert many.payoff[k] == pytest.approx(one.payoff[0], rel=1e-10, abs=1e-13 * model.award)
        assert many.passed[k] == one.certificate.passed
        assert many.max_gain[k] == pytest.approx(one.certificate.max_gain, rel=1e-9, abs=1e-14)
        assert (many.effort_gap[k] <= 1e-6) == (one.certificate.effort_gap <= 1e-6)


def test_efforts_of_many_contests_know_the_bound_exactly() -> None:
    rng = np.random.default_rng(3)
    solvers = rng.integers(2, 1000, 20_000)
    ratio = rng.uniform(0.2, 2.2, 20_000)
    many = TerwieschXu.efforts(award=7.0, returns=ratio, shock=1.0, solvers=solvers)
    clear = np.abs(ratio * (solvers - 1) / solvers - 1) > 1e-6  # nearer, gains are below the tolerance
    assert np.array_equal(many.passed[clear], (ratio <= solvers / (solvers - 1))[clear])


def test_a_payoff_that_is_positive_does_not_make_an_equilibrium() -> None:
    """At a million solvers and exponent 1.0001 the best deviation is upward (models.md, section 5)."""
    found = TerwieschXu.efforts(award=1.0, returns=1.0001, solvers=10**6)
    assert not found.passed
    assert TerwieschXu.efforts(award=1.0, returns=1.0, solvers=10**6).passed


def test_efforts_of_many_contests_broadcast_and_refuse() -> None:
    found = TerwieschXu.efforts(award=[[1.0], [2.0]], returns=[0.5, 1.0, 1.9], solvers=3)
    assert found.effort.shape == found.passed.shape == (2, 3)
    assert found.passed.tolist() == [[True, True, False]] * 2
    with pytest.raises(NotEquilibriumError, match="2 of 6 points are no equilibrium"):
        TerwieschXu.efforts(award=[[1.0], [2.0]], returns=[0.5, 1.0, 1.9], solvers=3, on_fail="raise")
    with pytest.raises(InvalidPartError, match="whole numbers, 2 or more"):
        TerwieschXu.efforts(award=1.0, solvers=[2, 2.5])
    with pytest.raises(InvalidPartError, match="efforts shock must be finite numbers above zero"):
        TerwieschXu.efforts(award=1.0, shock=[1.0, 0.0])
    with pytest.raises(InvalidPartError, match="on_fail"):
        TerwieschXu.efforts(award=1.0, on_fail="mixed")  # type: ignore[arg-type]
