"""Entry at its ends: exact indifference, chances of zero and one, who is drawn to win, and every word.

Routes: lotteries by hand (k alike contestants for a prize of 1: 1 / k^2 each), draws against the shares of
efforts, and payoffs of rosters summed over who comes.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests import entry_sets
from contests.entry_games import EntryProfile
from contests.entry_sets import Fields
from contests.entry_unequal import UnequalEntryProfile
from contests.profile import Profile
from contests.solvers.entry_free import _listed
from contests.solvers.entry_random import SOLVER as RANDOM

LOTTERY = ct.Contest(contestants=ct.Identical(4), prizes=1.0, success=ct.Lottery())


def shared(n: int, effort: float) -> Profile:
    return Profile.symmetric(ct.Pure(effort), n)


def game(entry: Any, **parts: Any) -> Any:
    return LOTTERY.replace(entry=entry, **parts).game()


# --- alike contestants ---------------------------------------------------------------------------------


def test_what_is_drawn_of_entrants_and_outsiders() -> None:
    """Two of four are in with efforts .2 and .3: everything drawn is theirs, and whole numbers are whole."""
    free = game(ct.FreeEntry(cost=0.05, fee=0.02))
    profile = EntryProfile(4, entrants=(2, 0), inside=Profile.pure([0.3, 0.2]), after={1: shared(3, 0.2)})
    drawn = free.play(profile, 3000, rng=np.random.default_rng(4))
    assert drawn.quality[:, [1, 3]].max() == -math.inf
    assert (drawn.quality[:, [2, 0]] == [0.3, 0.2]).all() and (drawn.effort == [0.2, 0.0, 0.3, 0.0]).all()
    assert drawn.rank.dtype.kind == "i" and (drawn.rank[:, [1, 3]] == 0).all()
    assert (np.sort(drawn.rank[:, [0, 2]], axis=1) == [1, 2]).all()
    assert (drawn.rank[:, 2] == 1).mean() == pytest.approx(0.6, abs=0.04)
    assert drawn.enters is not None and (drawn.enters == [True, False, True, False]).all()
    assert drawn.payoff == pytest.approx(drawn.prize - [0.27, 0.0, 0.37, 0.0])
    everybody = EntryProfile(4, entrants=range(4), inside=shared(4, 0.2), after={})
    assert free.play(everybody, 5, rng=np.random.default_rng(4)).enters is None
    nobody = EntryProfile(4, entrants=(), inside=None, after={0: shared(1, 0.0)})
    empty = free.play(nobody, 5, rng=np.random.default_rng(4))
    assert (empty.quality == -math.inf).all() and (empty.payoff == 0).all() and not empty.enters.any()
    for who in free.classes(profile):
        assert who.dtype.kind == "i" and who.size == 0


def test_types_cost_what_they_cost_before_anybody_knows_who_comes() -> None:
    types = ct.Private(4, cost=stats.uniform(1, 1))
    chance = game(ct.RandomEntry([0.2, 0.3, 0.5, 0.0]), contestants=types, success=ct.Highest())
    assert chance.effort_cost(0, 0.5, 1.5) == pytest.approx(0.75, rel=1e-14)
    assert chance.effort_cost(3, [0.5, 1.0], [1.5, 1.2]) == pytest.approx([0.75, 1.2], rel=1e-14)
    assert chance.type_nodes(0) == pytest.approx(chance.inner(2).type_nodes(0))
    seen = game(ct.FreeEntry(cost=0.1, mixed=True))
    assert float(seen.largest_effort(0)) == pytest.approx(float(seen.inner(4).largest_effort(0)))
    alone = ct.Contest(contestants=ct.Identical(1), prizes=1.0, entry=ct.RandomEntry([1.0])).game()
    assert float(alone.largest_effort(0)) == pytest.approx(1.0)  # not nothing: as against one rival
    by_number = ct.solve(seen).profile
    for who in seen.classes(by_number):
        assert who.dtype.kind == "i" and who.size == 0


def test_types_cost_what_they_cost_before_anybody_enters() -> None:
    free = game(
        ct.FreeEntry(cost=0.1), contestants=ct.Private(4, cost=stats.uniform(1, 1)), success=ct.Highest()
    )
    assert float(free.effort_cost(0, 0.5, 1.5)) == pytest.approx(0.75, rel=1e-14)
    assert float(free.largest_effort(0, 2.0)) == pytest.approx(0.5, rel=1e-12)
    assert free.inner((0, 1)) is free.inner([0, 1]) and free.inner((0, 1)) is not free.inner((1, 0))


def test_where_payoffs_may_bend_and_end_among_contestants_listed_alike() -> None:
    """Two of value 2 and unit cost 1/2, listed one by one: no effort above 4, bends at others' efforts."""
    two = ct.Known(value=np.full(2, 2.0), cost=np.full(2, 0.5), ability=np.full(2, 0.1))
    listed = game(ct.RandomEntry([0.5, 0.5]), contestants=two, success=ct.Highest())
    with pytest.raises(ct.InvalidPartError) as refusal:
        listed.profile([0.1, 0.2])
    assert refusal.value.part == "profile" and refusal.value.value == [0.1, 0.2]
    assert listed.largest_effort(0).shape == () and float(listed.largest_effort(0)) == pytest.approx(4.0)
    assert float(listed.effort_cost(1, 0.3)) == pytest.approx(0.15)
    marks = listed.landmarks(0, listed.profile(0.3))
    assert marks.ndim == 1 and np.unique(marks.round(12)).tolist() == [0.3]
    drawn = listed.play(0.3, 2000, rng=np.random.default_rng(3))
    alone = (drawn.enters.sum(axis=1) == 1) if drawn.enters is not None else np.zeros(2000, dtype=bool)
    assert drawn.effort.max() == 0.3 and 0.2 < alone.mean() < 0.8
    unlike = UNLIKE.replace(entry=ct.RandomEntry(each=P)).game()
    assert unlike.landmarks(0, unlike.profile(EFFORT)).tolist() == [0.1, 0.3]


def bid(v: np.ndarray) -> np.ndarray:
    return np.asarray(v) ** 2 / 2


def test_types_who_entered_play_by_their_type() -> None:
    """Two of three bid v^2 / 2: who bids as v' does wins with chance v', and one v' more costs v'."""
    free = game(
        ct.FreeEntry(cost=0.1), contestants=ct.Private(3, value=stats.uniform()), success=ct.Highest()
    )
    strategy = ct.Monotone(types=stats.uniform(), function=bid)
    inside = Profile.symmetric(strategy, 2)
    profile = EntryProfile(3, entrants=(0, 2), inside=inside, after={1: Profile.symmetric(strategy, 3)})
    asked, types = bid(np.array([0.4, 0.9])), np.array([0.7, 0.5])
    assert free.payoff(2, asked, profile, types) == pytest.approx(types * [0.4, 0.9] - asked - 0.1, rel=1e-9)
    assert free.payoff(1, asked, profile, types) == pytest.approx(
        types * np.array([0.16, 0.81]) - asked - 0.1, rel=1e-9
    )
    slope = free.marginal_payoff(2, asked, profile, types)
    assert slope == pytest.approx(types / [0.4, 0.9] - 1, rel=1e-7)
    assert profile.efforts() == pytest.approx([1 / 6, 0.0, 1 / 6], rel=1e-7)
    assert profile.labels().dtype.kind == "i" and profile.labels().tolist() == [1, 0, 1]
    assert profile.outside.tolist() == [1]


def test_exact_indifference_of_all_is_entry_of_all() -> None:
    """Two alike get 1/4 each: at a price of 1/4 all may enter; at a price of 1 nobody need."""
    found = RANDOM.solve(game(ct.FreeEntry(cost=0.25, mixed=True), contestants=ct.Identical(2)))
    assert found.selection == "all enter; symmetric in mixed strategies; asymmetric ones may exist"
    assert found.profile.probability == 1.0  # type: ignore[attr-defined]


def test_a_thing_that_pays_the_room_exactly_does_not_attract() -> None:
    class Table(Fields):
        def payoff(self, members: tuple[int, ...]) -> Any:
            return np.array([self.worth])

    fields = Table(game(ct.FreeEntry(cost=0.05)))
    fields.room = 0.125
    for worth, comes, stays in (
        (0.125, False, True),
        (0.126, True, True),
        (-0.125, False, True),
        (-0.126, False, False),
    ):
        fields.worth = worth  # type: ignore[attr-defined]
        assert fields.attracts((), 0) is comes and fields.holds((0,)) is stays


def test_exact_indifference_by_formula() -> None:
    """Worth 3 and 1: together the second's share is a quarter, and 1/16 all she gets."""
    values = UNLIKE.replace(contestants=ct.Known(value=np.array([3.0, 1.0])), entry=ct.FreeEntry(cost=1 / 16))
    assert [one.entrants for one in ct.stable_entry(values)] == [(0,), (0, 1)]
    for cost, who in ((1 / 16 + 1e-9, [(0,)]), (1 / 16 - 1e-9, [(0, 1)])):
        assert [one.entrants for one in ct.stable_entry(values.replace(entry=ct.FreeEntry(cost=cost)))] == who


def test_how_many_sets_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many contestants as are said by formula, as many sets as are said elsewhere, and not one more."""
    three = UNLIKE.replace(entry=ct.FreeEntry(cost=0.3))
    convex = three.replace(success=ct.Lottery(exponent=0.5))  # of two kinds, two and one: six sets
    listed = [one.entrants for one in ct.stable_entry(three)]
    solved = [one.entrants for one in ct.stable_entry(convex)]
    for name, limit, contest, found in (
        ("_POTENTIAL", 3, three, listed),
        ("_SETS", 6, convex, solved),
    ):
        monkeypatch.setattr(entry_sets, name, limit)
        assert [one.entrants for one in ct.stable_entry(contest)] == found
        monkeypatch.setattr(entry_sets, name, limit - 1)
        with pytest.raises(ct.InvalidPartError) as refusal:
            ct.stable_entry(contest)
        assert refusal.value.part == "Contest.contestants"
        assert refusal.value.value == "3 contestants of 2 kinds"
        assert "at most 2 in a lottery with linear cost" in str(refusal.value)
    with pytest.raises(ct.InvalidPartError) as refusal:
        ct.stable_entry(three, undecided="all")  # type: ignore[arg-type]
    assert refusal.value.part == "undecided" and refusal.value.value == "all"
    with pytest.raises(ct.InvalidPartError) as refusal:
        ct.stable_entry(three.replace(entry=ct.AllEnter()))
    assert refusal.value.part == "Contest.entry" and refusal.value.value == ct.AllEnter()


def test_numbers_in_words() -> None:
    assert _listed([3]) == "3" and _listed([1, 2, 5]) == "1 or 2 or 5"
    assert _listed([1, 2, 5, 9]) == "4 numbers from 1 to 9"


# --- rules -------------------------------------------------------------------------------------------------


def test_what_a_refusal_names() -> None:
    each = ct.RandomEntry(each=[0.5, 0.25])
    law = ct.RandomEntry([0.5, 0.0, 0.5])
    for ask, value in (
        (lambda: each.rivals(2), each.each),
        (lambda: each.admitted(3), each.each),
        (lambda: law.probabilities(3), law.distribution),
        (lambda: law.admitted(2), law.distribution),
        (lambda: ct.EntryAuction(3).admitted(2), 3),
    ):
        with pytest.raises(ct.InvalidPartError) as refusal:
            ask()
        assert refusal.value.value is value
    with pytest.raises(ct.InvalidPartError) as refusal:
        ct.RandomEntry([0.5, 0.5], nobody=1.5)
    assert refusal.value.part == "RandomEntry.nobody" and refusal.value.value == 1.5
    assert isinstance(ct.RandomEntry([0.5, 0.5], nobody=1).nobody, float)
    with pytest.raises(ct.InvalidPartError) as refusal:
        ct.RandomEntry(each=[-0.5, 0.5])
    assert refusal.value.part == "RandomEntry.each"
    with pytest.raises(ct.InvalidPartError) as refusal:
        UnequalEntryProfile([ct.Pure(0.1)], [-0.5])
    assert refusal.value.part == "UnequalEntryProfile.probabilities"


# --- contestants who differ --------------------------------------------------------------------------------

VALUES = [1.0, 1.0, 2.0]
UNLIKE = ct.Contest(contestants=ct.Known(value=VALUES), prizes=1.0, success=ct.Lottery())
EFFORT = [0.1, 0.1, 0.3]


def rosters(p: list[float]) -> Any:
    """All who may come, with their chances."""
    for there in itertools.product([False, True], repeat=3):
        chance = math.prod(q if t else 1 - q for q, t in zip(p, there, strict=True))
        yield tuple(i for i in range(3) if there[i]), chance


def share(i: int, members: tuple[int, ...], own: float | None = None) -> float:
    efforts = {j: EFFORT[j] for j in members} | {i: EFFORT[i] if own is None else own}
    return efforts[i] / sum(efforts.values())


P = [0.6, 0.6, 0.3]


def test_payoffs_where_it_is_not_seen_who_came_are_sums_over_who_does() -> None:
    one = UNLIKE.replace(entry=ct.RandomEntry(each=P)).game()
    profile = one.profile(EFFORT)
    for i in range(3):
        sure = [*P[:i], 1.0, *P[i + 1 :]]
        for own in (0.05, 0.4):
            worth = sum(q * VALUES[i] * share(i, who, own) for who, q in rosters(sure) if q)
            assert float(one.payoff(i, own, profile)) == pytest.approx(worth - own, rel=1e-10)
        step = 1e-4
        ends = [float(one.payoff(i, EFFORT[i] + k * step, profile)) for k in (-2, -1, 1, 2)]
        slope = (ends[0] - 8 * ends[1] + 8 * ends[2] - ends[3]) / (12 * step)
        assert float(one.marginal_payoff(i, EFFORT[i], profile)) == pytest.approx(slope, rel=1e-8)
    assert float(one.effort_cost(2, 0.3)) == 0.3 and float(one.largest_effort(2)) == pytest.approx(2.0)
    assert [who.tolist() for who in one.classes(profile)] == [[0, 2], [2, 1]]
    assert one.inner((0, 2)) is one.inner([0, 2]) and one.inner((0, 2)).contestants.value.tolist() == [
        1.0,
        2.0,
    ]
    outcomes = one.outcomes(profile)
    wins = [sum(q * share(i, who) for who, q in rosters([*P[:i], 1.0, *P[i + 1 :]]) if q) for i in range(3)]
    assert outcomes.win_probability == pytest.approx(wins, rel=1e-10)
    assert one.worth(profile) == pytest.approx(np.array(VALUES) * wins - EFFORT, rel=1e-10)
    assert outcomes.total_effort == pytest.approx(np.dot(P, EFFORT), rel=1e-12)
    best = sum(q * max(EFFORT[i] for i in who) for who, q in rosters(P) if who)
    assert outcomes.expected_best == pytest.approx(best / (1 - 0.4 * 0.4 * 0.7), rel=1e-12)


def test_contestants_alike_but_for_how_often_they_come_are_of_two_kinds() -> None:
    one = UNLIKE.replace(entry=ct.RandomEntry(each=[0.6, 0.5, 0.3])).game()
    one_each, numbers = one.classes(one.profile([0.1, 0.2, 0.3]))
    assert sorted(one_each.tolist()) == [0, 1, 2] and numbers.tolist() == [1, 1, 1]
    chosen = UNLIKE.replace(entry=ct.FreeEntry(cost=0.1, mixed=True, observed=False)).game()
    assert chosen.rosters.kind.tolist() == [0, 0, 1]


def test_what_is_drawn_of_contestants_who_differ() -> None:
    one = UNLIKE.replace(entry=ct.RandomEntry(each=P)).game()
    drawn = one.play(EFFORT, 6000, rng=np.random.default_rng(2))
    assert drawn.enters is not None
    assert drawn.enters.mean(axis=0) == pytest.approx(P, abs=0.03)
    assert (drawn.effort == np.where(drawn.enters, EFFORT, 0.0)).all()
    pairs = drawn.enters[:, 0] & drawn.enters[:, 2] & ~drawn.enters[:, 1]
    assert (drawn.rank[pairs, 2] == 1).mean() == pytest.approx(0.75, abs=0.06)
    assert drawn.payoff == pytest.approx(drawn.prize * VALUES - drawn.effort)


def seen_profile(p: list[float]) -> tuple[Any, UnequalEntryProfile]:
    """Whoever comes does as she does, whoever else came."""
    one = UNLIKE.replace(entry=ct.FreeEntry(cost=0.07, fee=0.01, mixed=True)).game()
    by_roster = {
        members: Profile.pure([EFFORT[i] for i in members])
        for members in map(one.rosters.members, range(len(one.rosters.counts)))
    }
    return one, UnequalEntryProfile([ct.Pure(e) for e in EFFORT], p, by_roster)


@pytest.mark.parametrize("p", [P, [0.0, 0.0, 0.5], [1.0, 1.0, 0.0], [0.5, 0.5, 1.0]])
def test_worth_where_it_is_seen_who_came(p: list[float]) -> None:
    """Chances of zero and of one leave out rosters at both ends of the list."""
    one, profile = seen_profile(p)
    worth = [
        sum(
            q * (VALUES[i] * share(i, who) - EFFORT[i]) for who, q in rosters([*p[:i], 1.0, *p[i + 1 :]]) if q
        )
        - 0.08
        for i in range(3)
    ]
    assert one.worth(profile) == pytest.approx(worth, rel=1e-12)
    assert one.outcomes(profile).win_probability == pytest.approx(
        [sum(q * share(i, who) for who, q in rosters([*p[:i], 1.0, *p[i + 1 :]]) if q) for i in range(3)],
        rel=1e-12,
    )
    for who in one.classes(profile):
        assert who.dtype.kind == "i" and who.size == 0
    stages = one.subgames(profile)
    assert [played.n for _, played in stages] == [int(row.sum()) for row in one.rosters.counts]
    assert all(stage.n == played.n for stage, played in stages)


# --- places sold by auction --------------------------------------------------------------------------------


def test_who_wins_is_drawn_by_shares_of_effort() -> None:
    """Of two entrants each wins as often as her share says; whoever has no place has no rank and pays."""
    sold = game(
        ct.EntryAuction(2),
        contestants=ct.Private(3, cost=stats.uniform(1, 1)),
        prizes=2.0,
        cost=ct.Linear(3.0),
    )
    drawn = sold.play(ct.solve(sold).profile, 8000, rng=np.random.default_rng(6))
    share = drawn.quality / drawn.quality.sum(axis=1, keepdims=True)
    won = drawn.rank == 1
    assert (won.sum(axis=1) == 1).all() and (drawn.prize == 2.0 * won).all()
    for mark in (share, share**2, np.arange(3) * share):
        off = ((won - share) * mark).sum(axis=1)
        assert abs(off.mean()) < 4 * off.std() / math.sqrt(off.size)
    # Efforts of two with costs c and d: prize times d / (c + d)^2 over the slope of cost.
    cost = sold.bids.costs.ppf(sold.bids.level_of(drawn.effort[:50]))
    inside = drawn.enters[:50]
    assert (inside.sum(axis=1) == 2).all()
    for row in range(50):
        c = 3.0 * cost[row, inside[row]]
        assert drawn.quality[row, inside[row]] == pytest.approx(2.0 * c[::-1] / c.sum() ** 2, rel=1e-6)
        spent = 3.0 * cost[row] * np.where(inside[row], drawn.quality[row], 0.0)
        assert drawn.payoff[row] == pytest.approx(drawn.prize[row] - spent - drawn.effort[row], rel=1e-6)
    outside = ~drawn.enters
    assert (drawn.rank[outside] == 0).all() and (drawn.quality[outside] == 0).all()
    with pytest.raises(ct.InvalidPartError) as refusal:
        sold.play(ct.solve(sold).profile, 0, rng=np.random.default_rng(6))
    assert refusal.value.part == "play.size"


def test_words_about_the_best_of_several_entrants() -> None:
    sold = game(ct.EntryAuction(3), contestants=ct.Private(4, cost=stats.uniform(1, 0.5)))
    outcomes = sold.outcomes(ct.solve(sold).profile)
    with pytest.raises(ct.InvalidPartError) as refusal:
        outcomes.top_qualities(2)
    assert str(refusal.value) == (
        "TopQuality.k must be 1, or at least the number of places, 3, under ct.EntryAuction, not 2. "
        "ct.BestQuality() and ct.TotalEffort() are these two."
    )
    assert outcomes.top_qualities(1) == outcomes.expected_best
    assert outcomes.top_qualities(3) == outcomes.top_qualities(4) == outcomes.total_effort
    assert outcomes.effort_costs() + 4 * outcomes._worth == pytest.approx(1.0, rel=1e-12)
