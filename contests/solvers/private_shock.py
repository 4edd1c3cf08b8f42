"""Private types under a shock or in a lottery: which field finds their Bayesian equilibrium.

Where the trait is a factor of payoffs, types are ordered by where they stand (`private_worth`); else, and
where that fails, each type has an effort of its own (`private_field`). Shocks with corners (uniform,
Laplace, triangular, exponential) or long tails (Student's t, Cauchy) have no such grid; they are for
`private_rough`.

Existence and uniqueness in lotteries with exponent at most 1: Fey (2008), Wasser (2013),
Einy et al. (2015), Ewerhart (2014); Ryvkin (2010) for n contestants. Otherwise existence
is for the certificate to say.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contests.contest import Contest
from contests.contestants import Private
from contests.curves import Linear
from contests.entry import AllEnter, Invite
from contests.errors import ConvergenceError
from contests.game import Game
from contests.noise_panels import noise_panels
from contests.prize_tables import score_grid
from contests.profile import Profile
from contests.solvers.private_field import PrivateField
from contests.solvers.private_replies import ReplyByType
from contests.solvers.private_rough import RoughField
from contests.solvers.private_strategy import idle_profile
from contests.solvers.private_worth import WorthField
from contests.solvers.private_worths import can_be_ordered
from contests.solving import Candidate
from contests.technology import Trials

__all__ = ["SOLVER", "PrivateShockSolver"]


class PrivateShockSolver:
    """Efforts by type where types are private and success is random."""

    name = "private types, shock"
    source = "Fey (2008); Ryvkin (2010); Wasser (2013)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest):
            return "takes contests made of parts (ct.Contest)"
        if not isinstance(game.contestants, Private):
            return "types are known to all; ct.Private(n, value=law) would work"
        if game.race is None:
            return f"{type(game.success).__name__} is not a race; ct.Lottery() would work"
        noise = game.race.noise
        if noise is None:
            return "quality is certain; a shock (ct.Additive) or ct.Lottery() would work"
        if score_grid(noise, np.zeros(1), game.n) is None and noise_panels(noise) is None:
            return (
                f"the density of the noise {noise!r} is infinite or rises like a root somewhere, or has too "
                "many corners; one that polynomials follow between its corners would work"
            )
        if game.contestants.utility is not None:
            return "contestants are averse to risk; risk-neutral ones would work"
        if game.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        if not isinstance(game.entry, (AllEnter, Invite)):
            return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
        if isinstance(game.technology, Trials) and game.technology.whole:
            return "trials come in whole numbers; ct.Trials(draw) with real numbers would work"
        if game.n < 2 or game.prizes.top <= 0:
            return "there is no one to compete with or nothing to win"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate equilibrium of ``game``."""
        contest: Contest = game
        if not np.ptp(np.append(contest.prizes.by_rank(), np.zeros(contest.n))[: contest.n]):
            return Candidate(profile=idle_profile(contest), selection="the prizes are equal: nobody works")
        strategies = _strategies(contest)
        members = contest.kind_of()[: contest.n]
        order = np.unique(members, return_inverse=True)[1].reshape(-1)
        if len(strategies) == 1:
            profile = Profile.symmetric(strategies[0], contest.n)
        else:
            profile = Profile(contest.n, strategies=strategies, members=order.astype(np.intp))
        return Candidate(profile=profile, selection=_selection(contest))


def _strategies(contest: Contest) -> list[ReplyByType]:
    """The strategies of all classes: by location where the trait is a factor, else type by type."""
    first = np.unique(contest.kind_of()[: contest.n], return_index=True)[1]
    noise = contest.race.noise if contest.race is not None else None
    if noise is not None and score_grid(noise, np.zeros(1), contest.n) is None:
        return RoughField(contest).solve()
    if getattr(contest.success, "exponent", 0.0) > 1.0 and contest.success.is_lottery:
        field = PrivateField(contest)
        if field.begins_convex():  # there two efforts answer a worth: locations do not order types
            return field.solve()
    if all(can_be_ordered(contest, int(i)) for i in first):
        for depth in (38.0, 45.0):
            try:
                found = WorthField(contest, depth).solve()
                whole = [abs(strategy.type_nodes()[1].sum() - 1.0) < 1e-9 for strategy in found]
                # Every type has a place, and every place its types.
                if all(whole) and all(np.isfinite(strategy.mean()) for strategy in found):
                    return list(found)
            except ConvergenceError:
                # Such as a law with a jump just where effort collapses: less deep, or type by type.
                continue
    return PrivateField(contest).solve()


def _selection(contest: Contest) -> str:
    exponent = getattr(contest.success, "exponent", 2.0)
    one = contest.prizes.by_rank().size == 1
    output = getattr(contest.technology, "output", None)
    if contest.success.is_lottery and exponent <= 1 and one and contest.cost.is_convex and output == Linear():
        return "unique (Ewerhart 2014; Einy et al. 2015)"
    return "symmetric; others may exist" if contest.is_symmetric else "one equilibrium; others may exist"


SOLVER = PrivateShockSolver()
