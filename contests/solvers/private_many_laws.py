"""Three or more contestants whose types follow different laws, one prize, no noise.

With strength w_i(U_i) of the level U_i of the type of i who bids C (money spent by a contestant of
strength one), P the product of all levels and V the prize, no type gains by bidding a little more if

    w_i V sum over rivals j of (P / U_i) d log U_j / dC = 1,

so that among m active contestants, with b_i = U_i / w_i and t = log P,

    d log U_i / dt = 1 - (m - 1) b_i / sum b,        dC / dt = V P (m - 1) / sum b.

The bid enters only as dC: the equations are followed from the top, where the best types of all active
contestants bid the same, downwards, and C is their integral from the bottom, where the first level to
vanish takes P along (for m = 2 this is Amann and Leininger 1996). Levels left at the bottom belong to
types that do nothing. With more than two, not everybody need bid everywhere (Parreiras and Rubinchik
2010): contestant i

- joins, going down, where (m - 1) b_i falls to sum b: her best type bids less than the others';
- leaves where her payoff V P / b_i - C has fallen to zero, if further down her level would have to rise
  as bids fall: then her weaker types do nothing, and she never bids a little.

What this construction does not cover (gaps between two positive bids) the certificate would refuse.
Any profile that passes is an equilibrium; Parreiras and Rubinchik's for values uniform from zero, where
all b_i are constant, is the closed form that tests it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.solvers.panels import scheme
from contests.solvers.private_many_field import BOTTOM, TOP, TOP_DIFFERS, Field, State, Stretch

__all__ = ["Way", "descend"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_ROUGH, _FINE = 1e-9, 1e-12
_ORDER = (
    "The equilibrium was not found: contestants leave small bids to others in an order that this "
    "construction does not cover. Fewer laws, or laws with weaker types, would work."
)


def descend(field: Field) -> Way:
    """Return everybody's levels and the bids that go with them.

    Parameters
    ----------
    field : Field
        The contestants.

    Returns
    -------
    Way

    Raises
    ------
    ConvergenceError
        If the laws differ too much, or the equilibrium is not of the form described above.
    """
    field.tabulate()
    search = _Descent(field, _ROUGH)
    search.settle()
    field.table = None
    return way(field, _Descent(field, _FINE, search.leaving).follow()[0])


@dataclass(frozen=True)
class Way:
    """Values on panels from the bottom up.

    Attributes
    ----------
    edges : ndarray, shape (panels + 1,)
        Ends of the panels in log-odds of P.
    log_levels : ndarray, shape (kinds, panels, points)
        Logs of levels.
    active : ndarray of bool, shape (kinds, panels)
        Who bids there.
    log_ratio : ndarray, shape (panels, points)
        Log of C / (V P).
    """

    edges: Array
    log_levels: Array
    active: Flags
    log_ratio: Array


def way(field: Field, stretches: list[Stretch]) -> Way:
    """Return what ``stretches`` of a ``field`` say at the points of every panel.

    C is the integral from the bottom.
    """
    from scipy.special import log_expit

    points, _, transform = scheme()
    edges = np.concatenate([one.steps[::-1][:-1] for one in reversed(stretches)] + [stretches[0].steps[:1]])
    half = np.diff(edges)[:, None] / 2
    z = edges[:-1, None] + half * (points + 1.0)
    log_levels: list[Array] = []
    active: list[Flags] = []
    log_weight: list[Array] = []
    for one in reversed(stretches):
        here = z[sum(a.shape[1] for a in active) :][: one.steps.size - 1]
        x = np.asarray(one.solution(here.ravel()))
        log = field.log_rate(x)
        work = one.top.active
        top = log[work].max(axis=0)
        total = np.log(field.counts[work] @ np.exp(log[work] - top)) + top
        log_levels.append(x.reshape(x.shape[0], *here.shape))
        active.append(np.repeat(work[:, None], here.shape[0], axis=1))
        log_weight.append(np.log(field.number(work) - 1.0) - total.reshape(here.shape))
    weight = np.concatenate(log_weight)
    log_slope = weight + log_expit(z) + log_expit(-z)
    scale = log_slope.max(axis=1, keepdims=True)
    coefficients = np.exp(log_slope - scale) @ transform.T
    summed = np.polynomial.chebyshev.chebint(coefficients, lbnd=-1.0, axis=1)
    part = half * np.polynomial.chebyshev.chebval(points, summed.T)
    with np.errstate(divide="ignore"):  # nothing yet at the left end
        log_part = np.log(np.maximum(part, 0.0)) + scale
    before = np.logaddexp.accumulate(np.append(weight[0, 0] + log_expit(z[0, 0]), log_part[:, -1]))
    log_ratio = np.logaddexp(before[:-1, None], log_part) - log_expit(z)
    return Way(edges, np.concatenate(log_levels, axis=1), np.concatenate(active, axis=1), log_ratio)


class _Descent:
    """The way from the top to the bottom: who joins where, and who leaves where.

    Parameters
    ----------
    field : Field
        The contestants.
    tolerance : float
        Relative accuracy of log levels.
    leaving : dict, optional
        Where kinds leave, as far as it is known.
    """

    def __init__(self, field: Field, tolerance: float, leaving: dict[int, float] | None = None) -> None:
        self.field, self.tolerance = field, tolerance
        self.leaving = {} if leaving is None else dict(leaving)

    def follow(self) -> tuple[list[Stretch], int | None]:
        """Return the stretches from the top down, and the kind that would have to turn round at the end."""
        state, stretches = self.field.start(), []
        while True:
            due = [k for k, z in self.leaving.items() if z >= state.z and k not in state.out]
            stretch, kind = self._stretch(state.without(due))
            stretches.append(stretch)
            if kind is None and stretch.low <= BOTTOM:
                return stretches, None
            state = stretch.at(stretch.low)
            if kind is not None and not state.active[kind]:
                state = state.with_kind(kind)
            elif kind is not None:
                return stretches, kind

    def settle(self) -> None:
        """Find where kinds leave: where their payoffs vanish."""
        for _ in range(2 * len(self.field.levels) + 1):
            stretches, kind = self.follow()
            if kind is None:
                return
            self.leaving[kind] = stretches[-1].low
            self._complete()
            for kind in list(self.leaving):
                self._settle_one(kind)
            if len(self.leaving) > 1:
                self._newton()
        raise ConvergenceError(_ORDER)

    def _complete(self) -> None:
        """Let leave whoever would have to turn round further down."""
        for _ in self.field.levels:
            stretches, kind = self.follow()
            if kind is None:
                return
            self.leaving[kind] = stretches[-1].low

    def _losses(self, places: Array) -> Array:
        """Logs of bid over expected prize of those who leave, where they leave."""
        self.leaving = dict(zip(self.leaving, places.tolist(), strict=True))
        stretches, _ = self.follow()
        panels = way(self.field, stretches)
        found = []
        for kind, place in self.leaving.items():
            stretch = next(one for one in stretches if one.top.z >= place >= one.low)
            at = max(int(np.searchsorted(panels.edges, place)) - 1, 0)
            rate = self.field.log_rate(stretch.at(place).log_levels)[kind]
            found.append(float(rate) + float(panels.log_ratio[at, -1]))
        return np.array(found)

    def _settle_one(self, kind: int) -> None:
        """Where one kind leaves, given where the others do."""
        from scipy.optimize import brentq

        order, places = list(self.leaving).index(kind), np.array(list(self.leaving.values()))

        def loss(place: float) -> float:
            changed = places.copy()
            changed[order] = place
            return float(self._losses(changed)[order])

        low, high = float(places[order]), TOP
        if loss(high) >= 0:  # not even her best type bids
            return
        if loss(low) < 0:
            raise ConvergenceError(_ORDER)
        # Most leave soon before they would have to turn round.
        ahead = low + 1.0
        while ahead < high and loss(ahead) > 0:
            low, ahead = ahead, 2 * ahead - low + 1.0
        self._losses(places)
        place: Any = brentq(loss, low, min(ahead, high), xtol=1e-9)
        self.leaving[kind] = float(place)

    def _newton(self) -> None:
        """Newton's method with differences for all who leave, but for those who never come."""
        places = np.array(list(self.leaving.values()))
        moving = np.flatnonzero(places < TOP)
        found = self._losses(places)
        for _ in range(30):
            if np.abs(found[moving]).max(initial=0.0) < 1e-9:
                return
            matrix = np.empty((moving.size, moving.size))
            for column, k in enumerate(moving):
                ahead = places.copy()
                ahead[k] += 1e-4
                matrix[:, column] = (self._losses(ahead) - found)[moving] / 1e-4
            move = np.clip(np.linalg.lstsq(matrix, -found[moving], rcond=1e-8)[0], -2.0, 2.0)
            places[moving] = np.clip(places[moving] + move, BOTTOM, TOP)
            found = self._losses(places)
        raise ConvergenceError(_ORDER)

    def _stretch(self, state: State) -> tuple[Stretch, int | None]:
        """Follow the equations until somebody joins, leaves, or would have to turn round."""
        from scipy.integrate import solve_ivp

        field, active = self.field, state.active
        m = field.number(active)

        def growth(x: Array) -> Array:
            return np.asarray(1.0 - (m - 1.0) * field.shares(x, active))

        waiting = ~active & (growth(state.log_levels) < 0)
        events, watched = [], []
        for k in range(active.size):
            turning = active[k] and m - field.counts[k] >= 2 and k not in self.leaving
            if not turning and not (waiting[k] and k not in state.out):
                continue

            def event(_: float, x: Array, k: int = k) -> float:
                return float(growth(x)[k])

            event.terminal = True  # type: ignore[attr-defined]
            event.direction = -1.0 if active[k] else 1.0  # type: ignore[attr-defined]
            events.append(event)
            watched.append(k)
        planned = [z for k, z in self.leaving.items() if active[k] and z < state.z]
        found = solve_ivp(
            lambda z, x: field.slopes(z, x, active),
            (state.z, max([*planned, BOTTOM])),
            state.log_levels,
            method="DOP853",
            rtol=self.tolerance,
            # Who has just joined starts from a log level of zero, known to rounding only.
            atol=np.where(state.log_levels == 0.0, 1e-14, 1e-30),
            dense_output=True,
            events=events or None,
        )
        if found.status < 0:
            raise ConvergenceError(TOP_DIFFERS)
        stretch = Stretch(state, float(found.t[-1]), found.sol, np.asarray(found.t))
        if found.status == 0:
            return stretch, None
        return stretch, next(k for k, times in zip(watched, found.t_events or [], strict=True) if times.size)
