"""A user's own curve works from its values alone, and what is no cost or output is refused in words.

Independent route: the same function as a family, whose derivatives and inverse are exact.
"""

from __future__ import annotations

import numpy as np
import pytest

from contests.curves import (
    BaseCurve,
    Curve,
    Exponential,
    Linear,
    Log,
    Power,
    as_curve,
    check_cost,
    check_output,
)
from contests.errors import ContestError, InvalidPartError


class Naked(BaseCurve):
    """A user's curve that gives its values and nothing else."""

    def __init__(self, function):
        self.function = function

    def __call__(self, effort):
        return self.function(np.asarray(effort, dtype=float))


@pytest.mark.parametrize(
    ("function", "known"),
    [
        (lambda e: e**2 / 2, Power(2, scale=0.5)),
        (lambda e: np.sqrt(e), Power(0.5)),
        (lambda e: e**1.5, Power(1.5)),
        (lambda e: 3 * np.expm1(2 * e), Exponential(rate=2, scale=3)),
        (lambda e: 1 + 2 * e, Linear(2, intercept=1)),
        (lambda e: (e / 1e-9) ** 2, Power(2, scale=1e18)),
    ],
    ids=["square", "root", "power 1.5", "exponential", "line", "square of nano-efforts"],
)
def test_defaults_of_a_users_curve_are_accurate(function, known):
    curve = Naked(function)
    x = np.array([1e-12, 1e-4, 0.3, 2.0, 50.0])
    np.testing.assert_allclose(curve.derivative(x), known.derivative(x), rtol=1e-10)
    scale = np.abs(known.derivative(x)) / x
    np.testing.assert_allclose(
        curve.derivative(x, 2) / scale, known.derivative(x, 2) / scale, rtol=1e-7, atol=1e-7
    )
    values = known(x[1:])
    np.testing.assert_allclose(curve.inverse(values), known.inverse(values), rtol=1e-12)
    assert curve.derivative(0.0) == pytest.approx(float(known.derivative(0.0)), rel=1e-9, abs=1e-9)
    assert curve.is_increasing()
    assert curve.is_convex is None
    assert check_output(curve) is curve


def test_default_slope_looks_past_rounding_but_not_past_a_bend():
    x = np.array([1e-20, 1e-12, 1e-6])
    np.testing.assert_allclose(Naked(lambda e: 1 + 2 * e).derivative(x), 2.0, rtol=1e-8)
    np.testing.assert_allclose(Naked(lambda e: 1 + np.maximum(e - 1, 0)).derivative(x), 0.0, atol=1e-8)
    assert Naked(lambda e: e / (1 - e)).derivative(1 - 1e-6) == pytest.approx(1e12, rel=1e-4)
    many = np.linspace(1, 2, 5000)
    np.testing.assert_allclose(Naked(np.exp).derivative(many), np.exp(many), rtol=1e-12)


def test_a_users_exact_slope_is_used_for_higher_orders():
    class WithSlope(Naked):
        def derivative(self, effort, order=1):
            return np.cosh(effort) if order == 1 else super().derivative(effort, order)

    curve = WithSlope(np.sinh)
    assert curve.derivative(0.7, 2) == pytest.approx(np.sinh(0.7), rel=1e-12)


def test_a_users_curve_without_symbols_says_so():
    with pytest.raises(ContestError, match="symbolic form"):
        Naked(np.sqrt).symbolic()


def test_baseline_needs_only_values():
    with pytest.raises(TypeError):
        BaseCurve()


# What may be a cost, what may be an output


@pytest.mark.parametrize(
    "cost",
    [
        Linear(), Power(0.01), Power(50), Exponential(), Exponential(rate=-1, scale=-1),
        Curve("c*e**2/(1-e)", c=1), Curve("exp(e)-1"), Curve("e+sin(e)/2"), Linear() + Power(2),
        Naked(np.expm1), Naked(lambda e: -np.expm1(-e)), Naked(lambda e: np.exp(e) - 1),
    ],
)  # fmt: skip
def test_costs_are_accepted(cost):
    with np.errstate(over="ignore"):  # the users' own functions overflow
        assert check_cost(cost) is cost


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        (Log(), "finite at zero effort"),
        (Linear(1, intercept=2), "belongs to entry"),
        (Curve("1/e"), "finite at zero effort"),
        (Curve("1+e"), "belongs to entry"),
        (Linear(0), "cost that is not increasing"),
        (Curve("2*e-e**2"), "cost that is not increasing"),
        (Curve("e+2*sin(e)"), "cost that is not increasing"),
        (Curve("0*e"), "cost that is not increasing"),
        (Naked(lambda e: np.maximum(e - 1, 0)), "cost that is not increasing"),
        (Naked(lambda e: np.minimum(e, 3)), "cost that is not increasing"),
        (Naked(lambda e: np.clip(e, 0, 1) + np.maximum(e - 2, 0)), "cost that is not increasing"),
    ],
)
def test_what_is_no_cost_is_refused(cost, words):
    with pytest.raises(InvalidPartError, match=words) as refused:
        check_cost(cost, part="Contest.cost")
    assert str(refused.value).startswith("Contest.cost must be a cost that")


def test_outputs_may_be_flat_but_never_fall():
    for output in (Log(), Linear(0), Naked(lambda e: np.minimum(e, 3)), Curve("e/(1+e)"), Curve("5")):
        assert check_output(output) is output
    for output in (Curve("2*e-e**2"), Naked(np.cos), Curve("exp(-e)")):
        with pytest.raises(InvalidPartError, match="output that is not increasing"):
            check_output(output, part="Additive.output")
    with pytest.raises(InvalidPartError, match="infinite at zero"):
        check_output(Curve("1/e"))


def test_as_curve_takes_curves_and_slopes():
    curve = Power(2)
    assert as_curve(curve) is curve
    for slope in (2, 2.0, np.float64(2), np.array(2)):
        assert as_curve(slope) == Linear(2)
    for value, words in (
        ("e**2", r"Write a formula as Curve\('e\*\*2'\)"),
        (lambda e: e, "subclass of BaseCurve"),
        (True, "a curve"),
        (None, "a curve"),
        ([1, 2], "a curve"),
        (-1, "zero or more"),
        (np.nan, "a curve"),
    ):
        with pytest.raises(InvalidPartError, match=words) as refused:
            as_curve(value, part="Contest.cost")
        assert str(refused.value).startswith("Contest.cost must be")
