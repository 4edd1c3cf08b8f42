"""Private types without noise: what every type's first-order condition says, by differences.

Who is of type t and submits what type t' submits wins as t' does. With V the value, k the cost factor,
quality q = r(e) or t + r(e), and Pi(t) the expected prize (a binomial sum, with the fees that the winner
collects), no neighbour is worth imitating if

    V Pi'(t) = k c'(e) (e'(t) + 1 / r'(e) where the type is an ability),

and an award of a + s q to the winner adds V (Pi' s q + Pi s q'). The derivatives are taken of the
strategies themselves; where laws differ, of the laws of the rivals' bids.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.errors import ConvergenceError
from contests.solvers import private_contingent, private_many_field, private_many_laws
from contests.solvers.march import Path, march
from contests.solvers.private_capped import CappedEffort, largest, refuse_capped
from contests.solvers.private_contingent import _Problem, refuse_contingent
from contests.solvers.private_exact import SOLVER
from contests.solvers.private_many_field import BOTTOM, TOP, TOP_DIFFERS, Field, State, Stretch
from contests.solvers.private_ode import marginal_cost_of_quality
from contests.solvers.private_two_laws import refuse_two_laws

UNIFORM = stats.uniform()
FIVE = np.array([1.0, -8.0, 0.0, 8.0, -1.0]) / 12  # of a derivative, at steps of -2 to 2


def derivative(function: Any, at: np.ndarray, step: float) -> np.ndarray:
    """By five points."""
    points = at[:, None] + step * np.arange(-2, 3)
    return np.asarray(function(points)) @ FIVE / step


def strategy_of(contest: ct.Contest) -> Any:
    """The solver's strategy, before its certificate."""
    return SOLVER.solve(contest).profile.strategy(0)


def auction(n: int = 3, **parts: Any) -> ct.Contest:
    """Values uniform on [0, 1], one prize, cost e, unless told."""
    usual = {"contestants": ct.Private(n, value=UNIFORM), "prizes": 1.0}
    return ct.Contest(**{**usual, **parts})


def able(n: int, law: Any, **parts: Any) -> ct.Contest:
    return auction(contestants=ct.Private(n, ability=law), **parts)


LINEAR, ROOT, LOG = (ct.Exact(output=curve) for curve in (ct.Linear(), ct.Power(0.5), ct.Log(scale=0.5)))
CURVED = ct.Linear(0.2) + ct.Power(2)
CASES = {
    "values": auction(4, prizes=[3.0, 2.0, 0.5], cost=ct.Power(2)),
    "values, five alike": auction(5, prizes=[1.0] * 4, cost=CURVED),
    "costs": auction(contestants=ct.Private(3, cost=stats.beta(2, 3, 1, 1)), prizes=[2.0, 1.0, 0.5]),
    "values, fee": auction(3, entry=ct.Fee(0.1), prizes=[1.0, 0.2]),
    "values, fee to the winner": auction(4, entry=ct.Fee(0.1, refundable_to="winner")),
    "costs, fee to the winner": auction(
        contestants=ct.Private(3, cost=stats.uniform(1, 1)), prizes=2.0, cost=ct.Power(2),
        entry=ct.Fee(0.3, refundable_to="winner"),
    ),
    "values, reserve": auction(3, entry=ct.Reserve(0.1, fee=0.05), technology=ROOT),
    "values, all meet the reserve": auction(
        contestants=ct.Private(3, value=stats.uniform(1, 1)), prizes=[3.0, 2.0, 1.0], entry=ct.Reserve(0.1)
    ),
    "ability, log": able(3, stats.norm(), prizes=[2.0, 1.0], technology=LOG, cost=ct.Power(1.5)),
    "ability, square": able(3, stats.beta(2, 3), prizes=[2.0, 1.0], technology=LINEAR, cost=ct.Power(2)),
    "ability, any curves": able(4, UNIFORM, prizes=2.0, technology=ROOT, cost=CURVED),
    "ability, reserve": able(
        3, UNIFORM, prizes=2.0, technology=LINEAR, cost=ct.Power(2), entry=ct.Reserve(0.6)
    ),
    "ability, fee": able(3, UNIFORM, prizes=2.0, technology=ROOT, cost=ct.Power(1.5), entry=ct.Fee(0.2)),
    "ability, fee to the winner": able(
        3, UNIFORM, prizes=2.0, technology=LINEAR, cost=ct.Power(2), entry=ct.Fee(0.2, refundable_to="winner")
    ),
    "award of quality, ability": able(
        3, UNIFORM, prizes=ct.QualityShare(base=0.4, share=0.6, floored=True), cost=0.5, technology=LOG
    ),
    "award of quality, value": auction(
        contestants=ct.Private(3, value=stats.uniform(1, 1)), cost=ct.Power(2),
        prizes=ct.QualityShare(base=-0.1, share=1.0, floored=True),
    ),
    "award of quality, cost": auction(
        contestants=ct.Private(2, cost=stats.uniform(0.5, 1)), cost=ct.Power(3), technology=ROOT,
        prizes=ct.QualityShare(base=-0.2, share=1.5, floored=True),
    ),
}  # fmt: skip


def expected_prize(contest: ct.Contest, u: np.ndarray, start: float) -> np.ndarray:
    """By the binomial law of how many rivals are better; fees that the winner collects too."""
    n = contest.n
    paid = np.zeros(n)
    ranks = np.ones(1) if contest.prizes.share else contest.prizes.by_rank()[:n]
    paid[: ranks.size] = ranks
    won = sum(v * math.comb(n - 1, k) * u ** (n - 1 - k) * (1 - u) ** k for k, v in enumerate(paid))
    return np.asarray(won)


def pot(contest: ct.Contest, u: np.ndarray, start: float) -> np.ndarray:
    """What the winner collects: her own fee, and those of the rivals, who are in above the start."""
    if not getattr(contest.entry, "fees_to_winner", False):
        return np.zeros(u.shape)
    n, fee = contest.n, contest.entry.price
    return np.asarray(fee * u ** (n - 1) * (1 + (n - 1) * (u - start) / u))


@pytest.mark.parametrize("name", CASES)
def test_no_type_imitates_a_neighbour(name: str) -> None:
    contest = CASES[name]
    trait, output = contest.contestants.private_trait, contest.technology.output
    strategy = strategy_of(contest)
    law, best_high = strategy.types, trait != "cost"
    assert strategy.scores_increase is best_high
    active = np.isfinite(strategy.start)
    start = 1 / (1 + np.exp(-strategy.start)) if active else 0.0
    assert (start > 1e-4) == active and strategy.stays_out == (contest.entry.price > 0 or "reserve" in name)
    level = lambda t: law.cdf(t) if best_high else law.sf(t)  # noqa: E731
    u = start + (1 - start) * np.array([0.15, 0.4, 0.7, 0.93])
    types = law.ppf(u) if best_high else law.isf(u)
    step = 2e-4 * (law.ppf(0.9) - law.ppf(0.1))
    value, factor = types if trait == "value" else 1.0, types if trait == "cost" else 1.0
    effort = strategy(types)
    works = effort > 0
    assert works.sum() >= 2
    rise = derivative(strategy, types, step)
    won = derivative(lambda t: expected_prize(contest, level(t), start), types, step)
    more = derivative(lambda t: pot(contest, level(t), start), types, step)
    slope = output.derivative(np.where(works, effort, 1.0))
    quality_rise = slope * rise + (1.0 if trait == "ability" else 0.0)
    gain, quality = (
        value * won + more,
        output(np.where(works, effort, 1.0)) + (types if trait == "ability" else 0.0),
    )
    if contest.prizes.share:
        base, share = contest.prizes.base, contest.prizes.share
        chance = expected_prize(contest, u, start)
        gain = value * (won * (base + share * quality) + chance * share * quality_rise)
    cost = factor * contest.cost.derivative(effort) / slope * quality_rise
    size = np.abs(gain).max()
    assert gain[works] == pytest.approx(cost[works], rel=2e-7, abs=2e-8 * size)
    # Whoever is weaker than the threshold does nothing; she herself expects nothing.
    if active:
        first = np.array([strategy.weakest])
        weaker = law.ppf(0.98 * start) if best_high else law.isf(0.98 * start)
        assert strategy(weaker) == 0.0
        money = first if trait == "value" else 1.0
        own = strategy(first)
        award = 1.0
        if contest.prizes.share:
            award = contest.prizes.base + share * (output(own) + (first if trait == "ability" else 0.0))
        won = money * award * expected_prize(contest, np.array([start]), start)
        won = won + pot(contest, np.array([start]), start) - contest.entry.price
        spent = (first if trait == "cost" else 1.0) * contest.cost(own)
        assert won == pytest.approx(spent, rel=1e-9, abs=1e-12)


def test_the_weakest_meets_the_reserve_where_the_last_prize_pays_for_it() -> None:
    strategy = strategy_of(CASES["values, all meet the reserve"])
    assert strategy(np.array([1.0])) == pytest.approx([0.1], rel=1e-12) and strategy.start == -np.inf


def test_no_type_works_where_quality_buys_too_little() -> None:
    """With linear output and cost 5 e, a prize of one: what a little more wins is at most 2 f(t) F(t) = 2."""
    never = able(3, UNIFORM, technology=LINEAR, cost=5.0)
    assert strategy_of(never)(np.linspace(0, 1, 9)).tolist() == [0.0] * 9
    few = strategy_of(able(3, UNIFORM, technology=LINEAR, cost=1.0))  # 2 t > 1: from one half on
    types = np.array([0.2, 0.49, 0.6, 0.9, 1.0])
    assert few(types) == pytest.approx(np.where(types < 0.5, 0.0, types**2 - types + 0.25), abs=1e-12)


def test_the_marginal_cost_of_quality() -> None:
    effort = np.array([0.0, 0.25, 1.0])
    contest = able(2, UNIFORM, technology=ROOT, cost=CURVED)
    assert marginal_cost_of_quality(contest, effort) == pytest.approx(
        (0.2 + 2 * effort) * 2 * np.sqrt(effort)
    )
    flat = able(2, UNIFORM, technology=ct.Exact(output=ct.Power(2)), cost=ct.Power(2))
    assert marginal_cost_of_quality(flat, np.array([0.0, 2.0])).tolist() == [np.inf, 1.0]


# --- awards contingent on quality ---------------------------------------------------------------------


def test_the_first_to_work_for_a_contingent_award() -> None:
    """Log output at scale d and cost c e: q_0 = d - a / s, whatever the type, and e = exp((q_0 - b) / d)."""
    problem = _Problem(CASES["award of quality, ability"])
    for z in (-1.0, 0.5, 2.0):
        b = 1 / (1 + np.exp(-z))
        effort = np.exp((0.5 - 0.4 / 0.6 - b) / 0.5)
        assert problem.first_effort(z) == pytest.approx(effort, rel=1e-12)
        # s Pi / m - 1 with m = c e / d.
        assert problem.gain(z) == pytest.approx(0.6 * b**2 / (0.5 * effort / 0.5) - 1, rel=1e-11)
        top, bottom = problem.terms(np.array([z]), np.array([0.3]))
        marginal = 0.5 * np.exp((0.3 - b) / 0.5) / 0.5
        assert top == pytest.approx(2 * b**2 * (1 - b) * (0.4 + 0.6 * 0.3), rel=1e-12)
        assert bottom == pytest.approx(marginal - 0.6 * b**2, rel=1e-12)
    assert problem.award(np.array([2.0])) == pytest.approx([1.6])
    assert problem.winning(np.zeros(1))[0] == pytest.approx(0.25)
    # Linear quality at linear cost: no effort is best for the first, and nobody is ever active.
    none = auction(prizes=ct.QualityShare(base=-0.1, share=0.5, floored=True))
    assert _Problem(none).first_effort(0.0) == np.inf and _Problem(none).gain(0.0) == -1.0
    strategy = strategy_of(none)
    assert strategy.function.path is None and strategy(np.array([0.2, 0.9])).tolist() == [0.0, 0.0]
    assert strategy.start == 690.0


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("award")])
def test_how_quality_begins_to_rise(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The march is told the slope in the root of the distance from the first type, and finds it."""
    told: list[float] = []

    def observed(*parts: Any, guess: float, scale: float) -> Path:
        told.extend([guess, scale])
        return march(*parts, guess=guess, scale=scale)

    monkeypatch.setattr(private_contingent, "march", observed)
    path = strategy_of(CASES[name]).function.path
    roots = 1e-3 * np.arange(3)
    slope = (path(roots) @ np.array([-1.5, 2.0, -0.5])) / 1e-3
    assert told == pytest.approx([slope, 1e-3 * slope], rel=1e-4)


def test_which_contingent_awards_are_refused() -> None:
    award = ct.QualityShare(base=-0.1, share=0.5, floored=True)
    fine = auction(prizes=award)
    assert refuse_contingent(fine) is None and refuse_contingent(fine.replace(entry=ct.Invite(2))) is None
    assert refuse_contingent(fine.replace(prizes=ct.QualityShare(base=0.0, share=0.5, floored=True))) is None
    above = (
        "the contingent award is above zero even without effort; the solver named 'general' or a lower base "
        "would work"
    )
    shown = fine.replace(prizes=ct.QualityShare(base=1e-9, share=0.5, floored=True))
    assert refuse_contingent(shown) == above
    assert refuse_contingent(fine.replace(prizes=ct.QualityShare(base=-0.1, share=0.5))) == (
        "the contingent award may be negative; ct.QualityShare(..., floored=True) would work"
    )
    assert refuse_contingent(fine.replace(contestants=ct.Private(1, value=UNIFORM))) == (
        "a lone contestant chooses effort by herself; two or more would work"
    )
    assert refuse_contingent(fine.replace(contestants=ct.Private(2, value=UNIFORM))) is None
    fee = ct.Fee(0.1)
    assert refuse_contingent(fine.replace(entry=fee)) == (
        f"a contingent award with {fee!r}; ct.AllEnter() would work"
    )
    assert refuse_contingent(able(2, stats.uniform(0.5, 1), prizes=award)) == above  # -0.1 + 0.5 * 0.5
    assert refuse_contingent(able(2, stats.uniform(0.1, 1), prizes=award)) is None  # -0.1 + 0.5 * 0.1


# --- caps ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trait", ["value", "cost"])
def test_who_just_stands_at_the_cap(trait: str) -> None:
    """Three, two prizes: with k of two rivals above, all at the cap, she wins the mean of the k + 1 best."""
    law, prizes, cap = stats.uniform(1, 1), np.array([0.7, 0.3, 0.0]), 0.55
    contest = auction(
        contestants=ct.Private(3, **{trait: law}),
        prizes=prizes[:2].tolist(),
        cost=ct.Capped(ct.Power(1.5), at=cap),
    )
    strategy = strategy_of(contest)
    t = strategy.function.threshold
    u = law.cdf(t) if trait == "value" else law.sf(t)
    worth = t if trait == "value" else 1 / t
    means = np.cumsum(prizes) / np.arange(1, 4)
    tied = sum(math.comb(2, k) * (1 - u) ** k * u ** (2 - k) * means[k] for k in range(3))
    alone = prizes[0] * u**2 + prizes[1] * 2 * u * (1 - u)
    free = strategy_of(contest.replace(cost=ct.Power(1.5)))
    assert worth * (tied - alone) == pytest.approx(cap**1.5 - float(free(t)) ** 1.5, rel=1e-9)
    away = 1e-6 if trait == "value" else -1e-6
    assert strategy(np.array([t + away, t, t - away])).tolist() == pytest.approx(
        [cap, cap, float(free(t - away))]
    )
    assert strategy.scores_increase is (trait == "value")
    assert largest(SOLVER.solve(contest.replace(cost=ct.Power(1.5))).profile) > cap
    assert largest(ct.Profile.symmetric(strategy, 3)) == cap
    assert (
        SOLVER.solve(contest).selection
        == "the only symmetric equilibrium with efforts that never fall in strength"
    )


def test_efforts_under_a_cap() -> None:
    rising = CappedEffort(below=ct.Monotone(types=UNIFORM, function=lambda v: 3 * v), threshold=0.4, cap=1.1)
    assert rising(np.array([0.1, 0.39, 0.4, 0.9])).tolist() == pytest.approx([0.3, 1.1, 1.1, 1.1])
    falling = ct.Monotone(types=UNIFORM, function=lambda k: 1 - k, scores_increase=False)
    capped = CappedEffort(below=falling, threshold=0.4, cap=0.7)
    assert capped(np.array([0.1, 0.4, 0.41, 0.9])).tolist() == pytest.approx([0.7, 0.7, 0.59, 0.1])


def test_which_caps_are_refused() -> None:
    capped = ct.Capped(ct.Linear(), at=0.2)
    fine = auction(cost=capped)
    assert refuse_capped(fine) is None and refuse_capped(fine.replace(entry=ct.Invite(2))) is None
    unlike = auction(contestants=ct.Private(value=[UNIFORM, stats.uniform(1, 1)]), cost=capped)
    assert refuse_capped(unlike) == (
        "the cap on effort binds and types follow different laws; one law, or no cap, would work"
    )
    for curve in (ct.Linear(), ct.Log()):
        ability = able(2, UNIFORM, cost=capped, technology=ct.Exact(output=curve))
        assert refuse_capped(ability) == (
            "the cap on effort binds and ability is private; a private value or cost, or no cap, would work"
        )
    share = ct.QualityShare(base=0.0, share=0.5, floored=True)
    for other in (fine.replace(entry=ct.Fee(0.1)), fine.replace(prizes=share)):
        assert refuse_capped(other) == (
            "the cap on effort binds, and there is a reserve, a fee or an award contingent on quality; "
            "ct.AllEnter() and fixed prizes, or no cap, would work"
        )
    # Values without end: the best bid almost 1, and only one type in 10^16 would stand at the cap.
    few = auction(contestants=ct.Private(2, value=stats.expon()), cost=ct.Capped(ct.Linear(), at=1 - 1e-15))
    with pytest.raises(ConvergenceError) as caught:
        SOLVER.solve(few)
    assert str(caught.value) == "So few types stand at the cap on effort that rounding hides them."


def test_which_unlike_laws_are_refused() -> None:
    laws = [UNIFORM, stats.uniform(1, 1), stats.uniform(1, 1)]
    fine = auction(contestants=ct.Private(value=laws))
    assert refuse_two_laws(fine) is None and refuse_two_laws(fine.replace(entry=ct.Invite(3))) is None
    assert refuse_two_laws(fine.replace(prizes=[1.0, 0.2, 0.2])) is None
    several = (
        "more than two contestants with types of different laws, and several prizes; one prize, one law for "
        "all or two contestants would work, or solver='general'"
    )
    for prizes in ([1.0, 0.2], [1.0, 0.3, 0.2]):
        assert refuse_two_laws(fine.replace(prizes=prizes)) == several
    pair = auction(contestants=ct.Private(value=laws[:2]), prizes=[1.0, 0.2])
    assert refuse_two_laws(pair) is None
    assert refuse_two_laws(auction(contestants=ct.Private(ability=laws))) == (
        "abilities of two laws need output ct.Log() and a cost ct.Linear() or ct.Power()"
    )
    share = ct.QualityShare(base=0.0, share=0.5, floored=True)
    assert refuse_two_laws(fine.replace(prizes=share)) == (
        "a contingent award and types of two laws; fixed prizes would work"
    )
    fee = ct.Fee(0.1)
    assert (
        refuse_two_laws(fine.replace(entry=fee)) == f"{fee!r} and types of two laws; ct.AllEnter() would work"
    )


# --- unlike laws --------------------------------------------------------------------------------------


def chances(strategy: Any, bids: np.ndarray) -> np.ndarray:
    """How likely bids of a strategy are below each of ``bids``: bisection for the type who bids so."""
    low, high = np.zeros(bids.shape), np.ones(bids.shape)
    at = strategy.types.ppf if strategy.scores_increase else strategy.types.isf
    for _ in range(50):
        middle = (low + high) / 2
        less = strategy(at(middle)) < bids
        low, high = np.where(less, middle, low), np.where(less, high, middle)
    return (low + high) / 2


UNLIKE = {
    "two values": ({"value": [stats.uniform(1, 1), stats.beta(2, 2, 0.5, 2)]}, 1.0, 0.3),
    "two costs": ({"cost": [stats.uniform(1, 1), stats.uniform(1, 2)]}, [2.0, 0.5], 0.2),
    "three values from zero": ({"value": [stats.uniform(0, h) for h in (1.0, 1.3, 1.9)]}, 2.0, 0.4),
}


@pytest.mark.parametrize("name", UNLIKE)
def test_nobody_bids_a_little_more(name: str) -> None:
    """Value times how the chance to beat all rivals rises is the marginal cost, wherever types bid."""
    traits, prizes, bid = UNLIKE[name]
    contest = ct.Contest(contestants=ct.Private(**traits), prizes=prizes)
    profile = SOLVER.solve(contest).profile
    strategies = [profile.strategy(i) for i in range(contest.n)]
    won = 2.0 if prizes == 2.0 else 1.5 if name == "two costs" else 1.0
    points = bid + 1e-3 * np.arange(-2, 3)
    each = [chances(one, points) for one in strategies]
    for i, one in enumerate(strategies):
        beats = np.prod([each[j] for j in range(contest.n) if j != i], axis=0)
        level = each[i][2]
        assert 0.01 < level < 0.99
        type = one.types.ppf(level) if one.scores_increase else one.types.isf(level)
        worth = type if one.scores_increase else 1 / type
        assert won * worth * (beats @ FIVE) / 1e-3 == pytest.approx(1.0, rel=1e-7)
    # The best types bid the same.
    tops = [
        float(one(one.types.support[1] if one.scores_increase else one.types.support[0]))
        for one in strategies
    ]
    assert tops == pytest.approx([tops[0]] * len(tops), rel=1e-8)


def field_of(*tops: float) -> Field:
    """Values uniform from zero: strength h u, so that b = u / (h u) = 1 / h whatever the level."""
    return Field(
        ct.Contest(contestants=ct.Private(value=[stats.uniform(0, h) for h in tops]), prizes=[3.0, 1.0, 1.0])
    )


def test_shares_and_slopes_of_levels() -> None:
    field = field_of(1.0, 1.2, 1.2)
    assert field.prize == 2.0 and field.counts.tolist() == [1.0, 2.0] and field.how.trait == "value"
    b, everybody = np.array([1.0, 1 / 1.2]), np.array([True, True])
    for levels in (np.array([-0.3, -2.0]), np.array([-1e-9, -50.0])):
        assert field.log_rate(levels) == pytest.approx(np.log(b), abs=1e-13)
        assert field.shares(levels, everybody) == pytest.approx(b / (1 + 2 / 1.2), rel=1e-13)
        assert field.shares(levels, np.array([False, True])) == pytest.approx(b / (2 / 1.2), rel=1e-13)
        growth = 1 - 2 * b / (1 + 2 / 1.2)
        assert field.slopes(0.7, levels, everybody) == pytest.approx(growth / (1 + np.exp(0.7)), rel=1e-12)
        assert field.slopes(0.7, levels, np.array([False, True])).tolist()[0] == 0.0
    assert field.number(everybody) == 3.0 and field.number(np.array([False, True])) == 2.0
    assert field.log_rate(np.array([0.0, 0.0])) == pytest.approx(np.log(b), abs=1e-12)  # the best types
    many = np.array([[-0.3, -1.0, -7.0]] * 2)
    exact = field.log_rate(many)
    field.tabulate()
    assert field.log_rate(many) == pytest.approx(exact, abs=1e-9) and field.table is not None
    assert field.log_rate(np.array([-150.0, -1e-25])) == pytest.approx(
        [-150.0 + 100.0 - np.log(1.0) + 0.0, np.log(1 / 1.2)], abs=1e-6
    )


def test_levels_too_small_for_their_ratios() -> None:
    """Values next to alike, and costs: chances of 1e-260 and less are compared by their logs."""
    for traits in (
        {"value": [stats.uniform(1, 1), stats.uniform(1, 2)]},
        {"cost": [UNIFORM, stats.uniform(0, 2)]},
    ):
        one = ct.Contest(contestants=ct.Private(**traits), prizes=1.0)
        field, both = Field(one), np.array([True, True])
        levels = np.array([-600.0, -600.0])
        # The weakest values are one; the weakest costs one and two, strengths one and a half.
        b = np.array([1.0, 1.0 if "value" in traits else 2.0])
        assert field.shares(levels, both) == pytest.approx(b / b.sum(), rel=1e-12)
        assert field.log_rate(levels) == pytest.approx(levels + np.log(b), rel=1e-12)


def test_who_bids_at_the_top() -> None:
    """Who is worth little joins only where (m - 1) b is below the sum: b = 1 / h."""
    for tops, active in (
        ((1.0, 1.2, 1.4), [True] * 3),
        ((1.0, 1.0, 0.51), [True, True]),  # 2 / 0.51 < 2 + 1 / 0.51
        ((1.0, 1.0, 0.49), [True, False]),
        ((2.0, 1.0, 0.3), [True, True, False]),
    ):
        field = field_of(*tops)
        start = field.start()
        kinds = sorted(set(tops), key=tops.index)
        # Kinds come in the order of contestants.
        assert start.z == TOP and sorted(start.active.tolist()) == sorted(active)
        b = 1 / np.array(kinds)
        m, total = field.number(start.active), field.counts[start.active] @ b[start.active]
        exact = np.where(start.active, -np.exp(-TOP) * (1 - (m - 1) * b / total), 0.0)
        assert start.log_levels == pytest.approx(exact, rel=1e-10, abs=0.0)


def test_states_and_stretches() -> None:
    state = State(3.0, np.array([-1.0, 0.0, 0.0]), np.array([True, True, False]))
    left = state.without([1])
    assert left.active.tolist() == [True, False, False] and left.out == frozenset({1}) and left.z == 3.0
    both = left.with_kind(2)
    assert both.active.tolist() == [True, False, True] and both.out == frozenset({1})
    assert state.active.tolist() == [True, True, False]  # unchanged
    stretch = Stretch(left, -2.0, lambda z: np.array([z, 0.0, 0.0]), np.array([3.0, -2.0]))
    there = stretch.at(-1.5)
    assert there.z == -1.5 and there.log_levels.tolist() == [-1.5, 0.0, 0.0]
    assert there.active.tolist() == [True, False, False] and there.out == frozenset({1})


def test_laws_that_cannot_be_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    field = field_of(1.0, 1.2, 1.4)
    monkeypatch.setattr(private_many_field, "_WORK", 2)
    state = field.start()
    for _ in range(2):
        field.slopes(TOP, state.log_levels, state.active)
    with pytest.raises(ConvergenceError) as caught:
        field.slopes(TOP, state.log_levels, state.active)
    assert str(caught.value) == TOP_DIFFERS
    assert BOTTOM < 0 < TOP


# --- who leaves small bids to others --------------------------------------------------------------------


def descent_of(losses: Any, leaving: dict[int, float]) -> Any:
    """A descent whose losses, where kinds leave, are a function that is known."""
    descent = private_many_laws._Descent(field_of(1.0, 1.2, 1.4), 1e-9, leaving)
    descent.asked = 0

    def known(places: np.ndarray) -> np.ndarray:
        descent.asked += 1
        descent.leaving = dict(zip(descent.leaving, places.tolist(), strict=True))
        return np.asarray(losses(places), float)

    descent._losses = known
    return descent


def test_where_two_leave_by_newton() -> None:
    goal = np.array([-5.0, 3.0])

    def losses(places: np.ndarray) -> np.ndarray:
        off = np.asarray(places)[:2] - goal
        return np.append(np.array([[1.0, 0.4], [-0.3, 2.0]]) @ off + 0.05 * off**2, np.zeros(places.size - 2))

    descent = descent_of(losses, {0: -4.0, 2: 2.5})
    descent._newton()
    assert list(descent.leaving) == [0, 2]
    assert list(descent.leaving.values()) == pytest.approx(goal, abs=1e-8)
    assert descent.asked <= 1 + 3 * 5  # Newton's method squares errors, differences but for 1e-4
    far = descent_of(losses, {0: 20.0, 2: 2.5})  # no more than two units in a step
    far._newton()
    assert list(far.leaving.values()) == pytest.approx(goal, abs=1e-8) and far.asked > 1 + 3 * 12
    # Who never comes stays where she is.
    absent = descent_of(losses, {0: -4.0, 2: 2.0, 1: TOP})
    absent._newton()
    assert absent.leaving[1] == TOP and absent.leaving[0] == pytest.approx(-5.0, abs=1e-8)
    with pytest.raises(ConvergenceError, match="leave small bids to others in an order"):
        descent_of(lambda places: 1.0 + places**2, {0: -4.0})._newton()


def test_where_one_leaves_by_bisection() -> None:
    for goal in (-60.0, -7.3, 0.2, 39.5):
        descent = descent_of(lambda places, goal=goal: goal - places, {0: 1.0, 2: -80.0})
        descent._settle_one(2)
        assert descent.leaving == pytest.approx({0: 1.0, 2: goal}, abs=1e-8)
    never = descent_of(lambda places: 1.0 + 0.0 * places, {0: 1.0, 2: -80.0})
    never._settle_one(2)
    assert never.leaving[2] == TOP
    with pytest.raises(ConvergenceError, match="leave small bids to others in an order"):
        descent_of(lambda places: -1.0 + 0.0 * places, {0: 1.0, 2: -80.0})._settle_one(2)


def test_everybody_who_would_turn_round_leaves() -> None:
    descent = descent_of(lambda places: 0.0 * places, {})
    turns = iter([(0, -3.0), (2, -9.0), (None, BOTTOM)])
    state = State(TOP, np.zeros(3), np.ones(3, dtype=bool))

    def follow() -> Any:
        kind, low = next(turns)
        return [Stretch(state, 5.0, None, np.zeros(2)), Stretch(state, low, None, np.zeros(2))], kind

    descent.follow = follow
    descent._complete()
    assert descent.leaving == {0: -3.0, 2: -9.0} and next(turns, None) is None
    descent.follow = lambda: ([Stretch(state, -1.0, None, np.zeros(2))], 1)
    with pytest.raises(ConvergenceError) as caught:
        descent.settle()
    assert str(caught.value) == (
        "The equilibrium was not found: contestants leave small bids to others in an order that this "
        "construction does not cover. Fewer laws, or laws with weaker types, would work."
    )


def test_paths_beyond_their_ends() -> None:
    path = Path(np.array([0.0, 1.0, 3.0]), np.array([[0.5, 2.0], [0.5, 1.0]]))  # x, and x again
    assert path(np.array([-1.0, 0.0, 0.25, 1.0, 2.5, 3.0, 9.0])).tolist() == [
        0.0,
        0.0,
        0.25,
        1.0,
        2.5,
        3.0,
        3.0,
    ]
    assert path.end == 3.0
