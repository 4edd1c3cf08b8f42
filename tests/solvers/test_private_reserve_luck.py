"""A reserve on certain quality with private types and luck: who takes part, who bunches at the reserve.

Routes: closed forms where all who come do exactly what the reserve asks (whoever has k rivals there wins with
probability 1 / (k + 1), whatever the luck); integrals over the rival's type written out here; draws of the
contest by `contests.play`; and limits in which the contest is another.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import contests as ct
from contests.profile import Profile
from contests.solvers.private_reserve_luck import SOLVER

LOTTERY: dict[str, Any] = {"success": ct.Lottery()}
JUDGES: dict[str, Any] = {"success": ct.Highest(error=stats.norm(scale=0.5))}
VALUES = ct.Private(3, value=stats.uniform())


def solved(contestants: Any, entry: Any, prizes: Any = 1.0, **parts: Any) -> ct.Equilibrium:
    eq = ct.solve(ct.Contest(contestants=contestants, prizes=prizes, entry=entry, **parts))
    assert eq.certificate.passed
    return eq


def shared(out: float, n: int, prizes: Any = (1.0,)) -> float:
    """What each of those at the reserve expects if everybody stays out with a probability."""
    rivals = np.arange(n)
    each = np.array([sum(prizes[: k + 1]) / (k + 1) for k in rivals])
    return float(stats.binom(n - 1, 1 - out).pmf(rivals) @ each)


BAND = [
    pytest.param(ct.Private(2, value=stats.uniform()), ct.Reserve(0.3), (1.0,), LOTTERY,
                 lambda v: v * shared(v, 2) - 0.3, id="values"),
    pytest.param(VALUES, ct.Reserve(0.3), (1.0,), JUDGES,
                 lambda v: v * shared(v, 3) - 0.3, id="values, judges who err"),
    pytest.param(VALUES, ct.Reserve(0.2, fee=0.1), (0.7, 0.3), LOTTERY,
                 lambda v: v * shared(v, 3, (0.7, 0.3)) - 0.3, id="values, two prizes, fee"),
    pytest.param(ct.Private(3, cost=stats.uniform(0.5, 1.0)), ct.Reserve(0.5), (1.0,), LOTTERY,
                 lambda k: shared(1.5 - k, 3) - 0.5 * k, id="costs"),
    pytest.param(ct.Private(2, ability=stats.uniform(0.0, 0.3)), ct.Reserve(0.3, fee=0.4), (1.0,), LOTTERY,
                 lambda a: shared(a / 0.3, 2) - (0.3 - a) - 0.4, id="abilities",
                 marks=pytest.mark.slow),
    pytest.param(ct.Private(2, ability=stats.uniform(0.0, 0.37)), ct.Reserve(0.41, fee=0.4), (1.0,), LOTTERY,
                 lambda a: shared(a / 0.37, 2) - (0.41 - a) - 0.4, id="abilities that round"),
]  # fmt: skip


@pytest.mark.parametrize(("contestants", "entry", "prizes", "parts", "gain"), BAND)
def test_where_all_do_what_the_reserve_asks_the_threshold_is_one_equation(
    contestants: Any, entry: Any, prizes: Any, parts: Any, gain: Any
) -> None:
    eq = solved(contestants, entry, list(prizes), **parts)
    strategy: Any = eq.strategy(0)
    low, high = strategy.types.support
    found = optimize.brentq(gain, low + 1e-9, high - 1e-9, xtol=1e-15)
    assert strategy.threshold == pytest.approx(found, rel=1e-11)
    inside = strategy.types.ppf(np.linspace(0, 1, 41)[1:-1])
    here = inside[strategy.enters(inside)]
    ability = here if contestants.private_trait == "ability" else 0.0
    assert strategy(here) == pytest.approx(entry.quality - ability, abs=1e-15)
    share = float(strategy.entry_probability())
    assert eq.prizes_paid == pytest.approx(
        sum(v * stats.binom(contestants.n, share).sf(k) for k, v in enumerate(prizes)), rel=1e-9
    )
    assert ct.BestQuality()(eq) == pytest.approx(entry.quality * (1 - (1 - share) ** contestants.n), rel=1e-9)
    assert ct.FeesCollected()(eq) == pytest.approx(entry.price * contestants.n * share, rel=1e-12)


def by_hand(eq: ct.Equilibrium, bend: float) -> Any:
    """Expected payoffs of a value against one rival with a value from [0, 1], at Gauss points by hand."""
    strategy: Any = eq.strategy(0)
    least = strategy.threshold
    x, w = np.polynomial.legendre.leggauss(80)
    rivals = np.concatenate([a + (b - a) * (x + 1) / 2 for a, b in ((least, bend), (bend, 1.0))])
    weights = np.concatenate([(b - a) * w / 2 for a, b in ((least, bend), (bend, 1.0))])
    efforts = strategy(rivals)

    def payoff(value: float, effort: float) -> float:
        return float(value * (least + weights @ (effort / (effort + efforts))) - effort)

    return payoff


@pytest.mark.slow
@pytest.mark.parametrize("fee", [0.0, 0.05])
def test_out_at_the_reserve_and_above_it_by_quadrature(fee: float) -> None:
    eq = solved(ct.Private(2, value=stats.uniform()), ct.Reserve(0.1, fee=fee), **LOTTERY)
    strategy: Any = eq.strategy(0)
    bend = float(strategy.function.inner.types.ppf(strategy.function.inner.breaks[0]))
    assert strategy.threshold < bend < 1
    payoff = by_hand(eq, bend)
    assert payoff(strategy.threshold, 0.1) == pytest.approx(fee, abs=1e-11)
    middle = (strategy.threshold + bend) / 2
    for value in (middle, bend, 0.7, 1.0):
        best = optimize.minimize_scalar(
            lambda e, value=value: -payoff(value, e), bounds=(0.1, 0.5), options={"xatol": 1e-9}
        )
        assert float(strategy(value)) == pytest.approx(best.x, abs=3e-8), value
    # At the end of the band one more unit of effort is worth just what it costs.
    step = 1e-3
    near = [payoff(bend, 0.1 + k * step) for k in (-2, -1, 1, 2)]
    slope = (near[0] - 8 * near[1] + 8 * near[2] - near[3]) / (12 * step)
    assert slope == pytest.approx(0.0, abs=1e-8)
    assert float(strategy(bend)) == pytest.approx(0.1, rel=1e-7)


def test_a_reserve_that_all_would_pass_anyway_changes_nothing() -> None:
    contestants = ct.Private(3, value=stats.uniform(0.5, 1.0))
    low, free = (
        solved(contestants, ct.Reserve(1e-3), **LOTTERY),
        solved(contestants, ct.AllEnter(), **LOTTERY),
    )
    assert low.effort == pytest.approx(free.effort, rel=1e-10)
    assert low.payoff == pytest.approx(free.payoff, rel=1e-10)
    assert low.prizes_paid == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(
    ("fee", "rule"), [(0.0, ct.AllEnter()), pytest.param(0.1, ct.Fee(0.1), marks=pytest.mark.slow)]
)
def test_a_reserve_that_asks_for_no_effort_leaves_the_contest_as_it_is(fee: float, rule: Any) -> None:
    contestants = ct.Private(3, value=stats.uniform(0.5, 1.0))
    void, without = (
        solved(contestants, ct.Reserve(0.0, fee=fee), **LOTTERY),
        solved(contestants, rule, **LOTTERY),
    )
    assert void.selection.startswith("the reserve does not bind")
    assert void.effort == pytest.approx(without.effort, rel=1e-12)
    assert void.payoff == pytest.approx(without.payoff, rel=1e-12)


def test_types_who_hardly_differ_are_alike_or_come_at_random() -> None:
    narrow = ct.Private(3, value=stats.uniform(1 - 1e-7, 2e-7))
    for reserve in (0.1, 0.3):  # at most a third of the prize: it feeds all three
        alike = solved(ct.Identical(3), ct.Reserve(reserve), **LOTTERY)
        found = solved(narrow, ct.Reserve(reserve), **LOTTERY)
        assert found.effort == pytest.approx(alike.effort, rel=1e-6)
        assert found.payoff == pytest.approx(alike.payoff, abs=1e-6)
    random = solved(narrow, ct.Reserve(0.4), **LOTTERY)
    share = float(random.strategy(0).entry_probability())
    assert shared(1 - share, 3) == pytest.approx(0.4, rel=1e-6)
    assert random.payoff == pytest.approx(0.0, abs=1e-6)


def test_able_types_who_pass_without_effort_are_in() -> None:
    """Two abilities from [0, 2] and a reserve of 1/2: who is above it competes by ability alone."""
    eq = solved(ct.Private(2, ability=stats.uniform(0.0, 2.0)), ct.Reserve(0.5), **LOTTERY)
    strategy: Any = eq.strategy(0)
    t = strategy.threshold
    assert 0 < t < 0.5
    types = np.array([t + 1e-9, 0.3, 0.5, 1.0, 2.0])
    assert strategy(types) == pytest.approx(np.maximum(0.5 - types, 0.0), abs=1e-12)
    # Rivals: out below t, at 1/2 up to 1/2, else at their ability.
    chance = t / 2 + 0.5 * (0.5 - t) / 2 + integrate.quad(lambda a: 0.5 / (0.5 + a) / 2, 0.5, 2.0)[0]
    assert 0.5 - t == pytest.approx(chance, rel=1e-10)


def test_nobody_takes_part_beyond_the_means_of_the_best_type() -> None:
    for entry in (ct.Reserve(1.0), ct.Reserve(0.8, fee=0.3)):
        eq = solved(VALUES, entry, **LOTTERY)
        assert eq.selection.startswith("nobody takes part")
        assert (eq.payoff == 0).all()
        assert (eq.prizes_paid, eq.total_effort, ct.FeesCollected()(eq)) == (0.0, 0.0, 0.0)
    rare = solved(VALUES, ct.Reserve(0.999), **LOTTERY)
    assert 0 < rare.strategy(0).entry_probability() < 1e-3


def test_a_lone_contestant_takes_part_if_she_gains() -> None:
    eq = solved(ct.Private(1, value=stats.uniform()), ct.Reserve(0.2, fee=0.1), **LOTTERY)
    assert eq.strategy(0).entry_probability() == pytest.approx(0.7, rel=1e-12)
    assert eq.payoff == pytest.approx([0.7**2 / 2], rel=1e-9)
    # Where nobody may win, P = e / (e + d): at the reserve up to the type whose condition holds there.
    drawn = solved(
        ct.Private(1, value=stats.uniform(0.0, 4.0)), ct.Reserve(0.2), success=ct.Lottery(draw=0.3)
    )
    strategy: Any = drawn.strategy(0)
    assert strategy.threshold == pytest.approx(0.5, rel=1e-12)
    values = np.array([0.6, 0.83, 0.84, 2.0, 4.0])
    assert strategy(values) == pytest.approx(np.maximum(0.2, np.sqrt(0.3 * values) - 0.3), rel=1e-9)


def draws_agree(eq: ct.Equilibrium, size: int) -> None:
    drawn = eq.simulate(size, rng=np.random.default_rng(11))
    enters = np.ones(drawn.effort.shape, dtype=bool) if drawn.enters is None else drawn.enters
    entry: Any = eq.contest.entry
    assert (drawn.quality[enters] >= entry.quality * (1 - 1e-12)).all()
    assert (drawn.rank[~enters] == 0).all()
    assert (drawn.prize[~enters.any(axis=1)] == 0).all()
    pairs = [
        (ct.ContestantSurplus()(eq), drawn.payoff.sum(axis=1)),
        (ct.PrizesPaid()(eq), drawn.prize.sum(axis=1)),
        (ct.FeesCollected()(eq), entry.price * enters.sum(axis=1)),
        (ct.TotalEffort()(eq), drawn.effort.sum(axis=1)),
        (ct.BestQuality()(eq), drawn.best),
        (ct.AverageQuality()(eq), np.where(enters, drawn.quality, 0.0).mean(axis=1)),
        (ct.WinnerQuality()(eq), np.where(drawn.rank == 1, drawn.quality, 0.0).sum(axis=1)),
        (ct.ProbabilityAbove(entry.quality)(eq), enters.any(axis=1)),
        (ct.ProbabilityAbove(1.5 * entry.quality)(eq), (drawn.quality >= 1.5 * entry.quality).any(axis=1)),
        (float(eq.win_probability.sum()), (drawn.rank == 1).sum(axis=1)),
    ]
    for number, (expected, found) in enumerate(pairs):
        error = float(np.std(found)) / np.sqrt(size)
        assert expected == pytest.approx(float(np.mean(found)), abs=4.5 * error + 1e-9), number


CASES = [
    (VALUES, ct.Reserve(0.1), [0.7, 0.3], LOTTERY),
    (VALUES, ct.Reserve(0.1, fee=0.05), 1.0, LOTTERY),
    (ct.Private(3, cost=stats.uniform(0.5, 1.0)), ct.Reserve(0.2, fee=0.02), 1.0,
     {"success": ct.Lottery(draw=0.1)}),
    (ct.Private(3, ability=stats.uniform(0.0, 0.3)), ct.Reserve(0.2, fee=0.2), 1.0, LOTTERY),
    (VALUES, ct.Reserve(0.2), 1.0, {**JUDGES, "cost": ct.Power(2)}),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("contestants", "entry", "prizes", "parts"), CASES)
def test_what_the_sponsor_expects_is_what_is_drawn(
    contestants: Any, entry: Any, prizes: Any, parts: Any
) -> None:
    draws_agree(solved(contestants, entry, prizes, **parts), 40_000)


def test_what_is_drawn_where_all_stand_at_the_reserve() -> None:
    draws_agree(solved(ct.Private(2, value=stats.uniform()), ct.Reserve(0.3, fee=0.02), **LOTTERY), 10_000)


def test_the_certificate_tries_exactly_what_the_reserve_asks() -> None:
    contest = ct.Contest(contestants=VALUES, prizes=1.0, success=ct.Lottery(), entry=ct.Reserve(0.9987))
    nobody = ct.solve(contest.replace(entry=ct.Reserve(2.0))).profile
    certificate = ct.certify(contest, nobody)
    assert not certificate.passed
    assert certificate.type is not None
    assert certificate.deviation == pytest.approx(0.9987, rel=1e-12)
    assert certificate.max_gain == pytest.approx(certificate.type - 0.9987, rel=1e-9)
    # Types who do what another reserve asks are not in equilibrium.
    found = solved(ct.Private(2, value=stats.uniform()), ct.Reserve(0.3), **LOTTERY)
    for entry in (ct.Reserve(0.29), ct.Reserve(0.3, fee=1e-4), ct.Reserve(0.31)):
        assert not ct.certify(found.contest.replace(entry=entry), found.profile).passed


@pytest.mark.slow
@pytest.mark.parametrize("unit", [1e9, 1e-9])
def test_money_and_quality_have_no_unit(unit: float) -> None:
    contestants = ct.Private(2, value=stats.uniform())
    one: Any = solved(contestants, ct.Reserve(0.1, fee=0.02), **LOTTERY)
    money: Any = solved(contestants, ct.Reserve(0.1, fee=0.02 * unit), unit, cost=ct.Linear(unit), **LOTTERY)
    size: Any = solved(contestants, ct.Reserve(0.1 * unit, fee=0.02 * unit), unit, **LOTTERY)
    for other in (money, size):
        assert other.strategy(0).threshold == pytest.approx(one.strategy(0).threshold, rel=1e-11)
        assert other.payoff == pytest.approx(unit * one.payoff, rel=1e-9)
    assert money.effort == pytest.approx(one.effort, rel=1e-10)
    assert size.effort == pytest.approx(unit * one.effort, rel=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("contestants", "reserve", "parts"),
    [
        (ct.Private(2, value=stats.uniform()), 0.1, {"success": ct.Lottery(exponent=2.0)}),
        (ct.Private(100, value=stats.uniform()), 0.01, LOTTERY),
        (ct.Private(3, cost=stats.lognorm(1.0)), 0.3, LOTTERY),
        (ct.Private(3, value=stats.pareto(2.5)), 0.5, LOTTERY),
        (ct.Private(3, ability=stats.norm(scale=0.3)), 0.3, {**JUDGES, "cost": ct.Power(2)}),
        (VALUES, 1e-6, LOTTERY),
    ],
    ids=["convex near nothing", "a hundred", "no largest cost", "no largest value", "judges", "tiny reserve"],
)
def test_harder_ones_are_certified(contestants: Any, reserve: float, parts: Any) -> None:
    eq = solved(contestants, ct.Reserve(reserve), **parts)
    assert eq.certificate.effort_gap < 1e-8
    assert 0 < eq.strategy(0).entry_probability() < 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contestants": ct.Private(2, value=stats.uniform(), utility=ct.CARA(1.0))}, "averse to risk"),
        ({"contestants": ct.Private(value=[stats.uniform(), stats.uniform(0.0, 2.0)])}, "one law for all"),
        ({"contestants": ct.Identical(2)}, "types are known to all"),
        ({"prizes": ct.QualityShare(base=1.0, share=0.1)}, "the award depends on quality"),
        ({"success": ct.Highest(error=stats.uniform())}, "kinks or heavy tails"),
        ({"success": ct.Highest(error=stats.beta(0.5, 0.5)), "entry": ct.Reserve(0.0)}, "reach the reserve"),
        ({"success": ct.Highest()}, "takes lotteries and judges who err"),
        ({"entry": ct.Fee(0.1)}, "takes lotteries and judges who err"),
    ],
)
def test_refusals_say_what_would_work(change: dict[str, Any], words: str) -> None:
    parts: dict[str, Any] = {
        "contestants": ct.Private(2, value=stats.uniform()),
        "prizes": 1.0,
        "entry": ct.Reserve(0.1),
        **LOTTERY,
        **change,
    }
    reason = SOLVER.refuses(ct.Contest(**parts))
    assert reason is not None
    assert words in reason


@pytest.mark.slow
def test_able_types_with_worse_ideas_are_not_an_answer() -> None:
    """With a cost that is concave in quality those who need less effort to pass do far less of it."""
    contest = ct.Contest(
        contestants=ct.Private(2, ability=stats.uniform(0.0, 0.5)),
        prizes=1.0,
        cost=ct.Power(0.8, scale=0.3),
        entry=ct.Reserve(0.05),
        **LOTTERY,
    )
    with pytest.raises(ct.ConvergenceError, match="have worse ideas"):
        ct.solve(contest)


def test_profiles_pickle_and_compare() -> None:
    import pickle

    eq = solved(ct.Private(2, value=stats.uniform()), ct.Reserve(0.3), **LOTTERY)
    again: Profile = pickle.loads(pickle.dumps(eq.profile))
    assert again == eq.profile
