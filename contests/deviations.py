"""Deviations: what each contestant could gain by doing something else.

What `contests.deviation_search` finds for sure efforts, for private types and for mixed
strategies, and the bound that concavity gives where there are many contestants. Payoffs
come from the game; no solver is imported. `contests.certificate` gathers the findings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.deviation_search import best_on, best_reply_nearby, effort_gap, grid_of, refine
from contests.laws import Law
from contests.profile import Profile
from contests.strategy import Monotone

if TYPE_CHECKING:
    from contests.game import Game

__all__ = ["Finding", "bound_by_concavity", "check_mixed", "check_pure", "check_types"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Finding:
    """What was found for one contestant (and type).

    Attributes
    ----------
    gain : float
        What the best deviation adds, in money.
    gap : float
        Relative distance from the best reply.
    contestant : int
        Whose deviation it is.
    effort, deviation : float
        What she does and would rather do; NaN for staying out.
    payoff, deviation_payoff : float
        What either gives, in money.
    type : float or None
        Her type, where private.
    """

    gain: float
    gap: float
    contestant: int
    effort: float
    deviation: float
    payoff: float
    deviation_payoff: float
    type: float | None


def check_pure(
    game: Game,
    profile: Profile,
    i: int,
    own: Array,
    types: Array | None,
    enters: NDArray[np.bool_] | None = None,
) -> tuple[list[Finding], int]:
    """Check sure efforts: one row for each type (one row if types are known), entrants or not.

    Parameters
    ----------
    game : Game
        Payoffs from primitives.
    profile : Profile
        What everyone does.
    i : int
        The contestant.
    own : ndarray, shape (rows,)
        Her efforts.
    types : ndarray, shape (rows,), or None
        Her types.
    enters : ndarray of bool, shape (rows,), optional
        Which types enter; all if absent.

    Returns
    -------
    findings : list of Finding
        One a row.
    checked : int
        How many deviations were evaluated.
    """
    column = None if types is None else types[:, None]

    def payoff(efforts: Array) -> Array:
        return np.asarray(game.payoff(i, efforts, profile, column))

    allowed = game.actions(i)
    if allowed is not None:
        grid = np.broadcast_to(allowed, (own.size, allowed.size))
    else:
        top = np.broadcast_to(game.largest_effort(i, types), own.shape).astype(float)
        grid = grid_of(top, own, _landmarks(game, profile, i, types, own.size))
    # Own effort comes first, so that one call evaluates it and all deviations.
    values = payoff(np.concatenate([own[:, None], grid], axis=1))
    value, values = values[:, 0], values[:, 1:]
    if enters is not None and types is not None and not enters.all():
        absent = np.array([game.outside_option(i, float(type)) for type in types])
        value = np.where(enters, value, absent)
    if allowed is not None:
        replies = _among_discrete(game, own, value, grid, values)
        count = int(grid.size)
    else:
        tried = (value, grid, values)
        replies = _among_efforts(game, profile, i, own, types, tried, payoff)
        count = int(grid.size) + 40 * own.size
    return _worded(game, i, own, types, value, replies), count


def _landmarks(game: Game, profile: Profile, i: int, types: Array | None, rows: int) -> Array:
    """Efforts at which payoffs may jump or bend, those among them that just reach a reserve."""
    marks, asked = game.landmarks(i, profile, None), game.asked_effort(i, types)
    if asked is None:
        return marks
    each = np.broadcast_to(np.asarray(asked, float).reshape(-1, 1), (rows, 1))
    return np.concatenate([np.broadcast_to(marks, (rows, marks.size)), each], axis=1)


def _worded(
    game: Game,
    i: int,
    own: Array,
    types: Array | None,
    value: Array,
    replies: tuple[Array, Array, Array],
) -> list[Finding]:
    """What each row would rather do: another effort, or stay out."""
    best, best_value, gap = replies
    found = []
    for row in range(own.size):
        type = None if types is None else float(types[row])
        outside = game.outside_option(i, type)
        gain, deviation, gets = best_value[row] - value[row], float(best[row]), float(best_value[row])
        if outside - value[row] > gain:
            gain, deviation, gets = outside - value[row], np.nan, outside
        mine = float(value[row])
        found.append(
            Finding(max(float(gain), 0.0), float(gap[row]), i, float(own[row]), deviation, mine, gets, type)
        )
    return found


def _among_discrete(
    game: Game, own: Array, value: Array, grid: Array, values: Array
) -> tuple[Array, Array, Array]:
    """Best of the efforts allowed, what it gives, and the gap."""
    best, best_value = best_on(grid, values)
    # Between discrete efforts indifference is common: a tie broken by rounding is no gap. An effort that
    # is not allowed is one even where it would pay best.
    possible = (own[:, None] == grid).any(axis=1)
    better = (best_value > value + 1e-10 * game.stakes) | ~possible
    gap = np.where(better, np.abs(best - own) / np.maximum(own, 1.0), 0.0)
    return best, best_value, gap


def _among_efforts(
    game: Game,
    profile: Profile,
    i: int,
    own: Array,
    types: Array | None,
    tried: tuple[Array, Array, Array],
    payoff: Any,
) -> tuple[Array, Array, Array]:
    """Best of all efforts, what it gives, and the gap.

    ``tried`` holds the payoffs of own effort, the grid of deviations and their payoffs.
    """
    value, grid, values = tried
    # A concave payoff has one summit, which the search nearby climbs; others have several.
    single = types is None and game.is_concave() is not None
    best, best_value = best_on(grid, values) if single else refine(payoff, grid, values, own)
    near = best_reply_nearby(game, profile, i, own, types, payoff)
    # Payoffs of efforts that agree to twelve digits differ by nothing but rounding.
    same = bool(np.all(np.abs(near - own) <= 1e-12 * own))
    near_value = value.copy() if same else payoff(near[:, None])[:, 0]
    # A payoff that visibly falls where Newton's method leads has a kink or a jump at own effort.
    fallen = near_value < value - 1e-13 * np.max(np.abs(values), axis=1)
    near, near_value = np.where(fallen, own, near), np.where(fallen, value, near_value)
    better = near_value >= best_value
    best, best_value = np.where(better, near, best), np.where(better, near_value, best_value)
    # Beside efforts 1e12 times as large, an effort is known only to the rounding of those.
    floor = 1e-12 * max(float(profile.efforts().max()), float(own.max()))
    if types is not None:
        # An effort function is a sum: next to its threshold what is left of it is rounding of the rest.
        floor = max(floor, 1e-9 * float(own.max()))
    blur = 0.0 if types is None else _blur(game, profile, i, types)
    gap = effort_gap(own, near, best, best_value - value, game.stakes, values, floor, blur)
    return best, best_value, gap


def _blur(game: Game, profile: Profile, i: int, types: Array) -> float:
    """Money by which payoffs are unsure where types differ in their last digits only.

    A type is a float, so that its level, and with it the chance to beat a rival, is known to the density
    of types times the distance to the next float; at most what a deviation may gain anyway.
    """
    law = getattr(profile.strategy(i), "types", None)
    if not isinstance(law, Law):  # listed types, which are apart
        return 0.0
    density = law.pdf(types) * np.spacing(np.abs(types))
    known = float(np.max(density, where=np.isfinite(density), initial=0.0))
    return float(min(2.0 * (game.n - 1) * known, 1e-8) * game.stakes)


def check_types(game: Game, profile: Profile, i: int, strategy: Monotone) -> tuple[list[Finding], int]:
    """Check every type node, and the types near which the strategy changes its rule.

    ``game``, ``profile`` and ``i`` are as in `check_pure`; ``strategy`` is her own.

    A type that stays out has the value of the outside option, and may gain by entering. The gap of a
    strategy on a grid is what its types lose, as that of a mixed one: see `Monotone.on_grid`.
    """
    nodes = game.type_nodes(i)
    assert nodes is not None
    found, count = check_pure(game, profile, i, strategy(nodes), nodes, strategy.enters(nodes))
    marks = strategy.marks()
    if marks.size:
        beside, more = check_pure(game, profile, i, strategy(marks), marks, strategy.enters(marks))
        # So close to a threshold efforts near zero are not resolved relative to themselves: there it
        # is the gain from entering, leaving or any other effort that is looked at.
        found, count = [*found, *(replace(f, gap=0.0) for f in beside)], count + more
    if strategy.on_grid:
        scale = _expected_cost(game, i, strategy)
        found = [replace(f, gap=f.gain / scale) for f in found]
    return found, count


def _expected_cost(game: Game, i: int, strategy: Monotone) -> float:
    """The cost of effort that a type expects to bear before she knows herself; the stakes if none."""
    types, weights = strategy.type_nodes()
    cost = game.effort_cost(i, strategy(types), types)
    spent = 0.0 if cost is None else float(weights @ cost)
    return spent if spent > 0 else game.stakes


def check_mixed(game: Game, profile: Profile, i: int) -> tuple[list[Finding], int]:
    """Check a mixed strategy: nothing beats its expected payoff, and its support loses nothing.

    Where efforts are discrete, none but those allowed may be in the support, or count as deviations.
    ``game``, ``profile`` and ``i`` are as in `check_pure`.
    """
    strategy = profile.strategy(i)
    points, weights = strategy.nodes()
    played = np.asarray(game.payoff(i, points, profile))
    value = float(weights @ played)
    own = np.array([strategy.mean()])
    allowed, possible = game.actions(i), True

    def payoff(efforts: Array) -> Array:
        return np.asarray(game.payoff(i, efforts, profile))

    if allowed is not None:
        grid, possible = allowed[None, :], bool(np.isin(points[weights > 0], allowed).all())
        best, best_value = best_on(grid, payoff(grid))
    else:
        top = np.broadcast_to(game.largest_effort(i), (1,)).astype(float)
        inside = strategy.ppf(np.linspace(0.0, 1.0, 65)[1:-1])
        grid = grid_of(
            top, own, np.unique(np.concatenate([game.landmarks(i, profile, None), points, inside]))
        )
        best, best_value = refine(payoff, grid, payoff(grid))
    outside = game.outside_option(i)
    gain, deviation, gets = float(best_value[0] - value), float(best[0]), float(best_value[0])
    if outside - value > gain:
        gain, deviation, gets = outside - value, np.nan, outside
    lost = max(gets - float(played[weights > 0].min()), 0.0)
    # Not the cost of mean effort: under a convex cost that may be next to nothing.
    cost = game.effort_cost(i, points)
    spent = 0.0 if cost is None else float(weights @ cost)
    scale = spent if spent > 0 else game.stakes
    gap = np.inf if not possible else lost / scale if lost > 0 else 0.0
    return [Finding(max(gain, 0.0), gap, i, float(own[0]), deviation, value, gets, None)], int(grid.size)


def bound_by_concavity(game: Game, profile: Profile, who: NDArray[np.intp]) -> tuple[Finding, int]:
    """Return the largest gain that concavity allows (``game``, ``profile``; ``who``, contestants).

    Below own effort e and up to 2 e the payoff lies under its tangent at e; beyond 2 e it falls if
    it falls there, else the tangent at e bounds it up to the largest effort worth while.
    """
    own = profile.efforts()[who]
    top = np.broadcast_to(game.largest_effort(who), own.shape)
    active = own > 0
    at = np.where(active, own, top * 1e-9)
    slope = game.marginal_payoff(who, at, profile)
    above = game.marginal_payoff(who, at * (1 + 1e-4), profile)
    twice = game.marginal_payoff(who, 2 * at, profile)
    assert slope is not None
    assert above is not None
    assert twice is not None
    reach = np.where(active & (twice <= 0), own, top - own)
    bound = np.where(slope > 0, slope * reach, -slope * own)
    curvature = (above - slope) / (1e-4 * at)
    with np.errstate(divide="ignore", invalid="ignore"):  # inactive contestants have no gap
        gap = np.where(active, np.abs(slope / curvature) / own, np.where(slope > 0, np.inf, 0.0))
    gap = np.where(np.isnan(gap), 0.0, gap)
    k = int(np.argmax(bound))
    value = float(game.payoff(int(who[k]), own[k], profile))
    gain = float(bound[k])
    finding = Finding(
        gain, float(gap.max()), int(who[k]), float(own[k]), float(top[k]), value, value + gain, None
    )
    return finding, 3 * own.size
