"""The general solver's rounds step by step, with payoffs, mixtures and certificates given.

What its pieces do in a lottery is in `test_general_by_hand.py`; here each piece is handed what the others
would have found, so that every grid, spacing and tolerance it goes on with is known beforehand.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.profile import Profile
from contests.solvers import general
from contests.solvers.actions import Clock
from contests.solvers.general import GeneralSolver, _Best, _Search
from contests.solvers.polish import Atoms

Array = Any


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


class Rounds:
    """A search whose gains are given round by round, and what it went on with."""

    def __init__(
        self, patch: pytest.MonkeyPatch, gains: list[float], game: Any = None, accepts: int = 99
    ) -> None:
        self.search = search_of(lottery() if game is None else game)
        self.spacings: list[float] = []
        self.shares: list[float] = []
        self.polished: list[int] = []
        self.calls = 0

        def deviations(profile: Profile) -> Any:
            self.calls += 1
            return gains[min(self.calls, len(gains)) - 1], [np.array([0.1])]

        def accept(profile: Profile, gain: float) -> bool:
            if self.search.best is None or gain < self.search.best.gain:
                self.search.best = _Best(profile, gain)
            return self.calls >= accepts

        def exchange(atoms: Any, found: Any, spacing: float) -> Any:
            assert atoms == "atoms" and found[0].tolist() == [0.1]
            self.spacings.append(spacing)
            return [np.array([0.2, 0.4])], [np.array([0.5, 0.5])]

        def merged(atoms: Atoms, tops: list[float], share: float) -> Any:
            assert tops is self.search.tops
            assert atoms.efforts[0].size == atoms.weights[0].size
            self.shares.append(share)
            return "atoms"

        def polish(atoms: Any) -> bool:
            self.polished.append(self.calls)
            return False

        patch.setattr(self.search, "deviations", deviations)
        patch.setattr(self.search, "_accept", accept)
        patch.setattr(self.search, "_exchange", exchange)
        patch.setattr(self.search, "_polish", polish)
        patch.setattr(self.search, "_restricted", lambda actions, weights: weights)
        patch.setattr(general, "merged", merged)

    def run(self) -> Profile:
        return self.search._rounds()


def test_grids_shrink_while_gains_fall_and_widen_if_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third where the gain is below seven tenths of the last, else twice, up to three tenths."""
    gains = [1.0, 0.69, 0.49, 0.33, 0.3, 0.29, 0.1]
    steps = Rounds(monkeypatch, gains, accepts=8)
    steps.run()
    third = 0.1 / 3
    expected = [third, third / 3, 2 * third / 3, third * 2 / 9, third * 4 / 9, third * 8 / 9, third * 8 / 27]
    assert steps.spacings == pytest.approx(expected)
    assert steps.shares == pytest.approx([min(2.5 * s, 0.3) for s in [0.1, *expected[:-1]]])
    # Newton's method is tried where the grid is finer than a twenty-fifth: never at the first spacing.
    assert steps.polished == [k + 2 for k, s in enumerate(expected[:-1]) if s < 0.04]
    wide = Rounds(monkeypatch, [1.0, 0.7, 0.5, 0.36, 0.26, 0.19, 0.14], accepts=7)
    wide.run()
    assert wide.spacings[:6] == pytest.approx([third, 2 * third, 4 * third, 8 * third, 0.3, 0.3])
    assert wide.shares[3:6] == pytest.approx([0.3, 0.3, 0.3]) and wide.shares[1] == pytest.approx(2.5 * third)
    assert wide.polished == [2]


def test_rounds_without_halving_the_gain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight are waited for, counted from the last halving of the least gain; thirty in all."""
    assert _calls(monkeypatch, [1.0]) == 10
    assert _calls(monkeypatch, [1.0] * 5 + [0.49]) == 6 + 9
    assert _calls(monkeypatch, [1.0] * 5 + [0.51]) == 10
    assert _calls(monkeypatch, [0.4**k for k in range(40)]) == 30


def _calls(patch: pytest.MonkeyPatch, gains: list[float]) -> int:
    steps = Rounds(patch, gains)
    profile = steps.run()
    assert steps.search.best is not None and profile is steps.search.best.profile
    return steps.calls


def test_rounds_end_when_the_certificate_passes_or_atoms_are_polished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = Rounds(monkeypatch, [1.0, 0.5, 0.2], accepts=3)
    steps.run()
    assert steps.calls == 3 and len(steps.shares) == 2
    steps = Rounds(monkeypatch, [1.0, 0.5, 0.2])
    monkeypatch.setattr(steps.search, "_polish", lambda atoms: True)
    steps.run()
    assert steps.calls == 2


def test_the_game_of_given_actions_is_solved_to_a_hundredth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the gain asked for, not finer than rounding; in money; from where the last ended."""
    for gain, prize, tolerance in ((1e-3, 5.0, 5e-5), (1e-13, 5.0, 5e-13), (1e-10, 1.0, 1e-12)):
        search = search_of(lottery(prizes=prize), gain)
        asked: list[Any] = []

        def solved(blocks: Any, counts: Any, start: Any, *, tolerance: float, kept: Any = asked) -> Any:
            kept.append((blocks, counts, start, tolerance))
            return "weights"

        monkeypatch.setattr(general, "fixed_point", solved)
        monkeypatch.setattr(search.field, "blocks", lambda actions, x: (actions, x))
        assert search._restricted("actions", "start") == "weights"  # type: ignore[arg-type,comparison-overlap]
        blocks, counts, start, found = asked[0]
        assert (counts, start) == (search.field.counts, "start") and found == pytest.approx(tolerance)
        assert blocks("x") == ("actions", "x")


def test_what_is_worth_exchanging(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than a fiftieth of the best gain, or a tenth of the tolerance if that is less."""
    search = search_of(lottery((1.0, 1.0), prizes=2.0), 1e-2)
    profile = Profile.symmetric(ct.Mixed.on([0.1, 0.3], [0.25, 0.75]), 2)
    efforts = np.array([0.1, 0.3])
    value = float(np.array([0.25, 0.75]) @ search.game.payoff(0, efforts, profile))
    over = np.array([1.9e-3, 2.1e-3, 0.5, -1.0])
    asked: list[Any] = []

    def peaks(c: int, i: int, given: Profile, own: Array) -> Any:
        asked.append((c, i, given, own.tolist()))
        return np.array([0.01, 0.02, 0.03, 0.04]), value + over

    monkeypatch.setattr(search, "_peaks", peaks)
    worst, found = search.deviations(profile)
    assert asked == [(0, 0, profile, [0.1, 0.3])]
    assert worst == pytest.approx(0.5) and found[0].tolist() == [0.02, 0.03]
    over[:] = [0.9e-3, 1.1e-3, 0.05, 0.0]  # a fiftieth of .05 is less than a tenth of .02
    worst, found = search.deviations(profile)
    assert worst == pytest.approx(0.05) and found[0].tolist() == [0.02, 0.03]
    over[:] = -1.0
    monkeypatch.setattr(search.game.__class__, "outside_option", lambda self, i, type=None: value + 0.3)
    assert search.deviations(profile)[0] == pytest.approx(0.3)
    monkeypatch.setattr(search.game.__class__, "outside_option", lambda self, i, type=None: -np.inf)
    assert search.deviations(profile)[0] == 0.0


class Watched(ct.Game):
    """Payoffs of one's own effort as given; what was asked for."""

    n = 2
    stakes = 1.0

    def __init__(self, payoff: Any, marks: Any = ()) -> None:
        self.pays, self.marks, self.asked = payoff, np.array(marks, float), []  # type: ignore[var-annotated]

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        self.asked.append((i, np.array(effort)))
        return self.pays(np.asarray(effort, float))

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.asarray(2.0)

    def landmarks(self, i: int, profile: Profile, type: Any = None) -> Any:
        return self.marks


def test_where_peaks_are_looked_for() -> None:
    """On an even grid and one in logs up to what is worth while, near one's own efforts, and at landmarks."""
    game = Watched(lambda e: -e, marks=[0.123, 2.5, -0.5])
    search = search_of(game)
    own = np.array([0.5, 1.9])
    game.asked.clear()
    efforts, payoffs = search._peaks(1, 1, Profile.pure([0.5, 0.5]), own)
    who, grid = game.asked[0]
    assert who == 1 and grid[0] == 0.0 and grid[-1] == 2.0 and (np.diff(grid) > 0).all()
    for each in (*np.linspace(0, 2, 121), *(2 * np.geomspace(1e-12, 1, 97)), 0.123):
        assert np.abs(grid - each).min() <= 1e-15
    for factor in (0.8, 0.97, 1.0, 1.03, 1.25):
        assert np.abs(grid - np.minimum(own * factor, 2.0)[:, None]).min(axis=1).max() <= 1e-15
    assert 121 + 97 - 2 <= grid.size <= 121 + 97 + 11
    # Falling throughout: the one peak is at nothing, and it is refined eight times by nine points.
    assert [np.shape(one) for _, one in game.asked[1:]] == [(1, 9)] * 8
    assert efforts.tolist() == [0.0] and payoffs.tolist() == [0.0]
    # Each round keeps the neighbours of the best of nine: from the bracket to an eighth of it.
    widths = [float(np.ptp(one)) for _, one in game.asked[1:]]
    assert np.array(widths[1:]) / widths[:-1] == pytest.approx(1 / 8)


def test_the_best_of_many_peaks() -> None:
    """Twenty-four at most, the highest ones; each as high as any effort between its neighbours."""
    game = Watched(lambda e: np.sin(120.0 * e) + 0.1 * e)
    search = search_of(game)
    efforts, payoffs = search._peaks(0, 0, Profile.pure([0.5, 0.5]), np.array([0.5]))
    assert efforts.size == 24
    tops = (np.pi / 2 + np.arctan(0.0) + 2 * np.pi * np.arange(40)) / 120.0
    tops = tops[tops < 2.0]
    exact = np.sort(np.sin(120.0 * tops) + 0.1 * tops)[-20:]
    assert np.sort(payoffs)[-1] == pytest.approx(exact[-1], abs=1e-6)
    assert (np.sort(payoffs) > 1.0).all()
    assert payoffs == pytest.approx(game.pays(efforts))
    # A plateau is one too; an end that is higher than its neighbour is a peak.
    up = Watched(lambda e: np.minimum(e, 1.0))
    found, best = search_of(up)._peaks(0, 0, Profile.pure([0.5, 0.5]), np.array([0.5]))
    assert best.max() == 1.0 and (found[best == 1.0] >= 1.0).all()
    top = Watched(lambda e: e**2)
    found, best = search_of(top)._peaks(0, 0, Profile.pure([0.5, 0.5]), np.array([0.5]))
    assert found.tolist() == [2.0] and best.tolist() == [4.0]


def test_kinds_and_what_is_worth_while() -> None:
    """Who is of a kind as the game says, if the certificate sees as many; else everybody for herself."""
    search = search_of(lottery((1.0, 3.0, 1.0, 3.0)))
    assert search.field.counts == [2, 2] and sorted(search.tops) == [1.0, 3.0]
    assert search.field.clock is not None and search.field.clock.seconds == 60.0
    assert search.smooth and search.best is None
    assert (search.tolerance, search.effort_tolerance) == (1e-3, 1e-2)
    own = search_of(Watched(lambda e: -e))
    assert own.field.counts == [1, 1] and own.tops == [2.0, 2.0] and own.smooth

    class Telling(Watched):
        def kind_of(self) -> Any:
            return np.zeros(2, dtype=int)

    assert search_of(Telling(lambda e: -e)).field.counts == [1, 1]  # one kind told, two classes seen

    class Racing(Watched):
        race = SimpleNamespace(noise=None)

    assert search_of(Racing(lambda e: -e)).smooth  # what a game of one's own calls its race says nothing
    assert not search_of(lottery(success=ct.Highest())).smooth
    assert search_of(lottery(success=ct.Highest(), technology=ct.Additive(stats.norm()))).smooth
    alike = search_of(lottery(contestants=ct.Identical(5)))
    assert alike.field.counts == [5] and alike.tops == [1.0]


def test_first_grid_of_many_whole_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to ninety all are taken; of more each k-th, the least k that leaves thirty at most."""
    search = search_of(lottery())
    for number, kept in ((90, 90), (91, 23), (120, 30), (121, 25)):
        monkeypatch.setattr(search.game.__class__, "actions", lambda self, i, m=number: np.arange(float(m)))
        grid = search._first_grid(0)
        assert grid.size == kept and grid[0] == 0.0 and np.ptp(np.diff(grid)) == 0


@pytest.mark.parametrize(("size", "steps"), [(8, 5), (9, 3)])
def test_how_many_efforts_around_an_atom(size: int, steps: int) -> None:
    search = search_of(lottery())
    search.coarse = [np.array([0.0])]
    centre = np.linspace(0.1, 0.8, size)
    points, weights = search._exchange(Atoms([centre], [np.full(size, 2.0)]), [np.array([])], 0.01)
    assert points[0].size == steps * size + 1
    assert weights[0][np.searchsorted(points[0], centre)] == pytest.approx(np.full(size, 1 / size))


def test_polishing_is_judged_by_the_gain_it_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    """First with all atoms free, then with the least held; each outcome is kept or not by its own gain."""
    search = search_of(lottery())
    asked: list[Any] = []

    class Found:
        def __init__(self, cut: bool) -> None:
            self.cut = cut

        def profile(self, field: Any) -> Any:
            assert field is search.field
            return ("profile", self.cut)

    def accept(profile: Any, gain: float) -> bool:
        asked.append((profile, gain))
        return bool(profile[1])

    monkeypatch.setattr(general, "polished", lambda field, atoms, tops, cut: Found(cut))
    monkeypatch.setattr(search, "deviations", lambda profile: (0.25 if profile[1] else 0.5, "efforts"))
    monkeypatch.setattr(search, "_accept", accept)
    atoms = Atoms([np.array([0.2])], [np.ones(1)])
    assert search._polish(atoms)
    assert asked == [(("profile", False), 0.5), (("profile", True), 0.25)]
    monkeypatch.setattr(search, "_accept", lambda profile, gain: False)
    assert search._polish(atoms) is False


def test_certificates_are_asked_for_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the gain is within the tolerance of the stakes, at it too."""
    search = search_of(lottery(prizes=4.0), 0.25, 3e-2)
    asked: list[Any] = []

    def certify(game: Any, profile: Any, **options: Any) -> Any:
        asked.append((game is search.game, profile, options))
        return SimpleNamespace(passed=True)

    monkeypatch.setattr(general, "certify", certify)
    some = Profile.pure([0.2, 0.2])
    assert not search._accept(some, 1.001) and asked == []
    assert search._accept(some, 1.0)
    assert asked == [(True, some, {"gain_tolerance": 0.25, "effort_tolerance": 3e-2})]
    # The same gain again is no better: the first is kept, unless it passes.
    other = search_of(lottery())
    monkeypatch.setattr(general, "certify", lambda *_, **__: SimpleNamespace(passed=False))
    other._accept(some, 0.5)
    other._accept(Profile.pure([0.3, 0.3]), 0.5)
    assert other.best is not None and other.best.profile is some and other.best.gain == 0.5


def test_private_types_are_seen_in_the_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    private = lottery(contestants=ct.Private(2, value=stats.uniform(1, 1)))
    monkeypatch.setattr(general, "refuse_types", lambda game: ("types", game))
    assert GeneralSolver().refuses(private) == ("types", private)  # type: ignore[comparison-overlap]
    assert GeneralSolver().refuses(lottery()) is None
