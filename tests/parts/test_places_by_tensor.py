"""Places in a lottery contest, in expectation over the others' costs: Gauss points in as many dimensions.

With n bidders of levels uniform on [0, 1], the (k + 1)-th best has the density n! / (k! (n - k - 1)!) v^k
(1 - v)^(n - k - 1), and the k who enter are independent below v. Their efforts are those of Fullerton and
McAfee (1999): with costs adding to S each has the share 1 - (k - 1) c / S and the effort (k - 1) / S of it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from contests.entry_places import BidFunction, Panels, all_active
from contests.laws import law

NARROW = law(stats.uniform(1, 0.5))  # all of four entrants work
CORNER = law(stats.triang(0.5, loc=1, scale=1))  # of three; the density has a corner at a level of one half
X, W = np.polynomial.legendre.leggauss(10)
X, W = (X + 1) / 2, W / 2


def pieces(law_: Any, low: float, high: float) -> list[tuple[float, float]]:
    """Between levels at which the density of costs has a corner."""
    ends = [low, *(b for b in law_.cdf(law_.kinks) if low < b < high), high]
    return list(itertools.pairwise(ends))


def nodes(law_: Any, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Gauss points of a level between two others, crowded at both ends, where quantiles may be roots."""
    found = [
        (a + (b - a) * X**2 * (3 - 2 * X), 6 * X * (1 - X) * W * (b - a)) for a, b in pieces(law_, low, high)
    ]
    return np.concatenate([x for x, _ in found]), np.concatenate([w for _, w in found])


def mean_below(
    law_: Any, k: int, v: float, what: Callable[[np.ndarray], np.ndarray], low: float = 0.0
) -> float:
    """The integral of ``what`` over k independent levels from ``low`` to v; costs in the last axis."""
    x, w = nodes(law_, low, v)
    cost = law_.ppf(x)
    grids = np.meshgrid(*[cost] * k, indexing="ij")
    weights = np.prod(np.meshgrid(*[w] * k, indexing="ij"), axis=0)
    return float((weights * what(np.stack(grids, axis=-1))).sum())


def over_entrants(law_: Any, n: int, k: int, what: Callable[[np.ndarray], np.ndarray]) -> float:
    """The expectation over the costs of the k who enter, symmetric in them."""
    if n == k:
        return mean_below(law_, k, 1.0, what)
    scale = math.factorial(n) / (math.factorial(k) * math.factorial(n - k - 1))
    levels, weights = nodes(law_, 0.0, 1.0)
    return sum(
        w * scale * (1 - v) ** (n - k - 1) * mean_below(law_, k, v, what)
        for v, w in zip(levels, weights, strict=True)
    )


def over_sorted(law_: Any, n: int, k: int, what: Callable[[float, np.ndarray], np.ndarray]) -> float:
    """The expectation of what depends on the lowest cost and the others'."""
    scale = math.factorial(n) / (math.factorial(n - k) * math.factorial(k - 1))

    def from_lowest(v: float) -> float:
        """Over the lowest, below v, and the others, between her and v."""
        first, likely = nodes(law_, 0.0, v)
        total = 0.0
        for u, p in zip(first, likely, strict=True):
            own = float(law_.ppf(u))
            total += p * mean_below(law_, k - 1, v, lambda c, own=own: what(own, c), u)  # type: ignore[misc]
        return total

    if n == k:
        return scale * from_lowest(1.0)
    # The best who stays out is at v, with n - k - 1 beyond her.
    levels, weights = nodes(law_, 0.0, 1.0)
    return scale * sum(
        w * (n - k) * (1 - v) ** (n - k - 1) * from_lowest(v) for v, w in zip(levels, weights, strict=True)
    )


GAMES = [(NARROW, 6, 4), (NARROW, 4, 4), (CORNER, 5, 3), (CORNER, 3, 3), (NARROW, 5, 2), (CORNER, 4, 2)]


@pytest.mark.parametrize(("costs", "n", "k"), GAMES)
def test_what_places_are_worth(costs: Any, n: int, k: int) -> None:
    bids = BidFunction(costs, n, 2.0, k)
    assert all_active(costs, k)
    level = np.array([0.0, 0.15, 0.5, 0.8, 1.0])
    for own, v in ((1.02, 0.15), (1.3, 0.8), (1.45, 1.0)):
        exact = mean_below(
            costs, k - 1, v, lambda c, own=own: (1 - (k - 1) * own / (own + c.sum(axis=-1))) ** 2
        )
        assert bids.below(np.array([own]), np.array([v]))[0] == pytest.approx(2 * exact, rel=1e-9)
    if n == k:
        assert bids.slope(level).tolist() == [0.0] * 5 and bids.mean_bid() == 0.0
        return
    # The k-th best of n - 1 rivals has a beta law.
    beta = stats.beta(k, n - k)
    assert bids.density(level[1:4]) * level[1:4] ** (k - 1) == pytest.approx(beta.pdf(level[1:4]), rel=1e-12)
    own = costs.ppf(level[1:4])
    assert bids.slope(level[1:4]) == pytest.approx(
        bids.density(level[1:4]) * bids.below(own, level[1:4]), rel=1e-12
    )
    # A bid falls as fast as its slope says, and is zero for the last.
    step = 1e-3
    rise = [bids.at_level(level[1:4] + j * step) for j in (-2, -1, 1, 2)]
    fall = -(rise[0] - 8 * rise[1] + 8 * rise[2] - rise[3]) / (12 * step)
    smooth = np.abs(level[1:4] - 0.5) > 2 * step if costs is CORNER else np.ones(3, dtype=bool)
    assert fall[smooth] == pytest.approx(bids.slope(level[1:4])[smooth], rel=1e-7)
    assert bids.at_level(1.0) == pytest.approx(0.0, abs=1e-15)
    assert bids.level_of(bids.at_level(level[1:4])) == pytest.approx(level[1:4], abs=1e-9)
    assert bids(costs.ppf(level[1:4])) == pytest.approx(bids.at_level(level[1:4]), rel=1e-13)


@pytest.mark.parametrize(("costs", "n", "k"), GAMES)
def test_what_bidders_are_left_with(costs: Any, n: int, k: int) -> None:
    """Profits of all entrants add to 2 times the sum of squared shares; bids to those of all levels."""
    bids = BidFunction(costs, n, 2.0, k)

    def squares(c: np.ndarray) -> np.ndarray:
        return ((1 - (k - 1) * c / c.sum(axis=-1, keepdims=True)) ** 2).sum(axis=-1)

    assert n * bids.mean_worth() == pytest.approx(2 * over_entrants(costs, n, k, squares), rel=1e-7)
    x, w = nodes(costs, 0.0, 1.0)
    assert bids.mean_bid() == pytest.approx(float(w @ bids.at_level(x)), rel=1e-5, abs=1e-15)
    level, weight = bids.own_levels
    for power in (0, 1, 3, 4):
        assert weight @ level**power == pytest.approx(1 / (power + 1), rel=1e-12)
        assert weight @ (1 - level) ** power == pytest.approx(1 / (power + 1), rel=1e-12)
    assert np.all(np.diff(level) > 0) and 0 < level[0] and level[-1] < 1


@pytest.mark.parametrize(
    "costs", [stats.expon(1), stats.gamma(3, 1), stats.triang(0.5, 1, 1), stats.pareto(1.5)]
)
def test_profits_where_all_bidders_enter_and_costs_have_a_tail(costs: Any) -> None:
    """Of two: shares squared, by hundreds of points in the type, the tail from its own side."""
    bids = BidFunction(law(costs), 2, 1.0, 2)
    x, w = np.polynomial.legendre.leggauss(300)
    x, w = (x + 1) / 2, w / 2
    cost = np.where(
        x < 0.5,
        costs.ppf(x**3 * (10 - 15 * x + 6 * x * x)),
        costs.isf((1 - x) ** 3 * (1 + 3 * x + 6 * x * x)),
    )
    weight = w * 30 * x**2 * (1 - x) ** 2
    share = cost / (cost[:, None] + cost)
    assert 2 * bids.mean_worth() == pytest.approx(2 * weight @ share**2 @ weight, rel=1e-7)


@pytest.mark.parametrize(("costs", "n", "k"), [(NARROW, 4, 3), *(game for game in GAMES if game[1] < 5)])
def test_what_entrants_exert(costs: Any, n: int, k: int) -> None:
    bids = BidFunction(costs, n, 2.0, k)

    def effort(c: np.ndarray) -> np.ndarray:
        return (k - 1) / c.sum(axis=-1)

    assert bids.total_effort() == pytest.approx(over_entrants(costs, n, k, effort), rel=1e-7)

    def largest(own: float, c: np.ndarray) -> np.ndarray:
        total = own + c.sum(axis=-1)
        return np.asarray((1 - (k - 1) * own / total) * (k - 1) / total)

    assert bids.largest_effort() == pytest.approx(over_sorted(costs, n, k, largest), rel=1e-6)

    def winner(c: np.ndarray) -> np.ndarray:
        total = c.sum(axis=-1, keepdims=True)
        return np.asarray(((1 - (k - 1) * c / total) ** 2 * (k - 1) / total).sum(axis=-1))

    if k == 2 or costs is NARROW:
        assert bids.winner_effort() == pytest.approx(over_entrants(costs, n, k, winner), rel=1e-7)


def test_panels_at_their_edges() -> None:
    panels = Panels(np.array([0.0, 0.25, 0.75, 1.0]))
    panel, place = panels.locate(np.array([-1.0, 0.0, 0.125, 0.25, 0.5, 0.75, 1.0, 2.0]))
    assert panel.tolist() == [0, 0, 0, 1, 1, 2, 2, 2]
    assert place.tolist() == [-1.0, -1.0, 0.0, -1.0, 0.0, -1.0, 1.0, 1.0]
    values = np.where(panels.nodes < 0.25, 1.0, np.where(panels.nodes < 0.75, 2.0, 4.0))
    above = panels.cumulated(values)
    assert above(np.array([0.0, 0.125, 0.25, 0.5, 0.75, 0.875, 1.0])) == pytest.approx(
        [2.25, 2.125, 2.0, 1.5, 1.0, 0.5, 0.0], abs=1e-15
    )
    assert panels.above(values, np.array([0.5])) == pytest.approx([1.5])
