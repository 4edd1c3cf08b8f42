"""From effort to the quality of the idea.

Three technologies: :class:`Exact` (quality is ability plus output of effort),
:class:`Additive` (the same plus a random shock) and :class:`Trials` (effort is a
number of draws, quality the best of them).

A technology describes quality on a *location scale*: quality, or an increasing
transformation of it, is a location that effort moves plus noise of one law. For
the best of m draws from G, minus the log of minus the log of G(quality) is
Gumbel noise around ln m, whatever G is: this is why trial-and-error contests are
lotteries over trials (Fullerton and McAfee 1999).

A technology of one's own derives from :class:`Technology` and gives ``noise``,
``location`` and ``sample``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.curves import BaseCurve, Linear, as_curve
from contests.errors import InvalidPartError
from contests.laws import Law, law
from contests.part import Part

__all__ = ["Additive", "Exact", "Technology", "Trials"]

Array = NDArray[np.float64]


class Technology(Part):
    """Base of technologies.

    Attributes
    ----------
    noise : Law or None
        The law of the noise on the location scale; None if quality is certain.
    """

    @property
    def noise(self) -> Law | None:
        """The law of the noise on the location scale, or None."""
        return None

    def location(self, effort: ArrayLike, ability: ArrayLike = 0.0) -> Array:
        """Return where effort puts the idea on the location scale.

        Parameters
        ----------
        effort : array_like
            Effort, zero or more.
        ability : array_like
            Ability in units of quality, broadcast against ``effort``.

        Returns
        -------
        ndarray
            Location; minus infinity where the idea is certain to be the worst possible.
        """
        raise NotImplementedError

    def location_slope(self, effort: ArrayLike, ability: ArrayLike = 0.0) -> Array:
        """Return the derivative of `location` in ``effort`` (at ``ability``)."""
        raise NotImplementedError

    def quality_at(self, score: ArrayLike) -> Array:
        """Return the quality that stands at ``score`` on the location scale."""
        return np.asarray(score, dtype=float)

    def sample(self, effort: ArrayLike, ability: ArrayLike, *, rng: np.random.Generator) -> Array:
        """Draw qualities from the primitives.

        Parameters
        ----------
        effort, ability : array_like
            Broadcast against each other.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        ndarray
            One quality for each entry.
        """
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Exact(Technology):
    """Quality is ability plus output of effort, without chance.

    Parameters
    ----------
    output : curve
        Output of effort in units of quality.

    Examples
    --------
    >>> float(Exact().location(2.0, 0.5))
    2.5
    """

    output: BaseCurve = field(default_factory=Linear)

    def __post_init__(self) -> None:
        object.__setattr__(self, "output", _output(self.output, "Exact.output"))

    def location(self, effort: ArrayLike, ability: ArrayLike = 0.0) -> Array:
        """Return quality, see `Technology.location` (``effort``, ``ability``)."""
        return np.asarray(ability, float) + self.output(np.asarray(effort, float))

    def effort_for(self, location: ArrayLike, ability: ArrayLike = 0.0) -> Array:
        """Return the least effort that reaches ``location`` with ``ability`` (array_like)."""
        gap = np.asarray(location, float) - np.asarray(ability, float)
        return np.asarray(np.maximum(self.output.inverse(gap), 0.0))

    def location_slope(self, effort: ArrayLike, ability: ArrayLike = 0.0) -> Array:
        """Return marginal output (``effort``; ``ability`` only shifts)."""
        return np.asarray(self.output.derivative(np.asarray(effort, float)))

    def sample(self, effort: ArrayLike, ability: ArrayLike, *, rng: np.random.Generator) -> Array:
        """Return the certain qualities, see `Technology.sample` (``effort``, ``ability``, ``rng``)."""
        return np.asarray(self.location(effort, ability))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Additive(Technology):
    """Quality is ability plus output of effort plus a random shock.

    Parameters
    ----------
    shock : SciPy distribution
        The law of each contestant's own shock, in units of quality; draws are independent.
    output : curve
        Output of effort in units of quality.
    common : SciPy distribution, optional
        The law of a shock that hits every idea alike. It moves qualities and leaves ranks.

    Examples
    --------
    >>> from scipy import stats
    >>> Additive(stats.norm(scale=2.0))
    Additive(stats.norm(scale=2.0))
    """

    shock: Any = field(kw_only=False)
    output: BaseCurve = field(default_factory=Linear)
    common: Any = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "shock", law(self.shock, part="Additive.shock"))
        object.__setattr__(self, "output", _output(self.output, "Additive.output"))
        if self.common is not None:
            object.__setattr__(self, "common", law(self.common, part="Additive.common"))

    @property
    def noise(self) -> Law:
        """The law of the own shock."""
        shock: Law = self.shock
        return shock

    def location(self, effort: ArrayLike, ability: ArrayLike = 0.0) -> Array:
        """Return quality before the shock (``effort``, ``ability``)."""
        return np.asarray(ability, float) + self.output(np.asarray(effort, float))

    def location_slope(self, effort: ArrayLike, ability: ArrayLike = 0.0) -> Array:
        """Return marginal output (``effort``; ``ability`` only shifts)."""
        return np.asarray(self.output.derivative(np.asarray(effort, float)))

    def sample(self, effort: ArrayLike, ability: ArrayLike, *, rng: np.random.Generator) -> Array:
        """Draw qualities, see `Technology.sample` (``effort``, ``ability``, ``rng``).

        A common shock is drawn once for each row: it is shared along the last axis.
        """
        shape = np.broadcast_shapes(np.shape(effort), np.shape(ability))
        quality = np.asarray(self.shock.rvs(shape, rng=rng) + self.location(once(effort), once(ability)))
        if self.common is not None:
            quality = quality + self.common.rvs((*shape[:-1], 1), rng=rng)
        return quality


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Trials(Technology):
    """Effort is a number of independent draws; quality is the best of them.

    Parameters
    ----------
    draw : SciPy distribution
        The law of one draw, in units of quality (given by position).
    whole : bool
        Whether only whole numbers of draws are possible.

    Examples
    --------
    >>> from scipy import stats
    >>> Trials(stats.uniform())
    Trials(stats.uniform())
    """

    draw: Any = field(kw_only=False)
    whole: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "draw", law(self.draw, part="Trials.draw"))
        if not isinstance(self.whole, (bool, np.bool_)):
            raise InvalidPartError("Trials.whole", self.whole, "True or False")

    @property
    def noise(self) -> Law:
        """Standard Gumbel, on the scale of minus the log of minus the log of the draw's level."""
        from contests.laws import gumbel

        return gumbel(1.0).shifted(float(np.euler_gamma))

    def location(self, effort: ArrayLike, ability: ArrayLike = 0.0) -> Array:
        """Return the log of the number of draws (``effort``; ``ability`` must be zero)."""
        trials = np.asarray(effort, float)
        with np.errstate(divide="ignore"):  # no draws: minus infinity, on purpose
            return np.asarray(np.log(trials))

    def location_slope(self, effort: ArrayLike, ability: ArrayLike = 0.0) -> Array:
        """Return one over the number of draws (``effort``; ``ability`` must be zero)."""
        with np.errstate(divide="ignore"):  # the first fraction of a draw is infinitely valuable
            return np.asarray(1.0 / np.asarray(effort, float))

    def quality_at(self, score: ArrayLike) -> Array:
        """Return the quality that stands at ``score`` on the scale of `noise`."""
        score = np.asarray(score, float)
        with np.errstate(over="ignore"):  # far below: level zero, the lowest quality
            hazard = np.exp(-score)
        level, rest = np.exp(-hazard), -np.expm1(-hazard)
        return np.asarray(np.where(level < 0.5, self.draw.ppf(level), self.draw.isf(rest)))

    def sample(self, effort: ArrayLike, ability: ArrayLike, *, rng: np.random.Generator) -> Array:
        """Draw the best of ``effort`` draws (``ability`` must be zero; ``rng``).

        No draws give quality minus infinity: there is no idea.
        """
        trials = np.broadcast_arrays(np.asarray(effort, float), np.asarray(ability, float))[0]
        uniform = rng.random(trials.shape)
        with np.errstate(divide="ignore"):
            log_level = np.log(uniform) / trials
        level, rest = np.exp(log_level), -np.expm1(log_level)
        quality = np.where(level < 0.5, self.draw.ppf(level), self.draw.isf(rest))
        return np.where(trials > 0, quality, -np.inf)


def once(values: ArrayLike) -> Array:
    """Return ``values``, or their first row where all rows are one row in memory, broadcast."""
    array = np.asarray(values, float)
    return array[:1] if array.ndim > 1 and array.strides[0] == 0 else array


def _output(curve: object, name: str) -> BaseCurve:
    from contests.curves import check_output

    checked: BaseCurve = as_curve(curve, part=name)
    check_output(checked, part=name)
    return checked
