"""The integral over one's own noise: nodes that integrate what closed forms know, and where it is split.

Routes: moments and partial expectations in closed form (the normal law's E|X - b|, the uniform law's
polynomials), medians of the best of several from the distribution function, and order statistics' spread.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.laws import gumbel, law, normal, uniform
from contests.own_scores import _gauss, node_step, own_scores, splits
from contests.scores import ExactScores, NoisyScores

NONE = np.array([])
LAPLACE = law(stats.laplace(scale=2.0))


def expected(function: Any, noise: Any, location: list[float], breaks: Any = NONE, **options: Any) -> Any:
    """What the nodes make of an expectation, and that each chunk is of the shape it says."""
    place = np.array(location)
    result = np.full(place.size, np.nan)
    for rows, x, w in own_scores(noise, place, np.asarray(breaks, float), **options):
        assert x.shape == (rows.size, x.shape[1]) and w.shape in (x.shape, (1, x.shape[1]))
        assert w.sum(axis=1) == pytest.approx(np.ones(w.shape[0]), rel=1e-12)
        result[rows] = np.sum(w * function(x), axis=1)
    return result


def test_without_noise_the_score_is_where_one_stands() -> None:
    ((rows, x, w),) = own_scores(None, np.array([1.5, -np.inf, 2.0]), NONE)
    assert rows.tolist() == [0, 2] and x.tolist() == [[1.5], [2.0]] and w.tolist() == [[1.0]]


@pytest.mark.parametrize(
    ("noise", "mean", "square"),
    [
        (normal(2.0), 0.0, 4.0),
        (gumbel(0.5), 0.0, math.pi**2 / 24),
        (law(stats.t(9)), 0.0, 9 / 7),
        (LAPLACE, 0.0, 8.0),
        (uniform(-1, 3), 1.0, 7 / 3),
        (law(stats.expon()), 1.0, 2.0),
    ],
    ids=repr,
)
def test_first_two_moments(noise: Any, mean: float, square: float) -> None:
    """With and without breaks; where she scores minus infinity nothing is said."""
    for breaks in ([], [0.7], [-40.0, 1.0, 2.0]):
        found = expected(np.square, noise, [3.0, -np.inf, -1.0], breaks)
        exact = [9 + 6 * mean + square, 1 - 2 * mean + square]
        assert found[[0, 2]] == pytest.approx(exact, rel=1e-9)
        assert np.isnan(found[1])


@pytest.mark.parametrize(
    "shock", [stats.norm(scale=0.02), stats.gumbel_l(scale=0.02)], ids=["normal", "left"]
)
def test_awards_for_quality_far_from_the_rivals(shock: Any) -> None:
    """Thousands of shocks ahead the winner gets base and share of what she expects; as far behind, nothing.

    Between breaks that own noise cannot reach quantiles are infinite: they weigh nothing, not NaN.
    """
    contest = ct.Contest(
        contestants=ct.Identical(60),
        technology=ct.Additive(shock),
        cost=ct.Linear(1e-12),
        prizes=ct.QualityShare(base=1.0, share=0.1),
    )
    profile = contest.profile(60.0)
    found = contest.payoff(0, np.array([120.0, 10.0]), profile)
    assert found == pytest.approx([1 + 0.1 * (120 + shock.mean()), 0.0], rel=1e-9, abs=1e-9)
    assert contest.marginal_payoff(0, np.array([120.0, 10.0]), profile) == pytest.approx([0.1, 0], abs=1e-9)


def test_kinks_of_what_is_expected_are_where_it_is_split() -> None:
    """E|X - b| of a normal law: s (2 phi(d) + d (2 Phi(d) - 1)), d = (mean - b) / s."""
    place, b = np.array([-1.0, 0.5, 2.5]), 0.7
    d = (place - b) / 1.3
    exact = 1.3 * (2 * stats.norm.pdf(d) + d * (2 * stats.norm.cdf(d) - 1))
    found = expected(lambda x: np.abs(x - b), normal(1.3), place.tolist(), [b])
    np.testing.assert_allclose(found, exact, rtol=1e-11)
    # Under Laplace's law also one's own density has a corner: E|X - b| = |d| + s exp(-|d| / s).
    gap = np.abs(place - b)
    for breaks in ([b], [b, 5.0]):
        found = expected(lambda x: np.abs(x - b), LAPLACE, place.tolist(), breaks)
        np.testing.assert_allclose(found, gap + 2 * np.exp(-gap / 2), rtol=1e-11)


@pytest.mark.parametrize("noise", [uniform(-1, 1), law(stats.expon())], ids=repr)
def test_few_points_do_for_polynomials_between_breaks(noise: Any) -> None:
    """Against uniform or exponential noise ranks among few are polynomials of the level: 32 points each."""
    ((_, x, w),) = own_scores(noise, np.array([0.2, 0.4]), np.array([0.3, 0.6]), plain=True)
    assert x.shape == (2, 96)
    u = noise.cdf(x - np.array([[0.2], [0.4]]))
    for power in (1, 17, 59):
        assert (w * u**power).sum(axis=1) == pytest.approx([1 / (power + 1)] * 2, rel=1e-12)
        assert (w * (1 - u) ** power).sum(axis=1) == pytest.approx([1 / (power + 1)] * 2, rel=1e-12)
    ((_, x, w),) = own_scores(noise, np.array([0.2, 0.4]), np.array([0.3, 0.6]))
    assert x.shape[1] > 96
    # Under another law Gauss's points would not do, however plain the prizes.
    ((_, x, w),) = own_scores(normal(1.0), np.array([0.2]), np.array([0.3]), plain=True)
    assert x.shape[1] > 200


def test_points_between_breaks_by_hand() -> None:
    """Polynomials up to degree 63 between the breaks of each row, and ends from whichever side is small."""
    below = np.array([[0.7, 0.2], [1e-18, 1.0]])
    above = np.array([[0.3, 0.8], [1.0, 1e-18]])
    u, v, w = _gauss(below, above)
    assert u.shape == v.shape == w.shape == (2, 96)
    np.testing.assert_allclose(u + v, 1.0, rtol=1e-15)
    assert (w * u**63).sum(axis=1) == pytest.approx([1 / 64] * 2, rel=1e-13)
    assert (w * v**63).sum(axis=1) == pytest.approx([1 / 64] * 2, rel=1e-13)
    bent = (w[0] * np.maximum(u[0] - 0.2, 0) * np.maximum(0.7 - u[0], 0)).sum()
    assert bent == pytest.approx(0.5**3 / 6, rel=1e-13)
    thirds = w.reshape(2, 3, 32).sum(axis=2)
    np.testing.assert_allclose(thirds, [[0.2, 0.5, 0.3], [1e-18, 1.0, 1e-18]], rtol=1e-13)
    assert u[1, :32].max() < 1e-18 and v[1, 64:].max() < 1e-18
    order = np.diff(u, axis=1)
    assert (order >= 0).all() and (np.diff(v, axis=1) <= 0).all()


@pytest.mark.parametrize("step", [0.4, 0.3, 0.05])
@pytest.mark.parametrize("breaks", [[], [0.5], [-1.0, 0.5, 2.0]], ids=["none", "one", "three"])
def test_chunks_fit_in_the_cache_and_leave_nothing_out(step: float, breaks: list[float]) -> None:
    place = np.linspace(-3.0, 3.0, 400)
    place[[0, 7]] = -np.inf
    chunks = list(own_scores(normal(1.0), place, np.array(breaks), step=step))
    rows = np.concatenate([rows for rows, _, _ in chunks])
    assert rows.tolist() == [k for k in range(400) if k not in (0, 7)]
    sizes = [x.size for _, x, _ in chunks]
    assert max(sizes) <= 60_000 and min(sizes[:-1]) >= 30_000 and len(sizes) >= 2
    for rows, x, w in chunks:
        middle = np.sum(w * x, axis=1)
        np.testing.assert_allclose(middle, place[rows], atol=1e-11)


def spacing(noise: Any, step: float, breaks: Any = NONE) -> tuple[float, float]:
    """The step of the nodes in log-odds of one's own quantile, and how far they reach."""
    ((_, x, _),) = own_scores(noise, np.array([0.0]), np.asarray(breaks, float), step=step)
    y = np.log(noise.cdf(x[0])) - np.log(noise.sf(x[0]))
    middle = np.flatnonzero(np.abs(y) < 5)
    return float(np.diff(y[middle]).max()), float(np.abs(y).max())


def test_how_fine_and_how_far() -> None:
    """What is asked, and no coarser than what the law stands; 39 to 42 units of log-odds is 1e-17."""
    for step in (0.1, 0.3, 0.35):
        found, reach = spacing(law(stats.logistic()), step)
        assert found == pytest.approx(step, rel=1e-9) and 42.0 <= reach < 42.0 + step
    found, reach = spacing(law(stats.logistic()), 0.4)
    assert found == pytest.approx(0.35, rel=1e-9) and 42.0 <= reach < 42.35
    student = law(stats.t(7))  # without closed forms: the grid of the law itself, steps of .25 at most
    for step, kept in ((0.4, 0.25), (0.125, 0.125)):
        ((_, x, w),) = own_scores(student, np.ones(1), NONE, step=step)
        grid = student.node_grid(step=kept)
        assert x[0].tolist() == (1.0 + grid.x).tolist() and w[0].tolist() == grid.w.tolist()
    ((_, split, _),) = own_scores(normal(1.0), np.zeros(1), np.array([0.5]), step=0.3)
    assert split.shape[1] == 2 * (2 * 130 + 1)  # 39 / 0.3 nodes to either side, in either part


@pytest.mark.parametrize(
    ("rivals", "values", "plain", "step"),
    [
        (4, [1.0], True, 0.4),
        (4, [1.0], False, 0.3),
        (4, [1.0, 0.0, 0.0], True, 0.4),
        (4, [1.0, 0.5], True, 0.3),
        (4, [1.0, 1.0, 1.0, 1.0, 1.0], True, 0.3),
        (999, [1.0], False, 0.3),
        (1000, [1.0], False, 0.2),
        (2000, [0.0], False, 0.2),
        (999, [1.0] * 500, False, 0.7 * math.sqrt(1000 / (500 * 500))),
        (99, [2.0] * 10 + [1.0] * 40 + [0.0] * 20, True, 0.7 * math.sqrt(100 / (50 * 50))),
        (99, [2.0] * 50 + [1.0] * 50, True, 0.7 * math.sqrt(100 / (50 * 50))),
        (99, [2.0] * 20 + [1.0] * 60, True, 0.7 * math.sqrt(100 / (20 * 80))),
        (999, [3.0] * 100 + [1.0] * 5, True, 0.7 * math.sqrt(1000 / (105 * 895))),
    ],
)
def test_steps_follow_the_spread_of_the_last_prize(
    rivals: int, values: list[float], plain: bool, step: float
) -> None:
    assert node_step(rivals, np.array(values), plain=plain) == pytest.approx(step, rel=1e-13)


def at(noise: Any, *places: float) -> list[Any]:
    return [NoisyScores(noise, np.array([p]), np.ones(1)) for p in places]


def test_where_no_split_is_needed() -> None:
    assert splits(None, at(normal(1.0), 0.0), [1]).size == 0
    assert splits(normal(1.0), [], []).size == 0
    assert splits(gumbel(1.0), at(gumbel(1.0), 0.0, 5.0), [1000, 3]).size == 0
    assert splits(law(stats.logistic()), at(law(stats.logistic()), 0.0), [1000]).size == 0
    assert splits(normal(1.0), at(normal(1.0), 0.0, 5.0), [40, 9]).size == 0
    assert splits(normal(1.0), at(normal(1.0), 0.0, 5.0), [40, 10]).size > 0
    assert splits(law(stats.t(5)), at(law(stats.t(5)), 0.0), [1]).size == 1


def test_kinks_and_ends_of_the_rivals_are_splits() -> None:
    """Ends of a uniform shock, the corner of Laplace's law and the median of a lone rival there."""
    box = uniform(-1, 3)
    rivals = at(box, 0.0, 10.0)
    assert splits(box, rivals, [1, 1], plain=True).tolist() == [-1.0, 3.0, 9.0, 13.0]
    # Not plain: also the medians, of one alone and of the better of two alike.
    found = splits(box, rivals, [1, 1])
    two = -1 + 4 * math.sqrt(0.5)
    assert found == pytest.approx([-1.0, 1.0, two, 3.0, 9.0, 11.0, 10 + two, 13.0], rel=1e-12)
    corner = splits(LAPLACE, at(LAPLACE, 0.3), [1])  # the corner, and the median there
    assert 0 < corner.size <= 2 and corner == pytest.approx(0.3, abs=1e-6)
    wait = law(stats.expon(scale=2.0))
    assert splits(wait, at(wait, 1.0, 4.0), [3, 2], plain=True).tolist() == [1.0, 4.0]
    # Logistic noise of one's own does not resolve the ends of another law.
    assert 4.0 in splits(law(stats.logistic()), at(wait, 4.0), [3])


def test_medians_of_the_best_and_of_the_middle_rival() -> None:
    """The best of c stands half the time below the level 2^(-1/c); places much nearer than noise are one."""
    noise = normal(1.0)
    places, counts = [0.0, 2.8], [30, 70]
    medians = sorted(
        p + stats.norm.ppf(0.5 ** (1 / m)) for p, c in zip(places, counts, strict=True) for m in {1, c, 100}
    )
    room = 0.25 * 2 * stats.norm.ppf(0.75)
    kept = [m for k, m in enumerate(medians) if k == 0 or m // room > medians[k - 1] // room]
    assert len(kept) == 5 and len(medians) == 6
    np.testing.assert_allclose(splits(noise, at(noise, *places), counts), kept, rtol=1e-9)
    # In wider noise the same places are fewer.
    wide = normal(20.0)
    few = splits(wide, at(wide, *places), counts)
    assert few.size == 3 and few[0] == pytest.approx(0.0, abs=1e-9)


def test_rivals_without_noise_have_no_medians() -> None:
    sure = ExactScores(ct.Mixed(efforts=[0.0, 1.0], levels=[0.0, 1.0]), lambda e: np.asarray(e, float))
    assert splits(normal(1.0), [sure], [60]).tolist() == [0.0, 1.0]
