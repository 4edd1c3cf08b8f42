"""All-pay equilibria against drawn contests: efforts, ranks and prizes from the primitives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.curves import Linear, Power
from contests.models import AllPay, AllPayKnown

SIZE = 40_000
ERRORS = 4.5  # standard errors

MODELS = [
    AllPay(contestants=3),
    AllPay(contestants=4, prizes=[3.0, 2.0, 1.0], cost=Power(2)),
    AllPay(contestants=3, prizes=[1.0], cap=0.6),
    AllPayKnown(values=[3.0, 2.0, 1.0]),
    AllPayKnown(values=[3.0, 2.0, 1.0], prizes=2),
    AllPayKnown(values=[1.5, 1.0], cap=0.75),
    AllPayKnown(values=[1.0, 1.0], head_starts=[0.3, 0.0]),
    AllPayKnown(values=[1.0, 0.8], costs=[Power(2), Linear(1.0)]),
]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_drawn_contests_agree(model: Any) -> None:
    equilibrium = model.solve()
    drawn = ct.play(model, equilibrium.profile, SIZE, rng=np.random.default_rng(20))

    def close(samples: Any, exact: Any) -> bool:
        spread = np.asarray(samples, float).std(axis=0) / np.sqrt(SIZE)
        return bool(np.all(np.abs(np.mean(samples, axis=0) - exact) <= ERRORS * spread + 1e-12))

    assert close(drawn.effort, equilibrium.effort)
    assert close(drawn.payoff, equilibrium.payoff)
    assert close(drawn.rank == 1, equilibrium.win_probability)
    assert close(drawn.best, equilibrium.expected_best)


def test_alike_contestants_in_the_continuum() -> None:
    model = AllPayKnown(values=[2.0, 1.0, 1.0])
    equilibrium = model.solve(alike=True)
    drawn = ct.play(model, equilibrium.profile, SIZE, rng=np.random.default_rng(21))
    spread = drawn.effort.std(axis=0) / np.sqrt(SIZE)
    assert np.all(np.abs(drawn.effort.mean(axis=0) - equilibrium.effort) <= ERRORS * spread)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_no_drawn_deviation_pays(share: float) -> None:
    """A sure effort against the others' drawn strategies earns no more than the equilibrium payoff."""
    model = AllPayKnown(values=[3.0, 2.0, 1.0], prizes=2)
    equilibrium = model.solve()
    for i in range(3):
        deviation = equilibrium.profile.with_strategy(i, ct.Pure(share))
        drawn = ct.play(model, deviation, SIZE, rng=np.random.default_rng(22)).payoff[:, i]
        assert drawn.mean() <= equilibrium.payoff[i] + ERRORS * drawn.std() / np.sqrt(SIZE)
