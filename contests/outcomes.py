"""What comes of a profile: payoffs, winning probabilities, qualities, prizes paid.

Expected qualities are integrals of the product of the contestants' quality
distributions, or order statistics where contestants are alike; nothing is simulated.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.best_of_draws import average_best_of_draws, best_of_draws
from contests.contest import Contest
from contests.errors import ConvergenceError
from contests.profile import Profile
from contests.scores import Scores, scores_of
from contests.strategy import Monotone
from contests.technology import Trials
from contests.type_outcomes import TypeOutcomes, applies

__all__ = ["Outcomes", "expected_best_of"]

Array = NDArray[np.float64]


class Outcomes:
    """Exact expectations of what comes of a profile in a contest.

    Parameters
    ----------
    contest : Contest
        The parts.
    profile : Profile
        What everyone does.
    """

    def __init__(self, contest: Contest, profile: Profile) -> None:
        self.contest, self.profile = contest, profile
        self._first, _ = contest.classes(profile)
        labels = contest.kind_of() * (int(profile.labels().max(initial=0)) + 1) + profile.labels()
        self._member = np.unique(labels, return_inverse=True)[1].reshape(-1)
        self._count = np.bincount(self._member)

    @cached_property
    def _types(self) -> list[TypeOutcomes] | None:
        """Expectations over types, one for each class, where types are private and qualities certain."""
        if not applies(self.contest, self.profile):
            return None
        return [TypeOutcomes(self.contest, self.profile, int(i)) for i in self._first]

    @cached_property
    def entrants(self) -> float:
        """Expected number of contestants who take part."""
        each = [self.profile.strategy(int(i)).entry_probability() for i in self._first]
        return float(np.dot(each, self._count))

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs in money, shape (n,)."""
        if self._types is not None:
            return np.asarray(np.array([one.payoff() for one in self._types])[self._member])
        if self.profile.is_pure and self.contest.contestants.private_trait is None:
            efforts = self.profile.efforts()[self._first]
            each = np.asarray(self.contest.payoff(self._first, efforts, self.profile))
            return np.asarray(each[self._member])
        each = np.array([self._average(int(i), "payoff") for i in self._first])
        return np.asarray(each[self._member])

    @cached_property
    def win_probability(self) -> Array:
        """Probabilities of the first rank, shape (n,)."""
        if self._types is not None:
            return np.asarray(np.array([one.winning() for one in self._types])[self._member])
        contest = self.contest
        rivals = contest.against(self.profile) if contest.race is not None else None
        total = rivals.lottery_rivals() if rivals is not None else None
        if total is not None and contest.race is not None and rivals is not None:
            everyone = np.arange(contest.n)
            ability = contest.contestants.trait("ability", everyone)
            own = contest.race.location(everyone, self.profile.efforts(), ability)
            return rivals.lottery_chance(np.asarray(own), total)
        known = self._first_by_formula()
        if known is not None:
            return known
        each = np.array([self._average(int(i), "win") for i in self._first])
        return np.asarray(each[self._member])

    def _first_by_formula(self) -> Array | None:
        """Chances of the first rank of certain qualities that efforts are too coarse to tell, or None.

        Where prizes near the top are equal, the best efforts differ by less than floats can.
        """
        contest, profile = self.contest, self.profile
        if contest.race is None or contest.race.noise is not None or profile.is_pure:
            return None
        if contest.contestants.private_trait is not None or np.isfinite(contest.entry.least_quality):
            return None
        if contest.is_symmetric and profile.is_symmetric:
            return np.full(contest.n, 1.0 / contest.n)
        everyone = np.arange(contest.n)
        start = contest.race.location(
            everyone, np.ones(contest.n), contest.contestants.trait("ability", everyone)
        )
        if np.ptp(start) > 0:
            return None
        from contests.mixing_known import first_places

        return first_places(profile)

    def _nodes(self, i: int) -> tuple[Array, Array | None, Array]:
        """Efforts, types (None where known) and weights that stand for what contestant ``i`` does."""
        strategy = self.profile.strategy(i)
        if isinstance(strategy, Monotone):
            types, weights = strategy.type_nodes()
            return strategy(types), types, weights
        efforts, weights = strategy.nodes()
        return efforts, None, weights

    def _average(self, i: int, what: str) -> float:
        """Expected payoff or winning chance of a contestant over her own strategy."""
        efforts, types, weights = self._nodes(i)
        if what == "payoff":
            values = self.contest.payoff(i, efforts, self.profile, types)
        else:
            values = self.contest.rank_probabilities(i, efforts, self.profile, types, ranks=1)[:, 0]
        return float(weights @ values)

    @cached_property
    def prizes_paid(self) -> float:
        """Expected money paid in prizes."""
        contest = self.contest
        if self._types is not None:
            return float(np.dot([one.prize() for one in self._types], self._count))
        values = contest.prizes.by_rank()[: contest.n]
        if not contest.prizes.share and not getattr(contest.success, "draw", 0.0):
            return float(values.sum())
        awarded = float(self.win_probability.sum()) if values.size == 1 else 1.0
        return self._award(awarded) if contest.prizes.share else float(values.sum()) * min(awarded, 1.0)

    def _award(self, awarded: float) -> float:
        prizes = self.contest.prizes
        if getattr(prizes, "floored", False):
            payoff = self.payoff + np.array([self._cost(i) for i in range(self.contest.n)])
            return float(payoff.sum())
        if self.contest.success.is_lottery:
            efforts = self.profile.efforts()
            return float(self.win_probability @ prizes.to_winner(self.contest.technology.location(efforts)))
        return float(prizes.by_rank()[0] + prizes.share * self.expected_best) * awarded

    def _cost(self, i: int) -> float:
        efforts, weights = self.profile.strategy(i).nodes()
        return float(weights @ np.asarray(self.contest.effort_cost(i, efforts)))

    @cached_property
    def expected_average(self) -> float:
        """Expected quality of the average idea."""
        if self.profile.is_pure and self.contest.contestants.private_trait is None:
            return self._average_of_sure() + self._common()
        means = np.array([self._mean_quality(int(i)) for i in self._first])
        return float(means @ self._count / self.contest.n) + self._common()

    def _average_of_sure(self) -> float:
        """Expected quality of the average idea where efforts are sure, everybody's at once."""
        technology, efforts = self.contest.technology, self.profile.efforts()
        if isinstance(technology, Trials):
            with np.errstate(divide="ignore"):  # no trials, no idea
                return average_best_of_draws(technology.draw, np.log(efforts))
        ability = self.contest.contestants.trait("ability", np.arange(self.contest.n))
        return float(np.mean(technology.location(efforts, ability))) + self._noise_mean()

    def _mean_quality(self, i: int) -> float:
        technology = self.contest.technology
        if isinstance(technology, Trials):
            efforts, weights = self.profile.strategy(i).nodes()
            with np.errstate(divide="ignore"):  # no trials, no idea
                each = best_of_draws(technology.draw, np.log(efforts))
            return float(weights @ each)
        if self._types is not None:
            return self._types[int(np.flatnonzero(self._first == i)[0])].mean_quality()
        efforts, types, weights = self._nodes(i)
        ability = self.contest.contestants.trait("ability", i, types)
        return float(weights @ technology.location(efforts, ability)) + self._noise_mean()

    def _noise_mean(self) -> float:
        """The mean of the shock, which may be infinite but has to exist."""
        noise = self.contest.technology.noise
        mean = 0.0 if noise is None else noise.mean()
        if np.isnan(mean):
            raise ConvergenceError(
                f"The expected average quality does not exist: the shock {noise!r} has no mean, both of its "
                "tails being too heavy. A shock with a mean would work; expected_best may exist as it is."
            )
        return mean

    def _common(self) -> float:
        common = getattr(self.contest.technology, "common", None)
        return 0.0 if common is None else float(common.mean())

    @cached_property
    def expected_best(self) -> float:
        """Expected quality of the best idea."""
        contest, profile = self.contest, self.profile
        technology = contest.technology
        if profile.is_pure and contest.contestants.private_trait is None:
            ability = contest.contestants.trait("ability", np.arange(contest.n))
            location = np.broadcast_to(technology.location(profile.efforts(), ability), (contest.n,))
            if technology.noise is None:
                return float(location.max())
            if isinstance(technology, Trials):
                trials = float(profile.efforts().sum())
                return expected_best_of(technology, trials)
            shifts, counts = np.unique(location, return_counts=True)
            if np.isneginf(shifts).all():
                return -np.inf
            if shifts.size == 1:
                top = numerics.expected_order_statistic(technology.noise, contest.n)
                return float(shifts[0]) + top + self._common()
            best = numerics.expected_maximum_shifted(technology.noise, shifts, counts)
            return float(best) + self._common()
        if self._types is not None:
            return self._best_of_types()
        strategy = profile.strategy(0)
        if technology.noise is None and profile.is_symmetric and isinstance(strategy, Monotone):
            return self._best_of_alike(strategy)
        return self._best(self.quality_groups())

    def _best_of_alike(self, strategy: Monotone) -> float:
        """Expected certain quality of the best type, whose level is the largest of n: n u^(n-1) du."""
        types, weights = strategy.type_nodes()
        ability = self.contest.contestants.trait("ability", 0, types)
        quality = self.contest.technology.location(strategy(types), ability)
        level = strategy.types.cdf(types) if strategy.scores_increase else strategy.types.sf(types)
        n = self.contest.n
        return float(np.sum(weights * n * level ** (n - 1) * quality)) + self._common()

    def _best_of_types(self) -> float:
        """Expected quality of the winner, and of nothing where nobody submits."""
        assert self._types is not None
        best = float(np.dot([one.quality_if_first() for one in self._types], self._count))
        nobody = self.nobody_enters
        return best + nobody * self._types[0].nothing if nobody > 0 else best

    @cached_property
    def nobody_enters(self) -> float:
        """Probability that no contestant takes part."""
        each = [1.0 - self.profile.strategy(int(i)).entry_probability() for i in self._first]
        return float(np.prod(np.power(each, self._count)))

    @cached_property
    def expected_best_if_any(self) -> float:
        """Expected quality of the best idea, given that somebody takes part; NaN if nobody ever does."""
        if self.nobody_enters == 0 or self._types is None:
            return self.expected_best
        if self.nobody_enters == 1:
            return float("nan")
        best = float(np.dot([one.quality_if_first() for one in self._types], self._count))
        return best / (1.0 - self.nobody_enters)

    def quality_groups(self) -> list[tuple[Scores, int]]:
        """Return the distributions of true quality, and how many contestants follow each.

        Returns
        -------
        list of (Scores, int)
            On the technology's location scale.
        """
        return [(self._quality(int(i)), int(c)) for i, c in zip(self._first, self._count, strict=True)]

    def _quality(self, i: int) -> Scores:
        """The distribution of a contestant's true quality (on the technology's location scale)."""
        technology, traits = self.contest.technology, self.contest.contestants
        private = traits.private_trait
        ability = 0.0 if private else float(np.asarray(traits.trait("ability", i)))

        def location(effort: Array, type: Array) -> Array:
            return technology.location(effort, type if private in (None, "ability") else 0.0)

        return scores_of(self.profile.strategy(i), technology.noise, location, ability)

    def _best(self, groups: list[tuple[Scores, int]]) -> float:
        """Expected maximum of independent qualities: the integral of 1 - product of their laws."""
        from contests.expectation import expected_maximum

        return expected_maximum(groups, self.contest.technology) + self._common()


def expected_best_of(technology: Trials, trials: float) -> float:
    """Return the expected best of a number of draws: the mean of G^-1(u^(1/m)).

    Parameters
    ----------
    technology : Trials
        The law G of a draw.
    trials : float
        Number of draws m, not necessarily whole.

    Returns
    -------
    float
        Minus infinity without draws.
    """
    if trials <= 0:
        return -np.inf
    return float(best_of_draws(technology.draw, np.log(trials)))
