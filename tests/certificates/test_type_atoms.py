"""Private types who meet: ties at a cap or at any other effort fall to chance.

Three routes: hand calculation, drawn contests (`ct.play`), and the equilibrium of the all-pay auction with
private values and a cap on bids (Gavious, Moldovanu and Sela 2002, 'Bid costs and endogenous bid caps'),
whose types above a threshold all bid the cap.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.certificate import certify
from contests.profile import Profile
from contests.strategy import Monotone

UNIT, HIGH = stats.uniform(), stats.uniform(1, 1)


def _contest(n=2, prizes=1.0, law=UNIT, cap=None, **parts):
    cost = ct.Linear() if cap is None else ct.Capped(ct.Linear(), at=cap)
    return ct.Contest(contestants=ct.Private(n, value=law), prizes=prizes, cost=cost, **parts)


def _profile(function, n=2, law=UNIT):
    return Profile.symmetric(Monotone(types=law, function=function), n)


def _capped(threshold, cap, n=2):
    """Types of even values below the threshold bid as without a cap, the others bid the cap."""
    return _profile(lambda v: np.where(v < threshold, (n - 1) / n * v**n, cap), n)


def _step(v):
    """Types between 0.4 and 0.6 do the same."""
    return np.where((v >= 0.4) & (v <= 0.6), 0.4, v)


def test_everybody_at_the_cap_wins_half_of_the_time():
    contest, profile = _contest(law=HIGH, cap=0.2), _profile(lambda v: 0.2 + 0.0 * v, law=HIGH)
    assert float(contest.payoff(0, 0.2, profile, 1.6)) == pytest.approx(0.6, abs=1e-15)
    assert contest.outcomes(profile).win_probability == pytest.approx([0.5, 0.5], abs=1e-14)
    assert certify(contest, profile).passed


def test_three_at_the_cap_share_two_prizes():
    contest = _contest(3, [0.7, 0.3], HIGH, cap=0.2)
    profile = _profile(lambda v: 0.2 + 0.0 * v, 3, HIGH)
    chances = contest.rank_probabilities(0, 0.2, profile, 1.5)
    assert chances == pytest.approx(np.full(3, 1 / 3), abs=1e-14)
    assert float(contest.payoff(0, 0.2, profile, 1.5)) == pytest.approx(1.5 / 3 - 0.2, abs=1e-14)
    assert certify(contest, profile).passed


def test_types_who_meet_in_the_middle_by_hand():
    contest, profile = _contest(3, [0.8, 0.2]), _profile(_step, 3)
    efforts = np.array([0.3, 0.4, 0.4 * (1 + 1e-12), 0.5, 0.7])
    below = np.array([0.3, 0.4, 0.6, 0.6, 0.7])
    first, second = below**2, 2 * below * (1 - below)
    # Level with the tied: beaten by neither, by one or by both of two rivals, and ties fall to chance.
    b, t, a = 0.4, 0.2, 0.4
    first[1] = b**2 + b * t + t**2 / 3
    second[1] = 2 * a * b + a * t + b * t + t**2 / 3
    found = contest.rank_probabilities(0, efforts, profile, 0.5, ranks=2)
    assert found == pytest.approx(np.column_stack([first, second]), abs=1e-12)
    slopes = contest.marginal_payoff(0, np.array([0.3, 0.41, 0.5, 0.7]), profile, 0.5)
    rise = 0.8 * 2 * 0.3 + 0.2 * 2 * (1 - 0.6), 0.8 * 2 * 0.7 + 0.2 * 2 * (1 - 1.4)
    assert slopes == pytest.approx([0.5 * rise[0] - 1, -1.0, -1.0, 0.5 * rise[1] - 1], abs=1e-9)


def test_types_who_meet_in_the_middle_are_drawn_so():
    contest, profile = _contest(3, [0.8, 0.2]), _profile(_step, 3)
    outcomes, drawn = (
        contest.outcomes(profile),
        ct.play(contest, profile, 60_000, rng=np.random.default_rng(4)),
    )
    spread = drawn.payoff.std() / np.sqrt(drawn.payoff.size)
    assert outcomes.payoff[0] == pytest.approx(drawn.payoff.mean(), abs=5 * spread)
    assert outcomes.win_probability == pytest.approx(np.full(3, 1 / 3), abs=1e-10)
    assert outcomes.prizes_paid == pytest.approx(1.0, abs=1e-10)
    best = 3 * (0.4**4 + 1 - 0.6**4) / 4 + 0.4 * (0.6**3 - 0.4**3)
    assert outcomes.expected_best == pytest.approx(best, abs=1e-10)
    meeting = drawn.effort[:, 0] == 0.4
    won = (drawn.rank[:, 0] == 1)[meeting].mean()
    assert won == pytest.approx(0.4**2 + 0.4 * 0.2 + 0.2**2 / 3, abs=5 * 0.5 / np.sqrt(meeting.sum()))


def test_who_meets_would_rather_do_a_hair_more():
    """Just above the tied a third more is won: the certificate finds it, to the last digit."""
    found = certify(_contest(), _profile(_step))
    assert not found.passed
    assert found.max_gain >= 0.1 * 0.95  # of the type of value near 0.95, who beats no fewer for less


@pytest.mark.parametrize("n", [2, 3, 6])
def test_the_capped_equilibrium_passes_and_others_do_not(n):
    """The threshold from indifference between the uncapped bid and the cap."""
    from scipy.optimize import brentq

    cap = 0.3 * (n - 1) / n + 0.1

    def indifferent(t):
        jump = t * (1 - t**n) / (n * (1 - t)) - cap
        return t * t ** (n - 1) - (n - 1) / n * t**n - jump

    threshold = brentq(indifferent, 1e-9, 1 - 1e-9, xtol=1e-15, rtol=1e-14)
    capped, profile = _contest(n, cap=cap), _capped(threshold, cap, n)
    assert certify(capped, profile).passed
    assert not certify(_contest(n), profile).passed
    for wrong in (threshold - 1e-3, threshold + 1e-3, threshold * (1 + 1e-5)):
        assert not certify(capped, _capped(wrong, cap, n)).passed
    outcomes = capped.outcomes(profile)
    assert outcomes.win_probability == pytest.approx(np.full(n, 1 / n), abs=1e-12)
    effort = (n - 1) / n * threshold ** (n + 1) / (n + 1) + cap * (1 - threshold)
    assert profile.strategy(0).mean() == pytest.approx(effort, rel=1e-12)
    assert outcomes.expected_average == pytest.approx(effort, rel=1e-12)


def test_two_of_even_values_bid_the_cap_from_twice_the_cap_on():
    """Two contestants, U(0, 1): t^2 / 2 = t (1 + t) / 2 - cap has the solution t = 2 cap."""
    assert certify(_contest(cap=0.3), _capped(0.6, 0.3)).passed


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_the_capped_equilibrium_in_any_currency(scale):
    profile = _profile(lambda v: np.where(v < 0.6, scale * v * v / 2, 0.3 * scale))
    contest = _contest(prizes=scale, cap=0.3 * scale)
    assert certify(contest, profile).passed


def test_a_narrow_part_is_found_at_the_top():
    """All types above 0.9999 do the same: their chance of beating one rival is half way between."""
    contest, profile = _contest(), _profile(lambda v: np.minimum(v, 0.9999))
    found = contest.rank_probabilities(0, np.array([0.9999, 1.0]), profile, 1.0, ranks=1)[:, 0]
    assert found == pytest.approx([0.99995, 1.0], abs=1e-12)


def test_low_costs_meet_too():
    """Costs as types: the low ones stand highest."""
    law = stats.uniform(1, 1)
    contest = ct.Contest(contestants=ct.Private(2, cost=law), prizes=1.0)
    strategy = Monotone(types=law, function=lambda c: np.minimum(2 - c, 0.5), scores_increase=False)
    found = contest.rank_probabilities(0, np.array([0.25, 0.5, 0.6]), [strategy, strategy], 1.2, ranks=1)
    assert found[:, 0] == pytest.approx([0.25, 0.75, 1.0], abs=1e-12)


def test_unlike_contestants_meet():
    """One rival stands at 0.5 for sure, the other with types above 0.5 only; chances add to one."""
    contest = _contest(3)
    always = Monotone(types=UNIT, function=lambda v: 0.5 + 0.0 * v)
    often = Monotone(types=UNIT, function=lambda v: np.minimum(v, 0.5))
    even = Monotone(types=UNIT, function=lambda v: v)
    profile = Profile.of([always, often, even])
    chance = contest.rank_probabilities(2, 0.5, profile, 0.5, ranks=1)[0]
    assert chance == pytest.approx(0.5 * 0.5 + 0.5 / 3, abs=1e-13)
    winning = contest.outcomes(profile).win_probability
    third = 1 - 0.5
    assert winning == pytest.approx([0.5 * (0.5 + 0.5 / 2), 0.5 * 0.5 / 2, third], abs=1e-10)


def test_fees_are_won_by_one_of_those_who_meet():
    contest = _contest(3, law=HIGH, cap=0.2, entry=ct.Fee(0.05, refundable_to="winner"))
    profile = _profile(lambda v: 0.2 + 0.0 * v, 3, HIGH)
    assert float(contest.payoff(0, 0.2, profile, 1.5)) == pytest.approx(1.5 / 3 - 0.2, abs=1e-14)


def test_smooth_efforts_have_no_atoms():
    for function in (np.square, np.sqrt, lambda v: 1 - (1 - v) ** 3):
        assert Monotone(types=UNIT, function=function).atoms[0].size == 0


def test_the_solver_puts_the_strong_at_the_cap():
    """Even values, two contestants: threshold twice the cap, mean effort t^3 / 6 + (1 - t) cap."""
    found = ct.solve(_contest(cap=0.3))
    effort = found.strategy(0)
    assert effort.function.threshold == pytest.approx(0.6, abs=1e-13)
    assert effort(np.array([0.3, 0.59, 0.61])) == pytest.approx([0.045, 0.59**2 / 2, 0.3], rel=1e-11)
    assert found.strategy(0).mean() == pytest.approx(0.6**3 / 6 + 0.4 * 0.3, rel=1e-12)


@pytest.mark.parametrize(
    "contestants",
    [{"cost": stats.uniform(1, 1)}, {"value": stats.lognorm(0.5)}],
    ids=["costs", "values without end"],
)
def test_solved_under_a_cap_with_several_prizes(contestants):
    cost = ct.Capped(ct.Power(2), at=0.4)
    contest = ct.Contest(contestants=ct.Private(3, **contestants), prizes=[0.7, 0.3], cost=cost)
    found = ct.solve(contest)
    assert found.certificate.passed
    assert found.strategy(0).support[1] == 0.4


def test_a_cap_below_what_the_worst_would_pay_is_met_by_all():
    found = ct.solve(_contest(law=HIGH, cap=0.2))
    assert found.strategy(0).mean() == pytest.approx(0.2, rel=1e-14)
    assert _contest(law=HIGH, cap=0.2).outcomes(found.profile).payoff == pytest.approx(
        [0.55, 0.55], rel=1e-12
    )


def test_a_cap_out_of_reach_changes_nothing():
    assert ct.solve(_contest(cap=0.6)).strategy(0).mean() == ct.solve(_contest()).strategy(0).mean()


def test_a_binding_cap_with_a_reserve_is_refused_in_words():
    with pytest.raises(ct.UnsolvableError, match="cap on effort binds, and there is a reserve"):
        ct.solve(_contest(cap=0.3, entry=ct.Reserve(0.1)))
