r"""Two contestants of unlike laws: the asymmetric all-pay auction of Amann and Leininger.

**Primitives.** Contestant i values the prize at a secret factor :math:`v_i \sim F_i`; effort costs its
amount; the higher effort wins.

**Equilibrium.** Types who exert the same effort are tied, :math:`\int_{v_1}^{\bar v_1} dF_1/t =
\int_{v_2}^{\bar v_2} dF_2/t`, and effort is :math:`e(v_2) = \int v_1\,dF_2`. Unique; at most one
contestant has types who do nothing. **Limit.** Equal laws: the symmetric all-pay auction.

Source: Amann and Leininger (1996), "Asymmetric all-pay auctions with incomplete information".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contests.contest import Contest
from contests.contestants import Private
from contests.errors import InvalidPartError
from contests.laws import law
from contests.model import Model
from contests.prizes import WinnerTakeAll
from contests.validation import positive

if TYPE_CHECKING:
    from contests.theory import Theory

__all__ = ["AmannLeininger"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AmannLeininger(Model):
    """An all-pay contest of two contestants with private values of different laws.

    Parameters
    ----------
    values : pair of SciPy distributions
        The laws of the two value factors, on numbers of zero or more.
    prize : float
        The prize in money.

    Examples
    --------
    >>> from scipy import stats
    >>> model = AmannLeininger(values=(stats.uniform(), stats.powerlaw(2)))
    >>> equilibrium = model.solve()
    >>> round(float(equilibrium.strategy(0).weakest), 9)
    0.135335283
    """

    values: Any
    prize: float = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.values, Sequence) or isinstance(self.values, str) or len(self.values) != 2:
            raise InvalidPartError(
                "AmannLeininger.values",
                self.values,
                "a pair of distributions",
                "For one law and any number of contestants use PrivateValueAllPay.",
            )
        laws = tuple(law(one, part="AmannLeininger.values") for one in self.values)
        for one in laws:
            if one.support[0] < 0:
                raise InvalidPartError("AmannLeininger.values", one, "laws on numbers of zero or more")
        object.__setattr__(self, "values", laws)
        object.__setattr__(self, "prize", positive("AmannLeininger.prize", self.prize))

    def contest(self) -> Contest:
        """Return the contest that the model stands for."""
        return Contest(contestants=Private(value=self.values), prizes=WinnerTakeAll(self.prize))

    def theory(self) -> Theory:
        """Return the closed forms and propositions.

        Returns
        -------
        Theory
            Effort of contestant 1 by the symbol ``value`` where both laws are uniform from zero (that of
            contestant 2 is the quantity ``effort_2``), derived by SymPy; otherwise the propositions alone.
        """
        from contests.models._amann_leininger_theory import amann_leininger_theory

        return amann_leininger_theory(self)

    @property
    def has_closed_form(self) -> bool:
        """Whether SymPy integrates effort: laws uniform from zero."""
        return all(one.name == "uniform" and one.support[0] == 0 for one in self.values)
