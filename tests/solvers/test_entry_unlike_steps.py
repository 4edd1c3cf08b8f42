"""Entry by chance among contestants who differ: the search step by step, and efforts by enumeration.

Residuals are scripted, so that every point asked for is known beforehand; efforts of more than two who come
by chance are checked by going through all rosters.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.solvers.entry_unequal import SOLVER, _common_root, _Efforts, _Seen, _settle

Array = Any


def lottery(value: Any, entry: Any, **parts: Any) -> Any:
    whole = {
        "contestants": ct.Known(value=value),
        "prizes": 1.0,
        "success": ct.Lottery(),
        "entry": entry,
        **parts,
    }
    return ct.Contest(**whole).game()


class Answers:
    """A residual of one unknown whose values are given call by call, and what was asked."""

    def __init__(self, *values: float) -> None:
        self.values, self.asked = values, []  # type: ignore[var-annotated]

    def __call__(self, x: Array) -> Array:
        self.asked.append(float(x[0]))
        return np.array([self.values[min(len(self.asked), len(self.values)) - 1]])


SLOPE = 1.0 - 1e-6  # after a first value of one: a slope of minus one


@pytest.mark.parametrize(
    ("answers", "shares"),
    [
        ((0.899,), (1.0,)),
        ((0.9, 0.959), (1.0, 0.4)),
        ((0.9, 0.96, 0.989), (1.0, 0.4, 0.1)),
        ((0.9, 0.96, 0.99, 0.997), (1.0, 0.4, 0.1, 0.02)),
        ((0.9, 0.96, 0.99, 0.998), (1.0, 0.4, 0.1, 0.02)),
    ],
)
def test_steps_are_cut_until_a_tenth_of_what_was_promised(answers: Any, shares: Any) -> None:
    """A step of one is tried whole, then in shares; where none of them does, the search is over."""
    given = Answers(1.0, SLOPE, *answers, 1.0)
    assert _common_root(given, np.array([0.25]), 0) is None
    assert given.asked[:2] == pytest.approx([0.25, 0.25 + 1e-6], abs=1e-15)
    number = len(shares)
    assert given.asked[2 : 2 + number] == pytest.approx([0.25 + share for share in shares], abs=1e-9)
    if answers[-1] == 0.998:
        assert len(given.asked) == 2 + number
    else:  # goes on from there, with a slope of its own
        assert given.asked[2 + number] - given.asked[1 + number] == pytest.approx(
            -1e-6 if given.asked[1 + number] > 0.5 else 1e-6, rel=1e-6
        )


def test_the_slope_is_taken_inwards() -> None:
    for start, side in ((0.5, 1e-6), (0.51, -1e-6), (0.0, 1e-6), (1.0, -1e-6)):
        given = Answers(1.0)
        assert _common_root(given, np.array([start]), 1) is None
        assert given.asked[1] - start == pytest.approx(side, rel=1e-6)


def test_long_steps_are_cut_at_two() -> None:
    asked: list[float] = []

    def linear(x: Array) -> Array:
        asked.append(float(x[0]))
        return x - 7.0

    assert _common_root(linear, np.array([0.0]), 0) == pytest.approx([7.0], abs=1e-9)
    assert asked[2::2][:4] == pytest.approx([2.0, 4.0, 6.0, 7.0], abs=1e-6)
    asked.clear()
    down = _common_root(lambda x: linear(-x), np.array([0.0]), 0)
    assert down == pytest.approx([-7.0], abs=1e-9)


def test_when_the_search_is_over() -> None:
    """At a residual of 1e-13; after twelve steps; where a chance is more than one away from a half."""
    done = Answers(1e-9 * 1e-4)
    assert _common_root(done, np.array([0.3]), 1) == pytest.approx([0.3]) and len(done.asked) == 1
    nearly = Answers(1.001e-13, 1.001e-13)
    assert _common_root(nearly, np.array([0.3]), 1) == pytest.approx([0.3]) and len(nearly.asked) > 1
    # Of x^2 the error is halved at each step: twelve steps of two calls each, and the first.
    asked: list[float] = []

    def double(x: Array) -> Array:
        asked.append(float(x[0]))
        return x**2

    assert _common_root(double, np.array([0.4]), 0) is None
    assert len(asked) == 25 and asked[-1] == pytest.approx(0.4 / 2**12, rel=1e-2)
    for root, calls in ((1.4999, 5), (1.5001, 3), (-0.4999, 5), (-0.5001, 3)):
        asked.clear()

        def crooked(x: Array, root: float = root) -> Array:
            asked.append(float(x[0]))
            return (x - root) / 2 if len(asked) < 3 else np.array([0.1])

        assert _common_root(crooked, np.array([0.25]), 1) is None
        assert asked[2] == pytest.approx(root, abs=1e-8)
        assert (len(asked) > 3) == (calls > 3), root


@pytest.mark.parametrize(("left", "found"), [(1e-9, True), (1.001e-9, False)])
def test_how_exact_a_root_is(left: float, found: bool) -> None:
    """What stops improving is a root at a residual of 1e-9."""
    assert (_common_root(Answers(left), np.array([0.3]), 1) is not None) == found


def test_a_residual_that_moves_two_unknowns_alike() -> None:
    """Where many pairs solve it, the nearest one."""
    found = _common_root(lambda x: np.full(2, x.sum() - 1.0), np.array([0.1, 0.3]), 1)
    assert found == pytest.approx([0.4, 0.6], abs=1e-6)


class Ways:
    """Kinds whose worth is given where all come, nobody does, or both may."""

    def __init__(self, way: tuple[float, ...], worth: list[float]) -> None:
        self.way, self.worth = way, worth

    def together(self, p: Array, mixing: Array) -> Any:
        return ("profile", np.array(self.worth)) if tuple(p.tolist()) == self.way else None


@pytest.mark.parametrize(("value", "cost", "scale"), [([2.0, 1.0], 0.3, 2.0), ([2.0, 1.0], 7.0, 7.0)])
def test_worth_at_the_very_edge(value: list[float], cost: float, scale: float) -> None:
    """Up to 1e-10 of the stakes, or of the price if that is more, is nothing; exactly that too."""
    game = lottery(value, ct.FreeEntry(cost=cost, mixed=True, observed=False))
    room = 1e-10 * scale

    def settles(way: tuple[float, ...], worth: list[float]) -> bool:
        try:
            _settle(game, Ways(way, worth))  # type: ignore[arg-type]
        except ct.NoEquilibriumError:
            return False
        return True

    for way, edge in (
        ((1.0, 1.0), -room),
        ((0.0, 0.0), room),
        ((0.5, 0.5), 100 * room),
        ((0.5, 0.5), -100 * room),
    ):
        for place in (0, 1):
            worth = [0.0, 0.0]
            worth[place] = edge
            assert settles(way, worth)
            worth[place] = 1.001 * edge
            assert not settles(way, worth)


class Logs:
    """Efforts of two kinds whose log of gain over pain is given, and what was asked."""

    def __init__(self, excess: Any) -> None:
        self.efforts = _Efforts(lottery([1.2, 1.0], ct.RandomEntry(each=[0.7, 0.4])))
        self.asked: list[Array] = []

        def given(log: Array, p: Array) -> Array:
            self.asked.append(np.array(log) - self.efforts._top)
            return np.array(excess(self.asked[-1]), float)

        self.efforts._excess = given  # type: ignore[method-assign]

    def solved(self) -> Array:
        return self.efforts._solved(np.array([0.7, 0.4])) - self.efforts._top


def test_damped_steps_before_newtons_method() -> None:
    """Half of the excess, up by one and down by three at most, until it is below a hundredth."""
    up = Logs(lambda log: [3.0 - log[0], -1.5 - log[1]])
    assert up.solved() == pytest.approx([3.0, -1.5], abs=1e-9)
    expected, log = [-1.5], -1.5
    while 3.0 - log >= 1e-2:
        log += min((3.0 - log) / 2, 1.0)
        expected.append(log)
    assert [one[0] for one in up.asked[: len(expected)]] == pytest.approx(expected, abs=1e-12)
    assert up.asked[len(expected)][0] == pytest.approx(log + (3.0 - log) / 2, abs=1e-12)
    down = Logs(lambda log: [-12.0 - log[0], -1.5 - log[1]])
    assert down.solved() == pytest.approx([-12.0, -1.5], abs=1e-9)
    assert [one[0] for one in down.asked[:4]] == pytest.approx([-1.5, -4.5, -7.5, -9.75], abs=1e-12)
    # The next search begins where the last ended.
    begun = len(down.asked)
    down.solved()
    assert down.asked[begun] == pytest.approx([-12.0, -1.5], abs=1e-9)


def test_who_falls_and_falls_does_nothing() -> None:
    """Fifteen logs below what is worth while, and still too much: taken for none, eighty below."""
    given = Logs(lambda log: [-9.0, 0.5 - log[1]])
    found = given.solved()
    assert found == pytest.approx([-80.0, 0.5], abs=1e-9)
    first = [one[0] for one in given.asked]
    assert first[:6] == pytest.approx([-1.5, -4.5, -7.5, -10.5, -13.5, -80.0], abs=1e-12)
    assert set(np.round(first[5:], 9)) == {-80.0}
    assert given.efforts._last - given.efforts._top == pytest.approx([-1.5, 0.5], abs=1e-9)
    # Whether she would come to rest a little further down is not waited for.
    rest = Logs(lambda log: [-16.0 - log[0], 0.5 - log[1]])
    assert rest.solved() == pytest.approx([-80.0, 0.5], abs=1e-9)
    back = Logs(lambda log: [-14.9 - log[0], 0.5 - log[1]])
    assert back.solved() == pytest.approx([-14.9, 0.5], abs=1e-9)


def test_conditions_without_a_common_solution() -> None:
    """More is always better: twenty logs above what is worth while it is told, with the efforts reached."""
    given = Logs(lambda log: [1.0 + np.exp(-log[0]), -log[1]])
    with pytest.raises(ct.ConvergenceError) as caught:
        given.solved()
    assert str(caught.value) == (
        "Efforts with the entry probabilities [0.7, 0.4] were not found: the first-order conditions may "
        "have no common solution. Less decisive success would help."
    )
    assert caught.value.best is not None
    assert np.log(caught.value.best) - given.efforts._top == pytest.approx([20.0, 0.0], abs=1e-2)


def test_efforts_of_many_by_enumeration() -> None:
    """Over all rosters of rivals: sum of chances times V Y / (e + Y)^2 is the marginal cost."""
    value, p = np.array([1.0, 1.0, 1.3, 1.3]), np.array([0.5, 0.2, 0.5, 0.5])
    factor = np.array([1.0, 1.0, 1.0, 2.0])
    game = lottery(
        value,
        ct.RandomEntry(each=p),
        contestants=ct.Known(value=value, cost=factor),
        cost=ct.Power(1.5),
    )
    found: Any = SOLVER.solve(game)
    assert found.profile.probabilities.tolist() == p.tolist()
    effort = np.array([found.profile.strategy(i).mean() for i in range(4)])
    for i in range(4):
        others, gain = [j for j in range(4) if j != i], 0.0
        for there in product((0, 1), repeat=3):
            chance = np.prod([p[j] if t else 1 - p[j] for j, t in zip(others, there, strict=True)])
            rivals = float(np.dot(there, effort[others]))
            gain += chance * value[i] * rivals / (effort[i] + rivals) ** 2
        assert gain == pytest.approx(factor[i] * 1.5 * np.sqrt(effort[i]), rel=1e-9)


@pytest.mark.parametrize("money", [1e9, 1e-9])
def test_entry_in_other_units_of_money(money: float) -> None:
    value, cost = np.array([1.02, 1.0]), 0.6
    one: Any = SOLVER.solve(lottery(value, ct.FreeEntry(cost=cost, mixed=True, observed=False)))
    other: Any = SOLVER.solve(
        lottery(value, ct.FreeEntry(cost=cost * money, mixed=True, observed=False), prizes=money)
    )
    assert other.selection == one.selection
    assert other.profile.probabilities == pytest.approx(one.profile.probabilities, rel=1e-9)
    for i in (0, 1):
        assert other.profile.strategy(i).mean() == pytest.approx(
            money * one.profile.strategy(i).mean(), rel=1e-8
        )


def test_equal_prizes_for_all_who_may_come_are_worth_no_effort() -> None:
    game = lottery([1.0, 2.0], ct.RandomEntry(each=[0.5, 0.9]), prizes=[1.0, 1.0])
    efforts = _Efforts(game)
    assert efforts._solved(np.array([0.5, 0.9])[efforts._who]) == pytest.approx(efforts._top - 80.0)
    found: Any = SOLVER.solve(game)
    assert [found.profile.strategy(i).mean() for i in (0, 1)] == [0.0, 0.0]


def test_who_comes_but_does_nothing_is_worth_her_luck() -> None:
    """Beside two strong ones the weak kind exerts nothing; those who mix are indifferent all the same."""
    value, cost = np.array([1.0, 1.0, 0.1]), 0.35
    game = lottery(value, ct.FreeEntry(cost=cost, mixed=True, observed=False))
    efforts = _Efforts(game)
    strong = int(np.argmax(value[efforts._who]))
    p = np.where(np.arange(2) == strong, 0.8, 0.0)
    mixing = np.arange(2) == strong
    found = efforts.together(p, mixing)
    assert found is not None
    profile, worth = found
    # Of two alike with chance q: 1 - q + q / 4 = cost; the efforts are q / 4.
    q = (1 - cost) / 0.75
    assert profile.probabilities == pytest.approx([q, q, 0.0], abs=1e-8)
    assert profile.strategy(0).mean() == pytest.approx(q / 4, rel=1e-7)
    # With any effort the weak one wins where nobody comes; the best of hers, by brute force.
    e = np.linspace(1e-9, 0.02, 100_001)
    won = (1 - q) ** 2 + 2 * q * (1 - q) * e / (e + q / 4) + q**2 * e / (e + q / 2)
    assert worth[strong] == pytest.approx(0.0, abs=1e-9)
    assert worth[1 - strong] == pytest.approx(float(np.max(0.1 * won - e)) - cost, abs=1e-7)


def test_a_profile_of_what_each_roster_plays() -> None:
    """Efforts of the profile are those if all come; of a roster, those of its own contest."""
    value = np.array([1.2, 1.0, 0.9])
    kinds = _Seen(lottery(value, ct.FreeEntry(cost=0.2, mixed=True)))
    profile = kinds.profile(np.array([0.2, 0.3, 0.4]))
    total = 2 / (1 / value).sum()
    assert [profile.strategy(i).mean() for i in range(3)] == pytest.approx(
        total * (1 - total / value), rel=1e-9
    )
    assert profile.by_roster is not None
    assert profile.probabilities.tolist() == np.array([0.2, 0.3, 0.4])[kinds.game.rosters.kind].tolist()
    played = profile.by_roster[(2, 0)]
    assert played.strategy(1).mean() == pytest.approx(1.44 * 0.9 / 2.1**2, rel=1e-9)
    assert {len(one) for one in profile.by_roster} == {1, 2, 3}


def test_entry_that_is_seen_is_settled_by_what_each_roster_is_worth() -> None:
    """Two who mix: V (1 - q) + q V^3 / (V + W)^2 = cost, for the rival's chance q."""
    value, cost = np.array([1.02, 1.0]), 0.6
    found: Any = SOLVER.solve(lottery(value, ct.FreeEntry(cost=cost, mixed=True)))
    chance = ((value - cost) / (value - value**3 / value.sum() ** 2))[::-1]
    assert found.profile.probabilities == pytest.approx(chance, rel=1e-8)
    assert found.profile.by_roster is not None
    assert "as many kinds at random as were found to" in found.selection
