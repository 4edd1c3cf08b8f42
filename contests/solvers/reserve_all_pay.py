"""Certain quality and a reserve: the all-pay contest in which too little effort wins nothing.

Let c_r be the cost of the effort that just reaches the reserve, in units of the cost curve, and w a
contestant's value over her cost factor.

*Alike contestants, any prizes by rank.* If the first prize is worth no more than c_r nobody exerts
anything. Else they mix as without a reserve above it, and all effort that would be below is given up:
`contests.mixing_reserve.ReserveMixed`. Payoffs are zero, unless there are prizes for all.

*Different values or costs, one prize.* Let w_1 >= w_2 be the two largest. With w_2 <= c_r nobody meets
the strongest, who does exactly what the reserve asks if w_1 > c_r. With w_2 > c_r the two mix on the
efforts from the reserve to the one that costs w_2:

    F_1(x) = c(x) / w_2, an atom c_r / w_2 at the reserve,
    F_2(x) = (w_1 - w_2 + c(x)) / w_1, an atom (w_1 - w_2 + c_r) / w_1 at no effort,

each making the other indifferent; payoffs are w_1 - w_2 and zero, as without a reserve. Nobody else
gains by joining. A reserve that even no effort reaches changes nothing.

Sources: Hillman and Riley (1989); Bertoletti (2016) for reserve prices with complete information.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from contests.contest import Contest
from contests.entry import AllEnter, Reserve
from contests.game import Game
from contests.mixing_known import PairMixed
from contests.mixing_reserve import LeaderMixed, ReserveMixed
from contests.profile import Profile
from contests.solvers.all_pay_identical import not_all_pay
from contests.solving import Candidate
from contests.strategy import Pure, Strategy

__all__ = ["SOLVER", "ReserveAllPaySolver"]


class ReserveAllPaySolver:
    """Mixed strategies under a reserve that certain quality must reach."""

    name = "reserve, no shock"
    source = "Hillman and Riley (1989); Bertoletti (2016)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        takes = "takes all-pay contests of known contestants with ct.Reserve(quality)"
        if not isinstance(game, Contest) or not isinstance(game.entry, Reserve) or game.entry.fee:
            return takes
        plain = game.replace(entry=AllEnter())
        reason = not_all_pay(plain)
        if reason is not None:
            return reason
        if not _binds(game):
            return _plain_room(plain)[1]
        if np.isfinite(game.cost.domain[1]):
            return "efforts are capped; a cost without a cap, or no reserve, would work"
        if game.is_symmetric:
            return None
        if game.prizes.by_rank().size > 1:
            return "contestants differ and there are several prizes; one prize or identical ones would work"
        ability = np.asarray(game.contestants.trait("ability", np.arange(game.n)), float)
        if np.ptp(ability) > 0 or getattr(game.success, "handicaps", None) is not None:
            return "contestants have head starts; different values or costs would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the equilibrium of ``game``."""
        contest: Contest = game
        if not _binds(contest):
            plain = contest.replace(entry=AllEnter())
            return _plain_room(plain)[0].solve(plain)  # type: ignore[no-any-return]
        if contest.is_symmetric:
            return _alike(contest)
        return _different(contest)


def _plain_room(contest: Contest) -> tuple[Any, str | None]:
    """The room of a contest without a reserve, or why it has none."""
    from contests.solvers import all_pay_identical, all_pay_known

    room = all_pay_identical.SOLVER if contest.is_symmetric else all_pay_known.SOLVER
    return room, room.refuses(contest)


def _least(contest: Contest) -> float:
    """The effort that just reaches the reserve, everybody's."""
    ability = float(np.asarray(contest.contestants.trait("ability", 0)))
    technology: Any = contest.technology
    return float(technology.effort_for(contest.entry.least_quality, ability))


def _binds(contest: Contest) -> bool:
    """Whether somebody does not reach the reserve without effort."""
    ability = np.asarray(contest.contestants.trait("ability", np.arange(contest.n)), float)
    nothing = np.asarray(contest.technology.location(0.0, ability))
    return bool(np.any(nothing < contest.entry.least_quality))


def _alike(contest: Contest) -> Candidate:
    n, least = contest.n, _least(contest)
    traits = contest.contestants
    value, factor = (float(np.asarray(traits.trait(name, 0))) for name in ("value", "cost"))
    prizes = contest.prizes.by_rank()[:n] * (value / factor)
    spent = float(contest.cost(least)) if np.isfinite(least) else np.inf
    strategy: Strategy
    if prizes[0] <= spent:
        strategy, words = Pure(0.0), "nobody reaches the reserve"
    elif n == 1 or (prizes.size == n and prizes[0] == prizes[-1]):
        strategy, words = Pure(least), "everybody does what the reserve asks"
    else:
        strategy = ReserveMixed(n=n, prizes=prizes, cost=contest.cost, least=least)
        words = "symmetric; others may exist"
    return Candidate(profile=Profile.symmetric(strategy, n), selection=words)


def _different(contest: Contest) -> Candidate:
    everyone, least = np.arange(contest.n), _least(contest)
    traits = contest.contestants
    value, factor = (
        np.broadcast_to(np.asarray(traits.trait(name, everyone), float), (contest.n,))
        for name in ("value", "cost")
    )
    worth = value * contest.prizes.top / factor
    order = np.argsort(-worth, kind="stable")
    strong, weak = float(worth[order[0]]), float(worth[order[1]])
    spent = float(contest.cost(least)) if np.isfinite(least) else np.inf
    strategies: list[Strategy] = [Pure(0.0)] * contest.n
    if strong <= spent:
        words = "nobody reaches the reserve"
    elif weak <= spent:
        strategies[order[0]] = Pure(least)
        words = "the strongest does what the reserve asks, alone"
    else:
        common: dict[str, Any] = {
            "cost": contest.cost, "least": least, "top": float(contest.cost.inverse(weak)),
        }  # fmt: skip
        strategies[order[0]] = LeaderMixed(value=weak, payoff=0.0, **common)
        strategies[order[1]] = PairMixed(value=strong, payoff=strong - weak, **common)
        tied = contest.n > 2 and float(worth[order[2]]) == weak
        words = (
            "the two strongest compete; others may exist" if tied or strong == weak else "the strongest two"
        )
    return Candidate(profile=Profile.of(strategies), selection=words)


SOLVER = ReserveAllPaySolver()
