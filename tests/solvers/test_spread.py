"""All-pay contests by the general solver, which knows nothing of them, against closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import contests as ct

CASES = [
    # Baye, Kovenock and de Vries (1996): everything is competed away, efforts V/2.
    ("alike", {"contestants": ct.Identical(2)}, [0.0, 0.0], [0.5, 0.5], 1e-9),
    # Che and Gale (1998): a cap below V/2 is met by both, who share the prize.
    (
        "cap",
        {"contestants": ct.Identical(2), "cost": ct.Capped(ct.Linear(), at=0.4)},
        [0.1, 0.1],
        [0.4, 0.4],
        1e-12,
    ),
    # Siegel (2009): a head start of 0.3 is worth 0.3; the other spreads evenly over (0.3, 1) with 0.7.
    (
        "head start",
        {"contestants": ct.Known(ability=[0.3, 0.0])},
        [0.3, 0.0],
        [0.7**2 / 2, (1.0 - 0.3**2) / 2],
        1e-9,
    ),
    # Costs e^2 are even on [0, 0.6] for the first; the second does nothing with probability 0.4.
    (
        "convex cost",
        {"contestants": ct.Known(value=[1.0, 0.6]), "cost": ct.Power(2)},
        [0.4, 0.0],
        [2 / 3 * np.sqrt(0.6), 0.6 * 2 / 3 * np.sqrt(0.6)],
        1e-6,
    ),
    # Barut and Kovenock (1998): three for prizes 1, 1/2, 0: half the prize money over three each.
    ("two prizes", {"contestants": ct.Identical(3), "prizes": [1.0, 0.5]}, [0.0] * 3, [0.5] * 3, 1e-4),
]


@pytest.mark.parametrize(
    ("parts", "payoff", "effort", "near"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
@pytest.mark.parametrize("money", [1.0, 1e9])
def test_all_pay(
    parts: dict[str, Any], payoff: list[float], effort: list[float], near: float, money: float
) -> None:
    prizes, cost = np.atleast_1d(parts.get("prizes", 1.0)), parts.get("cost", ct.Linear())
    contest = ct.Contest(**{**parts, "prizes": money * prizes, "cost": cost.scaled(money)})
    found = ct.solve(contest, solver="general", gain_tolerance=1e-3, effort_tolerance=0.1)
    assert found.payoff / money == pytest.approx(payoff, abs=near)
    assert found.effort == pytest.approx(effort, abs=near)
