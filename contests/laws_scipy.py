"""Reading SciPy's distributions, classic and new-style, without importing ``scipy.stats``.

Whoever passes a SciPy distribution has loaded ``scipy.stats`` already, so its objects are recognised by
what they are made of. The common families become the closed forms of `contests.laws_known`; for every
other one, the object's own methods are called.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from contests import laws_known
from contests.errors import InvalidPartError
from contests.laws_shape import Array, Shape, affine

__all__ = ["Classic", "Modern", "read"]

_ALLOWED = "a continuous law: a SciPy distribution such as stats.gumbel_r(scale=2) or stats.Normal()"
_KNOWN: dict[str, Shape] = {
    "norm": laws_known.Normal(),
    "gumbel_r": laws_known.GumbelRight(),
    "gumbel_l": laws_known.GumbelLeft(),
    "logistic": laws_known.Logistic(),
    "uniform": laws_known.Uniform(),
    "expon": laws_known.Exponential(),
}

# SciPy's own formulas overflow and divide by zero far in the tails, on the way to correct limits;
# `contests.laws.Law` refuses the NaNs that are not limits.
_QUIET: dict[str, Any] = {"all": "ignore"}


class Classic(Shape):
    """A classic ``family`` (``rv_continuous``) with its shape ``arguments``, without location and scale."""

    def __init__(self, family: Any, arguments: tuple[tuple[str, float], ...]) -> None:
        self.family, self.arguments = family, arguments
        self.name = str(family.name)
        self._values = tuple(value for _, value in arguments)

    def _key(self) -> tuple[Any, ...]:
        family = self.family
        histogram = getattr(family, "_histogram", None)
        content = () if histogram is None else tuple(np.asarray(part).tobytes() for part in histogram)
        ends = (float(family.a), float(family.b))
        return (type(family).__module__, type(family).__qualname__, self.name, self.arguments, ends, content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Classic) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def expression(self, loc: float, scale: float, dialect: str) -> str:
        histogram = getattr(self.family, "_histogram", None)
        if histogram is None:
            return super().expression(loc, scale, dialect)
        counts, edges = (np.asarray(part).tolist() for part in histogram)
        moved = super().expression(loc, scale, "classic").partition("(")[2]
        return f"stats.rv_histogram(({counts}, {edges}), density={self.family._density})({moved}"

    def _call(self, method: str, x: Any) -> Array:
        with np.errstate(**_QUIET):
            return np.asarray(getattr(self.family, method)(x, *self._values), dtype=float)[()]

    def pdf(self, z: Array) -> Array:
        try:
            return self._call("pdf", z)
        except OverflowError:  # some families (beta) raise where an unbounded density is too large
            with np.errstate(**_QUIET):
                return np.exp(self.logpdf(z))

    def logpdf(self, z: Array) -> Array:
        return self._call("logpdf", z)

    def cdf(self, z: Array) -> Array:
        return self._call("cdf", z)

    def sf(self, z: Array) -> Array:
        return self._call("sf", z)

    def logcdf(self, z: Array) -> Array:
        # SciPy's default is log(cdf), which loses the digits of a cdf near one.
        return super().logcdf(z) if self._inherits("_logcdf") else self._call("logcdf", z)

    def logsf(self, z: Array) -> Array:
        return super().logsf(z) if self._inherits("_logsf") else self._call("logsf", z)

    def _inherits(self, method: str) -> bool:
        owner = next((kind for kind in type(self.family).__mro__ if method in vars(kind)), None)
        return owner is not None and owner.__name__ == "rv_continuous"

    def ppf(self, u: Array) -> Array:
        if self.name == "beta":  # the family's own root finder may give up below 1e-8 (SciPy 1.17)
            from scipy.special import betaincinv

            return _found(
                np.asarray(betaincinv(self._values[0], self._values[1], u), dtype=np.float64)[()],
                u,
                self.support[0],
            )
        return _found(self._call("ppf", u), u, self.support[0])

    def isf(self, v: Array) -> Array:
        if self.name == "beta":
            from scipy.special import betainccinv

            return _found(
                np.asarray(betainccinv(self._values[0], self._values[1], v), dtype=np.float64)[()],
                v,
                self.support[1],
            )
        return _found(self._call("isf", v), v, self.support[1])

    @property
    def support(self) -> tuple[float, float]:
        low, high = self.family.support(*self._values)
        return (float(low), float(high))

    def mean(self) -> float:
        with np.errstate(**_QUIET):
            return float(self.family.mean(*self._values))

    def std(self) -> float:
        with np.errstate(**_QUIET):
            return float(self.family.std(*self._values))

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return np.asarray(self.family.rvs(*self._values, size=size, random_state=rng), dtype=float)[()]


def _found(x: Array, tail: Array, end: float) -> Array:
    """Quantiles, with the end of the support where SciPy finds none far in a tail (NaN, wrong infinity)."""
    if np.isfinite(x).all():
        return x
    lost = ~np.isfinite(x) & (x != end) & (np.asarray(tail) > 0) & (np.asarray(tail) < 1e-9)
    return np.asarray(np.where(lost, end, x), dtype=np.float64)[()]


class Modern(Shape):
    """A new-style distribution object of SciPy (1.15 and later), called through its own methods."""

    def __init__(self, distribution: Any) -> None:
        self.distribution = distribution
        self.name = str(distribution)

    def _key(self) -> tuple[Any, ...]:
        return (type(self.distribution), repr(self.distribution))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Modern) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def expression(self, loc: float, scale: float, dialect: str) -> str:
        text = re.sub(r"np\.float64\(([^()]*)\)", r"\1", repr(self.distribution))
        text = re.sub(r"\barray\(([^()]*)\)", r"\1", " ".join(text.split()))
        text = text.replace("StandardNormal", "Normal")
        return affine(re.sub(r"(?<![\w.])([A-Za-z]\w*)\(", r"stats.\1(", text), loc, scale)

    def _call(self, method: str, x: Any) -> Array:
        with np.errstate(**_QUIET):
            return np.asarray(getattr(self.distribution, method)(x), dtype=float)[()]

    def pdf(self, z: Array) -> Array:
        return self._call("pdf", z)

    def logpdf(self, z: Array) -> Array:
        return self._call("logpdf", z)

    def cdf(self, z: Array) -> Array:
        return self._call("cdf", z)

    def sf(self, z: Array) -> Array:
        return self._call("ccdf", z)

    def logcdf(self, z: Array) -> Array:
        return self._call("logcdf", z)

    def logsf(self, z: Array) -> Array:
        return self._call("logccdf", z)

    def ppf(self, u: Array) -> Array:
        return self._call("icdf", u)

    def isf(self, v: Array) -> Array:
        return self._call("iccdf", v)

    @property
    def support(self) -> tuple[float, float]:
        low, high = self.distribution.support()
        return (float(low), float(high))

    def mean(self) -> float:
        with np.errstate(**_QUIET):
            return float(self.distribution.mean())

    def std(self) -> float:
        with np.errstate(**_QUIET):
            return float(self.distribution.standard_deviation())

    def rvs(self, size: Any, rng: np.random.Generator) -> Array:
        return np.asarray(self.distribution.sample(size, rng=rng), dtype=float)[()]


def read(value: object, part: str) -> tuple[Shape, float, float, str]:
    """Return (shape, location, scale, dialect) of the SciPy distribution ``value``.

    ``part`` names the field in refusals; the dialect is "classic" or "new".
    """
    ancestors = {ancestor.__name__ for ancestor in type(value).__mro__}
    if ancestors & {"rv_discrete_frozen", "rv_discrete", "DiscreteDistribution"}:
        raise InvalidPartError(
            part, value, _ALLOWED, "Discrete laws make ties, which these formulas exclude."
        )
    if ancestors & {"rv_continuous", "multi_rv_generic"}:
        name = getattr(value, "name", "the family")
        raise InvalidPartError(
            part, value, _ALLOWED, f"Call it with its parameters first: stats.{name}(...)."
        )
    if "rv_continuous_frozen" in ancestors:
        return _read_classic(value, part)
    if "_ProbabilityDistribution" in ancestors or ancestors & {"ContinuousDistribution", "Mixture"}:
        return _read_modern(value, part)
    raise InvalidPartError(part, value, _ALLOWED)


def _read_classic(frozen: Any, part: str) -> tuple[Shape, float, float, str]:
    family = frozen.dist
    names = [name.strip() for name in (family.shapes or "").split(",") if name.strip()] + ["loc", "scale"]
    given: dict[str, Any] = {"loc": 0.0, "scale": 1.0, **dict(zip(names, frozen.args, strict=False))}
    given.update(frozen.kwds)
    numbers: dict[str, float] = {}
    for name in names:
        entry = np.asarray(given[name])
        if entry.size != 1 or entry.dtype.kind not in "iuf":
            raise InvalidPartError(
                f"{part}.{name}", given[name], "one number", "Give each contestant her own law."
            )
        numbers[name] = float(entry.reshape(()))
    location, scale = numbers.pop("loc"), numbers.pop("scale")
    if not np.isfinite(location):
        raise InvalidPartError(f"{part}.loc", location, "a finite number")
    if not (np.isfinite(scale) and scale > 0):
        raise InvalidPartError(
            f"{part}.scale", scale, "a finite number above zero", "Without a shock use Exact technology."
        )
    if type(family).__module__.startswith("scipy.stats") and family.name in _KNOWN:
        return _KNOWN[family.name], location, scale, "classic"
    shape = Classic(family, tuple(numbers.items()))
    _check(shape, part, f"stats.{family.name}({', '.join(f'{k}={v!r}' for k, v in numbers.items())})")
    return shape, location, scale, "classic"


def _read_modern(value: Any, part: str) -> tuple[Shape, float, float, str]:
    _check(Modern(value), part, str(value))
    kind, module = type(value).__name__, type(value).__module__
    if module == "scipy.stats._new_distributions":
        if kind in {"Normal", "StandardNormal"}:
            return _KNOWN["norm"], float(value.mu), float(value.sigma), "new"
        if kind == "Uniform":
            low, high = float(value.a), float(value.b)
            return _KNOWN["uniform"], low, high - low, "new"
        if kind == "Logistic":
            return _KNOWN["logistic"], 0.0, 1.0, "new"
    if kind == "Mixture":
        # Read part by part: SciPy's own copies and pickles of new-style normals lose their parameters.
        from contests.laws import Law
        from contests.laws_sums import Mixed

        parts = tuple(Law(*_read_modern(component, part)) for component in value.components)
        return Mixed(parts, tuple(float(weight) for weight in value.weights)), 0.0, 1.0, "new"
    if kind == "ShiftedScaledDistribution" and hasattr(value, "_dist"):
        # sign * |scale| * X + loc: keep the fast path of X
        shape, location, scale, dialect = _read_modern(value._dist, part)
        factor, shift = float(value.scale), float(value.loc)
        if factor < 0:
            shape, location = shape.mirrored(), -location
        return shape, abs(factor) * location + shift, abs(factor) * scale, dialect
    family = _family_behind(type(value))
    if family is not None:
        arguments = tuple((name, float(number)) for name, number in _parameters(value).items())
        if family.name in _KNOWN and not arguments:
            return _KNOWN[family.name], 0.0, 1.0, "new"
        order = [name.strip() for name in (family.shapes or "").split(",") if name.strip()]
        if sorted(order) == sorted(name for name, _ in arguments):
            by_name = dict(arguments)
            return Classic(family, tuple((name, by_name[name]) for name in order)), 0.0, 1.0, "new"
    return Modern(value), 0.0, 1.0, "new"


def _parameters(value: Any) -> dict[str, Any]:
    return dict(getattr(value, "_original_parameters", None) or getattr(value, "_parameters", {}))


def _family_behind(kind: type) -> Any:
    """The classic family that ``stats.make_distribution`` wrapped, or None.

    The wrapper's class is local to a function, so its objects do not pickle; the family does. Its
    methods are bound methods of the classic family.
    """
    for method in ("_pdf_formula", "_logpdf_formula", "_cdf_formula"):
        family = getattr(vars(kind).get(method), "__self__", None)
        if hasattr(family, "shapes") and type(family).__module__.startswith("scipy.stats"):
            return family
    return None


def _check(shape: Shape, part: str, words: str) -> None:
    """Refuse laws that SciPy constructs although their parameters are outside the domain."""
    try:
        low, high = shape.support
    except (TypeError, ValueError):  # parameters that are arrays
        raise InvalidPartError(part, words, _ALLOWED, "Give one number for each parameter.") from None
    median = float(shape.ppf(np.asarray(0.5))) if low < high else np.nan
    if not np.isfinite(median):
        raise InvalidPartError(
            part,
            words,
            "a continuous law with finite parameters inside its family's domain",
            "SciPy returns NaN for this one.",
        )
