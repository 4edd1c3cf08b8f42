"""What comes of strategies of private types when quality is certain: integrals over a contestant's type.

The best idea is the winner's: its expected quality is the sum over contestants of the integral, over
her types, of her quality times her chance of being first; chances come from the same distributions of
scores as payoffs, and the nodes resolve quantiles from 1e-26 to 1 - 1e-26, so that fields of a million
need nothing else. A contestant who stays out has no idea, and no idea is worth what no effort at
ability zero would bring: zero with linear output, minus infinity with output in logarithms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.curves import Log
from contests.entry_pots import fees_won
from contests.quadrature import quantile_nodes
from contests.strategy import Monotone
from contests.success import Highest
from contests.tails import is_infinite
from contests.type_flats import levels, types_at
from contests.type_scores import TypeScores

if TYPE_CHECKING:
    from contests.contest import Contest
    from contests.profile import Profile

__all__ = ["TypeOutcomes", "applies"]

Array = NDArray[np.float64]


def applies(contest: Contest, profile: Profile) -> bool:
    """Return whether types are private and qualities certain in a ``contest`` under a ``profile``."""
    success = contest.success
    return (
        contest.contestants.private_trait is not None
        and contest.technology.noise is None
        and isinstance(success, Highest)
        and success.error is None
        and success.handicaps is None
        and all(isinstance(profile.strategy(int(i)), Monotone) for i in contest.classes(profile)[0])
    )


def _quality(contest: Contest, strategy: Any, types: Array, efforts: Array, ability: Array) -> Array:
    """Quality by type, with output in logarithms from the log of efforts too small for a float."""
    output = getattr(contest.technology, "output", None)
    log_effort = getattr(strategy, "log_effort", lambda types: None)(types)
    if log_effort is None or not isinstance(output, Log):
        return np.asarray(contest.technology.location(efforts, ability))
    return np.asarray(ability + output.intercept + output.scale * log_effort)


class TypeOutcomes:
    """Expectations over one contestant's type, the rivals' strategies given.

    Parameters
    ----------
    contest : Contest
        The parts.
    profile : Profile
        What everyone does.
    i : int
        The contestant.
    """

    def __init__(self, contest: Contest, profile: Profile, i: int) -> None:
        strategy: Any = profile.strategy(i)
        self.contest, self.profile, self.i = contest, profile, i
        self.types, self.weights = self._nodes(strategy)
        self.efforts = strategy(self.types)
        self.enters = strategy.enters(self.types)
        ability = contest.contestants.trait("ability", i, self.types)
        self.nothing = float(np.asarray(contest.technology.location(0.0, 0.0)))
        quality = _quality(contest, strategy, self.types, self.efforts, np.asarray(ability))
        self.quality = np.where(self.enters, quality, self.nothing)
        self.entry_probability = float(strategy.entry_probability())

    def _nodes(self, strategy: Any) -> tuple[Array, Array]:
        """Her types and their weights, apart where her chances jump: where she draws level with an atom."""
        rivals = self.contest.against(self.profile)
        own = rivals.scores(int(rivals.member[self.i]))
        field = [s for s in rivals.groups(self.i)[0] if isinstance(s, TypeScores)]
        if not any(flat.sharp for scores in field for flat in scores.flats) or not isinstance(
            own, TypeScores
        ):
            nodes: tuple[Array, Array] = strategy.type_nodes()
            return nodes
        met = np.array([flat.value for scores in field for flat in scores.flats])
        width = np.array([flat.width for scores in field for flat in scores.flats])
        with np.errstate(divide="ignore"):  # nobody out
            out = np.log(own.out) - np.log1p(-own.out)
        cuts: list[Array] = [
            own.edges(),
            own.log_odds(met),
            own.log_odds(met + 2.0 * width),
            np.array([out, own.lowest]),
        ]
        breaks = np.concatenate(cuts)
        below, above = levels(breaks[np.isfinite(breaks)])
        u, v, weights = quantile_nodes(below, breaks_above=above)
        with np.errstate(divide="ignore"):  # levels that round to zero or one
            return types_at(strategy, np.log(u) - np.log(v)), weights

    def payoff(self) -> float:
        """Return the expected payoff; staying out has the value of the outside option.

        Infinite if prizes are worth so much to a few types that there is no expectation.
        """
        strategy: Any = self.profile.strategy(self.i)
        if is_infinite(lambda t: self.contest.payoff(self.i, strategy(t), self.profile, t), strategy.types):
            return np.inf
        inside = self.contest.payoff(self.i, self.efforts, self.profile, self.types)
        outside = self.contest.outside_option(self.i)
        return float(self.weights @ np.where(self.enters, inside, outside))

    def chances(self, ranks: int) -> Array:
        """Return the probabilities of the first ``ranks`` at each node, shape (nodes, ranks)."""
        found = self.contest.rank_probabilities(self.i, self.efforts, self.profile, self.types, ranks=ranks)
        return np.where(self.enters[:, None], found, 0.0)

    def winning(self) -> float:
        """Return the probability of being first."""
        return float(self.weights @ self.chances(1)[:, 0])

    def prize(self) -> float:
        """Return the expected prize in money, fees won included."""
        prizes = self.contest.prizes
        values = prizes.by_rank()[: self.contest.n]
        chances = self.chances(values.size)
        if prizes.share:
            first = chances[:, 0]
            award = prizes.to_winner(np.where(first > 0, self.quality, 0.0))
            each = first * award
        else:
            each = chances @ values
        if self.contest.entry.fees_to_winner:
            ability = self.contest.contestants.trait("ability", self.i, self.types)
            rivals = self.contest.against(self.profile)
            location = rivals.stand(self.i, self.efforts, ability)
            each = each + np.where(self.enters, fees_won(rivals, self.i, location), 0.0)
        return float(self.weights @ each)

    def mean_quality(self) -> float:
        """Return expected quality."""
        if self._is_unbounded():
            return np.inf
        used = self.weights > 0
        return float(self.weights[used] @ self.quality[used])

    def quality_if_first(self) -> float:
        """Return the integral of quality over the events in which it is the best of all."""
        if self._is_unbounded():  # the types who do most nearly always win
            return np.inf
        first = self.weights * self.chances(1)[:, 0]
        used = first > 0
        return float(first[used] @ self.quality[used])

    def among_best(self, k: int) -> tuple[float, float]:
        """Return the probability of being among the ``k`` best, and the integral of quality over that."""
        among = self.weights * self.chances(k).sum(axis=1)
        if self._is_unbounded():
            return float(among.sum()), np.inf
        used = among > 0
        return float(among.sum()), float(among[used] @ self.quality[used])

    def _is_unbounded(self) -> bool:
        """Whether a few types do so much that quality has no expectation."""
        strategy: Any = self.profile.strategy(self.i)

        def quality(types: Array) -> Array:
            ability = np.asarray(self.contest.contestants.trait("ability", self.i, types))
            return np.maximum(_quality(self.contest, strategy, types, strategy(types), ability), 0.0)

        return is_infinite(quality, strategy.types)
