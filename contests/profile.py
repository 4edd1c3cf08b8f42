"""A profile: one strategy for each contestant, stored once for contestants who share it.

A million contestants who do the same cost one strategy; a million different sure
efforts cost one array.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.strategy import Pure, Strategy
from contests.validation import finite, vector

__all__ = ["Profile", "as_profile"]

Array = NDArray[np.float64]


class Profile:
    """What every contestant does.

    Use the class methods: `pure`, `symmetric`, `of`.

    Parameters
    ----------
    n : int
        Number of contestants.
    efforts : ndarray, shape (n,), optional
        Sure efforts, if every contestant's is sure and they differ.
    strategies : sequence of Strategy, optional
        Distinct strategies, otherwise.
    members : ndarray of int, shape (n,), optional
        Which of them each contestant plays; all the first if absent.
    """

    __slots__ = ("_efforts", "_members", "_strategies", "n")

    def __init__(
        self,
        n: int,
        *,
        efforts: Array | None = None,
        strategies: Sequence[Strategy] = (),
        members: NDArray[np.intp] | None = None,
    ) -> None:
        self.n = n
        self._efforts = efforts
        self._strategies = tuple(strategies)
        self._members = members

    @classmethod
    def pure(cls, efforts: ArrayLike) -> Profile:
        """Return the profile of sure ``efforts``, shape (n,)."""
        array = vector("profile", np.asarray(efforts, float), at_least_zero=True)
        return cls(array.size, efforts=array)

    @classmethod
    def symmetric(cls, strategy: Strategy, n: int) -> Profile:
        """Return the profile in which all ``n`` contestants play one ``strategy``."""
        return cls(n, strategies=(strategy,))

    @classmethod
    def of(cls, strategies: Iterable[Strategy]) -> Profile:
        """Return the profile of one of ``strategies`` for each contestant."""
        given = list(strategies)
        distinct = list(dict.fromkeys(given))
        place = {strategy: k for k, strategy in enumerate(distinct)}
        members = np.array([place[strategy] for strategy in given], dtype=np.intp)
        return cls(len(given), strategies=distinct, members=members if len(distinct) > 1 else None)

    @property
    def is_pure(self) -> bool:
        """Whether every effort is sure."""
        return self._efforts is not None or all(isinstance(s, Pure) for s in self._strategies)

    @property
    def is_symmetric(self) -> bool:
        """Whether all contestants are known to do the same."""
        return self._efforts is None and self._members is None

    def strategy(self, i: int) -> Strategy:
        """Return the strategy of contestant ``i``."""
        if not -self.n <= i < self.n:
            raise InvalidPartError("strategy", i, f"a contestant's number from 0 to {self.n - 1}")
        if self._efforts is not None:
            return Pure(float(self._efforts[i]))
        return self._strategies[0 if self._members is None else int(self._members[i])]

    def efforts(self) -> Array:
        """Return expected efforts.

        Returns
        -------
        ndarray, shape (n,)
        """
        if self._efforts is not None:
            return self._efforts
        means = np.array([strategy.mean() for strategy in self._strategies])
        return np.full(self.n, means[0]) if self._members is None else means[self._members]

    def labels(self) -> NDArray[np.intp]:
        """Return, for each contestant, a number that is the same for the same strategy.

        Returns
        -------
        ndarray of int, shape (n,)
        """
        if self._efforts is not None:
            return np.asarray(np.unique(self._efforts, return_inverse=True)[1].reshape(-1), dtype=np.intp)
        return np.zeros(self.n, dtype=np.intp) if self._members is None else self._members

    def with_strategy(self, i: int, strategy: Strategy) -> Profile:
        """Return the profile in which contestant ``i`` plays ``strategy`` instead."""
        changed = [self.strategy(j) for j in range(self.n)]
        changed[i] = strategy
        return Profile.of(changed)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Profile) or other.n != self.n:
            return NotImplemented
        if self._efforts is not None and other._efforts is not None:
            return bool(np.array_equal(self._efforts, other._efforts))
        return all(self.strategy(i) == other.strategy(i) for i in range(self.n))

    def __hash__(self) -> int:
        return hash((self.n, float(self.efforts().sum())))

    def __repr__(self) -> str:
        if self._efforts is not None:
            return f"Profile.pure({np.array2string(self._efforts, threshold=20, separator=', ')})"
        if self._members is None:
            return f"Profile.symmetric({self._strategies[0]!r}, {self.n})"
        return f"Profile.of({[self.strategy(i) for i in range(self.n)]!r})"


def as_profile(value: Any, n: int) -> Profile:
    """Return the profile that a user means.

    Parameters
    ----------
    value : Profile, Strategy, number, or sequence of numbers or strategies
        A strategy or a number stands for all contestants.
    n : int
        Number of contestants.

    Returns
    -------
    Profile

    Raises
    ------
    InvalidPartError
        If it is none of these or its length is not ``n``.
    """
    if isinstance(value, Profile):
        profile = value
    elif isinstance(value, Strategy):
        profile = Profile.symmetric(value, n)
    elif np.ndim(value) == 0 and not isinstance(value, (str, Iterable)):
        profile = Profile.symmetric(Pure(finite("profile", value)), n)
    elif all(isinstance(item, Strategy) for item in value):
        profile = Profile.of(value)
    else:
        profile = Profile.pure(vector("profile", value, at_least_zero=True))
    if profile.n != n:
        raise InvalidPartError(
            "profile", f"{profile.n} strategies", f"one strategy for each of the {n} contestants"
        )
    return profile
