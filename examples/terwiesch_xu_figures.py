"""Two figures on innovation contests: what more solvers do to effort and to the best idea.

Left, ideation (Terwiesch and Xu 2008): effort falls with every solver, yet the best quality rises, the
more so the larger the shock; with returns above the shock the field is bounded. Right, expertise
(Korpeoglu and Cho 2018): one more solver makes the able work harder and the rest less.

Run it with ``python examples/terwiesch_xu_figures.py [file]``; it needs the extra ``plot``. Without a
file name the figure is saved as ``terwiesch_xu.png``.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy import stats

from contests.models import Expertise, Ideation, TerwieschXu


def trade_off(axes: Any, shocks: tuple[float, ...] = (0.9, 1.0, 2.0), largest: int = 20) -> None:
    """Effort and best quality against the number of solvers, up to the largest field that takes part."""
    efforts, best = axes
    for shock in shocks:
        model = TerwieschXu(project=Ideation(returns=1.0, shock=shock), solvers=2, award=1.0)
        sizes = range(2, int(min(largest, model.largest_field())) + 1)
        solved = [model.replace(solvers=n).solve() for n in sizes]
        label = f"shock {shock:g}" + ("" if sizes[-1] == largest else f" (at most {sizes[-1]} solvers)")
        efforts.plot(sizes, [eq.effort[0] for eq in solved], marker=".", label=label)
        best.plot(sizes, [eq.expected_best for eq in solved], marker=".", label=label)
    efforts.set(
        xlabel="solvers", ylabel="effort of each (units of effort)", title="Ideation: each works less,"
    )
    best.set(
        xlabel="solvers", ylabel="expected best quality (units of quality)", title="yet the best is better"
    )
    efforts.legend(frameon=False)
    for panel in axes:
        panel.xaxis.get_major_locator().set_params(integer=True)


def correction(axes: Any, few: int = 2) -> float:
    """Effort by ability with ``few`` solvers and one more; returns the ability at which they cross."""
    ability = np.linspace(0.0, 1.0, 401)[1:]
    model = TerwieschXu(project=Expertise(ability=stats.uniform()), solvers=few, award=1.0)
    curves = {n: model.replace(solvers=n).solve().strategy(0)(ability) for n in (few, few + 1)}
    for n, effort in curves.items():
        axes.plot(ability, effort, label=f"{n} solvers")
    crossing = float(ability[np.argmax(curves[few + 1] > curves[few])])
    axes.axvline(crossing, color="grey", linewidth=0.8, label=f"equal at ability {crossing:.3f}")
    axes.set(xlabel="ability (units of quality)", ylabel="effort (units of effort)")
    axes.set_title("Expertise: the able work harder")
    axes.legend(frameon=False)
    return crossing


def figure() -> Any:
    """Return the figure with all three panels."""
    import matplotlib.pyplot as plt

    drawn, (efforts, best, ability) = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    trade_off((efforts, best))
    correction(ability)
    return drawn


if __name__ == "__main__":
    figure().savefig(sys.argv[1] if len(sys.argv) > 1 else "terwiesch_xu.png", dpi=150)
