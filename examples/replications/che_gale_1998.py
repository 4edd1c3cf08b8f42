"""Che and Gale (1998), American Economic Review 88: a cap on lobbying can raise what is spent.

Two lobbyists of values V_1 > V_2. A cap above V_2 does nothing, one between V_2/2 and V_2 leaves expected
spending as it is, and one below V_2/2 makes both spend the cap: more than before if the cap is close to
V_2/2.

Run it with ``python examples/replications/che_gale_1998.py [figure.png]``:
the numbers are asserted in any case; the figure is saved if a file is named (extra ``plot``).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from contests.models import AllPayKnown

STRONG, WEAK = 1.0, 0.6
FREE = WEAK / 2 * (1 + WEAK / STRONG)


def spent(cap: float | None) -> float:
    """Expected total effort under a cap, certified."""
    return float(AllPayKnown(values=(STRONG, WEAK), cap=cap).solve().total_effort)


def check() -> None:
    """Compute the paper's results and compare."""
    assert np.isclose(spent(None), FREE, rtol=1e-9) and np.isclose(FREE, 0.48)
    assert np.isclose(spent(0.8), FREE, rtol=1e-9)
    assert np.isclose(spent(0.45), FREE, rtol=1e-9)
    for cap in (0.1, 0.25, 0.29):
        assert np.isclose(spent(cap), 2 * cap, rtol=1e-9)
    assert spent(0.29) > spent(None) > spent(0.1)
    low = AllPayKnown(values=(STRONG, WEAK), cap=0.25).solve()
    assert np.allclose(low.win_probability, 0.5) and np.allclose(low.payoff, [0.25, 0.05])


def draw(ax: Any) -> None:
    """Draw the figure."""
    # Spending jumps at half the weaker one's value: two curves, not one that falls between two points.
    below, above = np.linspace(0.05, WEAK / 2 - 1e-6, 9), np.linspace(WEAK / 2 + 1e-6, 0.8, 18)
    for caps, name in ((below, "with a cap"), (above, None)):
        ax.plot(caps, [spent(cap) for cap in caps], color="C0", marker=".", label=name)
    ax.axhline(FREE, color="grey", linewidth=0.8, label="without a cap")
    ax.set(xlabel="cap on effort (money)", ylabel="expected total effort (money)")
    ax.set_title("A cap just below half the weaker one's value raises what is spent", fontsize=10)
    ax.legend(frameon=False)


if __name__ == "__main__":
    check()
    print("all numbers agree")
    if len(sys.argv) > 1:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        draw(axes)
        figure.savefig(sys.argv[1], dpi=150)
