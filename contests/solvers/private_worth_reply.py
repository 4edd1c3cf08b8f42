"""The strategy of contestants whose value or cost is private, by type, and its panels.

Efforts are best replies, solved anew for every type asked about (`FirstOrder`). Averages over types
run over locations, panel by panel: which type stands at a location the first-order condition says
in closed form, so that even where effort collapses within a sliver of types nodes are where they matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.solvers.private_bands import panel_nodes
from contests.solvers.private_replies import FirstOrder, ReplyByType
from contests.solvers.private_worths import Worths

__all__ = ["WorthReply", "rising_panels"]

Array = NDArray[np.float64]
_DIGITS, _WIDE = 29.0, 3.0  # more than the solver's


def _stands(condition: FirstOrder, worths: Worths, places: Array) -> tuple[Array, Array]:
    """The log worth of who stands at each of ``places``, and its derivative."""
    own, own_slope = worths.marginal(places)
    first, second = condition.marginal_prize(places)
    return -own - np.log(first), -own_slope - second / first


def rising_panels(condition: FirstOrder, worths: Worths, panels: Array, seen: float) -> Array:
    """Return panels of locations without those at the bottom that nobody chooses.

    Where effort next to collapses the first-order condition may hold at several locations for one type,
    who stands at the highest, or for types that do not exist.

    Parameters
    ----------
    condition : FirstOrder
        The condition.
    worths : Worths
        What is known of the class without its rivals.
    panels : ndarray
        Edges of panels of locations.
    seen : float
        The location from which worth is known to rise.
    """
    low, high = float(panels[0]), min(seen, float(panels[-1]))
    for turn in range(4 if high > low else 0):
        places = np.linspace(low, high, 256 if turn == 0 else 24)
        worth, rise = _stands(condition, worths, places)
        wrong = np.flatnonzero((rise <= 0.0) | (worth < worths.low))
        if wrong.size == 0:
            break
        low, high = places[wrong[-1]], places[min(int(wrong[-1]) + 1, places.size - 1)]
    else:
        panels = np.append(high, panels[panels > high + 1e-6]) if high > panels[0] else panels
    return panels


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WorthReply(ReplyByType):
    """Best replies by private value or cost.

    Parameters
    ----------
    types, function, scores_increase, breaks
        As in `contests.solvers.private_replies.ReplyByType`.
    panels : ndarray
        Locations between which the share of types below is smooth.
    """

    panels: Any = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "panels", np.asarray(self.panels, float))

    @cached_property
    def _nodes(self) -> tuple[Array, Array, Array]:
        condition: Any = self.function
        assert isinstance(condition, FirstOrder)
        worths = Worths(condition.contest, condition.contestant)
        assert condition.contest.race is not None
        assert condition.contest.race.noise is not None
        unit = condition.contest.race.noise.std() / 1.28
        inner, sizes = [], []
        for low, width in zip(self.panels[:-1], np.diff(self.panels), strict=True):
            x, w = panel_nodes(width / unit, _DIGITS)
            inner.append(low + width * x)
            sizes.append(width * w)
        places = np.append(self.panels[0], np.concatenate(inner))
        worth, rise = _stands(condition, worths, places)
        below, _, density = worths.level(worth)
        weights = np.concatenate(sizes) * density[1:] * rise[1:]
        # Types below the lowest location, if any.
        share = float(below[0])
        x, w = panel_nodes(_WIDE)
        levels = share * x
        idle, types = worths.at_level(levels), worths.types(worth[1:])
        efforts = np.exp(worths.log_effort(places[1:]))
        if share <= 1e-16:
            return types, weights, efforts
        return (
            np.concatenate([idle, types]),
            np.concatenate([share * w, weights]),
            np.concatenate([self(idle), efforts]),
        )

    def type_nodes(self, size: int = 200) -> tuple[Array, Array]:
        """Return types and weights.

        Parameters
        ----------
        size : int
            Not used: there are as many nodes as resolve the strategy.

        Returns
        -------
        types, weights : ndarray
        """
        return self._nodes[:2]

    def mean(self) -> float:
        """Return expected effort: of those who stand at a location it is known in closed form."""
        from contests.tails import is_infinite

        _, weights, efforts = self._nodes
        return np.inf if is_infinite(self, self.types) else float(weights @ efforts)
