"""Alike contestants in any game, and the rooms that hand a game on: each piece against payoffs written here.

The marginal payoff at equal efforts is scripted, so that its falls are known; a success function of one's
own in difference form (Hirshleifer 1989) has the slope a (n - 1) / n^2 in closed form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.plan import PlanGame
from contests.profile import Profile
from contests.solvers import general_types, identical_direct, plans, symmetric_any
from contests.solvers.actions import Clock
from contests.solvers.symmetric_any import symmetric_efforts
from contests.solving import Candidate

Array = Any


class Alike(ct.Game):
    """Three alike contestants whose marginal payoff at equal efforts is given, as payoffs or as slopes."""

    n = 3
    stakes = 1.0
    is_symmetric = True
    asked: list[float]

    def __init__(self, slope: Callable[[float], float], payoff: Any = None, top: float = 2.0) -> None:
        self.slope, self.pays, self.top, self.asked = slope, payoff, top, []

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        assert i == 0
        return self.pays(np.asarray(effort, float), profile.strategy(1).mean())

    def marginal_payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        assert (i, profile.n) == (0, 3)
        everybody = [profile.strategy(k).mean() for k in range(3)]
        assert everybody == [float(effort)] * 3
        self.asked.append(float(effort))
        return None if self.pays is not None else np.asarray(self.slope(float(effort)))

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.asarray(self.top)


def falls(*roots: float) -> Callable[[float], float]:
    """Positive at first, with these roots; small, as what is paid may be."""
    return lambda e: float(-1e-3 * np.prod([e - root for root in roots]) * (-1.0) ** (len(roots) - 1))


@pytest.mark.parametrize(
    ("roots", "found"),
    [
        ((0.3,), [0.3]),
        ((0.3, 0.5, 0.9), [0.3, 0.9]),
        ((0.3, 0.37, 0.45), [0.3, 0.45]),  # steps of 0.175 in logs tell them apart
        ((1e-4, 6e-4, 0.01, 0.02, 1.1), [1e-4, 0.01, 1.1]),
        ((1e-10,), [1e-10]),
        ((2.0 * np.exp(-39.9),), [2.0 * np.exp(-39.9)]),
        ((2.0 * np.exp(-40.1),), []),
        ((2.0 * np.exp(0.69),), [2.0 * np.exp(0.69)]),
        ((2.0 * np.exp(0.71),), [2.0]),  # it still pays at twice what is worth while
        ((0.3, 0.5), [0.3, 2.0]),
    ],
)
def test_where_the_marginal_payoff_falls_through_zero(roots: Any, found: list[float]) -> None:
    game = Alike(falls(*roots))
    if len(roots) == 2:
        game = Alike(lambda e: 1e-3 * (e - 0.3) * (e - 0.5))
    assert symmetric_efforts(game) == pytest.approx(found, rel=1e-9)
    candidate = symmetric_any.SOLVER.solve(game)
    assert candidate.selection == "symmetric; others may exist"
    assert candidate.profile.n == 3
    assert candidate.profile.strategy(2).mean() == pytest.approx(found[-1] if found else 0.0, rel=1e-9)


def test_what_is_asked_for() -> None:
    """From e^-40 of what is worth while in steps of 3/2, from e^-7 of it in steps of .175, to twice of it."""
    game = Alike(lambda e: -1.0)
    assert symmetric_efforts(game) == []
    logs = np.log(np.array(game.asked) / 2.0)
    assert len(logs) == 67
    assert logs[[0, 21, 22, 66]] == pytest.approx([-40.0, -8.5, -7.0, 0.7])
    assert np.diff(logs) == pytest.approx([1.5] * 22 + [0.175] * 44)


def test_slopes_of_nothing() -> None:
    """Zero is no reason for more effort: not where it begins, not at the end; a fall to it is one."""
    assert symmetric_efforts(Alike(lambda e: 0.0)) == []
    assert symmetric_efforts(Alike(lambda e: 0.0 if e < 0.5 else -1.0)) == []
    assert 0.5 <= symmetric_efforts(Alike(lambda e: max(0.5 - e, 0.0)))[-1] < 0.6
    for top in (0.0, -1.0):
        nothing = Alike(lambda e: 1.0, top=top)
        assert symmetric_efforts(nothing) == [] and nothing.asked == []
    small = Alike(lambda e: 1.0 - 40.0 * e, top=0.05)
    assert symmetric_efforts(small) == pytest.approx([0.025])


def test_slopes_from_payoffs() -> None:
    """Five efforts within two thousandths of one's own: exact for payoffs of the fourth degree."""

    def payoff(own: Array, rival: float) -> Array:
        return 0.2 * own - own**4 * rival / 8 - own * rival**2 * 0.1 + 3.0

    # At equal efforts .2 - e^4 / 2 - e^2 / 10 = 0.
    exact = np.sqrt((-0.1 + np.sqrt(0.01 + 0.4)) / 1.0)
    game = Alike(lambda e: np.nan, payoff, top=1.0)
    assert symmetric_efforts(game) == pytest.approx([exact], rel=1e-9)
    asked: list[Array] = []

    def watched(own: Array, rival: float) -> Array:
        asked.append(own / rival)
        return payoff(own, rival)

    symmetric_efforts(Alike(lambda e: np.nan, watched, top=1.0))
    assert np.array(asked) == pytest.approx(np.tile([0.998, 0.999, 1.001, 1.002], (len(asked), 1)), abs=1e-12)


class Discrete(Alike):
    def actions(self, i: Any) -> Any:
        return np.array([0.0, 1.0]) if i == 0 else None


class Plans(PlanGame):
    n = 2
    stakes = 1.0
    is_symmetric = True


class Own(ct.Contest):
    """A contest with something of its own."""


TOURNAMENT: dict[str, Any] = {
    "contestants": ct.Identical(3),
    "prizes": 1.0,
    "technology": ct.Additive(stats.norm()),
    "cost": ct.Power(2),
}
AVERSE = {**TOURNAMENT, "contestants": ct.Identical(3, utility=ct.CARA(1.0))}


def test_who_is_taken_as_alike() -> None:
    refuses = symmetric_any.SOLVER.refuses
    assert refuses(Alike(lambda e: 1.0)) is None
    differ = "contestants differ, or the game does not say that they are alike"
    assert refuses(ct.Contest(**{**TOURNAMENT, "contestants": ct.Known(cost=[1.0, 2.0])})) == differ

    class Silent(Alike):
        is_symmetric = False

    assert refuses(Silent(lambda e: 1.0)) == differ
    assert refuses(Plans()) == "contestants choose several efforts at once"
    assert refuses(Discrete(lambda e: 1.0)) == "efforts are discrete"
    assert refuses(ct.Contest(**AVERSE)) is None
    assert refuses(ct.Contest(**AVERSE, entry=ct.Invite(2))) is None
    assert refuses(ct.Contest(**AVERSE, entry=ct.Fee(0.1))) == (
        "entry is Fee(0.1); ct.AllEnter() or ct.Invite(k) would work"
    )
    own = "a plain contest of risk-neutral contestants has a room of its own"
    assert refuses(ct.Contest(**TOURNAMENT)) == own
    assert refuses(Own(**TOURNAMENT)) is None
    private = ct.Contest(**{**TOURNAMENT, "contestants": ct.Private(3, value=stats.uniform(1, 1))})
    assert refuses(private) == "contestants have private types; identical ones would work"
    certain = "ranks are certain; a shock or judging error would work"
    assert refuses(ct.Contest(**{**AVERSE, "technology": ct.Exact()})) == certain
    assert refuses(ct.Contest(**{**AVERSE, "technology": ct.Exact(), "success": Difference()})) == certain


class Difference(ct.Success):
    """Chances in difference form: exp(10 q_i) over the sum."""

    def win_probabilities(self, quality: Any) -> Any:
        score = np.exp(10.0 * (quality - quality.max(axis=-1, keepdims=True)))
        return score / score.sum(axis=-1, keepdims=True)


def direct(n: int, **parts: Any) -> ct.Contest:
    return ct.Contest(
        **{
            "contestants": ct.Identical(n),
            "prizes": 1.0,
            "success": Difference(),
            "cost": ct.Power(2, scale=10.0),
            **parts,
        }
    )


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize("money", [1.0, 1e9])
def test_chances_in_difference_form(n: int, money: float) -> None:
    """10 V (n - 1) / n^2 = 2 * 10 e."""
    found = identical_direct.SOLVER.solve(direct(n, prizes=money, cost=ct.Power(2, scale=10.0 * money)))
    assert found.selection == "symmetric; others may exist"
    assert found.profile.n == n
    assert found.profile.strategy(n - 1).mean() == pytest.approx((n - 1) / n**2 / 2, rel=1e-8)


def test_chances_that_are_not_worth_an_effort() -> None:
    """A marginal cost above 10 (n - 1) / n^2 = 2.5 is too much for two, one below it is not."""
    for cost, works in ((2.6, False), (2.4, True)):
        found = identical_direct.SOLVER.solve(direct(2, cost=ct.Linear(cost)))
        assert (found.profile.strategy(0).mean() > 0) == works


def test_who_is_taken_where_chances_are_given() -> None:
    refuses = identical_direct.SOLVER.refuses
    assert refuses(direct(3)) is None
    assert refuses(direct(3, entry=ct.Invite(2))) is None
    assert (
        refuses(direct(3, entry=ct.Fee(0.1))) == "entry is Fee(0.1); ct.AllEnter() or ct.Invite(k) would work"
    )
    assert refuses(Alike(lambda e: 1.0)) == "takes contests made of parts (ct.Contest)"
    assert refuses(ct.Contest(**TOURNAMENT)) == "success is a race, which has rooms of its own"
    assert (
        refuses(direct(2, contestants=ct.Known(cost=[1.0, 2.0])))
        == "contestants differ; identical ones would work"
    )


def test_the_candidate_of_a_game() -> None:
    """Whoever brings one is taken, and it is handed on as it is."""
    candidate = Candidate(profile=Profile.pure([0.1, 0.2]), selection="mine")

    class Bringing(Alike):
        def candidate(self) -> Candidate:
            return candidate

    refuses = plans.SOLVER.refuses
    assert refuses(Bringing(lambda e: 1.0)) is None
    assert refuses(Alike(lambda e: 1.0)) == "Alike brings no candidate of its own"
    assert plans.SOLVER.solve(Bringing(lambda e: 1.0)) is candidate


class Late(Alike):
    """Sixty contestants, one of whom has a type."""

    n = 60

    def __init__(self, who: int) -> None:
        self.who = who

    def type_nodes(self, i: Any, sides: Any = None) -> Any:
        return (np.array([0.5]), np.array([1.0])) if i == self.who else None


def test_who_has_types() -> None:
    """Asked of the first fifty: more are never all of kinds of their own."""
    assert not general_types.has_types(Alike(lambda e: 1.0))
    assert [general_types.has_types(Late(who)) for who in (0, 7, 49, 50)] == [True, True, True, False]


PRIVATE = ct.Private(2, value=stats.uniform(1, 1))
SHOCKS = ct.Contest(**{**TOURNAMENT, "contestants": PRIVATE})
AUCTION = ct.Contest(contestants=PRIVATE, prizes=1.0)


def test_which_method_takes_which_types(monkeypatch: pytest.MonkeyPatch) -> None:
    """Certain ranks are for bids by level, all else for replies by type, with all that was asked."""
    monkeypatch.setattr(general_types, "refuse_bids", lambda game: ("bids", game))
    monkeypatch.setattr(general_types, "refuse_replies", lambda game: ("replies", game))
    monkeypatch.setattr(general_types, "bids_by_level", lambda *given: ("bids", *given))
    monkeypatch.setattr(general_types, "replies_by_type", lambda *given: ("replies", *given))
    refuses: Any = general_types.refuse_types
    clock = Clock(1.0)
    assert refuses(AUCTION) == ("bids", AUCTION)
    assert refuses(SHOCKS) == ("replies", SHOCKS)
    own = Alike(lambda e: 1.0)
    assert refuses(own) == ("replies", own)
    known = ct.Contest(contestants=ct.Known(value=[1.0, 2.0]), prizes=1.0)
    assert refuses(known) == ("replies", known)
    plain = direct(2)
    assert refuses(plain)[1] is plain
    for game, method in ((AUCTION, "bids"), (SHOCKS, "replies"), (own, "replies"), (plain, "replies")):
        found: Any = general_types.strategies_by_type(game, 1e-3, 1e-2, clock)
        assert found[:1] + found[2:] == (method, 1e-3, 1e-2, clock) and found[1] is game
