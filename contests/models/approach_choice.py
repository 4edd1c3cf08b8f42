r"""Which approach to try: the variety of research (Letina and Schmutzler 2019).

Two suppliers choose an approach v_i on the line from 0 to 1; the best one, sigma, is uniform and not
known. Quality falls with the distance |v - sigma|. In an *auction* the better supplier is paid by
how much she is better; for a *fixed prize* only being better matters.

**Equilibrium.** The auction pays each her marginal contribution, and so leads to the efficient variety,
1/4 and 3/4; expected loss 1/8. A fixed prize leads both to the middle, as in Hotelling's market:
duplicates, expected loss 1/4.

Source: Letina and Schmutzler (2019), International Economic Review 60, 1757-1780.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.game import Index
from contests.models._game_model import GameModel
from contests.profile import Profile
from contests.solving import Candidate
from contests.validation import positive

__all__ = ["ApproachChoice"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ApproachChoice(GameModel):
    """Two suppliers' choice of an approach; "effort" is the place on the line.

    Parameters
    ----------
    reward : {"auction", "fixed prize"}
        How the better supplier is paid.
    value : float
        Money for each unit of distance: what nearer approaches are worth.
    prize : float
        The fixed prize, in money; an auction does not use it.

    Examples
    --------
    >>> ApproachChoice(reward="auction").approaches().tolist()
    [0.25, 0.75]
    >>> ApproachChoice(reward="fixed prize").expected_loss()
    0.25
    """

    reward: Literal["auction", "fixed prize"] = "auction"
    value: float = 1.0
    prize: float = 1.0

    def __post_init__(self) -> None:
        if self.reward not in ("auction", "fixed prize"):
            raise InvalidPartError("ApproachChoice.reward", self.reward, "'auction' or 'fixed prize'")
        for part in ("value", "prize"):
            object.__setattr__(self, part, positive(f"ApproachChoice.{part}", getattr(self, part)))

    n = 2

    @property
    def stakes(self) -> float:
        """The most that can be paid."""
        return self.value if self.reward == "auction" else self.prize

    def approaches(self) -> Array:
        """Return the certified approaches, shape (2,)."""
        return self.solve().effort

    def candidate(self) -> Candidate:
        """Return the two approaches, see `contests.solving.Candidate`."""
        auction = self.reward == "auction"
        return Candidate(
            profile=Profile.pure([0.25, 0.75] if auction else [0.5, 0.5]),
            selection="unique up to who is where" if auction else "unique",
            source="Letina and Schmutzler (2019)" if auction else "Hotelling (1929)",
        )

    def expected_loss(self, approaches: ArrayLike | None = None) -> float:
        """Return the expected distance of the better approach from the best one.

        Parameters
        ----------
        approaches : array_like, shape (2,), optional
            Places on the line; the equilibrium's if absent.
        """
        low, high = np.sort(self.approaches() if approaches is None else np.asarray(approaches, float))
        return float(low**2 / 2 + (1 - high) ** 2 / 2 + (high - low) ** 2 / 4)

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payments, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own = np.asarray(effort, float)
        other = float(self.profile(profile).efforts()[1 - int(np.asarray(i).flat[0])])
        side = np.where(own <= other, own, 1.0 - own)  # of the line, beyond her, where she is nearest
        gap = np.abs(own - other)
        paid = side * gap + gap**2 / 4
        chance = np.where(own == other, 0.5, side + gap / 2)
        inside = (own >= 0) & (own <= 1)
        pays = self.value * paid if self.reward == "auction" else self.prize * chance
        return np.where(inside, pays, 0.0)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the end of the line (any ``i``, ``type``)."""
        return np.asarray(1.0)

    def landmarks(self, i: int, profile: Profile, type: float | None = None) -> Array:
        """Return places beside the rival of ``i`` in ``profile`` (any ``type``)."""
        other = float(profile.efforts()[1 - i])
        return np.array([np.nextafter(other, 0.0), other, np.nextafter(other, 1.0)])

    def chances(self, profile: Profile) -> Array:
        """Return chances to be nearer under ``profile``, shape (2,)."""
        first, second = profile.efforts()
        if first == second:
            return np.array([0.5, 0.5])
        middle = (first + second) / 2
        return np.array([middle, 1 - middle]) if first < second else np.array([1 - middle, middle])

    @property
    def prize_money(self) -> float:
        """Expected money paid."""
        if self.reward == "fixed prize":
            return self.prize
        profile = self.candidate().profile
        return float(self.payoffs(profile).sum())
