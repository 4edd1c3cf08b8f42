"""Private types and a reserve on certain quality, with luck in the choice of the winner.

A contestant of type t learns her value, cost or ability, and does nothing, which wins nothing and costs
nothing, or at least the effort e(t) that brings her quality to the reserve; who else takes part she does not
see. With G the probability that a rival stays out, her effort maximises

    v P(L(e, t)) - k c(e) - fee   over e >= e(t),

P(L) being the expected prize of standing at L against rivals who stay out (and lose to all who do not) with
probability G each: who is alone wins. In a lottery with one prize and all who come at the reserve
P = V (1 - G^n) / (n (1 - G)).

*Replies.* The better type gains more from taking part and from every step of effort (values, costs; for
abilities quality rises with the type if the cost of quality is convex), so replies are: out up to a
threshold, at the reserve exactly in a band, and above the band where the first-order condition holds.
Either of the last two may be empty. *Existence.* Efforts of nothing or at least e(t) > 0 are a set on which
payoffs are continuous (a reserve takes away the jump of lotteries at zero) and cross once in the type, so
there is an equilibrium in increasing strategies (Athey 2001), whatever the exponent; it need not be the only
one, and contestants who are alike may also come in turns.

*How.* For a share G that stays out `contests.solvers.private_least_field` finds what those who come do; the
threshold type, who gains nothing by taking part, is one root outside. Limits: a reserve that all reach
without effort leaves the contest as it is; one below what all would do anyway changes nothing; where types
hardly differ, who comes is random as in the mixed equilibrium of entry at the cost of the reserve.

Sources: Athey (2001) for existence; Clark and Riis (1996) for several prizes in a lottery; the equations are
this library's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Private
from contests.entry import AllEnter, Fee, Reserve
from contests.errors import ConvergenceError
from contests.game import Game
from contests.prize_tables import score_grid
from contests.profile import Profile
from contests.solvers.entry_by_type import EntryByType, Inside
from contests.solvers.private_least import LeastReply, least_efforts
from contests.solvers.private_least_field import LeastField
from contests.solvers.private_replies import ReplyByType
from contests.solving import Candidate, available_solvers
from contests.technology import Exact

__all__ = ["SOLVER", "PrivateReserveLuckSolver"]

Array = NDArray[np.float64]
_NODES, _FINE = 64, 200  # types: to find the threshold, and as many as the certificate takes
_FEWEST = 1e-12  # probability of taking part below which nothing is said
_NEAR = 1e-13  # of the stakes: what a threshold type may lose or gain by rounding


class PrivateReserveLuckSolver:
    """Who takes part and what they do, by type, under a reserve on certain quality and luck."""

    name = "private types, reserve and luck"
    source = "Athey (2001); equations of this library"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        takes = "takes lotteries and judges who err on certain quality, with private types and ct.Reserve"
        if not isinstance(game, Contest) or not isinstance(game.entry, Reserve):
            return takes
        if not isinstance(game.technology, Exact) or game.race is None or game.race.noise is None:
            return takes
        if not isinstance(game.contestants, Private):
            return "types are known to all; ct.Private(n, value=law) would work"
        if game.contestants.utility is not None:
            return "contestants are averse to risk; risk-neutral ones would work"
        if game.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        if not game.is_symmetric:
            return "contestants differ in the law of their types; one law for all would work"
        if not game.technology.output.is_increasing():
            return "output has flat stretches; one that strictly increases would work"
        if _is_void(game):
            return _without(game)[1]
        if score_grid(game.race.noise, np.zeros(1), game.n) is None:
            return (
                f"the error {game.race.noise!r} has kinks or heavy tails; a normal, logistic or Gumbel one "
                "would work"
            )
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate equilibrium of ``game``."""
        if _is_void(game):
            solver, _ = _without(game)
            found: Candidate = solver.solve(_free(game))
            return Candidate(profile=found.profile, selection=f"the reserve does not bind; {found.selection}")
        strategy = _Threshold(game).solve()
        _check_order(game, strategy)
        who = {0.0: "nobody takes part", 1.0: "all take part"}.get(strategy.share, "a threshold")
        return Candidate(
            profile=Profile.symmetric(strategy, game.n), selection=f"{who}; symmetric, others may exist"
        )


def _check_order(contest: Contest, strategy: EntryByType) -> None:
    """Refuse to answer where able types have the worse ideas: then they are not the ones to take part."""
    inner = strategy.function.inner
    if contest.contestants.private_trait != "ability" or inner is None:
        return
    types = np.sort(inner.type_nodes()[0])
    quality = np.asarray(contest.technology.location(inner(types), types), float)
    rounding = 1e-9 * np.ptp(quality) + 1e-13 * np.abs(quality).max()  # all may stand at the reserve
    if np.any(np.diff(quality) < -rounding):
        raise ConvergenceError(
            "Types of higher ability have worse ideas: the cost of quality is not convex. A cost that is "
            "convex in output would work."
        )


def _is_void(contest: Contest) -> bool:
    """Whether every type reaches the reserve without effort."""
    weakest = contest.contestants.law_of(0).support[0]  # type: ignore[attr-defined]
    ability = weakest if contest.contestants.private_trait == "ability" else 0.0
    return bool(np.asarray(contest.technology.location(0.0, ability)) >= contest.entry.least_quality)


def _free(contest: Contest) -> Contest:
    """The contest without its reserve."""
    return contest.replace(entry=Fee(contest.entry.price) if contest.entry.price else AllEnter())


def _without(contest: Contest) -> tuple[Any, str | None]:
    """The solver of a contest without its reserve, or why there is none."""
    free, said = _free(contest), []
    for one in available_solvers():
        reason = one.refuses(free)
        if reason is None:
            return one, None
        if one.name.startswith("private types"):
            said.append(reason)
    return None, f"all types reach the reserve without effort, and without it {said[1]}"


def _fewer(log: float, next_log: float) -> float:
    """The log of a smaller share, where none was found down to ``log``: no further than floats can tell."""
    least = float(np.log(_FEWEST))
    if log <= least:
        raise ConvergenceError("So few types reach the reserve that floats cannot tell them apart.")
    return max(next_log, least)


class _Threshold:
    """The share of types who stay out.

    Parameters
    ----------
    contest : Contest
        As in `LeastField`.
    """

    def __init__(self, contest: Contest) -> None:
        self.contest, self.field, self.price = (
            contest,
            LeastField(contest, _NODES),
            float(contest.entry.price),
        )
        self._alone = self.field.alone()
        self._kept: dict[float, float] = {}

    def best(self, found: LeastReply, rest: float) -> float:
        """What the weakest of a share ``rest`` earns by taking part, net of the fee."""
        weakest = np.array([self.field.type_at(rest)])
        least = least_efforts(self.contest, weakest)
        if not np.isfinite(weakest[0]):
            return np.inf if rest < 0.5 else -np.inf
        if not np.all(least <= self.contest.cost.domain[1]):
            return -np.inf
        return float(found.payoff(weakest)[0]) - self.price

    def worth(self, log: float) -> float:
        """What the weakest of those who come earns if their share is the exponential of ``log``."""
        if log not in self._kept:
            rest = float(np.exp(log))
            self._kept[log] = self.best(self.field.solve(rest)[0], rest)
        return self._kept[log]

    def solve(self) -> EntryByType:
        """The strategy of all."""
        from scipy.optimize import brentq

        room = _NEAR * self.contest.stakes
        most = self._most()
        if most == 0.0 or (most == 1.0 and self.worth(0.0) >= 0):
            return self._strategy(most)
        high, step = float(np.log(most)), 0.25
        if self.worth(high) >= -room:
            return self._strategy(most)
        low = high - step
        while self.worth(low) <= 0:
            high, step = low, 2.0 * step
            low = _fewer(low, low - step)
        root = float(brentq(self.worth, low, high, xtol=1e-13, rtol=1e-13))
        self.field.size, step = _FINE, 1e-9
        self._kept.clear()
        if abs(self.worth(root)) > 1e-12 * self.contest.stakes:
            while self.worth(root - step) <= 0 or self.worth(min(root + step, 0.0)) > 0:
                step *= 30.0
                if step > 0.1:
                    raise ConvergenceError("The threshold type varies with the number of nodes.")
            root = float(brentq(self.worth, root - step, min(root + step, 0.0), xtol=1e-13, rtol=1e-13))
        return self._strategy(float(np.exp(root)))

    def _most(self) -> float:
        """The share of types who would take part if nobody else did; no more of them ever do."""
        from scipy.optimize import brentq

        def sure(log: float) -> float:
            value = self.best(self._alone, float(np.exp(log)))
            return float(np.clip(value, -1e300, 1e300))

        if sure(0.0) >= 0:
            return 1.0
        if self.best(self._alone, 0.0) <= 0:
            return 0.0
        high, low = 0.0, -1.0
        while sure(low) <= 0:
            high, low = low, _fewer(low, 2.0 * low)
        return float(np.exp(brentq(sure, low, high, xtol=1e-15, rtol=1e-14)))

    def _strategy(self, share: float) -> EntryByType:
        field, inner = self.field, None
        field.size = _FINE
        if share > 0:
            found, breaks = field.solve(share)
            inner = ReplyByType(
                types=field.tail(share), function=found, scores_increase=field.up, breaks=breaks
            )
        return EntryByType(
            types=field.law,
            function=Inside(inner=inner, threshold=field.type_at(share)),
            scores_increase=field.up,
            share=share,
        )


SOLVER = PrivateReserveLuckSolver()
