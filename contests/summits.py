"""The summit of a function of one variable on a bracket, asked as few times as its shape allows.

Values of designs are dear (each is a certified equilibrium) and of four shapes: smooth, with a kink
(where somebody starts to take part), with a jump (where somebody stays out), or cut off where nothing
is feasible. A smooth summit is approached by parabolas and then read off the quartic through five
values around it: near a summit values differ by less than their rounding within 1e-8, but slopes on
either side tell it to about 1e-11. At a kink the curves from both sides are made to meet, a jump is
halved in on, and whatever is none of these is narrowed by the golden section.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Summit", "climb"]

Array = NDArray[np.float64]
Value = Callable[[float], float]
_SMOOTH, _KINK = 5e-4, 1e-5  # of an interval: between the values that tell a smooth summit, or a kink
_STEP, _NEAREST = 1e-4, 1e-7  # of an interval: where it is seen whether values fall from an end
_SHARP = 1e-8  # of an interval: how closely a jump is told
_QUARTIC = np.linalg.inv(np.vander(np.arange(-2.0, 3.0), increasing=True))  # coefficients from values
_GOLDEN = (3.0 - 5.0**0.5) / 2.0


@dataclass(frozen=True)
class Summit:
    """A local maximum.

    Attributes
    ----------
    place : float
        Where it is.
    shape : {"smooth", "kink", "jump", "end", "narrowed"}
        What it looks like; ``"end"`` is an end of the interval, ``"narrowed"`` none of the others.
    """

    place: float
    shape: str


def climb(value: Value, low: float, top: float, high: float) -> Summit:
    """Return the summit between two places.

    Parameters
    ----------
    value : callable
        The value at a place, minus infinity where there is none. Asked again for the same place, it
        should remember.
    low, top, high : float
        Places in order, the value at ``top`` the highest of the three. Where ``top`` is one of the
        others it is an end of the interval.

    Returns
    -------
    Summit
        With the highest value that was seen, or at most its rounding below.
    """
    if top in (low, high):
        inside = _from_end(value, top, high if top == low else low)
        if inside is None:
            return Summit(top, "end")
        low, top, high = inside
    bracket = _Bracket(value, low, top, high)
    if bracket.jumps(4.0) or (not bracket.parabolas() and bracket.jumps(1.0)):
        return Summit(bracket.top, "jump")
    bracket.parabolas()
    return bracket.smooth() or bracket.kink() or bracket.golden()


def _from_end(value: Value, end: float, inner: float) -> tuple[float, float, float] | None:
    """A bracket beside an end of the interval from which values rise, or None if they fall."""
    side = 1.0 if inner > end else -1.0
    before, here = end, end + side * _NEAREST
    if value(here) <= value(end):
        before, here = end, end + side * _STEP
        if value(here) <= value(end):
            return None
    after = here
    while after != inner:
        after = end + side * min(30.0 * abs(after - end), abs(inner - end))
        if value(after) <= value(here):
            break
        before, here = here, after
    return (before, here, after) if side > 0 else (after, here, before)


class _Bracket:
    """Three places, the middle one with the highest value.

    Parameters
    ----------
    value : callable
        As in `climb`.
    low, top, high : float
        The places.
    """

    def __init__(self, value: Value, low: float, top: float, high: float) -> None:
        self.value, self.low, self.top, self.high = value, low, top, high

    def fall(self, side: int) -> float:
        """Return by how much the value falls from the top to the low (-1) or the high (1) end."""
        return self.value(self.top) - self.value(self.high if side > 0 else self.low)

    def _try(self, place: float) -> bool:
        """Put a place into the bracket, and return whether it is the new top."""
        higher = self.value(place) > self.value(self.top)
        if higher and place > self.top:
            self.low = self.top
        elif higher:
            self.high = self.top
        elif place > self.top:
            self.high = place
        else:
            self.low = place
        self.top = place if higher else self.top
        return higher

    def jumps(self, ratio: float) -> bool:
        """Return whether the value jumps on a side where it falls ``ratio`` times as far as on the other."""
        side = 1 if self.fall(1) >= self.fall(-1) else -1
        steep, other = self.fall(side), self.fall(-side)
        return bool(steep > 0.0 and np.isfinite(other) and steep >= ratio * other and self.halve(side))

    def halve(self, side: int) -> bool:
        """Halve the way to a jump on one ``side``; return False when it turns out that there is none."""
        first, turn = self.fall(side), 0
        while True:
            end = self.high if side > 0 else self.low
            if abs(end - self.top) <= _SHARP:
                return True
            self._try((self.top + end) / 2)
            turn += 1
            if turn >= 3 and not self.fall(side) >= 0.6 * first:
                return False
            # Once it is no steep slope the jump may well be at the top itself, a number of the grid.
            beside = self.top + side * 0.9 * _SHARP
            if turn == 3 and self.value(beside) <= self.value(self.top) - 0.6 * first:
                self._try(beside)

    def parabolas(self) -> bool:
        """Go to the summits of parabolas until they move no farther than the smooth summit is told from.

        Return False when one is lower than the top, as beside a kink or a jump.
        """
        for _ in range(6):
            a, b = self.top - self.low, self.high - self.top
            left, right = self.fall(-1), self.fall(1)
            across = left * b + right * a
            if not 0.0 < across < np.inf:
                return True
            # Where the parabola has no more slope, seen from the top.
            step = 0.5 * (left * b * b - right * a * a) / across
            if abs(step) <= _SMOOTH:
                return True
            if not self._try(self.top + float(np.clip(step, -0.9 * a, 0.9 * b))):
                return False
        return True

    def smooth(self) -> Summit | None:
        """Return the summit of the quartic through five values, or None if it is not one of the function."""
        middle, apart, known = self.top, _SMOOTH, [self.low, self.top, self.high]
        for _ in range(3):
            if not 2 * apart < middle < 1 - 2 * apart:
                break
            places = [float(middle + j * apart) for j in (-2, -1, 0, 1, 2)]
            y = np.array([self.value(place) for place in places])
            known += places
            if not np.isfinite(y).all():
                break
            if np.ptp(y) <= 1e-13 * abs(y[2]):
                return Summit(middle, "smooth")  # flat
            step, promised = _summit(y)
            if abs(step) > 2.0:
                middle = places[4 if step > 0 else 0]
                continue
            place, bend = middle + step * apart, 2 * y[2] - y[1] - y[3]
            known.append(place)
            # A smooth summit has four times the fall at twice the distance, a kink twice.
            if 2 * y[2] - y[0] - y[4] < 3 * bend:
                break
            if abs(self.value(place) - promised) > 1e-3 * bend + 1e-13 * abs(promised):
                break
            if abs(y @ [1.0, -4.0, 6.0, -4.0, 1.0]) <= 3e-4 * bend or apart < _SMOOTH:
                return Summit(place, "smooth")
            middle, apart = place, _SMOOTH / 8  # a quartic is not enough for so sharp a summit
        self._around_best(known)
        return None

    def _around_best(self, known: list[float]) -> None:
        """Put the bracket around the best of the places ``known``."""
        places = sorted(set(known))
        best = max(range(len(places)), key=lambda k: self.value(places[k]))
        self.low, self.high = places[max(best - 1, 0)], places[min(best + 1, len(places) - 1)]
        self.top = places[best]

    def kink(self) -> Summit | None:
        """Return where lines from either side meet, or None if they do not."""
        for _ in range(12):
            a, b = self.top - self.low, self.high - self.top
            if max(a, b) > 8.0 * min(a, b):  # the far end has to come near first
                self._try(self.top - 3.0 * b if a > b else self.top + 3.0 * a)
                continue
            meeting, width = self._lines(), a + b
            if meeting is None:
                return None
            if abs(meeting - self.top) <= 0.5 * _KINK and width <= 4 * _SMOOTH:
                return self._parabolas_meet()
            for place in (meeting, meeting - 0.02 * width, meeting + 0.02 * width):
                if self.low < place < self.high and place != self.top:
                    self._try(place)
        return None

    def _lines(self) -> float | None:
        """Where lines with the slopes outside the bracket meet inside."""
        reach = min(self.high - self.low, 2 * _SMOOTH)
        if min(self.low - reach, 1.0 - self.high - reach) < 0:
            return None
        rise = (self.value(self.low) - self.value(self.low - reach)) / reach
        fall = (self.value(self.high + reach) - self.value(self.high)) / reach
        if not (np.isfinite(rise) and np.isfinite(fall) and rise > fall):
            return None
        step = self.value(self.high) - self.value(self.low) - fall * (self.high - self.low)
        place = self.low + step / (rise - fall)
        return float(place) if self.low < place < self.high else None

    def _parabolas_meet(self) -> Summit | None:
        """Where the parabolas through values on either side of a kink meet."""
        best, steps = self.top, np.array([1.0, 2.0, 3.0])
        if not 3 * _KINK < best < 1 - 3 * _KINK:
            return None
        left, right = (
            np.polyfit(side * steps, [self.value(best + side * j * _KINK) for j in steps], 2)
            for side in (-1.0, 1.0)
        )
        gap = left - right
        if not np.isfinite(gap).all() or gap[1] == 0:
            return None
        # One Newton step from where the lines meet is enough: the parabolas are nearly lines.
        at = -gap[2] / gap[1]
        slope = 2 * gap[0] * at + gap[1]
        if slope == 0:
            return None
        at -= np.polyval(gap, at) / slope
        if abs(at) > 1:
            return None
        return Summit(max(best + float(at) * _KINK, best, key=self.value), "kink")

    def golden(self) -> Summit:
        """Return what the golden section finds."""
        first = max(self.fall(-1), self.fall(1))
        again = self.high - self.low > 4 * _SMOOTH
        while self.high - self.low > _SHARP:
            if again and self.high - self.low <= 2 * _SMOOTH:  # from so near it may look smooth
                again, told = False, self.smooth()
                if told is not None:
                    return told
            a, b = self.top - self.low, self.high - self.top
            self._try(self.top + _GOLDEN * b if b > a else self.top - _GOLDEN * a)
        last = max(self.fall(-1), self.fall(1))
        return Summit(self.top, "jump" if last >= 0.5 * first and last > 0 else "narrowed")


def _summit(y: Array) -> tuple[float, float]:
    """Where the quartic through values at -2, ..., 2 has its summit, and how high; 3 or -3 if beyond."""
    quartic = np.polynomial.Polynomial(_QUARTIC @ (y - y[2]))
    slope, bend, at = quartic.deriv(), quartic.deriv(2), 0.0
    for _ in range(6):
        if not bend(at) < 0 or abs(at) >= 3.0:
            at = 3.0 if slope(at) > 0 else -3.0
            break
        at = float(np.clip(at - slope(at) / bend(at), -3.0, 3.0))
    return at, float(quartic(at) + y[2])
