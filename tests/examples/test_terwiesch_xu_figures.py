"""The figures show what the papers say: the drawn numbers are looked at, not the picture.

Routes: Terwiesch and Xu (2008) for the trade-off; the threshold .8742174658 of reference C09 for
Korpeoglu and Cho's (2018) correction.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[2] / "examples" / "terwiesch_xu_figures.py"


@pytest.fixture
def figures() -> Any:
    pytest.importorskip("matplotlib")
    spec = importlib.util.spec_from_file_location("terwiesch_xu_figures", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_effort_falls_and_the_best_rises(figures: Any) -> None:
    import matplotlib.pyplot as plt

    drawn, axes = plt.subplots(1, 2)
    figures.trade_off(axes, largest=12)
    efforts = [line.get_ydata() for line in axes[0].lines]
    best = [line.get_ydata() for line in axes[1].lines]
    plt.close(drawn)
    assert [len(y) for y in efforts] == [9, 11, 11]  # returns 1, shock .9: at most 10 solvers
    assert all(np.all(np.diff(y) < 0) for y in efforts)
    assert all(np.all(np.diff(y) > 0) for y in best)
    gains = [y[8] - y[0] for y in best]
    assert gains == sorted(gains)


def test_efforts_cross_at_the_threshold(figures: Any) -> None:
    import matplotlib.pyplot as plt

    drawn, axes = plt.subplots()
    crossing = figures.correction(axes)
    few, more = (line.get_ydata() for line in axes.lines[:2])
    plt.close(drawn)
    assert crossing == pytest.approx(0.8742174658, abs=1 / 400)
    assert more[-1] > few[-1]
    assert more[0] < few[0]
