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

__all__ = ["COARSE", "Band", "Shaper", "panel_nodes"]

Array = NDArray[np.float64]
FINE, COARSE = 25.0, 10.0  # minus the log of the accuracy of a panel
_LEAST = 10
_STRIP = np.pi / 2  # Gumbel noise is analytic so many units around the real line


@lru_cache(maxsize=64)
def _gauss(points: int) -> tuple[Array, Array]:
    x, w = np.polynomial.legendre.leggauss(points)
    return (x + 1) / 2, w / 2


def panel_nodes(width: float, digits: float = FINE) -> tuple[Array, Array]:
    """Return Gauss points and weights on [0, 1] for a panel ``width`` units wide.

    As many as make the error exp(-``digits``) where what is integrated is analytic as far from the panel
    as noise is: Bernstein's ellipse says how many.
    """
    points = 0.5 * digits / np.arcsinh(2.0 * _STRIP / max(width, 1e-3))
    return _gauss(max(_LEAST, int(np.ceil(points))))


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
        The least log worth that the last step of Newton's method asked for, of those who matter.
    panels : ndarray of int
        How many panels each segment has.
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
    panels: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))

    def mesh(self, panel: float, unit: float, digits: float = FINE) -> None:
        """Set nodes on panels no wider than ``panel``.

        As many as it takes for an error of exp(-``digits``) where noise varies over a ``unit``.
        """
        hats, sizes, segment = [], [], []
        widths = np.diff(self.edges)
        self.panels = np.maximum(1, np.ceil(widths / panel)).astype(np.intp)
        for k, (width, number) in enumerate(zip(widths, self.panels.tolist(), strict=True)):
            x, w = panel_nodes(width / number / unit, digits)
            share = (np.arange(number)[:, None] + x).ravel() / number
            hat = np.zeros((share.size, self.edges.size))
            hat[:, k], hat[:, k + 1] = 1.0 - share, share
            hats.append(hat)
            sizes.append(np.tile(w / number, number))
            segment.append(np.full(share.size, k, dtype=np.intp))
        self.hats, self.sizes = np.concatenate(hats), np.concatenate(sizes)
        self.segment = np.concatenate(segment)

    def sorted_worths(self, seen: float) -> tuple[Array, NDArray[np.intp] | None]:
        """Worths at nodes and edges, those below ``seen`` made to rise with location.

        There, where effort next to collapses, the first-order condition may hold at several locations
        for one type, who stands at the highest: everybody lower is worth no more than she.

        Returns
        -------
        worths : ndarray
            Log worths at the nodes and at the edges.
        source : ndarray of int or None
            Which node each node up to ``seen`` has its worth from; None if all their own.
        """
        first = int(np.searchsorted(self.nodes, seen))
        own = self.inside[first::-1]
        least = np.minimum.accumulate(own)
        if np.array_equal(own, least):
            return np.concatenate([self.inside, self.pins]), None
        number = np.arange(own.size)
        source = first - np.maximum.accumulate(np.where(own <= least, number, 0))[::-1]
        worths, pins = self.inside.copy(), self.pins.copy()
        worths[: first + 1] = least[::-1]
        pins[0] = min(pins[0], worths[0])
        return np.concatenate([worths, pins]), source

    @property
    def nodes(self) -> Array:
        """Locations of the nodes."""
        return np.asarray(self.hats @ self.edges)

    @property
    def weights(self) -> Array:
        """Weights of the nodes in integrals over locations."""
        return np.asarray(self.sizes * np.diff(self.edges)[self.segment])


def _above(worths: Worths, place: Array) -> Array:
    """Locations as worth depends on them: where the first effort costs nothing, the log of what it buys."""
    if not np.isfinite(worths.nothing):
        return place
    return np.asarray(np.log(np.maximum(place - worths.nothing, 1e-300)))


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
        if (
            np.any(np.diff(band.edges) > 1.6 * self.panel * band.panels)
            or band.edges[-1] > band.worths.reach[1]
        ):
            return True
        return bool(band.free[0] and band.edges[0] < band.edges[-1] - (self.depth + 1.0) * self.unit)

    def is_loose(self, band: Band, *, deep: bool) -> bool:
        """Return whether types are cut off, or imagined, at the bottom of a ``band`` that ends there.

        Parameters
        ----------
        band : Band
            The class, settled.
        deep : bool
            Whether the weakest of a bounded law are taken to trail off.
        """
        worths, low = band.worths, band.pins[0]
        if not worths.bounded and np.isfinite(worths.nothing):
            return bool(band.inside[0] < worths.low - 0.5)
        if not worths.bounded or band.free[0] or deep:
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
            Whether the weakest of a bounded law are taken to trail off.
        """
        from scipy.interpolate import PchipInterpolator

        place = np.concatenate([band.nodes, band.edges])
        worth = np.concatenate([band.inside, band.pins])
        order = np.argsort(place)
        place, worth = place[order], np.maximum.accumulate(worth[order])
        apart = np.concatenate([[True], np.diff(place) > 1e-9 * self.unit])
        if apart.sum() < 2:
            raise ConvergenceError("All types stand at one place: none exerts effort, or all efforts vanish.")
        place, worth = self._deeper(band.worths, place[apart], worth[apart])
        if deep:
            place, worth = self._trailing(band.worths, place, worth)
        top = float(np.interp(band.worths.high, worth, place))
        floor = max(band.worths.reach[0], top - self.depth * self.unit)
        band.edges, band.pins, band.free = self._edges(band.worths, place, worth, floor)
        band.mesh(self.panel, self.unit)
        band.inside = PchipInterpolator(_above(band.worths, place), worth)(_above(band.worths, band.nodes))

    def _deeper(self, worths: Worths, place: Array, worth: Array) -> tuple[Array, Array]:
        """The worths that stand below the lowest location too: they settle exponentially."""
        if np.isfinite(worths.nothing) and worth[0] > worths.low and place[0] > worths.reach[0]:
            # The weakest stand next to no effort at all.
            return np.append(worths.reach[0], place), np.append(worths.low - 5.0, worth)
        if worth[0] <= worths.low or place[0] <= worths.reach[0] + 1e-9 * self.unit:
            return place, worth
        if place[-1] <= place[0] + self.unit:
            return place, worth
        second = int(np.searchsorted(place, place[0] + 0.5 * self.unit))
        third = int(np.searchsorted(place, place[0] + self.unit))
        if third >= place.size:  # all stand within the noise of one: there is nothing to go by
            return place, worth
        one = (worth[second] - worth[0]) / (place[second] - place[0])
        two = (worth[third] - worth[second]) / (place[third] - place[second])
        rate = np.log(two / one) / (0.5 * (place[third] - place[0])) if two > one > 0 else 1e-3
        below = place[0] - self.unit * np.linspace(12.0, 0.0, 60)[:-1]
        below = below[below > worths.reach[0]]
        fallen = worth[0] + one / rate * np.expm1(rate * (below - place[0]))
        return np.append(below, place), np.append(fallen, worth)

    def _trailing(self, worths: Worths, place: Array, worth: Array) -> tuple[Array, Array]:
        """The weakest types of a bounded law trailing off.

        Where the share of types grows like the power a of their distance to the worst, the distance of who
        stands at L falls like exp(L / (a (n - 1) - 1)).
        """
        power = worths.order * (self.n - 1) - 1.0
        at = float(np.interp(worths.low, worth, place))
        rise = float(np.interp(at + self.unit, place, worth)) - worths.low
        if not worths.bounded or worth[0] > worths.low or rise > 0.1 or power <= 0:
            return place, worth
        first = int(np.argmax(worth > worths.low + 0.02))
        below = np.arange(worths.reach[0], place[first], 0.25 * self.unit)
        rate = 1.0 / (power * self.unit)
        trail = worths.low + (worth[first] - worths.low) * np.exp(rate * (below - place[first]))
        return np.append(below, place[first:]), np.append(trail, worth[first:])

    def _edges(
        self, worths: Worths, place: Array, worth: Array, floor: float
    ) -> tuple[Array, Array, NDArray[np.bool_]]:
        """Edges, the log worths that stand there, and whether the edges are free to move."""
        pins = worths.pins
        at = np.interp(pins, worth, _above(worths, place))
        if np.isfinite(worths.nothing):
            at = np.clip(worths.nothing + np.exp(at), place[0], place[-1])
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
        kept[0], kept[-1] = whole and worths.bounded and bool(sharp[0]), True
        start = float(at[0]) if whole else max(floor, float(place[0]))
        at, pins = at[kept], pins[kept]
        free = np.ones(at.size, dtype=bool)
        if not kept[0]:
            at, pins = np.append(start, at), np.append(np.interp(start, place, worth), pins)
            free = np.append(False, free)
        apart = np.append(np.diff(at) > 1e-3 * self.unit, True)
        apart[0] = True
        return at[apart], pins[apart], free[apart]
