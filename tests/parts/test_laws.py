"""Laws say what SciPy says, refuse what is no continuous law, and add up correctly.

Routes: SciPy's own methods; mpmath where SciPy loses digits; closed-form convolutions.
"""

from __future__ import annotations

import copy
import pickle

import mpmath
import numpy as np
import pytest
from scipy import stats

from contests.errors import ConvergenceError, InvalidPartError
from contests.laws import Law, averaged_error, gumbel, law, normal, sum_law, uniform
from contests.quadrature import expectation

CLASSIC = [
    stats.norm(1, 2),
    stats.gumbel_r(scale=2),
    stats.gumbel_l(3, scale=2),
    stats.logistic(loc=-1, scale=0.3),
    stats.uniform(-1, 4),
    stats.expon(1, 2),
    stats.gamma(2.5, scale=3),
    stats.t(3),
    stats.pareto(2, loc=-1),
    stats.laplace(),
    stats.weibull_max(1, scale=2),
    stats.truncnorm(0, np.inf),
    stats.rv_histogram(np.histogram([1, 2, 3, 3.0, 2, 2.2]))(),
]
MODERN = [
    stats.Normal(),
    stats.Normal(mu=1, sigma=3),
    stats.Uniform(a=1, b=4),
    2 * stats.Normal() + 1,
    -3 * stats.make_distribution(stats.expon)() + 1,
    stats.make_distribution(stats.gamma)(a=2.0),
    stats.Mixture([stats.Normal(), stats.Normal(mu=2)], weights=[0.3, 0.7]),
    stats.exp(stats.Normal()),
]
PAIRS = {"pdf": "pdf", "logpdf": "logpdf", "cdf": "cdf", "sf": "ccdf"}


@pytest.mark.parametrize("distribution", CLASSIC + MODERN, ids=lambda d: repr(law(d))[:60])
def test_numbers_are_scipys(distribution):
    found = law(distribution)
    classic = hasattr(distribution, "sf")
    x = found.ppf(np.array([0.001, 0.1, 0.4, 0.77, 0.999]))
    for ours, modern in PAIRS.items():
        theirs = getattr(distribution, ours if classic else modern)(x)
        np.testing.assert_allclose(getattr(found, ours)(x), theirs, rtol=2e-14, atol=2e-16)
    u = np.array([1e-9, 0.2, 0.5, 0.9])
    quantile, inverse = ("ppf", "isf") if classic else ("icdf", "iccdf")
    np.testing.assert_allclose(found.ppf(u), getattr(distribution, quantile)(u), rtol=1e-13, atol=1e-14)
    np.testing.assert_allclose(found.isf(u), getattr(distribution, inverse)(u), rtol=1e-13, atol=1e-14)
    spread = distribution.std() if classic else distribution.standard_deviation()
    np.testing.assert_allclose([found.mean(), found.std()], [distribution.mean(), spread], rtol=1e-13)
    np.testing.assert_array_equal(found.support, distribution.support())


@pytest.mark.parametrize("distribution", CLASSIC + MODERN, ids=lambda d: repr(law(d))[:60])
def test_equal_after_copy_and_pasted_repr(distribution):
    found = law(distribution)
    pasted = law(eval(repr(found), {"stats": stats, "law": law, "np": np}))
    assert pasted == found
    assert hash(pasted) == hash(found)
    assert copy.deepcopy(found) == found == law(found)
    found.node_grid()
    assert copy.deepcopy(found) == found
    assert found != found.shifted(1.0)
    assert found != normal(123.0)


@pytest.mark.parametrize("distribution", CLASSIC + MODERN[:-1], ids=lambda d: repr(law(d))[:60])
def test_pickles(distribution):
    # stats.exp(...) is left out: SciPy's object holds a local function.
    found = law(distribution)
    found.node_grid()
    again = pickle.loads(pickle.dumps(found))
    assert again == found
    assert again.cdf(0.7) == found.cdf(0.7)


@pytest.mark.parametrize("distribution", CLASSIC[:10] + MODERN, ids=lambda d: repr(law(d))[:60])
def test_slope_is_the_derivative_of_the_density(distribution):
    found = law(distribution)
    x = found.ppf(np.array([0.1, 0.35, 0.6, 0.93]))
    step = 1e-3 * (found.isf(0.25) - found.ppf(0.25))
    near = (
        8 * (found.pdf(x + step) - found.pdf(x - step)) - found.pdf(x + 2 * step) + found.pdf(x - 2 * step)
    ) / (12 * step)
    scale = found.pdf(found.ppf(0.5)) / (found.isf(0.25) - found.ppf(0.25))
    np.testing.assert_allclose(found.slope(x), near, rtol=1e-8, atol=1e-8 * scale)


def test_slope_of_a_law_without_closed_form():
    x = np.array([0.2, 1.0, 4.0, 15.0])
    exact = x * np.exp(-x) * (2 - x) / 2  # gamma(3): x^2 exp(-x) / 2
    np.testing.assert_allclose(law(stats.gamma(3)).slope(x), exact, rtol=1e-9)
    assert law(stats.gamma(3)).slope(-1.0) == 0


@pytest.mark.parametrize("shape", ["gumbel_r", "gumbel_l", "logistic", "norm"])
def test_logarithms_of_tails_against_mpmath(shape):
    found = law(getattr(stats, shape)())
    mpmath.mp.dps = 40
    cdf = {
        "gumbel_r": lambda z: mpmath.exp(-mpmath.exp(-z)),
        "gumbel_l": lambda z: -mpmath.expm1(-mpmath.exp(z)),
        "logistic": lambda z: 1 / (1 + mpmath.exp(-z)),
        "norm": mpmath.ncdf,
    }[shape]
    for z in (-30.0, -8.0, -3.0, -0.1, 0.0, 0.5, 3.0, 4.5):
        # 40 digits do not hold 1 - exp(-exp(30)); log1p(-sf) with exact sf does.
        below = cdf(mpmath.mpf(z))
        above = 1 - below
        if below > 0 and above > mpmath.mpf(10) ** -30:
            assert float(found.logcdf(z)) == pytest.approx(float(mpmath.log(below)), rel=1e-13)
            assert float(found.logsf(z)) == pytest.approx(float(mpmath.log(above)), rel=1e-13)


@pytest.mark.parametrize("found", [normal(2.0), gumbel(1.0), gumbel(1.0).mirrored(), uniform(0, 1)], ids=repr)
def test_far_tails_are_finite_and_silent(found):
    x = np.array([-np.inf, -1e200, -1e4, 1e4, 1e200, np.inf])
    for method in ("pdf", "cdf", "sf", "slope"):
        assert np.isfinite(getattr(found, method)(x)).all()
    assert not np.isnan(found.logcdf(x)).any()
    assert not np.isnan(found.logsf(x)).any()


REFUSED = {
    "scale 0": (stats.norm(scale=0), "above zero"),
    "scale below 0": (stats.norm(scale=-1), "above zero"),
    "shape outside": (stats.gamma(-1), "domain"),
    "NaN": (stats.norm(np.nan), "finite"),
    "infinite": (stats.norm(np.inf), "finite"),
    "several": (stats.norm([0, 1]), "one number"),
    "discrete": (stats.poisson(2), "a continuous law"),
    "family": (stats.norm, "Call it with its parameters"),
    "class": (stats.Normal, "a continuous law"),
    "sigma below 0": (stats.Normal(sigma=-1), "domain"),
    "several, new": (stats.Normal(mu=[0, 1]), "one number"),
    "reversed": (stats.Uniform(a=2, b=1), "domain"),
    "number": (3, "a continuous law"),
    "word": ("normal", "a continuous law"),
    "nothing": (None, "a continuous law"),
}
if hasattr(stats, "Binomial"):  # new in SciPy 1.16
    REFUSED["discrete, new"] = (stats.Binomial(n=3, p=0.2), "a continuous law")


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_law_is_refused_in_words(case):
    value, words = REFUSED[case]
    with pytest.raises(InvalidPartError, match=words) as caught:
        law(value, part="Additive.shock")
    assert "Additive.shock" in str(caught.value)


def test_location_and_scale():
    base = law(stats.gamma(2.0, loc=1, scale=3))
    moved = base.scaled(2.0).shifted(-5.0)
    assert repr(moved) == "stats.gamma(a=2.0, loc=-3.0, scale=6.0)"
    assert moved.mean() == pytest.approx(2 * base.mean() - 5)
    assert moved.cdf(4.0) == pytest.approx(base.cdf(4.5), rel=1e-15)
    with pytest.raises(InvalidPartError):
        base.scaled(0.0)
    with pytest.raises(InvalidPartError):
        base.shifted(np.nan)
    assert uniform(-1, 3).mirrored() == uniform(-3, 1)
    assert base.mirrored().mirrored() == base
    assert law(stats.gumbel_r(2, 3)).mirrored() == law(stats.gumbel_l(-2, 3))


def test_conveniences_have_mean_zero_or_their_ends():
    assert gumbel(3.0).mean() == pytest.approx(0, abs=1e-15)
    assert normal(2.0).mean() == 0
    assert uniform(-1, 4).support == (-1.0, 4.0)
    assert law(stats.cauchy()).mean() != law(stats.cauchy()).mean()  # NaN, as SciPy reports it


@pytest.mark.parametrize("distribution", CLASSIC + MODERN, ids=lambda d: repr(law(d))[:60])
def test_draws_follow_the_law_and_the_generator(distribution):
    found = law(distribution)
    draws = found.rvs(4000, rng=np.random.default_rng(5))
    np.testing.assert_array_equal(draws, found.rvs(4000, rng=np.random.default_rng(5)))
    assert stats.kstest(draws, found.cdf).pvalue > 1e-4
    assert np.shape(found.rvs((2, 3), rng=np.random.default_rng(5))) == (2, 3)


SUMS = {
    "normal": (normal(3.0), law(stats.norm(1, 4)), stats.norm(1, 5), 1e-15),
    "triangle": (uniform(0, 1), uniform(0, 1), stats.triang(0.5, scale=2), 1e-12),
    "trapezoid": (uniform(0, 1), uniform(-1, 1), stats.trapezoid(1 / 3, 2 / 3, -1, 3), 1e-12),
    "gamma": (law(stats.expon()), law(stats.expon()), stats.gamma(2), 1e-12),
    "ex-Gaussian": (normal(1.0), law(stats.expon()), stats.exponnorm(1), 1e-9),
    "difference of Gumbels": (gumbel(1.0), gumbel(1.0).mirrored(), stats.logistic(), 1e-12),
    "Cauchy": (law(stats.cauchy(1, 2)), law(stats.cauchy()), stats.cauchy(1, 3), 1e-14),
    "Student": (
        law(stats.t(1)),
        law(stats.t(1)),
        stats.cauchy(0, 2),
        1e-8,
    ),  # heavy tails, no closed form used
    "same, in thousandths": (gumbel(1e-3), gumbel(1e-3).mirrored(), stats.logistic(scale=1e-3), 1e-12),
    "narrow": (uniform(0, 1), uniform(0, 1e-3), stats.trapezoid(1 / 1001, 1000 / 1001, 0, 1.001), 1e-11),
}


@pytest.mark.parametrize("case", SUMS)
def test_sums_against_closed_forms(case):
    first, second, reference, accuracy = SUMS[case]
    for found in (sum_law(first, second), sum_law(second, first)):
        u = np.array([1e-6, 0.01, 0.3, 0.5, 0.8, 1 - 1e-6])
        x = reference.ppf(u)
        np.testing.assert_allclose(found.pdf(x), reference.pdf(x), rtol=max(accuracy, 1e-12))
        np.testing.assert_allclose(found.cdf(x), reference.cdf(x), rtol=max(accuracy, 1e-12))
        # SciPy's triangle computes its survival function as 1 - cdf.
        np.testing.assert_allclose(found.sf(x), reference.sf(x), rtol=max(accuracy, 1e-12), atol=2e-16)
        width = reference.isf(0.25) - reference.ppf(0.25)
        np.testing.assert_allclose(found.ppf(u), x, rtol=accuracy, atol=accuracy * width)


def test_sum_of_two_laplace_laws():
    """Partial fractions: scales a, b give (a e^{-|x|/a} - b e^{-|x|/b}) / (2 (a^2 - b^2))."""
    found = sum_law(law(stats.laplace()), law(stats.laplace(scale=2)))
    x = np.array([-4.0, -0.3, 0.0, 0.1, 2.5, 9.0])
    exact = (np.exp(-np.abs(x)) - 2 * np.exp(-np.abs(x) / 2)) / (2 * (1 - 4))
    np.testing.assert_allclose(found.pdf(x), exact, rtol=1e-11)


@pytest.mark.parametrize(
    ("error", "judges"),
    [(law(stats.logistic(scale=2)), 4), (gumbel(1.0), 3), (uniform(-1, 1), 2), (normal(3), 9)],
)
def test_average_of_judges_has_the_moments(error, judges):
    found = averaged_error(error, judges)
    assert found.mean() == pytest.approx(error.mean(), abs=1e-14)
    assert found.std() == pytest.approx(error.std() / np.sqrt(judges), rel=1e-13)
    # The fourth cumulant falls with the cube of the number of judges.
    m = error.mean()

    def kurtosis(one):
        return expectation(one, lambda x: (x - m) ** 4) - 3 * expectation(one, lambda x: (x - m) ** 2) ** 2

    assert kurtosis(found) == pytest.approx(kurtosis(error) / judges**3, abs=1e-9 * error.std() ** 4)


def test_average_that_is_not_available_is_refused():
    assert averaged_error(gumbel(2.0), 1) == gumbel(2.0)
    with pytest.raises(InvalidPartError, match="ends or kinks"):
        averaged_error(uniform(-1, 1), 5)


def test_expectation_knows_when_it_fails():
    assert expectation(uniform(0, 2), lambda x: np.abs(x - 0.3), breaks=[0.3]) == pytest.approx(
        (0.3**2 + 1.7**2) / 4, rel=1e-13
    )
    with pytest.raises(ConvergenceError):
        expectation(law(stats.cauchy()), np.abs)


def test_a_law_needs_a_positive_scale():
    with pytest.raises(InvalidPartError):
        Law(normal(1.0).shape, 0.0, 0.0)


@pytest.mark.parametrize("family", [stats.beta(2, 5), stats.beta(0.5, 3), stats.t(3), stats.gamma(0.3)])
def test_quantiles_far_in_the_tails_are_no_nonsense(family):
    """SciPy has NaN for beta(2, 5) beyond 1e-200, and plus infinity for the lower tail of t(3) at 1e-300."""
    adapted = law(family)
    tail = np.array([1e-300, 1e-200, 1e-50, 1e-20])
    low, high = adapted.support
    for x in (adapted.ppf(tail), adapted.isf(tail)[::-1]):
        assert np.all(np.diff(x) >= 0)
        assert np.all((x >= low) & (x <= high))
    assert adapted.ppf(1e-300) < adapted.ppf(0.5) < adapted.isf(1e-300)
