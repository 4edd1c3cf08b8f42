"""Payoffs against private types under shocks with corners or long tails, by textbook integrals.

With two contestants the chance to win is E[H(L - L(type))], H the law of the difference of two shocks,
in closed form: one integral over the type (Gauss's rule between the kinks, SciPy's laws). With several,
and locations that are uniform, the law of a rival's score is a difference of antiderivatives of the law
of the shock: one integral over one's own shock.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import contests as ct
from contests.laws import law
from contests.noise_panels import noise_panels

NOISES = {
    "uniform": stats.uniform(-1, 2),
    "laplace": stats.laplace(),
    "triangle": stats.triang(0.5, -1, 2),
    "exponential": stats.expon(),
    "cauchy": stats.cauchy(),
}


def integral(function, cuts):
    """Forty Gauss points between every two cuts."""
    x, w = np.polynomial.legendre.leggauss(40)
    cuts = np.unique(cuts)
    half = np.diff(cuts)[:, None] / 2
    return float(np.sum(half * w * function(cuts[:-1, None] + half * (1 + x))))


def difference(name):
    """Pr(shock of a rival - own shock < x), with the places where it bends."""
    if name == "uniform":
        return stats.triang(0.5, -2, 4).cdf, (-2.0, 0.0, 2.0)
    if name == "exponential":
        return stats.laplace().cdf, (0.0,)
    if name == "cauchy":
        return stats.cauchy(scale=2).cdf, ()
    if name == "laplace":
        tail = lambda x: (2 + np.abs(x)) * np.exp(-np.abs(x)) / 4  # noqa: E731
        return lambda x: np.where(x > 0, 1 - tail(x), tail(x)), (0.0,)

    def spline(x):  # four uniform draws (Irwin and Hall): the sum of four on [-1/2, 1/2]
        y = x + 2.0
        return sum((-1) ** k * math.comb(4, k) * np.maximum(y - k, 0.0) ** 4 for k in range(5)) / 24

    return spline, (-2.0, -1.0, 0.0, 1.0, 2.0)


def effort(types):
    return 0.3 + 0.2 * np.sqrt(types)


TYPES = {"uniform": stats.uniform(), "beta": stats.beta(2, 3), "lognormal": stats.lognorm(0.4)}


def beats_one(name, kind, here):
    """The chance to stand above one rival, from ``here``."""
    below, bends = difference(name)
    edge = 1e-15

    def place(u):
        return effort(kind.ppf(u)) + kind.ppf(u)

    powers = 10.0 ** -np.arange(1, 13)
    cuts = [0.0, 0.5, 1.0, *powers, *(1 - powers)]
    for bend in bends:
        if place(edge) < here - bend < place(1 - edge):
            cuts.append(optimize.brentq(lambda u, b=bend: place(u) - here + b, edge, 1 - edge, xtol=1e-15))
    return integral(lambda u: below(here - place(u)), cuts)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("name", NOISES)
def test_against_one(name, kind):
    contest = ct.Contest(
        contestants=ct.Private(2, ability=TYPES[kind]),
        technology=ct.Additive(NOISES[name]),
        cost=ct.Linear(1e-12),
        prizes=1.0,
    )
    profile = contest.profile(ct.Monotone(types=TYPES[kind], function=effort))
    efforts, own = np.array([0.0, 0.4, 1.0, 2.5]), 0.3
    found = contest.payoff(0, efforts, profile, own)
    exact = [beats_one(name, TYPES[kind], own + e) for e in efforts]
    np.testing.assert_allclose(found, exact, atol=2e-11)


def antiderivative(name):
    """The integral of the law of the shock up to x; for the Cauchy law up to a constant."""
    if name == "uniform":
        return lambda x: np.where(x < 1, np.clip(x + 1, 0, None) ** 2 / 4, x)
    if name == "laplace":
        return lambda x: np.maximum(x, 0.0) + np.exp(-np.abs(x)) / 2
    if name == "exponential":
        return lambda x: np.where(x > 0, x + np.expm1(-np.maximum(x, 0.0)), 0.0)
    if name == "triangle":
        return lambda x: np.maximum(x, 0.0) + np.maximum(1 - np.abs(x), 0.0) ** 3 / 6
    return lambda x: x / 2 + (x * np.arctan(x) - np.log1p(x * x) / 2) / np.pi


@pytest.mark.parametrize("prizes", [(1.0,), (3.0, 2.0, 1.0)], ids=["one prize", "three prizes"])
@pytest.mark.parametrize("name", NOISES)
def test_against_several(name, prizes):
    """Locations uniform on [0.5, 2]: four rivals with F(s) = (A(s - 0.5) - A(s - 2)) / 1.5."""
    noise, total = NOISES[name], antiderivative(name)
    contest = ct.Contest(
        contestants=ct.Private(5, ability=stats.uniform()),
        technology=ct.Additive(noise),
        cost=ct.Linear(1e-12),
        prizes=list(prizes),
    )
    profile = contest.profile(ct.Monotone(types=stats.uniform(), function=lambda t: 0.5 + 0.5 * t))
    values = np.pad(prizes, (0, 5 - len(prizes)))
    corners = law(noise).kinks.round(6).tolist() + [e for e in law(noise).support if np.isfinite(e)]

    def given(score):
        return paid(values, np.clip((total(score - 0.5) - total(score - 2.0)) / 1.5, 0, 1))

    for here in (0.0, 0.9, 1.4, 2.0, 4.5):
        cuts = [*(e + c - here for c in corners for e in (0.5, 2.0)), *corners]
        cuts = np.clip([*cuts, 0.5 - here, 2.0 - here, *np.linspace(-60, 60, 81)], -60, 60)
        exact = integral(lambda z, here=here: given(here + z) * noise.pdf(z), cuts)
        for sign in (-1.0, 1.0) if name == "cauchy" else ():
            # Beyond 60, in 1 / z; there antiderivatives cancel: laws of the rivals by quadrature.
            exact += integral(
                lambda t, sign=sign, here=here: (
                    far_prize(values, here + sign / t) * noise.pdf(sign / t) / t**2
                ),
                [0, 1 / 60],
            )
        found = float(contest.payoff(0, here, profile, 0.0))
        assert found == pytest.approx(exact, abs=1e-10 * prizes[0]), here


def paid(values, level):
    """The expected prize of whoever is above each of four rivals with a probability."""
    return sum(values[k] * math.comb(4, k) * level ** (4 - k) * (1 - level) ** k for k in range(5))


def far_prize(values, score):
    """The expected prize of a score under the Cauchy law."""
    u, w = np.polynomial.legendre.leggauss(20)
    return paid(values, stats.cauchy.cdf(np.asarray(score)[..., None] - 1.25 - 0.75 * u) @ w / 2)


@pytest.mark.parametrize("name", ["uniform", "laplace"])
def test_marginals_are_slopes_of_payoffs(name):
    contest = ct.Contest(
        contestants=ct.Private(3, ability=stats.beta(2, 2)),
        technology=ct.Additive(NOISES[name]),
        cost=ct.Linear(0.1),
        prizes=[1.0, 0.4],
    )
    profile = contest.profile(ct.Monotone(types=stats.beta(2, 2), function=effort))
    efforts, step = np.array([0.21, 0.83, 1.7]), 1e-3
    around = [contest.payoff(0, efforts + k * step, profile, 0.4) for k in (-2, -1, 1, 2)]
    slope = (around[0] - 8 * around[1] + 8 * around[2] - around[3]) / (12 * step)
    np.testing.assert_allclose(contest.marginal_payoff(0, efforts, profile, 0.4), slope, atol=3e-9)
    chances = contest.rank_probabilities(0, efforts, profile, 0.4, ranks=3)
    np.testing.assert_allclose(chances.sum(axis=1), 1.0, atol=1e-12)
    worth = chances @ [1.0, 0.4, 0.0] - 0.1 * efforts
    np.testing.assert_allclose(contest.payoff(0, efforts, profile, 0.4), worth, atol=1e-12)


def test_types_who_do_nothing_are_an_atom():
    """Half the types at zero, under a uniform shock: chances by hand against one rival."""
    contest = ct.Contest(
        contestants=ct.Private(2, value=stats.uniform()),
        technology=ct.Additive(stats.uniform(-1, 2)),
        cost=ct.Linear(1e-12),
        prizes=1.0,
    )
    strategy = ct.Monotone(types=stats.uniform(), function=lambda v: np.maximum(v - 0.5, 0.0))
    below = stats.triang(0.5, -2, 4).cdf
    for effort in (0.0, 0.2, 0.7, 1.9, 2.3):
        moving = integrate.quad(below, effort - 0.5, effort, points=[0.0, 2.0], epsabs=1e-13)[0]
        exact = 0.5 * below(effort) + moving
        found = float(contest.payoff(0, effort, contest.profile(strategy), 1.0))
        assert found == pytest.approx(exact, abs=1e-11), effort


@pytest.mark.parametrize("noise", [stats.beta(0.5, 0.5), stats.gamma(0.7), stats.weibull_min(1.5)])
def test_densities_that_polynomials_cannot_follow_have_no_panels(noise):
    assert noise_panels(law(noise)) is None
