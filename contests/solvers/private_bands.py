"""Panels of locations: where the types of one class stand, and who stands at their nodes.

Edges of panels are where chosen quantiles of the type stand, as far as that is well defined: where
effort collapses all locations belong to nearly one type, and the edge is set instead. The weakest of a
class may all work (the class ends at a location), stay out, or trail off towards no effort at all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from contests.errors import ConvergenceError
from contests.solvers.private_worths import Worths

__all__ = ["POINTS", "Band", "Shaper"]

Array = NDArray[np.float64]
POINTS = 10


@lru_cache(maxsize=1)
def _gauss() -> tuple[Array, Array]:
    x, w = np.polynomial.legendre.leggauss(POINTS)
    return (x + 1) / 2, w / 2


@dataclass
class Band:
    """Contestants with one law: panels of locations, and the log worth of who stands at their nodes.

    Attributes
    ----------
    worths : Worths
        What is known of the class without its rivals.
    count : int
        How many are in it.
    edges : ndarray, shape (k + 1,)
        Locations at which segments meet.
    pins : ndarray, shape (k + 1,)
        Log worths that stand at the edges.
    free : ndarray of bool, shape (k + 1,)
        Whether the edge's location is unknown, its worth given; or the other way round.
    hats, sizes : ndarray
        Nodes: their share of each edge, and Gauss weights as shares of their segment's length.
    inside : ndarray
        Log worths at the nodes.
    segment : ndarray of int
        Which segment each node is in.
    lowest : float
        The log worth at the first edge that the last step of Newton's method asked for.
    """

    worths: Worths
    count: int
    edges: Array
    pins: Array
    free: NDArray[np.bool_]
    inside: Array = field(default_factory=lambda: np.zeros(0))
    hats: Array = field(default_factory=lambda: np.zeros((0, 0)))
    sizes: Array = field(default_factory=lambda: np.zeros(0))
    segment: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    lowest: float = 0.0

    def mesh(self, panel: float) -> None:
        """Set nodes on panels no wider than ``panel``."""
        x, w = _gauss()
        hats, sizes, segment = [], [], []
        for k, width in enumerate(np.diff(self.edges)):
            number = max(1, int(np.ceil(width / panel)))
            share = (np.arange(number)[:, None] + x).ravel() / number
            hat = np.zeros((share.size, self.edges.size))
            hat[:, k], hat[:, k + 1] = 1.0 - share, share
            hats.append(hat)
            sizes.append(np.tile(w / number, number))
            segment.append(np.full(share.size, k, dtype=np.intp))
        self.hats, self.sizes = np.concatenate(hats), np.concatenate(sizes)
        self.segment = np.concatenate(segment)

    @property
    def nodes(self) -> Array:
        """Locations of the nodes."""
        return np.asarray(self.hats @ self.edges)

    @property
    def weights(self) -> Array:
        """Weights of the nodes in integrals over locations."""
        return np.asarray(self.sizes * np.diff(self.edges)[self.segment])


@dataclass(frozen=True)
class Shaper:
    """How panels are laid.

    Attributes
    ----------
    unit : float
        A distance of locations over which the noise varies.
    panel : float
        The widest panel.
    n : int
        Number of contestants.
    depth : float
        Log odds of winning against the strongest below which a type does not matter to others.
    """

    unit: float
    panel: float
    n: int
    depth: float

    def is_whole(self, band: Band) -> bool:
        """Return whether all of the class of ``band`` work."""
        share = float(band.worths.level(band.pins[:1])[0][0])
        return share < 1e-12 and bool(band.edges[0] > band.edges[-1] - (self.depth - 1.0) * self.unit)

    def is_misshapen(self, band: Band) -> bool:
        """Return whether panels of ``band`` have become too wide, or too deep."""
        widths = np.diff(band.edges) / np.bincount(band.segment, minlength=band.edges.size - 1)
        if np.any(widths * POINTS > 1.6 * self.panel) or band.edges[-1] > band.worths.reach[1]:
            return True
        return bool(band.free[0] and band.edges[0] < band.edges[-1] - (self.depth + 1.0) * self.unit)

    def is_loose(self, band: Band) -> bool:
        """Return whether types are cut off, or imagined, at the bottom of a ``band`` that ends there."""
        worths, low = band.worths, band.pins[0]
        if not worths.even or band.free[0]:
            return False
        if low < worths.low - 1e-13 and band.edges[0] < band.edges[-1] - 0.1 * self.unit:
            return True
        ends = max(worths.reach[0], float(band.edges[-1]) - self.depth * self.unit)
        return bool(band.edges[0] > ends + 0.5 * self.unit and low > worths.low + 1e-13)

    def pin(self, band: Band, *, deep: bool) -> None:
        """Lay new panels.

        Parameters
        ----------
        band : Band
            The class, with what is known so far of who stands where.
        deep : bool
            Whether the weakest of a law without tails are taken to trail off.
        """
        from scipy.interpolate import PchipInterpolator

        place = np.concatenate([band.nodes, band.edges])
        worth = np.concatenate([band.inside, band.pins])
        order = np.argsort(place)
        place, worth = place[order], np.maximum.accumulate(worth[order])
        apart = np.concatenate([[True], np.diff(place) > 1e-9 * self.unit])
        place, worth = self._deeper(band.worths, place[apart], worth[apart])
        if deep:
            place, worth = self._trailing(band.worths, place, worth)
        top = float(np.interp(band.worths.high, worth, place))
        floor = max(band.worths.reach[0], top - self.depth * self.unit)
        band.edges, band.pins, band.free = self._edges(band.worths, place, worth, floor)
        band.mesh(self.panel)
        band.inside = PchipInterpolator(place, worth)(band.nodes)

    def _deeper(self, worths: Worths, place: Array, worth: Array) -> tuple[Array, Array]:
        """The worths that stand below the lowest location too: they settle exponentially."""
        if worth[0] <= worths.low or place[0] <= worths.reach[0] + 1e-9 * self.unit:
            return place, worth
        second = int(np.searchsorted(place, place[0] + 0.5 * self.unit))
        third = int(np.searchsorted(place, place[0] + self.unit))
        one = (worth[second] - worth[0]) / (place[second] - place[0])
        two = (worth[third] - worth[second]) / (place[third] - place[second])
        rate = np.log(two / one) / (0.5 * (place[third] - place[0])) if two > one > 0 else 1e-3
        below = place[0] - self.unit * np.linspace(12.0, 0.0, 60)[:-1]
        below = below[below > worths.reach[0]]
        fallen = worth[0] + one / rate * np.expm1(rate * (below - place[0]))
        return np.append(below, place), np.append(fallen, worth)

    def _trailing(self, worths: Worths, place: Array, worth: Array) -> tuple[Array, Array]:
        """The weakest types of an even law trailing off: below L their share falls like exp(L / (n - 2))."""
        at = float(np.interp(worths.low, worth, place))
        rise = float(np.interp(at + self.unit, place, worth)) - worths.low
        if not worths.even or worth[0] > worths.low or rise > 0.1 or self.n < 3:
            return place, worth
        first = int(np.argmax(worth > worths.low + 0.02))
        below = np.arange(worths.reach[0], place[first], 0.25 * self.unit)
        rate = 1.0 / ((self.n - 2) * self.unit)
        trail = worths.low + (worth[first] - worths.low) * np.exp(rate * (below - place[first]))
        return np.append(below, place[first:]), np.append(trail, worth[first:])

    def _edges(
        self, worths: Worths, place: Array, worth: Array, floor: float
    ) -> tuple[Array, Array, NDArray[np.bool_]]:
        """Edges, the log worths that stand there, and whether the edges are free to move."""
        pins = worths.pins
        at = np.interp(pins, worth, place)
        around = np.interp(at[:, None] + self.unit * np.array([-1.0, 0.0, 1.0]), place, worth)
        sharp = np.diff(around, axis=1).max(axis=1) > 0.1
        reached = (pins >= worth[0]) & (at > floor)
        if not reached[-1]:
            raise ConvergenceError(
                "No type would exert effort: at zero its marginal cost exceeds what can be won."
            )
        # Where location is ill defined by worth the place of the edge is set, and the worth found.
        whole = bool(reached[0])
        kept = reached & sharp
        kept[0], kept[-1] = whole and worths.even and bool(sharp[0]), True
        start = float(at[0]) if whole else max(floor, float(place[0]))
        at, pins = at[kept], pins[kept]
        free = np.ones(at.size, dtype=bool)
        if not kept[0]:
            at, pins = np.append(start, at), np.append(np.interp(start, place, worth), pins)
            free = np.append(False, free)
        apart = np.append(np.diff(at) > 1e-3 * self.unit, True)
        apart[0] = True
        return at[apart], pins[apart], free[apart]
