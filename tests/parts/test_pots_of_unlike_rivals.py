"""Fees that go to the winner against rivals of different laws: payoffs and their slopes, by other routes.

No solver takes such contests; payoffs from primitives are asked of any profile all the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.laws import law
from contests.laws_truncated import tail_of
from contests.profile import Profile
from contests.solvers.entry_by_type import EntryByType, Inside
from contests.strategy import Monotone

LAWS = [stats.uniform(1, 1), stats.uniform(1, 2), stats.uniform(1.5, 1)]
FEE, PRIZE = 0.1, 1.0
NOISE = ct.Additive(stats.norm(scale=0.4))


def contest(entry: Any, prize: float, **parts: Any) -> ct.Contest:
    return ct.Contest(
        contestants=ct.Private(value=LAWS), prizes=prize, entry=entry, cost=ct.Power(2), **parts
    )


@pytest.mark.parametrize(
    "parts", [{"technology": NOISE}, {"success": ct.Lottery()}], ids=["shock", "lottery"]
)
def test_where_all_come_the_pot_is_a_larger_prize(parts: dict[str, Any]) -> None:
    """All three pay: money that is worth as much to all, beside a prize that values multiply."""
    pots = contest(ct.Fee(FEE, refundable_to="winner"), PRIZE, **parts)
    plain = contest(ct.AllEnter(), PRIZE, **parts)
    profile = Profile.of(
        [
            Monotone(types=law(one), function=lambda t, k=k: 0.1 * k + 0.2 * t, scores_increase=True)
            for k, one in enumerate(LAWS, start=1)
        ]
    )
    for i, type in enumerate((1.3, 2.0, 1.7)):
        efforts = np.array([0.2, 0.5, 0.9])
        chance = plain.rank_probabilities(i, efforts, profile, type, ranks=1)[:, 0]
        expected = type * PRIZE * chance + 3 * FEE * chance - FEE - efforts**2
        np.testing.assert_allclose(pots.payoff(i, efforts, profile, type), expected, atol=1e-11)
        slope = pots.marginal_payoff(i, efforts, profile, type)
        step = 1e-4
        beside = [pots.payoff(i, efforts + k * step, profile, type) for k in (-2, -1, 1, 2)]
        differences = (beside[0] - 8 * beside[1] + 8 * beside[2] - beside[3]) / (12 * step)
        np.testing.assert_allclose(slope, differences, atol=1e-9)


def test_where_some_stay_out_slopes_are_differences_of_payoffs() -> None:
    pots = contest(ct.Fee(FEE, refundable_to="winner"), PRIZE, technology=NOISE)
    strategies = []
    for k, one in enumerate(LAWS, start=1):
        types = law(one)
        from_here = float(types.ppf(0.2 * k))
        tail = tail_of(types, from_here, upper=True)
        inner = Monotone(types=tail, function=lambda t, k=k: 0.1 * k + 0.2 * t, scores_increase=True)
        strategies.append(
            EntryByType(
                types=types,
                function=Inside(inner=inner, threshold=from_here),
                scores_increase=True,
                share=1.0 - 0.2 * k,
            )
        )
    profile = Profile.of(strategies)
    efforts, step = np.array([0.3, 0.6, 1.0]), 1e-4
    for i, type in enumerate((1.9, 2.9, 2.4)):
        slope = pots.marginal_payoff(i, efforts, profile, type)
        beside = [pots.payoff(i, efforts + k * step, profile, type) for k in (-2, -1, 1, 2)]
        differences = (beside[0] - 8 * beside[1] + 8 * beside[2] - beside[3]) / (12 * step)
        np.testing.assert_allclose(slope, differences, atol=1e-8)
        # Nobody better comes in the limit of all effort: a prize and all fees that are paid.
        best = float(pots.payoff(i, 30.0, profile, type))
        came = 1.0 + sum(1.0 - 0.2 * (k + 1) for k in range(3) if k != i)
        assert best == pytest.approx(type * PRIZE + FEE * came - FEE - 900.0, rel=1e-12)
