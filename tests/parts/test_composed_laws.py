"""Laws made of laws, against closed forms: the best of draws, rents of an all-pay contest, sums."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import contests as ct
from contests.laws import Law, averaged_error, gumbel, law, normal, sum_law, uniform
from contests.laws_best import best_of, rent
from contests.order_statistics import expected_order_statistic

CLOSED = {
    # the best of three normal draws: mean 3/(2 sqrt pi), variance 1 + sqrt(3)/(2 pi) - mean^2
    "best of three": (
        best_of(normal(), 3),
        3 / (2 * np.sqrt(np.pi)),
        np.sqrt(1 + np.sqrt(3) / (2 * np.pi) - 9 / (4 * np.pi)),
    ),
    # u^3/3, what a uniform type expects against the best of two
    "rent": (rent(uniform(), 2), 1 / 12, np.sqrt(1 / 7 - 1 / 16) / 3),
    "rent of a prize of 4": (rent(uniform(), 2, prize=4.0), 1 / 3, 4 * np.sqrt(1 / 7 - 1 / 16) / 3),
    "uniform sum": (sum_law(uniform(), uniform(0, 2)), 1.5, np.sqrt(1 / 12 + 4 / 12)),
    "normal and uniform": (sum_law(normal(), uniform()), 0.5, np.sqrt(1 + 1 / 12)),
}


@pytest.mark.parametrize("name", CLOSED)
def test_moments_and_draws(name: str) -> None:
    made, mean, std = CLOSED[name]
    assert made.mean() == pytest.approx(mean, rel=1e-9)
    assert made.std() == pytest.approx(std, rel=1e-9)
    drawn = made.rvs(20_000, rng=np.random.default_rng(2))
    assert drawn.mean() == pytest.approx(mean, abs=5 * std / np.sqrt(20_000))
    assert stats.kstest(drawn, lambda x: made.cdf(np.asarray(x))).pvalue > 1e-4


@pytest.mark.parametrize(
    "made",
    [
        best_of(normal(), 1234567.5),
        best_of(uniform(), 3).scaled(2.0),
        rent(uniform(), 0.1),
        sum_law(normal(), uniform()),
        sum_law(normal(), uniform()).scaled(3.0).shifted(-1.0),
    ],
)
def test_its_words_make_it_again(made: Law) -> None:
    """Every digit: the number of draws was rounded to six."""
    again = eval(repr(made), {"best_of": best_of, "rent": rent, "sum_law": sum_law, "stats": stats})
    assert law(again) == made


def test_levels_of_the_best() -> None:
    made = best_of(normal(), 5)
    u = np.array([1e-12, 0.2, 0.9, 1 - 1e-9])
    assert made.ppf(u) == pytest.approx(stats.norm.isf(-np.expm1(np.log(u) / 5)), rel=1e-9)
    assert made.cdf(made.ppf(u)) == pytest.approx(u, rel=1e-9)
    assert made.isf(np.array([1e-15])) == pytest.approx(stats.norm.isf(2e-16), rel=1e-6)


def test_a_sum_with_kinks() -> None:
    """U(0,1) + U(0,2): a trapezoid, whose best of two has mean E = int 1 - F^2."""
    made = sum_law(uniform(), uniform(0, 2))

    def cdf(x: float) -> float:
        return (
            float(np.interp(x, [0, 3], [0, 1]))
            if x <= 0 or x >= 3
            else (x**2 / 4 if x < 1 else (2 * x - 1) / 4 if x < 2 else 1 - (3 - x) ** 2 / 4)
        )

    x = np.array([0.3, 1.0, 1.7, 2.5])
    assert made.cdf(x) == pytest.approx([cdf(v) for v in x], rel=1e-12)
    best = integrate.quad(lambda v: 1 - cdf(v) ** 2, 0, 3, points=[1, 2])[0]
    assert expected_order_statistic(made, 2) == pytest.approx(best, rel=1e-10)
    contest = ct.Contest(
        contestants=ct.Identical(2), technology=ct.Additive(made), prizes=1.0, cost=ct.Power(2)
    )
    density = integrate.quad(lambda v: (v / 2 if v < 1 else 0.5 if v < 2 else (3 - v) / 2) ** 2, 0, 3)[0]
    assert ct.solve(contest).effort == pytest.approx([density / 2] * 2, rel=1e-9)


def test_the_slope_of_a_density() -> None:
    """Normal plus U(0, 1): the density is Phi(z) - Phi(z - 1), its slope phi(z) - phi(z - 1)."""
    made, z = sum_law(normal(), uniform()), np.array([-1.0, 0.2, 0.9, 3.0])
    assert made.pdf(z) == pytest.approx(stats.norm.cdf(z) - stats.norm.cdf(z - 1), rel=1e-9)
    for shape in (made.shape, sum_law(normal(), gumbel()).shape):
        numerical = (shape.pdf(z + 1e-4) - shape.pdf(z - 1e-4)) / 2e-4
        assert shape.slope(z) == pytest.approx(numerical, rel=1e-5, abs=1e-8)


@pytest.mark.parametrize("error", [stats.t(1.2), stats.uniform()], ids=["heavy tails", "ends"])
def test_errors_that_cannot_be_averaged(error: Any) -> None:
    with pytest.raises(ct.InvalidPartError, match="1 or 2 for errors"):
        averaged_error(law(error), 3)
