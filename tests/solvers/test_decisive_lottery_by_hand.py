"""Lotteries with an exponent above 1 by hand: who stays idle, by a search over her bids; atoms above 2."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

import contests as ct
from contests.solvers.lottery_atoms import atoms
from contests.solvers.lottery_decisive import (
    SOLVER,
    _effective,
    _efforts,
    _equilibrium,
    _pair,
    _powers,
    _sizes,
)


def lottery(exponent: float, value: Any = None, n: int = 2, **parts: Any) -> ct.Contest:
    weights = parts.pop("weights", None)
    contestants = parts.pop("contestants", ct.Identical(n) if value is None else ct.Known(value=value))
    return ct.Contest(
        contestants=contestants, prizes=1.0, success=ct.Lottery(exponent=exponent, weights=weights), **parts
    )


def best_gain(value: float, aggregate: float, exponent: float) -> float:
    """The most that whoever is idle gains by any bid, against the others' sum of bids to the power R."""
    bids = value * np.geomspace(1e-6, 1.0, 20_001)
    return float(np.max(value * bids**exponent / (bids**exponent + aggregate) - bids))


@pytest.mark.parametrize("exponent", [1.2, 1.5, 1.8])
def test_who_is_idle_has_no_bid_that_pays(exponent: float) -> None:
    """Two of value 1 bid R/4 each; a third of value w stays out up to the w at which some bid breaks even."""
    aggregate = 2 * (exponent / 4) ** exponent
    even = brentq(lambda value: best_gain(value, aggregate, exponent) - 1e-9, 0.05, 3.0, xtol=1e-8)
    for value, stays in ((even * 0.999, True), (even * 1.001, False)):
        found = _equilibrium(np.array([1.0, value]), np.array([2, 0]), np.array([2, 1]), exponent)
        assert (found is not None) == stays
        if found is not None:
            assert found == pytest.approx([exponent / 4, 0.0], rel=1e-12)


@pytest.mark.parametrize("exponent", [1.05, 1.2, 1.34, 1.5, 2.0])
def test_numbers_of_the_alike_who_may_be_active(exponent: float) -> None:
    """m active bid R (m - 1)/m^2; none loses if R (m - 1) <= m, and a further one finds no bid that pays."""
    for n in (2, 4, 7):
        possible = []
        for m in range(2, n + 1):
            bid = exponent * (m - 1) / m**2
            idle_stays = m == n or best_gain(1.0, m * bid**exponent, exponent) <= 1e-9
            if 1 / m - bid >= -1e-12 and idle_stays:
                possible.append(m)
        assert _sizes(exponent, n) == possible


def test_two_who_differ_satisfy_their_conditions() -> None:
    """R y^R Y^R / (y^R + Y^R)^2 / y, times the value, is one for both, and shares are on the upper branch."""
    exponent, values = 1.3, np.array([1.0, 0.8])
    for bids in (
        _pair(1.0, 0.8, exponent),
        _equilibrium(values, np.array([1, 1]), np.array([1, 1]), exponent),
    ):
        assert bids is not None
        power = bids**exponent
        slope = exponent * values * power.prod() / power.sum() ** 2 / bids
        assert slope == pytest.approx([1.0, 1.0], rel=1e-10)
    # A rival whose value is a tenth cannot be held in by sure bids: her share would be off her branch.
    assert _equilibrium(np.array([1.0, 0.1]), np.array([1, 1]), np.array([1, 1]), 1.9) is None


def test_the_exponent_on_spending() -> None:
    """Output e^a and cost e^b make r an exponent r a / b on spending."""
    root_output = ct.Exact(output=ct.Power(0.5, scale=3.0))
    assert _powers(lottery(3.0)) == 3.0
    assert _powers(lottery(3.0, cost=ct.Power(2))) == 1.5
    assert _powers(lottery(3.0, technology=root_output)) == 1.5
    assert _powers(lottery(3.0, technology=root_output, cost=ct.Power(1.5))) == 1.0
    assert _powers(lottery(3.0, cost=ct.Linear(2.0))) == 3.0
    assert _powers(lottery(3.0, cost=ct.Exponential())) is None


def test_effective_values_and_the_bids_in_money() -> None:
    """A weight m is worth m^(1/R) of spending; effort e costs k c(e)."""
    contest = lottery(
        1.5,
        contestants=ct.Known(value=[2.0, 1.0], cost=[1.0, 4.0]),
        weights=[8.0, 1.0],
        cost=ct.Power(1, scale=0.5),
    )
    value, unit = _effective(contest, 1.5)
    assert unit == pytest.approx([8.0 ** (-1 / 1.5), 4.0], rel=1e-14)
    assert value == pytest.approx([2.0 * 8.0 ** (1 / 1.5), 0.25], rel=1e-14)
    assert _efforts(contest, np.array([3.0, 2.0])) == pytest.approx([6.0, 1.0], rel=1e-14)


@pytest.mark.parametrize(("exponent", "values"), [(1.9, [1.0, 0.4]), (2.0, [1.0, 0.5]), (4.0, [1.0, 0.6])])
def test_mixing_makes_all_that_is_done_worth_the_same(exponent: float, values: list[float]) -> None:
    """The weak one earns nothing with any of her bids or another; the strong one the same with all of his."""
    found = SOLVER.solve(lottery(exponent, values))
    strategies = [found.profile.strategy(i).atoms for i in (0, 1)]
    assert found.selection.startswith("semi-mixed; " if exponent <= 2 else "mixed; ")
    for i, worth in ((1, 0.0), (0, values[0] - values[1])):
        own, rival = strategies[i], strategies[1 - i]
        if exponent <= 2 and i == 0:
            worth = None  # one bid only
        bids = np.concatenate([own[0], np.linspace(0.0, 1.2 * values[1], 400)])
        power, other = bids[:, None] ** exponent, rival[0][None, :] ** exponent
        chance = np.where(power + other > 0, power / np.where(power + other > 0, power + other, 1.0), 0.5)
        pays = values[i] * chance @ rival[1] - bids
        done = pays[: own[0].size]
        assert done == pytest.approx(np.full(done.size, done[0] if worth is None else worth), abs=1e-9)
        assert pays.max() <= done[0] + 1e-9


@pytest.mark.parametrize("exponent", [2.05, 3.0, 30.0])
def test_atoms_earn_nothing_and_their_mean_is_half_the_prize(exponent: float) -> None:
    """All pay in expectation what they win, and fall in order; what is handed out is a copy."""
    efforts, chances = atoms(exponent)
    assert (np.diff(efforts) < 0).all() and (chances > 0).all() and chances.sum() == pytest.approx(1.0)
    log = exponent * np.log(efforts)
    wins = (1.0 / (1.0 + np.exp(np.clip(log[None, :] - log[:, None], -700.0, 700.0)))) @ chances
    assert wins == pytest.approx(efforts, abs=1e-9)
    assert efforts @ chances == pytest.approx(0.5, abs=1e-9)
    efforts[:] = 0.0
    chances[:] = 0.0
    assert atoms(exponent)[0][0] > 0.1 and atoms(exponent)[1].sum() == pytest.approx(1.0)
