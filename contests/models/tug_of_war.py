r"""The tug of war (Konrad and Kovenock 2005): all-pay contests whose winner moves one step.

States 0, ..., m + 1; the state moves one step towards 0 if A wins the all-pay contest in it, towards
m + 1 if B does. At 0 A gets Z_A, at m + 1 B gets Z_B, and the future is discounted by delta.

**Equilibrium** (Markov perfect). In state j winning is worth
:math:`D_A = \delta(v_A(j-1) - v_A(j+1))` to A and :math:`D_B = \delta(v_B(j+1) - v_B(j-1))` to B, so that
by the payoffs of the all-pay contest

.. math:: v_A(j) = \delta v_A(j+1) + \max(0, D_A - D_B), \quad v_B(j) = \delta v_B(j-1) + \max(0, D_B - D_A),

and expected effort is D_2/2 (1 + D_2/D_1), D_1 the larger. Contestants fight in at most two
adjacent tipping states; elsewhere the advantaged one walks home without a fight.

Sources: Konrad and Kovenock (2005), "Equilibrium and efficiency in the tug-of-war", CESifo working
paper 1564; (2009), Games and Economic Behavior 66, 256-274.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contests.equilibrium import Equilibrium
from contests.errors import InvalidPartError
from contests.part import Part
from contests.validation import Column, count, fraction, vector

__all__ = ["TugOfWar"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TugOfWar(Part):
    """A tug of war of two.

    Parameters
    ----------
    interior_states : int
        m: states in which they fight, at least 1.
    prizes : sequence of float, shape (2,)
        Z_A and Z_B in money, above zero.
    discount : float
        delta: worth of money one step later, strictly between 0 and 1.
    start : int
        The first state, from 1 to m; 0 is A's end.

    Examples
    --------
    >>> war = TugOfWar(interior_states=3, start=2)
    >>> war.value(0).tolist(), war.expected_effort().tolist(), war.tipping_states()
    ([1.0, 0.9, 0.0, 0.0, 0.0], [0.0, 0.0, 0.81, 0.0, 0.0], (2,))
    """

    interior_states: int = 3
    prizes: Column = (1.0, 1.0)
    discount: float = 0.9
    start: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "interior_states", count("TugOfWar.interior_states", self.interior_states))
        prizes = vector("TugOfWar.prizes", self.prizes, positive=True)
        if prizes.size != 2:
            raise InvalidPartError("TugOfWar.prizes", self.prizes, "two prizes, of A and of B")
        object.__setattr__(self, "prizes", prizes)
        object.__setattr__(self, "discount", fraction("TugOfWar.discount", self.discount, closed=False))
        object.__setattr__(self, "start", count("TugOfWar.start", self.start))
        if self.start > self.interior_states:
            raise InvalidPartError("TugOfWar.start", self.start, f"a state from 1 to {self.interior_states}")

    @cached_property
    def _values(self) -> tuple[Array, Array]:
        """Values of A and B in all states.

        A leads up to a state t, where B is worth nothing, and B from t + 1 on, where A is. In between
        v_A(t) = delta^t Z_A - delta v_B(t + 1) and v_B(t + 1) = delta^(m - t) Z_B - delta v_A(t).
        """
        m, d = self.interior_states, self.discount
        first, second = (float(z) for z in self.prizes)
        states = np.arange(m + 2)
        a, b = first * d**states, second * d ** (m + 1 - states)
        # Both values are zero or more if delta <= delta^(2t - m) Z_A/Z_B <= 1/delta: one t, two at a tie.
        t = int(np.clip(np.ceil((m + math.log(second / first) / math.log(d) - 1) / 2 - 1e-12), 0, m))
        walk_a, walk_b = a[t], b[t + 1]
        if t == 0:
            b[1] = max(walk_b - d * first, 0.0)
        elif t == m:
            a[m] = max(walk_a - d * second, 0.0)
        else:
            a[t] = max((walk_a - d * walk_b) / (1 - d**2), 0.0)
            b[t + 1] = max((walk_b - d * walk_a) / (1 - d**2), 0.0)
        a[t + 1 :], b[: t + 1] = 0.0, 0.0
        return np.asarray(a), np.asarray(b)

    def _gains(self, a: Array, b: Array) -> tuple[Array, Array]:
        """What winning is worth to A and to B in each interior state."""
        return self.discount * (a[:-2] - a[2:]), self.discount * (b[2:] - b[:-2])

    def value(self, contestant: int) -> Array:
        """Return what every state is worth to a contestant.

        Parameters
        ----------
        contestant : int
            0 for A, 1 for B.

        Returns
        -------
        ndarray, shape (states,)
            Money, from state 0 to state m + 1.
        """
        if contestant not in (0, 1):
            raise InvalidPartError("TugOfWar.value", contestant, "0 for A or 1 for B")
        return self._values[contestant].copy()

    def worth_of_winning(self) -> tuple[Array, Array]:
        """Return what winning is worth to A and to B in every interior state, in money, shape (m,) each."""
        a, b = self._gains(*self._values)
        return np.maximum(a, 0.0), np.maximum(b, 0.0)

    def expected_effort(self) -> Array:
        """Return the expected effort of both in every state, shape (states,)."""
        a, b = self.worth_of_winning()
        small, large = np.minimum(a, b), np.maximum(a, b)
        ratio = np.divide(small, large, out=np.zeros(small.shape), where=large > 0)
        return np.concatenate([[0.0], small / 2 * (1 + ratio), [0.0]])

    def tipping_states(self) -> tuple[int, ...]:
        """Return the states in which both fight."""
        return tuple(int(j) for j in np.flatnonzero(self.expected_effort() > 1e-12 * self.prizes.max()))

    def chance_of_step(self) -> Array:
        """Return the chance that A wins the contest in every interior state, shape (m,).

        Where winning is worth nothing to either, chances are even.
        """
        a, b = self.worth_of_winning()
        small, large = np.minimum(a, b), np.maximum(a, b)
        upset = np.divide(small, 2 * large, out=np.full(small.shape, 0.5), where=large > 0)
        return np.asarray(np.where(a >= b, 1 - upset, upset))

    def win_probability(self) -> float:
        """Return the chance that A wins the war from the start."""
        m, p = self.interior_states, self.chance_of_step()
        # h(j) = p h(j-1) + (1 - p) h(j+1), h(0) = 1, h(m+1) = 0.
        system = np.eye(m)
        system[np.arange(1, m), np.arange(m - 1)] = -p[1:]
        system[np.arange(m - 1), np.arange(1, m)] = -(1 - p[:-1])
        right = np.zeros(m)
        right[0] = p[0]
        return float(np.linalg.solve(system, right)[self.start - 1])

    def battle(self, state: int) -> Equilibrium:
        """Return the certified equilibrium of the all-pay contest in a tipping state.

        Parameters
        ----------
        state : int
            One of `tipping_states`.
        """
        from contests.models.all_pay_known import AllPayKnown

        if state not in self.tipping_states():
            raise InvalidPartError(
                "TugOfWar.battle", state, f"one of the tipping states {self.tipping_states()}"
            )
        a, b = self.worth_of_winning()
        return AllPayKnown(values=(a[state - 1], b[state - 1])).solve()
