"""Rules of entry: fields, what they make of a contest, and every refusal word for word."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.entry import Entry
from contests.entry_games import FreeEntryGame

NOISY = ct.Contest(
    contestants=ct.Identical(3), prizes=1.0, technology=ct.Additive(stats.norm()), cost=ct.Power(2)
)
PRIVATE = ct.Contest(contestants=ct.Private(3, value=stats.uniform()), prizes=1.0)


@pytest.mark.parametrize(
    ("rule", "least", "price", "to_winner"),
    [
        (Entry(), -np.inf, 0.0, False),
        (ct.AllEnter(), -np.inf, 0.0, False),
        (ct.Invite(2), -np.inf, 0.0, False),
        (ct.Reserve(2), 2.0, 0.0, False),
        (ct.Reserve(2, fee=1), 2.0, 1.0, False),
        (ct.Fee(3), -np.inf, 3.0, False),
        (ct.Fee(3, refundable_to="winner"), -np.inf, 3.0, True),
    ],
    ids=lambda value: repr(value) if isinstance(value, ct.AllEnter) else "",
)
def test_terms(rule: Any, least: float, price: float, to_winner: bool) -> None:
    assert (rule.least_quality, rule.price, rule.fees_to_winner) == (least, price, to_winner)


def test_fields_are_numbers_of_their_kind() -> None:
    assert isinstance(ct.Invite(2.0).k, int) and ct.Invite(1).k == 1
    reserve = ct.Reserve(2, fee=1)
    assert isinstance(reserve.quality, float) and isinstance(reserve.fee, float)
    assert ct.Reserve(2).fee == 0.0
    assert isinstance(ct.Fee(1).amount, float) and ct.Fee(0).amount == 0.0
    assert ct.Fee(1).refundable_to == "sponsor"
    assert ct.Fee(1, refundable_to="winner").fees_to_winner


def test_who_may_compete() -> None:
    assert ct.AllEnter().admitted(5) == 5
    assert ct.Invite(2).admitted(5) == 2 and ct.Invite(5).admitted(5) == 5


def test_what_a_contest_becomes() -> None:
    def game(contest: ct.Contest, entry: Any) -> Any:
        return entry.game(contest.replace(entry=entry))

    free = game(NOISY, ct.Fee(0.1))
    assert isinstance(free, FreeEntryGame) and free.contest == NOISY.replace(entry=ct.Fee(0.1))
    priced = game(NOISY, ct.Reserve(0.2, fee=0.1))
    assert isinstance(priced, FreeEntryGame) and priced.inner([0, 1]).entry == ct.Reserve(0.2)
    plain = [
        (NOISY, ct.AllEnter()),
        (NOISY, ct.Reserve(0.2)),
        (PRIVATE, ct.Reserve(0.2, fee=0.1)),
        (PRIVATE, ct.Reserve(0.2)),
        (PRIVATE, ct.Fee(0.1)),
        (NOISY.replace(technology=ct.Additive(stats.norm(), common=stats.norm())), ct.Reserve(0.2)),
        (NOISY.replace(technology=ct.Exact()), ct.Reserve(0.2)),
        (NOISY.replace(technology=ct.Trials(stats.norm())), ct.Reserve(0.2)),
        (NOISY.replace(contestants=ct.Known(value=[2.0, 1.0])), ct.Reserve(0.2)),
        (NOISY.replace(contestants=ct.Identical(3, utility=ct.CARA(1.0))), ct.Reserve(0.2)),
        (NOISY.replace(prizes=ct.QualityShare(base=1.0, share=0.1)), ct.Reserve(0.2)),
        (NOISY.replace(success=ct.Highest(error=stats.norm())), ct.Reserve(0.2)),
    ]
    for contest, entry in plain:
        assert type(game(contest, entry)) is ct.Contest, (contest, entry)


def test_fees_and_entrants() -> None:
    everybody = ct.solve(NOISY)
    assert ct.AllEnter().entrants(everybody) == 3.0 and isinstance(ct.AllEnter().entrants(everybody), float)
    assert ct.AllEnter().fees(everybody) == 0.0
    # Types above v enter where v^3 = 0.064: v = 0.4 (the threshold type wins if alone and pays the fee).
    some = ct.solve(PRIVATE.replace(entry=ct.Fee(0.064)))
    assert some.contest.entry.entrants(some) == pytest.approx(3 * 0.6, rel=1e-9)
    assert some.contest.entry.fees(some) == pytest.approx(3 * 0.6 * 0.064, rel=1e-9)
    both = ct.solve(PRIVATE.replace(entry=ct.Reserve(0.032, fee=0.032)))
    assert both.contest.entry.entrants(both) == pytest.approx(3 * 0.6, rel=1e-9)
    assert both.contest.entry.fees(both) == pytest.approx(3 * 0.6 * 0.032, rel=1e-9)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ct.Invite(0), "Invite.k must be a whole number, 1 or more, not 0."),
        (lambda: ct.Invite(4).admitted(3), "Invite.k must be at most the number of contestants, 3, not 4."),
        (lambda: ct.Reserve("a"), "Reserve.quality must be a finite number, not 'a'."),
        (lambda: ct.Reserve(1.0, fee=-1), "Reserve.fee must be a finite number, zero or more, not -1."),
        (lambda: ct.Fee(-1), "Fee.amount must be a finite number, zero or more, not -1."),
        (
            lambda: ct.Fee(1, refundable_to="loser"),
            "Fee.refundable_to must be 'sponsor' or 'winner', not 'loser'.",
        ),
    ],
)
def test_refusals(make: Any, words: str) -> None:
    with pytest.raises(ct.InvalidPartError) as refusal:
        make()
    assert str(refusal.value) == words
