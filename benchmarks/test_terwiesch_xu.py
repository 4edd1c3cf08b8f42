"""What Terwiesch-Xu contests cost: goals in the names; run with ``pytest benchmarks``."""

import numpy as np
from scipy import stats

from contests.models import Expertise, Ideation, TerwieschXu, TrialAndError


def test_ideation_with_certificate_5_ms(benchmark):
    model = TerwieschXu(project=Ideation(returns=1.0, shock=2.0), solvers=20, award=10.0)
    assert benchmark(lambda: model.replace(award=10.0).solve()).certificate.passed


def test_expertise_at_1000_abilities_10_ms(benchmark):
    """The effort function itself, to 1e-10; its certificate is timed below."""
    from contests.models.terwiesch_xu_design import candidate

    abilities = np.linspace(0.001, 1.0, 1000)
    model = TerwieschXu(project=Expertise(ability=stats.uniform()), solvers=2, award=1.0)
    efforts = benchmark(lambda: candidate(model.contest()).strategy(0)(abilities))
    assert np.max(np.abs(efforts / -np.expm1(-abilities) - 1)) < 1e-10


def test_expertise_with_certificate(benchmark):
    model = TerwieschXu(project=Expertise(ability=stats.uniform()), solvers=5, award=1.0)
    assert benchmark.pedantic(model.solve, rounds=2).certificate.passed


def test_best_size_to_500_gumbel_1_s(benchmark):
    model = TerwieschXu(project=Ideation(returns=0.9), solvers=2, award=1.0)
    assert benchmark(lambda: model.best_size(weight_best=0.9, largest=500)).choice > 2


def test_best_size_to_500_normal_1_s(benchmark):
    model = TerwieschXu(project=Ideation(returns=0.5, shock=stats.norm()), solvers=2, award=1.0)
    assert benchmark.pedantic(lambda: model.best_size(largest=500), rounds=3).choice == 27


def test_best_size_to_500_expertise_uniform_1_s(benchmark):
    model = TerwieschXu(project=Expertise(ability=stats.uniform(), returns=3.0), solvers=2, award=1.0)
    assert benchmark.pedantic(lambda: model.best_size(largest=500), rounds=3).choice == 2


def test_best_size_to_500_expertise_normal_1_s(benchmark):
    model = TerwieschXu(project=Expertise(ability=stats.norm(), returns=1.0), solvers=2, award=1.0)
    assert benchmark.pedantic(lambda: model.best_size(largest=500), rounds=3).choice == 500


def test_best_size_to_500_trials_normal_1_s(benchmark):
    model = TerwieschXu(project=TrialAndError(draw=stats.norm()), solvers=2, award=10.0)
    assert benchmark.pedantic(lambda: model.best_size(weight_best=0.9, largest=500), rounds=3).choice > 2


def test_whole_trials(benchmark):
    project = TrialAndError(draw=stats.uniform(), whole=True)
    model = TerwieschXu(project=project, solvers=4, award=20.0)
    assert benchmark.pedantic(model.pure_equilibria, rounds=2).profiles


def test_100_000_certified_efforts_2_s(benchmark):
    rng = np.random.default_rng(1)
    size = 100_000
    points = {
        "award": rng.uniform(0.1, 50, size),
        "returns": rng.uniform(0.1, 2, size),
        "shock": rng.uniform(0.3, 3, size),
        "solvers": rng.integers(2, 60, size),
    }
    found = benchmark.pedantic(lambda: TerwieschXu.efforts(**points), rounds=2)
    assert 0.5 < found.passed.mean() < 1
