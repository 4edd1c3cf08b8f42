"""The game of contestants who split effort between exploiting and exploring.

Quality is r(x) + sigma(y) xi, xi the best of b independent draws of a standard shock (b domains of
customer knowledge; one draw if b = 1). Rank k gets v_k. Against rivals who all play (X, Y),

    E[prize] = int Pi( F((r(x) - r(X) + sigma(y) z)/sigma(Y))^b ) dF(z)^b,

Pi the expected prize of a level: payoffs of any split come from this integral, in both dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.curve_base import BaseCurve
from contests.errors import NoEquilibriumError
from contests.game import Index
from contests.laws import Law
from contests.part import Part
from contests.plan import Plan, PlanGame
from contests.profile import Profile
from contests.simulate import Outcome

if TYPE_CHECKING:
    from contests.solving import Candidate

__all__ = ["AmbidexterityGame", "Slopes", "winning_slopes"]

Array = NDArray[np.float64]
_CHUNK = 1_000_000


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Slopes(Part):
    """How much the expected prize rises at symmetry.

    Parameters
    ----------
    mean : float
        With own mean quality, in units of the spread (I_n for one prize of one).
    spread : float
        With the log of own spread (J_n).
    """

    mean: float
    spread: float


def winning_slopes(law: Law, n: int, prizes: ArrayLike, breadth: int = 1) -> Slopes:
    """Return the slopes of the expected prize in own mean and in own log spread.

    Parameters
    ----------
    law : Law
        The standard shock.
    n : int
        Number of contestants.
    prizes : array_like, shape (ranks,)
        Prizes by rank.
    breadth : int
        Number of independent draws of which each contestant keeps the best.

    Returns
    -------
    Slopes

    Examples
    --------
    >>> from contests.laws import normal
    >>> slopes = winning_slopes(normal(), 2, [1.0])
    >>> round(slopes.mean, 10), abs(slopes.spread) < 1e-15  # 1/(2 sqrt(pi)), 0
    (0.2820947918, True)
    """
    grid = law.node_grid()
    level, above = _best_levels(grid.u, grid.v, breadth)
    rising = numerics.prize_of_level_slope(prizes, n, level, above)
    # d/dx of Pi(F^b) is Pi' b F^(b-1) f, and the draw's own density is b F^(b-1) f as well.
    each = grid.w * rising * (breadth * grid.u ** (breadth - 1)) ** 2 * grid.density
    spread = float(each @ grid.x)
    # A symmetric shock makes the sum vanish: what is left then is rounding, and no reason to explore.
    if abs(spread) < 1e-13 * float(np.abs(each) @ np.abs(grid.x)):
        spread = 0.0
    return Slopes(mean=float(each.sum()), spread=spread)


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Spread(Part, BaseCurve):
    """The spread of quality: scale times (base + gain of exploring).

    Parameters
    ----------
    exploring : curve
        What exploring adds, zero at zero effort.
    base : float
        Spread without exploring, before the scale.
    scale : float
        Market uncertainty: multiplies both.

    Examples
    --------
    >>> from contests.curves import Power
    >>> float(Spread(Power(0.5), base=1.0, scale=2.0)(4.0))
    6.0
    """

    exploring: BaseCurve = field(kw_only=False)
    base: float = 1.0
    scale: float = 1.0

    def __call__(self, effort: ArrayLike) -> Array:
        """Spread at ``effort``."""
        return np.asarray(self.scale * (self.base + np.asarray(self.exploring(effort))))

    def derivative(self, effort: ArrayLike, order: int = 1) -> Array:
        """Derivative at ``effort`` of the given ``order``."""
        return np.asarray(self.scale * np.asarray(self.exploring.derivative(effort, order)))

    @property
    def domain(self) -> tuple[float, float]:
        """That of exploring."""
        return self.exploring.domain


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class AmbidexterityGame(Part, PlanGame):
    """Payoffs from primitives; plans are (exploit, explore).

    Parameters
    ----------
    n : int
        Number of contestants.
    prizes : ndarray
        Prizes by rank, as contestants get them.
    shock : Law
        The standard shock.
    breadth : int
        Independent draws of which each contestant keeps the best.
    output, spread, cost : curve
        Mean quality of exploiting; spread of exploring, above zero; cost of total effort in money.
    """

    n: int
    prizes: Array
    shock: Law
    breadth: int
    output: BaseCurve
    spread: BaseCurve
    cost: BaseCurve

    @property
    def is_symmetric(self) -> bool:
        """True: contestants are alike."""
        return True

    @property
    def stakes(self) -> float:
        """The largest prize, in money."""
        return float(self.prizes.max())

    def plan_payoff(self, i: Index, plans: ArrayLike, profile: Any) -> Array:
        """Return expected payoffs of plans (x, y), see `PlanGame.plan_payoff`.

        Parameters
        ----------
        i, plans, profile
            As in `PlanGame.plan_payoff`; all rivals play one plan.
        """
        chosen = np.asarray(plans, float)
        exploit, explore = self.common_plan(profile).parts
        width = float(self.spread(explore))
        lead = (np.asarray(self.output(chosen[..., 0])) - float(self.output(exploit))) / width
        ratio = np.asarray(self.spread(chosen[..., 1])) / width
        prize = self._expected_prize(lead.ravel(), ratio.ravel()).reshape(lead.shape)
        return np.asarray(prize - self.cost(chosen.sum(axis=-1)))

    def _expected_prize(self, lead: Array, ratio: Array) -> Array:
        grid, b = self.shock.node_grid(), self.breadth
        weight = grid.w * b * grid.u ** (b - 1)
        result = np.empty(lead.size)
        room = max(1, _CHUNK // grid.x.size)
        for start in range(0, lead.size, room):
            rows = slice(start, start + room)
            x = lead[rows, None] + ratio[rows, None] * grid.x
            level, above = _best_levels(self.shock.cdf(x), self.shock.sf(x), b)
            result[rows] = numerics.prize_of_level(self.prizes, self.n, level, above) @ weight
        return result

    def largest_plan(self, i: Index) -> Array:
        """Return the effort that costs all that could be won, in each dimension (``i``)."""
        top = float(np.minimum(self.cost.inverse(self.stakes), self.cost.domain[1]))
        return np.array([top, top])

    @cached_property
    def slopes(self) -> Slopes:
        """Slopes of the expected prize in own mean and log spread, at symmetry."""
        return winning_slopes(self.shock, self.n, self.prizes, self.breadth)

    def effort_given(self, explore: float) -> float:
        """Return the exploiting effort that the first-order condition asks for beside ``explore``."""
        gain = self.slopes.mean / float(self.spread(explore))

        def marginal(log: float) -> float:
            x = float(np.exp(log))
            return gain * float(self.output.derivative(x)) - float(self.cost.derivative(x + explore))

        high = float(np.log(self.largest_plan(0)[0])) + 3.0
        limit = self.cost.domain[1] - explore
        high = min(high, float(np.log(limit))) if np.isfinite(limit) else high
        low = high - 60.0
        if marginal(low) <= 0:
            return 0.0
        if marginal(high) > 0:
            raise NoEquilibriumError("Exploiting pays at any effort: cost does not outgrow output.")
        return float(np.exp(numerics.root(marginal, low, high, what="the exploiting effort")))

    def candidate(self) -> Candidate:
        """Return the plan at which both marginal payoffs are zero, or exploring is not worth while."""
        from contests.solving import Candidate

        def marginal(explore: float) -> float:
            width = float(self.spread(explore))
            pull = self.slopes.spread * float(self.spread.derivative(explore)) / width
            return pull - float(self.cost.derivative(self.effort_given(explore) + explore))

        top = float(self.largest_plan(0)[1])
        grid = np.concatenate([[0.0], np.geomspace(1e-12, 4.0, 120) * top])
        grid = grid[grid <= self.cost.domain[1]]
        with np.errstate(divide="ignore", invalid="ignore"):  # the first effort may be infinitely productive
            values = np.array([marginal(float(y)) for y in grid])
        values[np.isnan(values)] = -np.inf  # no pull, times an infinitely productive first effort
        falls = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
        explore = 0.0
        if falls.size:
            k = int(falls[-1])
            low = max(float(grid[k]), 1e-300)
            explore = numerics.root(marginal, low, float(grid[k + 1]), what="the exploring effort")
        exploit = self.effort_given(explore)
        plan = Plan(exploit + explore, parts=(exploit, explore))
        return Candidate(
            profile=Profile.symmetric(plan, self.n),
            selection="symmetric; others may exist",
            source="first-order conditions in mean and log spread, derived for this library",
        )

    def outcomes(self, profile: Profile) -> AmbidexterityOutcomes:
        """Return exact expectations of what comes of ``profile``."""
        return AmbidexterityOutcomes(self, profile)

    def play(self, profile: Any, size: int, *, rng: np.random.Generator) -> Outcome:
        """Draw outcomes from the primitives.

        Parameters
        ----------
        profile : Profile
            What everyone does.
        size : int
            How many contests.
        rng : numpy.random.Generator
            Source of randomness.
        """
        chosen = self.profile(profile)
        plans = [self.own_plan(i, chosen) for i in range(self.n)]
        exploit, explore = np.array([plan.parts for plan in plans]).T
        draws = self.shock.rvs((self.breadth, size, self.n), rng=rng).max(axis=0)
        quality = np.asarray(self.output(exploit)) + np.asarray(self.spread(explore)) * draws
        rank = np.argsort(np.argsort(-quality, axis=1), axis=1) + 1
        values = np.concatenate([self.prizes, np.zeros(self.n)])
        prize = values[rank - 1]
        effort = np.broadcast_to(exploit + explore, (size, self.n))
        payoff = prize - np.asarray(self.cost(effort))
        return Outcome(effort=effort, quality=quality, rank=rank, prize=prize, payoff=payoff)


class AmbidexterityOutcomes:
    """Exact expectations of a common plan.

    Parameters
    ----------
    game : AmbidexterityGame
        The game.
    profile : Profile
        What everyone does; one plan for all.
    """

    def __init__(self, game: AmbidexterityGame, profile: Profile) -> None:
        self.game, self.profile = game, profile
        self._exploit, self._explore = game.common_plan(profile).parts
        self._place = float(game.output(self._exploit))
        self._width = float(game.spread(self._explore))

    @cached_property
    def payoff(self) -> Array:
        """Expected payoffs in money, shape (n,)."""
        plan = np.array([[self._exploit, self._explore]])
        return np.full(self.game.n, float(self.game.plan_payoff(0, plan, self.profile)[0]))

    @property
    def win_probability(self) -> Array:
        """Equal chances, shape (n,)."""
        return np.full(self.game.n, 1.0 / self.game.n)

    def top_qualities(self, k: int) -> float:
        """Return the expected sum of the ``k`` best qualities."""
        return min(k, self.game.n) * self._place + self._width * top_draws(
            self.game.shock, self.game.n, k, self.game.breadth
        )

    @cached_property
    def expected_best(self) -> float:
        """Expected quality of the best idea."""
        return self.top_qualities(1)

    @cached_property
    def expected_average(self) -> float:
        """Expected quality of the average idea."""
        return self.top_qualities(self.game.n) / self.game.n

    @property
    def prizes_paid(self) -> float:
        """All prizes, in money."""
        return float(self.game.prizes[: self.game.n].sum())

    def effort_costs(self) -> float:
        """Return what all efforts cost, in money."""
        return float(self.game.n * self.game.cost(self._exploit + self._explore))


def top_draws(law: Law, n: int, k: int, breadth: int = 1) -> float:
    """Return the expected sum of the k best of n shocks, each the best of several draws.

    Parameters
    ----------
    law : Law
        The standard shock.
    n, k : int
        Number of contestants; how many of the best.
    breadth : int
        Draws of each contestant.
    """
    k = min(k, n)
    grid = law.node_grid()
    if breadth == 1 and k == 1:
        return numerics.expected_order_statistic(law, n, 1)
    level, above = _best_levels(grid.u, grid.v, breadth)
    # The chance of being among the k best at a level is the expected prize of k equal prizes of one.
    among = numerics.prize_of_level(np.ones(k), n, level, above)
    return float(n * np.sum(grid.w * breadth * grid.u ** (breadth - 1) * among * grid.x))


def _best_levels(below: Array, above: Array, breadth: int) -> tuple[Array, Array]:
    """The chances that the best of several draws is below and above, without cancellation."""
    if breadth == 1:
        return below, above
    small = np.minimum(above, 0.5)
    return below**breadth, np.where(above < 0.5, -np.expm1(breadth * np.log1p(-small)), 1.0 - below**breadth)
