"""Reserves on random quality: which efforts are tried and in which order, with payoffs given.

Marginal payoffs, replies and certificates are scripted, so that what must come out is known beforehand; what
they are in a contest is in `test_reserve_and_shock_by_hand.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests import certificate
from contests.profile import Profile
from contests.solvers import entry_standard
from contests.solvers.entry_standard import _alike, _different, _Replies

Array = Any


class Alike:
    """Three alike contestants whose marginal payoff at equal efforts is given."""

    n = 3

    def __init__(self, slope: Callable[[float], float], top: float = 2.0, end: float = np.inf) -> None:
        self.slope, self.top, self.cost = slope, top, SimpleNamespace(domain=(0.0, end))
        self.asked: list[float] = []

    def largest_effort(self, i: int) -> float:
        assert i == 0
        return self.top

    def marginal_payoff(self, i: int, effort: float, profile: Profile) -> Array:
        assert i == 0 and profile.n == 3
        assert [profile.strategy(k).mean() for k in range(3)] == [effort] * 3
        self.asked.append(effort)
        return np.asarray(self.slope(effort))


def judged(monkeypatch: pytest.MonkeyPatch, good: Callable[[Array], bool]) -> list[Array]:
    """Certificates that pass where ``good`` says; the efforts they were asked for."""
    asked: list[Array] = []

    def certify(game: Any, profile: Profile) -> Any:
        asked.append(profile.efforts())
        return SimpleNamespace(passed=good(profile.efforts()))

    monkeypatch.setattr(certificate, "certify", certify)
    return asked


def falls(*roots: float) -> Callable[[float], float]:
    """Small, below zero at last, with these roots."""
    return lambda e: float(-1e-3 * np.prod([e - root for root in roots]))


ONE, TWO = "symmetric; others may exist", "the largest of 2 symmetric ones"


@pytest.mark.parametrize(
    ("roots", "tried", "words"),
    [
        ((0.3,), [0.3, 0.0], ONE),
        ((0.3, 0.5, 0.9), [0.9, 0.3, 0.0], TWO),
        ((0.3, 0.37, 0.45), [0.45, 0.3, 0.0], TWO),  # logs in steps of a sixth tell them apart
        ((1e-3, 0.01, 0.02, 0.4, 1.1), [1.1, 0.02, 1e-3, 0.0], "the largest of 3 symmetric ones"),
        ((2.0 * np.exp(-39.9),), [2.0 * np.exp(-39.9), 0.0], ONE),
        ((2.0 * np.exp(-40.1),), [0.0], ONE),
        ((2.0 * np.exp(1.99),), [2.0 * np.exp(1.99), 0.0], ONE),
        ((2.0 * np.exp(2.01),), [0.0], ONE),
    ],
)
def test_candidates_of_alike_contestants(
    roots: Any, tried: list[float], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the largest fall of the marginal payoff to the least, then nothing: who is certified first."""
    for chosen in range(len(tried)):
        wanted = tried[chosen]

        def near(e: Array, wanted: float = wanted) -> bool:
            return bool(abs(e[0] - wanted) <= 1e-6 * max(wanted, 1e-30))

        asked = judged(monkeypatch, near)
        found = _alike(Alike(falls(*roots)))  # type: ignore[arg-type]
        assert found.profile.efforts() == pytest.approx([wanted] * 3, rel=1e-9)
        assert found.selection == words
        assert [e[0] for e in asked] == pytest.approx(tried[: chosen + 1], rel=1e-9)
    asked = judged(monkeypatch, lambda e: False)
    found = _alike(Alike(falls(*roots)))  # type: ignore[arg-type]
    assert len(asked) == len(tried) and found.selection == words
    assert found.profile.efforts() == pytest.approx([tried[0]] * 3, rel=1e-9)


def test_slopes_of_nothing_and_efforts_without_a_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    judged(monkeypatch, lambda e: True)
    assert _alike(Alike(lambda e: 0.0)).profile.efforts().tolist() == [0.0] * 3  # type: ignore[arg-type]
    late = _alike(Alike(lambda e: 0.0 if e < 0.5 else -1.0))  # type: ignore[arg-type]
    assert late.profile.efforts().tolist() == [0.0] * 3
    fall = _alike(Alike(lambda e: max(0.5 - e, 0.0)))  # type: ignore[arg-type]
    assert 0.5 <= fall.profile.efforts()[0] < 0.6
    for top in (0.0, -1.0):
        nothing = Alike(lambda e: 1.0, top=top)
        found = _alike(nothing)  # type: ignore[arg-type]
        assert found.selection == "there is nothing to win" and nothing.asked == []
        assert found.profile.efforts().tolist() == [0.0] * 3
    # Beyond the end of the costs nothing is asked for.
    capped = Alike(falls(0.3), end=1.5)
    assert _alike(capped).profile.efforts() == pytest.approx([0.3] * 3)  # type: ignore[arg-type]
    assert 1.2 < max(capped.asked) <= 1.5
    free = Alike(falls(0.3))
    _alike(free)  # type: ignore[arg-type]
    logs = np.log(np.array(free.asked[:52]) / 2.0)
    assert logs[[0, 8, 9, 51]] == pytest.approx([-40.0, -6.0, -5.0, 2.0])
    assert np.diff(logs)[:8] == pytest.approx([4.25] * 8) and np.diff(logs)[9:] == pytest.approx([1 / 6] * 42)


def scripted(monkeypatch: pytest.MonkeyPatch, outcomes: list[Any]) -> list[float]:
    """Replies that settle at given efforts; the starts."""
    asked: list[float] = []

    class Settling:
        def __init__(self, game: Any) -> None:
            assert game == "game"

        def settle(self, share: float) -> Any:
            asked.append(share)
            return outcomes[len(asked) - 1]

        def profile(self, efforts: Array) -> Profile:
            return Profile.pure(efforts)

    monkeypatch.setattr(entry_standard, "_Replies", Settling)
    return asked


A, B, C = np.array([0.1, 0.2]), np.array([0.3, 0.4]), np.array([0.5, 0.6])


@pytest.mark.parametrize(
    ("outcomes", "good", "found", "starts"),
    [
        ([A, B, C], A, A, 1),
        ([A, B, C], B, B, 2),
        ([None, B, C], C, C, 3),
        ([A, B, C], None, A, 3),
        ([None, B, C], None, B, 3),
        ([None, None, C], None, C, 3),
    ],
)
def test_candidates_of_contestants_who_differ(
    outcomes: list[Any], good: Any, found: Array, starts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first that is certified; else the first that settled."""
    shares = scripted(monkeypatch, outcomes)
    judged(monkeypatch, lambda e: good is not None and bool((e == good).all()))
    candidate = _different("game")  # type: ignore[arg-type]
    assert candidate.profile.efforts().tolist() == found.tolist()
    assert candidate.selection == "one equilibrium; others may exist"
    assert shares == [0.3, 0.03, 0.0][:starts]


def replies() -> _Replies:
    return _Replies(
        ct.Contest(
            contestants=ct.Known(cost=[1.0, 1.5]),
            prizes=1.0,
            technology=ct.Additive(stats.norm()),
            cost=ct.Power(2),
            entry=ct.Reserve(0.1),
        )
    )


class Given:
    """Payoffs of one's own effort as they are given, whoever it is."""

    def __init__(self, payoff: Callable[[Array], Array]) -> None:
        self.pays, self.asked = payoff, []  # type: ignore[var-annotated]

    def payoff(self, i: int, effort: Array, profile: Any) -> Array:
        self.asked.append((i, np.array(effort)))
        return self.pays(np.asarray(effort, float))


@pytest.mark.parametrize("summit", [3e-9, 2e-5, 0.0071, 0.3333, 0.99])
def test_replies_to_a_few_digits(summit: float) -> None:
    """The best of a grid in logs, then three times an eighth of the bracket: the middle of what is left."""
    field = replies()
    field.top = np.array([2.0, 0.5])
    for k in (0, 1):
        best = summit * field.top[k]

        def pays(e: Array, best: float = best) -> Array:
            return -((np.log(np.maximum(e, 1e-300)) - np.log(best)) ** 2) - 700.0 * (e == 0)

        def slope(j: int, effort: Array, profile: Any, best: float = best) -> Array:
            return np.log(best) - np.log(effort)

        given = Given(pays)
        field.contest = given  # type: ignore[assignment]
        field.slope = slope  # type: ignore[method-assign,assignment]
        found = field.reply(k, None)  # type: ignore[arg-type]
        ((who, grid),) = given.asked
        assert who == int(field.first[k])
        near = np.sort(np.abs(np.log(grid[1:]) - np.log(best)))[0]
        inner = np.flatnonzero(np.abs(np.log(grid[1:]) - np.log(best)) == near)[0] + 1
        low, high = np.log(grid[max(inner - 1, 1)]), np.log(grid[min(inner + 1, grid.size - 1)])
        assert abs(np.log(found) - np.log(best)) <= (high - low) / 8**3 / 2 * (1 + 1e-6)
        assert grid[0] == 0.0 and grid[1] == pytest.approx(1e-9 * field.top[k])
        assert grid[-1] == pytest.approx(field.top[k]) and grid.size == 72
        assert (np.diff(grid) > 0).all() and (grid[22] / field.top[k]) == pytest.approx(1e-2)


def test_replies_at_the_ends() -> None:
    """None where nothing is best; the least and the largest where payoffs fall or rise throughout."""
    field = replies()
    field.top = np.array([2.0, 0.0])
    field.contest = Given(lambda e: -e)  # type: ignore[assignment]
    assert field.reply(0, None) == 0.0  # type: ignore[arg-type]
    assert field.reply(1, None) == 0.0  # type: ignore[arg-type]
    field.contest = Given(lambda e: e)  # type: ignore[assignment]
    field.slope = lambda k, effort, profile: np.ones(np.shape(effort))  # type: ignore[method-assign]
    assert field.reply(0, None) == pytest.approx(2.0, rel=1e-12)  # type: ignore[arg-type]
    # Where the slopes say that it falls from the first on, it is that.
    field.contest = Given(lambda e: np.where(e > 0, -np.abs(e - 0.5), -9.0))  # type: ignore[assignment]
    field.slope = lambda k, effort, profile: -np.ones(np.shape(effort))  # type: ignore[method-assign]
    grid = np.append(0.0, 2.0 * entry_standard._GRID)
    at = int(np.argmin(np.abs(grid - 0.5)))
    low, high = np.log(grid[at - 1]), np.log(grid[at + 1])
    assert field.reply(0, None) == pytest.approx(np.exp(low + (high - low) / 8**3 / 2), rel=1e-12)  # type: ignore[arg-type]


def settling(
    monkeypatch: pytest.MonkeyPatch, reply: Callable[[int, Array], float], share: float = 0.5
) -> Any:
    """Where replies lead from a share of the largest effort, and the efforts at which they were asked for."""
    field = replies()
    field.top = np.array([2.0, 1.0])
    asked: list[Any] = []

    def given(k: int, profile: Profile) -> float:
        efforts = profile.efforts()[field.first]
        asked.append((k, efforts.tolist()))
        return reply(len(asked) - 1, efforts[k])

    monkeypatch.setattr(field, "reply", given)
    monkeypatch.setattr(field, "polish", lambda efforts: ("polished", efforts.tolist()))
    return field.settle(share), asked


def test_replies_settle_kind_by_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within two hundredths of what each did, for all in one round; each reply counts at once."""
    found, asked = settling(monkeypatch, lambda call, own: [0.7, 0.2][call % 2])
    assert found == ("polished", [0.7, 0.2])
    assert asked == [(0, [1.0, 0.5]), (1, [0.7, 0.5]), (0, [0.7, 0.2]), (1, [0.7, 0.2])]
    for factor, rounds in ((0.981, 1), (1.019, 1), (0.979, 2), (1.022, 2)):

        def moving(call: int, own: Array, factor: float = factor) -> float:
            return float(own * (factor if call < 2 else 1.0))

        found, asked = settling(monkeypatch, moving)
        assert len(asked) == 2 * rounds
        assert found[1] == pytest.approx([factor, 0.5 * factor])
    # One of them moving is enough to go on.
    found, asked = settling(monkeypatch, lambda call, own: own * (1.5 if call == 0 else 1.0))
    assert len(asked) == 4
    assert settling(monkeypatch, lambda call, own: 0.0)[0] == ("polished", [0.0, 0.0])
    assert settling(monkeypatch, lambda call, own: 0.1, 0.0)[1][0] == (0, [0.0, 0.0])


def test_from_the_seventh_round_on_half_of_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Geometric means, unless she gives up or takes up: a reply 1/e of e swings six times, then is at one."""
    found, asked = settling(monkeypatch, lambda call, own: 1.0 / own)
    # The first begins at one and stays; the second swings between a half and two.
    assert [own[1] for k, own in asked if k == 1] == [0.5, 2.0] * 3 + [0.5, 1.0]
    assert found == ("polished", [1.0, 1.0])
    found, asked = settling(monkeypatch, lambda call, own: 1.0 if own == 0 else 0.0)
    assert found is None and len(asked) == 120
    assert {own[1] for k, own in asked} == {0.5, 0.0, 1.0}


def test_conditions_of_those_who_work() -> None:
    """Logs of gain over pain, solved together to 1e-8, with idle kinds left as they are."""
    field = replies()
    field.slope = lambda k, effort, profile: np.asarray(  # type: ignore[method-assign]
        2 * (field.contest.contestants.trait("cost", field.first[k])) * (np.array([0.2, 0.6])[k] - effort)
    )
    both = field.polish(np.array([0.3, 0.4]))
    assert both == pytest.approx([0.2, 0.6], rel=1e-9)
    given = np.array([0.0, 0.4])
    one = field.polish(given)
    assert one == pytest.approx([0.0, 0.6], rel=1e-9) and given.tolist() == [0.0, 0.4]
    idle = np.zeros(2)
    assert field.polish(idle) is idle
    # A slope that never vanishes, or only nearly, is no solution.
    for off, solved in ((0.0, True), (1e-3, False)):

        def bowl(k: int, effort: Any, profile: Any, off: float = off) -> Array:
            return np.asarray((np.log(effort) + 1.0) ** 2 + off)

        field.slope = bowl  # type: ignore[method-assign]
        assert (field.polish(np.array([0.0, 0.37])) is not None) == solved
