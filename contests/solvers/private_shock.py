"""Private types under a shock or in a lottery: Bayesian equilibria by collocation in the type.

The law of each contestant's type is cut into quantile nodes; the unknowns are the logs
of their efforts, the equations the first-order conditions of `private_replies` against
the field that the nodes make up. Newton's method uses the exact derivatives of the rank
kernel: moving type j of class l by dL changes p by the density of j's score, so

    d P'(L_i) / d L_j = w_j int f'(x - L_i) f(x - L_j) D(x) dx,

a product of two matrices, with D(x) the worth of one rival of class l more or less below.
Types who would lose by any effort exert none; the levels at which that begins are found
with the efforts. Between nodes the strategy is the best reply itself.

Existence and uniqueness in lotteries with exponent at most 1: Fey (2008), Wasser (2013),
Einy et al. (2015), Ewerhart (2014); Ryvkin (2010) for n contestants. Otherwise existence
is for the certificate to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Private
from contests.curves import Linear
from contests.entry import AllEnter, Invite
from contests.errors import ConvergenceError
from contests.game import Game
from contests.leave_one_out import conditional_prizes
from contests.prize_tables import score_grid
from contests.profile import Profile
from contests.solvers.private_replies import FirstOrder, ReplyByType, level_nodes
from contests.solving import Candidate
from contests.technology import Trials

__all__ = ["SOLVER", "PrivateShockSolver"]

Array = NDArray[np.float64]
_NODES, _FINE = 64, 240
_ROUNDS = 40


class PrivateShockSolver:
    """Efforts by type where types are private and success is random."""

    name = "private types, shock"
    source = "Fey (2008); Ryvkin (2010); Wasser (2013)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest):
            return "takes contests made of parts (ct.Contest)"
        if not isinstance(game.contestants, Private):
            return "types are known to all; ct.Private(n, value=law) would work"
        if game.race is None:
            return f"{type(game.success).__name__} is not a race; ct.Lottery() would work"
        noise = game.race.noise
        if noise is None:
            return "quality is certain; a shock (ct.Additive) or ct.Lottery() would work"
        if score_grid(noise, np.zeros(1), game.n) is None:
            return f"the noise {noise!r} has kinks or heavy tails; a normal, logistic or Gumbel one would work"
        if game.contestants.utility is not None:
            return "contestants are averse to risk; risk-neutral ones would work"
        if game.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        if not isinstance(game.entry, (AllEnter, Invite)):
            return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
        if isinstance(game.technology, Trials) and game.technology.whole:
            return "trials come in whole numbers; ct.Trials(draw) with real numbers would work"
        if game.n < 2 or game.prizes.top <= 0:
            return "there is no one to compete with or nothing to win"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return the candidate equilibrium of ``game``."""
        contest: Contest = game
        strategies = _Field(contest).solve()
        members = contest.kind_of()[: contest.n]
        order = np.unique(members, return_inverse=True)[1].reshape(-1)
        if len(strategies) == 1:
            profile = Profile.symmetric(strategies[0], contest.n)
        else:
            profile = Profile(contest.n, strategies=strategies, members=order.astype(np.intp))
        return Candidate(profile=profile, selection=_selection(contest))


def _selection(contest: Contest) -> str:
    exponent = getattr(contest.success, "exponent", 2.0)
    one = contest.prizes.by_rank().size == 1
    output = getattr(contest.technology, "output", None)
    if contest.success.is_lottery and exponent <= 1 and one and contest.cost.is_convex and output == Linear():
        return "unique (Ewerhart 2014; Einy et al. 2015)"
    return "symmetric; others may exist" if contest.is_symmetric else "one equilibrium; others may exist"


@dataclass
class _Class:
    """Contestants with one law: their types at nodes and what they do."""

    contestant: int
    count: int
    breaks: Array
    types: Array
    weights: Array
    logs: Array


class _Field:
    """All classes, and the equations that their efforts solve."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        assert contest.race is not None
        assert contest.race.noise is not None
        self.race, self.noise = contest.race, contest.race.noise
        kinds = contest.kind_of()[: contest.n]
        _, first, counts = np.unique(kinds, return_index=True, return_counts=True)
        self.classes = [
            self._class(int(i), int(count), np.array([])) for i, count in zip(first, counts, strict=True)
        ]

    def _class(self, i: int, count: int, breaks: Array) -> _Class:
        traits = self.contest.contestants
        law = traits.law_of(i)  # type: ignore[attr-defined]
        # Types next to worthless ones do exponentially little: they need many nodes.
        fine = traits.private_trait == "value" and law.ppf(1e-3) < 0.02 * law.ppf(0.5)
        levels, rest, weights, _ = level_nodes(breaks, _FINE if fine else _NODES)
        types = np.where(levels < 0.5, law.ppf(levels), law.isf(rest))
        order = np.argsort(types)
        top = np.broadcast_to(self.contest.largest_effort(i, types), types.shape)
        with np.errstate(divide="ignore"):  # a type without value does nothing
            logs = np.log(0.2 * np.minimum(top, 1e300))[order]
        return _Class(i, count, breaks, types[order], weights[order], logs)

    def conditions(self, active: list[NDArray[np.bool_]]) -> tuple[list[FirstOrder], list[Array], Any]:
        """The first-order condition of each class, locations, and the prize's derivatives in the laws."""
        places = []
        for one, works in zip(self.classes, active, strict=True):
            ability = self.contest.contestants.trait("ability", one.contestant, one.types)
            with np.errstate(divide="ignore"):  # no effort in a lottery: minus infinity
                effort = np.where(works, np.exp(one.logs), 0.0)
                place = self.race.location(one.contestant, effort, ability)
            places.append(np.asarray(np.broadcast_to(place, one.types.shape), float))
        finite = np.concatenate([place[np.isfinite(place)] for place in places])
        nature = np.isfinite(self.race.nature)
        if nature:
            finite = np.append(finite, self.race.nature)
        grid = score_grid(self.noise, finite, self.contest.n, margin=False)
        if grid is None:
            raise ConvergenceError("The efforts of the types lie too far apart to be ranked on one grid.")
        offsets = [grid.x[:, None] - place for place in places]
        laws = [
            (self.noise.sf(o) @ c.weights, self.noise.cdf(o) @ c.weights, _density(self.noise, o))
            for o, c in zip(offsets, self.classes, strict=True)
        ]
        counts = [c.count for c in self.classes] + ([1] if nature else [])
        above, below = [a for a, _, _ in laws], [b for _, b, _ in laws]
        density = [d @ c.weights for (_, _, d), c in zip(laws, self.classes, strict=True)]
        if nature:
            off = grid.x - self.race.nature
            above, below = [*above, self.noise.sf(off)], [*below, self.noise.cdf(off)]
            density = [*density, self.noise.pdf(off)]
        values = self.contest.prizes.by_rank()[: self.contest.n]
        wanted, size = len(self.classes), len(counts)
        worth = np.zeros((wanted, size, grid.x.size))
        for l in range(size):
            only = np.zeros((size, grid.x.size))
            only[l] = 1.0
            worth[:, l] = conditional_prizes(
                np.array(above), np.array(below), only, counts, values, wanted
            )[1]
        slopes = np.einsum("klx,lx->kx", worth, np.array(density)) * grid.step
        found = [
            FirstOrder(
                contest=self.contest, contestant=c.contestant, scores=grid.x, slopes=slopes[k],
                types=c.types, logs=c.logs,
            )
            for k, c in enumerate(self.classes)
        ]  # fmt: skip
        # The worth of one class as a whole: each of its members moves with the node.
        moved = [
            [worth[k, l] * grid.step for l in range(wanted)] for k in range(wanted)
        ]
        return found, places, (grid.x, [d for _, _, d in laws], moved)

    def newton(self, active: list[NDArray[np.bool_]]) -> float:
        """One damped Newton step for the active types; the largest move of a log effort."""
        found, places, (x, densities, moved) = self.conditions(active)
        rows, matrix = [], []
        locations = []
        for k, (one, works) in enumerate(zip(self.classes, active, strict=True)):
            own = found[k].own(one.logs[works], one.types[works])
            first, second = found[k].marginal_prize(places[k][works])
            rows.append(own[1] + np.log(first))
            locations.append(own[3])
            slope = self.noise.slope(x - places[k][works][:, None])
            blocks = []
            for l, other in enumerate(self.classes):
                score = densities[l][:, active[l]] * other.weights[active[l]]
                blocks.append((slope * moved[k][l]) @ score / first[:, None])
            blocks[k][np.diag_indices(int(works.sum()))] += second / first
            matrix.append((own[2], blocks))
        full = []
        for k, (bend, blocks) in enumerate(matrix):
            row = np.hstack([block * locations[l] for l, block in enumerate(blocks)])
            start = sum(int(works.sum()) for works in active[:k])
            row[np.arange(bend.size), start + np.arange(bend.size)] += bend
            full.append(row)
        move = np.linalg.solve(np.vstack(full), -np.concatenate(rows))
        if not np.all(np.isfinite(move)):
            raise ConvergenceError("Newton's method on the efforts of the types failed.")
        largest = float(np.abs(move).max())
        move *= min(1.0, 1.0 / max(largest, 1e-300))
        at = 0
        for one, works in zip(self.classes, active, strict=True):
            number = int(works.sum())
            one.logs[works] += move[at : at + number]
            at += number
        return largest

    def solve(self) -> list[ReplyByType]:
        """The strategies of all classes."""
        for _ in range(12):
            active = self._settle()
            found, _, _ = self.conditions(active)
            breaks = [_thresholds(f, c) for f, c in zip(found, self.classes, strict=True)]
            if all(
                new.size == c.breaks.size and np.all(np.abs(new - c.breaks) < 1e-11)
                for new, c in zip(breaks, self.classes, strict=True)
            ):
                break
            self._cut(breaks, found)
        traits = self.contest.contestants
        return [
            ReplyByType(
                types=traits.law_of(c.contestant),  # type: ignore[attr-defined]
                function=f,
                scores_increase=traits.private_trait != "cost",
                breaks=c.breaks,
            )
            for f, c in zip(found, self.classes, strict=True)
        ]

    def _settle(self) -> list[NDArray[np.bool_]]:
        """Newton's method until the efforts stay put; which types work."""
        active = self._working()
        for _ in range(_ROUNDS):
            moved = self.newton(active)
            if moved < 1e-12:
                return active
            if moved > 1e-3:
                active = self._working()
        if moved > 1e-9:
            raise ConvergenceError(
                "Newton's method on the efforts of the types did not settle. With an exponent above 1 or a small "
                "shock there may be no equilibrium in which effort is a function of the type."
            )
        return active

    def _working(self) -> list[NDArray[np.bool_]]:
        """Which nodes have an incentive to work at all, given what all others do now."""
        everyone = [np.isfinite(c.logs) for c in self.classes]
        if not hasattr(self, "_active"):
            self._active = everyone
        found, _, _ = self.conditions(self._active)
        self._active = [
            (f.at_nothing(c.types) > 0) & can for f, c, can in zip(found, self.classes, everyone, strict=True)
        ]
        if not any(works.any() for works in self._active):
            raise ConvergenceError("No type would exert effort: the noise is too large for the prize.")
        return self._active

    def _cut(self, breaks: list[Array], found: list[FirstOrder]) -> None:
        """New nodes, split where types begin or cease to work."""
        for k, (one, cut) in enumerate(zip(self.classes, breaks, strict=True)):
            new = self._class(one.contestant, one.count, cut)
            logs = found[k].solve(new.types)
            new.logs = np.where(np.isfinite(logs), logs, new.logs)
            self.classes[k] = new
        del self._active


def _density(noise: Any, offset: Array) -> Array:
    return np.where(np.isposinf(offset), 0.0, noise.pdf(offset))


def _thresholds(condition: FirstOrder, one: _Class) -> Array:
    """The quantile levels at which types begin or cease to work, by bisection."""
    law = condition.contest.contestants.law_of(one.contestant)  # type: ignore[attr-defined]
    levels = np.concatenate([[1e-9], np.linspace(0, 1, 66)[1:-1], [1 - 1e-9]])
    works = condition.at_nothing(law.ppf(levels)) > 0
    turns = np.flatnonzero(works[1:] != works[:-1])
    low, high, first = levels[turns], levels[turns + 1], works[turns]
    if turns.size == 0:
        return np.array([])
    for _ in range(50):
        middle = (low + high) / 2
        same = (condition.at_nothing(law.ppf(middle)) > 0) == first
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.asarray((low + high) / 2)


SOLVER = PrivateShockSolver()
