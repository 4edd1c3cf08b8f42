"""Private types, luck and a fee: the threshold type, and what those above it do.

Each of n contestants learns her type and pays the fee to compete, or stays out for nothing; how many
came she does not know when she chooses effort. What a type expects rises with her strength (the
envelope of her choices), so she enters from a threshold on, where she is indifferent:

    max over e of [v P(e) - k c(e)] = fee        (all enter if the weakest type earns it).

Given the threshold each rival comes with one probability p, and whoever comes has a type from the tail
of the law: binomial entry with private types. A random number of rivals is worth the same as n - 1
certain ones and other prizes (`contests.entry_random.equivalent_prizes`), and fees that go to the winner
are a prize of (1 + number of rivals) fees (where values are private that prize is money, which they do
not multiply: `private_money`). So the contest among those who come is solved by the room of
private types and luck, for types of the tail, and the threshold is one root outside it. It lies below
the type who would earn the fee by doing nothing and being alone, v V (1 - p)^(n - 1) = fee, which is the
threshold without luck. The certificate takes nothing of this: payoffs are those of the contest with all
its types, entry included.

Sources: Stouras, Hutchison-Krupat and Chao (2022) for entry thresholds; Myerson and Warneryd (2006) for
random numbers of rivals; the reduction is this library's.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.certificate import certify
from contests.contest import Contest
from contests.contestants import Private
from contests.entry import AllEnter, Fee, Reserve
from contests.entry_random import equivalent_prizes
from contests.errors import ConvergenceError
from contests.game import Game
from contests.laws import Law
from contests.laws_truncated import tail_of
from contests.prizes import ByRank
from contests.profile import Profile
from contests.rivals_reserve import passing_score
from contests.solvers.entry_by_type import EntryByType, Inside
from contests.solvers.private_money import MoneyContest, RoughMoneyField, money_strategy
from contests.solvers.private_panel_order import PanelOrder
from contests.solvers.private_rough import RoughField
from contests.solvers.private_shock import SOLVER as SHOCK
from contests.solvers.private_strategy import idle_profile
from contests.solving import Candidate

__all__ = ["SOLVER", "EntryByType", "Inside", "PrivateThresholdSolver"]

Array = NDArray[np.float64]
_NEAR = 1e-13  # of the fee: what a threshold type may lose or gain by rounding
_ENOUGH, _ROUGHLY = 1e-13, 1e-10  # of the fee: what she may lose or gain where the threshold is a root
_NEARBY = 0.15  # share of the types: thresholds whose contests are alike enough to start from each other
_MORE = 1.5  # by which factor at first more come than at the highest threshold
_FEWEST = 1e-12  # probability of entering, or of staying out, below which nothing is said


class PrivateThresholdSolver:
    """Who enters and what entrants do, by type, under a fee and luck."""

    name = "private types, fee and luck"
    source = "Stouras, Hutchison-Krupat and Chao (2022); Myerson and Warneryd (2006)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        takes = "takes contests of private types under ct.Fee(amount), or ct.Reserve(quality, fee=amount)"
        if not isinstance(game, Contest) or not isinstance(game.contestants, Private):
            return takes
        if not isinstance(game.entry, (Fee, Reserve)):
            return takes
        if isinstance(game.entry, Reserve) and not game.entry.fee:
            return "there is a reserve and no fee; the rooms of reserves take that"
        if isinstance(game.entry, Reserve) and game.technology.noise is None:
            return "the reserve is on certain quality; the room of reserves and luck takes that"
        if game.race is None or game.race.noise is None:
            return "there is no luck; the room of private types without a shock takes fees and reserves"
        if not game.is_symmetric:
            return "contestants differ in the law of their types; one law for all would work"
        if game.prizes.share:
            return "the award depends on quality; fixed prizes would work"
        if np.isfinite(game.race.nature):
            return "the prize may go to nobody; a lottery without a draw would work"
        return _room(_among(game, 0.0))[1]

    def solve(self, game: Any) -> Candidate:
        """Return the candidate equilibrium of ``game``."""
        found = _Entry(game).solve()
        words = "all enter" if found.share == 1 else "nobody enters" if found.share == 0 else "a threshold"
        return Candidate(profile=Profile.symmetric(found, game.n), selection=f"{words}; others may exist")


def _among(contest: Contest, out: float) -> Contest:
    """The contest of all n whose types are of the tail, worth the same as that among those who come.

    ``out`` is the probability of staying out.
    """
    from contests.binomial import binomial

    n, price = contest.n, contest.entry.price
    k = np.arange(n)
    chances = np.asarray(binomial(k, n - 1, np.array([[1.0 - out]]), np.array([[out]]))[0])
    prizes = contest.prizes.by_rank()
    if out > 0:
        prizes = equivalent_prizes(prizes, chances)
    pot = np.zeros(n)
    if contest.entry.fees_to_winner:
        pot = equivalent_prizes(np.array([price]), chances * (k + 1))
    least = contest.entry.least_quality
    contestants: Any = contest.contestants
    trait = contestants.private_trait
    if out > 0:
        law: Law = contestants.law_of(0)
        upper = trait != "cost"
        cut = float(law.ppf(out) if upper else law.isf(out))
        contestants = contestants.replace(n=n, **{trait: tail_of(law, cut, upper=upper)})
    entry = Reserve(least) if np.isfinite(least) else AllEnter()
    if trait == "value" and n > 1 and pot[0] > 0:
        known = {one.name: getattr(contest, one.name) for one in fields(contest)}
        parts = {"contestants": contestants, "prizes": ByRank(prizes), "entry": entry}
        return MoneyContest(**{**known, **parts}, money=pot)
    if pot[0] > 0 and n > 1:
        prizes = np.append(prizes, np.zeros(n - prizes.size)) + pot
    return contest.replace(contestants=contestants, prizes=ByRank(prizes), entry=entry)


def _room(contest: Contest) -> tuple[Any, str | None]:
    """The solver of private types and luck for a contest without fee, or why there is none."""
    from contests.solving import available_solvers

    if isinstance(contest, MoneyContest):
        reason = _MONEY.refuses(contest)
        return (None, reason) if reason else (_MONEY, None)
    rooms = [one for one in available_solvers() if one.name.startswith("private types") or contest.n == 1]
    reasons = []
    for one in rooms:
        if one.name == PrivateThresholdSolver.name:
            continue
        reason = one.refuses(contest)
        if reason is None:
            return one, None
        reasons.append(reason)
    return None, reasons[1] if len(reasons) > 1 else reasons[0]


class _MoneyRoom:
    """The room of private values where the fees that the winner gets are money."""

    def refuses(self, contest: Contest) -> str | None:
        """Why the room of private types and luck would not take it."""
        return SHOCK.refuses(contest)

    def solve(self, contest: MoneyContest) -> Candidate:
        """What those who come do."""
        profile = Profile.symmetric(money_strategy(contest), contest.n)
        return Candidate(profile=profile, selection="symmetric; others may exist")


_MONEY = _MoneyRoom()


class _Entry:
    """The threshold of one contest, and the contests on either side of it.

    Parameters
    ----------
    contest : Contest
        Private types of one law, luck and a fee.
    """

    def __init__(self, contest: Contest) -> None:
        self.contest, self.price = contest, float(contest.entry.price)
        traits: Any = contest.contestants
        self.law: Law = traits.law_of(0)
        self.up = traits.private_trait != "cost"
        self.is_value = traits.private_trait == "value"
        self.refund = self.price if contest.entry.fees_to_winner else 0.0
        self._inner: dict[float, Any] = {}

    def type_at(self, out: float) -> float:
        """The type than whom a share ``out`` is weaker."""
        return float(self.law.ppf(out) if self.up else self.law.isf(out))

    def inner(self, out: float) -> tuple[Contest, Any]:
        """The contest among those who come, and what they do."""
        if out not in self._inner:
            contest = _among(self.contest, out)
            solver, reason = _room(contest)
            if solver is None:
                raise ConvergenceError(f"No room takes the contest among those who enter: {reason}.")
            self._inner[out] = contest, self._nearby(contest, out) or self._found(solver, contest)
        found: tuple[Contest, Any] = self._inner[out]
        return found

    def _found(self, solver: Any, contest: Contest) -> Any:
        """What a room says that those who come do, in a contest that nothing is known of."""
        try:
            profile = solver.solve(contest).profile
        except ConvergenceError:
            # Where no effort is worth while there may be nothing for the room to find.
            profile = idle_profile(contest)
            if not certify(contest, profile).passed:
                raise
        return profile.strategy(0)

    def _nearby(self, contest: Contest, out: float) -> Any:
        """The same from what is known of the nearest threshold, where that saves time."""
        nearest = min(self._inner, key=lambda one: abs(one - out), default=np.inf)
        if abs(nearest - out) > _NEARBY:
            return None
        known = self._inner[nearest][1]
        if not np.any(known(known.types.ppf(np.linspace(0.0, 1.0, 33)[1:-1]))):
            idle = idle_profile(contest)
            return idle.strategy(0) if certify(contest, idle).passed else None
        if not isinstance(getattr(known, "function", None), PanelOrder):
            return None
        try:
            if isinstance(contest, MoneyContest):
                return RoughMoneyField(contest, [known]).solve()[0]
            return RoughField(contest, [known]).solve()[0]
        except ConvergenceError:  # too far away to start from
            return None

    def worth(self, out: float) -> float:
        """What the weakest entrant earns net of the fee, if a share ``out`` stays out."""
        contest, strategy = self.inner(out)
        weakest = np.array([self.type_at(out)])
        profile = Profile.symmetric(strategy, contest.n)
        if not np.isfinite(weakest[0]) and not self.up:  # no effort is cheap enough for her
            return float(contest.payoff(0, 0.0, profile, 1.0)) - self.price
        if not np.isfinite(weakest[0]):  # she comes last against all who come
            prizes, passes = contest.prizes.by_rank(), np.isneginf(contest.entry.least_quality)
            return (float(prizes[-1]) if prizes.size == contest.n and passes else 0.0) - self.price
        efforts = np.append(strategy(weakest), 0.0)
        return float(contest.payoff(0, efforts, profile, np.append(weakest, weakest)).max()) - self.price

    def alone(self, out: float) -> float:
        """What the weakest entrant earns net of the fee if only being alone pays: no more than `worth`."""
        value = self.type_at(out) if self.is_value else 1.0
        chance = out ** (self.contest.n - 1)
        if np.isneginf(self.contest.entry.least_quality):
            return float((value * self.contest.prizes.top + self.refund) * chance - self.price)
        # Alone too she must pass the reserve.
        contest, weakest = self.contest, np.array([self.type_at(out)])
        noise, technology = contest.technology.noise, contest.technology
        assert noise is not None
        if not np.isfinite(weakest[0]):  # the worst there is earns nothing; the best passes for certain
            if weakest[0] < 0 or not self.up:
                return -self.price
            return np.inf if self.is_value else float(contest.prizes.top * chance) - self.price
        top = np.broadcast_to(contest.largest_effort(0, weakest), (1,))
        efforts = np.append(0.0, np.minimum(top, 1e300) * np.geomspace(1e-6, 1.0, 2000))
        place = technology.location(efforts, contest.contestants.trait("ability", 0, weakest))
        passes = noise.sf(passing_score(contest) - place)
        cost = contest.effort_cost(0, efforts, weakest)
        return float(np.max(value * self.contest.prizes.top * chance * passes - cost) - self.price)

    def solve(self) -> EntryByType:
        """The strategy of all."""
        from scipy.optimize import brentq

        if self.price == 0 or self.alone(0.0) >= 0:  # a lone contestant always wins
            return self._strategy(0.0)
        room = _NEAR * self.price
        highest = self._highest(room)
        if highest == 1.0:
            return self._strategy(1.0)
        low, high = self._below(highest)
        if low is None:
            assert high is not None
            nearer = high / 8
            if self.worth(nearer) < 0:
                low = nearer
            elif self.worth(0.0) >= 0 or self.worth(_FEWEST) >= 0:  # who would not come hardly exists
                return self._strategy(0.0)
            else:
                low, high = 0.0, nearer
        elif high is None:
            # Next to the highest threshold the few who come hardly compete, which no room likes.
            tries = (highest - (highest - low) / 2.0**k for k in range(1, 20))
            found = next((out for out in tries if self.worth(out) > room), None)
            if found is None:  # the threshold type enters without effort, for the chance to be alone
                return self._strategy(highest)
            high = found

        def left(out: float) -> float:
            """The worth, or zero where it is what the equilibrium among those who come is known to."""
            worth = self.worth(out)
            panels = isinstance(getattr(self.inner(out)[1], "function", None), PanelOrder)
            return 0.0 if abs(worth) <= (_ROUGHLY if panels else _ENOUGH) * self.price else worth

        return self._strategy(float(brentq(left, low, high, xtol=1e-15, rtol=1e-14)))

    def _below(self, highest: float) -> tuple[float | None, float | None]:
        """Shares out between which the worth changes its sign, where it does above half the highest.

        From above, where few come and their contest is easy, until the weakest loses by coming; among
        many contestants the efforts of the weak vanish if much fewer than the highest share stay out.
        """
        high, coming, more = None, 1.0 - highest, _MORE
        while True:
            coming, more = coming * more, more * more
            out = max(1.0 - coming, highest / 2)
            if self.worth(out) <= 0:
                return out, high
            high = out
            if out == highest / 2:
                return None, high

    def _highest(self, room: float) -> float:
        """The share staying out at which the weakest entrant earns the fee alone; one if none does."""
        from scipy.optimize import brentq

        rest = 0.5
        while self.alone(1.0 - rest) <= room:
            rest /= 4
            if rest < _FEWEST:
                if self.alone(1.0) <= room:
                    return 1.0
                raise ConvergenceError("So few types would pay the fee that floats cannot tell them apart.")
        return float(brentq(self.alone, 0.0, 1.0 - rest, xtol=1e-15))

    def _strategy(self, out: float) -> EntryByType:
        inner = None if out == 1.0 else self.inner(out)[1]
        threshold = self.type_at(out)
        return EntryByType(
            types=self.law,
            function=Inside(inner=inner, threshold=threshold),
            scores_increase=self.up,
            share=1.0 - out,
        )


SOLVER = PrivateThresholdSolver()
