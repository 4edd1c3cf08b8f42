"""Lotteries of two contestants whose private values come from a list, possibly correlated.

A law on the line has a density; here a value is one of a few, drawn jointly for the two
contestants. :class:`FiniteTypeLottery` is the game, :class:`ByType` a strategy that
gives each listed value its effort.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests.errors import InvalidPartError
from contests.game import Game, Index
from contests.part import Part
from contests.profile import Profile
from contests.strategy import Monotone, Strategy
from contests.validation import positive, vector

__all__ = ["ByType", "FiniteTypeLottery"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ByType(Monotone):
    """An effort for each of a list of types; callable on types.

    Parameters
    ----------
    types : sequence of float, shape (m,)
        The types, increasing.
    efforts : sequence of float, shape (m,)
        What each does.
    probabilities : sequence of float, shape (m,)
        How likely each is; they sum to one.
    function : None
        Not used: the table takes its place.
    scores_increase : bool
        As in `contests.strategy.Monotone`.

    Examples
    --------
    >>> plan = ByType(types=[1.0, 2.0], efforts=[0.2, 0.4], probabilities=[0.5, 0.5])
    >>> plan(2.0).item(), round(plan.mean(), 12)
    (0.4, 0.3)
    """

    function: Any = None
    efforts: Any = ()
    probabilities: Any = ()

    def __post_init__(self) -> None:
        for name in ("types", "efforts", "probabilities"):
            object.__setattr__(self, name, vector(f"ByType.{name}", getattr(self, name), at_least_zero=True))
        if not self.types.size == self.efforts.size == self.probabilities.size:
            raise InvalidPartError(
                "ByType", "fields of different lengths", "one effort and probability a type"
            )
        if np.any(np.diff(self.types) <= 0):
            raise InvalidPartError("ByType.types", self.types.tolist(), "increasing")
        if abs(self.probabilities.sum() - 1.0) > 1e-9:
            raise InvalidPartError(
                "ByType.probabilities", self.probabilities.tolist(), "a list that sums to one"
            )

    def __call__(self, types: ArrayLike) -> Array:
        """Return the effort of each of ``types`` (array_like), which must be listed."""
        return np.asarray(self.efforts[_place(self.types, types)], float)

    def mean(self) -> float:
        """Return expected effort."""
        return float(self.probabilities @ self.efforts)

    def type_nodes(self, size: int = 200) -> tuple[Array, Array]:
        """Return the types and their probabilities, whatever ``size``."""
        return self.types, self.probabilities

    @property
    def atoms(self) -> tuple[Array, Array]:
        """The efforts, and their probabilities."""
        points, place = np.unique(self.efforts, return_inverse=True)
        return points, np.asarray(np.bincount(place, weights=self.probabilities), float)

    @property
    def support(self) -> tuple[float, float]:
        """The least and the largest effort."""
        return float(self.efforts.min()), float(self.efforts.max())

    def cdf(self, effort: ArrayLike) -> Array:
        """Return the probability of an effort of at most ``effort`` (array_like)."""
        return np.asarray((np.asarray(effort, float)[..., None] >= self.efforts) @ self.probabilities)

    def below(self, effort: ArrayLike) -> Array:
        """Return the probability of an effort below ``effort`` (array_like)."""
        return np.asarray((np.asarray(effort, float)[..., None] > self.efforts) @ self.probabilities)

    def ppf(self, u: ArrayLike) -> Array:
        """Return quantiles of effort at levels ``u``."""
        points, masses = self.atoms
        place = np.searchsorted(np.cumsum(masses), np.asarray(u, float) - 1e-15)
        return np.asarray(points[np.minimum(place, points.size - 1)])

    def rvs(self, size: int | tuple[int, ...], *, rng: np.random.Generator) -> Array:
        """Draw efforts (``size``, ``rng``)."""
        return self.ppf(rng.random(size))


def _place(types: Array, asked: ArrayLike) -> NDArray[np.intp]:
    wanted = np.asarray(asked, float)
    found = np.clip(np.searchsorted(types, wanted), 0, types.size - 1)
    if not np.array_equal(types[found], wanted):
        raise InvalidPartError("type", np.setdiff1d(wanted, types).tolist(), f"one of {types.tolist()}")
    return found


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class FiniteTypeLottery(Part, Game):
    """A lottery for one prize between two contestants, each of whom alone knows her value.

    A contestant of value v who exerts x against y wins with probability x^r / (x^r + y^r) and pays x.

    Parameters
    ----------
    values_1, values_2 : sequence of float
        The values each may have, increasing, above zero. One entry: known to both.
    joint : sequence of sequences, shape (len(values_1), len(values_2))
        The probability of each pair; the entries sum to one.
    exponent : float
        How decisive effort is, above zero and at most one.

    Examples
    --------
    >>> game = FiniteTypeLottery(values_1=[1.0], values_2=[0.5, 1.5], joint=[[0.5, 0.5]])
    >>> game.solve().effort.round(6)
    array([0.228493, 0.233229])
    """

    values_1: Any
    values_2: Any
    joint: Any
    exponent: float = 1.0

    def __post_init__(self) -> None:
        for name in ("values_1", "values_2"):
            found = vector(f"FiniteTypeLottery.{name}", getattr(self, name), positive=True)
            if np.any(np.diff(found) <= 0):
                raise InvalidPartError(f"FiniteTypeLottery.{name}", found.tolist(), "increasing")
            object.__setattr__(self, name, found)
        joint = np.asarray(self.joint, float)
        shape = (self.values_1.size, self.values_2.size)
        fair = joint.shape == shape and bool(np.all(joint >= 0)) and abs(joint.sum() - 1.0) < 1e-9
        if not fair or np.any(joint.sum(axis=0) <= 0) or np.any(joint.sum(axis=1) <= 0):
            raise InvalidPartError(
                "FiniteTypeLottery.joint",
                joint.tolist(),
                f"a table of shape {shape} of probabilities that sum to one, no value without probability",
            )
        object.__setattr__(self, "joint", joint)
        object.__setattr__(self, "exponent", positive("FiniteTypeLottery.exponent", self.exponent))
        if self.exponent > 1:
            raise InvalidPartError(
                "FiniteTypeLottery.exponent", self.exponent, "at most 1",
                "Above 1 payoffs are not concave; ct.Private with a law and ct.Lottery(exponent=) tries.",
            )  # fmt: skip

    @property
    def n(self) -> int:  # type: ignore[override]
        """Two."""
        return 2

    @property
    def values(self) -> tuple[Array, Array]:
        """The values each contestant may have."""
        return self.values_1, self.values_2

    @cached_property
    def marginals(self) -> tuple[Array, Array]:
        """How likely each value of each contestant is."""
        return self.joint.sum(axis=1), self.joint.sum(axis=0)

    @cached_property
    def stakes(self) -> float:
        """The largest value."""
        return float(max(self.values_1[-1], self.values_2[-1]))

    def conditional(self, i: int) -> Array:
        """Return the probabilities of the rival's types given each own type.

        Parameters
        ----------
        i : int
            The contestant.

        Returns
        -------
        ndarray, shape (own types, rival's types)
        """
        table = self.joint if i == 0 else self.joint.T
        return np.asarray(table / table.sum(axis=1, keepdims=True))

    def marginal_at_zero(self, i: int, rival: Array) -> Array:
        """Return what a first small effort is worth to each type.

        Parameters
        ----------
        i : int
            The contestant.
        rival : ndarray
            Efforts of the rival's types.

        Returns
        -------
        ndarray
            Money for each unit of effort; infinite if the exponent is below one, or if the rival
            may do nothing.
        """
        if self.exponent < 1:
            return np.full(self.values[i].size, np.inf)
        with np.errstate(
            divide="ignore", invalid="ignore"
        ):  # a rival who does nothing: worth infinitely much
            each = np.where(self.conditional(i) > 0, self.conditional(i) / rival[None, :], 0.0)
        return np.asarray(self.values[i] * each.sum(axis=1))

    def payoff(self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None) -> Array:
        """Return expected payoffs given one's own type, see `Game.payoff`.

        Parameters
        ----------
        i : int
            The contestant.
        effort : array_like
            Her efforts.
        profile : Profile or what stands for one
            What the other does.
        type : array_like, optional
            Her value; may be left out if she has only one.
        """
        return self._chance(int(i), effort, profile, type)[0]

    def marginal_payoff(
        self, i: Index, effort: ArrayLike, profile: Any, type: ArrayLike | None = None
    ) -> Array:
        """Return exact marginal payoffs for ``i``, ``effort``, ``profile`` and ``type`` as in `payoff`."""
        return self._chance(int(i), effort, profile, type)[1]

    def _chance(self, i: int, effort: ArrayLike, profile: Any, type: ArrayLike | None) -> tuple[Array, Array]:
        own = np.asarray(effort, float)
        place = _place(self.values[i], self._type(i, type))
        rival = _by_type(self.profile(profile).strategy(1 - i), self.values[1 - i])
        p, value = self.conditional(i)[place], self.values[i][place]
        x, y = own[..., None] ** self.exponent, rival**self.exponent
        total = x + y
        share = np.where(total > 0, x / np.where(total > 0, total, 1.0), 0.5)
        safe = np.where(own > 0, own, 1.0)[..., None]
        slope = np.where(own[..., None] > 0, self.exponent * share * (1 - share) / safe, 0.0)
        return (
            np.asarray(value * (p * share).sum(axis=-1) - own),
            np.asarray(value * (p * slope).sum(axis=-1) - 1.0),
        )

    def _type(self, i: int, type: ArrayLike | None) -> ArrayLike:
        if type is not None:
            return type
        if self.values[i].size > 1:
            raise InvalidPartError("type", None, f"one of {self.values[i].tolist()}")
        return np.asarray(self.values[i][0])

    def largest_effort(self, i: Index, type: ArrayLike | None = None) -> Array:
        """Return the value of ``i`` (of ``type``): no effort is worth more."""
        return np.asarray(self._type(int(i), type), float)

    def type_nodes(self, i: int) -> Array | None:
        """Return the values of contestant ``i``, None if hers is known."""
        return self.values[i] if self.values[i].size > 1 else None

    def effort_cost(self, i: Index, effort: ArrayLike, type: ArrayLike | None = None) -> Array:
        """Return the ``effort`` itself, whatever ``i`` and ``type``."""
        return np.asarray(effort, float)

    def is_concave(self) -> str | None:
        """Return why payoffs are concave in own effort."""
        return "a lottery with exponent at most 1 and linear cost is concave in own effort"

    def outcomes(self, profile: Profile) -> FiniteTypeOutcomes:
        """Return payoffs and chances of winning under ``profile``, averaged over types."""
        return FiniteTypeOutcomes(self, profile)


def _by_type(strategy: Strategy, types: Array) -> Array:
    if isinstance(strategy, Monotone):
        return strategy(types)
    if strategy.atoms[0].size != 1:
        raise InvalidPartError("profile", strategy, "an effort for each type (ByType) or a sure effort")
    return np.full(types.shape, strategy.atoms[0][0])


class FiniteTypeOutcomes:
    """What comes of a profile, before types are known.

    Parameters
    ----------
    game : FiniteTypeLottery
        The game.
    profile : Profile
        What both do.
    """

    def __init__(self, game: FiniteTypeLottery, profile: Profile) -> None:
        self._game = game
        self._efforts = [_by_type(profile.strategy(i), game.values[i]) for i in (0, 1)]
        interim = [game.payoff(i, self._efforts[i], profile, game.values[i]) for i in (0, 1)]
        self.payoff = np.array([float(p @ u) for p, u in zip(game.marginals, interim, strict=True)])
        cost = [p @ x for p, x in zip(game.marginals, self._efforts, strict=True)]
        gross = [(u + x) / v for u, x, v in zip(interim, self._efforts, game.values, strict=True)]
        self.win_probability = np.array([float(p @ w) for p, w in zip(game.marginals, gross, strict=True)])
        self.expected_average = float(np.mean(cost))
        pairs = np.maximum.outer(*self._efforts)
        self.expected_best = float(np.sum(game.joint * pairs))
        self.prizes_paid = 1.0
