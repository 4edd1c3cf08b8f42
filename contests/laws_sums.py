"""Laws made of laws: sums of two independent shocks, averages of judges' errors, and mixtures.

A sum needs no table. Its density is E f2(s - X1) and its cdf E F2(s - X1): sums of positive terms over the
quantile nodes of the first law, so tails keep their relative accuracy, and density and cdf belong to
each other exactly. Where the second law has ends, the first law's quantile is split there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from contests.errors import ConvergenceError, InvalidPartError
from contests.laws import Law
from contests.laws_known import Normal, Uniform
from contests.laws_shape import Array, Shape
from contests.laws_uniform_sum import UniformSum
from contests.quadrature import split_nodes

__all__ = ["Mixed", "Summed", "average_of", "sum_of"]

_CHUNK = 1_000_000  # numbers held at once
_ACCURACY = 1e-10


def _solve(below: Callable[[Array], Array], lo: Array, hi: Array, log_target: Array, within: float) -> Array:
    """Return z, to ``within``, with log probability ``below(z)`` at the target, between ``lo`` and ``hi``."""
    from contests.numerics import root_vectorised

    lo, hi, target = np.broadcast_arrays(lo, hi, log_target)
    result = np.array(lo, dtype=float)
    shape, flat = result.shape, result.ravel()
    low, high, target = lo.ravel(), hi.ravel(), target.ravel()
    at_low, at_high = below(low) - target, below(high) - target
    flat[at_high == 0] = high[at_high == 0]
    # Brackets from inequalities may miss by rounding, where the bracket's end is the answer.
    sign = np.sign(at_low) * np.sign(at_high)
    nearer = np.where(np.abs(at_low) < np.abs(at_high), low, high)
    flat[sign > 0] = nearer[sign > 0]
    open_ = (sign < 0) & (high > low)
    if open_.any():
        flat[open_] = root_vectorised(
            lambda z, t: below(z) - t,
            low[open_],
            high[open_],
            (target[open_],),
            within=within,
            what="a quantile",
        )
    return flat.reshape(shape)


def _quantile(law: Law, u: Array, v: Array) -> Array:
    """The quantile from whichever of the levels from below and from above is small."""
    return np.where(u < 0.5, law.ppf(np.minimum(u, 0.5)), law.isf(np.minimum(v, 0.5)))


class _Composed(Shape):
    """What sums and mixtures share: quantiles by root finding in the log of the smaller tail."""

    def _bracket(self, u: Array, v: Array) -> tuple[Array, Array]:
        raise NotImplementedError

    def ppf(self, u: Array) -> Array:
        u = np.asarray(u, dtype=float)
        return self._quantile(u, 1.0 - u)

    def isf(self, v: Array) -> Array:
        v = np.asarray(v, dtype=float)
        return self._quantile(1.0 - v, v)

    def _quantile(self, u: Array, v: Array) -> Array:
        low, high = self.support
        result = np.where(u <= 0, low, high)
        quartiles = self._bracket(np.array([0.25, 0.75]), np.array([0.75, 0.25]))
        within = 1e-15 * float(quartiles[1][1] - quartiles[0][0])
        left, right = (u > 0) & (u < 0.5), (v > 0) & (v <= 0.5) & (u > 0)
        lo, hi = self._bracket(np.clip(u, 1e-320, 1.0), np.clip(v, 1e-320, 1.0))
        if left.any():
            result[left] = _solve(self.logcdf, lo[left], hi[left], np.log(u[left]), within)
        if right.any():
            result[right] = _solve(self.logsf, lo[right], hi[right], np.log(v[right]), within)
        result = np.where(np.isnan(u), np.nan, result)
        return result[()]


@dataclass(frozen=True)
class Summed(_Composed):
    """The sum of a draw from ``outer`` and one from ``inner``, independent.

    The nodes are the outer law's, ``step`` apart; the inner law's density is evaluated between them.
    With ``split`` the nodes are also split where the inner law has its median, for narrow or
    heavy-tailed laws.
    """

    outer: Law
    inner: Law
    step: float = 0.25
    split: bool = False
    name = "sum"

    def _leaves(self) -> list[Law]:
        """The laws that are summed, those inside sums included."""
        found: list[Law] = []
        for law in (self.outer, self.inner):
            if isinstance(law.shape, Summed):
                parts = law.shape._leaves()
                scaled = [Law(leaf.shape, leaf.loc * law.scale, leaf.scale * law.scale) for leaf in parts]
                found += [scaled[0].shifted(law.loc), *scaled[1:]]
            else:
                found.append(law)
        return found

    def _ends(self) -> Array:
        return np.array([end for end in self.inner.support if np.isfinite(end)])

    def _expect(self, method: Callable[[Array], Array], z: Array) -> Array:
        z = np.asarray(z, dtype=float)
        flat = z.ravel()
        result = np.empty(flat.size)
        places = np.append(self._ends(), float(self.inner.ppf(0.5))) if self.split else self._ends()
        size = int(130 / self.step) * (places.size + 1 + self.split)
        rows = max(1, _CHUNK // size)
        for i in range(0, flat.size, rows):
            part = flat[i : i + rows, None]
            if places.size == 0:
                x, w = self.outer.nodes(step=self.step)
            else:
                below, above = self.outer.cdf(part - places), self.outer.sf(part - places)
                if self.split:  # the other law's middle too, where double-sided exponentials have a kink
                    middle = np.full((below.shape[0], 1), 0.5)
                    below, above = np.hstack([below, middle]), np.hstack([above, middle])
                u, v, w = split_nodes(below, above, step=self.step)
                x = _quantile(self.outer, u, v)
            result[i : i + rows] = np.sum(method(part - x) * w, axis=1)
        return result.reshape(z.shape)[()]

    def is_smooth(self) -> bool | None:
        return self._ends().size == 0 and not self.split

    def has_no_kinks(self) -> bool:
        # A sum is as smooth as the smoother of its parts; ends are where a density may jump.
        return any(
            np.isinf(part.support).all()
            and (part.shape.exact or part.shape.has_no_kinks() or not part.kinks.size)
            for part in (self.outer, self.inner)
        )

    def grid(self, step: float, reach: float) -> tuple[Array, Array, Array, Array] | None:
        """Nodes at the sums of equal quantiles of both laws, which cover the sum's tails, however heavy.

        No quantile of the sum is solved for: its cdf and density at the nodes give levels and weights
        (``step`` and ``reach`` as in `contests.quadrature.quantile_nodes`).
        """
        from contests.quadrature import quantile_nodes

        step = step / 2  # sums are more concentrated than sums of equal quantiles
        leaves = self._leaves()
        rough = [leaf for leaf in leaves if not leaf._smooth()]
        if rough:
            p, q, w = rough[0].node_grid(step=step, reach=reach)[:3]
        else:
            levels = self._kink_levels()
            p, q, w = quantile_nodes(levels[0], breaks_above=levels[1], step=step, reach=reach)
        z, stretch = np.zeros(p.shape), np.zeros(p.shape)
        with np.errstate(divide="ignore"):  # nodes that round to an end with density zero: left out below
            for leaf in leaves:
                x = _quantile(leaf, p, q)
                z, stretch = z + x, stretch + w / leaf.pdf(x)
        kept = np.isfinite(z) & np.isfinite(stretch)
        z, stretch = z[kept], stretch[kept]
        u, v, w = self.cdf(z), self.sf(z), self.pdf(z) * stretch
        kept = (u > 0) & (v > 0)
        if not np.isclose(np.sum(w), 1.0, rtol=0, atol=1e-9):
            raise ConvergenceError(f"The probabilities of the sum of {leaves!r} do not add to one.")
        return u[kept], v[kept], w[kept], z[kept]

    def _kink_levels(self) -> tuple[Array, Array]:
        """Levels p at which the equal quantiles add up to an interior kink of the density."""
        low, high = self.support
        sums = {float(a + b) for a in self.outer.support for b in self.inner.support if np.isfinite(a + b)}
        kinks = np.array(sorted(k for k in sums if low < k < high))

        def total(y: Array, kink: Array) -> Array:
            p, q = expit(y), expit(-y)
            return np.asarray(sum(_quantile(leaf, p, q) for leaf in self._leaves()) - kink)

        from scipy.special import expit

        from contests.numerics import root_vectorised

        if not kinks.size:
            return kinks, kinks
        y = root_vectorised(total, np.full(kinks.size, -36.0), np.full(kinks.size, 36.0), (kinks,))
        return np.asarray(expit(y)), np.asarray(expit(-y))

    def pdf(self, z: Array) -> Array:
        return self._expect(self.inner.pdf, z)

    def cdf(self, z: Array) -> Array:
        return np.minimum(self._expect(self.inner.cdf, z), 1.0)

    def sf(self, z: Array) -> Array:
        return np.minimum(self._expect(self.inner.sf, z), 1.0)

    def slope(self, z: Array) -> Array:
        # With ends the density of the inner law jumps, and the slope has a term for each jump.
        return super().slope(z) if self._ends().size else self._expect(self.inner.slope, z)

    @property
    def support(self) -> tuple[float, float]:
        a, b = self.outer.support, self.inner.support
        return (a[0] + b[0], a[1] + b[1])

    def _bracket(self, u: Array, v: Array) -> tuple[Array, Array]:
        # X1 + X2 <= a + b needs X1 <= a or X2 <= b; and the same from above.
        leaves = self._leaves()
        share = len(leaves)
        lo = np.sum([leaf.ppf(u / share) for leaf in leaves], axis=0)
        hi = np.sum([leaf.isf(v / share) for leaf in leaves], axis=0)
        return lo, hi

    def mean(self) -> float:
        return self.outer.mean() + self.inner.mean()

    def std(self) -> float:
        return float(np.hypot(self.outer.std(), self.inner.std()))

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return self.outer.rvs(size, rng=rng) + self.inner.rvs(size, rng=rng)

    def expression(self, loc: float, scale: float, dialect: str) -> str:
        text = f"sum_law({self.outer!r}, {self.inner!r})"
        text = text if scale == 1 else f"{text}.scaled({scale!r})"
        return text if loc == 0 else f"{text}.shifted({loc!r})"


@dataclass(frozen=True)
class Mixed(_Composed):
    """A draw from one of several ``laws``, chosen with the probabilities ``weights``."""

    laws: tuple[Law, ...]
    weights: tuple[float, ...]
    name = "mixture"

    def _average(self, method: str, z: Array) -> Array:
        total = sum(w * getattr(law, method)(z) for law, w in zip(self.laws, self.weights, strict=True))
        return np.asarray(total)[()]

    def pdf(self, z: Array) -> Array:
        return self._average("pdf", z)

    def cdf(self, z: Array) -> Array:
        return self._average("cdf", z)

    def sf(self, z: Array) -> Array:
        return self._average("sf", z)

    def slope(self, z: Array) -> Array:
        return self._average("slope", z)

    @property
    def support(self) -> tuple[float, float]:
        ends = [law.support for law in self.laws]
        return (min(low for low, _ in ends), max(high for _, high in ends))

    def _bracket(self, u: Array, v: Array) -> tuple[Array, Array]:
        quantiles = [_quantile(law, u, v) for law in self.laws]
        return np.min(quantiles, axis=0), np.max(quantiles, axis=0)

    def mean(self) -> float:
        return float(sum(w * law.mean() for law, w in zip(self.laws, self.weights, strict=True)))

    def std(self) -> float:
        m = self.mean()
        pairs = zip(self.laws, self.weights, strict=True)
        return float(np.sqrt(sum(w * (law.std() ** 2 + (law.mean() - m) ** 2) for law, w in pairs)))

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        which = np.asarray(rng.choice(len(self.laws), size=size, p=np.array(self.weights)))
        draws = np.stack([np.asarray(law.rvs(which.shape, rng=rng)) for law in self.laws])
        chosen: Array = np.take_along_axis(draws, which[None], axis=0)[0]
        return chosen[()]

    def expression(self, loc: float, scale: float, dialect: str) -> str:
        parts = ", ".join(_modern(law) for law in self.laws)
        text = f"stats.Mixture([{parts}], weights={list(self.weights)!r})"
        text = text if scale == 1 else f"law({text}).scaled({scale!r})"
        text = text if loc == 0 or scale != 1 else f"law({text})"
        return text if loc == 0 else f"{text}.shifted({loc!r})"


def _modern(law: Law) -> str:
    return repr(Law(law.shape, law.loc, law.scale, "new"))


def sum_of(first: Law, second: Law) -> Law:
    """Return the law of the sum of independent draws from ``first`` and ``second``.

    Raises `ConvergenceError` when the accuracy 1e-10 is not reached.
    """
    if first.shape == Normal() and second.shape == Normal():
        return Law(
            Normal(), first.loc + second.loc, float(np.hypot(first.scale, second.scale)), first.dialect
        )
    if first.shape == Uniform() and second.shape == Uniform():
        wide, narrow = max(first.scale, second.scale), min(first.scale, second.scale)
        return Law(UniformSum(narrow / wide), first.loc + second.loc, wide, first.dialect)
    if first.name == second.name == "cauchy" and first.shape == second.shape:
        return Law(first.shape, first.loc + second.loc, first.scale + second.scale, first.dialect)
    centres = first.loc + second.loc
    unit = max(_width(first), _width(second))
    # Standardised to its own width, so that equality and caching survive a change of units.
    a, b = Law(first.shape, 0.0, first.scale / unit), Law(second.shape, 0.0, second.scale / unit)
    outer, inner = _roles(a, b)
    # Quantiles of a sum are dear: only laws that have their own are split at places that move with s.
    nested = any(isinstance(law.shape, Summed) for law in (a, b))
    for step, split in ((0.25, False), (0.125, False), (0.25, True), (0.125, True)):
        if split and nested:
            break
        shape = Summed(outer, inner, step, split)
        if _accurate(shape, Summed(outer, inner, step / 2, split)):
            return Law(shape, centres, unit, first.dialect)
    raise ConvergenceError(
        f"The sum of {first!r} and {second!r} was not resolved to {_ACCURACY:g}: both densities have kinks "
        "or jumps inside their supports. Use smoother laws."
    )


def _width(law: Law) -> float:
    return float(law.isf(0.25) - law.ppf(0.25))


def _roles(a: Law, b: Law) -> tuple[Law, Law]:
    """Which law gives the nodes (outer) and which is evaluated between them (inner)."""

    def smooth_everywhere(law: Law) -> bool:
        return not np.isfinite(law.support).any() and law._smooth()

    def cost(law: Law) -> tuple[bool, bool, float]:
        # Good inner laws are smooth on the whole line, at hand in closed form, and wide.
        return (smooth_everywhere(law), law.shape.exact, _width(law))

    return (a, b) if cost(b) >= cost(a) else (b, a)


def _accurate(shape: Summed, finer: Summed) -> bool:
    """Compare two resolutions where the probability is, by density and by both tails."""
    levels = np.array([1e-6, 0.02, 0.31, 0.5, 0.77, 0.97, 1 - 1e-6])
    lo, hi = shape._bracket(levels, 1 - levels)
    z = np.concatenate([0.5 * (lo + hi), lo, hi])
    for method in ("pdf", "cdf", "sf"):
        rough, fine = getattr(shape, method)(z), getattr(finer, method)(z)
        size = np.abs(fine) + 1e-3 * np.abs(fine).max()
        if np.any(np.abs(rough - fine) > _ACCURACY * size):
            return False
    return True


def average_of(error: Law, judges: int) -> Law:
    """Return the law of the average of ``judges`` independent draws from ``error``.

    Raises `InvalidPartError` for three judges or more when the density has ends or kinks.
    """
    if error.shape == Normal():
        return Law(Normal(), error.loc, error.scale / float(np.sqrt(judges)), error.dialect)
    if judges == 1:
        return error
    if judges > 2 and (np.isfinite(error.support).any() or not error._smooth()):
        raise InvalidPartError(
            "averaged_error.judges",
            judges,
            f"1 or 2 for errors whose density has ends or kinks, such as {error!r}",
            "Use a smooth error on the whole line (normal, logistic, Gumbel), or fewer judges.",
        )
    share = Law(error.shape, 0.0, error.scale / judges, error.dialect)
    total = sum_of(share, share)
    for _ in range(judges - 2):
        if isinstance(total.shape, Summed) and total.shape.split:
            raise InvalidPartError(
                "averaged_error.judges", judges, f"1 or 2 for errors with tails as heavy as {error!r}"
            )
        total = sum_of(total, share)
    return total.shifted(error.loc)
