"""Entry as a game: what is left of a contest when some come, and what a random number of rivals is worth.

Routes: lotteries by hand (k alike contestants: effort (k - 1) V / k^2, payoff V / k^2), hypergeometric
chances counted with whole numbers, sums over the number of rivals.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.entry_games import EntryProfile, FreeEntryGame, _select, field_of
from contests.entry_random import MixedEntryProfile, RandomEntryGame, equivalent_prizes
from contests.profile import Profile, as_profile

LOTTERY = ct.Contest(contestants=ct.Identical(5), prizes=1.0, success=ct.Lottery())
FREE = LOTTERY.replace(entry=ct.FreeEntry(cost=0.07, fee=0.01))
KNOWN = ct.Contest(
    contestants=ct.Known(value=[4.0, 3.0, 2.0], cost=[1.0, 2.0, 3.0], ability=[0.1, 0.2, 0.3]),
    prizes=[3.0, 2.0, 1.0],
    success=ct.Lottery(weights=[1.0, 2.0, 3.0], head_starts=[0.5, 0.25, 0.125]),
    cost=ct.Power(2),
)


def shared(n: int, effort: float) -> Profile:
    return Profile.symmetric(ct.Pure(effort), n)


def entered(k: int, n: int = 5, threat: float | None = None) -> EntryProfile:
    """k of n enter the lottery and do as its equilibrium says; one more would find that of k + 1."""
    inside = shared(k, (k - 1) / k**2) if k else None
    effort = k / (k + 1) ** 2 if threat is None else threat
    return EntryProfile(
        n, entrants=range(k), inside=inside, after={k: shared(k + 1, effort)} if k < n else {}
    )


# --- what is left of a contest ------------------------------------------------------------------------


def test_columns_follow_who_comes() -> None:
    part = field_of(KNOWN, [2, 0])
    assert part.contestants == ct.Known(value=[2.0, 4.0], cost=[3.0, 1.0], ability=[0.3, 0.1])
    assert part.success == ct.Lottery(weights=[3.0, 1.0], head_starts=[0.125, 0.5])
    assert part.prizes == ct.ByRank([3.0, 2.0])
    assert part.entry == ct.AllEnter() and part.cost == ct.Power(2)
    assert field_of(KNOWN, [1]).prizes == ct.WinnerTakeAll(3.0)
    assert field_of(KNOWN, [1, 2], pot=0.5).prizes == ct.ByRank([3.5, 2.0])
    judged = ct.Contest(
        contestants=ct.Identical(3), prizes=1.0, success=ct.Highest(handicaps=[1.0, 2.0, 3.0])
    )
    assert field_of(judged, (2, 1)).success == ct.Highest(handicaps=[3.0, 2.0])
    common = ct.Known(value=[4.0, 3.0, 2.0], cost=2.0)
    assert field_of(KNOWN.replace(contestants=common, success=ct.Lottery()), [1, 2]).contestants == ct.Known(
        value=[3.0, 2.0], cost=2.0
    )


def test_alike_and_private_contestants_are_as_many_as_come() -> None:
    assert field_of(LOTTERY, [3, 1]).contestants == ct.Identical(2)
    alike = ct.Contest(contestants=ct.Private(3, value=stats.uniform()), prizes=[2.0, 1.0, 1.0])
    part = field_of(alike, range(2))
    assert part.contestants.n == 2 and part.prizes == ct.ByRank([2.0, 1.0])
    laws = [stats.uniform(), stats.uniform(0, 2), stats.uniform(0, 3)]
    unlike = alike.replace(contestants=ct.Private(3, value=laws))
    assert field_of(unlike, [2, 0]).contestants == ct.Private(2, value=[laws[2], laws[0]])
    share = alike.replace(prizes=ct.QualityShare(base=1.0, share=0.1))
    assert field_of(share, [0, 1]).prizes == share.prizes
    assert field_of(share, [0, 1], pot=0.5).prizes == ct.QualityShare(base=1.5, share=0.1)


def test_words_about_contestants_of_another_kind() -> None:
    with pytest.raises(ct.InvalidPartError) as caught:
        _select("somebody", np.array([0]))  # type: ignore[arg-type]
    assert str(caught.value) == (
        "Contest.contestants must be ct.Identical, ct.Known or ct.Private when entry is part of the "
        "equilibrium, not 'somebody'."
    )


# --- free entry ---------------------------------------------------------------------------------------


def test_a_profile_of_entry() -> None:
    profile = EntryProfile(5, entrants=(3, 1), inside=as_profile([0.2, 0.1], 2), after={})
    assert profile.entrants == (3, 1) and profile.outside.tolist() == [0, 2, 4]
    assert [profile.strategy(i).mean() for i in range(5)] == [0.0, 0.1, 0.0, 0.2, 0.0]
    assert repr(profile) == "<EntryProfile: 2 of 5 enter, Profile.pure([0.2, 0.1])>"
    nobody = EntryProfile(3, entrants=(), inside=None, after={})
    assert nobody.outside.tolist() == [0, 1, 2] and nobody.n == 3


def test_what_entering_pays_by_hand() -> None:
    """Three of five are in: 1/9 each, less the price of .08; a fourth would get 1/16."""
    game = FREE.game()
    assert isinstance(game, FreeEntryGame)
    assert (game.n, game.price, game.stakes) == (5, pytest.approx(0.08), 1.0)
    profile = entered(3)
    assert game.payoff(1, 2 / 9, profile) == pytest.approx(1 / 9 - 0.08, rel=1e-12)
    assert game.payoff(3, 3 / 16, profile) == pytest.approx(1 / 16 - 0.08, rel=1e-12)
    assert game.payoff(0, 0.0, profile) == pytest.approx(-0.08, rel=1e-12)
    assert game.marginal_payoff(2, 2 / 9, profile) == pytest.approx(0.0, abs=1e-12)
    assert game.marginal_payoff(2, 1 / 9, profile) == pytest.approx((4 / 9) / (5 / 9) ** 2 - 1, rel=1e-12)
    assert game.effort_cost(0, 0.3) == pytest.approx(0.3)
    assert game.classes(profile)[0].size == 0 and game.classes(profile)[1].size == 0
    found = game.entry_findings(profile)
    assert [f[0] for f in found] == [0, 3]
    assert found[0][1:] == (
        pytest.approx(2 / 9),
        pytest.approx(math.nan, nan_ok=True),
        pytest.approx(1 / 9 - 0.08),
        0,
    )
    assert math.isnan(found[1][1])
    assert found[1][2:] == (pytest.approx(3 / 16), 0, pytest.approx(1 / 16 - 0.08))
    stages = game.subgames(profile)
    assert [(stage.n, played.n) for stage, played in stages] == [(3, 3), (4, 4)]
    assert ct.certify(game, profile).passed and ct.certify(game, profile).checked > 200
    for k in (2, 4):
        assert not ct.certify(game, entered(k)).passed
    assert not ct.certify(game, entered(3, threat=5.0)).passed
    assert game.inner((0, 1)) is game.inner([0, 1])


def test_who_gains_least_would_leave_first() -> None:
    unlike = ct.Contest(
        contestants=ct.Known(value=[1.0, 2.0, 1.5]),
        prizes=1.0,
        success=ct.Lottery(),
        entry=ct.FreeEntry(cost=0.1),
    )
    game = unlike.game()
    inside = ct.solve(game.inner((1, 0))).profile
    profile = EntryProfile(
        3, entrants=(1, 0), inside=inside, after={2: ct.solve(game.inner((1, 0, 2))).profile}
    )
    # Shares 2/3 and 1/3 of values 2 and 1.
    assert game.outcomes(profile).payoff == pytest.approx([1 / 9 - 0.1, 8 / 9 - 0.1, 0.0], rel=1e-9)
    assert game.entry_findings(profile)[0][0] == 0
    assert game.payoff(1, inside.strategy(0).mean(), profile) == pytest.approx(8 / 9 - 0.1, rel=1e-9)


def test_fees_in_the_winners_prize() -> None:
    """n enter while (V + n f) / n^2 >= f; three make 1.3, the stakes are the prize if all come."""
    game = LOTTERY.replace(entry=ct.Fee(0.1, refundable_to="winner")).game()
    assert game.price == 0.1 and game.stakes == 1.5
    assert game.inner(range(3)).prizes == ct.WinnerTakeAll(1.3)
    played = {3: shared(3, 1.3 * 2 / 9), 4: shared(4, 1.4 * 3 / 16)}
    profile = EntryProfile(5, entrants=range(3), inside=played[3], after={3: played[4]})
    assert game.outcomes(profile).payoff[:3] == pytest.approx([1.3 / 9 - 0.1] * 3, rel=1e-12)
    assert game.outcomes(profile).prizes_paid == pytest.approx(1.3, rel=1e-12)


def test_outcomes_of_entry_by_hand() -> None:
    game = FREE.game()
    found = game.outcomes(entered(3))
    assert found.payoff == pytest.approx([*[1 / 9 - 0.08] * 3, 0.0, 0.0], rel=1e-12)
    assert found.win_probability == pytest.approx([*[1 / 3] * 3, 0.0, 0.0], rel=1e-12)
    assert (found.entrants, found.prizes_paid) == (3.0, pytest.approx(1.0))
    assert found.fees_collected == pytest.approx(0.03, rel=1e-12)
    assert found.effort_costs() == pytest.approx(3 * 2 / 9 + 3 * 0.07, rel=1e-12)
    assert found.expected_best == pytest.approx(2 / 9, rel=1e-12)
    assert found.expected_average == pytest.approx(2 / 9, rel=1e-12)
    assert found.winner_quality() == pytest.approx(2 / 9, rel=1e-12)
    assert found.top_qualities(2) == pytest.approx(4 / 9, rel=1e-12)
    assert (found.chance_above(0.2), found.chance_above(0.3)) == (1.0, 0.0)
    nobody = game.outcomes(EntryProfile(5, entrants=(), inside=None, after={0: shared(1, 0.0)}))
    assert nobody.payoff.tolist() == [0.0] * 5 and nobody.win_probability.tolist() == [0.0] * 5
    assert (nobody.entrants, nobody.prizes_paid, nobody.fees_collected, nobody.effort_costs()) == (0, 0, 0, 0)
    assert nobody.expected_best == nobody.expected_average == nobody.winner_quality() == -math.inf
    assert nobody.top_qualities(1) == -math.inf and nobody.chance_above(0.0) == 0.0


def test_words_about_profiles_of_entry() -> None:
    game = FREE.game()
    for wrong in (0.2, entered(3, n=6)):
        with pytest.raises(ct.InvalidPartError) as caught:
            game.profile(wrong)
        assert str(caught.value).startswith("profile must be an EntryProfile of 5 contestants, not ")
        assert str(caught.value).endswith(" solve() returns one.")
    untold = EntryProfile(5, entrants=range(3), inside=shared(3, 2 / 9), after={})
    with pytest.raises(ct.InvalidPartError) as caught:
        game.payoff(4, 0.1, untold)
    assert str(caught.value).startswith("profile must be told what is played if contestant 4 comes in, not ")
    with pytest.raises(ct.InvalidPartError) as caught:
        game.entry_findings(untold)
    words = "profile must be told what is played if each kind of outsider comes in, not "
    assert str(caught.value).startswith(words)


def test_play_leaves_outsiders_with_nothing() -> None:
    drawn = FREE.game().play(entered(3), 4000, rng=np.random.default_rng(1))
    assert drawn.effort[0].tolist() == pytest.approx([*[2 / 9] * 3, 0.0, 0.0])
    assert drawn.prize.sum(axis=1) == pytest.approx(np.ones(4000))
    assert (drawn.prize[:, 3:] == 0).all() and (drawn.payoff[:, 3:] == 0).all()
    assert drawn.payoff[:, :3] == pytest.approx(drawn.prize[:, :3] - 2 / 9 - 0.08)
    assert drawn.prize[:, 0].mean() == pytest.approx(1 / 3, abs=0.03)


# --- a random number of rivals ------------------------------------------------------------------------


def counted(values: list[float], chances: list[float]) -> list[float]:
    """Prizes w_j by counting: of N - 1 rivals j - 1 are better, and k of them come."""
    most = len(chances) - 1
    prizes = []
    for better in range(most + 1):
        total = 0.0
        for k, chance in enumerate(chances):
            for b, value in enumerate(values):
                if b <= better and 0 <= k - b <= most - better:
                    ways = math.comb(better, b) * math.comb(most - better, k - b)
                    total += chance * value * ways / math.comb(most, k)
        prizes.append(total)
    return prizes


@pytest.mark.parametrize(
    "values", [[1.0], [3.0, 2.0], [3.0, 2.0, 2.0, 1.0], [5.0, 4.0, 3.0, 2.0, 1.0, 0.5, 0.1]]
)
@pytest.mark.parametrize("chances", [[1.0], [0.0, 1.0], [0.2, 0.5, 0.3], [0.1, 0.0, 0.2, 0.3, 0.4]])
def test_prizes_that_are_worth_the_same(values: list[float], chances: list[float]) -> None:
    found = equivalent_prizes(np.array(values), np.array(chances))
    assert found == pytest.approx(counted(values, chances), rel=1e-12)
    assert (np.diff(found) <= 0).all()


def random_entry(**parts: Any) -> RandomEntryGame:
    given = ct.Contest(
        **{
            "contestants": ct.Identical(4),
            "prizes": [2.0, 1.0],
            "success": ct.Lottery(exponent=0.8),
            "entry": ct.RandomEntry([0.2, 0.0, 0.5, 0.3]),
            **parts,
        }
    )
    game = given.game()
    assert isinstance(game, RandomEntryGame)
    return game


def test_one_contest_instead_of_many() -> None:
    """The contest of fixed size against the sum over numbers; one prize by the lottery's formula."""
    game = random_entry()
    efforts = np.array([0.0, 0.1, 0.4, 2.0])
    assert game.payoff(0, efforts, 0.4) == pytest.approx(game.mixture(efforts, 0.4), rel=1e-11)
    plain = random_entry(prizes=3.0, success=ct.Lottery())
    exact = [
        3.0 * sum(q * e / (e + 0.4 * k) if e else q * (k == 0) for k, q in enumerate([0.2, 0.0, 0.5, 0.3]))
        - e
        for e in efforts
    ]
    exact[0] = 3.0 * 0.2
    assert plain.payoff(0, efforts, 0.4) == pytest.approx(exact, rel=1e-11)
    slope = 3.0 * sum(q * 0.4 * k / (0.4 + 0.4 * k) ** 2 for k, q in enumerate([0.2, 0.0, 0.5, 0.3])) - 1.0
    assert plain.marginal_payoff(0, np.array([0.4]), plain.profile(0.4)) == pytest.approx([slope], rel=1e-10)
    private = random_entry(contestants=ct.Private(4, value=stats.uniform(1, 1)), success=ct.Highest())
    strategy = ct.Monotone(types=stats.uniform(1, 1), function=lambda v: 0.3 * (v - 1))
    types = np.array([1.2, 1.7])
    assert private.payoff(0, np.array([0.06, 0.21]), strategy, types) == pytest.approx(
        private.mixture(np.array([0.06, 0.21]), strategy, types), rel=1e-10
    )
    assert plain.effort_cost(0, efforts) == pytest.approx(efforts)
    assert plain.mixture(0.4, 0.4) == pytest.approx(plain.payoff(0, np.array([0.4]), 0.4)[0], rel=1e-11)
    two = random_entry(entry=ct.RandomEntry([0.5, 0.5]), prizes=1.0, success=ct.Lottery())
    assert two.payoff(0, np.array([0.3]), 0.1) == pytest.approx([0.5 + 0.5 * 0.75 - 0.3], rel=1e-12)
    assert two.fixed_size(np.array([0.5, 0.5])).n == 2
    assert (plain.stakes, plain.price, plain.endogenous, plain.n) == (3.0, 0.0, False, 4)
    assert plain.outside_option(0) == 0.0
    alone = random_entry(entry=ct.RandomEntry([1.0]))
    assert alone.payoff(0, np.array([0.3]), 0.5) == pytest.approx([2.0 - 0.3])
    assert alone.fixed_size(np.array([1.0, 0.0])).n == 1


def test_who_takes_part_sees_large_contests_more_often() -> None:
    """Of sizes 1, 3 and 4 seen with .2, .5 and .3: chances in proportion to .2, .5/3 and .3/4."""
    game = random_entry()
    numbers, chances = game.sizes(game.profile(0.4))
    raw = np.array([0.2, 0.0, 0.5 / 3, 0.3 / 4])
    assert numbers.tolist() == [1, 2, 3, 4]
    assert chances == pytest.approx(raw / raw.sum(), rel=1e-12)
    some = random_entry(entry=ct.RandomEntry([0.2, 0.0, 0.5, 0.3], nobody=0.1))
    assert some.sizes(some.profile(0.4))[1] == pytest.approx(0.9 * raw / raw.sum(), rel=1e-12)


def mixed_entry(observed: bool, **parts: Any) -> RandomEntryGame:
    return random_entry(
        prizes=1.0,
        success=ct.Lottery(),
        entry=ct.FreeEntry(cost=0.15, fee=0.05, mixed=True, observed=observed),
        **parts,
    )


def test_mixed_entry_by_hand() -> None:
    """Each of four comes with probability p: rivals are binomial, sizes too."""
    game = mixed_entry(observed=False)
    profile = MixedEntryProfile(ct.Pure(0.1), 4, 0.3)
    assert repr(profile) == "<MixedEntryProfile: each of 4 enters with probability 0.3>"
    assert (
        game.endogenous and game.price == pytest.approx(0.2) and game.outside_option(0) == pytest.approx(-0.2)
    )
    numbers, chances = game.rivals(profile)
    assert numbers.tolist() == [0, 1, 2, 3]
    assert chances == pytest.approx(stats.binom(3, 0.3).pmf(numbers), rel=1e-13)
    sizes, often = game.sizes(profile)
    assert sizes.tolist() == [1, 2, 3, 4]
    assert often == pytest.approx(stats.binom(4, 0.3).pmf(sizes), rel=1e-13)
    value = sum(stats.binom(3, 0.3).pmf(k) / (k + 1) for k in range(4)) - 0.1 - 0.2
    assert game.payoff(0, np.array([0.1]), profile) == pytest.approx([value], rel=1e-12)
    found = game.entry_findings(profile)
    assert [f[0] for f in found] == [0, 0]
    assert math.isnan(found[0][1]) and found[0][2:] == (0.1, 0.0, pytest.approx(value, rel=1e-12))
    assert found[1][1] == 0.1 and math.isnan(found[1][2]) and found[1][3:] == (pytest.approx(value), 0.0)
    assert len(game.entry_findings(MixedEntryProfile(ct.Pure(0.1), 4, 1.0))) == 1
    assert math.isnan(game.entry_findings(MixedEntryProfile(ct.Pure(0.1), 4, 1.0))[0][2])
    assert math.isnan(game.entry_findings(MixedEntryProfile(ct.Pure(0.1), 4, 0.0))[0][1])
    assert random_entry().entry_findings(profile) == []
    assert game.classes(profile)[0].tolist() == [0] and game.classes(profile)[1].tolist() == [4]
    assert list(game.subgames(profile)) == []
    seen = MixedEntryProfile(ct.Pure(0.1), 4, 0.3, {2: shared(2, 0.25), 3: shared(3, 2 / 9)})
    assert game.classes(seen)[0].size == 0
    assert [(stage.n, played.n) for stage, played in game.subgames(seen)] == [(2, 2), (3, 3)]
    assert mixed_entry(observed=True).outcomes(
        MixedEntryProfile(ct.Pure(0.1), 4, 0.3, {k: shared(k, (k - 1) / k**2) for k in range(1, 5)})
    ).payoff[0] == pytest.approx(sum(stats.binom(3, 0.3).pmf(k) / (k + 1) ** 2 for k in range(4)) - 0.2)


def test_words_about_random_entry() -> None:
    laws = ct.Private(2, value=[stats.uniform(), stats.uniform(0, 2)])
    unlike = ct.Contest(contestants=laws, prizes=1.0, entry=ct.RandomEntry([0.5, 0.5]))
    with pytest.raises(ct.InvalidPartError) as caught:
        RandomEntryGame(unlike)
    assert str(caught.value) == (
        "Contest.contestants must be alike when entry is random and types are private, not different "
        "contestants. With types of different laws use ct.FreeEntry(cost=...) in pure strategies."
    )
    game = random_entry()
    with pytest.raises(ct.InvalidPartError) as caught:
        game.profile([0.1, 0.2, 0.1, 0.1])
    assert str(caught.value).startswith("profile must be one strategy for all when entry is random, not ")
    with pytest.raises(ct.InvalidPartError) as caught:
        mixed_entry(observed=False).payoff(0, 0.1, 0.2)
    words = "profile must be told the probability of entry; solve() returns one, not "
    assert str(caught.value).startswith(words)
