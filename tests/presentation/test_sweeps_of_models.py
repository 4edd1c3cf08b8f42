"""A model as the build of a sweep: fields by dotted name, and closed forms equal to one-by-one solving.

The closed form of Terwiesch and Xu (2008) is used where Perez-Castrillo and Verdier (1992) prove the
equilibrium; the other route is the library's solver with its certificate, point by point.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import Expertise, Ideation, TerwieschXu

MODEL = TerwieschXu(
    project=Ideation(returns=1.0, shock=2.0, baseline=0.5), solvers=4, award=10.0, unit_cost=2.0
)
MEASURES = {
    "effort": ct.TotalEffort(),
    "profit": 0.7 * ct.BestQuality() + 0.3 * ct.AverageQuality() - ct.PrizesPaid(),
    "surplus": ct.ContestantSurplus() - ct.PerEntrant(0.1),
}


def one_by_one(**point):
    model = MODEL
    for name, value in point.items():
        if name.startswith("project."):
            model = model.replace(project=model.project.replace(**{name[8:]: value}))
        else:
            model = model.replace(**{name: value})
    return model


def test_closed_forms_equal_one_by_one_solving_and_failures_are_the_same():
    rng = np.random.default_rng(7)
    axes = {
        "award": rng.uniform(0.5, 50.0, 2).tolist(),
        "unit_cost": [1.3],
        "solvers": [2, 5, 11],
        # Exponents 0.5 to 4: beyond n/(n-1) there is no equilibrium in sure efforts.
        "project.shock": [0.4, 0.9, 1.6],
        "project.returns": [0.8, 1.6],
    }
    fast = ct.sweep(MODEL, MEASURES, **axes)
    slow = ct.sweep(one_by_one, MEASURES, **axes)
    assert fast.failures == slow.failures and 0 < len(fast.failures) < fast.size
    for name in MEASURES:
        np.testing.assert_allclose(fast[name], slow[name], rtol=1e-9)


def test_a_hundred_thousand_points_in_one_go():
    """How fast they are is measured in ``benchmarks/``; here that each is the number of its own solve."""
    steps = 10
    axes = {
        "award": np.linspace(1, 20, steps),
        "unit_cost": np.linspace(0.5, 3, steps),
        "solvers": range(2, 2 + steps),
        "project.returns": np.linspace(0.1, 1.0, steps),
        "project.shock": np.linspace(1.0, 3.0, steps),
    }
    table = ct.sweep(MODEL, ct.TotalEffort(), **axes)
    assert table.complete and table.size == 100_000
    for place in ((0, 0, 0, 0, 0), (9, 3, 7, 5, 2), (4, 9, 9, 9, 9)):
        one = MODEL.replace(
            award=axes["award"][place[0]],
            unit_cost=axes["unit_cost"][place[1]],
            solvers=axes["solvers"][place[2]],
            project=MODEL.project.replace(
                returns=axes["project.returns"][place[3]], shock=axes["project.shock"][place[4]]
            ),
        )
        assert table["value"][place] == pytest.approx(one.solve().total_effort, rel=1e-9)


def test_what_has_no_closed_form_is_solved_one_by_one():
    table = ct.sweep(MODEL, {"chance": lambda eq: eq.win_probability[0]}, solvers=[2, 4])
    np.testing.assert_allclose(table["chance"], [0.5, 0.25])
    project = Expertise(ability=stats.uniform(), returns=1.0)
    model = TerwieschXu(project=project, solvers=2, award=1.0)
    table = ct.sweep(model, ct.TotalEffort(), solvers=[2, 3])
    assert table["value"][0] == model.solve().total_effort


def test_points_out_of_range_are_refused_in_words():
    table = ct.sweep(MODEL, ct.TotalEffort(), award=[-1.0, 1.0], solvers=[2])
    assert "award" in str(table.errors[0][1]).lower() and not np.isnan(table["value"][1, 0])


def test_resuming_and_executors_keep_the_numbers():
    with ThreadPoolExecutor(1) as pool:
        slow = ct.sweep(MODEL, MEASURES, executor=pool, solvers=[2, 4])
    fast = ct.sweep(MODEL, MEASURES, solvers=[2, 4])
    np.testing.assert_allclose(fast["profit"], slow["profit"], rtol=1e-12)
    assert ct.sweep(MODEL, MEASURES, resume=slow, solvers=[2, 4]) == slow


def test_a_contest_is_varied_by_its_parts():
    contest = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
    table = ct.sweep(contest, ct.TotalEffort(), **{"success.exponent": [0.5, 1.0], "contestants.n": [2, 4]})
    expected = [[r * (n - 1) / n for n in (2, 4)] for r in (0.5, 1.0)]
    np.testing.assert_allclose(table["value"], expected, rtol=1e-9)


@pytest.mark.parametrize("name", ["size", "project.size", "nothing.shock"])
def test_names_that_are_no_fields_are_refused_at_once(name):
    with pytest.raises(ct.InvalidPartError, match=name):
        ct.sweep(MODEL, ct.TotalEffort(), **{name: [1.0]})
