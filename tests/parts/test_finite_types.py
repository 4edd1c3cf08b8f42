"""Types from a list: the strategy as a distribution, the game by hand, refusals in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.finite_types import ByType, FiniteTypeLottery
from contests.profile import Profile
from contests.solvers.finite_types import _efforts, _newton
from contests.strategy import Mixed, Pure

PLAN = ByType(types=[1.0, 2.0, 3.0], efforts=[0.4, 0.2, 0.4], probabilities=[0.2, 0.5, 0.3])
GAME = FiniteTypeLottery(values_1=[1.0, 2.0], values_2=[0.5, 1.5], joint=[[0.3, 0.1], [0.2, 0.4]])


def test_the_distribution_of_effort() -> None:
    """Effort 0.2 with chance 1/2 and 0.4 with chance 1/2, from two types."""
    assert [a.tolist() for a in PLAN.atoms] == [[0.2, 0.4], [0.5, 0.5]]
    assert PLAN.support == (0.2, 0.4)
    assert PLAN.cdf([0.1, 0.2, 0.3, 0.4]).tolist() == [0.0, 0.5, 0.5, 1.0]
    assert PLAN.below([0.2, 0.3, 0.4, 0.5]).tolist() == [0.0, 0.5, 0.5, 1.0]
    assert PLAN.ppf([0.1, 0.5, 0.6, 1.0]).tolist() == [0.2, 0.2, 0.4, 0.4]
    assert PLAN.mean() == pytest.approx(0.3)
    assert [a.tolist() for a in PLAN.type_nodes()] == [[1.0, 2.0, 3.0], [0.2, 0.5, 0.3]]
    drawn = PLAN.rvs(20_000, rng=np.random.default_rng(3))
    assert drawn.mean() == pytest.approx(0.3, abs=5 * 0.1 / np.sqrt(20_000))


def test_payoffs_by_hand() -> None:
    """Type 2 meets 0.5 with chance 1/3 and 1.5 with 2/3, who exert 0.1 and 0.3; she exerts 0.2."""
    profile = Profile.of(
        [
            Pure(0.2),
            ByType(types=[0.5, 1.5], efforts=[0.1, 0.3], probabilities=[0.5, 0.5]),
        ]
    )
    chance = 1 / 3 * 0.2 / 0.3 + 2 / 3 * 0.2 / 0.5
    assert GAME.payoff(0, 0.2, profile, 2.0) == pytest.approx(2 * chance - 0.2)
    slope = 1 / 3 * 0.1 / 0.3**2 + 2 / 3 * 0.3 / 0.5**2
    assert GAME.marginal_payoff(0, 0.2, profile, 2.0) == pytest.approx(2 * slope - 1)
    found = GAME.outcomes(profile)
    wins = 0.5 * 0.2 / 0.3 + 0.5 * 0.2 / 0.5
    assert found.win_probability == pytest.approx([wins, 1 - wins])
    assert found.expected_best == pytest.approx(0.5 * 0.2 + 0.5 * 0.3)
    assert found.expected_average == pytest.approx(0.2)
    assert found.prizes_paid == 1.0


def test_both_of_one_known_value() -> None:
    """Values 1 and 3: efforts 3/16 and 9/16, the lottery of two (Nti 1999); exponent 1/2 halves them."""
    for exponent in (1.0, 0.5):
        game = FiniteTypeLottery(values_1=[1.0], values_2=[3.0], joint=[[1.0]], exponent=exponent)
        ratio = 3.0**exponent
        share = exponent * ratio / (1 + ratio) ** 2
        assert game.solve().effort == pytest.approx([share, 3 * share], rel=1e-12)


def test_a_type_too_poor_to_take_part() -> None:
    """Against a value of 1 a value of 0.01, likely as 2, does nothing: her first effort is not worth it."""
    game = FiniteTypeLottery(values_1=[1.0], values_2=[0.01, 2.0], joint=[[0.5, 0.5]])
    found = game.solve()
    x = float(found.effort[0])
    assert found.strategy(1)(0.01).item() == 0.0
    assert game.marginal_at_zero(1, np.array([x]))[0] < 1
    y = found.strategy(1)(2.0).item()
    assert 2 * x / (x + y) ** 2 == pytest.approx(1.0)  # hers
    assert 0.5 * y / (x + y) ** 2 == pytest.approx(1.0)  # the other's: against zero she wins anyway


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ByType(types=[1.0], efforts=[1.0, 2.0], probabilities=[1.0]), "different lengths"),
        (lambda: ByType(types=[2.0, 1.0], efforts=[1.0, 2.0], probabilities=[0.5, 0.5]), "increasing"),
        (lambda: ByType(types=[1.0, 2.0], efforts=[1.0, 2.0], probabilities=[0.5, 0.6]), "sums to one"),
        (lambda: PLAN(2.5), "one of"),
        (lambda: FiniteTypeLottery(values_1=[2.0, 1.0], values_2=[1.0], joint=[[0.5], [0.5]]), "increasing"),
        (lambda: FiniteTypeLottery(values_1=[1.0], values_2=[1.0], joint=[[0.5]]), "sum to one"),
        (lambda: GAME.replace(exponent=2.0), "at most 1"),
        (lambda: GAME.payoff(0, 0.1, 0.1), "one of"),
        (lambda: GAME.payoff(0, 0.1, 0.1, 1.7), "one of"),
        (lambda: GAME.payoff(0, 0.1, Mixed.on([0.0, 1.0], [0.5, 0.5]), 1.0), "an effort for each type"),
    ],
)
def test_refusals(make: Any, message: str) -> None:
    with pytest.raises(ct.InvalidPartError, match=message):
        make()


@pytest.mark.parametrize("exponent", [1.0, 0.6])
def test_newton_steps_square_the_error(exponent: float) -> None:
    """Near the solution an error of 1e-4 in the logs of effort is about 1e-8 after one step."""
    game = FiniteTypeLottery(
        values_1=[1.0, 2.0], values_2=[0.8, 1.5], joint=[[0.3, 0.1], [0.2, 0.4]], exponent=exponent
    )
    exact = _efforts(game)
    active = [np.ones(2, dtype=bool)] * 2
    moved = [exact[0] * np.exp([1e-4, -1e-4]), exact[1] * np.exp([-1e-4, 1e-4])]
    step, violation = _newton(game, moved, active)
    assert violation > 1e-5
    for i in (0, 1):
        assert np.log(moved[i]) + step[i] == pytest.approx(np.log(exact[i]), abs=1e-7)
    for i, values in enumerate(game.values):  # and the conditions, written out
        slopes = []
        for value, own, chances in zip(values, exact[i], game.conditional(i), strict=True):
            rival = exact[1 - i]
            each = own ** (exponent - 1) * rival**exponent / (own**exponent + rival**exponent) ** 2
            slopes.append(value * exponent * chances @ each)
        assert slopes == pytest.approx([1.0, 1.0], rel=1e-12)
