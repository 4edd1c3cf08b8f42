"""Every proposition of the tournament for ideas, through the solver; and the two theories."""

from __future__ import annotations

import numpy as np
import pytest

from contests.laws import normal
from contests.models import Judges, Love, MorganWang


@pytest.mark.parametrize("position", range(6))
def test_propositions(position):
    claim = MorganWang(contestants=4).theory().propositions[position]
    found = claim.check(size=2, rng=np.random.default_rng(11))
    assert found.passed, found.summary()


def test_normal_theory_meets_the_solver():
    model = MorganWang(
        contestants=6, judges=Judges(3, error=normal(1.0), bias=normal(0.5)), love=Love(0.5, crowding=0.4)
    )
    equilibrium, theory = model.solve(), model.theory()
    assert equilibrium.effort[0] == pytest.approx(theory.value("effort"), rel=1e-9)
    assert equilibrium.payoff[0] == pytest.approx(theory.value("payoff"), rel=1e-9)
    assert theory.sign("effort", "judges") == 1
    assert theory.sign("effort", "bias") == -1
