"""Games with finitely many actions whose equilibria are known by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from contests.errors import ConvergenceError
from contests.solvers import discretised
from contests.solvers.discretised import complementary, fixed_point, linearised, opposed, regret

SCISSORS = np.array([[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])


def test_complementarity() -> None:
    """z >= 0, M z + q >= 0 and orthogonal, for random positive definite M: there is exactly one."""
    rng = np.random.default_rng(1)
    for size in (1, 3, 8):
        for _ in range(5):
            root = rng.normal(size=(size, size))
            matrix, constant = root @ root.T + 0.1 * np.eye(size), rng.normal(size=size)
            z = complementary(matrix, constant)
            w = matrix @ z + constant
            assert z.min() >= 0 and w.min() >= -1e-9
            assert z @ w == pytest.approx(0.0, abs=1e-9)
    assert complementary(np.eye(2), np.array([1.0, 0.0])).tolist() == [0.0, 0.0]


def test_a_problem_without_a_solution() -> None:
    """w = -z - 1 is never at least zero."""
    with pytest.raises(ConvergenceError, match="Lemke's method found no solution"):
        complementary(-np.eye(2), -np.ones(2))


def test_opposed_players() -> None:
    """Scissors: a third each. What the rival's action adds to one's own payoff does not matter."""
    for scale, shift in ((1.0, 0.0), (1e9, 0.0), (1e-9, 0.0), (1.0, 5.0)):
        first = scale * (SCISSORS + shift * np.arange(3.0))
        found = opposed(first, 3.0 * scale * SCISSORS)
        assert found is not None
        for x in found:
            assert x == pytest.approx([1 / 3] * 3)
    assert opposed(np.eye(2), np.eye(2)) is None  # both want the same
    assert opposed(SCISSORS, SCISSORS + np.diag([0.5, 0.0, 0.0])) is None  # nearly opposed is not opposed
    two = opposed(np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[-1.0, 1.0], [0.0, -1.0]]))
    assert two is not None  # with two actions each, wanting different things is enough
    assert np.concatenate(two) == pytest.approx([2 / 3, 1 / 3] * 2)


def test_two_players_who_are_not_opposed() -> None:
    """Bach or Stravinsky: Lemke's method ends at one of the three equilibria."""
    one, two = np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])
    blocks = [[None, one], [two, None]]
    start = [np.array([0.5, 0.5])] * 2
    assert regret(blocks, start) == pytest.approx(0.25)
    found = fixed_point(lambda x: blocks, [1, 1], start, tolerance=1e-12)
    assert regret(blocks, found) == pytest.approx(0.0, abs=1e-12)
    known = ([1, 0, 1, 0], [0, 1, 0, 1], [2 / 3, 1 / 3, 1 / 3, 2 / 3])
    assert any(np.concatenate(found) == pytest.approx(k, abs=1e-9) for k in known)


def congestion(n: int) -> tuple[object, list[int]]:
    """n choose one of two roads; each pays minus its users, the second one more."""

    def blocks(x: list[np.ndarray]) -> list[list[np.ndarray | None]]:
        others = (n - 2) * x[0]  # expected users among the rivals but one
        block = -(1.0 + others[:, None] + np.eye(2)) - np.array([[0.0], [1.0]])
        return [[block]]

    return blocks, [n]


@pytest.mark.parametrize("n", [3, 10])
def test_many_alike(n: int) -> None:
    """(n - 1) p = (n - 1)(1 - p) + 1: the share of the first road is n / (2 (n - 1))."""
    blocks, counts = congestion(n)
    found = fixed_point(blocks, counts, [np.array([0.9, 0.1])], tolerance=1e-12)  # type: ignore[arg-type]
    assert found[0][0] == pytest.approx(n / (2 * (n - 1)), abs=1e-9)


@pytest.mark.parametrize("n", [2, 3])
def test_averaging_takes_over_where_complementarity_fails(n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if Lemke's method ended on a ray: averages of best replies come near the same strategies."""

    def fails(*_: object) -> object:
        raise ConvergenceError("as if")

    monkeypatch.setattr(discretised, "linearised", fails)
    blocks, counts = congestion(n)
    found = fixed_point(blocks, counts, [np.array([0.6, 0.4])], tolerance=1e-3)  # type: ignore[arg-type]
    assert found[0][0] == pytest.approx(n / (2 * (n - 1)), abs=0.02)


def test_opposed_with_other_payoffs_for_one_class() -> None:
    """Two alike at scissors are one class: the linear programme is asked, not Lemke."""
    assert linearised([[SCISSORS]], [2], [np.full(3, 1 / 3)])[0] == pytest.approx([1 / 3] * 3)


def test_nobody_to_play_against() -> None:
    with pytest.raises(ConvergenceError, match="without rivals"):
        regret([[None]], [np.array([1.0])])


def pairwise(counts: list[int], tables: list[list[np.ndarray]], scale: float = 1.0) -> Any:
    """Blocks of a game in which everybody plays the same against each rival: payoffs are sums."""

    def blocks(x: list[np.ndarray]) -> Any:
        rows: Any = []
        for c in range(len(counts)):
            rivals = [counts[e] - (e == c) for e in range(len(counts))]
            total = sum(rivals[e] * tables[c][e] @ x[e] for e in range(len(counts)))
            rows.append(
                [
                    scale * (tables[c][d] + (total - tables[c][d] @ x[d])[:, None]) if rivals[d] else None
                    for d in range(len(counts))
                ]
            )
        return rows

    return blocks


@pytest.mark.parametrize("counts", [[2, 1], [3, 2], [1, 1], [4]])
@pytest.mark.parametrize("scale", [1.0, 1e9, 1e-9])
def test_what_is_linear_in_rivals_is_solved_at_once(counts: list[int], scale: float) -> None:
    """Payoffs that are sums over rivals: one linearisation, from anywhere, is the equilibrium."""
    for seed in range(4):
        rng = np.random.default_rng(seed)
        sizes = rng.integers(2, 5, len(counts))
        tables = [[rng.normal(size=(a, b)) for b in sizes] for a in sizes]
        blocks = pairwise(counts, tables, scale)
        start = [rng.dirichlet(np.ones(size)) for size in sizes]
        found = linearised(blocks(start), counts, start)
        for x in found:
            assert x.min() >= 0 and x.sum() == pytest.approx(1.0)
        assert regret(blocks(found), found) < 1e-9 * scale


def test_regret_is_the_largest_gain_of_any_class() -> None:
    counts, rng = [2, 1], np.random.default_rng(3)
    tables = [[rng.normal(size=(3, 3)) for _ in counts] for _ in counts]
    blocks = pairwise(counts, tables)
    for _ in range(5):
        x = [rng.dirichlet(np.ones(3)) for _ in counts]
        first = tables[0][0] @ x[0] + tables[0][1] @ x[1]
        second = 2 * tables[1][0] @ x[0]
        gains = [first.max() - x[0] @ first, second.max() - x[1] @ second]
        assert regret(blocks(x), x) == pytest.approx(max(gains), rel=1e-12)


def test_constant_games_and_players_without_rivals() -> None:
    same = linearised([[np.zeros((3, 3))]], [3], [np.full(3, 1 / 3)])
    assert same[0].sum() == pytest.approx(1.0)
    with pytest.raises(ConvergenceError) as caught:
        regret([[None]], [np.ones(1)])
    assert str(caught.value) == "A contestant without rivals has no game to solve."


@pytest.mark.parametrize("seed", range(5))
def test_opposed_players_of_any_kind(seed: int) -> None:
    """One gets a multiple of what the other loses, up to terms in the rival's action: no action gains."""
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(2, 7)), int(rng.integers(2, 7))
    game = rng.normal(size=(rows, columns))
    first = game + 3.0 * rng.normal(size=columns)
    second = -2.5 * game.T + 100.0 * rng.normal(size=rows)
    found = opposed(first, second)
    assert found is not None
    x, y = found
    for payoff, own in ((first @ y, x), (second @ x, y)):
        assert payoff.max() - own @ payoff < 1e-8
    # What is nearly opposed is not: a part in a hundred thousand of one payoff differs.
    assert opposed(first, second + 1e-5 * rng.normal(size=second.shape)) is None


def test_a_pivot_makes_a_unit_column() -> None:
    rng = np.random.default_rng(1)
    table = rng.normal(size=(4, 7))
    before = table.copy()
    discretised._pivot(table, 2, 5)
    assert table[:, 5].tolist() == [0.0, 0.0, 1.0, 0.0]
    # The rows still span what they spanned.
    assert np.linalg.matrix_rank(np.vstack([before, table])) == 4
    assert table[2] == pytest.approx(before[2] / before[2, 5])


def test_fixed_points_of_curved_games_are_found_with_few_evaluations() -> None:
    """Three who share a prize by quadratic interactions: steps are halved only where they do not help."""
    table, asked = np.array([[0.0, 2.0, 1.0], [1.0, 0.0, 2.0], [2.0, 1.0, 0.0]]), []

    def blocks(x: list[np.ndarray]) -> Any:
        asked.append(1)
        crowd = 1.0 / (1.0 + x[0])
        return [[(table + crowd[:, None]) / 2 + 0.1 * np.outer(crowd, np.ones(3))]]

    start = [np.array([0.8, 0.1, 0.1])]
    found = fixed_point(blocks, [3], start, tolerance=1e-10)
    assert found[0] == pytest.approx(np.full(3, 1 / 3), abs=1e-6)
    assert regret(blocks(found), found) <= 1e-10 and len(asked) <= 25
