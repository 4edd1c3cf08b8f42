"""What every part shares: value equality, a hash, a repr that pastes back, and ``replace``.

Parts are frozen dataclasses. Their fields may hold NumPy arrays (a million
contestants' values), which the ``dataclass`` machinery can neither compare nor
hash; this base can.
"""

from __future__ import annotations

import dataclasses
from typing import Any, Self

import numpy as np

__all__ = ["Part"]

_LONGEST_REPR = 1000


class Part:
    """Base of the parts of a contest: frozen, comparable, hashable, and pasteable."""

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed.

        Parameters
        ----------
        **changes
            Field names and their new values.

        Returns
        -------
        Part
            A new part of the same class, validated again.
        """
        part: Any = self
        changed: Self = dataclasses.replace(part, **changes)
        return changed

    def _fields(self) -> list[tuple[str, Any]]:
        return [
            (f.name, getattr(self, f.name))
            for f in dataclasses.fields(self)  # type: ignore[arg-type]
            if f.init
        ]

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        same_kind: Any = other
        pairs = zip(self._fields(), same_kind._fields(), strict=True)
        return all(_same(mine, theirs) for (_, mine), (_, theirs) in pairs)

    def __hash__(self) -> int:
        return hash((type(self).__name__, *(_hashable(value) for _, value in self._fields())))

    def __getstate__(self) -> dict[str, Any]:
        # Only the fields: what a part has worked out and kept aside is not part of it.
        return dict(self._fields())

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        shown = []
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            if not field.init:
                continue
            value = getattr(self, field.name)
            if field.default is not dataclasses.MISSING and _same(value, field.default):
                continue
            made = field.default_factory
            if made is not dataclasses.MISSING and _same(value, made()):
                continue
            text = _text(value)
            shown.append(f"{field.name}={text}" if field.kw_only else text)
        return f"{type(self).__name__}({', '.join(shown)})"


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.array_equal(a, b)
    return bool(a == b)


def _hashable(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return (value.shape, value.tobytes())
    return tuple(value) if isinstance(value, list) else value


def _text(value: Any) -> str:
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.size > _LONGEST_REPR:
        return f"<{value.size} numbers from {value.min():.6g} to {value.max():.6g}>"
    return repr(value.tolist())
