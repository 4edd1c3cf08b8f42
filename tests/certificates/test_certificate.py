"""The certificate against profiles that are known: equilibria pass, everything else is noticed."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

import contests as ct

LOTTERY = ct.Contest(contestants=ct.Identical(4), prizes=160.0, success=ct.Lottery(exponent=0.5))
IDEATION = ct.Contest(
    contestants=ct.Identical(5),
    technology=ct.Additive(stats.gumbel_r(scale=2.0), output=ct.Log(scale=1.0)),
    prizes=10.0,
)
NORMAL = ct.Contest(
    contestants=ct.Identical(4),
    technology=ct.Additive(stats.norm()),
    cost=ct.Power(2, scale=0.5),
    prizes=[0.6, 0.4],
)
ASYMMETRIC = ct.Contest(contestants=ct.Known(value=[3.0, 2.0, 1.0]), prizes=1.0, success=ct.Lottery())


@pytest.mark.parametrize(
    ("contest", "effort"),
    [
        (LOTTERY, 15.0),  # Tullock (1980): r (n-1) V / n^2
        (IDEATION, 10.0 * 4 / (2.0 * 25)),  # Terwiesch and Xu (2008): A delta (n-1) / (c mu n^2)
        (ASYMMETRIC, [0.72, 0.48, 0.0]),  # Hillman and Riley (1989), share functions by hand
    ],
)
def test_known_equilibria_pass(contest, effort):
    certificate = ct.certify(contest, effort)
    assert certificate.passed
    assert certificate.max_gain < 1e-12
    assert certificate.effort_gap < 1e-10


@pytest.mark.parametrize(
    "contest", [LOTTERY, IDEATION, NORMAL, ASYMMETRIC], ids=["lottery", "ideation", "normal", "known"]
)
@pytest.mark.parametrize("factor", [0.99, 1.01])
def test_one_per_cent_is_noticed(contest, factor):
    """Gains are second order (1e-5 of the prize), so the effort gap must notice."""
    efforts = ct.solve(contest).effort * factor
    certificate = ct.certify(contest, efforts)
    assert not certificate.passed
    assert certificate.effort_gap > 1e-3


def test_global_deviation_that_local_conditions_miss():
    """Normal shock, n = 2, prize 12.5: the local second-order condition holds, yet .2352 pays more.

    Reference case D28 (brute force in models.md, section 2).
    """
    contest = ct.Contest(
        contestants=ct.Identical(2),
        technology=ct.Additive(stats.norm()),
        cost=ct.Power(2, scale=0.5),
        prizes=12.5,
    )
    with pytest.raises(ct.NotEquilibriumError, match=r"0\.235") as caught:
        ct.solve(contest)
    failed = caught.value.candidate.certificate
    assert caught.value.candidate.effort[0] == pytest.approx(3.5261848971734766, rel=1e-12)
    assert failed.payoff == pytest.approx(0.03301003547283845, rel=1e-9)
    assert failed.deviation_payoff == pytest.approx(0.09709753154415124, rel=1e-8)


def test_staying_home_is_a_deviation():
    """Tullock, n = 3, exponent 2: the first-order effort costs more than it wins."""
    contest = ct.Contest(contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery(exponent=2.0))
    with pytest.raises(ct.NotEquilibriumError, match="would rather exert effort 0"):
        ct.solve(contest)


def test_tiny_contest_in_a_million():
    """n = 10^6, exponent 1.0001: dropping out gains 1e-10 of the prize, but a larger effort gains 5e-8."""
    contest = ct.Contest(contestants=ct.Identical(10**6), prizes=1.0, success=ct.Lottery(exponent=1.0001))
    with pytest.raises(ct.NotEquilibriumError, match=r"rather exert effort 0\.00028"):
        ct.solve(contest)


@pytest.mark.parametrize("money", [1e-9, 1e9])
def test_money_scales(money):
    """Prizes and costs in other units: the same effort, the same certificate."""
    scaled = NORMAL.replace(prizes=[0.6 * money, 0.4 * money], cost=ct.Power(2, scale=0.5 * money))
    one, other = ct.solve(NORMAL), ct.solve(scaled)
    assert other.effort == pytest.approx(one.effort, rel=1e-12)
    assert other.payoff == pytest.approx(one.payoff * money, rel=1e-10)
    assert other.certificate.passed


def test_wrong_mixed_strategy_fails():
    """Two-player all-pay: uniform on [0, V] is it (Hillman and Riley 1989); on [0, .99 V] is not."""
    contest = ct.Contest(contestants=ct.Identical(2), prizes=1.0)
    right = ct.certify(contest, ct.Mixed(efforts=[0.0, 1.0], levels=[0.0, 1.0]))
    wrong = ct.certify(contest, ct.Mixed(efforts=[0.0, 0.99], levels=[0.0, 1.0]))
    assert right.passed
    assert right.max_gain < 1e-12
    assert not wrong.passed
    assert wrong.max_gain > 1e-3


def test_no_pure_equilibrium_of_the_all_pay_contest():
    contest = ct.Contest(contestants=ct.Identical(2), prizes=1.0)
    for effort in np.linspace(0.0, 1.0, 6):
        assert ct.certify(contest, effort).max_gain > 0.1


def test_marginal_payoff_is_the_derivative_of_the_payoff():
    """Two independent integrals; a central difference with an error of order step^2."""
    for contest in (LOTTERY, IDEATION, NORMAL):
        profile = contest.profile(0.7)
        efforts = np.array([0.3, 0.7, 1.4])
        step = 1e-5
        numeric = (
            contest.payoff(0, efforts + step, profile) - contest.payoff(0, efforts - step, profile)
        ) / (2 * step)
        assert contest.marginal_payoff(0, efforts, profile) == pytest.approx(numeric, rel=1e-6)


@pytest.mark.parametrize("law", [stats.cauchy(), stats.t(3), stats.gumbel_l(), stats.norm(), stats.expon()])
def test_far_deviations_against_brute_force(law):
    """Win probability of a far shift: scipy.integrate on the density, no quantile nodes."""
    from scipy.integrate import quad

    contest = ct.Contest(
        contestants=ct.Identical(4), technology=ct.Additive(law), cost=ct.Power(2), prizes=1.0
    )
    for shift in (0.5, 4.0, 9.0):

        def beaten(x, shift=shift):
            return law.cdf(x + shift) ** 3 * law.pdf(x)

        low, high = law.ppf(1e-14), law.isf(1e-14)
        tails = {tail(10.0**-k) for k in range(1, 14) for tail in (law.ppf, law.isf)}
        points = sorted(tails | {law.ppf(0.5), law.ppf(0.5) - shift})
        edges = [low, *[p for p in points if low < p < high], high]
        brute = sum(quad(beaten, a, b, epsabs=1e-13, epsrel=1e-12, limit=400)[0] for a, b in pairwise(edges))
        found = contest.rank_probabilities(0, shift, 0.0, ranks=1)[0]
        assert found == pytest.approx(brute, abs=3e-11)


@pytest.mark.parametrize("law", [stats.uniform(0.99, 0.02), stats.uniform()], ids=["nearly equal", "spread"])
def test_private_types_pass_and_a_percent_is_noticed(law):
    """Nearly equal values make payoffs nearly flat: the rounding of a best reply is not a gap."""
    contest = ct.Contest(contestants=ct.Private(2, value=law), prizes=1.0)
    equilibrium = ct.solve(contest)
    assert equilibrium.certificate.max_gain < 1e-12
    strategy = equilibrium.strategy(0)
    raised = ct.Monotone(types=strategy.types, function=lambda types: 1.01 * strategy(types))
    failed = ct.certify(contest, raised)
    assert not failed.passed
    assert failed.effort_gap > 1e-3
