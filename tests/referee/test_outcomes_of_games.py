"""What games of their own say comes of a profile, against draws and against identities."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.averaging import random_profiles
from contests.laws import gumbel, normal
from contests.models import CoCreation
from contests.profile import Profile
from contests.strategy import Mixed, Pure

USERS = CoCreation(contestants=3, use_value=0.3, love=0.1, spillover=0.2)


def test_users_who_do_different_things() -> None:
    game = USERS.contest()
    profile = Profile.pure([0.1, 0.4, 0.7])
    found, drawn = game.outcomes(profile), game.play(profile, 60_000, rng=np.random.default_rng(4))

    def near(sample: Any, expected: Any) -> bool:
        error = sample.std(axis=0) / np.sqrt(sample.shape[0])
        return bool(np.all(np.abs(sample.mean(axis=0) - expected) < 5 * error + 1e-12))

    assert near((drawn.rank == 1) * 1.0, found.win_probability)
    assert near(drawn.payoff, found.payoff)
    assert near(drawn.quality.max(axis=1), found.expected_best)
    assert near(drawn.quality.mean(axis=1), found.expected_average)
    assert found.win_probability.sum() == pytest.approx(1.0, rel=1e-9)
    efforts = np.array([0.1, 0.4, 0.7])
    spent = np.asarray(game.cost(efforts)).sum() - 0.1 * efforts.sum()
    assert found.effort_costs() == pytest.approx(spent)
    assert game.outcomes(Profile.symmetric(Pure(0.3), 3)).win_probability == pytest.approx([1 / 3] * 3)


def test_marginal_payoffs_of_users() -> None:
    """Against the numerical slope where rivals are alike; none where they are not, or is one alone."""
    game = USERS.contest()
    step = 1e-5
    for own in (0.2, 0.5):
        two = game.payoff(0, np.array([own - step, own + step]), 0.3)
        assert game.marginal_payoff(0, own, 0.3) == pytest.approx((two[1] - two[0]) / (2 * step), rel=1e-6)
    assert game.marginal_payoff(0, 0.2, Profile.pure([0.2, 0.3, 0.4])) is None
    with pytest.raises(ct.InvalidPartError, match="one contestant at a time"):
        game.payoff(np.array([0, 1]), 0.2, 0.3)
    lone = CoCreation(contestants=1, use_value=0.5, love=0.1)
    found = lone.solve()
    cost, output = lone.cost, lone.output
    e = float(found.effort[0])
    assert 0.5 * output.derivative(e) + 0.1 == pytest.approx(float(cost.derivative(e)), rel=1e-7)


def test_users_whose_effort_has_a_limit() -> None:
    model = CoCreation(contestants=2, love=2.0, cost=ct.Capped(ct.Power(2), at=0.25))
    assert model.solve().effort == pytest.approx([0.25, 0.25])


@pytest.mark.parametrize("kind", ["chances", "location"])
def test_success_functions_of_ones_own_are_drawn(kind: str) -> None:
    """The chances of a lottery over squares, however they are said: draws win as often as computed."""

    class Squares(ct.Success):
        def win_probabilities(self, quality: Any) -> Any:
            return quality**2 / np.sum(quality**2, axis=-1, keepdims=True)

        def race(self, technology: Any) -> Any:
            if kind == "chances":
                return None
            return ct.Race(
                gumbel(1.0),
                lambda i, effort, ability: 2 * np.log(technology.location(effort, ability)),
                lambda i, effort, ability: 2 / np.asarray(effort),
                scores_are_qualities=False,
            )

    contest = ct.Contest(contestants=ct.Known(value=[1.0, 2.0]), prizes=1.0, success=Squares())
    drawn = contest.simulate([0.3, 0.6], 40_000, rng=np.random.default_rng(8))
    won = (drawn.rank == 1).mean(axis=0)
    assert won == pytest.approx([0.2, 0.8], abs=5 * 0.4 / 200)
    if kind == "chances":
        assert set(np.unique(drawn.rank)) == {0, 1}


def test_success_functions_that_cannot_be_drawn() -> None:
    class Shifted(ct.Success):
        nature = -np.inf

        def race(self, technology: Any) -> Any:
            return ct.Race(
                technology.noise or normal(),
                lambda i, effort, ability: technology.location(effort, ability),
                lambda i, effort, ability: technology.location_slope(effort),
                nature=self.nature,
                scores_are_qualities=False,
            )

    class Phantom(Shifted):
        nature = 0.0

    noisy = ct.Contest(
        contestants=ct.Identical(2), technology=ct.Additive(stats.norm()), prizes=1.0, success=Shifted()
    )
    with pytest.raises(ct.UnsolvableError, match="how the two are drawn together is not known"):
        noisy.simulate(0.1, 10, rng=np.random.default_rng(1))
    phantom = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=Phantom())
    with pytest.raises(ct.UnsolvableError, match="phantom"):
        phantom.simulate(0.1, 10, rng=np.random.default_rng(1))


def test_success_by_chances_takes_certain_qualities_of_known_contestants() -> None:
    class Even(ct.Success):
        def win_probabilities(self, quality: Any) -> Any:
            return np.full(quality.shape, 1 / quality.shape[-1])

    for parts, part in (
        ({"contestants": ct.Private(2, value=stats.uniform())}, "Contest.contestants"),
        ({"contestants": ct.Identical(2), "prizes": [2.0, 1.0]}, "Contest.prizes"),
        ({"contestants": ct.Identical(2), "technology": ct.Additive(stats.norm())}, "Contest.technology"),
    ):
        with pytest.raises(ct.InvalidPartError, match=part):
            ct.Contest(**{"prizes": 1.0, "success": Even(), **parts})


def test_private_types_are_drawn_at_sure_efforts() -> None:
    """Whatever one's value, equal efforts win equally often; payoffs average the values."""
    contest = ct.Contest(
        contestants=ct.Private(3, value=stats.uniform(1, 1)),
        technology=ct.Additive(stats.norm()),
        prizes=1.0,
    )
    drawn = contest.simulate(0.2, 40_000, rng=np.random.default_rng(9))
    assert (drawn.rank == 1).mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.013)
    assert drawn.payoff.mean() == pytest.approx(1.5 / 3 - 0.2, abs=0.02)


def test_handicaps_are_drawn() -> None:
    """A head start of d with normal shocks: Phi(d / sqrt 2)."""
    contest = ct.Contest(
        contestants=ct.Identical(2),
        technology=ct.Additive(stats.norm()),
        prizes=1.0,
        success=ct.Highest(handicaps=[0.5, 0.0]),
    )
    drawn = contest.simulate(0.3, 40_000, rng=np.random.default_rng(3))
    assert (drawn.rank[:, 0] == 1).mean() == pytest.approx(stats.norm.cdf(0.5 / np.sqrt(2)), abs=0.012)


def test_too_many_random_efforts_at_once() -> None:
    many = Profile.symmetric(Mixed.on(np.linspace(0, 1, 40), np.full(40, 1 / 40)), 6)
    with pytest.raises(ct.InvalidPartError, match="combinations"):
        random_profiles(many, 0)


@pytest.mark.parametrize("aversion", [0.5, 1.0, 3.0])
def test_attitudes_to_risk_by_hand(aversion: float) -> None:
    """u' is the slope of u; CRRA of one is the logarithm; u'(w) w^theta and u'(w) exp(a w) are constant."""
    w, step = np.array([0.5, 1.0, 4.0]), 1e-5
    for attitude in (ct.CARA(aversion), ct.CRRA(aversion)):
        slope = (attitude.value(w + step) - attitude.value(w - step)) / (2 * step)
        assert attitude.slope(w) == pytest.approx(slope, rel=1e-7)
    if aversion == 1.0:
        assert ct.CRRA(1.0).value(w) == pytest.approx(np.log(w))
