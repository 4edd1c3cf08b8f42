"""Reserves on random quality: sure efforts against conditions written out here, and every refusal.

With location L (effort plus ability), noise F, f, reserve t and rivals at L_j, a prize of 1 is won with
chance int_t f(x - L) prod F(x - L_j) dx. Its slope in L is

    f(t - L) prod F(t - L_j) + int_t f(x - L) (d/dx) prod F(x - L_j) dx,

worked out by `scipy.integrate.quad`; efforts solve it against marginal costs by `scipy.optimize`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import contests as ct
from contests.solvers import entry_standard
from contests.solvers.entry_standard import SOLVER, _Replies, refuses_reserve


def contest(contestants: Any, reserve: float, scale: float = 1.0, **parts: Any) -> ct.Contest:
    return ct.Contest(
        **{
            "contestants": contestants,
            "prizes": 1.0,
            "technology": ct.Additive(stats.norm(scale=scale)),
            "cost": ct.Power(2),
            "entry": ct.Reserve(reserve),
            **parts,
        }
    )


def slope(own: float, rivals: Any, reserve: float, scale: float, prizes: Any = (1.0,)) -> float:
    """What a little more location adds to the expected prize, for one or two prizes."""
    law = stats.norm(scale=scale)

    def worth(x: float) -> float:
        level = law.cdf(x - np.asarray(rivals))
        first = float(np.prod(level))
        if len(prizes) == 1:
            return prizes[0] * first
        others = [np.prod(np.delete(level, k)) * (1 - level[k]) for k in range(level.size)]
        return prizes[0] * first + prizes[1] * float(np.sum(others))

    def falls(x: float) -> float:
        return worth(x) * law.pdf(x - own) * (x - own) / scale**2

    ends = [p for p in (own, *rivals) if p > reserve]
    return float(
        integrate.quad(falls, reserve, max(reserve, own) + 12 * scale, points=ends or None, epsabs=1e-13)[0]
    )


@pytest.mark.parametrize(
    ("n", "reserve", "scale", "prizes"),
    [(2, 0.3, 1.0, [1.0]), (4, 1.1, 0.8, [1.0, 0.4]), (2, -9.0, 0.7, [1.0])],
)
def test_alike_contestants(n: int, reserve: float, scale: float, prizes: list[float]) -> None:
    game = contest(ct.Identical(n), reserve, scale, prizes=prizes)

    def condition(effort: float) -> float:
        return slope(effort, [effort] * (n - 1), reserve, scale, prizes) - 2 * effort

    found = SOLVER.solve(game)
    exact = optimize.brentq(condition, 1e-3, 2.0, xtol=1e-13)
    assert found.profile.strategy(0).mean() == pytest.approx(exact, rel=1e-9)
    assert found.selection == "symmetric; others may exist"
    assert found.profile.n == n


@pytest.mark.parametrize(("prize", "which"), [(4.0, 1), (2.5, 0)])
def test_the_largest_of_several_that_is_an_equilibrium(prize: float, which: int) -> None:
    """One alone before a high reserve: her payoff has two summits, and the higher one is the equilibrium."""
    game = contest(ct.Identical(1), 1.2, 0.3, prizes=prize)

    def net(effort: float) -> float:
        return prize * stats.norm.pdf((effort - 1.2) / 0.3) / 0.3 - 2 * effort

    exact = [optimize.brentq(net, *ends, xtol=1e-14) for ends in ((1e-6, 0.05), (1.3, 3.0))]
    worth = [prize * stats.norm.cdf((effort - 1.2) / 0.3) - effort**2 for effort in exact]
    assert int(np.argmax(worth)) == which
    found = SOLVER.solve(game)
    assert found.profile.strategy(0).mean() == pytest.approx(exact[which], rel=1e-9)
    assert found.selection == "the largest of 2 symmetric ones"


def test_a_candidate_that_is_refused_is_the_largest() -> None:
    """Two before a high reserve with little luck: neither effort that meets the condition is stable."""
    found = SOLVER.solve(contest(ct.Identical(2), 1.2, 0.3, prizes=4.0))
    effort = found.profile.strategy(0).mean()
    assert effort > 1.8 and slope(effort, [effort], 1.2, 0.3, [4.0]) == pytest.approx(2 * effort, rel=1e-9)


def test_what_nobody_can_reach_and_what_is_worth_nothing() -> None:
    out = SOLVER.solve(contest(ct.Identical(3), 60.0))
    assert out.profile.strategy(0).mean() == 0.0 and out.profile.n == 3
    nothing = SOLVER.solve(contest(ct.Identical(3), 0.5, prizes=0.0))
    assert nothing.profile.strategy(0).mean() == 0.0 and nothing.profile.n == 3
    assert nothing.selection == "there is nothing to win"


CASES = [
    (ct.Known(ability=[0.3, 0.0]), 0.4, 1.0),
    (ct.Known(cost=[1.0, 1.5, 1.5]), 0.1, 0.8),
    (ct.Known(value=[1.0, 0.7, 1.0, 0.5]), -0.2, 1.2),
    (ct.Known(ability=[0.4, 0.1, 0.1], cost=[2.0, 1.0, 1.0], value=[1.2, 1.0, 1.0]), 0.6, 0.9),
]


def traits(game: ct.Contest) -> list[Any]:
    who = np.arange(game.n)
    return [
        np.broadcast_to(game.contestants.trait(name, who), game.n) for name in ("value", "cost", "ability")
    ]


@pytest.mark.parametrize(("who", "reserve", "scale"), CASES)
def test_contestants_who_differ(who: Any, reserve: float, scale: float) -> None:
    game = contest(who, reserve, scale)
    value, cost, ability = traits(game)

    def conditions(efforts: Any) -> Any:
        place = efforts + ability
        return [
            value[i] * slope(place[i], np.delete(place, i), reserve, scale) - 2 * cost[i] * efforts[i]
            for i in range(game.n)
        ]

    found = SOLVER.solve(game)
    efforts = np.array([found.profile.strategy(i).mean() for i in range(game.n)])
    assert (efforts > 0).all()
    assert conditions(efforts) == pytest.approx(np.zeros(game.n), abs=1e-9)
    assert found.selection == "one equilibrium; others may exist"


def test_who_gives_the_reserve_up() -> None:
    """A strong contestant alone reaches a high reserve; the other's best effort is none."""
    game = contest(ct.Known(ability=[1.5, -3.0]), 1.5, 0.3, cost=ct.Power(1.0, scale=1.2))
    found = SOLVER.solve(game)
    strong, weak = (found.profile.strategy(i).mean() for i in (0, 1))
    assert weak == 0.0 and strong > 0.0
    assert slope(1.5 + strong, [-3.0], 1.5, 0.3) == pytest.approx(1.2, rel=1e-9)


@pytest.mark.parametrize(("who", "reserve", "scale"), CASES)
def test_replies_are_the_best_of_all_efforts(who: Any, reserve: float, scale: float) -> None:
    """To a thousandth, by brute force, against rivals high and low."""
    field = _Replies(contest(who, reserve, scale))
    for share in (0.0, 0.5):
        profile = field.profile(share * field.top)
        for k in range(field.first.size):
            i = int(field.first[k])
            efforts = np.linspace(0.0, 1.0, 101)
            best = efforts[np.argmax(field.contest.payoff(i, efforts, profile))]
            efforts = np.linspace(max(best - 0.01, 0.0), best + 0.01, 101)
            best = efforts[np.argmax(field.contest.payoff(i, efforts, profile))]
            assert field.reply(k, profile) == pytest.approx(best, rel=1e-3, abs=1.5e-4)


def test_replies_at_the_ends() -> None:
    """None where no effort reaches the reserve or there is nothing to win."""
    far = _Replies(contest(ct.Known(value=[1.0, 0.5]), 8.0, 0.2))
    assert far.top.tolist() == [np.sqrt(0.5), 1.0]
    assert [far.reply(k, far.profile(np.zeros(2))) for k in (0, 1)] == [0.0, 0.0]
    nothing = _Replies(contest(ct.Known(value=[1.0, 0.5]), 0.2, 1.0, prizes=0.0))
    assert [nothing.reply(k, nothing.profile(np.zeros(2))) for k in (0, 1)] == [0.0, 0.0]


@pytest.mark.parametrize(("who", "reserve", "scale"), CASES)
def test_replies_settle_and_the_conditions_are_met(who: Any, reserve: float, scale: float) -> None:
    """From any start the same efforts, to rounding; kinds do the same."""
    field = _Replies(contest(who, reserve, scale))
    first = field.settle(0.3)
    assert first is not None
    for share in (0.0, 0.9):
        assert field.settle(share) == pytest.approx(first, rel=1e-9)
    profile = field.profile(first)
    kinds = field.contest.kind_of()
    for i in range(field.contest.n):
        assert profile.strategy(i).mean() == first[list(dict.fromkeys(np.sort(kinds))).index(kinds[i])]
        net = field.contest.marginal_payoff(i, first[field.members[i]], profile)
        assert net == pytest.approx(0.0, abs=1e-9)


def test_polishing_leaves_who_is_idle_idle_and_refuses_what_it_cannot_solve() -> None:
    field = _Replies(contest(ct.Known(cost=[1.0, 2.0]), 0.2, 1.0))
    assert field.polish(np.zeros(2)) == pytest.approx([0.0, 0.0])
    alone = field.polish(np.array([0.3, 0.0]))
    assert alone is not None and alone[1] == 0.0
    assert slope(alone[0], [0.0], 0.2, 1.0) == pytest.approx(2 * alone[0], rel=1e-9)
    both = field.polish(np.array([0.3, 0.3]))
    assert both is not None
    assert slope(both[1], [both[0]], 0.2, 1.0) == pytest.approx(4 * both[1], rel=1e-9)
    linear = _Replies(contest(ct.Known(cost=[1.0, 2.0]), 0.2, 1.0, cost=ct.Linear(5.0)))
    assert linear.polish(np.array([0.3, 0.3])) is None  # no effort is worth its cost


def test_replies_that_never_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small shock: whoever is beaten gives up, whoever is unopposed relaxes. Nothing certain is stable."""
    monkeypatch.setattr(entry_standard, "_ROUNDS", 12)
    with pytest.raises(ct.ConvergenceError) as caught:
        SOLVER.solve(contest(ct.Known(cost=[1.0, 1.05]), 0.2, 0.02, cost=ct.Linear()))
    assert str(caught.value) == (
        "Best replies under the reserve do not settle: each time some contestant gives it up or takes "
        "it up again. There may be no equilibrium in sure efforts: a lower reserve or a larger shock "
        "would work."
    )


def test_starts_high_and_low(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing settles, three starts were tried, at shares of the largest effort worth while."""
    tried: list[float] = []
    monkeypatch.setattr(_Replies, "settle", lambda self, share: tried.append(share))
    with pytest.raises(ct.ConvergenceError):
        SOLVER.solve(contest(ct.Known(cost=[1.0, 1.5]), 0.1))
    assert len(tried) == 3 and 1.0 > tried[0] > tried[1] > tried[2] == 0.0


def test_what_the_certificate_refuses_is_handed_on() -> None:
    """The first that settled, though a contestant would rather do otherwise, for the refusal to name her."""
    game = contest(ct.Known(cost=[1.0, 1.5]), 0.1)
    field = _Replies(game)
    wrong = [np.array([0.5, 0.6]), None, np.array([0.1, 0.1])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Replies, "settle", lambda self, share: wrong.pop(0))
        found = SOLVER.solve(game)
    assert [found.profile.strategy(i).mean() for i in (0, 1)] == np.array([0.5, 0.6])[field.members].tolist()
    assert found.selection == "one equilibrium; others may exist"


@pytest.mark.parametrize("turns", [4, 20])
def test_replies_that_chase_each_other_are_slowed_down(turns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply that overshoots, x -> 1/x: never settles by itself, at once by geometric means."""
    field = _Replies(contest(ct.Identical(2), 0.1))
    asked: list[float] = []

    def reply(k: int, profile: Any) -> float:
        asked.append(profile.strategy(0).mean())
        return 1.0 / asked[-1]

    monkeypatch.setattr(field, "reply", reply)
    monkeypatch.setattr(field, "polish", lambda efforts: efforts)
    monkeypatch.setattr(entry_standard, "_ROUNDS", turns)
    found = field.settle(0.2)
    if turns < 7:
        assert found is None and len(asked) == turns
    else:
        assert found == pytest.approx([1.0]) and len(asked) == 8


def test_work_for_a_reply() -> None:
    """One look at all efforts, then nine slopes three times: a few digits for the next round."""
    field = _Replies(contest(ct.Known(cost=[1.0, 1.5]), 0.1))
    sizes: list[int] = []
    plain = field.slope
    field.slope = lambda k, effort, profile: (sizes.append(np.size(effort)), plain(k, effort, profile))[1]  # type: ignore[method-assign,assignment,misc]
    field.reply(0, field.profile(np.array([0.1, 0.1])))
    assert sizes == [9, 9, 9]


TAKES = "takes contests with ct.Reserve(quality) and a shock of each contestant's own"
REFUSED = [
    ({"entry": ct.AllEnter()}, TAKES),
    ({"technology": ct.Exact()}, f"{TAKES}; quality is certain here"),
    ({"success": ct.Lottery(), "technology": ct.Exact()}, f"{TAKES}; quality is certain here"),
    (
        {"success": ct.Highest(error=stats.norm())},
        "judges err or handicap, so that what is ranked does not tell whether the reserve is reached; "
        "ct.Highest() without error and handicaps would work",
    ),
    (
        {"success": ct.Highest(handicaps=[0.1, 0.0])},
        "judges err or handicap, so that what is ranked does not tell whether the reserve is reached; "
        "ct.Highest() without error and handicaps would work",
    ),
    (
        {"technology": ct.Additive(stats.norm(), common=stats.norm())},
        "a common shock lifts all ideas over the reserve together; own shocks alone would work",
    ),
    (
        {"technology": ct.Trials(stats.norm(), whole=True), "cost": ct.Linear(0.1)},
        "trials come in whole numbers; ct.Trials(draw) with real numbers would work",
    ),
    (
        {"contestants": ct.Identical(2, utility=ct.CARA(0.5))},
        "contestants are averse to risk; risk-neutral ones would work",
    ),
    (
        {"prizes": ct.QualityShare(base=1.0, share=0.1)},
        "the award depends on quality; fixed prizes would work",
    ),
]


@pytest.mark.parametrize(("parts", "words"), REFUSED)
def test_refusals(parts: dict[str, Any], words: str) -> None:
    plain = contest(ct.Identical(2), 0.5)
    assert SOLVER.refuses(plain) is None and refuses_reserve(plain) is None
    game = plain.replace(**parts)
    assert refuses_reserve(game) == words and SOLVER.refuses(game) == words


def test_refusals_of_the_room() -> None:
    plain = contest(ct.Identical(2), 0.5)
    private = plain.replace(contestants=ct.Private(2, ability=stats.norm()))
    assert SOLVER.refuses(private) == "contestants have private types; identical or known ones would work"
    fee = ct.Reserve(0.5, fee=0.1)
    assert SOLVER.refuses(plain.replace(entry=fee)) == f"entry is {fee!r}; ct.Reserve(quality) would work"
    for number in (60, 61):
        many = plain.replace(contestants=ct.Known(cost=np.linspace(1.0, 2.0, number)))
        words = None if number == 60 else "61 contestants differ; at most 60 kinds would work"
        assert SOLVER.refuses(many) == words
