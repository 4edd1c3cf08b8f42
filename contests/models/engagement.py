"""Engagement over time: customers try, compete each period, and stay or leave.

**Initial stage.** Each period `arrivals` customers hear of the community; those try whose random outside
option is below the period's payoff plus the subsidy to a first trial. **Continuing stage.** Members
compete (`CommunityGame`: prize for the best idea, use of the best idea, use of one's own) and stay if the
period's payoff plus stickiness beats a fresh random outside option.

With u(m) the payoff of a period when m members are expected, trial rate H(u + subsidy) and retention
G(u + stickiness), the community moves as

    m' = arrivals H(u(m) + subsidy) + m G(u(m) + stickiness),

members judging by the period they have seen. Poisson arrivals who stay independently make the number of
members Poisson, so that effort solves, without knowing how many are there,

    c'(e) = prize E[j/(j+1)^2]/mu + b E[1/(j+1)] + w,   j Poisson of mean m.

**Stationary community.** m' = m. There may be several (with use of the best idea members attract members);
the one reported is where a community that starts with nobody settles: the smallest at which the
difference falls through zero. There may be none: then the community dies out or grows without end.

**Participation modes** (`Mode`): choosing among modules, co-design, exclusive design: rising worth of
one's own idea, rising cost. **Budget**: subsidy to first trials against prize to those who stay.

Modelling choices of this library, not published formulas; the stages and modes follow the co-creation
literature in words (Prahalad and Ramaswamy 2004; Fueller 2010), after Morgan and Wang (2010).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.curves import Power
from contests.errors import InvalidPartError, NoEquilibriumError, NotEquilibriumError, UnsolvableError
from contests.laws import law, uniform
from contests.model import Model
from contests.models._maximise import maximise
from contests.models.engagement_game import CommunityGame, poisson_chances
from contests.models.engagement_parts import MODES, Community, Mode
from contests.validation import at_least_zero, count, fraction, positive

__all__ = ["Engagement"]

Array = NDArray[np.float64]
_FEWEST, _MOST = 1e-3, 1000.0


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Engagement(Model):
    """A community of customers over time.

    Parameters
    ----------
    arrivals : float
        Customers who hear of the community in a period, above zero.
    prize : float
        Money for the best idea of a period.
    subsidy : float
        Money for a first trial.
    stickiness : float
        What leaving would cost a member, in money, zero or more.
    use_value, own_use : float
        Worth to a member of a unit of the best quality (b), and of her own (w).
    shock : float
        Gumbel scale of quality.
    cost : Power
        Cost of effort in money; exponent above 1.
    fixed_cost : float
        Cost of taking part in a period, in money.
    trial_outside, stay_outside : SciPy distribution
        Laws of the outside options of those who might try, and of those who might stay, in money.

    Examples
    --------
    >>> community = Engagement(arrivals=10, prize=4).community()
    >>> community.passed
    True
    >>> round(community.members * (1 - community.retention), 6) == round(community.trials, 6)
    True
    """

    arrivals: float = 10.0
    prize: float = 4.0
    subsidy: float = 0.0
    stickiness: float = 0.5
    use_value: float = 0.0
    own_use: float = 0.5
    shock: float = 1.0
    cost: Power = Power(2, scale=0.5)  # noqa: RUF009 - frozen
    fixed_cost: float = 0.0
    trial_outside: Any = field(default_factory=lambda: uniform(0.0, 2.0))
    stay_outside: Any = field(default_factory=lambda: uniform(0.0, 2.0))

    def __post_init__(self) -> None:
        for name in ("arrivals", "shock"):
            object.__setattr__(self, name, positive(f"Engagement.{name}", getattr(self, name)))
        for name in ("prize", "subsidy", "stickiness", "use_value", "own_use", "fixed_cost"):
            object.__setattr__(self, name, at_least_zero(f"Engagement.{name}", getattr(self, name)))
        for name in ("trial_outside", "stay_outside"):
            object.__setattr__(self, name, law(getattr(self, name), part=f"Engagement.{name}"))
        exponent = getattr(self.cost, "exponent", 0.0)  # whatever else the user may give
        if type(self.cost) is not Power or exponent <= 1:
            raise InvalidPartError(
                "Engagement.cost", self.cost, "a ct.Power with an exponent above 1", "Such as ct.Power(2)."
            )

    def effort_and_payoff(self, members: ArrayLike) -> tuple[Array, Array]:
        """Return effort and payoff of a period when so many members are expected.

        Parameters
        ----------
        members : array_like
            Mean numbers of members, above zero.
        """
        j, chance = poisson_chances(members)
        win = chance @ (1.0 / (j + 1.0))
        slope = self.prize * (chance @ (j / (j + 1.0) ** 2)) / self.shock
        power = self.cost.exponent
        worth = slope + self.use_value * win + self.own_use
        effort = (worth / (self.cost.scale * power)) ** (1.0 / (power - 1.0))
        best = effort + self.shock * (chance @ np.log(j + 1.0))
        gains = self.prize * win + self.use_value * best + self.own_use * effort
        return np.asarray(effort), np.asarray(gains - self.cost(effort) - self.fixed_cost)

    def next_members(self, members: ArrayLike) -> Array:
        """Return the members expected in the next period.

        Parameters
        ----------
        members : array_like
            Members expected in this one, above zero.
        """
        m = np.asarray(members, float)
        payoff = self.effort_and_payoff(m)[1]
        tries = self.arrivals * self.trial_outside.cdf(payoff + self.subsidy)
        return np.asarray(tries + m * self.stay_outside.cdf(payoff + self.stickiness))

    def path(self, periods: int, *, start: float = _FEWEST) -> Array:
        """Return the members expected in each period.

        Parameters
        ----------
        periods : int
            How many periods after the first.
        start : float
            Members in the first period, above zero.

        Returns
        -------
        ndarray, shape (periods + 1,)
        """
        found = [positive("Engagement.path.start", start)]
        for _ in range(count("Engagement.path.periods", periods)):
            found.append(max(float(self.next_members(found[-1])), 1e-12))
        return np.array(found)

    @cached_property
    def _balances(self) -> tuple[Array, Array]:
        """Logs of sizes on a grid, and by how much the members of the next period exceed them."""
        grid = np.log(np.geomspace(_FEWEST, _MOST, 97))
        return grid, np.asarray(self.next_members(np.exp(grid)) - np.exp(grid))

    @property
    def dies_out(self) -> bool:
        """Whether at every size more leave than try."""
        return bool((self._balances[1] <= 0).all())

    @cached_property
    def _sizes(self) -> tuple[float, ...]:
        """Sizes at which in- and outflow balance, smallest first; refused if there is no stable one."""
        grid, gap = self._balances
        places = np.flatnonzero(gap[:-1] * gap[1:] < 0)
        if self.dies_out:
            raise NoEquilibriumError(
                "No stationary community: at every size more leave than try, and it dies out. Raise the "
                "prize, the subsidy, stickiness or the arrivals."
            )
        if not ((gap[:-1] > 0) & (gap[1:] <= 0)).any():
            raise NoEquilibriumError(
                f"No stationary community: up to {_MOST:g} members more try than leave, and it grows without "
                "end. Lower stickiness, the use value or the arrivals."
            )

        def balance(log: float) -> float:
            size = float(np.exp(log))
            return float(self.next_members(size)) / size - 1.0

        roots = [numerics.root(balance, float(grid[k]), float(grid[k + 1])) for k in places]
        return tuple(float(np.exp(root)) for root in roots)

    @cached_property
    def _members(self) -> float:
        """The smallest stable size: inflow exceeds outflow just below it."""
        for size in self._sizes:
            if float(self.next_members(0.999 * size)) > 0.999 * size:
                return size
        raise NoEquilibriumError("No stationary community: no size at which it would stay is stable.")

    def contest(self) -> CommunityGame:
        """Return a period of the stationary community."""
        return self._period(self._members)

    def _period(self, members: float) -> CommunityGame:
        return CommunityGame(
            mean=members,
            prize=self.prize,
            use_value=self.use_value,
            own_use=self.own_use,
            shock=self.shock,
            cost=self.cost,
            fixed_cost=self.fixed_cost,
        )

    def community(self) -> Community:
        """Return the stationary community, with the certified equilibrium of its periods.

        Raises
        ------
        NoEquilibriumError
            If there is no stationary community.
        NotEquilibriumError
            If effort is no equilibrium of the period.
        """
        size = self._members
        equilibrium = self.solve()
        # Flows follow the payoff of the certified equilibrium, not the formula that found the size.
        payoff = float(equilibrium.payoff[0])
        trial = float(self.trial_outside.cdf(payoff + self.subsidy))
        stay = float(self.stay_outside.cdf(payoff + self.stickiness))
        trials = self.arrivals * trial
        result = Community(
            members=size,
            trial_rate=trial,
            retention=stay,
            payoff=payoff,
            effort=float(equilibrium.effort[0]),
            best_idea=equilibrium.expected_best,
            trials=trials,
            spending=equilibrium.prizes_paid + self.subsidy * trials,
            sizes=self._sizes,
            equilibrium=equilibrium,
            balance=abs(trials + size * stay - size) / size,
        )
        if not result.passed:
            words = f"Flows do not balance: {result.balance:.2g} of the members."
            raise NotEquilibriumError(words, equilibrium)
        return result

    def in_mode(self, mode: Mode) -> Engagement:
        """Return the model with a mode of participation.

        Parameters
        ----------
        mode : Mode
            Own use, cost factor and fixed cost.
        """
        cost = Power(self.cost.exponent, scale=self.cost.scale * mode.cost_factor)
        return self.replace(own_use=mode.own_use, cost=cost, fixed_cost=mode.fixed_cost)

    def compare_modes(self, modes: Sequence[Mode] = MODES) -> Mapping[str, Community]:
        """Return the stationary community under each mode.

        Parameters
        ----------
        modes : sequence of Mode
            The modes.
        """
        return {mode.name: self.in_mode(mode).community() for mode in modes}

    def with_budget(self, budget: float, prize_share: float) -> Engagement:
        """Return the model that splits a budget per period between prize and trial subsidies.

        Parameters
        ----------
        budget : float
            Money for a period.
        prize_share : float
            Part set aside for the prize, in [0, 1]; the rest is what stationary trials receive.

        Raises
        ------
        UnsolvableError
            If the community jumps where the subsidies reach the rest of the budget.
        """
        money = positive("Engagement.with_budget.budget", budget)
        share = fraction("Engagement.with_budget.prize_share", prize_share)
        rest = (1.0 - share) * money
        plain = self.replace(prize=share * money, subsidy=0.0)
        if rest <= 1e-12 * money:
            return plain

        def over(log: float) -> float:
            return self._subsidies(plain, float(np.exp(log))) / rest - 1.0

        low = float(np.log(rest / self.arrivals))  # enough if everybody tries; more is needed if not
        if over(low) > -1e-12:
            return plain.replace(subsidy=float(np.exp(low)))
        high = low + 1.0
        while over(high) < 0:
            high += 1.0
        subsidy = float(np.exp(numerics.root(over, low, high)))
        if abs(self._subsidies(plain, subsidy) / rest - 1.0) > 1e-6:
            raise UnsolvableError(
                f"No trial subsidy spends exactly {rest:.6g}: around {subsidy:.6g} the community jumps "
                "from one size to another."
            )
        return plain.replace(subsidy=subsidy)

    @staticmethod
    def _subsidies(plain: Engagement, subsidy: float) -> float:
        """Subsidies paid in a period of the stationary community."""
        model = plain.replace(subsidy=subsidy)
        if model.dies_out:
            return 0.0
        payoff = float(model.effort_and_payoff(model._members)[1])
        return float(subsidy * model.arrivals * model.trial_outside.cdf(payoff + subsidy))

    def best_split(self, budget: float) -> float:
        """Return the share of a budget for the prize at which the best idea of a period is best.

        Parameters
        ----------
        budget : float
            Money for a period, spent on prize and first trials.

        Returns
        -------
        float
            In [0, 1].
        """

        def best(share: float) -> float:
            model = self.with_budget(budget, share)
            if model.dies_out:
                return 0.0
            size = model._members
            effort = float(model.effort_and_payoff(size)[0])
            j, chance = poisson_chances(size)
            luck = self.shock * float(chance @ np.log(np.maximum(j, 1.0)))
            return float(-np.expm1(-size)) * effort + luck

        return maximise(best, 0.0, 1.0, grid=9)

    def theory(self) -> Any:
        """Return closed forms of a period (effort, payoff) and propositions."""
        from contests.models._engagement_theory import theory_of

        return theory_of(self)
