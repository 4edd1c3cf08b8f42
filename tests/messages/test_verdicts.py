"""What every solver says of a range of contests, word for word: refusals are part of the interface.

The words are kept in `tests/data/verdicts.json`; after a change of wording that is meant, write them anew
with `PYTHONPATH=.:tests python tests/messages/test_verdicts.py` and read the difference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests import models

FILE = Path(__file__).resolve().parents[1] / "data" / "verdicts.json"
SHOCK = ct.Additive(stats.norm())
WHOLE = ct.Trials(stats.uniform(), whole=True)
TYPES = ct.Private(3, value=stats.uniform(1, 1))
SHARED = ct.QualityShare(base=1.0, share=0.1)
LOTTERY = ct.Lottery()
AVERSE = ct.Identical(3, utility=ct.CARA(1.0))


class ByShare(ct.Success):
    """No race: chances are shares."""

    def win_probabilities(self, quality: Any) -> Any:
        return (1 + quality) / (1 + quality).sum(axis=-1, keepdims=True)


def contest(contestants: Any = 3, prizes: Any = 1.0, **parts: Any) -> ct.Contest:
    if isinstance(contestants, int):
        contestants = ct.Identical(contestants)
    elif isinstance(contestants, list):
        contestants = ct.Known(value=contestants)
    return ct.Contest(contestants=contestants, prizes=prizes, **parts)


GAMES: dict[str, Any] = {
    # Alike
    "all-pay": contest(),
    "all-pay, two prizes": contest(prizes=[2.0, 1.0]),
    "all-pay, bounded cost": contest(cost=ct.Exponential(rate=-1.0, scale=-1.0)),
    "all-pay, no prize": contest(prizes=0.0),
    "all-pay, share of quality": contest(prizes=SHARED),
    "all-pay, averse": contest(AVERSE),
    "all-pay, one invited": contest(entry=ct.Invite(1)),
    "all-pay, reserve": contest(entry=ct.Reserve(0.1)),
    "all-pay, fee": contest(entry=ct.Fee(0.1)),
    "shock": contest(technology=SHOCK, cost=ct.Power(2)),
    "shock, share of quality": contest(technology=SHOCK, prizes=SHARED, cost=ct.Power(2)),
    "shock, averse": contest(AVERSE, technology=SHOCK, cost=ct.Power(2)),
    "shock, reserve": contest(technology=SHOCK, cost=ct.Power(2), entry=ct.Reserve(0.1)),
    "common shock, reserve": contest(
        technology=ct.Additive(stats.norm(), common=stats.norm()), cost=ct.Power(2), entry=ct.Reserve(0.1)
    ),
    "shock, reserve and fee": contest(technology=SHOCK, cost=ct.Power(2), entry=ct.Reserve(0.1, fee=0.1)),
    "shock, alone": contest(1, technology=SHOCK),
    "alone, share of quality": contest(1, prizes=SHARED),
    "alone, draw": contest(1, success=ct.Lottery(draw=1.0)),
    "alone, fee": contest(1, entry=ct.Fee(0.1)),
    "alone, private": contest(ct.Private(1, value=stats.uniform())),
    "judging error": contest(success=ct.Highest(error=stats.norm()), cost=ct.Power(2)),
    "lottery": contest(success=LOTTERY),
    "lottery, exponent 3": contest(success=ct.Lottery(exponent=3.0)),
    "lottery, two prizes, exponent 3": contest(prizes=[2.0, 1.0], success=ct.Lottery(exponent=3.0)),
    "lottery, no prize, exponent 3": contest(prizes=0.0, success=ct.Lottery(exponent=3.0)),
    "lottery, draw": contest(success=ct.Lottery(draw=0.5)),
    "lottery, share of quality": contest(success=LOTTERY, prizes=SHARED),
    "lottery, averse": contest(AVERSE, success=LOTTERY),
    "lottery, averse, draw": contest(AVERSE, success=ct.Lottery(draw=0.5)),
    "lottery, averse, two prizes": contest(AVERSE, prizes=[2.0, 1.0], success=LOTTERY),
    "lottery, free entry": contest(success=LOTTERY, entry=ct.FreeEntry(cost=0.1)),
    "lottery, mixed entry": contest(success=LOTTERY, entry=ct.FreeEntry(cost=0.1, mixed=True)),
    "lottery, random entry": contest(success=LOTTERY, entry=ct.RandomEntry([0.5, 0.5])),
    "draw, random entry": contest(success=ct.Lottery(draw=1.0), entry=ct.RandomEntry([0.5, 0.5])),
    "share of quality, random entry": contest(prizes=SHARED, entry=ct.RandomEntry([0.5, 0.5])),
    "shares, random entry": contest(success=ByShare(), entry=ct.RandomEntry([0.5, 0.5])),
    "shares": contest(success=ByShare()),
    "shares, fee": contest(success=ByShare(), entry=ct.Fee(0.01)),
    "trials": contest(technology=ct.Trials(stats.uniform())),
    "whole trials": contest(technology=WHOLE, cost=ct.Linear(0.1)),
    "whole trials, averse": contest(AVERSE, technology=WHOLE, cost=ct.Linear(0.1)),
    "whole trials, two prizes": contest(prizes=[2.0, 1.0], technology=WHOLE, cost=ct.Linear(0.1)),
    "whole trials, convex cost": contest(technology=WHOLE, cost=ct.Power(2)),
    "whole trials, fee": contest(technology=WHOLE, cost=ct.Linear(0.1), entry=ct.Fee(0.1)),
    "no prize, shock": contest(prizes=0.0, technology=SHOCK, cost=ct.Power(2)),
    # Known differences
    "known all-pay": contest([3.0, 2.0, 1.0]),
    "known all-pay, two prizes": contest([3.0, 2.0, 1.0], prizes=[2.0, 1.0]),
    "known all-pay, two equal prizes": contest([3.0, 2.0, 1.0], prizes=[1.0, 1.0]),
    "known all-pay, averse": contest(ct.Known(value=[3.0, 2.0], utility=ct.CARA(1.0))),
    "known shock": contest([3.0, 2.0, 1.0], technology=SHOCK, cost=ct.Power(2)),
    "known shock, share of quality": contest([3.0, 2.0], prizes=SHARED, technology=SHOCK, cost=ct.Power(2)),
    "known shock, averse": contest(ct.Known(value=[3.0, 2.0], utility=ct.CARA(1.0)), technology=SHOCK),
    "known shock, fee": contest([3.0, 2.0], technology=SHOCK, cost=ct.Power(2), entry=ct.Fee(0.01)),
    "500 kinds": contest(list(np.linspace(1.0, 2.0, 500)), technology=SHOCK, cost=ct.Power(2)),
    "known lottery": contest([3.0, 2.0, 1.0], success=LOTTERY),
    "known lottery, exponent 2": contest([3.0, 2.0, 1.0], success=ct.Lottery(exponent=2.0)),
    "known lottery, exponent 1.01": contest(
        list(np.linspace(1.0, 2.0, 40)), success=ct.Lottery(exponent=1.01)
    ),
    "known lottery, two prizes": contest([3.0, 2.0, 1.0], prizes=[2.0, 1.0], success=LOTTERY),
    "known lottery, convex output": contest(
        [3.0, 2.0], success=LOTTERY, technology=ct.Exact(output=ct.Power(2)), cost=ct.Power(4)
    ),
    "known lottery, concave cost": contest([3.0, 2.0], success=LOTTERY, cost=ct.Power(0.5)),
    "known lottery, other cost": contest(
        [3.0, 2.0], success=ct.Lottery(exponent=2.0), cost=ct.Curve("e + e**3")
    ),
    "known lottery, head start": contest(
        [3.0, 2.0], success=ct.Lottery(exponent=2.0, head_starts=[1.0, 0.0])
    ),
    "known lottery, ability": contest(ct.Known(ability=[1.0, 0.5, 0.0]), success=ct.Lottery(exponent=2.0)),
    "known lottery, averse": contest(ct.Known(value=[3.0, 2.0], utility=ct.CARA(1.0)), success=LOTTERY),
    "known lottery, averse, exponent 2": contest(
        ct.Known(value=[3.0, 2.0], utility=ct.CARA(1.0)), success=ct.Lottery(exponent=2.0)
    ),
    "known whole trials": contest(ct.Known(cost=[1.0, 2.0]), technology=WHOLE, cost=ct.Linear(0.1)),
    "whole trials, averse and known": contest(
        ct.Known(value=[3.0, 2.0], utility=ct.CARA(1.0)), technology=WHOLE, cost=ct.Linear(0.1)
    ),
    # Private types
    "private": contest(TYPES),
    "private, averse": contest(ct.Private(3, value=stats.uniform(1, 1), utility=ct.CARA(1.0))),
    "private, judged": contest(TYPES, success=ct.Highest(error=stats.norm())),
    "private, handicaps": contest(TYPES, success=ct.Highest(handicaps=[1.0, 0.0, 0.0])),
    "private, share of quality": contest(TYPES, prizes=SHARED),
    "private, capped output": contest(TYPES, technology=ct.Exact(output=ct.Capped(ct.Linear(), at=1.0))),
    "private, free entry": contest(TYPES, entry=ct.FreeEntry(cost=0.1)),
    "private, random entry": contest(TYPES, entry=ct.RandomEntry([0.5, 0.5])),
    "private shock": contest(TYPES, technology=SHOCK, cost=ct.Power(2)),
    "private shock, kinks": contest(TYPES, technology=ct.Additive(stats.uniform()), cost=ct.Power(2)),
    "private shock, averse": contest(
        ct.Private(3, value=stats.uniform(1, 1), utility=ct.CARA(1.0)), technology=SHOCK, cost=ct.Power(2)
    ),
    "private shock, share of quality": contest(TYPES, prizes=SHARED, technology=SHOCK, cost=ct.Power(2)),
    "private shock, fee": contest(TYPES, technology=SHOCK, cost=ct.Power(2), entry=ct.Fee(0.1)),
    "private whole trials": contest(TYPES, technology=WHOLE, cost=ct.Linear(0.1)),
    "private lottery": contest(TYPES, success=LOTTERY),
    "private lottery, no prize": contest(TYPES, prizes=0.0, success=LOTTERY),
    "private lottery, reserve": contest(TYPES, success=LOTTERY, entry=ct.Reserve(0.1)),
    "private lottery, reserve and fee": contest(TYPES, success=LOTTERY, entry=ct.Reserve(0.1, fee=0.1)),
    "private lottery, reserve, averse": contest(
        ct.Private(3, value=stats.uniform(1, 1), utility=ct.CARA(1.0)),
        success=LOTTERY,
        entry=ct.Reserve(0.1),
    ),
    # Other games
    "auction for places": contest(
        ct.Private(4, cost=stats.uniform(1, 1)), success=LOTTERY, entry=ct.EntryAuction(2)
    ),
    "ambidexterity": models.Ambidexterity(contestants=3, prizes=1.0),
}


def verdicts(game: Any) -> dict[str, str]:
    return {name: verdict for name, verdict in ct.explain(game).items() if verdict != GENERIC.get(name)}


# Said of most contests: left out of the file.
GENERIC = {
    name: verdict
    for name, verdict in ct.explain(models.Ambidexterity(contestants=3, prizes=1.0)).items()
    if verdict.startswith("takes ")
}


def test_what_solvers_of_contests_made_of_parts_say_of_other_games() -> None:
    said = set(GENERIC.values())
    assert "takes contests made of parts (ct.Contest)" in said
    assert "takes contests whose success is ct.Lottery" in said
    assert "takes contests whose technology is ct.Trials" in said
    assert "takes contests whose entry is ct.FreeEntry(cost=...) or ct.Fee(...)" in said
    assert "takes contests whose entry is ct.RandomEntry(law) or ct.FreeEntry(mixed=True)" in said
    assert "takes contests whose entry is ct.EntryAuction(k)" in said
    assert "takes contests with ct.Reserve(quality) and a shock of each contestant's own" in said
    assert "takes contests of private types under ct.Fee(amount), or ct.Reserve(quality, fee=amount)" in said
    assert "takes lotteries and judges who err on certain quality, with private types and ct.Reserve" in said
    assert "takes contests of one contestant" in said
    assert "takes two contestants with cost curves of their own (TwoCosts)" in said


@pytest.mark.parametrize("name", GAMES)
def test_every_solver_says_why(name: str) -> None:
    assert verdicts(GAMES[name]) == json.loads(FILE.read_text(encoding="utf-8"))[name]


def test_the_file_has_no_other_games() -> None:
    assert list(json.loads(FILE.read_text(encoding="utf-8"))) == list(GAMES)


if __name__ == "__main__":
    found = {name: verdicts(game) for name, game in GAMES.items()}
    FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
