"""Contestants averse to risk who differ, with any shock and prizes: Newton in log effort.

With W_k the wealth left at rank k, P_k the chance of it, and utility relative to that at the worst rank,
contestant i solves, as `contests.solvers.risk_averse` says,

    sum_k P_k'(L) l'(e) g_k = c'(e) (1 + sum_k P_k (h_k - 1)),

g_k and h_k being utility gained and marginal utility at rank k. Chances of ranks and their derivatives in
one's own location come from the rank kernel; the system is solved in the logs of efforts, residuals
being log benefit less log cost. Newton's method starts from the efforts of risk-neutral contestants, which
are those of the limit of no aversion. Whose benefit is below her cost however little she does is idle.

Existence is for the certificate. Sources: Green and Stokey (1983) for tournaments of risk-averse agents;
Skaperdas and Gan (1995) and Cornes and Hartley (2003, 2012) for lotteries.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contestants import Known
from contests.errors import ConvergenceError
from contests.solvers.known_shock import SOLVER as NEUTRAL
from contests.solvers.rank_kernel import Field, rank_chances

__all__ = ["unlike_efforts"]

Array = NDArray[np.float64]
_DEEP = 40.0  # logs below the largest effort worth while at which an effort is taken for none
_SUNK = 12.0  # logs below it at which she is out if she would rather do less
_STEPS = 60


def unlike_efforts(contest: Any, margins: Any, ceilings: Array) -> Array:
    """Return the efforts of contestants averse to risk who differ.

    Parameters
    ----------
    contest : Contest
        Known contestants, a shock, prizes by rank.
    margins : callable
        ``margins(i, effort, chances, slopes)``: benefit and cost at the margin of effort.
    ceilings : ndarray, shape (kinds,)
        The largest effort of each kind that is worth while.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ConvergenceError
        If the conditions are not met to 1e-9.
    """
    system = _System(contest, margins, ceilings)
    _, member = np.unique(contest.kind_of(), return_inverse=True)
    return system.run()[member.reshape(-1)]


class _System:
    """The first-order conditions, one unknown a kind of contestant."""

    def __init__(self, contest: Any, margins: Any, ceilings: Array) -> None:
        _, first, counts = np.unique(contest.kind_of(), return_index=True, return_counts=True)
        self.contest, self.margins, self.first = contest, margins, first
        self.race = contest.race
        ability = np.asarray(contest.contestants.trait("ability", first), float)
        self.ability = np.broadcast_to(ability, first.shape)
        values = contest.prizes.by_rank()[: contest.n]
        self.field = Field(self.race.noise, counts, values, self.race.nature)
        self.top = np.log(ceilings)

    def run(self) -> Array:
        """Return the effort of each kind."""
        log = np.minimum(self._start(), self.top - 1e-6)
        active = log > self.top - _DEEP
        best, least = log, np.inf
        for _ in range(_STEPS):
            gap = self._gaps(log, active)
            back = ~active & (gap > 0)
            active, log = active | back, np.where(back, self.top - _SUNK + 1.0, log)
            gap = np.where(active, gap, 0.0)
            size = float(np.abs(gap).max())
            if size < least:
                best, least = log, size
            if size < 1e-13:
                break
            move = self._newton(log, active, gap)
            for share in (1.0, 0.5, 0.25, 0.1):
                fresh = np.minimum(log + share * move, (log + self.top) / 2)
                found = np.where(active, self._gaps(fresh, active), 0.0)
                if float(np.abs(found).max()) < size or share == 0.1:
                    break
            if least < 1e-11 and float(np.abs(found).max()) >= size:
                break
            # Who would rather do even less than next to nothing is out, until it pays her to come back.
            out = active & (fresh < self.top - _SUNK) & (found < 0)
            active = active & ~out
            log = np.where(out, self.top - _DEEP, fresh)
            least = np.inf if out.any() else least
        if least > 1e-9:
            raise ConvergenceError(
                "Newton's method on the first-order conditions of contestants averse to risk did not "
                f"converge: the largest remaining relative difference is {least:.1e}. There may be no pure "
                "equilibrium: try a larger shock, or less aversion."
            )
        return np.where(active, np.exp(best), 0.0)

    def _start(self) -> Array:
        """Logs of the efforts of risk-neutral contestants, or a tenth of the largest worth while."""
        traits, n = self.contest.contestants, self.contest.n
        columns: dict[str, Any] = {
            name: np.broadcast_to(np.asarray(traits.trait(name, np.arange(n)), float), (n,))
            for name in ("ability", "cost", "value")
        }
        neutral = self.contest.replace(contestants=Known(**columns))
        try:
            efforts = NEUTRAL.solve(neutral).profile.efforts()[self.first]
        except ConvergenceError:  # the start is a guess: another does too
            return np.asarray(self.top - np.log(10.0))
        with np.errstate(divide="ignore"):  # those who are idle
            return np.asarray(np.log(efforts))

    def _gaps(self, log: Array, active: NDArray[np.bool_]) -> Array:
        """Log benefit less log cost at the margin of each kind."""
        effort = np.exp(np.maximum(log, self.top - _DEEP))
        stands = np.where(active, effort, 0.0)
        place = np.broadcast_to(self.race.location(self.first, stands, self.ability), effort.shape)
        own = np.asarray(self.race.location(self.first, effort, self.ability), float)
        chances, slopes = rank_chances(self.field, place, own)
        lift = np.asarray(self.race.slope(self.first, effort, self.ability))
        result = np.empty(effort.size)
        for k, i in enumerate(self.first):
            benefit, price = self.margins(
                int(i), effort[k : k + 1], chances[k : k + 1], lift[k] * slopes[k : k + 1]
            )
            with np.errstate(divide="ignore", invalid="ignore"):  # nothing to gain, or wealth used up
                gap = float(np.log(np.maximum(benefit[0], 0.0)) - np.log(price[0]))
            result[k] = gap if np.isfinite(gap) else -50.0
        return result

    def _newton(self, log: Array, active: NDArray[np.bool_], gap: Array) -> Array:
        """A Newton step, its matrix from differences."""
        live = np.flatnonzero(active)
        matrix = np.empty((live.size, live.size))
        for column, k in enumerate(live):
            moved = log.copy()
            moved[k] -= 1e-6
            matrix[:, column] = (gap - self._gaps(moved, active))[live] / 1e-6
        step = np.zeros(log.size)
        step[live] = np.linalg.lstsq(matrix, -gap[live], rcond=1e-12)[0]
        return np.clip(step, -3.0, 3.0)
