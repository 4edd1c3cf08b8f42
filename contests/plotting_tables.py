"""Figures of many contests: sweeps along an axis, the search of a design, comparisons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError
from contests.plotting_base import COLOURS, MARK, axes, colour_of, finish, legend, twin, whole_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from contests.design_result import Design
    from contests.sweep_result import Sweep

__all__ = ["plot_comparison", "plot_design", "plot_sweep"]

Array = NDArray[np.float64]
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def plot_sweep(
    sweep: Sweep,
    measure: str | Sequence[str] | None = None,
    *,
    along: str | None = None,
    by: str | None = None,
    at: Mapping[str, Any] | None = None,
    labels: Mapping[str, str] | None = None,
    best: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw one measure along an axis of a sweep, or two with scales of their own.

    Parameters
    ----------
    sweep : Sweep
        The table.
    measure : str or sequence of str, optional
        Which measure, or two: the second gets the scale on the right. The first two if absent.
    along : str, optional
        The horizontal axis; the first with more than one value if absent.
    by : str, optional
        An axis with one line for each of its values (at most seven).
    at : mapping, optional
        The values at which the remaining axes are held; their first if absent.
    labels : mapping, optional
        What to write for axes and measures, with units: ``{"effort": "total effort (hours)"}``.
    best : bool
        Whether to mark the highest value of the last measure.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if absent.

    Returns
    -------
    matplotlib Axes
        That of the first measure.

    Raises
    ------
    InvalidPartError
        If a name is not in the table or there are too many lines or measures.
    """
    wanted = _wanted(sweep, measure, by)
    along, held = _held(sweep, along, by, dict(at or {}))
    texts = dict(labels or {})
    lines = _lines(sweep, wanted, along, by, held)
    ax = axes(ax)
    scales = [ax] if len(wanted) == 1 else [ax, twin(ax)]
    x, categories = _positions(sweep.axes[along])
    for side, (name, scale) in enumerate(zip(wanted, scales, strict=True)):
        words = texts.get(name, name)
        _draw_lines(scale, x, lines[name], side, words if by is None else None)
        alone = len(wanted) == 1 or by is not None
        dash = "" if by is None or len(wanted) == 1 else f"  — {('solid', 'dash-dotted')[side]}"
        scale.set_ylabel(words + dash, color="black" if alone else COLOURS[side])
    if best:
        _mark_best(scales[-1], lines[wanted[-1]], x)
    if categories is not None:
        ax.set_xticks(x, categories)
    elif all(isinstance(value, int) for value in sweep.axes[along]):
        whole_ticks(ax)
    ax.set_xlabel(texts.get(along, along))
    if len(wanted) > 1 or by is not None or best or np.isnan(sweep[wanted[0]]).any():
        legend(ax, *scales[1:], above=len(wanted) > 1 or by is not None)
    return ax


def _lines(
    sweep: Sweep, wanted: Sequence[str], along: str, by: str | None, held: Mapping[str, int]
) -> dict[str, list[tuple[str, Array]]]:
    """The lines of each measure, one or one for each value of ``by``, and what to call them."""
    places = [dict(held)] if by is None else [{**held, by: k} for k in range(len(sweep.axes[by]))]
    words = [""] if by is None else [f"{by} = {_short(value)}" for value in sweep.axes[by]]
    return {
        name: [
            (called, sweep[name][tuple(slice(None) if axis == along else at[axis] for axis in sweep.axes)])
            for called, at in zip(words, places, strict=True)
        ]
        for name in wanted
    }


def _draw_lines(
    scale: Axes, x: Array, lines: Sequence[tuple[str, Array]], side: int, name: str | None
) -> None:
    """Draw the lines of one measure: a colour each, or the colour of its side if it has a ``name``."""
    for k, (called, line) in enumerate(lines):
        missing = int(np.isnan(line).sum())
        words = (called if name is None else name) + (f" ({missing} without a number)" if missing else "")
        colour = colour_of(side if name is not None else k)
        # The second measure has the colours of the first: its lines need no entries of their own.
        entry = words if side == 0 or name is not None else None
        mark: dict[str, Any] = {"marker": _MARKERS[k % len(_MARKERS)], "markersize": 4}
        scale.plot(x, line, "-" if side == 0 else "-.", color=colour, label=entry, **mark)


def _wanted(sweep: Sweep, measure: str | Sequence[str] | None, by: str | None) -> list[str]:
    names = [measure] if isinstance(measure, str) else list(measure or list(sweep.values)[:2])
    for name in names:
        sweep[name]
    if not 1 <= len(names) <= 2:
        raise InvalidPartError("plot_sweep.measure", names, "one measure, or two on two scales")
    if by is not None and (by not in sweep.axes or len(sweep.axes[by]) > len(COLOURS)):
        raise InvalidPartError(
            "plot_sweep.by", by, f"one of {list(sweep.axes)}, with at most {len(COLOURS)} values"
        )
    return names


def _held(sweep: Sweep, along: str | None, by: str | None, at: dict[str, Any]) -> tuple[str, dict[str, int]]:
    """The horizontal axis, and the place at which each of the others is held."""
    free = [name for name in sweep.axes if name != by and name not in at]
    if along is None:
        along = next((name for name in free if len(sweep.axes[name]) > 1), free[0] if free else None)
    if along not in sweep.axes or along == by:
        raise InvalidPartError("plot_sweep.along", along, f"one of {free or list(sweep.axes)}")
    unknown = sorted(set(at) - set(sweep.axes))
    if unknown:
        raise InvalidPartError("plot_sweep.at", unknown, f"given for {list(sweep.axes)}")
    held = {}
    for name, values in sweep.axes.items():
        if name in at and at[name] not in values:
            raise InvalidPartError(f"plot_sweep.at[{name!r}]", at[name], f"one of {list(values)}")
        held[name] = values.index(at[name]) if name in at else 0
    return along, held


def _positions(values: Sequence[Any]) -> tuple[Array, list[str] | None]:
    """Numbers stand where they are; anything else is put at 0, 1, 2 with its text."""
    if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        return np.array(values, dtype=float), None
    return np.arange(len(values), dtype=float), [_short(value) for value in values]


def _mark_best(ax: Axes, lines: Sequence[tuple[str, Array]], x: Array) -> None:
    """Mark the highest point of all lines; where none has a number there is none."""
    tops = [(float(np.nanmax(line)), line) for _, line in lines if not np.isnan(line).all()]
    if tops:
        top, line = max(tops, key=lambda one: one[0])
        where = float(x[int(np.nanargmax(line))])
        ax.plot([where], [top], **MARK, label=f"highest: {top:.4g} at {where:.4g}")


def plot_design(
    design: Design,
    *,
    levers: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what every candidate of a design is worth, and mark the choice.

    One lever: the value against it. Two: a map of the value. Rejected candidates are crosses. A choice
    of several numbers (prizes by rank, weights by contestant): a bar for each.

    Parameters
    ----------
    design : Design
        The result of `contests.design`.
    levers : sequence of str, optional
        One or two levers that are numbers; those with more than one value (at most two) if absent.
        Over further levers the best value is taken.
    labels : mapping, optional
        What to write for levers and for ``"value"``, with units: ``{"award": "award (euro)"}``.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if absent.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidPartError
        If no lever is a number.
    """
    texts = dict(labels or {})
    (first, chosen_first), *others = design.choice.items()
    if levers is None and not others and np.ndim(chosen_first) == 1:
        return _each_number(axes(ax), np.asarray(chosen_first, float), texts.get(first, first))
    names = _levers(design, levers)
    points = np.array([[float(trial.point[name]) for name in names] for trial in design.trials])
    values = np.array([np.nan if trial.rejected else trial.value for trial in design.trials])
    ax = axes(ax)
    worth, chosen = texts.get("value", "value to the sponsor"), [float(design.choice[n]) for n in names]
    if len(names) == 1:
        _along_one(ax, points[:, 0], values, chosen[0], design.value)
    else:
        _over_two(ax, points, values, chosen, design.value, worth)
    if all(isinstance(trial.point[names[0]], (int, np.integer)) for trial in design.trials):
        whole_ticks(ax)
    upright = worth if len(names) == 1 else texts.get(names[1], names[1])
    return finish(ax, texts.get(names[0], names[0]), upright, above=len(names) == 2)


def _each_number(ax: Axes, numbers: Array, name: str) -> Axes:
    """A bar for each number of a choice, from 1."""
    ax.bar(np.arange(1, numbers.size + 1), numbers, color=COLOURS[0])
    whole_ticks(ax)
    return finish(ax, "number", name)


def _levers(design: Design, levers: Sequence[str] | None) -> list[str]:
    def is_number(name: str) -> bool:
        return all(isinstance(t.point.get(name), (int, float, np.number)) for t in design.trials)

    numbers = [name for name in design.choice if is_number(name)]
    if not numbers:
        raise InvalidPartError(
            "plot_design.design",
            f"one over {', '.join(design.choice)} alone",
            "a design with a lever that is a number",
            "ct.compare(...).plot() draws what has a name and no number.",
        )
    varied = [name for name in numbers if len({trial.point[name] for trial in design.trials}) > 1]
    names = list(levers) if levers is not None else (varied or numbers)[:2]
    if not 1 <= len(names) <= 2 or not set(names) <= set(numbers):
        raise InvalidPartError("plot_design.levers", names or None, f"one or two of {numbers}")
    return names


def _best_at(points: Array, values: Array) -> tuple[Array, Array]:
    """The best value at each distinct point; NaN where all are rejected."""
    distinct, place = np.unique(points, axis=0, return_inverse=True)
    best = np.full(len(distinct), -np.inf)
    np.fmax.at(best, place.reshape(-1), values)
    return distinct, np.where(np.isneginf(best), np.nan, best)


def _along_one(ax: Axes, x: Array, values: Array, choice: float, value: float) -> None:
    where, best = _best_at(x[:, None], values)
    kept = ~np.isnan(best)
    ax.plot(where[kept, 0], best[kept], color=COLOURS[0], marker=".", label="candidates")
    if not kept.all():
        bottom = float(best[kept].min())
        lost = where[~kept, 0]
        ax.plot(lost, np.full(lost.size, bottom), "x", color=COLOURS[1], label="rejected")
    ax.plot([choice], [value], **MARK, label=f"choice: {value:.4g} at {choice:.4g}")


def _over_two(ax: Axes, points: Array, values: Array, choice: list[float], value: float, worth: str) -> None:
    where, best = _best_at(points, values)
    kept = ~np.isnan(best)
    # Points on one line have no triangles between them: then the coloured dots are the map.
    centred = where[kept] - where[kept].mean(axis=0)
    flat = kept.sum() < 4 or np.linalg.matrix_rank(centred / (np.ptp(where, axis=0) + 1e-300)) < 2
    if flat:
        drawn: Any = ax.scatter(where[kept, 0], where[kept, 1], c=best[kept], cmap="cividis")
    else:
        drawn = ax.tricontourf(where[kept, 0], where[kept, 1], best[kept], levels=14, cmap="cividis")
        ax.plot(where[kept, 0], where[kept, 1], ".", color="white", alpha=0.5, markersize=2)
    if not kept.all():
        ax.plot(where[~kept, 0], where[~kept, 1], "x", color=COLOURS[1], label="rejected")
    ax.plot(choice[:1], choice[1:], **MARK, label=f"choice: value {value:.4g}")
    bar = ax.figure.colorbar(drawn, ax=ax)
    bar.set_label(worth)


def plot_comparison(
    values: Mapping[str, Any],
    measure: Callable[[Any], float] | None = None,
    *,
    label: str = "value",
    reference: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar for each of several contests, in the order given, with its number.

    Parameters
    ----------
    values : mapping of str to float or Equilibrium
        What to compare, by name.
    measure : callable, optional
        An objective, or any function of an equilibrium, if ``values`` holds results.
    label : str
        What is compared, with its unit: ``"total effort (hours)"``.
    reference : float, optional
        A number to compare with, drawn as a line.
    ax : matplotlib Axes, optional
        Where to draw; a new figure if absent.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    InvalidPartError
        If there is nothing to compare, or a number is not finite.
    """
    numbers = {name: float(one if measure is None else measure(one)) for name, one in values.items()}
    if not numbers or not np.isfinite(list(numbers.values())).all():
        raise InvalidPartError("plot_comparison.values", numbers, "at least one finite number by name")
    ax = axes(ax)
    names, heights = list(numbers), np.array(list(numbers.values()))
    bars = ax.barh(np.arange(len(names)), heights, height=0.6, color=COLOURS[0])
    ax.bar_label(bars, labels=[f"{height:.4g}" for height in heights], padding=4)
    ax.set_yticks(np.arange(len(names)), names)
    ax.invert_yaxis()
    ax.axvline(0.0, color="0.3", linewidth=1)
    if reference is not None:
        ax.axvline(reference, color=COLOURS[1], linestyle="--", label=f"reference: {reference:.4g}")
        legend(ax, above=True)
    ax.margins(x=0.15)
    ax.set_xlabel(label)
    return ax


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
