"""Private types under a shock with corners or long tails: marginal prizes by location as unknowns.

Efforts by type follow from the marginal prize P'(L) of standing at a location, through the
first-order condition of `private_replies`; P' follows from everybody's efforts, by the integrals of
:mod:`contests.smeared_prizes`. P' is smoother than anything else here, whatever the shock: it bends
only where two ends of ranges meet. So the unknowns are its values at the Gauss points of panels cut
at those places, and the fixed point is found by Anderson's (1965) acceleration of the best reply,
whose types who do nothing, thresholds and bends are resolved anew in every round.

Panels are made twice: coarse ones until the reply has nearly settled, fine ones from then on until
neither the values nor the panels move.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.errors import ConvergenceError
from contests.noise_panels import noise_panels
from contests.piecewise import Piecewise, rule
from contests.scores import NoisyScores, Scores
from contests.smeared_prizes import SmearedPrizes, smeared_prizes
from contests.smeared_scores import SmearedScores, smeared_scores
from contests.solvers.private_panel_order import PanelOrder
from contests.solvers.private_replies import NOTHING, ReplyByType
from contests.strategy import Monotone

__all__ = ["RoughField"]

Array = NDArray[np.float64]
_MEMORY = 6
_ROUNDS, _PATIENCE = 50, 10
_REPEATS = 8


class _Start:
    """Efforts to start from: a share of the largest effort worth while."""

    def __init__(self, contest: Contest, contestant: int) -> None:
        self.contest, self.contestant = contest, contestant

    def __call__(self, types: Array) -> Array:
        top = np.broadcast_to(self.contest.largest_effort(self.contestant, types), np.shape(types))
        return np.asarray(min(0.2, 1.0 / self.contest.n) * np.minimum(top, 1e300))


class RoughField:
    """All classes of contestants, and the fixed point of their marginal prizes.

    Parameters
    ----------
    contest : Contest
        Private types and a shock that `contests.noise_panels.noise_panels` resolves.
    start : sequence of ReplyByType, optional
        What each class does in a contest that is nearly this one, to start from.
    """

    def __init__(self, contest: Contest, start: Sequence[ReplyByType] = ()) -> None:
        self.contest = contest
        assert contest.race is not None
        assert contest.race.noise is not None
        self.race, self.noise = contest.race, contest.race.noise
        panels = noise_panels(self.noise)
        assert panels is not None
        self.width = panels.width
        kinds = contest.kind_of()[: contest.n]
        _, first, counts = np.unique(kinds, return_index=True, return_counts=True)
        self.first, self.counts = [int(i) for i in first], [int(c) for c in counts]
        traits = contest.contestants
        self.laws = [traits.law_of(i) for i in self.first]  # type: ignore[attr-defined]
        self._levels = np.concatenate([[1e-9], np.linspace(0, 1, 66)[1:-1], [1 - 1e-9]])
        self.types = [np.unique(law.ppf(self._levels)) for law in self.laws]
        self._bent = [np.array([]) for _ in self.first]
        self.stays_out = [not self._scoreless(i, t) for i, t in zip(self.first, self.types, strict=True)]
        self.reach = [self._reach(i, t) for i, t in zip(self.first, self.types, strict=True)]
        increase = traits.private_trait != "cost"
        self.strategies: list[Monotone] = [
            Monotone(types=law, function=_Start(contest, i), scores_increase=increase)
            for i, law in zip(self.first, self.laws, strict=True)
        ]
        for k, known in enumerate(start):
            # The same types bend, at the levels that they have here.
            levels = np.asarray(self.laws[k].cdf(known.types.ppf(known.breaks)), float)
            levels = np.sort(levels[(levels > 1e-9) & (levels < 1.0 - 1e-9)])
            self.strategies[k] = ReplyByType(
                types=self.laws[k], function=known.function, scores_increase=increase, breaks=levels
            )

    def _place(self, i: int, effort: Array, types: Array) -> Array:
        ability = self.contest.contestants.trait("ability", i, types)
        return np.asarray(np.broadcast_to(self.race.location(i, effort, ability), np.shape(types)), float)

    def _scoreless(self, i: int, types: Array) -> bool:
        """Whether zero effort has no score at all."""
        return bool(np.isneginf(self._place(i, np.zeros(types.shape), types)).all())

    def _reach(self, i: int, types: Array) -> tuple[float, float]:
        """Locations between which every type might stand."""
        top = np.broadcast_to(self.contest.largest_effort(i, types), types.shape)
        top = np.where(np.isfinite(top), top, top[np.isfinite(top)].max(initial=1.0))
        low = self._place(i, np.zeros(types.shape), types)
        low = np.where(np.isfinite(low), low, self._place(i, top * NOTHING, types))
        high = self._place(i, top, types)
        return float(low[np.isfinite(low)].min()), float(high[np.isfinite(high)].max())

    def scores(self, k: int, accuracy: float) -> SmearedScores:
        """Return the law of the score of class ``k`` under its strategy, to an ``accuracy``."""
        i = self.first[k]

        def location(effort: Array, types: Array) -> Array:
            return self._place(i, effort, types)

        found = smeared_scores(self.noise, self.strategies[k], location, accuracy=accuracy)
        if found is None:
            raise ConvergenceError(
                "The efforts of the types leap, or lie too far apart in units of the shock, to be resolved. "
                "A larger shock, or types closer together, would work."
            )
        return found

    def prizes(self, accuracy: float) -> SmearedPrizes:
        """Return expected prizes against the strategies as they are, to an ``accuracy``."""
        field: list[Scores] = [self.scores(k, accuracy) for k in range(len(self.first))]
        nobody = np.isfinite(self.race.nature)
        if nobody:
            field.append(NoisyScores(self.noise, np.array([self.race.nature]), np.ones(1)))
        values = self.contest.prizes.by_rank()[: self.contest.n]
        found = smeared_prizes(
            self.noise, field, [*self.counts, 1] if nobody else self.counts, values, len(self.first),
            accuracy=accuracy,
        )  # fmt: skip
        if found is None:
            raise ConvergenceError("Expected prizes given the score could not be resolved by 3000 panels.")
        return found

    def solve(self) -> list[ReplyByType]:
        """Return the strategies of all classes."""
        prizes = self.prizes(1e-7)
        tables = self._tables(prizes, 1e-7)
        tables = self._settle(tables, prizes, 1e-7, 1e-5)
        for _ in range(_REPEATS):
            prizes = self.prizes(1e-12)
            fresh = self._tables(prizes, 1e-11)
            tables = self._settle(fresh, prizes, 1e-12, 1e-10)
            moved = self._moved(tables)
            if moved < 1e-9:
                return [s for s in self.strategies if isinstance(s, ReplyByType)]
        raise ConvergenceError(
            "The marginal prizes did not settle: their panels go on moving with the types who work."
        )

    def _moved(self, tables: list[Piecewise]) -> float:
        """How far the marginal prizes of the types are from those that follow from them."""
        self.strategies = list(self._replies(tables, bends=True))
        prizes = self.prizes(1e-12)
        worst = 0.0
        for k, (i, table) in enumerate(zip(self.first, tables, strict=True)):
            place = self._place(i, self.strategies[k](self.types[k]), self.types[k])
            place = place[np.isfinite(place)]
            now = prizes.exactly(k, place)[1]
            worst = max(worst, float(np.abs(table.at(place, 0) - now).max() / now.max()))
        return worst

    def _tables(self, prizes: SmearedPrizes, accuracy: float) -> list[Piecewise]:
        """Marginal prizes by location of each class, on panels of their own."""
        found = []
        for k, (low, high) in enumerate(self.reach):
            both = prizes.table(k, low, high + self.width, accuracy=accuracy)
            found.append(Piecewise(both.edges, both.coefficients[1:]))
        return found

    def _replies(self, tables: list[Piecewise], *, bends: bool = False) -> list[ReplyByType]:
        """Best replies to marginal prizes; their ``bends`` looked for anew or as they were."""
        found = []
        for k, i in enumerate(self.first):
            types = self.types[k]
            top = np.broadcast_to(self.contest.largest_effort(i, types), types.shape)
            with np.errstate(divide="ignore", invalid="ignore"):  # a type without effort
                before = np.log(np.maximum(self.strategies[k](types), NOTHING * top))
            condition = self._condition(k, tables, before)
            if not self.stays_out[k] and not np.any(condition.works(types)):
                raise ConvergenceError(
                    "No type would exert effort: at zero its marginal cost exceeds what can be won."
                )
            law, increase = self.laws[k], self.contest.contestants.private_trait != "cost"
            if bends:
                self._bent[k] = self._bends(k, condition, law)
            breaks = np.sort(np.concatenate([self._thresholds(condition, law), self._bent[k]]))
            breaks = breaks[np.diff(breaks, prepend=-1.0) > 1e-9]
            found.append(ReplyByType(types=law, function=condition, scores_increase=increase, breaks=breaks))
        return found

    def _condition(self, k: int, tables: list[Piecewise], before: Array) -> PanelOrder:
        """The first-order condition of class ``k``; logs of its efforts ``before`` to start from."""
        return PanelOrder(
            contest=self.contest, contestant=self.first[k], scores=tables[k].edges,
            slopes=tables[k].coefficients[0], types=self.types[k], logs=before, stays_out=self.stays_out[k],
        )  # fmt: skip

    def _thresholds(self, condition: PanelOrder, law: Any) -> Array:
        """Levels of types who begin or cease to work."""
        levels = self._levels
        works = condition.works(np.asarray(law.ppf(levels)))
        turns = np.flatnonzero(works[1:] != works[:-1])
        low, high, first = levels[turns], levels[turns + 1], works[turns]
        for _ in range(50 if turns.size else 0):
            middle = (low + high) / 2
            same = condition.works(np.asarray(law.ppf(middle))) == first
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        return np.asarray((low + high) / 2)

    def _bends(self, k: int, condition: PanelOrder, law: Any) -> Array:
        """Levels of types who stand where the marginal prize bends."""
        i, levels = self.first[k], self._levels
        place = self._place(i, condition(law.ppf(levels)), law.ppf(levels))
        marks = self._corners
        with np.errstate(invalid="ignore"):  # two types without a score
            between = (place[:-1, None] < marks) != (place[1:, None] < marks)
        cell, mark = np.nonzero(between)
        low, high, goal = levels[cell], levels[cell + 1], marks[mark]
        below, above = place[cell] - goal, place[cell + 1] - goal
        # Regula falsi; the weight of an end that stays twice is halved (Illinois): the bracket holds.
        last = np.zeros(cell.size, dtype=bool)
        for turn in range(14 if cell.size else 0):
            with np.errstate(invalid="ignore"):  # both ends at the corner, or an end without a place
                cut = high - above * (high - low) / (above - below)
            middle = np.where((cut > low) & (cut < high), cut, (low + high) / 2)
            types = np.asarray(law.ppf(middle))
            miss = self._place(i, condition(types), types) - goal
            left = np.sign(miss) == np.sign(below)
            stays = np.where((left == last) & (turn > 0), 0.5, 1.0)
            low, high = np.where(left, middle, low), np.where(left, high, middle)
            below, above = np.where(left, miss, below * stays), np.where(left, above * stays, miss)
            last = left
        return np.asarray(np.where(np.abs(below) < np.abs(above), low, high))

    def _settle(
        self, tables: list[Piecewise], prizes: SmearedPrizes, accuracy: float, goal: float
    ) -> list[Piecewise]:
        """Accelerate the best reply, on panels as they are, until it moves less than a goal."""
        points, _, fit = rule()
        self._corners = prizes.corners
        nodes = [(t.middle[:, None] + t.half[:, None] * points).ravel() for t in tables]
        sizes = np.cumsum([x.size for x in nodes])[:-1]
        vandermonde = np.polynomial.chebyshev.chebvander(points, points.size - 1).T
        x = np.concatenate([(t.coefficients[0] @ vandermonde).ravel() for t in tables])
        scale = np.concatenate(
            # Where nothing can be won at any margin nothing moves.
            [np.full(n.size, p.max() or 1.0) for n, p in zip(nodes, np.split(x, sizes), strict=True)]
        )
        steps: list[Array] = []
        changes: list[Array] = []
        last: tuple[Array, Array] | None = None
        moved = np.inf
        for turn in range(_ROUNDS):
            made = [
                Piecewise(t.edges, (part.reshape(-1, points.size) @ fit)[None])
                for t, part in zip(tables, np.split(x, sizes), strict=True)
            ]
            self.strategies = list(self._replies(made, bends=last is None and accuracy < 1e-9))
            prizes = self.prizes(accuracy)
            new = np.concatenate([prizes.exactly(k, n)[1] for k, n in enumerate(nodes)])
            residual = (new - x) / scale
            moved = float(np.abs(residual).max())
            if moved < goal:
                return made
            if turn >= _PATIENCE and moved > 0.1:
                break
            if last is not None:
                steps, changes = [*steps, x - last[0]][-_MEMORY:], [*changes, residual - last[1]][-_MEMORY:]
            last = x, residual
            x = x + residual * scale
            if steps:
                matrix = np.array(changes).T
                share = np.linalg.lstsq(matrix, residual, rcond=1e-12)[0]
                x = x - np.array(steps).T @ share - (matrix @ share) * scale
        raise ConvergenceError(
            f"The best replies of the types to one another did not settle (they moved by {moved:.1e} in the "
            "last round). With a small shock there may be no equilibrium in which effort is a function of "
            "the type."
        )
