"""How findings become a certificate, by hand; and profiles that are no equilibria, which must all fail.

Routes: findings made up and added by hand; payoffs that are not numbers, at one effort or everywhere; the
best reply of textbook contests in closed form (Tullock's lottery, rank-order tournaments under uniform
shocks, the all-pay auction), each disturbed by a per cent, for one contestant, one type or one bid only.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.certificate import Certificate, _of_subgame, certify, gathered
from contests.deviations import Finding
from contests.game import Game
from contests.solving import _stopped_short

EACH = 33 + 19 + 12 + 19 + 40  # deviations tried from one effort: see `grid_of`, and Newton's method


def finding(gain: float, gap: float, who: int, type: float | None = None) -> Finding:
    return Finding(gain, gap, who, 1.0 + who, 2.0 + who, 3.0 + who, 4.0 + who, type)


def together(
    *findings: Finding, stakes: float = 2.0, gain: float = 1e-8, effort: float = 1e-6
) -> Certificate:
    return gathered(list(findings), 17, "by hand", stakes, gain_tolerance=gain, effort_tolerance=effort)


def test_the_largest_gain_and_the_largest_gap_whoever_has_them() -> None:
    found = together(finding(0.2, 0.1, 0), finding(0.6, 0.05, 1, 0.7), finding(0.4, 0.3, 2))
    assert asdict(found) == {
        "max_gain": 0.3,
        "effort_gap": 0.3,
        "gain_tolerance": 1e-8,
        "effort_tolerance": 1e-6,
        "contestant": 1,
        "effort": 2.0,
        "deviation": 3.0,
        "payoff": 4.0,
        "deviation_payoff": 5.0,
        "type": 0.7,
        "evidence": "by hand",
        "checked": 17,
    }
    # Where no gain is beyond what is allowed, who is farthest from her best reply is shown.
    calm = together(finding(0.2, 0.1, 0), finding(0.6, 0.05, 1), finding(0.4, 0.3, 2, 0.9), gain=0.31)
    assert (calm.contestant, calm.type, calm.max_gain) == (2, 0.9, 0.3)


def test_a_gain_of_exactly_what_is_allowed_is_allowed() -> None:
    pair = finding(0.5, 0.1, 0), finding(0.0, 0.2, 1)
    at = together(*pair, gain=0.25, effort=0.2)
    assert at.passed and at.contestant == 1
    below = together(*pair, gain=0.2499, effort=0.2)
    assert not below.passed and below.contestant == 0
    assert not together(*pair, gain=0.25, effort=0.1999).passed


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_payoff_that_is_not_a_number_is_no_equilibrium(place: int) -> None:
    """Whoever's it is, before or after those who gain nothing: NaN is not larger than zero, yet it counts."""
    findings = [finding(0.0, 0.0, k) for k in range(3)]
    findings[place] = finding(math.nan, 0.0, place, 0.4)
    found = together(*findings)
    assert math.isnan(found.max_gain) and not found.passed and found.contestant == place
    assert found.explain() == (
        f"payoffs of contestant {place} of type 0.4 are not numbers, so that nothing is known of what she "
        "could gain"
    )
    assert not together(*findings, stakes=0.0).passed
    findings[place] = finding(0.0, math.nan, place)
    found = together(*findings)
    assert math.isnan(found.effort_gap) and not found.passed and found.contestant == place


def test_no_tolerance_is_advised_where_payoffs_are_not_known() -> None:
    unknown = together(finding(math.nan, 0.0, 0))
    assert _stopped_short("spread", unknown) == (
        "The solver 'spread' stopped where payoffs of contestant 0 are not numbers, so that nothing is "
        "known of what she could gain."
    )
    assert _stopped_short("spread", together(finding(2.4e-5, 0.0, 0))).endswith(
        "Ask for gain_tolerance=2e-05 to accept them, or for on_fail='return'."
    )


def test_nothing_to_win_makes_any_gain_infinite() -> None:
    assert together(finding(0.0, 0.0, 0), stakes=0.0).max_gain == 0.0
    assert together(finding(1e-30, 0.0, 0), stakes=0.0).max_gain == math.inf
    assert together(finding(1e-30, 0.0, 0), stakes=1e-30).max_gain == 1.0


def test_the_worst_of_a_subgame_in_money() -> None:
    inner = together(finding(0.6, 0.05, 1, 0.7), finding(0.0, 0.3, 0))
    assert _of_subgame(inner, 5.0) == Finding(0.3 * 5, 0.3, 1, 2.0, 3.0, 4.0, 5.0, 0.7)
    assert _of_subgame(together(finding(0.0, 0.0, 0)), 5.0).gain == 0.0
    # Effort where there is nothing to win is an infinite gain, not infinity times zero.
    assert _of_subgame(together(finding(1e-9, 0.0, 0), stakes=0.0), 0.0).gain == math.inf
    assert _of_subgame(together(finding(0.0, 0.0, 0), stakes=0.0), 0.0).gain == 0.0
    assert math.isnan(_of_subgame(together(finding(math.nan, 0.0, 0)), 5.0).gain)


class Peaks(Game):
    """Everybody has a best effort of her own, whatever the others do; at some efforts payoffs may be NaN."""

    def __init__(self, tops: list[float], **said: Any) -> None:
        self.n, self.tops, self.said = len(tops), np.array(tops), said

    @property
    def stakes(self) -> float:
        return float(self.said.get("stakes", 1.0))

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        effort = np.asarray(effort, float)
        steep = self.said.get("steep", np.ones(self.n))
        value = 1.0 - steep[i] * (effort - self.tops[i]) ** 2
        low, high = self.said.get("hole", (np.inf, np.inf)) if i == self.n - 1 else (np.inf, np.inf)
        return np.where((effort > low) & (effort < high), np.nan, value)

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.full(np.shape(i), 3.0)

    def subgames(self, profile: Any) -> Any:
        return self.said.get("subgames", ())


@pytest.mark.parametrize("hole", [(2.4, 2.6), (0.0, 1e-5), (1.4999, 1.5001), (-1.0, 9.0)], ids=str)
def test_a_hole_in_a_payoff_is_noticed_wherever_it_is(hole: tuple[float, float]) -> None:
    """The last of three is the one whose payoff is not known: far off, near zero, at her effort, anywhere."""
    tops = [1.0, 1.2, 1.5]
    assert certify(Peaks(tops), tops).passed
    found = certify(Peaks(tops, hole=hole), tops)
    assert not found.passed and math.isnan(found.max_gain) and found.contestant == 2
    played = Peaks(tops, hole=hole).profile(tops)
    outer = certify(Peaks([1.0], subgames=[(Peaks(tops, hole=hole), played)]), 1.0)
    assert not outer.passed and math.isnan(outer.max_gain)


def test_tolerances_say_who_is_shown_in_a_subgame_too() -> None:
    """One gains 1e-4; another gains next to nothing and is far from her best: who is shown depends."""
    inner = Peaks([1.0, 1.0], steep=np.array([1e-9, 1.0]))
    outer = Peaks([1.0], subgames=[(inner, inner.profile([0.5, 0.99]))])
    assert certify(outer, 1.0).contestant == 1
    calm = certify(outer, 1.0, gain_tolerance=1e-3)
    assert calm.contestant == 0 and calm.effort == 0.5


def test_how_many_deviations_were_tried() -> None:
    tops = [1.0, 1.2, 1.5]
    assert certify(Peaks(tops), tops).checked == 3 * EACH
    inner = Peaks(tops[:2])
    pair = [(inner, inner.profile(tops[:2]))] * 2
    assert certify(Peaks([1.0], subgames=pair), 1.0).checked == 5 * EACH


def test_as_many_as_may_differ_are_checked_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from contests import certificate

    monkeypatch.setattr(certificate, "_MOST", 3)
    assert certify(Peaks([1.0, 1.1, 1.2]), [1.0, 1.1, 1.2]).passed
    with pytest.raises(ct.UnsolvableError, match=r"^4 contestants who differ cannot be checked one by one"):
        certify(Peaks([1.0] * 4), [1.0] * 4)


def test_many_who_differ_are_bounded_and_some_of_them_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three marginal payoffs each, and the grid of three of fifty; a gain of anybody's is seen."""
    from contests import certificate

    monkeypatch.setattr(certificate, "_MANY", 48)
    values = np.linspace(1.0, 1.0001, 50)
    contest = ct.Contest(contestants=ct.Known(value=values), prizes=1.0, success=ct.Lottery())
    solved = ct.solve(contest)
    found = certify(contest, solved.effort)
    marks = contest.landmarks(0, contest.profile(solved.effort)).size
    assert found.passed and found.checked == 3 * 50 + 3 * (EACH + marks)
    efforts = solved.effort.copy()
    efforts[7] *= 1.01  # not one of those looked at
    worse = certify(contest, efforts)
    assert not worse.passed and worse.effort_gap == pytest.approx(0.01 / 1.01, rel=0.05)


class Typed(Peaks):
    """The best effort is the type; who plays says nothing of laws unless it is asked to."""

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        return 1.0 - (np.asarray(effort, float) - type) ** 2

    def type_nodes(self, i: int) -> Any:
        return np.array([0.2, 0.5, 0.9])


@pytest.mark.parametrize("contestants", [None, ["Ann", "Bob"]], ids=["none", "names"])
def test_types_of_a_game_that_says_nothing_of_their_law(contestants: Any) -> None:
    """Any strategy of types will do: the game's own nodes are what is checked."""
    game = Typed([1.0, 1.0])
    if contestants is not None:
        game.contestants = contestants  # type: ignore[attr-defined]
    own = ct.Monotone(types=stats.uniform(), function=lambda t: np.asarray(t, float))
    found = certify(game, own)
    assert found.passed and found.checked == 2 * 3 * EACH
    off = certify(game, ct.Monotone(types=stats.uniform(), function=lambda t: 1.01 * np.asarray(t, float)))
    assert off.effort_gap == pytest.approx(0.01 / 1.01, rel=1e-6) and off.type in (0.2, 0.5, 0.9)


def test_each_contestant_has_a_law_of_her_own() -> None:
    """Strategies in their places are looked at; the second contestant's in the first's place is refused."""
    laws = [stats.uniform(0, 1), stats.uniform(0, 2)]
    contest = ct.Contest(contestants=ct.Private(value=laws), prizes=1.0)
    bids = [ct.Monotone(types=law, function=lambda t: 0.1 * np.asarray(t, float)) for law in laws]
    assert not certify(contest, bids).passed
    with pytest.raises(
        ct.InvalidPartError, match=r"a strategy of contestant 1's types, stats.uniform\(scale"
    ):
        certify(contest, [bids[0], bids[0]])


class Plans(ct.PlanGame):
    """Two contestants, each with a best plan of her own."""

    n, stakes = 2, 1.0

    def plan_payoff(self, i: Any, plans: Any, profile: Any) -> Any:
        assert profile.strategy(0).parts == (0.5, 1.0)
        return 1.0 - ((np.asarray(plans) - [[0.5, 1.0], [0.3, 0.6]][i]) ** 2).sum(axis=-1)

    def largest_plan(self, i: Any) -> Any:
        return np.array([2.0, 2.0])


def test_the_plan_of_each_contestant() -> None:
    game, right = Plans(), [ct.Plan(1.5, parts=(0.5, 1.0)), ct.Plan(0.9, parts=(0.3, 0.6))]
    assert certify(game, right).passed
    found = certify(game, [right[0], ct.Plan(0.9, parts=(0.303, 0.6))])
    assert not found.passed and found.contestant == 1 and found.max_gain == pytest.approx(9e-6, rel=1e-6)


def test_one_row_with_every_field() -> None:
    pandas = pytest.importorskip("pandas")
    found = together(finding(0.6, 0.05, 1, 0.7))
    table = found.to_frame()
    assert isinstance(table, pandas.DataFrame) and table.shape[0] == 1
    row = table.iloc[0].to_dict()
    assert row == found.to_dict()
    assert row["max_gain"] == 0.3 and row["type"] == 0.7 and not row["passed"]
    assert row["explanation"] == found.explain()


# --- profiles that are no equilibria -------------------------------------------------------------------

LOTTERY = ct.Contest(
    contestants=ct.Known(value=[3.0, 2.0, 1.8]), prizes=1.0, success=ct.Lottery(), cost=ct.Linear(0.5)
)
UNIFORM = ct.Contest(  # effort V f / c' with f = 1 / (2 a): the loser's slope is the winner's, turned round
    contestants=ct.Identical(2), technology=ct.Additive(stats.uniform(-2, 4)), cost=ct.Power(2), prizes=4.0
)
BIDS = ct.Contest(contestants=ct.Identical(3), prizes=2.0)
VALUES = ct.Contest(contestants=ct.Private(3, value=stats.uniform()), prizes=1.0)


def share_efforts(values: list[float], cost: float) -> list[float]:
    """All active (Stein 2002): E = (n - 1) / (sum of c / v), e_i = E (1 - E c / v_i)."""
    total = (len(values) - 1) / sum(cost / v for v in values)
    return [total * (1 - total * cost / v) for v in values]


@pytest.mark.parametrize("who", [0, 1, 2])
@pytest.mark.parametrize("factor", [0.99, 1.01])
def test_a_per_cent_of_one_contestant_is_noticed(who: int, factor: float) -> None:
    efforts = share_efforts([3.0, 2.0, 1.8], 0.5)
    right = certify(LOTTERY, efforts)
    assert right.passed and right.effort_gap < 1e-12
    efforts[who] *= factor
    wrong = certify(LOTTERY, efforts)
    # She moved by a per cent; the others' best replies move by less.
    assert not wrong.passed and wrong.contestant == who
    total = sum(efforts) - efforts[who]
    reply = math.sqrt(total * [3.0, 2.0, 1.8][who] / 0.5) - total
    assert wrong.effort_gap == pytest.approx(abs(efforts[who] - reply) / efforts[who], rel=1e-6)


@pytest.mark.parametrize("factor", [0.0, 0.5, 0.99, 1.0, 1.01, 2.0])
@pytest.mark.parametrize("money", [1e-9, 1.0, 1e9])
def test_a_tournament_under_uniform_shocks(factor: float, money: float) -> None:
    """Lazear and Rosen 1981: V g(0) = c'(e), and g(0) = 1 / 4 is the density of the difference at zero."""
    contest = UNIFORM.replace(prizes=4.0 * money, cost=ct.Power(2, scale=money))
    found = certify(contest, 0.5 * factor)
    assert found.passed is (factor == 1.0)
    if factor in (0.99, 1.01):
        assert 0.005 < found.effort_gap < 0.02


@pytest.mark.parametrize("change", [0.99, 1.01])
def test_a_mixture_that_bids_a_per_cent_too_much_or_too_little(change: float) -> None:
    """Three bidders for a prize of two (Baye, Kovenock and de Vries 1996): F(b) = sqrt(b / 2)."""
    levels = np.linspace(0.0, 1.0, 400)
    exact = ct.solve(BIDS).strategy(0)
    assert exact.cdf(0.5) == pytest.approx(0.5, rel=1e-9)
    assert certify(BIDS, exact).passed
    wrong = certify(BIDS, ct.Mixed(efforts=2 * change * levels**2, levels=levels))
    assert not wrong.passed and wrong.max_gain > 1e-3


def bids_of(change: Any) -> ct.Monotone:
    """Values uniform on [0, 1], three bidders: 2 v^3 / 3 (Krishna and Morgan 1997), changed by a factor."""
    return ct.Monotone(
        types=stats.uniform(), function=lambda t: 2 / 3 * np.asarray(t, float) ** 3 * change(np.asarray(t))
    )


@pytest.mark.parametrize(
    "change",
    [lambda t: 0.99, lambda t: np.where(t > 0.9, 1.01, 1.0), lambda t: 1 + 0.01 * t],
    ids=["down", "the best", "tilted"],
)
def test_private_values_who_bid_a_per_cent_off(change: Any) -> None:
    found = certify(VALUES, bids_of(change))
    assert not found.passed and found.effort_gap > 1e-3


def test_private_values_who_bid_right() -> None:
    assert certify(VALUES, bids_of(lambda t: 1.0)).passed


def test_strategies_of_other_peoples_types_are_refused() -> None:
    other = ct.Monotone(types=stats.uniform(0, 2), function=lambda t: 0.1 * np.asarray(t, float))
    with pytest.raises(ct.InvalidPartError) as refusal:
        certify(VALUES, other)
    assert str(refusal.value) == (
        "profile must be a strategy of contestant 0's types, stats.uniform(), not stats.uniform(scale=2.0). "
        "Solve the contest itself, or write the strategy as ct.Monotone over its law."
    )
