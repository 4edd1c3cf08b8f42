r"""Contests for shares of an uncertain prize (Deck, Howe, Reimer, Alevy and Borash 2020).

n contestants averse to risk spend e_i out of a wealth w; their shares are s_i = e_i/X. What the
resource H turns out to be they learn afterwards. It is divided

- *in proportion*: i gets s_i min(H, T);
- *by priority*: claims s_i T are paid in order, the first contestant's first, as far as H goes;
- *by priority, the last takes the rest*: the last one gets whatever the others' claims leave.

T is the target that shares are claims on. Contestants maximise expected utility of w - e_i plus what
they get (CRRA). A known prize divided in proportion is a lottery for the risk-neutral, and risk
aversion changes nothing: money is certain. With priority the last may do better to stay out.

**Equilibrium**: first-order conditions by Newton's method for each set of active contestants, from
all to the first two in order of priority; the certificate decides. Payoffs are certainty equivalents
above wealth.

Source: Deck, Howe, Reimer, Alevy and Borash (2020), "Contests for shares of an uncertain resource",
University of Alaska Anchorage working paper 2020-02; the rules of division as their numbers imply.
"""

from __future__ import annotations

import numbers
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import ConvergenceError, InvalidPartError
from contests.game import Index
from contests.laws import Law, law, uniform
from contests.models._game_model import GameModel
from contests.profile import Profile
from contests.solving import Candidate
from contests.utility import CRRA
from contests.validation import at_least_zero, count, finite, positive

__all__ = ["SharedPrize"]

Array = NDArray[np.float64]
_ORDER = 32


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class SharedPrize(GameModel):
    """A contest for shares of a prize of unknown size.

    Parameters
    ----------
    contestants : int
        How many, at least 2, first priority first.
    prize : SciPy distribution or float
        Law of the resource H, zero or more and bounded, or its known amount, in money; uniform on
        (0, 240) if absent.
    target : float
        T: what shares are shares of, in money; the largest resource if absent (infinity).
    rule : {"proportion", "priority", "priority, rest to last"}
        How the resource is divided.
    wealth : float
        What contestants have, in money, above zero.
    aversion : float
        Coefficient of relative risk aversion, zero or more.

    Examples
    --------
    >>> contest = SharedPrize(rule="priority", target=240.0)
    >>> contest.solve().effort.round(6).tolist()
    [30.0, 30.0, 0.0]
    """

    contestants: int = 3
    prize: Any = field(default_factory=lambda: uniform(0.0, 240.0))
    target: float = float("inf")
    rule: Literal["proportion", "priority", "priority, rest to last"] = "proportion"
    wealth: float = 60.0
    aversion: float = 0.0

    def __post_init__(self) -> None:
        name = "SharedPrize"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        known = isinstance(self.prize, numbers.Real)
        kept = positive(f"{name}.prize", self.prize) if known else law(self.prize, part=f"{name}.prize")
        object.__setattr__(self, "prize", kept)
        low, high = self._support
        if low < 0 or not np.isfinite(high):
            raise InvalidPartError(f"{name}.prize", self.prize, "a law between zero and a finite amount")
        if self.rule not in ("proportion", "priority", "priority, rest to last"):
            allowed = "'proportion', 'priority' or 'priority, rest to last'"
            raise InvalidPartError(f"{name}.rule", self.rule, allowed)
        given = high if self.target == float("inf") else finite(f"{name}.target", self.target)
        object.__setattr__(self, "target", positive(f"{name}.target", given))
        object.__setattr__(self, "wealth", positive(f"{name}.wealth", self.wealth))
        object.__setattr__(self, "aversion", at_least_zero(f"{name}.aversion", self.aversion))

    @property
    def _support(self) -> tuple[float, float]:
        low, high = (self.prize, self.prize) if isinstance(self.prize, float) else self.prize.support
        return float(low), float(high)

    @property
    def _mean(self) -> float:
        return self.prize if isinstance(self.prize, float) else float(self.prize.mean())

    @property
    def n(self) -> int:  # type: ignore[override]
        """How many contestants."""
        return self.contestants

    @property
    def stakes(self) -> float:
        """The largest amount that can be paid."""
        return min(self._support[1], self.target) if self.rule == "proportion" else self._support[1]

    def _split(self, i: int, own: Array, efforts: Array) -> tuple[Array, Array, Array, Array]:
        """Share, what goes before, and their derivatives in own effort."""
        ahead = float(efforts[:i].sum())
        total = own + float(np.delete(efforts, i).sum())
        safe = np.where(total > 0, total, 1.0)
        share = np.where(total > 0, own / safe, 1.0 / self.n)
        before = np.where(total > 0, ahead / safe, i / self.n)
        return share, before, (1.0 - share) / safe, -before / safe

    def _nodes(self, i: int, share: Array, before: Array) -> tuple[Array, Array, Any, Any]:
        """Resources, weights, and which nodes lie where i gets something, and all of her claim."""
        starts = before * self.target if self.rule != "proportion" else np.zeros(share.shape)
        full = (
            starts + share * self.target if self.rule != "proportion" else np.full(share.shape, self.target)
        )
        if self.rule == "priority, rest to last" and i == self.n - 1:
            full = np.full(share.shape, np.inf)
        if isinstance(self.prize, float):
            resource = np.full((*share.shape, 1), self.prize)
            return resource, np.ones(resource.shape), resource > starts[..., None], resource > full[..., None]
        drawn: Law = self.prize
        edges = np.stack(
            [np.zeros(share.shape), drawn.cdf(starts), drawn.cdf(full), np.ones(share.shape)], axis=-1
        )
        x, w = np.polynomial.legendre.leggauss(_ORDER)
        half = np.diff(edges, axis=-1)[..., None] / 2
        level = edges[..., :-1, None] + half * (1 + x)
        shape = (*share.shape, 3 * _ORDER)
        piece = np.broadcast_to(np.arange(3)[:, None], (*share.shape, 3, _ORDER)).reshape(shape)
        return np.asarray(drawn.ppf(level)).reshape(shape), (half * w).reshape(shape), piece > 0, piece == 2

    def _amounts(self, i: int, own: Array, efforts: Array) -> tuple[Array, Array, Array]:
        """What i gets of each resource, its derivative in effort, and the resources' weights."""
        share, before, more, less = (a[..., None] for a in self._split(i, own, efforts))
        resource, weight, some, all_ = self._nodes(i, share[..., 0], before[..., 0])
        if self.rule == "proportion":
            paid = np.minimum(resource, self.target)
            return share * paid, more * paid, weight
        part = np.where(some, resource - before * self.target, 0.0)
        amount = np.where(all_, share * self.target, part)
        slope = np.where(all_, more, np.where(some, -less, 0.0)) * self.target
        return amount, slope, weight

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return certainty equivalents above wealth, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own, who = np.asarray(effort, float), int(np.asarray(i).flat[0])
        amount, _, weight = self._amounts(who, own, self.profile(profile).efforts())
        wealth = self.wealth - own[..., None] + amount
        if self.aversion == 0:
            return np.asarray((weight * wealth).sum(axis=-1) - self.wealth)
        return np.asarray(CRRA(self.aversion).certainty_equivalent(wealth, weight) - self.wealth)

    def _slope(self, i: int, efforts: Array) -> float:
        """The derivative of expected utility in own effort, in units of marginal utility at wealth."""
        own = np.asarray(efforts[i])
        amount, slope, weight = self._amounts(i, own, efforts)
        wealth = np.maximum(self.wealth - own + amount, 1e-12 * self.wealth) / self.wealth
        return float((weight * wealth**-self.aversion * (slope - 1.0)).sum())

    def candidate(self) -> Candidate:
        """Return what solves the first-order conditions, see `contests.solving.Candidate`.

        Raises
        ------
        ConvergenceError
            If they have no solution for any set of active contestants.
        """
        if self.rule == "proportion":
            return Candidate(
                profile=Profile.pure(self._active(self.n, alike=True)),
                selection="symmetric; others may exist",
            )
        for active in range(self.n, 1, -1):
            try:
                efforts = self._active(active, alike=False)
            except ConvergenceError:
                continue
            if all(self._slope(j, efforts) <= 1e-9 for j in range(active, self.n)):
                return Candidate(
                    profile=Profile.pure(efforts),
                    selection=f"{active} of {self.n} are active; others may exist",
                )
        raise ConvergenceError(
            "The first-order conditions have no solution for any set of active contestants."
        )

    def _active(self, active: int, *, alike: bool) -> Array:
        """Efforts at which the first ``active`` contestants satisfy their first-order conditions."""
        from scipy.optimize import root

        worth = self._mean
        start = np.log(np.full(1 if alike else active, worth * (active - 1) / active**2 / 2))

        def conditions(logs: Array) -> Array:
            efforts = np.zeros(self.n)
            efforts[:active] = np.exp(np.clip(logs, -60.0, np.log(self.wealth)))
            return np.array([self._slope(j, efforts) for j in range(1 if alike else active)])

        found = root(conditions, start, method="hybr", options={"xtol": 1e-14})
        if np.abs(found.fun).max() > 1e-9 or found.x.min() < np.log(worth) - 40:
            raise ConvergenceError(
                "The first-order conditions were not solved.", np.exp(np.clip(found.x, -700.0, 700.0))
            )
        efforts = np.zeros(self.n)
        efforts[:active] = np.exp(found.x)
        return efforts

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return all wealth, or what the prize could be worth if that is less (any ``i``, ``type``)."""
        return np.asarray(min(self.wealth * (1 - 1e-12), self.stakes) if self.aversion else self.stakes)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return ``effort`` itself, in money (any ``i``, ``type``)."""
        return np.asarray(effort, float)

    def chances(self, profile: Profile) -> Array:
        """Return shares under ``profile``, shape (n,)."""
        efforts = profile.efforts()
        total = float(efforts.sum())
        return np.asarray(efforts / total if total > 0 else np.full(self.n, 1.0 / self.n))

    @property
    def prize_money(self) -> float:
        """The expected resource up to the target, or all of it where the last takes the rest."""
        if self.rule == "priority, rest to last":
            return self._mean
        resource, weight, _, _ = self._nodes(0, np.asarray(1.0), np.asarray(0.0))
        return float((weight * np.minimum(resource, self.target)).sum())
