"""The expected best of any number of draws, against closed forms and 25-digit quadrature (mpmath)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import digamma

import contests as ct
from contests.best_of_draws import average_best_of_draws, best_of_draws
from contests.errors import ConvergenceError
from contests.laws import gumbel, law, normal, uniform
from contests.models import TerwieschXu, TrialAndError

NUMBERS = np.array([1e-9, 1e-3, 0.03, 0.4, 1.0, 2.5, 40.0, 1e6])


def test_closed_forms() -> None:
    """Uniform m/(m+1); Gumbel mu ln m; logistic psi(m) - psi(1); exponential psi(m+1) - psi(1)."""
    logs = np.log(NUMBERS)
    assert best_of_draws(uniform(), logs) == pytest.approx(NUMBERS / (NUMBERS + 1), rel=1e-12)
    assert best_of_draws(gumbel(2.0), logs) == pytest.approx(2 * logs, rel=1e-12, abs=1e-12)
    logistic = digamma(NUMBERS) - digamma(1.0)
    assert best_of_draws(law(stats.logistic()), logs) == pytest.approx(logistic, rel=1e-12, abs=1e-12)
    exponential = digamma(NUMBERS[1:] + 1) - digamma(1.0)
    assert best_of_draws(law(stats.expon()), logs[1:]) == pytest.approx(exponential, rel=1e-11)


@pytest.mark.parametrize(
    ("draw", "number", "mean"),
    [  # 25-digit quadrature of 1 - F^m above and F^m below the median
        (stats.norm(), 0.028514285714285718, -6.942289643195774),
        (stats.norm(), 3.174603174603175e-05, -222.40254850105939),
        (stats.laplace(), 0.003, -332.63916046383304),
        (stats.laplace(), 0.3, -2.54099610338545),
        (stats.triang(0.3), 0.02, 0.02273704302299271),
        (stats.beta(0.5, 2), 0.003, 0.000849711381857461),
        (stats.beta(0.5, 2), 0.3, 0.0754072549411024),
        (stats.gumbel_l(), 0.02, -49.98565345315587),
        (stats.t(3), 0.5, -2.001053186271129767),
        (stats.t(3), 114.28571428571429, 6.578401351640381),
    ],
)
def test_quadrature(draw: object, number: float, mean: float) -> None:
    found = float(best_of_draws(law(draw), np.log(number)))
    assert found == pytest.approx(mean, rel=2e-12)
    many = best_of_draws(law(draw), np.full(9, np.log(number)))  # quantiles from a table
    assert many == pytest.approx(mean, rel=1e-10)


def test_units() -> None:
    logs = np.log(NUMBERS)
    for scale in (1e-9, 1e9):
        assert best_of_draws(normal(scale), logs) == pytest.approx(
            scale * best_of_draws(normal(1.0), logs), abs=1e-12 * scale
        )


def test_ends_and_refusals() -> None:
    assert best_of_draws(uniform(), -np.inf) == -np.inf  # no draw, no idea
    assert best_of_draws(law(stats.t(3)), np.log(0.2)) == -np.inf  # |x|^-0.6 has no mean
    assert best_of_draws(law(stats.pareto(0.8)), np.log(2.0)) == np.inf
    with pytest.raises(ConvergenceError, match="lower than known for this law"):
        best_of_draws(law(stats.skewnorm(3)), np.log(0.01))
    assert np.isnan(best_of_draws(law(stats.skewnorm(3)), np.log(0.01), refuse=False))


@pytest.mark.parametrize("draw", [stats.cauchy(), stats.t(1.0), stats.cauchy(3.0, 1e-6)])
@pytest.mark.parametrize("number", [0.3, 0.5, 1.0])
def test_no_mean_at_all(draw: object, number: float) -> None:
    """Cauchy's G^m has tails like |x|^-m below and m/x above: up to one draw neither has a mean."""
    with pytest.raises(ConvergenceError, match="both tails are too heavy"):
        best_of_draws(law(draw), np.log(number))
    assert np.isnan(best_of_draws(law(draw), np.log(number), refuse=False))
    assert best_of_draws(law(draw), np.log(2.0)) == np.inf
    with pytest.raises(ConvergenceError, match="both tails are too heavy"):
        average_best_of_draws(law(draw), np.log(np.linspace(number, 1.0, 200)))


def test_average_quality_where_each_makes_few_trials() -> None:
    """Terwiesch and Xu (2008), trials: 500 solvers make .0285 trials each. It used to be -inf."""
    model = TerwieschXu(project=TrialAndError(draw=stats.norm()), solvers=500, award=10.0, unit_cost=0.7)
    assert model.solve().expected_average == pytest.approx(-6.942289643195774, rel=1e-12)


def test_the_average_of_thousands_who_draw_differently() -> None:
    """The best of m Gumbel draws has mean ln m, of uniform ones m/(m + 1): the averages by hand."""
    draws = np.geomspace(1e-3, 1e3, 20_000)
    found = average_best_of_draws(gumbel(2.0), np.log(draws))  # of mean zero
    assert found == pytest.approx(2 * np.mean(np.log(draws)), abs=1e-10)
    assert average_best_of_draws(uniform(), np.log(draws)) == pytest.approx(
        np.mean(draws / (draws + 1)), rel=1e-12
    )
    assert average_best_of_draws(gumbel(2.0), np.log(np.append(draws, 1e-300))) < found


def test_an_average_without_end() -> None:
    """Student's t with 3 degrees: a lower tail like |x|^-3 leaves the best of a third of a draw no mean."""
    assert average_best_of_draws(law(stats.t(3)), np.log(np.linspace(0.2, 5.0, 200))) == -np.inf
    assert average_best_of_draws(law(stats.pareto(1.0)), np.log(np.linspace(0.9, 5.0, 200))) == np.inf
    with np.errstate(divide="ignore"):
        nobody = np.log(np.array([0.0, 1.0, 2.0]))
    assert average_best_of_draws(uniform(), nobody) == -np.inf


def test_average_quality_of_five_thousand_solvers_by_trials() -> None:
    """Quality is the best of e uniform draws, e/(e + 1): more than 4096 contestants were given log scores."""
    contest = ct.Contest(
        contestants=ct.Known(value=np.linspace(1, 1.0001, 5000)),
        technology=ct.Trials(stats.uniform()),
        prizes=5000.0,
    )
    found = ct.solve(contest)
    assert found.expected_average == pytest.approx(np.mean(found.effort / (found.effort + 1)), rel=1e-12)


@pytest.mark.parametrize("number", [0.3, 1.0, 2.7, 40.0])
def test_density_infinite_at_the_upper_end(number: float) -> None:
    """Arcsine draws, G(x) = 2/pi arcsin sqrt(x): with x = sin^2 t the mean is the integral of 1 - G^m."""
    t, w = np.polynomial.legendre.leggauss(400)
    t = np.pi / 4 * (1 + t)
    mean = np.pi / 4 * w @ ((1 - (2 * t / np.pi) ** number) * np.sin(2 * t))
    found = best_of_draws(law(stats.beta(0.5, 0.5)), np.log(number))
    assert found == pytest.approx(mean, rel=1e-6 if number < 1 else 1e-9)
