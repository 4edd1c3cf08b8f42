"""Archak and Sundararajan (2009): crowdsourcing with many contestants.

With one prize and values of top 1, the k-th highest of many efforts tends to 2^-k: half of all effort is
the best's. The law of values does not matter in the limit.

Run it with ``python examples/replications/archak_sundararajan_2009.py [figure.png]``:
the numbers are asserted in any case; the figure is saved if a file is named (extra ``plot``).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy import stats

from contests.models import ArchakSundararajan, PrivateValueAllPay

SIZES = (2, 4, 8, 16, 32)


def best_and_total(n: int, law: Any) -> tuple[float, float]:
    """Expected highest and total effort, certified."""
    found = PrivateValueAllPay(contestants=n, value=law).solve()
    return float(found.expected_best), float(found.total_effort)


def check() -> None:
    """Compute the paper's results and compare."""
    crowd = ArchakSundararajan(contestants=1000)
    assert np.allclose([crowd.ranked_effort(k) for k in (1, 2, 3)], [1 / 2, 1 / 4, 1 / 8])
    # By hand, values uniform: total effort is that of the second highest value, (n-1)/(n+1).
    for n in (2, 8, 32):
        best, total = best_and_total(n, stats.uniform())
        assert np.isclose(total, (n - 1) / (n + 1), rtol=1e-8)
        # e(v) = (n-1) v^n / n, and the highest value to the n-th is on average 1/2.
        assert np.isclose(best, (n - 1) / (2 * n), rtol=1e-8)
    best, total = best_and_total(32, stats.uniform())
    assert abs(best - 1 / 2) < 0.02 and abs(total - 1) < 0.07
    other, _ = best_and_total(32, stats.beta(2, 1))
    assert abs(other - 1 / 2) < 0.02  # another law, the same limit


def draw(ax: Any) -> None:
    """Draw the figure."""
    for name, law in {"uniform": stats.uniform(), "beta(2, 1)": stats.beta(2, 1)}.items():
        ax.plot(SIZES, [best_and_total(n, law)[0] for n in SIZES], marker="o", label=name)
    ax.axhline(0.5, color="grey", linewidth=0.8, label="in the limit: half of the prize")
    ax.set(xlabel="contestants", ylabel="expected highest effort (prizes)", xticks=SIZES)
    ax.set_title("The best of a crowd exerts half of all effort, whatever the law of values", fontsize=10)
    ax.legend(frameon=False)


if __name__ == "__main__":
    check()
    print("all numbers agree")
    if len(sys.argv) > 1:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        draw(axes)
        figure.savefig(sys.argv[1], dpi=150)
