"""Private types under shocks and in lotteries: reference cases, limits, other routes to the same number."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import cases, expected
from contests.finite_types import ByType, FiniteTypeLottery
from contests.models import OneSidedLottery, PrivateLottery, TwoTypeLottery


@pytest.mark.parametrize("case", cases("canon", model="lottery_private_iid_continuous"))
def test_continuous_types(case: Any) -> None:
    # Ryvkin (2010), Wasser (2013); numbers by Nystrom collocation with other nodes.
    p = case["parameters"]
    low, high = (float(end) for end in p["type_dist"].split("[")[1].rstrip("]").split(","))
    law = stats.uniform(low, high - low)
    model = PrivateLottery(contestants=p["n"], exponent=p["r"], **{p["mode"]: law})
    eq = model.solve()
    assert eq.strategy(0)(case["quantities"]["types"]) == expected(case, "efforts")
    assert eq.total_effort == expected(case, "expected_total_effort")
    assert eq.certificate.max_gain < 1e-12


@pytest.mark.parametrize("case", cases("canon", model="lottery_one_sided_private_info"))
def test_one_sided(case: Any) -> None:
    # Hurley and Shogren (1998), Warneryd (2003); A099: the naive formula gives a negative effort.
    p = case["parameters"]
    eq = OneSidedLottery(value=p["V1"], types=p["types2"], probabilities=p["probs"]).solve()
    assert eq.effort[0] == expected(case, "x1")
    assert eq.strategy(1)(p["types2"]) == expected(case, "x2_by_type")
    assert eq.payoff[0] == expected(case, "payoff1")
    if "expected_total" in case["quantities"]:
        assert eq.total_effort == expected(case, "expected_total")


@pytest.mark.parametrize("case", cases("canon", model="lottery_two_type_bne"))
def test_two_correlated_types(case: Any) -> None:
    # Malueg and Yates (2004).
    p, q = case["parameters"], case["quantities"]
    model = TwoTypeLottery(
        low=p["vL"], high=p["vH"], low_given_low=p["Pr_L_given_L"], high_given_high=p["Pr_H_given_H"]
    )
    eq = model.solve()
    types = np.array([p["vL"], p["vH"]])
    efforts = eq.strategy(0)(types)
    assert efforts == pytest.approx([q["xL"], q["xH"]], rel=1e-9)
    interim = eq.game.payoff(0, efforts, eq.profile, types)
    assert interim == pytest.approx([q["payoff_L"], q["payoff_H"]], rel=1e-9)


def test_listed_types_with_a_lower_exponent_and_a_wrong_plan() -> None:
    game = FiniteTypeLottery(
        values_1=[1.0, 3.0], values_2=[0.5, 1.0, 2.0], joint=[[0.2, 0.1, 0.2], [0.1, 0.3, 0.1]], exponent=0.7
    )
    eq = game.solve()
    assert eq.certificate.max_gain < 1e-12
    assert eq.win_probability.sum() == pytest.approx(1.0, abs=1e-12)
    plan = eq.strategy(0)
    wrong = ByType(types=plan.types, efforts=plan.efforts * 1.1, probabilities=plan.probabilities)
    assert not ct.certify(game, ct.Profile.of([wrong, eq.strategy(1)])).passed


def test_types_that_hardly_differ_are_identical_contestants() -> None:
    # Degenerate private types: x = (n-1) v / n^2; second order in the spread of types.
    for n in (2, 5):
        eq = PrivateLottery(contestants=n, value=stats.uniform(1 - 1e-7, 2e-7)).solve()
        assert eq.effort == pytest.approx(np.full(n, (n - 1) / n**2), rel=1e-9)


def test_a_lottery_is_a_gumbel_shock_on_log_effort() -> None:
    field = ct.Private(3, value=stats.uniform(1, 1))
    lottery = ct.Contest(contestants=field, prizes=[2.0, 1.0], success=ct.Lottery(exponent=0.5))
    shock = ct.Contest(
        contestants=field,
        prizes=[2.0, 1.0],
        technology=ct.Additive(stats.gumbel_r(), output=ct.Log(scale=0.5)),
    )
    types = np.linspace(1, 2, 7)
    first, second = ct.solve(lottery).strategy(0)(types), ct.solve(shock).strategy(0)(types)
    assert first == pytest.approx(second, rel=1e-8)


def test_ability_under_a_normal_shock() -> None:
    contest = ct.Contest(
        contestants=ct.Private(3, ability=stats.norm()),
        technology=ct.Additive(stats.norm(scale=2.0)),
        cost=ct.Power(2),
        prizes=[6.0, 3.0, 1.0],
    )
    eq = ct.solve(contest)
    # The first-order condition at one type by plain Monte Carlo over rivals' types (common numbers).
    rng = np.random.default_rng(3)
    rivals = rng.normal(size=(400_000, 2))
    scores = rivals + eq.strategy(0)(rivals.ravel()).reshape(rivals.shape) + 2 * rng.normal(size=rivals.shape)
    effort = float(eq.strategy(0)(0.5))
    sorted_scores = np.sort(scores, axis=1)
    density = [stats.norm.pdf(sorted_scores[:, k] - 0.5 - effort, scale=2.0).mean() for k in (0, 1)]
    # Passing the better rival gains 6 - 3, passing the worse one 3 - 1.
    assert 2 * density[0] + 3 * density[1] == pytest.approx(2 * effort, rel=5e-3)


def test_types_of_a_weak_law_stay_out() -> None:
    laws = [stats.uniform(10, 1), stats.uniform(0.1, 1.0)]
    eq = PrivateLottery(values=laws).solve()
    weak = eq.strategy(1)
    assert eq.certificate.passed
    assert float(weak(0.2)) == 0.0
    assert float(weak(1.05)) > 0.0
    threshold = float(weak.types.ppf(weak.breaks[0]))
    types, weights = eq.strategy(0).type_nodes()
    # The threshold type's first effort is worth v E[1/x] = 1.
    assert threshold * float(weights @ (1 / eq.strategy(0)(types))) == pytest.approx(1.0, rel=1e-8)


def test_values_near_zero_and_scale() -> None:
    eq = PrivateLottery(value=stats.uniform()).solve()
    assert eq.certificate.passed
    scaled = PrivateLottery(value=stats.uniform(), prize=1e9).solve()
    types = np.array([0.05, 0.3, 1.0])
    assert scaled.strategy(0)(types) / 1e9 == pytest.approx(eq.strategy(0)(types), rel=1e-7)
    again = pickle.loads(pickle.dumps(eq.strategy(0)))
    assert again(types) == pytest.approx(eq.strategy(0)(types), rel=1e-14)


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"technology": ct.Additive(stats.beta(0.5, 0.5))}, "rises like a root"),
        ({"success": ct.Highest()}, "certain"),
    ],
)
def test_refusals_name_the_part(parts: dict[str, Any], word: str) -> None:
    contest = ct.Contest(contestants=ct.Private(2, value=stats.uniform(1, 1)), prizes=1.0, **parts)
    assert word in ct.explain(contest)["private types, shock"]


def test_a_jump_in_effort_is_refused_not_answered() -> None:
    # A small shock: types would leap from nothing to a large effort, which the solver does not follow.
    contest = ct.Contest(
        contestants=ct.Private(3, value=stats.uniform()),
        technology=ct.Additive(stats.norm(scale=0.5)),
        cost=ct.Linear(0.5),
        prizes=1.0,
    )
    with pytest.raises(ct.ContestError):
        ct.solve(contest)
