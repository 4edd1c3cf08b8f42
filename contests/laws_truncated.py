"""The law of a draw, given that it is in one tail: types above or below a threshold.

Levels of the tail are levels of the whole law, moved and stretched, so that the far end keeps
all its digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from contests.laws import Law, uniform
from contests.laws_known import Uniform
from contests.laws_shape import Array, Shape

__all__ = ["Tail", "tail_of"]


def tail_of(whole: Law, cut: float, *, upper: bool) -> Law:
    """Return the law of a draw given on which side of a place it is.

    Parameters
    ----------
    whole : Law
        The law of the draw.
    cut : float
        The place, inside the support.
    upper : bool
        Whether the draw is above it, rather than below.

    Returns
    -------
    Law

    Examples
    --------
    >>> from contests.laws import uniform
    >>> tail_of(uniform(0.0, 1.0), 0.25, upper=True).support
    (0.25, 1.0)
    """
    low, high = whole.support
    if whole.shape == Uniform():
        return uniform(cut, high) if upper else uniform(low, cut)
    return Law(Tail(whole, float(cut), upper))


@dataclass(frozen=True)
class Tail(Shape):
    """A draw from ``whole`` given that it is above (``upper``) or below ``cut``."""

    whole: Law
    cut: float
    upper: bool

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"{self.whole.name} {'above' if self.upper else 'below'} {self.cut:g}"

    @property
    def share(self) -> float:
        """Probability of the tail."""
        return float(self.whole.sf(self.cut) if self.upper else self.whole.cdf(self.cut))

    def _inside(self, z: Array) -> Array:
        return np.asarray(z >= self.cut if self.upper else z <= self.cut)

    def pdf(self, z: Array) -> Array:
        return np.where(self._inside(z), self.whole.pdf(z), 0.0) / self.share

    def cdf(self, z: Array) -> Array:
        if not self.upper:
            return np.minimum(self.whole.cdf(z) / self.share, 1.0)
        # From whichever end is near: what is lost above, or what is gained since the cut.
        rest = self.whole.sf(z) / self.share
        gained = (self.whole.cdf(z) - self.whole.cdf(self.cut)) / self.share
        return np.clip(np.where(rest < 0.5, 1.0 - rest, gained), 0.0, 1.0)

    def sf(self, z: Array) -> Array:
        if self.upper:
            return np.minimum(self.whole.sf(z) / self.share, 1.0)
        rest = self.whole.cdf(z) / self.share
        gained = (self.whole.sf(z) - self.whole.sf(self.cut)) / self.share
        return np.clip(np.where(rest < 0.5, 1.0 - rest, gained), 0.0, 1.0)

    def ppf(self, u: Array) -> Array:
        if not self.upper:
            return np.minimum(self.whole.ppf(self.share * u), self.cut)
        found = self.whole.ppf(self.whole.cdf(self.cut) + self.share * u)
        return np.maximum(np.where(u > 0.5, self.whole.isf(self.share * (1.0 - u)), found), self.cut)

    def isf(self, v: Array) -> Array:
        if self.upper:
            return np.maximum(self.whole.isf(self.share * v), self.cut)
        found = self.whole.isf(self.whole.sf(self.cut) + self.share * v)
        return np.minimum(np.where(v > 0.5, self.whole.ppf(self.share * (1.0 - v)), found), self.cut)

    @property
    def support(self) -> tuple[float, float]:
        low, high = self.whole.support
        return (self.cut, high) if self.upper else (low, self.cut)

    def _moment(self, power: int) -> float:
        x, w = Law(self).nodes()
        return float(w @ x**power)

    def mean(self) -> float:
        whole = self.whole.mean()
        return self._moment(1) if np.isfinite(whole) else whole

    def std(self) -> float:
        whole = self.whole.std()
        if not np.isfinite(whole):
            return whole
        return float(np.sqrt(max(self._moment(2) - self._moment(1) ** 2, 0.0)))

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return self.ppf(rng.random(size))
