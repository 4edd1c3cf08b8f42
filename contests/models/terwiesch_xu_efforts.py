"""Many ideation contests at once: efforts and certificates as arrays.

With a Gumbel shock, output ln e and linear cost the contest is a lottery with
exponent R = returns/shock. Measured in awards and in the candidate effort, a
deviation to y times the effort is worth y^R/(y^R + n - 1) - k y with
k = R (n-1)/n^2: two numbers, R and n, decide. Each point is checked on a global grid
of deviations, zero included, with local refinement, as the certificate does.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.certificate import EFFORT_TOLERANCE, GAIN_TOLERANCE
from contests.errors import InvalidPartError, NotEquilibriumError
from contests.models.terwiesch_xu_results import Efforts

__all__ = ["ideation_efforts"]

Array = NDArray[np.float64]
_ROWS = 8192  # points checked together, so that their deviations stay in memory
_ROUNDS = 6


def ideation_efforts(
    award: ArrayLike,
    unit_cost: ArrayLike,
    returns: ArrayLike,
    shock: ArrayLike,
    solvers: ArrayLike,
    on_fail: Literal["raise", "return"],
) -> Efforts:
    """Return efforts and certificates of many contests; see `TerwieschXu.efforts`.

    Parameters
    ----------
    award, unit_cost, returns, shock, solvers : array_like
        Broadcast against each other; above zero, solvers whole and at least 2.
    on_fail : {"raise", "return"}
        Raise if a point is not an equilibrium, or return all with their certificates.

    Returns
    -------
    Efforts
    """
    if on_fail not in ("raise", "return"):
        raise InvalidPartError("TerwieschXu.efforts on_fail", on_fail, "'raise' or 'return'")
    names = ("award", "unit_cost", "returns", "shock", "solvers")
    given = [
        _checked(name, value)
        for name, value in zip(names, (award, unit_cost, returns, shock, solvers), strict=True)
    ]
    money, cost, gained, luck, n = np.broadcast_arrays(*given)
    ratio = gained / luck
    effort = money * ratio * (n - 1) / (cost * n**2)
    payoff = money / n * (1.0 - ratio * (n - 1) / n)
    gain, gap = np.empty(effort.size), np.empty(effort.size)
    exponents, fields = ratio.ravel(), n.ravel()
    spent = (cost * effort / money).ravel()
    for start in range(0, effort.size, _ROWS):
        rows = slice(start, start + _ROWS)
        gain[rows], gap[rows] = _check(exponents[rows], fields[rows], spent[rows])
    passed = (gain <= GAIN_TOLERANCE) & (gap <= EFFORT_TOLERANCE)
    if on_fail == "raise" and not passed.all():
        worst = int(np.argmax(np.where(passed, -1.0, gain)))
        raise NotEquilibriumError(
            f"{int((~passed).sum())} of {passed.size} points are no equilibrium; at point {worst} "
            f"(returns/shock {exponents[worst]:.6g}, {fields[worst]:.0f} solvers) a deviation gains "
            f"{gain[worst]:.3g} of the award. Ask for on_fail='return' to keep the others."
        )
    shape = effort.shape
    return Efforts(
        effort=effort,
        payoff=payoff,
        max_gain=gain.reshape(shape),
        effort_gap=gap.reshape(shape),
        passed=passed.reshape(shape),
    )


def _checked(name: str, value: ArrayLike) -> Array:
    array = np.asarray(value, dtype=float)
    if array.size == 0 or not np.all(np.isfinite(array)) or np.any(array <= 0):
        raise InvalidPartError(f"TerwieschXu.efforts {name}", value, "finite numbers above zero")
    if name == "solvers" and (np.any(array != np.floor(array)) or np.any(array < 2)):
        raise InvalidPartError(f"TerwieschXu.efforts {name}", value, "whole numbers, 2 or more")
    return array


def _check(exponent: Array, n: Array, spent: Array) -> tuple[Array, Array]:
    """Largest gain in awards, and relative distance to the best reply, for each row."""
    r, rivals, k = exponent[:, None], n[:, None] - 1.0, spent[:, None]

    def worth(log: Array, effort: Array) -> Array:
        with np.errstate(over="ignore", under="ignore"):  # chances of one and of zero
            return 1.0 / (1.0 + rivals * np.exp(-r * log)) - k * effort

    near = np.concatenate([-np.geomspace(0.4, 1e-4, 12), np.geomspace(1e-4, 0.4, 12)])
    grid = np.unique(np.concatenate([np.linspace(-30.0, -2.0, 24), np.linspace(-2.0, 2.0, 33), near, [0.0]]))
    # Beyond the effort that costs the whole award nothing is gained: that many times the candidate.
    top = -np.log(k)
    far = np.maximum(top, 0.0) * np.linspace(0.05, 1.0, 24)
    logs = np.sort(np.concatenate([np.broadcast_to(grid, (r.size, grid.size)), far], axis=1), axis=1)
    mine = worth(np.zeros_like(r), np.ones_like(r))[:, 0]
    values = worth(logs, np.exp(logs))
    rows = np.arange(r.size)
    place = np.argmax(values, axis=1)
    best, best_value = logs[rows, place], values[rows, place]
    low = logs[rows, np.maximum(place - 1, 0)]
    high = logs[rows, np.minimum(place + 1, logs.shape[1] - 1)]
    steps = np.linspace(0.0, 1.0, 9)
    for _ in range(_ROUNDS):
        points = low[:, None] + (high - low)[:, None] * steps
        found = worth(points, np.exp(points))
        place = np.argmax(found, axis=1)
        better = found[rows, place] > best_value
        best = np.where(better, points[rows, place], best)
        best_value = np.where(better, found[rows, place], best_value)
        low, high = points[rows, np.maximum(place - 1, 0)], points[rows, np.minimum(place + 1, 8)]
    gain = np.maximum(np.maximum(best_value, 0.0) - mine, 0.0)  # no effort wins nothing and costs nothing
    share = 1.0 / n
    slope = exponent * share * (1.0 - share)
    bend = slope * (exponent * (1.0 - 2.0 * share) - 1.0)
    with np.errstate(divide="ignore"):  # an inflection: any distance
        nearby = np.where(slope == spent, 0.0, np.abs((slope - spent) / bend))
    distant = (gain > 1e-10) & (np.abs(np.expm1(best)) > 0.4)
    idle = (gain > 1e-10) & (best_value <= 0.0)
    gap = np.where(idle, 1.0, np.where(distant, np.maximum(np.abs(np.expm1(best)), nearby), nearby))
    return gain, gap
