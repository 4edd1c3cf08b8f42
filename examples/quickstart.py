"""One innovation contest, start to end; then predictions printed in laboratory papers, recomputed.

Run it with ``python examples/quickstart.py``. It needs nothing beyond the run-time dependencies and
exits with an error if a published value is missed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from scipy import stats

import contests as ct
from contests.models import Ideation, TerwieschXu


@dataclass(frozen=True)
class Printed:
    """An equilibrium prediction as printed in a paper on a laboratory contest.

    ``read`` says whether the page itself was read; otherwise parameters and value are cited from
    memory, and it is their agreement that is shown here.
    """

    paper: str
    quantity: str
    contest: ct.Contest
    value: float
    digits: int
    read: bool = False


def lottery(n: int, prize: float, cost: object = 1.0) -> ct.Contest:
    """A lottery contest: the chance of winning is one's share of all effort (Tullock 1980)."""
    return ct.Contest(contestants=ct.Identical(n), prizes=prize, cost=cost, success=ct.Lottery())


def tournament(spread: float) -> ct.Contest:
    """Schotter and Weigelt's: output is effort plus U[-60, 60], effort e costs e^2/15000."""
    return ct.Contest(
        contestants=ct.Identical(2),
        technology=ct.Additive(stats.uniform(-60, 120)),
        cost=ct.Power(2, scale=1 / 15000),
        prizes=spread,
    )


MORGAN = "Morgan, Orzen, Sefton (2012), Economic Theory 51, Table 2"
LIM = "Lim, Matros, Turocy (2014), JEBO 99"
PRINTED = [
    Printed(MORGAN, "effort, 2 entrants", lottery(2, 50), 12.5, 1, read=True),
    Printed(MORGAN, "effort, 3 entrants", lottery(3, 50), 11.1, 1, read=True),
    Printed(MORGAN, "effort, 4 entrants", lottery(4, 50), 9.4, 1, read=True),
    Printed(MORGAN, "effort, 5 entrants", lottery(5, 50), 8.0, 1, read=True),
    Printed(MORGAN, "effort, 6 entrants", lottery(6, 50), 6.9, 1, read=True),
    Printed("Millner, Pratt (1989), Public Choice 62", "effort", lottery(2, 8), 2, 0),
    Printed("Potters, de Vries, van Winden (1998), EJPE 14", "effort", lottery(2, 13), 3.25, 2),
    Printed("Davis, Reilly (1998), Public Choice 95", "total effort", lottery(4, 200), 150, 0),
    Printed("Fonseca (2009), IJIO 27", "effort", lottery(2, 200), 50, 0),
    Printed(LIM, "effort, 2 contestants", lottery(2, 1000), 250, 0),
    Printed(LIM, "effort, 9 contestants", lottery(9, 1000), 98.8, 1),
    Printed("Mago, Samak, Sheremeta (2016), JCR 60", "effort", lottery(4, 80), 15, 0),
    Printed(
        "Chowdhury, Sheremeta, Turocy (2014), GEB 87, cost e^2/30",
        "effort",
        lottery(4, 80, ct.Power(2, scale=1 / 30)),
        15,
        0,
    ),
    Printed("Schotter, Weigelt (1992), QJE 107, fair tournament", "effort", tournament(1.18), 73.75, 2),
]


def innovation_contest() -> None:
    """Twenty solvers, one award of 10, luck twice as important as effort."""
    model = TerwieschXu(project=Ideation(returns=1.0, shock=2.0), solvers=20, award=10.0)
    print("An innovation contest (Terwiesch and Xu 2008, ideation)\n")
    print(model.solve().summary())

    award = model.best_award()
    print(f"\nBest award for the sponsor: {award.choice:g} (profit {award.value:.4f})")
    print(f"  {award.evidence}")
    open_to_all = model.best_size()
    print(f"Best number of solvers, quality of the best idea only: {open_to_all.choice}")
    print(f"  {open_to_all.evidence}")
    balanced = TerwieschXu(project=Ideation(returns=0.9, shock=1.0), solvers=20, award=0.9)
    size = balanced.best_size(weight_best=0.5)
    print(f"With half the weight on the average idea, returns .9 and shock 1: {size.choice}")
    print(f"  profit {size.value:.4f}; the formula gives {size.continuous:g}")
    print(
        f"  certified: no deviation gains more than {size.equilibrium.certificate.max_gain:.1e} of the award"
    )


def published() -> bool:
    """Print each published value beside the computed one; True if none is missed."""
    print("\nPredictions printed in laboratory papers (* the page was read; else cited from memory)\n")
    width = max(len(case.paper) for case in PRINTED) + 4
    print(f"  {'paper':<{width}}{'quantity':<22}{'printed':>9}{'computed':>12}")
    missed = 0
    for case in PRINTED:
        equilibrium = ct.solve(case.contest)
        total = case.quantity == "total effort"
        computed = equilibrium.total_effort if total else float(equilibrium.effort[0])
        # Half a unit of the last printed digit, and a hair for binary rounding.
        agrees = abs(computed - case.value) <= 0.5 * 10.0**-case.digits * (1 + 1e-9)
        missed += not agrees
        paper = case.paper + (" *" if case.read else "")
        shown = f"{case.value:.{case.digits}f}"
        print(
            f"  {paper:<{width}}{case.quantity:<22}{shown:>9}{computed:>12.4f}{'' if agrees else '  MISSED'}"
        )
    print(f"\n{len(PRINTED) - missed} of {len(PRINTED)} agree to the digits printed.")
    return missed == 0


if __name__ == "__main__":
    innovation_contest()
    sys.exit(0 if published() else 1)
