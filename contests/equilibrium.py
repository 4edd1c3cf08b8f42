"""The result: what everyone does, what comes of it, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.certificate import Certificate
from contests.part import Part
from contests.profile import Profile
from contests.strategy import Strategy

if TYPE_CHECKING:
    from contests.game import Game

__all__ = ["Equilibrium"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Equilibrium(Part):
    """An equilibrium, or a candidate whose certificate says that it is not one.

    Attributes
    ----------
    game : Game
        The contest that was solved.
    profile : Profile
        What everyone does.
    certificate : Certificate
        The largest gain from any deviation, and the effort gap.
    method : str
        The solver.
    source : str
        The literature it follows.
    selection : str
        Whether it is the only equilibrium, or which one it is.
    model : object, optional
        The named model it came from.
    """

    game: Game
    profile: Profile
    certificate: Certificate
    method: str
    source: str
    selection: str
    model: Any = None

    @property
    def contest(self) -> Any:
        """The contest that was solved."""
        return self.game

    @cached_property
    def effort(self) -> Array:
        """Expected effort of each contestant, shape (n,)."""
        return self.profile.efforts()

    @cached_property
    def payoff(self) -> Array:
        """Expected payoff of each contestant in money, shape (n,)."""
        return np.asarray(self._outcomes.payoff)

    @cached_property
    def win_probability(self) -> Array:
        """Probability that each contestant takes the first rank, shape (n,)."""
        return np.asarray(self._outcomes.win_probability)

    @property
    def total_effort(self) -> float:
        """Sum of expected efforts; where the number of contestants is random, its expectation."""
        if getattr(self.game, "outcomes", None) is not None:
            found = getattr(self._outcomes, "total_effort", None)
            if found is not None:
                return float(found)
        return float(self.effort.sum())

    @cached_property
    def expected_best(self) -> float:
        """Expected quality of the best idea."""
        return float(self._outcomes.expected_best)

    @cached_property
    def expected_average(self) -> float:
        """Expected quality of the average idea."""
        return float(self._outcomes.expected_average)

    @cached_property
    def prizes_paid(self) -> float:
        """Expected money paid in prizes."""
        return float(self._outcomes.prizes_paid)

    @cached_property
    def _outcomes(self) -> Any:
        return self.game.outcomes(self.profile)

    def strategy(self, i: int) -> Strategy:
        """Return what contestant ``i`` does."""
        return self.profile.strategy(i)

    def simulate(self, size: int, *, rng: np.random.Generator) -> Any:
        """Draw outcomes: efforts, qualities, ranks, prizes.

        Parameters
        ----------
        size : int
            How many contests to draw.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        Outcome
            Arrays of shape (size, n).
        """
        from contests.simulate import play

        return play(self.game, self.profile, size, rng=rng)

    def summary(self) -> str:
        """Return the result as aligned text: parts, equilibrium, certificate, source."""
        from contests.present import summary

        return summary(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain, JSON-safe data."""
        from contests.present import to_dict

        return to_dict(self)

    def to_frame(self) -> Any:
        """Return one row for each contestant, as a pandas DataFrame."""
        from contests.present import to_frame

        return to_frame(self)

    def to_latex(self) -> str:
        """Return the summary as a LaTeX table."""
        from contests.present import to_latex

        return to_latex(self)

    def plot(self, *, ax: Any = None, **options: Any) -> Any:
        """Draw the payoff against own effort with the equilibrium marked.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw.
        **options
            Passed to `contests.plotting.plot_equilibrium`.

        Returns
        -------
        matplotlib Axes
        """
        from contests.plotting import plot_equilibrium

        return plot_equilibrium(self, ax=ax, **options)

    def _repr_html_(self) -> str:
        from contests.present import to_html

        return to_html(self)

    def __repr__(self) -> str:
        verdict = "certified" if self.certificate.passed else "NOT an equilibrium"
        return (
            f"<Equilibrium of {self.game.n} contestants: mean effort {self.effort.mean():.6g}, "
            f"{verdict}, max_gain={self.certificate.max_gain:.1e}>"
        )
