"""Which number of solvers is best where no formula tells: the profits of all sizes, compared.

The first-order profit of every size is computed, all sizes at once where a common quadrature does it
(`contests.models.terwiesch_xu_sizes`), else one by one; under expertise profit may fall, then rise, so no
search that stops at a local optimum will do. Sizes are then tried in the order of their profits and the
first whose equilibrium is certified is the answer: the others cannot do better, equilibria or not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from contests import numerics
from contests.errors import ConvergenceError, NotEquilibriumError, UnsolvableError
from contests.models.terwiesch_xu_design import candidate, candidate_profit, profit_at, profit_of
from contests.models.terwiesch_xu_projects import ContingentAward, Ideation, TrialAndError
from contests.models.terwiesch_xu_results import Design
from contests.models.terwiesch_xu_sizes import profits_of_sizes

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium
    from contests.models.terwiesch_xu import TerwieschXu

__all__ = ["effort_of_scale", "quick_profit", "searched_size"]

_MOST = 500  # sizes searched where no theory says what happens beyond
_EACH = 2000  # sizes up to which every one is compared, and steps of a ladder beyond
_AGREE = 1e-8  # relative: profit in the comparison and at the certified equilibrium


def searched_size(model: TerwieschXu, weight: float, largest: int | None) -> Design:
    """Return the best size by enumeration, whatever the project.

    Parameters
    ----------
    model : TerwieschXu
        Solvers who do not differ.
    weight : float
        Weight on the best quality.
    largest : int or None
        Most solvers; 500 if None.

    Returns
    -------
    Design
        The best of the sizes compared that is certified; ``evidence`` says which were.

    Raises
    ------
    UnsolvableError
        If no size has an equilibrium.
    """
    most = _MOST if largest is None else largest
    least = len(model.award) if isinstance(model.award, tuple) else 1
    compared = _Compared(model, weight, least, most)
    compared.search()
    for n in sorted(compared.profits, key=lambda size: compared.profits[size], reverse=True):
        try:
            equilibrium = model.replace(solvers=n).solve()
        except NotEquilibriumError:
            continue  # not an equilibrium: never optimal
        value = profit_at(equilibrium, weight)
        _agree(compared.profits[n], value, equilibrium)
        at_cap = n == most and n > least
        return Design(
            choice=n,
            value=value,
            equilibrium=equilibrium,
            where="at the cap" if at_cap else "interior",
            evidence=f"{compared.words()}; of these only the best, {n}, is certified"
            + ("; profit may go on rising beyond" if at_cap and largest is None else ""),
        )
    if not compared.profits:
        reason = {"best_size": "where nobody may hand in anything, log output is worth minus infinity"}
        raise UnsolvableError(f"No size up to {most} has a finite profit:", reason)
    raise UnsolvableError("No size has an equilibrium:", {"best_size": f"sizes up to {most} were tried"})


def _agree(quick: float, value: float, equilibrium: Equilibrium) -> None:
    """Refuse a choice whose profit in the comparison is not that of its certified equilibrium."""
    scale = abs(value) + abs(equilibrium.expected_best) + equilibrium.prizes_paid
    if quick != value and not abs(quick - value) <= _AGREE * scale:
        raise ConvergenceError(
            f"The profit of {equilibrium.effort.size} solvers is {quick:.12g} where sizes are compared and "
            f"{value:.12g} at the certified equilibrium: the quadrature over types or shocks is too rough "
            "for this law. Compare profit() size by size, or use a smoother law."
        )


class _Compared:
    """Profits by size, and in words which sizes were compared and how.

    Every size up to 2000; beyond, under expertise profit is smooth in the size, and a ladder with a
    fine second look around its best is climbed instead.
    """

    def __init__(self, model: TerwieschXu, weight: float, least: int, most: int) -> None:
        self.model, self.weight, self.least, self.most = model, weight, least, most
        self.profits: dict[int, float] = {}
        self.unknown: list[int] = []
        self.every = min(most, _EACH)

    def search(self) -> None:
        """Compare all sizes, or as many as it takes."""
        self.compare(range(self.least, self.every + 1))
        low, high = self.every, self.most
        while high - low > 1 and self.every < self.most:
            self.compare(sorted({round(x) for x in np.geomspace(low, high, _EACH)}))
            if not self.profits or high - low < _EACH:
                break
            best = max(self.profits, key=lambda size: self.profits[size])
            step = (high / low) ** (1 / (_EACH - 1))
            low, high = max(self.every, int(best / step) - 1), min(self.most, math.ceil(best * step) + 1)

    def compare(self, sizes: Iterable[int]) -> None:
        """Add the profits of ``sizes``: all at once where a common quadrature does it, else one by one."""
        fresh = [n for n in sizes if n not in self.profits]
        several = [n for n in fresh if n > 1]
        found = profits_of_sizes(self.model, several, self.weight) if several else None
        known = {} if found is None else dict(zip(several, found.tolist(), strict=True))
        for n in fresh:
            profit: float | None = known.get(n, math.nan)
            if profit is not None and math.isnan(profit):
                if n in known and isinstance(self.model.project, TrialAndError):
                    self.unknown.append(n)  # by itself it would be no easier
                    continue
                try:
                    profit = quick_profit(self.model, n, self.weight)
                except ConvergenceError:
                    self.unknown.append(n)
                    continue
            if profit is not None and profit > -math.inf:
                self.profits[n] = profit

    def words(self) -> str:
        """Return which sizes were compared."""
        text = f"the first-order profits of all sizes from {self.least} to {self.every}"
        if self.every < self.most:
            text += f", of {_EACH} in even ratios from there to {self.most} and of all around their best"
        text += " are compared"
        if self.unknown:
            text += f" but for {len(self.unknown)} that could not be computed (the first: {self.unknown[0]})"
        return text


def quick_profit(model: TerwieschXu, n: int, weight: float) -> float | None:
    """Return the profit of a ``model`` at the candidate of ``n`` solvers, ``weight`` on the best quality.

    None if they would visibly lose by taking part.
    """
    contest = model.replace(solvers=n).contest()
    if n == 1 and not contest.prizes.share:
        return None if _no_quality(contest) else float(contest.technology.location(0.0)) - contest.prizes.top
    if model.project.private_ability is not None:
        return candidate_profit(model.replace(solvers=n), weight)
    known = effort_of_scale(model, n)
    profile = candidate(contest) if known is None else contest.profile(known)
    if profile.is_symmetric and not contest.prizes.share:
        values = contest.prizes.by_rank()
        last = values[-1] if values.size == n else 0.0
        payoff = values.sum() / n - float(np.asarray(contest.effort_cost(0, profile.efforts()[0])))
        if payoff < last - 1e-9 * values[0]:
            return None
    return profit_of(contest, profile, weight)


def _no_quality(contest: Any) -> bool:
    """Whether nothing is handed in without effort."""
    return not np.isfinite(float(contest.technology.location(0.0)))


def effort_of_scale(model: TerwieschXu, n: int) -> float | None:
    """Effort of ``n`` solvers of a ``model`` with log output and cost c e^b: b c e^b = returns x slope."""
    b, returns = model.cost_elasticity, model.project.log_returns
    if not isinstance(model.project, Ideation) or b is None or returns is None:
        return None
    if isinstance(model.award, ContingentAward) or not isinstance(model.unit_cost, float):
        return None
    slope = numerics.prize_slope(model.project.law, n, model.prizes().by_rank())
    unit = model.unit_cost * float(model.cost(1.0))
    return float((returns * slope / (b * unit)) ** (1 / b))
