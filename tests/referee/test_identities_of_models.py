"""What must add up in every model of the pages: chances to one, payoffs to prizes less what efforts cost."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

PAGES = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "propositions_page.py"))["pages"]()
SLOW = {"amann_leininger", "archak_sundararajan"}  # the same contests have tests of their own
# How many first places there are to expect, where it is not one for sure.
FIRST = {
    "group_contest": None,  # all members of the group that wins
    "engagement": None,  # one a contest, members meet in contests of random size
    "platform": None,
    "many_contests": None,  # several contests, some without anybody
    "uncertain_participation": None,
    "experimentation_contest": 0.375,  # nobody may succeed: the prize of 1 is paid as often
}


@pytest.mark.parametrize("name", sorted(set(PAGES) - SLOW))
def test_what_must_add_up(name: str) -> None:
    found = PAGES[name]().solve()
    chance = found.win_probability
    assert chance.shape == found.payoff.shape == found.effort.shape
    assert np.all((chance >= -1e-12) & (chance <= 1 + 1e-12))
    first = FIRST.get(name, 1.0)
    if first is not None:
        assert chance.sum() == pytest.approx(first, rel=1e-7)
        assert found.total_effort == pytest.approx(found.effort.sum(), rel=1e-9, abs=1e-12)
    outcomes = found.game.outcomes(found.profile)
    if hasattr(outcomes, "expected_average"):
        assert found.expected_best >= found.expected_average - 1e-12 * abs(found.expected_average)
        if np.ptp(found.effort) == 0 and found.game.n > 1 and name.startswith("terwiesch"):
            assert found.expected_best > found.expected_average
    if hasattr(outcomes, "effort_costs") and first is not None:
        assert found.payoff.sum() == pytest.approx(found.prizes_paid - outcomes.effort_costs(), rel=1e-9)
    if hasattr(outcomes, "winner_quality"):
        assert outcomes.winner_quality() <= found.expected_best + 1e-12
