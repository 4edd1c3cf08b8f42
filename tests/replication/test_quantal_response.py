"""McKelvey and Palfrey (1995); Lim, Matros and Turocy (2014): logit responses on a grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import contests as ct
from cases import cases, expected
from contests.models import QuantalResponse


def contest(kind: str, n: int = 2) -> ct.Contest:
    success = ct.Lottery() if kind == "lottery" else ct.Highest()
    return ct.Contest(contestants=ct.Identical(n), prizes=1.0, success=success)


@pytest.mark.parametrize("case", cases("canon", model="logit_qre_discretised"))
def test_branch_from_zero(case: Any) -> None:
    p = case["parameters"]
    size = int(p["grid"].rstrip(")").split(",")[2])
    response = QuantalResponse(
        contest=contest(p["contest"], p["n"]), precision=p["lam"], grid=np.linspace(0, 1, size)
    )
    assert response.mean_effort == expected(case, "mean_effort")
    assert response.probabilities[0] == expected(case, "prob_zero")
    assert response.probabilities.max() == expected(case, "modal_prob")
    assert response.expected_payoff == expected(case, "expected_payoff")


@pytest.mark.parametrize("case", cases("canon", model="fictitious_play_discretised"))
def test_fictitious_play(case: Any) -> None:
    """Play settles at a quarter of the prize, the only pure equilibrium of the grid."""
    grid = np.linspace(0, 1, 21)
    response = QuantalResponse(contest=contest("lottery"), precision=0.0, grid=grid)
    shares = response.fictitious_play(case["parameters"]["iterations"])
    assert response.grid[np.argmax(shares)] == expected(case, "limit_action")
    assert shares.max() > 0.99
    replies = [grid[np.argmax(contest("lottery").payoff(0, grid, [x, x]))] for x in grid]
    assert [[x, y] for x, y in zip(grid, replies, strict=True) if x == y] == [
        expected(case, "pure_nash_on_grid")
    ]


def test_three_contestants_satisfy_the_definition() -> None:
    response = QuantalResponse(contest=contest("lottery", 3), precision=20.0, grid=np.linspace(0, 0.6, 7))
    pays = contest("lottery", 3).payoff(0, response.grid, response.strategy)
    weights = np.exp(20.0 * (pays - pays.max()))
    assert response.probabilities == pytest.approx(weights / weights.sum(), rel=1e-8)
