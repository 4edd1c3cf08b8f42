"""Lim and Matros (2009): lotteries with binomial participation; disclosure of the number is irrelevant."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import cases, expected
from contests.entry_random import equivalent_prizes


def lottery(n, entry, prize=1.0, **parts):
    return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery(), entry=entry, **parts)


@pytest.mark.parametrize("case", cases("canon", model="tullock_binomial_entry"))
def test_effort_payoff_and_expected_total(case):
    p = case["parameters"]
    eq = ct.solve(lottery(p["n"], ct.RandomEntry(stats.binom(p["n"] - 1, p["p"])), p["V"]))
    assert eq.effort[0] == expected(case, "effort")
    assert eq.payoff[0] == expected(case, "payoff_conditional_on_participating")
    assert eq.total_effort == expected(case, "expected_total_effort")
    assert eq.certificate.passed


@pytest.mark.parametrize("case", cases("canon", model="disclosure_policy"))
def test_disclosure_does_not_matter_with_exponent_one(case):
    p = case["parameters"]
    concealed = ct.solve(lottery(p["n"], ct.RandomEntry(stats.binom(p["n"] - 1, p["p"])), p["V"]))
    assert concealed.total_effort == expected(case, "expected_total_concealed")
    m = np.arange(1, p["n"] + 1)
    each = [ct.solve(lottery(int(k), ct.AllEnter(), p["V"])).total_effort for k in m]
    disclosed = float(stats.binom(p["n"], p["p"]).pmf(m) @ each)
    assert disclosed == expected(case, "expected_total_disclosed")


def test_disclosure_matters_with_exponent_below_one():
    # With exponent 1/2 it is irrelevant too (effort is linear in r), with convex cost it is not.
    concealed = ct.solve(lottery(4, ct.RandomEntry(stats.binom(3, 0.5)), cost=ct.Power(2)))
    each = [ct.solve(lottery(k, ct.AllEnter(), cost=ct.Power(2))).total_effort for k in range(1, 5)]
    disclosed = float(stats.binom(4, 0.5).pmf(np.arange(1, 5)) @ each)
    assert abs(disclosed / concealed.total_effort - 1) > 0.01


@pytest.mark.parametrize("case", cases("terwiesch_xu", model="ideation_binomial_entry"))
def test_ideation_with_binomial_entry(case):
    p = case["parameters"]
    shock = stats.gumbel_r(loc=-np.euler_gamma * p["mu"], scale=p["mu"])
    contest = ct.Contest(
        contestants=ct.Identical(p["potential"]),
        prizes=p["prize"],
        technology=ct.Additive(shock, output=ct.Log(scale=p["delta"])),
        cost=ct.Linear(p["c"]),
        entry=ct.RandomEntry(stats.binom(p["potential"] - 1, case["quantities"]["entry_probability"])),
    )
    eq = ct.solve(contest)
    assert eq.effort[0] == expected(case, "effort")
    assert eq.payoff[0] == expected(case, "entrant_payoff_gross")
    assert eq.expected_best == expected(case, "E_best_given_entry")
    assert eq._outcomes.nobody == expected(case, "prob_no_entry")
    assert eq._outcomes.entrants == expected(case, "expected_entrants")


def test_payoffs_of_deviations_are_the_mixture_over_numbers_of_rivals():
    # The library plays one contest of fixed size with prizes of equal worth; here is the sum itself.
    for success, technology in [
        (ct.Lottery(exponent=0.7), ct.Exact()),
        (ct.Highest(), ct.Additive(stats.norm(scale=0.4))),
    ]:
        contest = ct.Contest(
            contestants=ct.Identical(4),
            prizes=[0.6, 0.3, 0.1],
            technology=technology,
            success=success,
            cost=ct.Power(2),
            entry=ct.RandomEntry([0.1, 0.2, 0.3, 0.4]),
        )
        game = contest.game()
        efforts = np.linspace(0.0, 1.0, 7)
        mixture = game.mixture(efforts, 0.25)
        assert np.asarray(game.payoff(0, efforts, 0.25)) == pytest.approx(mixture, rel=1e-10, abs=1e-12)


def test_simulated_rivals_agree_with_the_payoff():
    contest = lottery(6, ct.RandomEntry(stats.binom(5, 0.4)))
    eq = ct.solve(contest)
    rng = np.random.default_rng(3)
    k = rng.binomial(5, 0.4, size=400_000)
    won = rng.random(k.size) < 1 / (k + 1)
    gain = won - eq.effort[0]
    assert eq.payoff[0] == pytest.approx(gain.mean(), abs=4.5 * gain.std() / np.sqrt(k.size))


def test_equivalent_prizes_of_certain_participation_are_the_prizes():
    values = np.array([6.0, 3.0, 1.0])
    assert equivalent_prizes(values, np.array([0, 0, 0, 1.0])) == pytest.approx([6, 3, 1, 0])
    assert equivalent_prizes(values, np.array([1.0])) == pytest.approx([6])
    # One of two rivals comes: the best wins 6; the second is beaten with probability 1/2.
    assert equivalent_prizes(values, np.array([0, 1.0, 0])) == pytest.approx([6, 4.5, 3])


def test_more_rivals_than_contestants_are_refused():
    with pytest.raises(ct.InvalidPartError, match="at most 3 rivals among 4 contestants"):
        lottery(4, ct.RandomEntry(stats.binom(5, 0.5)))
    with pytest.raises(ct.InvalidPartError, match="discrete distribution"):
        ct.RandomEntry(stats.norm())
    with pytest.raises(ct.InvalidPartError, match="sum to one"):
        ct.RandomEntry([0.5, 0.2])
