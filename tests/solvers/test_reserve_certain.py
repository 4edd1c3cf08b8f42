"""Reserves on certain quality: all-pay contests and lotteries, by closed forms, by hand and by draws."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.mixing_reserve import LeaderMixed, ReserveMixed

LOTTERY: dict[str, Any] = {"success": ct.Lottery()}
JUDGES: dict[str, Any] = {"success": ct.Highest(error=stats.norm()), "cost": ct.Power(2)}


def solved(contestants: Any, reserve: float, prizes: Any = 1.0, **parts: Any) -> ct.Equilibrium:
    eq = ct.solve(ct.Contest(contestants=contestants, prizes=prizes, entry=ct.Reserve(reserve), **parts))
    assert eq.certificate.passed
    return eq


@pytest.mark.parametrize("reserve", [0.1, 0.5])
def test_the_two_strongest_in_an_all_pay_auction(reserve: float) -> None:
    """Bertoletti (2016): payoffs as without a reserve; the strong one has an atom at it."""
    eq = solved(ct.Known(value=[0.6, 1.0, 0.8]), reserve)
    strong, weak = eq.strategy(1), eq.strategy(2)
    x = np.linspace(reserve, 0.8, 7)
    assert strong.cdf(x) == pytest.approx(x / 0.8, rel=1e-14)
    assert weak.cdf(x) == pytest.approx(0.2 + x, rel=1e-14)
    assert strong.cdf(reserve * 0.99) == 0.0
    assert weak.cdf(0.0) == pytest.approx(0.2 + reserve, rel=1e-14)
    assert eq.payoff == pytest.approx([0.0, 0.2, 0.0], abs=1e-14)
    assert eq.effort == pytest.approx([0.0, (0.64 + reserve**2) / 1.6, (0.64 - reserve**2) / 2.0], rel=1e-12)
    assert eq.prizes_paid == pytest.approx(1.0, rel=1e-14)


def test_a_reserve_that_only_one_or_nobody_pays() -> None:
    alone = solved(ct.Known(value=[1.0, 0.5]), 0.75, cost=ct.Power(2))
    assert alone.effort.tolist() == [0.75, 0.0]
    assert alone.payoff == pytest.approx([0.4375, 0.0], rel=1e-14)
    for contestants in (ct.Identical(3), ct.Known(value=[1.0, 0.5])):
        nobody = solved(contestants, 1.0)
        assert (nobody.effort == 0).all()
        assert (nobody.payoff == 0).all()
        assert nobody.prizes_paid == 0.0


def test_alike_contestants_give_up_all_efforts_below_the_reserve() -> None:
    """F = (c / v)^(1 / (n - 1)) from the reserve on; what is below is one atom at no effort."""
    eq, free = (
        solved(ct.Identical(3), 0.36, 2.0),
        ct.solve(ct.Contest(contestants=ct.Identical(3), prizes=2.0)),
    )
    x = np.array([0.36, 1.0, 1.9])
    assert eq.strategy(0).cdf(x) == pytest.approx(np.sqrt(x / 2), rel=1e-14)
    assert free.strategy(0).cdf(x) == pytest.approx(np.sqrt(x / 2), rel=1e-14)
    out = np.sqrt(0.18)
    assert eq.strategy(0).cdf(0.0) == pytest.approx(out, rel=1e-14)
    assert eq.payoff == pytest.approx(0.0, abs=1e-14)
    assert eq.prizes_paid == pytest.approx(2 * (1 - out**3), rel=1e-12)
    assert eq.total_effort == pytest.approx(eq.prizes_paid, rel=1e-12)  # nothing is left to them


def test_prizes_for_all_leave_what_the_reserve_does_not_take() -> None:
    """Everybody is sure of the last prize, 0.2, and does at least what the reserve asks, 0.1."""
    eq = solved(ct.Identical(3), 0.1, [0.5, 0.3, 0.2])
    assert eq.payoff == pytest.approx(0.1, rel=1e-12)
    assert eq.strategy(0).support == pytest.approx((0.1, 0.4), rel=1e-12)
    assert eq.total_effort == pytest.approx(1.0 - 0.3, rel=1e-12)
    half = solved(ct.Identical(2), 0.1, [1.0, 0.5])  # 0.5 - (0.5 - 0.1) is a little less than 0.1
    assert half.payoff == pytest.approx(0.4, rel=1e-12)
    assert half.strategy(0).cdf(0.0) == 0.0
    same = solved(ct.Identical(2), 0.1, [0.5, 0.5])
    assert same.effort.tolist() == [0.1, 0.1]


def test_strategies_survive_pickling() -> None:
    for strategy in (
        ReserveMixed(n=3, prizes=[1.0, 0.5], cost=ct.Power(2), least=0.3),
        LeaderMixed(value=1.0, payoff=0.0, least=0.2, top=1.0),
    ):
        again = pickle.loads(pickle.dumps(strategy))
        assert again == strategy
        assert again.ppf([0.0, 0.1, 0.5, 1.0]) == pytest.approx(strategy.ppf([0.0, 0.1, 0.5, 1.0]))
        weights = strategy.nodes()[1]
        assert weights.sum() == pytest.approx(1.0, rel=1e-13)
        drawn = strategy.rvs(200_000, rng=np.random.default_rng(3))
        assert strategy.mean() == pytest.approx(drawn.mean(), abs=4.5 * drawn.std() / np.sqrt(drawn.size))


@pytest.mark.parametrize(
    ("reserve", "efforts"),
    [
        (0.1, [2 / 9] * 3),  # V (n - 1) / n^2 reaches it
        (0.3, [0.3] * 3),  # V / 3 pays for it
        (0.4, [0.4, 0.4, 0.0]),  # V / 2 does, V / 3 does not
        (0.6, [0.6, 0.0, 0.0]),
        (1.1, [0.0, 0.0, 0.0]),
    ],
)
def test_a_lottery_feeds_as_many_as_the_reserve_lets_it(reserve: float, efforts: list[float]) -> None:
    eq = solved(ct.Identical(3), reserve, **LOTTERY)
    assert eq.effort == pytest.approx(efforts, rel=1e-12)
    active = sum(e > 0 for e in efforts)
    each = 1 / max(active, 1)
    assert eq.payoff == pytest.approx([each - e if e else 0.0 for e in efforts], rel=1e-12, abs=1e-14)
    assert eq.prizes_paid == pytest.approx(float(active > 0), rel=1e-14)


def test_different_contestants_in_a_lottery() -> None:
    """The third is held up by the reserve, the others reply: each solves v y / (x + y)^2 = 1 (by hand)."""
    eq = solved(ct.Known(value=[1.0, 0.9, 0.6]), 0.13, **LOTTERY)
    first, second, third = eq.effort
    assert third == pytest.approx(0.13, rel=1e-12)
    total = first + second + third
    assert (total - first) / total**2 == pytest.approx(1.0, rel=1e-9)
    assert 0.9 * (total - second) / total**2 == pytest.approx(1.0, rel=1e-9)
    assert 0.6 * third / total - third == pytest.approx(eq.payoff[2], rel=1e-9)
    free = ct.solve(ct.Contest(contestants=ct.Known(value=[1.0, 0.9, 0.6]), prizes=1.0, **LOTTERY))
    assert free.effort[2] < 0.13


def test_an_equilibrium_under_a_reserve_is_certified_from_the_reserve_and_not_from_luck() -> None:
    """An effort just short of the reserve wins nothing: certified efforts fail a hair below it."""
    contest = ct.Contest(contestants=ct.Identical(2), prizes=1.0, entry=ct.Reserve(0.4), **LOTTERY)
    assert ct.certify(contest, 0.4).passed
    assert float(contest.payoff(0, 0.399, 0.4)) == pytest.approx(-0.399)
    assert not ct.certify(contest, 0.399).passed
    assert not ct.certify(contest, [0.4, 0.0]).passed  # the one outside wants in: 1/2 - 0.4 > 0


@pytest.mark.parametrize(
    ("contestants", "reserve", "prizes", "parts"),
    [
        (ct.Identical(3), 0.3, [0.7, 0.3], {}),
        (ct.Known(value=[1.0, 0.8, 0.6]), 0.3, 1.0, {"cost": ct.Power(1.5)}),
        (ct.Known(value=[1.0, 0.9, 0.6]), 0.13, 1.0, LOTTERY),
        (ct.Known(cost=[0.5, 1.0, 2.0]), 0.4, [0.7, 0.3], JUDGES),
    ],
    ids=["all-pay", "all-pay known", "lottery", "judges"],
)
def test_what_the_sponsor_expects_is_what_is_drawn(
    contestants: Any, reserve: float, prizes: Any, parts: Any
) -> None:
    eq, size = solved(contestants, reserve, prizes, **parts), 60_000
    drawn = eq.simulate(size, rng=np.random.default_rng(2))
    pairs = [
        (ct.ContestantSurplus()(eq), drawn.payoff.sum(axis=1)),
        (ct.PrizesPaid()(eq), drawn.prize.sum(axis=1)),
        (ct.BestQuality()(eq), drawn.best),
        (ct.WinnerQuality()(eq), np.where(drawn.rank == 1, drawn.quality, 0.0).sum(axis=1)),
        (float(eq.win_probability.sum()), (drawn.rank == 1).sum(axis=1)),
        (ct.TopQuality(2)(eq), -np.sort(-drawn.quality, axis=1)[:, :2].sum(axis=1)),
    ]
    for number, (expected, found) in enumerate(pairs):
        error = float(np.std(found)) / np.sqrt(size)
        assert expected == pytest.approx(float(np.mean(found)), abs=4.5 * error + 1e-9), number


@pytest.mark.parametrize(
    ("contestants", "parts", "solver", "words"),
    [
        (ct.Known(value=[1.0, 0.5]), {"prizes": [0.7, 0.3]}, "reserve, no shock", "one prize or identical"),
        (ct.Known(ability=[0.2, 0.0]), {}, "reserve, no shock", "different values or costs would work"),
        (
            ct.Identical(2),
            {"cost": ct.Capped(ct.Linear(), at=0.5)},
            "reserve, no shock",
            "a cost without a cap",
        ),
        (
            ct.Private(value=[stats.uniform(), stats.uniform(0.0, 2.0)]),
            LOTTERY,
            "private types, reserve and luck",
            "one law for all",
        ),
        (ct.Identical(2, utility=ct.CARA(1.0)), LOTTERY, "reserve, luck", "risk-neutral ones"),
    ],
)
def test_what_has_no_answer_says_why(contestants: Any, parts: Any, solver: str, words: str) -> None:
    contest = ct.Contest(contestants=contestants, entry=ct.Reserve(0.3), **{"prizes": 1.0, **parts})
    assert words in ct.explain(contest)[solver]
    with pytest.raises(ct.UnsolvableError, match="No solver accepts"):
        ct.solve(contest)


@pytest.mark.parametrize("trait", ["value", "ability", "cost"])
def test_a_reserve_that_no_type_pays_leaves_exactly_nothing(trait: str) -> None:
    """It used to leave efforts and prizes of 1e-16 to a strongest type of no mass."""
    contestants = ct.Private(3, **{trait: stats.uniform(0.25, 1.0)})
    entry = ct.Reserve(4.0, fee=0.1)
    eq = ct.solve(ct.Contest(contestants=contestants, prizes=0.4, entry=entry))
    assert eq.certificate.passed
    assert eq.strategy(0).entry_probability() == 0.0
    assert (eq.total_effort, eq.prizes_paid, ct.FeesCollected()(eq)) == (0.0, 0.0, 0.0)
    assert (eq.payoff == 0).all()
    assert (eq.simulate(100, rng=np.random.default_rng(1)).effort == 0).all()
