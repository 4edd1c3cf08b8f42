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
from contests.solvers.private_bands import COARSE, Band, Shaper
from contests.solvers.private_replies import FirstOrder
from contests.solvers.private_worth_prizes import densities, even_scores, worth_of_one_below
from contests.solvers.private_worth_reply import WorthReply, rising_panels
from contests.solvers.private_worths import Worths

__all__ = ["WorthField"]

Array = NDArray[np.float64]
_STARTS, _STEPS, _FEW, _TURNS = (0.5, 1.0), 50, 15, 12
_NEAR, _SAMPLE = 15.0, 8
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
        self.panel = 3.5 * self.unit
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
        band.mesh(5.0 * self.unit, self.unit, COARSE)
        guess = worths.guess(np.concatenate([band.nodes, band.edges]))
        guess = np.where(guess > worths.middle, guess, worths.middle + slope * (guess - worths.middle))
        if np.isfinite(worths.nothing):  # there log worth may fall without bound, beyond all types
            guess = np.maximum(guess, worths.low - 5.0)
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
        x, step = even_scores(self.noise, everywhere, self.contest.n)
        kernels = [densities(self.noise, x[:, None] - place) for place in places]
        # Where no effort is no score at all, types below the first edge stand at it.
        least = [b.edges[0] if np.isneginf(b.worths.nothing) else b.worths.nothing for b in self.bands]
        ends = [
            x[:, None] - np.array([low, b.edges[0], b.edges[-1]])
            for low, b in zip(least, self.bands, strict=True)
        ]
        self._kept = _Grid(
            places, x, step, [pdf for pdf, _ in kernels], [slope for _, slope in kernels],
            [self.noise.cdf(end) for end in ends], [self.noise.sf(end) for end in ends],
            [self.noise.pdf(np.minimum(end, 1e300)) for end in ends],
        )  # fmt: skip
        return self._kept

    def _laws(self, grid: _Grid) -> tuple[list[Array], list[Array], list[Array]]:
        """Chances of each class to score below and above each score, and the densities."""
        below, above, density = [], [], []
        for k, band in enumerate(self.bands):
            low, rest, _ = band.worths.level(band.sorted_worths(self._seen(band))[0])
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
        worth = worth_of_one_below(np.array(above), np.array(below), counts, values, len(self.bands))
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
            ordered, source = band.sorted_worths(self._seen(band))
            first, second = slopes[k] @ kernel, -(slopes[k] @ bent)
            # Far from everybody no effort pays, whatever the worth: there all types are below.
            known = first > 1e-280
            first = np.where(known, first, 1.0)
            own, own_slope = band.worths.marginal(place)
            change = np.where(known, own_slope + second / first, 0.0)
            rows.append(np.where(known, worths + own + np.log(first), 0.0))
            rate = band.worths.level(ordered)[2]
            moved = kernel[:, :nodes] * (band.weights * rate[:nodes])
            # Whoever stands still between two edges moves with them.
            pulled = np.where(band.free, moved @ (band.hats * change[:nodes, None]), 0.0)
            if not band.free[0]:
                pulled[:, 0] = rate[nodes] * (grid.cdf_ends[k][:, 0] - grid.cdf_ends[k][:, 1])
            if source is not None:
                whose = np.zeros((source.size, source.size))
                whose[np.arange(source.size), source] = 1.0
                moved[:, : source.size] = moved[:, : source.size] @ whose
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
        try:
            move = np.linalg.solve(np.vstack(blocks), -np.concatenate(rows))
        except np.linalg.LinAlgError:  # types whose place makes no difference
            move = np.array([np.nan])
        return self._move(move, most, everybody)

    def _seen(self, band: Band) -> float:
        """The location from which types of a class matter to others."""
        return float(band.edges[-1]) - _SEEN * self.unit

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
            seen = band.nodes > self._seen(band)
            first = band.pins[:1] + (0.0 if band.free[0] else ends[:1])
            last = band.pins[-1:] + (0.0 if band.free[-1] else ends[-1:])  # seen even if no node is
            band.lowest = float(np.min(np.concatenate([(band.inside + inside)[seen], first[seen[:1]], last])))
            # What is wanted beyond all types makes no difference; who does next to nothing matters little.
            whole = np.concatenate([band.inside, band.pins])
            goal = whole + np.concatenate([inside, np.where(band.free, 0.0, ends)])
            wanted = np.abs(np.clip(goal, least, high) - np.clip(whole, least, high))
            matter = np.exp(
                np.minimum(np.concatenate([band.nodes, band.edges]) - self._seen(band), 0.0) / self.unit
            )
            wanted *= np.where(everybody & (np.arange(matter.size) < nodes), 1.0, matter)
            inside, ends = np.clip(inside, -most, most), np.where(band.free, ends, np.clip(ends, -most, most))
            if self.deep and band.worths.bounded:
                # The weakest stay above the lowest worth, approaching it by a factor at a time.
                room = np.where(band.inside > low, 0.9 * (band.inside - low), np.inf)
                inside = np.maximum(inside, -room)
                if band.pins[0] > low and not band.free[0]:
                    ends[0] = max(ends[0], -0.9 * (band.pins[0] - low))
            band.inside = band.inside + inside
            band.pins = np.where(band.free, band.pins, band.pins + ends)
            room = np.diff(band.edges)
            if not np.all(room > 0):
                raise ConvergenceError(_UNSETTLED)  # a segment has shrunk to nothing, to rounding
            shift = np.where(band.free, np.clip(ends, -self.panel, self.panel), 0.0)
            largest = max(largest, float(wanted.max()), float(np.abs(shift).max()))
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
        # Whether the weakest of a bounded law trail off or end somewhere is not always known from afar.
        ends = any(self._ends(band) for band in coarse)
        for deep in (not ends, ends):
            self.bands, self.deep = [replace(band) for band in coarse], deep
            if self._finish() and not any(self._is_cut(band) for band in self.bands):
                break
        else:
            raise ConvergenceError(_UNSETTLED)
        self._check()
        replies = self._replies()
        for reply in replies:  # which fails where the effort of some type is not found
            reply(reply.type_nodes()[0][::_SAMPLE])
        return replies

    def _ends(self, band: Band) -> bool:
        """Whether a bounded class seems to end well within those who matter."""
        near = band.nodes > band.edges[-1] - _NEAR * self.unit
        return band.worths.bounded and bool(np.any(band.inside[near] < band.worths.low - 1e-3))

    def _is_cut(self, band: Band) -> bool:
        """Whether types are missing at the bottom of a bounded class, where they would be seen."""
        return band.worths.bounded and band.lowest < band.worths.low - 1e-9

    def _finish(self) -> bool:
        """Newton's method with panels that fit; whether it settles."""
        for _ in range(_TURNS):
            for band in self.bands:
                self.shaper.pin(band, deep=self.deep)
            if self._polish():
                if not any(self.shaper.is_loose(band, deep=self.deep) for band in self.bands):
                    return True
            elif self.deep:
                return False
        return False

    def _approach(self) -> bool:
        """Newton's method on the fixed range; whether it settles."""
        most, before = 1.0, np.inf
        for _ in range(_STEPS):
            moved = self.newton(most, everybody=True)
            if moved < 0.03:
                return True
            # Among very many a little more effort is far too much, and steps go to and fro.
            most = min(1.5 * most, 1.0) if moved < before else 0.5 * most
            before = moved
            if most < 1e-3:
                break
        return False

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
            if np.any(falls & (place[order][1:] > self._seen(band))):
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
            panels = [
                np.linspace(a, b, number + 1)[:-1]
                for a, b, number in zip(band.edges[:-1], band.edges[1:], band.panels.tolist(), strict=True)
            ]
            ends = np.append(np.concatenate(panels), band.edges[-1])
            found.append(
                WorthReply(
                    types=band.worths.law, function=condition, scores_increase=band.worths.is_value,
                    breaks=level[(level > 0.0) & (level < 1.0) & stays_out & ~band.free[0]],
                    panels=rising_panels(condition, band.worths, ends, self._seen(band)),
                )
            )  # fmt: skip
        return found
