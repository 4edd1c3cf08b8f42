"""Logit quantal responses in contests on a grid of efforts, and fictitious play.

Contestants who err choose effort x with probability proportional to exp(precision x
expected payoff) (McKelvey and Palfrey 1995; in lottery contests Lim, Matros and Turocy
2014). At precision zero all efforts are equally likely; the branch that starts there is
followed by Newton's method on the log probabilities up to the precision asked for, and
leads to an equilibrium of the game on the grid as precision grows. It is a model of
behaviour and not an equilibrium of the contest: there is no certificate.

Fictitious play (Brown 1951): each period all reply best to what was done so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.errors import ConvergenceError, InvalidPartError
from contests.part import Part
from contests.solvers.actions import Actions, Discretised
from contests.strategy import Mixed
from contests.validation import at_least_zero, count, vector

__all__ = ["QuantalResponse"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QuantalResponse(Part):
    """The symmetric logit response of a contest, on the branch from precision zero.

    Parameters
    ----------
    contest : Contest
        Alike contestants with known types.
    precision : float
        Weight of a unit of money in the choice, zero or more; in one over money.
    grid : sequence of float
        The efforts to choose from, increasing.

    Examples
    --------
    >>> import contests as ct
    >>> lottery = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
    >>> response = QuantalResponse(contest=lottery, precision=50.0, grid=np.linspace(0, 1, 21))
    >>> round(response.mean_effort, 8)
    0.26030369
    """

    contest: Any
    precision: float
    grid: Any

    def __post_init__(self) -> None:
        if not isinstance(self.contest, Contest) or self.contest.contestants.private_trait is not None:
            raise InvalidPartError("QuantalResponse.contest", self.contest, "a contest with known types")
        if not self.contest.is_symmetric or self.contest.n < 2:
            raise InvalidPartError(
                "QuantalResponse.contest", self.contest, "one of at least two alike contestants"
            )
        object.__setattr__(self, "precision", at_least_zero("QuantalResponse.precision", self.precision))
        grid = vector("QuantalResponse.grid", self.grid, at_least_zero=True)
        if grid.size < 2 or np.any(np.diff(grid) <= 0):
            raise InvalidPartError("QuantalResponse.grid", grid.tolist(), "at least two increasing efforts")
        object.__setattr__(self, "grid", grid)

    @cached_property
    def probabilities(self) -> Array:
        """Probability of each effort on the grid."""
        logs = np.full(self.grid.size, -np.log(self.grid.size))
        reached, step = 0.0, self.precision / 64 if self.precision else 0.0
        while reached < self.precision:
            goal = min(reached + step, self.precision)
            found = self._newton(logs, goal)
            if found is None:
                step /= 4
                if step < 1e-9 * self.precision:
                    raise ConvergenceError(
                        f"The branch of logit responses was lost at precision {reached:g}."
                    )
                continue
            logs, reached, step = found, goal, 1.5 * step
        p = np.exp(logs)
        return np.asarray(p / p.sum(), float)

    @cached_property
    def strategy(self) -> Mixed:
        """The response as a mixed strategy."""
        return Mixed.on(self.grid, self.probabilities)

    @property
    def mean_effort(self) -> float:
        """Expected effort of each contestant."""
        return float(self.grid @ self.probabilities)

    @property
    def expected_payoff(self) -> float:
        """Expected payoff of each contestant, in money."""
        return float(self.probabilities @ (self._blocks(self.probabilities) @ self.probabilities))

    def fictitious_play(self, periods: int) -> Array:
        """Return the shares of each effort on the grid after some periods of fictitious play.

        Parameters
        ----------
        periods : int
            How many; before the first, each effort counts as played once.

        Returns
        -------
        ndarray, shape (grid,)
        """
        if self.contest.n != 2:
            raise InvalidPartError("QuantalResponse.contest", self.contest, "one of two for fictitious play")
        counts, block = np.ones(self.grid.size), self._blocks(self._even())
        for _ in range(count("fictitious_play.periods", periods)):
            counts[int(np.argmax(block @ (counts / counts.sum())))] += 1.0
        return np.asarray(counts / counts.sum(), float)

    def _even(self) -> Array:
        return np.full(self.grid.size, 1.0 / self.grid.size)

    def _blocks(self, p: Array) -> Array:
        """Payoffs of each effort against each effort of one rival, the others responding with ``p``."""
        if self.contest.n == 2 and "_table" in self.__dict__:
            kept: Array = self.__dict__["_table"]
            return kept
        field = Discretised(self.contest, np.zeros(self.contest.n, dtype=np.intp))
        block = field.blocks([Actions.at(self.grid)], [p])[0][0]
        assert block is not None
        self.__dict__["_table"] = block
        return block

    def _newton(self, logs: Array, precision: float) -> Array | None:
        """Log probabilities at a precision, from those nearby; None if the method does not settle."""
        logs = logs.copy()
        for _ in range(12):
            p = np.exp(logs)
            block = self._blocks(p / p.sum())
            scores = precision * (block @ p)
            peak = scores.max()
            target = scores - peak - np.log(np.exp(scores - peak).sum())
            slope = precision * (self.contest.n - 1) * block * p
            jacobian = np.eye(p.size) - slope + np.exp(target) @ slope
            move = np.linalg.solve(jacobian, target - logs)
            size = float(np.abs(move).max())
            if not np.isfinite(size) or size > 20.0:
                return None
            logs = logs + move
            if size < 1e-12 * max(1.0, float(np.abs(logs).max())):
                return logs
        return logs if size < 1e-10 * max(1.0, float(np.abs(logs).max())) else None
