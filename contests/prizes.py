"""From rank, and perhaps quality, to money.

A number means one prize for the winner, a sequence means prizes by rank. Prizes
left out are zero. With :class:`QualityShare` the winner is paid a base plus a
share of the quality of her idea (Terwiesch and Xu's contingent award).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.part import Part
from contests.validation import Column, at_least_zero, finite, vector

__all__ = ["ByRank", "Prizes", "QualityShare", "WinnerTakeAll", "as_prizes"]

Array = NDArray[np.float64]


class Prizes(Part):
    """Base of prize rules.

    Attributes
    ----------
    share : float
        Money that the winner gets for each unit of quality; zero if prizes are fixed.
    """

    @property
    def share(self) -> float:
        """Money for each unit of the winner's quality."""
        return 0.0

    def by_rank(self) -> Array:
        """Return the fixed part of the prizes by rank, without trailing zeros.

        Returns
        -------
        ndarray, shape (paid ranks,)
            Money; at least one entry.
        """
        raise NotImplementedError

    def to_winner(self, quality: ArrayLike) -> Array:
        """Return what the winner gets.

        Parameters
        ----------
        quality : array_like
            Quality of her idea.

        Returns
        -------
        ndarray
            Money.
        """
        return np.full(np.shape(quality), self.by_rank()[0])

    @property
    def top(self) -> float:
        """The largest fixed prize, in money."""
        return float(self.by_rank().max())


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class WinnerTakeAll(Prizes):
    """One prize, for the best.

    Parameters
    ----------
    prize : float
        Money, zero or more.

    Examples
    --------
    >>> WinnerTakeAll(10.0).by_rank()
    array([10.])
    """

    prize: float = field(kw_only=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "prize", at_least_zero("WinnerTakeAll.prize", self.prize))

    def by_rank(self) -> Array:
        """Return the one prize, see `Prizes.by_rank`."""
        return np.array([self.prize])


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ByRank(Prizes):
    """Prizes by rank, best first.

    Parameters
    ----------
    prizes : sequence of float
        Money for rank 1, 2, ...: zero or more, not increasing. Ranks beyond get nothing.

    Examples
    --------
    >>> ByRank([6, 3, 1, 0]).by_rank()
    array([6., 3., 1.])
    """

    prizes: Column = field(kw_only=False)

    def __post_init__(self) -> None:
        array = vector("ByRank.prizes", self.prizes, at_least_zero=True)
        rises = np.flatnonzero(np.diff(array) > 0)
        if rises.size:
            k = int(rises[0])
            raise InvalidPartError(
                "ByRank.prizes",
                array.tolist(),
                "not increasing in rank",
                f"Rank {k + 2} would get {array[k + 1]:g}, more than rank {k + 1} with {array[k]:g}: "
                "contestants would compete to be worse. Sort the prizes.",
            )
        object.__setattr__(self, "prizes", array)

    def by_rank(self) -> Array:
        """Return the prizes without trailing zeros, see `Prizes.by_rank`."""
        paid = np.flatnonzero(self.prizes)
        return np.asarray(self.prizes[: paid[-1] + 1 if paid.size else 1])


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class QualityShare(Prizes):
    """The winner gets a base plus a share of the quality of her idea.

    Parameters
    ----------
    base : float
        Money paid whatever the quality; may be negative (the winner buys the project).
    share : float
        Money for each unit of quality, zero or more.
    floored : bool
        Whether an award below zero is paid as zero.

    Examples
    --------
    >>> float(QualityShare(base=5, share=0.5).to_winner(2.0))
    6.0
    """

    base: float = 0.0
    share: float = 0.0
    floored: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", finite("QualityShare.base", self.base))
        object.__setattr__(self, "share", at_least_zero("QualityShare.share", self.share))

    def by_rank(self) -> Array:
        """Return the base, see `Prizes.by_rank`."""
        return np.array([self.base])

    def to_winner(self, quality: ArrayLike) -> Array:
        """Return base plus share times ``quality``, floored at zero if asked."""
        award = self.base + self.share * np.asarray(quality, float)
        return np.maximum(award, 0.0) if self.floored else award


def as_prizes(value: object, part: str = "Contest.prizes") -> Prizes:
    """Return the prize rule that a user means.

    Parameters
    ----------
    value : Prizes, number or sequence of numbers
        A rule; a number for winner-take-all; a sequence for prizes by rank.
    part : str
        The field's dotted name, for the error.

    Returns
    -------
    Prizes

    Raises
    ------
    InvalidPartError
        If it is none of these, negative, not finite, or increasing in rank.
    """
    if isinstance(value, Prizes):
        return value
    if isinstance(value, str) or value is None or isinstance(value, bool):
        raise InvalidPartError(
            part, value, "a prize, a sequence of prizes by rank, or a rule such as ct.WinnerTakeAll(10)"
        )
    if isinstance(value, Iterable) and np.ndim(value) > 0:  # type: ignore[arg-type]
        return ByRank(value)
    return WinnerTakeAll(value)  # type: ignore[arg-type]
