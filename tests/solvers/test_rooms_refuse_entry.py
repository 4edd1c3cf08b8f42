"""Rooms for contests in which everybody takes part leave rules of entry to the rooms of entry."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct

LOTTERY = {"success": ct.Lottery(), "prizes": 1.0, "contestants": ct.Known(value=[1.0, 2.0])}
AVERSE = ct.Identical(3, utility=ct.CARA(1.0))
ROOMS: dict[str, dict[str, Any]] = {
    "lottery": LOTTERY,
    "lottery_decisive": {**LOTTERY, "success": ct.Lottery(exponent=3.0)},
    "risk_averse": {**LOTTERY, "contestants": AVERSE},
    "whole_trials": {
        "contestants": ct.Identical(3),
        "technology": ct.Trials(stats.uniform(), whole=True),
        "prizes": 7.0,
    },
}


@pytest.mark.parametrize("room", ROOMS)
def test_entry_is_refused_in_words(room: str) -> None:
    solver = import_module(f"contests.solvers.{room}").SOLVER
    contest = ct.Contest(**ROOMS[room])
    assert solver.refuses(contest) is None
    assert solver.refuses(contest.replace(entry=ct.Invite(2))) is None
    said = solver.refuses(contest.replace(entry=ct.Fee(0.01)))
    assert "entry is Fee(0.01)" in said and "ct.AllEnter() or ct.Invite(k) would work" in said


def test_what_the_risk_averse_room_leaves_to_others() -> None:
    solver = import_module("contests.solvers.risk_averse").SOLVER
    contest = ct.Contest(contestants=AVERSE, technology=ct.Additive(stats.norm()), prizes=1.0)
    assert "fixed prizes would work" in solver.refuses(
        contest.replace(prizes=ct.QualityShare(base=1.0, share=0.5))
    )
    many = ct.Known(value=np.linspace(1, 2, 500), utility=ct.CARA(1.0))
    assert "kinds" in solver.refuses(contest.replace(contestants=many))


def test_a_prize_of_nothing_in_a_lottery() -> None:
    for contestants in (ct.Identical(3), ct.Known(value=[1.0, 2.0]), AVERSE):
        contest = ct.Contest(contestants=contestants, success=ct.Lottery(), prizes=0.0)
        assert ct.solve(contest).effort == pytest.approx(np.zeros(contest.n))


@pytest.mark.parametrize("draw", [2.0, 10.0])
def test_a_lottery_that_is_likely_drawn(draw: float) -> None:
    """Chance e/(d + sum): nobody tries where the value is at most d; with value 3 alone e = sqrt(3 d) - d."""
    contest = ct.Contest(contestants=ct.Known(value=[3.0, 0.5]), success=ct.Lottery(draw=draw), prizes=1.0)
    expected = max(np.sqrt(3 * draw) - draw, 0.0)
    assert ct.solve(contest).effort == pytest.approx([expected, 0.0], abs=1e-12)
