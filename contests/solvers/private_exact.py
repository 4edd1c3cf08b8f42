"""Private types, certain quality, the highest wins: symmetric equilibria, and contestants of unlike laws.

The room of the all-pay contests with incomplete information: Terwiesch and Xu's (2008) expertise
projects, Moldovanu and Sela (2001), the all-pay auction with private values (Weber 1985), reserves and
entry fees, awards contingent on quality. This module decides which method applies:

- `private_separable` where the type multiplies cost or prize (quadrature over levels),
- `private_ode` where ability adds to quality under any output and cost, and for contingent awards,
- `private_two_laws` for two contestants whose types follow different laws (Amann and Leininger 1996),
- `private_many_laws` for more of them (Parreiras and Rubinchik 2010).

A symmetric equilibrium in increasing strategies exists and is unique among symmetric ones under single
crossing; for two contestants it is the only equilibrium (Amann and Leininger 1996); for more,
asymmetric equilibria of the symmetric contest are not excluded here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contests.contest import Contest
from contests.contestants import Private
from contests.curve_capped import Capped
from contests.entry import AllEnter, Fee, Invite, Reserve
from contests.errors import UnsolvableError
from contests.game import Game
from contests.profile import Profile
from contests.solvers.private_capped import capped_profile, largest, refuse_capped
from contests.solvers.private_contingent import contingent_strategy, refuse_contingent
from contests.solvers.private_levels import PrizeLevels
from contests.solvers.private_many_bids import many_law_strategies
from contests.solvers.private_ode import additive_strategy
from contests.solvers.private_separable import advantage, separable_strategy
from contests.solvers.private_strategy import idle_profile
from contests.solvers.private_two_laws import refuse_two_laws, two_law_strategies
from contests.solving import Candidate
from contests.success import Highest
from contests.technology import Exact

__all__ = ["SOLVER", "PrivateExactSolver"]

_SYMMETRIC = "the only symmetric equilibrium in increasing strategies; others may exist"


class PrivateExactSolver:
    """Efforts by type of contestants whose quality is certain and whose type is their own secret."""

    name = "private types, no shock"
    source = "Moldovanu and Sela (2001); Weber (1985); Terwiesch and Xu (2008)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest):
            return "takes contests made of parts (ct.Contest)"
        if not isinstance(game.contestants, Private):
            return "types are known to all; ct.Private(n, value=law) would work"
        success, technology = game.success, game.technology
        if not isinstance(success, Highest) or not isinstance(technology, Exact):
            return (
                f"quality or success is random ({type(technology).__name__}, {type(success).__name__}); "
                "ct.Exact() and ct.Highest() would work"
            )
        if success.error is not None or success.handicaps is not None:
            return "judges err or handicap; ct.Highest() without them would work"
        if game.contestants.utility is not None:
            return "contestants are averse to risk; risk-neutral ones would work"
        if not isinstance(game.entry, (AllEnter, Invite, Fee, Reserve)):
            return f"entry is {game.entry!r}; ct.AllEnter(), ct.Reserve(quality) or ct.Fee(amount) would work"
        if not technology.output.is_increasing():
            return f"output {technology.output!r} has flat stretches; one that strictly increases would work"
        if np.unique(game.kind_of()).size > 1:
            return None if _nothing_to_gain(game) else refuse_two_laws(game)
        return refuse_contingent(game) if game.prizes.share else None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate equilibrium of ``game``."""
        contest: Contest = game
        if isinstance(contest.cost, Capped):
            return self._under_a_cap(contest, contest.cost)
        if np.unique(contest.kind_of()).size > 1 and _nothing_to_gain(contest):
            return Candidate(profile=idle_profile(contest), selection="the prizes are equal: nobody works")
        if np.unique(contest.kind_of()).size > 1 and contest.n > 2:
            return Candidate(
                profile=Profile.of(many_law_strategies(contest)),
                selection="alike contestants do the same; others may exist",
                source="Parreiras and Rubinchik (2010); equations of this library",
            )
        if np.unique(contest.kind_of()).size > 1:
            return Candidate(
                profile=Profile.of(two_law_strategies(contest)),
                selection="unique (Amann and Leininger 1996)",
                source="Amann and Leininger (1996)",
            )
        if contest.prizes.share:
            return Candidate(
                profile=Profile.symmetric(contingent_strategy(contest), contest.n),
                selection=_SYMMETRIC,
                source="Terwiesch and Xu (2008), contingent award; equation derived for this library",
            )
        how = advantage(contest)
        strategy = additive_strategy(contest) if how is None else separable_strategy(contest, how)
        return Candidate(profile=Profile.symmetric(strategy, contest.n), selection=_SYMMETRIC)

    def _under_a_cap(self, contest: Contest, cost: Capped) -> Candidate:
        """The candidate without the cap if it binds nobody, else with the strong at the cap."""
        free = self.solve(contest.replace(cost=cost.curve))
        if largest(free.profile) <= cost.at:
            return free
        refusal = refuse_capped(contest)
        if refusal is not None:
            raise UnsolvableError("No solver accepts this contest:", {self.name: refusal})
        return Candidate(
            profile=capped_profile(contest, free.profile),
            selection="the only symmetric equilibrium with efforts that never fall in strength",
            source="Gavious, Moldovanu and Sela (2002)",
        )


def _nothing_to_gain(contest: Contest) -> bool:
    """Whether every rank wins the same and all are ranked, so that effort is a waste."""
    prizes = PrizeLevels(contest.prizes.by_rank()[: contest.n], contest.n)
    return prizes.is_flat and not contest.prizes.share and isinstance(contest.entry, (AllEnter, Invite))


SOLVER = PrivateExactSolver()
