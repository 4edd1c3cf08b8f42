"""What a sponsor may set: levers with a list of values, levers on an interval, and what she does not know."""

from __future__ import annotations

import inspect
import itertools
import numbers
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError
from contests.part import Part
from contests.validation import at_least_zero, finite

__all__ = ["Interval", "Levers", "check_names", "point_in_words", "read_levers", "read_scenarios"]

Array = NDArray[np.float64]
Point = dict[str, Any]
_NODES = 9  # quantiles that stand for a law the sponsor does not know


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Interval(Part):
    """A continuous lever.

    Parameters
    ----------
    low, high : float
        Ends, both included; low below high.
    log : bool
        Whether the search steps by ratio, for a lever whose size is unknown; low must be above zero.

    Raises
    ------
    InvalidPartError
        If the interval is reversed, empty or not finite.

    Examples
    --------
    >>> Interval(0, 100)
    Interval(0.0, 100.0)
    """

    low: float = field(kw_only=False)
    high: float = field(kw_only=False)
    log: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", finite("Interval.low", self.low))
        object.__setattr__(self, "high", finite("Interval.high", self.high))
        if self.low >= self.high:
            raise InvalidPartError(
                "Interval",
                f"{self.low:g} to {self.high:g}",
                "an interval from a lower to a higher number",
                "For one value give a list with that value.",
            )
        if not isinstance(self.log, bool):
            raise InvalidPartError("Interval.log", self.log, "True or False")
        if self.log and self.low <= 0:
            raise InvalidPartError("Interval.low", self.low, "above zero when log=True")

    def at(self, share: float) -> float:
        """Return the value a ``share`` (from 0 to 1) of the way from low to high."""
        if share <= 0 or share >= 1:
            return self.low if share <= 0 else self.high
        if self.log:
            return float(self.low * (self.high / self.low) ** share)
        return float(self.low + share * (self.high - self.low))

    def share(self, value: float) -> float:
        """Return how far along ``value`` lies, the inverse of `at`."""
        if self.log:
            return float(np.log(value / self.low) / np.log(self.high / self.low))
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True, kw_only=True)
class Levers:
    """The levers of a design.

    Attributes
    ----------
    lists : dict of str to tuple
        Discrete levers and their values.
    intervals : dict of str to Interval
        Continuous levers.
    """

    lists: dict[str, tuple[Any, ...]]
    intervals: dict[str, Interval]

    def combinations(self) -> list[Point]:
        """Return every combination of the discrete levers (one empty combination without any)."""
        return [
            dict(zip(self.lists, values, strict=True)) for values in itertools.product(*self.lists.values())
        ]

    def shares(self, points: int) -> list[tuple[float, ...]]:
        """Return the grid of the continuous levers, ``points`` along each, as shares of the intervals."""
        steps = [i / (points - 1) for i in range(points)]
        return list(itertools.product(steps, repeat=len(self.intervals)))

    def point(self, combination: Point, shares: Iterable[float]) -> Point:
        """Return the values of all levers at a ``combination`` and ``shares`` of the intervals."""
        inside = {
            name: one.at(float(s)) for (name, one), s in zip(self.intervals.items(), shares, strict=True)
        }
        return {**combination, **inside}


def read_levers(levers: Mapping[str, Any]) -> Levers:
    """Return the levers that a user means.

    Parameters
    ----------
    levers : mapping
        Names to iterables of values or to `Interval`.

    Returns
    -------
    Levers

    Raises
    ------
    InvalidPartError
        If there is none, one is empty, or one is neither iterable nor an interval.
    """
    if not levers:
        raise InvalidPartError(
            "design",
            "no lever",
            "given at least one lever, such as n=range(2, 50) or award=ct.Interval(0, 100)",
            "Names of design's own arguments, such as grid, are no levers.",
        )
    lists: dict[str, tuple[Any, ...]] = {}
    intervals: dict[str, Interval] = {}
    for name, given in levers.items():
        if isinstance(given, Interval):
            intervals[name] = given
            continue
        if isinstance(given, Mapping):
            raise InvalidPartError(
                f"design.{name}",
                given,
                "an iterable of values or ct.Interval(low, high)",
                "Values with probabilities are what the sponsor does not know: give them in uncertain=.",
            )
        if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
            raise InvalidPartError(
                f"design.{name}",
                given,
                "an iterable of values or ct.Interval(low, high)",
                "For one value give a list with that value.",
            )
        values = tuple(given)
        if not values:
            raise InvalidPartError(f"design.{name}", "an empty lever", "given at least one value")
        lists[name] = values
    return Levers(lists=lists, intervals=intervals)


def check_names(build: Callable[..., Any], levers: Iterable[str], uncertain: Iterable[str]) -> None:
    """Refuse levers that the build does not take, or that are uncertain too.

    Parameters
    ----------
    build : callable
        From levers to a contest.
    levers, uncertain : iterable of str
        Names of what is chosen and of what is not known.

    Raises
    ------
    InvalidPartError
        If the build cannot be called with these names, or one occurs twice.
    """
    chosen, unknown = list(levers), list(uncertain)
    twice = sorted(set(chosen) & set(unknown))
    if twice:
        raise InvalidPartError(
            "design.uncertain", twice, "names other than the levers'", "What is chosen is known."
        )
    try:
        signature = inspect.signature(build)
    except (TypeError, ValueError):  # built-in callables do not tell
        return
    names = dict.fromkeys([*chosen, *unknown])
    try:
        signature.bind(**names)
    except TypeError as error:
        raise InvalidPartError(
            "design.build",
            f"one with arguments {signature}",
            f"a function of {', '.join(names)}",
            f"Calling it says: {error}.",
        ) from None


def point_in_words(point: Mapping[str, Any]) -> str:
    """Return the values at a ``point`` as ``name=value``, numbers to six digits."""
    return ", ".join(
        f"{name}={value:.6g}" if isinstance(value, float) else f"{name}={value}"
        for name, value in point.items()
    )


def read_scenarios(uncertain: Mapping[str, Any] | None) -> list[tuple[Point, float]]:
    """Return the combinations of what the sponsor does not know, and their probabilities.

    Parameters
    ----------
    uncertain : mapping or None
        Names to a SciPy distribution (which 9 Gauss quantiles stand for), to a mapping from values to
        probabilities, or to an iterable of values that are equally likely.

    Returns
    -------
    list of (dict, float)
        One empty scenario of probability one if there is nothing.

    Raises
    ------
    InvalidPartError
        If one is empty or its probabilities do not sum to one.
    """
    if uncertain is not None and not isinstance(uncertain, Mapping):
        raise InvalidPartError(
            "design.uncertain", uncertain, "a mapping from names to what may be, such as {'shock': [1, 2]}"
        )
    columns = [_outcomes(name, given) for name, given in (uncertain or {}).items()]
    names = tuple(uncertain or {})
    found = []
    for combination in itertools.product(*columns):
        values = dict(zip(names, (value for value, _ in combination), strict=True))
        found.append((values, float(np.prod([chance for _, chance in combination]))))
    return found


def _outcomes(name: str, given: Any) -> list[tuple[Any, float]]:
    part = f"design.uncertain[{name!r}]"
    if isinstance(given, Mapping):
        pairs = [(value, at_least_zero(part, chance)) for value, chance in given.items()]
        if not pairs or abs(sum(chance for _, chance in pairs) - 1.0) > 1e-9:
            raise InvalidPartError(part, given, "given values with probabilities that sum to one")
        return pairs
    if isinstance(given, Iterable) and not isinstance(given, (str, bytes)):
        values = list(given)
        if not values:
            raise InvalidPartError(part, "an empty set", "given at least one value")
        return [(value, 1.0 / len(values)) for value in values]
    if isinstance(given, (str, bytes, numbers.Number)):
        raise InvalidPartError(
            part, given, "a SciPy distribution, values with probabilities, or a list of values"
        )
    from contests.laws import law

    x, w = np.polynomial.legendre.leggauss(_NODES)
    nodes: Array = law(given, part=part).ppf((x + 1) / 2)
    return [(float(value), float(weight)) for value, weight in zip(nodes, w / 2, strict=True)]
