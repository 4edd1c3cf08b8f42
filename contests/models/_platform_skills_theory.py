"""Many contests in closed form: participation of skills and awards, and its propositions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from contests.propositions import Parameters, Proposition
from contests.theory import Theory, sympy

if TYPE_CHECKING:
    from contests.models.platform_skills import ManyContests

__all__ = ["propositions", "theory_of"]

_SOURCE = "DiPalantino and Vojnovic (2009)"


def theory_of(model: ManyContests) -> Theory:
    """Return expected participants of each contest used, in the awards of those."""
    sp = sympy()
    used = model.contests_used
    n = sp.Symbol("solvers", positive=True)
    awards = sp.symbols(f"award1:{used + 1}", positive=True)
    power = -1 / (n - 1)
    total = sum(a**power for a in awards)
    lowest = (used - 1) / total
    symbols = {"solvers": n} | {f"award_{k + 1}": a for k, a in enumerate(awards)}
    values = {"solvers": float(model.solvers)} | {f"award_{k + 1}": model.awards[k] for k in range(used)}
    quantities = {f"participants_{k + 1}": n * (1 - lowest * a**power) for k, a in enumerate(awards)}
    chances = {f"lowest_skill_goes_to_{k + 1}": a**power / total for k, a in enumerate(awards)}
    return Theory(
        name="ManyContests",
        source=_SOURCE,
        symbols=symbols,
        values=values,
        quantities={**quantities, **chances},
        propositions=propositions(),
    )


def _model(point: Parameters, **changes: Any) -> ManyContests:
    from contests.models.platform_skills import ManyContests

    awards = (1.0, float(point["second"]), float(point["third"]))
    return ManyContests(**{"solvers": int(point["solvers"]), "awards": awards, **changes})


def _sorting(point: Parameters) -> tuple[bool, str]:
    equilibrium = _model(point).solve()
    thresholds = equilibrium.model.thresholds()
    held = equilibrium.certificate.passed and bool(np.all(np.diff(thresholds) <= 0))
    return held, f"thresholds {thresholds.tolist()}"


def _logarithm(point: Parameters) -> tuple[bool, str]:
    model = _model(point, solvers=4000)
    people, logs = model.participants(), np.log(model.awards)
    error = float(np.max(np.abs((people - people[0]) - 2.0 / 3.0 * (logs - logs[0]))))
    return error < 5e-3, f"largest error {error:.2g}"


def _unused(point: Parameters) -> tuple[bool, str]:
    model = _model(point)
    e = 1.0 / (model.solvers - 1)
    two = np.sum(np.array(model.awards[:2]) ** -e)
    used = model.awards[2] ** e * two > 1.0
    goes = model.solve().model.participants()[2] > 0
    return used == goes, f"third award {model.awards[2]:.4g}, used: {goes}"


def propositions() -> tuple[Proposition, ...]:
    """Return the paper's propositions."""
    domain: dict[str, Any] = {"second": (0.3, 1.0), "third": (0.05, 0.3), "solvers": [2, 3, 5, 9]}
    return (
        Proposition(
            name="high skills to high awards",
            statement="A contest with a smaller award is gone to by skills below a lower threshold only.",
            source=f"{_SOURCE}, Theorem 4.1",
            domain=domain,
            test=_sorting,
        ),
        Proposition(
            name="participation is logarithmic",
            statement="With many solvers, numbers in J contests differ by 1 - 1/J times the log of awards.",
            source=f"{_SOURCE}, section 5",
            domain=domain,
            test=_logarithm,
        ),
        Proposition(
            name="too small an award",
            statement="The third contest is gone to if and only if R_3^e (R_1^-e + R_2^-e) > 1.",
            source=f"{_SOURCE}, Theorem 4.1",
            domain=domain,
            test=_unused,
        ),
    )
