"""Private values and costs where effort begins to collapse, and abilities too unlike for a shock.

Routes: the certificate, the solver that works type by type, the rank kernel, and how little the answer
may depend on where the range of locations is cut.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.errors import ConvergenceError
from contests.leave_one_out import conditional_prizes
from contests.models import PrivateLottery
from contests.solvers.private_field import PrivateField
from contests.solvers.private_shock import _strategies
from contests.solvers.private_worth import WorthField
from contests.solvers.private_worth_prizes import worth_of_one_below
from contests.solvers.private_worth_reply import WorthReply


@pytest.mark.parametrize(
    ("law", "n"),
    [
        ({"value": stats.uniform(1, 1)}, 6),
        ({"value": stats.uniform(1, 1)}, 7),
        ({"value": stats.uniform(0.1, 1.9)}, 4),
        ({"value": stats.uniform(0.1, 1.9)}, 5),
        ({"cost": stats.uniform(0.5, 1.5)}, 5),
        ({"cost": stats.uniform(0.5, 1.5)}, 7),
        ({"value": stats.beta(2, 2, 1, 1)}, 6),
        ({"value": stats.beta(2, 2, 1, 1)}, 7),
        ({"cost": stats.triang(0.3, 1, 1)}, 8),
        ({"value": stats.truncnorm(-1, 1, 2, 0.5)}, 7),
    ],
)
def test_where_effort_begins_to_collapse(law: dict[str, Any], n: int) -> None:
    # The weakest end at a location, at a very low one, or trail off: all are certified from primitives.
    contest = PrivateLottery(contestants=n, **law).contest()
    strategy = _strategies(contest)[0]
    assert isinstance(strategy, WorthReply)
    certificate = ct.certify(contest, strategy)
    assert certificate.passed
    assert certificate.max_gain < 1e-12


def test_the_collapse_by_location_and_by_type() -> None:
    contest = PrivateLottery(contestants=6, value=stats.uniform(1, 1)).contest()
    one, other = _strategies(contest)[0], PrivateField(contest).solve()[0]
    assert isinstance(one, WorthReply)
    types = np.linspace(1.0, 2.0, 9)
    assert one(types) == pytest.approx(other(types), rel=1e-6)
    # The closed form of the mean against the efforts of the types themselves.
    nodes, weights = one.type_nodes()
    assert one.mean() == pytest.approx(float(weights @ one(nodes)), rel=1e-12)


@pytest.mark.parametrize("n", [7, 10, 10_000])
def test_where_the_range_is_cut_does_not_matter(n: int) -> None:
    # Whoever has less than exp(-35) of the odds of the strongest is of no consequence to those who work.
    contest = PrivateLottery(contestants=n, value=stats.uniform(1, 1)).contest()
    short, long = WorthField(contest, 35.0).solve()[0], WorthField(contest, 42.0).solve()[0]
    types = 2.0 - np.geomspace(1e-4, 1.0, 41)
    efforts = long(types)
    works = efforts > 1e-6 * efforts.max()
    assert works.sum() > 10
    assert short(types[works]) == pytest.approx(efforts[works], rel=1e-8)


@pytest.mark.parametrize("n", [2, 7])
def test_values_next_to_nothing_under_a_normal_shock(n: int) -> None:
    # The first effort costs nothing, so that efforts fall to zero as values do, in proportion.
    contest = ct.Contest(
        contestants=ct.Private(n, value=stats.uniform()),
        prizes=1.0,
        technology=ct.Additive(stats.norm(scale=2.0)),
        cost=ct.Power(2),
    )
    one, other = WorthField(contest).solve()[0], PrivateField(contest).solve()[0]
    types = np.array([1e-6, 1e-3, 0.01, 0.1, 0.5, 1.0])
    assert one(types) == pytest.approx(other(types), rel=1e-9)
    assert one(types[0]) / types[0] == pytest.approx(one(types[1]) / types[1], rel=1e-3)


@pytest.mark.parametrize("counts", [[3], [1, 2], [4, 1, 1], [1], [20, 7]])
def test_one_prize_is_a_product_and_agrees_with_the_rank_kernel(counts: list[int]) -> None:
    below = np.random.default_rng(1).random((len(counts), 6))
    fast = worth_of_one_below(1 - below, below, counts, np.array([2.5]), 1)[0]
    for d in range(len(counts)):
        only = np.zeros(below.shape)
        only[d] = 1.0
        slow = conditional_prizes(1 - below, below, only, counts, np.array([2.5]), 1)[1][0]
        assert fast[d] == pytest.approx(slow, rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(("law", "scale"), [(stats.lognorm(1.0), 1.0), (stats.t(3), 3.0)])
def test_abilities_too_unlike_for_the_shock_are_refused_at_once(law: Any, scale: float) -> None:
    contest = ct.Contest(
        contestants=ct.Private(3, ability=law),
        technology=ct.Additive(stats.norm(scale=scale)),
        cost=ct.Power(2),
        prizes=1.0,
    )
    with pytest.raises(ConvergenceError, match=r"Abilities are too unlike for this shock.*wider shock"):
        ct.solve(contest)


def test_abilities_with_heavy_tails_under_a_wide_shock() -> None:
    # In the tail the first condition underflows: that is no threshold of participation to be split at.
    contest = ct.Contest(
        contestants=ct.Private(3, ability=stats.t(3)),
        technology=ct.Additive(stats.norm(scale=10.0)),
        cost=ct.Power(2),
        prizes=1.0,
    )
    equilibrium = ct.solve(contest)
    assert equilibrium.certificate.max_gain < 1e-12
    # First-order condition of one type by plain Monte Carlo over rivals.
    rng = np.random.default_rng(4)
    strategy = equilibrium.strategy(0)
    rivals = rng.standard_t(3, size=(30_000, 2))
    scores = rivals + strategy(rivals.ravel()).reshape(rivals.shape) + 10 * rng.normal(size=rivals.shape)
    effort = float(strategy(1.0))
    density = stats.norm.pdf(scores.max(axis=1) - 1.0 - effort, scale=10.0).mean()
    assert density == pytest.approx(2 * effort, rel=2e-2)
