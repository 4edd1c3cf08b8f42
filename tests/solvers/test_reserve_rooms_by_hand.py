"""Reserves on certain quality by hand: what two rooms propose, in numbers and words, and whom they refuse.

In a lottery with linear cost a contestant of value v against a sum of efforts Y replies by sqrt(v Y) - Y, by
what the reserve asks if that is more and still pays, or by nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.mixing_known import PairMixed
from contests.mixing_reserve import LeaderMixed, ReserveMixed
from contests.profile import Profile
from contests.solvers.all_pay_known import SOLVER as ALL_PAY_KNOWN
from contests.solvers.reserve_all_pay import SOLVER as ALL_PAY
from contests.solvers.reserve_luck import SOLVER as LUCK
from contests.solvers.reserve_luck import _Field


def lottery(contestants: Any, reserve: float, **parts: Any) -> ct.Contest:
    return ct.Contest(
        **{
            "contestants": contestants,
            "prizes": 1.0,
            "success": ct.Lottery(),
            "entry": ct.Reserve(reserve),
            **parts,
        }
    )


def auction(contestants: Any, reserve: float, **parts: Any) -> ct.Contest:
    return lottery(contestants, reserve, **{"success": ct.Highest(), **parts})


def efforts_of(found: Any) -> list[float]:
    return [found.profile.strategy(i).mean() for i in range(found.profile.n)]


WHICH = "; which of the alike contestants is not determined"


@pytest.mark.parametrize(
    ("n", "reserve", "number", "words"),
    [
        (2, 0.24, 2, "the reserve does not bind"),
        (2, 0.25 - 1e-9, 2, "the reserve does not bind"),
        (2, 0.25 + 1e-9, 2, "all do what the reserve asks; others may exist"),
        (2, 0.5, 2, "all do what the reserve asks; others may exist"),
        (2, 0.51, 1, f"1 of 2 do what the reserve asks{WHICH}; others may exist"),
        (3, 0.5, 2, f"2 of 3 do what the reserve asks{WHICH}; others may exist"),
        (5, 0.21, 4, f"4 of 5 do what the reserve asks{WHICH}; others may exist"),
        (3, 1.0, 1, f"1 of 3 do what the reserve asks{WHICH}; others may exist"),
        (3, 1.01, 0, "0 of 3 do what the reserve asks; others may exist"),
    ],
)
def test_alike_contestants_in_a_lottery(n: int, reserve: float, number: int, words: str) -> None:
    found = LUCK.solve(lottery(ct.Identical(n), reserve))
    free = (n - 1) / n**2
    least = free if words == "the reserve does not bind" else reserve
    assert efforts_of(found) == pytest.approx([least] * number + [0.0] * (n - number), rel=1e-11)
    assert found.selection == words


def test_what_nobody_is_able_to_do() -> None:
    """The reserve asks for more than there is: beyond a cap, or beyond what any effort reaches."""
    capped = lottery(ct.Identical(2), 0.5, cost=ct.Capped(ct.Linear(), at=0.4))
    assert efforts_of(LUCK.solve(capped)) == [0.0, 0.0]
    just = lottery(ct.Identical(2), 0.4, cost=ct.Capped(ct.Linear(), at=0.4))
    assert efforts_of(LUCK.solve(just)) == pytest.approx([0.4, 0.4])


def replies(values: Any, reserve: float) -> Any:
    """Where replies by the formula settle, the weakest first."""
    values = np.asarray(values, float)
    efforts = np.where(reserve <= values, np.maximum(reserve, 0.2 * values), 0.0)
    for _ in range(400):
        for i in np.argsort(values, kind="stable"):
            others = efforts.sum() - efforts[i]
            best = max(np.sqrt(values[i] * others) - others, reserve)
            efforts[i] = best if values[i] * best / (best + others) - best > 0 else 0.0
    return efforts


@pytest.mark.parametrize(
    ("values", "reserve"),
    [
        ([1.0, 0.9], 0.05),
        ([1.0, 0.6, 0.9], 0.1),
        ([1.0, 0.6, 0.9], 0.22),
        ([1.0, 0.6, 0.9, 0.3], 0.31),
        ([0.5, 1.0], 0.6),
        ([0.5, 0.7], 0.9),
    ],
)
def test_contestants_who_differ_in_a_lottery(values: list[float], reserve: float) -> None:
    game = lottery(ct.Known(value=values), reserve)
    found = LUCK.solve(game)
    assert efforts_of(found) == pytest.approx(replies(values, reserve), rel=1e-10, abs=1e-14)
    assert found.selection == "one equilibrium; others may exist"
    assert ct.certify(game, found.profile).passed


def test_replies_are_the_best_of_none_and_all_that_reach_the_reserve() -> None:
    values = np.array([1.0, 0.6, 0.9])
    field = _Field(lottery(ct.Known(value=values), 0.1))
    assert field.least == pytest.approx([0.1] * 3) and field.top == pytest.approx(values)
    assert field.order.tolist() == [1, 2, 0]
    for rivals in (0.0, 0.1, 0.12, 0.3, 2.0):
        for i in range(3):
            efforts = np.zeros(3)
            efforts[i - 1], efforts[i] = rivals, 0.77  # her own does not matter
            best = max(np.sqrt(values[i] * rivals) - rivals, 0.1)
            best = best if values[i] * best / (best + rivals) > best else 0.0
            assert field.reply(i, Profile.pure(efforts)) == pytest.approx(best, rel=1e-5)
    # No reserve to speak of: also what is small beside the largest effort.
    none = _Field(lottery(ct.Known(value=values), 0.0))
    for rivals in (1e-8, 1e-4, 0.3):
        assert none.reply(0, Profile.pure([0.5, rivals, 0.0])) == pytest.approx(
            np.sqrt(rivals) - rivals, rel=1e-3
        )
    dear = _Field(lottery(ct.Known(value=values), 0.7))
    assert dear.reply(1, Profile.pure([0.0, 0.0, 0.0])) == 0.0
    assert dear.reply(0, Profile.pure([0.0, 0.0, 0.0])) == pytest.approx(0.7)
    assert dear.order.tolist() == [1, 2, 0]


def test_equally_able_ones_come_in_order_of_what_they_need() -> None:
    """At the same worth whoever needs more effort for the reserve replies first."""
    field = _Field(
        lottery(
            ct.Known(ability=[0.0, 0.2, -0.1], value=[1.0, 1.0, 1.0]),
            0.3,
            success=ct.Highest(error=stats.norm()),
        )
    )
    assert field.least == pytest.approx([0.3, 0.1, 0.4]) and field.order.tolist() == [2, 0, 1]


def test_polishing_touches_only_who_does_more_than_asked() -> None:
    values = np.array([1.0, 0.9, 0.8])
    field = _Field(lottery(ct.Known(value=values), 0.21))
    at = np.array([0.21, 0.21, 0.0])
    assert field.polish(at).tolist() == at.tolist()
    found = field.polish(np.array([0.3, 0.21, 0.0]))
    assert found[0] == pytest.approx(np.sqrt(0.21) - 0.21, rel=1e-12) and found[1:].tolist() == [0.21, 0.0]
    with pytest.raises(ct.ConvergenceError) as caught:
        _Field(lottery(ct.Known(value=values), 0.0, cost=ct.Linear(0.01, intercept=0.0))).polish(
            np.array([0.3, 0.0, 0.0])
        )
    assert str(caught.value) == "The first-order conditions under the reserve were not solved."


def test_replies_that_do_not_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    field = _Field(lottery(ct.Known(value=[1.0, 0.9]), 0.1))
    turn = iter(range(10**6))
    monkeypatch.setattr(field, "reply", lambda i, profile: 0.1 + 0.01 * (next(turn) % 7))
    with pytest.raises(ct.ConvergenceError) as caught:
        field.solve()
    assert str(caught.value) == (
        "Best replies under the reserve do not settle: somebody gives up and comes back in turn. There "
        "may be no equilibrium in sure efforts: a lower reserve would work."
    )


@pytest.mark.parametrize(("ratio", "rounds"), [(1 + 0.9e-3, 1), (1 + 1.2e-3, 2)])
def test_replies_settle_where_nobody_moves_by_a_thousandth(
    ratio: float, rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever moves last, and whichever way; the replies of the round that settled are polished."""
    for mover in (0, 1):
        for factor in (ratio, 1 / ratio):
            field = _Field(lottery(ct.Known(value=[1.0, 0.9]), 0.3))
            expected = [0.3, 0.3]
            expected[mover] *= factor
            asked: list[int] = []

            def reply(i: int, profile: Any, does: Any = tuple(expected), asked: Any = asked) -> float:
                asked.append(i)
                return float(does[i])

            monkeypatch.setattr(field, "reply", reply)
            monkeypatch.setattr(field, "polish", lambda efforts: efforts)
            assert field.solve().tolist() == expected
            assert asked == [1, 0] * rounds


TAKES = "takes lotteries and judges who err on certain quality, with ct.Reserve(quality)"
REFUSED = [
    ({"entry": ct.AllEnter()}, TAKES),
    ({"entry": ct.Reserve(0.1, fee=0.1)}, TAKES),
    ({"technology": ct.Additive(stats.norm()), "success": ct.Highest()}, TAKES),
    ({"success": ct.Highest()}, TAKES),
    (
        {"contestants": ct.Private(2, value=stats.uniform(1, 1))},
        "contestants have private types; known or identical ones would work",
    ),
    (
        {"contestants": ct.Identical(2, utility=ct.CARA(1.0))},
        "contestants are averse to risk; risk-neutral ones would work",
    ),
    (
        {"prizes": ct.QualityShare(base=1.0, share=0.1)},
        "the award depends on quality; fixed prizes would work",
    ),
    ({"contestants": ct.Identical(1)}, "there is no one to compete with; two contestants would work"),
    (
        {"contestants": ct.Known(value=np.linspace(1.0, 2.0, 41))},
        "41 contestants differ; at most 40 would work",
    ),
]


@pytest.mark.parametrize(("parts", "words"), REFUSED)
def test_refusals_of_the_lottery(parts: dict[str, Any], words: str) -> None:
    plain = lottery(ct.Identical(2), 0.1)
    assert LUCK.refuses(plain) is None
    assert LUCK.refuses(plain.replace(**parts)) == words
    assert LUCK.refuses(plain.replace(contestants=ct.Identical(41))) is None
    assert LUCK.refuses(plain.replace(contestants=ct.Known(value=np.linspace(1.0, 2.0, 40)))) is None


def test_the_all_pay_auction_of_alike_contestants() -> None:
    mixed = ALL_PAY.solve(auction(ct.Identical(3, value=2.0, cost=4.0), 0.1, prizes=[1.0, 0.5]))
    strategy: Any = mixed.profile.strategy(2)
    assert isinstance(strategy, ReserveMixed) and mixed.selection == "symmetric; others may exist"
    assert mixed.profile.n == strategy.n == 3 and strategy.least == 0.1
    assert np.asarray(strategy.prizes).tolist() == [0.5, 0.25]
    for prizes, reserve, words, effort in (
        (1.0, 0.25, "nobody reaches the reserve", 0.0),
        (1.0, 0.3, "nobody reaches the reserve", 0.0),
        ([1.0, 1.0, 1.0], 0.2, "everybody does what the reserve asks", 0.2),
    ):
        found = ALL_PAY.solve(auction(ct.Identical(3, cost=4.0), reserve, prizes=prizes))
        assert found.selection == words and efforts_of(found) == [effort] * 3
    nearly = ALL_PAY.solve(auction(ct.Identical(3, cost=4.0), 0.2499))
    assert nearly.selection == "symmetric; others may exist"
    last_less = ALL_PAY.solve(auction(ct.Identical(3), 0.2, prizes=[1.0, 1.0, 0.5]))
    assert last_less.selection == "symmetric; others may exist"
    two_of_three = ALL_PAY.solve(auction(ct.Identical(3), 0.2, prizes=[1.0, 1.0]))
    assert two_of_three.selection == "symmetric; others may exist"


def test_the_all_pay_auction_of_different_contestants() -> None:
    def solved(value: Any, reserve: float, factors: Any = 1.0, **parts: Any) -> Any:
        factor = np.broadcast_to(factors, len(value))
        return ALL_PAY.solve(auction(ct.Known(value=value, cost=factor), reserve, **parts))

    pair = solved([0.6, 2.0, 1.6], 0.1, [1.0, 2.0, 2.0], cost=ct.Power(2))
    first, second = pair.profile.strategy(1), pair.profile.strategy(2)
    assert isinstance(first, LeaderMixed) and isinstance(second, PairMixed)
    assert (first.value, first.payoff, first.least) == (0.8, 0.0, 0.1)
    assert (second.value, second.least) == (1.0, 0.1) and second.payoff == pytest.approx(0.2)
    assert first.top == second.top == pytest.approx(np.sqrt(0.8))
    assert pair.profile.strategy(0).mean() == 0.0 and pair.selection == "the strongest two"
    # Twice the money, twice the values.
    rich = solved([0.6, 2.0, 1.6], 0.1, [1.0, 2.0, 2.0], cost=ct.Power(2), prizes=2.0)
    assert rich.profile.strategy(1).value == 1.6 and rich.profile.strategy(2).value == 2.0
    # Of many who tie the first two compete.
    many = solved([1.0] * 39 + [0.5], 0.1)
    mixing = [i for i in range(40) if not isinstance(many.profile.strategy(i), ct.Pure)]
    assert mixing == [0, 1] and isinstance(many.profile.strategy(0), LeaderMixed)
    tied = "the two strongest compete; others may exist"
    assert solved([1.0, 0.8, 0.8], 0.1).selection == tied
    assert solved([0.5, 0.8, 0.8], 0.1).selection == tied
    assert solved([1.0, 0.8, 0.8], 0.1).selection == tied
    assert solved([1.0, 0.8, 0.7], 0.1).selection == "the strongest two"
    alone = solved([0.5, 1.0], 0.5)
    assert efforts_of(alone) == [0.0, 0.5]
    assert alone.selection == "the strongest does what the reserve asks, alone"
    assert isinstance(solved([0.5, 1.0], 0.4999).profile.strategy(0), PairMixed)
    nobody = solved([0.5, 1.0], 1.0)
    assert efforts_of(nobody) == [0.0, 0.0] and nobody.selection == "nobody reaches the reserve"


def test_abilities_help_to_reach_the_reserve() -> None:
    """All of one ability, of known differences that are none: effort and ability together reach it."""
    alike = ct.Known(value=[1.0, 1.0], cost=[2.0, 2.0], ability=[0.3, 0.3])
    found = ALL_PAY.solve(auction(alike, 0.5))
    strategy: Any = found.profile.strategy(0)
    assert strategy.least == pytest.approx(0.2) and strategy.prizes[0] == 0.5
    unlike = ct.Known(value=[1.0, 0.9], ability=[0.3, 0.3])
    leader: Any = ALL_PAY.solve(auction(unlike, 0.5)).profile.strategy(0)
    assert leader.least == pytest.approx(0.2) and leader.value == 0.9


def test_a_reserve_that_no_effort_reaches_anyway_is_none() -> None:
    """Everybody's quality without effort is above it: the rooms without a reserve take over."""
    for who in (ct.Identical(2), ct.Known(value=[1.0, 0.8])):
        free = ct.solve(ct.Contest(contestants=who, prizes=1.0))
        found = ALL_PAY.solve(auction(who, -0.5))
        assert efforts_of(found) == pytest.approx(list(free.effort))
        assert ALL_PAY.refuses(auction(who, -0.5)) is None
    several = auction(ct.Known(ability=[0.0, 0.3]), -0.1, cost=ct.Power(2))
    assert ALL_PAY.refuses(several) == ALL_PAY_KNOWN.refuses(several.replace(entry=ct.AllEnter()))


TAKES_AUCTIONS = "takes all-pay contests of known contestants with ct.Reserve(quality)"
REFUSED_AUCTIONS = [
    ({"entry": ct.AllEnter()}, TAKES_AUCTIONS),
    ({"entry": ct.Reserve(0.1, fee=0.1)}, TAKES_AUCTIONS),
    (
        {"cost": ct.Capped(ct.Linear(), at=0.4)},
        "efforts are capped; a cost without a cap, or no reserve, would work",
    ),
    (
        {"contestants": ct.Known(value=[1.0, 0.5]), "prizes": [1.0, 0.5]},
        "contestants differ and there are several prizes; one prize or identical ones would work",
    ),
    (
        {"contestants": ct.Known(ability=[0.05, 0.0])},
        "contestants have head starts; different values or costs would work",
    ),
    (
        {"contestants": ct.Known(value=[1.0, 0.5]), "success": ct.Highest(handicaps=[0.1, 0.0])},
        "contestants have head starts; different values or costs would work",
    ),
]


@pytest.mark.parametrize(("parts", "words"), REFUSED_AUCTIONS)
def test_refusals_of_the_auction(parts: dict[str, Any], words: str) -> None:
    plain = auction(ct.Identical(2), 0.1)
    assert ALL_PAY.refuses(plain) is None
    assert ALL_PAY.refuses(plain.replace(contestants=ct.Known(value=[1.0, 0.5]))) is None
    assert ALL_PAY.refuses(plain.replace(**parts)) == words
