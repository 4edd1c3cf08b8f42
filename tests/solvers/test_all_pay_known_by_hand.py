"""All-pay contests of known differences against Siegel's payoffs, rival by rival, and the words on each side.

With T the (m + 1)-th largest quality that anybody could pay for, contestant i earns max(0, w_i - cost of
standing at T) in every equilibrium (Siegel 2009). Here chances are multiplied out from the distributions of
the rivals' efforts, without the library's races, scores or certificates: nothing earns more than Siegel's
payoff, and what is exerted earns exactly that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import contests as ct
from contests.errors import UnsolvableError
from contests.mixing_known import PairMixed, SharedMixed
from contests.profile import Profile
from contests.solvers.all_pay_known import SOLVER, AllPayKnownSolver, _Field, _field, _reach, _who_joins
from contests.strategy import Pure

Array = NDArray[np.float64]


def contest(contestants: Any, prizes: Any = 1.0, **parts: Any) -> ct.Contest:
    traits = {"value": contestants} if isinstance(contestants, list) else contestants
    return ct.Contest(contestants=ct.Known(**traits), prizes=prizes, **parts)


class ByHand:
    """Worths, starts and reaches of a contest, and what an effort earns against mixed rivals."""

    def __init__(self, given: ct.Contest) -> None:
        n, traits, everyone = given.n, given.contestants, np.arange(given.n)
        prizes = given.prizes.by_rank()[:n]
        self.contest, self.n, self.m = given, n, prizes.size
        self.cost, self.output = given.cost, given.technology.output  # type: ignore[attr-defined]
        column = {k: np.broadcast_to(traits.trait(k, everyone), (n,)) for k in ("value", "cost", "ability")}
        self.worth = column["value"] * prizes[0] / column["cost"]
        handicaps = getattr(given.success, "handicaps", None)
        self.start = column["ability"] + (0.0 if handicaps is None else handicaps[:n])
        self.cap = float(self.cost.domain[1])
        reach = self.start + self.output(np.minimum(self.cost.inverse(self.worth), self.cap))
        self.goal = float(np.sort(reach)[::-1][self.m])
        paid = self.cost(np.maximum(self.output.inverse(self.goal - self.start), 0.0))
        self.payoff = np.maximum(self.worth - paid, 0.0)

    def earns(self, strategies: list[Any], i: int, effort: Array) -> Array:
        """The chance of a prize times its worth, less the cost: ties only at the cap."""
        above = [np.ones(effort.size)]  # above[j]: j rivals stand higher (at the cap: stand level)
        mark = self.start[i] + self.output(effort)
        for k in range(self.n):
            if k == i or strategies[k] == Pure(0.0):
                continue
            points, masses = strategies[k].atoms
            level = np.maximum(self.output.inverse(mark - self.start[k]), 0.0)
            higher = np.where(mark < self.start[k] + float(self.output(0.0)), 1.0, strategies[k].above(level))
            higher = np.where(effort == self.cap, masses[points == self.cap].sum(), higher)
            fewer, more = [*above, np.zeros(effort.size)], [np.zeros(effort.size), *above]
            above = [a * (1 - higher) + b * higher for a, b in zip(fewer, more, strict=True)]
        ranks = np.arange(len(above))[:, None]
        share = np.where(effort == self.cap, np.minimum(1.0, self.m / (ranks + 1)), ranks < self.m)
        return np.asarray(self.worth[i] * np.sum(np.array(above) * share, axis=0) - self.cost(effort))


LOG, ROOT = ct.Exact(output=ct.Log()), ct.Exact(output=ct.Power(0.5, scale=3.0))
HANDICAPS = ct.Highest(handicaps=np.array([0.0, 0.3, 0.1]))
CASES: dict[str, ct.Contest] = {
    "one prize": contest([1.0, 3.0, 0.5]),
    "costs": contest({"value": [2.0, 3.0, 1.0], "cost": [1.0, 2.0, 0.5]}, 4.0, cost=ct.Power(2, scale=0.3)),
    "tied": contest([2.0, 3.0, 2.0, 2.0], cost=ct.Power(1.5)),
    "invited": contest([0.7, 1.0, 5.0], entry=ct.Invite(2)),
    "output": contest([2.0, 1.0], technology=ROOT, cost=ct.Power(2)),
    "log output": contest([2.0, 1.0, 0.4], technology=LOG),
    "two prizes": contest([1.0, 3.0, 2.0, 0.3], [2.0, 2.0], cost=ct.Power(2)),
    "three prizes": contest([5.0, 4.0, 3.0, 2.0, 1.9], [0.5, 0.5, 0.5]),
    "two prizes, factors": contest({"value": [3.0, 3.0, 3.0], "cost": [3.0, 1.0, 2.0]}, [2.0, 2.0]),
    "head start behind": contest({"value": [1.0, 2.0], "ability": [0.4, 0.0]}),
    "head start ahead": contest({"value": [2.0, 1.0], "ability": [0.4, 0.0]}, cost=ct.Power(2)),
    "handicaps": contest([1.0, 0.9, 0.05], success=HANDICAPS),
    "handicap and ability": contest(
        {"value": [1.0, 0.9, 0.05], "ability": [0.4, 0.0, 0.0]}, success=HANDICAPS, technology=ROOT
    ),
    "log head start": contest({"value": [2.0, 1.0, 0.1], "ability": [0.3, 0.0, 0.1]}, technology=LOG),
    "root head start": contest({"value": [1.0, 0.8], "ability": [0.0, 1.1]}, technology=ROOT),
    "cap, one prize": contest([3.0, 2.0], cost=ct.Capped(ct.Linear(2.0), at=0.8)),
    "cap, power": contest([3.0, 2.0, 0.5], cost=ct.Capped(ct.Power(2), at=1.2)),
    "cap, two prizes": contest([2.0, 1.9, 1.8, 0.1], [1.0, 1.0], cost=ct.Capped(ct.Linear(), at=1.6)),
    "cap, head start": contest({"value": [2, 1], "ability": [0.4, 0]}, cost=ct.Capped(ct.Linear(), at=1.0)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "alike"), [*((name, False) for name in CASES), ("tied", True)], ids=lambda value: str(value)
)
def test_nothing_earns_more_than_siegels_payoff_and_what_is_done_earns_it(name: str, alike: bool) -> None:
    given = CASES[name]
    solver, hand = AllPayKnownSolver(alike=alike), ByHand(given)
    assert solver.refuses(given) is None
    profile = solver.solve(given).profile
    strategies = [profile.strategy(i) for i in range(given.n)]
    capped = given.cost.domain[1] < np.inf
    payoff = hand.payoff
    if capped and float(given.cost(hand.cap)) < np.sort(hand.worth)[::-1][hand.m]:
        payoff = np.maximum(hand.worth - np.sort(hand.worth)[::-1][hand.m], 0.0)  # what Siegel's T is worth
    tiny = 1e-9 * hand.worth.max()
    for i, own in enumerate(strategies):
        if own != Pure(0.0):
            low, high = own.support
            done = own.ppf(np.array([0.03, 0.3, 0.6, 0.8, 0.97]))
            done = done[(done > low) & (done > 0)]
            assert done.size and own.cdf(high) == 1.0
            assert hand.earns(strategies, i, done) == pytest.approx(payoff[i], abs=tiny)
        reach = float(np.minimum(given.cost.inverse(hand.worth[i]), given.cost.domain[1]))
        tried = np.append(reach * np.linspace(0.001, 1.001, 61), 1e-7 * reach)
        tried = tried[tried <= given.cost.domain[1]]
        assert hand.earns(strategies, i, tried).max() <= payoff[i] + tiny


@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
def test_atoms_at_the_cap_and_the_gap_below(money: float) -> None:
    """Che and Gale 1998: 2 (w_b - K) / w_b and 2 (w_b - K) / w_a at the cap, from 2 K - w_b on nobody."""
    cost = ct.Capped(ct.Linear(2.0 * money), at=0.4)  # costs 0.8
    found = SOLVER.solve(contest([1.0, 2.0, 0.3], money, cost=cost))
    weak, strong = found.profile.strategy(0), found.profile.strategy(1)
    assert isinstance(weak, PairMixed) and isinstance(strong, PairMixed)
    assert (weak.at_cap, strong.at_cap) == pytest.approx((2 * 0.2 / 2, 2 * 0.2 / 1))
    assert weak.top == strong.top == pytest.approx(0.3)
    assert weak.payoff == pytest.approx(money) and strong.payoff == 0.0
    assert found.profile.strategy(2) == Pure(0.0)


CHE = "Che and Gale (1998)"
WEAK = "one of several at this knife edge, where the weakest at the cap earns nothing"
TOTALS = WEAK + "; total effort lies between {}, its value here"


@pytest.mark.parametrize(
    ("values", "prizes", "cap", "slope", "efforts", "words"),
    [
        ([3.0, 1.0], 1, 0.45, 1.0, [1, 1], "unique"),
        (
            [3.0, 1.0],
            1,
            0.5,
            1.0,
            [1, 1],
            TOTALS.format("0.666667 and 1"),
        ),
        (
            [3.0, 1.0],
            1,
            0.25,
            2.0,
            [1, 1],
            TOTALS.format("0.333333 and 0.5"),
        ),
        ([3.0, 2.0, 1.0], 1, 0.25, 1.0, [1, 1, 1], "the strongest 3 exert the cap; others may exist"),
        ([3.0, 2.0, 0.9], 1, 0.3, 1.0, [1, 1, 1], WEAK),
        ([3.0, 2.0, 0.9], 1, 0.31, 1.0, [1, 1, 0], "the strongest 2 exert the cap; others may exist"),
        ([0.9, 3.0, 2.0], 1, 0.9, 1.0, [0, 1, 1], "the strongest 2 exert the cap; others may exist"),
        ([3.0, 2.0, 0.9], 1, 1.0, 1.0, [1, 1, 0], WEAK),
        ([3.0, 2.0, 1.0, 0.6], 2, 0.6, 1.0, [1, 1, 1, 0], "the strongest 3 exert the cap; others may exist"),
        ([3.0, 2.0, 1.0, 1.2], 2, 0.3, 1.0, [1, 1, 1, 1], "the strongest 4 exert the cap; others may exist"),
        ([3.0, 2.0, 1.5, 0.25], 2, 1.0, 1.0, [1, 1, 1, 0], WEAK),
    ],
)
def test_who_exerts_a_low_cap(
    values: list[float], prizes: int, cap: float, slope: float, efforts: list[int], words: str
) -> None:
    """k at the cap share m prizes: each must get w m / k >= K, and one more would not."""
    found = SOLVER.solve(contest(values, [1.0] * prizes, cost=ct.Capped(ct.Linear(slope), at=cap)))
    assert found.profile.efforts() == pytest.approx(cap * np.array(efforts))
    assert (found.selection, found.source) == (f"{words} (Che and Gale 1998)", CHE)


def test_the_knife_edge_of_a_curved_cost_has_no_totals() -> None:
    found = SOLVER.solve(contest([3.0, 1.0], cost=ct.Capped(ct.Power(2), at=0.5**0.5)))
    edge = float(ct.Power(2)(0.5**0.5)) == 0.5
    assert found.selection == (f"{WEAK} (Che and Gale 1998)" if edge else "unique (Che and Gale 1998)")
    exact = SOLVER.solve(contest([3.0, 0.5], cost=ct.Capped(ct.Power(2), at=0.5)))
    assert exact.selection == f"{WEAK} (Che and Gale 1998)"


BAYE = "Baye, Kovenock and de Vries (1996)"
COMPETES = "one of a continuum, in which one of the tied contestants competes"
CONSTRUCTED = (
    "the one Siegel (2010) constructs; with ties for the last prize others may exist, with equal payoffs"
)
NOTHING = "unique: there is nothing to gain by effort"
ROOM = "Hillman and Riley (1989); Baye, Kovenock and de Vries (1996); Siegel (2009, 2010, 2014)"


@pytest.mark.parametrize(
    ("given", "selection", "source"),
    [
        (contest([3.0, 2.0]), f"unique ({BAYE})", ROOM),
        (contest([3.0, 2.0, 1.0], cost=ct.Capped(ct.Linear(), at=2.0)), f"unique ({BAYE})", ROOM),
        (contest([3.0, 2.0], cost=ct.Capped(ct.Linear(), at=1.99)), "unique (Che and Gale 1998)", CHE),
        (
            contest([3.0, 2.0, 2.0], cost=ct.Capped(ct.Linear(), at=1.9)),
            f"{COMPETES} (Che and Gale 1998)",
            CHE,
        ),
        (contest([3.0, 2.0, 1.9], cost=ct.Capped(ct.Linear(), at=1.9)), "unique (Che and Gale 1998)", CHE),
        (
            contest([2.0, 2.0, 2.0, 1.0], cost=ct.Power(2)),
            f"{COMPETES}; their payoffs and the total cost of effort agree ({BAYE})",
            ROOM,
        ),
        (
            contest([2.0, 1.0, 1.0], cost=ct.Capped(ct.Linear(0.5), at=9.0)),
            f"{COMPETES}; payoffs agree, total effort lies between 1.44772 and 1.5 ({BAYE})",
            ROOM,
        ),
        (
            contest([3.0, 2.0, 2.0, 1.0], [1.0, 1.0]),
            CONSTRUCTED,
            "Siegel (2009, 2010)",
        ),
        (
            contest([4.0, 3.0, 2.0, 2.0], [1.0, 1.0]),
            CONSTRUCTED,
            "Siegel (2009, 2010)",
        ),
        (contest([4.0, 3.0, 2.0, 1.0], [1.0, 1.0]), "unique (Siegel (2009, 2010))", "Siegel (2009, 2010)"),
        (
            contest([1.2, 1.1, 1.0], [1.0, 1.0], cost=ct.Capped(ct.Linear(), at=0.9)),
            "Siegel's (2010), with all beyond the gap at the cap; others may exist",
            "Siegel (2009, 2010); Che and Gale (1998)",
        ),
        (
            contest({"ability": [3.0, 2.0, 0.5]}, [1.0, 1.0]),
            "unique: the head starts end the contest (Siegel 2009, 2014)",
            "Siegel (2009, 2014)",
        ),
        (
            contest({"ability": [3.0, 1.5, 0.5]}, [1.0, 1.0]),
            "unique: the head starts end the contest (Siegel 2009, 2014)",
            "Siegel (2009, 2014)",
        ),
        (
            contest({"ability": [1.0, 0.0]}),
            "unique: the head start ends the contest (Siegel 2014)",
            "Siegel (2009, 2014)",
        ),
        (contest({"ability": [0.999, 0.0]}), "unique (Siegel 2010, 2014)", "Siegel (2009, 2010, 2014)"),
        (
            contest({"ability": [0.4, 0.0, -0.7]}),
            "the two of highest reach compete; others may exist",
            "Siegel (2009, 2010, 2014)",
        ),
        (contest([2.0, 1.0], 0.0), NOTHING, ROOM),
        (contest([2.0, 1.0], [1.0, 1.0]), NOTHING, ROOM),
        (contest([2.0, 1.0, 3.0], [1.0, 1.0], entry=ct.Invite(2)), NOTHING, ROOM),
    ],
)  # fmt: skip
def test_which_equilibrium_it_is(given: ct.Contest, selection: str, source: str) -> None:
    assert SOLVER.refuses(given) is None
    found = SOLVER.solve(given)
    assert (found.selection, found.source) == (selection, source)
    if "unique: " in selection:
        assert found.profile.efforts().tolist() == [0.0] * given.n and found.profile == Profile.symmetric(
            Pure(0.0), given.n
        )


JOIN = (
    "contestant {} would join the two of highest reach, whose head starts differ from hers; these two "
    "alone, or equal head starts, would work"
)
ENDLESS = "the cost of effort never reaches the value of the prize; a higher cost would work"
BOUNDED = ct.Exponential(rate=-1.0, scale=-1.0)  # below one, whatever the effort
OPEN = (
    "there are several prizes and different head starts that leave the winners open: supports may have "
    "gaps that differ (Siegel 2010); one prize, equal head starts, or head starts beyond everybody else's "
    "reach would work"
)
AHEAD = (
    "a cap binds on contestants with different head starts: the one ahead would stand a hair above all that "
    "the other can reach, which no effort is; without one of the two it would work"
)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (contest([1.0, 1.0]).replace(contestants=ct.Identical(2)),
         "contestants are alike; the solver of identical contestants takes them"),
        (contest([2.0, 1.0], [2.0, 1.0]),
         "contestants differ and so do the prizes; identical prizes or contestants would work"),
        (contest([2.0, 1.0], cost=BOUNDED), ENDLESS),
        (contest([0.5, 2.0], cost=BOUNDED), None),
        (contest([0.5, 2.0, 3.0], cost=BOUNDED), ENDLESS),
        (contest([0.5, 2.0, 3.0], [1.0, 1.0], cost=BOUNDED), None),
        (contest([2.0, 1.5], cost=ct.Capped(BOUNDED, at=3.0)), None),
        (contest({"value": [0.5, 2.0], "ability": [0.1, 0.0]}, cost=BOUNDED), ENDLESS),
        (contest({"value": [0.5, 0.6], "ability": [0.1, 0.0]}, cost=BOUNDED), None),
        (contest({"ability": [3.0, 1.4, 0.5]}, [1.0, 1.0]), OPEN),
        (contest({"ability": [3.0, 1.0, 0.0]}, [1.0, 1.0]), None),
        (contest({"ability": [0.0, 3.0, 0.999]}, [1.0, 1.0]), OPEN),
        (contest({"ability": [0.2, 0.0]}, cost=ct.Capped(ct.Linear(), at=0.99)), AHEAD),
        (contest({"ability": [0.2, 0.0]}, cost=ct.Capped(ct.Linear(), at=1.0)), None),
        (contest({"value": [2.0, 1.0], "ability": [0.2, 0.0]}, cost=ct.Capped(ct.Linear(), at=1.0)), None),
        (contest({"ability": [0.99, 0.0]}, cost=ct.Capped(ct.Linear(), at=0.99)), None),
        (contest({"value": [0.4, 1.0, 0.6], "ability": [0.48, 0.0, 0.5]}), JOIN.format(0)),
        (contest({"value": [0.4, 1.0, 0.6], "ability": [0.46, 0.0, 0.5]}), None),
    ],
)  # fmt: skip
def test_who_is_refused(given: ct.Contest, words: str | None) -> None:
    assert SOLVER.refuses(given) == words


def test_the_tied_do_alike_only_without_a_cap() -> None:
    words = "alike=True does not cover a cap that binds; alike=False would work"
    tied = contest([3.0, 2.0, 2.0], cost=ct.Capped(ct.Linear(), at=1.9))
    assert AllPayKnownSolver(alike=True).refuses(tied) == words
    assert AllPayKnownSolver(alike=True).refuses(contest([3.0, 2.0, 1.0], cost=tied.cost)) is None
    assert AllPayKnownSolver(alike=True).refuses(contest([3.0, 2.0], cost=tied.cost)) is None
    with pytest.raises(UnsolvableError, match="alike=True does not cover"):
        ct.solve(tied, solver=AllPayKnownSolver(alike=True))


def test_a_cap_below_which_the_strongest_would_not_mix() -> None:
    """Her support begins at the cost T - v_2 v_3 / v_1, which is 1/3 for 3, 2 and 1."""
    words = (
        "there are several prizes and a cap below which the strongest would not mix; a lower or higher "
        "cap, one prize or values that differ less would work"
    )
    # The gap begins at 3 K - 2 T, which is 1/3 for K = 7/9.
    for cap, refused in ((0.777, True), (0.778, False)):
        given = contest([3.0, 2.0, 1.0], [1.0, 1.0], cost=ct.Capped(ct.Linear(), at=cap))
        assert SOLVER.refuses(given) == (words if refused else None)


def test_shares_of_those_who_tie_for_the_second_place() -> None:
    """The strong one as one, the tied by H^(1/k); all of one worth mix as alike contestants do."""
    solver = AllPayKnownSolver(alike=True)
    found = solver.solve(contest([1.0, 2.0, 1.0, 0.4, 1.0], technology=ROOT)).profile
    assert found.strategy(0) == SharedMixed(strong=2.0, weak=1.0, sharers=3, output=ROOT.output)
    assert found.strategy(1) == SharedMixed(strong=2.0, weak=1.0, sharers=3, leads=True, output=ROOT.output)
    assert found.strategy(3) == Pure(0.0) and found.strategy(4) == found.strategy(0)
    same = solver.solve(contest([1.0, 0.5, 1.0, 1.0])).profile
    for i in (0, 2, 3):  # F^2 = e
        assert same.strategy(i).cdf(np.array([0.09, 0.64])) == pytest.approx([0.3, 0.8])
    assert same.strategy(1) == Pure(0.0)
    one = SOLVER.solve(contest([1.0, 2.0, 1.0, 0.4, 1.0])).profile
    assert [one.strategy(i) == Pure(0.0) for i in range(5)] == [False, False, True, True, True]


def test_the_primitives_in_units_of_the_cost_curve_strongest_first() -> None:
    traits = {"value": [2.0, 3.0, 1.0, 9.0], "cost": [1.0, 2.0, 0.4, 1.0], "ability": [0.0, 0.0, 0.0, 5.0]}
    given = contest(traits, [4.0, 4.0], entry=ct.Invite(3), success=ct.Highest(handicaps=np.full(3, 0.1)))
    field = _field(given, 4.0, 2)
    assert isinstance(field, _Field)
    assert field.order.tolist() == [2, 0, 1] and field.even
    assert field.worth == pytest.approx([10.0, 8.0, 6.0]) and field.start.tolist() == [0.1] * 3
    assert field.prizes == 2 and field.price == np.inf
    assert replace(field, cost=ct.Capped(ct.Power(2), at=3.0)).price == 9.0
    starts = np.array([0.0, 0.5, -1.0])
    uneven = replace(field, start=starts, output=ct.Power(0.5), cost=ct.Power(2))
    assert not uneven.even
    assert _reach(uneven) == pytest.approx(starts + field.worth**0.25)
    capped = replace(uneven, cost=ct.Capped(ct.Power(2), at=3.0))
    assert _reach(capped) == pytest.approx(
        np.array([0.0, 0.5, -1.0]) + np.minimum(field.worth**0.5, 3.0) ** 0.5
    )


@pytest.mark.parametrize("traits", [
    {"value": [1.0, 2.0], "ability": [0.4, 0.0]},
    {"value": [2.0, 1.0], "ability": [0.4, 0.0]},
    {"value": [0.8, 0.7], "ability": [0.1, 0.2]},
    {"value": [0.7, 0.8], "ability": [0.2, 0.1]},
    {"value": [0.3, 0.1], "ability": [0.0, 0.2]},
])  # fmt: skip
def test_two_with_different_head_starts(traits: dict[str, list[float]]) -> None:
    """Siegel 2014, linear: F_j(s) = (payoff_i + s - h_i) / w_i from the larger start to the lower reach."""
    found: Any = SOLVER.solve(contest(traits)).profile
    worth, start = np.array(traits["value"]), np.array(traits["ability"])
    goal, floor = float((worth + start).min()), float(start.max())
    payoff = worth - (goal - start)
    for j in (0, 1):
        own, rival = found.strategy(j), 1 - j
        assert isinstance(own, PairMixed)
        assert own.payoff == pytest.approx(payoff[rival], abs=1e-15)
        assert own.top == pytest.approx(goal - start[j]) and own.least == pytest.approx(floor - start[j])
        for mark in np.linspace(floor, goal, 7)[1:]:
            level = (payoff[rival] + mark - start[rival]) / worth[rival]
            assert own.cdf(mark - start[j]) == pytest.approx(level)
        assert own.cdf(0.0) == pytest.approx((payoff[rival] + floor - start[rival]) / worth[rival])
    if abs(worth + start - goal).max() < 1e-15:  # a tie of reaches: exactly nothing is left to either
        assert [found.strategy(j).payoff for j in (0, 1)] == [0.0, 0.0]


def test_no_third_joins_a_pair_whose_output_has_no_lower_bound() -> None:
    """ln e + h: with t = e^s the pair's chances are straight in t, and of a third of worth w convex in t.

    F_1 = t / w_2 and F_2 = (payoff + t e^-h) / w_1, both from nothing to the lower reach t = w_2: the third's
    gain w F_1 F_2 - t e^-k is convex with value nothing at nothing, so that she joins if she gains at
    t = w_2, where she would be one of the two of highest reach.
    """
    for worth in (0.4, 0.7):
        traits = {"value": [2.0, 1.0, worth], "ability": [0.3, 0.0, -float(np.log(worth)) - 1e-6]}
        assert SOLVER.refuses(contest(traits, technology=LOG)) is None


def joins(field: _Field, pair: list[PairMixed], goal: float) -> int | None:
    return _who_joins(field, pair, goal, field.start + float(field.output(0.0)))


def test_who_would_join_a_pair() -> None:
    """Two mix evenly on [0, 1]: a third of worth w and start s gains w q^2 - (q - s), idle w s^2."""
    even = PairMixed(value=1.0, payoff=0.0, top=1.0)
    order = np.array([4, 7, 2, 5])

    def field(*others: tuple[float, float]) -> _Field:
        worth, start = ([1.0, 1.0, *(o[0] for o in others)], [0.0, 0.0, *(o[1] for o in others)])
        return _Field(order, np.array(worth), np.array(start), 1, ct.Linear(), ct.Linear())

    assert joins(field((0.9, 0.0)), [even, even], 1.0) is None
    assert joins(field((0.9, -0.5)), [even, even], 1.0) is None
    assert joins(field((1.0 + 1e-9, 0.0)), [even, even], 1.0) == 2  # at the top
    assert joins(field((0.9, 0.0), (1.1, 0.0)), [even, even], 1.0) == 5
    assert joins(field((0.9, 1e-3)), [even, even], 1.0) == 2  # idle: she wins once in a million contests
    assert joins(field((0.9, 0.0), (0.1, 1e-3)), [even, even], 1.0) == 5
    # With atoms at nothing a third who stands just above wins by them.
    half = PairMixed(value=1.0, payoff=0.5, top=0.5)
    assert joins(field((0.2, 0.0)), [half, half], 0.5) == 2  # 0.2 (0.5 + q)^2 - q > 0 for small q
    assert joins(field((0.2, -0.06)), [half, half], 0.5) is None  # 0.05 does not pay 0.06
    assert joins(field((0.2, -0.04)), [half, half], 0.5) == 2


def test_who_would_join_a_pair_where_no_effort_is_infinitely_bad() -> None:
    """ln e + h, chances 1/2 + e and 2 e up to 1/2: an effort pays where w (1/2 + e) 2 > e^-h."""
    pair = [
        PairMixed(value=1.0, payoff=0.5, top=0.5, output=ct.Log()),
        PairMixed(value=0.5, payoff=0.0, top=0.5, output=ct.Log()),
    ]
    for start, found in ((0.11, 2), (0.10, None)):  # 2 w = 0.9 = exp(-0.105)
        worths, starts = np.array([1.0, 0.5, 0.45]), np.array([0.0, 0.0, start])
        field = _Field(np.arange(3), worths, starts, 1, ct.Linear(), ct.Log())
        assert joins(field, pair, float(np.log(0.5))) == found
