"""Many ideation contests of Terwiesch and Xu (2008) at once, in closed form.

With a Gumbel shock of scale mu, returns delta to the log of effort, award A and unit
cost c the contest of n alike solvers is a lottery with exponent R = delta / mu, so that

    e = A R (n - 1) / (c n^2),   payoff = A / n - c e,
    expected best = baseline + delta ln e + mu ln n,   average = baseline + delta ln e,

an equilibrium if and only if R <= n / (n - 1) (Perez-Castrillo and Verdier 1992). Only
points inside that region are answered here: there the theorem is the certificate. The
rest is left to be solved, certified or refused one by one. Tests compare both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.curves import Linear
from contests.entry import AllEnter
from contests.models.terwiesch_xu_projects import Ideation
from contests.sponsor import (
    AverageQuality,
    BestQuality,
    ContestantSurplus,
    PerEntrant,
    PrizesPaid,
    Sum,
    TotalEffort,
)

if TYPE_CHECKING:
    from contests.models.terwiesch_xu import TerwieschXu

__all__ = ["many"]

Array = NDArray[np.float64]
_NUMBERS = ("award", "unit_cost", "solvers", "project.returns", "project.shock", "project.baseline")
_INSIDE = 1.0 - 1e-9  # of the largest exponent; on the edge itself points are solved one by one


def many(
    model: TerwieschXu, columns: Mapping[str, Array], measures: Mapping[str, Callable[[Any], Any]]
) -> dict[str, Array] | None:
    """Return measures at many points, or None where there is no closed form for all of them.

    Parameters
    ----------
    model : TerwieschXu
        What the columns do not say.
    columns : mapping of str to ndarray
        Parameters by dotted name (``"project.shock"``), broadcast against each other.
    measures : mapping of str to callable
        Sums of total effort, prizes paid, best and average quality, contestants' surplus and costs
        for each entrant; anything else has no closed form here.

    Returns
    -------
    dict of str to ndarray, or None
        NaN at points that are to be solved one by one.
    """
    start = _numbers(model)
    if start is None or not set(columns) <= set(start):
        return None
    if any(np.asarray(column).dtype.kind not in "iuf" for column in columns.values()):
        return None
    value = {name: np.asarray(columns.get(name, number), float) for name, number in start.items()}
    award, cost, n, returns, shock, base = (value[name] for name in _NUMBERS)
    # Points out of range are NaN on purpose: each is refused in words when it is built by itself.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        exponent = returns / shock
        good = (award > 0) & (cost > 0) & (returns > 0) & (shock > 0) & (n >= 2) & (n == np.floor(n))
        good = (
            good
            & (exponent <= _INSIDE * n / (n - 1))
            & np.isfinite(award + cost + n + returns + shock + base)
        )
        effort = np.where(good, award * exponent * (n - 1) / (cost * n * n), np.nan)
        average = base + returns * np.log(effort)
        found: dict[type, Array] = {
            TotalEffort: n * effort,
            PrizesPaid: np.where(np.isnan(effort), np.nan, award),
            BestQuality: average + shock * np.log(n),
            AverageQuality: average,
            ContestantSurplus: award - n * cost * effort,
            PerEntrant: np.where(np.isnan(effort), np.nan, n),
        }
    answers = {name: _value(one, found) for name, one in measures.items()}
    return (
        None
        if any(one is None for one in answers.values())
        else {k: v for k, v in answers.items() if v is not None}
    )


def _numbers(model: TerwieschXu) -> dict[str, float] | None:
    """The model's parameters, if it is one that the closed form is for."""
    project: Any = model.project
    plain = type(project) is Ideation and project.output is None and isinstance(project.shock, float)
    alike = np.ndim(model.unit_cost) == 0 and plain and np.ndim(project.baseline) == 0
    fixed = isinstance(model.award, float) and model.cost == Linear() and type(model.entry) is AllEnter
    if not (alike and fixed):
        return None
    return {
        "award": model.award,
        "unit_cost": float(model.unit_cost),
        "solvers": float(model.solvers),
        "project.returns": project.returns,
        "project.shock": project.shock,
        "project.baseline": project.baseline,
    }


def _value(measure: Callable[[Any], Any], found: Mapping[type, Array]) -> Array | None:
    if isinstance(measure, Sum):
        parts = [(weight, _value(term, found)) for weight, term in measure.terms]
        if any(part is None for _, part in parts):
            return None
        return np.asarray(sum(weight * part for weight, part in parts if part is not None))
    known = found.get(type(measure))
    return measure.cost * known if isinstance(measure, PerEntrant) and known is not None else known
