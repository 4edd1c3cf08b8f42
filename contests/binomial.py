"""Binomial probabilities to full relative accuracy, the atoms of every rank probability.

With n - 1 independent rivals, each above with the same probability, the number above is binomial; Loader's
saddle-point form (*Fast and accurate computation of binomial probabilities*, 2000) keeps 14 digits for
ten million rivals, where differences of log-gammas lose nine.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["binomial", "log_power"]

Array = NDArray[np.float64]

_LOG_TWO_PI = 1.837877066409345483560659472811


def _stirling_error(x: Array) -> Array:
    """log(x!) minus Stirling's formula."""
    from scipy.special import gammaln

    small = np.minimum(x, 16.0)
    safe = np.maximum(small, 1e-300)
    direct = gammaln(small + 1.0) - (small + 0.5) * np.log(safe) + small - 0.5 * _LOG_TWO_PI
    large = np.maximum(x, 16.0)
    square = 1.0 / (large * large)
    series = (
        1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188) * square) * square) * square) * square
    ) / large
    return np.where(x < 16, direct, series)


def _deviance(x: Array, mean: Array, gap: Array) -> Array:
    """Return x log(x / mean) + mean - x, with ``gap`` = x - mean given without cancellation."""
    ratio = gap / (x + mean)
    term = 2.0 * x * ratio
    series = gap * ratio
    power = ratio * ratio
    for j in range(1, 12):
        term = term * power
        series = series + term / (2 * j + 1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # mean 0: the limit is +inf
        direct = np.where(x > 0, x * np.log(x / mean), 0.0) - gap
    return np.where(np.abs(ratio) < 0.1, series, direct)


def log_power(base: Array, complement: Array, exponent: ArrayLike) -> Array:
    """Return exponent * log(base) with base = 1 - complement, both accurate; 0 * log 0 is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0 = -inf, wanted; 0 * -inf replaced
        log = np.where(base < 0.5, np.log(base), np.log1p(-complement))
        return np.where(np.asarray(exponent) == 0, 0.0, exponent * log)


def binomial(successes: ArrayLike, trials: float, p: ArrayLike, q: ArrayLike) -> Array:
    """Return the binomial probability of ``successes`` among ``trials``.

    Parameters
    ----------
    successes : array_like of whole numbers, at least 0; broadcast against ``p``
        Number of successes; more than ``trials`` (or trials below 0) has probability 0.
    trials : int
        Number of trials.
    p, q : array_like
        Probability of success and of failure, p + q = 1, each to full relative accuracy.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> round(float(binomial(1, 3, 0.5, 0.5)), 12)
    0.375
    """
    j, p, q = (np.asarray(each, dtype=float) for each in (successes, p, q))
    shape = np.broadcast_shapes(j.shape, p.shape, q.shape)
    if trials < 0:
        return np.zeros(shape)
    n = float(trials)
    inside = (j > 0) & (j < n)
    # What depends on the count alone is not computed for every probability.
    k = np.where(inside, j, 0.5 * max(n, 1.0))
    rest = np.maximum(n, 1.0) - k
    corrections = _stirling_error(np.array(n)) - _stirling_error(k) - _stirling_error(rest)
    gap = np.where(p < 0.5, k - n * p, n * q - rest)
    exponent = corrections - _deviance(k, n * p, gap) - _deviance(rest, n * q, -gap)
    middle = np.exp(exponent) * np.sqrt(max(n, 1.0) / (2 * np.pi * k * rest))
    result = np.where(inside, middle, 0.0)
    result = np.where(j == 0, np.exp(log_power(q, p, n)), result)
    return np.where((j == n) & (n > 0), np.exp(log_power(p, q, n)), result)
