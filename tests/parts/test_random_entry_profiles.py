"""Profiles of those who differ and come by chance: what is asked of one, and what coming or staying gains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.entry_unequal import UnequalEntryProfile
from contests.strategy import Pure

VALUES = np.array([1.2, 1.0])
PAIR = ct.Contest(contestants=ct.Known(value=VALUES), prizes=1.0, success=ct.Lottery())
GIVEN: Any = PAIR.replace(entry=ct.RandomEntry(each=[0.7, 0.4])).game()
CHOSEN: Any = PAIR.replace(entry=ct.FreeEntry(cost=0.5, fee=0.1, mixed=True, observed=False)).game()
SEEN: Any = PAIR.replace(entry=ct.FreeEntry(cost=0.5, mixed=True)).game()
TWINS: Any = ct.Contest(
    contestants=ct.Known(value=[1.0, 1.0, 2.0]),
    prizes=1.0,
    success=ct.Lottery(),
    entry=ct.RandomEntry(each=[0.5, 0.5, 0.5]),
).game()


def test_what_coming_and_staying_out_gain() -> None:
    """Efforts .2 and .1, chances .7 and .4: whoever comes wins alone, or her share of .3."""
    profile = UnequalEntryProfile([Pure(0.2), Pure(0.1)], [0.7, 0.4])
    worth = VALUES * [0.6 + 0.4 * 2 / 3, 0.3 + 0.7 / 3] - [0.2, 0.1] - 0.6
    assert CHOSEN.worth(profile) == pytest.approx(worth, rel=1e-12)
    rows = np.array(sorted(CHOSEN.entry_findings(profile), key=lambda row: row[0]), float)
    nan = np.nan
    expected = [
        [0, nan, 0.2, 0.0, worth[0]],
        [0, 0.2, nan, worth[0], 0.0],
        [1, nan, 0.1, 0.0, worth[1]],
        [1, 0.1, nan, worth[1], 0.0],
    ]
    assert rows == pytest.approx(np.array(expected), rel=1e-12, nan_ok=True)
    corners = UnequalEntryProfile([Pure(0.2), Pure(0.1)], [1.0, 0.0])
    assert [
        (i, np.isnan(a)) for i, a, *_ in sorted(CHOSEN.entry_findings(corners), key=lambda row: row[0])
    ] == [(0, False), (1, True)]
    assert GIVEN.entry_findings(GIVEN.profile([0.2, 0.1])) == []  # not chosen


def test_who_does_the_same_is_one_class() -> None:
    profile = UnequalEntryProfile([Pure(0.2), Pure(0.2), Pure(0.2)], [0.5, 0.5, 0.25])
    assert profile.labels().tolist() == [0, 0, 1]
    assert repr(profile) == "<UnequalEntryProfile: 3 enter with probabilities [0.5 , 0.5 , 0.25]>"
    assert profile.by_roster is None and profile.probabilities.tolist() == [0.5, 0.5, 0.25]
    assert GIVEN.outside_option(0) == 0.0 and CHOSEN.outside_option(0) == -0.6
    assert GIVEN.price == 0.0 and CHOSEN.price == 0.6 and CHOSEN.stakes == PAIR.stakes


@pytest.mark.parametrize(
    ("make", "part", "words"),
    [
        (
            lambda: UnequalEntryProfile([Pure(0.1)], [1.5]),
            "UnequalEntryProfile.probabilities",
            "must be a probability for each contestant, not [1.5].",
        ),
        (
            lambda: UnequalEntryProfile([Pure(0.1)], [0.5, 0.5]),
            "UnequalEntryProfile.probabilities",
            "must be a probability for each contestant, not [0.5, 0.5].",
        ),
        (
            lambda: CHOSEN.profile(0.1),
            "profile",
            "must be told the probabilities of entry; solve() returns such a profile, not 0.1.",
        ),
        (
            lambda: GIVEN.profile(UnequalEntryProfile([Pure(0.1)], [0.7])),
            "profile",
            "must be one strategy for each of the 2 contestants, not ",
        ),
        (
            lambda: GIVEN.profile(UnequalEntryProfile([Pure(0.1), Pure(0.1)], [0.7, 0.5])),
            "profile",
            "must be one with the probabilities of the entry rule, not ",
        ),
        (
            lambda: TWINS.profile([0.1, 0.2, 0.1]),
            "profile",
            "must be one strategy for all contestants of a kind, not ",
        ),
        (
            lambda: SEEN.profile(UnequalEntryProfile([Pure(0.1), Pure(0.1)], [0.7, 0.5])),
            "profile",
            "must be told what each roster plays; solve() returns one, not ",
        ),
        (
            lambda: SEEN.payoff(0, 0.1, None),
            "effort",
            "must be chosen for each roster, not 0.1. "
            "game.inner(members).payoff(...) tells what it is worth.",
        ),
        (
            lambda: SEEN.subgames(UnequalEntryProfile([Pure(0.1), Pure(0.1)], [0.7, 0.5], {})),
            "profile",
            "must be told what the roster (",
        ),
        (
            lambda: ct.Contest(
                contestants=ct.Private(value=[stats.uniform(), stats.uniform(0, 2)]),
                prizes=1.0,
                entry=ct.FreeEntry(cost=0.1, mixed=True),
            ).game(),
            "Contest.contestants",
            "Types of one law work with ct.RandomEntry(stats.binom(n - 1, p)); with different laws use "
            "ct.FreeEntry(cost=...) in pure strategies.",
        ),
    ],
)
def test_refusals(make: Any, part: str, words: str) -> None:
    with pytest.raises(ct.InvalidPartError) as refusal:
        make()
    assert refusal.value.part == part and words in str(refusal.value)
