"""What the sponsor wants: objectives that add, subtract and scale.

An objective is a function of an equilibrium: ``(ct.BestQuality() -
ct.PrizesPaid())(eq)`` is a number. Expectations are exact, by order statistics
and quadrature, never simulated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from contests.errors import InvalidPartError
from contests.part import Part
from contests.validation import at_least_zero, count, finite

__all__ = [
    "AverageQuality",
    "BestQuality",
    "ContestantSurplus",
    "FeesCollected",
    "Objective",
    "PerEntrant",
    "PrizesPaid",
    "ProbabilityAbove",
    "Sum",
    "Surplus",
    "TopQuality",
    "TotalEffort",
    "WinnerQuality",
]


class Objective(Part):
    """Base of objectives: callable on an equilibrium."""

    def __call__(self, equilibrium: Any) -> float:
        """Return the objective's value at ``equilibrium``."""
        raise NotImplementedError

    def __add__(self, other: Any) -> Objective:
        return Sum(terms=((1.0, self), (1.0, _objective(other))))

    def __radd__(self, other: Any) -> Objective:
        # Python's sum() starts from 0.
        return self if isinstance(other, int) and other == 0 else _objective(other) + self

    def __sub__(self, other: Any) -> Objective:
        return Sum(terms=((1.0, self), (-1.0, _objective(other))))

    def __mul__(self, factor: Any) -> Objective:
        return Sum(terms=((finite("Objective factor", factor), self),))

    __rmul__ = __mul__

    def __truediv__(self, factor: Any) -> Objective:
        divisor = finite("Objective divisor", factor)
        if divisor == 0:
            raise InvalidPartError("Objective divisor", factor, "other than zero")
        return self * (1.0 / divisor)

    def __neg__(self) -> Objective:
        return self * -1.0


def _objective(value: Any) -> Objective:
    if not isinstance(value, Objective):
        raise InvalidPartError("Objective", value, "added to another objective such as ct.TotalEffort()")
    return value


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Sum(Objective):
    """A weighted sum of objectives.

    Parameters
    ----------
    terms : tuple of (float, Objective)
        Weights and objectives; nested sums are flattened.
    """

    terms: tuple[tuple[float, Objective], ...] = field(kw_only=False)

    def __post_init__(self) -> None:
        flat: list[tuple[float, Objective]] = []
        for weight, term in self.terms:
            inner = term.terms if isinstance(term, Sum) else ((1.0, term),)
            flat.extend((weight * factor, one) for factor, one in inner)
        object.__setattr__(self, "terms", tuple(flat))

    def __call__(self, equilibrium: Any) -> float:
        """Return the weighted sum at ``equilibrium``."""
        return float(sum(weight * term(equilibrium) for weight, term in self.terms if weight))

    def __repr__(self) -> str:
        parts = []
        for k, (weight, term) in enumerate(self.terms):
            sign = "-" if weight < 0 else "+" if k else ""
            short = f"{abs(weight):g}"
            number = short if float(short) == abs(weight) else repr(abs(weight))
            size = "" if abs(weight) == 1 else f"{number} * "
            parts.append(f"{sign}{' ' if k else ''}{size}{term!r}")
        return " ".join(parts)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class BestQuality(Objective):
    """Expected quality of the best idea; under random entry given that somebody takes part."""

    def __call__(self, equilibrium: Any) -> float:
        """Return the expected best quality at ``equilibrium``."""
        return float(equilibrium.expected_best)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AverageQuality(Objective):
    """Expected quality of the average idea."""

    def __call__(self, equilibrium: Any) -> float:
        """Return the expected average quality at ``equilibrium``."""
        return float(equilibrium.expected_average)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TotalEffort(Objective):
    """Expected sum of efforts."""

    def __call__(self, equilibrium: Any) -> float:
        """Return total effort at ``equilibrium``."""
        return float(equilibrium.total_effort)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PrizesPaid(Objective):
    """Expected money paid in prizes."""

    def __call__(self, equilibrium: Any) -> float:
        """Return expected prizes at ``equilibrium``."""
        return float(equilibrium.prizes_paid)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TopQuality(Objective):
    """Expected sum of the qualities of the k best ideas (Ales, Cho and Korpeoglu 2017).

    Parameters
    ----------
    k : int
        How many ideas the sponsor can use; all if fewer compete.

    Examples
    --------
    >>> import contests as ct
    >>> lottery = ct.Contest(contestants=ct.Identical(4), prizes=16.0, success=ct.Lottery())
    >>> float(ct.TopQuality(2)(lottery.solve()))
    6.0
    """

    k: int = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "k", count("TopQuality.k", self.k))

    def __call__(self, equilibrium: Any) -> float:
        """Return the expected sum of the best qualities at ``equilibrium``."""
        return _ask(equilibrium, self, "top_qualities", self.k)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WinnerQuality(Objective):
    """Expected quality of the idea that wins: below the best where judges err or lots are drawn.

    Where a reserve leaves nobody to win, it counts as zero.
    """

    def __call__(self, equilibrium: Any) -> float:
        """Return the winner's expected quality at ``equilibrium``."""
        return _ask(equilibrium, self, "winner_quality")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ProbabilityAbove(Objective):
    """Probability that the best idea is of at least a quality.

    Parameters
    ----------
    quality : float
        The mark to pass.
    """

    quality: float = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quality", finite("ProbabilityAbove.quality", self.quality))

    def __call__(self, equilibrium: Any) -> float:
        """Return the probability at ``equilibrium``."""
        return _ask(equilibrium, self, "chance_above", self.quality)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FeesCollected(Objective):
    """Expected entry fees that contestants pay; those passed on to the winner count as prizes too."""

    def __call__(self, equilibrium: Any) -> float:
        """Return expected fees at ``equilibrium``."""
        found = getattr(equilibrium._outcomes, "fees_collected", None)
        if found is not None:
            return float(found)
        entry = getattr(equilibrium.game, "entry", None)
        return float(entry.fees(equilibrium)) if entry is not None else 0.0


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ContestantSurplus(Objective):
    """Expected sum of the contestants' payoffs."""

    def __call__(self, equilibrium: Any) -> float:
        """Return the sum of payoffs at ``equilibrium``."""
        found = getattr(equilibrium._outcomes, "contestant_surplus", None)
        return float(equilibrium.payoff.sum() if found is None else found)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Surplus(Objective):
    """Social surplus: what the ideas are worth less what effort and entry cost; transfers cancel.

    Under random entry qualities are given that somebody takes part; where nobody does there is no idea,
    which is worth nothing here.

    Parameters
    ----------
    worth : Objective
        What the ideas are worth, in money; the best quality if absent.
    """

    worth: Objective = field(default_factory=BestQuality, kw_only=False)

    def __post_init__(self) -> None:
        _objective(self.worth)

    def __call__(self, equilibrium: Any) -> float:
        """Return the surplus at ``equilibrium``."""
        nobody = float(getattr(equilibrium._outcomes, "nobody", 0.0))
        terms = self.worth.terms if isinstance(self.worth, Sum) else ((1.0, self.worth),)
        worth = 0.0
        for weight, term in terms:
            # Qualities are known given that somebody takes part: nobody's ideas are worth nothing.
            share = 1.0 - nobody if isinstance(term, _OF_IDEAS) else 1.0
            worth += weight * share * term(equilibrium) if share else 0.0
        return worth - _ask(equilibrium, self, "effort_costs")


_OF_IDEAS = (BestQuality, AverageQuality, TopQuality, WinnerQuality)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class PerEntrant(Objective):
    """A cost times the expected number of entrants; subtract it from what the sponsor gets.

    An entrant takes part: she pays the price of entry or holds a place, whatever she then does. Where
    nothing is asked (`AllEnter`, `Invite`) all who are admitted take part, the idle too. Under a
    `Reserve` without a fee those do who submit an idea that reaches it: who would fall short stays out,
    unless quality is random, when anybody may reach it.

    Parameters
    ----------
    cost : float
        What each entrant costs the sponsor (screening, judging), in money.

    Examples
    --------
    >>> import contests as ct
    >>> lottery = ct.Contest(contestants=ct.Identical(4), prizes=16.0, success=ct.Lottery())
    >>> float((ct.TotalEffort() - ct.PerEntrant(0.5))(lottery.solve()))
    10.0
    """

    cost: float = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", at_least_zero("PerEntrant.cost", self.cost))

    def __call__(self, equilibrium: Any) -> float:
        """Return the cost of all entrants at ``equilibrium``."""
        entrants = getattr(equilibrium._outcomes, "entrants", None)
        if entrants is None:
            entry = getattr(equilibrium.game, "entry", None)
            entrants = equilibrium.game.n if entry is None else entry.entrants(equilibrium)
        return self.cost * float(entrants)


def _ask(equilibrium: Any, objective: Objective, what: str, *arguments: Any) -> float:
    """Ask the outcomes of the game, or the exact expectations of a contest made of parts."""
    outcomes = equilibrium._outcomes
    own = getattr(outcomes, what, None)
    if own is not None:
        return float(own(*arguments))
    from contests import qualities
    from contests.outcomes import Outcomes

    if not isinstance(outcomes, Outcomes):
        raise InvalidPartError(
            f"{type(objective).__name__}",
            type(equilibrium.game).__name__,
            "used with a contest made of parts",
            "This game does not tell the distribution of its qualities: use ct.BestQuality(), "
            "ct.AverageQuality(), ct.TotalEffort() or ct.PrizesPaid().",
        )
    return float(getattr(qualities, what)(outcomes, *arguments))
