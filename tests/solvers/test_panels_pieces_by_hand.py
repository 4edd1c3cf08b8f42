"""The pieces of integrals over log-odds: growth taken out of a panel, panels joined, one panel solved.

A panel's solution is its response to a unit start times the start, and a part of its own; joined from left
to right, all in units whose logarithm is kept beside. Routes: sums written out, and exponentials.
"""

from __future__ import annotations

import numpy as np
import pytest

from contests.errors import ConvergenceError
from contests.solvers import panels as room
from contests.solvers.panels import Panels, _chain, _growth, _Piece, _solve, average, integral, scheme

X = scheme()[0][1:]


def piece(response: list[float], own: list[float], scale: float, growth: float) -> _Piece:
    wide = [np.concatenate([np.full(13, one[0]), one]) for one in (response, own)]
    return _Piece(*wide, scale, growth, (0.0, 1.0))


def test_panels_in_a_chain() -> None:
    """Each begins at exp(growth) times where the one before it ends, times exp(growth) once more."""
    first, second = piece([0.5, 0.25], [2.0, 3.0], 0.7, 0.2), piece([2.0, 1.0], [0.1, 0.4], -1.0, -0.3)
    scales, values = _chain([first, second], np.log(1.5))
    shown = values * np.exp(scales)[:, None]
    start = 1.5 * np.exp(0.2)
    exact = start * np.array([0.5, 0.25]) + np.exp(0.7) * np.array([2.0, 3.0])
    assert shown[0] == pytest.approx([start, *[exact[0]] * 14, exact[1]], rel=1e-14)
    again = exact[1] * np.exp(0.2) * np.exp(-0.3)  # the right end has x = 1, the left end of the next -1
    exact = again * np.array([2.0, 1.0]) + np.exp(-1.0) * np.array([0.1, 0.4])
    assert shown[1] == pytest.approx([again, *[exact[0]] * 14, exact[1]], rel=1e-14)
    assert scales == pytest.approx([0.7, np.log(again)], rel=1e-14)  # the larger of both parts


def test_a_chain_that_begins_with_nothing() -> None:
    scales, values = _chain([piece([0.5, 0.5], [2.0, 3.0], 600.0, 0.2)], -np.inf)
    assert values[0].tolist() == [0.0, *[2.0] * 14, 3.0] and scales.tolist() == [600.0]


def test_a_panel_that_ends_below_zero_is_known_to_be_too_wide() -> None:
    """What follows begins next to nothing, relative to the panel, so that the rest can be looked at."""
    after = piece([1.0, 1.0], [0.0, 0.0], -900.0, 0.0)
    for end in (-2.0, 0.0):
        scales, values = _chain([piece([0.0, 0.0], [-4.0, end], 0.0, 0.0), after], 0.0)
        assert scales[1] == pytest.approx(np.log(4e-16), rel=1e-12) and values[1, 0] == pytest.approx(1.0)
    nothing = piece([0.0, 0.0], [0.0, 0.0], 0.0, 0.0)
    scales, values = _chain([nothing, piece([1.0, 1.0], [0.5, 0.5], 0.0, 0.0)], -np.inf)
    assert values.tolist() == [[0.0] * 16, [0.0, *[0.5] * 15]] and scales.tolist() == [0.0, 0.0]
    with pytest.raises(ConvergenceError) as caught:
        _chain([piece([1.0, np.nan], [1.0, 1.0], 0.0, 0.0)], 0.0)
    assert str(caught.value) == "The integral over types is not a number."


def test_growth_to_expect() -> None:
    """A weight exp(3 z) grows by 3 half-lengths; what is forgotten faster grows with it, up to the middle."""
    low, high = np.array([-4.0, -1.0, 1.0, 2.0]), np.array([-1.0, 1.0, 2.0, 6.0])
    half = (high - low)[:, None] / 2
    z = low[:, None] + half * (X + 1)
    one = np.ones(z.shape)
    assert _growth(X, one, 3.0 * z, z, False) == pytest.approx(3.0 * half[:, 0], rel=1e-13)
    assert _growth(X, one, -3.0 * z, z, False).tolist() == [0.0] * 4  # a sum does not fall
    assert _growth(X, one, -np.inf * one, z, False).tolist() == [0.0] * 4
    # An average follows the weight below the middle, also down; above it only what is added makes it grow.
    assert _growth(X, one, -3.0 * z, z, True) == pytest.approx([-4.5, 0.0, 0.0, 0.0], abs=1e-12)
    assert _growth(X, np.exp(-z), 3.0 * z, z, True) == pytest.approx([4.5, 2.0, 1.0, 4.0], rel=1e-12)
    assert _growth(X, np.exp(-5 * z), 3.0 * z, z, True) == pytest.approx([4.5, 0.0, 0.0, 0.0], abs=1e-12)
    middle = np.array([[-1.0, 0.0]])  # a panel that ends in the middle belongs to the lower half
    assert _growth(np.array([-1.0, 1.0]), np.ones((1, 2)), -2.0 * middle, middle, True).tolist() == [-1.0]


@pytest.mark.parametrize("averaged", [True, False])
def test_one_panel(averaged: bool) -> None:
    """M' = 2 (w - M), or I' = w, with w = exp(z / 2): by hand from the left end, and from a start of one."""
    low, high = np.array([-2.0, 0.5]), np.array([-1.0, 1.0])

    def parts(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (2.0 if averaged else 0.0) * np.ones(z.shape), z / 2 + 7.0

    for k, found in enumerate(_solve(parts, low, high, averaged)):
        z = low[k] + (high[k] - low[k]) * (X + 1) / 2
        grown = np.exp(found.growth * X)
        forget = np.exp(-2.0 * (z - low[k])) if averaged else np.ones(15)
        assert found.response * grown * np.exp(found.growth) == pytest.approx(forget, rel=1e-12)
        weight = np.exp(z / 2 + 7.0)
        first = np.exp(low[k] / 2 + 7.0)
        own = 0.8 * (weight - first * forget) if averaged else 2.0 * (weight - first)
        assert found.own * grown * np.exp(found.scale) == pytest.approx(own, rel=1e-12)
        assert found.panel == (low[k], high[k])


def test_a_function_on_panels() -> None:
    """exp(scale + growth x) (1 + x / 2) on two panels, the ends of which belong to the right one."""
    two = Panels(
        np.array([0.0, 2.0, 3.0]),
        np.array([0.1, 700.0]),
        np.array([0.5, 50.0]),
        np.array([[1.0, 1.0], [0.5, 0.5]]),
    )
    z = np.array([-1.0, 0.0, 0.5, 2.0, 2.75, 3.0, 9.0])
    x = np.array([-1.0, -1.0, -0.5, -1.0, 0.5, 1.0, 1.0])
    scale = np.where(z < 2, 0.1 + 0.5 * x, 700.0 + 50.0 * x)
    assert two.log(z) == pytest.approx(scale + np.log1p(x / 2), rel=1e-14)
    assert two(z[:4]) == pytest.approx(np.exp(scale[:4]) * (1 + x[:4] / 2), rel=1e-13)
    assert two(z[4:]).tolist() == [np.inf] * 3
    below = Panels(np.array([0.0, 1.0]), np.zeros(1), np.zeros(1), np.array([[-1.0], [0.0]]))
    assert below(0.5) == 0.0 and below.log(0.5) == -np.inf  # rounding below zero is zero


def test_work_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Halving stops at so many rounds, or so many panels, in words."""
    rough = lambda z: np.sin(40.0 * z)  # noqa: E731
    smooth = integral(rough, 0.0, 6.0)
    panels = smooth.scale.size
    solved: list[int] = []
    solve = room._solve

    def counted(parts: object, low: np.ndarray, high: np.ndarray, averaged: bool) -> list[_Piece]:
        solved.append(low.size)
        return solve(parts, low, high, averaged)  # type: ignore[arg-type]

    monkeypatch.setattr(room, "_solve", counted)
    assert integral(rough, 0.0, 6.0).scale.size == panels
    rounds = len(solved)
    assert sum(solved) == solved[0] + 2 * (panels - solved[0])  # each halving adds one panel and solves two
    monkeypatch.setattr(room, "_MOST", panels)
    assert integral(rough, 0.0, 6.0).scale.size == panels
    monkeypatch.setattr(room, "_DEEPEST", rounds)
    assert integral(rough, 0.0, 6.0).scale.size == panels
    for name, value in (("_MOST", panels - 1), ("_DEEPEST", rounds - 1)):
        with monkeypatch.context() as patched:
            patched.setattr(room, name, value)
            with pytest.raises(ConvergenceError, match="did not settle"):
                integral(rough, 0.0, 6.0)


def test_where_an_average_begins() -> None:
    """As if the weight had always grown as at the start: w r / (r + growth)."""
    for growth in (-0.9, 0.0, 2.5):
        found = average(lambda z: np.full(z.shape, 1.0), lambda z, g=growth: g * z + 3.0, -2.0, 5.0)
        z = np.array([-2.0, 0.0, 5.0])
        assert found.log(z) == pytest.approx(growth * z + 3.0 - np.log1p(growth), rel=1e-12)
