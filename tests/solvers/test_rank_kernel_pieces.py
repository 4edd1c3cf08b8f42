"""The rank kernel's pieces: who is above by enumeration, gains from each rival by quadrature, differences.

What contestant k gains from rival l is the integral of f(x - L_k) f(x - L_l) times the expected loss of one
more rank, given how many of all the others are above x.
"""

from __future__ import annotations

from itertools import product
from math import comb
from typing import Any

import numpy as np
import pytest
from scipy import stats

from contests.laws import gumbel, normal
from contests.laws import law as law_of
from contests.solvers import rank_kernel
from contests.solvers.rank_kernel import (
    Field,
    _after,
    _before,
    _differenced,
    _law_at,
    _pairs,
    derivatives,
    marginal_prizes,
    rank_chances,
)

Array = Any


@pytest.mark.parametrize("numbers", [[0, 1], [1, 1], [0, 0], [0, 2], [3, 1], [2, 5]])
@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_worth_before_and_chances_after_a_kind_is_drawn(numbers: list[int], ranks: int) -> None:
    """So many of a kind, each above with her own chance: a binomial number moves the rank."""
    rng = np.random.default_rng(sum(numbers) + ranks)
    size = 3
    above = rng.random((2, size))
    law = (above, 1.0 - above, rng.random((2, size)))
    given = rng.random((2, size, ranks))
    kept = given.copy()
    before = _before(given, law, np.array(numbers))
    after = _after(given, law, np.array(numbers))
    for row, number in enumerate(numbers):
        for m in range(size):
            chance = [
                comb(number, j) * above[row, m] ** j * (1 - above[row, m]) ** (number - j)
                for j in range(number + 1)
            ]
            for a in range(ranks):
                worth = sum(p * kept[row, m, a + j] for j, p in enumerate(chance) if a + j < ranks)
                so_many = sum(p * kept[row, m, a - j] for j, p in enumerate(chance) if a >= j)
                assert before[row, m, a] == pytest.approx(worth, rel=1e-12, abs=1e-15)
                assert after[row, m, a] == pytest.approx(so_many, rel=1e-12, abs=1e-15)
    assert (given == kept).all()  # what is given is used for others too


def test_chances_and_density_of_a_rival() -> None:
    above, below, density = _law_at(normal(2.0), np.array([[-np.inf, 0.5, np.inf]]))
    assert above[0] == pytest.approx([1.0, stats.norm.sf(0.25), 0.0])
    assert below[0] == pytest.approx([0.0, stats.norm.cdf(0.25), 1.0])
    assert density[0] == pytest.approx([0.0, stats.norm.pdf(0.25) / 2, 0.0])
    # A density without bound at an end weighs nothing there.
    assert _law_at(law_of(stats.gamma(0.5)), np.array([0.0, 1.0]))[2] == pytest.approx(
        [0.0, stats.gamma(0.5).pdf(1.0)]
    )


def gain(k: int, which: int, places: Array, prizes: Array, scale: float, turned: bool = False) -> float:
    """What contestant k gains from rival ``which``: by enumeration of who else is above.

    The trapezoid rule on an even grid is exact to rounding for densities of normals.
    """
    law = stats.norm(scale=scale)
    rest = [j for j in range(len(places)) if j not in (k, which)]
    steps = np.append(prizes, np.zeros(len(places)))[: len(places)]
    steps = steps[:-1] - steps[1:]
    x = np.linspace(min(places) - 9 * scale, max(places) + 9 * scale, 401)
    total = np.zeros(x.size)
    for ahead in product((0, 1), repeat=len(rest)):
        chance = np.ones(x.size)
        for j, up in zip(rest, ahead, strict=True):
            chance *= law.sf(x - places[j]) if up else law.cdf(x - places[j])
        total += chance * steps[sum(ahead)]
    # By the rule of products: the slope in the rival's place is minus that of the first density.
    first = law.pdf(x - places[k]) * ((x - places[k]) / scale**2 if turned else 1.0)
    return float(np.trapezoid(total * first * law.pdf(x - places[which]), x))


@pytest.mark.parametrize(
    ("prizes", "nature"),
    [([1.0, 0.4], -np.inf), ([1.0, 0.4, 0.4, 0.1], -np.inf), ([1.0, 1.0, 0.3, 0.3], 0.3), ([2.0], 0.3)],
)
def test_what_is_gained_from_each_rival(prizes: list[float], nature: float) -> None:
    """Kinds of two, one and one, and perhaps the event that nobody wins, who counts as one more."""
    counts, scale = np.array([2, 1, 1]), 0.9
    place = np.array([0.1, 0.7, -0.3])
    field = Field(normal(scale), counts, np.array(prizes), nature)
    everybody = [0.1, 0.1, 0.7, -0.3] + ([nature] if np.isfinite(nature) else [])
    kinds = [0, 0, 1, 2, 3][: len(everybody)]
    grid = field.noise.node_grid(step=0.25, reach=24.0)
    places = np.append(place, nature) if np.isfinite(nature) else place
    total = [2, 1, 1, 1] if np.isfinite(nature) else [2, 1, 1]
    part = np.arange(3)
    gains, crosses = _pairs(field, places, total, part, place, grid)
    assert gains.shape == crosses.shape == (3, len(total))
    for k, i in enumerate((0, 2, 3)):
        for kind in range(len(total)):
            rivals = [j for j in range(len(everybody)) if kinds[j] == kind and j != i]
            asked = [gain(i, j, everybody, prizes, scale) for j in rivals]
            assert gains[k, kind] == pytest.approx(sum(asked), abs=1e-9)
            turned = [gain(i, j, everybody, prizes, scale, turned=True) for j in rivals]
            assert crosses[k, kind] == pytest.approx(-sum(turned), abs=1e-9)
    marginal, matrix = derivatives(field, place, place, step=0.25)
    assert marginal == pytest.approx(gains.sum(axis=1), rel=1e-12)
    off = crosses[:, :3].copy()
    off[part, part] -= crosses.sum(axis=1)
    assert matrix == pytest.approx(off, rel=1e-12)
    # Some kinds only, and one that stands elsewhere than her own kind.
    some, _ = _pairs(field, places, total, np.array([2]), np.array([0.5]), grid)
    elsewhere = everybody.copy()
    elsewhere[3] = 0.5
    assert some.sum() == pytest.approx(sum(gain(3, j, elsewhere, prizes, scale) for j in range(3)) + (
        gain(3, 4, elsewhere, prizes, scale) if np.isfinite(nature) else 0.0
    ), abs=1e-9)  # fmt: skip


def test_equal_prizes_for_all_move_nobody() -> None:
    field = Field(normal(1.0), np.array([1, 2]), np.ones(3), -np.inf)
    marginal, matrix = derivatives(field, np.zeros(2), np.zeros(2))
    assert marginal.tolist() == [0.0, 0.0] and (matrix == 0.0).all()
    # The last prize of all is certain, and does not matter beyond its difference from the last but one.
    up = Field(normal(1.0), np.array([1, 2]), np.array([3.0, 2.0, 2.0]), -np.inf)
    only = Field(normal(1.0), np.array([1, 2]), np.array([1.0]), -np.inf)
    for one, other in zip(
        derivatives(up, np.zeros(2), np.ones(2)), derivatives(only, np.zeros(2), np.ones(2)), strict=True
    ):
        assert one == pytest.approx(other, rel=1e-12)


@pytest.mark.parametrize("scale", [1.0, 1e6, 1e-6])
def test_differences_of_marginal_prizes(scale: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of a kind move together, by a ten-thousandth of the scale of luck each way."""
    noise = law_of(stats.expon(scale=scale))
    field = Field(noise, np.array([2, 1]), np.array([1.0]), -np.inf)
    rivals, own = np.array([[1.0, 2.0], [3.0, -4.0]]), np.array([[0.5, 0.0], [0.0, 0.25]])
    asked: list[Any] = []

    def linear(given: Field, place: Array, standing: Array) -> Array:
        asked.append((place.copy(), standing.copy()))
        return (rivals @ place + own @ standing) / scale

    monkeypatch.setattr(rank_kernel, "marginal_prizes", linear)
    place, standing = np.array([0.5, 0.25]) * scale, np.array([0.75, 1.0]) * scale
    marginal, matrix = _differenced(field, place, standing)
    assert marginal == pytest.approx((rivals @ place + own @ standing) / scale)
    assert matrix * scale == pytest.approx(rivals + own, rel=1e-9)
    moved = [(p - place, s - standing) for p, s in asked[1:]]
    step = 1e-4 * noise.scale
    for (p, s), k, sign in zip(moved, (0, 0, 1, 1), (1, -1, 1, -1), strict=True):
        exact = sign * step * (np.arange(2) == k)
        assert p == pytest.approx(exact, abs=1e-9 * scale) and s == pytest.approx(exact, abs=1e-9 * scale)


@pytest.mark.parametrize(
    ("law", "differences"),
    [
        (normal(1.0), False),
        (gumbel(1.0), False),
        (law_of(stats.expon()), True),
        (law_of(stats.uniform()), True),
        (law_of(stats.t(4)), True),
    ],
)
def test_whose_derivatives_are_differences(
    law: Any, differences: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of laws that end somewhere, or whose density is not written out."""
    asked: list[Any] = []
    monkeypatch.setattr(rank_kernel, "_differenced", lambda *given: asked.append(given))
    field = Field(law, np.array([1, 1]), np.array([1.0]), -np.inf)
    derivatives(field, np.zeros(2), np.ones(2))
    assert [(a is field, b.tolist(), c.tolist()) for a, b, c in asked] == (
        [(True, [0.0, 0.0], [1.0, 1.0])] if differences else []
    )


@pytest.mark.parametrize("distance", [0.0, 3.0, 7.0])
def test_marginal_prizes_far_from_everybody(distance: float) -> None:
    """Where she stands herself the grid must reach, however far: two normals differ by a normal."""
    field = Field(normal(1.0), np.array([1, 1]), np.array([1.0]), -np.inf)
    for sign in (1.0, -1.0):
        found = marginal_prizes(field, np.zeros(2), np.full(2, sign * distance))
        exact = stats.norm.pdf(distance, scale=np.sqrt(2))
        assert found == pytest.approx([exact, exact], rel=1e-7)
        apart = marginal_prizes(field, np.array([sign * distance, 0.0]), np.array([sign * distance, 0.0]))
        assert apart == pytest.approx([exact, exact], rel=1e-7)
        chances, slopes = rank_chances(field, np.zeros(2), np.full(2, sign * distance))
        assert chances[:, 0] == pytest.approx([stats.norm.cdf(sign * distance / np.sqrt(2))] * 2, rel=1e-8)
        assert slopes[:, 0] == pytest.approx([exact, exact], rel=1e-7)


@pytest.mark.parametrize("scale", [1.0, 1e-5, 1e5])
@pytest.mark.parametrize("distance", [0.0, 0.7, -2.5])
def test_kinks_of_rivals(distance: float, scale: float) -> None:
    """Two Laplace shocks differ by the law with density (1 + |d|) exp(-|d|) / 4."""
    field = Field(law_of(stats.laplace(scale=scale)), np.array([1, 1]), np.array([1.0, 0.25]), -np.inf)
    place = np.array([0.0, distance * scale])
    d = abs(distance)
    density = (1 + d) * np.exp(-d) / 4 / scale
    behind = (0.5 + d / 4) * np.exp(-d)
    won = 1 - behind if distance > 0 else behind if distance < 0 else 0.5
    chances, slopes = rank_chances(field, place, place)
    assert chances[1] == pytest.approx([won, 1 - won], rel=1e-9)
    assert chances[0] == pytest.approx([1 - won, won], rel=1e-9)
    assert slopes * scale == pytest.approx(np.array([[1, -1], [1, -1]]) * density * scale, rel=1e-8)
    assert marginal_prizes(field, place, place) == pytest.approx(np.full(2, 0.75 * density), rel=1e-8)


def test_heavy_tails() -> None:
    """Student's t with four degrees, a kind of two and one: trapezoids in x = sinh u."""
    law = stats.t(4)
    field = Field(law_of(law), np.array([2, 1]), np.array([1.0]), -np.inf)
    place = np.array([0.0, 1.2])
    u = np.linspace(-9.0, 9.0, 1501)
    x = np.sinh(u)
    found = marginal_prizes(field, place, place)
    for k, own, (first, second) in ((0, 0.0, (0.0, 1.2)), (1, 1.2, (0.0, 0.0))):
        slope = law.pdf(x - first) * law.cdf(x - second) + law.pdf(x - second) * law.cdf(x - first)
        assert found[k] == pytest.approx(np.trapezoid(law.pdf(x - own) * slope * np.cosh(u), u), rel=1e-8)


def test_lotteries_in_closed_form() -> None:
    """Gumbel noise: with shares s of e^L the first prize moves by s (1 - s), which moves by (1 - 2 s) ds."""
    place, counts = np.array([0.3, -0.4, 0.1]), np.array([1, 2, 1])
    field = Field(gumbel(1.0), counts, np.array([1.0]), -np.inf)
    weight = np.exp(place)
    share = weight / (counts @ weight)
    marginal, matrix = derivatives(field, place, place, step=0.25)
    assert marginal == pytest.approx(share * (1 - share), rel=1e-11)
    moves = -share[:, None] * (counts * share)[None, :] + np.diag(share)  # of a share in each place
    assert matrix == pytest.approx((1 - 2 * share)[:, None] * moves, abs=1e-11)
    coarse, rough = derivatives(field, place, place)
    assert coarse == pytest.approx(marginal, rel=3e-3) and rough == pytest.approx(matrix, abs=3e-3)
    # A draw, e^nature beside the scores.
    drawn = Field(gumbel(1.0), counts, np.array([1.0]), 0.5)
    share = weight / (counts @ weight + np.exp(0.5))
    marginal, matrix = derivatives(drawn, place, place, step=0.25)
    assert marginal == pytest.approx(share * (1 - share), rel=1e-11)
    moves = -share[:, None] * (counts * share)[None, :] + np.diag(share)
    assert matrix == pytest.approx((1 - 2 * share)[:, None] * moves, abs=1e-11)


def test_ranks_in_the_middle_of_many() -> None:
    """The sixtieth of 120 normals has a narrow law: the grid is as fine as the least likely rank asks for."""
    field = Field(normal(1.0), np.array([120]), np.append(np.ones(1), np.zeros(59)), -np.inf)
    chances, _ = rank_chances(field, np.zeros(1), np.zeros(1))
    assert chances[0] == pytest.approx(np.full(60, 1 / 120), rel=1e-9)
