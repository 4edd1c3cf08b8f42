"""Four modes of collaboration: open or closed entry, hierarchical or flat choice (Pisano and Verganti 2008).

=================  ===================  ====================
entry              hierarchical choice  flat choice
=================  ===================  ====================
open               innovation mall      innovation community
closed             elite circle         consortium
=================  ===================  ====================

A contestant's idea has quality skill + effort + luck; skill is `spread` times a standard normal draw. *Open*:
`open_entrants` come as they are, and each costs `screening_cost`. *Closed*: each of `closed_members` seats
goes to the best of `candidates` people whose skills the sponsor knows, at `invitation_cost` a seat.
*Hierarchical*: the sponsor takes what looks best to her, with error `sponsor_error`. *Flat*: each idea has
the mean mark of the other members, with error `member_error` each, and `member_bias` that they share.
The idea chosen wins the award.

With F, f the law of scores (quality plus error in judgement) at equal efforts, effort solves
c'(e) = award (n-1) int f^2 F^(n-2), the rank-order contest of Lazear and Rosen (1981); members do not know
their skills when they exert effort. The quality of the idea chosen is e + n E[quality F(score)^(n-1)].
In open modes all is normal: with q^2 = spread^2 + luck^2, T^2 = q^2 + error^2 and M the best of n standard
normals, effort is c'(e) = award E[M]/(n T) and the quality chosen e + (q^2/T) E[M].

**Existence.** Effort is certified in each mode; little noise leaves no equilibrium in sure efforts.
**Limits.** No error: the best idea is chosen. One candidate for a seat: closed is a small open mode.

The paper has the four modes in words; the formulas are modelling choices of this library.

Source: Pisano and Verganti (2008), Harvard Business Review 86(12).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.curve_base import BaseCurve
from contests.curves import Power, as_curve, check_cost
from contests.equilibrium import Equilibrium
from contests.errors import InvalidPartError
from contests.model import Model
from contests.models.collaboration_scores import ModeGame
from contests.part import Part
from contests.validation import at_least_zero, count, positive

__all__ = ["MODE_NAMES", "CollaborationModes", "ModeResult"]

Array = NDArray[np.float64]

#: The modes: open entry first.
MODE_NAMES = ("innovation mall", "innovation community", "elite circle", "consortium")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ModeResult(Part):
    """What a mode brings.

    Parameters
    ----------
    name : str
        The mode.
    contestants : int
        Number of contestants.
    effort : float
        Each one's effort.
    quality : float
        Expected quality of the idea chosen.
    value : float
        Worth of that less award, screening and invitations, in money.
    equilibrium : Equilibrium
        The certified equilibrium.
    """

    name: str
    contestants: int
    effort: float
    quality: float
    value: float
    equilibrium: Equilibrium


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CollaborationModes(Model):
    """Open or closed entry, hierarchical or flat choice.

    Parameters
    ----------
    open_entrants : int
        Number of contestants with open entry, at least 2.
    closed_members : int
        Number of seats with closed entry, at least 2.
    candidates : int
        Of how many people each seat takes the best.
    spread, luck : float
        Standard deviations of skill (zero or more) and of luck (above zero), in units of quality.
    screening_cost, invitation_cost : float
        Money for each entrant of an open mode, and for each seat of a closed one.
    sponsor_error, member_error : float
        Standard deviations of the error in the sponsor's mark and in one member's.
    member_bias : float
        Standard deviation of an error that all members share.
    award : float
        Money for the idea chosen.
    cost : curve
        Cost of effort in money; e^2/2 if absent.
    value : float
        Worth of a unit of quality to the sponsor, in money.
    mode : str
        The mode of `contest` and `solve`: one of `MODE_NAMES`.

    Examples
    --------
    >>> model = CollaborationModes(spread=1.0, screening_cost=0.2)
    >>> model.best_mode()
    'elite circle'
    >>> model.replace(screening_cost=0.0, closed_members=2, candidates=1).best_mode()
    'innovation community'
    """

    open_entrants: int = 20
    closed_members: int = 4
    candidates: int = 5
    spread: float = 1.0
    luck: float = 1.0
    screening_cost: float = 0.02
    invitation_cost: float = 0.0
    sponsor_error: float = 1.0
    member_error: float = 3.0
    member_bias: float = 0.5
    award: float = 1.0
    cost: BaseCurve = field(default_factory=lambda: Power(2, scale=0.5))
    value: float = 1.0
    mode: str = MODE_NAMES[0]

    def __post_init__(self) -> None:
        part = "CollaborationModes"
        for name in ("open_entrants", "closed_members"):
            object.__setattr__(self, name, count(f"{part}.{name}", getattr(self, name), least=2))
        object.__setattr__(self, "candidates", count(f"{part}.candidates", self.candidates))
        for name in ("luck", "award", "value"):
            object.__setattr__(self, name, positive(f"{part}.{name}", getattr(self, name)))
        costs = ("spread", "screening_cost", "invitation_cost")
        for name in (*costs, "sponsor_error", "member_error", "member_bias"):
            object.__setattr__(self, name, at_least_zero(f"{part}.{name}", getattr(self, name)))
        object.__setattr__(self, "cost", as_curve(self.cost, part=f"{part}.cost"))
        check_cost(self.cost, part=f"{part}.cost")
        _known(self.mode, f"{part}.mode")

    def number(self, mode: str) -> int:
        """Return the number of contestants in a ``mode``."""
        return self.open_entrants if _known(mode) < 2 else self.closed_members

    def error(self, mode: str) -> float:
        """Return the standard deviation of the error with which an idea is marked in a ``mode``."""
        if _known(mode) % 2 == 0:
            return self.sponsor_error
        return float(np.hypot(self.member_bias, self.member_error / np.sqrt(self.number(mode) - 1)))

    def contest(self) -> ModeGame:
        """Return the contest of the model's mode."""
        return self._contest(self.mode)

    def _contest(self, mode: str) -> ModeGame:
        return ModeGame(
            contestants=self.number(mode),
            best_of=self.candidates if _known(mode) >= 2 else 1,
            spread=self.spread,
            luck=self.luck,
            error=self.error(mode),
            award=self.award,
            cost=self.cost,
        )

    def worth(self, mode: str) -> float:
        """Return the sponsor's value of a mode from its first-order condition, uncertified, in money.

        Parameters
        ----------
        mode : str
            One of `MODE_NAMES`.
        """
        game = self._contest(mode)
        return self.value * (self._effort(game.slope) + game.chosen) - self.award - self._spent(mode)

    def _spent(self, mode: str) -> float:
        each = self.screening_cost if _known(mode) < 2 else self.invitation_cost
        return each * self.number(mode)

    def _effort(self, slope: float) -> float:
        """Effort at which marginal cost is the award times a slope."""
        from contests.numerics import root

        marginal = self.award * slope

        def gap(log: float) -> float:
            return float(self.cost.derivative(np.exp(log))) / marginal - 1.0

        high = float(np.log(self.cost.inverse(self.award)))
        while gap(high) < 0:
            high += 1.0
        low = high - 1.0
        while gap(low) > 0:
            low -= 1.0
            if low < high - 700.0:
                return 0.0
        return float(np.exp(root(gap, low, high)))

    @cached_property
    def results(self) -> Mapping[str, ModeResult]:
        """Each mode's certified equilibrium and what it brings."""
        found = {}
        for mode in MODE_NAMES:
            equilibrium = self.replace(mode=mode).solve()
            effort = float(equilibrium.effort[0])
            quality = equilibrium.expected_best
            found[mode] = ModeResult(
                name=mode,
                contestants=self.number(mode),
                effort=effort,
                quality=quality,
                value=self.value * quality - float(equilibrium.prizes_paid) - self._spent(mode),
                equilibrium=equilibrium,
            )
        return found

    def best_mode(self) -> str:
        """Return the name of the mode that is worth most, each certified."""
        return max(self.results.values(), key=lambda result: result.value).name

    def map(self, screening_costs: ArrayLike, spreads: ArrayLike) -> tuple[Array, NDArray[np.intp]]:
        """Return values of all modes, and which wins, over screening costs and skill spreads.

        Parameters
        ----------
        screening_costs : array_like, shape (c,)
            Money for each entrant of an open mode.
        spreads : array_like, shape (s,)
            Standard deviations of skill.

        Returns
        -------
        values : ndarray, shape (4, c, s)
            Sponsor's value of each mode in the order of `MODE_NAMES`, from first-order conditions.
        winner : ndarray of int, shape (c, s)
            Index of the best mode.
        """
        costs, widths = np.atleast_1d(screening_costs), np.atleast_1d(spreads)
        values = np.empty((len(MODE_NAMES), costs.size, widths.size))
        for column, width in enumerate(widths):
            free = self.replace(spread=float(width), screening_cost=0.0)
            for row, mode in enumerate(MODE_NAMES):
                price = costs * self.number(mode) if row < 2 else 0.0
                values[row, :, column] = free.worth(mode) - price
        return values, np.argmax(values, axis=0)

    def plot_map(self, screening_costs: ArrayLike, spreads: ArrayLike, *, ax: Any = None) -> Any:
        """Draw which mode wins where.

        Parameters
        ----------
        screening_costs, spreads : array_like
            As in `map`.
        ax : matplotlib Axes, optional
            Where to draw.

        Returns
        -------
        matplotlib Axes
        """
        from contests.plotting_base import axes, finish

        drawn = axes(ax)
        _, winner = self.map(screening_costs, spreads)
        colours = ("#4477aa", "#66ccee", "#ccbb44", "#ee6677")
        for k, mode in enumerate(MODE_NAMES):
            rows, columns = np.nonzero(winner == k)
            if rows.size:
                x, y = np.atleast_1d(screening_costs)[rows], np.atleast_1d(spreads)[columns]
                drawn.scatter(x, y, marker="s", color=colours[k], label=mode)
        across, up = "screening cost (money for each entrant)", "spread of skill (units of quality)"
        return finish(drawn, across, up, above=True)  # inside it would hide part of the map

    def theory(self) -> Any:
        """Return closed forms of the open modes, and propositions on all four."""
        from contests.models._collaboration_theory import theory_of

        return theory_of(self)


def _known(mode: str, part: str = "CollaborationModes") -> int:
    """The index of a mode by name, or a refusal."""
    if mode not in MODE_NAMES:
        raise InvalidPartError(part, mode, "one of " + ", ".join(repr(name) for name in MODE_NAMES))
    return MODE_NAMES.index(mode)
