"""Private types without noise, discretised: thresholds between intervals of bids (Athey 2001).

A *bid* is an effort of a contestant of ability zero; all who bid the same score the same. The actions
are nothing at all, and a draw from each interval between neighbouring bids. A monotone strategy cuts the
levels of a class at thresholds g_0 <= g_1 <= ...: the types between two thresholds take one action, laid
out evenly over its interval. The type at threshold k gains nothing by the higher of the two actions that
meet there:

    F_k = U(k + 1, type at g_k) - U(k, type at g_k) = 0,

with U in the middle of each interval, from what the ranks are worth to the type (:mod:`contests.ranks`;
who does nothing ties with all who do not either). What an action wins depends on the rivals' thresholds
at its own two ends only, so that the derivatives of F are banded. Conditions over two intervals do not
see wiggles from one interval to the next: strategies are drawn through the middles of the intervals,
where there are none. `contests.solvers.threshold_path` solves for the thresholds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.ranks import rank_distribution, rank_distribution_slope
from contests.solvers.private_levels import TypeLevels

__all__ = ["Bands", "ThresholdGame"]

Array = NDArray[np.float64]
_HAIR = 1e-5  # relative change of a level, for derivatives in the type


@dataclass(frozen=True)
class Bands:
    """The conditions of the thresholds and their derivatives.

    Attributes
    ----------
    gain : ndarray, shape (classes, thresholds)
        F: what the threshold type gains by the higher of the two actions.
    before, same, after : ndarray, shape (classes, classes, thresholds)
        Derivatives of the gain at threshold k of the first class in the thresholds k - 1, k and k + 1 of
        the second.
    """

    gain: Array
    before: Array
    same: Array
    after: Array


class ThresholdGame:
    """A contest without noise between private types, with a grid of bids.

    Parameters
    ----------
    contest : Contest
        Private types, no noise.
    bids : ndarray, shape (knots,)
        Increasing, from zero (or the bid that meets the reserve) up.
    """

    def __init__(self, contest: Contest, bids: Array) -> None:
        self.contest, self.bids = contest, bids
        kinds = contest.kind_of()[: contest.n]
        _, first, counts = np.unique(kinds, return_index=True, return_counts=True)
        self.first: list[int] = [int(i) for i in first]
        self.counts: list[int] = [int(number) for number in counts]
        self.trait = contest.contestants.private_trait
        self.levels = [
            TypeLevels(contest.contestants.law_of(i), self.trait != "cost")  # type: ignore[attr-defined]
            for i in self.first
        ]
        # As many points as make averages over ties exact for up to 16.
        x, w = np.polynomial.legendre.leggauss(8)
        self.share, self.weight = (x + 1) / 2, w / 2
        self.stations = np.concatenate([[0.0], (bids[:-1] + bids[1:]) / 2])
        self.actions = self.stations.size
        self.ranked = not np.isfinite(contest.entry.least_quality)  # whether doing nothing is
        ranks = contest.prizes.by_rank()[: contest.n]
        self.prizes = np.broadcast_to(ranks, (self.actions, ranks.size))
        if contest.prizes.share:
            self.prizes = contest.prizes.to_winner(contest.technology.location(self.stations, 0.0))[:, None]
        middle = np.mean(
            [self._cost(levels.type_at(np.zeros(self.actions))) for levels in self.levels], axis=0
        )
        #: Steps of cost from bid to bid for the average type: the scale of each condition.
        self.scale = np.maximum(np.diff(middle), 1e-12 * float(middle[-1]))
        self.worth = np.append(self.scale[0], np.cumsum(self.scale))

    def types(self, levels: Array) -> Array:
        """Return the types at ``levels``, shape (classes, thresholds)."""
        with np.errstate(divide="ignore"):  # levels of exactly zero or one: the ends of the law
            odds = np.log(levels) - np.log1p(-levels)
        return np.array([one.type_at(z) for one, z in zip(self.levels, odds, strict=True)])

    def effort(self, c: int, bids: Array, types: Array) -> Array:
        """Return the efforts of ``types`` of class ``c`` for ``bids``, broadcast against each other."""
        if self.trait != "ability":
            return np.asarray(bids + np.zeros(np.shape(types)), float)
        race = self.contest.race
        assert race is not None
        assert race.effort is not None
        return np.asarray(race.effort(self.first[c], race.location(self.first[c], bids, 0.0), types))

    def _cost(self, types: Array, rows: slice = slice(None)) -> Array:
        """The cost of the bids in ``rows``, one type for each."""
        factor = types if self.trait == "cost" else 1.0
        return np.asarray(factor * self.contest.cost(self.effort(0, self.stations[rows], types)))

    def _worths(self, types: Array, rows: slice) -> Array:
        """What each rank is worth to ``types`` at the bids in ``rows``; the last column: no prize."""
        won = (types[:, None] if self.trait == "value" else 1.0) * self.prizes[rows]
        utility, cost = self.contest.contestants.utility_of(0), self._cost(types, rows)
        ranked = np.concatenate([won, np.zeros((won.shape[0], 1))], axis=1) - cost[:, None]
        if utility is None:
            return np.asarray(ranked)
        wealth = self.contest.contestants.wealth
        return np.asarray(utility.gain(wealth + ranked, wealth))

    def _chances(self, steps: Array) -> tuple[Array, Array, Array]:
        """Rank probabilities of every action, and their derivatives in its lower and upper threshold.

        Shapes (classes, actions, ranks), and (classes, classes, actions, ranks) twice. Among those who do
        nothing chances are averages over even draws between the thresholds.
        """
        top = np.cumsum(steps, axis=1)
        below = np.minimum(top - steps / 2, 1.0)
        above = np.maximum(1.0 - below, 0.0)
        chance, slope = self._ranks(below, above)
        lower, upper = slope / 2, slope / 2
        spread = steps[:, :1] * self.share
        tied, moved = self._ranks(spread, 1.0 - spread)
        chance[:, 0] = np.einsum("cpr,p->cr", tied, self.weight)
        lower[:, :, 0], upper[:, :, 0] = 0.0, np.einsum("cdpr,p->cdr", moved, self.weight * self.share)
        if not self.ranked:
            chance[:, 0], upper[:, :, 0] = 0.0, 0.0
        return chance, lower, upper

    def _ranks(self, below: Array, above: Array) -> tuple[Array, Array]:
        classes, ranks = len(self.counts), self.prizes.shape[-1]
        chance = np.empty((*below.shape, ranks))
        slope = np.zeros((classes, *below.shape, ranks))
        for c in range(classes):
            counts = list(self.counts)
            counts[c] -= 1
            kept = [d for d in range(classes) if counts[d] > 0]
            field = [above[d] for d in kept], [below[d] for d in kept]
            numbers = [counts[d] for d in kept]
            chance[c] = rank_distribution(*field, numbers, ranks)
            for d in kept:
                alone = [np.full(below[d].shape, 1.0 if e == d else 0.0) for e in kept]
                slope[c, d] = rank_distribution_slope(*field, alone, numbers, ranks)[1]
        return chance, slope

    def bands(self, steps: Array) -> Bands:
        """Return the conditions of the thresholds and their derivatives.

        Parameters
        ----------
        steps : ndarray, shape (classes, actions)
            Shares of the types that take each action; they sum to one.
        """
        thresholds = np.clip(np.cumsum(steps, axis=1)[:, :-1], 1e-300, 1.0 - 1e-16)
        chance, lower, upper = self._chances(steps)
        full = np.concatenate([chance, 1.0 - chance.sum(axis=-1, keepdims=True)], axis=-1)
        hair = _HAIR * np.minimum(thresholds, 1.0 - thresholds)
        trio = self.types(thresholds), self.types(thresholds + hair), self.types(thresholds - hair)
        low, high = slice(0, self.actions - 1), slice(1, self.actions)
        classes = len(self.counts)
        gain, bend = np.empty(thresholds.shape), np.empty(thresholds.shape)
        before, same, after = (np.zeros((classes, classes, self.actions - 1)) for _ in range(3))
        for c in range(classes):
            worths = [(self._worths(t[c], low), self._worths(t[c], high)) for t in trio]
            gain[c], more, less = (
                np.sum(full[c, high] * above - full[c, low] * below, axis=1) for below, above in worths
            )
            bend[c] = (more - less) / np.maximum(2.0 * hair[c], 1e-300)
            # Beyond the last column: what is not won by rank is not won at all.
            below, above = (worth[:, :-1] - worth[:, -1:] for worth in worths[0])
            before[c] = -np.sum(lower[c][:, low] * below, axis=2)
            same[c] = np.sum(lower[c][:, high] * above, axis=2) - np.sum(upper[c][:, low] * below, axis=2)
            after[c] = np.sum(upper[c][:, high] * above, axis=2)
        own = np.arange(classes)
        same[own, own] += bend
        return Bands(gain, before, same, after)

    def reach(self) -> float:
        """Return the largest bid that any type of any class could find worth while, but for a few types."""
        tops: list[Any] = []
        for i, levels in zip(self.first, self.levels, strict=True):
            strong = levels.type_at(np.array([13.8]))  # the best of a million
            effort = self.contest.largest_effort(i, strong)
            if self.trait == "ability":
                race = self.contest.race
                assert race is not None
                assert race.effort is not None
                effort = race.effort(i, race.location(i, effort, strong), 0.0)
            tops.append(float(np.max(effort)))
        return float(max(tops))
