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
from contests.own_scores import floor_score, node_step, own_scores, splits
from contests.prize_tables import PrizeTable, prize_table
from contests.profile import Profile
from contests.scores import NoisyScores, Scores, TypeScores, scores_of
from contests.smeared_prizes import SmearedPrizes, smeared_prizes
from contests.smeared_scores import SmearedScores
from contests.worth import lottery_chance, prize_at, prize_slope_at, ranks_at, rivals_together

if TYPE_CHECKING:
    from contests.contest import Contest
    from contests.success import Race

__all__ = ["Rivals"]

Array = NDArray[np.float64]
_FEW = 3  # classes of contestants up to which a table costs more than it saves


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
        kinds, labels = contest.rival_kinds, profile.labels()
        pairs = kinds * (int(labels.max(initial=0)) + 1) + labels
        _, first, member, counts = np.unique(
            pairs, return_index=True, return_inverse=True, return_counts=True
        )
        self.representatives, self.counts = first, counts
        self.member = member.reshape(-1)
        self._scores: dict[int, Scores] = {}
        self._tables: dict[bytes, PrizeTable | SmearedPrizes | None] = {}
        self._bottoms: dict[tuple[int, int], Array] = {}
        efforts = np.unique(profile.efforts()[first])
        self.marks = efforts[np.linspace(0, efforts.size - 1, min(efforts.size, 50)).astype(np.intp)]
        # A race of Gumbel noise is a lottery over exp(location / scale) (Luce 1959, Yellott 1977).
        gumbel = race.noise is not None and race.noise.name == "gumbel_r"
        self.unit: float | None = race.noise.scale if gumbel and race.noise is not None else None
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

    def level_efforts(self, i: int) -> Array:
        """Return the efforts that draw level with where rivals' scores jump or bend, and a hair above.

        Parameters
        ----------
        i : int
            The contestant.

        Returns
        -------
        ndarray
            Empty with noise, private ability, or where the effort for a location is not known. Where
            something else is private, rivals' scores jump where several types do the same.
        """
        reach, traits = self.race.effort, self.contest.contestants
        if self.race.noise is not None or reach is None or traits.private_trait == "ability":
            return np.array([])
        field = [self.scores(k) for k in range(min(self.counts.size, 50))]
        met = [
            np.array([f.value for f in s.flats]) if isinstance(s, TypeScores) else s.kinks() for s in field
        ]
        places = np.concatenate([each[:200] for each in met])
        places = places[np.isfinite(places)]
        hair = 8.0 * np.spacing(np.abs(places).max(initial=0.0))
        return np.asarray(reach(i, np.concatenate([places, places + hair]), traits.trait("ability", i)))

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
        by_table = ranks if ranks == 1 or isinstance(scores[0], SmearedScores) else 0
        tables = [self._table(np.eye(ranks)[rank, : rank + 1]) for rank in range(by_table)]
        known = [table for table in tables if table is not None]
        if len(known) == ranks:
            kept = ~np.isneginf(location)
            for rank, table in enumerate(known):
                result[kept, rank] = np.clip(table.prize(int(self.member[i]), location[kept]), 0.0, 1.0)
            result[~kept] = self._at_the_bottom(scores, counts, ranks)
            return result
        for rows, x, w in self._own(location, scores, counts, np.arange(ranks, 0.0, -1.0)):
            given = ranks_at(x, scores, counts, ranks)
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
            first = ranks_at(x, scores, counts, 1)[..., 0] if scores else np.ones(x.shape)
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
        if not prizes.share:
            return self.marginal(i, location, values)
        scores, counts = self.groups(i)
        result = np.zeros(location.size)
        for rows, x, w in self._own(location, scores, counts):
            award = prizes.to_winner(x)
            paid = np.where((award > 0) | (not getattr(prizes, "floored", False)), prizes.share, 0.0)
            if not scores:  # nobody to pass
                result[rows] = np.sum(w * paid, axis=1)
                continue
            first = ranks_at(x, scores, counts, 1)[..., 0]
            winning = prize_slope_at(x, scores, counts, np.array([1.0]), sum(counts) + 1)
            result[rows] = np.sum(w * (winning * award + first * paid), axis=1)
        return result

    def marginal(self, i: int, location: Array, values: Array) -> Array:
        """Return the derivative of what fixed prizes are worth in one's own location.

        Parameters
        ----------
        i : int
            The contestant.
        location : ndarray, shape (m,)
            Finite locations.
        values : ndarray, shape (ranks,)
            Prizes by rank.
        """
        table = self._table(values)
        if table is not None:
            return table.slope(int(self.member[i]), location)
        scores, counts = self.groups(i)
        result = np.zeros(location.size)
        if scores:
            for rows, x, w in self._own(location, scores, counts, values):
                result[rows] = np.sum(w * prize_slope_at(x, scores, counts, values, sum(counts) + 1), axis=1)
        return result

    def lottery_rivals(self) -> Array | None:
        """Return, for each contestant, where the sum of rivals' scores and nature's stands as a location.

        Scores are exp(location / unit), ``unit`` being the scale of the Gumbel noise.

        Returns
        -------
        ndarray, shape (n,), or None
            None unless noise is Gumbel (as it is in a lottery) and every effort is sure. Whoever has
            more than half of the total gets a sum of her own, so that nothing cancels.
        """
        known = self.profile.is_pure and not self.contest.contestants.private_trait
        if self.unit is None or not known or np.isfinite(self.contest.entry.least_quality):
            return None
        everyone = np.arange(self.contest.n)
        ability = self.contest.contestants.trait("ability", everyone)
        log = np.broadcast_to(
            self.race.location(everyone, self.profile.efforts(), ability), (self.contest.n,)
        )
        return rivals_together(log, self.race.nature, self.unit)

    def _equal_chances(self, i: int, location: Array, values: Array) -> Array | None:
        """The exact answer where a lottery for one prize has one: score over sum of scores."""
        if values.size > 1:
            return None
        total = self.lottery_total()
        if total is None:
            return None
        return np.asarray(values[0] * self.lottery_chance(location, np.asarray(total[i])))

    def lottery_chance(self, location: Array, rivals: Array) -> Array:
        """Return the chance of beating rivals whose scores together stand at a location.

        Parameters
        ----------
        location, rivals : ndarray
            Of one's own, and from `lottery_total`; broadcast against each other.

        Returns
        -------
        ndarray
        """
        unit = 1.0 if self.unit is None else self.unit
        return lottery_chance(location / unit, rivals / unit, self.contest.n)

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
            for rows, x, w in self._own(location, scores, counts, values):
                result[rows] = np.sum(w * prize_at(x, scores, counts, values, n), axis=1)
        if bottom.any():
            key = (int(self.member[i]), values.size)
            if key not in self._bottoms:
                self._bottoms[key] = self._at_the_bottom(scores, counts, values.size)
            result[bottom] = self._bottoms[key] @ values
        return result

    def _table(self, values: Array) -> PrizeTable | SmearedPrizes | None:
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
                field, numbers = [*scores, *self._nature()], [*counts, 1]
                table = prize_table(noise, field, numbers, values, len(scores)) or smeared_prizes(
                    noise, field, numbers, values, len(scores)
                )
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
        return bool(np.isfinite(self.contest.entry.least_quality)) and self.contest.technology.noise is None

    def _own(self, location: Array, scores: list[Scores], counts: list[int], values: Any = None) -> Any:
        """Own scores and weights for each deviation, in chunks of rows, for the contest's or other prizes."""
        rivals, prizes = sum(counts), self.contest.prizes
        plain = prizes.share == 0.0 and rivals < 60
        key = tuple((id(s), c) for s, c in zip(scores, counts, strict=True))
        if key not in self._splits:
            found = splits(self.race.noise, scores, counts, plain=plain)
            self._splits[key] = np.append(found, floor_score(prizes, self.contest.technology))
        values = prizes.by_rank()[: self.contest.n] if values is None else values
        step = node_step(rivals, values, plain=plain)
        return own_scores(self.race.noise, location, self._splits[key], plain=plain, step=step)
