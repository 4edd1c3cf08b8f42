"""How many ideas to test at once (Dahan and Mendelson 2001).

A firm pays c for each test and keeps the best of n independent draws of profit. It
maximises E[best of n] - c n over whole n; that is concave in n, so the best number is
where one more test stops paying. No strategic interaction: the benchmark for contests.

Extreme-value laws have closed forms for a real number of tests: Gumbel scale mu,
n = mu/c, so that spending is mu whatever the cost; Frechet with tail a > 1 and scale s,
n = (s Gamma(1 - 1/a)/(a c))^(a/(a-1)); bounded (Weibull) with tail a and scale s,
n = (s Gamma(1 + 1/a)/(a c))^(a/(a+1)).

Source: Dahan and Mendelson (2001), Management Science 47, 102-116.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from contests.errors import InvalidPartError
from contests.laws import Law, law
from contests.numerics import expected_order_statistic
from contests.part import Part
from contests.validation import count, positive

__all__ = ["BestTesting", "ParallelTests"]

_MOST = 10**9


class BestTesting(NamedTuple):
    """The best number of tests.

    Attributes
    ----------
    tests : int
        How many.
    profit : float
        Expected profit net of the tests' cost, in money.
    spending : float
        What the tests cost, in money.
    """

    tests: int
    profit: float
    spending: float


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ParallelTests(Part):
    """Testing several ideas at once and keeping the best.

    Parameters
    ----------
    profit_law : SciPy distribution
        Law of the profit of one idea, in money.
    unit_cost : float
        Cost of one test, in money.

    Examples
    --------
    >>> from scipy import stats
    >>> ParallelTests(profit_law=stats.gumbel_r(scale=10), unit_cost=0.7).best().tests
    14
    """

    profit_law: Any
    unit_cost: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "profit_law", law(self.profit_law, part="ParallelTests.profit_law"))
        object.__setattr__(self, "unit_cost", positive("ParallelTests.unit_cost", self.unit_cost))
        profits: Law = self.profit_law
        if not np.isfinite(profits.mean()):
            raise InvalidPartError(
                "ParallelTests.profit_law", profits, "a law with a finite mean", "Its best of n is infinite."
            )

    def profit(self, tests: int) -> float:
        """Return expected profit with a number of tests.

        Parameters
        ----------
        tests : int
            How many, at least 1.

        Returns
        -------
        float
            Money.
        """
        n = count("ParallelTests.tests", tests)
        return expected_order_statistic(self.profit_law, n) - self.unit_cost * n

    def best(self) -> BestTesting:
        """Return the best whole number of tests: the least beyond which one more does not pay.

        Returns
        -------
        BestTesting

        Raises
        ------
        InvalidPartError
            If even a thousand million tests pay.
        """

        def pays(n: int) -> bool:
            return self.profit(n + 1) > self.profit(n)

        high = 1
        while pays(high):
            high *= 2
            if high > _MOST:
                raise InvalidPartError(
                    "ParallelTests.unit_cost", self.unit_cost, "large enough that 10^9 tests do not pay"
                )
        low = max(high // 2, 1)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if pays(middle) else (low, middle)
        return BestTesting(low, self.profit(low), self.unit_cost * low)
