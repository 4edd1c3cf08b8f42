"""A cost, a technology and two success functions of one's own.

A part is a frozen dataclass. It checks its fields when it is made, takes arrays, and says in its
docstring what it means and where it comes from. `ct.check_part` tests the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy
from scipy import stats

import contests as ct
from contests.laws import gumbel, law
from contests.validation import positive


# [cost]
@dataclass(frozen=True, kw_only=True)
class Fatigue(ct.BaseCurve):
    """Effort e costs scale * sinh(e / endurance): almost linear at first, then ever more tiring."""

    scale: float = 1.0
    endurance: float = 1.0

    def __post_init__(self):
        object.__setattr__(self, "scale", positive("Fatigue.scale", self.scale))
        object.__setattr__(self, "endurance", positive("Fatigue.endurance", self.endurance))

    def __call__(self, effort):
        with np.errstate(over="ignore"):  # unbearable effort: an infinite cost is meant
            return self.scale * np.sinh(np.asarray(effort, float) / self.endurance)

    # Only __call__ is needed. An exact inverse is faster, and two true facts help the solvers.
    def inverse(self, value):
        return self.endurance * np.arcsinh(np.asarray(value, float) / self.scale)

    is_convex = True
    is_concave = False


# [technology]
@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Learning(ct.Technology):
    """Quality is ability + gain * ln(1 + effort) + logistic luck of a given scale."""

    gain: float = 1.0
    luck: float = 1.0

    def __post_init__(self):
        object.__setattr__(self, "gain", positive("Learning.gain", self.gain))
        object.__setattr__(self, "luck", positive("Learning.luck", self.luck))

    @property
    def noise(self):
        return law(stats.logistic(scale=self.luck))

    def location(self, effort, ability=0.0):
        return np.asarray(ability, float) + self.gain * np.log1p(np.asarray(effort, float))

    def location_slope(self, effort, ability=0.0):
        return self.gain / (1.0 + np.asarray(effort, float))

    def sample(self, effort, ability, *, rng):
        place = self.location(effort, ability)
        return place + rng.logistic(scale=self.luck, size=place.shape)


# [race]
@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LogitDraw(ct.Success):
    """The prize is drawn with chances proportional to exp(quality / temperature) (Luce 1959).

    It is a race: quality / temperature plus standard Gumbel noise, the highest sum wins. So prizes
    for several ranks, mixed strategies and private types work too, without more code.
    """

    temperature: float = 1.0

    def __post_init__(self):
        object.__setattr__(self, "temperature", positive("LogitDraw.temperature", self.temperature))

    def race(self, technology):
        if technology.noise is not None:
            raise ct.InvalidPartError("Contest.technology", technology, "without shock under LogitDraw")

        def location(i, effort, ability):
            return technology.location(effort, ability) / self.temperature

        def slope(i, effort, ability):
            return technology.location_slope(effort, ability) / self.temperature

        return ct.Race(gumbel(1.0), location, slope, scores_are_qualities=False)

    # Not needed for a race; where it is given, ct.check_part compares the two.
    def win_probabilities(self, quality):
        weight = np.exp((quality - quality.max(axis=-1, keepdims=True)) / self.temperature)
        return weight / weight.sum(axis=-1, keepdims=True)


# [direct]
@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Margin(ct.Success):
    """Chances move with the margin over the rivals' mean quality (Che and Gale 2000 for two).

    Contestant i wins with probability 1/n + sensitivity * (quality_i - mean quality of the others),
    as long as all of these are probabilities; otherwise with those nearest to them (those below
    zero are zero, and the rest fall by the same amount until they sum to one). It is not a race, so
    it tells who wins one prize, at sure efforts.
    """

    sensitivity: float = 1.0

    def __post_init__(self):
        object.__setattr__(self, "sensitivity", positive("Margin.sensitivity", self.sensitivity))

    def win_probabilities(self, quality):
        n = quality.shape[-1]
        mark = self.sensitivity * n / (n - 1) * np.asarray(quality, float)
        high = -np.sort(-mark, axis=-1)
        # What the best k give up in common so that their chances sum to one; the right k is the last
        # at which all of the k still have a chance.
        level = (np.cumsum(high, axis=-1) - 1.0) / np.arange(1, n + 1)
        k = np.sum(high > level, axis=-1, keepdims=True)
        return np.maximum(mark - np.take_along_axis(level, k - 1, axis=-1), 0.0)


# [symbols]
def fatigue_in_symbols(effort):
    """The cost in SymPy, for the theory of a model: scale L and endurance T."""
    scale, endurance = sympy.symbols("L T", positive=True)
    return scale * sympy.sinh(effort / endurance), scale, endurance


__all__ = ["Fatigue", "Learning", "LogitDraw", "Margin", "fatigue_in_symbols"]
