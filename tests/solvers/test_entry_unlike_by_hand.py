"""Entry by chance among contestants who differ: the search for it piece by piece, and what it says.

In a lottery of two with values V and chances p of coming, unseen, i exerts effort as if its value were
p_j V_i: e_i = w_i^2 w_j / (w_i + w_j)^2, w_i = p_j V_i (Fu, Lu and Zhang 2016).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.solvers.entry_unequal import (
    SOLVER,
    _common_root,
    _Efforts,
    _even,
    _Seen,
    _settle,
    _with_part,
)


def lottery(value: Any, entry: Any, **parts: Any) -> Any:
    whole = {
        "contestants": ct.Known(value=value),
        "prizes": 1.0,
        "success": ct.Lottery(),
        "entry": entry,
        **parts,
    }
    return ct.Contest(**whole).game()


def unseen(cost: float, **parts: Any) -> ct.FreeEntry:
    return ct.FreeEntry(cost=cost, mixed=True, observed=False, **parts)


def seen(cost: float) -> ct.FreeEntry:
    return ct.FreeEntry(cost=cost, mixed=True)


def test_parts_of_probabilities_and_the_way_back_into_them() -> None:
    p, mixing = np.array([1.0, 0.5, 0.0, 0.5]), np.array([False, True, False, True])
    assert _with_part(p, mixing, np.array([1.2, -0.1])).tolist() == [1.0, 1.0, 0.0, 0.0]
    assert _with_part(p, mixing, np.array([0.3, 0.7])).tolist() == [1.0, 0.3, 0.0, 0.7]
    assert p.tolist() == [1.0, 0.5, 0.0, 0.5]
    worth = np.array([0.1, 0.1, -0.2, 0.0])
    assert _even(worth, np.array([0.5, 1.25, -0.5, 1.0])) == pytest.approx([0.1, -0.15, 0.3, 0.0])


def test_common_roots_in_few_steps() -> None:
    """Of linear equations in one step; of others by squaring the error; None where there is none inside."""
    matrix, asked = np.array([[2.0, 1.0], [0.5, 3.0]]), []

    def linear(x: Any) -> Any:
        asked.append(1)
        return matrix @ (x - np.array([0.9, 0.2]))

    found = _common_root(linear, np.array([0.4, 0.5]), 2)
    assert found == pytest.approx([0.9, 0.2], abs=1e-12) and len(asked) <= 8

    def curved(x: Any) -> Any:
        asked.append(1)
        return np.array([np.exp(x[0]) - 3.0, x[1] ** 2 - 0.09])

    asked.clear()
    found = _common_root(curved, np.array([0.5, 0.5]), 1)
    assert found == pytest.approx([np.log(3.0), 0.3], abs=1e-9) and len(asked) <= 22
    # Only the last entries are chances: log 3 may be above one, as a chance it may not.
    assert _common_root(curved, np.array([0.5, 0.5]), 2) is None
    assert _common_root(lambda x: x**2 + 0.1, np.array([0.5]), 1) is None
    assert _common_root(lambda x: x - 1.0, np.array([0.5]), 1) is None
    assert _common_root(lambda x: x, np.array([0.5]), 1) is None
    assert _common_root(lambda x: x - 1.0, np.array([0.5]), 0) == pytest.approx([1.0])
    # Long steps are cut: from far away a steep function is not left for another branch.
    assert _common_root(lambda x: np.arctan(5.0 * (x - 4.0)), np.array([2.9]), 0) == pytest.approx([4.0])
    # Slopes are taken inwards, so that nothing outside [0, 1] is asked for near the corners.
    reached: list[float] = []

    def watched(x: Any) -> Any:
        reached.append(float(x[0]))
        return 0.3 * (x - 0.9999999)

    found = _common_root(watched, np.array([0.99999995]), 1)
    assert found == pytest.approx([0.9999999], abs=1e-10) and max(reached) <= 0.99999995


class Scripted:
    """Kinds of contestants whose worth in each way to enter is given."""

    def __init__(self, worth: dict[tuple[float, ...], Any]) -> None:
        self.worth, self.asked = worth, []  # type: ignore[var-annotated]

    def together(self, p: Any, mixing: Any) -> Any:
        key = tuple(p.tolist())
        self.asked.append(key)
        assert ((p == 0.5) == mixing).all()
        found = self.worth.get(key)
        if isinstance(found, str):
            raise ct.ConvergenceError(found)
        return None if found is None else (f"profile at {key}", np.array(found))


GAME = lottery([2.0, 1.0], unseen(0.3))
ROOM = 1e-10 * 2.0  # the largest value is the stake


def settled(worth: dict[tuple[float, ...], Any]) -> Any:
    return _settle(GAME, Scripted(worth))  # type: ignore[arg-type]


def test_in_which_order_ways_to_enter_are_tried() -> None:
    """All, nobody, then as many as may at random; each once asked for."""
    kinds = Scripted({})
    with pytest.raises(ct.NoEquilibriumError) as caught:
        _settle(GAME, kinds)  # type: ignore[arg-type]
    assert str(caught.value) == (
        "No probabilities of entry were found at which nobody would rather do otherwise. Entry in pure "
        "strategies, ct.FreeEntry(cost=...), may have stable sets of entrants."
    )
    assert kinds.asked[:3] == [(1.0, 1.0), (0.0, 0.0), (0.5, 0.5)]
    assert set(kinds.asked[3:7]) == {(0.5, 1.0), (0.5, 0.0), (1.0, 0.5), (0.0, 0.5)}
    assert set(kinds.asked) == {(a, b) for a in (0.0, 0.5, 1.0) for b in (0.0, 0.5, 1.0)}


WORDS = "contestants of one kind enter with one probability, {}; others may exist"
AT_RANDOM, NONE = WORDS.format("as many kinds at random as were found to"), WORDS.format("none at random")


@pytest.mark.parametrize(
    ("way", "good", "bad", "words"),
    [
        ((1.0, 1.0), [-0.9 * ROOM, 0.0], [-1.1 * ROOM, 0.0], NONE),
        ((1.0, 1.0), [3.0, -0.9 * ROOM], [3.0, -1.1 * ROOM], NONE),
        ((0.0, 0.0), [0.9 * ROOM, -5.0], [1.1 * ROOM, -5.0], NONE),
        ((0.5, 0.5), [99 * ROOM, -99 * ROOM], [101 * ROOM, 0.0], AT_RANDOM),
        ((0.5, 0.5), [0.0, 0.0], [0.0, -101 * ROOM], AT_RANDOM),
        ((0.5, 1.0), [0.0, 1.0], [0.0, -1.0], AT_RANDOM),
        ((0.5, 0.0), [0.0, -1.0], [0.0, 1.0], AT_RANDOM),
        ((1.0, 0.0), [1.0, -1.0], [1.0, 1.0], NONE),
    ],
)
def test_what_nobody_would_rather_change(way: Any, good: Any, bad: Any, words: str) -> None:
    found = settled({way: good})
    assert (found.profile, found.selection) == (f"profile at {way}", words)
    with pytest.raises(ct.NoEquilibriumError):
        settled({way: bad})


def test_what_failed_is_handed_on_unless_another_way_is_found() -> None:
    with pytest.raises(ct.NoEquilibriumError) as caught:
        settled({(1.0, 1.0): "it failed"})
    assert str(caught.value) == (
        "No probabilities of entry were found at which nobody would rather do otherwise. it failed"
    )
    assert settled({(1.0, 1.0): "it failed", (0.5, 0.5): [0.0, 0.0]}).selection == AT_RANDOM


def closed(value: Any, p: Any) -> Any:
    w = np.asarray(p)[::-1] * value
    return w**2 * w[::-1] / w.sum() ** 2


@pytest.mark.parametrize("p", [[0.7, 0.4], [1.0, 0.2], [1e-3, 0.9]])
def test_efforts_that_are_not_seen(p: list[float]) -> None:
    value = np.array([1.2, 1.0])
    game = lottery(value, ct.RandomEntry(each=p))
    efforts = _Efforts(game)
    chances = np.asarray(p)[efforts._who]
    log = efforts._solved(chances)
    assert np.exp(log) == pytest.approx(closed(value, p)[efforts._who], rel=1e-11)
    profile = efforts.profile(chances)
    assert [profile.strategy(i).mean() for i in (0, 1)] == pytest.approx(closed(value, p), rel=1e-11)
    assert profile.probabilities.tolist() == p
    found = SOLVER.solve(game)
    assert found.selection == "alike contestants do the same; others may exist"
    assert [found.profile.strategy(i).mean() for i in (0, 1)] == pytest.approx(closed(value, p), rel=1e-11)


def test_the_log_of_gain_over_pain() -> None:
    """p_j V_i e_j / (e_i + e_j)^2 over a marginal cost of k_i c'(e_i)."""
    value, cost, p = np.array([1.2, 1.0]), np.array([1.0, 3.0]), np.array([0.7, 0.4])
    game = lottery(
        value, ct.RandomEntry(each=p), contestants=ct.Known(value=value, cost=cost), cost=ct.Power(1.5)
    )
    efforts = _Efforts(game)
    who = efforts._who
    e = np.array([0.02, 0.3])
    gain = p[::-1] * value * e[::-1] / e.sum() ** 2
    exact = np.log(gain / (cost * 1.5 * np.sqrt(e)))
    assert efforts._excess(np.log(e[who]), p[who]) == pytest.approx(exact[who], rel=1e-12)
    # Where there is next to nothing to gain the log is cut, not minus infinity.
    far = efforts._excess(np.array([1.0, 1.0]) * 60.0, p[who])
    assert far == pytest.approx([np.log(np.exp(-60.0) + 1e-16)] * 2, abs=0.5)


def test_kinds_whom_no_effort_pays() -> None:
    """Two strong ones who surely come; whoever values winning a tenth as much exerts nothing, yet comes."""
    game = lottery([1.0, 1.0, 0.1], ct.RandomEntry(each=[1.0, 1.0, 0.5]))
    found = SOLVER.solve(game)
    assert [found.profile.strategy(i).mean() for i in range(3)] == pytest.approx([0.25, 0.25, 0.0], rel=1e-11)
    efforts = _Efforts(game)
    p = np.array([1.0, 1.0, 0.5])[efforts._who]
    log = efforts._solved(p)
    weak = int(np.argmin(efforts._top))
    assert log[weak] < efforts._top[weak] - 40.0


def test_indifference_and_effort_together() -> None:
    """V (1 - q) + q V s^2 = cost for who mixes, s her share; the other's chance stays what it is."""
    value, cost = np.array([1.02, 1.0]), 0.6
    game = lottery(value, unseen(cost))
    efforts = _Efforts(game)
    order = efforts._who
    both = efforts.together(np.array([0.5, 0.5]), np.array([True, True]))
    assert both is not None
    profile, worth = both
    assert worth == pytest.approx([0.0, 0.0], abs=1e-9)
    p = profile.probabilities
    w = p[::-1] * value
    assert value * (1 - p[::-1]) + w * (w / w.sum()) ** 2 == pytest.approx([cost, cost], abs=1e-9)
    assert [profile.strategy(i).mean() for i in (0, 1)] == pytest.approx(closed(value, p), rel=1e-8)
    one = efforts.together(np.array([0.5, 1.0]), np.array([True, False]))
    assert one is not None
    profile, worth = one
    assert profile.probabilities[order[1]] == 1.0 and worth[0] == pytest.approx(0.0, abs=1e-9)
    surely = efforts.together(np.array([1.0, 1.0]), np.array([False, False]))
    assert surely is not None
    assert surely[1] == pytest.approx((value**3 / value.sum() ** 2 - cost)[order], rel=1e-9)
    dear = _Efforts(lottery(value, unseen(5.0)))
    assert dear.together(np.array([0.5, 0.5]), np.array([True, True])) is None


def test_entry_that_is_chosen_is_solved_with_the_efforts() -> None:
    value, cost = np.array([1.02, 1.0]), 0.6
    found: Any = SOLVER.solve(lottery(value, unseen(cost)))
    assert found.selection == AT_RANDOM
    p = found.profile.probabilities
    w = p[::-1] * value
    assert value * (1 - p[::-1]) + w * (w / w.sum()) ** 2 == pytest.approx([cost, cost], abs=1e-9)
    cheap: Any = SOLVER.solve(lottery(value, unseen(0.01)))
    assert cheap.profile.probabilities.tolist() == [1.0, 1.0] and cheap.selection == NONE


def test_what_coming_is_worth_where_it_is_seen() -> None:
    """Alone the whole value, with the other V^3 / (V + W)^2; less the price."""
    value, cost = np.array([1.2, 1.0]), 0.6
    kinds = _Seen(lottery(value, seen(cost)))
    order = kinds.game.rosters.representatives
    both = (value**3 / value.sum() ** 2)[order]
    for p in ([0.2, 0.9], [1.0, 0.0], [0.5, 0.5]):
        exact = value[order] * (1 - np.array(p)[::-1]) + np.array(p)[::-1] * both - cost
        assert kinds._worth(np.array(p)) == pytest.approx(exact, rel=1e-12)
    found = kinds.together(np.array([0.5, 0.5]), np.array([True, True]))
    assert found is not None
    profile, worth = found
    assert worth == pytest.approx([0.0, 0.0], abs=1e-10)
    chance = ((value - cost) / (value - value**3 / value.sum() ** 2))[::-1]
    assert profile.probabilities == pytest.approx(chance, rel=1e-9)
    assert [profile.strategy(i).mean() for i in (0, 1)] == pytest.approx(
        [value[0] ** 2 * value[1] / value.sum() ** 2, value[1] ** 2 * value[0] / value.sum() ** 2]
    )


def test_a_roster_that_fails_is_told() -> None:
    game = lottery(
        [1.0, 0.9], seen(0.1), success=ct.Highest(), technology=ct.Additive(stats.norm(scale=0.02))
    )
    with pytest.raises(ct.ContestError) as caught:
        _Seen(game)
    assert str(caught.value).startswith("What entering is worth is not known: the contest of the ")
    assert "would rather exert effort 0" in str(caught.value)


HALVES = ct.RandomEntry(each=[0.5, 0.5])
REFUSED = [
    (
        lambda: ct.Contest(contestants=ct.Known(value=[1.0, 2.0]), prizes=1.0),
        "takes known differences with ct.RandomEntry(each=...) or ct.FreeEntry(mixed=True)",
    ),
    (
        lambda: lottery([1.0, 2.0], HALVES, success=ct.Lottery(draw=0.1)),
        "nobody may win; a lottery without a draw would work",
    ),
    (
        lambda: lottery([1.0, 2.0, 3.0, 4.0], unseen(0.1)),
        "there are 4 kinds of contestants, whose ways to enter are too many to try; at most 3 kinds, or "
        "ct.FreeEntry in pure strategies, would work",
    ),
    (lambda: lottery([1.0, 2.0, 3.0], unseen(0.1)), None),
    (
        lambda: lottery(np.arange(1.0, 7.0), seen(0.1)),
        "there are 6 kinds of contestants, whose ways to enter are too many to try; at most 5 kinds, or "
        "ct.FreeEntry in pure strategies, would work",
    ),
    (lambda: lottery(np.arange(1.0, 6.0), seen(0.1)), None),
    (
        lambda: lottery(np.repeat([1.0, 2.0, 3.0], [7, 7, 2]), seen(0.1)),
        "191 rosters may turn out, each a contest to solve; at most 128, or ct.FreeEntry(mixed=True, "
        "observed=False), would work",
    ),
    (lambda: lottery(np.repeat([1.0, 2.0], [7, 15]), seen(0.1)), None),
    (
        lambda: lottery([1.0, 2.0], HALVES, success=ct.Highest()),
        "quality is certain, so that efforts would be random too, which is not worked out when entry is "
        "random among contestants who differ; a shock or a lottery would work",
    ),
    (
        lambda: lottery(
            [1.0, 2.0],
            HALVES,
            prizes=ct.QualityShare(base=1.0, share=0.1),
            success=ct.Highest(),
            technology=ct.Additive(stats.norm()),
        ),
        "the award depends on quality; fixed prizes would work",
    ),
    (
        lambda: lottery([1.0], HALVES, contestants=ct.Known(value=[1.0, 2.0], utility=ct.CARA(1.0))),
        "contestants are averse to risk; risk-neutral ones would work",
    ),
    (lambda: lottery([1.0, 2.0], HALVES), None),
]


@pytest.mark.parametrize(("make", "words"), REFUSED)
def test_refusals(make: Any, words: str | None) -> None:
    assert SOLVER.refuses(make()) == words
