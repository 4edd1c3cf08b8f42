"""Entry one after the other, on payoffs written down; and what the room of a reserve under luck refuses."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq

import contests as ct
from contests.solvers.entry_free import _first_outside, _sequential
from contests.solvers.entry_standard import SOLVER as RESERVE
from contests.solvers.entry_standard import _Replies


def fields(payoffs: dict[str, list[float] | None], kinds: list[int]) -> Any:
    """Payoffs of sets of entrants, in the order of their names; sets that are not listed may not be asked."""

    def payoff(members: tuple[int, ...]) -> Any:
        names = "".join(map(str, sorted(members)))
        found = payoffs[names]
        return None if found is None else np.array([found[names.index(str(i))] for i in members])

    contest = SimpleNamespace(kind_of=lambda: np.array(kinds))
    return SimpleNamespace(game=SimpleNamespace(contest=contest), room=0.01, payoff=payoff)


def test_whoever_gains_most_comes_first_and_losers_leave() -> None:
    given: dict[str, list[float] | None] = {
        "0": [0.3],
        "1": [0.5],
        "2": [0.4],
        "01": [0.2, 0.1],  # 0 would come too,
        "12": [-0.2, 0.4],  # but 2 gains more, and 1 leaves
        "02": [0.005, 0.1],  # within rounding of nothing: not enough to come for
    }
    assert _sequential(fields(given, [0, 1, 2])) == (2,)
    nobody: dict[str, list[float] | None] = {"0": [0.01], "1": None}
    assert _sequential(fields(nobody, [0, 1])) == ()  # a contest that fails invites nobody
    alike: dict[str, list[float] | None] = {"0": [0.5], "01": [0.1, 0.1], "012": [-0.2, -0.1, -0.1]}
    assert _sequential(fields(alike, [7, 7, 7])) == (0, 1)


def test_entry_that_goes_round_in_circles() -> None:
    """Each drives the other out; or the second drives out the first and does not want to stay alone."""
    words = "Sequential entry returns to a set of entrants it has left: it never settles."
    for given in (
        {"0": [0.5], "1": [0.4], "01": [-0.2, 0.3], "02": [0.0, 0.0], "2": [0.1], "12": [-0.1, 0.2]},
        {"0": [0.5], "1": [-0.4], "2": [0.0], "01": [-0.2, 0.3], "02": [0.0, 0.0]},
    ):
        if len(given) == 6:
            given["12"], given["02"] = [-0.1, 0.2], [0.3, -0.1]
        with pytest.raises(ct.NoEquilibriumError) as refusal:
            _sequential(fields({**given}, [0, 1, 2]))
        assert str(refusal.value) == words


def test_the_first_of_each_kind_outside() -> None:
    kinds = np.array([3, 1, 3, 2, 1, 3])
    assert _first_outside(kinds, ()) == [0, 1, 3]
    assert _first_outside(kinds, (0, 3)) == [1, 2]
    assert _first_outside(kinds, (0, 1, 2, 3, 4, 5)) == []


def under_a_reserve(**parts: Any) -> ct.Contest:
    base: dict[str, Any] = {
        "contestants": ct.Identical(3),
        "prizes": 1.0,
        "technology": ct.Additive(stats.norm()),
        "cost": ct.Power(2),
        "entry": ct.Reserve(0.2),
    }
    return ct.Contest(**{**base, **parts})


TAKES = "takes contests with ct.Reserve(quality) and a shock of each contestant's own"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({}, None),
        ({"contestants": ct.Known(value=[1.0, 0.9])}, None),
        ({"entry": ct.AllEnter()}, TAKES),
        ({"technology": ct.Exact()}, f"{TAKES}; quality is certain here"),
        (
            {"success": ct.Highest(error=stats.norm())},
            "judges err or handicap, so that what is ranked does not tell whether the reserve is reached; "
            "ct.Highest() without error and handicaps would work",
        ),
        (
            {"technology": ct.Additive(stats.norm(), common=stats.norm())},
            "a common shock lifts all ideas over the reserve together; own shocks alone would work",
        ),
        (
            {"technology": ct.Trials(stats.norm(), whole=True)},
            "trials come in whole numbers; ct.Trials(draw) with real numbers would work",
        ),
        (
            {"contestants": ct.Identical(3, utility=ct.CARA(1.0))},
            "contestants are averse to risk; risk-neutral ones would work",
        ),
        (
            {"prizes": ct.QualityShare(base=1.0, share=0.1)},
            "the award depends on quality; fixed prizes would work",
        ),
        (
            {"contestants": ct.Private(3, ability=stats.uniform())},
            "contestants have private types; identical or known ones would work",
        ),
        (
            {"contestants": ct.Known(value=np.linspace(1.0, 2.0, 61))},
            "61 contestants differ; at most 60 kinds would work",
        ),
        ({"contestants": ct.Known(value=np.linspace(1.0, 2.0, 60))}, None),
    ],
)
def test_what_the_room_of_a_reserve_under_luck_takes(parts: dict[str, Any], words: str | None) -> None:
    assert RESERVE.refuses(under_a_reserve(**parts)) == words


def test_the_best_of_all_efforts_under_a_reserve() -> None:
    """Against rivals far below the reserve: Phi(e - 0.2) is worth most at phi(e - 0.2) = 2 e."""
    replies = _Replies(
        under_a_reserve(contestants=ct.Known(value=[1.0, 0.9, 0.8], ability=[0.0, -50.0, -50.0]))
    )
    k = int(np.flatnonzero(replies.first == 0)[0])
    efforts = np.zeros(3)
    exact = brentq(lambda e: stats.norm.pdf(e - 0.2) - 2 * e, 0.0, 1.0)
    assert replies.reply(k, replies.profile(efforts)) == pytest.approx(exact, rel=1e-3)
    for far in np.flatnonzero(replies.first != 0):  # no effort of hers reaches it
        assert replies.reply(int(far), replies.profile(efforts)) == 0.0
    settled = replies.settle(0.3)
    assert settled is not None
    assert settled[k] == pytest.approx(exact, rel=1e-10) and np.count_nonzero(settled) == 1
