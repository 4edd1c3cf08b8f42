"""A model whose fields, and whose parts' fields, are set by dotted names."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from contests.errors import InvalidPartError
from contests.sweep_result import Sweep

__all__ = ["Varied", "with_field"]


def with_field(part: Any, name: str, value: Any) -> Any:
    """Return a part with one field changed.

    Parameters
    ----------
    part : Part
        A frozen dataclass.
    name : str
        A field, or a field of a part in a field: ``"project.shock"``.
    value : object
        Its new value.

    Returns
    -------
    Part
        Validated again.

    Raises
    ------
    InvalidPartError
        If there is no such field.

    Examples
    --------
    >>> import contests as ct
    >>> contest = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
    >>> with_field(contest, "success.exponent", 0.5).success
    Lottery(exponent=0.5)
    """
    first, _, rest = name.partition(".")
    fields = [field.name for field in dataclasses.fields(part)] if dataclasses.is_dataclass(part) else []
    if first not in fields:
        raise InvalidPartError(f"{type(part).__name__} field", first, f"one of {', '.join(fields) or 'none'}")
    inner = with_field(getattr(part, first), rest, value) if rest else value
    changed: Any = part
    return dataclasses.replace(changed, **{first: inner})


class Varied:
    """A build for sweeps: the model with the fields that a point names.

    Parameters
    ----------
    model : Model or Contest
        Where the fields start.
    names : tuple of str
        The fields, by dotted name.
    """

    def __init__(self, model: Any, names: tuple[str, ...]) -> None:
        for name in names:  # a name that is none is a mistake in the call, not in a point
            part = model
            *above, _ = name.split(".")
            for step in above:
                part = getattr(part, step, None)
            fields = getattr(part, "__dataclass_fields__", {})
            if name.split(".")[-1] not in fields:
                raise InvalidPartError(
                    "sweep axis", name, f"a field of {type(model).__name__} or of its parts"
                )
        self.model, self.names = model, names

    def __call__(self, **point: Any) -> Any:
        """Return the model at a ``point``."""
        model = self.model
        for name, value in point.items():
            model = with_field(model, name, value)
        return model

    def at_once(self, table: Sweep, measures: Mapping[str, Callable[[Any], Any]]) -> Sweep:
        """Return the table with every unfinished point answered that the model answers in closed form.

        Parameters
        ----------
        table : Sweep
            What is known.
        measures : mapping of str to callable
            By name.
        """
        answer = getattr(self.model, "many", None)
        if not callable(answer):
            return table
        lengths = table.shape
        columns = {
            name: np.array(values).reshape([-1 if k == j else 1 for j in range(len(lengths))])
            for k, (name, values) in enumerate(table.axes.items())
            if all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)
        }
        found = answer(columns, measures) if len(columns) == len(lengths) else None
        if found is None:
            return table
        open_points = np.zeros(lengths, dtype=bool)
        places = table.unfinished()
        open_points[tuple(np.array(places, dtype=int).reshape(-1, len(lengths)).T)] = True
        full = {name: np.broadcast_to(array, lengths) for name, array in found.items()}
        solved = open_points & np.logical_and.reduce([np.isfinite(array) for array in full.values()])
        values = {name: np.where(solved, full[name], table[name]) for name in table.values}
        failures = {place: why for place, why in table.failures.items() if not solved[place]}
        return Sweep(axes=table.axes, values=values, failures=failures)
