"""Ales, Cho and Korpeoglu (2017), Operations Research 65: when does the winner take all?

One prize is best if and only if the average slope B_L of L equal prizes is largest at L = 1: so with an
increasing failure rate, and not with a decreasing one. Student's t with 3 degrees wants one prize for 10
agents, three for 20.

Run it with ``python examples/replications/ales_cho_korpeoglu_2017.py [figure.png]``:
the numbers are asserted in any case; the figure is saved if a file is named (extra ``plot``).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy import stats

from contests.models import AlesChoKorpeoglu

LAWS = {"normal": stats.norm(), "exponential": stats.expon(), "Pareto, tail 2": stats.pareto(2.0)}


def slopes(law: Any, n: int) -> Any:
    """B_1, ..., B_{n-1}: marginal incentives of L equal prizes from a budget of one."""
    return np.asarray(AlesChoKorpeoglu(contestants=n, shock=law).equal_prize_slopes())


def check() -> None:
    """Compute the paper's results and compare."""
    for name, best in {"normal": 1, "Pareto, tail 2": 4}.items():
        assert AlesChoKorpeoglu(contestants=5, shock=LAWS[name]).best_number_of_prizes() == best
    assert np.allclose(
        slopes(LAWS["exponential"], 5), 1 / 5, rtol=1e-9
    )  # constant failure rate: all the same
    pareto = slopes(LAWS["Pareto, tail 2"], 5)
    assert abs(pareto[0] - 0.2216) < 5e-5 and abs(pareto[3] - 0.3636) < 5e-5
    student = slopes(stats.t(3), 20)
    assert int(np.argmax(student)) + 1 == 3
    assert abs(student[0] - 0.04763) < 5e-6 and abs(student[2] - 0.05114) < 5e-6
    assert int(np.argmax(slopes(stats.t(3), 10))) + 1 == 1


def draw(ax: Any) -> None:
    """Draw the figure."""
    for name, law in LAWS.items():
        values = slopes(law, 10)
        ax.plot(range(1, 10), values / values[0], marker="o", label=name)
    ax.set(xlabel="number of equal prizes", ylabel="incentive relative to one prize")
    ax.set_title("One prize unless the failure rate of luck falls", fontsize=10)
    ax.legend(frameon=False)


if __name__ == "__main__":
    check()
    print("all numbers agree")
    if len(sys.argv) > 1:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        draw(axes)
        figure.savefig(sys.argv[1], dpi=150)
