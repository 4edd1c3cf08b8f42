"""What a solver, a certificate, a sweep or a design need to know of a game.

:class:`Game` is the protocol as a base class: payoffs from primitives, and the few
facts that say where to look for deviations. A static contest implements it from
its parts; dynamic models implement it directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.profile import Profile, as_profile

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium

__all__ = ["Game"]

Array = NDArray[np.float64]
Index = int | NDArray[np.intp]


class Game:
    """A game of effort: contestants, payoffs, and where deviations may be.

    Subclasses give ``n``, ``stakes``, ``payoff`` and ``largest_effort``; the rest has defaults.

    Attributes
    ----------
    n : int
        Number of contestants.
    stakes : float
        The money that gains are measured against: the largest prize.
    """

    n: int

    @property
    def stakes(self) -> float:
        """The money that gains from deviating are measured against."""
        raise NotImplementedError

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return the expected payoff of a contestant who exerts an effort.

        Parameters
        ----------
        i : int or integer array
            The contestant (an array broadcasts against ``effort``).
        effort : array_like
            Her efforts.
        profile : Profile or what stands for one
            What the others do; her own entry does not matter.
        type : array_like, optional
            Her type where it is private, broadcast against ``effort``.

        Returns
        -------
        ndarray
            Money.
        """
        raise NotImplementedError

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return the derivative of `payoff` in effort, or None where it is not known exactly.

        Parameters
        ----------
        i, effort, profile, type
            As in `payoff`.

        Returns
        -------
        ndarray or None
            Money for each unit of effort.
        """
        return None

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return an effort above which none is worth while.

        Parameters
        ----------
        i : int or integer array
            The contestant.
        type : array_like, optional
            Her type.

        Returns
        -------
        ndarray
        """
        raise NotImplementedError

    def outside_option(self, i: Index, type: ArrayLike | None = None) -> float:
        """Return what staying out is worth to contestant ``i`` of type ``type``, in money."""
        return 0.0

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant of each class under ``profile``, and how many are alike.

        Contestants of one class have the same traits and strategy, so that checking one is
        checking all.
        """
        return np.arange(self.n), np.ones(self.n, dtype=np.intp)

    def type_nodes(self, i: int) -> Array | None:
        """Return the types of contestant ``i`` at which to check, or None if there are none."""
        return None

    def type_law(self, i: int) -> Any:
        """Return the distribution of the private type of ``i``, which the general solver asks for, or None.

        Where strategies are `Monotone`, their ``types`` is this law.
        """
        return None

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return efforts at which the payoff of ``i`` (of ``type``) under ``profile`` may jump or bend."""
        return np.array([])

    def asked_effort(self, i: int, type: ArrayLike | None = None) -> Array | None:
        """Return the effort with which ``i`` of ``type`` just reaches a reserve, None where none is asked."""
        return None

    def actions(self, i: int) -> Array | None:
        """Return the efforts that ``i`` may choose if they are discrete, else None."""
        return None

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array | None:
        """Return what ``effort`` costs contestant ``i`` of ``type`` in money, or None if unknown."""
        return None

    def outcomes(self, profile: Profile) -> Any:
        """Return what comes of ``profile``.

        An object with ``payoff``, ``win_probability``, ``expected_best``, ``expected_average`` and
        ``prizes_paid``, as far as they have a meaning.
        """
        from contests.errors import UnsolvableError

        raise UnsolvableError(f"{type(self).__name__} does not say what comes of a profile (`outcomes`).")

    def is_concave(self) -> str | None:
        """Return the source of a proof that payoffs are concave in own effort, or None."""
        return None

    def subgames(self, profile: Profile) -> Sequence[tuple[Game, Profile]]:
        """Return games that must be in equilibrium too, with what ``profile`` says is played there.

        Where entry comes first, the contests that follow it.
        """
        return ()

    def entry_findings(self, profile: Profile) -> Sequence[tuple[int, float, float, float, float]]:
        """Return what changing the decision to enter would gain under ``profile``.

        Each entry is a contestant, her effort (NaN if she is outside), the effort after the change
        (NaN if she would leave), and her payoffs in money before and after.
        """
        return ()

    def profile(self, value: Any) -> Profile:
        """Return the profile that a user means by ``value`` (see `contests.profile.as_profile`)."""
        return as_profile(value, self.n)

    def game(self) -> Game:
        """Return the game itself, as a model would its game."""
        return self

    def solve(self, **options: Any) -> Equilibrium:
        """Solve and certify; ``options`` as in `contests.solve`."""
        from contests.solving import solve

        return solve(self, **options)
