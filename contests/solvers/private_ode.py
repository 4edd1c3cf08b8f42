"""Private ability under any output and cost: effort by type from a differential equation.

Quality is q = b + r(e). Imitating a neighbour must not pay: with C = c(e) the money spent,

    dC/db = dPi/db - m(C),   m = c'(e) / r'(e),

the marginal cost of quality: an abler type reaches the same quality with less effort, and dPi buys the
rest (Pi with the pot that she collects, see `pot_slope`, where fees go to the winner). m must not fall
with effort (single crossing: the abler find more quality cheaper); this is checked. Where m vanishes at
zero effort (quadratic cost with linear output, any cost with output in logarithms) all types work. Where
it does not (linear cost, linear output) types for whom one more unit of quality buys less than m(0) do
nothing, and C leaves zero, and returns to it, as the equation says.

Start: the weakest type spends nothing, or, with a reserve or fee, what `threshold_level` says. Closed
forms that serve as tests, with C = c e^2 / 2, r(e) = e, uniform abilities, k = prize / c: for n = 2
e = k (1 + W(-exp(-1 - b / k))), for n = 3 e = b (sqrt(1 + 8 k) - 1) / 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.curve_base import BaseCurve
from contests.errors import ConvergenceError
from contests.solvers.march import Path, march
from contests.solvers.panels import FAR
from contests.solvers.private_levels import PrizeLevels, TypeLevels, odds
from contests.solvers.private_separable import least_cost, pot_slope, room, threshold_level
from contests.solvers.private_strategy import TypeStrategy

__all__ = ["additive_strategy", "marginal_cost_of_quality"]

Array = NDArray[np.float64]
_BESIDE = 0.25  # log-odds from the threshold within which efforts rise like a root


def marginal_cost_of_quality(contest: Any, effort: ArrayLike) -> Array:
    """Return c'(e) / r'(e) in a contest: what one more unit of quality costs.

    Parameters
    ----------
    contest : Contest
        Its cost and output.
    effort : array_like
        Efforts.

    Returns
    -------
    ndarray
        Money for each unit of quality.
    """
    e = np.asarray(effort, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = contest.cost.derivative(e) / contest.technology.output.derivative(e)
    return np.asarray(np.where(np.isnan(found), np.inf, found))


@dataclass(frozen=True, eq=False)
class AdditiveEffort:
    """Effort by ability from the path of money spent.

    Attributes
    ----------
    levels : TypeLevels
        Types and their levels.
    cost, output : BaseCurve
        Cost and output of effort.
    reserve : float
        Quality that entrants reach at least, minus infinity if there is none.
    start : float
        Log-odds of the weakest entrant, minus infinity if all enter.
    paths : tuple of (float, float, Path)
        Stretches of log-odds in which types work, and what is marched in them.
    form : {"log effort", "root", "money"}
        Whether the path is the log of effort by log-odds; the money spent by the square root of the
        distance from the start; or the money spent by log-odds.
    """

    levels: TypeLevels
    cost: BaseCurve
    output: BaseCurve
    reserve: float
    start: float
    paths: tuple[tuple[float, float, Path], ...]
    form: str

    def __call__(self, types: ArrayLike) -> Array:
        """Return the efforts of ``types``; zero for those who stay out or idle."""
        t = np.asarray(types, float)
        z = np.clip(self.levels.log_odds(t), -1e300, 1e300)
        if self.form == "log effort":
            path = self.paths[0][2]
            first = float(path.edges[0])
            # Where even the prize is below 1e-260 effort goes on as the power of the level that it is.
            growth = float(path(first + 0.25) - path(first)) / 0.25
            with np.errstate(under="ignore"):
                return np.exp(path(z) + growth * np.minimum(np.maximum(z, -1e4) - first, 0.0))
        money = np.zeros(z.shape)
        for low, high, path in self.paths:
            here = (z >= low - room(low)) & (z <= high)
            money[here] = self._money(z[here], path)
        with np.errstate(over="ignore", under="ignore"):
            effort = np.asarray(self.cost.inverse(np.maximum(money, 0.0)))
            if np.isneginf(self.reserve):
                return effort
            least = np.asarray(self.output.inverse(self.reserve - t))
        return np.where(z >= self.start - room(self.start), np.maximum(effort, least), 0.0)

    def _money(self, z: Array, path: Path) -> Array:
        if self.form != "root":
            return path(z)
        if path is self.paths[0][2]:
            # Beside a root a rounding error of the type would become its square root.
            beyond = z - self.start
            there = beyond > room(self.start)
            return np.where(there, path(np.sqrt(np.where(there, beyond, 0.0))), 0.0)
        return np.asarray(self.cost(np.exp(path(z))))


class _Equation:
    """The equation of money spent by log-odds."""

    def __init__(self, contest: Any, levels: TypeLevels, start: float) -> None:
        self.contest, self.levels, self.start = contest, levels, start
        self.pot = contest.entry.price if contest.entry.fees_to_winner else 0.0
        prizes = np.asarray(contest.prizes.by_rank(), float)
        if self.pot and np.isneginf(start):  # all come: the first prize is larger by everybody's fee
            prizes, self.pot = np.append(prizes[0] + contest.n * self.pot, prizes[1:]), 0.0
        self.prizes = PrizeLevels(prizes, contest.n)

    @property
    def is_flat(self) -> bool:
        """Whether being better wins nothing more."""
        return self.prizes.is_flat and (self.pot == 0 or self.contest.n == 1)

    def ability_slope(self, z: Array) -> Array:
        """The derivative of ability in log-odds."""
        u, v = odds(z)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(u * v / self.levels.density(self.levels.type_at(z)))

    def log_prize_slope(self, z: Array) -> Array:
        """The log of the derivative in log-odds of the expected prize and the fees a winner collects."""
        slope = self.prizes.log_slope(z)
        if not self.pot:
            return slope
        with np.errstate(divide="ignore", under="ignore"):  # a level that rounds to one
            return np.logaddexp(slope, np.log(pot_slope(z, self.contest.n, self.pot, self.start)))

    def prize_slope(self, z: Array) -> Array:
        """The derivative in log-odds of the expected prize and the fees a winner collects."""
        with np.errstate(under="ignore"):
            return np.exp(self.log_prize_slope(z))

    def marginal(self, money: Array) -> Array:
        """The marginal cost of quality where so much is spent."""
        return marginal_cost_of_quality(self.contest, self.contest.cost.inverse(np.maximum(money, 0.0)))

    def spent(self, z: Array, money: Array) -> tuple[Array, Array]:
        """dC/dz."""
        return self.prize_slope(z) - self.marginal(money) * self.ability_slope(z), np.ones(z.shape)

    def log_effort(self, z: Array, log_effort: Array) -> tuple[Array, Array]:
        """The derivative of the log of effort: no curve is inverted, and no effort is too small."""
        effort = np.exp(log_effort)
        unit = self.contest.cost.derivative(effort) * effort
        marginal = marginal_cost_of_quality(self.contest, effort)
        gain = np.exp(self.log_prize_slope(z) - np.log(unit))
        return gain - marginal / unit * self.ability_slope(z), np.ones(z.shape)

    def share(self, z: Array, log_effort: Array) -> Array:
        """The derivative of the log of the share C / Pi of the expected prize that is spent."""
        effort = np.exp(log_effort)
        money = self.contest.cost(effort)
        log_share = np.log(money) - self.prizes.log_rise(z)
        marginal = marginal_cost_of_quality(self.contest, effort)
        slope = self.prizes.rate(z) * np.expm1(-log_share) - marginal / money * self.ability_slope(z)
        return np.asarray(slope)

    def least(self, z: float) -> float:
        """What the least useful effort costs the type at ``z``."""
        return float(least_cost(self.contest, self.levels.type_at(np.array([z])))[0])

    def range(self) -> tuple[float, float]:
        """Log-odds between which densities and prizes are above zero in floating point."""
        grid = np.linspace(-FAR, FAR, 2761)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            good = np.isfinite(self.ability_slope(grid))
            good &= (self.prizes.log_rise(grid) > -600.0) | self.prizes.is_flat
        good &= self.ability_slope(grid) > 0
        middle = int(np.flatnonzero(good)[good.sum() // 2])
        low, high = middle, middle
        while low > 0 and good[low - 1]:
            low -= 1
        while high < grid.size - 1 and good[high + 1]:
            high += 1
        # The best types of all, one in 10^43, need not be told apart.
        return float(grid[low]), min(float(grid[high]), 100.0)


def additive_strategy(contest: Any) -> TypeStrategy:
    """Return the symmetric strategy of privately known abilities under any output and cost.

    Parameters
    ----------
    contest : Contest
        Private abilities, no noise, prizes by rank.

    Returns
    -------
    TypeStrategy
    """
    levels = TypeLevels(contest.contestants.law_of(0), True)
    start = threshold_level(contest, levels)
    equation = _Equation(contest, levels, start)
    idle = float(marginal_cost_of_quality(contest, 0.0))
    form = "money"
    paths: list[tuple[float, float, Path]] = []
    if start < FAR and not equation.is_flat:
        low, high = equation.range()
        first = equation.least(max(start, low))
        if np.isneginf(start) and idle == 0 and first == 0:
            form, paths = "log effort", [(-np.inf, np.inf, _log_efforts(equation, low, high))]
        elif np.isfinite(start) and idle == 0:
            form, paths = "root", _from_threshold(equation, start, first, high)
        else:
            paths = _stretches(equation, max(start, low), first, high, idle)
    effort = AdditiveEffort(
        levels=levels,
        cost=contest.cost,
        output=contest.technology.output,
        reserve=contest.entry.least_quality,
        start=start,
        paths=tuple(paths),
        form=form,
    )
    optional = contest.entry.price > 0 or np.isfinite(contest.entry.least_quality)
    return TypeStrategy(types=levels.law, function=effort, start=start, stays_out=bool(optional))


def _log_efforts(equation: _Equation, low: float, high: float) -> Path:
    """The log of effort, from the weakest types on."""
    # As far down as money spent is above zero in floating point: perhaps a small share of a small prize.
    grid = np.arange(low, high, 0.5)
    rise = equation.prizes.log_rise(grid)
    for depth in (-600.0, -450.0, -300.0, -200.0, -100.0, -60.0, -40.0):
        low = float(grid[np.argmax(rise > depth)])
        first = _first_log_effort(equation, low)
        if first is not None:
            return march(equation.log_effort, low, first, high, step=1.0, scale=1.0)
    raise ConvergenceError("What the weakest types spend is too small for floating point.")


def _first_log_effort(equation: _Equation, low: float) -> float | None:
    """Where the share spent neither rises nor falls; the equation forgets the rest within a panel."""
    at = np.array([low])
    with np.errstate(under="ignore"):
        whole = float(np.log(equation.contest.cost.inverse(np.exp(equation.prizes.log_rise(at))))[0])

    def drift(log_effort: float) -> float:
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            return float(equation.share(at, np.array([log_effort]))[0])

    if not np.isfinite(whole):
        return None
    if drift(whole - 1e-13) >= 0:
        return whole  # of the weakest, next to nothing is saved by ability
    reach = 0.01
    while reach < 600.0:
        value = drift(whole - reach)
        if not np.isfinite(value):
            return None
        if value > 0:
            what = "the effort of the weakest types"
            return numerics.root(drift, whole - reach, whole - 1e-13, what=what)
        reach *= 1.5
    return None


def _from_threshold(
    equation: _Equation, start: float, first: float, high: float
) -> list[tuple[float, float, Path]]:
    """Money spent by the square root of the distance from the threshold; from next to it on, log effort.

    The ablest may do next to nothing, which money does not resolve.
    """
    size = float(equation.prizes.prizes.max())
    turn = min(start + _BESIDE, (start + high) / 2)

    def slope(root: Array, money: Array) -> tuple[Array, Array]:
        top, bottom = equation.spent(start + root**2, money)
        return 2.0 * root * top, bottom

    near = march(slope, 0.0, first, float(np.sqrt(turn - start)), step=0.05, scale=1e-3 * size)
    begin = float(np.log(equation.contest.cost.inverse(near(near.end))))
    far = march(equation.log_effort, turn, begin, high, step=0.05, scale=1.0)
    return [(start, turn, near), (turn, np.inf, far)]


def _stretches(
    equation: _Equation, start: float, first: float, high: float, idle: float
) -> list[tuple[float, float, Path]]:
    """Stretches of types who work, where the first unit of quality costs something."""
    size = float(equation.prizes.prizes.max())
    grid = np.linspace(start, high, 4 * int(high - start) + 2)
    paths = []
    here, money = start, first

    def excess(z: float) -> float:
        at = np.array([z])
        return float((equation.prize_slope(at) - idle * equation.ability_slope(at))[0])

    while here < high:
        if money <= 0:
            rest = np.concatenate([[here], grid[grid > here]])
            gain = equation.prize_slope(rest) - idle * equation.ability_slope(rest)
            rises = np.flatnonzero(gain > 1e-14 * size)
            if rises.size == 0:
                break
            k = int(rises[0])
            if k > 0:
                here = numerics.root(excess, float(rest[k - 1]), float(rest[k]), what="the first to work")
        path = march(equation.spent, here, money, high, step=0.05, floor=0.0, scale=1e-3 * size)
        paths.append((here, path.end if path.end < high else np.inf, path))
        here, money = path.end, 0.0
    return paths
