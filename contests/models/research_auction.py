r"""A research tournament whose prize is set by an auction: the winner is paid her lead.

**Primitives.** n firms draw ideas from a law F at a cost c a draw (numbers of draws are real: m draws
have the best-idea law F^m). Then they bid for the sponsor's custom; the better idea wins and is paid what
it is better than the next firm's best, so that a firm with m draws against R of its rivals expects

.. math:: \mathrm E[(X_m - X_R)^+] - c m = W(R + m) - W(R) - c m,

with W(m) the expected best of m draws: each firm earns what it adds to the best idea.

**Equilibrium.** Payoffs are concave, and the total M of draws solves :math:`W'(M) = \int F^M(-\ln F)\,dx = c`
(uniform: :math:`(M+1)^{-2} = c`): the socially best number, whatever n is. Only the total is unique; any
way to split it is an equilibrium, and the symmetric one is solved here. What the winner is paid depends on
the split.

**Limits.** Draws too dear, :math:`c \ge \int -\ln F\,dx`: nobody draws. One firm is paid all that
its idea is better than the worst.

Source: Fullerton, Linster, McKee and Slate (2002), "Using auctions to reward tournament winners", RAND
Journal of Economics 33, 62-84; the closed form is derived here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.best_of_draws import best_of_draws
from contests.errors import ConvergenceError, InvalidPartError
from contests.game import Index
from contests.laws import Law, law, uniform
from contests.models._game_model import GameModel, GameOutcomes
from contests.numerics import root
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Pure
from contests.validation import count, positive

__all__ = ["ResearchAuction"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class AuctionOutcomes(GameOutcomes):
    """What comes of the draws and the auction.

    Parameters
    ----------
    expected_best, expected_average : float
        Expected quality of the best idea, and of the best idea of a firm.
    """

    expected_best: float
    expected_average: float


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ResearchAuction(GameModel):
    """A tournament in draws of ideas whose winner is paid her lead.

    Parameters
    ----------
    contestants : int
        Number of firms n.
    cost_per_draw : float
        Money for each draw.
    draw : SciPy distribution
        The law of the worth of one idea in money, with a least one; uniform on (0, 1) if absent.

    Examples
    --------
    >>> model = ResearchAuction(contestants=2, cost_per_draw=0.01)
    >>> equilibrium = model.solve()
    >>> round(equilibrium.total_effort, 9), round(equilibrium.expected_best, 9)
    (9.0, 0.9)
    """

    contestants: int = 2
    cost_per_draw: float = 0.01
    draw: Any = field(default_factory=lambda: uniform(0.0, 1.0))

    def __post_init__(self) -> None:
        name = "ResearchAuction"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants))
        object.__setattr__(self, "cost_per_draw", positive(f"{name}.cost_per_draw", self.cost_per_draw))
        object.__setattr__(self, "draw", law(self.draw, part=f"{name}.draw"))
        if not np.isfinite(self.draw.support[0]):
            raise InvalidPartError(
                f"{name}.draw",
                self.draw,
                "a law with a least worth",
                "A firm alone is paid its lead over that.",
            )

    @property
    def n(self) -> int:  # type: ignore[override]
        """Number of firms."""
        return self.contestants

    @property
    def stakes(self) -> float:
        """What the draws of all add to the worst idea, in money: the most that could be paid."""
        top = float(self.draw.support[1])
        low = float(self.draw.support[0])
        return (top if np.isfinite(top) else float(self._best(np.array(max(self._total, 1.0))))) - low

    def _best(self, draws: Array) -> Array:
        """W: the expected best of numbers of draws; the least worth without any."""
        some = draws > 0
        log = np.log(np.where(some, draws, 1.0))
        return np.where(some, best_of_draws(self.draw, log), float(self.draw.support[0]))

    def _slope(self, draws: Array) -> Array:
        """W': what one more draw adds to the expected best."""
        drawn: Law = self.draw
        grid = drawn.node_grid()
        log = np.where(grid.v < 0.5, np.log1p(-np.minimum(grid.v, 0.5)), np.log(grid.u))
        width = grid.w / grid.density  # dx
        return np.asarray(np.exp(draws[..., None] * log) @ (-log * width))

    @cached_property
    def _total(self) -> float:
        """The total of draws at which the last is worth its cost."""
        cost = self.cost_per_draw
        if float(self._slope(np.zeros(1))[0]) <= cost:
            return 0.0

        def gain(log: float) -> float:
            return float(np.log(self._slope(np.array([np.exp(log)]))[0] / cost))

        low, high = -30.0, 3.0
        while gain(high) > 0:
            high += 3.0
            if high > 60.0:
                raise ConvergenceError("The total of draws was not found: draws cost too little.")
        return float(np.exp(root(gain, low, high, what="the worth of the last draw")))

    def candidate(self) -> Candidate:
        """Return an equal split of the total, see `contests.solving.Candidate`."""
        return Candidate(
            profile=Profile.symmetric(Pure(self._total / self.n), self.n),
            selection="symmetric; only the total is unique, any split of it is an equilibrium",
            source="Fullerton, Linster, McKee and Slate (2002)",
        )

    def _others(self, i: Index, profile: Any) -> float:
        return float(np.delete(self.profile(profile).efforts(), int(np.asarray(i).flat[0])).sum())

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return what draws add to the expected best idea, less their cost, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own, rest = np.asarray(effort, float), self._others(i, profile)
        added = self._best(rest + own) - self._best(np.array(rest))
        return np.asarray(added - self.cost_per_draw * own)

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array:
        """Return what one more draw adds, less its cost.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.marginal_payoff`.
        """
        own = np.asarray(effort, float)
        return np.asarray(self._slope(self._others(i, profile) + own) - self.cost_per_draw)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the number of draws that costs more than they could ever win (any ``i``, ``type``)."""
        return np.asarray(max(self.stakes / self.cost_per_draw, self._total))

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` draws cost (any ``i``, ``type``), in money."""
        return self.cost_per_draw * np.asarray(effort, float)

    def is_concave(self) -> str:
        """Return why payoffs are concave: one more draw adds the less to the best, the more there are."""
        return "the expected best of m draws is concave in m"

    def chances(self, profile: Profile) -> Array:
        """Return everyone's chance to have the best idea under ``profile``, shape (n,)."""
        efforts = profile.efforts()
        total = float(efforts.sum())
        return efforts / total if total > 0 else np.zeros(self.n)

    def outcomes(self, profile: Profile) -> AuctionOutcomes:
        """Return expected payoffs, chances, payment and qualities under ``profile``."""
        efforts, payoffs = profile.efforts(), self.payoffs(profile)
        return AuctionOutcomes(
            payoff=payoffs,
            win_probability=self.chances(profile),
            prizes_paid=float(payoffs.sum() + self.cost_per_draw * efforts.sum()),
            expected_best=float(self._best(np.array(efforts.sum()))),
            expected_average=float(np.mean(self._best(efforts))),
        )
