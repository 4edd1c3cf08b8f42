"""Payoffs of deviations near and far against textbook integrals in the score, split by hand (SciPy's quad).

The library integrates over the quantile of one's own noise; here the variable is the score itself,
with breaks wherever a density has a kink or a rival stands.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats

import contests as ct
from contests.laws import law

PLACES = (-1e4, -300.0, -40.0, -9.0, -3.0, -1.0, 0.0, 1.0, 3.0, 9.0, 40.0, 300.0, 1e4)


def _laplace():
    return (
        lambda x: math.exp(x) / 2 if x < 0 else 1 - math.exp(-x) / 2,
        lambda x: math.exp(-abs(x)) / 2,
        stats.laplace(),
        (0.0,),
    )


def _triangle():
    def below(x):
        x = min(max(x, 0.0), 1.0)
        return x**2 / 0.3 if x < 0.3 else 1 - (1 - x) ** 2 / 0.7

    def density(x):
        return 0.0 if not 0 < x < 1 else 2 * x / 0.3 if x < 0.3 else 2 * (1 - x) / 0.7

    return below, density, stats.triang(0.3), (0.0, 0.3, 1.0)


def _cauchy():
    return (
        lambda x: math.atan(x) / math.pi + 0.5,
        lambda x: 1 / (math.pi * (1 + x * x)),
        stats.cauchy(),
        (),
    )


def _gumbel_left():
    return (
        lambda x: -math.expm1(-math.exp(min(x, 700.0))),
        lambda x: math.exp(x - math.exp(min(x, 700.0))) if x < 700 else 0.0,
        stats.gumbel_l(),
        (),
    )


LAWS = {"laplace": _laplace, "triangle": _triangle, "cauchy": _cauchy, "reversed gumbel": _gumbel_left}


def expected_prize(below, density, corners, here, rivals, prizes):
    """E[prize] standing at ``here`` against rivals who stand at the given places."""

    def given(score):
        chance = [1.0]  # chance[j]: j rivals are above
        for place in rivals:
            level = below(score - place)
            up = [*(c * level for c in chance), 0.0]
            for j, c in enumerate(chance):
                up[j + 1] += c * (1 - level)
            chance = up
        return sum(p * c for p, c in zip(prizes, chance, strict=False))

    local = {*PLACES, *corners}
    breaks = sorted(local | {place + p - here for place in set(rivals) for p in local})
    # Beyond the last breaks in 1 / z: the tails of a Cauchy law are long.
    low, high = breaks[0], breaks[-1]
    parts = [
        integrate.quad(lambda z: given(here + z) * density(z), a, b, epsabs=1e-14, epsrel=1e-12)[0]
        for a, b in itertools.pairwise(breaks)
    ]
    for sign, end in ((-1.0, low), (1.0, high)):
        tail = integrate.quad(
            lambda t, sign=sign: given(here + sign / t) * density(sign / t) / t**2, 1e-200, 1 / abs(end)
        )
        parts.append(tail[0])
    return math.fsum(parts)


@pytest.mark.parametrize("prizes", [(1.0,), (3.0, 2.0, 1.0)], ids=["one prize", "three prizes"])
@pytest.mark.parametrize("name", LAWS)
def test_alike_rivals(name, prizes):
    below, density, noise, corners = LAWS[name]()
    contest = ct.Contest(
        contestants=ct.Identical(5),
        technology=ct.Additive(noise),
        cost=ct.Linear(1e-12),
        prizes=list(prizes),
    )
    own = 20.0
    for effort in (0.0, 13.0, 19.0, 19.9, 20.2, 21.0, 27.0, 60.0):
        exact = expected_prize(below, density, corners, effort - own, [0.0] * 4, prizes)
        found = float(contest.payoff(0, effort, contest.profile(own)))
        assert found == pytest.approx(exact, abs=2e-10 * prizes[0]), effort


@pytest.mark.parametrize("name", ["laplace", "cauchy", "triangle"])
def test_rivals_who_differ(name):
    below, density, noise, corners = LAWS[name]()
    contest = ct.Contest(
        contestants=ct.Known(value=[1.0, 2.0, 3.0]),
        technology=ct.Additive(noise),
        cost=ct.Linear(1e-12),
        prizes=1.0,
    )
    profile = contest.profile([1.0, 4.0, 6.5])
    for effort in (0.0, 1.0, 3.9, 4.1, 6.6, 30.0):
        exact = expected_prize(below, density, corners, effort, [4.0, 6.5], (1.0,))
        assert float(contest.payoff(0, effort, profile)) == pytest.approx(exact, abs=2e-10), effort


@pytest.mark.parametrize("n", [50, 1000, 100_000])
@pytest.mark.parametrize(
    "noise", [stats.gumbel_l(), stats.t(3), stats.laplace()], ids=["reversed", "t", "laplace"]
)
def test_against_the_best_of_many(n, noise):
    """The winner among many, by parts: Pr(win) = E[S(best rival − here)], with the best's own quantiles."""
    contest = ct.Contest(
        contestants=ct.Identical(n), technology=ct.Additive(noise), cost=ct.Linear(1e-12), prizes=1.0
    )
    x, weight = np.polynomial.legendre.leggauss(12)
    for ahead in (-3.0, 0.0, 0.5, 3.0, 20.0):
        # Panels in the log-odds of the best rival's quantile, with an edge where she stands level.
        level = (n - 1) * noise.logcdf(ahead)
        edges = np.linspace(-38, 38, 153)
        if -38 < level < -1e-16:
            edges = np.sort(np.append(edges, level - np.log(-np.expm1(level))))
        half = np.diff(edges)[:, None] / 2
        y = edges[:-1, None] + half * (1 + x)
        w = half * weight * special.expit(y) * special.expit(-y)
        best = noise.isf(-np.expm1(special.log_expit(y) / (n - 1)))
        exact = float(np.sum(w * noise.sf(best - ahead)))
        found = float(contest.payoff(0, 20.0 + ahead, contest.profile(20.0)))
        assert found == pytest.approx(exact, abs=1e-9), ahead


@pytest.mark.parametrize(
    ("noise", "kinks"),
    [
        (stats.laplace(3.0, 2.0), [3.0]),
        (stats.triang(0.3, loc=1, scale=10), [4.0]),
        (stats.trapezoid(0.2, 0.7), [0.2, 0.7]),
        (stats.dweibull(1.5), [0.0]),
        (stats.norm(), []),
        (stats.t(4), []),
        (stats.gamma(2.5), []),
        (stats.beta(0.5, 0.5), []),
    ],
)
def test_kinks_are_found(noise, kinks):
    """Where the densities of SciPy's documentation have corners."""
    np.testing.assert_allclose(law(noise).kinks, kinks, atol=1e-5 * math.hypot(noise.std(), 1))


@pytest.mark.parametrize(
    "noise", [stats.t(3), stats.norm(), stats.gumbel_r(), stats.laplace()], ids=lambda noise: noise.dist.name
)
@pytest.mark.parametrize(("n", "number"), [(100, 50), (1000, 168), (1000, 500)])
def test_many_equal_prizes_among_many(noise, n, number):
    """Who is next to the last prize is decided in a narrow range of levels: the integral must resolve it.

    The slope where all stand alike is E[f(x)] with 1 - F(x) of the Beta(L, n - L) law of an order statistic.
    """
    contest = ct.Contest(
        contestants=ct.Identical(n),
        technology=ct.Additive(noise),
        prizes=ct.ByRank(np.full(number, 1.0)),
        cost=ct.Power(2),
    )
    rivals = contest.against(1.0)
    level = stats.beta(number, n - number)
    low, high = max(0.0, level.mean() - 12 * level.std()), min(1.0, level.mean() + 12 * level.std())
    slope, _ = integrate.quad(
        lambda p: level.pdf(p) * noise.pdf(noise.isf(p)), low, high, points=(0.5,), limit=200, epsrel=1e-11
    )
    assert rivals.marginal_prize(0, np.array([1.0]))[0] == pytest.approx(slope, rel=1e-9)
    # Alike and standing alike, everybody wins as often, whatever the noise.
    assert rivals.expected_prize(0, np.array([1.0]))[0] == pytest.approx(number / n, rel=1e-10)
    # Half a shock ahead, over scores; the corners of Laplace's law are ends of Simpson's panels.
    x = (
        np.linspace(-40.0, 40.0, 200_001)
        if noise.dist.name != "t"
        else np.sinh(np.linspace(-16, 16, 400_001))
    )
    wins = special.bdtr(number - 1, n - 1, noise.sf(x))
    ahead = integrate.simpson(wins * noise.pdf(x - 0.5), x=x)
    assert rivals.expected_prize(0, np.array([1.5]))[0] == pytest.approx(ahead, abs=1e-9)


@pytest.mark.parametrize("noise", [stats.norm(), stats.logistic(), stats.gumbel_r()])
def test_many_equal_prizes_among_five_kinds_who_hardly_differ(noise: Any) -> None:
    """The table for many kinds against the integral for one: who comes fiftieth of a hundred is resolved."""
    n, prizes = 100, np.ones(50)
    parts = {"prizes": prizes, "technology": ct.Additive(noise), "cost": ct.Power(2)}
    kinds = ct.Contest(contestants=ct.Known(ability=np.arange(n) % 5 * 1e-10), **parts)
    alike = ct.Contest(contestants=ct.Identical(n), **parts)
    own, everyone = np.array([0.3, 0.5, 0.9]), np.full(n, 0.5)
    for name in ("payoff", "marginal_payoff"):
        one = getattr(kinds, name)(0, own, kinds.profile(everyone))
        other = getattr(alike, name)(0, own, alike.profile(everyone))
        np.testing.assert_allclose(one, other, rtol=0, atol=2e-9)
