"""Lazear and Rosen (1981), Journal of Political Economy 89: a tournament does what a piece rate does.

Two contestants, normal luck, cost e^2/2. The spread of prizes W makes each exert W/(2 sigma sqrt(pi));
the spread that brings first-best effort is the inverse of the density of the difference at zero. Too
large a spread for too little luck, and there is no equilibrium in sure efforts.

Run it with ``python examples/replications/lazear_rosen_1981.py [figure.png]``:
the numbers are asserted in any case; the figure is saved if a file is named (extra ``plot``).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy import stats

import contests as ct
from contests.models import LazearRosen


def tournament(spread: float, sigma: float = 1.0) -> LazearRosen:
    """Two contestants and the spread between two prizes."""
    return LazearRosen(prizes=(spread, 0.0), shock=stats.norm(scale=sigma))


def check() -> None:
    """Compute the paper's results and compare."""
    for spread, sigma in [(1.0, 1.0), (3.0, 2.0), (12.3, 1.0)]:
        effort = tournament(spread, sigma).solve().effort[0]
        assert np.isclose(effort, spread / (2 * sigma * np.sqrt(np.pi)), rtol=1e-9)
    first_best = tournament(2 * np.sqrt(np.pi)).solve()
    assert np.allclose(first_best.effort, 1.0, rtol=1e-9)  # marginal cost e equals the value of output, 1
    rate = tournament(1.0).piece_rate(1.0)
    assert np.isclose(rate.spread, 2 * np.sqrt(np.pi), rtol=1e-9) and np.isclose(rate.effort, 1.0)
    # Existence ends at a spread of 12.3509 sigma^2.
    assert tournament(12.350).solve().certificate.passed
    try:
        tournament(12.352).solve()
    except ct.NotEquilibriumError:
        pass
    else:
        raise AssertionError("beyond the bound there is no equilibrium in sure efforts")


def draw(ax: Any) -> None:
    """Draw the figure."""
    spreads = np.linspace(0.5, 12.0, 24)
    for sigma in (1.0, 2.0):
        ax.plot(
            spreads,
            [tournament(w, sigma).solve().effort[0] for w in spreads],
            label=f"luck of {sigma:g} units of output",
        )
    ax.set(xlabel="spread of prizes (money)", ylabel="effort (units of output)")
    ax.set_title("Twice the luck, half the effort", fontsize=10)
    ax.legend(frameon=False)


if __name__ == "__main__":
    check()
    print("all numbers agree")
    if len(sys.argv) > 1:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        draw(axes)
        figure.savefig(sys.argv[1], dpi=150)
