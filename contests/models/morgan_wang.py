"""Tournaments for ideas after Morgan and Wang (2010), in numbers.

The quality of contestant i's idea is r(e_i) + own shock + common shock. Judges rank the ideas by the
mean of their marks, rank k gets the prize v_k, n contestants come from a network:

    payoff = E[prize] + lambda(prizes) e - c(e).

Morgan and Wang say in words when a firm should run a tournament, and which forces lift it: the power
of the network (`Network`), the wisdom of crowds (`Judges`), the power of love (`Love`). Each is a part
here, as are the rules (`Admit`, `Standard`, `Finalists`, `Handicaps`); they combine, and what does not
go together is refused in words.

**Equilibrium.** Alike contestants exert the effort that solves

    r'(e) sum_k v_k beta_k + lambda = c'(e),

beta_k the slope of the probability of rank k in one's own quality under own shock plus judging error
(Lazear and Rosen 1981). The common shock moves all ideas alike and does not matter for ranks (Green
and Stokey 1983). Contestants averse to risk (CARA) weigh prizes by utility.

**Existence.** Enough noise: with small shocks the condition holds but contestants would rather deviate,
and the certificate says so. **Limits.** lambda = 0 and no error: the rank-order tournament.

Published: the tournament, the piece rate and the standard (Lazear and Rosen 1981; Green and Stokey
1983; Nalebuff and Stiglitz 1983), the minimum standard (Drugov, Ryvkin and Zhang 2022), the winner's
quality under noisy judging (Girotra, Terwiesch and Ulrich 2010). Choices of this library: that the
network is a set of equally correlated domains, the exponential crowding out of love, shared bias as an
error common to judges, and a final that starts afresh.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from contests.contest import Contest
from contests.contestants import Contestants, Identical
from contests.curves import BaseCurve, Linear, Power, as_curve, check_cost, check_output
from contests.entry import AllEnter, Invite
from contests.errors import InvalidPartError
from contests.laws import gumbel, law, normal
from contests.model import Model
from contests.models.co_creation_game import check_love
from contests.models.morgan_wang_choices import Choices
from contests.models.morgan_wang_contest import IdeaContest
from contests.models.morgan_wang_network import NetworkGame
from contests.models.morgan_wang_parts import (
    Admit,
    Finalists,
    Handicaps,
    Judges,
    Love,
    Network,
    Rule,
    Standard,
)
from contests.models.morgan_wang_stages import TwoStageGame
from contests.prizes import Prizes, as_prizes
from contests.success import Highest
from contests.technology import Additive
from contests.utility import CARA, Utility
from contests.validation import count

__all__ = ["MorganWang"]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MorganWang(Choices, Model):
    """A tournament for ideas.

    Parameters
    ----------
    contestants : int
        Number of contestants n, at least 2.
    prizes : float, sequence of float or Prizes
        Money for the best, or for each rank, the best first.
    shock : SciPy distribution
        Law of each contestant's own shock, in units of quality; standard normal if absent.
    output : curve
        Quality of effort; linear if absent.
    cost : curve
        Cost of effort in money; e^2/2 if absent.
    common : SciPy distribution, optional
        Law of a shock common to all ideas.
    utility : CARA, optional
        Aversion to risk; risk-neutral if absent.
    judges : Judges, optional
        Who judges; without error if absent.
    network : Network, optional
        Domains whose members share a part of their shock; independent shocks if absent.
    love : Love, optional
        Intrinsic reward of effort, crowded out by prizes.
    rules : sequence of Rule
        Any of `Admit`, `Standard`, `Finalists` and `Handicaps`, each once.

    Raises
    ------
    InvalidPartError
        If a number is out of its range, or parts do not go together.

    Examples
    --------
    >>> from contests.laws import normal
    >>> from contests.models import Judges
    >>> model = MorganWang(contestants=2, prizes=1.0)
    >>> equilibrium = model.solve()
    >>> round(float(equilibrium.effort[0]), 10), equilibrium.certificate.passed  # 1/(2 sqrt(pi))
    (0.2820947918, True)
    >>> judged = model.replace(judges=Judges(4, error=normal(2.0)))
    >>> round(judged.chance_best_wins(), 10)  # 1/2 + arcsin(1/sqrt(2))/pi
    0.75
    """

    contestants: int
    prizes: Any = 1.0
    shock: Any = field(default_factory=normal)
    output: BaseCurve = field(default_factory=Linear)
    cost: BaseCurve = field(default_factory=lambda: Power(2, scale=0.5))
    common: Any = None
    utility: Utility | None = None
    judges: Judges | None = None
    network: Network | None = None
    love: Love | None = None
    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "contestants", count("MorganWang.contestants", self.contestants, least=2))
        object.__setattr__(self, "prizes", as_prizes(self.prizes, part="MorganWang.prizes"))
        object.__setattr__(self, "shock", law(self.shock, part="MorganWang.shock"))
        if self.common is not None:
            object.__setattr__(self, "common", law(self.common, part="MorganWang.common"))
        object.__setattr__(self, "output", as_curve(self.output, part="MorganWang.output"))
        object.__setattr__(self, "cost", as_curve(self.cost, part="MorganWang.cost"))
        check_output(self.output, part="MorganWang.output")
        check_cost(self.cost, part="MorganWang.cost")
        for name, kind in (("judges", Judges), ("network", Network), ("love", Love), ("utility", Utility)):
            given: object = getattr(self, name)
            if given is not None and not isinstance(given, kind):
                raise InvalidPartError(f"MorganWang.{name}", given, f"a {kind.__name__}, or absent")
        object.__setattr__(self, "rules", self._checked_rules())
        if self.love is not None:
            check_love("MorganWang.love", self.love.at(self.budget), self.cost)
        self._check_fit()

    def _checked_rules(self) -> tuple[Rule, ...]:
        given: object = self.rules
        rules = (given,) if isinstance(given, Rule) else given
        if not isinstance(rules, Iterable) or isinstance(rules, str):
            raise InvalidPartError("MorganWang.rules", given, "a sequence of rules such as Standard(1.0)")
        found = tuple(rules)
        kinds = [type(rule) for rule in found]
        if not all(isinstance(rule, Rule) for rule in found) or len(set(kinds)) < len(kinds):
            raise InvalidPartError(
                "MorganWang.rules", found, "Admit, Standard, Finalists and Handicaps, each at most once"
            )
        return found

    def _refuse(self, field_name: str, other: str, why: str) -> None:
        raise InvalidPartError(
            f"MorganWang.{field_name}", getattr(self, field_name), f"absent with {other}", why
        )

    def _check_fit(self) -> None:
        """Refuse parts that do not go together, in words."""
        standard, finalists, handicaps = (self.rule(kind) for kind in (Standard, Finalists, Handicaps))
        if self.prizes.share:
            raise InvalidPartError("MorganWang.prizes", self.prizes, "fixed money by rank")
        if self.admitted > self.contestants:
            raise InvalidPartError(
                "MorganWang.rules", f"Admit({self.admitted})", f"at most the {self.contestants} contestants"
            )
        if finalists is not None and finalists.number >= self.admitted:
            raise InvalidPartError(
                "MorganWang.rules", finalists, f"fewer finalists than the {self.admitted} who start"
            )
        if handicaps is not None and handicaps.marks.size != self.admitted:
            raise InvalidPartError(
                "MorganWang.rules", f"{handicaps.marks.size} handicaps", f"one for each of {self.admitted}"
            )
        for thing, name in ((standard, "a standard"), (finalists, "two stages")):
            if thing is not None and self.utility is not None:
                self._refuse("utility", name, "Its payoffs are worked out for risk-neutral contestants.")
            if thing is not None and self.network is not None:
                self._refuse(
                    "network", name, "Correlated shocks are worked out for one stage, best idea wins."
                )
        if handicaps is not None:
            for name in ("network", "love", "utility"):
                if getattr(self, name) is not None:
                    self._refuse(name, "handicaps", "It is worked out for contestants who are treated alike.")
            if standard is not None or finalists is not None:
                self._refuse(
                    "rules", "handicaps", "Standards and finals are worked out for alike contestants."
                )
        if self.love is not None and self.utility is not None and not isinstance(self.utility, CARA):
            self._refuse("utility", "love", "Use ct.CARA: with other attitudes love would depend on wealth.")
        if self.network is not None:
            self._check_network(self.network)

    def _check_network(self, network: Network) -> None:
        if self.utility is not None or self.prizes.by_rank().size > 1:
            raise InvalidPartError(
                "MorganWang.network", network, "used with one prize and risk-neutral contestants"
            )
        if self.admitted % network.domains:
            raise InvalidPartError(
                "Network.domains",
                network.domains,
                f"a divisor of the {self.admitted} contestants",
                "Contestants are alike only if every domain has the same number of them.",
            )
        is_normal, is_gumbel = (self.shock.shape == kind().shape for kind in (normal, gumbel))
        judged = self.judges is not None
        error_normal = self.judges is None or self.judges.noise.shape == normal().shape
        if not (is_normal and error_normal) and not (is_gumbel and not judged):
            raise InvalidPartError(
                "MorganWang.shock",
                self.shock,
                "normal (with normal judging errors), or Gumbel without judging error, in a network",
                "Only these have an exact law of correlated shocks here.",
            )
        if network.correlation == 1.0 and not judged and network.domains < self.admitted:
            raise InvalidPartError(
                "Network.correlation",
                1.0,
                "below 1 unless judges err",
                "With one shock for a whole domain effort alone decides there: no sure effort is safe.",
            )

    def rule(self, kind: type[Any]) -> Any:
        """Return the rule of a ``kind`` (a class), or None."""
        return next((rule for rule in self.rules if isinstance(rule, kind)), None)

    @property
    def admitted(self) -> int:
        """How many start."""
        admit = self.rule(Admit)
        return self.contestants if admit is None else int(admit.contestants)

    @property
    def budget(self) -> float:
        """All prizes, in money."""
        return float(self.prizes.by_rank().sum())

    @cached_property
    def loved(self) -> float:
        """Intrinsic reward of a unit of effort at these prizes, in money."""
        return 0.0 if self.love is None else self.love.at(self.budget)

    def contest(self) -> Any:
        """Return the game that the parts make: a contest, a network, or two stages."""
        finalists = self.rule(Finalists)
        if finalists is None:
            return self._one_stage(self.admitted, self.prizes)
        standard = self.rule(Standard)
        first = self._one_stage(self.admitted, as_prizes(np.ones(finalists.number)), standard=None)
        final = self._one_stage(finalists.number, self.prizes, standard=standard)
        return TwoStageGame(preliminary=first, final=final)

    def _one_stage(self, n: int, prizes: Prizes, standard: Any = ...) -> Any:
        standard = self.rule(Standard) if standard is ... else standard
        if self.network is not None:
            return self._network_game(n, self.network)
        handicaps = self.rule(Handicaps)
        traits: Contestants = Identical(n, utility=self.utility)
        entry = AllEnter()
        if n == self.admitted < self.contestants and handicaps is None:
            traits, entry = Identical(self.contestants, utility=self.utility), Invite(n)  # type: ignore[assignment]
        parts: dict[str, Any] = {
            "contestants": traits,
            "technology": Additive(self.shock, output=self.output, common=self.common),
            "cost": self.cost,
            "success": Highest(
                error=None if self.judges is None else self.judges.noise,
                handicaps=None if handicaps is None else handicaps.marks,
            ),
            "prizes": prizes,
            "entry": entry,
        }
        if self.love is None and standard is None:
            return Contest(**parts)
        return IdeaContest(**parts, love=self.loved, standard=None if standard is None else standard.mark)

    def _network_game(self, n: int, network: Network) -> NetworkGame:
        return NetworkGame(
            n=n,
            domains=network.domains,
            correlation=network.correlation,
            prize=self.prizes.top,
            shock=self.shock,
            output=self.output,
            cost=self.cost,
            error=0.0 if self.judges is None else self.judges.noise.std(),
            love=self.loved,
            common=0.0 if self.common is None else self.common.mean(),
        )

    def theory(self) -> Any:
        """Return closed forms (one prize, linear output, quadratic cost) and propositions.

        Raises
        ------
        UnsolvableError
            If no closed form is known: shocks neither normal nor Gumbel, several prizes, aversion to
            risk, rules other than `Admit`.
        """
        from contests.models._morgan_wang_theory import theory_of

        return theory_of(self)
