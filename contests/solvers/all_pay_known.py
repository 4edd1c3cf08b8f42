"""Contestants with known differences and no shock: the asymmetric all-pay contest.

*Primitives.* Contestant i values a prize at v_i, pays k_i c(e) for effort e and stands at quality
h_i + q(e), h_i being her head start (ability and handicap). Her worth w_i = v_i / k_i is her value in
units of the cost curve; her reach is the quality she could afford by paying all of it. m identical
prizes go to the m highest qualities; ties are split evenly.

*Payoffs* (Siegel 2009). Order contestants by reach and let T be the reach of the (m+1)-th. Contestant i
earns max(0, w_i - cost of standing at T), in units of the cost curve: whatever the equilibrium.

*One prize.* The two of highest reach, a and b, compete, each making the other indifferent:
F_b(s) = (payoff_a + C_a(s)) / w_a and F_a(s) = C_b(s) / w_b, from the larger of their qualities without
effort up to T (Hillman and Riley 1989; Baye, Kovenock and de Vries 1996; with head starts Siegel 2014).
What is left of each distribution at the bottom is an atom at zero effort. A head start of T or more ends
the contest: nobody exerts anything. With equal head starts nobody else would join; with different ones
the solver checks that, and refuses the contest in which a third would.

*A cap* of cost K (Che and Gale 1998, equal head starts): above w_b none; between w_b/2 and w_b atoms
2(1 - K/w_b) and 2(w_b - K)/w_a at the cap and a gap below it; up to w_b/2 (for m prizes w_(m+1) m/(m+1))
the strongest k exert the cap, k being the largest number with w_k m/k >= K. With m prizes and a cap between
w_(m+1) m/(m+1) and w_(m+1) the gap begins at (m+1) K - m w_(m+1): up to there everybody mixes as without a
cap, and what is beyond goes to the cap, where losing a tie among all m + 1 costs what it did before.

*m identical prizes*, equal head starts: `contests.mixing_known.SiegelMixed` for the m + 1 strongest;
others cannot gain by joining. With different head starts only where m of them are beyond everybody else's
reach, so that nobody exerts anything; else supports may have gaps (Siegel 2010), and the contest is refused.

*Several equilibria.* With w_b tied there is a continuum with equal payoffs (Baye, Kovenock and de Vries
1996). The payoffs fix the total cost as w_b - (1 - p)(w_a - w_b), p being the strongest's chance to win,
and p is largest when a single rival competes and smallest when all the tied do alike: ``selection`` says
which was chosen and between which totals the others lie. `AllPayKnownSolver(alike=True)` gives the other
end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contests.contest import Contest
from contests.curve_base import BaseCurve
from contests.curves import Linear
from contests.game import Game
from contests.mixing import RankMixed
from contests.mixing_known import PairMixed, SharedMixed, SiegelMixed
from contests.profile import Profile
from contests.solvers.all_pay_identical import not_all_pay
from contests.solving import Candidate
from contests.strategy import Pure, Strategy

__all__ = ["SOLVER", "AllPayKnownSolver"]

Array = NDArray[np.float64]
_CONTINUUM = "Baye, Kovenock and de Vries (1996)"
_GRID = 513


@dataclass(frozen=True)
class _Plan:
    """Strategies of those who exert effort, and which equilibrium that is."""

    strategies: dict[int, Strategy]
    selection: str
    source: str = ""


@dataclass(frozen=True)
class _Field:
    """The primitives of a contest in the terms of the module's docstring, strongest first."""

    order: NDArray[np.intp]
    worth: Array
    start: Array
    prizes: int
    cost: BaseCurve
    output: BaseCurve

    @property
    def price(self) -> float:
        """Cost of the cap; infinite without one."""
        cap = self.cost.domain[1]
        return float(self.cost(cap)) if np.isfinite(cap) else np.inf

    @property
    def even(self) -> bool:
        """Whether nobody has a head start over anybody."""
        return bool((self.start == self.start[0]).all())

    def plan(self, strategies: list[Strategy], selection: str, source: str = "") -> _Plan:
        """The strategies of the strongest, by their original numbers."""
        named = {int(i): s for i, s in zip(self.order, strategies, strict=False)}
        return _Plan(named, selection, source)


@dataclass(frozen=True)
class AllPayKnownSolver:
    """Mixed strategies of contestants who differ in value, cost or head start.

    Parameters
    ----------
    alike : bool
        Where several contestants tie for the second place: whether all of them mix alike, rather than
        one of them alone.
    """

    alike: bool = False
    name = "known differences, no shock"
    source = "Hillman and Riley (1989); Baye, Kovenock and de Vries (1996); Siegel (2009, 2010, 2014)"

    def refuses(self, game: Game) -> str | None:
        """Return why ``game`` is not for this solver, or None."""
        reason = not_all_pay(game)
        if reason is not None or not isinstance(game, Contest):
            return reason
        if game.is_symmetric:
            return "contestants are alike; the solver of identical contestants takes them"
        values = game.prizes.by_rank()[: game.n]
        if values[0] != values[-1]:
            return "contestants differ and so do the prizes; identical prizes or contestants would work"
        plan = _plan(game, self.alike)
        return plan if isinstance(plan, str) else None

    def solve(self, game: Any) -> Candidate:
        """Return the equilibrium of ``game`` that ``selection`` names."""
        contest: Contest = game
        plan = _plan(contest, self.alike)
        assert isinstance(plan, _Plan)
        distinct: dict[Strategy, int] = {Pure(0.0): 0}
        members = np.zeros(contest.n, dtype=np.intp)
        for i, strategy in plan.strategies.items():
            members[i] = distinct.setdefault(strategy, len(distinct))
        profile = Profile(contest.n, strategies=list(distinct), members=members)
        if (members == 0).all():
            profile = Profile.symmetric(Pure(0.0), contest.n)
        return Candidate(profile=profile, selection=plan.selection, source=plan.source or self.source)


def _plan(contest: Contest, alike: bool) -> _Plan | str:
    """What to play, or why the construction does not cover the contest."""
    values = contest.prizes.by_rank()[: contest.n]
    if values[0] <= 0 or values.size >= contest.n:
        return _Plan({}, "unique: there is nothing to gain by effort")
    field = _field(contest, float(values[0]), values.size)
    if isinstance(field, str):
        return field
    if not field.even and field.prizes > 1:
        return _Plan({}, "unique: the head starts end the contest (Siegel 2009, 2014)", "Siegel (2009, 2014)")
    if not field.even:
        return _head_start(field)
    if field.price < field.worth[field.prizes]:
        return _capped(field, alike)
    return _one_prize(field, alike) if field.prizes == 1 else _several(field)


def _field(contest: Contest, prize: float, prizes: int) -> _Field | str:
    everyone = np.arange(contest.n)
    traits, handicaps = contest.contestants, getattr(contest.success, "handicaps", None)

    def column(name: str) -> Array:
        return np.broadcast_to(np.asarray(traits.trait(name, everyone), float), (contest.n,))

    worth = column("value") * prize / column("cost")
    start = column("ability") + (0.0 if handicaps is None else handicaps[: contest.n])
    output: BaseCurve = contest.technology.output  # type: ignore[attr-defined]
    field = _Field(everyone, worth, start, prizes, contest.cost, output)
    rank = worth
    if field.even:
        # Beyond the m-th rival's worth nobody spends: the strongest may have any value.
        decisive = float(np.sort(worth)[::-1][prizes])
        if not np.isfinite(field.price) and not np.isfinite(float(contest.cost.inverse(decisive))):
            return "the cost of effort never reaches the value of the prize; a higher cost would work"
    else:
        rank = _reach(field)
        if not np.isfinite(rank).all():
            return "the cost of effort never reaches the value of the prize; a higher cost would work"
        if prizes > 1 and not _decided(field, rank):
            return (
                "there are several prizes and different head starts that leave the winners open: supports "
                "may have gaps that differ (Siegel 2010); one prize, equal head starts, or head starts "
                "beyond everybody else's reach would work"
            )
    order = np.argsort(-rank, kind="stable")
    return _Field(order, worth[order], start[order], prizes, contest.cost, output)


def _reach(field: _Field) -> Array:
    """The best quality for which each contestant would pay all that the prize is worth."""
    afford = np.asarray(field.cost.inverse(field.worth))
    return np.asarray(field.start + field.output(np.minimum(afford, field.cost.domain[1])))


def _decided(field: _Field, reach: Array) -> bool:
    """Whether as many as there are prizes stand, without effort, where nobody else can reach."""
    bottom = field.start + float(field.output(0.0))
    ahead = np.argsort(-bottom, kind="stable")
    winners, others = ahead[: field.prizes], ahead[field.prizes :]
    return bool(bottom[winners].min() >= reach[others].max())


def _one_prize(field: _Field, alike: bool) -> _Plan:
    strong, weak = float(field.worth[0]), float(field.worth[1])
    tied = int(np.sum(field.worth[1:] == weak))
    pair = _pair(field, float(field.cost.inverse(weak)))
    if tied == 1:
        return field.plan(pair, f"unique ({_CONTINUUM})")
    shared = _shared(field, tied)
    if strong == weak:
        words = "their payoffs and the total cost of effort agree"
    elif isinstance(getattr(field.cost, "curve", field.cost), Linear):
        totals = sum(s.mean() for s in shared), sum(s.mean() for s in pair)
        words = f"payoffs agree, total effort lies between {totals[0]:.6g} and {totals[1]:.6g}"
    else:
        words = "payoffs agree, total efforts do not"
    chosen = "the tied contestants do alike" if alike else "one of the tied contestants competes"
    return field.plan(
        shared if alike else pair, f"one of a continuum, in which {chosen}; {words} ({_CONTINUUM})"
    )


def _pair(field: _Field, top: float, at_cap: tuple[float, float] = (0.0, 0.0)) -> list[Strategy]:
    strong, weak = float(field.worth[0]), float(field.worth[1])
    start = float(field.start[0])
    common: dict[str, Any] = {
        "cost": field.cost,
        "output": field.output,
        "start": start,
        "rival_start": start,
        "top": top,
    }
    return [
        PairMixed(value=weak, payoff=0.0, at_cap=at_cap[0], **common),
        PairMixed(value=strong, payoff=strong - weak, at_cap=at_cap[1], **common),
    ]


def _shared(field: _Field, tied: int) -> list[Strategy]:
    strong, weak = float(field.worth[0]), float(field.worth[1])
    if strong == weak:
        return [RankMixed(n=tied + 1, prizes=np.array([weak]), cost=field.cost)] * (tied + 1)
    common: dict[str, Any] = {"cost": field.cost, "output": field.output, "start": float(field.start[0])}
    first = SharedMixed(strong=strong, weak=weak, sharers=tied, leads=True, **common)
    return [first, *[SharedMixed(strong=strong, weak=weak, sharers=tied, **common)] * tied]


def _several(field: _Field, below_cap: float | None = None) -> _Plan | str:
    m, n = field.prizes, field.worth.size
    active = field.worth[: m + 1]
    common: dict[str, Any] = {"values": active, "cost": field.cost, "output": field.output}
    strategies = [
        SiegelMixed(place=i, start=float(field.start[0]), below_cap=below_cap, **common) for i in range(m + 1)
    ]
    if not strategies[0].takes_cap():
        return (
            "there are several prizes and a cap below which the strongest would not mix; a lower or higher "
            "cap, one prize or values that differ less would work"
        )
    named = "Siegel (2009, 2010)" if below_cap is None else "Siegel (2009, 2010); Che and Gale (1998)"
    last = active[-1]
    generic = active[-2] > last and (n == m + 1 or field.worth[m + 1] < last)
    if generic and below_cap is None:
        return field.plan(list(strategies), f"unique ({named})", named)
    words = (
        "the one Siegel (2010) constructs; with ties for the last prize others may exist, with equal payoffs"
        if below_cap is None
        else "Siegel's (2010), with all beyond the gap at the cap; others may exist"
    )
    return field.plan(list(strategies), words, named)


def _capped(field: _Field, alike: bool) -> _Plan | str:
    """A cap that binds on contestants without head starts."""
    m, price, worth = field.prizes, field.price, field.worth
    cap = float(field.cost.domain[1])
    size = np.arange(1, worth.size + 1)
    # The chance of a prize at the cap is min(1, m / k) when k exert it.
    k = int(np.sum(worth * np.minimum(1.0, m / size) >= price))
    if price <= worth[m] * m / (m + 1):
        pure: list[Strategy] = [Pure(cap)] * k
        if worth[k - 1] * m / k == price:
            other = "one of several at this knife edge, where the weakest at the cap earns nothing"
            curve = getattr(field.cost, "curve", None)
            if worth.size == 2 and isinstance(curve, Linear):
                total = worth[1] * (1 + worth[1] / worth[0]) / 2 / curve.slope
                other += f"; total effort lies between {total:.6g} and {2 * cap:.6g}, its value here"
            return field.plan(pure, f"{other} (Che and Gale 1998)", "Che and Gale (1998)")
        unique = "unique" if worth.size == 2 else f"the strongest {k} exert the cap; others may exist"
        return field.plan(pure, f"{unique} (Che and Gale 1998)", "Che and Gale (1998)")
    if m > 1:
        return _several(field, below_cap=(m + 1) * price - m * float(worth[m]))
    strong, weak = float(worth[0]), float(worth[1])
    tied = worth.size > 2 and worth[2] == weak
    if alike and tied:
        return "alike=True does not cover a cap that binds; alike=False would work"
    at_cap = (2.0 * (weak - price) / weak, 2.0 * (weak - price) / strong)
    top = float(field.cost.inverse(2.0 * price - weak))
    strategies = _pair(field, top, at_cap)
    words = "one of a continuum, in which one of the tied contestants competes" if tied else "unique"
    return field.plan(strategies, f"{words} (Che and Gale 1998)", "Che and Gale (1998)")


def _head_start(field: _Field) -> _Plan | str:
    """One prize, different qualities without effort."""
    reach = _reach(field)
    goal = float(reach[1])
    bottom = field.start + float(field.output(0.0))
    if bottom[0] >= goal:
        return _Plan({}, "unique: the head start ends the contest (Siegel 2014)", "Siegel (2009, 2014)")
    if field.worth[1] > field.price:
        return (
            "a cap binds on contestants with different head starts: the one ahead would stand a hair above "
            "all that the other can reach, which no effort is; without one of the two it would work"
        )
    strategies = _two_with_head_start(field, goal, bottom)
    joining = _who_joins(field, strategies, goal, bottom)
    if joining is not None:
        return (
            f"contestant {joining} would join the two of highest reach, whose head starts differ from hers; "
            "these two alone, or equal head starts, would work"
        )
    words = (
        "unique (Siegel 2010, 2014)"
        if reach.size == 2
        else "the two of highest reach compete; others may exist"
    )
    return field.plan(list(strategies), words, "Siegel (2009, 2010, 2014)")


def _two_with_head_start(field: _Field, goal: float, bottom: Array) -> list[PairMixed]:
    start, worth, output = field.start, field.worth, field.output
    # At the goal the second pays all her worth; rounding through the curves must not say otherwise.
    top = [float(output.inverse(goal - start[0])), float(field.cost.inverse(worth[1]))]
    spent = float(field.cost(top[0]))
    tie = abs(worth[0] - spent) <= 8 * np.finfo(float).eps * worth[0]
    payoff = [0.0 if tie else max(float(worth[0]) - spent, 0.0), 0.0]
    floor = max(float(bottom[0]), float(bottom[1]))
    found = []
    for own, rival in ((0, 1), (1, 0)):
        behind = bottom[own] < floor
        least = float(output.inverse(floor - start[own])) if behind else 0.0
        found.append(
            PairMixed(
                value=float(worth[rival]),
                payoff=payoff[rival],
                cost=field.cost,
                output=output,
                start=float(start[own]),
                rival_start=float(start[rival]),
                least=least,
                top=top[own],
            )
        )
    return found


def _who_joins(field: _Field, pair: list[PairMixed], goal: float, bottom: Array) -> int | None:
    """A third contestant who would gain by competing with the pair, or None."""
    output, low = field.output, float(bottom[:2].max())

    def chance(quality: Array) -> Array:
        """Of standing no lower than both."""
        at = [one.cdf(np.maximum(output.inverse(quality - one.start), 0.0)) for one in pair]
        standing = [np.where(quality < bottom[i], 0.0, at[i]) for i in (0, 1)]
        return np.asarray(standing[0] * standing[1])

    share = np.linspace(0.0, 1.0, _GRID)
    for j in range(2, field.worth.size):
        idle = float(chance(np.array([bottom[j]]))[0]) if np.isfinite(bottom[j]) else 0.0
        least = max(low, float(bottom[j]))
        if np.isneginf(least):  # an output without lower bound: even steps in effort
            quality = field.start[1] + output(pair[1].top * share[1:])
        else:
            quality = least + (goal - least) * share
        paid = np.asarray(field.cost(np.maximum(output.inverse(quality - field.start[j]), 0.0)))
        gain = field.worth[j] * chance(quality) - paid
        if idle > 1e-15 or float(gain.max()) > 1e-12 * field.worth[j]:
            return int(field.order[j])
    return None


SOLVER = AllPayKnownSolver()
