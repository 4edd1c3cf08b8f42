"""Closed forms of contests with private values against the solver, and their propositions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from contests.errors import UnsolvableError
from contests.models import AmannLeininger, ArchakSundararajan, ChawlaHartlineSivan
from contests.models._amann_leininger_theory import amann_leininger_theory
from contests.models._archak_sundararajan_theory import archak_sundararajan_theory
from contests.models._chawla_hartline_sivan_theory import chawla_hartline_sivan_theory


@pytest.mark.slow
def test_two_uniform_laws() -> None:
    model = AmannLeininger(values=(stats.uniform(0, 1), stats.uniform(0, 1.5)), prize=2.0)
    theory, equilibrium = model.theory(), model.solve()
    own = theory.symbols["value"]
    for v in (0.2, 0.7, 1.0):
        assert theory.value(theory.effort.subs(own, v)) == pytest.approx(
            float(equilibrium.strategy(0)([v])[0]), rel=1e-9
        )
        second = theory.quantities["effort_2"].subs(own, v)
        assert theory.value(second) == pytest.approx(float(equilibrium.strategy(1)([v])[0]), rel=1e-9)
    for i in (0, 1):
        assert equilibrium.effort[i] == pytest.approx(theory.value(f"mean_effort_{i + 1}"), rel=1e-9)
    assert equilibrium.total_effort == pytest.approx(theory.value("total_effort"), rel=1e-9)
    assert equilibrium.win_probability[0] == pytest.approx(theory.value("win_probability_1"), rel=1e-9)
    assert equilibrium.strategy(1).support[1] == pytest.approx(theory.value("top_effort"), rel=1e-6)


@pytest.mark.parametrize("n", [2, 3, 7])
def test_one_prize_for_the_best(n: int) -> None:
    model = ChawlaHartlineSivan(contestants=n, prizes=[3.0], value=stats.uniform(0, 2.0))
    theory, equilibrium = model.theory(), model.solve()
    at = theory.effort.subs(theory.symbols["value"], 1.3)
    assert theory.value(at) == pytest.approx(float(equilibrium.strategy(0)([1.3])[0]), rel=1e-9)
    assert theory.value("expected_best") == pytest.approx(equilibrium.expected_best, rel=1e-9)
    assert theory.value("total_effort") == pytest.approx(equilibrium.total_effort, rel=1e-9)
    assert theory.value("max_to_total") == pytest.approx(model.max_to_total(), rel=1e-9)
    assert theory.value("best_reserve_type") == pytest.approx(model.best_reserve_type(), rel=1e-9)
    assert theory.value("best_reserve") == pytest.approx(model.best_reserve(), rel=1e-9)


def test_the_limit_of_many() -> None:
    model = ArchakSundararajan(contestants=20_000, prizes=(3.0, 2.0, 1.0), value=stats.uniform(0, 2.0))
    theory = model.theory()
    for rank in range(1, 6):
        limit = theory.value(f"effort_of_rank_{rank}")
        assert limit == pytest.approx(model.ranked_effort(rank), rel=1e-12)
        assert limit == pytest.approx(model.exact_ranked_effort(rank), rel=1e-3)
    assert theory.value("total_effort") == pytest.approx(model.limit_total_effort, rel=1e-12)
    # The symbol of a type is the expected number of better rivals.
    value = 2.0 * (1 - 1.5 / 20_000)
    strategy = model.solve().strategy(0)
    at = theory.effort.subs(theory.symbols["better_rivals"], 1.5)
    assert theory.value(at) == pytest.approx(float(strategy([value])[0]), rel=1e-3)


def test_without_uniform_laws_there_are_propositions_only() -> None:
    for model in (
        AmannLeininger(values=(stats.uniform(1, 1), stats.uniform(0, 1))),
        ChawlaHartlineSivan(value=stats.beta(2, 2)),
        ChawlaHartlineSivan(prizes=(1.0, 0.5)),
    ):
        theory = model.theory()
        assert theory.propositions
        with pytest.raises(UnsolvableError):
            theory.expression("effort")


PROPOSITIONS = [
    *amann_leininger_theory(AmannLeininger(values=(stats.uniform(), stats.uniform(0, 2)))).propositions,
    *chawla_hartline_sivan_theory(ChawlaHartlineSivan()).propositions,
    *archak_sundararajan_theory(ArchakSundararajan()).propositions,
]


@pytest.mark.slow
@pytest.mark.parametrize("proposition", PROPOSITIONS, ids=[p.name for p in PROPOSITIONS])
def test_propositions_hold(proposition) -> None:
    found = proposition.check(rng=np.random.default_rng(5), size=2)
    assert found.passed, found.summary()
