"""The general solver piece by piece: first grids, peaks, deviations, what is exchanged, what is kept.

In a lottery of two with values v and cost 1, an effort e of the rival is best met by sqrt(v e) - e, which
gains v - 2 sqrt(v e) + e in all.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import contests as ct
from contests.profile import Profile
from contests.solvers import general
from contests.solvers.actions import Clock, Discretised, OutOfTimeError
from contests.solvers.general import SOLVER, GeneralSolver, _Search
from contests.solvers.polish import Atoms
from contests.solvers.spread import _aligned, _halved, spread_out


def lottery(value: Any = (1.0, 1.0), exponent: float = 1.0, **parts: Any) -> ct.Contest:
    return ct.Contest(
        **{
            "contestants": ct.Known(value=value),
            "prizes": 1.0,
            "success": ct.Lottery(exponent=exponent),
            **parts,
        }
    )


def search_of(game: Any, gain: float = 1e-3, effort: float = 1e-2) -> _Search:
    return _Search(game, gain, effort, Clock(60.0))


def trials(most: int) -> ct.Contest:
    return lottery(
        (1.0, 1.0),
        technology=ct.Trials(stats.norm(), whole=True),
        success=ct.Highest(),
        cost=ct.Linear(1.0 / most),
    )


def test_first_efforts() -> None:
    """From nothing to all that is worth while, denser near nothing; with more than two contestants fewer."""
    two = search_of(lottery((1.0, 3.0)))
    for c, top in enumerate(two.tops):
        grid = two._first_grid(c)
        assert grid[0] == 0.0 and grid[-1] == top and (np.diff(grid) > 0).all()
        assert grid.size == 57 and grid[1] == pytest.approx(1e-5 * top)
        assert np.isin(np.round(np.linspace(0, 1, 33), 12), np.round(grid / top, 12)).all()
    assert sorted(two.tops) == [1.0, 3.0]
    three = search_of(lottery((1.0, 1.0, 3.0)))
    for c, top in enumerate(three.tops):
        grid = three._first_grid(c)
        assert (grid[0], grid[-1], grid.size) == (0.0, top, 17) and grid[1] == pytest.approx(1e-3 * top)


@pytest.mark.parametrize("most", [40, 400])
def test_first_efforts_in_whole_numbers(most: int) -> None:
    """All, or one of so many if there are more than ninety."""
    search = search_of(trials(most))
    allowed = search.game.actions(0)
    grid = search._first_grid(0)
    assert np.isin(grid, allowed).all() and grid[0] == allowed[0]
    if allowed.size <= 90:
        assert grid.tolist() == allowed.tolist()
    else:
        assert 20 <= grid.size <= 30 and np.ptp(np.diff(grid)) == 0


@pytest.mark.parametrize("rival", [0.02, 0.3, 0.9, 1.5])
def test_gains_from_deviating(rival: float) -> None:
    values = np.array([1.0, 3.0])
    search = search_of(lottery(values))
    profile = Profile.pure([rival, 0.7])
    worst, found = search.deviations(profile)
    gains = []
    for i, (own, other) in enumerate(((rival, 0.7), (0.7, rival))):
        best = max(np.sqrt(values[i] * other) - other, 0.0)
        top = values[i] * best / (best + other) - best
        gains.append(top - (values[i] * own / (own + other) - own))
        c = search.field.representatives.index(i)
        if gains[-1] > 1e-6:
            assert np.abs(found[c] - best).min() < 1e-5
            assert (values[i] * found[c] / (found[c] + other) - found[c] > top - gains[-1]).all()
    assert worst == pytest.approx(max(gains), abs=1e-9)


def test_what_gains_next_to_nothing_is_not_exchanged() -> None:
    """Who replies best already has no effort to add."""
    search = search_of(lottery())
    worst, found = search.deviations(Profile.pure([np.sqrt(0.3) - 0.3, 0.3]))
    c = search.field.representatives.index(0) if len(search.field.counts) > 1 else 0
    assert found[c].size == 0 and 0.0 <= worst < 1e-9
    # Where much is allowed, what gains most is exchanged all the same.
    lax = search_of(lottery(), 10.0)
    worst, found = lax.deviations(Profile.pure([0.3, 0.3]))
    assert worst == pytest.approx((1 - np.sqrt(0.3)) ** 2 - 0.2, abs=1e-9)
    assert np.abs(found[0] - (np.sqrt(0.3) - 0.3)).min() < 1e-5


def test_all_peaks_of_a_payoff() -> None:
    """Against two atoms of a decisive lottery the payoff has several summits: each to six digits."""
    game = lottery((1.0, 1.0), 8.0)
    search = search_of(game)
    mixed = ct.Mixed.on([0.05, 0.3], [0.6, 0.4])
    profile = Profile.symmetric(mixed, 2)
    own = np.array([0.05, 0.3])
    efforts, payoffs = search._peaks(0, 0, profile, own)
    assert game.payoff(0, efforts, profile) == pytest.approx(payoffs)
    x = np.linspace(0.0, 1.0, 2001)
    u = game.payoff(0, x, profile)
    inner = np.flatnonzero((u[1:-1] > u[:-2]) & (u[1:-1] > u[2:])) + 1
    assert inner.size >= 2
    for k in inner:
        exact = optimize.minimize_scalar(
            lambda e: -float(game.payoff(0, e, profile)), bounds=(x[k - 1], x[k + 1]), method="bounded",
            options={"xatol": 1e-10},
        )  # fmt: skip
        near = int(np.argmin(np.abs(efforts - exact.x)))
        assert efforts[near] == pytest.approx(exact.x, rel=1e-4)
        assert payoffs[near] == pytest.approx(-exact.fun, abs=1e-9)
    assert efforts.min() >= 0.0 and efforts.max() <= search.tops[0] and efforts.size <= 24


class Steep(ct.Game):
    """Two contestants whose payoffs are a summit at a given effort, whatever the other does."""

    n = 2
    stakes = 1.0

    def __init__(self, summit: float) -> None:
        self.summit = summit

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        return -np.abs(np.asarray(effort, float) - self.summit)

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.asarray(1.0)


@pytest.mark.parametrize("seed", range(3))
def test_summits_anywhere(seed: int) -> None:
    """Wherever between the points of the grid: to five digits. Nobody says who is alike."""
    rng = np.random.default_rng(seed)
    for summit in (*rng.uniform(0.0, 1.0, 8), *np.geomspace(1e-8, 0.1, 8), 0.0, 1.0):
        search = search_of(Steep(float(summit)))
        assert search.field.counts == [1, 1]
        efforts, payoffs = search._peaks(1, 1, Profile.pure([0.5, 0.5]), np.array([0.5]))
        best = int(np.argmax(payoffs))
        assert efforts[best] == pytest.approx(summit, rel=1e-5, abs=1e-14)
        assert payoffs[best] == -abs(efforts[best] - summit)


def test_private_types_have_words_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    private = lottery(contestants=ct.Private(2, value=stats.uniform(1, 1)))
    asked: list[Any] = []

    def found(*given: Any) -> Profile:
        asked.append(given)
        return Profile.pure([0.1, 0.1])

    monkeypatch.setattr(general, "strategies_by_type", found)
    candidate = GeneralSolver(seconds=7.0).solve(private, 2e-3, 3e-2)
    assert candidate.selection == "approximate; effort is a function of the type; others may exist"
    assert candidate.source == "Athey (2001); Anderson (1965); discretisation and path of this library"
    game, gain, effort, clock = asked[0]
    assert (game, gain, effort, clock.seconds) == (private, 2e-3, 3e-2, 7.0)


def test_best_whole_numbers() -> None:
    game = trials(40)
    search = search_of(game)
    profile = Profile.pure([5.0, 5.0])
    efforts, payoffs = search._peaks(0, 0, profile, np.array([5.0]))
    allowed = search.game.actions(0)
    values = game.payoff(0, allowed, profile)
    assert sorted(payoffs) == pytest.approx(sorted(values)[-8:]) and np.isin(efforts, allowed).all()
    assert game.payoff(0, efforts, profile) == pytest.approx(payoffs)


@pytest.mark.parametrize("n", [2, 3])
def test_what_is_exchanged(n: int) -> None:
    """Around each atom, at the spacing; what gains; with two the first grid. Atoms keep their weight."""
    search = search_of(lottery([1.0] * n))
    search.coarse = [search._first_grid(0)]
    atoms = Atoms([np.array([0.1, 0.4])], [np.array([0.3, 0.9])])
    points, weights = search._exchange(atoms, [np.array([0.77])], 0.1)
    steps = (-0.1, -0.05, 0.0, 0.05, 0.1) if n == 2 else (-0.1, 0.0, 0.1)
    asked = [e * (1 + s) for e in (0.1, 0.4) for s in steps]
    coarse = search.coarse[0] if n == 2 else search.coarse[0][:1]
    different = np.unique(np.round(np.concatenate([asked, [0.77], coarse]), 12))
    assert np.unique(np.round(points[0], 12)) == pytest.approx(different)
    for each in (*asked, 0.77, *coarse):
        assert np.abs(points[0] - each).min() < 1e-12
    assert weights[0].sum() == pytest.approx(1.0)
    for effort, share in ((0.1, 0.25), (0.4, 0.75)):
        assert weights[0][np.argmin(np.abs(points[0] - effort))] == pytest.approx(share)
    # Of more than eight atoms three efforts each suffice.
    many = search._exchange(Atoms([np.linspace(0.1, 0.9, 9)], [np.full(9, 1 / 9)]), [np.array([])], 0.01)[0][
        0
    ]
    around = np.outer(np.linspace(0.1, 0.9, 9), [0.99, 1.0, 1.01]).ravel()
    assert np.unique(np.round(many, 12)) == pytest.approx(
        np.unique(np.round(np.concatenate([around, coarse]), 12))
    )
    # Nothing beyond what is worth while.
    edge = search._exchange(Atoms([np.array([0.99])], [np.ones(1)]), [np.array([])], 0.1)[0][0]
    assert edge.max() == search.tops[0]


def test_what_is_exchanged_in_whole_numbers() -> None:
    search = search_of(trials(40))
    search.coarse = [search._first_grid(0)[:1]]
    allowed = search.game.actions(0)
    points, weights = search._exchange(Atoms([np.array([7.3])], [np.ones(1)]), [np.array([12.0])], 0.3)
    assert np.isin(points[0], allowed).all()
    assert weights[0][np.flatnonzero(points[0] == 7.0)].tolist() == [1.0]
    assert {5.0, 7.0, 9.0, 12.0} <= set(points[0].tolist())
    assert not search._polish(Atoms([np.array([7.0])], [np.ones(1)]))


@pytest.mark.parametrize("money", [1.0, 1e6, 1e-6])
def test_what_is_kept(money: float) -> None:
    """The least gain; within the tolerance the certificate decides, and what passes is never given up."""
    search = search_of(lottery(prizes=money))
    exact, off = Profile.pure([0.25 * money] * 2), Profile.pure([0.3 * money] * 2)
    assert not search._accept(off, 0.5 * money)
    assert search.best is not None and search.best.profile is off
    assert not search._accept(exact, 0.7 * money) and search.best.profile is off
    assert not search._accept(exact, 0.4 * money) and search.best.profile is exact
    assert not search._accept(off, 0.9e-3 * money)  # the certificate finds more than that
    assert search._accept(exact, 0.9e-3 * money) and search.best.gain == -1.0
    assert not search._accept(off, 1.1e-3 * money) and search.best.profile is exact


def test_all_pay_contests_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the slightest lead wins, to strategies with densities, with all that was asked."""
    from contests.solvers import spread

    asked: list[Any] = []
    monkeypatch.setattr(spread, "spread_out", lambda *given: asked.append(given))
    search = search_of(lottery(success=ct.Highest()), 2e-3, 3e-2)
    search.run()
    assert asked == [(search.field, search.tops, 2e-3, 3e-2)]


def test_too_many_atoms_are_not_polished() -> None:
    search = search_of(lottery())
    assert search._polish(Atoms([np.array([0.2503])], [np.ones(1)]))
    assert search.best is not None
    assert search.best.profile.strategy(0).mean() == pytest.approx(0.25, rel=1e-9)
    cuts: list[bool] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(general, "polished", lambda field, atoms, tops, cut: cuts.append(cut))
        for number, tried in ((14, [False, True]), (15, [])):
            cuts.clear()
            atoms = Atoms([np.linspace(0.1, 0.9, number)], [np.full(number, 1 / number)])
            assert not search._polish(atoms) and cuts == tried


def test_out_of_time() -> None:
    """The best so far is handed out; where there is none the words of the clock."""
    search = search_of(lottery())

    def stop() -> Profile:
        raise OutOfTimeError("no time")

    search._rounds = stop  # type: ignore[method-assign]
    with pytest.raises(OutOfTimeError):
        search.run()
    some = Profile.pure([0.2, 0.2])
    search._accept(some, 0.1)
    assert search.run() is some


def test_words_and_refusals() -> None:
    assert SOLVER.refuses(lottery()) is None
    assert SOLVER.refuses(lottery([1.0])) == "there is only one contestant; two or more would work"
    assert SOLVER.refuses(lottery(prizes=0.0)) == "there is nothing to win; a prize above zero would work"
    with pytest.raises(ct.InvalidPartError, match=r"GeneralSolver\.seconds"):
        GeneralSolver(seconds=0.0)
    assert GeneralSolver(seconds=3).seconds == 3.0 and SOLVER.seconds == 10.0
    found = SOLVER.solve(lottery(), 1e-3, 1e-2)
    assert found.selection == "approximate; symmetric; others may exist"
    assert found.profile.strategy(0).mean() == pytest.approx(0.25, rel=1e-6)
    unlike = SOLVER.solve(lottery((1.0, 2.0)), 1e-3, 1e-2)
    assert unlike.selection == "approximate; contestants of one kind do the same; others may exist"
    assert [unlike.profile.strategy(i).mean() for i in (0, 1)] == pytest.approx([2 / 9, 4 / 9], rel=2e-3)


def test_rounds_end_when_nothing_improves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight rounds without halving the gain, after the first."""
    search = search_of(lottery((1.0, 1.0), 3.0), 1e-12, 1e-12)
    asked: list[int] = []

    def stuck(profile: Profile) -> Any:
        asked.append(1)
        return 0.5, [np.array([0.1])]

    monkeypatch.setattr(search, "deviations", stuck)
    monkeypatch.setattr(search, "_restricted", lambda actions, start: start)
    monkeypatch.setattr(general, "polished", lambda *_, **__: None)
    search._rounds()
    assert len(asked) == 10


def auction(**parts: Any) -> ct.Contest:
    return lottery(**{"success": ct.Highest(), **parts})


def field_of(game: ct.Contest) -> Discretised:
    return Discretised(game, np.asarray(game.kind_of(), dtype=np.intp))


def test_knots_are_shared_at_the_same_score() -> None:
    """With a head start of 0.3 an effort e of one is matched by e + 0.3 of the other."""
    field = field_of(auction(contestants=ct.Known(ability=[0.3, 0.0])))
    ahead = [float(field.game.contestants.ability[i]) for i in field.representatives]
    knots = [np.array([0.0, 0.1, 0.55, 1.0]), np.array([0.0, 0.2, 0.6, 1.0])]
    found = _aligned(field, knots, [1.0, 1.0])
    for c in (0, 1):
        other = knots[1 - c] + ahead[1 - c] - ahead[c]
        exact = np.unique(np.concatenate([knots[c], other[(other > 1e-12) & (other < 1.0)]]).round(12))
        assert found[c] == pytest.approx(exact)
        assert (np.diff(found[c]) > 1e-9).all()
    # A game without scores shares the efforts themselves, up to what is worth while to each.
    plain = _aligned(
        field_of(lottery((1.0, 0.5))), [np.array([0.0, 0.3]), np.array([0.0, 0.2, 0.7])], [0.5, 1.0]
    )
    assert [one.tolist() for one in plain] == [[0.0, 0.2, 0.3], [0.0, 0.2, 0.3, 0.7]]


def test_intervals_are_halved_where_payoffs_vary() -> None:
    """Against a rival who spreads over [0, 1/2] only, payoffs fall beyond it."""
    field = field_of(auction(contestants=ct.Identical(2)))
    knots = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
    rival = ct.Mixed(efforts=[0.0, 0.5], levels=[0.0, 1.0])
    found = _halved(field, 0, knots, Profile.symmetric(rival, 2))
    # The payoff is 2 e - e up to 1/2, where it is best, and 1 - e beyond: near the best it varies most there.
    pays = {k: (min(2 * k, 1.0) - k) for k in knots}
    near = [(a + b) / 2 for a, b in pairwise(knots) if max(pays[a], pays[b]) > 0.5 - 0.1]
    assert found.tolist() == sorted([*knots, *near])


def test_even_strategies_of_an_auction() -> None:
    """Even over the worth of the prize (Hillman and Riley 1989), at the first try and without halving."""
    game = auction(contestants=ct.Identical(2))
    profile = spread_out(field_of(game), [1.0], 1e-6, 1e-2)
    x = np.linspace(0.02, 0.98, 25)
    assert profile.strategy(0).cdf(x) == pytest.approx(x, abs=1e-6)
    capped = auction(contestants=ct.Identical(2), cost=ct.Capped(ct.Linear(), at=0.3))
    together = spread_out(field_of(capped), [0.3], 1e-6, 1e-2)
    assert together.strategy(0).mean() == pytest.approx(0.3)
