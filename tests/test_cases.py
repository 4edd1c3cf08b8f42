"""The reference data and its loader: no case without source or tolerance, no selection of nothing."""

from __future__ import annotations

import numpy as np
import pytest

from cases import cases, expected, is_refused, tolerance

FILES = {"terwiesch_xu": 82, "canon": 196, "published": 59}


@pytest.mark.parametrize("file", FILES)
def test_every_case_has_an_id_of_its_own_a_source_and_a_tolerance(file):
    every = [parameter.values[0] for parameter in cases(file)]
    assert len(every) == FILES[file]
    assert len({case["id"] for case in every}) == len(every)
    for case in every:
        assert case["source"], case["id"]
        assert case.get("method") or case.get("how_found"), case["id"]
        assert 0 < tolerance(case) <= 1e-6, case["id"]
        assert case.get("quantities") or case.get("published"), case["id"]


def test_selection_by_model_and_by_existence():
    refused = cases("terwiesch_xu", model="ideation_fixed_award", refused=True)
    solved = cases("terwiesch_xu", model="ideation_fixed_award", refused=False)
    everything = cases("terwiesch_xu", model="ideation_fixed_award")
    assert {p.id for p in refused} | {p.id for p in solved} == {p.id for p in everything}
    assert all(p.values[0]["quantities"]["symmetric_pure_equilibrium_exists"] for p in solved)
    assert not any(p.values[0]["quantities"]["symmetric_pure_equilibrium_exists"] for p in refused)


def test_marks_of_refusal_agree_with_what_the_cases_say():
    for file in ("terwiesch_xu", "canon"):
        for parameter in cases(file, refused=True):
            case = parameter.values[0]
            says = [v for k, v in case["quantities"].items() if k.endswith("exists")]
            assert not any(says), case["id"]
            assert is_refused(case)


@pytest.mark.parametrize(
    "selection", [{"model": "no such model"}, {"ids": ("no such case",)}, {"ids": ("A001",), "refused": True}]
)
def test_a_selection_of_nothing_is_an_error(selection):
    with pytest.raises(LookupError):
        cases("canon", **selection)


def test_tolerance_follows_the_digits_of_the_source():
    assert tolerance({"reliable_digits": 15}) == 1e-9
    assert tolerance({"reliable_digits": 9}) == 1e-8
    assert tolerance({"suggested_rel_tol": 1e-6}) == 1e-6


def test_printed_values_are_met_within_half_a_unit_of_the_last_digit():
    (parameter,) = cases("published", ids=("mos2012_small_prize",))
    case = parameter.values[0]
    # A lottery contest with n = 1..6 and prize 50 has effort 50 (n - 1) / n^2.
    n = np.arange(1, 7)
    assert 50 * (n - 1) / n**2 == expected(case, "effort_by_entrants_1_to_6")
    assert 50 * (n - 1) / n**2 + 0.06 != expected(case, "effort_by_entrants_1_to_6")
    assert expected(case, "equilibrium_entrants") == 2
    assert expected(case, "equilibrium_entrants") != 2.001


def test_zero_is_met_relative_to_the_stakes():
    (parameter,) = cases("canon", ids=("A005",))
    case = parameter.values[0]
    assert expected(case, "payoff", stakes=1e9) == 0.5
    assert expected(case, "payoff", stakes=1e-9) != 1e-12
