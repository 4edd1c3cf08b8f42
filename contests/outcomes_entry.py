"""What comes of a contest in which some may stay out, or ideas may fall short of a reserve.

Prizes are paid to as many as came and passed; the best idea is the best of those that came, and
where nobody comes there is nothing: what no effort at ability zero would bring. Sums of the best k
ideas are integrals of quality over the events in which fewer than k others are better.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests import numerics, qualities
from contests.contest import Contest
from contests.outcomes import Outcomes
from contests.own_scores import own_scores, splits
from contests.profile import Profile
from contests.rivals_reserve import passing_score, score_nodes
from contests.scores import Scores
from contests.strategy import Monotone
from contests.success import Highest
from contests.technology import Trials
from contests.type_outcomes import applies
from contests.worth import ranks_at

__all__ = ["EntryOutcomes", "outcomes_of"]

Array = NDArray[np.float64]


def outcomes_of(contest: Contest, profile: Profile) -> Outcomes:
    """Return the exact expectations of what comes of a profile in a contest.

    Parameters
    ----------
    contest : Contest
        The parts.
    profile : Profile
        What everyone does.

    Returns
    -------
    Outcomes
    """
    entry = contest.entry
    if (entry.price or np.isfinite(entry.least_quality)) and not applies(contest, profile):
        return EntryOutcomes(contest, profile)
    return Outcomes(contest, profile)


class EntryOutcomes(Outcomes):
    """Expectations under a fee or a reserve where luck matters.

    Parameters
    ----------
    contest : Contest
        The parts.
    profile : Profile
        What everyone does.
    """

    def __init__(self, contest: Contest, profile: Profile) -> None:
        super().__init__(contest, profile)
        self.nothing = float(np.asarray(contest.technology.location(0.0, 0.0)))
        self._shares = [profile.strategy(int(i)).entry_probability() for i in self._first]

    @cached_property
    def entrants(self) -> float:
        """Expected number of contestants who take part.

        They pay the price of entry where there is one. Under a reserve that costs nothing they submit an
        idea that reaches it or, where quality is random, may do so: who does nothing else stays out.
        """
        each = [share * self._submits(int(i)) for i, share in zip(self._first, self._shares, strict=True)]
        return float(np.dot(each, self._count))

    def _submits(self, i: int) -> float:
        """The chance that what contestant ``i`` does where she is in may reach a reserve without a price."""
        contest, strategy = self.contest, self.profile.strategy(i)
        technology = contest.technology
        trials = isinstance(technology, Trials)
        if (
            contest.entry.price
            or isinstance(strategy, Monotone)
            or (technology.noise is not None and not trials)
        ):
            return 1.0
        efforts, weights = strategy.nodes()
        if trials:
            return float(weights @ (efforts > 0))
        ability = contest.contestants.trait("ability", i)
        # As much below the reserve as rounding brings those who aim at it exactly.
        mark = self._reserve - 1e-13 * max(abs(self._reserve), float(np.abs(ability)))
        return float(weights @ (np.asarray(technology.location(efforts, ability)) >= mark))

    @property
    def _all_in(self) -> bool:
        return min(self._shares) == 1.0

    @property
    def _reserve(self) -> float:
        return float(self.contest.entry.least_quality)

    def _nodes(self, i: int) -> tuple[Array, Array | None, Array]:
        """Efforts, types and weights of contestant ``i`` where she is in."""
        return qualities.nodes_of(self.profile, i)

    @cached_property
    def prizes_paid(self) -> float:
        """Expected money paid in prizes, fees passed on to the winner included."""
        contest = self.contest
        if contest.prizes.share:
            return super().prizes_paid
        values = contest.prizes.by_rank()[: contest.n]
        if np.isfinite(self._reserve) or getattr(contest.success, "draw", 0.0):
            paid = 0.0
            for i, count in zip(self._first, self._count, strict=True):
                efforts, types, weights = self._nodes(int(i))
                chances = contest.rank_probabilities(int(i), efforts, self.profile, types, ranks=values.size)
                paid += float(count) * float(weights @ (chances @ values))
        else:
            paid = float(values @ self._at_least(values.size))
        pot = contest.entry.price * self.entrants if contest.entry.fees_to_winner else 0.0
        return float(paid + pot)

    def _at_least(self, ranks: int) -> Array:
        """Probabilities that at least 1, 2, ... contestants take part."""
        come = [np.array([share]) for share in self._shares]
        stay = [np.array([1.0 - share]) for share in self._shares]
        exactly = numerics.rank_distribution(come, stay, [int(c) for c in self._count], ranks)[0]
        return np.asarray(np.maximum(1.0 - np.cumsum(exactly), 0.0))

    def _mean_quality(self, i: int) -> float:
        strategy = self.profile.strategy(i)
        share = float(strategy.entry_probability())
        if not isinstance(strategy, Monotone) or share == 1.0:
            return super()._mean_quality(i)
        efforts, types, weights = self._nodes(i)
        technology = self.contest.technology
        ability = self.contest.contestants.trait("ability", i, types)
        place = np.broadcast_to(np.asarray(technology.location(efforts, ability), float), weights.shape)
        noise = self._noise_mean()
        used = weights > 0
        return float(weights[used] @ place[used] + share * noise + (1.0 - share) * self.nothing)

    @cached_property
    def expected_best(self) -> float:
        """Expected quality of the best idea of those who take part, and of nothing where nobody does."""
        return super().expected_best if self._all_in else self.top_qualities(1)

    @cached_property
    def expected_best_if_any(self) -> float:
        """Expected quality of the best idea, given that somebody takes part; NaN if nobody ever does."""
        nobody = self.nobody_enters
        if nobody == 0:
            return self.expected_best
        return float("nan") if nobody == 1 else self._best_ideas(1, -np.inf) / (1.0 - nobody)

    def top_qualities(self, k: int) -> float:
        """Return the expected sum of the ``k`` best qualities, nothing for whom there is nobody."""
        if self._all_in:
            return qualities.top_qualities(self, k)
        k = min(k, self.contest.n)
        missing = k - float(np.sum(self._at_least(k)))
        return self._best_ideas(k, -np.inf) + (missing * self.nothing if missing > 0 else 0.0)

    def winner_quality(self) -> float:
        """Return the expected quality of the idea that wins; zero where no prize is paid."""
        success = self.contest.success
        if np.isfinite(self._reserve) and self.contest.technology.noise is None:
            return self._won()
        plain = isinstance(success, Highest) and success.error is None and success.handicaps is None
        if plain and np.isfinite(self._reserve):
            return self._best_ideas(1, self._reserve)
        return qualities.winner_quality(self)

    def _won(self) -> float:
        """Certain quality in the events in which it wins."""
        total = 0.0
        for i, count in zip(self._first, self._count, strict=True):
            efforts, types, weights = self._nodes(int(i))
            chance = self.contest.rank_probabilities(int(i), efforts, self.profile, types, ranks=1)[:, 0]
            ability = self.contest.contestants.trait("ability", int(i), types)
            place = np.asarray(self.contest.technology.location(efforts, ability), float)
            total += float(count) * float(weights @ np.where(chance > 0, chance * place, 0.0))
        return total

    def _few_stronger(self, i: int, types: Array | None, k: int) -> Array:
        """The chance of each type that fewer than ``k`` of her rivals, who are alike, are stronger."""
        strategy = self.profile.strategy(i)
        assert isinstance(strategy, Monotone)
        assert self.contest.is_symmetric
        below, above = strategy.types.cdf(types), strategy.types.sf(types)
        if not strategy.scores_increase:
            below, above = above, below
        if self.contest.n == 1:
            return np.ones(below.shape)
        return np.asarray(numerics.rank_distribution([above], [below], [self.contest.n - 1], k).sum(axis=-1))

    def _points(self, groups: list[tuple[Scores, int]]) -> Array:
        """Finite places around which somebody's quality lies."""
        places = np.concatenate([s.points for s, _ in groups])  # type: ignore[attr-defined]
        return np.asarray(places[np.isfinite(places)], float)

    def _best_ideas(self, k: int, least: float) -> float:
        """The expected sum of qualities that fewer than k others exceed; if random, of ``least`` or more."""
        technology, groups = self.contest.technology, self.quality_groups()
        common = self._common()
        total = 0.0
        for at, (i, count) in enumerate(zip(self._first, self._count, strict=True)):
            efforts, types, weights = self._nodes(int(i))
            ability = self.contest.contestants.trait("ability", int(i), types)
            place = np.broadcast_to(np.asarray(technology.location(efforts, ability), float), weights.shape)
            used = weights > 0
            if technology.noise is None:
                # Types are ranked: efforts of neighbours may bring the same quality but for rounding.
                among = self._few_stronger(int(i), types, k)
                total += float(count) * float(weights @ (among * np.where(used, place, 0.0)))
                continue
            others = [(s, int(c) - (j == at)) for j, (s, c) in enumerate(groups) if int(c) > (j == at)]
            scores, counts = [s for s, _ in others], [c for _, c in others]

            def worth(x: Array, scores: Any = scores, counts: Any = counts) -> Array:
                quality = technology.quality_at(x)
                among = ranks_at(x, scores, counts, k).sum(axis=-1) if scores else np.ones(x.shape)
                return np.where(quality >= least, among * (quality + common), 0.0)

            mark = passing_score(self.contest) if np.isfinite(least) else -np.inf
            nodes = score_nodes(technology.noise, self._points(groups), mark)
            if nodes is not None:  # the law of one's own score is known: one integral for all types
                density = groups[at][0].density(nodes.x)
                total += float(count) * float((nodes.w * density) @ worth(nodes.x))
                continue
            cuts = splits(technology.noise, scores, counts)
            cuts = np.append(cuts, mark) if np.isfinite(mark) else cuts
            kept, each = weights[used], np.zeros(int(used.sum()))
            for rows, x, w in own_scores(technology.noise, place[used], cuts):
                each[rows] = np.sum(w * worth(x), axis=1)
            total += float(count) * float(kept @ each)
        return total
