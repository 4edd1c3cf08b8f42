"""Baye, Kovenock and de Vries (1993), American Economic Review 83: exclude the keenest lobbyist.

In an all-pay contest with values V_1 >= V_2 >= ... the two highest compete, and total effort is (V_2/2)(1
+ V_2/V_1). Excluding the first raises it where the others are closer to each other.

Run it with ``python examples/replications/baye_kovenock_de_vries_1993.py [figure.png]``:
the numbers are asserted in any case; the figure is saved if a file is named (extra ``plot``).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from contests.models import AllPayKnown


def total(*values: float) -> float:
    """Expected total effort, certified."""
    return float(AllPayKnown(values=values).solve().total_effort)


def check() -> None:
    """Compute the paper's results and compare."""
    for values in [(10.0, 6.0, 5.9), (10.0, 6.0, 5.0), (3.0, 2.0, 1.0)]:
        first, second, third = values
        assert np.isclose(total(*values), second / 2 * (1 + second / first), rtol=1e-9)
        assert np.isclose(total(second, third), third / 2 * (1 + third / second), rtol=1e-9)
    assert total(6.0, 5.9) > total(10.0, 6.0, 5.9)  # exclusion pays
    assert total(6.0, 5.0) < total(10.0, 6.0, 5.0)  # it need not
    equilibrium = AllPayKnown(values=(10.0, 6.0, 5.9)).solve()
    assert np.allclose(equilibrium.payoff, [4.0, 0.0, 0.0], atol=1e-9)
    # The strong one randomises evenly up to the rival's value; the weak one stays out with chance 1 - 6/10.
    assert np.allclose(equilibrium.strategy(0).cdf([3.0]), 0.5)
    assert np.allclose(equilibrium.strategy(1).cdf([0.0]), 0.4)


def draw(ax: Any) -> None:
    """Draw the figure."""
    thirds = np.linspace(3.0, 5.99, 30)
    ax.plot(thirds, [total(10.0, 6.0, v) for v in thirds], label="all three: 10, 6, v")
    ax.plot(thirds, [total(6.0, v) for v in thirds], label="without the first: 6, v")
    ax.set(xlabel="third value v (money)", ylabel="expected total effort (money)")
    ax.set_title("Excluding the keenest pays if the others are close", fontsize=10)
    ax.legend(frameon=False)


if __name__ == "__main__":
    check()
    print("all numbers agree")
    if len(sys.argv) > 1:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        draw(axes)
        figure.savefig(sys.argv[1], dpi=150)
