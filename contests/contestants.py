"""Who competes, what differs between them, and who knows it.

Three kinds of field: :class:`Identical` contestants, contestants with
:class:`Known` differences, and contestants whose difference is :class:`Private`
information drawn from a known law. What may differ: *ability* (added to the
quality of the idea), *cost* (multiplies the cost of effort) and *value*
(multiplies the prize).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.errors import InvalidPartError
from contests.laws import Law, law
from contests.part import Part
from contests.utility import Utility
from contests.validation import Column, count, finite, positive, vector

__all__ = ["Contestants", "Identical", "Known", "Private"]

Array = NDArray[np.float64]
Index = int | NDArray[np.intp]
TRAITS = ("ability", "cost", "value")


class Contestants(Part):
    """Base of the fields of contestants.

    Attributes
    ----------
    n : int
        How many there are.
    private_trait : str or None
        ``"ability"``, ``"cost"`` or ``"value"`` when that is private information.
    """

    n: int
    utility: Utility | None
    wealth: float

    @property
    def private_trait(self) -> str | None:
        """The trait that is private information, or None."""
        return None

    def trait(self, name: str, i: Index, type: Any = None) -> Any:
        """Return a trait of a contestant.

        Parameters
        ----------
        name : {"ability", "cost", "value"}
            Which trait.
        i : int or integer array
            The contestant's number, from 0.
        type : float or array, optional
            The contestant's type, where that trait is private.

        Returns
        -------
        float or ndarray
            The trait, broadcast over ``i`` or ``type``.
        """
        raise NotImplementedError

    def utility_of(self, i: int) -> Utility | None:
        """Return the attitude to risk of contestant ``i``, None if she is risk neutral."""
        return self.utility

    def kinds(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant of each kind, and how many are of that kind.

        Returns
        -------
        representatives, counts : ndarray of int
            Contestants of one kind share every trait (or the law of their type).
        """
        raise NotImplementedError

    def kind_of(self) -> NDArray[np.intp]:
        """Return, for each contestant, the position of her kind in `kinds`.

        Returns
        -------
        ndarray of int, shape (n,)
        """
        raise NotImplementedError


def _check_utility(part: str, utility: object) -> None:
    if utility is not None and not isinstance(utility, Utility):
        raise InvalidPartError(f"{part}.utility", utility, "None, ct.CARA(a) or ct.CRRA(theta)")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Identical(Contestants):
    """Contestants who do not differ.

    Parameters
    ----------
    n : int
        How many, at least 1.
    ability, cost, value : float
        Common ability (in units of quality), cost factor and value factor.
    utility : Utility, optional
        Attitude to risk; risk neutral if absent.
    wealth : float
        Initial wealth in money, for attitudes that depend on it.

    Examples
    --------
    >>> Identical(20).n
    20
    """

    n: int = field(kw_only=False)
    ability: float = 0.0
    cost: float = 1.0
    value: float = 1.0
    utility: Utility | None = None
    wealth: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "n", count("Identical.n", self.n))
        object.__setattr__(self, "ability", finite("Identical.ability", self.ability))
        object.__setattr__(self, "cost", positive("Identical.cost", self.cost))
        object.__setattr__(self, "value", positive("Identical.value", self.value))
        object.__setattr__(self, "wealth", finite("Identical.wealth", self.wealth))
        _check_utility("Identical", self.utility)

    def trait(self, name: str, i: Index, type: Any = None) -> Any:
        """Return the common trait ``name``; ``i`` and ``type`` do not matter."""
        return getattr(self, name)

    def kinds(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return the single kind, see `Contestants.kinds`."""
        return np.array([0], dtype=np.intp), np.array([self.n], dtype=np.intp)

    def kind_of(self) -> NDArray[np.intp]:
        """Return zeros, see `Contestants.kind_of`."""
        return np.zeros(self.n, dtype=np.intp)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Known(Contestants):
    """Contestants whose differences everyone knows.

    Parameters
    ----------
    ability, cost, value : sequence of float, shape (n,), optional
        What differs. At least one is given; those given have one length. A number stands for
        the same for all. Abilities are in units of quality; costs and values are factors above
        zero.
    utility : Utility or sequence of Utility or None, optional
        Attitude to risk, of all or of each; risk neutral if absent or None.
    wealth : float
        Initial wealth in money.

    Examples
    --------
    >>> Known(value=[3, 2, 1]).n
    3
    """

    ability: Column | float = 0.0
    cost: Column | float = 1.0
    value: Column | float = 1.0
    utility: Any = None
    wealth: float = 0.0

    def __post_init__(self) -> None:
        sizes: dict[str, int] = {}
        for name in TRAITS:
            given = getattr(self, name)
            label = f"Known.{name}"
            if np.ndim(given) == 0 and not isinstance(given, (str, set)):
                check = finite if name == "ability" else positive
                object.__setattr__(self, name, check(label, given))
            else:
                array = vector(label, given, positive=name != "ability")
                sizes[name] = array.size
                object.__setattr__(self, name, array)
        if isinstance(self.utility, (list, tuple)):
            object.__setattr__(self, "utility", tuple(self.utility))
            sizes["utility"] = len(self.utility)
        if not sizes:
            raise InvalidPartError(
                "Known",
                "numbers only",
                "given at least one sequence of abilities, costs or values",
                "For contestants who do not differ use ct.Identical(n).",
            )
        if len(set(sizes.values())) > 1:
            raise InvalidPartError(
                "Known",
                ", ".join(f"{k} of length {v}" for k, v in sizes.items()),
                "given sequences of one length, one entry a contestant",
            )
        object.__setattr__(self, "wealth", finite("Known.wealth", self.wealth))
        for attitude in self.utility if isinstance(self.utility, tuple) else (self.utility,):
            _check_utility("Known", attitude)

    @property
    def n(self) -> int:  # type: ignore[override]
        """How many contestants."""
        columns = (self.ability, self.cost, self.value)
        attitudes = len(self.utility) if isinstance(self.utility, tuple) else 0
        return next((t.size for t in columns if isinstance(t, np.ndarray)), attitudes)

    def utility_of(self, i: int) -> Utility | None:
        """Return the attitude to risk of contestant ``i``, None if she is risk neutral."""
        found: Utility | None = self.utility[i] if isinstance(self.utility, tuple) else self.utility
        return found

    def trait(self, name: str, i: Index, type: Any = None) -> Any:
        """Return trait ``name`` of contestant ``i``; ``type`` does not matter."""
        given = getattr(self, name)
        return given[i] if isinstance(given, np.ndarray) else given

    def kinds(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant of each distinct kind, see `Contestants.kinds`."""
        _, first, counts = np.unique(self.kind_of(), return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)

    def kind_of(self) -> NDArray[np.intp]:
        """Return each contestant's kind, see `Contestants.kind_of`."""
        kinds = np.zeros(self.n, dtype=np.intp)
        for name in TRAITS:
            given = getattr(self, name)
            if isinstance(given, np.ndarray):
                label = np.unique(given, return_inverse=True)[1].reshape(-1)
                kinds = np.unique(kinds * (int(label.max()) + 1) + label, return_inverse=True)[1].reshape(-1)
        if isinstance(self.utility, tuple):
            distinct = list(dict.fromkeys(self.utility))
            kinds = kinds * len(distinct) + np.array([distinct.index(one) for one in self.utility])
        return np.asarray(kinds, dtype=np.intp)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Private(Contestants):
    """Contestants each of whom alone knows her ability, cost or value.

    Parameters
    ----------
    n : int, optional
        How many; may be left out when a sequence of laws gives it.
    ability, cost, value : distribution or sequence of distributions
        Exactly one is given: the law of that trait, one for all or one for each contestant;
        draws are independent. Costs and values must be non-negative.
    utility : Utility, optional
        Attitude to risk; risk neutral if absent.
    wealth : float
        Initial wealth in money.

    Examples
    --------
    >>> from scipy import stats
    >>> Private(20, ability=stats.norm()).private_trait
    'ability'
    """

    n: int = field(default=0, kw_only=False)
    ability: Any = None
    cost: Any = None
    value: Any = None
    utility: Utility | None = None
    wealth: float = 0.0

    def __post_init__(self) -> None:
        given = [name for name in TRAITS if getattr(self, name) is not None]
        if len(given) != 1:
            raise InvalidPartError(
                "Private",
                " and ".join(given) or "no law",
                "given exactly one of ability, cost or value",
                "A second difference that everyone knows is not part of this field.",
            )
        name = given[0]
        value = getattr(self, name)
        label = f"Private.{name}"
        if isinstance(value, Sequence) and not isinstance(value, str):
            laws: Law | tuple[Law, ...] = tuple(law(item, part=label) for item in value)
            number = len(laws)  # type: ignore[arg-type]
            if self.n not in (0, number):
                raise InvalidPartError(
                    "Private.n", self.n, f"{number}, the number of laws given", "Or give one law for all."
                )
            object.__setattr__(self, "n", count("Private.n", number))
        else:
            laws = law(value, part=label)
            object.__setattr__(self, "n", count("Private.n", self.n))
        object.__setattr__(self, name, laws)
        if name != "ability":
            for one in laws if isinstance(laws, tuple) else (laws,):
                if one.support[0] < 0:
                    raise InvalidPartError(
                        label,
                        one,
                        "a law on non-negative numbers",
                        f"Its support starts at {one.support[0]:g}; truncate it or use ability=.",
                    )
        object.__setattr__(self, "wealth", finite("Private.wealth", self.wealth))
        _check_utility("Private", self.utility)

    @property
    def private_trait(self) -> str:
        """Which trait is private."""
        return next(name for name in TRAITS if getattr(self, name) is not None)

    def law_of(self, i: int) -> Law:
        """Return the law of a contestant's type.

        Parameters
        ----------
        i : int
            The contestant's number.

        Returns
        -------
        Law
        """
        laws = getattr(self, self.private_trait)
        found: Law = laws[i] if isinstance(laws, tuple) else laws
        return found

    def trait(self, name: str, i: Index, type: Any = None) -> Any:
        """Return ``type`` for the private trait ``name``, else the neutral number (whatever ``i``)."""
        if name != self.private_trait:
            return 0.0 if name == "ability" else 1.0
        if type is None:
            raise InvalidPartError("type", None, f"the contestant's {name}, which is private information")
        return type

    def kinds(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return one contestant for each distinct law, see `Contestants.kinds`."""
        of = self.kind_of()
        _, first, counts = np.unique(of, return_index=True, return_counts=True)
        return first.astype(np.intp), counts.astype(np.intp)

    def kind_of(self) -> NDArray[np.intp]:
        """Return each contestant's kind, see `Contestants.kind_of`."""
        laws = getattr(self, self.private_trait)
        if not isinstance(laws, tuple):
            return np.zeros(self.n, dtype=np.intp)
        distinct = list(dict.fromkeys(laws))
        return np.array([distinct.index(one) for one in laws], dtype=np.intp)
