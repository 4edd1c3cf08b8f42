"""Games with finitely many actions: which method is asked for what, and how far its answers are followed.

Linear programmes, bases and regrets are scripted; what the methods find is in `test_discretised.py`.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import optimize

from contests.errors import ConvergenceError
from contests.solvers import discretised
from contests.solvers.discretised import (
    _final_basis,
    _security,
    complementary,
    fixed_point,
    linearised,
    opposed,
)

Array = Any


def path(
    monkeypatch: pytest.MonkeyPatch, regrets: list[float], target: Any, tolerance: float = 0.1, **options: Any
) -> tuple[list[float], float]:
    """How much of the target was tried, strategy by strategy, and what is handed out of three alike."""
    asked: list[float] = []

    def blocks(x: list[Array]) -> Any:
        asked.append(float(x[0][1]))
        assert x[0].sum() == pytest.approx(1.0)
        return [[np.diag([1.0, 2.0])]]

    def solved(given: Any, counts: Any, x: Any) -> Any:
        if target is None:
            raise ConvergenceError("a ray")
        return [np.array([1.0 - target, target])]

    monkeypatch.setattr(discretised, "regret", lambda b, x: regrets[min(len(asked), len(regrets)) - 1])
    monkeypatch.setattr(discretised, "linearised", solved)
    found = fixed_point(blocks, [3], [np.array([1.0, 0.0])], tolerance=tolerance, **options)
    return asked, float(found[0][1])


def test_steps_are_halved_until_the_regret_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven times at most; then the smallest is taken all the same, and the best is handed out."""
    assert path(monkeypatch, [0.1], 1.0) == ([0.0], 0.0)  # a regret of exactly what is asked is none
    assert path(monkeypatch, [0.2, 0.05], 0.5) == ([0.0, 0.5], 0.5)
    asked, found = path(monkeypatch, [1.0, 1.0, 2.0, 0.09], 1.0)
    assert (asked, found) == ([0.0, 1.0, 0.5, 0.25], 0.25)
    asked, found = path(monkeypatch, [1.0, *[3.0] * 7, 2.0, *[2.5] * 7], 1.0, steps=2)
    small = 1 / 64
    assert asked[:8] == [0.0, *(0.5**k for k in range(7))]
    assert asked[8:] == pytest.approx([1.0]) and found == 0.0  # two is less than three, not than one
    asked, found = path(monkeypatch, [1.0, *[3.0] * 7, 3.0, *[4.0] * 9], 1.0, steps=2)
    assert asked[9] == pytest.approx((1 - 0.5) * small + 0.5) and len(asked) == 15
    # Equal is no fall, and the first of equals is kept.
    asked, found = path(monkeypatch, [1.0, *[1.0] * 7], 1.0, steps=1)
    assert len(asked) == 8 and found == 0.0
    assert len(path(monkeypatch, [0.9**k for k in range(60)], 1.0, tolerance=0.0)[0]) == 31


def test_a_ray_leads_towards_the_best_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of payoffs (1 - q, 2 q) at q = 0 the first action is best, at q = 1 the second."""
    asked, found = path(monkeypatch, [1.0, 0.5, 0.05], None)
    assert asked == [0.0, 0.0, 0.0] and found == 0.0


def test_two_are_solved_at_once_or_by_averages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where complementarity fails it is not tried again: replies are averaged up to three hundred times."""
    tried: list[int] = []

    def failing(blocks: Any, counts: Any, x: Any) -> Any:
        tried.append(1)
        raise ConvergenceError("no")

    monkeypatch.setattr(discretised, "linearised", failing)
    calls: list[int] = []

    def blocks(x: list[Array]) -> Any:
        calls.append(1)
        return [[np.array([[0.0, 1.0], [1.0, 0.0]])]]

    monkeypatch.setattr(discretised, "regret", lambda b, x: 0.999 ** len(calls))
    fixed_point(blocks, [2], [np.array([0.9, 0.1])], tolerance=1e-12)
    assert len(tried) == 1 and len(calls) == 301
    monkeypatch.setattr(discretised, "linearised", lambda *given: "found")
    found: Any = fixed_point(blocks, [1, 1], [np.ones(1)], tolerance=1.0)
    assert found == "found"


def test_who_is_asked_whether_she_is_opposed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two alike or two who differ; nobody else, and complementarity where they are not."""
    asked: list[Any] = []

    def watched(first: Array, second: Array) -> Any:
        asked.append((first, second))
        return ("one", "two")

    monkeypatch.setattr(discretised, "opposed", watched)
    a, b = np.array([[0.0, 2.0], [1.0, 0.0]]), np.array([[3.0, 0.0], [0.0, 1.0]])
    half = np.array([0.5, 0.5])
    assert linearised([[a]], [2], [half]) == ["one"]
    assert [one is a for one in asked[0]] == [True, True]
    assert linearised([[None, a], [b, None]], [1, 1], [half, half]) == ["one", "two"]
    assert asked[1][0] is a and asked[1][1] is b
    # Three alike, linear around a half: 2 (2 q) - 1 = 2 (1 - q) - 1/2. Neither they nor two kinds are asked.
    assert linearised([[a]], [3], [half])[0] == pytest.approx([7 / 12, 5 / 12])
    linearised([[a, a], [b, None]], [2, 1], [half, half])
    assert len(asked) == 2
    monkeypatch.setattr(discretised, "opposed", lambda *given: None)
    assert linearised([[a]], [2], [half])[0] == pytest.approx([2 / 3, 1 / 3])


def test_programmes_that_fail_and_what_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probabilities below zero by rounding are none, and the rest add to one."""
    outcome = SimpleNamespace(x=np.array([0.5, -1e-12, 1.5, 7.0]), status=0, message="fine")
    asked: list[Any] = []

    def programme(cost: Array, **options: Any) -> Any:
        asked.append((cost, options))
        return outcome

    monkeypatch.setattr(optimize, "linprog", programme)
    game = np.arange(6.0).reshape(3, 2)
    assert _security(game) == pytest.approx([0.25, 0.0, 0.75], abs=1e-15)
    cost, options = asked[0]
    assert cost.tolist() == [0.0, 0.0, 0.0, -1.0]
    assert options["A_ub"].tolist() == [[-0.0, -2.0, -4.0, 1.0], [-1.0, -3.0, -5.0, 1.0]]
    assert options["b_ub"].tolist() == [0.0, 0.0]
    assert options["A_eq"].tolist() == [[1.0, 1.0, 1.0, 0.0]] and options["b_eq"] == [1.0]
    assert options["bounds"] == [(0, None)] * 3 + [(None, None)]
    assert options["method"] == "highs-ds"  # to ten digits, not SciPy's seven
    assert set(options["options"].values()) == {1e-10} and len(options["options"]) == 2
    for status, x in ((4, outcome.x), (0, None)):
        outcome.status, outcome.x, outcome.message = status, x, "numbers"
        with pytest.raises(ConvergenceError) as caught:
            _security(game)
        assert str(caught.value) == "The linear programme of the discretised game failed: numbers"
        # Opposed players without their programme are left to complementarity.
        assert opposed(np.array([[1.0, -1.0], [-1.0, 1.0]]), np.array([[-1.0, 1.0], [1.0, -1.0]])) is None


@pytest.mark.parametrize(
    ("constant", "accepted"),
    [([1.0, -0.9e-7], True), ([1.0, -1.1e-7], False), ([10.0, -0.9e-6], True), ([0.1, -0.9e-7], True),
     ([10.0, -1.1e-6], False), ([0.01, -1.1e-7], False)],
)  # fmt: skip
def test_solutions_below_zero_by_rounding(
    constant: list[float], accepted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ten-millionth of the largest, or of one; what is below it is another start's, of four."""
    seeds: list[int] = []

    def basis(matrix: Array, given: Array, seed: int) -> Any:
        seeds.append(seed)
        return np.array([2, 3])

    monkeypatch.setattr(discretised, "_final_basis", basis)
    matrix, right = -np.eye(2), np.array(constant)
    if accepted:
        assert complementary(matrix, right) == pytest.approx([constant[0], 0.0], abs=1e-15)
        assert seeds == [0]
    else:
        with pytest.raises(ConvergenceError, match="try another grid of actions"):
            complementary(matrix, right)
        assert seeds == [0, 1, 2, 3]
    monkeypatch.setattr(
        discretised, "_final_basis", lambda m, q, seed: None if seed < 3 else np.array([2, 3])
    )
    assert complementary(matrix, np.array([2.0, -1e-9])) == pytest.approx([2.0, 0.0])
    assert complementary(np.eye(2), np.array([0.0, 3.0])).tolist() == [0.0, 0.0]


def test_the_same_perturbation_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Random numbers of the seed alone: so much added to each right side, so that no two ratios tie."""
    seeds: list[Any] = []
    plain = np.random.default_rng

    def watched(seed: Any = None) -> Any:
        seeds.append(seed)
        return plain(seed)

    monkeypatch.setattr(np.random, "default_rng", watched)
    matrix, right = np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([-5.0, -6.0])
    assert complementary(matrix, right) == pytest.approx([4 / 3, 7 / 3], rel=1e-12)
    assert seeds == [0]
    seeds.clear()
    with pytest.raises(ConvergenceError):
        complementary(-np.eye(2), -np.ones(2))
    assert seeds == [0, 1, 2, 3]


@pytest.mark.parametrize("size", [1, 3, 8])
def test_complementarity_of_positive_matrices(size: int) -> None:
    """Of positive definite matrices there is one solution: all conditions to rounding, in any units."""
    rng = np.random.default_rng(size)
    for scale in (1.0, 1e6, 1e-6):
        root = rng.normal(size=(size, size))
        matrix, right = root @ root.T + np.eye(size), scale * rng.normal(size=size)
        found = complementary(matrix, right)
        slack = matrix @ found + right
        assert found.min() >= 0.0 and slack.min() >= -1e-12 * scale
        assert np.abs(found * slack).max() <= 1e-12 * scale**2


@pytest.mark.parametrize("seed", range(4))
def test_how_the_method_begins(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The right side moves by 1e-8, ten times more at each start; the worst row is covered first."""
    constant, matrix = np.array([-1.0, -1.5, -1.2]), np.arange(9.0).reshape(3, 3)
    numbers = np.random.default_rng(seed)
    right = constant + 1e-8 * 10.0**seed * (0.5 + numbers.random(3))
    cover = 0.5 + numbers.random(3)
    begun: list[Any] = []

    def pivot(table: Array, row: int, column: int) -> None:
        begun.append((table.copy(), row, column))
        raise ConvergenceError("seen")

    monkeypatch.setattr(discretised, "_pivot", pivot)
    with pytest.raises(ConvergenceError):
        _final_basis(matrix, constant, seed)
    table, row, column = begun[0]
    assert table[:, -1] == pytest.approx(right, abs=1e-13) and table[:, -2] == pytest.approx(-cover)
    assert (table[:, :3] == np.eye(3)).all() and (table[:, 3:6] == -matrix).all()
    assert column == 6 and row == int(np.argmax(-right / cover))


def test_each_start_ends_well_for_positive_matrices() -> None:
    """Lemke's method from a feasible start stays feasible: no probability below zero at the first try."""
    rng = np.random.default_rng(7)
    for _ in range(25):
        root = rng.normal(size=(5, 5))
        matrix, right = root @ root.T + 0.1 * np.eye(5), rng.normal(size=5) - 0.5
        for seed in (0, 2):
            basis = _final_basis(matrix, right, seed)
            assert basis is not None and sorted(basis % 5) == list(range(5))
            values = np.linalg.solve(np.hstack([np.eye(5), -matrix])[:, basis], right)
            assert values.min() > -1e-5
