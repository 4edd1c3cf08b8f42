"""The rank kernel against integrals written out: marginal prizes, chances of ranks, and all derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from contests.laws import Law, gumbel, normal
from contests.laws import law as law_of
from contests.solvers.rank_kernel import Field, derivatives, marginal_prizes, rank_chances


def chances_by_panels(law: Any, own: float, rivals: Any, ranks: int) -> Any:
    """Chances of the first ranks: so many rivals above, each with her own chance, over one's own noise."""

    ends = law.interval(1 - 1e-15)
    # Kinks of rivals' laws are where a panel begins; a panel of the smooth ones is a tenth of the range.
    cuts = np.concatenate([np.add.outer(rivals, ends).ravel(), own + np.linspace(*ends, 11)])
    cuts = np.unique(np.clip(cuts, own + ends[0], own + ends[1]))
    middle, half = (cuts[1:] + cuts[:-1]) / 2, np.diff(cuts) / 2
    x, w = (middle + half * X[:, None]).ravel(), (half * W[:, None]).ravel()
    chance = np.zeros((len(rivals) + 1 + ranks, x.size))
    chance[0] = 1.0
    for rival in rivals:
        level = law.cdf(x - rival)
        chance[1:] = level * chance[1:] + (1.0 - level) * chance[:-1]
        chance[0] *= level
    return chance[:ranks] @ (w * law.pdf(x - own))


X, W = np.polynomial.legendre.leggauss(20)
LAWS = [
    (normal(1.3), stats.norm(scale=1.3)),
    (gumbel(0.7), stats.gumbel_r(scale=0.7)),
    (law_of(stats.uniform(-2, 4)), stats.uniform(-2, 4)),
    (law_of(stats.expon(scale=1.5)), stats.expon(scale=1.5)),
]


@pytest.mark.parametrize(("noise", "frozen"), LAWS)
@pytest.mark.parametrize("nature", [-np.inf, 0.4])
def test_chances_slopes_and_marginal_prizes(noise: Law, frozen: Any, nature: float) -> None:
    """Two kinds, one of them twice, and perhaps the event that nobody wins; one stands elsewhere herself."""
    values = np.array([2.0, 1.0, 0.5])
    field = Field(noise, np.array([2, 1]), values, nature)
    place, own = np.array([0.0, 0.6]), np.array([0.2, 0.6])
    everybody = [0.0, 0.0, 0.6] + ([nature] if np.isfinite(nature) else [])
    rest = [np.array(everybody[1:]), np.array(everybody[:2] + everybody[3:])]
    chances, slopes = rank_chances(field, place, own)
    step = 1e-3
    for k in (0, 1):
        around = [chances_by_panels(frozen, own[k] + d * step, rest[k], 3) for d in (-2, -1, 0, 1, 2)]
        slope = (around[0] - 8 * around[1] + 8 * around[3] - around[4]) / (12 * step)
        assert chances[k] == pytest.approx(around[2], abs=1e-10)
        assert slopes[k] == pytest.approx(slope, abs=1e-8)
        assert marginal_prizes(field, place, own)[k] == pytest.approx(slope @ values, abs=1e-8)


@pytest.mark.parametrize(("noise", "frozen"), LAWS)
def test_who_stands_at_minus_infinity_is_last(noise: Law, frozen: Any) -> None:
    """Whoever is certain to be last is no rival of the others; elsewhere she would gain."""
    values = np.array([2.0, 1.0])
    field = Field(noise, np.array([2, 2]), values, -np.inf)
    place, own = np.array([0.3, -np.inf]), np.array([0.35, 0.1])
    rest = [np.array([0.3]), np.array([0.3, 0.3])]
    chances, slopes = rank_chances(field, place, own)
    for k in (0, 1):
        around = [chances_by_panels(frozen, own[k] + d * 1e-3, rest[k], 2) for d in (-2, -1, 0, 1, 2)]
        slope = (around[0] - 8 * around[1] + 8 * around[3] - around[4]) / 12e-3
        assert chances[k] == pytest.approx(around[2], abs=1e-10)
        assert slopes[k] == pytest.approx(slope, abs=1e-8)
        assert marginal_prizes(field, place, own)[k] == pytest.approx(slope @ values, abs=1e-8)
    if frozen.support() == (-np.inf, np.inf):
        fine, matrix = derivatives(field, place, own, step=0.25)
        assert fine == pytest.approx(marginal_prizes(field, place, own), abs=1e-9)
        assert matrix[0, 1] == 0.0  # where she stands moves nobody


@pytest.mark.parametrize(("noise", "frozen"), LAWS)
def test_derivatives_in_all_locations(noise: Law, frozen: Any) -> None:
    """When a kind moves, all of its members do; where only distances matter rows add to zero."""
    field = Field(noise, np.array([3, 1, 2]), np.array([2.0, 1.0]), -np.inf)
    place = np.array([0.0, 0.5, 0.2])
    marginal, matrix = derivatives(field, place, place, step=0.25)
    assert marginal == pytest.approx(marginal_prizes(field, place, place), rel=1e-9)
    for k in range(3):
        moves = 1e-3 * (np.arange(3) == k)
        around = [marginal_prizes(field, place + d * moves, place + d * moves) for d in (-2, -1, 1, 2)]
        assert matrix[:, k] == pytest.approx(
            (around[0] - 8 * around[1] + 8 * around[2] - around[3]) / 12e-3, abs=1e-6
        )
    assert matrix.sum(axis=1) == pytest.approx(np.zeros(3), abs=1e-6)


def test_two_with_uniform_noise_in_closed_form() -> None:
    """On [-w, w] marginal prizes are (2 w - d) / (4 w^2) at distance d: slopes are 1 / (4 w^2) in size."""
    field = Field(law_of(stats.uniform(-1.5, 3)), np.array([1, 1]), np.array([1.0]), -np.inf)
    place = np.array([0.4, 0.0])
    marginal, matrix = derivatives(field, place, place)
    assert marginal == pytest.approx(np.full(2, (3 - 0.4) / 9), rel=1e-9)
    assert matrix == pytest.approx(np.array([[-1.0, 1.0], [-1.0, 1.0]]) / 9, rel=1e-6)


def test_many_ranks_of_many_alike() -> None:
    """All ranks are as likely: what the grid must resolve is the last of them, not only the best."""
    field = Field(normal(1.0), np.array([50]), np.ones(40), -np.inf)
    chances, slopes = rank_chances(field, np.zeros(1), np.zeros(1))
    assert chances[0] == pytest.approx(np.full(40, 1 / 50), rel=1e-9)
    # The slope of the chance of rank r is the mean of minus the score over that order statistic, over n.
    x = np.linspace(-9.0, 9.0, 801)
    for rank in (1, 20, 40):
        level = stats.norm.sf(x)
        density = stats.beta(rank, 51 - rank).pdf(level) * stats.norm.pdf(x)
        assert slopes[0][rank - 1] == pytest.approx(np.trapezoid(x * density, x) / 50, rel=1e-7)


def test_blocks_of_kinds_and_coarse_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little room: kinds a few at a time, to the same end; the matrix of Newton's method needs few nodes."""
    from contests.solvers import rank_kernel

    noise = normal(1.0)
    field = Field(noise, np.array([1, 2, 1, 1]), np.array([2.0, 1.0]), -np.inf)
    place = np.array([0.0, 0.4, 0.9, -0.2])
    whole = derivatives(field, place, place)
    sizes: list[Any] = []
    pairs = rank_kernel._pairs

    def watched(*given: Any) -> Any:
        sizes.append((given[3].size, given[5].x.size))
        return pairs(*given)

    monkeypatch.setattr(rank_kernel, "_pairs", watched)
    nodes = noise.node_grid(step=1.0, reach=24.0).x.size
    monkeypatch.setattr(rank_kernel, "_ROOM", nodes * 2 * 4 * 3)
    parts = derivatives(field, place, place)
    assert sizes == [(3, nodes), (1, nodes)]
    for one, other in zip(whole, parts, strict=True):
        assert one == pytest.approx(other, rel=1e-13)
    fine = derivatives(field, place, place, step=0.25)
    assert whole[1] == pytest.approx(fine[1], rel=2e-3, abs=1e-3)
