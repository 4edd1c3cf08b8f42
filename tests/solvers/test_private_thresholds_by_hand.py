"""Private types, luck and a fee: the reduction to those who come, and the threshold, piece by piece.

What a level among the types who come wins is summed here over how many come and how many of them are
better; what the threshold type earns alone, and against a field that does as it is told, by formula or by
trying efforts; and the threshold itself is the root of functions made up here.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import contests as ct
from contests.errors import ConvergenceError
from contests.laws import law
from contests.profile import Profile
from contests.solvers import private_thresholds
from contests.solvers.entry_by_type import EntryByType
from contests.solvers.private_money import MoneyContest
from contests.solvers.private_panel_order import PanelOrder
from contests.solvers.private_shock import SOLVER as SHOCK_ROOM
from contests.solvers.private_thresholds import SOLVER, _among, _Entry, _room
from contests.strategy import Monotone

LOTTERY: dict[str, Any] = {"success": ct.Lottery()}
SHOCK: dict[str, Any] = {"technology": ct.Additive(stats.norm()), "cost": ct.Power(2)}
LAW = stats.uniform(0.5, 1.0)


def contest(entry: Any, n: int = 3, trait: str = "value", types: Any = LAW, **parts: Any) -> ct.Contest:
    given: dict[str, Any] = {
        "contestants": ct.Private(n, **{trait: types}),
        "prizes": 1.0,
        **(parts or LOTTERY),
    }
    return ct.Contest(**given, entry=entry)


def fee(amount: float, refund: str | None) -> ct.Fee:
    return ct.Fee(amount, refundable_to="winner" if refund else "sponsor")


def won(prizes: list[float], n: int, out: float, level: float, pot: float = 0.0) -> float:
    """What a level among those who come expects: so many come, so many of them are better."""
    paid, total = [*prizes, *[0.0] * n], 0.0
    for k in range(n):
        come = stats.binom(n - 1, 1 - out).pmf(k)
        for better in range(k + 1):
            chance = stats.binom(k, 1 - level).pmf(better)
            total += come * chance * (paid[better] + (pot * (k + 1) if better == 0 else 0.0))
    return float(total)


def among(prizes: Any, n: int, level: float) -> float:
    """What a level wins of prizes among n for certain."""
    paid = np.append(prizes, np.zeros(n))[:n]
    return float(stats.binom(n - 1, 1 - level).pmf(np.arange(n)) @ paid)


@pytest.mark.parametrize("trait", ["value", "cost", "ability"])
@pytest.mark.parametrize("refund", [None, "winner"])
@pytest.mark.parametrize("out", [0.0, 0.3])
def test_the_contest_among_those_who_come(trait: str, refund: str | None, out: float) -> None:
    price, prizes = 0.2, [0.7, 0.3]
    game = contest(fee(price, refund), 4, trait, prizes=prizes, **SHOCK)
    inner = _among(game, out)
    pot = price if refund else 0.0
    money = isinstance(inner, MoneyContest)
    assert money == (refund is not None and trait == "value")
    for level in (0.0, 0.2, 0.9, 1.0):
        found = among(inner.prizes.by_rank(), 4, level)
        if isinstance(inner, MoneyContest):
            assert among(inner.money, 4, level) == pytest.approx(won([0.0], 4, out, level, pot), abs=1e-13)
            assert found == pytest.approx(won(prizes, 4, out, level), abs=1e-13)
        else:
            assert found == pytest.approx(won(prizes, 4, out, level, pot), abs=1e-13)
    assert (inner.entry, inner.n) == (ct.AllEnter(), 4)
    assert (inner.technology, inner.cost, inner.success) == (game.technology, game.cost, game.success)
    tail: Any = inner.contestants.law_of(0)  # type: ignore[attr-defined]
    ends = (0.5, 1.5 - out) if trait == "cost" else (0.5 + out, 1.5)
    assert tail.support == pytest.approx(ends, rel=1e-14)
    assert tail.ppf(0.5) == pytest.approx(np.mean(ends), rel=1e-14)
    assert inner.contestants.private_trait == trait
    if out == 0:
        assert inner.contestants == game.contestants and (refund or inner.prizes == game.prizes)


def test_reserves_stay_and_who_is_alone_wins_no_pot() -> None:
    game = contest(ct.Reserve(0.4, fee=0.1), 2, **SHOCK)
    assert _among(game, 0.25).entry == ct.Reserve(0.4)
    lone = contest(ct.Fee(0.1, refundable_to="winner"), 1, "cost")
    assert _among(lone, 0.25).prizes.by_rank().tolist() == [1.0]
    assert not isinstance(_among(contest(ct.Fee(0.1, refundable_to="winner"), 1), 0.25), MoneyContest)
    free = contest(ct.Fee(0.0, refundable_to="winner"), 2)
    assert not isinstance(_among(free, 0.25), MoneyContest)


# --- refusals -----------------------------------------------------------------------------------------

TAKES = "takes contests of private types under ct.Fee(amount), or ct.Reserve(quality, fee=amount)"
UNLIKE = ct.Private(value=[LAW, stats.uniform()])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contestants": ct.Identical(3)}, TAKES),
        ({"entry": ct.AllEnter()}, TAKES),
        ({"entry": ct.Reserve(0.1)}, "there is a reserve and no fee; the rooms of reserves take that"),
        ({"entry": ct.Reserve(0.1, fee=0.1)},
         "the reserve is on certain quality; the room of reserves and luck takes that"),
        ({"success": ct.Highest()},
         "there is no luck; the room of private types without a shock takes fees and reserves"),
        ({"contestants": UNLIKE}, "contestants differ in the law of their types; one law for all would work"),
        ({"prizes": ct.QualityShare(base=1.0, share=0.1)},
         "the award depends on quality; fixed prizes would work"),
        ({"success": ct.Lottery(draw=0.1)},
         "the prize may go to nobody; a lottery without a draw would work"),
        ({"contestants": ct.Private(2, value=LAW, utility=ct.CARA(1.0))},
         "contestants are averse to risk; risk-neutral ones would work"),
        ({"contestants": ct.Private(1, value=LAW)}, None),
        ({"entry": ct.Fee(0.1, refundable_to="winner")}, None),
        ({"entry": ct.Reserve(0.1, fee=0.1), **SHOCK, "success": ct.Highest()}, None),
    ],
)  # fmt: skip
def test_refusals(change: dict[str, Any], words: str | None) -> None:
    parts: dict[str, Any] = {
        "contestants": ct.Private(3, value=LAW), "prizes": 1.0, "entry": ct.Fee(0.1), **LOTTERY, **change,
    }  # fmt: skip
    assert SOLVER.refuses(ct.Contest(**parts)) == words


def test_which_room_takes_those_who_come(monkeypatch: pytest.MonkeyPatch) -> None:
    solver, reason = _room(contest(ct.AllEnter()))
    assert solver is not None and solver.name == "private types, shock" and reason is None
    solver, reason = _room(contest(ct.Reserve(0.1), **SHOCK))
    assert solver is not None and solver.name == "private types, reserve and shock" and reason is None
    money = _among(contest(ct.Fee(0.1, refundable_to="winner")), 0.2)
    solver, reason = _room(money)
    assert solver is private_thresholds._MONEY and reason is None
    averse = ct.Private(3, value=LAW, utility=ct.CARA(1.0))
    refused = _room(money.replace(contestants=averse))
    assert refused == (
        None,
        SHOCK_ROOM.refuses(contest(ct.AllEnter()).replace(contestants=averse)),
    )
    # One room's words stand for those of all that refuse: of the second, if there are several.
    rooms = [
        SimpleNamespace(name=f"private types {k}", refuses=lambda game, k=k: f"reason {k}") for k in range(3)
    ]
    own = SimpleNamespace(name=SOLVER.name, refuses=None)
    other = SimpleNamespace(name="another", refuses=lambda game: None)
    choices = [([own, *rooms, other], "reason 1"), ([rooms[2], own], "reason 2"), (rooms[:2], "reason 1")]
    for some, words in choices:
        monkeypatch.setattr("contests.solving.available_solvers", lambda some=some: some)
        assert _room(contest(ct.AllEnter())) == (None, words)
    assert _room(contest(ct.AllEnter(), 1))[1] == "reason 1"
    monkeypatch.setattr("contests.solving.available_solvers", lambda: [own, *rooms, other])
    assert _room(contest(ct.AllEnter(), 1)) == (other, None)


# --- what the weakest earns ---------------------------------------------------------------------------


@pytest.mark.parametrize("trait", ["value", "cost", "ability"])
@pytest.mark.parametrize("refund", [None, "winner"])
def test_the_type_at_a_level_and_what_she_earns_if_only_being_alone_pays(
    trait: str, refund: str | None
) -> None:
    entry = _Entry(contest(fee(0.2, refund), 3, trait, prizes=[0.8, 0.2], **SHOCK))
    for out in (0.0, 0.3, 0.9):
        type = 1.5 - out if trait == "cost" else 0.5 + out
        assert entry.type_at(out) == pytest.approx(type, rel=1e-14)
        prize = 0.8 * (type if trait == "value" else 1.0) + (0.2 if refund else 0.0)
        assert entry.alone(out) == pytest.approx(prize * out**2 - 0.2, abs=1e-14)


@pytest.mark.parametrize("trait", ["value", "cost", "ability"])
def test_alone_she_must_pass_the_reserve(trait: str) -> None:
    entry = _Entry(contest(ct.Reserve(0.9, fee=0.1), 3, trait, prizes=2.0, **SHOCK))
    out = 0.7
    type = entry.type_at(out)
    value, cost, ability = (
        type if trait == name else 1.0 * (name != "ability") for name in ("value", "cost", "ability")
    )

    def minus(effort: float) -> float:
        return -float(2.0 * value * out**2 * stats.norm.sf(0.9 - effort - ability) - cost * effort**2)

    best = optimize.minimize_scalar(minus, bounds=(0.0, 1.5), options={"xatol": 1e-9})
    assert best.x > 0.1
    assert entry.alone(out) == pytest.approx(-best.fun - 0.1, abs=2e-5)
    assert entry.alone(out) <= -best.fun - 0.1 + 1e-12
    assert entry.alone(0.0) == pytest.approx(-0.1, rel=1e-9)


def test_alone_without_effort_against_a_reserve() -> None:
    """With a cost far above what passing is worth nothing is the best effort, and passes by luck."""
    entry = _Entry(
        contest(ct.Reserve(0.2, fee=0.1), 2, technology=ct.Additive(stats.norm()), cost=ct.Linear(50.0))
    )
    assert entry.alone(0.5) == pytest.approx(1.0 * 0.5 * stats.norm.sf(0.2) - 0.1, rel=1e-12)


def test_types_without_end_alone_before_a_reserve() -> None:
    normal = _Entry(contest(ct.Reserve(0.2, fee=0.1), 2, "ability", stats.norm(), **SHOCK))
    assert normal.alone(0.0) == -0.1
    assert normal.alone(1.0) == pytest.approx(0.9, rel=1e-14)
    dear = _Entry(contest(ct.Reserve(0.2, fee=0.1), 2, "cost", stats.expon(), **SHOCK))
    assert dear.alone(0.0) == -0.1
    rich = _Entry(contest(ct.Reserve(0.2, fee=0.1), 2, "value", stats.expon(), **SHOCK))
    assert rich.alone(1.0) == np.inf
    # Abilities of which one in 10^70 would try: nobody enters but they.
    far = _Entry(contest(ct.Reserve(20.0, fee=0.1), 2, "ability", stats.norm(), **SHOCK))
    with pytest.raises(ConvergenceError, match="So few types would pay the fee"):
        far.solve()


def told(entry: _Entry, out: float, effort: Any) -> ct.Contest:
    """Let those who come do what a function of the type says."""
    inner = _among(entry.contest, out)
    tail = inner.contestants.law_of(0)  # type: ignore[attr-defined]
    up = inner.contestants.private_trait != "cost"
    entry._inner[out] = inner, Monotone(types=tail, function=effort, scores_increase=up)
    return inner


@pytest.mark.parametrize("refund", [None, "winner"])
def test_what_the_weakest_of_those_who_come_earns(refund: str | None) -> None:
    """Against one rival with a value from [0.8, 1.5] who does a tenth of her value, if she comes at all."""
    entry = _Entry(contest(fee(0.15, refund), 2))
    told(entry, 0.3, lambda types: 0.1 * np.asarray(types))
    pot = 0.15 if refund else 0.0
    beaten = integrate.quad(lambda v: 0.08 / (0.08 + 0.1 * v), 0.8, 1.5, epsabs=1e-13)[0]
    earned = 0.8 * (0.3 + beaten) + pot * (0.3 + 2 * beaten) - 0.08 - 0.15
    assert entry.worth(0.3) == pytest.approx(earned, rel=1e-9)


def test_the_weakest_may_do_better_without_effort() -> None:
    entry = _Entry(contest(ct.Fee(0.15), 2, "cost", **SHOCK))
    told(entry, 0.4, lambda types: 5.0 - np.asarray(types))
    chance = integrate.quad(lambda c: stats.norm.cdf(-(5.0 - c) / np.sqrt(2)), 0.5, 1.1, epsabs=1e-14)[0]
    assert entry.worth(0.4) == pytest.approx(0.4 + chance - 0.15, rel=1e-9)


def test_the_weakest_of_types_without_end() -> None:
    """She comes last of all who come; or her costs are infinite, and she does nothing."""
    for prizes, last in (([0.6, 0.3, 0.1], 0.1), ([0.6, 0.4], 0.0)):
        normal = _Entry(contest(ct.Fee(0.15), 3, "ability", stats.norm(), prizes=prizes, **SHOCK))
        told(normal, 0.0, lambda types: np.ones(np.shape(types)))
        assert normal.worth(0.0) == pytest.approx(last - 0.15, rel=1e-12)
    passing = _Entry(
        contest(ct.Reserve(0.1, fee=0.15), 3, "ability", stats.norm(), prizes=[0.6, 0.3, 0.1], **SHOCK)
    )
    told(passing, 0.0, lambda types: np.ones(np.shape(types)))
    assert passing.worth(0.0) == -0.15
    dear = _Entry(contest(ct.Fee(0.15), 2, "cost", stats.expon(), **SHOCK))
    told(dear, 0.0, lambda types: np.full(np.shape(types), 0.7))
    assert dear.worth(0.0) == pytest.approx(stats.norm.cdf(-0.7 / np.sqrt(2)) - 0.15, rel=1e-9)


# --- the threshold ------------------------------------------------------------------------------------


class Panels(Monotone):
    """A strategy that is not asked what it does."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", law(self.types, part="law"))


class Made(_Entry):
    """An entry whose weakest type earns known functions of the share who stay out."""

    def __init__(self, worth: Any, alone: Any, price: float = 0.1, panels: bool = False) -> None:
        super().__init__(contest(ct.Fee(price)))
        self.known, self.asked, self.panels = (worth, alone), [], panels  # type: ignore[var-annotated]

    def worth(self, out: float) -> float:
        self.asked.append(out)
        return float(self.known[0](out))

    def alone(self, out: float) -> float:
        return float(self.known[1](out))

    def inner(self, out: float) -> Any:
        panels = PanelOrder.__new__(PanelOrder) if self.panels else None
        types: Any = stats.uniform(0.5 + out, 1.0 - out)
        return self.contest, Panels(types=types, function=panels or np.ones_like)


def share(made: _Entry) -> float:
    return made.solve().share


@pytest.mark.parametrize("root", [0.6, 0.3, 0.05, 0.01])
def test_the_threshold_is_a_root_below_that_of_being_alone(root: float) -> None:
    made = Made(lambda out: out - root, lambda out: out - 0.7)
    assert made._highest(1e-13) == pytest.approx(0.7, rel=1e-14)
    found = made.solve()
    assert found.share == pytest.approx(1 - root, rel=1e-13)
    assert found.threshold == pytest.approx(0.5 + root, rel=1e-13)
    assert max(made.asked) < 0.7
    assert (found.types, found.scores_increase) == (made.law, True)
    assert found.function.inner is not None


def test_the_threshold_is_looked_for_from_above() -> None:
    """Among a hundred few come; where many did, the weak would do next to nothing, which takes long."""
    made = Made(lambda out: out - 0.985, lambda out: out - 0.99)
    assert share(made) == pytest.approx(0.015, rel=1e-12)
    assert made.asked[0] == pytest.approx(1 - 1.5 * 0.01) and min(made.asked) >= 1 - 1.5**3 * 0.01
    # Each step is the square of the one before, down to half the highest.
    deep = Made(lambda out: out - 0.6, lambda out: out - 0.99)
    share(deep)
    assert deep.asked[:4] == pytest.approx([1 - 0.01 * 1.5**power for power in (1, 3, 7)] + [0.495])
    assert deep._below(0.99) == (pytest.approx(0.495), pytest.approx(1 - 0.01 * 1.5**7))
    assert Made(lambda out: 1.0, None)._below(0.99) == (None, 0.495)
    assert Made(lambda out: 0.0, None)._below(0.99) == (pytest.approx(0.985), None)


@pytest.mark.slow
@pytest.mark.parametrize("to", ["sponsor", "winner"])
def test_a_hundred_of_whom_few_come(to: Any) -> None:
    """Among tens this took long or did not end: the first threshold tried was one where half come."""
    types = ct.Private(30, value=stats.uniform())
    entry = ct.Fee(0.05, refundable_to=to)
    eq = ct.solve(ct.Contest(contestants=types, prizes=1.0, entry=entry, success=ct.Lottery()))
    strategy: Any = eq.strategy(0)
    assert eq.certificate.passed and 0.1 < strategy.share < 0.2


def test_next_to_the_threshold_of_who_would_come_alone() -> None:
    """Those few who come hardly compete: the root may be anywhere below, or at it."""
    near = Made(lambda out: out - 0.6999, lambda out: out - 0.7)
    assert share(near) == pytest.approx(1 - 0.6999, rel=1e-13)
    exact = Made(lambda out: min(out - 0.7, 0.0), lambda out: out - 0.7)
    assert share(exact) == pytest.approx(0.3, rel=1e-13)
    assert max(exact.asked) < 0.7
    # Tries halve the way to it nineteen times.
    assert len(exact.asked) == 20
    assert 0.7 - max(exact.asked) == pytest.approx((0.7 - exact.asked[0]) / 2**19, rel=1e-8)
    # A gain within rounding of the fee is none.
    for gain, come in ((0.9e-14, 0.3), (1.1e-14, None)):
        tiny = Made(lambda out, gain=gain: gain if out > 0.69 else -1.0, lambda out: out - 0.7)
        assert (share(tiny) == pytest.approx(0.3, rel=1e-12)) == (come is not None)


def test_all_enter_where_the_weakest_gains() -> None:
    some: list[Any] = [lambda out: 0.2, lambda out: out, lambda out: out if out > 1e-13 else -1.0]
    for worth in [*some, lambda out: out - 1e-12]:
        assert share(Made(worth, lambda out: out - 0.7)) == 1.0
    free = Made(lambda out: -1.0, lambda out: -1.0, price=0.0)
    assert share(free) == 1.0 and free.asked == []
    alone = Made(lambda out: -1.0, lambda out: 0.0)
    assert share(alone) == 1.0 and alone.asked == []
    few = Made(lambda out: out - 1e-9, lambda out: out - 0.7)
    assert 1 - share(few) == pytest.approx(1e-9, rel=1e-6)


def test_nobody_enters_where_even_the_strongest_would_not_alone() -> None:
    found = Made(lambda out: -1.0, lambda out: out - 1.1).solve()
    assert (found.share, found.function.inner, found.threshold) == (0.0, None, 1.5)
    rare = Made(lambda out: -1.0, lambda out: 1.0 if out == 1.0 else -1.0)
    with pytest.raises(ConvergenceError) as raised:
        rare.solve()
    assert str(raised.value) == "So few types would pay the fee that floats cannot tell them apart."
    # A quarter of the rest at each step, down to 1e-12.
    asked: list[float] = []

    def alone(out: float) -> float:
        asked.append(1.0 - out)
        return out - (1.0 - 3e-12)

    assert Made(None, alone)._highest(0.0) == pytest.approx(1.0 - 3e-12, abs=1e-15)
    assert asked[:4] == [0.5, 0.125, 0.03125, 0.0078125]


def test_what_counts_as_the_threshold_type_earning_nothing() -> None:
    """Near enough the root the search stops: nearer for efforts that are known to rounding."""

    def flat(out: float) -> float:
        return 0.1 * (5e-12 if 0.3 < out < 0.45 else out - 0.4)

    assert share(Made(flat, lambda out: out - 0.7, panels=True)) < 0.69
    smooth = share(Made(flat, lambda out: out - 0.7))
    assert smooth == pytest.approx(0.7, rel=1e-12)
    assert (
        share(Made(lambda out: 0.1 * (5e-14 if 0.3 < out < 0.45 else out - 0.4), lambda out: out - 0.7))
        < 0.69
    )


# --- what those who come do ---------------------------------------------------------------------------


def test_contests_among_those_who_come_are_solved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = _Entry(contest(ct.Fee(0.1), 2))
    strategy = Monotone(types=LAW, function=lambda types: 0.3 * np.asarray(types))
    solver = SimpleNamespace(solve=lambda game: SimpleNamespace(profile=Profile.symmetric(strategy, 2)))
    asked: list[Any] = []

    def room(game: Any) -> Any:
        asked.append(game)
        return solver, None

    monkeypatch.setattr(private_thresholds, "_room", room)
    inner, found = entry.inner(0.2)
    assert found is strategy and inner == _among(entry.contest, 0.2) == asked[0]
    assert entry.inner(0.2)[1] is strategy and len(asked) == 1
    assert entry.inner(0.9)[1] is strategy and len(asked) == 2
    monkeypatch.setattr(private_thresholds, "_room", lambda game: (None, "words"))
    with pytest.raises(ConvergenceError) as raised:
        entry.inner(0.5)
    assert str(raised.value) == "No room takes the contest among those who enter: words."


class NoneFound:
    """A room that finds nothing."""

    def solve(self, game: Any) -> Any:
        raise ConvergenceError("nothing found")


def test_where_no_effort_is_worth_while_nothing_is_done() -> None:
    dear = contest(ct.Fee(0.1), 2, technology=ct.Additive(stats.norm()), cost=ct.Linear(5.0))
    entry = _Entry(dear)
    inner = _among(dear, 0.2)
    idle = entry._found(NoneFound(), inner)
    assert (idle(np.array([0.8, 1.5])) == 0).all()
    worth = contest(ct.Fee(0.1), 2, technology=ct.Additive(stats.norm()), cost=ct.Linear(0.01))
    with pytest.raises(ConvergenceError, match="nothing found"):
        _Entry(worth)._found(NoneFound(), _among(worth, 0.2))
    # Next to a threshold at which nobody does anything, nobody does, if that is an equilibrium.
    entry._inner[0.2] = inner, idle
    assert (entry._nearby(_among(dear, 0.3), 0.3)(np.array([0.9, 1.5])) == 0).all()
    assert entry._nearby(_among(dear, 0.36), 0.36) is None
    assert entry._nearby(_among(worth, 0.3), 0.3) is None
    # What is known of a contest in which types work helps only if it is made of panels.
    works = _Entry(contest(ct.Fee(0.1), 2))
    told(works, 0.2, lambda types: 0.1 * np.asarray(types))
    assert works._nearby(_among(works.contest, 0.21), 0.21) is None
    assert _Entry(dear)._nearby(inner, 0.2) is None


class Known:
    """What is known of a threshold nearby: made of panels, and somebody works."""

    function = PanelOrder.__new__(PanelOrder)
    types = law(stats.uniform(0.7, 0.8), part="law")

    def __init__(self, from_type: float) -> None:
        self.from_type = from_type

    def __call__(self, types: Any) -> Any:
        return np.where(types > self.from_type, 0.2, 0.0)


def test_what_is_known_of_panels_nearby_is_where_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = _Entry(contest(ct.Fee(0.1), 2))
    near, far = Known(1.4), Known(0.9)
    entry._inner = {0.2: ("contest", near), 0.6: ("contest", far)}
    rooms: list[Any] = []
    for name in ("RoughField", "RoughMoneyField"):

        def room(game: Any, known: Any, name: str = name) -> Any:
            rooms.append((name, game, known))
            return SimpleNamespace(solve=lambda: ["found", "else"])

        monkeypatch.setattr(private_thresholds, name, room)
    inner = _among(entry.contest, 0.3)
    assert entry._nearby(inner, 0.3) == "found" and rooms[-1] == ("RoughField", inner, [near])
    assert entry._nearby(inner, 0.5) == "found" and rooms[-1][2] == [far]
    assert entry._nearby(inner, 0.35) == "found" and rooms[-1][2] == [near]
    assert entry._nearby(inner, 0.3999) is None and entry._nearby(inner, 0.76) is None
    money = _among(contest(ct.Fee(0.1, refundable_to="winner"), 2), 0.3)
    assert entry._nearby(money, 0.3) == "found" and rooms[-1][0] == "RoughMoneyField"
    monkeypatch.setattr(private_thresholds, "RoughField", lambda game, known: NoneFoundAtAll())
    assert entry._nearby(inner, 0.3) is None
    # What a room finds, if nothing nearby helps.
    strategy = Monotone(types=LAW, function=np.ones_like)
    solver = SimpleNamespace(solve=lambda game: SimpleNamespace(profile=Profile.symmetric(strategy, 2)))
    monkeypatch.setattr(private_thresholds, "_room", lambda game: (solver, None))
    assert entry.inner(0.3)[1] is strategy


class NoneFoundAtAll:
    """A field that does not settle."""

    def solve(self) -> Any:
        raise ConvergenceError("too far away")


@pytest.mark.parametrize(
    ("amount", "words"), [(0.05, "all enter"), (0.3, "a threshold"), (2.0, "nobody enters")]
)
def test_what_is_said_of_who_enters(amount: float, words: str) -> None:
    found = SOLVER.solve(contest(ct.Fee(amount), 2))
    strategy: Any = found.profile.strategy(0)
    assert found.selection == f"{words}; others may exist" and found.profile.n == 2
    assert isinstance(strategy, EntryByType)
    assert (strategy.share == 1.0, strategy.share == 0.0) == (amount == 0.05, amount == 2.0)
