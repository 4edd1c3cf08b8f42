"""Nti (1999), Public Choice 98: rent seeking with different valuations.

Two contestants in a Tullock lottery with exponent r: p_1 = V_1^r/(V_1^r + V_2^r), effort r V_i p_1 p_2,
an equilibrium if and only if r <= 1 + (V_2/V_1)^r.

Run it with ``python examples/replications/nti_1999.py [figure.png]``:
the numbers are asserted in any case; the figure is saved if a file is named (extra ``plot``).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

import contests as ct
from contests.models import Tullock


def solved(strong: float, weak: float, exponent: float = 1.0) -> Any:
    """The certified equilibrium."""
    return Tullock(values=(strong, weak), exponent=exponent).solve()


def check() -> None:
    """Compute the paper's results and compare."""
    for strong, weak, r in [(80.0, 20.0, 1.0), (1.0, 0.5, 0.7), (1.0, 0.8, 1.4)]:
        p = strong**r / (strong**r + weak**r)
        found = solved(strong, weak, r)
        assert np.allclose(found.win_probability, [p, 1 - p], rtol=1e-9)
        assert np.allclose(found.effort, np.array([r * strong, r * weak]) * p * (1 - p), rtol=1e-7)
    # Values 1 and .5: sure efforts below the r that solves r = 1 + .5^r, mixed ones above.
    bound = 1.0
    for _ in range(100):
        bound = 1 + 0.5**bound
    assert abs(bound - (1 + 0.5**bound)) < 1e-12
    assert isinstance(solved(1.0, 0.5, bound - 0.01).strategy(1), ct.Pure)
    mixed = solved(1.0, 0.5, bound + 0.01)
    assert isinstance(mixed.strategy(1), ct.Mixed) and mixed.certificate.passed


def draw(ax: Any) -> None:
    """Draw the figure."""
    ratios = np.linspace(0.05, 1.0, 40)
    ax.plot(ratios, [solved(1.0, ratio).total_effort for ratio in ratios])
    ax.set(xlabel="weak value over strong value", ylabel="total effort over strong value")
    ax.set_title("The closer the values, the more is spent", fontsize=10)


if __name__ == "__main__":
    check()
    print("all numbers agree")
    if len(sys.argv) > 1:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        draw(axes)
        figure.savefig(sys.argv[1], dpi=150)
