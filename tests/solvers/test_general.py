"""The general solver against closed forms, specialised rooms, and games it has never seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import cases
from contests.solvers import general
from contests.solvers.discretised import complementary, linearised, opposed, regret
from contests.solving import available_solvers


def tullock(exponent: float, n: int = 2, prize: float = 1.0) -> ct.Contest:
    return ct.Contest(contestants=ct.Identical(n), prizes=prize, success=ct.Lottery(exponent=exponent))


def rank_order(n: int, sigma: float, prize: float) -> ct.Contest:
    return ct.Contest(
        contestants=ct.Identical(n),
        prizes=prize,
        technology=ct.Additive(stats.norm(scale=sigma)),
        cost=ct.Power(2, scale=0.5),
    )


class Duel(ct.Game):
    """A game of one's own: payoffs of sure efforts, nothing else. Tullock with exponent 3."""

    n = 2
    stakes = 1.0  # type: ignore[assignment]

    def payoff(self, i: Any, effort: Any, profile: Any, type: Any = None) -> Any:
        own, rival = np.asarray(effort, float) ** 3, profile.efforts()[1 - i] ** 3
        return own / np.maximum(own + rival, 1e-300) - np.asarray(effort, float)

    def largest_effort(self, i: Any, type: Any = None) -> Any:
        return np.ones(np.shape(i))


class Difference(ct.Success):
    """A success function of one's own that is no race: Hirshleifer's difference form."""

    def win_probabilities(self, quality: Any) -> Any:
        score = np.exp(10.0 * (quality - quality.max(axis=-1, keepdims=True)))
        return score / score.sum(axis=-1, keepdims=True)


def test_exponent_three_pays_nothing_and_costs_half() -> None:
    # Baye, Kovenock and de Vries (1994); Ewerhart (2015): payoff 0, expected effort V/2.
    eq = ct.solve(tullock(3.0), solver="general", gain_tolerance=1e-3)
    assert eq.certificate.max_gain <= 1e-3
    assert eq.effort == pytest.approx([0.5, 0.5], abs=1e-3)
    assert eq.payoff == pytest.approx([0.0, 0.0], abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("case", cases("canon", model="tullock_r_gt_2_mixed"))
def test_atoms_of_an_exponent_above_two(case: Any) -> None:
    # Ewerhart (2015): countably many atoms; the two largest carry most of the weight.
    p, q = case["parameters"], case["quantities"]
    eq = ct.solve(tullock(p["r"]), solver="general", gain_tolerance=1e-5)
    efforts, weights = eq.strategy(0).atoms
    for bid, chance in (("top_bid", "top_prob"), ("second_bid", "second_prob")):
        near = np.abs(efforts / q[bid] - 1) < 0.05
        assert weights[near].sum() == pytest.approx(q[chance], abs=0.01)
        assert weights[near] @ efforts[near] / weights[near].sum() == pytest.approx(q[bid], rel=0.01)


@pytest.mark.parametrize("scale", [1.0, 1e9, 1e-9])
def test_shock_too_small_for_sure_efforts(scale: float) -> None:
    # Reference case D28: the first-order candidate pays, and loses to near-zero effort.
    contest = ct.Contest(
        contestants=ct.Identical(2),
        prizes=12.5 * scale,
        technology=ct.Additive(stats.norm()),
        cost=ct.Power(2, scale=0.5 * scale),
    )
    with pytest.raises(ct.NotEquilibriumError, match="on_fail='mixed'"):
        ct.solve(contest)
    eq = ct.solve(contest, on_fail="mixed")
    efforts, weights = eq.strategy(0).atoms
    assert eq.method == "general"
    assert eq.certificate.passed
    assert efforts.size == 2
    # Both atoms pay the same and are local maxima: evaluated here from payoffs alone.
    pays = contest.payoff(0, efforts, eq.profile)
    assert pays[0] == pytest.approx(pays[1], abs=1e-8 * scale)
    around = contest.payoff(0, efforts[:, None] * np.array([0.99, 1.01]), eq.profile)
    assert np.all(around < pays[:, None])
    assert weights[1] == pytest.approx(0.994036, abs=1e-5)


def test_tiny_shock_is_nearly_an_all_pay_contest() -> None:
    # Reference case D26: with the noise vanishing rents are dissipated as in the all-pay auction.
    eq = ct.solve(rank_order(2, 0.05, 1.0), on_fail="mixed", gain_tolerance=1e-3)
    assert eq.certificate.passed
    assert eq.payoff.max() < 0.02


def test_all_pay_with_unlike_values() -> None:
    # Baye, Kovenock and de Vries (1996): payoffs V1 - V2 and 0, efforts V2/2 and V2^2/(2 V1).
    contest = ct.Contest(contestants=ct.Known(value=[1.0, 0.6]), prizes=1.0)
    eq = ct.solve(contest, solver="general", gain_tolerance=1e-4)
    assert eq.payoff == pytest.approx([0.4, 0.0], abs=1e-4)
    assert eq.effort == pytest.approx([0.3, 0.18], abs=1e-4)


def test_general_agrees_with_the_room_where_sure_efforts_exist() -> None:
    contest = ct.Contest(contestants=ct.Known(value=[3.0, 2.0]), prizes=1.0, success=ct.Lottery())
    room = ct.solve(contest)
    eq = ct.solve(contest, solver="general")
    assert eq.effort == pytest.approx(room.effort, rel=1e-6)
    assert all(isinstance(eq.strategy(i), ct.Pure) for i in (0, 1))


def test_a_game_that_knows_sure_efforts_only() -> None:
    eq = ct.solve(Duel(), solver="general", gain_tolerance=1e-3)
    assert eq.effort == pytest.approx([0.5, 0.5], abs=2e-3)
    # The certificate takes the average over random efforts, not the payoff at average effort.
    assert ct.certify(Duel(), eq.profile, gain_tolerance=1e-3, effort_tolerance=0.1).passed
    assert not ct.certify(Duel(), 0.5, gain_tolerance=1e-3).passed


def test_a_success_function_of_ones_own() -> None:
    # Hirshleifer (1989): with decisiveness this large there is no interior pure equilibrium.
    contest = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=Difference())
    with pytest.raises(ct.ContestError):
        ct.solve(contest)
    eq = ct.solve(contest, solver="general", gain_tolerance=1e-3)
    assert eq.certificate.passed
    efforts, weights = eq.strategy(0).atoms
    assert weights.size > 1
    # Brute force: the expected payoff of every effort on a fine grid, written out.
    grid = np.linspace(0, 1, 2001)
    chance = 1 / (1 + np.exp(-10 * (grid[:, None] - efforts)))
    value = weights @ (1 / (1 + np.exp(-10 * (efforts[:, None] - efforts))) @ weights - efforts)
    assert (chance @ weights - grid).max() - value < 1e-3


@pytest.mark.slow
def test_three_contestants_and_an_exponent_above_three_halves() -> None:
    # n = 3, exponent 2 > n/(n-1): the symmetric sure-effort candidate fails.
    eq = ct.solve(tullock(2.0, 3), solver="general", gain_tolerance=1e-3)
    assert eq.certificate.passed
    assert eq.total_effort == pytest.approx(1.0, abs=0.01)  # rents are dissipated


def test_it_says_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(general, "_ROUNDS", 1)
    with pytest.raises(ct.ConvergenceError, match="gain_tolerance=") as caught:
        ct.solve(tullock(3.0), solver="general")
    best = caught.value.best
    assert not best.certificate.passed
    enough = float(str(caught.value).split("gain_tolerance=")[1].split(" ")[0])
    assert ct.solve(tullock(3.0), solver="general", gain_tolerance=enough).certificate.passed
    kept = ct.solve(tullock(3.0), solver="general", on_fail="return")
    assert kept.certificate.max_gain == best.certificate.max_gain


def test_it_is_on_request_only() -> None:
    assert ct.explain(tullock(1.0))["general"].startswith("on request")
    assert all(solver.name != "general" for solver in available_solvers())
    with pytest.raises(ct.UnsolvableError, match="solver='general'"):
        ct.solve(Duel())
    types = ct.Private(2, value=stats.uniform(1, 1))
    private = ct.Contest(contestants=types, prizes=1.0, entry=ct.Fee(0.1))
    with pytest.raises(ct.UnsolvableError, match=r"entry is Fee"):
        ct.solve(private, solver="general")


def test_linear_complementarity_and_programmes_on_random_games() -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        a, b = rng.normal(size=(12, 9)), rng.normal(size=(9, 12))
        x = linearised([[None, a], [b, None]], [1, 1], [np.full(12, 1 / 12), np.full(9, 1 / 9)])
        assert regret([[None, a], [b, None]], x) < 1e-9
        zero_sum = opposed(a, -a.T + rng.normal(size=12))
        assert zero_sum is not None
        value = zero_sum[0] @ a @ zero_sum[1]
        assert (a @ zero_sum[1]).max() == pytest.approx(value, abs=1e-8)
        assert (zero_sum[0] @ a).min() == pytest.approx(value, abs=1e-8)
        assert opposed(a, b) is None
    z = complementary(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([-5.0, 1.0]))
    assert z == pytest.approx([2.5, 0.0])


@pytest.mark.parametrize("values", [[1.0, 1.0], [1.0, 0.7]])
def test_mixed_strategies_asked_for_go_on_where_a_room_finds_none(values: list[float]) -> None:
    """Exponent 150: payoffs are those of the all-pay auction (Ewerhart 2017), to the accuracy asked for."""
    field = ct.Identical(2) if values[0] == values[1] else ct.Known(value=values)
    lottery = ct.Contest(contestants=field, prizes=1.0, success=ct.Lottery(exponent=150))
    found = ct.solve(lottery, on_fail="mixed", gain_tolerance=0.05)
    assert found.method == "general"
    assert found.certificate.max_gain <= 0.05
    np.testing.assert_allclose(found.payoff, [values[0] - values[1], 0.0], atol=0.05)
