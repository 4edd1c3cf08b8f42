"""Averages and integrals over log-odds by collocation, against solutions in closed form.

With levels u = 1 / (1 + exp(-z)): an average that forgets at rate k (1 - u) of the weight u^p is
k / (k + p) u^p; an integral of u (1 - u) is u. Both from quantiles of 1e-300 on, relatively.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.polynomial import chebyshev
from scipy import integrate, special

from contests.errors import ConvergenceError
from contests.solvers import panels as single
from contests.solvers import panels_many as together
from contests.solvers.panels import FAR, average, integral, scheme
from contests.solvers.panels_many import many_averages

Z = np.concatenate([[-FAR, -300.0, -41.7], np.linspace(-20.0, 20.0, 41), [55.5, 400.0, FAR]])
TOO_FAST = "The weight of types at the bottom grows too fast for an average over the types below."
NO_NUMBER = "The weight of some types is not a finite number."
ROUGH = "did not settle: the law of types is too rough"


def power(p: float) -> Any:
    """Logs of u^p by log-odds."""
    return lambda z: p * special.log_expit(z)


def forgetting(k: float) -> Any:
    """The rate k (1 - u)."""
    return lambda z: k * special.expit(-z)


# --- the points ---------------------------------------------------------------------------------------


def test_radau_points_differentiate_and_expand_polynomials() -> None:
    points, derivative, coefficients = scheme()
    assert points.shape == (16,) and derivative.shape == (15, 16) and points[0] == -1.0 and points[-1] == 1.0
    # The right Radau points are where the Legendre polynomials of orders 15 and 14 are equal.
    assert np.all(np.diff(points) > 0)
    legendre = special.eval_legendre(15, points[1:]) - special.eval_legendre(14, points[1:])
    assert legendre == pytest.approx(np.zeros(15), abs=1e-13)
    values = chebyshev.chebvander(points, 15)
    assert coefficients @ values == pytest.approx(np.eye(16), abs=1e-13)
    slopes = np.column_stack([chebyshev.chebval(points[1:], chebyshev.chebder(row)) for row in np.eye(16)])
    assert derivative @ values == pytest.approx(slopes, abs=1e-10)


# --- averages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "p"), [(1.0, 1.0), (3.0, 0.5), (19.0, 2.0), (4.0, -2.5), (1.0, 0.0)])
def test_averages_of_powers(k: float, p: float) -> None:
    found = average(forgetting(k), power(p), -FAR, FAR)
    exact = np.log(k / (k + p)) + power(p)(Z)
    assert found.log(Z) == pytest.approx(exact, rel=2e-14, abs=2e-13)
    shown = np.exp(found.log(Z[3:]))
    assert found(Z[3:]) == pytest.approx(shown, rel=1e-13)
    assert found.edges[0] == -FAR and found.edges[-1] == FAR
    assert abs(p) > 2.0 or found.scale.size <= 50  # powers are no work
    # Beyond the ends, the value there.
    part = average(forgetting(k), power(p), -5.25, 9.5)
    assert part.log(np.array([-80.0, 80.0])) == pytest.approx(part.log(np.array([-5.25, 9.5])), rel=1e-15)
    assert part.log(np.array([-5.25]))[0] == pytest.approx(np.log(k / (k + p)) + power(p)(-5.25), abs=0.02)


def test_an_average_with_constant_rate_of_a_weight_with_a_kink() -> None:
    """M' = 2 (w - M), w = exp(-|z - 1/3|): by hand on either side of the kink."""
    found = average(lambda z: np.full(z.shape, 2.0), lambda z: -np.abs(z - 1 / 3), -30.0, 30.0)
    y = Z[(Z > -29) & (Z < 29)] - 1 / 3
    after = 2 * np.exp(-np.abs(y)) - 4 / 3 * np.exp(-2 * np.abs(y))
    assert found(y + 1 / 3) == pytest.approx(np.where(y < 0, 2 / 3 * np.exp(-np.abs(y)), after), rel=1e-12)


def test_what_weighs_nothing_is_forgotten() -> None:
    """w = 1 up to z = 1.5 (an end of panels), nothing afterwards: M = exp(-(z - 1.5)), down to exp(-600)."""
    found = average(lambda z: np.ones(z.shape), lambda z: np.where(z <= 1.5, 0.0, -np.inf), -10.0, 640.0)
    z = np.array([-9.0, 0.0, 1.49, 2.5, 7.0, 30.0, 333.0, 602.0])
    assert found.log(z) == pytest.approx(-np.maximum(z - 1.5, 0.0), abs=1e-9)


def test_weights_that_are_no_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # At the bottom M = a w / (a + growth): none if the weight falls faster than the past is forgotten.
    for k, p in ((2.0, -2.0), (2.0, -2.5)):
        with pytest.raises(ConvergenceError) as caught:
            average(forgetting(k), power(p), -FAR, FAR)
        assert str(caught.value) == TOO_FAST
        rates = np.array([[9.0], [k]])
        with pytest.raises(ConvergenceError) as caught:
            many_averages(lambda z, k=rates: k * special.expit(-z), power(p), -FAR, FAR)
        assert str(caught.value) == TOO_FAST
    for call in (average, lambda rate, *rest: many_averages(lambda z: rate(z)[None], *rest)):
        with pytest.raises(ConvergenceError) as caught:
            call(lambda z: np.where(z > 3.3, np.nan, 1.0), power(1.0), -10.0, 10.0)
        assert str(caught.value) == "The integral over types is not a number."
    for bad in (np.nan, np.inf):
        spoiled = lambda z, bad=bad: np.where(z > 3.3, bad, 0.0)  # noqa: E731
        for call in (average, lambda *rest: many_averages(lambda z: np.ones((2, z.size)), *rest[1:])):
            with pytest.raises(ConvergenceError) as caught:
                call(forgetting(2.0), spoiled, -10.0, 10.0)
            assert str(caught.value) == NO_NUMBER
    for call in (average, lambda *rest: many_averages(lambda z: np.ones((2, z.size)), *rest[1:])):
        with pytest.raises(ConvergenceError, match="grows too fast"):
            call(forgetting(2.0), lambda z: np.where(z > -9.5, np.nan, 0.0), -10.0, 10.0)
    monkeypatch.setattr(single, "_MOST", 100)
    monkeypatch.setattr(together, "_MOST", 1000)
    with pytest.raises(ConvergenceError) as caught:
        average(forgetting(2.0), lambda z: np.sin(1e7 * z), -1.0, 1.0)
    assert ROUGH in str(caught.value) and str(caught.value).endswith(
        "best types are too far above the rest (with log output the value of ability grows exponentially). "
        "Truncate the law."
    )
    with pytest.raises(ConvergenceError, match=r"^The integrals over types did not settle: the law"):
        many_averages(lambda z: np.ones((2, z.size)), lambda z: np.sin(1e7 * z), -1.0, 1.0)


# --- integrals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "first"), [(-FAR, 0.0), (-30.0, 0.0), (0.4, 0.0), (0.4, 0.25), (-2.0, 1e-3)]
)
def test_integrals_of_the_logistic_density(start: float, first: float) -> None:
    found = integral(lambda z: special.log_expit(z) + special.log_expit(-z), start, FAR, first)
    z = Z[Z > start]
    exact = first + special.expit(z) * -np.expm1(start - z) * special.expit(-start)
    assert found(z) == pytest.approx(exact, rel=1e-12)
    assert found.log(z) == pytest.approx(np.log(exact), rel=2e-10, abs=1e-12)
    assert found(np.array([start, start - 7.0])) == pytest.approx(
        [first] * 2, rel=1e-14, abs=1e-15 * exact[0]
    )
    assert found.edges[0] == start and np.all(np.diff(found.edges) > 0)


def test_an_integral_of_something_far_from_a_power() -> None:
    """Of exp(sin 3 z - z^2 / 9), by SciPy's quadrature."""
    found = integral(lambda z: np.sin(3 * z) - z * z / 9, -4.0, 6.0)
    for z in (-3.9, -1.0, 0.7, 3.2, 6.0):
        exact = integrate.quad(lambda t: np.exp(np.sin(3 * t) - t * t / 9), -4.0, z, epsabs=0, epsrel=1e-13)[
            0
        ]
        assert found(z) == pytest.approx(exact, rel=1e-12)


def test_an_integral_of_nothing_up_to_a_place() -> None:
    found = integral(lambda z: np.where(z <= 1.5, -np.inf, -z), -20.0, 40.0)
    z = np.array([-19.0, -1.0, 1.0])
    assert found(z).tolist() == [0.0] * 3 and found.log(z).tolist() == [-np.inf] * 3
    z = np.array([1.6, 2.0, 9.0, 40.0])
    assert found(z) == pytest.approx(np.exp(-1.5) - np.exp(-z), rel=1e-12)


def test_an_integral_without_end_is_infinite() -> None:
    found = integral(lambda z: 2 * z, -5.0, FAR)
    z = np.array([-4.0, 0.0, 300.0, 400.0, FAR])
    assert found.log(z) == pytest.approx(2 * z + np.log1p(-np.exp(-10 - 2 * z)) - np.log(2), rel=1e-12)
    assert found(z[:3]) == pytest.approx(np.exp(found.log(z[:3]))) and found(z[3:]).tolist() == [np.inf] * 2


@pytest.mark.parametrize("shift", [-5e-4, 0.0, 5e-4])
def test_ends_next_to_the_usual_ends_of_panels(shift: float) -> None:
    """No panel is next to nothing wide."""
    found = integral(lambda z: 0.0 * z, -9.0 + shift, 6.0 + shift)
    assert np.diff(found.edges).min() > 0.9
    assert found(np.array([3.0])) == pytest.approx([12.0 - shift], rel=1e-13)
    many = many_averages(lambda z: np.ones((1, z.size)), lambda z: 0.0 * z, -9.0 + shift, 6.0 + shift)
    assert many.w.sum() == pytest.approx(15.0, rel=1e-13) and many.w.min() > 1e-3


# --- many at once -------------------------------------------------------------------------------------


def test_averages_are_solved_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seventy rates in two blocks of equations, and the panels that are halved once more."""
    solve, sizes = np.linalg.solve, []

    def counted(matrix: Any, right: Any) -> Any:
        sizes.append(matrix.shape[0])
        return solve(matrix, right)

    monkeypatch.setattr(np.linalg, "solve", counted)
    many_averages(lambda z: np.arange(1.0, 71.0)[:, None] * special.expit(-z), power(1.0), -50.0, 50.0)
    assert sizes == [64, 6] * (len(sizes) // 2) and len(sizes) <= 8


@pytest.mark.parametrize("p", [1.0, -0.8])
def test_many_averages_in_closed_form(p: float) -> None:
    """Seventy rates, more than are solved together: each as exact as alone."""
    k = np.arange(1.0, 71.0)
    many = many_averages(lambda z: k[:, None] * special.expit(-z), power(p), -FAR, FAR)
    exact = np.log(k / (k + p))[:, None] + power(p)(many.z)
    np.testing.assert_allclose(many.log, exact, rtol=1e-13, atol=3e-12)
    # The nodes are those of an integral over log-odds.
    u, v = special.expit(many.z), special.expit(-many.z)
    assert many.w @ (u * v) == pytest.approx(1.0, rel=1e-13)
    assert many.w @ (u**3 * v) == pytest.approx(1 / 3, rel=1e-13)
    assert many.w.sum() == pytest.approx(2 * FAR, rel=1e-13)
    assert np.all(np.diff(many.z) > 0) and -FAR < many.z[0] and many.z[-1] < FAR
    assert many.z.size == 40 * round(many.z.size / 40) <= 40 * 50


def test_many_averages_equal_one_by_one() -> None:
    """A weight with a kink and one that ends, rates that differ by a factor of forty."""
    weights = [
        lambda z: np.where(z < 1.5, 0.2 * z, 0.3 - 0.05 * (z - 1.5)),
        lambda z: np.where(z <= 1.5, special.log_expit(z), -np.inf),
    ]
    k = np.array([0.5, 3.0, 20.0])
    for weight in weights:
        many = many_averages(lambda z: k[:, None] * special.expit(-z / 9), weight, -50.0, 60.0)
        for row, rate in zip(many.log, k, strict=True):
            alone = average(lambda z, rate=rate: rate * special.expit(-z / 9), weight, -50.0, 60.0)
            assert alone.scale.size <= many.z.size // 40  # panels that suit all suit each
            seen = row > -600.0
            np.testing.assert_allclose(np.exp(row[seen]), alone(many.z)[seen], rtol=1e-9)


@pytest.mark.parametrize(
    "weight", [lambda z: np.sin(3 * z), lambda z: -np.abs(z - 0.3), lambda z: -z * z / 9]
)
def test_panels_of_one_average_among_many(weight: Any) -> None:
    """Many averages that are all the same are laid on the panels of one alone."""
    rate = lambda z: 3.0 * special.expit(-z / 4)  # noqa: E731
    alone = average(rate, weight, -20.0, 18.5)
    many = many_averages(lambda z: np.array([rate(z)] * 3), weight, -20.0, 18.5)
    assert np.isin([-18.0, 0.0, 18.0], alone.edges).all()
    assert many.z.size == 40 * alone.scale.size
    np.testing.assert_array_equal(
        np.searchsorted(alone.edges, many.z[::20]) - 1, np.arange(many.z.size // 20) // 2
    )
    # Coefficients have died out, and would not have on panels of twice the width everywhere.
    size = np.abs(alone.coefficients)
    assert np.all(size[-3:].max(axis=0) <= 2e-14 * size.max(axis=0) + (np.diff(alone.edges) < 1e-9))


def test_panels_are_no_more_than_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A law that is smooth is not asked twice; one too rough is given up after a number of panels."""
    asked = []

    def weight(z: Any) -> Any:
        asked.append(np.size(z))
        return special.log_expit(z)

    average(forgetting(3.0), weight, -FAR, FAR)
    once = sum(asked)
    asked.clear()
    many_averages(lambda z: 3.0 * special.expit(-z)[None], weight, -FAR, FAR)
    assert once < 2000 and sum(asked) < 2000
    monkeypatch.setattr(single, "_MOST", 40)
    assert average(forgetting(3.0), power(0.0), -5.0, 5.0).scale.size < 40
    with pytest.raises(ConvergenceError, match="did not settle"):
        average(forgetting(3.0), lambda z: np.sin(50 * z), -30.0, 30.0)
