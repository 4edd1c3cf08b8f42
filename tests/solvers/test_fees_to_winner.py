"""Fees that the winner gets, with private types: payoffs written down by hand, and other contests.

Routes: closed forms where quality is certain; shifts of the value that make the pot a prize among two;
integrals over one rival done here; and draws by `contests.play`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct


def refunded(amount: float) -> ct.Fee:
    return ct.Fee(amount, refundable_to="winner")


@pytest.mark.parametrize("fee", [0.02, 0.3])
def test_abilities_of_two_uniform_spend_the_pot_alone(fee: float) -> None:
    """Winning against one more rival in a unit of ability is worth 1, what ability does, and 2 fees.

    dC/db = 1 + 2 F - 1 from the threshold (1 + F) b = F on: before the pot was counted, nobody worked.
    """
    eq = ct.solve(
        ct.Contest(contestants=ct.Private(2, ability=stats.uniform()), prizes=1.0, entry=refunded(fee))
    )
    strategy: Any = eq.strategy(0)
    first = fee / (1 + fee)
    assert strategy.weakest == pytest.approx(first, rel=1e-12)
    abilities = np.linspace(first + 1e-3, 1.0, 7)
    assert strategy(abilities) == pytest.approx(2 * fee * (abilities - first), rel=1e-9)


def test_abilities_of_three_among_whom_the_weakest_entrants_idle() -> None:
    """dC/db = 2 b + F (6 b - 2 b0) - 1 where that is above zero; idle types win against weaker ones."""
    fee = 0.02
    eq = ct.solve(
        ct.Contest(contestants=ct.Private(3, ability=stats.uniform()), prizes=1.0, entry=refunded(fee))
    )
    start = np.sqrt(fee / (1 + fee))
    works = (1 + 2 * fee * start) / (2 + 6 * fee)
    strategy: Any = eq.strategy(0)
    assert start < works < 1
    assert strategy.weakest == pytest.approx(start, rel=1e-12)
    assert (strategy(np.linspace(start, works - 1e-6, 5)) == 0).all()

    def spent(b: Any) -> Any:
        return b**2 + fee * (3 * b**2 - 2 * start * b) - b

    abilities = np.linspace(works + 0.01, 1.0, 6)
    assert strategy(abilities) == pytest.approx(spent(abilities) - spent(works), rel=1e-8)
    assert ct.PrizesPaid()(eq) == pytest.approx(1 - start**3 + ct.FeesCollected()(eq), rel=1e-9)


def test_the_pot_counts_where_prizes_are_equal_and_where_all_come() -> None:
    """Three equal prizes are owed to all: only three fees are to be won, a prize like any other."""
    types = ct.Private(3, ability=stats.uniform())
    parts: dict[str, Any] = {"contestants": types, "cost": ct.Power(2)}
    eq = ct.solve(ct.Contest(prizes=[0.3, 0.3, 0.3], entry=refunded(0.1), **parts))
    same = ct.solve(ct.Contest(prizes=[0.6, 0.3, 0.3], **parts))
    assert eq.strategy(0).entry_probability() == 1.0
    assert eq.effort == pytest.approx(same.effort, rel=1e-9)
    assert eq.payoff == pytest.approx(same.payoff - 0.1, rel=1e-9)
    costs = ct.Contest(
        contestants=ct.Private(3, cost=stats.uniform(1, 1)), prizes=[0.3, 0.3, 0.3], entry=refunded(0.1)
    )
    like = costs.replace(prizes=[0.6, 0.3, 0.3], entry=ct.AllEnter())
    assert ct.solve(costs).effort == pytest.approx(ct.solve(like).effort, rel=1e-9)


@pytest.mark.parametrize("to", ["sponsor", "winner"])
def test_abilities_without_bound_under_a_fee(to: Any) -> None:
    """The ablest do next to nothing; money alone does not resolve that, and took all the time allowed."""
    contest = ct.Contest(
        contestants=ct.Private(3, ability=stats.norm(scale=0.3)),
        prizes=1.0,
        cost=ct.Power(2),
        entry=ct.Fee(0.1, refundable_to=to),
    )
    eq = ct.solve(contest)
    pot = 1.0 if to == "sponsor" else 1.1
    assert eq.strategy(0).entry_probability() == pytest.approx(1 - np.sqrt(0.1 / pot), rel=1e-12)
    assert eq.strategy(0)(np.array([4.0]))[0] < 1e-6


def test_the_threshold_type_herself_does_nothing() -> None:
    """A fee at which she is a quantile that is looked at: her effort is no root of a rounding error."""
    eq = ct.solve(
        ct.Contest(
            contestants=ct.Private(2, ability=stats.expon()), prizes=1.0, cost=ct.Power(2), entry=ct.Fee(0.05)
        )
    )
    assert eq.strategy(0)(stats.expon().ppf([0.05]))[0] == 0.0


def test_equal_prizes_below_the_fee_leave_the_pot_to_be_won() -> None:
    """Who comes gets 0.3 whatever she does and pays 0.4: only the pot is won, among those who come."""
    contest = ct.Contest(
        contestants=ct.Private(2, cost=stats.uniform(1, 1)), prizes=[0.3, 0.3], entry=refunded(0.4)
    )
    eq = ct.solve(contest)
    alone = 0.1 / 0.4  # 0.3 + 0.4 Pr(alone) = 0.4
    assert eq.strategy(0).entry_probability() == pytest.approx(1 - alone, rel=1e-12)
    # u = 2 - k: money k e = C with de = 2 F du / k from the threshold on.
    costs = np.linspace(1.0, 1.7, 5)
    assert eq.strategy(0)(costs) == pytest.approx(0.8 * np.log((2 - alone) / costs), rel=1e-9)
