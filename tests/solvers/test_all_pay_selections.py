"""All-pay contests of known differences: which equilibrium is named, and whether a third would join.

With linear costs the pair's chances are straight lines in quality: of the one ahead (worth 0.6, head
start 0.5, payoff 0.1) F_1(q) = q, of the other (worth 1) F_2(q) = (q - 0.4)/0.6 from q = 0.5 on. A third of
worth 0.4 and head start s gains 0.4 F_1(q) F_2(q) - (q - s), a convex function of q: at most what it is at
q = 0.5, which is 1/30 - (0.5 - s).
"""

from __future__ import annotations

from typing import Any

import pytest

import contests as ct
from contests.solvers.all_pay_known import SOLVER, AllPayKnownSolver

BAYE = "Baye, Kovenock and de Vries (1996)"
COMPETES = "one of a continuum, in which one of the tied contestants competes"


def contest(value: list[float], prizes: Any = 1.0, ability: Any = None, **parts: Any) -> ct.Contest:
    traits = {} if ability is None else {"ability": ability}
    return ct.Contest(contestants=ct.Known(value=value, **traits), prizes=prizes, **parts)


@pytest.mark.parametrize(
    ("given", "selection"),
    [
        (contest([2.0, 1.0]), f"unique ({BAYE})"),
        (contest([1.0, 1.0, 0.5]), f"unique ({BAYE})"),
        (
            contest([2.0, 1.0, 1.0]),
            f"{COMPETES}; payoffs agree, total effort lies between 0.723858 and 0.75 ({BAYE})",
        ),
        (
            contest([2.0, 1.0, 1.0], cost=ct.Power(2)),
            f"{COMPETES}; payoffs agree, total efforts do not ({BAYE})",
        ),
        (
            contest([1.0, 1.0, 1.0, 0.5]),
            f"{COMPETES}; their payoffs and the total cost of effort agree ({BAYE})",
        ),
        (contest([3.0, 2.0, 1.0], [1.0, 1.0]), "unique (Siegel (2009, 2010))"),
        (
            contest([3.0, 2.0, 2.0], [1.0, 1.0]),
            "the one Siegel (2010) constructs; with ties for the last prize others may exist, with equal "
            "payoffs",
        ),
        (contest([2.0, 1.0], ability=[0.1, 0.0]), "unique (Siegel 2010, 2014)"),
        (
            contest([2.0, 1.0], ability=[3.0, 0.0]),
            "unique: the head start ends the contest (Siegel 2014)",
        ),
        (
            contest([2.0, 1.0, 0.5], ability=[0.1, 0.0, 0.0]),
            "the two of highest reach compete; others may exist",
        ),
    ],
)
def test_which_equilibrium_is_found(given: ct.Contest, selection: str) -> None:
    assert SOLVER.refuses(given) is None and SOLVER.solve(given).selection == selection


def test_the_tied_may_do_alike() -> None:
    """Three of one worth spend a third each; with worths 2, 1 and 1 the total is 0.723858 (Baye et al.)."""
    solver = AllPayKnownSolver(alike=True)
    same = solver.solve(contest([1.0, 1.0, 1.0]))
    assert [same.profile.strategy(i).mean() for i in range(3)] == pytest.approx([1 / 3] * 3, rel=1e-10)
    assert same.selection.startswith("one of a continuum, in which the tied contestants do alike; their ")
    behind = solver.solve(contest([2.0, 1.0, 1.0]))
    means = [behind.profile.strategy(i).mean() for i in range(3)]
    assert means[1] == means[2] and sum(means) == pytest.approx(0.723858, abs=5e-7)
    assert behind.selection.startswith("one of a continuum, in which the tied contestants do alike; payoffs ")


@pytest.mark.parametrize(("start", "joins"), [(0.48, True), (0.467, True), (0.466, False), (0.3, False)])
def test_a_third_joins_where_a_quality_pays(start: float, joins: bool) -> None:
    """At a head start of 7/15 the best that she can do breaks even."""
    words = (
        "contestant 2 would join the two of highest reach, whose head starts differ from hers; these two "
        "alone, or equal head starts, would work"
    )
    given = contest([0.6, 1.0, 0.4], ability=[0.5, 0.0, start])
    assert SOLVER.refuses(given) == (words if joins else None)


def test_a_third_whose_head_start_wins_by_itself_joins() -> None:
    """Two of worth 1 mix evenly on [0, 1]: a third who stands at 0.05 beats both with chance 0.0025."""
    refused = SOLVER.refuses(contest([1.0, 1.0, 0.9], ability=[0.0, 0.0, 0.05]))
    assert refused is not None and refused.startswith("contestant 2 would join")


def test_several_prizes_and_head_starts_that_leave_the_winners_open() -> None:
    given = contest([3.0, 2.0, 1.0], [1.0, 1.0], ability=[0.1, 0.0, 0.0])
    assert SOLVER.refuses(given) == (
        "there are several prizes and different head starts that leave the winners open: supports may have "
        "gaps that differ (Siegel 2010); one prize, equal head starts, or head starts beyond everybody "
        "else's reach would work"
    )
