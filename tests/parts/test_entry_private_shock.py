"""Entry of contestants of private type whose quality is random: the lone one included."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct


def private_shock(n, entry):
    return ct.Contest(
        contestants=ct.Private(n, ability=stats.uniform()),
        prizes=1.0,
        technology=ct.Additive(stats.norm(scale=1.0)),
        cost=ct.Power(2),
        entry=entry,
    )


def test_a_lone_contestant_of_private_type_exerts_nothing_and_wins():
    eq = ct.solve(private_shock(1, ct.AllEnter()))
    assert eq.certificate.passed
    assert eq.effort[0] == 0.0
    assert eq.payoff[0] == pytest.approx(1.0)
    assert eq.expected_best == pytest.approx(0.5)


def test_free_entry_with_private_types_and_a_shock():
    """The number of entrants is the largest at which the field of that size pays, each solved by itself."""
    cost = 0.3
    eq = ct.solve(private_shock(4, ct.FreeEntry(cost=cost)))
    alone = [ct.solve(private_shock(n, ct.AllEnter())).payoff[0] for n in (3, 4)]
    assert alone[0] > cost > alone[1]
    assert ct.PerEntrant(1.0)(eq) == 3.0
    assert eq.payoff[:3] == pytest.approx(np.full(3, alone[0] - cost))
    mixed = ct.solve(private_shock(4, ct.FreeEntry(cost=cost, mixed=True)))
    assert mixed.certificate.passed
    assert mixed.payoff == pytest.approx(np.zeros(4), abs=1e-9)
