"""NaN and infinity through every public door: refused with the part's name, whatever the part."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests import models

TWO = ct.Identical(2)
LOTTERY = ct.Contest(contestants=TWO, prizes=1.0, success=ct.Lottery())
RACE = ct.Contest(
    contestants=ct.Identical(3), prizes=[2, 1], technology=ct.Additive(stats.norm(scale=3)), cost=ct.Power(2)
)
RNG = np.random.default_rng(1)

DOORS: dict[str, Any] = {
    "Identical": lambda v: ct.Identical(v),
    "Identical cost": lambda v: ct.Identical(2, cost=v),
    "Identical value": lambda v: ct.Identical(2, value=v),
    "Identical ability": lambda v: ct.Identical(2, ability=v),
    "Known value": lambda v: ct.Known(value=[1, v]),
    "Known ability": lambda v: ct.Known(ability=[1, v]),
    "Known cost": lambda v: ct.Known(cost=[1, v]),
    "Private number": lambda v: ct.Private(v, value=stats.uniform()),
    "Private cost": lambda v: ct.Private(2, value=stats.uniform(), cost=v),
    "law's scale": lambda v: ct.Private(2, value=stats.uniform(0, v)),
    "law's place": lambda v: ct.Private(2, ability=stats.norm(v, 1)),
    "number for a law": lambda v: ct.Private(2, value=v),
    "shock's scale": lambda v: ct.Additive(stats.norm(scale=v)),
    "shock's place": lambda v: ct.Additive(stats.norm(loc=v)),
    "number for a shock": lambda v: ct.Additive(v),
    "common shock": lambda v: ct.Additive(stats.norm(), common=v),
    "draw's scale": lambda v: ct.Trials(stats.norm(scale=v)),
    "output": lambda v: ct.Exact(output=v),
    "Linear": lambda v: ct.Linear(v),
    "Power": lambda v: ct.Power(v),
    "Power scale": lambda v: ct.Power(2, scale=v),
    "Log scale": lambda v: ct.Log(scale=v),
    "Exponential rate": lambda v: ct.Exponential(rate=v),
    "Curve": lambda v: ct.Curve("c*e**2", c=v),
    "judges": lambda v: ct.Highest(error=stats.norm(), judges=v),
    "judging error": lambda v: ct.Highest(error=stats.norm(scale=v)),
    "handicaps": lambda v: ct.Highest(handicaps=[0, v]),
    "Lottery exponent": lambda v: ct.Lottery(exponent=v),
    "Lottery draw": lambda v: ct.Lottery(draw=v),
    "Lottery weights": lambda v: ct.Lottery(weights=[1, v]),
    "Lottery head starts": lambda v: ct.Lottery(head_starts=[0, v]),
    "WinnerTakeAll": lambda v: ct.WinnerTakeAll(v),
    "ByRank first": lambda v: ct.ByRank([v, 1]),
    "ByRank last": lambda v: ct.ByRank([1, v]),
    "QualityShare base": lambda v: ct.QualityShare(base=v, share=0.5),
    "QualityShare share": lambda v: ct.QualityShare(base=1, share=v),
    "prize": lambda v: LOTTERY.replace(prizes=v),
    "prizes": lambda v: LOTTERY.replace(prizes=[1, v]),
    "Invite": lambda v: ct.Invite(v),
    "Fee": lambda v: ct.Fee(v),
    "Reserve": lambda v: ct.Reserve(v),
    "CARA": lambda v: ct.CARA(v),
    "CRRA": lambda v: ct.CRRA(v),
    "Pure": lambda v: ct.Pure(v),
    "Mixed efforts": lambda v: ct.Mixed(efforts=[0, v], levels=[0, 1]),
    "Mixed levels": lambda v: ct.Mixed(efforts=[0, 1], levels=[0, v]),
    "Mixed.on efforts": lambda v: ct.Mixed.on([0, v], [0.5, 0.5]),
    "Mixed.on probabilities": lambda v: ct.Mixed.on([0, 1], [0.5, v]),
    "certify effort": lambda v: ct.certify(LOTTERY, v),
    "certify efforts": lambda v: ct.certify(LOTTERY, [0.25, v]),
    "certify gain": lambda v: ct.certify(LOTTERY, 0.25, gain_tolerance=v),
    "certify gap": lambda v: ct.certify(LOTTERY, 0.25, effort_tolerance=v),
    "solve gain": lambda v: ct.solve(LOTTERY, gain_tolerance=v),
    "solve gap": lambda v: ct.solve(LOTTERY, effort_tolerance=v),
    "play size": lambda v: ct.play(LOTTERY, 0.25, v, rng=RNG),
    "play effort": lambda v: ct.play(LOTTERY, v, 10, rng=RNG),
    "payoff against": lambda v: LOTTERY.payoff(0, 0.25, v),
    "budget": lambda v: ct.optimal_prizes(RACE, budget=v),
    "Interval high": lambda v: ct.Interval(0, v),
    "Interval low": lambda v: ct.Interval(v, 1),
    "AtLeast": lambda v: ct.AtLeast(ct.TotalEffort(), v),
    "AtMost": lambda v: ct.AtMost(ct.TotalEffort(), v),
    "Budget": lambda v: ct.Budget(v),
    "ProbabilityAbove": lambda v: ct.ProbabilityAbove(v),
    "TopQuality": lambda v: ct.TopQuality(v),
    "objective times": lambda v: ct.TotalEffort() * v,
    "TerwieschXu award": lambda v: models.TerwieschXu(project=models.Ideation(), solvers=3, award=v),
    "TerwieschXu solvers": lambda v: models.TerwieschXu(project=models.Ideation(), solvers=v, award=1.0),
    "Ideation returns": lambda v: models.Ideation(returns=v),
    "Ideation shock": lambda v: models.Ideation(shock=v),
    "ContingentAward base": lambda v: models.ContingentAward(base=v, share=0.1),
    "ContingentAward share": lambda v: models.ContingentAward(base=1.0, share=v),
    "Tullock contestants": lambda v: models.Tullock(contestants=v),
    "Tullock prize": lambda v: models.Tullock(prize=v),
    "Tullock exponent": lambda v: models.Tullock(exponent=v),
    "Tullock values": lambda v: models.Tullock(values=[1, v]),
    "Tullock draw": lambda v: models.Tullock(draw=v),
    "ClarkRiis prizes": lambda v: models.ClarkRiis(prizes=(v, 1)),
    "LazearRosen prizes": lambda v: models.LazearRosen(prizes=(v, 0.0)),
    "AllPay prizes": lambda v: models.AllPay(prizes=(v,)),
    "AllPay cap": lambda v: models.AllPay(cap=v),
    "AllPayKnown values": lambda v: models.AllPayKnown(values=(1, v)),
    "MoldovanuSela prizes": lambda v: models.MoldovanuSela(prizes=(v,)),
    "PrivateValueAllPay reserve": lambda v: models.PrivateValueAllPay(reserve=v),
    "PrivateValueAllPay fee": lambda v: models.PrivateValueAllPay(fee=v),
}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("door", DOORS)
def test_refused(door: str, value: float) -> None:
    with pytest.raises(ct.InvalidPartError, match="must be"):
        DOORS[door](value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_point_that_fails_keeps_its_place_and_is_never_best(value: float) -> None:
    def build(award: float) -> ct.Contest:
        return LOTTERY.replace(prizes=award)

    table = ct.sweep(build, measure={"effort": ct.TotalEffort()}, award=[1.0, value])
    assert table["effort"][0] == pytest.approx(0.5, rel=1e-12) and "1 failed" in repr(table)
    design = ct.design(build, ct.TotalEffort(), award=[1.0, value])
    assert design.choice["award"] == 1.0 and "1 failed" in design.evidence


@pytest.mark.parametrize("efforts", [[-1.0, 1.0], [1e-320, 1.0], [1e300, 1.0]])
def test_curves_on_the_edge_of_floats_warn_of_nothing(efforts: list[float]) -> None:
    for curve in (ct.Linear(), ct.Power(2), ct.Power(1.0001), ct.Exponential(), ct.Log()):
        try:
            values = np.asarray(curve(np.array(efforts)))
        except ct.ContestError:
            continue
        assert not np.isnan(values).any()


@pytest.mark.parametrize(
    "law", [stats.poisson(3), stats.bernoulli(0.5), stats.randint(0, 9)], ids=lambda law: law.dist.name
)
def test_laws_with_atoms_are_refused(law: Any) -> None:
    for make in (ct.Additive, ct.Trials, lambda d: ct.Private(3, value=d), lambda d: ct.Highest(error=d)):
        with pytest.raises(ct.InvalidPartError, match="continuous"):
            make(law)
