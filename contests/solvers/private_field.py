"""Collocation in the type: the field of private types under smooth noise, solved by Newton's method.

The law of each contestant's type is cut into quantile nodes; the unknowns are the logs
of their efforts, the equations the first-order conditions of `private_replies` against
the field that the nodes make up. Newton's method uses the exact derivatives of the rank
kernel: moving type j of class l by dL changes p by the density of j's score, so

    d P'(L_i) / d L_j = w_j int f'(x - L_i) f(x - L_j) D(x) dx,

a product of two matrices, with D(x) the worth of one rival of class l more or less below.
Types who would lose by any effort exert none; the levels at which that begins are found
with the efforts. Between nodes the strategy is the best reply itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.errors import ConvergenceError
from contests.leave_one_out import conditional_prizes
from contests.prize_tables import score_grid
from contests.solvers.private_bends import TypeClass, bends_by_type, few, same_breaks
from contests.solvers.private_replies import NOTHING, FirstOrder, ReplyByType, level_nodes
from contests.solvers.private_spread import check_spread
from contests.solvers.private_summits import NOBODY, SummitOrder, begins_convex

__all__ = ["PrivateField"]

Array = NDArray[np.float64]
_NODES, _FINE = 64, 240
_ROUNDS, _LESS = 40, 2.0  # the latter of log effort


class PrivateField:
    """All classes, and the equations that their efforts solve.

    Parameters
    ----------
    contest : Contest
        Private types under noise that a grid of scores resolves.
    """

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        assert contest.race is not None
        assert contest.race.noise is not None
        self.race, self.noise = contest.race, contest.race.noise
        kinds = contest.kind_of()[: contest.n]
        _, first, counts = np.unique(kinds, return_index=True, return_counts=True)
        self._active: list[NDArray[np.bool_]] | None = None
        self.classes = [
            self._class(int(i), int(count), np.array([])) for i, count in zip(first, counts, strict=True)
        ]
        for one in self.classes:
            check_spread(contest, one.contestant, one.types)

    def _class(self, i: int, count: int, breaks: Array) -> TypeClass:
        traits = self.contest.contestants
        law = traits.law_of(i)  # type: ignore[attr-defined]
        # Types next to worthless ones do exponentially little: they need many nodes.
        fine = traits.private_trait == "value" and law.ppf(1e-3) < 0.02 * law.ppf(0.5)
        levels, rest, weights, _ = level_nodes(breaks, _FINE if fine else _NODES)
        types = np.where(levels < 0.5, law.ppf(levels), law.isf(rest))
        order = np.argsort(types)
        top = np.broadcast_to(self.contest.largest_effort(i, types), types.shape)
        with np.errstate(divide="ignore"):  # a type without value does nothing
            logs = np.log(min(0.2, 1.0 / self.contest.n) * np.minimum(top, 1e300))[order]
        # In a lottery zero effort has no score at all: types stay out only if someone surely works.
        ability = traits.trait("ability", i, types)
        scoreless = bool(np.isneginf(self.race.location(i, np.zeros(types.shape), ability)).all())
        return TypeClass(i, count, breaks, types[order], weights[order], logs, stays_out=not scoreless)

    def places(self, active: list[NDArray[np.bool_]]) -> list[Array]:
        """Return where the types at the nodes of each class stand.

        Parameters
        ----------
        active : list of ndarray of bool
            Which nodes of each class exert effort.
        """
        places = []
        for one, works in zip(self.classes, active, strict=True):
            ability = self.contest.contestants.trait("ability", one.contestant, one.types)
            with np.errstate(divide="ignore"):  # no effort in a lottery: minus infinity
                top = np.broadcast_to(self.contest.largest_effort(one.contestant, one.types), works.shape)
                least = 0.0 if one.stays_out else NOTHING * np.where(np.isfinite(top), top, 0.0)
                effort = np.where(works, np.exp(one.logs), least)
                place = self.race.location(one.contestant, effort, ability)
            places.append(np.asarray(np.broadcast_to(place, one.types.shape), float))
        return places

    def conditions(self, active: list[NDArray[np.bool_]]) -> tuple[list[FirstOrder], list[Array], Any]:
        """Return the first-order condition of each class, locations, and the prize's derivatives in the laws.

        Parameters
        ----------
        active : list of ndarray of bool
            Which nodes of each class exert effort.

        Raises
        ------
        ConvergenceError
            If the efforts lie too far apart for one grid.
        """
        places = self.places(active)
        finite = np.concatenate([place[np.isfinite(place)] for place in places])
        nature = np.isfinite(self.race.nature)
        if nature:
            finite = np.append(finite, self.race.nature)
        values = self.contest.prizes.by_rank()[: self.contest.n]
        grid = score_grid(self.noise, finite, self.contest.n, margin=False, values=values)
        if grid is None:
            raise ConvergenceError(
                "The efforts of the types lie too far apart in units of the shock to be ranked on one grid. "
                "A larger shock, or types closer together, would work."
            )
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
        wanted, size = len(self.classes), len(counts)
        worth = np.zeros((wanted, size, grid.x.size))
        for d in range(size):
            only = np.zeros((size, grid.x.size))
            only[d] = 1.0
            worth[:, d] = conditional_prizes(np.array(above), np.array(below), only, counts, values, wanted)[
                1
            ]
        slopes = np.einsum("klx,lx->kx", worth, np.array(density)) * grid.step
        found = [
            FirstOrder(
                contest=self.contest, contestant=c.contestant, scores=grid.x, slopes=slopes[k],
                types=c.types, logs=c.logs, stays_out=c.stays_out,
            )
            for k, c in enumerate(self.classes)
        ]  # fmt: skip
        if all(begins_convex(condition) for condition in found):
            found = [
                SummitOrder(**{name: getattr(f, name) for name in f.__dataclass_fields__}) for f in found
            ]
        # The worth of one class as a whole: each of its members moves with the node.
        moved = [[worth[k, d] * grid.step for d in range(wanted)] for k in range(wanted)]
        return found, places, (grid.x, [d for _, _, d in laws], moved)

    def begins_convex(self) -> bool:
        """Return whether the first unit of effort does not pay while more of it may, for all classes."""
        return all(isinstance(f, SummitOrder) for f in self.conditions(self._working())[0])

    def newton(self, active: list[NDArray[np.bool_]]) -> float:
        """Take one damped Newton step for the ``active`` types; return the largest move of a log effort."""
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
            for d, other in enumerate(self.classes):
                score = densities[d][:, active[d]] * other.weights[active[d]]
                blocks.append((slope * moved[k][d]) @ score / first[:, None])
            blocks[k][np.diag_indices(int(works.sum()))] += second / first
            matrix.append((own[2], blocks))
        full = []
        for k, (bend, blocks) in enumerate(matrix):
            row = np.hstack([block * locations[d] for d, block in enumerate(blocks)])
            start = sum(int(works.sum()) for works in active[:k])
            row[np.arange(bend.size), start + np.arange(bend.size)] += bend
            full.append(row)
        try:
            move = np.linalg.solve(np.vstack(full), -np.concatenate(rows))
        except np.linalg.LinAlgError:  # types whose effort makes no difference
            move = np.array([np.nan])
        if not np.all(np.isfinite(move)):
            raise ConvergenceError("Newton's method on the efforts of the types failed.")
        largest = float(np.abs(move).max())
        move = np.clip(move, -4.0, 4.0)
        at = 0
        for one, works in zip(self.classes, active, strict=True):
            number = int(works.sum())
            one.logs[works] += move[at : at + number]
            at += number
        return largest

    def solve(self) -> list[ReplyByType]:
        """Return the strategies of all classes; none works where that does not pay against idle rivals."""
        try:
            return self._solved()
        except ConvergenceError:
            if not self._from_idle():
                raise
            return self._solved()

    def _from_idle(self) -> bool:
        """Start again from what types do against rivals who do nothing, where that has a score."""
        self.classes = [self._class(c.contestant, c.count, np.array([])) for c in self.classes]
        if not all(c.stays_out for c in self.classes):
            return False
        found, _, _ = self.conditions([np.zeros(c.types.shape, dtype=bool) for c in self.classes])
        self._active = [f.at_nothing(c.types) > 0 for f, c in zip(found, self.classes, strict=True)]
        for f, c, works in zip(found, self.classes, self._active, strict=True):
            c.logs[works] = f.solve(c.types[works]) - _LESS  # against rivals who work too
        return True

    def _solved(self) -> list[ReplyByType]:
        tried: list[list[Array]] = []
        for _ in range(12):
            self._settle()
            found, _, _ = self.conditions(self._working())
            fresh = self._who_stays_out()
            breaks = [few(bends_by_type(f, c)) for f, c in zip(found, self.classes, strict=True)]
            tried.append([c.breaks for c in self.classes])
            # Breaks that come and go are those of types too rare to matter: the certificate says.
            if not fresh and any(
                all(same_breaks(new, old) for new, old in zip(breaks, earlier, strict=True))
                for earlier in tried
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

    def _who_stays_out(self) -> bool:
        """Let types stay out against whom somebody always works; whether that is new for any class."""
        assert self._active is not None
        always = [bool(works.all()) for works in self._active]
        fresh = False
        for one, whole in zip(self.classes, always, strict=True):
            if any(always) and not whole and not one.stays_out:  # some rival, of another class
                one.stays_out = fresh = True
        return fresh

    def _settle(self) -> None:
        """Newton's method until the efforts stay put."""
        active = self._working()
        for step in range(_ROUNDS):
            if not any(works.any() for works in active):
                return
            moved = self.newton(active)
            if moved < 1e-8:  # the step just taken was the last: convergence is quadratic
                before, logs = active, [c.logs.copy() for c in self.classes]
                self._reply()
                active = self._working()
                # Who joins among those who do next to nothing at all does not matter.
                matter = [c.logs > c.logs.max() - 45.0 for c in self.classes]
                if not any(np.any((a != b) & m) for a, b, m in zip(active, before, matter, strict=True)):
                    for one, settled, a in zip(self.classes, logs, active, strict=True):
                        one.logs = np.where(a, np.where(np.isfinite(settled), settled, one.logs), one.logs)
                    self._active = before
                    return
            if step % 4 == 3 and moved > 0.3:
                # Types who do next to nothing are slow to find their place: let all reply anew, unless
                # all do so much for now that nobody would work.
                self._reply(patient=True)
                active = self._working()
        if moved > 1e-6:
            raise ConvergenceError(
                "Newton's method on the efforts of the types did not settle. With an exponent above 1 or a "
                "small shock there may be no equilibrium in which effort is a function of the type."
            )

    def _reply(self, *, patient: bool = False) -> None:
        """Let all types reply to what all do now; if none would work, say so, or, patient, let all go on."""
        found, _, _ = self.conditions(self._working())
        working = [f.at_nothing(one.types) > 0 for f, one in zip(found, self.classes, strict=True)]
        if not any(works.any() for works in working):
            if patient:
                return
            if any(isinstance(f, SummitOrder) for f in found):
                raise ConvergenceError(NOBODY)
            raise ConvergenceError(
                "No type would exert effort: at zero its marginal cost exceeds what can be won."
            )
        self._active = working
        for f, one, works in zip(found, self.classes, working, strict=True):
            one.logs = np.where(works, f.solve(one.types), one.logs)

    def _working(self) -> list[NDArray[np.bool_]]:
        """Which nodes work; at first all who could."""
        if self._active is None:
            self._active = [np.isfinite(c.logs) for c in self.classes]
        return self._active

    def _cut(self, breaks: list[Array], found: list[FirstOrder]) -> None:
        """New nodes, split where types begin or cease to work."""
        self._active = []
        for k, (one, cut) in enumerate(zip(self.classes, breaks, strict=True)):
            new = self._class(one.contestant, one.count, cut)
            works = found[k].at_nothing(new.types) > 0
            new.logs = np.where(works, found[k].solve(new.types), new.logs)
            new.layer, new.stays_out = one.layer, one.stays_out
            self._active.append(works)
            self.classes[k] = new


def _density(noise: Any, offset: Array) -> Array:
    return np.where(np.isposinf(offset), 0.0, noise.pdf(offset))
