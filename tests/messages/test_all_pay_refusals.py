"""All-pay contests outside the constructions are refused in words, and bad fields at construction."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.curves import Linear, Power
from contests.errors import InvalidPartError
from contests.models import AllPay, AllPayKnown

ALIKE, KNOWN = "identical, no shock", "known differences, no shock"


def refusal(contest: ct.Contest, room: str) -> str:
    return ct.explain(contest)[room]


def test_each_room_points_to_the_other() -> None:
    assert "identical" in refusal(AllPayKnown(values=[2.0, 1.0]).contest(), ALIKE)
    assert "alike" in refusal(AllPay().contest(), KNOWN)
    assert refusal(AllPay().contest(), ALIKE) == "accepts"
    assert refusal(AllPayKnown(values=[2.0, 1.0]).contest(), KNOWN) == "accepts"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prizes": [2.0, 1.0]}, "so do the prizes"),
        ({"technology": ct.Additive(stats.norm())}, "random"),
        ({"success": ct.Lottery()}, "Lottery"),
        ({"success": ct.Highest(error=stats.norm())}, "random"),
        ({"prizes": ct.QualityShare(base=1.0, share=0.5)}, "award depends on quality"),
        ({"contestants": ct.Private(3, value=stats.uniform())}, "private types"),
        ({"contestants": ct.Known(value=[3.0, 2.0, 1.0], utility=ct.CARA(1.0))}, "averse to risk"),
        ({"contestants": ct.Known(ability=[0.5, 0.0, 0.1]), "prizes": [1.0, 1.0]}, "head starts"),
        ({"cost": ct.Capped(Linear(1.0), at=0.7), "prizes": [1.0, 1.0]}, "several prizes and a cap"),
        (
            {"contestants": ct.Known(ability=[0.5, 0.0, 0.1]), "cost": ct.Capped(Linear(1.0), at=0.7)},
            "cap binds on contestants with different head starts",
        ),
        ({"cost": ct.Exponential(rate=-1.0, scale=-1.0)}, "never reaches"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refusals_say_what_is_in_the_way(changes: dict[str, object], words: str) -> None:
    base = ct.Contest(contestants=ct.Known(value=[3.0, 2.0, 1.0]), prizes=1.0, cost=Linear(1.0))
    assert words in refusal(base.replace(**changes), KNOWN)


def test_a_third_who_would_join_is_named() -> None:
    """Kim, ahead without effort but of low value, is no spectator: Siegel's construction has more to it."""
    contest = AllPayKnown(values=[2.0, 1.5, 0.2], head_starts=[0.0, 0.1, 0.4]).contest()
    assert "contestant 2 would join" in refusal(contest, KNOWN)


def test_selection_of_alike_is_refused_where_it_is_not_known() -> None:
    with pytest.raises(ct.UnsolvableError, match="cap that binds"):
        AllPayKnown(values=[2.0, 1.0, 1.0], cap=0.8).solve(alike=True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"values": [1.0, -1.0]}, "AllPayKnown.values"),
        ({"values": [1.0, 0.5], "prizes": 3}, "AllPayKnown.prizes"),
        ({"values": [1.0, 0.5], "costs": [1.0]}, "AllPayKnown.costs"),
        ({"values": [1.0, 0.5], "costs": [1.0, 0.0]}, "AllPayKnown.costs"),
        ({"values": [1.0, 0.5], "costs": [Power(2), 1.0]}, "curves of two contestants"),
        ({"values": [1.0, 0.5], "costs": [Power(2), Linear(1.0)], "cap": 1.0}, "curves of two contestants"),
        ({"values": [1.0, 0.5], "head_starts": [1.0]}, "AllPayKnown.head_starts"),
        ({"values": [1.0, 0.5], "cap": 0.0}, "AllPayKnown.cap"),
        ({"values": [1.0, np.nan]}, "AllPayKnown.values"),
    ],
)
def test_bad_fields(fields: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidPartError, match=words):
        AllPayKnown(**fields)  # type: ignore[arg-type]


def test_bad_fields_of_alike_contestants() -> None:
    for fields, words in (
        ({"contestants": 0}, "AllPay.contestants"),
        ({"contestants": 2, "prizes": [3.0, 2.0, 1.0]}, "AllPay.prizes"),
        ({"prizes": [1.0, 2.0]}, "not increasing"),
        ({"cap": -1.0}, "AllPay.cap"),
    ):
        with pytest.raises(InvalidPartError, match=words):
            AllPay(**fields)  # type: ignore[arg-type]


def test_nothing_to_win_is_no_effort() -> None:
    assert AllPayKnown(values=[2.0, 1.0], prizes=2).solve().effort.tolist() == [0.0, 0.0]
    assert AllPay(contestants=3, prizes=[1.0, 1.0, 1.0]).solve().effort.tolist() == [0.0, 0.0, 0.0]
    assert AllPay(contestants=1).solve().effort.tolist() == [0.0]


def test_several_prizes_and_head_starts() -> None:
    """Beyond everybody's reach they end the contest (Siegel 2009); else the refusal says what works."""
    beyond = ct.Contest(contestants=ct.Known(ability=[2.0, 1.5, 0.2, 0.0]), prizes=[1.0, 1.0])
    equilibrium = ct.solve(beyond)
    assert equilibrium.total_effort == 0
    assert equilibrium.payoff.tolist() == [1.0, 1.0, 0.0, 0.0]
    open_contest = beyond.replace(contestants=ct.Known(ability=[0.3, 0.2, 0.1, 0.0]))
    verdict = ct.explain(open_contest)["known differences, no shock"]
    assert "leave the winners open" in verdict and "one prize" in verdict
