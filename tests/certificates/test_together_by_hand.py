"""Many lotteries in one pass, by hand: chances, slopes, costs in units of each prize, and which go together.

Everyone else of n exerts y, so that effort e wins with chance a e^r / (a e^r + (n - 1) a y^r).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.lotteries_together import (
    LotteriesTogether,
    certify_lotteries,
    is_plain_lottery,
    same_but_for_numbers,
)

COST = ct.Power(2, scale=0.5)


def lottery(n: int = 3, prize: Any = 1.0, **parts: Any) -> ct.Contest:
    return ct.Contest(
        **{
            "contestants": ct.Identical(n, value=2.0, cost=3.0, ability=0.1),
            "prizes": prize,
            "success": ct.Lottery(exponent=0.7),
            "cost": COST,
            **parts,
        }
    )


ROWS = [(2, 1.0, 0.3), (3, 5.0, 0.2), (40, 2.0, 0.01)]


@pytest.fixture
def game() -> LotteriesTogether:
    return LotteriesTogether([lottery(n, v) for n, v, _ in ROWS], np.array([y for _, _, y in ROWS]))


def test_payoffs_and_their_slopes_in_units_of_each_prize(game: LotteriesTogether) -> None:
    """Values 2, cost factors 3, ability 0.1: chance (e + 0.1)^0.7 over the sum, less 3 e^2 / 2 over 2 V."""
    efforts = np.broadcast_to([0.0, 0.05, 0.4, 3.0], (3, 4))
    rows = np.arange(3.0)[:, None]
    found = game.payoff(0, efforts, None, rows)
    slopes = game.marginal_payoff(0, efforts, None, rows)
    assert found.shape == slopes.shape == (3, 4) and game.stakes == 1.0 and game.n == 3
    for k, (n, prize, sure) in enumerate(ROWS):
        own, others = (efforts[0] + 0.1) ** 0.7, (n - 1) * (sure + 0.1) ** 0.7
        chance = own / (own + others)
        spent = 3.0 * efforts[0] ** 2 / 2 / (2.0 * prize)
        assert found[k] == pytest.approx(chance - spent, rel=1e-12, abs=1e-14)
        gain = chance * (1 - chance) * 0.7 / (efforts[0] + 0.1)
        assert slopes[k] == pytest.approx(gain - 3.0 * efforts[0] / (2.0 * prize), rel=1e-12)
        assert game.effort_cost(0, efforts, rows)[k] == pytest.approx(spent)
        assert game.largest_effort(0, np.array([float(k)])) == pytest.approx([np.sqrt(2.0 * prize / 1.5)])
        alone = lottery(n, prize)
        assert alone.payoff(0, efforts[0], sure) == pytest.approx(2.0 * prize * found[k], rel=1e-11)
    assert game.prizes.tolist() == [2.0, 10.0, 4.0]


def test_a_cap_is_the_largest_effort() -> None:
    capped = ct.Capped(COST, at=0.9)
    game = LotteriesTogether([lottery(2, v, cost=capped) for v in (0.1, 50.0)], np.array([0.1, 0.2]))
    assert game.largest_effort(0, np.array([0.0, 1.0])) == pytest.approx([np.sqrt(0.2 / 1.5), 0.9])


def test_scales_of_noise_and_output() -> None:
    """ln of output 2 under Gumbel shocks of scale 0.5 is a lottery of exponent 4; no effort has no score."""
    shock = ct.Additive(stats.gumbel_r(scale=0.5), output=ct.Log(scale=2.0))
    games = [
        ct.Contest(contestants=ct.Identical(n), prizes=1.0, technology=shock, cost=ct.Linear(0.5))
        for n in (2, 5)
    ]
    both = LotteriesTogether(games, np.array([0.3, 0.7]))
    efforts, rows = np.array([0.0, 0.2, 0.5]), np.array([0.0, 1.0, 1.0])
    with np.errstate(divide="ignore"):
        found = both.payoff(0, efforts, None, rows)
    score = efforts**4
    others = np.array([0.3**4, 4 * 0.7**4, 4 * 0.7**4])
    assert found == pytest.approx(score / (score + others) - 0.5 * efforts, rel=1e-12)
    slope = both.marginal_payoff(0, efforts[1:], None, rows[1:])
    assert slope == pytest.approx(
        (score * others / (score + others) ** 2 * 4 / np.maximum(efforts, 1e-9))[1:] - 0.5
    )


@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
def test_what_is_found_is_in_money_and_of_each_contest(money: float) -> None:
    """Exponent 1, linear costs: against rivals at y the best reply is sqrt(2 V (n - 1) y) - (n - 1) y."""
    games = [
        ct.Contest(contestants=ct.Identical(n, value=2.0), prizes=v * money, success=ct.Lottery())
        for n, v in ((2, 1.0), (3, 5.0))
    ]
    efforts = money * np.array([0.1, 1.0])
    found = certify_lotteries(games, efforts, gain_tolerance=1e-8, effort_tolerance=1e-6)
    for n, v, y, one in ((2, 1.0, 0.1, found[0]), (3, 5.0, 1.0, found[1])):
        assert one is not None and not one.passed
        others = (n - 1) * y
        best = np.sqrt(2 * v * others) - others
        now, then = 2 * v / n - y, 2 * v * best / (best + others) - best
        assert one.effort == pytest.approx(y * money) and one.deviation == pytest.approx(
            best * money, rel=1e-5
        )
        assert one.payoff == pytest.approx(now * money) and one.deviation_payoff == pytest.approx(
            then * money
        )
        assert one.max_gain == pytest.approx((then - now) / (2 * v), rel=1e-9) and one.type is None
        assert one.contestant == 0 and (one.gain_tolerance, one.effort_tolerance) == (1e-8, 1e-6)
        assert one.evidence == "global grid of deviations with local refinement"
    assert found[0].checked == found[1].checked > 100  # type: ignore[union-attr]
    assert all(one is not None and type(one.checked) is int for one in found)
    single = certify_lotteries(games[:1], efforts[:1], gain_tolerance=1e-8, effort_tolerance=1e-6)[0]
    assert single is not None and 0.5 < single.checked / found[0].checked < 2.0  # type: ignore[union-attr]
    loose = certify_lotteries(games, efforts, gain_tolerance=0.9, effort_tolerance=99.0)
    assert all(one is not None and one.passed for one in loose)


def test_none_and_the_relatively_tiny_are_left_to_one_by_one() -> None:
    games = [lottery(3, 1.0)] * 3
    kinds = certify_lotteries(games, np.zeros(3), gain_tolerance=1e-8, effort_tolerance=1e-6)
    assert kinds == [None] * 3
    for small, there in ((0.99e-6, False), (1.01e-6, True)):
        efforts = np.array([0.5 * small, 0.0, 0.5])
        found = certify_lotteries(games, efforts, gain_tolerance=1e-8, effort_tolerance=1e-6)
        assert [one is not None for one in found] == [there, False, True]
        assert found[2].effort == 0.5  # type: ignore[union-attr]


class Twice(ct.Identical):
    """Not quite the contestants that the pass knows."""


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (lottery(), True),
        (lottery(2), True),
        (lottery(1), False),
        (None, False),
        (lottery(contestants=ct.Known(value=np.array([1.0, 1.0]))), False),
        (lottery(contestants=Twice(3)), False),
        (lottery(contestants=ct.Identical(3, utility=ct.CARA(1.0))), False),
        (lottery(entry=ct.Invite(2)), True),
        (lottery(entry=ct.Invite(1)), False),
        (lottery(entry=ct.Fee(0.1)), False),
        (lottery(entry=ct.Reserve(0.1)), False),
        (lottery(prize=ct.QualityShare(base=1.0, share=0.1)), False),
        (lottery(prize=[1.0, 0.5]), False),
        (lottery(prize=[1.0]), True),
        (lottery(prize=0.0), False),
        (lottery(success=ct.Lottery(draw=0.1)), False),
        (lottery(success=ct.Lottery(weights=np.ones(3))), False),
        (lottery(success=ct.Lottery(head_starts=np.ones(3))), False),
        (lottery(success=ct.Highest()), False),
        (lottery(success=ct.Highest(), technology=ct.Additive(stats.norm())), False),
        (lottery(success=ct.Highest(), technology=ct.Additive(stats.gumbel_r())), True),
        (
            lottery(success=ct.Highest(), technology=ct.Trials(stats.norm()), contestants=ct.Identical(3)),
            True,
        ),
        (
            lottery(
                success=ct.Highest(),
                technology=ct.Trials(stats.norm(), whole=True),
                contestants=ct.Identical(3),
                cost=ct.Linear(),
            ),
            False,
        ),
    ],
)
def test_which_are_plain_lotteries(given: Any, plain: bool) -> None:
    assert is_plain_lottery(given) is plain


def test_which_differ_in_numbers_alone() -> None:
    one = lottery(3)
    assert same_but_for_numbers(one, lottery(7, 9.0))
    for changed in (
        {"contestants": ct.Identical(3, value=2.5, cost=3.0, ability=0.1)},
        {"contestants": ct.Identical(3, value=2.0, cost=3.5, ability=0.1)},
        {"contestants": ct.Identical(3, value=2.0, cost=3.0, ability=0.2)},
        {"technology": ct.Exact(output=ct.Linear(2.0))},
        {"cost": ct.Power(2)},
        {"success": ct.Lottery(exponent=0.8)},
    ):
        assert not same_but_for_numbers(one, one.replace(**changed))
        assert not same_but_for_numbers(one.replace(**changed), one)
