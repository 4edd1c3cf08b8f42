"""Differential equations whose solutions are known, marched by collocation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from contests.errors import ConvergenceError
from contests.solvers import march as room
from contests.solvers.march import Path, _cut, _extrapolate, _fall, _panel, march
from contests.solvers.panels import scheme

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


# --- the pieces ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("root", [-0.99999, -0.9995, -0.999, -0.3, 0.0, 0.7, 0.99999, 1.0])
def test_where_a_panel_falls_to_the_floor(root: float) -> None:
    """(root - t)(3 + t) + 0.25 has the value 0.25 first at the root, be it next to an end of the panel."""
    coefficients = np.zeros(16)
    coefficients[:3] = [3 * root + 0.25 - 0.5, root - 3, -0.5]
    found = _fall(coefficients, 2.0, 5.0, 0.25)
    assert found == pytest.approx(2.0 + 2.5 * (1 + root), rel=1e-14)
    # From the floor itself it may rise first: (1 + t)(root - t) falls at the root.
    if root > -0.5:
        coefficients[:3] = [root - 0.5, root - 1, -0.5]
        assert _fall(coefficients, 2.0, 5.0, 0.0) == pytest.approx(2.0 + 2.5 * (1 + root), rel=1e-13)


def test_a_panel_that_is_cut_is_the_same_polynomial() -> None:
    coefficients = np.array([0.3, -1.0, 0.5, 0.25, *[0.0] * 11, 0.125])
    whole = Path(np.array([1.0, 3.0]), coefficients[:, None])
    cut = Path(np.array([1.0, 1.6]), _cut(coefficients, 1.0, 2.0, 1.6)[:, None])
    x = np.linspace(1.0, 1.6, 40)
    assert cut(x) == pytest.approx(whole(x), abs=1e-13)
    assert whole(x) == pytest.approx(np.polynomial.chebyshev.chebval(x - 2.0, coefficients), abs=1e-13)
    assert cut(np.array([[1.1], [1.2]])).shape == (2, 1)


def test_the_next_guess_goes_straight_on() -> None:
    """Of a straight line it is the line; of a parabola the secant from four fifths of half a panel on."""
    line = np.array([8.0, 3.0, *[0.0] * 14])  # 2 + 3 x on [1, 3]
    assert _extrapolate(line, [0.0, 1.0, 3.0], np.array([3.0, 4.0, 5.5])) == pytest.approx([11.0, 14.0, 18.5])
    parabola = np.array([0.5, 0.0, 0.5, *[0.0] * 13])  # t^2, t = x on [-1, 1]: (1 - 0.64) / 0.2
    assert _extrapolate(parabola, [-1.0, 1.0], np.array([1.0, 2.0])) == pytest.approx([1.0, 2.8])


def places(x: float, length: float) -> np.ndarray:
    return np.asarray(x + (scheme()[0][1:] + 1.0) * length / 2)


def test_newton_on_one_panel() -> None:
    """A start off by 1e-4 is off by its square after one move; what is linear is found in one."""
    asked: list[np.ndarray] = []

    def slope(x: Any, y: Any) -> Any:
        asked.append(np.array(y))
        return y**2, np.ones(x.shape)

    at = places(0.0, 0.3)
    found = _panel(slope, at, 1.0, 1 / (1 - at) + 1e-4, 0.3)
    assert found is not None and found == pytest.approx(1 / (1 - at), rel=1e-12)
    first = np.abs(asked[2] - found).max()  # each move asks twice, the second time beside
    assert first < 2e-7 and np.abs(asked[4] - found).max() < 1e-12
    assert 1e-8 < np.abs(asked[1] - asked[0]).min() and len(asked) <= 9
    asked.clear()

    def decay(x: Any, y: Any) -> Any:
        asked.append(np.array(y))
        return -3.0 * x * y, x  # the denominator is not one

    found = _panel(decay, places(1.0, 0.4), 2.0, np.zeros(15), 0.4)
    assert found == pytest.approx(2.0 * np.exp(-3.0 * (places(1.0, 0.4) - 1.0)), rel=1e-12)
    assert np.abs(asked[2] - found).max() < 1e-6 and len(asked) <= 9


def test_panels_on_which_newton_gives_up() -> None:
    at, guess = places(0.0, 0.5), np.ones(15)
    calls = [0]

    def until(last: int, value: float) -> Any:
        def slope(x: Any, y: Any) -> Any:
            calls[0] += 1
            return (-y if calls[0] <= last else np.full(x.shape, value)), np.ones(x.shape)

        calls[0] = 0
        return slope

    good = _panel(until(10**6, 0.0), at, 1.0, guess, 0.5)
    number = calls[0]
    assert good == pytest.approx(np.exp(-at), rel=1e-13) and number % 2 == 1  # the last only looks
    assert _panel(until(number - 1, np.nan), at, 1.0, guess, 0.5) is None
    assert _panel(until(number - 1, np.inf), at, 1.0, guess, 0.5) is None
    for last in range(number - 1):
        assert _panel(until(last, np.nan), at, 1.0, guess, 0.5) is None
    assert _panel(lambda x, y: (0.0 * y, 0.0 * x), at, 1.0, guess, 0.5) is None  # neither has a size
    assert _panel(lambda x, y: (1e308 * y**9, np.ones(x.shape)), at, 1.0, 10.0 * guess, 0.5) is None
    # A residual that jumps never settles: as many moves as are allowed, and no more.
    calls[0] = 0

    def jumps(x: Any, y: Any) -> Any:
        calls[0] += 1
        return np.full(x.shape, float((calls[0] - 1) // 2 % 2)), np.ones(x.shape)

    assert _panel(jumps, at, 1.0, 2.0 * guess, 0.5) is None and calls[0] == 50


def test_few_panels_are_tried_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    """On y' = cos x all panels are alike: after the first ones no length is tried that is too long."""
    tried: list[float] = []
    panel = _panel

    def counted(*parts: Any) -> Any:
        tried.append(parts[-1])
        return panel(*parts)

    monkeypatch.setattr(room, "_panel", counted)
    path = march(lambda x, y: (np.cos(x), np.ones(x.shape)), 0.0, 2.0, 90.0, guess=1.0)
    panels = path.edges.size - 1
    assert path(np.linspace(0, 90, 200)) == pytest.approx(2.0 + np.sin(np.linspace(0, 90, 200)), abs=1e-11)
    assert panels < 60 and len(tried) <= 1.5 * panels
    monkeypatch.setattr(room, "_PANELS", 20)
    with pytest.raises(ConvergenceError) as caught:
        march(lambda x, y: (np.cos(x), np.ones(x.shape)), 0.0, 2.0, 90.0)
    words, at = str(caught.value).rsplit(" ", 1)
    assert words == "The equation of effort by type could not be followed beyond" and at.endswith(".")
    assert float(at[:-1]) == pytest.approx(path.edges[21], rel=0.2)
