"""Fees that the winner gets, with private types: payoffs written down by hand, and other contests.

Routes: closed forms where quality is certain; shifts of the value that make the pot a prize among two;
integrals over one rival done here; and draws by `contests.play`.
"""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

import contests as ct
from contests.laws_truncated import tail_of
from contests.profile import Profile
from contests.solvers.entry_by_type import EntryByType, Inside


def refunded(amount: float) -> ct.Fee:
    return ct.Fee(amount, refundable_to="winner")


@pytest.mark.parametrize("fee", [0.02, 0.3])
def test_abilities_of_two_uniform_spend_the_pot_alone(fee: float) -> None:
    """Winning against one more rival in a unit of ability is worth 1, what ability does, and 2 fees.

    dC/db = 1 + 2 F - 1 from the threshold (1 + F) b = F on: before the pot was counted, nobody worked.
    """
    eq = ct.solve(
        ct.Contest(contestants=ct.Private(2, ability=stats.uniform()), prizes=1.0, entry=refunded(fee))
    )
    strategy: Any = eq.strategy(0)
    first = fee / (1 + fee)
    assert strategy.weakest == pytest.approx(first, rel=1e-12)
    abilities = np.linspace(first + 1e-3, 1.0, 7)
    assert strategy(abilities) == pytest.approx(2 * fee * (abilities - first), rel=1e-9)


def test_abilities_of_three_among_whom_the_weakest_entrants_idle() -> None:
    """dC/db = 2 b + F (6 b - 2 b0) - 1 where that is above zero; idle types win against weaker ones."""
    fee = 0.02
    eq = ct.solve(
        ct.Contest(contestants=ct.Private(3, ability=stats.uniform()), prizes=1.0, entry=refunded(fee))
    )
    start = np.sqrt(fee / (1 + fee))
    works = (1 + 2 * fee * start) / (2 + 6 * fee)
    strategy: Any = eq.strategy(0)
    assert start < works < 1
    assert strategy.weakest == pytest.approx(start, rel=1e-12)
    assert (strategy(np.linspace(start, works - 1e-6, 5)) == 0).all()

    def spent(b: Any) -> Any:
        return b**2 + fee * (3 * b**2 - 2 * start * b) - b

    abilities = np.linspace(works + 0.01, 1.0, 6)
    assert strategy(abilities) == pytest.approx(spent(abilities) - spent(works), rel=1e-8)
    assert ct.PrizesPaid()(eq) == pytest.approx(1 - start**3 + ct.FeesCollected()(eq), rel=1e-9)


def test_the_pot_counts_where_prizes_are_equal_and_where_all_come() -> None:
    """Three equal prizes are owed to all: only three fees are to be won, a prize like any other."""
    types = ct.Private(3, ability=stats.uniform())
    parts: dict[str, Any] = {"contestants": types, "cost": ct.Power(2)}
    eq = ct.solve(ct.Contest(prizes=[0.3, 0.3, 0.3], entry=refunded(0.1), **parts))
    same = ct.solve(ct.Contest(prizes=[0.6, 0.3, 0.3], **parts))
    assert eq.strategy(0).entry_probability() == 1.0
    assert eq.effort == pytest.approx(same.effort, rel=1e-9)
    assert eq.payoff == pytest.approx(same.payoff - 0.1, rel=1e-9)
    costs = ct.Contest(
        contestants=ct.Private(3, cost=stats.uniform(1, 1)), prizes=[0.3, 0.3, 0.3], entry=refunded(0.1)
    )
    like = costs.replace(prizes=[0.6, 0.3, 0.3], entry=ct.AllEnter())
    assert ct.solve(costs).effort == pytest.approx(ct.solve(like).effort, rel=1e-9)


@pytest.mark.parametrize("to", ["sponsor", "winner"])
def test_abilities_without_bound_under_a_fee(to: Any) -> None:
    """The ablest do next to nothing; money alone does not resolve that, and took all the time allowed."""
    contest = ct.Contest(
        contestants=ct.Private(3, ability=stats.norm(scale=0.3)),
        prizes=1.0,
        cost=ct.Power(2),
        entry=ct.Fee(0.1, refundable_to=to),
    )
    eq = ct.solve(contest)
    pot = 1.0 if to == "sponsor" else 1.1
    assert eq.strategy(0).entry_probability() == pytest.approx(1 - np.sqrt(0.1 / pot), rel=1e-12)
    assert eq.strategy(0)(np.array([4.0]))[0] < 1e-6


def test_the_threshold_type_herself_does_nothing() -> None:
    """A fee at which she is a quantile that is looked at: her effort is no root of a rounding error."""
    eq = ct.solve(
        ct.Contest(
            contestants=ct.Private(2, ability=stats.expon()), prizes=1.0, cost=ct.Power(2), entry=ct.Fee(0.05)
        )
    )
    assert eq.strategy(0)(stats.expon().ppf([0.05]))[0] == 0.0


def test_equal_prizes_below_the_fee_leave_the_pot_to_be_won() -> None:
    """Who comes gets 0.3 whatever she does and pays 0.4: only the pot is won, among those who come."""
    contest = ct.Contest(
        contestants=ct.Private(2, cost=stats.uniform(1, 1)), prizes=[0.3, 0.3], entry=refunded(0.4)
    )
    eq = ct.solve(contest)
    alone = 0.1 / 0.4  # 0.3 + 0.4 Pr(alone) = 0.4
    assert eq.strategy(0).entry_probability() == pytest.approx(1 - alone, rel=1e-12)
    # u = 2 - k: money k e = C with de = 2 F du / k from the threshold on.
    costs = np.linspace(1.0, 1.7, 5)
    assert eq.strategy(0)(costs) == pytest.approx(0.8 * np.log((2 - alone) / costs), rel=1e-9)


PARTS: dict[str, dict[str, Any]] = {
    "lottery": {"success": ct.Lottery()},
    "shock": {"technology": ct.Additive(stats.norm()), "cost": ct.Power(2)},
    "corner": {"technology": ct.Additive(stats.laplace(scale=0.6)), "cost": ct.Power(2)},
}


@functools.cache
def by_value(n: int, fee: float, luck: str) -> ct.Equilibrium:
    types = ct.Private(n, value=stats.uniform())
    return ct.solve(ct.Contest(contestants=types, prizes=1.0, entry=refunded(fee), **PARTS[luck]))


@pytest.mark.parametrize("luck", ["lottery", "shock"])
def test_among_two_the_pot_adds_to_every_value(luck: str) -> None:
    """With o the chance that the rival is out: v P + F (2 P - o), so that efforts are those of v + 2 F."""
    fee = 0.3
    strategy: Any = by_value(2, fee, luck).strategy(0)
    out = 1.0 - strategy.share
    assert strategy.threshold == pytest.approx(out)
    # Winning is 1 with probability o, and what it is against a rival who came otherwise.
    types = ct.Private(2, value=stats.uniform(out + 2 * fee, 1 - out))
    other = ct.solve(ct.Contest(contestants=types, prizes=1.0 - out, **PARTS[luck])).strategy(0)
    values = np.linspace(out + 1e-3, 1.0, 6)
    assert strategy(values) == pytest.approx(other(values + 2 * fee), rel=1e-8)


@pytest.mark.parametrize(("n", "fee"), [(3, 0.25), pytest.param(3, 0.05, marks=pytest.mark.slow)])
def test_values_in_a_lottery_by_hand(n: int, fee: float) -> None:
    """Payoffs against two rivals summed over Gauss points of both: best replies, and who is indifferent."""
    eq = by_value(n, fee, "lottery")
    strategy: Any = eq.strategy(0)
    assert eq.certificate.passed
    assert 0 < strategy.share < 1
    x, w = np.polynomial.legendre.leggauss(60)
    share, out = strategy.share, 1.0 - strategy.share
    rivals, chance = strategy(1.0 - share * (x + 1) / 2), share * w / 2
    pairs, both = rivals[:, None] + rivals, chance[:, None] * chance

    def payoff(value: float, effort: float) -> float:
        alone = (value + fee) * out**2
        one = 2 * out * (value + 2 * fee) * float(chance @ (effort / (effort + rivals)))
        two = (value + 3 * fee) * float(np.sum(both * effort / (effort + pairs)))
        return alone + one + two - effort - fee

    t = strategy.threshold
    assert payoff(t, float(strategy(t))) == pytest.approx(0.0, abs=1e-9)
    for value in (t, 0.5 + t / 2, 1.0):
        own = float(strategy(value))
        slope = (payoff(value, own * 1.0001) - payoff(value, own * 0.9999)) / (2e-4 * own)
        assert slope == pytest.approx(0.0, abs=1e-7)


def test_more_come_where_the_fees_are_to_be_won() -> None:
    """Than where the sponsor keeps them; he pays out again what he collects."""
    eq, kept = by_value(3, 0.25, "lottery"), ct.Private(3, value=stats.uniform())
    other = ct.solve(
        ct.Contest(contestants=kept, prizes=1.0, entry=ct.Fee(0.25), **PARTS["lottery"])
    ).strategy(0)
    share = eq.strategy(0).entry_probability()
    assert share > other.entry_probability()
    assert ct.PrizesPaid()(eq) == pytest.approx(1 - (1 - share) ** 3 + 3 * share * 0.25, rel=1e-9)


@pytest.mark.parametrize(
    ("n", "luck"),
    [(3, "lottery"), *(pytest.param(n, p, marks=pytest.mark.slow) for n, p in ((4, "shock"), (2, "corner")))],
)
def test_draws_of_private_values_who_win_the_fees(n: int, luck: str) -> None:
    eq = by_value(n, 0.25, luck)
    size = 30_000
    drawn = eq.simulate(size, rng=np.random.default_rng(3))
    assert drawn.enters is not None
    for expected, found in (
        (ct.ContestantSurplus()(eq), drawn.payoff.sum(axis=1)),
        (ct.PrizesPaid()(eq), drawn.prize.sum(axis=1)),
        (ct.FeesCollected()(eq), 0.25 * drawn.enters.sum(axis=1)),
        (ct.TotalEffort()(eq), drawn.effort.sum(axis=1)),
        (ct.BestQuality()(eq), drawn.best),
    ):
        assert expected == pytest.approx(np.mean(found), abs=4.5 * np.std(found) / np.sqrt(size))


@pytest.mark.parametrize("trait", ["value", "cost"])
def test_where_the_score_of_who_may_stay_out_jumps(trait: str) -> None:
    """Panels of types end at the threshold: the chance to be out was off by half a panel (1e-5)."""
    types = ct.Private(2, **{trait: stats.uniform(0.5, 1.0)})
    contest = ct.Contest(contestants=types, prizes=1.0, entry=ct.Fee(0.4), **PARTS["corner"])
    share, law = 0.7654321, types.law_of(0)
    cut = float(law.isf(share) if trait == "value" else law.ppf(share))
    up = trait == "value"
    inner = ct.Monotone(types=tail_of(law, cut, upper=up), function=np.sqrt, scores_increase=up)
    inside = Inside(inner=inner, threshold=cut)
    strategy = EntryByType(types=law, function=inside, scores_increase=up, share=share)
    scores: Any = contest.against(Profile.symmetric(strategy, 2)).scores(0)
    assert scores.out == pytest.approx(1 - share, rel=1e-12)
    assert scores.below(np.array([-60.0]))[0] == pytest.approx(1 - share, rel=1e-12)
    everybody = Inside(inner=replace(inner, types=law), threshold=cut)
    with pytest.raises(ct.InvalidPartError, match=r"a law of which 0 of all types are outside.*tail_of"):
        replace(strategy, function=everybody)
    assert replace(strategy, function=everybody, share=1.0).entry_probability() == 1.0


@pytest.mark.parametrize("entry", [ct.AllEnter(), ct.Fee(0.1), refunded(0.3)], ids=["all", "fee", "winner"])
def test_nobody_works_where_that_is_an_equilibrium(entry: Any) -> None:
    """Two in a lottery over abilities from 1 to 2: a first unit of effort wins at most 1.6 / 4.

    Who is there wins in proportion to her ability; before, this was no answer but an error.
    """
    types = ct.Private(2, ability=stats.uniform(1.0, 1.0))
    eq = ct.solve(ct.Contest(contestants=types, prizes=1.0, entry=entry, **PARTS["lottery"]))
    assert eq.certificate.passed
    assert eq.total_effort == 0.0
    chance = integrate.dblquad(lambda a, b: a / (a + b), 1.0, 2.0, 1.0, 2.0)[0]
    fees = 0.0 if entry.fees_to_winner else entry.price
    assert eq.payoff == pytest.approx([chance - fees] * 2, rel=1e-9)


def test_a_few_work_though_nobody_would_against_hard_working_rivals() -> None:
    """All enter; the weakest gain from a little effort against the idle, which Newton's method missed."""
    types = ct.Private(3, ability=stats.uniform(0.1, 1.0))
    eq = ct.solve(ct.Contest(contestants=types, prizes=1.0, entry=refunded(0.1), **PARTS["lottery"]))
    strategy: Any = eq.strategy(0)
    assert eq.certificate.passed
    assert strategy(np.array([0.1]))[0] > 1e-4
    assert (strategy(np.array([0.2, 0.5, 1.0])) == 0).all()
    # The pot of three fees is a prize of the same size: 1.3 to be won.
    same = ct.solve(ct.Contest(contestants=types, prizes=1.3, **PARTS["lottery"]))
    assert eq.effort == pytest.approx(same.effort, rel=1e-9)


def test_all_come_whose_like_exist() -> None:
    """Of abilities 5 with a spread of 0.3 those who would lose the fee are rarer than floats can tell."""
    types = ct.Private(3, ability=stats.norm(5, 0.3))
    eq = ct.solve(
        ct.Contest(
            contestants=types,
            prizes=1.0,
            success=ct.Lottery(exponent=0.5),
            cost=ct.Power(2),
            entry=refunded(0.3),
        )
    )
    assert eq.certificate.passed
    assert eq.strategy(0).entry_probability() == 1.0


def test_costs_without_bound_leak_no_warning_where_all_come() -> None:
    """The costs of nobody, infinite, were averaged over with weights of zero."""
    types = ct.Private(3, cost=stats.lognorm(0.5))
    parts = {"cost": ct.Power(2), "technology": ct.Additive(stats.norm(scale=3.0))}
    eq = ct.solve(ct.Contest(contestants=types, prizes=1.0, entry=refunded(0.6), **parts))
    assert eq.strategy(0).entry_probability() == 1.0
    assert np.isfinite(eq.payoff).all()


@pytest.mark.parametrize("law", [stats.expon(0.1), stats.uniform(0.5, 1.0)], ids=["exponential", "uniform"])
def test_the_threshold_type_of_a_private_cost_does_nothing(law: Any) -> None:
    """A fee of 3 keeps out exactly those beyond the quartile, who is looked at."""
    types = ct.Private(2, cost=law)
    eq = ct.solve(ct.Contest(contestants=types, prizes=1.0, entry=refunded(3.0), cost=ct.Power(2)))
    assert eq.strategy(0).entry_probability() == pytest.approx(0.25)
    assert eq.strategy(0)(law.ppf([0.25]))[0] == 0.0
