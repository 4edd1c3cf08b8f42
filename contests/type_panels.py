"""The locations of a private type, as polynomials of her level on panels.

A level is a quantile of the type's law, u = t^2 (3 - 2 t), so that nodes crowd at both ends.
Panels are halved until sixteen Gauss points resolve the location of the types in them, and
until it moves by less than the shock is wide.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from contests.laws import Law
from contests.piecewise import ORDER, chebyshev, rule
from contests.strategy import Monotone

__all__ = ["TypePanels", "type_panels", "types_at"]

Array = NDArray[np.float64]
_DEEPEST = 30
_MOST = 700


class TypePanels:
    """Locations by level, and weights for averages over them.

    Parameters
    ----------
    low, high : ndarray, shape (panels,)
        Ends of the panels of t, in order.
    places : ndarray, shape (panels, 16)
        Locations at the Gauss points; minus infinity in whole panels of types who do not compete.
    breaks : ndarray
        Values of t at which the location bends.
    """

    def __init__(self, low: Array, high: Array, places: Array, breaks: Array) -> None:
        points, weights, fit = rule()
        self.middle, self.half = (low + high) / 2, (high - low) / 2
        mass = self.half[:, None] * weights * _rise(self.middle[:, None] + self.half[:, None] * points)
        out = np.isneginf(places).any(axis=1)
        self.floor = float(mass[out].sum())
        self.away = (self.middle[out, None] + self.half[out, None] * points, mass[out])
        inside = ~out
        self.middle, self.half = self.middle[inside], self.half[inside]
        self.terms = places[inside] @ fit
        self.places, self.mass = self._sparing(places[inside], mass[inside])
        ends = chebyshev(self.terms, np.broadcast_to([-1.0, 1.0], (self.terms.shape[0], 2)))
        self.least, self.most = ends.min(axis=1), ends.max(axis=1)
        self.rising = ends[:, 1] >= ends[:, 0]
        # Types who all stand at one place are an atom there.
        flat = self.most - self.least <= 1e-14 * np.abs(self.most)
        marked = [ends[:1, 0], ends[-1:, 1], self.places[flat, 0]]
        low, high = low[inside], high[inside]
        for place in breaks:
            marked += [ends[np.abs(low - place) < 1e-12, 0], ends[np.abs(high - place) < 1e-12, 1]]
        self.marks = np.unique(np.concatenate(marked))

    def _sparing(self, places: Array, mass: Array) -> tuple[Array, Array]:
        """Places and weights with fewer Gauss points where few types are; the others weigh nothing."""
        whole = mass.sum(axis=1)
        for most, number in ((1e-4, 8), (1e-9, 4)):
            few = np.flatnonzero(whole < most)
            x, w = np.polynomial.legendre.leggauss(number)
            places[few, :number] = chebyshev(self.terms[few], np.broadcast_to(x, (few.size, number)))
            mass[few, :number] = (
                self.half[few, None] * w * _rise(self.middle[few, None] + self.half[few, None] * x)
            )
            mass[few, number:] = 0.0
        return places, mass

    def level(self, location: Array, panel: NDArray[np.intp]) -> Array:
        """Return where in its panel each location is reached, in [-1, 1].

        Parameters
        ----------
        location : ndarray, shape (m,)
            Places between the ends of the panel.
        panel : ndarray of int, shape (m,)
            The panel of each.
        """
        terms, up = self.terms[panel], np.where(self.rising[panel], 1.0, -1.0)
        low, high = np.full(location.shape, -1.0), np.ones(location.shape)
        share = (location - self.least[panel]) / (self.most - self.least)[panel]
        t = up * (2.0 * share - 1.0)
        slopes = np.asarray(np.polynomial.chebyshev.chebder(terms, axis=1), float)
        for _ in range(30):
            miss = up * (chebyshev(terms, t[:, None])[:, 0] - location)
            low, high = np.where(miss < 0, t, low), np.where(miss < 0, high, t)
            with np.errstate(divide="ignore", invalid="ignore"):  # flat: the bracket takes over
                step = t - miss / (up * chebyshev(slopes, t[:, None])[:, 0])
            new = np.where((step >= low) & (step <= high), step, (low + high) / 2)
            moved, t = np.abs(new - t).max(initial=0.0), new
            if moved < 1e-14:
                break
        return np.asarray(t, float)

    def between(self, panel: NDArray[np.intp], t: Array) -> tuple[Array, Array]:
        """Return locations and weights of Gauss points left and right of a place in a panel.

        Parameters
        ----------
        panel : ndarray of int, shape (m,)
            Panels.
        t : ndarray, shape (m,)
            A place in each.

        Returns
        -------
        places, mass : ndarray, shape (m, 32)
        """
        points, weights, _ = rule()
        left, right = (1.0 + t[:, None]) / 2, (1.0 - t[:, None]) / 2
        inner = np.hstack([-1.0 + left * (1.0 + points), 1.0 - right * (1.0 - points)])
        each = np.hstack([left * weights, right * weights])
        half = self.half[panel, None]
        mass = half * each * _rise(self.middle[panel, None] + half * inner)
        return chebyshev(self.terms[panel], inner), mass


def _rise(t: Array) -> Array:
    """The derivative of the level u in t."""
    return np.asarray(6.0 * t * (1.0 - t))


def _place_of(level: Array) -> Array:
    """The t of a level u."""
    return np.asarray(0.5 - np.sin(np.arcsin(np.clip(1.0 - 2.0 * level, -1.0, 1.0)) / 3.0))


def types_at(law: Law, t: Array) -> Array:
    """Return the types at places t of their level, an array (``law`` of the type)."""
    u, v = t * t * (3.0 - 2.0 * t), (1.0 - t) ** 2 * (1.0 + 2.0 * t)
    return np.where(u < 0.5, law.ppf(np.minimum(u, 0.5)), law.isf(np.minimum(v, 0.5)))


def type_panels(
    strategy: Monotone, location: Callable[[Array, Array], Array], *, width: float, accuracy: float = 1e-14
) -> TypePanels | None:
    """Return the panels of a strategy, or None if more are needed than can be afforded.

    Parameters
    ----------
    strategy : Monotone
        Effort by type.
    location : callable
        ``location(effort, type)``.
    width : float
        How far the location may move within a panel.
    accuracy : float, optional
        Error allowed in a location, in units of ``width``, where all types are in its panel.

    Returns
    -------
    TypePanels or None
    """
    law: Law = strategy.types
    breaks = _place_of(np.concatenate([np.ravel(getattr(strategy, "breaks", ())), law.cdf(law.kinks)]))
    breaks = np.unique(breaks[(breaks > 1e-9) & (breaks < 1 - 1e-9)])
    edges = np.unique(np.concatenate([np.linspace(0.0, 1.0, 3), breaks]))
    points, _, fit = rule()
    low, high = edges[:-1], edges[1:]
    found: list[tuple[Array, Array, Array]] = []
    count = 0
    for depth in range(_DEEPEST):
        t = (low + high)[:, None] / 2 + (high - low)[:, None] / 2 * points
        types = types_at(law, t)
        places = np.broadcast_to(location(strategy(types), types), t.shape)
        done = _resolved(places, fit, (high - low) * _rise((low + high) / 2), width, accuracy)
        if depth == _DEEPEST - 1:
            done[:] = True
        found.append((low[done], high[done], places[done]))
        count += int(done.sum())
        low, middle, high = low[~done], (low[~done] + high[~done]) / 2, high[~done]
        if low.size == 0:
            break
        if count + 2 * low.size > _MOST:
            return None
        low, high = np.concatenate([low, middle]), np.concatenate([middle, high])
    lows, highs, all_places = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(lows)
    return TypePanels(lows[order], highs[order], all_places[order], breaks)


def _resolved(places: Array, fit: Array, mass: Array, width: float, accuracy: float) -> NDArray[np.bool_]:
    """Which panels' polynomials are good enough for the mass of types in them."""
    out = np.isneginf(places)
    with np.errstate(invalid="ignore"):  # minus infinity less itself, in panels told apart by `out`
        terms = np.abs(places @ fit)
        size = np.abs(places).max(axis=1)
        tail = terms[:, ORDER - 3 :].max(axis=1)
        smooth = tail * mass <= np.maximum(accuracy * width, 4e-15 * size * mass)
        least, most = places.min(axis=1), places.max(axis=1)
        steps = np.diff(places, axis=1)
        room = 1e-13 * np.maximum(size, width)[:, None]
        turns = (steps > room).any(axis=1) & (steps < -room).any(axis=1)
        near = most - least <= width
        good = smooth & near & ~(turns & (most - least > 1e-7 * width))
    return np.where(out.any(axis=1), out.all(axis=1), good | (mass < 1e-15))
