"""Formulas mean what they say, keep their digits, end at their poles, and are never run as code.

Independent routes: the same curve as a family; power series at zero; asymptotes at infinity.
"""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from contests.curves import Curve, Exponential, Linear, Log, Power
from contests.errors import InvalidPartError


@pytest.mark.parametrize(
    ("family", "formula"),
    [
        (Linear(3, intercept=2), Curve("a*e+b", a=3, b=2)),
        (Power(2.5, scale=0.4), Curve("s*e**p", s=0.4, p=2.5)),
        (Exponential(rate=2, scale=0.5), Curve("s*(exp(r*e)-1)", s=0.5, r=2)),
        (Exponential(rate=-1, scale=-2), Curve("2 - 2*exp(-e)")),
        (Log(scale=2, intercept=1), Curve("1+2*ln(e)")),
        (Linear() + Power(2), Curve("e+e**2")),
    ],
    ids=repr,
)
def test_a_family_and_its_formula_are_the_same_curve(family, formula):
    x = np.array([0.0, 1e-30, 1e-3, 0.5, 1.0, 7.0])
    np.testing.assert_allclose(formula(x), family(x), rtol=1e-13)
    for order in (1, 2):
        np.testing.assert_allclose(formula.derivative(x, order), family.derivative(x, order), rtol=1e-13)
    values = family(x[3:])
    np.testing.assert_allclose(formula.inverse(values), family.inverse(values), rtol=1e-12)
    assert formula.is_convex == family.is_convex
    assert formula.is_concave == family.is_concave
    assert formula.is_increasing()


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("e**2/(1-e)", 1.0),
        ("e/(3-e)**2", 3.0),
        ("e/(e**2-2*e+1)", 1.0),
        ("-log(1-e/4)", 4.0),
        ("1-sqrt(1-e)", 1.0),
        ("e/(2-exp(e))", np.log(2)),
        ("e/(1+e)", np.inf),
        ("(1-e**2)/(1-e)", np.inf),
        ("e**2", np.inf),
    ],
)
def test_the_domain_ends_at_the_first_pole_or_unreal_value(text, end):
    curve = Curve(text)
    assert curve.domain == (0.0, pytest.approx(end, rel=1e-14))
    if np.isfinite(end):
        beyond = np.array([1.0 + 1e-9, 2.0, 1e100]) * end
        assert (curve(beyond) == np.inf).all()
        assert np.isfinite(curve(end * (1 - 1e-9)))


def test_formulas_do_not_lose_digits_to_cancellation():
    # All three are 1/2 at zero effort and 1/2 + e/6 nearby; naive floats give 0 or infinity.
    x = np.array([0.0, 1e-200, 1e-12, 1e-8, 1e-4])
    np.testing.assert_allclose(Curve("(exp(e)-1-e)/e**2")(x), 0.5 + x / 6, rtol=1e-8)
    np.testing.assert_allclose(Curve("(exp(e)-1)/e").derivative(x), 0.5 + x / 3, rtol=1e-8)
    np.testing.assert_allclose(Curve("(1-cos(e))/e**2")(x), 0.5, rtol=1e-8)
    far = np.array([1e9, 1e12, 1e200])
    np.testing.assert_allclose(Curve("sqrt(1+e**2)-e")(far), 0.5 / far, rtol=1e-9)
    np.testing.assert_allclose(Curve("e**3/(1+e**2)")([1e120, 1e200, 1e300]), [1e120, 1e200, 1e300])


def test_formulas_compare_by_their_text_and_parameters():
    assert Curve("c*e**2/(1-e)", c=1) == Curve(" c * e**2 / (1 - e)", c=1.0)
    assert Curve("c*e**2", c=1) != Curve("c*e**2", c=2)
    assert repr(Curve("c*e**2/(1-e)", c=1)) == "Curve('c*e**2/(1-e)', c=1)"
    assert (
        Curve(
            "e**2",
        )
        != "e**2"
    )
    assert Curve(sympy.Symbol("e") ** 2 / 3) == Curve("e**2/3")
    with pytest.raises(AttributeError, match="frozen"):
        Curve("e").expression = "e**2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("c*x**2", "unknown name"),
        ("__import__('os').system('true')", "not"),
        ("e.__class__", "not arithmetic"),
        ("(lambda: e)()", "not a known function"),
        ("[e for e in (1,)]", "not arithmetic"),
        ("e if e else 1", "not arithmetic"),
        ("gamma(e)", "unknown name"),
        ("exp(e, 2)", "one argument"),
        ("exp", "needs its argument"),
        ("e^2", r"\*\* for a power"),
        ("2e", "cannot be read"),
        ("e**", "cannot be read"),
        ("", "cannot be read"),
        ("'e'", "not a real number"),
        ("True", "not a real number"),
        ("1j*e", "not a real number"),
        ("9**9**9*e", "exponent"),
        ("exp(exp(exp(9)))*e", "ordinary size"),
        ("e//2", "operators"),
        ("e/0", "divides by zero"),
        ("sqrt(-1)*e", "not a real number"),
        ("sqrt(e-1)", "efforts below 1"),
        ("log(e-1)", "efforts below 1"),
        ("sqrt(-1-e)", "any effort"),
        ("-" * 200 + "e", "nested"),
        ("e" + "+e" * 2000, "longer"),
        ("(" * 150 + "e" + ")" * 150, "must be a formula|e"),
    ],
)
def test_formulas_that_are_not_formulas_are_refused_in_words(text, words):
    if text.startswith("(" * 150):  # redundant parentheses are harmless
        assert Curve(text)(2.0) == 2.0
        return
    with pytest.raises(InvalidPartError, match=words):
        Curve(text)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"d": 1.0}, "does not use it"),
        ({"e": 1.0}, "has a meaning"),
        ({"exp": 1.0}, "has a meaning"),
        ({"c": np.nan}, "finite"),
        ({"c": "2"}, "finite"),
        ({"c": True}, "finite"),
    ],
)
def test_parameters_of_formulas_are_checked(parameters, words):
    with pytest.raises(InvalidPartError, match=words):
        Curve("c*e**2", **{"c": 1.0} | parameters)


def test_a_formula_is_never_run_as_code(tmp_path):
    target = tmp_path / "touched"
    with pytest.raises(InvalidPartError):
        Curve(f"open({str(target)!r}, 'w')")
    with pytest.raises(InvalidPartError):
        Power(2).symbolic(f"open({str(target)!r}, 'w')")
    assert not target.exists()
