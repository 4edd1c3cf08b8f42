"""Is it an equilibrium? The largest gain from any deviation, from payoffs alone.

A first-order condition is a candidate, not an answer. :func:`certify` evaluates
the payoffs of a game on a global grid of deviations, zero effort and staying out
included, refines around the best of them, and reports the largest gain relative
to the stakes. Gains are of second order in errors of effort, so it also reports
how far the effort is from the best reply. It imports no solver.

A grid is evidence, not proof; where payoffs are known to be concave in own effort
the marginal payoff bounds every gain, and the certificate says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.plan import Plan
from contests.profile import Profile
from contests.strategy import Monotone, Pure

if TYPE_CHECKING:
    from contests.game import Game

__all__ = ["Certificate", "certify"]

Array = NDArray[np.float64]
GAIN_TOLERANCE = 1e-8
EFFORT_TOLERANCE = 1e-6
_MANY = 4096  # classes beyond which concavity, where proved, replaces the grid for most of them


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """How far a profile is from an equilibrium.

    Attributes
    ----------
    max_gain : float
        Largest gain from any deviation found, in units of the stakes (the top prize).
    effort_gap : float
        Distance between effort and best reply, relative to effort. For mixed strategies: the
        largest payoff lost on the support, relative to the expected cost of effort.
    gain_tolerance, effort_tolerance : float
        What is allowed.
    contestant : int
        Whose deviation gains most.
    effort : float
        What she does (on average); NaN if she stays out.
    deviation : float
        The effort she would rather choose; NaN if she would rather stay out.
    payoff, deviation_payoff : float
        Her payoff and what the deviation would give, in money.
    type : float or None
        Her type, where private.
    evidence : str
        Of what kind the evidence is.
    checked : int
        How many deviations were evaluated.
    """

    max_gain: float
    effort_gap: float
    gain_tolerance: float
    effort_tolerance: float
    contestant: int
    effort: float
    deviation: float
    payoff: float
    deviation_payoff: float
    type: float | None
    evidence: str
    checked: int

    @property
    def passed(self) -> bool:
        """Whether gain and gap are within their tolerances."""
        return bool(self.max_gain <= self.gain_tolerance and self.effort_gap <= self.effort_tolerance)

    def explain(self) -> str:
        """Return the most profitable deviation in words."""
        who = f"contestant {self.contestant}" + (f" of type {self.type:.6g}" if self.type is not None else "")
        if self.max_gain <= self.gain_tolerance:
            if self.passed:
                return f"no contestant gains more than {self.max_gain:.1e} of the top prize"
            return (
                f"no deviation gains more than {self.max_gain:.1e} of the top prize, but the effort of "
                f"{who}, {self.effort:.6g}, is {self.effort_gap:.1e} (relative) from the best reply"
            )
        does = "stay out" if np.isnan(self.deviation) else f"exert effort {self.deviation:.6g}"
        if np.isnan(self.effort):
            return (
                f"{who} stays out but would rather enter and exert {self.deviation:.6g} for a payoff of "
                f"{self.deviation_payoff:.6g}, a gain of {self.max_gain:.3g} of the top prize"
            )
        return (
            f"{who} exerts {self.effort:.6g} for a payoff of {self.payoff:.6g} but would rather {does} for "
            f"{self.deviation_payoff:.6g}, a gain of {self.max_gain:.3g} of the top prize"
        )

    def summary(self) -> str:
        """Return verdict, gain, gap, words and evidence as aligned text."""
        from contests.present import certificate_rows, sections_to_text

        return sections_to_text({"Certificate": certificate_rows(self)})

    def to_dict(self) -> dict[str, Any]:
        """Return every field, the verdict and its words as plain, JSON-safe data."""
        from contests.present import certificate_to_dict

        return certificate_to_dict(self)

    def _repr_html_(self) -> str:
        from contests.present import certificate_rows, sections_to_html

        return sections_to_html({"Certificate": certificate_rows(self)})

    def __repr__(self) -> str:
        verdict = "passed" if self.passed else "FAILED"
        return f"<Certificate {verdict}: max_gain={self.max_gain:.2e}, effort_gap={self.effort_gap:.2e}>"


@dataclass(frozen=True)
class _Finding:
    """What was found for one contestant (and type)."""

    gain: float
    gap: float
    contestant: int
    effort: float
    deviation: float
    payoff: float
    deviation_payoff: float
    type: float | None


def certify(
    game: Any,
    profile: Any,
    *,
    gain_tolerance: float = GAIN_TOLERANCE,
    effort_tolerance: float = EFFORT_TOLERANCE,
) -> Certificate:
    """Return a certificate for a profile.

    Parameters
    ----------
    game : Game or Model
        Payoffs from primitives.
    profile : Profile, Strategy, number, or sequence of numbers or strategies
        What everyone does; a single strategy or number stands for all.
    gain_tolerance : float
        Largest gain allowed, in units of the top prize.
    effort_tolerance : float
        Largest relative distance to the best reply allowed.

    Returns
    -------
    Certificate

    Raises
    ------
    InvalidPartError
        If the profile does not fit the game.

    Examples
    --------
    >>> import contests as ct
    >>> lottery = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
    >>> ct.certify(lottery, 0.25).passed
    True
    >>> print(ct.certify(lottery, 0.4).explain())  # doctest: +ELLIPSIS
    contestant 0 exerts 0.4 for a payoff of 0.1 but would rather exert effort 0.232...
    """
    from contests.averaging import with_random_efforts

    game = game.game()
    profile = game.profile(profile)
    game = with_random_efforts(game, profile)
    representatives, _ = game.classes(profile)
    findings: list[_Finding] = []
    checked = 0
    evidence = "global grid of deviations with local refinement"
    concave = game.is_concave()
    if concave is not None and profile.is_pure and representatives.size > _MANY:
        finding, number = _bound_by_concavity(game, profile, representatives)
        findings.append(finding)
        checked += number
        evidence = f"marginal payoffs of all ({concave}); grid of deviations for {_MANY // 16} of them"
        spread = np.linspace(0, representatives.size - 1, _MANY // 16).astype(np.intp)
        representatives = representatives[spread]
    for i in representatives:
        strategy = profile.strategy(int(i))
        if isinstance(strategy, Monotone):
            found, number = _check_types(game, profile, int(i), strategy)
        elif isinstance(strategy, Plan):
            from contests.certificate_plan import check_plan  # it imports this module

            found, number = check_plan(game, profile, int(i), strategy)
        elif isinstance(strategy, Pure):
            found, number = _check_pure(game, profile, int(i), np.array([strategy.effort]), None)
        else:
            found, number = _check_mixed(game, profile, int(i))
        findings.extend(found)
        checked += number
    for subgame, played in game.subgames(profile):
        inner = certify(subgame, played, gain_tolerance=gain_tolerance, effort_tolerance=effort_tolerance)
        findings.append(_of_subgame(inner, subgame.stakes))
        checked += inner.checked
    for i, effort, other, value, gets in game.entry_findings(profile):
        findings.append(_Finding(max(gets - value, 0.0), 0.0, i, effort, other, value, gets, None))
        checked += 1
    stakes = game.stakes
    worst = max(findings, key=lambda f: f.gain)
    # With nothing to win, any gain at all is infinitely large relative to the stakes.
    relative = worst.gain / stakes if stakes > 0 else (np.inf if worst.gain > 0 else 0.0)
    gap = max(findings, key=lambda f: f.gap)
    shown = worst if relative > gain_tolerance else gap
    return Certificate(
        max_gain=float(relative),
        effort_gap=float(gap.gap),
        gain_tolerance=gain_tolerance,
        effort_tolerance=effort_tolerance,
        contestant=shown.contestant,
        effort=shown.effort,
        deviation=shown.deviation,
        payoff=shown.payoff,
        deviation_payoff=shown.deviation_payoff,
        type=shown.type,
        evidence=evidence,
        checked=checked,
    )


def _of_subgame(inner: Certificate, stakes: float) -> _Finding:
    """The worst of a subgame, its gain in money."""
    gain = inner.max_gain * stakes if inner.max_gain > 0 else 0.0
    return _Finding(
        gain,
        inner.effort_gap,
        inner.contestant,
        inner.effort,
        inner.deviation,
        inner.payoff,
        inner.deviation_payoff,
        inner.type,
    )


def _grid(top: Array, own: Array, landmarks: Array) -> Array:
    """Deviations for each row: zero, even and geometric steps to the top, and a crowd around own effort."""
    steps = np.concatenate([np.linspace(0.0, 1.0, 33), np.geomspace(1e-9, 1.0, 19)])
    factors = 1.0 + np.concatenate([s * np.geomspace(1e-4, 0.5, 6) for s in (-1.0, 1.0)])
    ladder = np.geomspace(1.0 / 64, 64.0, 19)
    grid = np.concatenate(
        [
            top[:, None] * steps,
            own[:, None] * np.concatenate([factors, ladder]),
            np.broadcast_to(landmarks, (own.size, landmarks.size)),
        ],
        axis=1,
    )
    return np.asarray(np.sort(np.clip(grid, 0.0, np.maximum(top, own)[:, None]), axis=1))


def _check_pure(
    game: Game,
    profile: Profile,
    i: int,
    own: Array,
    types: Array | None,
    enters: NDArray[np.bool_] | None = None,
) -> tuple[list[_Finding], int]:
    """Check sure efforts: one row for each type (one row if types are known), entrants or not."""
    allowed = game.actions(i)
    column = None if types is None else types[:, None]

    def payoff(efforts: Array) -> Array:
        return np.asarray(game.payoff(i, efforts, profile, column))

    value = payoff(own[:, None])[:, 0]
    if enters is not None and types is not None and not enters.all():
        absent = np.array([game.outside_option(i, float(type)) for type in types])
        value = np.where(enters, value, absent)
    if allowed is not None:
        grid = np.broadcast_to(allowed, (own.size, allowed.size))
        best, best_value = _best_on(grid, payoff(grid))
        # Between discrete efforts indifference is common: a tie broken by rounding is no gap.
        better = best_value > value + 1e-10 * game.stakes
        gap = np.where(better, np.abs(best - own) / np.maximum(own, 1.0), 0.0)
        count = grid.size
    else:
        top = np.broadcast_to(game.largest_effort(i, types), own.shape).astype(float)
        landmarks = game.landmarks(i, profile, None)
        grid = _grid(top, own, landmarks)
        values = payoff(grid)
        # A concave payoff has one summit, which the search nearby climbs; others have several.
        single = types is None and game.is_concave() is not None
        best, best_value = _best_on(grid, values) if single else _refine(payoff, grid, values, own)
        near = _best_reply_nearby(game, profile, i, own, types, payoff)
        near_value = payoff(near[:, None])[:, 0]
        # A payoff that visibly falls where Newton's method leads has a kink or a jump at own effort.
        fallen = near_value < value - 1e-13 * np.max(np.abs(values), axis=1)
        near, near_value = np.where(fallen, own, near), np.where(fallen, value, near_value)
        better = near_value >= best_value
        best, best_value = np.where(better, near, best), np.where(better, near_value, best_value)
        # Beside efforts 1e12 times as large, an effort is known only to the rounding of those.
        # Against private types marginal payoffs are integrals, known to rounding of the prize itself:
        # an effort 1e9 times smaller than the others' cannot be told to six digits from them.
        share = 1e-12 if types is None else 1e-9
        floor = share * max(float(profile.efforts().max()), float(own.max()))
        gap = _gap(own, near, best, best_value - value, game.stakes, values, floor)
        count = grid.size + 40 * own.size
    found = []
    for row in range(own.size):
        type = None if types is None else float(types[row])
        outside = game.outside_option(i, type)
        gain, deviation, gets = best_value[row] - value[row], float(best[row]), float(best_value[row])
        if outside - value[row] > gain:
            gain, deviation, gets = outside - value[row], np.nan, outside
        mine = float(value[row])
        found.append(
            _Finding(max(float(gain), 0.0), float(gap[row]), i, float(own[row]), deviation, mine, gets, type)
        )
    return found, int(count)


def _best_on(grid: Array, values: Array) -> tuple[Array, Array]:
    rows = np.arange(grid.shape[0])
    place = np.argmax(values, axis=1)
    return grid[rows, place], values[rows, place]


def _refine(payoff: Any, grid: Array, values: Array, own: Array | None = None) -> tuple[Array, Array]:
    """Zoom in on the highest local maxima of the grid, up to three in each row.

    Maxima in the crowd around ``own`` effort are left to the search for the best reply nearby.
    """
    best, best_value = _best_on(grid, values)
    rows, columns = np.arange(grid.shape[0])[:, None], grid.shape[1]
    padded = np.pad(values, ((0, 0), (1, 1)), constant_values=-np.inf)
    summit = (values >= padded[:, :-2]) & (values >= padded[:, 2:])
    if own is not None:
        summit &= np.abs(grid - own[:, None]) > 0.2 * own[:, None]
    height = np.where(summit, values, -np.inf)
    number = min(3, int(summit.sum(axis=1).max()))
    if number == 0:
        return best, best_value
    peak = np.argsort(height, axis=1)[:, -number:]
    low, high = grid[rows, np.maximum(peak - 1, 0)], grid[rows, np.minimum(peak + 1, columns - 1)]
    steps = np.linspace(0.0, 1.0, 7)
    for _ in range(8):
        points = (low[..., None] + (high - low)[..., None] * steps).reshape(grid.shape[0], -1)
        found = payoff(points)
        here, here_value = _best_on(points, found)
        better = here_value > best_value
        best, best_value = np.where(better, here, best), np.where(better, here_value, best_value)
        blocks, at = points.reshape(*low.shape, 7), np.argmax(found.reshape(*low.shape, 7), axis=2)
        low = np.take_along_axis(blocks, np.maximum(at - 1, 0)[..., None], axis=2)[..., 0]
        high = np.take_along_axis(blocks, np.minimum(at + 1, 6)[..., None], axis=2)[..., 0]
    return best, best_value


def _best_reply_nearby(
    game: Game, profile: Profile, i: int, own: Array, types: Array | None, payoff: Any
) -> Array:
    """The best reply in the neighbourhood of own effort, by Newton steps on the marginal payoff."""
    reply = own.copy()
    column = None if types is None else types[:, None]
    step = 1e-3
    stencil = 1.0 + step * np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    for _ in range(3):
        points = reply[:, None] * stencil
        active = reply > 0
        with np.errstate(divide="ignore", invalid="ignore"):  # rows of zero effort are left alone
            slope = game.marginal_payoff(i, np.where(active[:, None], points, 1.0), profile, column)
            if slope is None:
                u = payoff(points)
                first = (u[:, 0] - 8 * u[:, 1] + 8 * u[:, 3] - u[:, 4]) / (12 * step)
                second = (-u[:, 0] + 16 * u[:, 1] - 30 * u[:, 2] + 16 * u[:, 3] - u[:, 4]) / (12 * step**2)
            else:
                # For each relative change of effort, in money: as above, and comparable with the cost.
                slope = np.where(active[:, None], slope * reply[:, None], 0.0)
                first = slope[:, 2]
                second = (slope[:, 0] - 8 * slope[:, 1] + 8 * slope[:, 3] - slope[:, 4]) / (12 * step)
            move = np.where(second < 0, -first / second, 0.0)
            move = np.where(_is_flat(game, i, reply, types, first, second), 0.0, move)
        move = np.where(active & np.isfinite(move), np.clip(move, -0.5, 0.5), 0.0)
        reply = reply * (1.0 + move)
        if np.all(np.abs(move) < 1e-13):
            break
    return reply


def _is_flat(
    game: Game, i: int, effort: Array, types: Array | None, first: Array, second: Array
) -> NDArray[np.bool_]:
    """Whether the payoff neither rises nor bends: every effort around is a best reply too.

    For instance types for whom linear output at linear cost is worth exactly what it costs.
    """
    cost = game.effort_cost(i, effort, types)
    if cost is None:
        return np.zeros(effort.shape, dtype=bool)
    return (np.abs(second) <= 1e-6 * cost) & (np.abs(first) <= 1e-8 * cost)


def _gap(
    own: Array, near: Array, best: Array, gain: Array, stakes: float, values: Array, floor: float
) -> Array:
    """Relative distance from effort to best reply.

    The best reply nearby, unless a distant deviation is visibly better. For zero effort the scale
    is that of the best reply itself: any other best reply is infinitely far.
    """
    scale = np.where(own > 0, np.maximum(own, floor), 1.0)
    nearby = np.abs(near - own) / scale
    noise = 1e-13 * np.maximum(np.max(np.abs(values), axis=1), 0.0)
    distant = (gain > np.maximum(noise, 1e-10 * stakes)) & (np.abs(best - own) > 0.4 * own)
    far = np.where(own > 0, np.abs(best - own) / scale, np.inf)
    return np.where(distant, np.maximum(far, nearby), nearby)


def _check_types(game: Game, profile: Profile, i: int, strategy: Monotone) -> tuple[list[_Finding], int]:
    """Check every type node, and the types near which the strategy changes its rule.

    A type that stays out has the value of the outside option, and may gain by entering.
    """
    nodes = game.type_nodes(i)
    assert nodes is not None
    found, count = _check_pure(game, profile, i, strategy(nodes), nodes, strategy.enters(nodes))
    marks = strategy.marks()
    if marks.size:
        beside, more = _check_pure(game, profile, i, strategy(marks), marks, strategy.enters(marks))
        # So close to a threshold efforts near zero are not resolved relative to themselves: there it
        # is the gain from entering, leaving or any other effort that is looked at.
        found, count = [*found, *(replace(f, gap=0.0) for f in beside)], count + more
    return found, count


def _check_mixed(game: Game, profile: Profile, i: int) -> tuple[list[_Finding], int]:
    """Check a mixed strategy: nothing beats its expected payoff, and its support loses nothing."""
    strategy = profile.strategy(i)
    points, weights = strategy.nodes()
    played = np.asarray(game.payoff(i, points, profile))
    value = float(weights @ played)
    own = np.array([strategy.mean()])
    top = np.broadcast_to(game.largest_effort(i), (1,)).astype(float)
    inside = strategy.ppf(np.linspace(0.0, 1.0, 65)[1:-1])
    grid = _grid(top, own, np.unique(np.concatenate([game.landmarks(i, profile, None), points, inside])))

    def payoff(efforts: Array) -> Array:
        return np.asarray(game.payoff(i, efforts, profile))

    best, best_value = _refine(payoff, grid, payoff(grid))
    outside = game.outside_option(i)
    gain, deviation, gets = float(best_value[0] - value), float(best[0]), float(best_value[0])
    if outside - value > gain:
        gain, deviation, gets = outside - value, np.nan, outside
    lost = max(gets - float(played[weights > 0].min()), 0.0)
    # Not the cost of mean effort: under a convex cost that may be next to nothing.
    cost = game.effort_cost(i, points)
    spent = 0.0 if cost is None else float(weights @ cost)
    scale = spent if spent > 0 else game.stakes
    gap = lost / scale if lost > 0 else 0.0
    return [_Finding(max(gain, 0.0), gap, i, float(own[0]), deviation, value, gets, None)], int(grid.size)


def _bound_by_concavity(game: Game, profile: Profile, who: NDArray[np.intp]) -> tuple[_Finding, int]:
    """The largest gain that concavity allows.

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
    finding = _Finding(
        gain, float(gap.max()), int(who[k]), float(own[k]), float(top[k]), value, value + gain, None
    )
    return finding, 3 * own.size
