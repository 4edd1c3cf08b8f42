"""Private types and a reserve on random quality: symmetric efforts by type.

Everybody is in, for luck may carry any idea over the reserve; a type chooses

    max over e of v P(L) - k c(e),    P(L) = int over x > t of p(x) f(x - L) dx,

with p(x) the prize of a score x against rivals of random type (`contests.rivals_reserve`). Given the
laws of the rivals' scores on Gauss points this is one maximisation a type, by a grid of efforts (a
reserve makes for two summits: to try for it, or not) and Newton's method on the marginal payoff. The
types are nodes of their law, split where types begin to try; the efforts are a fixed point, found by
Anderson's extrapolation of the replies. Whether it is an equilibrium is for the certificate.

Source: Drugov, Ryvkin and Zhang (2024) for the incentive of contestants who know each other; with
private types the equations are this library's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Private
from contests.entry import Reserve
from contests.errors import ConvergenceError
from contests.game import Game
from contests.laws import Law
from contests.part import Part
from contests.profile import Profile
from contests.rivals_reserve import passing_score, score_nodes
from contests.scores import NoisyScores
from contests.solvers.entry_standard import refuses_reserve
from contests.solvers.private_replies import ReplyByType, level_nodes
from contests.solving import Candidate
from contests.technology import Trials
from contests.worth import prize_at, prize_slope_at

__all__ = ["SOLVER", "PrivateReserveSolver", "ReserveReply", "falls_between"]

Array = NDArray[np.float64]
_NODES = 64
_GRID = np.concatenate([np.geomspace(1e-7, 1e-2, 25)[:-1], np.geomspace(1e-2, 1.0, 70)])
_NOTHING = 1e-30  # share of the largest effort that counts as none
_BLOCK = 400_000
_MEMORY, _ROUNDS = 6, 60
_SETTLED = 1e-11


class PrivateReserveSolver:
    """Efforts by private type where random quality must reach a reserve."""

    name = "private types, reserve and shock"
    source = "Drugov, Ryvkin and Zhang (2024); equations of this library"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        reason = refuses_reserve(game)
        if reason is not None or not isinstance(game, Contest):
            return reason
        if not isinstance(game.contestants, Private):
            return "types are known to all; ct.Private(n, value=law) would work"
        if not isinstance(game.entry, Reserve) or game.entry.fee:
            return f"entry is {game.entry!r}; ct.Reserve(quality) would work"
        if not game.is_symmetric:
            return "contestants differ in the law of their types; one law for all would work"
        if isinstance(game.technology, Trials):
            return "quality is the best of trials; ct.Additive with a shock would work"
        if game.n < 2:
            return "there is no one to compete with; two contestants would work"
        noise = game.technology.noise
        if noise is None or score_nodes(noise, np.zeros(1), 0.0) is None:
            return (
                f"the noise {noise!r} has kinks or heavy tails; a normal, logistic or Gumbel one would work"
            )
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate equilibrium of ``game``."""
        strategy = _Field(game).solve()
        return Candidate(profile=Profile.symmetric(strategy, game.n), selection="symmetric; others may exist")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ReserveReply(Part):
    """The best reply of each type to a field, under a reserve.

    Parameters
    ----------
    contest : Contest
        The parts.
    scores : ndarray, shape (m,)
        The reserve first, then Gauss points of scores above it.
    slopes : ndarray, shape (m,)
        The prize of a score of exactly the reserve, then the slopes of prizes times their weights.
    prizes : ndarray, shape (m + 1,)
        Prizes times their weights at the points, the prize of the lowest score that counts (first), and
        that of the highest (last).
    ends : tuple of float
        The lowest score of the points, and the highest.
    """

    contest: Contest
    scores: Array
    slopes: Array
    prizes: Array
    ends: tuple[float, float]

    @property
    def noise(self) -> Law:
        """The law of the shock."""
        found = self.contest.technology.noise
        assert found is not None
        return found

    def _in_blocks(self, location: Array, what: Any) -> Array:
        flat = location.ravel()
        step = max(1, _BLOCK // self.scores.size)
        parts = [what(flat[k : k + step]) for k in range(0, flat.size, step)]
        return np.concatenate(parts).reshape(location.shape)

    def prize(self, location: Array) -> Array:
        """Return the expected prize at each ``location``."""

        def one(place: Array) -> Array:
            inside = self.noise.pdf(self.scores[1:] - place[:, None]) @ self.prizes[1:-1]
            low, high = self.ends
            below = np.maximum(self.noise.cdf(low - place) - self.noise.cdf(self.scores[0] - place), 0.0)
            return np.asarray(inside + below * self.prizes[0] + self.noise.sf(high - place) * self.prizes[-1])

        return self._in_blocks(location, one)

    def marginal(self, location: Array) -> tuple[Array, Array]:
        """Return the derivative of `prize` at each ``location``, and its derivative."""

        def one(place: Array) -> Array:
            offset = self.scores - place[:, None]
            first, second = self.noise.pdf(offset) @ self.slopes, -(self.noise.slope(offset) @ self.slopes)
            return np.asarray(first + 1j * second)

        both = self._in_blocks(location, one) if location.size else np.zeros(0, dtype=complex)
        return np.asarray(both.real), np.asarray(both.imag)

    def _factors(self, types: Array) -> tuple[Array, Array, Array]:
        """Ability, value and cost factor of each of ``types``."""
        traits = self.contest.contestants
        found = (np.asarray(traits.trait(name, 0, types), float) for name in ("ability", "value", "cost"))
        ability, value, cost = (np.broadcast_to(one, types.shape) for one in found)
        return ability, value, cost

    def solve(self, types: Array) -> Array:
        """Return the effort of each of ``types``, shape (k,)."""
        contest, technology = self.contest, self.contest.technology
        ability, value, cost = self._factors(types)
        top = np.broadcast_to(contest.largest_effort(0, types), types.shape)
        able = (top > 0) & np.isfinite(top)
        result = np.zeros(types.shape)
        if not able.any():
            return result
        ability, value, cost, top = ability[able], value[able], cost[able], top[able]
        efforts = np.concatenate([np.zeros((top.size, 1)), top[:, None] * _GRID], axis=1)
        places = np.asarray(technology.location(efforts, ability[:, None]), float)
        worth = value[:, None] * self._rough_prize(places) - cost[:, None] * contest.cost(efforts)
        at = np.argmax(worth, axis=1)
        rows, last = np.arange(top.size), efforts.shape[1] - 1
        # Next to nothing the grid does not tell: there the marginal payoff does.
        least = np.log(top) + np.log(_NOTHING)
        low = np.where(at <= 1, least, np.log(efforts[rows, np.maximum(at - 1, 1)]))
        high = np.log(efforts[rows, np.minimum(at + 1, last)])
        result[able] = self._climb(low, high, ability, value, cost)
        return result

    def _rough_prize(self, places: Array) -> Array:
        """Expected prizes by interpolation: to tell which summit is the higher, not to climb it."""
        from scipy.interpolate import CubicSpline

        finite = places[np.isfinite(places)]
        low, high = float(finite.min()), float(finite.max())
        width = self.noise.scale
        low, high = max(low, self.scores[0] - 60 * width), min(high, self.ends[1] + 60 * width)
        if high - low < 1e-9 * width:
            high = low + width
        grid = np.linspace(low, high, int(np.clip(8 * (high - low) / width, 40, 4000)))
        table = CubicSpline(grid, self.prize(grid))
        return np.where(np.isneginf(places), 0.0, table(np.clip(places, low, high)))

    def _climb(self, low: Array, high: Array, ability: Array, value: Array, cost: Array) -> Array:
        """The effort between two logs at which the marginal payoff falls through zero, or none."""
        technology, curve = self.contest.technology, self.contest.cost

        def excess(logs: Array) -> Array:
            effort = np.exp(logs)
            place = np.asarray(technology.location(effort, ability), float)
            gain = value * self.marginal(place)[0] * technology.location_slope(effort, ability)
            with np.errstate(divide="ignore"):  # nothing to gain: minus infinity
                return np.asarray(np.log(gain) - np.log(cost * curve.derivative(effort)))

        works = excess(low) > 0
        return np.where(works, np.exp(falls_between(excess, low, high)), 0.0)

    def __call__(self, types: Array) -> Array:
        """Return the effort of each of ``types``, of any shape; beyond 5000 interpolated between 1000."""
        flat = np.asarray(types, float).ravel()
        if flat.size > 5000:
            # Simulations: a jump where types begin to try is smeared over one of the intervals.
            from scipy.interpolate import PchipInterpolator

            grid = np.unique(np.quantile(flat, np.sin(np.linspace(0, np.pi / 2, 1000)) ** 2))
            if grid.size > 1:
                efforts = PchipInterpolator(grid, self.solve(grid))(flat)
                return np.asarray(np.maximum(efforts, 0.0).reshape(np.shape(types)), float)
        return np.asarray(self.solve(flat).reshape(np.shape(types)))


def falls_between(excess: Callable[[Array], Array], low: Array, high: Array) -> Array:
    """Return where a function falls through zero: secants guarded by bisection.

    Parameters
    ----------
    excess : callable
        The function of an array of logs, entry by entry.
    low, high : ndarray, shape (k,)
        Where to look; the low end if it is not above zero there, the high end if it still is at that.

    Returns
    -------
    ndarray, shape (k,)
    """
    a, b = low.copy(), high.copy()
    fa, fb = excess(a), excess(b)
    result = np.where(fb > 0, b, a)
    inside = (fa > 0) & (fb <= 0)
    side = np.zeros(a.size)
    for _ in range(80):
        # An end at minus infinity, or as high as the other: the middle takes over.
        with np.errstate(invalid="ignore", divide="ignore"):
            middle = b - fb * (b - a) / (fb - fa)
        fair = np.isfinite(middle) & (middle > a) & ((middle < b) | (fb == 0))  # at zero she stays
        middle = np.where(fair, middle, (a + b) / 2)
        moved = np.abs(middle - result)
        result = np.where(inside, middle, result)
        if np.all(~inside | (moved < 1e-13)):
            break
        f = excess(middle)
        up = f > 0
        # Illinois: an end that stays twice gets half its weight, so that it moves too.
        a, fa = np.where(up, middle, a), np.where(up, f, np.where(side < 0, 0.5, 1.0) * fa)
        b, fb = np.where(up, b, middle), np.where(up, np.where(side > 0, 0.5, 1.0) * fb, f)
        side = np.where(up, 1.0, -1.0)
    return np.asarray(result)


class _Field:
    """The efforts of nodes of the type, and the replies to them."""

    def __init__(self, contest: Contest) -> None:
        self.contest, traits = contest, contest.contestants
        self.law: Law = traits.law_of(0)  # type: ignore[attr-defined]
        noise = contest.technology.noise
        assert noise is not None
        self.noise, self.least = noise, passing_score(contest)
        self.values = contest.prizes.by_rank()[: contest.n]
        self._cut(np.array([]))

    def _cut(self, breaks: Array) -> None:
        levels, rest, weights, _ = level_nodes(breaks, _NODES)
        self.breaks, self.weights = breaks, weights
        self.types = np.asarray(np.where(levels < 0.5, self.law.ppf(levels), self.law.isf(rest)))

    def reply(self, efforts: Array) -> ReserveReply:
        """Best replies to a field in which the nodes exert ``efforts``."""
        contest = self.contest
        ability = contest.contestants.trait("ability", 0, self.types)
        place = contest.technology.location(efforts, ability)
        place = np.broadcast_to(np.asarray(place, float), self.types.shape)
        finite = place[np.isfinite(place)]
        nodes = score_nodes(self.noise, finite if finite.size else np.array([self.least]), self.least)
        if nodes is None:
            raise ConvergenceError(
                "The efforts of the types lie too far apart, in units of the shock. A larger shock, or "
                "types closer together, would work."
            )
        rivals = NoisyScores(self.noise, place, self.weights)
        counts, n = [contest.n - 1], contest.n
        x = np.concatenate([[nodes.low], nodes.x, [nodes.high]])
        prizes = prize_at(x, [rivals], counts, self.values, n)
        prizes[1:-1] *= nodes.w
        slopes = prize_slope_at(nodes.x, [rivals], counts, self.values, n) * nodes.w
        there = prize_at(np.array([self.least]), [rivals], counts, self.values, n)
        return ReserveReply(
            contest=contest,
            scores=np.concatenate([[self.least], nodes.x]),
            slopes=np.concatenate([there, slopes]),
            prizes=prizes,
            ends=(nodes.low, nodes.high),
        )

    def solve(self) -> ReplyByType:
        """The strategy of all."""
        efforts = self._settle(self._start())
        for _ in range(8):
            found = self.reply(efforts)
            breaks = self._bends(found)
            if breaks.size == self.breaks.size and np.all(np.abs(breaks - self.breaks) < 1e-10):
                break
            self._cut(breaks)
            efforts = self._settle(found.solve(self.types))
        else:
            raise ConvergenceError("The type from whom on effort is exerted does not settle.")
        return ReplyByType(
            types=self.law,
            function=found,
            scores_increase=self.contest.contestants.private_trait != "cost",
            breaks=self.breaks,
        )

    def _start(self) -> Array:
        top = np.broadcast_to(self.contest.largest_effort(0, self.types), self.types.shape)
        return np.where(np.isfinite(top), 0.2 * top, 0.0)

    def _settle(self, efforts: Array) -> Array:
        """Anderson's extrapolation of replies in log effort, for those who work."""
        past: list[tuple[Array, Array]] = []
        working: NDArray[np.bool_] | None = None
        for _ in range(_ROUNDS):
            reply = self.reply(efforts).solve(self.types)
            works = (reply > 0) & (efforts > 0)
            changed = bool(np.any((reply > 0) != (efforts > 0)))
            moved = float(np.abs(np.log(reply[works]) - np.log(efforts[works])).max(initial=0.0))
            if not changed and moved < _SETTLED:
                return reply
            if changed or working is None or np.any(works != working):
                past, working = [], works
                efforts = np.where(works, np.sqrt(reply * efforts), reply)
                continue
            logs, residual = np.log(efforts[works]), np.log(reply[works]) - np.log(efforts[works])
            past = [*past[-_MEMORY:], (logs, residual)]
            step = _extrapolated(past)
            efforts = efforts.copy()
            efforts[works] = np.exp(np.clip(step, logs - 1.0, logs + 1.0))
        raise ConvergenceError(
            "Best replies of the types under the reserve do not settle. There may be no equilibrium in which "
            "effort is a function of the type: a lower reserve or a larger shock would work."
        )

    def _bends(self, found: ReserveReply) -> Array:
        """Levels at which types begin or cease to exert effort."""
        levels = np.concatenate([[1e-9], np.linspace(0, 1, 66)[1:-1], [1 - 1e-9]])
        works = found.solve(np.asarray(self.law.ppf(levels))) > 0
        turns = np.flatnonzero(works[1:] != works[:-1])
        low, high, first = levels[turns], levels[turns + 1], works[turns]
        for _ in range(45 if turns.size else 0):
            middle = (low + high) / 2
            same = (found.solve(np.asarray(self.law.ppf(middle))) > 0) == first
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        return np.asarray((low + high) / 2)


def _extrapolated(past: list[tuple[Array, Array]]) -> Array:
    """Anderson's next point from the last points and their residuals."""
    point, residual = past[-1]
    if len(past) == 1:
        return np.asarray(point + 0.7 * residual)
    moves = np.array([point - p for p, _ in past[:-1]]).T
    changes = np.array([residual - r for _, r in past[:-1]]).T
    weight = np.linalg.lstsq(changes, residual, rcond=1e-12)[0]
    return np.asarray(point + residual - (moves + changes) @ weight)


SOLVER = PrivateReserveSolver()
