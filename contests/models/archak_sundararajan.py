r"""Archak and Sundararajan's crowdsourcing contest: many contestants, few prizes.

**Primitives.** The all-pay contest of `PrivateValueAllPay` with a law of values that has a finite top
:math:`\bar v`, prizes :math:`v_1 \ge v_2 \ge \dots` and many contestants n.

**Limit.** As n grows the k-th highest effort no longer depends on the law: expected it is

.. math:: \bar v \sum_j v_j \binom{k+j-2}{k-1} 2^{-(k+j-1)},

and total effort is :math:`\bar v` times the budget, whatever its split. The error is of order 1/n and is
computed here from the exact equilibrium.

Source: Archak and Sundararajan (2009), "Optimal design of crowdsourcing contests"; the formula by rank
is derived here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from contests import numerics
from contests.errors import InvalidPartError
from contests.models.private_value_all_pay import PrivateValueAllPay
from contests.validation import count

if TYPE_CHECKING:
    from contests.theory import Theory

__all__ = ["ArchakSundararajan"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ArchakSundararajan(PrivateValueAllPay):
    """An all-pay contest of many contestants with private values.

    Parameters
    ----------
    contestants, prizes, value, reserve, fee
        As in `PrivateValueAllPay`; the values have a finite top, and there is no reserve or fee.

    Examples
    --------
    >>> model = ArchakSundararajan(contestants=1000)
    >>> model.ranked_effort(1), bool(abs(model.error(1)) < 2e-3)
    (0.5, True)
    """

    contestants: int = 1000

    def __post_init__(self) -> None:
        super().__post_init__()
        if not np.isfinite(self.value.support[1]):
            raise InvalidPartError("ArchakSundararajan.value", self.value, "a law with a finite top")
        if self.reserve or self.fee:
            raise InvalidPartError(
                "ArchakSundararajan", "a reserve or a fee", "without them", "Use PrivateValueAllPay."
            )

    def theory(self) -> Theory:
        """Return the closed forms and propositions.

        Returns
        -------
        Theory
            Of the limit: effort by ``better_rivals``, the expected number of rivals of higher value, and
            expected efforts by rank.
        """
        from contests.models._archak_sundararajan_theory import archak_sundararajan_theory

        return archak_sundararajan_theory(self)

    def ranked_effort(self, rank: int) -> float:
        """Return the expected effort of the contestant who comes k-th, in the limit of many contestants.

        Parameters
        ----------
        rank : int
            1 for the highest effort.

        Returns
        -------
        float
        """
        k = count("ArchakSundararajan.rank", rank)
        each = [
            float(prize) * math.comb(k + j - 2, k - 1) * 2.0 ** -(k + j - 1)
            for j, prize in enumerate(np.asarray(self.prizes), 1)
        ]
        return float(self.value.support[1] * sum(each))

    @property
    def limit_total_effort(self) -> float:
        """Total effort in the limit: the budget times the highest value."""
        return float(self.value.support[1] * np.sum(self.prizes))

    def exact_ranked_effort(self, rank: int) -> float:
        """Return the expected effort of the contestant who comes k-th among these many.

        Parameters
        ----------
        rank : int
            1 for the highest effort, at most the number of contestants.

        Returns
        -------
        float
            From the equilibrium strategy, integrated over the law of the k-th highest value.
        """
        k, n = count("ArchakSundararajan.rank", rank), self.contestants
        if k > n:
            raise InvalidPartError("ArchakSundararajan.rank", rank, f"at most {n}")
        from contests.solvers.private_exact import SOLVER

        grid = self.value.node_grid()
        density = n * numerics.binomial(k - 1, n - 1, grid.v, grid.u)
        strategy: Any = SOLVER.solve(self.game()).profile.strategy(0)
        return float(np.sum(grid.w * density * strategy(grid.x)))

    def error(self, rank: int) -> float:
        """Return how far the limit is above the exact expected effort of the k-th, relative to it.

        Parameters
        ----------
        rank : int
            1 for the highest effort.

        Returns
        -------
        float
        """
        exact = self.exact_ranked_effort(rank)
        return self.ranked_effort(rank) / exact - 1.0
