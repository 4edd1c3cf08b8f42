"""Awards contingent on quality, piece by piece: who works first, what she does, how far down to look.

With linear output and cost c e^2 under an award of a + s q, the first to work does the best for a worth of
nothing: (a + s e) 2 c e = s c e^2, so that e = -2 a / s whatever c. She is the one at whose chance of
winning s v Pi = 2 k c e.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.solvers import private_contingent as room
from contests.solvers.panels import FAR
from contests.solvers.private_contingent import ContingentEffort, _lowest, _Problem, contingent_strategy


def contest(trait: str, n: int = 3, money: float = 1.0, **parts: Any) -> ct.Contest:
    """Types uniform on [1, 2] (abilities on [0, 0.05]); the award q - 0.2, cost e^2 / 2."""
    law = stats.uniform(0, 0.05) if trait == "ability" else stats.uniform(1, 1)
    field: Any = {trait: law}
    return ct.Contest(
        **{
            "contestants": ct.Private(n, **field),
            "prizes": ct.QualityShare(base=-0.2 * money, share=money, floored=True),
            "cost": ct.Power(2, scale=0.5 * money),
            **parts,
        }
    )


@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
@pytest.mark.parametrize("trait", ["value", "cost", "ability"])
def test_who_works_first(trait: str, money: float) -> None:
    problem = _Problem(contest(trait, money=money))
    for z in (-3.0, 0.0, 4.0):
        u = 1 / (1 + np.exp(-z))
        type_ = 0.05 * u if trait == "ability" else 1 + u if trait == "value" else 2 - u
        ability, cost, value = (float(one[0]) for one in problem.traits(np.array([z])))
        expected = {"ability": (type_, 1, 1), "cost": (0, type_, 1), "value": (0, 1, type_)}[trait]
        assert (ability, cost, value) == pytest.approx(expected, rel=1e-12)
        # Abilities lift the award: (q - 0.2) e = e^2 / 2 with q = b + e.
        effort = 2 * (0.2 - ability)
        assert problem.first_effort(z) == pytest.approx(effort, rel=1e-12)
        chance, steeper = problem.winning(np.array([z]))
        assert chance == pytest.approx(u**2, rel=1e-13) and steeper == pytest.approx(
            2 * u**2 * (1 - u), rel=1e-13
        )
        assert problem.gain(z) == pytest.approx(value * u**2 / (cost * effort) - 1, rel=1e-9)
        top, bottom = problem.terms(np.array([z]), np.array([0.9]))
        assert top == pytest.approx(money * value * 2 * u**2 * (1 - u) * 0.7, rel=1e-12)
        assert bottom == pytest.approx(money * (cost * (0.9 - ability) - value * u**2), rel=1e-9)
        assert problem.award(np.array([0.9])) == pytest.approx([0.7 * money], rel=1e-12)


@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
@pytest.mark.parametrize("n", [2, 3])
@pytest.mark.parametrize("trait", ["value", "cost"])
def test_the_first_type_and_those_beside_her(trait: str, n: int, money: float) -> None:
    """At her, v u^(n - 1) = k e with e = 0.4; weaker ones do nothing, and she does 0.4 at once."""
    strategy = contingent_strategy(contest(trait, n, money))
    u = np.linspace(0, 1, 200_001)[1:-1]
    strength = 1 + u if trait == "value" else 1 / (2 - u)
    start = float(u[np.argmax(strength * u ** (n - 1) >= 0.4)])
    level = 1 / (1 + np.exp(-strategy.start))
    assert level == pytest.approx(start, abs=6e-6) and strategy.start < 100
    assert strategy.scores_increase is (trait == "value")
    weakest = np.array([strategy.weakest])
    assert strategy(weakest) == pytest.approx([0.4], rel=1e-9)
    inner, outer = level + 1e-9, level - 1e-9
    near = 1 + np.array([inner, outer]) if trait == "value" else 2 - np.array([inner, outer])
    assert strategy(near)[0] == pytest.approx(0.4, abs=1e-3) and strategy(near)[1] == 0.0
    best = 2.0 if trait == "value" else 1.0
    assert np.isfinite(strategy(np.array([best]))).all()
    # She who is best of all wins for sure; her last step is worth what it costs her neighbours.
    ends = strategy(np.array([best, best + (1e-7 if trait == "cost" else -1e-7)]))
    assert ends[0] == pytest.approx(ends[1], rel=1e-5) and ends[0] > 0.4


def test_nobody_works_for_too_little() -> None:
    """Against costs twenty times as high the best, who wins for sure, still gains less than she pays."""
    strategy = contingent_strategy(contest("value", cost=ct.Power(2, scale=20.0)))
    assert strategy.start == FAR and strategy(np.array([1.0, 1.5, 2.0])).tolist() == [0.0] * 3
    function: Any = strategy.function
    assert isinstance(function, ContingentEffort) and function.path is None
    assert function(np.ones((2, 3))).shape == (2, 3)


def test_how_far_down_to_look() -> None:
    """A level at which nobody is active, by steps of one half; at most the last there is."""
    for active, found in ((-0.5, 1.0), (-1.0, 1.0), (-1.2, 1.5), (-5.0, 5.0625), (-1e9, FAR)):
        problem: Any = SimpleNamespace(gain=lambda z, active=active: z - active)
        assert _lowest(problem) == pytest.approx(found, rel=1e-14)


def test_the_march_begins_and_ends_where_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the root of the distance from the first type, whose quality is 0.4, up to log-odds of 100."""
    told: list[Any] = []
    march = room.march

    def observed(*parts: Any, **more: Any) -> Any:
        told.append((parts[1:], more))
        return march(*parts, **more)

    monkeypatch.setattr(room, "march", observed)
    strategy = contingent_strategy(contest("value"))
    ((start, first, stop), more) = told[0]
    assert (start, first) == (0.0, pytest.approx(0.4, rel=1e-10))
    assert stop == pytest.approx(np.sqrt(100.0 - strategy.start), rel=1e-13)
    # dq/dz = T / (m - v Pi): near the start D (q - q_0) dq = T dz, D = 1 the slope of marginal cost.
    u = 1 / (1 + np.exp(-strategy.start))
    rise = (1 + u) * 2 * u**2 * (1 - u) * 0.2
    assert more["guess"] == pytest.approx(np.sqrt(2 * rise), rel=1e-6)
    assert more["scale"] == pytest.approx(1e-3 * np.sqrt(2 * rise), rel=1e-6)
