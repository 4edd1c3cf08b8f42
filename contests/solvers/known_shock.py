"""Contestants of known differences and a shock: Newton on the rank kernel in log effort.

Contestant k of ability a_k, cost factor k_k and value factor v_k stands at
L_k = location(e_k), receives M_k = d E[prize_k]/d L_k for a little more, and solves

    v_k M_k(L) location'(e_k) = k_k c'(e_k)      (or e_k = 0 and the left side is smaller).

With f the density of the noise and D_kl the expected loss of one more rank, given the
score and all but k and l, M_k = sum over l of int f(x - L_k) f(x - L_l) D_kl(x) dx:
what k gains from l is what l loses to k. So the derivatives are exact and cheap: the
cross derivative replaces the first density by its slope, and since only distances
matter each row of the matrix adds to zero.

The unknown is log effort and the residual log marginal benefit less log marginal cost:
linear where all is a power, and of no unit. Newton's steps are damped; those whose
effort vanishes are inactive until it pays them to come back. Existence is for the
certificate: with small shocks a solution of these conditions need not be an equilibrium.

Any shock, prizes by rank, handicaps, abilities, costs and values, cost and output
curves; lotteries with several prizes, or one, are the case of Gumbel noise on the log
of the score. Sources: Lazear and Rosen (1981) for two; O'Keeffe, Viscusi and Zeckhauser
(1984) for handicaps; Szymanski and Valletti (2005) for several prizes.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests import numerics
from contests.certificate import GAIN_TOLERANCE
from contests.contest import Contest
from contests.contestants import Private
from contests.errors import ConvergenceError
from contests.game import Game
from contests.profile import Profile
from contests.solvers.rank_kernel import Field, derivatives, marginal_prizes
from contests.solving import Candidate
from contests.technology import Trials

__all__ = ["SOLVER", "KnownShockSolver"]

Array = NDArray[np.float64]
_STEPS, _PATIENCE = 200, 60  # of Newton's method: in all, and without coming nearer
_FEW, _SWEEPS = 20, 6  # kinds of contestants whose best replies are looked for, and how often
_SINK = 4.0  # the step of who sinks; in one turn three logs of it are gone
_DEEP = 40.0  # logs below the largest effort worth while at which an effort is taken for none


class KnownShockSolver:
    """Sure efforts of contestants whose differences everyone knows, ranked with noise."""

    name = "known differences, shock"
    source = "Lazear and Rosen (1981); Szymanski and Valletti (2005)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest):
            return "takes contests made of parts (ct.Contest)"
        if isinstance(game.contestants, Private):
            return "contestants have private types; known or identical ones would work"
        if game.race is None:
            return f"{type(game.success).__name__} is not a race; ct.Highest() would work"
        if game.race.noise is None:
            return "quality is certain; a shock (ct.Additive) or judging error would work"
        if game.contestants.utility is not None:
            return "contestants are averse to risk; risk-neutral ones would work"
        if type(game.entry).__name__ not in ("AllEnter", "Invite"):
            return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
        if game.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        if isinstance(game.technology, Trials) and game.technology.whole:
            return "trials come in whole numbers; ct.Trials(draw) with real numbers would work"
        if np.unique(game.kind_of()).size > 400:
            return "more than 400 kinds of contestants; fewer kinds or a lottery for one prize would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate equilibrium of ``game``."""
        search = _Search(game)
        efforts, best = np.zeros(search.first.size), None
        many = efforts.size > _FEW
        failure: ConvergenceError | None = None
        for attempt in range(2 if many else 3):
            if attempt == 0 and not search.nobody_begins():
                continue
            if attempt > 0:
                try:
                    efforts = search.run(None if attempt == 1 else search.replying(efforts))
                except ConvergenceError as error:
                    failure = failure or error
                    efforts = efforts if error.best is None else error.best
                    continue
            found = search.candidate(efforts)
            if (many and attempt == 1) or not search.somebody_gains(found.profile, efforts):
                return found
            # A refusal is about the field in which all compete.
            best = best or (found if attempt > 0 else None)
        if best is None:
            assert failure is not None
            if failure.best is None:
                raise failure
            # Where it got to shows who deviates; efforts without end are cut to the worth of winning.
            last = np.minimum(failure.best, search.top)
            best = search.candidate(last)
            if not search.somebody_gains(best.profile, last):
                raise failure
        return best


class _Search:
    """The first-order conditions of one contest, one unknown a kind of contestant."""

    def __init__(self, contest: Contest) -> None:
        _, first, member, counts = np.unique(
            contest.kind_of(), return_index=True, return_inverse=True, return_counts=True
        )
        race, traits = contest.race, contest.contestants
        assert race is not None
        assert race.noise is not None
        self.contest, self.race, self.first, self.member = contest, race, first, member

        def column(name: str) -> Array:
            return np.broadcast_to(np.asarray(traits.trait(name, first), float), first.shape)

        self.value, self.factor, self.ability = column("value"), column("cost"), column("ability")
        values = contest.prizes.by_rank()[: contest.n]
        self.field = Field(race.noise, counts, values, race.nature)
        self.top = np.broadcast_to(contest.largest_effort(first), first.shape).astype(float)
        with np.errstate(divide="ignore"):  # nothing to win: no effort is worth while
            self.ceiling = np.log(np.minimum(self.top * 1e6, contest.cost.domain[1] * (1 - 1e-12)))
        self.log_top = np.log(np.maximum(self.top, 1e-300))

    def candidate(self, efforts: Array) -> Candidate:
        """Return the candidate in which each kind exerts its effort (``efforts``)."""
        profile = Profile.pure(efforts[self.member])
        return Candidate(profile=profile, selection="alike contestants do the same; others may exist")

    def nobody_begins(self) -> bool:
        """Whether, where nobody exerts anything, a little effort costs everybody more than it is worth."""
        nothing = np.zeros(self.first.size)
        place = np.asarray(self.race.location(self.first, nothing, self.ability))
        if not (np.isfinite(place).all() and self.contest.cost.derivative(0.0) > 0):
            return False
        residual, _ = self._conditions(nothing, nothing > 0, np.zeros((nothing.size, nothing.size)))
        return bool((residual <= 0).all())

    def somebody_gains(self, profile: Profile, efforts: Array) -> bool:
        """Return whether one of a few efforts is better than somebody's own in ``profile`` (``efforts``)."""
        allowed = GAIN_TOLERANCE * self.contest.stakes
        return any(self._reply(k, profile, efforts)[1] > allowed for k in range(efforts.size))

    def replying(self, efforts: Array) -> Array:
        """Return where best replies lead, one kind after the other and half of the way, from ``efforts``."""
        efforts = np.minimum(efforts, self.top)
        for _ in range(_SWEEPS):
            for k in range(efforts.size):
                reply, gain = self._reply(k, self.candidate(efforts).profile, efforts)
                if gain > 0:
                    efforts[k] = (efforts[k] + reply) / 2 if reply > 0 else 0.0
        return efforts

    def _reply(self, k: int, profile: Profile, efforts: Array) -> tuple[float, float]:
        """The best of a few efforts of a kind, and what it gains."""
        tried = np.concatenate([[efforts[k]], self.top[k] * np.linspace(0.0, 1.0, 25)])
        payoffs = np.asarray(self.contest.payoff(int(self.first[k]), tried, profile))
        best = int(np.argmax(payoffs))
        return float(tried[best]), float(payoffs[best] - payoffs[0])

    def run(self, start: Array | None = None) -> Array:
        """Return the effort of each kind, by Newton's method from ``start``."""
        if not (self.top > 0).any():
            return np.zeros(self.first.size)
        log, active = self._start(), self.top > 0
        if start is not None:
            active = start > 0
            log = np.where(active, np.log(np.where(active, start, 1.0)), self.log_top)
        sinking, waited = np.zeros(log.size, dtype=int), 0
        best, best_size, step, fine = log, np.inf, 1.0, False
        matrix = np.zeros((log.size, log.size))
        for _ in range(_STEPS):
            residual, matrix = self._conditions(log, active, matrix if fine else None)
            back = ~active & (residual > 0) & (self.top > 0)
            active, sinking = active | back, np.where(back, 0, sinking)
            gap = np.where(active, residual, 0.0)
            size = float(np.abs(np.where(sinking > 0, 0.0, gap)).max())
            settled = not (active & (sinking > 0)).any()
            if settled and fine and (size < 1e-14 or (size < 1e-11 and size >= best_size / 2)):
                return self._efforts(log, active)
            if settled and not fine and size < 1e-3:
                fine, best_size = True, np.inf
                continue
            # Half the step while the conditions get worse, and forth again when they get better.
            step = min(1.0, 2 * step) if size < best_size else max(step / 2, 1 / 16)
            # While somebody sinks it is not known what is left of her.
            waited = 0 if settled and size < 0.9 * best_size else waited + 1
            if waited > _PATIENCE:
                break
            if settled and size < best_size:
                best, best_size = log, size
            live = np.flatnonzero(active)
            move = np.zeros(log.size)
            move[live] = _solve(matrix[np.ix_(live, live)], -gap[live])
            # Whose effort keeps falling by orders of magnitude is out, until it pays her to come back.
            sinks = active & (move < -3.0) & (residual < 0)
            sinking = np.where(sinks, sinking + 1, 0)
            out = sinking > 3
            active, sinking = active & ~out, np.where(out, 0, sinking)
            moved = np.where(sinks, np.maximum(move, -3.0), step * np.clip(move, -3.0, 3.0))
            log = np.minimum(log + moved, self.ceiling)
            if out.any():
                best_size, fine = np.inf, False
        if best_size < 1e-9:
            return self._efforts(best, active)
        raise ConvergenceError(
            "Newton's method on the first-order conditions did not converge: the largest remaining relative "
            f"difference of marginal benefit and cost is {best_size:.1e}. There may be no pure equilibrium: "
            "try a larger shock, a smaller exponent, or on_fail='mixed'.",
            self._efforts(best, active),
        )

    def _efforts(self, log: Array, active: NDArray[np.bool_]) -> Array:
        return np.asarray(np.where(active, np.exp(log), 0.0), float)

    def _start(self) -> Array:
        """Everybody's effort if the marginal prize were that of a field of equals."""
        level = numerics.prize_slope(self.field.noise, self.contest.n, self.field.values)
        low, high = self.log_top - _DEEP, self.ceiling
        for _ in range(60):
            middle = (low + high) / 2
            up = self._margin(middle, np.full(low.size, level)) > 0
            low, high = np.where(up, middle, low), np.where(up, high, middle)
        # Where equals would do nothing, a share of the largest effort worth while.
        return np.asarray(np.where(middle > self.log_top - _DEEP + 1, middle, self.log_top - 2.0), float)

    def _slope(self, log: Array) -> Array:
        return np.asarray(self.race.slope(self.first, np.exp(log), self.ability))

    def _margin(self, log: Array, marginal: Array) -> Array:
        """Log marginal benefit less log marginal cost."""
        with np.errstate(divide="ignore", invalid="ignore"):  # nothing to gain: minus infinity
            benefit = np.log(np.maximum(self.value * marginal * self._slope(log), 0.0))
            return np.asarray(
                benefit - np.log(self.factor * self.contest.cost.derivative(np.exp(log))), float
            )

    def _conditions(self, log: Array, active: NDArray[np.bool_], matrix: Array | None) -> tuple[Array, Array]:
        """Residuals of all kinds and their derivatives in the log efforts.

        With a matrix given, that one is kept and the residuals are worked out to full accuracy.
        """
        at = np.where(active, log, self.log_top - _DEEP)
        place = np.broadcast_to(
            self.race.location(self.first, self._efforts(log, active), self.ability), at.shape
        )
        own = np.asarray(self.race.location(self.first, np.exp(at), self.ability))
        if matrix is not None:
            return self._margin(at, marginal_prizes(self.field, place, own)), matrix
        marginal, slopes = derivatives(self.field, place, own)
        if not active.all():  # what a little effort adds far below all others is lost between coarse nodes
            marginal = np.where(active, marginal, marginal_prizes(self.field, place, own))
        step, ones = 1e-5, np.ones(at.size)
        with np.errstate(invalid="ignore"):  # a cost too steep for floats: `_solve` takes no such matrix
            curve = (self._margin(at + step, ones) - self._margin(at - step, ones)) / (2 * step)
        lift = self._slope(at) * np.exp(at)
        matrix = slopes * lift / np.maximum(marginal, 1e-300)[:, None] + np.diag(curve)
        return self._margin(at, marginal), matrix


def _solve(matrix: Array, right: Array) -> Array:
    """The Newton step, ``right`` being minus the residuals, which fall in each one's own effort.

    Where the matrix is singular each unknown moves for itself, up where it pays and down where it does
    not. Who has nothing to gain sinks at once, and so does whom no fall by three logs helps: near no
    effort the slope in its log is proportional to effort, and less of it is left the further she falls.
    """
    helps = np.abs(np.diagonal(matrix))
    corner = ~np.isfinite(right) | (3.0 * helps < right)
    move = np.where(corner, np.where(right < 0, 3.0, -_SINK), np.clip(-right, -1.0, 1.0))
    rest = np.flatnonzero(~corner)
    part = matrix[np.ix_(rest, rest)]
    if np.isfinite(part).all():
        with suppress(np.linalg.LinAlgError):  # two rivals who move each other one for one
            move[rest] = np.linalg.solve(part, right[rest])
    return move


SOLVER = KnownShockSolver()
