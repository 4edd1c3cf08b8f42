"""Payoffs and marginal payoffs of a contest, written out for contestants who differ in everything.

Routes: shares of a lottery by exact sums, Clark and Riis (1996) for later prizes, certainty equivalents by
the definition, order statistics in closed form, and differences of the payoff for every marginal payoff.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests import payoffs
from contests.curve_capped import Capped
from contests.success import Success

VALUE, COST = np.array([3.0, 2.0, 1.5]), np.array([1.0, 2.0, 0.5])
WEIGHTS, STARTS, DRAW = np.array([1.0, 2.0, 1.5]), np.array([0.1, 0.0, 0.2]), 0.3
LOTTERY = ct.Contest(
    contestants=ct.Known(value=VALUE, cost=COST),
    prizes=4.0,
    cost=ct.Power(2),
    success=ct.Lottery(exponent=0.5, weights=WEIGHTS, head_starts=STARTS, draw=DRAW),
)
PLAYED = np.array([0.4, 0.7, 0.2])


def share(i: int, effort: Any) -> Any:
    score = WEIGHTS * np.sqrt(PLAYED + STARTS)
    own = WEIGHTS[i] * np.sqrt(np.asarray(effort) + STARTS[i])
    return own / (own + score.sum() - score[i] + DRAW)


def rise(contest: Any, i: Any, effort: Any, profile: Any, types: Any = None, step: float = 1e-4) -> Any:
    """The payoff's derivative by differences of fourth order."""
    at = [contest.payoff(i, effort + m * step, profile, types) for m in (-2, -1, 1, 2)]
    return (at[0] - 8 * at[1] + 8 * at[2] - at[3]) / (12 * step)


def test_a_giant_and_a_dwarf_in_a_lottery() -> None:
    """Efforts 1e-15 and 1: what a little more is worth to either keeps its digits, V and 1e-15 V."""
    contest = ct.Contest(contestants=ct.Identical(2), prizes=3.0, success=ct.Lottery())
    profile = contest.profile([1e-15, 1.0])
    assert contest.marginal_payoff(0, np.array([1e-15]), profile) == pytest.approx([2.0], rel=1e-13)
    giant = contest.marginal_payoff(1, np.array([1.0]), profile) + 1.0
    assert giant == pytest.approx([0.0], abs=1e-14)
    small = contest.payoff(0, np.array([2e-15]), profile)
    assert small == pytest.approx([2 * 2e-15], rel=1e-12)


@pytest.mark.parametrize("i", [0, 1, 2])
def test_a_lottery_of_unlike_contestants(i: int) -> None:
    efforts = np.array([[0.0, 0.4], [1.1, 3.0]])
    profile = LOTTERY.profile(PLAYED)
    exact = VALUE[i] * 4 * share(i, efforts) - COST[i] * efforts**2
    found = LOTTERY.payoff(i, efforts, profile)
    assert found.shape == (2, 2)
    np.testing.assert_allclose(found, exact, rtol=1e-13)
    inside = np.array([0.4, 1.1])
    p = share(i, inside)
    slope = VALUE[i] * 4 * p * (1 - p) * 0.5 / (inside + STARTS[i]) - 2 * COST[i] * inside
    np.testing.assert_allclose(LOTTERY.marginal_payoff(i, inside, profile), slope, rtol=1e-12)


def test_all_contestants_at_once() -> None:
    """An array of contestants against efforts of one row each: what each would get alone."""
    profile, who = LOTTERY.profile(PLAYED), np.array([2, 0, 1, 0])
    efforts = np.array([[0.3, 0.6, 0.9, 1.2], [0.1, 0.2, 0.3, 0.4]])
    two = LOTTERY.replace(prizes=[4.0, 1.0])
    risky = LOTTERY.replace(contestants=ct.Known(value=VALUE, cost=COST, utility=ct.CARA(0.3)))
    for contest in (LOTTERY, two, risky):
        found = contest.payoff(who, efforts, profile)
        assert found.shape == (2, 4)
        each = [
            [float(contest.payoff(int(i), e, profile)) for i, e in zip(who, row, strict=True)]
            for row in efforts
        ]
        np.testing.assert_allclose(found, each, rtol=1e-12)
    for contest in (LOTTERY, two):
        slopes = contest.marginal_payoff(who, efforts, profile)
        assert slopes is not None and slopes.shape == (2, 4)
        np.testing.assert_allclose(slopes, rise(contest, who, efforts, profile), rtol=1e-6, atol=1e-7)


def test_later_prizes_are_drawn_among_the_rest() -> None:
    """Clark and Riis 1996: who is drawn second is drawn among those who were not first."""
    contest = LOTTERY.replace(prizes=[4.0, 1.0], success=ct.Lottery(weights=WEIGHTS))
    score = WEIGHTS * PLAYED
    total = score.sum()
    for i in range(3):
        first = score[i] / total
        others = [j for j in range(3) if j != i]
        second = sum(score[j] / total * score[i] / (total - score[j]) for j in others)
        found = payoffs.rank_chances(contest, i, PLAYED[i : i + 1], contest.profile(PLAYED), None, 3)
        np.testing.assert_allclose(found, [[first, second, 1 - first - second]], rtol=1e-9)
        one = payoffs.rank_chances(contest, i, PLAYED[i : i + 1], contest.profile(PLAYED), None, 1)
        np.testing.assert_allclose(one, [[first]], rtol=1e-13)
        exact = VALUE[i] * (4 * first + second) - COST[i] * PLAYED[i] ** 2
        assert float(contest.payoff(i, PLAYED[i], contest.profile(PLAYED))) == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("utility", [ct.CARA(0.4), ct.CRRA(2.0)], ids=repr)
def test_certainty_equivalents_net_of_wealth(utility: Any) -> None:
    """The sure amount that is worth what the gamble over prizes and the cost of effort is."""
    contest = LOTTERY.replace(
        contestants=ct.Known(value=VALUE, cost=COST, utility=utility, wealth=9.0), prizes=[4.0, 1.0]
    )
    profile, i = contest.profile(PLAYED), 1
    efforts = np.array([0.0, 0.3, 0.9])
    chance = payoffs.rank_chances(contest, i, efforts, profile, None, 2)
    wealth = 9.0 - COST[i] * efforts**2
    ends = np.stack([wealth + VALUE[i] * 4, wealth + VALUE[i] * 1, wealth])
    odds = np.stack([chance[:, 0], chance[:, 1], 1 - chance.sum(axis=1)])
    if isinstance(utility, ct.CARA):
        sure = -np.log((odds * np.exp(-0.4 * ends)).sum(axis=0)) / 0.4
    else:
        sure = 1 / (odds / ends).sum(axis=0)  # u(w) = -1 / w
    np.testing.assert_allclose(contest.payoff(i, efforts, profile), sure - 9.0, rtol=1e-10, atol=1e-10)
    assert contest.marginal_payoff(i, efforts, profile) is None


@pytest.mark.parametrize("to", ["sponsor", "winner"])
def test_entry_fees(to: Any) -> None:
    """Among four alike each pays the fee; if the winner gets the fees of all four she has a larger prize."""
    contest = ct.Contest(
        contestants=ct.Identical(4),
        prizes=2.0,
        cost=ct.Power(2),
        success=ct.Lottery(),
        entry=ct.Fee(0.05, refundable_to=to),
    )
    profile, efforts = contest.profile(0.3), np.array([0.1, 0.3, 0.8])
    p = efforts / (efforts + 0.9)
    pot = 4 * 0.05 if to == "winner" else 0.0
    np.testing.assert_allclose(
        contest.payoff(0, efforts, profile), (2 + pot) * p - efforts**2 - 0.05, rtol=1e-10
    )
    slope = (2 + pot) * 0.9 / (efforts + 0.9) ** 2 - 2 * efforts
    np.testing.assert_allclose(contest.marginal_payoff(0, efforts, profile), slope, rtol=1e-9)
    assert float(contest.largest_effort(0)) == pytest.approx(math.sqrt(2 + pot), rel=1e-14)
    lone = contest.replace(contestants=ct.Identical(1))
    assert float(lone.payoff(0, 0.1, lone.profile(0.1))) == pytest.approx(
        2 - 0.01 - (0.05 if to == "sponsor" else 0.0), rel=1e-12
    )


class Straight(Success):
    """A contestant wins with a half plus half her lead over the mean of the others (Che and Gale 2000)."""

    def win_probabilities(self, quality: Any) -> Any:
        n = quality.shape[-1]
        rest = (quality.sum(axis=-1, keepdims=True) - quality) / (n - 1)
        return np.clip(1 / n + 0.5 * (quality - rest) / n, 0.0, 1.0)


def test_a_success_function_that_is_no_race() -> None:
    contest = ct.Contest(
        contestants=ct.Known(value=[3.0, 2.0, 1.0], ability=[0.2, 0.0, 0.5]),
        prizes=2.0,
        success=Straight(),
        entry=ct.Fee(0.1, refundable_to="winner"),
    )
    efforts = np.array([0.0, 0.4, 1.0])
    profile = contest.profile([0.3, 0.6, 0.9])
    chance = 1 / 3 + (efforts + 0.0 - (0.5 + 1.4) / 2) / 6
    np.testing.assert_allclose(contest.payoff(1, efforts, profile), 4 * chance - efforts - 0.1, rtol=1e-13)
    np.testing.assert_allclose(
        payoffs.rank_chances(contest, 1, efforts, profile, None, 1), chance[:, None], rtol=1e-13
    )
    assert contest.marginal_payoff(1, efforts, profile) is None
    assert not payoffs.share_is_smooth(contest)
    # A rival who randomises is averaged over, the contestant's own mixture is not.
    coin = ct.Mixed(efforts=[0.1, 0.1, 0.9, 0.9], levels=[0.0, 0.25, 0.25, 1.0])
    mixed = contest.profile([ct.Pure(0.3), coin, ct.Pure(0.9)])
    first = 1 / 3 + (efforts + 0.2 - (0.7 + 1.4) / 2) / 6
    np.testing.assert_allclose(contest.payoff(0, efforts, mixed), 6 * first - efforts - 0.1, rtol=1e-13)
    np.testing.assert_allclose(contest.payoff(1, efforts, mixed), 4 * chance - efforts - 0.1, rtol=1e-13)


def test_types_without_a_race_are_refused() -> None:
    contest = ct.Contest(contestants=ct.Identical(2), prizes=2.0, success=Straight())
    by_type = ct.Monotone(types=stats.uniform(), function=lambda t: 0.1 * np.asarray(t, float))
    profile = contest.profile([by_type, ct.Pure(0.1)])
    with pytest.raises(ct.InvalidPartError) as refusal:
        contest.payoff(1, 0.2, profile)
    assert str(refusal.value) == (
        "profile must be sure or random efforts under Straight, not efforts by type. Give the success "
        "function a `race` to use private types."
    )
    # What the contestant herself does, does not matter to her deviations.
    assert float(contest.payoff(0, 0.2, profile)) == pytest.approx(2 * (0.5 + 0.25 * 0.1) - 0.2, rel=1e-12)


NORMAL = ct.Contest(
    contestants=ct.Known(value=VALUE, cost=COST, ability=[0.3, 0.0, -0.2]),
    prizes=[4.0, 1.0],
    cost=ct.Power(2),
    technology=ct.Additive(stats.norm(scale=0.8), output=ct.Power(0.7)),
)


@pytest.mark.parametrize(
    "contest",
    [
        NORMAL,
        NORMAL.replace(prizes=4.0),
        NORMAL.replace(prizes=ct.QualityShare(base=1.0, share=0.4)),
        NORMAL.replace(entry=ct.Fee(0.1, refundable_to="winner")),
        NORMAL.replace(technology=ct.Additive(stats.gumbel_r(scale=0.6), output=ct.Power(0.7))),
    ],
    ids=["two prizes", "one prize", "share", "fees", "gumbel"],
)
def test_marginal_payoffs_are_the_slopes_of_payoffs(contest: Any) -> None:
    profile, efforts = contest.profile(PLAYED), np.array([[0.3], [0.9]])
    for i in (0, 2):
        found = contest.marginal_payoff(i, efforts, profile)
        assert found.shape == (2, 1)
        np.testing.assert_allclose(found, rise(contest, i, efforts, profile), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("trait", ["value", "cost", "ability"])
@pytest.mark.parametrize("noise", [None, stats.norm(scale=0.4)], ids=["sure", "normal"])
def test_types_are_broadcast_against_efforts(trait: str, noise: Any) -> None:
    """A row of types against a column of efforts, one by one; and marginal payoffs by differences."""
    law = stats.uniform(1.0, 1.0)
    contest = ct.Contest(
        contestants=ct.Private(3, **{trait: law}),
        prizes=[1.0, 0.25],
        cost=ct.Power(2),
        technology=ct.Exact() if noise is None else ct.Additive(noise),
    )
    down = trait == "cost"
    strategy = ct.Monotone(
        types=law,
        function=(lambda t: 0.9 - 0.3 * np.asarray(t)) if down else (lambda t: 0.3 * np.asarray(t)),
        scores_increase=not down,
    )
    profile = contest.profile(strategy)
    types, efforts = np.array([[1.2, 1.5, 1.9]]), np.array([[0.35], [0.45]])
    found = contest.payoff(0, efforts, profile, types)
    assert found.shape == (2, 3)
    for r, c in ((0, 0), (1, 2), (0, 1)):
        alone = float(contest.payoff(0, efforts[r, 0], profile, types[0, c]))
        assert found[r, c] == pytest.approx(alone, rel=1e-9)
    both = contest.payoff(np.array([[0], [2]]), efforts, profile, types)
    np.testing.assert_allclose(both, found, rtol=1e-9)
    slopes = contest.marginal_payoff(0, efforts, profile, types)
    assert slopes is not None and slopes.shape == (2, 3)
    np.testing.assert_allclose(slopes, rise(contest, 0, efforts, profile, types), rtol=1e-6, atol=1e-6)
    if noise is None and trait == "value":  # by hand: the level of an effort e is (e / .3 - 1)
        level = efforts / 0.3 - 1.0
        exact = types * (level**2 + 0.25 * 2 * level * (1 - level)) - efforts**2
        np.testing.assert_allclose(found, exact, rtol=1e-10)


def test_one_effort_of_several_contestants() -> None:
    """A single effort stands for all who are asked about."""
    profile, who = NORMAL.profile(PLAYED), np.array([2, 0])
    found = NORMAL.marginal_payoff(who, 0.5, profile)
    assert found is not None and found.shape == (2,)
    each = [NORMAL.marginal_payoff(int(i), np.array([0.5]), profile)[0] for i in who]
    np.testing.assert_allclose(found, each, rtol=1e-12)
    np.testing.assert_allclose(
        NORMAL.payoff(who, 0.5, profile),
        [float(NORMAL.payoff(int(i), 0.5, profile)) for i in who],
        rtol=1e-12,
    )


def test_types_who_are_averse_to_risk() -> None:
    """Abilities uniform on [0, 1], efforts nil: a type beats a share of rivals that is the type itself."""
    contest = ct.Contest(contestants=ct.Private(2, ability=stats.uniform(), utility=ct.CARA(2.0)), prizes=1.0)
    profile = contest.profile(ct.Monotone(types=stats.uniform(), function=lambda t: 0.0 * np.asarray(t)))
    types = np.array([0.25, 0.5, 0.75])
    found = contest.payoff(0, np.zeros(3), profile, types)
    sure = -np.log(types * math.exp(-2.0) + 1 - types) / 2.0
    np.testing.assert_allclose(found, sure, rtol=1e-10)


def test_marginal_payoffs_that_are_not_known() -> None:
    sure = ct.Contest(contestants=ct.Identical(3), prizes=1.0)
    share = ct.QualityShare(base=1.0, share=0.1)
    for contest in (
        sure,
        LOTTERY.replace(prizes=share),
        sure.replace(technology=ct.Trials(stats.uniform()), prizes=share),
        NORMAL.replace(contestants=ct.Known(value=VALUE, utility=ct.CARA(1.0))),
    ):
        assert contest.marginal_payoff(0, np.array([0.2]), contest.profile(0.3)) is None
    private = ct.Contest(contestants=ct.Private(2, value=stats.uniform()), prizes=1.0)
    half = ct.Monotone(types=stats.uniform(), function=lambda t: np.asarray(t, float) ** 2 / 2)
    found = private.marginal_payoff(0, np.array([0.2]), private.profile(half), np.array([0.5]))
    assert found == pytest.approx([0.5 / math.sqrt(2 * 0.2) - 1], rel=1e-9)  # F = sqrt(2 e)
    assert private.marginal_payoff(0, np.array([0.2]), private.profile(0.1), np.array([0.5])) is None


def test_shares_that_are_smooth() -> None:
    exact = ct.Contest(contestants=ct.Identical(3), prizes=1.0)
    assert payoffs.share_is_smooth(NORMAL) and payoffs.share_is_smooth(exact)
    assert not payoffs.share_is_smooth(LOTTERY)
    assert not payoffs.share_is_smooth(NORMAL.replace(success=ct.Highest(handicaps=[0.0, 1.0, 2.0])))
    assert not payoffs.share_is_smooth(exact.replace(technology=ct.Trials(stats.uniform())))


def test_a_share_of_a_sure_quality() -> None:
    """The best of three who stand at efforts .5 and 1 + 1: base plus share of her own quality."""
    contest = ct.Contest(
        contestants=ct.Known(ability=[0.0, 1.0, 0.0]), prizes=ct.QualityShare(base=1.0, share=0.5)
    )
    profile = contest.profile([0.2, 1.0, 0.5])
    found = contest.payoff(0, np.array([1.9, 2.0, 2.1]), profile)
    np.testing.assert_allclose(found, [-1.9, 0.5 * 2.0 - 2.0, 1 + 0.5 * 2.1 - 2.1], rtol=1e-13)
    lottery = LOTTERY.replace(prizes=ct.QualityShare(base=1.0, share=0.5))
    found = lottery.payoff(1, np.array([0.7]), lottery.profile(PLAYED))
    assert found == pytest.approx([2 * share(1, 0.7) * (1 + 0.35) - 2 * 0.49], rel=1e-12)


def test_effort_that_costs_all_there_is_to_win() -> None:
    np.testing.assert_allclose(LOTTERY.largest_effort(np.arange(3)), np.sqrt(VALUE * 4 / COST), rtol=1e-14)
    alike = ct.Contest(contestants=ct.Identical(3), prizes=[3.0, 2.0, 1.0], cost=ct.Power(2))
    assert float(alike.largest_effort(0)) == pytest.approx(math.sqrt(3 - 1))  # the last prize is sure
    assert float(alike.replace(prizes=[3.0, 2.0]).largest_effort(0)) == pytest.approx(math.sqrt(3))
    # Under a reserve nothing is sure.
    assert float(alike.replace(entry=ct.Reserve(0.1)).largest_effort(0)) == pytest.approx(math.sqrt(3))
    assert float(alike.replace(prizes=[2.0, 2.0, 2.0]).largest_effort(0)) == 0.0
    private = ct.Contest(contestants=ct.Private(3, cost=stats.uniform()), prizes=2.0, cost=ct.Power(2))
    found = private.largest_effort(0, np.array([0.0, 0.5, 2.0]))
    assert found[0] == np.inf and found[1:] == pytest.approx([2.0, 1.0])
    capped = private.replace(cost=Capped(ct.Power(2), at=1.5))
    assert capped.largest_effort(0, np.array([0.0, 0.5, 2.0])) == pytest.approx([1.5, 1.5, 1.0])


@pytest.mark.parametrize(
    ("noise", "luck"),
    [(None, 0.0), (stats.norm(scale=0.5), 20.0), (stats.cauchy(), 40.0)],
    ids=["sure", "normal", "cauchy"],
)
def test_effort_under_a_share_is_doubled_until_it_cannot_pay(noise: Any, luck: float) -> None:
    contest = ct.Contest(
        contestants=ct.Known(value=[2.0, 1.0], cost=[0.5, 1.0], ability=[1.0, 0.0]),
        prizes=ct.QualityShare(base=0.1, share=0.3),
        technology=ct.Exact() if noise is None else ct.Additive(noise),
        cost=ct.Power(2),
    )
    for i, (value, cost, ability) in enumerate([(2.0, 0.5, 1.0), (1.0, 1.0, 0.0)]):

        def short(effort: float, v: float = value, c: float = cost, a: float = ability) -> bool:
            return c * effort**2 < v * (0.1 + 0.3 * (effort + a + luck))

        start = max(math.sqrt(value * 0.1 / cost), math.sqrt(contest.stakes / cost))
        expected = start
        while short(expected):
            expected *= 2
        assert float(contest.largest_effort(i)) == pytest.approx(expected, rel=1e-13)
    with pytest.raises(ct.InvalidPartError) as refusal:
        contest.replace(cost=ct.Linear(0.01)).largest_effort(0)
    assert str(refusal.value) == (
        "Contest.prizes must be a share of quality that the cost of effort outgrows in the end, not "
        "QualityShare(base=0.1, share=0.3). With this cost and output, effort would be unbounded."
    )


@pytest.mark.parametrize(
    ("changes", "exponent"),
    [
        ({"success": ct.Lottery(exponent=0.7)}, 0.7),
        ({"success": ct.Lottery(exponent=0.7), "technology": ct.Exact(output=ct.Power(0.5))}, None),
        ({}, None),
        ({"technology": ct.Trials(stats.uniform())}, 1.0),
        ({"technology": ct.Additive(stats.gumbel_r(scale=2), output=ct.Log(scale=3))}, 1.5),
        ({"technology": ct.Additive(stats.gumbel_r(scale=2))}, None),
        ({"technology": ct.Additive(stats.norm(scale=2), output=ct.Log(scale=3))}, None),
        ({"technology": ct.Exact(output=ct.Log(scale=3))}, None),
        (
            {
                "technology": ct.Additive(stats.gumbel_r(scale=2), output=ct.Log(scale=3)),
                "success": ct.Highest(error=stats.norm()),
            },
            None,
        ),
        ({"success": Straight()}, None),
    ],
)
def test_lotteries_by_another_name(changes: Any, exponent: Any) -> None:
    contest = ct.Contest(contestants=ct.Identical(3), prizes=1.0).replace(**changes)
    assert payoffs.lottery_exponent(contest) == exponent
