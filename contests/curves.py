"""Curves of effort: what effort costs, and what it brings, with exact derivatives and inverses.

A cost function and an output function are the same kind of object, a function of effort e >= 0.
The families of the literature are here: linear, power, logarithmic and exponential; any other
formula is a :class:`~contests.curve_expression.Curve`, and any other function a subclass of
:class:`~contests.curve_base.BaseCurve`. What makes a curve a cost (nothing at zero effort, more
for more effort) or an output (never less for more effort) is checked by `check_cost` and
`check_output` where a contest takes it.
"""

from __future__ import annotations

import numbers

import numpy as np

from contests.curve_algebra import CurveSum, ScaledCurve
from contests.curve_base import BaseCurve
from contests.curve_expression import Curve
from contests.curve_families import Exponential, Linear, Log, Power
from contests.errors import InvalidPartError
from contests.validation import finite

__all__ = [
    "BaseCurve",
    "Curve",
    "CurveSum",
    "Exponential",
    "Linear",
    "Log",
    "Power",
    "ScaledCurve",
    "as_curve",
    "check_cost",
    "check_output",
]


def as_curve(value: object, part: str = "curve") -> BaseCurve:
    """Return ``value`` as a curve; a number is the slope of a line.

    Parameters
    ----------
    value : BaseCurve or float
        A curve, or a number, zero or more: the constant marginal cost or output of effort.
    part : str
        The part and field that takes the curve, for the words of a refusal.

    Returns
    -------
    BaseCurve
        The curve.

    Raises
    ------
    InvalidPartError
        When it is neither.

    Examples
    --------
    >>> as_curve(2)
    Linear(2.0)
    """
    if isinstance(value, BaseCurve):
        return value
    allowed = "a curve (Linear, Power, Log, Exponential, Curve) or a number, the slope of a line"
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        remedy = ""
        if isinstance(value, str):
            remedy = f"Write a formula as Curve({value!r})."
        elif callable(value):
            remedy = "Make a function of your own a subclass of BaseCurve, or write it as Curve('...')."
        raise InvalidPartError(part, value, allowed, remedy)
    number = finite(part, value, allowed=allowed)
    if number < 0:
        raise InvalidPartError(part, value, f"{allowed}, zero or more")
    return Linear(number)


def check_cost(curve: BaseCurve, part: str = "Contest.cost") -> BaseCurve:
    """Return ``curve`` if it can be the cost of effort.

    Parameters
    ----------
    curve : BaseCurve
        The cost: zero at zero effort, and strictly increasing on its domain (for expressions and
        curves of one's own, checked on a grid of efforts).
    part : str
        The part and field that takes the cost, for the words of a refusal.

    Returns
    -------
    BaseCurve
        The same curve.

    Raises
    ------
    InvalidPartError
        When the cost is not zero at zero effort, or does not increase.

    Examples
    --------
    >>> check_cost(Power(2))
    Power(2.0)
    >>> check_cost(Log())
    Traceback (most recent call last):
    ...
    contests.errors.InvalidPartError: Contest.cost must be a cost that is finite at zero effort, \
not Log(). It is -inf there; a logarithm is an output of effort, not a cost.
    """
    at_zero = float(curve(0.0))
    if not np.isfinite(at_zero):
        remedy = f"It is {at_zero} there; a logarithm is an output of effort, not a cost."
        raise InvalidPartError(part, curve, "a cost that is finite at zero effort", remedy)
    if at_zero != 0:
        remedy = f"It is {at_zero:g} there; a fixed cost of competing belongs to entry, not to cost."
        raise InvalidPartError(part, curve, "a cost that is zero at zero effort", remedy)
    near = curve.falls_near()
    if near is not None:
        remedy = f"This is a cost that is not increasing: near effort {near:.3g} it falls or stays flat."
        raise InvalidPartError(part, curve, "a cost that strictly increases with effort", remedy)
    return curve


def check_output(curve: BaseCurve, part: str = "Contest.technology") -> BaseCurve:
    """Return ``curve`` if it can be the output of effort, which never falls.

    Parameters
    ----------
    curve : BaseCurve
        The output; flat stretches and a value of minus infinity at zero effort are allowed.
    part : str
        The part and field that takes the output, for the words of a refusal.

    Returns
    -------
    BaseCurve
        The same curve.

    Raises
    ------
    InvalidPartError
        When the output falls somewhere, or is plus infinity or NaN at zero effort.

    Examples
    --------
    >>> check_output(Log())
    Log()
    """
    at_zero = float(curve(0.0))
    if np.isnan(at_zero) or at_zero == np.inf:
        remedy = f"It is {at_zero} there."
        raise InvalidPartError(part, curve, "an output that is not infinite at zero effort", remedy)
    near = curve.falls_near(strict=False)
    if near is not None:
        remedy = f"This is an output that is not increasing: near effort {near:.3g} it falls."
        raise InvalidPartError(part, curve, "an output that never falls with effort", remedy)
    return curve
