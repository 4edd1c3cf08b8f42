"""Small rooms by hand: alike bidders, alike ones under a shock, two costs, the lone, the partly active.

What each proposes is held against its equation, solved here by SciPy or in closed form, and whom it refuses
against the words, on both sides of every boundary.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

import contests as ct
from contests.curve_base import BaseCurve
from contests.mixing import RankMixed
from contests.mixing_known import PairMixed
from contests.profile import Profile
from contests.solvers import all_pay_identical, identical_shock, lone, partially_active
from contests.solvers.all_pay_identical import not_all_pay
from contests.solvers.partially_active import PartiallyActiveSolver
from contests.solvers.two_costs import SOLVER as TWO_COSTS
from contests.strategy import Pure
from contests.technology import Technology
from contests.two_costs import TwoCosts

BIDDERS, SHOCK, LONE = all_pay_identical.SOLVER, identical_shock.SOLVER, lone.SOLVER


def contest(n: int = 2, prizes: Any = 1.0, **parts: Any) -> ct.Contest:
    return ct.Contest(contestants=parts.pop("contestants", ct.Identical(n)), prizes=prizes, **parts)


class Steps(Technology):
    """Quality without a formula of output."""

    def location(self, effort: Any, ability: Any = 0.0) -> Any:
        return np.asarray(effort, float) + ability


class Level(BaseCurve):
    """An output that stays where it is from one half on."""

    def __call__(self, effort: Any) -> Any:
        return np.minimum(effort, 0.5)


TERMS = np.polynomial.Polynomial([0.0, 2.75, -2.0, 0.75, -0.04, 0.003])


class Quintic(BaseCurve):
    """A cost whose slope falls and rises again."""

    def __call__(self, effort: Any) -> Any:
        return TERMS(np.asarray(effort, float))

    def derivative(self, effort: Any, order: int = 1) -> Any:
        return TERMS.deriv(order)(np.asarray(effort, float))


class Shares(ct.Success):
    """Chances that are no race."""

    def win_probabilities(self, quality: Any) -> Any:
        return np.full(np.shape(quality), 1.0 / np.shape(quality)[-1])


class Plain(ct.Game):
    """A game without parts."""

    n = 2


NOISE = ct.Additive(stats.norm())
FLAT = ct.Exact(output=Level())
RANDOM = "quality or judgement is random; ct.Exact() and ct.Highest() without error would work"
AVERSE = "contestants are averse to risk; risk-neutral ones would work"
QUALITY = "the award depends on quality; fixed prizes would work"
STRICT = "output does not rise strictly with effort; ct.Linear(), ct.Power or ct.Log would work"
FEE = ct.Fee(0.1)
WHO = "; ct.AllEnter() or ct.Invite(k) would work"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Plain(), "takes contests made of parts (ct.Contest)"),
        (contest(success=ct.Lottery()), "success is Lottery; ct.Highest() would work"),
        (contest(success=Shares()), "success is Shares; ct.Highest() would work"),
        (contest(technology=NOISE), RANDOM),
        (contest(success=ct.Highest(error=stats.norm())), RANDOM),
        (
            contest(contestants=ct.Private(2, value=stats.uniform(1, 1))),
            "contestants have private types; known or identical ones would work",
        ),
        (contest(contestants=ct.Identical(2, utility=ct.CARA(1.0))), AVERSE),
        (contest(entry=FEE), f"entry is {FEE!r}{WHO}"),
        (contest(3, entry=ct.Invite(2)), None),
        (contest(prizes=ct.QualityShare(base=1.0, share=0.1)), QUALITY),
        (contest(prizes=ct.QualityShare(base=1.0)), None),
        (contest(technology=Steps()), STRICT),
        (contest(technology=FLAT), STRICT),
        (contest(technology=ct.Exact(output=ct.Power(0.5))), None),
        (contest(contestants=ct.Known(value=[1.0, 2.0])), None),
    ],
)
def test_what_is_no_all_pay_contest(given: Any, words: str | None) -> None:
    assert not_all_pay(given) == words
    unlike = isinstance(given, ct.Contest) and not given.is_symmetric
    assert BIDDERS.refuses(given) == ("contestants differ; identical ones would work" if unlike else words)


@pytest.mark.parametrize(
    ("prizes", "n", "value", "refused"),
    [(0.99, 2, 1.0, False), (1.0, 2, 1.0, True), (0.6, 2, 2.0, True), ([2.0, 1.5], 2, 1.0, False),
     ([2.0, 1.5], 3, 1.0, True), (0.0, 2, 1.0, False)],
)  # fmt: skip
def test_a_cost_that_never_reaches_the_first_prize(prizes: Any, n: int, value: float, refused: bool) -> None:
    """1 - exp(-e): what counts is the first prize less the last; with a cap it does not matter."""
    bounded = ct.Exponential(rate=-1.0, scale=-1.0)
    given = contest(prizes=prizes, contestants=ct.Identical(n, value=value), cost=bounded)
    words = "the cost of effort never reaches the value of the first prize; a higher cost would work"
    assert BIDDERS.refuses(given) == (words if refused else None)
    assert BIDDERS.refuses(given.replace(cost=ct.Capped(bounded, at=3.0))) is None


def prize_of_level(prizes: Any, n: int) -> np.polynomial.Polynomial:
    """The prize expected by whom a rival is below with probability F: a polynomial, rank by rank."""
    level = np.polynomial.Polynomial([0.0, 1.0])
    ranks = [v * math.comb(n - 1, k) * level ** (n - 1 - k) * (1 - level) ** k for k, v in enumerate(prizes)]
    return sum(ranks, 0.0 * level)


@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
@pytest.mark.parametrize(("n", "prizes"), [(2, [1.0]), (4, [3.0, 1.0]), (3, [3.0, 2.0, 1.0])])
def test_costs_are_prizes_less_the_last(n: int, prizes: list[float], money: float) -> None:
    """c(x(F)) = (v / k) (P(F) - v_n) of values v and cost factors k."""
    cost = ct.Power(2, scale=money)
    who = ct.Identical(n, value=3.0, cost=0.5)
    given = contest(prizes=money * np.array(prizes), contestants=who, cost=cost)
    assert BIDDERS.refuses(given) is None
    strategy = BIDDERS.solve(given).profile.strategy(n - 1)
    last = prizes[-1] if len(prizes) == n else 0.0
    for level in (0.1, 0.5, 0.93):
        worth = 6.0 * money * (prize_of_level(prizes, n)(level) - last)
        assert cost(strategy.ppf(level)) == pytest.approx(worth, rel=1e-11)
    assert strategy.support[1] == pytest.approx(math.sqrt(6.0 * (prizes[0] - last)))


@pytest.mark.parametrize(
    ("n", "prizes"), [(2, [1.0]), (3, [1.0]), (5, [3.0, 2.0, 1.0]), (4, [4.0, 3.0, 2.0, 1.0])]
)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_the_probability_of_a_cap(n: int, prizes: list[float], share: float) -> None:
    """What is expected at a level uniform on [q, 1] is what the cap costs, v_n added: q by brentq."""
    last = prizes[-1] if len(prizes) == n else 0.0
    mean, top = sum(prizes) / n - last, prizes[0] - last
    price = mean + share * (top - mean)

    area = prize_of_level(prizes, n).integ()

    def excess(q: float) -> float:
        return float((area(1.0) - area(q)) / (1.0 - q) - last - price)

    q = optimize.brentq(excess, 0.0, 1.0 - 1e-6, xtol=1e-14)
    who = ct.Identical(n, value=2.0, cost=4.0)
    given = contest(
        prizes=2.0 * np.array(prizes), contestants=who, cost=ct.Capped(ct.Linear(2.0), at=price / 2)
    )
    found = BIDDERS.solve(given)
    strategy = found.profile.strategy(0)
    assert isinstance(strategy, RankMixed) and strategy.at_cap == pytest.approx(1.0 - q, rel=1e-9)
    words = "unique (Che and Gale 1998)" if n == 2 else "symmetric; others may exist"
    assert (found.selection, found.source) == (words, "Che and Gale (1998)")


def test_a_cap_among_a_hundred_million() -> None:
    """With x = n (1 - q) the prize at the cap is (1 - (1 - x / n)^n) / x, to the last digits."""
    n, price = 10**8, 0.9

    def excess(x: float) -> float:
        return -math.expm1(n * math.log1p(-x / n)) / x - price

    x = optimize.brentq(excess, 1e-3, 10.0, xtol=1e-16, rtol=1e-14)
    found = BIDDERS.solve(contest(n, cost=ct.Capped(ct.Linear(), at=price))).profile.strategy(0)
    assert isinstance(found, RankMixed) and found.at_cap == pytest.approx(x / n, rel=1e-12)


@pytest.mark.parametrize(
    ("n", "prizes"),
    [(2, [1.0]), (5, [1.0]), (7, [0.3, 0.1]), (50, [1.0]), (1000, [1.0]), (60, [1.0, 1.0, 0.5])],
)
def test_caps_within_rounding_of_where_the_equilibrium_changes(n: int, prizes: list[float]) -> None:
    """A hair above the mean prize all are at the cap, a hair below the first prize hardly anybody is."""
    mean, top = sum(prizes) / n, prizes[0]
    for cap, mass in ((float(np.nextafter(mean, 1.0)), 1.0), (float(np.nextafter(top, 0.0)), 0.0)):
        found = ct.solve(contest(n, prizes, cost=ct.Capped(ct.Linear(), at=cap)))
        strategy: Any = found.strategy(0)
        at_cap = 1.0 if strategy == Pure(cap) else strategy.at_cap
        assert at_cap == pytest.approx(mass, abs=1e-8) and at_cap > 0
        assert found.payoff == pytest.approx(np.zeros(n), abs=1e-12)


def test_the_leading_term_of_a_tiny_mass_at_the_cap() -> None:
    """n = 1000, one prize: 1 - 999 a / 2 is the prize at the cap; of two prizes it is 1 - 999 998 a^2 / 6."""
    price = float(np.nextafter(1.0, 0.0))
    for prizes, exact in (
        ([1.0], 2 * (1 - price) / 999),
        ([1.0, 1.0], (3 * (1 - price) / (999 * 499)) ** 0.5),
    ):
        found = all_pay_identical._mass_at_cap(np.array(prizes), 1000, price)
        assert found == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize(
    ("n", "prizes", "cap", "words"),
    [
        (2, 1.0, 0.5 + 1e-9, "unique (Che and Gale 1998)"),
        (2, 1.0, 0.5, "one of several at this knife edge: everybody exerts the cap"),
        (2, 1.0, 0.5 - 1e-9, "unique: everybody exerts the cap"),
        (2, [2.0, 1.0], 0.5, "one of several at this knife edge: everybody exerts the cap"),
        (3, [3.0, 2.0, 1.0], 0.9, "symmetric: everybody exerts the cap; others may exist"),
        (3, [3.0, 2.0, 1.0], 2.0, "symmetric (Barut and Kovenock (1998)); others may exist"),
        (3, [3.0, 2.0, 1.0], 1.999, "symmetric; others may exist"),
    ],
)
def test_caps_on_alike_bidders(n: int, prizes: Any, cap: float, words: str) -> None:
    found = BIDDERS.solve(contest(n, prizes, cost=ct.Capped(ct.Linear(), at=cap)))
    assert found.selection == words
    assert (found.profile.strategy(0) == Pure(cap)) == ("everybody exerts" in words)


def test_a_bidder_who_is_alone_or_all_who_are_known_to_be_alike() -> None:
    alone = contest(contestants=ct.Known(value=np.array([2.0]), cost=np.array([3.0])))
    found = BIDDERS.solve(alone)
    assert BIDDERS.refuses(alone) is None and found.profile == Profile.symmetric(Pure(0.0), 1)
    assert found.selection == "unique: there is nothing to gain by effort"
    known = contest(contestants=ct.Known(value=np.full(3, 2.0), cost=np.full(3, 4.0)))
    strategy = BIDDERS.solve(known).profile.strategy(1)
    assert isinstance(strategy, RankMixed) and strategy.ppf(0.6) == pytest.approx(0.36 / 2)


# --- alike contestants under a shock ------------------------------------------------------------------

ENDED = contest(3, technology=NOISE, cost=ct.Power(2))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Plain(), "takes contests made of parts (ct.Contest)"),
        (ENDED, None),
        (
            ENDED.replace(contestants=ct.Private(3, value=stats.uniform(1, 1))),
            "contestants have private types; identical ones would work",
        ),
        (
            ENDED.replace(contestants=ct.Known(value=[1.0, 2.0, 1.0])),
            "contestants differ; identical ones would work",
        ),
        (ENDED.replace(contestants=ct.Known(value=[2.0, 2.0, 2.0])), None),
        (contest(success=Shares()), "Shares is not a race; ct.Highest() would work"),
        (contest(), "quality is certain; a shock (ct.Additive) or judging error would work"),
        (contest(success=ct.Highest(error=stats.norm())), None),
        (ENDED.replace(contestants=ct.Identical(3, utility=ct.CARA(1.0))), AVERSE),
        (ENDED.replace(entry=FEE), f"entry is {FEE!r}{WHO}"),
        (ENDED.replace(entry=ct.Invite(2)), None),
        (
            contest(technology=ct.Trials(stats.norm(), whole=True)),
            "trials come in whole numbers; ct.Trials(draw) with real numbers would work",
        ),
        (contest(technology=ct.Trials(stats.norm())), None),
    ],
)
def test_who_is_refused_under_a_shock(given: Any, words: str | None) -> None:
    assert SHOCK.refuses(given) == words


def test_alike_under_a_shock_together_and_alone() -> None:
    """A lottery with exponent r: r (n - 1) / n^2 of the prize, each found together as alone."""
    games = [contest(n, prize, success=ct.Lottery(exponent=0.7)) for n, prize in ((2, 1.0), (5, 3.0))]
    efforts = [0.7 / 4, 0.7 * 3.0 * 4 / 25]
    together = SHOCK.solve_together(games)
    assert together is not None
    for game, exact, one in zip(games, efforts, together, strict=True):
        for found in (one, SHOCK.solve(game)):
            assert found.profile.n == game.n and found.profile.strategy(0) == found.profile.strategy(
                game.n - 1
            )
            assert found.profile.efforts() == pytest.approx([exact] * game.n, rel=1e-12)
            assert found.selection == "symmetric; others may exist"
    capped = [game.replace(cost=ct.Capped(ct.Linear(), at=0.1)) for game in games]
    assert SHOCK.solve_together(capped) is None


# --- two costs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
@pytest.mark.parametrize("values", [(2.0, 1.0), (1.0, 2.0), (1.0, 1.0), (0.3, 5.0)])
def test_two_costs_make_each_other_indifferent(values: tuple[float, float], money: float) -> None:
    """F_j = (w_i + C_i) / v_i up to the lower reach T, w_i = v_i - C_i(T) (Siegel 2009)."""
    worth = money * np.array(values)
    costs: tuple[Any, Any] = (ct.Linear(1.5 * money), ct.Power(2, scale=0.7 * money))
    reach = values[0] / 1.5, math.sqrt(values[1] / 0.7)
    top = min(reach)
    found = TWO_COSTS.solve(TwoCosts(values=worth, costs=costs))
    for i, rival in ((0, 1), (1, 0)):
        strategy, price = found.profile.strategy(rival), float(costs[i](top))
        left = worth[i] - price if reach[i] > top else 0.0
        assert isinstance(strategy, PairMixed)
        assert (
            strategy.payoff == pytest.approx(left, rel=1e-9, abs=1e-14 * money) and strategy.value == worth[i]
        )
        assert strategy.cost == costs[i] and strategy.top == pytest.approx(top)
        for effort in top * np.array([0.0, 0.2, 0.7, 1.0]):
            level = (left + float(costs[i](effort))) / worth[i]
            assert strategy.cdf(effort) == pytest.approx(level, abs=1e-12)
    assert found.selection == "unique (Siegel 2010)" and TWO_COSTS.source == "Siegel (2009, 2010)"


@pytest.mark.parametrize("power", [1.3, 1.7, 2.3, 3.1])
def test_who_just_pays_for_the_prize_keeps_exactly_nothing(power: float) -> None:
    for value in (0.1, 0.7, 1.3, 2.9):
        costs: tuple[Any, Any] = (ct.Power(power), ct.Linear(1e-3))
        found = TWO_COSTS.solve(TwoCosts(values=np.array([value, 5.0]), costs=costs)).profile
        strategy: Any = found.strategy(1)
        assert strategy.payoff == 0.0


def test_whom_the_room_of_two_costs_takes() -> None:
    assert TWO_COSTS.refuses(contest()) == ("takes two contestants with cost curves of their own (TwoCosts)")
    bounded = ct.Exponential(rate=-1.0, scale=-1.0)
    words = "a cost of effort never reaches the value of the prize; a higher cost would work"
    for values, refused in (((0.9, 3.0), False), ((1.0, 3.0), True), ((1.1, 0.2), True)):
        for order in (1, -1):
            game = TwoCosts(values=np.array(values[::order]), costs=(bounded, ct.Linear())[::order])  # type: ignore[arg-type]
            assert TWO_COSTS.refuses(game) == (words if refused else None)


# --- the lone contestant ------------------------------------------------------------------------------

PAID = "the award depends on quality; a fixed prize, or known traits and sure quality, would work"
SHARED = ct.QualityShare(base=1.0, share=0.5)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Plain(), "takes contests of one contestant"),
        (contest(2), "takes contests of one contestant"),
        (contest(1), None),
        (contest(3, entry=ct.Invite(1)), None),
        (contest(1, SHARED), None),
        (contest(1, SHARED, technology=NOISE), PAID),
        (contest(1, technology=NOISE), None),
        (contest(1, SHARED, contestants=ct.Identical(1, utility=ct.CARA(1.0))), PAID),
        (contest(1, contestants=ct.Identical(1, utility=ct.CARA(1.0))), None),
        (contest(1, SHARED, contestants=ct.Private(1, ability=stats.uniform())), PAID),
        (contest(1, contestants=ct.Private(1, ability=stats.uniform())), None),
        (
            contest(1, success=ct.Lottery(draw=0.1)),
            "the prize may go to nobody; ct.Highest() or a lottery without a draw would work",
        ),
        (
            contest(1, success=Shares()),
            "the prize may go to nobody; ct.Highest() or a lottery without a draw would work",
        ),
        (contest(1, success=ct.Lottery()), None),
        (contest(1, entry=FEE), f"entry is {FEE!r}; ct.AllEnter() would work"),
    ],
)
def test_who_is_alone(given: Any, words: str | None) -> None:
    assert LONE.refuses(given) == words


def test_a_lone_contestant_wins_whatever_she_does() -> None:
    words = (
        "unique: a lone contestant wins whatever she does, so she exerts no effort; where output at zero "
        "effort has no lower bound (ln e) neither has her quality"
    )
    found = LONE.solve(contest(1, 2.0))
    assert found.profile == Profile.symmetric(Pure(0.0), 1) and found.selection == words
    private: Any = LONE.solve(contest(1, contestants=ct.Private(1, ability=stats.uniform(1, 2))))
    strategy = private.profile.strategy(0)
    assert strategy.types == ct.Private(1, ability=stats.uniform(1, 2)).law_of(0)
    assert strategy(np.array([[1.1], [2.0]])).tolist() == [[0.0], [0.0]] and private.selection == words
    assert private.profile.n == 1


@pytest.mark.parametrize("money", [1.0, 1e6, 1e-6])
@pytest.mark.parametrize("cost", [1.0, 4.0])
def test_a_lone_contestant_who_is_paid_by_quality(cost: float, money: float) -> None:
    """v s q'(e) = k c'(e): with q = 2 e^(1/2) and c = e^2, v s e^(-1/2) = 2 k e."""
    who = ct.Known(value=np.array([3.0]), cost=np.array([cost]), ability=np.array([7.0]))
    award = ct.QualityShare(base=1.0, share=0.5 * money)
    given = contest(
        1,
        award,
        contestants=who,
        technology=ct.Exact(output=ct.Power(0.5, scale=2.0)),
        cost=ct.Power(2, scale=money),
    )
    found = LONE.solve(given)
    assert found.profile.efforts() == pytest.approx([(1.5 / (2 * cost)) ** (2 / 3)], rel=1e-12)
    assert found.selection == "the best effort of a lone contestant who is paid by quality"
    assert found.profile.n == 1


def test_the_best_of_several_efforts_that_are_paid_by_quality() -> None:
    """Marginal costs that fall and rise again: of two summits the higher, or none at all, or the cap."""
    cost = Quintic()

    def best(gain: float, cap: float) -> float:
        roots = (TERMS.deriv() - gain).roots()
        tried = np.append(roots.real[abs(roots.imag) < 1e-9], [0.0, cap if cap < np.inf else 0.0])
        tried = tried[(tried >= 0) & (tried <= cap)]
        return float(tried[np.argmax(gain * tried - TERMS(tried))])

    found = set()
    for gain in (0.9, 1.3, 1.4, 1.45, 2.0, 2.8, 3.0):
        for cap in (0.3, 1.0, 3.0, np.inf):
            limited = cost if cap == np.inf else ct.Capped(cost, at=cap)
            given = contest(1, ct.QualityShare(base=5.0, share=gain), cost=limited)
            effort = float(LONE.solve(given).profile.efforts()[0])
            assert effort == pytest.approx(best(gain, cap), rel=1e-9)
            found.add("none" if effort == 0 else "cap" if effort == cap else "between")
    assert found == {"none", "cap", "between"}
    dear = contest(1, ct.QualityShare(base=5.0, share=1.0), cost=ct.Linear(1.001))
    assert LONE.solve(dear).profile.efforts().tolist() == [0.0]


# --- only some of the alike ---------------------------------------------------------------------------


def effort_of(m: int, prizes: list[float], exponent: float) -> float:
    """What m alike exert in a lottery for prizes by rank (Clark and Riis 1996)."""
    values = np.append(prizes, np.zeros(m))[:m]
    return float(exponent * values @ (1.0 - np.cumsum(1.0 / np.arange(m, 0, -1.0))) / m)


@pytest.mark.parametrize("prizes", [[1.0], [3.0, 1.0, 1.0], [2.0, 2.0], [1.0, 0.9, 0.8, 0.7]])
@pytest.mark.parametrize("n", [3, 5, 8])
def test_the_largest_number_who_do_not_lose(n: int, prizes: list[float]) -> None:
    """m stay if the mean of their prizes less what they exert is no less than the mean of the rest's."""
    prizes = prizes[:n]
    values = np.append(prizes, np.zeros(n))[:n]
    for exponent in (1.05, 1.4, 2.0, 4.0):
        given = contest(
            prizes=prizes,
            contestants=ct.Identical(n, value=3.0, cost=2.0),
            success=ct.Lottery(exponent=exponent),
        )
        stay = [
            m
            for m in range(2, n + 1)
            if values[:m].mean() - effort_of(m, prizes, exponent) >= values[m - 1 :].mean() - 1e-12
        ]
        if not stay:
            with pytest.raises(ct.NoEquilibriumError):
                PartiallyActiveSolver().solve(given)
            continue
        m = max(stay)
        found = PartiallyActiveSolver().solve(given)
        effort = 1.5 * effort_of(m, prizes, exponent)
        assert found.profile.efforts() == pytest.approx([effort] * m + [0.0] * (n - m), rel=1e-10)


@pytest.mark.parametrize("n", [200, 201])
def test_the_largest_number_of_many(n: int) -> None:
    """floor(R / (R - 1)) for one prize, whether counted down or halved; all where all may stay."""
    for active in (2, 150, 199, 200, 201, 700) if n > 200 else (180, 200, 700):
        exponent = active / (active - 1.0) * (1 - 1e-10 / active)
        m = partially_active._largest(contest(n, success=ct.Lottery(exponent=exponent)))
        assert m == min(active, n)


def test_a_number_asked_for_is_taken() -> None:
    given = contest(4, success=ct.Lottery(exponent=1.1))
    assert PartiallyActiveSolver().refuses(given) is None
    assert PartiallyActiveSolver().refuses(contest(2, success=ct.Lottery())) is None
    words = "; which of them is arbitrary, and fields of another size may be equilibria"
    for m, who in ((2, "2 of 4 compete and the others exert nothing"), (4, "all compete")):
        found = PartiallyActiveSolver(m).solve(given)
        assert found.selection == who + words
        assert found.profile.efforts() == pytest.approx([1.1 * (m - 1) / m**2] * m + [0.0] * (4 - m))
    for m in (0, 1):
        with pytest.raises(ct.NoEquilibriumError, match=r"^Not even two contestants compete"):
            PartiallyActiveSolver(m).solve(given)


def test_a_tiny_probability_of_a_cap() -> None:
    """2 (1 - K) for two, searched in log-odds: 1e-15 as well as a half, but for the digits of K."""
    mass = 2.0**-40
    given = contest(cost=ct.Capped(ct.Linear(), at=1.0 - mass / 2))
    strategy = BIDDERS.solve(given).profile.strategy(0)
    assert isinstance(strategy, RankMixed) and strategy.at_cap == pytest.approx(mass, rel=1e-3)
