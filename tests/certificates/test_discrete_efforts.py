"""Where efforts are whole numbers no other effort is certified, played or tried as a deviation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.game import Game
from contests.profile import Profile
from contests.strategy import Mixed

WHOLE = ct.Contest(contestants=ct.Identical(3), technology=ct.Trials(stats.uniform(), whole=True), prizes=7.0)


def mixture() -> float:
    """The chance p of one trial, else two, at which both pay the same, three contestants, a prize of 7.

    Rivals make two, three or four trials together: 7 (p^2/6 + 2 p (1-p) 3/20 + (1-p)^2 2/15) = 1.
    """
    p = np.roots([1 / 6 - 3 / 10 + 2 / 15, 3 / 10 - 4 / 15, 2 / 15 - 1 / 7])
    return float(next(root.real for root in np.atleast_1d(p) if 0 < root.real < 1))


def test_half_a_trial_is_not_certified_though_it_would_pay_best() -> None:
    real = ct.solve(WHOLE.replace(technology=ct.Trials(stats.uniform()))).effort[0]
    assert real == pytest.approx(7 * 2 / 9)  # V (n-1)/n^2
    found = ct.certify(WHOLE, real)
    assert not found.passed
    assert found.effort_gap == pytest.approx((2 - real) / real)
    assert "from the best reply" in found.explain()


def test_a_mixture_of_whole_trials_is_certified_and_no_other() -> None:
    p = mixture()
    assert ct.certify(WHOLE, Mixed.on([1.0, 2.0], [p, 1 - p])).passed
    assert not ct.certify(WHOLE, Mixed.on([1.0, 2.0], [p + 0.01, 0.99 - p])).passed
    split = ct.certify(WHOLE, Mixed.on([1.0, 1.5, 2.0], [p - 0.1, 0.1, 1 - p]))
    assert not split.passed
    assert split.effort_gap == np.inf


def test_the_general_solver_finds_the_mixture() -> None:
    found = ct.solve(WHOLE, solver="general", gain_tolerance=1e-8)
    efforts, chances = found.strategy(0).atoms
    assert efforts.tolist() == [1.0, 2.0]
    assert chances[0] == pytest.approx(mixture(), abs=1e-9)


class Listed(Game):
    """Three share a prize of 4 by effort; efforts are fortieths from one half on, and zero is not allowed."""

    n = 3
    stakes = 4.0

    def kind_of(self) -> Any:
        return np.zeros(3, dtype=int)

    def classes(self, profile: Profile) -> Any:
        return np.array([0]), np.array([3])

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        own, rivals = np.asarray(effort, float), self.profile(profile)
        (a, u), (b, v) = (rivals.strategy(j).nodes() for j in range(3) if j != int(i))
        share = own[..., None] / (own[..., None] + np.add.outer(a, b).ravel())
        return 4.0 * share @ np.outer(u, v).ravel() - own + 10.0 * (own == 0)

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.asarray(3.0)

    def actions(self, i: int) -> Any:
        return np.arange(20, 121) / 40


def test_the_general_solver_does_not_play_an_effort_that_is_not_allowed() -> None:
    """It tried zero, which here would pay a fortune; real efforts would be V (n-1)/n^2 = 0.889."""
    found = ct.solve(Listed(), solver="general")
    assert found.strategy(0).atoms[0] == pytest.approx([0.875, 0.9])
    assert found.certificate.passed
