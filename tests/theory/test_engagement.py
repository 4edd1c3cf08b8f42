"""Communities over time: flows and payoffs against brute force and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import Engagement, Mode


def test_the_stationary_community_is_certified_and_balances():
    model = Engagement(arrivals=10, prize=4, use_value=0.1, subsidy=0.2)
    community = model.community()
    assert community.passed
    # Uniform outside options on [0, 2], by hand.
    assert community.trial_rate == pytest.approx((community.payoff + 0.2) / 2, rel=1e-12)
    assert community.retention == pytest.approx((community.payoff + 0.5) / 2, rel=1e-12)
    inflow = 10 * community.trial_rate
    assert inflow == pytest.approx(community.members * (1 - community.retention), rel=1e-9)
    assert model.path(300)[-1] == pytest.approx(community.members, rel=1e-8)
    assert model.path(2, start=community.members)[-1] == pytest.approx(community.members, rel=1e-9)


def test_a_simulated_community_has_poisson_members_and_the_payoff():
    """Customers drawn one by one, contests with Gumbel shocks; members stay or leave each for herself."""
    rng = np.random.default_rng(3)
    community = Engagement(arrivals=10, prize=4, use_value=0.1).community()
    members, sizes, total, heads, bests = 7, [], 0.0, 0, []
    for period in range(6000):
        tries = int((rng.uniform(0, 2, rng.poisson(10)) < community.payoff).sum())
        stays = int((rng.uniform(0, 2, members) < community.payoff + 0.5).sum())
        members = tries + stays
        if period < 100:
            continue
        sizes.append(members)
        if members:
            best = community.effort + (rng.gumbel(-np.euler_gamma, 1.0, members)).max()
            each = 0.1 * best + 0.5 * community.effort - community.effort**2 / 2
            total, heads = total + 4 + members * each, heads + members
        bests.append(best if members else 0.0)
    assert np.mean(sizes) == pytest.approx(community.members, rel=0.03)
    assert np.var(sizes) == pytest.approx(community.members, rel=0.1)
    assert total / heads == pytest.approx(community.payoff, rel=0.03)
    assert np.mean(bests) == pytest.approx(community.best_idea, rel=0.03)


def test_effort_against_brute_force():
    """The payoff on a fine grid of efforts peaks at the equilibrium, Poisson rivals summed by hand."""
    model = Engagement(prize=3, use_value=0.2, own_use=0.4)
    community = model.community()
    j = np.arange(80)
    chance = stats.poisson.pmf(j, community.members)
    grid = community.effort * np.linspace(0, 3, 3001)
    own, rival = np.exp(grid)[:, None], np.exp(community.effort)
    value = 3 * (own / (own + j * rival)) @ chance + 0.2 * np.log(own + j * rival) @ chance
    value = value + 0.4 * grid - grid**2 / 2
    assert grid[np.argmax(value)] == pytest.approx(community.effort, rel=1e-3)
    assert value.max() == pytest.approx(community.payoff, rel=1e-9)


def test_a_lone_user_and_nobody_else():
    """Next to no rivals: effort b + w at quadratic cost."""
    effort, _ = Engagement(use_value=0.3, own_use=0.5).effort_and_payoff(1e-9)
    assert effort == pytest.approx(0.8, rel=1e-7)


@pytest.mark.slow
def test_the_budget_is_spent_and_the_best_split_is_best():
    model = Engagement(arrivals=10, own_use=0.2, trial_outside=stats.uniform(1.0, 1.0))
    half = model.with_budget(5.0, 0.5)
    community = half.community()
    assert half.prize == pytest.approx(2.5)
    assert half.subsidy * community.trials == pytest.approx(2.5, rel=1e-8)
    split = model.best_split(5.0)
    ideas = {s: model.with_budget(5.0, s).community().best_idea for s in (0.5, 0.8, split)}
    assert max(ideas, key=lambda s: ideas[s]) == split or ideas[split] >= max(ideas.values()) * (1 - 1e-9)


def test_modes_rise_in_use_and_cost():
    modes = Engagement().compare_modes()
    assert list(modes) == ["modules", "co-design", "exclusive design"]
    efforts = [community.effort for community in modes.values()]
    assert efforts == sorted(efforts)


def test_propositions_and_closed_forms():
    model = Engagement(use_value=0.1)
    community, theory = model.community(), model.theory()
    assert theory.value("effort") == pytest.approx(community.effort, rel=1e-10)
    assert theory.value("members") == pytest.approx(community.members, rel=1e-8)
    for proposition in theory.propositions:
        assert proposition.check(size=3, rng=np.random.default_rng(4)).passed, proposition.name


def test_units_do_not_matter():
    plain = Engagement(use_value=0.1).community()
    for unit in (1e9, 1e-9):
        outside = stats.uniform(0, 2 * unit)
        rich = Engagement(
            prize=4 * unit,
            stickiness=0.5 * unit,
            use_value=0.1 * unit,
            own_use=0.5 * unit,
            cost=ct.Power(2, scale=unit / 2),
            trial_outside=outside,
            stay_outside=outside,
        ).community()
        assert rich.members == pytest.approx(plain.members, rel=1e-8)
        assert rich.effort == pytest.approx(plain.effort, rel=1e-8)


def test_bad_input():
    far = stats.uniform(50, 1)
    with pytest.raises(ct.errors.NoEquilibriumError, match=r"No stationary community.*dies out"):
        Engagement(trial_outside=far, stay_outside=far).community()
    with pytest.raises(ct.errors.NoEquilibriumError, match=r"No stationary community.*grows without end"):
        Engagement(stickiness=5.0).community()
    with pytest.raises(ct.errors.InvalidPartError, match="above zero"):
        Engagement(arrivals=0)
    with pytest.raises(ct.errors.InvalidPartError, match="exponent above 1"):
        Engagement(cost=ct.Linear(1.0))
    with pytest.raises(ct.errors.InvalidPartError, match="zero or more"):
        Mode(name="x", own_use=-1, cost_factor=1, fixed_cost=0)
