"""Terwiesch and Xu's three kinds of project, and an award contingent on quality.

A project says how effort becomes quality. With output r(e) (a logarithm unless
another curve is given):

- `Ideation`: baseline + returns r(e) + shock, the shock drawn after the effort;
- `Expertise`: baseline + own ability + returns r(e), ability known to oneself only;
- `TrialAndError`: the best of m draws, m being the effort.

Source: Terwiesch and Xu (2008), Management Science 54.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.curves import BaseCurve, Linear, Log, as_curve, check_output
from contests.errors import InvalidPartError
from contests.laws import Law, gumbel, law
from contests.part import Part
from contests.prizes import QualityShare
from contests.technology import Additive, Exact, Technology, Trials
from contests.validation import at_least_zero, finite, positive, vector

__all__ = ["ContingentAward", "Expertise", "Ideation", "Project", "TrialAndError"]

Array = NDArray[np.float64]


class Project(Part):
    """Base of the kinds of project."""

    @property
    def abilities(self) -> Array | None:
        """Known abilities, one for each solver; None if solvers do not differ in that."""
        return None

    @property
    def private_ability(self) -> Law | None:
        """The law of the ability that each solver alone knows, or None."""
        return None

    def technology(self) -> Technology:
        """Return the technology from effort to quality (without private or differing abilities)."""
        raise NotImplementedError

    @property
    def log_returns(self) -> float | None:
        """Quality gained by raising the log of effort by one; None if output is not a logarithm."""
        return None


def _output(part: str, output: object) -> BaseCurve:
    if output is None:
        return Log()
    curve: BaseCurve = as_curve(output, part=part)
    check_output(curve, part=part)
    return curve


def _shifted(curve: BaseCurve, returns: float, baseline: float) -> BaseCurve:
    """The curve baseline + returns curve(e), of the same family where that has an intercept."""
    scaled = curve.scaled(returns)
    if baseline == 0.0:
        return scaled
    if isinstance(scaled, (Log, Linear)):
        return scaled.replace(intercept=scaled.intercept + baseline)
    return scaled + Linear(0.0, intercept=baseline)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Ideation(Project):
    """Quality is baseline + returns ln(effort) + a shock: effort helps, luck decides.

    Parameters
    ----------
    returns : float
        Quality gained by raising the log of effort by one (delta), above zero.
    shock : float or SciPy distribution
        Scale of a Gumbel shock of mean zero (mu), above zero; or any continuous law. In units of
        quality.
    baseline : float or sequence of float, shape (n,)
        Quality at effort one, before the shock; a sequence gives each solver's known ability.
    output : curve, optional
        What takes the place of the logarithm: quality is baseline + returns output(effort) + shock.

    Raises
    ------
    InvalidPartError
        If returns or shock are not above zero, or the law is not continuous.

    Examples
    --------
    >>> Ideation(returns=1.0, shock=2.0).log_returns
    1.0
    """

    returns: float = 1.0
    shock: Any = 1.0
    baseline: Any = 0.0
    output: BaseCurve | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "returns", positive("Ideation.returns", self.returns))
        if np.ndim(self.shock) == 0 and isinstance(self.shock, (int, float, np.number)):
            remedy = "Without a shock the project is one of expertise."
            object.__setattr__(self, "shock", positive("Ideation.shock", self.shock, remedy))
        else:
            object.__setattr__(self, "shock", law(self.shock, part="Ideation.shock"))
        check = vector if np.ndim(self.baseline) else finite
        object.__setattr__(self, "baseline", check("Ideation.baseline", self.baseline))
        if self.output is not None:
            object.__setattr__(self, "output", _output("Ideation.output", self.output))

    @cached_property
    def law(self) -> Law:
        """The law of the shock."""
        return self.shock if isinstance(self.shock, Law) else gumbel(self.shock)

    @property
    def gumbel_scale(self) -> float | None:
        """Scale of the shock if it is Gumbel, so that closed forms hold; else None."""
        return float(self.law.scale) if self.law.name == "gumbel_r" else None

    @property
    def abilities(self) -> Array | None:
        """The baselines, if there is one for each solver."""
        return self.baseline if isinstance(self.baseline, np.ndarray) else None

    @property
    def log_returns(self) -> float | None:
        """The returns, if output is a logarithm."""
        curve = _output("Ideation.output", self.output)
        return self.returns * curve.scale if isinstance(curve, Log) else None

    def technology(self) -> Additive:
        """Return output plus shock; known abilities are left to the contestants."""
        common = self.baseline if self.abilities is None else 0.0
        curve = _shifted(_output("Ideation.output", self.output), self.returns, common)
        return Additive(self.law, output=curve)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Expertise(Project):
    """Quality is baseline + ability + returns ln(effort), ability being known to the solver only.

    Parameters
    ----------
    ability : SciPy distribution
        The continuous law of each solver's ability, in units of quality; draws are independent.
    returns : float
        Quality gained by raising the log of effort by one (delta), above zero.
    baseline : float
        Quality at effort one of a solver of ability zero.
    output : curve, optional
        What takes the place of the logarithm.

    Raises
    ------
    InvalidPartError
        If returns are not above zero or the law of ability is not continuous.

    Examples
    --------
    >>> from scipy import stats
    >>> Expertise(ability=stats.uniform(), returns=2.0)
    Expertise(ability=stats.uniform(), returns=2.0)
    """

    ability: Any
    returns: float = 1.0
    baseline: float = 0.0
    output: BaseCurve | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "ability", law(self.ability, part="Expertise.ability"))
        object.__setattr__(self, "returns", positive("Expertise.returns", self.returns))
        object.__setattr__(self, "baseline", finite("Expertise.baseline", self.baseline))
        if self.output is not None:
            object.__setattr__(self, "output", _output("Expertise.output", self.output))

    @property
    def private_ability(self) -> Law:
        """The law of ability."""
        found: Law = self.ability
        return found

    @property
    def log_returns(self) -> float | None:
        """The returns, if output is a logarithm."""
        curve = _output("Expertise.output", self.output)
        return self.returns * curve.scale if isinstance(curve, Log) else None

    def technology(self) -> Exact:
        """Return output without chance."""
        return Exact(output=_shifted(_output("Expertise.output", self.output), self.returns, self.baseline))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class TrialAndError(Project):
    """Effort is a number of trials; quality is the best of them.

    Parameters
    ----------
    draw : SciPy distribution
        The continuous law of one trial, in units of quality.
    whole : bool
        Whether only whole numbers of trials are possible.

    Raises
    ------
    InvalidPartError
        If the law is not continuous.

    Examples
    --------
    >>> from scipy import stats
    >>> TrialAndError(draw=stats.uniform(), whole=True).whole
    True
    """

    draw: Any
    whole: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "draw", law(self.draw, part="TrialAndError.draw"))
        if not isinstance(self.whole, (bool, np.bool_)):
            raise InvalidPartError("TrialAndError.whole", self.whole, "True or False")

    @property
    def gumbel_scale(self) -> float | None:
        """Scale of the draws if they are Gumbel, so that closed forms hold; else None."""
        return float(self.draw.scale) if self.draw.name == "gumbel_r" else None

    def technology(self) -> Trials:
        """Return the best of as many draws as effort."""
        return Trials(self.draw, whole=self.whole)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ContingentAward(Part):
    """The winner is paid base + share times the quality of her idea.

    An award may turn out negative where the solver commits before she knows the quality (ideation):
    the winner then buys the project. A solver who knows her quality before she hands it in would not
    hand in such an idea, so expertise and trials require ``floored`` where it could happen.

    Parameters
    ----------
    base : float
        Money paid whatever the quality; may be negative.
    share : float
        Money for each unit of quality, zero or more.
    floored : bool
        Whether an award below zero is paid as zero.

    Raises
    ------
    InvalidPartError
        If base is not finite or share is negative.

    Examples
    --------
    >>> ContingentAward(base=5, share=0.5)
    ContingentAward(base=5.0, share=0.5)
    """

    base: float = 0.0
    share: float = field(default=0.0)
    floored: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "base", finite("ContingentAward.base", self.base))
        object.__setattr__(self, "share", at_least_zero("ContingentAward.share", self.share))
        if not isinstance(self.floored, (bool, np.bool_)):
            raise InvalidPartError("ContingentAward.floored", self.floored, "True or False")

    def prizes(self) -> QualityShare:
        """Return the prize rule."""
        return QualityShare(base=self.base, share=self.share, floored=self.floored)
