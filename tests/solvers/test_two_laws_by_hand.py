"""Two contestants whose types follow different laws, in closed form (Amann and Leininger 1996).

Values uniform on [0, 1] and [0, 2]: who bids the same is tied by u_1 = sqrt(u_2), and bids are 2/3 v_1^3 and
2/3 (v_2/2)^(3/2). Unit costs uniform on [1, 2] and [1, 3]: k_1^2 - 1 = (k_2^2 - 1)/2, so that costs of the
second above sqrt(7) do nothing, and she exerts (asinh sqrt(7) - asinh k_2)/sqrt(2).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.solvers.private_exact import SOLVER
from contests.solvers.private_two_laws import two_law_strategies


def contest(prizes: Any = 1.0, **traits: Any) -> ct.Contest:
    return ct.Contest(contestants=ct.Private(**traits), prizes=prizes)


@pytest.mark.slow  # both integrals diverge at the bottom: two seconds
def test_values_of_two_uniform_laws() -> None:
    laws = [stats.uniform(0, 1), stats.uniform(0, 2)]
    first, second = two_law_strategies(contest(value=laws))
    values = np.linspace(0.05, 1.0, 12)
    assert first(values) == pytest.approx(2 / 3 * values**3, rel=1e-11)
    assert second(2 * values) == pytest.approx(2 / 3 * values**1.5, rel=1e-11)
    assert first.start <= -345.0 and second.start <= -345.0  # nobody that a float can tell stays idle
    assert first.scores_increase and second.scores_increase


@pytest.mark.parametrize(("prizes", "spread"), [(1.0, 1.0), (1e9, 1e9), ([5.0, 2.0], 3.0)])
def test_costs_of_which_some_do_nothing(prizes: Any, spread: float) -> None:
    """Two prizes for two are worth their difference."""
    pair = two_law_strategies(contest(prizes, cost=[stats.uniform(1, 1), stats.uniform(1, 2)]))
    ends = np.arcsinh(np.sqrt(7))
    costs = np.linspace(1.0, 2.6, 9)
    efforts = spread * (ends - np.arcsinh(costs)) / np.sqrt(2)
    assert pair[1](costs) == pytest.approx(efforts, rel=1e-9)
    assert pair[1]([2.7, 2.9, 3.0]).tolist() == [0.0] * 3
    tied = np.sqrt((costs**2 + 1) / 2)
    assert pair[0](tied) == pytest.approx(efforts, rel=1e-9)
    assert pair[0].scores_increase is False and pair[1].scores_increase is False
    level = (3 - np.sqrt(7)) / 2  # of the second's cost at which she begins
    assert pair[1].start == pytest.approx(np.log(level / (1 - level)), rel=1e-10)
    assert np.isneginf(pair[0].start)


def test_what_is_refused() -> None:
    laws = [stats.uniform(1, 1), stats.uniform(1, 2)]
    assert SOLVER.refuses(contest(value=laws)) is None
    refused = SOLVER.refuses(contest(ability=laws))
    assert refused is not None
    assert "abilities of two laws need output ct.Log() and a cost ct.Linear() or ct.Power()" in refused


def test_equal_laws_give_the_symmetric_strategy_with_scores_that_fall_in_cost() -> None:
    """Costs uniform on [1, 2]: effort is the integral of 1/kappa from k to 2, log(2/k)."""
    costs = np.linspace(1.0, 2.0, 7)
    alike: Any = SOLVER.solve(ct.Contest(contestants=ct.Private(2, cost=stats.uniform(1, 1)), prizes=1.0))
    strategy = alike.profile.strategy(0)
    assert strategy(costs) == pytest.approx(np.log(2 / costs), rel=1e-11, abs=1e-14)
    assert strategy.scores_increase is False
