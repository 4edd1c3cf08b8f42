"""The law of the score of a private type under a shock with corners or long tails.

Her score is below s with probability F(s) = E[G(s - L(type))], G the law of the shock. A kink of
G is smeared by the types: F bends only where the kink meets an end of the range of locations, an
atom (types who do nothing), or a bend of the strategy. For each s the average over types is split
at the type for whom s - L(type) crosses a kink of G, so that Gauss points are exact on either side.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law
from contests.noise_panels import NoisePanels, noise_panels
from contests.piecewise import Piecewise, fitted, spread_edges
from contests.scores import NoisyScores
from contests.strategy import Monotone
from contests.type_panels import TypePanels, type_panels, types_at

__all__ = ["SmearedScores", "smeared_scores"]

Array = NDArray[np.float64]
_BLOCK = 200_000  # numbers evaluated at once
_TABLE = 4000  # scores beyond which polynomials are made first


class SmearedScores(NoisyScores):
    """A mixture over types of a shock that polynomials resolve between its kinks.

    Parameters
    ----------
    noise : Law
        Law of the shock.
    panels : NoisePanels
        Its panels.
    types : TypePanels
        Locations by type.
    out : float, optional
        Probability of a type who takes no part.
    """

    def __init__(self, noise: Law, panels: NoisePanels, types: TypePanels, out: float = 0.0) -> None:
        places, mass = types.places[types.mass > 0], types.mass[types.mass > 0]
        if types.floor > 0:
            places, mass = np.append(places, -np.inf), np.append(mass, types.floor)
        super().__init__(noise, places, mass)
        self.point, self.out = None, out
        self.panels, self.types = panels, types
        self._polynomials: Piecewise | None = None

    @property
    def reach(self) -> tuple[float, float]:
        """The lowest and the highest location of any type."""
        return float(self.types.least.min()), float(self.types.most.max())

    def exactly(self, x: Array, *, levels: bool = True, density: bool = True) -> tuple[Array, Array, Array]:
        """Return the probabilities below and above and the density, by quadrature over types.

        Parameters
        ----------
        x : ndarray, shape (m,)
            Scores.
        levels, density : bool, optional
            Which are wanted; the others are zero.

        Returns
        -------
        below, above, density : ndarray, shape (m,)
        """
        found = np.zeros((3, x.size))
        for part in self._blocks(x.size):
            found[:, part] = self._weighed(x[part, None] - self._points, self._weights, levels, density)
        for kink in self.panels.kinks:
            place = x - kink
            inside = (place[:, None] > self.types.least) & (place[:, None] < self.types.most)
            row, panel = np.nonzero(inside)
            for start in range(0, row.size, _BLOCK // 32):
                rows, cut = row[start : start + _BLOCK // 32], panel[start : start + _BLOCK // 32]
                split, mass = self.types.between(cut, self.types.level(place[rows], cut))
                here = x[rows, None]
                change = self._weighed(here - split, mass, levels, density)
                change -= self._weighed(here - self.types.places[cut], self.types.mass[cut], levels, density)
                for k in range(3):
                    found[k] += np.bincount(rows, change[k], minlength=x.size)
        below = np.clip(self.floor + found[0], 0.0, 1.0) if levels else found[0]
        return below, np.clip(found[1], 0.0, 1.0), np.maximum(found[2], 0.0)

    def _weighed(self, offset: Array, mass: Array, levels: bool, density: bool) -> Array:
        """Averages over the last axis."""
        result = np.zeros((3, offset.shape[0]))
        if levels:
            u, v = self.noise.levels(offset)
            result[0], result[1] = _average(u, mass), _average(v, mass)
        if density:
            result[2] = _average(self.noise.pdf(offset), mass)
        return result

    def corners(self) -> Array:
        """Return the scores at which the law of the score bends."""
        return np.unique((self.types.marks[:, None] + self.panels.kinks).ravel())

    def edges(self) -> Array:
        """Return panels of scores to start from: corners, and as narrow as the shock where types are."""
        low, high = self.reach
        ends = low + float(self.panels.edges[0]), high + float(self.panels.edges[-1])
        return spread_edges((low, high), ends, self.corners(), 4.0 * self.panels.width)

    def _from(self, x: Array, which: int) -> Array | None:
        """Levels (0, 1) or the density (2) of very many scores, from polynomials."""
        if x.size <= _TABLE:
            return None
        if self._polynomials is None:
            self._polynomials = fitted(
                lambda s: np.array(self.exactly(s)), self.edges(), unit=self.panels.width
            )
            if self._polynomials is None:
                return None
        found = self._polynomials.at(x, which)
        if which < 2:
            return np.clip(found, 0.0, 1.0)
        ends = self._polynomials.edges[[0, -1]]
        return np.where((x < ends[0]) | (x > ends[1]), 0.0, np.maximum(found, 0.0))

    def levels(self, x: Array) -> tuple[Array, Array]:
        """Return the probabilities that the score is below and above ``x``."""
        x = np.asarray(x, float)
        below, above = self._from(x, 0), self._from(x, 1)
        if below is not None and above is not None:
            return below, above
        below, above, _ = self.exactly(x.ravel(), density=False)
        return below.reshape(x.shape), above.reshape(x.shape)

    def below(self, x: Array) -> Array:
        """Return the probability that the score is below ``x``."""
        return self.levels(x)[0]

    def above(self, x: Array) -> Array:
        """Return the probability that the score is above ``x``."""
        return self.levels(x)[1]

    def density(self, x: Array) -> Array:
        """Return the density of the score at ``x``."""
        x = np.asarray(x, float)
        known = self._from(x, 2)
        return known if known is not None else self.exactly(x.ravel(), levels=False)[2].reshape(x.shape)

    def kinks(self) -> Array:
        """Return the scores at which an end of the shock meets an end, an atom or a bend of locations."""
        ends = np.array([end for end in self.noise.support if np.isfinite(end)])
        return np.unique((self.types.marks[:, None] + ends).ravel())

    def bends(self) -> Array:
        """Return the same of kinks inside the support of the shock."""
        return np.unique((self.types.marks[:, None] + self.noise.kinks).ravel())


def _average(values: Array, mass: Array) -> Array:
    return np.asarray(values @ mass if mass.ndim == 1 else np.einsum("ij,ij->i", values, mass))


def smeared_scores(
    noise: Law, strategy: Monotone, location: Callable[[Array, Array], Array], *, accuracy: float = 1e-14
) -> SmearedScores | None:
    """Return the law of the score of a private type, or None if panels do not resolve it.

    Parameters
    ----------
    noise : Law
        The shock.
    strategy : Monotone
        Effort by type, of a law with a density.
    location : callable
        ``location(effort, type)``.
    accuracy : float, optional
        Error allowed in a location, as in `contests.type_panels.type_panels`.

    Returns
    -------
    SmearedScores or None
    """
    panels = noise_panels(noise)
    if panels is None:
        return None

    def place(efforts: Array, kinds: Array) -> Array:
        return np.where(strategy.enters(kinds), location(efforts, kinds), -np.inf)

    types = type_panels(strategy, place, width=panels.width, accuracy=accuracy)
    if types is None or types.places.size == 0:
        return None
    away, mass = types.away
    absent = ~strategy.enters(types_at(strategy.types, away))
    return SmearedScores(noise, panels, types, float(mass[absent].sum()))
