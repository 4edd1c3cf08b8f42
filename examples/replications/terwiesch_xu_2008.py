"""Terwiesch and Xu (2008), Management Science 54: more solvers, less effort, better best idea.

Ideation with returns 1 and Gumbel luck of scale mu: each exerts (A/mu)(n-1)/n^2; the best award equals
the returns; with returns above luck the field is bounded.

Run it with ``python examples/replications/terwiesch_xu_2008.py [figure.png]``:
the numbers are asserted in any case; the figure is saved if a file is named (extra ``plot``).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from contests.models import Ideation, TerwieschXu

SIZES = (2, 3, 5, 10, 20, 40)


def solved(luck: float, n: int) -> Any:
    """The certified equilibrium with an award of 10."""
    return TerwieschXu(project=Ideation(returns=1.0, shock=luck), solvers=n, award=10.0).solve()


def check() -> None:
    """Compute the paper's results and compare."""
    efforts = np.array([solved(2.0, n).effort[0] for n in SIZES])
    n = np.array(SIZES)
    assert np.allclose(efforts, 5.0 * (n - 1) / n**2, rtol=1e-9)
    assert np.all(np.diff([solved(2.0, n).expected_best for n in SIZES]) > 0)
    model = TerwieschXu(project=Ideation(returns=1.0, shock=2.0), solvers=20, award=10.0)
    assert [model.replace(solvers=n).best_award().choice for n in (2, 20)] == [1.0, 1.0]
    assert model.replace(project=Ideation(returns=1.0, shock=0.8)).largest_field() == 5


def draw(ax: Any) -> None:
    """Draw the figure."""
    for luck in (1.0, 2.0, 4.0):
        ax.plot(
            SIZES, [solved(luck, n).expected_best for n in SIZES], marker="o", label=f"luck of scale {luck:g}"
        )
    ax.set(
        xlabel="solvers",
        ylabel="expected best quality (units of quality)",
        title="Luck makes solvers worth having",
    )
    ax.legend(frameon=False)


if __name__ == "__main__":
    check()
    print("all numbers agree")
    if len(sys.argv) > 1:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        draw(axes)
        figure.savefig(sys.argv[1], dpi=150)
