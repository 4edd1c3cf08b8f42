"""The summit of a function on a bracket: every shape a value may have, found and told, in a few calls.

Each function's summit is written down beside it; how often the function may be asked is what a
sponsor pays for, since each answer is a certified equilibrium.
"""

import numpy as np
import pytest

from contests.summits import climb

GRID = 25
KINK, JUMP, END = "kink", "jump", "end"


def found(function, points=GRID):
    """The summit from the best point of a grid, and how often more the function was asked."""
    known = {}

    def value(place):
        if place not in known:
            known[place] = float(function(place))
        return known[place]

    grid = [j / (points - 1) for j in range(points)]
    best = max(range(points), key=lambda j: value(grid[j]))
    before = len(known)
    summit = climb(value, grid[max(best - 1, 0)], grid[best], grid[min(best + 1, points - 1)])
    assert value(summit.place) >= max(known.values()) - 1e-13 * abs(max(known.values()))
    return summit, len(known) - before


@pytest.mark.parametrize(
    ("function", "place", "asked"),
    [
        (lambda x: -((x - 0.3137) ** 2), 0.3137, 10),
        (lambda x: np.sqrt(x) - x, 0.25, 10),
        (lambda x: 1e9 * (np.sqrt(x) - x), 0.25, 10),
        (lambda x: np.exp(-(((x - 0.3137) / 0.05) ** 2)), 0.3137, 15),
        (lambda x: np.cos(3 * (x - 0.61)) - 5, 0.61, 10),
        (lambda x: -((x - 3e-3) ** 2), 3e-3, 15),
        (lambda x: -((x - 0.997) ** 2), 0.997, 15),
        (lambda x: -((x - 0.3) ** 2) if 0.28 < x < 0.32 else -np.inf, 0.3, 25),
    ],
)
def test_a_smooth_summit_is_read_off_its_slopes(function, place, asked):
    summit, calls = found(function)
    assert summit.shape == "smooth"
    assert summit.place == pytest.approx(place, abs=1e-9)
    assert calls <= asked


def test_a_summit_beside_an_end_is_no_end():
    """Wide intervals hold the answer in a corner: twenty millionths of the way, here."""
    summit, calls = found(lambda x: -((x - 2e-5) ** 2))
    assert summit.place == pytest.approx(2e-5, abs=1e-8)
    assert summit.shape != END
    assert calls <= 25


@pytest.mark.parametrize(
    ("function", "place"),
    [(lambda x: -x, 0.0), (lambda x: x, 1.0), (lambda x: -x * x, 0.0), (lambda x: 1.0, 0.0)],
)
def test_an_end_takes_two_calls(function, place):
    assert found(function)[0].place == place
    assert found(function)[0].shape == END
    assert found(function)[1] == 2


@pytest.mark.parametrize(
    ("function", "place"),
    [
        (lambda x: min(x - 0.3137, -2 * (x - 0.3137)), 0.3137),
        (lambda x: min(x + (x - 0.3137) ** 2, 0.3137 - 0.1 * (x - 0.3137) - 3 * (x - 0.3137) ** 2), 0.3137),
        (lambda x: -((x - 0.3137) ** 2) - 0.01 * abs(x - 0.3137), 0.3137),
        (lambda x: -abs(x - 0.25), 0.25),
    ],
)
def test_curves_meet_at_a_kink(function, place):
    summit, calls = found(function)
    assert summit.shape == KINK
    assert summit.place == pytest.approx(place, abs=1e-11)
    assert calls <= 35


@pytest.mark.parametrize(
    ("function", "place", "asked"),
    [
        (lambda x: x if x < 0.3137 else x - 1, 0.3137, 25),
        (lambda x: x if x <= 0.25 else x - 1, 0.25, 4),  # at a point of the grid
        (lambda x: -((x - 0.5) ** 2) if x < 0.3137 else -1 - x, 0.3137, 25),
        (lambda x: -x if x > 0.3137 else -1 - x, 0.3137, 25),
        (lambda x: x if x < 0.3137 else -np.inf, 0.3137, 25),  # the edge of what is feasible
        (lambda x: 3 * x if x < 0.3137 else 3 * x - 0.1 - 4 * (x - 0.3137), 0.3137, 30),
    ],
)
def test_a_jump_is_halved_in_on(function, place, asked):
    summit, calls = found(function)
    assert summit.shape == JUMP
    assert summit.place == pytest.approx(place, abs=1e-8)
    assert calls <= asked


def test_rounding_moves_a_smooth_summit_little():
    summit, calls = found(lambda x: -((x - 0.3137) ** 2) + 1e-12 * np.sin(1e9 * x))
    assert summit.place == pytest.approx(0.3137, abs=1e-8)
    assert calls <= 15
