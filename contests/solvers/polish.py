"""Newton's method on the conditions that a mixed equilibrium with atoms satisfies.

Each class draws from efforts b_k with probabilities q_k. All its b_k pay the same,
and at each b_k inside the range the marginal payoff is zero. In the unknowns
log b_k (where free), log q_k and the payoff of each class that is a square system;
it turns a rough equilibrium of a discretised game into one of the game itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.profile import Profile
from contests.solvers.actions import Actions, Discretised
from contests.strategy import Pure, Strategy

__all__ = ["Atoms", "merged", "polished"]

Array = NDArray[np.float64]
_STEP = 1e-6  # relative, for derivatives of exact payoffs


@dataclass(frozen=True)
class Atoms:
    """Efforts and probabilities of each class.

    Parameters
    ----------
    efforts, weights : list of ndarray
        One array for each class, sorted by effort.
    """

    efforts: list[Array]
    weights: list[Array]

    def profile(self, field: Discretised) -> Profile:
        """Return the profile of a ``field`` whose classes play these atoms."""
        return field.mixture([Actions.at(e) for e in self.efforts], self.weights)


def merged(atoms: Atoms, tops: list[float], share: float = 0.03) -> Atoms:
    """Return the atoms with neighbours put together at their mean.

    Parameters
    ----------
    atoms : Atoms
        Possibly several atoms where the equilibrium has one.
    tops : list of float
        The largest effort worth while of each class.
    share : float
        Atoms closer than this share of the larger one are put together.

    Returns
    -------
    Atoms
    """
    efforts, weights = [], []
    for points, mass, top in zip(atoms.efforts, atoms.weights, tops, strict=True):
        used = mass > 1e-12
        points, mass = points[used], mass[used] / mass[used].sum()
        apart = np.diff(points) > np.maximum(share * points[1:], 1e-14 * top)
        group = np.concatenate([[0], np.cumsum(apart)])
        total = np.bincount(group, weights=mass)
        efforts.append(np.bincount(group, weights=mass * points) / total)
        weights.append(np.asarray(total, float))
    return Atoms(efforts, weights)


class _System:
    """The conditions and their derivatives for given atoms; what is free is decided at the start."""

    def __init__(self, field: Discretised, atoms: Atoms, tops: list[float], cut: bool) -> None:
        self.field, self.tops, self.stakes = field, tops, field.game.stakes
        # Zero and the largest effort stay put; so does the least atom above zero where a tail is cut there.
        self.free = [
            (e > 1e-13 * top) & (e < top * (1 - 1e-9)) & ~(cut & (np.cumsum(e > 1e-13 * top) == 1))
            for e, top in zip(atoms.efforts, tops, strict=True)
        ]
        self.ends = np.cumsum([0, *(e.size for e in atoms.efforts)])

    def linearise(self, atoms: Atoms) -> tuple[Array, Array]:
        """Residuals at ``atoms`` and their derivatives in (log b free, q, v), rows scaled to the atoms."""
        field, ends = self.field, self.ends
        base = [Actions.at(e).strategy(q) for e, q in zip(atoms.efforts, atoms.weights, strict=True)]
        total, classes = int(ends[-1]), len(base)
        rows, matrix = [], []
        starts = np.cumsum([0, *(int(f.sum()) for f in self.free)])
        width = int(starts[-1]) + total + classes
        for c in range(classes):
            own, free = atoms.efforts[c], self.free[c]
            here = slice(ends[c], ends[c + 1])
            pay, slope = np.zeros(own.size), np.zeros((own.size, 2))
            d_pay, d_slope = np.zeros((own.size, width)), np.zeros((own.size, width))
            rivals = field.game.n - 1
            for d in range(classes):
                number = field.counts[d] - (1 if c == d else 0)
                if number == 0:
                    continue
                q = atoms.weights[d]
                u, s = self._columns(c, d, own, atoms.efforts[d], base)
                ahead_u, ahead_s = self._columns(c, d, own, atoms.efforts[d] * (1 + _STEP), base)
                pay += number / rivals * (u @ q)
                slope += number / rivals * np.einsum("kj,mkj->mk", np.ones((2, 1)) * q, s)
                at_q = slice(int(starts[-1]) + ends[d], int(starts[-1]) + ends[d + 1])
                d_pay[:, at_q] = number * u
                d_slope[:, at_q] = number * s[:, 0]
                move = self.free[d]
                at_b = slice(int(starts[d]), int(starts[d + 1]))
                d_pay[:, at_b] = (number * q * (ahead_u - u) / _STEP)[:, move]
                d_slope[:, at_b] = (number * q * (ahead_s[:, 0] - s[:, 0]) / _STEP)[:, move]
            mine = np.arange(int(starts[c]), int(starts[c + 1]))
            places = np.flatnonzero(free)
            d_pay[places, mine] += slope[places, 0]
            d_slope[places, mine] += (slope[places, 1] - slope[places, 0]) / _STEP
            d_pay[:, int(starts[-1]) + total + c] = -1.0
            size = np.maximum(own / self.tops[c], 1e-9) * self.stakes
            value = float(atoms.weights[c] @ pay)
            excess = np.array([atoms.weights[c].sum() - 1.0])
            rows += [(pay - value) / size, (slope[:, 0] / size)[free], excess]
            adding = np.zeros((1, width))
            adding[0, int(starts[-1]) + here.start : int(starts[-1]) + here.stop] = 1.0
            matrix += [d_pay / size[:, None], (d_slope / size[:, None])[free], adding]
        return np.concatenate(rows), np.vstack(matrix)

    def _columns(self, c: int, d: int, own: Array, rival: Array, base: list[Strategy]) -> tuple[Array, Array]:
        """Payoffs (m, j) and slopes in log own effort at own effort and a step above it (m, 2, j)."""
        step = 1e-3
        safe = np.where(own > 0, own, 1e-300)
        singles = [Pure(float(b)) for b in rival]
        two = safe[:, None] * np.array([1.0, 1.0 + _STEP])
        found = self.field.columns(c, d, two, singles, base, marginal=True)
        assert found is not None
        u, s = found
        if s is None:
            points = two[..., None] * (1 + step * np.array([-2.0, -1.0, 1.0, 2.0]))
            around = self.field.columns(c, d, points, singles, base)
            assert around is not None
            v = around[0]
            s = (v[:, :, 0] - 8 * v[:, :, 1] + 8 * v[:, :, 2] - v[:, :, 3]) / (12 * step)
        else:
            s = s * two[..., None]
        return u[:, 0], s

    def moved(self, atoms: Atoms, move: Array) -> Atoms:
        """The atoms after a Newton step, cut short so that no probability loses more than nine tenths."""
        starts = np.cumsum([0, *(int(f.sum()) for f in self.free)])
        jump = np.abs(move[: starts[-1]])
        q_moves = move[starts[-1] : starts[-1] + self.ends[-1]]
        q_now = np.concatenate(atoms.weights)
        with np.errstate(divide="ignore", invalid="ignore"):  # only falling probabilities bind
            room = np.where(q_moves < 0, 0.9 * q_now / -q_moves, np.inf)
        share = min(1.0, float(room.min()), 0.7 / max(float(jump.max(initial=0.0)), 1e-300))
        efforts, weights = [], []
        for c, (e, q) in enumerate(zip(atoms.efforts, atoms.weights, strict=True)):
            e = e.copy()
            e[self.free[c]] *= np.exp(share * move[starts[c] : starts[c + 1]])
            order = np.argsort(e)
            q = q + share * q_moves[self.ends[c] : self.ends[c + 1]]
            if not np.array_equal(order, np.arange(e.size)):
                raise ConvergenceError("Atoms change places: they are not separate.")
            efforts.append(e)
            weights.append(q)
        return Atoms(efforts, weights)


def polished(
    field: Discretised, atoms: Atoms, tops: list[float], *, cut: bool = False, steps: int = 25
) -> Atoms | None:
    """Return atoms that satisfy the conditions, from atoms that nearly do.

    Parameters
    ----------
    field : Discretised
        The game.
    atoms : Atoms
        The start.
    tops : list of float
        The largest effort worth while of each class.
    cut : bool
        Whether the least positive effort stays where it is: below it an endless tail of atoms is cut.
    steps : int
        Newton steps allowed.

    Returns
    -------
    Atoms or None
        None if the method leads nowhere.
    """
    system = _System(field, atoms, tops, cut)
    least, best, waited = np.inf, atoms, 0
    for _ in range(steps):
        r, matrix = system.linearise(atoms)
        size = float(np.abs(r).max(initial=0.0))
        if not np.isfinite(size):
            return None
        if size < 0.5 * least:
            least, best, waited = size, atoms, 0
        else:
            waited += 1
        if size < 1e-13 or waited > 5:
            break
        try:
            atoms = system.moved(atoms, np.asarray(np.linalg.lstsq(matrix, -r, rcond=1e-14)[0], float))
        except ConvergenceError:
            return None
    weights = [np.maximum(q, 0.0) / np.maximum(q, 0.0).sum() for q in best.weights]
    return Atoms(best.efforts, weights) if least < 1e-4 else None
