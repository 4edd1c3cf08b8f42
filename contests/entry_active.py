"""Which entrants of a lottery contest are active: chances over costs drawn from a law.

Of k entrants with known costs those below a mark theta are active (Fullerton and McAfee 1999): it is the
sum of the active costs over their number less one, an active entrant has the share 1 - c / theta, and
shares add to one. So against the others' costs C_j an entrant of cost c finds the mark above a given
theta > c exactly if

    sum over the others of (theta - C_j)^+ < c.

Idle rivals count nothing in the sum. `Opponents` has the chance that i rivals have costs C < theta and
their distances theta - C a sum below x,

    K_i(x; theta) = integral of K_(i-1)(x - theta + C) dF(C) over the costs below theta,   K_0 = 1.

K_i is a polynomial on panels of equal length in x, so that one more rival is one matrix for each distance
between panels, the same for every i; and it is smooth in the level F(theta).
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import NDArray

from contests.entry_places import Panels
from contests.laws import Law

__all__ = ["ORDER", "Opponents", "weights_at"]

Array = NDArray[np.float64]
#: Nodes of a panel.
ORDER = 16
_X, _W = legendre.leggauss(ORDER)
_UNIT = (_X + 1) / 2
# Barycentric weights of Gauss points (Wang and Xiang 2012).
_BARYCENTRIC = (-1.0) ** np.arange(ORDER) * np.sqrt((1 - _X**2) * _W)


def weights_at(place: Array) -> Array:
    """Return the weights that values at Gauss points have in the value at each ``place`` in [0, 1]."""
    away = np.asarray(place)[..., None] - _UNIT
    away[np.abs(away) < 1e-30] = 1e-30  # at a node its weight outweighs all others
    weights = _BARYCENTRIC / away
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.asarray(weights)


class Opponents:
    """The chances K_i that i opponents are active and the sum of what they are below theta is small.

    Parameters
    ----------
    costs : Law
        Law of the unit cost.
    levels : ndarray, shape (m,)
        Levels of theta.
    count : int
        Number of opponents.
    pieces : int
        Into how many panels the distance from the least cost to theta is cut.
    floor : float
        Level of the least cost that an opponent may have.
    """

    def __init__(self, costs: Law, levels: Array, count: int, pieces: int, floor: float = 0.0) -> None:
        self.costs, self.levels, self.count, self.pieces, self.floor = costs, levels, count, pieces, floor
        self.theta = costs.ppf(levels)
        low = costs.ppf(floor) if floor > 0 else costs.support[0]
        self.step = (self.theta - low) / pieces
        #: Shape (count + 1, levels, panels, nodes).
        self.values = self._values()

    def _values(self) -> Array:
        """Opponents one after another; what moves from panel to panel is the same wherever it begins."""
        found = np.zeros((self.count + 1, self.levels.size, self.count * self.pieces, ORDER))
        found[0] = 1.0
        steps = [np.swapaxes(self._moved_by(lag), 1, 2) for lag in range(self.pieces + 1)]
        for i in range(1, self.count + 1):
            for lag, step in enumerate(steps):
                found[i, :, lag:] += found[i - 1, :, : found.shape[2] - lag] @ step
        return found

    def _moved_by(self, lag: int) -> Array:
        """What one more opponent, ``lag`` panels away, makes of values at nodes: (levels, nodes, nodes)."""
        x, w = _UNIT, _W / 2
        near, far = np.clip(lag - 1 + _UNIT, 0, self.pieces), np.clip(lag + _UNIT, 0, self.pieces)
        # In panels below theta. Costs crowd at the lower end, where a density may behave like a root.
        away = far[:, None] - (far - near)[:, None] * x**2
        weights = ((far - near)[:, None] * 2 * w * x)[..., None] * weights_at(_UNIT[:, None] + lag - away)
        density = self.costs.pdf(self.theta[:, None, None] - self.step[:, None, None] * away)
        return np.asarray(
            self.step[:, None, None] * np.einsum("mab,abn->man", density, weights, optimize=True)
        )

    def at(self, count: int | slice, x: Array) -> Array:
        """Return K_count, or those of several counts, at ``x``.

        Parameters
        ----------
        count : int or slice
            How many opponents are active.
        x : ndarray, shape (levels, m)
            Where; nothing below zero.

        Returns
        -------
        ndarray, shape (levels, m), after the counts if they are several
        """
        place = x / self.step[:, None]
        panel = np.clip(np.floor(place).astype(int), 0, self.values.shape[2] - 1)
        weights = weights_at(np.clip(place - panel, 0.0, 1.0))
        rows = np.arange(self.levels.size)[:, None]
        counts = np.arange(self.count + 1)[count]
        known = np.sum(self.values[count][..., rows, panel, :] * weights, axis=-1)
        # Beyond the last panel it is certain that the sum is smaller.
        certain = (self.levels - self.floor)[:, None] ** counts.reshape((*counts.shape, 1, 1))
        return np.asarray(np.where(x < 0, 0.0, np.where(place < self.values.shape[2], known, certain)))

    def moved(self, levels: Array, panels: Panels) -> Opponents:
        """Return the same at other ``levels``, between those of ``panels`` at whose nodes this is known."""
        found = object.__new__(Opponents)
        found.costs, found.levels, found.count = self.costs, levels, self.count
        found.pieces, found.floor = self.pieces, self.floor
        found.theta = self.costs.ppf(levels)
        found.step = (found.theta - self.costs.support[0]) / self.pieces
        index, place = panels.locate(levels)
        weights = weights_at((place + 1) / 2)
        found.values = np.empty((self.values.shape[0], levels.size, *self.values.shape[2:]))
        for panel in np.unique(index):
            here = index == panel
            nodes = self.values[:, panel * ORDER : (panel + 1) * ORDER]
            found.values[:, here] = np.einsum("mn,inpa->impa", weights[here], nodes)
        return found
