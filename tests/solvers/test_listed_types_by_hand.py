"""Two-contestant lotteries with listed types: steps and outcomes against conditions written out here.

Type v who meets rival types of efforts y_j with chances p_j gains v sum_j p_j r x^r y_j^r / (x^r + y_j^r)^2
from one per cent more effort x (in units of a hundredth) and pays x: the log of the quotient is zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq

import contests as ct
from contests.finite_types import ByType, FiniteTypeLottery
from contests.solvers import finite_types
from contests.solvers.finite_types import SOLVER, _efforts, _newton

Both = list[Any]


def game_of(seed: int, exponent: float, spread: float = 3.0) -> FiniteTypeLottery:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 5, 2)
    joint = rng.random(sizes) + 0.05
    values = [np.sort(1.0 + spread * rng.random(size)) for size in sizes]
    return FiniteTypeLottery(
        values_1=values[0], values_2=values[1], joint=joint / joint.sum(), exponent=exponent
    )


def log_quotients(game: FiniteTypeLottery, x: Both) -> Both:
    """Log of gain over pain of each type of each contestant, summed type by type."""
    found = []
    for i in (0, 1):
        joint = game.joint if i == 0 else game.joint.T
        own, rival, r = x[i], x[1 - i], game.exponent
        gains = []
        for k, effort in enumerate(own):
            chances = joint[k] / joint[k].sum()
            each = [
                p * r * effort ** (r - 1) * y**r / (effort**r + y**r) ** 2
                for p, y in zip(chances, rival, strict=True)
            ]
            gains.append(game.values[i][k] * sum(each))
        with np.errstate(divide="ignore"):
            found.append(np.log(np.array(gains)))
    return found


@pytest.mark.parametrize("exponent", [0.25, 0.7, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_newton_step_solves_the_linear_conditions(seed: int, exponent: float) -> None:
    """The derivatives by differences; types who are out neither move nor are moved by."""
    game = game_of(seed, exponent)
    rng = np.random.default_rng(100 + seed)
    x = [0.1 + 0.4 * rng.random(v.size) for v in game.values]
    active = [np.ones(v.size, dtype=bool) for v in game.values]
    if seed % 2 and x[0].size > 1:
        active[0][0], x[0][0] = False, 0.0
    who = np.concatenate(active)
    size = x[0].size

    def conditions(logs: Any) -> Any:
        efforts = np.concatenate(x)
        efforts[who] = np.exp(logs)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.concatenate(log_quotients(game, [efforts[:size], efforts[size:]]))[who]

    at = np.log(np.concatenate(x)[who])
    steps = 1e-5 * np.eye(at.size)
    slopes = np.array([(conditions(at + s) - conditions(at - s)) / 2e-5 for s in steps]).T
    (first, second), rows = _newton(game, x, active)
    step = np.concatenate([first, second])
    assert step[who] == pytest.approx(np.linalg.solve(slopes, -conditions(at)), rel=1e-6, abs=1e-8)
    assert (step[~who] == 0).all()
    assert rows == pytest.approx(np.abs(conditions(at)).max(), rel=1e-12)


@pytest.mark.parametrize("exponent", [0.25, 0.7, 1.0])
@pytest.mark.parametrize("seed", range(6))
def test_all_types_do_what_is_best_and_are_found_in_few_steps(
    seed: int, exponent: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Widely spread values: with exponent 1 the poorest types of some games stay out."""
    game, asked = game_of(seed, exponent, spread=30.0 if exponent == 1.0 else 4.0), []

    def counted(*given: Any) -> Any:
        asked.append(1)
        return _newton(*given)

    monkeypatch.setattr(finite_types, "_newton", counted)
    x = _efforts(game)
    assert len(asked) <= {0.25: 4, 0.7: 5, 1.0: 25}[exponent]
    quotients = log_quotients(game, [np.where(e > 0, e, 1e-12) for e in x])
    for efforts, logs in zip(x, quotients, strict=True):
        assert logs[efforts > 0] == pytest.approx(np.zeros(int((efforts > 0).sum())), abs=1e-10)
        assert (logs[efforts == 0] <= 1e-9).all()
        assert exponent == 1.0 or (efforts > 0).all()


@pytest.mark.parametrize("seed", [1, 41, 64, 93])
def test_who_hardly_gains_on_the_way_is_not_taken_for_idle(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Types whose first effort would not pay against the first guesses, and does at the solution."""
    game, asked = game_of(seed, 1.0, spread=30.0), []

    def counted(*given: Any) -> Any:
        asked.append(1)
        return _newton(*given)

    monkeypatch.setattr(finite_types, "_newton", counted)
    assert all((efforts > 0).all() for efforts in _efforts(game))
    assert len(asked) <= 9


def test_who_stays_out() -> None:
    """Value 10 for sure against 0.2 or 100 with equal chances: the poor type is kept out by 10's effort."""
    game = FiniteTypeLottery(values_1=[10.0], values_2=[0.2, 100.0], joint=[[0.5, 0.5]])
    first, second = _efforts(game)
    assert second[0] == 0.0 and 0.2 / first[0] <= 1.0
    # Against half a chance of nobody and half of 100's effort y: 5 y / (x + y)^2 = 1, 100 x / (x + y)^2 = 1.
    assert 5.0 * second[1] / (first[0] + second[1]) ** 2 == pytest.approx(1.0, rel=1e-12)
    assert 100.0 * first[0] / (first[0] + second[1]) ** 2 == pytest.approx(1.0, rel=1e-12)


def test_who_was_out_comes_back() -> None:
    """Values hardly too far apart: from a quarter of the values some types go out that belong in."""
    for value in (1.0, 1.2, 1.5, 2.0, 3.0):
        game = FiniteTypeLottery(
            values_1=[value, 8.0], values_2=[1.5 * value, 9.0], joint=[[0.05, 0.45], [0.45, 0.05]]
        )
        x = _efforts(game)
        for i in (0, 1):
            eager = game.marginal_at_zero(i, x[1 - i]) > 1.0
            assert (eager == (x[i] > 0)).all()


def test_the_profile_and_the_words() -> None:
    game = FiniteTypeLottery(values_1=[2.0], values_2=[1.0, 2.0], joint=[[0.25, 0.75]])
    found = SOLVER.solve(game)
    first, second = (found.profile.strategy(i) for i in (0, 1))
    assert isinstance(first, ct.Pure) and isinstance(second, ByType)
    efforts = _efforts(game)
    assert first.mean() == efforts[0][0]
    assert second.types.tolist() == [1.0, 2.0] and second.probabilities.tolist() == [0.25, 0.75]
    assert second.efforts == pytest.approx(efforts[1])
    assert found.selection == f"unique ({SOLVER.source})"
    assert SOLVER.refuses(game) is None
    assert SOLVER.refuses(ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())) == (
        "takes two-contestant lotteries with listed types (OneSidedLottery, TwoTypeLottery)"
    )


def test_what_does_not_converge_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Conditions left at 1e-11 are no solution; below that they are rounding."""
    game = FiniteTypeLottery(values_1=[2.0], values_2=[1.0, 2.0], joint=[[0.25, 0.75]])
    left = {"rows": 1.1e-11}
    monkeypatch.setattr(
        finite_types, "_newton", lambda game, x, active: ([np.zeros(e.size) for e in x], left["rows"])
    )
    with pytest.raises(ct.ConvergenceError) as caught:
        _efforts(game)
    assert str(caught.value) == "The efforts of the listed types were not found."
    left["rows"] = 0.9e-11
    assert _efforts(game)[0] == pytest.approx([0.5])


@pytest.mark.parametrize("who", [0, 1])
def test_a_type_who_was_driven_out_on_the_way_comes_back(who: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """First steps that raise the rival and lower the poor type below sight; then Newton's method goes on."""
    lists, joint = [np.array([2.0]), np.array([1.2, 2.0])], np.array([[0.5, 0.5]])
    game = FiniteTypeLottery(values_1=lists[1 - who], values_2=lists[who], joint=joint if who else joint.T)
    exact = _efforts(game)
    asked: list[Any] = []

    def astray(game: Any, x: Any, active: Any) -> Any:
        asked.append(active[who][0])
        if len(asked) <= 25:
            steps = [np.array([0.1]), np.array([-1.0, 0.0])]
            return [steps[1 - who], steps[who]], 1.0
        return _newton(game, x, active)

    monkeypatch.setattr(finite_types, "_newton", astray)
    found = _efforts(game)
    assert (exact[who] > 0).all() and not all(asked)  # out for a while
    assert asked.index(False) == 21  # nine powers of ten, a factor e at a time
    for efforts, right in zip(found, exact, strict=True):
        assert efforts == pytest.approx(right, rel=1e-12)


@pytest.mark.parametrize(("step", "taken"), [(-7.0, -1.0), (-0.9, -0.9), (0.4, 0.4), (3.0, 1.0)])
def test_no_step_is_longer_than_a_factor_e(
    step: float, taken: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first guess is a quarter of the value times the exponent, as for two alike."""
    game = FiniteTypeLottery(values_1=[2.0], values_2=[1.0, 3.0], joint=[[0.5, 0.5]], exponent=0.8)
    seen: list[Any] = []

    def once(game: Any, x: Any, active: Any) -> Any:
        seen.append([e.copy() for e in x])
        return [np.full(e.size, step if len(seen) == 1 else 0.0) for e in x], 1.0 if len(seen) == 1 else 0.0

    monkeypatch.setattr(finite_types, "_newton", once)
    _efforts(game)
    guess = [np.array([0.4]), np.array([0.2, 0.6])]
    for i in (0, 1):
        assert seen[0][i] == pytest.approx(guess[i]) and seen[1][i] == pytest.approx(guess[i] * np.exp(taken))


@pytest.mark.parametrize("scale", [1.0, 1e9, 1e-9])
@pytest.mark.parametrize("poor", [0.2, 0.4, 0.6, 0.9])
def test_one_of_known_value_against_two_types(poor: float, scale: float) -> None:
    """Hurley and Shogren 1998: the known one's condition against the replies sqrt(v x) - x, or nothing."""
    values = np.array([poor, 1.0])

    def replies(x: float) -> Any:
        return np.maximum(np.sqrt(values * x) - x, 0.0)

    def excess(x: float) -> float:
        y = replies(x)
        return float((0.5 * y / (x + y) ** 2).sum() - 1.0)

    exact = brentq(excess, 1e-6, 1.0, xtol=1e-15)
    game = FiniteTypeLottery(values_1=[scale], values_2=scale * values, joint=[[0.5, 0.5]])
    first, second = _efforts(game)
    assert first == pytest.approx([scale * exact], rel=1e-11)
    assert second == pytest.approx(scale * replies(exact), rel=1e-10, abs=1e-12 * scale)
