"""The general solver: any static game, through its payoffs alone.

For games that no room takes and for those without an equilibrium in sure efforts.
Discretise the efforts, solve the discretised game exactly (linear programme, linear
complementarity, or a sequence of them), look for the best deviations in the game
itself, add them to the efforts, and go on until none pays more than asked. Where
strategies turn out to be a few atoms, Newton's method finishes the work.

Contestants with private types are the business of `contests.solvers.general_types`.

The outcome is an approximate equilibrium with the gain that the certificate finds
in the game itself, not in the discretised one. It is used on request only:
``solve(contest, solver="general", gain_tolerance=1e-3)`` or ``on_fail="mixed"``.

Convergence of such exchange methods in continuous games: Glicksberg (1952) for
existence, Adam, Horcik, Kasl and Kroupa (2021) for the double oracle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.averaging import with_random_efforts
from contests.certificate import EFFORT_TOLERANCE, GAIN_TOLERANCE, certify
from contests.contest import Contest
from contests.game import Game
from contests.profile import Profile
from contests.solvers.actions import Actions, Clock, Discretised, OutOfTimeError
from contests.solvers.discretised import fixed_point
from contests.solvers.general_types import has_types, refuse_types, strategies_by_type
from contests.solvers.polish import Atoms, merged, polished
from contests.solving import Candidate
from contests.strategy import Mixed
from contests.validation import positive

__all__ = ["SOLVER", "GeneralSolver"]

Array = NDArray[np.float64]
_ROUNDS = 30
_PATIENCE = 8  # rounds without halving the gain
_MOST_ATOMS = 14  # of one class, for Newton's method to be worth its while
_MOST_ACTIONS = 90
_SECONDS = 10.0


@dataclass
class _Best:
    """The best profile so far and how it fares."""

    profile: Profile
    gain: float


class GeneralSolver:
    """Approximate equilibria in pure or mixed strategies of any game with known contestants.

    Parameters
    ----------
    seconds : float
        The work allowed, in processor time; when it is used up the best profile so far is what there is.
    """

    name = "general"
    source = "Lemke and Howson (1964); Govindan and Wilson (2004); Adam et al. (2021)"
    #: Solvers that stop at the accuracy asked for; `contests.solve` passes the tolerances on.
    approximate = True

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self.seconds = positive("GeneralSolver.seconds", seconds)

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if game.n < 2:
            return "there is only one contestant; two or more would work"
        if game.stakes <= 0:
            return "there is nothing to win; a prize above zero would work"
        return refuse_types(game) if has_types(game) else None

    def solve(
        self,
        game: Any,
        gain_tolerance: float = GAIN_TOLERANCE,
        effort_tolerance: float = EFFORT_TOLERANCE,
    ) -> Candidate:
        """Return the best candidate found.

        Parameters
        ----------
        game : Game
            Contestants known or with private types.
        gain_tolerance, effort_tolerance : float
            When to stop, as in `contests.certify`.

        Returns
        -------
        Candidate
            Its certificate, in the hands of `contests.solve`, says whether it is good enough.
        """
        clock = Clock(self.seconds)
        if has_types(game):
            profile = strategies_by_type(game, gain_tolerance, effort_tolerance, clock)
            return Candidate(
                profile=profile,
                selection="approximate; effort is a function of the type; others may exist",
                source="Athey (2001); Anderson (1965); discretisation and path of this library",
            )
        search = _Search(game, gain_tolerance, effort_tolerance, clock)
        profile = search.run()
        alike = "symmetric" if len(search.field.counts) == 1 else "contestants of one kind do the same"
        return Candidate(profile=profile, selection=f"approximate; {alike}; others may exist")


class _Search:
    """One run: the discretised game, its actions, and the best profile so far."""

    def __init__(self, game: Game, gain_tolerance: float, effort_tolerance: float, clock: Clock) -> None:
        start = Profile.symmetric(Mixed.on([0.0, 1.0], [0.5, 0.5]), game.n)
        first, _ = game.classes(start)
        members = getattr(game, "kind_of", lambda: None)()
        if members is None or np.unique(members).size != first.size:
            members = np.arange(game.n)
        first = np.unique(members, return_index=True)[1]
        tops = [float(np.asarray(game.largest_effort(int(i)))) for i in first]
        trial = Profile.of([Mixed.on([0.2 * max(tops), 0.6 * max(tops)], [0.5, 0.5])] * game.n)
        self.game = with_random_efforts(game, trial)
        self.field = Discretised(self.game, np.asarray(members, dtype=np.intp), clock)
        self.tops = tops
        self.tolerance, self.effort_tolerance = gain_tolerance, effort_tolerance
        race = getattr(game, "race", None) if isinstance(game, Contest) else None
        self.smooth = not (race is not None and race.noise is None)
        self.best: _Best | None = None

    def run(self) -> Profile:
        """Return the best profile found when the certificate passes, or the time is used up."""
        try:
            return self._rounds()
        except OutOfTimeError:
            if self.best is None:
                raise
            return self.best.profile

    def _rounds(self) -> Profile:
        if not self.smooth:
            from contests.solvers.spread import spread_out

            return spread_out(self.field, self.tops, self.tolerance, self.effort_tolerance)
        points = self.coarse = [self._first_grid(c) for c in range(len(self.tops))]
        weights = [np.full(p.size, 1.0 / p.size) for p in points]
        spacing, last, waited, mark = 0.1, np.inf, 0, np.inf
        for _ in range(_ROUNDS):
            actions = [Actions.at(p) for p in points]
            weights = self._restricted(actions, weights)
            profile = self.field.mixture(actions, weights)
            gain, deviations = self.deviations(profile)
            if self._accept(profile, gain):
                break
            atoms = merged(Atoms(points, weights), self.tops, share=min(2.5 * spacing, 0.3))
            if spacing < 0.04 and self._polish(atoms):
                break
            assert self.best is not None
            waited, mark = (0, self.best.gain) if self.best.gain < 0.5 * mark else (waited + 1, mark)
            if waited > _PATIENCE:
                break
            # Gains are of second order in distances: shrink the grid while they fall, widen it if not.
            spacing = spacing / 3 if gain < 0.7 * last else min(2 * spacing, 0.3)
            last = gain
            points, weights = self._exchange(atoms, deviations, spacing)
        assert self.best is not None
        return self.best.profile

    def _first_grid(self, c: int) -> Array:
        allowed = self.game.actions(self.field.representatives[c])
        if allowed is not None:
            return allowed if allowed.size <= _MOST_ACTIONS else allowed[:: -(-allowed.size // 30)]
        top = self.tops[c]
        if self.game.n == 2:
            return np.unique(top * np.concatenate([np.linspace(0, 1, 33), np.geomspace(1e-5, 0.03, 24)]))
        return np.unique(top * np.concatenate([np.linspace(0, 1, 13), np.geomspace(1e-3, 0.04, 4)]))

    def _restricted(self, actions: list[Actions], start: list[Array]) -> list[Array]:
        """The equilibrium of the game with the given actions only."""
        tolerance = max(0.01 * self.tolerance, 1e-13) * self.game.stakes
        return fixed_point(
            lambda x: self.field.blocks(actions, x), self.field.counts, start, tolerance=tolerance
        )

    def _accept(self, profile: Profile, gain: float) -> bool:
        """Keep the profile if it is the best so far; say whether its certificate passes."""
        if self.best is None or gain < self.best.gain:
            self.best = _Best(profile, gain)
        if gain > self.tolerance * self.game.stakes:
            return False
        certificate = certify(
            self.game, profile, gain_tolerance=self.tolerance, effort_tolerance=self.effort_tolerance
        )
        if certificate.passed:
            self.best = _Best(profile, -1.0)
        return certificate.passed

    def deviations(self, profile: Profile) -> tuple[float, list[Array]]:
        """The largest gain from deviating, in money, and for each class the efforts that gain."""
        worst, found = 0.0, []
        for c, i in enumerate(self.field.representatives):
            strategy = profile.strategy(i)
            points, weights = strategy.nodes()
            value = float(weights @ np.asarray(self.game.payoff(i, points, profile)))
            efforts, payoffs = self._peaks(c, i, profile, points)
            outside = self.game.outside_option(i)
            gain = max(float(payoffs.max()), outside) - value
            worst = max(worst, gain)
            kept = payoffs > value + min(0.02 * gain, 0.1 * self.tolerance * self.game.stakes)
            found.append(efforts[kept])
        return worst, found

    def _peaks(self, c: int, i: int, profile: Profile, own: Array) -> tuple[Array, Array]:
        """Local maxima of the payoff of class c in own effort, refined."""
        allowed = self.game.actions(i)

        def payoff(efforts: Array) -> Array:
            return np.asarray(self.game.payoff(i, efforts, profile))

        if allowed is not None:
            values = payoff(allowed)
            best = np.argsort(values)[-8:]
            return allowed[best], values[best]
        top = self.tops[c]
        near = np.concatenate([own * f for f in (0.8, 0.97, 1.0, 1.03, 1.25)])
        landmarks = self.game.landmarks(i, profile)
        grid = np.concatenate(
            [top * np.linspace(0, 1, 121), top * np.geomspace(1e-12, 1, 97), near, landmarks]
        )
        grid = np.unique(np.clip(grid, 0.0, top))
        values = payoff(grid)
        padded = np.concatenate([[-np.inf], values, [-np.inf]])
        peak = np.flatnonzero((padded[1:-1] >= padded[:-2]) & (padded[1:-1] >= padded[2:]))
        peak = peak[np.argsort(values[peak])[-24:]]
        low, high = grid[np.maximum(peak - 1, 0)], grid[np.minimum(peak + 1, grid.size - 1)]
        best, best_value = grid[peak], values[peak]
        for _ in range(8):
            steps = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, 9)
            tried = payoff(steps)
            at, rows = np.argmax(tried, axis=1), np.arange(peak.size)
            better = tried[rows, at] > best_value
            best = np.where(better, steps[rows, at], best)
            best_value = np.where(better, tried[rows, at], best_value)
            low, high = steps[rows, np.maximum(at - 1, 0)], steps[rows, np.minimum(at + 1, 8)]
        return np.asarray(best, float), best_value

    def _exchange(
        self, atoms: Atoms, deviations: list[Array], spacing: float
    ) -> tuple[list[Array], list[Array]]:
        """The next efforts: around each atom at the given relative spacing, and those that gain."""
        points, weights = [], []
        for c, i in enumerate(self.field.representatives):
            centre, mass = atoms.efforts[c], atoms.weights[c]
            few = self.game.n > 2 or centre.size > 8  # with more than two every action costs an integral
            steps = np.array([-1.0, 1.0]) if few else np.array([-1.0, -0.5, 0.5, 1.0])
            coarse = self.coarse[c] if self.game.n == 2 else self.coarse[c][:1]
            near = np.clip(centre[:, None] * (1 + spacing * steps), 0.0, self.tops[c]).ravel()
            allowed = self.game.actions(i)
            if allowed is not None:
                near = allowed[np.unique(np.argmin(np.abs(allowed - near[:, None]), axis=1))]
                centre = allowed[np.argmin(np.abs(allowed - centre[:, None]), axis=1)]
            every = np.unique(np.concatenate([near, centre, deviations[c], coarse]))
            carried = np.zeros(every.size)
            np.add.at(carried, np.searchsorted(every, centre), mass)
            points.append(every)
            weights.append(carried / carried.sum())
        return points, weights

    def _polish(self, atoms: Atoms) -> bool:
        """Newton's method from the atoms; whether the outcome's certificate passes."""
        if any(self.game.actions(i) is not None for i in self.field.representatives):
            return False
        if max(e.size for e in atoms.efforts) > _MOST_ATOMS:
            return False
        for cut in (False, True):
            found = polished(self.field, atoms, self.tops, cut=cut)
            if found is not None:
                profile = found.profile(self.field)
                if self._accept(profile, self.deviations(profile)[0]):
                    return True
        return False


SOLVER = GeneralSolver()
