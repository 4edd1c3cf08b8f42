"""Contestants averse to risk: sure efforts with a shock or in a lottery.

With final wealth W_k = w + v prize_k - c(e) at rank k, effort e solves

    sum_k P_k'(e) u(W_k) = c'(e) sum_k P_k(e) u'(W_k),

utility and marginal utility taken relative to those at the worst rank, so that neither
the unit of utility nor that of money matters.

*Alike contestants* (any shock, lottery, prizes): at equal efforts P_k = 1/n and P_k' is
the slope of the rank kernel: one equation in one unknown, and every root is found.

*Contestants who differ* (a lottery for one prize, exponent at most 1): given the
aggregate of scores Y the condition is one equation in one's own share; shares add to
one at the equilibrium aggregate. With constant absolute risk aversion, linear cost and
exponent 1 the share is (t - a Y)/(t (1 - a Y)), t = 1 - exp(-a V) [with one's own value
and cost at one], falling in Y, so that the equilibrium is unique. With other
attitudes there may be several, also of alike contestants of whom only some are active
(Cornes and Hartley 2012); those of one prize are looked for and reported.

*Contestants who differ* otherwise (any shock, several prizes, a draw): `risk_averse_unlike`.

Sources: Hillman and Katz (1984); Skaperdas and Gan (1995); Cornes and Hartley (2003, 2012).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.contest import Contest
from contests.contestants import Private
from contests.errors import ConvergenceError
from contests.game import Game
from contests.profile import Profile
from contests.solvers.risk_averse_unlike import unlike_efforts
from contests.solving import Candidate
from contests.strategy import Pure
from contests.success import Lottery
from contests.technology import Trials
from contests.utility import CARA, Utility

__all__ = ["SOLVER", "RiskAverseSolver"]

Array = NDArray[np.float64]
_KINDS = 60  # kinds of contestants who differ
_SEARCHED = 60  # alike contestants up to whom partly active equilibria are looked for


class RiskAverseSolver:
    """Sure efforts of contestants averse to risk."""

    name = "risk averse"
    source = "Skaperdas and Gan (1995); Cornes and Hartley (2003, 2012)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest):
            return "takes contests made of parts (ct.Contest)"
        if game.contestants.utility is None:
            return "contestants are risk neutral; the other solvers would work"
        if isinstance(game.contestants, Private):
            return "contestants have private types; known or identical ones would work"
        if game.race is None or game.race.noise is None:
            return "quality is certain; a shock (ct.Additive) or ct.Lottery would work"
        if type(game.entry).__name__ not in ("AllEnter", "Invite"):
            return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
        if game.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        if isinstance(game.technology, Trials) and game.technology.whole:
            return "trials come in whole numbers; ct.Trials(draw) with real numbers would work"
        if not game.is_symmetric and np.unique(game.kind_of()).size > _KINDS:
            return f"more than {_KINDS} kinds of contestants; fewer kinds or risk-neutral ones would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate equilibrium of ``game``.

        Raises
        ------
        ConvergenceError
            If no aggregate of scores fits all best replies.
        """
        contest: Contest = game
        if contest.is_symmetric and contest.race is not None and not np.isfinite(contest.race.nature):
            effort, roots = _symmetric(contest, contest.n)
            return Candidate(
                profile=Profile.symmetric(Pure(effort), contest.n), selection=_others(contest, effort, roots)
            )
        success = contest.success
        simple = isinstance(success, Lottery) and success.exponent <= 1 and contest.prizes.by_rank().size == 1
        if not simple:
            return Candidate(
                profile=Profile.pure(_unlike(contest)),
                selection="alike contestants do the same; others may exist",
                source="Green and Stokey (1983); Cornes and Hartley (2012)",
            )
        utilities = {contest.contestants.utility_of(i) for i in range(contest.n)}
        certain = all(one is None or isinstance(one, CARA) for one in utilities)
        return Candidate(
            profile=Profile.pure(_shares(contest)),
            selection="unique (Cornes and Hartley 2003)" if certain else "others may exist",
        )


def _marginal(contest: Contest, i: int, effort: Array, chance: Array, slope: Array) -> tuple[Array, Array]:
    """Benefit and cost at the margin of effort, in money at the worst rank.

    ``chance`` and ``slope``, shape (m, ranks), are the probabilities of the paid ranks and their
    derivatives in effort; what is left is unpaid.
    """
    traits = contest.contestants
    utility = traits.utility_of(i)
    values = float(np.asarray(traits.trait("value", i))) * contest.prizes.by_rank()[: contest.n]
    cost = np.asarray(contest.effort_cost(i, effort), float)
    rate = float(np.asarray(traits.trait("cost", i))) * np.asarray(contest.cost.derivative(effort), float)
    if utility is None:
        return slope @ values, rate
    worst = traits.wealth - cost
    with np.errstate(divide="ignore", invalid="ignore"):  # wealth used up: no such effort
        gain = utility.gain(worst[:, None] + values, worst[:, None])
        weight = utility.weight(worst[:, None] + values, worst[:, None])
    rest = 1.0 - chance.sum(axis=1)
    return np.sum(slope * gain, axis=1), rate * (np.sum(chance * weight, axis=1) + rest)


def _unlike(contest: Contest) -> Array:
    """Efforts of contestants who differ, any shock and prizes."""
    _, first = np.unique(contest.kind_of(), return_index=True)
    tops = np.array([_ceiling(contest, int(i)) for i in first])
    if not (tops > 0).any():
        return np.zeros(contest.n)

    def margins(i: int, effort: Array, chance: Array, slope: Array) -> tuple[Array, Array]:
        return _marginal(contest, i, effort, chance, slope)

    return unlike_efforts(contest, margins, tops)


def _ceiling(contest: Contest, i: int) -> float:
    """The largest effort that is worth while and leaves wealth at which utility is defined."""
    top = float(contest.largest_effort(i))
    utility, wealth = contest.contestants.utility_of(i), contest.contestants.wealth
    if isinstance(utility, Utility) and not isinstance(utility, CARA) and wealth > 0:
        factor = float(np.asarray(contest.contestants.trait("cost", i)))
        top = min(top, float(np.asarray(contest.cost.inverse(wealth / factor))) * (1 - 1e-12))
    return top


def _symmetric(contest: Contest, n: int) -> tuple[float, int]:
    """The effort of n alike contestants at the last fall of the marginal payoff, and how many falls."""
    race = contest.race
    assert race is not None
    assert race.noise is not None
    top = _ceiling(contest, 0)
    if top <= 0 or n < 2:
        return 0.0, 0
    paid = min(contest.prizes.by_rank().size, n)
    beta = np.zeros(contest.prizes.by_rank()[: contest.n].size)
    beta[:paid] = numerics.rank_slopes(race.noise, n, paid)
    even = np.where(np.arange(beta.size) < n, 1.0 / n, 0.0)
    ability = float(np.asarray(contest.contestants.trait("ability", 0)))

    def excess(log_effort: Array) -> Array:
        effort = np.exp(log_effort)
        lift = np.asarray(race.slope(0, effort, ability))[:, None]
        chance = np.broadcast_to(even, (effort.size, beta.size))
        benefit, price = _marginal(contest, 0, effort, chance, lift * beta)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.log(np.maximum(benefit, 0.0)) - np.log(price)
        return np.where(np.isnan(found), -np.inf, found)

    grid = np.linspace(np.log(top) - 50.0, np.log(top), 1201)
    up = excess(grid) > 0
    falls = np.flatnonzero(up[:-1] & ~up[1:])
    if falls.size == 0:
        return (top if up[-1] else 0.0), 0
    k = int(falls[-1])
    log = _bisect(lambda x: float(excess(np.array([x]))[0]), float(grid[k]), float(grid[k + 1]))
    return float(np.exp(log)), int(falls.size)


def _bisect(function: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(70):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return (low + high) / 2


def _others(contest: Contest, effort: float, roots: int) -> str:
    """What else may be an equilibrium: other symmetric roots, or fields of which only some are active."""
    several = f"; {roots} symmetric candidates, the one with the most effort" if roots > 1 else ""
    if not contest.success.is_lottery or contest.prizes.by_rank().size > 1 or contest.n > _SEARCHED:
        return f"symmetric; others may exist{several}"
    sizes = []
    stakes = contest.stakes
    for m in range(2, contest.n):
        some, _ = _symmetric(contest, m)
        efforts = np.where(np.arange(contest.n) < m, some, 0.0)
        profile = Profile.pure(efforts)
        grid = np.append(0.0, _ceiling(contest, 0) * np.geomspace(1e-9, 1.0, 300))
        idle = np.asarray(contest.payoff(contest.n - 1, grid, profile))
        active = np.asarray(contest.payoff(0, np.append(some, grid), profile))
        if idle.max() <= idle[0] + 1e-9 * stakes and active.max() <= active[0] + 1e-9 * stakes:
            sizes.append(str(m))
    if sizes:
        return f"symmetric; equilibria with only {', '.join(sizes)} of {contest.n} active exist too{several}"
    return f"symmetric; no equilibrium with equal efforts of only some was found{several}"


def _shares(contest: Contest) -> Array:
    """Efforts in a lottery for one prize: best replies to the aggregate, whose shares add to one."""
    success = contest.success
    assert isinstance(success, Lottery)
    race = contest.race
    assert race is not None
    everyone = np.arange(contest.n)
    top = np.array([_ceiling(contest, int(i)) for i in everyone])
    ability = np.broadcast_to(np.asarray(contest.contestants.trait("ability", everyone), float), top.shape)

    def score(effort: Array) -> Array:
        return np.exp(np.broadcast_to(race.location(everyone, effort, ability), top.shape))

    def excess_of(effort: Array, aggregate: float) -> Array:
        """Marginal benefit less marginal cost of each, given the aggregate."""
        share = np.minimum(score(effort) / aggregate, 1.0)
        slope = share * (1.0 - share) * np.asarray(race.slope(everyone, effort, ability))
        result = np.empty(top.size)
        for i in everyone:
            benefit, price = _marginal(
                contest, int(i), effort[i : i + 1], share[i : i + 1, None], slope[i : i + 1, None]
            )
            result[i] = benefit[0] - price[0]
        return result

    def reply(aggregate: float) -> Array:
        low, high = np.log(top) - 60.0, np.log(top)
        for _ in range(64):
            middle = (low + high) / 2
            up = excess_of(np.exp(middle), aggregate) > 0
            low, high = np.where(up, middle, low), np.where(up, high, middle)
        effort = np.exp((low + high) / 2)
        return np.where(low <= np.log(top) - 60.0, 0.0, effort)

    idle = success.draw + float(score(np.zeros(top.size)).sum())

    def excess(log_aggregate: float) -> float:
        aggregate = float(np.exp(log_aggregate))
        return (float(score(reply(aggregate)).sum()) + success.draw) / aggregate - 1.0

    high = float(np.log(score(top).sum() + success.draw))
    low = float(np.log(idle)) if idle > 0 else high - 1.0
    while idle == 0 and excess(low) <= 0:
        low -= 2.0
        if low < high - 200.0:
            raise ConvergenceError("No aggregate of scores was found at which all best replies fit.")
    if idle > 0 and excess(low) <= 0:
        return np.zeros(top.size)
    return reply(float(np.exp(numerics.root(excess, low, high))))


SOLVER = RiskAverseSolver()
