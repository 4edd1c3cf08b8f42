"""Where the nodes of private types are split: on conditions whose thresholds and cliffs are known.

A condition here is two functions of the type: its sign next to no effort, and the log of the effort.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

import contests as ct
from contests.solvers.private_bends import TypeClass, bends_by_type, few, same_breaks

Array = NDArray[np.float64]
LAW = stats.beta(2, 3, loc=1.0)


class Known:
    """A condition that is known, of contestant 1, whose law is not that of contestant 0."""

    def __init__(self, margin: Callable[[Array], Any], logs: Callable[[Array], Any]) -> None:
        self.margin, self.logs, self.asked = margin, logs, 0
        laws: Any = [stats.uniform(5, 1), LAW]
        prize: Any = 1.0
        self.contest = ct.Contest(contestants=ct.Private(value=laws), prizes=prize, success=ct.Lottery())

    def at_nothing(self, types: Array) -> Array:
        return np.asarray(self.margin(types))

    def solve(self, types: Array) -> Array:
        self.asked += 1
        return np.asarray(self.logs(types))


def a_class(**parts: Any) -> TypeClass:
    usual = {name: np.array([]) for name in ("breaks", "types", "weights", "logs")}
    return TypeClass(**{"contestant": 1, "count": 2, **usual, **parts})


def bends(margin: Callable[[Array], Any], logs: Callable[[Array], Any] = np.log, **parts: Any) -> Array:
    return bends_by_type(Known(margin, logs), a_class(**parts))  # type: ignore[arg-type]


def test_levels_at_which_types_begin_and_cease_to_work() -> None:
    ends = LAW.ppf([0.2345, 0.61, 0.8765])
    assert bends(lambda t: t - ends[0]) == pytest.approx([0.2345], abs=1e-13)
    assert bends(lambda t: ends[0] - t) == pytest.approx([0.2345], abs=1e-13)
    found = bends(lambda t: (t - ends[0]) * (t - ends[1]) * (t - ends[2]))
    assert found == pytest.approx([0.2345, 0.61, 0.8765], abs=1e-13)
    assert bends(lambda t: t).size == 0 and bends(lambda t: -t).size == 0
    # Just not gaining is not working: all gain but the few at one level.
    assert bends(lambda t: np.maximum(t - ends[1], 0.0)) == pytest.approx([0.61], abs=1e-13)
    # To the last type in 10^9, at either end.
    for level in (2e-9, 1e-4, 1 - 1e-4, 1 - 2e-9):
        assert bends(partial(np.add, -LAW.ppf(level))) == pytest.approx([level], abs=1e-13)
    for level in (0.5e-9, 1 - 0.5e-9):
        assert bends(partial(np.add, -LAW.ppf(level))).size == 0
    # Two within one of 66 cells of levels cancel.
    pair = LAW.ppf([0.5008, 0.5028])
    assert bends(lambda t: (t - pair[0]) * (t - pair[1])).size == 0


def test_types_are_looked_at_by_level() -> None:
    """In 65 cells of levels, and the last types in 10^9 at both ends."""
    seen: list[Array] = []

    def looked_at(types: Array) -> Array:
        seen.append(types)
        return types

    condition: Any = Known(looked_at, looked_at)
    bends_by_type(condition, a_class())
    levels = np.concatenate([[1e-9], np.arange(1, 65) / 65, [1 - 1e-9]])
    assert len(seen) == 2
    for types in seen:
        assert types == pytest.approx(LAW.ppf(levels), rel=1e-13)


def test_types_who_never_stay_out_have_no_threshold() -> None:
    one = a_class(stays_out=False)
    condition: Any = Known(lambda t: t - 1.3, np.log)
    assert bends_by_type(condition, one).size == 0
    assert one.layer is not None and one.layer.size == 0
    kept = one.layer
    assert bends_by_type(condition, one) is kept  # looked for once
    one.layer = np.array([0.3, 0.4])
    assert bends_by_type(condition, one) is one.layer
    out = a_class()
    assert bends_by_type(condition, out).size == 1 and out.layer is None


NEAR = np.array([0.0004, 0.002, 0.01, 0.05])


def cliff(level: float, width: float, fall: float) -> Callable[[Array], Array]:
    """Log efforts that fall within so many levels around one of them."""
    return lambda t: 0.1 * t - fall / (1 + np.exp(np.clip((LAW.cdf(t) - level) / width, -700, 700)))


@pytest.mark.parametrize("level", [0.3456, 0.5, 0.7])
def test_levels_around_a_cliff(level: float) -> None:
    """To a thousandth of a cell of levels; nodes nearer and nearer to it on either side."""
    one = a_class(stays_out=False)
    found = bends_by_type(Known(lambda t: t, cliff(level, 1e-6, 30.0)), one)  # type: ignore[arg-type]
    middle = found[4]
    condition: Any = Known(lambda t: t, cliff(level, 1e-6, 30.0))
    sizes: list[int] = []
    plain = condition.logs

    def counted(types: Array) -> Array:
        sizes.append(types.size)
        return np.asarray(plain(types))

    condition.logs = counted
    assert bends_by_type(condition, a_class(stays_out=False)).tolist() == found.tolist()
    assert sizes == [66, 9, 9, 9]
    assert middle == pytest.approx(level, abs=1 / 65 / 8**3)
    assert found == pytest.approx(np.concatenate([middle - NEAR[::-1], [middle], middle + NEAR]), abs=1e-14)


UP = [0.0, 0.0004, 0.002, 0.01, 0.05]


@pytest.mark.parametrize(("level", "kept"), [(0.00045, UP), (0.0006, [-0.0004, *UP])])
@pytest.mark.parametrize("mirror", [False, True])
def test_levels_beyond_which_nobody_is_are_left_out(level: float, kept: list[float], mirror: bool) -> None:
    """Nearer than 1e-4 to either end."""
    goal, offsets = (1 - level, -np.array(kept[::-1])) if mirror else (level, np.array(kept))
    found = bends_by_type(Known(lambda t: t, cliff(goal, 1e-7, 30.0)), a_class(stays_out=False))  # type: ignore[arg-type]
    assert found == pytest.approx(goal + offsets, abs=4e-5)


def mirrored(types: Array) -> Array:
    """Who is as far from the top as these are from the bottom."""
    return np.asarray(LAW.isf(LAW.cdf(types)))


def test_what_is_no_cliff() -> None:
    """A fall by less than 0.4 from one of 66 levels to the next; or among those who do next to nothing."""

    def step(fall: float, least: float) -> Callable[[Array], Array]:
        def logs(t: Array) -> Array:
            level = LAW.cdf(t)
            return np.where(level > 0.9, 0.0, np.where(level > 0.3, least, least - fall))

        return logs

    def layer(logs: Callable[[Array], Any]) -> Array:
        return bends_by_type(Known(lambda t: t, logs), a_class(stays_out=False))  # type: ignore[arg-type]

    assert layer(step(0.39, 0.0)).size == 0
    assert layer(step(0.4, 0.0)).size == 9  # no less than 0.4
    assert layer(step(0.41, 0.0))[4] == pytest.approx(0.3, abs=1e-4)
    # The larger of two: 13.9 below the largest effort matters, 14.1 below it does not.
    assert layer(step(20.0, -13.9))[4] == pytest.approx(0.3, abs=1e-4)
    assert layer(step(20.0, -14.1))[4] == pytest.approx(0.9, abs=1e-4)
    # So too where efforts fall with the type.
    assert layer(lambda t: step(20.0, -13.9)(mirrored(t)))[4] == pytest.approx(0.7, abs=1e-4)
    assert layer(lambda t: step(20.0, -14.1)(mirrored(t)))[4] == pytest.approx(0.1, abs=1e-4)
    # Types without any effort are at no finite distance from the others.
    assert layer(lambda t: np.where(LAW.cdf(t) > 0.3, 0.0, -np.inf)).size == 0
    assert layer(lambda t: np.where(LAW.cdf(t) > 0.9, 1.0, np.where(LAW.cdf(t) > 0.3, 0.0, -np.inf)))[
        4
    ] == pytest.approx(0.9, abs=1e-4)
    # Efforts may fall with the type as well as rise.
    assert layer(lambda t: -step(5.0, 0.0)(t))[4] == pytest.approx(0.3, abs=1e-4)


def test_few_and_same() -> None:
    assert few(np.array([1e-6, 0.25, 1 - 1e-6])).tolist() == [0.25]
    assert few(np.array([0.9e-6, 1.1e-6, 0.5, 1 - 1.1e-6, 1 - 0.9e-6])).tolist() == [1.1e-6, 0.5, 1 - 1.1e-6]
    level = np.array([0.25, 0.5])
    assert same_breaks(level, level + 0.9e-9) and same_breaks(level, level - 0.9e-9)
    assert not same_breaks(level, level + np.array([0.0, 1.1e-9]))
    assert not same_breaks(level, level[:1]) and not same_breaks(level[:1], level)
    assert same_breaks(np.array([]), np.array([]))
    assert not same_breaks(np.zeros(1), np.full(1, 1e-9))
    assert same_breaks(level, level) is True
