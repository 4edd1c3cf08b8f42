"""What the types who take part do where a reserve is on certain quality, given how many stay out.

Gauss nodes stand for the types of those who come, split where types begin to do more than the reserve asks.
The unknowns are the logs of their efforts, the equations the first-order conditions of those above the
reserve, solved by Newton's method with the derivatives of `contests.solvers.private_field`; nodes join or
leave the band at the reserve as they go. Best replies to the result say where the band ends, and the nodes
are split anew until it stays: then every type's effort is her best of all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.errors import ConvergenceError
from contests.laws import Law
from contests.laws_truncated import tail_of
from contests.leave_one_out import conditional_prizes
from contests.prize_tables import score_grid
from contests.solvers.private_least import LeastReply, least_efforts
from contests.solvers.private_replies import level_nodes
from contests.solvers.private_reserve import falls_between
from contests.working_time import go_on

__all__ = ["LeastField"]

Array = NDArray[np.float64]
_CUTS, _STEPS = 25, 40
_SETTLED = 1e-11
_SAME = 1e-8  # difference of levels up to which nodes need not be split anew


class LeastField:
    """What those who come do, given how many stay out.

    Parameters
    ----------
    contest : Contest
        Private types of one law, certain quality, luck and a reserve.
    size : int
        About how many nodes.
    """

    def __init__(self, contest: Contest, size: int) -> None:
        assert contest.race is not None
        assert contest.race.noise is not None
        self.contest, self.race, self.noise = contest, contest.race, contest.race.noise
        traits: Any = contest.contestants
        self.law: Law = traits.law_of(0)
        self.up, self.values = traits.private_trait != "cost", contest.prizes.by_rank()[: contest.n]
        self.size = size
        self._last: tuple[LeastReply, Array] | None = None

    def type_at(self, rest: float) -> float:
        """Return the type than whom a share ``rest`` is stronger."""
        near = self.law.isf if self.up else self.law.ppf
        far = self.law.ppf if self.up else self.law.isf
        return float(near(rest) if rest < 0.5 else far(1.0 - rest))

    def tail(self, rest: float) -> Law:
        """Return the law of the types of those who come, a share ``rest``."""
        return self.law if rest == 1.0 else tail_of(self.law, self.type_at(rest), upper=self.up)

    def alone(self) -> LeastReply:
        """Return the replies to rivals who all stay out."""
        return self.reply(np.zeros(0), np.zeros(0), np.zeros(0), 0.0)[0]

    def reply(
        self, types: Array, weights: Array, efforts: Array, rest: float
    ) -> tuple[LeastReply, tuple[Array, Array]]:
        """Return the best replies to a field.

        Parameters
        ----------
        types, weights, efforts : ndarray, shape (k,)
            Nodes of the types of those who come, their weights, which sum to one, and what they do.
        rest : float
            The probability of coming.

        Returns
        -------
        found : LeastReply
        derivatives : tuple of ndarray
            Densities of the nodes' scores, shape (m, k), and the worth of having one rival more below at
            each score, shape (m,).
        """
        contest, n, nature = self.contest, self.contest.n, self.race.nature
        ability = contest.contestants.trait("ability", 0, types)
        place = np.broadcast_to(np.asarray(self.race.location(0, efforts, ability), float), types.shape)
        points = np.append(place, nature) if np.isfinite(nature) else place
        points = points if n > 1 or not types.size else points[types.size :]
        scores, slopes, density, worth = np.zeros(0), np.zeros(0), np.zeros((0, types.size)), np.zeros(0)
        if points.size:
            grid = score_grid(self.noise, points, n, margin=False, values=self.values)
            if grid is None:
                raise ConvergenceError(
                    "The efforts of the types lie too far apart to be ranked on one grid. More luck, or "
                    "types closer together, would work."
                )
            scores, share = grid.x, weights * rest
            offset = scores[:, None] - place
            density = self.noise.pdf(offset)
            above = [self.noise.sf(offset) @ share]
            below = [1.0 - rest + self.noise.cdf(offset) @ share]
            dense, counts = [density @ share], [n]
            if np.isfinite(nature):
                off = scores - nature
                above, below = [*above, self.noise.sf(off)], [*below, self.noise.cdf(off)]
                dense, counts = [*dense, self.noise.pdf(off)], [n, 1]
            field = np.array(above), np.array(below)
            slopes = conditional_prizes(*field, np.array(dense), counts, self.values, 1)[1][0] * grid.step
            only = np.zeros((len(counts), scores.size))
            only[0] = 1.0
            worth = conditional_prizes(*field, only, counts, self.values, 1)[1][0] * grid.step
        found = LeastReply(
            contest=contest, contestant=0, scores=scores, slopes=slopes, types=types, logs=efforts,
            base=self._base(rest),
        )  # fmt: skip
        return found, (density, worth)

    def _base(self, rest: float) -> float:
        """The prize of who is above those who stay out, and below all who come and nature."""
        below, counts = [1.0 - rest], [self.contest.n]
        if np.isfinite(self.race.nature):
            below, counts = [*below, 0.0], [*counts, 1]
        field = np.array(below)[:, None]
        return float(conditional_prizes(1.0 - field, field, field, counts, self.values, 1)[0][0, 0])

    def solve(self, rest: float) -> tuple[LeastReply, Array]:
        """Return the replies to what those who come do, and the levels of their law at which that bends.

        Parameters
        ----------
        rest : float
            The probability of coming.

        Returns
        -------
        found : LeastReply
        breaks : ndarray

        Raises
        ------
        ConvergenceError
            If no efforts are found that are best replies to themselves.
        """
        law = self.tail(rest)
        breaks = self._moved(law)
        types, weights = self._nodes(law, breaks)
        efforts, before = self._start(types), None
        for _ in range(_CUTS):
            go_on()
            efforts, steady = self._newton(types, weights, efforts, rest)
            found, _ = self.reply(types, weights, efforts, rest)
            fresh, best = self._bends(found, law), found.efforts(types)
            if steady and _same(breaks, fresh) and self._distance(types, best, efforts) < _SETTLED:
                self._last = found, np.asarray(law.ppf(breaks))
                return found, breaks
            here, breaks = breaks, _heading(breaks, fresh, before)
            before = (here, fresh - here) if here.size == fresh.size else None
            types, weights = self._nodes(law, breaks)
            efforts = found.efforts(types)
        raise ConvergenceError(
            "Best replies of the types under the reserve do not settle. There may be several equilibria, or "
            "efforts may jump from type to type: a smaller exponent or a larger error would work."
        )

    def _bends(self, found: LeastReply, law: Law) -> Array:
        """Levels of the law at which what types do bends, or what the reserve asks of them."""
        ends = _ends_of_band(found, law)
        if self.contest.contestants.private_trait == "ability":
            nothing = float(np.asarray(self.contest.technology.location(0.0, 0.0)))
            sure = float(law.cdf(self.contest.entry.least_quality - nothing))
            ends = np.unique(np.append(ends, sure)) if 1e-9 < sure < 1.0 - 1e-9 else ends
        return ends

    def _moved(self, law: Law) -> Array:
        """Where the last solution bent, as levels of another tail."""
        if self._last is None:
            return np.array([])
        levels = np.asarray(law.cdf(self._last[1]), float)
        return levels[(levels > 1e-6) & (levels < 1.0 - 1e-6)]

    def _nodes(self, law: Law, breaks: Array) -> tuple[Array, Array]:
        levels, rest, weights, _ = level_nodes(breaks, self.size)
        return np.asarray(np.where(levels < 0.5, law.ppf(levels), law.isf(rest))), weights

    def _start(self, types: Array) -> Array:
        if self._last is not None:
            return self._last[0].efforts(types)
        least = least_efforts(self.contest, types)
        top = np.broadcast_to(self.contest.largest_effort(0, types), types.shape)
        return np.maximum(least, min(0.2, 1.0 / self.contest.n) * np.where(np.isfinite(top), top, 0.0))

    def _distance(self, types: Array, one: Array, other: Array) -> float:
        """How far apart two choices of the types stand at most, in units of the noise."""
        ability = self.contest.contestants.trait("ability", 0, types)
        places = [self.race.location(0, efforts, ability) for efforts in (one, other)]
        return float(np.abs(places[0] - places[1]).max(initial=0.0)) / self.noise.scale

    def _newton(self, types: Array, weights: Array, efforts: Array, rest: float) -> tuple[Array, bool]:
        """Newton's method on the first-order conditions of the nodes above the reserve.

        Nodes at the reserve join where more pays at the margin, and nodes that would fall below it leave.
        Returns the efforts, and whether they came to rest.
        """
        least = least_efforts(self.contest, types)
        for _ in range(_STEPS):
            found, (density, worth) = self.reply(types, weights, efforts, rest)
            joins = (efforts <= least) & (found.rises(types) > 0)
            if np.any(joins & (least == 0)):  # from nothing steps in logs would lead nowhere
                efforts = np.where(joins & (least == 0), found.efforts(types), efforts)
                continue
            active = np.flatnonzero((efforts > least) | joins)
            if not active.size:
                return efforts, True
            logs = np.log(efforts[active])
            place, ratio, bend, moves = found.own(logs, types[active])
            first, second = found.marginal_prize(place)
            slope = self.noise.slope(found.scores - place[:, None])
            with np.errstate(divide="ignore", invalid="ignore"):  # out of reach: seen below
                matrix = (slope * worth) @ (density[:, active] * weights[active] * rest) / first[:, None]
                matrix = matrix * moves
                matrix[np.diag_indices(active.size)] += bend + second / first * moves
                value = ratio + np.log(first)
            if not (np.all(np.isfinite(matrix)) and np.all(np.isfinite(value))):
                return efforts, False
            try:
                step = np.linalg.solve(matrix, -value)
            except np.linalg.LinAlgError:  # types whose effort makes no difference
                return efforts, False
            efforts = efforts.copy()
            most = self.noise.scale / moves  # no further at once than the noise reaches
            moved = np.exp(logs + np.clip(step, -np.minimum(most, 1.0), np.minimum(most, 1.0)))
            # Who need not do anything may come down to nothing: there steps are even ones in effort.
            even = np.exp(logs) * (1.0 + np.minimum(step, most))
            efforts[active] = np.maximum(np.where(least[active] > 0, moved, even), least[active])
            # What counts is where they stand; convergence is quadratic: the step was the last.
            if float(np.abs(step * moves).max()) < 1e-7 * self.noise.scale:
                return efforts, True
        return efforts, False


def _heading(breaks: Array, fresh: Array, before: tuple[Array, Array] | None) -> Array:
    """Where to split next: as best replies say, or where secants lead if that settles slowly.

    ``before`` holds the breaks of the turn before and how far best replies were from them.
    """
    if before is None or fresh.size != breaks.size or before[0].size != breaks.size:
        return fresh
    miss = fresh - breaks
    with np.errstate(divide="ignore", invalid="ignore"):  # the same twice: no secant
        step = -miss * (breaks - before[0]) / (miss - before[1])
    slow = np.isfinite(step) & (np.abs(miss) > 0.1 * np.abs(before[1])) & (np.abs(step) < 5.0 * np.abs(miss))
    guess = np.where(slow, breaks + step, fresh)
    ordered = np.all(np.diff(np.concatenate([[0.0], guess, [1.0]])) > 0)
    return guess if ordered else fresh


def _same(breaks: Array, fresh: Array) -> bool:
    return breaks.size == fresh.size and bool(np.all(np.abs(breaks - fresh) < _SAME))


def _ends_of_band(found: LeastReply, law: Law) -> Array:
    """Levels of a law of types at which they begin or cease to do more than the reserve asks."""
    levels = np.concatenate([[1e-9], np.linspace(0, 1, 66)[1:-1], [1 - 1e-9]])
    works = found.works(np.asarray(law.ppf(levels)))
    turns = np.flatnonzero(works[1:] != works[:-1])
    found_ends = np.empty(turns.size)
    for k, turn in enumerate(turns):
        low, high = levels[turn : turn + 1], levels[turn + 1 : turn + 2]
        sign = 1.0 if works[turn] else -1.0

        def excess(level: Array, sign: float = sign) -> Array:
            return sign * found.rises(np.asarray(law.ppf(level)))

        smooth = bool(excess(low)[0] > 0) and bool(excess(high)[0] <= 0)
        end = falls_between(excess, low, high) if smooth else _jump(found, law, (low, high), works[turn])
        found_ends[k] = float(end[0])
    return found_ends


def _jump(found: LeastReply, law: Law, ends: tuple[Array, Array], first: bool) -> Array:
    """The level between two at which efforts jump to or from the reserve (``first``: to it)."""
    low, high = ends
    steps = np.linspace(0.0, 1.0, 17)
    for _ in range(12):
        inner = low + (high - low) * steps
        same = found.works(np.asarray(law.ppf(inner))) == first
        at = int(np.clip(np.argmin(same), 1, steps.size - 1))
        low, high = inner[at - 1 : at], inner[at : at + 1]
    return np.asarray((low + high) / 2)
