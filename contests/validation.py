"""Checks that parts make of their fields at construction.

Each takes the part's dotted name and the value, and returns the value in the
type the library computes with, or raises
:class:`~contests.errors.InvalidPartError` with the name, the value and what is
allowed. NaN and infinity are refused everywhere.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError

__all__ = ["Column", "at_least_zero", "count", "finite", "fraction", "positive", "vector"]

#: A field that is given as anything array_like and kept as an array of floats. ``Any`` lets a type checker
#: accept what may be given; what is given is checked at construction.
Column: TypeAlias = NDArray[np.float64] | Any


def finite(name: str, value: object, *, allowed: str = "a finite number", remedy: str = "") -> float:
    """Return a finite real number as a float.

    ``name`` is the field, ``value`` what was given, ``allowed`` and ``remedy`` the words of the refusal.
    """
    if type(value) is float and math.isfinite(value):
        return value
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise InvalidPartError(name, value, allowed, remedy)
    number = float(value)
    if not math.isfinite(number):
        raise InvalidPartError(name, value, allowed, remedy)
    return number


def positive(name: str, value: object, remedy: str = "") -> float:
    """Return a number above zero as a float (``name``, ``value``, ``remedy`` as in `finite`)."""
    number = finite(name, value, allowed="a finite number above zero", remedy=remedy)
    if number <= 0:
        raise InvalidPartError(name, value, "a finite number above zero", remedy)
    return number


def at_least_zero(name: str, value: object, remedy: str = "") -> float:
    """Return a number not below zero as a float (``name``, ``value``, ``remedy`` as in `finite`)."""
    number = finite(name, value, allowed="a finite number, zero or more", remedy=remedy)
    if number < 0:
        raise InvalidPartError(name, value, "a finite number, zero or more", remedy)
    return number


def fraction(name: str, value: object, *, closed: bool = True, remedy: str = "") -> float:
    """Return a number in [0, 1], or strictly inside unless ``closed``, as a float.

    ``name``, ``value`` and ``remedy`` are as in `finite`.
    """
    allowed = "a number from 0 to 1" if closed else "a number strictly between 0 and 1"
    number = finite(name, value, allowed=allowed, remedy=remedy)
    if not (0 <= number <= 1 if closed else 0 < number < 1):
        raise InvalidPartError(name, value, allowed, remedy)
    return number


def count(name: str, value: object, *, least: int = 1, remedy: str = "") -> int:
    """Return a whole number of at least ``least`` as an int; a float with a whole value passes.

    ``name``, ``value`` and ``remedy`` are as in `finite`.
    """
    if type(value) is int and value >= least:
        return value
    allowed = f"a whole number, {least} or more"
    number = finite(name, value, allowed=allowed, remedy=remedy)
    if number != int(number) or number < least:
        raise InvalidPartError(name, value, allowed, remedy)
    return int(number)


def vector(
    name: str, value: object, *, positive: bool = False, at_least_zero: bool = False, remedy: str = ""
) -> NDArray[np.float64]:
    """Return a non-empty 1-d read-only array of finite numbers.

    ``name``, ``value`` and ``remedy`` are as in `finite`; ``positive`` and ``at_least_zero``
    restrict the sign of every entry.
    """
    kind = "positive " if positive else "non-negative " if at_least_zero else ""
    allowed = f"a non-empty one-dimensional sequence of finite {kind}numbers"
    if isinstance(value, str) or not isinstance(value, (Iterable, np.ndarray)):
        raise InvalidPartError(name, value, allowed, remedy)
    try:
        array = np.array(list(value) if not isinstance(value, np.ndarray) else value, dtype=float)
    except (TypeError, ValueError):
        raise InvalidPartError(name, value, allowed, remedy) from None
    wrong_sign = (positive and bool((array <= 0).any())) or (at_least_zero and bool((array < 0).any()))
    if array.ndim != 1 or array.size == 0 or not np.isfinite(array).all() or wrong_sign:
        raise InvalidPartError(name, value, allowed, remedy)
    array.setflags(write=False)
    return array
