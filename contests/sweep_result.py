"""The result of a sweep: measures labelled by axis, and what failed or was lost."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError, MissingDependencyError
from contests.part import Part

__all__ = ["Failure", "Sweep"]

Array = NDArray[np.float64]
Index = tuple[int, ...]
_SHOWN = 60  # rows in a notebook
_LONGEST = 300  # letters of an error in a summary


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a point has no numbers.

    Attributes
    ----------
    kind : str
        The error's class.
    message : str
        Its words.
    lost : bool
        Whether the point was never finished: its worker died, the executor was shut down, or it was
        not reached. ``resume=`` tries it again.
    foreign : bool
        Whether the error came from code outside the library (the build, a measure, the machine).
        ``resume=`` tries it again.
    """

    kind: str
    message: str
    lost: bool
    foreign: bool = False

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}"


_UNTRIED = Failure(kind="NotReached", message="not solved yet", lost=True)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Sweep(Part):
    """Measures of many equilibria, labelled by axis.

    Index it with a measure's name: ``result["effort"]`` has one dimension for each axis.

    Attributes
    ----------
    axes : dict of str to tuple
        The values along each dimension, in order.
    values : dict of str to ndarray
        One array for each measure; NaN where a point failed or was lost.
    failures : dict of tuple of int to Failure
        By place in the grid.
    """

    axes: dict[str, tuple[Any, ...]]
    values: dict[str, Array]
    failures: dict[Index, Failure]

    @classmethod
    def empty(cls, axes: Mapping[str, tuple[Any, ...]], measures: tuple[str, ...]) -> Sweep:
        """Return the table in which nothing is solved yet.

        Parameters
        ----------
        axes : mapping of str to tuple
            The values along each dimension.
        measures : tuple of str
            Names of the measures.
        """
        shape = tuple(len(values) for values in axes.values())
        return cls(
            axes=dict(axes),
            values={name: np.full(shape, np.nan) for name in measures},
            failures=dict.fromkeys(np.ndindex(*shape), _UNTRIED),
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(len(values) for values in self.axes.values())

    @property
    def size(self) -> int:
        """How many points the grid has."""
        return math.prod(self.shape)

    def __getitem__(self, measure: str) -> Array:
        if measure not in self.values:
            raise InvalidPartError("Sweep measure", measure, f"one of {', '.join(map(repr, self.values))}")
        return self.values[measure]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sweep):
            return NotImplemented
        same = (
            self.covers(other.axes)
            and self.failures == other.failures
            and set(self.values) == set(other.values)
        )
        return same and all(
            np.array_equal(a, other.values[n], equal_nan=True) for n, a in self.values.items()
        )

    def __hash__(self) -> int:
        return hash((tuple(self.axes), self.shape, tuple(self.values)))

    def covers(self, axes: Mapping[str, tuple[Any, ...]]) -> bool:
        """Return whether this is a table over just these ``axes``, in the same order."""
        return list(self.axes) == list(axes) and all(
            len(mine) == len(axes[name]) and all(_alike(a, b) for a, b in zip(mine, axes[name], strict=True))
            for name, mine in self.axes.items()
        )

    def point(self, place: Index) -> dict[str, Any]:
        """Return the values of the axes at a ``place`` in the grid."""
        return {name: values[k] for k, (name, values) in zip(place, self.axes.items(), strict=True)}

    @property
    def errors(self) -> list[tuple[dict[str, Any], Failure]]:
        """Every point without numbers and why, in the order of the grid."""
        return [(self.point(place), failure) for place, failure in self._sorted()]

    def _sorted(self) -> list[tuple[Index, Failure]]:
        return [(place, self.failures[place]) for place in sorted(self.failures)]

    def unfinished(self) -> list[Index]:
        """Return the places that a resumed sweep solves: lost, or failed by an error from outside."""
        return [place for place, why in self._sorted() if why.lost or why.foreign]

    @property
    def complete(self) -> bool:
        """Whether every point was solved or refused by the library: nothing is left to resume."""
        return not self.unfinished()

    def best(self, measure: str, *, lowest: bool = False) -> dict[str, Any]:
        """Return the point with the highest value of a measure; failed points never win.

        Parameters
        ----------
        measure : str
            Its name.
        lowest : bool
            Whether the lowest value is wanted instead.

        Returns
        -------
        dict
            The axes' values there.

        Raises
        ------
        InvalidPartError
            If no point has a value.
        """
        found = self[measure]
        if np.isnan(found).all():
            raise InvalidPartError(
                "Sweep.best", "no point with a number", "asked of a sweep that solved some"
            )
        place = np.nanargmin(found) if lowest else np.nanargmax(found)
        return self.point(tuple(int(k) for k in np.unravel_index(place, found.shape)))

    def to_frame(self) -> Any:
        """Return one row for each point: axes, measures, and the error's words where there are none.

        Returns
        -------
        pandas.DataFrame
        """
        try:
            import pandas as pd
        except ImportError:
            raise MissingDependencyError("pandas", "table", "A table") from None
        return pd.DataFrame(self.rows())

    def rows(self) -> list[dict[str, Any]]:
        """Return one mapping for each point, in the order of the grid: axes, measures, ``error``."""
        found = []
        for place in np.ndindex(*self.shape):
            failure = self.failures.get(place)
            numbers = {name: float(array[place]) for name, array in self.values.items()}
            found.append({**self.point(place), **numbers, "error": "" if failure is None else str(failure)})
        return found

    def to_xarray(self) -> Any:
        """Return the measures as variables over the axes, and the errors' words as ``error``.

        Returns
        -------
        xarray.Dataset
        """
        try:
            import xarray as xr
        except ImportError:
            raise MissingDependencyError("xarray", "table", "A labelled array") from None
        names = tuple(self.axes)
        words = np.full(self.shape, "", dtype=object)
        for place, failure in self.failures.items():
            words[place] = str(failure)
        data = {name: (names, array) for name, array in self.values.items()}
        coordinates = {name: list(map(_coordinate, values)) for name, values in self.axes.items()}
        return xr.Dataset({**data, "error": (names, words)}, coords=coordinates)

    def to_dict(self) -> dict[str, Any]:
        """Return plain, JSON-safe data; None where there is no number."""
        from contests.present import plain

        return {
            "axes": {name: [_coordinate(value) for value in values] for name, values in self.axes.items()},
            "values": {name: plain(array) for name, array in self.values.items()},
            "errors": [
                {
                    "place": list(place),
                    "kind": failure.kind,
                    "message": failure.message,
                    "lost": failure.lost,
                    "foreign": failure.foreign,
                }
                for place, failure in self._sorted()
            ],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Sweep:
        """Return the table that `to_dict` wrote, for instance to resume a sweep from a file.

        Parameters
        ----------
        data : mapping
            What `to_dict` gave, perhaps through JSON; values along the axes are numbers or text.

        Returns
        -------
        Sweep
        """
        axes = {name: tuple(values) for name, values in data["axes"].items()}
        values = {name: np.array(array, dtype=float) for name, array in data["values"].items()}
        failures = {
            tuple(one["place"]): Failure(**{key: word for key, word in one.items() if key != "place"})
            for one in data["errors"]
        }
        return cls(axes=axes, values=values, failures=failures)

    def to_latex(self) -> str:
        """Return every point as a booktabs table."""
        from contests.present import latex_table

        rows = self.rows()
        columns = [*self.axes, *self.values, *(["error"] if self.failures else [])]
        return latex_table(columns, [[row[name] for name in columns] for row in rows])

    def plot(self, *, ax: Any = None, **options: Any) -> Any:
        """Draw measures along an axis.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw.
        **options
            Passed to `contests.plotting.plot_sweep`.

        Returns
        -------
        matplotlib Axes
        """
        from contests.plotting import plot_sweep

        return plot_sweep(self, ax=ax, **options)

    def _counts(self) -> str:
        lost = sum(failure.lost for failure in self.failures.values())
        failed = len(self.failures) - lost
        words = f"{self.size - len(self.failures)} of {self.size} points solved"
        words += f", {failed} failed" if failed else ""
        return words + (f", {lost} lost: go on with resume=" if lost else "")

    def summary(self) -> str:
        """Return axes, the range of each measure, and the first errors, as aligned text."""
        lines = ["Sweep", f"  {self._counts()}", "", "Axes"]
        width = max(map(len, [*self.axes, *self.values]))
        for name, values in self.axes.items():
            ends = (
                f"{values[0]}" if len(values) == 1 else f"{values[0]} ... {values[-1]} ({len(values)} values)"
            )
            lines.append(f"  {name:<{width}}  {ends}")
        lines += ["", "Measures"]
        for name, array in self.values.items():
            if np.isnan(array).all():
                lines.append(f"  {name:<{width}}  no number")
                continue
            low, high = float(np.nanmin(array)), float(np.nanmax(array))
            where = ", ".join(f"{axis}={_short(value)}" for axis, value in self.best(name).items())
            lines.append(f"  {name:<{width}}  {low:.6g} to {high:.6g}, highest at {where}")
        if self.failures:
            lines += ["", "Errors", *self._error_lines()]
        return "\n".join(lines)

    def _error_lines(self) -> list[str]:
        """For each kind of error how often, and where and why first."""
        lines = []
        for kind in dict.fromkeys(failure.kind for _, failure in self.errors):
            alike = [(point, failure) for point, failure in self.errors if failure.kind == kind]
            point, failure = alike[0]
            where = ", ".join(f"{name}={_short(value)}" for name, value in point.items())
            words = " ".join(failure.message.split())
            words = words if len(words) <= _LONGEST else words[: _LONGEST - 3] + "..."
            lines.append(f"  {kind}, {len(alike)} points; the first at {where}: {words}")
        return lines

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        columns = [*self.axes, *self.values, *(["error"] if self.failures else [])]
        rows = self.rows()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_short(row[name]))}</td>" for name in columns) + "</tr>"
            for row in rows[:_SHOWN]
        )
        more = f"<p>... {len(rows) - _SHOWN} more rows: see to_frame()</p>" if len(rows) > _SHOWN else ""
        return f"<p>{html.escape(self._counts())}</p><table><tr>{head}</tr>{body}</table>{more}"

    def __repr__(self) -> str:
        grid = " x ".join(f"{name}: {len(values)}" for name, values in self.axes.items())
        return f"<Sweep of {', '.join(self.values)} over {grid}; {self._counts()}>"


def _alike(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return bool(np.array_equal(a, b))
    return bool(a == b)


def _coordinate(value: Any) -> Any:
    """Numbers and text as they are, anything else by its repr."""
    return value if isinstance(value, (bool, int, float, str)) else repr(value)


def _short(value: Any) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.6g}"
    return str(value)
