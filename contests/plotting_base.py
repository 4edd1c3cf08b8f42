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

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["COLOURS", "MARK", "axes", "label", "legend", "units_of", "whole_ticks"]

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


def units_of(units: Mapping[str, str] | None) -> dict[str, str]:
    """Return the names of the units for labels: the user's ``units`` over the neutral ones."""
    given = dict(units or {})
    unknown = sorted(set(given) - set(_UNITS))
    if unknown:
        raise InvalidPartError("plot units", unknown, f"given for {', '.join(_UNITS)} only")
    return {**_UNITS, **given}


def label(what: str, unit: str) -> str:
    """Return an axis label: ``what`` is measured, and its ``unit`` in brackets."""
    return f"{what} ({unit})"


def legend(ax: Axes, *more: Axes) -> None:
    """Add a plain legend to ``ax`` with the entries of ``more`` twin Axes, if there is any entry."""
    handles, names = [], []
    for one in (ax, *more):
        found, named = one.get_legend_handles_labels()
        handles += found
        names += named
    if handles:
        # On top of the last twin, so that no line of it runs through the text.
        (more[-1] if more else ax).legend(handles, names, frameon=True, framealpha=0.85, edgecolor="none")


def whole_ticks(ax: Axes) -> None:
    """Put the ticks of the horizontal axis of ``ax`` at whole numbers."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
