r"""The mixed equilibrium of a two-contestant lottery with exponent R above 2.

With values 1 and 1 there is no equilibrium in sure efforts; all equilibria pay zero
(Ewerhart 2015, Alcalde and Dahm 2010), and there is one whose efforts are countably
many atoms b_1 > b_2 > ... falling to zero, at each of which the payoff is zero and at
its maximum:

    sum_j q_j b_k^R / (b_k^R + b_j^R) = b_k,    and the derivatives in b_k agree.

In places u = R log b chances depend on distances only, and a density C e^(u/R) du/R,
C = sin(pi/R)/(pi/R), would leave *every* effort with a payoff of zero. So far below the
largest bid an equilibrium is that density, gathered in atoms:

* the gaps between atoms, in u, fall like pi / sqrt((1 - 2/R) k + ...): near 2 the second
  atom is already next to nothing, for large R the places settle down as R grows;
* an atom at a place with gap g has the probability C e^(u/R) g/R, up to terms in 1/k^2
  (the trapezoidal rule for that density);
* where gaps are g, the payoff between atoms falls short of zero by about
  exp(-2 pi^2/g) of the effort there: at g = 0.8 that is 2e-11.

Hence the atoms with visible gaps are unknowns of a Levenberg-Marquardt iteration, which
starts from the pattern, and the others follow it, no closer than floating-point payoffs
can tell and the wider the less money is at stake: about 30 R atoms in all, two dozen of
them unknown. The unknowns are gaps, and probabilities relative to the density, so that
an atom that moves takes along all those below.

The last atoms are an equilibrium of the lottery as far as the certificate can see, not
the places of Ewerhart's atoms, of which infinitely many are next to each other there.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError

__all__ = ["LARGEST_EXPONENT", "atoms"]

Array = NDArray[np.float64]
#: Beyond it the certificate, whose work grows with the square of the exponent, takes minutes.
LARGEST_EXPONENT = 100.0
#: Logs of effort below the prize beyond which what is left is nothing, and logs of the prize up to
#: which the gaps between atoms of the tail may be seen: to 1e-12; above exponent 20 to 1e-10.
_DEPTH, _FINE = (28.0, 24.0), (36.0, 31.0)
_MANY = 20.0
_ENOUGH = 1e-12  # of the prize: an error of the conditions that ends the search
_CLOSEST = (0.85, 0.8, 0.7, 0.9, 1.0)  # gaps below which atoms follow the pattern, in the order tried


def atoms(exponent: float) -> tuple[Array, Array]:
    """Return the equilibrium efforts for a prize of one, and their probabilities.

    Parameters
    ----------
    exponent : float
        Above 2.

    Returns
    -------
    efforts, probabilities : ndarray
        In decreasing order of effort; the last stand for the tail.

    Raises
    ------
    ConvergenceError
        If they are not found; the message says how far their payoffs differ.

    Examples
    --------
    >>> efforts, probabilities = atoms(4.0)
    >>> round(float(efforts[0]), 6), round(float(efforts @ probabilities), 9)
    (0.669652, 0.5)
    """
    efforts, probabilities = _atoms(float(exponent))
    return efforts.copy(), probabilities.copy()


@lru_cache(maxsize=64)
def _atoms(exponent: float) -> tuple[Array, Array]:
    best, least = None, np.inf
    for closest in (0.7, *_CLOSEST) if exponent < 3.2 else _CLOSEST:
        conditions = _Conditions(exponent, closest)
        unknown, error = _solved(conditions)
        if error < least:
            best, least = conditions.atoms(unknown), error
        if least < 1e-10:
            break
    if best is None or not least < 1e-8:
        raise ConvergenceError(
            f"The atoms of the mixed equilibrium with exponent {exponent:g} were not found: their payoffs "
            f"differ by {least:.1e} of the prize. Try solver='general', or success=ct.Highest() for a very "
            "large exponent."
        )
    place, log_mass = best
    mass = np.exp(log_mass)
    return np.exp(place / exponent), mass / mass.sum()


class _Conditions:
    """Payoffs and marginal payoffs at the leading atoms, and the total probability.

    The unknowns: the place of the first atom, the gaps between the leading ones, and the logs of
    their probabilities relative to the density.
    """

    def __init__(self, exponent: float, closest: float) -> None:
        self.exponent = exponent
        gaps, weights = _pattern(exponent, closest)
        self.size = weights.size
        top = -(1.86 - 1.0 / exponent)
        self.further, self.further_weights = _tail(exponent, top - float(gaps.sum()), self.size)
        self.start = np.concatenate([[top], gaps, weights])
        # What the others leave is the probability of the first.
        mass = np.exp(self.atoms(self.start)[1])
        self.start[self.size] += math.log(max(1.0 - mass[1:].sum(), 1e-3) / mass[0])

    def atoms(self, unknown: Array) -> tuple[Array, Array]:
        """Return the places of all atoms and the logs of their probabilities (``unknown``, as above)."""
        first, gaps, weights = unknown[0], unknown[1 : self.size], unknown[self.size :]
        place = first - np.concatenate([[0.0], np.cumsum(gaps)])
        place = np.concatenate([place, place[-1] + self.further])
        density = place / self.exponent + math.log(np.sinc(1.0 / self.exponent))
        return place, density + np.concatenate([weights, self.further_weights])

    def __call__(self, unknown: Array) -> tuple[Array, Array]:
        """Return what is left of the conditions, in R times the prize, and its derivatives.

        Parameters
        ----------
        unknown : ndarray, shape (2 k,)
            As above.

        Returns
        -------
        left : ndarray, shape (2 k + 1,)
        matrix : ndarray, shape (2 k + 1, 2 k)
        """
        k, power = self.size, self.exponent
        place, log_mass = self.atoms(unknown)
        mass, own = np.exp(log_mass), np.exp(place[:k] / power)
        chance = 1.0 / (1.0 + np.exp(np.minimum(place - place[:k, None], 700.0)))
        win = chance * mass
        slope = (1.0 - chance) * win
        bend = (1.0 - 2.0 * chance) * slope
        left = np.concatenate(
            [power * (win.sum(axis=1) - own), power * slope.sum(axis=1) - own, [power * (mass.sum() - 1.0)]]
        )
        by_place = np.vstack(
            [
                _with_last(win - power * slope, k) + np.diag(power * slope.sum(axis=1) - own),
                _with_last(slope - power * bend, k) + np.diag(power * bend.sum(axis=1) - own / power),
                _with_last(mass[None, :], k),
            ]
        )
        by_weight = power * np.vstack([win[:, :k], slope[:, :k], mass[None, :k]])
        # A gap moves all atoms below it.
        below = np.cumsum(by_place[:, ::-1], axis=1)[:, ::-1]
        return left, np.hstack([below[:, :1], -below[:, 1:], by_weight])


def _with_last(matrix: Array, size: int) -> Array:
    """The first columns, with those of the atoms that follow the last one added to its own."""
    leading = matrix[:, :size].copy()
    leading[:, -1] += matrix[:, size:].sum(axis=1)
    return leading


def _pattern(exponent: float, closest: float) -> tuple[Array, Array]:
    """Gaps of the leading atoms and logs of their probabilities over the density, nearly."""
    free, early = 1.0 - 2.0 / exponent, _early(exponent)
    number = np.arange(1, min(math.ceil((math.pi / closest) ** 2 / free), 400) + 1)
    # Near 2 the k-th bid is so many times the excess as large as the one before.
    near = -exponent * np.log(np.minimum((exponent - 2.0) * (0.03 + 0.22 * number), 0.9))
    gaps = np.maximum(np.pi / np.sqrt(free * number + early - 0.024 / number), near if free < 0.2 else 0.0)
    gaps = gaps[: max(int((np.cumsum(gaps) < _DEPTH[exponent > _MANY] * exponent).sum()), 1)]
    place = np.arange(gaps.size + 1) + 0.5
    return gaps, np.log(math.pi / np.sqrt(free * place + early) / exponent)


def _early(exponent: float) -> float:
    """By how much, times 1 - 2/R, the pattern of gaps begins before the first atom (measured)."""
    return (2.0 - 2.0 / exponent) / 6.0 + 0.0025


def _tail(exponent: float, last: float, number: int) -> tuple[Array, Array]:
    """Places of the atoms below the ``number``-th, relative to it, and logs of their weights.

    Gaps go on as the pattern has them, 2 pi^2 over the depth, down to those that nobody can see;
    steps by Runge and Kutta keep them smooth.
    """
    free, fine = 1.0 - 2.0 / exponent, _FINE[exponent > _MANY]
    origin = last + 2.0 * math.pi / free * math.sqrt(free * (number - 0.5) + _early(exponent))

    def gap(place: float) -> float:
        seen, money = free * (origin - place), max(fine + place / exponent, 3.0)
        return 2.0 * math.pi**2 * float((seen**-8 + money**-8) ** 0.125)

    place, places, gaps = last, [], []
    while place > -_DEPTH[exponent > _MANY] * exponent:
        first = gap(place)
        second = gap(place - first / 2)
        third = gap(place - second / 2)
        place -= (first + 2 * second + 2 * third + gap(place - third)) / 6
        places.append(place - last)
        gaps.append(gap(place))
    return np.array(places), np.log(np.array(gaps) / exponent)


def _solved(conditions: _Conditions) -> tuple[Array, float]:
    """The unknowns, and the largest error of a condition in units of the prize."""
    power, unknown = conditions.exponent, conditions.start
    left, matrix = conditions(unknown)
    size, damping, waited = float(left @ left), 1e-3, 0
    for _ in range(80):
        if waited > 8 or np.abs(left).max() < _ENOUGH * power:
            break
        rows, values, columns = np.linalg.svd(matrix, full_matrices=False)
        move = -columns.T @ (values / (values**2 + damping**2) * (rows.T @ left))
        trial = unknown + move * min(1.0, 1.0 / float(np.abs(move).max()))
        trial_left, trial_matrix = conditions(trial)
        trial_size = float(trial_left @ trial_left)
        waited = waited + 1 if trial_size > 0.5 * size else 0
        if trial_size < size:
            unknown, left, matrix, size, damping = trial, trial_left, trial_matrix, trial_size, damping / 10
        else:
            damping *= 5.0
    best, least = unknown, float(np.abs(left).max())
    # The valley is narrow and bent: steps along it may go uphill before they arrive.
    for _ in range(30):
        if least < _ENOUGH * power:
            break
        step = -np.linalg.lstsq(matrix, left, rcond=1e-14)[0]
        unknown = np.asarray(unknown + step * min(1.0, 0.02 / float(np.abs(step).max())), float)
        left, matrix = conditions(unknown)
        error = float(np.abs(left).max())
        if error < least:
            best, least = unknown, error
    ordered = bool(np.all(best[1 : conditions.size] > 0.0))
    return best, least / power if ordered else np.inf
