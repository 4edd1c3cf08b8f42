r"""Clark and Riis's lottery for several prizes: drawn one after another among those not yet drawn.

**Primitives.** Alike contestants exert effort e at cost e. The first prize is drawn with chances
in proportion to :math:`e^r`; the winner leaves and the next is drawn among the rest.

**Equilibrium.** :math:`e = \frac{r}{n} \sum_j v_j \Big(1 - \sum_{i<j} \frac{1}{n-i}\Big)`, i from 0
to j-1 for the j-th prize counted from one. Necessary for an equilibrium: the payoff
:math:`\sum_j v_j / n - e` is at least what the last rank pays; the library certifies each solution.
The nested lottery is the ranking of :math:`r \ln e` plus Gumbel noise, whence existence with
exponents at which one prize has no equilibrium: prizes that are closer leave less to lose.

Sources: Clark and Riis (1996), "A multi-winner nested rent-seeking contest"; Fu, Wu and Zhu (2022),
"On equilibrium existence in generalized multi-prize nested lottery contests", and their later paper on
uniqueness.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.contest import Contest
from contests.contestants import Identical
from contests.errors import InvalidPartError, NotEquilibriumError, UnsolvableError
from contests.model import Model
from contests.prizes import ByRank
from contests.propositions import Parameters, Proposition
from contests.success import Lottery
from contests.validation import Column, count, positive, vector

if TYPE_CHECKING:
    from contests.theory import Theory

__all__ = ["ClarkRiis"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ClarkRiis(Model):
    """A nested lottery of alike contestants for several prizes.

    Parameters
    ----------
    contestants : int
        How many; at least as many as prizes.
    prizes : sequence of float
        Money by rank from the first, zero or more.
    exponent : float
        How decisive effort is, above zero.

    Raises
    ------
    InvalidPartError
        If a field is out of range.

    Examples
    --------
    >>> ClarkRiis(contestants=3, prizes=(0.5, 0.5), exponent=1.2).solve().effort.round(9).tolist()
    [0.166666667, 0.166666667, 0.166666667]
    """

    contestants: int = 5
    prizes: Column = (6.0, 3.0, 1.0)
    exponent: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "contestants", count("ClarkRiis.contestants", self.contestants))
        object.__setattr__(self, "prizes", vector("ClarkRiis.prizes", self.prizes, at_least_zero=True))
        object.__setattr__(self, "exponent", positive("ClarkRiis.exponent", self.exponent))
        if self.prizes.size > self.contestants:
            raise InvalidPartError(
                "ClarkRiis.prizes",
                f"{self.prizes.size} prizes",
                f"at most {self.contestants}, one a contestant",
            )

    def contest(self) -> Contest:
        """Return the contest that the model stands for."""
        return Contest(
            contestants=Identical(self.contestants),
            prizes=ByRank(self.prizes),
            success=Lottery(exponent=self.exponent),
        )

    def theory(self) -> Theory:
        """Return the closed forms and propositions, derived by SymPy.

        Returns
        -------
        Theory
            With ``effort``, ``payoff``, and the quantities ``total_effort`` and ``dissipation``.

        Raises
        ------
        UnsolvableError
            With one contestant or no prize.

        Examples
        --------
        >>> theory = ClarkRiis(contestants=4, prizes=(0.6, 0.3, 0.1)).theory()
        >>> round(theory.value("effort"), 12)
        0.141666666667
        """
        from contests.theory import Theory

        if self.contestants < 2 or not self.prizes.any():
            raise UnsolvableError("ClarkRiis has closed forms of two or more contestants and some prize.")
        paid = self.prizes[: int(np.flatnonzero(self.prizes)[-1]) + 1]
        return Theory(
            name="Clark-Riis",
            source="Clark and Riis (1996)",
            values={
                "contestants": float(self.contestants),
                "exponent": self.exponent,
                **{f"prize_{k + 1}": float(v) for k, v in enumerate(paid)},
            },
            region_source="participation: necessary; each solution is certified",
            propositions=_propositions(),
            **_derive(paid.size),
        )


@lru_cache(maxsize=16)
def _derive(number: int) -> dict[str, Any]:
    """The first-order condition at equal efforts, from the product of the draws' chances."""
    from contests.theory import comparative_static, sympy

    sp = sympy()
    e, r, t = sp.symbols("e r t", positive=True)
    n = sp.Symbol("n", positive=True, integer=True)
    values = sp.symbols(f"v1:{number + 1}", nonnegative=True)
    # With score t against rivals' one: missed the first draws, then drawn.
    missed, expected = sp.Integer(1), sp.Integer(0)
    for rank, value in enumerate(values):
        drawn = t / (t + n - 1 - rank)
        expected += value * missed * drawn
        missed *= 1 - drawn
    gain = sum(v * sp.factor(sp.diff(expected, v).diff(t).subs(t, 1)) for v in values)
    # The score is t = (e/E)^r: at equal efforts the marginal prize is r gain / e, and costs 1.
    condition = r * gain / e - 1
    effort = r * gain
    payoff = sum(values) / n - effort
    last = sp.Piecewise((values[-1], sp.Eq(n, number)), (0, True))
    return {
        "symbols": {
            "own_effort": e,
            "contestants": n,
            "exponent": r,
            **{f"prize_{k + 1}": v for k, v in enumerate(values)},
        },
        "first_order_condition": condition,
        "effort": effort,
        "equilibrium_payoff": payoff,
        "region": sp.And(n >= max(2, number), payoff - last >= 0),
        "quantities": {"total_effort": n * effort, "dissipation": n * effort / sum(values)},
        "comparative_statics": (comparative_static("effort", effort, "prize_1", values[0], ((n, 2 + t),)),),
    }


def _model(point: Parameters, prizes: Any) -> ClarkRiis:
    return ClarkRiis(contestants=int(point["contestants"]), prizes=prizes, exponent=point["exponent"])


def _first_is_best(point: Parameters) -> tuple[bool, str]:
    whole = _model(point, (1.0,)).solve().total_effort
    split = _model(point, (1.0 - point["second"], point["second"])).solve().total_effort
    return whole > split, f"one prize {whole:.6g}, two {split:.6g}"


def _one_prize_exists(point: Parameters) -> bool:
    n = point["contestants"]
    return bool(n >= 3 and point["exponent"] <= n / (n - 1))


def _sharing_restores(point: Parameters) -> tuple[bool, str]:
    n = int(point["contestants"])
    try:
        _model(point, (1.0,)).solve()
        alone = True
    except NotEquilibriumError:
        alone = False
    shared = _model(point, np.full(n - 1, 1.0 / (n - 1))).solve().certificate.passed
    return shared and not alone, f"one prize: {alone}; n - 1 equal prizes: {shared}"


def _only_sharing_exists(point: Parameters) -> bool:
    # Equal prizes to all but one: the effort r (H_n - 1)/(n (n-1)) must not exceed the expected prize 1/n;
    # local and global second-order conditions need the exponent not too large, so stay well inside.
    n = point["contestants"]
    return bool(n >= 3 and n / (n - 1) * 1.001 < point["exponent"] <= 0.6 * (n - 1))


def _same_for_all(point: Parameters) -> tuple[bool, str]:
    n = int(point["contestants"])
    effort = float(_model(point, np.full(n, 1.0)).solve().effort.max())
    return effort == 0.0, f"effort {effort:.3g}"


def _race_of_shocks(point: Parameters) -> tuple[bool, str]:
    from contests.curves import Log
    from contests.laws import gumbel
    from contests.technology import Additive

    prizes = np.array([1.0 - point["second"], point["second"]])
    nested = _model(point, prizes).solve().effort[0]
    shocks = Contest(
        contestants=Identical(int(point["contestants"])),
        prizes=ByRank(prizes),
        technology=Additive(gumbel(1.0 / point["exponent"]), output=Log()),
    )
    ranked = shocks.solve().effort[0]
    return abs(nested - ranked) <= 1e-9 * nested, f"lottery {nested:.10g}, shocks {ranked:.10g}"


@lru_cache(maxsize=1)
def _propositions() -> tuple[Proposition, ...]:
    source = "Clark and Riis (1996)"
    domain = {"contestants": range(3, 8), "exponent": (0.3, 1.6), "second": (0.05, 0.5)}
    bound = "exponent at most n/(n - 1)"
    return (
        Proposition(
            name="one prize",
            statement="Of a fixed budget, one prize calls forth more effort than two.",
            source=source,
            domain=domain,
            test=_first_is_best,
            conditions=bound,
            inside=_one_prize_exists,
        ),
        Proposition(
            name="sharing restores existence",
            statement="n - 1 equal prizes have an equilibrium at exponents at which one prize has none.",
            source="derived for this library from the conditions of Clark and Riis (1996)",
            domain={"contestants": range(4, 8), "exponent": (1.0, 3.0)},
            test=_sharing_restores,
            conditions="exponent above n/(n - 1) and at most 0.6 (n - 1)",
            inside=_only_sharing_exists,
        ),
        Proposition(
            name="equal prizes for all",
            statement="A prize for every contestant calls forth nothing.",
            source=source,
            domain={"contestants": range(2, 8), "exponent": (0.3, 1.6)},
            test=_same_for_all,
        ),
        Proposition(
            name="race of shocks",
            statement="The nested lottery is a contest of log effort with Gumbel shocks of scale 1/r.",
            source="Luce (1959), Yellott (1977)",
            domain=domain,
            test=_race_of_shocks,
            conditions=bound,
            inside=_one_prize_exists,
        ),
    )
