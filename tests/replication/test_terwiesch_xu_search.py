"""Terwiesch and Xu where the program knows no closed form: searched, against the closed forms.

A cost written as the formula "e" is linear, which only its values tell: every answer is found by search and
must be that of the closed form.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import ContingentAward, Expertise, Ideation, TerwieschXu, TrialAndError

LINEAR, WRITTEN = ct.Linear(), ct.Curve("e")


def ideation(returns: float, shock: Any, solvers: int = 3, **parts: Any) -> TerwieschXu:
    return TerwieschXu(
        project=Ideation(returns=returns, shock=shock), solvers=solvers, **{"award": 1.0, **parts}
    )


@pytest.mark.parametrize("base", [None, 0.4])
def test_contingent_awards(base: float | None) -> None:
    closed, searched = (
        ideation(1.0, 2.0, cost=cost).best_contingent_award(base=base) for cost in (LINEAR, WRITTEN)
    )
    assert searched.choice.base == pytest.approx(closed.choice.base, rel=1e-6)
    assert searched.choice.share == pytest.approx(closed.choice.share, rel=1e-6)
    assert searched.value == pytest.approx(closed.value, rel=1e-9)
    if base is None:  # first-best effort at a share of one: r'(e) y = c' with y = mu/(n - 1) + ...
        assert searched.where == "at the cap"
        contest = searched.equilibrium.game
        better = contest.payoff(
            0, np.array([0.5, 0.9, 1.1, 2.0]) * searched.equilibrium.effort[0], searched.equilibrium.profile
        )
        assert (better < searched.equilibrium.payoff[0]).all()


def test_sizes_fields_awards_and_entry() -> None:
    closed, searched = (ideation(1.3, 1.0, cost=cost) for cost in (LINEAR, WRITTEN))
    assert searched.largest_field() == closed.largest_field() == 4  # d (n - 1) <= mu n
    assert searched.best_size(largest=8).choice == closed.best_size(largest=8).choice
    assert searched.best_award().choice == pytest.approx(1.3, rel=1e-8)
    assert searched.free_entry(cost=0.1).solvers == closed.free_entry(cost=0.1).solvers == 2


def test_no_award_that_solvers_compete_for() -> None:
    """A royalty on log quality alone, or next to no luck: the answer was a value of NaN at no effort."""
    for model, base in ((ideation(1.0, 0.5, 2), 0.0), (ideation(3.0, 0.5), -5.0)):
        with pytest.raises(ct.UnsolvableError, match="an equilibrium in which solvers compete"):
            model.best_contingent_award(base=base)
    with pytest.raises(ct.UnsolvableError, match="At no share is there an effort that nobody would leave"):
        ideation(9.0, 0.5).best_contingent_award()  # it used to be an AssertionError


def test_certified_shares_only() -> None:
    """Returns close to twice the luck: the best candidate is no equilibrium, a smaller share is."""
    found = ideation(1.9, 1.0, 2).best_contingent_award(base=1.0)
    assert found.equilibrium.certificate.passed
    for share in (found.choice.share * 0.9, found.choice.share * 1.1):
        try:
            other = ideation(1.9, 1.0, 2, award=ContingentAward(base=1.0, share=share)).profit()
        except ct.NotEquilibriumError:
            continue
        assert other <= found.value


@pytest.mark.parametrize("slope", ["falls", "rises"])
def test_no_best_incentive(slope: str) -> None:
    """Linear output, c e^2: profit e - 2 c e^2/beta at n = 2 peaks far out, or at once if effort is dear."""
    output = ct.Linear(9.0) if slope == "rises" else ct.Linear()
    model = TerwieschXu(
        project=Ideation(output=output, shock=stats.norm()),
        solvers=2 if slope == "rises" else 3,
        award=1.0,
        cost=ct.Power(2),
    )
    with pytest.raises(ct.UnsolvableError, match=f"Profit {slope} with every incentive"):
        model.best_contingent_award()


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (TerwieschXu(project=Expertise(ability=stats.uniform()), solvers=3, award=1.0), math.inf),
        (ideation(3.0, stats.norm(scale=0.5)), 1),  # not even two
        (ideation(0.1, stats.uniform()), 10),  # effort costs d, whatever n: d <= 1/n
    ],
)
def test_largest_fields(model: TerwieschXu, field: float) -> None:
    assert model.largest_field() == field


@pytest.mark.parametrize(
    "model",
    [
        ideation(0.1, stats.norm()),
        ideation(0.5, 1.0, award=ContingentAward(base=1.0, share=0.5)),
        TerwieschXu(
            project=Ideation(output=ct.Linear(), shock=stats.norm()), solvers=3, award=1.0, cost=ct.Power(2)
        ),
    ],
    ids=["hazard without bound", "contingent", "linear output"],
)
def test_a_field_without_a_known_bound(model: TerwieschXu) -> None:
    with pytest.raises(ct.UnsolvableError, match="no bound is known"):
        model.largest_field()


def test_profit_that_rises_to_a_limit() -> None:
    """Returns equal to the weight times luck: profit d ln((n - 1)/n) + a constant, its limit the constant."""
    model = ideation(1.0, 2.0)
    found = model.best_size(weight_best=0.5)
    assert found.choice == math.inf
    many = model.replace(solvers=10**6).profit(0.5)
    assert found.value == pytest.approx(many - math.log(1 - 1e-6), rel=1e-9)


def test_sizes_at_which_nobody_takes_part() -> None:
    model = ideation(3.0, 1.0)
    with pytest.raises(ct.NotEquilibriumError, match="would rather exert effort 0"):
        model.best_size()
    assert model.best_size(largest=1).value == -math.inf  # a lone solver exerts nothing


@pytest.mark.parametrize(("cost", "solvers"), [(1.5, 0), (0.9, 1), (0.1, 5), (0.0004, 1250)])
def test_free_entry_by_hand(cost: float, solvers: int) -> None:
    """Gumbel luck of scale 2, returns 1: each of n gets (1 - (n - 1)/(2 n))/n; bisection beyond 500."""
    found = ideation(1.0, 2.0).free_entry(cost=cost)
    assert found.solvers == solvers

    def payoff(n: int) -> float:
        return (1 - (n - 1) / (2 * n)) / n

    if solvers:
        assert found.payoff == pytest.approx(payoff(solvers) - cost, abs=1e-12)
        assert found.payoff >= -1e-12
    assert found.payoff_with_one_more == pytest.approx(payoff(solvers + 1) - cost, abs=1e-12)
    assert found.payoff_with_one_more < 0


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: ideation(1.0, 2.0, award=(1.0, 0.5)).free_entry(cost=0.1), "one fixed award"),
        (lambda: ideation(1.0, 2.0, unit_cost=[1.0, 2.0, 3.0]).best_size(), "Solvers differ"),
        (
            lambda: ideation(1.0, 2.0, award=ContingentAward(base=1.0, share=0.5)).best_award(),
            "depends on quality",
        ),
        (
            lambda: TerwieschXu(
                project=TrialAndError(draw=stats.uniform(), whole=True), solvers=3, award=3.0
            ).best_award(),
            "jumps with the award",
        ),
        (lambda: ideation(1.0, 2.0, solvers=1).best_contingent_award(), "two or more identical"),
        (
            lambda: TerwieschXu(
                project=Ideation(output=ct.Linear(), shock=stats.norm()),
                solvers=2,
                award=1.0,
                cost=ct.Power(1.0001, scale=1e-9),
            ).best_award(),
            "No award searched has an equilibrium",
        ),
    ],
)
def test_refusals(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ct.UnsolvableError, match=message):
        ask()


def test_an_award_too_dear_at_any_size() -> None:
    """Linear output, e^2, three solvers: profit A (slope/2 - 1) falls with the award from the first cent."""
    model = TerwieschXu(
        project=Ideation(output=ct.Linear(), shock=stats.norm()), solvers=3, award=1.0, cost=ct.Power(2)
    )
    found = model.best_award()
    assert found.where == "at the floor"
    assert found.value < model.replace(award=found.choice / 10).profit()
    assert found.value > model.replace(award=found.choice * 10).profit()
