"""Sliders for a model's parameters that redraw effort, payoffs and sponsor value.

:func:`explore` is for notebooks. It needs ipywidgets and Matplotlib, which are loaded
when it is called. What the sliders do is in :class:`Explorer`, which a test can move
without a browser.
"""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from contests.errors import ContestError, InvalidPartError, MissingDependencyError
from contests.sponsor import BestQuality, Objective, PrizesPaid
from contests.varying import with_field

__all__ = ["Explorer", "explore"]

_STEPS = 40  # positions of a slider
_FACTOR = 4.0  # a slider reaches from a quarter of the number given to four times it


def explore(
    model: Any,
    *,
    objective: Objective | Callable[[Any], float] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> Explorer:
    """Return sliders for the numbers of a model; moving one solves again and redraws.

    Three figures: payoff against own effort with the equilibrium marked, effort against the
    parameter moved last, and the sponsor's value against it.

    Parameters
    ----------
    model : Model, Contest or Game
        Any frozen dataclass with numbers as fields, also inside its parts.
    objective : Objective or callable, optional
        The sponsor's value; the expected best quality less the prizes paid if absent.
    ranges : mapping, optional
        Lowest and highest value of a slider by the parameter's name, such as
        ``{"solvers": (2, 40)}``. By default from a quarter of the given number to four times it.

    Returns
    -------
    Explorer
        Shows itself in a notebook; ``.model`` is the model as the sliders stand.

    Raises
    ------
    MissingDependencyError
        If ipywidgets or Matplotlib is not installed.
    InvalidPartError
        If the model has no number to move.
    """
    try:
        import ipywidgets
    except ImportError:
        raise MissingDependencyError("ipywidgets", "notebook", "The explorer") from None
    return Explorer(model, objective or (BestQuality() - PrizesPaid()), dict(ranges or {}), ipywidgets)


class Explorer:
    """The sliders and figures of `explore`.

    Parameters
    ----------
    model : Model
        Where the sliders start.
    objective : Objective or callable
        The sponsor's value.
    ranges : dict of str to (float, float)
        Ends of the sliders.
    widgets : module
        ipywidgets.

    Attributes
    ----------
    sliders : dict of str to widget
        By parameter, dotted for numbers inside parts (``"project.returns"``).
    equilibrium : Equilibrium or None
        At the sliders' position; None where there is none.
    message : str
        What the last solution says of itself, or why there is none.
    """

    def __init__(
        self,
        model: Any,
        objective: Objective | Callable[[Any], float],
        ranges: Mapping[str, tuple[float, float]],
        widgets: Any,
    ) -> None:
        numbers = dict(_numbers(model))
        if not numbers:
            raise InvalidPartError("explore", model, "a model with numbers as parameters")
        unknown = sorted(set(ranges) - set(numbers))
        if unknown:
            raise InvalidPartError("explore.ranges", unknown, f"given for {sorted(numbers)}")
        self._start, self.model, self._objective, self._widgets = model, model, objective, widgets
        self.moved = next(iter(numbers))
        self.equilibrium: Any = None
        self.message = ""
        self.sliders = {name: self._slider(name, value, ranges.get(name)) for name, value in numbers.items()}
        self._words, self._picture = widgets.HTML(), widgets.Output()
        for name, slider in self.sliders.items():
            slider.observe(self._follow(name), names="value")
        self.widget = widgets.VBox([*self.sliders.values(), self._words, self._picture])
        self.figure: Any = None
        self.redraw()

    def _slider(self, name: str, value: float, given: tuple[float, float] | None) -> Any:
        low, high = given if given is not None else _reach(value)
        common = {"description": name, "continuous_update": False, "style": {"description_width": "initial"}}
        if isinstance(value, int):
            return self._widgets.IntSlider(value=value, min=int(low), max=int(high), **common)
        step = (high - low) / _STEPS
        return self._widgets.FloatSlider(
            value=value, min=low, max=high, step=step / 10, readout_format=".4g", **common
        )

    def _follow(self, name: str) -> Callable[[Any], None]:
        def changed(change: Any) -> None:
            self.moved = name
            self.redraw()

        return changed

    def at(self, **values: float) -> Any:
        """Return the model at the sliders' positions, with some ``values`` (dotted names) instead."""
        model = self._start
        for name, slider in self.sliders.items():
            model = with_field(model, name, values.get(name, slider.value))
        return model

    def redraw(self) -> None:
        """Solve at the sliders' positions and draw again."""
        try:
            self.model = self.at()
            self.equilibrium = self.model.solve()
            self.message = (
                f"{self.equilibrium!r}; payoff {self.equilibrium.payoff.mean():.6g}, "
                f"sponsor {float(self._objective(self.equilibrium)):.6g}"
            )
        except ContestError as error:
            self.equilibrium, self.message = None, f"{type(error).__name__}: {error}"
        self._words.value = html.escape(self.message)
        self._draw()

    def curve(self, points: int = 13) -> tuple[Any, Any, Any]:
        """Return effort and sponsor value along the slider moved last.

        Parameters
        ----------
        points : int
            How many values of the parameter, at most.

        Returns
        -------
        parameter, effort, value : ndarray
            NaN where there is no equilibrium.
        """
        slider = self.sliders[self.moved]
        # The curve goes through where the slider is.
        grid = np.unique(np.append(np.linspace(slider.min, slider.max, points), slider.value))
        if isinstance(slider.value, int):
            grid = np.unique(np.round(grid).astype(int))
        effort, value = np.full(grid.size, np.nan), np.full(grid.size, np.nan)
        for k, one in enumerate(grid.tolist()):
            try:
                found = self.at(**{self.moved: one}).solve()
                effort[k], value[k] = found.effort.mean(), float(self._objective(found))
            except ContestError:  # no equilibrium here: a gap in the line
                continue
        return grid, effort, value

    def _draw(self) -> None:
        from contests.plotting import plot_equilibrium
        from contests.plotting_base import COLOURS, MARK, axes, whole_ticks

        try:
            from matplotlib.figure import Figure
        except ImportError:
            raise MissingDependencyError("matplotlib", "plot", "The explorer") from None
        self.figure = Figure(figsize=(11, 3.2), layout="constrained")
        left, middle, right = (axes(ax) for ax in self.figure.subplots(1, 3))
        if self.equilibrium is None:
            left.text(0.5, 0.5, "no equilibrium here", ha="center", va="center", transform=left.transAxes)
        else:
            plot_equilibrium(self.equilibrium, ax=left)
        grid, effort, value = self.curve()
        here = self.sliders[self.moved].value
        shown = (middle, effort, "effort each (units of effort)"), (right, value, "sponsor's value")
        for k, (ax, line, name) in enumerate(shown):
            ax.plot(grid, line, color=COLOURS[k], marker=".")
            if self.equilibrium is not None:
                now = self.equilibrium.effort.mean() if k == 0 else float(self._objective(self.equilibrium))
                ax.plot([here], [now], **MARK)
            if isinstance(here, int):
                whole_ticks(ax)
            ax.set_xlabel(self.moved)
            ax.set_ylabel(name)
        self._show()

    def _show(self) -> None:
        from IPython import display

        image: Any = display.Image
        self._picture.outputs = ()
        self._picture.append_display_data(image(data=self.png(), format="png"))

    def png(self) -> bytes:
        """Return the figures as they stand, as a PNG image."""
        from io import BytesIO

        from matplotlib.backends.backend_agg import FigureCanvasAgg

        buffer = BytesIO()
        canvas: Any = FigureCanvasAgg(self.figure)
        canvas.print_png(buffer)
        return buffer.getvalue()

    def _repr_mimebundle_(self, **options: Any) -> Any:
        return self.widget._repr_mimebundle_(**options)


def _reach(value: float) -> tuple[float, float]:
    if isinstance(value, int):
        return max(2, round(value / _FACTOR)), max(3, round(value * _FACTOR))
    if value == 0:
        return -1.0, 1.0
    low, high = sorted((value / _FACTOR, value * _FACTOR))
    return low, high


def _numbers(part: Any, prefix: str = "") -> list[tuple[str, float]]:
    """The numbers among a part's fields and its parts' fields, by dotted name."""
    found: list[tuple[str, float]] = []
    if not dataclasses.is_dataclass(part) or isinstance(part, type):
        return found
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        if isinstance(value, bool) or not field.init:
            continue
        if isinstance(value, (int, float)) and np.isfinite(value):
            found.append((f"{prefix}{field.name}", value))
        else:
            found += _numbers(value, f"{prefix}{field.name}.") if _is_part(value) else []
    return found


def _is_part(value: Any) -> bool:
    from contests.curves import BaseCurve
    from contests.part import Part

    return isinstance(value, (Part, BaseCurve))
