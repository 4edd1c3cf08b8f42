"""Moldovanu and Sela; Weber; Amann and Leininger; Chawla, Hartline and Sivan; Archak and Sundararajan."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests.models import (
    AmannLeininger,
    ArchakSundararajan,
    ChawlaHartlineSivan,
    MoldovanuSela,
    PrivateValueAllPay,
)
from contests.solvers.private_exact import SOLVER
from tests.cases import cases, expected

SHAPES = {"linear": ct.Linear(), "quadratic": ct.Power(2), "sqrt": ct.Power(0.5)}


@pytest.mark.parametrize("case", cases("canon", model="moldovanu_sela"))
def test_moldovanu_sela(case):
    p, q = case["parameters"], case["quantities"]
    low, high = (float(x) for x in p["c_dist"].removeprefix("uniform[").removesuffix("]").split(","))
    shape = p["cost"].split("gamma ")[-1].split()[0] if "gamma " in p["cost"] else "linear"
    model = MoldovanuSela(
        contestants=p["k"], prizes=p["prizes"], unit_cost=stats.uniform(low, high - low), cost=SHAPES[shape]
    )
    equilibrium = model.solve(gain_tolerance=1e-10)
    assert equilibrium.strategy(0)(np.array(q["types"])) == expected(case, "bids")
    assert equilibrium.total_effort == expected(case, "expected_total_effort")
    assert equilibrium.expected_best == expected(case, "expected_max_effort")


def test_moldovanu_sela_corner_split():
    (case,) = (c.values[0] for c in cases("canon", model="moldovanu_sela_optimal_split"))

    def total(share):
        model = MoldovanuSela(contestants=5, prizes=(1 - share, share), cost=ct.Power(2))
        return 5 * SOLVER.solve(model.game()).profile.strategy(0).mean()

    assert total(0.5) == expected(case, "total_effort")
    assert total(0.0) == expected(case, "total_wta")
    assert np.all(np.diff([total(share) for share in np.linspace(0, 0.5, 6)]) > 0)


def test_moldovanu_sela_three_routes():
    """Solver, SymPy, simulation."""
    model = MoldovanuSela(contestants=4, prizes=(0.5, 0.3, 0.2), unit_cost=stats.uniform(0.4, 1.0))
    theory, equilibrium = model.theory(), model.solve()
    strategy = equilibrium.strategy(0)
    for cost in (0.4, 0.7, 1.3):
        at = theory.effort.subs(theory.symbols["unit_cost"], cost)
        assert theory.value(at) == pytest.approx(float(strategy(cost)), rel=1e-9)
    assert theory.value("mean_effort") == pytest.approx(equilibrium.effort[0], rel=1e-10)
    drawn = equilibrium.simulate(100_000, rng=np.random.default_rng(5))
    assert drawn.effort.mean() == pytest.approx(equilibrium.effort[0], rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1])
def test_moldovanu_sela_propositions(number):
    check = MoldovanuSela().theory().propositions[number].check(rng=np.random.default_rng(0), size=4)
    assert check.passed
    if number == 0:
        assert check.fails_outside


@pytest.mark.parametrize("case", cases("canon", model="ipv_allpay_uniform"))
def test_private_values_with_a_reserve(case):
    p = case["parameters"]
    model = PrivateValueAllPay(contestants=p["n"], reserve=p["reserve_effort"], fee=p["entry_fee"])
    equilibrium = model.solve(gain_tolerance=1e-10)
    strategy = equilibrium.strategy(0)
    assert strategy.weakest == expected(case, "threshold_type")
    assert float(strategy(1.0)) == expected(case, "bid_at_1")
    assert float(strategy(0.5)) == expected(case, "bid_at_half")
    assert equilibrium.total_effort == expected(case, "expected_total_effort")
    assert equilibrium.expected_best == expected(case, "expected_max_effort")
    assert ct.FeesCollected()(equilibrium) == expected(case, "expected_fees")


def test_best_reserve_for_total_effort():
    """Myerson's reserve: the exponential law's virtual value v - 1 vanishes at 1."""
    (case,) = (c.values[0] for c in cases("canon", model="allpay_optimal_reserve"))
    q = case["quantities"]
    best = PrivateValueAllPay(value=stats.expon(), reserve=q["reserve_effort"]).solve()
    assert best.strategy(0).weakest == expected(case, "threshold_type")
    assert best.total_effort == expected(case, "expected_total")
    assert PrivateValueAllPay(value=stats.expon()).solve().total_effort == expected(
        case, "expected_total_no_reserve"
    )


@pytest.mark.parametrize("case", cases("canon", model="crowdsourcing_max_optimal"))
def test_best_reserve_for_the_best_submission(case):
    q = case["quantities"]
    model = ChawlaHartlineSivan(contestants=case["parameters"]["n"])
    assert model.best_reserve_type() == expected(case, "reserve_type")
    assert model.best_reserve() == expected(case, "reserve_effort")
    best = model.replace(reserve=q["reserve_effort"]).solve()
    assert best.expected_best == expected(case, "optimal_expected_max")
    without = model.solve()
    assert without.expected_best == expected(case, "no_reserve_expected_max")
    assert without.total_effort == expected(case, "no_reserve_expected_total")


@pytest.mark.parametrize("case", cases("canon", model="max_to_sum"))
def test_the_best_is_at_least_half_of_the_total(case):
    law = {"exponential(1)": stats.expon()}.get(case["parameters"]["dist"], stats.lomax(3))
    model = ChawlaHartlineSivan(contestants=case["parameters"]["n"], value=law)
    equilibrium = model.solve()
    assert equilibrium.expected_best == expected(case, "expected_max")
    assert equilibrium.total_effort == expected(case, "expected_total")
    assert model.max_to_total() == expected(case, "ratio")


@pytest.mark.parametrize("n", [2, 5, 20])
def test_ratio_of_best_to_total_for_uniform_values(n):
    """(n + 1) / (2 n), Chawla, Hartline and Sivan."""
    assert ChawlaHartlineSivan(contestants=n).max_to_total() == pytest.approx((n + 1) / (2 * n), rel=1e-9)


def test_amann_leininger_powers():
    (case,) = (c.values[0] for c in cases("canon", ids=("B068",)))
    equilibrium = AmannLeininger(values=(stats.uniform(), stats.powerlaw(2))).solve(gain_tolerance=1e-10)
    first, second = equilibrium.strategy(0), equilibrium.strategy(1)
    assert float(second(1.0)) == expected(case, "bid2_at_1")
    assert float(second(0.5)) == expected(case, "bid2_at_half")
    assert float(first(0.5)) == expected(case, "bid1_at_half")
    assert first.weakest == expected(case, "threshold_type1")
    assert equilibrium.effort[0] == expected(case, "expected_bid1")
    assert equilibrium.effort[1] == expected(case, "expected_bid2")
    assert equilibrium.win_probability[1] == expected(case, "p2_win")


@pytest.mark.slow
def test_amann_leininger_fractional_powers():
    (case,) = (c.values[0] for c in cases("canon", ids=("B070",)))
    equilibrium = AmannLeininger(values=(stats.powerlaw(1.5), stats.powerlaw(4))).solve(gain_tolerance=1e-10)
    first, second = equilibrium.strategy(0), equilibrium.strategy(1)
    for one in (first, second):
        assert float(one(1.0)) == expected(case, "top_bid")
    assert float(second(0.5)) == expected(case, "bid_at_v2_half")
    assert float(first(case["quantities"]["tied_v1_at_v2_half"])) == expected(case, "bid_at_v2_half")
    assert first.weakest == expected(case, "zero_bid_types1_below")


def test_equal_laws_give_the_symmetric_formula():
    """Laws that differ by next to nothing: the two-law equations against the one-law quadrature."""
    one = PrivateValueAllPay(contestants=2, value=stats.uniform(0.5, 0.5))
    two = AmannLeininger(values=(stats.uniform(0.5, 0.5), stats.uniform(0.5, 0.5 + 1e-9)))
    alike = SOLVER.solve(one.game()).profile.strategy(0)
    types = np.linspace(0.51, 0.99, 19)
    for i in (0, 1):
        other = SOLVER.solve(two.game()).profile.strategy(i)
        np.testing.assert_allclose(other(types), alike(types), atol=1e-8)


def test_two_laws_against_simulation():
    equilibrium = AmannLeininger(values=(stats.uniform(0, 2), stats.uniform(0, 1))).solve()
    drawn = equilibrium.simulate(100_000, rng=np.random.default_rng(1))
    assert drawn.payoff.mean(axis=0) == pytest.approx(equilibrium.payoff, abs=0.01)
    assert drawn.best.mean() == pytest.approx(equilibrium.expected_best, abs=0.005)


@pytest.mark.parametrize("case", cases("canon", model="large_contest_rank_efforts"))
def test_many_contestants(case):
    model = ArchakSundararajan(contestants=20_000, prizes=case["parameters"]["prizes"])
    ranked = [model.ranked_effort(k) for k in range(1, 6)]
    assert np.array(ranked) == expected(case, "expected_kth_highest_effort")
    assert model.limit_total_effort == expected(case, "total_effort")
    errors = [abs(model.error(k)) for k in range(1, 6)]
    assert max(errors) < 5e-4
    few = model.replace(contestants=200)
    # The error is of order 1/n.
    assert few.error(1) / model.error(1) == pytest.approx(100, rel=0.05)
