"""Awards contingent on quality in ideation projects: what is said of them, as checkable statements.

Each test solves the contest with the library, certified. With a share s of quality, expected award P
and n solvers the first-order condition is c e n^2/delta = ((n-1)/mu) P + s.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

from contests.propositions import Parameters, Proposition

__all__ = ["contingent_propositions"]

_SOURCE = "Terwiesch and Xu (2008), performance-contingent awards"
_DERIVED = "derived for this library"
_DOMAIN: dict[str, Any] = {
    "returns": (0.2, 2.0),
    "shock": (0.5, 2.0),
    "unit_cost": (0.3, 3.0),
    "solvers": range(2, 8),
}


def _solve(point: Parameters, share: float, expected: float, effort: float) -> Any:
    """The equilibrium with the base that makes the award ``expected`` at the ``effort`` of all."""
    from contests.models import ContingentAward, Ideation, TerwieschXu

    n, returns, shock = point["solvers"], point["returns"], point["shock"]
    best = returns * math.log(effort) + shock * math.log(n)
    model = TerwieschXu(
        project=Ideation(returns=returns, shock=shock),
        solvers=n,
        award=ContingentAward(base=expected - share * best, share=share),
        unit_cost=point["unit_cost"],
    )
    return model.solve()


def _effort(point: Parameters, share: float, expected: float) -> float:
    """The effort at which the base is fixed (the solver finds its own)."""
    n = point["solvers"]
    incentive = (n - 1) / point["shock"] * expected + share
    return float(incentive * point["returns"] / (point["unit_cost"] * n**2))


def _raises(point: Parameters) -> tuple[bool, str]:
    returns = point["returns"]
    first_best = returns / (point["unit_cost"] * point["solvers"])
    found = [
        float(_solve(point, share, returns, _effort(point, share, returns)).effort[0])
        for share in (0.0, 0.5 * point["share"], point["share"])
    ]
    return found[0] < found[1] < found[2] <= first_best, f"efforts {found}, first best {first_best:.6g}"


def _moderate(point: Parameters) -> bool:
    """Solvers keep a rent: well below the share at which effort is first best."""
    n, ratio = point["solvers"], point["returns"] / point["shock"]
    return bool(ratio <= 0.8 and point["share"] <= 0.3 * (n - (n - 1) * ratio))


def _first_best(point: Parameters) -> tuple[bool, str]:
    target = point["returns"] / (point["unit_cost"] * point["solvers"])
    equilibrium = _solve(point, 1.0, point["shock"], target)
    gap = abs(float(equilibrium.effort[0]) / target - 1)
    paid = abs(equilibrium.prizes_paid / point["shock"] - 1)
    return gap <= 1e-9 and paid <= 1e-9, f"effort/first best - 1 = {gap:.1e}"


def _returns_below_shock(point: Parameters) -> bool:
    return bool(point["returns"] < 0.98 * point["shock"])


def _extracts(point: Parameters) -> tuple[bool, str]:
    n, returns, shock = point["solvers"], point["returns"], point["shock"]
    share = n - (n - 1) * returns / shock
    equilibrium = _solve(point, share, returns, returns / (point["unit_cost"] * n))
    return bool(equilibrium.effort[0] > 0), f"certified at share {share:.6g}"


def _no_extraction(point: Parameters) -> tuple[bool, str]:
    from contests.errors import NotEquilibriumError

    try:
        _extracts(point)
    except NotEquilibriumError as refused:
        return True, str(refused).split(". ")[0]
    return False, "certified"


def _still_positive(point: Parameters) -> bool:
    """The award with one rival fewer would be positive, and the first-order condition a maximum nearby.

    With returns above the shock the chance of a tiny effort vanishes faster than its cost: no gain.
    """
    n, ratio = point["solvers"], point["returns"] / point["shock"]
    share = n - (n - 1) * ratio
    pays = share < 0.95 * ratio / math.log(n / (n - 1))
    return bool(ratio <= 0.85 and pays and (n - 1) * share * ratio < 0.97 * n)


@lru_cache(maxsize=1)
def contingent_propositions() -> tuple[Proposition, ...]:
    """Return the propositions on contingent awards.

    Returns
    -------
    tuple of Proposition

    Examples
    --------
    >>> [claim.name for claim in contingent_propositions()][0]
    'contingent award raises effort'
    """
    return (
        Proposition(
            name="contingent award raises effort",
            statement="Of awards that cost the seeker the same in expectation, one with a larger share of "
            "quality brings more effort, up to the first best.",
            source=_SOURCE,
            conditions="returns at most .8 of the shock and the share at most .3 of that of first best, so "
            "that solvers keep a rent",
            inside=_moderate,
            domain={**_DOMAIN, "share": (0.05, 1.0)},
            test=_raises,
        ),
        Proposition(
            name="first best by selling the project",
            statement="Share one with an expected award equal to the shock's scale brings first-best effort.",
            source=f"{_SOURCE}; {_DERIVED} (the award)",
            conditions="returns below the shock (else solvers lose by taking part)",
            inside=_returns_below_shock,
            domain=_DOMAIN,
            test=_first_best,
        ),
        Proposition(
            name="no full extraction",
            statement="The award that solves the first-order condition with first-best effort and no rent "
            "is no equilibrium: a solver gains by exerting very little.",
            source=_DERIVED,
            conditions="returns below the shock (in the draws by 15 %), and an award that would be positive "
            "with one rival fewer",
            inside=_still_positive,
            domain=_DOMAIN,
            test=_no_extraction,
            claimed="A contingent award lets the seeker have the whole surplus of the first best.",
            correction="Only if with one rival fewer the award would not be positive, or the returns exceed "
            "the shock.",
            claim_test=_extracts,
            counterexample={"returns": 0.8, "shock": 1.0, "unit_cost": 1.0, "solvers": 4},
        ),
    )
