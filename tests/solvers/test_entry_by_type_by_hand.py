"""Strategies of types who enter from a threshold on, by hand: who is in, levels, nodes, places to look at.

Types follow an exponential law cut at a threshold, so that both tails and their inverses are known.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.laws import law
from contests.laws_truncated import tail_of
from contests.solvers.entry_by_type import EntryByType, Inside
from contests.strategy import Monotone

LAW = law(stats.expon())


class Bent(Monotone):
    """Bends at its own median, which it also wants looked at."""

    @property
    def breaks(self) -> Any:
        return np.array([0.5])

    def marks(self) -> Any:
        return np.asarray(self.types.ppf([0.5]))


def square(types: Any) -> Any:
    return 1.0 + np.asarray(types) ** 2


def entry(share: float, up: bool = True, kind: type = Monotone, function: Any = square) -> Any:
    """A ``share`` of all types enters: the highest, or the lowest."""
    threshold = float(LAW.isf(share) if up else LAW.ppf(share))
    inner = None
    if share > 0:
        inside = LAW if share == 1 else tail_of(LAW, threshold, upper=up)
        inner = kind(types=inside, function=function, scores_increase=up)
    return EntryByType(
        types=LAW, function=Inside(inner=inner, threshold=threshold), scores_increase=up, share=share
    )


@pytest.mark.parametrize("up", [True, False])
def test_who_is_in_and_what_she_does(up: bool) -> None:
    strategy = entry(0.3, up)
    edge = -np.log(0.3) if up else -np.log(0.7)
    assert strategy.threshold == pytest.approx(edge, rel=1e-14) and strategy.entry_probability() == 0.3
    t = strategy.threshold
    types = np.array([0.0, t * (1 - 1e-9), t, t * (1 + 1e-9), 5.0])
    inside = [False, False, True, True, True] if up else [True, True, True, False, False]
    assert strategy.enters(types).tolist() == inside
    assert strategy(types) == pytest.approx(np.where(inside, 1 + types**2, 0.0), rel=1e-14)
    assert strategy.function([[1.0]]).shape == (1, 1)


def test_types_outside_are_never_asked_for_their_efforts() -> None:
    """The inner strategy is asked at the threshold in their place."""
    for up in (True, False):
        asked: list[np.ndarray] = []

        def function(types: Any, asked: Any = asked) -> Any:
            asked.append(np.asarray(types))
            return np.zeros(np.shape(types))

        strategy = entry(0.3, up, function=function)
        asked.clear()
        strategy(np.array([0.1, 0.2, 3.0, 4.0]))
        t = strategy.threshold
        assert all(one.min() >= t if up else one.max() <= t for one in asked) and asked


@pytest.mark.parametrize("up", [True, False])
def test_nobody_and_everybody(up: bool) -> None:
    nobody, all_in = entry(0.0, up), entry(1.0, up)
    types = np.array([0.0, 1.0, 30.0, np.inf])
    assert nobody.enters(types).tolist() == [False] * 4 and nobody(types).tolist() == [0.0] * 4
    assert nobody.enters(types).dtype == bool
    assert nobody.breaks.size == 0 and nobody.entry_probability() == 0.0
    places, weights = nobody.type_nodes()
    assert places.shape == weights.shape == (8,) and weights.sum() == pytest.approx(1.0, rel=1e-14)
    assert weights @ LAW.cdf(places) ** 3 == pytest.approx(1 / 4, rel=1e-13)
    assert nobody.marks().size <= 4 and np.isfinite(nobody.marks()).all()
    assert all_in.enters(types[:3]).all() and all_in(types[:3]) == pytest.approx(1 + types[:3] ** 2)
    assert all_in.breaks.size == 0
    for one, other in zip(all_in.type_nodes(50), all_in.function.inner.type_nodes(50), strict=True):
        assert one.tolist() == other.tolist()
    assert all_in.type_nodes()[0].size != all_in.type_nodes(50)[0].size


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("share", [0.1, 0.75])
def test_nodes_stand_for_the_whole_law(up: bool, share: float) -> None:
    """Eight Gauss points over levels for who is out, the inner strategy's for who is in."""
    strategy = entry(share, up)
    types, weights = strategy.type_nodes(60)
    inner, shares = strategy.function.inner.type_nodes(60)
    assert types.size == inner.size + 8
    outside = ~strategy.enters(types)
    assert outside.tolist() == [True] * 8 + [False] * inner.size
    assert weights[outside].sum() == pytest.approx(1 - share, rel=1e-13)
    assert weights[~outside] == pytest.approx(share * shares, rel=1e-13)
    level = LAW.cdf(types[outside]) if up else LAW.sf(types[outside])
    assert weights[outside] @ level**9 == pytest.approx((1 - share) ** 10 / 10, rel=1e-12)
    assert types[~outside].tolist() == inner.tolist()
    assert strategy.type_nodes()[0].size > types.size  # two hundred unless told
    t = strategy.threshold
    mean = t + 1 if up else 1 - t * np.exp(-t) / (1 - np.exp(-t))  # of types inside
    assert weights[~outside] @ types[~outside] == pytest.approx(share * mean, rel=1e-6)


@pytest.mark.parametrize("up", [True, False])
def test_levels_at_which_it_bends(up: bool) -> None:
    """The threshold, and the middle of those inside; levels count from the lowest type."""
    strategy = entry(0.3, up, Bent)
    levels = [0.7, 0.85] if up else [0.3, 0.15]
    assert strategy.breaks == pytest.approx(levels, rel=1e-12)
    assert entry(0.3, up).breaks == pytest.approx(levels[:1], rel=1e-12)
    assert entry(1.0, up, Bent).breaks == pytest.approx([0.5], rel=1e-12)


@pytest.mark.parametrize("up", [True, False])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_types_to_look_at(up: bool, share: float) -> None:
    """A hundredth and a millionth of each side's share away from the threshold, and where the inner bends."""
    strategy = entry(share, up, Bent)
    marks = strategy.marks()
    level = LAW.sf(marks) if up else LAW.cdf(marks)  # counted from the strongest
    out = 1 - share
    asked = [share + out * 1e-2, share + out * 1e-6, share * (1 - 1e-6), share * (1 - 1e-2), share / 2]
    assert level == pytest.approx(asked, rel=1e-9)
    assert strategy.enters(marks).tolist() == [False, False, True, True, True]
    assert entry(share, up).marks().size >= 4
    everybody = entry(1.0, up, Bent).marks()
    assert (LAW.sf(everybody) if up else LAW.cdf(everybody)) == pytest.approx([1 - 1e-6, 0.99, 0.5], rel=1e-9)


@pytest.mark.parametrize("up", [True, False])
def test_an_inner_strategy_is_of_those_who_enter(up: bool) -> None:
    """A share that is off by less than a millionth is rounding."""
    inner = Monotone(types=LAW, function=square, scores_increase=up)
    with pytest.raises(ct.InvalidPartError) as refusal:
        EntryByType(types=LAW, function=Inside(inner=inner, threshold=1.0), scores_increase=up, share=0.3)
    assert str(refusal.value) == (
        "EntryByType.function.inner.types must be the law of the share 0.3 that enters, not a law of which "
        "0 of all types are outside. contests.laws_truncated.tail_of makes it."
    )
    good = entry(0.3, up)
    for off, fine in ((9e-7, True), (-9e-7, True), (1.1e-6, False), (-1.1e-6, False)):
        if fine:
            assert good.replace(share=0.3 + off).entry_probability() == 0.3 + off
        else:
            with pytest.raises(ct.InvalidPartError, match=r"0\.7 of all types are outside"):
                good.replace(share=0.3 + off)
