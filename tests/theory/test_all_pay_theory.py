"""Closed forms of all-pay contests against the solver, and their propositions."""

from __future__ import annotations

import numpy as np
import pytest

import contests as ct
from contests.curves import Linear, Power
from contests.errors import UnsolvableError
from contests.models import AllPay, AllPayKnown
from contests.models._all_pay_known_theory import all_pay_known_propositions
from contests.models._all_pay_theory import all_pay_propositions


@pytest.mark.parametrize("n", [2, 3, 10])
@pytest.mark.parametrize("cost", [Linear(2.0), Power(2, scale=0.5), Power(0.5)])
def test_one_prize(n: int, cost: ct.BaseCurve) -> None:
    model = AllPay(contestants=n, prizes=[3.0], cost=cost)
    theory, equilibrium = model.theory(), model.solve()
    assert theory.holds()
    assert equilibrium.effort[0] == pytest.approx(theory.value("effort"), rel=1e-11)
    assert equilibrium.expected_best == pytest.approx(theory.value("expected_best"), rel=1e-11)
    assert equilibrium.total_effort == pytest.approx(theory.value("total_effort"), rel=1e-11)
    assert equilibrium.strategy(0).support[1] == pytest.approx(theory.value("top_of_support"), rel=1e-12)


@pytest.mark.parametrize("prizes", [[3.0, 2.0], [3.0, 2.0, 1.0], [1.0, 1.0]])
def test_several_prizes(prizes: list[float]) -> None:
    model = AllPay(contestants=3, prizes=prizes, cost=Linear(2.0))
    theory, equilibrium = model.theory(), model.solve()
    assert equilibrium.effort[0] == pytest.approx(theory.value("effort"), rel=1e-11)
    assert equilibrium.expected_best == pytest.approx(theory.value("expected_best"), rel=1e-11)
    assert equilibrium.payoff[0] == pytest.approx(theory.value("payoff"), abs=1e-12)


def test_payoffs_of_the_theory_are_the_payoffs_of_the_parts() -> None:
    model = AllPay(contestants=4, prizes=[3.0, 2.0], cost=Power(2))
    theory, equilibrium = model.theory(), model.solve()
    assert theory.effort is None
    level = next(s for s in theory.payoff.free_symbols if str(s) == "F")
    own = theory.symbols["own_effort"]
    for effort in (0.3, 0.9, 1.4):
        at = theory.payoff.subs({level: float(equilibrium.strategy(0).cdf(effort)), own: effort})
        exact = equilibrium.game.payoff(0, effort, equilibrium.profile)
        assert theory.value(at) == pytest.approx(float(exact), abs=1e-12)


def test_where_a_cap_binds_the_closed_forms_do_not_hold() -> None:
    assert AllPay(contestants=3, cap=1.5).theory().holds()
    assert not AllPay(contestants=3, cap=0.5).theory().holds()


def test_signs() -> None:
    theory = AllPay().theory()
    assert theory.sign("effort", "contestants") == -1
    assert theory.sign("expected_best", "contestants") == -1
    assert theory.sign("effort", "prize") == 1
    assert theory.sign("total_effort", "contestants") is None  # rises with convex, falls with concave cost
    known = AllPayKnown(values=[3.0, 2.0]).theory()
    assert known.sign("total_effort", "strong") == -1  # the stronger discourages
    assert known.sign("total_effort", "weak") == 1


@pytest.mark.parametrize("values", [[3.0, 2.0, 1.0], [1.0, 1.0], [2.0, 10.0, 6.0]])
def test_known_differences(values: list[float]) -> None:
    model = AllPayKnown(values=values)
    theory, equilibrium = model.theory(), model.solve()
    first, second = np.argsort(-np.array(values), kind="stable")[:2]
    assert theory.holds()
    assert equilibrium.effort[first] == pytest.approx(theory.value("effort_strong"), rel=1e-12)
    assert equilibrium.effort[second] == pytest.approx(theory.value("effort_weak"), rel=1e-12)
    assert equilibrium.win_probability[first] == pytest.approx(theory.value("win_strong"), rel=1e-12)
    assert equilibrium.payoff[first] == pytest.approx(theory.value("payoff_strong"), abs=1e-12)
    assert equilibrium.expected_best == pytest.approx(theory.value("expected_best"), rel=1e-12)


def test_known_theory_refuses_in_words() -> None:
    with pytest.raises(UnsolvableError, match="one prize"):
        AllPayKnown(values=[3.0, 2.0, 1.0], prizes=2).theory()
    with pytest.raises(UnsolvableError, match="no closed forms"):
        AllPay(cost=ct.Exponential(rate=1.0)).theory()


@pytest.mark.parametrize("claim", all_pay_propositions(), ids=lambda p: p.name)
def test_propositions_of_alike_contestants(claim: ct.Proposition) -> None:
    result = claim.check(size=8, rng=np.random.default_rng(3))
    assert result.passed, result.summary()
    if claim.name in ("revenue equivalence", "convex costs share prizes", "caps that leave some room"):
        assert result.fails_outside, result.summary()


@pytest.mark.parametrize("claim", all_pay_known_propositions(), ids=lambda p: p.name)
def test_propositions_of_known_differences(claim: ct.Proposition) -> None:
    result = claim.check(size=8, rng=np.random.default_rng(4))
    assert result.passed, result.summary()
