"""A rule of entry decides who takes part: what presumes that all do says so instead of a wrong number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from scipy import stats

import contests as ct
from contests.models import Expertise, Ideation, TerwieschXu, TrialAndError

RULES = [ct.FreeEntry(cost=1.0), ct.Invite(2), ct.Fee(1.0), ct.RandomEntry(stats.poisson(3))]
METHODS: dict[str, Callable[[TerwieschXu], Any]] = {
    "best_size": lambda model: model.best_size(),
    "largest_field": lambda model: model.largest_field(),
    "free_entry": lambda model: model.free_entry(cost=0.5),
    "best_contingent_award": lambda model: model.best_contingent_award(),
}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("entry", RULES, ids=lambda rule: type(rule).__name__)
def test_sizes_and_contingent_awards_presume_that_all_take_part(entry: Any, method: str) -> None:
    """Free entry at cost 1 stops at a few solvers: profit used to "rise with every solver"."""
    model = TerwieschXu(project=Ideation(returns=1.0, shock=2.0), solvers=5, award=10.0, entry=entry)
    with pytest.raises(ct.UnsolvableError, match=f"rule of entry(?s:.*){method}: leave out entry="):
        METHODS[method](model)


def test_a_reserve_is_for_private_abilities() -> None:
    ideation = TerwieschXu(project=Ideation(), solvers=2, award=1.0, entry=ct.Reserve(0.5))
    with pytest.raises(ct.UnsolvableError, match="rule of entry"):
        ideation.largest_field()
    expertise = TerwieschXu(
        project=Expertise(ability=stats.uniform()), solvers=3, award=3.0, entry=ct.Reserve(-0.2, fee=0.1)
    )
    assert expertise.largest_field() == float("inf")


@pytest.mark.parametrize(
    "project",
    [Ideation(returns=1.0, shock=2.0), TrialAndError(draw=stats.gumbel_r())],
    ids=["luck", "trials"],
)
def test_the_best_of_a_random_number(project: Any) -> None:
    model = TerwieschXu(project=project, solvers=5, award=10.0)
    with pytest.raises(ct.UnsolvableError, match="number of contestants to chance"):
        model.replace(entry=ct.RandomEntry(stats.poisson(3))).distribution_of_best()
    two = model.replace(entry=ct.Invite(2)).distribution_of_best()
    assert two.mean() == pytest.approx(model.replace(solvers=2).solve().expected_best, rel=1e-12)
