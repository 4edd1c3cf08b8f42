"""What a contestant does: a sure effort, a random one, or an effort for each type.

:class:`Pure`, :class:`Mixed` and :class:`Monotone` share ``mean``, ``cdf``,
``ppf`` and ``rvs``; a :class:`Profile` gives each contestant one of them. Solvers
may subclass ``Mixed`` and ``Monotone`` to carry exact formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.laws import law
from contests.part import Part
from contests.type_flats import Flat, ends_of_flats, flats_of_effort, nodes_between
from contests.validation import Column, at_least_zero, vector

__all__ = ["Mixed", "Monotone", "Pure", "Strategy"]

Array = NDArray[np.float64]


class Strategy(Part):
    """Base of strategies: a distribution of effort."""

    def mean(self) -> float:
        """Return expected effort."""
        raise NotImplementedError

    def cdf(self, effort: ArrayLike) -> Array:
        """Return the probability of an effort of at most ``effort`` (array_like)."""
        raise NotImplementedError

    def below(self, effort: ArrayLike) -> Array:
        """Return the probability of an effort strictly below ``effort`` (array_like)."""
        return self.cdf(effort)

    def above(self, effort: ArrayLike) -> Array:
        """Return the probability of an effort strictly above ``effort`` (array_like)."""
        return np.asarray(1.0 - self.cdf(effort))

    def entry_probability(self) -> float:
        """Return the probability of taking part at all."""
        return 1.0

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles of effort at levels ``u`` in [0, 1]."""
        raise NotImplementedError

    def rvs(self, size: int | tuple[int, ...], *, rng: np.random.Generator) -> Array:
        """Draw efforts.

        Parameters
        ----------
        size : int or tuple of int
            Shape of the result.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        ndarray
        """
        return self.ppf(rng.random(size))

    @property
    def atoms(self) -> tuple[Array, Array]:
        """Efforts that have positive probability, and those probabilities."""
        return np.array([]), np.array([])

    @property
    def kinks(self) -> Array:
        """Efforts, increasing, at which the distribution function may jump or bend."""
        return np.unique(np.concatenate([np.array(self.support), self.atoms[0]]))

    @property
    def support(self) -> tuple[float, float]:
        """The least and the largest effort."""
        raise NotImplementedError

    def nodes(self, size: int = 64) -> tuple[Array, Array]:
        """Return efforts and weights that stand for the distribution in an expectation.

        Parameters
        ----------
        size : int
            How many nodes the continuous part gets.

        Returns
        -------
        efforts, weights : ndarray
            The weights sum to one.
        """
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Pure(Strategy):
    """A sure effort.

    Parameters
    ----------
    effort : float
        Zero or more.

    Examples
    --------
    >>> Pure(0.25).mean()
    0.25
    """

    effort: float = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "effort", at_least_zero("Pure.effort", self.effort))

    def mean(self) -> float:
        """Return the effort."""
        return self.effort

    def cdf(self, effort: ArrayLike) -> Array:
        """Return 1 where ``effort`` is not below the sure effort, else 0."""
        return np.where(np.asarray(effort) >= self.effort, 1.0, 0.0)

    def below(self, effort: ArrayLike) -> Array:
        """Return 1 where ``effort`` is above the sure effort, else 0."""
        return np.where(np.asarray(effort) > self.effort, 1.0, 0.0)

    def ppf(self, u: ArrayLike) -> Array:
        """Return the effort at every level ``u``."""
        return np.full(np.shape(u), self.effort)

    @property
    def atoms(self) -> tuple[Array, Array]:
        """The effort, with probability one."""
        return np.array([self.effort]), np.array([1.0])

    @property
    def support(self) -> tuple[float, float]:
        """The effort, twice."""
        return self.effort, self.effort

    def nodes(self, size: int = 64) -> tuple[Array, Array]:
        """Return the one effort, whatever ``size``."""
        return self.atoms


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Mixed(Strategy):
    """A random effort, given by its distribution function at knots.

    Between knots the distribution function is linear; where an effort is repeated, or the first
    level is above zero, the jump is an atom.

    Parameters
    ----------
    efforts : sequence of float, shape (m,)
        Knots, not decreasing, zero or more.
    levels : sequence of float, shape (m,)
        Distribution function at the knots, not decreasing; the last is one.

    Examples
    --------
    Half the time nothing, else uniform on [0, 1]:

    >>> lazy = Mixed(efforts=[0, 1], levels=[0.5, 1])
    >>> lazy.mean(), float(lazy.cdf(0.5)), lazy.atoms[1]
    (0.25, 0.75, array([0.5]))
    """

    efforts: Column
    levels: Column

    def __post_init__(self) -> None:
        efforts = vector("Mixed.efforts", self.efforts, at_least_zero=True)
        levels = vector("Mixed.levels", self.levels, at_least_zero=True)
        if efforts.shape != levels.shape:
            raise InvalidPartError(
                "Mixed.levels", f"{levels.size} numbers", f"as many as efforts, {efforts.size}"
            )
        if np.any(np.diff(efforts) < 0) or np.any(np.diff(levels) < 0):
            raise InvalidPartError(
                "Mixed", "a decreasing sequence", "given efforts and levels that never fall"
            )
        if abs(levels[-1] - 1.0) > 1e-12:
            raise InvalidPartError("Mixed.levels", levels[-1], "1 at the last effort")
        object.__setattr__(self, "efforts", efforts)
        object.__setattr__(self, "levels", levels)

    @classmethod
    def on(cls, efforts: ArrayLike, probabilities: ArrayLike) -> Mixed:
        """Return the strategy with atoms only.

        Parameters
        ----------
        efforts : array_like, shape (m,)
            Efforts.
        probabilities : array_like, shape (m,)
            Their probabilities, which sum to one.

        Returns
        -------
        Mixed
        """
        points, masses = np.atleast_1d(efforts).astype(float), np.atleast_1d(probabilities).astype(float)
        order = np.argsort(points)
        points, masses = points[order], masses[order]
        top = np.cumsum(masses)
        if not abs(top[-1] - 1.0) <= 1e-9 or np.any(masses < 0):  # so that NaN is refused too
            raise InvalidPartError("Mixed.on", masses.tolist(), "probabilities that sum to one")
        top[-1] = 1.0
        bottom = np.concatenate([[0.0], top[:-1]])
        return cls(efforts=np.repeat(points, 2), levels=np.column_stack([bottom, top]).ravel())

    def _steps(self) -> tuple[Array, Array, Array]:
        """Left ends, right ends and masses of the pieces between knots, the first jump included."""
        efforts = np.concatenate([self.efforts[:1], self.efforts])
        levels = np.concatenate([[0.0], self.levels])
        return efforts[:-1], efforts[1:], np.diff(levels)

    def mean(self) -> float:
        """Return expected effort."""
        left, right, mass = self._steps()
        return float(np.sum(mass * (left + right)) / 2)

    def cdf(self, effort: ArrayLike) -> Array:
        """Return the distribution function at ``effort``."""
        return self._level(np.asarray(effort, float), side="right")

    def below(self, effort: ArrayLike) -> Array:
        """Return the distribution function just below ``effort``."""
        return self._level(np.asarray(effort, float), side="left")

    def _level(self, x: Array, side: Any) -> Array:
        efforts = np.concatenate([self.efforts[:1], self.efforts])
        levels = np.concatenate([[0.0], self.levels])
        # The piece that ends above x (right-continuous) or at x (left limit).
        k = np.clip(np.searchsorted(efforts, x, side=side), 1, efforts.size - 1)
        width = efforts[k] - efforts[k - 1]
        part = np.clip((x - efforts[k - 1]) / np.where(width > 0, width, 1.0), 0.0, 1.0)
        inside = levels[k - 1] + part * (levels[k] - levels[k - 1])
        first, last = efforts[0], efforts[-1]
        if side == "right":
            return np.where(x < first, 0.0, np.where(x >= last, 1.0, inside))
        return np.where(x <= first, 0.0, np.where(x > last, 1.0, inside))

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles of effort at levels ``u``."""
        level = np.asarray(u, float)
        left, right, mass = self._steps()
        top = np.concatenate([[0.0], self.levels])
        k = np.clip(np.searchsorted(top, level, side="left") - 1, 0, mass.size - 1)
        share = np.clip((level - top[k]) / np.where(mass[k] > 0, mass[k], 1.0), 0.0, 1.0)
        return np.asarray(left[k] + share * (right[k] - left[k]))

    @property
    def atoms(self) -> tuple[Array, Array]:
        """Efforts with positive probability, and those probabilities."""
        left, right, mass = self._steps()
        jump = (left == right) & (mass > 0)
        points, place = np.unique(left[jump], return_inverse=True)
        return points, np.asarray(np.bincount(place, weights=mass[jump], minlength=points.size), float)

    @property
    def kinks(self) -> Array:
        """The distinct knots."""
        return np.unique(self.efforts)

    @property
    def support(self) -> tuple[float, float]:
        """The least and the largest effort."""
        left, right, mass = self._steps()
        used = mass > 0
        return float(left[used].min()), float(right[used].max())

    def nodes(self, size: int = 64) -> tuple[Array, Array]:
        """Return efforts and weights: the atoms, and Gauss points inside each piece, about ``size``."""
        left, right, mass = self._steps()
        flat = (right > left) & (mass > 0)
        points, masses = self.atoms
        if not flat.any():
            return points, masses
        each = max(2, -(-size // int(flat.sum())))
        x, w = np.polynomial.legendre.leggauss(each)
        inside = left[flat, None] + (right - left)[flat, None] * (x + 1) / 2
        weight = mass[flat, None] * w / 2
        return np.concatenate([points, inside.ravel()]), np.concatenate([masses, weight.ravel()])


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Monotone(Strategy):
    """An effort for each type, monotone in the type; callable on types.

    Parameters
    ----------
    types : SciPy distribution
        The law of the type.
    function : callable
        Effort as a function of an array of types. Give a module-level function or an object with
        ``__call__`` to keep the strategy picklable.
    scores_increase : bool
        Whether a higher type stands higher in the ranking (False for private costs).

    Examples
    --------
    >>> from scipy import stats
    >>> import numpy as np
    >>> half = Monotone(types=stats.uniform(), function=np.square)
    >>> float(half(0.5)), round(half.mean(), 9)
    (0.25, 0.333333333)
    """

    types: Any
    function: Callable[[Array], ArrayLike]
    scores_increase: bool = True

    #: Whether efforts come from a grid, so that a best reply is met in payoff only. Types are then all but
    #: indifferent between neighbouring efforts (or mix, by type, between distant ones), and how far they
    #: are from best replies is measured as it is for `Mixed`: by the payoff lost, relative to the
    #: expected cost of effort.
    on_grid = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", law(self.types, part="Monotone.types"))

    def __call__(self, types: ArrayLike) -> Array:
        """Return the effort of each of ``types`` (array_like)."""
        return np.asarray(self.function(np.asarray(types, float)), dtype=float)

    def enters(self, types: ArrayLike) -> NDArray[np.bool_]:
        """Return which of ``types`` (array_like) take part; all, unless a subclass says otherwise."""
        return np.ones(np.shape(types), dtype=bool)

    @cached_property
    def flats(self) -> list[Flat]:
        """Intervals of types who exert the same effort, see `contests.type_flats`."""
        return flats_of_effort(self)

    def marks(self) -> Array:
        """Return types near which the strategy changes its rule, to be looked at closely: ends of flats."""
        return ends_of_flats(self)

    def type_nodes(self, size: int = 200) -> tuple[Array, Array]:
        """Return types and weights that stand for the law of the type.

        Parameters
        ----------
        size : int
            About how many nodes.

        Returns
        -------
        types, weights : ndarray, shape (size,) unless several types do the same
        """
        return nodes_between(self, size)

    @property
    def atoms(self) -> tuple[Array, Array]:
        """Efforts that several types exert, and how likely they are."""
        return np.array([flat.value for flat in self.flats]), np.array([flat.mass for flat in self.flats])

    def mean(self) -> float:
        """Return expected effort; infinite if a few types do so much that it has no expectation."""
        from contests.tails import is_infinite

        types, weights = self.type_nodes()
        return np.inf if is_infinite(self, self.types) else float(weights @ self(types))

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles of effort at levels ``u``, by sorting a fine sample of types."""
        levels = np.linspace(0, 1, 4001)[1:-1]
        return np.asarray(np.quantile(np.sort(self(self.types.ppf(levels))), np.asarray(u, float)))

    def cdf(self, effort: ArrayLike) -> Array:
        """Return the share of types whose effort is at most ``effort``, on a fine grid of types."""
        levels = (np.arange(4000) + 0.5) / 4000
        sample = np.sort(self(self.types.ppf(levels)))
        return np.asarray(np.searchsorted(sample, np.asarray(effort, float), side="right") / sample.size)

    def rvs(self, size: int | tuple[int, ...], *, rng: np.random.Generator) -> Array:
        """Draw efforts: draw types, then act (``size``, ``rng``)."""
        return self(self.types.rvs(size, rng=rng))

    @property
    def support(self) -> tuple[float, float]:
        """The least and the largest effort over a fine grid of types."""
        efforts = self(self.type_nodes(400)[0])
        return float(efforts.min()), float(efforts.max())

    def nodes(self, size: int = 64) -> tuple[Array, Array]:
        """Return efforts and weights over ``size`` types."""
        types, weights = self.type_nodes(size)
        return self(types), weights
