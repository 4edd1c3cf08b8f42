"""The exceptions of the library, each with the remedy in its words.

Every error derives from :class:`ContestError`, so that one ``except`` clause
catches whatever the library may say; each also says *what to do*, because an
economist reads the message and not the traceback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ContestError",
    "ConvergenceError",
    "InvalidPartError",
    "MissingDependencyError",
    "NoEquilibriumError",
    "NotEquilibriumError",
    "UnsolvableError",
]


class ContestError(Exception):
    """Base of every error that the library raises on purpose."""


class InvalidPartError(ContestError, ValueError):
    """A part was given a value it cannot have.

    Parameters
    ----------
    part : str
        The part and, after a dot, its field: ``"Power.exponent"``.
    value : object
        What was given.
    allowed : str
        What is allowed, as the end of the sentence "must be ...".
    remedy : str, optional
        What to do, as a sentence.

    Examples
    --------
    >>> print(InvalidPartError("Power.exponent", -1, "a positive number"))
    Power.exponent must be a positive number, not -1.
    """

    def __init__(self, part: str, value: object, allowed: str, remedy: str = "") -> None:
        self.part, self.value, self.allowed, self.remedy = part, value, allowed, remedy
        text = f"{part} must be {allowed}, not {_brief(value)}."
        super().__init__(f"{text} {remedy}" if remedy else text)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.part, self.value, self.allowed, self.remedy))


class NotEquilibriumError(ContestError):
    """A candidate from which some contestant would rather deviate.

    Parameters
    ----------
    message : str
        The deviation in words, and what to do.
    candidate : object, optional
        The result with its failed certificate, as ``on_fail="return"`` gives it.
    """

    def __init__(self, message: str, candidate: Any = None) -> None:
        self.candidate = candidate
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (str(self), self.candidate))


class NoEquilibriumError(ContestError):
    """A contest known to have no equilibrium of the kind asked for."""


class UnsolvableError(ContestError):
    """No solver accepts the game.

    Parameters
    ----------
    message : str
        What was asked, in words.
    refusals : mapping of str to str, optional
        For each solver, why it refuses and what would work.
    """

    def __init__(self, message: str, refusals: Mapping[str, str] | None = None) -> None:
        self.refusals = dict(refusals or {})
        self.message = message
        lines = [f"  {solver}: {reason}" for solver, reason in self.refusals.items()]
        super().__init__("\n".join([message, *lines]))

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.message, self.refusals))


class ConvergenceError(ContestError):
    """A solver stopped before it reached the accuracy asked for.

    Parameters
    ----------
    message : str
        What was reached, what was asked, and what to try.
    best : object, optional
        The best candidate found.
    """

    def __init__(self, message: str, best: Any = None) -> None:
        self.best = best
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (str(self), self.best))


class MissingDependencyError(ContestError, ImportError):
    """An optional package is needed and not installed.

    Parameters
    ----------
    package : str
        The package's import name.
    extra : str
        The extra of ``contests`` that brings it.
    purpose : str
        What it is needed for.
    """

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        self.package, self.extra, self.purpose = package, extra, purpose
        super().__init__(
            f"{purpose} needs {package}, which is not installed: "
            f"run  python -m pip install 'contests[{extra}]'."
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.package, self.extra, self.purpose))


def _brief(value: object, limit: int = 120) -> str:
    """The value as a reader recognises it, cut when it is long."""
    text = value if isinstance(value, str) and " " in value else repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."
