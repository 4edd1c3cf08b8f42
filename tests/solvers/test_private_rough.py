"""Private types under shocks with corners or long tails.

Independent routes: hundreds of discrete types who reply to one another (their laws of scores by SciPy,
no panels); the same solver under a normal shock against the solver with an even grid; alike types
against the solver for identical contestants; and the certificate, whose payoffs know no solver.
"""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.solvers.private_rough import RoughField

UNIFORM = stats.uniform(-1, 2)
LAWS = {
    "uniform": UNIFORM,
    "laplace": stats.laplace(),
    "triangle": stats.triang(0.3, -1, 2),
    "exponential": stats.expon(),
    "t": stats.t(5),
    "cauchy": stats.cauchy(),
}
# The density of the difference of two such shocks, by hand.
DIFFERENCE = {
    "uniform": lambda x: np.maximum(2 - np.abs(x), 0) / 4,
    "laplace": lambda x: (1 + np.abs(x)) * np.exp(-np.abs(x)) / 4,
    "exponential": lambda x: np.exp(-np.abs(x)) / 2,
    "cauchy": lambda x: 2 / (np.pi * (4 + x * x)),
}


def game(n, noise, *, prizes=1.0, curve=None, **trait):
    return ct.Contest(
        contestants=ct.Private(n, **trait),
        technology=ct.Additive(noise),
        cost=ct.Power(2) if curve is None else curve,
        prizes=prizes,
    )


def levels(m):
    return (np.arange(m) + 0.5) / m


@pytest.mark.parametrize(
    ("name", "n", "trait"),
    [
        ("uniform", 2, {"ability": stats.uniform()}),
        ("uniform", 3, {"value": stats.beta(2, 3)}),
        ("laplace", 3, {"ability": stats.uniform()}),
        ("laplace", 10, {"cost": stats.beta(2, 2, 0.5, 1)}),
        ("t", 10, {"ability": stats.uniform()}),
        ("cauchy", 2, {"ability": stats.beta(2, 2)}),
        pytest.param("exponential", 3, {"value": stats.uniform(0.5, 1)}, marks=pytest.mark.slow),
        pytest.param("triangle", 3, {"ability": stats.beta(2, 3)}, marks=pytest.mark.slow),
        pytest.param("triangle", 10, {"ability": stats.uniform()}, marks=pytest.mark.slow),
        pytest.param("uniform", 10, {"ability": stats.lognorm(0.5)}, marks=pytest.mark.slow),
        pytest.param("cauchy", 3, {"cost": stats.lognorm(0.5)}, marks=pytest.mark.slow),
        pytest.param("t", 3, {"ability": stats.lognorm(0.5)}, marks=pytest.mark.slow),
    ],
)
def test_certificates(name, n, trait):
    eq = game(n, LAWS[name], prizes=[1.0, 0.3] if n > 2 else 1.0, **trait).solve()
    assert eq.certificate.max_gain < 1e-12
    assert eq.certificate.effort_gap < 1e-8


@pytest.mark.parametrize(
    "name",
    ["uniform", "laplace", *(pytest.param(n, marks=pytest.mark.slow) for n in ("exponential", "cauchy"))],
)
def test_two_against_many_discrete_types(name):
    """With cost e^2 a type's effort is half the density of the difference, averaged over rivals' types."""
    eq = game(2, LAWS[name], ability=stats.uniform()).solve()
    types = levels(800)
    efforts = np.full(types.size, 0.1)
    for _ in range(40):
        place = types + efforts
        efforts = DIFFERENCE[name](place[:, None] - place).mean(axis=1) / 2
    np.testing.assert_allclose(eq.strategy(0)(types), efforts, atol=4e-6)


@pytest.mark.parametrize("name", ["uniform", pytest.param("t", marks=pytest.mark.slow)])
def test_three_and_two_prizes_against_discrete_types(name):
    """The law of a rival's score on a fine grid, own shocks by their quantiles."""
    noise, prizes = LAWS[name], np.array([1.0, 0.4])
    eq = game(3, noise, prizes=prizes.tolist(), value=stats.beta(2, 3)).solve()
    values, shocks = stats.beta(2, 3).ppf(levels(60)), noise.ppf(levels(3000))
    efforts = 0.1 * values
    scores = np.linspace(shocks[0] - 0.1, shocks[-1] + 0.6, 4000)
    for _ in range(10):
        offset = scores[:, None] - efforts
        below, density = noise.cdf(offset).mean(axis=1), noise.pdf(offset).mean(axis=1)
        # Prizes V1 F^2 + 2 V2 F (1 - F): the derivative in the score.
        slope = 2 * density * (prizes[0] * below + prizes[1] * (1 - 2 * below))
        marginal = np.interp(efforts[:, None] + shocks, scores, slope).mean(axis=1)
        efforts = values * marginal / 2
    np.testing.assert_allclose(eq.strategy(0)(values), efforts, atol=2e-4)


@pytest.mark.slow
def test_two_laws_against_discrete_types():
    weak, strong = stats.uniform(), stats.uniform(0.5, 1)
    eq = ct.Contest(
        contestants=ct.Private(ability=[weak, strong]),
        technology=ct.Additive(UNIFORM),
        cost=ct.Power(2),
        prizes=1.0,
    ).solve()
    assert eq.certificate.effort_gap < 1e-7
    low, high = weak.ppf(levels(800)), strong.ppf(levels(800))
    one, other = np.full(800, 0.2), np.full(800, 0.2)
    for _ in range(40):
        density = DIFFERENCE["uniform"]((low + one)[:, None] - (high + other))
        one, other = density.mean(axis=1) / 2, density.mean(axis=0) / 2
    np.testing.assert_allclose(eq.strategy(0)(low), one, atol=4e-6)
    np.testing.assert_allclose(eq.strategy(1)(high), other, atol=4e-6)


@pytest.mark.slow
def test_types_who_do_nothing():
    """A cost with a slope at zero: half the types stay idle, the threshold by discrete types."""
    eq = game(2, UNIFORM, curve=ct.Linear(0.2) + ct.Power(2), value=stats.uniform(0, 2)).solve()
    values = 2 * levels(800)
    efforts = 0.1 * values
    for _ in range(40):
        marginal = DIFFERENCE["uniform"](efforts[:, None] - efforts).mean(axis=1)
        efforts = np.maximum(values * marginal - 0.2, 0.0) / 2
    found = eq.strategy(0)(values)
    np.testing.assert_allclose(found, efforts, atol=5e-6)
    assert 0.1 < np.mean(found == 0) < 0.9
    assert eq.certificate.effort_gap < 1e-7


def test_nobody_works_where_nobody_gains_by_it():
    """Ten under a Laplace shock: (1 - 2^-9) / 10 at the margin, times a value of two, is less than 0.2."""
    contest = game(10, stats.laplace(), curve=ct.Linear(0.2) + ct.Power(2), value=stats.uniform(0, 2))
    eq = contest.solve()
    assert eq.certificate.passed
    assert eq.strategy(0)(np.array([0.1, 1.0, 2.0])).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("noise", [stats.norm(), stats.logistic(scale=0.6)], ids=["normal", "logistic"])
def test_agrees_with_the_solver_on_an_even_grid(noise):
    contest = game(3, noise, prizes=[1.0, 0.2], ability=stats.uniform())
    types = np.linspace(0.01, 0.99, 21)
    (mine,) = RoughField(contest).solve()
    np.testing.assert_allclose(mine(types), contest.solve().strategy(0)(types), rtol=1e-8)


@pytest.mark.parametrize("name", ["uniform", "laplace", "t"])
def test_types_hardly_different_do_as_identical_contestants(name):
    alike = ct.Contest(
        contestants=ct.Identical(3), technology=ct.Additive(LAWS[name]), cost=ct.Power(2), prizes=1.0
    ).solve()
    eq = game(3, LAWS[name], ability=stats.uniform(1, 1e-6)).solve()
    types = 1 + 1e-6 * np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(eq.strategy(0)(types), alike.effort[0], atol=1e-6)


@pytest.mark.parametrize("factor", [1e9, 1e-9])
def test_units_of_money(factor):
    types = np.linspace(0.05, 0.95, 7)
    one = game(2, stats.laplace(), ability=stats.uniform()).solve()
    other = game(
        2, stats.laplace(), prizes=factor, curve=ct.Power(2, scale=factor), ability=stats.uniform()
    ).solve()
    np.testing.assert_allclose(other.strategy(0)(types), one.strategy(0)(types), rtol=1e-9)


@pytest.mark.slow
def test_units_of_quality():
    types = np.linspace(0.05, 0.95, 7)
    one = game(3, UNIFORM, ability=stats.uniform()).solve()
    other = game(
        3, stats.uniform(-1e6, 2e6), curve=ct.Power(2, scale=1e-12), ability=stats.uniform(0, 1e6)
    ).solve()
    np.testing.assert_allclose(other.strategy(0)(1e6 * types) / 1e6, one.strategy(0)(types), rtol=1e-8)


def test_judging_errors_are_shocks():
    judged = ct.Contest(
        contestants=ct.Private(3, ability=stats.uniform()),
        technology=ct.Exact(),
        success=ct.Highest(error=stats.laplace()),
        cost=ct.Power(2),
        prizes=1.0,
    ).solve()
    lucky = game(3, stats.laplace(), ability=stats.uniform()).solve()
    types = np.linspace(0, 1, 5)
    np.testing.assert_allclose(judged.strategy(0)(types), lucky.strategy(0)(types), rtol=1e-10)


@pytest.mark.slow
def test_output_in_logarithms():
    """No effort, no score: the highest of the summits of the payoff is the reply."""
    eq = ct.Contest(
        contestants=ct.Private(2, ability=stats.uniform()),
        technology=ct.Additive(stats.laplace(), output=ct.Log()),
        prizes=1.0,
    ).solve()
    assert eq.certificate.effort_gap < 1e-7
    types = levels(800)
    efforts = np.full(types.size, 0.2)
    for _ in range(40):
        place = types + np.log(efforts)
        # At the margin a type's effort e gains the density of the difference over e, and costs one.
        efforts = np.sqrt(efforts * DIFFERENCE["laplace"](place[:, None] - place).mean(axis=1))
    np.testing.assert_allclose(eq.strategy(0)(types), efforts, atol=1e-6)


def test_the_best_of_draws_with_endless_tails_is_infinite():
    assert game(3, stats.cauchy(), ability=stats.uniform()).solve().expected_best == np.inf


@pytest.mark.slow
def test_simulation_agrees():
    eq = game(3, stats.triang(0.5, -1, 2), ability=stats.uniform()).solve()
    assert eq.win_probability == pytest.approx([1 / 3] * 3, abs=1e-9)
    drawn = eq.simulate(50_000, rng=np.random.default_rng(7))
    assert drawn.best.mean() == pytest.approx(eq.expected_best, abs=0.02)


@pytest.mark.slow
def test_small_shocks_are_refused_in_words():
    with pytest.raises(ct.ConvergenceError, match="leap, or lie too far apart"):
        game(2, stats.uniform(-0.01, 0.02), ability=stats.uniform()).solve()


def test_strategies_are_pickled():
    eq = game(2, stats.cauchy(), ability=stats.uniform()).solve()
    again, types = pickle.loads(pickle.dumps(eq.strategy(0))), np.linspace(0, 1, 9)
    np.testing.assert_array_equal(again(types), eq.strategy(0)(types))
