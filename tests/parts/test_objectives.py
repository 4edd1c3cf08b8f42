"""Objectives against closed forms and, once each, against simulated contests."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct

GUMBEL = stats.gumbel_r(loc=-np.euler_gamma, scale=1)


def rank_order(n=5, shock=None, **parts):
    return ct.Contest(
        contestants=ct.Identical(n),
        prizes=1.0,
        technology=ct.Additive(shock or stats.norm(scale=1.0)),
        cost=ct.Power(2, scale=0.5),
        **parts,
    )


def simulated(eq, value, size=200_000):
    drawn = value(eq.simulate(size, rng=np.random.default_rng(5)))
    return drawn.mean(), 4.5 * drawn.std() / np.sqrt(size)


def test_top_k_of_normal_shocks_is_the_sum_of_order_statistics():
    eq = ct.solve(rank_order())
    both = ct.TopQuality(2)(eq)
    # Expected largest and second largest of five standard normals (Teichroew 1956).
    assert both == pytest.approx(2 * eq.effort[0] + 1.1629644736 + 0.4950189705, abs=1e-9)
    assert ct.TopQuality(1)(eq) == pytest.approx(ct.BestQuality()(eq))
    assert ct.TopQuality(9)(eq) == pytest.approx(5 * ct.AverageQuality()(eq))


def test_top_k_of_different_abilities_agrees_with_simulation():
    contest = ct.Contest(
        contestants=ct.Known(cost=[1.0, 1.2, 1.5, 2.0]),
        prizes=4.0,
        success=ct.Lottery(),
    )
    eq = ct.solve(contest)
    assert ct.TopQuality(2)(eq) == pytest.approx(np.sort(eq.effort)[-2:].sum(), rel=1e-9)
    mixed = ct.Contest(
        contestants=ct.Identical(4), prizes=1.0, technology=ct.Additive(stats.norm()), cost=ct.Linear()
    )
    profile = [0.1, 0.2, 0.9, 1.4]
    found = ct.TopQuality(2)(ct.solve(mixed, on_fail="return").replace(profile=mixed.profile(profile)))
    drawn = ct.play(mixed, profile, 300_000, rng=np.random.default_rng(2)).quality
    top = np.sort(drawn, axis=1)[:, -2:].sum(axis=1)
    assert found == pytest.approx(top.mean(), abs=4.5 * top.std() / np.sqrt(top.size))


def test_winner_quality_under_judging_error_is_the_projection_for_normal_laws():
    # E[quality | mark] is linear: the winner's shock has mean s^2/sqrt(s^2+t^2) times the normal
    # score of the best of n (Girotra, Terwiesch and Ulrich 2010).
    s, t, n = 1.0, 2.0, 6
    contest = rank_order(n, stats.norm(scale=s), success=ct.Highest(error=stats.norm(scale=t)))
    eq = ct.solve(contest)
    best = 1.2672063606
    assert ct.WinnerQuality()(eq) == pytest.approx(eq.effort[0] + s**2 / np.hypot(s, t) * best, abs=1e-8)
    assert ct.WinnerQuality()(eq) < ct.BestQuality()(eq) == pytest.approx(eq.effort[0] + s * best, abs=1e-8)


def test_winner_quality_without_error_is_the_best():
    eq = ct.solve(rank_order())
    assert ct.WinnerQuality()(eq) == ct.BestQuality()(eq)


def test_winner_quality_in_a_lottery_weighs_by_chances():
    eq = ct.solve(ct.Contest(contestants=ct.Known(value=[2.0, 1.0]), prizes=1.0, success=ct.Lottery()))
    assert ct.WinnerQuality()(eq) == pytest.approx(float(eq.win_probability @ eq.effort))


def test_probability_above_for_gumbel_shocks_and_trials():
    eq = ct.solve(rank_order(4, GUMBEL))
    mark = eq.effort[0] + 1.0
    assert ct.ProbabilityAbove(mark)(eq) == pytest.approx(1 - np.exp(-4 * np.exp(-1.0 - np.euler_gamma)))
    draws = ct.Contest(
        contestants=ct.Identical(3), prizes=9.0, technology=ct.Trials(stats.uniform()), cost=ct.Linear(0.5)
    )
    eq = ct.solve(draws)
    assert ct.ProbabilityAbove(0.9)(eq) == pytest.approx(1 - 0.9**eq.total_effort)
    assert ct.ProbabilityAbove(2.0)(eq) == 0.0
    assert ct.ProbabilityAbove(-1.0)(eq) == 1.0


def test_probability_above_agrees_with_simulation_when_a_common_shock_moves_all():
    technology = ct.Additive(stats.norm(), common=stats.norm(scale=2.0))
    contest = ct.Contest(
        contestants=ct.Identical(3), prizes=1.0, technology=technology, cost=ct.Power(2, scale=0.5)
    )
    eq = ct.solve(contest)
    mean, error = simulated(eq, lambda outcome: (outcome.best >= 1.0).astype(float))
    assert ct.ProbabilityAbove(1.0)(eq) == pytest.approx(mean, abs=error)


def test_surpluses_add_up():
    eq = ct.solve(rank_order())
    # Prizes are transfers: social surplus = best quality - prizes + contestants' surplus.
    parts = ct.BestQuality() - ct.PrizesPaid() + ct.ContestantSurplus()
    assert ct.Surplus()(eq) == pytest.approx(parts(eq))
    assert ct.Surplus(ct.TotalEffort())(eq) == pytest.approx(eq.total_effort - 2.5 * eq.effort[0] ** 2)


def test_entrants_cost_and_nobody_pays_fees():
    eq = ct.solve(rank_order())
    assert ct.PerEntrant(0.25)(eq) == 1.25
    assert ct.FeesCollected()(eq) == 0.0


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (lambda: ct.TopQuality(0), "TopQuality.k"),
        (lambda: ct.PerEntrant(-1), "PerEntrant.cost"),
        (lambda: ct.ProbabilityAbove(float("nan")), "ProbabilityAbove.quality"),
        (lambda: ct.Surplus(3), "added to another objective"),
        (lambda: ct.BestQuality() / 0, "Objective divisor must be other than zero"),
    ],
)
def test_bad_objectives_are_refused(part, words):
    with pytest.raises(ct.InvalidPartError, match=words):
        part()


def test_objectives_compare_and_print():
    sponsor = ct.BestQuality() - 2 * ct.PrizesPaid()
    assert repr(sponsor) == "BestQuality() - 2 * PrizesPaid()"
    assert sponsor == ct.BestQuality() - 2 * ct.PrizesPaid()


@pytest.mark.parametrize("reserve", [0.0, 0.2])
def test_the_two_best_of_private_values_by_hand(reserve):
    # Values uniform, three contestants: effort is r + 2 (v^3 - v0^3) / 3 for values above v0 = r^(1/3);
    # the best value has density 3 v^2, the second best 6 v (1 - v).
    contest = ct.Contest(
        contestants=ct.Private(3, value=stats.uniform()), prizes=1.0, entry=ct.Reserve(reserve)
    )
    eq = ct.solve(contest if reserve else contest.replace(entry=ct.AllEnter()))
    v, w = np.polynomial.legendre.leggauss(20)
    v0 = reserve ** (1 / 3)
    v, w = v0 + (1 - v0) * (v + 1) / 2, (1 - v0) * w / 2
    efforts = reserve + 2 * (v**3 - reserve) / 3
    by_hand = float(w @ (efforts * (3 * v**2 + 6 * v * (1 - v))))
    assert ct.TopQuality(2)(eq) == pytest.approx(by_hand, rel=1e-10)
    assert ct.TopQuality(3)(eq) == pytest.approx(3 * ct.AverageQuality()(eq), rel=1e-10)


def test_a_sure_effort_that_nobody_exceeds_is_the_best_quality():
    # Values 2 and 1, exponent 1.8: the strong one's effort is sure, the weak one exerts less or none.
    contest = ct.Contest(contestants=ct.Known(value=[2.0, 1.0]), prizes=1.0, success=ct.Lottery(exponent=1.8))
    eq = ct.solve(contest)
    assert len(eq.strategy(1).atoms[0]) == 2
    assert ct.BestQuality()(eq) == pytest.approx(eq.strategy(0).mean(), rel=1e-12)
    assert ct.Surplus()(eq) == pytest.approx(-eq.effort[1], rel=1e-12)


def test_a_list_of_objectives_is_summed_and_the_sum_pastes_back():
    eq = ct.solve(rank_order())
    best, paid, effort = ct.BestQuality(), ct.PrizesPaid(), ct.TotalEffort()
    total = sum([best, paid, effort])
    assert total(eq) == pytest.approx(eq.expected_best + eq.prizes_paid + eq.total_effort, rel=1e-15)
    mixed = 2 * best - paid / 3 + ct.TopQuality(2)
    assert eval(repr(mixed), vars(ct)) == mixed
    with pytest.raises(ct.InvalidPartError, match="added to another objective"):
        1 + best


def test_surplus_where_nobody_may_come_counts_no_idea():
    contest = ct.Contest(
        contestants=ct.Identical(4),
        prizes=1.0,
        success=ct.Lottery(),
        entry=ct.RandomEntry(stats.binom(3, 0.5)),
    )
    eq = ct.solve(contest)
    # Nobody comes in 1 of 16 cases; the cost of effort is linear.
    assert ct.Surplus()(eq) == pytest.approx(eq.expected_best * 15 / 16 - eq.total_effort, rel=1e-12)
    assert ct.Surplus(ct.TotalEffort())(eq) == pytest.approx(0.0, abs=1e-14)
    drawn = eq.simulate(40_000, rng=np.random.default_rng(1))
    found = np.where(np.isfinite(drawn.quality), drawn.quality, 0.0).max(axis=1) - drawn.effort.sum(axis=1)
    assert ct.Surplus()(eq) == pytest.approx(found.mean(), abs=4 * found.std() / 200)


def test_winner_of_private_types_before_judges_who_err(monkeypatch):
    # The chance that a mark wins is tabled once for all types; here against each type's own integral.
    from contests import qualities

    contest = ct.Contest(
        contestants=ct.Private(3, cost=stats.uniform(1, 1)),
        prizes=1.0,
        cost=ct.Power(2),
        success=ct.Highest(error=stats.norm()),
    )
    eq = ct.solve(contest)
    tabled = ct.WinnerQuality()(eq)
    monkeypatch.setattr(qualities, "_FEW", 10**9)
    assert tabled == pytest.approx(ct.WinnerQuality()(eq), rel=1e-9)


@pytest.mark.slow
def test_winner_of_private_abilities_with_luck_before_judges_who_err():
    contest = ct.Contest(
        contestants=ct.Private(3, ability=stats.uniform()),
        prizes=1.0,
        technology=ct.Additive(stats.norm()),
        cost=ct.Power(2),
        success=ct.Highest(error=stats.norm()),
    )
    eq = ct.solve(contest)
    drawn = eq.simulate(200_000, rng=np.random.default_rng(1))
    won = np.where(drawn.rank == 1, drawn.quality, 0.0).sum(axis=1)
    assert ct.WinnerQuality()(eq) == pytest.approx(won.mean(), abs=4 * won.std() / np.sqrt(won.size))


@pytest.mark.parametrize("alone", [ct.Identical(1), ct.Private(1, value=stats.uniform(0.5, 0.5))])
def test_a_lone_contestant_who_need_not_draw_has_no_idea(alone):
    eq = ct.solve(ct.Contest(contestants=alone, prizes=1.0, technology=ct.Trials(stats.uniform())))
    assert eq.effort[0] == 0 and eq.payoff[0] == pytest.approx(1.0 if alone == ct.Identical(1) else 0.75)
    assert ct.BestQuality()(eq) == ct.AverageQuality()(eq) == ct.WinnerQuality()(eq) == -np.inf


def test_a_sure_quality_reaches_its_own_mark_whatever_the_unit():
    # Two in a lottery exert a quarter of the prize each, but for rounding.
    for scale in (1e-9, 1.0, 3e7):
        lottery = ct.Contest(
            contestants=ct.Identical(2), prizes=scale, cost=ct.Linear(scale), success=ct.Lottery()
        )
        eq = ct.solve(lottery)
        assert ct.ProbabilityAbove(0.25)(eq) == 1.0
        assert ct.ProbabilityAbove(0.25 + 1e-9)(eq) == 0.0
