"""Is a part of one's own in order? Numerical checks of what solvers and certificates rely on.

:func:`check_part` looks at a user-made cost, technology, success function, solver,
game or model the way the library will use it, and says in words what passed and what
did not. Passing is evidence, not proof: functions are looked at on grids and samples.
"""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from contests.errors import InvalidPartError
from contests.part import Part

__all__ = ["Check", "PartReport", "check_part"]

#: What a check finds wrong, in words, or None.
Finding = str | None
Checks = Iterator[tuple[str, Callable[[], Finding]]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    name : str
        What should hold.
    passed : bool
        Whether it does.
    words : str
        What was found instead; empty if it passed.
    """

    name: str
    passed: bool
    words: str = ""

    def __str__(self) -> str:
        return f"ok      {self.name}" if self.passed else f"FAILED  {self.name}: {self.words}"


@dataclass(frozen=True, kw_only=True)
class PartReport:
    """What `check_part` found.

    Attributes
    ----------
    part : str
        The part's class.
    kind : str
        What it was checked as.
    checks : tuple of Check
        In order.
    """

    part: str
    kind: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that did not pass."""
        return tuple(check for check in self.checks if not check.passed)

    def raise_if_failed(self) -> None:
        """Raise if a check failed.

        Raises
        ------
        InvalidPartError
            With the words of every check that failed.
        """
        if not self.passed:
            words = "; ".join(f"{check.name}: {check.words}" for check in self.failed)
            raise InvalidPartError(self.part, words, f"a {self.kind} that passes ct.check_part")

    def summary(self) -> str:
        """Return every check on a line of its own."""
        verdict = "in order" if self.passed else f"{len(self.failed)} of {len(self.checks)} checks FAILED"
        return "\n".join([f"{self.part} as a {self.kind}: {verdict}", *(f"  {c}" for c in self.checks)])

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain, JSON-safe data."""
        checks = [{"name": c.name, "passed": c.passed, "words": c.words} for c in self.checks]
        return {"part": self.part, "kind": self.kind, "passed": self.passed, "checks": checks}

    def __str__(self) -> str:
        return self.summary()


def check_part(
    part: Any, *, role: str = "cost", games: Iterable[Any] = (), rng: np.random.Generator | None = None
) -> PartReport:
    """Check a part of one's own numerically.

    Parameters
    ----------
    part : curve, Technology, Success, Solver, Game, Model or any other Part
        What to check.
    role : {"cost", "output"}
        What a curve is used for: a cost is zero at zero effort and rises; an output never falls.
    games : iterable of Game or Model
        Games for a solver to try; a few standard contests if empty.
    rng : numpy.random.Generator, optional
        Draws for the comparison of samples with their law; seeded with 0 if absent.

    Returns
    -------
    PartReport
        Every check in words; call ``raise_if_failed()`` in a test.

    Raises
    ------
    InvalidPartError
        If it is no part at all.

    Examples
    --------
    >>> import contests as ct
    >>> print(ct.check_part(ct.Power(2, scale=0.5)).passed)
    True
    """
    if role not in ("cost", "output"):
        raise InvalidPartError("check_part.role", role, "'cost' or 'output'")
    rng = np.random.default_rng(0) if rng is None else rng
    kind, checks = _checks_for(part, role, list(games), rng)
    found = [_run(name, look) for name, look in checks]
    if kind != "solver":
        found += [_run(name, look) for name, look in _as_value(part)]
    return PartReport(part=type(part).__name__, kind=kind, checks=tuple(found))


def _checks_for(part: Any, role: str, games: list[Any], rng: np.random.Generator) -> tuple[str, Checks]:
    from contests import checking_games, checking_parts
    from contests.curves import BaseCurve
    from contests.game import Game
    from contests.model import Model
    from contests.success import Success
    from contests.technology import Technology

    if isinstance(part, BaseCurve):
        return role, checking_parts.curve_checks(part, role)
    if isinstance(part, Technology):
        return "technology", checking_parts.technology_checks(part, rng)
    if isinstance(part, Success):
        return "success function", checking_parts.success_checks(part, rng)
    if isinstance(part, Model):
        return "model", checking_games.model_checks(part)
    if isinstance(part, Game):
        return "game", checking_games.game_checks(part)
    if callable(getattr(part, "refuses", None)) or callable(getattr(part, "solve", None)):
        return "solver", checking_games.solver_checks(part, games)
    if isinstance(part, Part):
        return "part", iter(())
    raise InvalidPartError(
        "check_part", part, "a curve, technology, success function, solver, game, model or other part"
    )


def _run(name: str, look: Callable[[], Finding]) -> Check:
    try:
        words = look()
    # The part under test is somebody else's and may raise anything: that is what the check finds, in
    # words. An interrupt or an exit is no Exception and stops the checks.
    except Exception as error:  # noqa: BLE001
        words = f"it raises {type(error).__name__}: {error}"
    return Check(name=name, passed=words is None, words=words or "")


def _as_value(part: Any) -> Checks:
    """Parts are values: equal to their copies, hashable, picklable, and their text makes them again."""

    def pickled() -> Finding:
        return None if pickle.loads(pickle.dumps(part)) == part else "the copy differs from the part"

    def copied() -> Finding:
        return None if copy.deepcopy(part) == part else "the copy differs from the part"

    def hashed() -> Finding:
        return None if hash(part) == hash(copy.deepcopy(part)) else "a copy has another hash"

    def frozen() -> Finding:
        names = list(getattr(part, "__dataclass_fields__", {}))
        if not names:
            return (
                "make it a frozen dataclass" if isinstance(part, Part) and not _is_dataclass(part) else None
            )
        try:
            setattr(part, names[0], getattr(part, names[0]))
        except AttributeError:
            return None
        return "its fields can be set: make it a frozen dataclass"

    def pastes() -> Finding:
        text = repr(part)
        return None if _pasted(part, text) == part else f"{text} makes something else"

    yield "a pickled copy equals it", pickled
    yield "a deep copy equals it", copied
    yield "it has a hash, the same for equal parts", hashed
    yield "it is frozen", frozen
    if isinstance(part, Part) or "__repr__" in vars(type(part)):
        yield "its repr can be pasted back", pastes


def _is_dataclass(part: Any) -> bool:
    return "__dataclass_fields__" in vars(type(part))


def _pasted(part: Any, text: str) -> Any:
    """What the repr makes where its own module's names, the library's and SciPy's are known."""
    from importlib import import_module

    import contests
    from contests import models

    names: dict[str, Any] = {name: getattr(contests, name) for name in contests.__all__ if name in text}
    names |= {name: getattr(models, name) for name in models.__all__ if name in text}
    names |= {"ct": contests, "np": np, "inf": np.inf, "array": np.array}
    if "stats." in text:
        names["stats"] = import_module("scipy.stats")
    names |= vars(sys.modules.get(type(part).__module__, contests))
    names[type(part).__name__] = type(part)
    return eval(text, names)
