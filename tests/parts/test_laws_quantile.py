"""Tables of quantiles and levels against SciPy's own, for laws whose quantiles are dear."""

import numpy as np
import pytest
from scipy import stats

from contests.laws import law
from contests.laws_quantile import level_table, quantile_table

SMOOTH = [
    stats.t(5),
    stats.gamma(2.5),
    stats.beta(2, 3),
    stats.cauchy(),
    stats.lognorm(0.5),
    stats.skewnorm(3),
]


@pytest.mark.parametrize("frozen", SMOOTH, ids=lambda f: f.dist.name)
def test_quantiles_and_levels_are_scipys(frozen):
    shape = law(frozen)
    u = np.array([1e-9, 1e-4, 0.03, 0.2, 0.5, 0.77, 0.999])
    assert shape.quantile(u, 1 - u) == pytest.approx(frozen.ppf(u), rel=1e-9)
    below, above = shape.levels(frozen.ppf(u))
    assert below == pytest.approx(frozen.cdf(frozen.ppf(u)), rel=1e-8, abs=1e-13)
    assert above == pytest.approx(frozen.sf(frozen.ppf(u)), rel=1e-8, abs=1e-13)


def test_a_smooth_law_has_tables():
    """Others may have none where a release of SciPy computes their quantiles roughly."""
    shape = law(stats.gamma(2.5)).shape
    assert quantile_table(shape) is not None
    assert level_table(shape) is not None


def test_a_law_with_a_kink_keeps_scipys_quantiles():
    """The triangular density bends at its mode: no polynomial reproduces its quantiles."""
    triangular = law(stats.triang(0.3))
    assert quantile_table(triangular.shape) is None
    assert level_table(triangular.shape) is None
    assert triangular.quantile(np.array([0.3]), np.array([0.7])) == pytest.approx([0.3])


def test_the_sum_of_two_uniforms_is_trapezoidal():
    """Against scipy.stats.trapezoid, which was not used to write it."""
    from contests.laws import sum_law, uniform

    total = sum_law(uniform(-1.0, 1.0), uniform(0.0, 0.5))
    right = stats.trapezoid(0.2, 0.8, loc=-1.0, scale=2.5)
    x = np.linspace(-1.2, 1.7, 59)
    assert total.pdf(x) == pytest.approx(right.pdf(x), abs=1e-12)
    assert total.cdf(x) == pytest.approx(right.cdf(x), abs=1e-12)
    u = np.linspace(0.01, 0.99, 21)
    assert total.ppf(u) == pytest.approx(right.ppf(u), abs=1e-12)
    assert total.isf(u) == pytest.approx(right.isf(u), abs=1e-12)
    assert total.std() == pytest.approx(right.std())
    assert total.mirrored().cdf(-x) == pytest.approx(right.sf(x), abs=1e-12)
    assert eval(repr(total), {"stats": stats}).mean() == pytest.approx(total.mean())
