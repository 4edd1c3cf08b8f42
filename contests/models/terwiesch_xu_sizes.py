r"""The seeker's profit at fields of many sizes at once.

**Expertise** with output delta ln e and cost k e^p: a solver whose ability has level u (the chance that
a rival's is lower) spends exp(-s) times the integral of exp(s) over the expected prizes Pi_n below u,
s = p b / delta, so that the quality she hands in is

    q_n(u) = baseline + (delta / p) [ln Pi_n(u) + ln M_n(u) - ln k],

M_n being the mean of exp(s) over those prizes. M_n solves M' = (Pi_n'/Pi_n)(exp(s) - M): only the rate
differs between sizes, so all are solved together (`contests.solvers.panels_many`). E[best] is the integral
of q_n over u^n, E[average] that over u.

**Ideation** with output ln e, whatever the law of the shock: effort is closed given the slope of the
expected prize, an expected density at the highest of n - 1 shocks; all slopes and all expected best
shocks come from one matrix of the powers u^(n-1).

**Trials** are a lottery with exponent one whatever the law of a draw.

Sources: Terwiesch and Xu (2008); Moldovanu and Sela (2001); Fullerton and McAfee (1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.best_of_draws import best_of_draws
from contests.curves import Log
from contests.entry import AllEnter
from contests.laws import Law, gumbel
from contests.models.terwiesch_xu_projects import ContingentAward, Expertise, Ideation, TrialAndError
from contests.order_statistics import REACHES
from contests.solvers.panels_many import many_averages
from contests.solvers.private_levels import PrizeLevels, TypeLevels
from contests.solvers.private_separable import advantage, finite_range

if TYPE_CHECKING:
    from contests.models.terwiesch_xu import TerwieschXu

__all__ = ["profits_of_sizes"]

Array = NDArray[np.float64]
_TAIL = 45.0  # log-odds beyond which a level weighs less than rounding
_AT_ONCE = 1024  # sizes solved together, so that their averages stay in memory
_SLACK = 1e-9  # of the top prize: a field whose members lose more does not take part
_ENDS = 16  # nodes at each end of a quadrature that must weigh nothing


def profits_of_sizes(model: TerwieschXu, sizes: Sequence[int], weight: float) -> Array | None:
    """Return the profit of a ``model`` at the candidates of many sizes.

    Parameters
    ----------
    model : TerwieschXu
        Solvers who do not differ.
    sizes : sequence of int
        Numbers of solvers, each at least 2.
    weight : float
        Weight on the best quality.

    Returns
    -------
    ndarray, or None
        Minus infinity where the solvers would visibly lose by taking part, NaN where only solving one
        by one will do; None if that is so for every size.
    """
    b = model.cost_elasticity
    if b is None or isinstance(model.award, ContingentAward) or type(model.entry) is not AllEnter:
        return None
    if not isinstance(model.unit_cost, float):
        return None
    n = np.asarray(sizes, dtype=int)
    log_unit = float(np.log(model.unit_cost) + np.log(float(model.cost(1.0))))
    if isinstance(model.project, Expertise):
        if model.project.log_returns is None:
            return None
        parts = [_expertise(model, n[k : k + _AT_ONCE], weight, log_unit) for k in range(0, n.size, _AT_ONCE)]
        return np.concatenate(parts) if parts else np.empty(0)
    if isinstance(model.project, Ideation):
        return _ideation(model, n, weight, b, log_unit)
    assert isinstance(model.project, TrialAndError)
    return None if model.project.whole else _trials(model, n, weight, b, log_unit)


def _expertise(model: TerwieschXu, n: Array, weight: float, log_unit: float) -> Array:
    """Profits under expertise, from the averages of all sizes."""
    from scipy.special import log_expit

    contest: Any = model.contest()
    how, output = advantage(contest), contest.technology.output
    assert how is not None
    assert isinstance(output, Log)
    law = model.project.private_ability
    assert law is not None
    levels, prizes = TypeLevels(law, True), contest.prizes.by_rank()
    fields = [PrizeLevels(prizes, int(size)) for size in n]

    def log_strength(z: Array) -> Array:
        return how.log_strength(levels.type_at(z))

    def rate(z: Array) -> Array:
        return np.stack([field.rate(z) for field in fields])

    low, high = finite_range(log_strength, how.trait)
    reach = (max(low, -_TAIL), min(high, _TAIL + float(np.log(n.max()))))
    means = many_averages(rate, log_strength, *reach)
    rise = np.stack([field.log_rise(means.z) for field in fields])
    quality = output.intercept + (rise + means.log - log_unit) / how.rate
    log_u, log_v = log_expit(means.z), log_expit(-means.z)
    total = -np.full(n.size, float(prizes.sum()))
    if weight > 0:
        share = np.exp(n[:, None] * log_u + log_v) * n[:, None] * means.w
        total += weight * (quality * share).sum(axis=1)
    if weight < 1:
        total += (1.0 - weight) * quality @ (np.exp(log_u + log_v) * means.w)
    return total


def _ideation(model: TerwieschXu, n: Array, weight: float, b: float, log_unit: float) -> Array | None:
    """Profits of ideation with output ln e: b k e^b = returns times the slope of the expected prize."""
    project: Any = model.project
    if project.log_returns is None:
        return None
    law: Law = project.law
    prizes = model.prizes().by_rank()
    tops = _tops(law, n)
    if prizes.size == 1:
        slopes = prizes[0] * _tops(law, n - 1, density=True)
    else:
        slopes = np.array([numerics.prize_slope(law, int(size), prizes) for size in n])
    with np.errstate(invalid="ignore", divide="ignore"):  # NaN: one by one
        spent = project.log_returns * slopes / b
        effort = np.exp((np.log(spent) - log_unit) / b)
    average = np.asarray(project.technology().location(effort)) + law.mean()
    profit = weight * tops if weight > 0 else np.zeros(n.size)
    profit = average + profit - (weight * law.mean() if weight > 0 else 0.0) - prizes.sum()
    last = np.where(n == prizes.size, prizes[-1], 0.0)
    lost = prizes.sum() / n - spent < last - _SLACK * prizes[0]
    return np.where(lost, -np.inf, profit)


def _tops(law: Law, n: Array, density: bool = False) -> Array:
    """Expected highest of n shocks for each n, or the expected density there; NaN if hard to tell."""
    found = np.full(n.size, np.nan)
    for reach in REACHES:
        left = np.isnan(found)
        grid = law.node_grid(reach=reach)
        log_u = np.where(grid.u < 0.5, np.log(grid.u), np.log1p(-np.minimum(grid.v, 0.5)))
        weights = np.exp((n[left, None] - 1.0) * log_u) * grid.w
        weights /= weights.sum(axis=1, keepdims=True)
        terms = weights * (grid.density if density else law.loc + law.scale * grid.z)
        ends = np.concatenate([terms[:, :_ENDS], terms[:, -_ENDS:]], axis=1)
        settled = np.abs(ends).max(axis=1) <= 1e-16 * np.abs(terms).sum(axis=1)
        found[left] = np.where(settled, terms.sum(axis=1), np.nan)
        if settled.all():
            break
    return found


def _trials(model: TerwieschXu, n: Array, weight: float, b: float, log_unit: float) -> Array:
    """Profits of trials: b k m^b is the slope of the expected prize in the log of own trials."""
    project: Any = model.project
    prizes = model.prizes().by_rank()
    if prizes.size == 1:
        slopes = prizes[0] * (n - 1.0) / n.astype(float) ** 2
    else:
        slopes = np.array([numerics.prize_slope(gumbel(1.0), int(size), prizes) for size in n])
    log_trials = (np.log(slopes / b) - log_unit) / b
    profit = np.full(n.size, -float(prizes.sum()))
    if weight > 0:
        profit += weight * best_of_draws(project.draw, log_trials + np.log(n), refuse=False)
    if weight < 1:
        profit += (1.0 - weight) * best_of_draws(project.draw, log_trials, refuse=False)
    return profit
