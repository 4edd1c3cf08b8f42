"""Whole numbers of trials: every pure equilibrium by trying all profiles and all deviations, in fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from scipy import stats

import contests as ct
from contests.solvers import whole_trials
from contests.solvers.whole_trials import SOLVER, Fixed, pure_profiles, refusal, statement


def contest(cost: Any, value: Any = None, prize: float = 1.0, scale: float = 1.0, **parts: Any) -> ct.Contest:
    traits = {"cost": cost} if value is None else {"cost": cost, "value": value}
    return ct.Contest(
        contestants=parts.pop("contestants", ct.Known(**traits)),
        prizes=parts.pop("prizes", prize),
        technology=parts.pop("technology", ct.Trials(stats.norm(), whole=True)),
        cost=parts.pop("cost_curve", ct.Linear(scale)),
        **parts,
    )


def enumerated(costs: list[Fraction], most: int) -> set[tuple[int, ...]]:
    """All profiles from which nobody gains by another number of trials; costs are of one trial, in prizes."""
    n = len(costs)

    def payoff(i: int, profile: tuple[int, ...]) -> Fraction:
        total = sum(profile)
        return (Fraction(profile[i], total) if total else Fraction(1, n)) - costs[i] * profile[i]

    return {
        profile
        for profile in product(range(most + 1), repeat=n)
        if all(
            payoff(i, profile) >= payoff(i, (*profile[:i], other, *profile[i + 1 :]))
            for i in range(n)
            for other in range(most + 1)
        )
    }


@pytest.mark.parametrize(
    "cost",
    [
        ["0.1", "0.1"],
        ["0.25", "0.25"],  # knife edges
        ["0.1", "0.17"],
        ["0.05", "0.3"],
        ["0.45", "0.6"],
        ["0.5", "0.5"],
        ["0.5", "0.7"],
        ["0.51", "0.9"],
        ["0.3", "0.9"],
        ["0.2", "0.2", "0.2"],
        ["0.12", "0.2", "0.31"],
        ["0.31", "0.12", "0.12"],
        ["0.6", "0.15", "0.15"],
        ["0.15", "0.6", "0.15"],
        ["0.66", "0.67", "0.9"],
        ["0.7", "0.7", "0.7"],
        ["0.4", "0.7", "0.7"],
        ["0.2", "0.25", "0.25", "0.9"],
    ],
)
def test_all_equilibria_and_no_other(cost: list[str]) -> None:
    exact = [Fraction(one) for one in cost]
    brute = enumerated(exact, int(1 / min(exact)) + 1)
    alike = {one: [i for i, c in enumerate(exact) if c == one] for one in exact}

    def sorted_among_the_alike(profile: tuple[int, ...]) -> tuple[int, ...]:
        named = list(profile)
        for places in alike.values():
            for place, trials in zip(places, sorted(profile[i] for i in places), strict=True):
                named[place] = trials
        return tuple(named)

    expected = sorted({sorted_among_the_alike(profile) for profile in brute})
    numbers = [float(one) for one in cost]
    assert pure_profiles(contest(numbers)) == expected
    # A trial costs factor times slope over value times prize.
    twice = contest([2 * c for c in numbers], value=[4.0] * len(cost), prize=5.0, scale=10.0)
    assert pure_profiles(twice) == expected
    if expected:
        found = SOLVER.solve(contest(numbers))
        symmetric = [profile for profile in expected if len(set(profile)) == 1]
        assert found.profile.efforts().tolist() == [float(m) for m in max(symmetric or expected)]
        first = "unique (up to names): " if len(expected) == 1 else "chosen among all pure equilibria: "
        assert found.selection == first + statement(expected)


def test_one_alone_does_nothing() -> None:
    assert pure_profiles(contest([0.1])) == [(0,)]


def test_too_many_to_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """All are listed where so many may be, and none where one fewer may."""
    alike = contest([0.15, 0.15, 0.2])
    number = len(pure_profiles(alike))
    assert number > 1
    monkeypatch.setattr(whole_trials, "_MOST", number)
    assert len(pure_profiles(alike)) == number
    monkeypatch.setattr(whole_trials, "_MOST", number - 1)
    with pytest.raises(ct.UnsolvableError) as caught:
        pure_profiles(alike)
    assert f"There are more than {number - 1} pure equilibria:" in str(caught.value)
    assert "whole trials: fewer contestants or a smaller prize would work" in str(caught.value)


def test_words() -> None:
    assert statement([(1, 1), (2, 2)]) == "2 symmetric: (1, 1), (2, 2); none in which they differ"
    assert statement([(0, 1)]) == "no symmetric pure equilibrium; 1 in which solvers differ: (0, 1)"
    assert statement([(1, 1), *((0, k) for k in range(1, 6))]) == (
        "1 symmetric: (1, 1); 5 in which solvers differ: (0, 1), (0, 2), (0, 3), (0, 4), ..."
    )
    assert statement([(k, k) for k in range(4)]).startswith("4 symmetric: (0, 0), (1, 1), (2, 2), (3, 3); ")
    with pytest.raises(ct.NoEquilibriumError) as refused:
        SOLVER.solve(contest([0.05, 0.3]))
    assert str(refused.value).startswith("No whole numbers of trials are an equilibrium in pure strategies.")


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ((2, 2), "one of all pure equilibria: symmetric"),
        ((1, 2), "one of all pure equilibria: solvers differ"),
    ],
)
def test_a_profile_that_is_given(profile: tuple[int, ...], words: str) -> None:
    fixed, game = Fixed(profile), contest([0.1, 0.1])
    assert fixed.refuses(game) is None
    found = fixed.solve(game)
    assert found.selection == words and found.profile.efforts().tolist() == list(map(float, profile))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"technology": ct.Additive(stats.norm())}, "takes contests whose technology is ct.Trials"),
        (
            {"technology": ct.Trials(stats.norm())},
            "trials are real numbers; ct.Trials(draw, whole=True) would work",
        ),
        (
            {"contestants": ct.Identical(2, utility=ct.CARA(1.0))},
            "contestants are averse to risk; risk-neutral ones would work",
        ),
        (
            {"prizes": [1.0, 0.5]},
            "there are several prizes or an award by quality; one prize would work",
        ),
        (
            {"prizes": ct.QualityShare(base=1.0, share=0.1)},
            "there are several prizes or an award by quality; one prize would work",
        ),
        ({"cost_curve": ct.Power(2)}, "trials do not cost the same each; a linear cost would work"),
        (
            {"entry": ct.Reserve(1.0)},
            "entry is Reserve(1.0); ct.AllEnter() or ct.Invite(k) would work",
        ),
        ({"entry": ct.Invite(2)}, None),
    ],
)
def test_refusals(parts: dict[str, Any], words: str | None) -> None:
    given = contest([0.1, 0.2], **parts)
    assert refusal(given) == words and SOLVER.refuses(given) == words
    assert Fixed((1, 1)).refuses(given) == words
