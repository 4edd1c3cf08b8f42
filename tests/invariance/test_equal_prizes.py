"""Where every rank wins the same, nobody works, whatever the room: effort only moves one's rank."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct

SHOCK = {"technology": ct.Additive(stats.norm()), "cost": ct.Power(2)}
ROOMS = {
    "alike": {"contestants": ct.Identical(3)},
    "alike, kinked shock": {"contestants": ct.Identical(3), "technology": ct.Additive(stats.laplace())},
    "known": {"contestants": ct.Known(value=[1.0, 2.0, 3.0])},
    "known, lottery": {"contestants": ct.Known(value=[1.0, 2.0, 3.0]), "success": ct.Lottery()},
    "known, shock": {"contestants": ct.Known(cost=[1.0, 2.0, 3.0]), **SHOCK},
    "known abilities, shock": {"contestants": ct.Known(ability=[0.0, 1.0, 2.0]), **SHOCK},
    "known, trials": {
        "contestants": ct.Known(cost=[1.0, 2.0, 3.0]),
        "technology": ct.Trials(stats.uniform()),
    },
    "private": {"contestants": ct.Private(3, value=stats.uniform())},
    "private, lottery": {"contestants": ct.Private(3, value=stats.uniform(1, 1)), "success": ct.Lottery()},
    "private costs, lottery": {
        "contestants": ct.Private(3, cost=stats.uniform(1, 1)),
        "success": ct.Lottery(),
    },
    "private, shock": {"contestants": ct.Private(3, value=stats.uniform(1, 1)), **SHOCK},
    "private abilities, shock": {"contestants": ct.Private(3, ability=stats.uniform()), **SHOCK},
    "random entry, known": {
        "contestants": ct.Known(value=[1.0, 2.0, 3.0]),
        "entry": ct.RandomEntry(each=[0.2, 0.5, 0.9]),
        **SHOCK,
    },
    "unlike laws, shock": {
        "contestants": ct.Private(value=[stats.uniform(), stats.uniform(0, 2), stats.uniform()]),
        **SHOCK,
    },
    "unlike laws": {
        "contestants": ct.Private(value=[stats.uniform(), stats.uniform(0, 2), stats.uniform(1, 1)]),
    },
    "unlike laws of costs": {
        "contestants": ct.Private(cost=[stats.uniform(1, 1), stats.uniform(2, 1), stats.lognorm(1)]),
        "cost": ct.Power(2),
    },
    "unlike laws of abilities": {
        "contestants": ct.Private(ability=[stats.uniform(), stats.norm(), stats.uniform(1, 1)]),
    },
}


@pytest.mark.parametrize("prize", [1.0, 1e9, 1e-9])
@pytest.mark.parametrize("room", ROOMS)
def test_nobody_works(room: str, prize: float) -> None:
    equilibrium = ct.solve(ct.Contest(prizes=[prize] * 3, **ROOMS[room]))
    assert equilibrium.certificate.passed
    np.testing.assert_array_equal(equilibrium.effort, 0.0)


def test_nobody_works_in_the_general_solver_either() -> None:
    laws = [stats.uniform(), stats.uniform(0, 2), stats.uniform(1, 1)]
    contest = ct.Contest(contestants=ct.Private(value=laws), prizes=[1.0] * 3)
    np.testing.assert_array_equal(ct.solve(contest, solver="general").effort, 0.0)


def test_two_of_unlike_laws_do_not_work_for_equal_prizes() -> None:
    contest = ct.Contest(contestants=ct.Private(value=[stats.uniform(), stats.uniform(0, 2)]), prizes=[1, 1])
    equilibrium = ct.solve(contest)
    np.testing.assert_array_equal(equilibrium.effort, 0.0)
    np.testing.assert_allclose(equilibrium.payoff, [0.5, 1.0], rtol=1e-12)
