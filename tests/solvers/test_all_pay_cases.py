"""All-pay contests against the reference cases, numbers found and checked apart from this library."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import contests as ct
from cases import Case, cases, expected
from contests.binomial import binomial
from contests.curves import Linear, Power
from contests.mixing_known import SiegelMixed
from contests.models import AllPay, AllPayKnown

GAIN = 1e-10  # closed-form rooms


def solved(model: Any, **options: Any) -> Any:
    equilibrium = model.solve(**options)
    assert equilibrium.certificate.passed
    assert equilibrium.certificate.max_gain <= GAIN
    return equilibrium


def atom(equilibrium: Any, i: int, at: float) -> float:
    points, masses = equilibrium.strategy(i).atoms
    return float(masses[points == at].sum())


@pytest.mark.parametrize("case", cases("canon", model="allpay_complete_2p"))
def test_two_contestants(case: Case) -> None:
    equilibrium = solved(AllPayKnown(values=case["parameters"]["V"]))
    assert equilibrium.payoff == expected(case, "payoffs", stakes=max(case["parameters"]["V"]))
    assert equilibrium.effort[0] == expected(case, "expected_bid1")
    assert equilibrium.effort[1] == expected(case, "expected_bid2")
    assert equilibrium.total_effort == expected(case, "total_effort")
    assert atom(equilibrium, 1, 0.0) == expected(case, "atom0_player2")
    assert equilibrium.win_probability[0] == expected(case, "p1_win")
    assert equilibrium.expected_best == expected(case, "expected_max")


@pytest.mark.parametrize("case", cases("canon", model="allpay_complete_symmetric"))
def test_alike_contestants_one_prize(case: Case) -> None:
    p = case["parameters"]
    equilibrium = solved(AllPay(contestants=p["n"], prizes=p["V"]))
    assert equilibrium.payoff[0] == expected(case, "payoff")
    assert equilibrium.effort[0] == expected(case, "expected_bid")
    assert equilibrium.total_effort == expected(case, "total_effort")
    assert equilibrium.expected_best == expected(case, "expected_max")
    # The median of a million underflows: it is zero to any tolerance in units of the prize.
    assert float(equilibrium.strategy(0).ppf(0.5)) == expected(case, "median_bid")


@pytest.mark.parametrize("case", cases("canon", ids=("B008", "B010")))
def test_only_two_compete(case: Case) -> None:
    equilibrium = solved(AllPayKnown(values=case["parameters"]["V"]))
    assert equilibrium.payoff == expected(case, "payoffs")
    assert equilibrium.total_effort == expected(case, "total_effort_two_active")
    assert equilibrium.effort[2] == 0.0
    assert equilibrium.selection.startswith("unique")


@pytest.mark.parametrize("case", cases("canon", ids=("B012",)))
def test_a_continuum_is_reported_as_one(case: Case) -> None:
    model = AllPayKnown(values=case["parameters"]["V"])
    one, shared = solved(model), solved(model, alike=True)
    assert shared.effort == expected(case, "expected_bids")
    assert shared.total_effort == expected(case, "total_effort")
    assert one.total_effort == expected(case, "total_effort_two_active_equilibrium")
    for equilibrium in (one, shared):
        assert equilibrium.payoff == expected(case, "payoffs", stakes=2.0)
        assert "continuum" in equilibrium.selection
        assert "between 0.723858 and 0.75" in equilibrium.selection


@pytest.mark.parametrize("case", cases("canon", model="allpay_no_pure"))
def test_no_pure_profile_is_an_equilibrium(case: Case) -> None:
    contest = AllPayKnown(values=case["parameters"]["V"]).contest()
    rng = np.random.default_rng(14)
    focal = [[0.0, 0.0], [1.0, 1.0], [0.5, 0.5], [1.0, 0.0], [0.5, 0.25]]
    for profile in [*focal, *rng.uniform(0, 1, (20, 2)).tolist()]:
        assert not ct.certify(contest, profile).passed


@pytest.mark.parametrize("case", cases("canon", model="allpay_cap"))
def test_caps(case: Case) -> None:
    p, quantities = case["parameters"], case["quantities"]
    equilibrium = solved(AllPayKnown(values=p["V"], cap=p["cap"]))
    assert equilibrium.payoff == expected(case, "payoffs")
    assert equilibrium.total_effort == expected(case, "total_effort")
    if "gap" in quantities:
        assert atom(equilibrium, 0, p["cap"]) == expected(case, "atom_cap1")
        assert atom(equilibrium, 1, p["cap"]) == expected(case, "atom_cap2")
        assert equilibrium.effort[0] == expected(case, "expected_bid1")
        assert equilibrium.effort[1] == expected(case, "expected_bid2")
        low, high = quantities["gap"]
        levels = equilibrium.strategy(0).cdf(np.array([low, (low + high) / 2, high - 1e-9]))
        assert levels == pytest.approx(np.full(3, levels[0]), rel=1e-12)
    else:
        assert equilibrium.effort == pytest.approx(np.full(2, p["cap"]), rel=1e-12)


def test_the_knife_edge_of_a_cap_is_reported() -> None:
    """B019, E022: at half the second value both-exert-the-cap is one of several equilibria."""
    equilibrium = solved(AllPayKnown(values=[3.0, 1.0], cap=0.5))
    assert "knife edge" in equilibrium.selection
    assert "between 0.666667 and 1" in equilibrium.selection


@pytest.mark.parametrize("case", cases("canon", model="allpay_optimal_cap"))
def test_the_best_cap(case: Case) -> None:
    values = case["parameters"]["V"]
    total = {m: solved(AllPayKnown(values=values, cap=m)).total_effort for m in (0.3, 0.49, 0.5, 0.51, 0.9)}
    assert solved(AllPayKnown(values=values)).total_effort == expected(case, "total_uncapped")
    assert total[0.5] == expected(case, "total_effort_sup")
    assert max(total, key=lambda m: total[m]) == case["quantities"]["cap_sup"]


@pytest.mark.parametrize("case", cases("canon", model="allpay_head_start"))
def test_head_starts(case: Case) -> None:
    p, quantities = case["parameters"], case["quantities"]
    equilibrium = solved(AllPayKnown(values=p["V"], head_starts=p["head_start"]))
    assert equilibrium.payoff == expected(case, "payoffs")
    assert equilibrium.total_effort == expected(case, "total_effort")
    if quantities["regime"] == "mixed":
        assert equilibrium.effort == expected(case, "expected_efforts")
        assert atom(equilibrium, 0, 0.0) == expected(case, "atom_zero_effort_strong")
        assert atom(equilibrium, 1, 0.0) == expected(case, "atom_zero_effort_weak")
    else:
        assert equilibrium.profile.is_pure


@pytest.mark.parametrize("case", cases("canon", model="allpay_optimal_head_start"))
def test_the_best_head_start(case: Case) -> None:
    def total(start: float) -> float:
        return solved(AllPayKnown(values=case["parameters"]["V"], head_starts=[0.0, start])).total_effort

    assert total(0.0) == expected(case, "total_at_h0")
    assert total(0.8) == expected(case, "total_at_h0p8")
    assert total(case["quantities"]["h_star"]) == expected(case, "total_effort")
    assert total(1.2) == expected(case, "total_at_h1p2")


@pytest.mark.parametrize("case", cases("canon", model="allpay_multiprize_symmetric"))
def test_alike_contestants_several_prizes(case: Case) -> None:
    p = case["parameters"]
    cost = Power(float(p["cost"].removeprefix("x^")))
    equilibrium = solved(AllPay(contestants=p["n"], prizes=p["prizes"], cost=cost))
    assert equilibrium.payoff[0] == expected(case, "payoff")
    assert equilibrium.effort[0] == expected(case, "expected_bid")
    assert equilibrium.total_effort == expected(case, "total_effort")
    assert equilibrium.expected_best == expected(case, "expected_max")
    assert equilibrium.strategy(0).support[1] == expected(case, "top_of_support")


@pytest.mark.parametrize("case", cases("canon", model="allpay_siegel_linear_multiprize"))
def test_identical_prizes(case: Case) -> None:
    p, quantities = case["parameters"], case["quantities"]
    m, values = p["m_identical_prizes"], p["V"]
    equilibrium = solved(AllPayKnown(values=values, prizes=m))
    assert equilibrium.payoff == expected(case, "payoffs", stakes=max(values))
    assert equilibrium.effort == expected(case, "expected_bids")
    assert equilibrium.total_effort == expected(case, "total_effort")
    supports = [equilibrium.strategy(i).support for i in range(m + 1)]
    breaks = np.unique(np.round([end for pair in supports for end in pair], 12))
    assert breaks == expected(case, "support_breaks", stakes=quantities["threshold"])
    assert atom(equilibrium, m, 0.0) == expected(case, "atom0_last")
    assert equilibrium.win_probability.sum() == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize("case", cases("canon", model="allpay_siegel_nonlinear"))
def test_costs_of_different_shape(case: Case) -> None:
    curves = {"x^2": Power(2), "x": Linear(1.0)}
    p = case["parameters"]
    equilibrium = solved(AllPayKnown(values=p["V"], costs=[curves[c] for c in p["costs"]]))
    assert equilibrium.payoff == expected(case, "payoffs")
    assert equilibrium.effort == expected(case, "expected_scores")
    nodes = [equilibrium.strategy(i).nodes() for i in (0, 1)]
    spent = [float(w @ np.asarray(equilibrium.game.effort_cost(i, e))) for i, (e, w) in enumerate(nodes)]
    assert np.array(spent) == expected(case, "expected_costs")
    assert equilibrium.win_probability[0] == expected(case, "p1_win")
    assert equilibrium.strategy(0).support[1] == expected(case, "threshold")


@pytest.mark.parametrize("case", cases("canon", model="exclusion_principle"))
def test_exclusion(case: Case) -> None:
    values = case["parameters"]["V"]
    assert solved(AllPayKnown(values=values)).total_effort == expected(case, "total_including_all")
    assert solved(AllPayKnown(values=values[1:])).total_effort == expected(case, "total_excluding_top")


@pytest.mark.parametrize("case", cases("canon", model="large_contest_rank_efforts"))
def test_large_contests(case: Case) -> None:
    """Distribution-free limits (Archak and Sundararajan 2009): a million contestants are within 1/n."""
    n = 10**6
    equilibrium = solved(AllPay(contestants=n, prizes=case["parameters"]["prizes"]))
    strategy = equilibrium.strategy(0)
    efforts, weights = strategy.nodes()
    below, above = strategy.cdf(efforts), strategy.above(efforts)
    ranked = [float(n * weights @ (binomial(k - 1, n - 1, above, below) * efforts)) for k in range(1, 6)]
    limit = np.array(case["quantities"]["expected_kth_highest_effort"])
    assert np.abs(np.array(ranked) - limit).max() <= 2.0 / n
    assert equilibrium.total_effort == expected(case, "total_effort")


def test_a_cap_between_with_several_prizes() -> None:
    """Payoffs stay Siegel's (2009); at the cap, by hand, one of the m + 1 loses the tie that all are in."""
    worth, cap = np.array([1.0, 0.9, 0.8]), 0.7
    contest = ct.Contest(
        contestants=ct.Known(value=[*worth, 0.75]), prizes=[1.0, 1.0], cost=ct.Capped(ct.Linear(), at=cap)
    )
    eq = ct.solve(contest)
    assert eq.certificate.max_gain <= 1e-10
    np.testing.assert_allclose(eq.payoff, [0.2, 0.1, 0.0, 0.0], atol=1e-12)
    atoms = np.array([eq.strategy(i).atoms[1][eq.strategy(i).atoms[0] == cap].sum() for i in range(3)])
    assert (atoms > 0).all()
    all_others = atoms.prod() / atoms
    np.testing.assert_allclose(worth * (1 - all_others / 3) - cap, [0.2, 0.1, 0.0], atol=1e-12)
    # Nobody is seen between the gap's start, 3 K - 2 T, and the cap.
    for i in range(3):
        assert eq.strategy(i).cdf(0.5) == pytest.approx(eq.strategy(i).cdf(0.69), abs=1e-15)


def test_caps_for_several_prizes_meet_those_for_one_and_for_alike_contestants() -> None:
    """One prize: Che and Gale (1998); values that hardly differ: the room of identical contestants."""
    cost = ct.Capped(ct.Linear(), at=0.6)
    pair = ct.solve(ct.Contest(contestants=ct.Known(value=[1.0, 0.9]), prizes=1.0, cost=cost))
    for place in (0, 1):
        siegel = SiegelMixed(values=[1.0, 0.9], place=place, cost=cost, below_cap=2 * 0.6 - 0.9)
        efforts = np.linspace(0.0, 0.6, 61)
        np.testing.assert_allclose(siegel.cdf(efforts), pair.strategy(place).cdf(efforts), atol=1e-14)
    nearly = ct.Contest(contestants=ct.Known(value=[1 + 1e-9, 1.0, 1.0]), prizes=[1.0, 1.0])
    nearly = nearly.replace(cost=ct.Capped(ct.Linear(), at=0.8))
    alike = ct.solve(nearly.replace(contestants=ct.Identical(3)))
    levels = np.linspace(0.05, 0.95, 19)
    np.testing.assert_allclose(
        ct.solve(nearly).strategy(1).ppf(levels), alike.strategy(0).ppf(levels), atol=1e-7
    )
    assert ct.solve(nearly).win_probability.sum() == pytest.approx(1.0, abs=1e-9)
