"""The atoms of the mixed lottery: derivatives by differences, the pattern against what is found, the tail.

The conditions are written out here atom by atom; the tail of atoms is an ordinary differential equation,
worked out by `scipy.integrate.solve_ivp`; how many iterations are taken is counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

import contests as ct
from contests.solvers import lottery_atoms
from contests.solvers.lottery_atoms import _Conditions, _pattern, _solved, _tail, _with_last, atoms

EXPONENTS = [2.05, 2.5, 4.0, 19.0, 40.0]


def remaining(place: Any, mass: Any, size: int, power: float) -> Any:
    """R times what is left of the conditions: payoffs, marginal payoffs in log effort over R, total mass."""
    payoffs, slopes = [], []
    for k in range(size):
        effort = np.exp(place[k] / power)
        chance = np.array([1.0 / (1.0 + np.exp(min(other - place[k], 700.0))) for other in place])
        payoffs.append(power * (sum(mass * chance) - effort))
        slopes.append(power * sum(mass * chance * (1 - chance)) - effort)
    return np.array([*payoffs, *slopes, power * (sum(mass) - 1.0)])


@pytest.mark.parametrize("exponent", [2.3, 4.0, 25.0])
def test_the_conditions_and_their_derivatives(exponent: float) -> None:
    conditions = _Conditions(exponent, 0.9)
    rng = np.random.default_rng(1)
    unknown = conditions.start + 0.03 * rng.normal(size=conditions.start.size)
    place, log_mass = conditions.atoms(unknown)
    left, matrix = conditions(unknown)
    assert left == pytest.approx(remaining(place, np.exp(log_mass), conditions.size, exponent), abs=1e-12)
    assert matrix.shape == (left.size, unknown.size) == (2 * conditions.size + 1, 2 * conditions.size)
    step = 1e-6
    for k in range(unknown.size):
        move = step * (np.arange(unknown.size) == k)
        slope = (conditions(unknown + move)[0] - conditions(unknown - move)[0]) / (2 * step)
        assert matrix[:, k] == pytest.approx(slope, abs=2e-8)


@pytest.mark.parametrize("exponent", EXPONENTS)
def test_places_and_probabilities_of_the_unknowns(exponent: float) -> None:
    """The first place, then gaps; logs of probabilities over the density C e^(u/R)/R... of each atom."""
    conditions = _Conditions(exponent, 0.9)
    k, rng = conditions.size, np.random.default_rng(2)
    first, gaps, weights = -1.2, 1.0 + rng.random(k - 1), rng.normal(size=k)
    place, log_mass = conditions.atoms(np.concatenate([[first], gaps, weights]))
    lead = first - np.append(0.0, np.cumsum(gaps))
    assert place == pytest.approx(np.append(lead, lead[-1] + conditions.further))
    density = np.log(np.sin(np.pi / exponent) / (np.pi / exponent)) + place / exponent
    assert log_mass == pytest.approx(density + np.append(weights, conditions.further_weights))


def test_atoms_that_follow_the_last_one_move_with_it() -> None:
    matrix = np.arange(12.0).reshape(2, 6)
    assert _with_last(matrix, 4).tolist() == [
        [0.0, 1.0, 2.0, 3.0 + 4.0 + 5.0],
        [6.0, 7.0, 8.0, 9.0 + 10.0 + 11.0],
    ]
    assert matrix.tolist() == np.arange(12.0).reshape(2, 6).tolist()


@pytest.mark.parametrize("exponent", EXPONENTS)
def test_the_pattern_is_near_what_is_found(exponent: float) -> None:
    """So that few steps remain: gaps to some hundredths, probabilities to a tenth but for the first ones."""
    conditions = _Conditions(exponent, 0.85)
    unknown, error = _solved(conditions)
    assert error < 1e-10
    k = conditions.size
    gaps, weights = _pattern(exponent, 0.85)
    assert gaps.size == k - 1 and (np.diff(gaps) < 0).all()
    assert unknown[1:k][:-2] == pytest.approx(gaps[:-2], rel=0.03)
    assert unknown[k:][4:] == pytest.approx(weights[4:], abs=0.12 if exponent < 2.2 else 0.06)
    assert abs(unknown[0] - conditions.start[0]) < 0.03
    # The last gap that is unknown is about as small as asked for, or the bids are next to nothing there.
    reaches = unknown[0] - unknown[1:k].sum() < -24.0 * exponent + 10.0
    assert reaches or 0.8 < gaps[-1] < 0.9


@pytest.mark.parametrize(
    ("exponent", "start", "steps"),
    [(2.05, 6e-3, 10), (2.5, 2e-3, 10), (4.0, 1.8e-3, 10), (19.0, 8e-4, 22), (40.0, 4e-4, 27)],
)
def test_how_near_the_start_is_and_how_many_steps_are_taken(
    exponent: float, start: float, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In shares of the prize; a wrong derivative converges too, but slowly."""
    conditions, errors = _Conditions(exponent, 0.85), []
    plain = _Conditions.__call__

    def watched(self: _Conditions, unknown: Any) -> Any:
        left, matrix = plain(self, unknown)
        errors.append(float(np.abs(left).max()) / exponent)
        return left, matrix

    monkeypatch.setattr(_Conditions, "__call__", watched)
    unknown, error = _solved(conditions)
    assert errors[0] < start
    assert int(np.argmax(np.array(errors) < 1e-9)) <= steps
    # The best of all that were seen is handed out, and its error.
    assert error == min(errors) == np.abs(plain(conditions, unknown)[0]).max() / exponent


@pytest.mark.parametrize("exponent", [2.3, 6.0, 30.0])
def test_the_tail_goes_on_as_the_pattern_does(exponent: float) -> None:
    """Gaps 2 pi^2 over the depth, smoothly bounded below by what money lets one see: places by an ODE."""
    free, number, last = 1.0 - 2.0 / exponent, 20, -40.0
    places, weights = _tail(exponent, last, number)
    depth, fine = (28.0, 36.0) if exponent <= 20 else (24.0, 31.0)
    early = (2.0 - 2.0 / exponent) / 6.0 + 0.0025
    origin = last + 2.0 * np.pi / free * np.sqrt(free * (number - 0.5) + early)

    def gap(place: Any) -> Any:
        return (
            2.0
            * np.pi**2
            * ((free * (origin - place)) ** -8.0 + np.maximum(fine + place / exponent, 3.0) ** -8.0) ** 0.125
        )

    solved = solve_ivp(lambda _, u: -gap(u), (0, places.size), [last], t_eval=np.arange(1, places.size + 1),
                       rtol=1e-10, atol=1e-10)  # fmt: skip
    assert places == pytest.approx(solved.y[0] - last, rel=1e-4)
    assert np.exp(weights) == pytest.approx(gap(last + places) / exponent, rel=1e-12)
    # Down to where bids are nothing, and no further.
    assert last + places[-1] <= -depth * exponent < last + places[-2]


@pytest.mark.parametrize("exponent", [2.05, 3.5, 12.0])
def test_gathered_the_density_pays_nothing_anywhere(exponent: float) -> None:
    """C e^(u/R) over places wins e^(u/R) from any u: what the pattern rests on."""
    level = np.sin(np.pi / exponent) / (np.pi / exponent) / exponent
    for u in (-3.0, 0.7):
        wins = quad(
            lambda v, u=u: level * np.exp(v / exponent) / (1 + np.exp(v - u)),
            u - 60 * exponent,
            u + 200.0,
            limit=500,
        )[0]
        assert wins == pytest.approx(np.exp(u / exponent), rel=1e-8)


@pytest.mark.parametrize("exponent", [2.002, 2.1, 3.1, 3.3, 8.0, 20.0, 20.5])
def test_no_bid_earns_anything(exponent: float) -> None:
    """Payoffs between atoms too, by brute force: nothing above 1e-10 of the prize."""
    efforts, chances = atoms(exponent)
    bids = np.unique(np.concatenate([efforts * f for f in (0.97, 0.99, 1.0, 1.01, 1.03)]))
    logs = exponent * (np.log(efforts) - np.log(bids)[:, None])
    pays = (1.0 / (1.0 + np.exp(np.clip(logs, -700.0, 700.0)))) @ chances - bids
    assert pays.max() < 5e-10 and np.abs(pays[np.isin(bids, efforts)]).max() < 5e-10


def test_what_is_not_found_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the conditions of 1e-8 of the prize is none; the words say how large it is."""
    left = {"error": 1.1e-8}
    monkeypatch.setattr(lottery_atoms, "_solved", lambda conditions: (conditions.start, left["error"]))
    with pytest.raises(ct.ConvergenceError) as caught:
        atoms(7.125)
    assert str(caught.value) == (
        "The atoms of the mixed equilibrium with exponent 7.125 were not found: their payoffs differ by "
        "1.1e-08 of the prize. Try solver='general', or success=ct.Highest() for a very large exponent."
    )
    left["error"] = 0.9e-8
    efforts, chances = atoms(7.125)
    assert efforts[0] < 1.0 and chances.sum() == pytest.approx(1.0, abs=1e-12)
    left["error"] = np.inf
    with pytest.raises(ct.ConvergenceError, match="differ by inf of the prize"):
        atoms(7.25)
