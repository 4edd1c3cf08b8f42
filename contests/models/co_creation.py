"""Co-creation: contestants who also use what they help to invent.

n contestants exert effort e at cost c(e). Contestant i's idea has quality r(e_i) + shock.
Her payoff is

    prize if hers is best + b (best quality) + lambda e_i - c(e_i):

b is what a unit of the best quality is worth to a user, lambda the love of the work.

**Equilibrium.** The derivative of the expected best quality in own quality is one's probability
of being best, 1/n at symmetry, for any law of the shock. With B the slope of that probability
(`contests.numerics.rank_slopes`), symmetric effort solves

    r'(e) (prize B + b/n) + lambda = c'(e).

**Efficiency.** If a unit of the best quality is worth W to all (n b to the contestants, the rest to
other users and to the firm), efficient effort solves r'(e) W/n + lambda = c'(e), so the award
(W - b)/(n B) implements it: mu n (W - b)/(n - 1) with Gumbel shocks of scale mu. Without a prize
effort is too low (free riding) whenever W > b.

**Existence.** The condition is necessary; the certificate checks all deviations. Expected best quality
is convex in own quality, so that small shocks or steep output can break the equilibrium.

**Limits.** b = lambda = 0: the rank-order contest of Lazear and Rosen (1981). One contestant: she is
best whatever she does, and effort solves b r' + lambda = c'.

The model is a choice of this library, not a published formula: the literature on co-creation and
user innovation (von Hippel 2005; Franke and Shah 2003; Morgan and Wang 2010) gives its parts in
words. The community (no prize, knowledge spills over) and the team (paid for the best quality, as
Holmstrom's 1982 budget breaker would) are modelling choices too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from contests import numerics
from contests.curves import BaseCurve, Linear, Power, as_curve, check_cost, check_output
from contests.errors import InvalidPartError, UnsolvableError
from contests.laws import Law, gumbel, law
from contests.model import Model
from contests.models.co_creation_game import CoCreationGame, check_love
from contests.part import Part
from contests.validation import at_least_zero, count, fraction

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium

__all__ = ["CoCreation", "Participation"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Participation(Part):
    """One degree of participation: its equilibrium, and what the firm and all together gain.

    Parameters
    ----------
    name : str
        Contest, community or team.
    equilibrium : Equilibrium
        The certified equilibrium.
    firm_profit : float
        What the best quality is worth to the firm less what it pays, in money.
    surplus : float
        What the best quality is worth to all, plus love, less the cost of effort, in money.
    """

    name: str
    equilibrium: Equilibrium
    firm_profit: float
    surplus: float


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class CoCreation(Model):
    """A contest among users of the result.

    Parameters
    ----------
    contestants : int
        Number of contestants n, at least 1.
    prize : float
        Money for the best idea, zero or more.
    use_value : float
        Worth of a unit of the best quality to each contestant (b), zero or more.
    love : float
        Intrinsic reward of a unit of effort, in money (lambda), zero or more.
    shock : SciPy distribution
        Law of each contestant's own shock, in units of quality; Gumbel of scale 1 and mean 0 if absent.
    output : curve
        Quality of effort; linear if absent.
    cost : curve
        Cost of effort; e^2/2 if absent.
    others : float
        Worth of a unit of the best quality to users who do not take part.
    firm : float
        Worth of a unit of the best quality to the firm.
    spillover : float
        Part of everyone's effort that adds to each other's knowledge, in [0, 1]; zero in a contest.

    Raises
    ------
    InvalidPartError
        If a number is out of its range, or if love and use value outweigh the cost of any effort.

    Examples
    --------
    >>> model = CoCreation(contestants=4, prize=8.0, use_value=1.0, love=0.25, firm=2.0)
    >>> equilibrium = model.solve()
    >>> round(float(equilibrium.effort[0]), 10)  # 8 * 3/16 + 1/4 + 1/4
    2.0
    >>> round(model.efficient_award(), 10)  # 4 * (6 - 1) / 3
    6.6666666667
    """

    contestants: int
    prize: float = 0.0
    use_value: float = 0.0
    love: float = 0.0
    shock: Any = field(default_factory=gumbel)
    output: BaseCurve = field(default_factory=Linear)
    cost: BaseCurve = field(default_factory=lambda: Power(2, scale=0.5))
    others: float = 0.0
    firm: float = 0.0
    spillover: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "contestants", count("CoCreation.contestants", self.contestants))
        for name in ("prize", "use_value", "love", "others", "firm"):
            object.__setattr__(self, name, at_least_zero(f"CoCreation.{name}", getattr(self, name)))
        object.__setattr__(self, "spillover", fraction("CoCreation.spillover", self.spillover))
        object.__setattr__(self, "shock", law(self.shock, part="CoCreation.shock"))
        object.__setattr__(self, "output", as_curve(self.output, part="CoCreation.output"))
        object.__setattr__(self, "cost", as_curve(self.cost, part="CoCreation.cost"))
        check_output(self.output, part="CoCreation.output")
        check_cost(self.cost, part="CoCreation.cost")
        check_love("CoCreation.love", self.love, self.cost)
        if self.use_value:
            slope = float(self.output.derivative(1e15)) if np.isinf(self.output.domain[1]) else 0.0
            reach = 1.0 + self.spillover * (self.contestants - 1)
            check_love("CoCreation.use_value", self.love + self.use_value * reach * slope, self.cost)
        if not np.isfinite(self.output(0.0)) and self.contestants == 1 and self.use_value == 0:
            raise InvalidPartError(
                "CoCreation.contestants", 1, "2 or more when output has no floor and the result is not used"
            )

    def contest(self) -> CoCreationGame:
        """Return the game of payoffs from primitives."""
        return CoCreationGame(
            n=self.contestants,
            prize=self.prize,
            use_value=self.use_value,
            love=self.love,
            spillover=self.spillover,
            shock=self.shock,
            output=self.output,
            cost=self.cost,
        )

    def theory(self) -> Any:
        """Return closed forms (Gumbel shock, no spillover) and propositions.

        Raises
        ------
        UnsolvableError
            If no closed form is known: another law, a spillover, another pair of output and cost than
            linear with quadratic or logarithmic with linear.
        """
        from contests.models._co_creation_theory import theory_of

        return theory_of(self)

    @property
    def total_value(self) -> float:
        """Worth of a unit of the best quality to everybody, W."""
        return self.contestants * self.use_value + self.others + self.firm

    @cached_property
    def winning_slope(self) -> float:
        """Slope of the chance of the best idea in own quality, at symmetry (B)."""
        return float(numerics.rank_slopes(self.shock, self.contestants, 1)[0])

    def efficient_effort(self) -> float:
        """Return the common effort at which total value less cost is largest.

        With spillover s every unit of effort raises all qualities: r'(K)(1 + s(n-1)) W/n + love = c'(e).

        Returns
        -------
        float
            Found on the total value itself, and not from its first-order condition.
        """
        from scipy.optimize import minimize_scalar

        n, reach = self.contestants, 1.0 + self.spillover * (self.contestants - 1)
        game = self.replace(prize=0.0, use_value=self.total_value).contest()
        top = float(game.largest_effort(0))

        def loss(log: float) -> float:
            e = float(np.exp(log))
            value = self.total_value * float(self.output(reach * e)) + n * self.love * e
            return float(n * float(self.cost(e)) - value)

        grid = np.log(top) + np.linspace(-40.0, 0.0, 400)
        k = int(np.argmin([loss(float(log)) for log in grid]))
        low, high = grid[max(k - 1, 0)], grid[min(k + 1, 399)]
        found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-14})
        return self._polished(float(np.exp(found.x)))

    def _polished(self, effort: float) -> float:
        """The root of the derivative next to a maximum: flat tops hide half the digits."""
        n, reach = self.contestants, 1.0 + self.spillover * (self.contestants - 1)

        def slope(e: float) -> float:
            gain = self.total_value * reach * float(self.output.derivative(reach * e)) / n
            return gain + self.love - float(self.cost.derivative(e))

        low, high = effort * (1 - 1e-5), effort * (1 + 1e-5)
        return numerics.root(slope, low, high) if slope(low) * slope(high) < 0 else effort

    def efficient_award(self) -> float:
        """Return the award that implements the efficient effort, (W - b)/(n B).

        Returns
        -------
        float
            Money.

        Raises
        ------
        UnsolvableError
            With one contestant, with a spillover, or if W < b.
        """
        if self.contestants == 1 or self.spillover > 0:
            raise UnsolvableError(
                "The efficient award needs two or more contestants and no spillover: what one contestant's "
                "effort adds to rivals' knowledge a prize cannot reward."
            )
        return (self.total_value - self.use_value) / (self.contestants * self.winning_slope)

    def best_award(self) -> float:
        """Return the award at which the firm's profit, firm x E(best) - award, is largest.

        The best first-order award, if its equilibrium passes the certificate; otherwise the largest
        award below it, to a relative 1e-4, that does: larger ones leave no symmetric equilibrium in
        sure efforts.

        Returns
        -------
        float
            Money.
        """
        from contests.models._maximise import maximise

        def profit(award: float) -> float:
            effort = self._first_order_effort(award, top)
            reach = 1.0 + self.spillover * (self.contestants - 1)
            return self.firm * float(self.output(reach * effort)) - award

        reach = 2.0 * max(self.total_value, 1e-12) / (self.contestants * self.winning_slope)
        top = float(self.replace(prize=reach).contest().largest_effort(0))
        best = maximise(profit, 0.0, reach)
        if self._holds_at(best):
            return best
        low, high = 0.0, best
        while high - low > 1e-4 * best:
            middle = 0.5 * (low + high)
            low, high = (middle, high) if self._holds_at(middle) else (low, middle)
        return low

    def _first_order_effort(self, award: float, top: float) -> float:
        """Effort of the symmetric first-order condition with an award; zero if it is negative throughout."""
        n, s = self.contestants, self.spillover
        worth = award * self.winning_slope * (1.0 - s) + self.use_value * (1.0 + s * (n - 1)) / n

        def slope(log: float) -> float:
            e = float(np.exp(log))
            gain = worth * float(self.output.derivative((1.0 + s * (n - 1)) * e))
            return gain + self.love - float(self.cost.derivative(e))

        high = float(np.log(top))
        low = high - 60.0
        if slope(high) >= 0:
            return top
        return float(np.exp(numerics.root(slope, low, high))) if slope(low) > 0 else 0.0

    def _holds_at(self, award: float) -> bool:
        """Whether the first-order effort at an award is an equilibrium."""
        return self.replace(prize=award).solve(on_fail="return").certificate.passed

    def community(self, spillover: float = 1.0) -> CoCreation:
        """Return the community: no prize, and knowledge that spills over.

        Parameters
        ----------
        spillover : float
            Part of everyone's effort that adds to each other's knowledge, in [0, 1].
        """
        return self.replace(prize=0.0, spillover=spillover)

    def team(self, size: int = 1) -> CoCreation:
        """Return the internal team: employees paid the firm's whole worth of the best quality each.

        With W_f for a unit of the best quality paid to every member, each internalises the firm's whole
        value and effort is the firm's first best; a fixed (negative) salary takes the rent back, as
        Holmstrom's (1982) budget breaker does. Employees neither use the result nor love the work.

        Parameters
        ----------
        size : int
            Number of employees.
        """
        return self.replace(
            contestants=size, prize=0.0, use_value=self.firm, love=0.0, spillover=0.0, others=0.0, firm=0.0
        )

    def degrees_of_participation(
        self, *, spillover: float = 1.0, team: int = 1
    ) -> Mapping[str, Participation]:
        """Return contest, community and internal team side by side.

        Parameters
        ----------
        spillover : float
            Spillover of the community.
        team : int
            Number of employees in the team, who are paid their cost.

        Returns
        -------
        mapping of str to Participation
        """
        contest, community, inside = self, self.community(spillover), self.team(team)
        found = {}
        for name, model in (("contest", contest), ("community", community), ("team", inside)):
            equilibrium = model.solve()
            best = float(equilibrium.expected_best)
            cost = float(np.sum(model.cost(equilibrium.effort) - model.love * equilibrium.effort))
            paid = cost if name == "team" else float(equilibrium.prizes_paid)
            found[name] = Participation(
                name=name,
                equilibrium=equilibrium,
                firm_profit=self.firm * best - paid,
                surplus=self.total_value * best - cost,
            )
        return found


def is_gumbel(shock: Law) -> bool:
    """Return whether ``shock`` is Gumbel, whatever its location."""
    return shock.shape == gumbel().shape
