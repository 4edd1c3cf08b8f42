"""Pisano and Verganti's four modes: closed forms, brute force and simulation."""

from __future__ import annotations

import numpy as np
import pytest

import contests as ct
from contests.laws import normal
from contests.models import CollaborationModes, MorganWang
from contests.models.collaboration_modes import MODE_NAMES


def test_each_mode_is_certified_and_simulated():
    model = CollaborationModes(open_entrants=8)
    for mode, result in model.results.items():
        assert result.equilibrium.certificate.passed
        drawn = result.equilibrium.simulate(40_000, rng=np.random.default_rng(2))
        chosen = drawn.quality[drawn.rank == 1]
        error = chosen.std() / np.sqrt(chosen.size)
        assert abs(chosen.mean() - result.quality) < 5 * error, mode
        assert abs(drawn.payoff.mean() - result.equilibrium.payoff[0]) < 0.01
        assert result.value == pytest.approx(model.worth(mode), rel=1e-9)


def test_open_modes_are_the_tournament_of_the_library():
    """Normal skill and luck: the general contest with one law of shocks and judging error."""
    model = CollaborationModes(open_entrants=6, spread=0.8, luck=0.9, sponsor_error=0.7)
    shock = normal(float(np.hypot(0.8, 0.9)))
    error = normal(0.7)
    general = ct.Contest(
        contestants=ct.Identical(6),
        technology=ct.Additive(shock),
        success=ct.Highest(error=error),
        cost=ct.Power(2, scale=0.5),
        prizes=1.0,
    ).solve()
    assert model.solve().effort[0] == pytest.approx(general.effort[0], rel=1e-9)
    assert MorganWang(contestants=6, shock=shock).solve().effort[0] > general.effort[0]


def test_closed_forms_of_the_open_modes():
    for mode in MODE_NAMES[:2]:
        model = CollaborationModes(mode=mode)
        theory, game = model.theory(), model.contest()
        assert theory.value("marginal_cost") == pytest.approx(game.slope, rel=1e-9)
        assert theory.value("quality_chosen_before_effort") == pytest.approx(game.chosen, rel=1e-9)


def test_seats_for_the_best_of_several_against_brute_force():
    rng = np.random.default_rng(7)
    skill = rng.standard_normal((400_000, 4, 5)).max(axis=-1)
    quality = skill + rng.standard_normal(skill.shape)
    marks = quality + rng.standard_normal(skill.shape)
    chosen = quality[np.arange(skill.shape[0]), marks.argmax(axis=1)]
    game = CollaborationModes(mode="elite circle").contest()
    assert game.chosen == pytest.approx(chosen.mean(), abs=5 * chosen.std() / np.sqrt(chosen.size))
    step = 0.05
    ahead = (marks[:, 0] + step > marks[:, 1:].max(axis=1)).mean()
    behind = (marks[:, 0] - step > marks[:, 1:].max(axis=1)).mean()
    assert game.slope == pytest.approx((ahead - behind) / (2 * step), abs=0.02)


def test_limits():
    """No spread: candidates do not matter. One candidate: a closed mode is a small open one."""
    flat = CollaborationModes(spread=0.0, mode="elite circle")
    assert flat.contest().chosen == pytest.approx(flat.replace(candidates=1).contest().chosen, rel=1e-12)
    one = CollaborationModes(candidates=1, closed_members=5, open_entrants=5, screening_cost=0.0)
    assert one.worth("elite circle") == pytest.approx(one.worth("innovation mall"), rel=1e-12)


def test_the_map_agrees_with_certified_values():
    model = CollaborationModes()
    costs, spreads = np.array([0.0, 0.02, 0.2]), np.array([0.5, 1.0, 2.0])
    values, winner = model.map(costs, spreads)
    assert values.shape == (4, 3, 3)
    certified = [result.value for result in model.results.values()]
    np.testing.assert_allclose(values[:, 1, 1], certified, rtol=1e-8)
    assert (winner[2] >= 2).all()  # dear screening: closed
    drawn = model.plot_map(costs, spreads)
    assert drawn.get_xlabel().startswith("screening cost")


def test_propositions():
    for proposition in CollaborationModes().theory().propositions:
        size = 1 if "circle" in proposition.name else 3
        assert proposition.check(size=size, rng=np.random.default_rng(1)).passed, proposition.name


def test_units_do_not_matter():
    for unit in (1e9, 1e-9):
        rich = CollaborationModes(
            award=unit, value=unit, cost=ct.Power(2, scale=unit / 2), screening_cost=0.02 * unit
        )
        assert rich.solve().effort[0] == pytest.approx(CollaborationModes().solve().effort[0], rel=1e-9)


def test_bad_input():
    with pytest.raises(ct.errors.InvalidPartError, match="2 or more"):
        CollaborationModes(closed_members=1)
    with pytest.raises(ct.errors.InvalidPartError, match="above zero"):
        CollaborationModes(luck=0.0)
    with pytest.raises(ct.errors.InvalidPartError, match="'innovation mall'"):
        CollaborationModes(mode="bazaar")
    with pytest.raises(ct.errors.NotEquilibriumError):
        CollaborationModes(spread=0.0, luck=0.05, sponsor_error=0.0, award=1.0, open_entrants=10).solve()
