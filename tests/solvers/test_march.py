"""Differential equations whose solutions are known, marched by collocation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from contests.errors import ConvergenceError
from contests.solvers.march import march

ONE = np.ones(1)


def test_growth_and_decay_to_rounding() -> None:
    """y' = -y, and y' = y cos x: exp(-x), exp(sin x)."""
    x = np.linspace(0.0, 7.0, 200)
    fall = march(lambda x, y: (-y, np.ones(x.shape)), 0.0, 1.0, 7.0)
    assert fall(x) == pytest.approx(np.exp(-x), rel=1e-12)
    wave = march(lambda x, y: (y * np.cos(x), np.ones(x.shape)), 0.0, 1.0, 7.0, guess=1.0)
    assert wave(x) == pytest.approx(np.exp(np.sin(x)), rel=1e-12)
    assert wave.end == 7.0
    assert wave(np.array([-5.0, 9.0])) == pytest.approx([1.0, np.exp(np.sin(7.0))], rel=1e-12)  # beyond


def test_a_stiff_equation() -> None:
    """y' = -10^6 (y - cos x) - sin x from y(0) = 1 is cos x; explicit methods would need a million steps."""
    path = march(lambda x, y: (-1e6 * (y - np.cos(x)) - np.sin(x), np.ones(x.shape)), 0.0, 1.0, 3.0)
    x = np.linspace(0.0, 3.0, 50)
    assert path(x) == pytest.approx(np.cos(x), abs=1e-12)
    assert path.edges.size < 200


def test_a_denominator_that_vanishes_at_the_start() -> None:
    """(x y)' = x, that is x y' = x - y: the one solution through the origin is x/2."""
    path = march(lambda x, y: (x - y, x), 0.0, 0.0, 2.0, guess=0.4)
    x = np.linspace(0.0, 2.0, 30)
    assert path(x) == pytest.approx(x / 2, abs=1e-13)


@pytest.mark.parametrize("floor", [0.5, 0.01])
def test_the_march_ends_at_the_floor(floor: float) -> None:
    path = march(lambda x, y: (-y, np.ones(x.shape)), 0.0, 1.0, 50.0, floor=floor)
    assert path.end == pytest.approx(-np.log(floor), rel=1e-12)
    x = np.linspace(0.0, path.end, 40)
    assert path(x) == pytest.approx(np.exp(-x), rel=1e-12)


def test_guesses_out_of_the_domain_shorten_the_panel() -> None:
    """y' = -1/y with y = sqrt(1 - 2x): a first panel of 0.4 with a guess of slope -3 falls below zero."""

    def slope(x: Any, y: Any) -> Any:
        return np.where(y > 0, -1.0, np.nan), y

    path = march(slope, 0.0, 1.0, 0.4, guess=-3.0, step=0.4)
    x = np.linspace(0.0, 0.4, 30)
    assert path(x) == pytest.approx(np.sqrt(1 - 2 * x), rel=1e-12)


def test_a_solution_that_ends_is_not_followed_beyond() -> None:
    """y' = y^2 from 1 has no value at x = 1, and no slope where it is not a number."""
    with pytest.raises(ConvergenceError, match="could not be followed beyond"):
        march(lambda x, y: (y**2, np.ones(x.shape)), 0.0, 1.0, 2.0)
    with pytest.raises(ConvergenceError, match="beyond 0"):
        march(lambda x, y: (np.full(x.shape, np.nan), np.ones(x.shape)), 0.0, 1.0, 2.0)
    with pytest.raises(ConvergenceError, match="could not be followed"):  # neither numerator nor denominator
        march(lambda x, y: (np.zeros(x.shape), np.zeros(x.shape)), 0.0, 1.0, 2.0)


def test_small_solutions_are_as_accurate_as_large_ones() -> None:
    """Without a scale errors are relative to the solution: exp(-x) times 1e-12, to twelve digits of it."""
    x = np.linspace(0.0, 7.0, 50)
    path = march(lambda x, y: (-y, np.ones(x.shape)), 0.0, 1e-12, 7.0)
    assert path(x) == pytest.approx(1e-12 * np.exp(-x), rel=1e-12, abs=0.0)
    rough = march(lambda x, y: (-y, np.ones(x.shape)), 0.0, 1e-12, 7.0, scale=1.0)
    assert rough.edges.size < path.edges.size and rough(x) == pytest.approx(path(x), abs=1e-13)


def test_a_fall_and_a_rise_are_cut_where_they_first_meet_the_floor() -> None:
    """y = 1 - x + x^2 / 3.2 dips below 0.3 between its roots; the path ends at the first, to rounding."""
    path = march(lambda x, y: (-1.0 + x / 1.6, np.ones(x.shape)), 0.0, 1.0, 3.0, floor=0.3, step=3.0)
    first = 1.6 - np.sqrt(1.6**2 - 3.2 * 0.7)
    assert path.end == pytest.approx(first, rel=1e-13)
    x = np.linspace(0.0, first, 20)
    assert path(x) == pytest.approx(1 - x + x**2 / 3.2, rel=1e-13)
    # From the floor itself it may rise first.
    path = march(lambda x, y: (1.0 - x, np.ones(x.shape)), 0.0, 0.0, 9.0, floor=0.0, step=0.5)
    assert path.end == pytest.approx(2.0, rel=1e-12) and path(1.0) == pytest.approx(0.5, rel=1e-12)


def test_panels_grow_where_little_happens_and_shrink_where_much_does() -> None:
    """exp(-x) needs few panels whatever the first; a layer of 1e-4 wide is found and left behind."""
    for step in (1e-3, 0.1, 5.0):
        path = march(lambda x, y: (-y, np.ones(x.shape)), 0.0, 1.0, 20.0, step=step)
        widths = np.diff(path.edges)
        assert 8 <= widths.size <= (45 if step < 0.01 else 25) and widths[0] <= step
        assert np.all(widths[1:] <= 2.0000001 * widths[:-1])
    layer = march(lambda x, y: (-(y - 1.0) * 1e4, np.ones(x.shape)), 0.0, 0.0, 3.0)
    x = np.array([1e-5, 1e-4, 1e-3, 0.1, 2.9])
    assert layer(x) == pytest.approx(-np.expm1(-1e4 * x), rel=1e-11)
    assert layer.edges[1] < 2e-3 and layer.edges.size < 60


def test_an_equation_that_is_not_linear() -> None:
    """y' = y^2 is 1 / (1 - x); y y' = -x is the circle; x y' = y (1 - y) from y(0) = 1 is 1."""
    x = np.linspace(0.0, 0.9, 30)
    assert march(lambda x, y: (y**2, np.ones(x.shape)), 0.0, 1.0, 0.9, guess=1.0)(x) == pytest.approx(
        1 / (1 - x), rel=1e-12
    )
    circle = march(lambda x, y: (-x, y), 0.0, 1.0, 0.99)
    assert circle(x) == pytest.approx(np.sqrt(1 - x**2), rel=1e-12)
    with pytest.raises(ConvergenceError, match=r"could not be followed beyond (0.99|1)"):
        march(lambda x, y: (-x, y), 0.0, 1.0, 1.5)


def test_the_equation_is_asked_seldom() -> None:
    """Newton's method squares errors: an equation that is linear takes two steps in each panel."""
    asked: list[int] = []

    def slope(x: Any, y: Any) -> Any:
        asked.append(x.size)
        return -y, np.ones(x.shape)

    path = march(slope, 0.0, 1.0, 7.0)
    assert len(asked) <= 12 * path.edges.size and all(size == 15 for size in asked)


def test_a_solution_that_is_nothing() -> None:
    path = march(lambda x, y: (-y, np.ones(x.shape)), 0.0, 0.0, 5.0)
    assert path(np.linspace(0.0, 5.0, 9)).tolist() == [0.0] * 9 and path.edges.size < 30
