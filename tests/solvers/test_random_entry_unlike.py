"""Contestants who differ and take part by chance: closed forms for two, rosters one by one, simulation."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.entry_unequal import SeenEntryGame, UnequalEntryGame, UnequalEntryProfile

VALUES = np.array([1.2, 1.0])
UNLIKE = ct.Contest(
    contestants=ct.Known(ability=[0.3, 0.0, 0.0], cost=[1.0, 1.0, 1.4]),
    prizes=[1.0, 0.3],
    technology=ct.Additive(stats.norm(scale=0.8)),
    cost=ct.Power(2, scale=0.5),
)


def two(values=VALUES, entry=None, **lottery):
    return ct.Contest(
        contestants=ct.Known(value=values),
        prizes=1.0,
        success=ct.Lottery(**lottery),
        entry=entry or ct.AllEnter(),
    )


def test_two_in_a_lottery_act_as_if_their_values_were_their_rivals_chances_of_coming():
    # First-order condition of Fu, Lu and Zhang (2016): p_j V_i e_j / (e_i + e_j)^2 = 1.
    p = np.array([0.7, 0.4])
    eq = ct.solve(two(entry=ct.RandomEntry(each=p)))
    w = p[::-1] * VALUES
    assert eq.effort == pytest.approx(w**2 * w[::-1] / w.sum() ** 2, rel=1e-12)
    alone, share = 1 - p[::-1], w / w.sum()
    assert eq.payoff == pytest.approx(VALUES * (alone + p[::-1] * share) - eq.effort, rel=1e-12)
    assert eq.total_effort == pytest.approx(p @ eq.effort)
    assert eq.prizes_paid == pytest.approx(1 - 0.3 * 0.6)


def test_entry_of_two_who_see_each_other():
    # Both in: V_i^3/(V_1 + V_2)^2; alone: V_i. Whoever mixes makes the other indifferent.
    cost = 0.6
    eq = ct.solve(two(entry=ct.FreeEntry(cost=cost, mixed=True)))
    both = VALUES**3 / VALUES.sum() ** 2
    chance = ((VALUES - cost) / (VALUES - both))[::-1]
    assert eq.profile.probabilities == pytest.approx(chance, rel=1e-12)
    assert eq.payoff == pytest.approx(np.zeros(2), abs=1e-12)
    assert eq.total_effort == pytest.approx(chance.prod() * VALUES.prod() / VALUES.sum())
    assert ct.PerEntrant(1.0)(eq) == pytest.approx(chance.sum())


@pytest.mark.parametrize(("values", "random"), [((1.02, 1.0), 2), ((1.2, 1.0), 1)])
def test_entry_of_two_who_do_not_see_each_other(values, random):
    # With rivals' chances q: V (1 - q) + q V s^2 = cost, s the share of the values q_i V_i.
    cost, values = 0.6, np.array(values)
    eq = ct.solve(two(values, ct.FreeEntry(cost=cost, mixed=True, observed=False)))
    p = eq.profile.probabilities
    w = p[::-1] * values
    worth = values * (1 - p[::-1]) + w * (w / w.sum()) ** 2 - cost
    inside = (p > 0) & (p < 1)
    assert inside.sum() == random
    assert worth[inside] == pytest.approx(np.zeros(random), abs=1e-12)
    assert eq.payoff == pytest.approx(worth, abs=1e-12)
    assert (worth[p == 1] > 0).all()


def test_whoever_gains_surely_enters_and_whoever_loses_stays_out():
    eq = ct.solve(two([2.0, 1.0], ct.FreeEntry(cost=0.7, mixed=True)))
    assert eq.profile.probabilities.tolist() == [1.0, 0.0]
    assert "none at random" in eq.selection


@pytest.mark.parametrize("contest", [two(), UNLIKE], ids=["lottery", "rank order"])
def test_participation_is_worth_the_mean_over_rosters(contest):
    each = np.array([0.9, 0.5, 0.2])[: contest.n]
    eq = ct.solve(contest.replace(entry=ct.RandomEntry(each=each)))
    game = eq.game
    for i in range(contest.n):
        others = [j for j in range(contest.n) if j != i]
        efforts = eq.effort[i] * np.array([0.5, 1.0, 1.7])
        mean = np.zeros(3)
        for come in product((False, True), repeat=len(others)):
            there = [j for j, comes in zip(others, come, strict=True) if comes]
            chance = np.prod(
                [each[j] if comes else 1 - each[j] for j, comes in zip(others, come, strict=True)]
            )
            profile = ct.Profile.pure([eq.effort[i], *eq.effort[there]]) if there else eq.effort[i]
            mean += chance * game.inner((i, *there)).payoff(0, efforts, profile)
        assert game.payoff(i, efforts, eq.profile) == pytest.approx(mean, abs=1e-11)


def test_alike_contestants_are_the_alike_room():
    alike = ct.Contest(
        contestants=ct.Identical(4), prizes=[1.0, 0.4], technology=ct.Additive(stats.norm()), cost=ct.Power(2)
    )
    there = ct.solve(alike.replace(entry=ct.RandomEntry(each=[0.6] * 4)))
    here = ct.solve(alike.replace(entry=ct.RandomEntry(stats.binom(3, 0.6))))
    assert there.method != here.method
    assert there.effort == pytest.approx(here.effort, rel=1e-10)
    objectives = [
        ct.BestQuality(),
        ct.AverageQuality(),
        ct.TopQuality(2),
        ct.WinnerQuality(),
        ct.TotalEffort(),
        ct.PrizesPaid(),
        ct.Surplus(),
        ct.ContestantSurplus(),
        ct.PerEntrant(1.0),
        ct.ProbabilityAbove(0.5),
    ]
    for goal in objectives:
        assert goal(there) == pytest.approx(goal(here), rel=1e-9), goal
    assert there.win_probability == pytest.approx(here.win_probability, rel=1e-10)


@pytest.mark.parametrize("observed", [True, False])
def test_alike_contestants_enter_as_in_the_alike_room(observed):
    entry = ct.FreeEntry(cost=0.2, fee=0.02, mixed=True, observed=observed)
    alike = ct.Contest(contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery(exponent=0.8), entry=entry)
    here = ct.solve(alike)
    kind = SeenEntryGame if observed else UnequalEntryGame
    there = ct.solve(kind(alike))
    assert there.profile.probabilities == pytest.approx(np.full(3, here.profile.probability), rel=1e-9)
    assert there.total_effort == pytest.approx(here.total_effort, rel=1e-9)
    assert ct.FeesCollected()(there) == pytest.approx(ct.FeesCollected()(here), rel=1e-9)


def test_certain_participation_is_the_contest():
    full = ct.solve(UNLIKE)
    sure = ct.solve(UNLIKE.replace(entry=ct.RandomEntry(each=[1.0, 1.0, 1.0])))
    assert sure.effort == pytest.approx(full.effort, rel=1e-9)
    assert sure.payoff == pytest.approx(full.payoff, rel=1e-9)
    assert sure.expected_best == pytest.approx(full.expected_best, rel=1e-9)
    # Who never comes changes nothing for the others.
    absent = ct.solve(UNLIKE.replace(entry=ct.RandomEntry(each=[1.0, 1.0, 0.0])))
    pair = UNLIKE.replace(contestants=ct.Known(ability=[0.3, 0.0], cost=[1.0, 1.0]))
    assert absent.effort[:2] == pytest.approx(ct.solve(pair).effort, rel=1e-9)


def test_a_binomial_law_of_rivals_says_who_comes_and_another_does_not():
    binomial = ct.solve(UNLIKE.replace(entry=ct.RandomEntry(stats.binom(2, 0.4))))
    assert binomial.effort == pytest.approx(
        ct.solve(UNLIKE.replace(entry=ct.RandomEntry(each=[0.4] * 3))).effort, rel=1e-9
    )
    with pytest.raises(ct.InvalidPartError, match="how many rivals come and not who"):
        ct.solve(UNLIKE.replace(entry=ct.RandomEntry([0.5, 0.0, 0.5])))


@pytest.mark.parametrize(
    "entry",
    [
        ct.RandomEntry(each=[0.9, 0.5, 0.2]),
        ct.FreeEntry(cost=0.55, fee=0.05, mixed=True),
        ct.FreeEntry(cost=0.6, mixed=True, observed=False),
    ],
    ids=["given", "seen", "unseen"],
)
def test_expectations_agree_with_simulated_contests(entry):
    eq = ct.solve(UNLIKE.replace(entry=entry))
    assert eq.certificate.passed
    drawn = eq.simulate(60_000, rng=np.random.default_rng(8))
    there = drawn.rank > 0
    some = there.any(axis=1)

    def close(found, sample):
        assert found == pytest.approx(sample.mean(), abs=4 * sample.std() / np.sqrt(sample.size) + 1e-12)

    close(eq.total_effort, drawn.effort.sum(axis=1))
    close(eq.prizes_paid, drawn.prize.sum(axis=1))
    close(ct.PerEntrant(1.0)(eq), there.sum(axis=1).astype(float))
    close(ct.ContestantSurplus()(eq), drawn.payoff.sum(axis=1))
    close(eq.expected_best, drawn.best[some])
    close(ct.ProbabilityAbove(1.0)(eq), (drawn.best >= 1.0).astype(float))
    close(ct.FeesCollected()(eq), entry.price * there.sum(axis=1))
    for i in np.flatnonzero(eq.profile.probabilities > 0):
        close(eq.win_probability[i], (drawn.rank[there[:, i], i] == 1).astype(float))
        close(eq.payoff[i], drawn.payoff[there[:, i], i])


def test_entry_is_certified_both_ways():
    contest = two([1.02, 1.0], ct.FreeEntry(cost=0.6, mixed=True, observed=False))
    game, right = contest.game(), ct.solve(contest).profile
    every = [right.strategy(i) for i in range(2)]
    for other in ([right.probabilities[0], 0.0], [0.9 * right.probabilities[0], right.probabilities[1]]):
        assert not ct.certify(game, UnequalEntryProfile(every, other)).passed
    seen = contest.replace(entry=ct.FreeEntry(cost=0.6, mixed=True))
    solved = ct.solve(seen).profile
    crowded = UnequalEntryProfile([solved.strategy(i) for i in range(2)], [1.0, 1.0], solved.by_roster)
    assert "would rather stay out" in ct.certify(seen, crowded).explain()
    threat = {**solved.by_roster, (0, 1): seen.game().inner((0, 1)).profile([5.0, 5.0])}
    assert not ct.certify(seen, UnequalEntryProfile(every, solved.probabilities, threat)).passed


@pytest.mark.slow
def test_many_who_differ_need_no_list_of_who_may_come():
    each, values = np.repeat([0.2, 0.3, 0.1, 0.4], 8), np.repeat([1.0, 1.3, 1.6, 2.0], 8)
    eq = ct.solve(two(values, ct.RandomEntry(each=each)))
    assert eq.certificate.passed
    assert eq.prizes_paid == pytest.approx(1 - np.prod(1 - each), rel=1e-10)
    assert each @ eq.win_probability == pytest.approx(eq.prizes_paid, rel=1e-10)
    with pytest.raises(ct.InvalidPartError, match="at most 2048 rosters differ"):
        ct.BestQuality()(eq)


@pytest.mark.parametrize("scale", [1e9, 1e-9])
def test_units_of_money_do_not_matter(scale):
    entry = ct.FreeEntry(cost=0.6, mixed=True, observed=False)
    small = ct.solve(two([1.02, 1.0], entry))
    large = ct.solve(two([1.02, 1.0], entry.replace(cost=0.6 * scale)).replace(prizes=scale))
    assert large.profile.probabilities == pytest.approx(small.profile.probabilities, rel=1e-9)
    assert large.effort == pytest.approx(small.effort * scale, rel=1e-9)
    assert large.certificate.passed


def test_whoever_sees_the_other_come_may_face_an_all_pay_auction():
    # Hillman and Riley (1989): of two in, the strong one earns V_1 - V_2 and the weak one nothing.
    contest = ct.Contest(
        contestants=ct.Known(value=VALUES), prizes=1.0, entry=ct.FreeEntry(cost=0.6, mixed=True)
    )
    eq = ct.solve(contest)
    chance = np.array([0.4 / 1.0, 0.6 / (1.2 - 0.2)])
    assert eq.profile.probabilities == pytest.approx(chance, rel=1e-9)
    assert ct.RandomEntry(each=chance).chance_of_nobody(2) == pytest.approx(0.6 * 0.4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ct.RandomEntry(each=[0.5, 1.2]), "RandomEntry.each must be probabilities, from 0 to 1"),
        (lambda: ct.RandomEntry(stats.poisson(1), each=[0.5]), "absent when ``each`` is given"),
        (lambda: ct.RandomEntry(), "a discrete distribution of SciPy"),
        (lambda: two(entry=ct.RandomEntry(each=[0.5])), "one probability for each of 2 contestants"),
        (
            lambda: ct.solve(two(entry=ct.RandomEntry(each=[0.5, 0.5])).replace(success=ct.Highest())),
            "quality is certain, so that efforts would be random",
        ),
        (lambda: ct.solve(two(entry=ct.RandomEntry(each=[0.5, 0.5]), draw=1.0)), "nobody may win"),
        (
            lambda: ct.solve(two(np.arange(1.0, 8.0), ct.FreeEntry(cost=0.1, mixed=True))),
            "7 kinds of contestants, whose ways to enter",
        ),
        (
            lambda: ct.certify(two(entry=ct.FreeEntry(cost=0.1, mixed=True)), [0.1, 0.1]),
            "told the probabilities of entry",
        ),
    ],
)
def test_what_is_not_covered_is_refused_in_words(call, words):
    with pytest.raises(ct.ContestError, match=words):
        call()
