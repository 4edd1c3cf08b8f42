"""Reserves on certain quality, once more: cost factors, curves, several prizes, erring judges, flat outputs.

k alike contestants who do exactly what the reserve asks share the first k prizes evenly; who differ and do
more satisfy v s' (Y - s) / Y^2 = k c' together, whatever the others are held to.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.curve_base import BaseCurve
from contests.profile import Profile
from contests.solvers.reserve_all_pay import SOLVER as AUCTION
from contests.solvers.reserve_luck import SOLVER, _Field, _least


class Level(BaseCurve):
    """An output that stays where it is from one half on."""

    def __call__(self, effort: Any) -> Any:
        return np.minimum(effort, 0.5)


def lottery(contestants: Any, reserve: float, **parts: Any) -> ct.Contest:
    given = {"prizes": 1.0, "success": ct.Lottery(), "entry": ct.Reserve(reserve), **parts}
    return ct.Contest(contestants=contestants, **given)


@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
@pytest.mark.parametrize("prizes", [[1.0], [3.0, 1.0], [2.0, 2.0, 1.0]])
def test_how_many_alike_ones_the_reserve_feeds(prizes: list[float], money: float) -> None:
    """v (mean of the first k prizes) covers k' c(least): the largest such k, values 2, factors 3."""
    n = 4
    values = np.append(prizes, np.zeros(n))[:n]
    for reserve in (0.5, 0.9, 1.1, 1.3):
        who = ct.Identical(n, value=2.0, cost=3.0, ability=0.1)
        output = ct.Exact(output=ct.Linear(2.0))
        given = lottery(
            who, reserve, prizes=money * np.array(prizes), technology=output, cost=ct.Power(2, scale=money)
        )
        least = (reserve - 0.1) / 2.0
        assert _least(given) == pytest.approx([least] * n)
        fed = [k for k in range(1, n + 1) if 2.0 * values[:k].mean() >= 3.0 * least**2]
        free = ct.solve(given.replace(entry=ct.AllEnter()), on_fail="return").effort[0]
        found = SOLVER.solve(given).profile.efforts()
        if free >= least:
            assert found == pytest.approx([free] * n)
        else:
            number = max(fed, default=0)
            assert found == pytest.approx([least] * number + [0.0] * (n - number))


@pytest.mark.parametrize("reserve", [0.05, 0.11, 0.3])
def test_marginal_payoffs_of_those_who_do_more_than_asked(reserve: float) -> None:
    """Values, cost factors, weights and abilities of one's own, exponent 0.8 and quadratic costs."""
    value, cost = np.array([1.0, 2.0, 1.5]), np.array([1.0, 3.0, 0.5])
    ability, weight = np.array([0.0, 0.02, 0.01]), np.array([1.0, 1.5, 0.7])
    given = lottery(
        ct.Known(value=value, cost=cost, ability=ability),
        reserve,
        success=ct.Lottery(exponent=0.8, weights=weight),
        cost=ct.Power(2),
    )
    efforts = SOLVER.solve(given).profile.efforts()
    least = np.maximum(reserve - ability, 0.0)
    assert ((efforts >= least * (1 - 1e-12)) | (efforts == 0)).all() and (efforts > 0).sum() >= 2
    quality = ability + efforts
    score = np.where(quality >= reserve - 1e-12, weight * quality**0.8, 0.0)
    total = score.sum()
    slope = value * (total - score) / total**2 * 0.8 * weight * np.maximum(quality, 1e-9) ** -0.2
    more = efforts > least * (1 + 1e-9)
    assert slope[more] == pytest.approx((2.0 * cost * efforts)[more], rel=1e-9)
    held = (efforts > 0) & ~more
    assert (slope[held] <= (2.0 * cost * efforts)[held] * (1 + 1e-9)).all()
    assert more.any() or reserve > 0.2
    pays = value * score / total - cost * efforts**2
    assert (pays >= -1e-12).all()


def test_erring_judges_and_a_reserve() -> None:
    """Two of values 1 and 0.8 under normal errors: slope and marginal cost meet, or the reserve."""
    error = stats.norm(scale=0.5)
    for reserve in (0.05, 0.2):
        given = lottery(
            ct.Known(value=np.array([1.0, 0.8])), reserve, success=ct.Highest(error=error), cost=ct.Power(2)
        )
        efforts = SOLVER.solve(given).profile.efforts()
        slope = np.array([1.0, 0.8]) * stats.norm(scale=np.sqrt(0.5)).pdf(efforts[0] - efforts[1])
        more = efforts > reserve * (1 + 1e-9)
        assert slope[more] == pytest.approx(2.0 * efforts[more], rel=1e-9)
        assert (efforts >= reserve * (1 - 1e-12)).all() and more.any()


def test_replies_to_rivals_who_reach_the_reserve_or_do_not() -> None:
    """Who falls short is no rival: alone, the least that is asked wins for certain."""
    field = _Field(lottery(ct.Known(value=np.array([1.0, 0.9]), cost=np.array([2.0, 1.0])), 0.1))
    assert field.top == pytest.approx([0.5, 0.9]) and field.order.tolist() == [0, 1]
    for rival in (0.0, 0.0999):
        assert field.reply(0, Profile.pure(np.array([0.3, rival]))) == pytest.approx(0.1)
    best = np.sqrt(0.5 * 0.11) - 0.11  # a cost factor of two halves the value
    assert field.reply(0, Profile.pure(np.array([0.3, 0.11]))) == pytest.approx(best, rel=1e-5)
    assert field.slope(0, np.array([best]), Profile.pure(np.array([0.3, 0.11]))) == pytest.approx(
        [0.0], abs=1e-12
    )
    assert field.reply(0, Profile.pure(np.array([0.3, 0.49]))) == 0.0


def test_replies_at_a_cap_and_next_to_nothing() -> None:
    """Against 1/4 the best is 1/4, or the cap; against next to nothing the root of next to nothing."""
    capped = _Field(lottery(ct.Known(value=np.array([1.0, 0.9])), 0.05, cost=ct.Capped(ct.Linear(), at=0.1)))
    assert capped.top == pytest.approx([0.1, 0.1])
    assert capped.reply(0, Profile.pure(np.array([0.0, 0.25]))) == pytest.approx(0.1, rel=1e-5)
    free = _Field(lottery(ct.Known(value=np.array([1.0, 0.9])), 0.0))
    for rival in (1e-13, 1e-14, 3e-15):
        best = np.sqrt(rival) - rival
        assert free.reply(0, Profile.pure(np.array([0.5, rival]))) == pytest.approx(best, rel=1e-3)


def test_where_replies_are_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the neighbours of the best of sixty efforts, in eighths, six times over."""
    field = _Field(lottery(ct.Known(value=np.array([1.0, 0.9])), 0.05))
    steps = np.concatenate([[0.0], np.geomspace(1e-6, 1.0, 60)])
    efforts = np.append(0.0, 0.05 + 0.95 * steps)
    profile = Profile.pure(np.array([0.0, 0.2]))
    at = int(np.argmax(np.where(efforts > 0, efforts / (efforts + 0.2), 0.0) - efforts))
    asked: list[Any] = []
    slope = field.slope

    def watched(i: int, effort: Any, profile: Any) -> Any:
        asked.append(np.array(effort))
        return slope(i, effort, profile)

    monkeypatch.setattr(field, "slope", watched)
    found = field.reply(0, profile)
    assert len(asked) == 6 and all(each.shape == (9,) for each in asked)
    assert asked[0] == pytest.approx(np.linspace(efforts[at - 1], efforts[at + 1], 9))
    best = np.sqrt(0.2) - 0.2
    for wide, narrow in pairwise(asked):
        assert narrow[-1] - narrow[0] == pytest.approx((wide[-1] - wide[0]) / 8)
        assert narrow[0] <= best <= narrow[-1]
    assert found == pytest.approx((asked[-1][0] + asked[-1][-1]) / 2, rel=1e-6)


def test_polishing_from_far_away() -> None:
    """Conditions in logs, solved from replies a tenth off, of cost factors that differ."""
    value, cost = np.array([1.0, 0.9, 0.2]), np.array([2.0, 1.0, 1.0])
    field = _Field(lottery(ct.Known(value=value, cost=cost), 0.05))
    worth = value / cost
    total = 1.0 / (1 / worth[:2]).sum()
    exact = total * (1 - total / worth[:2])
    for factor in (0.9, 1.0, 1.15):
        found = field.polish(np.append(exact * factor, 0.0))
        assert found == pytest.approx([*exact, 0.0], rel=1e-11)
    held = field.polish(np.array([exact[0], 0.05, 0.0]))
    assert held[1:].tolist() == [0.05, 0.0] and held[0] == pytest.approx(
        np.sqrt(0.5 * 0.05) - 0.05, rel=1e-11
    )


STEPS = [(ct.Power(2), 50), (ct.Power(3), 65)]


@pytest.mark.parametrize(("cost", "most"), STEPS)
def test_polishing_takes_few_steps(cost: Any, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gain over pain in logs, each with her own cost factor: from a tenth off in a few steps."""
    who = ct.Known(value=np.array([1.0, 0.9, 0.6]), cost=np.array([4.0, 1.0, 0.5]))
    field = _Field(lottery(who, 0.001, cost=cost))
    right, asked, slope = field.solve(), [], field.slope
    monkeypatch.setattr(field, "slope", lambda *given: asked.append(given) or slope(*given))
    assert (right > 0).sum() >= 2
    assert field.polish(right * np.array([0.9, 1.1, 1.1])) == pytest.approx(right, rel=1e-12)
    assert len(asked) <= most


def test_outputs_with_flat_stretches() -> None:
    flat = lottery(ct.Identical(2), 0.1, technology=ct.Exact(output=Level()))
    assert SOLVER.refuses(flat) == "output has flat stretches; one that strictly increases would work"
    assert SOLVER.refuses(lottery(ct.Identical(2), 0.1, technology=ct.Exact(output=ct.Power(0.5)))) is None


def test_a_reserve_that_ability_does_not_reach_by_itself() -> None:
    """Ability 0.04 and output the root of effort: 0.1 is reached by 0.06^2, and not without effort."""
    root = ct.Exact(output=ct.Power(0.5))
    given = lottery(ct.Identical(2, ability=0.04), 0.1, success=ct.Highest(), technology=root)
    strategy: Any = AUCTION.solve(given).profile.strategy(0)
    assert AUCTION.refuses(given) is None and strategy.least == pytest.approx(0.0036)
    free: Any = AUCTION.solve(given.replace(entry=ct.Reserve(0.03))).profile.strategy(0)
    assert not hasattr(free, "least") and free.cdf(0.25) == pytest.approx(0.25)
