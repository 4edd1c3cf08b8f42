"""Profits of fields of all sizes at once: the same as solving each size by itself.

The one-by-one route solves each size and integrates over its own nodes; the other solves all sizes on
common panels. Where quantities have kinks both are held against 30-digit quadrature.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import Expertise, Ideation, TerwieschXu, TrialAndError
from contests.models import terwiesch_xu_searched as searched
from contests.models.terwiesch_xu_searched import quick_profit
from contests.models.terwiesch_xu_sizes import profits_of_sizes

EXPERTISE = {
    "uniform": (Expertise(ability=stats.uniform()), 1.0, ct.Linear()),
    "uniform, returns small": (Expertise(ability=stats.uniform(), returns=0.05), 1.0, ct.Linear()),
    "uniform, returns large, baseline": (
        Expertise(ability=stats.uniform(), returns=30.0, baseline=2.0),
        3.0,
        ct.Linear(),
    ),
    "normal": (Expertise(ability=stats.norm()), 1.0, ct.Linear()),
    "Gumbel": (Expertise(ability=stats.gumbel_r(), returns=0.7), 1.0, ct.Linear()),
    "exponential, quadratic": (Expertise(ability=stats.expon(), returns=0.6), 1.0, ct.Power(2, scale=3)),
    "normal, four prizes": (Expertise(ability=stats.norm()), (3.0, 2.0, 2.0, 0.5), ct.Power(1.5)),
    "triangular": (Expertise(ability=stats.triang(0.3)), 1.0, ct.Linear()),
    "Laplace": (Expertise(ability=stats.laplace()), 2.0, ct.Linear()),
    "arcsine": (Expertise(ability=stats.beta(0.5, 0.5)), 2.0, ct.Linear()),
}
OTHERS = {
    "ideation, normal": (Ideation(shock=stats.norm(), returns=0.5), 1.0, ct.Linear()),
    "ideation, Student": (Ideation(shock=stats.t(3, loc=2), returns=0.5), (2.0, 1.0), ct.Power(2)),
    "ideation, exponential, three prizes": (
        Ideation(shock=stats.expon(), returns=0.8),
        (3, 3, 1),
        ct.Linear(),
    ),
    "ideation, skew normal": (Ideation(shock=stats.skewnorm(3), returns=0.3), 1.0, ct.Linear()),
    "trials, normal": (TrialAndError(draw=stats.norm()), 10.0, ct.Linear()),
    "trials, uniform, quadratic": (TrialAndError(draw=stats.uniform()), 10.0, ct.Power(2)),
    "trials, three prizes": (TrialAndError(draw=stats.expon()), (30, 30, 10), ct.Linear()),
    "trials, Laplace": (TrialAndError(draw=stats.laplace()), 30.0, ct.Linear()),
}


@pytest.mark.parametrize("weight", [1.0, 0.3, 0.0])
@pytest.mark.parametrize("name", [*EXPERTISE, *OTHERS])
def test_all_sizes_equal_one_by_one(name: str, weight: float) -> None:
    project, award, cost = {**EXPERTISE, **OTHERS}[name]
    model = TerwieschXu(project=project, solvers=5, award=award, unit_cost=0.7, cost=cost)
    least = len(award) if isinstance(award, tuple) else 2
    sizes = [least, least + 1, 9, 50, 500]
    together = profits_of_sizes(model, sizes, weight)
    assert together is not None
    alone = [quick_profit(model, n, weight) for n in sizes]
    size = max(abs(p) for p in alone if p is not None)
    for one, profit in zip(together, alone, strict=True):
        if profit is None:
            assert one == -math.inf
        else:
            assert one == pytest.approx(profit, abs=1e-10 * (1 + size))


def test_kinked_ability_against_quadrature() -> None:
    """Laplace abilities, two solvers: 30-digit quadrature. Nodes that miss the kink were 7e-7 off."""
    model = TerwieschXu(
        project=Expertise(ability=stats.laplace(), returns=1.0), solvers=2, award=2.0, unit_cost=0.7
    )
    best, average = 0.18735155528171901975, -0.87501692037934769609
    for weight, value in ((1.0, best - 2), (0.0, average - 2)):
        together = profits_of_sizes(model, [2], weight)
        assert together is not None
        assert float(together[0]) == pytest.approx(value, rel=1e-13)
        assert quick_profit(model, 2, weight) == pytest.approx(value, rel=1e-13)
        assert model.profit(weight) == pytest.approx(value, rel=1e-13)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_units_of_money_and_quality(scale: float) -> None:
    """Award, cost and qualities in other units: profits in those units."""
    plain = TerwieschXu(project=Expertise(ability=stats.norm(), returns=0.8), solvers=2, award=1.0)
    scaled = TerwieschXu(
        project=Expertise(ability=stats.norm(scale=scale), returns=0.8 * scale),
        solvers=2,
        award=scale,
        unit_cost=scale,
    )
    one, other = profits_of_sizes(plain, range(2, 60), 0.6), profits_of_sizes(scaled, range(2, 60), 0.6)
    assert one is not None
    assert other is not None
    assert other / scale == pytest.approx(one, rel=1e-12)


def test_best_size_compares_every_size_and_says_what_is_certified() -> None:
    """Uniform ability, returns 1: falls to three solvers, then rises; the whole range is compared."""
    model = TerwieschXu(project=Expertise(ability=stats.uniform(), returns=1.0), solvers=3, award=1.0)
    found = model.best_size(largest=130)
    assert found.choice == 130
    assert found.evidence == (
        "the first-order profits of all sizes from 1 to 130 are compared; of these only the best, 130, "
        "is certified"
    )
    assert (
        model.replace(project=Expertise(ability=stats.uniform(), returns=3.0)).best_size(largest=300).choice
        == 2
    )


def test_beyond_2000_sizes_a_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the sizes that are all compared, steps in even ratios lead to the same best size."""
    project = Ideation(shock=stats.norm(), returns=0.35)
    model = TerwieschXu(project=project, solvers=2, award=0.35)
    whole = model.best_size(weight_best=0.9, largest=500)
    monkeypatch.setattr(searched, "_EACH", 12)
    ladder = model.best_size(weight_best=0.9, largest=500)
    assert ladder.choice == whole.choice > 12
    assert ladder.evidence.startswith(
        "the first-order profits of all sizes from 1 to 12, of 12 in even ratios from there to 500 and of "
        "all around their best are compared"
    )


def test_a_rough_comparison_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certified profit of the choice is held against the comparison."""
    model = TerwieschXu(project=Expertise(ability=stats.uniform(), returns=3.0), solvers=3, award=1.0)
    exact = searched.profits_of_sizes
    monkeypatch.setattr(
        searched, "profits_of_sizes", lambda *given: np.asarray(exact(*given), float) * (1 + 1e-6)
    )
    with pytest.raises(ct.ConvergenceError, match="too rough for this law"):
        model.best_size(largest=5)


def test_sizes_that_cannot_be_computed_are_told() -> None:
    """Quantiles of the skew normal below 1e-13 are not known, which the average of few trials needs."""
    model = TerwieschXu(
        project=TrialAndError(draw=stats.skewnorm(3)), solvers=2, award=50.0, unit_cost=0.7, cost=ct.Power(2)
    )
    found = model.best_size(weight_best=0.3, largest=60)
    assert found.choice == 3
    assert "that could not be computed (the first: " in found.evidence


def test_an_ability_too_rough_for_panels_is_refused() -> None:
    with pytest.raises(ct.ConvergenceError, match="Truncate the law"):
        TerwieschXu(project=Expertise(ability=stats.t(5)), solvers=3, award=1.0).best_size(largest=20)
