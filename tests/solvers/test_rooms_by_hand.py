"""What each room finds, and says that it is, where a formula tells: closed forms with their sources in words.

Every contest here has an answer in a line of algebra, so that no solver is held against itself.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import digamma

import contests as ct
from contests.solvers.identical_shock import SOLVER as IDENTICAL_SHOCK
from contests.solvers.lottery import LotterySolver
from contests.solvers.partially_active import PartiallyActiveSolver
from contests.solvers.rank_kernel import Field, marginal_prizes, rank_chances
from contests.solvers.risk_averse import SOLVER as RISK_AVERSE
from contests.solvers.two_costs import SOLVER as TWO_COSTS
from contests.two_costs import TwoCosts


def contest(n: int = 2, prizes: Any = 1.0, **parts: Any) -> ct.Contest:
    return ct.Contest(contestants=parts.pop("contestants", ct.Identical(n)), prizes=prizes, **parts)


# --- no shock -----------------------------------------------------------------------------------------

HILLMAN = "unique (Hillman and Riley 1989)"
KNIFE = "one of several at this knife edge: everybody exerts the cap"


@pytest.mark.parametrize(
    ("given", "selection"),
    [
        (contest(2), HILLMAN),
        (contest(2, [3.0, 1.0]), HILLMAN),
        (
            contest(3),
            "the only symmetric equilibrium; in others some contestants stay out, with the same payoffs "
            "(Baye, Kovenock and de Vries 1996)",
        ),
        (contest(4, [2.0, 1.0]), "symmetric (Barut and Kovenock (1998)); others may exist"),
        (contest(3, [1.0, 1.0, 1.0]), "unique: there is nothing to gain by effort"),
        (contest(2, 0.0), "unique: there is nothing to gain by effort"),
        (contest(2, cost=ct.Capped(ct.Linear(), at=0.3)), "unique: everybody exerts the cap"),
        (
            contest(3, cost=ct.Capped(ct.Linear(), at=0.3)),
            "symmetric: everybody exerts the cap; others may exist",
        ),
        (contest(2, cost=ct.Capped(ct.Linear(), at=0.5)), KNIFE),
        (contest(4, cost=ct.Capped(ct.Linear(), at=0.25)), KNIFE + "; others may exist"),
        (contest(2, cost=ct.Capped(ct.Linear(), at=0.6)), "unique (Che and Gale 1998)"),
        (contest(3, cost=ct.Capped(ct.Linear(), at=0.6)), "symmetric; others may exist"),
        (contest(2, cost=ct.Capped(ct.Linear(), at=1.0)), HILLMAN),
    ],
)
def test_which_equilibrium_of_alike_bidders(given: ct.Contest, selection: str) -> None:
    found = ct.solve(given)
    assert found.selection == selection
    capped = "cap" in selection or "Che and Gale" in selection or selection == "symmetric; others may exist"
    uncapped = "Hillman and Riley (1989); Baye, Kovenock and de Vries (1996); Barut and Kovenock (1998)"
    assert found.source == ("Che and Gale (1998)" if capped else uncapped)


@pytest.mark.parametrize("cap", [0.55, 0.8, 0.999])
@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
def test_two_bidders_under_a_cap(cap: float, money: float) -> None:
    """Che and Gale 1998: mass 2 (1 - m / V) at the cap m, uniform on [0, 2 m - V] below it."""
    cost = ct.Capped(ct.Linear(money), at=cap)
    strategy = ct.solve(contest(2, money, cost=cost)).strategy(0)
    assert strategy.at_cap == pytest.approx(2 * (1 - cap), rel=1e-12)
    assert strategy.cdf((2 * cap - 1) / 2) == pytest.approx((2 * cap - 1) / 2, rel=1e-12)
    assert strategy.cdf((2 * cap - 1) * 1.0001) == pytest.approx(2 * cap - 1, rel=1e-12)
    assert strategy.mean() == pytest.approx((2 * cap - 1) ** 2 / 2 + 2 * (1 - cap) * cap, rel=1e-12)


@pytest.mark.parametrize("cap", [0.4, 0.7, 0.95])
def test_three_bidders_under_a_cap(cap: float) -> None:
    """(1 + q + q^2) / 3 = m: a third of the cubes' difference over 1 - q is the prize at the cap."""
    q = (-1 + math.sqrt(1 - 4 * (1 - 3 * cap))) / 2
    found = ct.solve(contest(3, 2.0, cost=ct.Capped(ct.Linear(2.0), at=cap)))
    assert found.strategy(0).at_cap == pytest.approx(1 - q, rel=1e-12)
    assert found.payoff == pytest.approx(np.zeros(3), abs=1e-12)
    assert found.strategy(0).cdf((q / 2) ** 2) == pytest.approx(q / 2, rel=1e-12)


def test_two_costs_by_hand() -> None:
    """Values 2 and 1, costs e and e^2: the second reaches 1, so the first earns 1 (Siegel 2010)."""
    game = TwoCosts(values=[2.0, 1.0], costs=[ct.Linear(), ct.Power(2)])
    found = ct.solve(game)
    assert found.selection == "unique (Siegel 2010)" and found.source == "Siegel (2009, 2010)"
    assert found.payoff == pytest.approx([1.0, 0.0], abs=1e-12)
    first, second = found.strategy(0), found.strategy(1)
    # F_1 = e^2 keeps the second at nothing, F_2 = (1 + e) / 2 the first at one.
    assert first.cdf(0.5) == pytest.approx(0.25, rel=1e-12) and first.mean() == pytest.approx(2 / 3)
    assert second.cdf(0.0) == pytest.approx(0.5, rel=1e-12) and second.cdf(0.5) == pytest.approx(0.75)
    assert second.mean() == pytest.approx(1 / 4)
    swapped = ct.solve(TwoCosts(values=[1.0, 2.0], costs=[ct.Power(2), ct.Linear()]))
    assert swapped.payoff == pytest.approx([0.0, 1.0], abs=1e-12)
    assert swapped.effort == pytest.approx([1 / 4, 2 / 3])
    for value in (0.1, 0.7, 1.3, 2.9):
        even = ct.solve(TwoCosts(values=[value, value], costs=[ct.Power(1.7), ct.Power(1.7)]))
        # Exactly: nothing is left of a value that just pays for the cost.
        assert [even.strategy(i).payoff for i in (0, 1)] == [0.0, 0.0]
    bounded = TwoCosts(values=[1.0, 1.0], costs=[ct.Linear(), ct.Exponential(rate=-1.0, scale=-0.5)])
    assert TWO_COSTS.refuses(bounded) == (
        "a cost of effort never reaches the value of the prize; a higher cost would work"
    )


LONE = (
    "unique: a lone contestant wins whatever she does, so she exerts no effort; where output at zero effort "
    "has no lower bound (ln e) neither has her quality"
)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"technology": ct.Additive(stats.norm()), "cost": ct.Power(2)},
        {"success": ct.Lottery()},
        {"entry": ct.Invite(1)},
    ],
)
def test_a_lone_contestant(parts: dict[str, Any]) -> None:
    found = ct.solve(contest(1, 3.0, **parts), solver="lone contestant")
    assert found.selection == LONE
    assert found.effort.tolist() == [0.0] and found.payoff == pytest.approx([3.0])
    assert found.source.startswith("Terwiesch and Xu (2008), by convention")


def test_a_lone_contestant_of_private_type() -> None:
    given = contest(prizes=2.0, contestants=ct.Private(1, value=stats.uniform(1, 2)))
    found = ct.solve(given, solver="lone contestant")
    strategy = found.strategy(0)
    assert strategy.types == given.contestants.law_of(0)
    assert strategy([1.2, 2.7]).tolist() == [0.0, 0.0]
    listed = given.replace(contestants=ct.Private(1, value=[stats.uniform(1, 2)]))
    assert ct.solve(listed, solver="lone contestant").strategy(0).types == strategy.types
    assert found.selection == LONE and found.payoff == pytest.approx([4.0])  # two, worth two on average


# --- a shock ------------------------------------------------------------------------------------------

ROOT = 2 * math.sqrt(math.pi)  # the integral of the square of the normal density is one over this


def test_a_tournament_of_two() -> None:
    """Lazear and Rosen 1981: the slope of winning is 1 / (2 sqrt(pi) s), and r'(e) v / ... = k c'(e)."""
    shock = ct.Additive(stats.norm(scale=2.0), output=ct.Linear(3.0))
    given = contest(technology=shock, prizes=[5.0, 1.0], cost=ct.Power(2, scale=0.5))
    found = ct.solve(given.replace(contestants=ct.Identical(2, value=1.5, cost=2.5)))
    assert found.effort == pytest.approx([3.0 * 4.0 * 1.5 / (2.0 * ROOT) / 2.5] * 2, rel=1e-12)
    assert found.selection == "symmetric; others may exist"
    assert found.source == "Lazear and Rosen (1981); Ales, Cho and Korpeoglu (2017)"
    invited = given.replace(contestants=ct.Identical(5), entry=ct.Invite(2))
    assert IDENTICAL_SHOCK.refuses(invited) is None
    assert ct.solve(invited).effort == pytest.approx([3.0 * 4.0 / (2.0 * ROOT)] * 2, rel=1e-12)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_an_award_that_rises_with_quality(share: float) -> None:
    """Winner's award V + s (e + shock), n = 2, normal: (V + s e) / (2 sqrt(pi)) + s / 2 = e."""
    given = contest(
        technology=ct.Additive(stats.norm()),
        prizes=ct.QualityShare(base=1.0, share=share),
        cost=ct.Power(2, scale=0.5),
    )
    exact = (1.0 / ROOT + share / 2) / (1 - share / ROOT)
    assert ct.solve(given).effort == pytest.approx([exact] * 2, rel=1e-10)


def test_a_share_of_a_skewed_quality() -> None:
    """Gumbel shocks: the density falls where quality is high, E[x f(x)] = -(digamma(2) - ln 2) / 4."""
    share = 0.3
    given = contest(
        technology=ct.Additive(stats.gumbel_r()),
        prizes=ct.QualityShare(base=1.0, share=share),
        cost=ct.Power(2, scale=0.5),
    )
    drift = -(digamma(2) - math.log(2)) / 4 + 0.5
    exact = (0.25 + share * drift) / (1 - share / 4)
    assert ct.solve(given).effort == pytest.approx([exact] * 2, rel=1e-10)


def test_a_share_of_quality_in_a_lottery() -> None:
    """Chance e / (sum of efforts), award V + s e: e = (n - 1) V / n^2 over 1 - s / n - s (n - 1) / n^2."""
    n, share = 3, 0.4
    given = contest(n, success=ct.Lottery(), prizes=ct.QualityShare(base=2.0, share=share))
    exact = 2.0 * (n - 1) / n**2 / (1 - share / n - share * (n - 1) / n**2)
    efforts = IDENTICAL_SHOCK.solve(given).profile.efforts()
    assert efforts == pytest.approx([exact] * n, rel=1e-7)


def test_a_lottery_that_nobody_may_win() -> None:
    """Two, exponent 1, draw z: V (e + z) / (2 e + z)^2 = 1, so 4 e^2 + (4 z - V) e + z^2 - V z = 0."""
    z, prize = 0.2, 2.0
    b, c = 4 * z - prize, z * z - prize * z
    exact = (-b + math.sqrt(b * b - 16 * c)) / 8
    for room in ("identical, shock", "lottery, sure efforts"):
        found = ct.solve(contest(success=ct.Lottery(draw=z), prizes=prize), solver=room)
        assert found.effort == pytest.approx([exact] * 2, rel=1e-9)


@pytest.mark.parametrize(("n", "exponent", "active"), [(4, 1.4, 3), (5, 1.9, 2), (250, 1.02, 51)])
def test_only_some_of_alike_contestants(n: int, exponent: float, active: int) -> None:
    """m = floor(R / (R - 1)) compete as if alone: R V (m - 1) / m^2 (Perez-Castrillo and Verdier 1992)."""
    given = contest(n, success=ct.Lottery(exponent=exponent))
    found = ct.solve(given, solver="partially active", on_fail="return")
    effort = exponent * (active - 1) / active**2
    assert found.effort == pytest.approx([*[effort] * active, *[0.0] * (n - active)], rel=1e-9)
    words = "; which of them is arbitrary, and fields of another size may be equilibria"
    assert found.selection == f"{active} of {n} compete and the others exert nothing{words}"
    everyone = ct.solve(contest(3, success=ct.Lottery()), solver="partially active")
    assert everyone.selection == f"all compete{words}"
    assert everyone.source.startswith("Perez-Castrillo and Verdier (1992), for lotteries")


def test_how_many_compete_for_several_prizes() -> None:
    """Four, prizes 3, 1 and 1, exponent R, values doubled: what m exert is Clark and Riis's (1996).

    It is 2 R (sum of v_k beta_k), beta_k = (1 - sum over j < k of 1 / (m - j)) / m.
    """

    def effort(m: int) -> float:
        prizes = np.array([3.0, 1.0, 1.0, 0.0])[:m]
        ahead = np.cumsum(1.0 / np.arange(m, 0, -1.0))
        return float(1.7 * 2.0 * prizes @ (1.0 - ahead) / m)

    given = contest(
        prizes=[3.0, 1.0, 1.0], contestants=ct.Identical(4, value=2.0), success=ct.Lottery(exponent=1.7)
    )
    values = np.array([3.0, 1.0, 1.0, 0.0])
    stays = [m for m in (2, 3, 4) if 2 * values[:m].mean() - effort(m) >= 2 * values[m - 1 :].mean() - 1e-12]
    found = ct.solve(given, solver="partially active", on_fail="return")
    m = max(stays)
    assert found.effort == pytest.approx([effort(m)] * m + [0.0] * (4 - m), rel=1e-9)
    asked = PartiallyActiveSolver(2).solve(given)
    assert asked.profile.efforts() == pytest.approx([effort(2), effort(2), 0.0, 0.0], rel=1e-9)
    assert asked.selection.startswith("2 of 4 compete")


def test_words_of_the_room_of_the_partly_active() -> None:
    refuses = PartiallyActiveSolver().refuses
    lottery = contest(3, success=ct.Lottery(exponent=1.8))
    assert refuses(lottery) is None
    assert refuses(contest(1, success=ct.Lottery())) == "there is one contestant; two or more would work"
    equal = lottery.replace(contestants=ct.Known(value=[1.0, 1.0, 1.0]))
    assert refuses(equal) == "takes contestants who are alike; ct.Identical(n) would work"
    share = lottery.replace(prizes=ct.QualityShare(base=1.0, share=0.1))
    assert refuses(share) == "the award depends on quality; fixed prizes would work"
    assert refuses(contest(3)) == "quality is certain; a shock (ct.Additive) or judging error would work"
    for n in (3, 300):
        with pytest.raises(ct.NoEquilibriumError) as caught:
            PartiallyActiveSolver().solve(contest(n, success=ct.Lottery(exponent=2.5)))
        assert str(caught.value) == (
            "Not even two contestants compete without losing, so that there is no equilibrium in sure "
            "efforts. Ask for on_fail='mixed', or make luck matter more."
        )
    # Two with exponent 2 just earn nothing: they stay.
    assert (
        PartiallyActiveSolver()
        .solve(contest(3, success=ct.Lottery(exponent=2.0)))
        .selection.startswith("2 of 3")
    )


SZIDAROVSZKY = "unique (Szidarovszky and Okuguchi (1997); Cornes and Hartley (2005))"


@pytest.mark.parametrize(
    ("parts", "selection"),
    [
        ({}, SZIDAROVSZKY),
        ({"success": ct.Lottery(exponent=0.5), "cost": ct.Power(2)}, SZIDAROVSZKY),
        ({"success": ct.Lottery(exponent=1.2)}, "symmetric; others may exist"),
        ({"prizes": [2.0, 1.0]}, "symmetric; others may exist"),
        ({"success": ct.Lottery(exponent=0.5), "cost": ct.Power(0.9)}, "symmetric; others may exist"),
        ({"contestants": ct.Known(value=[3.0, 2.0, 1.0])}, SZIDAROVSZKY),
        ({"contestants": ct.Identical(7), "entry": ct.Invite(3)}, SZIDAROVSZKY),
    ],
    ids=str,
)
def test_which_equilibrium_of_a_lottery(parts: dict[str, Any], selection: str) -> None:
    found = ct.solve(contest(**{"n": 3, "success": ct.Lottery(), **parts}))
    assert found.selection == selection
    assert found.source == "Szidarovszky and Okuguchi (1997); Cornes and Hartley (2005)"


def test_a_race_of_trials_is_a_lottery() -> None:
    """Whatever the draws: shares of values 3, 2, 1 are .6, .4 and nothing, the aggregate 1.2."""
    known = ct.Known(value=[3.0, 2.0, 1.0])
    race = contest(contestants=known, technology=ct.Trials(stats.norm()))
    for given in (race, race.replace(contestants=ct.Known(value=[3.0, 2.0, 1.0, 9.0]), entry=ct.Invite(3))):
        assert ct.solve(given).effort == pytest.approx([0.72, 0.48, 0.0], rel=1e-12)
        assert ct.solve(given).selection == SZIDAROVSZKY


def test_a_million_unlike_contestants() -> None:
    """More than 250 000: a sample says where to start, the aggregate is (k - 1) / (sum of 1 / w)."""
    value = 1.0 + np.linspace(0.0, 1.0, 300_000) ** 2
    effort = (
        LotterySolver()
        .solve(contest(contestants=ct.Known(value=value), success=ct.Lottery()))
        .profile.efforts()
    )
    active = effort > 0
    aggregate = (active.sum() - 1) / (1 / value[active]).sum()
    assert effort.sum() == pytest.approx(aggregate, rel=1e-10)
    assert (value[active] > aggregate).all() and (value[~active] <= aggregate).all()
    assert effort[active] == pytest.approx(aggregate * (1 - aggregate / value[active]), rel=1e-6)


# --- aversion to risk ---------------------------------------------------------------------------------


def cara_effort(n: int, aversion: float, prize: float, exponent: float = 1.0) -> float:
    """Alike, CARA: r (n - 1)/n^2 (1 - exp(-a V)) / a = e (exp(-a V) / n + 1 - 1 / n), linear in e."""
    lost = 1 - math.exp(-aversion * prize)
    return exponent * (n - 1) / n**2 * lost / aversion / (1 - lost / n)


@pytest.mark.parametrize("n", [2, 3, 4])
@pytest.mark.parametrize("money", [1.0, 1e9, 1e-9])
def test_alike_and_averse_to_risk(n: int, money: float) -> None:
    averse = ct.Identical(n, utility=ct.CARA(1.5 / money))
    found = ct.solve(contest(contestants=averse, prizes=money, success=ct.Lottery()))
    assert found.effort == pytest.approx([cara_effort(n, 1.5, 1.0) * money] * n, rel=1e-11)
    assert found.selection == "symmetric; no equilibrium with equal efforts of only some was found"


def test_two_who_differ_and_are_averse() -> None:
    """Exponent 1: each p_i' (1 - exp(-a_i V)) / a_i = p_i exp(-a_i V) + 1 - p_i; one neutral, V = 1."""
    aversion = 2.0
    given = contest(
        contestants=ct.Known(value=[1.0, 1.0], utility=[ct.CARA(aversion), None]), success=ct.Lottery()
    )
    found = ct.solve(given)
    x, y = found.effort
    total, lost = x + y, 1 - math.exp(-aversion)
    assert y / total**2 * lost / aversion == pytest.approx(1 - x / total * lost, rel=1e-10)
    assert x / total**2 == pytest.approx(1.0, rel=1e-10)


UNIQUE, SEVERAL = "unique (Cornes and Hartley 2003)", "others may exist"
UNLIKE = "alike contestants do the same; others may exist"
SURE = ct.Known(value=[1.0, 0.9], utility=[ct.CARA(0.3), None])
NOISY = {"technology": ct.Additive(stats.norm()), "cost": ct.Power(2)}


@pytest.mark.parametrize(
    ("parts", "selection"),
    [
        ({"contestants": SURE, "success": ct.Lottery()}, UNIQUE),
        ({"contestants": SURE, "success": ct.Lottery(draw=0.1)}, UNIQUE),
        ({"contestants": SURE.replace(utility=ct.CRRA(2.0), wealth=3.0), "success": ct.Lottery()}, SEVERAL),
        ({"contestants": SURE, "success": ct.Lottery(exponent=1.1)}, UNLIKE),
        ({"contestants": SURE, "success": ct.Lottery(), "prizes": [1.0, 0.2]}, UNLIKE),
        ({"contestants": SURE, **NOISY}, UNLIKE),
        ({"contestants": ct.Identical(3, utility=ct.CARA(0.5)), **NOISY}, "symmetric; others may exist"),
    ],
    ids=str,
)
def test_which_equilibrium_of_the_averse(parts: dict[str, Any], selection: str) -> None:
    found = RISK_AVERSE.solve(contest(**parts))
    assert found.selection == selection
    assert found.source == (
        "Green and Stokey (1983); Cornes and Hartley (2012)" if selection == UNLIKE else ""
    )


def test_how_many_kinds_of_averse_contestants() -> None:
    kinds = contest(
        contestants=ct.Known(value=np.linspace(1.0, 2.0, 60), utility=ct.CARA(1.0)), success=ct.Lottery()
    )
    assert RISK_AVERSE.refuses(kinds) is None
    more = kinds.replace(contestants=ct.Known(value=np.linspace(1.0, 2.0, 61), utility=ct.CARA(1.0)))
    words = "more than 60 kinds of contestants; fewer kinds or risk-neutral ones would work"
    assert RISK_AVERSE.refuses(more) == words
    alike = kinds.replace(contestants=ct.Identical(61, utility=ct.CARA(1.0)))
    assert RISK_AVERSE.refuses(alike) is None


def test_wealth_bounds_effort() -> None:
    """Logarithmic utility: p' ln((W + V - e) / (W - e)) = p / (W + V - e) + (1 - p) / (W - e), n = 2."""
    wealth = 0.4
    averse = ct.Identical(2, utility=ct.CRRA(1.0), wealth=wealth)
    effort = ct.solve(contest(contestants=averse, success=ct.Lottery())).effort[0]
    assert 0 < effort < wealth
    gain = math.log((wealth + 1 - effort) / (wealth - effort)) / (4 * effort)
    assert gain == pytest.approx(0.5 / (wealth + 1 - effort) + 0.5 / (wealth - effort), rel=1e-10)


# --- the kernel of contestants who differ -------------------------------------------------------------


@pytest.mark.parametrize("ranks", [1, 2, 3])
def test_chances_of_ranks_with_gumbel_noise(ranks: int) -> None:
    """Plackett and Luce: first with e^L over the sum, second among those who are left; slopes by hand."""
    from contests.laws import gumbel

    place = np.array([0.3, -0.4, 0.1])
    score = np.exp(place)
    field = Field(gumbel(1.0), np.array([1, 1, 1]), np.ones(ranks), -np.inf)
    chances, slopes = rank_chances(field, place, place)
    first = score / score.sum()
    second = np.array(
        [sum(first[j] * score[i] / (score.sum() - score[j]) for j in range(3) if j != i) for i in range(3)]
    )
    exact = np.column_stack([first, second, 1 - first - second])[:, :ranks]
    assert chances == pytest.approx(exact, abs=1e-11)
    assert slopes[:, 0] == pytest.approx(first * (1 - first), abs=1e-11)
    drop = np.array(
        [
            sum(
                first[j]
                * score[i]
                / (score.sum() - score[j])
                * (1 - score[i] / (score.sum() - score[j]) - first[i])
                for j in range(3)
                if j != i
            )
            for i in range(3)
        ]
    )
    if ranks > 1:
        assert slopes[:, 1] == pytest.approx(drop, abs=1e-11)
    assert marginal_prizes(field, place, place) == pytest.approx(slopes.sum(axis=1), abs=1e-11)


def test_chances_of_ranks_with_uniform_noise() -> None:
    """Two on [0, 1], a quarter apart: the difference is triangular, so .75^2 / 2 for the one behind."""
    from contests.laws import uniform

    field = Field(uniform(), np.array([1, 1]), np.ones(2), -np.inf)
    place = np.array([0.25, 0.0])
    chances, slopes = rank_chances(field, place, place)
    behind = 0.75**2 / 2
    assert chances == pytest.approx(np.array([[1 - behind, behind], [behind, 1 - behind]]), abs=1e-12)
    assert slopes == pytest.approx(np.array([[0.75, -0.75], [0.75, -0.75]]), abs=1e-12)
