"""A contest: the parts, composed.

Contestants, a technology from effort to quality, a cost of effort, success from
quality to rank, prizes from rank to money, and who enters. Payoffs are evaluated
from these primitives only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import payoffs
from contests.contestants import Contestants, Private
from contests.curves import BaseCurve, Linear, as_curve, check_cost
from contests.direct import check_direct
from contests.entry import AllEnter, Entry
from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.part import Part
from contests.prizes import Prizes, as_prizes
from contests.profile import Profile
from contests.rivals import Rivals
from contests.rivals_reserve import rivals_of
from contests.success import Highest, Race, Success
from contests.technology import Exact, Technology, Trials

__all__ = ["Contest", "Game"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Contest(Part, Game):
    """A contest made of parts.

    Contestant i of ability a, cost factor k and value factor v who exerts effort e expects
    v (expected prize) - k cost(e).

    Parameters
    ----------
    contestants : Contestants
        `Identical`, `Known` or `Private`.
    prizes : Prizes, number or sequence of numbers
        A rule; a number for winner-take-all; a sequence for prizes by rank.
    technology : Technology
        From effort to quality; quality is effort if absent.
    cost : curve
        Cost of effort in money, zero at zero effort, increasing; linear if absent.
    success : Success
        From quality to rank; the highest wins if absent.
    entry : Entry
        Who is in; all if absent.

    Raises
    ------
    InvalidPartError
        If a part is not one, or two parts do not go together.

    Examples
    --------
    >>> import contests as ct
    >>> contest = ct.Contest(contestants=ct.Identical(4), prizes=160, success=ct.Lottery(exponent=0.5))
    >>> float(contest.payoff(0, 15.0, 15.0))
    25.0
    """

    contestants: Contestants
    prizes: Prizes | Any  # numbers may be given, a Prizes is kept
    technology: Technology = field(default_factory=Exact)
    cost: BaseCurve | Any = field(default_factory=Linear)  # a number is a slope
    success: Success = field(default_factory=Highest)
    entry: Entry = field(default_factory=AllEnter)

    def __post_init__(self) -> None:
        for name, kind, example in (
            ("contestants", Contestants, "a field of contestants such as ct.Identical(20)"),
            ("technology", Technology, "a technology such as ct.Exact() or ct.Additive(stats.norm())"),
            ("success", Success, "a success function such as ct.Highest() or ct.Lottery()"),
            ("entry", Entry, "an entry rule such as ct.AllEnter()"),
        ):
            if not isinstance(getattr(self, name), kind):
                raise InvalidPartError(f"Contest.{name}", getattr(self, name), example)
        object.__setattr__(self, "prizes", as_prizes(self.prizes))
        object.__setattr__(self, "cost", as_curve(self.cost, part="Contest.cost"))
        check_cost(self.cost, part="Contest.cost")
        self._check_fit()

    def _check_fit(self) -> None:
        """Refuse parts that do not go together, in words."""
        paid = self.prizes.by_rank().size
        if paid > self.n:
            raise InvalidPartError(
                "Contest.prizes",
                f"{paid} prizes",
                f"at most as many as contestants, {self.n}",
                "Drop the last prizes or admit more contestants.",
            )
        for column in self.success.columns():
            if column.size != self.n:
                raise InvalidPartError(
                    f"Contest.success ({type(self.success).__name__})",
                    f"fields of length {column.size}",
                    f"given one entry for each of the {self.n} contestants",
                )
        race = self.success.race(self.technology)
        if race is None:
            check_direct(self)
        if isinstance(self.technology, Trials) and np.any(self._known_trait("ability") != 0):
            raise InvalidPartError(
                "Contest.contestants",
                "different abilities",
                "without abilities when the technology is ct.Trials",
                "Let contestants differ in cost, or use ct.Additive.",
            )
        judged = race is not None and race.noise is not None and not race.scores_are_qualities
        if self.prizes.share and judged and not self.success.is_lottery:
            raise InvalidPartError(
                "Contest.prizes",
                self.prizes,
                "fixed prizes when marks differ from quality",
                "A share of true quality needs judges without error and handicaps.",
            )

    def game(self) -> Game:
        """Return the game to solve: the contest, or one in which entry is part of the equilibrium."""
        return self.entry.game(self)

    def _known_trait(self, name: str) -> Array:
        if self.contestants.private_trait == name:
            return np.array([np.nan])
        return np.atleast_1d(np.asarray(self.contestants.trait(name, np.arange(self.n)), float))

    @property
    def n(self) -> int:  # type: ignore[override]
        """How many contestants compete."""
        return self.entry.admitted(self.contestants.n)

    @cached_property
    def race(self) -> Race | None:
        """The race that ranks the ideas, or None for a success function that is not a race."""
        return self.success.race(self.technology)

    @cached_property
    def stakes(self) -> float:
        """The top prize in money, times the largest known value factor."""
        value = 1.0 if self.contestants.private_trait == "value" else float(self._known_trait("value").max())
        top: float = abs(self.prizes.top)
        if self.prizes.share:
            noise = self.technology.noise
            spread = noise.std() if noise is not None else 1.0
            top += self.prizes.share * (spread if np.isfinite(spread) else 1.0)
        return value * top

    def kind_of(self) -> NDArray[np.intp]:
        """Return, for each contestant, a number that is the same for contestants treated alike.

        Returns
        -------
        ndarray of int, shape (n,)
        """
        return self._kinds

    @cached_property
    def rival_kinds(self) -> NDArray[np.intp]:
        """Return, for each contestant, a number that is the same for those who are the same as rivals.

        Without noise it does not matter to others what effort or the prize mean to a contestant.
        """
        traits = self.contestants
        if self.race is None or self.race.noise is not None or traits.private_trait is not None:
            return self.kind_of()
        ability = np.broadcast_to(self._known_trait("ability"), (self.n,))
        table = np.column_stack([ability, *(column[: self.n] for column in self.success.columns())])
        return np.asarray(np.unique(table, axis=0, return_inverse=True)[1].reshape(-1), dtype=np.intp)

    @cached_property
    def _kinds(self) -> NDArray[np.intp]:
        kinds = self.contestants.kind_of()[: self.n]
        for column in self.success.columns():
            _, label = np.unique(column[: self.n], return_inverse=True)
            kinds = kinds * (int(label.max()) + 1) + label.reshape(-1)
        return kinds

    @property
    def is_symmetric(self) -> bool:
        """Whether all contestants are alike before they learn private types."""
        kinds = self.kind_of()
        return bool((kinds == kinds[0]).all())

    def against(self, profile: Any) -> Rivals:
        """Return the field that a contestant faces.

        Parameters
        ----------
        profile : Profile or what stands for one
            What everyone does.

        Returns
        -------
        Rivals
        """
        profile = self.profile(profile)
        if self.race is None:
            raise InvalidPartError("Contest.success", self.success, "a race")
        kept: tuple[Profile, Rivals] | None = self.__dict__.get("_against")
        if kept is None or kept[0] is not profile:
            kept = (profile, rivals_of(self, self.race, profile))
            self.__dict__["_against"] = kept
        return kept[1]

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs from the primitives, see `Game.payoff`.

        Parameters
        ----------
        i : int or integer array
            The contestant.
        effort : array_like
            Her efforts.
        profile : Profile or what stands for one
            What the others do.
        type : array_like, optional
            Her type, where private.

        Returns
        -------
        ndarray
            Money; a certainty equivalent net of wealth if she is averse to risk.
        """
        return payoffs.payoff(self, i, np.asarray(effort, float), profile, _types(type))

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return exact marginal payoffs, or None, see `Game.marginal_payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `payoff`; efforts above zero.

        Returns
        -------
        ndarray or None
            None without noise, with attitudes to risk, or when the award depends on a quality
            that is not the score.
        """
        return payoffs.marginal_payoff(self, i, np.asarray(effort, float), profile, _types(type))

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return the cost of ``effort`` to contestant ``i`` of ``type``, in money."""
        factor = self.contestants.trait("cost", i, None if type is None else np.asarray(type, float))
        return np.asarray(factor * self.cost(np.asarray(effort, float)))

    def rank_probabilities(
        self, i: int, effort: ArrayLike, profile: Any, type: ArrayLike | None = None, ranks: int | None = None
    ) -> Array:
        """Return the probabilities that a contestant takes each rank.

        Parameters
        ----------
        i : int
            The contestant.
        effort : array_like, shape (m,) or ()
            Her efforts.
        profile : Profile or what stands for one
            What the others do.
        type : array_like, optional
            Her type, where private.
        ranks : int, optional
            How many ranks; all n if absent.

        Returns
        -------
        ndarray, shape (m, ranks) or (ranks,)
        """
        own = np.asarray(effort, float)
        found = payoffs.rank_chances(self, i, np.atleast_1d(own), profile, _types(type), ranks or self.n)
        return found[0] if own.ndim == 0 else found

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the effort whose cost is all that could be won, see `Game.largest_effort`.

        Parameters
        ----------
        i : int or integer array
            The contestant.
        type : array_like, optional
            Her type.
        """
        return payoffs.largest_effort(self, i, _types(type))

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant of each class under ``profile``, see `Game.classes`."""
        kinds, labels = self.kind_of(), profile.labels()
        codes = kinds * (int(labels.max(initial=0)) + 1) + labels
        if codes.min() == codes.max():
            return np.zeros(1, dtype=np.intp), np.array([self.n], dtype=np.intp)
        _, first, counts = np.unique(codes, return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)

    def type_nodes(self, i: int) -> Array | None:
        """Return quantiles of the type of contestant ``i``, or None, see `Game.type_nodes`."""
        if not isinstance(self.contestants, Private):
            return None
        levels = np.concatenate([[1e-3, 1e-2], np.linspace(0.05, 0.95, 19), [0.99, 0.999]])
        return self.contestants.law_of(i).ppf(levels)

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return efforts at which the payoff may jump: just at and above what rivals do.

        Parameters
        ----------
        i : int
            The contestant.
        profile : Profile
            What the others do.
        type : float, optional
            Her type.
        """
        if self.race is None:
            beside = np.unique(profile.efforts())[:200]
            return np.concatenate([beside, beside * (1 + 1e-12)])
        if self.race.noise is not None:
            return self.against(profile).marks
        ends: list[Array] = []
        for k in range(min(self.against(profile).counts.size, 50)):
            strategy = profile.strategy(int(self.against(profile).representatives[k]))
            points = strategy.atoms[0][:200]
            ends.append(np.concatenate([np.array(strategy.support), points, points * (1 + 1e-12)]))
        found = np.unique(np.concatenate([*ends, self.against(profile).level_efforts(i)]))
        return np.asarray(found[np.isfinite(found)])

    def asked_effort(self, i: int, type: ArrayLike | None = None) -> Array | None:
        """Return the effort with which ``i`` of ``type`` just reaches a reserve; None if there is none."""
        if not isinstance(self.technology, Exact) or not np.isfinite(self.entry.least_quality):
            return None
        ability = self.contestants.trait("ability", i, _types(type))
        return self.technology.effort_for(self.entry.least_quality, ability)

    def actions(self, i: int) -> Array | None:
        """Return whole numbers of trials where only these are possible (for ``i``), else None."""
        if isinstance(self.technology, Trials) and self.technology.whole:
            return np.arange(int(np.floor(self.largest_effort(i))) + 1, dtype=float)
        return None

    def is_concave(self) -> str | None:
        """Return why payoffs are concave in own effort, where that is known, see `Game.is_concave`."""
        plain = self.contestants.utility is None and not self.prizes.share and self.prizes.by_rank().size == 1
        if not plain or not self.cost.is_convex or np.isfinite(self.entry.least_quality):
            return None
        exponent = payoffs.lottery_exponent(self)
        if exponent is None or exponent > 1:
            return None
        return "a lottery with exponent at most 1 and convex cost is concave in own effort"

    def outcomes(self, profile: Profile) -> Any:
        """Return exact expectations of what comes of ``profile``, see `contests.outcomes.Outcomes`."""
        from contests.outcomes_entry import outcomes_of

        return outcomes_of(self, profile)

    def simulate(self, profile: Any, size: int, *, rng: np.random.Generator) -> Any:
        """Draw outcomes of a profile, see `contests.play`.

        Parameters
        ----------
        profile : Profile or what stands for one
            What everyone does.
        size : int
            How many contests to draw.
        rng : numpy.random.Generator
            Source of randomness.
        """
        from contests.simulate import play

        return play(self, profile, size, rng=rng)


def _types(type: ArrayLike | None) -> Array | None:
    return None if type is None else np.asarray(type, float)
