"""The rank kernel against closed forms, reference cases, exact fractions and enumeration.

Routes: the table of marginal rank probabilities (models.md, section 2; Drugov and Ryvkin 2020), order
statistics in closed form, mpmath, and brute-force sums over every subset of rivals.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import digamma

from cases import cases
from contests.binomial import binomial
from contests.errors import ConvergenceError, InvalidPartError
from contests.laws import averaged_error, gumbel, law, normal, sum_law, uniform
from contests.level_table import LevelTable
from contests.numerics import (
    expected_maximum,
    expected_maximum_shifted,
    expected_order_statistic,
    integrate,
    prize_of_level,
    prize_of_level_slope,
    prize_slope,
    quantile_nodes,
    rank_distribution,
    rank_distribution_slope,
    rank_distribution_tied,
    rank_slopes,
    root,
    root_vectorised,
)

MANY = [2, 3, 10, 1000, 10**6]

FIRST = {
    "Gumbel": (gumbel(2.0), lambda n: (n - 1) / n**2 / 2),
    "logistic": (law(stats.logistic(3, 2)), lambda n: (n - 1) / (n * (n + 1) * 2)),
    "uniform": (uniform(-1, 3), lambda n: 0.25),
    "exponential": (law(stats.expon(1000, 2)), lambda n: 1 / n / 2),
    "reverse exponential": (law(stats.weibull_max(1, scale=2)), lambda n: (n - 1) / n / 2),
    "Gumbel left": (law(stats.gumbel_l(scale=2)), lambda n: float((digamma(n + 1) - digamma(2)) / n / 2)),
}


@pytest.mark.parametrize("n", MANY)
@pytest.mark.parametrize("shock", FIRST)
def test_slope_of_winning_in_closed_form(shock, n):
    found, exact = FIRST[shock]
    assert rank_slopes(found, n, 1)[0] == pytest.approx(exact(n), rel=1e-12)
    assert prize_slope(found, n, [1e9]) == pytest.approx(1e9 * exact(n), rel=1e-12)


def _gumbel(n):
    h = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, n + 1))])
    k = np.arange(1, n + 1)
    return (1 - (h[n] - h[n - k])) / (2 * n)


ALL_RANKS = {
    "Gumbel": (gumbel(2.0), _gumbel),
    "logistic": (
        law(stats.logistic(scale=2)),
        lambda n: (n + 1 - 2 * np.arange(1, n + 1)) / (2 * n * (n + 1)),
    ),
    "uniform": (uniform(-1, 3), lambda n: np.array([0.25, *np.zeros(n - 2), -0.25])),
    "exponential": (law(stats.expon(scale=2)), lambda n: np.array([0.5 / n] * (n - 1) + [-(n - 1) / n / 2])),
    "reverse exponential": (
        law(stats.weibull_max(1, scale=2)),
        lambda n: np.array([(n - 1) / n / 2] + [-0.5 / n] * (n - 1)),
    ),
}


@pytest.mark.parametrize("n", [2, 3, 7, 50])
@pytest.mark.parametrize("shock", ALL_RANKS)
def test_slopes_of_all_ranks_in_closed_form(shock, n):
    found, exact = ALL_RANKS[shock]
    np.testing.assert_allclose(rank_slopes(found, n), exact(n), rtol=1e-10, atol=1e-15)


def test_slopes_of_a_thousand_ranks():
    found = rank_slopes(gumbel(2.0), 1000)
    np.testing.assert_allclose(found, _gumbel(1000), rtol=1e-9, atol=1e-14)
    assert found.sum() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("n", "k"), [(4, 2), (10, 1), (10, 9), (30, 30)])
@pytest.mark.parametrize("shock", [stats.norm(), stats.t(3), stats.laplace(), stats.gamma(2.5)])
def test_normal_and_others_against_the_textbook_integral(shock, n, k):
    """The cancelling form of models.md section 2, integrated over the shock itself."""
    found = law(shock)

    def integrand(x):
        f, u, v = shock.pdf(x), shock.cdf(x), shock.sf(x)
        # Each bracketed term with its own powers: at the first and last rank the negative power drops out.
        gain = (n - k) * u ** max(n - k - 1, 0) * v ** (k - 1) if k < n else 0.0
        loss = (k - 1) * u ** (n - k) * v ** max(k - 2, 0) if k > 1 else 0.0
        return math.comb(n - 1, k - 1) * (gain - loss) * f * f

    low, high = shock.support()
    exact = integrate(integrand, low, high, points=[0.0, 1.0])
    assert rank_slopes(found, n)[k - 1] == pytest.approx(exact, rel=1e-8)


NOISE = {
    "normal": lambda p: stats.norm(p["m"], p["sigma"]),
    "gumbel": lambda p: stats.gumbel_r(p["loc"], p["mu"]),
    "uniform": lambda p: stats.uniform(p["a"], p["b"] - p["a"]),
    "reverse_exponential": lambda p: stats.weibull_max(1, scale=p["s"]),
    "laplace": lambda p: stats.laplace(scale=p["s"]),
    "student3": lambda p: stats.t(3, scale=p["s"]),
    "pareto": lambda p: stats.pareto(p["alpha"]),
    "genlogistic1": lambda p: stats.genlogistic(p["a"]),
    "cauchy": lambda p: stats.cauchy(scale=p["s"]),
}


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="additive_noise_tournament"))
def test_reference_slopes(case):
    p, slopes = case["parameters"], case["quantities"]["marginal_rank_prob"]
    found = rank_slopes(law(NOISE[p["noise"]](p["noise_parameters"])), p["n"], len(slopes))
    exact = np.array([slopes[str(k)] for k in range(1, len(slopes) + 1)])
    np.testing.assert_allclose(found, exact, rtol=1e-11, atol=1e-14 * np.abs(exact).max())


def test_pareto_and_student_figures():
    """Where winner-take-all is not best: Drugov and Ryvkin 2020, as in models.md section 2."""
    pareto = rank_slopes(law(stats.pareto(2)), 5)
    assert [round(pareto[0], 4), round(pareto[:4].mean(), 4)] == [0.2216, 0.3636]
    student = rank_slopes(law(stats.t(3)), 20)
    assert round(student[:3].mean(), 5) == 0.05114
    cauchy = np.cumsum(rank_slopes(law(stats.cauchy()), 10)) / np.arange(1, 11)
    assert int(np.argmax(cauchy)) + 1 == 3


def test_units_do_not_matter():
    for factor in (1e-9, 1e9):
        scaled = rank_slopes(gumbel(2.0).scaled(factor).shifted(7 * factor), 12)
        np.testing.assert_allclose(scaled * factor, rank_slopes(gumbel(2.0), 12), rtol=1e-13, atol=1e-16)


def test_an_infinite_slope_is_an_error():
    with pytest.raises(ConvergenceError, match="unbounded at an end"):
        rank_slopes(law(stats.gamma(0.4)), 3)
    assert rank_slopes(law(stats.gamma(0.6)), 2)[0] == pytest.approx(
        math.gamma(0.2) / (2**0.2 * math.gamma(0.6) ** 2), rel=1e-11
    )  # the integral of f^2


def test_sums_of_shocks_have_slopes():
    """The difference of two Gumbel shocks is logistic; the average of four normals is normal."""
    np.testing.assert_allclose(
        rank_slopes(sum_law(gumbel(2.0), gumbel(2.0).mirrored()), 9),
        rank_slopes(law(stats.logistic(scale=2)), 9),
        rtol=1e-10,
        atol=1e-15,
    )
    triangle = law(stats.triang(0.5, scale=2))
    np.testing.assert_allclose(
        rank_slopes(sum_law(uniform(0, 1), uniform(0, 1)), 3),
        rank_slopes(triangle, 3),
        rtol=1e-10,
        atol=1e-14,
    )
    assert rank_slopes(averaged_error(normal(2.0), 4), 3, 1)[0] == pytest.approx(
        rank_slopes(normal(1.0), 3, 1)[0], rel=1e-14
    )


def test_prize_slope_is_exactly_zero_for_equal_prizes():
    assert prize_slope(normal(1.0), 7, [3.3] * 7) == 0.0
    assert prize_slope(normal(1.0), 1, [5.0]) == 0.0
    betas = rank_slopes(normal(1.0), 7)
    v = np.array([6.0, 3.0, 3.0, 1.0])
    assert prize_slope(normal(1.0), 7, v) == pytest.approx(v @ betas[:4], rel=1e-13)
    with pytest.raises(InvalidPartError, match="at most n = 2"):
        prize_slope(normal(1.0), 2, [3, 2, 1])


# --- prizes of a level --------------------------------------------------------------------------------


def _exact_level(prizes, n, u):
    u = Fraction(u)
    return float(
        sum(Fraction(v) * math.comb(n - 1, k) * u ** (n - 1 - k) * (1 - u) ** k for k, v in enumerate(prizes))
    )


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=8),
    st.integers(0, 30),
    st.floats(0, 1),
)
def test_prize_of_level_against_fractions(prizes, extra, u):
    n = len(prizes) + extra
    found = float(prize_of_level(prizes, n, u))
    assert found == pytest.approx(_exact_level(prizes, n, u), rel=2e-13, abs=1e-300)


@pytest.mark.parametrize("ranks", [40, 370, 990, 1000])
def test_prize_of_level_with_many_equal_prizes_is_the_sum_of_binomials(ranks):
    values = np.full(ranks, 0.25)
    values[: ranks // 2] = 1.0
    y = np.linspace(-30, 30, 61)
    u, v = 1 / (1 + np.exp(-y)), 1 / (1 + np.exp(y))
    whole = binomial(np.arange(ranks), 999, v[:, None], u[:, None]) @ values
    found = prize_of_level(values, 1000, u, v)
    assert found == pytest.approx(whole, rel=1e-12, abs=1e-290)


def test_prize_of_level_with_ten_million_rivals():
    n, above = 10**7, np.array([1e-12, 1e-8, 1e-7, 3e-7, 1e-6])
    poisson = np.array([np.exp((n - 1) * math.log1p(-a)) for a in above])
    np.testing.assert_allclose(prize_of_level([5.0], n, 1 - above, above), 5 * poisson, rtol=1e-13)
    three = poisson * (6 + 3 * (n - 1) * above / (1 - above))
    np.testing.assert_allclose(prize_of_level([6.0, 3.0], n, 1 - above, above), three, rtol=1e-12)
    slope = (n - 1) * np.exp((n - 2) * np.log1p(-above))
    np.testing.assert_allclose(prize_of_level_slope([1.0], n, 1 - above, above), slope, rtol=1e-13)


def test_a_thousand_prizes():
    n = 1000
    u = np.array([[0.0, 0.3], [0.999, 1.0]])
    np.testing.assert_allclose(prize_of_level(np.ones(n), n, u), 1.0, rtol=1e-13)
    np.testing.assert_allclose(prize_of_level_slope(np.ones(n), n, u), 0.0, atol=0)
    # Prizes linear in rank make the expected prize linear in u.
    v = np.arange(n, 0, -1.0)
    np.testing.assert_allclose(prize_of_level(v, n, u), 1 + (n - 1) * u, rtol=1e-12)
    np.testing.assert_allclose(prize_of_level_slope(v, n, u), n - 1, rtol=1e-12)


def test_slope_integrates_to_the_level():
    v = [6.0, 2.0, 2.5, 1.0]
    u, above, w = quantile_nodes()
    total = np.sum(prize_of_level_slope(v, 9, u, above) * w)
    assert total == pytest.approx(6.0, rel=1e-13)  # from the last of nine, who gets nothing, to the first
    with pytest.raises(InvalidPartError):
        prize_of_level(v, 9, [0.2, 1.5])


# --- ranks --------------------------------------------------------------------------------------------


def _enumerate(above, ranks):
    result = np.zeros(ranks)
    for who in itertools.product([0, 1], repeat=len(above)):
        if sum(who) < ranks:
            result[sum(who)] += math.prod(a if w else 1 - a for a, w in zip(above, who, strict=True))
    return result


RIVALS = ([0.3, 0.9, 0.05], [2, 3, 1])


@pytest.mark.parametrize("ranks", [1, 3, 7])
def test_rank_distribution_by_enumeration(ranks):
    probabilities, counts = RIVALS
    each = [p for p, c in zip(probabilities, counts, strict=True) for _ in range(c)]
    found = rank_distribution(probabilities, [1 - p for p in probabilities], counts, ranks)
    np.testing.assert_allclose(found, _enumerate(each, ranks), rtol=1e-13)
    # one group of three is three groups of one
    apart = rank_distribution(each, [1 - p for p in each], [1] * 6, ranks)
    np.testing.assert_allclose(found, apart, rtol=1e-13)


def test_rank_distribution_broadcasts_and_sums_to_one():
    x = np.linspace(-2, 2, 12).reshape(3, 4)
    a, b = stats.norm.sf(x), stats.norm.cdf(x)
    found = rank_distribution([a, 0.2], [b, 0.8], [4, 5], 10)
    assert found.shape == (3, 4, 10)
    np.testing.assert_allclose(found.sum(axis=-1), 1, rtol=1e-14)
    np.testing.assert_array_equal(rank_distribution([a], [b], [0], 2)[1, 1], [1.0, 0.0])


@pytest.mark.parametrize("ranks", [1, 4, 9])
def test_rank_slopes_by_differences(ranks):
    step = 1e-5
    laws, counts = [stats.norm(), stats.norm(0.5, 2), stats.logistic(-1)], [3, 1, 4]

    def at(x):
        return rank_distribution([d.sf(x) for d in laws], [d.cdf(x) for d in laws], counts, ranks)

    x = np.array([-1.0, 0.2, 3.0])
    args = ([d.sf(x) for d in laws], [d.cdf(x) for d in laws], [d.pdf(x) for d in laws], counts, ranks)
    probabilities, slopes = rank_distribution_slope(*args)
    np.testing.assert_allclose(probabilities, at(x), rtol=1e-14)
    near = (8 * (at(x + step) - at(x - step)) - at(x + 2 * step) + at(x - 2 * step)) / (12 * step)
    np.testing.assert_allclose(slopes, near, rtol=1e-8, atol=1e-10)


def test_rank_distribution_agrees_with_rank_slopes_at_symmetry():
    shock = gumbel(1.5)
    grid = shock.node_grid(step=0.125)
    _, slopes = rank_distribution_slope([grid.v], [grid.u], [grid.density], [7], 8)
    np.testing.assert_allclose(grid.w @ slopes, rank_slopes(shock, 8), rtol=1e-11, atol=1e-15)


def _tied_by_enumeration(above, tie, ranks):
    """Every rival above, tied or below; among t tied, each of t + 1 places is equally likely."""
    result = np.zeros(ranks)
    for who in itertools.product("atb", repeat=len(above)):
        chance = math.prod(
            {"a": a, "t": t, "b": 1 - a - t}[w] for a, t, w in zip(above, tie, who, strict=True)
        )
        first, tied = who.count("a"), who.count("t")
        for place in range(first, min(first + tied + 1, ranks)):
            result[place] += chance / (tied + 1)
    return result


@pytest.mark.parametrize("ranks", [1, 2, 6])
def test_ties_by_enumeration(ranks):
    above, tie, counts = [0.2, 0.5], [0.3, 0.1], [2, 3]
    below = [0.5, 0.4]
    each = [0.2] * 2 + [0.5] * 3, [0.3] * 2 + [0.1] * 3
    found = rank_distribution_tied(above, tie, below, counts, ranks)
    np.testing.assert_allclose(found, _tied_by_enumeration(*each, ranks), rtol=1e-13)
    alone = rank_distribution_tied(above[:1], tie[:1], below[:1], counts[:1], ranks)
    np.testing.assert_allclose(alone, _tied_by_enumeration([0.2] * 2, [0.3] * 2, ranks), rtol=1e-13)


@pytest.mark.parametrize("rivals", [201, 5000, 10**6])
def test_many_tied_rivals(rivals):
    np.testing.assert_allclose(
        rank_distribution_tied([0.0], [1.0], [0.0], [rivals], 3), 1 / (rivals + 1), rtol=1e-11
    )
    tie = np.array([1e-300, 1e-12, 1e-7, 0.3])
    below = 1 - tie
    first = rank_distribution_tied([np.zeros(4)], [tie], [below], [rivals], 1)[:, 0]
    n = rivals + 1
    exact = -np.expm1(n * np.log1p(-tie)) / (n * tie)
    np.testing.assert_allclose(first, exact, rtol=1e-12)
    # the same by integration over the tie-breaking number, as for several ranks or groups
    np.testing.assert_allclose(
        rank_distribution_tied([np.zeros(4)], [tie], [below], [rivals], 2)[:, 0], exact, rtol=1e-11
    )


def test_binomial_against_fractions():
    for n, p in itertools.product([1, 2, 7, 40], [Fraction(1, 3), Fraction(99, 100)]):
        exact = [float(math.comb(n, j) * p**j * (1 - p) ** (n - j)) for j in range(n + 1)]
        found = binomial(np.arange(n + 2), n, float(p), float(1 - p))
        np.testing.assert_allclose(found, [*exact, 0.0], rtol=1e-13)
    assert binomial(0, -1, 0.5, 0.5) == 0


# --- order statistics ---------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 10, 1000, 10**7])
def test_expected_maximum_in_closed_form(n):
    harmonic = float(digamma(n + 1) + np.euler_gamma)
    assert expected_order_statistic(gumbel(2.0), n) == pytest.approx(2 * math.log(n), rel=1e-12, abs=1e-14)
    assert expected_order_statistic(uniform(), n) == pytest.approx(n / (n + 1), rel=1e-12)
    assert expected_order_statistic(law(stats.expon()), n) == pytest.approx(harmonic, rel=1e-12)
    assert expected_order_statistic(law(stats.expon()), n, n) == pytest.approx(1 / n, rel=1e-12)
    gap = float(digamma(n) - digamma(1))
    assert expected_order_statistic(law(stats.logistic()), n) == pytest.approx(gap, rel=1e-12, abs=1e-14)


@pytest.mark.parametrize(("n", "k"), [(2, 1), (5, 2), (20, 13), (100, 50)])
def test_order_statistics_against_scipy(n, k):
    x = stats.make_distribution(stats.gamma)(a=2.5)
    exact = stats.order_statistic(x, r=n + 1 - k, n=n).mean()
    assert expected_order_statistic(law(x), n, k) == pytest.approx(float(exact), rel=1e-8)


def test_expectations_of_heavy_tails():
    """E of the best of n Pareto(a): Gamma(n+1) Gamma(1-1/a) / Gamma(n+1-1/a)."""
    for a, n in [(1.5, 10), (1.05, 1), (1.1, 4)]:
        exact = math.exp(math.lgamma(n + 1) + math.lgamma(1 - 1 / a) - math.lgamma(n + 1 - 1 / a))
        assert expected_order_statistic(law(stats.pareto(a)), n) == pytest.approx(exact, rel=1e-11)
    cauchy = law(stats.cauchy())
    assert expected_order_statistic(cauchy, 3, 1) == np.inf
    assert expected_order_statistic(cauchy, 3, 2) == pytest.approx(0, abs=1e-12)
    assert expected_order_statistic(cauchy, 3, 3) == -np.inf
    assert expected_order_statistic(law(stats.pareto(0.9)), 5) == np.inf
    with pytest.raises(ConvergenceError, match="both tails"):
        expected_order_statistic(cauchy, 1)
    with pytest.raises(InvalidPartError, match="at most n"):
        expected_order_statistic(cauchy, 3, 4)


def test_maximum_of_two_shifted_normals():
    """Clark 1961: E max = m1 Phi(a) + m2 Phi(-a) + s phi(a)."""
    s = math.hypot(2.0, 2.0)
    a = 1 / s
    exact = stats.norm.cdf(a) + s * stats.norm.pdf(a)
    assert expected_maximum_shifted(normal(2.0), [0.0, 1.0]) == pytest.approx(exact, rel=1e-13)
    far = expected_maximum_shifted(normal(1.0), [0.0, 40.0], [1000, 1])
    assert far == pytest.approx(40.0, rel=1e-13)


def test_maximum_of_groups_by_both_formulas():
    logistic, places = law(stats.logistic()), np.linspace(-3, 1, 9)
    layers = expected_maximum_shifted(logistic, places, [2] * 9)
    pairs = expected_maximum([logistic.shifted(p) for p in places], [2] * 9)
    assert layers == pytest.approx(pairs, rel=1e-12)
    same = expected_maximum_shifted(logistic, np.full(12, 0.7), [1] * 12)
    assert same == pytest.approx(expected_order_statistic(logistic, 12) + 0.7, rel=1e-13)


def test_maximum_of_different_laws():
    # three uniforms on [0, 1] and two on [1/2, 2], piece by piece
    low = integrate(lambda x: 1 - x**3 * np.clip((x - 0.5) / 1.5, 0, 1) ** 2, 0, 1, points=[0.5])
    high = integrate(lambda x: 1 - np.clip((x - 0.5) / 1.5, 0, 1) ** 2, 1, 2)
    found = expected_maximum([uniform(0, 1), uniform(0.5, 2)], [3, 2])
    assert found == pytest.approx(low + high, rel=1e-11)
    assert expected_maximum_shifted(uniform(0, 1), [0.0, 5.0]) == pytest.approx(5.5, rel=1e-13)


# --- brackets and integrals ---------------------------------------------------------------------------


def test_roots():
    assert root(lambda x: math.log(x), 0.5, 3e9) == pytest.approx(1, rel=1e-15)
    assert root(lambda x: 1e-9 * (x - 1e-12), 0, 1e9) == pytest.approx(1e-12, rel=1e-14)
    with pytest.raises(ConvergenceError, match="No change of sign of the effort"):
        root(lambda x: x * x + 1, -1, 2, what="the effort")
    a = np.linspace(1, 9, 200)
    np.testing.assert_allclose(root_vectorised(lambda x, a: x**3 - a, 0, 10, (a,)), np.cbrt(a), rtol=1e-15)
    with pytest.raises(ConvergenceError, match="1 of 2 roots"):
        root_vectorised(lambda x, a: x - a, 0, 1, (np.array([0.5, 2.0]),))


def test_integrals():
    assert integrate(lambda x: np.exp(-x * x / 2), -np.inf, np.inf) == pytest.approx(
        math.sqrt(2 * math.pi), rel=1e-13
    )
    assert integrate(lambda x: np.abs(x - 0.3), 0, 1, points=[0.3]) == pytest.approx(0.29, rel=1e-13)
    assert integrate(np.sin, -1, 1) == pytest.approx(0, abs=1e-15)
    assert integrate(np.exp, 1, 0) == pytest.approx(1 - math.e, rel=1e-13)
    with pytest.raises(ConvergenceError):
        integrate(lambda x: 1 / x, 0, 1)


@pytest.mark.parametrize("n", [2, 3, 100, 10**7])
def test_nodes_integrate_powers_for_every_n(n):
    u, v, w = quantile_nodes()
    # log u = -logaddexp(0, -y) in the log-odds y
    powers = np.exp(-(n - 2) * np.logaddexp(0.0, np.log(v) - np.log(u)))
    assert np.sum((n - 1) * powers * w) == pytest.approx(1, rel=1e-13)
    assert np.sum(w) == pytest.approx(1, rel=1e-14)


def test_nodes_with_breaks_near_one():
    above = np.array([1e-20])
    u, v, w = quantile_nodes([1.0], breaks_above=above)
    # E min(v, break) = break - break^2 / 2
    assert np.sum(w * np.minimum(v, above)) == pytest.approx(1e-20, rel=1e-12)
    assert np.sum(w * np.maximum(u - 0.5, 0)) == pytest.approx(0.125, rel=1e-2)  # a kink not announced
    u, v, w = quantile_nodes([0.5])
    assert np.sum(w * np.maximum(u - 0.5, 0)) == pytest.approx(0.125, rel=1e-13)


@pytest.mark.parametrize("n", [302, 2000])
def test_table_of_levels_is_the_sum_over_ranks(n):
    """Rough prizes, some of them zero: the table against binomial probabilities at every place."""
    values = np.sort(np.random.default_rng(1).random(n))[::-1].copy()
    values[2 * n // 3 :] = 0.0
    values[5:9] = 0.0
    below = np.concatenate([[0.0, 1.0, 1e-30, 1 - 1e-16, 0.5], 10.0 ** -np.linspace(0.01, 8, 40)])
    above = np.concatenate([[1.0, 0.0, 1.0, 1e-16, 0.5], -np.expm1(-np.linspace(0.01, 8, 40) * np.log(10))])
    exact = binomial(np.arange(n), n - 1, above[:, None], below[:, None]) @ values
    assert LevelTable(values, n - 1)(below, above) == pytest.approx(exact, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("law", [gumbel(2.0), normal(3.0), law(stats.t(3)), law(stats.expon())], ids=repr)
def test_slope_of_many_different_prizes_is_the_sum_over_ranks(law):
    prizes = np.sort(np.random.default_rng(2).random(400))[::-1]
    assert prize_slope(law, 450, prizes) == pytest.approx(rank_slopes(law, 450, 400) @ prizes, rel=1e-12)


def test_a_million_different_prizes_are_refused():
    prizes = np.linspace(2.0, 1.0, 10**6)
    for weigh in (
        lambda: prize_slope(gumbel(1.0), 10**6, prizes),
        lambda: prize_of_level(prizes, 10**6, np.full(10, 0.5)),
    ):
        with pytest.raises(ConvergenceError, match="So many different prizes"):
            weigh()


def test_an_infinite_slope_of_many_different_prizes_is_an_error():
    """Arcsine shocks: the density is infinite at both ends, and the first of many is there."""
    with pytest.raises(ConvergenceError, match="an infinite slope"):
        prize_slope(law(stats.beta(0.3, 0.3)), 302, np.linspace(2.0, 1.0, 302))


def test_roots_at_the_ends_and_near_enough():
    assert root(lambda x: x - 2.0, 0.0, 2.0) == 2.0
    assert root(lambda x: x - 2.0, 2.0, 5.0) == 2.0
    calls = []

    def cubic(x):
        calls.append(np.size(x))
        return x**3 - 5.0

    rough = root_vectorised(cubic, [0], [9], within=0.5)
    few = len(calls)
    fine = root_vectorised(cubic, [0], [9])
    assert abs(rough[0] - fine[0]) <= 0.5 and fine[0] == pytest.approx(5 ** (1 / 3), rel=1e-15)
    assert len(calls) - few > few


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rank_slopes(gumbel(1.0), 3, 4), "rank_slopes.ranks must be at most n = 3, not 4."),
        (
            lambda: prize_of_level([1.0], 2, 1.5),
            "prize_of_level.below must be probabilities from 0 to 1, not 1.5.",
        ),
        (
            lambda: prize_of_level([1.0, 1.0, 1.0], 2, 0.5),
            "prize_of_level.prizes must be at most n = 2 prizes, not 3 prizes.",
        ),
        (
            lambda: prize_of_level_slope([1.0, 1.0, 1.0], 2, 0.5),
            "prize_of_level_slope.prizes must be at most n = 2 prizes, not 3 prizes.",
        ),
        (
            lambda: prize_slope(gumbel(1.0), 2, [1.0, 1.0, 1.0]),
            "prize_slope.prizes must be at most n = 2 prizes, not 3 prizes.",
        ),
        (
            lambda: rank_distribution([0.5], [0.5], [1, 2], 2),
            "rank_distribution.counts must be one whole number for each group of rivals, not [1, 2].",
        ),
        (
            lambda: rank_distribution_tied([0.5], [0.0], [0.5], [1, 2], 2),
            "rank_distribution_tied.counts must be one whole number for each group of rivals, not [1, 2].",
        ),
    ],
)
def test_refusals_of_the_kernel(call, words):
    with pytest.raises(InvalidPartError) as refusal:
        call()
    assert str(refusal.value) == words


def test_one_contestant_has_nobody_to_overtake():
    assert rank_slopes(gumbel(1.0), 1).tolist() == [0.0]


def test_expected_prizes_in_pieces_are_the_same(monkeypatch):
    """Many prizes at many levels are summed a piece at a time; no level at all is an empty answer."""
    from contests import numerics

    prizes = np.sort(np.random.default_rng(3).random(310))[::-1]
    levels = np.linspace(0.0, 1.0, 7)
    whole = prize_of_level(prizes, 310, levels)
    monkeypatch.setattr(numerics, "_CHUNK", 620)
    assert prize_of_level(prizes, 310, levels).tolist() == pytest.approx(whole.tolist(), rel=1e-14)
    assert prize_of_level(prizes, 310, np.zeros((0, 3))).shape == (0, 3)


def test_ties_a_piece_at_a_time(monkeypatch):
    """Two groups, tied at different places and at none: all at once, and one tie-breaker at a time."""
    from contests import ranks

    above = [np.array([0.2, 0.1, 0.3, 0.25]), np.array([0.3, 0.2, 0.1, 0.5])]
    tie = [np.array([0.5, 0.0, 0.0, 0.25]), np.array([0.0, 0.6, 0.0, 0.25])]
    below = [1 - a - t for a, t in zip(above, tie, strict=True)]
    found = rank_distribution_tied(above, tie, below, [2, 1], 4)
    assert found.sum(axis=1) == pytest.approx(np.ones(4), rel=1e-13)
    plain = rank_distribution([above[0][2:3], above[1][2:3]], [below[0][2:3], below[1][2:3]], [2, 1], 4)
    assert found[2] == pytest.approx(plain[0], rel=1e-13)
    # At place 0 only the first group may tie: by hand, she is first if nobody is above her.
    first = 0.7 * (0.3**2 + 2 * 0.3 * 0.5 / 2 + 0.5**2 / 3)
    assert found[0, 0] == pytest.approx(first, rel=1e-13)
    monkeypatch.setattr(ranks, "_AT_ONCE", 3)
    assert rank_distribution_tied(above, tie, below, [2, 1], 4) == pytest.approx(found, rel=1e-13)
    none = rank_distribution_tied([0.2], [0.0], [0.8], [2], 3)
    assert none == pytest.approx(np.array([0.64, 0.32, 0.04]), rel=1e-13)
