r"""Chawla, Hartline and Sivan's crowdsourcing contest: what matters is the best submission.

**Primitives.** The all-pay contest of `PrivateValueAllPay` with one prize; the sponsor wants the highest
effort, not the total.

**Results.** Without a reserve the expected highest effort is at least half of the total. The best
monotone allocation maximises :math:`E[\max]`, the integral of the virtual value for the maximum

.. math:: \psi_n(v) = v F(v)^{n-1} - \frac{1 - F(v)^n}{n f(v)},

times the chance :math:`F(v)^{n-1}` of winning. Where :math:`\psi_n` rises, the best contest is one prize
with a reserve at the type where it vanishes (uniform on [0, 1]: :math:`v^* = (n+1)^{-1/n}`, reserve
:math:`1/(n+1)`). Where it falls, pooling types would do better still; that contest is not computed here:
the best reserve is the best among reserves.

Source: Chawla, Hartline and Sivan (2012, 2019), "Optimal crowdsourcing contests"; the virtual value is
derived here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.models.private_value_all_pay import PrivateValueAllPay

if TYPE_CHECKING:
    from contests.theory import Theory

__all__ = ["ChawlaHartlineSivan"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ChawlaHartlineSivan(PrivateValueAllPay):
    """An all-pay contest with private values, judged by its best submission.

    Parameters
    ----------
    contestants, prizes, value, reserve, fee
        As in `PrivateValueAllPay`.

    Examples
    --------
    >>> model = ChawlaHartlineSivan(contestants=2)
    >>> round(model.max_to_total(), 9), round(model.best_reserve(), 9)
    (0.75, 0.333333333)
    """

    def theory(self) -> Theory:
        """Return the closed forms and propositions.

        Returns
        -------
        Theory
            Effort by the symbol ``value`` for one prize, values uniform from zero and no reserve or fee,
            derived by SymPy; otherwise the propositions alone.
        """
        from contests.models._chawla_hartline_sivan_theory import chawla_hartline_sivan_theory

        return chawla_hartline_sivan_theory(self)

    @property
    def has_closed_form(self) -> bool:
        """Whether SymPy integrates effort: one prize, values uniform from zero, no reserve or fee."""
        return bool(
            self.value.name == "uniform"
            and self.value.support[0] == 0
            and not np.any(np.asarray(self.prizes)[1:])
            and not self.reserve
            and not self.fee
        )

    def max_to_total(self) -> float:
        """Return the expected highest effort over the expected total effort; NaN if nobody works.

        Returns
        -------
        float
        """
        equilibrium = self.solve()
        total = equilibrium.total_effort
        return equilibrium.expected_best / total if total > 0 else float("nan")

    def virtual_value(self, level: Any) -> Array:
        """Return the virtual value for the highest effort by level u = F(v).

        Parameters
        ----------
        level : array_like
            Quantiles of the value, strictly between 0 and 1.

        Returns
        -------
        ndarray
            For one prize of one unit of money.
        """
        u = np.asarray(level, float)
        n, value = self.contestants, self.value.ppf(u)
        return np.asarray(value * u ** (n - 1) - (1 - u**n) / (n * self.value.pdf(value)))

    def best_reserve_type(self) -> float:
        """Return the weakest type that the best reserve lets in.

        Returns
        -------
        float
            The type, among all, whose exclusion below maximises the expected highest effort with one
            prize: the virtual value changes sign there.
        """
        from contests import numerics

        grid = np.linspace(1e-6, 1 - 1e-6, 4001)
        psi = self.virtual_value(grid)
        rises = np.flatnonzero((psi[:-1] < 0) & (psi[1:] >= 0))
        if rises.size == 0:
            return float(self.value.support[0])
        ends = [
            numerics.root(
                lambda u: float(self.virtual_value(u)), grid[k], grid[k + 1], what="the virtual value"
            )
            for k in rises
        ]
        best = max(ends, key=self._gain_above)
        return float(self.value.ppf(best))

    def best_reserve(self) -> float:
        """Return the reserve effort that maximises the expected highest effort with one prize.

        Returns
        -------
        float
        """
        weakest = self.best_reserve_type()
        prize = float(np.asarray(self.prizes)[0])
        return float(prize * weakest * self.value.cdf(weakest) ** (self.contestants - 1))

    def _gain_above(self, level: float) -> float:
        """The expected highest effort when types above a level compete, per unit of prize."""
        from contests.quadrature import integrate

        n = self.contestants

        # E[max] is the integral of n psi(u) times the chance of winning.
        def density(u: Array) -> Array:
            return n * self.virtual_value(u) * u ** (n - 1)

        return integrate(density, level, 1.0)
