"""Quantiles, prizes and the participation threshold of contestants with private types.

A contestant's *level* u is the probability that a rival's type is worse than hers: F(type) for an
ability or a value, 1 - F(type) for a cost. Levels are kept as log-odds z = log(u / (1 - u)), so that
both ends keep all their digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.errors import ConvergenceError
from contests.laws import Law

__all__ = ["PrizeLevels", "TypeLevels", "odds"]

Array = NDArray[np.float64]


def odds(z: ArrayLike) -> tuple[Array, Array]:
    """Return the level and one minus the level at log-odds ``z``."""
    from scipy.special import expit

    place = np.asarray(z, float)
    return np.asarray(expit(place)), np.asarray(expit(-place))


@dataclass(frozen=True)
class TypeLevels:
    """The map between types and levels.

    Attributes
    ----------
    law : Law
        The law of the type.
    best_high : bool
        Whether high types are the strong ones (False for costs).
    """

    law: Law
    best_high: bool

    def type_at(self, z: ArrayLike) -> Array:
        """Return the type at log-odds ``z``."""
        u, v = odds(z)
        below, above = (u, v) if self.best_high else (v, u)
        low = self.law.ppf(np.minimum(below, 0.5))
        return np.where(below < 0.5, low, self.law.isf(np.minimum(above, 0.5)))

    def log_odds(self, types: ArrayLike) -> Array:
        """Return the log-odds of the level of ``types``, infinite outside the support."""
        below, above = self.law.cdf(types), self.law.sf(types)
        with np.errstate(divide="ignore"):  # outside the support: infinite log-odds
            z = np.log(below) - np.log(above)
        return z if self.best_high else -z

    def density(self, types: Array) -> Array:
        """Return the density of the law at ``types``."""
        return self.law.pdf(types)


_MOST_RANKS = 3000  # each counts at each of thousands of levels


class PrizeLevels:
    """Expected prizes by level, from levels of 1e-300 up, for prizes of ranks by ``n`` contestants.

    Parameters
    ----------
    prizes : ndarray, shape (ranks,)
        Prizes by rank.
    n : int
        Number of contestants.

    Raises
    ------
    ConvergenceError
        If more ranks are paid than can be weighed in seconds.
    """

    def __init__(self, prizes: Array, n: int) -> None:
        from scipy.special import gammaln

        self.n = n
        self.prizes = prizes[:n]
        self.last = float(prizes[n - 1]) if prizes.size >= n else 0.0
        above_last = self.prizes - self.last
        ranks: Array = np.flatnonzero(above_last > 0).astype(float) + 1.0
        self.is_flat = n == 1 or ranks.size == 0
        if ranks.size > _MOST_RANKS:
            raise ConvergenceError(
                f"So many ranks above the last prize ({ranks.size}) take too long to weigh against private "
                f"types: pay at most {_MOST_RANKS} ranks."
            )
        steps = self.prizes - np.append(self.prizes[1:], 0.0 if self.prizes.size < n else self.last)
        drops: Array = np.flatnonzero(steps[: n - 1] > 0).astype(float) + 1.0
        self._rise = (
            np.log(above_last[ranks.astype(int) - 1]) + _log_choose(gammaln, n - 1, ranks - 1),
            n - ranks,
            ranks - 1,
        )
        self._slope = (
            np.log(steps[drops.astype(int) - 1]) + np.log(n - 1.0) + _log_choose(gammaln, n - 2, drops - 1)
            if n > 1
            else np.array([]),
            n - 1 - drops,
            drops - 1,
        )

    def _log_sum(self, terms: tuple[Array, Array, Array], z: Array) -> Array:
        """Log of the sum over ranks of C u^a v^b, at log-odds z."""
        from scipy.special import log_expit

        constant, power, rest = terms
        if constant.size == 0:  # every rank wins the same
            return np.full(np.shape(z), -np.inf)
        log_u, log_v = log_expit(z), log_expit(-z)
        if constant.size == 1:
            return np.asarray(constant[0] + power[0] * log_u + rest[0] * log_v)
        each = constant + power * log_u[..., None] + rest * log_v[..., None]
        top = each.max(axis=-1)
        return np.asarray(top + np.log(np.exp(each - top[..., None]).sum(axis=-1)))

    def log_rise(self, z: Array) -> Array:
        """Return the log of the expected prize less that of the worst type, at log-odds ``z``."""
        return self._log_sum(self._rise, z)

    def log_slope(self, z: Array) -> Array:
        """Return the log of the derivative of the expected prize in log-odds, at ``z``."""
        from scipy.special import log_expit

        return self._log_sum(self._slope, z) + log_expit(z) + log_expit(-z)

    def rate(self, z: Array) -> Array:
        """Return the growth rate of the rise, the derivative of its log in log-odds, at ``z``."""
        return np.asarray(np.exp(self.log_slope(z) - self.log_rise(z)))

    def expected(self, z: ArrayLike) -> Array:
        """Return the expected prize at log-odds ``z``."""
        u, v = odds(z)
        return np.asarray(numerics.prize_of_level(self.prizes, self.n, u, v))


def _log_choose(gammaln: Any, n: float, k: Array) -> Array:
    return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0))
