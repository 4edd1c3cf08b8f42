"""A reserve on certain quality, luck and private types: the pieces, each against sums and integrals by hand.

Rivals come with a probability and are then of one of a few types. Given a score, so many rivals are above
with binomial chances, and nature, if there is a draw that nobody wins, with a chance of her own; the prize
of a location is the integral of that over one's own noise on a fine grid. Slopes are differences of the
integral, best replies the best of a fine grid of efforts at or above what the reserve asks.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import comb
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import contests as ct
from contests.solvers import private_least_field
from contests.solvers.private_least import LeastReply, least_efforts
from contests.solvers.private_least_field import LeastField

Array = np.ndarray[Any, np.dtype[np.float64]]
JUDGES = {"success": ct.Highest(error=stats.norm(scale=0.5)), "cost": ct.Power(2)}
UNIFORM = stats.uniform(0.2, 1.0)

#: Contests, and the noise, location of effort and ability, what nature stands at.
CASES: dict[str, tuple[dict[str, Any], Any, Callable[[Array, Array], Array], float]] = {
    "values": (
        {"contestants": ct.Private(3, value=UNIFORM), "prizes": [0.7, 0.3], "success": ct.Lottery()},
        stats.gumbel_r(), lambda e, a: np.log(e), -np.inf,
    ),
    "a draw": (
        {"contestants": ct.Private(3, value=UNIFORM), "prizes": [0.7, 0.3],
         "success": ct.Lottery(draw=0.05, exponent=0.8)},
        stats.gumbel_r(), lambda e, a: 0.8 * np.log(e), np.log(0.05),
    ),
    "costs, one prize": (
        {"contestants": ct.Private(4, cost=UNIFORM), "prizes": 1.0, "cost": ct.Power(1.5),
         "success": ct.Lottery()},
        stats.gumbel_r(), lambda e, a: np.log(e), -np.inf,
    ),
    "abilities": (
        {"contestants": ct.Private(2, ability=stats.uniform(0.0, 0.3)), "prizes": 1.5,
         "success": ct.Lottery()},
        stats.gumbel_r(), lambda e, a: np.log(e + a), -np.inf,
    ),
    "judges": (
        {"contestants": ct.Private(3, ability=stats.uniform(-0.2, 0.3)), "prizes": [2.0, 1.0, 0.5], **JUDGES},
        stats.norm(scale=0.5), lambda e, a: e + a, -np.inf,
    ),
    "sharp judges": (
        {"contestants": ct.Private(2, value=UNIFORM), "prizes": 1.0,
         "success": ct.Highest(error=stats.norm(scale=0.02)), "cost": ct.Power(1.5)},
        stats.norm(scale=0.02), lambda e, a: e, -np.inf,
    ),
    "equal head starts": (
        {"contestants": ct.Private(2, value=UNIFORM), "prizes": 1.0,
         "success": ct.Lottery(head_starts=[0.05, 0.05])},
        stats.gumbel_r(), lambda e, a: np.log(e + 0.05), -np.inf,
    ),
    "two summits": (
        {"contestants": ct.Private(2, value=UNIFORM), "prizes": 1.0, "success": ct.Lottery(exponent=2.5)},
        stats.gumbel_r(), lambda e, a: 2.5 * np.log(e), -np.inf,
    ),
}  # fmt: skip
EFFORTS, WEIGHTS, REST = np.array([0.12, 0.2, 0.31]), np.array([0.5, 0.2, 0.3]), 0.7


class Hand:
    """Expected prizes, by integration over one's own noise."""

    def __init__(self, name: str, reserve: float = 0.1) -> None:
        parts, self.noise, self.location, self.nature = CASES[name]
        self.contest = ct.Contest(**parts, entry=ct.Reserve(reserve))
        self.field = LeastField(self.contest, 24)
        self.types = np.asarray(self.contest.contestants.law_of(0).ppf(np.array([0.3, 0.6, 0.9])))  # type: ignore[attr-defined]
        self.places = self.stand(EFFORTS, self.types)
        self.rest, self.weights = REST, WEIGHTS
        self.z = np.linspace(self.noise.ppf(1e-18), self.noise.isf(1e-18), 160)
        self.mass = self.noise.pdf(self.z) * (self.z[1] - self.z[0])
        self.scale = float(self.noise.std())

    def trait(self, name: str, types: Any) -> Array:
        return np.asarray(self.contest.contestants.trait(name, 0, np.asarray(types)), float) * np.ones(
            np.shape(types)
        )

    def stand(self, efforts: Any, types: Any) -> Array:
        return np.asarray(self.location(np.asarray(efforts), self.trait("ability", types)))

    def given(self, score: Array) -> Array:
        """The expected prize given one's score."""
        n = self.contest.n
        above = self.rest * (self.noise.sf(score[..., None] - self.places) @ self.weights)
        first = self.noise.sf(score - self.nature)
        paid = [*self.contest.prizes.by_rank().tolist(), *[0.0] * (n + 1)]
        total = np.zeros(score.shape)
        for k in range(n):
            passed = comb(n - 1, k) * above**k * (1 - above) ** (n - 1 - k)
            next_rank = paid[k + 1] if k + 1 < n else 0.0
            total += passed * ((1 - first) * paid[k] + first * next_rank)
        return total

    def prize(self, places: Any) -> Array:
        return np.asarray(self.given(np.asarray(places)[..., None] + self.z) @ self.mass)

    def slope(self, places: Any) -> Array:
        """How the prize rises with the location."""
        h, at = 1e-3 * self.scale, np.asarray(places)
        two, one = (self.prize(at + k * h) - self.prize(at - k * h) for k in (2, 1))
        return np.asarray((8 * one - two) / (12 * h))

    def payoff(self, efforts: Any, types: Any) -> Array:
        spent = self.trait("cost", types) * self.contest.cost(np.asarray(efforts))
        return np.asarray(self.trait("value", types) * self.prize(self.stand(efforts, types)) - spent)

    def margin(self, effort: Any, type: Any) -> Array:
        """What one more unit of effort wins, and what it costs."""
        h, types = 1e-4 * np.asarray(effort), np.asarray(type)
        moved = (self.stand(effort + h, types) - self.stand(effort - h, types)) / (2 * h)
        gain = self.trait("value", types) * self.slope(self.stand(effort, types)) * moved
        return np.array([gain, self.trait("cost", types) * self.contest.cost.derivative(np.asarray(effort))])

    def best(self, type: float, least: float) -> float:
        """The best of a grid of efforts, and where next to it the margin is nothing."""
        grid = np.append(np.linspace(max(least, 1e-6), 0.1, 16), np.linspace(0.1, 1.5, 33)[1:])
        grid = (
            grid
            if least < 0.1 and self.scale > 0.1
            else np.linspace(least, 1.5, 60 if self.scale > 0.1 else 600)
        )
        at = int(np.argmax(self.payoff(grid, np.full(grid.shape, type))))
        if at == 0 and np.subtract(*self.margin(grid[0], type)) <= 0:
            return least

        def excess(effort: float) -> float:
            gain, cost = self.margin(effort, type)
            return float(gain - cost)

        return float(optimize.brentq(excess, grid[max(at - 1, 0)], grid[at + 1], xtol=1e-11))

    def reply(self) -> LeastReply:
        return self.field.reply(self.types, WEIGHTS, EFFORTS, REST)[0]


ALL = pytest.mark.parametrize("name", [name for name in CASES if name != "sharp judges"])


@ALL
def test_prizes_against_those_who_may_come(name: str) -> None:
    hand = Hand(name)
    reply = hand.reply()
    places = np.array([[-2.5, -1.0], [0.0, 1.3]])
    assert reply.prize(places) == pytest.approx(hand.prize(places), rel=1e-10)
    first, second = reply.marginal_prize(places.ravel())
    assert first == pytest.approx(hand.slope(places.ravel()), rel=1e-8)
    h = 1e-4
    up, down = reply.marginal_prize(places.ravel() + h)[0], reply.marginal_prize(places.ravel() - h)[0]
    assert second == pytest.approx((up - down) / (2 * h), rel=1e-6, abs=1e-9)
    # Below all who come and nature: the best of the ranks left by those who stay out.
    hand.z, hand.mass = np.zeros(1), np.ones(1)
    assert reply.base == pytest.approx(float(hand.prize(-60.0)), rel=1e-12)
    assert reply.prize(np.zeros((0, 2))).shape == (0, 2)


@ALL
def test_what_a_move_of_one_type_does_to_the_margin_of_another(name: str) -> None:
    hand = Hand(name)
    reply, (density, worth) = hand.field.reply(hand.types, WEIGHTS, EFFORTS, REST)
    assert density.shape == (reply.scores.size, 3) and worth.shape == reply.scores.shape
    at = np.array([-1.5, 0.4])
    found = (hand.field.noise.slope(reply.scores - at[:, None]) * worth) @ (density * WEIGHTS * REST)
    h, places = 1e-2 * hand.scale, hand.places.copy()
    for j in range(3):
        moved = {}
        for k in (-2, -1, 1, 2):
            hand.places = places + k * h * (np.arange(3) == j)
            moved[k] = hand.slope(at)
        slope = (moved[-2] - 8 * moved[-1] + 8 * moved[1] - moved[2]) / (12 * h)
        assert found[:, j] == pytest.approx(slope, rel=1e-5, abs=1e-8)


@ALL
def test_marginal_gain_over_marginal_cost_at_the_reserve(name: str) -> None:
    hand = Hand(name)
    types = np.asarray(hand.contest.contestants.law_of(0).ppf(np.array([0.1, 0.25, 0.8])))  # type: ignore[attr-defined]
    least = np.maximum(0.1 - hand.trait("ability", types), 0.0)
    assert least_efforts(hand.contest, types) == pytest.approx(least, abs=1e-15)
    kept = least > 0
    types, least = types[kept], least[kept]
    gain, cost = hand.margin(least, types)
    assert types.size > 0
    assert hand.reply().rises(types) == pytest.approx(np.log(gain / cost), abs=1e-7)


@pytest.mark.parametrize(
    ("name", "reserve"), [*((name, 0.02) for name in CASES), ("values", 0.3), ("judges", 0.3)]
)
def test_efforts_are_the_best_at_or_above_the_reserve(name: str, reserve: float) -> None:
    hand = Hand(name, reserve)
    reply = hand.reply()
    types = np.asarray(hand.contest.contestants.law_of(0).ppf(np.array([0.02, 0.5, 0.98])))  # type: ignore[attr-defined]
    least = np.maximum(reserve - hand.trait("ability", types), 0.0)
    best = np.array([hand.best(*pair) for pair in zip(types.tolist(), least.tolist(), strict=True)])
    efforts = reply.efforts(types)
    assert efforts == pytest.approx(best, rel=1e-7, abs=1e-12)
    assert (efforts[best == least] == least_efforts(hand.contest, types)[best == least]).all()
    assert reply.works(types).tolist() == (best > least).tolist()
    assert reply.payoff(types) == pytest.approx(hand.payoff(best, types), abs=1e-12)
    with np.errstate(divide="ignore"):
        assert np.array_equal(reply.solve(types), np.log(efforts))
    assert np.array_equal(reply(types[:, None]), efforts[:, None])


def test_the_cases_have_best_replies_of_each_kind() -> None:
    """Some do what the reserve asks and some more, and with a large exponent what is best jumps."""
    for name in ("values", "a draw", "abilities"):
        hand = Hand(name)
        types = np.asarray(hand.contest.contestants.law_of(0).ppf(np.linspace(0.0, 1.0, 21)))  # type: ignore[attr-defined]
        assert 0 < hand.reply().works(types).sum() < 21
    hand = Hand("two summits", 0.02)
    types = np.linspace(0.2, 1.2, 101)
    efforts = hand.reply().efforts(types)
    at = int(np.argmax(np.diff(efforts)))
    assert efforts[at] == 0.02 and efforts[at + 1] > 0.15
    # Not where the second summit appears, but where it is the higher one.
    assert hand.best(types[at - 2], 0.02) == 0.02 and hand.best(types[at + 3], 0.02) > 0.15


#: What the reserve asks, the share who come, and how many pieces efforts of theirs are made of.
FIELDS = [
    ("values", 0.03, 0.7, 0), ("a draw", 0.1, 0.6, 1), ("costs, one prize", 0.3, 0.8, 1),
    ("judges", 0.3, 0.6, 1), ("abilities", 0.25, 0.7, 2), ("abilities", 0.25, 1.0, 1),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reserve", "rest", "bends"), FIELDS)
def test_what_those_who_come_do_is_best_against_what_they_do(
    name: str, reserve: float, rest: float, bends: int
) -> None:
    hand = Hand(name, reserve)
    reply, breaks = hand.field.solve(rest)
    law: Any = hand.contest.contestants.law_of(0)  # type: ignore[attr-defined]
    up = name != "costs, one prize"
    assert breaks.size == bends
    # Levels of the law of those who come, crowded at the ends of each piece.
    x, w = np.polynomial.legendre.leggauss(40)
    ends = np.concatenate([[0.0], breaks, [1.0]])
    levels = np.concatenate([a + (b - a) * (2 + 3 * x - x**3) / 4 for a, b in pairwise(ends)])

    def type_of(level: Any) -> Array:
        return np.asarray(law.ppf(1 - rest + rest * np.asarray(level) if up else rest * np.asarray(level)))

    hand.rest, hand.types = rest, type_of(levels)
    hand.weights = np.concatenate([(b - a) * 0.75 * (1 - x**2) * w for a, b in pairwise(ends)])
    hand.places = hand.stand(reply.efforts(hand.types), hand.types)
    types = type_of([0.0, 0.11, 0.5, 0.83, 1.0])
    least = np.maximum(reserve - hand.trait("ability", types), 0.0)
    efforts = reply.efforts(types)
    works = reply.works(types)
    assert (efforts[~works] == least_efforts(hand.contest, types)[~works]).all()
    asked = least[~works] > 0
    gain, cost = hand.margin(np.where(works, efforts, np.maximum(least, 1e-3)), types)
    assert gain[works] == pytest.approx(cost[works], rel=1e-7)
    assert (gain[~works][asked] < cost[~works][asked]).all()
    assert works.any()
    for end in type_of(breaks):
        at = reserve - float(hand.trait("ability", end))
        if at > 1e-9:  # else the last type who need not work to pass
            gain, cost = hand.margin(at, end)
            assert gain == pytest.approx(cost, rel=1e-6)


def test_the_field_where_all_do_what_the_reserve_asks() -> None:
    """Whoever has k others beside her wins with probability 1 / (k + 1)."""
    hand = Hand("values", 0.3)
    for rest in (1.0, 0.6):
        reply, breaks = hand.field.solve(rest)
        assert breaks.size == 0
        each = np.array([0.7, 0.5, 1 / 3]) @ stats.binom(2, rest).pmf([0, 1, 2])
        assert reply.payoff(np.array([1.0])) == pytest.approx([each - 0.3], rel=1e-11)
    alone = hand.field.alone()
    assert alone.payoff(np.array([0.5, 1.2])) == pytest.approx(0.7 * np.array([0.5, 1.2]) - 0.3, rel=1e-12)
    assert not alone.works(np.array([0.5, 1.2])).any()


def test_who_is_alone_but_for_nature() -> None:
    """Alone against a draw: e / (e + d) of the first prize, else the second, at the best effort."""
    hand = Hand("a draw", 0.05)
    alone = hand.field.alone()
    type = 1.1

    def minus(effort: float) -> float:
        chance = effort**0.8 / (effort**0.8 + 0.05)
        return -float(type * (0.7 * chance + 0.3 * (1 - chance)) - effort)

    found = optimize.minimize_scalar(minus, bounds=(0.05, 1.0), options={"xatol": 1e-10})
    assert found.x > 0.06
    assert alone.efforts(np.array([type])) == pytest.approx([found.x], rel=1e-6)
    assert alone.payoff(np.array([type])) == pytest.approx([-found.fun], rel=1e-12)


def lone(draw: float) -> LeastField:
    parts: dict[str, Any] = {"prizes": 1.0, "success": ct.Lottery(draw=draw), "entry": ct.Reserve(0.1)}
    return LeastField(ct.Contest(contestants=ct.Private(1, value=UNIFORM), **parts), 24)


def test_a_lone_contestant_has_no_rivals_of_her_own_law() -> None:
    rivals = np.array([0.5, 1.0]), np.array([0.5, 0.5]), np.array([0.1, 0.2])
    reply, _ = lone(0.2).reply(*rivals, 0.8)
    assert reply.prize(np.log([0.1, 0.6])) == pytest.approx([1 / 3, 0.75], rel=1e-11)
    reply, (density, worth) = lone(0.0).reply(*rivals, 0.8)
    assert reply.prize(np.log([0.1, 0.6])).tolist() == [1.0, 1.0]
    assert (reply.scores.size, density.shape, worth.size) == (0, (0, 2), 0)
    assert reply.efforts(np.array([0.5, 1.2])).tolist() == [0.1, 0.1]


@pytest.mark.parametrize("name", ["values", "judges"])
def test_one_step_of_newton_squares_a_small_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hand = Hand(name, 0.005)
    levels, weights = np.array([0.1, 0.5, 0.9]), np.array([0.3, 0.4, 0.3])
    types = np.asarray(hand.contest.contestants.law_of(0).ppf(levels))  # type: ignore[attr-defined]
    efforts = np.array([0.1, 0.12, 0.13])
    efforts, steady = hand.field._newton(types, weights, efforts, REST)
    assert steady
    monkeypatch.setattr(private_least_field, "_STEPS", 1)
    reply, _ = hand.field.reply(types, weights, efforts, REST)
    assert reply.efforts(types) == pytest.approx(efforts, rel=1e-11)
    errors = []
    for size in (1e-3, 1e-2):
        moved = efforts * np.exp(size * np.array([1.0, -0.5, 0.7]))
        after, steady = hand.field._newton(types, weights, moved, REST)
        assert not steady
        errors.append(float(np.abs(np.log(after / efforts)).max()))
    assert errors[0] < 1e-5 and errors[1] == pytest.approx(100 * errors[0], rel=0.2)
    after, steady = hand.field._newton(types, weights, efforts * (1 + 1e-9), REST)
    assert steady and after == pytest.approx(efforts, rel=1e-12)


@pytest.mark.parametrize(("name", "reserve"), [("values", 0.1), ("abilities", 0.2), ("judges", 0.25)])
def test_nodes_join_and_leave_the_band_at_the_reserve(name: str, reserve: float) -> None:
    """From the reserve, from nothing where it asks for nothing, and from far above: to one field."""
    hand = Hand(name, reserve)
    law: Any = hand.contest.contestants.law_of(0)  # type: ignore[attr-defined]
    types, weights = np.asarray(law.ppf(np.array([0.05, 0.3, 0.6, 0.95]))), np.array([0.2, 0.3, 0.3, 0.2])
    least = least_efforts(hand.contest, types)
    found = []
    for start in (least, np.maximum(least, 0.6), np.maximum(least, np.array([0.3, 0.0, 0.2, 0.0]))):
        efforts, steady = hand.field._newton(types, weights, start, 0.9)
        assert steady
        found.append(efforts)
    assert found[1] == pytest.approx(found[0], rel=1e-8) and found[2] == pytest.approx(found[0], rel=1e-8)
    hand.types, hand.weights, hand.places, hand.rest = types, weights, hand.stand(found[0], types), 0.9
    best = [hand.best(*pair) for pair in zip(types.tolist(), least.tolist(), strict=True)]
    assert found[0] == pytest.approx(best, rel=1e-7)
    band = found[0] == least
    assert not band.all() and band.any() == (name != "abilities")


def test_who_is_out_of_reach_of_all_others() -> None:
    """A type of no weight far above the rest wins for certain: no marginal prize, and no warning."""
    hand = Hand("judges", 0.05)
    efforts = np.array([0.1, 0.2, 60.0])
    after, steady = hand.field._newton(hand.types, np.array([0.5, 0.5, 0.0]), efforts, 0.9)
    assert not steady and np.array_equal(after, efforts)
