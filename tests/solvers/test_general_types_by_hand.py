"""Private types in the general solver: conditions by hand, derivatives by differences, replies by search.

Thresholds: an action beats the levels below the middle of its interval, so that with values v, n
contestants and one prize the type at a threshold gains v (p_above^(n-1) - p_below^(n-1)) less the step of
cost by bidding more; who does nothing ties with all who do nothing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import contests as ct
from contests.deviations import Finding
from contests.errors import ConvergenceError
from contests.finite_types import FiniteTypeLottery
from contests.solvers import types_bids, types_replies
from contests.solvers.actions import Clock, OutOfTimeError
from contests.solvers.threshold_game import ThresholdGame
from contests.solvers.threshold_path import _newton, _Place, _room, _violation, follow
from contests.solvers.types_bids import bids_by_level, deviations, refuse_bids
from contests.solvers.types_replies import _extrapolated, law_of, refuse_replies, replies_by_type
from contests.strategy import Monotone

UNIFORM = stats.uniform()
TWO = [stats.uniform(0.2, 1), stats.uniform(0.5, 1), stats.uniform(0.5, 1)]


def contest(n: int = 3, **parts: Any) -> ct.Contest:
    """Values uniform on [0, 1], one prize, cost e, no noise, unless told."""
    usual = {"contestants": ct.Private(n, value=UNIFORM), "prizes": 1.0}
    return ct.Contest(**{**usual, **parts})


GAMES = {
    "values": contest(),
    "costs, two prizes": contest(contestants=ct.Private(4, cost=stats.uniform(1, 1)), prizes=[1.0, 0.3]),
    "two laws, three prizes": contest(
        contestants=ct.Private(value=TWO), prizes=[1.0, 0.5, 0.2], cost=ct.Power(1.5)
    ),
    "abilities": contest(
        contestants=ct.Private(3, ability=UNIFORM), prizes=[1.0, 0.5],
        technology=ct.Exact(output=ct.Log(scale=0.5)), cost=ct.Power(2),
    ),
    "a reserve": contest(entry=ct.Reserve(0.1), prizes=[1.0, 0.5]),
    "risk": contest(contestants=ct.Private(3, value=UNIFORM, utility=ct.CARA(1.0), wealth=2.0)),
    "an award that rises": contest(
        contestants=ct.Private(2, cost=stats.uniform(1, 1)), prizes=ct.QualityShare(base=0.3, share=0.5),
        cost=ct.Power(2),
    ),
}  # fmt: skip
BIDS = np.array([0.1, 0.15, 0.3, 0.4, 0.62, 0.7])
STEPS = np.array([[0.3, 0.1, 0.25, 0.05, 0.2, 0.1], [0.05, 0.2, 0.15, 0.3, 0.1, 0.2]])


def game_of(name: str) -> tuple[ThresholdGame, np.ndarray]:
    game = ThresholdGame(GAMES[name], BIDS)
    return game, STEPS[: len(game.counts)]


# --- the game -----------------------------------------------------------------------------------------


def test_gains_of_thresholds_by_hand() -> None:
    game, steps = game_of("values")
    middles = np.concatenate([[0.0], (BIDS[:-1] + BIDS[1:]) / 2])
    assert game.stations == pytest.approx(middles) and game.actions == 6 and game.counts == [3]
    assert game.ranked and game.trait == "value" and game.first == [0]
    top = np.cumsum(steps[0])
    won = (top - steps[0] / 2) ** 2
    won[0] = top[0] ** 2 / 3  # a third each against two who do nothing
    by_hand = top[:-1] * np.diff(won) - np.diff(middles)
    assert game.bands(steps).gain[0] == pytest.approx(by_hand, rel=1e-12)
    assert game.scale == pytest.approx(np.diff(middles))
    assert game.worth == pytest.approx(np.append(middles[1], middles[1:]))
    assert game.reach() == pytest.approx(1.0, rel=1e-5)
    # With a reserve, who does nothing wins nothing: two prizes for the second and for the first.
    held, _ = game_of("a reserve")
    assert not held.ranked
    below = top - steps[0] / 2
    won = below**2 + 0.5 * 2 * below * (1 - below)
    won[0] = 0.0
    assert held.bands(steps).gain[0] == pytest.approx(top[:-1] * np.diff(won) - np.diff(middles), rel=1e-12)


def test_gains_under_costs_and_risk_by_hand() -> None:
    game, steps = game_of("costs, two prizes")
    middles, top = game.stations, np.cumsum(steps[0])
    kinds = 2.0 - top[:-1]
    assert game.types(top[None, :-1])[0] == pytest.approx(kinds)
    below = top - steps[0] / 2
    won = below**3 + 0.3 * 3 * below**2 * (1 - below)
    share = (np.polynomial.legendre.leggauss(8)[0] + 1) / 2 * top[0]
    tied = share**3 + 0.3 * 3 * share**2 * (1 - share)
    won[0] = tied @ np.polynomial.legendre.leggauss(8)[1] / 2
    by_hand = np.diff(won) - kinds * np.diff(middles)
    assert game.bands(steps).gain[0] == pytest.approx(by_hand, rel=1e-10, abs=1e-12)
    assert game.scale == pytest.approx(1.5 * np.diff(middles))  # for the middle type
    risky, _ = game_of("risk")
    below = top - steps[0] / 2
    won = below**2
    won[0] = top[0] ** 2 / 3
    kinds = top[:-1]
    worth = lambda money: -np.expm1(-money)  # noqa: E731
    pays = [
        won[at : at + 5] * worth(kinds - middles[at : at + 5])
        + (1 - won[at : at + 5]) * worth(-middles[at : at + 5])
        for at in (0, 1)
    ]
    unit = risky.bands(steps).gain[0] / (pays[1] - pays[0])
    assert unit == pytest.approx(np.full(5, unit[0]), rel=1e-9)  # in one unit of money


def test_the_scale_of_costs_too_small_to_matter() -> None:
    game = ThresholdGame(contest(cost=ct.Power(40)), np.linspace(0.0, 1.0, 11))
    steps = np.diff(game.stations**40)
    assert game.scale == pytest.approx(np.maximum(steps, 1e-12 * game.stations[-1] ** 40), rel=1e-12)
    assert np.sum(game.scale > steps) == 5 and game.worth[-1] == pytest.approx(game.stations[-1] ** 40)


def test_awards_and_abilities_by_hand() -> None:
    game, steps = game_of("an award that rises")
    assert game.prizes[:, 0] == pytest.approx(0.3 + 0.5 * game.stations)
    below = np.cumsum(steps[0]) - steps[0] / 2
    below[0] = steps[0, 0] / 2
    kinds = 2.0 - np.cumsum(steps[0])[:-1]
    by_hand = np.diff(below * game.prizes[:, 0]) - kinds * np.diff(game.stations**2)
    assert game.bands(steps).gain[0] == pytest.approx(by_hand, rel=1e-10)
    able, _ = game_of("abilities")  # quality b + log(e) / 2 at the bid of ability zero
    kinds = np.array([0.1, 0.7])
    assert able.effort(0, np.array([0.4, 0.9]), kinds) == pytest.approx([0.4, 0.9] * np.exp(-2 * kinds))
    top = np.cumsum(steps[0])
    below = top - steps[0] / 2
    won = below**2 + 0.5 * 2 * below * (1 - below)
    won[0] = top[0] ** 2 / 3 + 0.5 * (top[0] - 2 * top[0] ** 2 / 3)
    by_hand = np.diff(won) - np.exp(-4 * top[:-1]) * np.diff(able.stations**2)
    assert able.bands(steps).gain[0] == pytest.approx(by_hand, rel=1e-9)
    assert able.reach() == pytest.approx(np.exp(2.0), rel=1e-5)  # e^2 = 1 for ability one


@pytest.mark.parametrize("name", GAMES)
def test_derivatives_of_gains_by_differences(name: str) -> None:
    game, steps = game_of(name)
    bands = game.bands(steps)
    classes, thresholds = bands.gain.shape
    levels = np.cumsum(steps, axis=1)
    hair = 1e-6
    for d in range(classes):
        for k in range(thresholds):
            ends = []
            for sign in (1.0, -1.0):
                moved = levels.copy()
                moved[d, k] += sign * hair
                shares = np.diff(np.hstack([np.zeros((classes, 1)), moved]), axis=1)
                ends.append(game.bands(shares).gain)
            slope = (ends[0] - ends[1]) / (2 * hair)
            known = np.zeros((classes, thresholds))
            known[:, k] = bands.same[:, d, k]
            if k > 0:
                known[:, k - 1] = bands.after[:, d, k - 1]
            if k < thresholds - 1:
                known[:, k + 1] = bands.before[:, d, k + 1]
            assert slope == pytest.approx(known, rel=1e-6, abs=1e-8)


# --- the path -----------------------------------------------------------------------------------------


def start_of(game: ThresholdGame) -> np.ndarray:
    guess = np.sqrt((np.arange(game.actions) + 0.5) / (game.actions - 0.5))
    return np.diff(np.hstack([[0.0], guess]))[None].repeat(len(game.counts), axis=0)


@pytest.mark.parametrize("name", ["values", "costs, two prizes", "two laws, three prizes", "a reserve"])
def test_the_end_of_the_path_is_an_equilibrium_of_the_game(name: str) -> None:
    top = ThresholdGame(GAMES[name], np.array([0.0, 1.0])).reach()
    low = 0.1 if name == "a reserve" else 0.0
    game = ThresholdGame(GAMES[name], np.linspace(low, top, 13))
    checked: list[int] = []
    found = follow(game, start_of(game), weight=1.0, check=lambda: checked.append(1))
    assert 0.0 < found.place <= 1e-4 and 10 < len(checked) < 150
    assert found.steps.sum(axis=1) == pytest.approx(np.ones(len(game.counts)))
    assert np.all(found.steps >= 0) and np.all(found.rough > 0)
    assert found.rough.sum(axis=1) == pytest.approx(np.ones(len(game.counts)))
    assert np.min(found.rough / start_of(game)) > 5e-3 > np.min(found.steps / start_of(game))
    gain = game.bands(np.maximum(found.steps, 1e-14)).gain / game.scale
    for shares, row in zip(found.steps, gain, strict=True):
        used = np.flatnonzero(shares > 0)
        for low_action, high_action in pairwise(used):
            # Between neighbouring actions that are taken the threshold type is indifferent.
            assert abs(row[low_action:high_action].sum()) < 2e-3
    # From the answer itself, or near it, the path is short.
    again = follow(game, found.rough, weight=0.3, check=lambda: None)
    assert np.cumsum(again.steps, axis=1) == pytest.approx(np.cumsum(found.steps, axis=1), abs=2e-3)


@pytest.mark.parametrize("name", ["values", "two laws, three prizes"])
def test_newton_squares_small_errors(name: str) -> None:
    game, steps = game_of(name)
    weight = np.broadcast_to(game.worth, steps.shape)
    place = _Place(steps, weight.copy())
    goal, barrier = _violation(game, place), steps * weight
    m = place.multipliers
    assert goal == pytest.approx(game.bands(steps).gain - m[:, :-1] + m[:, 1:])
    sizes = []
    for error in (1e-3, 1e-4):
        wave = error * np.cos(2.0 * np.arange(steps.shape[1])) * steps
        moved = _Place(steps + wave - wave.mean(axis=1, keepdims=True), weight * (1 + error))
        found = _newton(game, moved, barrier, goal)
        assert found.moved == 1.0 and 0.0 < found.missed < 100 * error
        off = np.abs(found.steps - steps).max(), np.abs(found.multipliers / weight - 1).max()
        assert found.steps.sum(axis=1) == pytest.approx(np.ones(len(steps)), abs=1e-12)
        sizes.append(max(off))
    assert sizes[1] < 0.02 * sizes[0] and sizes[0] < 1e-4
    far = _newton(game, _Place(steps, weight), 0.0 * barrier, -50.0 * np.ones(goal.shape))
    assert far.moved < 1.0 and np.all(far.steps > 0) and np.all(far.multipliers > 0)
    gone, less = steps.copy(), np.array(weight)
    gone[0, 2] = less[0, 2] = 0.0
    for multipliers in (weight, less):
        lost = _newton(game, _Place(gone, multipliers), barrier, goal)
        assert lost.missed == np.inf and lost.steps is gone and lost.multipliers is multipliers


def test_how_far_a_step_may_go() -> None:
    assert _room(np.array([1.0, 2.0]), np.array([-4.0, -1.0])) == 0.25
    assert _room(np.array([1.0, 2.0]), np.array([0.0, 1.0])) == np.inf


# --- bids ---------------------------------------------------------------------------------------------


def test_who_is_refused_bids_by_level() -> None:
    assert refuse_bids(contest()) is None and refuse_bids(contest(entry=ct.Reserve(0.1))) is None
    assert refuse_bids(contest(entry=ct.Invite(2))) is None
    assert refuse_bids(GAMES["abilities"]) is None and refuse_bids(GAMES["an award that rises"]) is None
    fee = ct.Fee(0.1)
    words = {
        f"entry is {fee!r}; ct.AllEnter() or ct.Reserve(quality) would work": contest(entry=fee),
        "private types, no noise and head starts; ct.Exact() and ct.Highest() would work": contest(
            success=ct.Highest(handicaps=[0.0, 0.1, 0.0])
        ),
        "types who are private may meet at the cap on effort; a cost without a cap would work": contest(
            cost=ct.Capped(ct.Linear(), at=0.2)
        ),
        "abilities give a head start without effort; output ct.Log() or private values would work": contest(
            contestants=ct.Private(2, ability=UNIFORM)
        ),
        "the award depends on a quality that is infinitely bad without effort; "
        "fixed prizes would work": contest(
            prizes=ct.QualityShare(base=1.0, share=0.3), technology=ct.Exact(output=ct.Log())
        ),
        "types follow more than 12 laws; fewer laws would work": contest(
            contestants=ct.Private(value=[stats.uniform(0, 1 + k) for k in range(13)])
        ),
    }
    for text, one in words.items():
        assert refuse_bids(one) == text
    twelve = contest(contestants=ct.Private(value=[stats.uniform(0, 1 + k) for k in range(12)]))
    assert refuse_bids(twelve) is None


def search_of(one: ct.Contest) -> Any:
    return types_bids._Search(one, Clock(9.0))


def test_grids_of_bids() -> None:
    search = search_of(contest())
    assert search.bids == pytest.approx(np.linspace(0.0, 1.0, 25), rel=1e-5) and not search.out_of_reach
    assert search.contestants == [0] and search_of(GAMES["two laws, three prizes"]).contestants == [0, 1]
    held = search_of(GAMES["a reserve"])
    assert held.bids[0] == pytest.approx(0.1) and held.low == held.bids[0]
    far = search_of(contest(entry=ct.Reserve(1.5)))
    assert far.out_of_reach and far.bids[[0, -1]] == pytest.approx([1.5, 1.515])
    # Halved where told; the lowest also at a sixteenth, an eighth and a quarter of its cost.
    search.bids = np.array([0.0, 0.4, 0.8, 1.0])
    search._halve(np.array([False, True, False]))
    assert search.bids.tolist() == pytest.approx([0.0, 0.4, 0.6, 0.8, 1.0])
    search.bids = np.array([0.0, 0.4, 0.8, 1.0])
    search._halve(np.array([True, False, True]))
    assert search.bids.tolist() == pytest.approx([0.0, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 0.9, 1.0])
    assert search._plain.tolist() == pytest.approx([0.0, 0.2, 0.4, 0.8, 0.9, 1.0])
    # Bids that nobody takes are left out, all but one; where that is most of them, a finer grid is laid.
    search.bids = np.linspace(0.0, 1.0, 11)
    levels = np.minimum(np.linspace(0.1, 1.4, 11), 1.0)[None]
    search._cut(levels, halve=False)
    assert search.bids == pytest.approx(np.linspace(0.0, 0.8, 9))
    search.bids = np.linspace(0.0, 1.0, 11)
    search._cut(np.minimum(np.linspace(0.5, 4.0, 11), 1.0)[None], halve=True)
    assert search.bids == pytest.approx(np.linspace(0.0, 0.3, 25))
    search.bids = np.linspace(0.0, 1.0, 11)
    search._cut(levels, halve=True)
    assert search.bids.size == 9 + 8 + 3
    search._cut(np.ones((2, 20)), halve=False)
    assert search.bids.size == 2


def test_deviations_that_pay_are_halved() -> None:
    search = search_of(contest())
    search.bids = np.linspace(0.0, 1.0, 21)
    profile = ct.Profile.symmetric(Monotone(types=UNIFORM, function=lambda v: 0.5 * v**2), 3)
    findings = deviations(search.contest, profile, [0], Clock(9.0))
    worst = max(findings, key=lambda one: one.gain)
    assert worst.gain > 1e-3
    search._lost = False
    big = [one for one in findings if one.gain >= 0.1 * worst.gain]
    chosen = np.zeros(20, dtype=bool)
    for one in big:
        ends = sorted([one.effort, one.deviation])
        place = np.clip(np.searchsorted(search.bids, ends) - 1, 0, 19)
        chosen[max(place[0] - 2, 0) : place[1] + 3] = True
    assert search.refine(findings)
    middles = np.linspace(0.025, 0.975, 20)[chosen]
    assert np.isin(np.round(middles, 12), np.round(search.bids, 12)).all()
    extra = 3 if chosen[0] else 0
    assert search.bids.size == 21 + chosen.sum() + extra
    # Beyond all bids the highest are halved.
    search.bids = np.linspace(0.0, 1.0, 21)
    assert search.refine([Finding(0.1, 0.0, 0, 1.2, 1.3, 0.0, 0.1, 0.7)])
    assert search.bids.tolist() == pytest.approx([*np.linspace(0, 0.85, 18), *np.linspace(0.875, 1, 6)])
    search._lost = True
    assert not search.refine(findings)
    search._lost, search.bids = False, np.linspace(0.0, 1.0, 901)
    assert not search.refine(findings)


def test_tables_of_levels_and_bids() -> None:
    game, _ = game_of("values")
    levels = np.array([0.2, 0.4, 0.6, 0.8, 1.0, 1.0])
    table, bids = types_bids._table(game, levels)
    # Middles of intervals from the first bid on, and a straight line to the top.
    middle = (BIDS[1:] + BIDS[:-1]) / 2
    assert table.tolist() == pytest.approx([0.0, 0.2, 0.2, 0.3, 0.5, 0.7, 1.0])
    assert bids[:6].tolist() == pytest.approx([0.0, 0.0, 0.1, *middle[:3]])
    slope = 0.2 / (middle[2] - middle[1])
    assert bids[6] == pytest.approx(np.clip(middle[2] + 0.3 / slope, BIDS[3], BIDS[4]))
    short, places = types_bids._table(game, np.array([0.5, 1.0, 1.0, 1.0, 1.0, 1.0]))
    assert short.tolist() == [0.0, 0.5, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0]
    assert places.tolist() == [0.0, 0.0, *BIDS]


def test_tables_become_strategies() -> None:
    """Nobody bids more than the best of the others do; contestants of one law do the same."""
    game, _ = game_of("two laws, three prizes")
    levels = np.array([[0.2, 0.4, 0.6, 0.8, 1.0, 1.0], [0.1, 0.3, 0.5, 0.7, 0.9, 1.0]])
    profile = types_bids._profile(game, levels)
    tables = [types_bids._table(game, row) for row in levels]
    assert [profile.strategy(i).types for i in range(3)] == [game.levels[c].law for c in (0, 1, 1)]
    tops = [bids[-1] for _, bids in tables]
    assert tops[0] < tops[1]
    for i, c in enumerate((0, 1, 1)):
        strategy: Any = profile.strategy(i)
        at = np.array([0.05, 0.15, 0.3, 0.77, 0.95, 1.0])
        bids = np.interp(at, tables[c][0], np.minimum(tables[c][1], tops[1]))
        assert strategy(game.levels[c].law.ppf(at)) == pytest.approx(bids)
        assert strategy.cuts.tolist() == tables[c][0].tolist() and strategy.scores_increase
    two = ThresholdGame(contest(contestants=ct.Private(value=TWO[:2])), BIDS)
    pair = types_bids._profile(two, levels)
    assert pair.strategy(1)(1.5) == pytest.approx(tops[0])  # no more than the best of the first
    dear, _ = game_of("costs, two prizes")
    alike = types_bids._profile(dear, levels[:1])
    assert alike.is_symmetric and alike.n == 4 and alike.strategy(0).scores_increase is False
    assert alike.strategy(3)(2.0 - 0.3) == pytest.approx(np.interp(0.3, *tables[0]))
    able, _ = game_of("abilities")
    bid = np.interp(0.3, *tables[0])
    assert types_bids._profile(able, levels[:1]).strategy(0)(0.3) == pytest.approx(bid * np.exp(-0.6))


def test_the_top_of_a_table() -> None:
    """The last interval is entered by a straight line through the middles before, within its own ends."""
    game, _ = game_of("values")
    for levels, top in (
        (np.array([0.1, 0.2, 0.98, 0.999, 1.0, 1.0]), BIDS[3]),  # steep: at its lower end at least
        (np.array([0.1, 0.5, 0.55, 0.6, 1.0, 1.0]), BIDS[4]),  # flat: at its upper end at most
        (np.array([0.1, 0.2, 0.3, 0.3, 1.0, 1.0]), BIDS[4]),
        (np.array([0.8, 0.85, 0.9, 0.95, 1.0, 1.0]), 0.35 + 0.075 / 0.4),
        (np.array([0.8, 0.85, 0.9, 0.95, 1.0 + 2e-15, 1.0]), 0.35 + 0.075 / 0.4),  # by rounding
    ):
        table, bids = types_bids._table(game, levels)
        assert bids[-1] == pytest.approx(top, rel=1e-12) and table.max() == table[-1] == 1.0
        assert np.all(np.diff(table) >= 0) and np.all(np.diff(bids) >= 0)


def test_rounds_on_finer_grids() -> None:
    """Bids double until there are enough to look at; then a round answers, near the closed form."""
    search = search_of(contest(2))
    sizes, profile = [search.bids.size], None
    while profile is None:
        profile = search.round()
        sizes.append(search.bids.size)
    assert sizes[0] == 25 and len(sizes) <= 5 and not search._lost and sizes[-2] > 60
    v = np.linspace(0.1, 0.95, 8)
    assert profile.strategy(0)(v) == pytest.approx(v**2 / 2, abs=2e-3)
    # The path is begun at the levels found before.
    levels = np.interp(v**2 / 2, *search._levels[0])
    assert levels == pytest.approx(v, abs=0.1)
    game, found = search._follow()
    assert found.place <= 1e-4 and game.bids is search.bids


def test_the_bid_of_an_ability() -> None:
    search = search_of(GAMES["abilities"])
    finding = Finding(0.1, 0.0, 0, 0.2, 0.3, 0.0, 0.1, 0.7)
    assert search._bid(0.2, finding) == pytest.approx(0.2 * np.exp(1.4))
    search.bids = np.linspace(0.0, 4.0, 41)
    assert search.refine([finding])  # bids of 0.81 and 1.22, and two intervals on either side
    assert search.bids.tolist() == pytest.approx(sorted([*np.linspace(0, 4, 41), *np.arange(0.65, 1.5, 0.1)]))


def test_bids_of_the_general_method_against_the_formula() -> None:
    """Two, values uniform: v^2 / 2; and with a reserve of 0.09: 0.09 + (v^2 - 0.09) / 2 from 0.3 on."""
    v = np.linspace(0.05, 1.0, 20)
    found = bids_by_level(contest(2), 1e-4, 0.05, Clock(9.0)).strategy(0)
    assert found(v) == pytest.approx(v**2 / 2, abs=3e-3)
    held = bids_by_level(contest(2, entry=ct.Reserve(0.09)), 1e-4, 0.05, Clock(9.0)).strategy(0)
    assert held(v) == pytest.approx(np.where(v < 0.3, 0.0, 0.09 + (v**2 - 0.09) / 2), abs=6e-3)
    for nothing in (contest(2, prizes=[1.0, 1.0]), contest(2, entry=ct.Reserve(1.5))):
        assert bids_by_level(nothing, 1e-4, 0.05, Clock(9.0)).strategy(0)(v).tolist() == [0.0] * 20


# --- replies ------------------------------------------------------------------------------------------


def lottery(**parts: Any) -> ct.Contest:
    usual = {"contestants": ct.Private(value=TWO), "prizes": 1.0, "success": ct.Lottery()}
    return ct.Contest(**{**usual, **parts})


def test_who_is_refused_replies() -> None:
    assert refuse_replies(lottery()) is None and refuse_replies(lottery(entry=ct.Invite(2))) is None
    fee = ct.Fee(0.1)
    assert refuse_replies(lottery(entry=fee)) == (
        f"entry is {fee!r}, types are private and success is random; ct.AllEnter() would work"
    )
    listed = FiniteTypeLottery(values_1=[1.0], values_2=[0.5, 1.0], joint=[[0.4, 0.6]])
    assert refuse_replies(listed) == (
        "the game does not say what law the types follow; a game with `type_law` would work"
    )
    trials = ct.Trials(stats.uniform(), whole=True)
    assert refuse_replies(lottery(success=ct.Highest(), technology=trials)) == (
        "types are private and efforts come in whole numbers; real numbers would work"
    )
    assert law_of(lottery(), 1) == lottery().contestants.law_of(1)  # type: ignore[attr-defined]
    assert law_of(listed, 0) is None

    class Own(FiniteTypeLottery):
        def type_law(self, i: int) -> Any:
            return "even"

    with pytest.raises(ct.InvalidPartError, match=r"^Game\.type_law must be"):
        law_of(Own(values_1=[1.0], values_2=[0.5, 1.0], joint=[[0.4, 0.6]]), 0)


def search_replies(one: Any, size: int = 12) -> Any:
    return types_replies._Search(one, size, Clock(9.0))


def test_grids_of_types() -> None:
    search = search_replies(lottery())
    assert search.members.tolist() == [0, 1, 1] and search.contestants == [0, 1] and search.best_high
    assert search.levels[[0, -1]].tolist() == [2e-4, 1 - 2e-4] and np.all(np.diff(search.levels) > 0)
    inside = (1 - np.cos(np.pi * (np.arange(12) + 0.5) / 12)) / 2
    assert search.levels[1:-1] == pytest.approx(inside)
    assert search.types[0] == pytest.approx(0.2 + search.levels)
    assert search.types[1] == pytest.approx(0.5 + search.levels)
    assert search.tops[0] == pytest.approx(search.types[0]) and search.scale[1] == pytest.approx(
        1.5, abs=1e-3
    )
    first = search.start(None)
    assert first[0] == pytest.approx(0.2 * search.types[0])
    profile = search.profile(first)
    assert profile.strategy(0)(search.types[0]) == pytest.approx(first[0])
    assert profile.strategy(2)(search.types[1]) == pytest.approx(first[1]) and profile.n == 3
    finer = search_replies(lottery(), 24).start(profile)
    assert finer[0] == pytest.approx(0.2 * (0.2 + search_replies(lottery(), 24).levels), rel=1e-9)
    dear = search_replies(lottery(contestants=ct.Private(2, cost=stats.uniform(1, 1))))
    assert not dear.best_high and dear.types[0] == pytest.approx(2.0 - dear.levels)
    assert dear.profile(dear.start(None)).strategy(1).scores_increase is False


def test_replies_are_the_best_of_all() -> None:
    """Against everybody at a fifth of her value, by SciPy's search; a rival at x has odds e / (e + x)."""
    search = search_replies(lottery(prizes=[1.0]))
    efforts = search.start(None)
    replies, worst = search.replies(efforts)
    share, weight = np.polynomial.legendre.leggauss(40)
    first, second = (0.2 * (low + (share + 1) / 2) for low in (0.2, 0.5))
    pairs = {0: (second, second), 1: (first, second)}
    gains = []
    for c, kinds in enumerate(search.types):
        total = np.add.outer(*pairs[c])
        sizes = np.outer(weight, weight) / 4

        def payoff(e: float, v: float, total: Any = total, sizes: Any = sizes) -> float:
            return float(v * np.sum(sizes * e / (e + total)) - e)

        for v, own, reply in zip(kinds, efforts[c], replies[c], strict=True):
            best = optimize.minimize_scalar(lambda e, v=v: -payoff(e, v), bounds=(0, v), method="bounded",
                                            options={"xatol": 1e-9})  # fmt: skip
            exact = best.x if -best.fun > 0 else 0.0
            assert reply == pytest.approx(exact, abs=2e-5)
            gains.append(payoff(float(reply), v) - payoff(own, v))
    assert worst == pytest.approx(max(gains), rel=1e-5)


class Plain(ct.Game):
    """Payoffs a type t gets whatever the rival does: t e - e^2 / 2, up to an effort of one."""

    n, stakes = 2, 1.0
    whole: Any = None

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        return np.asarray(type) * np.asarray(effort) - np.asarray(effort) ** 2 / 2

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.ones(np.shape(type))

    def effort_cost(self, i: Any, effort: Any, type: Any = None) -> Any:
        return np.asarray(effort, float) ** 2 / 2

    def type_nodes(self, i: int) -> Any:
        return np.linspace(-1.0, 2.0, 21)

    def type_law(self, i: int) -> Any:
        return stats.uniform(-1, 3)

    def actions(self, i: int) -> Any:
        return self.whole


def test_replies_at_either_end() -> None:
    """Types below zero do nothing, types above one all that is allowed: exactly, and in one round."""
    game = Plain()
    assert refuse_replies(game) is None
    search = search_replies(game)
    assert search.contestants == [0, 1] and search.members.tolist() == [0, 1] and search.best_high
    replies, gain = search.replies(search.start(None))
    types = search.types[1]
    assert replies[1] == pytest.approx(np.clip(types, 0.0, 1.0), abs=1e-9)
    assert np.all(replies[1][types < 0] == 0.0) and np.all(replies[1][types > 1] == 1.0)
    own = 0.2
    worst = max(t * r - r**2 / 2 - (t * own - own**2 / 2) for t, r in zip(types, replies[1], strict=True))
    assert gain == pytest.approx(worst, rel=1e-9)
    Plain.whole = np.arange(3.0)
    try:
        assert refuse_replies(Plain()) == (
            "types are private and efforts come in whole numbers; real numbers would work"
        )
    finally:
        Plain.whole = None


def test_replies_remember_six_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replies that cannot settle are left where the least is gained, after a dozen rounds."""
    kept: list[int] = []

    def astray(past: Any) -> Any:
        kept.append(len(past))
        return past[0][0]

    monkeypatch.setattr(types_replies, "_extrapolated", astray)
    search = search_replies(Plain())
    start = search.start(None)
    best = search.settle(start, 0.0)
    assert kept == [1, 2, 3, 4, 5, *[6] * (len(kept) - 5)] and len(kept) == 13
    assert not search.settled and best[0] == pytest.approx(start[0])
    assert search_replies(Plain()).settle(start, 10.0) is start
    # What did not settle is handed on, and not looked for on a finer grid.
    rough = replies_by_type(Plain(), 1e-9, 1e-9, Clock(9.0)).strategy(0)
    assert rough(np.array([0.5])) == pytest.approx([0.2])


def test_payoffs_that_do_not_bend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Plain, "payoff", lambda self, i, effort, profile, type: np.sign(type) * effort)
    search = search_replies(Plain())
    replies, gain = search.replies(search.start(None))
    assert replies[0].tolist() == (search.types[0] > 0).astype(float).tolist() and gain == pytest.approx(0.8)
    monkeypatch.setattr(Plain, "payoff", lambda self, i, effort, profile, type: 0.0 * (type + effort))
    replies, gain = search.replies(search.start(None))
    assert replies[0].tolist() == [0.0] * search.types[0].size and gain == 0.0


def test_extrapolation_ends_where_an_affine_map_does() -> None:
    rng = np.random.default_rng(2)
    matrix, shift = rng.normal(size=(3, 3)) * 0.15, rng.normal(size=3)
    fixed = np.linalg.solve(np.eye(3) - matrix, shift)
    past: list[Any] = []
    x = np.zeros(3)
    for turn in range(5):
        past.append((x, matrix @ x + shift - x))
        new = _extrapolated(past)
        if turn == 0:
            assert new == pytest.approx(0.6 * shift)
        x = new
    assert x == pytest.approx(fixed, abs=1e-9)
    # No further than four replies.
    near = [(np.zeros(1), np.ones(1)), (np.ones(1), np.array([0.999]))]
    assert _extrapolated(near) == pytest.approx([1.0 + 4 * 0.999])


def test_efforts_in_a_lottery_against_the_room() -> None:
    one = lottery(contestants=ct.Private(2, value=stats.uniform(1, 1)))
    exact, types = ct.solve(one).strategy(0), np.linspace(1.05, 1.95, 7)
    found = replies_by_type(one, 1e-7, 1e-2, Clock(9.0)).strategy(0)
    assert found(types) == pytest.approx(exact(types), rel=1e-3)


def test_equal_prizes_need_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(types_bids, "_Search", None)
    alike = bids_by_level(contest(2, prizes=[1.0, 1.0]), 1e-4, 0.05, Clock(9.0))
    assert alike.strategy(0)(np.array([0.2, 0.9])).tolist() == [0.0, 0.0]
    for other in (contest(2, prizes=[1.0, 1.0], entry=ct.Reserve(0.2)), contest(2)):
        with pytest.raises(TypeError):  # these do
            bids_by_level(other, 1e-4, 0.05, Clock(9.0))


def test_too_few_rounds_end_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(types_bids, "_ROUNDS", 1)
    with pytest.raises(ConvergenceError) as caught:
        bids_by_level(contest(2), 1e-4, 0.05, Clock(9.0))
    assert str(caught.value) == ("No equilibrium of the discretised game was found; other parts would work.")
    monkeypatch.setattr(types_replies, "_SIZES", ())
    with pytest.raises(ConvergenceError) as caught:
        replies_by_type(lottery(), 1e-4, 0.05, Clock(9.0))
    assert str(caught.value) == ("No efforts by type were found from which to go on; other parts would work.")


def test_the_best_of_what_was_found_is_kept_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock strikes after the first profile: it is handed on, not lost."""
    looked: list[float] = []

    def once(*parts: Any) -> Any:
        if looked:
            raise OutOfTimeError("late")
        looked.append(1.0)
        return deviations(*parts)

    for module, method, one in (
        (types_bids, bids_by_level, contest(2)),
        (types_replies, replies_by_type, lottery(contestants=ct.Private(2, value=stats.uniform(1, 1)))),
    ):
        looked.clear()
        monkeypatch.setattr(module, "deviations", once)
        profile = method(one, 1e-13, 1e-13, Clock(9.0))
        assert looked == [1.0] and profile.n == 2
        assert 0.1 < profile.strategy(0).mean() < 0.6


def test_short_of_time_there_is_nothing() -> None:
    for method, one in ((bids_by_level, contest()), (replies_by_type, lottery())):
        with pytest.raises(ConvergenceError, match="seconds of work"):
            method(one, 1e-4, 1e-2, Clock(0.0))
