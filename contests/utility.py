"""Attitudes to risk: the utility of final wealth, and the money that is worth as much.

Payoffs of risk-averse contestants are reported as certainty equivalents net of
initial wealth: a strictly increasing change of scale, which leaves every best
reply where it is and keeps payoffs in money.

Sources: Arrow (1965), Pratt (1964).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.part import Part
from contests.validation import positive

__all__ = ["CARA", "CRRA", "Utility"]

Array = NDArray[np.float64]


class Utility(Part):
    """Base of utilities: an increasing, concave function of final wealth.

    A utility of one's own gives ``value`` and ``slope``.
    """

    def value(self, wealth: ArrayLike) -> Array:
        """Return the utility of final ``wealth`` (array_like, in money)."""
        raise NotImplementedError

    def slope(self, wealth: ArrayLike) -> Array:
        """Return the marginal utility of final ``wealth`` (array_like, in money)."""
        raise NotImplementedError

    def gain(self, wealth: ArrayLike, base: ArrayLike) -> Array:
        """Return utility beyond that of a base, in money at the margin there.

        Parameters
        ----------
        wealth, base : array_like
            Final wealth and the one it is compared with, in money.

        Returns
        -------
        ndarray
            (u(wealth) - u(base)) / u'(base): free of the scale of utility.
        """
        return np.asarray((self.value(wealth) - self.value(base)) / self.slope(base))

    def weight(self, wealth: ArrayLike, base: ArrayLike) -> Array:
        """Return marginal utility relative to that at a base: u'(wealth) / u'(base).

        Parameters
        ----------
        wealth, base : array_like
            In money.

        Returns
        -------
        ndarray
        """
        return np.asarray(self.slope(wealth) / self.slope(base))

    def certainty_equivalent(self, wealth: ArrayLike, probability: ArrayLike) -> Array:
        """Return the sure wealth worth as much as a gamble.

        Parameters
        ----------
        wealth : array_like, shape (..., outcomes)
            Final wealth in each outcome, in money.
        probability : array_like, shape (..., outcomes)
            The outcomes' probabilities, which sum to one along the last axis.

        Returns
        -------
        ndarray, shape (...)
            The certainty equivalent in money; minus infinity where an outcome with positive
            probability leaves less than the utility allows.
        """
        w, p = np.broadcast_arrays(np.asarray(wealth, float), np.asarray(probability, float))
        low, high = w.min(axis=-1), w.max(axis=-1)
        wanted = np.sum(p * self.value(w), axis=-1)
        for _ in range(70):
            middle = (low + high) / 2
            above = self.value(middle) > wanted
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        return np.asarray((low + high) / 2)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CARA(Utility):
    """Constant absolute risk aversion: u(w) = -exp(-a w).

    Parameters
    ----------
    aversion : float
        Coefficient a > 0, per unit of money.

    Examples
    --------
    >>> round(float(CARA(1.0).certainty_equivalent([1.0, 0.0], [0.5, 0.5])), 6)
    0.379885
    """

    aversion: float = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "aversion", positive("CARA.aversion", self.aversion))

    def value(self, wealth: ArrayLike) -> Array:
        """Return -exp(-a w) of final ``wealth`` (array_like, in money)."""
        return np.asarray(-np.exp(-self.aversion * np.asarray(wealth, float)))

    def slope(self, wealth: ArrayLike) -> Array:
        """Return a exp(-a w) of final ``wealth`` (array_like, in money)."""
        return np.asarray(self.aversion * np.exp(-self.aversion * np.asarray(wealth, float)))

    def gain(self, wealth: ArrayLike, base: ArrayLike) -> Array:
        """See `Utility.gain` (``wealth``, ``base``): only their difference matters."""
        more = np.asarray(wealth, float) - np.asarray(base, float)
        return np.asarray(-np.expm1(-self.aversion * more) / self.aversion)

    def weight(self, wealth: ArrayLike, base: ArrayLike) -> Array:
        """See `Utility.weight` (``wealth``, ``base``)."""
        more = np.asarray(wealth, float) - np.asarray(base, float)
        return np.asarray(np.exp(-self.aversion * more))

    def certainty_equivalent(self, wealth: ArrayLike, probability: ArrayLike) -> Array:
        """See `Utility.certainty_equivalent` (``wealth``, ``probability``)."""
        w, p = np.broadcast_arrays(np.asarray(wealth, float), np.asarray(probability, float))
        # A log-sum-exp around the worst outcome: wealth may be 1e9 times the inverse aversion.
        worst = w.min(axis=-1, keepdims=True)
        loss = np.sum(p * -np.expm1(-self.aversion * (w - worst)), axis=-1)
        result: Array = worst[..., 0] - np.log1p(-loss) / self.aversion
        return result


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CRRA(Utility):
    """Constant relative risk aversion: u(w) = w^(1-theta)/(1-theta), or ln w at theta = 1.

    Parameters
    ----------
    aversion : float
        Coefficient theta > 0. Final wealth must stay positive: give contestants `wealth`.

    Examples
    --------
    >>> round(float(CRRA(1.0).certainty_equivalent([4.0, 1.0], [0.5, 0.5])), 6)
    2.0
    """

    aversion: float = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "aversion", positive("CRRA.aversion", self.aversion))

    def value(self, wealth: ArrayLike) -> Array:
        """Return the utility of final ``wealth`` (array_like, above zero, in money)."""
        w, power = np.asarray(wealth, float), 1.0 - self.aversion
        return np.asarray(np.log(w) if power == 0 else w**power / power)

    def slope(self, wealth: ArrayLike) -> Array:
        """Return w^-theta of final ``wealth`` (array_like, above zero, in money)."""
        return np.asarray(np.asarray(wealth, float) ** -self.aversion)

    def gain(self, wealth: ArrayLike, base: ArrayLike) -> Array:
        """See `Utility.gain` (``wealth``, ``base``): their ratio matters."""
        start, power = np.asarray(base, float), 1.0 - self.aversion
        ratio = np.log(np.asarray(wealth, float) / start)
        return np.asarray(start * (ratio if power == 0 else np.expm1(power * ratio) / power))

    def weight(self, wealth: ArrayLike, base: ArrayLike) -> Array:
        """See `Utility.weight` (``wealth``, ``base``)."""
        return np.asarray((np.asarray(wealth, float) / np.asarray(base, float)) ** -self.aversion)

    def certainty_equivalent(self, wealth: ArrayLike, probability: ArrayLike) -> Array:
        """See `Utility.certainty_equivalent` (``wealth``, ``probability``)."""
        w, p = np.broadcast_arrays(np.asarray(wealth, float), np.asarray(probability, float))
        ruined = ((w <= 0) & (p > 0)).any(axis=-1)
        best = np.max(np.where(w > 0, w, 1.0), axis=-1, keepdims=True)
        # Relative to the best outcome, so that money in billions or billionths is the same gamble.
        log_wealth = np.log(np.where(w > 0, w, best)) - np.log(best)
        power = 1.0 - self.aversion
        if abs(power) < 1e-12:
            log_equivalent = np.sum(p * log_wealth, axis=-1)
        else:
            with np.errstate(over="ignore", invalid="ignore"):  # near-ruin outcomes: infinite loss
                mean = np.sum(p * np.expm1(power * log_wealth), axis=-1)
                log_equivalent = np.log1p(mean) / power
        equivalent = best[..., 0] * np.exp(log_equivalent)
        result: Array = np.where(ruined, -np.inf if self.aversion >= 1 else 0.0, equivalent)
        return result
