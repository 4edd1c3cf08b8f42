"""Numbers printed in theoretical papers, one test a paper."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import Case, cases, expected
from contests.models import MoldovanuSela, Tullock

STEEP = 50.0  # a cost factor large enough for the first-order condition to be an equilibrium


def incentive(n: int, shock: object) -> float:
    """The slope of the chance to win at equal efforts: the effort at cost STEEP e^2, restated."""
    contest = ct.Contest(
        contestants=ct.Identical(n),
        technology=ct.Additive(shock),
        cost=ct.Power(2, scale=STEEP),
        prizes=1.0,
    )
    return 2 * STEEP * float(ct.solve(contest).effort[0])


@pytest.mark.parametrize("case", cases("published", ids=("rd2020_logistic_a1",)))
def test_ryvkin_and_drugov_2020_logistic(case: Case) -> None:
    assert [incentive(k, stats.logistic()) for k in case["parameters"]["k"]] == expected(case, "b")


@pytest.mark.parametrize("case", cases("published", ids=("rd2020_F22",)))
def test_ryvkin_and_drugov_2020_heavy_tail(case: Case) -> None:
    """Total effort falls with the number of contestants."""
    found = np.array([incentive(k, stats.f(2, 2)) for k in case["parameters"]["k"]])
    assert found == expected(case, "b")
    assert found * case["parameters"]["k"] == expected(case, "aggregate")


@pytest.mark.parametrize("case", cases("published", ids=("kuhn_uniform_n_invariance",)))
def test_list_and_others_2014_uniform_luck(case: Case) -> None:
    """With uniform luck incentives do not depend on the number of contestants."""
    found = np.array([incentive(n, stats.uniform(-1, 2)) for n in case["parameters"]["n"]])
    assert found / found[0] == expected(case, "relative_incentive")


@pytest.mark.parametrize("case", cases("published", ids=("chawla_hartline_sivan",)))
def test_chawla_hartline_sivan_2019(case: Case) -> None:
    """The best submission is at least half of all that is done."""
    found = []
    for n in case["parameters"]["n"]:
        equilibrium = ct.solve(ct.Contest(contestants=ct.Private(n, value=stats.uniform()), prizes=1.0))
        found.append(equilibrium.expected_best / equilibrium.total_effort)
    assert found == expected(case, "ratio")


@pytest.mark.parametrize("case", cases("published", ids=("thomas_asym_tullock_general_r",)))
def test_nti_1999_as_in_thomas_2021(case: Case) -> None:
    p = case["parameters"]
    equilibrium = Tullock(costs=(1.0, p["k"]), exponent=p["r"]).solve()
    assert equilibrium.effort[0] == expected(case, "s1")
    assert equilibrium.effort[0] / equilibrium.effort[1] == expected(case, "ratio_s1_s2")


@pytest.mark.parametrize("case", cases("published", ids=("bnelearn_tullock_alloc",)))
def test_bnelearn_lottery_chances(case: Case) -> None:
    contest = ct.Contest(contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery())
    found = [
        float(contest.payoff(i, bids[i], np.array(bids, float))) + bids[i]
        for bids in case["parameters"]["bids"]
        for i in range(3)
    ]
    assert found == expected(case, "p")


@pytest.mark.parametrize("case", cases("published", ids=("ms2001_linear_single_prize",)))
def test_moldovanu_and_sela_2001_linear_cost(case: Case) -> None:
    """With linear cost one prize brings most."""
    low, high = case["parameters"]["cost_support"]
    n = case["parameters"]["n"]
    model = MoldovanuSela(contestants=n, prizes=(1.0,), unit_cost=stats.uniform(low, high - low))
    # A second prize raises effort most at the quantile where its effect on effort stops rising.
    where = case["published"]["quantile_where_Bprime_zero"]
    costs = model.unit_cost.ppf(where + np.array([-1e-3, 0.0, 1e-3]))
    effect = model.replace(prizes=(1.0, 0.5)).solve().strategy(0)(costs) - model.solve().strategy(0)(costs)
    assert int(np.argmax(effect)) == 1 and effect[1] > 0
    design = ct.optimal_prizes(model.contest(), budget=1.0, objective=ct.TotalEffort())
    assert (len(np.flatnonzero(design.choice["prizes"])) == 1) == expected(case, "single_prize_optimal")
