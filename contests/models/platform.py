"""A platform between seekers of ideas and solvers: two-sided free entry, awards and a commission.

Each seeker on the platform holds a contest with award A, of which the platform keeps the share kappa.
An idea has quality base + e + shock (Gumbel, scale mu, mean zero) at cost s e^gamma; a seeker values a
unit of the best quality at v, and pays only if somebody comes. With lambda solvers per contest the
number in each is Poisson: solvers cannot coordinate, and do not see how many have come.

**Contest.** E j/(j+1)^2 over Poisson rivals j gives effort: s gamma e^(gamma-1) = (1-kappa) A E[...]/mu;
a solver expects u = (1-kappa) A E[1/(j+1)] - s e^gamma, a seeker
V = Pr(n>0) (v (base + e) - A) + v mu E[ln n; n>0].

**Awards.** *At random*: a seeker's award moves effort and not who comes, A = (v g k^g)^(1/(1-g)) with
g = 1/(gamma-1), k = (1-kappa) E[...]/(mu s gamma). *By choice*: solvers go where they expect most, so that
a seeker who pays more draws more of them, u(A, lambda) being what the market offers; then
V_A - V_lambda u_A/u_lambda = 0 (directed search, Peters 1991; Burdett, Shi and Wright 2001).

**Entry.** Outside options are drawn from two laws; those enter who gain: seekers = M_s G(V),
solvers = M_w H(u), lambda = solvers/seekers. No seekers and no solvers may be an equilibrium too, and
there may be several with trade: the one with most contests is reported, `fields` lists all.

**Limits.** kappa -> 1: no awards, no market. Equal outside options of each side: free entry in the usual
sense. Different skills and awards: `ManyContests`, after DiPalantino and Vojnovic (2009).

The composition is a modelling choice of this library, not a published formula; effort follows Stouras,
Hutchison-Krupat and Chao (2022) and entry Rochet and Tirole (2003) in spirit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from contests import numerics
from contests.contest import Contest
from contests.contestants import Identical
from contests.curves import Power
from contests.entry_rules import RandomEntry
from contests.errors import InvalidPartError, NoEquilibriumError, NotEquilibriumError, UnsolvableError
from contests.laws import gumbel, law, uniform
from contests.model import Model
from contests.models._maximise import maximise
from contests.models.platform_market import (
    Field,
    MarketCertificate,
    PlatformMarket,
    poisson_field,
    surplus_below,
)
from contests.prizes import as_prizes
from contests.technology import Additive
from contests.validation import at_least_zero, finite, positive

__all__ = ["Platform"]

Array = NDArray[np.float64]
_FEWEST, _MOST = 1e-3, 500.0


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Platform(Model):
    """Seekers, solvers and the platform between them.

    Parameters
    ----------
    seekers, solvers : float
        Numbers of potential seekers and solvers, above zero.
    seeker_outside, solver_outside : SciPy distribution
        Laws of what staying away is worth to each, in money.
    value : float
        Worth of a unit of the best quality to a seeker.
    base : float
        Expected quality of an idea without effort, zero or more.
    shock : float
        Scale of the Gumbel shock of quality.
    cost : Power
        Cost of effort in money; its exponent above 2, so that effort is concave in the award.
    commission : float
        Share of the award that the platform keeps, in [0, 1).
    award : float, optional
        A fixed award; set by the seekers if absent.
    spread : {"random", "choice"}
        Whether solvers fall on contests at random or go where they expect most.
    contest_cost : float
        What a contest costs the platform, in money.

    Raises
    ------
    InvalidPartError
        If a number is out of its range: in particular a commission of one or more.

    Examples
    --------
    >>> market = Platform(seekers=10, solvers=40, commission=0.2).market()
    >>> market.certificate.passed, round(market.solvers / market.seekers, 6) == round(
    ...     market.solvers_per_contest, 6
    ... )
    (True, True)
    """

    seekers: float = 10.0
    solvers: float = 40.0
    seeker_outside: Any = field(default_factory=lambda: uniform(0.0, 4.0))
    solver_outside: Any = field(default_factory=lambda: uniform(0.0, 1.0))
    value: float = 2.0
    base: float = 1.0
    shock: float = 1.0
    cost: Power = Power(3, scale=1.0 / 3.0)  # noqa: RUF009 - frozen
    commission: float = 0.0
    award: float | None = None
    spread: Literal["random", "choice"] = "random"
    contest_cost: float = 0.0

    def __post_init__(self) -> None:
        for name in ("seekers", "solvers", "value", "shock"):
            object.__setattr__(self, name, positive(f"Platform.{name}", getattr(self, name)))
        for name in ("base", "contest_cost"):
            object.__setattr__(self, name, at_least_zero(f"Platform.{name}", getattr(self, name)))
        for name in ("seeker_outside", "solver_outside"):
            object.__setattr__(self, name, law(getattr(self, name), part=f"Platform.{name}"))
        kappa = finite("Platform.commission", self.commission)
        if not 0.0 <= kappa < 1.0:
            raise InvalidPartError(
                "Platform.commission",
                self.commission,
                "from 0 to below 1",
                "A platform that keeps the whole award leaves nothing to win: nobody would come.",
            )
        object.__setattr__(self, "commission", kappa)
        if self.award is not None:
            object.__setattr__(self, "award", positive("Platform.award", self.award))
        exponent = getattr(self.cost, "exponent", 0.0)  # whatever else the user may give
        if type(self.cost) is not Power or exponent <= 2:
            raise InvalidPartError(
                "Platform.cost", self.cost, "a ct.Power with an exponent above 2", "Such as ct.Power(3)."
            )
        if self.spread not in ("random", "choice"):
            raise InvalidPartError("Platform.spread", self.spread, "'random' or 'choice'")

    @property
    def _bend(self) -> float:
        """g: the elasticity of effort in the award."""
        return 1.0 / (self.cost.exponent - 1.0)

    def effort_at(self, award: ArrayLike, crowd: Field) -> Array:
        """Return effort in a contest with an award.

        Parameters
        ----------
        award : array_like
            In money, before the commission.
        crowd : Field
            Expectations over the number of solvers.
        """
        steep = self.cost.scale * self.cost.exponent * self.shock
        return np.asarray(((1.0 - self.commission) * np.asarray(award) * crowd.slope / steep) ** self._bend)

    def solver_payoff(self, award: ArrayLike, crowd: Field) -> Array:
        """Return what a solver expects in a contest.

        Parameters
        ----------
        award, crowd
            As in `effort_at`.
        """
        kept = (1.0 - self.commission) * np.asarray(award)
        return np.asarray(kept * crowd.win - self.cost(self.effort_at(award, crowd)))

    def seeker_payoff(self, award: ArrayLike, crowd: Field) -> Array:
        """Return what a seeker expects of a contest.

        Parameters
        ----------
        award, crowd
            As in `effort_at`.
        """
        quality = self.value * (self.base + self.effort_at(award, crowd))
        return np.asarray(crowd.held * (quality - np.asarray(award)) + self.value * self.shock * crowd.luck)

    def seekers_award(self, mean: ArrayLike) -> Array:
        """Return the award that seekers set when there are so many solvers per contest.

        Parameters
        ----------
        mean : array_like
            Mean number of solvers per contest.

        Returns
        -------
        ndarray
            In money; NaN where no award is a best reply to itself.
        """
        crowd = poisson_field(mean)
        if self.award is not None:
            return np.full(np.shape(mean), self.award)
        g = self._bend
        unit = self.effort_at(1.0, crowd)
        plain = (self.value * g * unit) ** (1.0 / (1.0 - g))
        if self.spread == "random":
            return np.asarray(plain)
        # Beyond the award at which solvers would rather have less, a seeker gains only by effort.
        turn = (crowd.win / (g * crowd.slope / self.shock) / unit) ** (1.0 / g)
        high = np.log(np.maximum(turn, plain))
        low = high - 60.0
        bad = self._award_slope(np.exp(high), crowd) > 1e-12 * self.value
        for _ in range(70):
            middle = 0.5 * (low + high)
            up = self._award_slope(np.exp(middle), crowd) > 0
            low, high = np.where(up, middle, low), np.where(up, high, middle)
        return np.asarray(np.where(bad, np.nan, np.exp(0.5 * (low + high))))

    def _award_slope(self, award: Array, crowd: Field) -> Array:
        """Slope of a seeker's payoff in her award along u = const, times -u_lambda (solvers choose)."""
        held, win, slope, luck = crowd.slopes
        g, effort, kept = self._bend, self.effort_at(award, crowd), 1.0 - self.commission
        steep = crowd.slope / self.shock
        u_award = kept * (crowd.win - g * effort * steep)
        more_effort = g * effort * slope / crowd.slope
        u_crowd = kept * award * (win - steep * more_effort)
        v_award = crowd.held * (self.value * g * effort / award - 1.0)
        v_crowd = held * (self.value * (self.base + effort) - award) + self.value * (
            self.shock * luck + crowd.held * more_effort
        )
        return np.asarray(v_award - v_crowd * u_award / u_crowd)

    def _excess(self, mean: Array) -> Array:
        """Solvers who come less those whom the seekers who come would need, as a share of all."""
        crowd, award = poisson_field(mean), self.seekers_award(mean)
        known = np.isfinite(award)
        safe = np.where(known, award, 1.0)
        come = self.solvers * self.solver_outside.cdf(self.solver_payoff(safe, crowd))
        need = mean * self.seekers * self.seeker_outside.cdf(self.seeker_payoff(safe, crowd))
        gap = (come - need) / (self.solvers + mean * self.seekers)
        return np.asarray(np.where(known, gap, np.nan))

    @cached_property
    def _crowds(self) -> tuple[float, ...]:
        """Solvers per contest in every equilibrium with trade, on a grid of 97 and then exactly."""
        grid = np.log(np.geomspace(_FEWEST, _MOST, 97))
        gap = self._excess(np.exp(grid))
        found = []
        for k in np.flatnonzero(gap[:-1] * gap[1:] < 0):
            log = numerics.root(
                lambda x: float(self._excess(np.exp(np.array([x])))[0]), float(grid[k]), float(grid[k + 1])
            )
            mean = float(np.exp(log))
            if self._numbers(mean).seekers > 0:
                found.append(mean)
        return tuple(found)

    def _numbers(self, mean: float) -> PlatformMarket:
        """The market at a mean number of solvers per contest, without certificates."""
        crowd = poisson_field(mean)
        award = float(self.seekers_award(np.array([mean]))[0])
        gets, pays = float(self.solver_payoff(award, crowd)), float(self.seeker_payoff(award, crowd))
        seekers = self.seekers * float(self.seeker_outside.cdf(pays))
        return PlatformMarket(
            seekers=seekers,
            solvers=self.solvers * float(self.solver_outside.cdf(gets)),
            solvers_per_contest=mean,
            award=award,
            effort=float(self.effort_at(award, crowd)),
            seeker_payoff=pays,
            solver_payoff=gets,
            profit=seekers * (self.commission * award * float(crowd.held) - self.contest_cost),
            seekers_surplus=self.seekers * surplus_below(self.seeker_outside, pays),
            solvers_surplus=self.solvers * surplus_below(self.solver_outside, gets),
            fields=(mean,),
        )

    @cached_property
    def _busiest(self) -> PlatformMarket:
        """The equilibrium with most contests, without certificates."""
        if not self._crowds:
            raise NoEquilibriumError(
                f"No market on this platform: at no number of solvers per contest from {_FEWEST:g} to "
                f"{_MOST:g} do both sides gain enough to come. Lower the commission or the outside options, "
                "or raise the value of quality."
            )
        markets = [self._numbers(mean) for mean in self._crowds]
        best = max(markets, key=lambda market: market.seekers)
        return best.replace(fields=self._crowds)

    def contest(self) -> Contest:
        """Return the contest that each seeker holds, with its Poisson number of rivals."""
        market = self._busiest
        mean = market.solvers_per_contest
        j = np.arange(int(mean + 12.0 * np.sqrt(mean) + 30.0))
        log = j * np.log(mean) - mean - np.concatenate([[0.0], np.cumsum(np.log(j[1:]))])
        chance = np.exp(log)
        return Contest(
            contestants=Identical(j.size),
            technology=Additive(gumbel(self.shock)),
            cost=self.cost,
            prizes=as_prizes((1.0 - self.commission) * market.award, part="Platform.award"),
            entry=RandomEntry(chance / chance.sum(), nobody=float(np.exp(-mean))),
        )

    def market(self, *, on_fail: Literal["raise", "return"] = "raise") -> PlatformMarket:
        """Return the two-sided equilibrium with most contests, certified.

        Parameters
        ----------
        on_fail : {"raise", "return"}
            What to do if somebody would rather do something else.

        Raises
        ------
        NoEquilibriumError
            If there is no market.
        NotEquilibriumError
            If a seeker gains by another award, or effort is no equilibrium of the contest.
        """
        from contests.models._platform_checks import certify_market

        market = self._busiest
        equilibrium = self.solve(on_fail="return")
        certificate: MarketCertificate = certify_market(self, market, equilibrium)
        result = market.replace(equilibrium=equilibrium, certificate=certificate)
        if not certificate.passed and on_fail == "raise":
            raise NotEquilibriumError(f"The market is not an equilibrium: {certificate.explain()}.", result)
        return result

    def best_commission(self, objective: Literal["profit", "welfare"] = "profit") -> float:
        """Return the commission at which the platform's profit or the three parties' surplus is largest.

        Parameters
        ----------
        objective : {"profit", "welfare"}
            Whose.

        Returns
        -------
        float
            In [0, 1); a commission at which there is no market counts as zero.
        """
        if objective not in ("profit", "welfare"):
            raise InvalidPartError("Platform.best_commission", objective, "'profit' or 'welfare'")

        def worth(kappa: float) -> float:
            model = self.replace(commission=kappa)
            return float(getattr(model._busiest, objective)) if model._crowds else 0.0

        return maximise(worth, 0.0, 0.999, grid=25)

    def many_contests(self, awards: Any, skill: Any, *, solvers: int) -> Any:
        """Return the contests of the platform when solvers differ in skill and awards differ.

        Parameters
        ----------
        awards : sequence of float
            Award of each contest before the commission, in money.
        skill : SciPy distribution
            Law of skills.
        solvers : int
            Number of solvers.

        Returns
        -------
        ManyContests
        """
        from contests.models.platform_skills import ManyContests

        kept = tuple((1.0 - self.commission) * positive("Platform.many_contests", a) for a in awards)
        return ManyContests(solvers=solvers, awards=kept, skill=skill)

    def theory(self) -> Any:
        """Return closed forms of effort and award given solvers per contest, and propositions.

        Raises
        ------
        UnsolvableError
            If solvers choose their contests and seekers their awards: then no closed form is known.
        """
        if self.spread == "choice" and self.award is None:
            raise UnsolvableError(
                "No closed form of the award is known where solvers choose contests; spread='random' has one."
            )
        from contests.models._platform_theory import theory_of

        return theory_of(self)
