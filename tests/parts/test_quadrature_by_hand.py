"""Nodes over a quantile, panels around kinks, and integrals that say when they fail.

Routes: Beta integrals, piecewise polynomials in closed form, Clark's normal partial expectations, and the
log-odds of where a made-up function bends or jumps.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from contests.errors import ConvergenceError, InvalidPartError
from contests.laws import law, normal, uniform
from contests.quadrature import (
    expectation,
    integrate,
    panel_nodes,
    quantile_nodes,
    rough_places,
    split_nodes,
    whole_weights,
)


@pytest.mark.parametrize(("step", "reach"), [(0.25, 60.0), (0.3, 10.0), (1.0, 1.0), (0.5, 700.0)])
def test_nodes_are_even_in_log_odds(step: float, reach: float) -> None:
    """u = 1 / (1 + e^-y) at even y, as far as asked or less than a step beyond; weight u v step."""
    u, v, w = quantile_nodes(step=step, reach=reach)
    half = math.ceil(reach / step)
    y = step * np.arange(-half, half + 1)
    np.testing.assert_allclose(u, 1 / (1 + np.exp(-y)), rtol=1e-13)
    np.testing.assert_allclose(v, 1 / (1 + np.exp(y)), rtol=1e-13)
    np.testing.assert_allclose(w, u * v * step, rtol=1e-13)
    assert quantile_nodes()[0].size == 481


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"step": 0.0}, "quantile_nodes.step must be a number above 0 and at most 1, not 0.0."),
        ({"step": 1.01}, "quantile_nodes.step must be a number above 0 and at most 1, not 1.01."),
        ({"step": math.nan}, "quantile_nodes.step must be a number above 0 and at most 1, not nan."),
        ({"reach": 0.99}, "quantile_nodes.reach must be a number from 1 to 700, not 0.99."),
        ({"reach": 700.1}, "quantile_nodes.reach must be a number from 1 to 700, not 700.1."),
    ],
)
def test_steps_and_reaches_that_make_no_grid(options: Any, words: str) -> None:
    with pytest.raises(InvalidPartError) as refusal:
        quantile_nodes(**options)
    assert str(refusal.value) == words


def test_breaks_in_any_order_and_breaks_that_are_none() -> None:
    plain = quantile_nodes()
    for none in ([0.0, 1.0], [-0.5, 2.0], []):
        np.testing.assert_array_equal(quantile_nodes(none)[0], plain[0])
    u, v, w = quantile_nodes([0.7, 0.2, 1.0])
    assert u.size == 3 * plain[0].size
    np.testing.assert_allclose(u + v, 1.0, rtol=1e-15)
    bent = np.maximum(u - 0.2, 0.0) * np.maximum(0.7 - u, 0.0)
    assert (w * bent).sum() == pytest.approx(0.5**3 / 6, rel=1e-13)
    assert (w * np.sqrt(np.abs(u - 0.7))).sum() == pytest.approx(
        (0.7**1.5 + 0.3**1.5) * 2 / 3, rel=1e-13
    )  # singular at a break
    # A break next to one is known from above only.
    u, v, w = quantile_nodes([1.0 - 1e-16], breaks_above=[3e-18])
    assert (w * np.minimum(v, 3e-18)).sum() == pytest.approx(3e-18, rel=1e-12)
    assert (w * v)[-481:].sum() == pytest.approx((3e-18) ** 2 / 2, rel=1e-12)


def test_many_integrals_each_with_its_own_breaks() -> None:
    below = np.array([[0.4, 0.1], [0.0, 0.9], [1e-20, 1.0]])
    above = np.array([[0.6, 0.9], [1.0, 0.1], [1.0, 1e-30]])
    u, v, w = split_nodes(below, above)
    assert u.shape == v.shape == w.shape == (3, 3 * 481)
    lengths = w.reshape(3, 3, 481).sum(axis=2)
    np.testing.assert_allclose(lengths, [[0.1, 0.3, 0.6], [0, 0.9, 0.1], [1e-20, 1, 1e-30]], rtol=1e-13)
    np.testing.assert_allclose((w * np.abs(u - 0.4)).sum(axis=1)[0], 0.08 + 0.18, rtol=1e-13)
    np.testing.assert_allclose((w * np.abs(v - 0.1)).sum(axis=1)[1], 0.005 + 0.405, rtol=1e-13)
    assert np.diff(u, axis=1).min() > -1e-15 and np.diff(v, axis=1).max() < 1e-15
    fine = split_nodes(below, above, step=0.5, reach=10.0)
    assert fine[0].shape == (3, 3 * 41)


def test_what_is_left_out_goes_to_the_ends() -> None:
    """Weights of .9 over levels from .1 to .8: a third of what is missing lies below, two thirds above."""
    u, w = np.array([0.1, 0.5, 0.8]), np.array([0.2, 0.3, 0.4])
    filled = whole_weights(u, 1 - u, w)
    np.testing.assert_allclose(filled, [0.2 + 0.1 / 3, 0.3, 0.4 + 0.2 / 3], rtol=1e-13)
    assert w.tolist() == [0.2, 0.3, 0.4]
    whole = np.array([0.5, 0.5 - 5e-15])
    assert whole_weights(np.array([0.2, 0.8]), np.array([0.8, 0.2]), whole) is whole
    short = whole_weights(np.array([0.2, 0.8]), np.array([0.8, 0.2]), np.array([0.5, 0.5 - 2e-13]))
    assert short.sum() == pytest.approx(1.0, abs=1e-16)
    assert short[0] - 0.5 == pytest.approx(1e-13, rel=1e-2)


def stepwise(u: Any, v: Any) -> Any:
    """A jump at .3, a kink at .8 and one at a level of 1e-4 from above."""
    value = np.where(u < 0.3, 1.0, 2.0) + np.maximum(u - 0.8, 0.0) + 10 * np.maximum(1e-4 - v, 0.0)
    return value, np.zeros(u.shape)


def test_panels_around_kinks_and_jumps() -> None:
    u, v, w = panel_nodes(stepwise)
    np.testing.assert_allclose(u + v, 1.0, rtol=1e-14)
    assert (np.diff(u) >= 0).all() and (np.diff(v) <= 0).all()
    assert w.sum() == pytest.approx(1.0, rel=1e-13)
    exact = 0.3 + 1.4 + 0.02 + 10 * 1e-8 / 2
    assert (w * stepwise(u, v)[0]).sum() == pytest.approx(exact, rel=1e-12)
    assert (w * u * stepwise(u, v)[0]).sum() == pytest.approx(
        0.045 + 0.91 + 0.02 * (0.8 + 0.2 * 2 / 3) + 10 * (1e-8 / 2 - 1e-12 / 6), rel=1e-12
    )


@pytest.mark.parametrize(
    ("step", "reach", "panels"), [(0.25, 60.0, 120), (0.1, 60.0, 300), (0.5, 39.5, 80), (0.25, 5.0, 10)]
)
def test_smooth_functions_take_even_panels(step: float, reach: float, panels: int) -> None:
    u, v, w = panel_nodes(lambda u, v: (u * v, 0.0 * u), step=step, reach=reach)
    assert u.size == 16 * panels
    y = np.log(u) - np.log(v)
    assert -reach < y[0] < -reach + 0.1 and reach - 0.1 < y[-1] < reach
    # Gauss's points are symmetric in each panel: their means are its middle.
    middles = y.reshape(panels, 16).mean(axis=1)
    np.testing.assert_allclose(middles, -reach + (np.arange(panels) + 0.5) * 2 * reach / panels, atol=1e-9)
    assert (w * u**3 * v**2).sum() == pytest.approx(math.factorial(3) * 2 / math.factorial(6), rel=1e-2)


def test_what_is_rounding_is_not_refined() -> None:
    """A jump smaller than the errors that the function says it has."""
    for noise, refined in ((0.0, True), (1e-3, False)):
        u, _, _ = panel_nodes(lambda u, v, e=noise: (1.0 + 1e-4 * (u > 0.31), e + 0.0 * u))
        assert (u.size > 16 * 120) is refined


def test_too_rough_to_integrate() -> None:
    with pytest.raises(ConvergenceError) as caught:
        panel_nodes(lambda u, v: (np.sin(1e6 * u * v), 0.0 * u))
    assert str(caught.value) == (
        "The density of this law, as a function of its quantile, has too many kinks or is too noisy to "
        "integrate. Use a smoother law, or give it accurate ppf and isf methods."
    )


def test_where_a_function_bends_and_jumps() -> None:
    found = rough_places(stepwise)
    exact = [math.log(0.3 / 0.7), math.log(4.0), math.log((1 - 1e-4) / 1e-4)]
    assert found == pytest.approx(exact, abs=1e-4) and found[0] == pytest.approx(exact[0], abs=1e-12)
    assert rough_places(lambda u, v: (u * v, 0.0 * u)).size == 0
    assert rough_places(lambda u, v: (1 + np.abs(u - v), 0.0 * u)) == pytest.approx([0.0], abs=1e-5)
    near = rough_places(lambda u, v: (np.minimum(u, 1e-12), 0.0 * u), reach=20.0)
    assert near.size == 0  # at -27.6: beyond what was asked
    far = rough_places(lambda u, v: (np.minimum(u, 1e-12), 0.0 * u))
    assert far == pytest.approx([math.log(1e-12)], abs=1e-4)


def test_expectations_of_functions_with_kinks() -> None:
    """E|X - b| = s (2 phi(b / s) + (b / s) (2 Phi(b / s) - 1)); of a uniform draw b^2 - b + 1 / 2."""
    d = 0.7 / 2.0
    exact = 2.0 * (2 * stats.norm.pdf(d) + d * (2 * stats.norm.cdf(d) - 1))
    assert expectation(normal(2.0), lambda x: np.abs(x - 0.7), breaks=0.7) == pytest.approx(exact, rel=1e-11)
    assert expectation(normal(2.0), lambda x: np.abs(x - 0.7), breaks=[0.7, -30.0, 1.0]) == pytest.approx(
        exact, rel=1e-11
    )
    assert expectation(uniform(), lambda x: np.abs(x - 0.3), breaks=[0.3]) == pytest.approx(0.29, rel=1e-12)
    # From far above, where one less the level is nothing: E max(X - 12, 0) of a normal law.
    tail = stats.norm.pdf(12) - 12 * stats.norm.sf(12)
    assert expectation(normal(1.0), lambda x: np.maximum(x - 12.0, 0.0), breaks=[12.0]) == pytest.approx(
        tail, rel=1e-9
    )
    # Signs that cancel: the size is that of the absolute value.
    assert expectation(normal(1.0), lambda x: x**3) == pytest.approx(0.0, abs=1e-12)


def test_expectations_that_do_not_settle() -> None:
    with pytest.raises(ConvergenceError, match=r"^The expectation under stats.cauchy\(\) did not settle"):
        expectation(law(stats.cauchy()), lambda x: x)
    with pytest.raises(ConvergenceError) as caught:
        expectation(uniform(), lambda x: np.where(x < 0.3, np.inf, 0.0))
    assert str(caught.value) == (
        "The expectation under stats.uniform() did not settle (last change inf): it is infinite, or the "
        "function has kinks. Pass the draws where it has kinks as breaks=."
    )
    with pytest.raises(ConvergenceError, match="did not settle"):
        expectation(uniform(), lambda x: np.abs(x - 0.3))
    rough = expectation(uniform(), lambda x: np.abs(x - 0.3), accuracy=1e-2)
    assert rough == pytest.approx(0.29, rel=2e-2) and rough != pytest.approx(0.29, rel=1e-10)
    # What lies beyond the nodes counts, at either end: e^-60 to the power 1 / 3 of a Pareto law's mean, 3.
    heavy = law(stats.pareto(1.5))
    for tail, mean in ((heavy, 3.0), (heavy.mirrored(), -3.0)):
        with pytest.raises(ConvergenceError, match="did not settle"):
            expectation(tail, lambda x: x)
        assert expectation(tail, lambda x: x, accuracy=1e-8) == pytest.approx(mean, rel=1e-8)


def test_integrals_in_pieces_and_turned_round() -> None:
    def corner(x: Any) -> Any:
        return np.abs(x - 0.3)

    assert integrate(lambda x: x * np.nan, 1.0, 1.0) == 0.0
    assert integrate(corner, 0, 1, points=[0.3]) == pytest.approx(0.29, rel=1e-13)
    assert integrate(corner, 1, 0, points=[0.3]) == pytest.approx(-0.29, rel=1e-13)
    assert integrate(corner, 0, 1, points=[5.0, 0.3, -2.0, 0.0, 1.0]) == pytest.approx(0.29, rel=1e-13)
    assert integrate(np.sign, -1, 3, points=[1.0, 0.0]) == pytest.approx(2.0, rel=1e-13)
    assert integrate(lambda x: np.exp(-x), 0, np.inf) == pytest.approx(1.0, rel=1e-12)
    # A corner that nobody announced: adaptive quadrature halves there.
    assert integrate(corner, 0, 1) == pytest.approx(0.29, rel=1e-10)
    assert integrate(lambda x: np.where(x < 1 / 3, 1.0, 0.0), 0, 1) == pytest.approx(1 / 3, rel=1e-10)
    # Parts that cancel are judged by the integral of the absolute value.
    assert integrate(lambda x: np.sign(x) * np.abs(x) ** 0.5, -1, 1, points=[0.1]) == pytest.approx(
        0.0, abs=1e-10
    )
    # Small numbers are integrated as well as large ones, with a singular end too.
    for size in (1e-30, 1e30):
        found = integrate(lambda x, k=size: k / np.sqrt(x), 0, 1)
        assert found == pytest.approx(2 * size, rel=1e-12)
    assert integrate(corner, 1e9, 1e9 + 2) == pytest.approx(2e9 + 1.4, rel=1e-12)


def test_integrals_that_are_not_reached() -> None:
    with pytest.raises(ConvergenceError) as caught:
        integrate(lambda x: 1 / x, 0, 1)
    words = str(caught.value)
    assert words.startswith("The integral from 0 to 1 reached ")
    assert words.endswith(
        ", not the relative accuracy 1e-10. Pass the places of kinks or narrow peaks as points=, or check "
        "that the integral is finite."
    )
    hard = lambda x: np.sin(1 / x) / x  # noqa: E731
    with pytest.raises(ConvergenceError, match="not the relative accuracy 1e-12"):
        integrate(hard, 1e-6, 1, accuracy=1e-12)
