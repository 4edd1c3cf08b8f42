"""Korpeoglu and Cho (2018), Management Science 64: the able work harder when a rival enters.

They correct the expertise project of Terwiesch and Xu (2008). With abilities uniform on [0, 1] and
returns 1, a third solver raises the effort of abilities above .874217 and lowers that of the others.

Run it with ``python examples/replications/korpeoglu_cho_2018.py [figure.png]``:
the numbers are asserted in any case; the figure is saved if a file is named (extra ``plot``).
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy import optimize, stats

from contests.models import Expertise, TerwieschXu


def effort(n: int) -> Any:
    """Effort as a function of ability, certified, with an award of 1."""
    model = TerwieschXu(project=Expertise(ability=stats.uniform()), solvers=n, award=1.0)
    return model.solve().strategy(0)


def check() -> None:
    """Compute the paper's results and compare."""
    two, three = effort(2), effort(3)
    crossing = optimize.brentq(lambda a: float(three(np.array([a]))[0] - two(np.array([a]))[0]), 0.5, 0.99)
    assert abs(crossing - 0.8742174658) < 1e-6
    ability = np.linspace(0.1, 1.0, 50)
    ratio = three(ability) / two(ability)
    assert np.all(np.diff(ratio) > 0)  # the ratio rises, so that it crosses one once
    # By hand for two: e(b) is the integral of exp(x - b) from 0 to b.
    assert np.allclose(two(ability), 1 - np.exp(-ability), rtol=1e-8)


def draw(ax: Any) -> None:
    """Draw the figure."""
    ability = np.linspace(0.0, 1.0, 201)[1:]
    for n in (2, 3, 6):
        ax.plot(ability, effort(n)(ability), label=f"{n} solvers")
    ax.set(xlabel="ability (units of quality)", ylabel="effort (units of effort)")
    ax.set_title("The able work harder when rivals enter, the rest less", fontsize=10)
    ax.legend(frameon=False)


if __name__ == "__main__":
    check()
    print("all numbers agree")
    if len(sys.argv) > 1:
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        draw(axes)
        figure.savefig(sys.argv[1], dpi=150)
