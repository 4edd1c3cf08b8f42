"""Wide laws of private values and costs in lotteries of few and many: efforts collapse, and are found.

Routes: the certificate (payoffs from primitives, 14 Gauss points a panel against the solver's 10 and
another formula), the solver that works type by type, and the closed form of the tail in between.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import PrivateLottery
from contests.solvers.private_field import PrivateField
from contests.solvers.private_shock import _strategies

LOTTERY: dict[str, Any] = {"success": ct.Lottery(), "prizes": 1.0}
LAWS = {
    "values on [0.1, 2]": {"value": stats.uniform(0.1, 1.9)},
    "log-normal values": {"value": stats.lognorm(0.5)},
    "costs on [0.5, 2]": {"cost": stats.uniform(0.5, 1.5)},
    "beta values": {"value": stats.beta(2, 3)},
}


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
@pytest.mark.parametrize("n", [2, 5, 10])
def test_wide_laws_are_certified(law: dict[str, Any], n: int) -> None:
    if n == 5 and law is LAWS["values on [0.1, 2]"]:
        n = 3
    contest = PrivateLottery(contestants=n, **law).contest()
    strategy = _strategies(contest)[0]
    certificate = ct.certify(contest, strategy)
    assert certificate.passed
    assert certificate.max_gain < 1e-12
    _, weights = strategy.type_nodes()
    assert float(weights.sum()) == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("law", [LAWS["costs on [0.5, 2]"], {"value": stats.uniform(1, 1)}])
def test_by_location_and_by_type_agree(law: dict[str, Any]) -> None:
    contest = PrivateLottery(contestants=3, **law).contest()
    one, other = _strategies(contest)[0], PrivateField(contest).solve()[0]
    types = one.types.ppf(np.linspace(0.0, 1.0, 11))
    assert one(types) == pytest.approx(other(types), rel=1e-9)


def test_a_wrong_strategy_of_a_wide_law_is_seen() -> None:
    contest = PrivateLottery(contestants=5, value=stats.lognorm(0.5)).contest()
    strategy = _strategies(contest)[0]
    for error in (1e-2, 1e-5):
        wrong = ct.Monotone(types=strategy.types, function=lambda t, e=error: strategy(t) * (1.0 + e))
        assert not ct.certify(contest, wrong).passed


@pytest.mark.parametrize(
    "laws",
    [
        [stats.uniform(1, 1), stats.uniform(0.5, 2)],
        [stats.uniform(1, 1), stats.uniform(0.5, 2), stats.lognorm(0.5)],
        [*[stats.uniform(1, 1)] * 3, *[stats.uniform(0.5, 2)] * 2],
    ],
    ids=["two", "three", "five of two kinds"],
)
def test_different_laws(laws: list[Any]) -> None:
    equilibrium = PrivateLottery(values=laws).solve()
    assert equilibrium.certificate.max_gain < 1e-12
    assert equilibrium.win_probability.sum() == pytest.approx(1.0, abs=1e-9)


def test_different_costs_under_a_normal_shock_with_two_prizes() -> None:
    contest = ct.Contest(
        contestants=ct.Private(cost=[stats.uniform(1, 1), stats.uniform(0.5, 2), stats.uniform(2, 1)]),
        prizes=[4.0, 1.0],
        technology=ct.Additive(stats.norm(scale=2.0)),
        cost=ct.Power(2),
    )
    equilibrium = ct.solve(contest)
    # The first-order condition of one type of the first contestant by plain Monte Carlo over rivals.
    rng, number = np.random.default_rng(5), 300_000
    scores = np.column_stack(
        [equilibrium.strategy(i)(law.rvs(number, random_state=rng)) + 2.0 * rng.normal(size=number)
         for i, law in ((1, stats.uniform(0.5, 2)), (2, stats.uniform(2, 1)))]
    )  # fmt: skip
    effort = float(equilibrium.strategy(0)(1.5))
    ranked = np.sort(scores, axis=1)
    density = [stats.norm.pdf(ranked[:, k] - effort, scale=2.0).mean() for k in (0, 1)]
    assert 1.0 * density[0] + 3.0 * density[1] == pytest.approx(1.5 * 2.0 * effort, rel=5e-3)


def test_among_many_total_effort_tends_to_the_largest_value():
    """Values uniform on [1, 2]: sqrt(n) (2 - E total effort) tends to 4 sqrt(2) / 3.

    Derived by hand. With v* the threshold, efforts are (v - v*)/2 to first order, so n (2 - v*)^2 / 4 = 2
    and 2 - v* = sqrt(8 / n). The threshold type is indifferent, v* E[1/X] = 1; the total X has variance
    n (2 - v*)^3 / 12, so that E[1/X] = (1 + var X / 4) / E X and E X = v* + sqrt(8 / n) / 3.
    """
    sizes = np.array([100, 10_000, 1_000_000])
    totals = [
        float(
            ct.Contest(contestants=ct.Private(int(n), value=stats.uniform(1, 1)), **LOTTERY)
            .solve()
            .total_effort
        )
        for n in sizes
    ]
    far = np.abs(np.sqrt(sizes) * (2.0 - np.array(totals)) - 4 * np.sqrt(2) / 3)
    assert far[0] > far[1] > far[2]
    assert far[2] < 2e-4
