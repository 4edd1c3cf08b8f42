"""Games with finitely many actions whose equilibria are known by hand."""

from __future__ import annotations

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
