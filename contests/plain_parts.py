"""Parts as plain, JSON-safe data, and back.

A part becomes a mapping with its class and its fields; SciPy laws become their text,
``stats.norm(scale=2.0)``. :func:`from_plain` makes the part again, from classes of
this library and of modules that are already imported: it imports and evaluates
nothing that the data name.
"""

from __future__ import annotations

import ast
import dataclasses
import math
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from contests.curves import BaseCurve, Curve
from contests.errors import InvalidPartError
from contests.laws import Law
from contests.part import Part

__all__ = ["from_plain", "plain", "to_plain"]

_CLASS = "part"
_LAW = "law"
_FORMULA = "formula"


def plain(value: Any) -> Any:
    """Return ``value`` JSON-safe: lists for arrays, None for what is not a finite number."""
    if isinstance(value, np.ndarray):
        return [plain(item) for item in value.tolist()]
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (np.floating, float)):
        return float(value) if math.isfinite(value) else None
    return value if value is None or isinstance(value, str) else repr(value)


def to_plain(value: Any) -> Any:
    """Return a part (or what is in its fields) as plain data.

    Parameters
    ----------
    value : Part, Law, number, text, array, sequence or mapping
        What is to be written.

    Returns
    -------
    dict, list, number, str or None
        JSON-safe, except that an infinite number stays infinite (JSON's ``Infinity`` in Python).

    Examples
    --------
    >>> import contests as ct
    >>> to_plain(ct.Identical(3))["n"]
    3
    >>> from_plain(to_plain(ct.Power(2, scale=0.5))) == ct.Power(2, scale=0.5)
    True
    """
    if isinstance(value, Law):
        return {_LAW: repr(value)}
    if isinstance(value, Curve):
        return {_FORMULA: value.expression, "parameters": to_plain(value.parameters)}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        fields = {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.init}
        return {_CLASS: f"{kind.__module__}:{kind.__qualname__}", **fields}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): to_plain(item) for name, item in value.items()}
    if isinstance(value, np.generic):
        return value.item()
    return value if value is None or isinstance(value, (bool, int, float, str)) else repr(value)


def from_plain(data: Any) -> Any:
    """Return the part that `to_plain` wrote.

    Parameters
    ----------
    data : dict, list, number, str or None
        What `to_plain` gave, perhaps through JSON.

    Returns
    -------
    Part or what was in its field

    Raises
    ------
    InvalidPartError
        If a class is not a part of this library or of a module that is already imported, or a law
        is not one of SciPy's with numbers as parameters.
    """
    if isinstance(data, Mapping):
        if set(data) == {_LAW}:
            return _law(str(data[_LAW]))
        if _FORMULA in data:
            return Curve(data[_FORMULA], **data["parameters"])
        if _CLASS in data:
            kind = _class(str(data[_CLASS]))
            given = {name: from_plain(value) for name, value in data.items() if name != _CLASS}
            return kind(**given)
        return {name: from_plain(value) for name, value in data.items()}
    return [from_plain(item) for item in data] if isinstance(data, list) else data


def _class(name: str) -> type[Part] | type[BaseCurve]:
    from importlib import import_module
    from importlib.util import find_spec

    module, _, path = name.partition(":")
    found: Any = sys.modules.get(module)
    if found is None and module.startswith("contests.") and find_spec(module) is not None:
        found = import_module(module)
    for step in path.split("."):
        found = getattr(found, step, None)
    if not (isinstance(found, type) and issubclass(found, (Part, BaseCurve))):
        raise InvalidPartError("from_plain", name, "a part of the library or of a module imported before")
    return found


def _law(text: str) -> Any:
    """The SciPy law that ``stats.name(number, ..., name=number)`` says."""
    from scipy import stats

    refusal = InvalidPartError("from_plain", text, "a law such as stats.norm(scale=2.0), with numbers only")
    try:
        call = ast.parse(text, mode="eval").body
    except SyntaxError:
        raise refusal from None
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
        raise refusal
    make: Any = getattr(stats, call.func.attr, None)
    # Families of the classic kind are instances, those of the new kind are classes.
    classic = isinstance(make, (stats.rv_continuous, stats.rv_discrete))
    if not classic and not (isinstance(make, type) and make.__module__.startswith("scipy.stats")):
        raise refusal
    try:
        numbers = [ast.literal_eval(one) for one in call.args]
        named = {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
    except ValueError:
        raise refusal from None
    return make(*numbers, **named)
