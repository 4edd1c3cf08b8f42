"""Two contestants whose types follow different laws: Amann and Leininger (1996).

With strengths w_j(u_j) by level (values, reciprocals of costs, or the strength of an ability with output
in logarithms), rivals who submit the same quality are tied together: u_1 = T(u_2). Each must not gain by
moving along the other's strategy,

    w_1 V du_2 = dC = w_2 V du_1,

so that du_1 / w_1 = du_2 / w_2: the tie map is H_1(u_1) = H_2(u_2) with H_j the integral of 1 / w_j from
u_j to the top, where both submit the same best quality (else one would save cost). Then C is V times the
integral of w_1(T(u_2)) du_2. If H_1 exceeds H_2 at the bottom, contestant 1's types below the one tied
to the bottom of 2 do nothing: an atom at zero, for one contestant at most. The equilibrium is the only
one (Amann and Leininger 1996). Equal laws give back the symmetric formula.

An atom whose boundary bids less than 1e-300 (when both integrals diverge) is not told from zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.entry import AllEnter, Invite
from contests.solvers.panels import Panels, average, integral
from contests.solvers.private_levels import PrizeLevels, TypeLevels
from contests.solvers.private_separable import Advantage, SeparableEffort, advantage, finite_range
from contests.solvers.private_strategy import TypeStrategy

__all__ = ["refuse_two_laws", "two_law_strategies"]

Array = NDArray[np.float64]


def refuse_two_laws(contest: Any) -> str | None:
    """Return why types of different laws cannot be solved here, or in `private_many_laws`, or None.

    Parameters
    ----------
    contest : Contest
        Private types of at least two laws, no noise.
    """
    if advantage(contest) is None:
        return "abilities of two laws need output ct.Log() and a cost ct.Linear() or ct.Power()"
    if contest.prizes.share:
        return "a contingent award and types of two laws; fixed prizes would work"
    if not isinstance(contest.entry, (AllEnter, Invite)):
        return f"{contest.entry!r} and types of two laws; ct.AllEnter() would work"
    prizes = PrizeLevels(contest.prizes.by_rank(), contest.n)
    others = np.append(prizes.prizes[1:], 0.0 if prizes.prizes.size < contest.n else prizes.last)
    if (others != others[0]).any():
        return (
            "more than two contestants with types of different laws, and several prizes; one prize, one law "
            "for all or two contestants would work, or solver='general'"
        )
    return None


class _Side:
    """One contestant: her strength by level, and the integral of its reciprocal from the top."""

    def __init__(self, contest: Any, i: int, how: Advantage) -> None:
        self.levels = TypeLevels(contest.contestants.law_of(i), how.trait != "cost")
        self.how = how
        self.low, self.high = finite_range(self.log_strength, how.trait)
        # Mirrored, the integral from the top is one from the bottom.
        self._top = average(_rate, lambda y: -self.log_strength(-y), -self.high, -self.low)

    def log_strength(self, z: Array) -> Array:
        """Log of strength at log-odds ``z``."""
        return self.how.log_strength(self.levels.type_at(z))

    def log_integral(self, z: Array) -> Array:
        """Log of H at log-odds ``z``."""
        from scipy.special import log_expit

        return np.asarray(log_expit(-z) + self._top.log(-z))

    def tied(self, log_integral: Array) -> Array:
        """The log-odds at which H has a value, clipped to those that exist."""
        ends = self.log_integral(np.array([self.low, self.high]))
        goal = np.clip(log_integral, ends[1], ends[0])
        result = np.where(log_integral >= ends[0], self.low, self.high)
        inside = (goal < ends[0]) & (goal > ends[1])
        if inside.any():
            result[inside] = numerics.root_vectorised(
                lambda z, g: self.log_integral(z) - g,
                self.low,
                self.high,
                (goal[inside],),
                what="the type of the rival who submits the same quality",
            )
        return result


def _rate(z: Array) -> Array:
    from scipy.special import expit

    return np.asarray(expit(-z))


def two_law_strategies(contest: Any) -> tuple[TypeStrategy, TypeStrategy]:
    """Return the strategies of two contestants whose types follow different laws.

    Parameters
    ----------
    contest : Contest
        Two contestants with private types, no noise.

    Returns
    -------
    tuple of TypeStrategy
    """
    how = advantage(contest)
    assert how is not None
    sides = (_Side(contest, 0, how), _Side(contest, 1, how))
    bottoms = [float(side.log_integral(np.array([side.low]))[0]) for side in sides]
    least = min(bottoms)
    first, second = (_strategy(contest, sides[i], sides[1 - i], bottoms[i] > least, least) for i in (0, 1))
    return first, second


def _strategy(contest: Any, own: _Side, rival: _Side, has_idle: bool, least: float) -> TypeStrategy:
    """The strategy of one side: the integral of the tied rival's strength over her own levels."""
    from scipy.special import log_expit

    prizes = PrizeLevels(contest.prizes.by_rank(), 2)

    def tied_strength(z: Array) -> Array:
        return rival.log_strength(rival.tied(own.log_integral(z)))

    panels: Panels
    start = -np.inf
    if has_idle:
        start = float(own.tied(np.array([least]))[0])
        size = np.log(float(prizes.prizes[0]) - prizes.last)

        def log_slope(z: Array) -> Array:
            return np.asarray(size + tied_strength(z) + log_expit(z) + log_expit(-z))

        panels = integral(log_slope, start, own.high)
    else:
        panels = average(_rate, tied_strength, own.low, own.high)
    effort = SeparableEffort(
        levels=own.levels,
        advantage=own.how,
        cost=contest.cost,
        prizes=prizes.prizes,
        n=2,
        start=start,
        first=0.0,
        panels=panels,
        averaged=not has_idle,
    )
    return TypeStrategy(
        types=own.levels.law, function=effort, scores_increase=own.levels.best_high, start=start
    )
