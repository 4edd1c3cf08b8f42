"""Contests over time: search, stages, sequences, experimentation, tug of war, risk."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import contests as ct
from cases import Case, cases, expected
from contests.models import (
    EliminationContest,
    ExperimentationContest,
    ExploreExploit,
    GamblingContest,
    LeaderLottery,
    RiskTaking,
    SearchTournament,
    SequentialLottery,
    TugOfWar,
    Tullock,
)


def _search(p: dict) -> SearchTournament:
    periods = math.inf if p["T"] == "infinity" else p["T"]
    return SearchTournament(
        contestants=p["n"], periods=periods, prize=p["prize"], cost_per_draw=p["cost_per_draw"]
    )


@pytest.mark.parametrize("case", cases("canon", model="research_tournament_search"))
def test_taylor_1995(case: Case) -> None:
    model = _search(case["parameters"])
    equilibrium = model.solve()
    assert model.threshold() == expected(case, "q_threshold")
    assert equilibrium.effort[0] == expected(case, "expected_draws_per_firm")
    assert equilibrium.payoff[0] == expected(case, "payoff")
    assert equilibrium.total_effort * model.cost_per_draw == expected(case, "total_expected_cost")
    if "entry_fee_extracting" in case["quantities"]:
        assert model.entry_fee() == expected(case, "entry_fee_extracting")
        assert model.expected_best() == expected(case, "expected_max_quality_uniform")


@pytest.mark.parametrize("case", cases("canon", model="research_tournament_search_no_pure"))
def test_draws_too_dear_for_all_to_draw(case: Case) -> None:
    with pytest.raises(ct.NoEquilibriumError, match="less than the prize over 4"):
        _search(case["parameters"]).solve()


def test_search_against_simulated_search() -> None:
    """Draws one after the other until the threshold; nothing of the model's formulas."""
    model = SearchTournament(contestants=3, periods=4, prize=1.0, cost_per_draw=0.05, draw=stats.expon())
    rng, stop = np.random.default_rng(8), model.threshold_quality()
    drawn = rng.exponential(size=(200_000, 3, 4))
    goes_on = np.cumsum(drawn >= stop, axis=2) - (drawn >= stop) == 0
    best = np.where(goes_on, drawn, -np.inf).max(axis=2)
    number = goes_on.sum(axis=2)
    profit = (best.argmax(axis=1) == 0) - model.cost_per_draw * number[:, 0]
    assert model.solve().payoff[0] == pytest.approx(profit.mean(), abs=5 * profit.std() / 447)
    assert model.solve().effort[0] == pytest.approx(number.mean(), abs=5 * number.std() / 774)
    top = best.max(axis=1)
    assert model.expected_best() == pytest.approx(top.mean(), abs=5 * top.std() / 447)


def test_no_stopping_rule_beats_the_threshold() -> None:
    """Backward induction over the best draw so far, on a grid of 4000 quantiles."""
    model = SearchTournament(contestants=3, periods=4, prize=1.0, cost_per_draw=0.05)
    q, n, periods = model.threshold(), 3, 4
    u = (np.arange(4000) + 0.5) / 4000
    never = q**periods
    level = np.where(u <= q, u**periods, never + (1 - never) * (u - q) / (1 - q))
    win = level ** (n - 1)
    value = win.copy()
    for _ in range(periods - 1):
        # Another draw: u[k] stays the best with probability u[k], else the average above it.
        above = np.append(np.cumsum(value[::-1])[::-1][1:], 0.0) / u.size
        value = np.maximum(win, (u + 0.5 / u.size) * value + above - model.cost_per_draw)
    assert value.mean() - model.cost_per_draw == pytest.approx(model.solve().payoff[0], abs=1e-6)


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_search_in_other_units(scale: float) -> None:
    plain = SearchTournament(contestants=200, periods=3, prize=1.0, cost_per_draw=1e-3)
    other = plain.replace(prize=scale, cost_per_draw=1e-3 * scale)
    assert other.threshold() == pytest.approx(plain.threshold(), rel=1e-13)
    assert other.solve().payoff[0] / scale == pytest.approx(plain.solve().payoff[0], rel=1e-10)


@pytest.mark.parametrize("case", cases("canon", model="elimination_contest"))
def test_gradstein_and_konrad_1999(case: Case) -> None:
    p = case["parameters"]
    model = EliminationContest(stages=[(2, 1), (2, 1)], prizes=[p["prize"]], exponent=p["r"])
    semi, final = model.stage_efforts()
    assert final == expected(case, "final_effort_each") and semi == expected(case, "semi_effort_each")
    assert model.solve().total_effort == expected(case, "total_effort")
    grand = Tullock(contestants=p["players"], prize=p["prize"], exponent=p["r"]).solve()
    assert grand.certificate.passed == expected(case, "grand_pure_exists")
    assert grand.total_effort == expected(case, "grand_contest_total")
    better = model.total_effort() > grand.total_effort * (1 + 1e-12)
    assert better == expected(case, "elimination_better")


@pytest.mark.parametrize("case", cases("canon", model="multistage_elimination"))
def test_fu_and_lu_2012(case: Case) -> None:
    p = case["parameters"]
    model = EliminationContest.one_by_one(p["n"], prizes=[p["prize"]], exponent=p["r"])
    assert model.stage_efforts()[::-1] == expected(case, "stage_efforts_from_final")
    assert model.solve().total_effort == expected(case, "total_effort")
    assert model.solve().payoff[0] == expected(case, "value_at_entry")
    for stage, effort in zip(model.certified_stages(), model.stage_efforts(), strict=True):
        assert stage.effort[0] == pytest.approx(effort, rel=1e-12)
    grand = Tullock(contestants=p["n"], prize=p["prize"], exponent=p["r"]).solve()
    assert grand.total_effort == expected(case, "grand_total")


@pytest.mark.parametrize("case", cases("canon", model="rosen_prizes"))
def test_rosen_1986(case: Case) -> None:
    p, stages = case["parameters"], case["parameters"]["stages"]
    prizes = EliminationContest.constant_effort_prizes(stages, exponent=p["r"])
    assert prizes == expected(case, "prizes")
    model = EliminationContest(stages=[(2, 1)] * stages, prizes=prizes, exponent=p["r"])
    assert model.stage_efforts() == pytest.approx(case["quantities"]["effort_each_stage"], rel=1e-12)
    assert -np.diff(prizes)[0] == expected(case, "final_gap") and -np.diff(prizes)[1] == expected(
        case, "other_gap"
    )
    assert model.solve().payoff[0] == expected(case, "value_at_entry")


def test_two_hundred_in_stages_of_ten() -> None:
    """One grand contest of 200, or twenty groups of ten whose winners meet: formulas by hand."""
    model = EliminationContest(stages=[(10, 1), (20, 1)], prizes=[1e9])
    final = 1e9 * 19 / 400
    worth = 1e9 / 20 - final
    assert model.n == 200
    assert model.stage_efforts() == pytest.approx([worth * 9 / 100, final], rel=1e-12)
    assert model.solve().certificate.passed


def test_twelve_leave_one_by_one() -> None:
    """Eleven stages; a wrong effort in one of them is noticed."""
    model = EliminationContest.one_by_one(12, exponent=0.9)
    equilibrium = model.solve()
    assert equilibrium.total_effort > Tullock(contestants=12, exponent=0.9).solve().total_effort
    parts = model.stage_efforts()
    for stage in (0, 5, 10):
        wrong = parts.copy()
        wrong[stage] *= 1.01
        found = ct.certify(model, ct.Plan(float(wrong.sum()), parts=tuple(wrong)))
        assert not found.passed and found.effort_gap > 1e-3


def test_elimination_in_pairs_beyond_exponent_two_is_refused() -> None:
    with pytest.raises(ct.NoEquilibriumError, match="may be 2 at most"):
        EliminationContest(stages=[(2, 1), (2, 1)], exponent=2.2).stage_efforts()


@pytest.mark.parametrize("case", cases("published", ids=("sheremeta2010_twostage", "stracke2014")))
def test_published_stages(case: Case) -> None:
    q = case["published"]
    if "stage1" in q:
        model = EliminationContest(stages=[(2, 1), (2, 1)], prizes=[case["parameters"]["prize"]])
        assert model.stage_efforts()[0] == expected(case, "stage1")
        assert model.stage_efforts()[1] == expected(case, "stage2")
        assert model.total_effort() == expected(case, "total_two")
        return
    for prizes, key in (([240.0], "single"), ([168.0, 72.0], "multi")):
        model = EliminationContest(stages=[(2, 1), (2, 1)], prizes=prizes)
        assert model.stage_efforts() == expected(case, key)


@pytest.mark.parametrize("case", cases("canon", model="sequential_lottery_2p"))
def test_dixit_1987_and_linster_1993(case: Case) -> None:
    equilibrium = LeaderLottery(values=case["parameters"]["V"]).solve()
    assert equilibrium.effort[0] == expected(case, "x1") and equilibrium.effort[1] == expected(case, "x2")
    assert equilibrium.total_effort == expected(case, "total")
    assert equilibrium.payoff[0] == expected(case, "payoff1")
    assert equilibrium.payoff[1] == expected(case, "payoff2")


@pytest.mark.parametrize("case", cases("canon", model="sequential_tullock"))
def test_hinnosaar_2024(case: Case) -> None:
    p = case["parameters"]
    model = SequentialLottery(periods=p["players_by_period"], prize=p["V"])
    equilibrium = model.solve()
    assert equilibrium.total_effort == expected(case, "total_effort")
    assert model.efforts_by_period() == expected(case, "efforts_by_period")
    firsts = np.concatenate([[0], np.cumsum(p["players_by_period"])[:-1]])
    assert equilibrium.payoff[firsts] == expected(case, "payoffs")


def test_three_in_a_row_by_brute_force() -> None:
    """Replies found on grids, from the last mover to the first."""
    model = SequentialLottery(periods=(1, 1, 1))
    x = np.linspace(1e-4, 1.0, 1201)

    def third(before: np.ndarray) -> np.ndarray:
        return np.maximum(np.sqrt(before) - before, 0.0)

    second = np.empty(x.size)
    for k, first in enumerate(x):
        total = first + x + third(first + x)
        second[k] = x[np.argmax(x / total - x)]
    total = x + second + third(x + second)
    best = x[np.argmax(x / total - x)]
    assert model.efforts_by_period()[0] == pytest.approx(best, abs=0.01)
    assert model.solve().total_effort == pytest.approx(1 / 2 + np.sqrt(3) / 6, rel=1e-12)


@pytest.mark.parametrize("case", cases("canon", model="contest_for_experimentation"))
def test_halac_kartik_liu_2017(case: Case) -> None:
    p = case["parameters"]
    public = ExperimentationContest(
        contestants=p["N"], prior=p["p0"], rate=p["lam"], flow_cost=p["c"], prize=p["w"]
    )
    hidden = public.replace(policy="hidden")
    assert public.solve().effort[0] == expected(case, "T_public_WTA")
    assert hidden.solve().effort[0] == expected(case, "T_hidden_equal")
    assert public.success_probability() == expected(case, "success_prob_public_WTA")
    assert hidden.success_probability() == expected(case, "success_prob_hidden_equal")
    assert hidden.expected_share() == expected(case, "expected_share")
    better = hidden.success_probability() > public.success_probability()
    assert better == expected(case, "hidden_better")


@pytest.mark.parametrize("policy", ["public", "hidden"])
def test_experimentation_against_simulation(policy: str) -> None:
    """Exponential times of success if feasible, stopped at a time of one's own."""
    model = ExperimentationContest(contestants=3, prior=0.6, flow_cost=0.1, policy=policy)
    stop, own = model.stopping_time(), 1.3 * model.stopping_time()
    rng = np.random.default_rng(2)
    size = 400_000
    feasible = rng.random(size) < model.prior
    times = np.where(feasible[:, None], rng.exponential(1 / model.rate, (size, 3)), np.inf)
    limit = np.array([own, stop, stop])
    found = times <= limit
    if policy == "hidden":
        share = found[:, 0] / np.maximum(found.sum(axis=1), 1)
        worked = np.minimum(times[:, 0], own)
    else:
        first = np.where(found, times, np.inf)
        share = (first[:, 0] < np.inf) & (first.argmin(axis=1) == 0)
        worked = np.minimum(first.min(axis=1), own)
    payoff = share - model.flow_cost * worked
    given = float(model.payoff(0, own, [own, stop, stop]))
    assert given == pytest.approx(payoff.mean(), abs=5 * payoff.std() / np.sqrt(size))


@pytest.mark.parametrize("case", cases("canon", model="tug_of_war"))
def test_konrad_and_kovenock(case: Case) -> None:
    p = case["parameters"]
    war = TugOfWar(
        interior_states=p["interior_states"],
        prizes=(p["ZA"], p["ZB"]),
        discount=p["delta"],
        start=p["start"],
    )
    assert war.value(0) == expected(case, "value_A") and war.value(1) == expected(case, "value_B")
    assert war.expected_effort() == expected(case, "expected_effort_by_state")
    assert war.win_probability() == expected(case, "winA_from_start")
    assert list(war.tipping_states()) == case["quantities"]["tipping_states"]
    for state in war.tipping_states():
        battle = war.battle(state)
        assert battle.total_effort == pytest.approx(war.expected_effort()[state], rel=1e-9)


def test_values_of_any_tug_of_war_satisfy_the_equations() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        m, d, prizes = int(rng.integers(1, 12)), rng.uniform(0.05, 0.999), np.exp(2 * rng.normal(size=2))
        war = TugOfWar(interior_states=m, prizes=prizes, discount=d)
        a, b = war.value(0), war.value(1)
        gain_a, gain_b = d * (a[:-2] - a[2:]), d * (b[2:] - b[:-2])
        size = prizes.max()
        assert gain_a.min() >= -1e-12 * size and gain_b.min() >= -1e-12 * size
        assert a[1:-1] == pytest.approx(d * a[2:] + np.maximum(gain_a - gain_b, 0), abs=1e-12 * size)
        assert b[1:-1] == pytest.approx(d * b[:-2] + np.maximum(gain_b - gain_a, 0), abs=1e-12 * size)
        assert len(war.tipping_states()) <= 2


@pytest.mark.parametrize("case", cases("canon", model="gambling_contest"))
def test_seel_and_strack_2013(case: Case) -> None:
    p = case["parameters"]
    contest = GamblingContest(contestants=p["n"], start=p["x0"], drift=p["mu"], volatility=p["sigma"])
    assert contest.top == expected(case, "top_of_support")
    assert float(contest.cdf(p["x0"])) == expected(case, "F_at_x0")
    assert contest.win_probability == expected(case, "win_prob")
    assert contest.expected_value() == expected(case, "expected_stopped_value")
    if case["quantities"]["median"] is not None:
        assert float(contest.ppf(0.5)) == expected(case, "median")
    low, high = np.meshgrid(np.linspace(0, p["x0"], 40), np.linspace(p["x0"], 3 * contest.top, 60))
    assert contest.win_probability_of(low, high).max() <= 1 / p["n"] + 1e-12


@pytest.mark.parametrize("case", cases("canon", model="gambling_contest_no_eq"))
def test_a_strong_drift_leaves_no_equilibrium(case: Case) -> None:
    p = case["parameters"]
    contest = GamblingContest(contestants=p["n"], start=p["x0"], drift=p["mu"], volatility=p["sigma"])
    assert contest.largest_drift == expected(case, "mu_bound")
    with pytest.raises(ct.NoEquilibriumError, match="needs a drift below"):
        contest.top


def test_stopped_values_can_be_reached_by_stopping() -> None:
    """The scale function of the stopped value has the mean it starts with, for any drift."""
    for drift in (-100.0, -0.3, 0.0, 0.1):
        contest = GamblingContest(contestants=3, start=1.0, drift=drift)
        u = (np.arange(200_000) + 0.5) / 200_000
        x = contest.ppf(u)
        level = x if drift == 0 else np.exp(-2 * drift * (x - 1.0)) - np.exp(2 * drift)
        start = 1.0 if drift == 0 else 1.0 - np.exp(2 * drift)
        assert level.mean() == pytest.approx(start, rel=1e-4)
        np.testing.assert_allclose(contest.cdf(x), u, atol=1e-9)


@pytest.mark.parametrize("case", cases("canon", model="tournament_risk_taking"))
def test_hvide_2002(case: Case) -> None:
    p = case["parameters"]
    low, high = p["sigma_range"]
    model = RiskTaking(lowest=low, highest=high, prize=p["prize"])
    assert model.equilibrium_risk == expected(case, "sigma_eq")
    assert model.solve().effort[0] == expected(case, "effort")
    assert model.effort_at(low, low) == expected(case, "effort_if_min_risk")
    assert model.solve().payoff[0] == expected(case, "payoff")
    grid = [model.payoff_at(risk, high) for risk in np.linspace(low, high, 31)]
    assert int(np.argmax(grid)) == 30


@pytest.mark.parametrize("case", cases("canon", model="tournament_risk_taking_no_pure"))
def test_risk_and_effort_at_once(case: Case) -> None:
    low, high = case["parameters"]["sigma_range"]
    model = RiskTaking(lowest=low, highest=high)
    for risk, key in ((0.5, "0p5"), (1.0, "1"), (2.0, "2")):
        assert model.gain_at(risk) == expected(case, f"gain_at_sigma_{key}")
        assert not model.certificate_at(risk).passed
    with pytest.raises(ct.NoEquilibriumError, match="Let risk be chosen first"):
        model.simultaneous_equilibrium()


@pytest.mark.parametrize("case", cases("canon", model="sequential_ideation"))
def test_gross_2020(case: Case) -> None:
    p = case["parameters"]
    designer = ExploreExploit(leap=p["alpha"], success=p["q"], rating=p["beta1"], cost=p["cost"])
    assert designer.explores_above() == expected(case, "mu_explore_above")
    assert designer.abandons_above() == expected(case, "mu_abandon_above")
    assert designer.gain_from_exploring(5.0) == expected(case, "explore_gain_at_mu5")
    assert [designer.best(mu) for mu in (1.0, 10.0, 20.0)] == ["exploit", "explore", "abandon"]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SearchTournament(periods=1), "periods must be a whole number, 2 or more"),
        (lambda: EliminationContest(stages=[(2, 1), (3, 1), (4, 3)]), "stages that fit"),
        (lambda: EliminationContest(stages=[(2, 2)]), "fewer survivors"),
        (lambda: EliminationContest(stages=[]), "non-empty sequence of pairs"),
        (lambda: EliminationContest(prizes=[1.0, 2.0]), "not increasing"),
        (lambda: SequentialLottery(periods=(1,)), "two contestants or more"),
        (lambda: LeaderLottery(values=(1.0, 2.0, 3.0)), "two values"),
        (lambda: ExperimentationContest(policy="open"), "'public' or 'hidden'"),
        (lambda: TugOfWar(start=9), "a state from 1 to 3"),
        (lambda: TugOfWar().battle(1), "tipping states"),
        (lambda: GamblingContest().ppf(1.5), "probabilities"),
        (lambda: RiskTaking(lowest=2.0, highest=1.0), "at least the lowest risk"),
        (lambda: ExploreExploit(leap=0.5), "above 1"),
    ],
)
def test_bad_input(make, words: str) -> None:
    with pytest.raises(ct.InvalidPartError, match=words):
        make()
