r"""One grand contest, or divisions whose winners meet in a final (Moldovanu and Sela 2006).

**Primitives.** n contestants with private values v of the prize, drawn from F; effort costs its amount;
the highest effort wins. The sponsor holds one contest, or splits the contestants into d divisions of
k = n/d whose winners, with efforts of the first stage behind them, meet in a final for the prize.

**Equilibrium.** In the final the types are the best of k: an all-pay contest among d with the law F^k.
A finalist of type v expects :math:`U(v) = \int^v F(t)^{n-k}\,dt`, whatever she did before, so that the
first stage is an all-pay contest among k for a prize worth U(v) to type v. Both are symmetric private-value
contests made of parts, each certified; a contestant who deviates in the first stage plays in the final
what her type plays, so that no plan over both stages does better.

**Results.** The highest value wins either way, so that with linear cost the two architectures bring the
same total effort, whatever the law of values (revenue equivalence). They differ in who exerts it and
when: the highest effort of the final may exceed that of the grand contest, which sees all efforts at once.

**Limits.** One division is the grand contest. Divisions of one: everybody is in the final.

Source: Moldovanu and Sela (2006), "Contest architecture", Journal of Economic Theory 126, 70-96.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contests.comparing import Comparison, compare
from contests.contest import Contest
from contests.contestants import Private
from contests.equilibrium import Equilibrium
from contests.errors import InvalidPartError
from contests.laws import law, uniform
from contests.laws_best import best_of, rent
from contests.part import Part
from contests.prizes import WinnerTakeAll
from contests.sponsor import TotalEffort
from contests.validation import count, positive

__all__ = ["ContestArchitecture"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ContestArchitecture(Part):
    """Divisions and a final against one grand contest.

    Parameters
    ----------
    contestants : int
        Number of contestants n.
    divisions : int
        Number of divisions d, from 2 to n, each of n/d contestants.
    prize : float
        Money for the winner of the final.
    value : SciPy distribution
        The law of the value factor, on numbers of zero or more; uniform on [0, 1] if absent.

    Examples
    --------
    >>> model = ContestArchitecture(contestants=4, divisions=2)
    >>> round(model.total_effort(), 9), round(model.grand().solve().total_effort, 9)
    (0.6, 0.6)
    >>> round(model.highest_final_effort(), 9)
    0.380952381
    """

    contestants: int = 4
    divisions: int = 2
    prize: float = 1.0
    value: Any = None

    def __post_init__(self) -> None:
        name = "ContestArchitecture"
        object.__setattr__(self, "contestants", count(f"{name}.contestants", self.contestants, least=2))
        object.__setattr__(self, "divisions", count(f"{name}.divisions", self.divisions, least=2))
        if self.contestants % self.divisions:
            raise InvalidPartError(
                f"{name}.divisions",
                self.divisions,
                f"a number that divides the {self.contestants} contestants evenly",
            )
        object.__setattr__(self, "prize", positive(f"{name}.prize", self.prize))
        chosen = uniform() if self.value is None else self.value
        object.__setattr__(self, "value", law(chosen, part=f"{name}.value"))
        if self.value.support[0] < 0:
            raise InvalidPartError(f"{name}.value", self.value, "a law on numbers of zero or more")

    @property
    def size(self) -> int:
        """Contestants in each division."""
        return self.contestants // self.divisions

    def grand(self) -> Contest:
        """Return the contest among all."""
        return Contest(
            contestants=Private(self.contestants, value=self.value), prizes=WinnerTakeAll(self.prize)
        )

    def division(self) -> Contest:
        """Return a division: its prize is a place in the final, worth U(v) to a contestant of type v."""
        worth = rent(self.value, self.contestants - self.size, self.prize)
        return Contest(contestants=Private(self.size, value=worth), prizes=WinnerTakeAll(1.0))

    def final(self) -> Contest:
        """Return the final among the winners of the divisions."""
        return Contest(
            contestants=Private(self.divisions, value=best_of(self.value, self.size)),
            prizes=WinnerTakeAll(self.prize),
        )

    @cached_property
    def _stages(self) -> tuple[Equilibrium | None, Equilibrium]:
        return (self.division().solve() if self.size > 1 else None), self.final().solve()

    def first_stage_effort(self) -> float:
        """Return the expected effort of all contestants in their divisions."""
        first, _ = self._stages
        return 0.0 if first is None else self.divisions * first.total_effort

    def final_effort(self) -> float:
        """Return the expected effort of all finalists in the final."""
        return self._stages[1].total_effort

    def total_effort(self) -> float:
        """Return the expected effort of both stages."""
        return self.first_stage_effort() + self.final_effort()

    def highest_final_effort(self) -> float:
        """Return the expected highest effort of the final: the winner's."""
        return self._stages[1].expected_best

    def compare(self) -> Comparison:
        """Return total effort in one contest and in divisions with a final, side by side."""
        several = [self.division()] * self.divisions if self.size > 1 else []
        formats = {"one contest": self.grand(), "divisions and a final": [*several, self.final()]}
        return compare(formats, TotalEffort())
