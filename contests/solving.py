"""Pick a solver, run it, certify what it found, report.

The list of solvers is inspectable: :func:`explain` says for each why it accepts a
game or refuses it. A solver of one's own is any object with ``name``, ``source``,
``refuses`` and ``solve``; pass it to `solve` as ``solver=``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, Protocol

import numpy as np

from contests.certificate import EFFORT_TOLERANCE, GAIN_TOLERANCE, Certificate, certify
from contests.equilibrium import Equilibrium
from contests.errors import ConvergenceError, InvalidPartError, NotEquilibriumError, UnsolvableError
from contests.game import Game
from contests.profile import Profile
from contests.validation import at_least_zero, positive
from contests.working_time import OutOfWorkingTime, limited

__all__ = ["Candidate", "Solver", "available_solvers", "explain", "solve"]

#: Modules of ``contests.solvers`` in the order they are asked; each has one ``SOLVER``.
ROOMS = (
    "private_exact",
    "private_shock",
    "private_thresholds",
    "private_reserve",
    "private_reserve_luck",
    "all_pay_identical",
    "all_pay_known",
    "two_costs",
    "risk_averse",
    "lottery",
    "lottery_decisive",
    "lone",
    "whole_trials",
    "plans",
    "symmetric_any",
    "identical_direct",
    "identical_shock",
    "known_shock",
    "finite_types",
    "entry_free",
    "entry_random",
    "entry_unequal",
    "entry_auction",
    "entry_standard",
    "reserve_all_pay",
    "reserve_luck",
)


#: Solvers that are used when asked for by name, or with ``on_fail="mixed"``, and never by themselves.
ON_REQUEST = ("general", "partially_active")

#: With an approximate equilibrium the effort tolerance goes with the gain tolerance, up to this.
_LARGEST_EFFORT_TOLERANCE = 0.1

#: Processor time a solver and the certificate are allowed together, unless told otherwise.
_SECONDS = 9.0


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What a solver found, before it is certified.

    Attributes
    ----------
    profile : Profile
        What everyone does.
    selection : str
        Whether it is the only equilibrium, or which one it is.
    source : str, optional
        The literature, if other than the solver's.
    """

    profile: Profile
    selection: str
    source: str = ""


class Solver(Protocol):
    """What a solver offers."""

    name: str
    source: str

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver and what would work, or None if it is."""
        ...

    def solve(self, game: Game) -> Candidate:
        """Return a candidate equilibrium of ``game``."""
        ...


@dataclass(frozen=True)
class Explanation(Mapping[str, str]):
    """What each solver says of a game: ``accepts`` or why not."""

    verdicts: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.verdicts[name]

    def __iter__(self) -> Any:
        return iter(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)

    def __str__(self) -> str:
        width = max(map(len, self.verdicts))
        return "\n".join(f"{name:<{width}}  {verdict}" for name, verdict in self.verdicts.items())

    __repr__ = __str__


def available_solvers() -> tuple[Solver, ...]:
    """Return the library's solvers in the order they are asked.

    Returns
    -------
    tuple of Solver
    """
    return _solvers(ROOMS)


@functools.cache
def _solvers(rooms: tuple[str, ...]) -> tuple[Solver, ...]:
    """The solvers of some modules, imported once."""
    return tuple(import_module(f"contests.solvers.{room}").SOLVER for room in rooms)


def _on_request() -> tuple[Solver, ...]:
    return _solvers(ON_REQUEST)


def explain(game: Any) -> Explanation:
    """Return what each solver says of a game.

    Parameters
    ----------
    game : Game or Model
        The contest.

    Returns
    -------
    Explanation
        A mapping from solver to ``"accepts"`` or the reason for refusing; prints as a table.

    Examples
    --------
    >>> import contests as ct
    >>> contest = ct.Contest(contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery())
    >>> ct.explain(contest)["lottery, sure efforts"]
    'accepts'
    """
    game = _game(game)
    verdicts = {solver.name: solver.refuses(game) or "accepts" for solver in available_solvers()}
    for solver in _on_request():
        refusal = solver.refuses(game)
        verdicts[solver.name] = refusal or f"on request: solver={solver.name!r}, approximate equilibria"
    return Explanation(verdicts)


def solve(
    game: Any,
    *,
    solver: Solver | str | None = None,
    gain_tolerance: float = GAIN_TOLERANCE,
    effort_tolerance: float | None = None,
    on_fail: Literal["raise", "return", "mixed"] = "raise",
    seconds: float = _SECONDS,
) -> Equilibrium:
    """Return a certified equilibrium of a contest.

    Parameters
    ----------
    game : Game or Model
        The contest.
    solver : Solver or str, optional
        A solver, or the name of one of the library's; the first that accepts if absent.
    gain_tolerance : float
        Largest gain from deviating that is allowed, in units of the top prize.
    effort_tolerance : float, optional
        Largest relative distance between effort and best reply that is allowed. If absent it is
        1e-6; for the general solver, whose equilibria are approximate, 1e-6 times as many times
        ``gain_tolerance`` exceeds its default, at most 0.1.
    on_fail : {"raise", "return", "mixed"}
        If the candidate is not an equilibrium: raise, return it with its failed certificate, or go
        on to the general solver for mixed strategies (which is asked too where no candidate is found).
    seconds : float
        The processor time allowed, of this thread. Within another `solve` what that has left is the
        limit. The general solver has a limit of its own, ``GeneralSolver(seconds=...)``.

    Returns
    -------
    Equilibrium

    Raises
    ------
    NotEquilibriumError
        If the candidate is not an equilibrium; the message says which deviation breaks it.
    ConvergenceError
        If the general solver stopped short of ``gain_tolerance``; ``best`` holds what it found. If
        no method of a solver converged, or the time is used up.
    UnsolvableError
        If no solver accepts the contest; the message lists each refusal.

    Examples
    --------
    >>> import contests as ct
    >>> ct.solve(ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())).effort
    array([0.25, 0.25])
    """
    if on_fail not in ("raise", "return", "mixed"):
        raise InvalidPartError("solve.on_fail", on_fail, "'raise', 'return' or 'mixed'")
    at_least_zero("solve.gain_tolerance", gain_tolerance)
    if effort_tolerance is not None:
        at_least_zero("solve.effort_tolerance", effort_tolerance)
    positive("solve.seconds", seconds)
    model, game = game, _game(game)
    chosen = _choose_in_time(game, solver, seconds)
    approximate = getattr(chosen, "approximate", False)
    tolerances = _tolerances(gain_tolerance, effort_tolerance, approximate)
    try:
        candidate, certificate = (
            _found(chosen, game, tolerances) if approximate else _in_time(chosen, game, tolerances, seconds)
        )
    except ConvergenceError:
        # A room that finds nothing is no reason not to look for mixed strategies where these are asked for.
        following = _mixer(game, chosen.name)
        if on_fail != "mixed" or approximate or following is None:
            raise
        return solve(
            model,
            solver=following,
            gain_tolerance=gain_tolerance,
            effort_tolerance=effort_tolerance,
            on_fail="mixed",
            seconds=seconds,
        )
    result = Equilibrium(
        game=game,
        profile=candidate.profile,
        certificate=certificate,
        method=chosen.name,
        source=candidate.source or chosen.source,
        selection=candidate.selection,
        model=None if model is game else model,
    )
    if certificate.passed or on_fail == "return":
        return result
    if approximate:
        raise ConvergenceError(_stopped_short(chosen.name, certificate), result)
    if on_fail == "mixed":
        return solve(
            model,
            solver=_mixer(game, chosen.name) or "general",
            gain_tolerance=gain_tolerance,
            effort_tolerance=effort_tolerance,
            on_fail="mixed",
            seconds=seconds,
        )
    raise NotEquilibriumError(
        f"The candidate of the solver '{chosen.name}' is not an equilibrium: {certificate.explain()}. "
        "Change the parts, or ask for on_fail='mixed' (mixed strategies) or on_fail='return' "
        "(the candidate).",
        result,
    )


def _found(chosen: Any, game: Game, tolerances: dict[str, float]) -> tuple[Candidate, Certificate]:
    """What a solver finds, and its certificate."""
    approximate = getattr(chosen, "approximate", False)
    candidate = chosen.solve(game, **tolerances) if approximate else chosen.solve(game)
    return candidate, certify(game, candidate.profile, **tolerances)


def _in_time(
    chosen: Solver, game: Game, tolerances: dict[str, float], seconds: float
) -> tuple[Candidate, Certificate]:
    """What a solver finds within a limit of time, which ends in words where it is set and not before."""
    with limited(seconds) as outermost:
        try:
            return _found(chosen, game, tolerances)
        except OutOfWorkingTime:
            if not outermost:
                raise
    raise ConvergenceError(
        f"The solver '{chosen.name}' found and certified no equilibrium in {seconds:g} seconds of work. "
        "Allow more with solve(..., seconds=...), or make the contest easier: a smoother or a larger shock, "
        "contestants who differ less, or fewer of them."
    )


def _tolerances(gain: float, effort: float | None, approximate: bool) -> dict[str, float]:
    """The tolerances of the certificate; for approximate equilibria the second goes with the first."""
    if effort is None:
        scale = max(gain / GAIN_TOLERANCE, 1.0) if approximate else 1.0
        effort = (
            EFFORT_TOLERANCE if scale == 1.0 else min(EFFORT_TOLERANCE * scale, _LARGEST_EFFORT_TOLERANCE)
        )
    return {"gain_tolerance": gain, "effort_tolerance": effort}


def _stopped_short(name: str, certificate: Certificate) -> str:
    """What an approximate solver says when it has not reached the tolerance asked for."""
    if np.isnan(certificate.max_gain):  # no tolerance would do
        return f"The solver '{name}' stopped where {certificate.explain()}."
    need = max(certificate.max_gain, certificate.effort_gap * GAIN_TOLERANCE / EFFORT_TOLERANCE)
    if certificate.effort_gap <= _LARGEST_EFFORT_TOLERANCE:
        need = certificate.max_gain if certificate.max_gain > 1e-3 else need
    power = 10.0 ** np.floor(np.log10(max(need, 1e-16)))
    enough = float(np.ceil(1.0001 * need / power) * power)
    return (
        f"The solver '{name}' stopped where a deviation gains {certificate.max_gain:.2g} of the top prize; "
        f"{certificate.gain_tolerance:.2g} was asked. {certificate.explain()}. "
        f"Ask for gain_tolerance={enough:.3g} to accept them, or for on_fail='return'."
    )


def _game(game: Any) -> Game:
    convert = getattr(game, "game", None)
    if not callable(convert):
        raise InvalidPartError("solve", game, "a contest, a game or a model")
    found: Game = convert()
    return found


def find_solver(game: Game) -> Solver:
    """Return the first of the library's solvers that accepts ``game``, or raise with all refusals."""
    return _choose(game, None)


def _mixer(game: Game, tried: str) -> str | None:
    """The solver for what has no equilibrium of the usual kind: a specific one, else the general one."""
    for one in available_solvers():
        if getattr(one, "mixes", False) and one.name != tried and one.refuses(game) is None:
            return one.name
    general = next(one for one in _on_request() if one.name == "general")
    return general.name if general.refuses(game) is None else None


def _choose_in_time(game: Game, solver: Solver | str | None, seconds: float) -> Solver:
    """The solver that takes the game; to see whether the luck is one that it takes may be work too."""
    with limited(seconds) as outermost:
        try:
            return _choose(game, solver)
        except OutOfWorkingTime:
            if not outermost:
                raise
    raise ConvergenceError(
        f"No solver could tell in {seconds:g} seconds of work whether it takes this contest. Allow more with "
        "solve(..., seconds=...), or let luck follow a simpler law."
    )


def _choose(game: Game, solver: Solver | str | None) -> Solver:
    if solver is not None and not isinstance(solver, str):
        refusal = solver.refuses(game)
        if refusal is not None:
            raise UnsolvableError("The solver asked for refuses this game:", {solver.name: refusal})
        return solver
    available: Sequence[Solver] = available_solvers()
    if isinstance(solver, str):
        available = (*available, *_on_request())
        named = [s for s in available if s.name == solver]
        if not named:
            names = ", ".join(repr(s.name) for s in available)
            raise InvalidPartError("solve.solver", solver, f"a solver or one of {names}")
        return _choose(game, named[0])
    refusals: dict[str, str] = {}
    for one in available:
        refusal = one.refuses(game)
        if refusal is None:
            return one
        refusals[one.name] = refusal
    for one in _on_request():
        refusals[one.name] = one.refuses(game) or (
            f"on request only: solve(..., solver={one.name!r}, gain_tolerance=1e-3) looks for "
            "approximate equilibria in mixed strategies"
        )
    raise UnsolvableError("No solver accepts this contest:", refusals)
