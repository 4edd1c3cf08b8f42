"""Standard shapes of shocks (location 0, scale 1): the common closed forms.

A `Shape` is a continuous law without location and scale; `contests.laws.Law` adds those two. The
common ones are written with ``scipy.special`` only, so that no contest with normal, Gumbel, logistic,
uniform or exponential shocks has to load ``scipy.stats`` (over a second); they return SciPy's numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from contests.laws_shape import Array, Mirrored, Shape

__all__ = ["Exponential", "GumbelLeft", "GumbelRight", "Logistic", "Normal", "Uniform"]

_LOG_ROOT_TWO_PI = 0.918938533204672741780329736406
_LARGEST_EXPONENT = 700.0  # exp(700) is finite: the double exponentials below stay free of inf * 0


@dataclass(frozen=True)
class Normal(Shape):
    """The standard normal."""

    name = "norm"
    exact = True

    def pdf(self, z: Array) -> Array:
        return np.exp(self.logpdf(z))

    def logpdf(self, z: Array) -> Array:
        z = np.clip(z, -1e150, 1e150)  # the square stays finite
        return -0.5 * z * z - _LOG_ROOT_TWO_PI

    def cdf(self, z: Array) -> Array:
        from scipy.special import ndtr

        return np.asarray(ndtr(z))[()]

    def sf(self, z: Array) -> Array:
        return self.cdf(-z)

    def logcdf(self, z: Array) -> Array:
        from scipy.special import log_ndtr

        return np.asarray(log_ndtr(z))[()]

    def logsf(self, z: Array) -> Array:
        return self.logcdf(-z)

    def ppf(self, u: Array) -> Array:
        from scipy.special import ndtri

        return np.asarray(ndtri(u))[()]

    def isf(self, v: Array) -> Array:
        return -self.ppf(v)

    def slope(self, z: Array) -> Array:
        z = np.clip(z, -1e150, 1e150)
        return -z * self.pdf(z)

    @property
    def support(self) -> tuple[float, float]:
        return (-np.inf, np.inf)

    def mean(self) -> float:
        return 0.0

    def std(self) -> float:
        return 1.0

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return np.asarray(rng.standard_normal(size))[()]

    def mirrored(self) -> Shape:
        return self


@dataclass(frozen=True)
class GumbelRight(Shape):
    """The largest-value Gumbel: cdf exp(-exp(-z)), mean Euler's constant."""

    name = "gumbel_r"
    exact = True

    def pdf(self, z: Array) -> Array:
        return np.exp(self.logpdf(z))

    def logpdf(self, z: Array) -> Array:
        t = np.minimum(-z, _LARGEST_EXPONENT)
        return t - np.exp(t)

    def cdf(self, z: Array) -> Array:
        return np.exp(self.logcdf(z))

    def sf(self, z: Array) -> Array:
        return -np.expm1(self.logcdf(z))

    def logcdf(self, z: Array) -> Array:
        return -np.exp(np.minimum(-z, _LARGEST_EXPONENT))

    def logsf(self, z: Array) -> Array:
        w = np.exp(np.minimum(-z, _LARGEST_EXPONENT))  # sf = 1 - exp(-w)
        with np.errstate(divide="ignore"):  # far right the survival function underflows to 0
            middle = np.where(w < 0.7, np.log(-np.expm1(-w)), np.log1p(-np.exp(-w)))
        # small w: log sf = -z - w/2 + w^2/24
        return np.where(w < 1e-4, -z - w / 2 + w * np.minimum(w, 1.0) / 24, middle)[()]

    def ppf(self, u: Array) -> Array:
        with np.errstate(divide="ignore"):  # the quantiles at 0 and 1 are infinite
            return -np.log(-np.log(u))

    def isf(self, v: Array) -> Array:
        with np.errstate(divide="ignore"):  # the quantiles at 0 and 1 are infinite
            return -np.log(-np.log1p(-np.asarray(v)))

    def slope(self, z: Array) -> Array:
        w = np.exp(np.minimum(-z, _LARGEST_EXPONENT))
        return self.pdf(z) * (w - 1.0)

    @property
    def support(self) -> tuple[float, float]:
        return (-np.inf, np.inf)

    def mean(self) -> float:
        return float(np.euler_gamma)

    def std(self) -> float:
        return float(np.pi / np.sqrt(6))

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return np.asarray(rng.gumbel(size=size))[()]

    def mirrored(self) -> Shape:
        return GumbelLeft()


@dataclass(frozen=True)
class GumbelLeft(Mirrored):
    """The smallest-value Gumbel: minus the largest-value one, its ``base``."""

    base: Shape = GumbelRight()
    name = "gumbel_l"


@dataclass(frozen=True)
class Logistic(Shape):
    """The logistic: log-odds of the cdf equal to z."""

    name = "logistic"
    exact = True

    def pdf(self, z: Array) -> Array:
        return self.cdf(z) * self.sf(z)

    def logpdf(self, z: Array) -> Array:
        y = -np.abs(z)
        return y - 2.0 * np.log1p(np.exp(y))

    def cdf(self, z: Array) -> Array:
        from scipy.special import expit

        return np.asarray(expit(z))[()]

    def sf(self, z: Array) -> Array:
        return self.cdf(-z)

    def logcdf(self, z: Array) -> Array:
        from scipy.special import log_expit

        return np.asarray(log_expit(z))[()]

    def logsf(self, z: Array) -> Array:
        return self.logcdf(-z)

    def ppf(self, u: Array) -> Array:
        from scipy.special import logit

        return np.asarray(logit(u))[()]

    def isf(self, v: Array) -> Array:
        return -self.ppf(v)

    def slope(self, z: Array) -> Array:
        return -self.pdf(z) * np.tanh(z / 2)

    @property
    def support(self) -> tuple[float, float]:
        return (-np.inf, np.inf)

    def mean(self) -> float:
        return 0.0

    def std(self) -> float:
        return float(np.pi / np.sqrt(3))

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return np.asarray(rng.logistic(size=size))[()]

    def mirrored(self) -> Shape:
        return self


@dataclass(frozen=True)
class Uniform(Shape):
    """The uniform on [0, 1]."""

    name = "uniform"
    exact = True

    def pdf(self, z: Array) -> Array:
        return np.where((z >= 0) & (z <= 1), 1.0, 0.0)[()]

    def cdf(self, z: Array) -> Array:
        return np.clip(z, 0.0, 1.0)

    def sf(self, z: Array) -> Array:
        return np.clip(1.0 - z, 0.0, 1.0)

    def ppf(self, u: Array) -> Array:
        return np.asarray(u, dtype=float)[()]

    def isf(self, v: Array) -> Array:
        return 1.0 - np.asarray(v, dtype=float)[()]

    def slope(self, z: Array) -> Array:
        return np.zeros(np.shape(z))[()]

    @property
    def support(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def mean(self) -> float:
        return 0.5

    def std(self) -> float:
        return float(np.sqrt(1 / 12))

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return np.asarray(rng.random(size))[()]


@dataclass(frozen=True)
class Exponential(Shape):
    """The exponential with mean 1."""

    name = "expon"
    exact = True

    def pdf(self, z: Array) -> Array:
        return np.where(z >= 0, np.exp(-np.maximum(z, 0.0)), 0.0)[()]

    def logpdf(self, z: Array) -> Array:
        return np.where(z >= 0, -np.maximum(z, 0.0), -np.inf)[()]

    def cdf(self, z: Array) -> Array:
        return -np.expm1(-np.maximum(z, 0.0))

    def sf(self, z: Array) -> Array:
        return np.exp(-np.maximum(z, 0.0))

    def logsf(self, z: Array) -> Array:
        return -np.maximum(z, 0.0)

    def ppf(self, u: Array) -> Array:
        with np.errstate(divide="ignore"):  # the quantile at 1 is infinite
            return -np.log1p(-np.asarray(u))

    def isf(self, v: Array) -> Array:
        with np.errstate(divide="ignore"):  # the quantile at 0 from above is infinite
            return -np.log(v)

    def slope(self, z: Array) -> Array:
        return -self.pdf(z)

    @property
    def support(self) -> tuple[float, float]:
        return (0.0, np.inf)

    def mean(self) -> float:
        return 1.0

    def std(self) -> float:
        return 1.0

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return np.asarray(rng.standard_exponential(size))[()]
