"""What is no equilibrium of an all-pay contest fails, and what is nearly one is noticed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.curves import Linear, Power
from contests.mixing import RankMixed
from contests.mixing_known import PairMixed, SiegelMixed
from contests.models import AllPay, AllPayKnown


def test_the_equilibrium_passes_and_scaled_efforts_fail() -> None:
    """Hillman and Riley (1989): a mixed strategy stretched by 1 % is not an equilibrium."""
    contest = AllPay(contestants=3).contest()
    assert ct.certify(contest, RankMixed(n=3, prizes=[1.0], cost=Linear())).max_gain <= 1e-12
    for factor in (0.99, 1.01):
        stretched = RankMixed(n=3, prizes=[factor], cost=Linear())
        certificate = ct.certify(contest, stretched)
        assert not certificate.passed
        assert certificate.max_gain > 1e-3


def test_the_wrong_number_of_rivals_fails() -> None:
    contest = AllPay(contestants=3).contest()
    assert not ct.certify(contest, RankMixed(n=4, prizes=[1.0], cost=Linear())).passed


@pytest.mark.parametrize("factor", [0.99, 1.01])
@pytest.mark.parametrize("field", ["value", "payoff"])
def test_each_number_of_a_pair_matters(field: str, factor: float) -> None:
    """The weaker's strategy with one of its numbers wrong by 1 %."""
    contest = AllPayKnown(values=[3.0, 2.0]).contest()
    strong, weak = (ct.solve(contest).strategy(i) for i in (0, 1))
    assert isinstance(weak, PairMixed)
    numbers = {"value": weak.value, "payoff": weak.payoff, field: factor * getattr(weak, field)}
    wrong = weak.replace(**numbers, top=numbers["value"] - numbers["payoff"])
    assert ct.certify(contest, [strong, weak]).max_gain <= 1e-12
    assert not ct.certify(contest, [strong, wrong]).passed


def test_a_wrong_atom_fails() -> None:
    """Che and Gale (1998): the atom at the cap is what keeps the other indifferent."""
    contest = AllPayKnown(values=[1.5, 1.0], cap=0.75).contest()
    strong, weak = (ct.solve(contest).strategy(i) for i in (0, 1))
    assert isinstance(weak, PairMixed)
    mass = 1.01 * weak.at_cap
    wrong = weak.replace(at_cap=mass, top=weak.value * (1 - mass) - weak.payoff)
    assert ct.certify(contest, [strong, weak]).max_gain <= 1e-12
    assert not ct.certify(contest, [strong, wrong]).passed


def test_siegel_with_one_value_wrong_fails() -> None:
    contest = AllPayKnown(values=[3.0, 2.0, 1.0], prizes=2).contest()
    right = [SiegelMixed(values=[3.0, 2.0, 1.0], place=i) for i in range(3)]
    assert ct.certify(contest, right).max_gain <= 1e-12
    wrong = [*right[:2], SiegelMixed(values=[3.0, 2.02, 1.0], place=2)]
    assert not ct.certify(contest, wrong).passed


def test_equal_sure_efforts_fail() -> None:
    """Whoever ties at an effort would exert a little more (Baye, Kovenock and de Vries 1996)."""
    contest = AllPay(contestants=4).contest()
    for effort in (0.0, 0.1, 0.25, 1.0):
        assert not ct.certify(contest, effort).passed


def test_an_atom_that_a_head_start_hides_is_found() -> None:
    """The jump of the payoff is where the rival's quality is, not where her effort is."""
    contest = AllPayKnown(values=[1.0, 1.0], head_starts=[0.2345678, 0.0]).contest()
    lazy = ct.certify(contest, [ct.Pure(0.0), ct.Pure(0.0)])
    assert lazy.contestant == 1
    assert lazy.max_gain == pytest.approx(1 - 0.2345678, abs=1e-9)


@pytest.mark.parametrize("alike", [False, True])
def test_both_ends_of_the_continuum_pass(alike: bool) -> None:
    equilibrium = AllPayKnown(values=[4.0, 1.0, 1.0, 1.0]).solve(alike=alike)
    assert equilibrium.certificate.max_gain <= 1e-10


@pytest.mark.parametrize(
    "model",
    [
        AllPay(contestants=2, prizes=[1.0], cost=Power(3)),
        AllPay(contestants=7, prizes=[5.0, 5.0, 1.0], cost=Power(0.7)),
        AllPay(contestants=5, prizes=[3.0, 2.0], cost=ct.Exponential(rate=2.0)),
        AllPay(contestants=5, prizes=[3.0, 2.0], cost=Linear(1.0) + Power(2)),
        AllPay(contestants=6, prizes=[3.0, 2.0], cost=Power(2), cap=1.0),
        AllPay(contestants=10**6, prizes=[5.0, 3.0, 1.0], cost=Power(2)),
        AllPayKnown(values=[5, 4, 4, 3, 3, 1], prizes=4),
        AllPayKnown(values=[5, 4, 3], costs=[2.0, 1.0, 1.0], prizes=2),
        AllPayKnown(values=[5, 4, 3], cap=1.2),
        AllPayKnown(values=[5, 4, 3, 2], prizes=3, cap=0.5),
        AllPayKnown(values=[2, 1.5, 1], head_starts=[0.0, 0.3, 0.1]),
    ],
    ids=repr,
)
def test_closed_form_rooms_are_exact(model: Any) -> None:
    certificate = model.solve().certificate
    assert certificate.passed
    assert certificate.max_gain <= 1e-10


def test_output_does_not_change_efforts_without_head_starts() -> None:
    """Ranks of outputs are ranks of efforts; only the quality of ideas differs."""
    for output in (ct.Power(0.5), ct.Log(scale=2.0), ct.Exponential(rate=-1.0, scale=-1.0)):
        contest = ct.Contest(
            contestants=ct.Known(value=[3.0, 2.0]), prizes=1.0, technology=ct.Exact(output=output)
        )
        equilibrium = ct.solve(contest)
        assert equilibrium.certificate.max_gain <= 1e-10
        assert equilibrium.effort == pytest.approx([1.0, 2.0 / 3.0], rel=1e-12)


def test_log_output_makes_abilities_multiply_effort() -> None:
    """With log output an ability b is a factor exp(b): one prize of value 1, worth 1 and 1/2 in efforts."""
    contest = ct.Contest(
        contestants=ct.Known(ability=[np.log(2.0), 0.0]), prizes=1.0, technology=ct.Exact(output=ct.Log())
    )
    equilibrium = ct.solve(contest)
    assert equilibrium.certificate.max_gain <= 1e-10
    # In scores 2 e and e the costs are 1/2 and 1 a unit: worths 2 and 1.
    assert equilibrium.payoff == pytest.approx([0.5, 0.0], abs=1e-12)
    assert equilibrium.effort == pytest.approx([0.25, 0.25], rel=1e-10)
