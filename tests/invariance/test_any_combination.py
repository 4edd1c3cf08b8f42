"""Any combination of parts ends in a certified equilibrium or in words, and the certified ones add up.

Parts are drawn from their declared domains and put together without regard to whether a room takes
them. What must hold whatever comes out: the errors are the library's; the certificate passes; one per
cent more or less of the effort is noticed where a certificate can see it; money is a unit; and what
contestants get is what the sponsor pays, less what efforts cost (an identity that no solver uses).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from scipy import stats

import contests as ct

numbers = st.integers(2, 5)
levels = st.floats(0.3, 3.0)


@st.composite
def known(draw: Any) -> Any:
    trait = draw(st.sampled_from(["ability", "cost", "value"]))
    return ct.Known(**{trait: draw(st.lists(levels, min_size=2, max_size=4))})


@st.composite
def private(draw: Any) -> Any:
    low, width = draw(levels), draw(levels)
    law = draw(st.sampled_from([stats.uniform(low, width), stats.beta(2, 3, low, width)]))
    return ct.Private(draw(numbers), **{draw(st.sampled_from(["ability", "cost", "value"])): law})


contestants = st.one_of(st.builds(ct.Identical, numbers), known(), private())
noises = st.one_of(
    levels.map(lambda s: stats.norm(scale=s)),
    levels.map(lambda s: stats.gumbel_r(scale=s)),
    levels.map(lambda s: stats.logistic(scale=s)),
    levels.map(lambda s: stats.uniform(-s, 2 * s)),
)
technologies = st.one_of(
    st.just(ct.Exact()),
    noises.map(ct.Additive),
    noises.map(lambda noise: ct.Additive(noise, output=ct.Log())),
    st.just(ct.Trials(stats.norm())),
)
lotteries = st.floats(0.2, 1.0).map(lambda exponent: ct.Lottery(exponent=exponent))
costs = st.one_of(st.just(ct.Linear()), st.floats(1.2, 4.0).map(ct.Power), st.just(ct.Exponential(rate=0.5)))
prize_lists = st.lists(st.floats(0.1, 1.0), min_size=1, max_size=3).map(lambda p: sorted(p, reverse=True))
entries = st.one_of(
    st.just(ct.AllEnter()),
    st.just(ct.Invite(2)),
    st.floats(0.01, 0.2).map(lambda cost: ct.FreeEntry(cost=cost)),
    st.floats(0.01, 0.2).map(ct.Fee),
)


@st.composite
def combinations(draw: Any) -> Any:
    """A contest of any parts that fit together; those that do not say so when they are put together."""
    technology = draw(technologies)
    certain = isinstance(technology, ct.Exact)
    try:
        return ct.Contest(
            contestants=draw(contestants),
            technology=technology,
            success=draw(st.one_of(st.just(ct.Highest()), lotteries)) if certain else ct.Highest(),
            cost=draw(costs),
            prizes=draw(prize_lists),
            entry=draw(entries),
        )
    except ct.InvalidPartError as error:
        event(str(error).partition(" must be ")[0])
        assume(False)


def solved(contest: Any) -> Any:
    """The equilibrium, or None where the library says in words that it has none."""
    try:
        found = ct.solve(contest)
    except (ct.UnsolvableError, ct.NotEquilibriumError, ct.ConvergenceError, ct.NoEquilibriumError) as error:
        event(type(error).__name__)
        return None
    event(found.method)
    return found


def judge(contest: Any) -> bool:
    """Whether it is refused in words, or certified with numbers that add up."""
    found = solved(contest)
    if found is None:
        return True
    _adds_up(contest, found)
    shares = found.win_probability.sum()
    return bool(found.certificate.passed and np.all(np.isfinite(found.payoff)) and shares <= 1 + 1e-9)


def _adds_up(contest: Any, found: Any) -> None:
    """Payoffs, summed, are prizes less costs and fees where a prize is worth the same to all."""
    people = contest.contestants
    outcome = ct.play(contest, found.profile, 4000, rng=np.random.default_rng(7))
    together = outcome.payoff.sum(axis=1)
    error = together.std() / np.sqrt(together.size)
    assert abs(together.mean() - found.payoff.sum()) <= 5 * error + 1e-6 * contest.stakes
    if people.private_trait == "value" or any(people.trait("value", i) != 1 for i in range(contest.n)):
        return
    if isinstance(contest.entry, ct.FreeEntry):  # the cost of entry is nobody's income
        return
    kept = ct.PrizesPaid()(found) - ct.FeesCollected()(found)
    unit = people.private_trait != "cost" and not np.ptp([people.trait("cost", i) for i in range(contest.n)])
    if contest.cost == ct.Linear() and unit:
        kept -= found.total_effort * float(people.trait("cost", 0))
        assert found.payoff.sum() == pytest.approx(kept, abs=1e-7 * contest.stakes)
    else:
        assert found.payoff.sum() <= kept + 1e-8 * contest.stakes


@settings(max_examples=12)
@given(combinations())
def test_a_combination_is_certified_or_refused_in_words(contest: Any) -> None:
    assert judge(contest)


@pytest.mark.slow
@settings(max_examples=100)
@given(combinations())
def test_many_combinations_are_certified_or_refused_in_words(contest: Any) -> None:
    assert judge(contest)


@settings(max_examples=4)
@given(combinations(), st.sampled_from([1e-9, 1e9]))
def test_money_is_a_unit_of_every_combination(contest: Any, money: float) -> None:
    assume(isinstance(contest.entry, (ct.AllEnter, ct.Invite)))
    found = solved(contest)
    assume(found is not None)
    prizes = contest.prizes.by_rank() * money
    scaled = contest.replace(prizes=prizes, cost=money * contest.cost)
    other = ct.solve(scaled)
    assert other.effort == pytest.approx(found.effort, rel=2e-6, abs=1e-12)
    assert other.payoff / money == pytest.approx(found.payoff, rel=1e-6, abs=1e-7 * contest.stakes)
