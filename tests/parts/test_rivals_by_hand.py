"""What a contestant faces, by textbook integrals: ranks enumerated, own noise integrated by Gauss points.

Standing at L against rivals at places m_j, a score x has j rivals above with the probabilities of a sum of
coins; the prize expected is the integral of that against the density of one's own noise, from the reserve on
where there is one, and its slope the integral of the slope.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

import contests as ct
from contests.errors import InvalidPartError
from contests.own_scores import floor_score
from contests.prize_tables import PrizeTable
from contests.profile import Profile
from contests.rivals import Rivals
from contests.rivals_reserve import ReserveRivals, passing_score, rivals_of, score_nodes
from contests.scores import ExactScores, NoisyScores, TypeScores
from contests.strategy import Mixed, Monotone, Pure

Array = NDArray[np.float64]


X, W = np.polynomial.legendre.leggauss(20)


def above(law: Any, x: Array, places: Any) -> list[Array]:
    """Probabilities that so many rivals are above a score."""
    chances, none = [np.ones(x.size)], np.zeros(x.size)
    for place in places:
        up = law.sf(x - place)
        chances = [a * (1 - up) + b * up for a, b in zip([*chances, none], [none, *chances], strict=True)]
    return chances


def prize_of(law: Any, x: Array, places: Any, values: Any) -> Array:
    return np.asarray(sum(v * c for v, c in zip(values, above(law, x, places), strict=False)))


def slope_of(law: Any, x: Array, places: Any, values: Any) -> Array:
    """Each rival at the score is passed: the drop in prize against the others, at her density."""
    drops = -np.diff(np.append(values, np.zeros(max(len(places) + 1 - len(values), 1))))
    others = [[p for k, p in enumerate(places) if k != j] for j in range(len(places))]
    passed = [law.pdf(x - place) * prize_of(law, x, others[j], drops) for j, place in enumerate(places)]
    return np.asarray(sum(passed))


def by_hand(law: Any, here: float, what: Any, least: float = -np.inf, corners: Any = ()) -> float:
    """The expectation of a function of one's own score: Gauss points on panels between all corners."""
    low, high = max(here + law.ppf(1e-15), least), here + law.isf(1e-15)
    if low >= high:
        return 0.0
    cuts = [low, *sorted(c for c in corners if low < c < high), high]
    edges = np.concatenate([np.linspace(a, b, 13)[:-1] for a, b in pairwise(cuts)] + [[high]])
    half = np.diff(edges)[:, None] / 2
    x = (edges[:-1, None] + half * (1 + X)).ravel()
    return float((half * W).ravel() @ (what(x) * law.pdf(x - here)))


def field(efforts: Any, law: Any = None, prizes: Any = 1.0, **parts: Any) -> tuple[ct.Contest, Rivals]:
    """A contest of unlike contestants who exert these efforts."""
    n = len(efforts)
    given = {
        "contestants": ct.Known(ability=np.linspace(0.0, 0.3, n)),
        "prizes": prizes,
        "technology": ct.Exact() if law is None else ct.Additive(law),
        **parts,
    }
    contest = ct.Contest(**given)
    assert contest.race is not None
    return contest, rivals_of(contest, contest.race, Profile.pure(np.array(efforts, float)))


LAWS = {
    "normal": stats.norm(scale=0.7),
    "logistic": stats.logistic(scale=0.4),
    "gumbel": stats.gumbel_r(scale=0.5),
    "gumbel to the left": stats.gumbel_l(scale=0.5),
    "laplace": stats.laplace(scale=0.5),
    "uniform": stats.uniform(-1, 2),
}
PRIZES = [2.0, 1.0, 0.5]


@pytest.mark.parametrize("efforts", [[0.2, 1.0, 0.4], [0.2, 1.0, 0.4, 0.9, 0.1]], ids=["few", "a table"])
@pytest.mark.parametrize("name", LAWS)
def test_prizes_ranks_and_slopes_among_the_unlike(name: str, efforts: list[float]) -> None:
    law, n = LAWS[name], len(efforts)
    _, rivals = field(efforts, law, PRIZES)
    stands = np.linspace(0.0, 0.3, n) + np.array(efforts)
    for i in (0, n - 1) if name != "laplace" else (n - 1,):  # that is the slowest
        places = [p for j, p in enumerate(stands) if j != i]
        corners = [p + end for p in places for end in (*law.support(), 0.0) if np.isfinite(end)]
        for here in (-1.0, 0.5, 2.5):
            at = np.array([here])
            cuts = [*corners, here]
            exact = by_hand(law, here, lambda x, p=places: prize_of(law, x, p, PRIZES), corners=cuts)
            assert rivals.expected_prize(i, at) == pytest.approx([exact], abs=2e-9)
            exact = by_hand(law, here, lambda x, p=places: slope_of(law, x, p, PRIZES), corners=cuts)
            assert rivals.marginal_prize(i, at) == pytest.approx([exact], abs=3e-8)
            assert rivals.marginal(i, at, np.array(PRIZES)) == pytest.approx([exact], abs=3e-8)
        at = np.array([0.5, -np.inf])
        ranks = rivals.rank_probabilities(i, at, 3)
        for rank in range(3):
            exact = by_hand(
                law, 0.5, lambda x, p=places, r=rank: above(law, x, p)[r], corners=[*corners, 0.5]
            )
            assert ranks[0, rank] == pytest.approx(exact, abs=2e-9)
        assert ranks[1].tolist() == [0.0, 0.0, float(n == 3)]
        assert rivals.expected_prize(i, at)[1] == pytest.approx(PRIZES[2] if n == 3 else 0.0)


def test_classes_of_those_who_are_the_same_and_do_the_same() -> None:
    who = ct.Known(ability=np.array([0.0, 0.1, 0.0, 0.0, 0.1]))
    contest = ct.Contest(contestants=who, prizes=1.0, technology=ct.Additive(stats.norm()))
    assert contest.race is not None
    rivals = Rivals(contest, contest.race, Profile.pure(np.array([1.0, 1.0, 2.0, 1.0, 1.0])))
    assert rivals.member.shape == (5,)
    assert rivals.member[0] == rivals.member[3] and rivals.member[1] == rivals.member[4]
    assert len(set(rivals.member.tolist())) == 3
    assert rivals.counts[rivals.member].tolist() == [2, 2, 1, 2, 2]
    assert rivals.representatives[rivals.member].tolist() == [0, 1, 2, 0, 1]
    assert rivals.marks.tolist() == [1.0, 2.0] and rivals.unit is None
    scores, counts = rivals.groups(0)
    assert sorted(counts) == [1, 1, 2] and [s.points.tolist() for s in scores] == [  # type: ignore[attr-defined]
        [float(who.ability[i] + (2.0 if i == 2 else 1.0))] for i in rivals.representatives
    ]
    assert rivals.scores(1) is rivals.scores(1)
    scores, counts = rivals.groups(2)
    assert counts == [2, 2]


def test_marks_are_fifty_of_many_efforts() -> None:
    _, rivals = field(np.linspace(0.0, 7.9, 80), stats.norm())
    assert rivals.marks.size == 50 and rivals.marks[[0, -1]].tolist() == [0.0, 7.9]
    assert np.diff(rivals.marks).max() < 0.21
    assert field(np.linspace(0.0, 4.9, 50), stats.norm())[1].marks == pytest.approx(np.linspace(0.0, 4.9, 50))


def test_noise_of_gumbel_is_a_lottery() -> None:
    """exp(location / scale), among the others and nature; only where all efforts are sure and known."""
    _, rivals = field([0.2, 1.0, 0.4], stats.gumbel_r(scale=0.5))
    score = np.exp(np.array([0.2, 1.15, 0.7]) / 0.5)
    assert rivals.unit == 0.5
    total = rivals.lottery_rivals()
    assert total is not None and np.exp(total / 0.5) == pytest.approx(score.sum() - score)
    assert rivals.lottery_total() is rivals.lottery_total()
    at = np.array([0.1, 0.9, -np.inf])
    own = np.exp(at / 0.5)
    assert rivals.expected_prize(1, at) == pytest.approx(own / (own + score[0] + score[2]))
    assert rivals.lottery_chance(at, np.array(0.4)) == pytest.approx(own / (own + np.exp(0.8)))
    assert rivals._equal_chances(1, at, np.array([3.0])) == pytest.approx(
        3.0 * own / (own + score[0] + score[2])
    )
    assert rivals._equal_chances(1, at, np.array([3.0, 1.0])) is None
    # A law of another name has no unit: chances are on the scale of locations.
    _, other = field([0.2, 1.0], stats.norm(scale=3.0))
    assert other.unit is None and other.lottery_rivals() is None and other.lottery_total() is None
    assert other.lottery_chance(np.array([1.0]), np.array([0.0])) == pytest.approx(1 / (1 + math.exp(-1.0)))
    assert other._equal_chances(0, at, np.array([1.0])) is None


def lottery(**parts: Any) -> ct.Contest:
    return ct.Contest(**{"contestants": ct.Identical(3), "prizes": 1.0, "success": ct.Lottery(), **parts})


def rivals(contest: ct.Contest, profile: Profile) -> Rivals:
    assert contest.race is not None
    return rivals_of(contest, contest.race, profile)


def test_where_a_lottery_has_no_formula() -> None:
    sure = Profile.symmetric(Pure(0.5), 3)
    assert rivals(lottery(), sure).lottery_rivals() == pytest.approx([0.0] * 3)  # the log of one
    mixed = Profile.symmetric(Mixed.on(np.array([0.1, 0.5]), np.array([0.5, 0.5])), 3)
    assert rivals(lottery(), mixed).lottery_rivals() is None
    assert rivals(lottery(entry=ct.Reserve(0.1)), sure).lottery_rivals() is None
    private = lottery(contestants=ct.Private(3, value=stats.uniform(1, 1)))
    assert rivals(private, sure).lottery_rivals() is None


def test_chances_of_a_mixture_in_a_lottery() -> None:
    """Each of two rivals bids one or three, evenly: four cases."""
    profile = Profile.symmetric(Mixed.on(np.array([1.0, 3.0]), np.array([0.25, 0.75])), 3)
    found = rivals(lottery(prizes=2.0), profile).expected_prize(0, np.log(np.array([2.0, 1e-300])))
    exact = 2.0 * (0.0625 * 2 / 4 + 0.375 * 2 / 6 + 0.5625 * 2 / 8)
    assert found == pytest.approx([exact, 0.0], abs=1e-11)


def test_nature_is_a_rival() -> None:
    contest = lottery(success=ct.Lottery(draw=0.5), prizes=[1.0, 0.4])
    field = rivals(contest, Profile.symmetric(Pure(0.25), 3))
    scores, counts = field.groups(0)
    assert (
        counts == [2, 1]
        and isinstance(scores[1], NoisyScores)
        and scores[1].points == pytest.approx(math.log(0.5))
    )
    assert rivals(lottery(), Profile.symmetric(Pure(0.25), 3)).groups(0)[1] == [2]
    # Drawn one by one among three scores and the draw: first, or second behind one of the others or the draw.
    first = 0.25 / 1.25
    second = 2 * 0.2 * 0.25 / 1.0 + 0.4 * 0.25 / 0.75
    found = field.expected_prize(0, np.log(np.array([0.25])))
    assert found == pytest.approx([first + 0.4 * second], abs=1e-11)


@pytest.mark.parametrize("floored", [False, True])
@pytest.mark.parametrize("name", ["normal", "gumbel", "laplace", "uniform"])
def test_a_share_of_the_quality_that_wins(name: str, floored: bool) -> None:
    """Base and share of the quality where it is highest; a floor at zero bends the award inside the noise."""
    law, base, share = LAWS[name], -0.2, 0.5
    _, faces = field([0.2, 1.0, 0.4], law, ct.QualityShare(base=base, share=share, floored=floored))
    places = [0.2, 0.7]

    def paid(x: Array) -> Array:
        return np.maximum(base + share * x, 0.0 if floored else -np.inf)

    def won(x: Array) -> Array:
        return paid(x) * above(law, x, places)[0]

    def rises(x: Array) -> Array:
        more = np.where(paid(x) == 0.0, 0.0, share) if floored else share
        return np.asarray(more * above(law, x, places)[0] + paid(x) * slope_of(law, x, places, [1.0]))

    for here in (-0.5, 0.6, 1.5):
        at, corners = np.array([here]), [0.4, here, *(p + e for p in places for e in (-1.0, 0.0, 1.0))]
        assert faces.expected_prize(1, at) == pytest.approx(
            [by_hand(law, here, won, corners=corners)], abs=1e-9
        )
        assert faces.marginal_prize(1, at) == pytest.approx(
            [by_hand(law, here, rises, corners=corners)], abs=1e-8
        )


@pytest.mark.parametrize("n", [2, 4])
def test_a_share_of_quality_among_the_alike(n: int) -> None:
    """One class of rivals: the award times the density of winning, and the share times the chance."""
    law = stats.norm(scale=0.7)
    contest = ct.Contest(
        contestants=ct.Identical(n), prizes=ct.QualityShare(base=1.0, share=0.5), technology=ct.Additive(law)
    )
    faces = rivals(contest, Profile.symmetric(Pure(0.3), n))
    for here in (0.0, 0.3, 1.4):
        won = by_hand(law, here, lambda x: (1.0 + 0.5 * x) * law.cdf(x - 0.3) ** (n - 1))
        density = by_hand(
            law,
            here,
            lambda x: (
                0.5 * law.cdf(x - 0.3) ** (n - 1)
                + (1.0 + 0.5 * x) * (n - 1) * law.cdf(x - 0.3) ** (n - 2) * law.pdf(x - 0.3)
            ),
        )
        assert faces.expected_prize(0, np.array([here])) == pytest.approx([won], abs=1e-10)
        assert faces.marginal_prize(0, np.array([here])) == pytest.approx([density], abs=1e-10)


def test_a_share_of_the_best_of_several_draws() -> None:
    """m uniform draws against m' others: x wins with density m x^(m + m' - 1), and is paid above a half."""
    award = ct.QualityShare(base=-1.0, share=2.0, floored=True)
    contest = ct.Contest(contestants=ct.Identical(2), prizes=award, technology=ct.Trials(stats.uniform()))
    faces = rivals(contest, Profile.symmetric(Pure(3.0), 2))

    def exact(m: float) -> float:
        top = m + 3.0  # the integral of (2 x - 1) m x^(m + 2) from one half to one
        return m * (2 / (top + 1) * (1 - 0.5 ** (top + 1)) - 1 / top * (1 - 0.5**top))

    found = faces.expected_prize(0, np.log(np.array([0.5, 3.0, 8.0])))
    assert found == pytest.approx([exact(0.5), exact(3.0), exact(8.0)], abs=1e-10)


def test_where_an_award_begins_to_rise() -> None:
    noisy, draws = ct.Additive(stats.norm()), ct.Trials(stats.uniform())
    floored = ct.QualityShare(base=-1.0, share=4.0, floored=True)
    assert floor_score(floored, noisy).tolist() == [0.25]
    assert floor_score(floored, draws) == pytest.approx([-math.log(-math.log(0.25))])
    for never in (-5.0, 1.0):  # no draw is as good, or all are better
        assert floor_score(ct.QualityShare(base=never, share=4.0, floored=True), draws).size == 0
    for other in (
        ct.QualityShare(base=-1.0, share=4.0),
        ct.QualityShare(base=1.0, floored=True),
        ct.ByRank([1.0]),
    ):
        assert floor_score(other, noisy).size == 0


def test_the_certain_quality_that_wins() -> None:
    _, certain = field([0.2, 1.0, 0.4], None, ct.QualityShare(base=1.0, share=0.5))
    where = np.array([0.1, 0.9, 1.3])  # the others stand at 0.2 and 0.7
    quality = np.array([10.0, 20.0, 30.0])
    assert certain.expected_prize(1, where, quality).tolist() == [0.0, 11.0, 16.0]
    assert certain.expected_prize(1, where) == pytest.approx([0.0, 1.45, 1.65])


def test_the_lone_have_nobody_to_beat() -> None:
    at = np.array([0.3, -np.inf])
    alone = ct.Contest(contestants=ct.Identical(1), prizes=2.0, technology=ct.Additive(stats.norm()))
    faces = rivals(alone, Profile.symmetric(Pure(0.1), 1))
    assert faces.expected_prize(0, at).tolist() == [2.0, 2.0]
    assert faces.rank_probabilities(0, at, 2).tolist() == [[1.0, 0.0]] * 2
    assert faces.marginal_prize(0, np.array([0.3])).tolist() == [0.0]
    shared = rivals(
        alone.replace(prizes=ct.QualityShare(base=1.0, share=0.25)), Profile.symmetric(Pure(0.1), 1)
    )
    assert shared.marginal_prize(0, np.array([0.3, 0.7])) == pytest.approx([0.25, 0.25], rel=1e-13)
    award = ct.QualityShare(base=-0.25, share=0.25, floored=True)  # paid above a quality of one
    floored = rivals(alone.replace(prizes=award), Profile.symmetric(Pure(0.1), 1))
    assert floored.marginal_prize(0, np.array([0.3, 1.7])) == pytest.approx(
        0.25 * stats.norm.cdf([-0.7, 0.7])
    )
    assert shared.expected_prize(0, np.array([0.3, 0.7])) == pytest.approx([1.075, 1.175])
    asked = rivals(
        ct.Contest(contestants=ct.Identical(1), prizes=2.0, entry=ct.Reserve(0.2)),
        Profile.symmetric(Pure(0.1), 1),
    )
    assert asked.expected_prize(0, at).tolist() == [2.0, 0.0]
    assert asked.rank_probabilities(0, at, 2).tolist() == [[1.0, 0.0], [0.0, 0.0]]


def test_the_worst_possible_score_is_shared_with_all_who_have_it() -> None:
    """ln e at no effort: of three there, with prizes 3, 2 and 1, each expects two; staying out is below."""
    contest = ct.Contest(
        contestants=ct.Identical(4),
        prizes=[3.0, 2.0, 1.0],
        technology=ct.Additive(stats.norm(), output=ct.Log()),
    )
    two = rivals(contest, Profile.pure(np.array([0.0, 0.0, 0.0, 1.0])))
    at = np.array([-np.inf, 40.0])
    assert two.expected_prize(0, at) == pytest.approx([(2.0 + 1.0 + 0.0) / 3, 3.0])
    assert two.rank_probabilities(0, at, 3) == pytest.approx(np.array([[0.0, 1 / 3, 1 / 3], [1.0, 0.0, 0.0]]))
    assert two.expected_prize(3, at[:1]) == pytest.approx([6.0 / 4])
    half = Profile.symmetric(Mixed.on(np.array([0.0, 1.0]), np.array([0.5, 0.5])), 4)
    ranks = rivals(contest, half).rank_probabilities(0, at[:1], 3)[0]
    # k of the three are at the bottom too: below the other 3 - k, she is one of k + 1.
    exact = np.zeros(3)
    for k in range(4):
        for place in range(3 - k, 4):
            if place < 3:
                exact[place] += math.comb(3, k) / 8 / (k + 1)
    assert ranks == pytest.approx(exact)
    lots = rivals(lottery(), Profile.symmetric(Pure(0.0), 3))
    assert lots.expected_prize(0, at[:1]) == pytest.approx([1 / 3])


class SomeStayOut(Monotone):
    """Values below 1.4 stay out."""

    def enters(self, types: Any) -> Any:
        return np.asarray(types) >= 1.4


def test_who_stays_out_is_below_even_the_worst() -> None:
    """Of each rival: out with 0.4, tied at the bottom with 0.3, above with 0.3; prizes of two and one."""
    law = ct.Private(3, value=stats.uniform(1, 1)).law_of(0)
    contest = ct.Contest(
        contestants=ct.Private(3, value=stats.uniform(1, 1)),
        prizes=[2.0, 1.0],
        technology=ct.Additive(stats.norm(), output=ct.Log()),
    )
    plan = SomeStayOut(types=law, function=lambda v: np.where(v > 1.7, 1.0, 0.0))
    faces = rivals(contest, Profile.symmetric(plan, 3))
    score: Any = faces.scores(0)
    below, tied = score.out, score.floor - score.out
    assert (below, tied) == pytest.approx((0.4, 0.3), abs=0.02)
    up = 1.0 - below - tied
    shared = below**2 * 2.0 + 2 * below * (tied * 1.5 + up * 1.0) + tied**2 * 1.0 + 2 * tied * up * 0.5
    assert faces.expected_prize(0, np.array([-np.inf])) == pytest.approx([shared])


def test_what_reaches_the_reserve_stands() -> None:
    contest = ct.Contest(
        contestants=ct.Known(ability=np.array([0.1, -0.2])), prizes=1.0, entry=ct.Reserve(0.5),
        technology=ct.Exact(output=ct.Linear(2.0)),
    )  # fmt: skip
    faces = rivals(contest, Profile.pure(np.array([0.2, 0.4])))
    tiny = 1e-14
    stood = faces.stand(0, np.array([0.19, 0.2 - tiny, 0.2 - 1e-12, 0.2, 0.3]), 0.1)
    assert np.isneginf(stood).tolist() == [True, False, True, False, False] and stood[3:] == pytest.approx(
        [0.5, 0.7]
    )
    assert faces.stand(1, np.array([0.34, 0.35]), -0.2) == pytest.approx([-np.inf, 0.5])
    big = 1e6 * (1 + np.array([-1e-12, -1e-14, 0.0]))
    scaled = rivals(contest.replace(entry=ct.Reserve(2e6 + 0.1)), Profile.pure(np.array([0.2, 0.4])))
    assert np.isneginf(scaled.stand(0, big, 0.1)).tolist() == [True, False, False]
    free = rivals(contest.replace(entry=ct.AllEnter()), Profile.pure(np.array([0.2, 0.4])))
    assert free.stand(0, np.array([0.0, 0.2]), 0.1) == pytest.approx([0.1, 0.5])
    # Random qualities stand where they do: any idea may reach the reserve.
    noisy = contest.replace(technology=ct.Additive(stats.norm()))
    assert rivals(noisy, Profile.pure(np.array([0.2, 0.4]))).stand(0, np.array([0.0]), 0.1) == pytest.approx(
        [0.1]
    )
    # Nobody is paid below: of the two only who reaches it.
    paid = faces.expected_prize(0, np.array([-np.inf, 0.55, 0.65]))
    assert paid.tolist() == [0.0, 0.0, 1.0]  # the other stands at 0.6
    below = rivals(contest, Profile.pure(np.array([0.2, 0.3])))
    assert below.expected_prize(0, np.array([-np.inf, 0.5])).tolist() == [0.0, 1.0]
    assert below.rank_probabilities(0, np.array([-np.inf, 0.5]), 2).tolist() == [[0.0, 0.0], [1.0, 0.0]]


def test_efforts_that_draw_level() -> None:
    """Rival at effort e with an advance of d: e + d, and so little above that floats tell it apart."""
    contest = ct.Contest(contestants=ct.Known(ability=np.array([0.0, 0.25, 0.5])), prizes=1.0)
    faces = rivals(contest, Profile.pure(np.array([0.3, 0.7, 0.1])))
    found = np.sort(faces.level_efforts(0))
    assert found.size == 6
    assert found[::2] == pytest.approx([0.3, 0.6, 0.95], rel=1e-14)
    assert (found[1::2] > found[::2]).all() and found[1::2] == pytest.approx(found[::2], rel=1e-14)
    assert np.sort(faces.level_efforts(2))[[0, 2, 4]] == pytest.approx([0.0, 0.1, 0.45], abs=1e-15)
    noisy = contest.replace(technology=ct.Additive(stats.norm()))
    assert rivals(noisy, Profile.pure(np.zeros(3))).level_efforts(0).size == 0
    flat = Monotone(
        types=ct.Private(2, value=stats.uniform(0, 1)).law_of(0),
        function=lambda v: np.where(v > 0.4, 0.3, 0.0),
    )
    for trait, size in (("value", 2), ("ability", 0)):
        private = ct.Contest(contestants=ct.Private(2, **{trait: stats.uniform(0, 1)}), prizes=1.0)
        faces = rivals(private, Profile.symmetric(flat, 2))
        levels = faces.level_efforts(0)
        assert isinstance(faces.scores(0), TypeScores) and levels.size == size
        if size:
            assert levels == pytest.approx([0.3, 0.3], rel=1e-14) and levels[1] > levels[0]


def test_scores_of_certain_quality_know_their_inverse() -> None:
    contest = ct.Contest(
        contestants=ct.Known(ability=np.array([0.0, 0.25])),
        prizes=1.0,
        technology=ct.Exact(output=ct.Power(0.5)),
    )
    mixed = Mixed(efforts=np.array([0.0, 1.0]), levels=np.array([0.0, 1.0]))
    faces = rivals(contest, Profile.of([mixed, mixed]))
    score: Any = faces.scores(int(faces.member[1]))
    assert isinstance(score, ExactScores) and score._inverse is not None
    assert score.below(np.array([0.75, 1.25])) == pytest.approx([0.25, 1.0])
    asked = rivals(contest.replace(entry=ct.Reserve(0.1)), Profile.of([mixed, mixed])).scores(0)
    assert isinstance(asked, ExactScores) and asked._inverse is None


def test_who_has_a_table() -> None:
    """More than three classes, or a mixture of more than four efforts, under noise; one for each schedule."""
    values, law = np.array([1.0, 0.5]), stats.norm()
    _, few = field([0.1, 0.2, 0.3], law, [1.0, 0.5])
    _, many = field([0.1, 0.2, 0.3, 0.4], law, [1.0, 0.5])
    assert few._table(values) is None and isinstance(many._table(values), PrizeTable)
    assert many._table(values) is many._table(values.copy()) is not many._table(2.0 * values)
    assert many._table(values).prize(1, np.zeros(1)) == pytest.approx(  # type: ignore[union-attr]
        many.expected_prize(1, np.zeros(1))
    )
    contest = ct.Contest(contestants=ct.Identical(3), prizes=1.0, technology=ct.Additive(law))
    for points, there in ((4, False), (5, True)):
        mixed = Mixed.on(np.linspace(0.1, 0.9, points), np.full(points, 1.0 / points))
        faces = rivals(contest, Profile.symmetric(mixed, 3))
        assert (faces._table(np.ones(1)) is not None) == there
        exact = np.mean([
            by_hand(law, 0.5, lambda x, a=a, b=b: law.cdf(x - a) * law.cdf(x - b))
            for a in mixed.atoms[0] for b in mixed.atoms[0]
        ])  # fmt: skip
        assert faces.expected_prize(0, np.array([0.5])) == pytest.approx([exact], abs=1e-11)
    _, certain = field([0.1, 0.2, 0.3, 0.4])
    assert certain._table(np.ones(1)) is None
    _, corners = field([0.1, 0.2, 0.3, 0.4], stats.laplace())
    assert corners._table(np.ones(1)) is None


def test_the_bottom_of_a_field_that_has_a_table() -> None:
    """ln e at no effort, tied with one of four: half of the last two prizes."""
    contest = ct.Contest(
        contestants=ct.Identical(5), prizes=[5.0, 4.0, 3.0, 2.0, 1.0],
        technology=ct.Additive(stats.norm(), output=ct.Log()),
    )  # fmt: skip
    faces = rivals(contest, Profile.pure(np.array([0.0, 0.0, 1.0, 2.0, 3.0])))
    values = contest.prizes.by_rank()
    assert faces._table(values) is not None
    assert faces.expected_prize(0, np.array([-np.inf, 50.0])) == pytest.approx([1.5, 5.0])
    assert faces.expected_prize(0, np.array([-50.0])) == pytest.approx([2.0])
    assert faces.expected_prize(2, np.array([-np.inf])) == pytest.approx([2.0])  # with both at the bottom
    assert faces.rank_probabilities(2, np.array([-np.inf]), 5)[0] == pytest.approx(
        [0.0, 0.0, 1 / 3, 1 / 3, 1 / 3]
    )


@pytest.mark.parametrize("noise", [stats.norm(), stats.laplace()])
def test_every_rank_of_a_hundred_and_twenty_alike(noise: Any) -> None:
    """Each has each rank with probability 1/120, and one of the first 60 with probability one half."""
    contest = ct.Contest(contestants=ct.Identical(120), prizes=1.0, technology=ct.Additive(noise))
    faces = rivals(contest, Profile.symmetric(Pure(0.3), 120))
    at = np.array([0.3])
    assert faces.rank_probabilities(0, at, 120)[0] == pytest.approx(np.full(120, 1 / 120), rel=1e-8)
    half = np.ones(60)
    assert faces._integrate(0, at, half) == pytest.approx([0.5], rel=1e-10)
    # The slope: the density of a rival where 59 of the other 118 are above, times the number of them.
    grid = np.linspace(-8.0, 8.0, 64_001)
    place = stats.binom(118, noise.sf(grid)).pmf(59) * 119 * noise.pdf(grid) ** 2
    assert faces.marginal(0, at, half) == pytest.approx([place.sum() * (grid[1] - grid[0])], rel=1e-6)


def test_handicaps_and_weights_are_of_each_contestant() -> None:
    law = stats.norm()
    contest = ct.Contest(
        contestants=ct.Identical(3), prizes=1.0, technology=ct.Additive(law),
        success=ct.Highest(handicaps=np.array([0.5, 0.0, -0.5])),
    )  # fmt: skip
    faces = rivals(contest, Profile.symmetric(Pure(0.2), 3))
    assert faces.stand(2, np.array([0.4]), 0.0) == pytest.approx([-0.1])
    exact = by_hand(law, 0.2, lambda x: law.cdf(x - 0.7) * law.cdf(x + 0.3))
    assert faces.expected_prize(1, np.array([0.2])) == pytest.approx([exact], abs=1e-11)
    weighed = lottery(success=ct.Lottery(weights=np.array([1.0, 2.0, 5.0])), prizes=[1.0, 0.5])
    found = rivals(weighed, Profile.symmetric(Pure(0.2), 3)).expected_prize(0, np.log(np.array([0.2])))
    second = 2 / 8 * 1 / 6 + 5 / 8 * 1 / 3
    assert found == pytest.approx([1 / 8 + 0.5 * second], abs=1e-11)


def test_private_types_as_rivals() -> None:
    """Abilities on [0, 1] exert their ability over two: scores 3 t / 2; values on [1, 2] exert v / 4."""
    half = Monotone(types=ct.Private(2, ability=stats.uniform(0, 1)).law_of(0), function=lambda t: t / 2)
    contest = ct.Contest(contestants=ct.Private(3, ability=stats.uniform(0, 1)), prizes=[2.0, 1.0])
    faces = rivals(contest, Profile.symmetric(half, 3))
    level = np.array([0.0, 0.3, 0.9, 1.6]) / 1.5
    up = np.minimum(level, 1.0)
    expected = 2.0 * up**2 + 2.0 * up * (1 - up)
    assert faces.expected_prize(0, 1.5 * level) == pytest.approx(expected, abs=1e-12)
    law = stats.norm(scale=0.4)
    quarter = Monotone(types=ct.Private(2, value=stats.uniform(1, 1)).law_of(0), function=lambda v: v / 4)
    noisy = ct.Contest(
        contestants=ct.Private(2, value=stats.uniform(1, 1)), prizes=1.0, technology=ct.Additive(law)
    )
    faces = rivals(noisy, Profile.symmetric(quarter, 2))

    def below(x: Array) -> Array:
        return np.asarray(law.cdf(x[:, None] - 0.25 - 0.125 * (X + 1)) @ W / 2)

    exact = by_hand(law, 0.4, below)
    assert faces.expected_prize(0, np.array([0.4])) == pytest.approx([exact], abs=1e-11)
    assert faces.level_efforts(0).size == 0


# --- ideas of random quality that must reach a reserve ------------------------------------------------


@pytest.mark.parametrize("reserve", [-5.0, 0.3, 1.2])
@pytest.mark.parametrize("name", LAWS)
def test_prizes_ranks_and_slopes_from_the_reserve_on(name: str, reserve: float) -> None:
    """P'(L) = p(t) f(t - L) and the integral of p' f (Drugov, Ryvkin and Zhang 2024)."""
    law, efforts = LAWS[name], [0.2, 1.0, 0.4]
    _, faces = field(efforts, law, PRIZES, entry=ct.Reserve(reserve))
    assert isinstance(faces, ReserveRivals) and faces.least == reserve
    places = [0.2, 0.7]
    corners = [p + end for p in places for end in (*law.support(), 0.0) if np.isfinite(end)]
    at = np.array([-1.0, 0.5, 2.5])
    prizes, slopes = faces.expected_prize(1, at), faces.marginal_prize(1, at)
    ranks = faces.rank_probabilities(1, np.append(at, -np.inf), 2)
    for k, here in enumerate(at):
        cuts = [*corners, here]
        exact = by_hand(law, here, lambda x: prize_of(law, x, places, PRIZES), reserve, cuts)
        assert prizes[k] == pytest.approx(exact, abs=1e-9 if name not in ("laplace", "uniform") else 2e-3)
        exact = by_hand(law, here, lambda x: slope_of(law, x, places, PRIZES), reserve, cuts)
        exact += float(prize_of(law, np.array([reserve]), places, PRIZES)[0] * law.pdf(reserve - here))
        assert slopes[k] == pytest.approx(exact, abs=1e-9 if name not in ("laplace", "uniform") else 2e-3)
        for rank in (0, 1):
            exact = by_hand(law, here, lambda x, r=rank: above(law, x, places)[r], reserve, cuts)
            assert ranks[k, rank] == pytest.approx(
                exact, abs=1e-9 if name not in ("laplace", "uniform") else 2e-3
            )
    assert ranks[3].tolist() == [0.0, 0.0]
    assert faces.expected_prize(1, np.array([-np.inf])).tolist() == [0.0]


def test_alone_with_a_reserve() -> None:
    law = stats.norm(scale=0.7)
    alone = ct.Contest(
        contestants=ct.Identical(1), prizes=2.0, technology=ct.Additive(law), entry=ct.Reserve(0.3)
    )
    faces = rivals(alone, Profile.symmetric(Pure(0.1), 1))
    at = np.array([0.3, -1.0])
    assert faces.expected_prize(0, np.append(at, -np.inf)) == pytest.approx([1.0, 2.0 * law.sf(1.3), 0.0])
    assert faces.marginal_prize(0, at) == pytest.approx(2.0 * law.pdf(0.3 - at))
    assert faces.rank_probabilities(0, at, 2) == pytest.approx(np.array([[0.5, 0.0], [law.sf(1.3), 0.0]]))


def test_far_from_the_reserve_and_the_rivals() -> None:
    """Above everybody only the reserve counts; far below it nothing is won; wide fields have no nodes."""
    law = stats.norm()
    _, high = field([0.0, 0.0], law, [2.0, 1.0], entry=ct.Reserve(60.0))
    assert high.expected_prize(0, np.array([60.0, 70.0, 0.0])) == pytest.approx([1.0, 2.0, 0.0], abs=1e-12)
    assert high.marginal_prize(0, np.array([60.0])) == pytest.approx([2.0 * law.pdf(0.0)])
    _, wide = field([0.0, 3000.0], law, [2.0, 1.0], entry=ct.Reserve(-1.0))
    assert wide.expected_prize(0, np.array([0.0, 2999.0 + 0.3, 4000.0])) == pytest.approx(
        [law.sf(-1.0), 1.0 + law.cdf((2999.0 - 3000.0) / math.sqrt(2)), 2.0], abs=1e-6
    )
    _, open_ended = field([0.2, 1.0, 0.4], law, PRIZES, entry=ct.Reserve(-1e6))
    _, free = field([0.2, 1.0, 0.4], law, PRIZES)
    at = np.array([-1.0, 0.5, 2.5])
    assert open_ended.expected_prize(1, at) == pytest.approx(free.expected_prize(1, at), abs=1e-12)
    assert open_ended.marginal_prize(1, at) == pytest.approx(free.marginal_prize(1, at), abs=1e-10)


def test_many_deviations_and_classes_at_once() -> None:
    """In blocks as one by one; kept for the class of a contestant."""
    contest, faces = field(np.linspace(0.0, 1.0, 30), stats.norm(), [2.0, 1.0], entry=ct.Reserve(0.4))
    at = np.linspace(-1.0, 3.0, 700)
    together = faces.expected_prize(0, at)
    for k in (0, 350, 699):
        assert faces.expected_prize(0, at[k : k + 1]) == pytest.approx(together[k : k + 1], rel=1e-13)
    other = faces.expected_prize(29, at)
    alone = rivals(contest, Profile.pure(np.linspace(0.0, 1.0, 30))).expected_prize(29, at)
    assert other == pytest.approx(alone, rel=1e-14) and abs(other - together).max() > 1e-3


def test_nodes_from_the_reserve_up_to_where_nobody_is() -> None:
    law = ct.Additive(stats.norm(scale=2.0)).shock
    places = np.array([0.0, 3.0])
    nodes = score_nodes(law, places, 1.0)
    assert nodes is not None and nodes.low == 1.0
    assert nodes.high == pytest.approx(3.0 + 2.0 * stats.norm.isf(1e-19))
    assert nodes.w.sum() == pytest.approx(nodes.high - 1.0)
    assert (np.diff(nodes.x) > 0).all() and np.diff(nodes.x).max() < 0.6 * 2.0 / 5
    assert nodes.x.min() > 1.0 and nodes.x.max() < nodes.high and nodes.x.size % 16 == 0
    mass = float(nodes.w @ stats.norm(3.0, 2.0).pdf(nodes.x))
    assert mass == pytest.approx(stats.norm(3.0, 2.0).sf(1.0), rel=1e-13)
    least = score_nodes(law, places, -np.inf)
    assert least is not None and least.low == pytest.approx(2.0 * stats.norm.ppf(1e-19))
    assert least.w @ stats.norm(0.0, 2.0).pdf(least.x) == pytest.approx(1.0, rel=1e-13)
    beyond = score_nodes(law, places, 30.0)
    assert beyond is not None and beyond.x.size == 0 and beyond.w.size == 0
    assert beyond.low == beyond.high == 30.0
    assert score_nodes(law, np.zeros(0), 1.0) is None
    assert score_nodes(ct.Additive(stats.laplace()).shock, places, 1.0) is None
    assert score_nodes(law, places, np.inf) is None
    # Six hundred panels of 0.6 scales each, and no more.
    span = 600 * 0.6 * 2.0
    top = 2.0 * stats.norm.isf(1e-19)
    for more, there in ((-1e-3, True), (1e-3, False)):
        assert (score_nodes(law, np.array([0.0, span - top + more]), 0.0) is not None) == there
    for shape in (stats.logistic(), stats.gumbel_r(), stats.gumbel_l()):
        assert score_nodes(ct.Additive(shape).shock, places, 1.0) is not None


def test_the_score_of_the_reserve() -> None:
    def score(**parts: Any) -> float:
        given = {"contestants": ct.Identical(2), "prizes": 1.0, "entry": ct.Reserve(0.3), **parts}
        return passing_score(ct.Contest(**given))

    assert score(technology=ct.Additive(stats.norm())) == 0.3
    assert score(technology=ct.Trials(stats.norm())) == pytest.approx(
        -math.log(-math.log(stats.norm.cdf(0.3)))
    )
    assert score(technology=ct.Trials(stats.uniform(1, 1))) == -np.inf  # every draw reaches it
    assert score(technology=ct.Trials(stats.uniform(-1, 1))) == np.inf  # none does
    for parts, words in (
        (
            {"technology": ct.Additive(stats.norm()), "success": ct.Highest(error=stats.norm())},
            "What the judges see does not tell whether the reserve is reached: drop error and handicaps.",
        ),
        (
            {"technology": ct.Additive(stats.norm(), common=stats.norm())},
            "It lifts all ideas over the reserve together; a shock of each contestant's own would work.",
        ),
    ):
        with pytest.raises(InvalidPartError) as caught:
            score(**parts)
        assert str(caught.value).startswith("Contest.entry must be without a reserve ")
        assert str(caught.value).endswith(words) and "Reserve(0.3)" in str(caught.value)


def test_fixed_prizes_only_and_which_rivals_there_are() -> None:
    law = ct.Additive(stats.norm())
    plain = ct.Contest(contestants=ct.Identical(2), prizes=1.0, technology=law, entry=ct.Reserve(0.3))
    sure = Profile.symmetric(Pure(0.1), 2)
    assert isinstance(rivals(plain, sure), ReserveRivals)
    assert type(rivals(plain.replace(entry=ct.AllEnter()), sure)) is Rivals
    assert type(rivals(plain.replace(technology=ct.Exact()), sure)) is Rivals
    shared = rivals(plain.replace(prizes=ct.QualityShare(base=1.0, share=0.1)), sure)
    with pytest.raises(InvalidPartError, match="fixed prizes when a shock decides on a reserve") as caught:
        shared.expected_prize(0, np.array([0.1]))
    assert "QualityShare(base=1.0, share=0.1)" in str(caught.value)


@pytest.mark.parametrize(("noise", "nodes"), [(stats.norm(), True), (stats.laplace(), False)])
def test_one_set_of_nodes_serves_all_deviations(noise: Any, nodes: bool) -> None:
    """Of smooth noise, kept for a class and what is asked; other noise goes by the quantiles of one's own."""
    _, faces = field([0.1, 0.4], noise, entry=ct.Reserve(0.3))
    assert isinstance(faces, ReserveRivals)
    at = np.linspace(-1.0, 1.0, 5)
    for _ in range(2):
        faces.expected_prize(0, at)
        faces.marginal_prize(0, at)
        faces.rank_probabilities(0, at, 2)
    assert len(faces._kept) == 3
    assert all((kept is not None) == nodes for kept in faces._kept.values())
