"""Named models: parts chosen for you, with the paper's own parameters.

Names are loaded when they are used. A new model is one file and its names in the
table below (and in the block for type checkers).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

_HOME: dict[str, tuple[str, ...]] = {
    "co_creation": ("CoCreation", "Participation"),
    "terwiesch_xu": ("TerwieschXu",),
    "terwiesch_xu_projects": ("ContingentAward", "Expertise", "Ideation", "TrialAndError"),
}
_WHERE = {name: module for module, names in _HOME.items() for name in names}
__all__ = [*sorted(_WHERE)]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        value = getattr(import_module(f"contests.models.{_WHERE[name]}"), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'contests.models' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


if TYPE_CHECKING:
    from contests.models.co_creation import CoCreation as CoCreation
    from contests.models.co_creation import Participation as Participation
    from contests.models.terwiesch_xu import TerwieschXu as TerwieschXu
    from contests.models.terwiesch_xu_projects import ContingentAward as ContingentAward
    from contests.models.terwiesch_xu_projects import Expertise as Expertise
    from contests.models.terwiesch_xu_projects import Ideation as Ideation
    from contests.models.terwiesch_xu_projects import TrialAndError as TrialAndError
