"""Actions, what they pay against each other, and atoms brought to rest: lotteries by hand.

Two with values v > w and exponent r between 1 and 2, far enough apart (Nti 1999; Wang 2010): the weaker comes
with probability q, exerts y = w (1 - 1/r), earns nothing; the stronger exerts x = y (r - 1)^(-1/r) for sure,
and q = x / (v (1 - 1/r)).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import contests as ct
from contests.solvers.actions import Actions, Clock, Discretised, OutOfTimeError
from contests.solvers.discretised import complementary, opposed
from contests.solvers.polish import Atoms, _System, merged, polished
from contests.strategy import Mixed, Pure

LOTTERY = ct.Contest(contestants=ct.Known(value=[2.0, 1.0]), prizes=1.0, success=ct.Lottery())
THREE = LOTTERY.replace(contestants=ct.Known(value=[2.0, 1.0, 2.0]))


def test_actions_are_efforts_and_intervals() -> None:
    points = Actions.at(np.array([0.3, 0.1, 0.3]))
    assert points.left.tolist() == points.right.tolist() == [0.1, 0.3] and points.size == 2
    both = Actions.between(np.array([1.0, 0.0, 0.5, 0.5]), np.array([0.0, 1.0]))
    assert both.left.tolist() == [0.0, 0.0, 0.5, 1.0] and both.right.tolist() == [0.0, 0.5, 1.0, 1.0]
    assert both.size == 4
    assert points.single(1) == Pure(0.3) and both.single(0) == Pure(0.0)
    assert both.single(2) == Mixed(efforts=[0.5, 1.0], levels=[0.0, 1.0])
    efforts, weights = points.nodes()
    assert efforts.tolist() == [[0.1], [0.3]] and weights.tolist() == [1.0]
    efforts, weights = both.nodes()
    # Averages of e^3 over a point, two intervals and a point.
    assert efforts**3 @ weights == pytest.approx([0.0, 0.125 / 4, (1 - 0.0625) / 4 / 0.5, 1.0], rel=1e-13)


def test_mixtures_of_actions() -> None:
    both = Actions.between(np.array([0.0, 0.5, 1.0]), np.array([0.0]))
    mixture = both.strategy(np.array([0.2, 0.2, 0.4]))
    assert mixture.mean() == pytest.approx(0.25 * 0.25 + 0.5 * 0.75)
    assert mixture.cdf([0.0, 0.25, 0.5, 0.75, 1.0]) == pytest.approx([0.25, 0.375, 0.5, 0.75, 1.0])
    # What is hardly ever done is left out; a single effort is a sure one.
    assert both.strategy(np.array([1.0, 1e-15, 0.0])) == Pure(0.0)
    assert both.strategy(np.array([0.0, 3.0, 1e-15])) == Mixed(efforts=[0.0, 0.5], levels=[0.0, 1.0])


def test_what_actions_pay_in_a_lottery() -> None:
    """v e / (e + b) - e, for each of one's efforts (rows) against each of the rival's (columns)."""
    field = Discretised(LOTTERY, np.array([0, 1]))
    assert (field.representatives, field.counts) == ([0, 1], [1, 1])
    actions = [Actions.at(np.array([0.1, 0.4])), Actions.at(np.array([0.2, 0.3, 0.5]))]
    blocks: Any = field.blocks(actions, [np.array([0.5, 0.5]), np.array([0.2, 0.3, 0.5])])
    assert blocks[0][0] is None and blocks[1][1] is None
    a, b = actions[0].left[:, None], actions[1].left[:, None]
    assert blocks[0][1] == pytest.approx(2 * a / (a + b.T) - a, rel=1e-13)
    assert blocks[1][0] == pytest.approx(b / (b + a.T) - b, rel=1e-13)


def test_what_actions_pay_while_others_mix() -> None:
    """Three, two of them alike: against one rival's action, the others as their mixtures say."""
    field = Discretised(THREE, np.array([0, 1, 0]))
    assert (field.representatives, field.counts) == ([0, 1], [2, 1])
    actions = [Actions.at(np.array([0.1, 0.4])), Actions.at(np.array([0.2, 0.3]))]
    p, q = np.array([0.25, 0.75]), np.array([0.6, 0.4])
    blocks: Any = field.blocks(actions, [p, q])

    def pays(value: float, own: float, first: float, second: float) -> float:
        return value * own / (own + first + second) - own

    for m, e in enumerate((0.1, 0.4)):
        for k, rival in enumerate((0.1, 0.4)):
            exact = sum(
                chance * pays(2.0, e, rival, other) for chance, other in zip(q, (0.2, 0.3), strict=True)
            )
            assert blocks[0][0][m, k] == pytest.approx(exact, rel=1e-12)
        for k, rival in enumerate((0.2, 0.3)):
            exact = sum(
                chance * pays(2.0, e, other, rival) for chance, other in zip(p, (0.1, 0.4), strict=True)
            )
            assert blocks[0][1][m, k] == pytest.approx(exact, rel=1e-12)
    for m, e in enumerate((0.2, 0.3)):
        for k, rival in enumerate((0.1, 0.4)):
            exact = sum(
                chance * pays(1.0, e, rival, other) for chance, other in zip(p, (0.1, 0.4), strict=True)
            )
            assert blocks[1][0][m, k] == pytest.approx(exact, rel=1e-12)
    assert blocks[1][1] is None
    columns: Any = field.columns(
        1, 0, np.array([0.2, 0.3]), [Pure(0.4)], [Pure(0.1), Pure(0.2)], marginal=True
    )
    # One of the two others at .4, the other at .1: the slope is (.4 + .1) / (sum)^2 - 1.
    assert columns[1][:, 0] == pytest.approx([0.5 / 0.7**2 - 1, 0.5 / 0.8**2 - 1], rel=1e-10)


def test_profiles_of_classes() -> None:
    field = Discretised(THREE, np.array([0, 1, 0]))
    assert field.profile([Pure(0.2), Pure(0.3)]).efforts().tolist() == [0.2, 0.3, 0.2]
    mixed = Mixed(efforts=[0.0, 1.0], levels=[0.0, 1.0])
    some = field.profile([Pure(0.2), mixed])
    assert [some.strategy(i) for i in range(3)] == [Pure(0.2), mixed, Pure(0.2)]
    alike = Discretised(THREE, np.array([0, 0, 0])).profile([mixed])
    assert alike.n == 3 and alike.strategy(2) == mixed
    mixture = field.mixture(
        [Actions.at(np.array([0.1])), Actions.at(np.array([0.5]))], [np.ones(1), np.ones(1)]
    )
    assert mixture.efforts().tolist() == [0.1, 0.5, 0.1]


def test_the_clock() -> None:
    Clock(1e6).check()
    assert Clock(2.5).seconds == 2.5
    with pytest.raises(OutOfTimeError) as caught:
        Clock(-1.0).check()
    assert str(caught.value) == (
        "No equilibrium was found in -1 seconds of work. Allow more with "
        "solver=contests.solvers.general.GeneralSolver(seconds=...), or change the parts."
    )
    field = Discretised(LOTTERY, np.array([0, 1]), Clock(-1.0))
    with pytest.raises(OutOfTimeError):
        field.blocks([Actions.at(np.array([0.1]))] * 2, [np.ones(1)] * 2)


def test_neighbours_are_put_together() -> None:
    """Within three per cent of the larger one, at their mean; what has no weight is dropped."""
    atoms = Atoms(
        [np.array([0.0, 0.5, 0.51, 0.6, 0.9]), np.array([1.0, 1.1])],
        [np.array([0.2, 0.3, 0.1, 0.4, 1e-13]), np.array([1.0, 3.0])],
    )
    found = merged(atoms, [1.0, 2.0])
    assert found.efforts[0] == pytest.approx([0.0, (0.3 * 0.5 + 0.1 * 0.51) / 0.4, 0.6], rel=1e-12)
    assert found.weights[0] == pytest.approx([0.2, 0.4, 0.4], rel=1e-12)
    assert found.efforts[1] == pytest.approx([1.0, 1.1]) and found.weights[1] == pytest.approx([0.25, 0.75])
    wide = merged(atoms, [1.0, 2.0], share=0.1)
    assert wide.efforts[1] == pytest.approx([1.075]) and wide.weights[1] == pytest.approx([1.0])
    # Beside zero what is less than 1e-14 of the largest effort is zero.
    tiny = Atoms([np.array([0.0, 1e-15, 1e-13])], [np.array([0.5, 0.25, 0.25])])
    assert merged(tiny, [1.0]).weights[0] == pytest.approx([0.75, 0.25])


@pytest.mark.parametrize(("exponent", "value"), [(1.8, 2.0), (1.5, 3.0), (1.95, 1.5)])
def test_a_mixed_equilibrium_of_two(exponent: float, value: float) -> None:
    weak = 1 - 1 / exponent
    strong = weak * (exponent - 1) ** (-1 / exponent)
    chance = strong / (value * weak)
    game = ct.Contest(
        contestants=ct.Known(value=[value, 1.0]), prizes=1.0, success=ct.Lottery(exponent=exponent)
    )
    field = Discretised(game, np.array([0, 1]))
    rough = Atoms(
        [np.array([1.03 * strong]), np.array([0.0, 0.96 * weak])],
        [np.array([1.0]), np.array([1.02 - chance, chance - 0.02])],
    )
    found = polished(field, rough, [value, 1.0])
    assert found is not None
    assert found.efforts[0] == pytest.approx([strong], rel=1e-10)
    assert found.efforts[1] == pytest.approx([0.0, weak], rel=1e-10)
    assert found.weights[1] == pytest.approx([1 - chance, chance], rel=1e-9)
    assert ct.certify(game, found.profile(field)).passed
    # Where the least positive effort is held, the rest cannot come to rest around it.
    held = polished(field, rough, [value, 1.0], cut=True)
    assert held is None or held.efforts[1][1] == 0.96 * weak


def test_alike_contestants_come_to_rest() -> None:
    """Four in a lottery: 3/16 each, from a tenth off; from far off it leads nowhere, and says so."""
    game = ct.Contest(contestants=ct.Identical(4), prizes=1.0, success=ct.Lottery())
    field = Discretised(game, np.zeros(4, dtype=int))
    found = polished(field, Atoms([np.array([0.2])], [np.array([1.0])]), [1.0])
    assert found is not None and found.efforts[0] == pytest.approx([3 / 16], rel=1e-11)
    assert polished(field, Atoms([np.array([1e-6])], [np.array([1.0])]), [1.0], steps=2) is None


def test_steps_are_cut_short() -> None:
    """No probability loses over nine tenths, no effort moves over .7 in logs, none passes another."""
    game = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery(exponent=3.0))
    field = Discretised(game, np.zeros(2, dtype=int))
    atoms = Atoms([np.array([0.0, 0.2, 0.5])], [np.array([0.5, 0.3, 0.2])])
    system = _System(field, atoms, [1.0], cut=False)
    assert system.free[0].tolist() == [False, True, True]
    assert _System(field, atoms, [1.0], cut=True).free[0].tolist() == [False, False, True]
    assert _System(field, atoms, [0.5], cut=False).free[0].tolist() == [False, True, False]
    small = system.moved(atoms, np.array([0.1, -0.2, 0.05, -0.1, 0.05, 9.0]))
    assert small.efforts[0] == pytest.approx([0.0, 0.2 * np.exp(0.1), 0.5 * np.exp(-0.2)], rel=1e-14)
    assert small.weights[0] == pytest.approx([0.55, 0.2, 0.25], rel=1e-14)
    falling = system.moved(atoms, np.array([0.1, 0.0, 0.3, 0.1, -0.4, 9.0]))  # .18 of .4: a share of .45
    assert falling.weights[0] == pytest.approx([0.5 + 0.135, 0.345, 0.02], rel=1e-13)
    assert falling.efforts[0][1] == pytest.approx(0.2 * np.exp(0.045), rel=1e-13)
    far = system.moved(atoms, np.array([0.7, 1.4, 0.2, -0.1, -0.1, 9.0]))
    assert far.efforts[0] == pytest.approx([0.0, 0.2 * np.exp(0.35), 0.5 * np.exp(0.7)], rel=1e-13)
    assert far.weights[0] == pytest.approx([0.6, 0.25, 0.15], rel=1e-13)
    with pytest.raises(ct.ConvergenceError) as caught:
        system.moved(atoms, np.array([0.65, -0.6, 0.0, 0.0, 0.0, 0.0]))
    assert str(caught.value) == "Atoms change places: they are not separate."


def test_games_without_stakes_and_problems_at_the_edge() -> None:
    assert opposed(np.zeros((2, 2)), np.zeros((2, 2))) is None  # nobody's loss is anybody's gain
    with pytest.raises(ct.ConvergenceError) as caught:
        complementary(-np.eye(2), -np.ones(2))
    assert str(caught.value) == "Lemke's method found no solution; try another grid of actions."
