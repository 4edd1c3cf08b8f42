"""What the library says to bad input: the part, the value, what is allowed.

A table: how the part is made, and words that the message must contain.
"""

import math

import numpy as np
import pytest
from scipy import stats

import contests as ct

TWO = ct.Identical(2)

CASES = {
    "no contestants": (lambda: ct.Identical(0), ["Identical.n", "whole number, 1 or more", "not 0"]),
    "half a contestant": (lambda: ct.Identical(2.5), ["Identical.n", "whole number", "2.5"]),
    "contestants in words": (lambda: ct.Identical("two"), ["Identical.n", "'two'"]),
    "true contestants": (lambda: ct.Identical(True), ["Identical.n", "True"]),
    "NaN contestants": (lambda: ct.Identical(math.nan), ["Identical.n", "nan"]),
    "negative cost factor": (lambda: ct.Identical(2, cost=-1), ["Identical.cost", "above zero", "-1"]),
    "infinite ability": (lambda: ct.Identical(2, ability=math.inf), ["Identical.ability", "finite", "inf"]),
    "utility in words": (lambda: ct.Identical(2, utility="CARA"), ["Identical.utility", "ct.CARA(a)"]),
    "known but not different": (lambda: ct.Known(), ["Known", "at least one sequence", "ct.Identical(n)"]),
    "shapes that disagree": (
        lambda: ct.Known(value=[1, 2, 3], cost=[1, 2]),
        ["Known", "cost of length 2, value of length 3", "one length"],
    ),
    "a NaN among values": (lambda: ct.Known(value=[1, math.nan]), ["Known.value", "finite positive", "nan"]),
    "a negative value": (lambda: ct.Known(value=[1, -2]), ["Known.value", "positive", "-2"]),
    "two private traits": (
        lambda: ct.Private(2, ability=stats.norm(), value=stats.uniform()),
        ["Private", "ability and value", "exactly one"],
    ),
    "negative private costs": (
        lambda: ct.Private(2, cost=stats.norm()),
        ["Private.cost", "non-negative", "truncate"],
    ),
    "number of laws": (
        lambda: ct.Private(3, value=[stats.uniform(), stats.uniform()]),
        ["Private.n", "2, the number of laws", "not 3"],
    ),
    "shock that is a number": (lambda: ct.Additive(2.0), ["Additive.shock", "2.0"]),
    "zero shock scale": (lambda: ct.Additive(stats.norm(scale=0)), ["Additive.shock", "scale"]),
    "negative shock scale": (lambda: ct.Additive(stats.gumbel_r(scale=-1)), ["Additive.shock", "scale"]),
    "discrete shock": (lambda: ct.Additive(stats.poisson(3)), ["Additive.shock", "continuous"]),
    "exponent zero": (lambda: ct.Lottery(exponent=0), ["Lottery.exponent", "above zero", "not 0"]),
    "negative draw": (lambda: ct.Lottery(draw=-0.1), ["Lottery.draw", "zero or more", "-0.1"]),
    "weights of zero": (lambda: ct.Lottery(weights=[1, 0]), ["Lottery.weights", "positive"]),
    "no judges": (lambda: ct.Highest(judges=0), ["Highest.judges", "1 or more", "not 0"]),
    "negative prize": (lambda: ct.WinnerTakeAll(-1), ["WinnerTakeAll.prize", "zero or more", "-1"]),
    "infinite prize": (lambda: ct.WinnerTakeAll(math.inf), ["WinnerTakeAll.prize", "finite", "inf"]),
    "rising prizes": (
        lambda: ct.ByRank([1, 3]),
        ["ByRank.prizes", "not increasing in rank", "Rank 2 would get 3, more than rank 1 with 1"],
    ),
    "no prizes": (lambda: ct.ByRank([]), ["ByRank.prizes", "non-empty"]),
    "prize in words": (
        lambda: ct.Contest(contestants=TWO, prizes="ten"),
        ["Contest.prizes", "'ten'", "ct.WinnerTakeAll(10)"],
    ),
    "prizes as a table": (
        lambda: ct.Contest(contestants=TWO, prizes=np.ones((2, 2))),
        ["ByRank.prizes", "one-dimensional"],
    ),
    "more prizes than contestants": (
        lambda: ct.Contest(contestants=TWO, prizes=[3, 2, 1]),
        ["Contest.prizes", "3 prizes", "at most as many as contestants, 2"],
    ),
    "contestants as a number": (
        lambda: ct.Contest(contestants=5, prizes=1),
        ["Contest.contestants", "ct.Identical(20)", "not 5"],
    ),
    "success in words": (
        lambda: ct.Contest(contestants=TWO, prizes=1, success="lottery"),
        ["Contest.success", "ct.Lottery()", "'lottery'"],
    ),
    "falling cost": (
        lambda: ct.Contest(contestants=TWO, prizes=1, cost=ct.Curve("e**2 - e")),
        ["Contest.cost", "increasing"],
    ),
    "lottery over random quality": (
        lambda: ct.Contest(
            contestants=TWO, prizes=1, success=ct.Lottery(), technology=ct.Additive(stats.norm())
        ),
        ["Contest.technology", "ct.Exact when success is ct.Lottery", "ct.Highest"],
    ),
    "weights of the wrong length": (
        lambda: ct.Contest(contestants=TWO, prizes=1, success=ct.Lottery(weights=[1, 2, 3])),
        ["Contest.success (Lottery)", "length 3", "each of the 2 contestants"],
    ),
    "abilities in trials": (
        lambda: ct.Contest(
            contestants=ct.Known(ability=[1, 2]), prizes=1, technology=ct.Trials(stats.uniform())
        ),
        ["Contest.contestants", "different abilities", "ct.Trials"],
    ),
    "share of judged quality": (
        lambda: ct.Contest(
            contestants=TWO,
            prizes=ct.QualityShare(share=0.5),
            technology=ct.Additive(stats.norm()),
            success=ct.Highest(error=stats.norm()),
        ),
        ["Contest.prizes", "marks differ from quality"],
    ),
    "nobody invited": (lambda: ct.Invite(0), ["Invite.k", "1 or more"]),
    "negative effort": (lambda: ct.Pure(-1), ["Pure.effort", "zero or more", "-1"]),
    "falling distribution": (
        lambda: ct.Mixed(efforts=[0, 1], levels=[1, 0.5]),
        ["Mixed", "never fall"],
    ),
    "probabilities beyond one": (lambda: ct.Mixed.on([0, 1], [0.9, 0.9]), ["Mixed.on", "sum to one"]),
    "profile of the wrong length": (
        lambda: ct.certify(ct.Contest(contestants=TWO, prizes=1), [1, 2, 3]),
        ["profile", "3 strategies", "each of the 2 contestants"],
    ),
    "solve what is no contest": (lambda: ct.solve(42), ["solve", "a contest, a game or a model", "42"]),
    "unknown reaction to failure": (
        lambda: ct.solve(ct.Contest(contestants=TWO, prizes=1), on_fail="ignore"),
        ["solve.on_fail", "'raise', 'return' or 'mixed'", "'ignore'"],
    ),
    "unknown solver": (
        lambda: ct.solve(ct.Contest(contestants=TWO, prizes=1, success=ct.Lottery()), solver="magic"),
        ["solve.solver", "magic", "lottery, sure efforts"],
    ),
    "risk aversion of zero": (lambda: ct.CARA(0), ["CARA.aversion", "above zero"]),
    "objective plus number": (lambda: ct.TotalEffort() + 1, ["Objective", "another objective", "not 1"]),
}


@pytest.mark.parametrize("name", CASES)
def test_message(name):
    make, words = CASES[name]
    with pytest.raises(ct.InvalidPartError) as caught:
        make()
    message = str(caught.value)
    missing = [word for word in words if word not in message]
    assert not missing, f"{missing} not in: {message}"


def test_invalid_parts_are_value_errors():
    with pytest.raises(ValueError, match="above zero"):
        ct.Power(0)


def test_unknown_name():
    with pytest.raises(AttributeError, match="no attribute 'Tulock'"):
        ct.Tulock


def test_errors_survive_pickling():
    import pickle

    error = ct.UnsolvableError("No solver accepts this contest:", {"one": "because"})
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert again.refusals == {"one": "because"}
