"""The level at which a score is reached, against functions whose inverse is written down."""

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.type_inverse import Inverse

GRID = np.linspace(-20.0, 20.0, 161)
PLACES = np.sort(np.random.default_rng(7).uniform(-19.9, 19.9, 2000))

SMOOTH = {
    "exponential": lambda z: np.exp(0.3 * z),
    "logistic": lambda z: 1.0 / (1.0 + np.exp(-z)) + 1e-3 * z,
    "line": lambda z: 3.0 * z,
    "stakes of a billion": lambda z: 1e9 * np.arctan(z / 5.0),
}
ROUGH = {
    "kink": lambda z: np.where(z < 0.3, 0.01 * z, z - 0.297),
    "jump": lambda z: z + np.where(z > 1.7, 5.0, 0.0),
    "steep inside a cell": lambda z: 0.1 * z + np.tanh((z - np.pi) * 1e7),
}


class Counted:
    """A function that knows how often it was asked."""

    def __init__(self, function):
        self.function, self.times = function, 0

    def __call__(self, z):
        self.times += 1
        return self.function(z)


@pytest.mark.parametrize("name", [*SMOOTH, *ROUGH])
def test_places_are_found_to_rounding(name):
    function = {**SMOOTH, **ROUGH}[name]
    found = Inverse(function, GRID, -np.inf)(function(PLACES))
    # As far as the place is determined by a value that is rounded.
    steep = (function(PLACES + 1e-6) - function(PLACES - 1e-6)) / 2e-6
    known = 1e-14 * np.maximum(np.abs(PLACES), 1.0) + 4 * np.spacing(np.abs(function(PLACES))) / steep
    assert np.all(np.abs(found - PLACES) <= known)


@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_functions_are_asked_a_few_times(name):
    """Once for the grid and then until the secant stands still."""
    counted = Counted(SMOOTH[name])
    Inverse(counted, GRID, -np.inf)(SMOOTH[name](PLACES))
    assert counted.times <= 6


@pytest.mark.parametrize("power", [0.5, 1.0, 3.0])
def test_values_that_start_like_a_power_beside_the_least(power):
    """From minus infinity up to the start, then (z - start)^power: the room to the start is what counts."""
    start = 0.7
    places = start + np.geomspace(1e-9, 19.0, 500)

    def function(z):
        return np.where(z > start, np.maximum(z - start, 0.0) ** power, -np.inf)

    found = Inverse(function, GRID, start)(function(places))
    assert np.all(np.abs(found - places) <= 1e-14 * np.maximum(1.0, places))


def test_values_that_nobody_has_end_at_the_jump():
    found = Inverse(lambda z: np.where(z > 1.7, z + 5.0, z), GRID, -np.inf)(np.array([1.8, 4.0, 6.6]))
    assert found == pytest.approx(1.7, abs=3e-14)


@pytest.mark.parametrize("fee", [0.12499936105496687, 0.1249999, 0.12499999711342])
def test_the_type_next_to_the_one_indifferent_to_entry(fee):
    """With three values from U(0, 1) the entrant of fee f has v^3 = f: here she is next to a type checked.

    Her effort is nearly nothing, and the marginal payoff must be known well enough to say whether it is best.
    """
    contest = ct.Contest(contestants=ct.Private(3, value=stats.uniform()), prizes=1.0, entry=ct.Fee(fee))
    found = contest.solve()
    assert found.certificate.effort_gap < 1e-6
    assert found.strategy(0).weakest == pytest.approx(fee ** (1 / 3), rel=1e-12)


def test_values_so_close_that_the_slope_exceeds_all_numbers():
    """Types with an infinite density at both ends: bids of the lowest are next to nothing (1e-300 and less).

    Chawla, Hartline and Sivan (2019): the best is at least half of the total.
    """
    found = ct.solve(ct.Contest(contestants=ct.Private(20, value=stats.beta(0.5, 0.5)), prizes=1.0))
    best = found.expected_best
    # The bid at level u is the integral of v(s) ds^19 up to u; the best is that of the highest of twenty.
    u = np.linspace(0.0, 1.0, 200_001)[1:-1]
    slope = 19 * u**18 * stats.beta(0.5, 0.5).ppf(u)
    bid = np.cumsum(slope) / 200_000
    assert best == pytest.approx(float(np.mean(bid * 20 * u**19)), rel=1e-4)
    assert best >= 0.5 * found.total_effort
