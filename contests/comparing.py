"""Formats side by side: one contest, divisions, elimination, an internal team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from contests.design_result import frame
from contests.errors import ContestError, InvalidPartError, UnsolvableError
from contests.part import Part
from contests.trials import NotANumber, is_a_contest, one_number, read_objective

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Comparison(Part):
    """Formats and what they are worth to the sponsor.

    Attributes
    ----------
    values : dict of str to float
        The objective in each format; NaN where it failed.
    equilibria : dict of str to tuple of Equilibrium
        The certified equilibria of each format (one for each of its contests).
    failures : dict of str to str
        Why a format failed.
    objective : object
        What is compared.
    """

    values: dict[str, float]
    equilibria: dict[str, tuple[Any, ...]]
    failures: dict[str, str]
    objective: Any

    @property
    def best(self) -> str:
        """The name of the format that is worth most; an `UnsolvableError` if every one fails."""
        if len(self.failures) == len(self.values):
            raise UnsolvableError("Every format fails:", self.failures)
        return max((name for name in self.values if name not in self.failures), key=self.values.__getitem__)

    def _rows(self) -> list[tuple[str, str]]:
        """What a summary says, best first, as (name, text); formats that failed come last."""
        order = sorted(self.values.items(), key=lambda pair: (pair[0] in self.failures, -pair[1]))
        return [
            (name, f"failed: {self.failures[name]}" if name in self.failures else f"{value:.8g}")
            for name, value in order
        ]

    def summary(self) -> str:
        """Return the value of each format, best first, and why others failed, as aligned text."""
        width = max(len(name) for name in ("format", *self.values))
        rows = [("format", repr(self.objective)), *self._rows()]
        return "\n".join(f"{name:<{width}}  {text}" for name, text in rows)

    def to_dict(self) -> dict[str, Any]:
        """Return plain, JSON-safe data: values, failures and equilibria by format."""
        from contests.plain_parts import plain

        return {
            "objective": repr(self.objective),
            "values": {name: plain(value) for name, value in self.values.items()},
            "failures": dict(self.failures),
            "equilibria": {name: [one.to_dict() for one in found] for name, found in self.equilibria.items()},
        }

    def to_latex(self) -> str:
        """Return the summary as a booktabs table, escaped."""
        from contests.present import sections_to_latex

        return sections_to_latex({repr(self.objective): self._rows()})

    def _repr_html_(self) -> str:
        from contests.present import sections_to_html

        return sections_to_html({repr(self.objective): self._rows()})

    def to_frame(self) -> Any:
        """Return one row for each format, as a pandas DataFrame."""
        rows = []
        for name, value in self.values.items():
            found = self.equilibria.get(name, ())
            rows.append(
                {
                    "format": name,
                    "value": value,
                    "total_effort": sum(eq.total_effort for eq in found) if found else float("nan"),
                    "contests": len(found),
                    "reason": self.failures.get(name, ""),
                }
            )
        return frame(rows)

    def plot(self, *, ax: Any = None, **options: Any) -> Any:
        """Draw the value of each format.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw.
        **options
            Passed to `contests.plotting.plot_comparison`.

        Returns
        -------
        matplotlib Axes
        """
        from importlib import import_module

        kept = {name: value for name, value in self.values.items() if name not in self.failures}
        options.setdefault("label", repr(self.objective))
        return import_module("contests.plotting").plot_comparison(kept, ax=ax, **options)

    def __str__(self) -> str:
        return self.summary()

    __repr__ = __str__


def compare(formats: Any, objective: Any) -> Comparison:
    """Return formats side by side.

    Parameters
    ----------
    formats : mapping of str to contest, or to a sequence of contests
        Each format by name. A sequence stands for contests held side by side (divisions): their
        values are added, so use an objective that adds, such as total effort or prizes paid.
    objective : Objective or callable
        What is compared.

    Returns
    -------
    Comparison
        A format that has no certified equilibrium keeps its place with its reason.

    Raises
    ------
    InvalidPartError
        If there is nothing to compare, or a format is no contest.

    Examples
    --------
    >>> import contests as ct
    >>> def lottery(n, prize):
    ...     return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery())
    >>> formats = {"one contest": lottery(12, 1.0), "two divisions": [lottery(6, 0.5)] * 2}
    >>> found = ct.compare(formats, ct.TotalEffort())
    >>> found.best, round(found.values["two divisions"], 12)
    ('one contest', 0.833333333333)
    """
    if not isinstance(formats, Mapping) or not formats:
        raise InvalidPartError("compare.formats", formats, "a mapping from names to contests")
    read_objective(objective, "compare")
    values: dict[str, float] = {}
    equilibria: dict[str, tuple[Any, ...]] = {}
    failures: dict[str, str] = {}
    for name, given in formats.items():
        if not isinstance(name, str):
            raise InvalidPartError("compare.formats", name, "a mapping whose names are words")
        games = list(given) if isinstance(given, (list, tuple)) else [given]
        for game in games:
            if not is_a_contest(game):
                raise InvalidPartError(f"compare.formats[{name!r}]", game, "a contest, a game or a model")
        if not games:
            raise InvalidPartError(f"compare.formats[{name!r}]", "no contest", "at least one contest")
        values[name] = float("nan")
        try:
            # A contest that occurs several times in a format is solved once.
            solved = {id(game): game.solve() for game in {id(game): game for game in games}.values()}
            found = tuple(solved[id(game)] for game in games)
            equilibria[name] = found
            value = sum(one_number(objective(eq)) for eq in found)
            if np.isfinite(value):
                values[name] = value
            else:
                failures[name] = f"the objective is {value}"
        except NotANumber as error:
            raise error.said("compare") from None
        except ContestError as error:
            failures[name] = f"{type(error).__name__}: {error}"
    return Comparison(values=values, equilibria=equilibria, failures=failures, objective=objective)
