"""Fees and reserves where luck matters: who comes, and what those who come do.

Routes: the solver; integrals over rivals' types or shocks written out here and done by
`scipy.integrate.quad`; draws of the contest by `contests.play`; and limits in which the contest is another.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import contests as ct
from contests.solvers.entry_by_type import EntryByType

LOTTERY: dict[str, Any] = {"success": ct.Lottery()}
SHOCK: dict[str, Any] = {"technology": ct.Additive(stats.norm()), "cost": ct.Power(2)}


def solved(contestants: Any, entry: Any, prizes: Any = 1.0, **parts: Any) -> ct.Equilibrium:
    return ct.solve(ct.Contest(contestants=contestants, prizes=prizes, entry=entry, **parts))


def wins(parts: dict[str, Any], own: Any, rival: Any) -> Any:
    """The chance to beat one rival who is there."""
    return own / (own + rival) if parts is LOTTERY else stats.norm.cdf((own - rival) / np.sqrt(2))


class Rival:
    """One rival who may stay out: her scores at Gauss points of her quantile, by hand."""

    def __init__(self, eq: ct.Equilibrium, parts: dict[str, Any], ability: bool) -> None:
        strategy: Any = eq.strategy(0)
        x, w = np.polynomial.legendre.leggauss(400)
        s = (x + 1) / 2  # crowded at both ends, where quantiles may run away
        level, self.weights = strategy.share * s * s * (3 - 2 * s), strategy.share * w / 2 * 6 * s * (1 - s)
        types = strategy.types.isf(level) if strategy.scores_increase else strategy.types.ppf(level)
        self.scores = strategy(types) + (types if ability else 0.0)
        self.out, self.parts = 1.0 - strategy.share, parts

    def loses(self, own: float, pot: float = 0.0) -> float:
        """What a score wins from her, a prize of 1 and ``pot`` for each who came."""
        beaten = float(self.weights @ wins(self.parts, own, self.scores))
        return (1 + pot) * self.out + (1 + 2 * pot) * beaten


CASES = [
    pytest.param(LOTTERY, ct.Private(2, value=stats.uniform()), ct.Fee(0.1), id="lottery, values"),
    pytest.param(
        LOTTERY,
        ct.Private(2, cost=stats.uniform(0.5, 1.0)),
        ct.Fee(0.3, refundable_to="winner"),
        id="lottery, costs, to the winner",
    ),
    pytest.param(SHOCK, ct.Private(2, value=stats.uniform()), ct.Fee(0.2), id="shock, values"),
    pytest.param(SHOCK, ct.Private(2, ability=stats.logistic(scale=0.4)), ct.Fee(0.4), id="shock, abilities"),
]


@pytest.mark.parametrize(("parts", "contestants", "entry"), CASES)
def test_the_threshold_type_is_indifferent_and_all_reply_best(
    parts: Any, contestants: Any, entry: Any
) -> None:
    eq = solved(contestants, entry, **parts)
    strategy: Any = eq.strategy(0)
    assert eq.certificate.passed
    assert 0 < strategy.share < 1
    assert strategy.share == pytest.approx(float(strategy.entry_probability()))
    pot = entry.amount if entry.fees_to_winner else 0.0
    value, cost, ability = (contestants.private_trait == name for name in ("value", "cost", "ability"))
    rival = Rival(eq, parts, ability)

    def payoff(type: float, effort: float) -> float:
        won = rival.loses(effort + (type if ability else 0.0), pot)
        spent = effort if parts is LOTTERY else effort**2
        return (type if value else 1.0) * won - (type if cost else 1.0) * spent - entry.amount

    t = strategy.threshold
    assert payoff(t, float(strategy(t))) == pytest.approx(0.0, abs=1e-9)
    inside = strategy.types.isf if strategy.scores_increase else strategy.types.ppf
    for level in (0.2 * strategy.share, 0.8 * strategy.share):
        one = float(inside(level))
        best = optimize.minimize_scalar(
            lambda e, one=one: -payoff(one, e),
            bracket=(0.5 * float(strategy(one)), float(strategy(one)), 2 * float(strategy(one))),
            options={"xtol": 1e-9},
        )
        assert float(strategy(one)) == pytest.approx(best.x, rel=1e-6)


def agrees(eq: ct.Equilibrium, size: int = 40_000, seed: int = 5) -> None:
    """What the sponsor expects, against draws, within 4.5 standard errors."""
    drawn = eq.simulate(size, rng=np.random.default_rng(seed))
    enters = ~np.isneginf(drawn.quality) if drawn.enters is None else drawn.enters
    quality = np.where(enters, drawn.quality, -np.inf)
    ordered = -np.sort(-np.where(enters, quality, 0.0), axis=1) if (quality[enters] >= 0).all() else None
    entry: Any = eq.contest.entry
    pairs = [
        (ct.ContestantSurplus()(eq), drawn.payoff.sum(axis=1)),
        (ct.PrizesPaid()(eq), drawn.prize.sum(axis=1)),
        (ct.FeesCollected()(eq), entry.price * enters.sum(axis=1)),
        (ct.TotalEffort()(eq), drawn.effort.sum(axis=1)),
        (ct.BestQuality()(eq), drawn.best),
        (ct.WinnerQuality()(eq), np.where(drawn.rank == 1, drawn.quality, 0.0).sum(axis=1)),
        (ct.ProbabilityAbove(0.15)(eq), (quality >= 0.15).any(axis=1)),
        (float(eq.win_probability.sum()), (drawn.rank == 1).sum(axis=1)),
        (ct.PerEntrant(2.0)(eq), 2.0 * enters.sum(axis=1)),
    ]
    if ordered is not None:
        pairs += [(ct.TopQuality(2)(eq), ordered[:, :2].sum(axis=1))]
        pairs += [(ct.AverageQuality()(eq), ordered.mean(axis=1))]
    for number, (expected, found) in enumerate(pairs):
        error = float(np.std(found)) / np.sqrt(size)
        assert expected == pytest.approx(float(np.mean(found)), abs=4.5 * error + 1e-9), number


@pytest.mark.parametrize(
    ("contestants", "entry", "prizes", "parts"),
    [
        (ct.Private(3, value=stats.uniform()), ct.Fee(0.1), [0.7, 0.3], LOTTERY),
        (ct.Private(3, cost=stats.uniform(0.5, 1.0)), ct.Fee(0.25, refundable_to="winner"), 1.0, LOTTERY),
        (ct.Private(3, value=stats.uniform()), ct.Fee(0.2), 1.0, SHOCK),
        (ct.Private(3, value=stats.uniform()), ct.Fee(0.2), 1.0,
         {"success": ct.Highest(error=stats.norm(scale=0.3)), "cost": ct.Power(2)}),
        (ct.Private(3, value=stats.uniform()), ct.Reserve(0.4), [0.7, 0.3], SHOCK),
        pytest.param(ct.Private(3, value=stats.uniform()), ct.Reserve(0.4, fee=0.1), 1.0, SHOCK,
                     marks=pytest.mark.slow),
        (ct.Known(value=[1.0, 0.8, 0.8]), ct.Reserve(0.4), [0.7, 0.3], SHOCK),
        (ct.Known(cost=[0.5, 0.55]), ct.Reserve(0.4), 1.0, {"technology": ct.Trials(stats.uniform())}),
        (ct.Known(value=[1.0, 0.6, 0.3]), ct.Reserve(0.4, fee=0.15), 1.0, SHOCK),
    ],
    ids=["lottery", "to the winner", "shock", "judges", "reserve by type", "reserve and fee by type",
         "reserve known", "trials", "reserve and fee known"],
)  # fmt: skip
def test_what_the_sponsor_expects_is_what_is_drawn(
    contestants: Any, entry: Any, prizes: Any, parts: Any
) -> None:
    eq = solved(contestants, entry, prizes, **parts)
    assert eq.certificate.passed
    agrees(eq)


def test_a_small_fee_keeps_nobody_out_and_a_large_one_everybody() -> None:
    contestants = ct.Private(3, value=stats.uniform(0.5, 1.0))
    free, cheap = solved(contestants, ct.AllEnter(), **SHOCK), solved(contestants, ct.Fee(0.01), **SHOCK)
    assert cheap.strategy(0).entry_probability() == 1.0
    assert cheap.effort == pytest.approx(free.effort, rel=1e-9)
    assert cheap.payoff == pytest.approx(free.payoff - 0.01, rel=1e-9)
    assert ct.FeesCollected()(cheap) == pytest.approx(0.03)
    dear = solved(contestants, ct.Fee(1.5), **SHOCK)
    assert dear.certificate.passed
    assert (dear.payoff == 0).all()
    assert (dear.prizes_paid, dear.total_effort, ct.FeesCollected()(dear)) == (0.0, 0.0, 0.0)


def test_luck_lets_more_types_in_than_certain_quality_does() -> None:
    """Without luck the threshold type wins only if alone, v F(v)^(n - 1) = fee; with it she may win more."""
    contestants, fee = ct.Private(2, value=stats.uniform()), ct.Fee(0.25)
    exact: Any = solved(contestants, fee).strategy(0)
    assert exact.entry_probability() == pytest.approx(0.5, rel=1e-9)
    for parts in (LOTTERY, SHOCK):
        found = solved(contestants, fee, **parts).strategy(0)
        assert isinstance(found, EntryByType)
        assert found.entry_probability() > 0.505


def test_narrow_types_are_known_and_known_equals_are_alike() -> None:
    reserve = ct.Reserve(0.4)
    alike = solved(ct.Identical(3), reserve, **SHOCK)
    narrow = solved(ct.Private(3, value=stats.uniform(1 - 1e-7, 2e-7)), reserve, **SHOCK)
    nearly = solved(ct.Known(value=[1.0, 1.0 - 1e-9, 1.0]), reserve, **SHOCK)
    for other in (narrow, nearly):
        assert other.method != alike.method or other is nearly
        assert other.effort == pytest.approx(alike.effort, rel=1e-6)
        assert other.payoff == pytest.approx(alike.payoff, rel=1e-6)
        assert other.prizes_paid == pytest.approx(alike.prizes_paid, rel=1e-6)


@pytest.mark.parametrize(
    "contestants", [ct.Known(value=[1.0, 0.7]), ct.Private(2, ability=stats.norm(scale=0.3))], ids=repr
)
def test_a_reserve_far_below_changes_nothing(contestants: Any) -> None:
    low, none = solved(contestants, ct.Reserve(-40.0), **SHOCK), solved(contestants, ct.AllEnter(), **SHOCK)
    assert low.effort == pytest.approx(none.effort, rel=1e-8)
    assert low.payoff == pytest.approx(none.payoff, rel=1e-8)
    assert low.prizes_paid == pytest.approx(1.0, rel=1e-12)


def test_known_contestants_under_a_reserve_by_hand() -> None:
    """Two contestants, normal shocks: chances by quadrature over the first one's own shock."""
    eq = solved(ct.Known(value=[1.0, 0.6]), ct.Reserve(0.5), **SHOCK)
    first, second = eq.effort

    def payoff(value: float, own: float, rival: float) -> float:
        def density(x: float) -> float:
            return float(stats.norm.pdf(x - own) * stats.norm.cdf(x - rival))

        return value * integrate.quad(density, 0.5, 12.0, epsabs=1e-14, epsrel=1e-13)[0] - own**2

    assert eq.payoff == pytest.approx([payoff(1.0, first, second), payoff(0.6, second, first)], rel=1e-11)
    for value, own, rival in ((1.0, first, second), (0.6, second, first)):
        h = 1e-4
        slope = (payoff(value, own + h, rival) - payoff(value, own - h, rival)) / (2 * h)
        assert slope == pytest.approx(0.0, abs=1e-8)


@pytest.mark.slow
def test_money_has_no_unit() -> None:
    for unit in (1e9, 1e-9):
        contestants = ct.Private(2, value=stats.uniform())
        one = solved(contestants, ct.Fee(0.1), **LOTTERY)
        many = solved(contestants, ct.Fee(0.1 * unit), unit, success=ct.Lottery(), cost=ct.Linear(unit))
        assert many.strategy(0).entry_probability() == pytest.approx(one.strategy(0).entry_probability())
        assert many.effort == pytest.approx(one.effort, rel=1e-8)


@pytest.mark.parametrize(
    ("contest", "solver", "words"),
    [
        (
            ct.Contest(contestants=ct.Known(value=[1.0, 0.5]), prizes=1.0, entry=ct.Reserve(0.1),
                       technology=ct.Additive(stats.norm()), success=ct.Highest(error=stats.norm())),
            "reserve, shock",
            "what is ranked does not tell whether the reserve is reached",
        ),
        (
            ct.Contest(contestants=ct.Identical(2), prizes=1.0, entry=ct.Reserve(0.1),
                       technology=ct.Additive(stats.norm(), common=stats.norm())),
            "reserve, shock",
            "a common shock lifts all ideas over the reserve together",
        ),
    ],
)  # fmt: skip
def test_what_has_no_answer_says_why(contest: ct.Contest, solver: str, words: str) -> None:
    assert words in ct.explain(contest)[solver]
    with pytest.raises(ct.UnsolvableError, match="No solver accepts"):
        ct.solve(contest)


@pytest.mark.parametrize(("low", "share"), [(0.5, 1.0), (0.0, 0.7)])
def test_a_lone_contestant_enters_if_the_prize_is_worth_the_fee(low: float, share: float) -> None:
    eq = solved(ct.Private(1, value=stats.uniform(low, 1.0)), ct.Fee(0.3), **LOTTERY)
    assert eq.strategy(0).entry_probability() == pytest.approx(share)
    assert eq.payoff == pytest.approx([low + 0.5 - 0.3 if low else 0.7**2 / 2], rel=1e-9)
    assert eq.total_effort == 0.0
