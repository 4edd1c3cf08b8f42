"""`Shape`: a continuous law with location 0 and scale 1, as the shocks of a contest see it.

The base class gives the logarithms and the slope of the density numerically; the closed forms are in
`contests.laws_known`, SciPy's other laws in `contests.laws_scipy`, sums of two in `contests.laws_sums`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Array", "Mirrored", "Shape", "affine", "numeric_slope"]

Array = NDArray[np.float64]


class Shape:
    """A continuous law with location 0 and scale 1.

    Subclasses give ``name``, ``pdf``, ``cdf``, ``sf``, ``ppf``, ``isf``, ``support``, ``mean``,
    ``std`` and ``rvs``, and improve on the logarithms and the slope where they can.
    """

    name: str = ""
    arguments: tuple[tuple[str, float], ...] = ()  # shape parameters, for the repr
    exact: bool = False  # closed forms, smooth inside the support: no numerical check of the nodes needed

    def is_smooth(self) -> bool | None:
        """Whether the trapezoid rule in log-odds resolves the density; None to find out by trying."""
        return True if self.exact else None

    def has_no_kinks(self) -> bool:
        """Whether the density is known to be smooth inside the support, however its nodes fare."""
        return False

    def grid(self, step: float, reach: float) -> tuple[Array, Array, Array, Array] | None:
        """Own nodes (u, v, w, z), for laws whose quantiles are dear; None for the usual ones.

        ``step`` and ``reach`` are those of `contests.quadrature.quantile_nodes`.
        """
        return None

    def pdf(self, z: Array) -> Array:
        """Density at ``z``."""
        raise NotImplementedError

    def logpdf(self, z: Array) -> Array:
        """Log density at ``z``; -inf outside the support."""
        with np.errstate(divide="ignore"):  # log 0 = -inf is the value outside the support
            return np.log(self.pdf(z))

    def cdf(self, z: Array) -> Array:
        """Probability below ``z``."""
        raise NotImplementedError

    def sf(self, z: Array) -> Array:
        """Probability above ``z``."""
        raise NotImplementedError

    def logcdf(self, z: Array) -> Array:
        """Log probability below ``z``, accurate where that probability is near one."""
        return _log_of(self.cdf(z), self.sf(z))

    def logsf(self, z: Array) -> Array:
        """Log probability above ``z``, accurate where that probability is near one."""
        return _log_of(self.sf(z), self.cdf(z))

    def ppf(self, u: Array) -> Array:
        """Quantile at probability ``u`` from below."""
        raise NotImplementedError

    def isf(self, v: Array) -> Array:
        """Quantile at probability ``v`` from above."""
        raise NotImplementedError

    def slope(self, z: Array) -> Array:
        """Derivative of the density at ``z``, by central differences of order eight."""
        return numeric_slope(self, np.asarray(z, dtype=float))

    @property
    def support(self) -> tuple[float, float]:
        """Ends of the support."""
        raise NotImplementedError

    def mean(self) -> float:
        """Mean; infinite or NaN when it is."""
        raise NotImplementedError

    def std(self) -> float:
        """Standard deviation; infinite or NaN when it is."""
        raise NotImplementedError

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        """Draws of the given ``size`` from the generator ``rng``."""
        raise NotImplementedError

    def mirrored(self) -> Shape:
        """The shape of minus the draw."""
        return Mirrored(self)

    def expression(self, loc: float, scale: float, dialect: str) -> str:
        """The SciPy expression of the law with location ``loc`` and ``scale``, defaults left out.

        ``dialect`` is "classic" or "new".
        """
        arguments = [f"{name}={_number(value)}" for name, value in self.arguments]
        if dialect == "new":
            return affine(f"stats.make_distribution(stats.{self.name})({', '.join(arguments)})", loc, scale)
        arguments += [f"loc={loc!r}"] if loc != 0 else []
        arguments += [f"scale={scale!r}"] if scale != 1 else []
        return f"stats.{self.name}({', '.join(arguments)})"


def _number(value: float) -> str:
    return repr(value) if np.isfinite(value) else f"float('{value}')"


def affine(expression: str, loc: float, scale: float) -> str:
    """The ``expression`` of a new-style distribution, times ``scale`` and plus ``loc``."""
    text = expression if scale == 1 else f"{scale!r} * {expression}"
    return text if loc == 0 else f"{text} + {loc!r}"


def _log_of(probability: Array, other: Array) -> Array:
    """Log of a probability from whichever of it and its complement is small."""
    with np.errstate(divide="ignore"):  # log 0 = -inf is the value outside the support
        return np.where(probability < 0.5, np.log(probability), np.log1p(-other))[()]


def numeric_slope(shape: Shape, z: Array) -> Array:
    """Derivative of ``shape``'s density at ``z``, relative error about 1e-10 where it is smooth.

    The differences stay inside the support, and take steps of the law's own width.
    """
    from scipy.differentiate import derivative

    low, high = shape.support
    quartiles = shape.isf(np.asarray(0.25)) - shape.ppf(np.asarray(0.25))
    room = np.minimum(z - low, high - z)
    inside = (room > 0) & np.isfinite(z)
    result = np.zeros(np.shape(z))
    points = z[inside]
    if points.size:
        # The largest stencil is the first: half the room keeps it inside the support.
        steps = np.minimum(0.2 * float(quartiles), 0.5 * room[inside])
        found = derivative(
            shape.pdf, points, initial_step=steps, order=8, tolerances={"atol": 0.0, "rtol": 1e-13}
        )
        result[inside] = found.df
    return result[()]


@dataclass(frozen=True)
class Mirrored(Shape):
    """The shape of minus a draw from ``base``."""

    base: Shape

    @property
    def name(self) -> str:  # type: ignore[override]
        return f"minus {self.base.name}"

    @property
    def exact(self) -> bool:  # type: ignore[override]
        return self.base.exact

    def is_smooth(self) -> bool | None:
        return self.base.is_smooth()

    def grid(self, step: float, reach: float) -> tuple[Array, Array, Array, Array] | None:
        found = self.base.grid(step, reach)
        if found is None:
            return None
        u, v, w, z = found
        return v[::-1], u[::-1], w[::-1], -z[::-1]

    def pdf(self, z: Array) -> Array:
        return self.base.pdf(-z)

    def logpdf(self, z: Array) -> Array:
        return self.base.logpdf(-z)

    def cdf(self, z: Array) -> Array:
        return self.base.sf(-z)

    def sf(self, z: Array) -> Array:
        return self.base.cdf(-z)

    def logcdf(self, z: Array) -> Array:
        return self.base.logsf(-z)

    def logsf(self, z: Array) -> Array:
        return self.base.logcdf(-z)

    def ppf(self, u: Array) -> Array:
        return -self.base.isf(u)

    def isf(self, v: Array) -> Array:
        return -self.base.ppf(v)

    def slope(self, z: Array) -> Array:
        return -self.base.slope(-z)

    @property
    def support(self) -> tuple[float, float]:
        low, high = self.base.support
        return (-high, -low)

    def mean(self) -> float:
        return -self.base.mean()

    def std(self) -> float:
        return self.base.std()

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return -self.base.rvs(size, rng)

    def mirrored(self) -> Shape:
        return self.base

    def expression(self, loc: float, scale: float, dialect: str) -> str:
        if isinstance(self.base, Mirrored) or self.name in ("gumbel_l",):
            return super().expression(loc, scale, dialect)
        inner = self.base.expression(0.0, 1.0, "new")
        return affine(inner, loc, -scale)
