"""Figures of strategies, qualities and prizes: what contestants do, what comes of it, what is paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError
from contests.plotting_base import COLOURS, MARK, begin, colour_of, finish, label, twin
from contests.strategy import Monotone, Strategy
from contests.validation import count, vector

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from contests.equilibrium import Equilibrium

__all__ = ["plot_effort_distribution", "plot_effort_function", "plot_prizes", "plot_quality"]

Array = NDArray[np.float64]
_SHOWN = 4
_TYPE_NAMES = {
    "ability": "ability ({quality})",
    "cost": "own cost factor",
    "value": "own value factor",
    None: "type",
}


def _strategies(given: Any, contestant: int | None) -> list[tuple[str, Strategy]]:
    """One strategy, or one for each kind of contestant, with names."""
    if isinstance(given, Strategy):
        return [("", given)]
    profile = given.profile
    first = [contestant] if contestant is not None else given.game.classes(profile)[0].tolist()
    members = sorted(first)[:_SHOWN]
    single = len(members) == 1
    return [("" if single else f"contestant {i}", profile.strategy(i)) for i in members]


def plot_effort_function(
    equilibrium: Equilibrium | Strategy,
    *,
    contestant: int | None = None,
    points: int = 201,
    units: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the effort of each private type; types that stay out have no effort to draw.

    Parameters
    ----------
    equilibrium : Equilibrium or Monotone
        A result with private types, or a strategy of one's own.
    contestant : int, optional
        Whose; one of each kind (at most four) if absent.
    points : int
        Types along each curve.
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
        If types are not private.
    """
    found = _strategies(equilibrium, contestant)
    drawn = [(name, strategy) for name, strategy in found if isinstance(strategy, Monotone)]
    if not drawn:
        raise InvalidPartError(
            "plot_effort_function",
            found[0][1],
            "given private types",
            "Draw a mixed strategy with plot_effort_distribution, a sure effort with plot_equilibrium.",
        )
    ax, names = begin("plot_effort_function", ax, units, points)
    for k, (name, strategy) in enumerate(drawn):
        types = _type_grid(strategy, points)
        effort = np.where(strategy.enters(types), strategy(types), np.nan)
        ax.plot(types, effort, color=colour_of(k), label=name or None)
        _shade_absent(ax, types, np.isnan(effort), first=k == 0)
    trait = None if isinstance(equilibrium, Strategy) else _trait(equilibrium)
    ax.set_ylim(bottom=0.0)
    return finish(ax, _TYPE_NAMES[trait].format(**names), label("effort", names["effort"]))


def _shade_absent(ax: Axes, types: Array, absent: Any, *, first: bool) -> None:
    """Shade the types that stay out, between lines at the types that are just willing to enter."""
    edges = np.flatnonzero(np.diff(absent.astype(int)))
    marks = [float(types[edge : edge + 2].mean()) for edge in edges]
    for mark in marks:
        ax.axvline(mark, color="0.5", linewidth=1, linestyle=":")
    ends = [float(types[0]), *marks, float(types[-1])]
    for k, (low, high) in enumerate(pairwise(ends)):
        if absent[0] == (k % 2 == 0):  # kinds of types alternate from edge to edge
            ax.axvspan(low, high, color="0.92", zorder=0, label="stays out" if first and k < 2 else None)


def _trait(equilibrium: Equilibrium) -> str | None:
    contestants = getattr(equilibrium.game, "contestants", None)
    trait: str | None = getattr(contestants, "private_trait", None)
    return trait


def _type_grid(strategy: Monotone, points: int) -> Array:
    """Types over the support, or between extreme quantiles where that is unbounded."""
    low, high = strategy.types.support
    ends = strategy.types.ppf(np.array([0.001, 0.999]))
    low, high = low if np.isfinite(low) else float(ends[0]), high if np.isfinite(high) else float(ends[1])
    return np.linspace(low, high, points)


def plot_effort_distribution(
    equilibrium: Equilibrium | Strategy,
    *,
    contestant: int | None = None,
    points: int = 401,
    units: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the distribution function of effort, with a dot where an effort has positive probability.

    Parameters
    ----------
    equilibrium : Equilibrium or Strategy
        A result, or a strategy of one's own.
    contestant : int, optional
        Whose; one of each kind (at most four) if absent.
    points : int
        Efforts along each curve.
    units : mapping, optional
        Names of units for the labels, such as ``{"effort": "hours"}``.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if absent.

    Returns
    -------
    matplotlib Axes
    """
    found = _strategies(equilibrium, contestant)
    ax, names = begin("plot_effort_distribution", ax, units, points)
    top = max(strategy.support[1] for _, strategy in found)
    top = 1.1 * top if top > 0 else 1.0
    for k, (name, strategy) in enumerate(found):
        ends, masses = strategy.atoms
        effort = np.linspace(0.0, top, points)
        # Both sides of each jump, so that it is drawn upright.
        effort = np.sort(np.concatenate([effort, ends, np.nextafter(ends, -np.inf)]))
        effort = effort[effort >= 0]
        ax.plot(effort, strategy.cdf(effort), color=colour_of(k), label=name or "distribution of effort")
        if masses.size and masses.max() >= 1e-3 and masses.size <= 20:
            ax.plot(ends, strategy.cdf(ends), "o", color=colour_of(k), markersize=5)
            for end, mass in zip(ends, masses, strict=True):
                _note(ax, float(end), float(strategy.cdf(end)), float(mass), k, right=end > top / 2)
        words = "mean effort" if k == len(found) - 1 else None
        ax.axvline(strategy.mean(), color=colour_of(k), linewidth=1, linestyle=":", label=words)
    ax.set_xlim(-0.02 * top, top)
    ax.set_ylim(0.0, 1.04)
    return finish(ax, label("effort", names["effort"]), "probability of at most this effort")


def _note(ax: Axes, effort: float, level: float, mass: float, k: int, *, right: bool) -> None:
    """Say beside a jump what it is: on the left of one in the right half, where there is room."""
    ax.annotate(
        f"effort {effort:.3g} with probability {mass:.3g}",
        (effort, level),
        xytext=(-8 if right else 8, (-12 if level > 0.9 else -4) - 12 * k),
        textcoords="offset points",
        ha="right" if right else "left",
        color=colour_of(k),
        fontsize=9,
    )


def plot_quality(
    equilibrium: Equilibrium,
    *,
    kind: str | None = None,
    points: int = 801,
    units: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how good an idea is, and how good the best of all n is.

    Parameters
    ----------
    equilibrium : Equilibrium
        The result of a contest made of parts.
    kind : {"density", "distribution"}, optional
        Densities or distribution functions; densities if absent, unless quality is without shock.
    points : int
        Qualities along each curve.
    units : mapping, optional
        Names of units for the labels, such as ``{"quality": "points"}``.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if absent.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidPartError
        If the game does not tell the distribution of its qualities, or ``kind`` is none of the two.
    """
    if kind not in (None, "density", "distribution"):
        raise InvalidPartError("plot_quality.kind", kind, "'density' or 'distribution'")
    groups_of = getattr(equilibrium._outcomes, "quality_groups", None)
    if groups_of is None:
        raise InvalidPartError(
            "plot_quality", type(equilibrium.game).__name__, "used with a contest made of parts"
        )
    ax, names = begin("plot_quality", ax, units, points, least=16)
    technology, n = equilibrium.game.technology, equilibrium.game.n  # type: ignore[attr-defined]
    groups = groups_of()
    density = technology.noise is not None if kind is None else kind == "density"
    x, each, best = _laws_of_quality(groups, technology, points)
    for k, (name, place) in enumerate(_whose(equilibrium, len(groups))):
        ax.plot(x, np.gradient(each[place], x) if density else each[place], color=colour_of(k), label=name)
    shown = np.gradient(best, x) if density else best
    ax.plot(x, shown, color="black", linestyle="-.", label=f"the best of {n}")
    mean = equilibrium.expected_best
    if np.isfinite(mean):
        height = float(np.interp(mean, x, shown))
        ax.plot([mean], [height], **MARK, label=f"expected best: {mean:.4g}")
    ax.set_ylim(bottom=0.0)
    level = "density" if density else "probability of at most this quality"
    return finish(ax, label("quality", names["quality"]), level, above=len(groups) > 1)


def _whose(equilibrium: Equilibrium, kinds: int) -> list[tuple[str, int]]:
    """What to call the idea of each kind of contestant, and its place among the kinds; at most four."""
    if kinds == 1:
        return [("one idea", 0)]
    first, number = equilibrium.game.classes(equilibrium.profile)
    names = [
        f"idea of contestant {i}" + (f" (one of {count} alike)" if count > 1 else "")
        for i, count in zip(first.tolist(), number.tolist(), strict=True)
    ]
    order = np.argsort(first, kind="stable")[:_SHOWN].tolist()
    return [(names[k], k) for k in order]


def _laws_of_quality(groups: Any, technology: Any, points: int) -> tuple[Array, list[Array], Array]:
    """Qualities, the distribution function of one idea of each kind, and that of the best."""
    from contests.expectation import _range

    low, high = _range(groups)
    if low == high:
        low, high = low - max(abs(low), 1.0) * 0.1, high + max(abs(high), 1.0) * 0.1
    z = np.linspace(low, high, 20 * points)
    each, best = _levels(groups, z)
    # Only the part of the scale where something happens, seen again more closely.
    inside = (np.min(each, axis=0) > 1e-3) | (np.max(each, axis=0) > 1e-3)
    inside &= best < 1 - 1e-3
    if inside.sum() > 2:
        where = np.flatnonzero(inside)
        z = np.linspace(z[max(where[0] - 1, 0)], z[min(where[-1] + 1, z.size - 1)], points)
    common = getattr(technology, "common", None)
    if common is None:
        each, best = _levels(groups, z)
    else:
        moves, weights = common.nodes()
        ends = common.ppf(np.array([1e-3, 1 - 1e-3]))
        z = np.linspace(z[0] + float(ends[0]), z[-1] + float(ends[1]), points)
        mixed = [_levels(groups, z - move) for move in moves]
        each = np.tensordot(weights, np.array([one for one, _ in mixed]), axes=1)
        best = np.tensordot(weights, np.array([one for _, one in mixed]), axes=1)
    quality = np.asarray(technology.quality_at(z), float)
    kept = np.isfinite(quality) & np.append(True, np.diff(quality) > 0)
    return quality[kept], [level[kept] for level in each], best[kept]


def _levels(groups: Any, z: Array) -> tuple[Array, Array]:
    each = np.array([scores.below(z) + scores.tie(z) for scores, _ in groups])
    counts = np.array([number for _, number in groups])
    return each, np.prod(each ** counts[:, None], axis=0)


def plot_prizes(
    contest: Any,
    *,
    marginal: Sequence[float] | None = None,
    ranks: int | None = None,
    units: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the prize of each rank and what a little more of it adds to the incentive for effort.

    The marginal value of rank k is the slope of the probability of rank k in one's own quality (on
    the scale that is ranked): prizes at ranks where it is negative discourage effort.

    Parameters
    ----------
    contest : Contest, Model, Equilibrium or Design
        Whose prizes.
    marginal : sequence of float, optional
        Marginal values to draw, the best rank first; worked out if absent, where contestants are
        alike and quality or judgement is random, else left out.
    ranks : int, optional
        How many ranks; all that are paid, and at least three, if absent.
    units : mapping, optional
        Names of units for the labels, such as ``{"money": "euro"}``.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if absent.

    Returns
    -------
    matplotlib Axes
        That of the prizes; the marginal values have an Axes of their own on the right.
    """
    found = getattr(contest, "equilibrium", contest)
    game = getattr(found, "game", found)
    game = game() if callable(game) else game
    prizes = np.asarray(game.prizes.by_rank(), float)
    number = max(prizes.size, min(3, game.n)) if ranks is None else count("plot_prizes.ranks", ranks)
    number = min(number, game.n)
    slopes = _marginal_values(game, number) if marginal is None else _given(marginal, number)
    ax, names = begin("plot_prizes", ax, units)
    place = np.arange(1, number + 1)
    shown = np.zeros(number)
    shown[: min(prizes.size, number)] = prizes[:number]
    ax.bar(place, shown, width=0.55, color=COLOURS[0], label="prize")
    if number <= 12:
        ax.set_xticks(place)
    labels = "rank", label("prize", names["money"])
    if slopes is None:
        ax.set_xlabel(labels[0])
        ax.set_ylabel(labels[1])
        return ax
    right = twin(ax)
    right.axhline(0.0, color="0.6", linewidth=1, linestyle=":")
    right.plot(place, slopes[:number], color=COLOURS[1], marker="D", label="marginal value (right scale)")
    right.set_ylabel("marginal incentive (per unit of prize)", color=COLOURS[1])
    _align_zeros(ax, right)
    if shown.min() >= 0:
        ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= ax.get_ylim()[1]])
    return finish(ax, *labels, right, above=True)


def _given(marginal: Sequence[float], number: int) -> Array:
    """The user's marginal values, one for each rank drawn."""
    slopes = vector("plot_prizes.marginal", marginal)
    if slopes.size < number:
        raise InvalidPartError(
            "plot_prizes.marginal", f"{slopes.size} numbers", f"one for each of {number} ranks"
        )
    return slopes


def _marginal_values(game: Any, number: int) -> Array | None:
    from contests.contest import Contest
    from contests.prize_weights import shock_steps

    if not isinstance(game, Contest) or game.n < 2:
        return None
    steps = shock_steps(game, number)
    if steps is None:
        return None
    # A step at rank L pays L equal prizes: a prize at rank k alone is the step at k less that at k-1.
    full = np.zeros(number)
    full[: min(steps.size, number)] = steps[:number]
    return np.diff(full, prepend=0.0)


def _align_zeros(left: Axes, right: Axes) -> None:
    """Put the zeros of both scales at the same height."""
    low, high = right.get_ylim()
    low, high = min(low, 0.0), max(high, 0.0)
    share = low / high if high > 0 else -1.0
    top = left.get_ylim()[1]
    left.set_ylim(share * top, top)
    right.set_ylim(low, high if high > 0 else -low)
