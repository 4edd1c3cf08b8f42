"""Best replies by type against a field of private types whose ranking is random.

With an analytic noise (normal, logistic, Gumbel; a lottery is Gumbel noise on log
effort) the expected prize of standing at location L is a convolution on one even
grid of scores x,

    P(L) = int f(x - L) p(x) dx,      P'(L) = int f(x - L) p'(x) dx,

where p(x) is the expected prize given the score x, computed from the rivals' laws of
scores. What a type does depends on the rivals through p' alone: effort e solves

    v P'(L(e, t)) L_e(e, t) = k c'(e),

and a type for whom the left side is the smaller at zero effort exerts none.
:class:`ReplyByType` is the strategy that solves this equation anew for every type it
is asked about, so that it is as exact between the nodes of a solver as at them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.errors import ConvergenceError
from contests.laws import Law
from contests.part import Part
from contests.strategy import Monotone

__all__ = ["NOTHING", "FirstOrder", "ReplyByType", "level_nodes"]

Array = NDArray[np.float64]
_ROWS = 4_000_000
_MANY = 20_000
NOTHING = 1e-36  # share of the largest effort that counts as none


def level_nodes(breaks: ArrayLike, size: int) -> tuple[Array, Array, Array, Array]:
    """Return quantile levels and weights for averages over types, split at ``breaks``.

    Parameters
    ----------
    breaks : array_like
        Levels in (0, 1) at which the strategy bends.
    size : int
        Nodes in all, at least 24 in each piece.

    Returns
    -------
    levels, rest, weights, piece : ndarray
        Levels from below and from above, weights that sum to one, and the number of each node's
        piece. Nodes crowd at both ends of each piece.
    """
    ends = np.concatenate([[0.0], np.unique(np.asarray(breaks, float)), [1.0]])
    lengths = np.diff(ends)
    levels, rests, weights, pieces = [], [], [], []
    for number, (low, length) in enumerate(zip(ends, lengths, strict=False)):
        # Where effort collapses to next to nothing it goes on falling ever faster towards the end.
        outer = lengths.size > 3 and number in (0, lengths.size - 1)
        x, w = np.polynomial.legendre.leggauss(max(144 if outer else 24, int(size * length)))
        t = (x + 1) / 2
        share, other = t * t * (3 - 2 * t), (1 - t) ** 2 * (1 + 2 * t)
        high = low + length
        levels.append(low * other + high * share)
        rests.append((1 - low) * other + (1 - high) * share)
        weights.append(w / 2 * 6 * t * (1 - t) * length)
        pieces.append(np.full(x.size, float(number)))
    return np.concatenate(levels), np.concatenate(rests), np.concatenate(weights), np.concatenate(pieces)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FirstOrder(Part):
    """The first-order condition of one contestant, by type, against a given field.

    Parameters
    ----------
    contest : Contest
        The parts.
    contestant : int
        Whose condition.
    scores : ndarray, shape (m,)
        An even grid of scores.
    slopes : ndarray, shape (m,)
        Derivative of the expected prize given the score, times the step of the grid.
    types, logs : ndarray, shape (k,)
        Types, increasing, and the log of their efforts: where to start from.
    stays_out : bool
        Whether a type without incentive to work does nothing. Where everybody might do nothing the
        slightest effort would win; there such a type does next to nothing instead (1e-36 of the
        largest effort).
    """

    contest: Contest
    contestant: int
    scores: Array
    slopes: Array
    types: Array
    logs: Array
    stays_out: bool = True

    def top(self, types: Array) -> Array:
        """Return the largest effort worth while of each of ``types``."""
        return np.asarray(np.broadcast_to(self.contest.largest_effort(self.contestant, types), types.shape))

    def marginal_prize(self, location: Array) -> tuple[Array, Array]:
        """Return P' and its derivative at each ``location``, shape (m,)."""
        race = self.contest.race
        assert race is not None
        assert race.noise is not None
        first, second = np.empty(location.size), np.empty(location.size)
        rows = max(1, _ROWS // self.scores.size)
        for start in range(0, location.size, rows):
            part = slice(start, start + rows)
            offset = self.scores - location[part, None]
            first[part] = race.noise.pdf(offset) @ self.slopes
            second[part] = -(race.noise.slope(offset) @ self.slopes)
        return first, second

    def excess(self, logs: Array, types: Array) -> tuple[Array, Array]:
        """Return the log of marginal gain over marginal cost, and its derivative in log effort.

        Parameters
        ----------
        logs, types : ndarray, shape (k,)
            Log effort of each type.
        """
        own = self.own(logs, types)
        first, second = self.marginal_prize(own[0])
        with np.errstate(divide="ignore", invalid="ignore"):  # nothing to win at the margin: minus infinity
            return own[1] + np.log(first), own[2] + second / first * own[3]

    def own(self, logs: Array, types: Array) -> tuple[Array, Array, Array, Array]:
        """Return what does not depend on rivals, for `excess`.

        Parameters
        ----------
        logs, types : ndarray, shape (k,)
            Log effort of each type.

        Returns
        -------
        location, ratio, ratio_slope, location_slope : ndarray
            Location; the log of value times marginal location over marginal cost, and its derivative
            in log effort; the derivative of the location in log effort.
        """
        contest, i = self.contest, self.contestant
        race, traits = contest.race, contest.contestants
        assert race is not None
        ability = traits.trait("ability", i, types)
        worth = np.asarray(traits.trait("value", i, types), float) / np.asarray(
            traits.trait("cost", i, types), float
        )
        step = 1e-5

        def ratio(shift: float) -> Array:
            effort = np.exp(logs + shift)
            with np.errstate(divide="ignore"):  # no value: minus infinity
                return np.asarray(
                    np.log(worth)
                    + np.log(race.slope(i, effort, ability))
                    - np.log(contest.cost.derivative(effort))
                )

        effort = np.exp(logs)
        location = np.asarray(np.broadcast_to(race.location(i, effort, ability), logs.shape), float)
        moved = np.asarray(race.slope(i, effort, ability), float) * effort
        with np.errstate(invalid="ignore"):  # minus infinity less minus infinity: no value at all
            bend = (ratio(step) - ratio(-step)) / (2 * step)
        return location, ratio(0.0), bend, np.broadcast_to(moved, logs.shape)

    def at_nothing(self, types: Array) -> Array:
        """Return the log of marginal gain over marginal cost next to zero effort, by type.

        Parameters
        ----------
        types : ndarray, shape (k,)
            Types; those below zero stay out.
        """
        top = self.top(types)
        able = (top > 0) & np.isfinite(top)
        result = np.full(types.shape, -np.inf)
        if able.any():
            result[able] = self.excess(np.log(top[able] * NOTHING), types[able])[0]
        return result

    def solve(self, types: Array) -> Array:
        """Return the log effort of each of ``types``, an array; minus infinity for none."""
        top = self.top(types)
        result = np.full(types.shape, -np.inf)
        if not self.stays_out:
            with np.errstate(divide="ignore"):  # no value: no effort
                result = np.log(np.where(np.isfinite(top), top, 0.0) * NOTHING)
        works = self.at_nothing(types) > 0
        if not works.any():
            return result
        kind, peak = types[works], np.log(top[works])
        logs = np.minimum(np.interp(kind, self.types, self.logs), peak)
        low, high = np.full(kind.shape, np.log(NOTHING)) + peak, peak + 5.0
        left = np.arange(kind.size)
        for turn in range(100):
            value, slope = self.excess(logs[left], kind[left])
            at = logs[left]
            low[left], high[left] = np.where(value > 0, at, low[left]), np.where(value > 0, high[left], at)
            with np.errstate(divide="ignore", invalid="ignore"):  # flat: the bracket takes over
                step = at - value / slope
            inside = (step > low[left]) & (step < high[left]) & (slope < 0) & (turn < 40)
            # Where effort collapses the condition hardly varies with it: there its rounding decides.
            settled = np.abs(value) <= 4e-16 * (100.0 + np.abs(at))
            logs[left] = np.where(settled, at, np.where(inside, step, (low[left] + high[left]) / 2))
            left = left[np.abs(logs[left] - at) > 1e-9 * np.maximum(np.abs(at), 1.0)]
            if left.size == 0:
                break
        if left.size:
            raise ConvergenceError("The effort of some type was not found from its first-order condition.")
        result[works] = logs
        return result

    def __call__(self, types: Array) -> Array:
        """Return the effort of each of ``types``, of any shape; beyond 20 000 interpolated to 1e-8."""
        flat = np.asarray(types, float).ravel()
        if flat.size > _MANY:
            # Simulations: monotone cubics through a few thousand of the types asked for.
            from scipy.interpolate import PchipInterpolator

            grid = np.unique(np.quantile(flat, np.sin(np.linspace(0, np.pi / 2, _MANY // 4)) ** 2))
            if grid.size > 1:
                efforts = PchipInterpolator(grid, np.exp(self.solve(grid)))(flat)
                return np.asarray(np.maximum(efforts, 0.0).reshape(np.shape(types)), float)
        return np.asarray(np.exp(self.solve(flat)).reshape(np.shape(types)))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReplyByType(Monotone):
    """Best replies by type, with the levels at which types begin or cease to work.

    Parameters
    ----------
    types, function, scores_increase
        As in `contests.strategy.Monotone`; the function is a `FirstOrder`.
    breaks : ndarray
        Quantile levels of the type at which the strategy bends.
    """

    breaks: Any = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "breaks", np.asarray(self.breaks, float))

    def type_nodes(self, size: int = 200) -> tuple[Array, Array]:
        """Return ``size`` types and weights, split where the strategy bends."""
        levels, rest, weights, _ = level_nodes(self.breaks, size)
        kind: Law = self.types
        return np.where(levels < 0.5, kind.ppf(levels), kind.isf(rest)), weights

    def marks(self) -> Array:
        """Return types on either side of each level at which the strategy bends."""
        kind: Law = self.types
        return np.asarray(kind.ppf(np.concatenate([self.breaks * 0.999, self.breaks * 0.999 + 1e-3])))
