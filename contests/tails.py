"""Expectations over types that do not exist, because what a few types do or get is too large.

Quadrature always returns some number. Where a quantity grows at an end of the law of types like the
inverse of the probability beyond, or faster, its expectation is infinite and that number means nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law

__all__ = ["is_infinite"]

_BEYOND = np.array([1e-16, 1e-20, 1e-24])


def is_infinite(quantity: Callable[[NDArray[np.float64]], NDArray[np.float64]], types: Law) -> bool:
    """Return whether the expectation of a quantity over types is infinite.

    Parameters
    ----------
    quantity : callable
        From types to what they do or get, of shape (m,).
    types : Law
        The law of types.

    Returns
    -------
    bool
        True if, at either end, the quantity grows at least like the inverse of the probability beyond.

    Examples
    --------
    >>> from scipy import stats
    >>> from contests.laws import law
    >>> cost = law(stats.uniform(), part="cost")
    >>> is_infinite(lambda c: 1 / c, cost), is_infinite(lambda c: c**-0.5, cost)
    (True, False)
    """
    for ends in (types.ppf(_BEYOND), types.isf(_BEYOND)):
        if not np.all(np.isfinite(ends)) or np.unique(ends).size < ends.size:
            continue  # rounded to the end itself: nothing grows within reach
        size = np.abs(np.asarray(quantity(ends), float))
        if np.all(np.isfinite(size)) and np.all(size > 0):
            growth = np.diff(np.log(size)) / -np.diff(np.log(_BEYOND))
            if np.all(growth > 0.9999):
                return True
    return False
