"""Newton's method on atoms: residuals and every derivative written out for lotteries, and when it ends.

In a lottery with exponent r an effort b meets c with chance p = b^r / (b^r + c^r): in logs dp/dlog b =
r p (1 - p), its own derivative r^2 p (1 - p) (1 - 2 p), minus that in log c.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.solvers import polish
from contests.solvers.actions import Discretised
from contests.solvers.polish import Atoms, _System, merged, polished

Array = Any
EXPONENT = 1.8


class Silent(ct.Game):
    """The same lottery of two, of which only payoffs of sure efforts are told."""

    n = 2
    stakes = 2.0

    def __init__(self, value: Array) -> None:
        self.value = value

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        own, rival = np.asarray(effort, float) ** EXPONENT, profile.efforts()[1 - i] ** EXPONENT
        return self.value[i] * own / np.maximum(own + rival, 1e-300) - np.asarray(effort, float)

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.asarray(self.value)[i]


VALUE = np.array([2.0, 1.0])


def lottery(contestants: Any, exponent: float = EXPONENT) -> ct.Contest:
    return ct.Contest(contestants=contestants, prizes=1.0, success=ct.Lottery(exponent=exponent))


@pytest.mark.parametrize(
    ("game", "accuracy"),
    [(lottery(ct.Known(value=VALUE)), 2e-5), (Silent(VALUE), 2e-3)],
    ids=["told", "silent"],
)
@pytest.mark.parametrize("cut", [False, True])
def test_conditions_of_two_and_their_derivatives(game: Any, accuracy: float, cut: bool) -> None:
    """Unknowns: logs of free efforts, probabilities, and what each is paid; rows: payoffs, slopes, sums."""
    atoms = Atoms(
        [np.array([0.2, 0.4]), np.array([0.0, 0.1, 0.3])], [np.array([0.4, 0.55]), np.array([0.5, 0.3, 0.15])]
    )
    field = Discretised(game, np.array([0, 1]))
    residual, matrix = _System(field, atoms, [2.0, 1.0], cut).linearise(atoms)
    free = [[False, True], [False, False, True]] if cut else [[True, True], [False, True, True]]
    logs = [(c, k) for c in (0, 1) for k in range(len(free[c])) if free[c][k]]
    chances = [(c, k) for c in (0, 1) for k in range(len(free[c]))]
    columns = [("b", *one) for one in logs] + [("q", *one) for one in chances] + [("v", 0, 0), ("v", 1, 0)]
    rows, derivatives = [], []
    for c in (0, 1):
        b, (rival, q), stake = atoms.efforts[c], (atoms.efforts[1 - c], atoms.weights[1 - c]), VALUE[c]
        with np.errstate(divide="ignore", invalid="ignore"):
            p = np.where(
                b[:, None] > 0, 1 / (1 + (rival / b[:, None]) ** EXPONENT), np.where(rival > 0, 0.0, 0.5)
            )
        first, second = EXPONENT * p * (1 - p), EXPONENT**2 * p * (1 - p) * (1 - 2 * p)
        u = stake * p - b[:, None]
        pay, slope = u @ q, (stake * first - b[:, None]) @ q
        size = np.maximum(b / VALUE[c], 1e-9) * game.stakes
        value = atoms.weights[c] @ pay
        for k in range(b.size):
            line = []
            for kind, d, j in columns:
                if kind == "v":
                    line.append(-1.0 if d == c else 0.0)
                elif d == c:
                    line.append(slope[k] if kind == "b" and j == k else 0.0)
                else:
                    line.append(-q[j] * stake * first[k, j] if kind == "b" else u[k, j])
            rows.append((pay[k] - value) / size[k])
            derivatives.append(np.array(line) / size[k])
        for k in map(int, np.flatnonzero(free[c])):
            line = []
            for kind, d, j in columns:
                if kind == "v":
                    line.append(0.0)
                elif d == c:
                    own = (stake * second[k] - b[k]) @ q
                    line.append(own if kind == "b" and j == k else 0.0)
                else:
                    line.append(-q[j] * stake * second[k, j] if kind == "b" else stake * first[k, j] - b[k])
            rows.append(slope[k] / size[k])
            derivatives.append(np.array(line) / size[k])
        rows.append(atoms.weights[c].sum() - 1.0)
        derivatives.append(np.array([1.0 if kind == "q" and d == c else 0.0 for kind, d, _ in columns]))
    assert residual == pytest.approx(np.array(rows), rel=1e-8, abs=1e-9)
    exact = np.array(derivatives)
    assert matrix.shape == exact.shape
    assert (np.abs(matrix - exact).max(axis=1) <= accuracy * np.maximum(np.abs(exact).max(axis=1), 1.0)).all()


def test_conditions_of_three_alike() -> None:
    """Two rivals draw independently: each derivative counts both."""
    game = lottery(ct.Identical(3), 1.5)
    b, q = np.array([0.1, 0.3]), np.array([0.35, 0.6])
    field = Discretised(game, np.zeros(3, dtype=int))
    residual, matrix = _System(field, Atoms([b], [q]), [1.0], False).linearise(Atoms([b], [q]))

    def pays(own: float, one: Array, other: Array, chance: Array, also: Array) -> float:
        """Against rivals who draw from efforts with chances, one of each list."""
        total = 0.0
        for x, p in zip(one, chance, strict=True):
            for y, r in zip(other, also, strict=True):
                total += p * r * own**1.5 / (own**1.5 + x**1.5 + y**1.5)
        return float(total - own * np.sum(chance) * np.sum(also))

    # The mixture of the rival whose strategy does not vary is one of probabilities that add to one.
    base = q / q.sum()
    pay = np.array([pays(e, b, b, q, base) for e in b])
    value, size = q @ pay, b * 1.0
    step = 1e-5

    def slope(k: int, one: Array, other: Array, chance: Array, also: Array) -> float:
        ends = [pays(b[k] * (1 + s * step), one, other, chance, also) for s in (-1, 1)]
        return (ends[1] - ends[0]) / (2 * step)

    slopes = np.array([slope(k, b, b, q, base) for k in (0, 1)])
    assert residual == pytest.approx([*((pay - value) / size), *(slopes / size), q.sum() - 1.0], abs=1e-7)
    exact = np.zeros((5, 5))
    for k in (0, 1):
        for j in (0, 1):
            unit = np.eye(2)[j]
            exact[k, 2 + j] = 2 * pays(b[k], b, b, unit, base)
            exact[2 + k, 2 + j] = 2 * slope(k, b, b, unit, base)
            moved = [b * np.where(np.arange(2) == j, 1 + s * 1e-4, 1.0) for s in (-1, 1)]
            exact[k, j] = 2 * (pays(b[k], moved[1], b, q, base) - pays(b[k], moved[0], b, q, base)) / 2e-4
            around = [slope(k, one, b, q, base) for one in moved]
            exact[2 + k, j] = 2 * (around[1] - around[0]) / 2e-4
        exact[k, k] += slopes[k]
        ends = [b[k] * (1 + s * 1e-3) for s in (-1, 0, 1)]
        around = [pays(e, b, b, q, base) for e in ends]
        second = (around[0] - 2 * around[1] + around[2]) / 1e-6  # e^2 u'': in logs e u' is added
        exact[2 + k, k] += second + slopes[k]
        exact[k, 4] = -1.0
    exact[:4] /= np.concatenate([size, size])[:, None]
    exact[4, 2:4] = 1.0
    assert matrix == pytest.approx(exact, abs=2e-4)


def test_what_is_free() -> None:
    """Neither zero nor the largest effort moves; above zero means above 1e-13 of the largest."""
    field = Discretised(lottery(ct.Identical(2)), np.zeros(2, dtype=int))
    efforts = np.array([0.0, 0.9e-13, 1.1e-13, 0.5, 1 - 2e-9, 1 - 0.5e-9]) * 4.0
    atoms = Atoms([efforts], [np.full(6, 1 / 6)])
    plain = _System(field, atoms, [4.0], False)
    assert plain.free[0].tolist() == [False, False, True, True, True, False]
    assert plain.ends.tolist() == [0, 6] and plain.stakes == 1.0
    assert _System(field, atoms, [4.0], True).free[0].tolist() == [False, False, False, True, True, False]


class Script:
    """A system whose residuals are given, step by step."""

    def __init__(self, sizes: list[float], fails: int = 10**6) -> None:
        self.sizes, self.fails, self.asked, self.moves = sizes, fails, 0, 0

    def __call__(self, field: Any, atoms: Atoms, tops: Any, cut: bool) -> Script:
        self.given = (tops, cut)
        return self

    def linearise(self, atoms: Atoms) -> tuple[Array, Array]:
        size = self.sizes[min(self.asked, len(self.sizes) - 1)]
        self.asked += 1
        return np.array([0.1 * size, -size]), np.array([[2.0, 0.0], [0.0, 4.0]])

    def moved(self, atoms: Atoms, move: Array) -> Atoms:
        size = self.sizes[min(self.asked - 1, len(self.sizes) - 1)]
        assert move == pytest.approx([-0.05 * size, size / 4])
        self.moves += 1
        if self.moves > self.fails:
            raise ct.ConvergenceError("no")
        return Atoms([np.array([float(self.moves)])], [np.array([0.75])])


START = Atoms([np.array([0.0])], [np.array([0.5])])


def played(monkeypatch: pytest.MonkeyPatch, sizes: list[float], fails: int = 10**6, **options: Any) -> Any:
    script = Script(sizes, fails)
    monkeypatch.setattr(polish, "_System", script)
    found = polished(None, START, [3.0], **options)  # type: ignore[arg-type]
    assert script.given == ([3.0], options.get("cut", False))
    return None if found is None else (float(found.efforts[0][0]), found.weights[0].tolist()), script.asked


@pytest.mark.parametrize(
    ("sizes", "best", "asked"),
    [
        ([1.0, 0.1, 1e-14], 2.0, 3),
        ([0.9e-13], 0.0, 1),
        ([1e-13, 0.0], 1.0, 2),  # exactly 1e-13 is not below it
        ([1e-5], 0.0, 7),  # six steps without halving the residual
        ([1e-5, 0.5e-5], 0.0, 7),
        ([1e-5, 0.49e-5], 1.0, 8),
        ([1e-5, 0.49e-5, 0.4e-5, 0.3e-5, 0.24e-5], 4.0, 11),
        ([0.99e-4], 0.0, 7),
        ([1e-4], None, 7),
        ([1.0, np.nan], None, 2),
        ([1.0, np.inf], None, 2),
        ([10.0**-k for k in range(1, 40)][:12], 11.0, 0),
    ],
)
def test_when_it_ends(
    sizes: list[float], best: float | None, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 1e-13, or when the residual is not halved in six steps; atoms with more than 1e-4 are none."""
    found, calls = played(monkeypatch, sizes)
    if asked:
        assert calls == asked
    assert (None if found is None else found[0]) == best
    if found is not None:
        assert found[1] == [1.0]


def test_steps_allowed_and_steps_that_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    halving = [0.4**k for k in range(60)]
    assert played(monkeypatch, halving)[1] == 25
    assert played(monkeypatch, halving, steps=7) == (None, 7)
    assert played(monkeypatch, halving, steps=12, cut=True)[0][0] == 11.0
    assert played(monkeypatch, [1e-5, 1e-6], 1) == (None, 2)


def test_probabilities_that_fall_below_zero_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Negative(Script):
        def moved(self, atoms: Atoms, move: Array) -> Atoms:
            return Atoms([np.array([0.1, 0.2, 0.4])], [np.array([-0.1, 0.3, 0.9])])

    monkeypatch.setattr(polish, "_System", Negative([1.0, 0.0]))
    found = polished(None, START, [3.0])  # type: ignore[arg-type]
    assert found is not None and found.weights[0] == pytest.approx([0.0, 0.25, 0.75])


def test_a_small_error_is_squared() -> None:
    """Atoms of two who value winning at 2 and 1, with exponent 1.8, from a part in a thousand off."""
    weak = 1 - 1 / EXPONENT
    strong = weak * (EXPONENT - 1) ** (-1 / EXPONENT)
    chance = strong / (2.0 * weak)
    field = Discretised(lottery(ct.Known(value=VALUE)), np.array([0, 1]))
    for off in (1e-3, -1e-3):
        atoms = Atoms(
            [np.array([strong * (1 + off)]), np.array([0.0, weak * (1 - off)])],
            [np.array([1.0]), np.array([1 - chance + off, chance - off])],
        )
        system = _System(field, atoms, [2.0, 1.0], False)
        residual, matrix = system.linearise(atoms)
        move: Any = np.linalg.lstsq(matrix, -residual, rcond=1e-14)[0]
        after = system.moved(atoms, move)
        assert after.efforts[0] == pytest.approx([strong], rel=2e-5)
        assert after.efforts[1] == pytest.approx([0.0, weak], rel=2e-5)
        assert after.weights[1] == pytest.approx([1 - chance, chance], abs=2e-5)


def test_which_atoms_are_neighbours() -> None:
    """A gap of exactly the share does not part them; weights of 1e-12 or less are dropped before."""
    near = Atoms([np.array([0.75, 1.0, 2.0])], [np.array([0.25, 0.25, 0.5])])
    assert merged(near, [1.0], share=0.25).efforts[0] == pytest.approx([0.875, 2.0])
    assert merged(near, [1.0], share=0.24).efforts[0] == pytest.approx([0.75, 1.0, 2.0])
    few = Atoms([np.array([0.1, 0.5, 0.9])], [np.array([1e-12, 0.5, 1.1e-12])])
    assert merged(few, [1.0]).efforts[0] == pytest.approx([0.5, 0.9])
    standard = Atoms([np.array([0.98, 1.0, 1.04])], [np.ones(3)])
    assert merged(standard, [1.0]).efforts[0] == pytest.approx([0.99, 1.04])
