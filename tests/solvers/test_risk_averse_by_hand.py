"""Contestants averse to risk: margins against differences of expected utility, and conditions written out.

At rank k final wealth is W_k = w + v prize_k - k c(e). Expected utility sum P_k u(W_k) has the slope
sum P_k' u(W_k) - k c'(e) sum P_k u'(W_k); benefit and cost are these over the marginal utility of the
worst rank.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import contests as ct
from contests.solvers import risk_averse
from contests.solvers.risk_averse import (
    SOLVER,
    _bisect,
    _ceiling,
    _marginal,
    _others,
    _shares,
    _symmetric,
    _unlike,
)

Array = Any


def contest(contestants: Any, **parts: Any) -> ct.Contest:
    return ct.Contest(
        **{"contestants": contestants, "prizes": [1.0, 0.4], "success": ct.Lottery(), **parts},
    )


@pytest.mark.parametrize("utility", [None, ct.CARA(1.3), ct.CRRA(1.0), ct.CRRA(2.5)], ids=str)
def test_margins_are_those_of_expected_utility(utility: Any) -> None:
    """Of two efforts of the second contestant, with chances that move as they are said to."""
    wealth, value, factor = 3.0, 1.7, 1.2
    game = contest(
        ct.Known(
            value=[1.0, value, 0.5],
            cost=[1.0, factor, 2.0],
            utility=[ct.CARA(9.0), utility, None],
            wealth=wealth,
        ),
        cost=ct.Power(1.5),
    )
    effort = np.array([0.3, 0.8])
    chance, slope = np.array([[0.3, 0.5], [0.6, 0.1]]), np.array([[0.4, -0.1], [0.2, 0.3]])
    benefit, price = _marginal(game, 1, effort, chance, slope)
    assert benefit.shape == price.shape == (2,)
    prizes = value * np.array([1.0, 0.4, 0.0])

    def expected(e: float, m: int) -> float:
        p = chance[m] + slope[m] * (e - effort[m])
        money = wealth + prizes - factor * e**1.5
        worth = money if utility is None else utility.value(money)
        return float(np.append(p, 1 - p.sum()) @ worth)

    for m in (0, 1):
        step = 1e-4
        around = [expected(effort[m] + s * step, m) for s in (-2, -1, 1, 2)]
        net = (around[0] - 8 * around[1] + 8 * around[2] - around[3]) / (12 * step)
        worst = wealth - factor * effort[m] ** 1.5
        unit = 1.0 if utility is None else float(utility.slope(worst))
        assert benefit[m] - price[m] == pytest.approx(net / unit, rel=1e-8)
        # Chances that do not move leave the cost alone.
    still, pain = _marginal(game, 1, effort, chance, 0 * slope)
    assert still.tolist() == [0.0, 0.0] and pain == pytest.approx(price)


def test_wealth_that_is_used_up_bounds_effort() -> None:
    """k c(e) below wealth where utility is of levels; not where it is exponential, or of gains only."""
    levels, exponential = ct.CRRA(2.0), ct.CARA(1.0)
    field = ct.Known(cost=[4.0, 0.1, 4.0], utility=[levels, levels, exponential], wealth=0.5)
    game = contest(field, prizes=2.0, cost=ct.Power(2))
    assert _ceiling(game, 0) == pytest.approx(np.sqrt(0.5 / 4.0), rel=1e-10)
    assert _ceiling(game, 0) < np.sqrt(0.5 / 4.0)
    assert _ceiling(game, 1) == pytest.approx(min(float(game.largest_effort(1)), np.sqrt(5.0)), rel=1e-10)
    assert _ceiling(game, 2) == float(game.largest_effort(2)) > np.sqrt(0.5 / 4.0)


def test_halving() -> None:
    for root in (0.2, 0.7318, 0.999):
        assert _bisect(lambda x, r=root: r - x, 0.0, 1.0) == pytest.approx(root, rel=1e-15)  # type: ignore[misc]
    # The lower end is where it is positive; without a change of sign an end is found.
    assert _bisect(lambda x: 1.0, 0.0, 1.0) == pytest.approx(1.0)
    assert _bisect(lambda x: 0.0, 0.0, 1.0) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("n", [2, 4])
@pytest.mark.parametrize("utility", [ct.CARA(0.8), ct.CRRA(2.0)], ids=str)
def test_alike_contestants_of_two_prizes(n: int, utility: Any) -> None:
    """At equal efforts a lottery's chance of rank k moves by r b_k / e, b = (n-1)/n^2, then less H's."""
    wealth, exponent = 4.0, 0.7
    game = contest(
        ct.Identical(n, utility=utility, wealth=wealth),
        success=ct.Lottery(exponent=exponent),
        cost=ct.Power(1.3),
    )

    # Luce: P_1 = s, P_2 = sum over who wins first; slopes in log score at equality, by differences.
    def chances(own: float) -> Array:
        first = own / (own + n - 1)
        second = (n - 1) / (own + n - 1) * own / (own + n - 2)
        return np.array([first, second])

    step = 1e-4
    b = (chances(1 + step) - chances(1 - step)) / (2 * step)

    def net(e: float) -> float:
        money = wealth + np.array([1.0, 0.4, 0.0]) - e**1.3
        rest = 1 - 2 / n
        slopes = np.append(exponent * b / e, -exponent * b.sum() / e)
        even = np.array([1 / n, 1 / n, rest])
        return float(slopes @ utility.value(money) - 1.3 * e**0.3 * (even @ utility.slope(money)))

    exact = optimize.brentq(net, 1e-3, 1.5, xtol=1e-14)
    effort, falls = _symmetric(game, n)
    assert effort == pytest.approx(exact, rel=1e-7) and falls == 1
    assert _symmetric(game, 1) == (0.0, 0)
    # So many of a larger field, whose rank slopes are those of so many.
    larger = contest(
        ct.Identical(n + 3, utility=utility, wealth=wealth),
        success=ct.Lottery(exponent=exponent),
        cost=ct.Power(1.3),
    )
    assert _symmetric(larger, n)[0] == pytest.approx(effort, rel=1e-10)


def test_efforts_at_the_ends() -> None:
    """Nothing where nothing is won; all that wealth allows where even that pays; none where nothing does."""
    nothing = contest(ct.Identical(3, utility=ct.CARA(1.0)), prizes=0.0)
    assert _symmetric(nothing, 3) == (0.0, 0)
    assert SOLVER.solve(nothing).profile.efforts().tolist() == [0.0] * 3
    luck = contest(
        ct.Identical(2, utility=ct.CARA(1.0)), prizes=1.0, success=ct.Highest(),
        technology=ct.Additive(stats.norm(scale=50.0)), cost=ct.Linear(),
    )  # fmt: skip
    assert _symmetric(luck, 2) == (0.0, 0)
    eager = contest(
        ct.Identical(2, utility=ct.CARA(1.0)), prizes=1.0, success=ct.Highest(),
        technology=ct.Additive(stats.norm(scale=0.01)), cost=ct.Linear(),
    )  # fmt: skip
    assert _symmetric(eager, 2) == (_ceiling(eager, 0), 0)
    zero = contest(
        ct.Known(value=[1.0, 2.0], utility=ct.CARA(1.0)), prizes=0.0, success=ct.Lottery(exponent=2.0)
    )
    assert _unlike(zero).tolist() == [0.0, 0.0]


def test_words_on_what_else_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields of which only some are active are looked for among sixty at most, for one prize, by lot."""
    averse = ct.CARA(0.5)
    lottery = contest(ct.Identical(4, utility=averse), prizes=1.0)
    plain = "symmetric; no equilibrium with equal efforts of only some was found"
    assert _others(lottery, 0.1, 1) == plain
    assert _others(lottery, 0.1, 2) == plain + "; 2 symmetric candidates, the one with the most effort"
    several = contest(ct.Identical(4, utility=averse))
    assert _others(several, 0.1, 1) == "symmetric; others may exist"
    assert _others(several, 0.1, 3) == (
        "symmetric; others may exist; 3 symmetric candidates, the one with the most effort"
    )
    shocks = contest(
        ct.Identical(4, utility=averse),
        prizes=1.0,
        success=ct.Highest(),
        technology=ct.Additive(stats.norm()),
    )
    assert _others(shocks, 0.1, 1) == "symmetric; others may exist"
    asked: list[int] = []

    def some(game: Any, m: int) -> Any:
        asked.append(m)
        return 0.01, 1

    monkeypatch.setattr(risk_averse, "_symmetric", some)
    for number, looked in ((60, list(range(2, 60))), (61, [])):
        asked.clear()
        words = _others(contest(ct.Identical(number, utility=averse), prizes=1e-12), 0.1, 1)
        assert asked == looked, words


@pytest.mark.parametrize("idle_gain", [0.0, 0.9e-9, 1.1e-9])
@pytest.mark.parametrize("active_gain", [0.0, 0.9e-9, 1.1e-9])
def test_fields_of_which_only_some_are_active(
    idle_gain: float, active_gain: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither an idle one nor an active one gains more than a billionth of the stakes by any effort."""
    game = contest(ct.Identical(4, utility=ct.CARA(0.5)), prizes=2.0)
    monkeypatch.setattr(risk_averse, "_symmetric", lambda given, m: (0.1 * m, 1))
    asked: list[Any] = []

    def payoff(self: Any, i: int, efforts: Array, profile: Any) -> Array:
        own = profile.efforts()
        asked.append((i, own.tolist(), efforts[:2].tolist(), efforts.size))
        gains = np.zeros(efforts.size)
        gains[efforts.size // 2] = 2.0 * (idle_gain if i == 3 else active_gain)
        return 5.0 + gains

    monkeypatch.setattr(ct.Contest, "payoff", payoff)
    words = _others(game, 0.1, 1)
    good = idle_gain < 1e-9 and active_gain < 1e-9
    assert words == (
        "symmetric; equilibria with only 2, 3 of 4 active exist too"
        if good
        else "symmetric; no equilibrium with equal efforts of only some was found"
    )
    top = _ceiling(game, 0)
    assert asked[0] == (3, [0.2, 0.2, 0.0, 0.0], [0.0, 1e-9 * top], 301)
    assert asked[1] == (0, [0.2, 0.2, 0.0, 0.0], [0.2, 0.0], 302)
    assert {i for i, *_ in asked} == {0, 3} and asked[-1][1] == pytest.approx([0.3, 0.3, 0.3, 0.0])


@pytest.mark.parametrize(("exponent", "draw"), [(0.6, 0.0), (1.0, 0.2)])
def test_shares_of_those_who_differ(exponent: float, draw: float) -> None:
    """Each condition: p' (u(w + V - c) - u(w - c)) = c' (p u'(w + V - c) + (1 - p) u'(w - c))."""
    value, factor, utility = np.array([1.0, 1.5, 1.2]), np.array([1.0, 1.3, 0.8]), ct.CRRA(1.5)
    wealth = 4.0
    game = contest(
        ct.Known(value=value, cost=factor, utility=utility, wealth=wealth),
        prizes=1.0,
        success=ct.Lottery(exponent=exponent, draw=draw),
        cost=ct.Power(1.2),
    )
    e = _shares(game)
    score = e**exponent
    p = score / (score.sum() + draw)
    slope = exponent * p * (1 - p) / e
    low = wealth - factor * e**1.2
    gained = slope * (utility.value(low + value) - utility.value(low))
    pain = factor * 1.2 * e**0.2 * (p * utility.slope(low + value) + (1 - p) * utility.slope(low))
    assert gained == pytest.approx(pain, rel=1e-9)


def test_shares_of_the_idle() -> None:
    """A draw so likely that nobody tries; and one who values winning too little beside two who do."""
    field = ct.Known(value=[1.0, 0.8], utility=ct.CARA(0.5))
    shut = contest(field, prizes=1.0, success=ct.Lottery(draw=1.0))
    assert _shares(shut).tolist() == [0.0, 0.0]
    # The first unit pays (1 - exp(-a V)) / a / draw at the margin.
    edge = (1 - np.exp(-0.5)) / 0.5
    assert _shares(contest(field, prizes=1.0, success=ct.Lottery(draw=edge * 1.001))).tolist() == [0.0, 0.0]
    barely = _shares(contest(field, prizes=1.0, success=ct.Lottery(draw=edge * 0.99)))
    assert barely[0] > 0.0 and barely[1] == 0.0
    three = _shares(contest(ct.Known(value=[1.0, 1.0, 0.1], utility=ct.CARA(0.5)), prizes=1.0))
    lost = 1 - np.exp(-0.5)
    assert three[2] == 0.0
    assert three[:2] == pytest.approx([lost / 0.5 / 4 / (1 - lost / 2)] * 2, rel=1e-10)


REFUSED = [
    ({"contestants": ct.Identical(3)}, "contestants are risk neutral; the other solvers would work"),
    (
        {"success": ct.Highest()},
        "quality is certain; a shock (ct.Additive) or ct.Lottery would work",
    ),
    ({"entry": ct.Fee(0.1)}, "entry is Fee(0.1); ct.AllEnter() or ct.Invite(k) would work"),
    ({"entry": ct.Invite(2)}, None),
    (
        {
            "success": ct.Highest(),
            "technology": ct.Additive(stats.norm()),
            "prizes": ct.QualityShare(base=1.0, share=0.1),
        },
        "the award depends on quality; fixed prizes would work",
    ),
    (
        {"success": ct.Highest(), "technology": ct.Trials(stats.norm(), whole=True), "cost": ct.Linear(0.1)},
        "trials come in whole numbers; ct.Trials(draw) with real numbers would work",
    ),
    ({}, None),
]


@pytest.mark.parametrize(("parts", "words"), REFUSED)
def test_refusals(parts: dict[str, Any], words: str | None) -> None:
    game = contest(ct.Identical(3, utility=ct.CARA(1.0)), prizes=1.0)
    assert SOLVER.refuses(game.replace(**parts)) == words


def test_other_games_are_for_others() -> None:
    game = contest(ct.Identical(3), prizes=1.0, entry=ct.FreeEntry(cost=0.1)).game()
    assert SOLVER.refuses(game) == "takes contests made of parts (ct.Contest)"


@pytest.mark.parametrize("aversion", [1.0, 2.5])
def test_wealth_that_is_used_up_is_no_effort(aversion: float) -> None:
    """At no wealth, and below it, no number and no warning; below the bound numbers."""
    game = contest(ct.Known(value=[1.0, 2.0], utility=ct.CRRA(aversion), wealth=3.0), cost=ct.Linear(1.2))
    chance, slope = np.full((3, 2), 0.3), np.full((3, 2), 0.1)
    benefit, price = _marginal(game, 0, np.array([1.0, 2.5, 4.0]), chance, slope)
    assert np.isfinite([benefit[0], price[0]]).all() and benefit[0] > 0
    for m in (1, 2):
        assert not (np.isfinite(benefit[m]) and np.isfinite(price[m]) and benefit[m] > price[m])


@pytest.mark.parametrize("aversion", [4.0, 8.0])
def test_shares_of_the_very_averse(aversion: float) -> None:
    """Share (t - a Y) / (t (1 - a Y)), t = 1 - exp(-a V), at the aggregate at which shares add to one."""
    value = np.array([1.0, 1.3, 0.7])
    t = 1 - np.exp(-aversion * value)

    def shares(y: float) -> Array:
        return np.maximum((t - aversion * y) / (t * (1 - aversion * y)), 0.0)

    found = _shares(contest(ct.Known(value=value, utility=ct.CARA(aversion)), prizes=1.0))
    top = (1 - 1e-9) * float(t.max()) / aversion
    y = float(optimize.brentq(lambda x: float(shares(x).sum() - 1.0), 1e-6, top, xtol=1e-17, rtol=1e-15))
    assert found == pytest.approx(y * shares(y), rel=1e-8)
