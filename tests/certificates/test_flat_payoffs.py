"""Private types without noise: marginal payoffs to rounding, so that even flat payoffs tell best replies.

Route: the closed form of the symmetric all-pay contest (Weber 1985), e(v) = int t dF(t)^(n-1), against
the certificate's own derivatives of scores. Values that differ by two per cent leave payoffs flat to
second order; a strategy that is off by a millionth must be seen all the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.solvers.private_exact import SOLVER

LAWS = {"nearly equal": stats.uniform(0.99, 0.02), "hardly different": stats.uniform(0.999, 0.002)}


def all_pay(law: Any, n: int, prizes: list[float]) -> ct.Contest:
    return ct.Contest(contestants=ct.Private(n, value=law), prizes=prizes)


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
@pytest.mark.parametrize(("n", "prizes"), [(2, [1.0]), (5, [0.7, 0.3]), (10, [1.0])])
def test_values_that_hardly_differ_are_certified(law: Any, n: int, prizes: list[float]) -> None:
    contest = all_pay(law, n, prizes)
    certificate = ct.certify(contest, SOLVER.solve(contest).profile)
    assert certificate.max_gain < 1e-12
    assert certificate.effort_gap < 3e-7


@pytest.mark.parametrize("law", [*LAWS.values(), stats.uniform()], ids=[*LAWS, "spread"])
@pytest.mark.parametrize("error", [1e-2, 1e-6])
def test_a_wrong_strategy_is_seen_however_flat_payoffs_are(law: Any, error: float) -> None:
    contest = all_pay(law, 3, [1.0])
    exact = SOLVER.solve(contest).profile.strategy(0)
    for shape in (lambda u: 1.0, lambda u: np.exp(-(((u - 0.5) / 0.05) ** 2))):
        wrong = ct.Monotone(
            types=law,
            function=lambda t, s=shape: exact(t) * (1.0 + error * s(law.cdf(t))),  # type: ignore[misc]
        )
        certificate = ct.certify(contest, wrong)
        assert not certificate.passed
        # Gains are of second order, efforts of first.
        assert certificate.effort_gap > 0.5 * abs(error)


@pytest.mark.parametrize("law", [*LAWS.values(), stats.uniform(), stats.beta(2, 3)])
def test_marginal_payoffs_against_the_closed_form(law: Any) -> None:
    # At another type's effort e(t) the marginal payoff of type v is v / t - 1.
    contest = all_pay(law, 4, [1.0])
    profile = SOLVER.solve(contest).profile
    own, other = law.ppf([0.05, 0.3, 0.6, 0.9]), law.ppf([0.1, 0.35, 0.5, 0.95])
    marginal = contest.marginal_payoff(0, profile.strategy(0)(other), profile, own)
    assert marginal == pytest.approx(own / other - 1.0, abs=3e-11)


def test_a_kink_in_the_law_does_not_spoil_the_slope() -> None:
    # A triangular density: between the panels of its two halves polynomials must not cross the kink.
    law = stats.triang(0.5)
    contest = all_pay(law, 3, [1.0])
    profile = SOLVER.solve(contest).profile
    types = np.array([0.3, 0.49, 0.4999, 0.5001, 0.51, 0.8])
    marginal = contest.marginal_payoff(0, profile.strategy(0)(types), profile, types)
    assert marginal == pytest.approx(np.zeros(6), abs=1e-8)
