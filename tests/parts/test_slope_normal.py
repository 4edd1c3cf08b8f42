"""The winner-take-all slope of normal shocks against 40-digit quadrature (mpmath), n to a million."""

import mpmath
import pytest

from contests.laws import normal
from contests.numerics import rank_slopes


@pytest.mark.parametrize("n", [2, 3, 10, 1000, 10**6])
def test_slope_of_normal_shocks(n):
    """beta_1 = (n-1) times the integral of F^(n-2) f^2; relative 1e-12 is asked, 1e-14 is held."""

    def integrand(x):
        return (n - 1) * mpmath.exp((n - 2) * mpmath.log(mpmath.ncdf(x))) * mpmath.npdf(x) ** 2

    with mpmath.workdps(40):
        exact = mpmath.quad(integrand, [-40, -10, -5, -2, 0, 1, 2, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7, 8, 10, 14])
        found = mpmath.mpf(float(rank_slopes(normal(1.0), n, 1)[0]))
        assert abs(found - exact) < 1e-13 * exact
