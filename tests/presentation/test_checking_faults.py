"""More faults put in on purpose: each is found, and said in the words of the check that it fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.curves import BaseCurve
from contests.laws import gumbel, normal
from contests.part import Part


def found_in(part: Part) -> dict[str, str]:
    """The words of each check that a part fails, by the name of the check."""
    return {check.name: check.words for check in ct.check_part(part).failed}


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Plain(Part, BaseCurve):
    """A cost e^2 with one fault."""

    fault: str = ""

    def __call__(self, effort: Any) -> Any:
        e = np.asarray(effort, float)
        value = e**2 if self.fault != "not convex" else np.sqrt(e)
        if self.fault == "not finite":
            value = np.where(e > 1, np.nan, value)
        return value.ravel() if self.fault == "shape" else value

    def derivative(self, effort: Any, order: int = 1) -> Any:
        e = np.asarray(effort, float)
        if self.fault == "slope not finite":
            return np.where(e > 1, np.inf, 2 * e)
        return 2 * e if self.fault != "not convex" else 0.5 / np.sqrt(e)

    def inverse(self, value: Any) -> Any:
        return np.sqrt(np.asarray(value, float)) * (1.1 if self.fault == "inverse" else 1.0)

    @property
    def domain(self) -> Any:
        return (0.0, np.inf)

    @property
    def is_convex(self) -> Any:
        return True

    is_concave = None


@pytest.mark.parametrize(
    ("fault", "name", "words"),
    [
        ("shape", "it takes arrays of any shape", "shape (4, 6) give values of shape (24,)"),
        ("inverse", "its inverse undoes it", "curve(inverse("),
        ("not convex", "it is as convex or concave as it says", "it says that it is convex"),
        ("not finite", "its values are finite inside its domain", "not at"),
        ("slope not finite", "its derivative is its slope", "its derivative is not a finite number at"),
    ],
)
def test_costs(fault: str, name: str, words: str) -> None:
    assert ct.check_part(Plain()).passed
    assert words in found_in(Plain(fault=fault))[name]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Luck(ct.Technology):
    """Effort plus a normal shock, with one fault."""

    fault: str = ""

    @property
    def noise(self) -> Any:
        return stats.norm() if self.fault == "noise" else normal(1.0)

    common = None

    def location(self, effort: Any, ability: Any = 0.0) -> Any:
        return np.asarray(ability, float) + np.asarray(effort, float)

    def location_slope(self, effort: Any, ability: Any = 0.0) -> Any:
        return np.ones(np.shape(effort))

    def sample(self, effort: Any, ability: Any, *, rng: np.random.Generator) -> Any:
        drawn = self.location(effort, ability) + rng.standard_normal(np.shape(effort))
        return drawn[:-1] if self.fault == "fewer" else drawn


@pytest.mark.parametrize(
    ("fault", "name", "words"),
    [
        ("noise", "its noise is a law of the library, or None", "make it a law"),
        ("fewer", "samples follow location and noise", "qualities"),
    ],
)
def test_technologies(fault: str, name: str, words: str) -> None:
    assert ct.check_part(Luck()).passed
    assert words in found_in(Luck(fault=fault))[name]
    shared = ct.Additive(stats.norm(), common=stats.norm())
    assert ct.check_part(shared).passed  # whose draws share a shock are not compared with a law


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Chances(ct.Success):
    """The lottery, with one fault."""

    fault: str = ""

    def win_probabilities(self, quality: Any) -> Any:
        total = quality.sum(axis=-1, keepdims=True)
        share = np.where(total > 0, quality / np.where(total > 0, total, 1.0), 1 / quality.shape[-1])
        if self.fault == "negative":
            return share - 0.1
        if self.fault == "helps rivals":
            return 0.5 * share[..., :1] * np.ones(share.shape)
        return share

    def race(self, technology: Any) -> Any:
        if self.fault != "falls":
            return None
        return ct.Race(
            gumbel(1.0),
            lambda i, effort, ability: -np.log(technology.location(effort, ability)),
            lambda i, effort, ability: -1 / np.asarray(effort, float),
            scores_are_qualities=False,
        )


@pytest.mark.parametrize(
    ("fault", "name", "words"),
    [
        ("negative", "winning probabilities are at least zero and sum to at most one", "a probability is -"),
        ("helps rivals", "a better idea wins more often, and its rivals less", "raises a rival's chance"),
        ("falls", "the race's location rises with effort", "contestant 0: from"),
    ],
)
def test_success_functions(fault: str, name: str, words: str) -> None:
    assert ct.check_part(Chances()).passed
    assert words in found_in(Chances(fault=fault))[name]
