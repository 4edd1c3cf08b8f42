"""From quality to rank.

:class:`Highest` ranks by quality, as judges see it. :class:`Lottery` draws the
winner with probabilities proportional to a power of quality (Tullock 1980) and,
with several prizes, goes on drawing among the rest (Clark and Riis 1996).

Both are *races*: each contestant has a location, to which independent noise of
one law is added; ranks are the ranks of the sums. A lottery is the race in which
the location is the log of the score and the noise is standard Gumbel (Luce 1959,
Yellott 1977), so that one kernel of rank probabilities serves both.

A success function of one's own derives from :class:`Success`. If it is a race it
gives ``race``; if not, ``win_probabilities``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.laws import Law, averaged_error, gumbel, law, sum_law
from contests.part import Part
from contests.technology import Technology
from contests.validation import Column, at_least_zero, count, positive, vector

__all__ = ["Highest", "Lottery", "Race", "Success"]

Array = NDArray[np.float64]
Index = int | NDArray[np.intp]


@dataclass(frozen=True)
class Race:
    """A ranking by location plus noise.

    Parameters
    ----------
    noise : Law or None
        Law of the independent noise; None if there is none.
    location : callable
        ``location(i, effort, ability)``: where contestant i stands, array in and out.
    slope : callable
        ``slope(i, effort, ability)``: its derivative in effort.
    nature : float
        Location of a phantom contestant to whom the first prize may be lost; minus infinity if
        there is none.
    scores_are_qualities : bool
        Whether the score that is ranked tells the true quality.
    effort : callable, optional
        ``effort(i, location, ability)``: the least effort that reaches a location, where known.
    """

    noise: Law | None
    location: Callable[[Index, ArrayLike, ArrayLike], Array]
    slope: Callable[[Index, ArrayLike, ArrayLike], Array]
    nature: float = -np.inf
    scores_are_qualities: bool = True
    effort: Callable[[Index, ArrayLike, ArrayLike], Array] | None = None


class Success(Part):
    """Base of success functions."""

    def race(self, technology: Technology) -> Race | None:
        """Return the race that ranks ideas made with a technology.

        Parameters
        ----------
        technology : Technology
            From effort to quality.

        Returns
        -------
        Race or None
            None if the success function is not a race; then `win_probabilities` is used.

        Raises
        ------
        InvalidPartError
            If the two do not go together.
        """
        return None

    def win_probabilities(self, quality: Array) -> Array:
        """Return the probabilities of winning given certain qualities.

        Parameters
        ----------
        quality : ndarray, shape (..., n)
            Qualities of the contestants.

        Returns
        -------
        ndarray, shape (..., n)
            Probabilities; they sum to at most one.
        """
        raise NotImplementedError

    def columns(self) -> list[Array]:
        """Return the fields of shape (n,) in which the rules treat contestants differently.

        Returns
        -------
        list of ndarray
        """
        return []

    @property
    def is_lottery(self) -> bool:
        """Whether success is a lottery over scores."""
        return False


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Highest(Success):
    """The highest quality wins, as seen by judges who may err.

    Parameters
    ----------
    error : SciPy distribution, optional
        The law of one judge's error, in units of quality. No error if absent.
    judges : int
        How many judges; the ranking is by the mean of their marks.
    handicaps : sequence of float, shape (n,), optional
        Added to the marks of each contestant, in units of quality. They do not change quality.

    Examples
    --------
    >>> Highest()
    Highest()
    """

    error: Any = None
    judges: int = 1
    handicaps: Column | None = None

    def __post_init__(self) -> None:
        if self.error is not None:
            object.__setattr__(self, "error", law(self.error, part="Highest.error"))
        object.__setattr__(self, "judges", count("Highest.judges", self.judges))
        if self.handicaps is not None:
            object.__setattr__(self, "handicaps", vector("Highest.handicaps", self.handicaps))

    def noise(self, technology: Technology) -> Law | None:
        """Return the law of all noise in the marks of ideas made with ``technology``, or None.

        Parameters
        ----------
        technology : Technology
            From effort to quality.

        Returns
        -------
        Law or None
        """
        if self.error is None:
            return technology.noise
        mean_error: Law = averaged_error(self.error, self.judges)
        return mean_error if technology.noise is None else sum_law(technology.noise, mean_error)

    def race(self, technology: Technology) -> Race:
        """Return the race by marks, see `Success.race` (``technology``)."""
        from contests.technology import Exact, Trials

        if isinstance(technology, Trials) and (self.error is not None or self.handicaps is not None):
            raise InvalidPartError(
                "Highest",
                "an error or handicaps",
                "without error and handicaps when the technology is ct.Trials",
                "The best of several draws is ranked by its level; give the quality a shock with "
                "ct.Additive to combine it with judging.",
            )

        def location(i: Index, effort: ArrayLike, ability: ArrayLike) -> Array:
            place = technology.location(effort, ability)
            return place if self.handicaps is None else place + self.handicaps[i]

        def slope(i: Index, effort: ArrayLike, ability: ArrayLike) -> Array:
            return technology.location_slope(effort, ability)

        def effort(i: Index, place: ArrayLike, ability: ArrayLike) -> Array:
            assert isinstance(technology, Exact)
            marks = np.asarray(place, float)
            return technology.effort_for(
                marks if self.handicaps is None else marks - self.handicaps[i], ability
            )

        plain = self.error is None and self.handicaps is None
        known = effort if isinstance(technology, Exact) else None
        return Race(self.noise(technology), location, slope, scores_are_qualities=plain, effort=known)

    def columns(self) -> list[Array]:
        """Return the handicaps, see `Success.columns`."""
        return [] if self.handicaps is None else [self.handicaps]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Lottery(Success):
    """The prize is drawn by lot, with chances that rise with quality.

    Contestant i's score is weight_i (quality_i + head_start_i)^exponent; she wins with
    probability score_i / (draw + sum of scores). If all scores and ``draw`` are zero the
    chances are equal. Later prizes are drawn in the same way among those not yet drawn.

    Parameters
    ----------
    exponent : float
        How decisive quality is, above zero.
    weights : sequence of float, shape (n,), optional
        Biases, above zero.
    head_starts : sequence of float, shape (n,), optional
        Quality granted without effort, zero or more.
    draw : float
        Score of the event that nobody wins, zero or more.

    Examples
    --------
    >>> Lottery(exponent=0.5)
    Lottery(exponent=0.5)
    """

    exponent: float = 1.0
    weights: Column | None = None
    head_starts: Column | None = None
    draw: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "exponent", positive("Lottery.exponent", self.exponent))
        object.__setattr__(self, "draw", at_least_zero("Lottery.draw", self.draw))
        if self.weights is not None:
            object.__setattr__(self, "weights", vector("Lottery.weights", self.weights, positive=True))
        if self.head_starts is not None:
            starts = vector("Lottery.head_starts", self.head_starts, at_least_zero=True)
            object.__setattr__(self, "head_starts", starts)

    def log_score(self, i: Index, quality: ArrayLike) -> Array:
        """Return the log of the score.

        Parameters
        ----------
        i : int or integer array
            The contestant.
        quality : array_like
            Her quality, zero or more.

        Returns
        -------
        ndarray
            Minus infinity where the score is zero.
        """
        total = np.asarray(quality, float)
        if self.head_starts is not None:
            total = total + self.head_starts[i]
        if np.any(total < 0):
            raise InvalidPartError(
                "Lottery",
                float(total.min()),
                "given qualities of zero or more",
                "With an output such as ct.Log that falls below zero use ct.Additive with a Gumbel shock: "
                "it is the same lottery on the exponential of quality.",
            )
        with np.errstate(divide="ignore"):  # a score of zero has log minus infinity, on purpose
            log = self.exponent * np.log(total)
            return np.asarray(log if self.weights is None else log + np.log(self.weights[i]))

    def race(self, technology: Technology) -> Race:
        """Return the race of log scores under Gumbel noise, see `Success.race` (``technology``)."""
        if technology.noise is not None:
            raise InvalidPartError(
                "Contest.technology",
                technology,
                "ct.Exact when success is ct.Lottery",
                "A lottery is drawn on certain qualities; with random qualities use ct.Highest.",
            )

        def location(i: Index, effort: ArrayLike, ability: ArrayLike) -> Array:
            return self.log_score(i, technology.location(effort, ability))

        def slope(i: Index, effort: ArrayLike, ability: ArrayLike) -> Array:
            quality = np.asarray(technology.location(effort, ability))
            total = quality if self.head_starts is None else quality + self.head_starts[i]
            with np.errstate(divide="ignore"):  # the first effort from nothing is infinitely productive
                return np.asarray(self.exponent * technology.location_slope(effort, ability) / total)

        with np.errstate(divide="ignore"):  # no draw: nature stands at minus infinity
            nature = float(np.log(self.draw))
        noise = gumbel(1.0).shifted(float(np.euler_gamma))
        return Race(noise, location, slope, nature=nature, scores_are_qualities=False)

    def columns(self) -> list[Array]:
        """Return weights and head starts, see `Success.columns`."""
        return [column for column in (self.weights, self.head_starts) if column is not None]

    @property
    def is_lottery(self) -> bool:
        """True."""
        return True
