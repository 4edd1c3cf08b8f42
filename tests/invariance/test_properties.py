"""Properties that hold for every contest, on drawn parameters (Hypothesis).

Certificates hold for whatever `solve` returns, a one per cent error is noticed, units and labels do
not matter, contestants who cannot win change nothing, and different routes to one number agree.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import contests as ct

positive = st.floats(0.05, 20.0)
sizes = st.integers(2, 12)
exponents = st.floats(0.1, 1.0)


def shocks(scale):
    return st.sampled_from(
        [
            stats.gumbel_r(scale=scale),
            stats.norm(scale=scale),
            stats.logistic(scale=scale),
            stats.uniform(0, scale),
            stats.expon(scale=scale),
        ]
    )


@st.composite
def lotteries(draw):
    values = draw(st.lists(st.floats(0.2, 5.0), min_size=2, max_size=6))
    return ct.Contest(
        contestants=ct.Known(value=values),
        prizes=draw(positive),
        success=ct.Lottery(exponent=draw(exponents), draw=draw(st.sampled_from([0.0, 0.1]))),
        cost=draw(st.sampled_from([ct.Linear(1.0), ct.Power(2), ct.Exponential(rate=0.5)])),
    )


@st.composite
def rank_orders(draw):
    """Shocks large enough for an equilibrium: the certificate decides, and refusals are discarded."""
    n = draw(sizes)
    prizes = sorted(draw(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=n)), reverse=True)
    return ct.Contest(
        contestants=ct.Identical(n),
        technology=ct.Additive(draw(shocks(draw(st.floats(1.0, 4.0))))),
        cost=ct.Power(draw(st.floats(1.8, 4.0))),
        prizes=[max(prizes[0], 0.1), *prizes[1:]],
    )


@settings(max_examples=25)
@given(lotteries())
def test_lotteries_are_certified_and_errors_noticed(contest):
    equilibrium = ct.solve(contest)
    assert equilibrium.certificate.passed
    assert equilibrium.win_probability.sum() <= 1 + 1e-12
    active = equilibrium.effort > 1e-6 * equilibrium.effort.max()
    if active.any():
        moved = equilibrium.effort.copy()
        moved[np.flatnonzero(active)[0]] *= 1.01
        assert not ct.certify(contest, moved).passed


@settings(max_examples=25)
@given(rank_orders())
def test_rank_orders_are_certified_and_errors_noticed(contest):
    equilibrium = ct.solve(contest, on_fail="return")
    if not equilibrium.certificate.passed:
        assert equilibrium.certificate.max_gain > 1e-8  # refused for a visible gain, not for doubt
        return
    spread = contest.prizes.by_rank()[0] - (
        contest.prizes.by_rank()[-1] if contest.prizes.by_rank().size == contest.n else 0
    )
    if equilibrium.effort[0] > 1e-3 and spread > 0:
        assert not ct.certify(contest, equilibrium.effort * 1.01).passed
        assert not ct.certify(contest, equilibrium.effort * 0.99).passed


@settings(max_examples=15)
@given(rank_orders(), st.sampled_from([1e-9, 1e-3, 1e6, 1e9]))
def test_money_is_a_unit(contest, money):
    cost: ct.Power = contest.cost
    scaled = contest.replace(
        prizes=contest.prizes.by_rank() * money, cost=ct.Power(cost.exponent, scale=cost.scale * money)
    )
    one, other = ct.solve(contest, on_fail="return"), ct.solve(scaled, on_fail="return")
    assert other.effort == pytest.approx(one.effort, rel=1e-9)
    assert other.certificate.passed == one.certificate.passed
    assert other.certificate.max_gain == pytest.approx(one.certificate.max_gain, rel=1e-4, abs=1e-13)


@settings(max_examples=15)
@given(st.integers(2, 8), st.floats(0.5, 3.0), st.floats(0.1, 10.0))
def test_effort_is_a_unit(n, scale, unit):
    """Effort in other units, output and cost restated: the same payoffs, effort scaled."""
    shock = stats.norm(scale=scale)
    base = ct.Contest(
        contestants=ct.Identical(n), technology=ct.Additive(shock), cost=ct.Power(2), prizes=1.0
    )
    other = base.replace(
        technology=ct.Additive(shock, output=ct.Linear(1.0 / unit)), cost=ct.Power(2, scale=unit**-2.0)
    )
    one, two = ct.solve(base, on_fail="return"), ct.solve(other, on_fail="return")
    assert two.effort == pytest.approx(unit * one.effort, rel=1e-10)
    assert two.payoff == pytest.approx(one.payoff, rel=1e-10, abs=1e-12)


@settings(max_examples=15)
@given(st.lists(st.floats(0.2, 5.0), min_size=3, max_size=6), st.randoms(use_true_random=False))
def test_labels_do_not_matter(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    contest = ct.Contest(contestants=ct.Known(value=values), prizes=1.0, success=ct.Lottery())
    shuffled = contest.replace(contestants=ct.Known(value=[values[k] for k in order]))
    assert ct.solve(shuffled).effort == pytest.approx(ct.solve(contest).effort[order], rel=1e-12, abs=1e-300)


@settings(max_examples=15)
@given(st.lists(st.floats(1.0, 2.0), min_size=2, max_size=5))
def test_a_contestant_who_cannot_win_changes_nothing(values):
    contest = ct.Contest(contestants=ct.Known(value=values), prizes=1.0, success=ct.Lottery())
    joined = contest.replace(contestants=ct.Known(value=[*values, 1e-6]))
    one, other = ct.solve(contest), ct.solve(joined)
    assert other.effort[-1] == 0.0
    assert other.effort[:-1] == pytest.approx(one.effort, rel=1e-12)


@settings(max_examples=15)
@given(sizes, st.floats(0.1, 0.9), positive, positive)
def test_a_lottery_is_a_gumbel_shock_on_log_effort(n, exponent, prize, unit):
    """Luce (1959), Yellott (1977): two rooms, one number."""
    lottery = ct.Contest(
        contestants=ct.Identical(n), prizes=prize, success=ct.Lottery(exponent=exponent), cost=ct.Linear(unit)
    )
    race = ct.Contest(
        contestants=ct.Identical(n),
        prizes=prize,
        technology=ct.Additive(stats.gumbel_r(), output=ct.Log(scale=exponent)),
        cost=ct.Linear(unit),
    )
    assert ct.solve(race).effort == pytest.approx(ct.solve(lottery).effort, rel=1e-10)
    assert ct.solve(race).payoff == pytest.approx(ct.solve(lottery).payoff, rel=1e-9)


@settings(max_examples=10)
@given(sizes, positive)
def test_trials_are_a_lottery_over_trials(n, prize):
    """Fullerton and McAfee (1999), whatever the law of a draw."""
    trials = ct.Contest(contestants=ct.Identical(n), prizes=prize, technology=ct.Trials(stats.expon()))
    lottery = ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery())
    assert ct.solve(trials).effort == pytest.approx(ct.solve(lottery).effort, rel=1e-10)


@settings(max_examples=10)
@given(sizes, st.floats(0.1, 5.0))
def test_equal_prizes_for_all_incite_nobody(n, prize):
    contest = ct.Contest(
        contestants=ct.Identical(n),
        technology=ct.Additive(stats.norm()),
        cost=ct.Power(2),
        prizes=[prize] * n,
    )
    equilibrium = ct.solve(contest)
    assert equilibrium.effort == pytest.approx(np.zeros(n))
    assert equilibrium.payoff == pytest.approx(np.full(n, prize))


@settings(max_examples=8)
@given(sizes, st.floats(0.3, 0.9))
def test_clark_riis_is_the_rank_kernel(n, exponent):
    """Closed form of Clark and Riis (1996) for nested prizes against the library's kernel."""
    prizes = np.sort(np.random.default_rng(n).random(n))[::-1]
    contest = ct.Contest(contestants=ct.Identical(n), prizes=prizes, success=ct.Lottery(exponent=exponent))
    left = np.array([1.0 - sum(1.0 / (n - i) for i in range(j + 1)) for j in range(n)])
    left[-1] = 1.0 - sum(1.0 / (n - i) for i in range(n))
    effort = exponent / n * float(prizes @ left)
    found = ct.solve(contest, on_fail="return").effort
    assert found == pytest.approx(np.full(n, max(effort, 0.0)), rel=1e-9, abs=1e-12)


@settings(max_examples=6)
@given(st.integers(2, 6), st.floats(0.5, 3.0))
def test_simulation_agrees_with_quadrature(n, scale):
    """Within four and a half standard errors of the mean of 40 000 drawn contests."""
    contest = ct.Contest(
        contestants=ct.Identical(n),
        technology=ct.Additive(stats.gumbel_r(scale=scale)),
        cost=ct.Power(2),
        prizes=1.0,
    )
    equilibrium = ct.solve(contest, on_fail="return")
    outcome = equilibrium.simulate(40_000, rng=np.random.default_rng(n))
    for drawn, exact in (
        (outcome.best, equilibrium.expected_best),
        (outcome.payoff[:, 0], equilibrium.payoff[0]),
        (outcome.quality[:, 0], equilibrium.expected_average),
    ):
        assert abs(drawn.mean() - exact) < 4.5 * drawn.std() / np.sqrt(drawn.size)


@settings(max_examples=10)
@given(sizes, st.floats(0.2, 0.95))
def test_comparative_statics_of_ideation(n, ratio):
    """Terwiesch and Xu (2008): effort falls with n and with the shock, rises with award and returns."""

    def effort(solvers=n, award=5.0, shock=1.0, returns=ratio):
        return ct.solve(
            ct.Contest(
                contestants=ct.Identical(solvers),
                technology=ct.Additive(stats.gumbel_r(scale=shock), output=ct.Log(scale=returns)),
                prizes=award,
            )
        ).effort[0]

    assert effort(solvers=n + 1) < effort()
    assert effort(shock=1.1) < effort()
    assert effort(award=5.5) > effort()
    assert effort(returns=ratio * 1.02) > effort()
