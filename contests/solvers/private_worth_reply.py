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

from contests.solvers.private_replies import FirstOrder, ReplyByType
from contests.solvers.private_worths import Worths

__all__ = ["WorthReply"]

Array = NDArray[np.float64]
_POINTS = 14


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
    def _nodes(self) -> tuple[Array, Array]:
        condition: Any = self.function
        assert isinstance(condition, FirstOrder)
        worths = Worths(condition.contest, condition.contestant)
        x, w = np.polynomial.legendre.leggauss(_POINTS)
        low, width = self.panels[:-1, None], np.diff(self.panels)[:, None]
        places = np.append(self.panels[0], (low + width * (x + 1) / 2).ravel())
        own, own_slope = worths.marginal(places)
        first, second = condition.marginal_prize(places)
        worth = -own - np.log(first)
        rise = -own_slope - second / first
        below, _, density = worths.level(worth)
        weights = (width * w / 2).ravel() * density[1:] * rise[1:]
        # Types below the lowest location, if any.
        share = float(below[0])
        levels = share * (x + 1) / 2
        idle, types = worths.at_level(levels), worths.types(worth[1:])
        if share <= 1e-16:
            return types, weights
        return np.concatenate([idle, types]), np.concatenate([share * w / 2, weights])

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
        return self._nodes
