"""Morgan and Wang's tournament by hand: draws against expectations, limits, and refusals in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.laws import gumbel, normal
from contests.models import Admit, Finalists, Handicaps, Judges, Love, MorganWang, Network, Standard
from contests.models.morgan_wang_schemes import PayGame
from contests.solving import solve

PLAYED = {
    "standard": MorganWang(contestants=3, rules=(Standard(0.8),)),
    "standard and judges": MorganWang(
        contestants=3, rules=(Standard(0.8),), judges=Judges(2, error=normal(1.0))
    ),
    "love": MorganWang(contestants=3, love=Love(0.3)),
    "normal network": MorganWang(contestants=4, network=Network(2, correlation=0.6)),
    "judged network": MorganWang(
        contestants=4, network=Network(2, correlation=0.6), judges=Judges(1, error=normal(0.7))
    ),
    "Gumbel network": MorganWang(contestants=4, shock=gumbel(1.5), network=Network(2, correlation=0.6)),
    "Gumbel, no domains": MorganWang(contestants=4, shock=gumbel(1.5), network=Network(4)),
}


@pytest.mark.parametrize("name", PLAYED)
def test_what_is_drawn_is_what_is_expected(name: str) -> None:
    """Prizes, wins, qualities and payoffs of 40 000 contests, within five standard errors."""
    model = PLAYED[name]
    found = model.solve()
    game = found.game
    drawn = game.play(found.profile, 40_000, rng=np.random.default_rng(5))

    def near(sample: Any, expected: float) -> bool:
        return bool(abs(sample.mean() - expected) < 5 * sample.std() / np.sqrt(sample.size) + 1e-12)

    won = (drawn.rank == 1).mean(axis=1)
    assert near(drawn.prize.sum(axis=1), found.prizes_paid)
    assert near(won * model.contestants, float(found.win_probability.sum()))
    assert near(drawn.payoff.mean(axis=1), float(found.payoff.mean()))
    assert near(drawn.quality.max(axis=1), found.expected_best)
    assert near(drawn.quality.mean(axis=1), found.expected_average)
    if model.network is not None:
        assert found.win_probability == pytest.approx([1 / 4] * 4)
        first = np.where(drawn.rank == 1, drawn.quality, 0.0).sum(axis=1)
        assert near(first, float(ct.WinnerQuality()(found)))
        cost = float(model.cost(found.effort[0])) * 4
        assert game.outcomes(found.profile).effort_costs() == pytest.approx(cost)


def test_one_shock_for_a_whole_domain_is_one_idea() -> None:
    """Correlation 1 leaves as many ideas as domains; judges, who err, still tell members apart."""
    model = MorganWang(
        contestants=6, network=Network(3, correlation=1.0), judges=Judges(1, error=normal(0.5))
    )
    assert model.effective_number() == pytest.approx(3.0, rel=1e-6)
    lone = MorganWang(contestants=2, rules=(Admit(1),), network=Network(1, correlation=0.5))
    assert lone.effective_number() == 1.0
    assert MorganWang(contestants=5).effective_number() == 5.0


def test_the_slope_of_winning_in_a_network() -> None:
    """Independent Gumbel shocks are a logit: slope (n - 1)/n^2 over the scale, times the prize."""
    model = MorganWang(contestants=4, prizes=3.0, shock=gumbel(2.0), network=Network(2))
    assert model.winning_slope == pytest.approx(3.0 * 3 / 16 / 2.0, rel=1e-12)


def test_first_order_effort_by_budget() -> None:
    """Two, normal shocks, cost e^2/2: e is the budget over 2 sqrt(pi), plus what is left of love."""
    plain = MorganWang(contestants=2, prizes=[3.0, 1.0])
    slope = 1 / (2 * np.sqrt(np.pi))
    assert plain.first_order_effort(2.0) == pytest.approx(2.0 * slope * (3 - 1) / 4, rel=1e-12)
    loving = MorganWang(contestants=2, prizes=0.5, love=Love(0.4, crowding=1.0))
    assert loving.first_order_effort(2.0) == pytest.approx(2 * slope + 0.4 * np.exp(-2.0), rel=1e-12)
    capped = MorganWang(contestants=2, cost=ct.Capped(ct.Power(2, scale=0.5), at=0.1))
    assert capped.first_order_effort(1.0) == pytest.approx(0.1, rel=1e-9)
    dear = MorganWang(contestants=2, output=ct.Linear(1e-100), cost=ct.Linear(1.0))
    assert dear.first_order_effort(1.0) == 0.0


@pytest.mark.parametrize("rule", [Standard(0.5), Finalists(2), Handicaps([0.1, 0.0, 0.0])])
def test_one_stage_only(rule: Any) -> None:
    model = MorganWang(contestants=3, rules=(rule,))
    for ask in (lambda: model.winning_slope, model.chance_best_wins, lambda: model.first_order_effort(1.0)):
        with pytest.raises(ct.UnsolvableError, match="for one stage without standard or handicaps"):
            ask()


def test_what_needs_judges() -> None:
    model = MorganWang(contestants=2)
    assert model.chance_best_wins() == 1.0  # nobody errs
    with pytest.raises(ct.UnsolvableError, match="Give the model judges with an error first"):
        model.best_judges()
    judged = model.replace(judges=Judges(1, error=normal(0.5)))
    with pytest.raises(ct.UnsolvableError, match="No number of judges"):
        judged.best_judges([])
    certain = judged.replace(shock=normal(1e-3), judges=Judges(1, error=normal(1e-3)))
    with pytest.raises(ct.NotEquilibriumError):  # next to an all-pay contest no number of judges will do
        certain.best_judges([1, 2])
    crowded = MorganWang(
        contestants=4, network=Network(2, correlation=0.6), judges=Judges(1, error=normal(0.7))
    )
    with pytest.raises(ct.UnsolvableError, match="independent shocks"):
        crowded.chance_best_wins()


def test_numbers_of_judges_without_an_equilibrium_are_passed_over() -> None:
    """A thousand judges leave next to no luck; one or two leave enough."""
    model = MorganWang(contestants=2, shock=normal(1e-3), judges=Judges(1, error=normal(1.0)))
    assert model.best_judges([1, 10**6]).choice == 1


def test_what_love_and_attitudes_leave_out() -> None:
    assert MorganWang(contestants=2).crowding_range() is None
    assert MorganWang(contestants=2, love=Love(0.3)).crowding_range() is None
    averse = MorganWang(contestants=2, utility=ct.CARA(1.0))
    with pytest.raises(ct.UnsolvableError, match="risk-neutral"):
        averse.first_order_effort(1.0)
    for model, why in (
        (MorganWang(contestants=2, love=Love(0.3)), "without love"),
        (MorganWang(contestants=2, network=Network(1, correlation=0.5)), "without network"),
        (MorganWang(contestants=2, utility=ct.CRRA(0.5)), "risk-neutral or CARA"),
    ):
        with pytest.raises(ct.UnsolvableError, match=why):
            model.schemes()


@pytest.mark.slow
def test_the_best_prize_where_all_take_part_at_any() -> None:
    """Quality 0.1 ln e at unit cost: e = 0.1 B s, so that 0.1 v ln B - B is largest at B = 0.1 v."""
    model = MorganWang(contestants=2, output=ct.Log(scale=0.1), cost=ct.Linear())
    for value in (1.0, 30.0):
        chosen = model.best_prize(value=value)
        assert chosen.choice == pytest.approx(0.1 * value, rel=1e-6)
        assert chosen.equilibrium.effort[0] == pytest.approx(0.01 * value * model.winning_slope, rel=1e-6)
    with pytest.raises(ct.UnsolvableError, match="any budget is worth doubling"):
        model.best_prize(value=1e90)


def test_schemes_that_have_no_end() -> None:
    with pytest.raises(ct.UnsolvableError, match="First-best effort is unbounded"):
        MorganWang(contestants=2, cost=ct.Linear(0.5)).schemes()
    heavy = MorganWang(contestants=2, shock=stats.t(3), utility=ct.CARA(1.0), cost=ct.Power(2))
    with pytest.raises(ct.UnsolvableError, match="at minus infinity: the lower tail is too heavy"):
        heavy.schemes()


def test_pay_by_the_piece_by_hand() -> None:
    """Rate b, cost s e^2: effort b/(2 s), far above what the rate pays for luck alone."""
    game = PayGame(n=2, noise=normal(1.0), output=ct.Linear(), cost=ct.Power(2, scale=1e-4), rate=1.0)
    assert solve(game).effort[0] == pytest.approx(5000.0, rel=1e-9)
    endless = game.replace(cost=ct.Linear(0.5))
    with pytest.raises(ct.UnsolvableError, match="effort is unbounded"):
        solve(endless)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"judges": 3}, "a Judges, or absent"),
        ({"rules": 3}, "a sequence of rules"),
        ({"rules": (Standard(1.0), Standard(2.0))}, "each at most once"),
        ({"rules": (Admit(9),)}, "at most the 3 contestants"),
        ({"rules": (Finalists(3),)}, "fewer finalists than the 3"),
        ({"rules": (Handicaps([1.0]),)}, "one for each of 3"),
        ({"rules": (Standard(1.0),), "utility": ct.CARA(1.0)}, "absent with a standard"),
        ({"rules": (Finalists(2),), "network": Network(3)}, "absent with two stages"),
        ({"rules": (Handicaps([1.0, 0.0, 0.0]),), "love": Love(0.1)}, "absent with handicaps"),
        ({"rules": (Handicaps([1.0, 0.0, 0.0]), Standard(1.0))}, "absent with handicaps"),
        ({"love": Love(0.1), "utility": ct.CRRA(0.5)}, "Use ct.CARA"),
        ({"network": Network(2)}, "a divisor of the 3 contestants"),
        ({"network": Network(3), "prizes": [2.0, 1.0]}, "one prize and risk-neutral"),
        ({"network": Network(1, correlation=1.0)}, "below 1 unless judges err"),
        ({"network": Network(3), "shock": stats.uniform()}, "normal"),
        ({"prizes": ct.QualityShare(base=1.0, share=0.5)}, "fixed money by rank"),
    ],
)
def test_parts_that_do_not_go_together(parts: dict[str, Any], message: str) -> None:
    with pytest.raises(ct.InvalidPartError, match=message):
        MorganWang(**{"contestants": 3, **parts})


def test_profiles_that_are_not_worked_out() -> None:
    for model in (PLAYED["standard"], PLAYED["normal network"]):
        game = model.solve().game
        unequal = np.linspace(0.1, 0.2, game.n)
        with pytest.raises(ct.InvalidPartError, match="one effort for all"):
            game.payoff(0, 0.1, unequal)
