"""Curves are right to the last digits, at the ends of their range, and refuse in words.

Independent routes: mpmath at 50 digits for values, derivatives and inverses; the fundamental
theorem (the integral of the derivative is the value); the curve written twice, as a family and
as a formula.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import warnings

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from contests.curves import (
    BaseCurve,
    Curve,
    CurveSum,
    Exponential,
    Linear,
    Log,
    Power,
    ScaledCurve,
    check_cost,
)
from contests.errors import InvalidPartError

WIDE = np.array([0.0, 1e-300, 1e-150, 1e-20, 1e-3, 0.5, 1.0, 2.0, 30.0, 1e3, 1e20, 1e150, 1e300])
ORDINARY = np.array([1e-6, 0.01, 0.3, 0.7, 0.95])

FAMILIES = [
    Linear(2.0),
    Linear(3.0, intercept=1.5),
    Linear(0.0, intercept=1.0),
    *(Power(exponent, scale=0.7) for exponent in (0.01, 0.5, 1.0, 1.0001, 2.0, 3.7, 50.0)),
    Power(2.0, scale=1e-300),
    Power(50.0, scale=1e300),
    Log(scale=2.0, intercept=-1.0),
    Exponential(rate=2.0, scale=0.3),
    Exponential(rate=-2.0, scale=-0.3),
    Exponential(rate=1e3, scale=1e-300),
]
FORMULAS = [
    Curve("c*e**2/(1-e)", c=2),
    Curve("exp(e)-1"),
    Curve("e**3/(1+e**2)"),
    Curve("-log(1-e)"),
    Curve("(exp(e)-1)/e"),
    Curve("e/(2-exp(e))"),
]
COMBINED = [Linear(2) + Power(2), Log() + Power(0.5), 3 * Curve("e+e**2"), Power(1.5) + Log(scale=2)]
EVERY = FAMILIES + FORMULAS + COMBINED


class Naked(BaseCurve):
    """A user's curve that gives its values and nothing else."""

    def __init__(self, function):
        self.function = function

    def __call__(self, effort):
        return self.function(np.asarray(effort, dtype=float))


def high_precision(curve, effort, order=0):
    """Value or derivative from the symbolic form with 50 digits, apart from the float code."""
    e = sympy.Symbol("e", nonnegative=True)
    formula = sympy.diff(curve.symbolic(e), e, order) if order else curve.symbolic(e)
    return float(sympy.N(formula.subs(e, sympy.Rational(float(effort))), 50, maxn=3000))


@pytest.mark.parametrize("curve", EVERY, ids=repr)
@pytest.mark.parametrize("order", [0, 1, 2, 3])
def test_values_and_derivatives_agree_with_fifty_digits(curve, order):
    computed = curve.derivative(ORDINARY, order) if order else curve(ORDINARY)
    inside = ORDINARY < curve.domain[1]
    expected = np.array([high_precision(curve, x, order) for x in ORDINARY[inside]])
    np.testing.assert_allclose(computed[inside], expected, rtol=3e-13 if isinstance(curve, Curve) else 1e-11)


@pytest.mark.parametrize("curve", EVERY, ids=repr)
def test_extreme_efforts_neither_warn_nor_give_nan(curve):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = [
            curve(WIDE),
            curve.derivative(WIDE),
            curve.derivative(WIDE, 2),
            curve.elasticity(WIDE),
            curve.inverse(np.concatenate([-WIDE, WIDE, [np.inf, -np.inf]])),
        ]
    assert not any(np.isnan(result).any() for result in results)


@pytest.mark.parametrize("curve", EVERY, ids=repr)
def test_inverse_undoes_the_curve(curve):
    if isinstance(curve, Linear) and curve.slope == 0:
        assert curve.inverse(1.0) == 0
        assert curve.inverse(1.1) == np.inf
        return
    efforts = ORDINARY[ORDINARY < curve.domain[1]]
    values = curve(efforts)
    # An ulp of the value moves the effort by 1/elasticity ulps: compare where floats can tell.
    told = np.isfinite(values) & (values != 0)
    told &= np.abs(curve.elasticity(efforts)) > 1e-3
    np.testing.assert_allclose(curve.inverse(values[told]), efforts[told], rtol=1e-11)


@pytest.mark.parametrize("curve", [*FORMULAS, Linear(2) + Power(2), Power(1.5) + Log(scale=2)], ids=repr)
def test_bisected_inverse_is_the_least_float_that_reaches_the_value(curve):
    values = curve(np.array([0.1, 0.4, 0.6]))
    effort = curve.inverse(values)
    assert (curve(effort) >= values).all()
    assert (curve(np.nextafter(effort, 0.0)) < values).all()


@pytest.mark.parametrize("curve", EVERY, ids=repr)
def test_value_is_the_integral_of_the_derivative(curve):
    low, high = 0.2, 0.6
    area = quad(lambda x: float(curve.derivative(x)), low, high, epsabs=0, epsrel=1e-11)[0]
    expected = float(curve(high) - curve(low))
    # Where the range of floats ends (scale 1e300 times 0.6**50 is inside it) both sides agree too.
    assert area == pytest.approx(expected, rel=1e-8, abs=1e-12 * abs(float(curve(high))))


@pytest.mark.parametrize("curve", EVERY, ids=repr)
def test_a_number_gives_a_numpy_float_and_arrays_keep_their_shape(curve):
    for method in (curve, curve.derivative, curve.inverse, curve.elasticity):
        assert type(method(0.5)) is np.float64
        assert type(method(np.asarray(0.5))) is np.float64
        assert method(np.full((2, 3), 0.5)).shape == (2, 3)
        assert method([0.5, 0.6]).shape == (2,)
        assert method(np.empty(0)).shape == (0,)
        assert np.isnan(method(np.nan))


@pytest.mark.parametrize("curve", EVERY, ids=repr)
def test_curves_are_values(curve):
    curve.derivative(0.5)  # compiled functions must not stand in the way of a pickle
    copy = pickle.loads(pickle.dumps(curve))
    assert copy == curve
    assert hash(copy) == hash(curve)
    assert copy(0.5) == curve(0.5)
    assert eval(repr(curve)) == curve
    assert curve != Power(2.0, scale=17.0)


@pytest.mark.parametrize("curve", EVERY, ids=repr)
def test_declared_shape_agrees_with_second_differences(curve):
    end = min(curve.domain[1], 5.0)
    x = np.linspace(0.01, 0.9, 60) * end
    x = x[np.abs(curve(x)) < 1e200]
    second = curve.derivative(x, 2)
    level = 1e-9 * np.abs(curve.derivative(x)) / x
    if curve.is_convex:
        assert (second >= -level).all()
    if curve.is_convex is False:
        assert (curve.derivative(np.geomspace(1e-6, 0.999, 400) * end, 2) < 0).any()
    if curve.is_concave:
        assert (second <= level).all()


@given(exponent=st.floats(0.01, 50), scale=st.floats(1e-9, 1e9), effort=st.floats(1e-300, 1e300))
@settings(max_examples=200, deadline=None)
def test_power_with_any_scale_is_right_wherever_floats_reach(exponent, scale, effort):
    curve = Power(exponent, scale=scale)
    with mpmath.workdps(40):
        value = mpmath.mpf(scale) * mpmath.mpf(effort) ** mpmath.mpf(exponent)
        slope = value * mpmath.mpf(exponent) / mpmath.mpf(effort)
        for computed, true in ((curve(effort), value), (curve.derivative(effort), slope)):
            if 1e-300 < true < 1e300:
                assert float(computed) == pytest.approx(float(true), rel=1e-12)
        if 1e-300 < value < 1e300:
            error = 1e-15 * (2 + 700 / exponent)
            assert float(curve.inverse(float(value))) == pytest.approx(effort, rel=error + 1e-13)


def test_small_scale_brings_an_overflowing_power_back():
    # 1e-300 * (1e200)**2 is 1e100 although (1e200)**2 is beyond floats.
    assert float(Power(2, scale=1e-300)(1e200)) == pytest.approx(1e100, rel=1e-12)
    assert float(Power(2, scale=1e-300).inverse(1e100)) == pytest.approx(1e200, rel=1e-12)
    assert float(Exponential(rate=1, scale=1e-300)(1000.0)) == pytest.approx(
        float(mpmath.mpf("1e-300") * mpmath.expm1(1000)), rel=1e-12
    )
    assert float(Exponential(rate=1, scale=1e-300).inverse(1e300)) == pytest.approx(
        600 * np.log(10), rel=1e-12
    )


def test_values_at_the_ends():
    assert Log()(0.0) == -np.inf
    assert Log().derivative(0.0) == np.inf
    assert Power(0.5).derivative(0.0) == np.inf
    assert Power(2).derivative(0.0, 2) == 2
    assert Power(2).derivative(0.0, 3) == 0
    assert Power(1.0).derivative([0.0, 5.0]).tolist() == [1.0, 1.0]
    assert Exponential()(1e-20) == 1e-20
    bounded = Exponential(rate=-1, scale=-2)
    assert bounded.inverse([2.0, 3.0]).tolist() == [np.inf, np.inf]
    assert (Log() + Power(1.5)).derivative(0.0, 2) == -np.inf  # -1/e**2 beats + e**-0.5


def test_inverse_is_the_least_effort_whose_value_is_at_least():
    fixed = Linear(2, intercept=1)
    assert fixed.inverse([-5.0, 0.5, 1.0, 3.0]).tolist() == [0.0, 0.0, 0.0, 1.0]
    kinked = Naked(lambda e: np.maximum(e - 1.0, 0.0))
    assert kinked.inverse(0.0) == 0.0
    assert kinked.inverse(0.5) == 1.5
    capped = Naked(lambda e: np.minimum(e, 2.0))
    assert capped.inverse(2.0) == 2.0
    assert capped.inverse(2.1) == np.inf


def test_elasticities_and_their_limits_at_zero():
    at = np.array([0.0, 0.5, 3.0])
    assert Power(3.3).elasticity(at).tolist() == [3.3] * 3
    assert Linear(2, intercept=2).elasticity(at).tolist() == [0.0, 1 / 3, 0.75]
    x = 2 * at[1:]
    np.testing.assert_allclose(Exponential(rate=2).elasticity(at)[1:], x * np.exp(x) / np.expm1(x))
    assert Exponential(rate=2).elasticity(0.0) == 1
    assert Log(scale=2).elasticity(np.e) == pytest.approx(1.0)
    assert Curve("c*e**2/(1-e)", c=1).elasticity(0.0) == pytest.approx(2)
    assert Curve("exp(e)-1").elasticity(1000.0) == pytest.approx(1000.0)  # the value itself overflows
    assert (Linear() + Power(2)).elasticity(0.0) == pytest.approx(1)
    assert Naked(lambda e: e**1.5).elasticity(0.0) == pytest.approx(1.5, rel=1e-6)


# Sums and multiples


def test_sums_and_multiples_are_full_curves():
    cost = Linear(2) + Power(2) + 3 * Exponential(rate=0.5)
    assert isinstance(cost, CurveSum)
    assert len(cost.terms) == 3
    x = np.array([0.0, 0.5, 2.0])
    np.testing.assert_allclose(cost(x), 2 * x + x**2 + 3 * np.expm1(x / 2))
    np.testing.assert_allclose(cost.derivative(x, 2), 2 + 0.75 * np.exp(x / 2))
    np.testing.assert_allclose(cost.inverse(cost(x)), x, rtol=1e-14)
    assert cost.is_convex is True
    assert cost.is_concave is False
    assert (Log() + Power(0.5)).is_concave is True
    assert (Power(0.5) + Power(2)).is_convex is None
    assert check_cost(cost) is cost
    assert sum([Linear(2), Power(2)]) == Linear(2) + Power(2)


def test_multiples_stay_in_their_family():
    assert 3 * Power(2) == Power(2, scale=3.0)
    assert np.float64(3) * Linear(2, intercept=1) == Linear(6, intercept=3)
    assert Log(scale=2) * 2 == Log(scale=4)
    assert 2 * Exponential() == Exponential(scale=2)
    twice = 2 * (2 * Curve("e**2"))
    assert twice == ScaledCurve(factor=4.0, curve=Curve("e**2"))
    assert twice.inverse(16.0) == 2.0
    assert (2 * (Curve("e") + Power(2)))(3.0) == 24.0


def test_sums_end_where_a_term_ends():
    cost = Curve("e/(1-e)") + Linear() + Curve("e/(3-e)")
    assert cost.domain == (0.0, 1.0)
    assert cost([1.0, 2.0, 5.0]).tolist() == [np.inf] * 3
    assert cost.inverse(np.inf) == 1.0


@pytest.mark.parametrize("factor", [0, -1, np.nan, np.inf])
def test_factors_are_positive(factor):
    with pytest.raises(InvalidPartError, match="curve factor"):
        factor * Power(2)


def test_other_arithmetic_is_a_type_error():
    for operation in (lambda: Power(2) + 1, lambda: Power(2) * Power(2), lambda: "a" * Power(2)):
        with pytest.raises(TypeError):
            operation()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Linear(-1), lambda: Linear(np.nan), lambda: Power(0), lambda: Power(-1), lambda: Power("2"),
        lambda: Power(2, scale=0), lambda: Log(scale=-1), lambda: Log(intercept=np.inf),
        lambda: Exponential(rate=0), lambda: Exponential(rate=1, scale=-1),
        lambda: CurveSum(terms=(Linear(),)),
        lambda: ScaledCurve(factor=2, curve=3), lambda: Curve(3), lambda: Power(2)(-1.0),
        lambda: Power(2).derivative(1.0, 0), lambda: Curve("e").derivative(-1.0),
        lambda: Curve("e").derivative(1, 1.5),
    ],
)  # fmt: skip
def test_bad_input_is_refused_at_once(make):
    with pytest.raises(InvalidPartError):
        make()


def test_symbols_and_latex():
    x = sympy.Symbol("x", positive=True)
    assert Power(2, scale=0.5).symbolic(x) == x**2 / 2
    assert (Linear(2) + Power(2)).symbolic(x) == 2 * x + x**2
    assert Curve("c*e**2/(1-e)", c=0.1).symbolic(x) == sympy.Rational(1, 10) * x**2 / (1 - x)
    assert Power(2, scale=0.5).latex() == r"\frac{e^{2}}{2}"
    assert Log(scale=2).latex() == r"2 \log{\left(e \right)}"


def test_curves_load_neither_scipy_nor_sympy():
    code = (
        "import sys, contests.curves as c; c.check_cost(c.Power(2) + c.Linear()).inverse(3.0);"
        "print([m for m in ('scipy', 'sympy', 'mpmath') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
