"""Sets of entrants that are stable: by formula, by solving every contest, and by bisection on shares.

Route of its own: in a lottery with aggregate Y contestant i's share is max(0, 1 - Y / w_i), w_i = value
times weight over unit cost, and her payoff value times share squared (Cornes and Hartley 2005), where shares
add up to one: Y by bisection.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.entry_games import FreeEntryGame
from contests.entry_sets import (
    Fields,
    StableSet,
    _by_formula,
    _is_linear_lottery,
    _number_of_sets,
    _one_by_one,
    _weakest,
    stable_sets,
)

VALUE = np.array([1.3, 0.9, 1.1, 0.6])
COST = np.array([1.0, 0.7, 1.2, 1.0])
WEIGHT = np.array([1.0, 1.0, 2.0, 0.5])


def contest(price: float = 0.05, **changes: Any) -> ct.Contest:
    parts: dict[str, Any] = {
        "contestants": ct.Known(value=VALUE, cost=COST),
        "prizes": 2.0,
        "cost": ct.Linear(3.0),
        "success": ct.Lottery(weights=WEIGHT),
        "entry": ct.FreeEntry(cost=price),
        **changes,
    }
    return ct.Contest(**parts)


def fields(given: ct.Contest) -> Fields:
    game = given.game()
    assert isinstance(game, FreeEntryGame)
    return Fields(game)


def payoffs(members: tuple[int, ...], price: float) -> dict[int, float]:
    """Payoffs among members, the aggregate by bisection."""
    strength = 2.0 * VALUE * WEIGHT / (3.0 * COST)
    low, high = 1e-15, float(strength.max())
    for _ in range(200):
        middle = (low + high) / 2
        total = sum(max(0.0, 1 - middle / strength[i]) for i in members)
        low, high = (middle, high) if total > 1 else (low, middle)
    return {i: 2.0 * VALUE[i] * max(0.0, 1 - low / strength[i]) ** 2 - price for i in members}


def brute_force(price: float) -> dict[tuple[int, ...], float]:
    found = {}
    for size in range(5):
        for members in itertools.combinations(range(4), size):
            inside = payoffs(members, price)
            stays = all(v >= 0 for v in inside.values())
            joins = any(payoffs((*members, j), price)[j] > 0 for j in range(4) if j not in members)
            if stays and not joins:
                found[members] = sum(inside.values())
    return found


@pytest.mark.parametrize("price", [0.01, 0.2, 0.4, 1.3, 9.0])
def test_formula_against_shares_by_bisection(price: float) -> None:
    exact = brute_force(price)
    found = ct.stable_entry(contest(price))
    assert {one.entrants: one.surplus for one in found} == pytest.approx(exact, rel=1e-9)
    assert [one.surplus for one in found] == pytest.approx(sorted(exact.values(), reverse=True), rel=1e-9)
    assert all(one.copies == 1 for one in found)


@pytest.mark.parametrize("price", [0.2, 1.3])
def test_formula_against_every_contest_solved(price: float) -> None:
    whole = fields(contest(price))
    (one_by_one, _), (formula, open_sets) = _one_by_one(whole), _by_formula(fields(contest(price)))
    assert open_sets == 0
    assert [s.entrants for s in one_by_one] == [s.entrants for s in formula]
    assert [s.surplus for s in one_by_one] == pytest.approx([s.surplus for s in formula], rel=1e-9)


def test_alike_contestants_are_counted_not_listed() -> None:
    """Three worth 1 and one worth .8; then six alike, whose payoff among k is V / k^2."""
    mixed = ct.Contest(
        contestants=ct.Known(value=[1.0, 1.0, 1.0, 0.8]),
        prizes=1.0,
        success=ct.Lottery(exponent=0.5),
        entry=ct.FreeEntry(cost=0.16),
    )
    game = fields(mixed)
    assert _number_of_sets(game.game) == 4 * 2
    found, undecided = stable_sets(game)
    assert undecided == 0
    assert all(isinstance(one, StableSet) for one in found)
    for one in found:
        strong = sum(i < 3 for i in one.entrants)
        weak = len(one.entrants) - strong
        assert one.entrants == tuple([*range(strong), *range(3, 3 + weak)])
        assert one.copies == [1, 3, 3, 1][strong]
        assert game.holds(one.entrants)
        assert one.surplus == pytest.approx(float(game.payoff(one.entrants).sum()), rel=1e-12)
    assert [one.surplus for one in found] == sorted((one.surplus for one in found), reverse=True)
    # Alike contestants with exponent 1: k enter where V / k^2 pays and V / (k + 1)^2 does not.
    alike = mixed.replace(contestants=ct.Identical(6), success=ct.Lottery(), entry=ct.FreeEntry(cost=0.05))
    (one,) = ct.stable_entry(alike)
    assert (one.entrants, one.copies) == ((0, 1, 2, 3), 15)
    assert one.surplus == pytest.approx(4 * (1 / 16 - 0.05), rel=1e-9)


def test_nobody_comes_at_a_ruinous_price() -> None:
    assert ct.stable_entry(contest(50.0)) == [StableSet(entrants=(), surplus=0.0, copies=1)]
    ((empty,), _) = _one_by_one(fields(contest(50.0)))
    assert (empty.entrants, empty.surplus, empty.copies) == ((), 0.0, 1)


def test_indifference_is_neither_out_nor_in() -> None:
    """With a price of exactly V / 9 a third is indifferent: two are stable, and so are three."""
    even = ct.Contest(
        contestants=ct.Identical(4), prizes=1.0, success=ct.Lottery(), entry=ct.FreeEntry(cost=1 / 9)
    )
    assert [(len(s.entrants), s.copies) for s in ct.stable_entry(even)] == [(2, 6), (3, 4)]
    asked = fields(even)
    assert asked.holds(()) and asked.holds((0, 1, 2)) and not asked.holds((0, 1, 2, 3))
    assert asked.attracts((0,), 1) is True and asked.attracts((0, 1), 2) is False
    assert asked.room == 1e-12


def test_contests_are_solved_once_and_failures_remembered() -> None:
    """Exponent 1.9 has no equilibrium of three that all work; with one idle there is one."""
    steep = ct.Contest(
        contestants=ct.Identical(3),
        prizes=1.0,
        success=ct.Lottery(exponent=1.9),
        entry=ct.FreeEntry(cost=0.001),
    )
    asked = fields(steep)
    pair = asked.equilibrium((0, 1))
    assert pair is asked.equilibrium((0, 1)) and pair is asked.solved[0, 1]
    # Two: effort r V / 4, payoff V (1/2 - r / 4).
    assert asked.payoff((0, 1)) == pytest.approx([0.5 - 1.9 / 4 - 0.001] * 2, rel=1e-9)
    three = asked.equilibrium((0, 1, 2))
    assert not asked.failed  # what another room solves has not failed
    assert three is not None and sorted(three.effort)[0] == 0.0
    assert asked.attracts((0, 1), 2) is False
    # Where neither works the question stays open, and nobody is said to hold or to come.
    asked.failed[0, 2] = "ConvergenceError: asked"
    assert asked.equilibrium((0, 2)) is None
    assert asked.payoff((0, 2)) is None and asked.holds((0, 2)) is False and asked.attracts((0,), 2) is None


def test_sets_that_may_or_may_not_be_stable_are_not_left_out_in_silence() -> None:
    """All-pay contests of different contestants with different prizes are refused, so pairs are unknown."""
    unlike = ct.Contest(
        contestants=ct.Known(value=[1.0, 0.9, 0.2]), prizes=[1.0, 0.5], entry=ct.FreeEntry(cost=0.95)
    )
    with pytest.raises(ct.UnsolvableError) as caught:
        ct.stable_entry(unlike)
    assert str(caught.value).startswith(
        "Whether 5 more sets of entrants are stable, beside 0, is not known: the contest of the entrants "
    )
    assert "nor were those of 3 other sets. UnsolvableError: " in str(caught.value)
    with pytest.raises(ct.InvalidPartError, match="'raise' or 'omit'"):
        ct.stable_entry(unlike, undecided="ignore")  # type: ignore[arg-type]
    # The first gains 0.05 alone, so that the empty set is not stable; the others would lose alone.
    assert ct.stable_entry(unlike, undecided="omit") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"contestants": ct.Identical(3), "success": ct.Lottery()},
        {"success": ct.Lottery(exponent=0.5)},
        {"success": ct.Lottery(draw=0.1)},
        {"success": ct.Lottery(head_starts=[0.1, 0.0, 0.0, 0.0])},
        {"success": ct.Highest(), "technology": ct.Additive(stats.norm())},
        {"cost": ct.Power(2)},
        {"technology": ct.Exact(output=ct.Power(0.5))},
        {"prizes": [1.0, 0.5]},
        {"prizes": ct.QualityShare(base=1.0, share=0.1)},
        {"contestants": ct.Known(value=VALUE, utility=ct.CARA(1.0))},
        {"contestants": ct.Known(value=VALUE, ability=[0.1, 0.0, 0.0, 0.0])},
        {"entry": ct.FreeEntry(cost=0.1, refundable_to="winner")},
        {"entry": ct.FreeEntry(cost=0.0)},
    ],
    ids=str,
)
def test_where_the_formula_does_not_hold(changes: dict[str, Any]) -> None:
    assert _is_linear_lottery(contest().game())
    assert not _is_linear_lottery(contest(**changes).game())


def test_words_of_what_cannot_be_listed() -> None:
    with pytest.raises(ct.InvalidPartError) as caught:
        ct.stable_entry(contest(entry=ct.AllEnter()))
    assert str(caught.value) == (
        "Contest.entry must be ct.FreeEntry(cost=...) in pure strategies, not AllEnter()."
    )
    many = contest(contestants=ct.Known(value=np.linspace(1, 2, 21)), success=ct.Lottery())
    convex = contest(contestants=ct.Known(value=np.linspace(1, 2, 13)), success=ct.Lottery(exponent=0.5))
    for given, number in ((many, 21), (convex, 13)):
        with pytest.raises(ct.InvalidPartError) as caught:
            ct.stable_entry(given)
        assert str(caught.value) == (
            "Contest.contestants must be at most 20 in a lottery with linear cost, or at most 4096 different "
            f"sets elsewhere, not {number} contestants of {number} kinds. solve() finds one stable set by "
            "letting contestants come in one after the other."
        )


def test_the_weakest_of_each_subset() -> None:
    strength = np.array([3.0, 1.0, 2.0])
    least = _weakest(strength, np.arange(8))
    assert least.tolist() == [np.inf, 3.0, 1.0, 1.0, 2.0, 2.0, 1.0, 1.0]
