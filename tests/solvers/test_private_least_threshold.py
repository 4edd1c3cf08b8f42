"""The threshold type under a reserve on certain quality and luck: roots of functions made up here.

What the weakest of those who come earns is a known function of how many come, so that the share who take
part is known too; and closed forms: who is alone against idle rivals, whom a reserve does not bind, whose
quality falls with ability. The values are uniform on [0, 1], so that a share r has the type 1 - r below it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import contests as ct
from contests.errors import ConvergenceError
from contests.laws import law
from contests.solvers import private_reserve_luck
from contests.solvers.entry_by_type import EntryByType, Inside
from contests.solvers.private_reserve_luck import SOLVER, _check_order, _Threshold
from contests.solvers.private_shock import SOLVER as SHOCK
from contests.strategy import Monotone

UNIFORM = law(stats.uniform(), part="law")
FEW = "So few types reach the reserve that floats cannot tell them apart."


def contest(reserve: float = 0.2, fee: float = 0.0, **parts: Any) -> ct.Contest:
    given: dict[str, Any] = {
        "contestants": ct.Private(2, value=stats.uniform()), "prizes": 1.0, "success": ct.Lottery(),
        **parts,
    }  # fmt: skip
    return ct.Contest(**given, entry=ct.Reserve(reserve, fee=fee))


@dataclass
class MadeUp:
    """A field in which the weakest of a share who come earns a known function of the share."""

    earns: Any
    alone_earns: Any = None
    size: int = 64
    asked: list[tuple[float, int]] = field(default_factory=list)
    law: Any = UNIFORM
    up: bool = True

    def type_at(self, rest: float) -> float:
        return 1.0 - rest

    def tail(self, rest: float) -> Any:
        return law(stats.uniform(1.0 - rest, rest), part="law")

    def reply(self, earns: Any, rest: float | None) -> Any:
        def payoff(types: Any) -> Any:
            share = np.maximum(1.0 - types, 1e-300) if rest is None else np.array([rest])
            return np.asarray(earns(share))

        return SimpleNamespace(payoff=payoff)

    def alone(self) -> Any:
        return self.reply(self.alone_earns or self.earns, None)

    def solve(self, rest: float) -> Any:
        self.asked.append((rest, self.size))
        earns = self.earns if self.size == 64 else getattr(self, "fine", self.earns)
        found = self.reply(earns, rest)
        found.level = rest
        return found, np.array([0.25])


def threshold(made: Any, game: ct.Contest | None = None) -> Any:
    found = _Threshold(game or contest())
    found.field, found._alone = made, made.alone()
    return found


@pytest.mark.parametrize("share", [0.9, 0.4, 3e-3, 1e-9])
def test_the_share_who_come_is_where_the_weakest_of_them_earns_nothing(share: float) -> None:
    made = MadeUp(lambda rest: np.log(share / rest), lambda rest: np.log(1.05 * share / rest))
    found = threshold(made)
    assert found._most() == pytest.approx(min(1.0, 1.05 * share), rel=1e-11)
    strategy = found.solve()
    assert strategy.share == pytest.approx(share, rel=1e-12)
    assert (strategy.threshold, strategy.scores_increase) == (1.0 - strategy.share, True)
    assert strategy.types == made.law
    assert made.asked[-1] == (strategy.share, 200)
    inner = strategy.function.inner
    assert (
        inner.function.level == strategy.share and inner.breaks.tolist() == [0.25] and inner.scores_increase
    )
    assert inner.types == made.tail(strategy.share)
    # Whoever is asked about once is kept.
    shares = [one for one, _ in made.asked if one != made.asked[-1][0]]
    assert len(set(shares)) == len(shares)


@pytest.mark.parametrize("shift", [1e-10, 1e-6, 1e-3])
def test_more_nodes_move_the_threshold_a_little(shift: float) -> None:
    for sign in (1.0, -1.0):
        made: Any = MadeUp(lambda rest: np.log(0.3 / rest), lambda rest: 1.0 - rest)
        made.fine = lambda rest, sign=sign: np.log(0.3 * (1 + sign * shift) / rest)
        assert threshold(made).solve().share == pytest.approx(0.3 * (1 + sign * shift), rel=1e-12)


def test_more_nodes_that_move_it_a_lot_are_not_an_answer() -> None:
    for factor in (2.0, 0.5):
        made: Any = MadeUp(lambda rest: np.log(0.3 / rest), lambda rest: 1.0 - rest)
        made.fine = lambda rest, factor=factor: np.log(0.3 * factor / rest)
        with pytest.raises(ConvergenceError) as raised:
            threshold(made).solve()
        assert str(raised.value) == "The threshold type varies with the number of nodes."


def test_all_come_or_all_who_would_alone_or_nobody() -> None:
    always = MadeUp(lambda rest: 0.5 + 0.0 * rest)
    assert threshold(always)._most() == 1.0 and threshold(always).solve().share == 1.0
    exactly = MadeUp(lambda rest: 1.0 - rest)  # the weakest of all earns nothing, and comes
    assert threshold(exactly)._most() == 1.0 and threshold(exactly).solve().share == 1.0
    never = MadeUp(lambda rest: -0.5 - rest)
    nobody = threshold(never).solve()
    assert threshold(never)._most() == 0.0
    assert (nobody.share, nobody.function.inner, nobody.threshold) == (0.0, None, 1.0)
    assert never.asked == []
    # The most that come alone also come if others do: up to rounding of the stakes.
    for short, share in ((1e-14, 0.4), (1e-12, 0.4)):
        made = MadeUp(lambda rest, short=short: 0.4 - rest - short, lambda rest: 0.4 - rest)
        found = threshold(made).solve().share
        assert (found == pytest.approx(share, rel=1e-14, abs=0.0)) == (short < 1e-13)
        assert found == pytest.approx(share, rel=1e-11)


def test_so_few_that_floats_cannot_tell_them_apart() -> None:
    rare = MadeUp(lambda rest: np.where(rest == 1e-300, 1.0, -1.0))
    with pytest.raises(ConvergenceError) as raised:
        threshold(rare)._most()
    assert str(raised.value) == FEW
    crowded = MadeUp(lambda rest: -1.0 + 0.0 * rest, lambda rest: 0.5 - rest)
    with pytest.raises(ConvergenceError) as raised:
        threshold(crowded).solve()
    assert str(raised.value) == FEW
    assert min(one for one, _ in crowded.asked) == pytest.approx(1e-12, rel=1e-12)
    # Shares down to the least that is spoken of are found.
    few = MadeUp(lambda rest: np.log(1.1e-12 / rest), lambda rest: np.log(1.3e-12 / rest))
    assert threshold(few)._most() == pytest.approx(1.3e-12, rel=1e-11)
    assert threshold(few).solve().share == pytest.approx(1.1e-12, rel=1e-11)
    for alone in (0.9e-12, 1e-13):
        with pytest.raises(ConvergenceError):
            threshold(MadeUp(lambda rest, alone=alone: np.log(alone / rest)))._most()


def test_payoffs_without_end_count_as_huge() -> None:
    steep = MadeUp(lambda rest: np.where(rest > 0.37, -np.inf, np.inf))
    assert threshold(steep)._most() == pytest.approx(0.37, rel=1e-9)


def test_what_the_weakest_earns_is_net_of_the_fee() -> None:
    game = contest(fee=0.05)
    found = _Threshold(game)
    alone = found.field.alone()
    assert found.best(alone, 0.4) == pytest.approx(0.6 - 0.2 - 0.05, rel=1e-14)
    assert found.best(alone, 1.0) == pytest.approx(-0.25, rel=1e-14)
    assert found._most() == pytest.approx(0.75, rel=1e-13)
    assert (found.price, found.field.size) == (0.05, 64)
    reply, _ = found.field.solve(0.4)
    # Both at the reserve: half the prize if the other comes.
    assert found.best(reply, 0.4) == pytest.approx(0.6 * (0.6 + 0.4 / 2) - 0.25, rel=1e-12)
    assert found.worth(float(np.log(0.4))) == pytest.approx(found.best(reply, 0.4), rel=1e-11)


def test_types_without_end_are_the_best_or_the_worst() -> None:
    pareto = _Threshold(contest(contestants=ct.Private(2, value=stats.pareto(2.0))))
    assert pareto.best(pareto._alone, 0.0) == np.inf
    expon = _Threshold(contest(contestants=ct.Private(2, cost=stats.expon())))
    assert expon.best(expon._alone, 1.0) == -np.inf
    assert expon.best(expon._alone, 0.5) == pytest.approx(1.0 - 0.2 * np.log(2.0), rel=1e-12)
    below = _Threshold(contest(contestants=ct.Private(2, ability=stats.norm())))
    assert below.best(below._alone, 1.0) == -np.inf and below.best(below._alone, 0.0) == np.inf


def test_a_reserve_beyond_what_any_effort_makes() -> None:
    """No more than half a unit of effort is allowed: nobody makes the 0.6 that the reserve asks."""
    found = _Threshold(contest(0.6, cost=ct.Capped(ct.Linear(), at=0.5)))
    assert found.best(found._alone, 0.1) == -np.inf and found.solve().share == 0.0
    just = _Threshold(contest(0.5, cost=ct.Capped(ct.Linear(), at=0.5)))
    assert just.best(just._alone, 0.1) == pytest.approx(0.9 - 0.5, rel=1e-14)


@pytest.mark.parametrize(
    ("reserve", "law_of", "trait", "binds"),
    [(0.0, stats.uniform(), "value", False), (1e-9, stats.uniform(), "value", True),
     (0.5, stats.uniform(0.5, 1.0), "ability", False), (0.5001, stats.uniform(0.5, 1.0), "ability", True),
     (0.5, stats.uniform(0.5, 1.0), "cost", True)],
)  # fmt: skip
def test_whom_the_reserve_does_not_bind(reserve: float, law_of: Any, trait: str, binds: bool) -> None:
    game = contest(reserve, fee=0.03, contestants=ct.Private(2, **{trait: law_of}))
    assert private_reserve_luck._is_void(game) == (not binds)
    free = private_reserve_luck._free(game)
    assert free.entry == ct.Fee(0.03) and free.replace(entry=game.entry) == game
    assert private_reserve_luck._free(contest(reserve)).entry == ct.AllEnter()


def test_a_reserve_that_binds_nobody_is_handed_on() -> None:
    found = SOLVER.solve(contest(0.0))
    free = SHOCK.solve(contest(0.0).replace(entry=ct.AllEnter()))
    strategies: list[Any] = [one.profile.strategy(0) for one in (found, free)]
    types = np.array([0.1, 0.7])
    assert strategies[0](types) == pytest.approx(strategies[1](types), rel=1e-12)
    assert found.selection == f"the reserve does not bind; {free.selection}"
    kinks = contest(0.0, success=ct.Highest(error=stats.beta(0.5, 0.5)))
    solver, reason = private_reserve_luck._without(kinks)
    assert solver is None and reason == SOLVER.refuses(kinks)
    assert reason is not None and reason.startswith(
        "all types reach the reserve without effort, and without it "
    )


def made_up_strategy(quality: Any, share: float = 1.0) -> Any:
    """Abilities from [0, 1] whose qualities are a function made up here, over their abilities."""
    inner: Any = Monotone(types=stats.uniform(), function=lambda t: quality(t) - t)
    return EntryByType(
        types=inner.types, function=Inside(inner=inner, threshold=0.0), scores_increase=True, share=share
    )


def test_abler_types_must_have_the_better_ideas() -> None:
    game = contest(0.2, contestants=ct.Private(2, ability=stats.uniform()))
    _check_order(game, made_up_strategy(lambda t: 2.0 + t))
    _check_order(game, made_up_strategy(lambda t: 2.0 + 0.0 * t))
    _check_order(game, made_up_strategy(lambda t: 2.0 + 1e-14 * np.sin(1e3 * t)))
    _check_order(game, made_up_strategy(lambda t: 2.0 + t + 1e-10 * np.sin(1e7 * t)))
    nobody = EntryByType(
        types=stats.uniform(), function=Inside(inner=None, threshold=1.0), scores_increase=True, share=0.0
    )
    _check_order(game, nobody)
    values = contest(0.2)
    _check_order(values, made_up_strategy(lambda t: 3.0 - t))
    for worse in (
        lambda t: 3.0 - t,
        lambda t: 2.0 + (t - 0.5) ** 2,
        lambda t: 2.0 + t + 1e-6 * np.sin(1e7 * t),
    ):
        with pytest.raises(ConvergenceError) as raised:
            _check_order(game, made_up_strategy(worse))
        assert str(raised.value) == (
            "Types of higher ability have worse ideas: the cost of quality is not convex. A cost that is "
            "convex in output would work."
        )


@pytest.mark.parametrize(
    ("reserve", "words"),
    [(1.0, "nobody takes part"), (0.3, "a threshold"), (0.05, "all take part")],
)
def test_what_is_said_of_who_takes_part(reserve: float, words: str) -> None:
    value = stats.uniform() if reserve > 0.1 else stats.uniform(1.0, 0.5)
    game = contest(reserve, contestants=ct.Private(2, value=value))
    found = SOLVER.solve(game)
    assert found.selection == f"{words}; symmetric, others may exist"
    assert found.profile.n == 2
    if words == "a threshold":  # v (v + (1 - v) / 2) = 0.3
        exact = optimize.brentq(lambda v: v * (1 + v) / 2 - 0.3, 0.0, 1.0, xtol=1e-15)
        strategy: Any = found.profile.strategy(0)
        assert strategy.threshold == pytest.approx(exact, rel=1e-12)
