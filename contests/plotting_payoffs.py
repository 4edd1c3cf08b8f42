"""Figures of incentives: payoff against own effort, gains from deviating, best replies.

Every number drawn is the game's own ``payoff``, the one that certificates use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError
from contests.plotting_base import COLOURS, MARK, begin, colour_of, finish, label
from contests.profile import Profile
from contests.strategy import Monotone, Pure, Strategy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from contests.equilibrium import Equilibrium
    from contests.game import Game

__all__ = ["best_reply", "plot_best_replies", "plot_certificate", "plot_equilibrium"]

Array = NDArray[np.float64]
_SHOWN = 4  # classes or types drawn at once
_TYPES = (0.25, 0.5, 0.75)  # quantiles of a private type


def plot_equilibrium(
    equilibrium: Equilibrium,
    *,
    contestant: int | None = None,
    points: int = 201,
    units: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw payoffs against own effort, the others as in equilibrium, and mark the equilibrium.

    Parameters
    ----------
    equilibrium : Equilibrium
        The result.
    contestant : int, optional
        Whose payoff; one of each kind (at most four) if absent. With private types: at the
        quartiles of her type.
    points : int
        Efforts along each curve.
    units : mapping, optional
        Names of units for the labels: ``{"effort": "hours", "money": "euro"}``.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if absent.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    MissingDependencyError
        If Matplotlib is not installed.

    Examples
    --------
    >>> import contests as ct
    >>> from contests.plotting import plot_equilibrium
    >>> lottery = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
    >>> plot_equilibrium(lottery.solve()).get_ylabel()
    'expected payoff (money)'
    """
    ax, names = begin("plot_equilibrium", ax, units, points)
    cases = _cases(equilibrium, contestant)
    top = _reach(equilibrium, cases)
    for k, (i, type, name) in enumerate(cases):
        effort, value = _curve(equilibrium, i, type, top, points)
        ax.plot(effort, value, color=colour_of(k), label=name)
        _mark_equilibrium(ax, equilibrium, i, type, colour_of(k), first=k == 0)
    outside = equilibrium.game.outside_option(cases[0][0])
    ax.axhline(outside, color="0.5", linewidth=1, linestyle="--", label="staying out")
    _zoom(ax, equilibrium, cases)
    ax.set_xlim(0.0, top)
    return finish(ax, label("own effort", names["effort"]), label("expected payoff", names["money"]))


def _cases(equilibrium: Equilibrium, contestant: int | None) -> list[tuple[int, float | None, str]]:
    """Whose curves to draw: contestant, type, and what to call the curve."""
    profile, game = equilibrium.profile, equilibrium.game
    if contestant is not None:
        profile.strategy(contestant)  # refuses a number that no contestant has
    members = [contestant] if contestant is not None else sorted(game.classes(profile)[0].tolist())[:_SHOWN]
    cases: list[tuple[int, float | None, str]] = []
    for i in members:
        strategy = profile.strategy(i)
        who = "payoff" if len(members) == 1 else f"contestant {i}"
        if isinstance(strategy, Monotone):
            quantiles = strategy.types.ppf(np.array(_TYPES))
            start = "" if len(members) == 1 else f"{who}, "
            cases += [(i, float(t), f"{start}type {t:.3g}") for t in quantiles]
        else:
            cases.append((i, None, who))
    return cases[: 2 * _SHOWN]


def _own(strategy: Strategy, type: float | None) -> float:
    if isinstance(strategy, Monotone):
        return float(strategy(np.array([type]))[0])
    return strategy.support[1] if not isinstance(strategy, Pure) else strategy.effort


def _reach(equilibrium: Equilibrium, cases: list[tuple[int, float | None, str]]) -> float:
    """The largest effort drawn: what could be worth while, but not many times what is done."""
    game, profile = equilibrium.game, equilibrium.profile
    own = max(_own(profile.strategy(i), type) for i, type, _ in cases)
    worth = max(float(np.max(game.largest_effort(i, type))) for i, type, _ in cases)
    if own <= 0:
        return worth if worth > 0 else 1.0
    # Beyond the largest effort worth while too, to show that it does not pay.
    return min(max(worth, 1.25 * own), 4.0 * own) if np.isfinite(worth) else 4.0 * own


def _curve(
    equilibrium: Equilibrium, i: int, type: float | None, top: float, points: int
) -> tuple[Array, Array]:
    game, profile = equilibrium.game, equilibrium.profile
    allowed = game.actions(i)
    if allowed is not None:
        effort = allowed[allowed <= top * (1 + 1e-12)]
    else:
        marks = np.array([_own(profile.strategy(i), type)])
        effort = np.unique(np.concatenate([np.linspace(0.0, top, points), marks[marks <= top]]))
    types = None if type is None else np.full(effort.shape, type)
    return effort, np.asarray(game.payoff(i, effort, profile, types), float)


def _value(equilibrium: Equilibrium, i: int, type: float | None) -> float:
    """The equilibrium payoff of a contestant (of a type)."""
    game, profile = equilibrium.game, equilibrium.profile
    strategy = profile.strategy(i)
    if isinstance(strategy, (Monotone, Pure)):
        types = None if type is None else np.array([type])
        return float(np.ravel(game.payoff(i, np.array([_own(strategy, type)]), profile, types))[0])
    efforts, weights = strategy.nodes()
    return float(weights @ np.asarray(game.payoff(i, efforts, profile)))


def _mark_equilibrium(
    ax: Axes, equilibrium: Equilibrium, i: int, type: float | None, colour: str, *, first: bool
) -> None:
    strategy, value = equilibrium.profile.strategy(i), _value(equilibrium, i, type)
    if isinstance(strategy, (Monotone, Pure)):
        ax.plot([_own(strategy, type)], [value], **MARK, label="equilibrium" if first else None)
        return
    low, high = strategy.support
    ax.plot([low, high], [value, value], color=colour, linewidth=6, alpha=0.3, solid_capstyle="butt")
    ax.plot([strategy.mean()], [value], **MARK, label="equilibrium: mean effort" if first else None)


def _zoom(ax: Axes, equilibrium: Equilibrium, cases: list[tuple[int, float | None, str]]) -> None:
    """Keep a steep fall from flattening the part that matters, and rounding from looking like payoffs."""
    drawn = [np.asarray(line.get_ydata(), float) for line in ax.get_lines() if np.size(line.get_xdata()) > 2]
    shown = np.concatenate(drawn)
    shown = shown[np.isfinite(shown)]
    values = [_value(equilibrium, i, type) for i, type, _ in cases]
    high = max(float(shown.max()), *values, 0.0)
    least = 0.02 * equilibrium.game.stakes or 1.0
    spread = max(high - min(*values, 0.0), least)
    low = max(float(shown.min()), min(*values, 0.0) - 1.5 * spread)
    pad = max(0.08 * (high - low), least)
    ax.set_ylim(low - pad, high + pad)


def plot_certificate(
    equilibrium: Equilibrium,
    *,
    contestant: int | None = None,
    points: int = 201,
    units: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the gain from every deviation, in percent of the top prize: an equilibrium has none above zero.

    Parameters
    ----------
    equilibrium : Equilibrium
        The result, or a candidate that failed (``ct.solve(..., on_fail="return")``).
    contestant : int, optional
        Whose deviations; one of each kind (at most four) if absent. With private types: at the
        quartiles of her type.
    points : int
        Efforts along each curve.
    units : mapping, optional
        Names of units for the labels, such as ``{"effort": "hours"}``.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if absent.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidPartError
        If nothing is at stake.
    """
    stakes, certificate = equilibrium.game.stakes, equilibrium.certificate
    if stakes <= 0:
        raise InvalidPartError("plot_certificate", equilibrium.game, "a game with a prize above zero")
    ax, names = begin("plot_certificate", ax, units, points)
    cases = _cases(equilibrium, contestant)
    top = _reach(equilibrium, cases)
    lowest = _draw_gains(ax, equilibrium, cases, top, points)
    ax.axhline(0.0, color="0.3", linewidth=1)
    worst = 100.0 * certificate.max_gain
    if not certificate.passed and np.isfinite(certificate.deviation):
        cross: dict[str, Any] = {"marker": "X", "markersize": 10, "color": COLOURS[1], "linestyle": "none"}
        words = f"best deviation: +{worst:.3g} %"
        ax.plot([certificate.deviation], [worst], **cross, zorder=6, clip_on=False, label=words)
    ax.set_ylim(max(lowest, -100.0) * 1.08 - 1e-9, max(worst, 0.06 * min(abs(lowest), 100.0), 1e-9) * 1.3)
    verdict = "passed" if certificate.passed else "FAILED"
    words = f"certificate {verdict}: largest gain {certificate.max_gain:.1e} of the top prize"
    ax.set_title(words, fontsize=10)
    ax.set_xlim(0.0, top)
    return finish(
        ax, label("effort deviated to", names["effort"]), label("gain from deviating", "% of the top prize")
    )


def _draw_gains(
    ax: Axes, equilibrium: Equilibrium, cases: list[tuple[int, float | None, str]], top: float, points: int
) -> float:
    """Draw the gain of each case in percent, mark what is done, and return the largest loss drawn."""
    lowest, stakes = 0.0, equilibrium.game.stakes
    for k, (i, type, name) in enumerate(cases):
        effort, value = _curve(equilibrium, i, type, top, points)
        gain = 100.0 * (value - _value(equilibrium, i, type)) / stakes
        lowest = min(lowest, float(gain.min()))
        ax.plot(effort, gain, color=colour_of(k), label="gain from deviating" if name == "payoff" else name)
        strategy = equilibrium.profile.strategy(i)
        if isinstance(strategy, (Pure, Monotone)):
            ax.plot([_own(strategy, type)], [0.0], **MARK, label="what is done" if k == 0 else None)
    return lowest


def best_reply(game: Game, i: int, profile: Any, points: int = 257) -> float:
    """Return the effort with the highest payoff, searched on a grid with refinement.

    Parameters
    ----------
    game : Game or Model
        Payoffs from primitives.
    i : int
        The contestant, whose type is not private.
    profile : Profile or what stands for one
        What the others do.
    points : int
        Efforts on the first grid.

    Returns
    -------
    float
        The lowest if several are best.
    """
    game = game.game()
    profile = game.profile(profile)
    allowed = game.actions(i)
    if allowed is not None:
        return float(allowed[int(np.argmax(np.asarray(game.payoff(i, allowed, profile))))])
    top = float(np.max(game.largest_effort(i)))
    marks = game.landmarks(i, profile, None)
    steps = np.concatenate([np.linspace(0.0, 1.0, points), np.geomspace(1e-9, 1.0, points // 4)])
    grid = _apart(np.concatenate([top * steps, marks[(marks >= 0) & (marks <= top)]]), top)
    best = 0.0
    for _ in range(12):
        value = np.asarray(game.payoff(i, grid, profile))
        k = int(np.argmax(value))
        best = float(grid[k])
        low, high = float(grid[max(k - 1, 0)]), float(grid[min(k + 1, grid.size - 1)])
        if high - low <= 1e-9 * top:
            break
        grid = _apart(np.append(np.linspace(low, high, 17), best), top)
    return best


def _apart(points: Array, top: float) -> Array:
    """The points in order, without those a rounding error apart: they would bracket but themselves."""
    points = np.unique(points)
    return np.asarray(points[np.append(True, np.diff(points) > 1e-12 * top)])


def plot_best_replies(
    game: Any,
    *,
    pair: tuple[int, int] = (0, 1),
    equilibrium: Equilibrium | None = None,
    points: int = 41,
    units: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw best replies; they cross where sure efforts are an equilibrium.

    Two contestants: each one's best reply to the other. More contestants who are all alike: the
    best reply to a common effort of the others, and the line of equal efforts. More contestants
    who differ: the best replies of ``pair`` to each other, the rest as in ``equilibrium``.

    Parameters
    ----------
    game : Game or Model
        The contest; efforts are chosen without private information.
    pair : (int, int)
        Whose replies.
    equilibrium : Equilibrium, optional
        Marked if given.
    points : int
        Efforts replied to.
    units : mapping, optional
        Names of units for the labels, such as ``{"effort": "hours"}``.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if absent.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidPartError
        If types are private, there is one contestant only, or the rest of the field needs an
        ``equilibrium`` that is not given.
    """
    game = game.game()
    i, j = pair
    _check_pair(game, i, j, equilibrium)
    ax, names = begin("plot_best_replies", ax, units, points)
    hours = names["effort"]
    # More points where efforts are small: there replies bend.
    steps = np.linspace(0.0, 1.0, points)[1:] ** 1.5
    if game.n > 2 and equilibrium_is_common(game):
        x = steps * _span(game, i, equilibrium)
        reply = [best_reply(game, i, Profile.symmetric(Pure(float(e)), game.n)) for e in x]
        ax.plot(x, reply, color=COLOURS[0], label="best reply")
        ax.plot([0, x[-1]], [0, x[-1]], color="0.5", linewidth=1, linestyle="--", label="equal efforts")
        labels = label("effort of each of the others", hours), label("own effort", hours)
    else:
        base = equilibrium.profile if equilibrium is not None else Profile.pure(np.zeros(game.n))
        x, y = (steps * _span(game, k, equilibrium) for k in (j, i))
        mine = [best_reply(game, i, base.with_strategy(j, Pure(float(e)))) for e in x]
        hers = [best_reply(game, j, base.with_strategy(i, Pure(float(e)))) for e in y]
        ax.plot(x, mine, color=COLOURS[0], label=f"best reply of contestant {i}")
        ax.plot(hers, y, color=COLOURS[1], linestyle="-.", label=f"best reply of contestant {j}")
        labels = label(f"effort of contestant {j}", hours), label(f"effort of contestant {i}", hours)
    if equilibrium is not None and equilibrium.profile.is_pure:
        effort = equilibrium.effort
        ax.plot([effort[j]], [effort[i]], **MARK, label="equilibrium")
    ax.set_xlim(left=0.0)
    ax.set_ylim(bottom=0.0)
    return finish(ax, *labels)


def equilibrium_is_common(game: Game) -> bool:
    """Return whether all contestants of ``game`` are alike."""
    symmetric = getattr(game, "is_symmetric", None)
    if symmetric is not None:
        return bool(symmetric)
    return game.classes(game.profile(0.0))[0].size == 1


def _check_pair(game: Game, i: int, j: int, equilibrium: Equilibrium | None) -> None:
    if game.n < 2 or i == j or not (0 <= i < game.n and 0 <= j < game.n):
        raise InvalidPartError("plot_best_replies.pair", (i, j), f"two different contestants of {game.n}")
    if game.type_nodes(i) is not None or game.type_nodes(j) is not None:
        raise InvalidPartError(
            "plot_best_replies",
            "private types",
            "drawn for known contestants",
            "Draw what each type does with plot_effort_function(equilibrium).",
        )
    if game.n > 2 and equilibrium is None and not equilibrium_is_common(game):
        raise InvalidPartError(
            "plot_best_replies.equilibrium",
            None,
            "given when more than two contestants differ",
            "It says what the rest of the field does.",
        )


def _span(game: Game, i: int, equilibrium: Equilibrium | None) -> float:
    if equilibrium is not None and equilibrium.effort[i] > 0:
        return 2.5 * float(equilibrium.effort[i])
    return float(np.max(game.largest_effort(i)))
