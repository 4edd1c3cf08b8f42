"""The alternative to a contest: one in-house solver whose effort is contractible.

She maximises expected quality less the cost of effort, and is paid that cost. With
output ln e and cost c e^b the effort solves b c e^b = returns; with Gumbel trials of
scale mu, b c m^b = mu. Else the optimum is searched.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from contests.errors import ConvergenceError, UnsolvableError
from contests.models._maximise import polished
from contests.models.terwiesch_xu_projects import TrialAndError
from contests.models.terwiesch_xu_results import Internal
from contests.outcomes import expected_best_of
from contests.technology import Trials

if TYPE_CHECKING:
    from contests.models.terwiesch_xu import TerwieschXu

__all__ = ["internal", "planned_quality", "searched_internal"]


def planned_quality(model: TerwieschXu, effort: float) -> float:
    """Return the expected quality of one solver of a ``model`` who exerts an ``effort``."""
    technology = model.project.technology()
    if isinstance(technology, Trials):
        return expected_best_of(technology, effort)
    abilities, ability = model.project.abilities, model.project.private_ability
    if abilities is not None:
        if not model.is_symmetric:
            reason = {"internal": "give one baseline: that of the in-house solver"}
            raise UnsolvableError("Solvers differ in ability:", reason)
        extra = float(abilities[0])
    else:
        extra = 0.0 if ability is None else ability.mean()
    noise = technology.noise
    return float(technology.location(effort)) + extra + (noise.mean() if noise is not None else 0.0)


def internal(model: TerwieschXu, unit_cost: float) -> Internal:
    """Return the in-house solver of a ``model`` at a ``unit_cost``; see the model's method."""
    b = model.cost_elasticity
    whole = isinstance(model.project, TrialAndError) and model.project.whole
    gain = model.luck if isinstance(model.project, TrialAndError) else model.project.log_returns
    if b is None or gain is None or whole:
        return searched_internal(model, unit_cost)
    effort = (gain / (b * unit_cost * float(model.cost(1.0)))) ** (1 / b)
    quality = planned_quality(model, effort)
    profit = quality - unit_cost * float(model.cost(effort))
    return Internal(effort=effort, quality=quality, profit=profit, evidence="closed form")


def searched_internal(model: TerwieschXu, unit_cost: float) -> Internal:
    """Return the in-house optimum by search over the log of effort.

    Parameters
    ----------
    model : TerwieschXu
        Any project, output and cost.
    unit_cost : float
        Her cost of a unit of effort.

    Returns
    -------
    Internal
        Located to about 1e-10 (relative) where output and cost are smooth; whole trials exactly.
    """
    from scipy import optimize

    def loss(log: float) -> float:
        effort = math.exp(log)
        try:
            return unit_cost * float(model.cost(effort)) - planned_quality(model, effort)
        except ConvergenceError:  # so few trials that their quality cannot be computed
            return math.inf

    top = float(model.cost.domain[1])
    grid = np.linspace(-40.0, 40.0 if math.isinf(top) else math.log(top) - 1e-9, 321)
    values = [loss(float(log)) for log in grid]
    k = int(np.argmin(values))
    low, high = grid[max(k - 1, 0)], grid[min(k + 1, grid.size - 1)]
    found = optimize.minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-12})
    effort = math.exp(float(found.x))
    if isinstance(model.project, TrialAndError) and model.project.whole:
        # Expected quality is concave in the number of trials: the best whole number is next to the best real.
        near = {max(1, math.floor(effort)), max(1, math.floor(effort)) + 1}
        effort = float(min(near, key=lambda m: loss(math.log(m))))
    else:
        effort = math.exp(polished(lambda log: -loss(log), float(found.x), 0.1))
    quality = planned_quality(model, effort)
    return Internal(
        effort=effort,
        quality=quality,
        profit=quality - unit_cost * float(model.cost(effort)),
        evidence="search over efforts from exp(-40) to exp(40)",
    )
