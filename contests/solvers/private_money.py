"""Private values where part of what is won is money: worth the same to all, whatever their values.

Fees that go to the winner are money added to a prize that its winner values at v for each unit of it. A
type expects

    v P(L) + M(L) - c(e)

where she stands at L: P is worth v times its money, M is money. Both are prizes by rank, of ranks that
need not be alike: the pot is the larger the more rivals came, and who wins with a low score has probably
met few. A higher value wants more effort still (the payoff has increasing differences in v and e, through
v P alone), so strategies increase, and the first-order condition

    (v P'(L) + M'(L)) L_e(e) = c'(e)

tells each type's effort as that of a type of value v + M'(L) / P'(L) without the money. Among two
contestants that ratio is the same everywhere: the money is a prize of its own size, and all values are
larger by a constant.

The equations are those of `private_field` and `private_rough`, with M' beside P'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.contest import Contest
from contests.errors import ConvergenceError
from contests.numerics import prize_of_level_slope
from contests.piecewise import Piecewise
from contests.prize_tables import score_grid
from contests.smeared_prizes import SmearedPrizes, smeared_prizes
from contests.solvers.private_field import PrivateField
from contests.solvers.private_panel_order import PanelOrder, integrated, value_and_slope, with_slopes
from contests.solvers.private_replies import FirstOrder, ReplyByType
from contests.solvers.private_rough import RoughField
from contests.solvers.private_summits import SummitOrder, begins_convex

if TYPE_CHECKING:
    from contests.game import Index

__all__ = ["MoneyContest", "RoughMoneyField", "money_strategy"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MoneyContest(Contest):
    """A contest of private values, and money to be won by rank besides the prizes.

    Parameters
    ----------
    contestants, prizes, technology, cost, success, entry
        As in `contests.Contest`.
    money : ndarray, shape (ranks,)
        Money by rank that values do not multiply.
    """

    money: Any = field(default_factory=lambda: np.zeros(1))

    @property
    def ranks(self) -> Array:
        """The prizes by rank, as many as there are contestants."""
        prizes = self.prizes.by_rank()[: self.n]
        return np.append(prizes, np.zeros(self.n - prizes.size))

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs (``i``, ``effort``, ``profile``, ``type``), money included."""
        own = _spread(effort, type)
        won = self.against(profile)._integrate(int(i), self._place(i, own).ravel(), self.money)
        return np.asarray(super().payoff(i, effort, profile, type) + won.reshape(own.shape))

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array | None:
        """Return marginal payoffs (``i``, ``effort``, ``profile``, ``type``), money included."""
        prizes = super().marginal_payoff(i, effort, profile, type)
        if prizes is None:
            return None
        own = _spread(effort, type)
        won = self.against(profile).marginal(int(i), self._place(i, own).ravel(), self.money)
        assert self.race is not None
        return np.asarray(prizes + won.reshape(own.shape) * self.race.slope(i, own, 0.0))

    def _place(self, i: Index, effort: Array) -> Array:
        """Where efforts stand; abilities are alike where values are private."""
        assert self.race is not None
        return np.broadcast_to(self.race.location(i, effort, 0.0), effort.shape)

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the effort of ``i`` (of ``type``) whose cost is all that could be won, money included."""
        kinds = np.asarray(type, float)
        value, factor = (self.contestants.trait(name, i, kinds) for name in ("value", "cost"))
        most = value * (self.ranks[0] - self.ranks[-1]) + (self.money[0] - self.money[-1])
        return np.asarray(np.minimum(self.cost.inverse(most / factor), self.cost.domain[1]))


def _spread(effort: ArrayLike, type: ArrayLike | None) -> Array:
    """Efforts as floats, broadcast against types."""
    own = np.asarray(effort, float)
    return np.broadcast_to(own, np.broadcast_shapes(own.shape, np.asarray(type).shape))


def money_strategy(contest: MoneyContest) -> ReplyByType:
    """Return what all do, by type.

    Parameters
    ----------
    contest : MoneyContest
        Alike contestants of private values, and luck.
    """
    assert contest.race is not None
    assert contest.race.noise is not None
    if score_grid(contest.race.noise, np.zeros(1), contest.n) is None:
        return RoughMoneyField(contest).solve()[0]
    return _MoneyField(contest).solve()[0]


class _WithMoney(FirstOrder):
    """What the money adds to a first-order condition."""

    def marginal_money(self, location: Array) -> tuple[Array, Array]:
        """M' and its derivative at each location."""
        raise NotImplementedError

    def excess(self, logs: Array, types: Array) -> tuple[Array, Array]:
        """Return the log of marginal gain over marginal cost, and its derivative in log effort.

        Parameters
        ----------
        logs, types : ndarray, shape (k,)
            Log effort of each type.
        """
        place, ratio, bend, moved = self.own(logs, np.ones(types.shape))  # values aside
        first, second = self.gain(place, types)
        with np.errstate(divide="ignore", invalid="ignore"):  # nothing to win at the margin: minus infinity
            return ratio + np.log(first), bend + second / first * moved

    def gain(self, place: Array, types: Array) -> tuple[Array, Array]:
        """Return v P' + M' and its derivative at each ``place`` for the value of each of ``types``."""
        prize, money = self.marginal_prize(place), self.marginal_money(place)
        return types * prize[0] + money[0], types * prize[1] + money[1]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MoneyOrder(_WithMoney):
    """The first-order condition on an even grid of scores.

    Parameters
    ----------
    contest, contestant, scores, slopes, types, logs, stays_out
        As in `contests.solvers.private_replies.FirstOrder`.
    money : ndarray, shape (m,)
        Derivative of the expected money given the score, times the step of the grid.
    """

    money: Any

    def marginal_money(self, location: Array) -> tuple[Array, Array]:
        """Return M' and its derivative at each ``location``, shape (m,)."""
        return self._money_alone.marginal_prize(location)

    @cached_property
    def _money_alone(self) -> FirstOrder:
        known = {one.name: getattr(self, one.name) for one in fields(FirstOrder)}
        return FirstOrder(**{**known, "slopes": self.money})


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MoneySummits(MoneyOrder, SummitOrder):
    """The same where the first unit of effort does not pay but more of it may.

    Parameters
    ----------
    contest, contestant, scores, slopes, types, logs, stays_out, money
        As in `MoneyOrder`.
    """

    def _payoff(self, logs: Array, types: Array) -> Array:
        race = self.contest.race
        assert race is not None
        assert race.noise is not None
        place, won = self.own(logs, types)[0], np.empty(logs.size)
        rows = max(1, 4_000_000 // self.scores.size)
        for start in range(0, logs.size, rows):
            part = slice(start, start + rows)
            won[part] = race.noise.sf(self.scores - place[part, None]) @ self.money
        return super()._payoff(logs, types) + won


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MoneyPanels(_WithMoney, PanelOrder):
    """The first-order condition with both marginal prizes on panels.

    Parameters
    ----------
    contest, contestant, scores, slopes, types, logs, stays_out
        As in `contests.solvers.private_panel_order.PanelOrder`.
    edges, money : ndarray
        Panels of the marginal money, and its Chebyshev coefficients.
    """

    edges: Any
    money: Any

    @cached_property
    def _money_pieces(self) -> Piecewise:
        return with_slopes(self.edges, self.money)

    def marginal_money(self, location: Array) -> tuple[Array, Array]:
        """Return M' and its derivative at each ``location``, shape (m,)."""
        return value_and_slope(self._money_pieces, location)

    def won(self, location: Array, types: Array) -> Array:
        """Return what standing at each ``location`` is worth to ``types`` beyond the lowest, in money."""
        return np.asarray(super().won(location, types) + integrated(self._money_pieces).at(location, 0))


class _MoneyField(PrivateField):
    """Types at nodes of their law, and the equations that their efforts solve; all contestants alike."""

    contest: MoneyContest

    def conditions(self, active: list[NDArray[np.bool_]]) -> tuple[list[FirstOrder], list[Array], Any]:
        """The first-order condition, locations, and how scores below one's own are worth v P and M."""
        (place,), contest, (one,) = self.places(active), self.contest, self.classes
        prizes, n = contest.ranks, contest.n
        finite = place[np.isfinite(place)]
        grid = score_grid(self.noise, finite, n, margin=False, values=prizes + contest.money)
        if grid is None:
            raise ConvergenceError(
                "The efforts of the types lie too far apart to be ranked on one grid. "
                "More luck, or types closer together, would work."
            )
        offset = grid.x[:, None] - place
        below, above = (np.minimum(f(offset) @ one.weights, 1.0) for f in (self.noise.cdf, self.noise.sf))
        density = np.where(np.isposinf(offset), 0.0, self.noise.pdf(offset))
        worth = [prize_of_level_slope(each, n, below, above) * grid.step for each in (prizes, contest.money)]
        slopes, money = (each * (density @ one.weights) for each in worth)
        found: FirstOrder = MoneyOrder(
            contest=contest, contestant=one.contestant, scores=grid.x, slopes=slopes, money=money,
            types=one.types, logs=one.logs, stays_out=one.stays_out,
        )  # fmt: skip
        if begins_convex(found):
            found = MoneySummits(**{each.name: getattr(found, each.name) for each in fields(found)})
        return [found], [place], (grid.x, density, worth)

    def newton(self, active: list[NDArray[np.bool_]]) -> float:
        """One damped Newton step for the active types; the largest move of a log effort."""
        (found,), (place,), (x, density, worth) = self.conditions(active)
        assert isinstance(found, MoneyOrder)
        (works,), (one,) = active, self.classes
        types, place = one.types[works], place[works]
        residual, bend = found.excess(one.logs[works], types)
        moved = found.own(one.logs[works], types)[3]
        first = found.gain(place, types)[0]
        slope = self.noise.slope(x - place[:, None])
        # The prizes of a type change with where another stands, seen by n - 1 who all move with her.
        each = types[:, None] * (slope * worth[0]) + slope * worth[1]
        matrix = each @ (density[:, works] * one.weights[works]) / first[:, None] * moved
        matrix[np.diag_indices(types.size)] += bend
        try:
            move = np.linalg.solve(matrix, -residual)
        except np.linalg.LinAlgError:  # types whose effort makes no difference
            move = np.array([np.nan])
        if not np.all(np.isfinite(move)):
            raise ConvergenceError("Newton's method on the efforts of the types failed.")
        one.logs[works] += np.clip(move, -4.0, 4.0)
        return float(np.abs(move).max())


class _Both:
    """Expected prizes and expected money against one field, told apart by number."""

    def __init__(self, prizes: SmearedPrizes, money: SmearedPrizes) -> None:
        self.parts, self.corners = (prizes, money), prizes.corners

    def exactly(self, k: int, location: Array) -> Array:
        """What `SmearedPrizes.exactly` says of the prizes (0) or the money (1)."""
        return self.parts[k].exactly(0, location)

    def table(self, k: int, low: float, high: float, *, accuracy: float) -> Piecewise:
        """What `SmearedPrizes.table` says of the prizes (0) or the money (1)."""
        return self.parts[k].table(0, low, high, accuracy=accuracy)


class RoughMoneyField(RoughField):
    """The fixed point of marginal prizes and marginal money, both on panels; all contestants are alike.

    Parameters
    ----------
    contest : MoneyContest
        Private values and a shock that `contests.noise_panels.noise_panels` resolves.
    start : sequence of ReplyByType, optional
        As in `contests.solvers.private_rough.RoughField`.
    """

    contest: MoneyContest

    def __init__(self, contest: MoneyContest, start: Sequence[ReplyByType] = ()) -> None:
        super().__init__(contest, start)
        self.reach = self.reach * 2  # the prizes and the money

    def prizes(self, accuracy: float) -> Any:
        """Expected prizes and money against the strategies as they are, to an ``accuracy``."""
        scores = self.scores(0, accuracy)
        found = [
            smeared_prizes(self.noise, [scores], self.counts, values, 1, accuracy=accuracy)
            for values in (self.contest.ranks, self.contest.money)
        ]
        if found[0] is None or found[1] is None:
            raise ConvergenceError("Expected prizes given the score could not be resolved by 3000 panels.")
        return _Both(found[0], found[1])

    def _moved(self, tables: list[Piecewise]) -> float:
        self.strategies = list(self._replies(tables, bends=True))
        prizes = self.prizes(1e-12)
        place = self._place(self.first[0], self.strategies[0](self.types[0]), self.types[0])
        place = place[np.isfinite(place)]
        now = [prizes.exactly(k, place)[1] for k in range(2)]
        return max(
            float(np.abs(table.at(place, 0) - one).max() / max(one.max(), 1e-300))
            for table, one in zip(tables, now, strict=True)
        )

    def _condition(self, k: int, tables: list[Piecewise], before: Array) -> PanelOrder:
        prizes, money = tables
        return MoneyPanels(
            contest=self.contest, contestant=self.first[k], types=self.types[k], logs=before,
            scores=prizes.edges, slopes=prizes.coefficients[0], edges=money.edges,
            money=money.coefficients[0], stays_out=self.stays_out[k],
        )  # fmt: skip
