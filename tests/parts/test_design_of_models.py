"""Design of models by field, and of contests with entry: against closed forms and trials one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import ContingentAward, Ideation, QuantalResponse, TerwieschXu, Tullock

GRID = np.linspace(0, 0.5, 21)
MODEL = TerwieschXu(project=Ideation(returns=0.9, shock=1.0), solvers=3, award=1.0)


def lottery(contestants: Any, **parts: Any) -> ct.Contest:
    return ct.Contest(**{"contestants": contestants, "success": ct.Lottery(), "prizes": 1.0, **parts})


def test_award_and_size_of_a_model() -> None:
    """Terwiesch and Xu (2008): the best award is the returns; below the luck every solver adds profit."""
    assert ct.optimal_award(MODEL, ct.Interval(0.1, 5)).choice["award"] == pytest.approx(0.9, rel=1e-8)
    found = ct.optimal_size(MODEL, range(2, 9))
    profits = [MODEL.replace(solvers=n).profit() for n in range(2, 9)]
    assert found.choice["n"] == 2 + int(np.argmax(profits))
    assert found.value == pytest.approx(max(profits), rel=1e-9)


def test_contingency_of_a_model() -> None:
    found = ct.optimal_contingency(MODEL, [0.5, 1.0], [0.0, 0.2])
    awards = [0.5, 1.0, ContingentAward(base=0.5, share=0.2), ContingentAward(base=1.0, share=0.2)]
    profits = []
    for award in awards:
        try:
            profits.append(MODEL.replace(award=award).profit())
        except ct.NotEquilibriumError:
            profits.append(-np.inf)
    assert found.value == pytest.approx(max(profits), rel=1e-9)


def test_fees_where_entry_costs_too() -> None:
    """A fee adds to the cost of entry: n enter while 1/n^2 covers both; 1/n^2 >= 0.03 holds for 5."""
    contest = lottery(ct.Identical(10), entry=ct.FreeEntry(cost=0.01))
    found = ct.optimal_fee(contest, [0.0, 0.01, 0.02], ct.FeesCollected())
    entrants = {fee: int(np.sqrt(1 / (0.01 + fee)) + 1e-9) for fee in (0.0, 0.01, 0.02)}
    assert found.value == pytest.approx(max(fee * n for fee, n in entrants.items()))


def test_sizes_of_unlike_contestants_invite_the_first() -> None:
    """Values 3, 2, 1: two exert 6/5 together; the third would stay out, or leave it at that."""
    found = ct.optimal_size(lottery(ct.Known(value=[3.0, 2.0, 1.0])), [2, 3], ct.TotalEffort())
    assert found.value == pytest.approx(6 / 5)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: ct.optimal_award(3, [1.0, 2.0]),
        lambda: ct.optimal_bias(3),
        lambda: ct.optimal_fee(
            QuantalResponse(contest=lottery(ct.Identical(2)), precision=1.0, grid=GRID), [0.0]
        ),
        lambda: ct.optimal_prizes(None, 1.0),
    ],
)
def test_what_cannot_be_designed(ask: Any) -> None:
    with pytest.raises(ct.InvalidPartError, match="a contest made of parts"):
        ask()


def test_models_of_contests_made_of_parts_are_designed_as_these() -> None:
    """Two contestants are levelled: the total is (2 + 1) / 4; nobody without a lottery has weights."""
    found = ct.optimal_bias(Tullock(values=(2.0, 1.0)))
    assert found.choice["bias"] == pytest.approx(2.0, rel=1e-5)
    assert found.value == pytest.approx(3 / 4, rel=1e-9)
    fee = ct.optimal_fee(Tullock(contestants=3), [0.0, 1 / 9], ct.FeesCollected())
    assert fee.value == pytest.approx(1 / 3)
    with pytest.raises(ct.InvalidPartError, match="a contest whose success is"):
        ct.optimal_bias(MODEL)


def test_logit_responses_between_chance_and_best_replies() -> None:
    """No precision: every effort as likely; next to none lost: the equilibrium of the lottery, 1/4."""
    contest = lottery(ct.Identical(2))
    assert QuantalResponse(contest=contest, precision=0.0, grid=GRID).mean_effort == pytest.approx(0.25)
    sharp = QuantalResponse(contest=contest, precision=3e4, grid=GRID)
    assert sharp.probabilities[10] > 0.99
    p, pays = sharp.probabilities, []
    for effort in GRID:  # a fixed point: log odds are precision times payoffs
        rivals = np.where(effort + GRID > 0, effort / np.where(effort + GRID > 0, effort + GRID, 1), 0.5)
        pays.append(p @ rivals - effort)
    odds = 3e4 * (np.array(pays) - pays[10])
    near = np.abs(GRID - 0.25) < 0.08
    assert np.log(p[near] / p[10]) == pytest.approx(odds[near], abs=1e-5)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: QuantalResponse(contest=3, precision=1.0, grid=[0.0, 1.0]), "known types"),
        (
            lambda: QuantalResponse(
                contest=lottery(ct.Private(2, value=stats.uniform())), precision=1.0, grid=[0.0, 1.0]
            ),
            "known types",
        ),
        (
            lambda: QuantalResponse(
                contest=lottery(ct.Known(value=[1.0, 2.0])), precision=1.0, grid=[0.0, 1.0]
            ),
            "alike contestants",
        ),
        (
            lambda: QuantalResponse(contest=lottery(ct.Identical(2)), precision=1.0, grid=[1.0, 0.0]),
            "increasing",
        ),
        (
            lambda: QuantalResponse(
                contest=lottery(ct.Identical(3)), precision=1.0, grid=[0.0, 0.1]
            ).fictitious_play(3),
            "one of two",
        ),
    ],
)
def test_responses_refused(make: Any, words: str) -> None:
    with pytest.raises(ct.InvalidPartError, match=words):
        make()
