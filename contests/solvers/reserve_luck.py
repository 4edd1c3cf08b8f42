"""Certain quality, luck in the choice of the winner, and a reserve: lotteries with a least effort.

Below the effort that reaches the reserve nothing is won, so a contestant exerts none or at least that.

*Alike contestants.* If the effort they would exert anyway reaches the reserve it changes nothing (giving
up is worth zero and never better). If not, all do exactly what the reserve asks if that leaves them
something, and else as many as it feeds: k of them with one prize V in a lottery as long as V/k covers the
cost, a further one would lose. With less than one there is nobody.

*Contestants who differ* reply to each other one by one, the weakest first, by the best of no effort and
all efforts that reach the reserve, until nobody moves; the conditions of those above the reserve are then
solved together. Which of several sets competes depends on that order; the certificate checks that nobody
inside wants out and nobody outside wants in.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Private
from contests.entry import AllEnter, Reserve
from contests.errors import ConvergenceError
from contests.game import Game
from contests.profile import Profile
from contests.solvers.symmetric import first_order_effort
from contests.solving import Candidate
from contests.technology import Exact

__all__ = ["SOLVER", "ReserveLuckSolver"]

Array = NDArray[np.float64]
_STEPS = np.concatenate([[0.0], np.geomspace(1e-6, 1.0, 60)])
_ROUNDS, _MOST = 80, 40


class ReserveLuckSolver:
    """Sure efforts of known contestants under a reserve that certain quality must reach, and luck."""

    name = "reserve, luck"
    source = "equations of this library"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        takes = "takes lotteries and judges who err on certain quality, with ct.Reserve(quality)"
        if not isinstance(game, Contest) or not isinstance(game.entry, Reserve) or game.entry.fee:
            return takes
        if not isinstance(game.technology, Exact) or game.race is None or game.race.noise is None:
            return takes
        if isinstance(game.contestants, Private):
            return "contestants have private types; known or identical ones would work"
        if game.contestants.utility is not None:
            return "contestants are averse to risk; risk-neutral ones would work"
        if game.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        if not game.technology.output.is_increasing():
            return "output has flat stretches; one that strictly increases would work"
        if game.n < 2:
            return "there is no one to compete with; two contestants would work"
        if not game.is_symmetric and game.n > _MOST:
            return f"{game.n} contestants differ; at most {_MOST} would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate of ``game``."""
        return _alike(game) if game.is_symmetric else _different(game)


def _least(contest: Contest) -> Array:
    """The effort with which each contestant just reaches the reserve."""
    technology: Any = contest.technology
    everyone = np.arange(contest.n)
    ability = np.broadcast_to(np.asarray(contest.contestants.trait("ability", everyone), float), (contest.n,))
    return np.asarray(technology.effort_for(contest.entry.least_quality, ability), float)


def _alike(contest: Contest) -> Candidate:
    least, n = float(_least(contest)[0]), contest.n
    free = first_order_effort(contest.replace(entry=AllEnter()))
    if free >= least:
        return Candidate(profile=Profile.pure(np.full(n, free)), selection="the reserve does not bind")
    number = n if np.isfinite(least) and least <= contest.cost.domain[1] else 0
    while number:
        efforts = np.where(np.arange(n) < number, least, 0.0)
        if float(contest.payoff(0, least, Profile.pure(efforts))) >= 0:
            break
        number -= 1
    efforts = np.where(np.arange(n) < number, least, 0.0)
    words = "all do what the reserve asks" if number == n else f"{number} of {n} do what the reserve asks"
    which = "; which of the alike contestants is not determined" if 0 < number < n else ""
    return Candidate(profile=Profile.pure(efforts), selection=f"{words}{which}; others may exist")


def _different(contest: Contest) -> Candidate:
    field = _Field(contest)
    return Candidate(profile=Profile.pure(field.solve()), selection="one equilibrium; others may exist")


class _Field:
    """Best replies of contestants one by one, and where they settle."""

    def __init__(self, contest: Contest) -> None:
        self.contest, n = contest, contest.n
        self.least = _least(contest)
        everyone, traits = np.arange(n), contest.contestants
        self.top = np.broadcast_to(contest.largest_effort(everyone), (n,)).astype(float)
        worth = np.asarray(traits.trait("value", everyone), float) / traits.trait("cost", everyone)
        # The weakest first; of equals, whoever needs most for the reserve.
        self.order = np.lexsort((-self.least, np.broadcast_to(worth, (n,))))

    def slope(self, i: int, effort: Any, profile: Profile) -> Array:
        """Marginal payoffs of a contestant."""
        found = self.contest.marginal_payoff(i, effort, profile)
        assert found is not None
        return np.asarray(found)

    def reply(self, i: int, profile: Profile) -> float:
        """The best of no effort and all that reach the reserve."""
        low, top = self.least[i], self.top[i]
        if not low <= top:
            return 0.0
        grid = low + (top - low) * _STEPS
        grid = grid[1:] if low == 0 else grid
        tried = np.append(0.0, grid)
        values = self.contest.payoff(i, tried, profile)
        # Where all prizes are equal, sums of chances differ from one by rounding: the least effort is meant.
        at = int(np.argmax(values >= values.max() - 8 * np.finfo(float).eps * np.abs(values).max()))
        if at == 0 or tried[at] == low:
            return float(tried[at])
        a, b = tried[max(at - 1, 1)], tried[min(at + 1, tried.size - 1)]
        if at == 1:
            a = a * 1e-3
        for _ in range(6):
            points = np.linspace(a, b, 9)
            up = self.slope(i, points, profile) > 0
            last = int(np.flatnonzero(up)[-1]) if up.any() else 0
            a, b = points[last], points[min(last + 1, 8)]
        return float((a + b) / 2)

    def solve(self) -> Array:
        """The efforts of all."""
        efforts = np.where(self.least <= self.top, np.maximum(self.least, 0.2 * self.top), 0.0)
        for _ in range(_ROUNDS):
            settled = True
            for i in self.order:
                new = self.reply(int(i), Profile.pure(efforts))
                settled &= math.isclose(new, efforts[i], rel_tol=1e-3)
                efforts[i] = new
            if settled:
                return self.polish(efforts)
        raise ConvergenceError(
            "Best replies under the reserve do not settle: somebody gives up and comes back in turn. There "
            "may be no equilibrium in sure efforts: a lower reserve would work."
        )

    def polish(self, efforts: Array) -> Array:
        """The efforts above the reserve that solve their conditions together."""
        from scipy.optimize import root as solve_system

        free = np.flatnonzero(efforts > self.least * (1 + 1e-9))
        if not free.size:
            return efforts
        factor = np.broadcast_to(np.asarray(self.contest.contestants.trait("cost", free), float), free.shape)
        ceiling = np.log(self.top[free]) + 2.0
        bottom = np.log(efforts[free]) - 50.0

        def conditions(logs: Array) -> Array:
            everyone = efforts.copy()
            # A step that leads astray must not overflow: nobody does seven times what is worth while.
            everyone[free] = np.exp(np.clip(logs, bottom, ceiling))
            profile = Profile.pure(everyone)
            slopes = np.array([float(self.slope(int(i), everyone[i], profile)) for i in free])
            pain = factor * self.contest.cost.derivative(everyone[free])
            return np.asarray(np.log1p(np.maximum(slopes / pain, -0.999)))

        found = solve_system(conditions, np.log(efforts[free]), method="hybr", options={"xtol": 1e-13})
        if not np.all(np.isfinite(found.x)) or np.abs(found.fun).max() > 1e-8:
            raise ConvergenceError("The first-order conditions under the reserve were not solved.")
        result = efforts.copy()
        result[free] = np.exp(found.x)
        return result


SOLVER = ReserveLuckSolver()
