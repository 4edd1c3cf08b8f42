"""Strategies as distributions and profiles as values: what equality, words, quantiles and draws promise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.laws import law
from contests.profile import Profile
from contests.strategy import Mixed, Monotone, Pure

HALF = Mixed.on([0.0, 1.0], [0.5, 0.5])


def test_profiles_that_say_the_same_are_equal() -> None:
    for one, other in (
        (Profile.pure([1.0, 2.0]), Profile.pure([1.0, 2.0])),
        (Profile.pure([1.0, 2.0]), Profile.of([Pure(1.0), Pure(2.0)])),
        (Profile.symmetric(HALF, 2), Profile.of([HALF, HALF])),
    ):
        assert one == other and hash(one) == hash(other)
        names = {"Profile": Profile, "Pure": Pure, "Mixed": Mixed, "array": np.array}
        assert eval(repr(one), names) == one
        assert eval(repr(other), names) == other
    assert Profile.pure([1.0, 2.0]) != Profile.pure([1.0, 2.5])
    assert Profile.pure([1.0]) != Profile.pure([1.0, 1.0])
    assert Profile.pure([1.0]) != "profile"
    swapped = Profile.of([HALF, Pure(1.0)]).with_strategy(0, Pure(1.0))
    assert swapped == Profile.pure([1.0, 1.0])
    for number in (2, -3):
        with pytest.raises(ct.InvalidPartError, match="a contestant's number from 0 to 1"):
            swapped.strategy(number)


def test_a_sure_effort_as_a_distribution() -> None:
    sure = Pure(0.4)
    assert sure.cdf([0.3, 0.4, 0.5]).tolist() == [0.0, 1.0, 1.0]
    assert sure.below([0.3, 0.4, 0.5]).tolist() == [0.0, 0.0, 1.0]


@pytest.mark.parametrize("increasing", [True, False])
def test_efforts_of_types_as_a_distribution(increasing: bool) -> None:
    """Types uniform on [0, 1], effort the square of the type (or of one less it): P(e <= x) = sqrt(x)."""

    def effort(types: Any) -> Any:
        return np.asarray(types if increasing else 1.0 - np.asarray(types)) ** 2

    plan = Monotone(types=law(stats.uniform()), function=effort, scores_increase=increasing)
    assert plan.ppf([0.1, 0.5, 0.9]) == pytest.approx([0.01, 0.25, 0.81], abs=1e-3)
    points, weights = plan.nodes()
    assert weights @ points == pytest.approx(1 / 3, rel=1e-9)
    assert plan.mean() == pytest.approx(1 / 3, rel=1e-9)
    drawn = plan.rvs(20_000, rng=np.random.default_rng(1))
    assert drawn.mean() == pytest.approx(1 / 3, abs=5 * 0.3 / np.sqrt(20_000))


@pytest.mark.parametrize(("efforts", "levels"), [([0.0, 1.0], [1.0]), ([0.0, 1.0], [0.0, 0.9])])
def test_mixtures_that_are_none(efforts: Any, levels: Any) -> None:
    with pytest.raises(ct.InvalidPartError, match="Mixed"):
        Mixed(efforts=efforts, levels=levels)


def test_objectives_divided_and_negated() -> None:
    found = ct.solve(ct.Contest(contestants=ct.Identical(4), prizes=1.0, success=ct.Lottery()))
    whole = float(ct.TotalEffort()(found))
    assert float((ct.TotalEffort() / 4)(found)) == pytest.approx(whole / 4)
    assert float((-ct.TotalEffort())(found)) == pytest.approx(-whole)


def test_intervals_measure_distances() -> None:
    """How far along: by difference, or by ratio on a log scale."""
    assert ct.Interval(1.0, 5.0).share(2.0) == pytest.approx(0.25)
    assert ct.Interval(1.0, 100.0, log=True).share(10.0) == pytest.approx(0.5)
    for interval in (ct.Interval(1.0, 100.0), ct.Interval(1.0, 100.0, log=True)):
        for share in (0.0, 0.3, 1.0):
            assert interval.share(interval.at(share)) == pytest.approx(share)
    with pytest.raises(ct.InvalidPartError, match="True or False"):
        ct.Interval(1.0, 2.0, log="yes")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "value"), [("pi*e", np.pi), ("expm1(e)", np.expm1(1.0)), ("log1p(e)", np.log1p(1.0))]
)
def test_functions_in_formulas(text: str, value: float) -> None:
    assert float(ct.Curve(text)(1.0)) == pytest.approx(value, rel=1e-14)


@pytest.mark.parametrize("text", ["1e301*e", "e*1e300**2"])
def test_numbers_out_of_range_in_formulas(text: str) -> None:
    with pytest.raises(ct.InvalidPartError, match="beyond the range of floats"):
        ct.Curve(text)


@pytest.mark.parametrize(
    ("law_of_rivals", "message"),
    [
        ([0.5, -0.5], "probabilities of 0, 1, 2"),
        ([[0.5], [0.5]], "probabilities of 0, 1, 2"),
        ([], "probabilities of 0, 1, 2"),
        (stats.randint(-1, 3), "Its support starts at -1"),
        (stats.randint(0, 10**9), "practically no more than"),
    ],
)
def test_numbers_of_rivals_that_cannot_be(law_of_rivals: Any, message: str) -> None:
    with pytest.raises(ct.InvalidPartError, match=message):
        ct.RandomEntry(law_of_rivals)
