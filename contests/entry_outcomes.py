"""What comes of contests in which entry is part of the equilibrium."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests import qualities
from contests.outcomes import Outcomes
from contests.outcomes_entry import outcomes_of

if TYPE_CHECKING:
    from contests.entry_games import EntryProfile, FreeEntryGame

__all__ = ["FreeEntryOutcomes", "RandomEntryOutcomes"]

Array = NDArray[np.float64]


class FreeEntryOutcomes:
    """Exact expectations when it is known who enters.

    Parameters
    ----------
    game : FreeEntryGame
        The game.
    profile : EntryProfile
        Who enters and what is done.
    """

    def __init__(self, game: FreeEntryGame, profile: EntryProfile) -> None:
        self.game, self.profile = game, profile
        self._inside = (
            None if profile.inside is None else outcomes_of(game.inner(profile.entrants), profile.inside)
        )

    def _spread(self, values: Array | None, less: float = 0.0) -> Array:
        everyone = np.zeros(self.game.n)
        if values is not None:
            everyone[list(self.profile.entrants)] = values - less
        return everyone

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs net of the price of entry, zero outside, shape (n,)."""
        return self._spread(self._inside.payoff if self._inside else None, self.game.price)

    @cached_property
    def win_probability(self) -> Array:
        """Probabilities of the first rank, zero outside, shape (n,)."""
        return self._spread(self._inside.win_probability if self._inside else None)

    @property
    def entrants(self) -> float:
        """How many enter."""
        return float(len(self.profile.entrants))

    @property
    def fees_collected(self) -> float:
        """Fees that entrants pay, in money."""
        return float(self.game.entry.price * self.entrants)

    @property
    def prizes_paid(self) -> float:
        """Expected money paid in prizes, fees passed on to the winner included."""
        return self._inside.prizes_paid if self._inside else 0.0

    @property
    def expected_best(self) -> float:
        """Expected best quality; minus infinity if nobody enters."""
        return self._inside.expected_best if self._inside else -np.inf

    @property
    def expected_average(self) -> float:
        """Expected average quality of the entrants; minus infinity if nobody enters."""
        return self._inside.expected_average if self._inside else -np.inf

    def top_qualities(self, k: int) -> float:
        """Return the expected sum of the ``k`` best qualities."""
        return _ask(self._inside, "top_qualities", k) if self._inside else -np.inf

    def winner_quality(self) -> float:
        """Return the expected quality of the winner."""
        return _ask(self._inside, "winner_quality") if self._inside else -np.inf

    def chance_above(self, quality: float) -> float:
        """Return the probability that the best idea is of at least ``quality``."""
        return qualities.chance_above(self._inside, quality) if self._inside else 0.0

    def effort_costs(self) -> float:
        """Return what efforts and entering cost, fees (which are transfers) left out."""
        spent = qualities.effort_costs(self._inside) if self._inside else 0.0
        return spent + (self.game.price - float(self.game.entry.price)) * self.entrants


def _ask(inside: Outcomes, what: str, *arguments: Any) -> float:
    """Ask the outcomes themselves, where a rule of entry has its own answer, else the qualities."""
    own = getattr(inside, what, None)
    return float(own(*arguments) if own is not None else getattr(qualities, what)(inside, *arguments))


class RandomEntryOutcomes:
    """Exact expectations when the number of contestants is random.

    Effort, payoff and winning probability are those of a contestant who takes part; totals are
    expectations over the number; qualities are given that somebody takes part.

    Parameters
    ----------
    n : int
        Number of potential contestants.
    sizes : sequence of int
        Possible numbers of contestants, from 1.
    chances : ndarray
        Their probabilities; what is missing to one is that nobody comes.
    inside : callable
        From a number to the `Outcomes` with so many contestants.
    seen : ndarray
        Probability of each number as a participant sees it.
    price, fee : float
        What taking part costs a contestant, and the part of it that the sponsor gets.
    """

    def __init__(
        self,
        n: int,
        sizes: Any,
        chances: Array,
        inside: Callable[[int], Outcomes],
        seen: Array,
        *,
        price: float = 0.0,
        fee: float = 0.0,
    ) -> None:
        self._n, self._sizes, self._chances = n, [int(m) for m in sizes], np.asarray(chances)
        self._inside, self._seen, self._price, self._fee = inside, np.asarray(seen), price, fee

    def _seen_by_one(self, value: Callable[[Outcomes], float]) -> float:
        return float(
            sum(q * value(self._inside(m)) for m, q in zip(self._sizes, self._seen, strict=True) if q)
        )

    def _overall(self, value: Callable[[Outcomes], float], *, given_some: bool = False) -> float:
        pairs = zip(self._sizes, self._chances, strict=True)
        total = float(sum(float(q) * value(self._inside(m)) for m, q in pairs if q))
        some = float(self._chances.sum())
        if given_some:
            return total / some if some > 0 else -np.inf
        return total

    @cached_property
    def payoff(self) -> Array:
        """Expected payoff of a participant, net of the price of entry, shape (n,)."""
        return np.full(self._n, self._seen_by_one(lambda o: float(o.payoff[0])) - self._price)

    @cached_property
    def win_probability(self) -> Array:
        """Probability that a participant takes the first rank, shape (n,)."""
        return np.full(self._n, self._seen_by_one(lambda o: float(o.win_probability[0])))

    @property
    def entrants(self) -> float:
        """Expected number of contestants."""
        return float(np.dot(self._sizes, self._chances))

    @property
    def nobody(self) -> float:
        """Probability that nobody takes part."""
        return float(1.0 - self._chances.sum())

    @property
    def fees_collected(self) -> float:
        """Expected fees, in money."""
        return self._fee * self.entrants

    @property
    def contestant_surplus(self) -> float:
        """Expected sum of payoffs."""
        return self._overall(lambda o: float(o.payoff.sum())) - self._price * self.entrants

    @cached_property
    def total_effort(self) -> float:
        """Expected sum of efforts."""
        return self._overall(lambda o: float(o.profile.efforts().sum()))

    @cached_property
    def prizes_paid(self) -> float:
        """Expected money paid in prizes."""
        return self._overall(lambda o: o.prizes_paid)

    @cached_property
    def expected_best(self) -> float:
        """Expected best quality given that somebody takes part."""
        return self._overall(lambda o: o.expected_best, given_some=True)

    @cached_property
    def expected_average(self) -> float:
        """Expected average quality given that somebody takes part."""
        return self._overall(lambda o: o.expected_average, given_some=True)

    def top_qualities(self, k: int) -> float:
        """Return the expected sum of the ``k`` best qualities given that somebody takes part."""
        return self._overall(lambda o: qualities.top_qualities(o, k), given_some=True)

    def winner_quality(self) -> float:
        """Return the expected quality of the winner given that somebody takes part."""
        return self._overall(qualities.winner_quality, given_some=True)

    def chance_above(self, quality: float) -> float:
        """Return the probability that the best idea is of at least ``quality``."""
        return self._overall(lambda o: qualities.chance_above(o, quality))

    def effort_costs(self) -> float:
        """Return what efforts and entering are expected to cost, fees left out."""
        return self._overall(qualities.effort_costs) + (self._price - self._fee) * self.entrants
