"""Contestants averse to risk who differ: Newton's method step by step, with the conditions given."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.solvers import risk_averse_unlike
from contests.solvers.risk_averse_unlike import _System

Array = Any


class Scripted:
    """A system of two whose gaps are given at logs counted from the largest efforts; what was asked."""

    def __init__(self, gaps: Callable[[Array], Any], start: Any = (-2.0, -2.0)) -> None:
        contest = ct.Contest(
            contestants=ct.Known(cost=[1.0, 2.0], utility=ct.CARA(1.0)),
            prizes=1.0,
            technology=ct.Additive(stats.norm()),
            cost=ct.Power(2),
        )
        self.system = _System(contest, None, np.array([3.0, 0.5]))
        self.asked: list[Array] = []
        self.active: list[list[bool]] = []

        def given(log: Array, active: Array) -> Array:
            self.asked.append(log - self.system.top)
            self.active.append(active.tolist())
            return np.array(gaps(log - self.system.top), float)

        self.system._gaps = given  # type: ignore[method-assign]
        self.system._start = lambda: self.system.top + np.array(start)  # type: ignore[method-assign]

    def run(self) -> Array:
        with np.errstate(divide="ignore"):
            return np.log(self.system.run()) - self.system.top


def test_linear_conditions_are_solved_in_one_step() -> None:
    """The matrix by differences of 1e-6 downwards, of each of the two; then one step, and rest."""
    slopes, exact = np.array([[-2.0, 0.5], [0.3, -1.0]]), np.array([-1.5, -2.9])
    given = Scripted(lambda log: slopes @ (log - exact))
    assert given.run() == pytest.approx(exact, abs=1e-9)
    moved = np.array(given.asked[:3]) + 2.0
    assert moved == pytest.approx(np.array([[0.0, 0.0], [-1e-6, 0.0], [0.0, -1e-6]]), abs=1e-12)
    assert given.asked[3] == pytest.approx(exact, abs=1e-8)


def test_steps_are_cut_at_three_and_stay_below_what_is_worth_while() -> None:
    down = Scripted(lambda log: np.array([-9.0, -2.0]) - log)
    assert down.run() == pytest.approx([-9.0, -2.0], abs=1e-9)
    first = [float(one[0]) for one in down.asked]
    assert first[3] == pytest.approx(-5.0, abs=1e-8)
    up = Scripted(lambda log: np.array([4.0, -2.0]) - log)  # never reached: half of the way to the end
    with pytest.raises(ct.ConvergenceError):
        up.run()
    assert max(float(one[0]) for one in up.asked) <= 0.0
    assert up.asked[3] == pytest.approx([-1.0, -2.0], abs=1e-8)
    high = Scripted(lambda log: np.array([-1.0, -2.0]) - log, start=(0.5, -2.0))
    assert high.run() == pytest.approx([-1.0, -2.0], abs=1e-9)
    assert high.asked[0] == pytest.approx([-1e-6, -2.0], abs=1e-12)


def test_who_would_do_less_than_next_to_nothing_is_out_and_comes_back() -> None:
    """Twelve logs below what is worth while; back eleven below where it pays her forty below."""
    out = Scripted(lambda log: [-2.0 - log[0], -5.0 - 0.1 * log[1]])
    assert out.run() == pytest.approx([-2.0, -np.inf])
    assert out.active[-1] == [True, False] and out.asked[-1][1] == pytest.approx(-40.0)
    back = Scripted(lambda log: [-2.0 - log[0], -10.5 - log[1]], start=(-2.0, -45.0))
    assert back.run() == pytest.approx([-2.0, -10.5], abs=1e-9)
    assert back.active[0] == [True, False] and back.asked[1][1] == pytest.approx(-11.0, abs=1e-5)
    little = Scripted(
        lambda log: [-2.0 - log[0], 0.5 if log[1] < -39 else -10.5 - log[1]], start=(-2.0, -45.0)
    )
    assert little.run() == pytest.approx([-2.0, -10.5], abs=1e-9)
    # Where it neither pays nor costs her she stays out.
    even = Scripted(lambda log: [-2.0 - log[0], 0.0], start=(-2.0, -45.0))
    assert even.run() == pytest.approx([-2.0, -np.inf])
    assert all(one == [True, False] for one in even.active)


def test_what_does_not_converge_is_told() -> None:
    given = Scripted(lambda log: [0.5, 0.25])
    with pytest.raises(ct.ConvergenceError) as caught:
        given.run()
    assert str(caught.value) == (
        "Newton's method on the first-order conditions of contestants averse to risk did not converge: the "
        "largest remaining relative difference is 5.0e-01. There may be no pure equilibrium: try a larger "
        "shock, or less aversion."
    )
    # What rounding keeps at 0.9e-9 is accepted, at 1.1e-9 it is not.
    assert Scripted(lambda log: [0.9e-9, 0.0]).run() == pytest.approx([-2.0, -2.0], abs=1e-6)
    with pytest.raises(ct.ConvergenceError):
        Scripted(lambda log: [1.1e-9, 0.0]).run()


@pytest.mark.parametrize("fails", [False, True])
def test_where_it_begins(fails: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the efforts of risk-neutral contestants alike in all else, or at a tenth of the largest."""
    contest = ct.Contest(
        contestants=ct.Known(cost=[2.0, 1.0], value=[1.0, 1.5], ability=[0.3, 0.0], utility=ct.CARA(1.0)),
        prizes=1.0,
        technology=ct.Additive(stats.norm()),
        cost=ct.Power(2),
    )
    asked: list[Any] = []

    class Neutral:
        def solve(self, game: ct.Contest) -> Any:
            asked.append(game)
            if fails:
                raise ct.ConvergenceError("no")
            return ct.solving.Candidate(profile=ct.profile.Profile.pure([0.0, 0.2]), selection="")

    monkeypatch.setattr(risk_averse_unlike, "NEUTRAL", Neutral())
    system = _System(contest, None, np.array([3.0, 0.5]))
    found = system._start()
    neutral = asked[0].contestants
    assert neutral.utility is None
    traits = [np.asarray(neutral.trait(name, np.arange(2))).tolist() for name in ("cost", "value", "ability")]
    assert traits == [[2.0, 1.0], [1.0, 1.5], [0.3, 0.0]]
    if fails:
        assert found == pytest.approx(np.log([0.3, 0.05]))
    else:
        with np.errstate(divide="ignore"):
            assert found.tolist() == np.log(np.array([0.0, 0.2])[system.first]).tolist()


class EnoughError(Exception):
    """So many calls were enough."""


def trials(gap: float, found: list[float], calls: int) -> list[float]:
    """Where steps from a gap (with a slope of minus one) are tried, what is found there being given."""
    count = [0]

    def gaps(log: Array) -> Any:
        if np.abs(log + 2.0).max() < 1e-5 * (count[0] < 3) + 1e-13:
            count[0] += 1
            return [gap - (log[0] + 2.0), -(log[1] + 2.0)]
        count[0] += 1
        if count[0] > calls:
            raise EnoughError
        return [found[min(count[0] - 4, len(found) - 1)], 0.0]

    given = Scripted(gaps)
    with suppress(EnoughError, ct.ConvergenceError):
        given.run()
    return [float(one[0]) + 2.0 for one in given.asked]


@pytest.mark.parametrize(
    ("found", "shares"),
    [
        ([0.4], [1.0]),
        ([0.5, 0.4], [1.0, 0.5]),
        ([0.6, 0.7, 0.4], [1.0, 0.5, 0.25]),
        ([0.6, 0.7, 0.55, 0.9], [1.0, 0.5, 0.25, 0.1]),
    ],
)
def test_steps_are_shortened_until_the_gap_falls(found: list[float], shares: list[float]) -> None:
    """A half, a quarter, a tenth; the last is taken in any case, and the next step begins there."""
    asked = trials(0.5, found, 5 + len(shares))
    number = len(shares)
    assert asked[3 : 3 + number] == pytest.approx([0.5 * share for share in shares], abs=1e-8)
    assert asked[3 + number] == pytest.approx(0.5 * shares[-1], abs=1e-8)


def test_rounding_ends_it() -> None:
    """Below 1e-11 no step that does not help is taken: the conditions are met."""
    asked = trials(0.9e-11, [0.5], 40)
    assert len(asked) == 7
    assert len(trials(1.1e-11, [0.5], 40)) > 7
