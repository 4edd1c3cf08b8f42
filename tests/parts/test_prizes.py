"""Prize rules: what each pays, by hand, and every refusal word for word (killers of mutants too)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.prizes import Prizes, as_prizes


@pytest.mark.parametrize(
    ("rule", "by_rank", "top"),
    [
        (ct.WinnerTakeAll(10), [10.0], 10.0),
        (ct.ByRank([6, 3, 1, 0, 0]), [6.0, 3.0, 1.0], 6.0),
        (ct.ByRank([2, 2]), [2.0, 2.0], 2.0),
        (ct.ByRank([0.0, 0.0]), [0.0], 0.0),
        (ct.ByRank([3]), [3.0], 3.0),
        (ct.QualityShare(base=-2, share=0.5), [-2.0], -2.0),
        (ct.QualityShare(), [0.0], 0.0),
    ],
    ids=repr,
)
def test_fixed_part_by_rank(rule: Prizes, by_rank: list[float], top: float) -> None:
    assert rule.by_rank().tolist() == by_rank
    assert rule.by_rank().dtype == float
    assert rule.top == top and isinstance(rule.top, float)


def test_fixed_prizes_are_paid_whatever_the_quality() -> None:
    for rule in (ct.WinnerTakeAll(7.0), ct.ByRank([7.0, 3.0])):
        assert rule.share == 0.0
        assert rule.to_winner([[-1.0, 0.0, 50.0]]).tolist() == [[7.0, 7.0, 7.0]]
        assert rule.to_winner(3.0).shape == ()


def test_a_share_of_quality() -> None:
    rule = ct.QualityShare(base=5, share=0.5)
    assert (rule.base, rule.share, rule.floored) == (5.0, 0.5, False)
    assert rule.to_winner([2, -20]).tolist() == [6.0, -5.0]
    assert ct.QualityShare(base=5, share=0.5, floored=True).to_winner([2, -20, -9.0]).tolist() == [
        6.0,
        0,
        0.5,
    ]
    # Qualities from a file are text until they are numbers.
    assert rule.to_winner(np.array(["2", "-20"])).tolist() == [6.0, -5.0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("meant", "rule"),
    [
        (10, ct.WinnerTakeAll(10.0)),
        (np.float64(10), ct.WinnerTakeAll(10.0)),
        (np.array(10.0), ct.WinnerTakeAll(10.0)),
        ([6, 3], ct.ByRank([6.0, 3.0])),
        ((6,), ct.ByRank([6.0])),
        (np.array([6.0, 3.0]), ct.ByRank([6.0, 3.0])),
        (ct.QualityShare(base=1), ct.QualityShare(base=1.0)),
    ],
    ids=repr,
)
def test_what_a_user_means(meant: Any, rule: Prizes) -> None:
    assert as_prizes(meant) == rule
    assert type(as_prizes(meant)) is type(rule)


RULES = "a prize, a sequence of prizes by rank, or a rule such as ct.WinnerTakeAll(10)"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: ct.WinnerTakeAll(-1),
            "WinnerTakeAll.prize must be a finite number, zero or more, not -1.",
        ),
        (
            lambda: ct.ByRank([3, 1, 2, 5]),
            "ByRank.prizes must be not increasing in rank, not [3.0, 1.0, 2.0, 5.0]. Rank 3 would get 2, "
            "more than rank 2 with 1: contestants would compete to be worse. Sort the prizes.",
        ),
        (
            lambda: ct.ByRank([3, -1]),
            "ByRank.prizes must be a non-empty one-dimensional sequence of finite non-negative numbers, "
            "not [3, -1].",
        ),
        (lambda: ct.QualityShare(base="1"), "QualityShare.base must be a finite number, not '1'."),
        (
            lambda: ct.QualityShare(share=-1),
            "QualityShare.share must be a finite number, zero or more, not -1.",
        ),
        (lambda: as_prizes("10"), f"Contest.prizes must be {RULES}, not '10'."),
        (lambda: as_prizes(None, "Model.award"), f"Model.award must be {RULES}, not None."),
        (lambda: as_prizes(True), f"Contest.prizes must be {RULES}, not True."),
    ],
    ids=["negative", "rising", "negative rank", "text base", "negative share", "text", "none", "truth"],
)
def test_refusals(make: Any, words: str) -> None:
    with pytest.raises(ct.InvalidPartError) as refusal:
        make()
    assert str(refusal.value) == words


def test_fields_are_floats_and_equal_prizes_are_allowed() -> None:
    rule = ct.QualityShare(base=5, share=1)
    assert isinstance(rule.base, float) and isinstance(rule.share, float)
    assert isinstance(ct.WinnerTakeAll(3).prize, float)
    assert ct.ByRank([2, 2, 1]).by_rank().tolist() == [2.0, 2.0, 1.0]


def test_zero_is_a_prize_and_the_base_gives_no_ranks() -> None:
    assert ct.WinnerTakeAll(0).prize == 0.0
    with pytest.raises(NotImplementedError):
        Prizes().by_rank()
