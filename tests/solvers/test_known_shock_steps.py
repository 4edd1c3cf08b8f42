"""Known differences and a shock: Newton's method step by step, and in which order answers are tried.

The conditions are scripted here, so that every effort asked for is known beforehand: a linear condition is
solved in one step, steps are halved when matters get worse, whoever sinks four times is out and comes
back when it pays. What the conditions themselves are is in `test_known_shock_by_hand.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.solvers import known_shock
from contests.solvers.known_shock import SOLVER, _Search, _solve
from contests.solvers.rank_kernel import Field

Array = Any


def pair(**parts: Any) -> ct.Contest:
    return ct.Contest(
        **{
            "contestants": ct.Known(cost=[1.0, 2.0]),
            "prizes": 1.0,
            "technology": ct.Additive(stats.norm()),
            "cost": ct.Power(2),
            **parts,
        }
    )


class Scripted:
    """A search whose residuals are given: a function of the call's number and the log efforts."""

    def __init__(self, residual: Any, matrix: Any = None) -> None:
        self.search = _Search(pair())
        self.asked: list[Array] = []
        self.active: list[list[bool]] = []
        self.fine: list[bool] = []
        self.start = np.array(self.search._start())
        slopes = -np.eye(2) if matrix is None else matrix

        def conditions(log: Array, active: Array, kept: Any) -> Any:
            self.asked.append(np.array(log) - self.start)
            self.active.append(active.tolist())
            self.fine.append(kept is not None)
            assert kept is None or kept is slopes
            return np.array(residual(len(self.asked) - 1, log - self.start), float), slopes

        self.search._conditions = conditions  # type: ignore[method-assign,assignment]

    def run(self) -> Array:
        """Logs of the efforts found, from the start."""
        with np.errstate(divide="ignore"):
            return np.log(self.search.run()) - self.start

    def moves(self) -> Array:
        """By how much each of the two moved before each call."""
        return np.diff(np.array(self.asked), axis=0, prepend=0.0)


def both(values: list[float]) -> Any:
    """Residuals of the first contestant, call by call; the last again and again."""
    return lambda call, log: [values[min(call, len(values) - 1)], 0.0]


def test_linear_conditions_are_solved_in_one_step() -> None:
    """The second call finds the root, the third confirms it to full accuracy with the matrix kept."""
    slopes = np.array([[-2.0, 0.5], [0.3, -1.0]])
    exact = np.array([0.9, -1.3])
    given = Scripted(lambda call, log: slopes @ (log - exact), slopes)
    assert given.run() == pytest.approx(exact, abs=1e-14)
    assert given.fine == [False, False, True]
    assert given.asked[1] == pytest.approx(exact, abs=1e-14)


def test_long_steps_are_cut_at_three() -> None:
    exact = np.array([7.0, -1.0])
    given = Scripted(lambda call, log: exact - log)
    assert given.run() == pytest.approx(exact, abs=1e-12)
    assert [round(float(a), 9) for a, _ in given.asked] == [0.0, 3.0, 6.0, 7.0, 7.0]
    # Down too; it is a step of less than three that says she is not sinking.
    down = Scripted(lambda call, log: np.array([-7.0, 0.5]) - log)
    assert down.run() == pytest.approx([-7.0, 0.5], abs=1e-12)
    assert [round(float(a), 9) for a, _ in down.asked] == [0.0, -3.0, -6.0, -7.0, -7.0]
    assert all(all(one) for one in down.active)


def test_nothing_beyond_a_million_times_what_is_worth_while() -> None:
    given = Scripted(lambda call, log: [40.0 - call if call < 9 else 0.0, 0.0])
    found = given.run() + given.start
    assert found[0] == pytest.approx(np.log(1e6 * given.search.top[0]), abs=1e-12)


def test_steps_are_halved_while_matters_get_worse() -> None:
    """Down to a sixteenth, and doubled again when the residual is smaller than ever."""
    residual = [0.5, 0.8, 0.9, 0.6, 0.7, 0.8, 0.4, 0.4, 0.2, 0.1, 0.0]
    shares = [1.0, 1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 16, 1 / 8, 1 / 16, 1 / 8, 1 / 4]
    given = Scripted(both(residual))
    given.run()
    moves = given.moves()[1:, 0]
    assert moves[: len(shares)] == pytest.approx(np.multiply(residual[: len(shares)], shares), abs=1e-15)
    assert (given.moves()[:, 1] == 0).all()
    assert given.fine == [False] * 11 + [True]


def waits(values: list[float]) -> tuple[int, Any]:
    """How often the conditions are asked for before it is given up, and the error or what is found."""
    given = Scripted(both(values))
    try:
        found: Any = given.run()
    except ct.ConvergenceError as error:
        found = error
    return len(given.asked), (found, given)


def test_patience() -> None:
    """Sixty-one calls without the residual falling below nine tenths of the least; then the best is told."""
    calls, (error, given) = waits([0.5])
    assert calls == 62 and "is 5.0e-01. There" in str(error)
    assert np.log(error.best) - given.start == pytest.approx([0.0, 0.0], abs=1e-12)
    # A tenth less is coming nearer, not quite a tenth is not, though the best is kept.
    assert waits([0.5] * 31 + [0.449])[0] == 31 + 62
    calls, (error, given) = waits([0.5] * 31 + [0.451] * 40)
    assert calls == 62 and "is 4.5e-01. There" in str(error)
    assert np.log(error.best)[0] - given.start[0] == pytest.approx(given.asked[31][0], abs=1e-12)
    assert waits([0.5] * 31 + [0.45] * 40)[0] == 62
    # A residual that is no number is as far as can be.
    calls, (error, _) = waits([np.inf])
    assert calls <= 62 and "is inf. There" in str(error)


def test_at_most_two_hundred_calls() -> None:
    given = Scripted(lambda call, log: [1e10 * 0.88**call, 0.0])
    with pytest.raises(ct.ConvergenceError):
        given.run()
    assert len(given.asked) == 200


def test_when_it_is_exact_enough() -> None:
    """Rounding, or below 1e-11 and not halved by the last step."""
    at = 2.0**-37  # 7e-12
    calls, (_, given) = waits([1e-4, 1e-6, 4 * at, at, at / 2, at / 8])
    assert given.fine == [False, True, True, True, True] and calls == 5
    calls, (_, given) = waits([1e-4, 1e-6, 4 * at, at, at / 2.1, at / 8, at / 8])
    assert calls == 7
    assert waits([1e-4, 0.9e-14])[0] == 2
    assert waits([1e-4, 1e-14, 0.9e-14])[0] == 3
    # Nearly at rest by the coarse matrix is no rest: 1e-3 is where the fine conditions begin.
    assert waits([1e-3, 0.9e-3, 0.0])[0] == 3


@pytest.mark.parametrize(("stuck", "good"), [(0.9e-9, True), (1e-9, False), (2e-9, False)])
def test_what_stays_a_little_off(stuck: float, good: bool) -> None:
    """Residuals that rounding keeps from falling are accepted up to 1e-9, where they were least."""
    calls, (found, given) = waits([1e-4, 0.5, stuck, 0.7])
    assert isinstance(found, ct.ConvergenceError) != good
    assert calls == 2 + 62
    best = found if good else np.log(found.best) - given.start
    assert best == pytest.approx(given.asked[2], abs=1e-12)


def test_who_sinks_is_out_and_comes_back_when_it_pays() -> None:
    """Three logs a step, four times; her residual is no obstacle to the others' rest meanwhile."""

    def residual(call: int, log: Array) -> Any:
        return [0.4 - log[0], -50.0 if call < 9 else -0.5 - log[1] if call > 9 else 6.0]

    given = Scripted(residual)
    found = given.run()
    assert given.active[:5] == [[True, True]] * 4 + [[True, False]]
    assert [round(float(b), 9) for _, b in given.asked] == [0.0, -3.0, -6.0, -9.0, -12.0, -12.0]
    # Out, and the first at rest: found at once.
    assert found == pytest.approx([0.4, -np.inf])
    assert given.fine == [False] * 5 + [True]


def test_who_comes_back_counts_anew() -> None:
    def residual(call: int, log: Array) -> Any:
        first = 7.9 - 0.1 * call if call < 8 else 0.0
        return [first, -50.0 if call < 5 else 6.0 if call == 5 else min(3.0, -0.5 - log[1])]

    given = Scripted(residual)
    assert given.run()[1] == pytest.approx(-0.5, abs=1e-12)
    # The call says that she is out; as it pays she moves at once, and is in from then on.
    assert [one[1] for one in given.active[:8]] == [True] * 4 + [False] * 2 + [True] * 2
    assert [round(float(b), 9) for _, b in given.asked[4:8]] == [-12.0, -12.0, -9.0, -6.0]


def test_sinking_four_times_in_a_row_only() -> None:
    """A step that is not a fall in between, and she stays in."""
    given = Scripted(
        lambda call, log: [0.0, -50.0 if call not in (3, 6) and call < 9 else -1.0 if call < 9 else 0]
    )
    given.run()
    assert all(all(one) for one in given.active)
    # Three logs exactly is a step, not a fall.
    edge = Scripted(lambda call, log: [0.0, -3.0 if call < 7 else 0.0])
    edge.run()
    assert all(all(one) for one in edge.active)


def test_who_sinks_while_all_was_fine_starts_it_anew() -> None:
    """Out of the field is another field: its conditions are asked for with their matrix again."""
    residual = [1e-5, 1e-7] + [-50.0] * 4 + [0.0]
    given = Scripted(lambda call, log: [1e-5 if call < 2 else 2e-7, residual[min(call, 6)]])
    with pytest.raises(ct.ConvergenceError):
        given.run()  # the first stays off by 2e-7
    assert given.fine[:8] == [False, True, True, True, True, True, False, True]
    assert given.active[6] == [True, False]


def test_what_is_left_while_somebody_sinks_is_no_rest() -> None:
    """Both sink twice, and nothing else is left: that is not convergence, nor coming nearer to it."""
    given = Scripted(lambda call, log: [-50.0, -50.0] if call < 2 else [0.5, 0.5])
    with pytest.raises(ct.ConvergenceError) as caught:
        given.run()
    assert "is 5.0e-01. There" in str(caught.value)
    assert np.log(caught.value.best) - given.start == pytest.approx(given.asked[3], abs=1e-12)
    # Sinking now and then without end: given up after sixty-one calls since the first.
    restless = Scripted(lambda call, log: [0.5, -50.0 if call % 3 else -0.1])
    with pytest.raises(ct.ConvergenceError):
        restless.run()
    assert len(restless.asked) == 62


def test_who_has_nothing_to_win_begins_outside() -> None:
    given = Scripted(lambda call, log: [0.4 - log[0], 3.0])
    given.search.top = np.array([1.0, 0.0])
    assert given.run() == pytest.approx([0.4, -np.inf])
    assert given.active == [[True, False]] * 3


def test_steps_of_those_who_have_nothing_to_gain() -> None:
    """Down without end: they sink, and the others step as if they stood still; up where all is to gain."""
    matrix = np.array([[-2.0, 1.0, 7.0], [0.5, -4.0, 9.0], [0.0, 0.0, -1.0]])
    right = np.array([4.0, 8.0, np.inf])
    move = _solve(matrix, right)
    assert matrix[:2, :2] @ move[:2] == pytest.approx([4.0, 8.0]) and move[2] == -4.0
    assert _solve(matrix, np.array([4.0, 8.0, -np.inf]))[2] == 3.0
    assert _solve(matrix, np.array([4.0, 8.0, np.nan]))[2] == -4.0
    # Where a fall by three logs of her own would not do she is at a corner; what is too little is no corner.
    flat = np.diag([-1.0, -0.5])
    assert _solve(flat, np.array([0.5, 1.5])) == pytest.approx([-0.5, -3.0])
    assert _solve(flat, np.array([0.5, 1.501])) == pytest.approx([-0.5, -4.0])
    assert _solve(flat, np.array([0.5, -4.0])) == pytest.approx([-0.5, 8.0])
    assert _solve(np.diag([-1.0, 0.5]), np.array([0.5, 1.501])) == pytest.approx([-0.5, -4.0])
    assert _solve(np.diag([-1.0, 0.0]), np.array([0.5, 0.0])) == pytest.approx([-0.5, 0.0])
    # Slopes beyond all floats, of those who take part in the step or of one who does not.
    wild = np.array([[-np.inf, 0.0], [0.0, -1.0]])
    assert _solve(wild, np.array([0.3, 2.5])) == pytest.approx([-0.3, -1.0])
    assert _solve(wild, np.array([np.inf, 2.5])) == pytest.approx([-4.0, -2.5])


def test_who_is_certain_to_lose_is_out_at_once() -> None:
    """Uniform luck of width one, and a rival three ahead: the two in front compete as if she were absent.

    At distance d of two the marginal prize is 1 - d, so that both exert (1 - .1) / 2.
    """
    search = _Search(
        pair(contestants=ct.Known(ability=[3.0, 2.9, 0.0]), technology=ct.Additive(stats.uniform(-0.5, 1.0)))
    )
    calls: list[int] = []
    conditions = search._conditions

    def counted(*given: Any) -> Any:
        calls.append(1)
        return conditions(*given)

    search._conditions = counted  # type: ignore[method-assign,assignment]
    found = search.run()
    assert found[np.argsort(search.first)] == pytest.approx([0.45, 0.45, 0.0], rel=1e-9)
    assert len(calls) <= 20


@pytest.mark.parametrize(
    "shock", [stats.norm(scale=2.0), stats.gumbel_r(scale=2.0), stats.logistic(scale=0.6)]
)
def test_whom_no_effort_pays_is_out_and_no_one_drifts(shock: Any) -> None:
    """With linear costs above any marginal prize each sinks four times; nobody is left at a tiny effort.

    The largest marginal prize among three for one prize is below the largest density.
    """
    most = float(np.max(shock.pdf(np.linspace(-6.0, 6.0, 4001))))
    costs = most * np.array([1.05, 2.0, 7.0])
    search = _Search(
        pair(
            contestants=ct.Known(ability=[0.2, 1.0, 0.5], cost=costs),
            technology=ct.Additive(shock),
            cost=ct.Linear(),
        )
    )
    assert search.run().tolist() == [0.0, 0.0, 0.0]


def test_some_work_beside_those_whom_it_does_not_pay() -> None:
    """Two of four work with linear costs: their marginal prizes are their costs, the others' are below."""
    game = pair(
        contestants=ct.Known(ability=[0.0, 0.2, 0.2, 0.2], cost=[1.0, 8.0, 20.0, 1.5]),
        prizes=[1.0, 1.0],
        technology=ct.Additive(stats.norm(scale=0.4)),
        cost=ct.Linear(0.5),
    )
    search = _Search(game)
    efforts = search.run()
    profile = search.candidate(efforts).profile
    margin: Any = game.marginal_payoff
    slopes = [float(margin(int(i), e, profile)) for i, e in zip(search.first, efforts, strict=True)]
    for effort, slope in zip(efforts, slopes, strict=True):
        assert slope == pytest.approx(0.0, abs=1e-9) if effort > 0 else slope < -0.1
    assert sorted(efforts > 0)[:2] == [False, False] and efforts.max() > 0.01


class Steps:
    """A search of which only the outcomes are given, and what was asked of it."""

    def __init__(self, kinds: int, begins: bool, runs: list[Any], gains: list[bool]) -> None:
        self.first, self.top = np.arange(kinds), np.full(kinds, 5.0)
        self.begins, self.runs, self.gains = begins, list(runs), list(gains)
        self.asked: list[Any] = []

    def __call__(self, game: Any) -> Steps:
        return self

    def nobody_begins(self) -> bool:
        return not self.begins

    def run(self, start: Any = None) -> Any:
        self.asked.append("run" if start is None else ("run from", start))
        found = self.runs.pop(0)
        if isinstance(found, Exception):
            raise found
        return np.full(self.first.size, float(found))

    def replying(self, efforts: Array) -> Any:
        return ("replies to", float(efforts[0]))

    def candidate(self, efforts: Array) -> ct.solving.Candidate:
        self.asked.append(float(efforts[0]))
        return ct.solving.Candidate(profile=("profile", float(efforts[0])), selection="")  # type: ignore[arg-type]

    def somebody_gains(self, profile: Any, efforts: Array) -> bool:
        assert profile == ("profile", float(efforts[0]))
        return self.gains.pop(0)


def outcome(monkeypatch: pytest.MonkeyPatch, *given: Any) -> tuple[Any, list[Any]]:
    steps = Steps(*given)
    monkeypatch.setattr(known_shock, "_Search", steps)
    try:
        found: Any = SOLVER.solve(None).profile[1]  # type: ignore[index]
    except ct.ConvergenceError as error:
        found = error
    assert steps.gains == [] and steps.runs == []
    return found, steps.asked


def replies(effort: float) -> Any:
    return ("run from", ("replies to", effort))


def failure(words: str, best: Any = None) -> ct.ConvergenceError:
    return ct.ConvergenceError(words, None if best is None else np.full(2, best))


@pytest.mark.parametrize(
    ("begins", "runs", "gains", "found", "asked"),
    [
        (False, [], [False], 0.0, [0.0]),  # nobody does anything, and nobody gains by it
        (True, [0.3], [False], 0.3, ["run", 0.3]),
        (False, [0.3], [True, False], 0.3, [0.0, "run", 0.3]),
        (True, [0.3, 0.7], [True, False], 0.7, ["run", 0.3, replies(0.3), 0.7]),
        # Where somebody gains at both it is the first that is handed on, not the idle field.
        (True, [0.3, 0.7], [True, True], 0.3, ["run", 0.3, replies(0.3), 0.7]),
        (False, [0.3, 0.7], [True, True, True], 0.3, [0.0, "run", 0.3, replies(0.3), 0.7]),
        # From where Newton's method came to rest, or from nothing.
        (True, [failure("x", 0.4), 0.7], [False], 0.7, ["run", replies(0.4), 0.7]),
        (True, [failure("x"), 0.7], [False], 0.7, ["run", replies(0.0), 0.7]),
        (True, [failure("x"), 0.7], [True], 0.7, ["run", replies(0.0), 0.7]),
        (True, [0.3, failure("x", 0.4)], [True], 0.3, ["run", 0.3, replies(0.3)]),
        # Neither converges: the efforts of the first failure, cut to the worth of winning, show who gains.
        (True, [failure("x", 9.0), failure("y", 0.4)], [True], 5.0, ["run", replies(9.0), 5.0]),
    ],
)
def test_which_candidates_are_tried(
    begins: bool, runs: list[Any], gains: list[bool], found: float, asked: list[Any], monkeypatch: Any
) -> None:
    assert outcome(monkeypatch, 2, begins, runs, gains) == (found, asked)


def test_failures_that_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one, where there are no efforts to show or where nobody gains at them."""
    first, asked = outcome(monkeypatch, 2, True, [failure("x"), failure("y", 0.3)], [])
    assert str(first) == "x" and asked == ["run", replies(0.0)]
    first, asked = outcome(monkeypatch, 2, True, [failure("x", 0.2), failure("y")], [False])
    assert str(first) == "x" and asked == ["run", replies(0.2), 0.2]


def test_of_more_than_twenty_kinds_replies_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcome(monkeypatch, 21, True, [0.3], []) == (0.3, ["run", 0.3])
    assert outcome(monkeypatch, 21, False, [], [False]) == (0.0, [0.0])
    assert outcome(monkeypatch, 21, False, [0.3], [True]) == (0.3, [0.0, "run", 0.3])
    failed, asked = outcome(monkeypatch, 21, True, [failure("x")], [])
    assert str(failed) == "x" and asked == ["run"]
    assert outcome(monkeypatch, 20, True, [0.3, 0.7], [True, False])[0] == 0.7


def test_conditions_of_a_lottery_in_closed_form() -> None:
    """With share s of the scores e^r the residual is log(v r s (1 - s) / (k e c'(e))).

    Its slope in log e_l is r (1 - 2 s_k) / (1 - s_k) ((k = l) - s_l), less 1 and the curvature of the cost.
    """
    value, factor, r = np.array([1.0, 1.4, 0.9]), np.array([1.0, 2.0, 1.5]), 0.8
    cost = ct.Power(2) + ct.Linear(0.5)
    search = _Search(
        pair(
            contestants=ct.Known(value=value, cost=factor),
            technology=ct.Exact(),
            success=ct.Lottery(exponent=r),
            cost=cost,
        )
    )
    who = search.first
    log = np.log([0.11, 0.2, 0.06])
    e = np.exp(log)
    s = e**r / (e**r).sum()
    exact = np.log(value[who] * r * s * (1 - s) / (factor[who] * e * (2 * e + 0.5)))
    everybody = np.ones(3, dtype=bool)
    fine, _ = search._conditions(log, everybody, np.eye(3))
    assert fine == pytest.approx(exact, abs=1e-10)
    _, matrix = search._conditions(log, everybody, None)
    slopes = r * ((1 - 2 * s) / (1 - s))[:, None] * (np.eye(3) - s)
    assert matrix == pytest.approx(slopes - np.diag(1 + 2 * e / (2 * e + 0.5)), abs=5e-3)
    # Who is out has no score; her own margin is that of next to nothing against the others.
    out = np.array([True, True, False])
    s = e**r / (e**r)[:2].sum()
    two, _ = search._conditions(log, out, np.eye(3))
    least = search.top[2] * np.exp(-40.0)
    near = value[who[2]] * r * least ** (r - 1) / (e**r)[:2].sum() / (factor[who[2]] * 0.5)
    assert two[:2] == pytest.approx(
        np.log(value[who] * r * s * (1 - s) / (factor[who] * e * (2 * e + 0.5)))[:2], abs=1e-10
    )
    assert two[2] == pytest.approx(np.log(near), abs=1e-9)
    # Coarse nodes would lose it: for those who are out the integrals are exact in any case.
    assert search._conditions(log, out, None)[0][2] == pytest.approx(np.log(near), abs=1e-9)


def test_curvature_of_output_and_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    """With marginal prizes that do not move slopes are those of log q'(e) less log c'(e), to eight digits."""
    search = _Search(
        pair(
            technology=ct.Additive(stats.norm(), output=ct.Linear() + ct.Power(2, scale=0.25)),
            cost=ct.Exponential() + ct.Linear(),
        )
    )
    asked: list[Any] = []

    def still(field: Field, place: Array, own: Array) -> Any:
        asked.append((place, own))
        return np.array([0.3, 0.7]), np.zeros((2, 2))

    monkeypatch.setattr(known_shock, "derivatives", still)
    log = np.log([0.4, 1.3])
    e = np.exp(log)
    residual, matrix = search._conditions(log, np.ones(2, dtype=bool), None)
    curve = e * (0.5 / (1 + e / 2) - np.exp(e) / (np.exp(e) + 1))
    assert matrix == pytest.approx(np.diag(curve), abs=1e-9)
    factor = search.factor
    assert residual == pytest.approx(np.log(np.array([0.3, 0.7]) * (1 + e / 2) / (factor * (np.exp(e) + 1))))
    assert asked[0][0] == pytest.approx(e + e**2 / 4) and asked[0][1] == pytest.approx(e + e**2 / 4)


def test_marginal_prizes_that_vanish_leave_the_matrix_finite(monkeypatch: pytest.MonkeyPatch) -> None:
    search = _Search(pair())
    monkeypatch.setattr(
        known_shock,
        "derivatives",
        lambda *_: (np.array([0.0, -1e-30]), np.array([[0.0, 0.0], [2.0, 0.5]]) * 1e-300),
    )
    residual, matrix = search._conditions(np.log([0.5, 0.25]), np.ones(2, dtype=bool), None)
    assert (residual == -np.inf).all() and matrix == pytest.approx(np.array([[-1.0, 0.0], [1.0, -1 + 0.125]]))


def test_handicaps_are_each_ones_own() -> None:
    """Who carries one stands so much lower: all is as if it were an ability."""
    ahead = np.array([0.4, 0.0, -0.3])
    cost = np.array([1.0, 1.3, 1.6])
    by_ability = pair(contestants=ct.Known(ability=ahead, cost=cost))
    by_handicap = pair(contestants=ct.Known(cost=cost), success=ct.Highest(handicaps=ahead))
    one, other = _Search(by_ability), _Search(by_handicap)
    turn = [int(np.flatnonzero(other.first == i)[0]) for i in one.first]
    log, everybody = np.log([0.2, 0.3, 0.4]), np.ones(3, dtype=bool)
    back = np.argsort(turn)
    for kept in (np.eye(3), None):
        first, matrix = one._conditions(log, everybody, kept)
        again, turned = other._conditions(log[back], everybody, kept)
        assert again[turn] == pytest.approx(first, abs=1e-12)
        assert turned[np.ix_(turn, turn)] == pytest.approx(matrix, abs=1e-12)
    assert other.run()[turn] == pytest.approx(one.run(), rel=1e-10)
    for price, begins in ((0.29, False), (0.2, True), (0.4, True)):
        found = [
            _Search(game.replace(cost=ct.Linear(price))).nobody_begins() for game in (by_ability, by_handicap)
        ]
        assert found[0] == found[1], (price, begins)


def test_efforts_that_costs_do_not_allow() -> None:
    """A cost that ends at an effort: nothing from there on is asked for."""
    game = pair(cost=ct.Capped(ct.Linear(0.01), at=0.3))
    search = _Search(game)
    end = game.cost.domain[1]
    assert np.isfinite(end)
    assert np.exp(search.ceiling) == pytest.approx(np.full(2, end), rel=1e-9)
    assert (np.exp(search.ceiling) < end).all()
    assert _Search(pair()).ceiling == pytest.approx(np.log(1e6 * _Search(pair()).top))


def test_what_is_no_number_at_the_margin() -> None:
    """Neither benefit nor cost: no number, without a warning; benefit alone is without bound."""
    search = _Search(pair())
    margin = search._margin(np.full(2, -800.0), np.array([0.0, 1.0]))
    assert np.isnan(margin[0]) and margin[1] == np.inf
    assert search._margin(np.zeros(2), np.array([0.0, -1.0])).tolist() == [-np.inf, -np.inf]


def test_other_games_are_for_others() -> None:
    assert (
        SOLVER.refuses(pair(entry=ct.FreeEntry(cost=0.1)).game())
        == "takes contests made of parts (ct.Contest)"
    )


class Even(ct.Success):
    """Everybody wins with the same chance: no race."""

    def win_probabilities(self, quality: Array) -> Array:
        return np.full(np.shape(quality), 1.0 / np.shape(quality)[-1])


def test_chances_that_are_given_are_for_others() -> None:
    game = pair(success=Even(), technology=ct.Exact())
    assert SOLVER.refuses(game) == "Even is not a race; ct.Highest() would work"
