"""Morgan, Orzen and Sefton (2012): sequential entry into lotteries; their table of efforts and entrants."""

from __future__ import annotations

import numpy as np
import pytest

import contests as ct
from cases import cases, expected


def contest(p, entry):
    return ct.Contest(
        contestants=ct.Identical(p["potential_entrants"]),
        prizes=p.get("prize", 50),
        success=ct.Lottery(),
        entry=entry,
    )


@pytest.mark.parametrize("case", cases("published", ids=("mos2012_small_prize",)))
def test_published_table(case):
    p = case["parameters"]
    full = contest(p, ct.AllEnter())
    efforts = [
        ct.solve(full.replace(contestants=ct.Identical(k))).effort[0]
        for k in range(1, p["potential_entrants"] + 1)
    ]
    assert np.array(efforts) == expected(case, "effort_by_entrants_1_to_6")
    # Staying out is worth the outside option: that is what entering costs.
    eq = ct.solve(contest(p, ct.FreeEntry(cost=p["outside_option"])))
    assert ct.PerEntrant(1.0)(eq) == case["published"]["equilibrium_entrants"]
    assert eq.certificate.passed


@pytest.mark.parametrize("case", cases("published", ids=("mos2012_entrant_sets",)))
def test_number_of_sets_of_entrants(case):
    p = case["parameters"]
    for prize, number in zip(p["prizes"], case["published"]["entrant_sets"], strict=True):
        entry = ct.FreeEntry(cost=p["outside_option"])
        sets = ct.stable_entry(contest({**p, "prize": prize}, entry))
        assert sum(one.copies for one in sets) == number


def test_entry_is_certified_both_ways():
    game = contest({"potential_entrants": 6, "prize": 50}, ct.FreeEntry(cost=10)).game()
    right = ct.solve(game).profile
    from contests.entry_games import EntryProfile

    def with_entrants(k):
        inside = ct.solve(game.inner(range(k))).profile if k else None
        after = {k: ct.solve(game.inner(range(k + 1))).profile}
        return EntryProfile(6, entrants=range(k), inside=inside, after=after)

    assert ct.certify(game, right).passed
    too_few, too_many = ct.certify(game, with_entrants(1)), ct.certify(game, with_entrants(3))
    assert not too_few.passed
    assert "stays out but would rather enter" in too_few.explain()
    assert too_few.max_gain == pytest.approx((12.5 - 10) / 50)
    assert not too_many.passed
    assert "would rather stay out" in too_many.explain()
    assert too_many.max_gain == pytest.approx((10 - 50 / 9) / 50)


def test_effort_off_the_path_must_be_an_equilibrium_too():
    from contests.entry_games import EntryProfile

    game = contest({"potential_entrants": 6, "prize": 50}, ct.FreeEntry(cost=10)).game()
    right = ct.solve(game).profile
    threat = game.inner(range(3)).profile(50.0)  # ruinous efforts to keep a third out
    profile = EntryProfile(6, entrants=right.entrants, inside=right.inside, after={2: threat})
    assert not ct.certify(game, profile).passed
