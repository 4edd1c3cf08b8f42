"""A reserve on random quality: sure efforts of contestants who must reach it to win.

Alike contestants: at a common location L the marginal incentive is

    B = Pi(F(t - L)) f(t - L) + integral over x > t of Pi'(F(x - L)) f(x - L)^2 dx,

for one prize F(t - L)^(n-1) f(t - L) + (n - 1) integral of F^(n-2) f^2: the reserve adds the chance
to pass it to the chance to pass a rival. It is best for effort at the mode of a log-concave shock
(Drugov, Ryvkin and Zhang 2024). B depends on the common effort through its distance to the reserve,
so r'(e) B(e) = c'(e) may have several solutions; candidates are tried from the largest, and the first
that the certificate accepts is kept. Without a reserve it is the usual contest; with an unreachable
one nobody exerts effort.

Contestants who differ: each replies to the others by the best of all efforts (the reserve may be given
up altogether, so that payoffs have two summits), round by round from several starts, and the conditions
of those who work are then solved together.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Private
from contests.entry import Reserve
from contests.errors import ConvergenceError
from contests.game import Game
from contests.numerics import root
from contests.profile import Profile
from contests.solving import Candidate
from contests.strategy import Pure

__all__ = ["SOLVER", "StandardSolver", "refuses_reserve"]

Array = NDArray[np.float64]
_GRID = np.concatenate([np.geomspace(1e-9, 1e-2, 22)[:-1], np.geomspace(1e-2, 1.0, 50)])
_ROUNDS = 60
_MOST = 60  # kinds of contestants


def refuses_reserve(game: Game) -> str | None:
    """Return why ``game`` is not one of parts with a reserve on random quality, or None if it is."""
    takes = "takes contests with ct.Reserve(quality) and a shock of each contestant's own"
    if not isinstance(game, Contest) or not np.isfinite(game.entry.least_quality):
        return takes
    if game.race is None or game.technology.noise is None:
        return f"{takes}; quality is certain here"
    if not game.race.scores_are_qualities:
        return (
            "judges err or handicap, so that what is ranked does not tell whether the reserve is reached; "
            "ct.Highest() without error and handicaps would work"
        )
    if getattr(game.technology, "common", None) is not None:
        return "a common shock lifts all ideas over the reserve together; own shocks alone would work"
    if getattr(game.technology, "whole", False):
        return "trials come in whole numbers; ct.Trials(draw) with real numbers would work"
    if game.contestants.utility is not None:
        return "contestants are averse to risk; risk-neutral ones would work"
    if game.prizes.share:
        return "the award depends on quality; fixed prizes would work"
    return None


class StandardSolver:
    """Sure efforts of contestants whose random quality must reach a reserve."""

    name = "reserve, shock"
    source = "Drugov, Ryvkin and Zhang (2024)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        reason = refuses_reserve(game)
        if reason is not None or not isinstance(game, Contest):
            return reason
        if not isinstance(game.entry, Reserve) or game.entry.fee:
            return f"entry is {game.entry!r}; ct.Reserve(quality) would work"
        if isinstance(game.contestants, Private):
            return "contestants have private types; identical or known ones would work"
        number = np.unique(game.kind_of()).size
        if number > _MOST:
            return f"{number} contestants differ; at most {_MOST} kinds would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate of ``game``."""
        return _alike(game) if game.is_symmetric else _different(game)


def _alike(game: Contest) -> Candidate:
    """The symmetric candidate."""
    from contests.certificate import certify

    top = float(game.largest_effort(0))
    if top <= 0:
        return Candidate(profile=Profile.symmetric(Pure(0.0), game.n), selection="there is nothing to win")

    def marginal(log: float) -> float:
        effort = float(np.exp(log))
        found = game.marginal_payoff(0, effort, Profile.symmetric(Pure(effort), game.n))
        assert found is not None
        return float(found)

    grid = np.log(top) + np.concatenate([np.linspace(-40.0, -6.0, 9), np.linspace(-5.0, 2.0, 43)])
    grid = grid[np.exp(grid) <= game.cost.domain[1]]
    values = np.array([marginal(float(log)) for log in grid])
    falls = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
    efforts = [float(np.exp(root(marginal, float(grid[k]), float(grid[k + 1])))) for k in falls]
    candidates = [*reversed(efforts), 0.0]
    words = (
        "symmetric; others may exist" if len(efforts) < 2 else f"the largest of {len(efforts)} symmetric ones"
    )
    for effort in candidates:
        profile = Profile.symmetric(Pure(effort), game.n)
        if certify(game, profile).passed:
            return Candidate(profile=profile, selection=words)
    return Candidate(profile=Profile.symmetric(Pure(candidates[0]), game.n), selection=words)


def _different(game: Contest) -> Candidate:
    """The first candidate that the certificate accepts, from starts high and low."""
    from contests.certificate import certify

    field = _Replies(game)
    best: Profile | None = None
    for share in (0.3, 0.03, 0.0):
        efforts = field.settle(share)
        if efforts is None:
            continue
        profile = field.profile(efforts)
        best = profile if best is None else best
        if certify(game, profile).passed:
            return Candidate(profile=profile, selection="one equilibrium; others may exist")
    if best is None:
        raise ConvergenceError(
            "Best replies under the reserve do not settle: each time some contestant gives it up or takes "
            "it up again. There may be no equilibrium in sure efforts: a lower reserve or a larger shock "
            "would work."
        )
    return Candidate(profile=best, selection="one equilibrium; others may exist")


class _Replies:
    """Best replies of the kinds of contestants, and where they settle."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        _, self.first, inverse = np.unique(
            contest.kind_of()[: contest.n], return_index=True, return_inverse=True
        )
        self.members = inverse
        self.top = np.broadcast_to(contest.largest_effort(self.first), self.first.shape).astype(float)

    def profile(self, efforts: Array) -> Profile:
        """Everybody's effort, by kind."""
        return Profile.pure(efforts[self.members])

    def slope(self, k: int, effort: Any, profile: Profile) -> Array:
        """Marginal payoffs of one kind."""
        found = self.contest.marginal_payoff(int(self.first[k]), effort, profile)
        assert found is not None
        return np.asarray(found)

    def reply(self, k: int, profile: Profile) -> float:
        """The best of all efforts of one kind, to a few digits."""
        if self.top[k] <= 0:
            return 0.0
        grid = np.append(0.0, self.top[k] * _GRID)
        at = int(np.argmax(self.contest.payoff(int(self.first[k]), grid, profile)))
        if at == 0:
            return 0.0
        low, high = np.log(grid[max(at - 1, 1)]), np.log(grid[min(at + 1, grid.size - 1)])
        for _ in range(3):  # nine points a round: to about a thousandth of the bracket
            logs = np.linspace(low, high, 9)
            up = self.slope(k, np.exp(logs), profile) > 0
            last = int(np.flatnonzero(up)[-1]) if up.any() else 0
            low, high = logs[last], logs[min(last + 1, 8)]
        return float(np.exp((low + high) / 2))

    def settle(self, share: float) -> Array | None:
        """Efforts from which no reply moves, from a share of the largest; None if they do not settle."""
        efforts = share * self.top
        for turn in range(_ROUNDS):
            settled = True
            for k in range(self.first.size):
                new, old = self.reply(k, self.profile(efforts)), float(efforts[k])
                if turn > 5 and new > 0 and old > 0:
                    new = float(np.sqrt(new * old))
                settled &= math.isclose(new, old, rel_tol=0.02)
                efforts[k] = new
            if settled:
                return self.polish(efforts)
        return None

    def polish(self, efforts: Array) -> Array | None:
        """The efforts of those who work that solve their conditions together."""
        from scipy.optimize import root as solve_system

        active = np.flatnonzero(efforts > 0)
        if not active.size:
            return efforts
        contest, who = self.contest, self.first[active]
        factor = np.broadcast_to(np.asarray(contest.contestants.trait("cost", who), float), who.shape)

        def conditions(logs: Array) -> Array:
            everyone = efforts.copy()
            everyone[active] = np.exp(logs)
            profile = self.profile(everyone)
            slopes = np.array([float(self.slope(int(k), everyone[k], profile)) for k in active])
            pain = factor * contest.cost.derivative(everyone[active])
            return np.asarray(np.log1p(np.maximum(slopes / pain, -0.999)))

        start = np.log(efforts[active])
        found = solve_system(conditions, start, method="hybr")
        if not np.all(np.isfinite(found.x)) or np.abs(found.fun).max() > 1e-8:
            return None
        result = efforts.copy()
        result[active] = np.exp(found.x)
        return result


SOLVER = StandardSolver()
