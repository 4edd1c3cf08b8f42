"""Where the nodes of private types under a shock are split: thresholds, and where effort collapses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.solvers.private_replies import FirstOrder

__all__ = ["TypeClass", "bends_by_type", "few", "same_breaks"]

Array = NDArray[np.float64]


@dataclass
class TypeClass:
    """Contestants with one law: their types at nodes and what they do.

    Parameters
    ----------
    contestant : int
        One of them.
    count : int
        How many there are.
    breaks : ndarray
        Levels at which the nodes are split.
    types, weights, logs : ndarray, shape (k,)
        Types, increasing, their weights, and the logs of their efforts.
    layer : ndarray, optional
        Levels around the type below which effort collapses, once looked for.
    stays_out : bool, optional
        Whether a type without incentive to work does nothing.
    """

    contestant: int
    count: int
    breaks: Array
    types: Array
    weights: Array
    logs: Array
    layer: Array | None = None
    stays_out: bool = True


def bends_by_type(condition: FirstOrder, one: TypeClass) -> Array:
    """Return the quantile levels at which to split the nodes: thresholds, and where effort collapses.

    Parameters
    ----------
    condition : FirstOrder
        What her types do.
    one : TypeClass
        Her class; where her effort collapses is found once and kept there.
    """
    law = condition.contest.contestants.law_of(one.contestant)  # type: ignore[attr-defined]
    levels = np.concatenate([[1e-9], np.linspace(0, 1, 66)[1:-1], [1 - 1e-9]])
    logs = condition.solve(np.asarray(law.ppf(levels)))
    works = condition.at_nothing(np.asarray(law.ppf(levels))) > 0
    turns = np.flatnonzero((works[1:] != works[:-1]) & one.stays_out)
    low, high, first = levels[turns], levels[turns + 1], works[turns]
    for _ in range(45 if turns.size else 0):
        middle = (low + high) / 2
        same = (condition.at_nothing(law.ppf(middle)) > 0) == first
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    bends = (low + high) / 2
    if one.stays_out:
        return np.asarray(bends)
    if one.layer is None:
        one.layer = _layer(condition, law, levels, logs)
    return one.layer


def _layer(condition: FirstOrder, law: Any, levels: Array, logs: Array) -> Array:
    """Levels around the type below which effort collapses, if it does within a narrow range.

    In a lottery of many, types who cannot hope to win against anyone but their like do not stay
    out (then the slightest effort would win against them) but do next to nothing.
    """
    with np.errstate(invalid="ignore"):  # neighbours who both stay out
        jumps = np.abs(np.diff(logs))
    # Only where it matters: efforts of a millionth of the largest or less may do as they please.
    matters = np.maximum(logs[1:], logs[:-1]) > logs.max() - 14.0
    jumps = np.where(np.isfinite(jumps) & matters, jumps, 0.0)
    k = int(np.argmax(jumps))
    if jumps[k] < 0.4:
        return np.array([])
    low, high = levels[k], levels[k + 1]
    for _ in range(3):
        inner = np.linspace(low, high, 9)
        steps = np.abs(np.diff(condition.solve(np.asarray(law.ppf(inner)))))
        k = int(np.argmax(np.where(np.isfinite(steps), steps, 0.0)))
        low, high = inner[k], inner[k + 1]
    near = np.array([0.0004, 0.002, 0.01, 0.05])
    around = (low + high) / 2 + np.concatenate([-near, [0.0], near])
    return np.sort(around[(around > 1e-4) & (around < 1 - 1e-4)])


def few(breaks: Array) -> Array:
    """Return ``breaks``, an array of levels, without those beyond which there is one type in a million."""
    return breaks[(breaks > 1e-6) & (breaks < 1.0 - 1e-6)]


def same_breaks(new: Array, old: Array) -> bool:
    """Return whether breaks found anew (``new``) are those found before (``old``)."""
    return new.size == old.size and bool(np.all(np.abs(new - old) < 1e-9))
