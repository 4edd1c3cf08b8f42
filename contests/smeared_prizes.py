"""Expected prizes by location under a shock with corners or long tails and private types.

The expected prize given the score, p(s), bends where the law of a rival's score does; it and its
derivative are polynomials on panels between. Standing at L is worth

    P(L) = int g(z) p(L + z) dz,      P'(L) = int g(z) p'(L + z) dz,

cut at every panel of the density g and of p, so that sixteen Gauss points on each piece are exact.
P in turn bends only where a kink of g meets one of p, and is kept as polynomials where it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.laws import Law
from contests.leave_one_out import conditional_prizes
from contests.noise_panels import NoisePanels, noise_panels
from contests.piecewise import Piecewise, chebyshev, fitted, rule, spread_edges
from contests.scores import NoisyScores, Scores
from contests.smeared_scores import SmearedScores

__all__ = ["SmearedPrizes", "smeared_prizes"]

Array = NDArray[np.float64]
_BLOCK = 300_000


class SmearedPrizes:
    """Expected prizes and marginal prizes by class of contestants and location.

    Parameters
    ----------
    noise : Law
        Law of the shock.
    panels : NoisePanels
        Its panels.
    given : Piecewise
        Prizes given the score by class, then their derivatives by class.
    corners : ndarray
        Scores at which these bend.
    """

    def __init__(self, noise: Law, panels: NoisePanels, given: Piecewise, corners: Array) -> None:
        self.noise, self.panels, self.given = noise, panels, given
        self.classes = given.coefficients.shape[0] // 2
        self.corners = np.unique((corners[:, None] - panels.kinks).ravel())
        # Chebyshev polynomials are one at the right end and of alternating sign at the left.
        signs = np.where(np.arange(given.coefficients.shape[2]) % 2, -1.0, 1.0)
        first, last = given.coefficients[: self.classes, 0], given.coefficients[: self.classes, -1]
        self._ends = first @ signs, last.sum(axis=1)
        self._tables: dict[int, Piecewise] = {}

    def exactly(self, k: int, location: Array) -> Array:
        """Return expected prizes and their derivatives, by quadrature.

        Parameters
        ----------
        k : int
            The class.
        location : ndarray, shape (m,)
            Where she stands.

        Returns
        -------
        ndarray, shape (2, m)
        """
        result = np.empty((2, location.size))
        pieces = self.given.edges.size + self.panels.edges.size
        step = max(1, _BLOCK // (16 * pieces))
        for start in range(0, location.size, step):
            part = slice(start, start + step)
            result[:, part] = self._block(k, location[part])
        return result

    def _block(self, k: int, location: Array) -> Array:
        given, points, weights = self.given, *rule()[:2]
        here = location[:, None]
        own = here + self.panels.edges
        low, high = np.maximum(own[:, :1], given.edges[0]), np.minimum(own[:, -1:], given.edges[-1])
        scores = np.broadcast_to(given.edges, (location.size, given.edges.size))
        cuts = np.sort(np.clip(np.concatenate([own, scores], axis=1), low, np.maximum(low, high)), axis=1)
        left, width = cuts[:, :-1], np.diff(cuts, axis=1)
        row, column = np.nonzero(width > 0)
        half, middle = width[row, column] / 2, left[row, column] + width[row, column] / 2
        x = middle[:, None] + half[:, None] * points
        # A piece at the end of the shock's support may begin a rounding error outside it.
        weight = half[:, None] * weights * self.noise.pdf(x - location[row, None])
        panel = given.panel(middle)
        t = (x - given.middle[panel, None]) / given.half[panel, None]
        found = np.empty((2, location.size))
        for which in range(2):
            values = chebyshev(given.coefficients[which * self.classes + k, panel], t)
            found[which] = np.bincount(row, np.sum(weight * values, axis=1), minlength=location.size)
        bottom, top = self._ends[0][k], self._ends[1][k]
        found[0] += bottom * self.noise.cdf(given.edges[0] - location)
        found[0] += top * self.noise.sf(given.edges[-1] - location)
        return found

    def table(self, k: int, low: float, high: float, *, accuracy: float = 1e-13) -> Piecewise:
        """Return polynomials of the expected prize and its derivative between two locations.

        Parameters
        ----------
        k : int
            The class.
        low, high : float
            The locations.
        accuracy : float, optional
            Error relative to the largest values.

        Returns
        -------
        Piecewise
        """
        width = 4.0 * self.panels.width
        core = float(self.given.edges[0]), float(self.given.edges[-1])
        if self.corners.size:
            core = float(self.corners[0]), float(self.corners[-1])
        edges = spread_edges(core, (low, high), self.corners, width)
        found = fitted(lambda x: self.exactly(k, x), edges, unit=self.panels.width, accuracy=accuracy)
        if found is None:
            raise ConvergenceError(
                f"Expected prizes under the shock {self.noise!r} could not be resolved by 3000 panels."
            )
        return found

    def _at(self, which: int, k: int, location: Array) -> Array:
        if location.size == 0:
            return np.zeros(0)
        low, high = float(location.min()), float(location.max())
        known = self._tables.get(k)
        if location.size < 16 and known is None:
            return np.asarray(self.exactly(k, location)[which])
        if known is None or low < known.edges[0] or high > known.edges[-1]:
            if known is not None:
                low, high = min(low, float(known.edges[0])), max(high, float(known.edges[-1]))
            room = 0.05 * (high - low) + 0.1 * self.panels.width
            known = self._tables[k] = self.table(k, low - room, high + room)
        return known.at(location, which)

    def prize(self, k: int, location: Array) -> Array:
        """Return the expected prizes of a contestant of class ``k`` at each ``location``, shape (m,)."""
        return self._at(0, k, location)

    def slope(self, k: int, location: Array) -> Array:
        """Return the derivatives of `prize` in the location (class ``k``, ``location``, shape (m,))."""
        return self._at(1, k, location)


def smeared_prizes(
    noise: Law,
    scores: Sequence[Scores],
    counts: Sequence[int],
    values: Array,
    wanted: int,
    *,
    accuracy: float = 1e-13,
) -> SmearedPrizes | None:
    """Return the expected prizes in a field of private types, or None where panels do not resolve them.

    Parameters
    ----------
    noise : Law
        Law of everybody's shock.
    scores : sequence of Scores
        Distribution of the score of each class; nature's may come last.
    counts : sequence of int
        How many contestants each class has.
    values : ndarray, shape (ranks,)
        Prizes by rank.
    wanted : int
        For how many classes, from the first, the prizes are wanted.
    accuracy : float, optional
        Error relative to the largest prize and marginal prize.

    Returns
    -------
    SmearedPrizes or None
    """
    panels = noise_panels(noise)
    smeared = [s for s in scores if isinstance(s, SmearedScores)]
    noisy = [s for s in scores if isinstance(s, NoisyScores)]
    if panels is None or not smeared or len(noisy) < len(scores):
        return None

    def given(x: Array) -> Array:
        laws = np.array(
            [
                s.exactly(x) if isinstance(s, SmearedScores) else (s.below(x), s.above(x), s.density(x))
                for s in noisy
            ]
        )
        return np.concatenate(conditional_prizes(laws[:, 1], laws[:, 0], laws[:, 2], counts, values, wanted))

    sure = [s.points[np.isfinite(s.points)] for s in noisy if not isinstance(s, SmearedScores)]
    places = np.concatenate([*sure, *(np.array(s.reach) for s in smeared)])
    marks = np.unique(np.concatenate([*sure, *(s.types.marks for s in smeared)]))
    corners = np.unique((marks[:, None] + panels.kinks).ravel())
    low, high = float(places.min()), float(places.max())
    ends = low + float(panels.edges[0]), high + float(panels.edges[-1])
    edges = spread_edges((low, high), ends, corners, 4.0 * panels.width)
    found = fitted(given, edges, unit=panels.width, accuracy=accuracy)
    return None if found is None else SmearedPrizes(noise, panels, found, corners)
