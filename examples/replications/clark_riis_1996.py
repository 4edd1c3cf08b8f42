"""Clark and Riis (1996), Public Choice 87: several prizes in a lottery.

Effort is (r/n) sum_j v_j (1 - sum_{i<j} 1/(n-i)). Splitting one prize lowers effort, and with as many
equal prizes as contestants nobody works; but closer prizes allow exponents at which one prize has no
equilibrium.

Run it with ``python examples/replications/clark_riis_1996.py [figure.png]``:
the numbers are asserted in any case; the figure is saved if a file is named (extra ``plot``).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

import contests as ct
from contests.models import ClarkRiis


def effort(prizes: Any, n: int = 5, exponent: float = 1.0) -> float:
    """Effort of each, certified."""
    return float(ClarkRiis(contestants=n, prizes=prizes, exponent=exponent).solve().effort[0])


def check() -> None:
    """Compute the paper's results and compare."""
    prizes, n = np.array([6.0, 3.0, 1.0]), 5
    weights = [1 - sum(1 / (n - i) for i in range(j + 1)) for j in range(3)]
    assert np.isclose(effort(prizes), prizes @ weights / n, rtol=1e-9)
    assert np.isclose(effort((1.0,), 4), 3 / 16, rtol=1e-9)  # one prize: Tullock
    efforts = [effort(np.full(k, 1 / k)) for k in range(1, 5)]
    assert np.all(np.diff(efforts) < 0)
    try:
        effort((1.0,), 3, 1.8)
    except ct.NotEquilibriumError:
        pass
    else:
        raise AssertionError("one prize has no such equilibrium above 3/2")
    assert np.isclose(effort((0.5, 0.5), 3, 1.8), 0.6 * 0.5 * ((1 - 1 / 3) + (1 - 1 / 3 - 1 / 2)))


def draw(ax: Any) -> None:
    """Draw the figure."""
    counts = range(1, 8)
    for n in (8, 16):
        totals = [n * effort(np.full(k, 1 / k), n) for k in counts]
        ax.plot(counts, totals, marker="o", label=f"{n} contestants")
    ax.set(xlabel="number of equal prizes", ylabel="total effort over budget")
    ax.set_title("In a lottery every further prize costs effort", fontsize=10)
    ax.legend(frameon=False)


if __name__ == "__main__":
    check()
    print("all numbers agree")
    if len(sys.argv) > 1:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        draw(axes)
        figure.savefig(sys.argv[1], dpi=150)
