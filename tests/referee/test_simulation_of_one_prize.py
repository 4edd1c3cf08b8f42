"""The short way for one prize: the prize goes to rank one, ranks are complete, ties fall to chance."""

import pickle

import numpy as np
import pytest
from scipy import stats

import contests as ct

RACE = ct.Contest(
    contestants=ct.Identical(4), technology=ct.Additive(stats.norm()), cost=ct.Power(2), prizes=3.0
)


@pytest.mark.parametrize(
    "contest",
    [
        RACE,
        RACE.replace(contestants=ct.Known(ability=[0.0, 0.5, 1.0, 2.0])),
        RACE.replace(success=ct.Highest(error=stats.norm(), judges=2)),
        RACE.replace(technology=ct.Additive(stats.norm(), common=stats.norm())),
    ],
    ids=["alike", "abilities", "judges", "common shock"],
)
def test_the_prize_goes_to_rank_one(contest):
    outcome = ct.play(contest, 0.1, 2000, rng=np.random.default_rng(3))
    assert np.array_equal(outcome.prize, np.where(outcome.rank == 1, 3.0, 0.0))
    assert np.array_equal(np.sort(outcome.rank, axis=1), np.tile([1, 2, 3, 4], (2000, 1)))
    assert np.allclose(outcome.payoff, outcome.prize - 0.01, rtol=1e-14)
    if contest.success.error is None:
        assert np.array_equal(outcome.rank.argmin(axis=1), outcome.quality.argmax(axis=1))
    again = pickle.loads(pickle.dumps(outcome))
    assert np.array_equal(again.rank, outcome.rank)


def test_the_same_numbers_whether_or_not_ranks_are_needed():
    """A second prize of next to nothing forces complete ranks: the qualities and winners stay."""
    one = ct.play(RACE, 0.1, 500, rng=np.random.default_rng(5))
    two = ct.play(RACE.replace(prizes=[3.0, 1e-300]), 0.1, 500, rng=np.random.default_rng(5))
    assert np.array_equal(one.quality, two.quality) and np.array_equal(one.rank, two.rank)


def test_ties_fall_to_chance():
    contest = ct.Contest(contestants=ct.Identical(2), prizes=1.0)
    won = ct.play(contest, 0.5, 40_000, rng=np.random.default_rng(7)).prize.mean(axis=0)
    assert won.sum() == pytest.approx(1.0, abs=1e-12)
    assert abs(won[0] - 0.5) < 4.5 * 0.5 / 200
