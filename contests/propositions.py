"""Propositions that can be checked: a statement, where it comes from, and a numerical test.

A proposition of a paper is held as an object with its conditions, and
:meth:`Proposition.check` tests it on drawn parameters *through the library's
solver*, not through the formula it was derived with. The check also tries
parameters outside the conditions, and the counter-example when a later paper
corrected the claim, so that the result says where the statement stops being
true. Nothing here knows SymPy or any model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from contests.errors import ContestError, InvalidPartError
from contests.validation import count, finite

__all__ = ["Parameters", "Proposition", "PropositionCheck", "Table", "Trial"]

Parameters = Mapping[str, Any]
Verdict = bool | tuple[bool, str]
K = TypeVar("K")
V = TypeVar("V")

# Draws per wanted trial before the check gives up looking for parameters inside the conditions.
_PATIENCE = 50


class Table(Mapping[K, V]):
    """A mapping that cannot be changed, and that compares, prints and pickles like a dict.

    Parameters
    ----------
    entries : mapping
        Copied; the order is kept.

    Examples
    --------
    >>> Table({"a": 1})
    {'a': 1}
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: Mapping[K, V] | None = None) -> None:
        self._entries = dict(entries or {})

    def __getitem__(self, name: K) -> V:
        return self._entries[name]

    def __iter__(self) -> Iterator[K]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __hash__(self) -> int:
        return hash(frozenset(self._entries.items()))

    def __repr__(self) -> str:
        return repr(self._entries)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One parameter point at which a statement was tried.

    Parameters
    ----------
    parameters : mapping of str to value
        The point, by parameter name.
    held : bool
        Whether the statement held there.
    detail : str
        What was found, in words; the library's error when it refused to solve.

    Examples
    --------
    >>> Trial(parameters={"solvers": 5}, held=False, detail="no equilibrium").held
    False
    """

    parameters: Parameters
    held: bool
    detail: str = ""

    def __str__(self) -> str:
        point = ", ".join(f"{name} = {_number(value)}" for name, value in self.parameters.items())
        verdict = "holds" if self.held else "fails"
        return f"{verdict} at {point}" + (f": {self.detail}" if self.detail else "")


@dataclass(frozen=True, kw_only=True)
class PropositionCheck:
    """What a check of a proposition found.

    Parameters
    ----------
    proposition : Proposition
        What was checked.
    tried : int
        Parameter points tried inside the conditions.
    failures : tuple of Trial
        Those at which the statement failed.
    outside : int
        Draws set aside because they lie outside the conditions.
    trials_outside : tuple of Trial
        Those of them at which the statement was tried all the same.
    counterexample : Trial, optional
        What was claimed, tried at the counter-example of the correction.

    Examples
    --------
    >>> rises = Proposition(name="square rises", statement="The square rises.", source="school",
    ...                     conditions="x > 0", inside=_example_inside, domain={"x": (-1.0, 1.0)},
    ...                     test=_example_test)
    >>> result = rises.check(size=10)
    >>> result.passed, result.tried, result.fails_outside
    (True, 10, True)
    """

    proposition: Proposition
    tried: int
    failures: tuple[Trial, ...] = ()
    outside: int = 0
    trials_outside: tuple[Trial, ...] = ()
    counterexample: Trial | None = None

    @property
    def passed(self) -> bool:
        """True if the statement held at every point tried, of which there must be at least one.

        A claim that was corrected must also fail at its counter-example.
        """
        return self.tried > 0 and not self.failures and self.claim_refuted is not False

    @property
    def fails_outside(self) -> bool | None:
        """Whether the statement fails somewhere outside its conditions; None if not tried there."""
        if not self.trials_outside:
            return None
        return any(not trial.held for trial in self.trials_outside)

    @property
    def claim_refuted(self) -> bool | None:
        """Whether the corrected claim fails at its counter-example; None if nothing was corrected."""
        return None if self.counterexample is None else not self.counterexample.held

    def __bool__(self) -> bool:
        return self.passed

    def summary(self) -> str:
        """Return the finding in a few lines.

        Returns
        -------
        str
            Verdict, statement, failures, behaviour outside the conditions, correction.

        Examples
        --------
        >>> toy = Proposition(name="toy", statement="Squares are never negative.", source="school",
        ...                   domain={"x": (-1.0, 1.0)}, test=lambda p: p["x"] ** 2 >= 0)
        >>> print(toy.check(size=3).summary())
        toy: passed (3 of 3 draws)
          Squares are never negative. [school]
        """
        claim = self.proposition
        verdict = "passed" if self.passed else "NOT PASSED"
        lines = [f"{claim.name}: {verdict} ({self.tried - len(self.failures)} of {self.tried} draws)"]
        lines.append(f"  {claim.statement} [{claim.source}]")
        if claim.conditions:
            lines.append(f"  Conditions: {claim.conditions}")
        if not self.tried:
            lines.append(f"  None of {self.outside} draws lies inside the conditions: nothing was tested.")
        lines += [f"  {trial}" for trial in self.failures[:3]]
        outside = [trial for trial in self.trials_outside if not trial.held]
        if outside:
            number = f"{len(outside)} of {len(self.trials_outside)}"
            lines.append(f"  Outside its conditions it fails ({number} draws), for example: {outside[0]}")
        elif self.trials_outside:
            lines.append(f"  Outside its conditions it still held ({len(self.trials_outside)} draws).")
        if claim.claimed:
            lines += [f"  Claimed: {claim.claimed}", f"  Corrected: {claim.correction}"]
        if self.counterexample is not None:
            lines.append(f"  The claim {self.counterexample}")
        return "\n".join(lines)


@dataclass(frozen=True, kw_only=True)
class Proposition:
    """A statement about a model, with its source, its conditions and a numerical test.

    Parameters
    ----------
    name : str
        Short name, unique within a model.
    statement : str
        The statement in one plain sentence: what is true, not what was once claimed.
    source : str
        The paper.
    domain : mapping of str to (low, high) or sequence
        Where to draw each parameter: a pair of numbers in a tuple is an interval of real
        numbers, any other sequence (a ``range``, a list) is drawn from. Let the domain reach
        beyond the conditions, so that the check can say what happens there.
    test : callable
        ``test(parameters)`` returns whether the statement holds there, or that with a sentence.
        A `ContestError` it lets through counts as a failure, with the error's words; any other
        exception is a mistake in the test and is raised.
    conditions : str, optional
        When the statement holds, in words.
    inside : callable, optional
        ``inside(parameters)``: whether the conditions hold. Without it, everywhere.
    claimed : str, optional
        What a paper claimed, if that was later corrected.
    correction : str, optional
        What is true instead, and who showed it.
    claim_test : callable, optional
        Tests the claim as `test` tests the statement; it fails at the counter-example.
    counterexample : mapping, optional
        Parameters at which the claim fails.

    Raises
    ------
    InvalidPartError
        If the domain is empty or not drawable, or a correction is given in part.

    Examples
    --------
    >>> toy = Proposition(name="toy", statement="Squares are never negative.", source="school",
    ...                   domain={"x": (-1.0, 1.0)}, test=lambda p: p["x"] ** 2 >= 0)
    >>> toy.check(size=5).passed
    True
    """

    name: str
    statement: str
    source: str
    domain: Mapping[str, Sequence[Any]]
    test: Callable[[Parameters], Verdict] = field(repr=False)
    conditions: str = ""
    inside: Callable[[Parameters], bool] | None = field(default=None, repr=False)
    claimed: str = ""
    correction: str = ""
    claim_test: Callable[[Parameters], Verdict] | None = field(default=None, repr=False)
    counterexample: Parameters | None = None

    def __post_init__(self) -> None:
        if not self.domain:
            raise InvalidPartError("Proposition.domain", self.domain, "a mapping of at least one parameter")
        for name, values in self.domain.items():
            _check_domain(f"Proposition.domain[{name!r}]", values)
        if bool(self.conditions) != (self.inside is not None):
            raise InvalidPartError(
                "Proposition.conditions",
                self.conditions,
                "given together with `inside`, or neither",
            )
        parts = (self.claimed, self.correction, self.claim_test, self.counterexample)
        if any(parts) and not all(parts):
            raise InvalidPartError(
                "Proposition.correction",
                self.correction,
                "given together with `claimed`, `claim_test` and `counterexample`, or none of them",
            )

        object.__setattr__(self, "domain", Table(self.domain))
        if self.counterexample is not None:
            object.__setattr__(self, "counterexample", Table(self.counterexample))

    def __hash__(self) -> int:
        return hash((self.name, self.statement, self.source))

    def holds_at(self, parameters: Parameters) -> Trial:
        """Try the statement at one parameter point, whether or not its conditions hold there.

        Parameters
        ----------
        parameters : mapping of str to value
            A value for each parameter of the domain.

        Returns
        -------
        Trial
            Whether it held, with the detail.

        Examples
        --------
        >>> toy = Proposition(name="toy", statement="Numbers are positive.", source="none",
        ...                   domain={"x": (-1.0, 1.0)}, test=lambda p: p["x"] > 0)
        >>> print(toy.holds_at({"x": -2}))
        fails at x = -2
        """
        return _try(self.test, parameters)

    def check(self, *, rng: np.random.Generator | None = None, size: int = 20) -> PropositionCheck:
        """Test the statement on drawn parameters, and show where it stops being true.

        Parameters
        ----------
        rng : numpy.random.Generator, optional
            Source of the draws; ``numpy.random.default_rng(0)`` if not given, so that the same
            check gives the same result.
        size : int
            Number of points to try inside the conditions.

        Returns
        -------
        PropositionCheck
            Never raised: a proposition that fails is a finding. Fewer than `size` points are tried
            when the draws hardly ever meet the conditions, and none tried is not passed.

        Raises
        ------
        InvalidPartError
            If `size` is not a whole number of at least one.

        Examples
        --------
        >>> toy = Proposition(name="toy", statement="Numbers are positive.", source="none",
        ...                   domain={"x": (-1.0, 1.0)}, test=lambda p: p["x"] > 0)
        >>> result = toy.check(size=10)
        >>> result.passed, result.tried
        (False, 10)
        """
        size = count("Proposition.check size", size)
        rng = np.random.default_rng(0) if rng is None else rng
        inside, outside = [], []
        for _ in range(_PATIENCE * size):
            point = {name: _draw(values, rng) for name, values in self.domain.items()}
            if self.inside is None or self.inside(point):
                inside.append(_try(self.test, point))
            else:
                outside.append(point)
            if len(inside) == size:
                break
        few = max(3, size // 4)
        refuted = None
        if self.claim_test is not None and self.counterexample is not None:
            refuted = _try(self.claim_test, self.counterexample)
        return PropositionCheck(
            proposition=self,
            tried=len(inside),
            failures=tuple(trial for trial in inside if not trial.held),
            outside=len(outside),
            trials_outside=tuple(_try(self.test, point) for point in outside[:few]),
            counterexample=refuted,
        )


def _try(test: Callable[[Parameters], Verdict], point: Parameters) -> Trial:
    """Run one test; a refusal of the library to solve there is a failure with its words."""
    try:
        verdict = test(point)
    except ContestError as error:
        first_line = str(error).splitlines()[0] if str(error) else ""
        return Trial(
            parameters=dict(point),
            held=False,
            detail=f"{type(error).__name__}: {first_line}",
        )
    held, detail = verdict if isinstance(verdict, tuple) else (verdict, "")
    return Trial(parameters=Table(point), held=bool(held), detail=detail)


def _is_interval(values: Sequence[Any]) -> bool:
    return isinstance(values, tuple) and len(values) == 2


def _check_domain(name: str, values: Sequence[Any]) -> None:
    """Refuse a domain nothing can be drawn from."""
    if _is_interval(values):
        if not finite(name, values[0]) < finite(name, values[1]):
            raise InvalidPartError(name, values, "an interval (low, high) with low < high")
    elif isinstance(values, str) or not hasattr(values, "__getitem__") or len(values) == 0:
        raise InvalidPartError(name, values, "an interval (low, high) or a non-empty sequence")


def _draw(values: Sequence[Any], rng: np.random.Generator) -> Any:
    if _is_interval(values):
        return float(rng.uniform(values[0], values[1]))
    return values[int(rng.integers(len(values)))]


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _example_inside(point: Parameters) -> bool:
    return bool(point["x"] > 0)


def _example_test(point: Parameters) -> bool:
    return bool((point["x"] + 0.1) ** 2 > point["x"] ** 2)
