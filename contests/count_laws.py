"""Laws of a number of rivals: SciPy's discrete distributions, or plain probabilities, as tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError

__all__ = ["CountLaw", "count_law"]

Array = NDArray[np.float64]
_TAIL = 1e-17
_MANY = 20_000


@dataclass(frozen=True)
class CountLaw:
    """The law of a whole number, as far as it has probability.

    Attributes
    ----------
    words : str
        The expression that makes it.
    chances : tuple of float
        Probabilities of 0, 1, 2, ...
    bounded : bool
        Whether there is a largest number.
    nobody : float
        Probability that nobody at all comes, of which a rival's count knows nothing.
    """

    words: str
    chances: tuple[float, ...]
    bounded: bool
    nobody: float = 0.0

    def __repr__(self) -> str:
        return self.words


def count_law(value: Any, part: str) -> CountLaw:
    """Return the law of the number of rivals that a user means.

    Parameters
    ----------
    value : frozen SciPy discrete distribution, or sequence of probabilities
        Such as ``stats.poisson(2)``, or the probabilities of 0, 1, 2, ... rivals.
    part : str
        The field, for the refusal.

    Returns
    -------
    CountLaw

    Raises
    ------
    InvalidPartError
        If it is neither, has negative values, or probabilities that do not sum to one.
    """
    if isinstance(value, CountLaw):
        return value
    if isinstance(value, (Sequence, np.ndarray)) and not isinstance(value, str):
        table = np.asarray(value, dtype=float)
        if table.ndim != 1 or table.size == 0 or not np.isfinite(table).all() or (table < 0).any():
            raise InvalidPartError(part, value, "probabilities of 0, 1, 2, ... rivals")
        if abs(table.sum() - 1.0) > 1e-9:
            raise InvalidPartError(part, value, "probabilities that sum to one")
        return CountLaw(repr([float(p) for p in table]), tuple(float(p) for p in table), True)
    if not _is_discrete(value):
        raise InvalidPartError(
            part,
            value,
            "a discrete distribution of SciPy such as stats.poisson(2), or a sequence of probabilities",
            "A continuous law is no law of a number of rivals.",
        )
    low, high = (float(end) for end in value.support())
    if low < 0:
        raise InvalidPartError(part, value, "a law on 0, 1, 2, ... rivals", f"Its support starts at {low:g}.")
    most = int(high) if np.isfinite(high) else _MANY
    chances = _table(value, most) if most <= _MANY else None
    if chances is None:
        raise InvalidPartError(part, value, f"a law with practically no more than {_MANY} rivals")
    if abs(chances.sum() - 1.0) > 1e-9:
        raise InvalidPartError(part, value, "a law on whole numbers of rivals")
    shares = tuple(float(p) for p in chances / chances.sum())
    words = _words(value) or repr(list(shares))
    nobody = 0.0 if low else _nobody(value)
    return CountLaw(words, shares, bool(np.isfinite(high)), nobody)


def _is_discrete(value: Any) -> bool:
    """Whether it is one of SciPy's laws of whole numbers: frozen, from a table, or new-style."""
    if any(kind.__name__ == "DiscreteDistribution" for kind in type(value).__mro__):
        return True
    # A law from a table, rv_discrete(values=...), has nothing left to freeze.
    return hasattr(value, "pmf") and (hasattr(value, "dist") or hasattr(value, "xk"))


def _table(value: Any, most: int) -> Array | None:
    """Probabilities of 0, 1, ... up to where practically none is left; None if that is beyond ``most``."""
    size = 64
    while True:
        last = min(size, most)
        chances = np.asarray(value.pmf(np.arange(last + 1)), dtype=float)
        chances = np.where(chances > 0, chances, 0.0)
        # New-style laws have no sf. A user's law says 1 - cdf, of which rounding may be all that is left.
        rest = float(value.sf(last) if hasattr(value, "sf") else value.ccdf(last))
        if last == most and np.isfinite(value.support()[1]):
            return chances
        if rest < _TAIL or abs(1.0 - chances.sum()) < 1e-15:
            return chances[: 1 + np.flatnonzero(max(rest, 0.0) + np.cumsum(chances[::-1])[::-1] >= _TAIL)[-1]]
        if last == most:
            return None
        size *= 2


def _words(value: Any) -> str:
    """The expression that makes one of SciPy's named laws; empty for a user's own and for tables."""
    from scipy import stats

    kind, law = type(value), getattr(value, "dist", value)
    if getattr(stats, kind.__name__, None) is kind:  # a new-style law, whose repr says np.float64(0.5)
        return "stats." + re.sub(r"np\.float64\(([^()]*)\)", r"\1", repr(value))
    name = getattr(law, "name", "")
    if type(getattr(stats, name, None)) is not type(law):
        return ""
    pieces = [repr(float(a)) for a in value.args] + [f"{k}={v!r}" for k, v in value.kwds.items()]
    return f"stats.{name}({', '.join(pieces)})"


def _nobody(value: Any) -> float:
    """The chance that nobody comes where the law of rivals tells it: binomial and Poisson entry."""
    name = getattr(getattr(value, "dist", None), "name", repr(value).partition("(")[0].lower())
    if name == "poisson":
        return float(np.exp(-value.mean()))
    if name in ("binom", "binomial"):
        trials = float(value.support()[1])
        share = value.mean() / trials if trials else 0.0
        return float((1.0 - share) ** (trials + 1)) if trials else 0.0
    return 0.0
