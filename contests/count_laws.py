"""Laws of a number of rivals: SciPy's discrete distributions, or plain probabilities, as tables."""

from __future__ import annotations

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
    law = getattr(value, "dist", None)
    if law is None or not hasattr(value, "pmf"):
        raise InvalidPartError(
            part,
            value,
            "a discrete distribution of SciPy such as stats.poisson(2), or a sequence of probabilities",
            "A continuous law is no law of a number of rivals.",
        )
    low, high = value.support()
    if low < 0:
        raise InvalidPartError(part, value, "a law on 0, 1, 2, ... rivals", f"Its support starts at {low:g}.")
    top = float(high) if np.isfinite(high) else _last(value)
    if not top <= _MANY:
        raise InvalidPartError(part, value, f"a law with practically no more than {_MANY} rivals")
    chances = np.asarray(value.pmf(np.arange(int(top) + 1)), dtype=float)
    chances = np.where(chances > 0, chances, 0.0)
    pieces = [repr(float(a)) for a in value.args] + [f"{k}={v!r}" for k, v in value.kwds.items()]
    words = f"stats.{law.name}({', '.join(pieces)})"
    return CountLaw(
        words, tuple((chances / chances.sum()).tolist()), bool(np.isfinite(high)), _nobody(law.name, value)
    )


def _last(value: Any) -> float:
    """The number beyond which a law has practically no probability."""
    beyond = np.flatnonzero(np.asarray(value.sf(np.arange(_MANY + 2))) < _TAIL)
    return float(beyond[0]) if beyond.size else np.inf


def _nobody(name: str, value: Any) -> float:
    """The chance that nobody comes where the law of rivals tells it: binomial and Poisson entry."""
    if name == "poisson":
        return float(np.exp(-value.mean()))
    if name == "binom":
        trials = float(value.support()[1])
        share = value.mean() / trials if trials else 0.0
        return float((1.0 - share) ** (trials + 1)) if trials else 0.0
    return 0.0
