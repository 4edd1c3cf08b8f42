"""Expected qualities against integrals by hand: ideas that may be missing, private but certain quality."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import contests as ct
from contests.outcomes import Outcomes, expected_best_of
from contests.profile import Profile
from contests.qualities import effort_costs, top_qualities
from contests.strategy import Mixed, Pure

NOISES = {"uniform": stats.uniform(), "normal": stats.norm()}


def additive(noise: Any, n: int) -> ct.Contest:
    return ct.Contest(contestants=ct.Identical(n), technology=ct.Additive(noise, output=ct.Log()), prizes=1.0)


@pytest.mark.parametrize("noise", NOISES)
def test_nobody_may_have_an_idea(noise: str) -> None:
    """Two who do nothing half of the time: with chance 1/4 there is no idea, worth minus infinity."""
    contest = additive(NOISES[noise], 2)
    outcomes = Outcomes(contest, Profile.symmetric(Mixed.on([0.0, 1.0], [0.5, 0.5]), 2))
    assert outcomes.expected_best == -np.inf
    assert outcomes.expected_average == -np.inf


@pytest.mark.parametrize("noise", NOISES)
def test_somebody_has_an_idea_for_sure(noise: str) -> None:
    """One certain idea and one with chance 1/2: the mean of E[max of two] and E[one]."""
    contest, law = additive(NOISES[noise], 2), NOISES[noise]
    profile = Profile.of([Pure(1.0), Mixed.on([0.0, 1.0], [0.5, 0.5])])
    two = {"uniform": 2 / 3, "normal": 1 / np.sqrt(np.pi)}[noise]
    outcomes = Outcomes(contest, profile)
    assert outcomes.expected_best == pytest.approx(0.5 * two + 0.5 * law.mean(), rel=1e-9)
    assert top_qualities(outcomes, 2) == -np.inf
    assert effort_costs(outcomes) == pytest.approx(1.5)


def test_no_effort_and_no_idea_at_all() -> None:
    outcomes = Outcomes(additive(stats.norm(), 2), Profile.pure([0.0, 0.0]))
    assert outcomes.expected_best == -np.inf
    assert top_qualities(outcomes, 1) == -np.inf
    assert expected_best_of(ct.Trials(stats.norm()), 0.0) == -np.inf


@pytest.mark.parametrize("trait", ["value", "cost"])
def test_best_of_private_types_in_a_lottery(trait: str) -> None:
    """Quality is effort and certain: the best of two is the double integral of the larger effort."""
    law = stats.uniform(1, 1)
    contest = ct.Contest(contestants=ct.Private(2, **{trait: law}), prizes=1.0, success=ct.Lottery())
    found = ct.solve(contest)
    x, w = np.polynomial.legendre.leggauss(60)
    effort = found.strategy(0)(1.5 + x / 2)
    best = np.maximum.outer(effort, effort)  # a kink on the diagonal: second order in the nodes
    assert found.expected_best == pytest.approx(w @ best @ w / 4, rel=3e-4)
    once = integrate.quad(
        lambda v: 2 * (v - 1) * found.strategy(0)(np.array([v if trait == "value" else 3 - v]))[0], 1, 2
    )
    assert found.expected_best == pytest.approx(once[0], rel=1e-8)
    assert found.expected_average == pytest.approx(w @ effort / 2, rel=1e-8)


def test_best_of_mixed_efforts_at_logarithmic_output() -> None:
    """All-pay, two alike, quality ln e with e uniform on [0, 1]: E[ln max] = -1/2, E[ln e] = -1."""
    contest = ct.Contest(contestants=ct.Identical(2), technology=ct.Exact(output=ct.Log()), prizes=1.0)
    found = ct.solve(contest)
    assert found.expected_best == pytest.approx(-0.5, rel=1e-6)
    assert found.expected_average == pytest.approx(-1.0, rel=1e-6)


def test_best_of_many_pieces() -> None:
    """A strategy with a hundred knots: E[max of two] is the integral of 1 - F^2."""
    knots = np.linspace(0, 1, 120)
    strategy = Mixed(efforts=knots, levels=knots**2)  # type: ignore[arg-type]
    contest = ct.Contest(contestants=ct.Identical(2), prizes=1.0)
    x = np.linspace(0, 1, 200_001)
    expected = np.trapezoid(1 - np.interp(x, knots, knots**2) ** 2, x)
    assert Outcomes(contest, Profile.symmetric(strategy, 2)).expected_best == pytest.approx(
        expected, rel=1e-9
    )
