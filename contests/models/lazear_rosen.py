r"""Lazear and Rosen's rank-order tournament: prizes by the rank of output, effort plus luck.

**Primitives.** Output is effort e plus a shock; rank k pays :math:`v_k`; effort costs c(e).

**Equilibrium.** Of alike contestants: :math:`c'(e) = \sum_k v_k \beta_k`, with :math:`\beta_k` the
derivative of the probability of rank k in one's own output at equal efforts; of two with a
shock of density f, :math:`\beta_1 = \int f^2`. Only differences of prizes matter. With small
shocks there is no equilibrium in sure efforts, and the certificate says who would deviate.

**Piece rate.** Paid w for each unit of output a risk-neutral contestant exerts c'(e) = w. Paying
the whole value of output is first best, and a tournament with the spread
:math:`c'(e)/\beta_1` of a first prize over the others does the same.

Source: Lazear and Rosen (1981), "Rank-order tournaments as optimum labor contracts".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from contests import numerics
from contests.contest import Contest
from contests.contestants import Identical
from contests.curves import BaseCurve, Power, as_curve, check_cost
from contests.errors import InvalidPartError, UnsolvableError
from contests.laws import law, normal
from contests.model import Model
from contests.prizes import ByRank
from contests.propositions import Parameters, Proposition
from contests.success import Highest
from contests.technology import Additive
from contests.validation import Column, count, positive, vector

if TYPE_CHECKING:
    from contests.theory import Theory

__all__ = ["LazearRosen", "PieceRate"]


@dataclass(frozen=True, kw_only=True)
class PieceRate:
    """A piece rate and the tournament that does the same.

    Attributes
    ----------
    rate : float
        Money for each unit of output.
    effort : float
        What a contestant exerts under either.
    spread : float
        First prize less the other prizes, in money.
    prizes : tuple of float
        Prizes by rank that leave the employer nothing: they add to the value of all output. Those
        of the others may be negative: who does not win pays.
    tournament : LazearRosen
        The tournament with this spread and nothing for the others, in which effort is the same
        since only differences of prizes matter. Whether it has an equilibrium its solution says.
    """

    rate: float
    effort: float
    spread: float
    prizes: tuple[float, ...]
    tournament: LazearRosen

    @property
    def mean_prize(self) -> float:
        """The prizes' average: the value of a contestant's output."""
        return float(np.mean(self.prizes))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LazearRosen(Model):
    """A rank-order tournament of contestants alike but for handicaps.

    Parameters
    ----------
    contestants : int
        How many; at least as many as prizes. With handicaps, their number counts.
    prizes : sequence of float
        Money by rank from the first; later ranks pay nothing.
    shock : SciPy distribution
        The law of each contestant's shock, in units of output; standard normal if absent.
    cost : curve
        Cost of effort in money.
    handicaps : sequence of float, shape (n,), optional
        Added to each contestant's output when it is ranked.

    Raises
    ------
    InvalidPartError
        If a field is out of range.

    Examples
    --------
    >>> LazearRosen().solve().effort.round(9).tolist()
    [0.282094792, 0.282094792]
    """

    contestants: int = 2
    prizes: Column = (1.0, 0.0)
    shock: Any = field(default_factory=lambda: normal(1.0))
    cost: BaseCurve = field(default_factory=lambda: Power(2, scale=0.5))
    handicaps: Column | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "contestants", count("LazearRosen.contestants", self.contestants))
        object.__setattr__(self, "prizes", vector("LazearRosen.prizes", self.prizes, at_least_zero=True))
        object.__setattr__(self, "shock", law(self.shock, part="LazearRosen.shock"))
        object.__setattr__(self, "cost", as_curve(self.cost, part="LazearRosen.cost"))
        check_cost(self.cost, part="LazearRosen.cost")
        if self.handicaps is not None:
            handicaps = vector("LazearRosen.handicaps", self.handicaps)
            if self.contestants not in (2, handicaps.size):
                raise InvalidPartError(
                    "LazearRosen.handicaps", f"{handicaps.size} numbers", f"given {self.contestants} numbers"
                )
            object.__setattr__(self, "handicaps", handicaps)
            object.__setattr__(self, "contestants", handicaps.size)
        if self.prizes.size > self.contestants:
            raise InvalidPartError(
                "LazearRosen.prizes",
                f"{self.prizes.size} prizes",
                f"at most {self.contestants}, one a contestant",
            )

    def contest(self) -> Contest:
        """Return the contest that the model stands for."""
        return Contest(
            contestants=Identical(self.contestants),
            prizes=ByRank(self.prizes),
            technology=Additive(self.shock),
            cost=self.cost,
            success=Highest(handicaps=self.handicaps),
        )

    def piece_rate(self, rate: float = 1.0) -> PieceRate:
        """Return what a piece rate does, and the tournament that does the same.

        Parameters
        ----------
        rate : float
            Money for each unit of output, above zero: the whole value of output is first best.

        Returns
        -------
        PieceRate

        Raises
        ------
        InvalidPartError
            If no effort has the marginal cost ``rate``.

        Examples
        --------
        >>> same = LazearRosen(cost=Power(2)).piece_rate(1.0)
        >>> same.effort, round(same.spread, 9), same.mean_prize
        (0.5, 3.544907702, 0.5)
        """
        paid = positive("LazearRosen.piece_rate", rate)
        effort = self._effort_at(paid)
        slope = numerics.prize_slope(self.shock, self.contestants, [1.0])
        spread = paid / slope
        last = paid * effort - spread / self.contestants
        prizes = (last + spread, *(last for _ in range(self.contestants - 1)))
        tournament = self.replace(prizes=(spread,), handicaps=None)
        return PieceRate(rate=paid, effort=effort, spread=spread, prizes=prizes, tournament=tournament)

    def _effort_at(self, marginal: float) -> float:
        """The effort at which marginal cost is ``marginal``."""
        top = self.cost.domain[1]
        grid = np.geomspace(1e-12, min(1e12, top * (1 - 1e-12)), 400)
        above = np.flatnonzero(np.asarray(self.cost.derivative(grid)) >= marginal)
        if above.size == 0 or above[0] == 0:
            raise InvalidPartError(
                "LazearRosen.piece_rate", marginal, "a marginal cost that some effort above zero has"
            )
        low, high = np.log(grid[above[0] - 1]), np.log(grid[above[0]])
        found = numerics.root(lambda x: float(self.cost.derivative(np.exp(x))) - marginal, low, high)
        return float(np.exp(found))

    def theory(self) -> Theory:
        """Return the closed forms and propositions of alike contestants with a power cost.

        Returns
        -------
        Theory
            With ``effort`` and ``payoff`` for the marginal prize B, the sum of prizes times the
            slopes of rank probabilities, and the quantity ``total_effort``.

        Raises
        ------
        UnsolvableError
            With handicaps, a cost that is no power above 1, or prizes that give no incentive.

        Examples
        --------
        >>> theory = LazearRosen().theory()
        >>> theory.effort, round(theory.value("effort"), 12)
        ((B/(a*k))**(1/(a - 1)), 0.282094791774)
        """
        from contests.theory import Theory

        slope = numerics.prize_slope(self.shock, self.contestants, self.prizes)
        convex = isinstance(self.cost, Power) and self.cost.exponent > 1
        if self.handicaps is not None or not convex or slope <= 0:
            raise UnsolvableError(
                "LazearRosen has closed forms without handicaps, with a power cost above linear and prizes "
                "that reward output; use solve()."
            )
        cost: Any = self.cost
        return Theory(
            name="Lazear-Rosen",
            source="Lazear and Rosen (1981)",
            values={
                "contestants": float(self.contestants),
                "marginal_prize": slope,
                "mean_prize": float(self.prizes.sum()) / self.contestants,
                "cost_scale": cost.scale,
                "cost_exponent": cost.exponent,
            },
            propositions=_propositions(),
            **_derive(),
        )


@lru_cache(maxsize=1)
def _derive() -> dict[str, Any]:
    """The first-order condition at equal efforts; near them the expected prize is a line in one's effort."""
    from contests.theory import comparative_static, sympy

    sp = sympy()
    e, rival, slope, mean, k = sp.symbols("e E B m k", positive=True)
    spare = sp.Symbol("spare", positive=True)
    n = sp.Symbol("n", positive=True, integer=True)
    a = sp.Symbol("a", positive=True)
    payoff = mean + slope * (e - rival) - k * e**a
    condition = sp.diff(payoff, e)
    # Marginal cost is a power of effort with exponent a - 1: divide by it at effort one, and invert.
    (marginal_cost,) = sp.solve(condition, slope)
    effort = (slope / marginal_cost.subs(e, 1)) ** (1 / (a - 1))
    inside = ((a, 1 + spare),)
    return {
        "symbols": {
            "own_effort": e,
            "rival_effort": rival,
            "contestants": n,
            "marginal_prize": slope,
            "mean_prize": mean,
            "cost_scale": k,
            "cost_exponent": a,
        },
        "payoff": payoff,
        "first_order_condition": condition,
        "effort": effort,
        "equilibrium_payoff": mean - k * effort**a,
        "quantities": {"total_effort": n * effort},
        "comparative_statics": tuple(
            comparative_static("effort", effort, name, symbol, inside)
            for name, symbol in (("marginal_prize", slope), ("cost_scale", k))
        ),
    }


def _tournament(point: Parameters, **changes: Any) -> LazearRosen:
    fields = {
        "contestants": int(point["contestants"]),
        "prizes": (1.0, 0.0),
        "shock": normal(point["spread"]),
        **changes,
    }
    return LazearRosen(**fields)


def _wide(point: Parameters) -> bool:
    return bool(point["spread"] >= 0.6)


def _differences(point: Parameters) -> tuple[bool, str]:
    n = int(point["contestants"])
    base = _tournament(point).solve().effort[0]
    raised = np.append(1.0, np.zeros(n - 1)) + point["raise"]
    moved = _tournament(point, prizes=raised).solve().effort[0]
    return abs(base - moved) <= 1e-9 * base, f"{base:.10g} and {moved:.10g}"


def _inverse(point: Parameters) -> tuple[bool, str]:
    base = _tournament(point).solve().effort[0]
    twice = _tournament(point, shock=normal(2 * point["spread"])).solve().effort[0]
    return abs(base / twice - 2) <= 1e-9, f"ratio {base / twice:.10g}"


def _does_the_same(point: Parameters) -> tuple[bool, str]:
    same = _tournament(point, cost=Power(2, scale=2.0)).piece_rate(point["rate"])
    effort = float(same.tournament.solve().effort[0])
    detail = f"piece rate {same.effort:.9g}, tournament {effort:.9g}"
    return abs(effort - same.effort) <= 1e-9 * effort, detail


def _even(point: Parameters) -> tuple[bool, str]:
    given = _tournament({**point, "contestants": 2}, handicaps=(point["head"], 0.0)).solve().total_effort
    even = _tournament({**point, "contestants": 2}).solve().total_effort
    return given < even, f"with handicap {given:.9g}, even {even:.9g}"


@lru_cache(maxsize=1)
def _propositions() -> tuple[Proposition, ...]:
    source = "Lazear and Rosen (1981)"
    domain: dict[str, Any] = {"contestants": range(2, 5), "spread": (0.15, 3.0)}
    large: dict[str, Any] = {"conditions": "standard deviation of the shock at least 0.6", "inside": _wide}
    return (
        Proposition(
            name="differences of prizes",
            statement="Only differences of prizes matter: raising all leaves effort as it is.",
            source=source,
            domain={**domain, "raise": (0.1, 5.0)},
            test=_differences,
            **large,
        ),
        Proposition(
            name="luck",
            statement="With a quadratic cost, twice the luck halves effort.",
            source=source,
            domain=domain,
            test=_inverse,
            **large,
        ),
        Proposition(
            name="piece rate",
            statement="A tournament with the right spread does what a piece rate does, first best included.",
            source=source,
            domain={**domain, "rate": (0.2, 1.0)},
            test=_does_the_same,
            **large,
        ),
        Proposition(
            name="handicap between equals",
            statement="A handicap between two equals lowers their effort.",
            source="Lazear and Rosen (1981); O'Keeffe, Viscusi and Zeckhauser (1984)",
            domain={"spread": (0.15, 3.0), "head": (0.1, 1.5)},
            test=_even,
            **large,
        ),
    )
