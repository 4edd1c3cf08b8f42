"""Myerson and Warneryd (2006): a Poisson number of rivals lowers total effort."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

import contests as ct
from cases import cases, expected


def lottery(mean, n=3, **parts):
    return ct.Contest(
        contestants=ct.Identical(n),
        prizes=1.0,
        success=ct.Lottery(),
        entry=ct.RandomEntry(stats.poisson(mean)),
        **parts,
    )


@pytest.mark.parametrize("case", cases("canon", model="tullock_poisson"))
def test_poisson_participation(case):
    eq = ct.solve(lottery(case["parameters"]["mu"]))
    assert eq.effort[0] == expected(case, "effort")
    assert eq.payoff[0] == expected(case, "payoff")
    assert eq.total_effort == expected(case, "expected_total_effort")


@pytest.mark.parametrize("mean", [1e-4, 0.3, 7.0, 60.0])
def test_closed_form_from_small_to_large_means(mean):
    # x = (1 - e^-m)/m - e^-m (Ei(m) - gamma - ln m)/m, summed as a series where it cancels.
    k = np.arange(1, 400)
    series = float(np.sum(stats.poisson(mean).pmf(k) * k / (k + 1) ** 2))
    if 0.1 < mean < 20:
        tail = special.expi(mean) - np.euler_gamma - np.log(mean)
        assert series == pytest.approx(-np.expm1(-mean) / mean - np.exp(-mean) * tail / mean)
    assert ct.solve(lottery(mean)).effort[0] == pytest.approx(series, rel=1e-9)


def test_uncertainty_lowers_total_effort():
    for number in (2, 5):
        certain = 1 - 1 / number
        assert ct.solve(lottery(float(number))).total_effort < certain


def test_number_of_contestants_shown_does_not_matter():
    assert ct.solve(lottery(2.0, n=2)).effort[0] == ct.solve(lottery(2.0, n=9)).effort[0]


def test_all_pay_auction_with_a_poisson_number_dissipates_all_but_the_chance_to_be_alone():
    contest = ct.Contest(contestants=ct.Identical(3), prizes=1.0, entry=ct.RandomEntry(stats.poisson(1.5)))
    eq = ct.solve(contest)
    assert eq.payoff[0] == pytest.approx(np.exp(-1.5))
    # F(x) solves sum of q_k F^k = exp(-m (1 - F)) = e^-m + x: effort at level F.
    level = np.array([0.25, 0.5, 0.9])
    assert eq.strategy(0).ppf(level) == pytest.approx(np.exp(-1.5 * (1 - level)) - np.exp(-1.5), rel=1e-6)
