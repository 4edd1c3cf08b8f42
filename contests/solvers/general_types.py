"""The general solver where types are private: which method takes what, and what is refused.

Without noise the types of each contestant are spread over intervals of bids (`types_bids`); with noise,
and in games that are not made of parts, each type replies to all others (`types_replies`). Either way
the strategies are functions of the type, and the gain that is reported is the certificate's, in the game
itself. Where a higher type gains more from more effort (values, costs) every best reply is such a function,
increasing, so that nothing is left out (Athey 2001); equilibria of other games in which a type draws her
effort at random cannot be certified, and are not looked for.
"""

from __future__ import annotations

from contests.contest import Contest
from contests.contestants import Private
from contests.game import Game
from contests.profile import Profile
from contests.solvers.actions import Clock
from contests.solvers.types_bids import bids_by_level, refuse_bids
from contests.solvers.types_replies import refuse_replies, replies_by_type

__all__ = ["has_types", "refuse_types", "strategies_by_type"]


def has_types(game: Game) -> bool:
    """Return whether some contestant of ``game`` has a private type."""
    return any(game.type_nodes(i) is not None for i in range(min(game.n, 50)))


def refuse_types(game: Game) -> str | None:
    """Return why ``game``, whose contestants have private types, is not for the general solver, or None."""
    # Contests of private types are races; others are refused where they are made.
    if isinstance(game, Contest) and isinstance(game.contestants, Private) and _certain(game):
        return refuse_bids(game)
    return refuse_replies(game)


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
    if isinstance(game, Contest) and _certain(game):
        return bids_by_level(game, gain_tolerance, effort_tolerance, clock)
    return replies_by_type(game, gain_tolerance, effort_tolerance, clock)


def _certain(game: Contest) -> bool:
    return game.race is not None and game.race.noise is None
