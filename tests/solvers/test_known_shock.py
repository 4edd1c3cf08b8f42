"""Known differences with a shock: solver against solver, derivatives against differences, the referee."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.laws import gumbel, normal
from contests.leave_one_out import conditional_prizes
from contests.prize_tables import prize_table
from contests.ranks import rank_distribution_slope
from contests.solvers.rank_kernel import Field, derivatives, marginal_prizes

ROOM = "known differences, shock"


def _tournament(shock, n=6, prizes=(3.0, 2.0, 1.0), scale=1.0, **parts):
    rng = np.random.default_rng(7)
    return ct.Contest(
        contestants=ct.Known(ability=rng.normal(size=n), cost=scale * rng.uniform(1, 2, n)),
        technology=ct.Additive(shock),
        cost=ct.Power(2, scale=0.5),
        prizes=scale * np.array(prizes),
        **parts,
    )


def test_shares_and_newton_agree_on_lotteries():
    for exponent, costs in ((1.0, [1.0, 1.2, 1.5, 4.0]), (0.6, [1.0, 2.0, 3.0])):
        contest = ct.Contest(
            contestants=ct.Known(cost=costs), prizes=5.0, success=ct.Lottery(exponent=exponent)
        )
        by_shares = ct.solve(contest, solver="lottery, sure efforts").effort
        np.testing.assert_allclose(ct.solve(contest, solver=ROOM).effort, by_shares, rtol=1e-9, atol=1e-12)


def test_lottery_for_several_prizes_is_a_race_of_gumbel_shocks():
    costs = [0.5, 1.0, 1.3, 2.0]
    lottery = ct.Contest(contestants=ct.Known(cost=costs), prizes=[6, 3, 1], success=ct.Lottery(exponent=0.8))
    shocks = ct.Contest(
        contestants=ct.Known(cost=costs),
        prizes=[6, 3, 1],
        technology=ct.Additive(gumbel(1 / 0.8), output=ct.Log()),
    )
    np.testing.assert_allclose(ct.solve(lottery).effort, ct.solve(shocks).effort, rtol=1e-10)


def test_alike_contestants_agree_with_the_symmetric_room():
    contest = ct.Contest(
        contestants=ct.Identical(7),
        prizes=[2, 1],
        technology=ct.Additive(stats.logistic()),
        cost=ct.Power(2),
    )
    np.testing.assert_allclose(ct.solve(contest, solver=ROOM).effort, ct.solve(contest).effort, rtol=1e-10)


def test_those_whom_it_does_not_pay_are_out():
    contest = ct.Contest(
        contestants=ct.Known(cost=[1, 1.1, 1.5, 2, 6, 8]), prizes=[6, 3, 1], success=ct.Lottery()
    )
    eq = ct.solve(contest)
    assert (eq.effort[:4] > 0).all() and (eq.effort[4:] == 0).all()
    assert eq.certificate.passed


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_money_in_other_units(scale):
    base, other = ct.solve(_tournament(normal(2.0))), ct.solve(_tournament(normal(2.0), scale=scale))
    np.testing.assert_allclose(other.effort, base.effort, rtol=1e-9)
    np.testing.assert_allclose(other.payoff, scale * base.payoff, rtol=1e-9)


@pytest.mark.parametrize("shock", [stats.t(3, scale=2), stats.uniform(-4, 8)])
def test_heavy_tails_and_kinks(shock):
    assert ct.solve(_tournament(shock, n=3, prizes=(2.0, 1.0))).certificate.passed


def test_small_luck_is_refused_with_the_deviation():
    with pytest.raises((ct.NotEquilibriumError, ct.ConvergenceError)):
        ct.solve(_tournament(normal(0.05)))


def test_fifty_contestants_and_three_prizes():
    eq = ct.solve(_tournament(normal(2.0), n=50))
    assert eq.certificate.max_gain <= 1e-12 and eq.certificate.effort_gap <= 1e-9
    assert eq.win_probability.sum() == pytest.approx(1.0, rel=1e-12)


def test_the_referee_pays_what_the_equilibrium_says():
    contest = _tournament(gumbel(2.0), n=4)
    eq = ct.solve(contest)
    size = 200_000
    outcome = eq.simulate(size, rng=np.random.default_rng(3))
    won = (outcome.rank == 1).mean(axis=0)
    error = np.sqrt(eq.win_probability * (1 - eq.win_probability) / size)
    assert (np.abs(won - eq.win_probability) < 5 * error).all()


@pytest.mark.parametrize("law", [normal(1.3), gumbel(0.7)])
def test_kernel_derivatives_are_those_of_the_marginal_prizes(law):
    field = Field(law, np.array([1, 2, 1]), np.array([3.0, 1.0, 0.5]), -np.inf)
    place = np.array([0.0, 0.4, 1.1])
    marginal, matrix = derivatives(field, place, place, step=0.25)
    np.testing.assert_allclose(marginal, marginal_prizes(field, place, place), rtol=1e-10)
    step = 1e-5
    for k in range(3):
        up, down = place.copy(), place.copy()
        up[k] += step
        down[k] -= step
        slope = (marginal_prizes(field, up, up) - marginal_prizes(field, down, down)) / (2 * step)
        np.testing.assert_allclose(matrix[:, k], slope, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(matrix.sum(axis=1), 0.0, atol=1e-14)


def test_leaving_one_out_is_the_rank_distribution_of_the_rest():
    rng = np.random.default_rng(0)
    below, density, counts = rng.uniform(0.05, 0.95, (4, 5)), rng.uniform(0.1, 2, (4, 5)), [1, 3, 2, 1]
    values = np.array([5.0, 2.0, 1.0])
    prizes, slopes = conditional_prizes(1 - below, below, density, counts, values, 4)
    for k in range(4):
        rest = [c - (j == k) for j, c in enumerate(counts)]
        chance, change = rank_distribution_slope(list(1 - below), list(below), list(density), rest, 3)
        np.testing.assert_allclose(prizes[k], chance @ values, rtol=1e-13)
        np.testing.assert_allclose(slopes[k], change @ values, rtol=1e-12)


def test_table_of_prizes_is_the_integral_by_quad():
    from scipy.integrate import quad

    contest = _tournament(normal(1.0), n=3, prizes=(2.0, 1.0))
    efforts = np.array([0.3, 0.9, 0.5])
    rivals = contest.against(contest.profile(efforts))
    scores = [rivals.scores(k) for k in range(3)]
    table = prize_table(normal(1.0), scores, [1, 1, 1], np.array([2.0, 1.0]), 3)
    place = contest.race.location(np.arange(3), efforts, contest.contestants.ability)

    def integrand(x, own):
        first, second = stats.norm.cdf(x - place[1]), stats.norm.cdf(x - place[2])
        prize = 2 * first * second + first * (1 - second) + second * (1 - first)
        return stats.norm.pdf(x - own) * prize

    member = int(rivals.member[0])
    for own in (-3.0, place[0], 4.0):
        exact = quad(integrand, own - 12, own + 12, args=(own,), epsabs=1e-13, limit=400)[0]
        assert table.prize(member, np.array([own]))[0] == pytest.approx(exact, abs=1e-12)


def test_refusals_name_the_part():
    private = ct.Contest(contestants=ct.Private(3, ability=stats.norm()), prizes=1.0)
    assert "private types" in ct.explain(private)[ROOM]
    exact = ct.Contest(contestants=ct.Known(cost=[1, 2]), prizes=1.0)
    assert "a shock" in ct.explain(exact)[ROOM]


def _uniform(half_width: float) -> ct.Additive:
    return ct.Additive(stats.uniform(-half_width, 2 * half_width))


def test_where_luck_decides_nobody_exerts_anything():
    """By hand: with a density of 1/2, linear cost 1 and one prize of 1, a marginal prize is at most 1/2.

    All marginal prizes are below the marginal cost at any efforts: the only equilibrium.
    """
    field = ct.Known(ability=[0.05, 0.0, 0.0])
    eq = ct.solve(ct.Contest(contestants=field, prizes=1.0, technology=_uniform(1.0)))
    np.testing.assert_array_equal(eq.effort, 0.0)
    # The rivals at 0 win against 0.05 and each other: integrals of products of three levels.
    x = np.linspace(0.0, 1.0, 200_001)
    chance = np.trapezoid(np.clip(x - 0.025, 0.0, 1.0) * x, x)
    np.testing.assert_allclose(eq.payoff, [1 - 2 * chance, chance, chance], atol=1e-9)


@pytest.mark.parametrize(
    ("ability", "technology", "prizes"),
    [
        ([0.4, 1.3, 0.3], ct.Additive(stats.norm(0, 0.23)), [1.0]),
        ([1.3, 0.6, 0.7, 0.3], ct.Additive(stats.logistic(0, 0.145)), [1.0, 1.0]),
        ([1.1, 0.0], _uniform(0.45), [1.0]),
    ],
)
def test_who_is_far_ahead_or_behind_hardly_tries(ability, technology, prizes):
    """Where Newton's method from equal efforts ends elsewhere, it begins again from best replies."""
    contest = ct.Contest(
        contestants=ct.Known(ability=ability), prizes=prizes, technology=technology, cost=ct.Power(2)
    )
    eq = ct.solve(contest)
    assert eq.method == "known differences, shock"
    # Best replies by brute force, from payoffs alone.
    efforts = np.linspace(0.0, 1.0, 4001)
    for i in range(len(ability)):
        payoffs = contest.payoff(i, efforts, eq.profile)
        assert efforts[np.argmax(payoffs)] == pytest.approx(eq.effort[i], abs=2.5e-4)


LITTLE_LUCK = {
    "a pair": ct.Contest(contestants=ct.Known(ability=[0.05, 0.0]), prizes=1.0, technology=_uniform(0.15)),
    "two prizes": ct.Contest(
        contestants=ct.Known(ability=[0.05, 0.0, 0.0]), prizes=[1.0, 1.0], technology=_uniform(0.15)
    ),
}


@pytest.mark.parametrize("who", ["a pair", pytest.param("two prizes", marks=pytest.mark.slow)])
def test_too_little_luck_is_refused_with_a_deviation(who):
    """Uniform shocks of 0.3: marginal prizes exceed the marginal cost of 1 until efforts are not worth it."""
    with pytest.raises(ct.NotEquilibriumError, match="would rather exert effort"):
        ct.solve(LITTLE_LUCK[who])


@pytest.mark.slow
@pytest.mark.parametrize("who", LITTLE_LUCK)
def test_with_too_little_luck_mixtures_are_found_where_asked_for(who):
    assert ct.solve(LITTLE_LUCK[who], on_fail="mixed", gain_tolerance=0.02).method == "general"
