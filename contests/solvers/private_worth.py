"""Private values or costs under a shock or in a lottery: which type stands where.

A type's worth w (value over cost factor) enters her first-order condition as a factor only, so that
the type who stands at location L is known in closed form once the field is,

    log w(L) = -log P'(L) - psi(L),        psi = log (dL/de) - log c'(e),

P' being the marginal prize of location. The unknown is therefore the law of locations,
G(L) = Pr(worth <= w(L)), not effort by type: where types cannot hope to win against anyone but
their like, effort falls by twenty powers of ten within a sliver of types, but w(L) hardly moves, and
thresholds of participation are nothing but the value of G at the bottom. Integrals over rivals are
by parts, int F(x - L) dG = [F G] + int f(x - L) G dL, with Gauss points on panels between places
where a quantile of the type stands; the places move with the solution. One Newton iteration with
the exact Jacobian of the rank kernel: first on a fixed even grid, then with the places free.

Existence and uniqueness are as in `contests.solvers.private_shock`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.errors import ConvergenceError
from contests.leave_one_out import conditional_prizes
from contests.prize_tables import score_grid
from contests.solvers.private_bands import POINTS, Band, Shaper
from contests.solvers.private_replies import FirstOrder
from contests.solvers.private_worth_reply import WorthReply
from contests.solvers.private_worths import Worths

__all__ = ["WorthField"]

Array = NDArray[np.float64]
_STARTS, _STEPS, _FEW, _TURNS = (0.5, 1.0), 50, 15, 12
_SEEN = 25.0  # log odds against the strongest beyond which types are not waited for
_UNSETTLED = (
    "Newton's method on the efforts of the types did not settle. With an exponent above 1 or a small shock "
    "there may be no equilibrium in which effort is a function of the type."
)


class _Grid(NamedTuple):
    """A grid of scores and everybody's noise on it; at the ends: nothing, the first and the last place."""

    places: list[Array]
    x: Array
    step: float
    pdf: list[Array]
    slope: list[Array]
    cdf_ends: list[Array]
    sf_ends: list[Array]
    pdf_ends: list[Array]


class WorthField:
    """All classes of a contest with private values or costs, and the laws of their locations.

    Parameters
    ----------
    contest : Contest
        The parts; the trait is a value or a cost.
    depth : float
        Log odds of winning against the strongest below which a type does not matter to others.
    """

    def __init__(self, contest: Contest, depth: float = 45.0) -> None:
        self.contest, race = contest, contest.race
        assert race is not None
        assert race.noise is not None
        self.race, self.noise = race, race.noise
        kinds = contest.kind_of()[: contest.n]
        _, first, counts = np.unique(kinds, return_index=True, return_counts=True)
        self.counts = [int(count) for count in counts]
        self.worths = [Worths(contest, int(i)) for i in first]
        self.unit = self.noise.std() / 1.28
        self.panel = 2.5 * self.unit
        self.shaper = Shaper(self.unit, self.panel, contest.n, depth)
        self.bands: list[Band] = []
        self._kept: _Grid | None = None
        self.deep = False

    def _start(self, worths: Worths, count: int, slope: float) -> Band:
        """A fixed even range of locations that holds all who matter, and a first guess of who stands where.

        Below the weakest quarter of the types worth falls at ``slope`` times the rate at which it would if
        all did a fixed share of what could be won: where effort collapses it is next to constant.
        """
        low, high = worths.reach
        low = max(low, high - self.shaper.depth * self.unit)
        band = Band(worths, count, np.array([low, high]), np.zeros(2), np.zeros(2, dtype=bool))
        band.mesh(2.0 * self.panel)
        guess = worths.guess(np.concatenate([band.nodes, band.edges]))
        guess = np.where(guess > worths.middle, guess, worths.middle + slope * (guess - worths.middle))
        band.inside, band.pins = guess[:-2], guess[-2:]
        return band

    def _kernels(self) -> _Grid:
        """The grid of scores and the densities of noise on it; kept as long as nobody's place moves."""
        places = [np.concatenate([b.nodes, b.edges]) for b in self.bands]
        if self._kept is not None and all(
            np.array_equal(a, b) for a, b in zip(places, self._kept.places, strict=True)
        ):
            return self._kept
        everywhere = np.concatenate(places)
        if np.isfinite(self.race.nature):
            everywhere = np.append(everywhere, self.race.nature)
        grid = score_grid(self.noise, everywhere, self.contest.n, margin=False)
        if grid is None:
            raise ConvergenceError("The efforts of the types lie too far apart to be ranked on one grid.")
        offsets = [grid.x[:, None] - place for place in places]
        pdf = [self.noise.pdf(offset) for offset in offsets]
        slope = [self.noise.slope(offset) for offset in offsets]
        ends = [grid.x[:, None] - np.array([b.worths.nothing, b.edges[0], b.edges[-1]]) for b in self.bands]
        self._kept = _Grid(
            places, grid.x, grid.step, pdf, slope,
            [self.noise.cdf(end) for end in ends], [self.noise.sf(end) for end in ends],
            [self.noise.pdf(np.minimum(end, 1e300)) for end in ends],
        )  # fmt: skip
        return self._kept

    def _laws(self, grid: _Grid) -> tuple[list[Array], list[Array], list[Array]]:
        """Chances of each class to score below and above each score, and the densities."""
        below, above, density = [], [], []
        for k, band in enumerate(self.bands):
            low, rest, _ = band.worths.level(np.concatenate([band.inside, band.pins]))
            nodes, size = band.inside.size, band.weights
            kernel, slope = grid.pdf[k][:, :nodes], grid.slope[k][:, :nodes]
            jump = np.array([low[nodes], -low[nodes], low[-1]])
            below.append(np.clip(grid.cdf_ends[k] @ jump + kernel @ (size * low[:nodes]), 0.0, 1.0))
            density.append(np.maximum(grid.pdf_ends[k] @ jump + slope @ (size * low[:nodes]), 0.0))
            jump = np.array([low[nodes], rest[nodes], -rest[-1]])
            above.append(np.clip(grid.sf_ends[k] @ jump + kernel @ (size * rest[:nodes]), 0.0, 1.0))
        return below, above, density

    def _worth(self) -> tuple[_Grid, Array, Array]:
        """Scores, derivatives of expected prizes, and the worth of one more class member below."""
        grid = self._kernels()
        below, above, density = self._laws(grid)
        counts = list(self.counts)
        if np.isfinite(self.race.nature):
            offset = grid.x - self.race.nature
            below, above = [*below, self.noise.cdf(offset)], [*above, self.noise.sf(offset)]
            density, counts = [*density, self.noise.pdf(offset)], [*counts, 1]
        values = self.contest.prizes.by_rank()[: self.contest.n]
        wanted, size = len(self.bands), len(counts)
        worth = np.zeros((wanted, size, grid.x.size))
        for d in range(size):
            only = np.zeros((size, grid.x.size))
            only[d] = 1.0
            worth[:, d] = conditional_prizes(np.array(above), np.array(below), only, counts, values, wanted)[
                1
            ]
        return grid, np.einsum("kdx,dx->kx", worth, np.array(density)) * grid.step, worth

    def newton(self, most: float, *, everybody: bool = False) -> float:
        """Take one Newton step; return the largest move wanted.

        Parameters
        ----------
        most : float
            By how much log worths may move.
        everybody : bool
            Whether types who do next to nothing count in what is returned.
        """
        grid, slopes, worth = self._worth()
        columns, rows, diagonal, left = [], [], [], []
        for k, band in enumerate(self.bands):
            place, kernel, bent = grid.places[k], grid.pdf[k], grid.slope[k]
            worths, nodes = np.concatenate([band.inside, band.pins]), band.inside.size
            first, second = slopes[k] @ kernel, -(slopes[k] @ bent)
            # Far from everybody no effort pays, whatever the worth: there all types are below.
            known = first > 1e-280
            first = np.where(known, first, 1.0)
            own, own_slope = band.worths.marginal(place)
            change = np.where(known, own_slope + second / first, 0.0)
            rows.append(np.where(known, worths + own + np.log(first), 0.0))
            rate = band.worths.level(worths)[2]
            moved = kernel[:, :nodes] * (band.weights * rate[:nodes])
            # Whoever stands still between two edges moves with them.
            pulled = np.where(band.free, moved @ (band.hats * change[:nodes, None]), 0.0)
            if not band.free[0]:
                pulled[:, 0] = rate[nodes] * (grid.cdf_ends[k][:, 0] - grid.cdf_ends[k][:, 1])
            columns.append(np.hstack([moved, pulled]))
            own_part = np.eye(place.size)
            hats = np.vstack([band.hats, np.eye(band.edges.size)])
            own_part[:, nodes:] = np.where(band.free, hats * change[:, None], own_part[:, nodes:])
            diagonal.append(own_part)
            left.append(np.where(known, 1.0 / first, 0.0)[:, None] * bent.T)
        blocks = []
        for k in range(len(self.bands)):
            row = [-(left[k] * (worth[k, d] * grid.step)) @ columns[d] for d in range(len(self.bands))]
            row[k] = row[k] + diagonal[k]
            blocks.append(np.hstack(row))
        move = np.linalg.solve(np.vstack(blocks), -np.concatenate(rows))
        return self._move(move, most, everybody)

    def _move(self, move: Array, most: float, everybody: bool) -> float:
        """Apply a Newton step within bounds; return its largest part."""
        if not np.all(np.isfinite(move)):
            raise ConvergenceError("Newton's method on the locations of the types failed.")
        start, largest = 0, 0.0
        for band in self.bands:
            nodes, edges = band.inside.size, band.edges.size
            inside, ends = move[start : start + nodes], move[start + nodes : start + nodes + edges]
            start += nodes + edges
            low, (least, high) = band.worths.low, band.worths.bulk
            band.lowest = float(band.pins[0] + (0.0 if band.free[0] else ends[0]))
            # What is wanted beyond all types makes no difference, nor do those who do a billionth.
            wanted = np.clip(band.inside + inside, least, high) - np.clip(band.inside, least, high)
            seen = everybody | (band.nodes > band.edges[-1] - _SEEN * self.unit)
            wanted = np.where(seen, wanted, 0.0)
            inside, ends = np.clip(inside, -most, most), np.where(band.free, ends, np.clip(ends, -most, most))
            if self.deep and band.worths.even:
                # The weakest stay above the lowest worth, approaching it by a factor at a time.
                room = np.where(band.inside > low, 0.9 * (band.inside - low), np.inf)
                inside = np.maximum(inside, -room)
                if band.pins[0] > low and not band.free[0]:
                    ends[0] = max(ends[0], -0.9 * (band.pins[0] - low))
            band.inside = band.inside + inside
            band.pins = np.where(band.free, band.pins, band.pins + ends)
            room = np.diff(band.edges)
            shift = np.where(band.free, np.clip(ends, -self.panel, self.panel), 0.0)
            largest = max(largest, float(np.abs(wanted).max()), float(np.abs(shift).max()))
            # Segments shrink to no less than a third in a step.
            shrink = np.max(-np.diff(shift) / room, initial=0.0)
            band.edges = band.edges + shift * min(1.0, 0.67 / max(shrink, 1e-300))
        return largest

    def solve(self) -> list[WorthReply]:
        """Return the strategies of all classes in equilibrium."""
        for start in _STARTS:
            self.bands = [self._start(w, c, start) for w, c in zip(self.worths, self.counts, strict=True)]
            if self._approach():
                break
        else:
            raise ConvergenceError(_UNSETTLED)
        coarse = [replace(band) for band in self.bands]
        # Whether the weakest of an even law trail off or end somewhere is not always known from afar.
        for deep in (True, False):
            if deep and any(b.worths.even and b.lowest < b.worths.low - 0.05 for b in coarse):
                continue
            self.bands, self.deep = [replace(band) for band in coarse], deep
            if self._finish() and not any(self._is_cut(band) for band in self.bands):
                break
        else:
            raise ConvergenceError(_UNSETTLED)
        self._check()
        return self._replies()

    def _is_cut(self, band: Band) -> bool:
        """Whether types are missing at the bottom of a class without tails, where they would be seen."""
        seen = bool(band.edges[0] > band.edges[-1] - _SEEN * self.unit)
        return band.worths.even and seen and band.lowest < band.worths.low - 1e-9

    def _finish(self) -> bool:
        """Newton's method with panels that fit; whether it settles."""
        for _ in range(_TURNS):
            for band in self.bands:
                self.shaper.pin(band, deep=self.deep)
            if self._polish():
                if self.deep or not any(self.shaper.is_loose(band) for band in self.bands):
                    return True
            elif self.deep:
                return False
        return False

    def _approach(self) -> bool:
        """Newton's method on the fixed range; whether it settles."""
        return any(self.newton(1.0, everybody=True) < 0.03 for _ in range(_STEPS))

    def _polish(self) -> bool:
        """Newton's method to rounding; false if the panels no longer fit."""
        for _ in range(_FEW):
            moved = self.newton(0.5)
            if any(self.shaper.is_misshapen(band) for band in self.bands):
                return False
            if moved < 1e-8:  # the step just taken was the last: convergence is quadratic
                return True
        return False

    def _check(self) -> None:
        """Refuse what is no strategy: a worth that falls as effort rises, unless that is next to none."""
        for band in self.bands:
            place, worth = np.concatenate([band.nodes, band.edges]), np.concatenate([band.inside, band.pins])
            order = np.argsort(place)
            falls = np.diff(worth[order]) < -1e-9
            if np.any(falls & (place[order][1:] > band.edges[-1] - _SEEN * self.unit)):
                raise ConvergenceError(
                    "Efforts would jump with the type: in between, marginal prizes rise faster than marginal "
                    "costs. With an exponent above 1 or a small shock there may be no equilibrium in which "
                    "effort is a function of the type."
                )
            worth[order] = np.minimum.accumulate(worth[order][::-1])[::-1]
            band.inside = worth[: band.inside.size]
            band.pins = np.where(band.free, band.pins, worth[band.inside.size :])

    def _replies(self) -> list[WorthReply]:
        """The strategies of all classes."""
        grid, slopes, _ = self._worth()
        found = []
        working = [self.shaper.is_whole(band) for band in self.bands]
        for k, band in enumerate(self.bands):
            place, worth = np.concatenate([band.edges, band.nodes]), np.concatenate([band.pins, band.inside])
            others = [count - (d == k) for d, count in enumerate(self.counts)]
            sure = any(works and number > 0 for works, number in zip(working, others, strict=True))
            silent = np.isneginf(band.worths.nothing) and not np.isfinite(self.race.nature)
            stays_out = not silent or sure
            types, logs = band.worths.types(worth), band.worths.log_effort(place)
            order = np.argsort(types)
            condition = FirstOrder(
                contest=self.contest, contestant=band.worths.contestant, scores=grid.x, slopes=slopes[k],
                types=types[order], logs=logs[order], stays_out=stays_out,
            )  # fmt: skip
            below, above, _ = band.worths.level(band.pins[:1])
            level = below if band.worths.is_value else above
            numbers = np.bincount(band.segment, minlength=band.edges.size - 1)
            panels = [
                np.linspace(a, b, number // POINTS + 1)[:-1]
                for a, b, number in zip(band.edges[:-1], band.edges[1:], numbers, strict=True)
            ]
            found.append(
                WorthReply(
                    types=band.worths.law, function=condition, scores_increase=band.worths.is_value,
                    breaks=level[(level > 0.0) & (level < 1.0) & stays_out & ~band.free[0]],
                    panels=np.append(np.concatenate(panels), band.edges[-1]),
                )
            )  # fmt: skip
        return found
