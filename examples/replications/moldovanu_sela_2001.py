"""Moldovanu and Sela (2001), American Economic Review 91: one prize, unless cost is convex.

Private cost factors uniform on [1/2, 1], budget one. With linear cost one prize calls forth the most
effort; with quadratic cost and five contestants the budget is better split.

Run it with ``python examples/replications/moldovanu_sela_2001.py [figure.png]``:
the numbers are asserted in any case; the figure is saved if a file is named (extra ``plot``).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy import stats

import contests as ct
from contests.models import MoldovanuSela


def total(second: float, n: int, cost: Any) -> float:
    """Expected total effort if the second prize takes the share ``second`` of the budget."""
    model = MoldovanuSela(contestants=n, prizes=(1 - second, second), cost=cost)
    return float(model.solve().total_effort)


def check() -> None:
    """Compute the paper's results and compare."""
    shares = (0.0, 0.5)
    linear = [total(share, 3, ct.Linear()) for share in shares]
    assert np.all(np.diff(linear) < 0)
    assert abs(linear[0] - 1.3644676666) < 1e-8
    convex = [total(share, 5, ct.Power(2)) for share in shares]
    assert np.all(np.diff(convex) > 0)
    contest = ct.Contest(
        contestants=ct.Private(5, cost=stats.uniform(0.5, 0.5)), prizes=1.0, cost=ct.Power(2)
    )
    best = ct.optimal_prizes(contest, budget=1.0, most=2)
    assert np.allclose(best.choice["prizes"], [0.5, 0.5], atol=1e-6)
    # By hand, linear cost and three: the most able exert the integral of 2u/(1 - u/2) over u.
    effort = MoldovanuSela(contestants=3).solve().strategy(0)([0.5])[0]
    assert abs(effort - (8 * np.log(2) - 4)) < 1e-8


def draw(ax: Any) -> None:
    """Draw the figure."""
    shares = np.linspace(0.0, 0.5, 6)
    for n, cost, label in (
        (3, ct.Linear(), "3 contestants, linear cost"),
        (5, ct.Power(2), "5 contestants, quadratic cost"),
    ):
        found = np.array([total(share, n, cost) for share in shares])
        ax.plot(shares, found / found[0], marker="o", label=label)
    ax.set(xlabel="share of the second prize", ylabel="total effort relative to one prize")
    ax.set_title("Two prizes pay only if cost is convex", fontsize=10)
    ax.legend(frameon=False)


if __name__ == "__main__":
    check()
    print("all numbers agree")
    if len(sys.argv) > 1:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        draw(axes)
        figure.savefig(sys.argv[1], dpi=150)
