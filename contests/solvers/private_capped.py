"""Private values or costs under a cap on effort: the strong all stand at the cap.

Gavious, Moldovanu and Sela (2002), 'Bid costs and endogenous bid caps' (one prize; the same argument
serves several): without a cap the type of level u bids b(u). If the best type's bid is above the cap,
types below some level do what they would without the cap, and all above it stand at the cap, where ties
fall to chance. With w the worth of a unit of prize in units of effort cost, the type of level t between
them is indifferent,

    w Pi(t) - c(b(t)) = w A(t) - c(cap),

Pi(u) being the expected prize of level u, A(t) that of who ties with all above t and beats all below. As
c(b(t)) = w Pi(t) - w_0 Pi(0) - integral of Pi dw, the right side less the left rises in t with slope
w A' + (A - Pi) w' > 0: there is one such t, or even the worst type would rather stand at the cap. Single
crossing makes every other type prefer her side.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.contest import Contest
from contests.curve_capped import Capped
from contests.entry import AllEnter, Invite
from contests.errors import ConvergenceError
from contests.part import Part
from contests.profile import Profile
from contests.solvers.private_separable import advantage
from contests.strategy import Monotone
from contests.type_flats import levels, types_at

__all__ = ["CappedEffort", "capped_profile", "refuse_capped"]

Array = NDArray[np.float64]
_FAR = 36.0  # log-odds of the levels between which the threshold is sought


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CappedEffort(Part):
    """Efforts as without a cap up to a type, and the cap from there on; callable on types.

    Parameters
    ----------
    below : Strategy
        What types do without a cap.
    threshold : float
        The type from whom on all stand at the cap.
    cap : float
        The largest effort that is allowed.
    """

    below: Any = field()
    threshold: float = field()
    cap: float = field()

    def __call__(self, types: Array) -> Array:
        """Return the effort of each of ``types``."""
        higher = self.below.scores_increase
        capped = types >= self.threshold if higher else types <= self.threshold
        return np.where(capped, self.cap, np.minimum(self.below(types), self.cap))


def largest(profile: Profile) -> float:
    """Return the largest effort of any type under a ``profile``."""
    found = [0.0]
    for i in range(profile.n):
        strategy = profile.strategy(i)
        assert isinstance(strategy, Monotone)
        ends = strategy(types_at(strategy, np.array([-_FAR, _FAR, np.inf])))
        found.extend([strategy.support[1], *ends.tolist()])
        if profile.is_symmetric:
            break
    return float(np.max(found))


def refuse_capped(contest: Contest) -> str | None:
    """Return why a ``contest`` with a cap on effort that binds is not solved here, or None."""
    if np.unique(contest.kind_of()).size > 1:
        return "the cap on effort binds and types follow different laws; one law, or no cap, would work"
    if contest.contestants.private_trait == "ability":
        return (
            "the cap on effort binds and ability is private; a private value or cost, or no cap, would work"
        )
    if not isinstance(contest.entry, (AllEnter, Invite)) or contest.prizes.share:
        return (
            "the cap on effort binds, and there is a reserve, a fee or an award contingent on quality; "
            "ct.AllEnter() and fixed prizes, or no cap, would work"
        )
    return None


def capped_profile(contest: Contest, free: Profile) -> Profile:
    """Return the symmetric equilibrium of a ``contest`` whose cost is `Capped`, given that without a cap.

    Parameters
    ----------
    contest : Contest
        One that `refuse_capped` does not refuse.
    free : Profile
        The equilibrium without the cap, in which somebody exceeds it.

    Returns
    -------
    Profile

    Raises
    ------
    ConvergenceError
        If so few types stand at the cap that rounding hides them.
    """
    cost = contest.cost
    assert isinstance(cost, Capped)
    how, strategy = advantage(contest), free.strategy(0)
    assert how is not None
    assert isinstance(strategy, Monotone)
    values = contest.prizes.by_rank()[: contest.n]

    def jump(z: float) -> float:
        """What the type at log-odds ``z`` gains by standing at the cap with all above her, times her cost."""
        place = np.array([z])
        below, above = levels(place)
        type = types_at(strategy, place)
        worth = np.exp(how.log_strength(type))
        effort = np.asarray(strategy(type))
        rivals = [contest.n - 1]
        tied = numerics.rank_distribution_tied([0 * above], [above], [below], rivals, values.size) @ values
        alone = numerics.rank_distribution([above], [below], rivals, values.size) @ values
        return float((worth * (tied - alone) + cost.curve(effort) - cost.curve(cost.at))[0])

    if jump(-_FAR) >= 0.0:
        threshold = -np.inf
    elif jump(_FAR) <= 0.0:
        raise ConvergenceError("So few types stand at the cap on effort that rounding hides them.")
    else:
        threshold = float(numerics.root(jump, -_FAR, _FAR))
    type = float(types_at(strategy, np.array([threshold]))[0])
    effort = CappedEffort(below=strategy, threshold=type, cap=cost.at)
    increase = strategy.scores_increase
    return Profile.symmetric(
        Monotone(types=strategy.types, function=effort, scores_increase=increase), contest.n
    )
