"""Mixed strategies with densities: which intervals are halved, what is asked, and when it ends."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.profile import Profile
from contests.solvers import spread
from contests.solvers.actions import Discretised
from contests.solvers.spread import _aligned, _halved, spread_out
from contests.strategy import Pure


def auction(**parts: Any) -> ct.Contest:
    return ct.Contest(**{"contestants": ct.Identical(2), "prizes": 1.0, **parts})


def field_of(game: ct.Contest) -> Discretised:
    return Discretised(game, np.asarray(game.kind_of(), dtype=np.intp))


def halved_by_hand(payoff: Any, knots: Any, stakes: float) -> list[float]:
    """Of intervals within a tenth of the stakes of the best: where it varies by a fifth of the most."""
    seen = []
    for a, b in pairwise(knots):
        inside = [a + 1e-9 * (b - a), (a + b) / 2, b - 1e-9 * (b - a)]
        pays = [float(payoff(np.array(x))) for x in inside]
        seen.append((max(pays), max(pays) - min(pays), (a + b) / 2))
    best = max(top for top, _, _ in seen)
    near = [(varies, middle) for top, varies, middle in seen if top > best - 0.1 * stakes]
    most = max(varies for varies, _ in near)
    return sorted([*knots, *(middle for varies, middle in near if varies > 0.2 * most)])


PAYOFFS: dict[str, tuple[Any, float]] = {
    "a summit": (lambda x: -((x - 0.5) ** 2), 1.0),
    "a summit of small stakes": (lambda x: -((x - 0.5) ** 2), 0.1),
    "jumps at knots": (lambda x: np.where(x >= 0.5, 1.0, 0.95) + 1e-3 * np.maximum(x - 0.75, 0.0), 1.0),
    "flat and high, low and steep": (lambda x: np.where(x < 0.3, 5.0, 4.95 + 0.01 * x), 1.0),
    "nothing varies": (lambda x: 0.0 * x + 2.0, 1.0),
    "below zero": (lambda x: -3.0 - 0.2 * np.abs(x - 0.4), 1.0),
    "a dent in the middle": (lambda x: -np.exp(-(((x - 0.375) / 0.02) ** 2)), 5.0),
}


@pytest.mark.parametrize("name", PAYOFFS)
def test_which_intervals_are_halved(name: str) -> None:
    payoff, stakes = PAYOFFS[name]
    asked: list[Any] = []

    def pays(i: int, effort: Any, profile: Any) -> Any:
        asked.append((i, profile))
        return payoff(effort)

    given: Any = SimpleNamespace(representatives=[7, 3], game=SimpleNamespace(payoff=pays, stakes=stakes))
    profile = Profile.symmetric(Pure(0.0), 2)
    for knots in (np.array([0.0, 0.25, 0.5, 0.75, 1.0]), np.array([0.0, 0.1, 0.3, 1.0])):
        assert _halved(given, 1, knots, profile).tolist() == halved_by_hand(payoff, knots, stakes)
    assert all(i == 3 and p is profile for i, p in asked)


def test_knots_at_the_same_mark() -> None:
    """A handicap of 0.2 is a head start; marks known to rounding only are one knot."""
    game = auction(
        contestants=ct.Known(ability=np.array([0.1, 0.0, 0.0])),
        success=ct.Highest(handicaps=np.array([0.0, 0.2, 0.5])),
    )
    field = field_of(game)
    ahead = np.array([0.1, 0.2, 0.5])[list(field.representatives)]
    knots, tops = [np.array([0.0, 0.31]), np.array([0.0, 0.62]), np.array([0.0, 0.9])], [1.0, 0.8, 0.95]
    found = _aligned(field, knots, tops)
    for c in range(3):
        marks = np.concatenate([k + a for k, a in zip(knots, ahead, strict=True)]) - ahead[c]
        level = marks[(marks > 1e-12) & (marks < tops[c])]
        exact = np.unique(np.concatenate([knots[c], level]).round(12))
        assert found[c] == pytest.approx(exact, abs=1e-12) and found[c].size == exact.size
    same = _aligned(field_of(auction()), [np.array([0.0, 0.5, 1.0])], [1.0])
    assert [one.tolist() for one in same] == [[0.0, 0.5, 1.0]]
    # Where no effort reaches a mark by formula the efforts themselves are shared, each up to her top.
    lottery = field_of(auction(contestants=ct.Known(value=np.array([1.0, 0.5])), success=ct.Lottery()))
    both = _aligned(lottery, [np.array([0.0, 0.3]), np.array([0.0, 0.2, 0.7])], [0.3, 0.7])
    assert [one.tolist() for one in both] == [[0.0, 0.2, 0.3], [0.0, 0.2, 0.3, 0.7]]


class Watched:
    """`spread_out` with its solver and certificate replaced by what the test says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, gains: list[float], *, look: bool = False) -> None:
        self.look, self.gains = look, list(gains)
        self.tolerances: list[float] = []
        self.sizes: list[list[int]] = []
        self.asked: list[Any] = []
        self.profiles: list[Any] = []
        monkeypatch.setattr(spread, "fixed_point", self.solve)
        monkeypatch.setattr(spread, "certify", self.certify)

    def solve(self, blocks: Any, counts: Any, start: Any, *, tolerance: float) -> Any:
        self.tolerances.append(tolerance)
        self.sizes.append([one.size for one in start])
        assert all(one == pytest.approx(np.full(one.size, 1.0 / one.size)) for one in start)
        assert not self.look or len(blocks(start)) == len(start)
        return start

    def certify(self, game: Any, profile: Any, **tolerances: Any) -> Any:
        self.asked.append((game, tolerances))
        self.profiles.append(profile)
        gain = self.gains.pop(0)
        return SimpleNamespace(max_gain=gain, passed=gain < 0.01)


def test_the_first_profile_that_passes_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    game = auction(prizes=4.0)
    seen = Watched(monkeypatch, [0.3, 0.001, 0.0], look=True)
    found = spread_out(field_of(game), [4.0], 1e-3, 0.05)
    assert found is seen.profiles[1] and len(seen.asked) == 2
    assert seen.tolerances == [pytest.approx(4e-5)] * 2  # a hundredth of the gain, in money
    assert seen.asked == [(game, {"gain_tolerance": 1e-3, "effort_tolerance": 0.05})] * 2
    # 17 even knots and 12 near zero, of which nothing is twice: 27 intervals and the atom at nothing.
    first = np.unique(np.concatenate([np.linspace(0, 1, 17), np.geomspace(1e-4, 0.05, 12)]))
    assert seen.sizes[0] == [first.size - 1 + 1] and seen.sizes[1][0] > seen.sizes[0][0]
    tight = Watched(monkeypatch, [0.0])
    spread_out(field_of(game), [4.0], 1e-15, 0.05)
    assert tight.tolerances == [pytest.approx(4e-13)]


def test_the_best_of_those_that_do_not_pass_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve tries, or until a contestant has more than 160 knots."""
    monkeypatch.setattr(spread, "_halved", lambda field, c, knots, profile: knots)
    seen = Watched(monkeypatch, [0.5, 0.2, 0.4, 0.2, *[0.3] * 8])
    found = spread_out(field_of(auction()), [1.0], 1e-3, 0.05)
    assert len(seen.asked) == 12 and found is seen.profiles[1]

    def doubled(field: Any, c: int, knots: Any, profile: Any) -> Any:
        return np.unique(np.concatenate([knots, (knots[:-1] + knots[1:]) / 2]))

    monkeypatch.setattr(spread, "_halved", doubled)
    growing = Watched(monkeypatch, [0.5] * 12)
    found = spread_out(field_of(auction()), [1.0], 1e-3, 0.05)
    sizes = [size[0] for size in growing.sizes]
    assert found is growing.profiles[0] and sizes == [
        sizes[0],
        2 * (sizes[0] - 1) + 1,
        4 * (sizes[0] - 1) + 1,
    ]
    for most in (159, 160, 161):
        monkeypatch.setattr(spread, "_halved", lambda f, c, k, p, m=most: np.linspace(0.0, 1.0, m))
        monkeypatch.setattr(spread, "_aligned", lambda f, knots, tops: knots)
        counted = Watched(monkeypatch, [0.5] * 12)
        spread_out(field_of(auction()), [1.0], 1e-3, 0.05)
        assert (len(counted.asked) == 12) == (most <= 160)


@pytest.mark.parametrize(("at", "atoms"), [(0.8, 2), (1.0, 2), (1.5, 1)])
def test_many_may_stand_together_at_a_cap(at: float, atoms: int, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Watched(monkeypatch, [0.0])
    top = min(at, 1.0)
    profile = spread_out(field_of(auction(cost=ct.Capped(ct.Linear(), at=at))), [top], 1e-3, 0.05)
    strategy = profile.strategy(0)
    points = strategy.atoms[0]
    assert points.tolist() == ([0.0, top] if atoms == 2 else [0.0])
    assert (
        seen.sizes[0][0]
        == np.unique(np.concatenate([np.linspace(0, 1, 17), np.geomspace(1e-4, 0.05, 12)])).size - 1 + atoms
    )
