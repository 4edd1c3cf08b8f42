"""Lotteries with an exponent above 1: pure, semi-mixed and mixed equilibria.

With output e^a and cost e^b of powers, an exponent r is an exponent R = r a / b on
spending, and weights and cost factors are prize values: contestant i with effective
value W_i chooses y_i, wins with probability y_i^R / sum y_j^R and pays y_i.

*Pure.* With aggregate Y, her share p solves R W_i (1 - p) p^(1 - 1/R) = Y^(1/R). Active
contestants are on the upper branch, p >= 1 - 1/R, where the second-order condition holds
and the payoff W_i p (1 - R (1 - p)) is not negative; so at most R/(R-1) are active. An
idle one stays idle if Y >= (W_j (R-1)/R)^R / (R-1). Every set of active contestants is
tried: there may be several equilibria, or none.

*Two contestants*, values W_1 >= W_2: pure iff R <= 1 + (W_2/W_1)^R; then up to R = 2 the
strong one exerts W_2 (R-1)^(1-1/R) / R for sure and the weak one W_2 (R-1)/R with
probability (W_2/W_1)(R-1)^(-1/R), else nothing; above 2 both mix over the atoms of
`contests.solvers.lottery_atoms`, the weak one with probability W_2/W_1. In both the
weak one's payoff is zero, so nobody else with a value of at most W_2 gains by joining:
they are equilibria of any larger field in which she is second.

Sources: Perez-Castrillo and Verdier (1992); Nti (1999); Cornes and Hartley (2005) for
shares above exponent 1; Alcalde and Dahm (2010) and Ewerhart (2015, 2017) for mixing.
"""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.contestants import Private
from contests.curves import Linear, Power
from contests.errors import ConvergenceError
from contests.game import Game
from contests.numerics import root
from contests.profile import Profile
from contests.solvers.lottery_atoms import LARGEST_EXPONENT, atoms
from contests.solving import Candidate
from contests.strategy import Mixed, Pure, Strategy
from contests.success import Lottery

__all__ = ["SOLVER", "DecisiveLotterySolver"]

Array = NDArray[np.float64]
_MOST_SETS = 5000
_SLACK = 1e-12  # at the very exponents where equilibria begin or end they still count


class DecisiveLotterySolver:
    """Lotteries for one prize with exponent above 1 and power curves."""

    name = "lottery, exponent above 1"
    source = "Perez-Castrillo and Verdier (1992); Nti (1999); Ewerhart (2015, 2017)"
    mixes = True

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        if not isinstance(game, Contest) or not isinstance(game.success, Lottery):
            return "takes contests whose success is ct.Lottery"
        if isinstance(game.contestants, Private):
            return "contestants have private types; known or identical ones would work"
        if game.contestants.utility is not None:
            return "contestants are averse to risk; risk-neutral ones would work"
        if type(game.entry).__name__ not in ("AllEnter", "Invite"):
            return f"entry is {game.entry!r}; ct.AllEnter() or ct.Invite(k) would work"
        if game.prizes.share or game.prizes.by_rank().size > 1:
            return "takes one fixed prize; ct.WinnerTakeAll would work"
        if game.success.draw or (game.success.head_starts is not None and game.success.head_starts.any()):
            return "there is a draw or a head start; neither would work"
        if np.any(np.asarray(game.contestants.trait("ability", np.arange(game.n))) != 0):
            return "abilities act as head starts; differences of cost or value would work"
        form = _powers(game)
        if form is None:
            return "takes ct.Linear or ct.Power output and cost, zero at zero effort"
        if not game.prizes.top > 0 or game.n < 2:
            return "there is nothing to win or nobody to beat"
        if form <= 1:
            return f"the exponent on spending, {form:g}, is at most 1; the other lottery solvers would work"
        kinds = np.unique(game.kind_of(), return_counts=True)[1]
        most = int(form / (form - 1) + 1e-9)
        if form <= 2 and kinds.size > 1 and np.prod(np.minimum(kinds, most) + 1.0) > _MOST_SETS:
            return f"more than {_MOST_SETS} sets of active contestants; fewer kinds would work"
        return None

    def solve(self, game: Any) -> Candidate:
        """Return a candidate equilibrium of ``game``."""
        contest: Contest = game
        exponent = _powers(contest)
        assert exponent is not None
        value, unit = _effective(contest, exponent)
        strong = np.lexsort((np.arange(contest.n), -value))[:2]
        first, second = (float(v) for v in value[strong])
        found = _pure(contest, value, exponent) if exponent <= 2 * (1 + _SLACK) else []
        if found:
            bids = _spread(contest, found[0])
            spending = Profile.pure(_efforts(contest, bids * unit))
            return Candidate(profile=spending, selection=_choice(found, contest.n))
        if exponent < 1 + (second / first) ** exponent:
            # Nothing pure, and the pair's own equilibrium leaves the weak one a gain others may want.
            bids = np.zeros(contest.n)
            bids[strong] = _pair(first, second, exponent)
            return Candidate(profile=Profile.pure(_efforts(contest, bids * unit)), selection="none found")
        return self._mixed(contest, exponent, unit, (int(strong[0]), int(strong[1])), (first, second))

    def _mixed(
        self,
        contest: Contest,
        exponent: float,
        unit: Array,
        who: tuple[int, int],
        values: tuple[float, float],
    ) -> Candidate:
        """The two strongest compete, the weak one at random; everybody else stays out."""
        first, second = values
        idle: Strategy = Pure(0.0)
        strategies = [idle] * contest.n
        if exponent <= 2:
            strong_bids = np.array([second * (exponent - 1) ** (1 - 1 / exponent) / exponent])
            strong_chances = np.array([1.0])
            weak_bids = np.array([0.0, second * (exponent - 1) / exponent])
            active = second / first * (exponent - 1) ** (-1 / exponent)
            weak_chances = np.array([1.0 - active, active])
        elif exponent > LARGEST_EXPONENT:
            raise ConvergenceError(
                f"The mixed equilibrium with exponent {exponent:g} on spending has more atoms than can be "
                f"certified in sensible time; an exponent of at most {LARGEST_EXPONENT:g} would work, or "
                "success=ct.Highest(), an all-pay contest with the same payoffs."
            )
        else:
            bids, chances = atoms(exponent)
            strong_bids, strong_chances = second * bids, chances
            weak_bids = np.append(second * bids, 0.0)
            weak_chances = np.append(second / first * chances, 1.0 - second / first)
        for i, efforts, probabilities in (
            (who[0], strong_bids, strong_chances),
            (who[1], weak_bids, weak_chances),
        ):
            exerted = np.asarray(_efforts_of(contest, np.full(efforts.size, i), efforts * unit[i]))
            strategies[i] = Pure(float(exerted[0])) if exerted.size == 1 else Mixed.on(exerted, probabilities)
        others = "" if contest.n == 2 else "; the others stay out, others may exist"
        kind = "semi-mixed" if exponent <= 2 else "mixed"
        payoffs = "all equilibria of two contestants have these payoffs (Ewerhart 2017)"
        return Candidate(profile=Profile.of(strategies), selection=f"{kind}; {payoffs}{others}")


def _powers(contest: Contest) -> float | None:
    """The exponent of the lottery on spending, or None if output or cost is no power."""
    elasticities = []
    for curve in (getattr(contest.technology, "output", None), contest.cost):
        if isinstance(curve, Power):
            elasticities.append(curve.exponent)
        elif isinstance(curve, Linear) and curve.intercept == 0 and curve.slope > 0:
            elasticities.append(1.0)
        else:
            return None
    success = contest.success
    assert isinstance(success, Lottery)
    return float(success.exponent * elasticities[0] / elasticities[1])


def _effective(contest: Contest, exponent: float) -> tuple[Array, Array]:
    """Effective values, and the money that a unit of effective spending costs each contestant."""
    everyone = np.arange(contest.n)
    traits, success = contest.contestants, contest.success
    assert isinstance(success, Lottery)
    cost = np.broadcast_to(np.asarray(traits.trait("cost", everyone), float), (contest.n,))
    value = np.asarray(traits.trait("value", everyone), float) * contest.prizes.top
    weight = np.ones(contest.n) if success.weights is None else success.weights[: contest.n]
    unit = cost * np.exp(-np.log(weight) / exponent)
    return value / unit, unit


def _efforts_of(contest: Contest, who: NDArray[np.intp], money: Array) -> Array:
    cost = np.broadcast_to(np.asarray(contest.contestants.trait("cost", who), float), who.shape)
    return np.asarray(contest.cost.inverse(money / cost), float)


def _efforts(contest: Contest, money: Array) -> Array:
    return _efforts_of(contest, np.arange(contest.n), money)


class _Found(NamedTuple):
    """An equilibrium in sure efforts: for each kind of contestant, her bid and how many are active."""

    bids: Array
    numbers: NDArray[np.intp]

    @property
    def active(self) -> int:
        return int(self.numbers.sum())


def _spread(contest: Contest, found: _Found) -> Array:
    """The bids of all contestants: the first ones of each kind are active."""
    member = np.unique(contest.kind_of(), return_inverse=True)[1].reshape(-1)
    bids = np.zeros(contest.n)
    for kind in np.flatnonzero(found.numbers):
        bids[np.flatnonzero(member == kind)[: found.numbers[kind]]] = found.bids[kind]
    return bids


def _choice(found: list[_Found], n: int) -> str:
    active = found[0].active
    who = "all are active" if active == n else f"{active} of {n} are active"
    if len(found) == 1:
        return f"the only equilibrium in sure efforts up to who of the alike is active; {who}"
    rest = ", ".join(str(other.active) for other in found[1:6]) + (", ..." if len(found) > 6 else "")
    return f"one of {len(found)} equilibria in sure efforts; here {who}, in the others {rest}"


def _pair(first: float, second: float, exponent: float) -> Array:
    share = 1.0 / (1.0 + (second / first) ** exponent)
    return np.asarray(exponent * share * (1.0 - share) * np.array([first, second]), float)


def _share(target: float, value: Array, exponent: float) -> Array:
    """Shares on the upper branch at which the first-order condition holds, by bisection."""
    low, high = np.full(value.size, 1.0 - 1.0 / exponent), np.ones(value.size)
    for _ in range(60):
        middle = (low + high) / 2
        above = exponent * value * (1.0 - middle) * middle ** (1.0 - 1.0 / exponent) > target
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.asarray((low + high) / 2)


def _pure(contest: Contest, value: Array, exponent: float) -> list[_Found]:
    """Every equilibrium in sure efforts, those with the most active contestants first."""
    _, first, counts = np.unique(contest.kind_of(), return_index=True, return_counts=True)
    kinds = value[first]
    most = int(exponent / (exponent - 1.0) + 1e-9)
    ranges = [range(min(int(count), most) + 1) for count in counts]
    found: list[_Found] = []
    for numbers in product(*ranges) if len(ranges) > 1 else [(m,) for m in _sizes(exponent, int(counts[0]))]:
        active = np.array(numbers)
        if not 2 <= active.sum() <= most:
            continue
        bids = _equilibrium(kinds, active, counts, exponent)
        if bids is not None:
            found.append(_Found(bids, active))
    return sorted(found, key=lambda one: (-one.active, -float(one.bids @ one.numbers)))


def _sizes(exponent: float, n: int) -> list[int]:
    """Numbers of alike contestants who may be active: none loses, and nobody idle gains by joining."""
    size = np.arange(2, min(n, int(exponent / (exponent - 1.0) + 1e-9)) + 1, dtype=float)
    log_aggregate = np.log(size) + exponent * np.log(exponent * (size - 1) / size**2)
    log_entry = exponent * np.log((exponent - 1) / exponent) - np.log(exponent - 1)
    fits = (size == n) | (log_aggregate >= log_entry - _SLACK)
    return [int(m) for m in size[fits]]


def _equilibrium(
    kinds: Array, active: NDArray[np.intp], counts: NDArray[np.intp], exponent: float
) -> Array | None:
    """Bids by kind when so many of each kind are active, or None if that is no equilibrium."""
    playing = np.flatnonzero(active)
    value, number = kinds[playing], active[playing]
    branch = 1.0 - 1.0 / exponent
    highest = float((value * branch**branch).min())
    if playing.size == 1:
        share = np.array([1.0 / number[0]])
    else:
        # In logs of the target: shares are one at zero and fall to the ends of their branches.
        def excess(log: float) -> float:
            return float(number @ _share(highest * np.exp(log), value, exponent)) - 1.0

        at_end = excess(0.0)
        if at_end > _SLACK:
            return None
        share = _share(highest * np.exp(root(excess, -200.0, 0.0) if at_end < 0 else 0.0), value, exponent)
    if (share < branch - _SLACK).any():
        return None
    log_aggregate = exponent * np.log(exponent * value[0] * (1 - share[0])) + (exponent - 1) * np.log(
        share[0]
    )
    idle = np.flatnonzero(active < counts)
    entry = exponent * np.log(kinds[idle] * (exponent - 1) / exponent) - np.log(exponent - 1)
    if (log_aggregate < entry - _SLACK * exponent).any():
        return None
    bids = np.zeros(kinds.size)
    bids[playing] = exponent * value * share * (1.0 - share)
    return bids


SOLVER = DecisiveLotterySolver()
