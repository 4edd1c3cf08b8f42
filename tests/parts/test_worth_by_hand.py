"""What a score is worth, written out: shares of a lottery, ranks by enumeration, slopes by differences.

Routes: exact fractions, brute force over every subset of rivals (and every order of ties), closed forms
of powers of a distribution function, and central differences.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.laws import gumbel, law, normal
from contests.scores import ExactScores, NoisyScores, TypeScores
from contests.worth import lottery_chance, prize_at, prize_slope_at, ranks_at, rivals_together

NONE = -np.inf


def test_the_share_of_a_score_in_all_scores() -> None:
    own, rivals = np.log([1.0, 3.0, 1e-9]), np.log([[2.0], [7.0]])
    exact = [[1 / 3, 3 / 5, 1e-9 / (2 + 1e-9)], [1 / 8, 3 / 10, 1e-9 / (7 + 1e-9)]]
    found = lottery_chance(own, rivals, 5)
    assert found.shape == (2, 3)
    np.testing.assert_allclose(found, exact, rtol=1e-14)


def test_scores_of_zero_and_scores_beyond_the_largest_number() -> None:
    """Nobody scores: equal chances. One alone has a score: all or nothing. No warning on the way."""
    own = np.array([NONE, NONE, 0.0, -2e3, 2e3, -1e4])
    rivals = np.array([NONE, 1.0, NONE, 2e3, -2e3, NONE])
    assert lottery_chance(own, rivals, 4).tolist() == [0.25, 0.0, 1.0, 0.0, 1.0, 1.0]
    assert lottery_chance(np.array(NONE), np.array(NONE), 3) == 1 / 3


@pytest.mark.parametrize("unit", [1.0, 2.5, 0.3])
@pytest.mark.parametrize("nature", [NONE, 0.4, 9.0])
def test_rivals_and_nature_together(unit: float, nature: float) -> None:
    """Scores exp(place / unit): those of all others and of nature's, summed one by one."""
    place = np.array([0.3, -1.2, 1.7, NONE, 0.9])
    found = rivals_together(place, nature, unit)
    for i in range(5):
        others = [math.exp(p / unit) for j, p in enumerate(place) if j != i]
        total = math.fsum([*others, math.exp(nature / unit)])
        assert found[i] == pytest.approx(unit * math.log(total), rel=1e-14)


@pytest.mark.parametrize("giant", [0, 1, 2])
def test_whoever_has_more_than_half_gets_a_sum_of_her_own(giant: int) -> None:
    """Beside a score of e^60 the sum of the others, three, would be lost in its rounding."""
    place = np.log([1.0, 1.0, 1.0])
    place[giant] = 60.0
    small = np.log([1.0, 2.0])
    place[[j for j in range(3) if j != giant]] = small
    found = rivals_together(place, NONE, 1.0)
    assert found[giant] == pytest.approx(math.log(3.0), rel=1e-13)
    for j in range(3):
        if j != giant:
            assert found[j] == pytest.approx(60.0, rel=1e-15)
    beside = rivals_together(place, math.log(4.0), 1.0)
    assert beside[giant] == pytest.approx(math.log(7.0), rel=1e-13)
    # Of two each has the other.
    assert rivals_together(np.array([50.0, 3.0]), NONE, 1.0) == pytest.approx([3.0, 50.0], rel=1e-13)


def test_no_score_to_meet() -> None:
    assert rivals_together(np.array([NONE, NONE, NONE]), NONE, 2.0).tolist() == [NONE] * 3
    assert rivals_together(np.array([NONE, 1.5]), NONE, 2.0).tolist() == [1.5, NONE]
    assert rivals_together(np.array([NONE, NONE]), 0.7, 2.0) == pytest.approx([0.7, 0.7], rel=1e-15)
    assert rivals_together(np.array([2.0]), NONE, 2.0).tolist() == [NONE]
    assert rivals_together(np.array([2.0]), 1e4, 2.0) == pytest.approx([1e4], rel=1e-15)
    # Far from zero nothing overflows, nor where only nature stands high.
    shifted = rivals_together(np.array([0.3, -1.2, 1.7]) + 1e5, 0.4 + 1e5, 0.5)
    assert shifted - 1e5 == pytest.approx(rivals_together(np.array([0.3, -1.2, 1.7]), 0.4, 0.5), rel=1e-9)


def by_enumeration(above: list[float], tie: list[float], ranks: int) -> list[float]:
    """Every rival above, level or below; among t who are level each of t + 1 places is as likely."""
    result = [0.0] * ranks
    for who in itertools.product("atb", repeat=len(above)):
        chance = math.prod(
            {"a": a, "t": t, "b": 1 - a - t}[w] for a, t, w in zip(above, tie, who, strict=True)
        )
        first, level = who.count("a"), who.count("t")
        for place in range(first, min(first + level + 1, ranks)):
            result[place] += chance / (level + 1)
    return result


LOCATIONS = (np.array([0.3]), np.array([-0.5, 1.0]))
WEIGHTS = (np.array([1.0]), np.array([0.25, 0.75]))


def field(noise: Any) -> tuple[list[Any], list[int], list[Any]]:
    """Two rivals at one place, one at either of two; and Pr(below), Pr(above), density of each class."""
    scores = [NoisyScores(noise, p, w) for p, w in zip(LOCATIONS, WEIGHTS, strict=True)]

    def mixed(function: Any) -> list[Any]:
        return [
            lambda x, p=p, w=w: sum(b * function(x - a) for a, b in zip(p, w, strict=True))
            for p, w in zip(LOCATIONS, WEIGHTS, strict=True)
        ]

    return scores, [2, 1], [mixed(f) for f in (noise.cdf, noise.sf, noise.pdf)]


@pytest.mark.parametrize("noise", [normal(1.3), gumbel(0.8), law(stats.t(3)), law(stats.expon())], ids=repr)
def test_ranks_prizes_and_slopes_against_unlike_rivals(noise: Any) -> None:
    scores, counts, (_, above, _) = field(noise)
    x = np.array([-1.1, 0.35, 2.2])
    found = ranks_at(x, scores, counts, 3)
    assert found.shape == (3, 3)
    for k, score in enumerate(x):
        each = [float(above[0](score))] * 2 + [float(above[1](score))]
        exact = by_enumeration(each, [0.0] * 3, 4)
        assert found[k] == pytest.approx(exact[:3], rel=1e-8, abs=1e-13)
        values = np.array([5.0, 2.0, 0.5])
        worth = float(prize_at(x[k : k + 1], scores, counts, values, 4)[0])
        assert worth == pytest.approx(float(np.dot(exact[:3], values)), rel=1e-8)
    values, step = np.array([5.0, 2.0, 0.5]), 1e-4
    around = [prize_at(x + m * step, scores, counts, values, 4) for m in (-2, -1, 1, 2)]
    rise = (around[0] - 8 * around[1] + 8 * around[2] - around[3]) / (12 * step)
    slope = prize_slope_at(x, scores, counts, values, 4)
    assert slope.shape == x.shape
    np.testing.assert_allclose(slope, rise, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("values", [[3.0], [3.0, 1.0], [3.0, 1.0, 1.0, 0.5, 0.25]], ids=str)
@pytest.mark.parametrize("noise", [normal(1.3), gumbel(0.8), law(stats.t(3))], ids=repr)
def test_rivals_who_are_all_alike(noise: Any, values: list[float]) -> None:
    """Four at one place: binomial chances of each rank, and their slope with the density written out."""
    scores, n = [NoisyScores(noise, np.array([0.7]), np.ones(1))], 5
    x = np.array([[-2.0, 0.0], [0.7, 3.0]])
    above, below, density = noise.sf(x - 0.7), noise.cdf(x - 0.7), noise.pdf(x - 0.7)
    chance = [math.comb(4, k) * above**k * below ** (4 - k) for k in range(5)]
    worth = sum(v * c for v, c in zip(values, chance, strict=False))
    np.testing.assert_allclose(prize_at(x, scores, [4], np.array(values), n), worth, rtol=1e-8)
    rise = sum(
        v
        * math.comb(4, k)
        * ((4 - k) * below ** max(3 - k, 0) * above**k - k * above ** max(k - 1, 0) * below ** (4 - k))
        for k, v in enumerate(values)
    )
    found = prize_slope_at(x, scores, [4], np.array(values), n)
    np.testing.assert_allclose(found, rise * density, rtol=1e-8, atol=1e-12)


def test_beating_a_million_keeps_its_digits() -> None:
    """Pr(all of 10^6 below) = exp(10^6 log F), with log F to full relative accuracy."""
    scores = [NoisyScores(gumbel(1.0).shifted(np.euler_gamma), np.array([0.0]), np.ones(1))]
    x = np.array([10.0, 14.0, 20.0])
    exact = 2.5 * np.exp(-1e6 * np.exp(-x))
    np.testing.assert_allclose(prize_at(x, scores, [10**6], np.array([2.5]), 10**6 + 1), exact, rtol=1e-12)


def test_a_mixture_that_all_play() -> None:
    """Three who each stand at one of two places, by chance."""
    noise = normal(1.0)
    scores = [NoisyScores(noise, np.array([0.0, 2.0]), np.array([0.25, 0.75]))]
    x = np.array([-1.0, 1.5])
    below = 0.25 * stats.norm.cdf(x) + 0.75 * stats.norm.cdf(x - 2)
    density = 0.25 * stats.norm.pdf(x) + 0.75 * stats.norm.pdf(x - 2)
    np.testing.assert_allclose(prize_at(x, scores, [3], np.array([2.0]), 4), 2 * below**3, rtol=1e-9)
    np.testing.assert_allclose(
        prize_slope_at(x, scores, [3], np.array([2.0]), 4), 6 * below**2 * density, rtol=1e-9
    )


def test_ties_fall_to_chance() -> None:
    """Two rivals who bid 1 with probability .5, else evenly up to 1; a third who surely bids .5."""
    often = ct.Mixed(efforts=[0.0, 1.0, 1.0], levels=[0.0, 0.5, 1.0])
    scores: list[Any] = [ExactScores(often, lambda e: np.asarray(e, float))]
    sure: list[Any] = [*scores, ExactScores(ct.Pure(0.5), lambda e: np.asarray(e, float))]
    x, values = np.array([0.5, 0.8, 1.0, 1.2]), np.array([4.0, 1.0])
    above, tie = [0.75, 0.6, 0.0, 0.0], [0.0, 0.0, 0.5, 0.0]
    for k in range(4):
        two = by_enumeration([above[k]] * 2, [tie[k]] * 2, 2)
        found = prize_at(x[k : k + 1], scores, [2], values, 3)
        assert found == pytest.approx([4 * two[0] + two[1]], rel=1e-12)
        level = 1.0 if x[k] == 0.5 else 0.0
        three = by_enumeration([above[k]] * 2 + [0.0], [tie[k]] * 2 + [level], 2)
        assert ranks_at(x[k : k + 1], sure, [2, 1], 2)[0] == pytest.approx(three, rel=1e-12, abs=1e-15)
        assert prize_at(x[k : k + 1], sure, [2, 1], values, 4) == pytest.approx(
            [4 * three[0] + three[1]], rel=1e-12
        )


def test_types_whose_scores_are_sure() -> None:
    """Types uniform on [0, 1] who exert the square root of half their type: a score x beats 2 x^2 of them."""
    strategy = ct.Monotone(types=stats.uniform(), function=lambda t: np.sqrt(np.asarray(t) / 2))
    scores: list[Any] = [TypeScores(strategy, lambda e, t: np.asarray(e, float))]
    x, values = np.array([0.2, 0.5, 0.69]), np.array([3.0, 1.0])
    below = 2 * x**2
    exact = 3 * below**2 + 2 * below * (1 - below)
    np.testing.assert_allclose(prize_at(x, scores, [2], values, 3), exact, rtol=1e-12)
    slope = (6 * below + 2 - 4 * below) * 4 * x
    np.testing.assert_allclose(prize_slope_at(x, scores, [2], values, 3), slope, rtol=1e-10)
    # The same in two classes of one each.
    other: list[Any] = [*scores, TypeScores(strategy, lambda e, t: np.asarray(e, float))]
    np.testing.assert_allclose(prize_at(x, other, [1, 1], values, 3), exact, rtol=1e-12)
    np.testing.assert_allclose(prize_slope_at(x, other, [1, 1], values, 3), slope, rtol=1e-10)


def test_slopes_far_above_keep_their_digits() -> None:
    """Two equal prizes for two of three: she gains where both are above, which is rare."""
    scores = [NoisyScores(normal(1.0), np.array([0.0]), np.ones(1))]
    x = np.array([9.0, 12.0])
    exact = 2 * stats.norm.sf(x) * stats.norm.pdf(x)
    found = prize_slope_at(x, scores, [2], np.array([1.0, 1.0]), 3)
    np.testing.assert_allclose(found, exact, rtol=1e-9)
