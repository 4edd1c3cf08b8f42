"""The sum of two uniform shocks in closed form: the trapezoidal law (triangular if equally wide)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from contests.laws_shape import Array, Shape

__all__ = ["UniformSum"]


@dataclass(frozen=True)
class UniformSum(Shape):
    """A uniform draw on [0, 1] plus an independent one on [0, ratio], with 0 < ratio <= 1."""

    ratio: float = 1.0

    name = "trapezoid"

    def is_smooth(self) -> bool:
        """The density bends at ratio and at one."""
        return False

    def pdf(self, z: Array) -> Array:
        x = np.asarray(z, float)
        edge = np.minimum(x, 1.0 + self.ratio - x) / self.ratio
        return np.asarray(np.clip(edge, 0.0, 1.0), float)[()]

    def _tail(self, x: Array) -> Array:
        """Probability within x of an end, for x up to the middle."""
        near = np.clip(x, 0.0, self.ratio)
        return near * near / (2.0 * self.ratio) + np.maximum(x - self.ratio, 0.0)

    def cdf(self, z: Array) -> Array:
        x, top = np.asarray(z, float), 1.0 + self.ratio
        lower = self._tail(np.minimum(x, top / 2))
        return np.where(x <= top / 2, lower, 1.0 - self._tail(np.minimum(top - x, top / 2)))[()]

    def sf(self, z: Array) -> Array:
        return self.cdf(1.0 + self.ratio - np.asarray(z, float))

    def ppf(self, u: Array) -> Array:
        level = np.asarray(u, float)
        p = np.minimum(level, 1.0 - level)
        tail = np.where(
            p <= self.ratio / 2, np.sqrt(2.0 * self.ratio * np.maximum(p, 0.0)), p + self.ratio / 2
        )
        return np.asarray(np.where(level <= 0.5, tail, 1.0 + self.ratio - tail), float)[()]

    def isf(self, v: Array) -> Array:
        return 1.0 + self.ratio - self.ppf(v)

    def slope(self, z: Array) -> Array:
        x, top = np.asarray(z, float), 1.0 + self.ratio
        rising, falling = (x > 0) & (x < self.ratio), (x > 1.0) & (x < top)
        return (np.where(rising, 1.0, 0.0) - np.where(falling, 1.0, 0.0))[()] / self.ratio

    @property
    def support(self) -> tuple[float, float]:
        return (0.0, 1.0 + self.ratio)

    def mean(self) -> float:
        return (1.0 + self.ratio) / 2

    def std(self) -> float:
        return float(np.sqrt((1.0 + self.ratio**2) / 12))

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return np.asarray(rng.random(size) + self.ratio * rng.random(size))[()]

    def expression(self, loc: float, scale: float, dialect: str) -> str:
        top = 1.0 + self.ratio
        return f"stats.trapezoid({self.ratio / top!r}, {1.0 / top!r}, loc={loc!r}, scale={scale * top!r})"
