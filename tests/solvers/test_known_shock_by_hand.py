"""Newton's method for known differences and a shock: each of its pieces against quadrature and differences.

With locations L, normal noise of scale s and prizes by rank, marginal prizes are integrals that
`scipy.integrate.quad` works out here; efforts solve v_k M_k = k_k c'(e_k).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

import contests as ct
from contests.solvers.known_shock import SOLVER, _Search, _solve

Array = Any


def contest(contestants: Any, scale: float = 1.0, **parts: Any) -> ct.Contest:
    return ct.Contest(
        **{
            "contestants": contestants,
            "prizes": [1.0, 0.3],
            "technology": ct.Additive(stats.norm(scale=scale)),
            "cost": ct.Power(2),
            **parts,
        }
    )


def marginal_prize(own: float, rivals: Array, scale: float, prizes: Array) -> float:
    """The slope of the expected prize in one's own location: int -f'(x - L) W(x) dx, by quad."""
    law = stats.norm(scale=scale)

    def worth(x: float) -> float:
        level = law.cdf(x - rivals)
        chance = np.array([1.0])  # of so many rivals above
        for one in level:
            chance = np.convolve(chance, [one, 1.0 - one])
        return float(chance[: len(prizes)] @ np.asarray(prizes)[: chance.size])

    def piece(x: float) -> float:
        return worth(x) * law.pdf(x - own) * (x - own) / scale**2

    return float(integrate.quad(piece, own - 9 * scale, own + 9 * scale, epsabs=1e-12, limit=200)[0])


FIELDS = [
    (ct.Known(cost=[1.0, 1.3, 1.3]), 1.0, ct.Power(2)),
    (ct.Known(ability=[0.3, 0.0, -0.2], value=[1.0, 2.0, 1.5]), 0.8, ct.Power(1.5, scale=0.7)),
    (ct.Known(ability=[0.3, 0.3, 0.0, 0.0], cost=[1.0, 1.0, 2.0, 2.0]), 1.2, ct.Power(3)),
]


def residuals(search: _Search, efforts: Array, scale: float) -> Array:
    """Log of marginal benefit over marginal cost of the first of each kind."""
    game = search.contest
    ability = np.broadcast_to(game.contestants.trait("ability", np.arange(game.n)), game.n)
    place = efforts[search.member] + ability
    found = []
    for kind, i in enumerate(search.first):
        slope = marginal_prize(place[i], np.delete(place, i), scale, [1.0, 0.3])
        pain = search.factor[kind] * float(game.cost.derivative(efforts[kind]))
        found.append(np.log(search.value[kind] * slope / pain))
    return np.array(found)


@pytest.mark.parametrize(("who", "scale", "cost"), FIELDS)
def test_conditions_and_their_derivatives(who: Any, scale: float, cost: Any) -> None:
    search = _Search(contest(who, scale, cost=cost))
    kinds = search.first.size
    log = np.log(np.linspace(0.3, 0.5, kinds))
    everybody = np.ones(kinds, dtype=bool)
    fine, kept = search._conditions(log, everybody, np.eye(kinds))
    assert fine == pytest.approx(residuals(search, np.exp(log), scale), abs=1e-9)
    assert (kept == np.eye(kinds)).all()
    coarse, matrix = search._conditions(log, everybody, None)
    assert coarse == pytest.approx(fine, abs=2e-3)
    for k in range(kinds):
        step = 1e-4 * (np.arange(kinds) == k)
        up, down = (search._conditions(log + s, everybody, kept)[0] for s in (step, -step))
        assert matrix[:, k] == pytest.approx((up - down) / 2e-4, abs=5e-3)


@pytest.mark.parametrize(("who", "scale", "cost"), FIELDS)
def test_few_steps_to_efforts_that_meet_the_conditions(who: Any, scale: float, cost: Any) -> None:
    search, asked = _Search(contest(who, scale, cost=cost)), []
    conditions = search._conditions

    def counted(*given: Any) -> Any:
        asked.append(1)
        return conditions(*given)

    search._conditions = counted  # type: ignore[method-assign]
    exact = search.run()
    assert residuals(search, exact, scale) == pytest.approx(np.zeros(exact.size), abs=1e-9)
    assert len(asked) <= 12
    asked.clear()
    assert search.run(np.full(exact.size, 0.2)) == pytest.approx(exact, rel=1e-9)
    assert len(asked) <= 14


def test_who_is_out_and_comes_back() -> None:
    """A starts with B out, though B gains; and with C in, who does not: both are mended."""
    game = contest(
        ct.Known(cost=[1.0, 1.0, 50.0], value=[1.0, 1.1, 1.0]), success=ct.Lottery(), technology=ct.Exact(),
        cost=ct.Linear(), prizes=1.0,
    )  # fmt: skip
    search = _Search(game)
    # Two with values 1 and 1.1: e = v1 v2 v / (v1 + v2)^2; the third stays out.
    exact = [1.1 / 2.1**2, 1.1 * 1.1 / 2.1**2, 0.0]
    order = np.argsort(search.first)
    for start in ([0.3, 0.3, 0.3], [0.3, 0.0, 0.3], [0.3, 0.1, 0.0]):
        found = search.run(np.array(start)[search.first])
        assert found[order] == pytest.approx(exact, rel=1e-9)
    assert search.run()[order] == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(("who", "scale", "cost"), FIELDS)
def test_the_start_is_a_field_of_equals(who: Any, scale: float, cost: Any) -> None:
    """Everybody's effort were all rivals where she is: v M = k c'(e) with the M of equals, by quad."""
    search = _Search(contest(who, scale, cost=cost))
    n = search.contest.n
    level = marginal_prize(0.0, np.zeros(n - 1), scale, [1.0, 0.3])
    for k, log in enumerate(search._start()):
        pain = search.factor[k] * float(cost.derivative(np.exp(log)))
        assert pain == pytest.approx(search.value[k] * level, rel=1e-9)


def test_starts_where_equals_would_do_nothing() -> None:
    """Cost above any gain among equals: the start is a share e^-2 of the largest effort."""
    search = _Search(contest(ct.Known(cost=[1.0, 2.0]), 0.9, cost=ct.Linear(5.0)))
    assert search._start() == pytest.approx(np.log(search.top) - 2.0, abs=1e-12)
    assert sorted(search.top) == pytest.approx([0.07, 0.14])


@pytest.mark.parametrize("factor", [0.999, 1.001])
def test_whether_anybody_begins(factor: float) -> None:
    """Among three at one place the marginal prize is known: linear costs below it invite effort."""
    level = marginal_prize(0.0, np.zeros(2), 0.7, [1.0, 0.3])
    game = contest(ct.Known(cost=[1.0, 1.0, 3.0]), 0.7, cost=ct.Linear(factor * level))
    assert _Search(game).nobody_begins() == (factor > 1)
    # One of three who is well ahead gains less at the margin, her rivals too.
    assert not _Search(game.replace(cost=ct.Power(2))).nobody_begins()
    logs = game.replace(technology=ct.Additive(stats.norm(scale=0.7), output=ct.Log()))
    assert not _Search(logs).nobody_begins()
    pair = contest(
        ct.Known(cost=[1.0, 1.2]),
        prizes=1.0,
        cost=ct.Linear(factor * marginal_prize(0.0, np.zeros(1), 1.0, [1.0])),
    )
    cheap = SOLVER.solve(pair).profile.strategy(0).mean()
    assert (cheap == 0.0) == (factor > 1)


def test_a_few_efforts_tell_whether_somebody_gains() -> None:
    game = contest(ct.Known(cost=[1.0, 1.6, 2.0]), 0.6)
    search = _Search(game)
    efforts = np.array([0.05, 0.1, 0.1])
    profile = search.candidate(efforts).profile
    for k in range(3):
        i = int(search.first[k])
        tried = np.append(efforts[k], np.linspace(0.0, float(game.largest_effort(i)), 25))
        payoffs = np.array([float(game.payoff(i, effort, profile)) for effort in tried])
        reply, gain = search._reply(k, profile, efforts)
        assert reply == pytest.approx(tried[np.argmax(payoffs)], rel=1e-14)
        assert gain == pytest.approx(payoffs.max() - payoffs[0], abs=1e-14)
        assert gain > 0
    assert search.somebody_gains(profile, efforts)
    solved = search.run()
    assert not search.somebody_gains(search.candidate(solved).profile, solved)
    # Who would be one grid step better off is noticed, whoever she is.
    for k in range(3):
        moved = solved.copy()
        moved[k] += search.top[k] / 4
        assert search.somebody_gains(search.candidate(moved).profile, moved)


def test_replies_lead_near_the_equilibrium() -> None:
    """Half of the way, kind by kind: near where Newton's method ends; what is beyond the worth is cut."""
    search = _Search(contest(ct.Known(cost=[1.0, 1.6, 2.0]), 0.8))
    exact = search.run()
    for start in (np.zeros(3), 50.0 * search.top):
        given = start.copy()
        near = search.replying(start)
        assert near == pytest.approx(exact, abs=0.05)
        assert (start == given).all()
    away = search.replying(np.array([0.0, 0.0, 0.0]))
    assert (away > 0).all()


def test_who_has_no_reply_worth_while_is_set_to_none() -> None:
    """Half of the way to nothing would never arrive."""
    game = contest(ct.Known(cost=[1.0, 9.0]), 0.5, cost=ct.Linear(0.3), prizes=1.0)
    search = _Search(game)
    dear = int(np.argmax(search.factor))
    assert search.replying(np.full(2, 0.2))[dear] == 0.0


def test_steps_of_singular_and_of_infinite_matrices() -> None:
    matrix, right = np.array([[2.0, 1.0], [0.0, 4.0]]), np.array([4.0, 8.0])
    assert _solve(matrix, right) == pytest.approx([1.0, 2.0])
    assert _solve(np.ones((2, 2)), np.array([0.4, -7.0])) == pytest.approx([-0.4, 1.0])
    assert _solve(np.full((2, 2), np.inf), np.array([7.0, -0.2])) == pytest.approx([-1.0, 0.2])
    assert _solve(matrix, np.array([np.inf, 8.0])) == pytest.approx([-4.0, 2.0])


def test_efforts_of_the_active_only() -> None:
    search = _Search(contest(ct.Known(cost=[1.0, 2.0])))
    assert search._efforts(np.log([0.2, 0.3]), np.array([True, False])) == pytest.approx([0.2, 0.0])
    # Nothing to win: nobody does anything.
    nothing = _Search(contest(ct.Known(cost=[1.0, 2.0]), prizes=0.0))
    assert nothing.run().tolist() == [0.0, 0.0]


def test_what_does_not_converge_is_told_with_how_far() -> None:
    """A pair with little luck and unlike costs: Newton's method wanders; the error holds the best efforts."""
    search = _Search(contest(ct.Known(cost=[1.0, 3.0]), 0.02, cost=ct.Linear(), prizes=1.0))
    with pytest.raises(ct.ConvergenceError) as caught:
        search.run()
    words = str(caught.value)
    assert words.startswith(
        "Newton's method on the first-order conditions did not converge: the largest remaining relative "
        "difference of marginal benefit and cost is "
    )
    assert words.endswith(
        ". There may be no pure equilibrium: try a larger shock, a smaller exponent, or on_fail='mixed'."
    )
    assert caught.value.best is not None and np.shape(caught.value.best) == (2,)


def test_many_kinds() -> None:
    """More than twenty kinds: the efforts of two of the many are checked by quad."""
    number = 21
    cost = np.linspace(1.0, 1.4, number)
    game = contest(ct.Known(cost=cost), prizes=1.0)
    efforts = np.array([SOLVER.solve(game).profile.strategy(i).mean() for i in range(number)])
    for i in (0, number - 1):
        slope = marginal_prize(efforts[i], np.delete(efforts, i), 1.0, [1.0])
        assert slope == pytest.approx(2 * cost[i] * efforts[i], rel=1e-8)


def test_equilibrium_of_two_in_closed_form() -> None:
    """Alike but for head starts of a: both exert phi(a / (s sqrt 2)) / (s sqrt 2) / 2 (Lazear and Rosen)."""
    game = contest(ct.Known(ability=[0.4, 0.0]), 0.9, prizes=1.0)
    found = SOLVER.solve(game)
    exact = stats.norm.pdf(0.4, scale=0.9 * np.sqrt(2)) / 2
    efforts = [found.profile.strategy(i).mean() for i in (0, 1)]
    assert efforts == pytest.approx([exact, exact], rel=1e-10)
    assert found.selection == "alike contestants do the same; others may exist"
    assert optimize.approx_fprime([exact], lambda e: float(game.payoff(0, e[0], found.profile)))[0] == (
        pytest.approx(0.0, abs=1e-6)
    )


REFUSED = [
    (
        {"contestants": ct.Private(3, value=stats.uniform(1, 1))},
        "contestants have private types; known or identical ones would work",
    ),
    ({"technology": ct.Exact()}, "quality is certain; a shock (ct.Additive) or judging error would work"),
    (
        {"contestants": ct.Identical(3, utility=ct.CARA(1.0))},
        "contestants are averse to risk; risk-neutral ones would work",
    ),
    ({"entry": ct.Fee(0.1)}, "entry is Fee(0.1); ct.AllEnter() or ct.Invite(k) would work"),
    (
        {"prizes": ct.QualityShare(base=1.0, share=0.1)},
        "the award depends on quality; fixed prizes would work",
    ),
    (
        {"technology": ct.Trials(stats.norm(), whole=True), "cost": ct.Linear(0.1)},
        "trials come in whole numbers; ct.Trials(draw) with real numbers would work",
    ),
    (
        {"contestants": ct.Known(cost=np.linspace(1.0, 2.0, 401))},
        "more than 400 kinds of contestants; fewer kinds or a lottery for one prize would work",
    ),
    ({"contestants": ct.Known(cost=np.linspace(1.0, 2.0, 400))}, None),
    ({"contestants": ct.Identical(500)}, None),
    ({"success": ct.Lottery(), "technology": ct.Exact()}, None),
    ({"entry": ct.Invite(2)}, None),
]


@pytest.mark.parametrize(("parts", "words"), REFUSED)
def test_refusals(parts: dict[str, Any], words: str | None) -> None:
    assert SOLVER.refuses(contest(ct.Identical(3)).replace(**parts)) == words
