"""What is known of a class of private values or costs without its rivals.

The law of log worth (the log of the value, or minus that of the cost factor), and, by location, effort and
the marginal location it buys for its marginal cost.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.errors import ConvergenceError
from contests.solvers.private_replies import NOTHING

__all__ = ["Worths", "can_be_ordered"]

Array = NDArray[np.float64]
_EDGE = 1e-17
_TABLE = 700
_NEAR = 1e-4  # of the range: near the worst type
_BELOW = (1e-3, 0.03, 0.25, 0.5)
_ABOVE = (0.25, 0.03, 1e-3, 1e-6, 1e-10)


def can_be_ordered(contest: Contest, contestant: int) -> bool:
    """Return whether the trait of a ``contestant`` in ``contest`` is a value or cost above zero."""
    traits = contest.contestants
    if traits.private_trait not in ("value", "cost"):
        return False
    law = traits.law_of(contestant)  # type: ignore[attr-defined]
    return bool(law.support[0] >= 0.0 and law.ppf(_EDGE) > 0.0 and np.isfinite(law.isf(_EDGE)))


class Worths:
    """One contestant's types by log worth.

    Parameters
    ----------
    contest : Contest
        The parts; the trait is a value or a cost.
    contestant : int
        Whose.
    """

    def __init__(self, contest: Contest, contestant: int) -> None:
        traits = contest.contestants
        self.contest, self.contestant = contest, contestant
        assert contest.race is not None
        self.race = contest.race
        self.law = traits.law_of(contestant)  # type: ignore[attr-defined]
        self.is_value = traits.private_trait == "value"
        self.low, self.high = self._worth_at(np.array([_EDGE]))[0], self._worth_above(np.array([_EDGE]))[0]
        # Of types beyond these so few exist that only they themselves mind.
        self.bulk = float(self._worth_at(np.array([1e-6]))[0]), float(self._worth_above(np.array([1e-6]))[0])
        self.middle = float(self._worth_at(np.array([0.25]))[0])
        # Whether the law ends where few types are, and like which power of the distance their share grows.
        self.even, self.bounded, self.order = False, False, 1.0
        self.pins = self._pins()
        top = float(contest.largest_effort(contestant, self.types(np.array([self.high])))[0])
        self.nothing = float(self._location(np.array([-np.inf]))[0])
        self._logs = np.log(top) + np.concatenate(
            [np.linspace(np.log(NOTHING), -4.0, _TABLE // 2), np.linspace(-4.0, 0.0, _TABLE // 2)[1:]]
        )
        self._places = self._location(self._logs)
        self.reach = float(self._places[0]), float(self._places[-1])
        self._last: tuple[Array, tuple[Array, Array]] | None = None

    def _worth_at(self, level: Array) -> Array:
        """Log worth at a quantile of the worth."""
        return np.asarray(np.log(self.law.ppf(level)) if self.is_value else -np.log(self.law.isf(level)))

    def _worth_above(self, rest: Array) -> Array:
        """Log worth with so many above."""
        return np.asarray(np.log(self.law.isf(rest)) if self.is_value else -np.log(self.law.ppf(rest)))

    def _pins(self) -> Array:
        """Log worths between which the law is smooth."""
        ends, kinks = np.array(self.law.support), self.law.kinks
        if np.isfinite(ends).all() and ends[0] > 0:
            width = ends[1] - ends[0]
            density = self.law.pdf(ends + 1e-9 * width * np.array([1.0, -1.0])) * width
            self.even = bool(np.all((density > 1e-3) & (density < 1e3)))
            worst = ends[0] + _NEAR * width if self.is_value else ends[1] - _NEAR * width
            share = float(self.law.cdf(worst) if self.is_value else self.law.sf(worst))
            self.order = float(self.law.pdf(worst)) * _NEAR * width / share if share > 0 else np.inf
            self.bounded = self.even or 0.9 < self.order < 10.0
        inner = [self._worth_at(np.array([0.5]))]
        if not self.even:
            inner = [self._worth_at(np.array(_BELOW)), self._worth_above(np.array(_ABOVE))]
        if kinks.size:
            inner.append(np.log(kinks) if self.is_value else -np.log(kinks))
        found = np.concatenate([[self.low], *inner, [self.high]])
        found = np.unique(found[(found >= self.low) & (found <= self.high)])
        return np.asarray(found[np.concatenate([[True], np.diff(found) > 1e-12])])

    def at_level(self, level: Array) -> Array:
        """Return the types than whom a share ``level`` is worth less."""
        return np.asarray(self.law.ppf(level) if self.is_value else self.law.isf(level))

    def types(self, worth: Array) -> Array:
        """Return the types of given log ``worth``."""
        return np.asarray(np.exp(worth if self.is_value else -worth), float)

    def level(self, worth: Array) -> tuple[Array, Array, Array]:
        """Return how likely less and more than log ``worth`` are, and the density of log worth."""
        worth = np.clip(worth, self.low - 1.0, self.high + 1.0)
        kind = self.types(worth)
        below, above = self.law.cdf(kind), self.law.sf(kind)
        if not self.is_value:
            below, above = above, below
        # What is cut off at either end is smaller than rounding.
        below = np.where(worth <= self.low, 0.0, np.where(worth >= self.high, 1.0, below))
        above = np.where(worth <= self.low, 1.0, np.where(worth >= self.high, 0.0, above))
        inside = (worth > self.low) & (worth < self.high)
        density = np.where(inside, self.law.pdf(kind) * kind, 0.0)
        return below, above, np.where(np.isfinite(density), density, 0.0)

    def _location(self, logs: Array) -> Array:
        """Location by log effort."""
        place = self.race.location(self.contestant, np.exp(logs), 0.0)
        return np.asarray(np.broadcast_to(place, logs.shape), float)

    def _slope(self, logs: Array) -> Array:
        slope = self.race.slope(self.contestant, np.exp(logs), 0.0)
        return np.asarray(np.broadcast_to(slope, logs.shape), float)

    def log_effort(self, place: Array) -> Array:
        """Return the log of the effort that stands at each ``place``."""
        logs = np.interp(place, self._places, self._logs)
        for _ in range(6):
            step = (self._location(logs) - place) / (self._slope(logs) * np.exp(logs))
            logs = logs - np.clip(step, -1.0, 1.0)
            if np.all(np.abs(step) < 1e-13 * np.maximum(1.0, np.abs(logs))):
                break
        return np.asarray(np.maximum(logs, self._logs[0]), float)

    def marginal(self, place: Array) -> tuple[Array, Array]:
        """Return the log of marginal location over marginal cost at each ``place``, and its derivative."""
        if self._last is not None and np.array_equal(self._last[0], place):
            return self._last[1]
        logs = self.log_effort(place)
        step = 1e-3

        def ratio(logs: Array) -> Array:
            cost = np.asarray(self.contest.cost.derivative(np.exp(logs)))
            if not np.all(cost > 0):
                raise ConvergenceError(
                    f"The marginal cost of efforts as small as {float(np.exp(logs.min())):.1g} is below the "
                    "smallest float. Measure effort in a smaller unit, or take a cost that is less steep."
                )
            return np.asarray(np.log(self._slope(logs)) - np.log(cost))

        weights = (1.0, -8.0, 8.0, -1.0)
        shifts = (-2.0, -1.0, 1.0, 2.0)
        bend = sum(w * ratio(logs + s * step) for w, s in zip(weights, shifts, strict=True)) / (12 * step)
        found = ratio(logs), np.asarray(bend / (self._slope(logs) * np.exp(logs)))
        self._last = (place, found)
        return found

    def guess(self, place: Array) -> Array:
        """Return a first guess of the log worth of who stands at each ``place``."""
        n = self.contest.n
        effort = np.exp(self.log_effort(place)) / (min(0.2, 1.0 / n))
        values = self.contest.prizes.by_rank()
        least = values[-1] if values.size >= n else 0.0
        money = self.contest.cost(np.minimum(effort, self.contest.cost.domain[1]))
        money = np.maximum(money, np.finfo(float).tiny)  # a steep cost may be beyond the smallest float
        return np.asarray(np.log(money) - np.log(float(values[0] - least)))
