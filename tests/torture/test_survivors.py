"""Contests drawn at random that once ended in a foreign error: now an answer, or a refusal in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct

PARTS: dict[str, dict[str, Any]] = {
    # a minimum over no types: all of them too weak to be seen on the grid of the shock
    "private costs, hardly any luck": {
        "contestants": ct.Private(3, cost=stats.expon()),
        "technology": ct.Additive(stats.norm(scale=1e-6)),
        "cost": ct.Power(1.0001),
        "prizes": [1.0, 0.5],
    },
    # a node exactly where the density of the shock is infinite: 0 times infinity
    "infinite density": {
        "contestants": ct.Known(cost=[1.7389455569112066e-07, 16018.73804197706, 2.403506860912143e-06]),
        "technology": ct.Additive(stats.weibull_min(c=0.5, scale=0.1)),
        "cost": ct.Power(50.0),
        "prizes": 1e12,
    },
    # the law of the best of three arcsine draws, whose lowest levels no float holds
    "arcsine trials": {
        "contestants": ct.Known(cost=[0.9952017440281736, 1.0205133344322757, 0.9863341363402969]),
        "technology": ct.Trials(stats.beta(0.5, 0.5, scale=10.0)),
        "cost": ct.Power(50.0),
        "prizes": [1.0, 0.5],
    },
    # marginal cost to the power 49 of efforts so small that no float holds it
    "steep cost, small prizes": {
        "contestants": ct.Known(ability=[2.0811646831193347, 7.333890806269511, 0.5088434786340427]),
        "technology": ct.Additive(stats.norm(scale=0.1)),
        "cost": ct.Power(50.0),
        "prizes": [1e-12, 5e-13, 2.5e-13],
    },
    # Newton's method fails before there is a best try
    "head starts and infinite densities": {
        "contestants": ct.Known(ability=[9.117189620618332, 1.9452536935983202, 1.530500528182693]),
        "technology": ct.Additive(stats.beta(0.5, 0.5)),
        "cost": ct.Power(1.0001),
        "prizes": 1.0,
    },
}


@pytest.mark.parametrize("name", PARTS)
def test_an_answer_or_words(name: str) -> None:
    try:
        found = ct.solve(ct.Contest(**PARTS[name]))
    except ct.ContestError:
        return
    assert found.certificate.passed
    assert np.isfinite(found.payoff).all() and np.isfinite(found.effort).all()
    assert found.win_probability.sum() == pytest.approx(1.0, rel=1e-7)
    assert found.expected_best >= found.expected_average
