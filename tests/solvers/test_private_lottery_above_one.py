"""Private values in a lottery whose exponent exceeds one: the first unit of effort does not pay."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct


def contest(n: int, exponent: float, law: object, **parts: object) -> ct.Contest:
    return ct.Contest(
        contestants=ct.Private(n, value=law), prizes=1.0, success=ct.Lottery(exponent=exponent), **parts
    )


@pytest.mark.parametrize("exponent", [1.05, 1.5])
def test_two_with_many_listed_values(exponent: float) -> None:
    """Best replies iterated on 500 values instead of a law: another route, with an error of 1/500 squared."""
    found = ct.solve(contest(2, exponent, stats.uniform(1, 1)))
    assert found.certificate.passed
    values = 1.0 + (np.arange(500) + 0.5) / 500
    effort = exponent * values / 4
    for _ in range(400):
        own, rival = effort[:, None] ** exponent, effort[None, :] ** exponent
        # v R x^(R-1) y^R / (x^R + y^R)^2 = 1, solved for the x outside the fraction.
        reply = values * exponent * (own * rival / (own + rival) ** 2).mean(axis=1)
        if np.abs(reply - effort).max() < 1e-13:
            break
        effort = 0.5 * effort + 0.5 * reply
    assert found.strategy(0)(values) == pytest.approx(effort, rel=2e-6)


@pytest.mark.parametrize(("n", "exponent"), [(2, 1.5), (3, 1.2)])
def test_types_alike_to_a_thousandth_do_what_identical_contestants_do(n: int, exponent: float) -> None:
    found = ct.solve(contest(n, exponent, stats.uniform(0.9995, 0.001)))
    assert found.effort[0] == pytest.approx(exponent * (n - 1) / n**2, rel=1e-5)
    assert found.payoff[0] == pytest.approx(1 / n - exponent * (n - 1) / n**2, rel=1e-5)


def test_costs_as_convex_as_the_lottery() -> None:
    """x = e^1.5: an exponent of 1.5 in effort, with its cost, is an exponent of one in the cost."""
    law = stats.uniform(1, 1)
    curved = ct.solve(contest(2, 1.5, law, cost=ct.Power(1.5)))
    straight = ct.solve(contest(2, 1.0, law))
    values = np.linspace(1, 2, 7)
    assert curved.strategy(0)(values) ** 1.5 == pytest.approx(straight.strategy(0)(values), rel=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("money", [1e-9, 1e9])
def test_money_is_a_unit(money: float) -> None:
    law = stats.uniform(1, 1)
    one = ct.solve(contest(2, 1.2, law))
    other = ct.solve(
        ct.Contest(
            contestants=ct.Private(2, value=law), prizes=money, success=ct.Lottery(exponent=1.2),
            cost=ct.Linear(money),
        )
    )  # fmt: skip
    assert other.effort == pytest.approx(one.effort, rel=1e-8)


@pytest.mark.parametrize(("n", "exponent"), [(2, 2.2), (3, 1.6), (3, 1.5)])
def test_where_the_weakest_would_lose_there_is_no_such_equilibrium(n: int, exponent: float) -> None:
    """Identical contestants rest at zero payoff at R = n / (n - 1); weaker types below it then stop."""
    with pytest.raises((ct.ConvergenceError, ct.NotEquilibriumError)) as refusal:
        ct.solve(contest(n, exponent, stats.uniform(1, 0.1)))
    assert "No type would exert effort" not in str(refusal.value)
