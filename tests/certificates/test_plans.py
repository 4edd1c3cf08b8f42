"""The certificate in several dimensions: it finds deviations in each effort and in both at once."""

from __future__ import annotations

import numpy as np
import pytest

import contests as ct
from contests.errors import InvalidPartError
from contests.models import Ambidexterity, Finalists, MorganWang


@pytest.fixture(scope="module")
def solved():
    model = Ambidexterity(contestants=6, prizes=1.5, exploring=ct.Power(0.5, scale=0.5))
    return model, model.solve()


def test_passes_at_the_equilibrium(solved):
    model, equilibrium = solved
    assert equilibrium.certificate.passed
    assert ct.certify(model, equilibrium.profile).passed


@pytest.mark.parametrize("change", [(1e-5, 0.0), (0.0, 1e-5), (-1e-3, 1e-3)])
def test_fails_beside_it_in_every_direction(solved, change):
    model, equilibrium = solved
    parts = np.array(equilibrium.strategy(0).parts) * (1 + np.array(change))
    assert not ct.certify(model, ct.Plan(parts.sum(), parts=parts)).passed


def test_fails_if_only_the_split_is_wrong(solved):
    """The total is right: only a deviation in two dimensions shows it."""
    model, equilibrium = solved
    exploit, explore = equilibrium.strategy(0).parts
    shifted = (exploit + 0.5 * explore, 0.5 * explore)
    certificate = ct.certify(model, ct.Plan(exploit + explore, parts=shifted))
    assert certificate.max_gain > 1e-6
    assert not certificate.passed


def test_finds_the_distant_deviation():
    """A large prize: the first-order plan pays less than no effort at all."""
    model = Ambidexterity(contestants=3, prizes=40.0, exploring=ct.Power(0.5, scale=0.2))
    with pytest.raises(ct.NotEquilibriumError):
        model.solve()
    failed = model.solve(on_fail="return").certificate
    assert failed.max_gain > 1e-3


def test_brute_force_over_the_plane(solved):
    """No plan on a fine grid beats the equilibrium, and the best lies next to it."""
    model, equilibrium = solved
    game = model.game()
    own = np.array(equilibrium.strategy(0).parts)
    axes = [np.linspace(0.0, 2.5 * part, 101) for part in own]
    plans = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    values = game.plan_payoff(0, plans, equilibrium.profile)
    assert values.max() <= equilibrium.payoff[0] + 1e-14
    best = plans[np.unravel_index(values.argmax(), values.shape)]
    assert best == pytest.approx(own, rel=0.03)


def test_two_stages_are_checked_in_both():
    model = MorganWang(contestants=4, prizes=1.0, rules=(Finalists(2),))
    first, second = model.solve().strategy(0).parts
    for parts in ((first * 1.01, second), (first, second * 1.01)):
        assert not ct.certify(model, ct.Plan(parts[0] + parts[1] / 2, parts=parts)).passed


def test_a_plain_effort_is_refused(solved):
    model, _ = solved
    with pytest.raises(InvalidPartError, match="plans"):
        ct.certify(model, 0.3)
