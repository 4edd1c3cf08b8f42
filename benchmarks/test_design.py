"""How fast design is: a thousand prizes, five hundred sizes, two levers with four hundred equilibria."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import Ideation, TerwieschXu


@pytest.mark.parametrize(
    ("shock", "paid"), [(stats.norm(scale=2.0), 1), (stats.t(3), 168)], ids=["normal", "t"]
)
def test_a_thousand_prizes(benchmark, shock, paid):
    """A linear programme over 1000 prizes, certified: at most 1 s; with heavy tails many are paid."""
    contest = ct.Contest(
        contestants=ct.Identical(1000),
        prizes=1.0,
        technology=ct.Additive(shock),
        cost=ct.Power(2, scale=0.5),
    )
    found = benchmark.pedantic(ct.optimal_prizes, args=(contest, 1.0), rounds=3)
    assert found.choice["prizes"] == pytest.approx(np.full(paid, 1 / paid))


def test_sizes_of_an_ideation_contest(benchmark):
    """The best of n = 2..500, every one certified: at most 1 s."""
    model = TerwieschXu(
        project=Ideation(returns=0.9, shock=1.0, baseline=4.0), solvers=5, award=1.0, unit_cost=0.5
    )
    found = benchmark.pedantic(ct.optimal_size, args=(model, range(2, 501)), rounds=2)
    assert found.choice["n"] == 500
    assert len(found.trials) == 499


def lottery(n, prize):
    return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery(), cost=ct.Power(2))


def test_two_levers_with_four_hundred_equilibria(benchmark):
    """Twenty sizes by twenty prizes, every one certified: at most 5 s on one core."""
    goal = 2 * ct.TotalEffort() - ct.PrizesPaid()
    found = benchmark.pedantic(
        ct.design,
        args=(lottery, goal),
        kwargs={"n": range(2, 22), "prize": np.linspace(0.5, 20, 20)},
        rounds=2,
    )
    assert len(found.trials) == 400


def test_a_sweep_of_a_hundred_thousand_points(benchmark):
    """10^5 points of Terwiesch and Xu in at most 2 s; the ratio to one solve is kept."""
    model = TerwieschXu(project=Ideation(returns=1.0, shock=2.0), solvers=4, award=10.0, unit_cost=2.0)
    axes = {
        "award": np.linspace(1, 20, 10),
        "unit_cost": np.linspace(0.5, 3, 10),
        "solvers": range(2, 12),
        "project.returns": np.linspace(0.1, 1.0, 10),
        "project.shock": np.linspace(1.0, 3.0, 10),
    }
    table = benchmark.pedantic(ct.sweep, args=(model, ct.TotalEffort()), kwargs=axes, rounds=2)
    started = time.perf_counter()
    for _ in range(20):
        model.solve()
    each = (time.perf_counter() - started) / 20
    benchmark.extra_info["times one solve"] = benchmark.stats["min"] / each
    assert table.complete
    assert table.size == 100_000


def private_values(n):
    return ct.Contest(contestants=ct.Private(n, value=stats.uniform()), prizes=1.0)


def test_the_best_reserve_of_private_values(benchmark):
    """Myerson's reserve by search over an interval, every candidate certified at each type: at most 5 s."""
    found = benchmark.pedantic(ct.optimal_reserve, args=(private_values(3), ct.Interval(0.0, 1.0)), rounds=2)
    assert abs(found.choice["quality"] - 1 / 8) < 1e-8
    benchmark.extra_info["candidates"] = len(found.trials)


def test_the_best_fee_of_private_values(benchmark):
    """The same auction by a fee: at most 10 s."""
    found = benchmark.pedantic(ct.optimal_fee, args=(private_values(3), ct.Interval(0.0, 1.0)), rounds=2)
    assert abs(found.choice["fee"] - 1 / 8) < 1e-8
    benchmark.extra_info["candidates"] = len(found.trials)


def test_the_best_fee_of_identical_contestants(benchmark):
    """Where fees keep some out the value jumps: at most 60 candidates."""
    contest = ct.Contest(contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery())
    found = benchmark.pedantic(ct.optimal_fee, args=(contest, ct.Interval(0.0, 0.5)), rounds=2)
    assert found.sensitivity["fee"].position == "at a jump"
    assert len(found.trials) <= 60
    benchmark.extra_info["candidates"] = len(found.trials)
