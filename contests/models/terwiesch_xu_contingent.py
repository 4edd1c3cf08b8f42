r"""The best award contingent on quality, for ideation projects.

The winner gets a + s v. Let T = a + s r(e) be what she would get without a shock,
\beta the slope of the winning probability in one's own quality and d that of
E[shock 1{win}] at equal efforts. A symmetric effort solves r'(e) y = c'(e), with the
incentive y = \beta T + s d, and the seeker's profit separates:

    profit = r(e(y)) - y/\beta + s (d/\beta - E[max shock]) + a constant.

So the weight on the best quality does not matter, and without further constraints
the best incentive does not depend on the share, while profit is linear in the share
(rising by mu/(n-1) for a Gumbel shock): the share is raised until solvers would
rather exert little or nothing. Which incentives are compatible with that is found
by comparing payoffs of all deviations; the optimum usually lies where one of them
just does not pay, and is certified.

For a Gumbel shock share one with expected award mu gives first-best effort. "Full
extraction", which solves the first-order conditions with no rent at first-best
effort, is no equilibrium while the returns are below the shock and the award with one
rival fewer is positive: a tiny effort then pays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.curves import BaseCurve
from contests.errors import NotEquilibriumError, UnsolvableError
from contests.laws import Law
from contests.models._maximise import polished
from contests.models.terwiesch_xu_design import candidate, profit_at, profit_of
from contests.models.terwiesch_xu_projects import ContingentAward, Ideation
from contests.models.terwiesch_xu_results import Design
from contests.solvers.symmetric import contingent_drift

if TYPE_CHECKING:
    from contests.models.terwiesch_xu import TerwieschXu

__all__ = ["best_contingent_award"]

Array = NDArray[np.float64]
_SHARES = 33
_MARGINS = (1e-7, 1e-5, 1e-3)  # of the stakes, by which every distant deviation must lose


def best_contingent_award(
    model: TerwieschXu, weight: float, base: float | None, largest_share: float
) -> Design:
    """Return the best contingent award of a model.

    Parameters
    ----------
    model : TerwieschXu
        Ideation by solvers who do not differ; its own award does not matter.
    weight : float
        Weight on the best quality.
    base : float or None
        A fixed base, or None to choose it.
    largest_share : float
        Shares from 0 to this are searched.

    Returns
    -------
    Design
        With a `ContingentAward` as the choice.

    Raises
    ------
    UnsolvableError
        For other projects, differing solvers or a lone one.
    """
    if not isinstance(model.project, Ideation) or not model.is_symmetric or model.solvers < 2:
        reason = {
            "best_contingent_award": "an ideation project with two or more identical solvers would work"
        }
        raise UnsolvableError("The best contingent award is found for ideation only:", reason)
    if base is not None:
        return _royalty(model, weight, base, largest_share)
    problem = _Problem.of(model)
    for margin in _MARGINS:
        share, incentive = problem.best(largest_share, margin)
        award = ContingentAward(base=problem.base(share, incentive), share=share)
        try:
            equilibrium = model.replace(award=award).solve()
        except NotEquilibriumError:
            continue  # the deviation that just does not pay was located too roughly: keep further away
        if not equilibrium.effort[0] > 0:
            continue  # nobody competes for a negative base: not the candidate that was meant
        at_cap = share >= largest_share * (1 - 1e-9)
        return Design(
            choice=award,
            value=profit_at(equilibrium, weight),
            equilibrium=equilibrium,
            where="at the cap" if at_cap else "at the floor" if share == 0.0 else "interior",
            evidence=f"search over shares from 0 to {largest_share:g}; every other effort loses at least "
            f"{margin:g} of the stakes, and the optimum is certified",
        )
    reason = {"best_contingent_award": "fix the base, or use best_award()"}
    raise UnsolvableError("No contingent award that was found could be certified:", reason)


@dataclass(frozen=True)
class _Problem:
    """The seeker's problem in share and incentive."""

    output: BaseCurve
    cost: BaseCurve
    law: Law
    n: int
    slope: float
    drift: float
    top: float
    spread: float
    moves: Array
    won: Array
    quality: Array
    formula: tuple[float, float] | None  # effort = (first y)^(1/second), where output and cost allow it

    @classmethod
    def of(cls, model: TerwieschXu) -> _Problem:
        contest = model.replace(award=1.0).contest()
        law: Law = model.project.law  # type: ignore[union-attr]
        n = model.solvers
        spread = float(law.isf(0.25) - law.ppf(0.25))
        near = np.geomspace(1e-3, 40.0, 90)
        moves = spread * np.concatenate([-near[::-1], near])
        won, quality = _chances(law, n, moves)
        return cls(
            output=contest.technology.output,  # type: ignore[attr-defined]
            cost=contest.cost,
            law=law,
            n=n,
            slope=numerics.prize_slope(law, n, np.array([1.0])),
            drift=contingent_drift(contest),
            top=numerics.expected_order_statistic(law, n),
            spread=spread,
            moves=moves,
            won=won,
            quality=quality,
            formula=_formula(model),
        )

    def effort(self, incentive: float) -> float:
        """The effort that solves r'(e) y = c'(e)."""
        if self.formula is not None:
            return float((self.formula[0] * incentive) ** (1 / self.formula[1]))

        def gain(log: float) -> float:
            effort = math.exp(log)
            return math.log(float(self.output.derivative(effort)) * incentive) - math.log(
                float(self.cost.derivative(effort))
            )

        low, high = -60.0, min(60.0, math.log(self.cost.domain[1]) - 1e-12)
        if gain(high) > 0:
            return math.exp(high)
        return math.exp(numerics.root(gain, low, high)) if gain(low) > 0 else 0.0

    def sure(self, share: float, incentive: float) -> float:
        """T: the award of a winner without a shock."""
        return (incentive - share * self.drift) / self.slope

    def base(self, share: float, incentive: float) -> float:
        """The base of the award."""
        return self.sure(share, incentive) - share * float(self.output(self.effort(incentive)))

    def value(self, share: float, incentive: float) -> float:
        """Profit up to a constant."""
        rent = self.drift / self.slope - self.top
        return float(self.output(self.effort(incentive))) - incentive / self.slope + share * rent

    def fits(self, share: float, incentive: float, margin: float) -> bool:
        """Whether every other effort loses, a distant one at least ``margin`` of the stakes."""
        effort = self.effort(incentive)
        if effort <= 0:
            return False
        sure, here = self.sure(share, incentive), float(self.output(effort))
        others = np.asarray(self.output.inverse(here + self.moves))
        possible = (others > 0) & np.isfinite(others)
        payoffs = sure * self.won + share * self.quality - self.cost(np.where(possible, others, 0.0))
        stakes = abs(sure) + share * self.spread
        mine = sure / self.n + share * self.top / self.n - float(self.cost(effort))
        allowed = mine - margin * stakes * np.minimum(1.0, (self.moves / self.spread) ** 2)
        if np.any(possible & (payoffs > allowed)):
            return False
        idle = 0.0
        fall = float(self.output(0.0)) - here
        if math.isfinite(fall):
            won, quality = _chances(self.law, self.n, np.array([fall]))
            idle = float(sure * won[0] + share * quality[0])
        return idle <= mine - margin * stakes * min(1.0, (fall / self.spread) ** 2)

    def best(self, largest_share: float, margin: float) -> tuple[float, float]:
        """The best share and incentive."""
        from scipy import optimize

        free = self._free()

        def lowest(share: float) -> float | None:
            """The least compatible incentive from the free optimum upward."""
            if self.fits(share, free, margin):
                return free
            low, high = free, 2.0 * free
            while not self.fits(share, high, margin):
                low, high = high, 2.0 * high
                if high > 2.0**20 * free:
                    return None
            for _ in range(40):
                middle = math.sqrt(low * high)
                low, high = (low, middle) if self.fits(share, middle, margin) else (middle, high)
            return high

        def profit(share: float) -> float:
            incentive = lowest(share)
            return -math.inf if incentive is None else self.value(share, incentive)

        shares = np.linspace(0.0, largest_share, _SHARES)
        values = np.array([profit(float(share)) for share in shares])
        k = int(np.argmax(values))
        bounds = (shares[max(k - 1, 0)], shares[min(k + 1, _SHARES - 1)])
        fine = optimize.minimize_scalar(
            lambda share: -profit(float(share)), bounds=bounds, method="bounded", options={"xatol": 1e-9}
        )
        share = float(fine.x) if -float(fine.fun) > values[k] else float(shares[k])
        incentive = lowest(share)
        if incentive is None:
            reason = {"best_contingent_award": "another output, cost or shock would work, or best_award()"}
            raise UnsolvableError("At no share is there an effort that nobody would leave:", reason)
        return share, incentive

    def _free(self) -> float:
        """The best incentive if solvers would take any."""
        from scipy import optimize

        def value(log: float) -> float:
            return self.value(0.0, math.exp(log))

        logs = np.linspace(-40.0, 40.0, 161)
        k = int(np.argmax([value(float(log)) for log in logs]))
        if k in (0, logs.size - 1):
            worth = "falls" if k == 0 else "rises"
            reason = {"best_contingent_award": "another output, cost or shock would work"}
            raise UnsolvableError(f"Profit {worth} with every incentive, so that no award is best:", reason)
        found = optimize.minimize_scalar(
            lambda log: -value(float(log)),
            bounds=(logs[k - 1], logs[k + 1]),
            method="bounded",
            options={"xatol": 1e-10},
        )
        return math.exp(polished(value, float(found.x), 0.1))


def _formula(model: TerwieschXu) -> tuple[float, float] | None:
    """With output ln e and cost of constant elasticity: b c e^b = returns y."""
    b, returns = model.cost_elasticity, model.project.log_returns
    if b is None or returns is None:
        return None
    return returns / (b * float(np.max(model.unit_cost)) * float(model.cost(1.0))), b


def _chances(law: Law, n: int, moves: Array) -> tuple[Array, Array]:
    """Pr(win) and E[(d + shock) 1{win}] when one's quality alone moves by each d."""
    grid = law.node_grid()
    x = moves[:, None] + grid.x
    wins = np.exp((n - 1) * law.logcdf(x))
    return wins @ grid.w, (x * wins) @ grid.w


def _royalty(model: TerwieschXu, weight: float, base: float, largest_share: float) -> Design:
    """The best share of a fixed base: candidates compared, then only certified ones if need be."""
    from scipy import optimize

    def award(share: float) -> ContingentAward:
        return ContingentAward(base=base, share=float(share))

    def quick(share: float) -> float:
        contest = model.replace(award=award(share)).contest()
        profile = candidate(contest)
        return profit_of(contest, profile, weight) if profile.efforts()[0] > 0 else -math.inf

    def certified(share: float) -> float:
        try:
            return profit_at(model.replace(award=award(share)).solve(), weight)
        except NotEquilibriumError:
            return -math.inf  # not an equilibrium: never optimal

    shares = np.linspace(0.0, largest_share, _SHARES)[1 if base <= 0 else 0 :]
    for profit in (quick, certified):
        values = [profit(float(share)) for share in shares]
        k = int(np.argmax(values))
        if not math.isfinite(values[k]):
            continue  # at no share does anybody compete
        bounds = (shares[max(k - 1, 0)], shares[min(k + 1, shares.size - 1)])
        fine = optimize.minimize_scalar(
            lambda share, f=profit: -f(float(share)),
            bounds=bounds,
            method="bounded",
            options={"xatol": 1e-10},
        )
        share = float(fine.x) if -float(fine.fun) > values[k] else float(shares[k])
        room = min(0.01, share, largest_share - share)
        share = polished(profit, share, room) if room > 1e-3 else share
        try:
            equilibrium = model.replace(award=award(share)).solve()
        except NotEquilibriumError:
            continue
        if not equilibrium.effort[0] > 0:
            continue  # nobody competes for such an award: not the candidate that was meant
        return Design(
            choice=award(share),
            value=profit_at(equilibrium, weight),
            equilibrium=equilibrium,
            where="at the cap" if share >= largest_share * (1 - 1e-9) else "interior",
            evidence=f"search over shares from 0 to {largest_share:g} with base {base:g}; certified",
        )
    reason = {"best_contingent_award": "another base, or a larger one, would work"}
    raise UnsolvableError(f"No share with base {base:g} has an equilibrium in which solvers compete:", reason)
