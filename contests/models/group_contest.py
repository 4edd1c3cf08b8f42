r"""Contests between groups: members' efforts add up, and the group wins or loses together.

Group g of n_g alike members has effort X_g, the sum of its members'; it wins with probability
X_g/X. Winning is worth v_g to every member (a public prize) and brings money V to share: the
fraction a by members' efforts, the rest evenly (Nitzan 1991). Effort x costs c x^k.

**Equilibrium.** Members of a group alike, with p = X_g/X, all exert the same x:

.. math:: \frac{1-p}{X}\Big(v_g + \frac{V}{n_g}\Big) + \frac{aV}{X}\Big(1-\frac{1}{n_g}\Big) \le c k x^{k-1},

with equality if x > 0; shares fall in X, so that their sum is one at one X. Linear costs and a
public prize: group totals are those of a lottery among groups, size does not matter, and who in a
group works is indeterminate (Baik 1993): the even split is shown. Quadratic costs: the larger
group wins more often a public prize (Esteban and Ray 2001). An alliance whose members fight over
the prize afterwards is a group whose prize is worth what that fight leaves (Konrad 2009).

Sources: Katz, Nitzan and Rosenberg (1990), Public Choice 65; Nitzan (1991), Economic Journal 101,
1522-1534; Baik (1993); Esteban and Ray (2001), American Political Science Review 95, 663-672.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.curves import Power
from contests.errors import InvalidPartError
from contests.game import Index
from contests.models._game_model import GameModel
from contests.numerics import root
from contests.profile import Profile
from contests.solving import Candidate
from contests.validation import Column, at_least_zero, count, fraction, vector

__all__ = ["GroupContest"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GroupContest(GameModel):
    """A lottery between groups.

    Parameters
    ----------
    sizes : sequence of int, shape (groups,)
        Members of each group; two groups or more.
    values : sequence of float or float, shape (groups,)
        What winning is worth to each member of a group, in money, zero or more.
    shared : float
        Money that the winning group shares, zero or more.
    by_effort : float
        Fraction of it shared in proportion to members' efforts; the rest evenly.
    cost : Power
        Cost of a member's effort, with an exponent of one or more.

    Examples
    --------
    >>> quadratic = GroupContest(sizes=(4, 1), cost=Power(2, scale=0.5))
    >>> quadratic.group_efforts().round(6).tolist()
    [0.942809, 0.471405]
    """

    sizes: Sequence[int] = (3, 2)
    values: Column | float = 1.0
    shared: float = 0.0
    by_effort: float = 0.0
    cost: Power = Power(1.0)  # noqa: RUF009 - frozen

    def __post_init__(self) -> None:
        name = "GroupContest"
        sizes = tuple(count(f"{name}.sizes", size) for size in np.atleast_1d(np.asarray(self.sizes, object)))
        if len(sizes) < 2:
            raise InvalidPartError(f"{name}.sizes", self.sizes, "the sizes of two groups or more")
        object.__setattr__(self, "sizes", sizes)
        given = np.full(len(sizes), self.values) if np.ndim(self.values) == 0 else self.values
        values = vector(f"{name}.values", given, at_least_zero=True)
        if values.size != len(sizes):
            raise InvalidPartError(
                f"{name}.values", f"{values.size} values", f"one for each of {len(sizes)} groups"
            )
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "shared", at_least_zero(f"{name}.shared", self.shared))
        object.__setattr__(self, "by_effort", fraction(f"{name}.by_effort", self.by_effort))
        cost: Any = self.cost
        if not isinstance(cost, Power) or cost.exponent < 1:
            raise InvalidPartError(f"{name}.cost", self.cost, "a ct.Power with an exponent of one or more")
        if np.count_nonzero(self._public) < 2:
            raise InvalidPartError(
                name, "fewer than two groups to whom winning is worth something", "two or more"
            )

    @property
    def n(self) -> int:  # type: ignore[override]
        """Members of all groups."""
        return sum(self.sizes)

    @cached_property
    def group(self) -> NDArray[np.intp]:
        """The group, from 0, of each contestant, shape (n,)."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @cached_property
    def _size(self) -> Array:
        return np.array(self.sizes, dtype=float)

    @property
    def _public(self) -> Array:
        """What winning is worth to a member whatever her own effort in her group, shape (groups,)."""
        return np.asarray(self.values) + self.shared / self._size

    @property
    def _private(self) -> Array:
        """The marginal share by effort, times the total, at equal efforts, shape (groups,)."""
        return self.by_effort * self.shared * (1.0 - 1.0 / self._size)

    @property
    def stakes(self) -> float:
        """The most that winning is worth to one member."""
        return float(np.max(np.asarray(self.values) + self.shared))

    def _members(self, total: float) -> Array:
        """Members' efforts that go with a total of all, shape (groups,)."""
        public, private, size = self._public, self._private, self._size
        slope, power = self.cost.scale * self.cost.exponent, self.cost.exponent
        if power == 1:
            with np.errstate(divide="ignore", invalid="ignore"):  # a group with nothing to win
                share = 1.0 - (slope * total - private) / public
            return np.where(public > 0, np.maximum(share, 0.0), 0.0) * total / size
        found = np.zeros(size.size)
        for g in np.flatnonzero(public > 0):
            low, high = -745.0, math.log(total / size[g])

            def excess(log: float, g: int = int(g)) -> float:
                x = math.exp(log)
                gain = (1.0 - size[g] * x / total) * public[g] + private[g]
                return float(gain - slope * x ** (power - 1) * total)

            if excess(high) >= 0:
                found[g] = math.exp(high)
            elif excess(low) > 0:
                found[g] = math.exp(root(excess, low, high, what="effort of a member"))
        return found

    @cached_property
    def _equilibrium(self) -> Array:
        """Members' efforts, shape (groups,)."""
        if self.cost.exponent == 1:
            total = self._linear_total()
        else:
            worth = float((self._public + self._private).max())
            # All cost at most all that is won: X is at most n times the effort that costs it.
            top = math.log(
                self._size.sum() * float(self.cost.inverse(2.0 * worth * self._size.max())) + 1e-300
            )
            total = math.exp(
                root(
                    lambda log: float(self._size @ self._members(math.exp(log))) / math.exp(log) - 1.0,
                    top - 60.0,
                    top + 1.0,
                    what="total effort",
                )
            )
        return self._members(total)

    def _linear_total(self) -> float:
        """The total under linear cost: the sum of shares of the active groups is one."""
        public, private = self._public, self._private
        reach = np.divide(
            public + private, 1.0, out=np.zeros(public.size), where=public > 0
        )  # X at which a share is 0
        order = np.argsort(-reach, kind="stable")
        total = 0.0
        for k in range(1, order.size + 1):
            who = order[:k]
            if public[who[-1]] <= 0 or (k > 1 and reach[who[-1]] <= total):
                break
            weight = float((1.0 / public[who]).sum())
            total = (k - 1 + float((private[who] / public[who]).sum())) / weight
        return total / self.cost.scale

    def group_efforts(self) -> Array:
        """Return the equilibrium effort of every group, shape (groups,)."""
        return self._size * self._equilibrium

    def candidate(self) -> Candidate:
        """Return everyone's effort, see `contests.solving.Candidate`."""
        linear = self.cost.exponent == 1 and not self.by_effort
        words = (
            "groups' efforts are unique, members' are not: the even split" if linear else "alike in groups"
        )
        return Candidate(
            profile=Profile.pure(self._equilibrium[self.group]),
            selection=words,
            source="Katz, Nitzan and Rosenberg (1990); Nitzan (1991); Esteban and Ray (2001)",
        )

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs, see `Game.payoff`.

        Parameters
        ----------
        i, effort, profile, type
            As in `Game.payoff`.
        """
        own, who = np.asarray(effort, float), int(np.asarray(i).flat[0])
        all_ = self.profile(profile).efforts()
        mine = self.group == self.group[who]
        rest, others = float(all_[mine].sum() - all_[who]), float(all_[~mine].sum())
        group, size = own + rest, self._size[self.group[who]]
        total = group + others
        win = np.divide(group, total, out=np.full(own.shape, size / self.n), where=total > 0)
        share = np.divide(own, group, out=np.full(own.shape, 1.0 / size), where=group > 0)
        even = self.values[self.group[who]] + self.shared * (1.0 - self.by_effort) / size  # type: ignore[index]
        return np.asarray(win * (even + self.shared * self.by_effort * share) - self.cost(own))

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the effort that costs the stakes (any ``i``, ``type``)."""
        return np.asarray(self.cost.inverse(self.stakes))

    def classes(self, profile: Profile) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one member of each group and strategy in ``profile``, see `Game.classes`."""
        key = self.group * self.n + profile.labels()
        _, first, counts = np.unique(key, return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return what ``effort`` costs (any ``i``, ``type``), in money."""
        return np.asarray(self.cost(np.asarray(effort, float)))

    def payoffs(self, profile: Profile) -> Array:
        """Return everyone's expected payoff under ``profile``, in money, shape (n,)."""
        efforts, labels = profile.efforts(), self.group * self.n + profile.labels()
        values = np.empty(self.n)
        for i in self.classes(profile)[0]:
            values[labels == labels[i]] = float(self.payoff(int(i), float(efforts[i]), profile))
        return values

    def chances(self, profile: Profile) -> Array:
        """Return each contestant's group's chance of winning under ``profile``, shape (n,)."""
        efforts = profile.efforts()
        totals = np.bincount(self.group, weights=efforts)
        share = totals / totals.sum() if totals.sum() > 0 else self._size / self.n
        return np.asarray(share[self.group])

    def group_chances(self) -> Array:
        """Return every group's equilibrium chance of winning, shape (groups,)."""
        totals = self.group_efforts()
        return np.asarray(totals / totals.sum())

    @property
    def prize_money(self) -> float:
        """Money that the winning group shares; what is public is worth something but no money."""
        return self.shared
