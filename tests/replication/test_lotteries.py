"""Lottery contests of the literature: reference cases (independent routes named in the data) and papers."""

from __future__ import annotations

import numpy as np
import pytest

import contests as ct
from contests.models import ClarkRiis, Tullock
from contests.solvers.lottery_atoms import atoms
from tests.cases import cases, expected, is_refused


def _number(value):
    return float(eval(value)) if isinstance(value, str) else float(value)  # "1/3" in the data


@pytest.mark.parametrize("case", cases("canon", model="tullock_symmetric"))
def test_alike_contestants(case):
    p = case["parameters"]
    eq = Tullock(contestants=p["n"], prize=p["V"], exponent=p["r"]).solve()
    assert eq.effort[0] == expected(case, "effort")
    assert eq.total_effort == expected(case, "total_effort")
    assert eq.payoff[0] == expected(case, "payoff", stakes=p["V"] or 1.0)
    assert eq.certificate.max_gain <= 1e-10


@pytest.mark.parametrize("case", cases("canon", model="tullock_symmetric_no_pure"))
def test_beyond_the_bound_the_candidate_is_refused_with_its_deviation(case):
    assert is_refused(case)
    p = case["parameters"]
    with pytest.raises(ct.NotEquilibriumError, match="would rather") as caught:
        Tullock(contestants=p["n"], prize=p["V"], exponent=p["r"]).solve()
    assert caught.value.candidate.effort[0] == expected(case, "foc_candidate_effort")


def test_of_three_with_exponent_1_6_two_are_active():
    (case,) = (c.values[0] for c in cases("canon", ids=("A012",)))
    eq = Tullock(contestants=3, exponent=1.6).solve(on_fail="mixed")
    assert np.sort(eq.effort)[::-1] == expected(case, "efforts")
    assert np.sort(eq.payoff)[::-1] == expected(case, "payoffs")
    assert "2 of 3 are active" in eq.selection


def test_several_equilibria_are_reported_as_such():
    (case,) = (c.values[0] for c in cases("canon", ids=("A039",)))
    eq = Tullock(contestants=3, exponent=1.45).solve(solver="lottery, exponent above 1")
    assert eq.effort[0] == expected(case, "symmetric_3_active_effort")
    assert "one of 2 equilibria" in eq.selection
    pair = case["quantities"]["two_active_effort"]
    assert ct.certify(eq.game, [pair, pair, 0.0]).passed


@pytest.mark.parametrize("case", cases("canon", model="tullock_2p_asymmetric"))
def test_two_contestants_who_differ(case):
    p, q = case["parameters"], case["quantities"]
    exponent = q["r_star"] if isinstance(p["r"], str) else p["r"]
    model = Tullock(values=p["V"], exponent=exponent)
    eq, theory = model.solve(), model.theory()
    assert eq.effort[0] == expected(case, "x1") and eq.effort[1] == expected(case, "x2")
    assert eq.win_probability[0] == expected(case, "p1")
    assert eq.payoff[1] == expected(case, "payoff2", stakes=1.0)
    assert theory.value("effort_1") == expected(case, "x1")
    assert theory.value("payoff_2") == expected(case, "payoff2", stakes=1.0)


@pytest.mark.parametrize("case", cases("canon", model="tullock_2p_semimixed"))
def test_semi_mixed_equilibria(case):
    p = case["parameters"]
    eq = Tullock(values=p["V"], exponent=p["r"]).solve()
    assert eq.effort[0] == expected(case, "x1")
    points, masses = eq.strategy(1).atoms
    assert points[-1] == expected(case, "x2_if_active")
    assert masses[-1] == expected(case, "prob_active_2")
    assert eq.total_effort == expected(case, "expected_total_effort")
    assert eq.win_probability[0] == expected(case, "p1_win")
    assert eq.payoff[1] == pytest.approx(0.0, abs=1e-12)
    assert not Tullock(values=p["V"], exponent=p["r"]).theory().holds()


@pytest.mark.parametrize("case", cases("canon", model="tullock_r_gt_2_mixed"))
def test_countably_many_atoms_above_exponent_2(case):
    eq = Tullock(contestants=2, exponent=case["parameters"]["r"]).solve(on_fail="mixed")
    points, masses = (a[::-1] for a in eq.strategy(0).atoms)
    for k, rank in enumerate(("top", "second", "third")):
        assert points[k] == expected(case, f"{rank}_bid")
        assert masses[k] == expected(case, f"{rank}_prob")
    assert eq.effort[0] == pytest.approx(0.5, rel=1e-8)
    assert eq.payoff[0] == pytest.approx(0.0, abs=1e-10)
    assert eq.certificate.max_gain <= 1e-10


def test_above_exponent_2_payoffs_are_those_of_the_all_pay_auction():
    """Alcalde and Dahm (2010): V_1 - V_2 and 0, bids V_2/2 and V_2^2/(2 V_1), at any exponent above 2."""
    for exponent in (2.3, 3.0, 5.0):
        eq = Tullock(values=(2.0, 1.0), exponent=exponent).solve()
        np.testing.assert_allclose(eq.payoff, [1.0, 0.0], atol=1e-9)
        np.testing.assert_allclose(eq.effort, [0.5, 0.25], rtol=1e-9)
        assert eq.win_probability[0] == pytest.approx(0.75, rel=1e-9)


@pytest.mark.parametrize("exponent", [2.000001, 2.4, 8.0, 20.0])
@pytest.mark.parametrize("values", [(1.0, 1.0), (2.0, 1.0)])
def test_any_exponent_above_2_is_solved_to_the_default_tolerances(values, exponent):
    """Ewerhart (2015, 2017): payoffs of the all-pay contest, and no effort pays more; chances by hand."""
    eq = Tullock(values=values, exponent=exponent).solve(on_fail="mixed")
    np.testing.assert_allclose(eq.payoff, [values[0] - values[1], 0.0], atol=1e-8)
    np.testing.assert_allclose(eq.effort, [0.5, 0.5 / values[0]], rtol=1e-8)
    assert eq.certificate.max_gain <= 1e-8
    efforts, chances = eq.strategy(0).atoms
    tried = np.concatenate([efforts, np.geomspace(1e-9, 1.5, 500)])
    with np.errstate(over="ignore"):  # hopeless against a much larger effort
        won = 1.0 / (1.0 + np.exp(exponent * np.log(efforts / tried[:, None]))) @ chances
    assert np.max(won - tried) <= 1e-8  # the second contestant's gain from any effort
    np.testing.assert_allclose((won - tried)[: efforts.size], 0.0, atol=1e-8)


@pytest.mark.parametrize("exponent", [5.0, 20.0, 100.0])
def test_as_the_exponent_grows_bids_become_uniform(exponent):
    """Baye, Kovenock and de Vries (1994): the limit is the all-pay contest's uniform distribution of bids.

    At atom k from the top, distributions differ by at most its probability, which falls like 1/exponent.
    """
    efforts, chances = atoms(exponent)
    above = np.cumsum(chances)
    assert np.max(np.abs(1.0 - above - efforts)) < 2.0 / exponent
    assert chances.max() < 4.0 / exponent
    assert chances @ efforts == pytest.approx(0.5, rel=1e-9)


def test_too_many_atoms_to_certify_are_refused_in_words():
    with pytest.raises(ct.ConvergenceError, match="at most 100 would work"):
        Tullock(values=(2.0, 1.0), exponent=150.0).solve()


@pytest.mark.parametrize("case", cases("canon", model=("lottery_asymmetric", "tullock_asymmetric_share")))
def test_many_contestants_who_differ(case):
    p = case["parameters"]
    if "groups" in p:
        values = np.concatenate([np.full(g["size"], float(g["V"])) for g in p["groups"]])
        eq = Tullock(values=values).solve()
        assert eq.effort[0] == expected(case, "effort_group1") and eq.effort[-1] == 0.0
        assert eq.total_effort == expected(case, "total_effort")
        return
    eq = Tullock(values=p["V"], costs=p["unit_cost"], weights=p["bias"], exponent=p["r"]).solve()
    assert eq.effort == expected(case, "efforts")
    assert eq.win_probability == expected(case, "win_probs", stakes=1e-9)
    assert eq.total_effort == expected(case, "total_effort")


@pytest.mark.parametrize("case", cases("canon", model="lottery_convex_cost"))
def test_convex_costs(case):
    p = case["parameters"]
    contest = ct.Contest(
        contestants=ct.Known(value=p["V"], cost=p["c"]),
        prizes=1.0,
        cost=ct.Power(p["k"]),
        success=ct.Lottery(exponent=p["r"]),
    )
    eq = ct.solve(contest)
    assert eq.effort == expected(case, "efforts")
    assert eq.payoff == expected(case, "payoffs")


@pytest.mark.parametrize("case", cases("canon", model="lottery_head_start"))
def test_head_starts(case):
    p = case["parameters"]
    eq = Tullock(values=p["V"], head_starts=p["head_start"]).solve()
    assert eq.effort == expected(case, "efforts", stakes=1e-6)
    assert eq.payoff == expected(case, "payoffs", stakes=1.0)


@pytest.mark.parametrize("case", cases("canon", model="lottery_with_draw"))
def test_draws(case):
    p, q = case["parameters"], case["quantities"]
    values = p["V"] if isinstance(p["V"], list) else [p["V"]] * p["n"]
    eq = Tullock(values=values, draw=p["z"]).solve()
    assert eq.total_effort == expected(case, "total_effort", stakes=1e-6)
    assert 1.0 - eq.win_probability.sum() == expected(case, "draw_prob")
    if "efforts" in q:
        assert eq.effort == expected(case, "efforts")


@pytest.mark.parametrize("case", cases("canon", model="nested_tullock_symmetric"))
def test_several_prizes(case):
    p = case["parameters"]
    model = ClarkRiis(contestants=p["n"], prizes=p["prizes"], exponent=p["r"])
    eq = model.solve()
    assert eq.effort[0] == expected(case, "effort")
    assert eq.payoff[0] == expected(case, "payoff", stakes=1.0)
    assert model.theory().value("effort") == expected(case, "effort")


@pytest.mark.parametrize("case", cases("canon", model="nested_tullock_symmetric_no_pure"))
def test_one_prize_at_exponent_2_is_refused(case):
    p = case["parameters"]
    with pytest.raises(ct.NotEquilibriumError):
        ClarkRiis(contestants=p["n"], prizes=p["prizes"], exponent=p["r"]).solve()


@pytest.mark.parametrize("case", cases("canon", ids=("A065", "A067")))
def test_szymanski_and_valletti(case):
    p = case["parameters"]
    second = p["prize_share_second"]
    contest = ct.Contest(
        contestants=ct.Known(cost=p["costs"]), prizes=[1.0 - second, second], success=ct.Lottery()
    )
    eq = ct.solve(contest, solver="known differences, shock")
    assert eq.effort[0] == expected(case, "x_strong") and eq.effort[1] == expected(case, "x_weak")
    assert eq.total_effort == expected(case, "total_effort")


def test_a_second_prize_raises_effort_when_one_contestant_is_strong():
    (case,) = (c.values[0] for c in cases("canon", ids=("A069",)))

    def total(second):
        contest = ct.Contest(
            contestants=ct.Known(cost=[0.1, 1, 1]), prizes=[1 - second, second], success=ct.Lottery()
        )
        return ct.solve(contest).total_effort

    best = case["quantities"]["s_star"]
    assert total(best) == expected(case, "total_effort")
    assert total(best) > max(total(best - 0.01), total(best + 0.01), total(0.0))


def test_the_exponent_with_the_most_effort_is_the_largest_with_sure_efforts():
    (case,) = (c.values[0] for c in cases("canon", ids=("A100",)))
    best = case["quantities"]["r_opt"]

    def total(exponent):
        return Tullock(values=(2.0, 1.0), exponent=exponent).solve().total_effort

    assert total(best) == expected(case, "total_effort")
    assert total(best) > max(total(best - 0.02), total(best + 0.02))
    assert total(2.0) == expected(case, "total_effort_r2")
    assert total(2.5) == expected(case, "all_pay_total")


EXPERIMENTS = (
    "millner_pratt1989",
    "potters1998_lottery",
    "lim2014_n2",
    "lim2014_n9",
    "masiliunas2014",
    "mago2016",
    "fonseca2009",
    "pe_ex1_r05",
    "pe_p2c_boundary",
)


@pytest.mark.parametrize("case", cases("published", ids=EXPERIMENTS))
def test_published_lotteries(case):
    p = case["parameters"]
    eq = Tullock(contestants=p["n"], prize=p["prize"], exponent=p["r"]).solve()
    found = {
        "effort": eq.effort[0],
        "total": eq.total_effort,
        "dissipation": eq.total_effort / p["prize"],
        "payoff": eq.payoff[0],
        "is_equilibrium": eq.certificate.passed,
    }
    for quantity in case["published"]:
        assert found[quantity] == expected(case, quantity, stakes=p["prize"]), quantity


def test_published_lotteries_of_contestants_who_differ():
    (case,) = (c.values[0] for c in cases("published", ids=("pe_p1",)))
    eq = Tullock(values=case["parameters"]["values"]).solve()
    assert eq.effort == expected(case, "efforts") and eq.payoff == expected(case, "payoffs")
    assert eq.win_probability[0] == expected(case, "p1")
    (case,) = (c.values[0] for c in cases("published", ids=("fm1999_theorem1",)))
    eq = Tullock(costs=case["parameters"]["costs"]).solve()
    assert eq.total_effort == expected(case, "total_effort")
    assert eq.payoff == expected(case, "profits")
    (case,) = (c.values[0] for c in cases("published", ids=("camb2015_p42_q4",)))
    contest = ct.Contest(
        contestants=ct.Known(value=case["parameters"]["values"]),
        prizes=1.0,
        cost=ct.Power(2),
        success=ct.Lottery(),
    )
    assert ct.solve(contest).effort == expected(case, "b")
    assert ct.solve(contest).win_probability == expected(case, "win_probs")


def test_published_candidate_that_is_no_equilibrium():
    (case,) = (c.values[0] for c in cases("published", ids=("pe_p2b_not_eq",)))
    with pytest.raises(ct.NotEquilibriumError) as caught:
        Tullock(contestants=3, prize=90, exponent=1.6).solve()
    assert caught.value.candidate.certificate.passed == expected(case, "is_equilibrium")
    assert caught.value.candidate.effort[0] == expected(case, "foc_candidate")
    assert caught.value.candidate.payoff[0] == expected(case, "payoff_at_candidate")


@pytest.mark.parametrize("case", cases("published", ids=("tullock1980_table_n4", "tullock1980_table_n15")))
def test_tullocks_famous_table_is_equilibrium_play_only_in_part(case):
    p = case["parameters"]
    for text, printed in zip(p["r"], case["published"]["investment"], strict=True):
        model = Tullock(contestants=p["n"], prize=p["prize"], exponent=_number(text))
        candidate = model.solve(on_fail="return")
        assert abs(candidate.effort[0] - printed) <= case["printed_within"]["investment"]
        assert candidate.certificate.passed == (_number(text) <= p["n"] / (p["n"] - 1))
