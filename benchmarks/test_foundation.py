"""What the main job costs: one solve with its certificate, a million contestants, the import.

Run with ``pytest benchmarks``; figures that must mean something on any machine are ratios inside
one run, kept in ``extra_info``.
"""

import subprocess
import sys
import time

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.solvers.lottery import SOLVER

IDEATION = {
    "gumbel": stats.gumbel_r(scale=2.0),
    "logistic": stats.logistic(scale=2.0),
    "normal": stats.norm(scale=2.0),
    "uniform": stats.uniform(-3.0, 6.0),
    "exponential": stats.expon(scale=2.0),
    "student, 5 degrees": stats.t(5),
    "skewed normal": stats.skewnorm(3),
}


@pytest.mark.parametrize("shock", IDEATION)
def test_symmetric_solve_with_certificate(benchmark, shock):
    def solve():
        return ct.solve(
            ct.Contest(
                contestants=ct.Identical(20),
                technology=ct.Additive(IDEATION[shock]),
                cost=ct.Power(2, scale=0.5),
                prizes=1.0,
            )
        )

    assert benchmark(solve).certificate.passed


def test_lottery_of_a_million(benchmark):
    """At most 40 times one ``numpy.sqrt(x).sum()`` over the same array."""
    values = np.random.default_rng(1).uniform(1.0, 2.0, 10**6)
    contest = ct.Contest(contestants=ct.Known(value=values), prizes=1.0, success=ct.Lottery())
    contest.is_symmetric  # noqa: B018 - kinds are worked out once, not part of the equilibrium
    profile = benchmark(lambda: SOLVER.solve(contest)).profile
    started = time.perf_counter()
    for _ in range(10):
        np.sqrt(values).sum()
    yardstick = (time.perf_counter() - started) / 10
    benchmark.extra_info["times sqrt(x).sum()"] = benchmark.stats["min"] / yardstick
    assert profile.n == 10**6


def test_import(benchmark):
    """``import contests`` over ``import numpy``, in milliseconds."""

    def milliseconds(code):
        program = (
            f"import time; import numpy; t = time.perf_counter(); {code}; print(time.perf_counter() - t)"
        )
        found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        return 1e3 * float(found.stdout)

    benchmark.extra_info["import, ms"] = min(milliseconds("import contests") for _ in range(3))
    benchmark.pedantic(lambda: milliseconds("import contests"), rounds=1)
    assert benchmark.extra_info["import, ms"] >= 0


def test_a_thousand_types_of_moldovanu_and_sela(benchmark):
    """A private-type all-pay with three contestants at 1001 types, to 1e-10: at most 5 ms."""
    from contests.solvers.private_exact import SOLVER as EXACT

    contest = ct.Contest(contestants=ct.Private(3, cost=stats.uniform(0.5, 0.5)), prizes=1.0)
    types = np.linspace(0.5, 1, 1001)
    efforts = benchmark(lambda: EXACT.solve(contest).profile.strategy(0)(types))
    # effort(c) = ∫_c^1 2 (1 - F(t)) f(t) / t dt with f = 2: 8 (c - 1 - ln c)
    np.testing.assert_allclose(efforts, 8 * (types - 1 - np.log(types)), rtol=1e-10, atol=1e-15)
