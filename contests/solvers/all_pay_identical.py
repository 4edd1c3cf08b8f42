"""Alike contestants without a shock: the symmetric mixed equilibrium of an all-pay contest.

*Primitives.* n alike contestants, cost c(e) in money per cost factor, prizes v_1 >= ... >= v_n by
rank, the highest quality ranks first, ties split evenly. With F the distribution of effort, level F
is worth P(F) = sum over k of v_k C(n-1, k-1) F^(n-k) (1-F)^(k-1), which increases from v_n to v_1.

*Equilibrium.* Contestants mix without gaps or atoms from zero effort, which earns v_n; so
c(x(F)) = P(F) - v_n exactly, for any cost and prizes (Hillman and Riley 1989 and Baye, Kovenock and
de Vries 1996 for one prize, where F = (c/v)^(1/(n-1)); Barut and Kovenock 1998 for several). Payoffs
are v_n.

*A cap m on effort* changes nothing if c(m) >= v_1 - v_n. If c(m) <= (mean prize) - v_n everybody
exerts m. Between, everybody exerts m with probability 1 - q and mixes as without a cap below level q;
a contestant at the cap ends at a level uniform on [q, 1], so q solves

    (1 / (1 - q)) integral of P over [q, 1] - c(m) = v_n,

whose left side rises in q from the mean prize to v_1 (for two contestants Che and Gale 1998).

*Limits.* Prizes that are all equal: no effort. n = 1: no effort. There is no pure equilibrium
otherwise unless a cap is low: whoever leads alone would exert less, whoever ties would exert more.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.contest import Contest
from contests.contestants import Private
from contests.game import Game
from contests.mixing import RankMixed
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Pure, Strategy
from contests.success import Highest

__all__ = ["SOLVER", "AllPayIdenticalSolver", "not_all_pay"]

Array = NDArray[np.float64]
_SEVERAL = "Barut and Kovenock (1998)"
_FAR = 700.0  # log-odds beyond which a probability is zero or one


class AllPayIdenticalSolver:
    """The symmetric mixed equilibrium of alike contestants whose quality is certain."""

    name = "identical, no shock"
    source = "Hillman and Riley (1989); Baye, Kovenock and de Vries (1996); Barut and Kovenock (1998)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        reason = not_all_pay(game)
        if reason is not None or not isinstance(game, Contest):
            return reason
        if not game.is_symmetric:
            return "contestants differ; identical ones would work"
        if not np.isfinite(float(game.cost.inverse(_spread(game)[0]))) and not np.isfinite(
            game.cost.domain[1]
        ):
            return "the cost of effort never reaches the value of the first prize; a higher cost would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the symmetric equilibrium of ``game``."""
        contest: Contest = game
        strategy, selection, source = _symmetric(contest)
        return Candidate(
            profile=Profile.symmetric(strategy, contest.n), selection=selection, source=source or self.source
        )


def not_all_pay(game: Game) -> str | None:
    """Return why a game is no all-pay contest (fixed prizes by certain quality, known contestants).

    Parameters
    ----------
    game : Game
        The game.

    Returns
    -------
    str or None
        What is in the way and what would work; None if nothing is.
    """
    if not isinstance(game, Contest):
        return "takes contests made of parts (ct.Contest)"
    if not isinstance(game.success, Highest):
        return f"success is {type(game.success).__name__}; ct.Highest() would work"
    if game.race is None or game.race.noise is not None:
        return "quality or judgement is random; ct.Exact() and ct.Highest() without error would work"
    if isinstance(game.contestants, Private):
        return "contestants have private types; known or identical ones would work"
    if game.contestants.utility is not None:
        return "contestants are averse to risk; risk-neutral ones would work"
    if type(game.entry).__name__ not in ("AllEnter", "Invite"):
        return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
    if game.prizes.share:
        return "the award depends on quality; fixed prizes would work"
    output = getattr(game.technology, "output", None)
    if output is None or output.falls_near() is not None:
        return "output does not rise strictly with effort; ct.Linear(), ct.Power or ct.Log would work"
    return None


def _spread(contest: Contest) -> Array:
    """Prizes less the last, in units of the cost curve."""
    traits = contest.contestants
    value, factor = float(np.asarray(traits.trait("value", 0))), float(np.asarray(traits.trait("cost", 0)))
    prizes = contest.prizes.by_rank()[: contest.n] * (value / factor)
    return np.asarray(prizes - prizes[-1] if prizes.size == contest.n else prizes)


def _symmetric(contest: Contest) -> tuple[Strategy, str, str]:
    """The strategy, which equilibrium it is, and its source if not the solver's."""
    n, spread = contest.n, _spread(contest)
    if n == 1 or spread[0] <= 0:
        return Pure(0.0), "unique: there is nothing to gain by effort", ""
    cap = contest.cost.domain[1]
    price = float(contest.cost(cap)) if np.isfinite(cap) else np.inf
    if price >= spread[0]:
        return RankMixed(n=n, prizes=spread, cost=contest.cost), _which(n, spread), ""
    mean = float(spread.sum()) / n
    if price <= mean:
        knife = price == mean
        words = "one of several at this knife edge" if knife else "unique" if n == 2 else "symmetric"
        others = "" if n == 2 else "; others may exist"
        return Pure(float(cap)), f"{words}: everybody exerts the cap{others}", "Che and Gale (1998)"
    level = _mass_at_cap(spread, n, price)
    which = "unique (Che and Gale 1998)" if n == 2 else "symmetric; others may exist"
    strategy = RankMixed(n=n, prizes=spread, cost=contest.cost, at_cap=level)
    return strategy, which, "Che and Gale (1998)"


def _which(n: int, spread: Array) -> str:
    if n == 2:
        return "unique (Hillman and Riley 1989)"
    if spread.size == 1:
        return (
            "the only symmetric equilibrium; in others some contestants stay out, with the same payoffs "
            "(Baye, Kovenock and de Vries 1996)"
        )
    return f"symmetric ({_SEVERAL}); others may exist"


def _mass_at_cap(spread: Array, n: int, price: float) -> float:
    """The probability 1 - q of the cap: its price is the prize expected at a level uniform on [q, 1]."""
    x, w = np.polynomial.legendre.leggauss(min(n // 2 + 1, 200))

    def excess(log_odds: float) -> float:
        above = (1.0 - x) / 2 / (1.0 + np.exp(-log_odds))
        return float(w @ numerics.prize_of_level(spread, n, 1.0 - above, above)) / 2 - price

    if excess(_FAR) >= 0:  # within rounding of the mean prize all are at the cap
        return 1.0
    if excess(-_FAR) <= 0:  # within rounding of the first prize hardly anybody: the leading term tells
        m = int(np.sum(spread == spread[0]))
        drop = float(spread[0] - (spread[m] if m < spread.size else 0.0))
        return float(((m + 1) * (spread[0] - price) / (math.comb(n - 1, m) * drop)) ** (1.0 / m))
    return float(1.0 / (1.0 + np.exp(-numerics.root(excess, -_FAR, _FAR))))


SOLVER = AllPayIdenticalSolver()
