"""Entry rooms by hand: who comes, with what probability, and what is said of the equilibrium found.

A lottery for one among k who are alike pays 1 / k^2 each. If each of two comes with probability p, seen or
not, coming is worth 1 - 3 p / 4: at price c both come with p = 4 (1 - c) / 3.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.solvers.entry_auction import SOLVER as AUCTION
from contests.solvers.entry_free import SOLVER as FREE
from contests.solvers.entry_random import SOLVER as RANDOM


def lottery(n: int = 2, entry: Any = None, **parts: Any) -> ct.Contest:
    contestants = parts.pop("contestants", ct.Identical(n))
    return ct.Contest(
        **{"contestants": contestants, "prizes": 1.0, "success": ct.Lottery(), "entry": entry, **parts}
    )


LARGEST = "the largest number of entrants at which entry pays "
WHO = "; which of the alike contestants enter is not determined"


@pytest.mark.parametrize(
    ("n", "cost", "number", "words"),
    [
        (6, 0.05, 4, f"(all numbers tried){WHO}"),
        (6, 1 / 9, 3, f"(all numbers tried); [2] are stable too{WHO}"),
        (4, 0.01, 4, "(all numbers tried)"),
        (4, 5.0, 0, "(all numbers tried)"),
        (60, 0.03, 5, f"(found by bisection){WHO}"),
        (50, 1e-5, 50, "(found by bisection)"),
    ],
)
def test_how_many_alike_contestants_come(n: int, cost: float, number: int, words: str) -> None:
    found = FREE.solve(lottery(n, ct.FreeEntry(cost=cost)).game())
    profile: Any = found.profile
    assert profile.entrants == tuple(range(number))
    assert found.selection == LARGEST + words
    assert sorted(profile.after) == ([number] if number < n else [])
    efforts = [profile.strategy(i).mean() for i in range(n)]
    assert efforts[:number] == pytest.approx([(number - 1) / max(number, 1) ** 2] * number)
    assert efforts[number:] == [0.0] * (n - number)
    if number < n:
        assert profile.after[number].strategy(0).mean() == pytest.approx(number / (number + 1) ** 2)


def test_which_of_different_contestants_come() -> None:
    def solved(value: Any, cost: float, **parts: Any) -> Any:
        return FREE.solve(
            lottery(contestants=ct.Known(value=value), entry=ct.FreeEntry(cost=cost), **parts).game()
        )

    only = solved([4.0, 3.0, 0.5], 0.3)
    assert (only.profile.entrants, only.selection) == ((0, 1), "the only stable set of entrants")
    assert sorted(only.profile.after) == [2]
    # Alone the first earns 4 - 2; against her the second gets 3 (3/7)^2 < 2 and stays out; or the reverse.
    several = solved([4.0, 3.0], 2.0)
    assert (several.profile.entrants, several.selection) == ((0,), "largest surplus of 2 stable sets")
    many = solved(np.linspace(1.0, 2.0, 25), 0.4)
    assert many.selection == "entrants come in one after the other; other stable sets may exist"
    assert 24 in many.profile.entrants
    # Two kinds outside: what follows is said for one of each.
    kinds = solved([4.0, 3.0, 0.5, 0.5, 0.4], 0.3)
    assert sorted(kinds.profile.after) == [2, 4]


def test_where_no_number_is_stable() -> None:
    """With a shock this small two have no sure efforts: whether a second would come is not known."""
    small = {"success": ct.Highest(), "technology": ct.Additive(stats.norm(scale=0.05)), "cost": ct.Power(2)}
    steep = lottery(2, ct.FreeEntry(cost=0.1), **small)
    with pytest.raises(ct.UnsolvableError) as caught:
        FREE.solve(steep.game())
    assert str(caught.value).startswith(
        "Whether 1 or 2 entrants are stable is not known: the contest of the entrants [0, 1] was not solved. "
    )
    assert "Error: " in str(caught.value)
    unlike = steep.replace(contestants=ct.Known(value=[1.0, 0.9]))
    with pytest.raises(ct.UnsolvableError) as caught:
        FREE.solve(unlike.game())
    assert str(caught.value).startswith(
        "Which set of entrants is stable is not known: the contest of the entrants [0, 1] was not solved. "
    )
    many = lottery(50, ct.FreeEntry(cost=0.1), **small)
    with pytest.raises(ct.UnsolvableError) as caught:
        FREE.solve(many.game())
    assert str(caught.value).startswith(
        "With 1 entrants, whether one more would enter is not known: the contest of 2 was not solved. "
    )


@pytest.mark.parametrize("observed", [True, False])
@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
def test_mixed_entry_of_two(observed: bool, money: float) -> None:
    entry = ct.FreeEntry(cost=0.5 * money, fee=0.1 * money, mixed=True, observed=observed)
    found = RANDOM.solve(lottery(2, entry, prizes=money).game())
    profile: Any = found.profile
    assert profile.n == 2 and profile.probability == pytest.approx(4 * 0.4 / 3, rel=1e-10)
    assert found.selection == "symmetric in mixed strategies; asymmetric ones may exist"
    if observed:
        both = profile.by_number[2].strategy(0).mean()
        assert both == pytest.approx(money / 4) and profile.by_number[1].strategy(0).mean() == 0.0
    else:
        assert profile.by_number is None
        assert profile.strategy(0).mean() == pytest.approx(profile.probability * money / 4, rel=1e-10)


@pytest.mark.parametrize("observed", [True, False])
def test_corners_of_mixed_entry(observed: bool) -> None:
    dear = RANDOM.solve(lottery(3, ct.FreeEntry(cost=1.0, mixed=True, observed=observed)).game())
    assert dear.profile.probability == 0.0  # type: ignore[attr-defined]
    assert dear.selection == "nobody enters; symmetric in mixed strategies; asymmetric ones may exist"
    cheap = RANDOM.solve(lottery(3, ct.FreeEntry(cost=0.1, mixed=True, observed=observed)).game())
    assert cheap.profile.probability == 1.0  # type: ignore[attr-defined]
    assert cheap.selection == "all enter; symmetric in mixed strategies; asymmetric ones may exist"


def test_random_rivals() -> None:
    """k rivals with chance q_k: the effort is the sum of q_k k / (k + 1)^2 (Myerson and Warneryd 2006)."""
    found = RANDOM.solve(lottery(4, ct.RandomEntry([0.1, 0.2, 0.3, 0.4])).game())
    exact = 0.2 / 4 + 0.3 * 2 / 9 + 0.4 * 3 / 16
    assert found.profile.strategy(0).mean() == pytest.approx(exact, rel=1e-11)
    assert found.selection == "symmetric; by 'lottery, sure efforts' with prizes of equal worth"
    alone = RANDOM.solve(lottery(4, ct.RandomEntry([1.0])).game())
    assert alone.profile.strategy(0).mean() == 0.0 and alone.selection == "symmetric; always alone"
    noisy = lottery(
        3,
        ct.RandomEntry(stats.binom(2, 0.5)),
        success=ct.Highest(),
        technology=ct.Additive(stats.norm()),
        cost=ct.Power(2),
    )
    # Slopes of winning: .5 against one, 3 / (4 sqrt(pi)) ... of three: the sum over numbers, 2 e = slope.
    slopes = [0.0, 1 / (2 * np.sqrt(np.pi)), 3 * 0.2820947917738781 / 3]
    effort = RANDOM.solve(noisy.game()).profile.strategy(0).mean()
    assert effort == pytest.approx((0.5 * slopes[1] + 0.25 * slopes[2]) / 2, rel=1e-9)


def test_bids_for_places() -> None:
    game = lottery(entry=ct.EntryAuction(2), contestants=ct.Private(4, cost=stats.uniform(1, 1))).game()
    found = AUCTION.solve(game)
    assert found.selection == "symmetric, in decreasing bids; others may exist"
    strategy: Any = found.profile.strategy(0)
    assert found.profile.n == 4 and strategy.types == game.bids.costs and strategy.scores_increase is False
    assert strategy([1.2, 1.7]) == pytest.approx(game.bids(np.array([1.2, 1.7])))


def test_words_of_entry_rooms() -> None:
    plain = lottery(2, ct.AllEnter())
    assert FREE.refuses(plain) == "takes contests whose entry is ct.FreeEntry(cost=...) or ct.Fee(...)"
    assert AUCTION.refuses(plain) == "takes contests whose entry is ct.EntryAuction(k)"
    assert str(RANDOM.refuses(plain)).startswith(
        "takes contests whose entry is ct.RandomEntry(law) or ct.Free"
    )
    drawn = lottery(2, ct.RandomEntry([0.5, 0.5]), success=ct.Lottery(draw=0.1)).game()
    assert RANDOM.refuses(drawn) == "nobody may win; a lottery without a draw would work"
    share = lottery(2, ct.RandomEntry([0.5, 0.5]), prizes=ct.QualityShare(base=1.0, share=0.1)).game()
    assert RANDOM.refuses(share) == "the award depends on quality; fixed prizes would work"
    assert RANDOM.refuses(lottery(2, ct.RandomEntry([0.5, 0.5])).game()) is None
    assert FREE.refuses(lottery(2, ct.FreeEntry(cost=0.1)).game()) is None
    laws = ct.Private(2, value=[stats.uniform(), stats.uniform(0, 2)])
    unlike = lottery(entry=ct.FreeEntry(cost=0.1), contestants=laws, success=ct.Highest()).game()
    words = "contestants differ in the law of their types; one law for all would work"
    assert FREE.refuses(unlike) == words
