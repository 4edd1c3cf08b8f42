"""What a contestant faces: her rivals under a profile, and the prize she can expect.

Expected prizes are computed from the primitives alone: the distributions of the
rivals' scores, the probabilities of each rank given one's own score, and an
integral over one's own noise in the variable of its quantile. No solver is
involved; solvers, certificate and figures all come here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.laws import Law
from contests.prize_tables import PrizeTable, prize_table
from contests.profile import Profile
from contests.scores import NoisyScores, Scores, scores_of

if TYPE_CHECKING:
    from contests.contest import Contest
    from contests.success import Race

__all__ = ["Rivals"]

Array = NDArray[np.float64]
_CHUNK = 2_000_000
_FEW = 3  # classes of contestants up to which a table costs more than it saves
_RESOLVED = ("gumbel_r", "logistic")


class Rivals:
    """The field of a contest under a profile, ready to answer what a deviation is worth.

    Parameters
    ----------
    contest : Contest
        The parts.
    race : Race
        How it ranks.
    profile : Profile
        What everyone does.
    """

    def __init__(self, contest: Contest, race: Race, profile: Profile) -> None:
        self.contest, self.race, self.profile = contest, race, profile
        kinds, labels = contest.kind_of(), profile.labels()
        pairs = kinds * (int(labels.max(initial=0)) + 1) + labels
        _, first, member, counts = np.unique(
            pairs, return_index=True, return_inverse=True, return_counts=True
        )
        self.representatives, self.counts = first, counts
        self.member = member.reshape(-1)
        self._scores: dict[int, Scores] = {}
        self._tables: dict[bytes, PrizeTable | None] = {}
        self._bottoms: dict[tuple[int, int], Array] = {}
        efforts = np.unique(profile.efforts()[first])
        self.marks = efforts[np.linspace(0, efforts.size - 1, min(efforts.size, 50)).astype(np.intp)]
        self._total: Array | None = None
        self._totalled = False
        self._nobody: list[Scores] = []
        if race.noise is not None and np.isfinite(race.nature):
            self._nobody = [NoisyScores(race.noise, np.array([race.nature]), np.ones(1))]
        self._splits: dict[tuple[tuple[int, int], ...], Array] = {}

    def scores(self, k: int) -> Scores:
        """Return the distribution of the score of class ``k``."""
        if k not in self._scores:
            i = int(self.representatives[k])
            trait = self.contest.contestants.private_trait
            ability = 0.0 if trait else float(self.contest.contestants.trait("ability", i))

            def location(effort: Array, type: Array) -> Array:
                return self.stand(i, effort, type if trait in (None, "ability") else 0.0)

            reach = self.race.effort
            known = reach is not None and trait is None and not self._has_reserve()

            def effort(place: Array) -> Array:
                assert reach is not None
                return reach(i, place, ability)

            strategy = self.profile.strategy(i)
            self._scores[k] = scores_of(
                strategy, self.race.noise, location, ability, effort if known else None
            )
        return self._scores[k]

    def stand(self, i: Any, effort: ArrayLike, ability: ArrayLike) -> Array:
        """Return where a contestant stands: minus infinity with a quality below the reserve.

        Parameters
        ----------
        i : int or integer array
            The contestant.
        effort, ability : array_like
            Her effort and her ability.

        Returns
        -------
        ndarray
        """
        place = np.asarray(self.race.location(i, effort, ability))
        reserve = self.contest.entry.least_quality
        if not self._has_reserve():
            return place
        quality = np.asarray(self.contest.technology.location(effort, ability))
        # Who aims at the reserve exactly must not miss it by rounding.
        room = 1e-13 * np.maximum(abs(reserve), np.abs(ability))
        return np.where(quality >= reserve - room, place, -np.inf)

    def groups(self, i: int) -> tuple[list[Scores], list[int]]:
        """Return the distributions of the scores of contestant ``i``'s rivals, and how many share each."""
        counts = self.counts.copy()
        counts[self.member[i]] -= 1
        kept = np.flatnonzero(counts)
        scores, numbers = [self.scores(int(k)) for k in kept], [int(counts[k]) for k in kept]
        nature = self._nature()
        return [*scores, *nature], [*numbers, *(1 for _ in nature)]

    def rank_probabilities(self, i: int, location: Array, ranks: int) -> Array:
        """Return the probabilities of the first ranks.

        Parameters
        ----------
        i : int
            The contestant.
        location : ndarray, shape (m,)
            Where she stands, one entry for each deviation.
        ranks : int
            How many ranks.

        Returns
        -------
        ndarray, shape (m, ranks)
        """
        scores, counts = self.groups(i)
        if not scores:
            lone = np.eye(1, ranks).repeat(location.size, axis=0)
            return np.where(np.isneginf(location)[:, None], 0.0, lone) if self._has_reserve() else lone
        result = np.empty((location.size, ranks))
        table = self._table(np.ones(1)) if ranks == 1 else None
        if table is not None:
            kept = ~np.isneginf(location)
            result[kept, 0] = np.clip(table.prize(int(self.member[i]), location[kept]), 0.0, 1.0)
            result[~kept] = self._at_the_bottom(scores, counts, 1)
            return result
        for rows, x, w in self._own(location, scores, counts):
            given = _ranks_at(x, scores, counts, ranks)
            result[rows] = np.einsum("em...k,em->ek", given, np.broadcast_to(w, x.shape))
        bottom = np.isneginf(location)
        if bottom.any():
            result[bottom] = self._at_the_bottom(scores, counts, ranks)
        return result

    def expected_prize(self, i: int, location: Array, quality: Array | None = None) -> Array:
        """Return the expected prize of each deviation.

        Parameters
        ----------
        i : int
            The contestant.
        location : ndarray, shape (m,)
            Where she stands.
        quality : ndarray, shape (m,), optional
            Her quality, where it is certain and the winner's award depends on it.

        Returns
        -------
        ndarray, shape (m,)
            Money, before the contestant's value factor.
        """
        prizes = self.contest.prizes
        values = prizes.by_rank()[: self.contest.n]
        if prizes.share == 0.0:
            fair = self._equal_chances(i, location, values)
            return fair if fair is not None else self._integrate(i, location, values)
        if self.race.noise is None or quality is not None:
            certain = quality if quality is not None else location
            return self.rank_probabilities(i, location, 1)[:, 0] * prizes.to_winner(certain)
        scores, counts = self.groups(i)
        result = np.zeros(location.size)
        for rows, x, w in self._own(location, scores, counts):
            first = _ranks_at(x, scores, counts, 1)[..., 0] if scores else np.ones(x.shape)
            result[rows] = np.sum(w * first * prizes.to_winner(self.contest.technology.quality_at(x)), axis=1)
        return result

    def marginal_prize(self, i: int, location: Array) -> Array:
        """Return the derivative of the expected prize in one's own location.

        Parameters
        ----------
        i : int
            The contestant.
        location : ndarray, shape (m,)
            Finite locations.

        Returns
        -------
        ndarray, shape (m,)
            Money for each unit of location.
        """
        prizes, values = self.contest.prizes, self.contest.prizes.by_rank()[: self.contest.n]
        table = None if prizes.share else self._table(values)
        if table is not None:
            return table.slope(int(self.member[i]), location)
        scores, counts = self.groups(i)
        result = np.zeros(location.size)
        if not scores:
            return result + prizes.share
        for rows, x, w in self._own(location, scores, counts):
            slope = _prize_slope_at(x, scores, counts, values, sum(counts) + 1)
            if prizes.share:
                award = prizes.to_winner(x)
                paid = (
                    np.where(award > 0, prizes.share, 0.0)
                    if getattr(prizes, "floored", False)
                    else prizes.share
                )
                first = _ranks_at(x, scores, counts, 1)[..., 0]
                winning = _prize_slope_at(x, scores, counts, np.array([1.0]), sum(counts) + 1)
                slope = winning * award + first * paid
            result[rows] = np.sum(w * slope, axis=1)
        return result

    def lottery_rivals(self) -> Array | None:
        """Return, for each contestant, the log of the sum of rivals' scores and of nature's.

        Returns
        -------
        ndarray, shape (n,), or None
            None unless success is a lottery and every effort is sure. Whoever has more than half of
            the total gets a sum of her own, so that nothing cancels.
        """
        if not (self.contest.success.is_lottery and self.profile.is_pure):
            return None
        everyone = np.arange(self.contest.n)
        ability = self.contest.contestants.trait("ability", everyone)
        log = np.broadcast_to(
            self.race.location(everyone, self.profile.efforts(), ability), (self.contest.n,)
        )
        peak = max(float(log.max()), self.race.nature)
        if np.isneginf(peak):
            return np.full(self.contest.n, -np.inf)
        score = np.exp(log - peak)
        rivals = score.sum() - score
        for k in np.flatnonzero(rivals < score):  # at most two: without them the difference is exact
            rivals[k] = score[:k].sum() + score[k + 1 :].sum()
        with np.errstate(divide="ignore"):  # no rival with a score: minus infinity
            return np.asarray(np.log(rivals + np.exp(self.race.nature - peak)) + peak)

    def _equal_chances(self, i: int, location: Array, values: Array) -> Array | None:
        """The exact answer where a lottery for one prize has one: score over sum of scores."""
        if values.size > 1:
            return None
        total = self.lottery_total()
        if total is None:
            return None
        return np.asarray(values[0] * lottery_chance(location, np.asarray(total[i]), self.contest.n))

    def lottery_total(self) -> Array | None:
        """Return `lottery_rivals`, worked out once."""
        if not self._totalled:
            self._total, self._totalled = self.lottery_rivals(), True
        return self._total

    def _integrate(self, i: int, location: Array, values: Array) -> Array:
        table, bottom = self._table(values), np.isneginf(location)
        if table is not None and not bottom.any():
            return table.prize(int(self.member[i]), location)
        scores, counts = self.groups(i)
        if not scores:
            lone = np.full(location.size, values[0])
            return np.where(np.isneginf(location), 0.0, lone) if self._has_reserve() else lone
        n = sum(counts) + 1
        result = np.zeros(location.size)
        if table is not None:
            result[~bottom] = table.prize(int(self.member[i]), location[~bottom])
        else:
            for rows, x, w in self._own(location, scores, counts):
                result[rows] = np.sum(w * _prize_at(x, scores, counts, values, n), axis=1)
        if bottom.any():
            key = (int(self.member[i]), values.size)
            if key not in self._bottoms:
                self._bottoms[key] = self._at_the_bottom(scores, counts, values.size)
            result[bottom] = self._bottoms[key] @ values
        return result

    def _table(self, values: Array) -> PrizeTable | None:
        """The table of expected prizes of the whole field, made once for each schedule of prizes."""
        key = values.tobytes()
        if key not in self._tables:
            noise, table = self.race.noise, None
            # Many classes, or mixtures over many efforts or types: one table serves all deviations.
            many = noise is not None and (
                self.counts.size > _FEW
                or any(np.size(getattr(self.scores(k), "points", 0)) > 4 for k in range(self.counts.size))
            )
            if many and noise is not None:
                scores = [self.scores(k) for k in range(self.counts.size)]
                counts = [int(count) for count in self.counts]
                table = prize_table(noise, [*scores, *self._nature()], [*counts, 1], values, len(scores))
            self._tables[key] = table
        return self._tables[key]

    def _nature(self) -> list[Scores]:
        """The score of the event that nobody wins, if there is one."""
        return self._nobody

    def _at_the_bottom(self, scores: list[Scores], counts: list[int], ranks: int) -> Array:
        """Rank probabilities with the worst possible score, tied with all who have it too.

        Whoever stays out is below; who does not reach a reserve has no rank at all.
        """
        if self._has_reserve():
            return np.zeros(ranks)
        out = [np.array([getattr(s, "out", 0.0)]) for s in scores]
        floor = [np.array([getattr(s, "floor", 0.0)]) for s in scores]
        tie = [np.maximum(f - o, 0.0) for f, o in zip(floor, out, strict=True)]
        above = [1.0 - f for f in floor]
        return np.asarray(numerics.rank_distribution_tied(above, tie, out, counts, ranks)[0])

    def _has_reserve(self) -> bool:
        return bool(np.isfinite(self.contest.entry.least_quality)) and self.race.noise is None

    def fees_won(self, i: int, location: Array) -> Array:
        """Return the entry fees that contestant ``i`` expects to win where she stands.

        All fees go to the winner, her own included: given that she wins, each rival has entered with
        the probability that a rival below her is in.

        Parameters
        ----------
        i : int
            The contestant.
        location : ndarray, shape (m,)
            Where she stands.

        Returns
        -------
        ndarray, shape (m,)
            Money.
        """
        scores, counts = self.groups(i)
        fee = self.contest.entry.price
        wins = self.rank_probabilities(i, location, 1)[:, 0] if scores else np.ones(location.size)
        entrants = np.ones(location.size)
        for rival, count in zip(scores, counts, strict=True):
            below = rival.below(location)
            inside = np.maximum(below - getattr(rival, "out", 0.0), 0.0)
            entrants += count * np.divide(inside, below, out=np.zeros(location.size), where=below > 0)
        return np.asarray(fee * wins * entrants)

    def _own(self, location: Array, scores: list[Scores], counts: list[int]) -> Any:
        """Own scores and weights for each deviation, in chunks of rows."""
        noise = self.race.noise
        finite = np.flatnonzero(~np.isneginf(location))
        if noise is None:
            yield finite, location[finite, None], np.ones((1, 1))
            return
        key = tuple((id(s), c) for s, c in zip(scores, counts, strict=True))
        if key not in self._splits:
            self._splits[key] = self._breaks(scores, counts)
        breaks = self._splits[key]
        if breaks.size == 0:
            grid = noise.node_grid(step=0.3, reach=42.0) if noise.shape.exact else noise.node_grid()
            rows = max(1, _CHUNK // grid.x.size)
            for start in range(0, finite.size, rows):
                part = finite[start : start + rows]
                yield part, location[part, None] + grid.x, grid.w[None, :]
            return
        rows = max(1, _CHUNK // (300 * (breaks.size + 1)))
        for start in range(0, finite.size, rows):
            part = finite[start : start + rows]
            here = location[part, None]
            u, v, w = _split_nodes(noise.cdf(breaks - here), noise.sf(breaks - here))
            yield part, here + noise.quantile(u, v), w

    def _breaks(self, scores: list[Scores], counts: list[int]) -> Array:
        """Scores at which to split the integral over one's own quantile.

        The ends of the rivals' support, where expected prizes bend; and, because a deviation may
        put one's own quantiles far from where the rivals stand, the median of the best rival and
        of the middle one. Gumbel and logistic noise, and normal noise among few, need no split:
        their tails are such that quantiles of one's own resolve the rivals' too.
        """
        noise = self.race.noise
        if noise is None or not scores:
            return np.array([])
        plain = noise.name in _RESOLVED or (noise.name == "norm" and sum(counts) < 50)
        kinks = np.concatenate([s.kinks() for s in scores])
        if plain and kinks.size == 0:
            return kinks
        return np.unique(np.concatenate([kinks, _where_rivals_stand(scores, counts, noise)]))


def _where_rivals_stand(scores: list[Scores], counts: list[int], noise: Law) -> Array:
    """Medians of the best rival's score and of the middle rival's."""
    points = [s.points[np.isfinite(s.points)] for s in scores if isinstance(s, NoisyScores)]
    spread = np.concatenate(points) if points else np.array([])
    if spread.size == 0:
        return spread
    number = float(sum(counts))
    low, high = spread.min() + noise.ppf(1e-3), spread.max() + noise.isf(1e-3 / number)
    found = []
    for level in (np.log(0.5), number * np.log(0.5)):
        lo, hi = float(low), float(high)
        for _ in range(40):
            middle = (lo + hi) / 2
            at = np.array([middle])
            with np.errstate(divide="ignore"):  # below every rival: log of zero
                total = sum(c * float(np.log(s.below(at))[0]) for s, c in zip(scores, counts, strict=True))
            lo, hi = (middle, hi) if total < level else (lo, middle)
        found.append(hi)
    return np.array(found)


def _split_nodes(below: Array, above: Array) -> tuple[Array, Array, Array]:
    """Quantile nodes for each row, the unit interval split at that row's breaks.

    The same map as `contests.quadrature.quantile_nodes`, for many rows at once; breaks at 0 or 1
    leave intervals of length zero, whose nodes weigh nothing.
    """
    rows = below.shape[0]
    order = np.argsort(below - above, axis=1)
    below, above = np.take_along_axis(below, order, axis=1), np.take_along_axis(above, order, axis=1)
    zero, one = np.zeros((rows, 1)), np.ones((rows, 1))
    left, left_above = np.hstack([zero, below])[..., None], np.hstack([one, above])[..., None]
    right, right_above = np.hstack([below, one])[..., None], np.hstack([above, zero])[..., None]
    step = 0.3
    y = step * np.arange(-130, 131)
    toward, away = 1.0 / (1.0 + np.exp(-y)), 1.0 / (1.0 + np.exp(y))
    u, v = left * away + right * toward, left_above * away + right_above * toward
    w = np.where(right < 0.5, right - left, left_above - right_above) * toward * away * step
    return u.reshape(rows, -1), v.reshape(rows, -1), w.reshape(rows, -1)


def lottery_chance(log_score: Array, log_rivals: Array, n: int) -> Array:
    """Return the chance of winning a lottery.

    Parameters
    ----------
    log_score : ndarray
        Log of one's own score.
    log_rivals : ndarray
        Log of the sum of the rivals' scores (and nature's), broadcast against it.
    n : int
        Number of contestants: if all scores are zero, chances are equal.

    Returns
    -------
    ndarray
    """
    own, rivals = np.broadcast_arrays(log_score, log_rivals)
    nobody = np.isneginf(own) & np.isneginf(rivals)
    with np.errstate(over="ignore", invalid="ignore"):  # inf - inf only where nobody scores
        chance = 1.0 / (1.0 + np.exp(rivals - own))
    return np.where(nobody, 1.0 / n, chance)


def _ranks_at(x: Array, scores: list[Scores], counts: list[int], ranks: int) -> Array:
    above, below = [s.above(x) for s in scores], [s.below(x) for s in scores]
    if any(s.has_ties for s in scores):
        tie = [s.tie(x) for s in scores]
        return np.asarray(numerics.rank_distribution_tied(above, tie, below, counts, ranks))
    return np.asarray(numerics.rank_distribution(above, below, counts, ranks))


def _prize_at(x: Array, scores: list[Scores], counts: list[int], values: Array, n: int) -> Array:
    if len(scores) == 1 and not scores[0].has_ties:
        only = scores[0]
        if values.size == 1 and isinstance(only, NoisyScores) and only.point is not None:
            return np.asarray(values[0] * np.exp((n - 1) * only.log_below(x)))
        below, above = only.levels(x) if isinstance(only, NoisyScores) else (only.below(x), only.above(x))
        return np.asarray(numerics.prize_of_level(values, n, below, above))
    return _ranks_at(x, scores, counts, values.size) @ values


def _prize_slope_at(x: Array, scores: list[Scores], counts: list[int], values: Array, n: int) -> Array:
    if len(scores) == 1:
        only = scores[0]
        below, above = only.levels(x) if isinstance(only, NoisyScores) else (only.below(x), only.above(x))
        slope = numerics.prize_of_level_slope(values, n, below, above)
        return np.asarray(slope * only.density(x))
    above, below = [s.above(x) for s in scores], [s.below(x) for s in scores]
    density = [s.density(x) for s in scores]
    _, slopes = numerics.rank_distribution_slope(above, below, density, counts, values.size)
    return np.asarray(slopes @ values)
