"""Brackets, levels and refusals of the numerical kernel: what is asked how often, and said in which words.

Routes: exact fractions, roots known in closed form, functions that count how often they are asked.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy import stats

from contests import numerics
from contests.errors import ConvergenceError, InvalidPartError
from contests.laws import gumbel, normal
from contests.numerics import (
    prize_of_level,
    prize_of_level_slope,
    prize_slope,
    rank_distribution,
    rank_distribution_tied,
    rank_slopes,
    root,
    root_vectorised,
)
from contests.working_time import OutOfWorkingTime, limited

WHOLE = "a whole number, 1 or more"
NUMBERS = "a non-empty one-dimensional sequence of finite numbers"
CHANCES = "probabilities from 0 to 1"


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: rank_slopes(gumbel(1.0), 0), f"rank_slopes.n must be {WHOLE}, not 0."),
        (lambda: rank_slopes(gumbel(1.0), 3, 0), f"rank_slopes.ranks must be {WHOLE}, not 0."),
        (lambda: prize_slope(gumbel(1.0), 0, [1.0]), f"prize_slope.n must be {WHOLE}, not 0."),
        (
            lambda: prize_slope(gumbel(1.0), 3, [math.nan]),
            f"prize_slope.prizes must be {NUMBERS}, not [nan].",
        ),
        (lambda: prize_of_level([1.0], 1.5, 0.5), f"prize_of_level.n must be {WHOLE}, not 1.5."),
        (lambda: prize_of_level([], 2, 0.5), f"prize_of_level.prizes must be {NUMBERS}, not []."),
        (lambda: prize_of_level_slope([1.0], 0, 0.5), f"prize_of_level_slope.n must be {WHOLE}, not 0."),
        (
            lambda: prize_of_level_slope([math.inf], 2, 0.5),
            f"prize_of_level_slope.prizes must be {NUMBERS}, not [inf].",
        ),
        *(
            (
                lambda u=u, v=v: prize_of_level([1.0], 2, u, v),
                f"prize_of_level.below must be {CHANCES}, not {u}.",
            )
            for u, v in [
                (-0.1, None), (1.1, None), (math.nan, None),
                (0.5, -0.1), (0.5, 1.1), (0.5, math.nan), (-0.1, 0.5), (1.1, 0.5),
            ]
        ),
    ],
)  # fmt: skip
def test_refusals_name_what_was_wrong(ask: Any, words: str) -> None:
    with pytest.raises(InvalidPartError) as refusal:
        ask()
    assert str(refusal.value) == words


def test_fractions_are_numbers() -> None:
    """Whatever stands for a number is one: exact fractions among levels, ends and parameters."""
    half, third = Fraction(1, 2), Fraction(1, 3)
    assert prize_of_level([1.0], 3, third) == pytest.approx(1 / 9, rel=1e-15)
    assert prize_of_level([6.0, 3.0], 3, third, 1 - third) == pytest.approx(6 / 9 + 3 * 4 / 9, rel=1e-14)
    assert prize_of_level([6.0, 3.0], 3, [0, 1], [1, 0]).tolist() == [0.0, 6.0]
    assert root(lambda x: x - float(third), Fraction(0), half) == pytest.approx(1 / 3, rel=1e-15)
    squares = np.array([Fraction(1, 4), Fraction(9)], dtype=object)
    found = root_vectorised(lambda x, a: x * x - a, Fraction(0), Fraction(7, 2), (squares,))
    assert found.tolist() == pytest.approx([0.5, 3.0], rel=1e-15)


def test_a_root_is_never_asked_twice_at_a_place() -> None:
    asked: list[float] = []

    def cubic(x: float) -> float:
        asked.append(x)
        return x**3 - 2

    assert root(cubic, 0, 5) == pytest.approx(2 ** (1 / 3), rel=1e-15)
    assert len(asked) == len(set(asked)) and asked[:2] == [0.0, 5.0]
    assert all(isinstance(x, float) for x in asked)
    assert root(lambda x: 0.0, 1, 2) == 1.0  # both ends are roots: the first
    assert isinstance(root(lambda x: x - 2, 2, 5), float) and isinstance(root(lambda x: x - 5, 2, 5), float)
    # Infinite at an end is a sign like any other; falling or rising.
    assert root(lambda x: (1 / x if x > 0 else math.inf) - 2, 0, 9) == pytest.approx(0.5, rel=1e-15)
    assert root(lambda x: x**3 - 1e-60, -1, 1) == pytest.approx(1e-20, rel=1e-14)


@pytest.mark.parametrize(
    ("f", "low", "high", "words"),
    [
        (lambda x: x + 1, 0, 2, "between 0 (value 1) and 2 (value 3)"),
        (lambda x: -x - 1, 0, 2, "between 0 (value -1) and 2 (value -3)"),
        (lambda x: math.nan if x == 0 else 1.0, 0, 2, "between 0 (value nan) and 2 (value 1)"),
        (lambda x: math.nan if x == 2 else -1.0, 0, 2, "between 0 (value -1) and 2 (value nan)"),
        (lambda x: x - 1, 0, math.inf, "between 0 (value -1) and inf (value inf)"),
        (lambda x: x - 1, -math.inf, 2, "between -inf (value -inf) and 2 (value 1)"),
    ],
)
def test_brackets_without_a_root(f: Any, low: float, high: float, words: str) -> None:
    with pytest.raises(ConvergenceError) as caught:
        root(f, low, high)
    assert str(caught.value) == (
        f"No change of sign of the equation {words}: there may be no solution there, or the bracket is too "
        "narrow."
    )


def test_a_function_that_is_no_number_between_its_ends() -> None:
    def holed(x: float) -> float:
        return math.nan if 0.2 < x < 0.9 else x - 0.5

    with pytest.raises(ConvergenceError) as caught:
        root(holed, 0, 1, what="the threshold")
    assert str(caught.value) == ("The root of the threshold between 0 and 1 was not found: no value at 0.5.")
    # A change of sign at a place where the function is infinite is no root.
    with pytest.raises(ConvergenceError) as caught:
        root(lambda x: math.copysign(math.inf, x - 0.3), 0, 1, what="the threshold")
    assert str(caught.value) == "The root of the threshold between 0 and 1 was not found."
    assert caught.value.best == pytest.approx(0.3)


def test_a_root_that_takes_many_halvings() -> None:
    """Across three hundred orders of magnitude Brent's method takes more than a hundred steps."""

    def steep(x: float) -> float:
        return -1.0 if x < 1e-290 else 1.0

    assert root(steep, 0.0, 1.0) == pytest.approx(1e-290, rel=1e-12)


def test_many_roots_and_the_first_that_is_none() -> None:
    low, high = np.zeros((2, 3)), np.array([[4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    goal = np.array([[1.0, 2.0, 3.0], [4.0, 80.0, 90.0]])
    found = root_vectorised(lambda x, a: x - a, low, 100.0, (goal,))
    assert found.tolist() == goal.tolist()
    with pytest.raises(ConvergenceError) as caught:
        root_vectorised(lambda x, a: x - a, low, high, (goal,), what="the efforts")
    assert str(caught.value) == (
        "2 of 6 roots of the efforts were not found; the first has the bracket 0 to 8, without a change of "
        "sign or a finite value."
    )
    best = np.asarray(caught.value.best)
    assert best.shape == (2, 3) and best[0].tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(ConvergenceError, match=r"^1 of 1 roots of the equation were not found"):
        root_vectorised(lambda x: x + 1.0, 0.0, 1.0)
    tiny = root_vectorised(lambda x: np.where(x < 1e-290, -1.0, 1.0), 0.0, 1.0)
    assert tiny == pytest.approx(1e-290, rel=1e-12)


def exact_level(values: list[float], trials: int, u: Fraction) -> float:
    total = Fraction(0)
    for j, value in enumerate(values):
        if value:
            total += Fraction(value) * math.comb(trials, j) * u ** (trials - j) * (1 - u) ** j
    return float(total)


@pytest.mark.parametrize("trials", [299, 300, 301])
@pytest.mark.parametrize("kind", ["few", "runs", "rough", "all"])
def test_levels_where_one_formula_takes_over_from_another(trials: int, kind: str) -> None:
    """Polynomials up to 300 trials; beyond, tails where many prizes are equal, else every rank."""
    values = {
        "few": [5.0, 2.0, 0.0, 1.0],
        "runs": [2.0] * 60 + [1.0] * 60 + [0.0] * 20,
        "rough": [float(90 - k) for k in range(90)],
        "all": [3.0] * 40 + [1.0] * (trials - 39),
    }[kind]
    levels = [Fraction(k, 64) for k in (0, 1, 13, 32, 51, 63, 64)]
    found = prize_of_level(values, trials + 1, [float(u) for u in levels])
    exact = [exact_level(values, trials, u) for u in levels]
    np.testing.assert_allclose(found, exact, rtol=2e-12, atol=1e-290)
    rises = prize_of_level_slope(values, trials + 2, [float(u) for u in levels[:-1]])
    steps = [a - b for a, b in zip(values, [*values[1:], 0.0], strict=True)][: trials + 1]
    slopes = [(trials + 1) * exact_level(steps, trials, u) for u in levels[:-1]]
    np.testing.assert_allclose(rises, slopes, rtol=2e-11, atol=1e-280)


def test_which_formula_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tails from eight equal prizes in a row, on average; a table from many probabilities on."""
    taken: list[str] = []
    for name in ("_by_runs", "level_table", "_horner"):
        monkeypatch.setattr(numerics, name, lambda *a, n=name: taken.append(n) or (lambda u, v: np.zeros(1)))
    sixty_four = np.repeat(np.arange(9.0, 0.0, -1.0), 8)[:64]  # seven falls, the last of them to zero apart
    for values, expected in (
        (sixty_four, "_by_runs"),
        (np.append(sixty_four[:-1], 0.5), "_by_runs"),
        (np.append(sixty_four[:-2], [0.5, 0.25]), None),
    ):
        taken.clear()
        prize_of_level(values, 400, [0.5])
        assert taken == ([expected] if expected else [])
    rough = np.arange(90.0, 0.0, -1.0)
    monkeypatch.setattr(numerics, "_TABLE", 180)
    for size, expected in ((2, []), (3, ["level_table"])):
        taken.clear()
        prize_of_level(rough, 400, np.full(size, 0.5))
        assert taken == expected
    taken.clear()
    prize_of_level(rough, 301, [0.5])
    assert taken == ["_horner"]


def test_slopes_of_prizes_by_ranks_and_by_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred different prizes are summed by rank, more by level: the same number."""
    prizes = np.sort(np.random.default_rng(5).random(12))[::-1]
    by_rank = prize_slope(normal(1.0), 20, prizes)
    assert by_rank == pytest.approx(float(rank_slopes(normal(1.0), 20, 12) @ prizes), rel=1e-12)
    monkeypatch.setattr(numerics, "prize_slope_by_levels", lambda law, n, steps: -float(n))
    for many, expected in ((12, by_rank), (11, -20.0)):
        monkeypatch.setattr(numerics, "_MANY", many)
        assert prize_slope(normal(1.0), 20, prizes) == expected


def test_a_root_farther_than_a_thousand_halvings() -> None:
    """From 1e10 down to 1e-300: an error of the library, which holds the last place looked at."""
    with pytest.raises(ConvergenceError) as caught:
        root(lambda x: -1.0 if x < 1e-300 else 1.0, 0.0, 1e10)
    assert str(caught.value) == "The root of the equation between 0 and 1e+10 was not found."
    assert caught.value.best == pytest.approx(0.0, abs=1e-280)


@pytest.mark.parametrize("u", [0.0, 0.25, 0.75, 1.0])
def test_a_single_prize_that_is_not_the_first(u: float) -> None:
    assert prize_of_level([0.0, 3.0], 4, u) == pytest.approx(3 * 3 * u**2 * (1 - u), rel=1e-14)
    # Two equal prizes among four: one gains by overtaking the second.
    assert prize_of_level_slope([1.0, 1.0], 4, u) == pytest.approx(3 * 2 * u * (1 - u), rel=1e-14)


def test_tails_where_everybody_is_paid_and_where_one_is_not() -> None:
    """Among 302 the last of 302 prizes is sure; with 301 prizes the last contestant gets none."""
    levels = [Fraction(k, 8) for k in range(9)]
    for values in (
        [2.0] * 150 + [1.0] * 151 + [0.25],
        [2.0] * 150 + [1.0] * 151,
        [2.0] * 150 + [1.0] * 100,
        [2.0] * 302,
    ):
        found = prize_of_level(values, 302, [float(u) for u in levels])
        exact = [exact_level(values, 301, u) for u in levels]
        np.testing.assert_allclose(found, exact, rtol=1e-12, atol=1e-80)


def test_many_different_prizes_from_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels so near one that only their complement tells them apart; the table against every rank."""
    values = np.arange(30.0, 0.0, -1.0)
    above = np.array([0.875, 0.5, 2.0**-10, 2.0**-70, 0.0])
    exact = [exact_level(values.tolist(), 330, 1 - Fraction(v)) for v in above]
    np.testing.assert_allclose(prize_of_level(values, 331, 1 - above, above), exact, rtol=1e-12, atol=1e-250)
    late = prize_of_level(np.append(np.zeros(2), values), 331, 1 - above, above)
    exact_late = [exact_level([0.0, 0.0, *values], 330, 1 - Fraction(v)) for v in above]
    np.testing.assert_allclose(late, exact_late, rtol=1e-11, atol=1e-250)
    monkeypatch.setattr(numerics, "_TABLE", 1)
    np.testing.assert_allclose(prize_of_level(values, 331, 1 - above, above), exact, rtol=1e-11, atol=1e-12)


def test_the_time_is_looked_at_where_many_prizes_are_weighed() -> None:
    """A thousand prizes at thousands of levels, or among who ties: twenty seconds went by unnoticed."""
    prizes = np.linspace(1.0, 0.0, 1000) ** 2
    levels = np.linspace(0.01, 0.99, 50)
    assert np.all(np.diff(prize_of_level(prizes, 1000, levels)) > 0)
    with limited(0.0), pytest.raises(OutOfWorkingTime):
        prize_of_level(prizes, 1000, levels)
    tied = [np.full(5, 0.3)], [np.full(5, 0.4)], [np.full(5, 0.3)]
    with limited(0.0), pytest.raises(OutOfWorkingTime):
        rank_distribution_tied(*tied, [400], 400)


@pytest.mark.parametrize(("sizes", "ranks"), [([400], 300), ([3, 2], 6), ([5, 400], 90)])
def test_ranks_below_groups_by_the_binomial_law(sizes: list[int], ranks: int) -> None:
    """The first group needs no convolution; SciPy's binomial law convolved by NumPy."""
    above = [np.array([0.2, 0.7]), np.array([0.5, 0.01])][: len(sizes)]
    found = rank_distribution(above, [1 - a for a in above], sizes, ranks)
    for k in range(2):
        exact = np.ones(1)
        for a, size in zip(above, sizes, strict=True):
            exact = np.convolve(exact, stats.binom.pmf(np.arange(size + 1), size, a[k]))
        np.testing.assert_allclose(found[k], exact[:ranks], rtol=1e-11, atol=1e-300)
