"""Kinds of contestants whose types follow different laws: strengths by level, and how levels move.

The primitives of `contests.solvers.private_many_laws`, where the equations are. A place is known by the
log-odds of the product P of all levels; the unknowns are logs of levels, so that both ends, levels of
1e-40 and of 1 - 1e-17, keep their digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.solvers.private_levels import PrizeLevels, TypeLevels
from contests.solvers.private_separable import Advantage, advantage

__all__ = ["BOTTOM", "TOP", "TOP_DIFFERS", "Field", "State", "Stretch"]

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

TOP, BOTTOM = 40.0, -90.0  # log-odds of P: beyond, neither payoffs nor bids can tell types apart
_TABLE = 0.02  # step of tables of strengths, in log-odds
_WORK = 100_000  # evaluations beyond which the equations are too stiff to follow
TOP_DIFFERS = (
    "The equilibrium was not found: the laws of types differ too much at the top for their equations to be "
    "followed. Truncate the laws, or let them have the same best type."
)


@dataclass(frozen=True)
class State:
    """A place on the way down.

    Attributes
    ----------
    z : float
        Log-odds of P.
    log_levels : ndarray, shape (kinds,)
        Logs of levels.
    active : ndarray of bool, shape (kinds,)
        Who bids here.
    out : frozenset of int
        Who has left for good.
    """

    z: float
    log_levels: Array
    active: Flags
    out: frozenset[int] = frozenset()

    def without(self, kinds: list[int]) -> State:
        """Return the state when ``kinds`` leave."""
        active = self.active.copy()
        active[kinds] = False
        return State(self.z, self.log_levels, active, self.out | set(kinds))

    def with_kind(self, kind: int) -> State:
        """Return the state when ``kind`` joins."""
        active = self.active.copy()
        active[kind] = True
        return State(self.z, self.log_levels, active, self.out)


@dataclass(frozen=True)
class Stretch:
    """What happens between a state and the next joining or leaving.

    Attributes
    ----------
    top : State
        Where it starts.
    low : float
        Where it ends, in log-odds of P.
    solution : callable
        Log levels at log-odds of P.
    steps : ndarray
        Steps of the integration, from the top down.
    """

    top: State
    low: float
    solution: Any
    steps: Array

    def at(self, z: float) -> State:
        """Return the state at place ``z`` on the stretch."""
        return State(z, np.asarray(self.solution(z)), self.top.active, self.top.out)


class Field:
    """Kinds of contestants: their strengths by level, and the slopes of their levels.

    Parameters
    ----------
    contest : Contest
        Private types that are a factor, no noise, one prize.
    """

    def __init__(self, contest: Any) -> None:
        how = advantage(contest)
        assert how is not None
        self.how: Advantage = how
        _, first, counts = np.unique(contest.kind_of(), return_index=True, return_counts=True)
        laws = [contest.contestants.law_of(int(i)) for i in first]
        self.levels = [TypeLevels(one, how.trait != "cost") for one in laws]
        self.counts = counts.astype(float)
        prizes = PrizeLevels(contest.prizes.by_rank(), contest.n)
        self.prize = float(prizes.prizes[0]) - prizes.last
        self.work = 0
        self.table: Array | None = None

    def tabulate(self) -> None:
        """Keep logs of strengths as cubic splines, to nine digits: laws may be slow to ask."""
        from scipy.interpolate import CubicSpline

        z = np.arange(BOTTOM - 10.0, TOP + 10.0, _TABLE)
        strengths = [self.how.log_strength(one.type_at(z)) for one in self.levels]
        if not np.isfinite(strengths).all():
            raise ConvergenceError(TOP_DIFFERS)
        self.table = np.stack([CubicSpline(z, one).c for one in strengths], axis=1)

    def _log_strength(self, odds: Array) -> Array:
        """Logs of strengths of each kind (rows) at log-odds of levels."""
        if self.table is None:
            strength = [
                self.how.log_strength(one.type_at(z)) for one, z in zip(self.levels, odds, strict=True)
            ]
            return np.array(strength)
        place = (np.clip(odds, BOTTOM - 10.0, TOP + 9.9) - (BOTTOM - 10.0)) / _TABLE
        at = np.minimum(place.astype(np.intp), self.table.shape[-1] - 1)
        rest = (place - at) * _TABLE
        kinds = np.arange(len(self.levels)).reshape(-1, *(1 for _ in odds.shape[1:]))
        c = self.table[:, kinds, at]
        return np.asarray(((c[0] * rest + c[1]) * rest + c[2]) * rest + c[3])

    def log_rate(self, log_levels: Array) -> Array:
        """Return logs of b = level / strength of each kind (rows), at ``log_levels``."""
        with np.errstate(divide="ignore"):  # the best type of all: infinite log-odds
            odds = log_levels - np.log(-np.expm1(np.minimum(log_levels, 0.0)))
        return np.asarray(log_levels - self._log_strength(odds))

    def shares(self, log_levels: Array, active: Flags) -> Array:
        """Return b of all kinds at ``log_levels`` relative to the sum over the ``active`` contestants."""
        log = self.log_rate(log_levels)
        with np.errstate(over="ignore"):  # an inactive kind of no strength at all
            rate = np.exp(log - log[active].max(axis=0))
        return np.asarray(rate / (self.counts[active] @ rate[active]))

    def number(self, active: Flags) -> float:
        """Return how many contestants are ``active``."""
        return float(self.counts[active].sum())

    def slopes(self, z: float, log_levels: Array, active: Flags) -> Array:
        """Return derivatives of ``log_levels`` in the log-odds ``z`` of P, of those ``active``."""
        self.work += 1
        if self.work > _WORK:
            raise ConvergenceError(TOP_DIFFERS)
        growth = 1.0 - (self.number(active) - 1.0) * self.shares(log_levels, active)
        return np.asarray(np.where(active, growth * _rest(z), 0.0))

    def start(self) -> State:
        """Return the state at the top: those of the greatest strengths are active."""
        log_levels = np.full(len(self.levels), -np.exp(-TOP))
        rate = self.log_rate(log_levels)
        active = np.zeros(rate.size, dtype=bool)
        for k in np.argsort(rate, kind="stable"):
            trial = active.copy()
            trial[k] = True
            with np.errstate(over="ignore"):
                share = np.exp(rate - rate[k])[trial] @ self.counts[trial]
            if self.number(trial) - 1.0 >= share * (1 - 1e-12):  # never the second: one < one and a share
                break
            active = trial
        for _ in range(100):
            growth = 1.0 - (self.number(active) - 1.0) * self.shares(log_levels, active)
            if (growth[active] <= 0).any():
                raise ConvergenceError(TOP_DIFFERS)
            log_levels = np.where(active, -np.exp(-TOP) * growth, 0.0)
        return State(TOP, log_levels, active)


def _rest(z: float) -> float:
    """One less the level at log-odds z."""
    return float(1.0 / (1.0 + np.exp(z)))
