"""What all figures share: axes, units, a palette that colour-blind readers can tell apart.

Matplotlib is imported here, when a figure is drawn, and nowhere else. Nothing in
Matplotlib's global state is changed, and no figure is ever shown or saved: the
caller owns the Axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError, MissingDependencyError
from contests.validation import count

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "COLOURS",
    "MARK",
    "axes",
    "begin",
    "colour_of",
    "finish",
    "label",
    "legend",
    "twin",
    "whole_ticks",
]

Array = NDArray[np.float64]

#: Okabe and Ito's colours, which readers with any common colour blindness tell apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
#: The equilibrium or the optimum: the same mark in every figure.
MARK: dict[str, Any] = {
    "marker": "o",
    "markersize": 8,
    "markeredgecolor": "black",
    "markerfacecolor": "#F0E442",
    "linestyle": "none",
    "zorder": 5,
    "clip_on": False,  # an optimum at a bound is seen whole
}
_LINE = 66  # letters of a legend that fit above a figure of the usual width
_UNITS = {"effort": "units of effort", "money": "money", "quality": "units of quality"}


def axes(ax: Axes | None) -> Axes:
    """Return the Axes to draw on: ``ax``, or those of a new figure.

    Raises
    ------
    MissingDependencyError
        If Matplotlib is not installed.
    """
    try:
        from matplotlib import pyplot
    except ImportError:
        raise MissingDependencyError("matplotlib", "plot", "A figure") from None
    if ax is None:
        _, ax = pyplot.subplots(layout="constrained")
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    return ax


def begin(
    figure: str, ax: Axes | None, units: Mapping[str, str] | None, points: int = 2, *, least: int = 2
) -> tuple[Axes, dict[str, str]]:
    """Check what all figures take, and return where to draw and what the units are called.

    Parameters
    ----------
    figure : str
        Name of the function, for messages.
    ax : matplotlib Axes or None
        Where to draw; a new figure if None.
    units : mapping or None
        The user's names of units, put over the neutral ones.
    points : int
        Points along each curve.
    least : int
        The fewest points that make a curve.

    Returns
    -------
    (matplotlib Axes, dict)

    Raises
    ------
    InvalidPartError
        If there are too few points, or a unit is given for something that is not measured.
    """
    count(f"{figure}.points", points, least=least)
    given = dict(units or {})
    unknown = sorted(set(given) - set(_UNITS))
    if unknown:
        raise InvalidPartError("plot units", unknown, f"given for {', '.join(_UNITS)} only")
    return axes(ax), {**_UNITS, **given}


def finish(ax: Axes, x: str, y: str, *more: Axes, above: bool = False) -> Axes:
    """Label ``ax`` with ``x`` and ``y``, add the legend (see `legend`) and return it.

    Parameters
    ----------
    ax, more, above
        As in `legend`.
    x, y : str
        Labels of the axes.

    Returns
    -------
    matplotlib Axes
    """
    ax.set_xlabel(x)
    ax.set_ylabel(y)
    legend(ax, *more, above=above)
    return ax


def twin(ax: Axes) -> Axes:
    """Return Axes on those of ``ax`` whose scale is on the right."""
    right: Axes = ax.twinx()
    right.spines["top"].set_visible(False)
    return right


def colour_of(k: int) -> str:
    """Return the colour of curve ``k``, from zero; after the last the first comes again."""
    return COLOURS[k % len(COLOURS)]


def label(what: str, unit: str) -> str:
    """Return an axis label: ``what`` is measured, and its ``unit`` in brackets."""
    return f"{what} ({unit})"


def legend(ax: Axes, *more: Axes, above: bool = False) -> None:
    """Add a plain legend to ``ax``, if there is anything to tell apart.

    Parameters
    ----------
    ax : matplotlib Axes
        Whose entries come first; marks come after curves.
    *more : matplotlib Axes
        Twin Axes with entries of their own.
    above : bool
        Whether to put it above the Axes, where no curve can run behind the text: Matplotlib's best
        place inside knows nothing of twin Axes, and with many curves there is none.
    """
    found = [entry for one in (ax, *more) for entry in zip(*one.get_legend_handles_labels(), strict=True)]
    # A mark belongs to no curve: among the entries of the first it would look like its own.
    found.sort(key=lambda entry: getattr(entry[0], "get_linestyle", str)() == "None")
    if not found:
        return
    handles, names = zip(*found, strict=True)
    place: dict[str, Any] = {"framealpha": 0.85}
    if above:
        columns = max(1, min(len(names), _LINE // (max(map(len, names)) + 8)))
        place = {"loc": "lower left", "bbox_to_anchor": (0.0, 1.0), "ncols": columns}
    # On top of the last twin, so that no line of it runs through the text.
    (more[-1] if more else ax).legend(handles, names, edgecolor="none", **place)


def whole_ticks(ax: Axes) -> None:
    """Put the ticks of the horizontal axis of ``ax`` at whole numbers."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
