"""Many contests solved and certified in one pass, where they differ in numbers alone.

What :func:`contests.solve` does for one contest, for the lotteries among many: the room
that would solve each finds the candidates of all together, and their certificates are
searched together (`contests.lotteries_together`). What comes out is what solving them one
by one gives; whatever fails here, or is of another kind, is left to that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from contests.certificate import EFFORT_TOLERANCE, GAIN_TOLERANCE
from contests.contest import Contest
from contests.equilibrium import Equilibrium
from contests.errors import ContestError, ConvergenceError, UnsolvableError
from contests.game import Game
from contests.lotteries_together import certify_lotteries, is_plain_lottery, same_but_for_numbers
from contests.model import Model
from contests.solving import find_solver

__all__ = ["solve_together"]


def solve_together(models: Sequence[Any]) -> list[Equilibrium | None]:
    """Return the certified equilibria of those contests that can be solved in one pass.

    Parameters
    ----------
    models : sequence of Contest, Game or Model
        The contests.

    Returns
    -------
    list of Equilibrium or None
        None for contests that are to be solved one by one.
    """
    result: list[Equilibrium | None] = [None] * len(models)
    for room, members in _groups(models):
        contests = [contest for _, contest in members]
        try:
            candidates = room.solve_together(contests)
        except ConvergenceError:
            continue  # one by one, each says what it cannot do
        if candidates is None:
            continue
        efforts = np.array([candidate.profile.strategy(0).effort for candidate in candidates])
        certificates = certify_lotteries(
            contests, efforts, gain_tolerance=GAIN_TOLERANCE, effort_tolerance=EFFORT_TOLERANCE
        )
        for (place, contest), candidate, certificate in zip(members, candidates, certificates, strict=True):
            if certificate is None or not certificate.passed:
                continue
            model = models[place]
            found = Equilibrium(
                game=contest,
                profile=candidate.profile,
                certificate=certificate,
                method=room.name,
                source=candidate.source or room.source,
                selection=candidate.selection,
                model=None if model is contest else model,
            )
            described = getattr(model, "described", None)
            result[place] = found if described is None else described(found)
    return result


def _groups(models: Sequence[Any]) -> list[tuple[Any, list[tuple[int, Contest]]]]:
    """Rooms with the places and contests that each can solve together."""
    groups: list[tuple[Any, list[tuple[int, Contest]]]] = []
    for place, model in enumerate(models):
        contest = _plain(model)
        room = None if contest is None else _room(contest)
        if contest is None or room is None:
            continue
        for known, members in groups:
            if known is room and same_but_for_numbers(members[0][1], contest):
                members.append((place, contest))
                break
        else:
            groups.append((room, [(place, contest)]))
    return groups


def _plain(model: Any) -> Contest | None:
    """The lottery that a model is, if it is one and is solved as others are."""
    # A class with a solve of its own has its reasons; beside it `described` tells what it adds to a result.
    owner = next(kind for kind in type(model).__mro__ if "solve" in vars(kind))
    if owner not in (Game, Model) and "described" not in vars(owner):
        return None
    try:
        game = model.game()
    except ContestError:
        return None  # solving it says why
    return game if is_plain_lottery(game) else None


def _room(contest: Contest) -> Any:
    """The room that solves a contest, if it can solve many together."""
    try:
        room = find_solver(contest)
    except UnsolvableError:
        return None
    return room if hasattr(room, "solve_together") else None
