"""Results as text, HTML, LaTeX, plain data and tables; everything public survives pickle and deepcopy."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import json
import pickle
import re

import numpy as np
import pytest
from scipy import stats

import contests as ct
from contests import models
from contests.plain_parts import from_plain, to_plain
from contests.present import escape, latex_table


@pytest.fixture(scope="module")
def alike():
    return ct.Contest(contestants=ct.Identical(4), prizes=160.0, success=ct.Lottery()).solve()


@pytest.fixture(scope="module")
def different():
    contest = ct.Contest(contestants=ct.Known(value=[1.0, 0.6]), prizes=1.0, success=ct.Lottery())
    return contest.solve()


@pytest.fixture(scope="module")
def named():
    project = models.Ideation(returns=1.0, shock=2.0)
    return models.TerwieschXu(project=project, solvers=20, award=10.0).solve()


def test_a_summary_names_parts_equilibrium_certificate_and_source(named):
    text = named.summary()
    for title in ("Contest", "Equilibrium", "Certificate", "Source"):
        assert re.search(rf"^{title}$", text, re.MULTILINE)
    assert "Terwiesch and Xu (2008)" in text and "passed" in text
    assert re.search(r"^  effort each +0\.2375$", text, re.MULTILINE)
    columns = {len(re.match(r"  .+?  +", row).group()) for row in text.splitlines() if row.startswith("  ")}
    assert len(columns) == 1, "the texts are not aligned"


def test_contestants_who_differ_are_listed(different):
    # Values 1 and 0.6: efforts V^2 W / (V + W)^2 and V W^2 / (V + W)^2.
    assert re.search(r"^  effort +0\.234375, 0\.140625$", different.summary(), re.MULTILINE)


def test_a_crowd_is_cut_short():
    contest = ct.Contest(contestants=ct.Known(value=np.linspace(1, 2, 9)), prizes=1.0, success=ct.Lottery())
    assert "... (9 in all)" in contest.solve().summary()


def test_plain_data_is_json_with_the_numbers_of_the_result(alike, named):
    data = json.loads(json.dumps(alike.to_dict(), allow_nan=False))
    assert data["n"] == 4 and data["total_effort"] == alike.total_effort
    assert data["effort"] == alike.effort.tolist()
    assert data["certificate"]["passed"] is True and data["certificate"]["max_gain"] >= 0
    assert from_plain(data["parameters"]) == alike.game
    assert from_plain(json.loads(json.dumps(named.to_dict()))["parameters"]) == named.model


def test_a_failed_candidate_says_so_in_every_form():
    contest = ct.Contest(contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery(exponent=2.0))
    failed = ct.solve(contest, on_fail="return")
    assert "NOT AN EQUILIBRIUM" in failed.summary() and "would rather" in failed.summary()
    assert failed.to_dict()["certificate"]["passed"] is False
    assert "NOT AN EQUILIBRIUM" in failed.certificate.summary()
    assert "would rather" in failed.certificate._repr_html_()


def test_frames_have_a_row_for_each_contestant(different):
    frame = different.to_frame()
    assert frame.index.name == "contestant" and list(frame.columns) == ["effort", "payoff", "win_probability"]
    np.testing.assert_array_equal(frame["effort"], different.effort)


def test_html_is_escaped(alike):
    class Spy(ct.Equilibrium):
        pass

    spy = Spy(**{**alike.__getstate__(), "source": "<script>alert(1)</script> & co"})
    page = spy._repr_html_()
    assert "<script>" not in page and "&lt;script&gt;" in page and "&amp; co" in page
    assert page.count("<tr>") == page.count("</tr>")


def test_latex_is_escaped_and_balanced(alike):
    text = alike.to_latex()
    assert text.startswith(r"\begin{tabular}") and text.endswith(r"\end{tabular}")
    rules = [text.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")]
    assert rules == [1, 3, 1]
    for row in text.splitlines():
        body = re.sub(r"\\[&%$#_{}]", "", row)
        assert not re.search(r"[%$#_^~]", body), row
    assert escape(r"a_b^2 & 5% [c] \x") == (r"a\_b\textasciicircum{}2 \& 5\% {[}c{]} \textbackslash{}x")


def test_latex_tables_have_a_head_and_dashes_for_no_number():
    text = latex_table(["n", "net_value"], [[2, 0.5], [3, float("nan")]])
    assert r"n & net\_value \\" in text and r"3 & -- \\" in text and "{rr}" in text


def test_a_certificate_is_a_result_of_its_own(alike):
    data = json.loads(json.dumps(alike.certificate.to_dict(), allow_nan=False))
    assert data["passed"] is True and data["contestant"] == alike.certificate.contestant
    assert data["explanation"] == alike.certificate.explain()
    assert "largest gain" in alike.certificate.summary()
    (row,) = alike.certificate.to_frame().to_dict("records")
    assert row["passed"] is True and row["max_gain"] == alike.certificate.max_gain
    latex = alike.certificate.to_latex()
    assert r"\textbf{Certificate}" in latex and "verdict & passed" in latex


def test_a_comparison_is_text_html_latex_and_plain_data():
    """Tullock (1980): n alike contestants and a prize of one exert (n - 1)/n in all."""
    formats = {
        "two": ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery()),
        "four": ct.Contest(contestants=ct.Identical(4), prizes=1.0, success=ct.Lottery()),
        "too decisive": ct.Contest(contestants=ct.Identical(3), prizes=1.0, success=ct.Lottery(exponent=2.0)),
    }
    found = ct.compare(formats, ct.TotalEffort())
    lines = found.summary().splitlines()
    assert [line.split("  ")[0].strip() for line in lines] == ["format", "four", "two", "too decisive"]
    assert lines[1].endswith("0.75") and lines[2].endswith("0.5") and "NotEquilibriumError" in lines[3]
    assert str(found) == found.summary()
    data = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert data["values"]["too decisive"] is None and abs(data["values"]["four"] - 0.75) < 1e-12
    assert set(data["equilibria"]) == {"two", "four"} and set(data["failures"]) == {"too decisive"}
    assert r"four & 0.75" in found.to_latex()
    assert "<td" in found._repr_html_() and "failed: NotEquilibriumError" in found._repr_html_()


def test_a_design_is_text_html_latex_and_plain_data():
    best = ct.design(_lottery, ct.TotalEffort() - ct.PerEntrant(0.2), n=[2, 3])
    data = json.loads(json.dumps(best.to_dict(), allow_nan=False))
    # 1 - 1/n less 0.2 n: 0.1 at two, 1/15 at three.
    assert data["choice"] == {"n": 2} and data["value"] == pytest.approx(0.1)
    assert [one["value"] for one in data["candidates"]] == pytest.approx([0.1, 1 / 15])
    assert data["equilibrium"]["effort"] == pytest.approx([0.25, 0.25])
    assert best.summary().splitlines()[0] == "choice       n=2"
    assert r"n=2 \\" in best.to_latex() and "n=2" in best._repr_html_()


def test_a_model_shows_its_theory_or_its_parameters():
    project = models.Ideation(returns=1.0, shock=2.0)
    shown = models.TerwieschXu(project=project, solvers=20, award=10.0)._repr_latex_()
    assert r"\text{effort}" in shown and r"\text{award} & 10" in shown
    assert shown.count("$$") % 2 == 0

    class Plain(ct.Model):
        """No fields and no theory."""

        def contest(self):
            return ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())

    assert Plain()._repr_latex_() == r"$$\begin{array}{ll}\text{Plain} & \end{array}$$"


PARTS = [
    ct.Contest(
        contestants=ct.Private(4, cost=stats.uniform(0.5, 0.5)),
        technology=ct.Additive(stats.gumbel_r(scale=2), output=ct.Log(scale=1.5), common=stats.norm()),
        cost=ct.Curve("c*e**2", c=1),
        prizes=[3.0, 1.0],
        success=ct.Highest(error=stats.Normal(sigma=0.2), judges=3),
    ),
    ct.Contest(
        contestants=ct.Known(value=[1.0, 0.6], cost=[1.0, 2.0]),
        prizes=1.0,
        success=ct.Lottery(exponent=0.5, weights=[1.0, 2.0]),
        cost=ct.Power(2, scale=0.5),
        entry=ct.Invite(2),
    ),
    ct.Contest(
        contestants=ct.Identical(3, utility=ct.CARA(1.0)), prizes=1.0, technology=ct.Trials(stats.beta(2, 3))
    ),
    ct.BestQuality() - 2.0 * ct.PrizesPaid(),
    models.TerwieschXu(
        project=models.Expertise(ability=stats.uniform(), returns=1.0), solvers=3, award=(6.0, 3.0)
    ),
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_parts_survive_plain_data_pickle_deepcopy_and_their_repr(part):
    assert from_plain(json.loads(json.dumps(to_plain(part)))) == part
    assert pickle.loads(pickle.dumps(part)) == part
    assert copy.deepcopy(part) == part and hash(copy.deepcopy(part)) == hash(part)


@pytest.mark.parametrize(
    "data",
    [
        {"part": "os:system", "command": "true"},
        {"part": "contests.nothing_of_the_kind:Part"},
        {"part": "contests.validation:positive"},
        {"law": "stats.norm(scale=__import__('os'))"},
        {"law": "os.system('true')"},
        {"law": "not python ("},
        {"law": "stats.norm"},
        {"law": "stats.ttest_ind(1, 2)"},
    ],
)
def test_plain_data_makes_parts_and_laws_only(data):
    with pytest.raises(ct.InvalidPartError, match="from_plain"):
        from_plain(data)


def _public():
    """An object of every public class, from results and parts that reach the others."""
    lottery = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
    equilibrium = lottery.solve()
    all_pay = ct.Contest(contestants=ct.Identical(2), prizes=1.0).solve()
    private = ct.Contest(contestants=ct.Private(2, value=stats.uniform()), prizes=1.0).solve()
    project = models.Ideation(returns=1.0, shock=2.0)
    ideation = models.TerwieschXu(project=project, solvers=4, award=10.0)
    objects = [
        *PARTS, lottery, equilibrium, all_pay, private, equilibrium.certificate, equilibrium.profile,
        all_pay.strategy(0), private.strategy(0), ct.Pure(1.0), ct.explain(lottery),
        ct.Candidate(profile=equilibrium.profile, selection="any"),
        ct.check_part(lottery),
        ct.sweep(_lottery, {"effort": ct.TotalEffort()}, n=[2, 3]),
        ct.design(_lottery, ct.TotalEffort(), n=[2, 3]),
        equilibrium.simulate(3, rng=np.random.default_rng(0)),
        ct.AtLeast(ct.AverageQuality(), 1.0), ct.AtMost(ct.PerEntrant(1.0), 1.0), ct.Budget(1.0),
        ct.Participation(), ct.CRRA(0.5), ct.Capped(ct.Exponential(), at=1.0), ct.EntryAuction(2),
        ct.Fee(0.1), ct.FreeEntry(cost=0.1), ct.RandomEntry(stats.poisson(3.0)), ct.Reserve(0.1),
        ct.Interval(0, 1), ct.Plan(0.75, parts=(0.5, 0.25)), ct.QualityShare(share=0.5),
        ct.StableSet(entrants=(0, 1), surplus=0.1), ct.ProbabilityAbove(1.0), ct.TopQuality(2),
        ct.WinnerQuality() + ct.FeesCollected(), ct.Surplus() - ct.ContestantSurplus(),
        ct.Mixed(efforts=[0, 1], levels=[0.5, 1]), ct.Monotone(types=stats.uniform(), function=np.square),
        ct.compare({"two": lottery, "also two": lottery}, ct.TotalEffort()),
        ideation.theory(), ideation.theory().propositions[0],
    ]  # fmt: skip
    return [(type(one).__name__, one) for one in objects]


def _lottery(n):
    return ct.Contest(contestants=ct.Identical(n), prizes=1.0, success=ct.Lottery())


@pytest.mark.parametrize(("name", "one"), _public())
def test_everything_public_survives_pickle_and_deepcopy(name, one):
    for again in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
        assert type(again) is type(one)
        if name == "Outcome":
            np.testing.assert_array_equal(again.payoff, one.payoff)
        elif name != "Explanation":
            assert again == one
        else:
            assert dict(again) == dict(one)
    assert repr(one)


def _inside(one, seen, depth=0):
    """The classes of an object and of what is in its fields."""
    seen.add(type(one))
    if isinstance(one, dict):
        one = list(one.values())
    if dataclasses.is_dataclass(one):
        one = [getattr(one, field.name) for field in dataclasses.fields(one)]
    if isinstance(one, (tuple, list)) and depth < 6:
        for item in one[:20]:
            _inside(item, seen, depth + 1)
    return seen


#: Bases and protocols, which users derive from, and a race, which holds functions and is worked out anew.
NOT_MADE = {"BaseCurve", "Constraint", "Entry", "Game", "Model", "Objective", "PlanGame", "Prizes", "Race"}
NOT_MADE |= {"Solver", "Strategy", "Success", "Technology"}


def test_no_public_class_is_left_out_of_the_test_above():
    seen = set()
    for _, one in _public():
        _inside(one, seen)
    classes = {name for name in ct.__all__ if inspect.isclass(getattr(ct, name))}
    errors = {name for name in classes if issubclass(getattr(ct, name), Exception)}
    left = {name for name in classes - errors - NOT_MADE if getattr(ct, name) not in seen}
    assert not left, "add one of each to _public()"


def test_errors_survive_pickle_with_what_they_carry(alike):
    for error in (
        ct.InvalidPartError("Power.exponent", -1, "above zero", "Try 2."),
        ct.NotEquilibriumError("no", alike),
        ct.UnsolvableError("none", {"lottery": "differs"}),
        ct.ConvergenceError("stopped", alike),
        ct.NoEquilibriumError("known to have none"),
        ct.MissingDependencyError("pandas", "table", "A table"),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error) and str(again) == str(error)


def test_a_solved_result_still_works_after_pickling(alike):
    again = pickle.loads(pickle.dumps(alike))
    assert again.payoff == pytest.approx(10.0)
    assert again.summary() == alike.summary()
