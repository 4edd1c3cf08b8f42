"""Contests whose losers keep part of their idea (Clemons, Pac and Savin 2010, in a stylised form).

Quality is kappa + delta ln e plus a Gumbel shock of scale mu, cost c e. The winner
gets the award A and an extra W; a loser salvages the fraction a of the quality of her
own idea (which may be negative). The payoff of solver i is

    (A + W) Pr(win) + a E[v_i; i loses] - c e.

*Equilibrium*: c e/delta = (n-1)/(n^2 mu) (A + W - a M) + a (1 - 1/n^2), with
M = kappa + delta ln e + mu ln n the expected best quality. As n grows effort tends to
a delta/c, not to zero: salvage keeps the contest alive. With a = 0 it is the ideation
project of Terwiesch and Xu (2008).

*A modelling choice*: that what is salvaged is linear in quality; the paper's own form
was not at hand. Existence is for the certificate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.contestants import Identical
from contests.curves import Linear, Log
from contests.game import Game, Index
from contests.laws import gumbel
from contests.model import Model
from contests.prizes import QualityShare, WinnerTakeAll
from contests.profile import Profile
from contests.technology import Additive
from contests.validation import at_least_zero, count, finite, fraction, positive

__all__ = ["SalvageGame", "SalvageValue"]

Array = NDArray[np.float64]


class SalvageGame(Game):
    """The contest in which losers keep a fraction of the quality of their ideas.

    Parameters
    ----------
    money : Contest
        The contest for the award alone.
    fraction : float
        What a loser keeps of each unit of quality, in money.
    """

    is_symmetric = True

    def __init__(self, money: Contest, fraction: float) -> None:
        self.money, self.fraction, self.n = money, fraction, money.n
        self._quality = money.replace(prizes=QualityShare(base=0.0, share=1.0))

    @property
    def stakes(self) -> float:
        """The award and the extra."""
        return self.money.stakes

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs from three expectations: of winning, of own quality, of both.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own = np.asarray(effort, float)
        profile = self.profile(profile)
        noise = self.money.technology.noise
        assert noise is not None
        with np.errstate(invalid="ignore"):  # no effort: quality minus infinity, never wins
            quality = self.money.technology.location(own, 0.0) + noise.mean()
            winning = self._quality.payoff(i, own, profile) + self._quality.effort_cost(i, own)
            salvaged = self.fraction * (quality - np.where(own > 0, winning, 0.0))
        return np.asarray(self.money.payoff(i, own, profile) + (salvaged if self.fraction else 0.0))

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return an effort that costs more than award and salvage could be worth (any ``i``, ``type``)."""
        output: Any = self.money.technology.output  # type: ignore[attr-defined]
        slope = float(self.money.cost.derivative(1.0))
        return np.asarray(self.money.largest_effort(0) * 2 + 4 * self.fraction * output.scale / slope)

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one solver of each strategy in ``profile``, see `Game.classes`."""
        return self.money.classes(profile)

    def outside_option(self, i: Index, type: ArrayLike | None = None) -> float:
        """Return what not taking part is worth (to any ``i`` of any ``type``): nothing."""
        return 0.0

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs (any ``i``, ``type``)."""
        return self.money.effort_cost(i, effort)

    def outcomes(self, profile: Profile) -> Any:
        """Return what comes of ``profile``: that of the contest, with payoffs that include salvage."""
        found = self.money.outcomes(profile)
        found.payoff = np.array([float(self.payoff(i, e, profile)) for i, e in enumerate(profile.efforts())])
        return found


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SalvageValue(Model):
    """An ideation contest whose losers salvage a part of their idea.

    Parameters
    ----------
    solvers : int
        Number of solvers n, at least 2.
    award, extra : float
        What the winner gets from the sponsor and from elsewhere, in money.
    salvage : float
        Fraction a of the quality of her own idea that a loser keeps, in money for each unit.
    returns, shock, baseline : float
        delta, mu (Gumbel scale) and kappa, in units of quality.
    unit_cost : float
        Cost of a unit of effort, in money.

    Examples
    --------
    >>> model = SalvageValue(solvers=5, award=3.0, extra=1.0, salvage=0.2, returns=0.8, baseline=6.0)
    >>> round(float(model.solve().effort[0]), 9)
    0.48559283
    """

    solvers: int = 5
    award: float = 1.0
    extra: float = 0.0
    salvage: float = 0.0
    returns: float = 1.0
    shock: float = 1.0
    baseline: float = 0.0
    unit_cost: float = 1.0

    def __post_init__(self) -> None:
        name = "SalvageValue"
        object.__setattr__(self, "solvers", count(f"{name}.solvers", self.solvers, least=2))
        for field in ("returns", "shock", "unit_cost"):
            object.__setattr__(self, field, positive(f"{name}.{field}", getattr(self, field)))
        for field in ("award", "extra"):
            object.__setattr__(self, field, at_least_zero(f"{name}.{field}", getattr(self, field)))
        object.__setattr__(self, "salvage", fraction(f"{name}.salvage", self.salvage))
        object.__setattr__(self, "baseline", finite(f"{name}.baseline", self.baseline))

    def contest(self) -> SalvageGame:
        """Return the game: the ideation contest and what losers keep."""
        money = Contest(
            contestants=Identical(self.solvers),
            technology=Additive(gumbel(self.shock), output=Log(scale=self.returns, intercept=self.baseline)),
            cost=Linear(self.unit_cost),
            prizes=WinnerTakeAll(self.award + self.extra),
        )
        return SalvageGame(money, self.salvage)

    def effort_in_a_crowd(self) -> float:
        """Return the limit of effort as the number of solvers grows: a delta/c."""
        return self.salvage * self.returns / self.unit_cost
