"""Refusals of models and parts that no other test asks for: each names the field and what would do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scipy import stats

import contests as ct
from contests import models
from contests.laws import normal
from contests.numerics import expected_densities, expected_maximum, quantile_nodes


def lottery(contestants: Any, **parts: Any) -> ct.Contest:
    return ct.Contest(**{"contestants": contestants, "success": ct.Lottery(), "prizes": 1.0, **parts})


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "handicaps of another number": (
        lambda: models.LazearRosen(contestants=3, handicaps=[1.0, 0.0]),
        "LazearRosen.handicaps",
    ),
    "prizes below zero": (lambda: models.LargeContest(prizes=stats.uniform(-1, 2)), "zero or more"),
    "a cost that starts above zero": (lambda: models.LargeContest(cost=ct.Curve("1 + e")), "zero"),
    "several stages of one number": (lambda: models.EliminationContest(stages=[3]), "stages"),
    "no first prize": (
        lambda: models.EliminationContest(stages=[(2, 1), (2, 1)], prizes=[0.0, 0.0]),
        "first prize",
    ),
    "a share of quality for two efforts": (
        lambda: models.Ambidexterity(contestants=2, prizes=ct.QualityShare(base=1.0, share=0.5)),
        "Ambidexterity.prizes",
    ),
    "exploring that is worth something at nothing": (
        lambda: models.Ambidexterity(contestants=2, prizes=1.0, exploring=ct.Curve("1 + e")),
        "Ambidexterity.exploring",
    ),
    "a lone user without use": (
        lambda: models.CoCreation(contestants=1, use_value=0.0, output=ct.Log()),
        "CoCreation",
    ),
    "costs down to zero at an auction": (
        lambda: ct.solve(lottery(ct.Private(4, cost=stats.uniform()), entry=ct.EntryAuction(2))),
        "a law above zero",
    ),
    "nodes without a step": (lambda: quantile_nodes(step=0.0), "above 0 and at most 1"),
    "nodes out of reach": (lambda: quantile_nodes(reach=1e4), "from 1 to 700"),
    "a best of nobody": (lambda: expected_maximum([normal()], [0]), "one whole number for each law"),
    "densities at no rank": (lambda: expected_densities(normal(), 3, [3]), "ranks from 1 to n - 1"),
    "a trait nobody told": (
        lambda: ct.Private(2, value=stats.uniform()).trait("value", 0),
        "private information",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_words(name: str) -> None:
    make, words = REFUSED[name]
    with pytest.raises(ct.InvalidPartError, match=words):
        make()
