r"""Contests in risk taking (Seel and Strack 2013): stop your own random process, the highest wins.

Each of n contestants watches a Brownian motion of her own that starts at x_0 > 0 with drift mu and
volatility sigma, is ruined at 0, and stops when she likes; nobody sees the others'. The highest
stopped value wins. Effort costs nothing: the question is how much risk everyone takes.

**Equilibrium**: a law of stopped values, not a stopping rule. With the scale function
:math:`s(x) = e^{-2\mu x/\sigma^2} - 1` (or x without drift),

.. math:: F(x) = \Big(\frac{s(x)}{s(\bar x)}\Big)^{1/(n-1)}, \qquad s(\bar x) = n\,s(x_0):

the chance to win is linear in s(x), so that nothing is gained or lost by going on: s(X) is a
martingale and any stopping rule wins with probability s(x_0)/s(top) = 1/n at most. It exists if
and only if :math:`\mu < \frac{\sigma^2}{2x_0}\ln\frac{n}{n-1}`; with a larger drift going on for ever
is better than any law. Two contestants without drift: uniform on (0, 2 x_0). A slightly negative
drift makes contestants gamble themselves to lower expected values; more rivals, more risk.

Sources: Seel and Strack (2013), Journal of Economic Theory 148, 2033-2048; Feng and Hobson (2015).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError, NoEquilibriumError
from contests.part import Part
from contests.quadrature import quantile_nodes
from contests.validation import count, finite, positive

__all__ = ["GamblingContest"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GamblingContest(Part):
    """A contest in stopping a Brownian motion.

    Parameters
    ----------
    contestants : int
        How many, at least 2.
    start : float
        x_0: where each process starts, above zero.
    drift : float
        mu, for each unit of time.
    volatility : float
        sigma, above zero.

    Examples
    --------
    >>> contest = GamblingContest(contestants=2, start=1.0)
    >>> contest.top, float(contest.cdf(1.0)), contest.expected_value()
    (2.0, 0.5, 1.0)
    """

    contestants: int = 2
    start: float = 1.0
    drift: float = 0.0
    volatility: float = 1.0

    def __post_init__(self) -> None:
        name = "GamblingContest"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        for part in ("start", "volatility"):
            object.__setattr__(self, part, positive(f"{name}.{part}", getattr(self, part)))
        object.__setattr__(self, "drift", finite(f"{name}.drift", self.drift))

    @property
    def largest_drift(self) -> float:
        """The drift from which on there is no equilibrium."""
        return -(self.volatility**2) / (2 * self.start) * math.log1p(-1.0 / self.contestants)

    @property
    def _steep(self) -> float:
        """-2 mu x_0/sigma^2, the exponent of the scale function at the start."""
        return -2.0 * self.drift * self.start / self.volatility**2

    def _scale(self, x: ArrayLike) -> Array:
        """The scale function in units of its value at the start."""
        z, at = self._steep, np.asarray(x, float) / self.start
        if z == 0:
            return at
        # exp(z at) over exp(z) overflows where the drift is strongly downward: divide in logarithms.
        if z > 30:
            return np.asarray(np.exp(z * (at - 1.0)) - math.exp(-z)) / -math.expm1(-z)
        return np.asarray(np.expm1(z * at) / math.expm1(z))

    def _unscale(self, level: ArrayLike) -> Array:
        """Inverse of `_scale`."""
        z, y = self._steep, np.asarray(level, float)
        if z == 0:
            return y * self.start
        if z > 30:
            with np.errstate(divide="ignore"):  # ruin: the log of zero
                log = np.log(y)
            return np.asarray(self.start * (1.0 + np.logaddexp(log + math.log1p(-math.exp(-z)), -z) / z))
        return np.asarray(self.start * np.log1p(y * math.expm1(z)) / z)

    @cached_property
    def top(self) -> float:
        """The highest value at which anybody stops.

        Raises
        ------
        NoEquilibriumError
            If the drift is too strong.
        """
        if self.drift >= self.largest_drift:
            raise NoEquilibriumError(
                f"With a drift of {self.drift:.6g} going on for ever beats any law of stopped values: an "
                f"equilibrium of {self.contestants} contestants needs a drift below {self.largest_drift:.6g}."
            )
        return float(self._unscale(self.contestants))

    def cdf(self, x: ArrayLike) -> Array:
        """Return the equilibrium law of stopped values.

        Parameters
        ----------
        x : array_like
            Values.

        Returns
        -------
        ndarray
            Probability of stopping at most there.
        """
        inside = np.clip(np.asarray(x, float), 0.0, self.top)
        level = np.clip(self._scale(inside) / self.contestants, 0.0, 1.0)
        return np.asarray(level ** (1.0 / (self.contestants - 1)))

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles of stopped values.

        Parameters
        ----------
        u : array_like
            Probabilities from 0 to 1.
        """
        level = np.asarray(u, float)
        if np.any((level < 0) | (level > 1)):
            raise InvalidPartError("GamblingContest.ppf", u, "probabilities from 0 to 1")
        return np.minimum(self._unscale(self.contestants * level ** (self.contestants - 1)), self.top)

    @property
    def win_probability(self) -> float:
        """Everyone's chance to win."""
        return 1.0 / self.contestants

    def expected_value(self) -> float:
        """Return the expected stopped value."""
        u, _, w = quantile_nodes()
        return float(w @ self.ppf(u))

    def expected_best(self) -> float:
        """Return the expected value of the winner."""
        u, _, w = quantile_nodes()
        return float(w @ self.ppf(u ** (1.0 / self.contestants)))

    def win_probability_of(self, low: ArrayLike, high: ArrayLike) -> Array:
        """Return the chance to win of stopping at the first of two values reached.

        Any such deviation, and so any rule of stopping, wins with probability 1/n at most.

        Parameters
        ----------
        low : array_like
            A value from 0 to the start.
        high : array_like
            A value from the start up.

        Returns
        -------
        ndarray
        """
        below, above = np.asarray(low, float), np.asarray(high, float)
        if np.any((below < 0) | (below > self.start) | (above < self.start)):
            raise InvalidPartError(
                "win_probability_of", (low, high), f"values on either side of the start, {self.start:.6g}"
            )
        a, b = self._scale(below), self._scale(above)
        gap = b - a
        up = np.divide(1.0 - a, gap, out=np.ones(np.broadcast(a, b).shape), where=gap > 0)
        power = self.contestants - 1
        return np.asarray(up * self.cdf(above) ** power + (1 - up) * self.cdf(below) ** power)

    def rvs(self, size: int, *, rng: np.random.Generator) -> Array:
        """Draw stopped values of all contestants.

        Parameters
        ----------
        size : int
            How many contests.
        rng : numpy.random.Generator
            Source of randomness.

        Returns
        -------
        ndarray, shape (size, n)
        """
        return self.ppf(rng.random((count("GamblingContest.rvs.size", size), self.contestants)))
