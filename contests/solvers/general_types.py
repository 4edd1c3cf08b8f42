"""The general solver where types are private: which method takes what, and what is refused.

Without noise the types of each contestant are spread over intervals of bids (`types_bids`); with noise,
and in games that are not made of parts, each type replies to all others (`types_replies`). Either way
the strategies are functions of the type, and the gain that is reported is the certificate's, in the game
itself. Equilibria in which a type draws her effort at random are not looked for as such: with a
continuous law neighbouring types do one or the other, and nobody can tell (Radner and Rosenthal 1982;
Milgrom and Weber 1985).
"""

from __future__ import annotations

from contests.contest import Contest
from contests.contestants import Private
from contests.game import Game
from contests.profile import Profile
from contests.solvers.actions import Clock
from contests.solvers.types_bids import bids_by_level, refuse_bids

__all__ = ["has_types", "refuse_types", "strategies_by_type"]


def has_types(game: Game) -> bool:
    """Return whether some contestant of ``game`` has a private type."""
    return any(game.type_nodes(i) is not None for i in range(min(game.n, 50)))


def refuse_types(game: Game) -> str | None:
    """Return why ``game``, whose contestants have private types, is not for the general solver, or None."""
    if not isinstance(game, Contest) or not isinstance(game.contestants, Private):
        return "contestants have private types in a game not made of parts; ct.Contest would work"
    if game.race is None:
        return f"{type(game.success).__name__} is not a race; ct.Lottery() would work"
    if game.race.noise is None:
        return refuse_bids(game)
    return "types are private and success is random; known contestants would work"


def strategies_by_type(game: Game, gain_tolerance: float, effort_tolerance: float, clock: Clock) -> Profile:
    """Return the best profile found of strategies by type.

    Parameters
    ----------
    game : Game
        Private types.
    gain_tolerance, effort_tolerance : float
        When to stop, as in `contests.certify`.
    clock : Clock
        The time allowed.
    """
    assert isinstance(game, Contest)
    return bids_by_level(game, gain_tolerance, effort_tolerance, clock)
