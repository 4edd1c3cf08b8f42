"""Private types in the general solver: closed forms, the rooms, and contests that no room takes.

What it finds is certified in the contest itself; here it is also compared with what it is known to be.
"""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.solvers.general import GeneralSolver

UNLIKE = ct.Private(value=[stats.uniform(), stats.uniform(0, 1.5), stats.uniform(0.2, 1)])


def general(gain: float = 1e-3, **parts: Any) -> ct.Equilibrium:
    """What the general solver makes of a contest, to the given gain."""
    found = ct.solve(ct.Contest(**parts), solver="general", gain_tolerance=gain)
    assert found.certificate.passed
    assert found.certificate.max_gain <= gain
    return found


def test_private_values_bid_the_closed_form() -> None:
    """b(v) = (n - 1) v^n / n (Weber 1985; Krishna and Morgan 1997)."""
    found = general(1e-4, contestants=ct.Private(3, value=stats.uniform()), prizes=1.0)
    v = np.linspace(0.1, 1.0, 10)
    np.testing.assert_allclose(found.strategy(0)(v), 2 * v**3 / 3, atol=2e-3)
    assert found.total_effort == pytest.approx(0.5, abs=1e-3)


@pytest.mark.slow
def test_two_laws_tie_types_as_amann_and_leininger() -> None:
    contest = {"contestants": ct.Private(value=[stats.uniform(1, 1), stats.uniform(1, 2)]), "prizes": 1.0}
    found, exact = general(**contest), ct.solve(ct.Contest(**contest))
    np.testing.assert_allclose(found.payoff, exact.payoff, atol=3e-3)
    np.testing.assert_allclose(found.effort, exact.effort, atol=3e-3)


@pytest.mark.slow
def test_three_laws_and_one_prize_agree_with_their_room() -> None:
    exact = ct.solve(ct.Contest(contestants=UNLIKE, prizes=1.0))
    found = general(3e-4, contestants=UNLIKE, prizes=1.0)
    np.testing.assert_allclose(found.effort, exact.effort, atol=2e-3)
    np.testing.assert_allclose(found.payoff, exact.payoff, atol=2e-3)
    bids = np.linspace(0.0, 0.8, 9)
    for i in range(3):
        np.testing.assert_allclose(found.strategy(i).cdf(bids), exact.strategy(i).cdf(bids), atol=5e-3)


@pytest.mark.slow
def test_three_laws_and_two_prizes_which_no_room_takes() -> None:
    contest = ct.Contest(contestants=UNLIKE, prizes=[1.0, 0.5])
    with pytest.raises(ct.UnsolvableError, match="several prizes"):
        ct.solve(contest)
    found = general(contestants=UNLIKE, prizes=[1.0, 0.5])
    assert found.prizes_paid == pytest.approx(1.5, abs=1e-8)
    # The referee draws types and ranks, and knows nothing of thresholds.
    played = found.simulate(200_000, rng=np.random.default_rng(3))
    np.testing.assert_allclose(played.payoff.mean(axis=0), found.payoff, atol=4e-3)
    assert pickle.loads(pickle.dumps(found.profile)) == found.profile


@pytest.mark.slow
def test_five_laws_three_prizes_and_a_convex_cost() -> None:
    """Nothing to compare with but the draws: more laws and prizes than any room takes."""
    laws = [stats.uniform(), stats.uniform(0, 1.5), stats.uniform(0.2, 1), stats.uniform(0.5, 1)]
    found = general(contestants=ct.Private(value=laws), prizes=[1.0, 0.5, 0.2], cost=ct.Power(1.5))
    played = found.simulate(200_000, rng=np.random.default_rng(5))
    np.testing.assert_allclose(played.payoff.mean(axis=0), found.payoff, atol=4e-3)


def test_a_perturbed_answer_fails() -> None:
    contest = ct.Contest(contestants=ct.Private(2, value=stats.uniform(1, 1)), prizes=[1.0])
    found = ct.solve(contest, solver="general", gain_tolerance=1e-3)
    strategy = found.strategy(0)
    more = ct.Monotone(types=strategy.types, function=lambda v: 1.2 * strategy(v))  # type: ignore[operator]
    assert ct.certify(contest, more, gain_tolerance=1e-3).max_gain > 5e-3


def test_a_reserve_keeps_the_weak_types_out() -> None:
    """Two values uniform on [0, 1], a reserve r: types above sqrt(r) bid r + (v^2 - r) / 2."""
    found = general(
        1e-4, contestants=ct.Private(2, value=stats.uniform()), prizes=1.0, entry=ct.Reserve(0.16)
    )
    v = np.array([0.2, 0.38, 0.45, 0.6, 0.8, 1.0])
    expected = np.where(v < 0.4, 0.0, 0.16 + (v**2 - 0.16) / 2)
    np.testing.assert_allclose(found.strategy(0)(v), expected, atol=4e-3)


def test_a_reserve_that_nobody_can_meet() -> None:
    found = general(contestants=ct.Private(2, value=stats.uniform(1, 1)), prizes=1.0, entry=ct.Reserve(5.0))
    np.testing.assert_array_equal(found.effort, 0.0)


@pytest.mark.slow
def test_averse_to_risk_with_two_prizes() -> None:
    """A contest that no room takes; hardly averse to risk is all but neutral."""
    prizes, laws = [1.0, 0.4], stats.uniform(1, 1)
    neutral = ct.solve(ct.Contest(contestants=ct.Private(3, value=laws), prizes=prizes))
    found = general(contestants=ct.Private(3, value=laws, utility=ct.CARA(1e-4)), prizes=prizes)
    assert found.total_effort == pytest.approx(neutral.total_effort, rel=5e-3)


@pytest.mark.parametrize("scale", [1e9, 1e-9])
def test_money_has_no_unit(scale: float) -> None:
    one = general(contestants=ct.Private(2, value=stats.uniform(1, 1)), prizes=1.0)
    other = general(contestants=ct.Private(2, value=stats.uniform(1, 1)), prizes=scale)
    assert other.total_effort == pytest.approx(scale * one.total_effort, rel=1e-6)


def test_short_of_time_it_says_so() -> None:
    contest = ct.Contest(contestants=UNLIKE, prizes=[1.0, 0.5])
    with pytest.raises(ct.ConvergenceError, match="seconds of work"):
        ct.solve(contest, solver=GeneralSolver(seconds=0.05), gain_tolerance=1e-3)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"success": ct.Highest(handicaps=[0.0, 0.1])}, "head starts"),
        ({"entry": ct.Fee(0.1)}, "entry is Fee"),
        ({"cost": ct.Capped(ct.Linear(), at=0.2)}, "cap on effort"),
    ],
)
def test_what_is_refused_in_words(parts: dict[str, Any], words: str) -> None:
    contest = ct.Contest(contestants=ct.Private(2, value=stats.uniform(1, 1)), prizes=1.0, **parts)
    with pytest.raises(ct.UnsolvableError, match=words):
        ct.solve(contest, solver="general")


def test_abilities_that_are_a_head_start_are_refused_in_words() -> None:
    contest = ct.Contest(contestants=ct.Private(2, ability=stats.uniform()), prizes=1.0)
    with pytest.raises(ct.UnsolvableError, match="without effort"):
        ct.solve(contest, solver="general")


def test_a_lottery_agrees_with_its_room() -> None:
    contest = ct.Contest(
        contestants=ct.Private(3, value=stats.uniform(1, 1)), prizes=1.0, success=ct.Lottery()
    )
    found, exact = ct.solve(contest, solver="general", gain_tolerance=1e-7), ct.solve(contest)
    v = np.linspace(1.05, 1.95, 7)
    np.testing.assert_allclose(found.strategy(0)(v), exact.strategy(0)(v), rtol=2e-3)
    np.testing.assert_allclose(found.payoff, exact.payoff, rtol=5e-4)


def test_unlike_laws_a_shock_and_two_prizes_agree_with_their_room() -> None:
    contest = ct.Contest(
        contestants=UNLIKE, prizes=[1.0, 0.5], technology=ct.Additive(stats.norm()), cost=ct.Power(2)
    )
    found, exact = ct.solve(contest, solver="general", gain_tolerance=1e-6), ct.solve(contest)
    np.testing.assert_allclose(found.effort, exact.effort, rtol=1e-3)


def test_a_lottery_among_the_risk_averse_which_no_room_takes() -> None:
    contestants = ct.Private(2, value=stats.uniform(1, 1), utility=ct.CARA(1.0))
    found = general(1e-6, contestants=contestants, prizes=1.0, success=ct.Lottery())
    # Two efforts, one type: the certificate's own marginal condition by central differences.
    contest, strategy, step = found.game, found.strategy(0), 1e-4
    for v in (1.2, 1.5, 1.8):
        own = float(strategy(v))
        pays = contest.payoff(0, own + step * np.array([-1.0, 0.0, 1.0]), found.profile, np.full(3, v))
        assert abs(pays[2] - pays[0]) / (2 * step) < 5e-3
        assert pays[0] - 2 * pays[1] + pays[2] < 0


def test_luck_that_outweighs_the_prize() -> None:
    """The best density of the difference of two Laplace shocks is 1/4: no type up to 2 pays 1 for v / 4."""
    shock = ct.Additive(stats.laplace())
    found = general(contestants=ct.Private(2, value=stats.uniform(1, 1)), prizes=1.0, technology=shock)
    np.testing.assert_array_equal(found.effort, 0.0)


class Synergy(ct.Game):
    """A type t gains t e + a e E[rival's effort] - e^2 / 2: e(t) = t + a E[t] / (1 - a)."""

    n, stakes = 2, 1.0
    law = stats.beta(2, 3)

    def __init__(self, synergy: float) -> None:
        self.synergy = synergy

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        rival = self.profile(profile).strategy(1 - int(i)).mean()
        own = np.asarray(effort, float)
        return own * (np.asarray(type, float) + self.synergy * rival) - own**2 / 2

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.full(np.shape(type), 10.0)

    def effort_cost(self, i: Any, effort: Any, type: Any = None) -> Any:
        return np.asarray(effort, float) ** 2 / 2

    def type_nodes(self, i: int) -> Any:
        return self.law.ppf(np.linspace(0.01, 0.99, 21))

    def type_law(self, i: int) -> Any:
        return self.law


def test_a_game_of_ones_own_with_types() -> None:
    found = ct.solve(Synergy(0.5), solver="general", gain_tolerance=1e-5)
    t = np.linspace(0.05, 0.9, 9)
    np.testing.assert_allclose(found.strategy(0)(t), t + 0.4, rtol=1e-4)


def test_an_award_that_falls_without_bound_is_refused_in_words() -> None:
    contest = ct.Contest(
        contestants=ct.Private(2, ability=stats.norm()),
        prizes=ct.QualityShare(base=1.0, share=0.3),
        technology=ct.Exact(output=ct.Log()),
    )
    with pytest.raises(ct.UnsolvableError, match="infinitely bad"):
        ct.solve(contest, solver="general")


def test_a_game_that_does_not_say_its_law_is_refused_in_words() -> None:
    class Silent(Synergy):
        def type_law(self, i: int) -> Any:
            return None

    with pytest.raises(ct.UnsolvableError, match="type_law"):
        ct.solve(Silent(0.5), solver="general")


def test_replies_that_do_not_settle_end_in_words() -> None:
    contest = ct.Contest(
        contestants=ct.Private(2, cost=stats.uniform(1, 1)), prizes=1.0, success=ct.Lottery(exponent=3)
    )
    with pytest.raises(ct.ConvergenceError, match="stopped where a deviation gains") as caught:
        ct.solve(contest, solver="general", gain_tolerance=1e-3)
    assert caught.value.best is not None
