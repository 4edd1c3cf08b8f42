"""Free, random and auctioned entry as rules: fields, what a contest becomes, refusals word for word."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.entry_auction import AuctionGame
from contests.entry_games import FreeEntryGame
from contests.entry_idle import IdleBidFunction
from contests.entry_places import BidFunction
from contests.entry_random import RandomEntryGame
from contests.entry_unequal import SeenEntryGame, UnequalEntryGame

ALIKE = ct.Contest(contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery())
UNLIKE = ALIKE.replace(contestants=ct.Known(value=[1.2, 1.0, 0.9]))
WEIGHTED = ALIKE.replace(success=ct.Lottery(weights=[2.0, 1.0, 1.0]))
TYPES = ct.Contest(contestants=ct.Private(3, value=stats.uniform()), prizes=1.0)
BIDDERS = ALIKE.replace(contestants=ct.Private(3, cost=stats.uniform(1, 1)))


def game(contest: ct.Contest, entry: Any) -> Any:
    return entry.game(contest.replace(entry=entry))


def test_fields_and_terms() -> None:
    free = ct.FreeEntry()
    assert (free.cost, free.fee, free.price, free.refundable_to) == (0.0, 0.0, 0.0, "sponsor")
    assert free.mixed is False and free.observed is True and free.fees_to_winner is False
    dear = ct.FreeEntry(cost=2, fee=-1, refundable_to="winner")
    assert isinstance(dear.cost, float) and isinstance(dear.fee, float)
    assert (dear.cost, dear.price, dear.fees_to_winner) == (2.0, -1.0, True)
    law = ct.RandomEntry([0.25, 0.75], nobody=0.125)
    assert law.nobody == 0.125 and law.each is None and law.price == 0.0
    assert ct.RandomEntry(each=[0, 1]).each.tolist() == [0.0, 1.0]  # both ends are probabilities
    assert ct.EntryAuction(2.0).k == 2 and isinstance(ct.EntryAuction(2.0).k, int)


@pytest.mark.parametrize(
    ("contest", "entry", "kind"),
    [
        (ALIKE, ct.FreeEntry(cost=0.1), FreeEntryGame),
        (UNLIKE, ct.FreeEntry(cost=0.1), FreeEntryGame),
        (ALIKE, ct.FreeEntry(cost=0.1, mixed=True, observed=False), RandomEntryGame),
        (UNLIKE, ct.FreeEntry(cost=0.1, mixed=True), SeenEntryGame),
        (UNLIKE, ct.FreeEntry(cost=0.1, mixed=True, observed=False), UnequalEntryGame),
        (WEIGHTED, ct.FreeEntry(cost=0.1, mixed=True), SeenEntryGame),
        (ALIKE, ct.RandomEntry([0.5, 0.5]), RandomEntryGame),
        (TYPES, ct.RandomEntry([0.5, 0.5]), RandomEntryGame),
        (ALIKE, ct.RandomEntry(each=[0.5, 0.5, 0.5]), UnequalEntryGame),
        (UNLIKE, ct.RandomEntry(stats.binom(2, 0.3)), UnequalEntryGame),
        (WEIGHTED, ct.RandomEntry(stats.binom(2, 0.3)), UnequalEntryGame),
        (BIDDERS, ct.EntryAuction(2), AuctionGame),
    ],
)
def test_what_a_contest_becomes(contest: ct.Contest, entry: Any, kind: type) -> None:
    found = game(contest, entry)
    assert type(found) is kind and found.contest == contest.replace(entry=entry)


def test_who_may_come() -> None:
    assert ct.RandomEntry([0.2, 0.3, 0.5]).admitted(3) == 3 and ct.RandomEntry([1.0]).admitted(3) == 3
    assert ct.RandomEntry(stats.poisson(5)).admitted(3) == 3  # more may come than are named
    assert ct.RandomEntry(each=[0.1, 0.2]).admitted(2) == 2
    assert ct.EntryAuction(3).admitted(3) == 3 and ct.EntryAuction(3).admitted(4) == 4


def test_the_probability_with_which_each_comes() -> None:
    """Independent entry with one probability is binomial; the probability is the mean over the number."""
    assert ct.RandomEntry(stats.binom(3, 0.3)).probabilities(4) == pytest.approx([0.3] * 4, rel=1e-13)
    assert ct.RandomEntry([0.49, 0.42, 0.09]).probabilities(3) == pytest.approx([0.3] * 3, rel=1e-13)
    assert ct.RandomEntry([0.4, 0.6]).probabilities(2) == pytest.approx([0.6] * 2, rel=1e-13)
    assert ct.RandomEntry([1.0]).probabilities(1).tolist() == [0.0]
    each = ct.RandomEntry(each=[0.1, 0.7])
    assert each.probabilities(2).tolist() == [0.1, 0.7]
    assert each.chance_of_nobody(2) == pytest.approx(0.9 * 0.3, rel=1e-14)


def test_numbers_of_rivals_and_the_chance_of_nobody() -> None:
    entry = ct.RandomEntry([0.2, 0.3, 0.5])
    numbers, chances = entry.rivals(3)
    assert numbers.tolist() == [0, 1, 2] and chances.tolist() == [0.2, 0.3, 0.5]
    chances[:] = 0.0  # what is handed out is a copy
    assert entry.rivals(3)[1].tolist() == [0.2, 0.3, 0.5]
    assert entry.chance_of_nobody(3) == 0.0
    assert ct.RandomEntry([0.5, 0.5], nobody=0.25).chance_of_nobody(3) == 0.25
    assert ct.RandomEntry(stats.binom(2, 0.3), nobody=0.0).chance_of_nobody(3) == 0.0
    assert ct.RandomEntry(stats.binom(2, 0.3)).chance_of_nobody(3) == pytest.approx(0.7**3, rel=1e-13)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ct.FreeEntry(cost=-1), "FreeEntry.cost must be a finite number, zero or more, not -1."),
        (lambda: ct.FreeEntry(fee=np.inf), "FreeEntry.fee must be a finite number, not inf."),
        (
            lambda: ct.FreeEntry(refundable_to="loser"),  # type: ignore[arg-type]
            "FreeEntry.refundable_to must be 'sponsor' or 'winner', not 'loser'.",
        ),
        (lambda: ct.FreeEntry(mixed=1), "FreeEntry.mixed must be True or False, not 1."),  # type: ignore[arg-type]
        (lambda: ct.FreeEntry(observed=0), "FreeEntry.observed must be True or False, not 0."),  # type: ignore[arg-type]
        (
            lambda: ct.FreeEntry(mixed=True, refundable_to="winner"),
            "FreeEntry.refundable_to must be 'sponsor' when entry is mixed, not 'winner'. "
            "Or let entry be pure.",
        ),
        (
            lambda: ct.RandomEntry([1.0], each=[0.5]),
            "RandomEntry.distribution must be absent when ``each`` is given, not [1.0]. It says all.",
        ),
        (
            lambda: ct.RandomEntry(nobody=0.5, each=[0.5]),
            "RandomEntry.nobody must be absent when ``each`` is given, not 0.5. It says all.",
        ),
        (
            lambda: ct.RandomEntry(each=[0.5, 1.5]),
            "RandomEntry.each must be probabilities, from 0 to 1, not [0.5, 1.5].",
        ),
        (lambda: ct.EntryAuction(1), "EntryAuction.k must be a whole number, 2 or more, not 1."),
        (
            lambda: ct.EntryAuction(4).admitted(3),
            "EntryAuction.k must be at most the number of bidders, 3, not 4.",
        ),
    ],
)
def test_refusals(make: Any, words: str) -> None:
    with pytest.raises(ct.InvalidPartError) as refusal:
        make()
    assert str(refusal.value) == words


@pytest.mark.parametrize(
    ("ask", "part", "words"),
    [
        (
            lambda: ct.RandomEntry(each=[0.5, 0.5]).admitted(3),
            "RandomEntry.each",
            "must be one probability for each of 3 contestants, not ",
        ),
        (
            lambda: ct.RandomEntry([0.5, 0.0, 0.0, 0.5]).admitted(3),
            "RandomEntry.distribution",
            "must be a law of at most 2 rivals among 3 contestants, not ",
        ),
        (
            lambda: ct.RandomEntry([0.5, 0.0, 0.5]).probabilities(3),
            "RandomEntry.distribution",
            "must be stats.binom(2, p) where contestants differ, not ",
        ),
        (
            lambda: ct.RandomEntry(each=[0.5, 0.5]).rivals(2),
            "RandomEntry.each",
            "must be absent: each contestant has another number of rivals, not ",
        ),
    ],
)
def test_refusals_of_a_law_where_it_does_not_fit(ask: Any, part: str, words: str) -> None:
    with pytest.raises(ct.InvalidPartError) as refusal:
        ask()
    assert refusal.value.part == part and words in str(refusal.value)


def test_a_law_that_does_not_say_who_comes_is_told_what_would() -> None:
    with pytest.raises(ct.InvalidPartError) as refusal:
        ct.RandomEntry([0.5, 0.0, 0.5]).probabilities(3)
    assert str(refusal.value).endswith(
        ". Another law says how many rivals come and not who: give each=[...] instead, the probability with "
        "which each contestant takes part."
    )
    with pytest.raises(ct.InvalidPartError) as refusal:
        ct.RandomEntry([0.5, 0.0, 0.0, 0.5]).admitted(3)
    assert str(refusal.value).endswith(
        ". For n potential contestants who come with probability p it is stats.binom(n - 1, p)."
    )


PLAIN = (
    "Contest must be a plain lottery with linear cost, one prize and private costs of one law "
    "(ct.EntryAuction), not other parts. Elsewhere use ct.Fee or ct.FreeEntry."
)


@pytest.mark.parametrize(
    "parts",
    [
        {"success": ct.Highest()},
        {"success": ct.Lottery(exponent=0.5)},
        {"cost": ct.Power(2)},
        {"technology": ct.Exact(output=ct.Power(0.5))},
        {"contestants": ct.Private(3, value=stats.uniform(1, 1))},
        {"contestants": ct.Private(3, cost=stats.uniform(1, 1), utility=ct.CARA(1.0))},
        {"contestants": ct.Private(cost=[stats.uniform(1, 1), stats.uniform(1, 2), stats.uniform(1, 1)])},
        {"contestants": ct.Identical(3)},
        {"prizes": [1.0, 0.5]},
        {"prizes": ct.QualityShare(base=1.0, share=0.1)},
    ],
    ids=lambda parts: f"{next(iter(parts))} {type(next(iter(parts.values()))).__name__}",
)
def test_what_an_auction_of_places_is_not_made_for(parts: dict[str, Any]) -> None:
    with pytest.raises(ct.InvalidPartError) as refusal:
        game(BIDDERS.replace(**parts), ct.EntryAuction(2))
    assert str(refusal.value) == PLAIN


def test_costs_in_an_auction_of_places() -> None:
    """With three places and costs from 1 to 2 all entrants work; beyond, some may do nothing."""
    assert type(game(BIDDERS, ct.EntryAuction(3)).bids) is BidFunction
    wide = BIDDERS.replace(contestants=ct.Private(5, cost=stats.uniform(1, 1.5)))
    assert type(game(wide, ct.EntryAuction(2)).bids) is BidFunction
    assert type(game(wide, ct.EntryAuction(3)).bids) is IdleBidFunction
    with pytest.raises(ct.InvalidPartError) as refusal:
        game(BIDDERS.replace(contestants=ct.Private(3, cost=stats.uniform(0, 1))), ct.EntryAuction(2))
    assert refusal.value.part == "Private.cost"
    assert "must be a law above zero under ct.EntryAuction, not " in str(refusal.value)


@pytest.mark.parametrize(("rivals", "number"), [([1.0], 1), ([0.0, 1.0], 2), ([0.0, 0.0, 1.0], 3)])
def test_a_number_that_is_certain_is_the_number_that_plays(rivals: list[float], number: int) -> None:
    """Of three who exert 0.1 in a lottery for 1 so many take part each time, and one of them wins."""
    played = game(ALIKE, ct.RandomEntry(rivals)).play(0.1, 50, rng=np.random.default_rng(1))
    assert played.payoff.shape == (50, 3)
    assert ((played.payoff != 0.0).sum(axis=1) == number).all()
    assert np.unique(played.payoff.round(12)).tolist() == sorted(
        {0.9, *([-0.1] if number > 1 else []), *([0.0] if number < 3 else [])}
    )
    if number < 3:  # not always the same ones
        assert (played.payoff != 0.0).any(axis=0).all() and not (played.payoff != 0.0).all(axis=0).any()
    beyond = game(ALIKE, ct.RandomEntry(stats.poisson(9))).play(0.1, 50, rng=np.random.default_rng(1))
    assert beyond.payoff.shape[1] == (beyond.payoff != 0.0).sum(axis=1).max() > 3
