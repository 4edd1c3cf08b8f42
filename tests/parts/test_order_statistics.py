"""Order statistics at their ends: groups of none, tails that are too heavy, words of every refusal.

Closed forms, SciPy's tanhsinh, and terms made by hand whose sum is known.
"""

from __future__ import annotations

import math
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import tanhsinh

from contests.errors import ConvergenceError, InvalidPartError
from contests.laws import gumbel, law, normal, uniform
from contests.order_statistics import (
    _shifted_by_layers,
    decays,
    expected_densities,
    expected_maximum,
    expected_maximum_shifted,
    expected_order_statistic,
    order_weights,
    rank_step,
    total_of,
)

CLARK = math.sqrt(5 / (2 * math.pi))  # best of N(0, 1) and N(0, 4), Clark 1961


def best_by_quadrature(distribution: Any, shifts: list[float], counts: list[int]) -> float:
    """E max = integral of 1 - G above zero less the integral of G below, by SciPy's tanhsinh."""

    def below(x: Any) -> Any:
        return math.prod(distribution.cdf(x - s) ** c for s, c in zip(shifts, counts, strict=True))

    pieces = [-np.inf, *sorted({0.0, *shifts}), np.inf]
    total = 0.0
    for low, high in pairwise(pieces):
        signed = below if high <= 0 else lambda x: below(x) - 1
        total -= float(tanhsinh(signed, low, high, rtol=1e-12).integral)
    return total


def test_groups_of_one_by_default_and_of_none_on_request() -> None:
    laws = [normal(1.0), normal(2.0)]
    assert expected_maximum(laws) == pytest.approx(CLARK, rel=1e-13)
    assert expected_maximum(laws, [1, 1]) == pytest.approx(CLARK, rel=1e-13)
    assert expected_maximum([*laws, normal(9.0)], [1, 1, 0]) == pytest.approx(CLARK, rel=1e-13)
    assert expected_maximum([normal(3.0), normal(9.0)], [2, 0]) == pytest.approx(3 / math.sqrt(math.pi))
    # A law that is named twice is one group of all its contestants.
    assert expected_maximum([uniform(), uniform()], [2, 3]) == pytest.approx(5 / 6, rel=1e-13)
    assert expected_maximum_shifted(uniform(), [0.0, 7.0, 0.0], [2, 0, 3]) == pytest.approx(5 / 6, rel=1e-13)


def test_best_of_shifted_gumbels_is_the_log_of_a_sum() -> None:
    """McFadden 1974: the best of Gumbels shifted by s_j is Gumbel, at scale log(sum of exp(s_j / scale))."""
    shifts, counts = [1.0, -2.0, 1.5, 4.0], [3, 2, 1, 0]
    exact = 2 * math.log(sum(c * math.exp(s / 2) for s, c in zip(shifts, counts, strict=True)))
    assert expected_maximum_shifted(gumbel(2.0), shifts, counts) == pytest.approx(exact, rel=1e-14)
    assert expected_maximum_shifted(gumbel(2.0), shifts[:3]) == pytest.approx(
        2 * math.log(sum(math.exp(s / 2) for s in shifts[:3])), rel=1e-14
    )
    # Far from zero nothing overflows.
    assert expected_maximum_shifted(gumbel(1.0), [1e4, 1e4 - 1]) == pytest.approx(
        1e4 + math.log1p(math.exp(-1)), rel=1e-15
    )
    mean = 0.5 + 3.0 * np.euler_gamma
    moved = law(stats.gumbel_r(loc=0.5, scale=3.0))
    assert expected_maximum_shifted(moved, [0.0, 0.0]) == pytest.approx(mean + 3 * math.log(2), rel=1e-14)
    assert expected_order_statistic(moved, 7) == pytest.approx(mean + 3 * math.log(7), rel=1e-14)


@pytest.mark.parametrize("distribution", [stats.t(5), stats.t(3, 0.3, 2.0), stats.laplace(), stats.norm()])
@pytest.mark.parametrize("groups", [3, 10])
def test_many_shifts_against_quadrature(distribution: Any, groups: int) -> None:
    """Ten groups take the integral over layers, three the sum over who is best."""
    shifts, counts = [0.4 * j - 1 for j in range(groups)], [1 + j % 2 for j in range(groups)]
    exact = best_by_quadrature(distribution, shifts, counts)
    assert expected_maximum_shifted(law(distribution), shifts, counts) == pytest.approx(exact, rel=1e-10)


def test_layers_and_pairs_agree_where_one_group_towers() -> None:
    shifts = np.array([-30.0, -20.0, 5.0])
    assert _shifted_by_layers(normal(1.0), shifts, np.array([10.0, 5.0, 1.0])) == pytest.approx(
        5.0, abs=1e-12
    )
    few = np.array([0.0, 0.5])
    assert _shifted_by_layers(normal(1.0), few, np.array([2.0, 1.0])) == pytest.approx(
        expected_maximum([normal(1.0), normal(1.0).shifted(0.5)], [2, 1]), rel=1e-12
    )


@pytest.mark.parametrize("shape", [1.0005, 1.002, 1.02])
def test_a_slowly_decaying_tail_is_not_called_infinite(shape: float) -> None:
    """Pareto tails of index just above one have a mean, a / (a - 1), out of the quadrature's reach."""
    pareto = law(stats.pareto(shape))
    with pytest.raises(ConvergenceError) as caught:
        expected_order_statistic(pareto, 1)
    assert str(caught.value) == (
        f"The expectation over this order statistic of {pareto!r} cannot be computed: a tail decays too "
        "slowly for the quadrature. Use a law with lighter tails, or give the law its own isf method."
    )


def test_tails_beyond_reach_word_for_word() -> None:
    cauchy = law(stats.cauchy())
    with pytest.raises(ConvergenceError) as caught:
        expected_order_statistic(cauchy, 1)
    assert str(caught.value) == (
        "The expectation over this order statistic of stats.cauchy() cannot be computed: both tails are too "
        "heavy. Use a law with lighter tails, or give the law its own isf method."
    )
    with pytest.raises(ConvergenceError) as caught:
        expected_maximum([normal(1.0), cauchy])
    assert str(caught.value) == (
        "The expected maximum of 2 groups did not settle (total probability 1): some tail is too heavy, or a "
        "density has kinks inside its support."
    )
    with pytest.raises(ConvergenceError) as caught:
        expected_maximum_shifted(cauchy, np.arange(10.0))
    assert str(caught.value) == (
        "The expected maximum under stats.cauchy() did not settle: its tails are too heavy for the "
        "quadrature."
    )
    with pytest.raises(ConvergenceError) as caught:
        expected_densities(law(stats.beta(0.5, 1)), 4, [1, 3])
    assert str(caught.value) == (
        "Under stats.beta(a=0.5, b=1.0) the expected density at the 3-th highest of 3 is infinite: the "
        "density is unbounded at an end of its support, so efforts there have no marginal return."
    )


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (
            lambda: expected_order_statistic(uniform(), 0),
            "expected_order_statistic.n must be a whole",
        ),
        (
            lambda: expected_order_statistic(uniform(), 3, 0),
            "expected_order_statistic.k must be a whole",
        ),
        (
            lambda: expected_order_statistic(uniform(), 3, 4),
            "expected_order_statistic.k must be at most n = 3",
        ),
        (
            lambda: expected_densities(uniform(), 1, [1]),
            "expected_densities.n must be a whole number, 2",
        ),
        (
            lambda: expected_densities(uniform(), 3, [3]),
            "expected_densities.ranks must be ranks from 1 to n - 1 = 2, not [3]",
        ),
        (
            lambda: expected_densities(uniform(), 3, [0, 1]),
            "expected_densities.ranks must be ranks from 1 to n - 1 = 2, not [0, 1]",
        ),
        *(
            (
                lambda counts=counts: expected_maximum([uniform(), normal(1.0)], counts),
                f"expected_maximum.counts must be one whole number for each law, not all 0, not {counts}",
            )
            for counts in ([1], [0, 0], [-1, 2], [2, -1], [1.5, 2])
        ),
        (lambda: expected_maximum([uniform()], ["one"]), "expected_maximum.counts must be "),
        (
            lambda: expected_maximum([]),
            "expected_maximum.counts must be one whole number for each law, not all 0, not None",
        ),
        *(
            (
                lambda counts=counts: expected_maximum_shifted(normal(1.0), [0.0, 1.0], counts),
                f"expected_maximum_shifted.counts must be one whole number for each shift, not {counts}",
            )
            for counts in ([1], [0, 0], [-1, 2], [2, -1], [1.5, 2])
        ),
        (lambda: expected_maximum_shifted(normal(1.0), ["far"]), "expected_maximum_shifted.shifts must be "),
        (
            lambda: expected_maximum_shifted(normal(1.0), [0.0], ["one"]),
            "expected_maximum_shifted.counts must be ",
        ),
    ],
)
def test_refusals_name_the_argument(ask: Any, words: str) -> None:
    with pytest.raises(InvalidPartError) as caught:
        ask()
    assert str(caught.value).startswith(words)


def test_densities_at_ranks_in_closed_form() -> None:
    """Beta integrals: Gumbel's density at the quantile u is -u log u, the logistic law's u (1 - u)."""
    for n in (2, 3, 9):
        first = (n - 1) / n**2 / 2.0  # of the best of n - 1 Gumbels of scale 2
        np.testing.assert_allclose(expected_densities(gumbel(2.0), n, [1, 1]), [first, first], rtol=1e-14)
        ranks = np.arange(1, n)
        logistic = law(stats.logistic(scale=4.0))
        exact = (n - ranks) * ranks / (n * (n + 1.0)) / 4.0
        np.testing.assert_allclose(expected_densities(logistic, n, ranks), exact, rtol=1e-12)
    both = expected_densities(gumbel(2.0), 3, [1, 2])
    # E of 2 (1 - u) (-u log u) over u, over the scale
    np.testing.assert_allclose(both, [1 / 9, 2 * (1 / 4 - 1 / 9) / 2], rtol=1e-12)


def test_steps_follow_the_spread_of_the_ranks() -> None:
    """The log-odds of the k-th of n have variance trigamma(n - k + 1) + trigamma(k)."""
    assert rank_step(1, np.array([1])) == 0.25
    assert rank_step(10, np.array([1])) == 0.25
    # 0.7 sqrt(trigamma(501) + trigamma(500)) = 0.0443, down to a power of two
    assert rank_step(1000, np.array([500])) == 2.0**-5
    assert rank_step(1000, np.array([1, 500])) == 2.0**-5
    assert rank_step(10**6, np.array([500_000])) == 2.0**-10


def test_weights_of_ranks_are_beta_densities() -> None:
    grid = uniform().node_grid(step=0.125, reach=60.0)
    weights = order_weights(grid, 5, np.array([1, 3, 5]))
    assert weights.sum(axis=0) == pytest.approx(1.0, rel=1e-14)
    assert grid.u @ weights == pytest.approx([5 / 6, 3 / 6, 1 / 6], rel=1e-13)
    assert grid.u**2 @ weights == pytest.approx([5 / 7, 3 * 4 / 42, 2 / 42], rel=1e-13)


def made_terms(at_low: float, at_high: float) -> np.ndarray:
    """Terms of size one in the middle, and as given on the sixteen of either end."""
    terms = np.zeros(101)
    terms[50] = 1.0
    terms[:16], terms[-16:] = at_low / 16, at_high / 16
    return terms


def test_where_the_sum_looks_further() -> None:
    """Ends that hold more than 1e-16 of the sum ask for a wider grid; the widest is content with 1e-13."""
    grid = normal(1.0).node_grid(step=0.25, reach=60.0)
    shape = normal(1.0)
    assert total_of(shape, grid, made_terms(0.0, 0.0), last=False, far=False) == 1.0
    assert total_of(shape, grid, made_terms(1e-16, 1e-16), last=False, far=False) == pytest.approx(1.0)
    for ends in [(1e-13, 0.0), (0.0, 1e-13), (-1e-13, 0.0)]:
        assert math.isnan(total_of(shape, grid, made_terms(*ends), last=False, far=False))
        assert total_of(shape, grid, made_terms(*ends), last=True, far=False) == pytest.approx(1.0)
    with pytest.raises(ConvergenceError, match="a tail decays too slowly for the quadrature"):
        total_of(shape, grid, made_terms(1e-3, 0.0), last=True, far=False)


def falling(rate: float, edge: int) -> tuple[Any, np.ndarray]:
    """A grid in log-odds, and terms whose size for each unit of log-odds falls at this rate to the edge."""
    y = np.linspace(-100.0, 100.0, 401)
    u, v = 1 / (1 + np.exp(-y)), 1 / (1 + np.exp(y))
    towards = -y if edge == 0 else y
    return SimpleNamespace(u=u, v=v, w=u * v), np.exp(-rate * towards)


@pytest.mark.parametrize("edge", [0, -1])
def test_which_tails_decay(edge: int) -> None:
    for rate, falls in [(1.0, True), (2e-5, True), (5e-6, False), (0.0, False), (-0.5, False)]:
        grid, terms = falling(rate, edge)
        assert decays(grid, terms, edge) is falls
        assert decays(grid, -terms, edge) is falls
    grid, terms = falling(0.0, edge)
    terms[edge] = 0.0
    assert decays(grid, terms, edge)


def test_infinite_to_the_side_of_the_heavy_tail() -> None:
    cauchy = law(stats.cauchy())
    assert expected_order_statistic(cauchy, 2, 1) == math.inf
    assert expected_order_statistic(cauchy, 2, 2) == -math.inf
    heavy = law(stats.pareto(0.9))
    assert expected_order_statistic(heavy, 1) == math.inf
    # the second best of two: index 1.8, a / (a - 1) of it
    assert expected_order_statistic(heavy, 2, 2) == pytest.approx(1.8 / 0.8, rel=1e-12)


def test_ranks_in_pieces_are_the_ranks_in_closed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few numbers are held at once, so that 199 ranks take several pieces: logistic, by Beta integrals."""
    monkeypatch.setattr("contests.order_statistics._CHUNK", 60_000)
    n, ranks = 200, np.arange(1, 200)
    found = expected_densities(law(stats.logistic()), n, ranks)
    np.testing.assert_allclose(found, (n - ranks) * ranks / (n * (n + 1.0)), rtol=1e-11)
