"""Lotteries with sure efforts: share functions and the exact active set.

Contestant i's score is s_i = a_i (q(e_i) + h_i)^r; she wins with probability
p_i = s_i / Y, Y = z + sum of scores, and pays k_i c(e_i).

*Linear case* (r = 1, linear output and cost). With w_i = a_i v_i q' / (k_i c')
the best reply to the aggregate Y is the share max(a_i h_i / Y, 1 - Y / w_i), so
Y solves sum of shares + z/Y = 1: convex and decreasing in Y, so Newton's method
from the left never overshoots and finds the active set exactly in a few passes.

*Concave case* (r <= 1, any convex cost, concave output). Given Y, the best reply
solves one monotone equation; shares fall in Y, so the aggregate is one root.

*Trials* (the best of a number of draws wins): whatever the law of a draw, the lottery with
r = 1 (Fullerton and McAfee 1999), solved as such if contestants differ.

*Alike contestants* (any r, any prizes): the symmetric first-order condition.
Existence is for the certificate to decide: with one prize and linear cost it is
an equilibrium if and only if r <= n/(n-1).

Sources: Szidarovszky and Okuguchi (1997) and Cornes and Hartley (2005) for share
functions and uniqueness; Clark and Riis (1996) for several prizes; Perez-Castrillo
and Verdier (1992) for existence; Konrad (2002) for head starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Known, Private
from contests.curves import Linear
from contests.game import Game
from contests.numerics import root
from contests.profile import Profile
from contests.solvers.symmetric import first_order_effort, first_order_together
from contests.solving import Candidate
from contests.strategy import Pure
from contests.success import Highest, Lottery
from contests.technology import Exact, Trials

__all__ = ["SOLVER", "LotterySolver"]

Array = NDArray[np.float64]
_SAMPLE = 500  # contestants from whom a lower bound on the aggregate is taken first
_DEPTH = 300.0  # logs below the largest effort worth while at which an effort counts as none


class LotterySolver:
    """Sure efforts in a lottery: alike contestants, or one prize and exponent at most 1."""

    name = "lottery, sure efforts"
    source = "Szidarovszky and Okuguchi (1997); Cornes and Hartley (2005)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if isinstance(game, Contest) and _is_race_of_trials(game):
            game = _as_lottery(game)
        if not isinstance(game, Contest) or not isinstance(game.success, Lottery):
            return "takes contests whose success is ct.Lottery, and known differences with ct.Trials"
        if isinstance(game.contestants, Private):
            return "contestants have private types; known or identical ones would work"
        if game.contestants.utility is not None:
            return "contestants are averse to risk; risk-neutral ones would work"
        if type(game.entry).__name__ not in ("AllEnter", "Invite"):
            return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
        if game.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        return None if game.is_symmetric else self._refuses_differences(game)

    def _refuses_differences(self, game: Contest) -> str | None:
        """Return why share functions do not solve ``game``, or None if they do."""
        assert isinstance(game.success, Lottery)
        if game.prizes.by_rank().size > 1:
            return "contestants differ and there are several prizes; one prize would work"
        if game.success.exponent > 1:
            exponent = game.success.exponent
            return f"contestants differ and the exponent {exponent:g} is above 1; at most 1 would work"
        output = getattr(game.technology, "output", None)
        if output is None or not output.is_concave:
            return "the output is not known to be concave; ct.Linear() or a ct.Power of at most 1 would work"
        if not game.cost.is_convex:
            return "the cost is not known to be convex; ct.Linear() or a ct.Power of at least 1 would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate equilibrium of ``game``."""
        contest: Contest = _as_lottery(game) if _is_race_of_trials(game) else game
        exponent = contest.success.exponent  # type: ignore[attr-defined]
        # With a draw nobody may find effort worth while: share functions settle that without rounding.
        by_shares = contest.success.draw > 0 and self._refuses_differences(contest) is None  # type: ignore[attr-defined]
        if contest.is_symmetric and not by_shares:
            return self._alike(contest, first_order_effort(contest))
        linear = (
            exponent == 1.0
            and isinstance(contest.cost, Linear)
            and isinstance(getattr(contest.technology, "output", None), Linear)
        )
        efforts = _linear(contest) if linear else _concave(contest)
        return Candidate(profile=Profile.pure(efforts), selection=f"unique ({self.source})")

    def solve_together(self, games: Sequence[Any]) -> list[Candidate] | None:
        """Return the candidates of plain lotteries, the same but for number and prize (``games``)."""
        efforts = first_order_together(games)
        if efforts is None:
            return None
        return [self._alike(game, float(effort)) for game, effort in zip(games, efforts, strict=True)]

    def _alike(self, contest: Contest, effort: float) -> Candidate:
        """The symmetric candidate of alike contestants."""
        exponent = contest.success.exponent  # type: ignore[attr-defined]
        certain = exponent <= 1 and contest.prizes.by_rank().size == 1 and contest.cost.is_convex
        selection = f"unique ({self.source})" if certain else "symmetric; others may exist"
        return Candidate(profile=Profile.symmetric(Pure(effort), contest.n), selection=selection)


def _is_race_of_trials(contest: Contest) -> bool:
    """Whether contestants who differ draw any number of times and the best draw wins, fairly judged."""
    success = contest.success
    return (
        isinstance(contest.technology, Trials)
        and not contest.technology.whole
        and isinstance(contest.contestants, Known)
        and type(success) is Highest
        and success.error is None
        and success.handicaps is None
        and type(contest.entry).__name__ in ("AllEnter", "Invite")
    )


def _as_lottery(contest: Contest) -> Contest:
    """The lottery that is the same game of efforts as a race of trials."""
    return contest.replace(technology=Exact(), success=Lottery())


def _columns(contest: Contest) -> tuple[Array, Array, Array, Array]:
    """Prize values, cost factors, weights and head starts (in quality): numbers, or one a contestant."""
    everyone = np.arange(contest.n)
    traits, success = contest.contestants, contest.success
    assert isinstance(success, Lottery)

    def column(value: Any) -> Array:
        return np.asarray(value, float)

    value = column(traits.trait("value", everyone)) * contest.prizes.top
    cost = column(traits.trait("cost", everyone))
    weight = column(1.0 if success.weights is None else success.weights[: contest.n])
    start = column(traits.trait("ability", everyone))
    if success.head_starts is not None:
        start = start + success.head_starts[: contest.n]
    return value, cost, weight, start


def _linear(contest: Contest) -> Array:
    """The exact equilibrium with exponent 1, linear output and linear cost."""
    value, cost, weight, start = _columns(contest)
    output: Linear = contest.technology.output  # type: ignore[attr-defined]
    price: Linear = contest.cost  # type: ignore[assignment]
    start = weight * (start + output.intercept)
    draw = contest.success.draw  # type: ignore[attr-defined]
    if contest.prizes.top == 0:
        return np.zeros(contest.n)
    inverse = np.broadcast_to((cost * (price.slope / output.slope)) / (weight * value), (contest.n,))
    start = np.broadcast_to(start, (contest.n,)) if np.any(start) else np.zeros(1)
    if not (draw or start.any()):
        aggregate = _aggregate_of_positive(inverse)
    else:
        start = np.broadcast_to(start, (contest.n,))
        aggregate = _aggregate(inverse, start, draw)
    active = inverse * aggregate < 1.0
    if start.any():
        active = aggregate - aggregate**2 * inverse > start
    return _efforts_of(aggregate, active, inverse, start, draw) / (weight * output.slope)


def _aggregate_of_positive(inverse: Array) -> float:
    """The aggregate when nothing is given away: Newton from the left, on ever fewer contestants.

    More contestants only raise the aggregate, so that of a sample is where Newton's method may
    start; whoever is too weak for a lower aggregate is too weak for the right one.
    """
    left = inverse
    if inverse.size > _SAMPLE**2:
        left = inverse[inverse * _aggregate_of_positive(inverse[:: inverse.size // _SAMPLE]) < 1.0]
    while left.size > 1:
        aggregate = (left.size - 1.0) / float(left.sum())
        stay = left * aggregate < 1.0
        if stay.all():
            return aggregate
        left = left[stay]
    return 0.0


def _aggregate(inverse: Array, start: Array, draw: float) -> float:
    """The aggregate with head starts or a draw: Newton on the convex, falling sum of shares."""
    aggregate = float(start.sum() + draw)
    active = inverse * aggregate < 1.0
    for _ in range(10_000):
        idle = float(start[~active].sum() + draw)
        k, s = int(active.sum()), float(inverse[active].sum())
        if k == 0:
            return aggregate
        # k - s Y + idle / Y = 1, whose positive root needs no subtraction when k > 1.
        excess = k - 1.0
        updated = (excess + np.sqrt(excess * excess + 4.0 * s * idle)) / (2.0 * s)
        still = updated - updated**2 * inverse > start
        if updated <= aggregate or np.array_equal(still, active):
            return float(max(updated, aggregate))
        aggregate, active = updated, still
    return aggregate


def _efforts_of(
    aggregate: float, active: NDArray[np.bool_], inverse: Array, start: Array, draw: float
) -> Array:
    """Impacts beyond the head start, without the cancellation in 1 - Y/w.

    With k active and s the sum of 1/w, the share of i is (s - (k - 1)/w_i)/s. Among near equals
    that is taken relative to the strongest; among unequals, from the others' sum alone.
    """
    impact = np.zeros(inverse.size)
    own = inverse if active.all() else inverse[active]
    k, s = own.size, float(own.sum())
    if k < 2 or draw or start.any():
        head = np.broadcast_to(start, active.shape)[active]
        impact[active] = np.maximum(aggregate - aggregate**2 * own - head, 0.0)
        return impact
    least = float(own.min())
    behind = own - least
    total_behind = float(behind.sum())
    if k == 2:  # the other's, exactly
        share = own[::-1]
    elif 2 * total_behind < s:
        share = least + total_behind - (k - 1) * behind
    else:  # of three or more active nobody's is more than half of the sum
        share = s - own - (k - 2) * own
    impact[active] = np.maximum(share / s, 0.0) * aggregate
    return impact


def _concave(contest: Contest) -> Array:
    """The equilibrium with exponent at most 1, convex cost and concave output: one root in log Y."""
    value, cost, weight, start = (np.broadcast_to(c, (contest.n,)) for c in _columns(contest))
    success, output = contest.success, contest.technology.output  # type: ignore[attr-defined]
    assert isinstance(success, Lottery)
    top = np.broadcast_to(contest.largest_effort(np.arange(contest.n)), (contest.n,))
    if not value.any():
        return np.zeros(contest.n)

    def score(effort: Array) -> Array:
        return np.asarray(weight * (start + output(effort)) ** success.exponent)

    def slope(effort: Array) -> Array:
        with np.errstate(divide="ignore"):  # infinite at zero effort when the exponent is below 1
            base = (start + output(effort)) ** (success.exponent - 1.0)
        return np.asarray(weight * success.exponent * base * output.derivative(effort))

    def reply(aggregate: float) -> Array:
        """Best replies to the aggregate, by bisection of the falling marginal payoff in log effort."""

        def gain(effort: Array) -> Array:
            left = np.maximum(1.0 - score(effort) / aggregate, 0.0)
            return value / aggregate * left * slope(effort) - cost * contest.cost.derivative(effort)

        low, high = np.log(top) - _DEPTH, np.log(top)
        for _ in range(64):
            middle = (low + high) / 2
            up = gain(np.exp(middle)) > 0
            low, high = np.where(up, middle, low), np.where(up, high, middle)
        effort = np.exp((low + high) / 2)
        return np.where(gain(top * np.exp(-_DEPTH)) > 0, effort, 0.0)

    idle = success.draw + float(score(np.zeros(contest.n)).sum())

    def excess(log_aggregate: float) -> float:
        aggregate = float(np.exp(log_aggregate))
        return float((score(reply(aggregate)).sum() + success.draw) / aggregate) - 1.0

    high = float(np.log(score(top).sum() + success.draw))
    if idle > 0:
        low = float(np.log(idle))
        if excess(low) <= 0:  # nobody answers what is given away
            return np.zeros(contest.n)
    else:
        low = high - 1.0
        while excess(low) <= 0:
            low -= 2.0
    return reply(float(np.exp(root(excess, low, high))))


SOLVER = LotterySolver()
