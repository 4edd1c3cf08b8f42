"""Who may turn out to take part: rosters of contestants of several kinds, and their probabilities.

Contestants of one kind (alike, and as likely to come) are interchangeable, so a roster
is how many of each kind take part. Each comes independently of the others.
"""

from __future__ import annotations

from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from contests.binomial import binomial

__all__ = ["Members", "Rosters"]

Array = NDArray[np.float64]
Members = tuple[int, ...]


class Rosters:
    """All rosters of one contestant or more.

    Parameters
    ----------
    kinds : ndarray of int, shape (n,)
        The kind of each contestant.
    """

    def __init__(self, kinds: NDArray[np.intp]) -> None:
        _, first, self.kind, counts = np.unique(
            kinds, return_index=True, return_inverse=True, return_counts=True
        )
        self.kind = self.kind.reshape(-1)
        self.representatives, self.sizes = first.astype(np.intp), counts.astype(np.intp)
        self._groups = [np.flatnonzero(self.kind == k) for k in range(first.size)]

    @property
    def number(self) -> float:
        """How many rosters there are."""
        return float(np.prod(self.sizes + 1.0)) - 1.0

    @cached_property
    def counts(self) -> NDArray[np.intp]:
        """How many of each kind take part, shape (rosters, kinds)."""
        every = product(*(range(int(size) + 1) for size in self.sizes))
        return np.array([row for row in every if any(row)], dtype=np.intp)

    def members(self, roster: int) -> Members:
        """Return who stands for a ``roster``: the first of each kind, kind by kind."""
        return self.standing_for(self.counts[roster])

    def standing_for(self, counts: NDArray[np.intp]) -> Members:
        """Return who stands for ``counts`` of each kind: the first of each."""
        pairs = zip(self._groups, counts, strict=True)
        return tuple(int(i) for group, count in pairs for i in group[:count])

    def place(self, roster: int, kind: int) -> int:
        """Return where the first of a ``kind`` stands among the members of a ``roster``."""
        return int(self.counts[roster, :kind].sum())

    def chances(self, probabilities: Array) -> Array:
        """Return the probability of each roster.

        Parameters
        ----------
        probabilities : ndarray, shape (kinds,)
            Probability with which a contestant of each kind takes part.

        Returns
        -------
        ndarray, shape (rosters,)
            What is missing to one is that nobody comes.
        """
        return self._product(probabilities, self.sizes, self.counts)

    def chances_given(self, kind: int, probabilities: Array) -> Array:
        """Return the chances of rosters that a participant of a ``kind`` sees (``probabilities``)."""
        sizes, counts = self.sizes.copy(), self.counts.copy()
        sizes[kind] -= 1
        counts[:, kind] -= 1
        return np.where(counts[:, kind] >= 0, self._product(probabilities, sizes, np.maximum(counts, 0)), 0.0)

    def _product(self, probabilities: Array, sizes: NDArray[np.intp], counts: NDArray[np.intp]) -> Array:
        result = np.ones(counts.shape[0])
        for k, size in enumerate(sizes):
            p = np.array([[float(probabilities[k])]])
            table = binomial(np.arange(int(size) + 1), int(size), p, 1.0 - p)[0]
            result *= table[np.minimum(counts[:, k], size)]
        return result
