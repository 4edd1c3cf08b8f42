"""A cost of effort with a cap: beyond it no effort is possible, whatever one would pay."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from contests.curve_base import BaseCurve, exact, symbol_of
from contests.curve_numerics import efforts, same_shape
from contests.errors import InvalidPartError
from contests.part import Part
from contests.validation import positive

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    FloatArray = NDArray[np.float64]

__all__ = ["Capped"]


@dataclass(frozen=True, eq=False, repr=False)
class Capped(Part, BaseCurve):
    """A cost curve whose domain ends at a cap on effort (Che and Gale 1998).

    Parameters
    ----------
    curve : BaseCurve
        Cost of effort up to the cap.
    at : float
        The largest effort that is allowed, above zero and inside the curve's own domain.

    Raises
    ------
    InvalidPartError
        If the curve is none, or ends before the cap.

    Examples
    --------
    >>> from contests.curves import Linear
    >>> cost = Capped(Linear(2.0), at=3.0)
    >>> float(cost(3.0)), float(cost(3.1)), float(cost.inverse(6.0)), float(cost.inverse(6.1))
    (6.0, inf, 3.0, inf)
    """

    curve: BaseCurve
    at: float = field(kw_only=True)

    def __post_init__(self) -> None:
        if not isinstance(self.curve, BaseCurve):
            raise InvalidPartError("Capped.curve", self.curve, "a curve such as ct.Linear() or ct.Power(2)")
        object.__setattr__(self, "at", positive("Capped.at", self.at))
        if self.at > self.curve.domain[1]:
            raise InvalidPartError(
                "Capped.at",
                self.at,
                f"at most {self.curve.domain[1]:g}, where the curve ends",
                "A cap beyond the end of the curve changes nothing: leave it out.",
            )

    def __call__(self, effort: ArrayLike) -> FloatArray:
        """Value of the curve, infinite beyond the cap, see `BaseCurve.__call__` (``effort``)."""
        array = efforts(effort)
        inside = np.asarray(self.curve(np.minimum(array, self.at)))
        return same_shape(np.where(array > self.at, np.inf, inside))

    def derivative(self, effort: ArrayLike, order: int = 1) -> FloatArray:
        """Derivative up to the cap, infinite beyond, see `BaseCurve.derivative` (``effort``, ``order``)."""
        array = efforts(effort)
        inside = np.asarray(self.curve.derivative(np.minimum(array, self.at), order))
        return same_shape(np.where(array > self.at, np.inf, inside))

    def inverse(self, value: ArrayLike) -> FloatArray:
        """Least effort that costs ``value``, infinite if the cap is reached first."""
        goal = np.asarray(value, dtype=np.float64)
        return same_shape(np.where(goal > float(self.curve(self.at)), np.inf, self.curve.inverse(goal)))

    @property
    def domain(self) -> tuple[float, float]:
        """From the curve's least effort to the cap."""
        return (self.curve.domain[0], self.at)

    @property
    def is_convex(self) -> bool | None:
        """Whether the curve is convex: a cap keeps that."""
        return self.curve.is_convex

    @property
    def is_concave(self) -> bool | None:
        """Whether the curve is concave up to the cap."""
        return self.curve.is_concave

    def falls_near(self, *, strict: bool = True) -> float | None:
        """Effort near which the curve fails to increase, if ``strict`` strictly, or None."""
        near = self.curve.falls_near(strict=strict)
        return None if near is None or near > self.at else near

    def scaled(self, factor: float) -> Capped:
        """The curve with ``factor`` times the values and the same cap."""
        return Capped(self.curve.scaled(factor), at=self.at)

    def symbolic(self, e: Any = None) -> Any:
        """SymPy expression in the symbol ``e``: the curve up to the cap, infinite beyond."""
        import sympy

        symbol = symbol_of(e)
        return sympy.Piecewise((self.curve.symbolic(symbol), symbol <= exact(self.at)), (sympy.oo, True))
