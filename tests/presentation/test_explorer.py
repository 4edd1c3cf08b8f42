"""The explorer without a browser: moving a slider solves again and redraws.

Independent route: n (V - ...) Tullock: n contestants, prize v, effort v (n-1)/n^2 each.
"""

from __future__ import annotations

import builtins

import pytest

import contests as ct
from contests import models


@pytest.fixture
def explorer():
    pytest.importorskip("ipywidgets")
    project = models.Ideation(returns=1.0, shock=2.0)
    model = models.TerwieschXu(project=project, solvers=4, award=10.0)
    return ct.explore(model, ranges={"solvers": (2, 8)})


def test_sliders_stand_for_every_number_of_the_model_and_its_parts(explorer):
    assert {"solvers", "award", "unit_cost", "project.returns", "project.shock"} <= set(explorer.sliders)
    slider = explorer.sliders["solvers"]
    assert (slider.value, slider.min, slider.max) == (4, 2, 8)
    assert explorer.png().startswith(b"\x89PNG")


def test_moving_a_slider_solves_again_and_redraws(explorer):
    # Terwiesch and Xu (2008): effort award * R (n-1) / n^2 with R = returns / shock.
    assert explorer.equilibrium.effort[0] == pytest.approx(10 * 0.5 * 3 / 16)
    before = explorer.figure
    explorer.sliders["award"].value = 20.0
    assert explorer.model.award == 20.0 and explorer.moved == "award"
    assert explorer.equilibrium.effort[0] == pytest.approx(20 * 0.5 * 3 / 16)
    assert explorer.figure is not before
    explorer.sliders["project.shock"].value = 4.0
    assert explorer.model.project.shock == 4.0
    assert explorer.equilibrium.effort[0] == pytest.approx(20 * 0.25 * 3 / 16)
    middle = explorer.figure.axes[1]
    assert middle.get_xlabel() == "project.shock"
    x, y = middle.get_lines()[0].get_data()
    assert y[-1] == pytest.approx(20 / x[-1] * 3 / 16)
    assert 4.0 in x  # the curve goes through the mark


def test_along_a_whole_number_the_curve_has_whole_numbers(explorer):
    explorer.sliders["solvers"].value = 6
    grid, effort, _ = explorer.curve()
    assert grid.tolist() == [2, 3, 4, 5, 6, 7, 8]
    assert effort == pytest.approx([5.0 * (n - 1) / n**2 for n in grid])


def test_where_there_is_no_equilibrium_it_says_so_and_goes_on(explorer):
    # Exponent 1 / 0.5 = 2 exceeds n/(n-1): no equilibrium in sure efforts.
    explorer.sliders["project.shock"].value = 0.5
    assert explorer.equilibrium is None and "NotEquilibriumError" in explorer.message
    assert explorer.png().startswith(b"\x89PNG")
    explorer.sliders["project.shock"].value = 2.0
    assert explorer.equilibrium is not None


def test_it_shows_itself_in_a_notebook(explorer):
    shown = explorer._repr_mimebundle_()
    data = shown[0] if isinstance(shown, tuple) else shown
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_model_without_numbers_or_with_unknown_ranges_is_refused():
    pytest.importorskip("ipywidgets")
    with pytest.raises(ct.InvalidPartError, match="numbers as parameters"):
        ct.explore(ct.AllEnter())
    lottery = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
    with pytest.raises(ct.InvalidPartError, match="ranges"):
        ct.explore(lottery, ranges={"size": (1, 2)})


def test_without_ipywidgets_the_way_out_is_told(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "ipywidgets":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    lottery = ct.Contest(contestants=ct.Identical(2), prizes=1.0, success=ct.Lottery())
    with pytest.raises(ct.MissingDependencyError, match=r"contests\[notebook\]"):
        ct.explore(lottery)
