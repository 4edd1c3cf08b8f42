"""Awards contingent on quality: the winner gets base + share x quality, never less than nothing.

Terwiesch and Xu's (2008) contingent award in expertise projects, for any private trait. A type of level
u who submits quality q expects v Pi(u) (a + s q) - k c(e), with q = b + r(e) and Pi(u) = u^(n-1). She
must not gain by another type's quality, so

    dq/dz = v Pi'(z) (a + s q) / (k m(e) - s v Pi(z)),    m = c'(e) / r'(e),

in the log-odds z of u. The weakest active type wins only when all below are idle. Her quality q_0 is
the best for her then, and her profit is zero: s v Pi(u_0) = k m and v Pi(u_0) (a + s q_0) = k c (with
output scale d in logarithms and linear cost, q_0 = d - a / s). There the denominator vanishes: quality
rises like the square root of z - z_0, so the equation is marched in that root. Types below do nothing:
the award at the quality of no effort must not be above zero for them, else the contest is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.curve_base import BaseCurve
from contests.entry import AllEnter, Invite
from contests.solvers.march import Path, march
from contests.solvers.panels import FAR
from contests.solvers.private_levels import TypeLevels, odds
from contests.solvers.private_ode import marginal_cost_of_quality
from contests.solvers.private_separable import room
from contests.solvers.private_strategy import TypeStrategy

__all__ = ["contingent_strategy", "refuse_contingent"]

Array = NDArray[np.float64]
_HIGH = 100.0


@dataclass(frozen=True, eq=False)
class ContingentEffort:
    """Effort by type from the path of quality.

    Attributes
    ----------
    levels : TypeLevels
        Types and their levels.
    output : BaseCurve
        Output of effort.
    ability : bool
        Whether the type adds to quality.
    start : float
        Log-odds of the weakest active type.
    path : Path or None
        Quality by the square root of the distance from the start; None if nobody is active.
    """

    levels: TypeLevels
    output: BaseCurve
    ability: bool
    start: float
    path: Path | None

    def __call__(self, types: ArrayLike) -> Array:
        """Return the efforts of ``types``; zero for those who are idle."""
        t = np.asarray(types, float)
        if self.path is None:
            return np.zeros(t.shape)
        z = np.clip(self.levels.log_odds(t), -1e300, 1e300)
        # Beside a root a rounding error of the type would become its square root.
        beyond = np.where(z - self.start <= room(self.start), 0.0, z - self.start)
        quality = self.path(np.sqrt(beyond))
        effort = np.asarray(self.output.inverse(quality - t if self.ability else quality))
        return np.where(z >= self.start - room(self.start), effort, 0.0)


class _Problem:
    """The parts of the equation by log-odds and quality."""

    def __init__(self, contest: Any) -> None:
        self.contest = contest
        self.trait = contest.contestants.private_trait
        self.levels = TypeLevels(contest.contestants.law_of(0), self.trait != "cost")
        self.base, self.share = contest.prizes.base, contest.prizes.share

    def traits(self, z: Array) -> tuple[Array, Array, Array]:
        """Ability, cost factor and value factor at log-odds ``z``."""
        t = self.levels.type_at(z)
        fixed = {"ability": np.zeros(t.shape), "cost": np.ones(t.shape), "value": np.ones(t.shape)}
        fixed[self.trait] = t
        return fixed["ability"], fixed["cost"], fixed["value"]

    def winning(self, z: Array) -> tuple[Array, Array]:
        """The chance of winning and its derivative in log-odds."""
        u, v = odds(z)
        chance = u ** (self.contest.n - 1)
        return chance, (self.contest.n - 1) * v * chance

    def award(self, quality: Array) -> Array:
        """What the winner gets."""
        return np.asarray(self.base + self.share * quality)

    def terms(self, z: Array, quality: Array) -> tuple[Array, Array]:
        """Numerator and denominator of dq/dz."""
        ability, cost, value = self.traits(z)
        chance, steeper = self.winning(z)
        effort = self.contest.technology.output.inverse(quality - ability)
        marginal = cost * marginal_cost_of_quality(self.contest, effort)
        return value * steeper * self.award(quality), marginal - self.share * value * chance

    def first_effort(self, z: float) -> float:
        """The best effort of the type at ``z`` if that is worth nothing: award x m(e) = share x c(e)."""
        output, cost = self.contest.technology.output, self.contest.cost
        ability = float(self.traits(np.array([z]))[0][0])

        def excess(effort: float) -> float:
            award = self.award(ability + output(effort))
            return float(award * marginal_cost_of_quality(self.contest, effort) - self.share * cost(effort))

        low = float(output.inverse(-self.base / self.share - ability))
        high = max(2.0 * low, 1e-300)
        for _ in range(2100):
            with np.errstate(over="ignore", invalid="ignore"):  # beyond all floats: nobody is ever active
                beyond = excess(high) > 0
            if beyond:
                return numerics.root(excess, low, high, what="the effort of the weakest active type")
            low, high = high, 2.0 * high
        return np.inf

    def gain(self, z: float) -> float:
        """Marginal gain of quality at that effort: positive for types who are active."""
        effort = self.first_effort(z)
        if not np.isfinite(effort):
            return -1.0
        at = np.array([z])
        _, cost, value = self.traits(at)
        chance, _ = self.winning(at)
        marginal = cost * marginal_cost_of_quality(self.contest, effort)
        return float((self.share * value * chance / marginal)[0]) - 1.0


def refuse_contingent(contest: Any) -> str | None:
    """Return why an award contingent on quality cannot be solved here, or None.

    Parameters
    ----------
    contest : Contest
        Private types, no noise, `QualityShare` prizes.
    """
    if not contest.prizes.floored:
        return "the contingent award may be negative; ct.QualityShare(..., floored=True) would work"
    if contest.n < 2:
        return "a lone contestant chooses effort by herself; two or more would work"
    if not isinstance(contest.entry, (AllEnter, Invite)):
        return f"a contingent award with {contest.entry!r}; ct.AllEnter() would work"
    worst = 0.0
    if contest.contestants.private_trait == "ability":
        worst = float(TypeLevels(contest.contestants.law_of(0), True).type_at(np.array([-FAR]))[0])
    nothing = float(contest.technology.location(0.0, worst))
    if contest.prizes.base + contest.prizes.share * nothing > 0:
        return (
            "the contingent award is above zero even without effort; the solver named 'general' or a lower "
            "base would work"
        )
    return None


def contingent_strategy(contest: Any) -> TypeStrategy:
    """Return the symmetric strategy under an award contingent on quality.

    Parameters
    ----------
    contest : Contest
        Private types, no noise, a floored `QualityShare`.

    Returns
    -------
    TypeStrategy
    """
    problem = _Problem(contest)
    start, path = FAR, None
    if problem.gain(_HIGH) > 0:
        start = numerics.root(problem.gain, -_lowest(problem), _HIGH, what="the weakest active type")
        path = _qualities(problem, start)
    effort = ContingentEffort(
        levels=problem.levels,
        output=contest.technology.output,
        ability=problem.trait == "ability",
        start=start,
        path=path,
    )
    return TypeStrategy(
        types=problem.levels.law,
        function=effort,
        scores_increase=problem.levels.best_high,
        start=start,
    )


def _lowest(problem: _Problem) -> float:
    """A level, as minus log-odds, at which nobody is active."""
    reach = 1.0
    while reach < FAR and problem.gain(-reach) > 0:
        reach *= 1.5
    return min(reach, FAR)


def _qualities(problem: _Problem, start: float) -> Path:
    at = np.array([start])
    effort = problem.first_effort(start)
    ability, cost, _ = problem.traits(at)
    output = problem.contest.technology.output
    first = float((ability + output(effort))[0])
    step = 1e-5 * effort
    bend = (
        marginal_cost_of_quality(problem.contest, effort + step)
        - marginal_cost_of_quality(problem.contest, effort - step)
    ) / (2 * step * output.derivative(effort))
    rise = float(problem.terms(at, np.array([first]))[0][0])
    # Near the start z - z_0 = D (q - q_0)^2 / 2.
    guess = float(np.sqrt(2.0 * rise / float((cost * bend)[0])))

    def slope(root: Array, quality: Array) -> tuple[Array, Array]:
        top, bottom = problem.terms(start + root**2, quality)
        return 2.0 * root * top, bottom

    return march(slope, 0.0, first, float(np.sqrt(_HIGH - start)), guess=guess, scale=1e-3 * abs(guess))
