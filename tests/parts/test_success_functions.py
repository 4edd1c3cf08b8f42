"""Success functions: the race that each means, by hand, and every refusal word for word."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.laws import normal
from contests.success import Race, Success
from contests.technology import Additive, Exact, Trials

EFFORT, ABILITY = np.array([1.0, 4.0]), np.array([0.5, 2.0])
NORMAL = Additive(stats.norm(scale=3.0), output=ct.Power(0.5))


def test_highest_without_error_is_the_technology_itself() -> None:
    race = ct.Highest().race(NORMAL)
    assert race.noise == normal(3.0)
    assert race.nature == -np.inf
    assert race.scores_are_qualities is True
    assert race.effort is None  # with a shock no effort is sure to reach a place
    assert race.location(0, EFFORT, ABILITY).tolist() == [1.5, 4.0]
    assert race.slope(0, EFFORT, ABILITY) == pytest.approx([0.5, 0.25], rel=1e-14)
    assert ct.Highest().columns() == []
    assert ct.Highest().is_lottery is False


def test_handicaps_move_marks_and_not_qualities() -> None:
    success = ct.Highest(handicaps=[10.0, -1.0])
    race = success.race(Exact(output=ct.Power(0.5)))
    both = np.array([0, 1])
    assert race.noise is None
    assert race.location(both, EFFORT, ABILITY).tolist() == [11.5, 3.0]
    assert race.location(1, EFFORT, ABILITY).tolist() == [0.5, 3.0]
    assert race.slope(both, EFFORT, ABILITY) == pytest.approx([0.5, 0.25], rel=1e-14)
    assert race.scores_are_qualities is False
    assert race.effort is not None
    assert race.effort(both, [11.5, 3.0], ABILITY) == pytest.approx(EFFORT, rel=1e-14)
    assert race.effort(0, 12.0, 0.0) == pytest.approx(4.0)
    assert race.effort(1, 12.0, 0.0) == pytest.approx(169.0)
    assert [column.tolist() for column in success.columns()] == [[10.0, -1.0]]


def test_effort_that_reaches_a_place_without_handicaps() -> None:
    race = ct.Highest().race(Exact(output=ct.Power(0.5)))
    assert race.effort is not None
    assert race.effort(0, [1.5, 4.0, 1.0], [0.5, 2.0, 2.0]) == pytest.approx([1.0, 4.0, 0.0])
    assert race.effort(0, np.array(["1.5"]), 0.5) == pytest.approx([1.0])  # text that is a number


def test_the_mean_mark_of_four_judges() -> None:
    """Normal errors of 8 averaged over four have 4; with a shock of 3 the noise has 5."""
    success = ct.Highest(error=stats.norm(scale=8.0), judges=4)
    assert success.error == normal(8.0)
    assert success.race(NORMAL).noise == normal(5.0)
    assert success.race(Exact()).noise == normal(4.0)
    assert success.race(NORMAL).scores_are_qualities is False
    assert success.noise(NORMAL) == normal(5.0)
    assert ct.Highest().noise(Exact()) is None
    assert ct.Highest(judges=3.0).judges == 3
    assert isinstance(ct.Highest(judges=3.0).judges, int)
    assert ct.Highest().judges == 1


def test_trials_without_judging_are_a_race() -> None:
    race = ct.Highest().race(Trials(stats.uniform()))
    assert race.location(0, math.e, 0.0) == pytest.approx(1.0)
    assert race.effort is None


def test_lottery_scores() -> None:
    """Score_i = weight_i (quality_i + head start_i)^exponent."""
    success = ct.Lottery(exponent=0.5, weights=[2.0, 3.0], head_starts=[0.0, 5.0], draw=7.0)
    both = np.array([0, 1])
    scores = np.array([2.0 * 2.0, 3.0 * 3.0])
    assert np.exp(success.log_score(both, [4.0, 4.0])) == pytest.approx(scores, rel=1e-14)
    assert math.exp(success.log_score(1, 4)) == pytest.approx(9.0, rel=1e-14)
    race = success.race(Exact())
    assert np.exp(race.location(both, [4.0, 1.0], [0.0, 3.0])) == pytest.approx(scores, rel=1e-14)
    # d ln(score)/d effort = exponent / (quality + head start).
    assert race.slope(both, [4.0, 1.0], [0.0, 3.0]) == pytest.approx([0.125, 0.5 / 9.0], rel=1e-14)
    assert race.nature == pytest.approx(math.log(7.0), rel=1e-15)
    assert race.scores_are_qualities is False
    assert success.is_lottery is True
    assert [column.tolist() for column in success.columns()] == [[2.0, 3.0], [0.0, 5.0]]
    assert ct.Lottery(weights=[1.0, 2.0]).columns()[0].tolist() == [1.0, 2.0]
    assert ct.Lottery().columns() == []


def test_plain_lottery() -> None:
    success = ct.Lottery()
    assert (success.exponent, success.draw) == (1.0, 0.0)
    race = success.race(Exact(output=ct.Power(2)))
    assert race.nature == -np.inf
    assert race.location(0, [0.0, 3.0], 0.0) == pytest.approx([-np.inf, math.log(9.0)])
    assert race.slope(0, 3.0, 0.0) == pytest.approx(2 / 3, rel=1e-14)
    assert ct.Lottery().race(Exact()).slope(0, 0.0, 0.0) == np.inf
    assert success.log_score(0, np.array(["2"])) == pytest.approx([math.log(2.0)])
    assert success.log_score(0, 0.0) == -np.inf  # zero is allowed: no chance, but no refusal


def test_gumbel_noise_is_standard_so_that_chances_are_proportional_to_scores() -> None:
    """Luce (1959), Yellott (1977): P(x + G > y + G') = e^x/(e^x + e^y), G the law exp(-e^-g)."""
    noise = ct.Lottery().race(Exact()).noise
    assert noise is not None
    assert noise.cdf(np.array([-1.0, 0.0, 2.0])) == pytest.approx(
        stats.gumbel_r.cdf([-1.0, 0.0, 2.0]), rel=1e-13
    )
    contest = ct.Contest(
        contestants=ct.Identical(2),
        prizes=1.0,
        success=ct.Lottery(weights=[2.0, 3.0], head_starts=[1.0, 0.0]),
    )
    assert contest.rank_probabilities(0, 1.0, 2.0, ranks=1)[0] == pytest.approx(4 / 10, rel=1e-12)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: ct.Highest(error=3.0),
            "Highest.error must be a continuous law: a SciPy distribution such as stats.gumbel_r(scale=2) or "
            "stats.Normal(), not 3.0.",
        ),
        (lambda: ct.Highest(judges=0), "Highest.judges must be a whole number, 1 or more, not 0."),
        (
            lambda: ct.Highest(handicaps=[]),
            "Highest.handicaps must be a non-empty one-dimensional sequence of finite numbers, not [].",
        ),
        (
            lambda: ct.Highest(handicaps=[1.0, 2.0]).race(Trials(stats.norm())),
            "Highest must be without error and handicaps when the technology is ct.Trials, not an error or "
            "handicaps. The best of several draws is ranked by its level; give the quality a shock with "
            "ct.Additive to combine it with judging.",
        ),
        (
            lambda: ct.Highest(error=stats.norm()).race(Trials(stats.norm())),
            "Highest must be without error and handicaps when the technology is ct.Trials, not an error or "
            "handicaps. The best of several draws is ranked by its level; give the quality a shock with "
            "ct.Additive to combine it with judging.",
        ),
        (lambda: ct.Lottery(exponent=0), "Lottery.exponent must be a finite number above zero, not 0."),
        (lambda: ct.Lottery(draw=-1), "Lottery.draw must be a finite number, zero or more, not -1."),
        (
            lambda: ct.Lottery(weights=[1, 0]),
            "Lottery.weights must be a non-empty one-dimensional sequence of finite positive numbers, "
            "not [1, 0].",
        ),
        (
            lambda: ct.Lottery(head_starts=[0, -1]),
            "Lottery.head_starts must be a non-empty one-dimensional sequence of finite non-negative "
            "numbers, not [0, -1].",
        ),
        (
            lambda: ct.Lottery().log_score(0, [1.0, -2.0]),
            "Lottery must be given qualities of zero or more, not -2.0. With an output such as ct.Log that "
            "falls below zero use ct.Additive with a Gumbel shock: it is the same lottery on the exponential "
            "of quality.",
        ),
        (
            lambda: ct.Lottery().race(Additive(stats.norm())),
            "Contest.technology must be ct.Exact when success is ct.Lottery, not Additive(stats.norm()). A "
            "lottery is drawn on certain qualities; with random qualities use ct.Highest.",
        ),
    ],
    ids=[
        "error", "judges", "handicaps", "handicapped trials", "judged trials", "exponent", "draw", "weights",
        "head starts", "negative quality", "random quality",
    ],
)  # fmt: skip
def test_refusals(make: Any, words: str) -> None:
    with pytest.raises(ct.InvalidPartError) as refusal:
        make()
    assert str(refusal.value) == words


class Leverage(Exact):
    """Ability multiplies output, so that the slope depends on it."""

    def location(self, effort: Any, ability: Any = 1.0) -> Any:
        return np.asarray(effort) * ability

    def location_slope(self, effort: Any, ability: Any = 1.0) -> Any:
        return np.ones_like(effort) * ability


def test_slopes_that_depend_on_ability() -> None:
    assert ct.Highest().race(Leverage()).slope(0, 2.0, 3.0) == 3.0
    assert ct.Lottery().race(Leverage()).slope(0, 2.0, 3.0) == 0.5
    assert ct.Lottery(head_starts=[6.0, 0.0]).race(Leverage()).slope(0, 2.0, 3.0) == 0.25


def test_fields_are_floats() -> None:
    lottery = ct.Lottery(exponent=2, draw=1)
    assert isinstance(lottery.exponent, float) and isinstance(lottery.draw, float)


def test_head_starts_may_lift_a_negative_quality() -> None:
    assert ct.Lottery(head_starts=[3.0, 0.0]).log_score(0, -2.0) == pytest.approx(0.0)


def test_the_base_is_no_race_and_no_lottery() -> None:
    base = Success()
    assert base.race(Exact()) is None
    assert base.columns() == [] and base.is_lottery is False
    with pytest.raises(NotImplementedError):
        base.win_probabilities(np.ones(2))
    race = Race(None, lambda i, e, a: np.asarray(e), lambda i, e, a: np.asarray(e))
    assert race.nature == -np.inf and race.scores_are_qualities and race.effort is None
