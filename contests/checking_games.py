"""Checks of games, models and solvers, for `contests.check_part`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from contests.checking import Checks, Finding
from contests.checking_parts import _central, _differs
from contests.errors import UnsolvableError
from contests.model import Model

__all__ = ["game_checks", "model_checks", "solver_checks"]


def game_checks(game: Any) -> Checks:
    """Yield the checks of a ``game``: what certificates and solvers ask of it."""
    yield from _game_checks(lambda: game)


def _game_checks(make: Callable[[], Any]) -> Checks:
    """Checks of the game that is made; making it may fail, and is then the finding."""

    def size() -> Finding:
        game = make()
        return None if isinstance(game.n, (int, np.integer)) and game.n >= 1 else f"n is {game.n!r}"

    def stakes() -> Finding:
        game = make()
        value = float(game.stakes)
        return None if np.isfinite(value) and value >= 0 else f"stakes is {value}"

    def bounded() -> Finding:
        game = make()
        top = np.asarray(game.largest_effort(0, _type(game)), float)
        return None if np.isfinite(top).all() and (top >= 0).all() else f"largest_effort(0) is {top}"

    def payoffs() -> Finding:
        game = make()
        effort, profile, types = _around(game)
        value = np.asarray(game.payoff(0, effort, profile, types))
        if value.shape != effort.shape:
            return f"efforts of shape {effort.shape} give payoffs of shape {value.shape}"
        return (
            None if np.isfinite(value).all() else f"at effort {effort[~np.isfinite(value)][0]:.6g} it is not"
        )

    def slope() -> Finding:
        game = make()
        effort, profile, types = _around(game)
        found = game.marginal_payoff(0, effort, profile, types)
        if found is None:
            return None
        expected = _central(lambda own: np.asarray(game.payoff(0, own, profile, types)), effort)
        return _differs(np.asarray(found), expected, effort, "the marginal payoff")

    yield "n is a whole number", size
    yield "stakes is a finite amount of money", stakes
    yield "the largest effort worth while is finite", bounded
    yield "payoffs are finite, one for each effort", payoffs
    yield "the marginal payoff is the slope of the payoff", slope


def _type(game: Any) -> float | None:
    nodes = game.type_nodes(0)
    return None if nodes is None else float(nodes[len(nodes) // 2])


def _around(game: Any) -> tuple[Any, Any, Any]:
    """Efforts to look at, and rivals who exert a middling effort."""
    type = _type(game)
    top = float(np.max(np.asarray(game.largest_effort(0, type), float)))
    effort = np.linspace(0.1, 0.9, 9) * top
    return effort, game.profile(0.4 * top), None if type is None else np.full(effort.shape, type)


def model_checks(model: Model) -> Checks:
    """Yield the checks of a ``model``: its game, its theory."""

    def composed() -> Finding:
        game = model.contest()
        return (
            None
            if callable(getattr(game, "game", None))
            else f"contest() returns {game!r}, no contest or game"
        )

    def theory() -> Finding:
        from contests.theory import Theory

        try:
            found = model.theory()
        except UnsolvableError:
            return None
        return None if isinstance(found, Theory) else f"theory() returns {found!r}"

    def shown() -> Finding:
        text = model._repr_latex_()
        return None if text.startswith("$$") else "its LaTeX is no formula"

    yield "contest() returns a contest or game", composed
    yield from _game_checks(model.game)
    yield "theory() returns a theory, or says that there is none", theory
    yield "it shows in a notebook", shown


def solver_checks(solver: Any, games: list[Any]) -> Checks:
    """Yield the checks of a ``solver`` on ``games``: it refuses in words or finds what is certified."""
    tried = [game.game() for game in (games or _standard())]

    def named() -> Finding:
        wrong = [
            n
            for n in ("name", "source")
            if not (isinstance(getattr(solver, n, None), str) and getattr(solver, n))
        ]
        return f"{' and '.join(wrong)} should be text" if wrong else None

    def refuses() -> Finding:
        for game in tried:
            words = solver.refuses(game)
            if words is not None and not (isinstance(words, str) and words.strip()):
                return f"refuses({game!r}) is {words!r}, neither None nor a reason"
        return None

    def accepts() -> Finding:
        if any(solver.refuses(game) is None for game in tried):
            return None
        return f"it refuses all {len(tried)} games tried: give one that it accepts with games=[...]"

    def solves() -> Finding:
        from contests.certificate import certify
        from contests.solving import Candidate

        for game in tried:
            if solver.refuses(game) is not None:
                continue
            found = solver.solve(game)
            if not isinstance(found, Candidate):
                return f"solve({game!r}) returns {found!r}, no ct.Candidate"
            certificate = certify(game, found.profile)
            if not certificate.passed:
                return f"in {game!r}: {certificate.explain()}"
        return None

    yield "it has a name and a source", named
    yield "it accepts a game (None) or refuses it in words", refuses
    yield "it accepts some game", accepts
    yield "what it finds is certified", solves


def _standard() -> list[Any]:
    """A few contests of different rooms."""
    from contests.contest import Contest
    from contests.contestants import Identical, Known
    from contests.curves import Power
    from contests.laws import normal
    from contests.success import Lottery
    from contests.technology import Additive

    return [
        Contest(contestants=Identical(3), prizes=1.0, success=Lottery()),
        Contest(contestants=Known(value=[1.0, 0.7]), prizes=1.0, success=Lottery()),
        Contest(contestants=Identical(2), prizes=1.0),
        Contest(
            contestants=Identical(3),
            prizes=1.0,
            technology=Additive(normal(1.0)),
            cost=Power(2.0, scale=0.5),
        ),
    ]
