"""What a sponsor of a tournament for ideas asks: judges, network, love, prizes, and the pay scheme.

Methods of `contests.models.MorganWang`. Each choice is found on first-order efforts or by
enumeration, and certified before it is returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from contests import numerics
from contests.errors import NotEquilibriumError, UnsolvableError
from contests.models._maximise import maximise
from contests.models.morgan_wang_parts import Finalists, Handicaps, Judges, Standard
from contests.part import Part
from contests.sponsor import WinnerQuality
from contests.validation import positive

if TYPE_CHECKING:
    from contests.equilibrium import Equilibrium
    from contests.models.morgan_wang_schemes import Scheme

__all__ = ["Choices", "Chosen", "Panel"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Chosen(Part):
    """A choice of the sponsor.

    Parameters
    ----------
    choice : object
        What was chosen: a prize, a number of judges.
    value : float
        What the sponsor gets, in money.
    equilibrium : Equilibrium
        The certified equilibrium at the choice.
    """

    choice: Any
    value: float
    equilibrium: Equilibrium


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Panel(Part):
    """What a panel of judges does to a tournament.

    Parameters
    ----------
    judges : Judges
        The panel.
    effort : float
        Effort of each contestant.
    chance_best_wins : float
        Probability that the best idea wins.
    winner_quality : float
        Expected quality of the winning idea.
    value : float
        Worth of the winner's quality less prizes and judges, in money.
    """

    judges: Judges
    effort: float
    chance_best_wins: float
    winner_quality: float
    value: float


class Choices:
    """The sponsor's questions, for models with the fields of `contests.models.MorganWang`."""

    def _only_one_stage(self, what: str) -> Any:
        model: Any = self
        for kind in (Standard, Finalists, Handicaps):
            if model.rule(kind) is not None:
                raise UnsolvableError(f"{what} is worked out for one stage without standard or handicaps.")
        return model

    @property
    def winning_slope(self) -> float:
        """Derivative of the expected prize in own quality at equal qualities, in money per unit."""
        model = self._only_one_stage("The slope at symmetry")
        game = model.contest()
        if model.network is not None:
            return float(game.prize * game.field.slope(np.zeros(1))[0])
        return numerics.prize_slope(game.race.noise, game.n, model.prizes.by_rank()[: game.n])

    def effective_number(self) -> float:
        """Return how many independent ideas are worth as much as those of the network.

        Returns
        -------
        float
            The number admitted if there is no network.
        """
        from contests.models.morgan_wang_network import effective_number

        model: Any = self
        return float(model.admitted) if model.network is None else effective_number(model.contest())

    def chance_best_wins(self) -> float:
        """Return the probability that the best idea wins, where all exert one effort.

        Returns
        -------
        float
            One if judges do not err.

        Raises
        ------
        UnsolvableError
            With a network, a standard, handicaps or two stages.
        """
        model = self._only_one_stage("The chance that the best idea wins")
        if model.judges is None:
            return 1.0
        if model.network is not None:
            raise UnsolvableError("The chance that the best idea wins is worked out for independent shocks.")
        from contests.models.morgan_wang_judging import chance_best_wins

        return chance_best_wins(model.shock, model.judges.noise, model.admitted)

    def judged_by(self, judges: Judges, *, value: float = 1.0) -> Panel:
        """Return what a panel of judges does to the tournament.

        Parameters
        ----------
        judges : Judges
            The panel.
        value : float
            Worth of a unit of the winner's quality to the sponsor, in money.
        """
        model: Any = self
        judged = model.replace(judges=judges)
        equilibrium = judged.solve()
        quality = float(WinnerQuality()(equilibrium))
        return Panel(
            judges=judges,
            effort=float(equilibrium.effort[0]),
            chance_best_wins=judged.chance_best_wins(),
            winner_quality=quality,
            value=value * quality - float(equilibrium.prizes_paid) - judges.cost,
        )

    def compare_panels(self, panels: Mapping[str, Judges], *, value: float = 1.0) -> dict[str, Panel]:
        """Return panels of judges side by side, such as few experts and a crowd.

        Parameters
        ----------
        panels : mapping of str to Judges
            The panels by name.
        value : float
            Worth of a unit of the winner's quality to the sponsor, in money.
        """
        return {name: self.judged_by(judges, value=value) for name, judges in panels.items()}

    def best_judges(self, numbers: Iterable[int] = range(1, 21), *, value: float = 1.0) -> Chosen:
        """Return the best number of judges of the model's kind, at their unit cost.

        Parameters
        ----------
        numbers : iterable of int
            Numbers to consider; those without a certified equilibrium are passed over.
        value : float
            Worth of a unit of the winner's quality to the sponsor, in money.

        Returns
        -------
        Chosen
            The number, the sponsor's value, and the equilibrium there.
        """
        model: Any = self
        if model.judges is None:
            raise UnsolvableError("Give the model judges with an error first: judges=Judges(1, error=...).")
        best: Chosen | None = None
        failure: NotEquilibriumError | None = None
        for number in numbers:
            judges = model.judges.replace(number=number)
            try:
                equilibrium = model.replace(judges=judges).solve()
            except NotEquilibriumError as error:
                failure = error
                continue
            gain = value * float(WinnerQuality()(equilibrium)) - float(equilibrium.prizes_paid) - judges.cost
            if best is None or gain > best.value:
                best = Chosen(choice=int(number), value=gain, equilibrium=equilibrium)
        if best is None:
            if failure is not None:
                raise failure
            raise UnsolvableError("No number of judges was given.")
        return best

    def first_order_effort(self, budget: float) -> float:
        """Return the first-order effort where all prizes together are ``budget``, in given proportions.

        Parameters
        ----------
        budget : float
            All prizes, in money. Love is crowded out by them.
        """
        model = self._only_one_stage("First-order effort")
        if model.utility is not None:
            raise UnsolvableError("First-order effort by budget is worked out for risk-neutral contestants.")
        return self._effort_with(budget, self._unit_slope())

    def _unit_slope(self) -> float:
        model: Any = self
        if model.budget > 0:
            return self.winning_slope / float(model.budget)
        unit: Choices = model.replace(prizes=1.0)
        return unit.winning_slope

    def _effort_with(self, budget: float, slope: float) -> float:
        model: Any = self
        love = 0.0 if model.love is None else model.love.at(budget)

        def marginal(log: float) -> float:
            e = float(np.exp(log))
            rise = float(model.output.derivative(e))
            return rise * budget * slope + love - float(model.cost.derivative(e))

        low, high = -200.0, 0.0
        if marginal(low) <= 0:
            return 0.0
        limit = float(np.log(model.cost.domain[1])) if np.isfinite(model.cost.domain[1]) else 600.0
        while marginal(high) > 0:
            high = min(high + 2.0, limit)
            if high == limit:
                return float(np.exp(limit))
        return float(np.exp(numerics.root(marginal, low, high, what="the first-order condition")))

    def crowding_range(self) -> tuple[float, float] | None:
        """Return the range of budgets in which paying more buys less effort, or None if there is none.

        Effort falls where the incentive of a unit of prizes, r'(e) times the slope of winning, is below
        the love that it crowds out.

        Returns
        -------
        tuple of float, or None
            Lower and upper end, in money; the lower end is zero unless output is very steep there.
        """
        model = self._only_one_stage("The range of crowding out")
        if model.love is None or model.love.crowding == 0.0 or model.love.reward == 0.0:
            return None
        slope, crowding = self._unit_slope(), model.love.crowding

        def net(budget: float) -> float:
            effort = self._effort_with(budget, slope)
            return float(model.output.derivative(effort) * slope - crowding * model.love.at(budget))

        grid = np.concatenate([[0.0], np.geomspace(1e-6, 60.0, 200)]) / crowding
        signs = np.array([net(float(b)) for b in grid])
        falling = np.flatnonzero(signs < 0)
        if not falling.size:
            return None
        first, last = int(falling[0]), int(falling[-1])
        low = 0.0 if first == 0 else numerics.root(net, float(grid[first - 1]), float(grid[first]))
        high = numerics.root(net, float(grid[last]), float(grid[last + 1]))
        return low, high

    def best_prize(self, *, value: float = 1.0) -> Chosen:
        """Return the budget that maximises value times the expected best quality, less the prizes.

        The best first-order budget, if its equilibrium passes the certificate; otherwise the largest
        below it, to a relative 1e-4, that does: larger budgets leave no equilibrium in sure efforts.

        Parameters
        ----------
        value : float
            Worth of a unit of the best quality to the sponsor, in money.

        Returns
        -------
        Chosen
            The budget (in the model's proportions), the value, and the certified equilibrium.

        Raises
        ------
        UnsolvableError
            If contestants take part at any budget and any is worth doubling.
        """
        model = self._only_one_stage("The best prize")
        worth, slope = positive("best_prize.value", value), self._unit_slope()
        proportions = model.prizes.by_rank() / model.budget if model.budget else np.ones(1)

        def gain(budget: float) -> float:
            return worth * float(model.output(self._effort_with(budget, slope))) - budget

        def at(budget: float) -> Equilibrium:
            found: Equilibrium = model.replace(prizes=proportions * budget).solve(on_fail="return")
            return found

        largest = self._largest_budget(slope) or _where_losses_begin(gain, 1.0 / slope)
        low, high = 0.0, maximise(gain, 0.0, largest, grid=201)
        equilibrium = at(high)
        if equilibrium.certificate.passed:
            low = high
        while high - low > 1e-4 * high:
            middle = 0.5 * (low + high)
            low, high = (middle, high) if at(middle).certificate.passed else (low, middle)
        equilibrium = model.replace(prizes=proportions * low).solve()
        profit = worth * float(equilibrium.expected_best) - float(equilibrium.prizes_paid)
        return Chosen(choice=low, value=profit, equilibrium=equilibrium)

    def _largest_budget(self, slope: float) -> float | None:
        """A budget above which first-order effort costs more than an equal share of the prizes, if any."""
        model: Any = self

        def payoff(budget: float) -> float:
            effort = self._effort_with(budget, slope)
            love = 0.0 if model.love is None else model.love.at(budget)
            return float(budget / model.admitted + love * effort - model.cost(effort))

        budget = 1.0 / slope
        for _ in range(200):
            if payoff(budget) < 0:
                return budget
            budget *= 2.0
        return None

    def schemes(self, *, value: float = 1.0, least_failure: float = 0.5) -> dict[str, Scheme]:
        """Return tournament, piece rate and standard, each in the sponsor's best version.

        Every idea's quality is worth ``value`` a unit; contestants are paid so that each just takes
        part (a fixed payment, which may be negative, sees to that).

        Parameters
        ----------
        value : float
            Worth of a unit of quality of every idea to the sponsor, in money.
        least_failure : float
            Least probability with which contestants fail the standard. Without a bound rare and ruinous
            penalties would approach the first best (Mirrlees 1999).

        Returns
        -------
        dict of str to Scheme
            ``"tournament"``, ``"piece rate"`` and ``"standard"``.
        """
        from contests.models.morgan_wang_schemes import best_schemes

        return best_schemes(self._only_one_stage("The comparison of schemes"), value, least_failure)


def _where_losses_begin(gain: Callable[[float], float], unit: float) -> float:
    """A budget from which on every doubling is worth less than half of what it costs, up to 2^200 units."""
    budgets = unit * 2.0 ** np.arange(-40, 201)
    gains = np.array([gain(float(budget)) for budget in budgets])
    with np.errstate(invalid="ignore"):  # two budgets for which nobody does anything: minus infinity each
        worth_while = np.flatnonzero(np.diff(gains) >= -budgets[:-1] / 2)
    if worth_while.size and worth_while[-1] == budgets.size - 2:
        raise UnsolvableError(
            "Contestants would take part at any budget, and any budget is worth doubling: there is no best "
            "one. An output or a cost that bends more would work."
        )
    return float(budgets[worth_while[-1] + 2]) if worth_while.size else float(budgets[0])
