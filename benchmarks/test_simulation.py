"""What the referee costs over drawing the shocks and taking the best with bare numpy: at most twice."""

import time

import numpy as np
import pytest
from scipy import stats

import contests as ct

SIZE = 100_000


@pytest.mark.parametrize("n", [2, 20, 200])
def test_simulate_over_bare_numpy(benchmark, n):
    contest = ct.Contest(
        contestants=ct.Identical(n),
        technology=ct.Additive(stats.gumbel_r(scale=2.0)),
        cost=ct.Power(2),
        prizes=1.0,
    )
    equilibrium, size = ct.solve(contest), SIZE * 20 // n

    def bare():
        quality = equilibrium.effort + np.random.default_rng(1).gumbel(scale=2.0, size=(size, n))
        return quality.argmax(axis=1), quality.max(axis=1)

    outcome = benchmark(lambda: equilibrium.simulate(size, rng=np.random.default_rng(1)))
    times = []
    for _ in range(5):
        started = time.perf_counter()
        bare()
        times.append(time.perf_counter() - started)
    benchmark.extra_info["times bare numpy"] = benchmark.stats["min"] / min(times)
    assert outcome.best.shape == (size,)
    assert (outcome.rank == 1).sum(axis=1).all()
