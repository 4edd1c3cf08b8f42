"""What comes of contests with fees, reserves and entry by chance, each number written out by hand.

Routes: sums over who passes or comes, and integrals over shocks and types by SciPy's quadrature. Strategies
are given, not solved for, so that nothing but the expectations is tested.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import ndtr

import contests as ct
from contests.entry_games import EntryProfile
from contests.entry_outcomes import RandomEntryOutcomes
from contests.laws import law
from contests.laws_truncated import tail_of
from contests.outcomes import Outcomes
from contests.outcomes_entry import EntryOutcomes, outcomes_of
from contests.profile import Profile
from contests.solvers.entry_by_type import EntryByType, Inside

NOISE = stats.norm(scale=0.5)
SHOCK: dict[str, Any] = {"technology": ct.Additive(NOISE), "cost": ct.Power(2)}
LOTTERY: dict[str, Any] = {"success": ct.Lottery()}


def integral(function: Callable[[float], float], low: float, high: float, *points: float) -> float:
    """By SciPy, between the points at which the integrand bends."""
    ends = sorted({low, high, *(point for point in points if low < point < high)})
    return sum(
        integrate.quad(function, a, b, epsabs=1e-11, epsrel=1e-11, limit=200)[0]
        for a, b in itertools.pairwise(ends)
    )


def best_of(laws: list[Callable[[float], float]], least: float = -5.0, top: float = 6.0) -> float:
    """E[max; max >= least] of independent numbers with these laws: by parts, from the law of the largest."""

    def below(x: float) -> float:
        return math.prod(one(x) for one in laws)

    return least * (1 - below(least)) + integral(lambda x: 1 - below(x), least, top, 0.0, 1.0)


def shifted(place: float) -> Callable[[float], float]:
    return lambda x: float(ndtr((x - place) / 0.5))


# --- a reserve, efforts known ------------------------------------------------------------------------------

EFFORTS = [0.9, 0.5, 0.5]
RESERVE = 0.7


def reserved(**parts: Any) -> EntryOutcomes:
    given: dict[str, Any] = {
        "contestants": ct.Known(cost=[1.0, 2.0, 2.0]),
        "prizes": [2.0, 1.0],
        "entry": ct.Reserve(RESERVE),
        **SHOCK,
        **parts,
    }
    found = outcomes_of(ct.Contest(**given), Profile.pure(EFFORTS[: given["contestants"].n]))
    assert isinstance(found, EntryOutcomes)
    return found


def test_prizes_are_paid_to_those_who_pass() -> None:
    """How many of three pass the mark, all eight ways; fees into the pot change nothing below it."""
    pass_by = [float(NOISE.sf(RESERVE - e)) for e in EFFORTS]
    paid = 0.0
    for who in itertools.product([0, 1], repeat=3):
        chance = math.prod(p if w else 1 - p for p, w in zip(pass_by, who, strict=True))
        paid += chance * sum([2.0, 1.0][: sum(who)])
    found = reserved()
    assert found.prizes_paid == pytest.approx(paid, rel=1e-9)
    assert found.entrants == 3.0  # each of them may pass
    assert found.nobody_enters == 0.0 and found.expected_best_if_any == found.expected_best


def test_the_best_idea_and_the_one_that_wins() -> None:
    laws = [shifted(e) for e in EFFORTS]
    found = reserved()
    assert found.expected_best == pytest.approx(best_of(laws), rel=1e-10)
    assert found.winner_quality() == pytest.approx(best_of(laws, RESERVE), rel=1e-9)
    # All three less the worst, which is minus the best of the negatives.
    worst = -best_of([shifted(-e) for e in EFFORTS])
    assert found.top_qualities(2) == pytest.approx(sum(EFFORTS) - worst, rel=1e-9)
    assert found.expected_average == pytest.approx(sum(EFFORTS) / 3, rel=1e-12)
    able = [0.1, 0.3, 0.0]
    known = reserved(contestants=ct.Known(ability=np.array(able)))
    laws_able = [shifted(e + b) for e, b in zip(EFFORTS, able, strict=True)]
    assert known.winner_quality() == pytest.approx(best_of(laws_able, RESERVE), rel=1e-9)
    assert known.expected_average == pytest.approx((sum(EFFORTS) + sum(able)) / 3, rel=1e-12)
    shared = ct.Additive(NOISE, common=stats.norm(loc=0.25, scale=0.1))
    free = reserved(technology=shared, entry=ct.Fee(0.1))
    assert free.expected_best == pytest.approx(best_of(laws) + 0.25, rel=1e-9)


def test_who_may_reach_a_reserve() -> None:
    """Certain quality counts from the mark on, with ability, but for rounding; trials if there are any."""

    def entrants(efforts: list[float], **parts: Any) -> float:
        given = {"contestants": ct.Identical(len(efforts)), "prizes": 1.0, "entry": ct.Reserve(0.7)}
        found = outcomes_of(ct.Contest(**{**given, **parts}), Profile.pure(efforts))
        assert isinstance(found, EntryOutcomes)
        return float(found.entrants)

    exact = 0.7 * (1 - 1e-14)
    assert entrants([0.7, exact, 0.7 * (1 - 1e-12), 0.9]) == 3.0
    able = ct.Known(ability=[0.5, 0.2, 0.0])
    assert entrants([0.2, 0.2, 0.8], contestants=able) == 2.0
    assert entrants([0.2, 0.5, 0.0], contestants=able) == 2.0
    # Rounding is of abilities too where these are large and the reserve is small: 1e9 - 1e9 + 1e-5.
    far = ct.Known(ability=[-1e9, -1e9])
    assert entrants([1e9 - 5e-5, 1e9 - 2e-4], contestants=far, entry=ct.Reserve(0.0)) == 1.0
    trials = {"technology": ct.Trials(stats.uniform()), "cost": ct.Linear(0.1)}
    assert entrants([3.0, 0.0, 0.5], **trials) == 2.0
    assert entrants([0.2, 0.2], entry=ct.Reserve(0.7, fee=0.1)) == 2.0  # who pays is in, whatever she does
    assert entrants([0.0, 0.2], success=ct.Lottery()) == 0.0


def test_judges_choose_among_certain_qualities_that_pass() -> None:
    """0.9 and 0.8 pass 0.7, 0.5 does not; errors decide between the first two."""
    contest = ct.Contest(
        contestants=ct.Identical(3),
        prizes=3.0,
        success=ct.Highest(error=stats.norm()),
        cost=ct.Power(2),
        entry=ct.Reserve(0.7),
    )
    found = outcomes_of(contest, Profile.pure([0.9, 0.8, 0.5]))
    first = float(stats.norm.cdf(0.1 / math.sqrt(2)))
    assert found.win_probability == pytest.approx([first, 1 - first, 0.0], abs=1e-9)
    assert found.winner_quality() == pytest.approx(0.9 * first + 0.8 * (1 - first), rel=1e-9)
    assert found.prizes_paid == pytest.approx(3.0, rel=1e-9)
    nobody = outcomes_of(contest, Profile.pure([0.1, 0.2, 0.3]))
    assert nobody.winner_quality() == nobody.prizes_paid == 0.0
    # Without errors the best wins: certain quality, in the events in which it passes.
    plain = outcomes_of(contest.replace(success=ct.Highest()), Profile.pure([0.9, 0.8, 0.5]))
    assert plain.winner_quality() == pytest.approx(0.9, rel=1e-14)
    assert plain.prizes_paid == pytest.approx(3.0, rel=1e-14)
    able = contest.replace(success=ct.Highest(), contestants=ct.Known(ability=[0.0, 0.4, 0.1]))
    assert outcomes_of(able, Profile.pure([0.9, 0.8, 0.5])).winner_quality() == pytest.approx(1.2, rel=1e-14)


def test_a_draw_keeps_the_prize_and_fees_make_it_larger() -> None:
    drawn = ct.Contest(
        contestants=ct.Identical(2), prizes=3.0, success=ct.Lottery(draw=0.5), entry=ct.Fee(0.25)
    )
    found = outcomes_of(drawn, Profile.pure([0.3, 0.2]))
    assert isinstance(found, EntryOutcomes)
    assert found.prizes_paid == pytest.approx(3.0 * 0.5, rel=1e-12)
    pot = ct.Contest(
        contestants=ct.Identical(2),
        prizes=3.0,
        success=ct.Lottery(),
        entry=ct.Fee(0.25, refundable_to="winner"),
    )
    assert outcomes_of(pot, Profile.pure([0.3, 0.2])).prizes_paid == pytest.approx(3.5, rel=1e-12)
    assert type(outcomes_of(pot.replace(entry=ct.AllEnter()), Profile.pure([0.3, 0.2]))) is Outcomes
    assert type(outcomes_of(pot.replace(entry=ct.Fee(0.0)), Profile.pure([0.3, 0.2]))) is Outcomes


# --- private types who stay out below a threshold -----------------------------------------------------------

OUT = 0.4  # abilities uniform on [0, 1]; those below 0.4 stay out


def by_type(function: Callable[[Any], Any], up: bool = True) -> EntryByType:
    """Types from 0.4 on (or up to 0.6) enter, with this effort."""
    inside = stats.uniform(OUT, 1 - OUT) if up else stats.uniform(0, 1 - OUT)
    inner = ct.Monotone(types=inside, function=function, scores_increase=up)
    return EntryByType(
        types=stats.uniform(),
        function=Inside(inner=inner, threshold=OUT if up else 1 - OUT),
        scores_increase=up,
        share=1 - OUT,
    )


def effort(t: Any) -> Any:
    return 0.1 + 0.2 * t


NODE, WEIGHT = np.polynomial.legendre.leggauss(40)
TYPES = (1 + OUT) / 2 + (1 - OUT) / 2 * NODE


def mixture(x: float) -> float:
    """The law of an entrant's quality: ability, effort and noise, averaged over types from 0.4 to 1."""
    return float(WEIGHT @ ndtr((x - TYPES - effort(TYPES)) / 0.5)) / 2


def typed(n: int = 3, **parts: Any) -> EntryOutcomes:
    given: dict[str, Any] = {
        "contestants": ct.Private(n, ability=stats.uniform()),
        "prizes": [2.0, 1.0],
        "entry": ct.Fee(0.2),
        **SHOCK,
        **parts,
    }
    found = outcomes_of(ct.Contest(**given), Profile.symmetric(by_type(effort), n))
    assert isinstance(found, EntryOutcomes)
    return found


def test_counts_of_types_who_enter() -> None:
    """Each of three is in with .6: prizes are for as many as came, fees to the winner are paid on top."""
    some = [stats.binom(3, 0.6).sf(k) for k in range(3)]  # more than k
    found = typed()
    assert found.entrants == pytest.approx(1.8, rel=1e-12)
    assert found.nobody_enters == pytest.approx(0.4**3, rel=1e-12)
    assert found.prizes_paid == pytest.approx(2 * some[0] + some[1], rel=1e-12)
    pot = typed(prizes=2.0, entry=ct.Fee(0.2, refundable_to="winner"))
    assert pot.prizes_paid == pytest.approx(2 * some[0] + 0.2 * 1.8, rel=1e-12)
    assert typed(prizes=[2.0, 1.0, 0.5]).prizes_paid == pytest.approx(
        2 * some[0] + some[1] + 0.5 * some[2], rel=1e-12
    )


def test_ideas_of_types_who_enter() -> None:
    """Of two: both come, one does, or nobody, and then there is nothing, which is worth what no effort is."""
    mean, pair = 0.1 + 1.2 * 0.7, best_of([mixture] * 2)
    for nothing in (0.0, 0.3):
        output = ct.Linear(1.0, intercept=nothing)
        found = typed(2, prizes=2.0, technology=ct.Additive(NOISE, output=output))
        best = 2 * 0.6 * 0.4 * mean + 0.36 * pair + nothing
        assert found.nothing == nothing
        assert found.expected_best == pytest.approx(best, rel=1e-8)
        assert found.expected_best_if_any == pytest.approx((best - 0.16 * nothing) / 0.84, rel=1e-8)
        assert found.top_qualities(1) == pytest.approx(best, rel=1e-8)
        assert found.top_qualities(2) == pytest.approx(2 * (0.6 * mean + nothing), rel=1e-8)
        assert found.top_qualities(5) == found.top_qualities(2)
        assert found.winner_quality() == pytest.approx(best, rel=1e-8)
        assert found.expected_average == pytest.approx(0.6 * mean + nothing, rel=1e-9)


def test_shocks_with_kinks_are_integrated_type_by_type() -> None:
    """Laplace noise has no Gauss points of its own: the best idea above the mark, and among types."""
    noise = stats.laplace(scale=0.4)

    def below(x: Any) -> Any:
        return np.where(x < 0, np.exp(np.minimum(x, 0) / 0.4) / 2, 1 - np.exp(-np.maximum(x, 0) / 0.4) / 2)

    found = reserved(technology=ct.Additive(noise))
    laws = [lambda x, e=e: float(below(x - e)) for e in EFFORTS]
    assert found.winner_quality() == pytest.approx(best_of(laws, RESERVE, 12.0), rel=1e-7)

    x = np.linspace(-7.0, 10.0, 5001)  # by Simpson's rule; types smear the kinks
    one = below(x[:, None] - TYPES - effort(TYPES)) @ WEIGHT / 2
    pair = -7.0 + float(integrate.simpson(1 - one**2, x=x))
    mean = 0.1 + 1.2 * 0.7
    types = typed(2, prizes=2.0, technology=ct.Additive(noise))
    assert types.expected_best == pytest.approx(2 * 0.6 * 0.4 * mean + 0.36 * pair, rel=1e-6)


def test_types_and_a_reserve_on_random_quality() -> None:
    """Who is out has nothing; the best of who is in counts where it passes the mark."""
    found = typed(2, prizes=2.0, entry=ct.Reserve(RESERVE, fee=0.1))
    one, pair = best_of([mixture], RESERVE), best_of([mixture] * 2, RESERVE)
    assert found.winner_quality() == pytest.approx(2 * 0.6 * 0.4 * one + 0.36 * pair, rel=1e-7)
    passes = 0.6 * (1 - mixture(RESERVE))
    assert found.prizes_paid == pytest.approx(2.0 * (1 - (1 - passes) ** 2), rel=1e-7)
    assert found.entrants == pytest.approx(1.2)


@pytest.mark.parametrize("up", [True, False])
def test_certain_qualities_of_types_ranked_by_type(up: bool) -> None:
    """Strength s is uniform on [0, 1], in from 0.4 on, and brings 0.1 + 0.2 s: order statistics of three."""
    strategy = by_type(effort if up else lambda t: effort(1 - t), up)
    trait = {"value" if up else "cost": stats.uniform()}

    def found(n: int) -> EntryOutcomes:
        contest = ct.Contest(
            contestants=ct.Private(n, **trait), prizes=1.0, cost=ct.Power(2), entry=ct.Fee(0.1), **LOTTERY
        )
        outcomes = outcomes_of(contest, Profile.symmetric(strategy, n))
        assert isinstance(outcomes, EntryOutcomes)
        return outcomes

    first = integral(lambda s: 3 * s**2 * effort(s), OUT, 1.0)
    second = integral(lambda s: 6 * s * (1 - s) * effort(s), OUT, 1.0)
    three = found(3)
    assert three.expected_best == pytest.approx(first, rel=1e-9)
    assert three.top_qualities(1) == pytest.approx(first, rel=1e-9)
    assert three.top_qualities(2) == pytest.approx(first + second, rel=1e-9)
    assert three.expected_best_if_any == pytest.approx(first / (1 - 0.4**3), rel=1e-9)
    assert found(1).top_qualities(1) == pytest.approx(integral(effort, OUT, 1.0), rel=1e-9)
    e = effort(TYPES)
    won = 0.18 * WEIGHT @ ((e[:, None] ** 2 + e**2) / (e[:, None] + e)) @ WEIGHT / 2
    alone = 0.48 * WEIGHT @ e / 2
    assert found(2).winner_quality() == pytest.approx(won + alone, rel=1e-8)


def test_where_nobody_ever_comes() -> None:
    nobody = EntryByType(
        types=stats.uniform(), function=Inside(inner=None, threshold=1.0), scores_increase=True, share=0.0
    )
    contest = ct.Contest(
        contestants=ct.Private(2, ability=stats.uniform()), prizes=1.0, entry=ct.Fee(9.0), **SHOCK
    )
    found: Any = outcomes_of(contest, Profile.symmetric(nobody, 2))
    assert found.entrants == found.prizes_paid == found.expected_best == 0.0
    assert math.isnan(found.expected_best_if_any)


def test_one_contestant_alone_and_two_of_unlike_laws() -> None:
    """Alone there is nobody to be better; of two laws each has her own share and her own law of quality."""
    mean = 0.1 + 1.2 * 0.7
    alone = typed(1, prizes=2.0)
    assert alone.expected_best == pytest.approx(0.6 * mean, rel=1e-9)
    assert alone.top_qualities(3) == pytest.approx(0.6 * mean, rel=1e-9)
    wide = law(stats.uniform(0, 2))
    inner = ct.Monotone(types=tail_of(wide, 1.0, upper=True), function=effort)
    other = EntryByType(
        types=wide, function=Inside(inner=inner, threshold=1.0), scores_increase=True, share=0.5
    )
    contest = ct.Contest(
        contestants=ct.Private(ability=[stats.uniform(), stats.uniform(0, 2)]),
        prizes=[2.0, 1.0],
        entry=ct.Fee(0.2),
        **SHOCK,
    )
    found: Any = outcomes_of(contest, Profile.of([by_type(effort), other]))
    high = 1.5 + NODE / 2

    def above(x: float) -> float:
        return float(WEIGHT @ ndtr((x - high - effort(high)) / 0.5)) / 2

    more = 0.1 + 1.2 * 1.5
    best = 0.3 * best_of([mixture, above]) + 0.3 * mean + 0.2 * more
    assert found.expected_best == pytest.approx(best, rel=1e-8)
    assert found.expected_best_if_any == pytest.approx(best / 0.8, rel=1e-8)
    assert found.top_qualities(2) == pytest.approx(0.6 * mean + 0.5 * more, rel=1e-8)
    assert found.entrants == pytest.approx(1.1) and found.nobody_enters == pytest.approx(0.2)
    assert found.prizes_paid == pytest.approx(2 * 0.8 + 0.3, rel=1e-12)
    assert found.expected_average == pytest.approx((0.6 * mean + 0.5 * more) / 2, rel=1e-9)


def test_where_types_alone_decide_other_outcomes_are_made() -> None:
    values = ct.Contest(contestants=ct.Private(2, value=stats.uniform()), prizes=1.0, entry=ct.Fee(0.1))
    profile = Profile.symmetric(by_type(effort), 2)
    assert type(outcomes_of(values, profile)) is Outcomes
    assert type(outcomes_of(values.replace(success=ct.Lottery()), profile)) is EntryOutcomes
    assert type(outcomes_of(values.replace(entry=ct.Reserve(0.2)), profile)) is Outcomes
    assert type(outcomes_of(values, Profile.pure([0.1, 0.2]))) is EntryOutcomes


def test_types_all_of_whom_enter() -> None:
    """Abilities average one half, efforts 0.2; a fee that keeps nobody out."""
    everybody = ct.Monotone(types=stats.uniform(), function=effort)
    contest = ct.Contest(
        contestants=ct.Private(2, ability=stats.uniform()), prizes=1.0, entry=ct.Fee(0.1), **SHOCK
    )
    found: Any = outcomes_of(contest, Profile.symmetric(everybody, 2))
    assert found.expected_average == pytest.approx(0.7, rel=1e-9)
    assert found.entrants == 2.0 and found.nobody_enters == 0.0 and found.prizes_paid == 1.0


def test_entrants_who_see_each_other_may_fall_short_of_a_reserve() -> None:
    """A reserve with a price: who came is seen, and the best of them wins if it passes."""
    game: Any = ct.Contest(
        contestants=ct.Identical(3), prizes=1.0, entry=ct.Reserve(RESERVE, fee=0.1), **SHOCK
    ).game()
    inside = Profile.pure(EFFORTS[:2])
    profile = EntryProfile(3, entrants=(0, 1), inside=inside, after={2: Profile.pure(EFFORTS)})
    found = game.outcomes(profile)
    laws = [shifted(e) for e in EFFORTS[:2]]
    assert found.winner_quality() == pytest.approx(best_of(laws, RESERVE), rel=1e-9)
    assert found.expected_best == pytest.approx(best_of(laws), rel=1e-9)
    assert found.top_qualities(2) == pytest.approx(sum(EFFORTS[:2]), rel=1e-9)
    assert found.prizes_paid == pytest.approx(1 - laws[0](RESERVE) * laws[1](RESERVE), rel=1e-9)
    assert found.chance_above(RESERVE) == pytest.approx(found.prizes_paid, rel=1e-9)


# --- a random number of contestants ---------------------------------------------------------------------


def by_number(**changes: Any) -> RandomEntryOutcomes:
    """Lotteries for 1 of one to three, efforts of .1 for each contestant there is, and what each sees."""

    def inside(number: int) -> Outcomes:
        contest = ct.Contest(contestants=ct.Identical(number), prizes=1.0, success=ct.Lottery())
        return Outcomes(contest, Profile.pure([0.1 * number] * number))

    parts: dict[str, Any] = {
        "sizes": [1, 2, 3],
        "chances": np.array([0.2, 0.3, 0.1]),
        "seen": np.array([0.5, 0.2, 0.3]),
        "price": 0.2,
        "fee": 0.05,
        **changes,
    }
    sizes, chances, seen = (parts.pop(name) for name in ("sizes", "chances", "seen"))
    return RandomEntryOutcomes(5, sizes, chances, inside, seen, **parts)


def test_sums_over_the_number_of_contestants() -> None:
    found = by_number()
    each = 0.5 * 0.9 + 0.2 * (1 / 2 - 0.2) + 0.3 * (1 / 3 - 0.3)
    assert found.payoff == pytest.approx([each - 0.2] * 5, rel=1e-12)
    assert found.win_probability == pytest.approx([0.5 + 0.1 + 0.1] * 5, rel=1e-12)
    assert found.entrants == pytest.approx(0.2 + 0.6 + 0.3, rel=1e-12)
    assert found.nobody == pytest.approx(0.4, rel=1e-12)
    assert found.fees_collected == pytest.approx(0.05 * 1.1, rel=1e-12)
    effort = 0.2 * 0.1 + 0.3 * 0.4 + 0.1 * 0.9
    assert found.total_effort == pytest.approx(effort, rel=1e-12)
    assert found.contestant_surplus == pytest.approx(0.6 - effort - 0.2 * 1.1, rel=1e-12)
    assert found.prizes_paid == pytest.approx(0.6, rel=1e-12)
    best = (0.2 * 0.1 + 0.3 * 0.2 + 0.1 * 0.3) / 0.6  # given that somebody comes
    assert found.expected_best == pytest.approx(best, rel=1e-12)
    assert found.expected_average == pytest.approx(best, rel=1e-12)
    assert found.winner_quality() == pytest.approx(best, rel=1e-12)
    two = (0.2 * 0.1 + 0.3 * 0.4 + 0.1 * 0.6) / 0.6
    assert found.top_qualities(2) == pytest.approx(two, rel=1e-12)
    assert found.chance_above(0.15) == pytest.approx(0.4, rel=1e-12)
    assert found.effort_costs() == pytest.approx(effort + 0.15 * 1.1, rel=1e-12)
    free = by_number(price=0.0, fee=0.0)
    assert free.payoff == pytest.approx([each] * 5, rel=1e-12)
    assert free.fees_collected == 0.0 and free.effort_costs() == pytest.approx(effort, rel=1e-12)


def test_without_a_chance_nothing_is_asked_and_without_anybody_there_is_no_idea() -> None:
    never = by_number(sizes=[1, 2, 99], chances=np.array([0.2, 0.3, 0.0]), seen=np.array([0.5, 0.5, 0.0]))
    inside = never._inside
    never._inside = lambda m: inside(m) if m < 99 else pytest.fail("asked of what never comes")
    assert never.win_probability[0] == pytest.approx(0.75) and never.expected_best == pytest.approx(
        0.08 / 0.5
    )
    nobody = by_number(chances=np.zeros(3))
    assert nobody.expected_best == nobody.winner_quality() == nobody.top_qualities(1) == -math.inf
    assert nobody.entrants == nobody.prizes_paid == nobody.chance_above(0.0) == 0.0 and nobody.nobody == 1.0
