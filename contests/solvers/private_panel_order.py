"""Best replies by type to marginal prizes that are polynomials on panels of locations.

Where zero effort has a score of its own, a type works if that pays at the margin. Where it has none
(output in logarithms) rivals may be out of reach of any small effort: then every summit of the payoff
is found, and the highest is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.piecewise import Piecewise, chebyshev
from contests.solvers.private_replies import NOTHING, FirstOrder

__all__ = ["PanelOrder", "integrated", "value_and_slope", "with_slopes"]

Array = NDArray[np.float64]
_LOWEST, _STEPS = -20.0, 81  # log efforts tried, below the largest worth while


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PanelOrder(FirstOrder):
    """The first-order condition of one contestant, by type, with the marginal prize on panels.

    Parameters
    ----------
    contest, contestant, types, logs, stays_out
        As in `contests.solvers.private_replies.FirstOrder`.
    scores : ndarray, shape (panels + 1,)
        Edges of panels of locations.
    slopes : ndarray, shape (panels, 16)
        Chebyshev coefficients of the marginal prize; it keeps its value beyond the ends.
    """

    def marginal_prize(self, location: Array) -> tuple[Array, Array]:
        """Return P' and its derivative at each ``location``, shape (m,)."""
        return value_and_slope(self._pieces, location)

    def top(self, types: Array) -> Array:
        """Return a bound on the efforts worth while of each of ``types``: everybody's, found once."""
        if not self.stays_out:
            return super().top(types)
        return np.full(types.shape, self._peak)

    @cached_property
    def _peak(self) -> float:
        tops = super().top(self.types)
        return float(tops[np.isfinite(tops)].max(initial=0.0))

    @cached_property
    def _pieces(self) -> Piecewise:
        """The marginal prize, and its derivative in units of half a panel."""
        return with_slopes(self.scores, self.slopes)

    def works(self, types: Array) -> NDArray[np.bool_]:
        """Return which of ``types``, an array, exert effort."""
        if self.stays_out:
            return np.asarray(self.at_nothing(types) > 0)
        with np.errstate(divide="ignore"):  # no value: no effort
            return np.asarray(self.solve(types) > np.log(self.top(types) * NOTHING) + 1.0)

    def solve(self, types: Array) -> Array:
        """Return the log effort of each of ``types``, an array; minus infinity for none."""
        if self.stays_out:
            return super().solve(types)
        top = self.top(types)
        with np.errstate(divide="ignore"):  # no value: no effort
            result = np.log(np.where(np.isfinite(top), top, 0.0) * NOTHING)
        able = np.flatnonzero((top > 0) & np.isfinite(top))
        owner, low, high = self._summits(types[able], np.log(top[able]))
        rows = able[owner]
        logs = self._between(low, high, types[rows])
        place = self.own(logs, types[rows])[0]
        cost = np.asarray(self.contest.effort_cost(self.contestant, np.exp(logs), types[rows]))
        payoff = self.won(place, types[rows]) - cost
        worth = np.argsort(payoff)[np.count_nonzero(payoff <= 0) :]  # of one type the highest comes last
        result[rows[worth]] = logs[worth]
        return result

    def _summits(self, types: Array, peak: Array) -> tuple[NDArray[np.intp], Array, Array]:
        """Where payoffs rise and then fall: which of ``types``, and log efforts on both sides."""
        logs = peak[:, None] + np.linspace(_LOWEST, 0.0, _STEPS)
        rises = self.excess(logs.ravel(), np.repeat(types, _STEPS))[0].reshape(logs.shape) > 0
        row, at = np.nonzero(rises[:, :-1] & ~rises[:, 1:])
        return row, logs[row, at], logs[row, at + 1]

    def _between(self, low: Array, high: Array, types: Array) -> Array:
        """The root of the first-order condition between two log efforts."""
        logs = (low + high) / 2
        for _ in range(60):
            value, slope = self.excess(logs, types)
            low, high = np.where(value > 0, logs, low), np.where(value > 0, high, logs)
            with np.errstate(divide="ignore", invalid="ignore"):  # flat: the bracket takes over
                step = logs - value / slope
            new = np.where((step > low) & (step < high) & (slope < 0), step, (low + high) / 2)
            moved, logs = np.abs(new - logs).max(initial=0.0), new
            if moved < 1e-12:
                return np.asarray(logs, float)
        raise ConvergenceError("The effort of some type was not found from its first-order condition.")

    def won(self, location: Array, types: Array) -> Array:
        """Return what standing at each ``location`` is worth to ``types`` beyond the lowest, in money."""
        value = self.contest.contestants.trait("value", self.contestant, types)
        return np.asarray(value * integrated(self._pieces).at(location, 0))


def with_slopes(edges: Array, coefficients: Array) -> Piecewise:
    """Return a function on panels, and its derivative in units of half a panel.

    Parameters
    ----------
    edges : ndarray, shape (panels + 1,)
        Ends of the panels.
    coefficients : ndarray, shape (panels, 16)
        Chebyshev coefficients of the function.
    """
    change = np.pad(np.polynomial.chebyshev.chebder(coefficients, axis=1), ((0, 0), (0, 1)))
    return Piecewise(edges, np.array([coefficients, change]))


def value_and_slope(pieces: Piecewise, location: Array) -> tuple[Array, Array]:
    """Return a marginal prize, never below zero, and its derivative, both constant beyond the panels.

    Parameters
    ----------
    pieces : Piecewise
        As `with_slopes` makes them.
    location : ndarray, shape (m,)
        Where.
    """
    place = np.clip(location, pieces.edges[0], pieces.edges[-1])
    panel = pieces.panel(place)
    t = ((place - pieces.middle[panel]) / pieces.half[panel])[:, None]
    first, second = (chebyshev(pieces.coefficients[k, panel], t)[:, 0] for k in range(2))
    return np.maximum(first, 0.0), np.where(place == location, second / pieces.half[panel], 0.0)


def integrated(slopes: Piecewise) -> Piecewise:
    """Return the integral of the first of some functions on panels, from the lowest place on.

    Parameters
    ----------
    slopes : Piecewise
        The functions.
    """
    whole = np.polynomial.chebyshev.chebint(slopes.coefficients[0], lbnd=-1.0, axis=1) * slopes.half[:, None]
    whole[:, 0] += np.concatenate([[0.0], np.cumsum(whole.sum(axis=1))[:-1]])
    return Piecewise(slopes.edges, whole[None])
