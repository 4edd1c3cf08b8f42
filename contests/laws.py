"""`Law`: a continuous distribution as the library sees it.

Users give SciPy's distributions, classic (``stats.gumbel_r(scale=2)``) or new-style
(``stats.Normal()``); `law` reads either once, when a part is built, and everything else calls the same
vectorised methods. Laws compare, hash, pickle, and print as the SciPy expression that makes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from contests.errors import ConvergenceError
from contests.laws_known import GumbelRight, Normal, Uniform
from contests.laws_shape import Array, Shape
from contests.validation import count as a_count
from contests.validation import finite, positive
from contests.working_time import go_on

__all__ = ["Law", "NodeGrid", "averaged_error", "gumbel", "law", "normal", "sum_law", "uniform"]


class NodeGrid(NamedTuple):
    """Nodes of a law for integrals over its own quantile, as `Law.node_grid` gives them.

    Attributes
    ----------
    u, v : ndarray
        Probabilities from below and from above.
    w : ndarray
        Weights.
    x : ndarray
        Quantiles.
    density : ndarray
        Density at the quantiles.
    z : ndarray
        Standardised quantiles (x - loc) / scale, free of the location's rounding.
    """

    u: Array
    v: Array
    w: Array
    x: Array
    density: Array
    z: Array


@dataclass(frozen=True, repr=False)
class Law:
    """A continuous law: a standard shape with a location and a scale.

    Make one with `law`, `gumbel`, `normal` or `uniform`.

    Parameters
    ----------
    shape : Shape
        The law with location 0 and scale 1.
    loc : float, optional
        Location.
    scale : float, optional
        Scale, above zero.
    dialect : {"classic", "new"}, optional
        How the repr writes it; not compared.

    Examples
    --------
    >>> gumbel(2.0)
    stats.gumbel_r(loc=-1.1544313298030657, scale=2.0)
    >>> normal(1.0).shifted(3) == normal(1.0).shifted(1).shifted(2)
    True
    """

    shape: Shape
    loc: float = 0.0
    scale: float = 1.0
    dialect: str = field(default="classic", compare=False)
    _cache: dict[Any, Any] = field(default_factory=dict, init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "loc", finite("Law.loc", self.loc))
        object.__setattr__(self, "scale", positive("Law.scale", self.scale))

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_cache": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __repr__(self) -> str:
        location, scale = self.loc, self.scale
        if self.dialect == "new" and self.shape == Normal():
            return f"stats.Normal(mu={location!r}, sigma={scale!r})"
        if self.dialect == "new" and self.shape == Uniform():
            return f"stats.Uniform(a={location!r}, b={location + scale!r})"
        return self.shape.expression(location, scale, self.dialect)

    @property
    def name(self) -> str:
        """SciPy's name of the family."""
        return self.shape.name

    def _standard(self, x: ArrayLike) -> Array:
        return np.asarray((np.asarray(x, dtype=float) - self.loc) / self.scale)

    def pdf(self, x: ArrayLike) -> Array:
        """Density at ``x``, zero outside the support."""
        go_on()
        return self.shape.pdf(self._standard(x)) / self.scale

    def logpdf(self, x: ArrayLike) -> Array:
        """Log density at ``x``, -inf outside the support."""
        return self.shape.logpdf(self._standard(x)) - float(np.log(self.scale))

    def cdf(self, x: ArrayLike) -> Array:
        """Probability of a draw below ``x``."""
        go_on()
        return self.shape.cdf(self._standard(x))

    def sf(self, x: ArrayLike) -> Array:
        """Probability of a draw above ``x``."""
        go_on()
        return self.shape.sf(self._standard(x))

    def logcdf(self, x: ArrayLike) -> Array:
        """Log probability of a draw below ``x``."""
        return self.shape.logcdf(self._standard(x))

    def logsf(self, x: ArrayLike) -> Array:
        """Log probability of a draw above ``x``."""
        return self.shape.logsf(self._standard(x))

    def ppf(self, u: ArrayLike) -> Array:
        """Quantile at probability ``u`` from below."""
        go_on()
        return self.loc + self.scale * self.shape.ppf(np.asarray(u, dtype=float))

    def isf(self, v: ArrayLike) -> Array:
        """Quantile at probability ``v`` from above."""
        go_on()
        return self.loc + self.scale * self.shape.isf(np.asarray(v, dtype=float))

    def slope(self, x: ArrayLike) -> Array:
        """Derivative of the density at ``x``: exact for the common laws, about 1e-10 otherwise."""
        return self.shape.slope(self._standard(x)) / self.scale**2

    @property
    def support(self) -> tuple[float, float]:
        """Ends of the support, possibly infinite."""
        low, high = self.shape.support
        return (self.loc + self.scale * low, self.loc + self.scale * high)

    def mean(self) -> float:
        """Mean; infinite or NaN where the law has none (Cauchy)."""
        return self.loc + self.scale * self.shape.mean()

    def std(self) -> float:
        """Standard deviation; infinite or NaN where the law has none."""
        return self.scale * self.shape.std()

    def rvs(self, size: int | tuple[int, ...] = (), *, rng: np.random.Generator) -> Array:
        """Draws of shape ``size`` from the generator ``rng``."""
        return self.loc + self.scale * self.shape.rvs(size, rng)

    def shifted(self, by: float) -> Law:
        """The law of the draw plus ``by``."""
        return Law(self.shape, self.loc + finite("Law.shifted", by), self.scale, self.dialect)

    def scaled(self, by: float) -> Law:
        """The law of ``by`` > 0 times the draw."""
        factor = positive("Law.scaled", by, remedy="For minus the draw use mirrored().")
        return Law(self.shape, self.loc * factor, self.scale * factor, self.dialect)

    def mirrored(self) -> Law:
        """The law of minus the draw."""
        if self.shape == Uniform() or self.shape.name == "trapezoid":  # their own mirror images
            return Law(self.shape, -(self.support[0] + self.support[1]) + self.loc, self.scale, self.dialect)
        return Law(self.shape.mirrored(), -self.loc, self.scale, self.dialect)

    def nodes(
        self, breaks: ArrayLike = (), *, breaks_above: ArrayLike | None = None, step: float = 0.25
    ) -> tuple[Array, Array]:
        """Return draws ``x`` and weights ``w`` with E f(draw) = sum f(x) w.

        ``breaks`` and ``breaks_above`` are probabilities from below and from above at which f is not
        smooth; ``step`` is that of `contests.quadrature.quantile_nodes`.
        """
        from contests.quadrature import quantile_nodes

        below = np.atleast_1d(np.asarray(breaks, dtype=float))
        if not ((below > 0) & (below < 1)).any():
            grid = self.node_grid(step=step)
            return grid.x, grid.w
        u, v, w = quantile_nodes(below, breaks_above=breaks_above, step=step)
        return self.loc + self.scale * self._quantiles(u, v), w

    def node_grid(self, step: float = 0.25, reach: float = 60.0) -> NodeGrid:
        """Return nodes for integrals over the law's quantile, computed once and kept.

        Parameters
        ----------
        step, reach : float, optional
            As in `contests.quadrature.quantile_nodes`. Laws whose density has kinks or jumps inside
            its support get refined panels instead.

        Returns
        -------
        NodeGrid
            ``(u, v, w, x, density, z)``, arrays of one shape.
        """
        from contests.quadrature import panel_nodes, quantile_nodes

        key = ("grid", step, reach)
        if key not in self._cache:
            kept = worked_out(self.shape)
            if key not in kept:
                own = self.shape.grid(step, reach)
                if own is not None:
                    u, v, w, z = own
                else:
                    if self._smooth():
                        u, v, w = quantile_nodes(step=step, reach=reach)
                    else:
                        u, v, w = panel_nodes(self.density_of_quantile, step=step, reach=reach)
                    z = self._quantiles(u, v)
                kept[key] = (u, v, w, z)
            u, v, w, z = kept[key]
            density = self.shape.pdf(z) / self.scale
            # Left out: quantiles beyond those the law's isf knows, and quantiles that round to an end
            # where the density is infinite.
            known = np.isfinite(z) & np.isfinite(density)
            u, v, w, z, density = (array[known] for array in (u, v, w, z, density))
            grid = NodeGrid(u, v, w, self.loc + self.scale * z, density, z)
            for array in grid:
                array.setflags(write=False)
            self._cache[key] = grid
        found: NodeGrid = self._cache[key]
        return found

    def quantile(self, u: Array, v: Array) -> Array:
        """Return quantiles at probability ``u`` from below and ``v`` = 1 - u from above, fast.

        From whichever of the two is small; for laws without closed forms, from a table.
        """
        if not self.shape.exact:
            from contests.laws_quantile import quantile_table

            table = quantile_table(self.shape)
            if table is not None:
                with np.errstate(divide="ignore"):  # the ends of the table stand for 0 and 1
                    return self.loc + self.scale * table.at(np.log(u) - np.log(v))
        return self.loc + self.scale * self._quantiles(u, v)

    def levels(self, x: Array) -> tuple[Array, Array]:
        """Return the probabilities below and above ``x``, fast.

        From a table for laws without closed forms, good to 1e-9 of the smaller of the two and to
        3e-14; beyond quantiles of about 1e-18 they are zero and one.
        """
        if not self.shape.exact:
            from contests.laws_quantile import level_table

            table = level_table(self.shape)
            if table is not None:
                return table.at(self._standard(x))
        return self.cdf(x), self.sf(x)

    def _quantiles(self, u: Array, v: Array) -> Array:
        """Standardised quantiles from whichever of ``u`` and ``v`` is small."""
        z = np.where(u < 0.5, self.shape.ppf(np.minimum(u, 0.5)), self.shape.isf(np.minimum(v, 0.5)))
        if np.isnan(z).any():
            raise ConvergenceError(f"The quantile function of {self!r} returns NaN inside (0, 1).")
        return z

    def density_of_quantile(self, u: Array, v: Array) -> tuple[Array, Array]:
        """Standard density at the quantile of levels ``u`` = 1 - ``v``, and what its errors do to it."""
        z = self._quantiles(u, v)
        density = self.shape.pdf(z)
        # Families without an isf of their own lose the upper tail's digits: see by how much.
        miss = np.abs(np.where(u < 0.5, self.shape.cdf(z) - u, self.shape.sf(z) - v))
        miss = miss + 4e-16 * np.minimum(u, v)
        error = np.zeros(z.shape)
        np.divide(miss, density, out=error, where=(density > 0) & np.isfinite(density))
        moved = self.shape.pdf(z + 16 * np.spacing(z) + 2 * error)
        # A quantile that rounds to an end where the density is infinite says nothing.
        known = np.isfinite(density) & np.isfinite(moved)
        density, moved = np.where(known, density, 0.0), np.where(known, moved, 0.0)
        return density, np.abs(moved - density)

    @property
    def kinks(self) -> Array:
        """Places inside the support at which the density has a kink or a jump (Laplace: its middle)."""
        from contests.laws_kinks import standard_kinks

        return np.asarray(self.loc + self.scale * standard_kinks(self), float)

    def _smooth(self) -> bool:
        """Whether the trapezoid rule in log-odds resolves the density."""
        from contests.laws_kinks import is_smooth

        return is_smooth(self)


@lru_cache(maxsize=256)
def worked_out(shape: Shape) -> dict[Any, Any]:
    """What has been worked out for the standard law ``shape``, shared by its shifts and multiples."""
    return {}


def law(value: object, part: str = "Additive.shock") -> Law:
    """Return the law that ``value`` stands for.

    Parameters
    ----------
    value : Law or SciPy distribution
        A `Law`, a frozen classic distribution or a new-style one.
    part : str, optional
        The part and field that asks, for the refusal.

    Returns
    -------
    Law

    Raises
    ------
    InvalidPartError
        For anything else, discrete laws, families without parameters, and parameters outside the domain.

    Examples
    --------
    >>> from scipy import stats
    >>> law(stats.gumbel_r(scale=2))
    stats.gumbel_r(scale=2.0)
    """
    if isinstance(value, Law):
        return value
    from contests.laws_scipy import read

    shape, location, scale, dialect = read(value, part)
    return Law(shape, location, scale, dialect)


def gumbel(scale: float = 1.0) -> Law:
    """Return the Gumbel law of largest values with mean zero and the given ``scale``."""
    mu = positive("gumbel.scale", scale)
    return Law(GumbelRight(), -float(np.euler_gamma) * mu, mu)


def normal(scale: float = 1.0) -> Law:
    """Return the normal law with mean zero and standard deviation ``scale``."""
    return Law(Normal(), 0.0, positive("normal.scale", scale))


def uniform(low: float = 0.0, high: float = 1.0) -> Law:
    """Return the uniform law on [``low``, ``high``]."""
    start = finite("uniform.low", low)
    return Law(Uniform(), start, positive("uniform.high - low", finite("uniform.high", high) - start))


def sum_law(first: Law, second: Law) -> Law:
    """Return the law of the sum of independent draws from ``first`` and ``second``.

    Closed form for two normals; a numeric law with errors of about 1e-10 otherwise.

    Examples
    --------
    >>> sum_law(normal(3.0), normal(4.0))
    stats.norm(scale=5.0)
    """
    from contests.laws_sums import sum_of

    return sum_of(law(first, part="sum_law.first"), law(second, part="sum_law.second"))


def averaged_error(error: Law, judges: int) -> Law:
    """Return the law of the average of ``judges`` independent draws from ``error``.

    Examples
    --------
    >>> averaged_error(normal(3.0), 9)
    stats.norm()
    """
    from contests.laws_sums import average_of

    return average_of(error, a_count("averaged_error.judges", judges))
